//! What has arrived: the files in the sources, and those that lay there once.
//!
//! The archive is the truth: a source may be emptied, moved or renamed, and a file that was ever taken still counts,
//! under the name and with the arrival that it had when it was first seen. Only a run that is no trial remembers it.

use std::collections::BTreeSet;

use super::RunError;
use super::ledger::Ledger;
use super::order::Places;
use super::settings::Config;
use crate::base::clock::Clock;
use crate::model::submission::Submission;
use crate::stages::collect;

/// Everything that had arrived at `clock`, in order of arrival, then name. New bytes are archived on the way.
///
/// # Errors
/// Also [`RunError::Lost`], where the ledger knows a file whose bytes are gone.
pub(super) fn known(
    config: &Config,
    places: &Places,
    ledger: &Ledger,
    clock: Clock,
) -> Result<Vec<Submission>, RunError> {
    let mut submissions = ledger.submissions()?;
    let seen: BTreeSet<(String, String)> =
        submissions.iter().map(|submission| (submission.sha256.clone(), submission.file.clone())).collect();
    let collect::Collected { submissions: collected, left_out } = collect::collect(&config.sources, &places.archive())?;
    if !left_out.is_empty() {
        // Not their names: people put names of people into them.
        tracing::warn!(count = left_out.len(), "left out: a link, a pipe or a device is no return");
    }
    let new = |submission: &Submission| !seen.contains(&(submission.sha256.clone(), submission.file.clone()));
    submissions.extend(collected.into_iter().filter(new));
    submissions.retain(|submission| submission.arrived <= clock.utc());
    // Figures without it would be wrong without a sound.
    let lost = submissions.iter().find(|known| !collect::archived(&places.archive(), &known.sha256).exists());
    if let Some(Submission { file, sha256, .. }) = lost {
        return Err(RunError::Lost { file: file.clone(), sha256: sha256.clone() });
    }
    submissions.sort_by(|a, b| (a.arrived, &a.file, &a.sha256).cmp(&(b.arrived, &b.file, &b.sha256)));
    Ok(submissions)
}

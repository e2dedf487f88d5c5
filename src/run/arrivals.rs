//! What has arrived: the files in the sources, and those that lay there once.
//!
//! The archive is the truth: a source may be emptied, moved or renamed, and a file that was ever taken still counts,
//! under the name and with the arrival that it had when it was first seen. Only a run that is no trial remembers it.
//! What was forgotten when its retention ended does not come back, even if it still lies in a source.

use std::collections::BTreeSet;

use super::RunError;
use super::facts::gather;
use super::ledger::Ledger;
use super::order::Places;
use super::settings::{Config, Ground, LoadedPipeline};
use crate::base::clock::Clock;
use crate::model::facts::Facts;
use crate::model::submission::Submission;
use crate::stages::collect::{self, Folder};

/// Everything that had arrived at `clock`, in order of arrival, then name. New bytes are archived on the way.
///
/// # Errors
/// Also [`RunError::Lost`], where the ledger knows a file whose bytes are gone.
pub(super) fn known(
    sources: &[Folder],
    places: &Places,
    ledger: &Ledger,
    clock: Clock,
) -> Result<Vec<Submission>, RunError> {
    let mut submissions = ledger.submissions()?;
    let seen: BTreeSet<(String, String)> =
        submissions.iter().map(|submission| (submission.sha256.clone(), submission.file.clone())).collect();
    let (collected, _) = collected(sources, places, ledger)?;
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

/// What had arrived at `clock`, and the facts about it, for whoever only looks; into the sources that are there.
pub(super) fn understood(
    config: &Config,
    pipeline: &LoadedPipeline,
    ledger: &Ledger,
    clock: Clock,
) -> Result<(Vec<Submission>, Facts), RunError> {
    let places = Places::of(config);
    let submissions = known(&present(config), &places, ledger, clock)?;
    let facts = gather(config, pipeline, &submissions, &places, clock, (None, &mut |_| Ok(())))?.facts;
    Ok((submissions, facts))
}

/// The names of the files in the sources that are there whose retention has ended, or is about to: those of `ending`.
pub(super) fn over(
    ground: &Ground,
    places: &Places,
    ledger: &Ledger,
    ending: &BTreeSet<&str>,
) -> Result<Vec<String>, RunError> {
    let (kept, mut over) = collected(&present(ground), places, ledger)?;
    over.extend(kept.into_iter().filter(|submission| ending.contains(submission.sha256.as_str())));
    let mut names: Vec<String> = over.into_iter().map(|submission| submission.file).collect();
    names.sort();
    Ok(names)
}

/// The sources that are not away.
fn present(ground: &Ground) -> Vec<Folder> {
    ground.sources.iter().filter(|source| source.away().is_none()).cloned().collect()
}

/// What lies in the sources: what counts, and what was forgotten.
fn collected(
    sources: &[Folder],
    places: &Places,
    ledger: &Ledger,
) -> Result<(Vec<Submission>, Vec<Submission>), RunError> {
    let collect::Collected { submissions, left_out } = collect::collect(sources, &places.archive())?;
    if !left_out.is_empty() {
        // Not their names: people put names of people into them.
        tracing::warn!(
            count = left_out.len(),
            "left out: a link, a pipe or a device is no return; `kim status` names it"
        );
    }
    let forgotten: BTreeSet<String> = ledger.forgotten()?.into_iter().map(|forgotten| forgotten.sha256).collect();
    let (over, kept): (Vec<_>, Vec<_>) =
        submissions.into_iter().partition(|submission| forgotten.contains(&submission.sha256));
    for again in &over {
        crate::base::files::remove(&collect::archived(&places.archive(), &again.sha256))?;
    }
    Ok((kept, over))
}

//! The manifest pins what a run was made from and what it made, each with its SHA-256.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::checked::Checked;
use super::order::Order;
use super::summary::{Delivered, Edition};
use crate::base::files::{self, FileError};
use crate::model::period::Period;
use crate::model::submission::Submission;

#[derive(Debug, Serialize)]
pub(crate) struct Manifest<'a> {
    run: i64,
    program: &'static str,
    period: Period,
    /// The clock, in the zone of the configuration.
    clock: String,
    trial: bool,
    pipeline: String,
    inputs: &'a [Submission],
    configuration: Vec<ConfigFile>,
    outputs: &'a [Edition],
    mails: Vec<Mail<'a>>,
    /// Control totals, rules, completeness.
    checked: Checked<'a>,
}

/// A message that this run wrote or still has to send.
#[derive(Debug, Serialize)]
struct Mail<'a> {
    to: &'a str,
    audience: &'a str,
    message_id: &'a str,
    sha256: &'a str,
}

#[derive(Debug, Serialize)]
struct ConfigFile {
    path: String,
    sha256: String,
}

impl<'a> Manifest<'a> {
    pub(crate) fn of(
        order: &Order<'_>,
        run: i64,
        inputs: &'a [Submission],
        outputs: &'a [Edition],
        deliveries: &'a [Delivered],
        checked: Checked<'a>,
    ) -> Manifest<'a> {
        Manifest {
            run,
            program: concat!("kim ", env!("CARGO_PKG_VERSION")),
            period: checked.period(),
            clock: order.clock.now().to_rfc3339(),
            trial: order.trial.is_some(),
            pipeline: order.pipeline.path.display().to_string(),
            inputs,
            configuration: order
                .config
                .files
                .iter()
                .map(|(path, sha256)| ConfigFile { path: path.display().to_string(), sha256: sha256.clone() })
                .collect(),
            outputs,
            mails: deliveries.iter().filter_map(Mail::of).collect(),
            checked,
        }
    }
}

impl<'a> Mail<'a> {
    fn of(delivery: &'a Delivered) -> Option<Mail<'a>> {
        Some(Mail {
            to: &delivery.to,
            audience: &delivery.audience,
            message_id: &delivery.message_id,
            sha256: delivery.sha256.as_deref()?,
        })
    }
}

/// `run-000012.json` below `folder`.
pub(crate) fn place(folder: &Path, run: i64) -> PathBuf {
    folder.join(format!("run-{run:06}.json"))
}

/// Writes the manifest of a run below `folder`.
pub(crate) fn save(folder: &Path, run: i64, manifest: &Manifest<'_>) -> Result<PathBuf, FileError> {
    let path = place(folder, run);
    let text = serde_json::to_vec_pretty(manifest).expect("a manifest is plain data");
    files::write(&path, &text)?;
    Ok(path)
}

//! Runs: one from top to bottom (`story`), when they are due, and what is remembered of them.

pub(crate) mod again;
mod arrivals;
pub(crate) mod audited;
pub(crate) mod backup;
mod barred;
mod checked;
pub(crate) mod explain;
pub(crate) mod facts;
pub(crate) mod ledger;
pub(crate) mod lock;
mod make;
pub(crate) mod manifest;
pub(crate) mod names;
mod news;
pub(crate) mod order;
pub(crate) mod outbox;
pub(crate) mod posting;
pub(crate) mod reading;
pub(crate) mod retention;
pub(crate) mod retry;
pub(crate) mod schedule;
pub(crate) mod serve;
pub(crate) mod settings;
pub(crate) mod status;
pub(crate) mod story;
pub(crate) mod summary;
pub(crate) mod timer;
pub(crate) mod watch;

use std::error::Error;
use std::path::PathBuf;

use crate::base::files::FileError;
use crate::model::period::Period;
use crate::stages::{collect, evaluate, report};

/// Why a run failed: the world, never a bad return.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RunError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Collect(#[from] collect::CollectError),
    #[error(transparent)]
    Stopped(#[from] facts::Stopped),
    #[error(transparent)]
    Facts(#[from] facts::FactsError),
    #[error(transparent)]
    Evaluate(#[from] evaluate::EvaluateError),
    #[error("the facts cannot be read")]
    Frame(#[from] crate::base::frame::PolarsError),
    #[error("the workbook cannot be written")]
    Report(#[from] report::ReportError),
    #[error(transparent)]
    Ledger(#[from] ledger::LedgerError),
    #[error(transparent)]
    Lock(#[from] lock::LockError),
    #[error(transparent)]
    Outbox(#[from] outbox::OutboxError),
    #[error(transparent)]
    Transport(#[from] crate::stages::deliver::TransportError),
    #[error(
        "the disk of the data folder {} is full (or a quota is used up); make space there and run again: nothing is \
         half written, and nobody gets a mail twice",
        data.display()
    )]
    Full { data: PathBuf, source: Box<RunError> },
    #[error("the data folder {} cannot be written to; make it writable for the user that runs kim, and run again", data.display())]
    ReadOnly { data: PathBuf, source: Box<RunError> },
    #[error("kim runs as {user} and may not use {}, which belongs to {owner}; {remedy}", path.display())]
    Denied { path: PathBuf, inside: bool, user: String, owner: String, remedy: String, source: Box<RunError> },
    #[error("no return has arrived for any period that has ended; put the returns into a source folder of kim.toml")]
    NothingArrived,
    #[error("no return has arrived for {period}; there are returns for {first} to {last}")]
    NothingArrivedFor { period: Period, first: Period, last: Period },
    #[error(
        "{period} cannot be made again: the originals up to the end of {} were deleted on {} when their retention ended \
         (`{}` in kim.toml), {} of them for {period}; what was published then lies in {}",
        ended.year, ended.on, ended.rule, ended.originals.len(), published.display()
    )]
    Forgotten { period: Period, ended: retention::Ended, published: PathBuf },
    #[error("there is no audience `{0}` in contacts.toml")]
    NoAudience(String),
    #[error(
        "the original of `{file}` ({sha256}) is neither in the archive nor in a source; restore it, or, if it was \
         deleted on purpose, delete it from the ledger as well (docs/datenschutz.md)"
    )]
    Lost { file: String, sha256: String },
    #[error(
        "there is no manifest of run {run} ({}){}", path.display(),
        last.map_or("; there was no run yet".to_owned(), |last| format!("; the last run was {last}, see `kim status`"))
    )]
    NoManifest { run: i64, path: PathBuf, last: Option<i64> },
    #[error("run {run} cannot be made again: {count} of its {of} originals were deleted when their retention ended")]
    InputsForgotten { run: i64, count: usize, of: usize },
    #[error("the manifest {} cannot be read; restore it from the backup", path.display())]
    Manifest { path: PathBuf, source: serde_json::Error },
    #[error("there is no ledger yet ({}), so there is nothing to back up", path.display())]
    NothingToBackUp { path: PathBuf },
    #[error("the backup would lie in the {what} {} and be lost with it; name another place than {}", folder.display(), target.display())]
    BackupInside { target: PathBuf, what: &'static str, folder: PathBuf },
    #[error("the disk of the backup {} is full (or a quota is used up); make space there, or name another place", target.display())]
    BackupFull { target: PathBuf, source: Box<RunError> },
    #[error("{} is not what it was when it arrived: its bytes do not match its name; restore it from an older backup", path.display())]
    DamagedOriginal { path: PathBuf },
    #[error("`{clock}` in the manifest is no instant")]
    OddClock { clock: String },
    #[error("the workbook for `{audience}` is not sent, it would show what must stay hidden:\n  {}", complaints.join("\n  "))]
    Audit { audience: String, complaints: Vec<String> },
}

/// An error and its causes on one line. A Display of ours never repeats its source; one of SQLite's does.
pub(crate) fn chain(error: &dyn Error) -> String {
    let (mut text, mut last) = (error.to_string(), error.to_string());
    let mut source = error.source();
    while let Some(cause) = source {
        let told = cause.to_string();
        if told.ends_with(&last) {
            text.truncate(text.len() - last.len());
        } else {
            text += ": ";
        }
        text += &told;
        last = told;
        source = cause.source();
    }
    text
}

/// Why a run failed, as a log may have it: without names of files that people sent, addresses and figures, which may all
/// tell of a person. The whole reason stands in the ledger.
pub(crate) fn discreet(error: &RunError) -> String {
    let of_file = |error: &FileError| format!("{} a file: {}", error.doing, error.source);
    match error {
        RunError::Lost { sha256, .. } => format!("the original {} is lost; restore it", short(sha256)),
        RunError::File(error) | RunError::Collect(collect::CollectError::File(error)) => of_file(error),
        RunError::Collect(collect::CollectError::Arrivals { line, .. }) => {
            format!("line {line} of a list of arrivals cannot be understood")
        }
        // Nothing in the data folder is called as a sender called it.
        RunError::Denied { inside: false, user, source, .. } => {
            format!("kim runs as {user} and may not use a file; `kim status` says which: {}", discreet(source))
        }
        RunError::Outbox(outbox::OutboxError::Compose { .. }) => "a mail cannot be composed".to_owned(),
        RunError::Audit { audience, complaints } => {
            format!("the workbook for `{audience}` would show what must stay hidden, in {} places", complaints.len())
        }
        other => chain(other),
    }
}

/// The beginning of a fingerprint: enough to find a file by, and nobody's name.
pub(crate) fn short(sha256: &str) -> &str {
    sha256.get(..12).unwrap_or(sha256)
}

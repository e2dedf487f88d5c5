//! Runs: one from top to bottom (`story`), when they are due, and what is remembered of them.

mod arrivals;
pub(crate) mod audited;
mod checked;
pub(crate) mod explain;
pub(crate) mod facts;
pub(crate) mod ledger;
pub(crate) mod lock;
pub(crate) mod manifest;
pub(crate) mod order;
pub(crate) mod outbox;
pub(crate) mod posting;
pub(crate) mod reading;
pub(crate) mod retention;
pub(crate) mod schedule;
pub(crate) mod serve;
pub(crate) mod settings;
pub(crate) mod status;
pub(crate) mod story;
pub(crate) mod summary;
pub(crate) mod timer;

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
    #[error("no return has arrived for any period that has ended; put the returns into a source folder of kim.toml")]
    NothingArrived,
    #[error("no return has arrived for {period}; there are returns for {first} to {last}")]
    NothingArrivedFor { period: Period, first: Period, last: Period },
    #[error(
        "{period} cannot be made again: the originals up to the end of {} were deleted on {} when their retention ended \
         (`{}` in kim.toml), {} of them for {period}; what was published then lies in {}",
        ended.year, ended.on, ended.rule, ended.originals.len(), published.display()
    )]
    Forgotten { period: Period, ended: retention::Ended, published: std::path::PathBuf },
    #[error("there is no audience `{0}` in contacts.toml")]
    NoAudience(String),
    #[error(
        "the original of `{file}` ({sha256}) is neither in the archive nor in a source; restore it, or, if it was \
         deleted on purpose, delete it from the ledger as well (docs/datenschutz.md)"
    )]
    Lost { file: String, sha256: String },
    #[error("the workbook for `{audience}` is not sent, it would show what must stay hidden:\n  {}", complaints.join("\n  "))]
    Audit { audience: String, complaints: Vec<String> },
}

/// An error and its causes on one line. A Display never repeats its source.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text += &format!(": {cause}");
        source = cause.source();
    }
    text
}

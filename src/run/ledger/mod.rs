//! The ledger: what the program did, written before and after every effect, so that nothing is lost or done twice.
//!
//! In: facts of a run and instants handed in. Out: rows of an embedded SQLite file.
//! Never: reads the clock, holds returns, decides what is due; begins anew where a ledger is damaged or gone.

mod copies;
mod due;
mod figures;
mod forgotten;
mod health;
mod interrupted;
mod limits;
mod mail;
mod names;
mod newest;
mod releases;
mod runs;
mod schema;
mod series;
mod troubles;

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::Connection;

use crate::base::boundary::boundary;
use crate::base::files;

pub(crate) use copies::{RESTORED, Restored};
pub(crate) use due::{Claim, MAX_DEATHS, NotRun, Take, Watch};
pub(crate) use figures::{MADE_UP, Newer};
pub(crate) use forgotten::{Forgotten, Original};
pub(crate) use limits::{Limits, Past};
pub(crate) use mail::{Delivery, DeliveryState, NewDelivery};
pub(crate) use newest::{io_kind, remember};
pub(crate) use releases::{NewRelease, Published, Statement};
pub(crate) use runs::{NewRun, Outcome, Run, SubmissionState};
pub(crate) use series::Since;
pub(crate) use troubles::{Known, Slot};

/// How long a second process waits for the file before it gives up.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug, thiserror::Error)]
pub(crate) enum LedgerError {
    #[error("cannot open the ledger {}", path.display())]
    Open { path: PathBuf, source: rusqlite::Error },
    #[error(transparent)]
    File(#[from] files::FileError),
    #[error(
        "the ledger {} is damaged ({what}); nothing was changed. It knows what was sent to whom, so do not begin \
         without it: stop `kim serve`, put the file away (with its -wal and -shm), restore the newest copy that \
         `kim backup` made, then look at `kim status`",
        path.display()
    )]
    Damaged { path: PathBuf, what: String },
    #[error(
        "the ledger {} is gone, but there were runs ({}). It knows what was sent to whom; without it, mail would go \
         out once more. Restore the newest copy that `kim backup` made; to begin anew on purpose, put the folder \
         of the runs away",
        path.display(), runs.display()
    )]
    Gone { path: PathBuf, runs: PathBuf },
    #[error(
        "the ledger has schema {found}, this program knows {known}: it was written by a newer version of kim; install \
         that version again. The ledger is whole: do not restore a backup, which would not know what was sent since"
    )]
    Newer { found: i64, known: i64 },
    #[error("the ledger has schema {found}, this program knows {known}: `kim serve` or `kim run` brings it up to date")]
    Older { found: i64, known: i64 },
    #[error(
        "the ledger {} knows of {known} runs, but run {begun} was begun: it was lost, emptied or is older than what was \
         done, and mail could go out once more. Restore the newest copy that `kim backup` made; if this is the newest there \
         is, delete {} to go on with it",
        path.display(), newest.display()
    )]
    Forgetful { path: PathBuf, known: i64, begun: i64, newest: PathBuf },
    #[error("cannot {doing} in the ledger")]
    Sql { doing: &'static str, source: rusqlite::Error },
}

impl LedgerError {
    /// Somebody else is writing: no trouble, only bad luck.
    pub(crate) fn is_busy(&self) -> bool {
        let (LedgerError::Open { source, .. } | LedgerError::Sql { source, .. }) = self else { return false };
        matches!(
            source.sqlite_error_code(),
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked)
        )
    }
}

/// Adds what was being done to an error of SQLite.
fn failed(doing: &'static str) -> impl FnOnce(rusqlite::Error) -> LedgerError {
    move |source| LedgerError::Sql { doing, source }
}

/// One open ledger; one connection, used by one thread at a time.
pub(crate) struct Ledger {
    db: Connection,
}

impl Ledger {
    /// Opens the file, makes it if there is none, and brings its schema up to date.
    ///
    /// # Errors
    /// The file cannot be opened or is no ledger, or a newer program wrote it.
    pub(crate) fn open(path: &Path) -> Result<Ledger, LedgerError> {
        let folder = path.parent().unwrap_or(Path::new("."));
        files::make_folder(folder).map_err(files::failed("cannot make the folder", folder))?;
        newest::not_lost(path)?;
        let opened =
            |source| health::damage(path, &source).unwrap_or(LedgerError::Open { path: path.to_path_buf(), source });
        let db = Connection::open(path).map_err(opened)?;
        let knows = |db: &Connection| newest::knows_what_was_done(db, path);
        let ledger = Ledger::prepared(db, knows).map_err(|error| match error {
            LedgerError::Sql { source, .. } => opened(source),
            other => other,
        })?;
        // A new file must still be there after a power cut.
        files::flush_folder(folder).map_err(files::failed("cannot flush the folder", folder))?;
        Ok(ledger)
    }

    /// A ledger that is forgotten when it is dropped: for a trial, which must not count as published.
    pub(crate) fn in_memory() -> Result<Ledger, LedgerError> {
        Ledger::prepared(Connection::open_in_memory().map_err(failed("begin"))?, |_| Ok(()))
    }

    fn prepared(
        mut db: Connection,
        knows: impl FnOnce(&Connection) -> Result<(), LedgerError>,
    ) -> Result<Ledger, LedgerError> {
        db.busy_timeout(PATIENCE).map_err(failed("wait"))?;
        knows(&db)?;
        // FULL: a row that was written survives a power cut; the point of a ledger.
        db.pragma_update(None, "journal_mode", "WAL").map_err(failed("set the journal"))?;
        db.pragma_update(None, "synchronous", "FULL").map_err(failed("set the journal"))?;
        db.pragma_update(None, "foreign_keys", true).map_err(failed("set foreign keys"))?;
        if cfg!(debug_assertions) {
            let before = || {
                boundary("ledger: commit");
                false
            };
            db.commit_hook(Some(before)).map_err(failed("watch commits"))?;
        }
        schema::migrate(&mut db)?;
        copies::settle(&mut db)?;
        Ok(Ledger { db })
    }
}

/// An instant as the ledger writes it: UTC, milliseconds, so that texts sort as times do.
fn written(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The instant in column `index`.
fn instant(row: &rusqlite::Row<'_>, index: usize) -> rusqlite::Result<DateTime<Utc>> {
    let text: String = row.get(index)?;
    DateTime::parse_from_rfc3339(&text).map(|at| at.with_timezone(&Utc)).map_err(|error| misread(index, error))
}

fn instant_or_none(row: &rusqlite::Row<'_>, index: usize) -> rusqlite::Result<Option<DateTime<Utc>>> {
    match row.get_ref(index)? {
        rusqlite::types::ValueRef::Null => Ok(None),
        _ => instant(row, index).map(Some),
    }
}

fn misread(index: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(index, rusqlite::types::Type::Text, Box::new(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_opens_twice_and_a_newer_one_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/ledger.sqlite");
        drop(Ledger::open(&path).unwrap());
        let ledger = Ledger::open(&path).unwrap();
        let mode: String = ledger.db.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        assert_eq!(mode, "wal");
        ledger.db.pragma_update(None, "user_version", 999).unwrap();
        drop(ledger);
        let told = Ledger::open(&path).err().unwrap();
        assert!(matches!(told, LedgerError::Newer { found: 999, .. }));
        assert!(told.to_string().contains("install that version again"), "{told}");
    }

    #[test]
    fn a_ledger_that_is_gone_is_not_quietly_begun_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite");
        std::fs::create_dir(folder.path().join("runs")).unwrap();
        drop(Ledger::open(&path).unwrap());
        std::fs::write(folder.path().join("runs/run-000001.json"), "{}").unwrap();
        drop(Ledger::open(&path).unwrap());
        std::fs::remove_file(&path).unwrap();
        let told = Ledger::open(&path).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(told.contains("is gone") && told.contains("kim backup"), "{told:?}");
        assert!(!path.exists());
    }

    #[test]
    fn a_file_that_is_no_ledger_is_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite");
        std::fs::write(&path, "not a database, but somebody's notes").unwrap();
        assert!(matches!(Ledger::open(&path), Err(LedgerError::Damaged { .. })));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "not a database, but somebody's notes");
    }
}

//! The ledger: what the program did, written before and after every effect, so that nothing is lost or done twice.
//!
//! In: facts of a run and instants handed in. Out: rows of an embedded SQLite file.
//! Never: reads the clock, holds figures or returns, decides what is due.

mod due;
mod forgotten;
mod mail;
mod runs;
mod schema;

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::Connection;

pub(crate) use due::Claim;
pub(crate) use forgotten::{Forgotten, Original};
pub(crate) use mail::{Delivery, DeliveryState, NewDelivery};
pub(crate) use runs::{NewRun, Outcome, Run, SubmissionState};

/// How long a second process waits for the file before it gives up.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug, thiserror::Error)]
pub(crate) enum LedgerError {
    #[error("cannot open the ledger {}", path.display())]
    Open { path: PathBuf, source: rusqlite::Error },
    #[error("cannot make the folder of the ledger")]
    Folder(#[from] crate::base::files::FileError),
    #[error("the ledger has schema {found}, this program knows {known}: it was written by a newer version of kim")]
    Newer { found: i64, known: i64 },
    #[error("cannot {doing} in the ledger")]
    Sql { doing: &'static str, source: rusqlite::Error },
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
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(crate::base::files::failed("cannot make the folder", folder))?;
        }
        let opened = |source| LedgerError::Open { path: path.to_path_buf(), source };
        let db = Connection::open(path).map_err(opened)?;
        Ledger::prepared(db).map_err(|error| match error {
            LedgerError::Sql { source, .. } => opened(source),
            other => other,
        })
    }

    /// A ledger that is forgotten when it is dropped: for a trial, which must not count as published.
    pub(crate) fn in_memory() -> Result<Ledger, LedgerError> {
        Ledger::prepared(Connection::open_in_memory().map_err(failed("begin"))?)
    }

    fn prepared(mut db: Connection) -> Result<Ledger, LedgerError> {
        db.busy_timeout(PATIENCE).map_err(failed("wait"))?;
        // FULL: a row that was written survives a power cut; the point of a ledger.
        db.pragma_update(None, "journal_mode", "WAL").map_err(failed("set the journal"))?;
        db.pragma_update(None, "synchronous", "FULL").map_err(failed("set the journal"))?;
        db.pragma_update(None, "foreign_keys", true).map_err(failed("set foreign keys"))?;
        schema::migrate(&mut db)?;
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
        assert!(matches!(Ledger::open(&path), Err(LedgerError::Newer { found: 999, .. })));
    }

    #[test]
    fn a_file_that_is_no_ledger_is_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite");
        std::fs::write(&path, "not a database, but somebody's notes").unwrap();
        assert!(matches!(Ledger::open(&path), Err(LedgerError::Open { .. })));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "not a database, but somebody's notes");
    }
}

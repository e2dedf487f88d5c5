//! Is this the ledger that knows what was done? One that has forgotten sends mail twice.
//!
//! Never: mends or replaces anything. A person does that, with a backup.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::ffi::SQLITE_IOERR_SHMSIZE;
use rusqlite::{Connection, ErrorCode};

use super::{LedgerError, failed};
use crate::base::files::{self, FileError};

/// The smallest page of SQLite; no database has fewer bytes.
const SMALLEST: u64 = 512;

/// The file is there, if runs were begun; asked before one is made. Of a few bytes SQLite makes a new ledger.
pub(super) fn not_lost(path: &Path) -> Result<(), LedgerError> {
    match fs::metadata(path).map_or(0, |data| data.len()) {
        0 => {
            let runs = path.with_file_name("runs");
            let done = fs::read_dir(&runs).is_ok_and(|mut runs| runs.next().is_some());
            if done { Err(LedgerError::Gone { path: path.to_path_buf(), runs }) } else { at_least(0, path) }
        }
        1..SMALLEST => Err(LedgerError::Damaged { path: path.to_path_buf(), what: "it is cut off".to_owned() }),
        _ => Ok(()),
    }
}

/// A ledger that was emptied, lost its write-ahead log or came from an older backup knows fewer runs than were begun.
pub(super) fn knows_what_was_done(db: &Connection, path: &Path) -> Result<(), LedgerError> {
    let number = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(failed("look for runs"));
    let known = match number("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'sqlite_sequence'")? {
        0 => 0,
        _ => number("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = 'runs'")?,
    };
    at_least(known, path)
}

fn at_least(known: i64, path: &Path) -> Result<(), LedgerError> {
    let begun = fs::read_to_string(place(path)).ok().and_then(|number| number.trim().parse().ok());
    match begun {
        Some(begun) if begun > known => {
            Err(LedgerError::Forgetful { path: path.to_path_buf(), known, begun, newest: place(path) })
        }
        _ => Ok(()),
    }
}

/// The number of the newest run, for a person to read and for this program to compare.
fn place(ledger: &Path) -> PathBuf {
    ledger.with_extension("newest")
}

/// Writes beside the ledger that this run has begun; durable before anything is done in it.
pub(crate) fn remember(ledger: &Path, run: i64) -> Result<(), FileError> {
    files::write(&place(ledger), format!("{run}\n").as_bytes())
}

/// What the world did to the ledger, if that is what the error is about.
pub(crate) fn io_kind(error: &(dyn Error + 'static)) -> Option<std::io::ErrorKind> {
    let error = error.downcast_ref::<rusqlite::Error>()?.sqlite_error()?;
    match error.code {
        ErrorCode::DiskFull => Some(std::io::ErrorKind::StorageFull),
        // There is no room for the index of the write-ahead log.
        ErrorCode::SystemIoFailure if error.extended_code == SQLITE_IOERR_SHMSIZE => {
            Some(std::io::ErrorKind::StorageFull)
        }
        ErrorCode::ReadOnly | ErrorCode::CannotOpen => Some(std::io::ErrorKind::ReadOnlyFilesystem),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::run::ledger::{Ledger, NewDelivery, NewRun};

    /// What must not be forgotten: which message stands where.
    fn known(ledger: &Ledger) -> Result<BTreeSet<(String, &'static str)>, LedgerError> {
        let all = ledger.deliveries("TRUE", [])?;
        Ok(all.into_iter().map(|mail| (mail.message_id, mail.state.name())).collect())
    }

    fn written(path: &Path) -> Ledger {
        let now = "2026-10-20T04:00:00Z".parse().unwrap();
        let ledger = Ledger::open(path).unwrap();
        let run = NewRun { pipeline: "a", period: None, as_of: now, trial: false, version: "0", limits: None };
        let run = ledger.begin_run(&run, now).unwrap();
        for number in 0..60 {
            let mail = NewDelivery {
                run: Some(run),
                edition: "e",
                audience: "a",
                sender: "s@example.org",
                recipient: "r@example.org",
                message_id: &format!("<{number:040}@example.org>"),
                content: None,
                message: &[b'x'; 3000],
            };
            let mail = ledger.queue_delivery(&mail, now).unwrap();
            if number % 3 > 0 {
                ledger.db.execute("UPDATE deliveries SET state = 'sent' WHERE id = ?1", [mail.id]).unwrap();
            }
        }
        ledger
    }

    #[test]
    fn whatever_byte_is_flipped_no_mail_is_forgotten_without_a_word() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite");
        drop(written(&path));
        let sound = fs::read(&path).unwrap();
        let truth = known(&Ledger::open_sound(&path).unwrap()).unwrap();
        assert_eq!(truth.len(), 60);
        let mut told = 0;
        // The header and the tables' pages byte by byte in steps, so that every page is hit in many places.
        for at in (0..100).chain((100..sound.len()).step_by(509)) {
            let mut flipped = sound.clone();
            flipped[at] ^= 0x15;
            fs::write(&path, &flipped).unwrap();
            match Ledger::open_sound(&path).and_then(|ledger| known(&ledger)) {
                Ok(seen) => assert_eq!(seen, truth, "byte {at}"),
                Err(_) => {
                    told += 1;
                    assert!(fs::read(&path).unwrap() == flipped, "byte {at}: what is damaged is left as it is");
                }
            }
            let _ = fs::remove_file(folder.path().join("ledger.sqlite-wal"));
            let _ = fs::remove_file(folder.path().join("ledger.sqlite-shm"));
        }
        assert!(told > 50, "only {told} were told");
    }

    #[test]
    fn a_torn_ledger_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite");
        drop(written(&path));
        let sound = fs::read(&path).unwrap();
        for left in [sound.len() - 4096, sound.len() / 2, 4096, 1000, 1] {
            fs::write(&path, &sound[..left]).unwrap();
            assert!(Ledger::open_sound(&path).is_err(), "{left} bytes of {}", sound.len());
            assert_eq!(fs::read(&path).unwrap(), &sound[..left]);
        }
    }

    #[test]
    fn one_that_knows_fewer_runs_than_were_done_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite");
        drop(written(&path));
        let older = fs::read(&path).unwrap();
        remember(&path, 1).unwrap();
        Ledger::open(&path).unwrap();
        remember(&path, 12).unwrap();
        for bytes in [&older[..], &[]] {
            fs::write(&path, bytes).unwrap();
            assert!(matches!(Ledger::open(&path), Err(LedgerError::Forgetful { begun: 12, .. })));
        }
        fs::remove_file(&path).unwrap();
        let told = Ledger::open(&path).err().unwrap().to_string();
        assert!(told.contains("knows of 0 runs, but run 12 was begun") && told.contains("ledger.newest"), "{told}");
        assert!(!path.exists(), "none is made in its place");
        fs::remove_file(folder.path().join("ledger.newest")).unwrap();
        Ledger::open(&path).unwrap();
    }
}

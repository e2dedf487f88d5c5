//! Is the ledger whole? And a copy of it, made while others write.

use std::path::Path;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OpenFlags};

use super::{Ledger, LedgerError, copies, failed};
use crate::base::files::{self, FileError};

impl Ledger {
    /// Opens the file as [`Ledger::open`] does, and reads all of it once: for the start of a process, or of a run.
    ///
    /// # Errors
    /// Also [`LedgerError::Damaged`].
    pub(crate) fn open_sound(path: &Path) -> Result<Ledger, LedgerError> {
        let ledger = Ledger::open(path)?;
        match complaint(&ledger.db) {
            Ok(None) => Ok(ledger),
            Ok(Some(what)) => Err(LedgerError::Damaged { path: path.to_path_buf(), what }),
            Err(error) => Err(damage(path, &error).unwrap_or(LedgerError::Sql { doing: "check", source: error })),
        }
    }

    /// Writes a copy as it stands at this moment to `target`, which others may be writing to the ledger meanwhile do
    /// not disturb; checked after writing, and in its place only then. It says of itself that it was made at `now`: whoever
    /// restores it finds what may have happened since in doubt. Gives the size in bytes.
    pub(crate) fn copy_to(&self, target: &Path, now: DateTime<Utc>) -> Result<u64, LedgerError> {
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(files::failed("cannot make the folder", folder))?;
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let draft = folder.join(format!(".{name}.{}.part", std::process::id()));
        let copied = self.copy_checked(&draft, now).and_then(|size| Ok(put(&draft, target).map(|()| size)?));
        if copied.is_err() {
            let _ = std::fs::remove_file(&draft);
        }
        copied
    }

    fn copy_checked(&self, draft: &Path, now: DateTime<Utc>) -> Result<u64, LedgerError> {
        let _ = std::fs::remove_file(draft);
        self.db.execute("VACUUM INTO ?1", [draft.display().to_string()]).map_err(failed("copy"))?;
        let copy = Connection::open_with_flags(draft, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(failed("copy"))?;
        copies::stamp(&copy, now).map_err(failed("stamp the copy"))?;
        if let Some(what) = complaint(&copy).map_err(failed("check the copy"))? {
            return Err(LedgerError::Damaged { path: draft.to_path_buf(), what });
        }
        Ok(std::fs::metadata(draft).map_err(files::failed("cannot read", draft))?.len())
    }
}

fn put(draft: &Path, target: &Path) -> Result<(), FileError> {
    let put = || -> std::io::Result<()> {
        std::fs::File::open(draft)?.sync_all()?;
        std::fs::rename(draft, target)?;
        std::fs::File::open(target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")))?
            .sync_all()
    };
    put().map_err(files::failed("cannot write", target))
}

/// The first thing that is wrong with the file, or with what its rows point to.
pub(super) fn complaint(db: &Connection) -> rusqlite::Result<Option<String>> {
    let told: String = db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if told != "ok" {
        return Ok(Some(told));
    }
    let mut strays = db.prepare("PRAGMA foreign_key_check")?;
    let mut rows = strays.query([])?;
    rows.next()?
        .map(|row| {
            let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
            Ok(format!("a row of `{table}` points to a row of `{parent}` that is not there"))
        })
        .transpose()
}

/// What SQLite says of a file that is none of its own, or no longer.
pub(super) fn damage(path: &Path, error: &rusqlite::Error) -> Option<LedgerError> {
    let code = error.sqlite_error_code()?;
    matches!(code, rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase)
        .then(|| LedgerError::Damaged { path: path.to_path_buf(), what: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::ledger::NewRun;

    fn filled(path: &Path) -> Ledger {
        let ledger = Ledger::open(path).unwrap();
        let now = "2026-10-20T04:00:00Z".parse().unwrap();
        for _ in 0..200 {
            let run = NewRun { pipeline: "a", period: None, as_of: now, trial: false, version: "0", limits: None };
            let run = ledger.begin_run(&run, now).unwrap();
            ledger.step(run, "collect", now).unwrap();
        }
        ledger
    }

    #[test]
    fn a_damaged_ledger_is_told_with_the_remedy_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite");
        drop(filled(&path));
        let good = std::fs::read(&path).unwrap();
        assert!(good.len() > 3 * 4096);
        // In the middle, in the header, and cut short.
        let mut torn = good.clone();
        torn[8192..].iter_mut().for_each(|byte| *byte = 0xA5);
        let mut headless = good.clone();
        headless[..16].iter_mut().for_each(|byte| *byte = b'x');
        for bytes in [&torn, &headless, &good[..good.len() / 2].to_vec()] {
            std::fs::write(&path, bytes).unwrap();
            let told = Ledger::open_sound(&path).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(told.contains("is damaged") && told.contains("restore"), "{told:?}");
            assert_eq!(std::fs::read(&path).unwrap(), *bytes, "it is not touched");
        }
    }

    #[test]
    fn a_row_that_points_nowhere_is_damage_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite");
        let ledger = filled(&path);
        ledger.db.pragma_update(None, "foreign_keys", false).unwrap();
        ledger.db.execute("DELETE FROM runs WHERE id = 7", []).unwrap();
        drop(ledger);
        let told = Ledger::open_sound(&path).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(told.contains("`steps`") && told.contains("`runs`"), "{told:?}");
    }

    #[test]
    fn a_copy_holds_everything_that_was_written_and_others_go_on_writing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite");
        let ledger = filled(&path);
        // Another process in the middle of writing: what is not yet committed is not in the copy, and does not stop it.
        let other = Ledger::open(&path).unwrap();
        let half = other.db.unchecked_transaction().unwrap();
        half.execute("DELETE FROM steps", []).unwrap();
        let target = folder.path().join("backup/ledger.sqlite");
        for _ in 0..2 {
            ledger.copy_to(&target, "2026-10-20T04:00:00Z".parse().unwrap()).unwrap();
            let copy = Ledger::open_sound(&target).unwrap();
            let steps: i64 = copy.db.query_row("SELECT COUNT(*) FROM steps", [], |row| row.get(0)).unwrap();
            assert_eq!((steps, copy.last_runs(500).unwrap().len()), (200, 200));
        }
        let lying = std::fs::read_dir(folder.path().join("backup")).unwrap();
        let left: Vec<_> = lying.map(|entry| entry.unwrap().file_name()).collect();
        assert!(left.iter().all(|name| name.to_string_lossy().starts_with("ledger.sqlite")), "no draft: {left:?}");
        half.commit().unwrap();
    }
}

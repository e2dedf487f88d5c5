//! A backup of everything that cannot be made anew: the ledger, the archive, the manifests, the configuration.
//!
//! In: a folder, or a file for the ledger alone. Out: copies that were read again and found whole. A second backup into
//! the same folder adds only what is new. It works beside a run: the ledger is copied first, as it stands at one moment,
//! and all that it knows lay in the archive before.
//! Never: copies passwords, or what is made anew (facts, editions); deletes anything in the backup but originals whose
//! retention has ended a while ago.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use super::RunError;
use super::barred::kind;
use super::ledger::{Ledger, LedgerError};
use super::order::Places;
use super::settings::Ground;
use crate::base::files::{self, FileError, failed, sha256_of};
use crate::stages::collect;

/// So long an original stays in the backup after it was deleted here: perhaps a wrong clock or a wrong rule did it.
const SECOND_THOUGHTS: TimeDelta = TimeDelta::days(30);

/// What was done.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Backup {
    pub(crate) to: PathBuf,
    pub(crate) ledger_bytes: u64,
    /// None: only the ledger was asked for.
    pub(crate) rest: Option<Rest>,
}

#[derive(Debug, Default, Serialize)]
pub(crate) struct Rest {
    /// Originals in the archive, and those of them that were not in the backup yet.
    pub(crate) originals: usize,
    pub(crate) new: usize,
    pub(crate) manifests: usize,
    pub(crate) configuration: usize,
}

/// Copies to `target`: a folder, or a name ending in `.sqlite` for the ledger alone. `files` are those of the
/// configuration, sound or not: a backup is made of what there is. The copy bears the instant `now`.
pub(crate) fn backup(
    ground: &Ground,
    files: &[(PathBuf, String)],
    target: &Path,
    now: DateTime<Utc>,
) -> Result<Backup, RunError> {
    let places = Places::of(ground);
    if !places.ledger().exists() {
        return Err(RunError::NothingToBackUp { path: places.ledger() });
    }
    for (what, folder) in [("data folder", &places.data), ("configuration folder", &ground.folder)] {
        if inside(target, folder) {
            return Err(RunError::BackupInside { target: target.to_path_buf(), what, folder: folder.clone() });
        }
    }
    let ledger = Ledger::open_sound(&places.ledger()).or_else(|error| to_read(&places.ledger(), error))?;
    copies(&ledger, &places, files, target, now).map_err(|error| of_target(error, target, &places.data))
}

fn copies(
    ledger: &Ledger,
    places: &Places,
    files: &[(PathBuf, String)],
    target: &Path,
    now: DateTime<Utc>,
) -> Result<Backup, RunError> {
    let alone = !target.is_dir() && target.extension().is_some_and(|ending| ending == "sqlite");
    if alone {
        let ledger_bytes = ledger.copy_to(target, now)?;
        return Ok(Backup { to: target.to_path_buf(), ledger_bytes, rest: None });
    }
    let ledger_bytes = ledger.copy_to(&target.join("ledger.sqlite"), now)?;
    let mut rest = Rest::default();
    archive(&places.archive(), &target.join("archive"), &mut rest)?;
    for forgotten in ledger.forgotten()?.iter().filter(|one| now - one.decided >= SECOND_THOUGHTS) {
        files::remove(&collect::archived(&target.join("archive"), &forgotten.sha256))?;
    }
    for path in below(&places.manifests(None))? {
        let name = path.file_name().unwrap_or_default();
        files::write(&target.join("runs").join(name), &files::read(&path)?)?;
        rest.manifests += 1;
    }
    for (path, _) in files {
        files::write(&target.join("configuration").join(named(path)), &files::read(path)?)?;
        rest.configuration += 1;
    }
    Ok(Backup { to: target.to_path_buf(), ledger_bytes, rest: Some(rest) })
}

/// Is it another disk that is full than that of the data?
fn of_target(error: RunError, target: &Path, data: &Path) -> RunError {
    let disk = |path: &Path| path.ancestors().find_map(|path| fs::metadata(path).ok()).map(|about| about.dev());
    let full = matches!(kind(&error), Some(ErrorKind::StorageFull | ErrorKind::QuotaExceeded));
    if !full || disk(target) == disk(data) {
        return error;
    }
    RunError::BackupFull { target: target.to_path_buf(), source: Box::new(error) }
}

/// A disk that has turned itself read-only is just what a backup is wanted for: reading is enough.
fn to_read(path: &Path, error: LedgerError) -> Result<Ledger, LedgerError> {
    if !matches!(kind(&error), Some(ErrorKind::ReadOnlyFilesystem | ErrorKind::StorageFull)) {
        return Err(error);
    }
    let ledger = Ledger::look(path).map_err(|_| error)?;
    match ledger.complaint()? {
        Some(what) => Err(LedgerError::Damaged { path: path.to_path_buf(), what }),
        None => Ok(ledger),
    }
}

/// Each original is checked against its name, in the archive before it is copied and in the backup afterwards.
fn archive(from: &Path, to: &Path, rest: &mut Rest) -> Result<(), RunError> {
    for folder in below(from)? {
        for path in below(&folder)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let target = to.join(folder.file_name().unwrap_or_default()).join(&name);
            // A draft of a file that is just being taken in.
            if name.starts_with('.') {
                continue;
            }
            rest.originals += 1;
            if target.exists() && sha256_of(&target)? == name {
                continue;
            }
            files::write(&target, &files::read(&path)?)?;
            if sha256_of(&target)? != name {
                return Err(RunError::DamagedOriginal { path });
            }
            rest.new += 1;
        }
    }
    Ok(())
}

/// What lies in a folder, in order; nothing where there is none.
fn below(folder: &Path) -> Result<Vec<PathBuf>, FileError> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).map_err(failed("cannot look into", folder))?;
    let paths: std::io::Result<Vec<PathBuf>> = entries.map(|entry| Ok(entry?.path())).collect();
    let mut paths = paths.map_err(failed("cannot look into", folder))?;
    paths.sort();
    Ok(paths)
}

/// The path without what leads out of the backup: `../pipelines/a.toml` and `/etc/kim/kim.toml` lie inside.
fn named(path: &Path) -> PathBuf {
    path.components().filter(|part| matches!(part, Component::Normal(_))).collect()
}

/// A backup among the data would be lost with them, or replace what it is a copy of.
fn inside(target: &Path, folder: &Path) -> bool {
    let whole = |path: &Path| {
        let known = path.ancestors().find(|path| path.exists())?;
        let rest = path.strip_prefix(known).ok()?;
        Some(fs::canonicalize(known).ok()?.join(rest))
    };
    let here = |path: &Path| whole(&std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()));
    match (here(target), here(folder)) {
        (Some(target), Some(folder)) => target.starts_with(folder),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::chain;

    #[test]
    fn a_full_disk_is_told_by_the_name_of_what_lies_on_it() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        let told = |target: &Path| {
            let error = RunError::File(failed("cannot write", &target.join("x"))(ErrorKind::StorageFull.into()));
            chain(&of_target(error, target, data).about(data))
        };
        let same = told(&data.join("deep/backup"));
        assert!(same.starts_with("the disk of the data folder"), "{same}");
        let other = told(Path::new("/proc/backup"));
        assert!(other.starts_with("the disk of the backup /proc/backup is full"), "{other}");
    }
}

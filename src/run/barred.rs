//! When the world bars the way: a disk that is full or read-only, a file that belongs to somebody else.
//!
//! In: why a run failed, and where the data lie. Out: the same with the folder or file that is the cause, and the remedy.
//! Never: guesses; what is something else stays as it is.

use std::error::Error;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::facts::FactsError;
use super::ledger::LedgerError;
use super::{RunError, ledger};
use crate::base::files::FileError;
use crate::stages::collect::CollectError;
use crate::stages::store::StoreError;

impl RunError {
    /// Where the disk or the rights to it are the cause: what bars the way, and what is to be done.
    pub(crate) fn about(self, data: &Path) -> RunError {
        if self.is_barred() {
            return self;
        }
        let place = data.to_path_buf();
        match kind(&self) {
            Some(ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => {
                RunError::Full { data: place, source: Box::new(self) }
            }
            Some(ErrorKind::ReadOnlyFilesystem) => match not_ours(&data.join("ledger.sqlite")) {
                Some(path) => denied(self, &path, data),
                None => RunError::ReadOnly { data: place, source: Box::new(self) },
            },
            Some(ErrorKind::PermissionDenied) => match of_file(&self).map(|error| error.path.clone()) {
                Some(path) => denied(self, &not_ours(&path).unwrap_or(path), data),
                None => self,
            },
            _ => self,
        }
    }

    /// Did [`RunError::about`] find such a cause?
    pub(crate) fn is_barred(&self) -> bool {
        matches!(
            self,
            RunError::Full { .. } | RunError::BackupFull { .. } | RunError::ReadOnly { .. } | RunError::Denied { .. }
        )
    }
}

fn denied(error: RunError, path: &Path, data: &Path) -> RunError {
    let owner = fs::metadata(path).ok().map(|data| data.uid());
    let me = me();
    let (user, folder) = (account(me), data.display());
    // Or above it: then the folder itself cannot be made.
    let inside = path.starts_with(data) || data.starts_with(path);
    let remedy = match (inside, owner == Some(me)) {
        (true, true) => format!("`chmod -R u+rwX {folder}`, and run again"),
        (true, false) => format!(
            "`chown -R {user}: {folder}`, and run again; start kim as {user} only, never as another (`runuser -u {user} -- kim …`)"
        ),
        (false, _) => format!("let {user} read it (chmod, chown, the rights of the share), and run again"),
    };
    let owner = owner.map_or("somebody else".to_owned(), account);
    RunError::Denied { path: path.to_path_buf(), inside, user, owner, remedy, source: Box::new(error) }
}

/// The nearest that is there and belongs to another user: the file itself, or a folder above it. Never for root, who may
/// do everything that rights decide.
fn not_ours(path: &Path) -> Option<PathBuf> {
    let me = me();
    let others = |path: &&Path| fs::metadata(path).is_ok_and(|data| data.uid() != me);
    path.ancestors()
        .filter(|_| me != 0)
        .take_while(|path| !path.as_os_str().is_empty())
        .find(others)
        .map(Path::to_path_buf)
}

/// Whose process this is.
fn me() -> u32 {
    fs::metadata("/proc/self").map_or(0, |data| data.uid())
}

/// The name of an account; its number where the machine's own list has none.
fn account(uid: u32) -> String {
    let list = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let mut lines = list.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let known = lines.find(|fields| fields.get(2).is_some_and(|number| *number == uid.to_string()));
    known.map_or_else(|| format!("user {uid}"), |fields| fields[0].to_owned())
}

/// What the world says, wherever in the chain of causes.
pub(super) fn kind(error: &(dyn Error + 'static)) -> Option<ErrorKind> {
    let of_file = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
    of_file.or_else(|| ledger::io_kind(error)).or_else(|| kind(error.source()?))
}

/// The file that it is about. What is passed on as it is stands in no chain of causes.
fn of_file(error: &RunError) -> Option<&FileError> {
    match error {
        RunError::File(error)
        | RunError::Collect(CollectError::File(error))
        | RunError::Ledger(LedgerError::File(error))
        | RunError::Facts(FactsError::Store(StoreError::File(error))) => Some(error),
        other => among_causes(other),
    }
}

fn among_causes<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a FileError> {
    error.downcast_ref::<FileError>().or_else(|| among_causes(error.source()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{chain, discreet};

    fn failed(path: &Path, kind: ErrorKind) -> RunError {
        RunError::File(crate::base::files::failed("cannot write", path)(kind.into()))
    }

    #[test]
    fn each_cause_is_told_with_its_remedy_and_what_is_something_else_stays() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        let told = |kind| chain(&failed(&data.join("archive/ab/cd"), kind).about(data).about(data));
        assert!(told(ErrorKind::StorageFull).contains("is full"), "{}", told(ErrorKind::StorageFull));
        assert!(told(ErrorKind::ReadOnlyFilesystem).contains("make it writable"));
        let denied = told(ErrorKind::PermissionDenied);
        let me = account(me());
        assert!(denied.starts_with(&format!("kim runs as {me} and may not use ")), "{denied}");
        assert!(denied.contains(&data.display().to_string()) && denied.contains("and run again"), "{denied}");
        assert_eq!(
            told(ErrorKind::NotFound),
            format!("cannot write {}: entity not found", data.join("archive/ab/cd").display())
        );
    }

    #[test]
    fn a_return_that_may_not_be_read_is_told_without_its_name_in_the_log() {
        let folder = tempfile::tempdir().unwrap();
        let error = failed(Path::new("/nowhere/Frau Muster.xlsx"), ErrorKind::PermissionDenied).about(folder.path());
        assert!(chain(&error).contains("Frau Muster") && chain(&error).contains("read it"), "{}", chain(&error));
        assert!(!discreet(&error).contains("Muster"), "{}", discreet(&error));
    }
}

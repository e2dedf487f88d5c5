//! One run per data folder. The lock is the system's (it ends with the process, however that ends), the number inside
//! the file only tells people who holds it.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::base::files::{FileError, failed, make_folder};

#[derive(Debug, thiserror::Error)]
pub(crate) enum LockError {
    #[error("another kim works on this data folder{}", holder.as_ref().map(|pid| format!(" (process {pid})")).unwrap_or_default())]
    Held { holder: Option<String> },
    #[error("cannot lock the data folder; kim must be able to write there")]
    File(#[from] FileError),
}

/// Held until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

/// Locks the data folder, or says who did.
pub(crate) fn hold(data: &Path) -> Result<Lock, LockError> {
    hold_named(data, "kim.lock")
}

/// Locks out a second program that stays; runs by hand go on beside it.
pub(crate) fn hold_alone(data: &Path) -> Result<Lock, LockError> {
    hold_named(data, "serve.lock")
}

/// One teller of troubles per data folder, whoever runs there meanwhile.
pub(crate) fn hold_alerts(data: &Path) -> Result<Lock, LockError> {
    hold_named(data, "alerts.lock")
}

fn hold_named(data: &Path, name: &str) -> Result<Lock, LockError> {
    make_folder(data).map_err(failed("cannot make the folder", data))?;
    let path = data.join(name);
    let mut file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(failed("cannot open", &path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // Only for people to read; whatever is wrong with it, the folder is locked.
            let _ = file.read_to_string(&mut holder);
            let holder = Some(holder.trim().to_owned()).filter(|pid| !pid.is_empty());
            return Err(LockError::Held { holder });
        }
        Err(TryLockError::Error(error)) => return Err(failed("cannot lock", &path)(error).into()),
    }
    // Only for people to read: on a full disk the number is missing, and the lock holds all the same.
    let mut sign = || -> std::io::Result<()> {
        file.set_len(0)?;
        file.seek(SeekFrom::Start(0))?;
        writeln!(file, "{}", std::process::id())
    };
    let _ = sign();
    Ok(Lock { _file: file })
}

/// As [`hold`], but waits while another holds it, up to `patience`; `tell` hears once for whom.
pub(crate) fn wait(data: &Path, patience: Duration, tell: impl FnOnce(&LockError)) -> Result<Lock, LockError> {
    let begun = Instant::now();
    let mut tell = Some(tell);
    loop {
        match hold(data) {
            Err(held @ LockError::Held { .. }) if begun.elapsed() < patience => {
                if let Some(tell) = tell.take() {
                    tell(&held);
                }
                std::thread::sleep(Duration::from_millis(100));
            }
            other => return other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_who_holds_it_and_gets_it_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let first = hold(folder.path()).unwrap();
        let told = hold(folder.path()).unwrap_err().to_string();
        assert_eq!(told, format!("another kim works on this data folder (process {})", std::process::id()));
        drop(first);
        hold(folder.path()).unwrap();
    }

    #[test]
    fn who_waits_is_told_for_whom_and_gets_it_when_it_is_free() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let first = hold(path).unwrap();
        let refused = wait(path, Duration::ZERO, |_| panic!("nothing to tell: it does not wait"));
        assert!(matches!(refused, Err(LockError::Held { .. })));
        let (told, heard) = std::sync::mpsc::channel();
        let second = std::thread::scope(|scope| {
            let waiting = scope
                .spawn(move || wait(path, Duration::from_secs(60), move |held| told.send(held.to_string()).unwrap()));
            assert!(heard.recv().unwrap().contains("another kim"));
            drop(first);
            waiting.join().unwrap()
        });
        second.unwrap();
    }
}

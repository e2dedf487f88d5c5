//! Files: fingerprints, and writing so that a reader sees the old bytes or the new ones, never half.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::boundary::boundary;
use sha2::{Digest, Sha256};

/// What went wrong with which file; the cause follows in the chain.
#[derive(Debug, thiserror::Error)]
#[error("{doing} {}", path.display())]
pub(crate) struct FileError {
    pub(crate) doing: &'static str,
    pub(crate) path: PathBuf,
    #[source]
    pub(crate) source: io::Error,
}

pub(crate) fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FileError {
    let path = path.to_path_buf();
    move |source| FileError { doing, path, source }
}

/// SHA-256 (FIPS 180-4) as 64 lower-case hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The fingerprint of a file, of whatever size, read piece by piece.
pub(crate) fn sha256_of(path: &Path) -> Result<String, FileError> {
    sha256_of_open(&File::open(path).map_err(failed("cannot read", path))?, path)
}

/// The same of one that is open, from where it stands.
pub(crate) fn sha256_of_open(mut file: &File, path: &Path) -> Result<String, FileError> {
    stream(&mut file, &mut io::sink()).map_err(failed("cannot read", path))
}

/// Copies everything, and gives its fingerprint.
fn stream(from: &mut impl Read, to: &mut impl Write) -> io::Result<String> {
    let mut digest = Sha256::new();
    // Most returns are smaller than this.
    let mut piece = vec![0; 32 << 10];
    loop {
        match from.read(&mut piece) {
            Ok(0) => return Ok(hex(&digest.finalize())),
            Ok(count) => {
                digest.update(&piece[..count]);
                to.write_all(&piece[..count])?;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Copies an open file to the place that `place` gives for its fingerprint; gives the fingerprint. Of a file that changes
/// meanwhile, what was copied counts.
pub(crate) fn keep(mut file: &File, place: impl Fn(&str) -> PathBuf, near: &Path) -> Result<String, FileError> {
    let mut copied = String::new();
    replace(near, |draft| {
        copied = stream(&mut file, draft)?;
        Ok(place(&copied))
    })?;
    Ok(copied)
}

/// Writes beside the target, flushes to the disk, renames: after a crash the file is old or new, never torn.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    replace(path, |file| file.write_all(bytes).map(|()| path.to_path_buf()))
}

/// Writes beside the target and renames, without waiting for the disk: for what is written anew every few seconds, where
/// after a power cut the old file does as well.
pub(crate) fn put(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let draft = folder.join(format!(".{name}.{}.part", std::process::id()));
    fs::create_dir_all(folder).and_then(|()| fs::write(&draft, bytes)).and_then(|()| fs::rename(&draft, path)).map_err(
        |source| {
            let _ = fs::remove_file(&draft);
            FileError { doing: "cannot write", path: path.to_path_buf(), source }
        },
    )
}

/// As [`write`], with a function that fills the draft and says where it is to lie in the end.
fn replace(path: &Path, fill: impl FnOnce(&mut File) -> io::Result<PathBuf>) -> Result<(), FileError> {
    let folder = folder_of(path);
    make_folder(folder).map_err(failed("cannot make the folder", folder))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let number = DRAFTS.fetch_add(1, Ordering::Relaxed);
    let draft = folder.join(format!(".{name}.{}-{number}{DRAFT}", std::process::id()));
    let write_all = || -> io::Result<()> {
        boundary("file: draft");
        let mut file = begin(&draft)?;
        let target = fill(&mut file)?;
        file.sync_all()?;
        make_folder(folder_of(&target))?;
        boundary("file: in its place");
        fs::rename(&draft, &target)?;
        flush_folder(folder_of(&target))
    };
    write_all().map_err(|source| {
        let _ = fs::remove_file(&draft);
        FileError { doing: "cannot write", path: path.to_path_buf(), source }
    })
}

/// How the name of a draft ends; it begins with a dot.
const DRAFT: &str = ".part";

/// So many drafts this process has begun: each has a name of its own.
static DRAFTS: AtomicUsize = AtomicUsize::new(0);

/// A new draft, locked for as long as somebody writes it; so [`sweep`] knows it from one that a dead process left.
fn begin(draft: &Path) -> io::Result<File> {
    loop {
        let file = File::create(draft)?;
        // Where the file system knows no locks, nothing is swept either.
        let _ = file.lock();
        // Swept between the two lines above: once more.
        if file.metadata()?.nlink() > 0 {
            return Ok(file);
        }
    }
}

/// Removes the drafts that dead processes left anywhere below the folder. What cannot be looked at stays: it harms nobody.
pub(crate) fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => sweep(&path),
            Ok(kind) if kind.is_file() && name.starts_with('.') && name.ends_with(DRAFT) => {
                let left =
                    File::open(&path).is_ok_and(|file| file.try_lock().is_ok_and(|()| fs::remove_file(&path).is_ok()));
                if left {
                    let _ = flush_folder(folder);
                }
            }
            _ => {}
        }
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes the folder and those above it; each is flushed into the one it lies in, or a power cut could take it away with
/// all that was flushed into it.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let above = folder_of(folder);
    make_folder(above)?;
    match fs::create_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => flush_folder(above),
    }
}

/// What lies in the folder, and under which names, is on the disk then.
pub(crate) fn flush_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

pub(crate) fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    fs::read(path).map_err(failed("cannot read", path))
}

/// Deletes a file for good: it does not come back after a power cut. One that is not there is as good as deleted.
pub(crate) fn remove(path: &Path) -> Result<(), FileError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        told => told
            .and_then(|()| File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all())
            .map_err(failed("cannot delete", path)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_of_abc_is_the_one_in_fips_180() {
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_file_is_kept_under_its_fingerprint() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("long");
        let bytes = vec![7; 600_000];
        write(&path, &bytes).unwrap();
        let place = |digest: &str| folder.path().join("archive").join(&digest[..2]).join(digest);
        let near = folder.path().join("archive/near");
        let digest = keep(&File::open(&path).unwrap(), place, &near).unwrap();
        assert_eq!((digest.as_str(), sha256_of(&path).unwrap()), (sha256(&bytes).as_str(), digest.clone()));
        assert_eq!(read(&place(&digest)).unwrap(), bytes);
        assert_eq!(fs::read_dir(place(&digest).parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn writing_replaces_the_whole_file_and_leaves_no_draft() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/file.txt");
        write(&path, b"a longer first text").unwrap();
        write(&path, b"short").unwrap();
        assert_eq!(read(&path).unwrap(), b"short");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn drafts_of_the_dead_are_swept_and_those_of_the_living_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let name = |name: &str| folder.path().join("deep").join(name);
        make_folder(&folder.path().join("deep")).unwrap();
        let living = begin(&name(".a.1-0.part")).unwrap();
        for other in [".b.7-0.part", "c.part", ".d"] {
            fs::write(name(other), "torn").unwrap();
        }
        sweep(folder.path());
        let left = |path: &str| name(path).exists();
        assert_eq!([".a.1-0.part", ".b.7-0.part", "c.part", ".d"].map(left), [true, false, true, true]);
        drop(living);
        sweep(folder.path());
        assert!(!left(".a.1-0.part"));
    }

    #[test]
    fn what_cannot_be_put_in_its_place_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::create_dir(&path).unwrap();
        fs::write(path.join("b"), "").unwrap();
        assert!(write(&path, b"a file cannot replace a folder").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

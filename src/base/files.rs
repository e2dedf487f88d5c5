//! Files: fingerprints, and writing so that a reader sees the old bytes or the new ones, never half.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

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
    let mut file = File::open(path).map_err(failed("cannot read", path))?;
    stream(&mut file, &mut io::sink()).map_err(failed("cannot read", path))
}

/// Copies everything, and gives its fingerprint.
fn stream(from: &mut impl Read, to: &mut impl Write) -> io::Result<String> {
    let mut digest = Sha256::new();
    let mut piece = vec![0; 256 << 10];
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

/// Copies an open file to the place that `place` gives for its fingerprint, unless it is there already; gives the
/// fingerprint. Of a file that changes meanwhile, what was copied counts.
pub(crate) fn keep(mut file: &File, path: &Path, place: impl Fn(&str) -> PathBuf) -> Result<String, FileError> {
    let digest = stream(&mut file, &mut io::sink()).map_err(failed("cannot read", path))?;
    let target = place(&digest);
    if target.exists() {
        return Ok(digest);
    }
    let mut copied = digest;
    replace(&target, |draft| {
        io::Seek::rewind(&mut file)?;
        copied = stream(&mut file, draft)?;
        Ok(place(&copied))
    })?;
    Ok(copied)
}

/// Writes beside the target, flushes to the disk, renames: after a crash the file is old or new, never torn.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    replace(path, |file| file.write_all(bytes).map(|()| path.to_path_buf()))
}

/// As [`write`], with a function that fills the draft and says where it is to lie in the end.
fn replace(path: &Path, fill: impl FnOnce(&mut File) -> io::Result<PathBuf>) -> Result<(), FileError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed("cannot make the folder", folder))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let draft = folder.join(format!(".{name}.{}.part", std::process::id()));
    let write_all = || -> io::Result<()> {
        let mut file = File::create(&draft)?;
        let target = fill(&mut file)?;
        file.sync_all()?;
        let folder = target.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        fs::rename(&draft, &target)?;
        File::open(folder)?.sync_all()
    };
    write_all().map_err(|source| {
        let _ = fs::remove_file(&draft);
        FileError { doing: "cannot write", path: path.to_path_buf(), source }
    })
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
    fn a_file_is_kept_under_its_fingerprint_and_only_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("long");
        let bytes = vec![7; 600_000];
        write(&path, &bytes).unwrap();
        let place = |digest: &str| folder.path().join("archive").join(&digest[..2]).join(digest);
        let digest = keep(&File::open(&path).unwrap(), &path, place).unwrap();
        assert_eq!((digest.as_str(), sha256_of(&path).unwrap()), (sha256(&bytes).as_str(), digest.clone()));
        assert_eq!(read(&place(&digest)).unwrap(), bytes);
        // What is there is not written again.
        fs::write(place(&digest), "kept").unwrap();
        keep(&File::open(&path).unwrap(), &path, place).unwrap();
        assert_eq!(read(&place(&digest)).unwrap(), b"kept");
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
}

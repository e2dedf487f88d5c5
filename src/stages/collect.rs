//! Collect: files in the sources → submissions, their bytes in the archive under their SHA-256.
//!
//! Never: looks into a file, changes or removes anything in a source.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chrono::{DateTime, Utc};

use crate::base::files::{self, FileError, failed, sha256};
use crate::model::submission::Submission;

#[derive(Debug, thiserror::Error)]
pub(crate) enum CollectError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("{} line {line}: {reason}", path.display())]
    Arrivals { path: PathBuf, line: u64, reason: String },
}

/// A folder of returns, paths resolved.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    pub(crate) arrivals: Option<PathBuf>,
}

/// Everything that lies in the folders, in order of arrival, then name. New bytes are copied into `archive`.
///
/// When a file arrived is what the folder's list of arrivals says; without a line there, the file's own time.
pub(crate) fn collect(folders: &[Folder], archive: &Path) -> Result<Vec<Submission>, CollectError> {
    let mut submissions = Vec::new();
    for folder in folders {
        let arrivals = folder.arrivals.as_deref().map(read_arrivals).transpose()?.unwrap_or_default();
        for path in files_below(&folder.path)? {
            let name = path.strip_prefix(&folder.path).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            let bytes = files::read(&path)?;
            let digest = sha256(&bytes);
            let place = archived(archive, &digest);
            if !place.exists() {
                files::write(&place, &bytes)?;
            }
            let (arrived, from) = match arrivals.get(&name) {
                Some((arrived, from)) => (*arrived, from.clone()),
                None => (modified(&path)?, None),
            };
            submissions.push(Submission { sha256: digest, file: name, from, arrived });
        }
    }
    submissions.sort_by(|a, b| (a.arrived, &a.file).cmp(&(b.arrived, &b.file)));
    Ok(submissions)
}

/// Where the bytes with this SHA-256 lie.
pub(crate) fn archived(archive: &Path, sha256: &str) -> PathBuf {
    archive.join(&sha256[..2]).join(sha256)
}

/// Regular files below `folder` in order of their names; hidden files are no returns. A lock file (`~$…`) is told to whom it
/// belongs like every file: perhaps it was sent instead of the return.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>, FileError> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(here) = open.pop() {
        for entry in fs::read_dir(&here).map_err(failed("cannot list the folder", &here))? {
            let entry = entry.map_err(failed("cannot list the folder", &here))?;
            let kind = entry.file_type().map_err(failed("cannot look at", &entry.path()))?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with('.') {
                continue;
            }
            if kind.is_dir() {
                open.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

fn modified(path: &Path) -> Result<DateTime<Utc>, FileError> {
    let time: SystemTime =
        fs::metadata(path).and_then(|data| data.modified()).map_err(failed("cannot look at", path))?;
    Ok(time.into())
}

type Arrivals = BTreeMap<String, (DateTime<Utc>, Option<String>)>;

/// `file,arrived,from`: the path below the folder, RFC 3339, and who sent it (may be empty).
fn read_arrivals(path: &Path) -> Result<Arrivals, CollectError> {
    let bytes = files::read(path)?;
    let mut arrivals = Arrivals::new();
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes.as_slice());
    for record in reader.records() {
        let wrong = |line: u64, reason: String| CollectError::Arrivals { path: path.to_path_buf(), line, reason };
        let record =
            record.map_err(|error| wrong(error.position().map_or(0, csv::Position::line), error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let (Some(file), Some(arrived)) = (record.get(0), record.get(1)) else {
            return Err(wrong(line, "expected file,arrived,from".to_owned()));
        };
        let arrived = DateTime::parse_from_rfc3339(arrived.trim())
            .map_err(|_| wrong(line, format!("`{arrived}` is no time; expected 2026-10-05T09:12:00+02:00")))?;
        let from = record.get(2).map(str::trim).filter(|from| !from.is_empty()).map(str::to_owned);
        arrivals.insert(file.trim().to_owned(), (arrived.to_utc(), from));
    }
    Ok(arrivals)
}

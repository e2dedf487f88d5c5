//! Collect: files in the sources → submissions, their bytes in the archive under their SHA-256.
//!
//! Never: looks into a file, changes or removes anything in a source, waits for anything but a disk, keeps what a lock file
//! says: it holds no figure, only the name of the person who had the workbook open (docs/decisions/0022).
//!
//! Only regular files are taken. A pipe could keep us waiting for ever, a device has no end, and a link could lead anywhere;
//! they are left out and told.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

use chrono::{DateTime, SubsecRound, Utc};

use crate::base::files::{self, FileError, failed};
use crate::model::submission::Submission;

#[derive(Debug, thiserror::Error)]
pub(crate) enum CollectError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error(
        "the source {} is not there: is the share mounted? (`[[source]]` in kim.toml)",
        path.display()
    )]
    Away { path: PathBuf },
    #[error("{} line {line}: {reason}", path.display())]
    Arrivals { path: PathBuf, line: u64, reason: String },
}

/// A folder of returns, paths resolved.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    pub(crate) arrivals: Option<PathBuf>,
}

impl Folder {
    /// What of it is not there: the folder, or its list of arrivals, without which every file would have come today.
    pub(crate) fn away(&self) -> Option<&Path> {
        let list = self.arrivals.as_deref().filter(|list| !list.is_file());
        if self.path.is_dir() { list } else { Some(&self.path) }
    }

    /// Is nothing at all in it, as in the mount point of a share that is not mounted? Whoever empties a folder on purpose
    /// may leave a hidden file in it.
    pub(crate) fn is_bare(&self) -> bool {
        fs::read_dir(&self.path).is_ok_and(|mut entries| entries.next().is_none())
    }
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    /// In order of arrival, then name.
    pub(crate) submissions: Vec<Submission>,
    /// What is no file: links, pipes, devices.
    pub(crate) left_out: Vec<PathBuf>,
}

/// Opening must not wait for somebody who writes into a pipe (O_NONBLOCK of Linux).
const NONBLOCK: i32 = 0o4000;

/// Everything that lies in the folders. New bytes are copied into `archive`, piece by piece: a file may be of any size.
///
/// When a file arrived is what the folder's list of arrivals says; without a line there, the file's own time.
pub(crate) fn collect(folders: &[Folder], archive: &Path) -> Result<Collected, CollectError> {
    let Collected { mut submissions, mut left_out } = Collected::default();
    for folder in folders {
        if let Some(path) = folder.away() {
            return Err(CollectError::Away { path: path.to_path_buf() });
        }
        let arrivals = folder.arrivals.as_deref().map(read_arrivals).transpose()?.unwrap_or_default();
        let paths = files_below(&folder.path, &mut left_out)?;
        let mut vanished = false;
        for (path, looked) in paths.iter().zip(look_at_all(&paths)) {
            let found = match looked? {
                Found::Nothing => continue,
                Found::Gone => {
                    vanished = true;
                    continue;
                }
                Found::NoFile => {
                    left_out.push(path.clone());
                    continue;
                }
                Found::File(seen) if archived(archive, &seen.sha256).exists() => seen,
                // It is new; what is copied now counts, should it have changed since it was looked at.
                Found::File(seen) => match open(path) {
                    Err(error) if is_gone(&error) => {
                        vanished = true;
                        continue;
                    }
                    Err(error) => return Err(error.into()),
                    Ok(Some(file)) => {
                        let sha256 =
                            files::keep(&file, |digest| archived(archive, digest), &archived(archive, &seen.sha256))?;
                        Seen { sha256, modified: modified(&file, path)? }
                    }
                    Ok(None) => {
                        left_out.push(path.clone());
                        continue;
                    }
                },
                Found::Lock { record, modified } => Seen { sha256: keep_record(&record, archive)?, modified },
            };
            let name = path.strip_prefix(&folder.path).unwrap_or(path).to_string_lossy().replace('\\', "/");
            let (arrived, from) = match arrivals.get(&name) {
                Some((arrived, from)) => (*arrived, from.clone()),
                None => (found.modified, None),
            };
            // In whole milliseconds, as the ledger keeps it: what a later run knows of it is the very same.
            let arrived = arrived.trunc_subsecs(3);
            submissions.push(Submission { sha256: found.sha256, file: name, from, arrived });
        }
        // One file was saved anew or moved away; but with a share that is unmounted meanwhile, everything goes.
        if vanished && (folder.away().is_some() || folder.is_bare()) {
            return Err(CollectError::Away { path: folder.path.clone() });
        }
    }
    submissions.sort_by(|a, b| (a.arrived, &a.file).cmp(&(b.arrived, &b.file)));
    Ok(Collected { submissions, left_out })
}

/// What lies at a path.
enum Found {
    /// A lock file that nobody else may read.
    Nothing,
    /// It was there when the folder was listed.
    Gone,
    NoFile,
    File(Seen),
    Lock {
        record: String,
        modified: DateTime<Utc>,
    },
}

struct Seen {
    sha256: String,
    modified: DateTime<Utc>,
}

/// More do not help a disk.
const MOST_EYES: usize = 4;

/// What lies at each path, in their order. Mostly everything is known already, and then looking is all that collecting costs.
fn look_at_all(paths: &[PathBuf]) -> Vec<Result<Found, FileError>> {
    let eyes = thread::available_parallelism().map_or(1, usize::from).min(MOST_EYES);
    let next = AtomicUsize::new(0);
    let look = || {
        let mut seen = Vec::new();
        loop {
            let at = next.fetch_add(1, Relaxed);
            let Some(path) = paths.get(at) else { return seen };
            seen.push((at, look_at(path)));
        }
    };
    let mut all: Vec<(usize, Result<Found, FileError>)> = thread::scope(|scope| {
        let others: Vec<_> = (1..eyes.min(paths.len())).map(|_| scope.spawn(look)).collect();
        let own = look();
        others
            .into_iter()
            .flat_map(|other| other.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .chain(own)
            .collect()
    });
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, found)| found).collect()
}

/// None where it is no regular file, which may have been exchanged since the folder was listed.
fn open(path: &Path) -> Result<Option<File>, FileError> {
    let file = OpenOptions::new().read(true).custom_flags(NONBLOCK).open(path).map_err(failed("cannot read", path))?;
    let regular = file.metadata().map_err(failed("cannot look at", path))?.is_file();
    Ok(regular.then_some(file))
}

fn is_gone(error: &FileError) -> bool {
    error.source.kind() == ErrorKind::NotFound
}

fn look_at(path: &Path) -> Result<Found, FileError> {
    let opened = open(path);
    // Excel saves by deleting and renaming, and whoever keeps folders alike does so as well.
    if opened.as_ref().is_err_and(is_gone) {
        return Ok(Found::Gone);
    }
    // Whoever has the workbook open may keep others from its lock file; nothing is lost with it.
    if opened.is_err() && is_lock_name(path) {
        return Ok(Found::Nothing);
    }
    let Some(file) = opened? else { return Ok(Found::NoFile) };
    let modified = modified(&file, path)?;
    Ok(match is_lock(path, &file)? {
        true => Found::Lock { record: record_of(&file, path)?, modified },
        false => Found::File(Seen { sha256: files::sha256_of_open(&file, path)?, modified }),
    })
}

/// What lies in the folders that are there and is no file, in order of the names: for whoever looks, not for a log.
pub(crate) fn no_files(folders: &[Folder]) -> Result<Vec<PathBuf>, CollectError> {
    let mut found = Vec::new();
    for folder in folders.iter().filter(|folder| folder.path.is_dir()) {
        files_below(&folder.path, &mut found)?;
    }
    found.sort();
    Ok(found)
}

/// Larger ones are no lock files, whatever they are called; Excel's and Word's have 165 bytes and less.
const LARGEST_LOCK: u64 = 1024;

fn is_lock_name(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("~$"))
}

fn is_lock(path: &Path, file: &File) -> Result<bool, FileError> {
    Ok(is_lock_name(path) && file.metadata().map_err(failed("cannot look at", path))?.len() <= LARGEST_LOCK)
}

/// Of a lock file only its fingerprint and its size are kept. No separators in the text: it must not look like a table.
fn record_of(file: &File, path: &Path) -> Result<String, FileError> {
    let mut bytes = Vec::new();
    file.take(LARGEST_LOCK + 1).read_to_end(&mut bytes).map_err(failed("cannot read", path))?;
    let fingerprint = files::sha256(&bytes);
    Ok(format!("The content of this lock file was not kept.\nSHA-256 {fingerprint}\n{} bytes\n", bytes.len()))
}

fn keep_record(record: &str, archive: &Path) -> Result<String, FileError> {
    let digest = files::sha256(record.as_bytes());
    let target = archived(archive, &digest);
    if !target.exists() {
        files::write(&target, record.as_bytes())?;
    }
    Ok(digest)
}

/// Where the bytes with this SHA-256 lie.
pub(crate) fn archived(archive: &Path, sha256: &str) -> PathBuf {
    archive.join(&sha256[..2]).join(sha256)
}

/// Regular files below `folder` in order of their names; hidden files are no returns. A lock file (`~$…`) goes its
/// way like every file: perhaps it was sent instead of the return.
fn files_below(folder: &Path, left_out: &mut Vec<PathBuf>) -> Result<Vec<PathBuf>, FileError> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(here) = open.pop() {
        let entries = match fs::read_dir(&here) {
            // It was there when the folder above it was listed.
            Err(error) if error.kind() == ErrorKind::NotFound && here != folder => continue,
            entries => entries.map_err(failed("cannot list the folder", &here))?,
        };
        for entry in entries {
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
            } else {
                left_out.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

fn modified(file: &File, path: &Path) -> Result<DateTime<Utc>, FileError> {
    let time = file.metadata().and_then(|data| data.modified()).map_err(failed("cannot look at", path))?;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(path: &Path) -> Folder {
        Folder { path: path.to_path_buf(), arrivals: None }
    }

    #[test]
    fn every_file_is_found_in_its_order_and_kept_once() {
        let here = tempfile::tempdir().unwrap();
        let (inbox, archive) = (here.path().join("in"), here.path().join("archive"));
        let files: Vec<(String, String)> = (0..60)
            .map(|number| (format!("{:02}/{number}.csv", number % 7), format!("content {}", number % 40)))
            .collect();
        for (name, text) in &files {
            files::write(&inbox.join(name), text.as_bytes()).unwrap();
        }
        let names = |found: &Collected| -> Vec<(String, String)> {
            let mut names: Vec<_> =
                found.submissions.iter().map(|own| (own.file.clone(), own.sha256.clone())).collect();
            names.sort();
            names
        };
        let mut wanted: Vec<_> =
            files.iter().map(|(name, text)| (name.clone(), files::sha256(text.as_bytes()))).collect();
        wanted.sort();
        let first = collect(&[folder(&inbox)], &archive).unwrap();
        assert_eq!(names(&first), wanted);
        for (name, sha256) in &wanted {
            assert_eq!(files::read(&archived(&archive, sha256)).unwrap(), files::read(&inbox.join(name)).unwrap());
        }
        // What is kept is not written again.
        let kept = archived(&archive, &wanted[0].1);
        fs::write(&kept, "kept").unwrap();
        let again = collect(&[folder(&inbox)], &archive).unwrap();
        assert_eq!(again.submissions, first.submissions);
        assert_eq!(fs::read_to_string(kept).unwrap(), "kept");
    }

    #[test]
    fn a_file_that_vanishes_while_it_is_collected_is_not_there_but_a_share_that_vanishes_is_away() {
        let here = tempfile::tempdir().unwrap();
        let (inbox, archive) = (here.path().join("in"), here.path().join("archive"));
        assert!(matches!(look_at(&inbox.join("~$gone.xlsx")), Ok(Found::Gone)));
        assert!(matches!(look_at(&inbox.join("gone.xlsx")), Ok(Found::Gone)));
        let names = |kept: usize| -> Vec<PathBuf> { (0..kept).map(|at| inbox.join(format!("{at}.csv"))).collect() };
        // Somebody saves all the time while others look.
        for path in names(40) {
            files::write(&path, path.display().to_string().as_bytes()).unwrap();
        }
        files::write(&inbox.join("kept.csv"), b"kept").unwrap();
        let found = thread::scope(|scope| {
            scope.spawn(|| names(40).iter().for_each(|path| fs::remove_file(path).unwrap()));
            (0..20).map(|_| collect(&[folder(&inbox)], &archive).unwrap()).collect::<Vec<_>>()
        });
        assert!(found.iter().all(|one| one.submissions.iter().any(|own| own.file == "kept.csv")));
        assert_eq!(found.last().unwrap().left_out, Vec::<PathBuf>::new());
        fs::remove_dir_all(&inbox).unwrap();
        assert!(matches!(collect(&[folder(&inbox)], &archive), Err(CollectError::Away { .. })));
    }
}

//! Are the sources there? Asked by threads of their own: a share whose server is gone lets everybody wait who looks at it.
//!
//! In: the sources of the configuration, an instant. Out: those that are away, and since when.
//! Never: waits for longer than a moment, looks at what lies in a source.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::stages::collect::Folder;

/// Disks and shares that are well answer at once.
const PATIENCE: Duration = Duration::from_secs(2);

/// A source that is not there, or does not answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Away {
    pub(crate) path: PathBuf,
    pub(crate) since: DateTime<Utc>,
}

/// Remembers since when each is away, and whom it still waits for.
#[derive(Debug, Default)]
pub(crate) struct Lookout {
    asked: BTreeMap<PathBuf, Receiver<Option<PathBuf>>>,
    since: BTreeMap<PathBuf, DateTime<Utc>>,
}

impl Lookout {
    /// Those that are away at `now`.
    pub(crate) fn look(&mut self, sources: &[Folder], now: DateTime<Utc>) -> Vec<Away> {
        self.look_with(sources, now, PATIENCE, |source| source.away().map(Path::to_path_buf))
    }

    fn look_with(
        &mut self,
        sources: &[Folder],
        now: DateTime<Utc>,
        patience: Duration,
        away: impl Fn(&Folder) -> Option<PathBuf> + Send + Copy + 'static,
    ) -> Vec<Away> {
        self.asked.retain(|path, _| sources.iter().any(|source| source.path == *path));
        let missing: Vec<PathBuf> = sources.iter().filter_map(|source| self.ask(source, patience, away)).collect();
        self.since.retain(|path, _| missing.contains(path));
        for path in missing {
            self.since.entry(path).or_insert(now);
        }
        self.since.iter().map(|(path, since)| Away { path: path.clone(), since: *since }).collect()
    }

    /// What of a source is not there; all of it where nobody answers, in which case the question stays asked.
    fn ask(
        &mut self,
        source: &Folder,
        patience: Duration,
        away: impl Fn(&Folder) -> Option<PathBuf> + Send + 'static,
    ) -> Option<PathBuf> {
        let answer = self.asked.remove(&source.path).unwrap_or_else(|| {
            let (tell, answer) = channel();
            let asked = source.clone();
            // A machine that cannot start a thread tells nothing here, and much elsewhere.
            let _ = std::thread::Builder::new().name("lookout".to_owned()).spawn(move || tell.send(away(&asked)));
            answer
        });
        match answer.recv_timeout(patience) {
            Ok(missing) => missing,
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => {
                self.asked.insert(source.path.clone(), answer);
                Some(source.path.clone())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + 60 * minute, 0).unwrap()
    }

    #[test]
    fn what_is_away_is_told_with_the_moment_since_when() {
        let folder = tempfile::tempdir().unwrap();
        let one = |name: &str| Folder { path: folder.path().join(name), arrivals: None };
        let list = folder.path().join("list.csv");
        let sources = [one("a"), Folder { arrivals: Some(list.clone()), ..one("b") }];
        let mut lookout = Lookout::default();
        let mut told = |minute| -> Vec<(PathBuf, DateTime<Utc>)> {
            lookout.look(&sources, at(minute)).into_iter().map(|away| (away.path, away.since)).collect()
        };
        std::fs::create_dir(folder.path().join("b")).unwrap();
        assert_eq!(told(0), [(folder.path().join("a"), at(0)), (list.clone(), at(0))]);
        std::fs::write(&list, "file,arrived,from\n").unwrap();
        assert_eq!(told(5), [(folder.path().join("a"), at(0))]);
        std::fs::create_dir(folder.path().join("a")).unwrap();
        assert!(told(6).is_empty());
        std::fs::remove_dir(folder.path().join("a")).unwrap();
        assert_eq!(told(9), [(folder.path().join("a"), at(9))], "another time is another trouble");
    }

    #[test]
    fn one_that_does_not_answer_is_away_and_is_asked_once() {
        static ASKED: AtomicUsize = AtomicUsize::new(0);
        let hangs = |_: &Folder| {
            ASKED.fetch_add(1, Ordering::SeqCst);
            loop {
                std::thread::park();
            }
        };
        let sources = [Folder { path: "/share".into(), arrivals: None }];
        let mut lookout = Lookout::default();
        for minute in 0..3 {
            let told = lookout.look_with(&sources, at(minute), Duration::from_millis(20), hangs);
            assert_eq!(told, [Away { path: "/share".into(), since: at(0) }]);
        }
        assert!(ASKED.load(Ordering::SeqCst) <= 1, "threads must not pile up behind it");
        let told = lookout.look_with(&[], at(9), Duration::from_millis(20), hangs);
        assert!(told.is_empty(), "no longer a source");
    }
}

//! Are the sources there? Asked by threads of their own: a share whose server is gone lets everybody wait who looks at it.
//!
//! In: the sources of the configuration, an instant. Out: those that are away or empty, and since when.
//! Never: waits for longer than a moment, looks at what lies in a source but for whether anything does.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::stages::collect::Folder;

/// Disks and shares that are well answer at once.
const PATIENCE: Duration = Duration::from_secs(2);

/// A source that is not there, does not answer, or in which nothing lies.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Away {
    pub(crate) path: PathBuf,
    pub(crate) since: DateTime<Utc>,
    pub(crate) lack: Lack,
}

/// What is wrong with a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lack {
    Away,
    /// Nothing lies in it; a trouble only where returns came from it: was something seen in it, by this process?
    Empty {
        was_filled: bool,
    },
}

/// What somebody saw who looked at a source.
type Seen = Option<(PathBuf, Lack)>;

fn seen(source: &Folder) -> Seen {
    match source.away() {
        Some(missing) => Some((missing.to_path_buf(), Lack::Away)),
        None => source.is_bare().then(|| (source.path.clone(), Lack::Empty { was_filled: false })),
    }
}

/// Remembers since when each lacks something, what was not always empty, and whom it still waits for.
#[derive(Debug, Default)]
pub(crate) struct Lookout {
    asked: BTreeMap<PathBuf, Receiver<Seen>>,
    filled: BTreeSet<PathBuf>,
    since: BTreeMap<PathBuf, DateTime<Utc>>,
}

impl Lookout {
    /// Those that are away or empty at `now`.
    pub(crate) fn look(&mut self, sources: &[Folder], now: DateTime<Utc>) -> Vec<Away> {
        self.look_with(sources, now, PATIENCE, seen)
    }

    fn look_with(
        &mut self,
        sources: &[Folder],
        now: DateTime<Utc>,
        patience: Duration,
        look: impl Fn(&Folder) -> Seen + Send + Copy + 'static,
    ) -> Vec<Away> {
        self.asked.retain(|path, _| sources.iter().any(|source| source.path == *path));
        let mut lacking = BTreeMap::new();
        for source in sources {
            match self.ask(source, patience, look) {
                Some((path, Lack::Empty { .. })) => {
                    lacking.insert(path, Lack::Empty { was_filled: self.filled.contains(&source.path) });
                }
                Some((path, lack)) => {
                    lacking.insert(path, lack);
                }
                None => {
                    self.filled.insert(source.path.clone());
                }
            }
        }
        self.since.retain(|path, _| lacking.contains_key(path));
        let mut since = |path: &PathBuf| *self.since.entry(path.clone()).or_insert(now);
        lacking.into_iter().map(|(path, lack)| Away { since: since(&path), path, lack }).collect()
    }

    /// What of a source is not there; all of it where nobody answers, in which case the question stays asked.
    fn ask(&mut self, source: &Folder, patience: Duration, look: impl Fn(&Folder) -> Seen + Send + 'static) -> Seen {
        let answer = self.asked.remove(&source.path).unwrap_or_else(|| {
            let (tell, answer) = channel();
            let asked = source.clone();
            // A machine that cannot start a thread tells nothing here, and much elsewhere.
            let _ = std::thread::Builder::new().name("lookout".to_owned()).spawn(move || tell.send(look(&asked)));
            answer
        });
        match answer.recv_timeout(patience) {
            Ok(missing) => missing,
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => {
                self.asked.insert(source.path.clone(), answer);
                Some((source.path.clone(), Lack::Away))
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
        std::fs::write(folder.path().join("b/x.xlsx"), "x").unwrap();
        assert_eq!(told(5), [(folder.path().join("a"), at(0))]);
        std::fs::create_dir_all(folder.path().join("a/2026-Q3")).unwrap();
        assert!(told(6).is_empty());
        std::fs::remove_dir_all(folder.path().join("a")).unwrap();
        assert_eq!(told(9), [(folder.path().join("a"), at(9))], "another time is another trouble");
    }

    #[test]
    fn an_empty_one_is_told_with_whether_something_lay_in_it_and_a_hidden_file_says_that_it_is_meant() {
        let folder = tempfile::tempdir().unwrap();
        let sources = [Folder { path: folder.path().to_path_buf(), arrivals: None }];
        let mut lookout = Lookout::default();
        let mut told = || lookout.look(&sources, at(0)).into_iter().map(|away| away.lack).collect::<Vec<_>>();
        assert_eq!(told(), [Lack::Empty { was_filled: false }]);
        std::fs::write(folder.path().join(".kim"), "").unwrap();
        assert!(told().is_empty());
        std::fs::remove_file(folder.path().join(".kim")).unwrap();
        assert_eq!(told(), [Lack::Empty { was_filled: true }]);
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
            assert_eq!(told, [Away { path: "/share".into(), since: at(0), lack: Lack::Away }]);
        }
        assert!(ASKED.load(Ordering::SeqCst) <= 1, "threads must not pile up behind it");
        let told = lookout.look_with(&[], at(9), Duration::from_millis(20), hangs);
        assert!(told.is_empty(), "no longer a source");
    }
}

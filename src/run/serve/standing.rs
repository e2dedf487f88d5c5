//! The configuration in force, and whether its files still say the same.
//!
//! In: the folder and the pipelines that were named at the start. Out: the newest configuration that was sound as a
//! whole. Files are looked at by size, time and inode at each beat; what has changed, and has then stayed the same for
//! a beat, is read and checked. A configuration with mistakes is refused as a whole: the one before stays in force; where
//! the mistakes are is logged once, what they are goes to the owner.
//! Never: changes the configuration in the middle of a run; moves the data folder of a running program.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use chrono::{DateTime, TimeDelta, Utc};
use tracing::{error, info};

use super::Watched;
use crate::base::problem::Problem;
use crate::run::settings::{Config, load};

/// What was refused may have hung on the world (a share that was away): it is read again after so long.
const AGAIN: TimeDelta = TimeDelta::minutes(1);

pub(crate) struct Standing {
    folder: PathBuf,
    pipelines: Vec<PathBuf>,
    inner: Mutex<Inner>,
}

struct Inner {
    config: Arc<Config>,
    /// The files as they were when they were last read.
    read: Stamps,
    /// Files that have changed, and may still be changing.
    changing: Option<Stamps>,
    /// What was said about the files when they were last read, and when that was.
    refused: Option<(Refusal, DateTime<Utc>)>,
}

/// Why the files are not in force.
#[derive(Clone, Debug, PartialEq)]
struct Refusal {
    /// For the log: where the mistakes are, or why else. What mistakes say may name a person.
    why: String,
    /// For the owner.
    told: String,
}

/// Size, time of change, inode.
type Stamps = BTreeMap<PathBuf, (u64, Option<SystemTime>, u64)>;

impl Standing {
    /// # Errors
    /// Every mistake of every file.
    pub(crate) fn read(folder: &Path, pipelines: &[PathBuf]) -> Result<Standing, Vec<Problem>> {
        let config = load(folder, pipelines)?;
        let read = stamps(&config, folder);
        let inner = Inner { config: Arc::new(config), read, changing: None, refused: None };
        Ok(Standing { folder: folder.to_path_buf(), pipelines: pipelines.to_vec(), inner: Mutex::new(inner) })
    }

    pub(crate) fn config(&self) -> Arc<Config> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).config.clone()
    }

    /// The pipelines with a schedule, by the configuration in force.
    pub(crate) fn watched(&self) -> Vec<Watched> {
        watched(&self.config())
    }

    /// Looks whether the files have changed, or reads them because somebody `asked`. Gives the configuration that came
    /// into force, or all mistakes of one that is refused; none if there is no news.
    pub(crate) fn look(&self, asked: bool, now: DateTime<Utc>) -> Option<Result<Arc<Config>, String>> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let found = stamps(&inner.config, &self.folder);
        let waits = |(_, when): &(Refusal, DateTime<Utc>)| now - *when >= AGAIN || now < *when;
        if !asked {
            if found == inner.read && !inner.refused.as_ref().is_some_and(waits) {
                inner.changing = None;
                return None;
            }
            // Somebody is still writing; half a file is no mistake yet.
            if found != inner.read && inner.changing.as_ref() != Some(&found) {
                inner.changing = Some(found);
                return None;
            }
        }
        let loaded = load(&self.folder, &self.pipelines).map_err(|problems| Refusal::of(&problems));
        let loaded = loaded.and_then(|config| acceptable(config, &inner.config));
        if !asked && stamps(&inner.config, &self.folder) != found {
            inner.changing = None;
            return None;
        }
        (inner.read, inner.changing) = (found, None);
        match loaded {
            Ok(config) => accept(&mut inner, config, asked, &self.folder).map(Ok),
            Err(refusal) => refuse(&mut inner, refusal, asked, now).map(Err),
        }
    }
}

impl Refusal {
    fn of(problems: &[Problem]) -> Refusal {
        let place = |problem: &Problem| {
            let file = problem.source.path.display();
            problem.line().map_or_else(|| file.to_string(), |line| format!("{file}:{line}"))
        };
        Refusal {
            why: format!(
                "mistakes in {}; `kim check` tells them",
                problems.iter().map(place).collect::<Vec<_>>().join(", ")
            ),
            told: problems.iter().map(Problem::render).collect::<Vec<_>>().join("\n\n"),
        }
    }

    fn whole(told: String) -> Refusal {
        Refusal { why: told.clone(), told }
    }
}

pub(crate) fn watched(config: &Config) -> Vec<Watched> {
    let scheduled = config.pipelines.iter().filter_map(|loaded| {
        let (timetable, schedule) = (loaded.timetable.clone()?, loaded.pipeline.schedule.as_ref()?);
        Some(Watched {
            pipeline: PathBuf::from(&loaded.name),
            timetable,
            missed: schedule.missed,
            overlap: schedule.overlap,
            retry_after: schedule.retry_after.clone(),
            give_up_after: schedule.give_up_after.get_ref().length(),
        })
    });
    scheduled.collect()
}

fn accept(inner: &mut Inner, config: Config, asked: bool, folder: &Path) -> Option<Arc<Config>> {
    let changed = differing(&inner.config, &config);
    let was_refused = inner.refused.take().is_some();
    if !changed.is_empty() {
        info!("the configuration was changed and is in force: {}", changed.join(", "));
        inner.config = Arc::new(config);
        // Other files may belong to it now.
        inner.read = stamps(&inner.config, folder);
    } else if asked || was_refused {
        info!("the configuration is sound and the same as before");
    } else {
        return None;
    }
    Some(inner.config.clone())
}

fn refuse(inner: &mut Inner, refusal: Refusal, asked: bool, now: DateTime<Utc>) -> Option<String> {
    let known = inner.refused.as_ref().is_some_and(|(known, _)| *known == refusal);
    if asked || !known {
        error!("the configuration as it is now is refused, the one before stays in force: {}", refusal.why);
    }
    let told = refusal.told.clone();
    inner.refused = Some((refusal, now));
    (!known).then_some(told)
}

/// What may not change under a running program.
fn acceptable(config: Config, before: &Config) -> Result<Config, Refusal> {
    if config.data != before.data {
        let (new, old) = (config.data.display(), before.data.display());
        let told = format!("the data folder has moved from {old} to {new}: stop kim, move the folder, start kim");
        return Err(Refusal::whole(told));
    }
    if watched(&config).is_empty() {
        return Err(Refusal::whole("no pipeline has a [schedule] any more, so nothing would ever run".to_owned()));
    }
    Ok(config)
}

/// Names of files that are new, gone, or say something else.
fn differing(before: &Config, after: &Config) -> Vec<String> {
    let (before, after): (BTreeSet<_>, BTreeSet<_>) = (before.files.iter().collect(), after.files.iter().collect());
    let paths: BTreeSet<&PathBuf> = before.symmetric_difference(&after).map(|(path, _)| path).collect();
    paths.into_iter().map(|path| path.display().to_string()).collect()
}

/// Every file of the configuration, and every other that lies beside one and might be named next.
fn stamps(config: &Config, folder: &Path) -> Stamps {
    let mut folders: BTreeSet<&Path> = config.files.iter().filter_map(|(path, _)| path.parent()).collect();
    folders.insert(folder);
    let beside = folders.into_iter().filter_map(|folder| {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        std::fs::read_dir(folder).ok()
    });
    let written = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "toml" || ending == "csv");
    let beside = beside.flatten().flatten().map(|entry| entry.path()).filter(written);
    let all = beside.chain(config.files.iter().map(|(path, _)| path.clone()));
    let stamp = |path: PathBuf| {
        let data = std::fs::metadata(&path).ok()?;
        Some((path, (data.len(), data.modified().ok(), data.ino())))
    };
    all.filter_map(stamp).collect()
}

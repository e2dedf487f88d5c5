//! The heartbeat: a small file that says when the service last looked at the clock, and what it is about.
//!
//! Written by rename and not flushed to the disk: after a power cut it is old, and that is the truth.

use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::base::files::{self, FileError};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Phase {
    /// Between two rounds.
    Waiting,
    /// In a round: a run, or mail.
    Working,
    /// Reading the configuration anew.
    Reloading,
    /// Asked to stop; what is under way is finished first.
    Stopping,
    /// Ended in good order.
    Stopped,
}

impl Phase {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Phase::Waiting => "waiting",
            Phase::Working => "working",
            Phase::Reloading => "reloading",
            Phase::Stopping => "stopping",
            Phase::Stopped => "stopped",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Heartbeat {
    pub(crate) when: DateTime<Utc>,
    pub(crate) version: String,
    pub(crate) pid: u32,
    pub(crate) state: Phase,
    /// Since when it is in that state.
    pub(crate) since: DateTime<Utc>,
    /// What a run does at the moment.
    pub(crate) step: Option<String>,
    /// Is it getting on? False: it hangs.
    pub(crate) gets_on: bool,
    /// Why the last change of the configuration was refused; none if it was not.
    pub(crate) refused: Option<String>,
}

impl Heartbeat {
    /// Did the service look at the clock within the last minutes, and was it getting on?
    pub(crate) fn lives(&self, now: DateTime<Utc>) -> bool {
        self.state != Phase::Stopped && self.gets_on && now - self.when < TimeDelta::minutes(5)
    }
}

pub(crate) fn path(data: &Path) -> PathBuf {
    data.join("heartbeat.json")
}

pub(crate) fn write(data: &Path, heartbeat: &Heartbeat) -> Result<(), FileError> {
    let text = serde_json::to_vec_pretty(heartbeat).expect("a heartbeat is plain data");
    files::put(&path(data), &text)
}

/// The last heartbeat; none if there never was one.
///
/// # Errors
/// The file is there and cannot be understood.
pub(crate) fn read(data: &Path) -> Result<Option<Heartbeat>, String> {
    let path = path(data);
    match std::fs::read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|error| format!("{}: {error}", path.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{}: {error}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(folder.path()), Ok(None));
        let now = "2026-10-20T04:00:00Z".parse().unwrap();
        let heartbeat = Heartbeat {
            when: now,
            version: "1".to_owned(),
            pid: 7,
            state: Phase::Working,
            since: now,
            step: Some("read".to_owned()),
            gets_on: true,
            refused: None,
        };
        write(folder.path(), &heartbeat).unwrap();
        write(folder.path(), &heartbeat).unwrap();
        assert_eq!(read(folder.path()), Ok(Some(heartbeat)));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        std::fs::write(path(folder.path()), "{").unwrap();
        assert!(read(folder.path()).is_err());
    }
}

//! What a run is told to do, and where it finds and leaves things.

use std::path::PathBuf;

use super::settings::{Config, LoadedPipeline};
use crate::base::clock::Clock;
use crate::model::period::Period;

/// What is to be done.
pub(crate) struct Order<'a> {
    pub(crate) config: &'a Config,
    pub(crate) pipeline: &'a LoadedPipeline,
    /// Without it: the latest ended period for which anything arrived.
    pub(crate) period: Option<Period>,
    pub(crate) clock: Clock,
    pub(crate) trial: Option<Trial>,
}

/// A trial never counts as published.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Trial {
    /// Workbooks are written, nothing is sent.
    Dry,
    /// Everything goes to this one address.
    To(String),
}

/// Where things lie below the data folder.
pub(crate) struct Places {
    pub(crate) data: PathBuf,
}

impl Places {
    pub(crate) fn of(config: &Config) -> Places {
        Places { data: config.data.clone() }
    }

    pub(crate) fn archive(&self) -> PathBuf {
        self.data.join("archive")
    }

    pub(crate) fn facts(&self, form: &str) -> PathBuf {
        self.data.join("facts").join(form)
    }

    pub(crate) fn ledger(&self) -> PathBuf {
        self.data.join("ledger.sqlite")
    }

    /// What is published lies apart from trials.
    fn made(&self, trial: Option<&Trial>, what: &str) -> PathBuf {
        match trial {
            Some(_) => self.data.join("trials").join(what),
            None => self.data.join(what),
        }
    }

    pub(crate) fn outbox(&self, trial: Option<&Trial>) -> PathBuf {
        self.made(trial, "outbox")
    }

    pub(super) fn editions(&self, trial: Option<&Trial>, period: Period) -> PathBuf {
        self.made(trial, "editions").join(period.to_string())
    }

    pub(super) fn manifests(&self, trial: Option<&Trial>) -> PathBuf {
        self.made(trial, "runs")
    }
}

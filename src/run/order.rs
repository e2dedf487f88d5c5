//! What a run is told to do, and where it finds and leaves things.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};

use super::ledger::Limits;
use super::settings::{Config, Ground, LoadedPipeline};
use crate::base::clock::Clock;
use crate::model::period::Period;
use crate::model::pipeline::EditionSpec;

/// What is to be done.
pub(crate) struct Order<'a> {
    pub(crate) config: &'a Config,
    pub(crate) pipeline: &'a LoadedPipeline,
    /// Without it: the latest ended period for which anything arrived.
    pub(crate) period: Option<Period>,
    pub(crate) clock: Clock,
    pub(crate) trial: Option<Trial>,
    pub(crate) by_hand: ByHand,
    /// Set by somebody who wants the run to end: it does between two files, two mails, or two steps.
    pub(crate) stop: Option<&'a AtomicBool>,
}

/// Has somebody asked to stop?
pub(crate) fn is_stopping(stop: Option<&AtomicBool>) -> bool {
    stop.is_some_and(|stop| stop.load(Ordering::Relaxed))
}

/// What only a person asks for.
#[derive(Clone, Debug, Default)]
pub(crate) struct ByHand {
    /// The person waits: all mail is tried at once, and the run ends when that is done.
    pub(crate) waits: bool,
    /// Only the editions of these audiences; empty: all.
    pub(crate) only: Vec<String>,
    pub(crate) resend: Option<Resend>,
}

/// Send once more, also to those who have it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Resend {
    Everybody,
    /// Nobody else gets anything.
    To(String),
}

impl<'a> Order<'a> {
    /// What the ledger is to know of it.
    pub(super) fn limits(&self) -> Limits {
        let ByHand { only, resend, .. } = self.by_hand.clone();
        Limits { period: self.period, only, resend }
    }

    /// The editions to be made.
    pub(crate) fn editions(&self) -> impl Iterator<Item = &'a EditionSpec> {
        let wanted = |spec: &&EditionSpec| {
            self.by_hand.only.is_empty() || self.by_hand.only.iter().any(|name| name == spec.audience.get_ref())
        };
        self.pipeline.pipeline.editions.iter().filter(wanted)
    }
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
    pub(crate) fn of(ground: &Ground) -> Places {
        Places { data: ground.data.clone() }
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

//! What is a trouble, from one picture of the world. Pure: the same picture gives the same troubles.

use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::sources::{Away, Lack};
use super::vitals::{EMPTY, MISSING, Vitals, Watched};
use crate::model::period::Period;
use crate::run::ledger::{DeliveryState, NotRun, Outcome, RESTORED};
use crate::stages::collect::CollectError;

/// A trouble with the facts that its owner needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "trouble", rename_all = "snake_case")]
pub(super) enum Trouble {
    RunFailed {
        pipeline: String,
        title: String,
        slot: DateTime<Utc>,
        tries: u32,
        reason: String,
        /// So long it is tried again by itself; none: not at all.
        #[serde(default)]
        until: Option<DateTime<Utc>>,
    },
    /// A run that a timer has started, and that nobody tries again by itself.
    TimerFailed {
        pipeline: String,
        title: String,
        begun: DateTime<Utc>,
        reason: String,
    },
    RunLate {
        pipeline: String,
        title: String,
        slot: DateTime<Utc>,
        begun: bool,
    },
    /// What became of a run that was late: it was passed over, for this reason. It never stands in the ledger.
    RunPassed {
        title: String,
        slot: DateTime<Utc>,
        reason: String,
    },
    /// A run could only report `reported`: nothing had come for `missing`, which was due.
    ReturnsMissing {
        /// Pipeline and period.
        key: String,
        title: String,
        missing: Period,
        reported: Option<Period>,
    },
    /// Due times that may have been run before a backup was restored, which does not know of it.
    Restored {
        pipeline: String,
        title: String,
        first: DateTime<Utc>,
        last: DateTime<Utc>,
        slots: u32,
        reason: String,
    },
    /// `state` is `refused`, `unknown`, `given_up` for one that was refused only after many tries, or `restored` for one
    /// that waited when the backup was made that was restored.
    Mail {
        state: String,
        message_id: String,
        recipient: String,
        audience: String,
        run: Option<i64>,
        answer: String,
    },
    ConfigRefused {
        reason: String,
    },
    /// A folder of returns, or its list of arrivals.
    SourceAway {
        path: String,
    },
    /// Nothing lies in it, although returns came from it.
    SourceEmpty {
        path: String,
    },
    DiskLow {
        free: u64,
        wanted: u64,
    },
    /// What is due to be deleted is not.
    ClockDoubted,
    /// Never stands in the ledger: it cannot.
    Ledger {
        reason: String,
    },
    /// Neither does this: a newer version wrote it.
    LedgerNewer {
        reason: String,
    },
    /// Neither does this: nothing can be written there.
    DataClosed {
        reason: String,
    },
}

impl Trouble {
    /// The end of the ids of its messages in the catalogue.
    pub(super) fn kind(&self) -> String {
        match self {
            Trouble::RunFailed { .. } => "run-failed".to_owned(),
            Trouble::TimerFailed { .. } => "timer-failed".to_owned(),
            Trouble::RunLate { .. } => "run-late".to_owned(),
            Trouble::RunPassed { .. } => "run-passed".to_owned(),
            Trouble::Restored { .. } => "restored".to_owned(),
            Trouble::Mail { state, .. } => format!("mail-{}", state.replace('_', "-")),
            Trouble::ConfigRefused { .. } => "config-refused".to_owned(),
            Trouble::ReturnsMissing { .. } => MISSING.to_owned(),
            Trouble::SourceAway { .. } => "source-away".to_owned(),
            Trouble::SourceEmpty { .. } => EMPTY.to_owned(),
            Trouble::DiskLow { .. } => "disk-low".to_owned(),
            Trouble::ClockDoubted => "clock-doubted".to_owned(),
            Trouble::Ledger { .. } => "ledger".to_owned(),
            Trouble::LedgerNewer { .. } => "ledger-newer".to_owned(),
            Trouble::DataClosed { .. } => "data-closed".to_owned(),
        }
    }

    /// Two troubles of a kind with one key are one.
    pub(super) fn key(&self) -> &str {
        match self {
            Trouble::RunFailed { pipeline, .. }
            | Trouble::TimerFailed { pipeline, .. }
            | Trouble::RunLate { pipeline, .. }
            | Trouble::Restored { pipeline, .. } => pipeline,
            Trouble::Mail { message_id, .. } => message_id,
            Trouble::ReturnsMissing { key, .. } => key,
            Trouble::SourceAway { path } | Trouble::SourceEmpty { path } => path,
            Trouble::ConfigRefused { .. }
            | Trouble::RunPassed { .. }
            | Trouble::DiskLow { .. }
            | Trouble::ClockDoubted
            | Trouble::Ledger { .. }
            | Trouble::LedgerNewer { .. }
            | Trouble::DataClosed { .. } => "",
        }
    }

    pub(super) fn facts(&self) -> String {
        serde_json::to_string(self).expect("a trouble is plain data")
    }
}

/// All that stands now. What stood already (`vitals.troubles`) ends only when it is well, not when it looks otherwise
/// for a moment: a run that is being tried again has not succeeded yet.
pub(super) fn standing(vitals: &Vitals) -> Vec<Trouble> {
    let stood = |kind: &str, key: &str| vitals.troubles.iter().any(|(known, about)| known == kind && about == key);
    let told_already = |reason: &str| is_told(reason, vitals, &stood);
    let runs = vitals.pipelines.iter().flat_map(|watched| of_a_run((watched, vitals.settled), &stood, &told_already));
    let mut troubles: Vec<Trouble> = runs.collect();
    troubles.extend(vitals.pipelines.iter().flat_map(of_its_returns));
    troubles.extend(vitals.pipelines.iter().filter_map(|watched| of_a_timer(watched, vitals.unattended, &stood)));
    troubles.extend(vitals.in_trouble.iter().map(|mail| {
        Trouble::Mail {
            state: match &mail.answer {
                Some(answer) if mail.state == DeliveryState::Refused && answer.starts_with("given up") => "given_up",
                Some(answer) if mail.state == DeliveryState::Unknown && answer.starts_with(RESTORED) => "restored",
                _ => mail.state.name(),
            }
            .to_owned(),
            message_id: mail.message_id.clone(),
            recipient: mail.recipient.clone(),
            audience: mail.audience.clone(),
            run: mail.run,
            answer: mail.answer.clone().unwrap_or_default(),
        }
    }));
    troubles.extend(vitals.refused.clone().map(|reason| Trouble::ConfigRefused { reason }));
    troubles.extend(of_sources(vitals, &troubles, &stood));
    if let Some(disk) = vitals.disk {
        // A quarter more before it is well again: a disk that breathes at the limit is told once.
        let wanted = vitals.disk_wanted;
        let enough = if stood("disk-low", "") { wanted.saturating_add(wanted / 4) } else { wanted };
        if disk.free < enough {
            troubles.push(Trouble::DiskLow { free: disk.free, wanted });
        }
    }
    troubles.extend(vitals.clock_doubted.then_some(Trouble::ClockDoubted));
    troubles
}

/// The sources that lack something. Whoever is told of a run that came to nothing over it has read it there.
fn of_sources(vitals: &Vitals, troubles: &[Trouble], stood: &dyn Fn(&str, &str) -> bool) -> Vec<Trouble> {
    let of = |away: &Away| {
        let path = away.path.display().to_string();
        let patient = vitals.now - away.since < vitals.patience && vitals.now >= away.since;
        let told = troubles.iter().any(|trouble| match (trouble, away.lack) {
            (Trouble::RunFailed { reason, .. } | Trouble::TimerFailed { reason, .. }, Lack::Away) => {
                is_over(reason, &away.path)
            }
            (Trouble::ReturnsMissing { .. }, Lack::Empty { .. }) => true,
            _ => false,
        });
        match away.lack {
            Lack::Away => (stood("source-away", &path) || !(patient || told)).then_some(Trouble::SourceAway { path }),
            // A timer looks once only: there is nobody to be patient.
            Lack::Empty { .. } => {
                let new = !told && (vitals.unattended || !patient);
                (stood(EMPTY, &path) || new).then_some(Trouble::SourceEmpty { path })
            }
        }
    };
    vitals.away.iter().filter_map(of).collect()
}

/// Did a run fail because this was not there?
fn is_over(reason: &str, path: &Path) -> bool {
    reason.contains(&CollectError::Away { path: path.to_path_buf() }.to_string())
}

/// Did a run fail over a source of which the owner was told? Or over one that is there again: the next try is waited for.
fn is_told(reason: &str, vitals: &Vitals, stood: &dyn Fn(&str, &str) -> bool) -> bool {
    let lacking = vitals.away.iter().find(|away| away.lack == Lack::Away && is_over(reason, &away.path));
    match lacking {
        Some(away) => stood("source-away", &away.path.display().to_string()),
        None => vitals.sources.iter().any(|path| is_over(reason, path)),
    }
}

/// What was due and is not reported, because nothing has come for it.
fn of_its_returns(watched: &Watched) -> impl Iterator<Item = Trouble> {
    let reported = watched.last_done.as_ref().and_then(|run| run.period);
    watched.missing.iter().map(move |missing| Trouble::ReturnsMissing {
        key: format!("{} {missing}", watched.name),
        title: watched.title.clone(),
        missing: *missing,
        reported,
    })
}

/// The newest run failed, and nobody is there: until one is done.
fn of_a_timer(watched: &Watched, unattended: bool, stood: &dyn Fn(&str, &str) -> bool) -> Option<Trouble> {
    let run = watched.last.as_ref().filter(|run| run.outcome != Some(Outcome::Done))?;
    let new = unattended && run.outcome == Some(Outcome::Failed);
    (new || stood("timer-failed", &watched.name)).then(|| Trouble::TimerFailed {
        pipeline: watched.name.clone(),
        title: watched.title.clone(),
        begun: run.started,
        reason: run.summary.clone().unwrap_or_default(),
    })
}

fn of_a_run(
    (watched, settled): (&Watched, bool),
    stood: &dyn Fn(&str, &str) -> bool,
    is_told: &dyn Fn(&str) -> bool,
) -> Vec<Trouble> {
    let restored = watched.doubtful.as_ref().map(|NotRun { first, last, slots, reason }| Trouble::Restored {
        pipeline: watched.name.clone(),
        title: watched.title.clone(),
        first: *first,
        last: *last,
        slots: *slots,
        reason: reason.clone(),
    });
    let mut troubles: Vec<Trouble> = restored.into_iter().collect();
    let Some(due) = watched.due.as_ref().filter(|due| !due.done) else { return troubles };
    let (pipeline, title, slot) = (watched.name.clone(), watched.title.clone(), due.slot);
    // It was under way when the backup was made: that is told already.
    if watched.doubtful.as_ref().is_some_and(|doubtful| (doubtful.first..=doubtful.last).contains(&slot)) {
        return troubles;
    }
    let failed = stood("run-failed", &pipeline);
    let given_up = due.taken.as_ref().is_some_and(|taken| taken.given_up);
    // One cause, one mail: as long as it is tried again.
    let told = !given_up && due.error().is_some_and(is_told);
    if failed || (due.failing && !told) {
        troubles.push(Trouble::RunFailed {
            pipeline: pipeline.clone(),
            title: title.clone(),
            slot,
            tries: due.taken.as_ref().map_or(0, |taken| taken.tries),
            reason: due.error().unwrap_or_default().to_owned(),
            until: due.until,
        });
    }
    // Nobody took it on while nobody was there: the first round runs it, or passes it over.
    let late = due.late && (settled || due.taken.is_some());
    // Whoever was told that it failed, or soon will be, need not hear that it is late as well.
    if stood("run-late", &pipeline) || (late && !failed && !due.failing && due.error().is_none()) {
        troubles.push(Trouble::RunLate { pipeline, title, slot, begun: due.taken.is_some() });
    }
    troubles
}

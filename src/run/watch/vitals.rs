//! One picture of the world as the ledger, the schedule and the disk show it at an instant.
//!
//! Never: reads a workbook, changes anything.

use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::Deserialize;

use super::disk::{Disk, disk};
use super::sources::{Away, Lack};
use crate::model::period::Period;
use crate::run::ledger::{Delivery, Ledger, LedgerError, NotRun, Outcome, Past, Run, Slot};
use crate::run::retention::trust;
use crate::run::schedule::Timetable;
use crate::run::settings::{Ground, LoadedPipeline};

#[derive(Clone, Debug)]
pub(crate) struct Vitals {
    pub(crate) now: DateTime<Utc>,
    pub(crate) pipelines: Vec<Watched>,
    /// Mail of runs that waits or is being handed over.
    pub(crate) left: Vec<Delivery>,
    /// Mail of runs at which a person must look.
    pub(crate) in_trouble: Vec<Delivery>,
    /// Messages to the owner that have not arrived.
    pub(crate) alerts: Vec<Delivery>,
    /// None where the system does not tell.
    pub(crate) disk: Option<Disk>,
    /// Less free bytes than this are a trouble.
    pub(crate) disk_wanted: u64,
    /// The troubles that stand: kind and key.
    pub(crate) troubles: Vec<(String, String)>,
    /// Why the last change of the configuration was refused.
    pub(crate) refused: Option<String>,
    /// Who looks was started by a timer: a run that failed is nobody's to see, and is not tried again by itself.
    pub(crate) unattended: bool,
    /// Who looks knows only some of the pipelines, and nothing of a service.
    pub(crate) glance: bool,
    /// What was due is run or passed over: a round has ended since the service began, or one should have long ago.
    pub(crate) settled: bool,
    /// Sources that are not there, or empty although returns came from them.
    pub(crate) away: Vec<Away>,
    /// Everything that must be there: sources, and their lists of arrivals.
    pub(crate) sources: Vec<PathBuf>,
    /// What may pass by itself is no trouble before.
    pub(crate) patience: TimeDelta,
    /// Nothing is deleted, because nobody can believe the clock.
    pub(crate) clock_doubted: bool,
}

/// A pipeline, and what became of its newest slot.
#[derive(Clone, Debug)]
pub(crate) struct Watched {
    /// As the ledger knows it.
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) zone: Tz,
    /// Does it run by itself?
    pub(crate) scheduled: bool,
    pub(crate) due: Option<Due>,
    pub(crate) next: Option<DateTime<Utc>>,
    /// The newest run; but one that failed and that no other has taken the place of comes first.
    pub(crate) last: Option<Run>,
    pub(crate) last_done: Option<Run>,
    /// Periods that were due and for which nothing had come when it last ran; none of them was reported since.
    pub(crate) missing: Vec<Period>,
    /// Due times that the ledger cannot know of, because it was restored from a backup.
    pub(crate) doubtful: Option<NotRun>,
}

/// The newest slot that has come.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Due {
    pub(crate) slot: DateTime<Utc>,
    /// None: nobody took it on yet.
    pub(crate) taken: Option<Slot>,
    /// A run of this pipeline for everybody and about this slot's period has succeeded since: by itself, or by somebody's
    /// hand.
    pub(crate) done: bool,
    /// It has not ended although it was due so long ago.
    pub(crate) late: bool,
    /// It has failed for so long that somebody should know, or is given up.
    pub(crate) failing: bool,
    /// So long it is tried again by itself.
    pub(crate) until: Option<DateTime<Utc>>,
}

impl Due {
    /// Why it failed, if it did and was not begun again since.
    pub(crate) fn error(&self) -> Option<&str> {
        self.taken.as_ref().filter(|_| !self.done)?.error.as_deref()
    }
}

/// Looks; `refused` is why the service did not take the changed configuration, `away` what it waits for.
pub(crate) fn vitals<'a>(
    ground: &Ground,
    pipelines: impl IntoIterator<Item = &'a LoadedPipeline>,
    ledger: &Ledger,
    (refused, mut away): (Option<String>, Vec<Away>),
    now: DateTime<Utc>,
) -> Result<Vitals, LedgerError> {
    let monitoring = &ground.settings.monitoring;
    let patience = TimeDelta::minutes(monitoring.patience_minutes.into());
    let troubles: Vec<(String, String)> = ledger.troubles()?.into_iter().map(|known| (known.kind, known.key)).collect();
    let knows_returns = ledger.knows_returns()?;
    let all_lack = away.len() >= ground.sources.len();
    away.retain(|one| match one.lack {
        Lack::Away => true,
        Lack::Empty { was_filled } => {
            let stood = troubles.iter().any(|(kind, key)| kind == EMPTY && *key == one.path.display().to_string());
            stood || knows_returns && (was_filled || all_lack)
        }
    });
    let pipelines = pipelines.into_iter().map(|loaded| {
        let timetable = loaded.timetable.as_ref();
        let (name, zone) = (loaded.name.clone(), timetable.map_or(ground.zone, Timetable::zone));
        let title = loaded.pipeline.title.get(super::letter::language(&ground.settings)).to_owned();
        let last_done = ledger.newest_run(&name, Some(Outcome::Done))?;
        let slot = timetable.map(|timetable| newest(ledger, &name, timetable, now)).transpose()?.flatten();
        // What a run by the clock of that moment reports.
        let reported =
            |at: DateTime<Utc>| Period::of(loaded.form.period, at.with_timezone(&zone).date_naive()).previous();
        let settled = slot
            .as_ref()
            .map(|newest| ledger.is_settled(&name, Past::Ended(newest.slot), reported(newest.slot)))
            .transpose()?;
        let due = slot.map(|Newest { slot, starts, taken }| {
            let done = settled == Some(true) || taken.as_ref().is_some_and(|taken| taken.done.is_some());
            // A run that began late has as long from there: one that is under way hours after its time is no stuck one.
            let begun = taken.as_ref().map(|taken| taken.begun).filter(|begun| *begun <= now);
            let from = begun.map_or(starts, |begun| begun.max(starts));
            let late = !done && now - from >= TimeDelta::minutes(monitoring.late_minutes.into());
            let failing = taken.as_ref().is_some_and(|taken| {
                taken.error.is_some() && (taken.given_up || now - taken.begun >= patience || now < taken.begun)
            });
            let patience = loaded.pipeline.schedule.as_ref().map(|schedule| schedule.give_up_after.get_ref().length());
            let tried = taken.as_ref().filter(|taken| !taken.given_up);
            let until = tried.zip(patience).map(|(taken, patience)| taken.begun + patience);
            Due { slot, taken, done, late, failing: failing && !done, until }
        });
        Ok(Watched {
            due,
            next: timetable.and_then(|timetable| timetable.next(now, 1).first().map(|slot| slot.starts)),
            last: worst(ledger.left_of(&name)?).map_or_else(|| ledger.newest_run(&name, None), |run| Ok(Some(run)))?,
            missing: missing(&name, last_done.as_ref(), &troubles),
            last_done,
            doubtful: ledger.doubtful(&name, &reported)?,
            scheduled: timetable.is_some(),
            name,
            title,
            zone,
        })
    });
    Ok(Vitals {
        now,
        pipelines: pipelines.collect::<Result<_, LedgerError>>()?,
        left: ledger.deliveries_left()?,
        in_trouble: ledger.deliveries_in_trouble()?,
        alerts: [ledger.alerts_left()?, ledger.alerts_in_trouble()?].concat(),
        disk: room(&ground.data),
        disk_wanted: monitoring.free_mib << 20,
        troubles,
        refused,
        unattended: false,
        glance: false,
        settled: true,
        away,
        sources: ground
            .sources
            .iter()
            .flat_map(|one| [Some(one.path.clone()), one.arrivals.clone()])
            .flatten()
            .collect(),
        patience,
        clock_doubted: trust::is_doubted(&ground.data),
    })
}

fn room(data: &Path) -> Option<Disk> {
    disk(data).ok()
}

/// The kinds of troubles that this picture must know of.
pub(super) const EMPTY: &str = "source-empty";
pub(super) const MISSING: &str = "returns-missing";

/// What the newest run that is done says of itself, as far as this picture goes.
#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    nothing_for: Option<Period>,
}

/// What the newest run missed, and what was told before and is still older than what is reported.
fn missing(pipeline: &str, last_done: Option<&Run>, troubles: &[(String, String)]) -> Vec<Period> {
    let Some(run) = last_done else { return Vec::new() };
    let said: Option<Said> = run.summary.as_ref().and_then(|said| serde_json::from_str(said).ok());
    let told = troubles.iter().filter(|(kind, _)| kind == MISSING);
    let told = told.filter_map(|(_, key)| key.strip_prefix(pipeline)?.trim().parse::<Period>().ok());
    let still = told.filter(|told| run.period.is_none_or(|reported| reported.end() < told.start()));
    let mut all: Vec<Period> = said.and_then(|said| said.nothing_for).into_iter().chain(still).collect();
    all.sort();
    all.dedup();
    all
}

/// A slot, when it begins, and who took it; none: nobody yet.
struct Newest {
    slot: DateTime<Utc>,
    starts: DateTime<Utc>,
    taken: Option<Slot>,
}

/// Of what is left, what is told: what failed before what was stopped or is under way.
fn worst(mut left: Vec<Run>) -> Option<Run> {
    let failed = left.iter().position(|run| run.outcome == Some(Outcome::Failed));
    failed.map(|index| left.swap_remove(index)).or_else(|| left.pop())
}

/// The newest slot that has come, and who took it.
fn newest(
    ledger: &Ledger,
    pipeline: &str,
    timetable: &Timetable,
    now: DateTime<Utc>,
) -> Result<Option<Newest>, LedgerError> {
    let taken = ledger.newest_slot(pipeline)?;
    // Slots before the first look are not due: nobody was there to miss them.
    let Some(watch) = ledger.known_watch(pipeline)? else { return Ok(None) };
    Ok(match timetable.due(watch.upto, now).last() {
        Some(slot) => Some(Newest { slot: slot.at, starts: slot.starts, taken: None }),
        None => taken.map(|taken| {
            let slot = taken.slot;
            let planned = timetable.due(slot - TimeDelta::seconds(1), now).next().filter(|planned| planned.at == slot);
            Newest { slot, starts: planned.map_or(slot, |planned| planned.starts), taken: Some(taken) }
        }),
    })
}

/// Pictures for tests.
#[cfg(test)]
pub(super) mod made {
    use super::*;
    use crate::run::ledger::DeliveryState;

    pub(in crate::run::watch) fn now() -> DateTime<Utc> {
        "2026-10-20T10:00:00Z".parse().unwrap()
    }

    /// One that was written so many hours ago.
    pub(in crate::run::watch) fn mail(state: DeliveryState, hours: i64) -> Delivery {
        let created = now() - TimeDelta::hours(hours);
        Delivery {
            id: 1,
            run: Some(1),
            edition: String::new(),
            audience: "a".to_owned(),
            sender: "k@example.org".to_owned(),
            recipient: "who@example.org".to_owned(),
            message_id: "<1@example.org>".to_owned(),
            state,
            via: None,
            answer: None,
            tries: 1,
            created,
            updated: created,
            waits_since: created,
            next_try: None,
            handed: None,
            sha256: None,
        }
    }

    /// All is well: the slot of six hours ago was run.
    pub(in crate::run::watch) fn well() -> Vitals {
        let slot = now() - TimeDelta::hours(6);
        let taken = Some(Slot { slot, begun: slot, tries: 1, done: Some(slot), error: None, given_up: false });
        Vitals {
            now: now(),
            pipelines: vec![Watched {
                name: "pipelines/monitoring.toml".to_owned(),
                title: "M".to_owned(),
                zone: Tz::UTC,
                scheduled: true,
                due: Some(Due { slot, taken, done: true, late: false, failing: false, until: None }),
                next: Some(now() + TimeDelta::days(90)),
                last: None,
                last_done: None,
                missing: Vec::new(),
                doubtful: None,
            }],
            left: Vec::new(),
            in_trouble: Vec::new(),
            alerts: Vec::new(),
            disk: Some(Disk { free: 5 << 30, total: 10 << 30, read_only: false }),
            disk_wanted: 1 << 30,
            troubles: Vec::new(),
            refused: None,
            unattended: false,
            glance: false,
            settled: true,
            away: Vec::new(),
            sources: vec!["/mnt/eingang".into()],
            patience: TimeDelta::minutes(15),
            clock_doubted: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::ledger::Take;
    use crate::run::settings::tests::real;

    #[test]
    fn a_run_that_begins_later_by_its_jitter_is_late_by_that_beginning() {
        let folder = real();
        let edit = |file: &str, from: &str, to: &str| {
            let path = folder.path().join(file);
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(text.contains(from), "{file}");
            std::fs::write(path, text.replacen(from, to, 1)).unwrap();
        };
        edit("pipelines/monitoring.toml", "# jitter_minutes = 0", "jitter_minutes = 60");
        edit("config/kim.toml", "late_minutes = 60", "late_minutes = 5");
        let config = crate::run::settings::load(&folder.path().join("config"), &[]).unwrap();
        let loaded = &config.pipelines[0];
        let coming = loaded.timetable.as_ref().unwrap().next(made::now(), 100);
        let slot = coming.iter().find(|slot| slot.starts - slot.at > TimeDelta::minutes(6)).unwrap();
        let ledger = Ledger::in_memory().unwrap();
        ledger.watch(&loaded.name, "", slot.at - TimeDelta::hours(1)).unwrap();
        let late = |now| {
            let seen = vitals(&config, &config.pipelines, &ledger, (None, Vec::new()), now).unwrap();
            seen.pipelines[0].due.as_ref().map(|due| due.late)
        };
        assert_eq!(late(slot.starts - TimeDelta::seconds(1)), None, "it is not even due");
        assert_eq!((late(slot.starts), late(slot.starts + TimeDelta::minutes(5))), (Some(false), Some(true)));
        let begun = slot.starts + TimeDelta::hours(4);
        let take = Take { slot: slot.at, as_of: begun, passed: Vec::new(), gives_up: None };
        assert!(ledger.claim(&loaded.name, &take, "me", begun).is_ok());
        let (soon, long) = (begun + TimeDelta::minutes(4), begun + TimeDelta::minutes(5));
        assert_eq!((late(soon), late(long)), (Some(false), Some(true)), "begun late is not stuck");
    }
}

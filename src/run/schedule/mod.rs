//! When a pipeline is due.
//!
//! In: a rule (a cron line, or working days after a period; a time zone; a calendar), instants. Out: slots.
//! Never: a clock, the ledger, a run.
//!
//! What a reader should know of the two nights on which clocks change: a time of day that does not exist in spring runs
//! at the first minute that does (02:30 → 03:00); one that comes twice in autumn runs once, at its first coming. Lines
//! that name every hour of the day mean hours that pass: they run through both hours in autumn and leave out the one
//! that is missing in spring. If day of month and day of week are both given, either suffices, as cron has always
//! done it.

mod cron;
pub(crate) mod nights;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod tests;
mod zone;

use std::collections::{BTreeSet, VecDeque};

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::base::files::sha256;
use crate::model::calendar::Calendar;
use crate::model::period::{Kind, Period};
use crate::model::schedule::FreeDay;
use cron::Line;

/// What is written about times, in a form that the ledger can keep: what was due while nobody looked is known even when
/// the configuration has changed since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) times: Times,
    /// IANA name.
    pub(crate) zone: String,
    pub(crate) free_day: FreeDay,
    pub(crate) jitter_minutes: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Times {
    Cron(String),
    AfterPeriod {
        kind: Kind,
        working_days: u32,
        /// `06:00`.
        at: String,
    },
}

/// A plan together with what is needed to follow it: it says which slots come.
#[derive(Clone, Debug)]
pub(crate) struct Timetable {
    plan: Plan,
    zone: Tz,
    calendar: Calendar,
    /// The pipeline: two of them with one plan and jitter do not begin at the same moment.
    name: String,
    clockwork: Clockwork,
}

#[derive(Clone, Debug)]
enum Clockwork {
    Line(Box<Line>),
    AfterPeriod { kind: Kind, working_days: u32, at: NaiveTime },
}

/// One time at which a pipeline is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Slot {
    /// The time as planned; its name in the ledger.
    pub(crate) at: DateTime<Utc>,
    /// When it begins: `at`, or a little later where there is jitter.
    pub(crate) starts: DateTime<Utc>,
}

/// A rule that finds nothing for so long never comes.
const NEVER: TimeDelta = TimeDelta::days(3 * 366);

impl Timetable {
    /// # Errors
    /// A sentence for the person who wrote the plan; what follows `; ` is a hint.
    pub(crate) fn new(plan: Plan, calendar: Calendar, name: &str) -> Result<Timetable, String> {
        let zone = plan.zone.parse().map_err(|_| format!("unknown time zone `{}`", plan.zone))?;
        let clockwork = match &plan.times {
            Times::Cron(text) => Clockwork::Line(Box::new(Line::parse(text)?)),
            Times::AfterPeriod { kind, working_days, at } => Clockwork::AfterPeriod {
                kind: *kind,
                working_days: *working_days,
                at: NaiveTime::parse_from_str(at, "%H:%M")
                    .ok()
                    .filter(|_| at.len() == 5)
                    .ok_or_else(|| format!("`{at}` is no time; for example 06:00"))?,
            },
        };
        Ok(Timetable { plan, zone, calendar, name: name.to_owned(), clockwork })
    }

    /// Is this a rule that will come true?
    ///
    /// # Errors
    /// As [`Timetable::new`].
    pub(crate) fn check(&self) -> Result<(), String> {
        if let (Clockwork::Line(line), Times::Cron(text)) = (&self.clockwork, &self.plan.times) {
            line.check(text)?;
        }
        let start = DateTime::from_timestamp(1_800_000_000, 0).unwrap_or_default();
        let slots: Vec<Slot> = self.coming(start).take(400).collect();
        if slots.is_empty() {
            return Err("it never comes: every time lies on a day on which nobody works".to_owned());
        }
        let closest = slots.windows(2).map(|pair| pair[1].at - pair[0].at).min();
        if let Some(closest) = closest.filter(|closest| *closest <= self.jitter()) {
            return Err(format!(
                "a jitter of {} minutes is too long: two times lie only {} minutes apart",
                self.plan.jitter_minutes,
                closest.num_minutes()
            ));
        }
        Ok(())
    }

    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The same pipeline by another plan; none if that cannot be understood any more.
    pub(crate) fn by(&self, plan: Plan) -> Option<Timetable> {
        Timetable::new(plan, self.calendar.clone(), &self.name).ok()
    }

    pub(crate) fn zone(&self) -> Tz {
        self.zone
    }

    /// Does the line name a day of the month and a day of the week, of which either suffices?
    pub(crate) fn either_day(&self) -> bool {
        matches!(&self.clockwork, Clockwork::Line(line) if line.either_day())
    }

    /// The next `count` slots that begin after `now`.
    pub(crate) fn next(&self, now: DateTime<Utc>, count: usize) -> Vec<Slot> {
        self.coming(now - self.jitter()).filter(|slot| slot.starts > now).take(count).collect()
    }

    /// The slots after the slot `last` that have begun at `now`, oldest first, strictly increasing.
    pub(crate) fn due(&self, last: DateTime<Utc>, now: DateTime<Utc>) -> impl Iterator<Item = Slot> {
        self.coming(last).take_while(move |slot| slot.starts <= now)
    }

    /// All slots after `after`, strictly increasing, without end unless the rule has one.
    fn coming(&self, after: DateTime<Utc>) -> impl Iterator<Item = Slot> {
        let mut last = after;
        let mut times: Box<dyn Iterator<Item = DateTime<Utc>> + '_> = match self.plan.free_day {
            FreeDay::Run => Box::new(self.nominal(after).map(|(_, at)| at)),
            FreeDay::Skip => Box::new(self.on_working_days(after)),
            FreeDay::NextWorkingDay | FreeDay::PreviousWorkingDay => Box::new(self.moved(after)),
        };
        // Whatever is answered below, time does not run backwards here: a loop over slots always ends.
        std::iter::from_fn(move || {
            let at = times.find(|at| *at > last)?;
            last = at;
            Some(Slot { at, starts: at + self.delay(at) })
        })
    }

    /// Times on the wall with their instants, as if every day were worked on; from `after` on, it not included.
    fn nominal(&self, after: DateTime<Utc>) -> Box<dyn Iterator<Item = (NaiveDateTime, DateTime<Utc>)> + '_> {
        let zone = self.zone;
        match &self.clockwork {
            Clockwork::Line(line) if line.hourly => Box::new(passing(line, zone, after)),
            Clockwork::Line(line) => {
                let begin = after.with_timezone(&zone).naive_local();
                let walls = std::iter::successors(line.next(begin, false), |wall| line.next(*wall, false));
                Box::new(walls.map(move |wall| (wall, zone::moment(zone, wall))))
            }
            Clockwork::AfterPeriod { kind, working_days, at } => {
                let today = after.with_timezone(&zone).date_naive();
                // In the poorest of calendars, one day of each week is worked on.
                let first = Period::of(*kind, today - Days::new(u64::from(*working_days) * 8 + 60));
                let periods = std::iter::successors(Some(first), |period| Some(period.next()));
                let walls = periods.map_while(move |period| {
                    Some(self.calendar.working_day_after(period.end(), *working_days)?.and_time(*at))
                });
                Box::new(walls.map(move |wall| (wall, zone::moment(zone, wall))))
            }
        }
    }

    fn on_working_days(&self, after: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> {
        let mut found = after;
        let mut nominal = self.nominal(after);
        std::iter::from_fn(move || {
            let (wall, at) = nominal.find(|(wall, at)| self.calendar.works(wall.date()) || *at - found > NEVER)?;
            found = at;
            self.calendar.works(wall.date()).then_some(at)
        })
    }

    /// What falls on free days moves to the same time of a day that is worked on; there, what falls together is one.
    fn moved(&self, after: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> {
        let forward = self.plan.free_day == FreeDay::NextWorkingDay;
        let lands = move |day: NaiveDate| {
            if forward { self.calendar.this_or_next(day) } else { self.calendar.this_or_previous(day) }
        };
        // Everything that lands on the day of `after`, or later, lies after this.
        let today = after.with_timezone(&self.zone).date_naive();
        let first = if forward {
            today.pred_opt().and_then(|day| self.calendar.this_or_previous(day)).and_then(|day| day.succ_opt())
        } else {
            self.calendar.this_or_previous(today)
        };
        let begin = zone::moment(self.zone, first.unwrap_or(today).and_time(NaiveTime::MIN)) - TimeDelta::seconds(1);
        let mut nominal = self.nominal(begin).peekable();
        let mut ready = VecDeque::new();
        std::iter::from_fn(move || {
            if ready.is_empty() {
                let day = lands(nominal.peek()?.0.date())?;
                let mut together = BTreeSet::new();
                while let Some((wall, at)) = nominal.next_if(|(wall, _)| lands(wall.date()) == Some(day)) {
                    let stays = wall.date() == day;
                    together.insert(if stays { at } else { zone::moment(self.zone, day.and_time(wall.time())) });
                }
                ready.extend(together);
            }
            ready.pop_front()
        })
    }

    fn jitter(&self) -> TimeDelta {
        TimeDelta::minutes(self.plan.jitter_minutes.into())
    }

    /// The slot's own delay: always the same, so that a restart does not shift it.
    fn delay(&self, at: DateTime<Utc>) -> TimeDelta {
        let digest = sha256(format!("{} {}", self.name, at.timestamp()).as_bytes());
        let number = i64::from_str_radix(digest.get(..8).unwrap_or_default(), 16).unwrap_or(0);
        TimeDelta::seconds(number % (self.jitter().num_seconds() + 1))
    }
}

/// A line that means hours that pass: every instant after `after` at which the wall shows a match.
fn passing(line: &Line, zone: Tz, after: DateTime<Utc>) -> impl Iterator<Item = (NaiveDateTime, DateTime<Utc>)> {
    let (mut here, mut inclusive) = (after, false);
    std::iter::from_fn(move || {
        loop {
            let offset = zone::offset(zone, here);
            let wall = line.next(here.naive_utc() + offset, inclusive)?;
            let at = (wall - offset).and_utc();
            // Beyond a change the wall shows something else: look again from there.
            let Some(change) = zone::next_change(zone, here, at) else {
                (here, inclusive) = (at, false);
                return Some((wall, at));
            };
            (here, inclusive) = (change.at, true);
        }
    })
}

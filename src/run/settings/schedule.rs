//! Checks of `[schedule]` and of `holidays.toml`.

use std::collections::BTreeSet;
use std::path::Path;

use super::pipeline::Surroundings;
use super::told;
use crate::base::problem::{Problem, Source};
use crate::model::calendar::{Calendar, Holiday, HolidayFile, month_and_day};
use crate::model::form::Form;
use crate::model::pipeline::Pipeline;
use crate::model::schedule::{FreeDay, Schedule};
use crate::run::schedule::{Plan, Times, Timetable};

/// More working days than these reach into the period after the next.
const MOST_WORKING_DAYS: u32 = 60;
/// Jitter spreads load over some minutes; more is a schedule of its own.
const MOST_JITTER: u32 = 720;

/// The timetable of a pipeline's schedule; none if it has no schedule, or a wrong one.
pub(super) fn timetable(
    path: &Path,
    pipeline: &Pipeline,
    form: Option<&Form>,
    surroundings: &Surroundings<'_>,
    source: &Source,
    problems: &mut Vec<Problem>,
) -> Option<Timetable> {
    let schedule = pipeline.schedule.as_ref()?;
    let before = problems.len();
    let zone = match &schedule.zone {
        Some(name) => super::kim::zone(name, source, problems),
        None => surroundings.zone,
    };
    check_calendar(schedule, surroundings.calendar, source, problems);
    super::kim::check_patience(&schedule.retry_after, &schedule.give_up_after, "a run", source, problems);
    let jitter = schedule.jitter_minutes.as_ref().map_or(0, |minutes| *minutes.get_ref());
    if let Some(written) = schedule.jitter_minutes.as_ref().filter(|_| jitter > MOST_JITTER) {
        let message = format!("`{jitter}` minutes of jitter are more than twelve hours");
        problems.push(Problem::at(source, written.span(), message));
    }
    let times = times(schedule, form, source, problems);
    if problems.len() > before {
        return None;
    }
    let plan = Plan {
        times: times?,
        zone: zone?.name().to_owned(),
        free_day: schedule.free_day.as_ref().map_or(FreeDay::Run, |day| *day.get_ref()),
        jitter_minutes: jitter,
    };
    let calendar = surroundings.calendar.cloned().unwrap_or_else(|| Calendar::of(None));
    let timetable = Timetable::new(plan, calendar, &path.display().to_string());
    let told = timetable.and_then(|timetable| timetable.check().map(|()| timetable));
    told.map_err(|message| problems.push(about(schedule, source, &message))).ok()
}

fn times(schedule: &Schedule, form: Option<&Form>, source: &Source, problems: &mut Vec<Problem>) -> Option<Times> {
    match (&schedule.cron, &schedule.after_period) {
        (Some(cron), None) => Some(Times::Cron(cron.get_ref().clone())),
        (None, Some(after)) => {
            let (days, at) = (&after.get_ref().working_days, &after.get_ref().at);
            if !(1..=MOST_WORKING_DAYS).contains(days.get_ref()) {
                let message = format!("`working_days` is from 1 to {MOST_WORKING_DAYS}, not {}", days.get_ref());
                problems.push(Problem::at(source, days.span(), message));
            }
            Some(Times::AfterPeriod { kind: form?.period, working_days: *days.get_ref(), at: at.get_ref().clone() })
        }
        (Some(cron), Some(_)) => {
            let problem = Problem::at(source, cron.span(), "both `cron` and `after_period` are given");
            problems.push(problem.hint("one of them says when; take the other out"));
            None
        }
        (None, None) => {
            problems.push(
                told::about(source, "[schedule]", "the schedule does not say when")
                    .hint("cron = \"0 6 20 1,4,7,10 *\", or after_period = { working_days = 10, at = \"06:00\" }"),
            );
            None
        }
    }
}

/// Who speaks of working days says which they are.
fn check_calendar(schedule: &Schedule, calendar: Option<&Calendar>, source: &Source, problems: &mut Vec<Problem>) {
    let moves = schedule.free_day.as_ref().filter(|day| *day.get_ref() != FreeDay::Run);
    if let (Some(day), Some(_)) = (moves, &schedule.after_period) {
        let problem = Problem::at(source, day.span(), "with `after_period` no time lies on a free day");
        problems.push(problem.hint("take `free_day` out"));
    }
    let needs = moves.map(|day| day.span()).or(schedule.after_period.as_ref().map(|after| after.span()));
    if let (Some(span), None) = (needs, calendar) {
        let problem = Problem::at(source, span, "working days are counted, but there is no holidays.toml");
        problems.push(
            problem.hint("put one beside kim.toml; `kim init` writes one with the holidays of North Rhine-Westphalia"),
        );
    }
}

/// The caret stands where the message points to.
fn about(schedule: &Schedule, source: &Source, message: &str) -> Problem {
    let jitter = schedule.jitter_minutes.as_ref().filter(|_| message.contains("jitter"));
    let free = schedule.free_day.as_ref().filter(|_| message.contains("nobody works"));
    let at = schedule.after_period.as_ref().map(|after| after.get_ref().at.span());
    let span = jitter
        .map(|minutes| minutes.span())
        .or(free.map(|day| day.span()))
        .or(schedule.cron.as_ref().map(|cron| cron.span()))
        .or(at)
        .unwrap_or(0..0);
    told::within(source, span, message)
}

/// The days of `holidays.toml`; what is wrong with them is added to `problems`.
pub(super) fn calendar(file: &HolidayFile, source: &Source, problems: &mut Vec<Problem>) -> Calendar {
    let calendar = Calendar::of(Some(file));
    if !calendar.ever_works() {
        let span = file.weekend.first().map_or(0..0, |day| day.span());
        problems.push(Problem::at(source, span, "all seven days are free: nobody would ever work"));
    }
    let mut seen = BTreeSet::new();
    for holiday in &file.holidays {
        check_holiday(holiday, source, problems);
        let when = format!("{:?} {:?} {:?}", spanless(&holiday.every), spanless(&holiday.easter), holiday.date);
        if !seen.insert(when) {
            let message = format!("`{}` is the same day as one above", holiday.name.get_ref());
            problems.push(Problem::at(source, holiday.name.span(), message).hint("take one of the two out"));
        }
    }
    calendar
}

fn spanless<T>(value: &Option<crate::base::settings::Spanned<T>>) -> Option<&T> {
    value.as_ref().map(|value| value.get_ref())
}

fn check_holiday(holiday: &Holiday, source: &Source, problems: &mut Vec<Problem>) {
    let Holiday { name, every, easter, date } = holiday;
    let given = [every.is_some(), easter.is_some(), date.is_some()].iter().filter(|given| **given).count();
    if given != 1 {
        let message = format!("`{}` needs exactly one of `every`, `easter` and `date`", name.get_ref());
        problems.push(Problem::at(source, name.span(), message));
    }
    if let Some(day) = every.as_ref().filter(|day| month_and_day(day.get_ref()).is_none()) {
        let message = format!("`{}` is no day of a year", day.get_ref());
        problems.push(Problem::at(source, day.span(), message).hint("month and day: 10-03 is 3 October"));
    }
    if let Some(days) = easter.as_ref().filter(|days| !(-100..=250).contains(days.get_ref())) {
        let message = format!("`{}` days after Easter is in another year", days.get_ref());
        problems.push(Problem::at(source, days.span(), message));
    }
}

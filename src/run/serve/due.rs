//! What of a pipeline is due: a slot, or one that was begun before; and what is passed over, with its reason.
//!
//! In: the ledger's accounts, the rule, the policies, an instant. Out: at most one piece of work. Everything that is
//! due after the accounts ends in the ledger, as a run or as a reason.
//! Never: runs anything.

use std::collections::VecDeque;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use tracing::{error, info, warn};

use super::Watched;
use crate::model::period::Period;
use crate::model::schedule::pause;
use crate::model::schedule::{Missed, Overlap};
use crate::run::ledger::{
    Claim, Ledger, LedgerError, MADE_UP, MAX_DEATHS, Newer, NotRun, RESTORED, Restored, Take, Watch,
};
use crate::run::schedule::{Slot, Timetable};

/// No clock that is right shows an earlier time: this program was not there. Nothing is due by one that does.
const EPOCH: &str = "2026-01-01T00:00:00Z";
/// A slot that has not begun so long after its time is a missed one.
const LATE: TimeDelta = TimeDelta::hours(1);
/// So many missed slots are made up for one by one, a year of days; more come of a clock that is far ahead.
const MOST: usize = 366;

const SKIPPED: &str = "skipped: the run before it was still under way; policy overlap = \"skip\"";
const MISSED_NONE: &str = "missed: it could not begin within an hour; policy missed = \"none\"";
const MISSED_LAST: &str = "missed: a newer one runs instead; policy missed = \"last\"";
const MISSED_MANY: &str = "missed: too many at once, the newest run; policy missed = \"all\"";
const MISSED_NEWER: &str = "missed: a newer one runs instead; policy missed = \"none\"";

/// A slot to run: a new one, or one that was begun and not finished.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Work {
    New(Take),
    Again(Claim),
}

/// From `now` on it is watched, if it was not before: its plan, and how far its accounts go. Nothing by a clock that cannot
/// be right.
pub(super) fn is_watched(
    ledger: &Ledger,
    watched: &Watched,
    now: DateTime<Utc>,
) -> Result<Option<(String, Watch)>, LedgerError> {
    if EPOCH.parse().is_ok_and(|epoch: DateTime<Utc>| now < epoch) {
        return Ok(None);
    }
    let plan = serde_json::to_string(watched.timetable.plan()).expect("a plan is plain data");
    let watch = ledger.watch(&watched.name(), &plan, now)?;
    Ok(Some((plan, watch)))
}

/// What `watched` has to do at `now`; `holder` is this process. What is passed over without anything to run instead is
/// settled here.
pub(super) fn what_is_due(
    ledger: &Ledger,
    watched: &Watched,
    holder: &str,
    now: DateTime<Utc>,
) -> Result<Option<Work>, LedgerError> {
    let Some((plan, watch)) = is_watched(ledger, watched, now)? else { return Ok(None) };
    let name = watched.name();
    // Until everything is settled that was due by the plan before, that plan counts.
    let changed = watch.plan != plan;
    let before = if changed { serde_json::from_str(&watch.plan).ok() } else { None };
    let before = before.and_then(|plan| watched.timetable.by(plan));
    let rule = before.as_ref().unwrap_or(&watched.timetable);
    let mut upto = watch.upto;
    if ledger.is_ahead(&name, now)? {
        upto = ledger.turn_back(&name, now)?;
        warn!(
            pipeline = name,
            "the clock went back to {now}: what it passed over or gave up in a time that has not come is open again \
             from {upto} on, none twice"
        );
    }
    let upto = not_known(ledger, &name, rule, upto, now)?;
    let open = unfinished(ledger, watched, now)?;
    let Sorted { passed, candidate, taken } = sorted(ledger, watched, rule, upto, now)?;
    for range in &passed {
        warn!(pipeline = name, first = %range.first, last = %range.last, slots = range.slots, "{}", range.reason);
    }
    let again = |claim: Claim| may_be_tried(&claim, watched, holder, now).then_some(Work::Again(claim));
    match (open, candidate) {
        // Each in its turn: the older one first, until it is done or given up.
        (Some(claim), _) if watched.missed == Missed::All => Ok(again(claim)),
        (open, Some((slot, as_of))) => {
            let gives_up = open.map(|claim| {
                let why = claim.error.as_deref().unwrap_or("its process ended before it was finished");
                (claim.slot, format!("given up when the next one came: {why}"))
            });
            Ok(Some(Work::New(Take { slot: slot.at, as_of, passed, gives_up })))
        }
        (open, None) => {
            if !passed.is_empty() {
                ledger.pass_over(&name, &passed, now)?;
            } else if let Some(taken) = taken {
                ledger.settled(&name, taken)?;
            }
            if changed {
                ledger.adopt_plan(&name, &plan, now)?;
                info!(pipeline = name, "the schedule has changed; it counts from now on");
            }
            Ok(open.and_then(again))
        }
    }
}

/// In a ledger that was restored from a backup: what was due until it was put back may have been run by the one that was
/// lost. It is passed over, for a person to decide. Gives how far the accounts go then.
fn not_known(
    ledger: &Ledger,
    name: &str,
    rule: &Timetable,
    upto: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, LedgerError> {
    let Some(Restored { made, opened }) = ledger.restored(now)?.filter(|copy| copy.opened > upto) else {
        return Ok(upto);
    };
    let taken = ledger.taken_after(name, upto, now)?;
    let slots: Vec<Slot> =
        rule.due(upto, opened.min(now)).filter(|slot| taken.binary_search(&slot.at).is_err()).collect();
    let (Some(first), Some(last)) = (slots.first(), slots.last()) else { return Ok(upto) };
    let made = made.to_rfc3339_opts(SecondsFormat::Millis, true);
    let reason = format!("{RESTORED} {made}: it may have been run since; if not, `kim run` runs it");
    let range =
        NotRun { first: first.at, last: last.at, slots: u32::try_from(slots.len()).unwrap_or(u32::MAX), reason };
    error!(pipeline = name, first = %range.first, last = %range.last, slots = range.slots, "{}", range.reason);
    ledger.pass_over(name, std::slice::from_ref(&range), now)?;
    Ok(upto.max(range.last))
}

/// The claim to go on with. One that a run by somebody's hand has made up for is done. One whose processes died over it again
/// and again is given up: the next would die as well.
fn unfinished(ledger: &Ledger, watched: &Watched, now: DateTime<Utc>) -> Result<Option<Claim>, LedgerError> {
    let name = &watched.name();
    while let Some(claim) = ledger.unfinished(name)? {
        // With the clock of its first try it would show older figures.
        if let Some(run) = made_up(&ledger.whole_runs(name, claim.as_of, now)?, watched, claim.as_of) {
            let before = claim.error.as_deref().map(|error| format!("; it had failed before: {error}"));
            let reason = format!("{}{}", made_up_told(run), before.unwrap_or_default());
            // Its own run, whose process died before it could say so, is no reason to tell.
            let reason = Some(reason).filter(|_| run.figures > claim.as_of);
            info!(pipeline = name, slot = %claim.slot, run = run.run, "made up for");
            ledger.slot_made_up(name, &claim, reason.as_deref(), now)?;
            continue;
        }
        if claim.tries.saturating_sub(claim.failures) < MAX_DEATHS {
            return Ok(Some(claim));
        }
        let why = claim.error.unwrap_or_else(|| "its process ended before it was finished".to_owned());
        warn!(pipeline = name, slot = %claim.slot, tries = claim.tries, "given up; `kim status` says why");
        let told = format!("given up after {} tries: {why}; `kim retry` takes it up again", claim.tries);
        ledger.give_up(name, claim.slot, &told, now)?;
    }
    Ok(None)
}

/// The run that has done what a slot asks for that is to show figures as of `figures`. Not for those who want each slot on its
/// own day; and in another quarter (half-year, month) another period is reported.
fn made_up<'a>(runs: &'a [Newer], watched: &Watched, figures: DateTime<Utc>) -> Option<&'a Newer> {
    let zone = watched.timetable.zone();
    let period = |at: DateTime<Utc>| Period::of(watched.period, at.with_timezone(&zone).date_naive());
    let fits = |run: &&Newer| {
        let same = period(run.figures) == period(figures) && run.is_about(period(figures).previous());
        run.figures >= figures && same
    };
    runs.iter().find(fits).filter(|_| watched.missed != Missed::All)
}

fn made_up_told(run: &Newer) -> String {
    let figures = run.figures.to_rfc3339_opts(SecondsFormat::Secs, true);
    format!("{MADE_UP} run {} has shown the figures as of {figures}", run.run)
}

/// What failed waits a while; what another process left goes on at once. A clock that went back lets nobody wait.
fn may_be_tried(claim: &Claim, watched: &Watched, holder: &str, now: DateTime<Utc>) -> bool {
    let left_by_another = claim.error.is_none() && claim.holder != holder;
    left_by_another || now - claim.tried >= pause(&watched.retry_after, claim.failures) || now < claim.tried
}

/// All that is due.
struct Sorted {
    passed: Vec<NotRun>,
    /// What runs, and with which clock.
    candidate: Option<(Slot, DateTime<Utc>)>,
    /// The last one that was taken before, under a clock that went back since.
    taken: Option<DateTime<Utc>>,
}

fn sorted(
    ledger: &Ledger,
    watched: &Watched,
    rule: &Timetable,
    upto: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Sorted, LedgerError> {
    let busy = match watched.overlap {
        Overlap::Skip => ledger.last_work(&watched.name())?,
        Overlap::Wait => None,
    };
    let before = ledger.taken_after(&watched.name(), upto, now)?;
    let mut runs = None;
    let many = if watched.missed == Missed::All { beyond(rule, upto, &before, now) } else { None };
    let upto = many.as_ref().map_or(upto, |many| many.last);
    let (mut passed, mut taken) = (Vec::from_iter(many), None);
    let mut candidate: Option<Slot> = None;
    for slot in rule.due(upto, now) {
        if before.binary_search(&slot.at).is_ok() {
            taken = Some(slot.at);
            // What is newer has run, and said the same and more.
            if let Some(older) = candidate.take_if(|_| watched.missed != Missed::All) {
                pass(&mut passed, None, older, newer(watched.missed));
            }
            continue;
        }
        if runs.is_none() {
            runs = Some(ledger.whole_runs(&watched.name(), slot.starts, now)?);
        }
        if let Some(run) = made_up(runs.as_deref().unwrap_or_default(), watched, slot.starts) {
            if let Some(older) = candidate.take() {
                pass(&mut passed, None, older, newer(watched.missed));
            }
            pass(&mut passed, None, slot, &made_up_told(run));
            continue;
        }
        if busy.is_some_and(|(begun, ended)| begun < slot.starts && slot.starts <= ended) {
            pass(&mut passed, candidate, slot, SKIPPED);
            continue;
        }
        match (watched.missed, candidate) {
            (Missed::None, _) if now - slot.starts > LATE => pass(&mut passed, candidate, slot, MISSED_NONE),
            (_, None) => candidate = Some(slot),
            // One of several, each as it would have been on its day.
            (Missed::All, Some(first)) => {
                return Ok(Sorted { passed, candidate: Some((first, first.starts)), taken });
            }
            (missed, Some(older)) => {
                pass(&mut passed, None, older, newer(missed));
                candidate = Some(slot);
            }
        }
    }
    Ok(Sorted { passed, candidate: candidate.map(|slot| (slot, now)), taken })
}

/// What is too much to be made up for one by one: all but the newest.
fn beyond(rule: &Timetable, upto: DateTime<Utc>, taken: &[DateTime<Utc>], now: DateTime<Utc>) -> Option<NotRun> {
    let mut newest = VecDeque::new();
    let mut many: Option<NotRun> = None;
    for slot in rule.due(upto, now).filter(|slot| taken.binary_search(&slot.at).is_err()) {
        newest.push_back(slot.at);
        let Some(first) = (newest.len() > MOST).then(|| newest.pop_front()).flatten() else { continue };
        let range = many.get_or_insert_with(|| NotRun { first, last: first, slots: 0, reason: MISSED_MANY.to_owned() });
        (range.last, range.slots) = (first, range.slots + 1);
    }
    many
}

fn newer(missed: Missed) -> &'static str {
    if missed == Missed::None { MISSED_NEWER } else { MISSED_LAST }
}

/// Adds the slot to the range before it where that has the same reason and no run stands in between.
fn pass(passed: &mut Vec<NotRun>, candidate: Option<Slot>, slot: Slot, reason: &str) {
    match passed.last_mut() {
        Some(range) if range.reason == reason && candidate.is_none_or(|candidate| candidate.at < range.first) => {
            range.last = slot.at;
            range.slots += 1;
        }
        _ => passed.push(NotRun { first: slot.at, last: slot.at, slots: 1, reason: reason.to_owned() }),
    }
}

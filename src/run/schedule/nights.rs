//! What happens on the two nights on which clocks change, in words.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::zone::{Change, next_change};
use super::{Clockwork, Plan, Timetable};

/// So far ahead changes are looked for.
const AHEAD: TimeDelta = TimeDelta::days(2 * 366);
/// More times than these are not named one by one.
const NAMED: usize = 3;

/// A sentence or more for the next change in each direction; one that says so if there is none.
pub(crate) fn nights(rule: &Timetable, now: DateTime<Utc>) -> Vec<String> {
    let changes = changes(rule, now);
    if changes.is_empty() {
        return vec![format!("{} does not change its clocks in the next two years", rule.zone)];
    }
    let wall =
        Timetable { zone: chrono_tz::Tz::UTC, plan: Plan { jitter_minutes: 0, ..rule.plan.clone() }, ..rule.clone() };
    changes.iter().flat_map(|change| told(rule, &wall, change)).collect()
}

/// The next change forward and the next one back, in order.
fn changes(rule: &Timetable, now: DateTime<Utc>) -> Vec<Change> {
    let mut found: Vec<Change> = Vec::new();
    let mut from = now;
    while let Some(change) = next_change(rule.zone, from, now + AHEAD) {
        let forward = |change: &Change| change.after > change.before;
        if !found.iter().any(|known| forward(known) == forward(&change)) {
            found.push(change);
        }
        if found.len() == 2 {
            break;
        }
        from = change.at;
    }
    found
}

fn told(rule: &Timetable, wall: &Timetable, change: &Change) -> Vec<String> {
    let (left, entered) = change.walls();
    let forward = left < entered;
    let (first, end) = if forward { (left, entered) } else { (entered, left) };
    // The rule on a wall that nobody touches: which of its times lie in the hole, or in the part that comes twice?
    let before = first.and_utc() - TimeDelta::seconds(1);
    let touched: Vec<NaiveDateTime> =
        wall.coming(before).map(|slot| slot.at.naive_utc()).take_while(|time| *time < end).collect();
    let (zone, day) = (rule.zone, first.format("%-d %B %Y"));
    let (from, until) = (first.format("%H:%M"), clock(first, end));
    if touched.is_empty() {
        let turn = if forward { "forward" } else { "back" };
        let (left, entered) = (left.format("%H:%M"), clock(left, entered));
        return vec![format!("{day}: the clocks of {zone} go {turn} from {left} to {entered}; not affected")];
    }
    let hourly = matches!(&rule.clockwork, Clockwork::Line(line) if line.hourly);
    if hourly && forward {
        return vec![format!("{day} {from} to {until} does not exist in {zone}: nothing runs in between")];
    }
    if hourly {
        return vec![format!(
            "{day} {from} to {until} happens twice in {zone}: it runs both times, as in any other hour"
        )];
    }
    let mut lines: Vec<String> = touched
        .iter()
        .take(NAMED)
        .map(|time| {
            let time = time.format("%-d %B %Y %H:%M");
            if forward {
                format!("{time} does not exist in {zone}: it runs at {until}")
            } else {
                format!("{time} happens twice in {zone}: it runs once, at the first")
            }
        })
        .collect();
    if touched.len() > NAMED {
        lines.push(format!("and so do {} more times of that night", touched.len() - NAMED));
    }
    lines
}

/// The time, with its day if that is another one than the day before it.
fn clock(before: NaiveDateTime, time: NaiveDateTime) -> String {
    let same = before.date() == time.date();
    time.format(if same { "%H:%M" } else { "%H:%M on %-d %B %Y" }).to_string()
}

#[cfg(test)]
mod tests {
    use super::super::tests::rule;
    use super::*;

    fn said(cron: &str, zone: &str, now: &str) -> Vec<String> {
        nights(&rule(cron, zone), now.parse().unwrap())
    }

    #[test]
    fn both_nights_are_told_in_words() {
        let now = "2026-11-22T12:00:00Z";
        assert_eq!(
            said("30 2 * * *", "Europe/Berlin", now),
            [
                "28 March 2027 02:30 does not exist in Europe/Berlin: it runs at 03:00",
                "31 October 2027 02:30 happens twice in Europe/Berlin: it runs once, at the first",
            ]
        );
        assert_eq!(
            said("0 6 20 1,4,7,10 *", "Europe/Berlin", now),
            [
                "28 March 2027: the clocks of Europe/Berlin go forward from 02:00 to 03:00; not affected",
                "31 October 2027: the clocks of Europe/Berlin go back from 03:00 to 02:00; not affected",
            ]
        );
        assert_eq!(
            said("0 * * * *", "Europe/Berlin", now),
            [
                "28 March 2027 02:00 to 03:00 does not exist in Europe/Berlin: nothing runs in between",
                "31 October 2027 02:00 to 03:00 happens twice in Europe/Berlin: it runs both times, as in any other hour",
            ]
        );
        assert_eq!(
            said("0 6 * * *", "Asia/Kolkata", now),
            ["Asia/Kolkata does not change its clocks in the next two years"]
        );
        // The southern half of the world goes back first; at midnight the day changes as well.
        assert_eq!(
            said("15 2 * * *", "Australia/Lord_Howe", now),
            [
                "4 April 2027: the clocks of Australia/Lord_Howe go back from 02:00 to 01:30; not affected",
                "3 October 2027 02:15 does not exist in Australia/Lord_Howe: it runs at 02:30",
            ]
        );
        let beirut = said("30 23 * * *", "Asia/Beirut", now);
        assert_eq!(beirut[1], "30 October 2027 23:30 happens twice in Asia/Beirut: it runs once, at the first");
        assert_eq!(said("*/10 2 * * *", "Europe/Berlin", now)[3], "and so do 3 more times of that night");
    }
}

use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::{Plan, Slot, Times, Timetable};
use crate::model::calendar::{Calendar, HolidayFile};
use crate::model::period::Kind;
use crate::model::schedule::FreeDay;

pub(super) fn rule(cron: &str, zone: &str) -> Timetable {
    Timetable::new(plan(Times::Cron(cron.to_owned()), zone), Calendar::of(None), "monitoring.toml").unwrap()
}

fn plan(times: Times, zone: &str) -> Plan {
    Plan { times, zone: zone.to_owned(), free_day: FreeDay::Run, jitter_minutes: 0 }
}

/// The shipped holidays.
fn holidays() -> Calendar {
    let text = include_str!("../../../config/holidays.toml");
    let source = crate::base::problem::Source::new(std::path::Path::new("holidays.toml"), text);
    let file: Option<HolidayFile> = crate::base::settings::parse(&source, &mut Vec::new());
    Calendar::of(Some(&file.unwrap()))
}

fn on_free_day(cron: &str, free_day: FreeDay) -> Timetable {
    let plan = Plan { free_day, ..plan(Times::Cron(cron.to_owned()), "Europe/Berlin") };
    Timetable::new(plan, holidays(), "a").unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn local(slots: &[Slot]) -> Vec<String> {
    let berlin = chrono_tz::Europe::Berlin;
    slots.iter().map(|slot| slot.at.with_timezone(&berlin).format("%m-%d %H:%M%z").to_string()).collect()
}

fn berlin(cron: &str, now: &str, count: usize) -> Vec<String> {
    local(&rule(cron, "Europe/Berlin").next(at(now), count))
}

#[test]
fn the_hour_on_the_wall_stays_over_both_changes() {
    assert_eq!(berlin("0 10 * * *", "2026-10-24T12:00:00Z", 2), ["10-25 10:00+0100", "10-26 10:00+0100"]);
    assert_eq!(berlin("0 10 * * *", "2027-03-27T12:00:00Z", 2), ["03-28 10:00+0200", "03-29 10:00+0200"]);
}

#[test]
fn a_time_that_does_not_exist_runs_at_the_first_minute_that_does() {
    assert_eq!(berlin("30 2 * * *", "2027-03-27T12:00:00Z", 2), ["03-28 03:00+0200", "03-29 02:30+0200"]);
    // A list of times is no other thing than each of them; what falls together runs once.
    assert_eq!(
        berlin("0,30 2,3 * * *", "2027-03-27T12:00:00Z", 3),
        ["03-28 03:00+0200", "03-28 03:30+0200", "03-29 02:00+0200"]
    );
    assert_eq!(berlin("*/20 2 * * *", "2027-03-27T12:00:00Z", 2), ["03-28 03:00+0200", "03-29 02:00+0200"]);
}

#[test]
fn a_time_that_comes_twice_runs_once() {
    let rule = rule("30 2 * * *", "Europe/Berlin");
    let slots: Vec<Slot> = rule.due(at("2026-10-24T12:00:00Z"), at("2026-10-26T12:00:00Z")).collect();
    assert_eq!(local(&slots), ["10-25 02:30+0200", "10-26 02:30+0100"]);
    // Asked again between the two comings, it is not due once more.
    assert_eq!(rule.due(slots[0].at, at("2026-10-25T01:45:00Z")).count(), 0);
    assert_eq!(
        berlin("0,30 2,14 * * *", "2026-10-24T22:00:00Z", 3),
        ["10-25 02:00+0200", "10-25 02:30+0200", "10-25 14:00+0100"]
    );
}

#[test]
fn a_line_for_every_hour_follows_the_hours_that_pass() {
    assert_eq!(
        berlin("0 * * * *", "2026-10-24T23:30:00Z", 4),
        ["10-25 02:00+0200", "10-25 02:00+0100", "10-25 03:00+0100", "10-25 04:00+0100"]
    );
    assert_eq!(berlin("30 * * * *", "2027-03-28T00:00:00Z", 2), ["03-28 01:30+0100", "03-28 03:30+0200"]);
}

#[test]
fn working_days_after_the_period_pass_over_easter_and_the_turn_of_the_year() {
    let times = Times::AfterPeriod { kind: Kind::Quarter, working_days: 10, at: "06:00".to_owned() };
    let rule = Timetable::new(plan(times, "Europe/Berlin"), holidays(), "a").unwrap();
    rule.check().unwrap();
    assert_eq!(
        local(&rule.next(at("2026-01-01T00:00:00Z"), 5)),
        ["01-15 06:00+0100", "04-16 06:00+0200", "07-14 06:00+0200", "10-14 06:00+0200", "01-15 06:00+0100"]
    );
    // Asked at the very moment and right after it.
    assert_eq!(rule.due(at("2026-01-15T04:59:59Z"), at("2026-01-15T05:00:00Z")).count(), 1);
    assert_eq!(rule.due(at("2026-01-15T05:00:00Z"), at("2026-04-16T03:59:59Z")).count(), 0);
}

#[test]
fn what_falls_on_a_free_day_moves_or_falls_away() {
    // 20 April 2025 was Easter Sunday, the Monday after it is free.
    let now = at("2025-04-01T00:00:00Z");
    let cron = "0 6 20 * *";
    let first = |free| local(&on_free_day(cron, free).next(now, 1));
    assert_eq!(first(FreeDay::Run), ["04-20 06:00+0200"]);
    assert_eq!(first(FreeDay::NextWorkingDay), ["04-22 06:00+0200"]);
    assert_eq!(first(FreeDay::PreviousWorkingDay), ["04-17 06:00+0200"]);
    assert_eq!(first(FreeDay::Skip), ["05-20 06:00+0200"]);
    // A daily time: Friday's, Saturday's, Sunday's and Monday's fall together, and the order of the day stays.
    let twice = on_free_day("0 6,10 * * *", FreeDay::NextWorkingDay);
    assert_eq!(
        local(&twice.next(at("2025-04-17T05:00:00Z"), 4)),
        ["04-17 10:00+0200", "04-22 06:00+0200", "04-22 10:00+0200", "04-23 06:00+0200"]
    );
    let before = on_free_day("0 6,10 * * *", FreeDay::PreviousWorkingDay);
    assert_eq!(
        local(&before.next(at("2025-04-16T12:00:00Z"), 4)),
        ["04-17 06:00+0200", "04-17 10:00+0200", "04-22 06:00+0200", "04-22 10:00+0200"]
    );
    let told = on_free_day("0 6 * * SUN", FreeDay::Skip).check().unwrap_err();
    assert_eq!(told, "it never comes: every time lies on a day on which nobody works");
}

#[test]
fn jitter_is_the_slots_own_and_stays() {
    let times = Times::Cron("0 6 * * *".to_owned());
    let plan = Plan { jitter_minutes: 30, ..plan(times, "Europe/Berlin") };
    let rule = |name: &str| Timetable::new(plan.clone(), Calendar::of(None), name).unwrap();
    let now = at("2026-01-01T00:00:00Z");
    let slots = rule("a").next(now, 200);
    assert_eq!(slots, rule("a").next(now, 200));
    assert_ne!(slots, rule("b").next(now, 200), "two pipelines do not begin together");
    let delays: Vec<i64> = slots.iter().map(|slot| (slot.starts - slot.at).num_seconds()).collect();
    assert!(delays.iter().all(|delay| (0..=1800).contains(delay)), "{delays:?}");
    assert!(delays.iter().any(|delay| *delay < 300) && delays.iter().any(|delay| *delay > 1500), "{delays:?}");
    // Due when it begins, not before.
    let first = slots[0];
    assert_eq!(rule("a").due(now, first.starts - TimeDelta::seconds(1)).count(), 0);
    assert_eq!(rule("a").due(now, first.starts).next(), Some(first));
    assert_eq!(rule("a").next(first.at, 1), [first], "between plan and beginning it is the next one still");
    let close = Plan { times: Times::Cron("*/20 * * * *".to_owned()), ..plan };
    let told = Timetable::new(close, Calendar::of(None), "a").unwrap().check().unwrap_err();
    assert_eq!(told, "a jitter of 30 minutes is too long: two times lie only 20 minutes apart");
}

#[test]
fn lines_that_are_wrong_or_never_come_are_told_in_a_sentence() {
    let told = |cron: &str| {
        let plan = plan(Times::Cron(cron.to_owned()), "Europe/Berlin");
        Timetable::new(plan, Calendar::of(None), "a").and_then(|rule| rule.check()).err().unwrap_or_default()
    };
    for good in ["0 6 20 1,4,7,10 *", "*/10 * * * *", "0 7 * * MON", "0 6 LW * *", "0 6 1 1 *", "0 6 * * MON#1"] {
        assert_eq!(told(good), "", "{good}");
    }
    assert!(told("0 6 30 2 *").starts_with("`0 6 30 2 *` never comes: there is no such day"));
    let rare = told("0 6 29 2 *");
    assert!(
        rare.contains("comes too rarely: not between") && rare.contains("name a day that every year has"),
        "{rare}"
    );
    assert!(told("0 6 * 2 MON#5").contains("comes too rarely"), "a fifth Monday in February");
    assert!(told("0 0 6 20 * *").contains("has 6 fields; expected 5"));
    assert!(told("").contains("has 0 fields"));
    assert!(told("@daily").contains("has 1 field;"));
    for (line, expected) in [
        ("61 6 * * *", "`61` is no minute; 0 to 59"),
        ("0 6,24 * * *", "`24` is no hour; 0 to 23"),
        ("0 6 0 * *", "`0` is no day of the month; 1 to 31"),
        ("0 6 * Januar *", "`Januar` is no month; 1 to 12, or JAN to DEC"),
        ("0 6 * * MO-FR", "`MO-FR` is no day of the week; 0 to 7"),
        ("6:00 6 * * *", "`6:00` is no minute"),
        ("0 */0 * * *", "`*/0` is no hour"),
        ("0 20-6 * * *", "`20-6` is no hour"),
    ] {
        let told = told(line);
        assert!(told.starts_with(expected), "{line}: {told}");
        assert!(!told.contains("omponent") && !told.contains("attern"), "the library's words: {told}");
    }
    assert!(rule("0 6 1-7 * MON", "UTC").either_day() && !rule("0 6 * * MON", "UTC").either_day());
}

#[test]
fn what_the_ledger_keeps_of_a_plan_is_the_plan() {
    let times = Times::AfterPeriod { kind: Kind::Quarter, working_days: 10, at: "06:00".to_owned() };
    for times in [times, Times::Cron("0 6 * * *".to_owned())] {
        let plan = Plan { free_day: FreeDay::NextWorkingDay, jitter_minutes: 7, ..plan(times, "Europe/Berlin") };
        let text = serde_json::to_string(&plan).unwrap();
        assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), plan);
    }
}

/// Zones with every kind of change, and lines of every kind.
const ZONES: [&str; 8] = [
    "Europe/Berlin",
    "America/Havana",
    "Australia/Lord_Howe",
    "Asia/Beirut",
    "Atlantic/Azores",
    "Africa/Casablanca",
    "America/St_Johns",
    "Europe/Dublin",
];
const LINES: [&str; 8] = [
    "*/10 * * * *",
    "30 2 * * *",
    "0 */3 * * *",
    "15 2,3 * * 0",
    "*/45 2 * * *",
    "30 23 * * *",
    "0,30 0,1 * * *",
    "0 6 20 1,4,7,10 *",
];
const FREE: [FreeDay; 4] = [FreeDay::Run, FreeDay::NextWorkingDay, FreeDay::PreviousWorkingDay, FreeDay::Skip];

proptest! {
    // Two years around four clock changes.
    #[test]
    fn slots_grow_and_asking_in_between_changes_nothing(
        start in 1_770_000_000_i64..1_830_000_000, pause in 0_i64..200_000, line in 0..LINES.len(), zone in 0..ZONES.len(),
        free in 0..FREE.len(), steps in 1_i64..40,
    ) {
        let times = Times::Cron(LINES[line].to_owned());
        let plan = Plan { free_day: FREE[free], ..plan(times, ZONES[zone]) };
        let rule = Timetable::new(plan, holidays(), "a").unwrap();
        let begin = DateTime::from_timestamp(start, 0).unwrap();
        let end = DateTime::from_timestamp(start + 2 * pause, 0).unwrap();
        let whole: Vec<Slot> = rule.due(begin, end).collect();
        prop_assert!(whole.windows(2).all(|pair| pair[0].at < pair[1].at));
        prop_assert!(whole.iter().all(|slot| begin < slot.at && slot.at <= end));
        // Whoever looks often, and remembers the last slot, sees the same; so does who remembers when they looked.
        for remembers_looks in [false, true] {
            let (mut parts, mut last) = (Vec::new(), begin);
            for step in 1..=steps {
                let now = begin + (end - begin) * i32::try_from(step).unwrap() / i32::try_from(steps).unwrap();
                parts.extend(rule.due(last, now));
                last = if remembers_looks { now } else { parts.last().map_or(begin, |slot: &Slot| slot.at) };
            }
            prop_assert_eq!(&parts, &whole);
        }
        // `next` from anywhere is the same sequence.
        let from_middle = rule.next(begin + (end - begin) / 3, 3);
        let expected: Vec<Slot> = rule.due(begin, begin + TimeDelta::days(500)).filter(|slot| slot.at > begin + (end - begin) / 3).take(3).collect();
        prop_assert_eq!(from_middle, expected);
    }

    #[test]
    fn a_slot_is_never_on_a_free_day_where_it_should_move(start in 1_770_000_000_i64..1_830_000_000, forward: bool) {
        let free = if forward { FreeDay::NextWorkingDay } else { FreeDay::PreviousWorkingDay };
        let (rule, calendar) = (on_free_day("15 7 * * *", free), holidays());
        for slot in rule.next(DateTime::from_timestamp(start, 0).unwrap(), 20) {
            let wall = slot.at.with_timezone(&chrono_tz::Europe::Berlin);
            prop_assert!(calendar.works(wall.date_naive()), "{wall}");
            prop_assert_eq!((wall.hour(), wall.minute()), (7, 15));
            prop_assert!(wall.year() > 2000);
        }
    }
}

#[test]
fn zones_of_the_tests_exist() {
    assert!(ZONES.iter().all(|zone| zone.parse::<Tz>().is_ok()));
}

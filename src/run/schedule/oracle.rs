//! A second, slow opinion on when a line fires: a clock on the wall that is looked at minute by minute. It shares nothing
//! with the schedule but the table of offsets (chrono-tz), and does not know croner.
//!
//! The rule it plays by, in one sentence each. A line of times of the day fires when the wall shows, for the first time
//! or having jumped over it, a minute that matches. A line for each of the 24 hours fires whenever the wall shows a
//! minute that matches.

use chrono::{DateTime, Datelike, NaiveDateTime, Offset, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

use super::tests::rule;

/// Twenty years, from before Apia's missing day.
const BEGIN: &str = "2011-01-01T00:00:00Z";
const END: &str = "2031-01-01T00:00:00Z";

/// Zone and line: the lines aim at the hour of each zone's changes.
const CASES: [(&str, &str); 32] = [
    ("Europe/Berlin", "0 6 20 1,4,7,10 *"),
    ("Europe/Berlin", "30 2 * * *"),
    ("Europe/Berlin", "0,30 1-3 * 3,10 0"),
    ("Europe/Berlin", "*/15 * * 3,10 *"),
    ("Europe/Berlin", "10 */2 25-31 * *"),
    ("Europe/Berlin", "0 2-2/1 * * *"),
    ("Europe/Berlin", "15 */2 * * *"),
    ("Europe/Berlin", "20 0-23 25-31 3,10 *"),
    ("Europe/Berlin", "20,50 0-11,12-23/1 25-31 3,10 *"),
    ("Europe/Berlin", "40 1-23 25-31 3,10 *"),
    ("Europe/Lisbon", "30 1 * * *"),
    ("Europe/Lisbon", "45 0-2 25-31 3,10 0"),
    ("America/New_York", "30 1,2 * * *"),
    ("America/New_York", "5 * 1-14 3,11 *"),
    ("Australia/Sydney", "30 2 * * *"),
    ("Australia/Lord_Howe", "15,45 1,2 * * *"),
    ("Australia/Lord_Howe", "10,40 */2 1-7 4,10 *"),
    ("Australia/Lord_Howe", "*/15 * * 4,10 *"),
    ("Pacific/Apia", "0 6 * * *"),
    ("Pacific/Apia", "30 3 30 12 *"),
    ("Pacific/Apia", "20 * * 12 *"),
    ("Asia/Kathmandu", "45 5 * * 1-5"),
    ("America/Sao_Paulo", "0,30 0,23 * * *"),
    ("America/Sao_Paulo", "10 * * 2,10,11 *"),
    ("Africa/Casablanca", "30 2 * * *"),
    ("Africa/Casablanca", "0 */3 * * *"),
    ("Europe/Dublin", "30 1 * * *"),
    ("Asia/Kolkata", "30 18 13 * 5"),
    ("Atlantic/Azores", "30 0 * * *"),
    ("Asia/Beirut", "0,30 23,0 * * *"),
    ("America/Havana", "0,30 0 * * *"),
    ("America/St_Johns", "0,30 0,23 1-14 3,11 *"),
];

/// Five fields as sets; only what the cases write.
struct Fields {
    minutes: Vec<bool>,
    hours: Vec<bool>,
    days: Vec<bool>,
    months: Vec<bool>,
    weekdays: Vec<bool>,
    any_day: bool,
    any_weekday: bool,
    hours_pass: bool,
}

impl Fields {
    fn of(line: &str) -> Fields {
        let fields: Vec<&str> = line.split(' ').collect();
        Fields {
            minutes: set(fields[0], 60),
            hours: set(fields[1], 24),
            days: set(fields[2], 32),
            months: set(fields[3], 13),
            weekdays: set(fields[4], 7),
            any_day: fields[2] == "*",
            any_weekday: fields[4] == "*",
            hours_pass: set(fields[1], 24).iter().all(|hour| *hour),
        }
    }

    fn day_matches(&self, wall: NaiveDateTime) -> bool {
        let day = self.days[wall.day() as usize];
        let weekday = self.weekdays[wall.weekday().num_days_from_sunday() as usize];
        let either = match (self.any_day, self.any_weekday) {
            (false, false) => day || weekday,
            _ => day && weekday,
        };
        either && self.months[wall.month() as usize]
    }

    /// How many hours of this day, from this one on, show nothing that matches.
    fn dull_hours(&self, wall: NaiveDateTime) -> i64 {
        let rest = wall.hour()..24;
        let dull = if self.day_matches(wall) {
            rest.take_while(|hour| !self.hours[*hour as usize]).count()
        } else {
            rest.count()
        };
        i64::try_from(dull).unwrap()
    }

    fn matches(&self, wall: NaiveDateTime) -> bool {
        self.minutes[wall.minute() as usize] && self.hours[wall.hour() as usize] && self.day_matches(wall)
    }
}

/// `*`, `*/n`, and lists of numbers and ranges.
fn set(field: &str, size: usize) -> Vec<bool> {
    let mut values = vec![false; size];
    for part in field.split(',') {
        let (range, step) = part.split_once('/').unwrap_or((part, "1"));
        let (from, to) = match range {
            "*" => (0, size - 1),
            range => {
                let (from, to) = range.split_once('-').unwrap_or((range, range));
                (from.parse().unwrap(), to.parse().unwrap())
            }
        };
        (from..=to).step_by(step.parse().unwrap()).for_each(|value| values[value] = true);
    }
    values
}

/// Every instant at which the line fires, by looking at the wall each minute.
fn walked(zone: Tz, line: &str, begin: DateTime<Utc>, end: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    let fields = Fields::of(line);
    let shown = |at: DateTime<Utc>| {
        at.naive_utc()
            + TimeDelta::seconds(zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc().into())
    };
    let minute = TimeDelta::minutes(1);
    let mut fired = Vec::new();
    // The latest time the wall has ever shown.
    let mut latest = shown(begin);
    let mut at = begin + minute;
    while at <= end {
        let wall = shown(at);
        // Hours of the day that do not matter, and in which nobody touches the clock, are passed over.
        let rest = TimeDelta::hours(fields.dull_hours(wall)) - minute;
        if wall.minute() == 1 && rest > minute && wall == latest + minute && shown(at + rest) == wall + rest {
            (latest, at) = (wall + rest - minute, at + rest);
            continue;
        }
        let fires = if fields.hours_pass {
            fields.matches(wall)
        } else {
            std::iter::successors(Some(latest + minute), |wall| Some(*wall + minute))
                .take_while(|passed| *passed <= wall)
                .any(|passed| fields.matches(passed))
        };
        if fires {
            fired.push(at);
        }
        latest = latest.max(wall);
        at += minute;
    }
    fired
}

#[test]
fn twenty_years_in_fifteen_zones_agree_with_a_clock_on_the_wall() {
    let (begin, end): (DateTime<Utc>, DateTime<Utc>) = (BEGIN.parse().unwrap(), END.parse().unwrap());
    let compare = |(name, line): &(&str, &str)| {
        let zone: Tz = name.parse().unwrap();
        let expected = walked(zone, line, begin, end);
        let found: Vec<DateTime<Utc>> = rule(line, name).due(begin, end).map(|slot| slot.at).collect();
        let differs = expected.iter().zip(&found).find(|(expected, found)| expected != found);
        assert_eq!(expected.len(), found.len(), "{name} `{line}`: first difference {differs:?}");
        assert_eq!(differs, None, "{name} `{line}`");
        assert!(found.len() >= 20, "{name} `{line}` fires {} times", found.len());
    };
    std::thread::scope(|scope| {
        let (first, second) = CASES.split_at(CASES.len() / 2);
        let other = scope.spawn(|| second.iter().for_each(compare));
        first.iter().for_each(compare);
        other.join().unwrap();
    });
}

#[test]
fn the_clock_on_the_wall_is_no_yes_man() {
    let (begin, end) = ("2027-03-27T12:00:00Z".parse().unwrap(), "2027-03-29T12:00:00Z".parse().unwrap());
    let told = |line| walked(chrono_tz::Europe::Berlin, line, begin, end).len();
    assert_eq!((told("30 2 * * *"), told("0 2,3 * * *"), told("0 * * * *")), (2, 3, 48));
    assert_eq!((told("0 2-2/1 * * *"), told("15 */2 * * *"), told("0 0-23 * * *")), (2, 24, 48));
    let (begin, end) = ("2011-12-29T12:00:00Z".parse().unwrap(), "2011-12-31T12:00:00Z".parse().unwrap());
    let apia = walked(chrono_tz::Pacific::Apia, "0 6 30 12 *", begin, end);
    assert_eq!(
        apia,
        ["2011-12-30T10:00:00Z".parse::<DateTime<Utc>>().unwrap()],
        "midnight after the day that was left out"
    );
}

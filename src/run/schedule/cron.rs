//! A cron line over the clock on the wall, as if no zone ever changed its clocks. The only place that knows croner.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use croner::Cron;
use croner::errors::CronError;
use croner::parser::{CronParser, Seconds, Year};

/// Two slots that lie further apart than this are forgotten by everybody.
const RARE: TimeDelta = TimeDelta::days(400);

/// A line of five fields: minute, hour, day of month, month, day of week.
#[derive(Clone, Debug)]
pub(super) struct Line {
    parsed: Cron,
    /// Is every hour of the day named? Then the line means hours that pass, not times of the day; however it is written
    /// (`*`, `*/1`, `0-23`).
    pub(super) hourly: bool,
}

impl Line {
    /// # Errors
    /// A sentence for the person who wrote the line; what follows `; ` is a hint.
    pub(super) fn parse(text: &str) -> Result<Line, String> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        if fields.len() != 5 {
            return Err(wrong_count(text, fields.len()));
        }
        let parsed = understood(text).ok_or_else(|| wrong_field(text, &fields))?;
        let hourly = (0..24).all(|hour| parsed.pattern.hour_match(hour).unwrap_or(false));
        Ok(Line { parsed, hourly })
    }

    /// The first match after `wall`, or at it.
    pub(super) fn next(&self, wall: NaiveDateTime, inclusive: bool) -> Option<NaiveDateTime> {
        // In UTC croner's own rules for clock changes never apply.
        let found = self.parsed.find_next_occurrence(&wall.and_utc(), inclusive).ok()?;
        Some(found.naive_utc())
    }

    /// Will it come true, and often enough to be remembered?
    ///
    /// # Errors
    /// As [`Line::parse`].
    pub(super) fn check(&self, text: &str) -> Result<(), String> {
        // Any start will do; this one lies before a leap year, so that 29 February is found.
        let start = DateTime::from_timestamp(1_800_000_000, 0).unwrap_or_default();
        let first = match self.parsed.find_next_occurrence(&start, false) {
            Ok(first) => first,
            Err(CronError::TimeSearchLimitExceeded) => {
                return Err(format!(
                    "`{text}` never comes: there is no such day; `kim status` shows the next ten times of a line that does"
                ));
            }
            Err(_) => return Err(format!("`{text}` is no schedule; {LIKE}")),
        };
        let mut last = start;
        for slot in std::iter::successors(Some(first), |slot| self.after(*slot)).take(40) {
            if slot - last > RARE {
                return Err(format!(
                    "`{text}` comes too rarely: not between {} and {}; name a day that every year has",
                    last.format("%-d %B %Y"),
                    slot.format("%-d %B %Y")
                ));
            }
            last = slot;
        }
        Ok(())
    }

    fn after(&self, slot: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.parsed.find_next_occurrence(&slot, false).ok()
    }

    /// Are both a day of the month and a day of the week named? Then either suffices, which few people expect.
    pub(super) fn either_day(&self) -> bool {
        !self.parsed.pattern.is_dom_wildcard() && !self.parsed.pattern.is_dow_wildcard()
    }
}

fn understood(text: &str) -> Option<Cron> {
    CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build().parse(text).ok()
}

const LIKE: &str = "for example `0 6 20 1,4,7,10 *`: at 6:00 on the 20th of January, April, July and October";

/// Each field: what it is called, and what may stand there.
const FIELDS: [(&str, &str); 5] = [
    ("minute", "0 to 59"),
    ("hour", "0 to 23"),
    ("day of the month", "1 to 31, or L for the last"),
    ("month", "1 to 12, or JAN to DEC"),
    ("day of the week", "0 to 7 (0 and 7 are Sunday), or SUN to SAT; the first Monday of a month is MON#1"),
];

/// Which field cannot be understood, and which part of it: each is tried alone. The library's own words are for programmers.
fn wrong_field(text: &str, fields: &[&str]) -> String {
    let alone = |place: usize, part: &str| {
        let line: Vec<&str> = (0..5).map(|other| if other == place { part } else { "*" }).collect();
        understood(&line.join(" ")).is_some()
    };
    for (place, (field, (name, allowed))) in fields.iter().zip(FIELDS).enumerate() {
        if alone(place, field) {
            continue;
        }
        let part = field.split(',').find(|part| !alone(place, part)).unwrap_or(field);
        return format!(
            "`{part}` is no {name}; {allowed}; several with a comma (1,4), from–to (1-5), every n-th (*/15), or * for each"
        );
    }
    format!("`{text}` is no schedule; {LIKE}")
}

fn wrong_count(text: &str, fields: usize) -> String {
    format!(
        "`{text}` has {fields} field{}; expected 5: minute, hour, day of month, month, day of week, e.g. `0 6 20 1,4,7,10 *`",
        if fields == 1 { "" } else { "s" }
    )
}

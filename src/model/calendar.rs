//! Working days: the days of `config/holidays.toml`, as written and as asked for.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDate};
use serde::Deserialize;

use crate::base::easter::easter;
use crate::base::settings::Spanned;

/// `config/holidays.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HolidayFile {
    /// Days of the week on which nobody works.
    #[serde(default = "saturday_and_sunday")]
    pub(crate) weekend: Vec<Spanned<Day>>,
    #[serde(default, rename = "holiday")]
    pub(crate) holidays: Vec<Holiday>,
}

fn saturday_and_sunday() -> Vec<Spanned<Day>> {
    [Day::Saturday, Day::Sunday].map(|day| Spanned::new(0..0, day)).into()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// One day off: exactly one of `every`, `easter` and `date` says when.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Holiday {
    pub(crate) name: Spanned<String>,
    /// Month and day of each year: `10-03`.
    pub(crate) every: Option<Spanned<String>>,
    /// Days after Easter Sunday; before it, negative.
    pub(crate) easter: Option<Spanned<i64>>,
    /// This one day only: `2027-05-07`.
    #[serde(default, deserialize_with = "one_day")]
    pub(crate) date: Option<NaiveDate>,
}

fn one_day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    crate::base::settings::day(deserializer).map(Some)
}

/// Which days are worked on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Calendar {
    weekend: [bool; 7],
    every: BTreeSet<(u32, u32)>,
    easter: BTreeSet<i64>,
    dates: BTreeSet<NaiveDate>,
}

/// No calendar keeps people at home for longer than this; a search for a working day ends here.
const LONGEST: u32 = 400;

impl Calendar {
    /// The calendar of a checked file; without one, Saturdays and Sundays are free.
    pub(crate) fn of(file: Option<&HolidayFile>) -> Calendar {
        let usual = saturday_and_sunday();
        let weekend = file.map_or(&usual, |file| &file.weekend);
        let holidays = file.map(|file| file.holidays.as_slice()).unwrap_or_default();
        let mut free = [false; 7];
        weekend.iter().for_each(|day| free[*day.get_ref() as usize] = true);
        Calendar {
            weekend: free,
            every: holidays.iter().filter_map(|day| month_and_day(day.every.as_ref()?.get_ref())).collect(),
            easter: holidays.iter().filter_map(|day| day.easter.as_ref().map(|days| *days.get_ref())).collect(),
            dates: holidays.iter().filter_map(|day| day.date).collect(),
        }
    }

    pub(crate) fn works(&self, day: NaiveDate) -> bool {
        let weekday = day.weekday().num_days_from_monday() as usize;
        let moves = || easter(day.year()).is_some_and(|easter| self.easter.contains(&(day - easter).num_days()));
        !self.weekend[weekday]
            && !self.every.contains(&(day.month(), day.day()))
            && !self.dates.contains(&day)
            && !moves()
    }

    /// The day itself if it is worked on, else the next one that is.
    pub(crate) fn this_or_next(&self, day: NaiveDate) -> Option<NaiveDate> {
        day.iter_days().take(LONGEST as usize).find(|day| self.works(*day))
    }

    /// The day itself if it is worked on, else the last one before that is.
    pub(crate) fn this_or_previous(&self, day: NaiveDate) -> Option<NaiveDate> {
        (0..LONGEST).filter_map(|back| day.checked_sub_days(Days::new(back.into()))).find(|day| self.works(*day))
    }

    /// The `count`th working day after `day`; `day` itself does not count.
    pub(crate) fn working_day_after(&self, day: NaiveDate, count: u32) -> Option<NaiveDate> {
        (0..count).try_fold(day, |day, _| self.this_or_next(day.succ_opt()?))
    }

    /// Is there any day of the week on which somebody works?
    pub(crate) fn ever_works(&self) -> bool {
        self.weekend.contains(&false)
    }
}

/// `10-03` in a leap year, so that 29 February is a day.
pub(crate) fn month_and_day(text: &str) -> Option<(u32, u32)> {
    let day = NaiveDate::parse_from_str(&format!("2024-{text}"), "%Y-%m-%d").ok().filter(|_| text.len() == 5)?;
    Some((day.month(), day.day()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn working_days_are_counted_around_easter_and_the_turn_of_the_year() {
        let text = include_str!("../../config/holidays.toml");
        let source = crate::base::problem::Source::new(std::path::Path::new("holidays.toml"), text);
        let mut problems = Vec::new();
        let file: HolidayFile = crate::base::settings::parse(&source, &mut problems).unwrap();
        let calendar = Calendar::of(Some(&file));
        // Good Friday, Easter Monday, Ascension, Corpus Christi, All Saints, a Saturday.
        for free in ["2026-04-03", "2026-04-06", "2026-05-14", "2026-06-04", "2027-11-01", "2026-11-21"] {
            assert!(!calendar.works(day(free)), "{free}");
        }
        assert!(calendar.works(day("2026-04-07")) && calendar.works(day("2026-10-30")));
        // 31 December 2026 is a Thursday, 1 January a holiday; then Monday 4 January is the first.
        assert_eq!(calendar.working_day_after(day("2026-12-31"), 1), Some(day("2027-01-04")));
        assert_eq!(calendar.working_day_after(day("2026-12-31"), 10), Some(day("2027-01-15")));
        // The end of the first quarter 2026 lies three days before Good Friday.
        assert_eq!(calendar.working_day_after(day("2026-03-31"), 10), Some(day("2026-04-16")));
        assert_eq!(calendar.this_or_next(day("2026-04-03")), Some(day("2026-04-07")));
        assert_eq!(calendar.this_or_previous(day("2026-04-06")), Some(day("2026-04-02")));
    }

    #[test]
    fn without_a_file_only_the_weekend_is_free_and_a_calendar_without_work_finds_nothing() {
        let calendar = Calendar::of(None);
        assert!(calendar.works(day("2026-12-25")) && !calendar.works(day("2026-12-26")));
        let never = Calendar { weekend: [true; 7], ..calendar };
        assert!(!never.ever_works());
        assert_eq!(never.this_or_next(day("2026-12-25")), None);
    }

    #[test]
    fn a_day_of_each_year_is_month_and_day() {
        assert_eq!(month_and_day("02-29"), Some((2, 29)));
        for wrong in ["2-29", "02-30", "13-01", "3.10.", "10-3", ""] {
            assert_eq!(month_and_day(wrong), None, "{wrong}");
        }
    }
}

//! Days as Germans write them: `1.3.26`, `01. März 2026`, `2026-03-01`, a day in Excel's own counting.
//!
//! In: a cell. Out: the day, or none. Never: a guess where only a month or a year is given.

use std::ops::Range;

use chrono::{Days, NaiveDate};

use super::german;

/// The day in `text`, which may carry a weekday in front or a time behind.
pub(super) fn parse(text: &str) -> Option<NaiveDate> {
    let days = days_in(text);
    match days.as_slice() {
        [day] => Some(*day),
        _ => None,
    }
}

/// Excel counts days from 1899-12-30; only what lies within a working life from now is taken for a day.
pub(super) fn from_serial(number: f64) -> Option<NaiveDate> {
    if (19_000_101.0..21_001_232.0).contains(&number) && number.fract() == 0.0 {
        let number = number as u32;
        return german::day((number / 10_000) as i32, number / 100 % 100, number % 100);
    }
    let plausible = (32_874.0..73_051.0).contains(&number);
    let epoch = NaiveDate::from_ymd_opt(1899, 12, 30)?;
    plausible.then(|| epoch.checked_add_days(Days::new(number.floor() as u64))).flatten()
}

/// A year typed into a cell for dates becomes a day in 1905.
pub(super) fn plausible(day: NaiveDate) -> Option<NaiveDate> {
    use chrono::Datelike;
    (1950..=2100).contains(&day.year()).then_some(day)
}

/// Every day that is written out in `text`, in order.
pub(super) fn days_in(text: &str) -> Vec<NaiveDate> {
    spans(text).into_iter().map(|(day, _)| day).collect()
}

/// The text without the days in it.
pub(super) fn without_days(text: &str) -> String {
    let mut kept = text.to_owned();
    for (_, span) in spans(text).into_iter().rev() {
        kept.replace_range(span, " ");
    }
    kept
}

fn spans(text: &str) -> Vec<(NaiveDate, Range<usize>)> {
    // A day has one digit at least, a year two.
    if text.bytes().filter(u8::is_ascii_digit).take(3).count() < 3 {
        return Vec::new();
    }
    let (parts, places): (Vec<Part>, Vec<Range<usize>>) = parts(text).into_iter().unzip();
    let mut days = Vec::new();
    let mut at = 0;
    while at < parts.len() {
        match day_at(&parts[at..]) {
            Some((day, used)) => {
                days.push((day, places[at].start..places[at + used - 1].end));
                at += used;
            }
            None => at += 1,
        }
    }
    days
}

#[derive(Debug, PartialEq)]
enum Part {
    /// A number and how many digits it has.
    Number(u32, usize),
    Word(String),
    Mark(char),
}

fn parts(text: &str) -> Vec<(Part, Range<usize>)> {
    let mut parts = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let same = |mark: char| match first {
            first if first.is_ascii_digit() => mark.is_ascii_digit(),
            first if first.is_alphabetic() => mark.is_alphabetic() || mark == '\u{308}',
            _ => false,
        };
        let end = rest.find(|mark| !same(mark)).unwrap_or(rest.len()).max(first.len_utf8());
        let (part, behind) = rest.split_at(end);
        let start = text.len() - rest.len();
        let read = match part.parse() {
            Ok(number) => Part::Number(number, part.len()),
            Err(_) if first.is_alphabetic() => Part::Word(super::text::normal(part)),
            Err(_) => Part::Mark(first),
        };
        parts.push((read, start..start + end));
        rest = behind.trim_start();
    }
    parts
}

/// The day with which `parts` begins, and how many parts it takes.
fn day_at(parts: &[Part]) -> Option<(NaiveDate, usize)> {
    use Part::{Mark, Number, Word};
    let (date, used) = match parts {
        [Number(d, 1..=2), Mark('.'), Number(m, 1..=2), Mark('.'), Number(y, 2 | 4), ..] => {
            (german::day(*y as i32, *m, *d), 5)
        }
        [Number(y, 4), Mark('-'), Number(m, 1..=2), Mark('-'), Number(d, 1..=2), ..] => {
            (german::day(*y as i32, *m, *d), 5)
        }
        [Number(d, 1..=2), Mark('-'), Number(m, 1..=2), Mark('-'), Number(y, 4), ..] => {
            (german::day(*y as i32, *m, *d), 5)
        }
        // With slashes Americans put the month first: only what cannot be a month is a day.
        [Number(d, 1..=2), Mark('/'), Number(m, 1..=2), Mark('/'), Number(y, 2 | 4), ..] if *d > 12 || d == m => {
            (german::day(*y as i32, *m, *d), 5)
        }
        [Number(d, 1..=2), Mark('.'), Word(m), Mark('.'), Number(y, 2 | 4), ..] => (named(*d, m, *y), 5),
        [Number(d, 1..=2), Mark('.'), Word(m), Number(y, 2 | 4), ..] => (named(*d, m, *y), 4),
        [Number(d, 1..=2), Word(m), Mark('.'), Number(y, 4), ..] => (named(*d, m, *y), 4),
        [Number(d, 1..=2), Word(m), Number(y, 4), ..] => (named(*d, m, *y), 3),
        _ => (None, 0),
    };
    date.map(|date| (date, used))
}

fn named(day: u32, month: &str, year: u32) -> Option<NaiveDate> {
    german::day(year as i32, german::month(month)?, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_a_whole_day_is_a_day() {
        for text in [
            "Frühjahr",
            "März 2026",
            "03/2026",
            "2026",
            "31.02.2026",
            "03/04/2026",
            "1.3.",
            "1.3.2026 und 2.3.2026",
            "1.3.1026",
            "1.3.58",
            "KW 12",
            "12. KW 2026",
            "3/2026",
            "30.2.26",
            "",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse("seit 1.3.2026"), parse("Mo, 01.03.2026 10:30"));
        assert_eq!(from_serial(46_082.0), german::day(2026, 3, 1));
        assert_eq!(from_serial(20_260_301.0), german::day(2026, 3, 1));
        assert_eq!(from_serial(2026.0), None);
        assert_eq!(from_serial(f64::NAN), None);
    }

    proptest! {
        #[test]
        fn every_writing_of_a_day_is_that_day(serial in 32_874..50_000_u32) {
            let day = from_serial(f64::from(serial)).unwrap();
            for pattern in ["%d.%m.%Y", "%-d.%-m.%Y", "%-d.%-m.%y", "%d.%m.%y", "%Y-%m-%d", "%d. %m. %Y", "%a, %d.%m.%Y"] {
                let text = day.format(pattern).to_string();
                // Two digits are enough only for one century.
                prop_assert_eq!(parse(&text), Some(day), "{}", text);
            }
            use chrono::Datelike;
            for months in [["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"],
                           ["Jan.", "Feb.", "Mrz.", "Apr.", "Mai", "Jun.", "Jul.", "Aug.", "Sep.", "Okt.", "Nov.", "Dez."]] {
                let text = format!("{:02}. {} {}", day.day(), months[day.month0() as usize], day.year());
                prop_assert_eq!(parse(&text), Some(day), "{}", text);
            }
        }
    }
}

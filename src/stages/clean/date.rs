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

/// The day in `text` if nothing that may say otherwise stands beside it; `own` are the words of what is asked.
pub(super) fn alone(text: &str, own: &[String]) -> Option<NaiveDate> {
    let spans = spans(text);
    let [(day, span)] = spans.as_slice() else { return None };
    let harmless = |part: &str| only_words(&bare(part), own);
    (harmless(&text[..span.start]) && behind(&bare(&text[span.end..]), own)).then_some(*day)
}

fn bare(text: &str) -> Vec<Part> {
    parts(text).into_iter().map(|(part, _)| part).collect()
}

/// Behind a day there may be the time of day.
fn behind(parts: &[Part], own: &[String]) -> bool {
    only_words(&parts[time(parts)..], own)
}

/// How many parts of the beginning are a time of day: `10:30`, `T00:00:00.000`, `, 10:30 Uhr`, `um 10 Uhr`.
fn time(parts: &[Part]) -> usize {
    use Part::{Mark, Number, Word};
    let is = |at: usize, asked: &str| matches!(parts.get(at), Some(Word(word)) if word == asked);
    let two = |at: usize, below: u32| matches!(parts.get(at), Some(Number(number, 1..=2)) if *number < below);
    let start = match parts {
        [Mark(','), Word(word), ..] if word == "um" => 2,
        [Mark(','), ..] => 1,
        [Word(word), ..] if word == "um" || word == "t" => 1,
        _ => 0,
    };
    if !two(start, 24) {
        return 0;
    }
    let mut at = start + 1;
    let mut in_full = false;
    while matches!(parts.get(at), Some(Mark(':'))) && two(at + 1, 60) {
        at += 2;
        in_full = true;
    }
    if matches!(parts.get(at), Some(Mark('.')))
        && matches!(parts.get(at + 1), Some(Number(_, digits)) if in_full || *digits == 2)
        && (in_full || is(at + 2, "uhr"))
    {
        at += 2;
    }
    match is(at, "uhr") {
        true => at + 1,
        false if in_full => at,
        false => 0,
    }
}

/// Nothing but words that change nothing about a day.
fn only_words(parts: &[Part], own: &[String]) -> bool {
    let harmless = |word: &String| german::goes_with_day(word) || own.contains(word);
    match parts {
        [] => true,
        [Part::Word(word), rest @ ..] => harmless(word) && only_words(rest, own),
        [Part::Mark('('), Part::Word(word), Part::Mark('.'), Part::Mark(')'), rest @ ..]
        | [Part::Mark('('), Part::Word(word), Part::Mark(')'), rest @ ..] => harmless(word) && only_words(rest, own),
        [Part::Mark(',' | '.' | ':' | ';' | '\'' | '"' | '„' | '“'), rest @ ..] => only_words(rest, own),
        _ => false,
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

    #[test]
    fn beside_a_day_only_what_is_harmless_may_stand() {
        let own = ["besetzt", "seit", "besetzung"].map(str::to_owned);
        let first = german::day(2024, 2, 1);
        for text in [
            "1.2.2024",
            "Do, 01.02.2024",
            "Donnerstag, den 1. Februar 2024",
            "01.02.2024 (Do.)",
            "am 01.02.2024",
            "vom 01.02.2024",
            "Stand: 01.02.2024",
            "Datum: 01.02.2024.",
            "seit 01.02.2024",
            "besetzt seit dem 01.02.2024",
            "01.02.2024 10:30",
            "01.02.2024, 10:30 Uhr",
            "01.02.2024 um 10 Uhr",
            "01.02.2024 10.30 Uhr",
            "2024-02-01T00:00:00",
            "2024-02-01 00:00:00.000",
        ] {
            assert_eq!(alone(text, &own), first, "{text}");
        }
        for text in [
            "01.02.2024, umgesetzt Anfang 2025",
            "nicht am 01.02.2024",
            "soll am 01.02.2024 umgesetzt werden",
            "geplant: 01.02.2024",
            "01.02.2024, tatsächlich erst 2025",
            "fällig 01.02.2024",
            "bis 01.02.2024",
            "ab 01.02.2024",
            "zum 01.02.2024",
            "besetzt bis 01.02.2024",
            "unbesetzt seit 01.02.2024",
            "vakant seit 01.02.2024",
            "um den 01.02.2024",
            "01.02.2024?",
            "(01.02.2024)",
            "~01.02.2024",
            "< 01.02.2024",
            "- 01.02.2024",
            "01.02.2024 -",
            "01.02.2024 +",
            "01.02.2024/2025",
            "01.02.2024 2025",
            "01.02.2024 10",
            "01.02.2024 10.30",
            "2024-02-01T23:00:00Z",
            "3x 01.02.2024",
            "01.02.2024 und 02.02.2024",
            "Februar 2024",
        ] {
            assert_eq!(alone(text, &own), None, "{text}");
        }
        let own = ["befristet", "bis"].map(str::to_owned);
        assert_eq!(alone("befristet bis 01.02.2024", &own), first);
        assert_eq!(alone("seit 01.02.2024", &own), None);
        assert_eq!(alone("unbefristet seit 01.02.2024", &own), None);
    }

    proptest! {
        #[test]
        fn every_writing_of_a_day_is_that_day(serial in 32_874..50_000_u32) {
            let day = from_serial(f64::from(serial)).unwrap();
            for pattern in ["%d.%m.%Y", "%-d.%-m.%Y", "%-d.%-m.%y", "%d.%m.%y", "%Y-%m-%d", "%d. %m. %Y", "%a, %d.%m.%Y"] {
                let text = day.format(pattern).to_string();
                // Two digits are enough only for one century.
                prop_assert_eq!(parse(&text), Some(day), "{}", text);
                prop_assert_eq!(alone(&text, &[]), Some(day), "{}", text);
            }
            use chrono::Datelike;
            for months in [["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"],
                           ["Jan.", "Feb.", "Mrz.", "Apr.", "Mai", "Jun.", "Jul.", "Aug.", "Sep.", "Okt.", "Nov.", "Dez."]] {
                let text = format!("{:02}. {} {}", day.day(), months[day.month0() as usize], day.year());
                prop_assert_eq!(parse(&text), Some(day), "{}", text);
                prop_assert_eq!(alone(&text, &[]), Some(day), "{}", text);
            }
        }
    }
}

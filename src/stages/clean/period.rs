//! The reporting period, in any spelling: `3. Quartal 2026`, `Q3/2026`, `III/2026`, `Juli bis September 2026`.
//!
//! In: a cell of the cover, or the name of a file. Out: the period of the form's kind, or none.

use std::cell::RefCell;

use chrono::{Datelike, NaiveDate};

use super::{date, german, text};
use crate::base::quick::QuickMap;
use crate::base::short::Short;
use crate::model::period::{Kind, Period};
use crate::model::raw::RawValue;

/// Longer texts are no titles.
const LONGEST_KEPT: usize = 100;
const MOST_KEPT: usize = 4096;

thread_local! {
    /// Most returns bear the same titles.
    static KEPT: RefCell<QuickMap<(Kind, Short), Option<Period>>> = RefCell::default();
}

/// The period a cell of the cover names.
pub(super) fn of_cell(value: &RawValue, kind: Kind) -> Option<Period> {
    match value {
        RawValue::Text(text) => of_text(text, kind).or_else(|| of_days(text, kind)),
        RawValue::Date(moment) => Some(Period::of(kind, moment.date())),
        RawValue::Number(year) if kind == Kind::Year && year.fract() == 0.0 => Period::new(kind, *year as i32, 1),
        _ => None,
    }
}

/// The period a text names; a mere date in it is not enough, it may be the day on which the file was saved.
pub(super) fn of_text(text: &str, kind: Kind) -> Option<Period> {
    // Without a year there is none.
    if !text.bytes().any(|mark| mark.is_ascii_digit()) {
        return None;
    }
    if text.len() > LONGEST_KEPT {
        return read(text, kind);
    }
    KEPT.with_borrow_mut(|kept| {
        let key = (kind, Short::from(text));
        if kept.len() >= MOST_KEPT && !kept.contains_key(&key) {
            kept.clear();
        }
        *kept.entry(key).or_insert_with_key(|(kind, text)| read(text, *kind))
    })
}

fn read(text: &str, kind: Kind) -> Option<Period> {
    let tokens = tokens(&date::without_days(text));
    if several(&tokens, kind) {
        return None;
    }
    let mut years = tokens.iter().enumerate().filter_map(|(at, token)| Some((at, year(token)?)));
    let found =
        years.find_map(|(at, year)| number(&tokens, at, kind).and_then(|number| Period::new(kind, year, number)));
    found.or_else(|| short_year(&tokens, kind))
}

/// The number of the period that a text names without a year: `3. Quartal`.
pub(super) fn without_year(text: &str, kind: Kind) -> Option<u32> {
    if !text.contains(|mark: char| mark.is_ascii_digit() || matches!(mark, 'I' | 'V')) && !text.contains("uartal") {
        return None;
    }
    let tokens = tokens(text);
    // Nor two digits that may be one, nor a day.
    let long = tokens.iter().any(|token| token.len() > 1 && token.bytes().all(|mark| mark.is_ascii_digit()));
    if long || several(&tokens, kind) { None } else { named(&tokens, kind) }
}

/// The other period that may be meant: `03/2026` and `3/2026` are March to some, and the third quarter to others, also where a
/// spreadsheet made a day of it.
pub(super) fn other_reading(value: &RawValue, kind: Kind) -> Option<Period> {
    let (year, number, is_month) = match value {
        RawValue::Text(text) => {
            let tokens = tokens(&date::without_days(text));
            let (at, year) = tokens.iter().enumerate().find_map(|(at, token)| Some((at, year(token)?)))?;
            let (before, behind) = (&tokens[..at], &tokens[at + 1..]);
            let told = named(before, kind)
                .or_else(|| named(&behind[..behind.len().min(2)], kind))
                .or_else(|| months(before, kind))
                .or_else(|| months(&behind[..behind.len().min(1)], kind));
            let token = before.last().filter(|token| told.is_none() && token.len() <= 2)?;
            (year, token.parse::<u32>().ok()?, token.len() == 2)
        }
        RawValue::Date(moment) if moment.day() == 1 => (moment.year(), moment.month(), true),
        _ => return None,
    };
    let quarter = (1..=per_year(kind)).contains(&number).then_some(number)?;
    let month = of_month(number, kind)?;
    let years = matches!(kind, Kind::Quarter | Kind::Half);
    Period::new(kind, year, if is_month { quarter } else { month }).filter(|_| years && quarter != month)
}

/// The other year that may be meant: `Q3 2025/2026`, `Q3 2025/26`, or `Dezember 2025 bis Februar 2026`.
pub(super) fn other_year(text: &str, kind: Kind) -> Option<Period> {
    let own = of_text(text, kind)?;
    let mut tokens = tokens(&date::without_days(text));
    tokens.retain(|token| !matches!(token.to_lowercase().as_str(), "und" | "oder" | "bis" | "bzw"));
    let at = tokens.iter().position(|token| year(token) == Some(own.year))?;
    let token = |step: isize| tokens.get(at.checked_add_signed(step)?).map(String::as_str);
    let month = |token: &str| german::month(&text::normal(token));
    let beside = |step: isize| Period::new(kind, token(step).and_then(year)?, own.number);
    // Two digits are the year after this one only if no month can be meant.
    let short = || {
        let next = token(1).filter(|next| next.len() == 2)?.parse::<i32>().ok()?;
        let alone = token(2).is_none_or(|behind| behind.parse::<u32>().is_err());
        (next > 12 && next == (own.year + 1) % 100 && alone)
            .then(|| Period::new(kind, own.year + 1, own.number))
            .flatten()
    };
    let span = || {
        let (_, last, year) = (month(token(-1)?)?, month(token(1)?)?, token(2).and_then(year)?);
        Period::new(kind, year, of_month(last, kind)?)
    };
    let other = beside(1).or_else(|| beside(-1)).or_else(short).or_else(span);
    other.filter(|other| *other != own)
}

/// Does this label ask for the period by its name, so that a number beside it is no month?
pub(super) fn asks_by_name(label: &str, kind: Kind) -> bool {
    let names = ["berichtsquartal", "quartal", "halbjahr", "vierteljahr", "berichtshalbjahr"];
    text::words(label).iter().any(|word| is_name(word, kind) || names.contains(&word.as_str()))
}

/// The period whose number and year stand apart: `3` or `III. Quartal`, and `2026`.
pub(super) fn of_parts(number: &str, year: &str, kind: Kind) -> Option<Period> {
    let year = self::year(year.trim())?;
    let tokens = tokens(number);
    let [token] = tokens.as_slice() else { return of_text(&format!("{number} {year}"), kind) };
    Period::new(kind, year, counted(token)?)
}

/// The period in which all dates of the text lie.
pub(super) fn of_days(text: &str, kind: Kind) -> Option<Period> {
    let days = date::days_in(text);
    let period = Period::of(kind, *days.first()?);
    let within = |day: &NaiveDate| Period::of(kind, *day) == period;
    let other = months_of_days(text).into_iter().any(|month| of_month(month, kind) != Some(period.number));
    (!other && days.iter().all(within)).then_some(period)
}

/// The months of all days, also of those without a year: 4 and 9 for `01.04.-30.09.2026`.
pub(super) fn months_of_days(text: &str) -> Vec<u32> {
    let parts: Vec<&str> = text.split('.').collect();
    let digits = |part: &str, last: bool| {
        let part = part.trim();
        let run: String = if last {
            part.chars().rev().take_while(char::is_ascii_digit).collect::<Vec<_>>().into_iter().rev().collect()
        } else {
            part.to_owned()
        };
        run.parse::<u32>().ok().filter(|_| run.len() <= 2)
    };
    let months = parts.windows(3).filter_map(|three| {
        digits(three[0], true)?;
        digits(three[1], false).filter(|month| (1..=12).contains(month))
    });
    months.collect()
}

/// Runs of letters or digits, as written but for the case of words; marks are left out.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut last = None;
    for mark in text.chars() {
        let class = if mark.is_ascii_digit() {
            Some('0')
        } else if mark.is_alphabetic() || mark == '\u{308}' {
            Some('a')
        } else {
            None
        };
        match (class, tokens.last_mut()) {
            (None, _) => {}
            (_, Some(token)) if class == last => token.push(mark),
            _ => tokens.push(mark.to_string()),
        }
        last = class;
    }
    tokens
}

fn year(token: &str) -> Option<i32> {
    token.parse().ok().filter(|year| token.len() == 4 && (1990..=2100).contains(year))
}

/// The number of the period whose year stands at `at`.
fn number(tokens: &[String], at: usize, kind: Kind) -> Option<u32> {
    if kind == Kind::Year {
        return Some(1);
    }
    let before = &tokens[..at];
    let behind = &tokens[at + 1..];
    named(before, kind)
        .or_else(|| named(&behind[..behind.len().min(2)], kind))
        .or_else(|| months(before, kind))
        .or_else(|| months(&behind[..behind.len().min(1)], kind))
        .or_else(|| bare(before.last()?, kind))
}

/// `Q3`, `3. Quartal`, `III. Quartal`, `Quartal 3`, `drittes Quartal`, `H1`, `1. Halbjahr`.
fn named(tokens: &[String], kind: Kind) -> Option<u32> {
    let is_name = |token: &String| is_name(token, kind);
    let at = tokens.iter().rposition(is_name)?;
    let count = |token: &String| counted(token).filter(|number| *number <= per_year(kind));
    tokens.get(at + 1).and_then(count).or_else(|| count(tokens.get(at.checked_sub(1)?)?))
}

fn is_name(token: &str, kind: Kind) -> bool {
    let names: &[&str] = match kind {
        Kind::Quarter => &["q", "quartal", "quartals", "quartel", "vierteljahr", "vj", "qu", "quart", "quarter"],
        Kind::Half => &["h", "hj", "halbjahr", "halbjahres"],
        Kind::Month | Kind::Year => &[],
    };
    names.contains(&text::normal(token).as_str())
}

/// `Q2-Q3`, `2. und 3. Quartal`, `1.-3. Quartal`: which one is not ours to say.
fn several(tokens: &[String], kind: Kind) -> bool {
    let small = |token: &String| counted(token).filter(|number| *number <= 4);
    let mut numbers: Vec<u32> = Vec::new();
    for at in (0..tokens.len()).filter(|at| is_name(&tokens[*at], kind)) {
        let behind = tokens.get(at + 1).and_then(small);
        if behind.is_some() {
            numbers.extend(behind);
            continue;
        }
        let mut front =
            tokens[..at].iter().rev().filter(|token| !matches!(text::normal(token).as_str(), "und" | "bis"));
        numbers.extend(front.next().and_then(small));
        numbers.extend(front.next().and_then(small));
    }
    numbers.iter().any(|number| *number != numbers[0])
}

/// `3`, `III`, `drittes`.
pub(super) fn counted(token: &str) -> Option<u32> {
    let short = token.len() <= 2;
    let number = token.parse().ok().filter(|_| short);
    number.or_else(|| german::roman(token)).or_else(|| german::ordinal(&text::normal(token)))
}

/// `III/2026`, `3/2026`; a month only with two digits (`07/2026`), or where months are asked for.
fn bare(token: &str, kind: Kind) -> Option<u32> {
    let number = german::roman(token).or_else(|| token.parse().ok())?;
    if token.len() == 2 && token.bytes().all(|byte| byte.is_ascii_digit()) {
        return of_month(number, kind);
    }
    (token.len() <= 4 && (1..=per_year(kind)).contains(&number)).then_some(number)
}

/// `Juli bis September`, `07-09`, `September`: the period that holds all months named before the year.
fn months(tokens: &[String], kind: Kind) -> Option<u32> {
    let named: Vec<u32> = tokens.iter().filter_map(|token| german::month(&text::normal(token))).collect();
    let span: Vec<u32> = if named.is_empty() { digits(tokens)? } else { named };
    let period = of_month(*span.first()?, kind)?;
    span.iter().all(|month| of_month(*month, kind) == Some(period)).then_some(period)
}

/// The last two tokens as months: `07-09`, `07 bis 09`.
fn digits(tokens: &[String]) -> Option<Vec<u32>> {
    let bare: Vec<&String> = tokens.iter().filter(|token| text::normal(token) != "bis").collect();
    let [.., first, last] = bare.as_slice() else { return None };
    let month = |token: &str| token.parse().ok().filter(|month| token.len() == 2 && (1..=12).contains(month));
    Some(vec![month(first)?, month(last)?])
}

pub(super) fn of_month(month: u32, kind: Kind) -> Option<u32> {
    NaiveDate::from_ymd_opt(2000, month, 1).map(|day| Period::of(kind, day).number)
}

fn per_year(kind: Kind) -> u32 {
    NaiveDate::from_ymd_opt(2000, 12, 1).map_or(1, |day| Period::of(kind, day).number)
}

/// `Q3/26`, `3. Quartal 26`: two digits are a year only right behind a named period.
fn short_year(tokens: &[String], kind: Kind) -> Option<Period> {
    let years = tokens.iter().enumerate().filter(|(_, token)| token.len() == 2);
    years.filter_map(|(at, token)| Some((at, token.parse::<i32>().ok()?))).find_map(|(at, year)| {
        let day = german::day(year, 1, 1)?;
        Period::new(kind, day.year(), named(&tokens[at.saturating_sub(2)..at], kind)?)
    })
}

#[cfg(test)]
mod tests;

//! Numbers as Germans type them: `1.234,5`, `1 234`, `12.345,67 €`, `12 %`.
//!
//! In: the text of a cell and what kind of number is asked. Out: the number, or why it is none. Never: a guess;
//! `1.234` in a column of decimals may be either, so it is neither.

use crate::base::short::Short;
use crate::model::form::{DecimalMark, FieldType};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum NumberFault {
    NotANumber,
    Negative,
    Fraction,
    /// Both readings.
    Ambiguous(String),
}

/// Does it read as thousands in English and as decimals in German? `2,500` in an English column is 2500 to whoever wrote it.
pub(super) fn is_english_thousands(text: &str) -> bool {
    let bare = text.trim().trim_start_matches(['-', '+', '−']);
    looks_grouped(bare, ',') && bare.bytes().all(|byte| byte.is_ascii_digit() || byte == b',')
}

/// Beyond this a double no longer counts every whole number.
const LARGEST: f64 = 1e15;

/// The number in `text`. `units` are the normalised words that may stand behind it.
pub(super) fn parse(text: &str, kind: FieldType, units: &[String]) -> Result<f64, NumberFault> {
    // Most are nothing but digits, in which there is nothing to understand.
    let plain = (1..=9).contains(&text.len()) && text.bytes().all(|mark| mark.is_ascii_digit());
    match text.parse::<u32>() {
        Ok(number) if plain => checked(f64::from(number), kind),
        _ => understood(text, kind, units),
    }
}

fn understood(text: &str, kind: FieldType, units: &[String]) -> Result<f64, NumberFault> {
    // A new line begins another number (the old one above the new one); it parts no thousands.
    if text.lines().filter(|line| line.contains(|mark: char| mark.is_ascii_digit())).count() > 1 {
        return Err(NumberFault::NotANumber);
    }
    let text = with_cents(&one_kind_of_space(text), kind);
    let (negative, bare) = sign(without_apostrophe(text.trim()));
    let (amount, percent) = without_unit(bare, kind, units).ok_or(NumberFault::NotANumber)?;
    let (late_sign, amount) = sign(amount);
    // Half a post is 0.5 or `50 %` of one, never 50: per cent only where per cent are asked.
    let asked = kind == FieldType::Decimal && units.iter().any(|unit| unit == "%" || unit == "prozent");
    if negative && late_sign || percent && !asked {
        return Err(NumberFault::NotANumber);
    }
    let size = amount_of(amount, kind)?;
    checked(if negative || late_sign { -size } else { size }, kind)
}

/// A number that is one already, as a cell of `kind`.
pub(super) fn checked(number: f64, kind: FieldType) -> Result<f64, NumberFault> {
    if !number.is_finite() || number.abs() > LARGEST {
        return Err(NumberFault::NotANumber);
    }
    if kind != FieldType::Count {
        return Ok(number + 0.0);
    }
    let whole = number.round();
    // What a formula leaves behind: 3.0000000000000004 is 3.
    if (number - whole).abs() > 1e-9 * whole.abs().max(1.0) {
        return Err(NumberFault::Fraction);
    }
    Ok(whole + 0.0)
}

/// A number that could be read in two ways, where the form says what stands before its decimals.
pub(super) fn as_agreed(text: &str, mark: DecimalMark, kind: FieldType) -> Option<Result<f64, NumberFault>> {
    let decimal = if mark == DecimalMark::Comma { ',' } else { '.' };
    let digits: String = text.chars().filter(|mark| mark.is_ascii_digit() || matches!(mark, '.' | ',' | '-')).collect();
    let thousands = if mark == DecimalMark::Comma { '.' } else { ',' };
    let plain = digits.replace(thousands, "").replace(decimal, ".");
    Some(checked(plain.parse().ok()?, kind))
}

/// `15  150`: fifteen thousand, or two numbers in one cell? One space parts thousands; a wider gap, a tab or a new line may part anything.
/// Both readings; `text` as it was typed.
pub(super) fn two_numbers(text: &str) -> Option<String> {
    // Most have no space.
    if !text.contains(char::is_whitespace) {
        return None;
    }
    let text: String = text.chars().filter(|mark| super::text::is_visible(*mark)).collect();
    let digit = |mark: char| mark.is_ascii_digit();
    let amount = &text[text.find(digit)?..=text.rfind(digit)?];
    let known = |mark: char| mark.is_whitespace() || digit(mark) || matches!(mark, '.' | ',' | '\'' | '\u{2019}');
    if !amount.chars().all(known) {
        return None;
    }
    let mut parts = vec![String::new()];
    let mut gap = String::new();
    for mark in amount.chars() {
        if mark.is_whitespace() {
            gap.push(mark);
            continue;
        }
        if gap.contains(['\t', '\n', '\r']) || gap.chars().nth(1).is_some() {
            parts.push(String::new());
        }
        gap.clear();
        parts.last_mut()?.push(mark);
    }
    (parts.len() > 1).then(|| format!("{} / {}", parts.concat(), parts.join(" + ")))
}

fn one_kind_of_space(text: &str) -> Short {
    let space = |mark: char| match mark {
        mark if mark.is_whitespace() => ' ',
        '\u{2212}' | '\u{2013}' => '-',
        '\u{2019}' => '\'',
        mark => mark,
    };
    super::text::tidy(&text.chars().map(space).collect::<String>())
}

fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text).trim_start()),
    }
}

/// `'22`: what Excel keeps to itself, other programs write down.
fn without_apostrophe(text: &str) -> &str {
    let number = |rest: &&str| rest.starts_with(|mark: char| mark.is_ascii_digit() || matches!(mark, '-' | '+'));
    text.strip_prefix('\'').filter(number).unwrap_or(text)
}

/// Takes a known unit off either end. None if what stands there is no unit that we know.
fn without_unit<'a>(text: &'a str, kind: FieldType, units: &[String]) -> Option<(&'a str, bool)> {
    let text = text.strip_prefix('€').or(text.strip_prefix("EUR")).map_or(text, str::trim_start);
    let end = text.rfind(|mark: char| mark.is_ascii_digit())? + 1;
    let (amount, behind) = text.split_at(end);
    let words = super::text::words(behind);
    let percent = words.iter().any(|word| word == "%" || word == "prozent");
    let currency = |word: &str| kind == FieldType::Money && matches!(word, "€" | "eur" | "euro");
    let hours = |word: &str| matches!(word, "h" | "std" | "stunde" | "stunden");
    let same_unit = |word: &String| units.contains(word) || hours(word) && units.iter().any(|unit| hours(unit));
    let known = |word: &String| currency(word) || word == "%" || word == "prozent" || same_unit(word);
    let short = behind.trim_end().ends_with('.') && words.len() == 1;
    let known = |word: &String| known(word) || short && abbreviates(word, units);
    let tame = behind.chars().all(|mark| mark.is_alphanumeric() || matches!(mark, ' ' | '.' | '/' | '€' | '%' | '²'));
    (tame && words.iter().all(known) && (words.is_empty() == behind.trim().is_empty())).then_some((amount, percent))
}

/// `Pers.` for `Personen`.
fn abbreviates(word: &str, units: &[String]) -> bool {
    const SHORTEST: usize = 4;
    word.chars().count() >= SHORTEST
        && !super::german::is_scale(word)
        && units.iter().any(|unit| unit.starts_with(word) && unit.len() > word.len())
}

/// `12.345,-` and `12.345,-- €` are whole euros; and `15,-` is 15 of whatever else is asked.
fn with_cents(text: &str, kind: FieldType) -> Short {
    // Most end with a digit.
    if text.ends_with(|mark: char| mark.is_ascii_digit()) {
        return text.into();
    }
    let bare = if kind == FieldType::Money {
        let bare = text.trim_end_matches(['€', ' ']);
        bare.strip_suffix("EUR").map_or(bare, str::trim_end)
    } else {
        text
    };
    let whole = [",--", ",-", ",—", ".--", ".-"].iter().find_map(|end| bare.strip_suffix(end));
    whole.map_or_else(|| text.into(), |whole| format!("{whole},00").into())
}

fn amount_of(text: &str, kind: FieldType) -> Result<f64, NumberFault> {
    let marks = |wanted: char| text.chars().filter(|mark| *mark == wanted).count();
    let known = |mark: char| mark.is_ascii_digit() || matches!(mark, '.' | ',' | ' ' | '\'');
    if !text.starts_with(|mark: char| mark.is_ascii_digit() || mark == ',') || !text.chars().all(known) {
        return Err(NumberFault::NotANumber);
    }
    match (marks('.'), marks(','), marks(' ') + marks('\'')) {
        (0, 0, _) => grouped(text, &[' ', '\'']),
        (0, 1, 0) => comma(text, kind),
        (0, 1, _) => split(text, ',', &[' ', '\'']),
        (1, 0, 0) => dot(text, kind),
        (_, 0, 0) => grouped(text, &['.']),
        (0, _, 0) => grouped(text, &[',']),
        // Whichever comes last, once, is the decimal mark.
        (_, 1, 0) if text.rfind(',') > text.rfind('.') => split(text, ',', &['.']),
        (1, _, 0) if text.rfind('.') > text.rfind(',') => split(text, '.', &[',']),
        _ => Err(NumberFault::NotANumber),
    }
}

fn comma(text: &str, kind: FieldType) -> Result<f64, NumberFault> {
    // Three digits behind a comma make no sense as persons or euros; an English hand may have meant thousands.
    if kind != FieldType::Decimal && looks_grouped(text, ',') {
        return Err(ambiguous(text, ','));
    }
    split(text, ',', &[])
}

fn dot(text: &str, kind: FieldType) -> Result<f64, NumberFault> {
    match (looks_grouped(text, '.'), kind) {
        (true, FieldType::Count) => grouped(text, &['.']),
        (true, _) => Err(ambiguous(text, '.')),
        (false, _) => split(text, '.', &[]),
    }
}

/// `1.234`: one to three digits, not beginning with 0, and exactly three behind the mark.
fn looks_grouped(text: &str, mark: char) -> bool {
    let Some((whole, rest)) = text.split_once(mark) else { return false };
    (1..=3).contains(&whole.len()) && !whole.starts_with('0') && rest.len() == 3
}

fn ambiguous(text: &str, mark: char) -> NumberFault {
    NumberFault::Ambiguous(format!("{} / {}", text.replace(mark, ""), text.replace(mark, ",")))
}

fn split(text: &str, decimal: char, thousands: &[char]) -> Result<f64, NumberFault> {
    let (whole, part) = text.split_once(decimal).ok_or(NumberFault::NotANumber)?;
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(part) {
        return Err(NumberFault::NotANumber);
    }
    let whole = if whole.is_empty() { "0".to_owned() } else { ungrouped(whole, thousands)? };
    format!("{whole}.{part}").parse().map_err(|_| NumberFault::NotANumber)
}

fn grouped(text: &str, thousands: &[char]) -> Result<f64, NumberFault> {
    ungrouped(text, thousands)?.parse().map_err(|_| NumberFault::NotANumber)
}

/// The digits without marks between groups of three; one kind of mark only.
fn ungrouped(text: &str, thousands: &[char]) -> Result<String, NumberFault> {
    let used: Vec<char> = text.chars().filter(|mark| thousands.contains(mark)).collect();
    let groups: Vec<&str> = text.split(thousands).collect();
    let (first, rest) = groups.split_first().ok_or(NumberFault::NotANumber)?;
    let digits = groups.iter().all(|group| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit()));
    let even =
        rest.is_empty() || first.len() <= 3 && !first.starts_with('0') && rest.iter().all(|group| group.len() == 3);
    let one_mark = used.windows(2).all(|pair| pair[0] == pair[1]);
    if digits && even && one_mark { Ok(groups.concat()) } else { Err(NumberFault::NotANumber) }
}

#[cfg(test)]
mod tests;

//! What a sender sees in a cell: its text in one line, its number as a German Excel shows it, or nothing.
//!
//! In: a raw cell. Out: that text, or what it begins with. Never: what the cell means.

use std::borrow::Cow;

use super::text;
use crate::base::short::{Short, ToCompactString};
use crate::model::raw::RawValue;

/// The cell as its sender sees it in a German Excel, in one line.
pub(super) fn written(raw: &RawValue) -> Short {
    match raw {
        RawValue::Text(text) => text::tidy(text),
        RawValue::Number(number) => shown(*number),
        RawValue::Bool(true) => "WAHR".into(),
        RawValue::Bool(false) => "FALSCH".into(),
        RawValue::Date(moment) => moment.format("%d.%m.%Y").to_compact_string(),
        RawValue::Error(error) => error.into(),
        RawValue::NoResult => Short::default(),
        RawValue::Hidden(shown) => text::tidy(shown),
    }
}

/// The same for whoever only wants to look at it.
pub(super) fn seen(raw: &RawValue) -> Cow<'_, str> {
    match raw {
        RawValue::Text(text) => text::tidied(text),
        other => Cow::Owned(written(other).into()),
    }
}

/// Does what its sender sees begin as a number does?
pub(super) fn begins_as_number(raw: &RawValue) -> bool {
    let begins = |text: &str| text.starts_with(|mark: char| mark.is_ascii_digit() || mark == '-');
    match raw {
        RawValue::Text(text) => match text.bytes().next() {
            // Nothing that tidying up would take away.
            Some(mark @ b'!'..=b'~') => begins(text) && (mark.is_ascii_digit() || mark == b'-'),
            _ => begins(&text::tidy(text)),
        },
        RawValue::Number(number) if number.is_finite() => true,
        RawValue::Bool(_) | RawValue::NoResult => false,
        other => begins(&written(other)),
    }
}

/// Does something stand there, though it may show nothing?
pub(super) fn is_filled(raw: &RawValue) -> bool {
    match raw {
        RawValue::Text(text) => text::shows_something(text),
        RawValue::Error(error) => !error.is_empty(),
        _ => true,
    }
}

/// A number with the 15 digits that a cell can show.
pub(super) fn shown(number: f64) -> Short {
    // Most are whole, and need no rounding.
    let whole = number as i64;
    if whole.unsigned_abs() < 1_000_000_000_000_000 && (whole as f64).to_bits() == number.to_bits() {
        return whole.to_compact_string();
    }
    let mut plain = number.to_compact_string();
    if plain.len() < 16 {
        if let Some(point) = plain.find('.') {
            plain.replace_range(point..=point, ",");
        }
        return plain;
    }
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    rounded.to_string().replace('.', ",").into()
}

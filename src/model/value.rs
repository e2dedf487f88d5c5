//! What a reported cell holds: a value or none, always with the state that says why.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// In exactly one of these is each reported cell; missing is never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    Reported,
    /// Nothing to report, said explicitly (Fehlanzeige).
    ConfirmedZero,
    /// Asked, not answered.
    Missing,
    /// The sender hid it.
    Withheld,
    /// Not asked of this body, or crossed out.
    NotApplicable,
}

impl State {
    /// The name in facts, conditions and `--json`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            State::Reported => "reported",
            State::ConfirmedZero => "confirmed_zero",
            State::Missing => "missing",
            State::Withheld => "withheld",
            State::NotApplicable => "not_applicable",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Value {
    Number(f64),
    /// Free text, the id of a code, or `ja` / `nein`.
    Text(String),
    Date(NaiveDate),
}

/// A cell's place as the sender sees it; row and column count from 0.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) sheet: String,
    pub(crate) row: u32,
    pub(crate) column: u32,
}

impl Place {
    pub(crate) fn address(&self) -> String {
        address(self.row, self.column)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}!{}", self.sheet, self.address())
    }
}

/// `B12` for row 11, column 1.
pub(crate) fn address(row: u32, column: u32) -> String {
    format!("{}{}", column_letters(column), row + 1)
}

/// `AA` for column 26: bijective base 26.
pub(crate) fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(b'A' + (rest % 26) as u8);
        rest /= 26;
    }
    letters.iter().rev().map(|letter| char::from(*letter)).collect()
}

/// Row and column of `B12`, counted from 0; none if it is no address.
pub(crate) fn parse_address(text: &str) -> Option<(u32, u32)> {
    let (letters, digits) = text.split_at(text.find(|mark: char| mark.is_ascii_digit())?);
    let column = letters.bytes().try_fold(0_u32, |column, letter| {
        let number = letter.is_ascii_uppercase().then(|| u32::from(letter - b'A') + 1)?;
        column.checked_mul(26)?.checked_add(number)
    })?;
    let row: u32 = digits.parse().ok()?;
    Some((row.checked_sub(1)?, column.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_of_the_sheet() {
        let told: Vec<_> = [(0, 0), (11, 1), (0, 25), (0, 26), (0, 701), (0, 702), (1_048_575, 16_383)]
            .map(|(row, column)| address(row, column))
            .into();
        assert_eq!(told, ["A1", "B12", "Z1", "AA1", "ZZ1", "AAA1", "XFD1048576"]);
        for text in told {
            let (row, column) = parse_address(&text).unwrap();
            assert_eq!(address(row, column), text);
        }
        for text in ["", "12", "A", "A0", "a1", "Ä1", "A1B"] {
            assert_eq!(parse_address(text), None, "{text}");
        }
    }
}

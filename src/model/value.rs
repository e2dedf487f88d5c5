//! What a reported cell holds: a value or none, always with the state that says why.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::base::short::Short;

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
    Text(Short),
    Date(NaiveDate),
}

/// A cell's place as the sender sees it; row and column count from 0.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) sheet: Short,
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

/// The cells in order, runs of neighbours as a range, the sheet where it changes: `Räume!C5:C9`, `D2`, `Stellen!A1`.
pub(crate) fn ranges(places: &[Place]) -> Vec<String> {
    let mut runs: Vec<(&Place, &Place)> = Vec::new();
    for place in places {
        let next = runs.last_mut().filter(|(first, last)| {
            let down = first.column == place.column && last.column == place.column && place.row == last.row + 1;
            let right = first.row == place.row && last.row == place.row && place.column == last.column + 1;
            last.sheet == place.sheet && (down || right)
        });
        match next {
            Some(run) => run.1 = place,
            None => runs.push((place, place)),
        }
    }
    let mut sheet = None;
    let mut told = Vec::new();
    for (first, last) in runs {
        let same = sheet.replace(&first.sheet) == Some(&first.sheet);
        let start = if same { first.address() } else { first.to_string() };
        told.push(if first == last { start } else { format!("{start}:{}", last.address()) });
    }
    told
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
    fn runs_of_cells_are_ranges() {
        let places = |cells: &[&str]| -> Vec<Place> {
            let place = |cell: &&str| {
                let (sheet, cell) = cell.split_once('!').unwrap();
                let (row, column) = parse_address(cell).unwrap();
                Place { sheet: sheet.into(), row, column }
            };
            cells.iter().map(place).collect()
        };
        let of = |cells: &[&str]| ranges(&places(cells)).join(", ");
        assert_eq!(of(&["A!C5", "A!C6", "A!C7", "A!C9"]), "A!C5:C7, C9");
        assert_eq!(of(&["A!C5", "A!D5", "A!E5", "A!E6"]), "A!C5:E5, E6", "a range is no corner");
        assert_eq!(of(&["A!C5", "B!C6", "B!C7", "A!C8"]), "A!C5, B!C6:C7, A!C8");
        assert_eq!(of(&["A!C5", "A!B5"]), "A!C5, B5", "the one to look at first stays in front");
        assert_eq!(of(&[]), "");
    }

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

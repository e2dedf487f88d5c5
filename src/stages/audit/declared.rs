//! What a workbook may show: a set of numbers, with what is hidden and the sums it is hidden in.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, NaiveDateTime};

use super::package::{Cell, Content, Sheet};

/// How close two numbers must be to be the same one, relative to their size: what writing and reading may change.
const CLOSE: f64 = 1e-9;

#[derive(Clone, Debug, Default)]
pub(crate) struct Declared {
    /// In an order that compares as numbers do.
    numbers: BTreeSet<u64>,
    pub(crate) secrets: Vec<Secret>,
    pub(crate) groups: Vec<Group>,
}

/// A figure that is hidden.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Secret {
    /// As `kim explain` takes it.
    pub(crate) name: String,
    /// What it is in truth.
    pub(crate) value: f64,
    /// What stands at the head of its row and of its column, or the other way round.
    pub(crate) labels: [String; 2],
}

/// A total and the parts that add up to it; none for what is hidden.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) total: Option<f64>,
    pub(crate) parts: Vec<(String, Option<f64>)>,
    /// The parts are in truth whole numbers from 0 up, and every reader knows it.
    pub(crate) counts: bool,
}

impl Declared {
    pub(crate) fn number(&mut self, number: f64) {
        self.numbers.insert(ordered(number));
    }

    /// The number as it is and as it is shown.
    pub(crate) fn rounded(&mut self, number: f64, decimals: u8) {
        self.number(number);
        self.number(round(number, decimals));
    }

    pub(crate) fn date(&mut self, date: NaiveDate) {
        self.number(serial(date.into()));
        self.number(f64::from(date.year()));
    }

    pub(crate) fn knows(&self, number: f64) -> bool {
        let slack = CLOSE * number.abs().max(1.0);
        self.numbers.range(ordered(number - slack)..=ordered(number + slack)).next().is_some()
    }

    /// Cells that stand where a secret belongs, at the crossing of its two labels, and hold its true value.
    pub(super) fn misplaced<'a>(&'a self, sheet: &'a Sheet) -> Vec<(&'a Cell, &'a Secret)> {
        let mut texts: BTreeMap<&str, Vec<(&str, u32)>> = BTreeMap::new();
        let mut numbers = BTreeMap::new();
        for cell in &sheet.cells {
            let Some(place) = place(&cell.address) else { continue };
            match &cell.content {
                Content::Text(text) => {
                    // A heading may go on with its unit: `Titel (Einheit)`.
                    let text = text.trim();
                    let title = text.rsplit_once(" (").map(|(title, _)| title);
                    [Some(text), title]
                        .into_iter()
                        .flatten()
                        .for_each(|text| texts.entry(text).or_default().push(place));
                }
                Content::Number(number) => drop(numbers.insert(place, (*number, cell))),
                _ => {}
            }
        }
        let mut found = Vec::new();
        for secret in &self.secrets {
            let places = |label: &str| texts.get(label).map_or(&[][..], Vec::as_slice);
            let [one, two] = [places(&secret.labels[0]), places(&secret.labels[1])];
            let pairs = one.iter().flat_map(|a| two.iter().map(move |b| (a, b)));
            let crossings = pairs.flat_map(|(a, b)| [(a.0, b.1), (b.0, a.1)]);
            let told = crossings.filter_map(|place| numbers.get(&place));
            found.extend(
                told.filter(|(number, _)| (number - secret.value).abs() <= CLOSE).map(|(_, cell)| (*cell, secret)),
            );
        }
        found
    }
}

/// Bits in an order that compares as the numbers do; both zeros are one.
fn ordered(number: f64) -> u64 {
    let bits = (number + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

pub(super) fn round(number: f64, decimals: u8) -> f64 {
    let factor = 10_f64.powi(i32::from(decimals));
    (number * factor).round() / factor
}

/// Days since 30 December 1899, as spreadsheets count (ECMA-376, 18.17.4.1).
pub(super) fn serial(at: NaiveDateTime) -> f64 {
    let start = NaiveDate::from_ymd_opt(1899, 12, 30).unwrap_or_default().and_time(Default::default());
    (at - start).as_seconds_f64() / 86_400.0
}

/// Column letters and row of `B12`.
fn place(address: &str) -> Option<(&str, u32)> {
    let (letters, digits) = address.split_at(address.find(|letter: char| letter.is_ascii_digit())?);
    Some((letters, digits.parse().ok()?))
}

//! What was found while one table (or the file as a whole) was read, with everything a finding must say.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::books::Books;
use super::cell::{self, Asked, Wrong};
use crate::model::books::Reason;
use crate::model::finding::{Code, Finding};
use crate::model::raw::{RawCell, RawValue};
use crate::model::submission::Submission;
use crate::model::understood::{CleanCell, CleanRow};
use crate::model::value::Place;

/// So many different texts are quoted in one finding.
const MOST_QUOTES: usize = 5;

pub(super) struct Told<'a> {
    pub(super) submission: &'a Submission,
    pub(super) table: Option<&'a str>,
    pub(super) sheet: &'a str,
    /// The last day that is not in the future.
    pub(super) latest: NaiveDate,
    pub(super) findings: Vec<Finding>,
    pub(super) books: Books,
}

impl<'a> Told<'a> {
    /// Nothing yet.
    pub(super) fn new(submission: &'a Submission, table: Option<&'a str>, latest: NaiveDate) -> Told<'a> {
        Told { submission, table, sheet: "", latest, findings: Vec::new(), books: Books::default() }
    }

    /// Those cells go into no table, for this reason.
    pub(super) fn leave_out<'c>(&mut self, cells: impl IntoIterator<Item = &'c RawCell>, reason: Reason) {
        for cell in cells {
            self.books.leave_out(self.sheet, (cell.row, cell.column), reason);
        }
    }

    /// Those rows were read and go into no table after all.
    pub(super) fn leave_out_rows<'c>(&mut self, rows: impl IntoIterator<Item = &'c CleanRow>, reason: Reason) {
        for place in rows.into_iter().flat_map(|row| &row.cells).filter_map(|cell| cell.place.as_ref()) {
            self.books.leave_out(&place.sheet, (place.row, place.column), reason);
        }
    }

    pub(super) fn finding(&self, code: Code) -> Finding {
        Finding { table: self.table.map(str::to_owned), ..Finding::new(code, self.submission) }
    }

    pub(super) fn place(&self, row: u32, column: u32) -> Place {
        Place { sheet: self.sheet.to_owned(), row, column }
    }

    /// The cell at `place`, with whatever is wrong with it told and kept in the books.
    pub(super) fn cell(&mut self, raw: Option<&RawValue>, place: Place, asked: &Asked<'_>) -> CleanCell {
        let (cell, wrong) = cell::clean(raw, place, asked, self.latest);
        if let (Some(Wrong { fault, expected }), Some(place)) = (wrong, cell.place.clone()) {
            if cell.value.is_none() {
                self.books.leave_out(&place.sheet, (place.row, place.column), Reason::NotUnderstood);
            }
            self.tell(self.finding(fault).at(place).found(&cell.written).expected(expected));
        }
        cell
    }

    pub(super) fn tell(&mut self, finding: Finding) {
        self.findings.push(finding);
    }
}

/// Fault, table, sheet and column.
type Column = (Code, Option<String>, String, u32);

/// The same fault many times in one column becomes one finding with all its places, where the first stood.
pub(super) fn merged(findings: Vec<Finding>) -> Vec<Finding> {
    let mut kept: Vec<Finding> = Vec::new();
    let mut known: BTreeMap<Column, (usize, Quotes, Quotes)> = BTreeMap::new();
    for finding in findings {
        let column =
            finding.places.first().filter(|_| repeats(finding.code)).map(|place| (place.sheet.clone(), place.column));
        let Some((sheet, column)) = column else {
            kept.push(finding);
            continue;
        };
        let (index, found, expected) = known
            .entry((finding.code, finding.table.clone(), sheet, column))
            .or_insert_with(|| (kept.len(), Quotes::default(), Quotes::default()));
        found.add(&finding.found);
        expected.add(&finding.expected);
        if *index == kept.len() {
            kept.push(finding);
        } else {
            let first = &mut kept[*index];
            first.places.extend(finding.places);
            first.found = found.text();
            first.expected = expected.text();
        }
    }
    kept
}

fn repeats(code: Code) -> bool {
    (Code::NotANumber..=Code::PartExceedsWhole).contains(&code)
        || matches!(
            code,
            Code::RowTwice
                | Code::RowIsPart
                | Code::ValueMerged
                | Code::RowBare
                | Code::RowExample
                | Code::RowCollective
                | Code::RowNameless
        )
}

#[derive(Default)]
struct Quotes(Vec<String>);

impl Quotes {
    fn add(&mut self, text: &str) {
        if !text.is_empty() && !self.0.iter().any(|known| known == text) {
            self.0.push(text.to_owned());
        }
    }

    fn text(&self) -> String {
        let more = if self.0.len() > MOST_QUOTES { "; …" } else { "" };
        self.0.iter().take(MOST_QUOTES).map(String::as_str).collect::<Vec<_>>().join("; ") + more
    }
}

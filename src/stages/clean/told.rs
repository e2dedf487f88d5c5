//! What was found while one table (or the file as a whole) was read, with everything a finding must say.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::books::Books;
use super::cell::{self, Asked, Wrong};
use super::look;
use crate::base::short::Short;
use crate::model::books::Reason;
use crate::model::finding::{Code, Finding};
use crate::model::period::Period;
use crate::model::raw::{self, Note, RawCell, RawSheet, RawValue};
use crate::model::submission::Submission;
use crate::model::understood::{CleanCell, CleanRow};
use crate::model::value::{Place, State};

/// So many different texts are quoted in one finding.
const MOST_QUOTES: usize = 5;

pub(super) struct Told<'a> {
    pub(super) submission: &'a Submission,
    pub(super) table: Option<&'a str>,
    pub(super) sheet: &'a str,
    /// What is known of the looks of that sheet's cells.
    pub(super) notes: &'a [Note],
    /// For when the figures of the table are, where all of it are for one period.
    pub(super) period: Option<Period>,
    /// The last day that is not in the future.
    pub(super) latest: NaiveDate,
    pub(super) findings: Vec<Finding>,
    pub(super) books: Books,
}

impl<'a> Told<'a> {
    /// Nothing yet.
    pub(super) fn new(submission: &'a Submission, table: Option<&'a str>, latest: NaiveDate) -> Told<'a> {
        Told {
            submission,
            table,
            sheet: "",
            notes: &[],
            period: None,
            latest,
            findings: Vec::new(),
            books: Books::default(),
        }
    }

    /// The same about one sheet.
    pub(super) fn on(self, sheet: &'a RawSheet) -> Told<'a> {
        Told { sheet: &sheet.name, notes: &sheet.notes, ..self }
    }

    /// Those cells go into no table, for this reason.
    pub(super) fn leave_out<'c>(&mut self, cells: impl IntoIterator<Item = &'c RawCell>, reason: Reason) {
        let mut cells = cells.into_iter().map(|cell| (cell.row, cell.column)).peekable();
        if cells.peek().is_some() {
            self.books.leave_all_out(self.sheet, cells, reason);
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
        Place { sheet: self.sheet.into(), row, column }
    }

    /// The cell at `place`, with whatever is wrong with it told and kept in the books.
    pub(super) fn cell(&mut self, raw: Option<&RawValue>, place: Place, asked: &Asked<'_>) -> CleanCell {
        if let Some(raw) = raw.filter(|_| !self.notes.is_empty()) {
            let looks = raw::looks(self.notes, place.row, place.column);
            let (cell, wrongs) = look::clean(raw, looks, place, asked, self.latest);
            return self.judged(cell, wrongs);
        }
        match cell::clean(raw, place, asked, self.latest) {
            (cell, None) => cell,
            (cell, Some(wrong)) => self.judged(cell, [wrong]),
        }
    }

    fn judged(&mut self, cell: CleanCell, wrongs: impl IntoIterator<Item = Wrong>) -> CleanCell {
        let mut wrongs = wrongs.into_iter().peekable();
        if wrongs.peek().is_none() {
            return cell;
        }
        let Some(place) = cell.place.clone() else { return cell };
        if cell.value.is_none() {
            self.books.leave_out(&place.sheet, (place.row, place.column), Reason::NotUnderstood);
        }
        for Wrong { fault, found, expected } in wrongs {
            let found = found.as_deref().unwrap_or(&cell.written);
            self.tell(self.finding(fault).at(place.clone()).found(found).expected(expected));
        }
        cell
    }

    /// A number that can be read in two ways, by what is known of its column: it has no value.
    pub(super) fn ask_back(&mut self, written: &str, place: Place) -> CleanCell {
        self.books.leave_out(&place.sheet, (place.row, place.column), Reason::NotUnderstood);
        self.tell(self.finding(Code::NumberAmbiguous).at(place.clone()).found(written));
        CleanCell { state: State::Missing, value: None, place: Some(place), written: written.into() }
    }

    pub(super) fn tell(&mut self, finding: Finding) {
        self.findings.push(finding);
    }
}

/// Fault, table, sheet, and column where each has answers of its own to expect; and whether merged cells lie across.
type Group = (Code, Option<String>, Short, Option<u32>, bool);

/// The same fault many times on one table becomes one finding with all its places, where the first stood.
pub(super) fn merged(findings: Vec<Finding>) -> Vec<Finding> {
    let mut kept: Vec<Finding> = Vec::new();
    let mut known: BTreeMap<Group, (usize, Quotes, Quotes)> = BTreeMap::new();
    for finding in findings {
        let Some(first) = finding.places.first().filter(|_| finding.code.repeats()) else {
            kept.push(finding);
            continue;
        };
        let own = matches!(finding.code, Code::CodeUnknown | Code::CodeGuessed);
        let across = finding.code == Code::ValueMerged && !finding.expected.is_empty();
        let (sheet, column) = (first.sheet.clone(), own.then_some(first.column));
        let (index, found, expected) = known
            .entry((finding.code, finding.table.clone(), sheet, column, across))
            .or_insert_with(|| (kept.len(), Quotes::default(), Quotes::default()));
        found.add(&finding.found);
        expected.add(&finding.expected);
        if *index == kept.len() {
            kept.push(finding);
        } else {
            // Headings are words of the form or of its filler, and each one counts.
            let most = if finding.code <= Code::ColumnGuessed { usize::MAX } else { MOST_QUOTES };
            let first = &mut kept[*index];
            let new = finding.places.into_iter().filter(|place| !first.places.contains(place)).collect::<Vec<_>>();
            first.places.extend(new);
            first.found = found.text(most);
            first.expected = expected.text(most);
        }
    }
    kept
}

#[derive(Default)]
struct Quotes(Vec<String>);

impl Quotes {
    fn add(&mut self, text: &str) {
        if !text.is_empty() && !self.0.iter().any(|known| known == text) {
            self.0.push(text.to_owned());
        }
    }

    fn text(&self, most: usize) -> String {
        let more = if self.0.len() > most { "; …" } else { "" };
        self.0.iter().take(most).map(String::as_str).collect::<Vec<_>>().join("; ") + more
    }
}

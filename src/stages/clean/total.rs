//! Rows that hold sums or parts of others: recognised, compared, left out.
//!
//! In: a row and the rows read so far. Out: whether it is one, and findings where it does not fit. Never: a sum that
//! is counted with what it sums up.

use std::borrow::Cow;

use super::cell;
use super::heading::Header;
use super::prepared::Asking;
use super::told::Told;
use super::{german, sumlike, text};
use crate::base::short::Short;
use crate::model::finding::{Code, Finding};
use crate::model::form::{Field, FieldType, SumRows};
use crate::model::raw::RawCell;
use crate::model::understood::{CleanCell, CleanRow};
use crate::model::value::{Place, State, Value};

const PARTS: [&str; 5] = ["davon", "dav", "darunter", "dar", "hiervon"];

/// What a row is to the rows around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Entry,
    Total,
    Part,
    /// It is called like a total, and is an entry as far as anybody can tell.
    LikeTotal,
}

/// The sums of a table, to be compared when all its rows are known.
#[derive(Default)]
pub(super) struct Totals<'a> {
    /// So many rows stood above each sum of the same table further up, and above the headings that are repeated here.
    starts: Vec<usize>,
    /// Each with the number of rows above it.
    rows: Vec<(&'a [RawCell], usize)>,
}

impl<'a> Totals<'a> {
    pub(super) fn any(&self) -> bool {
        !self.rows.is_empty()
    }

    /// Those below headings that are repeated.
    pub(super) fn after(starts: Vec<usize>) -> Totals<'a> {
        Totals { starts, rows: Vec::new() }
    }

    /// Where a sum further down may begin, should the headings be repeated.
    pub(super) fn starts(&self) -> Vec<usize> {
        self.starts.iter().copied().chain(self.rows.iter().map(|(_, rows)| *rows)).collect()
    }

    /// Rows since the last sum, or since the headings were repeated, begin here.
    pub(super) fn since(&self) -> usize {
        self.rows.last().map(|(_, rows)| *rows).or(self.starts.last().copied()).unwrap_or_default()
    }

    pub(super) fn last(&self) -> Option<&'a [RawCell]> {
        self.rows.last().map(|(row, _)| *row)
    }

    pub(super) fn add(&mut self, row: &'a [RawCell], above: usize) {
        self.rows.push((row, above));
    }

    /// A sum is that of all rows above, of those since another sum, or of those below if none is above.
    pub(super) fn check(&self, rows: &[CleanRow], what: &Asking<'_>, header: &Header, told: &mut Told<'_>) {
        for (position, (cells, above)) in self.rows.iter().enumerate() {
            let next = self.rows[position + 1..].iter().map(|(_, rows)| *rows).find(|rows| rows > above);
            let mut spans = vec![&rows[..*above]];
            spans.extend(self.starts.iter().map(|from| &rows[*from..*above]));
            spans.extend(self.rows[..position].iter().map(|(_, from)| &rows[*from..*above]));
            if position == 0 || self.rows[position - 1].1 == *above {
                spans.extend([&rows[*above..], &rows[*above..next.unwrap_or(rows.len())]]);
            }
            let mut wrong: Vec<Differs<'_>> = Vec::new();
            for (index, field) in what.table.fields.iter().enumerate() {
                let Some((raw, total)) = number(cells, index, what, header, told) else { continue };
                let Some((code, sum)) = compare(total, &spans, index, field) else { continue };
                wrong.push(Differs { code, cell: raw, heading: &field.heading, total, sum });
            }
            for code in [Code::TotalRowDiffers, Code::TotalUndecided] {
                tell_differing(wrong.iter().filter(|wrong| wrong.code == code).collect(), code, told);
            }
        }
    }
}

/// A sum that is not that of its rows, or may not be.
struct Differs<'a> {
    code: Code,
    cell: &'a RawCell,
    heading: &'a str,
    total: f64,
    sum: f64,
}

/// One row of sums is one finding; where several columns differ, each number has its heading.
fn tell_differing(wrong: Vec<&Differs<'_>>, code: Code, told: &mut Told<'_>) {
    let finding = match wrong.as_slice() {
        [] => return,
        [only] => told.finding(code).found(cell::shown(only.total)).expected(cell::shown(only.sum)),
        several => {
            let all = |number: fn(&Differs<'_>) -> f64| {
                let each = several.iter().map(|wrong| format!("{} {}", wrong.heading, cell::shown(number(wrong))));
                each.collect::<Vec<_>>().join("; ")
            };
            told.finding(code).found(all(|wrong| wrong.total)).expected(all(|wrong| wrong.sum))
        }
    };
    let places: Vec<Place> = wrong.iter().map(|wrong| told.place(wrong.cell.row, wrong.cell.column)).collect();
    told.tell(places.into_iter().fold(finding, Finding::at));
}

/// What the row is; `merged` says that a cell of a row above reaches into it.
pub(super) fn sort(
    row: &[&RawCell],
    lead: &str,
    merged: bool,
    (what, header): (&Asking<'_>, &Header),
    (rows, since): (&[CleanRow], usize),
    told: &Told<'_>,
) -> Sort {
    if what.table.sum_rows == SumRows::Keep {
        return Sort::Entry;
    }
    let keys = key_texts(row, what, header);
    let coded = |(index, key): &(usize, Cow<'_, str>)| what.asked[*index].knows(key);
    if !keys.is_empty() && keys.iter().all(coded) {
        return Sort::Entry;
    }
    let is_total = begins_total(row, lead)
        || sumlike::is_named_sum(row, lead, (what, header), (rows, since), told)
        || keys.iter().any(|(_, key)| german::is_total(key));
    if is_total {
        return sumlike::judge(row, lead, (what, header), (rows, since), told);
    }
    let unsaid = || {
        adds_up(row, what, header, rows, since, told)
            || sumlike::is_rounded_sum(row, (what, header), (rows, since), told)
    };
    if !merged && unsaid() {
        return Sort::Total;
    }
    let is_part = |text: &str| text::words(text).first().is_some_and(|word| PARTS.contains(&word.as_str()));
    let numbers = || (0..what.table.fields.len()).any(|index| number_of(row, index, what, header, told).is_some());
    let is_part = !rows.is_empty() && (is_part(lead) || keys.iter().any(|(_, key)| is_part(key))) && numbers();
    if is_part && !sumlike::is_entry_called_part(row, rows.last(), (what, header), told) {
        return Sort::Part;
    }
    Sort::Entry
}

/// What a part is part of: the row above, or the sum.
pub(super) enum Whole<'a> {
    Row(&'a CleanRow),
    Sum(&'a [RawCell]),
}

/// A part is never more than what stands above.
pub(super) fn check_part(row: &[RawCell], above: &Whole<'_>, what: &Asking<'_>, header: &Header, told: &mut Told<'_>) {
    for (index, field) in what.table.fields.iter().enumerate() {
        let Some((raw, part)) = number(row, index, what, header, told) else { continue };
        let whole = match above {
            Whole::Row(above) => match above.cells[index].value {
                Some(Value::Number(whole)) => Some((whole, above.cells[index].place.clone())),
                _ => None,
            },
            Whole::Sum(cells) => number(cells, index, what, header, told)
                .map(|(raw, whole)| (whole, Some(told.place(raw.row, raw.column)))),
        };
        let Some((whole, place)) = whole else { continue };
        if part > whole + tolerance(field) {
            let places = [Some(told.place(raw.row, raw.column)), place];
            let finding = told.finding(Code::PartExceedsWhole).found(cell::shown(part)).expected(cell::shown(whole));
            told.tell(places.into_iter().flatten().fold(finding, |finding, place| finding.at(place)));
        }
    }
}

/// `Insgesamt`, or a longer text that begins so with nothing but numbers behind it; or the word, wherever it stands
/// as the only one among numbers.
fn begins_total(row: &[&RawCell], lead: &str) -> bool {
    let is_number = |cell: &&RawCell| cell::begins_as_number(&cell.value);
    let numbers = || row.len() > 1 && row[1..].iter().all(is_number);
    let within = || {
        let mut words = row.iter().filter(|cell| !is_number(cell)).map(|cell| cell::written(&cell.value));
        row.len() > 1 && words.next().is_some_and(|word| german::holds_total(&word)) && words.next().is_none()
    };
    german::is_total(lead) || german::begins_as_total(lead) && numbers() || within()
}

/// What stands in the key columns, wherever those are.
fn key_texts<'c>(row: &[&'c RawCell], what: &Asking<'_>, header: &Header) -> Vec<(usize, Cow<'c, str>)> {
    let text = |index: usize| {
        let (column, _) = header.fields[index].as_ref()?;
        let cell = row.iter().find(|cell| cell.column == column.column)?;
        Some((index, cell::seen(&cell.value))).filter(|(_, text)| !text.is_empty())
    };
    what.keys.iter().copied().filter_map(text).collect()
}

/// A total without its word: numbers that are the sums of the rows above, and no text but a key that is none.
fn adds_up(
    row: &[&RawCell],
    what: &Asking<'_>,
    header: &Header,
    rows: &[CleanRow],
    since: usize,
    told: &Told<'_>,
) -> bool {
    let keys = &what.keys;
    let mut totals = Vec::new();
    for (index, field) in what.table.fields.iter().enumerate() {
        let Some((column, _)) = &header.fields[index] else { continue };
        let Some(raw) = row.iter().find(|cell| cell.column == column.column) else { continue };
        let text = cell::written(&raw.value);
        if !field.kind.is_number() {
            // With a word beside it, one row above is too little to tell a total from an entry that is not understood.
            let foreign = keys.contains(&index) && field.kind == FieldType::Code && !what.asked[index].knows(&text);
            if foreign && rows.len() > 1 {
                continue;
            }
            return false;
        }
        let Some((_, total)) = number_of(row, index, what, header, told) else { return false };
        let is_sum = |rows: &[CleanRow]| sum(rows, index).is_some_and(|sum| (sum - total).abs() <= tolerance(field));
        if !is_sum(rows) && !is_sum(&rows[since..]) {
            return false;
        }
        totals.push(total);
    }
    let alone = row.len() == 1 && rows.len() > 1;
    (totals.len() > 1 || alone) && totals.iter().any(|total| *total != 0.0)
}

fn number<'c>(
    row: &'c [RawCell],
    index: usize,
    what: &Asking<'_>,
    header: &Header,
    told: &Told<'_>,
) -> Option<(&'c RawCell, f64)> {
    number_of(&row.iter().collect::<Vec<_>>(), index, what, header, told)
}

/// The number of a field in this row, if it is one.
pub(super) fn number_of<'c>(
    row: &[&'c RawCell],
    index: usize,
    what: &Asking<'_>,
    header: &Header,
    told: &Told<'_>,
) -> Option<(&'c RawCell, f64)> {
    what.table.fields[index].kind.is_number().then_some(())?;
    let (column, _) = header.fields[index].as_ref()?;
    let raw = row.iter().find(|cell| cell.column == column.column)?;
    let place = Place { sheet: Short::default(), row: raw.row, column: raw.column };
    match cell::clean(Some(&raw.value), place, &what.asked[index], told.latest).0.value {
        Some(Value::Number(number)) => Some((raw, number)),
        _ => None,
    }
}

/// What has to be said of a total that may be the sum of any of `spans`, and the sum of the first; none if all is well.
///
/// Where a cell is missing, the total is at least the sum of the others; more cannot be said, but this much is.
fn compare(total: f64, spans: &[&[CleanRow]], index: usize, field: &Field) -> Option<(Code, f64)> {
    let sums: Vec<(f64, bool)> = spans.iter().filter_map(|rows| known(rows, index)).collect();
    let first = sums.first()?.0;
    let is_sum = |sum: f64| (sum - total).abs() <= tolerance(field);
    if sums.iter().any(|(sum, _)| is_sum(*sum)) {
        return None;
    }
    let may_be = |(sum, whole): &(f64, bool)| !whole && (field.signed || *sum < total);
    let open = sums.iter().any(may_be);
    Some((if open { Code::TotalUndecided } else { Code::TotalRowDiffers }, first))
}

/// The sum of the cells that have a number, and whether that is all of them; none if none has one. What does not apply adds
/// nothing.
fn known(rows: &[CleanRow], index: usize) -> Option<(f64, bool)> {
    let cells = || rows.iter().map(|row| &row.cells[index]);
    let number = |cell: &CleanCell| match cell.value {
        Some(Value::Number(number)) => Some(number),
        _ => None,
    };
    let whole = cells().all(|cell| number(cell).is_some() || cell.state == State::NotApplicable);
    cells().any(|cell| number(cell).is_some()).then(|| (cells().filter_map(number).sum(), whole))
}

/// The sum, if there is one and no cell is missing.
pub(super) fn sum(rows: &[CleanRow], index: usize) -> Option<f64> {
    known(rows, index).filter(|(_, whole)| *whole).map(|(sum, _)| sum)
}

pub(super) fn tolerance(field: &Field) -> f64 {
    if field.kind == FieldType::Count { 0.5 } else { 0.005_001 }
}

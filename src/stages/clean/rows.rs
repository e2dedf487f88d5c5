//! The rows of a table: which are data, which are totals, remarks or numbers of columns, and which are not there.
//!
//! In: a sheet with its header. Out: clean rows and what is wrong with them. Nothing is dropped silently.

use chrono::NaiveDate;

use super::cell::{self, Asked, Wrong};
use super::heading::{Column, Header};
use super::prepared::{Asking, Prepared};
use super::{Told, german, text};
use crate::model::books::Reason;
use crate::model::finding::Code;
use crate::model::form::{Field, FieldType, Form, Table};
use crate::model::raw::{RawCell, RawSheet, RawValue};
use crate::model::understood::{CleanCell, CleanRow};
use crate::model::value::{Place, State, Value};

pub(super) struct Rows {
    pub(super) rows: Vec<CleanRow>,
    /// The sheet itself says that there is nothing to report.
    pub(super) nil: bool,
}

impl Rows {
    /// Is something reported besides keys and zeros?
    pub(super) fn hold_something(&self, table: &Table) -> Option<&Place> {
        let keys = table.key_positions();
        let cells = self.rows.iter().flat_map(|row| row.cells.iter().enumerate());
        let told = |(index, cell): &(usize, &CleanCell)| {
            let zero = matches!(cell.value, Some(Value::Number(0.0)));
            cell.state == State::Reported && !keys.contains(index) && !zero
        };
        cells.filter(told).find_map(|(_, cell)| cell.place.as_ref())
    }
}

/// All rows below the header, those left out by the sender added where the form says which there must be.
pub(super) fn read(
    sheet: &RawSheet,
    what: &Asking<'_>,
    header: &Header,
    prepared: &Prepared<'_>,
    told: &mut Told<'_>,
) -> Rows {
    let Asking { table, asked, .. } = what;
    let form = prepared.form;
    let mut read = Rows { rows: Vec::new(), nil: false };
    let mut unnamed: Vec<u32> = Vec::new();
    let mut since_total = 0;
    let mut last = header.last;
    let mut ended = false;
    for row in sheet.rows().filter(|row| row[0].row > header.last) {
        let filled: Vec<&RawCell> = row.iter().filter(|cell| cell::is_filled(&cell.value)).collect();
        let inside = |cell: &&&RawCell| header.matched().any(|column| column.column == cell.column);
        let Some(first) = filled.iter().find(inside) else {
            told.leave_out(row, Reason::Remark);
            continue;
        };
        let gap = row[0].row > last + 1;
        last = row[0].row;
        let lead = cell::written(&first.value);
        if filled.len() == 1 && prepared.cover.is_nil(&lead) {
            told.leave_out(row, Reason::Nil);
            read.nil = true;
            continue;
        }
        if is_total(&filled, &lead)
            || key_text(row, table, header).is_some_and(|key| german::is_total(&key))
            || adds_up(row, table, header, asked, &read.rows, since_total, told.latest)
        {
            told.leave_out(row, Reason::TotalRow);
            check_total(row, table, header, asked, &read.rows, since_total, told);
            since_total = read.rows.len();
            ended = true;
            continue;
        }
        if is_remark(&filled, &lead, header, table, asked, gap || ended) {
            told.leave_out(row, Reason::Remark);
            continue;
        }
        ended = false;
        told.leave_out(filled.iter().copied().filter(|cell| !inside(&cell)), Reason::ColumnUnknown);
        let outside = filled.iter().filter(|cell| !inside(cell)).map(|cell| cell.column);
        unnamed.extend(outside.filter(|column| header.unknown.iter().all(|known| known.column != *column)));
        let data = data_row(sheet, row[0].row, header, asked, told);
        tell_keyless(&data, table, told);
        read.rows.push(data);
    }
    tell_unnamed(sheet, header, unnamed, told);
    read.rows = one_for_each_key(read.rows, table, told);
    for row in &read.rows {
        check_parts(row, table, told);
    }
    if !read.nil {
        read.rows.extend(left_out(&read.rows, table, header, form, told));
    }
    read
}

fn data_row(sheet: &RawSheet, row: u32, header: &Header, asked: &[Asked<'_>], told: &mut Told<'_>) -> CleanRow {
    let cells = asked.iter().zip(&header.fields).map(|(asked, found)| {
        let Some((Column { column, .. }, _)) = found else { return cell::absent() };
        let place = Place { sheet: sheet.name.clone(), row, column: *column };
        let (cell, wrong) = cell::clean(sheet.cell(row, *column), place.clone(), asked, told.latest);
        if let Some(Wrong { fault, expected }) = wrong {
            if cell.value.is_none() {
                told.books.leave_out(&sheet.name, (row, *column), Reason::NotUnderstood);
            }
            told.tell(told.finding(fault).at(place).found(&cell.written).expected(expected));
        }
        cell
    });
    CleanRow { cells: cells.collect() }
}

/// `Insgesamt`, or a longer text that begins so with nothing but numbers behind it.
fn is_total(filled: &[&RawCell], lead: &str) -> bool {
    let numbers = || {
        let number =
            |cell: &&RawCell| cell::written(&cell.value).starts_with(|mark: char| mark.is_ascii_digit() || mark == '-');
        filled.len() > 1 && filled[1..].iter().all(number)
    };
    german::is_total(lead) || german::begins_as_total(lead) && numbers()
}

/// What stands in the key column, wherever that is.
fn key_text(row: &[RawCell], table: &Table, header: &Header) -> Option<String> {
    let (column, _) = header.fields[*table.key_positions().first()?].as_ref()?;
    let cell = row.iter().find(|cell| cell.column == column.column)?;
    Some(cell::written(&cell.value)).filter(|text| !text.is_empty())
}

/// A total without its word: numbers that are the sums of the rows above, and no text but a key that is none.
fn adds_up(
    row: &[RawCell],
    table: &Table,
    header: &Header,
    asked: &[Asked<'_>],
    rows: &[CleanRow],
    since: usize,
    latest: NaiveDate,
) -> bool {
    let keys = table.key_positions();
    let mut totals = Vec::new();
    for (index, field) in table.fields.iter().enumerate() {
        let Some((column, _)) = &header.fields[index] else { continue };
        let Some(raw) = row.iter().find(|cell| cell.column == column.column) else { continue };
        let text = cell::written(&raw.value);
        if text.is_empty() {
            continue;
        }
        if !field.kind.is_number() {
            // With a word beside it, one row above is too little to tell a total from an entry that is not understood.
            let foreign = keys.contains(&index) && field.kind == FieldType::Code && !asked[index].knows(&text);
            if foreign && rows.len() > 1 {
                continue;
            }
            return false;
        }
        let place = Place { sheet: String::new(), row: raw.row, column: raw.column };
        let Some(Value::Number(total)) = cell::clean(Some(&raw.value), place, &asked[index], latest).0.value else {
            return false;
        };
        let is_sum = |rows: &[CleanRow]| sum(rows, index).is_some_and(|sum| (sum - total).abs() <= tolerance(field));
        if !is_sum(rows) && !is_sum(&rows[since..]) {
            return false;
        }
        totals.push(total);
    }
    totals.len() > 1 && totals.iter().any(|total| *total != 0.0)
}

/// Numbers without the code they belong to count for all together, and for none of the codes.
fn tell_keyless(row: &CleanRow, table: &Table, told: &mut Told<'_>) {
    let Some(key) = key_index(table).filter(|key| table.fields[*key].kind == FieldType::Code) else { return };
    let empty = row.cells[key].written.is_empty();
    let counts = row.cells.iter().any(|cell| matches!(cell.value, Some(Value::Number(number)) if number != 0.0));
    if let (true, true, Some(place)) = (empty, counts, &row.cells[key].place) {
        told.tell(told.finding(Code::CodeUnknown).at(place.clone()));
    }
}

/// A text alone in its row, below the table or plainly no entry.
fn is_remark(
    filled: &[&RawCell],
    lead: &str,
    header: &Header,
    table: &Table,
    asked: &[Asked<'_>],
    below: bool,
) -> bool {
    let [only] = filled else { return false };
    let first =
        header.fields.iter().position(|found| matches!(found, Some((column, _)) if column.column == only.column));
    let entry = first.is_some_and(|index| table.fields[index].kind == FieldType::Code && asked[index].knows(lead));
    matches!(only.value, RawValue::Text(_)) && !entry && (below || german::is_remark(lead))
}

/// Totals are checked against the rows above (or those since the last total) and then left out.
fn check_total(
    row: &[RawCell],
    table: &Table,
    header: &Header,
    asked: &[Asked<'_>],
    rows: &[CleanRow],
    since: usize,
    told: &mut Told<'_>,
) {
    for (index, field) in table.fields.iter().enumerate().filter(|(_, field)| field.kind.is_number()) {
        let Some((column, _)) = &header.fields[index] else { continue };
        let Some(raw) = row.iter().find(|cell| cell.column == column.column) else { continue };
        let place = told.place(raw.row, raw.column);
        let Some(Value::Number(total)) =
            cell::clean(Some(&raw.value), place.clone(), &asked[index], told.latest).0.value
        else {
            continue;
        };
        let Some(sum) = sum(rows, index) else { continue };
        let differs = |sum: f64| (sum - total).abs() > tolerance(field);
        if differs(sum) && self::sum(&rows[since..], index).is_none_or(differs) {
            told.tell(
                told.finding(Code::TotalRowDiffers).at(place).found(cell::shown(total)).expected(cell::shown(sum)),
            );
        }
    }
}

/// The sum, if every cell has a number.
fn sum(rows: &[CleanRow], index: usize) -> Option<f64> {
    let number = |row: &CleanRow| match row.cells[index].value {
        Some(Value::Number(number)) => Some(number),
        _ => None,
    };
    rows.iter().map(number).sum::<Option<f64>>().filter(|_| !rows.is_empty())
}

fn tolerance(field: &Field) -> f64 {
    if field.kind == FieldType::Count { 0.5 } else { 0.005_001 }
}

fn check_parts(row: &CleanRow, table: &Table, told: &mut Told<'_>) {
    for (part, field) in row.cells.iter().zip(&table.fields) {
        let whole = field
            .part_of
            .as_ref()
            .and_then(|whole| table.fields.iter().position(|field| field.name.get_ref() == whole.get_ref()));
        let Some(whole) = whole else { continue };
        let (Some(Value::Number(small)), Some(Value::Number(large))) = (&part.value, &row.cells[whole].value) else {
            continue;
        };
        if small > large {
            let finding = told
                .finding(Code::PartExceedsWhole)
                .found(format!("{} {}", field.heading, cell::shown(*small)))
                .expected(format!("{} {}", table.fields[whole].heading, cell::shown(*large)));
            let places = [part, &row.cells[whole]].into_iter().filter_map(|cell| cell.place.clone());
            told.tell(places.fold(finding, |finding, place| finding.at(place)));
        }
    }
}

/// The first row for each key; the others are told and left out.
fn one_for_each_key(rows: Vec<CleanRow>, table: &Table, told: &mut Told<'_>) -> Vec<CleanRow> {
    let keys = table.key_positions();
    let Some(key) = keys.first().copied() else { return rows };
    let mut kept: Vec<CleanRow> = Vec::new();
    for row in rows {
        let cell = &row.cells[key];
        let part = |other: &CleanRow, key: usize| {
            row.cells[key].value.is_some() && same_key(&other.cells[key], &row.cells[key])
        };
        let same = |other: &&CleanRow| keys.iter().all(|key| part(other, *key));
        match kept.iter().find(same).map(|first| &first.cells[key].place) {
            Some(first) => {
                let expected = first.as_ref().map(Place::to_string).unwrap_or_default();
                let written: Vec<&str> = keys.iter().map(|key| row.cells[*key].written.as_str()).collect();
                let finding = told.finding(Code::RowTwice).found(written.join(" / ")).expected(expected);
                told.tell(cell.place.iter().chain(first).cloned().fold(finding, |finding, place| finding.at(place)));
                told.leave_out_rows([&row], Reason::RowTwice);
            }
            None => kept.push(row),
        }
    }
    kept
}

fn same_key(one: &CleanCell, other: &CleanCell) -> bool {
    match (&one.value, &other.value) {
        (Some(Value::Text(one)), Some(Value::Text(other))) => {
            text::tidy(one).to_lowercase() == text::tidy(other).to_lowercase()
        }
        (one, other) => one == other,
    }
}

/// A row of missing cells for each code that has none.
fn left_out(rows: &[CleanRow], table: &Table, header: &Header, form: &Form, told: &mut Told<'_>) -> Vec<CleanRow> {
    let Some(key) = key_index(table) else { return Vec::new() };
    let has =
        |id: &str| rows.iter().any(|row| matches!(&row.cells[key].value, Some(Value::Text(value)) if value == id));
    let missing: Vec<_> = form.codes_of(&table.fields[key]).into_iter().filter(|code| !has(&code.id)).collect();
    let required = table.fields.iter().enumerate().any(|(index, field)| index != key && !field.optional);
    if !missing.is_empty() && required {
        let labels: Vec<&str> = missing.iter().map(|code| code.de.as_str()).collect();
        let finding = told.finding(Code::RowMissing).expected(labels.join("; "));
        let heading = header.fields[key].iter().map(|(column, _)| told.place(column.row, column.column));
        told.tell(heading.fold(finding, |finding, place| finding.at(place)));
    }
    let row = |code: &crate::model::form::Code| {
        let mut cells = vec![cell::absent(); table.fields.len()];
        cells[key] = CleanCell { state: State::Reported, value: Some(Value::Text(code.id.clone())), ..cell::absent() };
        CleanRow { cells }
    };
    missing.into_iter().map(row).collect()
}

/// The position of the key, if it is one field.
fn key_index(table: &Table) -> Option<usize> {
    let positions = table.key_positions();
    if let [only] = positions.as_slice() { Some(*only) } else { None }
}

/// Columns with entries but without a heading.
fn tell_unnamed(sheet: &RawSheet, header: &Header, mut columns: Vec<u32>, told: &mut Told<'_>) {
    columns.sort_unstable();
    columns.dedup();
    for column in columns {
        let first = sheet.cells.iter().find(|cell| cell.column == column && cell.row > header.last);
        let Some(first) = first else { continue };
        told.tell(
            told.finding(Code::ColumnUnknown).at(told.place(first.row, column)).found(cell::written(&first.value)),
        );
    }
}

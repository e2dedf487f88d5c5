//! Rows that look like entries and are none, or are more or less than one: examples, inner titles, `siehe Anlage`,
//! `4 Räume`, the same row pasted twice, numbers without a name.
//!
//! In: a row as it stands there; all rows of a table. Out: findings, and whether the row counts. Never: a row that is left out,
//! or counts doubtfully, without a word.

use super::cell;
use super::heading::Header;
use super::prepared::Asking;
use super::told::Told;
use super::{german, text};
use crate::base::quick::QuickMap;
use crate::model::finding::Code;
use crate::model::form::{FieldType, Form, Table};
use crate::model::raw::{RawCell, RawSheet, RawValue};
use crate::model::understood::CleanRow;
use crate::model::value::Value;

/// What a row of the table is instead of an entry, if it is none. `filled` are its cells within the table, `below` says that
/// a gap or a sum stands above it.
pub(super) fn no_entry(
    filled: &[&RawCell],
    (sheet, header, what): (&RawSheet, &Header, &Asking<'_>),
    below: bool,
) -> Option<Code> {
    let inside = |cell: &RawCell| header.matched().any(|column| column.column == cell.column);
    // The name may stand in any column.
    let is_example = |cell: &&RawCell| matches!(&cell.value, RawValue::Text(text) if german::is_example(text));
    if filled.iter().any(|cell| is_example(cell) && inside(cell)) {
        return Some(Code::RowExample);
    }
    let [only] = filled else { return None };
    let RawValue::Text(written) = &only.value else { return None };
    if german::refers(written) {
        return (!below).then_some(Code::RowBare);
    }
    let fields = || header.fields.iter().enumerate().filter_map(|(at, found)| Some((at, found.as_ref()?)));
    let (field, _) = fields().find(|(_, (column, _))| column.column == only.column)?;
    let keys = what.table.key_positions();
    let known = what.table.fields[field].kind == FieldType::Code && what.asked[field].knows(written);
    let wide = fields().count() > 2 && what.table.long.is_none();
    (!below && wide && !known && !keys.contains(&field) && others_say_more(sheet, header)).then_some(Code::RowBare)
}

/// Does any row below the headings hold more than one cell of the table?
fn others_say_more(sheet: &RawSheet, header: &Header) -> bool {
    let ours =
        |cell: &&RawCell| cell::is_filled(&cell.value) && header.matched().any(|column| column.column == cell.column);
    sheet.rows().filter(|row| row[0].row > header.last).any(|row| row.iter().filter(ours).count() > 1)
}

/// Tells of entries that are more or less than one; all of them count.
pub(super) fn tell(
    rows: &[CleanRow],
    (sheet, header, what): (&RawSheet, &Header, &Asking<'_>),
    form: &Form,
    told: &mut Told<'_>,
) {
    let table = what.table;
    if !table.key_positions().is_empty() || table.long.is_some() {
        return;
    }
    let named = |at: &usize| header.fields[*at].is_some();
    let name = (0..table.fields.len()).filter(named).find(|at| table.fields[*at].kind == FieldType::Text);
    // By the first text of each: few rows share it.
    let mut known: QuickMap<&str, Vec<&CleanRow>> = QuickMap::default();
    for row in rows {
        let texts = || row.cells.iter().map(|cell| cell.written.as_str());
        let filled = texts().filter(|text| !text.is_empty()).count();
        let first = texts().find(|text| !text.is_empty()).unwrap_or_default();
        let place = name.or(Some(0)).and_then(|name| row.cells[name].place.as_ref());
        let alike = |other: &&&CleanRow| other.cells.iter().map(|cell| cell.written.as_str()).eq(texts());
        let namesakes = known.entry(first).or_default();
        let before = namesakes.iter().rev().find(alike).filter(|_| filled > 1);
        if let Some(before) = before.filter(|before| is_same(before, row, sheet, header)) {
            let places = place.into_iter().cloned().chain(before.cells[name.unwrap_or(0)].place.clone());
            let finding = told.finding(Code::RowRepeated).found(first);
            told.tell(places.fold(finding, |finding, place| finding.at(place)));
        } else {
            namesakes.push(row);
        }
        let Some((name, place)) = name.zip(place) else { continue };
        if is_collective(&row.cells[name].written, name, table, form) {
            let finding = told.finding(Code::RowCollective).at(place.clone()).found(row.cells[name].written.as_str());
            told.tell(finding);
        }
        if is_nameless(row, table) {
            told.tell(told.finding(Code::RowNameless).at(place.clone()).found(first));
        }
    }
}

/// Are the rows the same in the columns that the form does not know, too? A number of a room is one of those.
fn is_same(one: &CleanRow, other: &CleanRow, sheet: &RawSheet, header: &Header) -> bool {
    let row = |of: &CleanRow| of.cells.iter().find_map(|cell| cell.place.as_ref()).map(|place| place.row);
    let (Some(one), Some(other)) = (row(one), row(other)) else { return false };
    let raw = |at: u32| -> Vec<(u32, &RawValue)> {
        let from = sheet.cells.partition_point(|cell| cell.row < at);
        let cells = sheet.cells[from..].iter().take_while(|cell| cell.row == at);
        cells.filter(|cell| header.reaches(cell.column)).map(|cell| (cell.column, &cell.value)).collect()
    };
    one != other && raw(one) == raw(other)
}

/// `4 Räume`, `3 Sprachkurse`, `alle Angebote`, `diverse`.
fn is_collective(written: &str, field: usize, table: &Table, form: &Form) -> bool {
    let count = || written.split_whitespace().next().and_then(|first| first.parse::<u32>().ok());
    let several = count().is_some_and(|count| (2..1000).contains(&count));
    if !several && !german::means_several(written) {
        return false;
    }
    let words = text::words(written);
    let Some(noun) = words.get(1) else { return !several };
    let own = [&table.sheet, &table.title.de, &table.fields[field].heading].into_iter().chain(&table.also);
    let mut names: Vec<String> = own.flat_map(|name| text::words(name).to_vec()).collect();
    if several {
        let labels =
            table.fields.iter().flat_map(|field| form.codes_of(field)).flat_map(|code| text::words(&code.de).to_vec());
        names.extend(labels);
    }
    let same = |name: &String| name.len() >= 4 && (name.starts_with(noun.as_str()) || noun.starts_with(name.as_str()));
    noun.len() >= 4 && names.iter().any(same)
}

/// Numbers, and nothing that says what they belong to.
fn is_nameless(row: &CleanRow, table: &Table) -> bool {
    let cells = || row.cells.iter().zip(&table.fields);
    let names = cells().filter(|(_, field)| !field.kind.is_number());
    let counts = |(cell, _): (&crate::model::understood::CleanCell, _)| matches!(cell.value, Some(Value::Number(number)) if number != 0.0);
    names.clone().any(|(cell, _)| cell.place.is_some())
        && names.clone().all(|(cell, _)| cell.written.is_empty())
        && cells().any(counts)
}

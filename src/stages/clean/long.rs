//! A wide table read long: one row of the sheet gives a row for each of its value columns.
//!
//! In: the row as far as its own columns go. Out: rows that have the heading of a column in one field and its cell in
//! another, each with the place where the sender sees it.

use super::Told;
use super::heading::Header;
use super::prepared::Asking;
use crate::model::raw::{RawSheet, RawValue};
use crate::model::understood::CleanRow;
use crate::model::value::Place;

pub(super) fn rows(
    sheet: &RawSheet,
    row: u32,
    header: &Header,
    what: &Asking<'_>,
    wide: &CleanRow,
    told: &mut Told<'_>,
) -> Vec<CleanRow> {
    let Some(long) = &what.table.long else { return Vec::new() };
    let fields = [&long.heading, &long.value].map(|name| what.table.position(name.get_ref()));
    let [Some(heading), Some(value)] = fields else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    for (column, text) in &header.long {
        let mut narrow = wide.clone();
        let title = (RawValue::Text(text.into()), column.row);
        let here = sheet.cell(row, column.column);
        for (field, raw, row) in [(heading, Some(&title.0), title.1), (value, here, row)] {
            let place = Place { sheet: sheet.name.clone(), row, column: column.column };
            narrow.cells[field] = told.cell(raw, place, &what.asked[field]);
        }
        rows.push(narrow);
    }
    rows
}

//! Headings that reach over several columns, each with entries: `Plätze` in a merged cell over two columns of numbers.
//!
//! In: a sheet and a header. Out: the header, in which each further column says the same as the first. Never: the first of them
//! without a look at the others.

use super::cell;
use super::heading::{Column, Header};
use crate::model::raw::{Area, RawSheet};

pub(super) fn widen(sheet: &RawSheet, header: &mut Header) {
    if sheet.merged.is_empty() {
        return;
    }
    let named = |column: u32| {
        let twins = header.twice.iter().map(|(_, twin)| twin);
        header.matched().chain(&header.unknown).chain(twins).any(|known| known.column == column)
    };
    let filled = |column: u32| {
        let below = |cell: &&crate::model::raw::RawCell| cell.row > header.last && cell.column == column;
        sheet.cells.iter().filter(below).any(|cell| cell::is_filled(&cell.value))
    };
    let fields = header.fields.iter().enumerate().filter_map(|(field, found)| Some((field, &found.as_ref()?.0)));
    let mut twins: Vec<(usize, Column)> = Vec::new();
    for (field, first) in fields {
        let over = |area: &&Area| (area.top..=area.bottom).contains(&first.row) && area.left == first.column;
        let Some(area) = sheet.merged.iter().find(over) else { continue };
        let further = (area.left + 1..=area.right).filter(|column| !named(*column) && filled(*column));
        twins.extend(further.map(|column| (field, Column { column, ..first.clone() })));
    }
    header.twice.extend(twins);
}

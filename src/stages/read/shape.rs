//! What a sheet is besides its cells: merged, hidden, formatted. Filled by each format's own look into its parts.
//!
//! Never: a cell's value.

use super::hidden::Format;
use crate::model::raw::{Area, RawSheet, RawValue};

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Shape {
    pub(super) merged: Vec<Area>,
    pub(super) hidden_rows: Vec<(u32, u32)>,
    pub(super) hidden_columns: Vec<(u32, u32)>,
    /// Row, column, style of the cells whose format may hide a number.
    pub(super) styled: Vec<(u32, u32, usize)>,
    /// Formulas whose result is not stored, though the file cannot say so and gives a zero.
    pub(super) unresolved: Vec<(u32, u32)>,
}

impl Shape {
    /// Notes a run of hidden rows.
    pub(super) fn hide_rows(&mut self, first: u32, last: u32) {
        extend(&mut self.hidden_rows, first, last);
    }

    pub(super) fn hide_columns(&mut self, first: u32, last: u32) {
        extend(&mut self.hidden_columns, first, last);
    }

    /// Gives the sheet its shape, and each number that its format hides what is shown instead.
    pub(super) fn put_on(mut self, sheet: &mut RawSheet, formats: &[Format]) {
        for at in self.unresolved {
            replace(sheet, at, |_| Some(RawValue::NoResult));
        }
        for (row, column, style) in self.styled {
            let format = formats.get(style);
            replace(sheet, (row, column), |value| match value {
                RawValue::Number(number) => format?.shown(*number).map(RawValue::Hidden),
                _ => None,
            });
        }
        self.merged.sort_by_key(|area| (area.top, area.left));
        sheet.merged = self.merged;
        sheet.hidden_rows = runs(self.hidden_rows);
        sheet.hidden_columns = runs(self.hidden_columns);
    }
}

/// Which of the styles need a look at the cells that have them.
pub(super) fn hiding(formats: &[Format]) -> Vec<bool> {
    formats.iter().map(Format::may_hide).collect()
}

fn replace(sheet: &mut RawSheet, at: (u32, u32), with: impl Fn(&RawValue) -> Option<RawValue>) {
    if let Ok(index) = sheet.cells.binary_search_by_key(&at, |cell| (cell.row, cell.column))
        && let Some(value) = with(&sheet.cells[index].value)
    {
        sheet.cells[index].value = value;
    }
}

fn extend(runs: &mut Vec<(u32, u32)>, first: u32, last: u32) {
    match runs.last_mut() {
        Some(run) if run.0 <= first && first <= run.1.saturating_add(1) => run.1 = run.1.max(last),
        _ => runs.push((first, last)),
    }
}

/// In order and joined.
fn runs(mut all: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    all.sort_unstable();
    let mut joined = Vec::new();
    for (first, last) in all {
        extend(&mut joined, first, last);
    }
    joined
}

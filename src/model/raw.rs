//! A workbook as it was found: every non-empty cell with its sheet and address, nothing interpreted.
//! `read` gives it, `clean` takes it.

use chrono::NaiveDateTime;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum RawValue {
    Text(String),
    Number(f64),
    Bool(bool),
    Date(NaiveDateTime),
    /// An error value as Excel writes it: `#REF!`.
    Error(String),
    /// A formula whose result the file does not store.
    NoResult,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RawCell {
    /// 0-based, as in [`super::value::Place`].
    pub(crate) row: u32,
    pub(crate) column: u32,
    pub(crate) value: RawValue,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RawSheet {
    pub(crate) name: String,
    pub(crate) hidden: bool,
    /// In order of rows, then columns; empty cells are left out.
    pub(crate) cells: Vec<RawCell>,
}

impl RawSheet {
    pub(crate) fn cell(&self, row: u32, column: u32) -> Option<&RawValue> {
        self.cells
            .binary_search_by_key(&(row, column), |cell| (cell.row, cell.column))
            .ok()
            .map(|index| &self.cells[index].value)
    }

    /// The cells row by row.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[RawCell]> {
        self.cells.chunk_by(|a, b| a.row == b.row)
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RawWorkbook {
    pub(crate) sheets: Vec<RawSheet>,
}

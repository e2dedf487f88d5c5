//! A workbook as it was found: every non-empty cell with its sheet and address, nothing interpreted.
//! `read` gives it, `clean` takes it. Between the two lies the border of a process, so all of it can be written down.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use super::finding::Code;
use super::value::Place;
use crate::base::short::Short;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum RawValue {
    Text(Short),
    Number(f64),
    Bool(bool),
    Date(NaiveDateTime),
    /// An error value as Excel writes it: `#REF!`.
    Error(String),
    /// A formula whose result the file does not store.
    NoResult,
    /// A number that its format shows as this (perhaps as nothing): withheld, so the number itself goes no further.
    Hidden(String),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct RawCell {
    /// 0-based, as in [`super::value::Place`].
    pub(crate) row: u32,
    pub(crate) column: u32,
    pub(crate) value: RawValue,
}

/// Cells in a rectangle; rows and columns count from 0, the last ones belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Area {
    pub(crate) top: u32,
    pub(crate) left: u32,
    pub(crate) bottom: u32,
    pub(crate) right: u32,
}

/// What the sender sees of a cell and its value does not say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Look {
    /// The number format shows the number as this: `12,5 T€`, `13` for 12 500, `<3`.
    Shown(String),
    /// All of it is crossed out.
    CrossedOut,
    /// A line runs through the cell from corner to corner.
    Slashed,
    /// This was crossed out; the value is what is left.
    PartlyCrossedOut(String),
    /// The letters have the colour of the paper or hardly any size, or a conditional format may hide or strike them.
    HardToSee,
    /// A formula that puts just this number where its calculation fails: `IFERROR(…,0)`.
    InsteadOfError,
    /// A formula that fetches it from another workbook.
    Linked,
    /// This stands in a row of a table as text that has more fields than there are headings: nobody knows below which
    /// heading it belongs. `fields` and `headings` are how many.
    Torn { text: Short, fields: u32, headings: u32 },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Note {
    /// 0-based, as in [`RawCell`].
    pub(crate) row: u32,
    pub(crate) column: u32,
    pub(crate) look: Look,
}

/// What somebody noted at a cell. It is no content and goes no further than to whoever asks what a figure means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Comment {
    /// 0-based, as in [`RawCell`].
    pub(crate) row: u32,
    pub(crate) column: u32,
    pub(crate) text: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct RawSheet {
    pub(crate) name: Short,
    pub(crate) hidden: bool,
    /// In order of rows, then columns; empty cells are left out.
    pub(crate) cells: Vec<RawCell>,
    /// Merged cells, in order of their first cell; the value stands in that one alone.
    pub(crate) merged: Vec<Area>,
    /// First and last row, or column, of each run that the sender does not see, in order.
    pub(crate) hidden_rows: Vec<(u32, u32)>,
    pub(crate) hidden_columns: Vec<(u32, u32)>,
    /// In order of rows, then columns; most sheets have none.
    pub(crate) notes: Vec<Note>,
    /// In order of rows, then columns; most sheets have none.
    pub(crate) comments: Vec<Comment>,
    /// Of a table as text: how many fields each of its rows has, empty ones too. A sheet of a workbook has none.
    pub(crate) fields: Vec<u32>,
}

/// Notes about one cell, out of those of its sheet.
pub(crate) fn looks(notes: &[Note], row: u32, column: u32) -> impl Iterator<Item = &Look> {
    let from = notes.partition_point(|note| (note.row, note.column) < (row, column));
    notes[from..].iter().take_while(move |note| (note.row, note.column) == (row, column)).map(|note| &note.look)
}

impl RawSheet {
    /// Is it a table as text, which has one sheet and nothing beside it?
    pub(crate) fn is_text(&self) -> bool {
        !self.fields.is_empty()
    }

    pub(crate) fn cell(&self, row: u32, column: u32) -> Option<&RawValue> {
        self.index(row, column).map(|index| &self.cells[index].value)
    }

    /// The position of a cell among [`RawSheet::cells`].
    pub(crate) fn index(&self, row: u32, column: u32) -> Option<usize> {
        self.cells.binary_search_by_key(&(row, column), |cell| (cell.row, cell.column)).ok()
    }

    /// The same for whoever asks for one cell after the other; `next` is where it probably stands.
    pub(crate) fn index_from(&self, next: usize, row: u32, column: u32) -> Option<usize> {
        let at = |index: usize| self.cells.get(index).map(|cell| (cell.row, cell.column));
        if at(next) == Some((row, column)) { Some(next) } else { self.index(row, column) }
    }

    /// The cells of one row.
    pub(crate) fn row(&self, row: u32) -> &[RawCell] {
        let from = self.cells.partition_point(|cell| cell.row < row);
        let rest = &self.cells[from..];
        &rest[..rest.partition_point(|cell| cell.row == row)]
    }

    /// The cells row by row.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[RawCell]> {
        self.cells.chunk_by(|a, b| a.row == b.row)
    }
}

/// Letters and digits, and the marks that look like them when they are raised.
const RAISED: [(&str, &str); 2] = [
    ("0123456789()+-abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁺⁻ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"),
    // What stays what it is: stars stand high by themselves.
    ("*", "*"),
];

/// A raised `1` as `¹`, so that a number with a footnote stays one with a footnote: `18¹`, not `181`. None for a mark that has
/// no raised twin.
pub(crate) fn raised(mark: char) -> Option<char> {
    RAISED.iter().find_map(|(plain, raised)| {
        let at = plain.chars().position(|known| known == mark.to_ascii_lowercase())?;
        raised.chars().nth(at)
    })
}

/// A lowered `1` as `₁`; what has no lowered twin stands there raised.
pub(crate) fn lowered(mark: char) -> Option<char> {
    mark.to_digit(10).and_then(|digit| char::from_u32(u32::from('₀') + digit)).or_else(|| raised(mark))
}

/// Is it a mark of a footnote by itself, raised or lowered?
pub(crate) fn is_raised(mark: char) -> bool {
    mark != '*' && RAISED.iter().any(|(_, raised)| raised.contains(mark)) || ('₀'..='₉').contains(&mark)
}

/// Something about the file that its sender should know, though it could be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Remark {
    pub(crate) code: Code,
    pub(crate) places: Vec<Place>,
    pub(crate) found: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct RawWorkbook {
    pub(crate) sheets: Vec<RawSheet>,
    pub(crate) remarks: Vec<Remark>,
}

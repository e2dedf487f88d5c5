//! ods: cells that are repeated so often that nobody could hold them, and formulas without a result.

use super::xml::{Mark, Marks, Tag, local};
use super::{Added, contradictory, distinct};
use crate::base::zipped::Opened;
use crate::model::finding::Code;
use crate::model::raw::RawValue;
use crate::model::value::Place;
use crate::stages::read::Unreadable;

/// The library makes room for the whole rectangle from the first cell to the last, twice.
const MOST_AREA: u64 = 4_000_000;
const MOST_ADDED: usize = 10_000;

/// # Errors
/// The cells reach further than anybody could hold, or something in it can be read in two ways.
pub(in crate::stages::read) fn ods(opened: &Opened) -> Result<Vec<Added>, Unreadable> {
    let has =
        |part: &str, word: &[u8]| opened.part(part).is_some_and(|part| memchr::memmem::find(part, word).is_some());
    if has("meta-inf/manifest.xml", b"encryption-data") {
        return Err(Unreadable::protected());
    }
    let mut look = Look::default();
    for mark in Marks::new(opened.part("content.xml").unwrap_or_default()) {
        match mark {
            Mark::Start(tag) => look.start(&tag)?,
            Mark::End(name) if local(name) == b"table-row" => look.end_of_row(),
            Mark::Data => return Err(contradictory("a text is written in a way that gets lost", Vec::new())),
            Mark::Declaration => return Err(contradictory("the file declares a document type", Vec::new())),
            _ => {}
        }
    }
    distinct(look.sheets.iter().map(String::as_str))?;
    Ok(look.added)
}

#[derive(Default)]
struct Look {
    sheets: Vec<String>,
    added: Vec<Added>,
    row: u64,
    column: u64,
    /// How often the row is repeated.
    rows: u64,
    /// The furthest cell with something in it; of the sheet, from 1.
    columns: u64,
}

impl Look {
    fn start(&mut self, tag: &Tag<'_>) -> Result<(), Unreadable> {
        match local(tag.name) {
            b"table" => {
                self.sheets.extend(tag.text(b"table:name"));
                (self.row, self.column, self.columns) = (0, 0, 0);
            }
            b"table-row" => {
                self.rows = repeated(tag, b"table:number-rows-repeated");
                self.column = 0;
                if tag.empty {
                    self.end_of_row();
                }
            }
            b"table-cell" | b"covered-table-cell" => {
                let count = repeated(tag, b"table:number-columns-repeated");
                self.cell(tag, count)?;
                self.column = self.column.saturating_add(count);
            }
            _ => {}
        }
        Ok(())
    }

    fn end_of_row(&mut self) {
        self.row = self.row.saturating_add(std::mem::take(&mut self.rows));
    }

    fn cell(&mut self, tag: &Tag<'_>, count: u64) -> Result<(), Unreadable> {
        let (mut filled, mut valued, mut formula) = (false, false, false);
        for (name, _) in tag.attributes() {
            let name = local(name);
            formula |= name == b"formula";
            valued |= name.ends_with(b"value") || name == b"value-type";
            filled |= formula || valued;
        }
        if !filled {
            return Ok(());
        }
        let sheet = self.sheets.last().cloned().unwrap_or_default();
        let place =
            |row: u64, column: u64| Place { sheet: sheet.as_str().into(), row: row as u32, column: column as u32 };
        self.columns = self.columns.max(self.column.saturating_add(count));
        if self.row.saturating_add(self.rows).saturating_mul(self.columns) > MOST_AREA {
            let at = place(self.row.min(1_048_575), self.column.min(16_383));
            let what = format!("the cells of sheet `{sheet}` reach too far");
            return Err(Unreadable { places: vec![at], ..Unreadable::new(Code::TooLarge, what) });
        }
        if formula && !valued && self.added.len() < MOST_ADDED {
            let places = (self.row..self.row + self.rows)
                .flat_map(|row| (self.column..self.column + count).map(move |column| (row, column)));
            let added = places.map(|(row, column)| Added { place: place(row, column), value: RawValue::NoResult });
            self.added.extend(added.take(MOST_ADDED));
        }
        Ok(())
    }
}

/// One, unless the attribute says another number.
fn repeated(tag: &Tag<'_>, name: &[u8]) -> u64 {
    let said = tag.attribute(name).and_then(|count| std::str::from_utf8(count).ok()?.parse().ok());
    said.unwrap_or(1)
}

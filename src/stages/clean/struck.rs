//! Headings that are crossed out: what stands below them is not meant to count, or the line is a slip; that is asked back.
//!
//! In: the rows of a table and the looks of its headings. Out: a finding for each such heading; its values count as missing. A line
//! from corner to corner is none: so people part two words in one cell. Never: the names of the rows taken away, or
//! any other text.

use super::heading::Header;
use super::prepared::Asking;
use super::told::Told;
use crate::model::books::Reason;
use crate::model::finding::Code;
use crate::model::form::FieldType;
use crate::model::raw::{self, Look};
use crate::model::understood::CleanRow;
use crate::model::value::State;

pub(super) fn find(rows: &mut [CleanRow], what: &Asking<'_>, header: &Header, told: &mut Told<'_>) {
    if told.notes.is_empty() {
        return;
    }
    let keys = what.table.key_positions();
    for (field, found) in header.fields.iter().enumerate() {
        let text = what.table.fields[field].kind == FieldType::Text;
        let Some((column, _)) = found.as_ref().filter(|_| !text && !keys.contains(&field)) else { continue };
        if !raw::looks(told.notes, column.row, column.column).any(|look| *look == Look::CrossedOut) {
            continue;
        }
        let mut used = false;
        for cell in rows.iter_mut().map(|row| &mut row.cells[field]) {
            if cell.value.take().is_some() {
                used = true;
                cell.state = State::Missing;
                if let Some(place) = &cell.place {
                    told.books.leave_out(&place.sheet, (place.row, place.column), Reason::NotUnderstood);
                }
            }
        }
        if used {
            let finding = told.finding(Code::CrossedOut).at(told.place(column.row, column.column));
            told.tell(finding.found(&*column.heading));
        }
    }
}

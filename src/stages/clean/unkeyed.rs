//! The column that names the rows, under a heading that nobody knows: without it no row of the table belongs to anything.
//!
//! In: a sheet and the headings found on it. Out: the headings with that column as a guess, which is told like all guesses; none
//! where the key was found, as nearly always. A key from a list is known by its entries, another one by its place: right in front of
//! the field that follows it in the form. Never: one of two columns that both may be it.

use super::heading::{Column, Header};
use super::prepared::Asking;
use super::{cell, text};
use crate::model::form::FieldType;
use crate::model::raw::{RawSheet, RawValue};

/// Of so many rows, at least so many in ten must be entries of the list, or texts.
const ENOUGH_ROWS: usize = 40;
const MOST_IN_TEN: usize = 6;

pub(super) fn mended(sheet: &RawSheet, headers: &[Header], what: &Asking<'_>) -> Option<Vec<Header>> {
    let keys = what.table.key_positions();
    let lacks = |header: &Header| keys.iter().any(|key| header.fields[*key].is_none()) && !header.unknown.is_empty();
    if what.table.long.is_some() || !headers.iter().any(lacks) {
        return None;
    }
    let mut headers = headers.to_vec();
    for header in &mut headers {
        for key in keys.iter().copied().filter(|key| header.fields[*key].is_none()).collect::<Vec<_>>() {
            let Some(index) = column(sheet, header, what, key) else { continue };
            let column = header.unknown.remove(index);
            header.fields[key] = Some((column, true));
        }
    }
    Some(headers)
}

/// Which of the unknown columns holds this key.
fn column(sheet: &RawSheet, header: &Header, what: &Asking<'_>, key: usize) -> Option<usize> {
    let by_list = what.table.fields[key].kind == FieldType::Code;
    let follows = header.fields.get(key + 1).and_then(Option::as_ref).map(|(column, _)| column.column);
    let in_place = |column: &Column| column.column.checked_add(1) == follows;
    let may_be = |column: &&(usize, &Column)| match by_list {
        true => mostly(sheet, header, column.1, |text| what.asked[key].knows(text)),
        false => {
            in_place(column.1)
                && mostly(sheet, header, column.1, |text| text.contains(char::is_alphanumeric) && !is_count(text))
        }
    };
    let found: Vec<(usize, &Column)> =
        header.unknown.iter().enumerate().collect::<Vec<_>>().iter().filter(may_be).copied().collect();
    if let [(index, _)] = found.as_slice() { Some(*index) } else { None }
}

/// Whoever numbers his rows gives them no name.
fn is_count(text: &str) -> bool {
    text.trim_end_matches(['.', ')']).bytes().all(|mark| mark.is_ascii_digit())
}

/// Is this so of most of the rows that have something in a column of the table?
fn mostly(sheet: &RawSheet, header: &Header, column: &Column, is: impl Fn(&str) -> bool) -> bool {
    let (mut rows, mut fitting) = (0, 0);
    for cells in sheet.rows().filter(|cells| cells[0].row > header.last).take(ENOUGH_ROWS) {
        let filled = |column: u32| cells.iter().any(|cell| cell.column == column && cell::is_filled(&cell.value));
        if !header.matched().any(|matched| filled(matched.column)) {
            continue;
        }
        rows += 1;
        let own = cells.iter().find(|cell| cell.column == column.column).map(|cell| &cell.value);
        fitting += usize::from(matches!(own, Some(RawValue::Text(written)) if is(&text::tidy(written))));
    }
    rows > 1 && fitting * 10 >= rows * MOST_IN_TEN
}

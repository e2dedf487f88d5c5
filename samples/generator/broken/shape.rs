//! Sick in its shape: what stands twice, what is part of something else, what is merged.

use super::{Case, Patient, at, bytes, case};
use crate::book::Style;
use crate::ink::Ink;

pub fn shape(healthy: &Patient) -> Vec<Case> {
    vec![table_twice(healthy), column_twice(healthy), row_is_part(healthy), value_merged(healthy)]
}

fn table_twice(healthy: &Patient) -> Case {
    let mut book = healthy.book();
    let mut copy = book.sheet("raeume").clone();
    copy.name = "Räume (2)".to_string();
    copy.table = None;
    book.sheets.push(copy);
    let what = "the sheet Räume once more, as a copy";
    case("table_twice", what, &at("Räume (2)", 0, 0), bytes(&book))
}

fn column_twice(healthy: &Patient) -> Case {
    let mut book = healthy.book();
    let sheet = book.sheet("raeume");
    let (column, free) = (sheet.columns["plaetze"], sheet.columns.len() as u16);
    let cells: Vec<_> =
        sheet.cells.iter().filter(|(spot, _)| spot.1 == column).map(|(spot, cell)| (*spot, cell.clone())).collect();
    for ((row, _), (ink, style)) in cells {
        sheet.put(row, free, ink, style);
    }
    let what = "the column Plätze stands there twice, with the same numbers";
    case("column_twice", what, &at("Räume", 0, free), bytes(&book))
}

fn row_is_part(healthy: &Patient) -> Case {
    let mut book = healthy.book();
    let sheet = book.sheet("raeume");
    let row = sheet.rows.last().expect("there are rooms") + 1;
    let (name, size) = (sheet.columns["standort"], sheet.columns["plaetze"]);
    sheet.text(row, name, "davon im Erdgeschoss", Style::Plain);
    sheet.put(row, size, Ink::Number(1.0), Style::Plain);
    let what = "a row of parts below the room they are part of";
    case("row_is_part", what, &at("Räume", row, name), bytes(&book))
}

fn value_merged(healthy: &Patient) -> Case {
    let mut book = healthy.book();
    let sheet = book.sheet("raeume");
    let column = sheet.columns["plaetze"];
    let (first, second) = (sheet.rows[0], sheet.rows[1]);
    sheet.cells.remove(&(second, column));
    sheet.tall.push((column, first, second));
    let what = "the places of two rooms in one merged cell";
    case("value_merged", what, &at("Räume", first, column), bytes(&book))
}

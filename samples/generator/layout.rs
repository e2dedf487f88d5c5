//! From a return and a habit to a workbook: cover first, then a sheet for each table.

mod cover;
mod table;

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::bodies::Body;
use crate::book::Book;
use crate::form::Form;
use crate::habits::Habit;
use crate::value::Return;

pub const INVENTED: &str = "Alle Zahlen in dieser Datei sind erfunden.";

/// What the cover says besides the body and the quarter.
pub struct CoverFacts {
    pub kind: &'static str,
    pub as_of: NaiveDate,
    /// Tables that are not in this file, and what the cover says about them.
    pub absent: BTreeMap<String, &'static str>,
}

pub fn build(form: &Form, body: &Body, habit: &Habit, facts: &Return, cover: &CoverFacts) -> Book {
    let asked = form.asked(body.district);
    let (cover_sheet, cover_rows) = cover::build(form, body, habit, facts, cover);
    let mut sheets = vec![cover_sheet];
    for name in asked.iter().filter(|name| !cover.absent.contains_key(*name)) {
        sheets.push(table::build(form, body, habit, facts, name));
    }
    Book { sheets, cover_rows }
}

fn sheet_name<'a>(form: &'a Form, habit: &Habit, table: &str) -> &'a str {
    let alias = habit.sheets.iter().find(|sheet| sheet.0 == table);
    let known = form.table(table);
    match alias {
        Some((_, alias)) => known.also.iter().find(|also| also == alias).expect("sheets get names the form knows"),
        None => &known.sheet,
    }
}

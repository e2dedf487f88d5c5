//! A workbook as a clerk has it on the screen: sheets with cells, and where each fact stands.

use std::collections::BTreeMap;

use crate::ink::Ink;

#[derive(Clone, Copy, PartialEq)]
pub enum Style {
    Plain,
    Title,
    Heading,
    Note,
    Decimal,
    Money,
    Sum,
    /// Shows numbers below five as `/`.
    Hiding,
    /// Shows thousands.
    Thousands,
    /// White letters.
    White,
    /// Crossed out.
    Struck,
}

#[derive(Clone)]
pub struct Sheet {
    pub name: String,
    /// The form's table on this sheet; the cover has none.
    pub table: Option<String>,
    pub cells: BTreeMap<(u32, u16), (Ink, Style)>,
    /// row, first and last column
    pub merges: Vec<(u32, u16, u16)>,
    /// column, first and last row
    pub tall: Vec<(u16, u32, u32)>,
    pub header: u32,
    pub columns: BTreeMap<String, u16>,
    pub rows: Vec<u32>,
    pub total: Option<u32>,
    pub hidden: bool,
    pub hidden_column: Option<u16>,
    /// Comments on cells.
    pub comments: BTreeMap<(u32, u16), String>,
}

#[derive(Clone)]
pub struct Book {
    pub sheets: Vec<Sheet>,
    /// The cover's rows by what they say: `reporter`, `period`, … and the names of the tables.
    pub cover_rows: BTreeMap<String, u32>,
}

impl Sheet {
    pub fn new(name: &str) -> Sheet {
        Sheet {
            name: name.to_string(),
            table: None,
            cells: BTreeMap::new(),
            merges: Vec::new(),
            tall: Vec::new(),
            header: 0,
            columns: BTreeMap::new(),
            rows: Vec::new(),
            total: None,
            hidden: false,
            hidden_column: None,
            comments: BTreeMap::new(),
        }
    }

    pub fn put(&mut self, row: u32, column: u16, ink: Ink, style: Style) {
        if ink != Ink::Blank {
            self.cells.insert((row, column), (ink, style));
        }
    }

    pub fn text(&mut self, row: u32, column: u16, text: &str, style: Style) {
        self.put(row, column, Ink::Text(text.to_string()), style);
    }
}

impl Book {
    pub fn sheet(&mut self, table: &str) -> &mut Sheet {
        let found = self.sheets.iter_mut().find(|sheet| sheet.table.as_deref() == Some(table));
        found.unwrap_or_else(|| panic!("the workbook has no sheet for {table}"))
    }

    pub fn without(mut self, table: &str) -> Book {
        self.sheets.retain(|sheet| sheet.table.as_deref() != Some(table));
        self
    }
}

/// `B7`
pub fn address(row: u32, column: u16) -> String {
    let letter = char::from(b'A' + (column % 26) as u8);
    let before = if column >= 26 { char::from(b'A' + (column / 26 - 1) as u8).to_string() } else { String::new() };
    format!("{before}{letter}{}", row + 1)
}

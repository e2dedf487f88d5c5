//! One sheet written from top to bottom: title, prose, headings, real Excel tables that start in column A.
//!
//! Never: a formula, a merged or an empty cell inside a table (but for [`Cell::Gap`] behind the charts).

use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{ExcelDateTime, Format, Table, TableColumn, TableStyle, Url, Worksheet, XlsxError};

use super::style::{self, Voice};

/// What the indent takes of a column, in characters.
const INDENT: f64 = 1.8;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Text(String),
    Strong(String),
    /// Stands where a number would: a mark, or that there is nothing to compare with.
    Word(String),
    /// With the digits after the decimal mark.
    Number(f64, u8),
    Change(f64, u8),
    Date(NaiveDate),
    /// Text, and the sheet to which it leads.
    Link(String, String),
    /// Nothing at all: a gap in a line, a place for a sparkline.
    Gap,
}

impl Cell {
    pub(super) fn text(text: impl Into<String>) -> Cell {
        Cell::Text(text.into())
    }

    pub(super) fn whole(count: impl Into<f64>) -> Cell {
        Cell::Number(count.into(), 0)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Column {
    pub(super) heading: String,
    pub(super) number: bool,
}

impl Column {
    pub(super) fn text(heading: impl Into<String>) -> Column {
        Column { heading: heading.into(), number: false }
    }

    pub(super) fn number(heading: impl Into<String>) -> Column {
        Column { heading: heading.into(), number: true }
    }
}

/// A table before it is written. Each row has a cell for each column.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    /// For those who cannot see it.
    pub(super) title: String,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<(Voice, Vec<Cell>)>,
    /// Long tables can be filtered.
    pub(super) filter: bool,
}

impl Draft {
    pub(super) fn new(title: impl Into<String>, columns: Vec<Column>) -> Draft {
        Draft { title: title.into(), columns, rows: Vec::new(), filter: false }
    }

    pub(super) fn row(&mut self, cells: Vec<Cell>) {
        self.row_as(Voice::Plain, cells);
    }

    /// Numbers of one column show the same digits after the decimal mark: as many as any of them needs.
    pub(super) fn even(&mut self, column: usize) {
        let decimals = |cell: &Cell| if let Cell::Number(_, decimals) = cell { *decimals } else { 0 };
        let most = self.rows.iter().map(|(_, cells)| decimals(&cells[column])).max().unwrap_or(0);
        for (_, cells) in &mut self.rows {
            if let Cell::Number(_, decimals) = &mut cells[column] {
                *decimals = most;
            }
        }
    }

    pub(super) fn row_as(&mut self, voice: Voice, cells: Vec<Cell>) {
        debug_assert_eq!(cells.len(), self.columns.len(), "{}", self.title);
        self.rows.push((voice, cells));
    }
}

/// Where a table stands: heading row, first and last row of data, last column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) header: u32,
    pub(super) first: u32,
    pub(super) last: u32,
    pub(super) right: u16,
}

/// A sheet and the row at which writing goes on.
pub(super) struct Page<'a> {
    pub(super) sheet: &'a mut Worksheet,
    pub(super) row: u32,
    widths: Vec<f64>,
}

impl<'a> Page<'a> {
    /// `widths` in characters, for all tables of the sheet; prose runs across all of them.
    pub(super) fn new(sheet: &'a mut Worksheet, widths: &[f64]) -> Result<Page<'a>, XlsxError> {
        for (column, width) in (0..).zip(widths) {
            sheet.set_column_width(column, *width)?;
        }
        Ok(Page { sheet, row: 0, widths: widths.to_vec() })
    }

    pub(super) fn title(&mut self, text: &str) -> Result<(), XlsxError> {
        self.sheet.set_row_height(self.row, 27)?;
        self.sheet.write_string_with_format(self.row, 0, text, &style::title())?;
        self.row += 1;
        Ok(())
    }

    pub(super) fn heading(&mut self, text: &str) -> Result<(), XlsxError> {
        self.sheet.set_row_height(self.row, 22)?;
        self.sheet.write_string_with_format(self.row, 0, text, &style::heading())?;
        self.row += 1;
        Ok(())
    }

    /// A paragraph as wide as the sheet; its height is reckoned, because Excel does not grow merged cells.
    pub(super) fn prose(&mut self, text: &str) -> Result<(), XlsxError> {
        let right = self.prose_columns();
        let width: f64 = self.widths[..=usize::from(right)].iter().sum();
        self.sheet.set_row_height(self.row, 13.5 * lines(text, width) + 3.0)?;
        if right == 0 {
            self.sheet.write_string_with_format(self.row, 0, text, &style::prose())?;
        } else {
            self.sheet.merge_range(self.row, 0, self.row, right, text, &style::prose())?;
        }
        self.row += 1;
        Ok(())
    }

    /// Lines longer than this tire the eye.
    fn prose_columns(&self) -> u16 {
        let mut width = 0.0;
        let fits = self.widths.iter().take_while(|column| {
            width += **column;
            width <= 150.0
        });
        (fits.count().max(1) - 1) as u16
    }

    pub(super) fn gap(&mut self) {
        self.row += 1;
    }

    /// Half a line of air.
    pub(super) fn air(&mut self) -> Result<(), XlsxError> {
        self.sheet.set_row_height(self.row, 7)?;
        self.row += 1;
        Ok(())
    }

    pub(super) fn link(&mut self, text: &str, sheet: &str) -> Result<(), XlsxError> {
        write_link(self.sheet, self.row, 0, text, sheet, &style::link())?;
        self.row += 1;
        Ok(())
    }

    /// Writes the table and leaves one row free below it. A table without rows is not written.
    pub(super) fn table(&mut self, draft: &Draft) -> Result<Option<Area>, XlsxError> {
        if draft.rows.is_empty() || draft.columns.is_empty() {
            return Ok(None);
        }
        let header = self.row;
        let area = Area {
            header,
            first: header + 1,
            last: header + draft.rows.len() as u32,
            right: draft.columns.len() as u16 - 1,
        };
        let headings = distinct(draft.columns.iter().map(|column| column.heading.as_str()));
        let columns: Vec<TableColumn> = draft
            .columns
            .iter()
            .zip(&headings)
            .map(|(column, heading)| {
                TableColumn::new().set_header(heading).set_header_format(style::header(column.number))
            })
            .collect();
        let table = Table::new()
            .set_columns(&columns)
            .set_style(TableStyle::None)
            .set_autofilter(draft.filter)
            .set_alt_text_title(&draft.title)
            .set_alt_text(&draft.title);
        self.sheet.add_table(area.header, 0, area.last, area.right, &table)?;
        let tallest = headings.iter().zip(&self.widths).map(|(heading, width)| lines(heading, (*width - INDENT) * 0.9));
        self.sheet.set_row_height(header, 13.5 * tallest.fold(1.0, f64::max) + 4.0)?;
        for (row, (voice, cells)) in (area.first..).zip(&draft.rows) {
            let tallest = cells.iter().zip(&self.widths).map(|(cell, width)| cell_lines(cell, *width));
            self.sheet.set_row_height(row, 13.0 * tallest.fold(1.0, f64::max) + 3.5)?;
            for ((column, cell), kind) in (0..).zip(cells).zip(&draft.columns) {
                write(self.sheet, row, column, cell, *voice, kind.number)?;
            }
        }
        self.row = area.last + 2;
        Ok(Some(area))
    }

    /// The last row and column that were written, for printing.
    pub(super) fn done(self, at_least: u32) -> Result<(), XlsxError> {
        let last = self.row.saturating_sub(1).max(at_least);
        let right = self.widths.len().max(1) as u16 - 1;
        style::print_area(self.sheet, last, right)
    }
}

fn write(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    voice: Voice,
    number: bool,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Text(text) => sheet.write_string_with_format(row, column, text, &style::text(voice))?,
        Cell::Strong(text) => sheet.write_string_with_format(row, column, text, &style::strong(voice))?,
        Cell::Word(text) => sheet.write_string_with_format(row, column, text, &style::word(voice))?,
        Cell::Number(value, decimals) => {
            sheet.write_number_with_format(row, column, *value, &style::number(voice, *decimals))?
        }
        Cell::Change(value, decimals) => {
            sheet.write_number_with_format(row, column, *value, &style::change(voice, *decimals))?
        }
        Cell::Date(day) => sheet.write_datetime_with_format(row, column, &excel(*day)?, &style::date(voice))?,
        Cell::Link(text, target) => {
            write_link(sheet, row, column, text, target, &style::cell_link(voice))?;
            sheet
        }
        Cell::Gap if number => sheet.write_blank(row, column, &style::number(voice, 0))?,
        Cell::Gap => sheet.write_blank(row, column, &style::text(voice))?,
    };
    Ok(())
}

pub(super) fn write_link(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    text: &str,
    target: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    let url = Url::new(format!("internal:'{}'!A1", target.replace('\'', "''"))).set_text(text);
    sheet.write_url_with_format(row, column, url, format)?;
    Ok(())
}

pub(super) fn excel(day: NaiveDate) -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::from_ymd(day.year().clamp(1900, 9999) as u16, day.month() as u8, day.day() as u8)
}

/// Excel asks for different headings in a table, whatever their case.
fn distinct<'a>(headings: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut taken: Vec<String> = Vec::new();
    for heading in headings {
        let is_taken = |name: &str| taken.iter().any(|other| other.to_lowercase() == name.to_lowercase());
        let name = std::iter::once(heading.to_owned())
            .chain((2..).map(|number| format!("{heading} ({number})")))
            .find(|name| !is_taken(name))
            .expect("there is always a next number");
        taken.push(name);
    }
    taken
}

/// The width in which no word of these headings is broken.
pub(super) fn width_of_words<'a>(headings: impl Iterator<Item = &'a str>) -> f64 {
    let words = headings.flat_map(|heading| heading.split([' ', '-']));
    // Bold is a tenth wider.
    words.map(|word| word.chars().map(breadth).sum::<f64>()).fold(0.0, f64::max) * 1.12 + INDENT
}

/// Column widths that suit all these tables, each between what its headings need and `most`.
pub(super) fn fit<'a>(drafts: impl Iterator<Item = &'a Draft>, most: f64) -> Vec<f64> {
    let mut widths: Vec<f64> = Vec::new();
    for draft in drafts {
        widths.resize(widths.len().max(draft.columns.len()), 9.0);
        for (index, column) in draft.columns.iter().enumerate() {
            let long = |text: &str| (text.chars().map(breadth).sum::<f64>() + INDENT + 1.0).min(most);
            let of_cell = |cell: &Cell| match cell {
                Cell::Text(text) | Cell::Strong(text) | Cell::Word(text) | Cell::Link(text, _) => long(text),
                Cell::Number(..) | Cell::Change(..) | Cell::Date(_) => 12.0,
                Cell::Gap => 0.0,
            };
            let heading = width_of_words(std::iter::once(column.heading.as_str()));
            let cells = draft.rows.iter().filter_map(|(_, cells)| cells.get(index)).map(of_cell);
            widths[index] = cells.fold(widths[index].max(heading), f64::max);
        }
    }
    widths
}

fn cell_lines(cell: &Cell, width: f64) -> f64 {
    let width = width - INDENT;
    match cell {
        Cell::Text(text) | Cell::Word(text) | Cell::Link(text, _) => lines(text, width),
        Cell::Strong(text) => lines(text, width * 0.93),
        Cell::Number(..) | Cell::Change(..) | Cell::Date(_) | Cell::Gap => 1.0,
    }
}

/// How many lines `text` takes in a column of `width` characters, broken between words.
pub(super) fn lines(text: &str, width: f64) -> f64 {
    let room = (width * 1.02).max(1.0);
    let of_paragraph = |paragraph: &str| {
        let (mut lines, mut used) = (1.0, 0.0);
        // A line also breaks after a stroke or a hyphen.
        for word in paragraph.split_inclusive([' ', '/', '-']) {
            let length = word.trim_end().chars().map(breadth).sum::<f64>();
            if used > 0.0 && used + length > room {
                lines += 1.0;
                used = 0.0;
            }
            // A word longer than the column is broken in its midst.
            lines += ((length / room).ceil() - 1.0).max(0.0);
            used += if length > room { length % room } else { word.chars().map(breadth).sum() };
        }
        lines
    };
    text.split('\n').map(of_paragraph).sum()
}

/// Widths of Arial's letters, in widths of a digit; rough is good enough.
fn breadth(letter: char) -> f64 {
    match letter {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.45,
        ' ' | 'f' | 't' | 'r' | 'I' | '(' | ')' | '[' | ']' | '/' | '-' => 0.58,
        'm' | 'M' | 'W' | 'w' | '%' => 1.55,
        letter if letter.is_uppercase() => 1.27,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_a_table_are_made_distinct() {
        let headings = distinct(["Wert", "wert", "Wert", "Ziel"].into_iter());
        assert_eq!(headings, ["Wert", "wert (2)", "Wert (3)", "Ziel"]);
    }

    #[test]
    fn longer_texts_need_more_lines_and_long_words_are_broken() {
        assert_eq!(lines("kurz", 20.0), 1.0);
        assert_eq!(lines("erste Zeile\nzweite Zeile", 40.0), 2.0);
        assert!(lines("viele kleine Wörter in einer schmalen Spalte", 12.0) >= 4.0);
        assert!(lines("Donaudampfschifffahrtsgesellschaft", 10.0) >= 3.0);
    }
}

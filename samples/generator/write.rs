//! From a workbook on the screen to the bytes of an .xlsx file, the same bytes every time.

use chrono::NaiveDate;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, Note, Workbook, Worksheet, XlsxError,
};

use crate::book::{Book, Sheet, Style};
use crate::ink::Ink;
use crate::layout::INVENTED;

pub fn bytes(book: &Book) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let made = ExcelDateTime::from_ymd(2026, 10, 1)?;
    let properties = DocProperties::new()
        .set_title("Rückmeldung Kommunales Integrationsmanagement")
        .set_author("Fachstelle Integration")
        .set_comment(INVENTED)
        .set_creation_datetime(&made);
    workbook.set_properties(&properties);
    for sheet in &book.sheets {
        write_sheet(workbook.add_worksheet(), sheet)?;
    }
    workbook.save_to_buffer()
}

fn write_sheet(worksheet: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    worksheet.set_name(&sheet.name)?.set_hidden(sheet.hidden);
    let columns = sheet.cells.keys().map(|place| place.1).max().unwrap_or(0);
    for column in 0..=columns {
        worksheet.set_column_width(column, width(sheet, column))?;
    }
    if let Some(column) = sheet.hidden_column {
        worksheet.set_column_hidden(column)?;
    }
    if sheet.table.is_some() {
        // Two lines for long headings.
        worksheet.set_row_height(sheet.header, 32)?;
    }
    for &(row, first, last) in &sheet.merges {
        worksheet.merge_range(row, first, row, last, "", &format_of(Style::Title))?;
    }
    for &(column, first, last) in &sheet.tall {
        worksheet.merge_range(first, column, last, column, "", &format_of(Style::Plain))?;
    }
    for (&(row, column), (ink, style)) in &sheet.cells {
        write_cell(worksheet, row, column, ink, &format_of(*style))?;
    }
    for (&(row, column), text) in &sheet.comments {
        worksheet.insert_note(row, column, &Note::new(text).set_author("Fachstelle"))?;
    }
    Ok(())
}

fn write_cell(sheet: &mut Worksheet, row: u32, column: u16, ink: &Ink, format: &Format) -> Result<(), XlsxError> {
    match ink {
        Ink::Blank => sheet.write_blank(row, column, format)?,
        Ink::Text(text) => sheet.write_string_with_format(row, column, text, format)?,
        Ink::Number(number) => sheet.write_number_with_format(row, column, *number, format)?,
        Ink::Truth(truth) => sheet.write_boolean_with_format(row, column, *truth, format)?,
        Ink::Date(date) => {
            sheet.write_number_with_format(row, column, serial(*date), &Format::new().set_num_format("dd.mm.yyyy"))?
        }
        Ink::Formula(formula, result) => {
            sheet.write_formula_with_format(row, column, Formula::new(formula).set_result(result), format)?
        }
    };
    Ok(())
}

/// Days since 30 December 1899, as Excel counts them.
fn serial(date: NaiveDate) -> f64 {
    let start = crate::period::day(1899, 12, 30);
    (date - start).num_days() as f64
}

fn format_of(style: Style) -> Format {
    match style {
        Style::Plain => Format::new(),
        Style::Title => Format::new().set_bold().set_font_size(13),
        Style::Heading => {
            Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top).set_border_bottom(FormatBorder::Thin)
        }
        Style::Note => Format::new().set_italic(),
        Style::Decimal => Format::new().set_num_format("0.0#"),
        Style::Money => Format::new().set_num_format("#,##0.00 \"€\""),
        Style::Sum => Format::new().set_bold().set_border_top(FormatBorder::Thin),
        Style::Thousands => Format::new().set_num_format("#,##0,"),
        Style::White => Format::new().set_font_color("FFFFFF"),
        Style::Struck => Format::new().set_font_strikethrough(),
        Style::Hiding => Format::new().set_num_format("[<5]\"/\";0"),
    }
}

/// As wide as its cells need, within reason; the first title may run over.
fn width(sheet: &Sheet, column: u16) -> f64 {
    let letters = |ink: &Ink| match ink {
        Ink::Text(text) => text.chars().count(),
        Ink::Date(_) => 10,
        _ => 8,
    };
    let body = sheet.cells.iter().filter(|((row, at), (_, style))| {
        *at == column && *row >= sheet.header && !matches!(style, Style::Title | Style::Note | Style::Heading)
    });
    let widest = body.map(|(_, (ink, _))| letters(ink)).max().unwrap_or(8);
    widest.clamp(12, 46) as f64 + 2.0
}

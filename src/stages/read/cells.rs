//! One sheet's cells, from the library's values to ours.

use calamine::{Data, ExcelDateTime, Range, Sheet, SheetType, SheetVisible};
use chrono::{NaiveDate, NaiveDateTime};

use super::Unreadable;
use crate::model::finding::Code;
use crate::model::raw::{RawCell, RawSheet, RawValue};

/// The grid of every spreadsheet program since 2007.
const ROWS: u32 = 1_048_576;
const COLUMNS: u32 = 16_384;

/// The last day a spreadsheet can hold is 9999-12-31.
const LAST_SERIAL: f64 = 2_958_466.0;

/// Charts, dialogs and macros are sheets too, but hold no cells.
pub(super) fn worksheets(sheets: &[Sheet]) -> Vec<RawSheet> {
    let tables = sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let empty = |sheet: &Sheet| RawSheet {
        name: sheet.name.as_str().into(),
        hidden: sheet.visible != SheetVisible::Visible,
        ..RawSheet::default()
    };
    tables.map(empty).collect()
}

pub(super) fn of_range(range: &Range<Data>, sheet: &mut RawSheet, left: &mut usize) -> Result<(), Unreadable> {
    let (top, first) = range.start().unwrap_or_default();
    for (row, column, value) in range.used_cells() {
        put_some(sheet, (top + row as u32, first + column as u32), raw(value.clone()), left)?;
    }
    order(sheet);
    Ok(())
}

/// A cell that may be empty.
pub(super) fn put_some(
    sheet: &mut RawSheet,
    (row, column): (u32, u32),
    value: Option<RawValue>,
    left: &mut usize,
) -> Result<(), Unreadable> {
    if row >= ROWS || column >= COLUMNS {
        return Err(Unreadable::damaged(format!("a cell beyond the grid: row {row}, column {column}")));
    }
    let Some(value) = value else { return Ok(()) };
    *left = left.checked_sub(1).ok_or_else(|| Unreadable::new(Code::TooLarge, "more than 2 million cells"))?;
    sheet.cells.push(RawCell { row, column, value });
    Ok(())
}

pub(super) fn put(sheet: &mut RawSheet, at: (u32, u32), value: RawValue, left: &mut usize) -> Result<(), Unreadable> {
    put_some(sheet, at, Some(value), left)
}

/// Files need not be in order; everybody after us relies on it. Of two cells at one address the first counts.
pub(super) fn order(sheet: &mut RawSheet) {
    sheet.cells.sort_by_key(|cell| (cell.row, cell.column));
    sheet.cells.dedup_by_key(|cell| (cell.row, cell.column));
}

/// None for an empty cell.
pub(super) fn raw(value: Data) -> Option<RawValue> {
    Some(match value {
        Data::Empty => return None,
        Data::String(text) if text.is_empty() => return None,
        Data::String(text) | Data::DurationIso(text) => RawValue::Text(text.into()),
        Data::Int(number) => RawValue::Number(number as f64),
        // No cell can hold them; only a crafted file says so.
        Data::Float(number) if !number.is_finite() => RawValue::Text(number.to_string().into()),
        Data::Float(number) => RawValue::Number(number),
        Data::Bool(truth) => RawValue::Bool(truth),
        Data::DateTime(moment) => moment_of(moment),
        Data::DateTimeIso(text) => iso(&text).map_or(RawValue::Text(text.into()), RawValue::Date),
        Data::Error(error) => RawValue::Error(error.to_string()),
    })
}

/// A time of day or a duration is what the sender sees, never the fraction of a day that is stored: `19:30` is not 0.81.
fn moment_of(moment: ExcelDateTime) -> RawValue {
    let serial = moment.as_f64();
    if moment.is_duration() || !(1.0..LAST_SERIAL).contains(&serial) {
        return RawValue::Text(if serial.is_finite() { clock(serial) } else { serial.to_string() }.into());
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    NaiveDate::from_ymd_opt(year.into(), month.into(), day.into())
        .and_then(|date| date.and_hms_opt(hour.into(), minute.into(), second.into()))
        .map_or(RawValue::Number(serial), RawValue::Date)
}

/// Days as hours and minutes: `38:30`.
pub(super) fn clock(days: f64) -> String {
    let minutes = (days.abs() * 1440.0).round();
    let sign = if days < 0.0 { "-" } else { "" };
    format!("{sign}{}:{:02}", (minutes / 60.0).floor(), minutes % 60.0)
}

pub(super) fn iso(text: &str) -> Option<NaiveDateTime> {
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0);
    text.trim_end_matches('Z').parse().ok().or_else(day)
}

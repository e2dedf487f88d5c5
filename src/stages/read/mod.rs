//! `read`: the bytes of a file → every non-empty cell with its sheet and address.
//!
//! In: bytes. Out: a [`RawWorkbook`], or why there is none. Never: interprets a cell, trusts a file's name or what
//! a file says about its own size, or lets a panic of the library out.
//!
//! xlsx, xlsm and xlsb are streamed cell by cell, so a lying dimension costs nothing. xls and ods cannot be
//! streamed; a hostile one may still take much memory, which only a process of its own could bound.

mod cells;
mod hidden;

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Ods, OdsError, Reader, Sheet, SheetType, SheetVisible, Xls, XlsError, Xlsb, Xlsx};

use crate::base::zipped;
use crate::model::finding::Code;
use crate::model::raw::{RawSheet, RawWorkbook};

/// No return is larger; a file that is was not made by people filling in a form.
const MOST_BYTES: usize = 50 << 20;
const MOST_INFLATED: u64 = 512 << 20;
const MOST_CELLS: usize = 2_000_000;

/// A file that is no workbook we can read. `code` is one of `EmptyFile`, `NotAWorkbook`, `PasswordProtected`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Unreadable {
    pub(crate) code: Code,
    /// What exactly, in the words of the format; for logs and `kim inspect`.
    pub(crate) reason: String,
}

impl Unreadable {
    fn not_a_workbook(reason: impl ToString) -> Unreadable {
        Unreadable { code: Code::NotAWorkbook, reason: reason.to_string() }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Format {
    /// Also xlsm.
    Xlsx,
    Xlsb,
    Ods,
    Xls,
}

/// Every non-empty cell of every worksheet.
///
/// # Errors
/// The file is empty, protected by a password, or no workbook; also when it is larger than any return.
pub(crate) fn workbook(bytes: &[u8]) -> Result<RawWorkbook, Unreadable> {
    let format = format_of(bytes)?;
    let read = catch_unwind(AssertUnwindSafe(|| sheets(format, bytes)));
    let sheets = read.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        Err(Unreadable::not_a_workbook(format!("the file breaks the reader: {}", text.unwrap_or("no reason given"))))
    })?;
    if sheets.iter().all(|sheet| sheet.cells.is_empty()) {
        return Err(Unreadable { code: Code::EmptyFile, reason: "no sheet has a cell".to_owned() });
    }
    Ok(RawWorkbook { sheets, remarks: Vec::new() })
}

fn format_of(bytes: &[u8]) -> Result<Format, Unreadable> {
    if bytes.is_empty() {
        return Err(Unreadable { code: Code::EmptyFile, reason: "0 bytes".to_owned() });
    }
    if bytes.len() > MOST_BYTES {
        return Err(Unreadable::not_a_workbook(format!("{} bytes, more than {MOST_BYTES}", bytes.len())));
    }
    if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
        return format_of_compound(bytes);
    }
    if !bytes.starts_with(b"PK") {
        return Err(Unreadable::not_a_workbook("neither a zip nor a compound file"));
    }
    let contents = zipped::contents(bytes, MOST_INFLATED).map_err(|error| match error {
        zipped::ZipError::Damaged(source) => Unreadable::not_a_workbook(format!("damaged zip: {source}")),
        too_large @ zipped::ZipError::TooLarge { .. } => Unreadable::not_a_workbook(too_large),
    })?;
    let has = |wanted: &str| contents.names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
    match contents.mimetype.as_deref().map(str::trim) {
        Some(kind) if kind.starts_with("application/vnd.oasis.opendocument.spreadsheet") => Ok(Format::Ods),
        _ if has("xl/workbook.bin") => Ok(Format::Xlsb),
        _ if has("xl/workbook.xml") => Ok(Format::Xlsx),
        Some(kind) => Err(Unreadable::not_a_workbook(format!("a document of type {kind:?}"))),
        None => Err(Unreadable::not_a_workbook("a zip without a workbook")),
    }
}

/// MS-CFB: names of streams stand in the directory as UTF-16. An encrypted xlsx is such a file (MS-OFFCRYPTO 2.3).
fn format_of_compound(bytes: &[u8]) -> Result<Format, Unreadable> {
    let has = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(wide.len()).any(|window| window == wide)
    };
    if has("EncryptedPackage") {
        let reason = "the workbook is encrypted".to_owned();
        return Err(Unreadable { code: Code::PasswordProtected, reason });
    }
    if has("Workbook") || has("Book") {
        Ok(Format::Xls)
    } else {
        Err(Unreadable::not_a_workbook("a compound file without a workbook"))
    }
}

fn sheets(format: Format, bytes: &[u8]) -> Result<Vec<RawSheet>, Unreadable> {
    let bytes = Cursor::new(bytes);
    let mut left = MOST_CELLS;
    match format {
        Format::Xlsx => {
            let mut book = Xlsx::new(bytes).map_err(Unreadable::not_a_workbook)?;
            worksheets(book.sheets_metadata())
                .into_iter()
                .map(|sheet| cells::of_xlsx(&mut book, sheet, &mut left))
                .collect()
        }
        Format::Xlsb => {
            let mut book = Xlsb::new(bytes).map_err(Unreadable::not_a_workbook)?;
            worksheets(book.sheets_metadata())
                .into_iter()
                .map(|sheet| cells::of_xlsb(&mut book, sheet, &mut left))
                .collect()
        }
        Format::Ods => {
            let mut book = Ods::new(bytes).map_err(|error| match error {
                OdsError::Password => protected(),
                other => Unreadable::not_a_workbook(other),
            })?;
            whole(&mut book, &mut left)
        }
        Format::Xls => {
            let mut book = Xls::new(bytes).map_err(|error| match error {
                XlsError::Password => protected(),
                other => Unreadable::not_a_workbook(other),
            })?;
            whole(&mut book, &mut left)
        }
    }
}

fn protected() -> Unreadable {
    Unreadable { code: Code::PasswordProtected, reason: "the workbook is encrypted".to_owned() }
}

/// Charts, dialogs and macros are sheets too, but hold no cells.
fn worksheets(sheets: &[Sheet]) -> Vec<RawSheet> {
    let tables = sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let empty = |sheet: &Sheet| RawSheet {
        name: sheet.name.clone(),
        hidden: sheet.visible != SheetVisible::Visible,
        ..RawSheet::default()
    };
    tables.map(empty).collect()
}

fn whole<'a, B>(book: &mut B, left: &mut usize) -> Result<Vec<RawSheet>, Unreadable>
where
    B: Reader<Cursor<&'a [u8]>>,
    B::Error: std::fmt::Display,
{
    let empty = worksheets(book.sheets_metadata());
    let fill = |sheet: RawSheet| {
        let range = book.worksheet_range(&sheet.name).map_err(Unreadable::not_a_workbook)?;
        cells::of_range(&range, sheet, left)
    };
    empty.into_iter().map(fill).collect()
}

#[cfg(test)]
mod tests;

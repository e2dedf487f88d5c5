//! `read`: the bytes of a file → every non-empty cell with its sheet and address.
//!
//! In: bytes. Out: a [`RawWorkbook`], or why there is none. Never: interprets a cell, trusts a file's name or what
//! a file says about its own size, or lets a panic of the library out.
//!
//! `guard` looks first: what is read on is verified and says one thing only. xlsx, xlsm and xlsb are streamed cell by cell,
//! so a lying dimension costs nothing. xls and ods cannot be streamed; what a hostile one takes is bounded by the worker
//! process in which this runs (`run::reading`).

mod cells;
pub(crate) mod guard;
mod hidden;

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Ods, OdsError, Reader, Sheet, SheetType, SheetVisible, Xls, XlsError, Xlsb, Xlsx};
use serde::{Deserialize, Serialize};

use crate::base::zipped::Opened;
use crate::model::finding::Code;
use crate::model::raw::{RawSheet, RawWorkbook};
use crate::model::value::Place;

const MOST_CELLS: usize = 2_000_000;

/// A file that is no workbook we can read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Unreadable {
    /// One of those about the file.
    pub(crate) code: Code,
    /// What exactly, in the words of the format; for logs and `kim inspect`.
    pub(crate) reason: String,
    /// The cells that show it, if there are such.
    pub(crate) places: Vec<Place>,
}

impl Unreadable {
    pub(crate) fn new(code: Code, reason: impl Into<String>) -> Unreadable {
        Unreadable { code, reason: reason.into(), places: Vec::new() }
    }

    fn not_a_workbook(reason: impl ToString) -> Unreadable {
        Unreadable::new(Code::NotAWorkbook, reason.to_string())
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
    let (format, opened) = format_of(bytes)?;
    let added = match (format, &opened) {
        (Format::Xlsx, Some(opened)) => guard::xlsx(opened).map(|()| Vec::new())?,
        (Format::Xlsb, Some(opened)) => guard::xlsb(opened)?,
        (Format::Ods, Some(opened)) => guard::ods(opened)?,
        _ => guard::compound(bytes).map(|()| Vec::new())?,
    };
    let bytes = opened.as_ref().map_or(bytes, |opened| opened.bytes.as_slice());
    let read = catch_unwind(AssertUnwindSafe(|| sheets(format, bytes)));
    let mut sheets = read.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        let reason = format!("the file breaks the reader: {}", text.unwrap_or("no reason given"));
        Err(Unreadable::new(Code::DamagedFile, reason))
    })?;
    guard::add(&mut sheets, added);
    if sheets.iter().all(|sheet| sheet.cells.is_empty()) {
        return Err(Unreadable::new(Code::EmptyFile, "no sheet has a cell"));
    }
    Ok(RawWorkbook { sheets, remarks: Vec::new() })
}

/// Also the verified parts, if it is a zip.
fn format_of(bytes: &[u8]) -> Result<(Format, Option<Opened>), Unreadable> {
    if bytes.is_empty() {
        return Err(Unreadable::new(Code::EmptyFile, "0 bytes"));
    }
    guard::size(bytes.len() as u64)?;
    if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
        return Ok((format_of_compound(bytes)?, None));
    }
    if !bytes.starts_with(b"PK") {
        return Err(Unreadable::not_a_workbook("neither a zip nor a compound file"));
    }
    let opened = guard::opened(bytes)?;
    let has = |wanted: &str| opened.names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
    let kind = opened.part("mimetype").map(|kind| String::from_utf8_lossy(kind).trim().to_owned());
    let format = match kind {
        Some(kind) if kind.starts_with("application/vnd.oasis.opendocument.spreadsheet") => Format::Ods,
        _ if has("xl/workbook.bin") => Format::Xlsb,
        _ if has("xl/workbook.xml") => Format::Xlsx,
        Some(kind) => return Err(Unreadable::not_a_workbook(format!("a document of type {kind:?}"))),
        None => return Err(Unreadable::not_a_workbook("a zip without a workbook")),
    };
    Ok((format, Some(opened)))
}

/// MS-CFB: names of streams stand in the directory as UTF-16. An encrypted xlsx is such a file (MS-OFFCRYPTO 2.3).
fn format_of_compound(bytes: &[u8]) -> Result<Format, Unreadable> {
    let has = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(wide.len()).any(|window| window == wide)
    };
    if has("EncryptedPackage") {
        return Err(protected());
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
    Unreadable::new(Code::PasswordProtected, "the workbook is encrypted")
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

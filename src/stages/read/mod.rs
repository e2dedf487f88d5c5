//! `read`: the bytes of a file → every non-empty cell with its sheet and address.
//!
//! In: bytes, and the file's name for what has no other. Out: a [`RawWorkbook`], or why there is none. Never: interprets
//! a cell, trusts a file's name or what a file says about its own size, or lets a panic of the library out.
//!
//! `kind` says what a file is, then each format has its own module. xlsx, xlsm and xlsb are streamed cell by cell, so a lying
//! dimension costs nothing; ods by a reader of our own. xls cannot be streamed; a hostile one may still take much memory.

mod cells;
mod compound;
mod delimited;
mod hidden;
mod kind;
mod ods;
mod ods_styles;
mod shape;
mod xls;
mod xlsb;
mod xlsx;
mod xml;

use std::panic::{AssertUnwindSafe, catch_unwind};

use self::compound::Compound;
use self::kind::{Kind, Shell};
use crate::base::zipped::{self, Limits, Opened};
use crate::model::finding::Code;
use crate::model::raw::{RawSheet, RawWorkbook, Remark};

/// No return is larger; a file that is was not made by people filling in a form.
const MOST_BYTES: usize = 50 << 20;
const LIMITS: Limits = Limits { entries: 10_000, inflated: 512 << 20, kept: 128 << 20, ratio: 400 };
const MOST_CELLS: usize = 2_000_000;

/// A file that is no workbook we can read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Unreadable {
    /// One of those about the file.
    pub(crate) code: Code,
    /// What it is instead, as its sender would call it; of a damaged file, what exactly, in the words of the format.
    pub(crate) reason: String,
}

impl Unreadable {
    pub(crate) fn new(code: Code, reason: impl ToString) -> Unreadable {
        Unreadable { code, reason: reason.to_string() }
    }

    fn not_a_workbook(what: impl ToString) -> Unreadable {
        Unreadable::new(Code::NotAWorkbook, what)
    }

    fn damaged(reason: impl ToString) -> Unreadable {
        Unreadable::new(Code::DamagedFile, reason)
    }

    fn protected() -> Unreadable {
        Unreadable::new(Code::PasswordProtected, "the workbook is encrypted")
    }
}

/// Every non-empty cell of every worksheet. `name` gives the sheet of a text file its name, and tells a lock file.
///
/// # Errors
/// The file is empty, damaged, protected by a password, or no workbook; also when it is larger than any return.
pub(crate) fn workbook(bytes: &[u8], name: &str) -> Result<RawWorkbook, Unreadable> {
    if bytes.len() > MOST_BYTES {
        return Err(Unreadable::not_a_workbook(format!("{} MiB", bytes.len() >> 20)));
    }
    let read = catch_unwind(AssertUnwindSafe(|| inside(bytes, name)));
    let book = read.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        Err(Unreadable::damaged(format!("the file breaks the reader: {}", text.unwrap_or("no reason given"))))
    })?;
    if book.sheets.iter().all(|sheet| sheet.cells.is_empty()) {
        return Err(Unreadable::new(Code::EmptyFile, "no sheet has a cell"));
    }
    Ok(book)
}

fn inside(bytes: &[u8], name: &str) -> Result<RawWorkbook, Unreadable> {
    let mut left = MOST_CELLS;
    match kind::shell(bytes, name)? {
        Shell::Zip => {
            let opened = zipped::open(bytes, LIMITS, |_| true).map_err(Unreadable::damaged)?;
            in_zip(&opened, &mut left)
        }
        Shell::Compound => {
            let file = Compound::open(bytes).ok_or_else(|| Unreadable::damaged("the file system inside is damaged"))?;
            kind::in_compound(&file)?;
            let sheets = xls::read(bytes, &file, &mut left)?;
            Ok(told(sheets, Kind::Xls, file.has("_VBA_PROJECT_CUR")))
        }
        Shell::Text => delimited::read(bytes, name, &mut left),
    }
}

fn in_zip(opened: &Opened, left: &mut usize) -> Result<RawWorkbook, Unreadable> {
    let mimetype = opened.part("mimetype").map(String::from_utf8_lossy);
    let kind = kind::in_zip(&opened.names, mimetype.as_deref())?;
    let sheets = match kind {
        Kind::Xlsx => xlsx::read(opened, left),
        Kind::Xlsb => xlsb::read(opened, left),
        _ => ods::read(opened, left),
    }?;
    let macros = opened.names.iter().any(|name| name.to_ascii_lowercase().ends_with("vbaproject.bin"));
    Ok(told(sheets, kind, macros))
}

/// With what a sender should know about the format.
fn told(sheets: Vec<RawSheet>, kind: Kind, macros: bool) -> RawWorkbook {
    let remark = |code, found: &str| Remark { code, places: Vec::new(), found: found.to_owned() };
    let format = match kind {
        Kind::Xls => Some(remark(Code::LessTrusted, ".xls")),
        Kind::Xlsb => Some(remark(Code::LessTrusted, ".xlsb")),
        Kind::Xlsx | Kind::Ods => None,
    };
    let macros = macros.then(|| remark(Code::MacrosIgnored, ""));
    RawWorkbook { sheets, remarks: format.into_iter().chain(macros).collect() }
}

#[cfg(test)]
mod tests;

//! `read`: the bytes of a file → every non-empty cell with its sheet and address.
//!
//! In: bytes. Out: a [`RawWorkbook`], or why there is none. Never: interprets a cell, trusts a file's name or what
//! a file says about its own size, or lets a panic of the library out.
//!
//! `kind` says what a file is, `guard` looks whether it says one thing only, then each format has its own module. xlsx, xlsm
//! and xlsb are streamed cell by cell, so a lying dimension costs nothing; ods by a reader of our own. xls cannot be
//! streamed; what a hostile one takes is bounded by the worker process in which this runs (`run::reading`).

mod altered;
mod cells;
mod comments;
mod compound;
mod conditional;
mod delimited;
mod formulas;
pub(crate) mod guard;
mod hidden;
mod kind;
mod ods;
mod ods_styles;
mod plain;
mod rich;
mod shape;
mod xls;
mod xls_styles;
mod xlsb;
mod xlsx;
mod xml;

use std::panic::{AssertUnwindSafe, catch_unwind};

use self::compound::Compound;
use self::kind::{Kind, Shell};
use serde::{Deserialize, Serialize};

use crate::base::zipped::Opened;
use crate::model::finding::Code;
use crate::model::raw::{RawSheet, RawWorkbook, Remark};
use crate::model::value::Place;

const MOST_CELLS: usize = 2_000_000;

/// A file that is no workbook we can read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Unreadable {
    /// One of those about the file.
    pub(crate) code: Code,
    /// What it is instead, as the catalogues know it; of a damaged file, what exactly, in the words of the format.
    pub(crate) reason: String,
    /// The cells that show it, if there are such.
    pub(crate) places: Vec<Place>,
}

impl Unreadable {
    pub(crate) fn new(code: Code, reason: impl Into<String>) -> Unreadable {
        Unreadable { code, reason: reason.into(), places: Vec::new() }
    }

    /// `what` as the catalogues know it: `file-<what>`.
    fn not_a_workbook(what: &str) -> Unreadable {
        Unreadable::new(Code::NotAWorkbook, what)
    }

    fn damaged(reason: impl ToString) -> Unreadable {
        Unreadable::new(Code::DamagedFile, reason.to_string())
    }

    fn protected() -> Unreadable {
        Unreadable::new(Code::PasswordProtected, "the workbook is encrypted")
    }
}

/// Every non-empty cell of every worksheet. The sheet of a text file has no name; [`named`] gives it one.
///
/// # Errors
/// The file is empty, damaged, protected by a password, or no workbook; also when it is larger than any return.
pub(crate) fn workbook(bytes: &[u8]) -> Result<RawWorkbook, Unreadable> {
    guard::size(bytes.len() as u64)?;
    let read = catch_unwind(AssertUnwindSafe(|| inside(bytes)));
    let book = read.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        Err(Unreadable::damaged(format!("the file breaks the reader: {}", text.unwrap_or("no reason given"))))
    })?;
    if book.sheets.iter().all(|sheet| sheet.cells.is_empty()) {
        return Err(Unreadable::new(Code::EmptyFile, "no sheet has a cell"));
    }
    Ok(book)
}

/// What a file's name adds to what is inside: the name of a sheet that has none, and that a file is a lock file though
/// nobody knows its content.
pub(crate) fn named(read: Result<RawWorkbook, Unreadable>, file: &str) -> Result<RawWorkbook, Unreadable> {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    match read {
        Ok(mut book) => {
            let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            for sheet in book.sheets.iter_mut().filter(|sheet| sheet.name.is_empty()) {
                sheet.name = stem.into();
            }
            Ok(book)
        }
        Err(Unreadable { code: Code::EmptyFile | Code::NotAWorkbook, .. }) if name.starts_with("~$") => {
            Err(Unreadable::new(Code::LockFile, ""))
        }
        unreadable => unreadable,
    }
}

fn inside(bytes: &[u8]) -> Result<RawWorkbook, Unreadable> {
    let mut left = MOST_CELLS;
    match kind::shell(bytes)? {
        Shell::Zip => in_zip(&guard::opened(bytes)?, &mut left),
        Shell::Compound => {
            guard::compound(bytes)?;
            let file = Compound::open(bytes).ok_or_else(|| Unreadable::damaged("the file system inside is damaged"))?;
            kind::in_compound(&file)?;
            let sheets = xls::read(bytes, &file, &mut left)?;
            Ok(told(sheets, Kind::Xls, (file.has("_VBA_PROJECT_CUR"), true)))
        }
        Shell::Text => delimited::read(bytes, &mut left),
    }
}

fn in_zip(opened: &Opened, left: &mut usize) -> Result<RawWorkbook, Unreadable> {
    let mimetype = opened.part("mimetype").map(String::from_utf8_lossy);
    let kind = kind::in_zip(&opened.names, mimetype.as_deref())?;
    let (mut sheets, added) = match kind {
        Kind::Xlsx => {
            let sheets = match plain::read(opened, left) {
                Some(sheets) => sheets,
                None => guard::xlsx(opened).and_then(|()| xlsx::read(opened, left))?,
            };
            (sheets, Vec::new())
        }
        Kind::Xlsb => {
            let added = guard::xlsb(opened)?;
            (xlsb::read(opened, left)?, added)
        }
        _ => {
            let added = guard::ods(opened)?;
            (ods::read(opened, left)?, added)
        }
    };
    guard::add(&mut sheets, added);
    let macros = opened.names.iter().any(|name| name.to_ascii_lowercase().ends_with("vbaproject.bin"));
    let unseen = kind == Kind::Ods && ods::has_conditions(opened);
    Ok(told(sheets, kind, (macros, unseen)))
}

/// With what a sender should know about the format; `unseen` says that something in the file is not looked at.
fn told(sheets: Vec<RawSheet>, kind: Kind, (macros, unseen): (bool, bool)) -> RawWorkbook {
    let remark = |code, found: &str| Remark { code, places: Vec::new(), found: found.to_owned() };
    let format = match kind {
        Kind::Xls => Some(remark(Code::LessTrusted, "xls")),
        Kind::Xlsb => Some(remark(Code::LessTrusted, "xlsb")),
        Kind::Ods if unseen => Some(remark(Code::LessTrusted, "ods")),
        Kind::Xlsx | Kind::Ods => None,
    };
    let macros = macros.then(|| remark(Code::MacrosIgnored, ""));
    RawWorkbook { sheets, remarks: format.into_iter().chain(macros).collect() }
}

#[cfg(test)]
mod tests;

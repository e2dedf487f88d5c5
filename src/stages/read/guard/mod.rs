//! What is asked of a file before the library may read it.
//!
//! In: the bytes of a file. Out: bytes that say one thing only and of bearable size, cells that the library would pass over,
//! or why the file is refused. Never: interprets a value, corrects a file that contradicts itself.
//!
//! calamine reads some files silently wrong; docs/decisions/0018 shows each of them. None is written by a spreadsheet
//! program, so such a file is refused with the cells that show it, and its sender saves it anew.

mod compound;
mod fast;
mod ods;
mod sheet;
mod xlsb;
mod xlsx;

use super::{Unreadable, xml};
use crate::base::zipped::{self, Limits, Opened, ZipError};
use crate::model::finding::Code;
use crate::model::raw::{RawCell, RawSheet, RawValue};
use crate::model::value::Place;

pub(super) use compound::compound;
pub(super) use ods::ods;
pub(super) use xlsb::xlsb;
pub(super) use xlsx::xlsx;

/// No return is larger; a file that is was not made by people filling in a form.
pub(crate) const MOST_BYTES: u64 = 50 << 20;

/// Beside them, the library and the answer need room within the memory of one worker.
const LIMITS: Limits = Limits { entries: 10_000, inflated: 512 << 20, kept: 128 << 20, ratio: 400 };

/// So many cells are named for one file.
const MOST_PLACES: usize = 20;

/// A cell that the library passes over.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Added {
    pub(super) place: Place,
    pub(super) value: RawValue,
}

/// Is the file of bearable size?
pub(crate) fn size(bytes: u64) -> Result<(), Unreadable> {
    if bytes > MOST_BYTES {
        let reason = format!("{} MiB, more than {} MiB", bytes >> 20, MOST_BYTES >> 20);
        return Err(Unreadable::new(Code::TooLarge, reason));
    }
    Ok(())
}

/// The parts of a zip with cells, texts and formats, each verified; pictures and programs are left behind.
pub(super) fn opened(bytes: &[u8]) -> Result<Opened, Unreadable> {
    zipped::open(bytes, LIMITS, needed).map_err(|error| {
        let code = match &error {
            ZipError::Damaged(_) | ZipError::DamagedPart { .. } => Code::DamagedFile,
            ZipError::TooLarge(_) => Code::TooLarge,
            ZipError::Contradictory(_) => Code::ContradictoryFile,
            ZipError::Encrypted => Code::PasswordProtected,
            ZipError::Unsupported(_) => Code::NotAWorkbook,
        };
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        Unreadable::new(code, format!("{error}{cause}"))
    })
}

/// By name in lower case. What is missing here cannot be read by anybody after us, so the list says what is not needed.
fn needed(name: &str) -> bool {
    const FOLDERS: [&str; 18] = [
        "activex",
        "charts",
        "configurations2",
        "ctrlprops",
        "customxml",
        "diagrams",
        "docprops",
        "drawings",
        "embeddings",
        "externallinks",
        "media",
        "persons",
        "pictures",
        "pivotcache",
        "printersettings",
        "queries",
        "threadedcomments",
        "thumbnails",
    ];
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
    let foreign = folder.split('/').any(|part| FOLDERS.contains(&part) || part.starts_with("object "));
    let text = [".xml", ".rels", ".bin"].iter().any(|ending| file.ends_with(ending)) || name == "mimetype";
    let comments = file.starts_with("comments") && file.ends_with(".bin");
    text && !foreign && !file.starts_with("vbaproject") && !comments
}

/// Puts cells where the library found none, and gives each sheet its order back.
pub(super) fn add(sheets: &mut [RawSheet], added: Vec<Added>) {
    for Added { place: Place { sheet, row, column }, value } in added {
        let Some(sheet) = sheets.iter_mut().find(|known| known.name == sheet) else { continue };
        match sheet.cells.binary_search_by_key(&(row, column), |cell| (cell.row, cell.column)) {
            // A text may be there: LibreOffice writes what an error shows.
            Ok(_) => {}
            Err(index) => sheet.cells.insert(index, RawCell { row, column, value }),
        }
    }
}

fn contradictory(what: impl Into<String>, places: Vec<Place>) -> Unreadable {
    Unreadable { places, ..Unreadable::new(Code::ContradictoryFile, what) }
}

/// Two sheets of one name: the library gives the same cells for both.
fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Result<(), Unreadable> {
    let mut seen = std::collections::BTreeSet::new();
    for name in names {
        if !seen.insert(name.to_lowercase()) {
            return Err(contradictory(format!("two sheets are called `{name}`"), Vec::new()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;

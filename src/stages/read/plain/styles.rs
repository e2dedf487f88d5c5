//! What the library makes of the styles of a workbook: which numbers are moments, and which formats hide a number.
//!
//! In: the part with the styles. Out: what the library itself says of a number in each of them. Nothing is understood here
//! a second time: the library is asked once about each part, in a workbook with one cell for each style. Most returns have
//! the same styles, those of the form; so the answers for the last few are kept, each with the part it belongs to.

use std::cell::RefCell;
use std::io::Cursor;
use std::rc::Rc;

use calamine::{DataRef, ExcelDateTimeType, Reader, Xlsx};
use memchr::memmem;

use crate::base::zipped;
use crate::stages::read::hidden::Format;
use crate::stages::read::shape::hiding;
use crate::stages::read::xlsx::formats_of;

/// So many parts with styles are remembered.
const MOST_KEPT: usize = 8;
/// Larger ones are not worth a place in memory.
const MOST_BYTES: usize = 1 << 20;

pub(super) struct Styles {
    pub(super) formats: Vec<Format>,
    pub(super) hides: Vec<bool>,
    /// Whether a number of that style is a moment, and which kind.
    pub(super) moments: Vec<Option<ExcelDateTimeType>>,
}

thread_local! {
    /// The latest in front.
    static KEPT: RefCell<Vec<(Vec<u8>, Rc<Styles>)>> = const { RefCell::new(Vec::new()) };
}

/// None if the library does not understand the part either, or it is beyond measure.
pub(super) fn of(part: &[u8]) -> Option<Rc<Styles>> {
    if part.len() > MOST_BYTES {
        return None;
    }
    KEPT.with_borrow_mut(|kept| {
        match kept.iter().position(|(known, _)| known == part) {
            Some(at) => kept[..=at].rotate_right(1),
            None => {
                let styles = Rc::new(ask(part)?);
                kept.truncate(MOST_KEPT - 1);
                kept.insert(0, (part.to_vec(), styles));
            }
        }
        kept.first().map(|(_, styles)| Rc::clone(styles))
    })
}

const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn ask(part: &[u8]) -> Option<Styles> {
    // As many cells as there may be styles; those beyond are plain numbers.
    let most = memmem::find_iter(part, b"xf").count();
    let cells: String = (0..most).map(|style| format!("<c s=\"{style}\"><v>1</v></c>")).collect();
    let relation = |kind: &str, target: &str| {
        format!("<Relationships><Relationship Id=\"a\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/></Relationships>")
    };
    let probe = zipped::stored(&[
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml").as_bytes()),
        ("xl/workbook.xml", b"<workbook><sheets><sheet name=\"a\" r:id=\"a\"/></sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", relation("worksheet", "sheet.xml").as_bytes()),
        ("xl/sheet.xml", format!("<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>").as_bytes()),
        ("xl/styles.xml", part),
    ])
    .ok()?;
    let mut book = Xlsx::new(Cursor::new(probe)).ok()?;
    let mut reader = book.worksheet_cells_reader("a").ok()?;
    let formats = formats_of(reader.styles());
    let mut moments = Vec::new();
    while let Some(cell) = reader.next_cell().ok()? {
        moments.push(match cell.get_value() {
            DataRef::DateTime(moment) if moment.is_duration() => Some(ExcelDateTimeType::TimeDelta),
            DataRef::DateTime(_) => Some(ExcelDateTimeType::DateTime),
            DataRef::Float(_) => None,
            _ => return None,
        });
    }
    Some(Styles { hides: hiding(&formats), formats, moments })
}

//! What the library makes of the styles of a workbook: which numbers are moments, and what keeps a value from being seen as it is.
//!
//! In: the parts with the styles and with the colours of the theme. Out: what the library itself says of a number in each of them. Nothing is understood here
//! a second time: the library is asked once about each part, in a workbook with one cell for each style. Most returns have
//! the same styles, those of the form; so the answers for the last few are kept, each with the part it belongs to.

use std::cell::RefCell;
use std::io::Cursor;
use std::rc::Rc;

use calamine::{DataRef, ExcelDateTimeType, Reader, Xlsx};
use memchr::memmem;

use crate::base::zipped;
use crate::stages::read::conditional::{self, Hiding};
use crate::stages::read::shape::{Style, telling};
use crate::stages::read::xlsx::style;

/// So many parts with styles are remembered.
const MOST_KEPT: usize = 8;
/// Larger ones are not worth a place in memory.
const MOST_BYTES: usize = 1 << 20;

pub(super) struct Styles {
    pub(super) all: Vec<Style>,
    /// Which of them need a look at their cells.
    pub(super) tells: Vec<bool>,
    /// For the rules of the sheets.
    pub(super) conditions: Vec<Hiding>,
    /// Whether a number of that style is a moment, and which kind.
    pub(super) moments: Vec<Option<ExcelDateTimeType>>,
}

/// Styles and theme.
type Parts = (Vec<u8>, Option<Vec<u8>>);

thread_local! {
    /// The latest in front.
    static KEPT: RefCell<Vec<(Parts, Rc<Styles>)>> = const { RefCell::new(Vec::new()) };
}

/// None if the library does not understand the part either, or it is beyond measure.
pub(super) fn of(part: &[u8], theme: Option<&[u8]>) -> Option<Rc<Styles>> {
    if part.len() + theme.unwrap_or_default().len() > MOST_BYTES {
        return None;
    }
    KEPT.with_borrow_mut(|kept| {
        match kept.iter().position(|((known, colours), _)| known == part && colours.as_deref() == theme) {
            Some(at) => kept[..=at].rotate_right(1),
            None => {
                let styles = Rc::new(ask(part, theme)?);
                kept.truncate(MOST_KEPT - 1);
                kept.insert(0, ((part.to_vec(), theme.map(<[u8]>::to_vec)), styles));
            }
        }
        kept.first().map(|(_, styles)| Rc::clone(styles))
    })
}

const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn ask(part: &[u8], theme: Option<&[u8]>) -> Option<Styles> {
    // As many cells as there may be styles; those beyond are plain numbers.
    let most = memmem::find_iter(part, b"xf").count();
    let cells: String = (0..most).map(|style| format!("<c s=\"{style}\"><v>1</v></c>")).collect();
    let relation = |kind: &str, target: &str| {
        format!("<Relationships><Relationship Id=\"a\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/></Relationships>")
    };
    let sheet = format!("<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>");
    let (to_book, to_sheet) = (relation("officeDocument", "xl/workbook.xml"), relation("worksheet", "sheet.xml"));
    let mut probe: Vec<(&str, &[u8])> = vec![
        ("_rels/.rels", to_book.as_bytes()),
        ("xl/workbook.xml", b"<workbook><sheets><sheet name=\"a\" r:id=\"a\"/></sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", to_sheet.as_bytes()),
        ("xl/sheet.xml", sheet.as_bytes()),
        ("xl/styles.xml", part),
    ];
    probe.extend(theme.map(|theme| ("xl/theme/theme1.xml", theme)));
    let mut book = Xlsx::new(Cursor::new(zipped::stored(&probe).ok()?)).ok()?;
    let mut reader = book.worksheet_cells_reader("a").ok()?;
    let all: Vec<Style> = reader.styles().iter().map(style).collect();
    let mut moments = Vec::new();
    while let Some(cell) = reader.next_cell().ok()? {
        moments.push(match cell.get_value() {
            DataRef::DateTime(moment) if moment.is_duration() => Some(ExcelDateTimeType::TimeDelta),
            DataRef::DateTime(_) => Some(ExcelDateTimeType::DateTime),
            DataRef::Float(_) => None,
            _ => return None,
        });
    }
    Some(Styles { tells: telling(&all), all, conditions: conditional::formats(part), moments })
}

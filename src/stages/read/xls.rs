//! xls (BIFF5 and BIFF8): the cells by the library, their surroundings by a look at the records (MS-XLS 2.4).
//! How letters look is `xls_styles`. Conditional formats and comments are not looked at.
//!
//! Whether the result of a formula is stored cannot always be told: the format has a place for it in any case. Known are
//! the formulas of programs that cannot calculate: zero, and to be calculated on opening.

use std::collections::HashMap;
use std::io::Cursor;

use calamine::{Reader, Xls, XlsError};

use super::compound::{Compound, long, short};
use super::hidden::Format;
use super::shape::{Shape, Style, telling};
use super::xls_styles::Looks;
use super::{Unreadable, cells};
use crate::model::raw::{Area, Look, Note, RawSheet};

pub(super) fn read(bytes: &[u8], file: &Compound<'_>, left: &mut usize) -> Result<Vec<RawSheet>, Unreadable> {
    let mut book = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsError::Password => Unreadable::protected(),
        other => Unreadable::damaged(other),
    })?;
    let stream = file.stream("Workbook").or_else(|| file.stream("Book"));
    let stream = stream.ok_or_else(|| Unreadable::damaged("the workbook's chain of sectors is broken"))?;
    let Globals { places, formats, looks } = globals(&stream);
    let styles = looks.styles(|id| Format::of(formats.get(&id).map_or("", String::as_str)));
    let telling = telling(&styles);
    let mut sheets = cells::worksheets(book.sheets_metadata());
    if sheets.len() != places.len() {
        return Err(Unreadable::damaged("the list of sheets is broken"));
    }
    for (sheet, place) in sheets.iter_mut().zip(places) {
        let range = book.worksheet_range(&sheet.name).map_err(Unreadable::damaged)?;
        cells::of_range(&range, sheet, left)?;
        let (mut shape, texts) = look(stream.get(place..).unwrap_or_default(), &telling);
        texts.into_iter().for_each(|text| put_letters(text, &looks, &styles, &mut shape));
        shape.put_on(sheet, &styles);
    }
    Ok(sheets)
}

/// Where the letters of a text have looks of their own, those of its cell say nothing.
fn put_letters(
    (row, column, style, text): (u32, u32, usize, usize),
    looks: &Looks,
    styles: &[Style],
    shape: &mut Shape,
) {
    let style_of = styles.get(style);
    let Some(rich) = looks.rich(style, text, style_of.is_some_and(|style| style.dark)) else { return };
    shape.styled.retain(|(own_row, own_column, _)| (*own_row, *own_column) != (row, column));
    if style_of.is_some_and(|style| style.slashed) {
        shape.notes.push(Note { row, column, look: Look::Slashed });
    }
    shape.rich.extend(rich.map(|rich| (row, column, rich)));
}

/// Type and content of each record, up to the end of the stream.
fn records(stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (kind, length) = (short(stream, at)?, usize::from(short(stream, at + 2)?));
        let content = stream.get(at + 4..at + 4 + length)?;
        at += 4 + length;
        Some((kind, content))
    })
}

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;

const CONTINUE: u16 = 0x003C;
const SST: u16 = 0x00FC;

/// What stands before the first sheet.
#[derive(Default)]
pub(super) struct Globals {
    /// Where the worksheets begin.
    pub(super) places: Vec<usize>,
    /// The codes of number formats, by their numbers.
    pub(super) formats: HashMap<u16, String>,
    pub(super) looks: Looks,
}

pub(super) fn globals(stream: &[u8]) -> Globals {
    let mut globals = Globals::default();
    let mut old = false;
    let mut texts: Vec<&[u8]> = Vec::new();
    for (kind, content) in records(stream).take_while(|(kind, _)| *kind != EOF) {
        if kind != CONTINUE && !texts.is_empty() {
            globals.looks.texts(&std::mem::take(&mut texts));
        }
        match kind {
            BOF => {
                old = short(content, 0) == Some(0x0500);
                globals.looks.of_old(old);
            }
            // BoundSheet8: 0 is a worksheet; the others are charts and macros.
            0x0085 if content.get(5) == Some(&0) => {
                globals.places.extend(long(content, 0).map(|place| place as usize));
            }
            0x041E => globals.formats.extend(code(content, old)),
            0x0031 => globals.looks.font(content).unwrap_or_default(),
            0x0092 => globals.looks.palette(content),
            0x00E0 => globals.looks.style(content),
            SST => texts.push(content),
            CONTINUE if !texts.is_empty() => texts.push(content),
            _ => {}
        }
    }
    if !texts.is_empty() {
        globals.looks.texts(&texts);
    }
    globals
}

/// Format: its number and its code. Letters beyond ASCII stand in literal text only, so their code page says nothing.
fn code(content: &[u8], old: bool) -> Option<(u16, String)> {
    let id = short(content, 0)?;
    let western = |bytes: &[u8]| encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned();
    if old {
        let length = usize::from(*content.get(2)?);
        return Some((id, western(content.get(3..3 + length)?)));
    }
    let length = usize::from(short(content, 2)?);
    let wide = content.get(4)? & 1 == 1;
    let text = content.get(5..)?;
    Some((id, if wide { super::xlsb::utf16(text.get(..length * 2)?) } else { western(text.get(..length)?) }))
}

/// Row, column, style and number of each shared text.
type Texts = Vec<(u32, u32, usize, usize)>;

/// The surroundings of the cells in one sheet's records, and its texts.
pub(super) fn look(stream: &[u8], hiding: &[bool]) -> (Shape, Texts) {
    let (mut shape, mut texts) = (Shape::default(), Vec::new());
    // Charts inside of the sheet have cells of their own.
    let mut depth = 0;
    for (kind, content) in records(stream) {
        match kind {
            BOF => depth += 1,
            EOF if depth <= 1 => break,
            EOF => depth -= 1,
            _ if depth == 1 => note(kind, content, hiding, &mut shape, &mut texts).unwrap_or_default(),
            _ => {}
        }
    }
    (shape, texts)
}

fn note(kind: u16, content: &[u8], hiding: &[bool], shape: &mut Shape, texts: &mut Texts) -> Option<()> {
    let word = |at: usize| short(content, at).map(u32::from);
    let mut styled = |row, column, style: u32| {
        if hiding.get(style as usize) == Some(&true) {
            shape.styled.push((row, column, style as usize));
        }
    };
    match kind {
        // Row: height, flags.
        0x0208 if word(12)? & 0x20 != 0 || word(6)? & 0x7FFF == 0 => shape.hide_rows(word(0)?, word(0)?),
        // ColInfo: width, flags.
        0x007D if word(8)? & 1 != 0 || word(4)? == 0 => shape.hide_columns(word(0)?, word(2)?),
        // MergeCells
        0x00E5 => {
            for index in 0..word(0)? as usize {
                let [top, bottom, left, right] = [0, 2, 4, 6].map(|offset| word(2 + index * 8 + offset));
                shape.merged.push(Area { top: top?, left: left?, bottom: bottom?, right: right? });
            }
        }
        // Number, RK, BoolErr, Label, RString
        0x0203 | 0x027E | 0x0205 | 0x0204 | 0x00D6 => styled(word(0)?, word(2)?, word(4)?),
        // LabelSst
        0x00FD => {
            styled(word(0)?, word(2)?, word(4)?);
            texts.push((word(0)?, word(2)?, word(4)? as usize, long(content, 6)? as usize));
        }
        // Formula
        0x0006 => {
            styled(word(0)?, word(2)?, word(4)?);
            if word(14)? & 2 != 0 && content.get(6..14)? == [0; 8] {
                shape.unresolved.push((word(0)?, word(2)?));
            }
        }
        // MulRk: a style and a number for each column.
        0x00BD => {
            for index in 0..content.len().saturating_sub(6) / 6 {
                styled(word(0)?, word(2)? + index as u32, word(4 + index * 6)?);
            }
        }
        _ => {}
    }
    Some(())
}

//! xlsb: the cells by the library, their surroundings by a look at the records (MS-XLSB 2.1.4: type, length, content).
//!
//! Whether the result of a formula is stored cannot be told: the format has a place for it in any case.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsb, XlsbError};

use super::compound::{long, short};
use super::hidden::Format;
use super::shape::{Shape, Style, telling};
use super::xml::{Mark, Marks};
use super::{Unreadable, cells};
use crate::base::zipped::Opened;
use crate::model::raw::{Area, RawSheet, RawValue};

pub(super) fn read(opened: &Opened, left: &mut usize) -> Result<Vec<RawSheet>, Unreadable> {
    let mut book = Xlsb::new(Cursor::new(opened.bytes.as_slice())).map_err(|error| match error {
        XlsbError::Password => Unreadable::protected(),
        other => Unreadable::damaged(other),
    })?;
    let paths = paths(opened);
    let formats = formats(opened.part("xl/styles.bin").unwrap_or_default());
    let styles: Vec<Style> = formats.into_iter().map(Style::from).collect();
    let telling = telling(&styles);
    let mut sheets = cells::worksheets(book.sheets_metadata());
    for sheet in &mut sheets {
        let mut reader = book.worksheet_cells_reader(&sheet.name).map_err(Unreadable::damaged)?;
        while let Some(cell) = reader.next_cell().map_err(Unreadable::damaged)? {
            let value = cells::raw(Data::from(cell.get_value().clone()));
            cells::put_some(sheet, cell.get_position(), value, left)?;
        }
        let path = paths.iter().find(|(name, _)| *name == sheet.name).map(|(_, path)| path.as_str());
        let part = path.and_then(|path| opened.part(path));
        let part = part.ok_or_else(|| Unreadable::damaged(format!("the part of sheet `{}` is missing", sheet.name)))?;
        let (shape, skipped) = look(part, &telling);
        for (at, value) in skipped {
            cells::put(sheet, at, value, left)?;
        }
        cells::order(sheet);
        shape.put_on(sheet, &styles);
    }
    Ok(sheets)
}

/// Type and content of each record, up to the end or the first broken one.
fn records(part: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let first = *part.get(at)?;
        at += 1;
        let mut kind = u16::from(first);
        if first & 0x80 != 0 {
            kind = u16::from(first & 0x7F) | u16::from(*part.get(at)? & 0x7F) << 7;
            at += 1;
        }
        let mut length = 0;
        for shift in [0, 7, 14, 21] {
            let byte = *part.get(at)?;
            at += 1;
            length |= usize::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let content = part.get(at..at + length)?;
        at += length;
        Some((kind, content))
    })
}

/// XLWideString, and what is behind it.
fn wide(content: &[u8]) -> Option<(String, &[u8])> {
    let length = (long(content, 0)? as usize).checked_mul(2)?;
    let text = content.get(4..)?;
    Some((utf16(text.get(..length)?), &text[length..]))
}

pub(super) fn utf16(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
    String::from_utf16_lossy(&units)
}

/// Name and path of each sheet, as workbook and relations say.
fn paths(opened: &Opened) -> Vec<(String, String)> {
    let relations = opened.part("xl/_rels/workbook.bin.rels").unwrap_or_default();
    let targets: Vec<(String, String)> = Marks::new(relations)
        .filter_map(|mark| match mark {
            Mark::Start(tag) => Some((tag.text(b"Id")?, tag.text(b"Target")?)),
            _ => None,
        })
        .collect();
    // BrtBundleSh
    let bundles = records(opened.part("xl/workbook.bin").unwrap_or_default()).filter(|(kind, _)| *kind == 0x9C);
    let sheet = |content: &[u8]| {
        let (id, rest) = wide(content.get(8..)?)?;
        let (name, _) = wide(rest)?;
        let (_, target) = targets.iter().find(|(known, _)| *known == id)?;
        Some((name, format!("xl/{target}")))
    };
    bundles.filter_map(|(_, content)| sheet(content)).collect()
}

/// The format of each style.
fn formats(part: &[u8]) -> Vec<Format> {
    let (mut codes, mut formats, mut within) = (Vec::new(), Vec::new(), false);
    for (kind, content) in records(part) {
        match kind {
            // BrtFmt
            0x2C => {
                let code = content.get(2..).and_then(wide).map(|(code, _)| code);
                codes.extend(short(content, 0).zip(code));
            }
            // BrtBeginCellXFs … BrtEndCellXFs with a BrtXF for each style
            0x0269 => within = true,
            0x026A => within = false,
            0x2F if within => {
                let id = short(content, 2).unwrap_or_default();
                let code = codes.iter().find(|(known, _)| *known == id).map(|(_, code): &(u16, String)| code.as_str());
                formats.push(Format::of(code.unwrap_or_default()));
            }
            _ => {}
        }
    }
    formats
}

/// A cell that the library passes over.
type Skipped = ((u32, u32), RawValue);

/// The surroundings of the cells, and those cells that the library passes over: texts with formatted parts.
fn look(part: &[u8], hiding: &[bool]) -> (Shape, Vec<Skipped>) {
    let (mut shape, mut skipped, mut row) = (Shape::default(), Vec::new(), 0);
    for (kind, content) in records(part) {
        note(kind, content, hiding, &mut row, &mut shape, &mut skipped).unwrap_or_default();
    }
    (shape, skipped)
}

fn note(
    kind: u16,
    content: &[u8],
    hiding: &[bool],
    row: &mut u32,
    shape: &mut Shape,
    skipped: &mut Vec<Skipped>,
) -> Option<()> {
    match kind {
        // BrtRowHdr: height, flags.
        0x00 => {
            *row = long(content, 0)?;
            if content.get(11)? & 0x10 != 0 || short(content, 8)? == 0 {
                shape.hide_rows(*row, *row);
            }
        }
        // BrtColInfo: width, flags.
        0x3C if short(content, 16)? & 1 != 0 || long(content, 8)? == 0 => {
            shape.hide_columns(long(content, 0)?, long(content, 4)?);
        }
        // BrtMergeCell
        0xB0 => {
            let [top, bottom, left, right] = [0, 4, 8, 12].map(|at| long(content, at));
            shape.merged.push(Area { top: top?, left: left?, bottom: bottom?, right: right? });
        }
        // BrtCellRk, BrtCellReal, BrtFmlaNum
        0x02 | 0x05 | 0x09 => {
            let style = (long(content, 4)? & 0x00FF_FFFF) as usize;
            if hiding.get(style) == Some(&true) {
                shape.styled.push((*row, long(content, 0)?, style));
            }
        }
        // BrtCellRString
        0x3E => skipped.push(((*row, long(content, 0)?), RawValue::Text(wide(content.get(9..)?)?.0.into()))),
        _ => {}
    }
    Some(())
}

//! xlsx and xlsm: the cells by the library, their surroundings by a look into the parts.
//!
//! In: the opened zip. Out: sheets with cells, merges, hidden rows and columns, and no number that its format hides.
//! Never: looks at a cell of a sheet twice unless a format of the workbook may hide a number.

use std::io::Cursor;

use calamine::{Data, DataRef, Reader, Xlsx, XlsxError};
use memchr::memmem;

use super::hidden::Format;
use super::shape::{Shape, hiding};
use super::xml::{Mark, Marks, Tag, local};
use super::{Unreadable, cells};
use crate::base::zipped::Opened;
use crate::model::raw::{Area, RawSheet, RawValue};

pub(super) fn read(opened: &Opened, left: &mut usize) -> Result<Vec<RawSheet>, Unreadable> {
    let mut book = Xlsx::new(Cursor::new(opened.bytes.as_slice())).map_err(|error| match error {
        XlsxError::Password => Unreadable::protected(),
        other => Unreadable::damaged(other),
    })?;
    let paths = paths(opened);
    let mut sheets = Vec::new();
    let (mut formats, mut hides) = (Vec::new(), Vec::new());
    for mut sheet in cells::worksheets(book.sheets_metadata()) {
        let mut reader = book.worksheet_cells_reader(&sheet.name).map_err(Unreadable::damaged)?;
        // The metadata form does not spell out shared formulas, whose numbering a hostile file could make huge.
        while let Some(cell) = reader.next_cell_with_formula_metadata().map_err(Unreadable::damaged)? {
            let value = match cell.value {
                DataRef::Empty if cell.formula.is_some() => Some(RawValue::NoResult),
                value => cells::raw(Data::from(value)),
            };
            cells::put_some(&mut sheet, cell.pos, value, left)?;
        }
        cells::order(&mut sheet);
        if formats.is_empty() {
            formats = formats_of(reader.styles());
            hides = hiding(&formats);
        }
        let path = paths.iter().find(|(name, _)| *name == sheet.name).map(|(_, path)| path.as_str());
        let part = path.and_then(|path| opened.part(path));
        // Without the part nobody could say which numbers are hidden.
        let part = part.ok_or_else(|| Unreadable::damaged(format!("the part of sheet `{}` is missing", sheet.name)))?;
        look(part, &hides).put_on(&mut sheet, &formats);
        sheets.push(sheet);
    }
    Ok(sheets)
}

/// The number format of each style.
pub(super) fn formats_of(styles: &[calamine::Style]) -> Vec<Format> {
    let format = |style: &calamine::Style| {
        style.number_format.as_ref().map(|format| Format::of(&format.format_code)).unwrap_or_default()
    };
    styles.iter().map(format).collect()
}

/// Name and path of each sheet, as workbook and relations say.
fn paths(opened: &Opened) -> Vec<(String, String)> {
    let book = opened.part("xl/workbook.xml").unwrap_or_default();
    let relations = opened.part("xl/_rels/workbook.xml.rels").unwrap_or_default();
    let targets: Vec<(String, String)> = tags(relations)
        .filter(|tag| tag.is(b"Relationship"))
        .filter_map(|tag| Some((tag.text(b"Id")?, path(&tag.text(b"Target")?))))
        .collect();
    let sheet = |tag: Tag<'_>| {
        let (_, id) = tag.attributes().find(|(name, _)| name.ends_with(b":id"))?;
        let (_, path) = targets.iter().find(|(known, _)| known.as_bytes() == id)?;
        Some((tag.text(b"name")?, path.clone()))
    };
    tags(book).filter(|tag| tag.is(b"sheet")).filter_map(sheet).collect()
}

/// Of a target beside the workbook, or from the root.
fn path(target: &str) -> String {
    match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None if target.starts_with("xl/") => target.to_owned(),
        None => format!("xl/{}", target.trim_start_matches("./")),
    }
}

fn tags(part: &[u8]) -> impl Iterator<Item = Tag<'_>> {
    Marks::new(part).filter_map(|mark| match mark {
        Mark::Start(tag) => Some(tag),
        _ => None,
    })
}

/// The surroundings of the cells of one sheet. Only elements that can say something are looked at.
pub(super) fn look(part: &[u8], hiding: &[bool]) -> Shape {
    let mut shape = Shape::default();
    let begin = memmem::find(part, b"sheetData").unwrap_or(part.len());
    // `x:` where the elements have such a prefix.
    let prefix = memchr::memrchr(b'<', &part[..begin]).map_or(&b""[..], |at| &part[at + 1..begin]);
    let close = [b"</".as_slice(), prefix, b"sheetData"].concat();
    let end = memmem::find(&part[begin..], &close).map_or(begin, |at| begin + at);
    hide_columns(&part[..begin], &mut shape);
    let data = &part[begin..end];
    if hiding.contains(&true) {
        rows_and_cells(data, prefix, hiding, &mut shape);
    } else {
        rows(data, prefix, &mut shape);
    }
    merge(&part[end..], &mut shape);
    shape
}

/// What stands before the cells says which columns are hidden.
pub(super) fn hide_columns(head: &[u8], shape: &mut Shape) {
    for tag in tags(head).filter(|tag| local(tag.name) == b"col" && is_hidden(tag, b"width")) {
        if let (Some(first), Some(last)) = (number(&tag, b"min"), number(&tag, b"max")) {
            shape.hide_columns(first.saturating_sub(1), last.saturating_sub(1));
        }
    }
}

/// What stands behind them says which are merged.
pub(super) fn merge(tail: &[u8], shape: &mut Shape) {
    for tag in tags(tail).filter(|tag| local(tag.name) == b"mergeCell") {
        shape.merged.extend(tag.attribute(b"ref").and_then(area));
    }
}

/// From row to row, without a look at what is between them.
fn rows(data: &[u8], prefix: &[u8], shape: &mut Shape) {
    let begin = [b"<".as_slice(), prefix, b"row"].concat();
    let mut next = 0;
    for at in memmem::find_iter(data, &begin) {
        if let Some(tag) = element(&data[at..], &begin[1..]) {
            row(&tag, &mut next, shape);
        }
    }
}

/// From cell to cell, without a look at what is in them.
fn rows_and_cells(data: &[u8], prefix: &[u8], hiding: &[bool], shape: &mut Shape) {
    let (one, other) = ([prefix, b"c"].concat(), [prefix, b"row"].concat());
    let (mut below, mut right) = (0_u32, 0);
    for at in memchr::memchr_iter(b'<', data) {
        let rest = &data[at..];
        if let Some(tag) = element(rest, &one) {
            let at = tag.attribute(b"r").and_then(address);
            let (row, column) = at.unwrap_or((below.saturating_sub(1), right));
            right = column.saturating_add(1);
            let style = number(&tag, b"s").unwrap_or_default() as usize;
            if hiding.get(style) == Some(&true) {
                shape.styled.push((row, column, style));
            }
        } else if let Some(tag) = element(rest, &other) {
            row(&tag, &mut below, shape);
            right = 0;
        }
    }
}

/// The element that begins here, if it has this name.
fn element<'a>(rest: &'a [u8], name: &[u8]) -> Option<Tag<'a>> {
    let behind = rest.get(1..)?.strip_prefix(name)?.first()?;
    if !behind.is_ascii_whitespace() && !matches!(behind, b'>' | b'/') {
        return None;
    }
    match Marks::new(rest).next() {
        Some(Mark::Start(tag)) => Some(tag),
        _ => None,
    }
}

fn row(tag: &Tag<'_>, next: &mut u32, shape: &mut Shape) {
    let row = number(tag, b"r").map_or(*next, |row| row.saturating_sub(1));
    *next = row.saturating_add(1);
    if is_hidden(tag, b"ht") {
        shape.hide_rows(row, row);
    }
}

/// Hidden by hand, by a filter or in a collapsed group; also without any height or width.
fn is_hidden(tag: &Tag<'_>, size: &[u8]) -> bool {
    tag.attributes().any(|(name, value)| match name {
        b"hidden" => matches!(value, b"1" | b"true"),
        name => name == size && is_zero(value),
    })
}

pub(super) fn is_zero(size: &[u8]) -> bool {
    // Hardly any is one.
    let plainly_more = matches!(size, [b'1'..=b'9', rest @ ..] if !rest.contains(&b'e') && !rest.contains(&b'E'));
    !plainly_more && std::str::from_utf8(size).is_ok_and(|size| size.parse() == Ok(0.0))
}

fn number(tag: &Tag<'_>, name: &[u8]) -> Option<u32> {
    std::str::from_utf8(tag.attribute(name)?).ok()?.parse().ok()
}

/// `B12`, from 0.
fn address(text: &[u8]) -> Option<(u32, u32)> {
    crate::model::value::parse_address(std::str::from_utf8(text).ok()?)
}

/// `A1:C2`.
fn area(text: &[u8]) -> Option<Area> {
    let colon = text.iter().position(|byte| *byte == b':')?;
    let ((top, left), (bottom, right)) = (address(&text[..colon])?, address(&text[colon + 1..])?);
    Some(Area { top, left, bottom, right })
}

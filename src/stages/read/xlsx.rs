//! xlsx and xlsm: the cells by the library, their surroundings by a look into the parts.
//!
//! In: the opened zip. Out: sheets with cells, merges, hidden rows and columns, no number that its format hides, and notes on
//! cells that look otherwise than they are. Never: looks at a cell of a sheet twice unless the workbook's styles or texts
//! say that there may be something to see.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, DataRef, Reader, Xlsx, XlsxError};
use memchr::memmem;

use super::hidden::Format;
use super::shape::{Rich, Shape, Style, telling};
use super::xml::{Mark, Marks, Tag, local};
use super::{Unreadable, cells, comments, conditional, formulas, rich};
use crate::base::zipped::Opened;
use crate::model::raw::{Area, RawSheet, RawValue};

pub(super) fn read(opened: &Opened, left: &mut usize) -> Result<Vec<RawSheet>, Unreadable> {
    let mut book = Xlsx::new(Cursor::new(opened.bytes.as_slice())).map_err(|error| match error {
        XlsxError::Password => Unreadable::protected(),
        other => Unreadable::damaged(other),
    })?;
    let paths = paths(opened);
    let mut sheets = Vec::new();
    let (mut styles, mut tells) = (Vec::new(), Vec::new());
    let texts = rich::shared(opened.part("xl/sharedStrings.xml").unwrap_or_default());
    let conditions = conditional::formats(opened.part("xl/styles.xml").unwrap_or_default());
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
        if styles.is_empty() {
            styles = reader.styles().iter().map(style).collect();
            tells = telling(&styles);
        }
        let path = paths.iter().find(|(name, _)| *name == sheet.name).map(|(_, path)| path.as_str());
        let part = path.and_then(|path| opened.part(path));
        // Without the part nobody could say which numbers are hidden.
        let part = part.ok_or_else(|| Unreadable::damaged(format!("the part of sheet `{}` is missing", sheet.name)))?;
        let mut shape = look(part, &tells, &texts);
        let (_, data, behind) = thirds(part);
        conditional::apply(behind, &conditions, &mut sheet, &mut shape.notes);
        formulas::notes(opened, data, &mut shape.notes);
        shape.put_on(&mut sheet, &styles);
        sheet.comments = path.map(|path| comments::of(opened, path)).unwrap_or_default();
        sheets.push(sheet);
    }
    Ok(sheets)
}

/// The library brings colours of themes and palettes to what they show.
pub(super) fn style(style: &calamine::Style) -> Style {
    let format = style.number_format.as_ref().map(|format| Format::of(&format.format_code)).unwrap_or_default();
    let slashed =
        style.borders.as_ref().is_some_and(|lines| lines.diagonal_down.is_visible() || lines.diagonal_up.is_visible());
    let font = style.font.as_ref();
    let white = calamine::Color::rgb(255, 255, 255);
    let filled = style.fill.as_ref().filter(|fill| fill.pattern != calamine::FillPattern::None);
    let paper = filled.map_or(Some(white), |fill| fill.foreground_color);
    let letters = font.and_then(|font| font.color).unwrap_or(calamine::Color::rgb(0, 0, 0));
    let tiny = font.and_then(|font| font.size).is_some_and(|size| size < rich::LEAST_SIZE);
    Style {
        format,
        struck: font.is_some_and(|font| font.strikethrough),
        slashed,
        unseen: tiny || paper.is_some_and(|paper| is_near(letters, paper)),
        dark: paper.is_none_or(|paper| !is_near(paper, white)),
    }
}

/// Nobody tells these two apart.
fn is_near(one: calamine::Color, other: calamine::Color) -> bool {
    let channels = [(one.red, other.red), (one.green, other.green), (one.blue, other.blue)];
    channels.iter().all(|(one, other)| one.abs_diff(*other) <= 8)
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

/// What stands before the cells, the cells, what stands behind them.
pub(super) fn thirds(part: &[u8]) -> (&[u8], &[u8], &[u8]) {
    let begin = memmem::find(part, b"sheetData").unwrap_or(part.len());
    let close = [b"</".as_slice(), prefix(&part[..begin]), b"sheetData"].concat();
    let end = memmem::find(&part[begin..], &close).map_or(begin, |at| begin + at);
    (&part[..begin], &part[begin..end], &part[end..])
}

/// `x:` where the elements have such a prefix.
fn prefix(before: &[u8]) -> &[u8] {
    memchr::memrchr(b'<', before).map_or(&b""[..], |at| &before[at + 1..])
}

/// The surroundings of the cells of one sheet. Only elements that can say something are looked at.
pub(super) fn look(part: &[u8], telling: &[bool], texts: &BTreeMap<usize, Rich>) -> Shape {
    let mut shape = Shape::default();
    let (before, data, behind) = thirds(part);
    let prefix = prefix(before);
    hide_columns(before, &mut shape);
    if telling.contains(&true) || !texts.is_empty() || rich::is_in(data) {
        rows_and_cells(data, prefix, (telling, texts), &mut shape);
    } else {
        rows(data, prefix, &mut shape);
    }
    merge(behind, &mut shape);
    shape
}

/// What stands before the cells says which columns are hidden.
pub(super) fn hide_columns(before: &[u8], shape: &mut Shape) {
    for tag in tags(before).filter(|tag| local(tag.name) == b"col" && is_hidden(tag, b"width")) {
        if let (Some(first), Some(last)) = (number(&tag, b"min"), number(&tag, b"max")) {
            shape.hide_columns(first.saturating_sub(1), last.saturating_sub(1));
        }
    }
}

/// What stands behind them says which are merged.
pub(super) fn merge(behind: &[u8], shape: &mut Shape) {
    for tag in tags(behind).filter(|tag| local(tag.name) == b"mergeCell") {
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

/// From cell to cell, without a look at what is in them but for texts.
fn rows_and_cells(data: &[u8], prefix: &[u8], (telling, texts): (&[bool], &BTreeMap<usize, Rich>), shape: &mut Shape) {
    let (one, other) = ([prefix, b"c"].concat(), [prefix, b"row"].concat());
    let (mut below, mut right) = (0_u32, 0);
    for at in memchr::memchr_iter(b'<', data) {
        let rest = &data[at..];
        if let Some(tag) = element(rest, &one) {
            let at = tag.attribute(b"r").and_then(address);
            let (row, column) = at.unwrap_or((below.saturating_sub(1), right));
            right = column.saturating_add(1);
            let style = number(&tag, b"s").unwrap_or_default() as usize;
            if telling.get(style) == Some(&true) {
                shape.styled.push((row, column, style));
            }
            let kind = tag.attribute(b"t");
            let rich = match kind {
                Some(b"s") if !texts.is_empty() => index(rest).and_then(|index| texts.get(&index).cloned()),
                Some(b"inlineStr") => inline(rest),
                _ => None,
            };
            shape.rich.extend(rich.map(|rich| (row, column, rich)));
        } else if let Some(tag) = element(rest, &other) {
            row(&tag, &mut below, shape);
            right = 0;
        }
    }
}

/// The number of the shared text in the cell that begins here.
fn index(cell: &[u8]) -> Option<usize> {
    let mut marks = Marks::new(cell);
    marks.find(|mark| matches!(mark, Mark::Start(tag) if local(tag.name) == b"v"))?;
    match marks.next() {
        Some(Mark::Text(text)) => std::str::from_utf8(text).ok()?.trim().parse().ok(),
        _ => None,
    }
}

/// The text in the cell that begins here.
fn inline(cell: &[u8]) -> Option<Rich> {
    let mut marks = Marks::new(cell);
    marks.find(|mark| matches!(mark, Mark::Start(tag) if local(tag.name) == b"is"))?;
    rich::text(&mut marks, b"is")
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

/// Hidden by hand, by a filter or in a collapsed group; also with hardly any height or width.
fn is_hidden(tag: &Tag<'_>, size: &[u8]) -> bool {
    tag.attributes().any(|(name, value)| match name {
        b"hidden" => matches!(value, b"1" | b"true"),
        name => name == size && is_hardly_any(value),
    })
}

/// Less than a point, or than a letter: no figure is seen in it.
pub(super) fn is_hardly_any(size: &[u8]) -> bool {
    let plainly_more = matches!(size, [b'1'..=b'9', rest @ ..] if !rest.contains(&b'e') && !rest.contains(&b'E'));
    !plainly_more && std::str::from_utf8(size).is_ok_and(|size| size.parse().is_ok_and(|size: f64| size < 1.0))
}

fn number(tag: &Tag<'_>, name: &[u8]) -> Option<u32> {
    std::str::from_utf8(tag.attribute(name)?).ok()?.parse().ok()
}

/// `B12`, from 0.
pub(super) fn address(text: &[u8]) -> Option<(u32, u32)> {
    crate::model::value::parse_address(std::str::from_utf8(text).ok()?)
}

/// `A1:C2`.
pub(super) fn area(text: &[u8]) -> Option<Area> {
    let colon = text.iter().position(|byte| *byte == b':')?;
    let ((top, left), (bottom, right)) = (address(&text[..colon])?, address(&text[colon + 1..])?);
    Some(Area { top, left, bottom, right })
}

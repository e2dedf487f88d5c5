//! The cells of one sheet, written as all common programs write them: rows and cells in order, each with its address.

use std::collections::BTreeMap;

use calamine::{CellErrorType, Data, ExcelDateTime};
use memchr::{memchr, memmem};

use super::strict::{self, number, once};
use super::styles::Styles;
use super::texts;
use crate::model::raw::{RawCell, RawValue};
use crate::stages::read::cells;
use crate::stages::read::rich;
use crate::stages::read::shape::{Rich, Shape};
use crate::stages::read::xlsx::{hide_columns, is_hardly_any, merge, thirds};
use crate::stages::read::xml::Marks;

/// The grid of every spreadsheet program since 2007.
const ROWS: u32 = 1_048_576;
const COLUMNS: u32 = 16_384;

/// What the cells of all sheets refer to.
pub(super) struct Book<'a> {
    pub(super) texts: &'a [String],
    /// Those of them that look otherwise than they are.
    pub(super) rich: &'a BTreeMap<usize, Rich>,
    pub(super) styles: &'a Styles,
    /// Days are counted from 1904.
    pub(super) since_1904: bool,
}

/// The cells in order, and what surrounds them.
pub(super) fn sheet(part: &[u8], book: &Book<'_>) -> Option<(Vec<RawCell>, Shape)> {
    let mut shape = Shape::default();
    let name = memmem::find(part, b"sheetData")?;
    let (head, rest) = part.split_at(name.checked_sub(1)?);
    strict::head(head, |tag| if tag.name == b"dimension" { dimension(tag.rest) } else { Some(()) })?;
    let (before, _, behind) = thirds(part);
    hide_columns(before, &mut shape);
    let (cells, rest) = match rest.strip_prefix(b"<sheetData/>") {
        Some(rest) => (Vec::new(), rest),
        None => {
            let data = rest.strip_prefix(b"<sheetData>")?;
            let mut read = Read { book, cells: Vec::new(), shape: &mut shape, rest: data };
            read.cells.reserve(data.len() / 64);
            read.rows()?;
            (read.cells, read.rest)
        }
    };
    if memmem::find(rest, b"sheetData").is_some() {
        return None;
    }
    // Nobody reads on, but that it declares nothing and does not hold cells.
    strict::head(&[b"<worksheet>", rest.strip_suffix(b"</worksheet>")?].concat(), |_| Some(()))?;
    merge(behind, &mut shape);
    Some((cells, shape))
}

/// `A1` or `A1:C7`.
fn dimension(rest: &[u8]) -> Option<()> {
    let mut said = None;
    strict::attributes(rest, |name, value| if name == b"ref" { once(&mut said, value) } else { None })?;
    let said = said?;
    match memchr(b':', said) {
        None => whole_address(said).map(drop),
        Some(colon) => {
            let (first, last) = (whole_address(&said[..colon])?, whole_address(&said[colon + 1..])?);
            (first.0 <= last.0 && first.1 <= last.1).then_some(())
        }
    }
}

fn whole_address(text: &[u8]) -> Option<(u32, u32)> {
    let (row, column, rest) = address(text)?;
    rest.is_empty().then_some((row, column))
}

/// `B12` and what follows: row and column from 1.
fn address(text: &[u8]) -> Option<(u32, u32, &[u8])> {
    let mut at = 0;
    let mut column = 0_u32;
    while let Some(letter @ b'A'..=b'Z') = text.get(at).filter(|_| at < 3) {
        column = column * 26 + u32::from(letter - b'A') + 1;
        at += 1;
    }
    let mut row = 0_u32;
    let letters = at;
    while let Some(digit @ b'0'..=b'9') = text.get(at).filter(|_| at < letters + 7) {
        row = row * 10 + u32::from(digit - b'0');
        at += 1;
    }
    ((1..=ROWS).contains(&row) && (1..=COLUMNS).contains(&column)).then(|| (row, column, &text[at..]))
}

struct Read<'a, 'b> {
    book: &'b Book<'b>,
    cells: Vec<RawCell>,
    shape: &'b mut Shape,
    rest: &'a [u8],
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Number,
    /// It says so itself, so it has to be one.
    SaidNumber,
    Shared,
    Inline,
    Text,
    Truth,
    Error,
}

impl<'a> Read<'a, '_> {
    fn take(&mut self, start: &[u8]) -> Option<()> {
        self.rest = self.rest.strip_prefix(start)?;
        Some(())
    }

    /// Up to the mark, which is taken, too.
    fn until(&mut self, mark: u8) -> Option<&'a [u8]> {
        let end = memchr(mark, self.rest)?;
        let text = &self.rest[..end];
        self.rest = &self.rest[end + 1..];
        Some(text)
    }

    fn rows(&mut self) -> Option<()> {
        let mut last = 0;
        loop {
            self.rest = self.rest.trim_ascii_start();
            if self.take(b"</sheetData>").is_some() {
                return Some(());
            }
            self.take(b"<row")?;
            let tag = self.until(b'>')?;
            let (tag, empty) = tag.strip_suffix(b"/").map_or((tag, false), |tag| (tag, true));
            let (mut said, mut hidden) = (None, false);
            strict::attributes(tag, |name, value| match name {
                b"r" => once(&mut said, value),
                b"hidden" | b"ht" => {
                    hidden |= if name == b"ht" { is_hardly_any(value) } else { matches!(value, b"1" | b"true") };
                    Some(())
                }
                _ => Some(()),
            })?;
            let row = number(said?).filter(|row| (last + 1..=ROWS).contains(row))?;
            last = row;
            if hidden {
                self.shape.hide_rows(row - 1, row - 1);
            }
            if !empty {
                self.row(row)?;
            }
        }
    }

    fn row(&mut self, row: u32) -> Option<()> {
        let mut last = 0;
        loop {
            if self.take(b"<c r=\"").is_none() {
                self.rest = self.rest.trim_ascii_start();
                if self.take(b"</row>").is_some() {
                    return Some(());
                }
                self.take(b"<c r=\"")?;
            }
            let (of, column, rest) = address(self.rest)?;
            if of != row || column <= last {
                return None;
            }
            last = column;
            self.rest = rest;
            self.take(b"\"")?;
            let style = match self.take(b" s=\"") {
                Some(()) => Some(number(self.until(b'"')?)? as usize),
                None => None,
            };
            let kind = match self.take(b" t=\"") {
                Some(()) => match self.until(b'"')? {
                    b"s" => Kind::Shared,
                    b"n" => Kind::SaidNumber,
                    b"b" => Kind::Truth,
                    b"e" => Kind::Error,
                    b"str" => Kind::Text,
                    b"inlineStr" => Kind::Inline,
                    _ => return None,
                },
                None => Kind::Number,
            };
            if self.take(b"/>").is_some() {
                continue;
            }
            self.take(b">")?;
            let begin = self.rest;
            if let Some(value) = self.content(kind, style)? {
                let (row, column) = (row - 1, column - 1);
                self.looks((row, column), kind, style, begin)?;
                self.cells.push(RawCell { row, column, value });
            }
        }
    }

    /// What a cell holds, up to its end; nothing, if it is empty.
    fn content(&mut self, kind: Kind, style: Option<usize>) -> Option<Option<RawValue>> {
        let mut calculated = false;
        if self.take(b"<f").is_some() {
            self.formula()?;
            calculated = true;
        }
        let value = if kind == Kind::Inline && self.take(b"<is>").is_some() {
            let mut marks = Marks::new(self.rest);
            let text = texts::one(&mut marks, b"is")?;
            self.rest = marks.rest();
            Some(Data::String(text))
        } else if kind != Kind::Inline && self.take(b"<v>").is_some() {
            let text = self.until(b'<')?;
            self.take(b"/v>")?;
            self.value(text, kind, style)?
        } else if kind != Kind::Inline && self.take(b"<v/>").is_some() {
            // An empty text is none; whatever else is empty is nothing.
            (kind == Kind::Text).then(|| Data::String(String::new()))
        } else {
            None
        };
        self.take(b"</c>")?;
        Some(match value {
            Some(value) => cells::raw(value),
            None => calculated.then_some(RawValue::NoResult),
        })
    }

    /// Notes what keeps the cell from being seen as it is; `content` is what follows its tag.
    fn looks(&mut self, at: (u32, u32), kind: Kind, style: Option<usize>, content: &[u8]) -> Option<()> {
        let style = style.unwrap_or_default();
        if self.book.styles.tells.get(style) == Some(&true) {
            self.shape.styled.push((at.0, at.1, style));
        }
        let content = &content[..content.len() - self.rest.len()];
        if kind == Kind::Inline && rich::is_in(content) {
            return None;
        }
        if kind == Kind::Shared && !self.book.rich.is_empty() {
            let begin = memmem::find(content, b"<v>").map_or(content.len(), |at| at + 3);
            let end = begin + memchr(b'<', &content[begin..]).unwrap_or_default();
            let text = number(&content[begin..end]).and_then(|index| self.book.rich.get(&(index as usize)));
            self.shape.rich.extend(text.map(|rich| (at.0, at.1, rich.clone())));
        }
        Some(())
    }

    /// Its text is of no interest, but it must be one that everybody understands.
    fn formula(&mut self) -> Option<()> {
        let tag = self.until(b'>')?;
        let (tag, empty) = tag.strip_suffix(b"/").map_or((tag, false), |tag| (tag, true));
        let (mut shared, mut index) = (false, None);
        strict::attributes(tag, |name, value| match name {
            b"t" => {
                shared |= value == b"shared";
                Some(())
            }
            b"si" => once(&mut index, value),
            b"ref" => match memchr(b':', value) {
                None => whole_address(value).map(drop),
                Some(colon) => {
                    let (first, last) = (whole_address(&value[..colon])?, whole_address(&value[colon + 1..])?);
                    (first.0 <= last.0 && first.1 <= last.1).then_some(())
                }
            },
            _ => Some(()),
        })?;
        if shared {
            number(index?)?;
        }
        if !empty {
            strict::text(self.until(b'<')?, true)?;
            self.take(b"/f>")?;
        }
        Some(())
    }

    /// None within for an empty value.
    fn value(&self, text: &[u8], kind: Kind, style: Option<usize>) -> Option<Option<Data>> {
        if kind == Kind::Text {
            return Some(Some(Data::String(strict::text(text, true)?)));
        }
        if text.is_empty() {
            return (kind != Kind::Error).then_some(None);
        }
        Some(Some(match kind {
            Kind::Shared => Data::String(self.book.texts.get(number(text)? as usize)?.clone()),
            Kind::Truth => match text {
                b"0" => Data::Bool(false),
                b"1" => Data::Bool(true),
                _ => return None,
            },
            Kind::Error => Data::Error(std::str::from_utf8(text).ok()?.parse::<CellErrorType>().ok()?),
            _ => {
                let number = decimal(text)?;
                match style.and_then(|style| *self.book.styles.moments.get(style)?) {
                    Some(kind) => Data::DateTime(ExcelDateTime::new(number, kind, self.book.since_1904)),
                    None => Data::Float(number),
                }
            }
        }))
    }
}

/// `-12.5E-3`: written so that there is no other reading.
fn decimal(text: &[u8]) -> Option<f64> {
    let digits = |text: &[u8]| text.iter().take_while(|mark| mark.is_ascii_digit()).count();
    let mut rest = text.strip_prefix(b"-").unwrap_or(text);
    let whole = digits(rest);
    rest = &rest[whole..];
    if let Some(behind) = rest.strip_prefix(b".") {
        let decimals = digits(behind);
        rest = &behind[decimals..];
        (decimals > 0).then_some(())?;
    }
    if let Some(behind) = rest.strip_prefix(b"E").or_else(|| rest.strip_prefix(b"e")) {
        let behind = behind.strip_prefix(b"-").or_else(|| behind.strip_prefix(b"+")).unwrap_or(behind);
        let power = digits(behind);
        rest = &behind[power..];
        (1..=3).contains(&power).then_some(())?;
    }
    let plain = whole > 0 && rest.is_empty() && text.len() < 40;
    plain.then(|| std::str::from_utf8(text).ok()?.parse().ok()).flatten().filter(|number: &f64| number.is_finite())
}

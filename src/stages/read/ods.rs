//! ods (ODF 1.2 to 1.4): cells, what is merged and hidden, and formats, in one pass over the content.
//!
//! In: the opened zip. Out: sheets. A row or a cell that is repeated costs as often as it has content, and a blank one
//! nothing, so a file cannot claim room that it does not fill. Covered cells, comments (which are kept apart) and drawings are no content.
//!
//! Our own reader, because the library's gives no hidden rows, no formats and no word on formulas without a result,
//! and makes room for the rectangle around all cells.

use std::collections::HashMap;

use super::altered::Says;
use super::ods_styles::{Letters, Styles};
use super::shape::{Shape, Style};
use super::xml::{Mark, Marks, Tag};
use super::{Unreadable, cells};
use crate::base::zipped::Opened;
use crate::model::raw::{self, Area, Comment, Look, Note, RawSheet, RawValue};

pub(super) fn read(opened: &Opened, left: &mut usize) -> Result<Vec<RawSheet>, Unreadable> {
    let manifest = opened.part("META-INF/manifest.xml").unwrap_or_default();
    if memchr::memmem::find(manifest, b"encryption-data").is_some() {
        return Err(Unreadable::protected());
    }
    let content = opened.part("content.xml").ok_or_else(|| Unreadable::damaged("content.xml is missing"))?;
    let styles = Styles::of(&[opened.part("styles.xml").unwrap_or_default(), content]);
    let mut reader = Reader { marks: Marks::new(content), styles, met: HashMap::new(), comment: String::new(), left };
    let mut sheets = Vec::new();
    loop {
        match reader.mark()? {
            None => return Ok(sheets),
            Some(Mark::Start(tag)) if tag.name == b"table:table" => {
                let sheet = if tag.empty { RawSheet::default() } else { reader.sheet()? };
                let name = tag.text(b"table:name").unwrap_or_default();
                // What LibreOffice remembers of other files.
                if !name.starts_with("'file:") {
                    let hidden =
                        tag.attribute(b"table:style-name").is_some_and(|style| reader.styles.hides_table(style));
                    sheets.push(RawSheet { name: name.into(), hidden, ..sheet });
                }
            }
            Some(_) => {}
        }
    }
}

/// Does it have conditional formats, which may hide or strike what they are for? They are not evaluated.
pub(super) fn has_conditions(opened: &Opened) -> bool {
    let content = opened.part("content.xml").unwrap_or_default();
    memchr::memmem::find(content, b"<calcext:conditional-format ").is_some()
}

struct Reader<'a, 'b> {
    marks: Marks<'a>,
    styles: Styles<'a>,
    /// Of the cell styles that were met.
    met: HashMap<&'a [u8], Style>,
    /// What was noted at the cell that is read.
    comment: String,
    left: &'b mut usize,
}

/// Columns with the same look.
struct Columns<'a> {
    /// The first behind them.
    end: u32,
    style: Option<&'a [u8]>,
}

impl<'a> Reader<'a, '_> {
    fn mark(&mut self) -> Result<Option<Mark<'a>>, Unreadable> {
        match self.marks.next() {
            Some(Mark::Torn) => Err(Unreadable::damaged("content.xml ends in the middle")),
            mark => Ok(mark),
        }
    }

    /// Up to the end of the table.
    fn sheet(&mut self) -> Result<RawSheet, Unreadable> {
        let (mut sheet, mut shape) = (RawSheet::default(), Shape::default());
        let mut columns: Vec<Columns<'a>> = Vec::new();
        let (mut row, mut column) = (0_u32, 0_u32);
        // Tables inside of cells are no part of the grid.
        let mut depth = 1;
        while depth > 0 {
            match self.mark()?.ok_or_else(|| Unreadable::damaged("content.xml ends in the middle"))? {
                Mark::Start(tag) if tag.name == b"table:table" && !tag.empty => depth += 1,
                Mark::End(b"table:table") => depth -= 1,
                Mark::Start(tag) if tag.name == b"table:table-column" && depth == 1 => {
                    let end = column.saturating_add(repeated(&tag, b"table:number-columns-repeated"));
                    if is_hidden(&tag) || self.styles.is_flat(tag.attribute(b"table:style-name")) {
                        shape.hide_columns(column, end - 1);
                    }
                    columns.push(Columns { end, style: tag.attribute(b"table:default-cell-style-name") });
                    column = end;
                }
                Mark::Start(tag) if tag.name == b"table:table-row" && depth == 1 => {
                    let end = row.saturating_add(repeated(&tag, b"table:number-rows-repeated"));
                    if is_hidden(&tag) || self.styles.is_flat(tag.attribute(b"table:style-name")) {
                        shape.hide_rows(row, end - 1);
                    }
                    if !tag.empty {
                        self.row(&tag, (row, end), &columns, &mut sheet, &mut shape)?;
                    }
                    row = end;
                }
                _ => {}
            }
        }
        cells::order(&mut sheet);
        shape.put_on(&mut sheet, &[]);
        Ok(sheet)
    }

    /// The cells of one row, or of several that are alike: up to the end of the row.
    fn row(
        &mut self,
        tag: &Tag<'a>,
        (first, end): (u32, u32),
        columns: &[Columns<'a>],
        sheet: &mut RawSheet,
        shape: &mut Shape,
    ) -> Result<(), Unreadable> {
        let of_row = tag.attribute(b"table:default-cell-style-name");
        let mut column = 0_u32;
        loop {
            match self.mark()?.ok_or_else(|| Unreadable::damaged("content.xml ends in the middle"))? {
                Mark::End(b"table:table-row") => return Ok(()),
                Mark::Start(tag) if tag.name == b"table:table-cell" || tag.name == b"table:covered-table-cell" => {
                    let covered = tag.name == b"table:covered-table-cell";
                    let next = column.saturating_add(repeated(&tag, b"table:number-columns-repeated"));
                    let (text, crossed) = if tag.empty { (None, String::new()) } else { self.text(tag.name)? };
                    let comment = std::mem::take(&mut self.comment);
                    if !comment.is_empty() {
                        sheet.comments.push(Comment { row: first, column, text: comment });
                    }
                    let shown = text.clone();
                    // What is crossed out as a whole is still there.
                    let all = text.filter(|text| crossed.is_empty() || !text.trim().is_empty());
                    let all = all.or_else(|| Some(crossed.clone()).filter(|crossed| !crossed.is_empty()));
                    let value = value(&tag, all).filter(|_| !covered);
                    let of_column = || columns.iter().find(|columns| column < columns.end)?.style;
                    let style = tag.attribute(b"table:style-name").or(of_row).or_else(of_column);
                    if let Some(value) = value {
                        let (value, looks) = self.seen(value, style, shown, &crossed);
                        for row in first..end {
                            for column in column..next {
                                cells::put(sheet, (row, column), value.clone(), self.left)?;
                                shape.notes.extend(looks.iter().map(|look| Note { row, column, look: look.clone() }));
                            }
                        }
                    }
                    let [right, below] = [b"table:number-columns-spanned".as_slice(), b"table:number-rows-spanned"]
                        .map(|name| repeated(&tag, name) - 1);
                    if right > 0 || below > 0 {
                        let (bottom, right) = (first.saturating_add(below), column.saturating_add(right));
                        shape.merged.push(Area { top: first, left: column, bottom, right });
                    }
                    column = next;
                }
                _ => {}
            }
        }
    }

    /// The text of a cell, up to its end, none without a paragraph; and what of it is crossed out.
    fn text(&mut self, cell: &[u8]) -> Result<(Option<String>, String), Unreadable> {
        // Comments, drawings, tables in the cell, readings of words: not what the cell says.
        const ASIDE: [&[u8]; 4] = [b"office:annotation", b"draw:", b"table:", b"text:ruby-text"];
        let mut text: Option<String> = None;
        let mut aside: Vec<&'a [u8]> = Vec::new();
        let mut paragraph = false;
        let (mut spans, mut crossed): (Vec<Letters<'a>>, String) = (Vec::new(), String::new());
        loop {
            let mark = self.mark()?.ok_or_else(|| Unreadable::damaged("content.xml ends in the middle"))?;
            match mark {
                Mark::End(name) if aside.last() == Some(&name) => drop(aside.pop()),
                Mark::Start(tag) if !tag.empty && (aside.last() == Some(&tag.name)) => aside.push(tag.name),
                Mark::Text(piece) if aside.first() == Some(&b"office:annotation".as_slice()) => {
                    push_collapsed(&mut self.comment, piece)?;
                    self.comment.push('\n');
                }
                _ if !aside.is_empty() => {}
                Mark::End(name) if name == cell => return Ok((text, crossed)),
                Mark::Start(tag) if !tag.empty && ASIDE.iter().any(|name| tag.name.starts_with(name)) => {
                    aside.push(tag.name);
                }
                Mark::Start(tag) if tag.name == b"text:p" => {
                    // A further paragraph is a further line.
                    match &mut text {
                        Some(text) => text.push('\n'),
                        None => text = Some(String::new()),
                    }
                    paragraph = !tag.empty;
                }
                Mark::End(b"text:p") => paragraph = false,
                Mark::Start(tag) if tag.name == b"text:span" => {
                    let style = tag.attribute(b"text:style-name").filter(|_| !tag.empty);
                    spans.extend(
                        (!tag.empty).then(|| style.map_or_else(Letters::default, |style| self.styles.letters(style))),
                    );
                }
                Mark::End(b"text:span") => drop(spans.pop()),
                Mark::Start(tag) => {
                    let text = text.get_or_insert_default();
                    match tag.name {
                        b"text:s" => {
                            text.extend(std::iter::repeat_n(' ', repeated(&tag, b"text:c").min(1000) as usize))
                        }
                        b"text:tab" => text.push('\t'),
                        b"text:line-break" => text.push('\n'),
                        _ => {}
                    }
                }
                Mark::Text(piece) if paragraph && spans.iter().any(Letters::is_struck) => {
                    push_collapsed(&mut crossed, piece)?;
                }
                Mark::Text(piece) if paragraph && spans.iter().any(Letters::is_raised) => {
                    let mut plain = String::new();
                    push_collapsed(&mut plain, piece)?;
                    text.get_or_insert_default().extend(plain.chars().filter_map(raw::raised));
                }
                Mark::Text(piece) if paragraph => push_collapsed(text.get_or_insert_default(), piece)?,
                Mark::Data => return Err(Unreadable::damaged("a text is written in a way that gets lost")),
                _ => {}
            }
        }
    }

    /// What the cell's style makes of its value.
    fn seen(
        &mut self,
        value: RawValue,
        style: Option<&'a [u8]>,
        text: Option<String>,
        crossed: &str,
    ) -> (RawValue, Vec<Look>) {
        let mut looks = Vec::new();
        let left = text.as_deref().is_some_and(|text| !text.trim().is_empty());
        if !crossed.trim().is_empty() {
            looks.push(if left { Look::PartlyCrossedOut(crossed.trim().to_owned()) } else { Look::CrossedOut });
        }
        let Some(style) = style else { return (value, looks) };
        let styles = &self.styles;
        let style = self.met.entry(style).or_insert_with(|| styles.style(style));
        if style.struck && looks.is_empty() {
            looks.push(Look::CrossedOut);
        }
        if style.slashed {
            looks.push(Look::Slashed);
        }
        if style.unseen {
            looks.push(Look::HardToSee);
        }
        let RawValue::Number(number) = value else { return (value, looks) };
        if let Some(shown) = style.format.shown(number) {
            return (RawValue::Hidden(shown), looks);
        }
        let otherwise = style.format.section(number).is_some_and(|section| section.says == Says::Otherwise);
        looks.extend(text.filter(|_| otherwise && left).map(Look::Shown));
        (value, looks)
    }
}

/// Runs of white space are one blank, as in HTML.
fn push_collapsed(text: &mut String, piece: &[u8]) -> Result<(), Unreadable> {
    let piece = std::str::from_utf8(piece).map_err(|_| Unreadable::damaged("content.xml is not UTF-8"))?;
    let piece = quick_xml::escape::unescape(piece).map_err(Unreadable::damaged)?;
    for mark in piece.chars() {
        match mark {
            ' ' | '\t' | '\r' | '\n' if text.is_empty() || text.ends_with([' ', '\n']) => {}
            '\t' | '\r' | '\n' => text.push(' '),
            mark => text.push(mark),
        }
    }
    Ok(())
}

/// ODF 1.3 part 3, 19.385: the type says which attribute holds the value.
fn value(tag: &Tag<'_>, text: Option<String>) -> Option<RawValue> {
    let attribute = |name: &[u8]| tag.text(name);
    let fallback = |text: Option<String>| text.filter(|text| !text.is_empty()).map(|text| RawValue::Text(text.into()));
    let kind = tag.attribute(b"office:value-type").unwrap_or_default();
    if tag.attribute(b"calcext:value-type") == Some(b"error") {
        return Some(RawValue::Error(error(&text.unwrap_or_default())));
    }
    let value = match kind {
        b"float" | b"percentage" | b"currency" => {
            let number = attribute(b"office:value")?;
            match number.parse::<f64>() {
                Ok(value) if value != 0.0 && text.as_deref().is_some_and(hides) && !is_true(value, text.as_deref()) => {
                    Some(RawValue::Hidden(text.clone().unwrap_or_default()))
                }
                Ok(value) if value.is_finite() => Some(RawValue::Number(value)),
                _ => Some(RawValue::Text(number.into())),
            }
        }
        b"boolean" => {
            attribute(b"office:boolean-value").map(|truth| RawValue::Bool(truth.eq_ignore_ascii_case("true")))
        }
        b"date" => attribute(b"office:date-value")
            .map(|day| cells::iso(&day).map_or(RawValue::Text(day.into()), RawValue::Date)),
        b"time" => {
            attribute(b"office:time-value").map(|time| RawValue::Text(days(&time).map_or(time, cells::clock).into()))
        }
        b"string" => return fallback(attribute(b"office:string-value").filter(|said| !said.is_empty()).or(text)),
        _ if tag.attribute(b"table:formula").is_some() && text.as_deref().unwrap_or_default().is_empty() => {
            Some(RawValue::NoResult)
        }
        _ => None,
    };
    value.or_else(|| fallback(text))
}

/// What is shown has no digit: whatever the format, the number is hidden.
fn hides(text: &str) -> bool {
    !text.contains(char::is_numeric)
}

/// LibreOffice stores the result of `=TRUE()` as a number that it shows as a word.
fn is_true(value: f64, text: Option<&str>) -> bool {
    value == 1.0 && matches!(text, Some("TRUE" | "WAHR"))
}

/// LibreOffice stores what it shows, in the language of its user.
fn error(shown: &str) -> String {
    match shown {
        "#NV" => "#N/A",
        "#WERT!" => "#VALUE!",
        "#BEZUG!" => "#REF!",
        "#ZAHL!" => "#NUM!",
        other => other,
    }
    .to_owned()
}

/// `PT10H30M00S` in days, as other formats store a time.
fn days(text: &str) -> Option<f64> {
    let (sign, rest) = text.strip_prefix('-').map_or((1.0, text), |rest| (-1.0, rest));
    let (whole, time) = rest.strip_prefix('P')?.split_once('T')?;
    let mut seconds = match whole {
        "" => 0.0,
        whole => whole.strip_suffix('D')?.parse::<f64>().ok()? * 86_400.0,
    };
    let mut number = String::new();
    for mark in time.chars() {
        let unit = match mark {
            'H' => 3600.0,
            'M' => 60.0,
            'S' => 1.0,
            mark => {
                number.push(if mark == ',' { '.' } else { mark });
                continue;
            }
        };
        seconds += std::mem::take(&mut number).parse::<f64>().ok()? * unit;
    }
    number.is_empty().then_some(sign * seconds / 86_400.0)
}

fn repeated(tag: &Tag<'_>, name: &[u8]) -> u32 {
    let count = tag.attribute(name).and_then(|count| std::str::from_utf8(count).ok()?.parse().ok());
    count.unwrap_or(1).max(1)
}

/// By hand (or in a collapsed group), or by a filter.
fn is_hidden(tag: &Tag<'_>) -> bool {
    matches!(tag.attribute(b"table:visibility"), Some(b"collapse" | b"filter"))
}

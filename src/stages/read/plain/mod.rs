//! The short way through an xlsx that is written as programs write it: one look at each byte, which guards and reads at once.
//!
//! In: the opened zip. Out: exactly what the long way (`guard::xlsx`, then the library) makes of it, or none, and then the
//! long way has the word. Never: a file read that the long way refuses, a value that it does not give.
//!
//! The grammar is narrow on purpose: what it takes can be read in one way only, so nothing of docs/decisions/0018 can stand
//! in it. `tests.rs` compares both ways, over files that programs wrote and over what is left of them when bytes are changed.

mod cells;
mod strict;
mod styles;
mod texts;

use std::collections::{BTreeMap, BTreeSet};

use memchr::memmem;

use self::cells::Book;
use self::strict::{attributes, is_plain, once};
use super::xml::local;
use super::{comments, conditional, formulas, rich, xlsx};
use crate::base::zipped::Opened;
use crate::model::raw::RawSheet;

const BOOK: &str = "xl/workbook.xml";
const TEXTS: &str = "xl/sharedStrings.xml";
const STYLES: &str = "xl/styles.xml";
const THEME: &str = "xl/theme/theme1.xml";

/// All sheets, if everything in the file is as usual; `left` is how many cells there may be.
pub(super) fn read(opened: &Opened, left: &mut usize) -> Option<Vec<RawSheet>> {
    leads_to_the_book(part(opened, "_rels/.rels")?)?;
    let (listed, since_1904) = book(part(opened, BOOK)?)?;
    let relations = relations(part(opened, "xl/_rels/workbook.xml.rels")?)?;
    // Parts nobody refers to are looked at by the long way.
    let mut others: BTreeMap<&str, &[u8]> = opened.parts().collect();
    let texts = match has(opened, TEXTS) {
        true => texts::shared(part(opened, TEXTS)?)?,
        false => Vec::new(),
    };
    // By the same look as the long way's.
    let rich = rich::shared(opened.part(TEXTS).unwrap_or_default());
    let styles = styles::of(part(opened, STYLES)?, opened.part(THEME))?;
    let book = Book { texts: &texts, rich: &rich, styles: &styles, since_1904 };
    let (mut sheets, mut names, mut count) = (Vec::new(), BTreeSet::new(), 0);
    for Listed { name, hidden, id } in listed {
        let path = relations.get(id)?;
        let mut sheet = RawSheet { name: name.into(), hidden, ..RawSheet::default() };
        let content = part(opened, path)?;
        let (cells, mut shape) = cells::sheet(content, &book)?;
        count += cells.len();
        sheet.cells = cells;
        let (_, data, behind) = xlsx::thirds(content);
        conditional::apply(behind, &styles.conditions, &mut sheet, &mut shape.notes);
        formulas::notes(opened, data, &mut shape.notes);
        shape.put_on(&mut sheet, &styles.all);
        sheet.comments = comments::of(opened, path);
        names.insert(sheet.name.to_lowercase()).then_some(())?;
        others.remove(path.to_lowercase().as_str());
        sheets.push(sheet);
    }
    if others.values().any(|part| memmem::find(part, b"sheetData").is_some()) {
        return None;
    }
    *left = left.checked_sub(count)?;
    Some(sheets)
}

/// A part by the name it bears, letter by letter.
fn part<'a>(opened: &'a Opened, name: &str) -> Option<&'a [u8]> {
    let part = opened.part(name).filter(|_| opened.names.iter().any(|known| known == name))?;
    std::str::from_utf8(part).ok().map(str::as_bytes)
}

fn has(opened: &Opened, name: &str) -> bool {
    opened.names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Is the workbook where everybody puts it?
fn leads_to_the_book(part: &[u8]) -> Option<()> {
    let mut books = 0;
    strict::tags(part, |tag| {
        if local(tag.name) != b"Relationship" {
            return Some(());
        }
        let (mut kind, mut target) = (None, None);
        attributes(tag.rest, |name, value| match name {
            b"Type" => once(&mut kind, value),
            b"Target" => once(&mut target, value),
            _ => Some(()),
        })?;
        if kind?.ends_with(b"/relationships/officeDocument") {
            books += 1;
            let target = target?;
            return (target.strip_prefix(b"/").unwrap_or(target) == BOOK.as_bytes()).then_some(());
        }
        Some(())
    })?;
    (books == 1).then_some(())
}

struct Listed<'a> {
    name: String,
    hidden: bool,
    id: &'a [u8],
}

/// The sheets as the workbook lists them, and whether its days are counted from 1904.
fn book(part: &[u8]) -> Option<(Vec<Listed<'_>>, bool)> {
    let mut sheets = Vec::new();
    let mut since_1904 = false;
    strict::tags(part, |tag| match local(tag.name) {
        b"sheet" => {
            let (mut title, mut state, mut id, mut number) = (None, None, None, None);
            attributes(tag.rest, |name, value| match name {
                b"name" => once(&mut title, value),
                b"state" => once(&mut state, value),
                b"r:id" => once(&mut id, value),
                b"sheetId" => once(&mut number, value),
                _ => None,
            })?;
            let title = title.filter(|title| is_plain(title) && !title.iter().any(u8::is_ascii_control))?;
            let hidden = match state {
                None | Some(b"visible") => false,
                Some(b"hidden" | b"veryHidden") => true,
                Some(_) => return None,
            };
            let name = std::str::from_utf8(title).ok()?.to_owned();
            sheets.push(Listed { name, hidden, id: id? });
            Some(())
        }
        b"workbookPr" => attributes(tag.rest, |name, value| {
            if name == b"date1904" {
                since_1904 = matches!(value, b"1" | b"true");
            }
            Some(())
        }),
        b"definedName" => attributes(tag.rest, |_, value| is_plain(value).then_some(())),
        _ => Some(()),
    })?;
    Some((sheets, since_1904))
}

/// Where each sheet lies, by the id under which the workbook names it.
fn relations(part: &[u8]) -> Option<BTreeMap<&[u8], String>> {
    let (mut paths, mut ids) = (BTreeMap::new(), BTreeSet::new());
    strict::tags(part, |tag| {
        if local(tag.name) != b"Relationship" {
            return Some(());
        }
        let (mut id, mut kind, mut target) = (None, None, None);
        attributes(tag.rest, |name, value| match name {
            b"Id" => once(&mut id, value),
            b"Type" => once(&mut kind, value),
            b"Target" => once(&mut target, value),
            _ => Some(()),
        })?;
        let (id, kind, target) = (id.filter(|id| is_plain(id))?, kind?, target?);
        ids.insert(id).then_some(())?;
        if kind.ends_with(b"/worksheet") {
            let target = target.strip_prefix(b"/xl/").unwrap_or(target);
            let usual = |mark: &u8| mark.is_ascii_alphanumeric() || matches!(mark, b'_' | b'-' | b'.' | b'/');
            let plain = target.first().is_some_and(u8::is_ascii_alphabetic) && target.iter().all(usual);
            let path = std::str::from_utf8(target).ok().filter(|path| plain && !path.contains("./"))?;
            (!path.starts_with("xl/")).then(|| paths.insert(id, format!("xl/{path}")))?;
        }
        Some(())
    })?;
    Some(paths)
}

#[cfg(test)]
mod tests;

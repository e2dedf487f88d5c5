//! Formulas of an xlsx that say something of the value beside them: one that puts a number where its calculation fails
//! (`IFERROR(…,0)`), and one that fetches its value from another workbook (`[1]Stellen!B2`).
//!
//! In: the cells of a sheet as bytes. Out: notes on cells. Never: a formula calculated; a look at a cell, unless such words
//! stand in the part at all.

use std::collections::BTreeMap;

use memchr::memmem;

use super::xlsx::address;
use super::xml::{Mark, Marks, Tag};
use crate::base::zipped::Opened;
use crate::model::raw::{Look, Note};

/// Functions that hide an error; a newer one has its prefix.
const HIDING: [&[u8]; 2] = [b"IFERROR(", b"IFNA("];

/// What the formulas of one sheet say; `data` are its cells.
pub(super) fn notes(opened: &Opened, data: &[u8], notes: &mut Vec<Note>) {
    let hides = HIDING.iter().any(|name| memmem::find(data, name).is_some());
    let links = opened.names.iter().any(|name| name.to_ascii_lowercase().starts_with("xl/externallinks/"));
    if hides || links && memmem::find(data, b"<f").is_some() {
        read(data, links, notes);
    }
}

/// What one formula says.
#[derive(Clone, Copy, Default)]
struct Says {
    /// It puts this number where its calculation fails.
    instead: Option<f64>,
    linked: bool,
}

fn read(data: &[u8], links: bool, notes: &mut Vec<Note>) {
    let mut shared: BTreeMap<Vec<u8>, Says> = BTreeMap::new();
    let mut marks = Marks::new(data);
    let (mut cell, mut says) = (None, Says::default());
    while let Some(mark) = marks.next() {
        let Mark::Start(tag) = mark else { continue };
        if tag.is(b"c") {
            cell = tag.attribute(b"r").and_then(address).filter(|_| !tag.empty);
            says = Says::default();
        } else if tag.is(b"f") {
            says = formula(&tag, &mut marks, links, &mut shared);
        } else if tag.is(b"v") {
            let Some((row, column)) = cell else { continue };
            let value = if tag.empty { None } else { marks.next().and_then(number) };
            if says.instead.is_some() && says.instead == value {
                notes.push(Note { row, column, look: Look::InsteadOfError });
            }
            if says.linked {
                notes.push(Note { row, column, look: Look::Linked });
            }
        }
    }
}

/// A formula that stands in many cells is written into the first of them only.
fn formula(tag: &Tag<'_>, marks: &mut Marks<'_>, links: bool, shared: &mut BTreeMap<Vec<u8>, Says>) -> Says {
    let index = tag.attribute(b"si").filter(|_| tag.attribute(b"t") == Some(b"shared"));
    let written = match tag.empty {
        true => None,
        false => marks.next().and_then(|mark| if let Mark::Text(text) = mark { text_of(text) } else { None }),
    };
    let says = written.map(|text| Says { instead: fallback(&text), linked: links && is_linked(&text) });
    match (index, says) {
        (Some(index), Some(says)) => *shared.entry(index.to_vec()).or_insert(says),
        (Some(index), None) => shared.get(index).copied().unwrap_or_default(),
        (None, says) => says.unwrap_or_default(),
    }
}

fn text_of(text: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(text).ok()?;
    quick_xml::escape::unescape(text).ok().map(|text| text.trim().to_owned())
}

fn number(mark: Mark<'_>) -> Option<f64> {
    let Mark::Text(text) = mark else { return None };
    std::str::from_utf8(text).ok()?.trim().parse().ok()
}

/// 0 for `IFERROR(VLOOKUP(A2,B:C,2,FALSE),0)`, if that is the whole formula.
fn fallback(formula: &str) -> Option<f64> {
    let bare = formula.strip_prefix("_xlfn.").unwrap_or(formula);
    let name = HIDING.iter().find(|name| bare.as_bytes().starts_with(name))?;
    let inner = bare.get(name.len()..)?.strip_suffix(')')?;
    // The last comma that stands in no parentheses, and the parentheses close nowhere before the end.
    let (mut depth, mut quote, mut last) = (0_i32, None, None);
    for (at, mark) in inner.char_indices() {
        match (quote, mark) {
            (Some(open), mark) if mark == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(mark),
            (None, '(' | '{') => depth += 1,
            (None, ')' | '}') => depth -= 1,
            (None, ',') if depth == 0 => last = Some(at),
            _ => {}
        }
        if depth < 0 {
            return None;
        }
    }
    inner[last? + 1..].trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// Is there a number in brackets, as workbooks call each other: `[1]Blatt!A1`, `'[2]Stellen 2026'!B2`?
fn is_linked(formula: &str) -> bool {
    let number = |rest: &str| {
        rest.split_once(']')
            .is_some_and(|(number, _)| !number.is_empty() && number.bytes().all(|mark| mark.is_ascii_digit()))
    };
    formula.split('[').skip(1).any(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_instead_of_an_error_is_known_by_the_whole_formula() {
        for (formula, number) in [
            ("IFERROR(VLOOKUP(A2,B:C,2,FALSE),0)", Some(0.0)),
            ("IFERROR(A1/B1, -1.5)", Some(-1.5)),
            ("_xlfn.IFNA(MATCH(\"a,b)\",A:A,0),0)", Some(0.0)),
            ("IFERROR(A1/B1,\"\")", None),
            ("IFERROR(A1/B1,C1)", None),
            ("IFERROR(A1,0)+IFERROR(B1,0)", None),
            ("SUM(IFERROR(A1,0),5)", None),
            ("IFERROR(0)", None),
            ("IFERROR(A1,0", None),
        ] {
            assert_eq!(fallback(formula), number, "{formula}");
        }
        assert!(is_linked("[1]Blatt!A1") && is_linked("SUM('[12]Stellen 2026'!B2:B9)"));
        assert!(!is_linked("Tabelle1[Plätze]") && !is_linked("[]") && !is_linked("A1"));
    }

    #[test]
    fn cells_are_noted_where_the_value_is_that_number_also_below_a_shared_formula() {
        let data = "<sheetData><row r=\"1\"><c r=\"A1\"><f>IFERROR(X1,0)</f><v>0</v></c><c r=\"B1\"><f>IFERROR(X1,0)</f><v>3</v></c></row>\
            <row r=\"2\"><c r=\"A2\" s=\"1\"><f t=\"shared\" ref=\"A2:A4\" si=\"0\">IFERROR(X2,0)</f><v>0</v></c><c r=\"B2\"><v>0</v></c></row>\
            <row r=\"3\"><c r=\"A3\"><f t=\"shared\" si=\"0\"/><v>5</v></c><c r=\"B3\" t=\"str\"><f>IFERROR(X3,\"\")</f><v></v></c></row>\
            <row r=\"4\"><c r=\"A4\"><f t=\"shared\" si=\"0\"/><v>0</v></c><c r=\"B4\"><f>'[1]S'!B2&amp;\"\"</f><v>7</v></c></row>";
        let of = |links: bool| {
            let mut notes = Vec::new();
            read(data.as_bytes(), links, &mut notes);
            notes.iter().map(|note| (note.row, note.column, note.look.clone())).collect::<Vec<_>>()
        };
        let zeros = [0, 1, 3].map(|row| (row, 0, Look::InsteadOfError));
        assert_eq!(of(false), zeros);
        assert_eq!(of(true), [zeros.as_slice(), &[(3, 1, Look::Linked)]].concat());
        (0..data.len())
            .filter(|end| data.is_char_boundary(*end))
            .for_each(|end| read(&data.as_bytes()[..end], true, &mut Vec::new()));
    }
}

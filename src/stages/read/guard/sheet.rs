//! The cells of one sheet of an xlsx, looked at byte by byte for what the reader would silently read wrong
//! (docs/decisions/0018).
//!
//! What Excel, LibreOffice and the common libraries write passes in one go; no cell's value is interpreted.

use super::fast;
use super::xml::{Mark, Marks, Tag, local};

/// The grid of every spreadsheet program since 2007.
pub(super) const ROWS: u32 = 1_048_576;
pub(super) const COLUMNS: u32 = 16_384;

/// So many are told of one sheet.
const MOST: usize = 20;

/// A place that can be read in two ways.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Oddity {
    /// Row and column of the cell, from 0, where there is one.
    pub(super) at: Option<(u32, u32)>,
    pub(super) what: &'static str,
}

/// Nothing, for a sheet that can be read in one way only.
pub(super) fn oddities(part: &[u8]) -> Vec<Oddity> {
    let mut look = Look { addresses: None, ..Look::default() };
    look.sheet(part);
    // Out of order is no fault; two at one address are, and only then it is worth remembering them all.
    if look.unordered && look.odd.is_empty() {
        let mut again = Look { addresses: Some(Vec::new()), ..Look::default() };
        again.sheet(part);
        let mut addresses = again.addresses.unwrap_or_default();
        addresses.sort_unstable();
        for pair in addresses.windows(2).filter(|pair| pair[0] == pair[1]) {
            look.note(Some(pair[0]), "the cell stands there twice");
        }
    }
    look.odd
}

#[derive(Debug, Default)]
struct Look {
    odd: Vec<Oddity>,
    unordered: bool,
    addresses: Option<Vec<(u32, u32)>>,
    /// Of the row and the cell before; the first is 1.
    row: u32,
    column: u32,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// A number, a boolean, an error: text that the reader takes from one piece.
    Plain,
    /// The index of a shared text.
    Shared,
    Inline,
    /// A text or a date, put together from all pieces.
    Text,
}

impl Look {
    fn note(&mut self, at: Option<(u32, u32)>, what: &'static str) {
        if self.odd.len() < MOST {
            self.odd.push(Oddity { at, what });
        }
    }

    fn sheet(&mut self, part: &[u8]) {
        let mut marks = Marks::new(part);
        let mut found = false;
        while let Some(mark) = marks.next() {
            match mark {
                Mark::Start(tag) if tag.is(b"sheetData") => {
                    if found {
                        self.note(None, "the sheet has its cells twice");
                    }
                    found = true;
                    if !tag.empty {
                        self.rows(&mut marks);
                    }
                }
                Mark::Declaration => self.note(None, "the sheet declares a document type"),
                _ => {}
            }
        }
    }

    fn rows(&mut self, marks: &mut Marks<'_>) {
        while let Some(mark) = marks.next() {
            match mark {
                Mark::Start(tag) if tag.is(b"row") => {
                    self.begin_row(&tag);
                    if !tag.empty {
                        self.cells(marks);
                    }
                }
                Mark::End(name) if local(name) == b"sheetData" => return,
                Mark::Text(text) if text.trim_ascii().is_empty() => {}
                Mark::Aside => {}
                _ => self.note(None, "something that is no row stands among the rows"),
            }
        }
        self.note(None, "the sheet ends in the middle");
    }

    fn begin_row(&mut self, tag: &Tag<'_>) {
        let number = match once(tag, b"r") {
            Ok(None) => Some(self.row + 1),
            Ok(Some(text)) => number(text).filter(|row| (1..=ROWS).contains(row)),
            Err(()) => None,
        };
        match number {
            Some(row) => {
                self.unordered |= row <= self.row;
                self.row = row;
            }
            None => {
                self.note(None, "a row has no number that a row can have");
                self.row = (self.row + 1).min(ROWS);
            }
        }
        self.column = 0;
    }

    fn cells(&mut self, marks: &mut Marks<'_>) {
        loop {
            while let Some(fast) = fast::cell(marks.rest()).filter(|fast| fast.row == self.row) {
                marks.skip(fast.length);
                self.at(fast.column);
            }
            let Some(mark) = marks.next() else { break };
            match mark {
                Mark::Start(tag) if tag.is(b"c") => {
                    let (at, kind) = self.begin_cell(&tag);
                    if !tag.empty {
                        self.content(at, kind, marks);
                    }
                }
                Mark::End(name) if local(name) == b"row" => return,
                Mark::Text(text) if text.trim_ascii().is_empty() => {}
                Mark::Aside => {}
                _ => self.note(None, "something that is no cell stands among the cells"),
            }
        }
        self.note(None, "the sheet ends in the middle");
    }

    fn begin_cell(&mut self, tag: &Tag<'_>) -> ((u32, u32), Kind) {
        let (mut address, mut kind, mut twice) = (None, None, false);
        for (name, value) in tag.attributes() {
            match name {
                b"r" => twice |= address.replace(value).is_some(),
                b"t" => twice |= kind.replace(value).is_some(),
                _ => {}
            }
        }
        let (row, column) = match address {
            None => (Some(self.row), (self.column < COLUMNS).then_some(self.column + 1)),
            Some(text) => address_of(text),
        };
        let column = column.unwrap_or_else(|| {
            self.note(None, "a cell has an address beyond the grid");
            self.column.min(COLUMNS - 1) + 1
        });
        let at = (self.row.saturating_sub(1), column - 1);
        if row != Some(self.row) {
            self.note(Some(at), "the cell's address belongs to another row");
        }
        if twice {
            self.note(Some(at), "the cell says twice where or what it is");
        }
        self.at(column);
        let kind = match kind {
            Some(b"s") => Kind::Shared,
            Some(b"inlineStr") => Kind::Inline,
            Some(b"str" | b"d") => Kind::Text,
            _ => Kind::Plain,
        };
        (at, kind)
    }

    fn at(&mut self, column: u32) {
        self.unordered |= column <= self.column;
        self.column = column;
        if let Some(addresses) = &mut self.addresses {
            addresses.push((self.row.saturating_sub(1), column - 1));
        }
    }

    fn content(&mut self, at: (u32, u32), kind: Kind, marks: &mut Marks<'_>) {
        let (mut values, mut formulas) = (0, 0);
        while let Some(mark) = marks.next() {
            match mark {
                Mark::Start(tag) if tag.is(b"v") => {
                    values += 1;
                    if kind == Kind::Inline {
                        self.note(Some(at), "the cell announces one kind of text and holds another");
                    }
                    if !tag.empty {
                        self.value(at, kind, marks);
                    }
                }
                Mark::Start(tag) if tag.is(b"is") => {
                    values += 1;
                    if kind != Kind::Inline {
                        self.note(Some(at), "the cell announces one kind of text and holds another");
                    }
                    if !tag.empty {
                        self.skip(b"is", marks);
                    }
                }
                Mark::Start(tag) if tag.is(b"f") => {
                    formulas += 1;
                    if values > 0 {
                        self.note(Some(at), "the cell's value stands before its formula");
                    }
                    if !tag.empty {
                        self.skip(b"f", marks);
                    }
                }
                Mark::End(name) if local(name) == b"c" => {
                    if values > 1 || formulas > 1 {
                        self.note(Some(at), "the cell has two values");
                    }
                    return;
                }
                Mark::Text(text) if text.trim_ascii().is_empty() => {}
                Mark::Aside => {}
                _ => self.note(Some(at), "the cell holds something that is no value"),
            }
        }
        self.note(Some(at), "the sheet ends in the middle");
    }

    fn value(&mut self, at: (u32, u32), kind: Kind, marks: &mut Marks<'_>) {
        let mut pieces = 0;
        for mark in marks.by_ref() {
            match mark {
                Mark::Text(text) => {
                    pieces += 1;
                    let cut = kind != Kind::Text && (pieces > 1 || memchr::memchr(b'&', text).is_some());
                    if cut {
                        self.note(Some(at), "the cell's value is in pieces");
                    } else if kind == Kind::Shared && number(text).is_none() {
                        self.note(Some(at), "the cell names a text that cannot exist");
                    }
                }
                Mark::End(name) if local(name) == b"v" => return,
                Mark::Aside if kind == Kind::Text => {}
                _ => self.note(Some(at), "the cell's value is in pieces"),
            }
        }
        self.note(Some(at), "the sheet ends in the middle");
    }

    fn skip(&mut self, name: &[u8], marks: &mut Marks<'_>) {
        if !marks.any(|mark| matches!(mark, Mark::End(end) if local(end) == name)) {
            self.note(None, "the sheet ends in the middle");
        }
    }
}

/// The attribute's value if it is there; an error if it is there twice.
fn once<'a>(tag: &Tag<'a>, name: &[u8]) -> Result<Option<&'a [u8]>, ()> {
    let mut values = tag.attributes().filter(|(key, _)| *key == name).map(|(_, value)| value);
    let first = values.next();
    if values.next().is_some() { Err(()) } else { Ok(first) }
}

/// Digits and nothing else, and few enough of them.
fn number(text: &[u8]) -> Option<u32> {
    if text.is_empty() || text.len() > 9 {
        return None;
    }
    text.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0')))
}

/// `B12`: row and column from 1, where they lie within the grid.
fn address_of(text: &[u8]) -> (Option<u32>, Option<u32>) {
    let letters = text.iter().take_while(|mark| mark.is_ascii_alphabetic()).count();
    let column = (1..=3).contains(&letters).then(|| {
        let digit = |letter: &u8| u32::from(letter.to_ascii_uppercase() - b'A') + 1;
        text[..letters].iter().fold(0, |column, letter| column * 26 + digit(letter))
    });
    let row = number(&text[letters..]).filter(|row| (1..=ROWS).contains(row));
    (row, column.filter(|column| *column <= COLUMNS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(rows: &str) -> Vec<(Option<(u32, u32)>, &'static str)> {
        let part = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
        oddities(part.as_bytes()).into_iter().map(|odd| (odd.at, odd.what)).collect()
    }

    fn told_of_cell(cell: &str) -> &'static str {
        match told(&format!("<row r=\"5\">{cell}</row>"))[..] {
            [] => "",
            [(at, what), ..] => {
                assert_eq!(at, Some((4, 1)), "{cell}: {what}");
                what
            }
        }
    }

    #[test]
    fn what_programs_write_passes() {
        for rows in [
            "",
            "<row r=\"1\" spans=\"1:2\"><c r=\"A1\" s=\"1\"/><c r=\"B1\" t=\"s\"><v>12</v></c></row>",
            "<row r=\"1\"><c r=\"A1\"><f t=\"shared\" ref=\"A1:A2\" si=\"0\">B1&amp;\"&lt;\"</f><v>1.5E-3</v></c></row>",
            "<row><c><v>1</v></c><c t=\"inlineStr\"><is><t xml:space=\"preserve\"> a&amp;<![CDATA[b]]></t></is></c></row><row/>",
            "<row r=\"2\">\n  <c r=\"A2\" t=\"str\"><f>A1</f><v>a &amp; b</v></c>\n</row>",
            "<x:row r=\"3\"><x:c r=\"xfd3\" t=\"b\"><x:v>1</x:v></x:c></x:row>",
            "<row r=\"2\"><c r=\"B2\"><v>1</v></c><c r=\"A2\"><v>2</v></c></row><row r=\"1\"><c r=\"A1\"/></row>",
            "<row r=\"1048576\"><c r=\"XFD1048576\" t=\"e\"><v>#N/A</v></c></row>",
            "<!-- a --><row r=\"1\"><!-- b --><c r=\"A1\"><!-- c --><v>1</v></c></row>",
            "<row r=\"1\"><c r=\"A1\" t=\"n\"><v></v></c><c r=\"B1\"><v/></c></row>",
        ] {
            assert_eq!(told(rows), [], "{rows}");
        }
    }

    #[test]
    fn values_in_pieces_are_seen() {
        for value in ["1<!-- a -->2", "<![CDATA[12]]>", "1&#50;", "1<?a?>2", "1<b/>2"] {
            assert_eq!(told_of_cell(&format!("<c r=\"B5\"><v>{value}</v></c>")), "the cell's value is in pieces");
            assert_eq!(
                told_of_cell(&format!("<c r=\"B5\" t=\"s\"><v>{value}</v></c>")),
                "the cell's value is in pieces"
            );
        }
        assert_eq!(told_of_cell("<c r=\"B5\" t=\"str\"><v>a<![CDATA[b]]></v></c>"), "the cell's value is in pieces");
    }

    #[test]
    fn cells_that_contradict_themselves_are_seen() {
        for (cell, what) in [
            ("<c r=\"B5\"><v>1</v><f>A1</f></c>", "the cell's value stands before its formula"),
            ("<c r=\"B5\"><v>1</v><v>2</v></c>", "the cell has two values"),
            ("<c r=\"B5\" t=\"s\"><v>-1</v></c>", "the cell names a text that cannot exist"),
            ("<c r=\"B5\" t=\"s\"><v>99999999999999999999</v></c>", "the cell names a text that cannot exist"),
            ("<c r=\"B5\" t=\"s\"><v> 1</v></c>", "the cell names a text that cannot exist"),
            ("<c r=\"B5\" t=\"inlineStr\"><v>1</v></c>", "the cell announces one kind of text and holds another"),
            ("<c r=\"B6\"><v>1</v></c>", "the cell's address belongs to another row"),
            ("<c r=\"B4294967301\"><v>1</v></c>", "the cell's address belongs to another row"),
            ("<c r=\"B5\" r=\"C5\"><v>1</v></c>", "the cell says twice where or what it is"),
            ("<c r=\"B5\">1</c>", "the cell holds something that is no value"),
            ("<c r=\"B5\"/><c r=\"B5\"><v>1</v></c>", "the cell stands there twice"),
        ] {
            if !cell.contains("C5") {
                assert_eq!(told_of_cell(cell), what, "{cell}");
            } else {
                assert_eq!(told(&format!("<row r=\"5\">{cell}</row>"))[0].1, what);
            }
        }
    }

    #[test]
    fn rows_that_contradict_one_another_are_seen() {
        let one = |rows: &str| told(rows).first().map(|(_, what)| *what);
        let twice = "<row r=\"1\"><c r=\"A1\"/></row>";
        assert_eq!(one(&twice.repeat(2)), Some("the cell stands there twice"));
        for number in ["0", "1048577", "4294967297", "x", "", "01048577"] {
            let row = format!("<row r=\"{number}\"/>");
            assert_eq!(one(&row), Some("a row has no number that a row can have"), "{number}");
        }
        assert_eq!(one("<row r=\"1\"><c r=\"ZZZZ1\"/></row>"), Some("a cell has an address beyond the grid"));
        assert_eq!(one("<row r=\"1\"><c r=\"A1\"><v>1</v>"), Some("the cell holds something that is no value"));
        assert_eq!(one("<c r=\"A1\"/>"), Some("something that is no row stands among the rows"));
        let two = b"<w><sheetData></sheetData><sheetData><row/></sheetData></w>";
        assert_eq!(oddities(two)[0].what, "the sheet has its cells twice");
        assert_eq!(oddities(b"<w><sheetData><row>")[0].what, "the sheet ends in the middle");
    }
}

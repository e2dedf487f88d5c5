//! A table as text (RFC 4180 and what people make of it): which characters, which separator, which cells.
//!
//! In: bytes. Out: a workbook of one sheet without a name, all cells texts. Never: takes a number
//! apart at its decimal comma, or a guess about the characters without a remark.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::{Unreadable, cells};
use crate::model::finding::Code;
use crate::model::raw::{RawSheet, RawValue, RawWorkbook, Remark};

/// In order of trust: a comma is more often part of a number or a sentence than the others.
const SEPARATORS: [char; 3] = ['\t', ';', ','];

/// The table in `bytes`.
///
/// # Errors
/// The text has no columns, its characters are not to be told, or a quotation mark is never closed.
pub(super) fn read(bytes: &[u8], left: &mut usize) -> Result<RawWorkbook, Unreadable> {
    let (text, guessed) = decoded(bytes)?;
    let (text, declared) = declared(&text);
    let records = match declared {
        Some(separator) => records(text, separator),
        None => divided(text)?,
    };
    let records = records.ok_or_else(|| Unreadable::damaged("a quotation mark is never closed"))?;
    let mut sheet = RawSheet::default();
    for (row, record) in records.into_iter().enumerate() {
        sheet.fields.push(u32::try_from(record.len()).unwrap_or(u32::MAX));
        for (column, text) in record.into_iter().enumerate().filter(|(_, text)| !text.is_empty()) {
            let at = (u32::try_from(row).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX));
            cells::put(&mut sheet, at, RawValue::Text(unwrapped(text).into()), left)?;
        }
    }
    let remark = |found: &str| Remark { code: Code::EncodingGuessed, places: Vec::new(), found: found.to_owned() };
    Ok(RawWorkbook { sheets: vec![sheet], remarks: guessed.map(remark).into_iter().collect() })
}

/// The text, and the name of its encoding where that is a guess. What is valid UTF-8 and says more than ASCII is
/// hardly ever anything else.
fn decoded(bytes: &[u8]) -> Result<(String, Option<&'static str>), Unreadable> {
    let by = |encoding: &'static Encoding| encoding.decode_without_bom_handling_and_without_replacement(bytes);
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let text = encoding.decode_without_bom_handling_and_without_replacement(&bytes[mark..]);
        let broken = || Unreadable::damaged(format!("no valid {}", encoding.name()));
        return text.map(|text| (text.into_owned(), None)).ok_or_else(broken);
    }
    if bytes.contains(&0) {
        // Every second byte of western text in UTF-16 is zero.
        let zeros = |from: usize| bytes.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
        let (even, odd) = (zeros(0), zeros(1));
        let encoding = if odd > even { UTF_16LE } else { UTF_16BE };
        let wide = even.max(odd) * 4 > bytes.len() && even.min(odd) * 16 < bytes.len();
        let text = by(encoding).filter(|text| wide && !text.contains('\0'));
        return text
            .map(|text| (text.into_owned(), Some(encoding.name())))
            .ok_or_else(|| Unreadable::not_a_workbook("foreign"));
    }
    if let Some(text) = by(UTF_8) {
        return Ok((text.into_owned(), None));
    }
    // The five bytes that Windows leaves undefined; `ü` of MS-DOS is one of them.
    if bytes.iter().any(|byte| matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D)) {
        return Err(Unreadable::not_a_workbook("text-encoding"));
    }
    let text = by(WINDOWS_1252).unwrap_or_default();
    Ok((text.into_owned(), Some("Windows-1252")))
}

/// `sep=;` in the first line is a word to Excel, which does not show it.
fn declared(text: &str) -> (&str, Option<char>) {
    let mut marks = text.strip_prefix("sep=").unwrap_or_default().chars();
    let separator = marks.next();
    match marks.as_str().strip_prefix("\r\n").or_else(|| marks.as_str().strip_prefix('\n')) {
        Some(rest) if separator.is_some() => (rest, separator),
        _ => (text, None),
    }
}

/// One text per cell, record by record.
type Records = Vec<Vec<String>>;

/// The records by the separator that divides most of them into the same number of fields; none if a quotation mark
/// is never closed.
fn divided(text: &str) -> Result<Option<Records>, Unreadable> {
    let ways: Vec<(Records, Evenness)> = SEPARATORS
        .into_iter()
        .filter(|separator| text.contains(*separator))
        .filter_map(|separator| records(text, separator))
        .map(|records| {
            let evenness = Evenness::of(&records);
            (records, evenness)
        })
        .collect();
    if ways.is_empty() && SEPARATORS.iter().any(|separator| text.contains(*separator)) {
        return Ok(None);
    }
    // The first that divides nearly everything and mostly evenly; else the most even one.
    let clear = ways.iter().position(|(_, way)| way.divided >= 0.8 && way.even >= 0.5);
    let most = ways.iter().enumerate().rev().max_by(|(_, (_, a)), (_, (_, b))| a.even.total_cmp(&b.even));
    let best = clear.or(most.map(|(index, _)| index));
    let best = best
        .and_then(|index| ways.into_iter().nth(index))
        .filter(|(_, way)| (way.even >= 0.6 || way.torn) && way.lines >= 2);
    best.map(|(records, _)| Some(records)).ok_or_else(|| Unreadable::not_a_workbook("text"))
}

/// How well a separator divides a text: parts of the records that are not empty.
struct Evenness {
    lines: usize,
    /// In two fields or more.
    divided: f64,
    /// In the most frequent number of fields, if that is two or more.
    even: f64,
    /// Three headings or more, and no line has fewer fields, though some have more: a separator stands within values, too.
    torn: bool,
}

impl Evenness {
    fn of(records: &Records) -> Evenness {
        let widths: Vec<usize> = records.iter().map(Vec::len).filter(|width| *width > 0).collect();
        let most = widths.iter().copied().max().unwrap_or_default();
        let mut counts = vec![0_usize; most + 1];
        widths.iter().for_each(|width| counts[*width] += 1);
        let part = |count: usize| count as f64 / widths.len().max(1) as f64;
        let even = counts.iter().skip(2).copied().max().unwrap_or_default();
        let divided = counts.iter().skip(2).sum();
        let first = widths.first().copied().unwrap_or_default();
        let torn = first > 2 && widths.iter().all(|width| *width >= first);
        Evenness { lines: widths.len(), divided: part(divided), even: part(even), torn }
    }
}

/// An empty line is a record without fields, as it is a row without cells.
fn records(text: &str, separator: char) -> Option<Records> {
    let mut records = Vec::new();
    let mut record: Vec<String> = Vec::new();
    let mut field = String::new();
    let mut quoted = false;
    let mut marks = text.chars().peekable();
    while let Some(mark) = marks.next() {
        if quoted {
            match mark {
                '"' if marks.next_if_eq(&'"').is_some() => field.push('"'),
                '"' => quoted = false,
                mark => field.push(mark),
            }
            continue;
        }
        match mark {
            '"' if field.is_empty() => quoted = true,
            '\r' | '\n' => {
                if mark == '\r' {
                    marks.next_if_eq(&'\n');
                }
                if !record.is_empty() || !field.is_empty() {
                    record.push(std::mem::take(&mut field));
                }
                records.push(std::mem::take(&mut record));
            }
            mark if mark == separator => record.push(std::mem::take(&mut field)),
            mark => field.push(mark),
        }
    }
    if !record.is_empty() || !field.is_empty() {
        record.push(field);
        records.push(record);
    }
    (!quoted).then_some(records)
}

/// `="05958008"` is how Excel is made to keep a leading zero.
fn unwrapped(text: String) -> String {
    match text.strip_prefix("=\"").and_then(|inner| inner.strip_suffix('"')) {
        Some(inner) if !inner.contains('"') => inner.to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &[u8]) -> Result<Vec<(String, String)>, Unreadable> {
        let book = read(bytes, &mut 1000)?;
        let cells = book.sheets[0].cells.iter().map(|cell| {
            let RawValue::Text(text) = &cell.value else { panic!("{cell:?}") };
            (crate::model::value::address(cell.row, cell.column), text.to_string())
        });
        Ok(cells.collect())
    }

    fn texts(bytes: &[u8]) -> Vec<String> {
        of(bytes).unwrap().into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn separators_are_chosen_by_consistency() {
        let german = "Ort;Fläche;Plätze\nNord;1,5;3\nSüd;12,25;4\n";
        let expected = ["Ort", "Fläche", "Plätze", "Nord", "1,5", "3", "Süd", "12,25", "4"];
        assert_eq!(texts(german.as_bytes()), expected);
        assert_eq!(texts(german.replace(';', "\t").as_bytes()), expected);
        // Decimal commas stand in quotes, or there are none.
        assert_eq!(texts(b"a,b,c\n1,2,3\n4,\"5,5\",6\n")[6..], ["4", "5,5", "6"]);
        assert_eq!(texts(b"a;b\n1,5;2,5\n3,5;4,5\n")[2..], ["1,5", "2,5", "3,5", "4,5"], "both would be even");
        assert_eq!(texts(b"Titel, lang\na;b;c\n1,5;2;x\n3,5;;\n")[4..], ["1,5", "2", "x", "3,5"]);
        assert_eq!(texts(b"sep=;\r\na;b\r\n")[..], ["a", "b"]);
    }

    #[test]
    fn characters_are_those_of_the_file_and_a_guess_is_said() {
        let text = "Ort;Plätze\nBäder „Nord“;3 €\n";
        let remarks = |bytes: &[u8]| read(bytes, &mut 10).unwrap().remarks;
        let marked = [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat();
        let wide: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let (western, ..) = WINDOWS_1252.encode(text);
        for bytes in [text.as_bytes(), &marked, &wide, &western] {
            assert_eq!(texts(bytes), ["Ort", "Plätze", "Bäder „Nord“", "3 €"]);
        }
        assert!(remarks(text.as_bytes()).is_empty() && remarks(&marked).is_empty() && remarks(&wide).is_empty());
        assert_eq!(remarks(&western)[0].code, Code::EncodingGuessed);
        assert_eq!(remarks(&western)[0].found, "Windows-1252");
        assert_eq!(remarks(&wide[2..])[0].found, "UTF-16LE");
        assert_eq!(of(b"a;b\nPl\x84tze\x81;3\n").unwrap_err().code, Code::NotAWorkbook, "MS-DOS");
        assert_eq!(of(b"a;b\0\x01\x02\n").unwrap_err().code, Code::NotAWorkbook);
    }

    #[test]
    fn addresses_are_those_of_the_spreadsheet() {
        let cells = of(b"a;b\r\n\r\n\"1\r\nund \"\"2\"\"\";;3\r\n=\"007\";x\r\n").unwrap();
        let expected = [("A1", "a"), ("B1", "b"), ("A3", "1\r\nund \"2\""), ("C3", "3"), ("A4", "007"), ("B4", "x")];
        assert_eq!(cells, expected.map(|(at, text)| (at.to_owned(), text.to_owned())));
    }

    #[test]
    fn text_without_columns_is_no_workbook() {
        let letter = "Sehr geehrte Damen und Herren,\n\nanbei die Zahlen, wie besprochen.\n\nMit Gruß\nErika Muster\n";
        let torn = "Raum,Fläche,Plätze\nA,26,5,8\nB,20,3\nC,1,5,2,x\n";
        let read = read(torn.as_bytes(), &mut 100).unwrap();
        assert_eq!(read.sheets[0].fields, [3, 4, 3, 5], "what becomes of them is not ours to say");
        for text in [letter, "nur ein Wort", "eins\nzwei\ndrei\n", "a;b"] {
            let error = of(text.as_bytes()).unwrap_err();
            assert_eq!((error.code, error.reason.as_str()), (Code::NotAWorkbook, "text"), "{text}");
        }
        assert_eq!(of(b"a;b\n\"1;2\n3;4\n").unwrap_err().code, Code::DamagedFile);
    }
}

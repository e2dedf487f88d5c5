//! xlsb: records of which the library passes over some (MS-XLSB 2.1.4: type, length, content).

use super::{Added, MOST_PLACES, contradictory, distinct};
use crate::base::zipped::Opened;
use crate::model::finding::Code;
use crate::model::raw::RawValue;
use crate::model::value::Place;
use crate::stages::read::Unreadable;

const ROW: u16 = 0;
const FORMULA_ERROR: u16 = 11;
const BUNDLE: u16 = 156;
const SHEET_END: u16 = 146;
const SHEET_BEGIN: u16 = 145;

const ROWS: u32 = 1_048_576;

/// Formulas whose result is an error, which the library passes over as if the cell were empty.
///
/// # Errors
/// Something in it can be read in two ways, or would be lost.
pub(in crate::stages::read) fn xlsb(opened: &Opened) -> Result<Vec<Added>, Unreadable> {
    let book = opened.part("xl/workbook.bin").unwrap_or_default();
    // For a torn record the library makes as much room as the record claims.
    for name in ["xl/workbook.bin", "xl/styles.bin", "xl/sharedStrings.bin"] {
        if opened.part(name).is_some_and(|part| whole(part) < part.len()) {
            return Err(Unreadable::new(Code::DamagedFile, format!("`{name}` ends in the middle")));
        }
    }
    let relations = opened.part("xl/_rels/workbook.bin.rels").unwrap_or_default();
    let sheets: Vec<(String, String)> = records(book)
        .filter(|(kind, _)| *kind == BUNDLE)
        .filter_map(|(_, content)| {
            let (id, rest) = wide(content.get(8..)?)?;
            let (name, _) = wide(rest)?;
            Some((name, target(relations, &id)?))
        })
        .collect();
    distinct(sheets.iter().map(|(name, _)| name.as_str()))?;
    let mut added = Vec::new();
    for (name, path) in &sheets {
        if let Some(part) = opened.part(path) {
            sheet(name, part, &mut added)?;
        }
    }
    Ok(added)
}

fn sheet(name: &str, part: &[u8], added: &mut Vec<Added>) -> Result<(), Unreadable> {
    let place = |row, column| Place { sheet: name.into(), row, column };
    let (mut row, mut within, mut places) = (0, false, Vec::new());
    for (kind, content) in records(part) {
        match kind {
            SHEET_BEGIN => within = true,
            SHEET_END => within = false,
            _ if !within => {}
            ROW => {
                row = word(content, 0).unwrap_or(u32::MAX);
                if row >= ROWS {
                    return Err(contradictory(format!("a row of sheet `{name}` lies beyond the grid"), Vec::new()));
                }
            }
            // Cells: blank, number, error, truth, text, and formulas with such results.
            1..=11 => {
                let column = word(content, 0).unwrap_or(u32::MAX);
                places.push((row, column));
                if kind == FORMULA_ERROR {
                    let error = error(content.get(8).copied());
                    added.push(Added { place: place(row, column), value: RawValue::Error(error.to_owned()) });
                }
            }
            // Cells too, but of kinds that the library does not know.
            12..=18 => {
                let column = word(content, 0).unwrap_or_default();
                let at = vec![place(row, column)];
                return Err(contradictory("a cell is written in a way that Excel does not write", at));
            }
            _ => {}
        }
    }
    if within || whole(part) < part.len() {
        let reason = format!("the sheet `{name}` ends in the middle");
        return Err(Unreadable::new(Code::DamagedFile, reason));
    }
    places.sort_unstable();
    let twice = places.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| place(pair[0].0, pair[0].1));
    let twice: Vec<Place> = twice.take(MOST_PLACES).collect();
    if twice.is_empty() { Ok(()) } else { Err(contradictory("the cell stands there twice", twice)) }
}

/// How many bytes of the part are whole records.
fn whole(mut part: &[u8]) -> usize {
    let length = part.len();
    while let Some((_, _, rest)) = record(part) {
        part = rest;
    }
    length - part.len()
}

/// The first record of the part, and what follows it.
fn record(part: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let (kind, rest) = varied(part, 2)?;
    let (length, rest) = varied(rest, 4)?;
    let (content, rest) = rest.split_at_checked(length as usize)?;
    Some((kind as u16, content, rest))
}

/// Types with their contents; ends where a record is torn.
fn records(mut part: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let (kind, content, rest) = record(part)?;
        part = rest;
        Some((kind, content))
    })
}

/// Seven bits to a byte, the lowest first, at most `most` bytes.
fn varied(bytes: &[u8], most: usize) -> Option<(u32, &[u8])> {
    let mut value = 0;
    for index in 0..most {
        let byte = *bytes.get(index)?;
        value |= u32::from(byte & 0x7F) << (7 * index);
        if byte & 0x80 == 0 || index + 1 == most {
            return Some((value, &bytes[index + 1..]));
        }
    }
    None
}

fn word(content: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(content.get(at..at + 4)?.try_into().ok()?))
}

/// A text with its length in front, and what follows.
fn wide(content: &[u8]) -> Option<(String, &[u8])> {
    let length = word(content, 0)? as usize;
    let (text, rest) = content.get(4..)?.split_at_checked(length.checked_mul(2)?)?;
    let units: Vec<u16> = text.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    Some((String::from_utf16_lossy(&units), rest))
}

fn target(relations: &[u8], id: &str) -> Option<String> {
    use super::xml::{Mark, Marks};
    Marks::new(relations).find_map(|mark| match mark {
        Mark::Start(tag) if tag.is(b"Relationship") && tag.text(b"Id").as_deref() == Some(id) => {
            Some(format!("xl/{}", tag.text(b"Target")?))
        }
        _ => None,
    })
}

/// MS-XLSB 2.5.98.2, as Excel shows them.
fn error(code: Option<u8>) -> &'static str {
    match code {
        Some(0x00) => "#NULL!",
        Some(0x07) => "#DIV/0!",
        Some(0x0F) => "#VALUE!",
        Some(0x17) => "#REF!",
        Some(0x1D) => "#NAME?",
        Some(0x24) => "#NUM!",
        Some(0x2A) => "#N/A",
        _ => "#ERROR!",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(kind: u8, content: &[u8]) -> Vec<u8> {
        let mut bytes = vec![kind & 0x7F | if kind > 0x7F { 0x80 } else { 0 }];
        bytes.extend((kind > 0x7F).then_some(1));
        bytes.push(content.len() as u8);
        bytes.extend(content);
        bytes
    }

    fn cell(kind: u8, column: u8, value: &[u8]) -> Vec<u8> {
        made(kind, &[&[column, 0, 0, 0, 0, 0, 0, 0], value].concat())
    }

    fn told(cells: &[Vec<u8>]) -> Result<Vec<Added>, Unreadable> {
        let row = made(0, &[4, 0, 0, 0]);
        let part = [made(145, &[]), row, cells.concat(), made(146, &[])].concat();
        let mut added = Vec::new();
        sheet("A", &part, &mut added).map(|()| added)
    }

    #[test]
    fn an_error_as_the_result_of_a_formula_is_told() {
        let added = told(&[cell(2, 0, &[0; 4]), cell(11, 1, &[0x17])]).unwrap();
        let place = Place { sheet: "A".into(), row: 4, column: 1 };
        assert_eq!(added, [Added { place, value: RawValue::Error("#REF!".to_owned()) }]);
    }

    #[test]
    fn what_would_be_lost_or_doubled_is_refused() {
        let twice = told(&[cell(2, 1, &[0; 4]), cell(2, 0, &[0; 4]), cell(2, 1, &[0; 4])]).unwrap_err();
        assert_eq!(twice.places.iter().map(Place::address).collect::<Vec<_>>(), ["B5"]);
        assert_eq!(told(&[cell(12, 2, &[])]).unwrap_err().places[0].address(), "C5");
        assert!(told(&[made(0, &[0, 0, 0x20, 0])]).is_err(), "a row beyond the grid ends the sheet for the library");
        assert!(told(&[vec![2, 200]]).is_err(), "torn");
        assert!(told(&[]).is_ok());
    }
}

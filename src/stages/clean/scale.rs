//! Figures in another scale than is asked: `Tsd. €`, `in 1.000`, `%` above a column or in a line above the table.
//!
//! In: the rows of a table, and what stands above them. Out: a finding for each such word; the values below it count as missing.
//! Never: a figure that is a thousand times too small, or one that we multiplied.

use std::collections::BTreeMap;

use super::cell;
use super::glance::Parts;
use super::heading::Header;
use super::prepared::Asking;
use super::told::Told;
use super::{band, text};
use crate::base::short::Short;
use crate::model::books::Reason;
use crate::model::finding::Code;
use crate::model::form::{Field, FieldType};
use crate::model::raw::{RawCell, RawSheet, RawValue};
use crate::model::understood::CleanRow;
use crate::model::value::State;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scale {
    Thousands,
    Percent,
}

/// Tells where the scale is another one and takes those values for none.
pub(super) fn find(rows: &mut [CleanRow], sheet: &RawSheet, what: &Asking<'_>, header: &Header, told: &mut Told<'_>) {
    // The cell that says so, and the fields that it speaks of.
    let mut said: BTreeMap<(u32, u32), Vec<usize>> = BTreeMap::new();
    let above = sheet.cells.iter().take_while(|cell| cell.row < header.first);
    let speaking: Vec<&RawCell> =
        above.filter(|cell| header.reaches(cell.column) && of(&written(cell)).is_some()).collect();
    for (index, field) in what.table.fields.iter().enumerate().filter(|(_, field)| field.kind.is_number()) {
        let Some((column, _)) = &header.fields[index] else { continue };
        let differ = || column.levels.iter().any(|level| differs(level, field));
        let heading = (column.scaled && differ()).then_some((column.row, column.column));
        let unit = || {
            header.units.and_then(|row| over(sheet, row, column.column)).filter(|cell| differs(&written(cell), field))
        };
        let above = || speaking.iter().copied().rfind(|cell| speaks_of(cell, sheet, header, column.column, field));
        let within = || {
            let units = rows.iter().map(|row| &row.cells[index]).filter(|cell| cell.value.is_none());
            let unit = units.into_iter().find(|cell| is_unit(&cell.written) && differs(&cell.written, field));
            unit.and_then(|cell| cell.place.as_ref()).map(|place| (place.row, place.column))
        };
        let at = |cell: &RawCell| (cell.row, cell.column);
        if let Some(place) = unit().map(at).or(heading).or_else(|| above().map(at)).or_else(within) {
            said.entry(place).or_default().push(index);
        }
    }
    for ((row, column), fields) in said {
        let found = sheet.cell(row, column).map(cell::written).unwrap_or_default();
        take_away(rows, None, &fields, ((row, column), &found), (what, header), told);
    }
}

/// Takes the values of these fields, in all rows or the one at `only`, for none, and tells what says so.
pub(super) fn take_away(
    rows: &mut [CleanRow],
    only: Option<u32>,
    fields: &[usize],
    ((row, column), found): ((u32, u32), &str),
    (what, header): (&Asking<'_>, &Header),
    told: &mut Told<'_>,
) {
    let mut used = false;
    for cells in rows.iter_mut().map(|row| &mut row.cells) {
        for field in fields {
            let cell = &mut cells[*field];
            if only.is_some_and(|only| cell.place.as_ref().is_none_or(|place| place.row != only)) {
                continue;
            }
            if cell.value.take().is_some() {
                cell.state = State::Missing;
                used = true;
                if let Some(place) = &cell.place {
                    told.books.leave_out(&place.sheet, (place.row, place.column), Reason::NotUnderstood);
                }
            }
        }
    }
    if used {
        let headings: Vec<&str> = fields.iter().map(|field| what.table.fields[*field].heading.as_str()).collect();
        let finding = told.finding(Code::ScaleDiffers).at(told.place(row, column)).found(found);
        let columns = fields.iter().filter_map(|field| header.fields[*field].as_ref());
        let places = columns
            .map(|(column, _)| told.place(column.row, column.column))
            .filter(|place| (place.row, place.column) != (row, column));
        told.tell(places.fold(finding.expected(headings.join("; ")), |finding, place| finding.at(place)));
    }
}

/// Does a text beside or below the figures, or a comment, say of this field that its scale is another? A sentence says so, or
/// the unit alone; per cent may stand in many sentences.
pub(super) fn is_said_of(said: &str, field: &Field) -> bool {
    let Some(scale) = of(said).filter(|_| differs(said, field)) else { return false };
    let words = text::words(said);
    let any = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    let sentence = any(&["angaben", "angabe", "betraege", "betrag", "werte", "wert", "zahlen", "summen"])
        && (scale == Scale::Thousands || any(&["in"]));
    let unit = scale == Scale::Thousands && (is_unit(said) || words.first().is_some_and(|word| word == "in"));
    let last = said.lines().next_back().unwrap_or_default();
    let noted = scale == Scale::Thousands && said.lines().count() > 1 && is_unit(last);
    (sentence || unit || noted) && speaks_of_kind(&words, field)
}

/// Euros are said of money only.
fn speaks_of_kind(words: &[String], field: &Field) -> bool {
    let money = words.iter().any(|word| {
        matches!(word.as_str(), "€" | "eur" | "euro" | "teur" | "t€" | "k€" | "keur" | "betraege" | "betrag")
    });
    let is_money = field.kind == FieldType::Money || field.unit.as_deref().is_some_and(|unit| unit.contains('€'));
    is_money || !money
}

fn written(cell: &RawCell) -> Short {
    match &cell.value {
        RawValue::Text(text) => text.clone(),
        _ => Short::default(),
    }
}

fn is_unit(text: &str) -> bool {
    band::is_unit(text, &[])
}

/// What the words of a scale have in them; the euro sign is told by what it is made of.
static WORDS: Parts = Parts::of(&["tsd", "taus", "teur", "mi", "mrd", "keur", "000", "%", "pro", "v"]);

/// The scale that a text speaks of; `je 1.000 Einwohner` is none.
pub(super) fn of(text: &str) -> Option<Scale> {
    if !WORDS.may_be_in(text) {
        return None;
    }
    let words = text::words(text);
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    (0..words.len()).find_map(|at| {
        let before = if at == 0 { "" } else { word(at - 1) };
        let rate = matches!(before, "je" | "pro" | "auf");
        match word(at) {
            "tsd" | "tausend" | "mio" | "mill" | "millionen" | "mrd" | "milliarden" if !rate => Some(Scale::Thousands),
            "teur" | "t€" | "k€" | "keur" | "tsd€" => Some(Scale::Thousands),
            "1000" if before == "in" => Some(Scale::Thousands),
            "1" if before == "in" && word(at + 1) == "000" => Some(Scale::Thousands),
            "%" | "prozent" | "vh" | "promille" => Some(Scale::Percent),
            "v" if word(at + 1) == "h" => Some(Scale::Percent),
            _ => None,
        }
    })
}

/// Is the text in a scale in which this field is not asked?
fn differs(text: &str, field: &Field) -> bool {
    let Some(said) = of(text) else { return false };
    let own = std::iter::once(&field.heading).chain(&field.also).chain(&field.unit).chain(&field.en);
    let mut asked = own.filter_map(|name| of(name));
    // A decimal without a unit may be per cent; nothing else may.
    let open = said == Scale::Percent && field.kind == FieldType::Decimal && field.unit.is_none();
    !open && !asked.any(|asked| asked == said)
}

/// The cell of this row that stands over the column, perhaps merged.
fn over(sheet: &RawSheet, row: u32, column: u32) -> Option<&RawCell> {
    let own = sheet.index(row, column);
    let merged = || {
        let area = sheet.merged.iter().find(|area| area.top == row && (area.left..=area.right).contains(&column))?;
        sheet.index(area.top, area.left)
    };
    own.or_else(merged).map(|index| &sheet.cells[index])
}

/// Does a cell above the headings speak of this column's field?
fn speaks_of(cell: &RawCell, sheet: &RawSheet, header: &Header, column: u32, field: &Field) -> bool {
    let text = written(cell);
    let from = sheet.cells.partition_point(|other| other.row < cell.row);
    let row = sheet.cells[from..].iter().take_while(|other| other.row == cell.row);
    let alone = row.filter(|other| header.reaches(other.column) && cell::is_filled(&other.value)).count() == 1;
    let left = header.matched().map(|column| column.column).min().unwrap_or_default();
    if !differs(&text, field) {
        return false;
    }
    if !alone || is_unit(&text) && cell.column > left && !is_title(cell, sheet) {
        return over(sheet, cell.row, column).is_some_and(|over| over.column == cell.column) && is_unit(&text);
    }
    let words = text::words(&text);
    // A sentence says in what the figures are; a mere number in a title does not.
    let says = is_unit(&text)
        || words.iter().any(|word| matches!(word.as_str(), "in" | "angaben" | "betraege" | "werte" | "zahlen"));
    says && speaks_of_kind(&words, field)
}

/// Right above the table's right edge stands what holds for all of it: `in Tsd. €`.
fn is_title(cell: &RawCell, sheet: &RawSheet) -> bool {
    !sheet.cells.iter().any(|other| other.column > cell.column && other.row > cell.row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glance_misses_no_scale() {
        for text in [
            "in Tsd.",
            "Tausend",
            "Mio. €",
            "Mill.",
            "Millionen",
            "Mrd.",
            "Milliarden",
            "TEUR",
            "T€",
            "k€",
            "kEUR",
            "Tsd€",
            "in 1000",
            "in 1.000",
            "in 1 000",
            "%",
            "Prozent",
            "v. H.",
            "vH",
            "v-H",
            "Promille",
        ] {
            assert!(of(text).is_some(), "{text}");
        }
        for text in ["", "Anzahl", "je 1.000 Einwohner", "pro Tausend", "1000", "Minuten"] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}

//! Where each table stands: on which sheet, and there under which headings; several tables may share a sheet.
//!
//! In: the workbook and the tables asked for. Out: the place of each table, where it stands once more, and the sheets
//! that hold none. Never: a table that is read from two places.

use std::collections::BTreeMap;

use super::cell;
use super::entitled;
use super::heading::{self, Header};
use super::prepared::Asking;
use super::rival::Wanted;
use super::sheet::{self, Assigned, SheetNames};
use crate::base::short::Short;
use crate::model::raw::{RawSheet, RawValue, RawWorkbook};

/// The sheet of a table, and all its headings there.
pub(super) struct Spot {
    pub(super) sheet: usize,
    /// The sheet does not bear the table's name.
    pub(super) guessed: bool,
    pub(super) headers: Vec<Header>,
}

#[derive(Default)]
pub(super) struct Places<'a> {
    pub(super) spots: BTreeMap<&'a str, Spot>,
    /// Sheets on which a table of `spots` stands once more, and its headings there.
    pub(super) twice: Vec<(usize, &'a str, Header)>,
    /// Visible sheets with content that hold none of the tables.
    pub(super) unknown: Vec<usize>,
}

/// Finds each of `tables`; `cover` is no candidate, unless it is called like a table.
pub(super) fn locate<'a>(
    workbook: &RawWorkbook,
    tables: &[&Asking<'a>],
    names: &SheetNames<'a>,
    cover: Option<usize>,
    wanted: &Wanted<'_, '_>,
) -> Places<'a> {
    let Assigned { sheets, unknown, hidden } =
        sheet::assign(workbook, tables, names, cover, (wanted.stem, |sheet: &RawSheet| wanted.is_aside(sheet)));
    let mut places = Places::default();
    for what in tables {
        let Some((sheet, guessed)) = sheets.get(what.name).copied() else { continue };
        let mut headers = heading::all(&workbook.sheets[sheet], what.table, &what.spellings);
        entitled::first(&workbook.sheets[sheet], &mut headers, wanted);
        places.spots.insert(what.name, Spot { sheet, guessed, headers });
    }
    for what in tables.iter().filter(|what| !sheets.contains_key(what.name)) {
        if let Some(spot) = beside_another(workbook, what, &places) {
            places.spots.insert(what.name, spot);
        }
    }
    for index in unknown.into_iter().chain(hidden) {
        let sheet = &workbook.sheets[index];
        let again = |what: &&&Asking<'a>| {
            let named = names.any(&sheet.name) == Some(what.name);
            let header = heading::find(sheet, what.table, &what.spellings)?;
            // What only looks like the table is its equal where that was found by its looks, too.
            let spot = places.spots.get(what.name)?;
            let alike = (spot.guessed || spot.headers.is_empty()) && is_most(&header, what);
            let known = header.sure() > 1 && (named || alike);
            (known && has_rows(sheet, &header)).then_some((what.name, header))
        };
        match tables.iter().filter(|what| sheets.contains_key(what.name)).find_map(|what| again(&what)) {
            Some((name, header)) => {
                match places.spots.get_mut(name).filter(|spot| spot.headers.is_empty() && !sheet.hidden) {
                    // The sheet that is called so is empty or something else.
                    Some(spot) => *spot = Spot { sheet: index, guessed: true, headers: vec![header] },
                    None => places.twice.push((index, name, header)),
                }
            }
            None if sheet.hidden => {}
            None => places.unknown.push(index),
        }
    }
    let claimed: Vec<_> = places.spots.iter().map(|(name, spot)| (spot.sheet, *name, cells(spot))).collect();
    for (name, spot) in &mut places.spots {
        let of_another = |row, column| {
            claimed
                .iter()
                .any(|(sheet, other, cells)| *sheet == spot.sheet && other != name && cells.contains(&(row, column)))
        };
        for header in &mut spot.headers {
            header.unknown.retain(|column| !of_another(column.row, column.column));
        }
    }
    places
}

impl<'a> Places<'a> {
    /// All headings on a sheet but those of `table` itself.
    pub(super) fn others(&self, table: &str, sheet: usize) -> Vec<&Header> {
        let others = self.spots.iter().filter(|(name, spot)| **name != table && spot.sheet == sheet);
        others.flat_map(|(_, spot)| &spot.headers).collect()
    }
}

/// A table without a sheet of its own stands on that of another, if most of its headings do.
fn beside_another<'a>(workbook: &RawWorkbook, what: &Asking<'a>, places: &Places<'a>) -> Option<Spot> {
    let mut taken: Vec<usize> = places.spots.values().map(|spot| spot.sheet).collect();
    taken.sort_unstable();
    taken.dedup();
    for sheet in taken.into_iter().filter(|sheet| !workbook.sheets[*sheet].hidden) {
        let claimed: Vec<(u32, u32)> =
            places.spots.values().filter(|spot| spot.sheet == sheet).flat_map(cells).collect();
        let free = |header: &Header| header.matched().all(|column| !claimed.contains(&(column.row, column.column)));
        let headers: Vec<Header> = heading::all(&workbook.sheets[sheet], what.table, &what.spellings)
            .into_iter()
            .filter(|header| free(header) && is_most(header, what))
            .collect();
        if !headers.is_empty() {
            return Some(Spot { sheet, guessed: true, headers });
        }
    }
    None
}

fn cells(spot: &Spot) -> Vec<(u32, u32)> {
    let columns =
        spot.headers.iter().flat_map(|header| header.matched().chain(header.twice.iter().map(|(_, column)| column)));
    columns.map(|column| (column.row, column.column)).collect()
}

/// Enough of the table to know it without its name.
pub(super) fn is_most(header: &Header, what: &Asking<'_>) -> bool {
    header.sure() >= 3 && header.sure() * 5 >= what.table.fields.len() * 3
}

fn has_rows(sheet: &RawSheet, header: &Header) -> bool {
    let below = |column: u32| {
        sheet.cells.iter().any(|cell| cell.row > header.last && cell.column == column && cell::is_filled(&cell.value))
    };
    header.matched().filter(|column| below(column.column)).count() > 1
}

/// The first row below `header` that is not its own: the next headings, with the titles right above them.
pub(super) fn end(sheet: &RawSheet, header: &Header, others: &[&Header]) -> u32 {
    let below =
        |other: &&&Header| other.first > header.last && other.matched().any(|column| header.reaches(column.column));
    let Some(next) = others.iter().filter(below).map(|other| other.first).min() else { return u32::MAX };
    titles(sheet, header, next).first().map_or(next, |(row, _)| *row)
}

/// Texts that stand alone in their rows right above a row, from the top.
pub(super) fn titles(sheet: &RawSheet, header: &Header, row: u32) -> Vec<(u32, Short)> {
    let above: Vec<_> = sheet.rows().take_while(|cells| cells[0].row < row).collect();
    let mut titles = Vec::new();
    for cells in above.into_iter().rev().filter(|cells| cells[0].row > header.last || row == header.first) {
        let mut filled = cells.iter().filter(|cell| header.reaches(cell.column) && cell::is_filled(&cell.value));
        match (filled.next(), filled.next()) {
            (Some(only), None) if matches!(only.value, RawValue::Text(_)) => {
                titles.push((only.row, cell::written(&only.value)));
            }
            (None, _) => {}
            _ => break,
        }
    }
    titles.reverse();
    titles
}

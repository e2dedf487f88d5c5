//! Headings that were read before: most returns are the same form, so its headings are understood once for all of them.
//!
//! In: a sheet with a row that names every field as the form does. Out: its headers, exactly as they would be read here. What is
//! kept is found again by the cells themselves, so nothing of one file can reach another. Never: waits for another thread.

use std::sync::{Arc, Mutex};

use super::cell;
use super::columns::{self, blocks};
use super::heading::Header;
use super::path::{Above, BELOW};
use super::spelling::Spellings;
use super::spread;
use crate::model::form::Table;
use crate::model::raw::{Area, RawCell, RawSheet, RawValue};

/// So many different heads of one table are kept, of so many cells at most.
const MOST: usize = 64;
const MOST_CELLS: usize = 1000;

/// The heads of one table that were read.
#[derive(Default)]
pub(super) struct Heads {
    alone: Mutex<Vec<Arc<Head>>>,
    others: Mutex<Vec<Arc<Head>>>,
}

/// Everything that its headers depend on, and the headers. Rows count from that of the headings where nothing above belongs to
/// them, and from the first one otherwise.
struct Head {
    /// Down to the row with the headings.
    cells: Vec<RawCell>,
    merged: Vec<Area>,
    /// Where the next rows stand, which hold neither units nor numbers of columns.
    below: Vec<u32>,
    /// Another row stands right above.
    follows: bool,
    headers: Vec<Header>,
    /// For each of their unknown columns: is it a heading even if nothing stands below it?
    sure: Vec<Vec<bool>>,
}

/// The headers in the row at `bottom`, which names every field.
pub(super) fn plain(
    sheet: &RawSheet,
    rows: &[&[RawCell]],
    bottom: usize,
    table: &Table,
    spellings: &Spellings,
) -> Vec<Header> {
    let own = rows[bottom][0].row;
    let alone = stands_alone(sheet, rows, bottom);
    let (from, zero) = if alone { (bottom, own) } else { (0, 0) };
    let before: usize = rows[..from].iter().map(|row| row.len()).sum();
    let count: usize = rows[from..=bottom].iter().map(|row| row.len()).sum();
    let cells = &sheet.cells[before..before + count];
    let below = &rows[bottom + 1..rows.len().min(bottom + 1 + BELOW)];
    let last = below.last().unwrap_or(&rows[bottom])[0].row;
    let merged = &sheet.merged[..sheet.merged.partition_point(|area| area.top <= last)];
    let merged = &merged[merged.partition_point(|area| area.top < zero)..];
    let usual = count <= MOST_CELLS
        && sheet.hidden_columns.is_empty()
        && merged.last().is_none_or(|area| area.top <= own)
        && !below.iter().any(|row| Above::belongs_to_headings(row, spellings));
    let numbers = || below.iter().map(|row| row[0].row - zero);
    let follows = bottom > 0 && rows[bottom - 1][0].row + 1 == own;
    let is_same = |head: &&Arc<Head>| {
        let mut pairs = head.cells.iter().zip(cells);
        head.cells.len() == cells.len()
            && pairs.all(|(kept, cell)| {
                (kept.row + zero, kept.column) == (cell.row, cell.column) && kept.value == cell.value
            })
            && head.merged.iter().copied().eq(merged.iter().map(|area| up(area, zero)))
            && head.below.iter().copied().eq(numbers())
            && head.follows == follows
    };
    let known = || spellings.heads.of(alone).try_lock().ok()?.iter().find(is_same).cloned();
    if let Some(head) = usual.then(known).flatten() {
        return head.on(sheet, own, zero);
    }
    let above = Above::of(sheet, rows.iter().copied(), bottom + 1, spellings);
    let mut headers = blocks(&columns::candidates(&above, bottom), table, spellings, true);
    headers.iter_mut().for_each(|header| above.measure(bottom, header));
    let sure = |header: &Header| {
        header.unknown.iter().map(|column| above.is_sure_heading(bottom, column.row, column.column)).collect()
    };
    let head = Head {
        sure: headers.iter().map(sure).collect(),
        cells: cells.iter().map(|cell| RawCell { row: cell.row - zero, ..cell.clone() }).collect(),
        merged: merged.iter().map(|area| up(area, zero)).collect(),
        below: numbers().collect(),
        follows,
        headers: headers.into_iter().map(|header| header.moved(|row| row - zero)).collect(),
    };
    let headers = head.on(sheet, own, zero);
    if let (true, Ok(mut heads)) = (usual, spellings.heads.of(alone).try_lock()) {
        heads.truncate(MOST - 1);
        heads.insert(0, Arc::new(head));
    }
    headers
}

/// Does nothing above the row belong to its headings: titles, which begin where the table begins, and blank rows?
fn stands_alone(sheet: &RawSheet, rows: &[&[RawCell]], bottom: usize) -> bool {
    let (own, first) = (rows[bottom][0].row, rows[bottom][0].column);
    let over = |area: &Area| area.top < own && area.bottom + 1 >= own;
    let is_title = |row: &[RawCell]| {
        let [only] = row else { return false };
        only.column <= first && matches!(only.value, RawValue::Text(_)) && cell::is_filled(&only.value)
    };
    let above = bottom.checked_sub(1).map(|above| rows[above]).filter(|row| row[0].row + 1 == own);
    !sheet.merged.iter().take_while(|area| area.top < own).any(over)
        && above.is_none_or(is_title)
        && cell::is_filled(&rows[bottom][0].value)
}

fn up(area: &Area, by: u32) -> Area {
    Area { top: area.top - by, bottom: area.bottom - by, ..*area }
}

impl Heads {
    fn of(&self, alone: bool) -> &Mutex<Vec<Arc<Head>>> {
        if alone { &self.alone } else { &self.others }
    }
}

impl Head {
    /// The headers without those texts that are none, because nothing stands below them on this sheet.
    fn on(&self, sheet: &RawSheet, own: u32, zero: u32) -> Vec<Header> {
        let mut headers: Vec<Header> =
            self.headers.iter().map(|header| header.clone().moved(|row| row + zero)).collect();
        for (header, sure) in headers.iter_mut().zip(&self.sure) {
            let mut sure = sure.iter();
            header.unknown.retain(|column| {
                sure.next() == Some(&true)
                    || sheet.cells.iter().any(|cell| cell.row > own && cell.column == column.column)
            });
            spread::widen(sheet, header);
        }
        headers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::clean::heading;
    use crate::stages::clean::samples::{form_of, merged, sheet};
    use proptest::prelude::*;

    /// Sheets that differ in what stands above, beside and below the same headings, and in what is merged and hidden.
    fn upper_part() -> impl Strategy<Value = RawSheet> {
        let above = prop::sample::subsequence(
            vec!["Titel", "||Gruppe", "Stand|heute", "", "Anteil|Anteil|Anteil", "=2026"],
            0..=3,
        );
        let head = prop::sample::select(vec![
            "Ort|Zahl|Anteil",
            "Zahl|Ort|Anteil",
            "|Ort|Zahl|Anteil|Neu",
            "Ort|Zahl||Anteil",
        ]);
        let below =
            prop::sample::subsequence(vec!["Anzahl|Anzahl|%", "=1|=2|=3", "", "A|=1|=2|x", "B|=4|=5|=6|y"], 0..=5);
        let areas = prop::sample::subsequence(vec!["A1:C1", "A1:A3", "B2:C2", "B1:B2", "C3:D3"], 0..=2);
        (above.prop_shuffle(), head, below, areas, prop::option::weighted(0.2, 0_u32..4)).prop_map(
            |(above, head, below, areas, hidden)| {
                let text: Vec<&str> = above.into_iter().chain([head]).chain(below).collect();
                let hidden_columns = hidden.map(|column| (column, column)).into_iter().collect();
                RawSheet { hidden_columns, ..merged(sheet("T", &text.join("\n")), &areas.join(" ")) }
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn what_was_read_before_changes_nothing(sheets in prop::collection::vec(upper_part(), 2..40)) {
            let form = form_of(&[("t", "ort text Ort\nzahl count Zahl\nanteil decimal Anteil")]);
            let table = &form.tables["t"];
            let kept = Spellings::of(table);
            for sheet in &sheets {
                let fresh = heading::all(sheet, table, &Spellings::of(table));
                prop_assert_eq!(heading::all(sheet, table, &kept), fresh);
            }
        }
    }
}

//! Headings that were read before: most returns are the same form, so its headings are understood once for all of them.
//!
//! In: a sheet with a row that names every field as the form does. Out: its headers, exactly as they would be read here. What is
//! kept is found again by the cells themselves, so nothing of one file can reach another. Never: waits for another thread.

use std::sync::{Arc, Mutex};

use super::columns::{self, blocks};
use super::heading::Header;
use super::path::{Above, BELOW};
use super::spelling::Spellings;
use super::spread;
use crate::model::form::Table;
use crate::model::raw::{Area, RawCell, RawSheet};

/// So many different heads of one table are kept, of so many cells at most.
const MOST: usize = 64;
const MOST_CELLS: usize = 1000;

/// The heads of one table that were read.
#[derive(Default)]
pub(super) struct Heads(Mutex<Vec<Arc<Head>>>);

/// Everything that its headers depend on, and the headers.
struct Head {
    /// All down to the row with the headings.
    cells: Vec<RawCell>,
    merged: Vec<Area>,
    /// Where the next rows stand, which hold neither units nor numbers of columns.
    below: Vec<u32>,
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
    let count: usize = rows[..=bottom].iter().map(|row| row.len()).sum();
    let cells = &sheet.cells[..count];
    let below = &rows[bottom + 1..rows.len().min(bottom + 1 + BELOW)];
    let last = below.last().unwrap_or(&rows[bottom])[0].row;
    let own = rows[bottom][0].row;
    let merged = &sheet.merged[..sheet.merged.partition_point(|area| area.top <= last)];
    let usual = count <= MOST_CELLS
        && merged.last().is_none_or(|area| area.top <= own)
        && !below.iter().any(|row| Above::belongs_to_headings(row, spellings));
    let numbers = || below.iter().map(|row| row[0].row);
    let is_same = |head: &&Arc<Head>| {
        head.cells.len() == cells.len()
            && head.cells == cells
            && head.merged == merged
            && head.below.iter().copied().eq(numbers())
    };
    let known = || spellings.heads.0.try_lock().ok()?.iter().find(is_same).cloned();
    if let Some(head) = usual.then(known).flatten() {
        return head.on(sheet, own);
    }
    let above = Above::of(sheet, rows.iter().copied(), bottom + 1, spellings);
    let mut headers = blocks(&columns::candidates(&above, bottom), table, spellings, true);
    headers.iter_mut().for_each(|header| above.measure(bottom, header));
    let sure = |header: &Header| {
        header.unknown.iter().map(|column| above.is_sure_heading(bottom, column.row, column.column)).collect()
    };
    let head = Head {
        sure: headers.iter().map(sure).collect(),
        cells: cells.to_vec(),
        merged: merged.to_vec(),
        below: numbers().collect(),
        headers,
    };
    let headers = head.on(sheet, own);
    if let (true, Ok(mut heads)) = (usual, spellings.heads.0.try_lock()) {
        heads.truncate(MOST - 1);
        heads.insert(0, Arc::new(head));
    }
    headers
}

impl Head {
    /// The headers without those texts that are none, because nothing stands below them on this sheet.
    fn on(&self, sheet: &RawSheet, own: u32) -> Vec<Header> {
        let mut headers = self.headers.clone();
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

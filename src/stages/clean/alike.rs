//! Entries that are the same but for one number: a block pasted twice, one number of which was then mended.
//!
//! In: all rows of a table whose rows nothing tells apart. Out: findings; every row counts. Never: a word about two rooms of one
//! kind in one place, or two posts with one name: only a name that stands nowhere else in the table, or a whole block, is odd.

use std::collections::{BTreeMap, BTreeSet};

use super::heading::Header;
use super::prepared::Asking;
use super::told::Told;
use crate::model::finding::Code;
use crate::model::form::FieldType;
use crate::model::raw::{RawCell, RawSheet};
use crate::model::understood::CleanRow;

/// So many answers beside the numbers have to be the same.
const ENOUGH: usize = 3;
/// In a larger table, each row would be compared with too many.
const MOST_ROWS: usize = 2000;

/// How two rows are alike.
#[derive(Clone, Copy, PartialEq)]
enum Like {
    Same,
    /// But for the number of this field.
    But(usize),
}

pub(super) fn tell(rows: &[CleanRow], (sheet, header, what): (&RawSheet, &Header, &Asking<'_>), told: &mut Told<'_>) {
    let table = what.table;
    if !table.key_positions().is_empty() || table.long.is_some() || rows.len() > MOST_ROWS {
        return;
    }
    let named = |at: &usize| header.fields[*at].is_some() && table.fields[*at].kind == FieldType::Text;
    let Some(name) = (0..table.fields.len()).find(named) else { return };
    let mut of_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate().filter(|(_, row)| !row.cells[name].written.is_empty()) {
        of_name.entry(&row.cells[name].written).or_default().push(at);
    }
    let mut pairs: BTreeMap<(usize, usize), Like> = BTreeMap::new();
    for same in of_name.values().filter(|same| same.len() > 1) {
        for (at, first) in same.iter().enumerate() {
            for second in &same[at + 1..] {
                let like = like(&rows[*first], &rows[*second], (sheet, header, what));
                pairs.extend(like.map(|like| ((*first, *second), like)));
            }
        }
    }
    // Where other names stand twice, too, a name says too little.
    let names = || of_name.values().filter(|same| same.len() > 1).count();
    let mut known: BTreeSet<usize> = BTreeSet::new();
    for ((first, second), like) in &pairs {
        let Like::But(field) = *like else { continue };
        let beside = |step: i64| {
            let at = |row: usize| usize::try_from(i64::try_from(row).ok()? + step).ok();
            at(*first).zip(at(*second)).is_some_and(|pair| pairs.contains_key(&pair))
        };
        let block = second - first > 1 && (beside(1) || beside(-1));
        let alone = names() == 1 && of_name[rows[*first].cells[name].written.as_str()].len() == 2 && rows.len() > 2;
        if (block || alone) && known.insert(*second) {
            let places = [second, first].into_iter().filter_map(|row| rows[*row].cells[field].place.clone());
            let finding = told.finding(Code::RowAlike).found(rows[*first].cells[name].written.as_str());
            let finding = finding.expected(&table.fields[field].heading);
            told.tell(places.fold(finding, |finding, place| finding.at(place)));
        }
    }
}

/// Are two rows the same, in all columns, but for one number at most?
fn like(one: &CleanRow, other: &CleanRow, (sheet, header, what): (&RawSheet, &Header, &Asking<'_>)) -> Option<Like> {
    let cells = || one.cells.iter().zip(&other.cells).zip(&what.table.fields).enumerate();
    let (mut answers, mut numbers, mut differs) = (0, 0, None);
    for (at, ((one, other), field)) in cells() {
        let same = one.written == other.written;
        match field.kind.is_number() {
            false if !same => return None,
            false => answers += usize::from(!one.written.is_empty()),
            true if same => numbers += usize::from(one.value.is_some()),
            true if differs.is_some() || one.value.is_none() || other.value.is_none() => return None,
            true => differs = Some(at),
        }
    }
    let row = |of: &CleanRow| of.cells.iter().find_map(|cell| cell.place.as_ref()).map(|place| place.row);
    let ours = |column: u32| header.matched().any(|known| known.column == column);
    let others = |at: u32| -> Vec<&RawCell> {
        let from = sheet.cells.partition_point(|cell| cell.row < at);
        let cells = sheet.cells[from..].iter().take_while(|cell| cell.row == at);
        cells.filter(|cell| header.reaches(cell.column) && !ours(cell.column)).collect()
    };
    let (first, second) = (others(row(one)?), others(row(other)?));
    // A number of their own, say, tells them apart.
    let apart = first.len() != second.len()
        || first.iter().zip(&second).any(|(one, other)| (one.column, &one.value) != (other.column, &other.value));
    if answers < ENOUGH || apart {
        return None;
    }
    match differs {
        None => Some(Like::Same),
        Some(field) => (numbers > 0).then_some(Like::But(field)),
    }
}

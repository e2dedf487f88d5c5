//! Values that do not stand where they belong: a column that is empty in all rows, values one column beside their headings,
//! or one row below their names.
//!
//! In: the rows of a table. Out: findings; shifted values are taken for none. Never: a value that is moved to where it would fit.

use std::collections::BTreeSet;

use super::cell;
use super::date;
use super::gap;
use super::heading::Header;
use super::prepared::Asking;
use super::slid;
use super::told::Told;
use crate::base::short::Short;
use crate::model::books::Reason;
use crate::model::finding::Code;
use crate::model::form::FieldType;
use crate::model::raw::{RawCell, RawSheet, RawValue};
use crate::model::understood::{CleanCell, CleanRow};
use crate::model::value::{Place, State, address};

/// So many rows show whether values are shifted.
const ENOUGH_ROWS: usize = 40;

/// Tells of shifted values, which then count as missing, or else of columns without any.
pub(super) fn find(rows: &mut [CleanRow], sheet: &RawSheet, what: &Asking<'_>, header: &Header, told: &mut Told<'_>) {
    if what.table.long.is_some() {
        return;
    }
    if rows.len() < 2 {
        return slid::find(rows, sheet, what, header, told);
    }
    if let Some(shift) = columns(rows, sheet, what, header, told) {
        let fields = fields(header).filter(|(_, column)| *column >= shift.lost).map(|(field, _)| field).collect();
        let (place, range) = (told.place(shift.first.0, shift.first.1), range(rows, &fields));
        tell(place, range, address(header.last, shift.belongs), told);
        drop_values(rows, &fields, told);
    } else if let Some((first, place)) = rows_down(rows, what, header, told) {
        let keys = names(what, header);
        let fields: BTreeSet<usize> =
            fields(header).map(|(field, _)| field).filter(|field| !keys.contains(field)).collect();
        let range = range(rows, &fields);
        let column =
            fields.iter().filter_map(|field| header.fields[*field].as_ref()).map(|(column, _)| column.column).min();
        tell(place, range, address(first, column.unwrap_or_default()), told);
        drop_values(rows, &fields, told);
    } else if let Some(slid) = gap::find(rows, sheet, what, header) {
        let fields: BTreeSet<usize> = slid.iter().map(|(field, _)| *field).collect();
        let row =
            rows.iter().find_map(|row| row.cells[slid[0].0].place.as_ref()).map_or(header.last, |place| place.row);
        let place = told.place(row, slid[1].1);
        let filled = slid[1..].iter().map(|(field, _)| *field).collect();
        let range = range(rows, &filled);
        tell(place, range, address(row, slid[0].1), told);
        drop_values(rows, &fields, told);
    } else {
        slid::find(rows, sheet, what, header, told);
        empty(rows, sheet, what, header, told);
    }
}

/// The fields that have a column, each with it.
pub(super) fn fields(header: &Header) -> impl Iterator<Item = (usize, u32)> {
    header.fields.iter().enumerate().filter_map(|(field, found)| Some((field, found.as_ref()?.0.column)))
}

/// The fields that name the rows: the key, or the first text.
fn names(what: &Asking<'_>, header: &Header) -> Vec<usize> {
    let keys = what.table.key_positions();
    let text =
        || fields(header).map(|(field, _)| field).find(|field| what.table.fields[*field].kind == FieldType::Text);
    if keys.is_empty() { text().into_iter().collect() } else { keys }
}

struct Shift {
    /// The first cell that is not where it belongs, and the column where it does.
    first: (u32, u32),
    belongs: u32,
    /// From this column on nothing can be trusted.
    lost: u32,
}

/// Are the values of nearly all rows one column beside their headings, from some column on?
fn columns(rows: &[CleanRow], sheet: &RawSheet, what: &Asking<'_>, header: &Header, told: &Told<'_>) -> Option<Shift> {
    // A text may be a number; where every one is, that says something only beside a column without any value.
    let odd = |text: bool| {
        let fields = || fields(header).map(|(field, _)| field).filter(|field| !text || !what.keys.contains(field));
        let is_text = |field: usize| what.table.fields[field].kind == FieldType::Text;
        fields().any(|field| is_text(field) == text && is_odd(rows, field, what))
    };
    let beyond = fields(header).map(|(_, column)| column).max()? + 1;
    let spilled = || sheet.cells.iter().any(|cell| cell.column == beyond && cell.row > header.last);
    if !spilled() && !odd(false) && !odd(true) {
        return None;
    }
    let at: Vec<u32> = rows
        .iter()
        .filter_map(|row| row.cells.iter().find_map(|cell| cell.place.as_ref()).map(|place| place.row))
        .collect();
    let at = &at[..at.len().min(ENOUGH_ROWS)];
    let lines: Vec<&[RawCell]> = at.iter().map(|row| sheet.row(*row)).collect();
    let cell = |line: &[RawCell], column: u32| {
        let found = line.binary_search_by_key(&column, |cell| cell.column).ok()?;
        Some(found).filter(|found| cell::is_filled(&line[*found].value))
    };
    let mut columns: Vec<(usize, u32)> = fields(header).collect();
    columns.sort_by_key(|(_, column)| *column);
    // What a column's cells would be, were they the answers to a field: wrong ones, and right ones that could not be anything.
    let judged = |field: usize, column: u32| {
        let (mut wrong, mut right) = (0, 0);
        for line in &lines {
            let Some(found) = cell(line, column) else { continue };
            match fits(field, &line[found].value, what, told) {
                Some(true) => right += 1,
                Some(false) => wrong += 1,
                None => {}
            }
        }
        (wrong, right)
    };
    // A number below the headings that is written as text may look like one more heading.
    let lowest = header.matched().map(|column| column.row).max()?;
    let unnamed = |column: u32| header.unknown.iter().all(|known| known.column != column || known.row > lowest);
    let filled = |column: u32| lines.iter().filter(|line| cell(line, column).is_some()).count();
    // Numbers below numbers fit, too; but then one column is left empty, and one stands beside the table.
    let beside = columns.last().map(|(_, last)| last + 1).filter(|column| unnamed(*column));
    let over = || beside.is_some_and(|column| filled(column) >= 2 && filled(column) * 3 >= at.len());
    // A sign for nothing fills no gap.
    let answered = |field: usize, column: u32| {
        let unseen = |raw: &RawValue| matches!(raw, RawValue::NoResult | RawValue::Hidden(_));
        let says = |raw: &RawValue| unseen(raw) || !what.asked[field].says_nothing(&cell::written(raw));
        let here = |place: &Place| place.column == column && place.sheet == told.sheet;
        let known =
            |row: &CleanRow| row.cells[field].value.is_some() && row.cells[field].place.as_ref().is_some_and(here);
        rows.iter().take(ENOUGH_ROWS).any(known) || at.iter().any(|row| sheet.cell(*row, column).is_some_and(says))
    };
    // A heading that nobody understands may be that of the column that stands empty.
    let (left, right) = (columns.first()?.1, columns.last()?.1);
    let strange = header.unknown.iter().map(|known| known.column).filter(|column| (left..right).contains(column));
    let first_gap = |texts: bool| {
        let asked = columns.iter().find(|(field, column)| {
            (texts || what.table.fields[*field].kind != FieldType::Text) && !answered(*field, *column)
        });
        asked.map(|(_, column)| *column).into_iter().chain(strange.clone().filter(|column| filled(*column) == 0)).min()
    };
    let gap = || first_gap(false).is_some();
    // What was wrong anyhow stays wrong; but where cells fill a gap from beside the table, they need only fit hardly worse.
    let spills = over() && gap();
    if !(odd(false) || spills || odd(true) && gap()) {
        return None;
    }
    let here: Vec<(usize, usize)> = columns.iter().map(|(field, column)| judged(*field, *column)).collect();
    let sum = |all: &[(usize, usize)]| all.iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let before = sum(&here);
    let moved = |step: i64, from: usize| {
        let there = columns[from..].iter().map(|(field, column)| match u32::try_from(i64::from(*column) + step) {
            Ok(column) => judged(*field, column),
            Err(_) => (0, 0),
        });
        let kept = &here[..if step < 0 { from.saturating_sub(1) } else { from }];
        sum(&kept.iter().copied().chain(there).collect::<Vec<_>>())
    };
    let all = (0..columns.len()).flat_map(|from| [(1, from), (-1, from)]);
    let better = all.filter(|(step, from)| *step > 0 || *from > 0).filter_map(|(step, from)| {
        let (wrong, right) = moved(step, from);
        let fewer = wrong * 10 <= before.0 || wrong * 3 <= before.0 && right >= before.1 + at.len();
        ((fewer || spills && wrong <= before.0.max(right / 20)) && right > before.1).then_some((
            wrong,
            std::cmp::Reverse(right),
            from,
            step,
        ))
    });
    let Some((_, _, from, step)) = better.min() else {
        // Too much is wrong to tell what would fit better; but what fills the column beside the table would fit into the last one.
        let empty = first_gap(!spills).filter(|_| spills || over() && odd(false))?;
        let (last, column) = columns.last()?;
        let (wrong, right) = judged(*last, column + 1);
        let first = Some((*at.first()?, empty + 1));
        return first.filter(|_| right > 0 && right * 2 >= wrong).map(|first| Shift {
            first,
            belongs: empty,
            lost: empty,
        });
    };
    let belongs = columns[from].1;
    let first = u32::try_from(i64::from(belongs) + step).ok()?;
    Some(Shift { first: (*at.first()?, first), belongs, lost: first.min(belongs) })
}

/// Are most cells of a field not understood, or numbers where texts are asked?
fn is_odd(rows: &[CleanRow], field: usize, what: &Asking<'_>) -> bool {
    let text = what.table.fields[field].kind == FieldType::Text;
    let cells = || rows.iter().map(|row| &row.cells[field]).filter(|cell| !cell.written.is_empty());
    let digits = |written: &str| written.bytes().all(|mark| mark.is_ascii_digit() || mark == b',');
    let bare = |written: &str| digits(written) || date::parse(written).is_some();
    let is_odd = |cell: &CleanCell| if text { bare(&cell.written) } else { cell.state == State::Missing };
    // A sign for nothing is understood.
    let says =
        |cell: &&CleanCell| text || cell.state != State::Missing || !what.asked[field].says_nothing(&cell.written);
    let (mut odd, mut even) = (0, 0);
    for cell in cells().filter(says) {
        *(if is_odd(cell) { &mut odd } else { &mut even }) += 1;
        // More cannot be made up for.
        if even * 5 > rows.len() {
            return false;
        }
    }
    odd >= 2 && odd * 5 >= (odd + even) * 4 && odd * 2 >= rows.len()
}

/// Is this an answer to the field? None where it says nothing: a text where texts are asked, a sign.
pub(super) fn fits(field: usize, raw: &RawValue, what: &Asking<'_>, told: &Told<'_>) -> Option<bool> {
    let kind = what.table.fields[field].kind;
    if kind == FieldType::Text {
        let odd =
            matches!(raw, RawValue::Number(_) | RawValue::Date(_)) && !what.table.key_positions().contains(&field);
        return odd.then_some(false);
    }
    let place = Place { sheet: Short::default(), row: 0, column: 0 };
    let (cell, wrong) = cell::clean(Some(raw), place, &what.asked[field], told.latest);
    use Code::{CodeUnknown, FractionInCount, NotADate, NotANumber, NumberMadeDate};
    match wrong.map(|wrong| wrong.fault) {
        Some(NotANumber | NumberMadeDate | NotADate | CodeUnknown | FractionInCount) => Some(false),
        Some(_) => None,
        None if cell.value.is_some() => Some(true),
        None => None,
    }
}

/// The first name has no values, and below the last one there are values without a name: all stand one row too low. Gives the
/// row where the values should begin, and where they do.
fn rows_down(rows: &[CleanRow], what: &Asking<'_>, header: &Header, told: &Told<'_>) -> Option<(u32, Place)> {
    let names = names(what, header);
    let [name] = names.as_slice() else { return None };
    let place = |row: &CleanRow| row.cells[*name].place.clone();
    let others =
        |row: &CleanRow| row.cells.iter().enumerate().any(|(field, cell)| field != *name && !cell.written.is_empty());
    let named = |row: &CleanRow| !row.cells[*name].written.is_empty();
    let (first, last) = (rows.first()?, rows.last()?);
    if named(last) || !others(last) || rows.len() < 4 {
        return None;
    }
    let between = |rows: &[CleanRow]| rows.iter().all(|row| named(row) && others(row));
    let end = rows.len() - 1;
    if named(first) && !others(first) && between(&rows[1..end]) {
        return Some((place(first)?.row, place(&rows[1])?));
    }
    // A name alone in its row was told and left out.
    let above = place(first)?.row.checked_sub(1)?;
    let bare = |finding: &crate::model::finding::Finding| {
        finding.code == Code::RowBare
            && finding.places.iter().any(|place| place.row == above && place.sheet == told.sheet)
    };
    (between(&rows[..end]) && told.findings.iter().any(bare)).then_some((above, place(first)?))
}

fn range(rows: &[CleanRow], fields: &BTreeSet<usize>) -> String {
    let cells = rows.iter().flat_map(|row| fields.iter().filter_map(|field| row.cells[*field].place.as_ref()));
    let corner = |(top, left, bottom, right): (u32, u32, u32, u32), place: &Place| {
        (top.min(place.row), left.min(place.column), bottom.max(place.row), right.max(place.column))
    };
    let (top, left, bottom, right) = cells.fold((u32::MAX, u32::MAX, 0, 0), corner);
    format!("{}:{}", address(top.min(bottom), left.min(right)), address(bottom, right))
}

fn tell(place: Place, found: String, expected: String, told: &mut Told<'_>) {
    told.tell(told.finding(Code::TableShifted).at(place).found(found).expected(expected));
}

/// What was told of the single cells would only hide what is wrong with all of them.
pub(super) fn drop_values(rows: &mut [CleanRow], fields: &BTreeSet<usize>, told: &mut Told<'_>) {
    let mut dropped: BTreeSet<Place> = BTreeSet::new();
    for row in rows {
        for field in fields {
            let cell = &mut row.cells[*field];
            let lost = std::mem::replace(&mut cell.state, State::Missing) != State::Missing;
            cell.value = None;
            if let Some(place) = cell.place.as_ref().filter(|_| !cell.written.is_empty()) {
                dropped.insert(place.clone());
                if lost {
                    told.books.leave_out(&place.sheet, (place.row, place.column), Reason::NotUnderstood);
                }
            }
        }
    }
    told.findings.retain(|finding| {
        finding.code < Code::NotANumber
            || finding.places.is_empty()
            || !finding.places.iter().all(|place| dropped.contains(place))
    });
}

/// Columns that are asked and hold nothing in any row, though the rows hold something else.
fn empty(rows: &[CleanRow], sheet: &RawSheet, what: &Asking<'_>, header: &Header, told: &mut Told<'_>) {
    let keys = what.table.key_positions();
    // What belongs to no name of the list is no row of the column.
    let coded = |key: &usize| what.table.fields[*key].kind == FieldType::Code && header.fields[*key].is_some();
    let ours = |row: &&CleanRow| keys.iter().filter(|key| coded(key)).all(|key| row.cells[*key].value.is_some());
    // `k. A.` in all rows is an answer, in some of them it makes the others no less empty.
    let is_empty = |field: usize| {
        let cells = || rows.iter().filter(ours).map(|row| &row.cells[field]);
        let nothing = |cell: &CleanCell| match cell.written.as_str() {
            "" => !gap::holds(cell, sheet),
            written => what.asked[field].says_nothing(written),
        };
        cells().all(nothing) && (cells().any(|cell| cell.written.is_empty()) || cells().next().is_none())
    };
    let asked: Vec<usize> = fields(header).map(|(field, _)| field).filter(|field| !keys.contains(field)).collect();
    if asked.iter().all(|field| is_empty(*field)) {
        return;
    }
    for field in asked.into_iter().filter(|field| !what.table.fields[*field].optional && is_empty(*field)) {
        if let Some((column, _)) = &header.fields[field] {
            let finding = told.finding(Code::ColumnEmpty).at(told.place(column.row, column.column));
            told.tell(finding.expected(&what.table.fields[field].heading));
        }
    }
}

//! Values that slid by one column until an optional one took up the last of them: a number column that is asked stands empty,
//! the next ones are filled without a break, and what may be left out is not.
//!
//! In: the rows of a table that fit below their headings as far as kinds go. Out: which column stands empty, and the last one
//! that is filled instead. Numbers below numbers always fit, so this is a doubt, not a proof; what counts is told with it
//! (docs/decisions/0039). Never: a doubt where the parts of the form fit their wholes better as they stand.

use super::cell;
use super::heading::Header;
use super::prepared::Asking;
use crate::model::form::Table;
use crate::model::raw::{Area, RawSheet};
use crate::model::understood::{CleanCell, CleanRow};
use crate::model::value::Value;

/// So many parts that exceed their wholes, and none once the values are moved back, prove it even where nothing need be filled.
const PROOF: usize = 2;

/// The fields from the empty column to the optional one, each with its column, from the left.
pub(super) fn find(
    rows: &[CleanRow],
    sheet: &RawSheet,
    what: &Asking<'_>,
    header: &Header,
) -> Option<Vec<(usize, u32)>> {
    let table = what.table;
    let keys = table.key_positions();
    let mut columns: Vec<(usize, u32)> =
        header.fields.iter().enumerate().filter_map(|(field, found)| Some((field, found.as_ref()?.0.column))).collect();
    columns.sort_by_key(|(_, column)| *column);
    let ours: Vec<&CleanRow> =
        rows.iter().filter(|row| keys.iter().all(|key| row.cells[*key].value.is_some())).collect();
    let empty = |field: usize| !ours.iter().any(|row| holds(&row.cells[field], sheet));
    let filled = |field: usize| {
        let count = ours.iter().filter(|row| matches!(row.cells[field].value, Some(Value::Number(_)))).count();
        count >= 2 && count * 5 >= ours.len() * 4
    };
    let number = |field: usize| table.fields[field].kind.is_number() && !keys.contains(&field);
    let from = columns.iter().position(|(field, _)| number(*field) && empty(*field))?;
    let run = columns[from + 1..]
        .iter()
        .zip(columns[from].1 + 1..)
        .take_while(|((field, column), next)| column == next && number(*field) && filled(*field));
    let run: Vec<(usize, u32)> = run.map(|(column, _)| *column).collect();
    // What follows the last optional one stayed where it was.
    let last = run.iter().rposition(|(field, _)| table.fields[*field].optional)?;
    let kinds = |(one, other): (&(usize, u32), &(usize, u32))| table.fields[one.0].kind == table.fields[other.0].kind;
    let slid: Vec<(usize, u32)> = std::iter::once(columns[from]).chain(run[..=last].iter().copied()).collect();
    // Two columns may change places with a gap by chance; a whole run hardly does.
    if slid.len() < 3 || !slid.iter().zip(&slid[1..]).all(kinds) {
        return None;
    }
    let now = contradictions(&ours, table, &[]);
    let back = contradictions(&ours, table, &slid);
    let asked = slid[..slid.len() - 1].iter().all(|(field, _)| !table.fields[*field].optional);
    let proven = now >= PROOF && back == 0;
    (proven || asked && back <= now).then_some(slid)
}

/// Does anything stand there: a formula without a value and a number that its format hides do, though neither shows anything,
/// and so does one end of a merged cell.
pub(super) fn holds(cell: &CleanCell, sheet: &RawSheet) -> bool {
    let Some(place) = cell.place.as_ref().filter(|_| cell.written.is_empty()) else { return !cell.written.is_empty() };
    let over =
        |area: &Area| (area.top..=area.bottom).contains(&place.row) && (area.left..=area.right).contains(&place.column);
    sheet.cell(place.row, place.column).is_some_and(cell::is_filled) || sheet.merged.iter().any(over)
}

/// Parts that are more than their wholes, were the values of `slid` moved back by one column.
fn contradictions(rows: &[&CleanRow], table: &Table, slid: &[(usize, u32)]) -> usize {
    let number = |row: &CleanRow, field: usize| {
        let at = match slid.iter().position(|(known, _)| *known == field) {
            None => Some(field),
            Some(at) => slid.get(at + 1).map(|(next, _)| *next),
        };
        match at.map(|at| &row.cells[at].value) {
            Some(Some(Value::Number(number))) => Some(*number),
            _ => None,
        }
    };
    let parts = table.fields.iter().enumerate().filter_map(|(part, field)| {
        let whole = field.part_of.as_ref()?;
        Some((part, table.position(whole.get_ref())?))
    });
    let exceeds = |row: &CleanRow, (part, whole): (usize, usize)| {
        number(row, part).zip(number(row, whole)).is_some_and(|(part, whole)| part > whole)
    };
    parts.map(|pair| rows.iter().filter(|row| exceeds(row, pair)).count()).sum()
}

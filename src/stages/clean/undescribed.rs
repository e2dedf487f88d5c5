//! Rows with one name or code and numbers, where the other rows say what they are: `Velmede`, `Kreis HSK`, `Stand 30.06.`
//!
//! In: the rows of a table whose rows people name. Out: findings; such a row may be a sum of one row, a comparison or an entry that
//! nobody finished. Never: a row that is left out, or one of which another finding spoke.

use super::heading::Header;
use super::prepared::Asking;
use super::told::Told;
use crate::base::short::Short;
use crate::model::finding::Code;
use crate::model::form::Field;
use crate::model::understood::{CleanCell, CleanRow};
use crate::model::value::{Place, Value};

/// At least so many columns that are asked are empty in such a row.
const EMPTY: usize = 2;
/// At least so many rows are described.
const OTHERS: usize = 2;

/// Tells of rows that hold a name and numbers only; they count.
pub(super) fn tell(rows: &[CleanRow], (header, what): (&Header, &Asking<'_>), told: &mut Told<'_>) {
    let table = what.table;
    if rows.len() <= OTHERS || !what.keys.is_empty() || table.long.is_some() {
        return;
    }
    let describes = |(at, field): &(usize, &Field)| !field.kind.is_number() && header.fields[*at].is_some();
    let fields: Vec<(usize, bool)> =
        table.fields.iter().enumerate().filter(describes).map(|(at, field)| (at, !field.optional)).collect();
    let asked = fields.iter().filter(|(_, asked)| *asked).count();
    if asked < EMPTY {
        return;
    }
    let says = |row: &CleanRow, only: bool| {
        fields.iter().filter(|(at, asked)| (*asked || !only) && !is_empty(&row.cells[*at])).count()
    };
    let suspects: Vec<&CleanRow> = rows.iter().filter(|row| says(row, false) == 1 && counts(row)).collect();
    if suspects.is_empty() {
        return;
    }
    let full = rows.iter().filter(|row| says(row, true) * 2 > asked).count();
    if full < OTHERS || full < suspects.len() || full * 4 < (rows.len() - suspects.len()) * 3 {
        return;
    }
    for row in suspects.into_iter().filter(|row| says(row, true) + EMPTY <= asked) {
        let name = fields.iter().map(|(at, _)| &row.cells[*at]).find(|cell| !is_empty(cell));
        let Some((name, place)) = name.and_then(|name| Some((name, name.place.as_ref()?))) else { continue };
        if !is_told(place, told) {
            told.tell(told.finding(Code::RowUndescribed).at(place.clone()).found(name.written.as_str()));
        }
    }
}

/// Nothing, or a dash.
fn is_empty(cell: &CleanCell) -> bool {
    let says = || cell.value.as_ref().is_some_and(|value| *value != Value::Text(Short::default()));
    cell.written.is_empty() || !cell.written.contains(char::is_alphanumeric) && !says()
}

/// Has the row a number that adds to anything?
fn counts(row: &CleanRow) -> bool {
    row.cells.iter().any(|cell| matches!(cell.value, Some(Value::Number(number)) if number != 0.0))
}

/// Did another finding speak of this row?
fn is_told(place: &Place, told: &Told<'_>) -> bool {
    let of_rows = told.findings.iter().filter(|known| (Code::RowTwice..=Code::RowLikeTotal).contains(&known.code));
    of_rows.flat_map(|known| &known.places).any(|known| known.sheet == place.sheet && known.row == place.row)
}

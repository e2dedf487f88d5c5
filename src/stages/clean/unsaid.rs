//! Sums that nobody calls so: `Bestwig`, `Rathäuser`, `Übertrag`, or nothing in front of them.
//!
//! In: a row and the rows it may sum up. Out: whether it is their sum. Never: a sum of one row, a row that describes itself as its
//! neighbours do, or one that adds up in one column by chance (docs/decisions/0045).

use super::heading::Header;
use super::prepared::Asking;
use super::told::Told;
use super::total;
use crate::model::books::Reason;
use crate::model::finding::{Code, Finding};
use crate::model::form::FieldType;
use crate::model::understood::CleanRow;
use crate::model::value::{Place, Value};

/// In so many columns it has to add up.
const ENOUGH: usize = 2;
/// In a single column the sum of so many rows is one, if nothing else is said in the row.
const MANY: usize = 3;
/// Smaller numbers add up by chance.
const LARGE: f64 = 10.0;

/// Is `row` the sum of all of `rows`, or of those from one of `starts` on? Nothing but its name stands in it where the others are
/// described.
pub(super) fn is_sum(
    row: &CleanRow,
    rows: &[CleanRow],
    starts: &[usize],
    (what, header): (&Asking<'_>, &Header),
) -> bool {
    let fields = || what.table.fields.iter().enumerate().filter(|(at, _)| header.fields[*at].is_some());
    let mut named = fields().filter(|(at, field)| !field.kind.is_number() && !row.cells[*at].written.is_empty());
    // Most rows are described in two columns at least.
    let first = named.next();
    if first.is_some() && named.next().is_some() {
        return false;
    }
    let is_key = |at: usize| what.table.one_row_per.iter().any(|key| *key == what.table.fields[at].name);
    let known =
        |at: usize| what.table.fields[at].kind == FieldType::Code && row.cells[at].value.is_some() && is_key(at);
    if first.is_some_and(|(at, _)| known(at)) || what.table.long.is_some() {
        return false;
    }
    let spans = std::iter::once(0).chain(starts.iter().copied()).filter_map(|from| rows.get(from..));
    spans.filter(|rows| rows.len() >= ENOUGH).any(|rows| adds_up(row, rows, what, header))
}

/// Leaves the row out, and says so.
pub(super) fn leave_out(row: &CleanRow, told: &mut Told<'_>) {
    told.leave_out_rows([row], Reason::TotalRow);
    // The last word on a row is the only one.
    let here = |place: &Place| row.cells.iter().filter_map(|cell| cell.place.as_ref()).any(|own| own == place);
    told.findings.retain(|known| known.code != Code::RowLikeTotal || !known.places.iter().any(here));
    let filled = || row.cells.iter().filter(|cell| !cell.written.is_empty());
    let name = filled().find(|cell| cell.written.contains(char::is_alphabetic)).or_else(|| filled().next());
    let finding = told.finding(Code::RowIsSum).found(name.map(|cell| cell.written.as_str()).unwrap_or_default());
    told.tell(name.and_then(|cell| cell.place.clone()).into_iter().fold(finding, Finding::at));
}

/// The same for a first row that is the sum of all below it.
pub(super) fn above(rows: &mut Vec<CleanRow>, of: (&Asking<'_>, &Header), told: &mut Told<'_>) {
    if rows.first().is_some_and(|first| is_sum(first, &rows[1..], &[], of)) {
        leave_out(&rows.remove(0), told);
    }
}

fn adds_up(row: &CleanRow, rows: &[CleanRow], what: &Asking<'_>, header: &Header) -> bool {
    let (mut equal, mut single, mut undescribed) = (0, false, 0);
    for (at, field) in what.table.fields.iter().enumerate().filter(|(at, _)| header.fields[*at].is_some()) {
        let cell = &row.cells[at];
        if !field.kind.is_number() {
            let described = rows.iter().filter(|row| !row.cells[at].written.is_empty()).count();
            undescribed += usize::from(cell.written.is_empty() && !field.optional && described * 2 > rows.len());
            continue;
        }
        let total = match cell.value {
            Some(Value::Number(total)) => total,
            None if cell.written.is_empty() => continue,
            _ => return false,
        };
        let (sum, addends) = of_all(rows, at);
        if (sum - total).abs() > total::tolerance(field) {
            return false;
        }
        // What one row alone has is no sum of two, and no contradiction.
        equal += usize::from(addends >= ENOUGH && total != 0.0);
        single |= total >= LARGE && addends >= MANY;
    }
    undescribed > 0 && equal >= ENOUGH || undescribed > 1 && equal == 1 && single
}

/// The sum of a column, and of how many numbers but zero.
fn of_all(rows: &[CleanRow], at: usize) -> (f64, usize) {
    let numbers = rows.iter().filter_map(|row| match row.cells[at].value {
        Some(Value::Number(number)) if number != 0.0 => Some(number),
        _ => None,
    });
    numbers.fold((0.0, 0), |(sum, count), number| (sum + number, count + 1))
}

//! Whose each row is, in a table with a row for each body (and perhaps each period).
//!
//! In: a table whose rows are understood, and the fields that say whose they are. Out: an owner for each row that
//! stays. A row of nobody is told and left out: it must not be counted for somebody else.

use super::prepared::{Asking, Prepared};
use super::{Told, period, reporter};
use crate::model::books::Reason;
use crate::model::finding::{Code, Finding};
use crate::model::municipality::Body;
use crate::model::period::Period;
use crate::model::understood::{CleanCell, CleanRow, CleanTable, Owner};
use crate::model::value::Value;

/// Finds the owner of each row. `period` is what the cover says, for tables without a field of their own.
pub(super) fn find(
    table: &mut CleanTable,
    what: &Asking<'_>,
    prepared: &Prepared<'_>,
    period: Option<Period>,
    told: &mut Told<'_>,
) {
    let place = |name: &str| what.table.position(name);
    let fields: Vec<usize> = what.table.body.iter().filter_map(|name| place(name.get_ref())).collect();
    let when = what.table.period.as_ref().and_then(|name| place(name.get_ref()));
    let rows = std::mem::take(&mut table.rows);
    for row in rows {
        let body = body_of(&row, &fields, prepared, told);
        let period = match when {
            Some(field) => period_of(&row.cells[field], prepared, told),
            None => period,
        };
        let (Some(body), Some(period)) = (body, period) else {
            leave_out(&row, Reason::NotUnderstood, told);
            continue;
        };
        if period < prepared.first_period || !body.takes_part(&period) || period.start() > told.latest {
            let cells = fields.iter().chain(&when).map(|field| &row.cells[*field]);
            told.tell(at(told.finding(Code::PeriodNotAsked).found(period.to_string()), cells));
            leave_out(&row, Reason::PeriodNotAsked, told);
            continue;
        }
        table.owners.push(Owner { body: body.ags.clone(), period });
        table.rows.push(row);
    }
}

fn leave_out(row: &CleanRow, reason: Reason, told: &mut Told<'_>) {
    for place in row.cells.iter().filter_map(|cell| cell.place.as_ref()) {
        told.books.leave_out(&place.sheet, (place.row, place.column), reason);
    }
}

/// By the key, by the name, or by a key that is spread over the fields; never by two that disagree.
fn body_of<'a>(row: &CleanRow, fields: &[usize], prepared: &Prepared<'a>, told: &mut Told<'_>) -> Option<&'a Body> {
    let cells = || fields.iter().map(|field| &row.cells[*field]);
    let one = |cell: &CleanCell| {
        let by_name = || prepared.bodies.exactly(&cell.written);
        reporter::by_key(&cell.written, prepared.register).or_else(by_name)
    };
    let whole: String = cells().map(|cell| cell.written.as_str()).collect();
    let digits = fields.len() > 1 && whole.bytes().all(|mark| mark.is_ascii_digit() || mark == b' ');
    let spread = digits.then(|| reporter::by_key(&whole, prepared.register)).flatten();
    let found: Vec<&Body> = match spread {
        Some(body) => vec![body],
        None => cells().filter_map(one).collect(),
    };
    let said = || cells().map(|cell| cell.written.as_str()).collect::<Vec<_>>().join(" · ");
    let (first, rest) = match found.split_first() {
        Some((first, rest)) => (*first, rest),
        None => {
            told.tell(at(told.finding(Code::UnknownReporter).found(said()), cells()));
            return None;
        }
    };
    if rest.iter().any(|other| other.ags != first.ags) {
        told.tell(at(told.finding(Code::ReporterContradiction).found(said()), cells()));
        return None;
    }
    Some(first)
}

fn period_of(cell: &CleanCell, prepared: &Prepared<'_>, told: &mut Told<'_>) -> Option<Period> {
    let kind = prepared.form.period;
    let found = match cell.value {
        Some(Value::Date(day)) => Some(Period::of(kind, day)),
        _ => period::of_text(&cell.written, kind),
    };
    if found.is_none() {
        told.tell(at(
            told.finding(Code::PeriodUnknown)
                .found(cell.written.as_str())
                .expected(prepared.recent(told.submission.arrived.date_naive()).to_string()),
            std::iter::once(cell),
        ));
    }
    found
}

fn at<'a>(finding: Finding, cells: impl Iterator<Item = &'a CleanCell>) -> Finding {
    cells.filter_map(|cell| cell.place.clone()).fold(finding, Finding::at)
}

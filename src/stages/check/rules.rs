//! The rules of one table, asked of all its rows at once.
//!
//! In: conditions that hold in every sound row. Out: a finding for each return and rule that does not hold, with the
//! cells the condition uses, and how often it held. Where one of them has no value the condition is null: undecided.

use std::collections::BTreeMap;

use super::across::Counts;
use super::beside::{Beside, Origin};
use super::cells::{Cell, Cells};
use super::{CheckError, Input, Tables};
use crate::base::frame::{IntoLazy, PolarsError, flags, texts};
use crate::model::condition;
use crate::model::facts::Facts;
use crate::model::finding::{Code, Finding};
use crate::model::form::{Form, Table};
use crate::model::rule::{Check, Tally};
use crate::model::submission::Submission;

/// So many rows are quoted in one finding; all their cells are named.
const MOST_QUOTES: usize = 5;

/// One rule on one table, row by row.
pub(super) fn violations(
    name: &str,
    check: &Check,
    input: &Input<'_>,
    tables: &Tables<'_>,
) -> Result<(Vec<Finding>, Vec<Tally>), CheckError> {
    let Input { form, facts, submissions, .. } = input;
    let (Some(beside), Some(table)) = (tables.beside.get(name), form.tables.get(name)) else {
        return Ok((Vec::new(), Vec::new()));
    };
    let failed = |reason| CheckError::Rule { table: name.to_owned(), rule: check.id.clone(), reason };
    let condition = condition::parse(check.condition.get_ref(), &columns(beside)).map_err(failed)?;
    let used = in_order_of_the_form(table, condition::reads(&condition));
    let answer = beside.frame.clone().lazy().select([condition.alias("holds")]).collect()?;
    let holds = flags(&answer, "holds")?;
    let own = &facts.tables[name];
    let (ids, bodies, periods) = (texts(own, "submission")?, texts(own, "ags")?, texts(own, "period")?);
    let mut counts = Counts::default();
    // A file may speak for many bodies.
    let mut found: BTreeMap<[&str; 3], (Finding, Vec<String>)> = BTreeMap::new();
    for row in 0..own.height() {
        let (Some(id), Some(ags), Some(period)) = (ids[row], bodies[row], periods[row]) else { continue };
        if tables.counting.counts(ags, period, name, id) {
            counts.count(period, holds[row]);
        }
        let Some(submission) = submissions.get(id).filter(|_| holds[row] == Some(false)) else { continue };
        let (finding, quotes) = found
            .entry([id, ags, period])
            .or_insert_with(|| (violated(check, submission, ags, period).table(name), Vec::new()));
        let mut quote = Vec::new();
        for origin in used.iter().filter_map(|column| beside.origin(name, form, column, row as u32)) {
            let Some(cell) = tables.cells.at(facts, &origin)? else { continue };
            finding.places.extend(cell.place.clone().filter(|place| !finding.places.contains(place)));
            quote.push(quoted(form, &origin, &cell, submissions));
        }
        quotes.push(format!("{}{}", key_of(name, table, row as u32, facts, &tables.cells)?, quote.join("; ")));
    }
    let finish = |(finding, quotes): (Finding, Vec<String>)| {
        let more = if quotes.len() > MOST_QUOTES { " · …" } else { "" };
        finding.found(quotes.iter().take(MOST_QUOTES).map(String::as_str).collect::<Vec<_>>().join(" · ") + more)
    };
    Ok((found.into_values().map(finish).collect(), counts.of(check, Some(name))))
}

/// A finding that this rule is violated.
pub(super) fn violated(check: &Check, submission: &Submission, ags: &str, period: &str) -> Finding {
    Finding {
        severity: check.severity,
        side: check.side,
        rule: Some(check.id.clone()),
        body: Some(ags.to_owned()),
        period: period.parse().ok(),
        ..Finding::new(Code::RuleViolated, submission)
    }
}

/// The columns that a rule may name, with their types.
pub(super) fn columns(beside: &Beside) -> condition::Columns {
    beside.frame.columns().iter().map(|column| (column.name().to_string(), column.dtype().clone())).collect()
}

/// The row's own fields as they stand in the form, then what lies beside.
fn in_order_of_the_form(table: &Table, mut columns: Vec<String>) -> Vec<String> {
    let rank = |column: &String| table.position(column).unwrap_or(usize::MAX);
    columns.sort_by_key(rank);
    columns
}

/// `Bestand Ende 14`; a cell that is not of the row itself with its file and place.
fn quoted(form: &Form, origin: &Origin<'_>, cell: &Cell<'_>, submissions: &BTreeMap<String, Submission>) -> String {
    let field = form.tables.get(origin.table).and_then(|table| table.field(origin.field));
    let heading = field.map_or(origin.field, |field| field.heading.as_str());
    let written = if cell.written.is_empty() { "–" } else { cell.written };
    let file = submissions.get(cell.submission).map_or("", |submission| submission.file.as_str());
    match &cell.place {
        Some(place) if origin.elsewhere => format!("{heading} {written} ({file}, {place})"),
        _ => format!("{heading} {written}"),
    }
}

/// `Geduldete: `, where the table has a row for each of something.
fn key_of(name: &str, table: &Table, row: u32, facts: &Facts, cells: &Cells<'_>) -> Result<String, PolarsError> {
    let mut parts = Vec::new();
    for key in table.keys() {
        let origin = Origin { table: name, row, field: key.name.get_ref(), elsewhere: false };
        let written = cells.at(facts, &origin)?.map(|cell| cell.written).unwrap_or_default();
        parts.extend((!written.is_empty()).then_some(written));
    }
    Ok(if parts.is_empty() { String::new() } else { format!("{}: ", parts.join(" / ")) })
}

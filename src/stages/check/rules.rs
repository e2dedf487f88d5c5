//! The rules of the form, asked of all rows of a table at once.
//!
//! In: conditions that hold in every sound row. Out: a finding for each return and rule that does not hold, with the
//! cells the condition uses. Where one of them has no value the condition is null, and nothing is said.

use std::collections::{BTreeMap, HashMap};

use super::CheckError;
use super::beside::{Beside, Counting, Origin, with_all};
use crate::base::frame::{DataFrame, IntoLazy, PolarsError, flags, numbers, texts};
use crate::model::condition;
use crate::model::facts::Facts;
use crate::model::finding::{Code, Finding};
use crate::model::form::{Check, Form, Table};
use crate::model::submission::Submission;
use crate::model::value::{Place, parse_address};

/// So many rows are quoted in one finding; all their cells are named.
const MOST_QUOTES: usize = 5;

/// Every rule of every table on the facts; `submissions` by SHA-256.
///
/// # Errors
/// A rule that is no condition over its table, or facts of another form.
pub(crate) fn rules(
    form: &Form,
    facts: &Facts,
    submissions: &BTreeMap<String, Submission>,
) -> Result<Vec<Finding>, CheckError> {
    let counting = Counting::of(facts, submissions)?;
    let cells = Cells::of(facts)?;
    let mut findings = Vec::new();
    for (name, table) in
        form.tables.iter().filter(|(name, table)| !table.checks.is_empty() && facts.tables.contains_key(*name))
    {
        let beside = with_all(name, table, form, facts, &counting)?;
        for check in &table.checks {
            findings.extend(violations(name, table, check, form, facts, &beside, &cells, submissions)?);
        }
    }
    Ok(findings)
}

#[allow(clippy::too_many_arguments, reason = "one rule on one table needs all that was prepared for all of them")]
fn violations(
    name: &str,
    table: &Table,
    check: &Check,
    form: &Form,
    facts: &Facts,
    beside: &Beside,
    cells: &Cells<'_>,
    submissions: &BTreeMap<String, Submission>,
) -> Result<Vec<Finding>, CheckError> {
    let failed = |reason| CheckError::Rule { table: name.to_owned(), rule: check.id.clone(), reason };
    let columns: Vec<_> =
        beside.frame.columns().iter().map(|column| (column.name().to_string(), column.dtype().clone())).collect();
    let condition = condition::parse(check.condition.get_ref(), &columns).map_err(failed)?;
    let used = in_order_of_the_form(table, condition::reads(&condition));
    let answer = beside.frame.clone().lazy().select([condition.alias("holds")]).collect()?;
    let holds = flags(&answer, "holds")?;
    let own = &facts.tables[name];
    let (ids, bodies, periods) = (texts(own, "submission")?, texts(own, "ags")?, texts(own, "period")?);
    let mut found: BTreeMap<&str, (Finding, Vec<String>)> = BTreeMap::new();
    for row in (0..own.height()).filter(|row| holds[*row] == Some(false)) {
        let Some(submission) = ids[row].and_then(|id| submissions.get(id)) else { continue };
        let (finding, quotes) = found.entry(&submission.sha256).or_insert_with(|| {
            let finding = Finding {
                severity: check.severity,
                rule: Some(check.id.clone()),
                body: bodies[row].map(str::to_owned),
                period: periods[row].and_then(|period| period.parse().ok()),
                ..Finding::new(Code::RuleViolated, submission)
            };
            (finding.table(name), Vec::new())
        });
        let mut quote = Vec::new();
        for origin in used.iter().filter_map(|column| beside.origin(name, table, column, row as u32)) {
            let Some(cell) = cells.at(facts, &origin)? else { continue };
            finding.places.extend(cell.place.clone().filter(|place| !finding.places.contains(place)));
            quote.push(quoted(form, &origin, &cell, submissions));
        }
        quotes.push(format!("{}{}", key_of(name, table, row as u32, facts, cells)?, quote.join("; ")));
    }
    let finish = |(finding, quotes): (Finding, Vec<String>)| {
        let more = if quotes.len() > MOST_QUOTES { " · …" } else { "" };
        finding.found(quotes.iter().take(MOST_QUOTES).map(String::as_str).collect::<Vec<_>>().join(" · ") + more)
    };
    Ok(found.into_values().map(finish).collect())
}

/// The row's own fields as they stand in the form, then what lies beside.
fn in_order_of_the_form(table: &Table, mut columns: Vec<String>) -> Vec<String> {
    let rank =
        |column: &String| table.fields.iter().position(|field| field.name.get_ref() == column).unwrap_or(usize::MAX);
    columns.sort_by_key(rank);
    columns
}

/// `Bestand Ende 14`; a cell of another file with its place.
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
    let Some(key) = table.key() else { return Ok(String::new()) };
    let origin = Origin { table: name, row, field: key.name.get_ref(), elsewhere: false };
    let written = cells.at(facts, &origin)?.map(|cell| cell.written).unwrap_or_default();
    Ok(if written.is_empty() { String::new() } else { format!("{written}: ") })
}

struct Cell<'a> {
    submission: &'a str,
    place: Option<Place>,
    written: &'a str,
}

/// The long frame of cells, by submission, table, row and field.
struct Cells<'a> {
    index: HashMap<(&'a str, &'a str, u32, &'a str), usize>,
    sheets: Vec<Option<&'a str>>,
    addresses: Vec<Option<&'a str>>,
    written: Vec<Option<&'a str>>,
}

impl<'a> Cells<'a> {
    fn of(facts: &'a Facts) -> Result<Cells<'a>, PolarsError> {
        let column = |name| texts(&facts.cells, name);
        let (ids, tables, fields) = (column("submission")?, column("table")?, column("field")?);
        let rows = numbers(&facts.cells, "row")?;
        let key = |at: usize| Some((ids[at]?, tables[at]?, rows[at]? as u32, fields[at]?));
        let index = (0..facts.cells.height()).filter_map(|at| Some((key(at)?, at))).collect();
        Ok(Cells { index, sheets: column("sheet")?, addresses: column("cell")?, written: column("written")? })
    }

    fn at(&self, facts: &'a Facts, origin: &Origin<'_>) -> Result<Option<Cell<'a>>, PolarsError> {
        let frame = &facts.tables[origin.table];
        let Some((submission, row)) = row_of(frame, origin.row)? else { return Ok(None) };
        let at = self.index.get(&(submission, origin.table, row, origin.field)).copied();
        Ok(at.map(|at| {
            let place = || {
                let (row, column) = parse_address(self.addresses[at]?)?;
                Some(Place { sheet: self.sheets[at]?.to_owned(), row, column })
            };
            Cell { submission, place: place(), written: self.written[at].unwrap_or_default() }
        }))
    }
}

/// The submission of a row of the frame, and its number within that submission.
fn row_of(frame: &DataFrame, row: u32) -> Result<Option<(&str, u32)>, PolarsError> {
    let id = frame.column("submission")?.str()?.get(row as usize);
    let number = frame.column("row")?.u32()?.get(row as usize);
    Ok(id.zip(number))
}

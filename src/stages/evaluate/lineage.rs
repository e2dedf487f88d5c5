//! Lineage: from a figure back to the reported cells it was made from.

use std::collections::BTreeSet;

use super::current::Current;
use super::measures::Terms;
use super::{EvaluateError, Input};
use crate::base::frame::texts;
use crate::model::facts::OBSERVED;
use crate::model::figure::{Key, Scope};
use crate::model::period::Period;

/// One reported cell on which a figure rests, for one of its measures.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub(crate) struct Trace {
    pub(crate) measure: String,
    pub(crate) period: String,
    pub(crate) body: String,
    /// SHA-256 of the file.
    pub(crate) submission: String,
    pub(crate) row: u32,
    pub(crate) field: String,
    pub(crate) sheet: Option<String>,
    pub(crate) cell: Option<String>,
    pub(crate) written: String,
    pub(crate) state: String,
}

/// The cells of every measure of the figure; none for measures over what the program observed itself.
pub(crate) fn lineage(input: &Input<'_>, key: &Key) -> Result<Vec<Trace>, EvaluateError> {
    let mut current = Current::at(input)?;
    super::pairs::find(input, &mut current)?;
    super::observed::add(input, &mut current)?;
    let mut traces = Vec::new();
    for id in measures_of(input, &key.id) {
        let Some(measure) = input.catalogue.measures.get(id) else { continue };
        let table = measure.table.get_ref().as_str();
        if OBSERVED.iter().any(|(name, _)| *name == table) {
            continue;
        }
        let terms = Terms::of(&current, id, measure)?;
        let rows = terms.counting(key.part.as_deref())?;
        let (submissions, bodies) = (texts(&rows, "submission")?, texts(&rows, "ags")?);
        let (periods, numbers) = (texts(&rows, "period")?, rows.column("row")?.u32()?.clone());
        let in_scope = |row: usize| {
            let of_body = matches!(&key.scope, Scope::Total) || bodies[row] == Some(&key.scope.to_string());
            let of_period = periods[row]
                .and_then(|text| text.parse::<Period>().ok())
                .is_some_and(|period| key.period.contains(&period));
            of_body && of_period
        };
        let wanted: BTreeSet<(&str, u32)> = (0..rows.height())
            .filter(|row| in_scope(*row))
            .filter_map(|row| Some((submissions[row]?, numbers.get(row)?)))
            .collect();
        let mut fields = terms.reads();
        fields.extend(measure.weights.iter().map(|weights| weights.field.get_ref().clone()));
        if fields.is_empty() {
            fields.extend(
                input.form.tables.get(table).and_then(|table| Some(table.fields.first()?.name.get_ref().clone())),
            );
        }
        traces.extend(cells(input, id, table, &wanted, &fields)?);
    }
    traces.sort();
    Ok(traces)
}

fn measures_of<'a>(input: &Input<'a>, id: &'a str) -> Vec<&'a str> {
    match input.catalogue.indicators.get(id) {
        Some(indicator) => [Some(&indicator.numerator), indicator.denominator.as_ref()]
            .into_iter()
            .flatten()
            .map(|name| name.get_ref().as_str())
            .collect(),
        None => vec![id],
    }
}

fn cells(
    input: &Input<'_>,
    measure: &str,
    table: &str,
    wanted: &BTreeSet<(&str, u32)>,
    fields: &BTreeSet<String>,
) -> Result<Vec<Trace>, EvaluateError> {
    let frame = &input.facts.cells;
    let column = |name| texts(frame, name);
    let (submissions, bodies, periods, tables) =
        (column("submission")?, column("ags")?, column("period")?, column("table")?);
    let (names, states, sheets, addresses, written) =
        (column("field")?, column("state")?, column("sheet")?, column("cell")?, column("written")?);
    let numbers = frame.column("row")?.u32()?;
    let mut traces = Vec::new();
    for row in 0..frame.height() {
        let (Some(submission), Some(number), Some(field)) = (submissions[row], numbers.get(row), names[row]) else {
            continue;
        };
        if tables[row] != Some(table) || !fields.contains(field) || !wanted.contains(&(submission, number)) {
            continue;
        }
        let text = |column: &[Option<&str>]| column[row].unwrap_or_default().to_owned();
        traces.push(Trace {
            measure: measure.to_owned(),
            period: text(&periods),
            body: text(&bodies),
            submission: submission.to_owned(),
            row: number,
            field: field.to_owned(),
            sheet: sheets[row].map(str::to_owned),
            cell: addresses[row].map(str::to_owned),
            written: text(&written),
            state: text(&states),
        });
    }
    Ok(traces)
}

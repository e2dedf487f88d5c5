//! Rules over all rows of a return: sums and counts of one table, or of several tables of the same body and period.
//!
//! In: conditions that hold in every sound return. Out: a finding for each return that violates one, with the cells
//! that went into it, and how often it held. Where a cell that is needed has no value the rule is undecided.

use std::collections::{BTreeMap, HashMap};

use super::rules::{columns, violated};
use super::{CheckError, Input, Tables};
use crate::base::frame::{DataFrame, Expr, IntoLazy, NamedFrom, PolarsError, Series, col, flags, lit, numbers, texts};
use crate::model::aggregate::{self, Aggregate};
use crate::model::facts::STATE;
use crate::model::finding::Finding;
use crate::model::rule::{Check, Tally};
use crate::model::value::{Place, State};

/// So many cells are named.
const MOST_PLACES: usize = 30;

/// Body and period.
type Slot<'a> = (&'a str, &'a str);

/// How a rule fared, by period.
#[derive(Default)]
pub(super) struct Counts(BTreeMap<String, [usize; 3]>);

impl Counts {
    pub(super) fn count(&mut self, period: &str, holds: Option<bool>) {
        if !self.0.contains_key(period) {
            self.0.insert(period.to_owned(), [0; 3]);
        }
        if let Some(counts) = self.0.get_mut(period) {
            counts[holds.map_or(2, |holds| usize::from(!holds))] += 1;
        }
    }

    pub(super) fn of(self, check: &Check, table: Option<&str>) -> Vec<Tally> {
        let tally = |(period, [held, violated, undecided]): (String, [usize; 3])| {
            let (rule, table) = (check.id.clone(), table.map(str::to_owned));
            Some(Tally { rule, table, period: period.parse().ok()?, held, violated, undecided })
        };
        self.0.into_iter().filter_map(tally).collect()
    }
}

/// One rule over the tables `names`; `of` is the table whose rule it is, none for one of the form.
pub(super) fn violations(
    names: &[&str],
    of: Option<&str>,
    check: &Check,
    input: &Input<'_>,
    tables: &Tables<'_>,
) -> Result<(Vec<Finding>, Vec<Tally>), CheckError> {
    let failed = |reason| CheckError::Rule { table: names.join(", "), rule: check.id.clone(), reason };
    let known: Vec<_> = names.iter().filter_map(|name| Some((*name, columns(tables.beside.get(*name)?)))).collect();
    let (condition, aggregates) = aggregate::asked(check.condition.get_ref(), &known).map_err(failed)?;
    let slots: Vec<Slot<'_>> =
        tables.counting.slots(names).into_iter().filter(|(ags, _)| is_asked(input, ags, names)).collect();
    let mut values = Vec::new();
    for aggregate in &aggregates {
        values.push(of_slots(aggregate, &slots, tables)?);
    }
    let series = aggregates
        .iter()
        .zip(&values)
        .map(|(aggregate, values)| Series::new(aggregate.name.as_str().into(), values.as_slice()).into());
    let answer = DataFrame::new(slots.len(), series.collect())?.lazy().select([condition.alias("holds")]).collect()?;
    let mut holds = flags(&answer, "holds")?;
    // A condition may be true without the sum that has no value: it is undecided all the same.
    for (slot, holds) in holds.iter_mut().enumerate() {
        if values.iter().any(|values| values[slot].is_none()) {
            *holds = None;
        }
    }
    let mut counts = Counts::default();
    let mut findings = Vec::new();
    for (index, (slot, holds)) in slots.iter().zip(&holds).enumerate() {
        counts.count(slot.1, *holds);
        if *holds != Some(false) {
            continue;
        }
        let first = names.iter().find_map(|name| tables.counting.submission(slot.0, slot.1, name));
        let Some(submission) = first.and_then(|id| input.submissions.get(id)) else { continue };
        let mut finding = violated(check, submission, slot.0, slot.1).table(of.unwrap_or(names[0]));
        let mut quotes = Vec::new();
        for (aggregate, values) in aggregates.iter().zip(&values) {
            let cells = cells(aggregate, *slot, input, tables)?;
            let cells: Vec<Place> = cells.into_iter().filter(|place| !finding.places.contains(place)).collect();
            quotes.push(quoted(aggregate, values[index], *slot, cells.first(), input, tables));
            finding.places.extend(cells.into_iter().take(MOST_PLACES.saturating_sub(finding.places.len())));
        }
        findings.push(finding.found(quotes.join("; ")));
    }
    Ok((findings, counts.of(check, of)))
}

fn is_asked(input: &Input<'_>, ags: &str, tables: &[&str]) -> bool {
    let body = input.register.bodies.iter().find(|body| body.ags == ags);
    body.is_some_and(|body| tables.iter().all(|table| input.form.is_asked(body.kind, table)))
}

/// The aggregate for each slot; none where the table is not there or a cell has no value.
fn of_slots(aggregate: &Aggregate, slots: &[Slot<'_>], tables: &Tables<'_>) -> Result<Vec<Option<f64>>, PolarsError> {
    let name = aggregate.table.as_str();
    let Some(beside) = tables.beside.get(name) else { return Ok(vec![None; slots.len()]) };
    let gaps = aggregate.reads.iter().map(|column| gap(column, &beside.frame)).reduce(Expr::or);
    let gaps = gaps.unwrap_or(lit(false)).cast(crate::base::frame::DataType::Float64).sum();
    let mut own = beside.frame.clone();
    own.with_column(Series::new(COUNTS.into(), beside.counts.as_slice()).into())?;
    let own = own.lazy().filter(col(COUNTS));
    let wanted = [aggregate.expr.clone().alias("value"), gaps.alias("gaps")];
    let grouped = own.clone().group_by_stable([col("ags"), col("period")]).agg(wanted.clone()).collect()?;
    let (bodies, periods) = (texts(&grouped, "ags")?, texts(&grouped, "period")?);
    let (found, gaps) = (numbers(&grouped, "value")?, numbers(&grouped, "gaps")?);
    let known: HashMap<Slot<'_>, Option<f64>> = (0..grouped.height())
        .filter_map(|row| Some(((bodies[row]?, periods[row]?), found[row].filter(|_| gaps[row] == Some(0.0)))))
        .collect();
    // Of nothing at all: a Fehlanzeige.
    let of_nothing = own.filter(lit(false)).select(wanted).collect()?;
    let of_nothing = numbers(&of_nothing, "value")?.first().copied().flatten();
    let value = |slot: &Slot<'_>| {
        tables.counting.submission(slot.0, slot.1, name)?;
        known.get(slot).copied().unwrap_or(of_nothing)
    };
    Ok(slots.iter().map(value).collect())
}

const COUNTS: &str = "#counts";

/// Has a column no value in a row, though one was asked for?
fn gap(column: &str, frame: &DataFrame) -> Expr {
    let state = format!("{column}{STATE}");
    match frame.column(&state) {
        Ok(_) => {
            let is = |wanted: State| col(state.as_str()).eq(lit(wanted.name()));
            is(State::Missing).or(is(State::Withheld))
        }
        Err(_) => col(column).is_null(),
    }
}

/// The cells that went into an aggregate.
fn cells(
    aggregate: &Aggregate,
    slot: Slot<'_>,
    input: &Input<'_>,
    tables: &Tables<'_>,
) -> Result<Vec<Place>, PolarsError> {
    let name = aggregate.table.as_str();
    let Some(beside) = tables.beside.get(name) else { return Ok(Vec::new()) };
    let own = &input.facts.tables[name];
    let (bodies, periods) = (texts(own, "ags")?, texts(own, "period")?);
    let mut places: Vec<Place> = Vec::new();
    for row in (0..own.height())
        .filter(|row| beside.counts[*row] && (bodies[*row], periods[*row]) == (Some(slot.0), Some(slot.1)))
    {
        for origin in aggregate.reads.iter().filter_map(|column| beside.origin(name, input.form, column, row as u32)) {
            let cell = tables.cells.at(input.facts, &origin)?;
            places.extend(cell.and_then(|cell| cell.place));
        }
    }
    Ok(places)
}

/// `Fälle, Bestand Ende: 120 (arnsberg.xlsx, Fälle!G4)`
fn quoted(
    aggregate: &Aggregate,
    value: Option<f64>,
    slot: Slot<'_>,
    place: Option<&Place>,
    input: &Input<'_>,
    tables: &Tables<'_>,
) -> String {
    let table = input.form.tables.get(&aggregate.table);
    let heading = |column: &String| input.form.field_of(&aggregate.table, column).map(|field| field.heading.clone());
    let headings: Vec<String> = aggregate.reads.iter().filter_map(heading).collect();
    let sheet = table.map_or(aggregate.table.as_str(), |table| table.sheet.as_str());
    let what = [vec![sheet.to_owned()], headings].concat().join(", ");
    let file = tables.counting.submission(slot.0, slot.1, &aggregate.table).and_then(|id| input.submissions.get(id));
    let file = file.map_or("", |submission| submission.file.as_str());
    let place = place.map_or_else(String::new, |place| format!(" ({file}, {place})"));
    format!("{what}: {}{place}", value.map_or_else(|| "–".to_owned(), super::shown))
}

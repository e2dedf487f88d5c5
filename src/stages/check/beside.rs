//! What a rule may use besides the fields of its row: the moments of the period, the same row one period earlier
//! (`previous_…`), and fields of another table (`lookup`).
//!
//! In: the facts. Out: a table's frame with these columns, and where each value comes from.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};

use crate::base::frame::{DataFrame, DataType, NamedFrom, PolarsError, Series, days, numbers, texts};
use crate::model::facts::{Facts, add_moments, data_type};
use crate::model::form::{Form, Table};
use crate::model::period::Period;
use crate::model::submission::Submission;

const PREVIOUS: &str = "previous_";

/// A table's rows with everything a rule may name.
pub(super) struct Beside {
    pub(super) frame: DataFrame,
    /// For each row the row of the same body and key one period earlier.
    previous: Vec<Option<u32>>,
    /// For each row the row of the looked-up table.
    brought: Vec<Option<u32>>,
}

/// Where a column of a row comes from.
pub(super) struct Origin<'a> {
    pub(super) table: &'a str,
    /// In the facts' frame of that table.
    pub(super) row: u32,
    pub(super) field: &'a str,
    /// Not of the row itself.
    pub(super) elsewhere: bool,
}

impl Beside {
    /// None for what is no cell: a moment.
    pub(super) fn origin<'a>(&self, name: &'a str, table: &'a Table, column: &'a str, row: u32) -> Option<Origin<'a>> {
        let field = column.strip_suffix(crate::model::facts::STATE).unwrap_or(column);
        if table.field(field).is_some() {
            return Some(Origin { table: name, row, field, elsewhere: false });
        }
        if let Some(field) = field.strip_prefix(PREVIOUS) {
            let row = self.previous[row as usize]?;
            return Some(Origin { table: name, row, field, elsewhere: true });
        }
        let lookup = table.lookup.as_ref().filter(|lookup| lookup.bring.iter().any(|name| name.get_ref() == field))?;
        Some(Origin { table: lookup.table.get_ref(), row: self.brought[row as usize]?, field, elsewhere: true })
    }
}

/// The answer that counts for a body, period and table: the one that arrived last. Its submission.
pub(super) struct Counting<'a>(HashMap<(&'a str, &'a str, &'a str), (DateTime<Utc>, &'a str)>);

impl<'a> Counting<'a> {
    pub(super) fn of(
        facts: &'a Facts,
        submissions: &BTreeMap<String, Submission>,
    ) -> Result<Counting<'a>, PolarsError> {
        let column = |name| texts(&facts.answers, name);
        let (ids, bodies, periods, tables) =
            (column("submission")?, column("ags")?, column("period")?, column("table")?);
        let mut last: HashMap<(&str, &str, &str), (DateTime<Utc>, &str)> = HashMap::new();
        for row in 0..facts.answers.height() {
            let (Some(id), Some(ags), Some(period), Some(table)) = (ids[row], bodies[row], periods[row], tables[row])
            else {
                continue;
            };
            let arrived = submissions.get(id).map(|submission| submission.arrived).unwrap_or_default();
            let known = last.entry((ags, period, table)).or_insert((arrived, id));
            *known = (*known).max((arrived, id));
        }
        Ok(Counting(last))
    }

    fn counts(&self, ags: &str, period: &str, table: &str, id: &str) -> bool {
        self.0.get(&(ags, period, table)).is_some_and(|(_, last)| *last == id)
    }
}

/// The frame of table `name` with all columns that its rules may use.
pub(super) fn with_all(
    name: &str,
    table: &Table,
    form: &Form,
    facts: &Facts,
    counting: &Counting<'_>,
) -> Result<Beside, PolarsError> {
    let own = &facts.tables[name];
    let mut frame = own.clone();
    let periods: Vec<Option<Period>> =
        texts(own, "period")?.into_iter().map(|period| period.and_then(|period| period.parse().ok())).collect();
    add_moments(&mut frame)?;
    let previous = previous(name, table, own, &periods, counting)?;
    for field in &table.fields {
        let field_name = field.name.get_ref();
        add(&mut frame, &format!("{PREVIOUS}{field_name}"), own, field_name, data_type(field.kind), &previous)?;
    }
    let mut brought = vec![None; own.height()];
    if let Some((lookup, there)) =
        table.lookup.as_ref().and_then(|lookup| Some((lookup, form.tables.get(lookup.table.get_ref())?)))
    {
        let other = &facts.tables[lookup.table.get_ref()];
        brought = looked_up(own, other, lookup.table.get_ref(), lookup.key.get_ref(), counting)?;
        for field in lookup.bring.iter().filter_map(|name| there.field(name.get_ref())) {
            add(&mut frame, field.name.get_ref(), other, field.name.get_ref(), data_type(field.kind), &brought)?;
        }
    }
    Ok(Beside { frame, previous, brought })
}

/// For each row the row that counts for the same body and key in the period before.
fn previous(
    name: &str,
    table: &Table,
    own: &DataFrame,
    periods: &[Option<Period>],
    counting: &Counting<'_>,
) -> Result<Vec<Option<u32>>, PolarsError> {
    let Some(key) = table.key().filter(|key| data_type(key.kind) == DataType::String) else {
        return Ok(vec![None; own.height()]);
    };
    let (ids, bodies) = (texts(own, "submission")?, texts(own, "ags")?);
    let keys = texts(own, key.name.get_ref())?;
    let written = texts(own, "period")?;
    let mut rows: HashMap<(&str, Period, &str), u32> = HashMap::new();
    for row in 0..own.height() {
        let (Some(id), Some(ags), Some(period), Some(key)) = (ids[row], bodies[row], periods[row], keys[row]) else {
            continue;
        };
        if counting.counts(ags, written[row].unwrap_or_default(), name, id) {
            rows.entry((ags, period, key)).or_insert(row as u32);
        }
    }
    let find = |row: usize| rows.get(&(bodies[row]?, periods[row]?.previous(), keys[row]?)).copied();
    Ok((0..own.height()).map(find).collect())
}

/// For each row the row of `other` with the same period and key.
fn looked_up(
    own: &DataFrame,
    other: &DataFrame,
    other_name: &str,
    key: &str,
    counting: &Counting<'_>,
) -> Result<Vec<Option<u32>>, PolarsError> {
    let (ids, bodies) = (texts(other, "submission")?, texts(other, "ags")?);
    let (periods, keys) = (texts(other, "period")?, texts(other, key)?);
    let mut rows: HashMap<(&str, &str), u32> = HashMap::new();
    for row in 0..other.height() {
        let (Some(id), Some(ags), Some(period), Some(key)) = (ids[row], bodies[row], periods[row], keys[row]) else {
            continue;
        };
        if counting.counts(ags, period, other_name, id) {
            rows.entry((period, key)).or_insert(row as u32);
        }
    }
    let (periods, keys) = (texts(own, "period")?, texts(own, key)?);
    Ok((0..own.height()).map(|row| rows.get(&(periods[row]?, keys[row]?)).copied()).collect())
}

/// Adds `column` to `frame`: the values of `field` in `from`, from the rows given.
fn add(
    frame: &mut DataFrame,
    column: &str,
    from: &DataFrame,
    field: &str,
    kind: DataType,
    rows: &[Option<u32>],
) -> Result<(), PolarsError> {
    let name = column.into();
    let series = match kind {
        DataType::Float64 => Series::new(name, picked(&numbers(from, field)?, rows)),
        DataType::Date => Series::new(name, picked(&days(from, field)?, rows)),
        _ => Series::new(name, picked(&texts(from, field)?, rows)),
    };
    frame.with_column(series.into())?;
    Ok(())
}

fn picked<T: Copy>(values: &[Option<T>], rows: &[Option<u32>]) -> Vec<Option<T>> {
    rows.iter().map(|row| values[(*row)? as usize]).collect()
}

//! What a rule may use besides the fields of its row: the moments of the period, the same row one period earlier
//! (`previous_…`), and fields of another table (`lookup`).
//!
//! In: the facts. Out: a table's frame with these columns, and where each value comes from.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};

use crate::base::frame::{DataFrame, DataType, NamedFrom, PolarsError, Series, days, numbers, texts};
use crate::model::facts::{Facts, STATE, add_moments, data_type};
use crate::model::form::{Field, Form, Table};
use crate::model::period::Period;
use crate::model::rule::{Lookup, Scope};
use crate::model::submission::Submission;

const PREVIOUS: &str = "previous_";

/// A table's rows with everything a rule may name.
pub(super) struct Beside {
    pub(super) frame: DataFrame,
    /// For each row whether it belongs to the answer that counts.
    pub(super) counts: Vec<bool>,
    /// For each row the row of the same body and key one period earlier.
    previous: Vec<Option<u32>>,
    /// For each lookup, for each row the row of the looked-up table.
    brought: Vec<Vec<Option<u32>>>,
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
    /// Did this lookup find anything for this row?
    pub(super) fn finds(&self, lookup: usize, row: usize) -> bool {
        self.brought[lookup][row].is_some()
    }

    /// None for what is no cell: a moment.
    pub(super) fn origin<'a>(&self, name: &'a str, form: &'a Form, column: &'a str, row: u32) -> Option<Origin<'a>> {
        let field = column.strip_suffix(STATE).unwrap_or(column);
        let table = form.tables.get(name)?;
        if table.field(field).is_some() {
            return Some(Origin { table: name, row, field, elsewhere: false });
        }
        if let Some(field) = field.strip_prefix(PREVIOUS) {
            let row = self.previous[row as usize]?;
            return Some(Origin { table: name, row, field, elsewhere: true });
        }
        let (_, found, lookup) = form.brought(table).find(|(name, ..)| name == field)?;
        let there = table.lookups[lookup].table.get_ref();
        let row = self.brought[lookup][row as usize]?;
        Some(Origin { table: there, row, field: found.name.get_ref(), elsewhere: true })
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

    /// The submission that counts.
    pub(super) fn submission(&self, ags: &str, period: &str, table: &str) -> Option<&'a str> {
        self.0.get(&(ags, period, table)).map(|(_, id)| *id)
    }

    /// Bodies and periods for which one of these tables was answered, in order.
    pub(super) fn slots(&self, tables: &[&str]) -> BTreeSet<(&'a str, &'a str)> {
        self.0.keys().filter(|(.., table)| tables.contains(table)).map(|(ags, period, _)| (*ags, *period)).collect()
    }

    pub(super) fn counts(&self, ags: &str, period: &str, table: &str, id: &str) -> bool {
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
    let mut brought = vec![Vec::new(); table.lookups.len()];
    for (lookup, rows) in table.lookups.iter().zip(&mut brought) {
        let there = lookup.table.get_ref();
        let (Some(other), Some(asked)) = (facts.tables.get(there), form.tables.get(there)) else {
            *rows = vec![None; own.height()];
            continue;
        };
        *rows = looked_up((own, table), (other, asked), lookup, counting)?;
    }
    for (column, field, lookup) in form.brought(table) {
        let other = &facts.tables[table.lookups[lookup].table.get_ref()];
        add(&mut frame, &column, other, field.name.get_ref(), data_type(field.kind), &brought[lookup])?;
    }
    let (ids, bodies, written) = (texts(own, "submission")?, texts(own, "ags")?, texts(own, "period")?);
    let counts = |row: usize| Some(counting.counts(bodies[row]?, written[row]?, name, ids[row]?));
    let counts = (0..own.height()).map(|row| counts(row).unwrap_or(false)).collect();
    Ok(Beside { frame, counts, previous, brought })
}

/// What tells the rows of a body apart, as one text for each row; none where a part of it is not there.
pub(super) fn keys(frame: &DataFrame, fields: &[&Field]) -> Result<Vec<Option<String>>, PolarsError> {
    let mut keys: Vec<Option<String>> = vec![(!fields.is_empty()).then(String::new); frame.height()];
    for field in fields {
        let name = field.name.get_ref();
        let parts: Vec<Option<String>> = match data_type(field.kind) {
            DataType::Float64 => numbers(frame, name)?.into_iter().map(|part| Some(part?.to_string())).collect(),
            DataType::Date => days(frame, name)?.into_iter().map(|part| Some(part?.to_string())).collect(),
            _ => texts(frame, name)?.into_iter().map(|part| part.map(str::to_owned)).collect(),
        };
        for (key, part) in keys.iter_mut().zip(parts) {
            // No cell holds the sign between the parts.
            *key = key.take().zip(part).map(|(key, part)| key + &part + "\u{1f}");
        }
    }
    Ok(keys)
}

/// For each row the row that counts for the same body and key in the period before.
fn previous(
    name: &str,
    table: &Table,
    own: &DataFrame,
    periods: &[Option<Period>],
    counting: &Counting<'_>,
) -> Result<Vec<Option<u32>>, PolarsError> {
    let keys = keys(own, &table.keys())?;
    let (ids, bodies) = (texts(own, "submission")?, texts(own, "ags")?);
    let written = texts(own, "period")?;
    let mut rows: HashMap<(&str, Period, &str), u32> = HashMap::new();
    for row in 0..own.height() {
        let (Some(id), Some(ags), Some(period), Some(key)) = (ids[row], bodies[row], periods[row], &keys[row]) else {
            continue;
        };
        if counting.counts(ags, written[row].unwrap_or_default(), name, id) {
            rows.entry((ags, period, key)).or_insert(row as u32);
        }
    }
    let find = |row: usize| rows.get(&(bodies[row]?, periods[row]?.previous(), keys[row].as_deref()?)).copied();
    Ok((0..own.height()).map(find).collect())
}

/// For each row the row of the other table with the same period and key, and of the same body if that is wanted.
fn looked_up(
    (own, table): (&DataFrame, &Table),
    (other, there): (&DataFrame, &Table),
    lookup: &Lookup,
    counting: &Counting<'_>,
) -> Result<Vec<Option<u32>>, PolarsError> {
    let fields = |table: &'_ Table| -> Vec<Field> {
        lookup.key.iter().filter_map(|name| table.field(name.get_ref()).cloned()).collect()
    };
    let of = |frame: &DataFrame, fields: Vec<Field>| keys(frame, &fields.iter().collect::<Vec<_>>());
    let same_body = lookup.scope == Scope::SameBody;
    let whose = |ags| if same_body { ags } else { "" };
    let (ids, bodies) = (texts(other, "submission")?, texts(other, "ags")?);
    let (periods, keys) = (texts(other, "period")?, of(other, fields(there))?);
    let mut rows: HashMap<(&str, &str, &str), u32> = HashMap::new();
    for row in 0..other.height() {
        let (Some(id), Some(ags), Some(period), Some(key)) = (ids[row], bodies[row], periods[row], &keys[row]) else {
            continue;
        };
        if counting.counts(ags, period, lookup.table.get_ref(), id) {
            rows.entry((whose(ags), period, key)).or_insert(row as u32);
        }
    }
    let (bodies, periods, keys) = (texts(own, "ags")?, texts(own, "period")?, of(own, fields(table))?);
    let find = |row: usize| rows.get(&(whose(bodies[row]?), periods[row]?, keys[row].as_deref()?)).copied();
    Ok((0..own.height()).map(find).collect())
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

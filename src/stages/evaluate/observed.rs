//! What the program itself observes, as tables that measures may use: `returns` and `bodies`
//! (see [`crate::model::facts::OBSERVED`]).

use std::collections::BTreeMap;

use super::current::{Current, Slot, Standing};
use super::{EvaluateError, Input};
use crate::base::frame::{DataFrame, NamedFrom, Series, texts};
use crate::model::facts::STATE;
use crate::model::form::Table;
use crate::model::period::Period;
use crate::model::rule::Tally;

/// Cells that had to be answered, and that were; of one body, period and table.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Completeness {
    pub(super) asked: u32,
    pub(super) answered: u32,
}

pub(super) fn add(input: &Input<'_>, current: &mut Current) -> Result<(), EvaluateError> {
    let completeness = completeness(input, current)?;
    let (mut returns, mut bodies) = (Rows::default(), Rows::default());
    for period in current.form_periods(input) {
        for body in input.register.bodies.iter().filter(|body| body.takes_part(&period)) {
            let slot = (body.ags.clone(), period);
            let received = current.received.get(&slot);
            let on_time = received.is_some_and(|given| input.on_time(period, given[0].arrived));
            let cells = completeness.get(&slot).copied().unwrap_or_default();
            let flag = |yes: bool| Some(f64::from(u8::from(yes)));
            returns.push(
                &slot,
                [
                    flag(true),
                    flag(received.is_some()),
                    flag(on_time),
                    Some(f64::from(cells.asked)),
                    Some(f64::from(cells.answered)),
                ],
            );
            if body.kind == crate::model::municipality::BodyKind::Municipality {
                bodies.push(&slot, [body.inhabitants, body.area, None, None, None]);
            }
        }
    }
    let [(returns_name, returns_fields), (bodies_name, bodies_fields)] = crate::model::facts::OBSERVED;
    current.tables.insert(returns_name.to_owned(), returns.frame(returns_fields)?);
    current.tables.insert(bodies_name.to_owned(), bodies.frame(bodies_fields)?);
    Ok(())
}

/// By slot, over all tables asked.
pub(super) fn completeness(
    input: &Input<'_>,
    current: &Current,
) -> Result<BTreeMap<Slot, Completeness>, EvaluateError> {
    let mut sums: BTreeMap<Slot, Completeness> = BTreeMap::new();
    for ((slot, _), cells) in of_tables(input, current)? {
        let sum = sums.entry(slot).or_default();
        sum.asked += cells.asked;
        sum.answered += cells.answered;
    }
    Ok(sums)
}

/// By body and table, over the reported period.
pub(super) fn by_table(
    input: &Input<'_>,
    current: &Current,
) -> Result<Vec<crate::model::figure::Completeness>, EvaluateError> {
    let mut sums: BTreeMap<(String, String), Completeness> = BTreeMap::new();
    for (((body, period), table), cells) in of_tables(input, current)? {
        if input.period.contains(&period) {
            let sum = sums.entry((body, table)).or_default();
            sum.asked += cells.asked;
            sum.answered += cells.answered;
        }
    }
    let told = |((body, table), Completeness { asked, answered })| crate::model::figure::Completeness {
        body,
        table,
        asked,
        answered,
    };
    Ok(sums.into_iter().map(told).collect())
}

/// How the rules fared in the reported period.
pub(super) fn tallies(input: &Input<'_>) -> Vec<Tally> {
    let mut sums: Vec<Tally> = Vec::new();
    for tally in input.facts.tallies.iter().filter(|tally| input.period.contains(&tally.period)) {
        match sums.iter_mut().find(|sum| (&sum.rule, &sum.table) == (&tally.rule, &tally.table)) {
            Some(sum) => {
                sum.held += tally.held;
                sum.violated += tally.violated;
                sum.undecided += tally.undecided;
            }
            None => sums.push(Tally { period: input.period, ..tally.clone() }),
        }
    }
    sums
}

/// By slot and table. A table that is not there counts with one row (one for each code, where it has a row for each);
/// a Fehlanzeige counts as answered in the same way.
fn of_tables(input: &Input<'_>, current: &Current) -> Result<BTreeMap<(Slot, String), Completeness>, EvaluateError> {
    let mut all = BTreeMap::new();
    for (name, table) in &input.form.tables {
        let present = match current.tables.get(name) {
            Some(frame) => answered_cells(table, frame)?,
            None => BTreeMap::new(),
        };
        for period in current.form_periods(input) {
            for body in &input.register.bodies {
                let slot = (body.ags.clone(), period);
                let blank = blank_cells(input, table);
                let cells = match current.standing(input, name, body, period) {
                    Standing::NotAsked => continue,
                    Standing::Present => present.get(&slot).copied().unwrap_or_default(),
                    Standing::Nil => Completeness { asked: blank, answered: blank },
                    Standing::Missing | Standing::NoReturn => Completeness { asked: blank, answered: 0 },
                };
                all.insert((slot, name.clone()), cells);
            }
        }
    }
    Ok(all)
}

fn required(table: &Table) -> impl Iterator<Item = &str> {
    table.fields.iter().filter(|field| !field.optional).map(|field| field.name.get_ref().as_str())
}

fn blank_cells(input: &Input<'_>, table: &Table) -> u32 {
    let rows = table.key().map_or(0, |key| input.form.codes_of(key).len()).max(1);
    (rows * required(table).count()) as u32
}

fn answered_cells(table: &Table, frame: &DataFrame) -> Result<BTreeMap<Slot, Completeness>, EvaluateError> {
    let slots: Vec<Option<Slot>> = texts(frame, "ags")?
        .into_iter()
        .zip(texts(frame, "period")?)
        .map(|(ags, period)| Some((ags?.to_owned(), period?.parse::<Period>().ok()?)))
        .collect();
    let mut sums: BTreeMap<Slot, Completeness> = BTreeMap::new();
    for field in required(table) {
        let states = texts(frame, &format!("{field}{STATE}"))?;
        for (slot, state) in slots.iter().zip(states) {
            let (Some(slot), Some(state)) = (slot, state) else { continue };
            let sum = sums.entry(slot.clone()).or_default();
            sum.asked += 1;
            sum.answered += u32::from(state != "missing");
        }
    }
    Ok(sums)
}

/// Rows of an observed table before they are a frame.
#[derive(Default)]
struct Rows {
    bodies: Vec<String>,
    periods: Vec<String>,
    values: Vec<[Option<f64>; 5]>,
}

impl Rows {
    fn push(&mut self, (ags, period): &Slot, values: [Option<f64>; 5]) {
        self.bodies.push(ags.clone());
        self.periods.push(period.to_string());
        self.values.push(values);
    }

    fn frame(self, fields: &[&str]) -> Result<DataFrame, EvaluateError> {
        let mut columns =
            vec![Series::new("ags".into(), self.bodies).into(), Series::new("period".into(), self.periods).into()];
        for (index, field) in fields.iter().enumerate() {
            let numbers: Vec<Option<f64>> = self.values.iter().map(|row| row[index]).collect();
            let states: Vec<&str> =
                numbers.iter().map(|number| if number.is_some() { "reported" } else { "missing" }).collect();
            columns.push(Series::new((*field).into(), numbers).into());
            columns.push(Series::new(format!("{field}{STATE}").into(), states).into());
        }
        Ok(DataFrame::new_infer_height(columns)?)
    }
}

//! Measures: one aggregation over one table, for each body and period, for the district, and by codes.

use std::collections::{BTreeMap, BTreeSet};

use super::current::{Current, Slot, Standing};
use super::{EvaluateError, Input};
use crate::base::frame::{DataFrame, DataType, Expr, IntoLazy, NULL, col, lit, numbers, texts, when};
use crate::model::condition;
use crate::model::facts::{MOMENTS, OBSERVED, STATE};
use crate::model::figure::{Figure, Figures, Key, Mark, Scope};
use crate::model::indicator::{Measure, OverTime};
use crate::model::municipality::{Body, BodyKind};
use crate::model::period::Period;
use crate::model::pipeline::Content;

/// Every measure of the catalogue: bodies first, then all together.
pub(super) fn all(input: &Input<'_>, current: &Current) -> Result<Figures, EvaluateError> {
    let mut figures = Figures::new();
    for (id, measure) in &input.catalogue.measures {
        let terms = Terms::of(current, id, measure)?;
        let bodies = of_bodies(input, current, measure, &terms, None)?;
        for ((ags, period), figure) in &bodies {
            figures.insert(Key::body(id, ags, *period), figure.clone());
        }
        for period in current.report_periods(input) {
            figures.insert(
                Key::total(id, period),
                total(bodies.iter().filter(|((_, of), _)| *of == period).map(|(_, figure)| figure)),
            );
        }
    }
    Ok(figures)
}

/// All bodies together: the sum of those that have a figure.
pub(super) fn total<'a>(figures: impl Iterator<Item = &'a Figure>) -> Figure {
    let asked: Vec<&Figure> = figures.filter(|figure| figure.mark != Some(Mark::NotApplicable)).collect();
    let known: Vec<f64> = asked.iter().filter_map(|figure| figure.value).collect();
    let (used, expected) = (known.len() as u32, asked.len() as u32);
    match (used, expected) {
        (_, 0) => Figure { used, expected, ..Figure::marked(Mark::NotApplicable) },
        (0, _) => Figure { used, expected, ..Figure::marked(Mark::Missing) },
        _ => Figure { used, expected, ..Figure::value(tidy(known.iter().sum())) },
    }
}

/// What a measure takes from each row of its table.
pub(super) struct Terms {
    frame: DataFrame,
    /// The condition; null where it cannot be decided.
    condition: Expr,
    /// The number a row contributes; null where the cell has none.
    value: Expr,
    /// The state of the cell.
    state: Expr,
}

impl Terms {
    pub(super) fn of(current: &Current, id: &str, measure: &Measure) -> Result<Terms, EvaluateError> {
        let wrong = |reason: String| EvaluateError::Rule { place: format!("measure.{id}"), reason };
        let table = measure.table.get_ref();
        let frame = current.tables.get(table).ok_or_else(|| wrong(format!("there is no table `{table}`")))?.clone();
        let columns: Vec<_> = frame.schema().iter().map(|(name, kind)| (name.to_string(), kind.clone())).collect();
        let condition = match &measure.condition {
            Some(sql) => condition::parse(sql.get_ref(), &columns).map_err(wrong)?,
            None => lit(true),
        };
        let state_of = |field: &str| col(format!("{field}{STATE}"));
        let (value, state) = match (&measure.sum, &measure.weights) {
            (Some(sql), _) => {
                let value = condition::quantity(sql.get_ref(), &columns).map_err(wrong)?;
                let fields: BTreeSet<String> = condition::reads(&value).into_iter().collect();
                let any = |name: &'static str| {
                    fields.iter().map(|field| state_of(field).eq(lit(name))).reduce(Expr::or).unwrap_or(lit(false))
                };
                let worst = when(any("withheld")).then(lit("withheld")).when(any("missing")).then(lit("missing"));
                (value, worst.otherwise(lit("reported")))
            }
            (None, Some(weights)) => {
                let field = weights.field.get_ref().as_str();
                let unknown = lit(NULL).cast(DataType::Float64);
                let value = weights.weight.iter().fold(unknown, |rest, (code, weight)| {
                    when(col(field).eq(lit(code.as_str()))).then(lit(*weight)).otherwise(rest)
                });
                (value, state_of(field))
            }
            (None, None) => (lit(1.0), lit("reported")),
        };
        Ok(Terms { frame, condition, value, state })
    }

    /// The fields the measure reads, without moments and states.
    pub(super) fn reads(&self) -> BTreeSet<String> {
        let names = [&self.condition, &self.value].into_iter().flat_map(condition::reads);
        names.filter(|name| !name.ends_with(STATE) && !MOMENTS.contains(&name.as_str())).collect()
    }

    /// True for the rows in which nothing is missing that this measure needs.
    pub(super) fn complete(&self) -> Expr {
        self.condition.clone().is_not_null().and(self.condition.clone().not().or(self.value.clone().is_not_null()))
    }

    /// The rows that meet the condition or leave it undecided; of a breakdown's part (`field=code`) only its own.
    pub(super) fn counting(&self, part: Option<&str>) -> Result<DataFrame, EvaluateError> {
        let of_part = match part.and_then(|part| part.split_once('=')) {
            Some((field, code)) => col(field).eq(lit(code)),
            None => lit(true),
        };
        Ok(self.frame.clone().lazy().filter(self.condition.clone().fill_null(lit(true)).and(of_part)).collect()?)
    }

    /// The rows of `frame` that count, with what they give: `__value`, `__missing`, `__withheld`, `__dropped`.
    ///
    /// With `complete`, rows for which it does not hold are dropped instead of being missing.
    fn rows(&self, complete: Option<Expr>) -> Result<DataFrame, EvaluateError> {
        let undecided = self.condition.clone().is_null();
        let taken = self.condition.clone().fill_null(lit(false));
        let state = |name: &str| self.state.clone().eq(lit(name));
        let keep = complete.unwrap_or(lit(true));
        let is = |what: Expr| keep.clone().and(what).cast(DataType::Float64);
        let frame = self
            .frame
            .clone()
            .lazy()
            .with_columns([
                when(keep.clone().and(taken.clone()))
                    .then(self.value.clone())
                    .otherwise(lit(0.0))
                    .fill_null(lit(0.0))
                    .alias("__value"),
                is(undecided.or(taken.clone().and(state("missing")))).alias("__missing"),
                is(taken.and(state("withheld"))).alias("__withheld"),
                keep.clone().not().cast(DataType::Float64).alias("__dropped"),
                lit(1.0).alias("__rows"),
            ])
            .collect()?;
        Ok(frame)
    }
}

const SUMS: [&str; 5] = ["__value", "__missing", "__withheld", "__dropped", "__rows"];

/// The measure of each body in each reported period.
pub(super) fn of_bodies(
    input: &Input<'_>,
    current: &Current,
    measure: &Measure,
    terms: &Terms,
    complete: Option<Expr>,
) -> Result<BTreeMap<Slot, Figure>, EvaluateError> {
    let sums = terms
        .rows(complete)?
        .lazy()
        .group_by([col("ags"), col("period")])
        .agg(SUMS.map(|name| col(name).sum()))
        .collect()?;
    let (bodies, periods) = (texts(&sums, "ags")?, texts(&sums, "period")?);
    let [value, missing, withheld, dropped, rows] = SUMS.map(|name| numbers(&sums, name));
    let (value, missing, withheld, dropped, rows) = (value?, missing?, withheld?, dropped?, rows?);
    let mut found: BTreeMap<Slot, Figure> = BTreeMap::new();
    for row in 0..sums.height() {
        let (Some(ags), Some(Ok(period))) = (bodies[row], periods[row].map(str::parse::<Period>)) else { continue };
        let some = |numbers: &[Option<f64>]| numbers[row].unwrap_or(0.0) > 0.0;
        let figure = if some(&withheld) {
            Figure::marked(Mark::Withheld)
        } else if some(&missing) || (some(&dropped) && dropped[row] == rows[row]) {
            Figure::marked(Mark::Missing)
        } else {
            Figure::value(tidy(value[row].unwrap_or(0.0)))
        };
        found.insert((ags.to_owned(), period), figure);
    }
    let mut figures = BTreeMap::new();
    for period in current.form_periods(input) {
        for body in input.register.bodies.iter().filter(|body| body.takes_part(&period)) {
            let slot = (body.ags.clone(), period);
            let figure = match standing(input, current, measure.table.get_ref(), body, period) {
                Standing::NotAsked => Figure::marked(Mark::NotApplicable),
                Standing::NoReturn => Figure::marked(Mark::NoReturn),
                Standing::Missing => Figure::marked(Mark::Missing),
                Standing::Nil => Figure::value(0.0),
                Standing::Present => found.remove(&slot).unwrap_or_else(|| Figure::value(0.0)),
            };
            figures.insert(slot, figure);
        }
    }
    Ok(over_time(figures, input.period.kind, measure.over_time))
}

/// Observed tables are always there; of inhabitants only municipalities are asked.
fn standing(input: &Input<'_>, current: &Current, table: &str, body: &Body, period: Period) -> Standing {
    let [(returns, _), (bodies, _)] = OBSERVED;
    match table {
        _ if table == returns => Standing::Present,
        _ if table == bodies && body.kind == BodyKind::Municipality => Standing::Present,
        _ if table == bodies => Standing::NotAsked,
        _ => current.standing(input, table, body, period),
    }
}

/// Figures of the form's periods as figures of longer ones: the last, or the sum, which is missing if a part is.
fn over_time(
    figures: BTreeMap<Slot, Figure>,
    kind: crate::model::period::Kind,
    how: OverTime,
) -> BTreeMap<Slot, Figure> {
    let mut longer: BTreeMap<Slot, Figure> = BTreeMap::new();
    for ((ags, period), figure) in figures {
        let slot = (ags, Period::of(kind, period.start()));
        let merged = match (longer.remove(&slot), how) {
            (None, _) | (_, OverTime::Last) => figure,
            (Some(sum), OverTime::Sum) => match (sum.value, figure.value) {
                (Some(a), Some(b)) => Figure::value(tidy(a + b)),
                (None, _) => sum,
                (_, None) => figure,
            },
        };
        longer.insert(slot, merged);
    }
    longer
}

/// For the breakdowns of the report: the district's measure by the codes of a field, over the bodies that are in its
/// total, so that the parts add up to it.
pub(super) fn add_breakdowns(input: &Input<'_>, current: &Current, figures: &mut Figures) -> Result<(), EvaluateError> {
    for sheet in &input.report.sheets {
        let Content::Topic { breakdowns, .. } = &sheet.content else { continue };
        for breakdown in breakdowns {
            for id in &breakdown.measures {
                let Some(measure) = input.catalogue.measures.get(id.get_ref()) else { continue };
                add_breakdown(input, current, figures, id.get_ref(), measure, breakdown.by.get_ref())?;
            }
        }
    }
    Ok(())
}

fn add_breakdown(
    input: &Input<'_>,
    current: &Current,
    figures: &mut Figures,
    id: &str,
    measure: &Measure,
    by: &str,
) -> Result<(), EvaluateError> {
    let field = input.form.tables.get(measure.table.get_ref()).and_then(|table| table.field(by));
    let codes = field.map(|field| input.form.codes_of(field)).unwrap_or_default();
    let sums = Terms::of(current, id, measure)?
        .rows(None)?
        .lazy()
        .group_by([col("ags"), col("period"), col(by)])
        .agg([col("__value").sum()])
        .collect()?;
    let (bodies, periods, parts) = (texts(&sums, "ags")?, texts(&sums, "period")?, texts(&sums, by)?);
    let values = numbers(&sums, "__value")?;
    let mut found: BTreeMap<(Period, &str), BTreeMap<&str, f64>> = BTreeMap::new();
    for row in 0..sums.height() {
        if let (Some(ags), Some(Ok(period)), Some(part)) = (bodies[row], periods[row].map(str::parse), parts[row]) {
            found.entry((period, part)).or_default().insert(ags, values[row].unwrap_or(0.0));
        }
    }
    for period in current.report_periods(input).into_iter().filter(|period| period.kind == input.form.period) {
        let Some(whole) = figures.get(&Key::total(id, period)).cloned() else { continue };
        let in_total =
            |ags: &str| figures.get(&Key::body(id, ags, period)).is_some_and(|figure| figure.value.is_some());
        let mut parts = Vec::new();
        for code in &codes {
            let bodies = found.get(&(period, code.id.as_str()));
            let sum = bodies
                .map_or(0.0, |bodies| bodies.iter().filter(|(ags, _)| in_total(ags)).map(|(_, value)| value).sum());
            let figure = match whole.value {
                Some(_) => Figure { used: whole.used, expected: whole.expected, ..Figure::value(tidy(sum)) },
                None => whole.clone(),
            };
            parts.push((Key::part(id, period, by, &code.id), figure));
        }
        figures.extend(parts);
    }
    Ok(())
}

/// Sums of decimals differ in their last bits with the order of adding; to the millionth they do not.
pub(super) fn tidy(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

/// The scope of a key that is a body.
pub(super) fn body_of(key: &Key) -> Option<&str> {
    match &key.scope {
        Scope::Body(ags) => Some(ags),
        Scope::Total => None,
    }
}

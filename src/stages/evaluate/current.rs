//! Which of several answers counts: for each body, period and table the submission that arrived last, up to the clock.
//!
//! A correction replaces the tables it carries, a late part adds those it carries; what neither carries stays.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::{EvaluateError, Input};
use crate::base::frame::{DataFrame, IntoLazy, NamedFrom, PolarsError, Series, col, texts};
use crate::base::settings::Spanned;
use crate::model::facts::{Facts, add_moments};
use crate::model::form::Table;
use crate::model::municipality::Body;
use crate::model::period::Period;
use crate::model::rule::Scope;
use crate::model::submission::{Answer, Kind};

/// Body and period.
pub(crate) type Slot = (String, Period);

/// One answered table of one submission.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) submission: String,
    pub(crate) arrived: DateTime<Utc>,
    pub(crate) answer: Answer,
    pub(crate) kind: Kind,
}

pub(crate) struct Current {
    /// Wide frames of the answers that count, with the moments and looked-up fields beside them.
    pub(crate) tables: BTreeMap<String, DataFrame>,
    /// The answer that counts, by table and slot.
    pub(crate) standing: BTreeMap<(String, Slot), Given>,
    /// Everything received for a slot, in order of arrival.
    pub(crate) received: BTreeMap<Slot, Vec<Given>>,
}

/// How a body stands to a table in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Present,
    Nil,
    /// There is a return, but not this table.
    Missing,
    NoReturn,
    NotAsked,
}

impl Current {
    pub(crate) fn at(input: &Input<'_>) -> Result<Current, EvaluateError> {
        let (standing, received) = resolve(input.facts, input.clock.utc())?;
        let mut tables = BTreeMap::new();
        for (name, frame) in &input.facts.tables {
            let mut frame = restrict(name, frame, &standing)?;
            add_moments(&mut frame)?;
            tables.insert(name.clone(), frame);
        }
        for (name, table) in &input.form.tables {
            if let Some(frame) = looked_up(table, &tables, name)? {
                tables.insert(name.clone(), frame);
            }
        }
        Ok(Current { tables, standing, received })
    }

    pub(crate) fn standing(&self, input: &Input<'_>, table: &str, body: &Body, period: Period) -> Standing {
        if !input.form.is_asked(body.kind, table) || !body.takes_part(&period) {
            return Standing::NotAsked;
        }
        let slot = (body.ags.clone(), period);
        match self.standing.get(&(table.to_owned(), slot.clone())) {
            Some(given) if given.answer == Answer::Nil => Standing::Nil,
            Some(_) => Standing::Present,
            None if self.received.contains_key(&slot) => Standing::Missing,
            None => Standing::NoReturn,
        }
    }

    /// The periods of the form up to the end of the reported one, without gaps; of those that have not ended, only
    /// the ones for which something has arrived.
    pub(crate) fn form_periods(&self, input: &Input<'_>) -> Vec<Period> {
        let first = self.received.keys().map(|(_, period)| *period).min().unwrap_or(input.first_period);
        let mut periods = Vec::new();
        let mut period = Period::of(input.form.period, first.start());
        while period.end() <= input.period.end() {
            let ended = period.end() < input.clock.today();
            if ended || self.received.keys().any(|(_, received)| *received == period) {
                periods.push(period);
            }
            period = period.next();
        }
        periods
    }

    /// The same in periods of the kind that is reported.
    pub(crate) fn report_periods(&self, input: &Input<'_>) -> Vec<Period> {
        let of_kind = |period: Period| Period::of(input.period.kind, period.start());
        let periods: BTreeSet<Period> = self.form_periods(input).into_iter().map(of_kind).collect();
        periods.into_iter().collect()
    }
}

/// The periods for which anything had arrived at `now`.
pub(super) fn periods(facts: &Facts, now: DateTime<Utc>) -> Result<Vec<Period>, PolarsError> {
    let (_, received) = resolve(facts, now)?;
    let periods: BTreeSet<Period> = received.into_keys().map(|(_, period)| period).collect();
    Ok(periods.into_iter().collect())
}

type Resolved = (BTreeMap<(String, Slot), Given>, BTreeMap<Slot, Vec<Given>>);

fn resolve(facts: &Facts, now: DateTime<Utc>) -> Result<Resolved, PolarsError> {
    let column = |name| texts(&facts.answers, name);
    let (submissions, bodies, periods) = (column("submission")?, column("ags")?, column("period")?);
    let (tables, answers, kinds, arrived) = (column("table")?, column("answer")?, column("kind")?, column("arrived")?);
    let mut all: Vec<(DateTime<Utc>, String, Slot, Given)> = Vec::new();
    for row in 0..facts.answers.height() {
        let read = || {
            let arrived = DateTime::parse_from_rfc3339(arrived[row]?).ok()?.to_utc();
            let slot = (bodies[row]?.to_owned(), periods[row]?.parse().ok()?);
            let answer = if answers[row]? == "nil" { Answer::Nil } else { Answer::Present };
            let kind = match kinds[row]? {
                "correction" => Kind::Correction,
                "late_part" => Kind::LatePart,
                _ => Kind::First,
            };
            let given = Given { submission: submissions[row]?.to_owned(), arrived, answer, kind };
            Some((arrived, tables[row]?.to_owned(), slot, given))
        };
        all.extend(read().filter(|(arrived, ..)| *arrived <= now));
    }
    all.sort_by(|a, b| (a.0, &a.3.submission).cmp(&(b.0, &b.3.submission)));
    let (mut standing, mut received) = (BTreeMap::new(), BTreeMap::<Slot, Vec<Given>>::new());
    for (_, table, slot, given) in all {
        let seen = received.entry(slot.clone()).or_default();
        if seen.iter().all(|other| other.submission != given.submission) {
            seen.push(given.clone());
        }
        standing.insert((table, slot), given);
    }
    Ok((standing, received))
}

fn restrict(
    table: &str,
    frame: &DataFrame,
    standing: &BTreeMap<(String, Slot), Given>,
) -> Result<DataFrame, PolarsError> {
    let of_table = || standing.iter().filter(|((name, _), _)| name == table);
    let keep = DataFrame::new_infer_height(vec![
        Series::new("submission".into(), of_table().map(|(_, given)| given.submission.as_str()).collect::<Vec<_>>())
            .into(),
        Series::new("ags".into(), of_table().map(|((_, (ags, _)), _)| ags.as_str()).collect::<Vec<_>>()).into(),
        Series::new("period".into(), of_table().map(|((_, (_, period)), _)| period.to_string()).collect::<Vec<_>>())
            .into(),
    ])?;
    let on = [col("submission"), col("ags"), col("period")];
    frame
        .clone()
        .lazy()
        .join(keep.lazy(), on.clone(), on, crate::base::frame::JoinArgs::new(crate::base::frame::JoinType::Semi))
        .sort(["period", "ags", "row"], Default::default())
        .collect()
}

/// The table with the fields its lookups bring, matched by key within the period.
fn looked_up(
    table: &Table,
    tables: &BTreeMap<String, DataFrame>,
    name: &str,
) -> Result<Option<DataFrame>, PolarsError> {
    use crate::base::frame::{JoinArgs, JoinType};
    let Some(own) = tables.get(name).filter(|_| !table.lookups.is_empty()) else { return Ok(None) };
    let mut here = own.clone();
    for lookup in &table.lookups {
        let Some(there) = tables.get(lookup.table.get_ref()) else { continue };
        let named =
            |field: &Spanned<String>| col(field.get_ref().as_str()).first().alias(lookup.column(field.get_ref()));
        let bring: Vec<_> = lookup.bring.iter().map(named).collect();
        let body = (lookup.scope == Scope::SameBody).then(|| col("ags"));
        let key = lookup.key.iter().map(|field| col(field.get_ref().as_str()));
        let on: Vec<_> = [col("period")].into_iter().chain(body).chain(key).collect();
        let there = there.clone().lazy().group_by_stable(on.clone()).agg(bring);
        here = here.lazy().join(there, on.clone(), on, JoinArgs::new(JoinType::Left)).collect()?;
    }
    here.lazy().sort(["period", "ags", "row"], Default::default()).collect().map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::frame::numbers;

    const TABLE: &str = r#"
sheet = "A"
title = { de = "A" }
lookup = [
  { table = "b", key = ["k", "l"], bring = ["n"], as = "own_", scope = "same_body" },
  { table = "b", key = "k", bring = ["n"], as = "any_" },
]
field = [{ name = "k", type = "text", heading = "K" }, { name = "n", type = "count", heading = "N" }]
"#;

    fn frame(rows: &[(&str, &str, &str, f64)]) -> DataFrame {
        let texts = |of: fn(&(&str, &str, &str, f64)) -> String| rows.iter().map(of).collect::<Vec<String>>();
        DataFrame::new_infer_height(vec![
            Series::new("ags".into(), texts(|row| row.0.into())).into(),
            Series::new("period".into(), texts(|_| "2026-Q3".into())).into(),
            Series::new("row".into(), (0..rows.len() as u32).collect::<Vec<_>>()).into(),
            Series::new("k".into(), texts(|row| row.1.into())).into(),
            Series::new("l".into(), texts(|row| row.2.into())).into(),
            Series::new("n".into(), rows.iter().map(|row| row.3).collect::<Vec<_>>()).into(),
        ])
        .unwrap()
    }

    #[test]
    fn several_lookups_bring_the_same_field_under_two_names() {
        let mut problems = Vec::new();
        let source = crate::base::problem::Source::new(std::path::Path::new("t.toml"), TABLE);
        let table: Table =
            crate::base::settings::parse(&source, &mut problems).unwrap_or_else(|| panic!("{problems:?}"));
        let a = frame(&[("1", "x", "p", 1.0), ("2", "x", "q", 2.0), ("2", "y", "q", 3.0)]);
        let b = frame(&[("1", "x", "p", 10.0), ("2", "x", "p", 20.0), ("2", "x", "q", 30.0)]);
        let tables = BTreeMap::from([("a".to_owned(), a), ("b".to_owned(), b)]);
        let found = looked_up(&table, &tables, "a").unwrap().unwrap();
        assert_eq!(numbers(&found, "own_n").unwrap(), [Some(10.0), Some(30.0), None]);
        assert_eq!(numbers(&found, "any_n").unwrap(), [Some(10.0), Some(10.0), None]);
        assert_eq!(numbers(&found, "n").unwrap(), [Some(1.0), Some(2.0), Some(3.0)], "the own field stays");
    }
}

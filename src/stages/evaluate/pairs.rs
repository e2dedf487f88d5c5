//! Rules about two rows of bodies nearby: parallel structures, and a lack here beside room there.
//!
//! A table searched for parallels gains the column `parallel` (`ja` or `nein`) in all periods, for measures to use.

use std::collections::{BTreeMap, BTreeSet};

use super::current::Current;
use super::hits::{Shown, counts_people, item};
use super::{EvaluateError, Input};
use crate::base::frame::{DataFrame, IntoLazy, NamedFrom, Series, flags, lit, numbers, texts};
use crate::base::settings::Spanned;
use crate::model::condition;
use crate::model::facts::STATE;
use crate::model::figure::{Hit, Item};
use crate::model::potential::Search;

/// The column that marks rows with a parallel.
const PARALLEL: &str = "parallel";

pub(super) fn find(input: &Input<'_>, current: &mut Current) -> Result<Vec<Hit>, EvaluateError> {
    let mut hits = Vec::new();
    for (name, rule) in input.rules {
        let pair = match &rule.find {
            Search::Parallel { table, same, within_km, condition, free, show } => Pair {
                table,
                same,
                within_km: *within_km,
                give: (Some(condition), free),
                take: (Some(condition), free),
                show,
            },
            Search::Bridge { table, same, within_km, need, have, show } => {
                Pair { table, same, within_km: *within_km, give: (None, have), take: (None, need), show }
            }
            Search::Rows { .. } | Search::Body { .. } | Search::Peers { .. } => continue,
        };
        let mutual = matches!(rule.find, Search::Parallel { .. });
        let frame = current.tables.get(pair.table.get_ref()).ok_or_else(|| EvaluateError::Rule {
            place: format!("rule.{name}"),
            reason: format!("there is no table `{}`", pair.table.get_ref()),
        })?;
        let matches = pair.matches(input, frame, name, mutual)?;
        let shown = Shown::of(input, frame, pair.table.get_ref(), pair.show)?;
        let people = pair.counts_people(input);
        let period = input.period.end();
        for found in matches.iter().filter(|found| found.period_end == period) {
            let effect = if people { Item::People(found.effect) } else { item(found.effect) };
            hits.push(Hit {
                rule: name.clone(),
                body: found.here.1.clone(),
                other: Some(found.there.1.clone()),
                indicator: None,
                effect,
                median: None,
                labels: shown.labels.clone(),
                rows: [&found.here, &found.there].map(|(row, ags)| (ags.clone(), shown.items(*row))).into(),
                rests_on: Vec::new(),
            });
        }
        if mutual {
            let rows: BTreeSet<usize> = matches.iter().flat_map(|found| [found.here.0, found.there.0]).collect();
            let mut frame = frame.clone();
            let marked: Vec<&str> =
                (0..frame.height()).map(|row| if rows.contains(&row) { "ja" } else { "nein" }).collect();
            frame.with_column(Series::new(PARALLEL.into(), marked).into())?;
            current.tables.insert(pair.table.get_ref().clone(), frame);
        }
    }
    Ok(hits)
}

struct Pair<'a> {
    table: &'a Spanned<String>,
    same: &'a [Spanned<String>],
    within_km: f64,
    /// Condition and quantity of the row that has.
    give: (Option<&'a Spanned<String>>, &'a Spanned<String>),
    /// The same of the row that lacks.
    take: (Option<&'a Spanned<String>>, &'a Spanned<String>),
    show: &'a [Spanned<String>],
}

/// Two rows: where it lacks (or the first of two parallels), and where there is room.
struct Match {
    here: (usize, String),
    there: (usize, String),
    effect: f64,
    period_end: chrono::NaiveDate,
}

impl Pair<'_> {
    fn counts_people(&self, input: &Input<'_>) -> bool {
        [self.give.1, self.take.1].iter().any(|sql| counts_people(input, self.table.get_ref(), sql.get_ref()))
    }

    /// The largest effect first; each row is used in as many pairs as it has neighbours.
    fn matches(
        &self,
        input: &Input<'_>,
        frame: &DataFrame,
        rule: &str,
        mutual: bool,
    ) -> Result<Vec<Match>, EvaluateError> {
        let wrong = |reason: String| EvaluateError::Rule { place: format!("rule.{rule}"), reason };
        let columns: Vec<_> = frame.schema().iter().map(|(name, kind)| (name.to_string(), kind.clone())).collect();
        let held = |condition: Option<&Spanned<String>>| match condition {
            Some(sql) => condition::parse(sql.get_ref(), &columns).map_err(wrong),
            None => Ok(lit(true)),
        };
        let quantity = |sql: &Spanned<String>| condition::quantity(sql.get_ref(), &columns).map_err(wrong);
        let rows = frame
            .clone()
            .lazy()
            .with_columns([
                held(self.give.0)?.alias("__gives"),
                quantity(self.give.1)?.alias("__give"),
                held(self.take.0)?.alias("__takes"),
                quantity(self.take.1)?.alias("__take"),
            ])
            .collect()?;
        let (gives, takes) = (flags(&rows, "__gives")?, flags(&rows, "__takes")?);
        let (give, take) = (numbers(&rows, "__give")?, numbers(&rows, "__take")?);
        let (bodies, periods) = (texts(&rows, "ags")?, texts(&rows, "period")?);
        let same: Vec<_> = self.same.iter().map(|field| texts(&rows, field.get_ref())).collect::<Result<_, _>>()?;
        let states: Vec<_> = self
            .same
            .iter()
            .map(|field| texts(&rows, &format!("{}{STATE}", field.get_ref())))
            .collect::<Result<_, _>>()?;

        let mut groups: BTreeMap<Vec<&str>, Vec<usize>> = BTreeMap::new();
        for row in 0..rows.height() {
            let reported = states.iter().all(|state| state[row] == Some("reported"));
            let key: Option<Vec<&str>> = same.iter().map(|column| column[row]).collect();
            if let (true, Some(mut key), Some(period)) = (reported, key, periods[row]) {
                key.insert(0, period);
                groups.entry(key).or_default().push(row);
            }
        }
        let amount = |flag: &[Option<bool>], quantity: &[Option<f64>], row: usize| {
            quantity[row].filter(|amount| flag[row] == Some(true) && *amount > 0.0)
        };
        let mut found = Vec::new();
        for (key, group) in &groups {
            let Ok(period) = key[0].parse::<crate::model::period::Period>() else { continue };
            for (&here, &there) in group.iter().flat_map(|here| group.iter().map(move |there| (here, there))) {
                let (Some(lacks), Some(has)) = (amount(&takes, &take, here), amount(&gives, &give, there)) else {
                    continue;
                };
                let (Some(a), Some(b)) = (bodies[here], bodies[there]) else { continue };
                if a == b || (mutual && a > b) || !self.nearby(input, a, b) {
                    continue;
                }
                let (here, there) = ((here, a.to_owned()), (there, b.to_owned()));
                found.push(Match { here, there, effect: lacks.min(has), period_end: period.end() });
            }
        }
        found.sort_by(|a, b| {
            b.effect.total_cmp(&a.effect).then_with(|| {
                (&a.here.1, &a.there.1, a.here.0, a.there.0).cmp(&(&b.here.1, &b.there.1, b.here.0, b.there.0))
            })
        });
        Ok(found)
    }

    fn nearby(&self, input: &Input<'_>, a: &str, b: &str) -> bool {
        let distance = || input.register.by_ags(a)?.distance_km(input.register.by_ags(b)?);
        distance().is_some_and(|km| km <= self.within_km)
    }
}

//! Evaluate: facts → measures, indicators, parallel structures, room for improvement, response. Pure.
//!
//! District figures are sums of bodies or quotients of such sums, never means of quotients, and each says on how many
//! of the bodies asked it rests. A body that is missing a cell has no figure; missing is never zero.

mod current;
mod figures;
mod hits;
mod lineage;
mod measures;
mod observed;
mod pairs;
mod peers;
mod progress;
mod response;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::base::clock::Clock;
use crate::base::frame::PolarsError;
use crate::model::facts::Facts;
use crate::model::figure::Results;
use crate::model::form::Form;
use crate::model::indicator::Catalogue;
use crate::model::municipality::Register;
use crate::model::period::Period;
use crate::model::pipeline::Report;
use crate::model::potential::Rule;

use current::Current;
pub(crate) use lineage::{Trace, lineage};

#[derive(Debug, thiserror::Error)]
pub(crate) enum EvaluateError {
    #[error("the facts cannot be evaluated")]
    Frame(#[from] PolarsError),
    #[error("`{place}`: {reason}")]
    Rule { place: String, reason: String },
}

/// Everything on which the results depend.
pub(crate) struct Input<'a> {
    pub(crate) facts: &'a Facts,
    pub(crate) form: &'a Form,
    pub(crate) register: &'a Register,
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) rules: &'a BTreeMap<String, Rule>,
    pub(crate) report: &'a Report,
    pub(crate) period: Period,
    pub(crate) first_period: Period,
    pub(crate) due_days: u32,
    pub(crate) clock: Clock,
}

impl Input<'_> {
    /// The last day on which a return for `period` is on time.
    pub(crate) fn due(&self, period: Period) -> NaiveDate {
        period.end() + chrono::Days::new(u64::from(self.due_days))
    }

    /// Did it arrive in time? By the calendar day in the clock's zone.
    fn on_time(&self, period: Period, arrived: DateTime<Utc>) -> bool {
        arrived.with_timezone(&self.clock.now().timezone()).date_naive() <= self.due(period)
    }
}

/// The periods of the form for which anything is known, up to the clock.
pub(crate) fn periods_at_hand(facts: &Facts, clock: Clock) -> Result<Vec<Period>, EvaluateError> {
    Ok(current::periods(facts, clock.utc())?)
}

pub(crate) fn evaluate(input: &Input<'_>) -> Result<Results, EvaluateError> {
    let mut current = Current::at(input)?;
    let pairs = pairs::find(input, &mut current)?;
    observed::add(input, &mut current)?;

    let mut figures = measures::all(input, &current)?;
    figures::add_indicators(input, &current, &mut figures)?;
    measures::add_breakdowns(input, &current, &mut figures)?;

    let mut hits = pairs;
    hits.extend(hits::rows(input, &current)?);
    hits.extend(hits::bodies(input, &figures)?);
    hits.extend(peers::behind(input, &figures));

    let expected = |body: &&crate::model::municipality::Body| body.takes_part(&input.period);
    Ok(Results {
        period: input.period,
        periods: current.report_periods(input),
        bodies: input.register.bodies.iter().filter(expected).map(|body| body.ags.clone()).collect(),
        figures,
        hits,
        progress: progress::all(input, &current)?,
        responses: response::all(input, &current)?,
        findings: response::findings(input, &current),
        tallies: observed::tallies(input),
        completeness: observed::by_table(input, &current)?,
    })
}

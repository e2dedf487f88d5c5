//! A figure, what was published of it, and the cells behind it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::facts::{evaluation, gather, protection};
use super::ledger::Ledger;
use super::order::Places;
use super::settings::{Config, LoadedPipeline};
use super::{RunError, arrivals};
use crate::base::clock::Clock;
use crate::model::figure::{Key, Mark};
use crate::model::language::Text;
use crate::stages::{evaluate, protect};

#[derive(Debug, Serialize)]
pub(crate) struct Explained {
    pub(crate) figure: String,
    pub(crate) title: Option<Text>,
    pub(crate) definition: Option<Text>,
    /// As published, unrounded; none where `mark` says why.
    pub(crate) value: Option<f64>,
    pub(crate) mark: Option<Mark>,
    pub(crate) numerator: Option<f64>,
    pub(crate) denominator: Option<f64>,
    pub(crate) used: u32,
    pub(crate) expected: u32,
    pub(crate) cells: Vec<Cell>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Cell {
    /// The file as its sender named it.
    pub(crate) file: String,
    #[serde(flatten)]
    pub(crate) trace: evaluate::Trace,
}

pub(crate) fn explain(
    config: &Config,
    pipeline: &LoadedPipeline,
    clock: Clock,
    key: &Key,
) -> Result<Explained, RunError> {
    let places = Places::of(config);
    let ledger = Ledger::open(&places.ledger())?;
    let submissions = arrivals::known(config, &places, &ledger, clock)?;
    let facts = gather(
        config,
        pipeline,
        &submissions,
        (&places.archive(), &places.facts(&pipeline.form.id)),
        clock,
        &mut |_| Ok(()),
    )?
    .facts;
    let input = evaluation(config, pipeline, &facts, key.period, clock);
    let release = protect::protect(evaluate::evaluate(&input)?, &protection(config, pipeline));
    let figure = release.figure(key);
    // What was never published has nothing to be traced to.
    let traces = if figure.is_some() { evaluate::lineage(&input, key)? } else { Vec::new() };
    let indicator = pipeline.catalogue.indicators.get(&key.id);
    let files: BTreeMap<&str, &str> =
        submissions.iter().map(|submission| (submission.sha256.as_str(), submission.file.as_str())).collect();
    let file = |digest: &str| files.get(digest).copied().unwrap_or(digest).to_owned();
    Ok(Explained {
        figure: key.to_string(),
        title: indicator
            .map(|indicator| indicator.title.clone())
            .or_else(|| pipeline.catalogue.measures.get(&key.id)?.title.clone()),
        definition: indicator.map(|indicator| indicator.definition.clone()),
        value: figure.and_then(|figure| figure.value),
        mark: figure.and_then(|figure| figure.mark),
        numerator: figure.and_then(|figure| figure.numerator),
        denominator: figure.and_then(|figure| figure.denominator),
        used: figure.map_or(0, |figure| figure.used),
        expected: figure.map_or(0, |figure| figure.expected),
        cells: traces.into_iter().map(|trace| Cell { file: file(&trace.submission), trace }).collect(),
    })
}

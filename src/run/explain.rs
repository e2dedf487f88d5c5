//! A figure, what was published of it, and the cells behind it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::facts::{evaluation, protection};
use super::ledger::Ledger;
use super::order::Places;
use super::retention::{self, Ended};
use super::settings::{Config, LoadedPipeline};
use super::{RunError, arrivals};
use crate::base::clock::Clock;
use crate::model::figure::{Key, Mark, Scope};
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
    /// What runs have published of it, newest first.
    pub(crate) published: Vec<Published>,
    /// Why there is nothing to be traced any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) retention: Option<Ended>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Published {
    pub(crate) run: i64,
    pub(crate) released: String,
    pub(crate) value: Option<f64>,
    pub(crate) mark: Option<Mark>,
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
    let ledger = Ledger::open_sound(&places.ledger())?;
    let indicator = pipeline.catalogue.indicators.get(&key.id);
    let title = indicator
        .map(|indicator| indicator.title.clone())
        .or_else(|| pipeline.catalogue.measures.get(&key.id)?.title.clone());
    let definition = indicator.map(|indicator| indicator.definition.clone());
    if let Some(ended) = retention::ended(&ledger, key.period, config.zone)? {
        return Ok(Explained {
            figure: key.to_string(),
            title,
            definition,
            value: None,
            mark: None,
            numerator: None,
            denominator: None,
            used: 0,
            expected: 0,
            cells: Vec::new(),
            published: published(&ledger, key)?,
            retention: Some(of_scope(ended, key)),
        });
    }
    let pipeline = &*retention::as_kept(pipeline, &ledger)?;
    let (submissions, facts) = arrivals::understood(config, pipeline, &ledger, clock)?;
    let input = evaluation(config, pipeline, &facts, key.period, clock);
    let release = protect::protect(evaluate::evaluate(&input)?, &protection(config, pipeline));
    let figure = release.figure(key);
    // What was never published has nothing to be traced to.
    let traces = if figure.is_some() { evaluate::lineage(&input, key)? } else { Vec::new() };
    let files: BTreeMap<&str, &str> =
        submissions.iter().map(|submission| (submission.sha256.as_str(), submission.file.as_str())).collect();
    let file = |digest: &str| files.get(digest).copied().unwrap_or(digest).to_owned();
    Ok(Explained {
        figure: key.to_string(),
        title,
        definition,
        value: figure.and_then(|figure| figure.value),
        mark: figure.and_then(|figure| figure.mark),
        numerator: figure.and_then(|figure| figure.numerator),
        denominator: figure.and_then(|figure| figure.denominator),
        used: figure.map_or(0, |figure| figure.used),
        expected: figure.map_or(0, |figure| figure.expected),
        published: published(&ledger, key)?,
        cells: traces.into_iter().map(|trace| Cell { file: file(&trace.submission), trace }).collect(),
        retention: None,
    })
}

/// Each time that something else was published than before.
fn published(ledger: &Ledger, key: &Key) -> Result<Vec<Published>, RunError> {
    #[derive(Deserialize)]
    struct Said {
        value: Option<f64>,
        mark: Option<Mark>,
    }
    let mut told = ledger.said_of(&key.to_string())?;
    // Of runs that said the same one after the other, the first.
    told.reverse();
    told.dedup_by(|later, earlier| later.2 == earlier.2);
    told.reverse();
    let read = |(run, released, said): (i64, String, String)| {
        let Said { value, mark } = serde_json::from_str(&said).unwrap_or(Said { value: None, mark: None });
        Published { run, released, value, mark }
    };
    Ok(told.into_iter().map(read).collect())
}

/// Only what concerns the body that was asked for.
fn of_scope(mut ended: Ended, key: &Key) -> Ended {
    if let Scope::Body(ags) = &key.scope {
        ended.originals.retain(|original| original.body.as_ref().is_none_or(|body| body == ags));
    }
    ended
}

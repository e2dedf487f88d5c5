//! A figure, what was published of it, and the cells behind it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::RunError;
use super::facts::gather;
use super::settings::{Config, LoadedPipeline};
use super::story::Places;
use crate::base::clock::Clock;
use crate::model::figure::{Key, Mark};
use crate::model::language::Text;
use crate::stages::{collect, evaluate, protect};

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
    let mut submissions = collect::collect(&config.sources, &places.archive())?;
    submissions.retain(|submission| submission.arrived <= clock.utc());
    let facts =
        gather(config, pipeline, &submissions, &places.archive(), &places.facts(&pipeline.form.id), &mut |_| ())?.facts;
    let input = evaluate::Input {
        facts: &facts,
        form: &pipeline.form,
        register: &config.register,
        catalogue: &pipeline.catalogue,
        rules: &pipeline.rules,
        report: &pipeline.pipeline.report,
        period: key.period,
        first_period: *pipeline.pipeline.first_period.get_ref(),
        due_days: pipeline.pipeline.due_days,
        clock,
    };
    let traces = evaluate::lineage(&input, key)?;
    let release = protect::protect(
        evaluate::evaluate(&input)?,
        &protect::Input {
            form: &pipeline.form,
            register: &config.register,
            catalogue: &pipeline.catalogue,
            disclosure: &config.settings.disclosure,
        },
    );
    let figure = release.figure(key);
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

//! One run, top to bottom. Read this first.
//!
//! `collect → read → clean → check → store → evaluate → protect → report → audit → deliver`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::Utc;

use super::facts::{Gathered, gather};
use super::ledger::{Ledger, NewRun, Outcome, SubmissionState};
use super::lock::Lock;
use super::manifest::{self, Manifest};
use super::settings::{Config, LoadedPipeline};
use super::summary::{Edition, Returns, Summary};
use super::timer::Timing;
use super::{RunError, arrivals, audited, posting};
use crate::base::clock::Clock;
use crate::base::files::{self, sha256};
use crate::model::edition::{EditionInput, Workbook};
use crate::model::figure::Release;
use crate::model::finding::{Code, Finding};
use crate::model::period::Period;
use crate::model::pipeline::EditionSpec;
use crate::model::submission::Submission;
use crate::stages::{collect, evaluate, protect, report};

/// What is to be done.
pub(crate) struct Order<'a> {
    pub(crate) config: &'a Config,
    pub(crate) pipeline: &'a LoadedPipeline,
    /// Without it: the latest ended period for which anything arrived.
    pub(crate) period: Option<Period>,
    pub(crate) clock: Clock,
    pub(crate) trial: Option<Trial>,
}

/// A trial never counts as published.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Trial {
    /// Workbooks are written, nothing is sent.
    Dry,
    /// Everything goes to this one address.
    To(String),
}

/// Where things lie below the data folder.
pub(crate) struct Places {
    pub(crate) data: PathBuf,
}

impl Places {
    pub(crate) fn of(config: &Config) -> Places {
        Places { data: config.data.clone() }
    }

    pub(crate) fn archive(&self) -> PathBuf {
        self.data.join("archive")
    }

    pub(crate) fn facts(&self, form: &str) -> PathBuf {
        self.data.join("facts").join(form)
    }

    pub(crate) fn ledger(&self) -> PathBuf {
        self.data.join("ledger.sqlite")
    }

    /// What is published lies apart from trials.
    fn made(&self, trial: Option<&Trial>, what: &str) -> PathBuf {
        match trial {
            Some(_) => self.data.join("trials").join(what),
            None => self.data.join(what),
        }
    }

    pub(crate) fn outbox(&self, trial: Option<&Trial>) -> PathBuf {
        self.made(trial, "outbox")
    }

    fn editions(&self, trial: Option<&Trial>, period: Period) -> PathBuf {
        self.made(trial, "editions").join(period.to_string())
    }

    fn manifests(&self, trial: Option<&Trial>) -> PathBuf {
        self.made(trial, "runs")
    }
}

/// Runs one pipeline once. `tell` hears the name of each stage as it begins. The data folder is locked by the caller.
pub(crate) fn run(order: &Order<'_>, _lock: &Lock, tell: &mut dyn FnMut(&'static str)) -> Result<Summary, RunError> {
    let places = Places::of(order.config);
    // A trial is forgotten: it must not stand in the way of the real run, nor send mail that waits.
    let ledger = if order.trial.is_some() { Ledger::in_memory()? } else { Ledger::open(&places.ledger())? };
    let pipeline = order.pipeline.path.display().to_string();
    let new = NewRun {
        pipeline: &pipeline,
        period: order.period,
        as_of: order.clock.utc(),
        trial: order.trial.is_some(),
        version: env!("CARGO_PKG_VERSION"),
    };
    let id = ledger.begin_run(&new, Utc::now())?;
    let mut timer = super::timer::Timer::start();
    let mut stage = |name: &'static str| {
        timer.stage(name);
        if let Err(error) = ledger.step(id, name, Utc::now()) {
            tracing::warn!(run = id, %error, "the ledger did not take a step");
        }
        tracing::info!(run = id, stage = name, "stage begins");
        tell(name);
    };
    let told = stages(order, &places, &ledger, id, &mut stage);
    let told = told.map(|summary| Summary { timing: timer.finish(summary.timing.cleaning), ..summary });
    match &told {
        Ok(summary) => ledger.end_run(id, Outcome::Done, &summary.json(), Utc::now())?,
        Err(error) => ledger.end_run(id, Outcome::Failed, &super::chain(error), Utc::now())?,
    }
    told
}

fn stages(
    order: &Order<'_>,
    places: &Places,
    ledger: &Ledger,
    id: i64,
    stage: &mut dyn FnMut(&'static str),
) -> Result<Summary, RunError> {
    let Order { config, pipeline, clock, .. } = order;

    stage("collect");
    let submissions = arrivals::known(config, places, &Ledger::open(&places.ledger())?, *clock)?;

    let Gathered { mut facts, read, cleaning } =
        gather(config, pipeline, &submissions, &places.archive(), &places.facts(&pipeline.form.id), stage)?;
    let period = order.period.map_or_else(|| latest_period(&evaluate::periods_at_hand(&facts, *clock)?, *clock), Ok)?;
    ledger.set_period(id, period)?;
    let states = record(ledger, &facts.answers, &submissions, &places.archive())?;
    facts.findings.retain(|finding| concerns(finding, period, &submissions));

    stage("evaluate");
    let input = evaluate::Input {
        facts: &facts,
        form: &pipeline.form,
        register: &config.register,
        catalogue: &pipeline.catalogue,
        rules: &pipeline.rules,
        report: &pipeline.pipeline.report,
        period,
        first_period: *pipeline.pipeline.first_period.get_ref(),
        due_days: pipeline.pipeline.due_days,
        clock: *clock,
    };
    let due = input.due(period);
    let results = evaluate::evaluate(&input)?;
    let returns = Returns::count(&results, &states, &submissions);

    stage("protect");
    let protection = protect::Input {
        form: &pipeline.form,
        register: &config.register,
        catalogue: &pipeline.catalogue,
        disclosure: &config.settings.disclosure,
    };
    let release = protect::protect(results.clone(), &protection);

    stage("report");
    let inputs: Vec<(&EditionSpec, EditionInput<'_>)> = pipeline
        .pipeline
        .editions
        .iter()
        .map(|spec| Ok((spec, edition_input(order, spec, &release, due)?)))
        .collect::<Result<_, RunError>>()?;
    let mut editions = Vec::new();
    for (spec, input) in &inputs {
        let workbook = report::workbook(input)?;
        let letter = report::letter(input, &workbook);
        editions.push((*spec, workbook, letter));
    }

    stage("audit");
    for ((spec, input), (_, workbook, _)) in inputs.iter().zip(&editions) {
        let refused = |complaints| RunError::Audit { audience: spec.audience.get_ref().clone(), complaints };
        audited::passes(input, &results, workbook).map_err(refused)?;
    }

    let mut told = Vec::new();
    for (spec, workbook, _) in &editions {
        told.push(keep(ledger, id, places, order, period, spec, workbook)?);
    }

    stage("deliver");
    let deliveries = posting::post(order, places, ledger, id, &release, &editions)?;

    let findings = super::summary::FindingCounts::of(&release.shown().findings);
    let manifest = Manifest::of(order, id, period, &submissions, &told, &deliveries);
    let manifest = manifest::save(&places.manifests(order.trial.as_ref()), id, &manifest)?;
    Ok(Summary {
        run: id,
        pipeline: order.pipeline.path.display().to_string(),
        period,
        as_of: clock.utc(),
        trial: order.trial.is_some(),
        returns,
        findings,
        editions: told,
        deliveries,
        manifest,
        workbooks_read: read,
        timing: Timing { cleaning, ..Timing::default() },
    })
}

/// The latest period that has ended and for which anything arrived.
fn latest_period(at_hand: &[Period], clock: Clock) -> Result<Period, RunError> {
    at_hand.iter().rev().find(|period| period.end() < clock.today()).copied().ok_or(RunError::NothingArrived)
}

/// Findings about files that belong to no period, or to one that was not asked, concern the period in whose window they arrived: from its first day
/// to the last of the next one.
pub(super) fn concerns(finding: &Finding, period: Period, submissions: &[Submission]) -> bool {
    let arrived = || {
        let found = submissions
            .iter()
            .find(|submission| submission.sha256 == finding.submission && submission.file == finding.file);
        found.map(|submission| submission.arrived.date_naive())
    };
    match finding.period {
        Some(_) if finding.code != Code::PeriodNotAsked => true,
        _ => arrived().is_some_and(|day| period.start() <= day && day <= period.next().end()),
    }
}

/// Whether each file was accepted, into the ledger and back.
fn record(
    ledger: &Ledger,
    answers: &crate::base::frame::DataFrame,
    submissions: &[Submission],
    archive: &Path,
) -> Result<BTreeMap<String, Option<(String, Period)>>, RunError> {
    let known = super::summary::accepted(answers)?;
    let mut states = BTreeMap::new();
    for submission in submissions {
        let understood = known.get(&submission.sha256).cloned();
        let state = if understood.is_some() { SubmissionState::Accepted } else { SubmissionState::Rejected };
        let size = std::fs::metadata(collect::archived(archive, &submission.sha256)).map_or(0, |data| data.len());
        let (body, period) = understood.as_ref().map(|(body, period)| (body.as_str(), *period)).unzip();
        ledger.record_submission(submission, size, body, period, state)?;
        states.insert(submission.sha256.clone(), understood);
    }
    Ok(states)
}

fn edition_input<'a>(
    order: &'a Order<'_>,
    spec: &'a EditionSpec,
    release: &'a Release,
    due: chrono::NaiveDate,
) -> Result<EditionInput<'a>, RunError> {
    let audience = order
        .config
        .audience(spec.audience.get_ref())
        .ok_or_else(|| RunError::NoAudience(spec.audience.get_ref().clone()))?;
    let left_out = |id: &str| spec.without.iter().any(|without| without.get_ref() == id);
    Ok(EditionInput {
        language: audience.language.unwrap_or(order.config.settings.language),
        audience: spec.audience.get_ref(),
        audience_title: &audience.title,
        report: &order.pipeline.pipeline.report,
        sheets: order.pipeline.pipeline.report.sheets.iter().filter(|sheet| !left_out(sheet.id.get_ref())).collect(),
        release,
        catalogue: &order.pipeline.catalogue,
        rules: &order.pipeline.rules,
        form: &order.pipeline.form,
        register: &order.config.register,
        total: &order.config.settings.total,
        due,
        disclosure: &order.config.settings.disclosure,
        clock: order.clock,
    })
}

fn keep(
    ledger: &Ledger,
    id: i64,
    places: &Places,
    order: &Order<'_>,
    period: Period,
    spec: &EditionSpec,
    workbook: &Workbook,
) -> Result<Edition, RunError> {
    let path = places.editions(order.trial.as_ref(), period).join(&workbook.name);
    files::write(&path, &workbook.bytes)?;
    let edition = Edition { audience: spec.audience.get_ref().clone(), path, sha256: sha256(&workbook.bytes) };
    ledger.record_edition(id, &edition.audience, &edition.path.display().to_string(), &edition.sha256)?;
    Ok(edition)
}

//! One run, top to bottom. Read this first.
//!
//! `collect → read → clean → check → store → evaluate → protect → report → audit → deliver`

use std::collections::BTreeMap;
use std::path::Path;

use chrono::Utc;

use super::checked::Checked;
use super::facts::{Gathered, concerns, evaluation, gather, protection};
use super::ledger::{Ledger, NewRun, Outcome, SubmissionState};
use super::lock::Lock;
use super::manifest::{self, Manifest};
use super::order::{Order, Places};
use super::summary::{Edition, Returns, Summary};
use super::timer::Timing;
use super::{RunError, arrivals, audited, posting, retention};
use crate::base::clock::Clock;
use crate::base::files::{self, sha256};
use crate::model::edition::{EditionInput, Workbook};
use crate::model::figure::Release;
use crate::model::period::Period;
use crate::model::pipeline::EditionSpec;
use crate::model::submission::Submission;
use crate::stages::{collect, evaluate, protect, report};

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
    stage("collect");
    // Of a trial too: what arrived, and what was forgotten.
    let lasting = Ledger::open(&places.ledger())?;
    can_be_made(order, places, &lasting)?;
    let pipeline = &*retention::as_kept(order.pipeline, &lasting)?;
    let order = &Order { pipeline, trial: order.trial.clone(), ..*order };
    let Order { config, clock, .. } = order;
    let submissions = arrivals::known(config, places, &lasting, *clock)?;

    let Gathered { mut facts, read, cleaning } = gather(config, pipeline, &submissions, places, *clock, stage)?;
    let period = period(&evaluate::periods_at_hand(&facts, *clock)?, order.period, *clock)?;
    ledger.set_period(id, period)?;
    let states = record(ledger, &facts.answers, &submissions, &places.archive())?;
    facts.findings.retain(|finding| concerns(finding, period, &submissions));

    stage("evaluate");
    let input = evaluation(config, pipeline, &facts, period, *clock);
    let due = input.due(period);
    let results = evaluate::evaluate(&input)?;
    let returns = Returns::count(&results, &states, &submissions);

    stage("protect");
    let release = protect::protect(results.clone(), &protection(config, pipeline));

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
    let manifest =
        Manifest::of(order, id, &submissions, &told, &deliveries, Checked::of(&facts, &release, &submissions)?);
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

/// A period whose originals were deleted is not made again of what happens to be left.
fn can_be_made(order: &Order<'_>, places: &Places, ledger: &Ledger) -> Result<(), RunError> {
    let last_ended = || Period::of(order.pipeline.form.period, order.clock.today()).previous();
    let period = order.period.unwrap_or_else(last_ended);
    match retention::ended(ledger, period, order.config.zone)? {
        Some(ended) => Err(RunError::Forgotten { period, ended, published: places.editions(None, period) }),
        None => Ok(()),
    }
}

/// The period that was ordered, if anything arrived for it; else the latest that has ended and for which anything did.
fn period(at_hand: &[Period], ordered: Option<Period>, clock: Clock) -> Result<Period, RunError> {
    let (Some(first), Some(last)) = (at_hand.first().copied(), at_hand.last().copied()) else {
        return Err(RunError::NothingArrived);
    };
    match ordered {
        Some(period) if at_hand.iter().any(|known| period.contains(known)) => Ok(period),
        Some(period) => Err(RunError::NothingArrivedFor { period, first, last }),
        None => {
            at_hand.iter().rev().find(|period| period.end() < clock.today()).copied().ok_or(RunError::NothingArrived)
        }
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

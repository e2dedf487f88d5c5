//! One run, top to bottom. Read this first.
//!
//! `collect → read → clean → check → store → evaluate → protect → report → audit → deliver`

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

use chrono::Utc;

use super::checked::Checked;
use super::facts::{FactsError, Gathered, Stage, Stopped, gather};
use super::ledger::{self, Ledger, NewRelease, NewRun, Outcome, SubmissionState};
use super::lock::Lock;
use super::make::{self, make};
use super::manifest::{self, Manifest};
use super::order::{Order, Places, Trial};
use super::posting::{self, Mailbag};
use super::summary::{Edition, Returns, Summary, Understood};
use super::timer::Timing;
use super::{RunError, arrivals, names, retention};
use crate::base::boundary::boundary;
use crate::base::files::{self, sha256};
use crate::model::edition::Workbook;
use crate::model::period::Period;
use crate::model::pipeline::EditionSpec;
use crate::model::submission::Submission;
use crate::stages::{collect, evaluate};

/// Runs one pipeline once. `tell` hears the name of each stage before it begins, and may break the run off there. The
/// data folder is locked by the caller, unless it is a trial: a trial changes nothing that a run uses, and may go on
/// beside one.
pub(crate) fn run(
    order: &Order<'_>,
    lock: Option<&Lock>,
    tell: &mut dyn FnMut(&'static str) -> ControlFlow<()>,
) -> Result<Summary, RunError> {
    debug_assert!(lock.is_some() || order.trial.is_some());
    let places = Places::of(order.config);
    let ledger = Ledger::open_sound(&places.ledger()).map_err(|error| RunError::from(error).about(&places.data))?;
    once(order, &places, &ledger, lock, tell).map_err(|error| error.about(&places.data))
}

fn once(
    order: &Order<'_>,
    places: &Places,
    ledger: &Ledger,
    lock: Option<&Lock>,
    tell: &mut dyn FnMut(&'static str) -> ControlFlow<()>,
) -> Result<Summary, RunError> {
    if lock.is_some() {
        clear_up(order, places, ledger)?;
    }
    let pipeline = order.pipeline.name.clone();
    let limits = order.limits();
    let new = NewRun {
        limits: Some(&limits),
        pipeline: &pipeline,
        period: order.period,
        as_of: order.clock.utc(),
        trial: order.trial.is_some(),
        version: env!("CARGO_PKG_VERSION"),
    };
    let id = ledger.begin_run(&new, Utc::now())?;
    let _span = tracing::info_span!("run", run = id, pipeline).entered();
    if order.trial.is_none() {
        ledger::remember(&places.ledger(), id)?;
    }
    let mut timer = super::timer::Timer::start();
    let mut stage = |name: &'static str| {
        boundary(name);
        if tell(name).is_break() {
            return Err(Stopped { before: name });
        }
        timer.stage(name);
        if let Err(error) = ledger.step(id, name, Utc::now()) {
            tracing::warn!(%error, "the ledger did not take a step");
        }
        tracing::info!(stage = name, "stage begins");
        Ok(())
    };
    let told = stages(order, places, ledger, (id, &new), &mut stage);
    let told = told.map(|summary| Summary { timing: timer.finish(summary.timing.cleaning), ..summary });
    match told {
        Ok(summary) => {
            ledger.end_run(id, Outcome::Done, &summary.json(), Utc::now())?;
            Ok(summary)
        }
        Err(stopped @ (RunError::Stopped(_) | RunError::Facts(FactsError::Stopped(_)))) => {
            ledger.end_run(id, Outcome::Interrupted, &super::chain(&stopped), Utc::now())?;
            Err(stopped)
        }
        Err(error) => {
            let error = error.about(&places.data);
            // Where the disk is full the ledger cannot take this either; the cause is what must be told.
            if let Err(second) = ledger.end_run(id, Outcome::Failed, &super::chain(&error), Utc::now()) {
                tracing::warn!(run = id, error = super::chain(&second), "the ledger did not take the end of the run");
            }
            Err(error)
        }
    }
}

/// What an older version wrote otherwise, and what a process left that died in the middle of a run: runs without an end,
/// and drafts of files.
fn clear_up(order: &Order<'_>, places: &Places, ledger: &Ledger) -> Result<(), RunError> {
    names::bring_together(&order.config.folder, ledger)?;
    let interrupted = ledger.end_interrupted(Utc::now())?;
    if interrupted > 0 {
        tracing::warn!(interrupted, "a process ended in the middle of a run; this run takes up what it left");
    }
    files::sweep(&places.data);
    Ok(())
}

fn stages(
    order: &Order<'_>,
    places: &Places,
    ledger: &Ledger,
    (id, new): (i64, &NewRun<'_>),
    stage: &mut Stage<'_>,
) -> Result<Summary, RunError> {
    stage("collect")?;
    can_be_made(order, places, ledger)?;
    let pipeline = &*retention::as_kept(order.pipeline, ledger)?;
    let order = &Order { pipeline, trial: order.trial.clone(), by_hand: order.by_hand.clone(), ..*order };
    let Order { config, clock, .. } = order;
    let submissions = arrivals::known(&config.sources, places, ledger, *clock)?;

    let Gathered { mut facts, read, cleaning } =
        gather(config, pipeline, &submissions, places, *clock, (order.stop, stage))?;
    let period = make::period(&evaluate::periods_at_hand(&facts, *clock)?, order.period, *clock)?;
    ledger.set_period(id, period)?;
    let states = understood(&facts.answers, &submissions)?;
    // What a trial saw is forgotten: only a run makes that a file counts after it was taken out of the source.
    if order.trial.is_none() {
        record(ledger, &states, &submissions, &places.archive())?;
    }

    let made = make(order, &mut facts, &submissions, period, stage)?;
    let returns = Returns::count(&made.results, &states, &submissions);
    let published_before = ledger.published_before(id, new.pipeline)?;
    if order.trial.is_none() {
        let (figures, findings) = (made.figures(), made.findings());
        let release =
            NewRelease { run: id, period, fingerprint: &made.fingerprint, figures: &figures, findings: &findings };
        ledger.record_release(&release, Utc::now())?;
    }
    let mut told = Vec::new();
    for (spec, workbook, _) in &made.editions {
        told.push(keep(ledger, id, places, order, period, spec, workbook)?);
    }

    stage("deliver")?;
    // The mail of a trial is forgotten with it: it must not stand in the way of the real run, nor be sent later. A dry run
    // asks what the real one would do.
    let forgotten = if matches!(order.trial, Some(Trial::To(_))) { Some(Ledger::in_memory()?) } else { None };
    let bag = match &forgotten {
        Some(ledger) => Mailbag { ledger, run: ledger.begin_run(new, Utc::now())? },
        None => Mailbag { ledger, run: id },
    };
    let deliveries = posting::post(order, places, &bag, &made)?;

    let findings = super::summary::FindingCounts::of(&made.release.shown().findings);
    let manifest =
        Manifest::of(order, id, &submissions, &told, &deliveries, Checked::of(&facts, &made.release, &submissions)?)
            .released(&made.fingerprint, published_before);
    let manifest = manifest::save(&places.manifests(order.trial.as_ref()), id, &manifest)?;
    Ok(Summary {
        run: id,
        pipeline: order.pipeline.name.clone(),
        period,
        nothing_for: make::nothing_for(order, period),
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

/// Why the period that was ordered cannot be reported: the sentence of a mistaken command line. Asked before a run begins, for
/// such a mistake is no failed run. Where the question itself fails there is none: the run will say what is wrong.
pub(crate) fn mistaken_period(order: &Order<'_>) -> Result<Option<String>, RunError> {
    let Some(period) = order.period else { return Ok(None) };
    let ledger = Ledger::open_sound(&Places::of(order.config).ledger())?;
    if let Err(forgotten) = can_be_made(order, &Places::of(order.config), &ledger) {
        return Ok(Some(forgotten.to_string()));
    }
    let pipeline = &*retention::as_kept(order.pipeline, &ledger)?;
    let Ok((_, facts)) = arrivals::understood(order.config, pipeline, &ledger, order.clock) else { return Ok(None) };
    let at_hand = evaluate::periods_at_hand(&facts, order.clock)?;
    if make::period(&at_hand, Some(period), order.clock).is_ok() {
        return Ok(None);
    }
    let finished = at_hand.iter().rfind(|period| period.end() < order.clock.today());
    let hint = match (at_hand.first(), finished) {
        (Some(first), Some(last)) => format!("the first period with returns is {first}, the last finished one {last}"),
        _ => "no return has arrived for any period that has ended".to_owned(),
    };
    Ok(Some(format!("--period {period}: no return has arrived for {period}; {hint}")))
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

/// Whose each file is and for when; none where it could not be accepted.
fn understood(answers: &crate::base::frame::DataFrame, submissions: &[Submission]) -> Result<Understood, RunError> {
    let known = super::summary::accepted(answers)?;
    let state = |submission: &Submission| (submission.sha256.clone(), known.get(&submission.sha256).cloned());
    Ok(submissions.iter().map(state).collect::<BTreeMap<_, _>>())
}

/// Whether each file was accepted, into the ledger.
fn record(ledger: &Ledger, states: &Understood, submissions: &[Submission], archive: &Path) -> Result<(), RunError> {
    for submission in submissions {
        let understood = states.get(&submission.sha256).and_then(Option::as_ref);
        let state = if understood.is_some() { SubmissionState::Accepted } else { SubmissionState::Rejected };
        let size = std::fs::metadata(collect::archived(archive, &submission.sha256)).map_or(0, |data| data.len());
        let (body, period) = understood.map(|(body, period)| (body.as_str(), *period)).unzip();
        ledger.record_submission(submission, size, body, period, state)?;
    }
    Ok(())
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

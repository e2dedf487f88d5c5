//! Who has returned what, the last and next runs, mail that waits: what `kim status` tells.

use std::collections::BTreeMap;

use serde::Serialize;

use super::facts::{concerns, evaluation};
use super::ledger::{Delivery, Ledger, NotRun, Run};
use super::order::Places;
use super::schedule::Slot;
use super::schedule::nights::nights;
use super::settings::{Config, LoadedPipeline};
use super::{RunError, arrivals, retention};
use crate::base::clock::Clock;
use crate::model::figure::ReturnState;
use crate::model::finding::{Finding, Severity};
use crate::model::period::Period;
use crate::stages::{collect, evaluate};

#[derive(Debug, Serialize)]
pub(crate) struct Status {
    pub(crate) pipeline: String,
    pub(crate) period: Period,
    pub(crate) due: chrono::NaiveDate,
    pub(crate) bodies: Vec<BodyStatus>,
    /// Files that could not be taken, each with its first finding. Whoever shows findings puts them into words.
    #[serde(skip)]
    pub(crate) rejected: Vec<Finding>,
    /// Links, pipes and devices in the sources: they are no returns.
    pub(crate) left_out: Vec<std::path::PathBuf>,
    /// Sources that are not there: what may lie in them is not told.
    pub(crate) away: Vec<std::path::PathBuf>,
    /// Everything there is to say about the returns of this period.
    #[serde(skip)]
    pub(crate) findings: Vec<Finding>,
    pub(crate) last_runs: Vec<Run>,
    /// Local times with the zone.
    pub(crate) next_runs: Vec<String>,
    /// What happens on the next two nights on which the clocks change.
    pub(crate) clock_changes: Vec<String>,
    /// Due times without a finished run, newest first, with the reason.
    pub(crate) not_run: Vec<NotRun>,
    /// Mail that waits, was refused, or has an unknown outcome.
    pub(crate) mail: Vec<Delivery>,
}

#[derive(Debug, Serialize)]
pub(crate) struct BodyStatus {
    pub(crate) ags: String,
    pub(crate) name: String,
    pub(crate) state: ReturnState,
    pub(crate) arrived: Option<chrono::DateTime<chrono::Utc>>,
    pub(crate) files: u32,
    pub(crate) missing_tables: Vec<String>,
    pub(crate) errors: u32,
    pub(crate) warnings: u32,
}

/// How many of the next runs are told.
const NEXT: usize = 10;
/// How many of the due times that were not run are told.
const NOT_RUN: u32 = 5;

pub(crate) fn status(
    config: &Config,
    pipeline: &LoadedPipeline,
    clock: Clock,
    period: Option<Period>,
) -> Result<Status, RunError> {
    let places = Places::of(config);
    let ledger = Ledger::open_sound(&places.ledger())?;
    let last_ended = Period::of(pipeline.form.period, clock.today()).previous();
    let period = period.unwrap_or(last_ended);
    if let Some(ended) = retention::ended(&ledger, period, config.zone)? {
        return Err(RunError::Forgotten { period, ended, published: places.editions(None, period) });
    }
    let pipeline = &*retention::as_kept(pipeline, &ledger)?;
    let (submissions, mut facts) = arrivals::understood(config, pipeline, &ledger, clock)?;
    facts.findings.retain(|finding| concerns(finding, period, &submissions));
    let input = evaluation(config, pipeline, &facts, period, clock);
    let results = evaluate::evaluate(&input)?;
    let bodies = results.responses.iter().map(|response| BodyStatus {
        ags: response.body.clone(),
        name: config.register.name(&response.body).to_owned(),
        state: response.state,
        arrived: response.arrived,
        files: response.files,
        missing_tables: response.missing_tables.clone(),
        errors: response.errors,
        warnings: response.warnings,
    });
    Ok(Status {
        pipeline: pipeline.name.clone(),
        period,
        due: input.due(period),
        bodies: bodies.collect(),
        rejected: rejected(&results.findings),
        left_out: collect::no_files(&config.sources)?,
        away: config.sources.iter().filter_map(|source| source.away().map(std::path::Path::to_path_buf)).collect(),
        findings: results.findings,
        last_runs: ledger.last_runs(5)?,
        next_runs: next_runs(pipeline, clock),
        clock_changes: pipeline.timetable.as_ref().map(|timetable| nights(timetable, clock.utc())).unwrap_or_default(),
        not_run: ledger.without_run(&pipeline.name, NOT_RUN)?,
        mail: [
            ledger.deliveries_left()?,
            ledger.deliveries_in_trouble()?,
            ledger.alerts_left()?,
            ledger.alerts_in_trouble()?,
        ]
        .concat(),
    })
}

/// The first error of each file that nobody or no period could be found for.
fn rejected(findings: &[Finding]) -> Vec<Finding> {
    let mut files: BTreeMap<&str, &Finding> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.table.is_none() && finding.severity == Severity::Error) {
        files.entry(finding.file.as_str()).or_insert(finding);
    }
    files.into_values().cloned().collect()
}

fn next_runs(pipeline: &LoadedPipeline, clock: Clock) -> Vec<String> {
    let Some(timetable) = &pipeline.timetable else { return Vec::new() };
    timetable.next(clock.utc(), NEXT).iter().map(|slot| shown(slot, timetable.zone())).collect()
}

/// `2026-10-20 06:00 +02:00 Europe/Berlin`; when it really begins, where that is later.
pub(crate) fn shown(slot: &Slot, zone: chrono_tz::Tz) -> String {
    let planned = slot.at.with_timezone(&zone).format("%Y-%m-%d %H:%M %:z");
    if slot.starts == slot.at {
        return format!("{planned} {zone}");
    }
    format!("{planned} {zone}, begins {}", slot.starts.with_timezone(&zone).format("%H:%M:%S"))
}

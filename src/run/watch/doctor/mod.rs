//! `kim doctor`: is everything around kim as it needs it?
//!
//! In: the configuration or what is left of it, the machine, an instant. Out: one finding for each thing looked at, in a
//! fixed order, each with a remedy unless it is well. Never: sends a mail, changes anything, stops at the first trouble.

mod machine;
mod post;

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::heartbeat::{self, Phase};
use crate::base::problem::Problem;
use crate::model::finding::Code;
use crate::model::settings::Settings;
use crate::run::RunError;
use crate::run::ledger::{Ledger, LedgerError};
use crate::run::settings::{Config, alone, beside};
use crate::run::{chain, reading};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    Ok,
    Warn,
    Fail,
}

impl Verdict {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Verdict::Ok => "ok",
            Verdict::Warn => "warn",
            Verdict::Fail => "fail",
        }
    }
}

/// What was found about one thing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Found {
    pub(crate) check: &'static str,
    pub(crate) verdict: Verdict,
    pub(crate) told: String,
    pub(crate) remedy: Option<String>,
}

fn ok(check: &'static str, told: impl Into<String>) -> Found {
    Found { check, verdict: Verdict::Ok, told: told.into(), remedy: None }
}

fn warn(check: &'static str, told: impl Into<String>, remedy: impl Into<String>) -> Found {
    Found { check, verdict: Verdict::Warn, told: told.into(), remedy: Some(remedy.into()) }
}

fn fail(check: &'static str, told: impl Into<String>, remedy: impl Into<String>) -> Found {
    Found { check, verdict: Verdict::Fail, told: told.into(), remedy: Some(remedy.into()) }
}

/// Whom the doctor looks at: everything that could be found out without a sound configuration, and that if it is.
struct Patient<'a> {
    /// The configuration folder.
    folder: &'a Path,
    /// `kim.toml`, if that at least can be read.
    settings: Option<Settings>,
    data: Option<PathBuf>,
    config: Option<&'a Config>,
    now: DateTime<Utc>,
}

/// Looks at everything.
pub(crate) fn doctor(folder: &Path, config: &Result<Config, Vec<Problem>>, now: DateTime<Utc>) -> Vec<Found> {
    let settings = alone(folder);
    let data = settings.as_ref().map(|settings| beside(folder, &settings.data));
    let patient = Patient { folder, settings, data, config: config.as_ref().ok(), now };
    let mut found = vec![configuration(config)];
    found.extend(machine::zones(&patient));
    found.extend(machine::clock(&patient));
    found.push(machine::user());
    found.extend(machine::data(&patient));
    found.extend(machine::disk(&patient));
    found.extend(sources(&patient));
    found.extend(ledger(&patient));
    found.extend(worker(&patient));
    found.extend(post::recipients(&patient));
    found.extend(post::password(&patient));
    found.extend(post::server(&patient));
    found.extend(service(&patient));
    found.extend(next_run(&patient));
    found
}

fn configuration(config: &Result<Config, Vec<Problem>>) -> Found {
    match config {
        Ok(config) => {
            let (files, pipelines) = (config.files.len(), config.pipelines.len());
            ok("configuration", format!("{files} files are sound, {pipelines} of them pipelines"))
        }
        Err(problems) => {
            let first = problems.first().map(|problem| problem.message.as_str()).unwrap_or_default();
            let told = format!("it has mistakes: {}; the first: {first}", problems.len());
            fail("configuration", told, "run `kim check`, which tells them all with file and line")
        }
    }
}

fn sources(patient: &Patient<'_>) -> Vec<Found> {
    let Some(settings) = &patient.settings else { return Vec::new() };
    let each = settings.sources.iter().map(|source| {
        let path = beside(patient.folder, source.folder.get_ref());
        let list = source.arrivals.as_ref().map(|list| beside(patient.folder, list.get_ref()));
        if let Some(list) = list.filter(|list| !list.is_file()) {
            let told = format!("there is no list of arrivals {}", list.display());
            return fail("source", told, "mount or restore it, or take `arrivals` out of kim.toml");
        }
        match std::fs::read_dir(&path) {
            Ok(_) if count(&path) == 0 && knows_returns(patient) => warn(
                "source",
                format!("{} is empty, and returns have come before", path.display()),
                "is the share mounted? (if it is meant to be empty, a hidden file in it, such as .kim, says so)",
            ),
            Ok(_) => ok("source", format!("{} can be read, {} entries", path.display(), count(&path))),
            Err(error) => fail(
                "source",
                format!("{} cannot be read: {error}", path.display()),
                "mount or make the folder, and let the user of kim read it",
            ),
        }
    });
    each.collect()
}

fn count(folder: &Path) -> usize {
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

/// Has the ledger ever taken a return?
fn knows_returns(patient: &Patient<'_>) -> bool {
    let path = patient.data.as_ref().map(|data| data.join("ledger.sqlite")).filter(|path| path.exists());
    path.and_then(|path| Ledger::look(&path).ok()?.knows_returns().ok()).unwrap_or(false)
}

fn ledger(patient: &Patient<'_>) -> Option<Found> {
    let data = patient.data.as_ref()?;
    let path = data.join("ledger.sqlite");
    if !path.exists() {
        return Some(ok("ledger", "there is none yet; the first run makes it"));
    }
    let restore = "stop the service, keep the file, and restore the last backup of the data folder";
    Some(match Ledger::look(&path).and_then(|ledger| ledger.complaint()) {
        Ok(None) => ok("ledger", format!("{} is sound", path.display())),
        Ok(Some(complaint)) => fail("ledger", format!("{} is damaged: {complaint}", path.display()), restore),
        Err(error) if error.is_busy() => warn("ledger", "somebody is writing to it for long", "look once more"),
        Err(error @ LedgerError::Newer { .. }) => {
            fail("ledger", chain(&error), "install the newer version of kim again; do not restore a backup")
        }
        Err(error @ LedgerError::Older { .. }) => warn("ledger", chain(&error), "start the service"),
        Err(error) => match RunError::from(error).about(data) {
            barred if barred.is_barred() => fail("ledger", chain(&barred), "do that, and look once more"),
            error => fail("ledger", chain(&error), restore),
        },
    })
}

/// A file that is no workbook does: whether a worker answers is the question, not what.
fn worker(patient: &Patient<'_>) -> Option<Found> {
    let limits = patient.settings.as_ref()?.limits;
    let room = format!("{} MiB and {} s for each file", limits.memory_mib, limits.seconds_per_file);
    Some(match reading::read_one(&patient.folder.join("kim.toml"), &limits) {
        Ok(answer) => match answer.workbook {
            Err(unreadable) if unreadable.code == Code::ReaderGaveUp => fail(
                "reader",
                format!("the worker that reads workbooks does not live with {room}"),
                "raise the limits in [limits] of kim.toml, or give the service more memory",
            ),
            _ => ok("reader", format!("a worker starts, with {room}; no Excel or LibreOffice is needed")),
        },
        Err(error) => fail("reader", chain(&error), "let the user of kim start the program kim itself"),
    })
}

fn service(patient: &Patient<'_>) -> Option<Found> {
    let start = "start it: systemctl start kim, or `kim serve`";
    Some(match heartbeat::read(patient.data.as_ref()?) {
        Ok(Some(beat)) if beat.state == Phase::Stopped => {
            warn("service", format!("kim serve was stopped at {}", local(patient, beat.when)), start)
        }
        Ok(Some(beat)) if (patient.now - beat.when).num_seconds() > 300 => {
            warn("service", format!("kim serve has no heartbeat since {}", local(patient, beat.when)), start)
        }
        Ok(Some(beat)) if !beat.gets_on => {
            fail("service", format!("kim serve hangs ({})", beat.state.name()), "restart it: systemctl restart kim")
        }
        Ok(Some(beat)) => ok("service", format!("kim serve {} is {}", beat.version, beat.state.name())),
        Ok(None) => warn("service", "kim serve has not run on this data folder", start),
        Err(reason) => warn("service", format!("its heartbeat cannot be read: {reason}"), "restart kim serve"),
    })
}

fn next_run(patient: &Patient<'_>) -> Vec<Found> {
    let Some(config) = patient.config else { return Vec::new() };
    let each = config.pipelines.iter().map(|loaded| {
        let name = loaded.path.display();
        let Some(timetable) = &loaded.timetable else {
            return warn(
                "next run",
                format!("{name} has no [schedule], it never runs by itself"),
                "add one, if it shall",
            );
        };
        let zone = timetable.zone();
        match timetable.next(patient.now, 1).first() {
            Some(slot) => {
                let (next, left) = (slot.starts, slot.starts - patient.now);
                let left = match left.num_hours() {
                    0..48 => format!("{} hours and {} minutes", left.num_hours(), left.num_minutes() % 60),
                    hours => format!("{} days", hours / 24),
                };
                let when = next.with_timezone(&zone).format("%Y-%m-%d %H:%M");
                ok("next run", format!("{name} on {when} {zone}, in {left}"))
            }
            None => fail("next run", format!("{name} will never run again"), "mend the line `cron` of its [schedule]"),
        }
    });
    each.collect()
}

fn local(patient: &Patient<'_>, at: DateTime<Utc>) -> String {
    let zone = patient.settings.as_ref().and_then(|settings| settings.time_zone.get_ref().parse().ok());
    at.with_timezone(&zone.unwrap_or(chrono_tz::Tz::UTC)).format("%Y-%m-%d %H:%M %Z").to_string()
}

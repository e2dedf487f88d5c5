//! `kim retry`: does now what is left: mail that waits, runs that failed or died, mail that a person decided on.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono_tz::Tz;
use clap::Args;
use serde::Serialize;

use super::mails::{WAITS, delivered, standing};
use super::{Failure, Outcome, alone, asked_to_stop, ground, load};
use crate::base::clock::Clock;
use crate::run::ledger::{Delivery, DeliveryState, Ledger, Limits, Run};
use crate::run::lock::Lock;
use crate::run::names;
use crate::run::order::{ByHand, Order, Resend};
use crate::run::posting;
use crate::run::retry::{self, Decision};
use crate::run::settings::{Ground, Part};
use crate::run::story;
use crate::run::summary::{Delivered, Summary};
use crate::run::watch::watchman;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Send again what was refused (after the cause is mended); with an address, only to it
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    refused: Option<String>,
    /// Send again, under the same Message-ID, what may or may not have arrived; with an address, only to it
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    unknown: Option<String>,
    /// Do not send what was refused or may have arrived, and speak of it no more; with an address, only for it, and also what
    /// waits for it
    #[arg(
        long, value_name = "ADDRESS", num_args = 0..=1, require_equals = true, default_missing_value = "",
        conflicts_with_all = ["refused", "unknown"]
    )]
    close: Option<String>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Default, Serialize)]
struct Done {
    runs: Vec<Rerun>,
    closed: Vec<Delivery>,
    /// All messages that waited, or were put back, as they stand after the try.
    mail: Vec<Delivery>,
    /// Messages at which a person must look.
    trouble: Vec<Delivery>,
    /// Somebody asked to stop before all was done.
    stopped: bool,
    /// Runs that were not done when the backup was made that was restored since: they may have been.
    doubtful: Vec<Run>,
}

/// A run that was taken up again.
#[derive(Debug, Serialize)]
struct Rerun {
    run: i64,
    pipeline: String,
    /// To what it was limited when it was begun, and is again.
    limits: Limits,
    /// The number of the new run; none if it failed as well.
    became: Option<i64>,
    error: Option<String>,
    /// It is not taken up, because this run has shown newer figures.
    overtaken_by: Option<i64>,
    /// Its mail, as it stands after the new run.
    mail: Vec<Delivered>,
    /// Mail of it waits to be tried again.
    mail_waits: bool,
}

pub(super) fn retry(folder: &Path, options: &Options) -> Outcome {
    let ground = ground(folder, &[Part::Mail])?;
    let lock = alone(&ground)?;
    let ledger = Ledger::open_sound(&ground.data.join("ledger.sqlite"))?;
    names::bring_together(&ground.folder, &ledger)?;
    let mut done = Done::default();
    for decision in decisions(options) {
        let chosen = retry::decide(&ledger, &decision)?.map_err(Failure::Usage)?;
        if matches!(decision, Decision::Close(_)) {
            done.closed = chosen;
        }
    }
    let stop = asked_to_stop()?;
    done.mail = no_longer_meant(folder, &ledger)?;
    done.mail.extend(retry::send(&ground, &ledger, &stop)?);
    for run in ledger.unfinished_runs()? {
        if stop.load(Ordering::Relaxed) {
            done.stopped = true;
            break;
        }
        // What was just taken up may have done it as well.
        if !ledger.unfinished_runs()?.iter().any(|left| left.id == run.id) {
            continue;
        }
        done.runs.push(take_up(folder, &ledger, &run, (&lock, &stop)));
    }
    done.mail.extend(to_the_owner(folder, &ground, &ledger, &stop)?);
    done.stopped |= stop.load(Ordering::Relaxed) && done.mail.iter().any(|mail| mail.state.waits());
    done.trouble = ledger.deliveries_in_trouble()?;
    done.doubtful = ledger.doubtful_runs()?;
    if options.json {
        super::say(&serde_json::to_string_pretty(&done)?)?;
    } else {
        super::say(&told(&done, ground.zone, &posting::sender(&ground)))?;
    }
    let left = done.stopped && !done.mail.iter().any(|mail| mail.state.waits());
    let failed = left || done.runs.iter().any(|run| run.error.is_some()) || !done.trouble.is_empty();
    let waits = done.mail.iter().any(|mail| mail.state.waits()) || done.runs.iter().any(|run| run.mail_waits);
    Ok(ExitCode::from(if failed {
        1
    } else if waits {
        WAITS
    } else {
        0
    }))
}

/// Closes what waits or was refused for those who are no recipients any more; gives it. Each pipeline for itself: with mistakes in
/// the configuration nobody knows who they are, and what waits goes out as it was written.
fn no_longer_meant(folder: &Path, ledger: &Ledger) -> Result<Vec<Delivery>, Failure> {
    let mut dropped = Vec::new();
    for name in ledger.pipelines_with_mail()? {
        match load(folder, &[names::path(folder, &name)]) {
            Ok(config) => {
                for pipeline in &config.pipelines {
                    dropped.extend(posting::drop_recipients(&config, pipeline, ledger)?);
                }
            }
            Err(_) => tracing::warn!(pipeline = name, "nobody looks who is still a recipient: see `kim check`"),
        }
    }
    Ok(dropped)
}

/// Sends what waits for the owner, and looks once whether there is something new to tell: without a service nobody else does.
/// Gives what was sent, and what waits still.
fn to_the_owner(folder: &Path, ground: &Ground, ledger: &Ledger, stop: &AtomicBool) -> Result<Vec<Delivery>, Failure> {
    let mut mail = watchman::send(ground, ledger, stop)?;
    let pipelines = ledger.pipelines()?.into_iter().map(|name| names::path(folder, &name));
    let pipelines: Vec<PathBuf> = pipelines.filter(|path| path.is_file()).collect();
    if !pipelines.is_empty() && !stop.load(Ordering::Relaxed) {
        match load(folder, &pipelines) {
            Ok(config) => watchman::glance(&config),
            // Mail needs no sound configuration; whoever runs hears of it, and so does the monitoring.
            Err(_) => tracing::warn!("nobody looks for troubles: the configuration has mistakes (kim check)"),
        }
    }
    let known: Vec<i64> = mail.iter().map(|one| one.id).collect();
    mail.extend(ledger.alerts_left()?.into_iter().filter(|one| !known.contains(&one.id)));
    Ok(mail)
}

fn decisions(options: &Options) -> Vec<Decision> {
    let address = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    let all = [
        options.close.as_ref().map(|text| Decision::Close(address(text))),
        options.refused.as_ref().map(|text| Decision::Refused(address(text))),
        options.unknown.as_ref().map(|text| Decision::Unknown(address(text))),
    ];
    all.into_iter().flatten().collect()
}

/// The same run with the same clock and the same limits: it makes the same bytes, so nobody gets mail twice, and nobody gets
/// any for whom it was not. Not where newer figures were shown.
fn take_up(folder: &Path, ledger: &Ledger, run: &Run, (lock, stop): (&Lock, &AtomicBool)) -> Rerun {
    // An older version wrote no limits, only the period.
    let limits = run.limits.clone().unwrap_or_else(|| Limits { period: run.period, ..Limits::default() });
    let mut tell = super::progress::until(stop);
    let mut again = || -> Result<Result<Summary, i64>, Failure> {
        let config = load(folder, &[names::path(folder, &run.pipeline)])?;
        let pipeline = config.pipelines.first().ok_or_else(|| Failure::Usage("there is no pipeline".to_owned()))?;
        if let Some(newer) = retry::overtaken(ledger, run, (pipeline.form.period, config.zone))? {
            return Ok(Err(newer));
        }
        let clock = Clock::at(run.as_of, config.zone);
        let Limits { only, resend, .. } = limits.clone();
        let by_hand = ByHand { waits: true, only, resend };
        let stop = Some(stop);
        let order = Order { config: &config, pipeline, period: limits.period, clock, trial: None, by_hand, stop };
        if !limits.only.is_empty() && order.editions().next().is_none() {
            let only = limits.only.join(", ");
            return Err(Failure::Usage(format!("there is no edition for {only} any more; `kim run` takes its place")));
        }
        Ok(Ok(story::run(&order, Some(lock), &mut tell)?))
    };
    let told = again().and_then(|became| {
        if run.limits.as_ref().is_none_or(|limits| *limits == Limits::default()) {
            ledger.made_up_for(run, chrono::Utc::now())?;
        }
        Ok(became)
    });
    let error = told.as_ref().err().map(super::failure_told);
    let (became, overtaken_by) = match told.ok() {
        Some(Err(newer)) => (None, Some(newer)),
        told => (told.and_then(Result::ok), None),
    };
    Rerun {
        run: run.id,
        pipeline: run.pipeline.clone(),
        became: became.as_ref().map(|summary| summary.run),
        error,
        overtaken_by,
        limits,
        mail: became.as_ref().map(|summary| summary.deliveries.clone()).unwrap_or_default(),
        mail_waits: became.is_some_and(|summary| summary.mail_waits()),
    }
}

/// As it was typed: ` (--period 2026-Q3 --only partner)`.
fn limited(limits: &Limits) -> String {
    let Limits { period, only, resend } = limits;
    let mut typed: Vec<String> = period.iter().map(|period| format!("--period {period}")).collect();
    typed.extend(only.iter().map(|audience| format!("--only {audience}")));
    typed.extend(resend.iter().map(|resend| match resend {
        Resend::Everybody => "--resend".to_owned(),
        Resend::To(address) => format!("--resend={address}"),
    }));
    if typed.is_empty() { String::new() } else { format!(" ({})", typed.join(" ")) }
}

fn told(done: &Done, zone: Tz, sender: &str) -> String {
    let mut lines = Vec::new();
    for Rerun { run, pipeline, became, error, overtaken_by, limits, mail, .. } in &done.runs {
        let pipeline = pipeline.clone() + &limited(limits);
        lines.push(match (became, overtaken_by, error) {
            (Some(became), ..) => format!("run {run} of {pipeline} was taken up again as run {became}"),
            (_, Some(newer), _) => {
                format!("run {run} of {pipeline} is not taken up: run {newer} has shown newer figures since")
            }
            (.., error) => format!("run {run} of {pipeline} failed again: {}", error.as_deref().unwrap_or_default()),
        });
        lines.extend(mail.iter().map(|mail| format!("  mail       {}", delivered(mail, zone))));
    }
    let of_mail = |mail: &Delivery| format!("mail to {} ({}) {}", mail.recipient, mail.audience, standing(mail, zone));
    lines.extend(done.closed.iter().map(|mail| format!("mail to {} ({}) closed", mail.recipient, mail.audience)));
    lines.extend(done.mail.iter().map(of_mail));
    let before = |mail: &&Delivery| !done.mail.iter().any(|told| told.id == mail.id);
    lines.extend(done.trouble.iter().filter(before).map(of_mail));
    lines.extend(done.doubtful.iter().map(|run| {
        format!(
            "run {} of {} is not taken up: a backup was restored, and it may have been done since; if not: `kim run {}`",
            run.id, run.pipeline, run.pipeline
        )
    }));
    let has = |state| done.trouble.iter().any(|mail| mail.state == state);
    if has(DeliveryState::Refused) {
        lines.push("once mended: `kim retry --refused`, or `--refused=ADDRESS`; after a change of the configuration: `kim run`; or \
                    `--close` to leave it"
            .to_owned());
    }
    if done.trouble.iter().any(|mail| mail.state == DeliveryState::Refused && mail.sender != *sender) {
        lines.push(format!("what was refused bears another sender than {sender}: `kim run` writes it anew"));
    }
    if has(DeliveryState::Unknown) {
        lines
            .push("ask whether it arrived; if not: `kim retry --unknown=ADDRESS`; if so: `--close=ADDRESS`".to_owned());
    }
    if done.stopped {
        lines.push("stopped as asked; the next `kim retry` does the rest".to_owned());
    }
    if lines.is_empty() {
        lines.push("nothing is left to do".to_owned());
    }
    lines.join("\n")
}

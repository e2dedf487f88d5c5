//! `kim serve`: stays, and runs pipelines when they are due.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, Utc};
use clap::Args;

use super::{Failure, Outcome};
use crate::base::clock::Clock;
use crate::run::facts::FactsError;
use crate::run::ledger::Ledger;
use crate::run::lock::Lock;
use crate::run::order::{ByHand, Order, Places};
use crate::run::retention::daily::Daily;
use crate::run::serve::{Ended, Service, Standing, serve as stay};
use crate::run::settings::Config;
use crate::run::status::shown;
use crate::run::{RunError, chain, posting, story};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Pipelines to serve [default: monitoring.toml in the folder pipelines beside the configuration]
    #[arg(value_name = "PIPELINE.toml")]
    pipelines: Vec<PathBuf>,
}

pub(super) fn serve(folder: &Path, options: &Options) -> Outcome {
    let standing = Arc::new(Standing::read(folder, &options.pipelines).map_err(Failure::Config)?);
    let config = standing.config();
    let watched = standing.watched();
    if watched.is_empty() {
        return Err(Failure::Usage("no pipeline has a [schedule], so nothing would ever run".to_owned()));
    }
    for watched in &watched {
        let next = watched.timetable.next(Utc::now(), 1);
        let next = next.first().map_or("never".to_owned(), |slot| shown(slot, watched.timetable.zone()));
        eprintln!("serving {}: next {next}", watched.pipeline.display());
    }
    let for_retention = standing.clone();
    let daily = Daily::start(move || Some(for_retention.config().as_ref().clone()));
    let (for_look, for_run, for_mail) = (standing.clone(), standing.clone(), standing);
    let ended = stay(Service::new(
        &config.data,
        Places::of(&config).ledger(),
        Box::new(move |asked: bool, ledger: &Ledger, now: DateTime<Utc>| {
            for_look.look(asked, ledger, now);
            for_look.watched()
        }),
        Box::new(move |pipeline: &Path, clock: Clock, lock: &Lock, stop: &AtomicBool| {
            run(&for_run.config(), pipeline, clock, lock, stop)
        }),
        Box::new(move |now: DateTime<Utc>, _: &Lock| {
            posting::again(&for_mail.config(), now).map_err(|error| chain(&error))
        }),
    ));
    drop(daily);
    ended?;
    Ok(ExitCode::SUCCESS)
}

/// One run with one configuration from start to end.
fn run(config: &Config, pipeline: &Path, clock: Clock, lock: &Lock, stop: &AtomicBool) -> Result<Ended, String> {
    let named = config.pipelines.iter().find(|loaded| loaded.path == pipeline);
    let pipeline = named.ok_or_else(|| format!("{} is no longer served", pipeline.display()))?;
    let order = Order { config, pipeline, period: None, clock, trial: None, by_hand: ByHand::default() };
    let mut tell = |_: &'static str| match stop.load(Ordering::Relaxed) {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    };
    match story::run(&order, Some(lock), &mut tell) {
        Ok(summary) => {
            tracing::info!(run = summary.run, period = %summary.period, "done");
            if summary.needs_a_person() {
                tracing::error!(run = summary.run, "a mail was refused or its outcome is unknown; see `kim status`");
            }
            Ok(Ended::Done)
        }
        Err(RunError::Stopped(_) | RunError::Facts(FactsError::Stopped(_))) => Ok(Ended::Interrupted),
        Err(error) => Err(chain(&error)),
    }
}

//! `kim serve`: stays, and runs pipelines when they are due.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, Utc};
use clap::Args;
use tracing::{error, info, warn};

use super::log::Log;
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
use crate::run::watch::pulse::Pulse;
use crate::run::watch::watchman::Watchman;
use crate::run::{RunError, chain, discreet, names, posting, story};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Pipelines to serve [default: monitoring.toml in the folder pipelines beside the configuration]
    #[arg(value_name = "PIPELINE.toml")]
    pipelines: Vec<PathBuf>,
}

pub(super) fn serve(folder: &Path, options: &Options, log: &Arc<Log>) -> Outcome {
    let standing = Arc::new(Standing::read(folder, &options.pipelines).map_err(Failure::Config)?);
    let config = standing.config();
    let watched = standing.watched();
    if watched.is_empty() {
        return Err(Failure::Usage("no pipeline has a [schedule], so nothing would ever run".to_owned()));
    }
    let begun = Utc::now();
    for watched in &watched {
        let next = watched.timetable.next(begun, 1);
        let next = next.first().map_or("never".to_owned(), |slot| shown(slot, watched.timetable.zone()));
        eprintln!("serving {}: next {next}", watched.pipeline.display());
    }
    // Before anybody looks. A ledger that cannot be used is told by those who need it.
    if let Ok(ledger) = Ledger::open_sound(&Places::of(&config).ledger()) {
        names::bring_together(&config.folder, &ledger)?;
    }
    let for_retention = standing.clone();
    let daily = Daily::start(move || Some(for_retention.config().as_ref().clone()));
    let pulse = Arc::new(Pulse::new(config.data.clone()));
    // Watches until it is dropped at the end.
    let watchman = Arc::new(Watchman::start(config.as_ref().clone(), pulse.clone()));
    let look = {
        let (standing, log, pulse, watchman) = (standing.clone(), log.clone(), pulse.clone(), watchman.clone());
        move |asked: bool, now: DateTime<Utc>| {
            if asked {
                log.reopen();
            }
            match standing.look(asked, now) {
                Some(Ok(config)) => {
                    watchman.configured(config.as_ref().clone());
                    pulse.configured(None);
                }
                Some(Err(mistakes)) => pulse.configured(Some(mistakes)),
                None => {}
            }
            standing.watched()
        }
    };
    let (for_run, of_run) = (standing.clone(), pulse.clone());
    let service = Service::new(
        (&config.data, Places::of(&config).ledger()),
        pulse,
        Box::new(look),
        Box::new(move |pipeline: &Path, clock: Clock, lock: &Lock, stop: &AtomicBool| {
            run(&for_run.config(), pipeline, clock, lock, (stop, &of_run))
        }),
        Box::new(move |_: DateTime<Utc>, _: &Lock, stop: &AtomicBool| {
            posting::again(&standing.config(), stop).map_err(|error| {
                warn!("{}", discreet(&error));
                chain(&error)
            })
        }),
    );
    let ended = stay(service, begun);
    drop(watchman);
    drop(daily);
    ended?;
    Ok(ExitCode::SUCCESS)
}

/// One run with one configuration from start to end.
fn run(
    config: &Config,
    pipeline: &Path,
    clock: Clock,
    lock: &Lock,
    (stop, pulse): (&AtomicBool, &Pulse),
) -> Result<Ended, String> {
    let named = config.pipelines.iter().find(|loaded| Path::new(&loaded.name) == pipeline);
    let pipeline = named.ok_or_else(|| format!("{} is no longer served", pipeline.display()))?;
    let by_hand = ByHand::default();
    let order = Order { config, pipeline, period: None, clock, trial: None, by_hand, stop: Some(stop) };
    let mut tell = |step: &'static str| {
        if stop.load(Ordering::Relaxed) {
            return ControlFlow::Break(());
        }
        pulse.step(step);
        ControlFlow::Continue(())
    };
    match story::run(&order, Some(lock), &mut tell) {
        Ok(summary) => {
            info!(run = summary.run, period = %summary.period, "done");
            if summary.needs_a_person() {
                error!(run = summary.run, "a mail was refused or its outcome is unknown; see `kim status`");
            }
            Ok(Ended::Done)
        }
        Err(RunError::Stopped(_) | RunError::Facts(FactsError::Stopped(_))) => Ok(Ended::Interrupted),
        Err(error) => {
            error!("{}", discreet(&error));
            Err(chain(&error))
        }
    }
}

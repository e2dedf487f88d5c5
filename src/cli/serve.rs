//! `kim serve`: stays, and runs pipelines when they are due. Until a reload is there, a run reads the configuration
//! anew and the times of the schedule stay those of the start.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use clap::Args;
use tracing::{error, info, warn};

use super::log::Log;
use super::{Failure, Outcome, failure_told, load};
use crate::base::clock::Clock;
use crate::run::lock::Lock;
use crate::run::order::{ByHand, Order};
use crate::run::retention::daily::Daily;
use crate::run::serve::{Service, Watched, serve as stay};
use crate::run::settings::Config;
use crate::run::story;
use crate::run::watch::pulse::Pulse;
use crate::run::watch::watchman::Watchman;
use crate::run::{chain, discreet, posting, schedule};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Pipelines to serve [default: monitoring.toml in the folder pipelines beside the configuration]
    #[arg(value_name = "PIPELINE.toml")]
    pipelines: Vec<PathBuf>,
}

pub(super) fn serve(folder: &Path, options: &Options, log: &Arc<Log>) -> Outcome {
    let config = load(folder, &options.pipelines)?;
    let watched = watched(&config)?;
    for watched in &watched {
        let next = schedule::next(&watched.cron, watched.zone, Utc::now(), 1);
        let next = next.first().map_or("never".to_owned(), |slot| {
            slot.with_timezone(&watched.zone).format("%Y-%m-%d %H:%M %:z").to_string()
        });
        eprintln!("serving {}: `{}` in {}, next {next}", watched.pipeline.display(), watched.cron, watched.zone);
    }
    let for_retention = folder.to_path_buf();
    let daily = Daily::start(move || load(&for_retention, &[]).ok());
    let (for_run, for_mail) = (folder.to_path_buf(), folder.to_path_buf());
    let (data, ledger) = (config.data.clone(), config.data.join("ledger.sqlite"));
    let pulse = Arc::new(Pulse::new(data.clone()));
    let of_run = pulse.clone();
    // Watches until it is dropped at the end.
    let watchman = Arc::new(Watchman::start(config, pulse.clone()));
    let reload = {
        let (log, pulse, watchman) = (log.clone(), pulse.clone(), watchman.clone());
        let (folder, pipelines) = (folder.to_path_buf(), options.pipelines.clone());
        move || {
            log.reopen();
            match load(&folder, &pipelines) {
                Ok(config) => {
                    watchman.configured(config);
                    pulse.configured(None);
                }
                Err(failure) => pulse.configured(Some(failure_told(&failure))),
            }
        }
    };
    let ended = stay(Service {
        data,
        ledger,
        watched,
        run: move |pipeline: &Path, clock: Clock, lock: &Lock| run(&for_run, pipeline, clock, lock, &of_run),
        mail: move |now: DateTime<Utc>, _: &Lock| {
            let config = load(&for_mail, &[]).map_err(|failure| failure_told(&failure))?;
            posting::again(&config, now).map_err(|error| {
                warn!("{}", discreet(&error));
                chain(&error)
            })
        },
        pulse,
        reload: Box::new(reload),
    });
    drop(watchman);
    drop(daily);
    ended?;
    Ok(ExitCode::SUCCESS)
}

fn watched(config: &Config) -> Result<Vec<Watched>, Failure> {
    let scheduled = config.pipelines.iter().filter_map(|loaded| {
        let planned = loaded.pipeline.schedule.as_ref()?;
        let zone = planned.zone.as_ref().and_then(|zone| zone.get_ref().parse().ok()).unwrap_or(config.zone);
        Some(Watched { pipeline: loaded.path.clone(), cron: planned.cron.get_ref().clone(), zone })
    });
    let watched: Vec<Watched> = scheduled.collect();
    if watched.is_empty() {
        return Err(Failure::Usage("no pipeline has a [schedule], so nothing would ever run".to_owned()));
    }
    Ok(watched)
}

fn run(folder: &Path, pipeline: &Path, clock: Clock, lock: &Lock, pulse: &Pulse) -> Result<(), String> {
    let config = load(folder, &[pipeline.to_path_buf()]).map_err(|failure| {
        // A mistake may be in an address.
        error!("the configuration has mistakes; `kim check` tells them");
        failure_told(&failure)
    })?;
    for pipeline in &config.pipelines {
        let by_hand = ByHand::default();
        let order = Order { config: &config, pipeline, period: None, clock, trial: None, by_hand };
        let summary = story::run(&order, Some(lock), &mut |step| pulse.step(step)).map_err(|error| {
            error!("{}", discreet(&error));
            chain(&error)
        })?;
        info!(run = summary.run, period = %summary.period, "done");
        if summary.needs_a_person() {
            error!(run = summary.run, "a mail was refused or its outcome is unknown; see `kim status`");
        }
    }
    Ok(())
}

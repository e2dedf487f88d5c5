//! The program that stays: it looks at the clock every few seconds and does what is due.
//!
//! tokio-cron-scheduler is the heartbeat and nothing else (its own time zones freeze the offset, its jobs overlap, its
//! shutdown does not wait): a job in UTC that sends on a channel. What is due is decided here, from the ledger.
//! One round at a time, on a thread for blocking work: frames are never computed on a thread of the runtime.
//!
//! Policy: after downtime the newest missed slot runs, once; older ones do not. A run that failed, or died with its
//! process, is begun again with the clock of its first try: three tries at most, after a failure with a pause. Mail
//! that waits is tried again after the same pause.

mod round;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};
use tracing::{error, info};

use super::ledger::{Ledger, LedgerError};
use super::lock::{Lock, LockError};
use super::schedule;
use super::watch::pulse::Pulse;
use crate::base::clock::Clock;

const HEARTBEAT: &str = "*/5 * * * * *";

#[derive(Debug, thiserror::Error)]
pub(crate) enum ServeError {
    #[error("cannot start the runtime")]
    Runtime(#[source] std::io::Error),
    #[error("cannot listen for signals")]
    Signals(#[source] std::io::Error),
    #[error("cannot start the heartbeat")]
    Heartbeat(#[from] JobSchedulerError),
    #[error("the ledger of scheduled runs fails")]
    Ledger(#[from] LedgerError),
    #[error("the data folder cannot be used")]
    Lock(#[from] LockError),
}

/// A pipeline with its schedule.
#[derive(Clone, Debug)]
pub(crate) struct Watched {
    /// The file; as text it is the pipeline's name in the ledger.
    pub(crate) pipeline: PathBuf,
    pub(crate) cron: String,
    pub(crate) zone: Tz,
}

impl Watched {
    fn name(&self) -> String {
        self.pipeline.display().to_string()
    }
}

/// What is served. Both functions are called with the data folder locked and must not lock it themselves; their error
/// is a sentence for the log and the ledger.
pub(crate) struct Service<Run, Mail> {
    pub(crate) data: PathBuf,
    pub(crate) ledger: PathBuf,
    pub(crate) watched: Vec<Watched>,
    /// Runs a pipeline to its end.
    pub(crate) run: Run,
    /// Tries the mail that waits.
    pub(crate) mail: Mail,
    /// Hears what begins and ends.
    pub(crate) pulse: Arc<Pulse>,
    /// Asked for by SIGHUP.
    pub(crate) reload: Box<dyn Fn() + Send + Sync>,
}

/// Serves until SIGTERM or SIGINT; what is under way then is finished first.
pub(crate) fn serve<Run, Mail>(service: Service<Run, Mail>) -> Result<(), ServeError>
where
    Run: Fn(&Path, Clock, &Lock) -> Result<(), String> + Send + Sync + 'static,
    Mail: Fn(DateTime<Utc>, &Lock) -> Result<(), String> + Send + Sync + 'static,
{
    // A ledger that cannot be used is told at once, not at the first slot.
    Ledger::open_sound(&service.ledger)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(ServeError::Runtime)?;
    runtime.block_on(beat(Arc::new(service)))
}

async fn beat<Run, Mail>(service: Arc<Service<Run, Mail>>) -> Result<(), ServeError>
where
    Run: Fn(&Path, Clock, &Lock) -> Result<(), String> + Send + Sync + 'static,
    Mail: Fn(DateTime<Utc>, &Lock) -> Result<(), String> + Send + Sync + 'static,
{
    let mut stop = Stop::listen().map_err(ServeError::Signals)?;
    let mut hang_up = signal(SignalKind::hangup()).map_err(ServeError::Signals)?;
    // Room for one: beats during a round become one round.
    let (send, mut beats) = mpsc::channel(1);
    let mut heart = JobScheduler::new().await?;
    let job = Job::new_async(HEARTBEAT, move |_, _| {
        let send = send.clone();
        Box::pin(async move {
            // Full: a round is under way, and a beat waits for its end already.
            let _ = send.try_send(());
        })
    })?;
    heart.add(job).await?;
    heart.start().await?;
    for watched in &service.watched {
        let next = schedule::next(&watched.cron, watched.zone, Utc::now(), 1);
        let next = next.first().map(|slot| slot.with_timezone(&watched.zone).to_rfc3339());
        info!(pipeline = watched.name(), next, "watching");
    }
    let pulse = service.pulse.clone();
    let mut ticks = tokio::time::interval(Pulse::interval());
    pulse.ready(&coming(&service.watched));
    loop {
        tokio::select! {
            () = stop.asked() => {
                pulse.stopping();
                break;
            }
            beat = beats.recv() => if beat.is_none() { break },
            _ = ticks.tick() => {
                pulse.beat();
                continue;
            }
            _ = hang_up.recv() => {
                reload(&service);
                continue;
            }
        }
        pulse.working();
        let serving = service.clone();
        let mut work = tokio::task::spawn_blocking(move || round::round(&serving, Utc::now()));
        let (mut stopping, mut reloading) = (false, false);
        let ended = loop {
            tokio::select! {
                ended = &mut work => break ended,
                () = stop.asked(), if !stopping => {
                    info!("asked to stop; finishing what is under way");
                    stopping = true;
                    pulse.stopping();
                }
                _ = ticks.tick() => pulse.beat(),
                // While a run is under way, afterwards: it has the configuration with which it began.
                _ = hang_up.recv() => reloading = true,
            }
        };
        match ended {
            Ok(Ok(())) => {}
            // The world may be mended by the next beat (a full disk, a share that is away): say it and go on.
            Ok(Err(failure)) => error!("{}", super::chain(&failure)),
            Err(panic) => error!("a round panicked: {panic}"),
        }
        if stopping {
            break;
        }
        pulse.waiting(&coming(&service.watched));
        if reloading {
            reload(&service);
        }
    }
    info!("stopped");
    pulse.stopped();
    Ok(heart.shutdown().await?)
}

fn reload<Run, Mail>(service: &Service<Run, Mail>) {
    info!("reloading");
    service.pulse.reloading();
    (service.reload)();
    service.pulse.ready(&coming(&service.watched));
}

/// One line for `systemctl status`: what runs next.
fn coming(watched: &[Watched]) -> String {
    let next = |watched: &Watched| {
        let slot = schedule::next(&watched.cron, watched.zone, Utc::now(), 1).first().copied()?;
        Some((slot, slot.with_timezone(&watched.zone).format("%Y-%m-%d %H:%M %Z").to_string()))
    };
    let next = watched.iter().filter_map(next).min();
    next.map_or_else(|| "nothing is due any more".to_owned(), |(_, slot)| format!("waiting, next run {slot}"))
}

/// The two signals with which a service is stopped.
struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    fn listen() -> std::io::Result<Stop> {
        Ok(Stop { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn asked(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn the_heart_beats_the_work_is_done_and_a_signal_waits_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().to_path_buf();
        let ledger = data.join("ledger.sqlite");
        // Due at once: watched for a day, and never run.
        Ledger::open(&ledger).unwrap().watched_since("a", Utc::now() - TimeDelta::days(1)).unwrap();
        let finished = Arc::new(Mutex::new(false));
        let seen = finished.clone();
        let run = move |_: &Path, _: Clock, _: &Lock| {
            // The signal comes in the middle of the run, which is finished all the same.
            let id = std::process::id().to_string();
            std::process::Command::new("sh")
                .args(["-c", &format!("kill -TERM {id}")])
                .status()
                .map_err(|error| error.to_string())?;
            std::thread::sleep(std::time::Duration::from_millis(300));
            *seen.lock().unwrap() = true;
            Ok(())
        };
        let watched = vec![Watched { pipeline: "a".into(), cron: "0 * * * *".to_owned(), zone: Tz::UTC }];
        let (mail, pulse) = (|_: DateTime<Utc>, _: &Lock| Ok(()), Arc::new(Pulse::silent()));
        let reload = Box::new(|| ());
        serve(Service { data, ledger: ledger.clone(), watched, run, mail, pulse, reload }).unwrap();
        assert!(*finished.lock().unwrap());
        assert_eq!(Ledger::open(&ledger).unwrap().unfinished("a").unwrap(), None, "and written down");
    }
}

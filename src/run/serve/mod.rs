//! The program that stays: it looks at the clock every few seconds and does what is due.
//!
//! tokio-cron-scheduler is the heartbeat and nothing else (its own time zones freeze the offset, its jobs overlap, its
//! shutdown does not wait): a job in UTC that sends on a channel. What is due is decided here, from the ledger.
//! One round at a time, on a thread for blocking work: frames are never computed on a thread of the runtime.
//!
//! What became of every due time stands in the ledger: a run, or the reason why there is none (`due`). The configuration
//! may change meanwhile (`standing`). A run that failed, or died with its process, is begun again with the clock of its
//! first try: after a failure with growing pauses, and not more often than three processes died over it.

pub(crate) mod asked;
mod due;
mod round;
#[cfg(test)]
mod soak;
mod standing;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};
use tracing::{error, info};

use super::RunError;
use super::ledger::{Ledger, LedgerError};
use super::lock::{self, Lock, LockError};
use super::schedule::Timetable;
use super::watch::pulse::Pulse;
use crate::base::clock::Clock;
use crate::base::pause::Pause;
use crate::base::settings::Spanned;
use crate::model::period::Kind;
use crate::model::schedule::{Missed, Overlap};
use asked::Stop;
pub(crate) use standing::Standing;

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
    Lock(#[source] LockError),
    #[error(transparent)]
    Barred(RunError),
    #[error(
        "`kim serve` is at work on {} already{}; one is enough for any number of pipelines: name them all when it is started",
        data.display(),
        holder.as_ref().map(|pid| format!(" (process {pid})")).unwrap_or_default()
    )]
    Second { data: PathBuf, holder: Option<String> },
}

impl ServeError {
    /// Where the disk of the data folder or the rights to it are the cause: with the remedy.
    fn about(self, data: &Path) -> ServeError {
        let error = match self {
            ServeError::Ledger(error) => RunError::from(error),
            ServeError::Lock(error) => RunError::from(error),
            other => return other,
        };
        match error.about(data) {
            RunError::Ledger(error) => ServeError::Ledger(error),
            RunError::Lock(error) => ServeError::Lock(error),
            barred => ServeError::Barred(barred),
        }
    }
}

/// A pipeline with its schedule.
#[derive(Clone, Debug)]
pub(crate) struct Watched {
    /// Its name in the ledger.
    pub(crate) pipeline: PathBuf,
    pub(crate) timetable: Timetable,
    /// What it reports: a quarter, say.
    pub(crate) period: Kind,
    pub(crate) missed: Missed,
    pub(crate) overlap: Overlap,
    /// The pauses after tries that failed.
    pub(crate) retry_after: Vec<Spanned<Pause>>,
    /// Counted from the first try.
    pub(crate) give_up_after: TimeDelta,
}

impl Watched {
    fn name(&self) -> String {
        self.pipeline.display().to_string()
    }
}

/// How a run ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    Done,
    /// It was asked to stop, and stopped between two steps.
    Interrupted,
}

/// The pipelines at this moment; the first argument says that somebody asked to read the configuration anew.
type Look = dyn Fn(bool, DateTime<Utc>) -> Vec<Watched> + Send + Sync;
/// Runs a pipeline to its end, or to the next step once the flag is set.
type Run = dyn Fn(&Path, Clock, &Lock, &AtomicBool) -> Result<Ended, String> + Send + Sync;
/// Tries the mail that waits, to its end or until the flag is set.
type Mail = dyn Fn(DateTime<Utc>, &Lock, &AtomicBool) -> Result<(), String> + Send + Sync;

/// What is served. `run` and `mail` are called with the data folder locked and must not lock it themselves; their
/// error is a sentence for the log and the ledger.
pub(crate) struct Service {
    pub(crate) data: PathBuf,
    pub(crate) ledger: PathBuf,
    pub(crate) watched: Box<Look>,
    pub(crate) run: Box<Run>,
    pub(crate) mail: Box<Mail>,
    /// The machine's clock, or another for tests.
    pub(crate) now: Box<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    /// Hears what begins and ends.
    pub(crate) pulse: Arc<Pulse>,
    /// This very process, as the ledger remembers it.
    holder: String,
    stop: AtomicBool,
    reload: AtomicBool,
    looked: Mutex<Option<DateTime<Utc>>>,
    /// One line for `systemctl status`: what runs next.
    coming: Mutex<String>,
}

impl Service {
    pub(crate) fn new(
        (data, ledger): (&Path, PathBuf),
        pulse: Arc<Pulse>,
        watched: Box<Look>,
        run: Box<Run>,
        mail: Box<Mail>,
    ) -> Service {
        Service {
            data: data.to_path_buf(),
            ledger,
            watched,
            run,
            mail,
            pulse,
            now: Box::new(Utc::now),
            // Numbers of processes come again, after each start of a container at the latest.
            holder: format!("{} of {}", std::process::id(), Utc::now().to_rfc3339()),
            stop: AtomicBool::new(false),
            reload: AtomicBool::new(false),
            looked: Mutex::new(None),
            coming: Mutex::default(),
        }
    }

    /// The pipelines at `now`; remembers what comes next.
    fn look(&self, now: DateTime<Utc>) -> Vec<Watched> {
        let watched = (self.watched)(self.reload.swap(false, Ordering::Relaxed), now);
        let next = |watched: &Watched| {
            let starts = watched.timetable.next(now, 1).first()?.starts;
            Some((starts, starts.with_timezone(&watched.timetable.zone()).format("%Y-%m-%d %H:%M %Z").to_string()))
        };
        let next = watched.iter().filter_map(next).min();
        let told =
            next.map_or_else(|| "nothing is due any more".to_owned(), |(_, at)| format!("waiting, next run {at}"));
        *self.coming.lock().unwrap_or_else(PoisonError::into_inner) = told;
        watched
    }

    fn coming(&self) -> String {
        self.coming.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn is_stopping(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Remembers when the clock was last looked at; gives the time before.
    fn looked(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.looked.lock().unwrap_or_else(PoisonError::into_inner).replace(now)
    }
}

/// Serves until SIGTERM or SIGINT, from the instant `begun` on: what is due after it is run, however long the start takes.
/// The step that is under way then is finished first; of reading and mailing only the file
/// and the message.
pub(crate) fn serve(service: Service, begun: DateTime<Utc>) -> Result<(), ServeError> {
    // Held as long as this program runs: two would share the work without knowing of each other.
    let _alone = match lock::hold_alone(&service.data) {
        Err(LockError::Held { holder }) => return Err(ServeError::Second { data: service.data, holder }),
        held => held.map_err(|error| ServeError::Lock(error).about(&service.data))?,
    };
    // A ledger that cannot be used is told at once, not at the first slot.
    let first_look = || begin(&service, &Ledger::open_sound(&service.ledger)?, begun);
    first_look().map_err(|error: ServeError| error.about(&service.data))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(ServeError::Runtime)?;
    runtime.block_on(beat(Arc::new(service)))
}

/// The first look: from `begun` on somebody is there, not only from the first beat of the heart on.
fn begin(service: &Service, ledger: &Ledger, begun: DateTime<Utc>) -> Result<(), ServeError> {
    for watched in service.look(begun) {
        due::is_watched(ledger, &watched, begun)?;
    }
    Ok(())
}

async fn beat(service: Arc<Service>) -> Result<(), ServeError> {
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
    info!("watching the clock");
    let pulse = service.pulse.clone();
    let mut ticks = tokio::time::interval(Pulse::interval());
    pulse.ready(&service.coming());
    let mut reloading = false;
    let mut failing = None;
    while !service.is_stopping() {
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
            _ = hang_up.recv() => reloading = true,
        }
        if std::mem::take(&mut reloading) {
            info!("reloading");
            pulse.reloading();
            service.reload.store(true, Ordering::Relaxed);
        }
        // The round looks at the configuration before it looks at anything else.
        let asked = service.reload.load(Ordering::Relaxed);
        pulse.working();
        let serving = service.clone();
        let mut work = tokio::task::spawn_blocking(move || round::round(&serving));
        let ended = loop {
            tokio::select! {
                ended = &mut work => break ended,
                _ = ticks.tick() => pulse.beat(),
                // For the round after this one: this one has the configuration with which it began.
                _ = hang_up.recv() => reloading = true,
                () = stop.asked() => {
                    // Asked once more, there is nothing to add: the step is finished as fast as it can be.
                    if !service.stop.swap(true, Ordering::Relaxed) {
                        info!("asked to stop; finishing what is under way");
                        pulse.stopping();
                    }
                }
            }
        };
        // The world may be mended by the next beat (a full disk, a share that is away): say it once and go on.
        let failure = match ended {
            Ok(ended) => ended.err().map(|failure| super::chain(&failure.about(&service.data))),
            Err(panic) => Some(format!("a round panicked: {panic}")),
        };
        match &failure {
            Some(told) if failing != failure => error!("nothing runs until this is mended: {told}"),
            None if failing.is_some() => info!("the round is well again"),
            _ => {}
        }
        failing = failure;
        if service.is_stopping() {
            break;
        }
        if asked {
            pulse.ready(&service.coming());
        }
        pulse.waiting(&service.coming());
    }
    info!("stopped");
    pulse.stopped();
    Ok(heart.shutdown().await?)
}

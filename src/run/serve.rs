//! The program that stays: it looks at the clock every few seconds and does what is due.
//!
//! tokio-cron-scheduler is the heartbeat and nothing else (its own time zones freeze the offset, its jobs overlap, its
//! shutdown does not wait): a job in UTC that sends on a channel. What is due is decided here, from the ledger.
//! One round at a time, on a thread for blocking work: frames are never computed on a thread of the runtime.
//!
//! Policy: after downtime the newest missed slot runs, once; older ones do not. A run that failed, or died with its
//! process, is begun again, three times at most, a failed one after a pause. Mail that waits is
//! tried again after the same pause.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};
use tracing::{error, info, warn};

use super::ledger::{Claim, Delivery, DeliveryState, Ledger, LedgerError};
use super::lock::{self, Lock, LockError};
use super::schedule;
use crate::base::clock::Clock;

const HEARTBEAT: &str = "*/5 * * * * *";
const PAUSE: TimeDelta = TimeDelta::minutes(15);

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
}

/// Serves until SIGTERM or SIGINT; what is under way then is finished first.
pub(crate) fn serve<Run, Mail>(service: Service<Run, Mail>) -> Result<(), ServeError>
where
    Run: Fn(&Path, Clock, &Lock) -> Result<(), String> + Send + Sync + 'static,
    Mail: Fn(DateTime<Utc>, &Lock) -> Result<(), String> + Send + Sync + 'static,
{
    // A ledger that cannot be opened is told at once, not at the first slot.
    Ledger::open(&service.ledger)?;
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
    loop {
        tokio::select! {
            () = stop.asked() => break,
            beat = beats.recv() => if beat.is_none() { break },
        }
        let serving = service.clone();
        let mut work = tokio::task::spawn_blocking(move || round(&serving, Utc::now()));
        let (ended, stopping) = tokio::select! {
            ended = &mut work => (ended, false),
            () = stop.asked() => {
                info!("asked to stop; finishing what is under way");
                (work.await, true)
            }
        };
        match ended {
            Ok(Ok(())) => {}
            // The world may be mended by the next beat (a full disk, a share that is away): say it and go on.
            Ok(Err(failure)) => error!("{}", chain(&failure)),
            Err(panic) => error!("a round panicked: {panic}"),
        }
        if stopping {
            break;
        }
    }
    info!("stopped");
    Ok(heart.shutdown().await?)
}

/// Does what is due at `now`, one after the other.
fn round<Run, Mail>(service: &Service<Run, Mail>, now: DateTime<Utc>) -> Result<(), ServeError>
where
    Run: Fn(&Path, Clock, &Lock) -> Result<(), String>,
    Mail: Fn(DateTime<Utc>, &Lock) -> Result<(), String>,
{
    let ledger = Ledger::open(&service.ledger)?;
    let mut due = Vec::new();
    for watched in &service.watched {
        due.extend(what_is_due(&ledger, watched, now)?.map(|slot| (watched, slot)));
    }
    let mail_is_due = mail_is_due(&ledger.deliveries_left()?, now);
    if due.is_empty() && !mail_is_due {
        return Ok(());
    }
    let lock = match lock::hold(&service.data) {
        Ok(lock) => lock,
        // Somebody runs it by hand: nothing is claimed yet, so the next beat finds the same.
        Err(held @ LockError::Held { .. }) => {
            info!("{held}; trying again");
            return Ok(());
        }
        Err(failure) => return Err(failure.into()),
    };
    for (watched, slot) in due {
        run_slot(service, &ledger, watched, &slot, now, &lock)?;
    }
    if mail_is_due && let Err(reason) = (service.mail)(now, &lock) {
        warn!("mail keeps waiting: {reason}");
    }
    Ok(())
}

/// A slot to run: a new one, or one that was begun and not finished.
enum Slot {
    New { slot: DateTime<Utc>, missed: usize },
    Again(Claim),
}

fn what_is_due(ledger: &Ledger, watched: &Watched, now: DateTime<Utc>) -> Result<Option<Slot>, LedgerError> {
    let name = watched.name();
    let since = ledger.watched_since(&name, now)?;
    let after = ledger.last_slot(&name)?.map_or(since, |last| last.max(since));
    let slots = schedule::due(&watched.cron, watched.zone, after, now);
    if let Some(slot) = slots.last() {
        return Ok(Some(Slot::New { slot: *slot, missed: slots.len() - 1 }));
    }
    let again = |claim: &Claim| claim.error.is_none() || now - claim.claimed >= PAUSE;
    Ok(ledger.unfinished(&name)?.filter(again).map(Slot::Again))
}

fn mail_is_due(left: &[Delivery], now: DateTime<Utc>) -> bool {
    // One that is `sending` outside of a run was left by a process that died.
    left.iter().any(|mail| mail.state == DeliveryState::Sending || now - mail.updated >= PAUSE)
}

fn run_slot<Run, Mail>(
    service: &Service<Run, Mail>,
    ledger: &Ledger,
    watched: &Watched,
    due: &Slot,
    now: DateTime<Utc>,
    lock: &Lock,
) -> Result<(), LedgerError>
where
    Run: Fn(&Path, Clock, &Lock) -> Result<(), String>,
{
    let (name, holder) = (watched.name(), std::process::id().to_string());
    let (slot, ours) = match due {
        Slot::New { slot, .. } => (*slot, ledger.claim(&name, *slot, &holder, now)?),
        Slot::Again(claim) => (claim.slot, ledger.claim_again(&name, claim, &holder, now)?),
    };
    if !ours {
        return Ok(());
    }
    match due {
        Slot::New { missed, .. } => info!(pipeline = name, %slot, missed, "due"),
        Slot::Again(claim) => info!(pipeline = name, %slot, tries = claim.tries + 1, "once more"),
    }
    let clock = Clock::at(now, watched.zone);
    let ended = catch_unwind(AssertUnwindSafe(|| (service.run)(&watched.pipeline, clock, lock)));
    match ended.unwrap_or_else(|_| Err("the run panicked".to_owned())) {
        Ok(()) => ledger.slot_done(&name, slot, now),
        Err(reason) => {
            error!(pipeline = name, %slot, "the run failed: {reason}");
            ledger.slot_failed(&name, slot, &reason)
        }
    }
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

/// An error and its causes on one line.
pub(super) fn chain(failure: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(failure.source(), |cause| cause.source());
    causes.fold(failure.to_string(), |text, cause| format!("{text}: {cause}"))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// Serves one pipeline at 06:00 in Berlin on the 20th of each quarter's first month.
    struct Story {
        folder: tempfile::TempDir,
        /// When the pipeline ran.
        ran: Mutex<Vec<DateTime<Utc>>>,
    }

    impl Story {
        fn begin() -> Story {
            Story { folder: tempfile::tempdir().unwrap(), ran: Mutex::default() }
        }

        fn look(&self, now: &str, result: Result<(), &str>) {
            let data = self.folder.path().to_path_buf();
            let service = Service {
                ledger: data.join("ledger.sqlite"),
                data,
                watched: vec![Watched {
                    pipeline: "monitoring.toml".into(),
                    cron: "0 6 20 1,4,7,10 *".to_owned(),
                    zone: chrono_tz::Europe::Berlin,
                }],
                run: |_: &Path, clock: Clock, _: &Lock| {
                    self.ran.lock().unwrap().push(clock.utc());
                    result.map_err(str::to_owned)
                },
                mail: |_: DateTime<Utc>, _: &Lock| Ok(()),
            };
            round(&service, at(now)).unwrap();
        }

        fn ran(&self) -> usize {
            self.ran.lock().unwrap().len()
        }
    }

    #[test]
    fn a_slot_runs_once_and_downtime_costs_no_report() {
        let story = Story::begin();
        story.look("2026-01-01T00:00:00Z", Ok(()));
        assert_eq!(story.ran(), 0, "what lay before the first look is not due");
        story.look("2026-01-20T04:59:59Z", Ok(()));
        assert_eq!(story.ran(), 0);
        story.look("2026-01-20T05:00:02Z", Ok(()));
        story.look("2026-01-20T05:00:07Z", Ok(()));
        assert_eq!(story.ran(), 1);
        // Down over two slots: the newest runs, once.
        story.look("2026-08-01T00:00:00Z", Ok(()));
        story.look("2026-08-01T00:00:05Z", Ok(()));
        assert_eq!(story.ran(), 2);
    }

    #[test]
    fn a_failed_run_is_tried_again_after_a_pause_and_three_times_at_most() {
        let story = Story::begin();
        story.look("2026-01-01T00:00:00Z", Ok(()));
        story.look("2026-01-20T05:00:00Z", Err("the share is away"));
        story.look("2026-01-20T05:00:05Z", Err("the share is away"));
        assert_eq!(story.ran(), 1, "not at once");
        story.look("2026-01-20T05:15:00Z", Err("the share is away"));
        story.look("2026-01-20T05:30:00Z", Err("the share is away"));
        story.look("2026-01-20T05:45:00Z", Ok(()));
        story.look("2026-01-21T05:45:00Z", Ok(()));
        assert_eq!(story.ran(), 3);
        story.look("2026-04-20T05:00:00Z", Ok(()));
        assert_eq!(story.ran(), 4, "the next slot is a new one");
    }

    #[test]
    fn a_run_whose_process_died_is_begun_again_at_once() {
        let story = Story::begin();
        story.look("2026-01-01T00:00:00Z", Ok(()));
        let ledger = Ledger::open(&story.folder.path().join("ledger.sqlite")).unwrap();
        let slot = at("2026-01-20T05:00:00Z");
        assert!(ledger.claim("monitoring.toml", slot, "dead", slot).unwrap());
        story.look("2026-01-20T05:00:30Z", Ok(()));
        story.look("2026-01-20T05:00:35Z", Ok(()));
        assert_eq!(story.ran(), 1);
    }

    #[test]
    fn while_somebody_else_works_nothing_is_claimed() {
        let story = Story::begin();
        story.look("2026-01-01T00:00:00Z", Ok(()));
        let held = lock::hold(story.folder.path()).unwrap();
        story.look("2026-01-20T05:00:00Z", Ok(()));
        assert_eq!(story.ran(), 0);
        drop(held);
        story.look("2026-01-20T05:00:05Z", Ok(()));
        assert_eq!(story.ran(), 1);
    }

    #[test]
    fn a_panic_is_a_failure_like_any_other() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().to_path_buf();
        let service = Service {
            ledger: data.join("ledger.sqlite"),
            data: data.clone(),
            watched: vec![Watched { pipeline: "a".into(), cron: "* * * * *".to_owned(), zone: Tz::UTC }],
            run: |_: &Path, _: Clock, _: &Lock| -> Result<(), String> { panic!("a bug") },
            mail: |_: DateTime<Utc>, _: &Lock| Ok(()),
        };
        round(&service, at("2026-01-01T00:00:00Z")).unwrap();
        round(&service, at("2026-01-01T00:01:00Z")).unwrap();
        let ledger = Ledger::open(&data.join("ledger.sqlite")).unwrap();
        assert_eq!(ledger.unfinished("a").unwrap().unwrap().error.as_deref(), Some("the run panicked"));
    }

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
        serve(Service { data, ledger: ledger.clone(), watched, run, mail: |_: DateTime<Utc>, _: &Lock| Ok(()) })
            .unwrap();
        assert!(*finished.lock().unwrap());
        assert_eq!(Ledger::open(&ledger).unwrap().unfinished("a").unwrap(), None, "and written down");
    }
}

//! One look at the clock: which slots and which mail are due, and doing it, one after the other.
//!
//! In: the service, the ledger, an instant. Out: runs, and what the ledger remembers of them.
//! Never: the runtime; this may block for as long as a run takes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use tracing::{error, info, warn};

use super::{ServeError, Service, Watched};
use crate::base::clock::Clock;
use crate::run::ledger::{Claim, Ledger, LedgerError};
use crate::run::lock::{self, Lock, LockError};
use crate::run::schedule;

/// After this a failed run is tried again.
const PAUSE: TimeDelta = TimeDelta::minutes(15);

/// Does what is due at `now`, one after the other.
pub(super) fn round<Run, Mail>(service: &Service<Run, Mail>, now: DateTime<Utc>) -> Result<(), ServeError>
where
    Run: Fn(&Path, Clock, &Lock) -> Result<(), String>,
    Mail: Fn(DateTime<Utc>, &Lock) -> Result<(), String>,
{
    let ledger = Ledger::open(&service.ledger)?;
    let mut due = Vec::new();
    for watched in &service.watched {
        due.extend(what_is_due(&ledger, watched, now)?.map(|slot| (watched, slot)));
    }
    let mail_is_due = ledger.deliveries_left()?.iter().any(|mail| mail.is_due(now));
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
        warn!(letters = reason.len(), "mail keeps waiting; `kim status` and `kim doctor` say more");
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
    let again = |claim: &Claim| claim.error.is_none() || now - claim.tried >= PAUSE;
    Ok(ledger.unfinished(&name)?.filter(again).map(Slot::Again))
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
    // A new try is the same run: with the clock of the first it makes the same bytes, and nobody gets mail twice.
    let begun = if let Slot::Again(claim) = due { claim.claimed } else { now };
    let clock = Clock::at(begun, watched.zone);
    let ended = catch_unwind(AssertUnwindSafe(|| (service.run)(&watched.pipeline, clock, lock)));
    match ended.unwrap_or_else(|_| Err("the run panicked".to_owned())) {
        Ok(()) => ledger.slot_done(&name, slot, now),
        Err(reason) => {
            // The reason may name a file or an address; whoever made it has logged what a log may have.
            error!(pipeline = name, %slot, "the run failed; `kim status` says why");
            ledger.slot_failed(&name, slot, &reason)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use chrono_tz::Tz;

    use super::*;
    use crate::run::watch::pulse::Pulse;

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
                pulse: Arc::new(Pulse::silent()),
                reload: Box::new(|| ()),
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
        assert_eq!(*story.ran.lock().unwrap(), [at("2026-01-20T05:00:00Z"); 3], "each try with the clock of the first");
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
            pulse: Arc::new(Pulse::silent()),
            reload: Box::new(|| ()),
        };
        round(&service, at("2026-01-01T00:00:00Z")).unwrap();
        round(&service, at("2026-01-01T00:01:00Z")).unwrap();
        let ledger = Ledger::open(&data.join("ledger.sqlite")).unwrap();
        assert_eq!(ledger.unfinished("a").unwrap().unwrap().error.as_deref(), Some("the run panicked"));
    }
}

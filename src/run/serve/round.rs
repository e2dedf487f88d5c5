//! One look at the clock: which slots and which mail are due, and doing it, one after the other.
//!
//! In: the service, the ledger, its clock. Out: runs, and what the ledger remembers of them.
//! Never: the runtime; this may block for as long as a run takes.

use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::{DateTime, TimeDelta, Utc};
use tracing::{error, info, warn};

use super::due::{Work, what_is_due};
use super::{Ended, ServeError, Service, Watched};
use crate::base::clock::Clock;
use crate::run::ledger::{Ledger, LedgerError, Take};
use crate::run::lock::{self, Lock, LockError};

/// A beat that comes so much later than the one before, without work in between, was preceded by a sleep or a jump.
const JUMP: TimeDelta = TimeDelta::minutes(10);

/// Does what is due, one after the other, until it is asked to stop.
pub(super) fn round(service: &Service) -> Result<(), ServeError> {
    let now = (service.now)();
    notice_jumps(service, now);
    let ledger = Ledger::open(&service.ledger)?;
    let all = service.look(now);
    let mut due = Vec::new();
    for watched in &all {
        due.extend(what_is_due(&ledger, watched, &service.holder, now)?.map(|work| (watched, work)));
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
        Err(failure) => return Err(ServeError::Lock(failure)),
    };
    for (watched, work) in due {
        if service.is_stopping() {
            return Ok(());
        }
        run_slot(service, &ledger, watched, work, &lock)?;
    }
    if mail_is_due
        && !service.is_stopping()
        && let Err(reason) = (service.mail)((service.now)(), &lock, &service.stop)
    {
        warn!(letters = reason.len(), "mail keeps waiting; `kim status` and `kim doctor` say more");
    }
    service.looked((service.now)());
    Ok(())
}

/// Says it where the clock did not just tick.
fn notice_jumps(service: &Service, now: DateTime<Utc>) {
    let Some(before) = service.looked(now) else { return };
    if now < before {
        warn!("the clock went back by {} seconds, to {now}", (before - now).num_seconds());
    } else if now - before > JUMP {
        warn!(
            "the clock went on by {} minutes at once, to {now}: the machine slept, or its clock was set",
            (now - before).num_minutes()
        );
    }
}

fn run_slot(service: &Service, ledger: &Ledger, watched: &Watched, work: Work, lock: &Lock) -> Result<(), LedgerError> {
    let (name, now) = (watched.name(), (service.now)());
    let (slot, as_of, begun, tries, ours) = match &work {
        Work::New(take) => (take.slot, take.as_of, now, 1, ledger.claim(&name, take, &service.holder, now)?),
        Work::Again(claim) => {
            let ours = ledger.claim_again(&name, claim, &service.holder, now)?;
            (claim.slot, claim.as_of, claim.begun, claim.tries + 1, ours)
        }
    };
    if !ours {
        info!(pipeline = name, %slot, "taken before");
        return Ok(());
    }
    info!(pipeline = name, %slot, %as_of, tries, "due");
    if let Work::New(Take { gives_up: Some((older, _)), .. }) = &work {
        warn!(pipeline = name, slot = %older, "given up for the next one; `kim status` says why");
    }
    // A new try is the same run: with the clock of the first it makes the same bytes, and nobody gets mail twice.
    let clock = Clock::at(as_of, watched.timetable.zone());
    let ended = catch_unwind(AssertUnwindSafe(|| (service.run)(&watched.pipeline, clock, lock, &service.stop)));
    match ended.unwrap_or_else(|_| Err("the run panicked".to_owned())) {
        Ok(Ended::Done) => ledger.slot_done(&name, slot, (service.now)()),
        Ok(Ended::Interrupted) => {
            info!(pipeline = name, %slot, "stopped; it is taken up at the next start");
            ledger.slot_interrupted(&name, slot)
        }
        Err(reason) => {
            // The reason may name a file or an address; whoever made it has logged what a log may have.
            error!(pipeline = name, %slot, "the run failed; `kim status` says why");
            ledger.slot_failed(&name, slot, &reason)?;
            let now = (service.now)();
            if now - begun < watched.give_up_after {
                return Ok(());
            }
            error!(pipeline = name, %slot, "given up after {tries} tries; a person must look");
            let told = format!("given up after {tries} tries: {reason}; `kim retry` takes it up again");
            ledger.give_up(&name, slot, &told, now)
        }
    }
}

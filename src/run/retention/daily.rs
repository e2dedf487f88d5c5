//! Once a day, and after each start of `kim serve`: what is due to be deleted is deleted, once the clock may be believed
//! (`trust`).
//!
//! On a thread of its own, under the same lock as a run: it waits for a run, and a run waits for it. Never: keeps the
//! service from stopping for longer than one deletion takes; ends the service when it fails.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, Utc};
use tracing::{error, warn};

use super::trust::Trust;
use crate::base::clock::Clock;
use crate::run::lock::{self, LockError};
use crate::run::order::Places;
use crate::run::settings::{Config, Ground};

/// How often the day is looked at.
const LOOK: Duration = Duration::from_secs(60);
/// After this what failed is tried again.
const PAUSE: Duration = Duration::from_secs(3600);

/// At work until it is dropped.
pub(crate) struct Daily {
    stop: Arc<(Mutex<bool>, Condvar)>,
    thread: Option<JoinHandle<()>>,
}

impl Daily {
    /// `config` gives the configuration of the moment; none while it has mistakes.
    pub(crate) fn start(config: impl Fn() -> Option<Config> + Send + 'static) -> Daily {
        let stop = Arc::new((Mutex::new(false), Condvar::new()));
        let seen = stop.clone();
        let thread = std::thread::spawn(move || {
            let mut looks = Looks::default();
            let mut wait = Duration::ZERO;
            while !asked_to_stop(&seen, wait) {
                if let Some(config) = config() {
                    looks.look(&config, Utc::now());
                }
                wait = LOOK;
            }
        });
        Daily { stop, thread: Some(thread) }
    }
}

/// True as soon as it is asked, false when the time is over.
fn asked_to_stop((asked, told): &(Mutex<bool>, Condvar), wait: Duration) -> bool {
    let guard = asked.lock().unwrap_or_else(PoisonError::into_inner);
    *told.wait_timeout_while(guard, wait, |asked| !*asked).unwrap_or_else(PoisonError::into_inner).0
}

/// What earlier looks saw and did.
#[derive(Default)]
struct Looks {
    done: Option<NaiveDate>,
    /// Not before: the last try failed.
    again: Option<Instant>,
    trust: Trust,
}

impl Looks {
    /// Does what is to be done today.
    fn look(&mut self, ground: &Ground, now: DateTime<Utc>) {
        let clock = Clock::at(now, ground.zone);
        let retention = &ground.settings.retention;
        let rule = retention.originals_years.is_some() || retention.editions_years.is_some();
        // At every look: a clock that is not looked at is not seen to tick.
        let believed = self.trust.look(&ground.data, &Places::of(ground).ledger(), rule, now);
        if self.done == Some(clock.today()) || self.again.is_some_and(|again| Instant::now() < again) {
            return;
        }
        self.again = None;
        let lock = match believed {
            Ok(true) => lock::hold(&ground.data),
            Ok(false) => return,
            Err(failure) => return self.failed(&crate::run::discreet(&failure)),
        };
        let lock = match lock {
            Ok(lock) => lock,
            // A run is under way.
            Err(LockError::Held { .. }) => return,
            Err(failure) => return self.failed(&crate::run::chain(&failure)),
        };
        match super::forget(ground, clock, &lock) {
            Ok(due) => {
                if !due.still_in_sources.is_empty() {
                    let files = due.still_in_sources.len();
                    warn!(
                        files,
                        "their retention ended, and they still lie in a source; `kim forget --dry-run` names them"
                    );
                }
                self.done = Some(clock.today());
            }
            Err(failure) => self.failed(&crate::run::discreet(&failure)),
        }
    }

    fn failed(&mut self, told: &str) {
        error!("what is due to be deleted is not: {told}");
        self.again = Some(Instant::now() + PAUSE);
    }
}

impl Drop for Daily {
    fn drop(&mut self) {
        *self.stop.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.stop.1.notify_all();
        if let Some(thread) = self.thread.take() {
            // It ended, or it panicked, which was told.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use chrono::TimeDelta;

    use super::*;
    use crate::run::ledger::{Ledger, NewRun};
    use crate::run::settings::tests::real;

    #[test]
    fn a_clock_that_is_ahead_at_the_start_deletes_nothing_and_the_right_one_what_is_due() {
        let folder = real();
        let config = crate::run::settings::load(&folder.path().join("config"), &[]).unwrap();
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let ran = at("2026-10-20T04:00:00Z");
        let ledger = Ledger::open(&Places::of(&config).ledger()).unwrap();
        let run = NewRun { pipeline: "a", period: None, as_of: ran, trial: false, version: "0", limits: None };
        ledger.begin_run(&run, ran).unwrap();
        // Nobody ever took them: their own time counts, and with it ten full years.
        let kept = |digit: &str, arrived: &str| {
            let path = Places::of(&config).archive().join(digit.repeat(2)).join(digit.repeat(64));
            crate::base::files::write(&path, b"x").unwrap();
            fs::File::options().append(true).open(&path).unwrap().set_modified(at(arrived).into()).unwrap();
            path
        };
        let (old, young) = (kept("a", "2012-03-01T00:00:00Z"), kept("b", "2020-03-01T00:00:00Z"));
        let looks = |from: DateTime<Utc>, minutes: i64| {
            let mut looks = Looks::default();
            (0..=minutes).for_each(|minute| looks.look(&config, from + TimeDelta::minutes(minute)));
            (old.exists(), young.exists())
        };
        assert_eq!(looks(at("2036-10-21T04:00:00Z"), 600), (true, true));
        assert_eq!(looks(at("2026-10-21T04:00:00Z"), 59), (true, true));
        assert_eq!(looks(at("2026-10-21T04:00:00Z"), 60), (false, true));
    }
}

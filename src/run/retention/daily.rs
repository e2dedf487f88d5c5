//! Once a day, and after each start of `kim serve`: what is due to be deleted is deleted.
//!
//! On a thread of its own, under the same lock as a run: it waits for a run, and a run waits for it. Never: keeps the
//! service from stopping for longer than one deletion takes; ends the service when it fails.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use chrono::NaiveDate;
use tracing::{error, warn};

use crate::base::clock::Clock;
use crate::run::lock::{self, LockError};
use crate::run::settings::Config;

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
            let mut done = None;
            let mut wait = Duration::ZERO;
            while !asked_to_stop(&seen, wait) {
                wait = config().map_or(LOOK, |config| look(&config, &mut done));
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

/// Does what is to be done today; gives the time until the next look.
fn look(config: &Config, done: &mut Option<NaiveDate>) -> Duration {
    let clock = Clock::system(config.zone);
    if *done == Some(clock.today()) {
        return LOOK;
    }
    let lock = match lock::hold(&config.data) {
        Ok(lock) => lock,
        // A run is under way.
        Err(LockError::Held { .. }) => return LOOK,
        Err(failure) => {
            error!("what is due to be deleted is not: {}", crate::run::chain(&failure));
            return PAUSE;
        }
    };
    match super::forget(config, clock, &lock) {
        Ok(due) => {
            if !due.still_in_sources.is_empty() {
                let files = due.still_in_sources.len();
                warn!(
                    files,
                    "their retention ended, and they still lie in a source; `kim forget --dry-run` names them"
                );
            }
            *done = Some(clock.today());
            LOOK
        }
        Err(failure) => {
            error!("what is due to be deleted is not: {}", crate::run::discreet(&failure));
            PAUSE
        }
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

//! The watchman: a thread beside the service that looks every few seconds, tells the owner, and writes the figures.
//!
//! Beside and not within: a round that hangs must be noticed by somebody who does not hang with it.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tracing::{debug, info, warn};

use super::ledgerless::{Cause, Memory};
use super::pulse::Pulse;
use super::sources::{Away, Lack, Lookout};
use super::{metrics, tell};
use crate::run::RunError;
use crate::run::ledger::{Delivery, Ledger};
use crate::run::lock::{LockError, hold_alerts};
use crate::run::order::Places;
use crate::run::posting::nap;
use crate::run::settings::{Config, Ground, beside};

const BETWEEN_LOOKS: Duration = Duration::from_secs(10);
/// How often the whole ledger is read through.
const BETWEEN_CHECKS: TimeDelta = TimeDelta::hours(24);

/// Watches until it is dropped.
pub(crate) struct Watchman {
    config: Arc<Mutex<Arc<Config>>>,
    /// Dropped to stop.
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Watchman {
    /// Begins to watch. A machine that cannot start a thread has nobody watching, and says so.
    pub(crate) fn start(config: Config, pulse: Arc<Pulse>) -> Watchman {
        if config.settings.owner.recipients.is_empty() {
            warn!("nobody is told of troubles; name somebody: [owner] recipients = [\"…\"] in kim.toml");
        }
        let config = Arc::new(Mutex::new(Arc::new(config)));
        let (stop, stopped) = channel();
        let current = config.clone();
        let thread = std::thread::Builder::new().name("watchman".to_owned());
        let thread = thread.spawn(move || watch(&current, &pulse, &stopped));
        if let Err(error) = &thread {
            warn!(%error, "nobody watches: the thread cannot be started");
        }
        Watchman { config, stop: Some(stop), thread: thread.ok() }
    }

    /// From the next look on, this configuration counts.
    pub(crate) fn configured(&self, config: Config) {
        *self.config.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(config);
    }
}

impl Drop for Watchman {
    fn drop(&mut self) {
        self.stop = None;
        // A look may be talking to a mail server; it ends by its own time limit.
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn watch(config: &Mutex<Arc<Config>>, pulse: &Pulse, stopped: &Receiver<()>) {
    let host = host();
    let (begun, mut looker) = (Utc::now(), None);
    loop {
        let config = config.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let looker = looker.get_or_insert_with(|| Looker { settled: false, ..Looker::new(&config.data) });
        let now = Utc::now();
        let patience = TimeDelta::minutes(config.settings.monitoring.late_minutes.into());
        looker.settled = looker.settled || pulse.has_been_round() || now - begun >= patience;
        looker.look(&config, pulse.refused(), &host, now);
        match stopped.recv_timeout(BETWEEN_LOOKS) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// One look, for a run that a timer has started: without a service nobody else tells the owner what is wrong.
pub(crate) fn once(config: &Config) {
    let mut looker = Looker { unattended: true, glance: true, ..Looker::new(&config.data) };
    // A timer starts it seldom enough; nobody else would tell.
    looker.memory.may_tell = true;
    looker.look(config, None, &host(), Utc::now());
}

/// One look after somebody has done what was left: mail may have been refused meanwhile. A run that failed before his eyes
/// is not told.
pub(crate) fn glance(config: &Config) {
    let mut looker = Looker { glance: true, ..Looker::new(&config.data) };
    looker.look(config, None, &host(), Utc::now());
}

/// Sends now what waits for the owner, and gives each message as it stands then; nothing while somebody else sends it.
pub(crate) fn send(ground: &Ground, ledger: &Ledger, stop: &AtomicBool) -> Result<Vec<Delivery>, RunError> {
    let _lock = match hold_alerts(&ground.data) {
        Err(LockError::Held { .. }) => return Ok(Vec::new()),
        held => held?,
    };
    tell::hand_over(ground, ledger, &Utc::now, Some(&|time| nap(time, Some(stop))), Some(stop))
}

struct Looker {
    unattended: bool,
    glance: bool,
    /// What was due is run or passed over.
    settled: bool,
    memory: Memory,
    checked: Option<DateTime<Utc>>,
    /// The last failure, so that the log has it once and not every few seconds.
    failing: Option<String>,
    lookout: Lookout,
    /// What it saw last.
    away: Vec<Away>,
}

impl Looker {
    fn new(data: &Path) -> Looker {
        Looker {
            unattended: false,
            glance: false,
            settled: true,
            memory: Memory::recall(data),
            checked: None,
            failing: None,
            lookout: Lookout::default(),
            away: Vec::new(),
        }
    }

    fn look(&mut self, config: &Config, refused: Option<String>, host: &str, now: DateTime<Utc>) {
        let _lock = match hold_alerts(&config.data) {
            Ok(lock) => lock,
            // Another service on this folder watches already.
            Err(LockError::Held { .. }) => return debug!("somebody else watches"),
            Err(error) => return self.unsound(config, RunError::from(error), host, now),
        };
        let away = self.lookout.look(&config.sources, now);
        let gone = |away: &&Away| away.lack == Lack::Away;
        for new in away.iter().filter(gone).filter(|new| !self.away.contains(new)) {
            warn!("the source {} is not there; runs fail until it is", new.path.display());
        }
        for back in self.away.iter().filter(gone).filter(|back| !away.contains(back)) {
            info!("the source {} is there again", back.path.display());
        }
        self.away.clone_from(&away);
        let ledger = match self.sound_ledger(config, host, now) {
            Some(ledger) => ledger,
            None => return figures(config, None, now),
        };
        match tell::look(config, &ledger, (refused, away), (self.unattended, self.glance, self.settled), host, now) {
            Ok(seen) => {
                self.failing = None;
                self.memory.well(config, host, now);
                figures(config, Some(&seen), now);
            }
            Err(error) => {
                // Perhaps the ledger was damaged since: look closely next time.
                self.checked = None;
                match error.about(&config.data) {
                    barred if barred.is_barred() => self.unsound(config, barred, host, now),
                    error => self.failed(crate::run::discreet(&error)),
                }
            }
        }
    }

    /// The ledger cannot be used, or nothing can be written where it lies. Whoever glances is a verb that says so itself.
    fn unsound(&mut self, config: &Config, error: RunError, host: &str, now: DateTime<Utc>) {
        let error = error.about(&config.data);
        let told = crate::run::chain(&error);
        let cause = Cause::of(&error);
        if self.glance && !self.unattended && cause == Cause::Data {
            return self.failed(told);
        }
        if let Err(reason) = self.memory.unsound(config, (cause, &told), host, now) {
            self.failed(reason);
        }
    }

    /// The ledger, if it opens and passes its check; else its owner is told.
    fn sound_ledger(&mut self, config: &Config, host: &str, now: DateTime<Utc>) -> Option<Ledger> {
        let opened = Ledger::open(&Places::of(config).ledger()).and_then(|ledger| {
            // Once it was found unsound, each look checks: it may be mended.
            let due = self.checked.is_none_or(|checked| now - checked >= BETWEEN_CHECKS || now < checked);
            let complaint = if due { ledger.complaint()? } else { None };
            Ok((ledger, complaint))
        });
        match opened {
            Ok((ledger, None)) => {
                self.checked = Some(self.checked.filter(|checked| now - *checked < BETWEEN_CHECKS).unwrap_or(now));
                Some(ledger)
            }
            Ok((_, Some(complaint))) => {
                self.checked = None;
                if let Err(reason) = self.memory.unsound(config, (Cause::Ledger, &complaint), host, now) {
                    self.failed(reason);
                }
                None
            }
            Err(error) if error.is_busy() => {
                debug!("the ledger is busy");
                None
            }
            Err(error) => {
                self.checked = None;
                self.unsound(config, RunError::from(error), host, now);
                None
            }
        }
    }

    fn failed(&mut self, reason: String) {
        if self.failing.as_ref() != Some(&reason) {
            warn!("a look failed, the next comes soon: {reason}");
            self.failing = Some(reason);
        }
    }
}

fn figures(config: &Config, seen: Option<&super::vitals::Vitals>, now: DateTime<Utc>) {
    let Some(file) = &config.settings.monitoring.textfile else { return };
    let path = beside(&config.folder, file.get_ref());
    if let Err(error) = metrics::write(&path, seen, now) {
        warn!("no figures for Prometheus: {}", crate::run::chain(&error));
    }
}

/// The machine's name, for people who look after several.
fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

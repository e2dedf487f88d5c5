//! The pulse of the service: what it is about, whether it gets on, and telling that to the heartbeat and to systemd.
//!
//! In: the service says what begins. Out: the heartbeat, `READY`, `STATUS`, `WATCHDOG` and the rest.
//! Never: calls a service alive that only waits: between rounds one must come every few seconds, within a round a step
//! must begin now and then.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::Utc;
use tracing::warn;

use super::heartbeat::{self, Heartbeat, Phase};
use super::systemd::{self, Word};

/// Rounds come every five seconds; without one for so long the heart stands still.
const BETWEEN_ROUNDS: Duration = Duration::from_secs(120);
/// No stage of a run takes as long: each file and each mail has a time limit of its own.
const WITHIN_A_ROUND: Duration = Duration::from_secs(3600);
const BEAT: Duration = Duration::from_secs(5);

pub(crate) struct Pulse {
    /// None: tells nobody.
    data: Option<PathBuf>,
    state: Mutex<State>,
}

struct State {
    phase: Phase,
    since: chrono::DateTime<Utc>,
    step: Option<String>,
    /// When it last got on.
    moved: Instant,
    refused: Option<String>,
    /// A round has ended since the service began.
    round: bool,
    /// The heartbeat could not be written; said once.
    mute: bool,
    /// What systemd has not heard yet, and must.
    owed: Option<Owed>,
}

/// A change of state that systemd waits for.
#[derive(Clone, Debug, PartialEq)]
enum Owed {
    Ready(String),
    Reloading,
    Stopping,
}

impl Pulse {
    /// The heartbeat lies in this data folder.
    pub(crate) fn new(data: PathBuf) -> Pulse {
        Pulse { data: Some(data), state: Mutex::new(State::new()) }
    }

    #[cfg(test)]
    pub(crate) fn silent() -> Pulse {
        Pulse { data: None, state: Mutex::new(State::new()) }
    }

    /// How often [`Pulse::beat`] wants to be called.
    pub(crate) fn interval() -> Duration {
        systemd::watchdog().map_or(BEAT, |half| half.min(BEAT)).max(Duration::from_millis(10))
    }

    /// The service stands, or stands again after a reload. `status` is one line for `systemctl status`.
    pub(crate) fn ready(&self, status: &str) {
        self.enter(Phase::Waiting);
        self.speak(Word::Ready(status));
        self.beat();
    }

    /// The configuration is being read anew.
    pub(crate) fn reloading(&self) {
        self.enter(Phase::Reloading);
        self.speak(Word::Reloading);
    }

    /// What became of a changed configuration; the reason is told to the owner, not to the log.
    pub(crate) fn configured(&self, refused: Option<String>) {
        self.state().refused = refused;
    }

    /// A round begins.
    pub(crate) fn working(&self) {
        self.enter(Phase::Working);
    }

    /// A step of a run begins.
    pub(crate) fn step(&self, name: &str) {
        let mut state = self.state();
        state.moved = Instant::now();
        state.step = Some(name.to_owned());
        drop(state);
        self.speak(Word::Status(&format!("running: {name}")));
    }

    /// A round has ended; `status` is one line for `systemctl status`.
    pub(crate) fn waiting(&self, status: &str) {
        self.enter(Phase::Waiting);
        self.state().round = true;
        self.speak(Word::Status(status));
    }

    /// Has a round ended since the service began?
    pub(crate) fn has_been_round(&self) -> bool {
        self.state().round
    }

    pub(crate) fn stopping(&self) {
        let mut state = self.state();
        state.phase = Phase::Stopping;
        state.since = Utc::now();
        drop(state);
        self.speak(Word::Stopping);
        self.beat();
    }

    pub(crate) fn stopped(&self) {
        self.enter(Phase::Stopped);
        self.write();
    }

    /// To be called every [`Pulse::interval`] by whoever would not get to it if the service were stuck.
    pub(crate) fn beat(&self) {
        self.pay();
        if self.write() {
            self.speak(Word::Watchdog);
        }
    }

    /// Why the last change of the configuration was refused.
    pub(crate) fn refused(&self) -> Option<String> {
        self.state().refused.clone()
    }

    fn enter(&self, phase: Phase) {
        let mut state = self.state();
        state.moved = Instant::now();
        state.step = None;
        if state.phase != phase {
            state.phase = phase;
            state.since = Utc::now();
        }
    }

    /// What must be heard, and was not because there was no room, is said again with the next beat.
    fn speak(&self, word: Word<'_>) {
        if self.data.is_none() {
            return;
        }
        let said = systemd::say(word);
        let mut state = self.state();
        match word {
            Word::Ready(status) => state.owed = Some(Owed::Ready(status.to_owned())).filter(|_| !said),
            Word::Reloading => state.owed = Some(Owed::Reloading).filter(|_| !said),
            Word::Stopping => state.owed = Some(Owed::Stopping).filter(|_| !said),
            Word::Status(_) | Word::Watchdog => {}
        }
    }

    fn pay(&self) {
        // Not within the match: it would hold the state while speaking, which asks for it.
        let owed = self.state().owed.clone();
        match owed {
            Some(Owed::Ready(status)) => self.speak(Word::Ready(&status)),
            Some(Owed::Reloading) => self.speak(Word::Reloading),
            Some(Owed::Stopping) => self.speak(Word::Stopping),
            None => {}
        }
    }

    /// Writes the heartbeat; true if the service gets on.
    fn write(&self) -> bool {
        let mut state = self.state();
        let gets_on = state.gets_on(Instant::now());
        let Some(data) = &self.data else { return gets_on };
        let heartbeat = Heartbeat {
            when: Utc::now(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            pid: std::process::id(),
            state: state.phase,
            since: state.since,
            step: state.step.clone(),
            gets_on,
            refused: state.refused.clone(),
        };
        match heartbeat::write(data, &heartbeat) {
            Ok(()) => state.mute = false,
            Err(error) if !state.mute => {
                state.mute = true;
                warn!("no heartbeat: {}", crate::run::chain(&error));
            }
            Err(_) => {}
        }
        gets_on
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn new() -> State {
        State {
            phase: Phase::Waiting,
            since: Utc::now(),
            step: None,
            moved: Instant::now(),
            refused: None,
            round: false,
            mute: false,
            owed: None,
        }
    }

    fn gets_on(&self, now: Instant) -> bool {
        let patience = match self.phase {
            Phase::Waiting | Phase::Reloading | Phase::Stopped => BETWEEN_ROUNDS,
            Phase::Working | Phase::Stopping => WITHIN_A_ROUND,
        };
        now.saturating_duration_since(self.moved) < patience
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_that_only_waits_is_not_called_alive() {
        let folder = tempfile::tempdir().unwrap();
        let pulse = Pulse::new(folder.path().to_path_buf());
        let after = |minutes: u64| pulse.state().gets_on(Instant::now() + Duration::from_secs(60 * minutes));
        pulse.waiting("idle");
        assert!(after(1) && !after(3), "a round must come");
        pulse.working();
        assert!(after(59) && !after(61), "a long run is alive, an endless stage is not");
        pulse.stopping();
        assert!(after(59) && !after(61), "what is under way may be finished");
    }

    #[test]
    fn the_heartbeat_says_what_it_is_about() {
        let folder = tempfile::tempdir().unwrap();
        let pulse = Pulse::new(folder.path().to_path_buf());
        let told = || heartbeat::read(folder.path()).unwrap().unwrap();
        pulse.ready("next run soon");
        assert_eq!((told().state, told().step, told().gets_on), (Phase::Waiting, None, true));
        pulse.working();
        pulse.step("read");
        pulse.configured(Some("kim.toml has a mistake".to_owned()));
        pulse.beat();
        assert_eq!((told().state, told().step.as_deref()), (Phase::Working, Some("read")));
        assert_eq!(told().refused.as_deref(), Some("kim.toml has a mistake"));
        pulse.stopped();
        assert_eq!((told().state, told().pid), (Phase::Stopped, std::process::id()));
    }
}

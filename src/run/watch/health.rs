//! `kim status --check`: one line and a state as monitoring plugins give them (Nagios, Icinga, Checkmk).
//!
//! In: the heartbeat, one picture of the world. Out: a state, words, performance data. Pure.
//! Source: Monitoring Plugins Development Guidelines, “Plugin Return Codes” and “Performance data”.

use chrono::{DateTime, TimeDelta, Utc};

use super::disk::size;
use super::heartbeat::{Heartbeat, Phase};
use super::sources::Lack;
use super::vitals::{Due, Vitals, Watched};
use crate::run::ledger::Outcome;

/// A heartbeat comes every few seconds.
const OLD_BEAT: TimeDelta = TimeDelta::seconds(60);
const DEAD_BEAT: TimeDelta = TimeDelta::seconds(300);
const SLOW_MAIL: TimeDelta = TimeDelta::hours(1);
const STUCK_MAIL: TimeDelta = TimeDelta::hours(24);

/// In order of how bad it is; a plugin's exit code is another order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    Ok,
    Unknown,
    Warning,
    Critical,
}

impl State {
    pub(crate) fn exit_code(self) -> u8 {
        match self {
            State::Ok => 0,
            State::Warning => 1,
            State::Critical => 2,
            State::Unknown => 3,
        }
    }

    fn name(self) -> &'static str {
        match self {
            State::Ok => "OK",
            State::Warning => "WARNING",
            State::Critical => "CRITICAL",
            State::Unknown => "UNKNOWN",
        }
    }
}

/// What each check found, the worst state, and the figures.
#[derive(Clone, Debug)]
pub(crate) struct Health {
    pub(crate) state: State,
    told: Vec<(State, String)>,
    figures: Vec<String>,
}

impl Health {
    /// Nothing could be looked at, for this reason.
    pub(crate) fn hopeless(state: State, reason: &str) -> Health {
        Health { state, told: vec![(state, reason.to_owned())], figures: Vec::new() }
    }

    /// `kim OK - …, … | name=value;warn;crit;min`; what is wrong stands first. One line whatever is in it.
    pub(crate) fn line(&self) -> String {
        let mut told: Vec<&(State, String)> = self.told.iter().collect();
        told.sort_by_key(|(state, _)| std::cmp::Reverse(*state));
        let words: Vec<&str> = told.iter().map(|(_, words)| words.as_str()).collect();
        let words: String =
            words.join(", ").chars().map(|c| if c.is_control() || c == '|' { ' ' } else { c }).collect();
        let figures = if self.figures.is_empty() { String::new() } else { format!(" | {}", self.figures.join(" ")) };
        format!("kim {} - {words}{figures}", self.state.name())
    }

    /// The configuration as it lies there has mistakes, as `told`. A service that is alive goes on with the one before.
    pub(crate) fn mistaken(&mut self, alive: bool, told: impl Into<String>) {
        self.say(if alive { State::Warning } else { State::Critical }, told);
    }

    fn say(&mut self, state: State, words: impl Into<String>) {
        self.state = self.state.max(state);
        self.told.push((state, words.into()));
    }

    fn figure(&mut self, name: &str, value: impl std::fmt::Display, limits: &str) {
        self.figures.push(format!("{name}={value};{limits}"));
    }
}

/// `heartbeat`: as the file says, or why it could not be read.
pub(crate) fn health(heartbeat: &Result<Option<Heartbeat>, String>, vitals: &Vitals) -> Health {
    let mut health = Health { state: State::Ok, told: Vec::new(), figures: Vec::new() };
    // A service that was there once is missed, also where nothing is scheduled any more.
    if vitals.pipelines.iter().any(|watched| watched.scheduled) || matches!(heartbeat, Ok(Some(_))) {
        service(&mut health, heartbeat, vitals.now);
    }
    vitals.pipelines.iter().for_each(|watched| pipeline(&mut health, watched, vitals));
    sources(&mut health, vitals);
    mail(&mut health, vitals);
    disk(&mut health, vitals);
    health
}

fn service(health: &mut Health, heartbeat: &Result<Option<Heartbeat>, String>, now: DateTime<Utc>) {
    let beat = match heartbeat {
        Ok(Some(beat)) => beat,
        Ok(None) => return health.say(State::Critical, "kim serve has never run on this data folder"),
        Err(reason) => return health.say(State::Unknown, format!("the heartbeat cannot be read: {reason}")),
    };
    let age = (now - beat.when).max(TimeDelta::zero());
    let limits = format!("{};{};0", OLD_BEAT.num_seconds(), DEAD_BEAT.num_seconds());
    health.figure("heartbeat_age", format!("{}s", age.num_seconds()), &limits);
    let ago = format!("{} ago", long(age));
    match beat.state {
        Phase::Stopped => health.say(State::Critical, format!("kim serve was stopped {ago}")),
        _ if age >= DEAD_BEAT => health.say(State::Critical, format!("kim serve has no heartbeat, the last {ago}")),
        _ if age >= OLD_BEAT => health.say(State::Warning, format!("the heartbeat of kim serve is old, {ago}")),
        _ if !beat.gets_on => {
            health.say(
                State::Critical,
                format!("kim serve hangs, {} since {}", beat.state.name(), long(now - beat.since)),
            );
        }
        _ => health.say(State::Ok, format!("kim serve alive ({})", beat.state.name())),
    }
    if beat.refused.is_some() {
        health.say(State::Warning, "the changed configuration was refused (kim check)");
    }
}

fn pipeline(health: &mut Health, watched: &Watched, vitals: &Vitals) {
    let name = short(&watched.name);
    let local = |at: DateTime<Utc>| at.with_timezone(&watched.zone).format("%Y-%m-%d %H:%M").to_string();
    if let Some(doubtful) = &watched.doubtful {
        let since = local(doubtful.last);
        health.say(State::Warning, format!("{name} of {since} may not have run: a backup was restored (kim status)"));
    }
    let known = |due: &&Due| watched.doubtful.as_ref().is_none_or(|doubtful| due.slot > doubtful.last);
    match watched.due.as_ref().filter(known) {
        Some(due) if due.done => health.say(State::Ok, format!("{name} done for {}", local(due.slot))),
        Some(due) if due.error().is_some() => {
            // As the owner: what passes by itself within minutes is no alarm.
            let state = if due.failing { State::Critical } else { State::Warning };
            let taken = due.taken.as_ref();
            let tries = counted_tries(taken.map_or(0, |taken| taken.tries));
            let then = if taken.is_some_and(|taken| taken.given_up) { "given up" } else { "is tried again" };
            health.say(state, format!("{name} of {} failed ({tries}; {then})", local(due.slot)));
        }
        Some(due) if due.late => health.say(State::Critical, format!("{name} of {} is late", local(due.slot))),
        Some(due) => health.say(State::Ok, format!("{name} of {} under way", local(due.slot))),
        None if watched.doubtful.is_some() => {}
        None => match &watched.last {
            Some(run) if run.outcome == Some(Outcome::Failed) => {
                health.say(State::Warning, format!("{name} failed when it last ran, on {}", local(run.started)));
            }
            Some(run) => health.say(State::Ok, format!("{name} last ran on {}", local(run.started))),
            None => health.say(State::Ok, format!("{name} has not run yet")),
        },
    }
    for missing in &watched.missing {
        health.say(State::Warning, format!("{name} has no returns for {missing}, which was due"));
    }
    match watched.next {
        Some(next) => health.say(State::Ok, format!("next on {}", local(next))),
        None if watched.scheduled => health.say(State::Critical, format!("{name} will never run again")),
        None => {}
    }
    if let Some(ended) = watched.last_done.as_ref().and_then(|run| run.ended) {
        let age = (vitals.now - ended).num_seconds().max(0);
        health.figure(&format!("'{}_success_age'", label(&name)), format!("{age}s"), ";;0");
    }
}

fn counted_tries(tries: u32) -> String {
    if tries == 1 { "1 try".to_owned() } else { format!("{tries} tries") }
}

fn sources(health: &mut Health, vitals: &Vitals) {
    for away in &vitals.away {
        let (path, lack) = (away.path.display(), away.lack);
        health.say(
            State::Warning,
            match lack {
                Lack::Away => format!("the source {path} is not there"),
                Lack::Empty { .. } => format!("the source {path} is empty, though returns came from it"),
            },
        );
    }
}

fn mail(health: &mut Health, vitals: &Vitals) {
    let mut states: Vec<&str> = vitals.in_trouble.iter().map(|mail| mail.state.name()).collect();
    states.sort_unstable();
    for (state, count) in counted(&states) {
        health.say(State::Critical, format!("{count} mail {}", state.replace('_', " ")));
    }
    let oldest = vitals.left.iter().map(|mail| vitals.now - mail.created).max().unwrap_or_default();
    let waiting = vitals.left.len();
    let state = match oldest {
        _ if waiting == 0 => State::Ok,
        oldest if oldest >= STUCK_MAIL => State::Critical,
        oldest if oldest >= SLOW_MAIL => State::Warning,
        _ => State::Ok,
    };
    match waiting {
        0 if states.is_empty() => health.say(State::Ok, "no mail left"),
        0 => {}
        _ => health.say(state, format!("{waiting} mail waiting, the oldest for {}", long(oldest))),
    }
    let untold = vitals.alerts.iter().filter(|mail| vitals.now - mail.created >= SLOW_MAIL || !mail.state.waits());
    let untold = untold.count();
    if untold > 0 {
        health.say(State::Critical, format!("{untold} messages to the owner did not arrive"));
    }
    health.figure("mail_waiting", waiting, ";;0");
    health.figure("mail_trouble", states.len(), ";1;0");
    let seconds = oldest.num_seconds().max(0);
    let limits = format!("{};{};0", SLOW_MAIL.num_seconds(), STUCK_MAIL.num_seconds());
    health.figure("mail_oldest", format!("{seconds}s"), &limits);
}

/// Each word with how often it stands; they are sorted.
fn counted<'a>(words: &[&'a str]) -> Vec<(&'a str, usize)> {
    words.chunk_by(|a, b| a == b).map(|same| (same[0], same.len())).collect()
}

fn disk(health: &mut Health, vitals: &Vitals) {
    let Some(disk) = vitals.disk else {
        return health.say(State::Unknown, "the free disk space is not known");
    };
    let (least, none) = (vitals.disk_wanted, vitals.disk_wanted / 4);
    let state = match disk.free {
        free if free < none => State::Critical,
        free if free < least => State::Warning,
        _ => State::Ok,
    };
    let told = if disk.read_only { "free, but the disk is read-only" } else { "free" };
    let state = if disk.read_only { State::Critical } else { state };
    health.say(state, format!("{} {told}", size(disk.free)));
    health.figure("disk_free", format!("{}B", disk.free), &format!("{least}:;{none}:;0;{}", disk.total));
}

/// `40 s`, `5 min`, `3 h`, `2 d`.
fn long(time: TimeDelta) -> String {
    match time.num_seconds().max(0) {
        seconds if seconds < 120 => format!("{seconds} s"),
        seconds if seconds < 7200 => format!("{} min", seconds / 60),
        seconds if seconds < 172_800 => format!("{} h", seconds / 3600),
        seconds => format!("{} d", seconds / 86_400),
    }
}

/// `monitoring` of `pipelines/monitoring.toml`.
pub(super) fn short(pipeline: &str) -> String {
    let path = std::path::Path::new(pipeline);
    path.file_stem().map_or_else(|| pipeline.to_owned(), |stem| stem.to_string_lossy().into_owned())
}

/// A label may hold neither quote nor equals sign.
fn label(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::run::ledger::{DeliveryState, NotRun};
    use crate::run::watch::disk::Disk;

    const ROOM: fn(u64) -> Option<Disk> = |free| Some(Disk { free, total: 1 << 40, read_only: false });
    use crate::run::watch::sources::Away;
    use crate::run::watch::vitals::made::{mail, now, well};

    fn beat(age: i64) -> Heartbeat {
        let when = now() - TimeDelta::seconds(age);
        Heartbeat {
            when,
            version: "1".to_owned(),
            pid: 1,
            state: Phase::Waiting,
            since: when,
            step: None,
            gets_on: true,
            refused: None,
        }
    }

    fn away(lack: Lack) -> Away {
        Away { path: "/mnt/in".into(), since: now(), lack }
    }

    fn of(change: impl FnOnce(&mut Vitals, &mut Heartbeat)) -> Health {
        let (mut vitals, mut beat) = (well(), beat(3));
        change(&mut vitals, &mut beat);
        health(&Ok(Some(beat)), &vitals)
    }

    #[test]
    fn when_all_is_well_one_line_says_so_with_figures() {
        let told = of(|_, _| ());
        assert_eq!(
            told.line(),
            "kim OK - kim serve alive (waiting), monitoring done for 2026-10-20 04:00, next on 2027-01-18 10:00, \
             no mail left, 5.0 GiB free | heartbeat_age=3s;60;300;0 mail_waiting=0;;;0 mail_trouble=0;;1;0 \
             mail_oldest=0s;3600;86400;0 disk_free=5368709120B;1073741824:;268435456:;0;10737418240"
        );
        assert_eq!(told.state.exit_code(), 0);
    }

    #[test]
    fn each_trouble_has_its_state_and_stands_first() {
        type Change = fn(&mut Vitals, &mut Heartbeat);
        let cases: [(Change, State, &str); 18] = [
            (
                |vitals, _| {
                    let (first, last) = (now(), now());
                    let doubtful = NotRun { first, last, slots: 1, reason: String::new() };
                    vitals.pipelines[0].doubtful = Some(doubtful);
                },
                State::Warning,
                "monitoring of 2026-10-20 10:00 may not have run: a backup was restored",
            ),
            (|_, beat| *beat = self::beat(61), State::Warning, "the heartbeat of kim serve is old"),
            (|_, beat| *beat = self::beat(301), State::Critical, "kim serve has no heartbeat, the last 5 min ago"),
            (|_, beat| beat.state = Phase::Stopped, State::Critical, "kim serve was stopped"),
            (|_, beat| beat.gets_on = false, State::Critical, "kim serve hangs"),
            (|_, beat| beat.refused = Some("x".to_owned()), State::Warning, "the changed configuration was refused"),
            (|vitals, _| vitals.in_trouble = vec![mail(DeliveryState::Refused, 0)], State::Critical, "1 mail refused"),
            (|vitals, _| vitals.in_trouble = vec![mail(DeliveryState::Unknown, 0)], State::Critical, "1 mail unknown"),
            (|vitals, _| vitals.left = vec![mail(DeliveryState::Waiting, 2)], State::Warning, "1 mail waiting"),
            (|vitals, _| vitals.left = vec![mail(DeliveryState::Waiting, 25)], State::Critical, "1 mail waiting"),
            (|vitals, _| vitals.alerts = vec![mail(DeliveryState::Refused, 0)], State::Critical, "1 messages to the"),
            (|vitals, _| vitals.disk = ROOM(1 << 29), State::Warning, "512 MiB free"),
            (|vitals, _| vitals.disk = ROOM(1 << 20), State::Critical, "1 MiB free"),
            (|vitals, _| vitals.away = vec![away(Lack::Away)], State::Warning, "the source /mnt/in is not there"),
            (
                |vitals, _| vitals.away = vec![away(Lack::Empty { was_filled: true })],
                State::Warning,
                "the source /mnt/in is empty, though returns came from it",
            ),
            (
                |vitals, _| vitals.pipelines[0].missing = vec!["2026-Q3".parse().unwrap()],
                State::Warning,
                "monitoring has no returns for 2026-Q3, which was due",
            ),
            (|vitals, _| vitals.disk = None, State::Unknown, "the free disk space is not known"),
            (|vitals, _| vitals.pipelines[0].next = None, State::Critical, "monitoring will never run again"),
        ];
        for (change, state, first) in cases {
            let told = of(change);
            assert_eq!(told.state, state, "{}", told.line());
            let words = told.line().split(" - ").nth(1).unwrap().to_owned();
            assert!(words.starts_with(first), "{words}");
        }
    }

    #[test]
    fn a_slot_that_failed_or_is_late_is_critical_and_one_under_way_is_not() {
        let slot = |change: fn(&mut Due)| {
            of(|vitals, _| {
                let due = vitals.pipelines[0].due.as_mut().unwrap();
                due.done = false;
                due.taken.as_mut().unwrap().done = None;
                change(due);
            })
        };
        assert_eq!(slot(|_| ()).state, State::Ok);
        assert_eq!(slot(|due| due.late = true).state, State::Critical);
        let once = slot(|due| due.taken.as_mut().unwrap().error = Some("geheim".to_owned()));
        assert_eq!(once.state, State::Warning, "it may pass by itself");
        let failed = slot(|due| {
            due.failing = true;
            due.taken.as_mut().unwrap().error = Some("geheim".to_owned());
        });
        assert_eq!(failed.state, State::Critical);
        assert!(!failed.line().contains("geheim"), "the line goes far; the reason may name somebody");
    }

    #[test]
    fn without_a_service_that_should_run_it_is_critical_and_without_a_schedule_it_is_not() {
        assert_eq!(health(&Ok(None), &well()).state, State::Critical);
        assert_eq!(health(&Err("torn".to_owned()), &well()).state, State::Unknown);
        let mut by_hand = well();
        by_hand.pipelines[0].scheduled = false;
        assert_eq!(health(&Ok(None), &by_hand).state, State::Ok);
    }

    proptest! {
        #[test]
        fn whatever_is_said_is_one_line_with_one_bar(words in ".{0,40}", pipeline in ".{0,20}") {
            let told = of(|vitals, _| vitals.pipelines[0].name = format!("{pipeline}.toml"));
            let line = told.line();
            prop_assert!(line.lines().count() == 1 && line.matches('|').count() == 1, "{}", line);
            prop_assert_eq!(Health::hopeless(State::Unknown, &words).line().matches('|').count(), 0);
        }
    }
}

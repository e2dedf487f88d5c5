mod by_hand;
mod clock;

use std::path::Path;
mod restored;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};

use super::{Ended, Service, Watched, round, serve};
use crate::base::clock::Clock;
use crate::model::calendar::Calendar;
use crate::model::period::Kind;
use crate::model::schedule::{FreeDay, Missed, Overlap, retry_after};
use crate::run::ledger::{Ledger, NotRun};
use crate::run::lock::{self, Lock};
use crate::run::schedule::{Plan, Times, Timetable};
use crate::run::watch::pulse::Pulse;

pub(super) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(super) fn watched(name: &str, cron: &str, missed: Missed, overlap: Overlap) -> Watched {
    let plan = Plan {
        times: Times::Cron(cron.to_owned()),
        zone: "Europe/Berlin".to_owned(),
        free_day: FreeDay::Run,
        jitter_minutes: 0,
    };
    let timetable = Timetable::new(plan, Calendar::of(None), name).unwrap();
    Watched {
        pipeline: name.into(),
        timetable,
        period: Kind::Quarter,
        missed,
        overlap,
        retry_after: retry_after(),
        give_up_after: TimeDelta::days(3),
    }
}

const QUARTERLY: &str = "0 6 20 1,4,7,10 *";
const DAILY: &str = "0 6 * * *";

/// One pipeline under a clock that the story sets.
struct Story {
    folder: tempfile::TempDir,
    clock: Arc<Mutex<DateTime<Utc>>>,
    watched: Arc<Mutex<Watched>>,
    /// The clocks with which the pipeline ran.
    ran: Arc<Mutex<Vec<DateTime<Utc>>>>,
    result: Arc<Mutex<Result<Ended, String>>>,
    /// How long a run takes.
    takes: Arc<Mutex<TimeDelta>>,
    service: Service,
}

impl Story {
    fn begin(cron: &str, missed: Missed, overlap: Overlap) -> Story {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(Mutex::new(at("2026-01-01T00:00:00Z")));
        let watched = Arc::new(Mutex::new(watched("a", cron, missed, overlap)));
        let (ran, result) = (Arc::<Mutex<Vec<DateTime<Utc>>>>::default(), Arc::new(Mutex::new(Ok(Ended::Done))));
        let takes = Arc::new(Mutex::new(TimeDelta::zero()));
        let service = {
            let (watched, ran, result, takes) = (watched.clone(), ran.clone(), result.clone(), takes.clone());
            let (ticks, shown) = (clock.clone(), clock.clone());
            let mut service = Service::new(
                (folder.path(), folder.path().join("ledger.sqlite")),
                Arc::new(Pulse::silent()),
                Box::new(move |_, _| vec![watched.lock().unwrap().clone()]),
                Box::new(move |_: &Path, clock: Clock, _: &Lock, _: &AtomicBool| {
                    ran.lock().unwrap().push(clock.utc());
                    *ticks.lock().unwrap() += *takes.lock().unwrap();
                    result.lock().unwrap().clone()
                }),
                Box::new(|_, _, _| Ok(())),
            );
            service.now = Box::new(move || *shown.lock().unwrap());
            service
        };
        let story = Story { folder, clock, watched, ran, result, takes, service };
        story.look("2026-01-01T00:00:00Z");
        story
    }

    fn look(&self, now: &str) {
        *self.clock.lock().unwrap() = at(now);
        round::round(&self.service).unwrap();
    }

    fn then(&self, result: Result<Ended, &str>) {
        *self.result.lock().unwrap() = result.map_err(str::to_owned);
    }

    /// Another process takes over.
    fn restart(&mut self) {
        self.service.holder += " anew";
        self.service.stop = AtomicBool::new(false);
    }

    fn ledger(&self) -> Ledger {
        Ledger::open(&self.folder.path().join("ledger.sqlite")).unwrap()
    }

    /// The clocks of the runs since the last question.
    fn ran(&self) -> Vec<String> {
        self.ran.lock().unwrap().drain(..).map(|at| at.format("%F %R").to_string()).collect()
    }

    /// Ranges that were not run: first, last, count, beginning of the reason.
    fn not_run(&self) -> Vec<String> {
        let told = |range: &NotRun| {
            let reason = range.reason.split([';', ':']).next().unwrap_or_default();
            format!("{} to {}, {}: {reason}", range.first.format("%F %R"), range.last.format("%F %R"), range.slots)
        };
        self.ledger().without_run("a", 100).unwrap().iter().rev().map(told).collect()
    }
}

#[test]
fn a_slot_runs_once_and_downtime_costs_no_report() {
    let story = Story::begin(QUARTERLY, Missed::Last, Overlap::Wait);
    story.look("2026-01-20T04:59:59Z");
    assert!(story.ran().is_empty(), "what lay before the first look is not due, nor what has not come");
    story.look("2026-01-20T05:00:02Z");
    story.look("2026-01-20T05:00:07Z");
    assert_eq!(story.ran(), ["2026-01-20 05:00"]);
    // Down over two slots: the newest runs, once, and the other has its reason.
    story.look("2026-08-01T00:00:00Z");
    story.look("2026-08-01T00:00:05Z");
    assert_eq!(story.ran(), ["2026-08-01 00:00"]);
    assert_eq!(story.not_run(), ["2026-04-20 04:00 to 2026-04-20 04:00, 1: missed"]);
}

#[test]
fn what_was_missed_is_made_up_for_as_the_policy_says() {
    let none = Story::begin(DAILY, Missed::None, Overlap::Wait);
    none.look("2026-01-05T05:30:00Z");
    assert_eq!(none.ran(), ["2026-01-05 05:30"], "half an hour late is not missed");
    none.look("2026-01-09T12:00:00Z");
    assert!(none.ran().is_empty());
    assert_eq!(
        none.not_run(),
        ["2026-01-01 05:00 to 2026-01-04 05:00, 4: missed", "2026-01-06 05:00 to 2026-01-09 05:00, 4: missed"]
    );
    // Each in its turn, the older ones as of their day, the newest as of now.
    let all = Story::begin(DAILY, Missed::All, Overlap::Wait);
    for second in 0..6 {
        all.look(&format!("2026-01-04T12:00:0{second}Z"));
    }
    assert_eq!(all.ran(), ["2026-01-01 05:00", "2026-01-02 05:00", "2026-01-03 05:00", "2026-01-04 12:00"]);
    assert!(all.not_run().is_empty());
}

#[test]
fn a_slot_that_comes_during_a_run_waits_or_is_skipped() {
    let hourly = "0 * * * *";
    for (overlap, expected) in [(Overlap::Wait, vec!["08:00", "11:10"]), (Overlap::Skip, vec!["08:00", "12:00"])] {
        let story = Story::begin(hourly, Missed::Last, overlap);
        story.look("2026-01-05T07:59:59Z");
        story.ran();
        *story.takes.lock().unwrap() = TimeDelta::minutes(190);
        story.look("2026-01-05T08:00:00Z");
        *story.takes.lock().unwrap() = TimeDelta::zero();
        story.look("2026-01-05T11:10:05Z");
        story.look("2026-01-05T11:10:10Z");
        if overlap == Overlap::Skip {
            assert_eq!(story.not_run().last().unwrap(), "2026-01-05 09:00 to 2026-01-05 11:00, 3: skipped");
            story.look("2026-01-05T12:00:00Z");
        } else {
            assert_eq!(story.not_run().last().unwrap(), "2026-01-05 09:00 to 2026-01-05 10:00, 2: missed");
        }
        let ran: Vec<String> = story.ran().iter().map(|at| at[11..].to_owned()).collect();
        assert_eq!(ran, expected);
    }
}

#[test]
fn a_failed_run_is_tried_again_after_growing_pauses_until_it_is_given_up() {
    let story = Story::begin(QUARTERLY, Missed::Last, Overlap::Wait);
    story.then(Err("the share is away"));
    story.look("2026-01-20T05:00:00Z");
    story.look("2026-01-20T05:00:05Z");
    assert_eq!(story.ran().len(), 1, "not at once");
    // Away for most of a day: 5, 15, 30, 60 minutes, then two hours each.
    let begun = at("2026-01-20T05:00:00Z");
    let mut tried = Vec::new();
    for minute in 1..=20 * 60 {
        story.look(&(begun + TimeDelta::minutes(minute)).to_rfc3339());
        tried.extend(story.ran().iter().map(|_| minute));
    }
    assert_eq!(tried[..6], [5, 20, 50, 110, 230, 350], "{tried:?}");
    story.then(Ok(Ended::Done));
    story.look("2026-01-21T05:00:00Z");
    story.look("2026-01-21T09:00:00Z");
    assert_eq!(story.ran(), ["2026-01-20 05:00"], "each try with the clock of the first, and none after it is well");
    assert!(story.not_run().is_empty());
    // Away for good: given up after three days, and the reason says what helps.
    story.then(Err("the share is away"));
    for hour in 0..24 * 5 {
        story.look(&(at("2026-04-20T04:00:00Z") + TimeDelta::hours(hour)).to_rfc3339());
    }
    let tries = story.ran().len();
    assert!((30..45).contains(&tries), "{tries}");
    let told = story.ledger().without_run("a", 9).unwrap();
    assert_eq!(
        told[0].reason,
        format!("given up after {tries} tries: the share is away; `kim retry` takes it up again")
    );
    story.then(Ok(Ended::Done));
    story.look("2026-04-28T05:45:00Z");
    assert!(story.ran().is_empty());
    story.look("2026-07-20T05:00:00Z");
    assert_eq!(story.ran().len(), 1, "the next slot is a new one");
    // One that still fails when the next one comes is given up for it, unless every one counts.
    story.then(Err("the share is away"));
    story.look("2026-10-20T05:00:00Z");
    story.then(Ok(Ended::Done));
    story.look("2027-01-20T05:00:00Z");
    assert_eq!(story.ran(), ["2026-10-20 05:00", "2027-01-20 05:00"]);
    let told = story.ledger().without_run("a", 9).unwrap();
    assert_eq!(told[0].reason, "given up when the next one came: the share is away");
}

#[test]
fn with_all_an_older_one_is_finished_before_the_next() {
    let story = Story::begin(DAILY, Missed::All, Overlap::Wait);
    story.then(Err("no"));
    story.look("2026-01-01T05:00:00Z");
    story.then(Ok(Ended::Done));
    story.look("2026-01-01T05:10:00Z");
    story.look("2026-01-02T05:00:00Z");
    story.look("2026-01-02T05:00:05Z");
    assert_eq!(story.ran(), ["2026-01-01 05:00", "2026-01-01 05:00", "2026-01-02 05:00"]);
}

#[test]
fn a_run_whose_process_died_or_was_stopped_goes_on_with_its_clock() {
    let mut story = Story::begin(QUARTERLY, Missed::Last, Overlap::Wait);
    let slot = at("2026-01-20T05:00:00Z");
    let take = crate::run::ledger::Take { slot, as_of: slot, passed: Vec::new(), gives_up: None };
    assert!(story.ledger().claim("a", &take, "dead", slot).unwrap());
    story.then(Ok(Ended::Interrupted));
    story.look("2026-01-20T05:00:30Z");
    assert_eq!(story.ran(), ["2026-01-20 05:00"], "what a dead process left goes on at once");
    for minute in 1..9 {
        story.restart();
        story.look(&format!("2026-01-20T05:0{minute}:00Z"));
    }
    assert_eq!(story.ran().len(), 8, "being stopped is no try");
    story.restart();
    story.then(Ok(Ended::Done));
    story.look("2026-01-21T00:00:00Z");
    story.look("2026-01-21T00:00:05Z");
    assert_eq!(story.ran(), ["2026-01-20 05:00"]);
}

#[test]
fn over_what_kills_each_process_no_fourth_dies() {
    let mut story = Story::begin(QUARTERLY, Missed::Last, Overlap::Wait);
    let (ledger, slot) = (story.ledger(), at("2026-01-20T05:00:00Z"));
    let take = crate::run::ledger::Take { slot, as_of: slot, passed: Vec::new(), gives_up: None };
    assert!(ledger.claim("a", &take, "1", slot).unwrap());
    for number in 2..=3 {
        let claim = ledger.unfinished("a").unwrap().unwrap();
        assert!(ledger.claim_again("a", &claim, &number.to_string(), slot).unwrap());
    }
    story.restart();
    story.look("2026-01-20T05:10:00Z");
    assert!(story.ran().is_empty());
    assert_eq!(story.not_run(), ["2026-01-20 05:00 to 2026-01-20 05:00, 1: given up after 3 tries"]);
    // Failures are no deaths: after five of them, one death is the first.
    let mut story = Story::begin(QUARTERLY, Missed::Last, Overlap::Wait);
    story.then(Err("the share is away"));
    for hour in 0..5 {
        story.look(&(at("2026-01-20T05:00:00Z") + TimeDelta::hours(3 * hour)).to_rfc3339());
    }
    assert_eq!(story.ran().len(), 5);
    let claim = story.ledger().unfinished("a").unwrap().unwrap();
    assert!(story.ledger().claim_again("a", &claim, "dead", at("2026-01-20T20:00:00Z")).unwrap());
    story.restart();
    story.then(Ok(Ended::Done));
    story.look("2026-01-20T20:00:05Z");
    assert_eq!(story.ran(), ["2026-01-20 05:00"]);
}

#[test]
fn while_somebody_else_works_nothing_is_claimed() {
    let story = Story::begin(QUARTERLY, Missed::Last, Overlap::Wait);
    let held = lock::hold(story.folder.path()).unwrap();
    story.look("2026-01-20T05:00:00Z");
    assert!(story.ran().is_empty());
    drop(held);
    story.look("2026-01-20T05:00:05Z");
    assert_eq!(story.ran().len(), 1);
}

#[test]
fn a_changed_schedule_counts_from_now_on_and_what_was_due_before_is_settled_first() {
    let story = Story::begin(QUARTERLY, Missed::Last, Overlap::Wait);
    story.look("2026-01-20T05:00:00Z");
    story.ran();
    *story.watched.lock().unwrap() = watched("a", DAILY, Missed::Last, Overlap::Wait);
    story.look("2026-03-15T12:00:00Z");
    assert!(story.ran().is_empty(), "days before the change were never due");
    story.look("2026-03-16T05:00:00Z");
    assert_eq!(story.ran(), ["2026-03-16 05:00"]);
    // Changed while nobody looked, over a time that was due: it is not lost.
    *story.watched.lock().unwrap() = watched("a", "0 6 25 * *", Missed::Last, Overlap::Wait);
    story.look("2026-03-18T12:00:00Z");
    story.look("2026-03-18T12:00:05Z");
    assert_eq!(story.ran(), ["2026-03-18 12:00"]);
    story.look("2026-03-19T12:00:00Z");
    assert!(story.ran().is_empty());
    story.look("2026-03-25T05:00:00Z");
    assert_eq!(story.ran().len(), 1);
}

#[test]
fn a_panic_is_a_failure_like_any_other() {
    let mut story = Story::begin("* * * * *", Missed::Last, Overlap::Wait);
    story.service.run = Box::new(|_, _, _, _| panic!("a bug"));
    story.look("2026-01-01T00:01:00Z");
    assert_eq!(story.ledger().unfinished("a").unwrap().unwrap().error.as_deref(), Some("the run panicked"));
}

#[test]
fn signals_end_the_step_that_is_under_way_and_nothing_more() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.sqlite");
    let hourly = watched("a", "0 * * * *", Missed::Last, Overlap::Wait);
    // Due at once: watched for a day, and never run.
    let plan = serde_json::to_string(hourly.timetable.plan()).unwrap();
    Ledger::open(&path).unwrap().watch("a", &plan, Utc::now() - TimeDelta::days(1)).unwrap();
    let run = |_: &Path, _: Clock, _: &Lock, stop: &AtomicBool| {
        // Twice, as people do; the step goes on until it sees that it should end.
        let kill = format!("kill -TERM {0}; kill -HUP {0}; kill -TERM {0}", std::process::id());
        std::process::Command::new("sh").args(["-c", &kill]).status().map_err(|error| error.to_string())?;
        for _ in 0..1000 {
            if stop.load(Ordering::Relaxed) {
                return Ok(Ended::Interrupted);
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        Err("nobody asked it to stop".to_owned())
    };
    let look = move |_: bool, _: DateTime<Utc>| vec![hourly.clone()];
    let service = Service::new(
        (folder.path(), path.clone()),
        Arc::new(Pulse::silent()),
        Box::new(look),
        Box::new(run),
        Box::new(|_: DateTime<Utc>, _: &Lock, _: &AtomicBool| Ok(())),
    );
    serve(service, Utc::now()).unwrap();
    let claim = Ledger::open(&path).unwrap().unfinished("a").unwrap().unwrap();
    assert_eq!((claim.tries, claim.error), (0, None), "left for the next start");
}

#[test]
fn a_second_one_is_told_and_ends() {
    let folder = tempfile::tempdir().unwrap();
    let _first = lock::hold_alone(folder.path()).unwrap();
    let none = |_: bool, _: DateTime<Utc>| Vec::new();
    let run = |_: &Path, _: Clock, _: &Lock, _: &AtomicBool| Ok(Ended::Done);
    let path = folder.path().join("ledger.sqlite");
    let service = Service::new(
        (folder.path(), path),
        Arc::new(Pulse::silent()),
        Box::new(none),
        Box::new(run),
        Box::new(|_: DateTime<Utc>, _: &Lock, _: &AtomicBool| Ok(())),
    );
    let told = serve(service, Utc::now()).unwrap_err().to_string();
    let expected = format!("at work on {} already (process {});", folder.path().display(), std::process::id());
    assert!(told.contains(&expected), "{told}");
    lock::hold(folder.path()).expect("a run by hand goes on beside it");
}

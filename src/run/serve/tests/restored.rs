//! A ledger that was restored from a backup does not know what was done since.

use super::*;
use crate::run::ledger::{Limits, NewRun, Outcome};

fn back_up(story: &Story, now: &str) {
    story.ledger().copy_to(&story.folder.path().join("backup.sqlite"), at(now)).unwrap();
}

fn restore(story: &mut Story) {
    let ledger = story.folder.path().join("ledger.sqlite");
    for log in ["sqlite-wal", "sqlite-shm"] {
        let _ = std::fs::remove_file(ledger.with_extension(log));
    }
    std::fs::copy(ledger.with_file_name("backup.sqlite"), &ledger).unwrap();
    story.restart();
}

#[test]
fn what_was_due_since_a_backup_that_is_restored_is_left_to_a_person() {
    for (missed, passed) in [
        (Missed::Last, "2026-04-20 04:00 to 2026-07-20 04:00, 2: restored from a backup of 2026-03-01T00"),
        (Missed::All, "2026-04-20 04:00 to 2026-07-20 04:00, 2: restored from a backup of 2026-03-01T00"),
    ] {
        let mut story = Story::begin(QUARTERLY, missed, Overlap::Wait);
        story.look("2026-01-20T05:00:00Z");
        assert_eq!(story.ran().len(), 1);
        back_up(&story, "2026-03-01T00:00:00Z");
        // Nothing was due in the meantime: nothing is asked.
        restore(&mut story);
        story.look("2026-03-03T00:00:00Z");
        assert!(
            story.not_run().is_empty()
                && story.ledger().doubtful("a", &|_| "2026-Q3".parse().unwrap()).unwrap().is_none()
        );
        // Two slots ran, which the backup does not know.
        restore(&mut story);
        story.look("2026-08-01T00:00:00Z");
        story.look("2026-08-01T00:00:05Z");
        assert!(story.ran().is_empty(), "{missed:?}");
        let told: Vec<String> =
            story.not_run().iter().map(|range| range.split(":00:00").next().unwrap().to_owned()).collect();
        assert_eq!(told, [passed]);
        assert_eq!(story.ledger().doubtful("a", &|_| "2026-Q3".parse().unwrap()).unwrap().unwrap().slots, 2);
        tick(&story, "2026-08-01T00:00:10Z");
        // The next one comes as always, also after a time of rest.
        story.look("2026-10-20T04:00:00Z");
        assert_eq!(story.ran(), ["2026-10-20 04:00"]);
        story.look("2027-02-01T00:00:00Z");
        assert_eq!(story.ran(), ["2027-02-01 00:00"], "what is missed later is made up for");
    }
}

#[test]
fn what_was_under_way_when_the_backup_was_made_is_not_taken_up_by_itself() {
    let mut story = Story::begin(QUARTERLY, Missed::Last, Overlap::Wait);
    story.then(Err("the share is away"));
    story.look("2026-01-20T05:00:00Z");
    story.ran();
    back_up(&story, "2026-01-20T05:01:00Z");
    restore(&mut story);
    story.then(Ok(Ended::Done));
    story.look("2026-01-22T00:00:00Z");
    assert!(story.ran().is_empty());
    assert_eq!(
        story.ledger().doubtful("a", &|_| "2026-Q3".parse().unwrap()).unwrap().unwrap().first,
        at("2026-01-20T05:00:00Z")
    );
}

/// An hour of looks, as the service takes them more often than that.
fn tick(story: &Story, from: &str) {
    for minutes in (0..=61).step_by(5) {
        story.look(&(at(from) + TimeDelta::minutes(minutes)).to_rfc3339());
    }
}

/// The ledger of August, in which April and July have run: the one that did it, or a copy of March that knows nothing of it.
fn in_august(restored: bool) -> Story {
    let mut story = Story::begin(QUARTERLY, Missed::Last, Overlap::Wait);
    story.look("2026-01-20T05:00:00Z");
    back_up(&story, "2026-03-01T00:00:00Z");
    story.look("2026-04-20T04:00:00Z");
    story.look("2026-07-20T04:00:00Z");
    assert_eq!(story.ran().len(), 3);
    if restored {
        restore(&mut story);
    }
    story
}

#[test]
fn a_machine_that_boots_with_a_wrong_clock_neither_runs_again_what_was_run_nor_rests_for_years() {
    // A dead battery; before the copy was made; after it, but before what has run since; far ahead.
    for wrong in ["1970-01-01T00:00:00Z", "2026-02-10T00:00:00Z", "2026-05-02T00:00:00Z", "2036-03-01T00:00:00Z"] {
        for restored in [true, false] {
            // Minutes, as the clock is mostly set over the network; or hours, which a clock after the copy is believed.
            for long in [false, true].into_iter().filter(|long| !long || !wrong.starts_with("2026-05")) {
                let what = format!("{wrong}, restored: {restored}, long: {long}");
                let story = in_august(restored);
                story.look(wrong);
                story.look(&(at(wrong) + TimeDelta::minutes(3)).to_rfc3339());
                if long {
                    tick(&story, &(at(wrong) + TimeDelta::minutes(4)).to_rfc3339());
                }
                let under_it = story.ran();
                assert!(under_it.is_empty() || !restored && wrong.starts_with("2036"), "{what}: {under_it:?}");
                tick(&story, "2026-08-01T12:00:00Z");
                assert!(story.ran().is_empty(), "{what}");
                let doubtful = story.ledger().doubtful("a", &|_| "2026-Q2".parse().unwrap()).unwrap();
                let doubtful = doubtful.map(|range| (range.first, range.last, range.slots));
                let both = (at("2026-04-20T04:00:00Z"), at("2026-07-20T04:00:00Z"), 2);
                assert_eq!(doubtful, restored.then_some(both), "{what}");
                assert!(restored || story.not_run().is_empty(), "{what}: {:?}", story.not_run());
                story.look("2026-10-20T04:00:00Z");
                assert_eq!(story.ran(), ["2026-10-20 04:00"], "{what}");
                // A time of rest is one of which the ledger knows.
                story.look("2027-02-01T00:00:00Z");
                assert_eq!(story.ran(), ["2027-02-01 00:00"], "{what}");
            }
        }
    }
}

#[test]
fn a_copy_that_was_made_by_a_clock_far_ahead_is_a_copy_like_any_other() {
    let mut story = Story::begin(QUARTERLY, Missed::Last, Overlap::Wait);
    story.look("2026-01-20T05:00:00Z");
    back_up(&story, "2036-01-01T00:00:00Z");
    story.look("2026-04-20T04:00:00Z");
    story.ran();
    restore(&mut story);
    tick(&story, "2026-05-01T00:00:00Z");
    assert!(story.ran().is_empty());
    let about = |_: DateTime<Utc>| "2026-Q1".parse().unwrap();
    assert_eq!(story.ledger().doubtful("a", &about).unwrap().map(|range| range.slots), Some(1));
    story.look("2026-07-20T04:00:00Z");
    assert_eq!(story.ran(), ["2026-07-20 04:00"]);
    // Somebody has run it by hand: nothing is in doubt any more, however long the day of the copy is to come.
    let limits = Limits { period: "2026-Q1".parse().ok(), ..Limits::default() };
    let now = at("2026-07-21T04:00:00Z");
    let run =
        NewRun { pipeline: "a", period: limits.period, as_of: now, trial: false, version: "0", limits: Some(&limits) };
    let run = story.ledger().begin_run(&run, now).unwrap();
    story.ledger().end_run(run, Outcome::Done, "{}", now).unwrap();
    assert_eq!(story.ledger().doubtful("a", &about).unwrap(), None);
}

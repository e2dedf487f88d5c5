//! What somebody runs by hand makes up for what was due, if it shows as much.

use super::*;
use crate::run::ledger::{Limits, NewRun, Outcome};

/// A run by hand, done, as of `as_of`, by a machine that shows `now`.
fn by_hand(story: &Story, as_of: &str, now: &str, whole: bool) -> i64 {
    let ledger = story.ledger();
    let period = "2025-Q4".parse().ok();
    let only = if whole { Vec::new() } else { vec!["partner".to_owned()] };
    let limits = Limits { only, ..Limits::default() };
    let run = NewRun { pipeline: "a", period, as_of: at(as_of), trial: false, version: "0", limits: Some(&limits) };
    let run = ledger.begin_run(&run, at(now)).unwrap();
    ledger.end_run(run, Outcome::Done, "{}", at(now)).unwrap();
    run
}

/// A service whose slot of 20 January has failed once.
fn failed(missed: Missed) -> Story {
    let story = Story::begin(QUARTERLY, missed, Overlap::Wait);
    story.then(Err("the share is away"));
    story.look("2026-01-20T05:00:00Z");
    assert_eq!(story.ran().len(), 1);
    story.then(Ok(Ended::Done));
    story
}

#[test]
fn a_slot_that_failed_is_done_by_a_later_run_and_not_tried_again_with_its_older_clock() {
    let story = failed(Missed::Last);
    let run = by_hand(&story, "2026-01-20T05:02:00Z", "2026-01-20T05:02:00Z", true);
    for minute in [5, 20, 50] {
        story.look(&format!("2026-01-20T05:{minute:02}:00Z"));
    }
    assert!(story.ran().is_empty());
    assert_eq!(story.ledger().claims("a").unwrap(), [(at("2026-01-20T05:00:00Z"), true, None)], "it is done");
    assert_eq!(
        story.ledger().without_run("a", 9).unwrap()[0].reason,
        format!(
            "made up for: run {run} has shown the figures as of 2026-01-20T05:02:00Z; it had failed before: the share is away"
        )
    );
    story.look("2026-04-20T04:00:00Z");
    assert_eq!(story.ran(), ["2026-04-20 04:00"], "the next one comes");
}

#[test]
fn a_slot_is_tried_again_where_what_was_run_shows_less() {
    for (what, as_of, now, whole, missed) in [
        ("older figures", "2026-01-20T04:59:00Z", "2026-01-20T05:02:00Z", true, Missed::Last),
        ("not all of it", "2026-01-20T05:02:00Z", "2026-01-20T05:02:00Z", false, Missed::Last),
        ("another quarter", "2026-04-02T00:00:00Z", "2026-04-02T00:00:00Z", true, Missed::Last),
        ("a clock that was ahead", "2026-03-20T05:00:00Z", "2026-03-20T05:00:00Z", true, Missed::Last),
        ("each on its day", "2026-01-20T05:02:00Z", "2026-01-20T05:02:00Z", true, Missed::All),
    ] {
        let story = failed(missed);
        by_hand(&story, as_of, now, whole);
        story.look(if what == "another quarter" { "2026-04-02T00:10:00Z" } else { "2026-01-20T05:10:00Z" });
        assert_eq!(story.ran(), ["2026-01-20 05:00"], "{what}");
    }
    // Its own run, after which the process died: done, and nothing to tell.
    let story = failed(Missed::Last);
    by_hand(&story, "2026-01-20T05:00:00Z", "2026-01-20T05:00:01Z", true);
    story.look("2026-01-20T05:10:00Z");
    assert!(story.ran().is_empty() && story.not_run().is_empty());
}

#[test]
fn a_slot_that_came_while_nobody_looked_is_done_by_the_run_of_that_time() {
    let story = Story::begin(DAILY, Missed::Last, Overlap::Wait);
    story.look("2026-01-02T05:00:00Z");
    story.ran();
    let run = by_hand(&story, "2026-01-04T12:00:00Z", "2026-01-04T12:00:00Z", true);
    story.look("2026-01-04T13:00:00Z");
    assert!(story.ran().is_empty());
    let told = story.ledger().without_run("a", 9).unwrap();
    assert_eq!((told[0].slots, told[0].first), (2, at("2026-01-03T05:00:00Z")), "{told:?}");
    assert!(told[0].reason.starts_with(&format!("made up for: run {run} has")), "{told:?}");
    story.look("2026-01-05T05:00:00Z");
    assert_eq!(story.ran(), ["2026-01-05 05:00"]);
}

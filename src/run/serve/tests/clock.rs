//! Clocks that are set: far ahead, back, and right again.

use super::*;

#[test]
fn a_clock_that_goes_back_runs_nothing_twice_and_loses_nothing() {
    let story = Story::begin(DAILY, Missed::Last, Overlap::Wait);
    story.look("2026-01-01T05:00:00Z");
    story.look("2026-01-02T05:00:01Z");
    // Two seconds, as NTP does.
    story.look("2026-01-02T04:59:59Z");
    story.look("2026-01-02T05:00:04Z");
    assert_eq!(story.ran().len(), 2);
    // Ten years ahead, one report, and back: the true days run as if nothing had been, the wrong one not again.
    story.look("2036-03-01T12:00:00Z");
    assert_eq!(story.ran(), ["2036-03-01 12:00"]);
    assert_eq!(story.not_run().len(), 1);
    story.look("2026-01-02T06:00:00Z");
    assert!(story.not_run().is_empty(), "{:?}", story.not_run());
    story.look("2026-01-03T05:00:00Z");
    story.look("2026-01-04T05:00:00Z");
    assert_eq!(story.ran(), ["2026-01-03 05:00", "2026-01-04 05:00"]);
    // What has passed while the clock was wrong is open again as well: its newest runs, once.
    story.look("2026-01-09T12:00:00Z");
    story.look("2026-01-07T12:00:00Z");
    story.look("2026-01-07T12:00:05Z");
    assert_eq!(story.not_run(), ["2026-01-05 05:00 to 2026-01-06 05:00, 2: missed"]);
    story.look("2026-01-08T05:00:00Z");
    story.look("2026-01-09T05:00:00Z");
    assert_eq!(
        story.ran(),
        ["2026-01-09 12:00", "2026-01-07 12:00", "2026-01-08 05:00"],
        "the 9th had its run under the wrong clock"
    );
    // A dead battery: long before anybody looked first. Nothing is due then, and nothing again afterwards.
    story.look("1970-01-01T00:00:00Z");
    story.look("1970-02-01T12:00:00Z");
    story.look("2026-01-09T13:00:00Z");
    story.look("2026-01-09T13:00:05Z");
    assert!(story.ran().is_empty());
    assert_eq!(story.not_run(), ["2026-01-05 05:00 to 2026-01-06 05:00, 2: missed"]);
    // A failure does not wait for a time that is long past again.
    story.then(Err("no"));
    story.look("2026-01-10T05:00:00Z");
    story.then(Ok(Ended::Done));
    story.look("2026-01-10T04:00:00Z");
    assert_eq!(story.ran().len(), 2);
}

#[test]
fn a_report_that_a_clock_far_ahead_wrote_off_goes_out_when_the_clock_is_right() {
    // Ten days before the report the clock is set a year ahead; two days after it, somebody notices.
    for (missed, right) in [(Missed::Last, "2026-01-22T09:00:00Z"), (Missed::None, "2026-01-20T05:30:00Z")] {
        let story = Story::begin(QUARTERLY, missed, Overlap::Wait);
        story.look("2026-01-10T12:00:00Z");
        story.look("2027-01-10T12:00:00Z");
        story.look("2027-01-10T12:00:05Z");
        story.ran();
        story.look(right);
        story.look(right);
        assert_eq!(story.ran(), [right[..16].replace('T', " ")], "{missed:?}");
        assert!(story.not_run().is_empty(), "{:?}", story.not_run());
        story.look("2026-04-20T04:00:00Z");
        assert_eq!(story.ran(), ["2026-04-20 04:00"], "{missed:?}");
    }
    // A run that failed and was given up by the wrong clock is tried again by the right one.
    let story = Story::begin(QUARTERLY, Missed::Last, Overlap::Wait);
    story.then(Err("the share is away"));
    story.look("2026-01-20T05:00:00Z");
    story.look("2027-03-01T12:00:00Z");
    story.then(Ok(Ended::Done));
    story.look("2026-01-20T05:10:00Z");
    assert_eq!(story.ran(), ["2026-01-20 05:00", "2027-03-01 12:00", "2026-01-20 05:00"]);
}

#[test]
fn a_first_look_by_a_clock_far_ahead_keeps_nobody_waiting_for_years() {
    let story = Story::begin(QUARTERLY, Missed::Last, Overlap::Wait);
    *story.watched.lock().unwrap() = watched("new", QUARTERLY, Missed::Last, Overlap::Wait);
    story.look("2036-01-01T00:00:00Z");
    story.look("2026-01-10T00:00:00Z");
    story.look("2026-01-20T05:00:00Z");
    assert_eq!(story.ran(), ["2026-01-20 05:00"]);
}

#[test]
fn what_is_due_between_the_start_and_the_first_beat_is_run() {
    let story = Story::begin(DAILY, Missed::Last, Overlap::Wait);
    *story.watched.lock().unwrap() = watched("new", DAILY, Missed::Last, Overlap::Wait);
    // It said that the next run is at 05:00; the heart beats a moment after.
    super::super::begin(&story.service, &story.ledger(), at("2026-02-10T04:59:55Z")).unwrap();
    story.look("2026-02-10T05:00:00.050Z");
    assert_eq!(story.ran(), ["2026-02-10 05:00"]);
}

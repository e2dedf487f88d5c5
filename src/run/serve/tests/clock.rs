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
        ["2026-01-09 12:00", "2026-01-07 12:00", "2026-01-08 05:00", "2026-01-09 05:00"],
        "what the 9th had under the wrong clock was no report of that day"
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
        for slot in ["2026-04-20T04:00:00Z", "2026-07-20T04:00:00Z", "2026-10-20T04:00:00Z", "2027-01-20T05:00:00Z"] {
            story.look(slot);
            assert_eq!(story.ran(), [slot[..16].replace('T', " ")], "{missed:?}: the wrong clock had run one of them");
        }
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

#[test]
fn who_wants_each_due_time_on_its_day_gets_a_year_of_them_and_none_of_those_to_come_is_lost() {
    let story = Story::begin(DAILY, Missed::All, Overlap::Wait);
    story.look("2026-01-01T05:00:00Z");
    story.ran();
    // Ten years ahead: not ten years of runs one by one, and what is left out is told.
    story.look("2036-01-01T12:00:00Z");
    story.look("2036-01-01T12:00:05Z");
    assert_eq!(story.ran(), ["2035-01-01 05:00", "2035-01-02 05:00"]);
    assert_eq!(story.not_run(), ["2026-01-02 05:00 to 2034-12-31 05:00, 3286: missed"]);
    assert!(story.ledger().without_run("a", 1).unwrap()[0].reason.contains("too many at once"));
    // A week on, the clock is right: all of the week, each on its day, and then each as it comes.
    for second in 0..9 {
        story.look(&format!("2026-01-08T12:00:0{second}Z"));
    }
    let mut days: Vec<String> = (2..8).map(|day| format!("2026-01-{day:02} 05:00")).collect();
    days.push("2026-01-08 12:00".to_owned());
    assert_eq!(story.ran(), days);
    assert!(story.not_run().is_empty());
    let newest = story.ledger().newest_slot("a").unwrap().map(|slot| slot.slot);
    assert_eq!(newest, Some(at("2026-01-08T05:00:00Z")), "and whoever watches does not look at 2035");
    // One year ahead; the days of that year are reported all the same.
    for second in 0..5 {
        story.look(&format!("2027-01-08T12:00:0{second}Z"));
    }
    assert_eq!(story.ran().len(), 5);
    story.look("2026-01-08T20:00:00Z");
    for day in 9..=15 {
        story.look(&format!("2026-01-{day:02}T05:00:00Z"));
    }
    let days: Vec<String> = (9..=15).map(|day| format!("2026-01-{day:02} 05:00")).collect();
    assert_eq!(story.ran(), days);
    // A service that was down for long makes up for all of it.
    for second in 0..200 {
        story.look(&(at("2026-06-01T12:00:00Z") + TimeDelta::seconds(second)).to_rfc3339());
    }
    assert_eq!(story.ran().len(), 137, "every day from 16 January to 1 June");
}

//! A ledger that was restored from a backup does not know what was done since.

use super::*;

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

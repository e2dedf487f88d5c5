use chrono::TimeDelta;

use super::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn take(slot: DateTime<Utc>) -> Take {
    Take { slot, as_of: slot, passed: Vec::new(), gives_up: None }
}

#[test]
fn of_many_who_want_a_slot_exactly_one_gets_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.sqlite");
    Ledger::open(&path).unwrap();
    let slot = at("2026-10-20T04:00:00Z");
    let got: usize = std::thread::scope(|scope| {
        let askers: Vec<_> = (0..8)
            .map(|number| {
                let path = &path;
                scope.spawn(move || {
                    let ledger = Ledger::open(path).unwrap();
                    usize::from(ledger.claim("a", &take(slot), &number.to_string(), slot).unwrap())
                })
            })
            .collect();
        askers.into_iter().map(|asker| asker.join().unwrap()).sum()
    });
    assert_eq!(got, 1);
}

#[test]
fn what_was_begun_is_unfinished_until_it_is_done_or_given_up() {
    let ledger = Ledger::in_memory().unwrap();
    let (slot, now) = (at("2026-10-20T04:00:00Z"), at("2026-10-20T04:00:05Z"));
    assert_eq!(ledger.unfinished("a").unwrap(), None);
    assert!(ledger.claim("a", &Take { as_of: now, ..take(slot) }, "1", now).unwrap());
    let claim = ledger.unfinished("a").unwrap().unwrap();
    assert_eq!((claim.slot, claim.as_of, claim.tries), (slot, now, 1));
    let later = now + TimeDelta::hours(1);
    assert!(ledger.claim_again("a", &claim, "2", later).unwrap());
    assert!(!ledger.claim_again("a", &claim, "3", later).unwrap(), "one of two gets it");
    ledger.slot_failed("a", slot, "the disk is full").unwrap();
    let claim = ledger.unfinished("a").unwrap().unwrap();
    assert_eq!((claim.as_of, claim.tried, claim.tries), (now, later, 2), "the clock stays");
    assert_eq!(claim.error.as_deref(), Some("the disk is full"));
    // Stopped in good order: no try is lost.
    assert!(ledger.claim_again("a", &claim, "3", later).unwrap());
    ledger.slot_interrupted("a", slot).unwrap();
    let claim = ledger.unfinished("a").unwrap().unwrap();
    assert_eq!((claim.tries, claim.error.clone()), (2, None));
    ledger.slot_failed("a", slot, "again").unwrap();
    let failed = ledger.unfinished("a").unwrap().unwrap();
    assert_eq!((failed.tries, failed.failures, failed.begun), (2, 2, now), "failures are counted apart from deaths");
    ledger.give_up("a", slot, "enough", later).unwrap();
    assert_eq!(ledger.unfinished("a").unwrap(), None);
    assert!(!ledger.claim_again("a", &claim, "4", later).unwrap(), "given up is given up");
    let next = at("2027-01-20T05:00:00Z");
    assert!(ledger.claim("a", &take(next), "1", next).unwrap());
    ledger.slot_done("a", next, next + TimeDelta::minutes(2)).unwrap();
    assert_eq!(ledger.unfinished("a").unwrap(), None);
    assert_eq!(ledger.last_work("a").unwrap(), Some((next, next + TimeDelta::minutes(2))));
}

#[test]
fn a_pipeline_is_watched_since_the_first_look_and_the_accounts_only_grow() {
    let ledger = Ledger::in_memory().unwrap();
    let first = at("2026-10-20T04:00:00Z");
    let upto = |now: DateTime<Utc>| ledger.watch("a", "plan", now).unwrap().upto;
    assert_eq!(upto(first), first);
    assert_eq!(upto(first + TimeDelta::days(30)), first);
    let slot = first + TimeDelta::days(2);
    let passed =
        NotRun { first: first + TimeDelta::hours(1), last: slot - TimeDelta::hours(1), slots: 3, reason: "r".into() };
    assert!(ledger.claim("a", &Take { passed: vec![passed.clone()], ..take(slot) }, "1", slot).unwrap());
    assert_eq!(upto(slot), slot);
    assert_eq!(ledger.not_run("a").unwrap(), [passed]);
    // Taken before, by whomever: not ours, and nothing is open behind it.
    assert!(!ledger.claim("a", &take(slot), "2", slot).unwrap());
    ledger.adopt_plan("a", "another", first).unwrap();
    assert_eq!(ledger.watch("a", "plan", first).unwrap(), Watch { since: first, upto: slot, plan: "another".into() });
}

#[test]
fn what_was_passed_over_in_a_time_that_has_not_come_is_open_again() {
    let ledger = Ledger::in_memory().unwrap();
    let day = |day: i64| at("2026-01-01T06:00:00Z") + TimeDelta::days(day);
    ledger.watch("a", "daily", day(0)).unwrap();
    let range = |first, last, slots| NotRun { first: day(first), last: day(last), slots, reason: "missed".into() };
    let hour = TimeDelta::hours(1);
    ledger.pass_over("a", &[range(1, 3, 3)], day(3) + hour).unwrap();
    assert!(ledger.claim("a", &take(day(4)), "1", day(4)).unwrap());
    ledger.slot_failed("a", day(4), "the share is away").unwrap();
    assert!(!ledger.is_ahead("a", day(4)).unwrap());
    // The clock is set far ahead on the fourth day, and right on the sixth.
    ledger.give_up("a", day(4), "the next one came", day(20)).unwrap();
    ledger.pass_over("a", &[range(5, 9, 5), range(10, 20, 11)], day(20)).unwrap();
    let now = day(6) + TimeDelta::hours(2);
    assert!(ledger.is_ahead("a", now).unwrap());
    let upto = ledger.turn_back("a", now).unwrap();
    assert_eq!(ledger.not_run("a").unwrap(), [range(1, 3, 3)]);
    assert!(upto < day(5) && upto >= day(4), "the fifth day is open although it has passed meanwhile: {upto}");
    assert_eq!(ledger.watch("a", "daily", now).unwrap(), Watch { since: day(0), upto, plan: "daily".into() });
    assert_eq!(ledger.unfinished("a").unwrap().unwrap().slot, day(4), "given up by the wrong clock is not given up");
    assert!(!ledger.is_ahead("a", now).unwrap(), "once");
    // A first look by a clock that was ahead was none: else nothing would be due for years.
    ledger.watch("b", "daily", day(3650)).unwrap();
    assert_eq!(ledger.turn_back("b", day(1)).unwrap(), day(1));
    assert_eq!(
        ledger.watch("b", "daily", day(2)).unwrap(),
        Watch { since: day(1), upto: day(1), plan: "daily".into() }
    );
}

#[test]
fn a_ledger_of_the_first_version_goes_on_from_its_newest_claim() {
    let ledger = Ledger::in_memory().unwrap();
    let (since, slot) = (at("2026-01-01T00:00:00Z"), at("2026-10-20T04:00:00Z"));
    let old = |text: &str, values: &[&str]| ledger.db.execute(text, rusqlite::params_from_iter(values)).unwrap();
    old("INSERT INTO schedules (pipeline, since) VALUES ('a', ?1), ('b', ?1)", &[&written(since)]);
    old("INSERT INTO due (pipeline, slot, claimed, tried, holder) VALUES ('a', ?1, ?1, ?1, '1')", &[&written(slot)]);
    let now = at("2026-12-01T00:00:00Z");
    assert_eq!(ledger.watch("a", "plan", now).unwrap().upto, slot);
    assert_eq!(ledger.watch("b", "plan", now).unwrap(), Watch { since, upto: since, plan: "plan".into() });
    assert_eq!(ledger.unfinished("a").unwrap().unwrap().as_of, slot, "claimed is the clock of old claims");
}

//! The books at the end of the soak: every due time in one place, every mail with one outcome.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::{MAILS, PEOPLE, World};
use crate::model::schedule::Missed;
use crate::run::ledger::DeliveryState;

pub(super) fn balance(world: &World, begin: DateTime<Utc>, end: DateTime<Utc>, seed: u64) {
    let ledger = world.ledger();
    let mut told = Vec::new();
    for watched in &world.pipelines {
        let (name, timetable) = (watched.name(), &watched.timetable);
        let claims: BTreeMap<DateTime<Utc>, _> =
            ledger.claims(&name).unwrap().into_iter().map(|(slot, done, given_up)| (slot, (done, given_up))).collect();
        let mut reasons: BTreeMap<DateTime<Utc>, usize> = BTreeMap::new();
        for range in ledger.not_run(&name).unwrap() {
            let slots: Vec<_> = timetable
                .due(range.first - TimeDelta::seconds(1), range.last + TimeDelta::hours(1))
                .map(|slot| slot.at)
                .filter(|slot| *slot <= range.last)
                .collect();
            // A run in the middle of a range was done under a wrong clock, or is another's.
            let open = slots.iter().filter(|slot| !claims.contains_key(slot)).count();
            assert!(
                range.slots as usize >= open && range.slots as usize <= slots.len(),
                "{name}: {range:?} (seed {seed})"
            );
            slots.into_iter().for_each(|slot| *reasons.entry(slot).or_default() += 1);
        }
        let due: Vec<DateTime<Utc>> = timetable.due(begin, end).map(|slot| slot.at).collect();
        let (mut runs, mut given_up, mut passed) = (0, 0, 0);
        for slot in &due {
            match (claims.get(slot), reasons.get(slot)) {
                (Some((true, None)), _) => runs += 1,
                (Some((false, Some(_))), _) => given_up += 1,
                (None, Some(1)) => passed += 1,
                (claim, reasons) => panic!("{name}: {slot} has {claim:?} and {reasons:?} reasons (seed {seed})"),
            }
        }
        for (slot, (done, given_up)) in &claims {
            assert!(*done != given_up.is_some(), "{name}: {slot} is neither done nor given up, or both (seed {seed})");
            assert!(*slot > end || due.contains(slot), "{name}: nobody asked for {slot} (seed {seed})");
        }
        assert_eq!(runs + given_up + passed, due.len());
        // Whoever makes up for everything passes over nothing; the others lose what lies in a time without the program
        // (a machine that sleeps, that does another run for half a day), and what a clock that is set on jumps over. What
        // comes while it is off is nobody's to run, but for the newest.
        let off: usize = world.off.lock().unwrap().iter().map(|(from, to)| timetable.due(*from, *to).count()).sum();
        let there = due.len() - off;
        let least = match watched.missed {
            // But for what a clock that was set on by more than a year leaves.
            Missed::All => {
                due.len()
                    - given_up
                    - ledger
                        .not_run(&name)
                        .unwrap()
                        .iter()
                        .filter(|range| range.reason.contains("too many"))
                        .map(|range| range.slots as usize)
                        .sum::<usize>()
            }
            Missed::Last => there * 85 / 100,
            Missed::None => there * 75 / 100,
        };
        assert!(
            runs >= least,
            "{name}: only {runs} of {} ran, {given_up} were given up, {passed} passed over; {:?}",
            due.len(),
            world.happened.lock().unwrap()
        );
        told.push(format!("{name}: {} due, {runs} run, {given_up} given up, {passed} passed over", due.len()));
    }
    let received: Vec<String> =
        world.servers.iter().flat_map(|server| server.received()).map(|mail| message_id(&mail.data)).collect();
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    let mails = ledger.all_deliveries().unwrap();
    for mail in &mails {
        let times = received.iter().filter(|id| **id == mail.message_id).count();
        let expected = match mail.state {
            DeliveryState::Sent => 1..=1,
            DeliveryState::Refused => 0..=0,
            DeliveryState::Unknown => 0..=1,
            // Newer figures took its place; before that, it may have been in doubt.
            DeliveryState::Closed => 0..=1,
            other => panic!("{} is left {other:?} (seed {seed})", mail.message_id),
        };
        assert!(expected.contains(&times), "{mail:?} arrived {times} times (seed {seed})");
        *states.entry(mail.state.name()).or_default() += 1;
    }
    assert!(received.iter().all(|id| mails.iter().any(|mail| mail.message_id == *id)), "a mail that nobody knows of");
    // Every report that was made has its mails, one for each.
    let reports = world.reported.lock().unwrap().keys().filter(|(name, _)| MAILS.contains(&name.as_str())).count();
    assert_eq!(mails.len() % PEOPLE.len(), 0);
    assert!(mails.len() <= reports * PEOPLE.len() && mails.len() + 9 * PEOPLE.len() >= reports * PEOPLE.len());
    assert!(states.len() == 4, "each outcome should have happened: {states:?}");
    tracing::info!("{}\nmails {states:?}\n{:?}", told.join("\n"), world.happened.lock().unwrap());
}

fn message_id(mail: &[u8]) -> String {
    let text = String::from_utf8_lossy(mail);
    let line = text.lines().find_map(|line| line.strip_prefix("Message-ID: ")).expect("every mail has one");
    line.trim().to_owned()
}

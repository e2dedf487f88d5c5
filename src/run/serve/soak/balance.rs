//! The books at the end of the soak: every due time in one place, every mail with one outcome.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::hands::TESTER;
use super::{MAILS, PEOPLE, World};
use crate::model::schedule::Missed;
use crate::run::ledger::{DeliveryState, RESTORED};
use crate::run::serve::Watched;

pub(super) fn balance(world: &World, begin: DateTime<Utc>, end: DateTime<Utc>, seed: u64) {
    let ledger = world.ledger();
    let mut told = Vec::new();
    for watched in &world.pipelines {
        let (name, timetable) = (watched.name(), &watched.timetable);
        let claims: BTreeMap<DateTime<Utc>, _> =
            ledger.claims(&name).unwrap().into_iter().map(|(slot, done, given_up)| (slot, (done, given_up))).collect();
        let mut reasons: BTreeMap<DateTime<Utc>, Vec<String>> = BTreeMap::new();
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
            slots.into_iter().for_each(|slot| reasons.entry(slot).or_default().push(range.reason.clone()));
        }
        let due: Vec<DateTime<Utc>> = timetable.due(begin, end).map(|slot| slot.at).collect();
        let (mut runs, mut given_up, mut passed, mut in_doubt, mut made_up) = (0, 0, 0, 0, 0);
        for slot in &due {
            match (claims.get(slot), reasons.get(slot).map(Vec::as_slice)) {
                (Some((true, None)), _) => runs += 1,
                (Some((false, Some(_))), _) => given_up += 1,
                (None, Some([reason])) => {
                    in_doubt += usize::from(reason.starts_with(RESTORED));
                    made_up += usize::from(reason.starts_with("made up for"));
                    passed += 1;
                }
                (claim, reasons) => panic!("{name}: {slot} has {claim:?} and {reasons:?} reasons (seed {seed})"),
            }
        }
        for (slot, (done, given_up)) in &claims {
            assert!(*done != given_up.is_some(), "{name}: {slot} is neither done nor given up, or both (seed {seed})");
            assert!(*slot > end || due.contains(slot), "{name}: nobody asked for {slot} (seed {seed})");
        }
        assert_eq!(runs + given_up + passed, due.len());
        // Whoever makes up for everything passes over nothing but what a lost ledger may have run; the others lose what lies
        // in a time without the program (a machine that sleeps, that does another run for half a day), and what a clock that
        // is set on jumps over. What comes while it is off is judged below.
        let off: usize = world.off.lock().unwrap().iter().map(|(from, to)| timetable.due(*from, *to).count()).sum();
        let there = due.len().saturating_sub(off + in_doubt + made_up);
        let ranges = ledger.not_run(&name).unwrap();
        let too_many: usize =
            ranges.iter().filter(|range| range.reason.contains("too many")).map(|range| range.slots as usize).sum();
        let least = match watched.missed {
            // But for what a clock that was set on by more than a year leaves.
            Missed::All => due.len() - given_up - in_doubt - too_many,
            Missed::Last => there * 85 / 100,
            Missed::None => there * 75 / 100,
        };
        assert!(
            runs >= least,
            "{name}: only {runs} of {} ran, {given_up} were given up, {passed} passed over, {in_doubt} of them in doubt, \
             {made_up} made up for; {:?}",
            due.len(),
            world.happened.lock().unwrap()
        );
        told.push(while_it_was_off(world, watched, &claims, &reasons, seed));
        told.push(format!("{name}: {} due, {runs} run, {given_up} given up, {passed} passed over", due.len()));
    }
    let received: Vec<String> =
        world.servers.iter().flat_map(|server| server.received()).map(|mail| message_id(&mail.data)).collect();
    let mut arrived: BTreeMap<&str, usize> = BTreeMap::new();
    received.iter().for_each(|id| *arrived.entry(id).or_default() += 1);
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    let mails = ledger.all_deliveries().unwrap();
    let (once_more, lost) = (world.once_more.lock().unwrap(), world.lost.lock().unwrap());
    for mail in &mails {
        let times = arrived.get(mail.message_id.as_str()).copied().unwrap_or(0);
        let expected = match mail.state {
            DeliveryState::Sent => 1..=1,
            DeliveryState::Refused => 0..=0,
            DeliveryState::Unknown => 0..=1,
            // Newer figures took its place, or a person closed it; before that, it may have been in doubt.
            DeliveryState::Closed => 0..=1,
            other => panic!("{} is left {other:?} (seed {seed})", mail.message_id),
        };
        // A ledger that was lost may have sent it, too; whoever runs it anew after that was asked (docs/decisions/0033).
        let again = usize::from(once_more.contains(&mail.message_id)) + usize::from(lost.contains(&mail.message_id));
        let most = expected.end() + again;
        assert!((*expected.start()..=most).contains(&times), "{mail:?} arrived {times} times (seed {seed})");
        *states.entry(mail.state.name()).or_default() += 1;
    }
    // Of a ledger that was lost only the recipients know; of a trial only who made it.
    let known: BTreeSet<&str> = mails.iter().map(|mail| mail.message_id.as_str()).collect();
    let others = world.servers.iter().flat_map(|server| server.received()).filter(|mail| mail.to == [TESTER]);
    let trials: BTreeSet<String> = others.map(|mail| message_id(&mail.data)).collect();
    assert!(!trials.is_empty() && mails.iter().all(|mail| mail.recipient != TESTER), "a trial is in the books");
    for (id, times) in &arrived {
        let told = known.contains(id) || trials.contains(*id) || lost.contains(*id);
        assert!(told, "a mail that nobody knows of: {id} (seed {seed})");
        let again = usize::from(once_more.contains(*id)) + usize::from(lost.contains(*id));
        assert!(*times <= 1 + again, "{id} arrived {times} times (seed {seed})");
    }
    // Every report that was made has its mails, one for each; but for those that newer figures overtook.
    let reports = world.reported.lock().unwrap().keys().filter(|(name, _)| MAILS.contains(&name.as_str())).count();
    let written = known.len() + lost.iter().filter(|id| !known.contains(id.as_str())).count();
    assert_eq!(written % PEOPLE.len(), 0);
    assert!(
        written <= reports * PEOPLE.len() && written + reports / 8 * PEOPLE.len() >= reports * PEOPLE.len(),
        "{written} mails of {reports} reports (seed {seed})"
    );
    // What was refused or in doubt, people have decided on meanwhile, or newer figures have.
    assert!(states.contains_key("sent") && states.contains_key("closed"), "{states:?}");
    tracing::info!("{}\nmails {states:?}\n{:?}", told.join("\n"), world.happened.lock().unwrap());
}

/// What was due while the machine was off is run or passed over as the policy says, when it is on again.
fn while_it_was_off(
    world: &World,
    watched: &Watched,
    claims: &BTreeMap<DateTime<Utc>, (bool, Option<String>)>,
    reasons: &BTreeMap<DateTime<Utc>, Vec<String>>,
    seed: u64,
) -> String {
    let (mut stretches, mut as_promised) = (0, 0);
    for (from, to) in world.off.lock().unwrap().iter() {
        // A ledger that was exchanged meanwhile knows nothing of it, and says so.
        if world.forgot.lock().unwrap().iter().any(|(since, until)| since <= to && from <= until) {
            continue;
        }
        let slots: Vec<_> = watched.timetable.due(*from, *to).collect();
        let Some((newest, older)) = slots.split_last() else { continue };
        stretches += 1;
        let ran = |at: &DateTime<Utc>| claims.contains_key(at);
        let told = |at: &DateTime<Utc>| reasons.contains_key(at);
        as_promised += usize::from(match watched.missed {
            Missed::All => slots.iter().all(|slot| ran(&slot.at)),
            Missed::Last => ran(&newest.at) && older.iter().all(|slot| told(&slot.at) && !ran(&slot.at)),
            Missed::None => slots.iter().all(|slot| ran(&slot.at) == (*to - slot.starts <= TimeDelta::hours(1))),
        });
    }
    // The rest fell under a clock that was set just then, a run by hand, or another that took half a day.
    assert!(as_promised * 10 >= stretches * 7, "{}: {as_promised} of {stretches} (seed {seed})", watched.name());
    format!("{}: {as_promised} of {stretches} times off as promised", watched.name())
}

fn message_id(mail: &[u8]) -> String {
    let text = String::from_utf8_lossy(mail);
    let line = text.lines().find_map(|line| line.strip_prefix("Message-ID: ")).expect("every mail has one");
    line.trim().to_owned()
}

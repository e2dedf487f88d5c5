//! Time goes by: due times, weather, a machine that is switched off, sleeps, and has its clock set; then things calm down.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::{MAILS, World, service};
use crate::run::lock;
use crate::run::serve::round;

/// Time goes by until `end`; then things calm down, and what is open is brought to its end. Gives the last moment.
pub(super) fn live(world: &Arc<World>, begin: DateTime<Utc>, end: DateTime<Utc>) -> DateTime<Utc> {
    let all = world.pipelines.clone();
    let (mut number, mut process) = (0, service(world, 0));
    // Watched from the first moment on: what lies before the first look is not due.
    round::round(&process).unwrap();
    // What time it is; the machine may believe another.
    let mut truth = begin;
    let mut wrong = TimeDelta::zero();
    let (mut next_weather, mut close_look) = (begin, begin);
    while truth < end {
        // The program looks every few seconds, at its own clock: when that shows the next due time, whatever it is in truth.
        let shown = truth + wrong;
        let slots = all.iter().filter_map(|watched| Some(watched.timetable.next(shown, 1).first()?.starts));
        // What a restored copy believes of its clock, it learns from looks that follow each other closely.
        let patience = if truth < close_look { TimeDelta::minutes(5) } else { TimeDelta::hours(9) };
        let next = slots.min().unwrap().min(shown + patience) - wrong;
        let chance = |bound: u64| i64::try_from(world.chance.lock().unwrap().below(bound)).unwrap();
        truth = next + TimeDelta::seconds(chance(5));
        if world.chance(4) {
            world.returns.lock().unwrap().push(truth - TimeDelta::seconds(1));
        }
        if truth >= next_weather {
            *world.weather.lock().unwrap() =
                usize::try_from(chance(world.transports.len() as u64 + 3)).unwrap() % world.transports.len();
            next_weather = truth + TimeDelta::hours(chance(24 * 20));
        }
        let switched_off = world.chance(400).then_some(truth);
        if let Some(before) = switched_off {
            world.count("reboot");
            // Minutes mostly, weeks now and then.
            truth += TimeDelta::minutes(if chance(8) == 0 { chance(60 * 24 * 100) } else { chance(600) });
            if truth - before > TimeDelta::days(3) {
                world.count("reboot after days");
            }
        }
        if world.chance(500) {
            world.count("sleep");
            truth += TimeDelta::hours(chance(30));
        }
        if let Some(before) = switched_off
            && wrong.is_zero()
        {
            world.off.lock().unwrap().push((before, truth));
        }
        if world.chance(700) {
            *world.away.lock().unwrap() = truth + TimeDelta::hours(12 + chance(24 * 8));
        }
        if world.chance(300) {
            world.count(if wrong.is_zero() { "back" } else { "set right" });
            wrong = if wrong.is_zero() { TimeDelta::minutes(-chance(60 * 40)) } else { TimeDelta::zero() };
        } else if world.chance(1500) {
            world.count("ahead");
            wrong = TimeDelta::days(chance(4000)) - TimeDelta::days(400);
        } else if wrong.abs() > TimeDelta::days(2) && world.chance(3) {
            world.count("set right");
            wrong = TimeDelta::zero();
        }
        *world.clock.lock().unwrap() = truth + wrong;
        *world.truth.lock().unwrap() = truth;
        // What was reported of a time that has not come is reported anew on its day, when more has arrived.
        let shown = truth + wrong;
        world.reported.lock().unwrap().retain(|(name, at), _| MAILS.contains(&name.as_str()) || *at <= shown);
        // Somebody works there while the service looks, or just before.
        let by_hand = world.chance(200).then(|| lock::hold(&world.data).unwrap());
        let died = world.bury();
        let mut ended = died || switched_off.is_some();
        if died && by_hand.is_none() && world.chance(2) {
            world.step_in();
            ended |= world.bury();
        }
        if wrong.is_zero() && world.chance(150) {
            world.back_up();
        }
        // A disk dies when the machine is switched on, or at any time.
        if wrong.is_zero() && (switched_off.is_some() && world.chance(4) || world.chance(1200)) {
            world.restore();
            close_look = truth + TimeDelta::hours(12);
            ended = true;
        }
        if by_hand.is_none() && world.chance(60) {
            world.meddle();
            ended |= world.bury();
        }
        if ended {
            number += 1;
            process = service(world, number);
        }
        // Two beats; a long run moves the clock, and with it the truth.
        for _ in 0..2 {
            round::round(&process).unwrap();
            truth = (*world.clock.lock().unwrap() - wrong).max(truth) + TimeDelta::seconds(5);
            if world.bury() {
                if by_hand.is_none() && world.chance(2) {
                    world.step_in();
                    world.bury();
                }
                number += 1;
                process = service(world, number);
            }
            *world.clock.lock().unwrap() = truth + wrong;
        }
        drop(by_hand);
    }
    world.calm.store(true, std::sync::atomic::Ordering::Relaxed);
    *world.weather.lock().unwrap() = 0;
    process = service(world, number + 1);
    // Long enough that three tries of each have ended, and every slot that was missed has had its turn.
    for _ in 0..2000 {
        truth += TimeDelta::minutes(16);
        *world.clock.lock().unwrap() = truth;
        round::round(&process).unwrap();
    }
    truth
}

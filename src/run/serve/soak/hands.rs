//! What people do meanwhile: they run things by hand, for everybody, for some, or for themselves; take up what is left; decide on
//! mail in doubt; back up; and put a backup in place of a ledger that was lost.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::{MAILS, PEOPLE, World};
use crate::base::clock::Clock;
use crate::model::period::Kind;
use crate::model::settings::Mail;
use crate::run::ledger::{DeliveryState, Ledger, Limits, Run};
use crate::run::lock;
use crate::run::outbox::{Sending, deliver};
use crate::run::retry::overtaken;

/// Who tries things out.
pub(super) const TESTER: &str = "tester@example.org";

/// How a run is begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begun {
    /// By its schedule, or by `kim run`: for everybody.
    Whole,
    /// `kim run --only`.
    Only,
    /// `kim run --to`.
    Trial,
}

impl Begun {
    pub(super) fn limits(self) -> Limits {
        let only = if self == Begun::Only { vec!["politics".to_owned()] } else { Vec::new() };
        Limits { only, ..Limits::default() }
    }

    pub(super) fn recipients(self) -> &'static [&'static str] {
        if self == Begun::Trial { &[TESTER] } else { &PEOPLE }
    }
}

impl World {
    fn now(&self) -> DateTime<Utc> {
        *self.clock.lock().unwrap()
    }

    /// Something is done by hand, now and then. Whoever does it waits for the lock, as the program does.
    pub(super) fn meddle(&self) {
        let _lock = lock::hold(&self.data).unwrap();
        let name = MAILS[usize::from(self.chance(2))];
        let zone = self.pipelines.iter().find(|watched| watched.name() == name).unwrap().timetable.zone();
        let clock = Clock::at(self.now(), zone);
        let run = |what, begun| {
            self.count(what);
            // Whoever looks on sees why it failed; what is left is taken up by somebody, or by the next due time.
            let _ = self.report(name, clock, begun);
        };
        let choice = self.chance.lock().unwrap().below(4);
        match choice {
            0 => run("run", Begun::Whole),
            1 => run("only", Begun::Only),
            2 => run("trial", Begun::Trial),
            _ => self.retry(),
        }
    }

    /// The service has died, and before it is started again somebody looks what is left.
    pub(super) fn step_in(&self) {
        let _lock = lock::hold(&self.data).unwrap();
        self.retry();
    }

    /// `kim retry`, with what a person decides before.
    fn retry(&self) {
        self.count("retry");
        let (ledger, now) = (self.ledger(), self.now());
        for mail in ledger.deliveries_in_trouble().unwrap() {
            self.count(mail.state.name());
            let decision = self.chance.lock().unwrap().below(3);
            match decision {
                0 => ledger.close_delivery(mail.id, now).unwrap(),
                1 => {
                    if mail.state == DeliveryState::Unknown {
                        // It may have arrived, and the person says: once more.
                        self.count("once more");
                        self.once_more.lock().unwrap().insert(mail.message_id.clone());
                    }
                    ledger.wait_again(mail.id, now).unwrap();
                }
                _ => {}
            }
        }
        let transport = &self.transports[*self.weather.lock().unwrap()];
        // Who waits for the end lets time go by.
        let sleep = |time| *self.clock.lock().unwrap() += TimeDelta::from_std(time).unwrap();
        let (clock, rules) = (|| self.now(), Mail::default());
        let sending =
            Sending { ledger: &ledger, transport, rules: &rules, now: &clock, sleep: Some(&sleep), stop: None };
        deliver(&sending).unwrap();
        for run in ledger.unfinished_runs().unwrap() {
            if *self.dead.lock().unwrap() {
                return;
            }
            if ledger.unfinished_runs().unwrap().iter().any(|left| left.id == run.id) {
                self.take_up(&ledger, &run);
            }
        }
    }

    fn take_up(&self, ledger: &Ledger, run: &Run) {
        let watched = self.pipelines.iter().find(|watched| watched.name() == run.pipeline).unwrap();
        if overtaken(ledger, run, (Kind::Quarter, watched.timetable.zone())).unwrap().is_some() {
            return;
        }
        let limits = run.limits.clone().unwrap();
        let begun = if limits.only.is_empty() { Begun::Whole } else { Begun::Only };
        let clock = Clock::at(run.as_of, watched.timetable.zone());
        if self.report(&run.pipeline, clock, begun).is_ok() && begun == Begun::Whole {
            self.count("taken up");
            ledger.made_up_for(run, self.now()).unwrap();
        }
    }

    /// `kim backup`.
    pub(super) fn back_up(&self) {
        self.count("backup");
        self.ledger().copy_to(&self.data.join("backup.sqlite"), self.now()).unwrap();
        *self.saved.lock().unwrap() = Some(self.now());
    }

    /// The ledger is lost, and the backup put in its place. What went out since, nobody knows any more but the recipients.
    pub(super) fn restore(&self) {
        let Some(saved) = self.saved.lock().unwrap().take() else { return };
        self.count("restore");
        self.forgot.lock().unwrap().push((saved, self.now()));
        let mails = self.ledger().all_deliveries().unwrap();
        for ending in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(self.file(ending));
        }
        std::fs::rename(self.data.join("backup.sqlite"), self.file("")).unwrap();
        // What the copy knows to be sent is not lost.
        let known = self.ledger().all_deliveries().unwrap();
        let known: BTreeSet<String> =
            known.into_iter().filter(|mail| mail.state == DeliveryState::Sent).map(|mail| mail.message_id).collect();
        let lost = mails.into_iter().map(|mail| mail.message_id).filter(|id| !known.contains(id));
        self.lost.lock().unwrap().extend(lost);
    }
}

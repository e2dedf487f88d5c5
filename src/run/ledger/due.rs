//! Which scheduled runs were taken on, by whom, and whether they were finished; and which were not, and why.
//!
//! Each due time ends in exactly one place: a row of `due` (a run), or a range of `not_run` (a reason). How far the
//! accounts go is `upto` of the pipeline: what lies before it is settled or claimed, what lies after it is open.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::Serialize;

use super::{Ledger, LedgerError, failed, instant, instant_or_none, written};

/// How often a slot is tried before a person must look.
pub(crate) const MAX_TRIES: u32 = 3;

/// How far a pipeline's due times are accounted for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Watch {
    pub(crate) upto: DateTime<Utc>,
    /// The plan (as its owner writes it) by which times after `upto` are due.
    pub(crate) plan: String,
}

/// A slot that somebody began and nobody finished: the process died or was stopped, or the run failed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Claim {
    pub(crate) slot: DateTime<Utc>,
    /// The clock of the first try. A new try takes it too: it makes the same bytes, so nobody gets mail twice.
    pub(crate) as_of: DateTime<Utc>,
    /// When it was last begun.
    pub(crate) tried: DateTime<Utc>,
    pub(crate) tries: u32,
    /// The process that last began it.
    pub(crate) holder: String,
    /// Why it failed; none if the process died or was stopped.
    pub(crate) error: Option<String>,
}

/// Slots in a row that are not run, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct NotRun {
    pub(crate) first: DateTime<Utc>,
    pub(crate) last: DateTime<Utc>,
    pub(crate) slots: u32,
    pub(crate) reason: String,
}

/// What is taken on: a slot, the clock for its run, and what is settled with it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Take {
    pub(crate) slot: DateTime<Utc>,
    pub(crate) as_of: DateTime<Utc>,
    pub(crate) passed: Vec<NotRun>,
    /// An older slot that nobody tries any more for it, and why.
    pub(crate) gives_up: Option<(DateTime<Utc>, String)>,
}

impl Ledger {
    /// How far the pipeline is accounted for. At the first call that is `now`: what lay before is not due.
    pub(crate) fn watch(&self, pipeline: &str, plan: &str, now: DateTime<Utc>) -> Result<Watch, LedgerError> {
        if let Some(watch) = self.known_watch(pipeline)? {
            return Ok(watch);
        }
        // A ledger of an older version knows the newest claim only.
        self.db
            .execute(
                "INSERT INTO schedules (pipeline, since, upto, plan) VALUES (?1, ?2, ?2, ?3)
                 ON CONFLICT DO UPDATE SET
                     upto = COALESCE(upto, (SELECT MAX(since, MAX(slot)) FROM due WHERE due.pipeline = ?1), since),
                     plan = COALESCE(plan, ?3)",
                params![pipeline, written(now), plan],
            )
            .map_err(failed("begin the schedule"))?;
        let nothing = || LedgerError::Sql { doing: "read the schedule", source: rusqlite::Error::QueryReturnedNoRows };
        self.known_watch(pipeline)?.ok_or_else(nothing)
    }

    fn known_watch(&self, pipeline: &str) -> Result<Option<Watch>, LedgerError> {
        let known = "SELECT upto, plan FROM schedules WHERE pipeline = ?1 AND upto IS NOT NULL AND plan IS NOT NULL";
        self.db
            .query_row(known, [pipeline], |row| Ok(Watch { upto: instant(row, 0)?, plan: row.get(1)? }))
            .optional()
            .map_err(failed("read the schedule"))
    }

    /// From now on another plan says what is due.
    pub(crate) fn adopt_plan(&self, pipeline: &str, plan: &str, now: DateTime<Utc>) -> Result<(), LedgerError> {
        self.db
            .execute(
                "UPDATE schedules SET plan = ?2, upto = MAX(upto, ?3) WHERE pipeline = ?1",
                params![pipeline, plan, written(now)],
            )
            .map(drop)
            .map_err(failed("write the schedule"))
    }

    /// Takes the slot and settles those before it, both or neither. False: the slot was taken before, by whomever.
    pub(crate) fn claim(
        &self,
        pipeline: &str,
        take: &Take,
        holder: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, LedgerError> {
        let work = self.db.unchecked_transaction().map_err(failed("claim a slot"))?;
        let write = || -> rusqlite::Result<bool> {
            pass(&work, pipeline, &take.passed, now)?;
            let rows = work.execute(
                "INSERT INTO due (pipeline, slot, claimed, tried, holder, as_of) VALUES (?1, ?2, ?3, ?3, ?4, ?5)
                 ON CONFLICT DO NOTHING",
                params![pipeline, written(take.slot), written(now), holder, written(take.as_of)],
            )?;
            advance(&work, pipeline, take.slot)?;
            if let Some((slot, reason)) = &take.gives_up {
                give_up(&work, pipeline, *slot, reason)?;
            }
            Ok(rows == 1)
        };
        let ours = write().map_err(failed("claim a slot"))?;
        work.commit().map_err(failed("claim a slot"))?;
        Ok(ours)
    }

    /// Settles slots that are not run.
    pub(crate) fn pass_over(&self, pipeline: &str, passed: &[NotRun], now: DateTime<Utc>) -> Result<(), LedgerError> {
        let work = self.db.unchecked_transaction().map_err(failed("pass over slots"))?;
        pass(&work, pipeline, passed, now).map_err(failed("pass over slots"))?;
        work.commit().map_err(failed("pass over slots"))
    }

    /// The clock went back behind `upto`: what was passed over in a time that has not come is open again. `count` says
    /// how many slots there are after its first and up to its second instant.
    pub(crate) fn turn_back(
        &self,
        pipeline: &str,
        now: DateTime<Utc>,
        count: impl Fn(DateTime<Utc>, DateTime<Utc>) -> (u32, Option<DateTime<Utc>>),
    ) -> Result<(), LedgerError> {
        let ahead: Vec<NotRun> = self.not_run(pipeline)?.into_iter().filter(|range| range.last > now).collect();
        let work = self.db.unchecked_transaction().map_err(failed("turn back"))?;
        let write = || -> rusqlite::Result<()> {
            for range in ahead {
                work.execute(
                    "DELETE FROM not_run WHERE pipeline = ?1 AND first = ?2",
                    params![pipeline, written(range.first)],
                )?;
                let (more, last) = count(range.first, now);
                if range.first <= now {
                    let cut = NotRun { last: last.unwrap_or(range.first), slots: 1 + more, ..range };
                    insert(&work, pipeline, &cut, now)?;
                }
            }
            work.execute("UPDATE schedules SET upto = ?2 WHERE pipeline = ?1", params![pipeline, written(now)])?;
            Ok(())
        };
        write().map_err(failed("turn back"))?;
        work.commit().map_err(failed("turn back"))
    }

    /// Everything that was not run, oldest first.
    pub(crate) fn not_run(&self, pipeline: &str) -> Result<Vec<NotRun>, LedgerError> {
        let read = || -> rusqlite::Result<_> {
            self.db
                .prepare("SELECT first, last, slots, reason FROM not_run WHERE pipeline = ?1 ORDER BY first")?
                .query_map([pipeline], read_not_run)?
                .collect()
        };
        read().map_err(failed("read what was not run"))
    }

    /// The newest due times that have no finished run and never will, newest first: passed over, or given up.
    pub(crate) fn without_run(&self, pipeline: &str, count: u32) -> Result<Vec<NotRun>, LedgerError> {
        let read = || -> rusqlite::Result<_> {
            self.db
                .prepare(
                    "SELECT first, last, slots, reason FROM not_run WHERE pipeline = ?1
                     UNION ALL SELECT slot, slot, 1, given_up FROM due WHERE pipeline = ?1 AND given_up IS NOT NULL
                     ORDER BY 1 DESC LIMIT ?2",
                )?
                .query_map(params![pipeline, count], read_not_run)?
                .collect()
        };
        read().map_err(failed("read what was not run"))
    }

    /// The oldest slot that was begun, is not finished, and is not given up.
    pub(crate) fn unfinished(&self, pipeline: &str) -> Result<Option<Claim>, LedgerError> {
        self.db
            .query_row(
                "SELECT slot, COALESCE(as_of, claimed), tried, tries, holder, error FROM due
                 WHERE pipeline = ?1 AND done IS NULL AND given_up IS NULL ORDER BY slot LIMIT 1",
                [pipeline],
                |row| {
                    Ok(Claim {
                        slot: instant(row, 0)?,
                        as_of: instant(row, 1)?,
                        tried: instant(row, 2)?,
                        tries: row.get(3)?,
                        holder: row.get(4)?,
                        error: row.get(5)?,
                    })
                },
            )
            .optional()
            .map_err(failed("read unfinished slots"))
    }

    /// Every slot that was ever taken: whether it is done, or why it was given up.
    #[cfg(test)]
    pub(crate) fn claims(&self, pipeline: &str) -> Result<Vec<(DateTime<Utc>, bool, Option<String>)>, LedgerError> {
        let read = || -> rusqlite::Result<_> {
            self.db
                .prepare("SELECT slot, done IS NOT NULL, given_up FROM due WHERE pipeline = ?1 ORDER BY slot")?
                .query_map([pipeline], |row| Ok((instant(row, 0)?, row.get(1)?, row.get(2)?)))?
                .collect()
        };
        read().map_err(failed("read the claims"))
    }

    /// From when to when the pipeline last worked: the run that ended last.
    pub(crate) fn last_work(&self, pipeline: &str) -> Result<Option<(DateTime<Utc>, DateTime<Utc>)>, LedgerError> {
        let found = self
            .db
            .query_row(
                "SELECT tried, done FROM due WHERE pipeline = ?1 AND done IS NOT NULL ORDER BY done DESC LIMIT 1",
                [pipeline],
                |row| Ok((instant(row, 0)?, instant_or_none(row, 1)?)),
            )
            .optional()
            .map_err(failed("read the last slot"))?;
        Ok(found.and_then(|(begun, done)| Some((begun, done?))))
    }

    /// Takes an unfinished slot once more. False: somebody else just did.
    pub(crate) fn claim_again(
        &self,
        pipeline: &str,
        claim: &Claim,
        holder: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, LedgerError> {
        self.db
            .execute(
                "UPDATE due SET tries = tries + 1, tried = ?4, holder = ?5, error = NULL
                 WHERE pipeline = ?1 AND slot = ?2 AND tries = ?3 AND done IS NULL AND given_up IS NULL",
                params![pipeline, written(claim.slot), claim.tries, written(now), holder],
            )
            .map(|rows| rows == 1)
            .map_err(failed("claim a slot"))
    }

    pub(crate) fn slot_done(&self, pipeline: &str, slot: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), LedgerError> {
        self.db
            .execute(
                "UPDATE due SET done = ?3, error = NULL WHERE pipeline = ?1 AND slot = ?2",
                params![pipeline, written(slot), written(now)],
            )
            .map(drop)
            .map_err(failed("finish a slot"))
    }

    pub(crate) fn slot_failed(&self, pipeline: &str, slot: DateTime<Utc>, error: &str) -> Result<(), LedgerError> {
        self.db
            .execute(
                "UPDATE due SET error = ?3 WHERE pipeline = ?1 AND slot = ?2",
                params![pipeline, written(slot), error],
            )
            .map(drop)
            .map_err(failed("write why a slot failed"))
    }

    /// The run was stopped in good order: that was no try.
    pub(crate) fn slot_interrupted(&self, pipeline: &str, slot: DateTime<Utc>) -> Result<(), LedgerError> {
        self.db
            .execute(
                "UPDATE due SET tries = tries - 1, error = NULL WHERE pipeline = ?1 AND slot = ?2",
                params![pipeline, written(slot)],
            )
            .map(drop)
            .map_err(failed("write that a run was stopped"))
    }

    /// The slot stays as it is; nobody tries it any more.
    pub(crate) fn give_up(&self, pipeline: &str, slot: DateTime<Utc>, reason: &str) -> Result<(), LedgerError> {
        give_up(&self.db, pipeline, slot, reason).map_err(failed("give up a slot"))
    }

    /// Remembers that the files of the configuration hold mistakes, so that an older one stays in force.
    pub(crate) fn refuse_configuration(&self, told: &str, now: DateTime<Utc>) -> Result<(), LedgerError> {
        self.db
            .execute(
                "INSERT INTO refused_configuration (one, since, told) VALUES (1, ?1, ?2)
                 ON CONFLICT DO UPDATE SET told = excluded.told",
                params![written(now), told],
            )
            .map(drop)
            .map_err(failed("write that the configuration is refused"))
    }

    /// The configuration in the files is the one in force.
    pub(crate) fn accept_configuration(&self) -> Result<(), LedgerError> {
        self.db
            .execute("DELETE FROM refused_configuration", [])
            .map(drop)
            .map_err(failed("write that the configuration is accepted"))
    }

    /// Since when `kim serve` refuses the files of the configuration, and all mistakes in them.
    pub(crate) fn refused_configuration(&self) -> Result<Option<(DateTime<Utc>, String)>, LedgerError> {
        self.db
            .query_row("SELECT since, told FROM refused_configuration", [], |row| Ok((instant(row, 0)?, row.get(1)?)))
            .optional()
            .map_err(failed("read whether the configuration is refused"))
    }
}

fn read_not_run(row: &Row<'_>) -> rusqlite::Result<NotRun> {
    Ok(NotRun { first: instant(row, 0)?, last: instant(row, 1)?, slots: row.get(2)?, reason: row.get(3)? })
}

fn give_up(db: &Connection, pipeline: &str, slot: DateTime<Utc>, reason: &str) -> rusqlite::Result<()> {
    let which = params![pipeline, written(slot), reason];
    db.execute("UPDATE due SET given_up = ?3 WHERE pipeline = ?1 AND slot = ?2", which).map(drop)
}

fn pass(work: &Transaction<'_>, pipeline: &str, passed: &[NotRun], now: DateTime<Utc>) -> rusqlite::Result<()> {
    for range in passed {
        insert(work, pipeline, range, now)?;
        advance(work, pipeline, range.last)?;
    }
    Ok(())
}

fn insert(work: &Transaction<'_>, pipeline: &str, range: &NotRun, now: DateTime<Utc>) -> rusqlite::Result<()> {
    work.execute(
        "INSERT INTO not_run (pipeline, first, last, slots, reason, noted) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![pipeline, written(range.first), written(range.last), range.slots, range.reason, written(now)],
    )?;
    Ok(())
}

fn advance(work: &Transaction<'_>, pipeline: &str, upto: DateTime<Utc>) -> rusqlite::Result<()> {
    work.execute("UPDATE schedules SET upto = MAX(upto, ?2) WHERE pipeline = ?1", params![pipeline, written(upto)])?;
    Ok(())
}

#[cfg(test)]
mod tests {
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
        ledger.give_up("a", slot, "enough").unwrap();
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
        let passed = NotRun {
            first: first + TimeDelta::hours(1),
            last: slot - TimeDelta::hours(1),
            slots: 3,
            reason: "r".into(),
        };
        assert!(ledger.claim("a", &Take { passed: vec![passed.clone()], ..take(slot) }, "1", slot).unwrap());
        assert_eq!(upto(slot), slot);
        assert_eq!(ledger.not_run("a").unwrap(), [passed]);
        // Taken before, by whomever: not ours, and nothing is open behind it.
        assert!(!ledger.claim("a", &take(slot), "2", slot).unwrap());
        ledger.adopt_plan("a", "another", first).unwrap();
        assert_eq!(ledger.watch("a", "plan", first).unwrap(), Watch { upto: slot, plan: "another".into() });
    }

    #[test]
    fn what_was_passed_over_in_a_time_that_has_not_come_is_open_again() {
        let ledger = Ledger::in_memory().unwrap();
        let day = |day: i64| at("2026-01-01T06:00:00Z") + TimeDelta::days(day);
        ledger.watch("a", "daily", day(0)).unwrap();
        let range = |first, last, slots| NotRun { first: day(first), last: day(last), slots, reason: "missed".into() };
        ledger.pass_over("a", &[range(1, 3, 3), range(4, 9, 6), range(10, 20, 11)], day(20)).unwrap();
        let now = day(6) + TimeDelta::hours(2);
        let count = |after: DateTime<Utc>, now: DateTime<Utc>| {
            let more = (now - after).num_days().max(0);
            (u32::try_from(more).unwrap(), Some(after + TimeDelta::days(more)))
        };
        ledger.turn_back("a", now, count).unwrap();
        assert_eq!(ledger.not_run("a").unwrap(), [range(1, 3, 3), range(4, 6, 3)]);
        assert_eq!(ledger.watch("a", "daily", now).unwrap().upto, now);
    }

    #[test]
    fn a_ledger_of_the_first_version_goes_on_from_its_newest_claim() {
        let ledger = Ledger::in_memory().unwrap();
        let (since, slot) = (at("2026-01-01T00:00:00Z"), at("2026-10-20T04:00:00Z"));
        let old = |text: &str, values: &[&str]| ledger.db.execute(text, rusqlite::params_from_iter(values)).unwrap();
        old("INSERT INTO schedules (pipeline, since) VALUES ('a', ?1), ('b', ?1)", &[&written(since)]);
        old(
            "INSERT INTO due (pipeline, slot, claimed, tried, holder) VALUES ('a', ?1, ?1, ?1, '1')",
            &[&written(slot)],
        );
        let now = at("2026-12-01T00:00:00Z");
        assert_eq!(ledger.watch("a", "plan", now).unwrap().upto, slot);
        assert_eq!(ledger.watch("b", "plan", now).unwrap(), Watch { upto: since, plan: "plan".into() });
        assert_eq!(ledger.unfinished("a").unwrap().unwrap().as_of, slot, "claimed is the clock of old claims");
    }

    #[test]
    fn a_refused_configuration_is_known_since_its_first_refusal() {
        let ledger = Ledger::in_memory().unwrap();
        let (first, later) = (at("2026-10-20T04:00:00Z"), at("2026-10-20T05:00:00Z"));
        assert_eq!(ledger.refused_configuration().unwrap(), None);
        ledger.refuse_configuration("1 mistake", first).unwrap();
        ledger.refuse_configuration("2 mistakes", later).unwrap();
        assert_eq!(ledger.refused_configuration().unwrap(), Some((first, "2 mistakes".to_owned())));
        ledger.accept_configuration().unwrap();
        assert_eq!(ledger.refused_configuration().unwrap(), None);
    }
}

//! Which scheduled runs were taken on, by whom, and whether they were finished; and which were not, and why.
//!
//! Each due time ends in exactly one place: a row of `due` (a run), or a range of `not_run` (a reason). How far the
//! accounts go is `upto` of the pipeline: what lies before it is settled or claimed, what lies after it is open.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::Serialize;

use super::{Ledger, LedgerError, failed, instant, instant_or_none, written};

/// How many processes may die over a slot before a person must look.
pub(crate) const MAX_DEATHS: u32 = 3;

/// How far a pipeline's due times are accounted for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Watch {
    /// What lay before the first look is never due.
    pub(crate) since: DateTime<Utc>,
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
    /// When it was first begun, and when last.
    pub(crate) begun: DateTime<Utc>,
    pub(crate) tried: DateTime<Utc>,
    pub(crate) tries: u32,
    /// Tries that failed; over the others the process died.
    pub(crate) failures: u32,
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

/// A slot that lies so far ahead when the clock goes back was run by a clock that was wrong.
const TO_COME: TimeDelta = TimeDelta::hours(1);
/// So long a slot that was taken early is run on its day.
const ITS_DAY: TimeDelta = TimeDelta::days(1);

/// From when to when.
type Stretch = (DateTime<Utc>, DateTime<Utc>);

/// A slot, whether it is done, and why it was given up.
#[cfg(test)]
type Taken = (DateTime<Utc>, bool, Option<String>);

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

    /// How far the pipeline is accounted for; none if nobody ever looked.
    pub(crate) fn known_watch(&self, pipeline: &str) -> Result<Option<Watch>, LedgerError> {
        let known =
            "SELECT since, upto, plan FROM schedules WHERE pipeline = ?1 AND upto IS NOT NULL AND plan IS NOT NULL";
        self.db
            .query_row(known, [pipeline], |row| {
                Ok(Watch { since: instant(row, 0)?, upto: instant(row, 1)?, plan: row.get(2)? })
            })
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
                 ON CONFLICT DO UPDATE SET claimed = ?3, tried = ?3, holder = ?4, as_of = ?5, tries = 1, done = NULL,
                     error = NULL, given_up = NULL, given_up_at = NULL, failures = 0, early = 0
                 WHERE early = 1",
                params![pipeline, written(take.slot), written(now), holder, written(take.as_of)],
            )?;
            advance(&work, pipeline, take.slot)?;
            if let Some((slot, reason)) = &take.gives_up {
                give_up(&work, pipeline, *slot, reason, now)?;
            }
            Ok(rows == 1)
        };
        let ours = write().map_err(failed("claim a slot"))?;
        work.commit().map_err(failed("claim a slot"))?;
        Ok(ours)
    }

    /// Slots after `upto` that were taken all the same: under a clock that went back since. But one whose day has come at `now`
    /// was taken early; where the clock leaps over it, it was taken in time, and the clock was behind since.
    pub(crate) fn taken_after(
        &self,
        pipeline: &str,
        upto: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<DateTime<Utc>>, LedgerError> {
        let read = || -> rusqlite::Result<_> {
            self.db
                .prepare(
                    "SELECT slot FROM due WHERE pipeline = ?1 AND slot > ?2 AND NOT (early = 1 AND slot > ?3) ORDER BY slot",
                )?
                .query_map(params![pipeline, written(upto), written(now - ITS_DAY)], |row| instant(row, 0))?
                .collect()
        };
        read().map_err(failed("read the slots that were taken"))
    }

    /// Everything up to `upto` is accounted for.
    pub(crate) fn settled(&self, pipeline: &str, upto: DateTime<Utc>) -> Result<(), LedgerError> {
        advance(&self.db, pipeline, upto).map_err(failed("settle slots"))
    }

    /// Settles slots that are not run.
    pub(crate) fn pass_over(&self, pipeline: &str, passed: &[NotRun], now: DateTime<Utc>) -> Result<(), LedgerError> {
        let work = self.db.unchecked_transaction().map_err(failed("pass over slots"))?;
        pass(&work, pipeline, passed, now).map_err(failed("pass over slots"))?;
        work.commit().map_err(failed("pass over slots"))
    }

    /// Was anything settled by a clock that showed a later time than `now`?
    pub(crate) fn is_ahead(&self, pipeline: &str, now: DateTime<Utc>) -> Result<bool, LedgerError> {
        self.db
            .query_row(
                "SELECT EXISTS (SELECT 1 FROM not_run WHERE pipeline = ?1 AND noted > ?2)
                     OR EXISTS (SELECT 1 FROM due WHERE pipeline = ?1 AND given_up_at > ?2)
                     OR EXISTS (SELECT 1 FROM schedules WHERE pipeline = ?1 AND upto > ?2)",
                params![pipeline, written(now)],
                |row| row.get(0),
            )
            .map_err(failed("look for a clock that was ahead"))
    }

    /// The clock went back: whatever was decided by a clock that showed a later time is open again, all of it, for who
    /// can know which of its slots would have had their run. What was run is run; but for what is still to come: it was run
    /// before anybody could have reported for it, and comes again on its day. Gives how far the accounts go now.
    pub(crate) fn turn_back(&self, pipeline: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, LedgerError> {
        let work = self.db.unchecked_transaction().map_err(failed("turn back"))?;
        let write = || -> rusqlite::Result<DateTime<Utc>> {
            let which = params![pipeline, written(now)];
            let first = "SELECT MIN(first) FROM not_run WHERE pipeline = ?1 AND noted > ?2";
            let first = work.query_row(first, which, |row| instant_or_none(row, 0))?;
            // Accounts go up to a slot and include it; times in the ledger are kept to the millisecond.
            let upto = first.map_or(now, |first| first - TimeDelta::milliseconds(1)).min(now);
            work.execute("DELETE FROM not_run WHERE pipeline = ?1 AND noted > ?2", which)?;
            work.execute(
                "UPDATE due SET given_up = NULL, given_up_at = NULL WHERE pipeline = ?1 AND given_up_at > ?2",
                which,
            )?;
            // Less is no more than a clock that is set right.
            let to_come = params![pipeline, written(now + TO_COME)];
            work.execute("DELETE FROM due WHERE pipeline = ?1 AND slot > ?2 AND done IS NULL", to_come)?;
            work.execute("UPDATE due SET early = 1 WHERE pipeline = ?1 AND slot > ?2", to_come)?;
            // A first look by a clock that was ahead was none.
            work.execute(
                "UPDATE schedules SET since = MIN(since, ?2), upto = MIN(upto, ?2) WHERE pipeline = ?1",
                params![pipeline, written(upto)],
            )?;
            work.query_row("SELECT upto FROM schedules WHERE pipeline = ?1", [pipeline], |row| instant(row, 0))
        };
        let upto = write().map_err(failed("turn back"))?;
        work.commit().map_err(failed("turn back"))?;
        Ok(upto)
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
                "SELECT slot, COALESCE(as_of, claimed), tried, tries, holder, error, claimed, failures FROM due
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
                        begun: instant(row, 6)?,
                        failures: row.get(7)?,
                    })
                },
            )
            .optional()
            .map_err(failed("read unfinished slots"))
    }

    /// Every slot that was ever taken: whether it is done, or why it was given up.
    #[cfg(test)]
    pub(crate) fn claims(&self, pipeline: &str) -> Result<Vec<Taken>, LedgerError> {
        let read = || -> rusqlite::Result<_> {
            self.db
                .prepare("SELECT slot, done IS NOT NULL, given_up FROM due WHERE pipeline = ?1 ORDER BY slot")?
                .query_map([pipeline], |row| Ok((instant(row, 0)?, row.get(1)?, row.get(2)?)))?
                .collect()
        };
        read().map_err(failed("read the claims"))
    }

    /// From when to when the pipeline last worked: the run that ended last.
    pub(crate) fn last_work(&self, pipeline: &str) -> Result<Option<Stretch>, LedgerError> {
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
                "UPDATE due SET error = ?3, failures = failures + 1 WHERE pipeline = ?1 AND slot = ?2",
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
    pub(crate) fn give_up(
        &self,
        pipeline: &str,
        slot: DateTime<Utc>,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<(), LedgerError> {
        give_up(&self.db, pipeline, slot, reason, now).map_err(failed("give up a slot"))
    }
}

fn read_not_run(row: &Row<'_>) -> rusqlite::Result<NotRun> {
    Ok(NotRun { first: instant(row, 0)?, last: instant(row, 1)?, slots: row.get(2)?, reason: row.get(3)? })
}

fn give_up(
    db: &Connection,
    pipeline: &str,
    slot: DateTime<Utc>,
    reason: &str,
    now: DateTime<Utc>,
) -> rusqlite::Result<()> {
    let which = params![pipeline, written(slot), reason, written(now)];
    db.execute("UPDATE due SET given_up = ?3, given_up_at = ?4 WHERE pipeline = ?1 AND slot = ?2", which).map(drop)
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

fn advance(work: &Connection, pipeline: &str, upto: DateTime<Utc>) -> rusqlite::Result<()> {
    work.execute("UPDATE schedules SET upto = MAX(upto, ?2) WHERE pipeline = ?1", params![pipeline, written(upto)])?;
    Ok(())
}

#[cfg(test)]
mod tests;

//! Is this ledger a copy that was put back? What happened after it was made, it does not know.
//!
//! `kim backup` writes into each copy when it was made. Whoever opens one as the ledger in use settles, before anything else,
//! what may have gone on since: mail that waited may have been sent, a run that was under way may have ended. From the first
//! look at the schedule on, `opened` says until when a slot may have been run by the ledger that was lost. A machine that boots
//! may show any time until its clock is set: `opened` follows the clock until that has been seen to tick for a while, goes
//! back with it whenever it does, and goes on with it from a time at which there was no copy yet.
//! Never: sends or runs anything; a person knows what happened.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::{Ledger, LedgerError, NotRun, Past, Run, failed, instant, instant_or_none, written};
use crate::model::period::Period;

/// What every reason begins with that speaks of a restored copy.
pub(crate) const RESTORED: &str = "restored from a backup of";

/// Looks come every few seconds. A clock that leaps farther was set, or its machine was off.
const LEAP: TimeDelta = TimeDelta::minutes(10);
/// A clock that has ticked for so long is taken for right.
const TICKS: TimeDelta = TimeDelta::hours(1);

/// A copy that is the ledger in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Restored {
    pub(crate) made: DateTime<Utc>,
    /// What was due until then may have been run.
    pub(crate) opened: DateTime<Utc>,
}

/// Writes into a fresh copy when it was made.
pub(super) fn stamp(copy: &Connection, now: DateTime<Utc>) -> rusqlite::Result<()> {
    copy.execute(
        "INSERT INTO copies (made, settled) VALUES (?1, 0) ON CONFLICT DO UPDATE SET settled = 0",
        [written(now)],
    )
    .map(drop)
}

/// Settles what was open in a copy that is opened for the first time; all of it or nothing.
pub(super) fn settle(db: &mut Connection) -> Result<(), LedgerError> {
    let fresh = |db: &Connection| -> rusqlite::Result<Option<String>> {
        db.query_row("SELECT MAX(made) FROM copies WHERE settled = 0", [], |row| row.get(0))
    };
    // Asked without a lock first: nearly always there is nothing to do.
    if fresh(db).map_err(failed("look for a restored copy"))?.is_none() {
        return Ok(());
    }
    let work = db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed("begin"))?;
    let write = || -> rusqlite::Result<()> {
        let Some(made) = fresh(&work)? else { return Ok(()) };
        let mail = format!("{RESTORED} {made}: it waited then, and may have been sent since");
        work.execute(
            "UPDATE deliveries SET state = 'unknown', answer = ?1, next_try = NULL
             WHERE run IS NOT NULL AND state IN ('waiting', 'sending')",
            [mail],
        )?;
        let slot = format!("{RESTORED} {made}: it was under way then, and may have ended since; `kim run` runs it");
        work.execute("UPDATE due SET given_up = ?1 WHERE done IS NULL AND given_up IS NULL", [slot])?;
        let newest = "UPDATE copies SET newest = (SELECT COALESCE(MAX(id), 0) FROM runs) WHERE settled = 0";
        work.execute(newest, [])?;
        work.execute("UPDATE copies SET settled = 1", [])?;
        Ok(())
    };
    write().map_err(failed("settle a restored copy"))?;
    work.commit().map_err(failed("settle a restored copy"))
}

/// What a look at a restored copy found.
struct Look {
    opened: DateTime<Utc>,
    ticks: bool,
}

impl Ledger {
    /// The copy that was restored last, if any was, and up to when the lost ledger may have worked, as far as is known at a look
    /// by a clock that shows `now`.
    pub(crate) fn restored(&self, now: DateTime<Utc>) -> Result<Option<Restored>, LedgerError> {
        // The last on the way here knows of most runs, whatever the clocks showed.
        let newest = "made = (SELECT made FROM copies WHERE settled = 1
            ORDER BY newest DESC, opened IS NULL DESC, made DESC LIMIT 1)";
        let read = format!("SELECT made, opened, seen, ticks FROM copies WHERE {newest}");
        let found = self
            .db
            .query_row(&read, [], |row| {
                Ok((instant(row, 0)?, instant_or_none(row, 1)?, instant_or_none(row, 2)?, row.get::<_, bool>(3)?))
            })
            .optional()
            .map_err(failed("look for a restored copy"))?;
        let Some((made, opened, seen, ticks)) = found else { return Ok(None) };
        // Once a clock was believed, one that shows a time at which there was no copy yet says nothing: a machine that boots.
        if let Some(opened) = opened.filter(|opened| ticks && made <= *opened && now < made) {
            return Ok(Some(Restored { made, opened }));
        }
        let leapt = seen.is_none_or(|seen| now - seen > LEAP);
        let opened = opened.filter(|opened| *opened <= now && !(*opened < made && made <= now) && (ticks || !leapt));
        let look = Look { opened: opened.unwrap_or(now), ticks: opened.is_some_and(|opened| now - opened >= TICKS) };
        // Written down when it says something new: a leap is far longer than a minute.
        if opened.is_none() || !ticks && (look.ticks || seen.is_none_or(|seen| now - seen >= TimeDelta::minutes(1))) {
            let set = format!("UPDATE copies SET opened = ?1, seen = ?2, ticks = ?3 WHERE {newest}");
            let look = params![written(look.opened), written(now), look.ticks];
            self.db.execute(&set, look).map_err(failed("look for a restored copy"))?;
        }
        Ok(Some(Restored { made, opened: look.opened }))
    }

    /// Due times that may have been run by the ledger that was lost, and that nobody has made up for since: from the
    /// first to the last. `reported` is the period that a slot's run is about.
    pub(crate) fn doubtful(
        &self,
        pipeline: &str,
        reported: &dyn Fn(DateTime<Utc>) -> Period,
    ) -> Result<Option<NotRun>, LedgerError> {
        let sql = "
            WITH copy AS (SELECT made, newest FROM copies WHERE settled = 1
                ORDER BY newest DESC, made DESC LIMIT 1),
            passed AS (
                SELECT first, last, slots, reason FROM not_run WHERE pipeline = ?1
                UNION ALL SELECT slot, slot, 1, given_up FROM due WHERE pipeline = ?1 AND given_up IS NOT NULL)
            SELECT MIN(first), MAX(last), SUM(slots), MAX(reason), MAX(newest) FROM passed, copy
            WHERE reason LIKE ?2 || ' ' || made || '%' HAVING COUNT(*) > 0";
        let found = self
            .db
            .query_row(sql, params![pipeline, RESTORED], |row| {
                let (first, last) = (instant(row, 0)?, instant(row, 1)?);
                Ok((NotRun { first, last, slots: row.get(2)?, reason: row.get(3)? }, row.get(4)?))
            })
            .optional()
            .map_err(failed("read what a backup does not know"))?;
        let Some((range, newest)) = found else { return Ok(None) };
        let settled = self.is_settled(pipeline, Past::Run(newest), reported(range.last))?;
        Ok(if settled { None } else { Some(range) })
    }

    /// The runs that were not done when the copy was made that was restored: they may have been since.
    pub(crate) fn doubtful_runs(&self) -> Result<Vec<Run>, LedgerError> {
        self.runs_left("id <= (SELECT MAX(newest) FROM copies WHERE settled = 1)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::ledger::{NewDelivery, NewRun, Take};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn what_was_open_when_the_copy_was_made_is_in_doubt_once_and_in_the_copy_only() {
        let folder = tempfile::tempdir().unwrap();
        let (path, copy) = (folder.path().join("ledger.sqlite"), folder.path().join("copy.sqlite"));
        let ledger = Ledger::open(&path).unwrap();
        let now = at("2026-10-20T04:00:00Z");
        let run = NewRun { pipeline: "a", period: None, as_of: now, trial: false, version: "0", limits: None };
        let run = ledger.begin_run(&run, now).unwrap();
        let take = Take { slot: now, as_of: now, passed: Vec::new(), gives_up: None };
        ledger.claim("a", &take, "1", now).unwrap();
        let mail = |run, message_id| {
            let mail = NewDelivery {
                run,
                edition: "",
                audience: "a",
                sender: "s@example.org",
                recipient: "r@example.org",
                message_id,
                content: None,
                message: b"x",
            };
            ledger.queue_delivery(&mail, now).unwrap();
        };
        mail(Some(run), "<1@x>");
        mail(None, "<2@x>");
        ledger.copy_to(&copy, at("2026-10-20T04:00:05Z")).unwrap();
        assert_eq!(ledger.restored(now).unwrap(), None, "the original is no copy");
        assert_eq!(ledger.deliveries_left().unwrap().len(), 1);

        for _ in 0..2 {
            let copy = Ledger::open_sound(&copy).unwrap();
            assert!(copy.deliveries_left().unwrap().is_empty());
            let told = copy.deliveries_in_trouble().unwrap().remove(0).answer.unwrap();
            assert!(told.starts_with("restored from a backup of 2026-10-20T04:00:05"), "{told}");
            assert_eq!(copy.alerts_left().unwrap().len(), 1, "a notice twice is better than none");
            assert!(copy.unfinished("a").unwrap().is_none() && copy.unfinished_runs().unwrap().is_empty());
            assert_eq!(copy.doubtful_runs().unwrap().len(), 1);
            assert_eq!(
                copy.doubtful("a", &|_| "2026-Q3".parse().unwrap()).unwrap().map(|range| (range.first, range.slots)),
                Some((now, 1))
            );
            assert_eq!(copy.doubtful("b", &|_| "2026-Q3".parse().unwrap()).unwrap(), None);
        }
        let restored = Ledger::open(&copy).unwrap();
        let opened = at("2026-10-22T10:00:00Z");
        for minutes in (0..=60).chain([9 * 24 * 60]) {
            let known = restored.restored(opened + TimeDelta::minutes(minutes)).unwrap().unwrap();
            assert_eq!((known.made, known.opened), (at("2026-10-20T04:00:05Z"), opened), "the first look counts");
        }
        // A machine boots without its clock, and its clock is set.
        for look in ["1970-01-01T00:00:10Z", "2026-11-05T10:00:00Z"] {
            assert_eq!(restored.restored(at(look)).unwrap().unwrap().opened, opened, "{look}");
        }
        // A copy of it is another copy, and what is put back by a person since is not in doubt again.
        let mail = restored.deliveries_in_trouble().unwrap().remove(0);
        restored.wait_again(mail.id, opened).unwrap();
        drop(restored);
        let restored = Ledger::open(&copy).unwrap();
        assert_eq!(restored.deliveries_left().unwrap().len(), 1);
        restored.copy_to(&path.with_extension("second.sqlite"), opened).unwrap();
        let second = Ledger::open(&path.with_extension("second.sqlite")).unwrap();
        assert_eq!(second.restored(opened).unwrap().unwrap().made, opened);
        assert!(second.deliveries_left().unwrap().is_empty());
    }
}

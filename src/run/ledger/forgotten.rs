//! What was forgotten when its retention ended: originals, of which a fingerprint stays, and published files.
//!
//! In: what is to be forgotten, decided elsewhere. Out: the memory of it, written before anything is deleted.
//! Never: keeps the sender or the file's name of what was forgotten; decides what is old enough.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use rusqlite::{Row, params};
use serde::Serialize;

use super::{Ledger, LedgerError, failed, instant, instant_or_none, written};
use crate::model::period::Period;

/// A file that counts until its retention ends; one for each fingerprint, with its latest arrival.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Original {
    pub(crate) sha256: String,
    pub(crate) size: u64,
    pub(crate) arrived: DateTime<Utc>,
    /// None where it was never understood, or no run ever took it.
    pub(crate) body: Option<String>,
    pub(crate) period: Option<Period>,
}

/// An original whose retention ended: its fingerprint, and what was understood of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Forgotten {
    pub(crate) sha256: String,
    pub(crate) size: u64,
    pub(crate) arrived: DateTime<Utc>,
    pub(crate) body: Option<String>,
    pub(crate) period: Option<Period>,
    /// As it stood in the configuration: `originals_years = 10`.
    pub(crate) rule: String,
    pub(crate) decided: DateTime<Utc>,
    /// None while bytes may still lie on the disk.
    pub(crate) removed: Option<DateTime<Utc>>,
}

/// What a run published, and whether it was deleted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Published {
    pub(crate) run: i64,
    pub(crate) period: Period,
    /// As the ledger knows them; names count, folders may have moved.
    pub(crate) workbooks: Vec<String>,
    pub(crate) mails: Vec<String>,
}

impl Ledger {
    /// Every file that still counts, by fingerprint.
    pub(crate) fn originals(&self) -> Result<Vec<Original>, LedgerError> {
        let read = |row: &Row<'_>| -> rusqlite::Result<Original> {
            Ok(Original {
                sha256: row.get(0)?,
                size: row.get::<_, i64>(1)?.unsigned_abs(),
                arrived: instant(row, 2)?,
                body: row.get(3)?,
                period: period(row, 4)?,
            })
        };
        let all = || -> rusqlite::Result<_> {
            self.db
                .prepare(
                    "SELECT sha256, size, MAX(arrived), body, period FROM submissions GROUP BY sha256 ORDER BY sha256",
                )?
                .query_map([], read)?
                .collect()
        };
        all().map_err(failed("read the submissions"))
    }

    /// Writes that these no longer count, before a byte of them is deleted. All of them or none.
    pub(crate) fn forget(&self, originals: &[Original], rule: &str, now: DateTime<Utc>) -> Result<(), LedgerError> {
        let work = self.db.unchecked_transaction().map_err(failed("forget originals"))?;
        let forget = |original: &Original| -> rusqlite::Result<()> {
            work.execute(
                "INSERT INTO forgotten (sha256, size, arrived, body, period, rule, decided)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (sha256) DO NOTHING",
                params![
                    original.sha256,
                    i64::try_from(original.size).unwrap_or(i64::MAX),
                    written(original.arrived),
                    original.body,
                    original.period.map(|period| period.to_string()),
                    rule,
                    written(now)
                ],
            )?;
            work.execute("DELETE FROM findings WHERE submission = ?1", [&original.sha256])?;
            work.execute("DELETE FROM submissions WHERE sha256 = ?1", [&original.sha256]).map(drop)
        };
        originals.iter().try_for_each(forget).map_err(failed("forget originals"))?;
        work.commit().map_err(failed("forget originals"))
    }

    /// Everything that was forgotten, in order of arrival.
    pub(crate) fn forgotten(&self) -> Result<Vec<Forgotten>, LedgerError> {
        let read = |row: &Row<'_>| -> rusqlite::Result<Forgotten> {
            Ok(Forgotten {
                sha256: row.get(0)?,
                size: row.get::<_, i64>(1)?.unsigned_abs(),
                arrived: instant(row, 2)?,
                body: row.get(3)?,
                period: period(row, 4)?,
                rule: row.get(5)?,
                decided: instant(row, 6)?,
                removed: instant_or_none(row, 7)?,
            })
        };
        let all = || -> rusqlite::Result<_> {
            self.db
                .prepare(
                    "SELECT sha256, size, arrived, body, period, rule, decided, removed
                     FROM forgotten ORDER BY arrived, sha256",
                )?
                .query_map([], read)?
                .collect()
        };
        all().map_err(failed("read what was forgotten"))
    }

    /// Writes that nothing of what was forgotten lies on the disk any more, neither in free pages nor in the journal.
    pub(crate) fn forgotten_is_removed(&self, now: DateTime<Utc>) -> Result<(), LedgerError> {
        // Rows that were changed or deleted leave copies behind; only a file that is written anew has none.
        self.db.execute("VACUUM", []).map_err(failed("clean up"))?;
        self.db
            .execute("UPDATE forgotten SET removed = ?1 WHERE removed IS NULL", [written(now)])
            .map_err(failed("write what was deleted"))?;
        self.db
            .pragma_update_and_check(None, "wal_checkpoint", "TRUNCATE", |_| Ok(()))
            .map_err(failed("empty the journal"))
    }

    /// What runs other than trials published and is still there, oldest first.
    pub(crate) fn published(&self) -> Result<Vec<Published>, LedgerError> {
        let mut runs: BTreeMap<i64, Published> = BTreeMap::new();
        let mut read = |sql: &str, into: fn(&mut Published) -> &mut Vec<String>| -> rusqlite::Result<()> {
            let mut statement = self.db.prepare(sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let (run, name): (i64, Option<String>) = (row.get(0)?, row.get(2)?);
                let Some(period) = period(row, 1)? else { continue };
                let one = || Published { run, period, workbooks: Vec::new(), mails: Vec::new() };
                into(runs.entry(run).or_insert_with(one)).extend(name);
            }
            Ok(())
        };
        let from = |what: &str, more: &str| {
            format!(
                "SELECT runs.id, runs.period, {what} FROM runs {more}
                 WHERE runs.trial = 0 AND runs.period IS NOT NULL AND runs.forgotten IS NULL"
            )
        };
        read(&from("editions.path", "LEFT JOIN editions ON editions.run = runs.id"), |one| &mut one.workbooks)
            .and_then(|()| {
                let written = "JOIN deliveries ON deliveries.run = runs.id AND deliveries.state = 'written'";
                read(&from("deliveries.answer", written), |one| &mut one.mails)
            })
            .map_err(failed("read what was published"))?;
        Ok(runs.into_values().collect())
    }

    /// Writes that the files of these runs are deleted, and lets go of messages that a person never settled. The rows
    /// stay: by them nobody is sent anything twice.
    pub(crate) fn forget_published(
        &self,
        runs: &BTreeSet<i64>,
        rule: &str,
        now: DateTime<Utc>,
    ) -> Result<(), LedgerError> {
        let work = self.db.unchecked_transaction().map_err(failed("forget what was published"))?;
        let forget = |run: &i64| -> rusqlite::Result<()> {
            work.execute("UPDATE runs SET forgotten = ?2, rule = ?3 WHERE id = ?1", params![run, written(now), rule])?;
            work.execute(
                "UPDATE deliveries SET message = NULL WHERE run = ?1 AND state NOT IN ('waiting', 'sending')",
                [run],
            )
            .map(drop)
        };
        runs.iter().try_for_each(forget).map_err(failed("forget what was published"))?;
        work.commit().map_err(failed("forget what was published"))
    }
}

fn period(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<Period>> {
    // Written by `Period` itself; what cannot be read any more is as good as none.
    Ok(row.get::<_, Option<String>>(index)?.and_then(|text| text.parse().ok()))
}

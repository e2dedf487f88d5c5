//! What is wrong, since when, and whether its owner was told; and what whoever looks for troubles asks the ledger.

use std::path::Path;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Row, params};

use super::health::complaint;
use super::runs::{RUN, read_run};
use super::{
    Ledger, LedgerError, NewDelivery, Outcome, PATIENCE, Run, failed, instant, instant_or_none, schema, written,
};

/// A trouble as the ledger remembers it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Known {
    pub(crate) id: i64,
    pub(crate) kind: String,
    /// What it is about: one trouble of a kind and key stands at a time.
    pub(crate) key: String,
    /// JSON, as it was when it began.
    pub(crate) facts: String,
    pub(crate) since: DateTime<Utc>,
    pub(crate) told: Option<DateTime<Utc>>,
    pub(crate) ended: Option<DateTime<Utc>>,
}

/// A slot of a pipeline as somebody took it on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Slot {
    pub(crate) slot: DateTime<Utc>,
    /// When it was first begun.
    pub(crate) begun: DateTime<Utc>,
    pub(crate) tries: u32,
    pub(crate) done: Option<DateTime<Utc>>,
    pub(crate) error: Option<String>,
    /// Nobody tries it any more.
    pub(crate) given_up: bool,
}

const KNOWN: &str = "id, kind, key, facts, since, told, ended";

impl Ledger {
    /// Opens the file to look only: makes nothing, changes nothing, and is content with the right to read.
    ///
    /// # Errors
    /// There is no ledger, or it cannot be read.
    pub(crate) fn look(path: &Path) -> Result<Ledger, LedgerError> {
        let opened = |source| LedgerError::Open { path: path.to_path_buf(), source };
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let ready = |db: Connection| -> rusqlite::Result<Connection> {
            db.busy_timeout(PATIENCE)?;
            db.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
            Ok(db)
        };
        let db = Connection::open_with_flags(path, flags).and_then(ready).or_else(|error| {
            // Whoever may not write beside the ledger cannot share its journal. Without a journal there is none to share.
            let journal = path.with_extension("sqlite-wal");
            let barred = matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly));
            if !barred || journal.exists() || !path.exists() {
                return Err(error);
            }
            let escaped = path.display().to_string().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
            let uri = format!("file:{escaped}?immutable=1");
            Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI).and_then(ready)
        });
        let db = db.map_err(opened)?;
        schema::known(&db)?;
        Ok(Ledger { db })
    }

    /// Is the file sound? Gives what SQLite complains of.
    pub(crate) fn complaint(&self) -> Result<Option<String>, LedgerError> {
        complaint(&self.db).map_err(failed("check what stands"))
    }

    /// The troubles that stand, oldest first.
    pub(crate) fn troubles(&self) -> Result<Vec<Known>, LedgerError> {
        self.known("ended IS NULL")
    }

    /// The troubles of which the owner has not heard that they are there, or that they are gone. One that went before
    /// anybody was told of it is no news.
    pub(crate) fn troubles_to_tell(&self) -> Result<Vec<Known>, LedgerError> {
        self.known("(ended IS NULL AND told IS NULL) OR (ended IS NOT NULL AND told IS NOT NULL AND told_well IS NULL)")
    }

    fn known(&self, which: &str) -> Result<Vec<Known>, LedgerError> {
        let read = || -> rusqlite::Result<Vec<Known>> {
            self.db
                .prepare(&format!("SELECT {KNOWN} FROM troubles WHERE {which} ORDER BY id"))?
                .query_map([], read_known)?
                .collect()
        };
        read().map_err(failed("read the troubles"))
    }

    /// Writes that a trouble begins, unless it stands already.
    pub(crate) fn begin_trouble(
        &self,
        kind: &str,
        key: &str,
        facts: &str,
        now: DateTime<Utc>,
    ) -> Result<(), LedgerError> {
        self.db
            .execute(
                "INSERT INTO troubles (kind, key, facts, since) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
                params![kind, key, facts, written(now)],
            )
            .map(drop)
            .map_err(failed("write a trouble"))
    }

    pub(crate) fn end_trouble(&self, id: i64, now: DateTime<Utc>) -> Result<(), LedgerError> {
        self.db
            .execute(
                // What nobody was told of need not be kept.
                "UPDATE troubles SET ended = ?2, facts = CASE WHEN told IS NULL THEN '' ELSE facts END
                 WHERE id = ?1 AND ended IS NULL",
                params![id, written(now)],
            )
            .map(drop)
            .map_err(failed("write the end of a trouble"))
    }

    /// Queues the messages and writes that these troubles are told, both or neither: whenever the process dies, nobody
    /// is told twice and nothing is kept quiet.
    pub(crate) fn tell(
        &self,
        troubles: &[Known],
        messages: &[NewDelivery<'_>],
        now: DateTime<Utc>,
    ) -> Result<(), LedgerError> {
        let work = self.db.unchecked_transaction().map_err(failed("tell the owner"))?;
        for message in messages {
            self.queue_delivery(message, now)?;
        }
        for trouble in troubles {
            // What was told to its end need not keep whom it was about.
            let told = match trouble.ended {
                Some(_) => "UPDATE troubles SET told_well = ?2, facts = '' WHERE id = ?1",
                None => "UPDATE troubles SET told = ?2 WHERE id = ?1",
            };
            work.execute(told, params![trouble.id, written(now)]).map_err(failed("tell the owner"))?;
        }
        work.commit().map_err(failed("tell the owner"))
    }

    /// The newest slot of a pipeline that anybody took on.
    pub(crate) fn newest_slot(&self, pipeline: &str) -> Result<Option<Slot>, LedgerError> {
        self.db
            .query_row(
                // One that a clock ahead has run, and that is still to come, is none yet.
                "SELECT slot, tries, done, error, claimed, given_up IS NOT NULL FROM due
                 WHERE pipeline = ?1
                     AND (early = 0 OR slot <= (SELECT upto FROM schedules WHERE schedules.pipeline = due.pipeline))
                 ORDER BY slot DESC LIMIT 1",
                [pipeline],
                |row| {
                    Ok(Slot {
                        slot: instant(row, 0)?,
                        tries: row.get(1)?,
                        done: instant_or_none(row, 2)?,
                        error: row.get(3)?,
                        begun: instant(row, 4)?,
                        given_up: row.get(5)?,
                    })
                },
            )
            .optional()
            .map_err(failed("read the newest slot"))
    }

    /// The newest run of a pipeline that is no trial; with an outcome, the newest that ended so.
    pub(crate) fn newest_run(&self, pipeline: &str, outcome: Option<Outcome>) -> Result<Option<Run>, LedgerError> {
        self.db
            .query_row(
                &format!(
                    "SELECT {RUN} FROM runs WHERE pipeline = ?1 AND trial = 0 AND (?2 IS NULL OR outcome = ?2)
                     ORDER BY id DESC LIMIT 1"
                ),
                params![pipeline, outcome.and_then(Outcome::name)],
                read_run,
            )
            .optional()
            .map_err(failed("read the newest run"))
    }

    /// Has any return ever been taken?
    pub(crate) fn knows_returns(&self) -> Result<bool, LedgerError> {
        let any = "SELECT EXISTS (SELECT 1 FROM submissions) OR EXISTS (SELECT 1 FROM forgotten)";
        self.db.query_row(any, [], |row| row.get(0)).map_err(failed("read the submissions"))
    }

    /// The latest instant that stands in the ledger, whoever's clock it was; `--as-of` does not count.
    pub(crate) fn latest(&self) -> Result<Option<DateTime<Utc>>, LedgerError> {
        let newest = "SELECT max(at) FROM (SELECT max(started) AS at FROM runs UNION ALL SELECT max(ended) FROM runs
             UNION ALL SELECT max(tried) FROM due UNION ALL SELECT max(since) FROM troubles)";
        self.db.query_row(newest, [], |row| instant_or_none(row, 0)).map_err(failed("read the latest instant"))
    }
}

fn read_known(row: &Row<'_>) -> rusqlite::Result<Known> {
    Ok(Known {
        id: row.get(0)?,
        kind: row.get(1)?,
        key: row.get(2)?,
        facts: row.get(3)?,
        since: instant(row, 4)?,
        told: instant_or_none(row, 5)?,
        ended: instant_or_none(row, 6)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_trouble_stands_once_is_told_once_and_may_come_back() {
        let ledger = Ledger::in_memory().unwrap();
        let now = at("2026-10-20T04:00:00Z");
        let to_tell = || ledger.troubles_to_tell().unwrap();
        for _ in 0..3 {
            ledger.begin_trouble("disk", "data", "{}", now).unwrap();
        }
        assert_eq!(to_tell().len(), 1);
        ledger.tell(&to_tell(), &[], now).unwrap();
        assert!(to_tell().is_empty(), "told once");
        let end = || ledger.end_trouble(ledger.troubles().unwrap()[0].id, now).unwrap();
        end();
        assert_eq!(to_tell().len(), 1, "now that it is well");
        ledger.tell(&to_tell(), &[], now).unwrap();
        assert!(to_tell().is_empty() && ledger.troubles().unwrap().is_empty());
        ledger.begin_trouble("disk", "data", "{}", now).unwrap();
        assert_eq!(to_tell().len(), 1, "another one");
        end();
        assert!(to_tell().is_empty(), "what came and went between two looks is no news");
    }

    #[test]
    fn whoever_may_only_read_reads_and_makes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite");
        assert!(Ledger::look(&path).is_err() && !path.exists(), "looking makes no ledger");
        Ledger::open(&path).unwrap().watch("a", "plan", at("2026-10-20T04:00:00Z")).unwrap();
        let look = Ledger::look(&path).unwrap();
        assert_eq!(look.known_watch("a").unwrap().unwrap().upto, at("2026-10-20T04:00:00Z"));
        assert_eq!(look.known_watch("b").unwrap(), None);
        assert!(look.watch("b", "plan", at("2026-10-20T04:00:00Z")).is_err(), "and writes nothing");
        assert!(look.complaint().unwrap().is_none());
    }

    #[test]
    fn a_ledger_with_a_torn_page_is_complained_of() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite");
        let ledger = Ledger::open(&path).unwrap();
        for number in 0..400 {
            ledger.begin_trouble("disk", &number.to_string(), &"x".repeat(500), at("2026-10-20T04:00:00Z")).unwrap();
        }
        drop(ledger);
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle..middle + 4096].fill(0xAA);
        std::fs::write(&path, bytes).unwrap();
        let told = Ledger::look(&path).and_then(|ledger| ledger.complaint());
        assert!(!matches!(told, Ok(None)));
    }
}

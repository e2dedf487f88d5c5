//! Which scheduled runs were taken on, by whom, and whether they were finished.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use super::{Ledger, LedgerError, failed, instant, written};

/// How often a slot is tried before a person must look.
const MAX_TRIES: u32 = 3;

/// A slot that somebody began and nobody finished: the process died, or the run failed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Claim {
    pub(crate) slot: DateTime<Utc>,
    /// When it was first begun. A new try takes this for its clock: it makes the same bytes, so nobody gets mail twice.
    pub(crate) claimed: DateTime<Utc>,
    /// When it was last begun.
    pub(crate) tried: DateTime<Utc>,
    pub(crate) tries: u32,
    /// Why it failed; none if the process died.
    pub(crate) error: Option<String>,
}

impl Ledger {
    /// Since when the pipeline is watched: `now` at the first call, the same ever after. Slots before are not due.
    pub(crate) fn watched_since(&self, pipeline: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, LedgerError> {
        self.db
            .execute(
                "INSERT INTO schedules (pipeline, since) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                params![pipeline, written(now)],
            )
            .and_then(|_| {
                self.db.query_row("SELECT since FROM schedules WHERE pipeline = ?1", [pipeline], |row| instant(row, 0))
            })
            .map_err(failed("read the schedule"))
    }

    /// The newest slot that anybody took on.
    pub(crate) fn last_slot(&self, pipeline: &str) -> Result<Option<DateTime<Utc>>, LedgerError> {
        self.db
            .query_row("SELECT slot FROM due WHERE pipeline = ?1 ORDER BY slot DESC LIMIT 1", [pipeline], |row| {
                instant(row, 0)
            })
            .optional()
            .map_err(failed("read the last slot"))
    }

    /// Takes the slot. False: it was taken before, by whomever.
    pub(crate) fn claim(
        &self,
        pipeline: &str,
        slot: DateTime<Utc>,
        holder: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, LedgerError> {
        self.db
            .execute(
                "INSERT INTO due (pipeline, slot, claimed, tried, holder) VALUES (?1, ?2, ?3, ?3, ?4)
                 ON CONFLICT DO NOTHING",
                params![pipeline, written(slot), written(now), holder],
            )
            .map(|rows| rows == 1)
            .map_err(failed("claim a slot"))
    }

    /// The newest slot, if it was begun, is not finished, and has tries left. An older one is not made up for: the
    /// newer report says the same and more.
    pub(crate) fn unfinished(&self, pipeline: &str) -> Result<Option<Claim>, LedgerError> {
        self.db
            .query_row(
                "SELECT slot, claimed, tried, tries, error FROM
                     (SELECT * FROM due WHERE pipeline = ?1 ORDER BY slot DESC LIMIT 1)
                 WHERE done IS NULL AND tries < ?2",
                params![pipeline, MAX_TRIES],
                |row| {
                    Ok(Claim {
                        slot: instant(row, 0)?,
                        claimed: instant(row, 1)?,
                        tried: instant(row, 2)?,
                        tries: row.get(3)?,
                        error: row.get(4)?,
                    })
                },
            )
            .optional()
            .map_err(failed("read unfinished slots"))
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
                 WHERE pipeline = ?1 AND slot = ?2 AND tries = ?3 AND done IS NULL",
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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
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
                        usize::from(ledger.claim("a", slot, &number.to_string(), slot).unwrap())
                    })
                })
                .collect();
            askers.into_iter().map(|asker| asker.join().unwrap()).sum()
        });
        assert_eq!(got, 1);
    }

    #[test]
    fn what_was_begun_and_not_finished_is_taken_up_again_but_not_for_ever() {
        let ledger = Ledger::in_memory().unwrap();
        let (slot, now) = (at("2026-10-20T04:00:00Z"), at("2026-10-20T04:00:05Z"));
        assert_eq!(ledger.unfinished("a").unwrap(), None);
        assert!(ledger.claim("a", slot, "1", now).unwrap());
        for tries in 1..MAX_TRIES {
            let claim = ledger.unfinished("a").unwrap().unwrap();
            assert_eq!((claim.slot, claim.tries), (slot, tries));
            assert!(ledger.claim_again("a", &claim, "2", now).unwrap());
            assert!(!ledger.claim_again("a", &claim, "3", now).unwrap(), "one of two gets it");
            ledger.slot_failed("a", slot, "the disk is full").unwrap();
        }
        assert_eq!(ledger.unfinished("a").unwrap(), None, "a person must look");
        let next = at("2027-01-20T05:00:00Z");
        assert!(ledger.claim("a", next, "1", next).unwrap());
        ledger.slot_done("a", next, next).unwrap();
        assert_eq!(ledger.unfinished("a").unwrap(), None);
        assert_eq!(ledger.last_slot("a").unwrap(), Some(next));
    }

    #[test]
    fn a_pipeline_is_watched_since_the_first_look() {
        let ledger = Ledger::in_memory().unwrap();
        let first = at("2026-10-20T04:00:00Z");
        assert_eq!(ledger.watched_since("a", first).unwrap(), first);
        assert_eq!(ledger.watched_since("a", at("2026-11-20T04:00:00Z")).unwrap(), first);
    }
}

//! The names of pipelines, as the rows bear them.

use rusqlite::{Transaction, params};

use super::{Ledger, LedgerError, failed};

impl Ledger {
    /// Every name that a row bears, in order.
    pub(crate) fn pipelines(&self) -> Result<Vec<String>, LedgerError> {
        let read = || -> rusqlite::Result<_> {
            self.db
                .prepare(
                    "SELECT pipeline FROM runs UNION SELECT pipeline FROM schedules UNION SELECT pipeline FROM due
                     UNION SELECT pipeline FROM not_run ORDER BY 1",
                )?
                .query_map([], |row| row.get(0))?
                .collect()
        };
        read().map_err(failed("read the pipelines"))
    }

    /// What is known under the name `known` belongs to `one`, in all tables or in none. Where both have an account of the
    /// same, a slot that was done counts, and the later end of the accounts.
    pub(crate) fn rename_pipeline(&self, known: &str, one: &str) -> Result<(), LedgerError> {
        let work = self.db.unchecked_transaction().map_err(failed("rename a pipeline"))?;
        rename(&work, known, one).map_err(failed("rename a pipeline"))?;
        work.commit().map_err(failed("rename a pipeline"))
    }
}

fn rename(work: &Transaction<'_>, known: &str, one: &str) -> rusqlite::Result<()> {
    let names = params![known, one];
    for sql in [
        "UPDATE runs SET pipeline = ?2 WHERE pipeline = ?1",
        // Of a trouble that stands under both names, the older one ends by itself.
        "UPDATE OR IGNORE troubles SET key = ?2 WHERE key = ?1",
        "DELETE FROM due WHERE pipeline = ?2 AND done IS NULL AND EXISTS (
             SELECT 1 FROM due AS other WHERE other.pipeline = ?1 AND other.slot = due.slot AND other.done IS NOT NULL)",
        "UPDATE OR IGNORE due SET pipeline = ?2 WHERE pipeline = ?1",
        "UPDATE OR IGNORE not_run SET pipeline = ?2 WHERE pipeline = ?1",
        "UPDATE schedules SET
             since = MIN(since, (SELECT since FROM schedules WHERE pipeline = ?1)),
             upto = MAX(upto, (SELECT COALESCE(upto, since) FROM schedules WHERE pipeline = ?1))
         WHERE pipeline = ?2 AND EXISTS (SELECT 1 FROM schedules WHERE pipeline = ?1)",
        "UPDATE OR IGNORE schedules SET pipeline = ?2 WHERE pipeline = ?1",
    ] {
        // Some name only one of the two.
        let mut statement = work.prepare(sql)?;
        statement.execute(names)?;
    }
    for table in ["due", "not_run", "schedules"] {
        work.execute(&format!("DELETE FROM {table} WHERE pipeline = ?1"), [known])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;
    use crate::run::ledger::{NewRun, Take};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn two_names_become_one_and_nothing_that_was_done_is_open_again() {
        let ledger = Ledger::in_memory().unwrap();
        let slots = ["2026-01-20T05:00:00Z", "2026-04-20T04:00:00Z", "2026-07-20T04:00:00Z"].map(at);
        for (name, done) in [("./p.toml", &slots[..2]), ("p.toml", &slots[2..])] {
            ledger.watch(name, "plan", at("2026-01-01T00:00:00Z")).unwrap();
            ledger
                .begin_run(
                    &NewRun { pipeline: name, period: None, as_of: slots[0], trial: false, version: "0", limits: None },
                    slots[0],
                )
                .unwrap();
            for slot in slots.iter().filter(|slot| name == "p.toml" || done.contains(slot)) {
                let take = Take { slot: *slot, as_of: *slot, passed: Vec::new(), gives_up: None };
                ledger.claim(name, &take, "1", *slot).unwrap();
                if done.contains(slot) {
                    ledger.slot_done(name, *slot, *slot).unwrap();
                }
            }
        }
        ledger.begin_trouble("run-failed", "./p.toml", "{}", slots[0]).unwrap();
        assert!(ledger.unfinished("p.toml").unwrap().is_some());
        for _ in 0..2 {
            ledger.rename_pipeline("./p.toml", "p.toml").unwrap();
            assert_eq!(ledger.pipelines().unwrap(), ["p.toml"]);
            let claims: Vec<_> =
                ledger.claims("p.toml").unwrap().into_iter().map(|(slot, done, _)| (slot, done)).collect();
            assert_eq!(claims, slots.map(|slot| (slot, true)));
            assert_eq!(ledger.known_watch("p.toml").unwrap().unwrap().upto, slots[2]);
            assert_eq!(ledger.troubles().unwrap()[0].key, "p.toml");
            assert_eq!(ledger.unfinished_runs().unwrap().len(), 1, "of one pipeline, one run");
        }
        ledger.rename_pipeline("p.toml", "q.toml").unwrap();
        assert_eq!(ledger.pipelines().unwrap(), ["q.toml"]);
        assert_eq!(ledger.known_watch("q.toml").unwrap().unwrap().upto, slots[2]);
    }
}

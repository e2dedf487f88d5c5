//! Runs whose process died in the middle of them.

use chrono::{DateTime, Utc};
use rusqlite::params;

use super::{Ledger, LedgerError, failed, written};

/// What is told of a run whose process died.
const INTERRUPTED: &str = "the process ended in the middle of the run; the next run takes up what it left";

impl Ledger {
    /// Ends the runs whose process died in the middle of them; gives how many. Only for whoever holds the data folder's
    /// lock: nobody else is in the middle of one, but for trials, which need no lock.
    pub(crate) fn end_interrupted(&self, now: DateTime<Utc>) -> Result<usize, LedgerError> {
        let work = self.db.unchecked_transaction().map_err(failed("end interrupted runs"))?;
        let ended = work
            .execute(
                "UPDATE steps SET ended = ?1
                 WHERE ended IS NULL AND run IN (SELECT id FROM runs WHERE ended IS NULL AND trial = 0)",
                [written(now)],
            )
            .and_then(|_| {
                work.execute(
                    "UPDATE runs SET ended = ?1, outcome = 'failed', summary = ?2 WHERE ended IS NULL AND trial = 0",
                    params![written(now), INTERRUPTED],
                )
            })
            .map_err(failed("end interrupted runs"))?;
        work.commit().map_err(failed("end interrupted runs"))?;
        Ok(ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::ledger::{NewRun, Outcome};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn new_run() -> NewRun<'static> {
        NewRun { pipeline: "a", period: None, as_of: at("2026-10-20T04:00:00Z"), trial: false, version: "0" }
    }

    #[test]
    fn a_run_whose_process_died_is_ended_by_the_next_and_others_are_left_alone() {
        let ledger = Ledger::in_memory().unwrap();
        let done = ledger.begin_run(&new_run(), at("2026-10-20T04:00:01Z")).unwrap();
        ledger.end_run(done, Outcome::Done, "{}", at("2026-10-20T04:00:02Z")).unwrap();
        let dead = ledger.begin_run(&new_run(), at("2026-10-20T04:00:03Z")).unwrap();
        ledger.step(dead, "collect", at("2026-10-20T04:00:04Z")).unwrap();
        let now = at("2026-10-20T05:00:00Z");
        assert_eq!(ledger.end_interrupted(now).unwrap(), 1);
        let told = ledger.run(dead).unwrap().unwrap();
        assert_eq!(
            (told.outcome, told.ended, told.summary.as_deref()),
            (Some(Outcome::Failed), Some(now), Some(INTERRUPTED))
        );
        assert_eq!(ledger.steps(dead).unwrap()[0].ended, Some(now));
        assert_eq!(ledger.run(done).unwrap().unwrap().outcome, Some(Outcome::Done));
        assert_eq!(ledger.end_interrupted(now).unwrap(), 0);
    }
}

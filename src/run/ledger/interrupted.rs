//! Runs that were not done: their process died in the middle of them, or they failed.

use chrono::{DateTime, Utc};
use rusqlite::params;

use super::limits::is_whole;
use super::runs::{RUN, read_run};
use super::{Ledger, LedgerError, Run, failed, written};

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

    /// The runs that failed or whose process died, but for trials: asked while nobody else works, oldest first. One that a
    /// newer one has taken the place of is not made up for: see [`Ledger::runs_left`]. Nor is one from before a backup that
    /// was restored: see [`Ledger::doubtful_runs`].
    pub(crate) fn unfinished_runs(&self) -> Result<Vec<Run>, LedgerError> {
        self.runs_left("id > COALESCE((SELECT MAX(newest) FROM copies WHERE settled = 1), 0)")
    }

    /// The runs of this pipeline that are left, oldest first.
    pub(crate) fn left_of(&self, pipeline: &str) -> Result<Vec<Run>, LedgerError> {
        let left = self.runs_left("TRUE")?;
        Ok(left.into_iter().filter(|run| run.pipeline == pipeline).collect())
    }

    /// The runs that are no trials, are not done, and for which `which` holds. A newer one of the pipeline takes the place of
    /// an older if it was limited alike, or if it was for everybody and about the same period: it says the same and more.
    pub(super) fn runs_left(&self, which: &str) -> Result<Vec<Run>, LedgerError> {
        let read = || -> rusqlite::Result<_> {
            self.db
                .prepare(&format!(
                    "SELECT {RUN} FROM runs AS ours WHERE trial = 0 AND outcome IS NOT 'done' AND {which} AND NOT EXISTS (
                         SELECT 1 FROM runs AS later
                         WHERE later.pipeline = ours.pipeline AND later.trial = 0 AND later.id > ours.id
                         AND (later.limits IS ours.limits OR {} AND CASE
                             WHEN later.limits ->> 'period' IS NOT NULL
                             THEN later.limits ->> 'period' = COALESCE(ours.limits ->> 'period', ours.period)
                             ELSE ours.limits ->> 'period' IS NULL OR later.period = ours.limits ->> 'period' END))
                     ORDER BY id",
                    is_whole("later")
                ))?
                .query_map([], read_run)?
                .collect()
        };
        read().map_err(failed("read the runs"))
    }

    /// A run was made up for by hand: if it was a scheduled one, its slot is done.
    pub(crate) fn made_up_for(&self, run: &Run, now: DateTime<Utc>) -> Result<(), LedgerError> {
        self.db
            .execute(
                "UPDATE due SET done = ?3, error = NULL, given_up = NULL, given_up_at = NULL
                 WHERE pipeline = ?1 AND COALESCE(as_of, claimed) = ?2 AND done IS NULL",
                params![run.pipeline, written(run.as_of), written(now)],
            )
            .map(drop)
            .map_err(failed("finish a slot"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::period::Period;
    use crate::run::ledger::{Limits, NewRun, Outcome, Past};
    use crate::run::order::Resend;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn new_run() -> NewRun<'static> {
        NewRun {
            pipeline: "a",
            period: None,
            as_of: at("2026-10-20T04:00:00Z"),
            trial: false,
            version: "0",
            limits: None,
        }
    }

    #[test]
    fn only_a_run_that_says_the_same_and_more_takes_the_place_of_an_older() {
        let ledger = Ledger::in_memory().unwrap();
        let [now, quarter, other] = ["2026-10-20T04:00:01Z", "2026-Q3", "2026-Q2"];
        let (now, quarter, other): (_, Period, Period) = (at(now), quarter.parse().unwrap(), other.parse().unwrap());
        let run = |limits: &Limits, reported: Period, outcome| {
            let run = ledger.begin_run(&NewRun { limits: Some(limits), ..new_run() }, now).unwrap();
            ledger.set_period(run, reported).unwrap();
            ledger.end_run(run, outcome, "", now).unwrap();
            run
        };
        let left = || -> Vec<i64> { ledger.left_of("a").unwrap().iter().map(|run| run.id).collect() };
        let (all, few) = (Limits::default(), Limits { only: vec!["x".to_owned()], ..Limits::default() });
        let of = |period| Limits { period: Some(period), ..Limits::default() };
        let resend = Limits { resend: Some(Resend::To("a@example.org".to_owned())), ..Limits::default() };

        let whole = run(&all, quarter, Outcome::Failed);
        for limits in [&few, &resend, &of(other)] {
            run(limits, limits.period.unwrap_or(quarter), Outcome::Done);
            assert_eq!(left(), [whole], "{limits:?}");
            assert!(!ledger.is_settled("a", Past::Ended(now), quarter).unwrap(), "{limits:?}");
        }
        let some = run(&few, quarter, Outcome::Failed);
        assert_eq!(left(), [whole, some]);
        assert_eq!(ledger.run(some).unwrap().unwrap().limits, Some(few.clone()), "as it was written");
        run(&few, quarter, Outcome::Done);
        assert_eq!(left(), [whole]);
        run(&few, quarter, Outcome::Failed);
        run(&of(quarter), quarter, Outcome::Done);
        assert_eq!(left(), Vec::<i64>::new(), "for everybody, and of the period");
        assert!(
            ledger.is_settled("a", Past::Ended(now), quarter).unwrap()
                && !ledger.is_settled("a", Past::Ended(now), other.previous()).unwrap()
        );
        let older = run(&of(other), other, Outcome::Failed);
        run(&all, quarter, Outcome::Done);
        assert_eq!(left(), [older], "the latest period says nothing of an older one");
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

//! Runs with their steps and editions, and the submissions they saw.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, named_params, params};
use serde::Serialize;

use super::{Ledger, LedgerError, Limits, failed, instant, instant_or_none, misread, written};
use crate::model::period::Period;
use crate::model::submission::Submission;

/// What is known when a run begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewRun<'a> {
    pub(crate) pipeline: &'a str,
    /// None until the run has found out which period it reports; [`Ledger::set_period`] adds it.
    pub(crate) period: Option<Period>,
    /// The run's clock, which `--as-of` may set.
    pub(crate) as_of: DateTime<Utc>,
    /// A trial never counts as published.
    pub(crate) trial: bool,
    /// The program's version.
    pub(crate) version: &'a str,
    /// None: not known, as with a run of an older version.
    pub(crate) limits: Option<&'a Limits>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    Done,
    Failed,
    /// Somebody stopped it between two steps; it is taken up again.
    Interrupted,
}

impl Outcome {
    /// In the ledger, a run with an end and without a name was interrupted.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Outcome::Done => Some("done"),
            Outcome::Failed => Some("failed"),
            Outcome::Interrupted => None,
        }
    }

    fn of(name: Option<&str>, ended: bool) -> Option<Outcome> {
        match name {
            Some("done") => Some(Outcome::Done),
            Some(_) => Some(Outcome::Failed),
            None => ended.then_some(Outcome::Interrupted),
        }
    }
}

/// One run as the ledger remembers it. `ended` none: it is running, or the process died.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Run {
    pub(crate) id: i64,
    pub(crate) pipeline: String,
    pub(crate) period: Option<Period>,
    pub(crate) as_of: DateTime<Utc>,
    pub(crate) trial: bool,
    pub(crate) version: String,
    pub(crate) started: DateTime<Utc>,
    pub(crate) ended: Option<DateTime<Utc>>,
    pub(crate) outcome: Option<Outcome>,
    /// JSON, or the error.
    pub(crate) summary: Option<String>,
    /// None: an older version began it.
    pub(crate) limits: Option<Limits>,
}

#[cfg(test)]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Step {
    pub(crate) name: String,
    pub(crate) started: DateTime<Utc>,
    pub(crate) ended: Option<DateTime<Utc>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SubmissionState {
    Accepted,
    Rejected,
}

pub(super) const RUN: &str = "id, pipeline, period, as_of, trial, version, started, ended, outcome, summary, limits";

impl Ledger {
    /// Writes that a run begins at `now`; gives its number.
    pub(crate) fn begin_run(&self, run: &NewRun<'_>, now: DateTime<Utc>) -> Result<i64, LedgerError> {
        self.db
            .execute(
                "INSERT INTO runs (pipeline, period, as_of, trial, version, started, limits)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    run.pipeline,
                    run.period.map(|period| period.to_string()),
                    written(run.as_of),
                    run.trial,
                    run.version,
                    written(now),
                    run.limits.map(Limits::json),
                ],
            )
            .map_err(failed("begin a run"))?;
        Ok(self.db.last_insert_rowid())
    }

    pub(crate) fn set_period(&self, run: i64, period: Period) -> Result<(), LedgerError> {
        self.db
            .execute("UPDATE runs SET period = ?2 WHERE id = ?1", params![run, period.to_string()])
            .map(drop)
            .map_err(failed("write the period"))
    }

    /// The step before ends, this one begins.
    pub(crate) fn step(&self, run: i64, name: &str, now: DateTime<Utc>) -> Result<(), LedgerError> {
        let work = self.db.unchecked_transaction().map_err(failed("begin a step"))?;
        work.execute("UPDATE steps SET ended = ?2 WHERE run = ?1 AND ended IS NULL", params![run, written(now)])
            .and_then(|_| {
                work.execute(
                    "INSERT INTO steps (run, number, name, started)
                     SELECT ?1, COALESCE(MAX(number), 0) + 1, ?2, ?3 FROM steps WHERE run = ?1",
                    params![run, name, written(now)],
                )
            })
            .map_err(failed("begin a step"))?;
        work.commit().map_err(failed("begin a step"))
    }

    #[cfg(test)]
    /// The steps of a run, in order.
    pub(crate) fn steps(&self, run: i64) -> Result<Vec<Step>, LedgerError> {
        let step =
            |row: &Row<'_>| Ok(Step { name: row.get(0)?, started: instant(row, 1)?, ended: instant_or_none(row, 2)? });
        let read = || -> rusqlite::Result<_> {
            self.db
                .prepare("SELECT name, started, ended FROM steps WHERE run = ?1 ORDER BY number")?
                .query_map([run], step)?
                .collect()
        };
        read().map_err(failed("read the steps"))
    }

    pub(crate) fn end_run(
        &self,
        run: i64,
        outcome: Outcome,
        summary: &str,
        now: DateTime<Utc>,
    ) -> Result<(), LedgerError> {
        let work = self.db.unchecked_transaction().map_err(failed("end a run"))?;
        work.execute("UPDATE steps SET ended = ?2 WHERE run = ?1 AND ended IS NULL", params![run, written(now)])
            .and_then(|_| {
                work.execute(
                    "UPDATE runs SET ended = ?2, outcome = ?3, summary = ?4 WHERE id = ?1",
                    params![run, written(now), outcome.name(), summary],
                )
            })
            .map_err(failed("end a run"))?;
        work.commit().map_err(failed("end a run"))
    }

    #[cfg(test)]
    pub(crate) fn run(&self, id: i64) -> Result<Option<Run>, LedgerError> {
        self.db
            .query_row(&format!("SELECT {RUN} FROM runs WHERE id = ?1"), [id], read_run)
            .optional()
            .map_err(failed("read a run"))
    }

    /// The newest `count` runs, newest first.
    pub(crate) fn last_runs(&self, count: u32) -> Result<Vec<Run>, LedgerError> {
        let read = || -> rusqlite::Result<_> {
            self.db
                .prepare(&format!("SELECT {RUN} FROM runs ORDER BY id DESC LIMIT ?1"))?
                .query_map([count], read_run)?
                .collect()
        };
        read().map_err(failed("read the runs"))
    }

    /// Remembers which workbook an audience got in this run; the last word counts.
    pub(crate) fn record_edition(&self, run: i64, audience: &str, path: &str, sha256: &str) -> Result<(), LedgerError> {
        self.db
            .execute(
                "INSERT INTO editions (run, audience, path, sha256) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (run, audience) DO UPDATE SET path = excluded.path, sha256 = excluded.sha256",
                params![run, audience, path, sha256],
            )
            .map(drop)
            .map_err(failed("write an edition"))
    }

    /// Every file that was ever recorded, in order of arrival, then name.
    pub(crate) fn submissions(&self) -> Result<Vec<Submission>, LedgerError> {
        let read = |row: &Row<'_>| -> rusqlite::Result<Submission> {
            Ok(Submission { sha256: row.get(0)?, file: row.get(1)?, from: row.get(2)?, arrived: instant(row, 3)? })
        };
        let all = || -> rusqlite::Result<_> {
            self.db
                .prepare("SELECT sha256, file, origin, arrived FROM submissions ORDER BY arrived, file")?
                .query_map([], read)?
                .collect()
        };
        all().map_err(failed("read the submissions"))
    }

    /// Remembers a file and what was understood of it. The first arrival stays; the understanding may change with
    /// the configuration. True if this file was not known under this name.
    pub(crate) fn record_submission(
        &self,
        submission: &Submission,
        size: u64,
        body: Option<&str>,
        period: Option<Period>,
        state: SubmissionState,
    ) -> Result<bool, LedgerError> {
        let work = self.db.unchecked_transaction().map_err(failed("write a submission"))?;
        let write = || -> rusqlite::Result<bool> {
            let known = work
                .query_row(
                    "SELECT 1 FROM submissions WHERE sha256 = ?1 AND file = ?2",
                    [&submission.sha256, &submission.file],
                    |_| Ok(()),
                )
                .optional()?;
            work.execute(
                "INSERT INTO submissions (sha256, file, origin, arrived, size, body, period, state)
                 VALUES (:sha256, :file, :origin, :arrived, :size, :body, :period, :state)
                 ON CONFLICT (sha256, file)
                 DO UPDATE SET body = excluded.body, period = excluded.period, state = excluded.state",
                named_params! {
                    ":sha256": submission.sha256,
                    ":file": submission.file,
                    ":origin": submission.from,
                    ":arrived": written(submission.arrived),
                    ":size": i64::try_from(size).unwrap_or(i64::MAX),
                    ":body": body,
                    ":period": period.map(|period| period.to_string()),
                    ":state": match state {
                        SubmissionState::Accepted => "accepted",
                        SubmissionState::Rejected => "rejected",
                    },
                },
            )?;
            Ok(known.is_none())
        };
        let new = write().map_err(failed("write a submission"))?;
        work.commit().map_err(failed("write a submission"))?;
        Ok(new)
    }
}

pub(super) fn read_run(row: &Row<'_>) -> rusqlite::Result<Run> {
    let period: Option<String> = row.get(2)?;
    let (ended, outcome): (_, Option<String>) = (instant_or_none(row, 7)?, row.get(8)?);
    let limits: Option<String> = row.get(10)?;
    // One that cannot be read is not taken for none: everybody would get mail.
    let limits = limits.map(|json| serde_json::from_str(&json).map_err(|error| misread(10, error))).transpose()?;
    Ok(Run {
        id: row.get(0)?,
        pipeline: row.get(1)?,
        // Written by `Period` itself; what cannot be read any more is shown as unknown rather than hiding the run.
        period: period.and_then(|text| text.parse().ok()),
        as_of: instant(row, 3)?,
        trial: row.get(4)?,
        version: row.get(5)?,
        started: instant(row, 6)?,
        ended,
        outcome: Outcome::of(outcome.as_deref(), ended.is_some()),
        summary: row.get(9)?,
        limits,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::ledger::Take;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn new_run() -> NewRun<'static> {
        NewRun {
            pipeline: "pipelines/a.toml",
            period: None,
            as_of: at("2026-10-20T04:00:00Z"),
            trial: false,
            version: "0.1.0",
            limits: None,
        }
    }

    #[test]
    fn a_run_is_remembered_with_its_steps() {
        let ledger = Ledger::in_memory().unwrap();
        let run = ledger.begin_run(&new_run(), at("2026-10-20T04:00:01Z")).unwrap();
        ledger.set_period(run, "2026-Q3".parse().unwrap()).unwrap();
        ledger.step(run, "collect", at("2026-10-20T04:00:02Z")).unwrap();
        ledger.step(run, "read", at("2026-10-20T04:00:03Z")).unwrap();
        assert_eq!(ledger.run(run).unwrap().unwrap().ended, None, "still running");
        ledger.end_run(run, Outcome::Done, "{}", at("2026-10-20T04:00:09Z")).unwrap();
        let told = ledger.run(run).unwrap().unwrap();
        assert_eq!((told.outcome, told.period), (Some(Outcome::Done), "2026-Q3".parse().ok()));
        let step =
            |name: &str, started, ended| Step { name: name.to_owned(), started: at(started), ended: Some(at(ended)) };
        assert_eq!(
            ledger.steps(run).unwrap(),
            [
                step("collect", "2026-10-20T04:00:02Z", "2026-10-20T04:00:03Z"),
                step("read", "2026-10-20T04:00:03Z", "2026-10-20T04:00:09Z"),
            ]
        );
        let second = ledger.begin_run(&new_run(), at("2026-10-21T04:00:00Z")).unwrap();
        let newest: Vec<i64> = ledger.last_runs(1).unwrap().iter().map(|run| run.id).collect();
        assert_eq!(newest, [second]);
    }

    #[test]
    fn what_is_unfinished_is_the_newest_of_each_pipeline_and_no_trial() {
        let ledger = Ledger::in_memory().unwrap();
        let now = at("2026-10-20T04:00:01Z");
        let begin = |pipeline, trial| ledger.begin_run(&NewRun { pipeline, trial, ..new_run() }, now).unwrap();
        let left = || -> Vec<i64> { ledger.unfinished_runs().unwrap().iter().map(|run| run.id).collect() };
        let [first, died] = [(); 2].map(|()| begin("a", false));
        ledger.end_run(first, Outcome::Failed, "the disk is full", now).unwrap();
        assert_eq!(left(), [died]);
        begin("a", true);
        assert_eq!(left(), [died], "a trial is nobody's business");
        let other = begin("b", false);
        ledger.end_run(other, Outcome::Failed, "no", now).unwrap();
        assert_eq!(left(), [died, other]);
        ledger.end_run(died, Outcome::Done, "{}", now).unwrap();
        assert_eq!(left(), [other]);
    }

    #[test]
    fn a_scheduled_run_that_was_made_up_for_is_not_run_again() {
        let ledger = Ledger::in_memory().unwrap();
        let (slot, claimed) = (at("2026-10-20T04:00:00Z"), at("2026-10-20T04:00:03.5Z"));
        let take = Take { slot, as_of: claimed, passed: Vec::new(), gives_up: None };
        assert!(ledger.claim("a", &take, "1", claimed).unwrap());
        let id = ledger.begin_run(&NewRun { pipeline: "a", as_of: claimed, ..new_run() }, claimed).unwrap();
        let run = ledger.run(id).unwrap().unwrap();
        assert!(ledger.unfinished("a").unwrap().is_some());
        ledger.made_up_for(&Run { pipeline: "b".to_owned(), ..run.clone() }, claimed).unwrap();
        assert!(ledger.unfinished("a").unwrap().is_some(), "another pipeline's");
        ledger.made_up_for(&run, claimed).unwrap();
        assert_eq!(ledger.unfinished("a").unwrap(), None);
    }

    #[test]
    fn an_edition_of_a_run_that_never_was_is_refused() {
        let ledger = Ledger::in_memory().unwrap();
        assert!(ledger.record_edition(7, "district", "a.xlsx", "00").is_err(), "foreign keys hold");
    }

    #[test]
    fn a_file_is_new_once_and_its_understanding_may_change() {
        let ledger = Ledger::in_memory().unwrap();
        let file = Submission {
            sha256: "ab".to_owned(),
            file: "in/a.xlsx".to_owned(),
            from: None,
            arrived: at("2026-10-02T08:00:00Z"),
        };
        assert!(ledger.record_submission(&file, 10, None, None, SubmissionState::Rejected).unwrap());
        let later = Submission { arrived: at("2027-01-01T00:00:00Z"), ..file };
        let period = "2026-Q3".parse().ok();
        assert!(!ledger.record_submission(&later, 10, Some("05958004"), period, SubmissionState::Accepted).unwrap());
        let told: (String, String, String) = ledger
            .db
            .query_row("SELECT arrived, state, body FROM submissions", [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .unwrap();
        assert_eq!(told, ("2026-10-02T08:00:00.000Z".to_owned(), "accepted".to_owned(), "05958004".to_owned()));
    }
}

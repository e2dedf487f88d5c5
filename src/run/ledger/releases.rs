//! Releases: what a run was going to publish, figure by figure and finding by finding, written in one transaction
//! before any of it leaves the house.
//!
//! Each distinct statement is stored once (a figure with what was said of it), each distinct content once, as ranges
//! of statements: a run that says the same as an earlier one costs a line, one that adds a quarter costs that quarter.
//! Ids are never used again, so that statements may be deleted (retention) without ranges meaning others.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, named_params, params};
use serde::{Deserialize, Serialize};

use super::{Ledger, LedgerError, failed, written};
use crate::base::files::sha256;
use crate::model::period::Period;

/// What a statement is about (the figure's key; the submission's SHA-256), and what is said of it (JSON).
pub(crate) type Statement = (String, String);

/// What a run is about to publish.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewRelease<'a> {
    pub(crate) run: i64,
    pub(crate) period: Period,
    /// SHA-256 of everything that is shown.
    pub(crate) fingerprint: &'a str,
    pub(crate) figures: &'a [Statement],
    pub(crate) findings: &'a [Statement],
}

/// A release that left the house.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Published {
    pub(crate) run: i64,
    pub(crate) period: String,
    pub(crate) fingerprint: String,
}

#[derive(Clone, Copy)]
enum Kind {
    Figures,
    Findings,
}

impl Kind {
    /// Its table, and the column that says what a statement is about.
    fn table(self) -> (&'static str, &'static str) {
        match self {
            Kind::Figures => ("figures", "figure"),
            Kind::Findings => ("findings", "submission"),
        }
    }
}

impl Ledger {
    /// Writes all of it, or nothing.
    pub(crate) fn record_release(&self, release: &NewRelease<'_>, now: DateTime<Utc>) -> Result<(), LedgerError> {
        let work = self.db.unchecked_transaction().map_err(failed("write a release"))?;
        let write = || -> rusqlite::Result<()> {
            let figures = remember(&work, Kind::Figures, release.figures)?;
            let findings = remember(&work, Kind::Findings, release.findings)?;
            work.execute(
                "INSERT INTO releases (run, period, fingerprint, figures, findings, released)
                 VALUES (:run, :period, :fingerprint, :figures, :findings, :released)",
                named_params! {
                    ":run": release.run,
                    ":period": release.period.to_string(),
                    ":fingerprint": release.fingerprint,
                    ":figures": figures,
                    ":findings": findings,
                    ":released": written(now),
                },
            )?;
            Ok(())
        };
        write().map_err(failed("write a release"))?;
        work.commit().map_err(failed("write a release"))
    }

    /// The last release of the pipeline before this run that was finished, or of which any mail went out.
    pub(crate) fn published_before(&self, run: i64, pipeline: &str) -> Result<Option<Published>, LedgerError> {
        self.db
            .query_row(
                "SELECT releases.run, releases.period, releases.fingerprint FROM releases
                 JOIN runs ON runs.id = releases.run
                 WHERE runs.pipeline = ?1 AND releases.run < ?2 AND (runs.outcome = 'done' OR EXISTS (
                     SELECT 1 FROM deliveries WHERE deliveries.run = releases.run
                     AND deliveries.state IN ('sending', 'sent', 'written', 'unknown')))
                 ORDER BY releases.run DESC LIMIT 1",
                params![pipeline, run],
                |row| Ok(Published { run: row.get(0)?, period: row.get(1)?, fingerprint: row.get(2)? }),
            )
            .optional()
            .map_err(failed("read what was published"))
    }

    /// What each run said of a figure, newest first: the run, the instant, and the JSON.
    pub(crate) fn said_of(&self, figure: &str) -> Result<Vec<(i64, String, String)>, LedgerError> {
        let read = || -> rusqlite::Result<_> {
            self.db
                .prepare("SELECT run, released, said FROM published WHERE figure = ?1 ORDER BY run DESC")?
                .query_map([figure], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
                .collect()
        };
        read().map_err(failed("read what was published"))
    }
}

/// The number of this content, which is written unless it is known.
fn remember(work: &Connection, kind: Kind, statements: &[Statement]) -> rusqlite::Result<i64> {
    let (table, subject) = kind.table();
    let whole: String = statements.iter().map(|(about, said)| format!("{about}\t{said}\n")).collect();
    let digest = sha256(whole.as_bytes());
    let known = work
        .query_row("SELECT id FROM contents WHERE kind = ?1 AND sha256 = ?2", [table, &digest], |row| row.get(0))
        .optional()?;
    if let Some(content) = known {
        return Ok(content);
    }
    work.execute("INSERT INTO contents (kind, sha256) VALUES (?1, ?2)", [table, &digest])?;
    let content = work.last_insert_rowid();
    let mut find = work.prepare(&format!("SELECT id FROM {table} WHERE {subject} = ?1 AND said = ?2"))?;
    let mut add = work.prepare(&format!("INSERT INTO {table} ({subject}, said) VALUES (?1, ?2)"))?;
    let mut ids = Vec::with_capacity(statements.len());
    for (about, said) in statements {
        let known: Option<i64> = find.query_row([about, said], |row| row.get(0)).optional()?;
        ids.push(match known {
            Some(id) => id,
            None => add.insert([about, said])?,
        });
    }
    ids.sort_unstable();
    ids.dedup();
    let mut range = work.prepare("INSERT INTO ranges (content, first, last) VALUES (?1, ?2, ?3)")?;
    for run in ids.chunk_by(|a, b| a + 1 == *b) {
        if let [first, ..] = run {
            range.execute(params![content, first, run[run.len() - 1]])?;
        }
    }
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::ledger::{NewDelivery, NewRun, Original, Outcome};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn run(ledger: &Ledger) -> i64 {
        let now = at("2026-10-20T04:00:00Z");
        ledger
            .begin_run(
                &NewRun { pipeline: "a", period: None, as_of: now, trial: false, version: "0", limits: None },
                now,
            )
            .unwrap()
    }

    fn figures(values: &[(&str, u32)]) -> Vec<Statement> {
        values.iter().map(|(figure, value)| ((*figure).to_owned(), format!("{{\"value\":{value}}}"))).collect()
    }

    fn release(ledger: &Ledger, run: i64, figures: &[Statement]) {
        let findings = [("ab".to_owned(), "{\"code\":\"column_missing\"}".to_owned())];
        let release = NewRelease {
            run,
            period: "2026-Q3".parse().unwrap(),
            fingerprint: &format!("print {run}"),
            figures,
            findings: &findings,
        };
        ledger.record_release(&release, at("2026-10-20T04:00:05Z")).unwrap();
    }

    fn all(ledger: &Ledger, run: i64) -> Vec<(String, String)> {
        let sql = "SELECT figure, said FROM published WHERE run = ?1 ORDER BY figure";
        let mut read = ledger.db.prepare(sql).unwrap();
        read.query_map([run], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
    }

    fn count(ledger: &Ledger, table: &str) -> i64 {
        ledger.db.query_row(&format!("SELECT COUNT(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn each_release_is_found_again_whole_and_each_statement_stored_once() {
        let ledger = Ledger::in_memory().unwrap();
        let contents = [
            figures(&[("a", 1), ("b", 2), ("c", 3)]),
            figures(&[("a", 1), ("b", 2), ("c", 3)]),
            figures(&[("a", 1), ("b", 20), ("c", 3), ("d", 4)]),
            figures(&[("b", 2)]),
            figures(&[]),
        ];
        for (index, content) in contents.iter().enumerate() {
            let id = run(&ledger);
            release(&ledger, id, content);
            for (earlier, content) in contents.iter().enumerate().take(index + 1) {
                assert_eq!(all(&ledger, earlier as i64 + 1), *content, "after release {id}");
            }
        }
        assert_eq!((count(&ledger, "figures"), count(&ledger, "findings")), (5, 1));
        let told: Vec<(i64, String)> =
            ledger.said_of("b").unwrap().into_iter().map(|(run, _, said)| (run, said)).collect();
        let said = |run, value| (run, format!("{{\"value\":{value}}}"));
        assert_eq!(told, [said(4, 2), said(3, 20), said(2, 2), said(1, 2)]);
    }

    #[test]
    fn published_is_what_was_finished_or_went_out() {
        let ledger = Ledger::in_memory().unwrap();
        let now = at("2026-10-20T04:00:06Z");
        let [first, second, third] = [(); 3].map(|()| run(&ledger));
        for run in [first, second] {
            release(&ledger, run, &figures(&[("a", 1)]));
        }
        assert_eq!(ledger.published_before(third, "a").unwrap(), None, "neither is finished, nothing went out");
        ledger.end_run(first, Outcome::Done, "{}", now).unwrap();
        ledger.end_run(second, Outcome::Failed, "the disk is full", now).unwrap();
        assert_eq!(ledger.published_before(third, "a").unwrap().map(|before| before.run), Some(first));
        assert_eq!(ledger.published_before(third, "b").unwrap(), None, "another pipeline");
        ledger
            .db
            .execute(
                "INSERT INTO deliveries (run, edition, audience, sender, recipient, message_id, state, created, updated)
                 VALUES (?1, 'e', 'x', 's', 'r', 'id', 'sent', '', '')",
                [second],
            )
            .unwrap();
        assert_eq!(ledger.published_before(third, "a").unwrap().map(|before| before.run), Some(second));
    }

    #[test]
    fn with_an_original_its_findings_are_forgotten_and_the_figures_stay() {
        let ledger = Ledger::in_memory().unwrap();
        let id = run(&ledger);
        release(&ledger, id, &figures(&[("a", 1)]));
        let now = at("2037-01-02T04:00:00Z");
        let original = Original { sha256: "ab".to_owned(), size: 1, arrived: now, body: None, period: None };
        ledger.forget(&[original], "originals_years = 10", now).unwrap();
        assert_eq!((count(&ledger, "findings"), count(&ledger, "figures")), (0, 1));
        release(&ledger, run(&ledger), &figures(&[("a", 1)]));
    }

    #[test]
    fn statements_that_were_deleted_never_become_others() {
        let ledger = Ledger::in_memory().unwrap();
        let first = run(&ledger);
        release(&ledger, first, &figures(&[("a", 1), ("b", 2)]));
        ledger.db.execute("DELETE FROM figures WHERE figure = 'b'", []).unwrap();
        let second = run(&ledger);
        release(&ledger, second, &figures(&[("c", 3)]));
        assert_eq!(all(&ledger, first), figures(&[("a", 1)]));
    }

    #[test]
    fn mail_of_an_older_version_is_known_by_the_figures_and_findings_of_its_release() {
        let ledger = Ledger::in_memory().unwrap();
        let now = at("2026-10-20T04:00:00Z");
        let (old, same, other) = (run(&ledger), run(&ledger), run(&ledger));
        for (run, value) in [(old, 1), (same, 1), (other, 2)] {
            release(&ledger, run, &figures(&[("a", value)]));
        }
        let mail = NewDelivery {
            run: Some(old),
            edition: "",
            audience: "x",
            sender: "k@example.org",
            recipient: "a@example.org",
            message_id: "<1@example.org>",
            content: None,
            message: b"m",
        };
        ledger.queue_delivery(&mail, now).unwrap();
        let said = |run, audience| {
            let said = ledger.said(run, "new", (audience, &format!("print {run}")), "a@example.org").unwrap();
            said.len()
        };
        assert_eq!((said(same, "x"), said(other, "x"), said(same, "y")), (1, 0, 0));
    }
}

//! What the manifest says of checking: control totals of every file, how the rules fared, how complete each table is.
//!
//! In: facts and the release. Out: plain data; what came in is what went out and what was left out, each with its reason, file by
//! file. Sheet by sheet `kim inspect --json` says it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::base::frame::{PolarsError, texts};
use crate::model::books::{Balance, FileBooks, Reason};
use crate::model::facts::Facts;
use crate::model::figure::{Completeness, Release};
use crate::model::period::Period;
use crate::model::rule::Tally;
use crate::model::submission::Submission;

#[derive(Debug, Serialize)]
pub(crate) struct Checked<'a> {
    /// Of all files together.
    total: Balance,
    files: Vec<File>,
    rules: &'a [Tally],
    completeness: &'a [Completeness],
    #[serde(skip)]
    period: Period,
}

#[derive(Debug, Serialize)]
struct File {
    file: String,
    submission: String,
    #[serde(flatten)]
    balance: Balance,
}

impl<'a> Checked<'a> {
    pub(crate) fn of(
        facts: &Facts,
        release: &'a Release,
        submissions: &[Submission],
    ) -> Result<Checked<'a>, PolarsError> {
        let counting = counting(facts, submissions)?;
        let mut seen = BTreeSet::new();
        let mut total = Balance::default();
        let mut files = Vec::new();
        for books in &facts.books {
            let again = !seen.insert(books.submission.as_str());
            let file = file(books, again, &counting);
            debug_assert!(file.balance.balances(), "{file:?}");
            total.add(&file.balance);
            files.push(file);
        }
        let shown = release.shown();
        Ok(Checked { total, files, rules: &shown.tallies, completeness: &shown.completeness, period: shown.period })
    }

    pub(crate) fn period(&self) -> Period {
        self.period
    }
}

/// `again`: the same bytes came before, and those count.
fn file(books: &FileBooks, again: bool, counting: &BTreeSet<(&str, &str)>) -> File {
    let mut balance = Balance::default();
    books.sheets.iter().for_each(|sheet| balance.add(&sheet.balance));
    balance.leave_out(|table| !books.taken.contains(table), Reason::RejectedFile);
    let counts = |table: &str| !again && counting.contains(&(books.submission.as_str(), table));
    balance.leave_out(|table| !counts(table), Reason::Superseded);
    File { file: books.file.clone(), submission: books.submission.clone(), balance }
}

/// Submission and table of the answers that count: those that arrived last for a body, period and table.
fn counting<'f>(facts: &'f Facts, submissions: &[Submission]) -> Result<BTreeSet<(&'f str, &'f str)>, PolarsError> {
    let arrived: BTreeMap<&str, DateTime<Utc>> =
        submissions.iter().rev().map(|submission| (submission.sha256.as_str(), submission.arrived)).collect();
    let column = |name| texts(&facts.answers, name);
    let (ids, bodies, periods, tables) = (column("submission")?, column("ags")?, column("period")?, column("table")?);
    let mut last: BTreeMap<[Option<&str>; 3], (DateTime<Utc>, &str)> = BTreeMap::new();
    for row in 0..facts.answers.height() {
        let Some(id) = ids[row] else { continue };
        let when = (arrived.get(id).copied().unwrap_or_default(), id);
        let known = last.entry([bodies[row], periods[row], tables[row]]).or_insert(when);
        *known = (*known).max(when);
    }
    Ok(last.into_iter().filter_map(|([.., table], (_, id))| Some((id, table?))).collect())
}

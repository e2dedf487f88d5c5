//! One submission among the others of the same body and period: the same again, a correction (said or not), late.
//!
//! In: what was understood of each, with its arrival. Out: findings about the later ones.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;

use crate::model::finding::{Code, Finding};
use crate::model::period::Period;
use crate::model::submission::{Kind, Submission};
use crate::model::understood::{CleanReturn, CleanTable};
use crate::model::value::Place;

/// So many changed cells are named.
const MOST_PLACES: usize = 30;

/// Due is the period's end and `due_days` more, in `zone`. Rejected returns are not looked at.
pub(crate) fn among(returns: &[(Submission, CleanReturn)], due_days: u32, zone: Tz) -> Vec<Finding> {
    let mut slots: BTreeMap<(&str, Period), Vec<&(Submission, CleanReturn)>> = BTreeMap::new();
    for one in returns.iter().filter(|(_, clean)| !clean.tables.is_empty()) {
        if let (Some(body), Some(period)) = (one.1.body.as_deref(), one.1.period) {
            slots.entry((body, period)).or_default().push(one);
        }
    }
    let mut findings = Vec::new();
    for ((body, period), mut arrived) in slots {
        arrived.sort_by(|(a, _), (b, _)| (a.arrived, &a.file, &a.sha256).cmp(&(b.arrived, &b.file, &b.sha256)));
        let due = period.end() + Days::new(due_days.into());
        let told = in_slot(&arrived, due, zone);
        findings.extend(told.into_iter().map(|finding| Finding {
            body: Some(body.to_owned()),
            period: Some(period),
            ..finding
        }));
    }
    findings
}

fn in_slot(arrived: &[&(Submission, CleanReturn)], due: NaiveDate, zone: Tz) -> Vec<Finding> {
    let mut findings = Vec::new();
    // The answer that counts for each table so far, and the file it stood in.
    let mut standing: BTreeMap<&str, (&CleanTable, &str)> = BTreeMap::new();
    for (index, (submission, clean)) in arrived.iter().enumerate() {
        let known = clean.tables.iter().filter_map(|table| Some((table, *standing.get(table.table.as_str())?)));
        let known: Vec<(&CleanTable, (&CleanTable, &str))> = known.collect();
        let changed: Vec<_> = known.iter().filter(|(table, (before, _))| !same(table, before)).collect();
        let brings_new = known.len() < clean.tables.len();
        let before = known.first().map(|(_, (_, file))| *file).unwrap_or_default();
        let code = match clean.kind {
            _ if index > 0 && changed.is_empty() && !brings_new => Some(Code::IdenticalSubmission),
            Kind::Correction => Some(Code::CorrectionReceived),
            Kind::First | Kind::LatePart if !changed.is_empty() => Some(Code::UndeclaredCorrection),
            Kind::First | Kind::LatePart => None,
        };
        if let Some(code) = code {
            let places = changed.iter().flat_map(|(table, (before, _))| differences(table, before)).take(MOST_PLACES);
            findings.push(Finding { places: places.collect(), ..Finding::new(code, submission).expected(before) });
        }
        let day = submission.arrived.with_timezone(&zone).date_naive();
        // What corrects or repeats an earlier answer is not late; that answer was there.
        if day > due && brings_new && clean.kind != Kind::Correction {
            // As 2026-10-15: each edition writes days as its readers do.
            let late = Finding::new(Code::ReceivedLate, submission);
            findings.push(late.found(day.to_string()).expected(due.to_string()));
        }
        standing.extend(clean.tables.iter().map(|table| (table.table.as_str(), (table, submission.file.as_str()))));
    }
    findings
}

/// The same answer with the same values in the same rows, wherever they stand on the sheet.
fn same(one: &CleanTable, other: &CleanTable) -> bool {
    let values = |table: &CleanTable| -> Vec<Vec<_>> {
        let row = |row: &crate::model::understood::CleanRow| {
            row.cells.iter().map(|cell| (cell.state, cell.value.clone())).collect()
        };
        table.rows.iter().map(row).collect()
    };
    one.answer == other.answer && values(one) == values(other)
}

/// The cells of `table` that say something else than the same cell of the same row did before.
fn differences(table: &CleanTable, before: &CleanTable) -> Vec<Place> {
    let pairs = table.rows.iter().enumerate().flat_map(|(row, cells)| {
        let old = before.rows.get(row);
        cells.cells.iter().enumerate().map(move |(column, cell)| (cell, old.map(|old| &old.cells[column])))
    });
    let changed =
        pairs.filter(|(cell, old)| old.is_none_or(|old| (old.state, &old.value) != (cell.state, &cell.value)));
    changed.filter_map(|(cell, _)| cell.place.clone()).collect()
}

//! `check`: is what was reported plausible, within a return, against the quarter before, and among the returns?
//!
//! In: the form, the facts, the returns. Out: findings, each naming the cells it is about. Pure. Never: changes a
//! value; a rule that needs a cell nobody filled in is undecided, not violated.

mod across;
mod among;
mod beside;
mod cells;
mod lenient;
mod outliers;
mod recurring;
mod rules;
mod unmatched;

use std::collections::BTreeMap;

pub(crate) use among::among;
pub(crate) use lenient::lenient;
pub(crate) use recurring::mark as recurring;

use self::beside::{Beside, Counting, with_all};
use self::cells::Cells;
use crate::base::frame::PolarsError;
use crate::model::facts::Facts;
use crate::model::finding::Finding;
use crate::model::form::Form;
use crate::model::municipality::Register;
use crate::model::rule::{Over, Tally};
use crate::model::submission::Submission;

/// What the returns are held against.
pub(crate) struct Input<'a> {
    pub(crate) form: &'a Form,
    pub(crate) register: &'a Register,
    pub(crate) facts: &'a Facts,
    /// By SHA-256.
    pub(crate) submissions: &'a BTreeMap<String, Submission>,
}

/// What all rules look at, made once.
struct Tables<'a> {
    beside: BTreeMap<&'a str, Beside>,
    counting: Counting<'a>,
    cells: Cells<'a>,
}

/// Every rule of the form on the facts, and what stands out.
///
/// # Errors
/// A rule that is no condition over its tables, or facts of another form.
pub(crate) fn plausible(input: &Input<'_>) -> Result<(Vec<Finding>, Vec<Tally>), CheckError> {
    let Input { form, facts, submissions, .. } = input;
    let mut tables =
        Tables { beside: BTreeMap::new(), counting: Counting::of(facts, submissions)?, cells: Cells::of(facts)? };
    for (name, table) in form.tables.iter().filter(|(name, _)| facts.tables.contains_key(*name)) {
        let across = form.checks.iter().flat_map(|check| &check.tables).any(|asked| asked.get_ref() == name);
        if across || !table.checks.is_empty() || !table.lookups.is_empty() {
            tables.beside.insert(name, with_all(name, table, form, facts, &tables.counting)?);
        }
    }
    let (mut findings, mut tallies) = (Vec::new(), Vec::new());
    for (name, table) in &form.tables {
        for check in &table.checks {
            let (found, counted) = match check.over {
                Over::Row => rules::violations(name, check, input, &tables)?,
                Over::Table => across::violations(&[name.as_str()], Some(name), check, input, &tables)?,
            };
            findings.extend(found);
            tallies.extend(counted);
        }
    }
    for check in &form.checks {
        let names: Vec<&str> = check.tables.iter().map(|name| name.get_ref().as_str()).collect();
        let (found, counted) = across::violations(&names, None, check, input, &tables)?;
        findings.extend(found);
        tallies.extend(counted);
    }
    for name in form.tables.keys() {
        findings.extend(unmatched::unmatched(name, input, &tables)?);
    }
    findings.extend(outliers::outliers(input, &tables)?);
    Ok((findings, tallies))
}

/// A number as its readers write it, with at most two decimals.
fn shown(number: f64) -> String {
    ((number * 100.0).round() / 100.0 + 0.0).to_string().replace('.', ",")
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum CheckError {
    /// `kim check` says so before any data is read.
    #[error("the rule {rule} of {table} cannot be asked: {reason}")]
    Rule { table: String, rule: String, reason: String },
    #[error("the facts do not have the shape of the form")]
    Frame(#[from] PolarsError),
}

#[cfg(test)]
mod tests;

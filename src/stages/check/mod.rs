//! `check`: is what was reported plausible, within a return, against the quarter before, and among the returns?
//!
//! In: the form, the facts, the returns. Out: findings, each naming the cells it is about. Pure. Never: changes a
//! value; a rule that needs a cell nobody filled in is undecided, not violated.

mod among;
mod beside;
mod rules;

pub(crate) use among::among;
pub(crate) use rules::rules;

use crate::base::frame::PolarsError;

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

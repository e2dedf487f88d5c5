//! What was understood of one return: `clean` gives it, `check` and `store` take it.

use serde::Serialize;

use super::books::SheetBalance;
use super::finding::Finding;
use super::period::Period;
use super::submission::{Answer, Kind};
use super::value::{Place, State, Value};

/// What `clean` understood of one submission. Rejected: `body` or `period` is none, or there is no table.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct CleanReturn {
    /// AGS of the reporting body.
    pub(crate) body: Option<String>,
    pub(crate) period: Option<Period>,
    pub(crate) kind: Kind,
    pub(crate) tables: Vec<CleanTable>,
    pub(crate) findings: Vec<Finding>,
    /// What became of every cell, sheet by sheet.
    pub(crate) books: Vec<SheetBalance>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CleanTable {
    /// The table's name in the form.
    pub(crate) table: String,
    pub(crate) answer: Answer,
    /// The sheet on which it stood.
    pub(crate) sheet: String,
    /// How each heading was matched; for `kim inspect`.
    pub(crate) columns: Vec<ColumnMatch>,
    pub(crate) rows: Vec<CleanRow>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct ColumnMatch {
    pub(crate) field: String,
    pub(crate) heading: String,
    pub(crate) place: Place,
    /// Matched by closeness, not by name or alias.
    pub(crate) guessed: bool,
}

/// One row of a table; `cells` are in the order of the form's fields, one for each.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CleanRow {
    pub(crate) cells: Vec<CleanCell>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CleanCell {
    pub(crate) state: State,
    /// Some exactly when the state is `Reported`.
    pub(crate) value: Option<Value>,
    /// None for a row or column that the sender left out.
    pub(crate) place: Option<Place>,
    /// As the sender wrote it.
    pub(crate) written: String,
}

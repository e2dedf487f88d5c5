//! What was understood of one return: `clean` gives it, `check` and `store` take it.

use serde::Serialize;

use super::books::SheetBalance;
use super::finding::Finding;
use super::period::Period;
use super::submission::{Answer, Kind};
use super::value::{Place, State, Value};
use crate::base::short::Short;

/// What `clean` understood of one submission. Rejected: `body` or `period` is none, or there is no table.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct CleanReturn {
    /// AGS of the reporting body.
    pub(crate) body: Option<String>,
    pub(crate) period: Option<Period>,
    /// By what body and period were known; some exactly when they are.
    pub(crate) body_by: Option<Evidence>,
    pub(crate) period_by: Option<Evidence>,
    /// Id and version of the form that the file says it is; our own blank forms say it.
    pub(crate) form: Option<(String, String)>,
    pub(crate) kind: Kind,
    pub(crate) tables: Vec<CleanTable>,
    pub(crate) findings: Vec<Finding>,
    /// What became of every cell, sheet by sheet.
    pub(crate) books: Vec<SheetBalance>,
}

/// What told whose return it is, or for which period.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Evidence {
    pub(crate) by: Basis,
    /// None for a file's name and its folder.
    pub(crate) place: Option<Place>,
    pub(crate) written: Short,
}

/// The surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Basis {
    /// The key on the cover.
    Key,
    /// A name, or a period, written on the cover.
    Cover,
    FileName,
    Folder,
    /// A name that is only like one that is known, or has more words.
    Closeness,
    /// A date on the cover, which Excel may have made of something else.
    Date,
    /// The names of the sheets.
    Sheets,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CleanTable {
    /// The table's name in the form.
    pub(crate) table: String,
    pub(crate) answer: Answer,
    /// The sheet on which it stood.
    pub(crate) sheet: Short,
    /// How each heading was matched; for `kim inspect`.
    pub(crate) columns: Vec<ColumnMatch>,
    pub(crate) rows: Vec<CleanRow>,
    /// Whose each row is, in a table with a row for each body; else empty.
    pub(crate) owners: Vec<Owner>,
    /// The number of the first row among all rows of this table in the file.
    pub(crate) first_row: u32,
}

/// Body (AGS) and period.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Owner {
    pub(crate) body: String,
    pub(crate) period: Period,
}

impl CleanReturn {
    /// One return for each body and period that the file speaks for, its own first; findings and
    /// books stay with the first.
    pub(crate) fn by_body(mut self) -> Vec<CleanReturn> {
        let (shared, own): (Vec<CleanTable>, Vec<CleanTable>) =
            self.tables.into_iter().partition(|table| !table.owners.is_empty());
        self.tables = own;
        let kind = self.kind;
        let mut returns = vec![self];
        for CleanTable { rows, owners, columns, sheet, table, .. } in shared {
            let mut rows: Vec<(Owner, CleanRow)> = owners.into_iter().zip(rows).collect();
            // Those of one body together: each return's rows are numbered from its first one.
            rows.sort_by(|(one, _), (other, _)| one.cmp(other));
            let mut first_row = 0;
            let mut rest = rows.into_iter().peekable();
            while let Some((owner, row)) = rest.next() {
                let mut rows = vec![row];
                while let Some((_, row)) = rest.next_if(|(other, _)| *other == owner) {
                    rows.push(row);
                }
                let count = rows.len() as u32;
                let part = CleanTable {
                    table: table.clone(),
                    answer: Answer::Present,
                    sheet: sheet.clone(),
                    columns: columns.clone(),
                    rows,
                    owners: Vec::new(),
                    first_row,
                };
                first_row += count;
                let (body, period) = (Some(owner.body), Some(owner.period));
                let known = returns.iter_mut().find(|known| known.body == body && known.period == period);
                match known {
                    Some(known) => known.tables.push(part),
                    None => {
                        returns.push(CleanReturn { body, period, kind, tables: vec![part], ..CleanReturn::default() });
                    }
                }
            }
        }
        returns
    }
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct ColumnMatch {
    pub(crate) field: Short,
    pub(crate) heading: Short,
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
    /// Some exactly when the state is `Reported`, or `ConfirmedZero`: then it is 0.
    pub(crate) value: Option<Value>,
    /// None for a row or column that the sender left out.
    pub(crate) place: Option<Place>,
    /// As the sender wrote it.
    pub(crate) written: Short,
}

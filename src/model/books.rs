//! Control totals: every cell that came in went out into a table, or was left out for a reason.
//!
//! In: for each cell of a sheet what became of it. Out: counts that balance: in = out + left out, for cells and rows.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// Why a cell is in no table. Of several reasons for one cell or row the first in this order counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reason {
    /// Nobody knows who sent the file or for when, or no table of it was understood.
    RejectedFile,
    /// The period was not asked for.
    PeriodNotAsked,
    /// A later submission answered this table.
    Superseded,
    /// It stood on the cover.
    Cover,
    /// The sheet is none of the form.
    SheetUnknown,
    /// No heading of the table was found on its sheet.
    NoHeadings,
    /// `Fehlanzeige`, and the empty rows of a table that is answered so.
    Nil,
    TotalRow,
    /// A row of parts (`davon …`) of the row above.
    PartRow,
    /// The same table stands somewhere else, too.
    TableTwice,
    /// The same heading stands over another column, too.
    ColumnTwice,
    /// A second row with the key of an earlier one.
    RowTwice,
    /// A row that names another body.
    OtherBody,
    Header,
    /// The row of units below the headings.
    UnitRow,
    /// The row of column numbers below the headings.
    Numbering,
    /// A column that the form does not know, or one without a heading.
    ColumnUnknown,
    /// What was written could not be understood; a finding says so, and the table has no value there.
    NotUnderstood,
    /// Above the headings.
    Title,
    /// A note below or beside the rows.
    Remark,
    /// Spaces, and formulas that show nothing.
    Blank,
    /// None of the above.
    Unused,
}

impl Reason {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Reason::RejectedFile => "rejected_file",
            Reason::PeriodNotAsked => "period_not_asked",
            Reason::Superseded => "superseded",
            Reason::Cover => "cover",
            Reason::SheetUnknown => "sheet_unknown",
            Reason::NoHeadings => "no_headings",
            Reason::Nil => "nil",
            Reason::TotalRow => "total_row",
            Reason::PartRow => "part_row",
            Reason::TableTwice => "table_twice",
            Reason::ColumnTwice => "column_twice",
            Reason::RowTwice => "row_twice",
            Reason::OtherBody => "other_body",
            Reason::Header => "header",
            Reason::UnitRow => "unit_row",
            Reason::Numbering => "numbering",
            Reason::ColumnUnknown => "column_unknown",
            Reason::NotUnderstood => "not_understood",
            Reason::Title => "title",
            Reason::Remark => "remark",
            Reason::Blank => "blank",
            Reason::Unused => "unused",
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Count {
    pub(crate) rows: usize,
    pub(crate) cells: usize,
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, other: Count) {
        self.rows += other.rows;
        self.cells += other.cells;
    }
}

/// What came of the cells of one sheet, or of several.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Balance {
    /// Everything that is not empty.
    #[serde(rename = "in")]
    pub(crate) came: Count,
    /// By the table into which it went.
    pub(crate) out: BTreeMap<String, Count>,
    pub(crate) left_out: BTreeMap<Reason, Count>,
}

/// What became of one cell; of several fates the first in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate<'a> {
    /// Into the table of this name.
    Out(&'a str),
    LeftOut(Reason),
}

impl<'a> Fate<'a> {
    /// Are they the same? One cell after the other goes into the same table.
    fn is(self, other: Fate<'a>) -> bool {
        match (self, other) {
            (Fate::Out(one), Fate::Out(other)) => std::ptr::eq(one, other) || one == other,
            (one, other) => one == other,
        }
    }

    fn or_first(self, other: Fate<'a>) -> Fate<'a> {
        if self.is(other) { self } else { self.min(other) }
    }
}

impl Balance {
    /// Counts cells given with their row, row by row. A row is in the table into which one of its cells went.
    pub(crate) fn of<'a>(cells: impl IntoIterator<Item = (u32, Fate<'a>)>) -> Balance {
        let mut balance = Balance::default();
        let mut row: Option<(u32, Fate<'a>)> = None;
        // Cells and rows of one fate mostly stand together.
        let mut run: Option<(Fate<'a>, Count)> = None;
        let mut rows: Option<(Fate<'a>, Count)> = None;
        let cell = Count { rows: 0, cells: 1 };
        for (number, fate) in cells {
            balance.came.cells += 1;
            balance.go_on(&mut run, fate, cell);
            row = match row {
                Some((same, first)) if same == number => Some((same, first.or_first(fate))),
                ended => {
                    balance.row(&mut rows, ended);
                    Some((number, fate))
                }
            };
        }
        balance.row(&mut rows, row);
        for (ended, count) in run.into_iter().chain(rows) {
            balance.count(ended, count);
        }
        balance
    }

    fn row<'a>(&mut self, rows: &mut Option<(Fate<'a>, Count)>, row: Option<(u32, Fate<'a>)>) {
        if let Some((_, fate)) = row {
            self.came.rows += 1;
            self.go_on(rows, fate, Count { rows: 1, cells: 0 });
        }
    }

    /// One more of the same fate, or the end of a run and the begin of the next.
    fn go_on<'a>(&mut self, run: &mut Option<(Fate<'a>, Count)>, fate: Fate<'a>, one: Count) {
        match run {
            Some((same, count)) if same.is(fate) => *count += one,
            _ => {
                if let Some((ended, count)) = run.replace((fate, one)) {
                    self.count(ended, count);
                }
            }
        }
    }

    fn count(&mut self, fate: Fate<'_>, more: Count) {
        match fate {
            Fate::Out(table) => match self.out.get_mut(table) {
                Some(known) => *known += more,
                None => drop(self.out.insert(table.to_owned(), more)),
            },
            Fate::LeftOut(reason) => *self.left_out.entry(reason).or_default() += more,
        }
    }

    pub(crate) fn add(&mut self, other: &Balance) {
        self.came += other.came;
        for (table, count) in &other.out {
            *self.out.entry(table.clone()).or_default() += *count;
        }
        for (reason, count) in &other.left_out {
            *self.left_out.entry(*reason).or_default() += *count;
        }
    }

    /// What went into the tables that `gone` names does not count after all, for this reason.
    pub(crate) fn leave_out(&mut self, gone: impl Fn(&str) -> bool, reason: Reason) {
        let (kept, left): (BTreeMap<_, _>, _) =
            std::mem::take(&mut self.out).into_iter().partition(|(table, _)| !gone(table));
        self.out = kept;
        for count in left.into_values() {
            *self.left_out.entry(reason).or_default() += count;
        }
    }

    /// In = out + left out.
    pub(crate) fn balances(&self) -> bool {
        let mut sum = Count::default();
        self.out.values().chain(self.left_out.values()).for_each(|count| sum += *count);
        sum == self.came
    }
}

/// One sheet of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SheetBalance {
    pub(crate) sheet: String,
    #[serde(flatten)]
    pub(crate) balance: Balance,
}

/// All sheets of one submission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileBooks {
    /// SHA-256.
    pub(crate) submission: String,
    pub(crate) file: String,
    /// The tables that were taken; those of nobody, or of no period, are not.
    pub(crate) taken: BTreeSet<String>,
    pub(crate) sheets: Vec<SheetBalance>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_counts_where_its_first_reason_or_its_table_is() {
        let cells = [
            (1, Fate::LeftOut(Reason::Title)),
            (3, Fate::LeftOut(Reason::ColumnUnknown)),
            (3, Fate::LeftOut(Reason::Header)),
            (4, Fate::LeftOut(Reason::Remark)),
            (4, Fate::Out("a")),
        ];
        let mut balance = Balance::of(cells);
        assert_eq!(balance.came, Count { rows: 3, cells: 5 });
        assert_eq!(balance.out["a"], Count { rows: 1, cells: 1 });
        assert_eq!(balance.left_out[&Reason::Header], Count { rows: 1, cells: 1 });
        assert_eq!(balance.left_out[&Reason::ColumnUnknown], Count { rows: 0, cells: 1 });
        assert!(balance.balances());
        balance.leave_out(|table| table == "a", Reason::Superseded);
        assert_eq!((balance.out.len(), balance.left_out[&Reason::Superseded].cells), (0, 1));
        assert!(balance.balances());
        balance.came.cells += 1;
        assert!(!balance.balances(), "what is neither out nor left out is missed");
    }
}

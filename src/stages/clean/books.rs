//! The books of a file: what became of each of its cells.
//!
//! In: the workbook, the tables that were made of it, and for what was left out the reason. Out: a balance for each
//! sheet. A cell is out because it stands in a table, not because somebody says so; what nobody speaks of is unused.

use std::collections::BTreeMap;

use super::cell;
use crate::base::short::Short;
use crate::model::books::{Balance, Fate, Reason, SheetBalance};
use crate::model::raw::{RawCell, RawSheet, RawWorkbook};
use crate::model::understood::CleanTable;

/// A cell whose content is lost stands in its table, without a value.
const NOT_UNDERSTOOD: Fate<'static> = Fate::LeftOut(Reason::NotUnderstood);

/// Cells (row, column) that were left out, by sheet.
#[derive(Clone, Debug, Default)]
pub(super) struct Books(BTreeMap<Short, Vec<(u32, u32, Reason)>>);

impl Books {
    pub(super) fn leave_out(&mut self, sheet: &str, at: (u32, u32), reason: Reason) {
        self.leave_all_out(sheet, [at], reason);
    }

    pub(super) fn leave_all_out(&mut self, sheet: &str, at: impl IntoIterator<Item = (u32, u32)>, reason: Reason) {
        let cells = at.into_iter().map(|(row, column)| (row, column, reason));
        match self.0.get_mut(sheet) {
            Some(known) => known.extend(cells),
            None => drop(self.0.insert(sheet.into(), cells.collect())),
        }
    }

    pub(super) fn add(&mut self, other: Books) {
        for (sheet, cells) in other.0 {
            self.0.entry(sheet).or_default().extend(cells);
        }
    }

    /// What neither stands in a table nor was spoken of is left out for the reason that `rest` gives for its whole
    /// sheet; on a sheet of which nobody spoke at all, because it is unknown.
    pub(super) fn close<'a>(
        &self,
        workbook: &RawWorkbook,
        tables: &'a [CleanTable],
        rest: impl Fn(usize) -> Option<Reason>,
    ) -> Vec<SheetBalance> {
        let positions: BTreeMap<&str, usize> =
            workbook.sheets.iter().enumerate().map(|(position, sheet)| (sheet.name.as_str(), position)).collect();
        let mut latest = ("", None);
        let mut next = 0;
        let mut fates: Vec<Vec<Option<Fate<'a>>>> =
            workbook.sheets.iter().map(|sheet| vec![None; sheet.cells.len()]).collect();
        let mut judge = |sheet: &str, row, column, fate: Fate<'a>| {
            // One cell after the other is of the same sheet.
            if latest.1.is_none() || latest.0 != sheet {
                latest = positions.get_key_value(sheet).map_or(("", None), |(sheet, at)| (*sheet, Some(*at)));
            }
            let Some(position) = latest.1 else { return };
            let found = workbook.sheets[position].index_from(next, row, column);
            next = found.map_or(next, |index| index + 1);
            if let Some(index) = found {
                let known = &mut fates[position][index];
                *known = Some(match known {
                    Some(Fate::Out(_)) if fate == NOT_UNDERSTOOD => fate,
                    Some(known) => fate.min(*known),
                    None => fate,
                });
            }
        };
        for table in tables {
            for place in table.rows.iter().flat_map(|row| &row.cells).filter_map(|cell| cell.place.as_ref()) {
                judge(&place.sheet, place.row, place.column, Fate::Out(&table.table));
            }
        }
        for (sheet, cells) in &self.0 {
            cells.iter().for_each(|(row, column, reason)| judge(sheet, *row, *column, Fate::LeftOut(*reason)));
        }
        let closed = |((position, sheet), fates): ((usize, &RawSheet), Vec<Option<Fate<'a>>>)| {
            let unknown = fates.iter().all(Option::is_none);
            let rest = rest(position).unwrap_or(if unknown { Reason::SheetUnknown } else { Reason::Unused });
            let fate = |(cell, fate): (&RawCell, Option<Fate<'a>>)| {
                let reason = || if cell::is_filled(&cell.value) { rest } else { Reason::Blank };
                (cell.row, fate.unwrap_or_else(|| Fate::LeftOut(reason())))
            };
            SheetBalance {
                sheet: sheet.name.to_string(),
                balance: Balance::of(sheet.cells.iter().zip(fates).map(fate)),
            }
        };
        workbook.sheets.iter().enumerate().zip(fates).map(closed).collect()
    }
}

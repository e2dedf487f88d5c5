//! Merged cells among the rows of a table.
//!
//! In: a sheet and where its headings end. Out: which cell reaches over which rows. Pure.

use super::heading::Header;
use crate::model::raw::{Area, RawSheet};

pub(super) struct Merged {
    /// Over several rows.
    down: Vec<Area>,
    /// Over several columns of one row.
    across: Vec<Area>,
}

impl Merged {
    /// Those below the headings.
    pub(super) fn below(sheet: &RawSheet, header: &Header) -> Merged {
        let fits = |area: &&Area| area.top > header.last && header.reaches(area.left);
        let (down, across) = sheet.merged.iter().filter(fits).partition(|area| area.bottom > area.top);
        Merged { down, across }
    }

    /// The merged cell that begins in a row above and holds this place.
    pub(super) fn over(&self, row: u32, column: u32) -> Option<&Area> {
        self.down.iter().find(|area| area.left == column && area.top < row && row <= area.bottom)
    }

    /// The merged cell of this row that begins further left and holds this place.
    pub(super) fn across(&self, row: u32, column: u32) -> Option<&Area> {
        self.across.iter().find(|area| area.top == row && area.left < column && column <= area.right)
    }

    /// Does any begin above this row and reach into it?
    pub(super) fn reach_into(&self, row: u32) -> bool {
        self.down.iter().any(|area| area.top < row && row <= area.bottom)
    }
}

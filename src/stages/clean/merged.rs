//! Merged cells among the rows of a table.
//!
//! In: a sheet and where its headings end. Out: which cell reaches over which rows. Pure.

use super::heading::Header;
use crate::model::raw::{Area, RawSheet};

pub(super) struct Merged(Vec<Area>);

impl Merged {
    /// Those over several rows, below the headings.
    pub(super) fn below(sheet: &RawSheet, header: &Header) -> Merged {
        let fits = |area: &&Area| area.top > header.last && area.bottom > area.top && header.reaches(area.left);
        Merged(sheet.merged.iter().filter(fits).copied().collect())
    }

    /// The merged cell that begins in a row above and holds this place.
    pub(super) fn over(&self, row: u32, column: u32) -> Option<&Area> {
        self.0.iter().find(|area| area.left == column && area.top < row && row <= area.bottom)
    }

    /// Does any begin above this row and reach into it?
    pub(super) fn reach_into(&self, row: u32) -> bool {
        self.0.iter().any(|area| area.top < row && row <= area.bottom)
    }
}

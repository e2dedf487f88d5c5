//! The cells of all returns, by where they stand in the facts: what was written, and where the sender sees it.

use std::collections::HashMap;

use super::beside::Origin;
use crate::base::frame::{DataFrame, PolarsError, numbers, texts};
use crate::model::facts::Facts;
use crate::model::value::{Place, parse_address};

/// One cell of a return.
pub(super) struct Cell<'a> {
    pub(super) submission: &'a str,
    pub(super) place: Option<Place>,
    pub(super) written: &'a str,
}

/// The long frame of cells, by submission, table, row and field.
pub(super) struct Cells<'a> {
    index: HashMap<(&'a str, &'a str, u32, &'a str), usize>,
    sheets: Vec<Option<&'a str>>,
    addresses: Vec<Option<&'a str>>,
    written: Vec<Option<&'a str>>,
}

impl<'a> Cells<'a> {
    pub(super) fn of(facts: &'a Facts) -> Result<Cells<'a>, PolarsError> {
        let column = |name| texts(&facts.cells, name);
        let (ids, tables, fields) = (column("submission")?, column("table")?, column("field")?);
        let rows = numbers(&facts.cells, "row")?;
        let key = |at: usize| Some((ids[at]?, tables[at]?, rows[at]? as u32, fields[at]?));
        let index = (0..facts.cells.height()).filter_map(|at| Some((key(at)?, at))).collect();
        Ok(Cells { index, sheets: column("sheet")?, addresses: column("cell")?, written: column("written")? })
    }

    pub(super) fn at(&self, facts: &'a Facts, origin: &Origin<'_>) -> Result<Option<Cell<'a>>, PolarsError> {
        let frame = &facts.tables[origin.table];
        let Some((submission, row)) = row_of(frame, origin.row)? else { return Ok(None) };
        let at = self.index.get(&(submission, origin.table, row, origin.field)).copied();
        Ok(at.map(|at| {
            let place = || {
                let (row, column) = parse_address(self.addresses[at]?)?;
                Some(Place { sheet: self.sheets[at]?.into(), row, column })
            };
            Cell { submission, place: place(), written: self.written[at].unwrap_or_default() }
        }))
    }
}

/// The submission of a row of the frame, and its number within that submission.
fn row_of(frame: &DataFrame, row: u32) -> Result<Option<(&str, u32)>, PolarsError> {
    let id = frame.column("submission")?.str()?.get(row as usize);
    let number = frame.column("row")?.u32()?.get(row as usize);
    Ok(id.zip(number))
}

//! Facts: everything understood of all returns, as frames.
//!
//! One wide typed frame for each table of the form:
//!
//! | column | type | |
//! |---|---|---|
//! | `submission` | String | SHA-256 of the file |
//! | `ags`, `period` | String | who, when |
//! | `row` | UInt32 | 0-based within the table of this submission |
//! | *field* | Float64, String or Date | null unless reported (0 where zero was confirmed by a sign); a code's id, `ja` or `nein` |
//! | *field*`__state` | String | [`super::value::State::name`] |
//!
//! `cells` is long, for lineage: `submission`, `ags`, `period`, `table`, `row`, `field`, `state`, `sheet`, `cell`
//! (as the sender sees it: `B12`; both null for a row or column that was left out), `written`.
//!
//! `answers` has a row for each table of each submission: `submission`, `ags`, `period`, `table`, `answer`
//! (`present` or `nil`), `kind` (`first`, `late_part`, `correction`), `arrived` (RFC 3339, UTC).

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};

use super::books::FileBooks;
use super::finding::Finding;
use super::form::{FieldType, Table};
use super::period::Period;
use super::rule::Tally;
use crate::base::frame::{DataFrame, DataType, NamedFrom, PolarsError, Series, texts};

/// What separates a field's name from the name of its state column.
pub(crate) const STATE: &str = "__state";

#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) tables: BTreeMap<String, DataFrame>,
    pub(crate) cells: DataFrame,
    pub(crate) answers: DataFrame,
    pub(crate) findings: Vec<Finding>,
    /// How each rule fared in each period.
    pub(crate) tallies: Vec<Tally>,
    /// What became of the cells of each submission, in the order in which they came.
    pub(crate) books: Vec<FileBooks>,
}

/// The column type of a field.
pub(crate) fn data_type(kind: FieldType) -> DataType {
    match kind {
        FieldType::Count | FieldType::Decimal | FieldType::Money => DataType::Float64,
        FieldType::Text | FieldType::Code | FieldType::YesNo => DataType::String,
        FieldType::Date => DataType::Date,
    }
}

/// The field columns of a table's wide frame, states included.
pub(crate) fn columns(table: &Table) -> Vec<(String, DataType)> {
    let of_field = |field: &super::form::Field| {
        let name = field.name.get_ref();
        [(name.clone(), data_type(field.kind)), (format!("{name}{STATE}"), DataType::String)]
    };
    table.fields.iter().flat_map(of_field).collect()
}

/// The column that rules about parallel rows fill with `ja` or `nein`, on the tables they look at.
pub(crate) const PARALLEL: &str = "parallel";

/// Columns that every condition may use besides the fields, all of type Date.
pub(crate) const MOMENTS: [&str; 3] = ["period_start", "period_end", "twelve_months_before"];

/// Adds the columns of [`MOMENTS`], from each row's period.
pub(crate) fn add_moments(frame: &mut DataFrame) -> Result<(), PolarsError> {
    let periods: Vec<Option<Period>> =
        texts(frame, "period")?.into_iter().map(|text| text.and_then(|text| text.parse().ok())).collect();
    let [start, end, year_before] = MOMENTS;
    let mut add = |name: &str, of: fn(Period) -> NaiveDate| {
        let days: Vec<Option<NaiveDate>> = periods.iter().map(|period| period.map(of)).collect();
        frame.with_column(Series::new(name.into(), days).into()).map(drop)
    };
    add(start, |period| period.start())?;
    add(end, |period| period.end())?;
    add(year_before, |period| period.end() - Months::new(12))
}

/// Tables that the program itself fills, for measures: their fields are numbers.
/// `returns` has a row for each expected body and period; `bodies` one for each municipality.
pub(crate) const OBSERVED: [(&str, &[&str]); 2] = [
    ("returns", &["expected", "received", "on_time", "asked_cells", "answered_cells"]),
    ("bodies", &["inhabitants", "area"]),
];

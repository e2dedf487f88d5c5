//! The last look at a workbook before it is kept and sent.

use crate::model::edition::{EditionInput, Workbook};
use crate::model::figure::Results;
use crate::stages::audit::{Declared, audit};

/// May the workbook leave the house? `input` is what it was written from, `truth` what `protect` was given.
///
/// # Errors
/// What stands in the way, a sentence each; none of them repeats a hidden number.
pub(crate) fn passes(input: &EditionInput<'_>, truth: &Results, workbook: &Workbook) -> Result<(), Vec<String>> {
    match audit(&workbook.bytes, &Declared::of(input, truth)) {
        Ok(complaints) if complaints.is_empty() => Ok(()),
        Ok(complaints) => Err(complaints.iter().map(ToString::to_string).collect()),
        Err(error) => Err(vec![format!("{}: {}", workbook.name, super::chain(&error))]),
    }
}

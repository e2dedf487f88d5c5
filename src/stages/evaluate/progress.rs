//! Progress: the rows of a table by their key, and how many bodies stand where with each.

use std::collections::BTreeMap;

use super::current::Current;
use super::hits::Shown;
use super::{EvaluateError, Input};
use crate::base::frame::texts;
use crate::model::figure::ProgressRow;
use crate::model::pipeline::Content;

/// By sheet id.
pub(super) fn all(input: &Input<'_>, current: &Current) -> Result<BTreeMap<String, Vec<ProgressRow>>, EvaluateError> {
    let mut sheets = BTreeMap::new();
    for sheet in &input.report.sheets {
        let Content::Progress { table, by, show, state, done } = &sheet.content else { continue };
        let place = || format!("sheet {}", sheet.id.get_ref());
        let frame = current.tables.get(table.get_ref());
        let frame = frame.ok_or_else(|| EvaluateError::Rule {
            place: place(),
            reason: format!("there is no table `{}`", table.get_ref()),
        })?;
        let (periods, keys, states) =
            (texts(frame, "period")?, texts(frame, by.get_ref())?, texts(frame, state.get_ref())?);
        let shown = Shown::of(input, frame, table.get_ref(), show)?;
        let codes: Vec<&str> = input
            .form
            .tables
            .get(table.get_ref())
            .and_then(|table| table.field(state.get_ref()))
            .map(|field| input.form.codes_of(field).iter().map(|code| code.id.as_str()).collect())
            .unwrap_or_default();
        let period = input.period.to_string();
        let mut rows: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for row in (0..frame.height()).filter(|row| periods[*row] == Some(&period)) {
            if let Some(key) = keys[row] {
                rows.entry(key).or_default().push(row);
            }
        }
        let count = |rows: &[usize], code: &str| rows.iter().filter(|row| states[**row] == Some(code)).count() as u32;
        let progress = rows.into_iter().map(|(key, rows)| ProgressRow {
            key: key.to_owned(),
            show: shown.items(rows[0]),
            states: codes.iter().map(|code| ((*code).to_owned(), count(&rows, code))).collect(),
            done: done.iter().map(|code| count(&rows, code.get_ref())).sum(),
            of: rows.len() as u32,
        });
        sheets.insert(sheet.id.get_ref().clone(), progress.collect());
    }
    Ok(sheets)
}

//! What the sender does not see on a sheet that is read: the sheet itself, rows, columns.
//!
//! In: a sheet that holds a table, or the cover. Out: one finding, if something with content is hidden; what, in the marks that
//! `model::phrase` puts into words (`*; 7–9; C`). It is read all the
//! same: a filter that was left on must not lose a row. Other hidden sheets, such as that of our own forms with its
//! lists, are nobody's entries and say nothing.

use super::cell::is_filled;
use super::told::Told;
use crate::model::finding::Code;
use crate::model::raw::{RawCell, RawSheet};
use crate::model::value::column_letters;

/// So many runs of rows or columns are named.
const MOST: usize = 8;

pub(super) fn tell(sheet: &RawSheet, told: &mut Told<'_>) {
    let filled = || sheet.cells.iter().filter(|cell| is_filled(&cell.value));
    let mut runs: Vec<(String, &RawCell)> = Vec::new();
    if sheet.hidden {
        runs.extend(filled().next().map(|first| ("*".to_owned(), first)));
    }
    for run in &sheet.hidden_rows {
        let inside = || filled().filter(|cell| (run.0..=run.1).contains(&cell.row));
        if let (Some(first), Some(last)) = (inside().next(), inside().next_back()) {
            runs.push((named(first.row, last.row, |row| (row + 1).to_string()), first));
        }
    }
    for run in &sheet.hidden_columns {
        let inside = || filled().filter(|cell| (run.0..=run.1).contains(&cell.column));
        let last = inside().map(|cell| cell.column).max();
        if let (Some(first), Some(last)) = (inside().min_by_key(|cell| (cell.column, cell.row)), last) {
            runs.push((named(first.column, last, column_letters), first));
        }
    }
    if runs.is_empty() {
        return;
    }
    let mut names: Vec<&str> = runs.iter().take(MOST).map(|(name, _)| name.as_str()).collect();
    if runs.len() > MOST {
        names.push("…");
    }
    let finding = told.finding(Code::HiddenContent).found(names.join("; "));
    let finding = runs.iter().fold(finding, |finding, (_, cell)| finding.at(told.place(cell.row, cell.column)));
    told.tell(finding);
}

/// `7`, `7–9`, `C`, `C–E`: the sentence says in the reader's language which of them are rows.
fn named(first: u32, last: u32, name: impl Fn(u32) -> String) -> String {
    match first == last {
        true => name(first),
        false => format!("{}–{}", name(first), name(last)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::Finding;
    use crate::model::raw::RawValue;
    use crate::model::submission::Submission;
    use crate::stages::clean::{german, samples};

    fn told(sheet: &RawSheet) -> Vec<Finding> {
        let submission = Submission {
            sha256: String::new(),
            file: "a.xlsx".into(),
            from: None,
            arrived: chrono::DateTime::UNIX_EPOCH,
        };
        let latest = german::day(2026, 10, 5).unwrap();
        let mut told = Told::new(&submission, None, latest).on(sheet);
        tell(sheet, &mut told);
        told.findings
    }

    #[test]
    fn only_what_holds_something_is_told_and_where() {
        let mut sheet = samples::sheet("Räume", "Standort|Raumart\nNord|Büro\n\nSüd|");
        assert_eq!(told(&sheet), []);
        // Row 3 is empty; below row 4 nothing stands.
        (sheet.hidden_rows, sheet.hidden_columns) = (vec![(2, 2)], vec![(5, 16_383)]);
        assert_eq!(told(&sheet), []);
        (sheet.hidden_rows, sheet.hidden_columns) = (vec![(1, 1), (2, 1_048_575)], vec![(1, 16_383)]);
        let [finding] = told(&sheet).try_into().unwrap();
        assert_eq!(finding.found, "2; 4; B");
        assert_eq!(finding.places.iter().map(|place| place.address()).collect::<Vec<_>>(), ["A2", "A4", "B1"]);
        sheet.hidden = true;
        assert!(told(&sheet)[0].found.starts_with("*; 2"), "{:?}", told(&sheet));
        let hidden = RawSheet {
            hidden: true,
            cells: vec![RawCell { row: 0, column: 0, value: RawValue::Text(" ".into()) }],
            ..RawSheet::default()
        };
        assert_eq!(told(&hidden), [], "blanks are no content");
    }
}

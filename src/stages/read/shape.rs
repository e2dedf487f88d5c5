//! What a sheet is besides its cells: merged, hidden, formatted. Filled by each format's own look into its parts.
//!
//! Never: a cell's value.

use std::collections::BTreeSet;

use super::hidden::Format;
use crate::model::raw::{Area, Look, Note, RawSheet, RawValue};

/// How a cell looks: its number format, and what else may keep its value from being seen as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Style {
    pub(super) format: Format,
    /// Crossed out as a whole.
    pub(super) struck: bool,
    /// A line from corner to corner.
    pub(super) slashed: bool,
    /// Letters in the colour of the paper, or too small to be seen.
    pub(super) unseen: bool,
    /// White letters are seen on it.
    pub(super) dark: bool,
}

impl From<Format> for Style {
    fn from(format: Format) -> Style {
        Style { format, ..Style::default() }
    }
}

impl Style {
    pub(super) fn needs_look(&self) -> bool {
        self.struck || self.slashed || self.unseen || self.format.needs_look()
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Shape {
    pub(super) merged: Vec<Area>,
    pub(super) hidden_rows: Vec<(u32, u32)>,
    pub(super) hidden_columns: Vec<(u32, u32)>,
    /// Row, column, style of the cells whose style needs a look.
    pub(super) styled: Vec<(u32, u32, usize)>,
    /// Texts that look otherwise than their characters say: what is to be read instead, and what was crossed out.
    pub(super) rich: Vec<(u32, u32, Rich)>,
    /// What else is known of a cell's look.
    pub(super) notes: Vec<Note>,
    /// Formulas whose result is not stored, though the file cannot say so and gives a zero.
    pub(super) unresolved: Vec<(u32, u32)>,
}

impl Shape {
    /// Notes a run of hidden rows.
    pub(super) fn hide_rows(&mut self, first: u32, last: u32) {
        extend(&mut self.hidden_rows, first, last);
    }

    pub(super) fn hide_columns(&mut self, first: u32, last: u32) {
        extend(&mut self.hidden_columns, first, last);
    }

    /// Gives the sheet its shape, each number that its format hides what is shown instead, and notes on what looks
    /// otherwise than it is.
    pub(super) fn put_on(mut self, sheet: &mut RawSheet, styles: &[Style]) {
        for at in self.unresolved {
            replace(sheet, at, |_| Some(RawValue::NoResult));
        }
        // Where parts of a text have looks of their own, programs give its cell those of the first one.
        let (mut partly_struck, mut partly_seen) = (BTreeSet::new(), BTreeSet::new());
        for (row, column, rich) in self.rich {
            match rich.look {
                Some(Look::PartlyCrossedOut(_)) => drop(partly_struck.insert((row, column))),
                Some(Look::Shown(_)) => drop(partly_seen.insert((row, column))),
                _ => {}
            }
            replace(sheet, (row, column), |_| rich.text.as_deref().map(|text| RawValue::Text(text.into())));
            self.notes.extend(rich.look.map(|look| Note { row, column, look }));
        }
        for (row, column, style) in self.styled {
            let Some(style) = styles.get(style) else { continue };
            let white = |number: f64| !style.dark && style.format.is_white(number);
            let white = matches!(sheet.cell(row, column), Some(RawValue::Number(number)) if white(*number));
            show(sheet, (row, column), &style.format, &mut self.notes);
            let looks = [
                (style.struck && !partly_struck.contains(&(row, column)), Look::CrossedOut),
                (style.slashed, Look::Slashed),
                (style.unseen && !partly_seen.contains(&(row, column)) || white, Look::HardToSee),
            ];
            self.notes.extend(looks.into_iter().filter(|(is, _)| *is).map(|(_, look)| Note { row, column, look }));
        }
        // Of an empty cell there is nothing to say.
        self.notes.retain(|note| sheet.cell(note.row, note.column).is_some());
        self.notes.sort_by_key(|note| (note.row, note.column));
        self.notes.dedup();
        sheet.notes = self.notes;
        self.merged.sort_by_key(|area| (area.top, area.left));
        sheet.merged = self.merged;
        sheet.hidden_rows = runs(self.hidden_rows);
        sheet.hidden_columns = runs(self.hidden_columns);
    }
}

/// A text with raised or crossed out letters.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Rich {
    /// What is to be read, if not what the library reads.
    pub(super) text: Option<String>,
    pub(super) look: Option<Look>,
}

/// What `format` makes of the number in a cell.
pub(super) fn show(sheet: &mut RawSheet, (row, column): (u32, u32), format: &Format, notes: &mut Vec<Note>) {
    let Some(RawValue::Number(number)) = sheet.cell(row, column) else { return };
    let number = *number;
    if let Some(shown) = format.shown(number) {
        replace(sheet, (row, column), |_| Some(RawValue::Hidden(shown.clone())));
    } else if let Some(text) = format.altered(number) {
        notes.push(Note { row, column, look: Look::Shown(text) });
    }
}

/// Which of the styles need a look at the cells that have them.
pub(super) fn telling(styles: &[Style]) -> Vec<bool> {
    styles.iter().map(Style::needs_look).collect()
}

fn replace(sheet: &mut RawSheet, at: (u32, u32), with: impl Fn(&RawValue) -> Option<RawValue>) {
    if let Ok(index) = sheet.cells.binary_search_by_key(&at, |cell| (cell.row, cell.column))
        && let Some(value) = with(&sheet.cells[index].value)
    {
        sheet.cells[index].value = value;
    }
}

fn extend(runs: &mut Vec<(u32, u32)>, first: u32, last: u32) {
    match runs.last_mut() {
        Some(run) if run.0 <= first && first <= run.1.saturating_add(1) => run.1 = run.1.max(last),
        _ => runs.push((first, last)),
    }
}

/// In order and joined.
fn runs(mut all: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    all.sort_unstable();
    let mut joined = Vec::new();
    for (first, last) in all {
        extend(&mut joined, first, last);
    }
    joined
}

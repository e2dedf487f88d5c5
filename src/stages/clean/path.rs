//! What stands above each column: headings over several rows, through merged cells, as one path.
//!
//! In: the rows of a sheet and its merged cells. Out: for each row that may be the lowest of headings, its columns
//! with their paths. Which of them are fields is for `heading` to say.

use std::borrow::Cow;
use std::collections::HashMap;

use super::heading::Header;
use super::known::Folded;
use super::spelling::{Reading, Spellings};
use super::{band, cell};
use crate::model::raw::{Area, RawCell, RawSheet, RawValue};

/// Nobody has more rows of headings.
pub(super) const HIGHEST: usize = 5;
/// Rows of units and of numbers may follow the lowest headings.
pub(super) const BELOW: usize = 2;

/// The upper part of a sheet, its texts folded once.
pub(super) struct Above<'a> {
    sheet: &'a RawSheet,
    rows: Vec<Row>,
    /// So many of `rows` may be the lowest headings.
    depth: usize,
    texts: Vec<(Cow<'a, str>, Reading<'a>)>,
    /// Merged cells with a text, and which.
    areas: Vec<(Area, usize)>,
}

struct Row {
    row: u32,
    titles: Vec<Title>,
    /// Positions in `areas`.
    areas: Vec<usize>,
    /// Nothing but texts and years.
    pure: bool,
    units: bool,
    /// The cells are numbers of columns from this one on.
    numbering: Option<usize>,
}

#[derive(Clone, Copy)]
struct Title {
    column: u32,
    text: usize,
}

/// A column with what stands above it, from the top.
pub(super) struct Path {
    pub(super) row: u32,
    pub(super) column: u32,
    /// For [`Above::text`] and [`Above::reading`].
    pub(super) texts: Vec<usize>,
    /// So many of the last ones are units or belong to several columns: they may be left out.
    pub(super) shared: usize,
    /// The last one is a unit.
    pub(super) unit: bool,
}

/// The rows of one header, as positions.
#[derive(Clone, Copy)]
struct Band {
    top: usize,
    bottom: usize,
    units: Option<usize>,
    numbering: Option<usize>,
}

impl<'a> Above<'a> {
    /// `rows` are rows of `sheet`; the lowest headings are looked for among the first `depth`.
    pub(super) fn of(
        sheet: &'a RawSheet,
        rows: impl Iterator<Item = &'a [RawCell]>,
        depth: usize,
        spellings: &Spellings,
    ) -> Above<'a> {
        let mut above = Above { sheet, rows: Vec::new(), depth, texts: Vec::new(), areas: Vec::new() };
        let mut known: HashMap<Cow<'a, str>, usize> = HashMap::new();
        for cells in rows.take(depth + BELOW) {
            let mut titles = Vec::new();
            let mut filled = 0;
            for cell in cells.iter().filter(|cell| cell::is_filled(&cell.value)) {
                filled += 1;
                let Some(text) = title(&cell.value) else { continue };
                let text = *known.entry(text).or_insert_with_key(|text| {
                    above.texts.push((text.clone(), spellings.read(Folded::of(text.clone()))));
                    above.texts.len() - 1
                });
                titles.push(Title { column: cell.column, text });
            }
            let pure = titles.len() == filled;
            let units = pure && titles.iter().all(|title| spellings.is_unit(&above.texts[title.text].0));
            let numbering = numbering(cells);
            above.rows.push(Row { row: cells[0].row, titles, areas: Vec::new(), pure, units, numbering });
        }
        above.merge();
        above
    }

    fn merge(&mut self) {
        let Some(last) = self.rows.last().map(|row| row.row) else { return };
        for area in self.sheet.merged.iter().filter(|area| area.top <= last) {
            let Ok(at) = self.rows.binary_search_by_key(&area.top, |row| row.row) else { continue };
            let Some(text) = self.rows[at].own(area.left) else { continue };
            for row in self.rows[at..].iter_mut().take_while(|row| row.row <= area.bottom) {
                row.areas.push(self.areas.len());
            }
            self.areas.push((*area, text));
        }
    }

    pub(super) fn depth(&self) -> usize {
        self.depth.min(self.rows.len())
    }

    pub(super) fn text(&self, text: usize) -> &str {
        &self.texts[text].0
    }

    pub(super) fn reading(&self, text: usize) -> &Reading<'a> {
        &self.texts[text].1
    }

    /// Is this a column that the sender does not see?
    pub(super) fn hides(&self, column: u32) -> bool {
        self.sheet.hidden_columns.iter().any(|run| (run.0..=run.1).contains(&column))
    }

    /// Which rows belong to the headings whose lowest row is at `bottom`.
    pub(super) fn measure(&self, bottom: usize, header: &mut Header) {
        let band = self.band(bottom);
        let row = |at: usize| self.rows[at].row;
        let below = band.numbering.or(band.units).unwrap_or(bottom);
        let merged = self.rows[bottom].areas.iter().map(|area| self.areas[*area].0.bottom);
        let near = merged.filter(|last| *last <= row(bottom) + HIGHEST as u32);
        header.first = row(band.top);
        header.last = near.max().unwrap_or_default().max(row(below));
        header.units = band.units.map(row);
        header.numbering = band.numbering.map(row);
    }

    /// A text in an upper row only, with nothing below it, is a title rather than a heading.
    pub(super) fn is_heading(&self, bottom: usize, row: u32, column: u32) -> bool {
        let last = self.rows[bottom].row;
        self.is_sure_heading(bottom, row, column)
            || self.sheet.cells.iter().any(|cell| cell.row > last && cell.column == column)
    }

    /// Is it one whatever stands below?
    pub(super) fn is_sure_heading(&self, bottom: usize, row: u32, column: u32) -> bool {
        let reaches = |area: &usize| self.areas[*area].0.left == column;
        row >= self.rows[bottom].row || self.rows[bottom].areas.iter().any(reaches)
    }

    /// Are these units or numbers of columns, which belong to the headings above them?
    pub(super) fn belongs_to_headings(cells: &[RawCell], spellings: &Spellings) -> bool {
        // Rows of entries mostly hold numbers, which no unit does.
        let is_entry = |cell: &RawCell| matches!(cell.value, RawValue::Number(_)) && title(&cell.value).is_none();
        let mut filled = cells.iter().filter(|cell| cell::is_filled(&cell.value));
        !cells.iter().any(is_entry)
            && filled.all(|cell| title(&cell.value).is_some_and(|text| spellings.is_unit(&text)))
            || numbering(cells).is_some()
    }

    /// The columns under the headings whose lowest row is at `bottom`; none if that is no row of headings.
    pub(super) fn paths(&self, bottom: usize) -> Vec<Path> {
        let row = &self.rows[bottom];
        let follows = bottom > 0 && self.follows(bottom - 1, bottom);
        if row.titles.is_empty() || row.numbering == Some(0) || row.units && follows {
            return Vec::new();
        }
        let band = self.band(bottom);
        let columns = self.columns(band.top, bottom);
        let mut paths: Vec<Path> = columns.iter().filter_map(|column| self.path(*column, &columns, band)).collect();
        if let Some(numbering) = band.numbering {
            let row = &self.rows[numbering];
            let beside = row.titles.iter().filter(|title| columns.binary_search(&title.column).is_err());
            let path = |title: &Title| Path {
                row: row.row,
                column: title.column,
                texts: vec![title.text],
                shared: 0,
                unit: false,
            };
            paths.extend(beside.map(path));
            paths.sort_by_key(|path| path.column);
        }
        paths
    }

    fn band(&self, bottom: usize) -> Band {
        let mut top = bottom;
        while top > 0 && bottom - top + 1 < HIGHEST && self.continues(top - 1, top, bottom) {
            top -= 1;
        }
        // Rows that a heading reaches down to are headings, too.
        let reach = self.rows[bottom].areas.iter().map(|area| self.areas[*area].0.bottom).max().unwrap_or_default();
        let covered = self.rows[bottom + 1..].iter().take(HIGHEST).take_while(|row| row.row <= reach);
        let mut last = bottom + covered.clone().count();
        let inner = covered.enumerate().filter(|(_, row)| row.units).map(|(at, _)| bottom + 1 + at).last();
        let mut next = |fits: &dyn Fn(&Row) -> bool| {
            let next = last + 1;
            let found = next < self.rows.len() && self.follows(last, next) && fits(&self.rows[next]);
            found.then(|| {
                last = next;
                next
            })
        };
        let units = next(&|row| row.units).or(inner);
        let columns = self.columns(top, bottom);
        let unnamed = |row: &Row, from: usize| {
            row.titles.iter().take(from).all(|title| columns.binary_search(&title.column).is_err())
        };
        let numbering = next(&|row| row.numbering.is_some_and(|from| unnamed(row, from)));
        Band { top, bottom, units, numbering }
    }

    /// Is there no row between them, but for rows that merged cells bridge?
    fn follows(&self, upper: usize, lower: usize) -> bool {
        let (first, next) = (self.rows[upper].row, self.rows[lower].row);
        let bridge = |area: &usize| self.areas[*area].0.bottom + 1 >= next;
        next == first + 1 || self.rows[upper].areas.iter().any(bridge)
    }

    /// Does the row at `upper` hold headings of those below it?
    fn continues(&self, upper: usize, lower: usize, bottom: usize) -> bool {
        let row = &self.rows[upper];
        if !row.pure || row.units || row.numbering.is_some() || !self.follows(upper, lower) {
            return false;
        }
        let columns = self.columns(lower, bottom);
        // A row with a text over each column is a row of entries, or headings of its own.
        let each = columns.iter().all(|column| row.own(*column).is_some());
        let [only] = row.titles.as_slice() else {
            return !row.titles.is_empty() && (!each || !row.areas.is_empty());
        };
        let (Some(first), Some(last)) = (columns.first(), columns.last()) else { return false };
        // Alone in its row: a title if it begins where the table begins, unless its merged cells say otherwise.
        match self.area(upper, only.column) {
            Some((area, _)) if area.bottom >= self.rows[lower].row => true,
            Some((area, _)) if area.left <= *first => area.right > area.left && area.right < *last,
            _ => only.column > *first,
        }
    }

    /// Columns with a text of their own in these rows, in order.
    fn columns(&self, top: usize, bottom: usize) -> Vec<u32> {
        let rows = &self.rows[top..=bottom];
        let own = rows.iter().flat_map(|row| row.titles.iter().map(|title| title.column));
        let merged = rows.iter().flat_map(|row| row.areas.iter().map(|area| self.areas[*area].0.left));
        let mut columns: Vec<u32> = own.chain(merged).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    fn area(&self, row: usize, column: u32) -> Option<(Area, usize)> {
        let areas = self.rows[row].areas.iter().map(|area| self.areas[*area]);
        areas.into_iter().find(|(area, _)| (area.left..=area.right).contains(&column))
    }

    fn path(&self, column: u32, columns: &[u32], band: Band) -> Option<Path> {
        let mut texts: Vec<usize> = Vec::new();
        let mut anchor = None;
        let mut shared = 0;
        for row in band.top..=band.bottom {
            let Some((text, place, wide)) = self.at(row, column, columns, band.bottom) else { continue };
            if anchor != Some(place) {
                texts.push(text);
                shared = usize::from(wide);
            }
            anchor = Some(place);
        }
        let (row, _) = anchor?;
        let unit = band.units.and_then(|row| {
            let merged = self.area(row, column).filter(|(area, _)| area.top == self.rows[row].row);
            self.rows[row].own(column).or(merged.map(|(_, text)| text))
        });
        if texts.len() == 1 {
            shared = 0;
        }
        if let Some(unit) = unit {
            texts.push(unit);
            shared += 1;
        }
        Some(Path { row, column, texts, shared, unit: unit.is_some() })
    }

    /// The heading over a column in one row: its text, where that stands, and whether it is over other columns, too.
    fn at(&self, row: usize, column: u32, columns: &[u32], bottom: usize) -> Option<(usize, (u32, u32), bool)> {
        if let Some((area, text)) = self.area(row, column) {
            let over = columns.iter().filter(|other| (area.left..=area.right).contains(other)).count();
            return Some((text, (area.top, area.left), over > 1));
        }
        let here = &self.rows[row];
        if let Some(text) = here.own(column) {
            return Some((text, (here.row, column), false));
        }
        // Without merged cells, a heading over another one reaches right up to the next of its row, or a gap.
        let has_below = |column: u32| (row + 1..=bottom).any(|below| self.rows[below].own(column).is_some());
        let left = here.titles.iter().rev().find(|title| title.column < column)?;
        let free = self.area(row, left.column).is_none() && has_below(left.column) && has_below(column);
        let nothing_between = (left.column..column).all(|between| columns.binary_search(&between).is_ok());
        (free && nothing_between).then_some((left.text, (here.row, left.column), true))
    }
}

impl Row {
    fn own(&self, column: u32) -> Option<usize> {
        let at = self.titles.binary_search_by_key(&column, |title| title.column).ok()?;
        Some(self.titles[at].text)
    }
}

/// Where the numbers of columns begin, if the row holds such.
fn numbering(cells: &[RawCell]) -> Option<usize> {
    // Words may stand in front of them, and most rows begin otherwise.
    let mut filled = cells.iter().filter(|_| cells.len() > 2).filter(|cell| cell::is_filled(&cell.value)).take(3);
    let begins = |cell: &RawCell| match &cell.value {
        RawValue::Number(number) => *number == 1.0,
        // Nothing that tidying up would take away.
        RawValue::Text(text) if text.is_ascii() => band::may_begin(text),
        other => band::may_begin(&cell::written(other)),
    };
    if !filled.any(begins) {
        return None;
    }
    let written = cells.iter().map(|cell| cell::written(&cell.value)).filter(|text| !text.is_empty());
    band::numbering(&written.collect::<Vec<_>>())
}

/// What may be a heading: a text, or a year.
fn title(value: &RawValue) -> Option<Cow<'_, str>> {
    match value {
        RawValue::Text(text) => Some(Cow::Borrowed(text)),
        RawValue::Number(year) if (1900.0..=2100.0).contains(year) && year.fract() == 0.0 => {
            Some(Cow::Owned(year.to_string()))
        }
        _ => None,
    }
}

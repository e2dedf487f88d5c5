//! What the lines of charts and sparklines are drawn from: the figures of all bodies together over all periods.
//!
//! On a sheet of its own because Excel draws a word as zero; here a value that is not shown is a truly empty cell, and
//! thus a gap. A single target stands in a row of its own, as a line to compare with.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::plan::{Part, Planned};
use super::table::{Cell, Column, Draft, Page};
use super::{Desk, contents, points, show};
use crate::model::figure::Key;
use crate::model::indicator::Indicator;

/// The heading row on the sheet; the rows of data follow.
const HEADER: u32 = 3;
/// Columns before the periods: title and unit.
const BEFORE: u16 = 2;

/// Where the periods, the values and the target's line of one indicator stand: `Sheet!$C$4:$N$4`.
pub(super) struct Line {
    pub(super) periods: String,
    pub(super) values: String,
    pub(super) target: Option<String>,
}

pub(super) fn write(desk: &Desk<'_>, planned: &Planned<'_>, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    let periods = &desk.input.release.shown().periods;
    let widths: Vec<f64> = [52.0, 20.0].into_iter().chain(periods.iter().map(|_| 8.5)).collect();
    let mut page = Page::new(sheet, &widths)?;
    contents::head(desk, planned, &mut page)?;
    debug_assert_eq!(page.row, HEADER);
    let mut columns = vec![Column::text(desk.say("indicator")), Column::text(desk.say("unit"))];
    columns.extend(periods.iter().map(|period| Column::number(period.short())));
    let mut draft = Draft::new(&planned.title, columns);
    for row in rows(desk) {
        let unit = match row.indicator.unit.get(desk.input.language) {
            "" => desk.say("kind-count"),
            unit => unit.to_owned(),
        };
        let title = row.indicator.title.get(desk.input.language);
        let decimals = row.indicator.decimals;
        let mut cells = match row.target {
            Some(_) => {
                vec![Cell::Text(desk.words.say_with("series-target", &[("title", title.into())])), Cell::Text(unit)]
            }
            None => vec![Cell::text(title), Cell::Text(unit)],
        };
        cells.extend(periods.iter().map(|period| {
            match row.target {
                Some(target) => Cell::Number(target, decimals),
                None => show::value(desk, &Key::total(row.id, *period), decimals)
                    .map_or(Cell::Gap, |value| Cell::Number(value, decimals)),
            }
        }));
        draft.row(cells);
    }
    page.table(&draft)?;
    page.sheet.set_freeze_panes(HEADER + 1, 1)?;
    page.sheet.set_repeat_rows(HEADER, HEADER)?;
    page.done(0)
}

/// The line of an indicator, if it has one.
pub(super) fn line(desk: &Desk<'_>, id: &str) -> Option<Line> {
    let sheet = desk.plan.iter().find(|planned| matches!(planned.part, Part::Series))?;
    let rows = rows(desk);
    let at = |row: usize| range(desk, &sheet.name, HEADER + 1 + row as u32);
    let place = |target: bool| rows.iter().position(|row| row.id == id && row.target.is_some() == target);
    Some(Line { periods: range(desk, &sheet.name, HEADER), values: at(place(false)?), target: place(true).map(at) })
}

fn range(desk: &Desk<'_>, sheet: &str, row: u32) -> String {
    let last = BEFORE as u32 + desk.input.release.shown().periods.len().max(1) as u32 - 1;
    let letters = crate::model::value::column_letters;
    let row = row + 1;
    format!("'{}'!${}${row}:${}${row}", sheet.replace('\'', "''"), letters(BEFORE.into()), letters(last))
}

struct Row<'a> {
    id: &'a str,
    indicator: &'a Indicator,
    target: Option<f64>,
}

fn rows<'a>(desk: &Desk<'a>) -> Vec<Row<'a>> {
    let single = |indicator: &Indicator| match indicator.target.as_ref().map(|target| target.get_ref()) {
        Some(target) if target.at_least.is_some() != target.at_most.is_some() => target.at_least.or(target.at_most),
        _ => None,
    };
    let of = |(id, indicator): (&'a str, &'a Indicator)| {
        let values = Row { id, indicator, target: None };
        let target = single(indicator).map(|bound| Row { id, indicator, target: Some(bound) });
        std::iter::once(values).chain(target)
    };
    points::indicators(desk).into_iter().flat_map(of).collect()
}

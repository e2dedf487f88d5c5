//! What charts and sparklines are drawn from: the course of all bodies together, and the bodies by size.
//!
//! On a sheet of its own because Excel draws a word as zero; here a value that is not shown is a truly empty cell, and
//! thus a gap. A single target stands in a row of its own, as a line to compare with.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::plan::{Part, Planned};
use super::style::Voice;
use super::table::{Cell, Column, Draft, Page};
use super::{Desk, contents, points, show};
use crate::model::figure::{Key, Mark, Scope};
use crate::model::indicator::Indicator;
use crate::model::pipeline::{Chart, ChartKind, Content};
use crate::model::value::column_letters;

/// The heading row of the first table; its rows of data follow.
const HEADER: u32 = 4;
/// Columns before the periods: title and unit.
const BEFORE: u16 = 2;

/// Where the periods, the values and the target's line of one indicator stand: `Sheet!$C$4:$N$4`.
pub(super) struct Line {
    pub(super) periods: String,
    pub(super) values: String,
    pub(super) target: Option<String>,
}

/// The bodies of one chart in its order, and where their names and values stand.
pub(super) struct Bars {
    pub(super) names: String,
    pub(super) values: String,
    pub(super) bars: Vec<Bar>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bar {
    pub(super) scope: Scope,
    /// None where the figure is marked.
    pub(super) value: Option<f64>,
    pub(super) label: String,
}

pub(super) fn write(desk: &Desk<'_>, planned: &Planned<'_>, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    let periods = &desk.input.release.shown().periods;
    let widths: Vec<f64> = [54.0, 24.0].into_iter().chain(periods.iter().map(|_| 10.0)).collect();
    let mut page = Page::new(sheet, &widths)?;
    contents::head(desk, planned, &mut page)?;
    debug_assert_eq!(page.row, HEADER);
    page.table(&courses(desk, planned))?;
    for chart in charts(desk) {
        let title = desk.text(&chart.title);
        let Some((_, indicator)) = desk.input.catalogue.indicators.get_key_value(chart.indicator.get_ref()) else {
            continue;
        };
        page.heading(title)?;
        let value = match indicator.unit.get(desk.input.language) {
            "" => desk.say("value"),
            unit => format!("{} ({unit})", desk.say("value")),
        };
        let mut draft = Draft::new(title, vec![Column::text(desk.say("body")), Column::number(value)]);
        for bar in bars_of(desk, chart.indicator.get_ref(), indicator) {
            let voice = if bar.scope == Scope::Total { Voice::Total } else { Voice::Plain };
            let value = bar.value.map_or(Cell::Gap, |value| Cell::Number(value, indicator.decimals));
            draft.row_as(voice, vec![Cell::Text(bar.label), value]);
        }
        page.table(&draft)?;
    }
    page.sheet.set_freeze_panes(HEADER + 1, 1)?;
    page.done(0)
}

fn courses(desk: &Desk<'_>, planned: &Planned<'_>) -> Draft {
    let periods = &desk.input.release.shown().periods;
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
        let title = match row.target {
            Some(_) => desk.words.say_with("series-target", &[("title", title.into())]),
            None => title.to_owned(),
        };
        let mut cells = vec![Cell::Text(title), Cell::Text(unit)];
        cells.extend(periods.iter().map(|period| {
            match row.target {
                Some(target) => Cell::Number(target, decimals),
                None => show::value(desk, &Key::total(row.id, *period), decimals)
                    .map_or(Cell::Gap, |value| Cell::Number(value, decimals)),
            }
        }));
        draft.row(cells);
    }
    draft
}

/// The line of an indicator, if it has one.
pub(super) fn line(desk: &Desk<'_>, id: &str) -> Option<Line> {
    let sheet = name(desk)?;
    let rows = rows(desk);
    let last = u32::from(BEFORE) + desk.input.release.shown().periods.len().max(1) as u32 - 1;
    let range = |row: u32| area(sheet, (row, BEFORE.into()), (row, last));
    let place = |target: bool| rows.iter().position(|row| row.id == id && row.target.is_some() == target);
    let at = |row: usize| range(HEADER + 1 + row as u32);
    Some(Line { periods: range(HEADER), values: at(place(false)?), target: place(true).map(at) })
}

/// The bars of a chart of bodies, if it is one of this edition.
pub(super) fn bars(desk: &Desk<'_>, wanted: &Chart) -> Option<Bars> {
    let sheet = name(desk)?;
    let courses = rows(desk).len() as u32;
    // Where the table of courses has left off: after its last row and a free one.
    let mut row = if courses == 0 { HEADER } else { HEADER + courses + 2 };
    for chart in charts(desk) {
        let id = chart.indicator.get_ref();
        let Some(indicator) = desk.input.catalogue.indicators.get(id) else { continue };
        let bars = bars_of(desk, id, indicator);
        if bars.is_empty() {
            row += 1;
            continue;
        }
        // A title, a heading row, the bars.
        let (first, last) = (row + 2, row + 1 + bars.len() as u32);
        if std::ptr::eq(chart, wanted) {
            let column = |column: u32| area(sheet, (first, column), (last, column));
            return Some(Bars { names: column(0), values: column(1), bars });
        }
        row = last + 2;
    }
    None
}

fn name<'a>(desk: &'a Desk<'_>) -> Option<&'a str> {
    desk.plan.iter().find(|planned| matches!(planned.part, Part::Series)).map(|planned| planned.name.as_str())
}

/// `'Sheet'!$C$4:$N$4` for 0-based rows and columns.
fn area(sheet: &str, from: (u32, u32), to: (u32, u32)) -> String {
    let cell = |(row, column): (u32, u32)| format!("${}${}", column_letters(column), row + 1);
    format!("'{}'!{}:{}", sheet.replace('\'', "''"), cell(from), cell(to))
}

/// The charts that set bodies side by side.
fn charts<'a>(desk: &Desk<'a>) -> impl Iterator<Item = &'a Chart> {
    let of = |planned: &Planned<'a>| match &planned.part {
        Part::Content(Content::Topic { chart, .. }) if chart.kind == ChartKind::Bodies => Some(chart),
        _ => None,
    };
    desk.plan.iter().filter_map(of)
}

/// All together first, unless they would dwarf their parts; then the largest value first; last those without one. Who
/// is not asked has no bar.
fn bars_of(desk: &Desk<'_>, id: &str, indicator: &Indicator) -> Vec<Bar> {
    let shown = desk.input.release.shown();
    let bar = |scope: Scope| {
        let key = Key::new(id, scope.clone(), shown.period);
        let value = show::value(desk, &key, indicator.decimals);
        let name = show::scope(desk, &scope).to_owned();
        let label = match value {
            Some(_) => name,
            None => {
                desk.words.say_with("series-marked", &[("name", name.into()), ("mark", show::why(desk, &key).into())])
            }
        };
        Bar { scope, value, label }
    };
    let total = indicator.denominator.is_some().then(|| bar(Scope::Total));
    let asked = |ags: &&String| {
        let figure = desk.input.release.figure(&Key::body(id, ags, shown.period));
        figure.is_none_or(|figure| figure.mark != Some(Mark::NotApplicable))
    };
    let mut bodies: Vec<Bar> = shown.bodies.iter().filter(asked).map(|ags| bar(Scope::Body(ags.clone()))).collect();
    // The sort is stable: bodies that are alike stay in order of their key.
    let size = |bar: &Bar| bar.value.unwrap_or(f64::NEG_INFINITY);
    bodies.sort_by(|a, b| size(b).total_cmp(&size(a)));
    total.into_iter().chain(bodies).collect()
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

//! The key figures of all bodies together: value, status, course, change, and one sentence each.

use rust_xlsxwriter::{ChartEmptyCells, Sparkline, Worksheet, XlsxError};

use super::plan::Planned;
use super::table::{Cell, Column, Draft, Page};
use super::{Desk, contents, series, show, style};
use crate::base::settings::Spanned;
use crate::model::figure::Key;
use crate::model::indicator::Indicator;

const WIDTHS: [f64; 14] = [29.0, 9.0, 13.0, 12.5, 16.5, 15.0, 38.0, 11.0, 13.0, 13.0, 11.0, 13.0, 13.0, 11.0];
const COURSE: u16 = 5;

pub(super) fn write(
    desk: &Desk<'_>,
    planned: &Planned<'_>,
    indicators: &[Spanned<String>],
    sheet: &mut Worksheet,
) -> Result<(), XlsxError> {
    let mut page = Page::new(sheet, &WIDTHS)?;
    contents::head(desk, planned, &mut page)?;
    let mut draft = Draft::new(&planned.title, columns(desk));
    let mut lines = Vec::new();
    for id in indicators {
        let Some(indicator) = desk.input.catalogue.indicators.get(id.get_ref()) else { continue };
        draft.row(row(desk, id.get_ref(), indicator));
        lines.push(series::line(desk, id.get_ref()));
    }
    if let Some(area) = page.table(&draft)? {
        for (row, line) in (area.first..).zip(&lines) {
            let Some(line) = line else { continue };
            let sparkline = Sparkline::new()
                .set_range(line.values.as_str())
                .show_empty_cells_as(ChartEmptyCells::Gaps)
                .set_sparkline_color(style::ACCENT)
                .set_line_weight(1.75)
                .show_last_point(true)
                .set_last_point_color(style::ACCENT);
            page.sheet.add_sparkline(row, COURSE, &sparkline)?;
        }
        page.sheet.set_freeze_panes(area.first, 1)?;
        page.sheet.set_repeat_rows(area.header, area.header)?;
    }
    page.prose(&desk.say("summary-marked"))?;
    page.done(0)
}

fn columns(desk: &Desk<'_>) -> Vec<Column> {
    let period = desk.input.release.shown().period;
    let before = desk.say(show::before_id(period.kind));
    let year = desk.say("before-year");
    let since = |id: &str, before: &str| desk.words.say_with(id, &[("before", before.into())]);
    vec![
        Column::text(desk.say("indicator")),
        Column::number(desk.say("value")),
        Column::text(desk.say("unit")),
        Column::text(desk.say("status")),
        Column::text(desk.say("target")),
        Column::text(desk.say("course")),
        Column::text(desk.say("in-a-sentence")),
        Column::number(show::capital(&before)),
        Column::number(since("change-since", &before)),
        Column::text(since("trend-since", &before)),
        Column::number(show::capital(&year)),
        Column::number(since("change-since", &year)),
        Column::text(since("trend-since", &year)),
        Column::text(desk.say("basis")),
    ]
}

fn row(desk: &Desk<'_>, id: &str, indicator: &Indicator) -> Vec<Cell> {
    let period = desk.input.release.shown().period;
    let key = Key::total(id, period);
    let against = |before| Key { period: before, ..key.clone() };
    let decimals = indicator.decimals;
    let (before, year) = (period.previous(), period.year_before());
    let unit = match show::unit(desk, indicator) {
        "" => desk.say("kind-count"),
        unit => unit.to_owned(),
    };
    let figure = desk.input.release.figure(&key);
    let (used, expected) = figure.map_or((0, 0), |figure| (figure.used, figure.expected));
    let [change, trend] = show::change_cells(desk, indicator, &key, before);
    let [change_year, trend_year] = show::change_cells(desk, indicator, &key, year);
    vec![
        Cell::Strong(desk.text(&indicator.title).to_owned()),
        show::cell(desk, &key, decimals),
        Cell::Text(unit),
        show::status_cell(desk, show::value(desk, &key, decimals), indicator),
        Cell::Text(show::target(desk, indicator)),
        Cell::Gap,
        Cell::Text(show::sentence(desk, indicator, &key)),
        show::cell(desk, &against(before), decimals),
        change,
        trend,
        show::cell(desk, &against(year), decimals),
        change_year,
        trend_year,
        Cell::Text(desk.words.say_with("of", &[("used", used.into()), ("expected", expected.into())])),
    ]
}

//! One topic: a chart, indicators by body, breakdowns for all bodies together, and their development.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::chart;
use super::plan::Planned;
use super::style::Voice;
use super::table::{Cell, Column, Draft, Page};
use super::{Desk, contents, series, show, table};
use crate::base::settings::Spanned;
use crate::model::figure::{Key, Scope};
use crate::model::indicator::Indicator;
use crate::model::period::Period;
use crate::model::pipeline::{Breakdown, Chart, ChartKind};

const NAME: f64 = 30.0;
/// Columns of figures are no narrower.
const VALUE: f64 = 15.0;
/// All columns of figures together are at least so wide, so that chart and bodies fit on one printed page.
const AT_LEAST: f64 = 145.0;
/// Rows that a chart covers (more, where there are many bars), and its width in pixels.
const CHART_ROWS: u32 = 19;
const CHART_WIDTH: u32 = 1000;

pub(super) fn write(
    desk: &Desk<'_>,
    planned: &Planned<'_>,
    indicators: &[Spanned<String>],
    chart: &Chart,
    breakdowns: &[Breakdown],
    sheet: &mut Worksheet,
) -> Result<(), XlsxError> {
    let known: Vec<(&str, &Indicator)> = indicators
        .iter()
        .filter_map(|id| desk.input.catalogue.indicators.get_key_value(id.get_ref()))
        .map(|(id, indicator)| (id.as_str(), indicator))
        .collect();
    let columns = breakdowns.iter().map(|breakdown| breakdown.measures.len()).chain([known.len()]).max();
    let headings: Vec<String> = known.iter().map(|(_, indicator)| show::heading(desk, indicator)).collect();
    let value = table::width_of_words(headings.iter().map(String::as_str)).max(VALUE);
    let columns = columns.unwrap_or_default().max((AT_LEAST / value).ceil() as usize);
    let widths: Vec<f64> = [NAME].into_iter().chain((0..columns).map(|_| value)).collect();
    let mut page = Page::new(sheet, &widths)?;
    contents::head(desk, planned, &mut page)?;

    insert(desk, &mut page, chart)?;
    let period = desk.input.release.shown().period.label(desk.input.language);
    let title = desk.words.say_with("topic-bodies", &[("period", period.into())]);
    page.heading(&title)?;
    page.table(&by_body(desk, &known, &scopes(desk), &title))?;
    let mut breaks = Vec::new();
    for breakdown in breakdowns {
        let draft = broken_down(desk, breakdown);
        if !draft.rows.is_empty() {
            breaks.push(page.row);
            page.heading(&draft.title)?;
            page.table(&draft)?;
        }
    }
    let development = development(desk, &known);
    breaks.push(page.row);
    page.heading(&development.title)?;
    milestones(desk, &mut page)?;
    page.table(&development)?;
    // The first page holds the chart and the bodies, the second all the rest.
    page.sheet.set_page_breaks(&breaks[..1])?;
    page.done(0)
}

/// All together first, then the bodies.
fn scopes(desk: &Desk<'_>) -> Vec<Scope> {
    let bodies = desk.input.release.shown().bodies.iter().map(|ags| Scope::Body(ags.clone()));
    std::iter::once(Scope::Total).chain(bodies).collect()
}

fn by_body(desk: &Desk<'_>, indicators: &[(&str, &Indicator)], scopes: &[Scope], title: &str) -> Draft {
    let period = desk.input.release.shown().period;
    let mut columns = vec![Column::text(desk.say("body"))];
    columns.extend(indicators.iter().map(|(_, indicator)| Column::number(show::heading(desk, indicator))));
    let mut draft = Draft::new(title, columns);
    for scope in scopes {
        let mut cells = vec![Cell::text(show::scope(desk, scope))];
        cells.extend(
            indicators
                .iter()
                .map(|(id, indicator)| show::cell(desk, &Key::new(id, scope.clone(), period), indicator.decimals)),
        );
        let voice = if *scope == Scope::Total { Voice::Total } else { Voice::Plain };
        draft.row_as(voice, cells);
    }
    let mut targets = vec![Cell::Text(desk.say("target"))];
    targets.extend(indicators.iter().map(|(_, indicator)| Cell::Word(show::target(desk, indicator))));
    draft.row_as(Voice::Aside, targets);
    draft
}

fn broken_down(desk: &Desk<'_>, breakdown: &Breakdown) -> Draft {
    let input = desk.input;
    let period = input.release.shown().period;
    let by = breakdown.by.get_ref();
    let measures: Vec<_> = breakdown
        .measures
        .iter()
        .filter_map(|id| Some((id.get_ref().as_str(), input.catalogue.measures.get(id.get_ref())?)))
        .collect();
    let field = measures.iter().find_map(|(_, measure)| input.form.tables.get(measure.table.get_ref())?.field(by));
    let title = format!("{}, {}", breakdown.title.get(input.language), input.total.get(input.language));
    let heading =
        field.map_or_else(|| desk.say("topic-part"), |field| super::plain_heading(input.language, field).to_owned());
    let mut columns = vec![Column::text(heading)];
    columns.extend(measures.iter().map(|(id, measure)| Column::number(show::measure_title(desk, id, measure))));
    let mut draft = Draft::new(title, columns);
    let mut total = vec![Cell::text(input.total.get(input.language))];
    total.extend(
        measures
            .iter()
            .map(|(id, measure)| show::cell(desk, &Key::total(id, period), show::measure_decimals(desk, measure))),
    );
    draft.row_as(Voice::Total, total);
    for code in field.map(|field| input.form.codes_of(field)).unwrap_or_default() {
        let mut cells = vec![Cell::text(code.label(input.language))];
        cells.extend(measures.iter().map(|(id, measure)| {
            show::cell(desk, &Key::part(id, period, by, &code.id), show::measure_decimals(desk, measure))
        }));
        draft.row(cells);
    }
    draft
}

fn development(desk: &Desk<'_>, indicators: &[(&str, &Indicator)]) -> Draft {
    let input = desk.input;
    let total = input.total.get(input.language);
    let title = desk.words.say_with("topic-development", &[("scope", total.into())]);
    let mut columns = vec![Column::text(desk.say("period"))];
    columns.extend(indicators.iter().map(|(_, indicator)| Column::number(show::heading(desk, indicator))));
    let mut draft = Draft::new(title, columns);
    for period in &input.release.shown().periods {
        let mut cells = vec![Cell::Text(period.label(input.language))];
        cells.extend(
            indicators.iter().map(|(id, indicator)| show::cell(desk, &Key::total(id, *period), indicator.decimals)),
        );
        draft.row(cells);
    }
    draft
}

/// The dated entries within the periods shown, against which the development is read.
fn milestones(desk: &Desk<'_>, page: &mut Page<'_>) -> Result<(), XlsxError> {
    let shown = desk.input.release.shown();
    let Some(first) = shown.periods.first() else { return Ok(()) };
    let known = |day: chrono::NaiveDate| (first.start()..=shown.period.end()).contains(&day);
    for milestone in desk.input.report.milestones.iter().filter(|milestone| known(milestone.date)) {
        let day = desk.words.date(milestone.date);
        let text = desk.text(&milestone.text);
        page.prose(&desk.words.say_with("topic-milestone", &[("date", day.into()), ("text", text.into())]))?;
    }
    Ok(())
}

/// The topic's chart, over rows left free for it.
fn insert(desk: &Desk<'_>, page: &mut Page<'_>, wanted: &Chart) -> Result<(), XlsxError> {
    let Some((id, indicator)) = desk.input.catalogue.indicators.get_key_value(wanted.indicator.get_ref()) else {
        return Ok(());
    };
    let title = show::titled(wanted.title.get(desk.input.language), indicator.unit.get(desk.input.language));
    let mut rows = CHART_ROWS;
    let (mut drawn, alt) = match wanted.kind {
        ChartKind::Bodies => {
            let Some(bars) = series::bars(desk, wanted) else { return Ok(()) };
            rows = rows.max(bars.bars.len() as u32 + 7);
            (chart::bars(&title, &bars, indicator.decimals), bodies_alt(desk, indicator, wanted, &bars))
        }
        ChartKind::Development => {
            let Some(line) = series::line(desk, id) else { return Ok(()) };
            let names = [show::scope(desk, &Scope::Total).to_owned(), desk.say("target")];
            (chart::course(&title, &line, &names), course_alt(desk, wanted))
        }
    };
    drawn.set_width(CHART_WIDTH).set_height(17 * (rows - 1)).set_alt_text(chart::alt_text(&alt));
    page.sheet.insert_chart_with_offset(page.row, 0, &drawn, 2, 2)?;
    page.row += rows;
    Ok(())
}

fn bodies_alt(desk: &Desk<'_>, indicator: &Indicator, wanted: &Chart, bars: &series::Bars) -> String {
    let title = wanted.title.get(desk.input.language);
    let said = |bar: &series::Bar| {
        let value = bar.value.map(|value| show::with_unit(desk, indicator, value)).unwrap_or_default();
        format!("{value} ({})", bar.label)
    };
    let mut bodies = bars.bars.iter().filter(|bar| bar.scope != Scope::Total && bar.value.is_some());
    let Some(highest) = bodies.next() else {
        return desk.words.say_with("topic-chart-alt-empty", &[("title", title.into())]);
    };
    let lowest = bodies.next_back().unwrap_or(highest);
    let period = desk.input.release.shown().period.label(desk.input.language);
    desk.words.say_with(
        "topic-chart-alt-bodies",
        &[
            ("title", title.into()),
            ("period", period.into()),
            ("highest", said(highest).into()),
            ("lowest", said(lowest).into()),
        ],
    )
}

fn course_alt(desk: &Desk<'_>, wanted: &Chart) -> String {
    let shown = desk.input.release.shown();
    let label = |period: Option<&Period>| period.unwrap_or(&shown.period).label(desk.input.language);
    desk.words.say_with(
        "topic-chart-alt-course",
        &[
            ("title", wanted.title.get(desk.input.language).into()),
            ("first", label(shown.periods.first()).into()),
            ("last", label(shown.periods.last()).into()),
        ],
    )
}

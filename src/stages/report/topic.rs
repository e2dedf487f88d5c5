//! One topic: a chart, indicators by body, breakdowns for all bodies together, and their development.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::chart::{self, Bar};
use super::plan::Planned;
use super::style::Voice;
use super::table::{Area, Cell, Column, Draft, Page};
use super::{Desk, contents, series, show};
use crate::base::settings::Spanned;
use crate::model::figure::{Key, Scope};
use crate::model::indicator::Indicator;
use crate::model::pipeline::{Breakdown, Chart, ChartKind};
use crate::model::value::column_letters;

const NAME: f64 = 30.0;
const VALUE: f64 = 15.0;
/// Rows that a chart covers.
const CHART_ROWS: u32 = 21;

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
    let values = breakdowns.iter().map(|breakdown| breakdown.measures.len()).chain([known.len() + 1, 6]).max();
    let widths: Vec<f64> = [NAME].into_iter().chain((0..values.unwrap_or(6)).map(|_| VALUE)).collect();
    let mut page = Page::new(sheet, &widths)?;
    contents::head(desk, planned, &mut page)?;

    let chart_row = page.row;
    page.row += CHART_ROWS;
    let period = desk.input.release.shown().period.label(desk.input.language);
    let title = desk.words.say_with("topic-bodies", &[("period", period.into())]);
    page.heading(&title)?;
    let scopes = scopes(desk);
    let area = page.table(&by_body(desk, &known, &scopes, &title))?;
    insert(desk, &mut page, chart_row, chart, &known, &scopes, area, widths.len(), &planned.name)?;
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
    let milestones = &input.report.milestones;
    if !milestones.is_empty() {
        columns.push(Column::text(desk.say("topic-milestone")));
    }
    let mut draft = Draft::new(title, columns);
    for period in &input.release.shown().periods {
        let mut cells = vec![Cell::Text(period.label(input.language))];
        cells.extend(
            indicators.iter().map(|(id, indicator)| show::cell(desk, &Key::total(id, *period), indicator.decimals)),
        );
        if !milestones.is_empty() {
            let within = |day| (period.start()..=period.end()).contains(&day);
            let texts: Vec<&str> = milestones
                .iter()
                .filter(|milestone| within(milestone.date))
                .map(|milestone| milestone.text.get(input.language))
                .collect();
            let text = if texts.is_empty() { desk.say("topic-milestone-none") } else { texts.join("; ") };
            cells.push(Cell::Text(text));
        }
        draft.row(cells);
    }
    draft
}

#[expect(clippy::too_many_arguments, reason = "what a chart needs to know of its sheet")]
fn insert(
    desk: &Desk<'_>,
    page: &mut Page<'_>,
    row: u32,
    wanted: &Chart,
    indicators: &[(&str, &Indicator)],
    scopes: &[Scope],
    area: Option<Area>,
    columns: usize,
    name: &str,
) -> Result<(), XlsxError> {
    let id = wanted.indicator.get_ref();
    let Some((id, indicator)) = desk.input.catalogue.indicators.get_key_value(id) else { return Ok(()) };
    let title = wanted.title.get(desk.input.language);
    let unit = indicator.unit.get(desk.input.language);
    let position = indicators.iter().position(|(other, _)| other == id);
    let (mut drawn, alt) = match (wanted.kind, area, position) {
        (ChartKind::Bodies, Some(area), Some(position)) => {
            bodies(desk, id, indicator, title, unit, scopes, area, position, name)
        }
        _ => {
            let Some(line) = series::line(desk, id) else { return Ok(()) };
            let total = desk.input.total.get(desk.input.language);
            let chart = chart::course(title, unit, &line, [total, &desk.say("target")]);
            (chart, course_alt(desk, title))
        }
    };
    // As wide as the page, but no wider than one looks at with comfort.
    let width = ((NAME + VALUE * (columns as f64 - 1.0)) * 7.0).clamp(600.0, 1000.0);
    drawn.set_width(width as u32).set_height(17 * (CHART_ROWS - 1)).set_alt_text(chart::alt_text(&alt));
    page.sheet.insert_chart_with_offset(row, 0, &drawn, 2, 6)?;
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "as above")]
fn bodies(
    desk: &Desk<'_>,
    id: &str,
    indicator: &Indicator,
    title: &str,
    unit: &str,
    scopes: &[Scope],
    area: Area,
    position: usize,
    sheet: &str,
) -> (rust_xlsxwriter::Chart, String) {
    let period = desk.input.release.shown().period;
    // A count of all together would dwarf its parts.
    let skip = usize::from(indicator.denominator.is_none());
    let shown = &scopes[skip..];
    let key = |scope: &Scope| Key::new(id, scope.clone(), period);
    let bars: Vec<Bar> = shown
        .iter()
        .map(|scope| Bar {
            mark: show::value(desk, &key(scope), indicator.decimals).is_none().then(|| show::why(desk, &key(scope))),
            total: *scope == Scope::Total,
        })
        .collect();
    let (first, last) = (area.first + 1 + skip as u32, area.first + scopes.len() as u32);
    let range = |column: u32| {
        let letters = column_letters(column);
        format!("'{}'!${letters}${first}:${letters}${last}", sheet.replace('\'', "''"))
    };
    let chart = chart::bars(title, unit, &range(0), &range(position as u32 + 1), &bars, indicator.decimals);
    (chart, bodies_alt(desk, indicator, title, shown, key))
}

fn bodies_alt(
    desk: &Desk<'_>,
    indicator: &Indicator,
    title: &str,
    scopes: &[Scope],
    key: impl Fn(&Scope) -> Key,
) -> String {
    let of = |scope: &Scope| Some((show::value(desk, &key(scope), indicator.decimals)?, scope.clone()));
    let mut values: Vec<(f64, Scope)> = scopes.iter().filter(|scope| **scope != Scope::Total).filter_map(of).collect();
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let said = |(value, scope): &(f64, Scope)| {
        format!("{} ({})", show::with_unit(desk, indicator, *value), show::scope(desk, scope))
    };
    let period = desk.input.release.shown().period.label(desk.input.language);
    match (values.first(), values.last()) {
        (Some(lowest), Some(highest)) => desk.words.say_with(
            "topic-chart-alt-bodies",
            &[
                ("title", title.into()),
                ("period", period.into()),
                ("highest", said(highest).into()),
                ("lowest", said(lowest).into()),
            ],
        ),
        _ => desk.words.say_with("topic-chart-alt-empty", &[("title", title.into())]),
    }
}

fn course_alt(desk: &Desk<'_>, title: &str) -> String {
    let shown = desk.input.release.shown();
    let label =
        |period: Option<&crate::model::period::Period>| period.unwrap_or(&shown.period).label(desk.input.language);
    desk.words.say_with(
        "topic-chart-alt-course",
        &[
            ("title", title.into()),
            ("first", label(shown.periods.first()).into()),
            ("last", label(shown.periods.last()).into()),
        ],
    )
}

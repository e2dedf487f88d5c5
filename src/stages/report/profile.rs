//! One municipality: its return, its indicators beside their past and all bodies together, its potentials.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::plan::Planned;
use super::table::{Cell, Column, Draft, Page, lines};
use super::{Desk, contents, points, response, show, style};
use crate::base::settings::Spanned;
use crate::model::figure::Key;

const WIDTHS: [f64; 12] = [35.0, 12.0, 14.0, 15.0, 17.0, 20.0, 13.0, 14.0, 14.0, 13.0, 14.0, 14.0];

pub(super) fn write(
    desk: &Desk<'_>,
    planned: &Planned<'_>,
    ags: &str,
    indicators: &[Spanned<String>],
    sheet: &mut Worksheet,
) -> Result<(), XlsxError> {
    let mut page = Page::new(sheet, &WIDTHS)?;
    contents::head(desk, planned, &mut page)?;
    for (label, text) in facts(desk, ags) {
        page.sheet.write_string_with_format(page.row, 0, &label, &style::label())?;
        let width: f64 = WIDTHS[1..].iter().sum();
        page.sheet.set_row_height(page.row, 13.5 * lines(&text, width) + 2.0)?;
        page.sheet.merge_range(page.row, 1, page.row, WIDTHS.len() as u16 - 1, &text, &style::prose())?;
        page.row += 1;
    }
    page.gap();
    page.heading(&desk.say("profile-indicators"))?;
    page.table(&figures(desk, ags, indicators))?;
    page.heading(&desk.say("profile-potentials"))?;
    let potentials = potentials(desk, ags);
    if potentials.is_empty() {
        page.prose(&desk.say("profile-potentials-none"))?;
    }
    // Sentences need more room than the columns of figures give: prose, a heading for each rule.
    for (title, sentences, advice) in potentials {
        page.sheet.write_string_with_format(page.row, 0, &title, &style::line())?;
        page.sheet.set_row_height(page.row, 18)?;
        page.row += 1;
        for sentence in sentences {
            page.prose(&format!("•  {sentence}"))?;
        }
        page.prose(&format!("→  {}: {advice}", desk.say("potentials-advice")))?;
    }
    page.done(0)
}

fn facts(desk: &Desk<'_>, ags: &str) -> Vec<(String, String)> {
    let input = desk.input;
    let words = &desk.words;
    let mut facts = Vec::new();
    if let Some(response) = input.release.shown().responses.iter().find(|one| one.body == ags) {
        let state = words.say(response::state_id(response.state));
        let text = match response.arrived {
            Some(arrived) => {
                let day = words.date(arrived.with_timezone(&input.clock.now().timezone()).date_naive());
                words.say_with("profile-return-arrived", &[("state", state.into()), ("date", day.into())])
            }
            None => format!("{} ({state})", words.say("mark-no-return")),
        };
        facts.push((words.say("profile-return"), text));
        if response.arrived.is_some() {
            let counts = [("errors", response.errors.into()), ("warnings", response.warnings.into())];
            facts.push((words.say("profile-checked"), words.say_with("profile-findings", &counts)));
        }
        if !response.missing_tables.is_empty() {
            facts.push((words.say("profile-missing"), response::sheet_titles(desk, &response.missing_tables)));
        }
    }
    let inhabitants = input.register.by_ags(ags).and_then(|body| Some((body.inhabitants?, body.inhabitants_date)));
    if let Some((count, day)) = inhabitants {
        let count = words.number(count, 0);
        let text = match day {
            Some(day) => {
                words.say_with("profile-inhabitants-of", &[("count", count.into()), ("date", words.date(day).into())])
            }
            None => count,
        };
        facts.push((words.say("profile-inhabitants"), text));
    }
    facts
}

fn figures(desk: &Desk<'_>, ags: &str, indicators: &[Spanned<String>]) -> Draft {
    let period = desk.input.release.shown().period;
    let before = desk.say(show::before_id(period.kind));
    let year = desk.say("before-year");
    let since = |id: &str, before: &str| desk.words.say_with(id, &[("before", before.into())]);
    let columns = vec![
        Column::text(desk.say("indicator")),
        Column::number(desk.say("value")),
        Column::text(desk.say("unit")),
        Column::text(desk.say("status")),
        Column::text(desk.say("target")),
        Column::number(desk.text(desk.input.total)),
        Column::number(show::capital(&before)),
        Column::number(since("change-since", &before)),
        Column::text(since("trend-since", &before)),
        Column::number(show::capital(&year)),
        Column::number(since("change-since", &year)),
        Column::text(since("trend-since", &year)),
    ];
    let mut draft = Draft::new(desk.say("profile-indicators"), columns);
    for id in indicators {
        let Some(indicator) = desk.input.catalogue.indicators.get(id.get_ref()) else { continue };
        let key = Key::body(id.get_ref(), ags, period);
        let against = |before| Key { period: before, ..key.clone() };
        let decimals = indicator.decimals;
        let [change, trend] = show::change_cells(desk, indicator, &key, period.previous());
        let [change_year, trend_year] = show::change_cells(desk, indicator, &key, period.year_before());
        let unit = match show::unit(desk, indicator) {
            "" => desk.say("kind-count"),
            unit => unit.to_owned(),
        };
        draft.row(vec![
            Cell::Strong(indicator.title.get(desk.input.language).to_owned()),
            show::cell(desk, &key, decimals),
            Cell::Text(unit),
            show::status_cell(desk, show::value(desk, &key, decimals), indicator),
            Cell::Text(show::target(desk, indicator)),
            show::cell(desk, &Key::total(id.get_ref(), period), decimals),
            show::cell(desk, &against(period.previous()), decimals),
            change,
            trend,
            show::cell(desk, &against(period.year_before()), decimals),
            change_year,
            trend_year,
        ]);
    }
    draft
}

/// What the rules of this edition found here, as first or as other body: title, sentences, advice.
fn potentials(desk: &Desk<'_>, ags: &str) -> Vec<(String, Vec<String>, String)> {
    let rules = super::potentials::rules(desk);
    let of_rule = |id: &str| {
        let rule = desk.input.rules.get(id)?;
        let concerned = |hit: &&crate::model::figure::Hit| hit.body == ags || hit.other.as_deref() == Some(ags);
        let hits = points::hits(desk, id);
        let sentences: Vec<String> =
            hits.into_iter().filter(concerned).map(|hit| points::sentence(desk, rule, hit)).collect();
        let language = desk.input.language;
        (!sentences.is_empty())
            .then(|| (rule.title.get(language).to_owned(), sentences, rule.advice.get(language).to_owned()))
    };
    rules.into_iter().filter_map(of_rule).collect()
}

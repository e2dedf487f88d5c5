//! How the figures are made: definitions, treatment of gaps, secrecy, sources.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::plan::Planned;
use super::table::{Cell, Column, Draft, Page};
use super::{Desk, contents, points, show};
use crate::model::indicator::{IndicatorKind, Measure, MissingPolicy};

const WIDTHS: [f64; 8] = [33.0, 56.0, 30.0, 30.0, 20.0, 16.0, 18.0, 38.0];

pub(super) fn write(desk: &Desk<'_>, planned: &Planned<'_>, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    let mut page = Page::new(sheet, &WIDTHS)?;
    contents::head(desk, planned, &mut page)?;
    page.heading(&desk.say("methods-rules"))?;
    page.table(&rules(desk))?;
    page.heading(&desk.say("methods-indicators"))?;
    page.table(&indicators(desk))?;
    // So that no table is torn.
    page.sheet.set_page_breaks(&[page.row])?;
    page.heading(&desk.say("methods-inhabitants"))?;
    page.table(&inhabitants(desk))?;
    page.done(0)
}

fn rules(desk: &Desk<'_>) -> Draft {
    let words = &desk.words;
    let limits = desk.input.disclosure;
    let number = |value: f64| words.number(value, 0);
    let mut draft = Draft::new(
        words.say("methods-rules"),
        vec![Column::text(words.say("methods-rule")), Column::text(words.say("methods-says"))],
    );
    let secret = [
        ("threshold", number(limits.threshold).into()),
        ("threshold-small", number(limits.threshold_small).into()),
        ("small", number(limits.small_body).into()),
    ];
    let mut row = |id: &str, text: String| draft.row(vec![Cell::Strong(words.say(id)), Cell::Text(text)]);
    row("methods-total", words.say("methods-total-text"));
    row("methods-change", words.say("methods-change-text"));
    row("methods-secret", words.say_with("methods-secret-text", &secret));
    row(
        "methods-uncertain",
        words.say_with("methods-uncertain-text", &[("base", number(limits.smallest_base).into())]),
    );
    row("methods-due", words.say_with("methods-due-text", &[("date", words.date(desk.input.due).into())]));
    draft
}

fn indicators(desk: &Desk<'_>) -> Draft {
    let language = desk.input.language;
    let headings = [
        "indicator",
        "methods-definition",
        "methods-numerator",
        "methods-denominator",
        "methods-kind",
        "unit",
        "target",
        "methods-missing",
    ];
    let mut draft =
        Draft::new(desk.say("methods-indicators"), headings.iter().map(|id| Column::text(desk.say(id))).collect());
    for (_, indicator) in points::indicators(desk) {
        let denominator = match &indicator.denominator {
            Some(id) => measure(desk, id.get_ref()),
            None => desk.say("methods-denominator-none"),
        };
        let unit = match indicator.unit.get(language) {
            "" => desk.say("kind-count"),
            unit => unit.to_owned(),
        };
        draft.row(vec![
            Cell::Strong(indicator.title.get(language).to_owned()),
            Cell::text(indicator.definition.get(language)),
            Cell::Text(measure(desk, indicator.numerator.get_ref())),
            Cell::Text(denominator),
            Cell::Text(desk.say(kind_id(indicator.kind))),
            Cell::Text(unit),
            Cell::Text(show::target(desk, indicator)),
            Cell::Text(desk.say(match indicator.missing {
                MissingPolicy::LeaveOut => "missing-leave-out",
                MissingPolicy::LeaveOutRows => "missing-leave-out-rows",
            })),
        ]);
    }
    draft
}

/// A measure in words: its title, or what is added up.
fn measure(desk: &Desk<'_>, id: &str) -> String {
    let Some(measure) = desk.input.catalogue.measures.get(id) else { return id.to_owned() };
    if let Some(title) = &measure.title {
        return title.get(desk.input.language).to_owned();
    }
    let what = made_of(desk, measure);
    match &measure.condition {
        Some(_) => desk.words.say_with("methods-restricted", &[("what", what.into())]),
        None => what,
    }
}

fn made_of(desk: &Desk<'_>, measure: &Measure) -> String {
    let language = desk.input.language;
    let name = measure.table.get_ref();
    let table = desk.input.form.tables.get(name);
    let title = table.map_or(name.as_str(), |table| table.title.get(language));
    let heading = |field: &str| {
        let known = table.and_then(|table| table.field(field));
        known.map_or_else(|| field.to_owned(), |field| super::plain_heading(language, field).to_owned())
    };
    let of =
        |id: &str, field: &str| desk.words.say_with(id, &[("field", heading(field).into()), ("table", title.into())]);
    match (&measure.sum, &measure.weights) {
        (Some(_), _) => {
            let signed =
                |(sign, field): (f64, &str)| format!("{}{}", if sign < 0.0 { "− " } else { "+ " }, heading(field));
            let sum = measure.terms().into_iter().map(signed).collect::<Vec<_>>().join(" ");
            let sum = sum.strip_prefix("+ ").unwrap_or(&sum);
            desk.words.say_with("methods-measure-sum", &[("field", sum.into()), ("table", title.into())])
        }
        (None, Some(weights)) => of("methods-measure-weights", weights.field.get_ref()),
        (None, None) => desk.words.say_with("methods-measure-count", &[("table", title.into())]),
    }
}

fn kind_id(kind: IndicatorKind) -> &'static str {
    match kind {
        IndicatorKind::Share => "kind-share",
        IndicatorKind::Rate => "kind-rate",
        IndicatorKind::Ratio => "kind-ratio",
        IndicatorKind::Mean => "kind-mean",
        IndicatorKind::Count => "kind-count",
    }
}

fn inhabitants(desk: &Desk<'_>) -> Draft {
    let columns = vec![
        Column::text(desk.say("body")),
        Column::text(desk.say("methods-inhabitants-basis")),
        Column::number(desk.say("methods-inhabitants-count")),
        Column::text(desk.say("methods-inhabitants-date")),
        Column::number(desk.say("methods-area")),
        Column::text(desk.say("methods-ags")),
    ];
    let mut draft = Draft::new(desk.say("methods-inhabitants"), columns);
    let none = || desk.say("mark-none");
    for ags in &desk.input.release.shown().bodies {
        let body = desk.input.register.by_ags(ags);
        let basis = body.map(|body| body.inhabitants_basis.as_str()).filter(|basis| !basis.is_empty());
        draft.row(vec![
            Cell::text(desk.input.register.name(ags)),
            Cell::Text(basis.map_or_else(none, str::to_owned)),
            body.and_then(|body| body.inhabitants).map_or_else(|| Cell::Word(none()), |count| Cell::Number(count, 0)),
            body.and_then(|body| body.inhabitants_date).map_or_else(|| Cell::Text(none()), Cell::Date),
            body.and_then(|body| body.area)
                .map_or_else(|| Cell::Word(none()), |area| Cell::Number(show::round(area, 2), 2)),
            Cell::Text(ags.clone()),
        ]);
    }
    draft
}

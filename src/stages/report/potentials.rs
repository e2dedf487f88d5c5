//! What the rules found: for each rule its cases in sentences, the largest effect first, and the evidence as a table.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::plan::{Part, Planned};
use super::table::{Cell, Column, Draft, Page};
use super::{Desk, contents, points, show, table};
use crate::base::settings::Spanned;
use crate::model::figure::{Hit, Item};
use crate::model::form::{Field, FieldType};
use crate::model::pipeline::Content;
use crate::model::potential::Rule;

/// No column is wider, however long its texts.
const WIDEST: f64 = 38.0;
/// Room for the sentences, which run across all columns.
const AT_LEAST: usize = 7;

pub(super) fn write(
    desk: &Desk<'_>,
    planned: &Planned<'_>,
    rules: &[Spanned<String>],
    sheet: &mut Worksheet,
) -> Result<(), XlsxError> {
    let overview = overview(desk, planned, rules);
    let found: Vec<(&Rule, Vec<&Hit>)> = rules
        .iter()
        .filter_map(|id| Some((desk.input.rules.get(id.get_ref())?, points::hits(desk, id.get_ref()))))
        .filter(|(_, hits)| !hits.is_empty())
        .collect();
    let evidence: Vec<Draft> = found.iter().map(|(rule, hits)| evidence(desk, rule, hits)).collect();
    let mut widths = table::fit(evidence.iter().chain([&overview]), WIDEST);
    widths.resize(widths.len().max(AT_LEAST), 20.0);
    let mut page = Page::new(sheet, &widths)?;
    contents::head(desk, planned, &mut page)?;
    page.table(&overview)?;
    for ((rule, hits), evidence) in found.iter().zip(&evidence) {
        page.heading(rule.title.get(desk.input.language))?;
        page.prose(&format!("{}: {}", desk.say("potentials-advice"), rule.advice.get(desk.input.language)))?;
        for (number, hit) in (1..).zip(hits) {
            page.prose(&format!("{number}.  {}", points::sentence(desk, rule, hit)))?;
        }
        page.air()?;
        page.table(evidence)?;
    }
    page.done(0)
}

/// The rules that this edition shows.
pub(super) fn rules<'a>(desk: &Desk<'a>) -> Vec<&'a str> {
    let of = |planned: &Planned<'a>| match &planned.part {
        Part::Content(Content::Potentials { rules }) => rules.as_slice(),
        _ => &[],
    };
    desk.plan.iter().flat_map(of).map(|id| id.get_ref().as_str()).collect()
}

/// Every rule with how often it found something, so that one that found nothing is seen to have looked.
fn overview(desk: &Desk<'_>, planned: &Planned<'_>, rules: &[Spanned<String>]) -> Draft {
    let columns = vec![
        Column::text(desk.say("potentials-number")),
        Column::text(desk.say("potentials-rule")),
        Column::number(desk.say("potentials-cases")),
        Column::number(desk.say("potentials-bodies")),
    ];
    let mut draft = Draft::new(&planned.title, columns);
    let known = rules.iter().filter_map(|id| Some((id.get_ref(), desk.input.rules.get(id.get_ref())?)));
    for (number, (id, rule)) in (1_u32..).zip(known) {
        let hits = points::hits(desk, id);
        let mut bodies: Vec<&str> = hits.iter().map(|hit| hit.body.as_str()).collect();
        bodies.sort_unstable();
        bodies.dedup();
        draft.row(vec![
            Cell::Text(number.to_string()),
            Cell::text(rule.title.get(desk.input.language)),
            Cell::whole(hits.len() as u32),
            Cell::whole(bodies.len() as u32),
        ]);
    }
    draft
}

/// One row for each row of evidence (or each case without any), with the number of its sentence.
fn evidence(desk: &Desk<'_>, rule: &Rule, hits: &[&Hit]) -> Draft {
    let language = desk.input.language;
    let asked = rule.find.table().map(|table| table.get_ref().as_str());
    let labels = hits.first().map(|hit| hit.labels.as_slice()).unwrap_or_default();
    let field = |label: &String| -> Option<&Field> { desk.input.form.field_of(asked?, label) };
    let fields: Vec<Option<&Field>> = labels.iter().map(field).collect();
    let shown = |index: &usize| fields[*index].is_none_or(|field| !field.private);
    let order: Vec<usize> = (0..labels.len()).filter(shown).collect();

    let mut columns = vec![Column::text(desk.say("potentials-case")), Column::text(desk.say("body"))];
    columns.extend(order.iter().map(|index| match fields[*index] {
        Some(field) if field.kind.is_number() => Column::number(super::plain_heading(language, field)),
        Some(field) => Column::text(super::plain_heading(language, field)),
        None => Column::number(label_title(desk, &labels[*index])),
    }));
    let unit = rule.unit.get(language);
    let effect = desk.say("potentials-effect");
    columns.push(Column::number(if unit.is_empty() { effect } else { format!("{effect} ({unit})") }));

    let mut draft =
        Draft::new(desk.words.say_with("potentials-evidence", &[("title", rule.title.get(language).into())]), columns);
    for (number, hit) in (1_u32..).zip(hits) {
        let own = [(hit.body.clone(), vec![Item::Nothing; labels.len()])];
        let rows = if hit.rows.is_empty() { &own[..] } else { &hit.rows[..] };
        for (body, items) in rows {
            let mut cells = vec![Cell::Text(number.to_string()), Cell::text(desk.input.register.name(body))];
            cells.extend(
                order.iter().map(|index| said(desk, fields[*index], items.get(*index).unwrap_or(&Item::Nothing))),
            );
            cells.push(show::item(desk, &points::effect(desk, rule, hit)));
            draft.row(cells);
        }
    }
    (0..draft.columns.len()).for_each(|column| draft.even(column));
    draft
}

/// What a label that is no field is called: the title of a measure or indicator.
fn label_title(desk: &Desk<'_>, label: &str) -> String {
    let catalogue = desk.input.catalogue;
    if let Some(indicator) = catalogue.indicators.get(label) {
        return show::heading(desk, indicator);
    }
    catalogue.measures.get(label).map_or_else(|| label.to_owned(), |measure| show::measure_title(desk, label, measure))
}

/// An item with the label of its code, where its field has codes.
pub(super) fn said(desk: &Desk<'_>, field: Option<&Field>, item: &Item) -> Cell {
    let (Some(field), Item::Text(text)) = (field, item) else { return show::item(desk, item) };
    match field.kind {
        FieldType::Code => {
            let codes = desk.input.form.codes_of(field);
            let label = codes.iter().find(|code| code.id == *text).map(|code| code.label(desk.input.language));
            label.map_or_else(|| show::item(desk, item), Cell::text)
        }
        FieldType::YesNo if text == "ja" => Cell::Text(desk.say("yes")),
        FieldType::YesNo if text == "nein" => Cell::Text(desk.say("no")),
        _ => show::item(desk, item),
    }
}

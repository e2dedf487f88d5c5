//! Rows of a table (such as decisions) with how many bodies stand where.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::plan::Planned;
use super::table::{Area, Cell, Column, Draft, Page};
use super::{Desk, chart, contents, potentials, show};
use crate::base::settings::Spanned;
use crate::model::figure::ProgressRow;
use crate::model::form::{Field, FieldType};
use crate::model::pipeline::Content;
use crate::model::value::column_letters;

pub(super) fn write(
    desk: &Desk<'_>,
    planned: &Planned<'_>,
    table: &str,
    show: &[Spanned<String>],
    done: &[Spanned<String>],
    sheet: &mut Worksheet,
) -> Result<(), XlsxError> {
    let fields: Vec<Option<&Field>> = show.iter().map(|name| field(desk, table, name.get_ref())).collect();
    let shown: Vec<usize> =
        (0..fields.len()).filter(|index| fields[*index].is_none_or(|field| !field.private)).collect();
    let rows = rows(desk, planned);
    let states: Vec<&str> =
        rows.first().map(|row| row.states.iter().map(|(code, _)| code.as_str()).collect()).unwrap_or_default();

    let width = |index: &usize| match fields[*index].map(|field| field.kind) {
        Some(FieldType::Text) | None => 46.0,
        Some(FieldType::Date) => 13.0,
        Some(_) => 22.0,
    };
    let mut widths = vec![10.0];
    widths.extend(shown.iter().map(width));
    widths.extend(states.iter().map(|_| 12.5));
    widths.extend([12.5, 9.0, 12.5]);
    let mut page = Page::new(sheet, &widths)?;
    contents::head(desk, planned, &mut page)?;
    if rows.is_empty() {
        page.prose(&desk.say("progress-none"))?;
        return page.done(0);
    }
    let finished = rows.iter().filter(|row| row.of > 0 && row.done == row.of).count();
    let arguments = [("of", rows.len().into()), ("done", finished.into())];
    page.prose(&desk.words.say_with("progress-head", &arguments))?;
    let draft = draft(desk, planned, (table, &fields, &shown), &states, done, rows);
    let mut last = 0;
    if let Some(area) = page.table(&draft)? {
        page.sheet.set_freeze_panes(area.first, 1)?;
        page.sheet.set_repeat_rows(area.header, area.header)?;
        last = draw(desk, &mut page, &planned.name, area, shown.len() as u32 + 1, &states, table, &widths)?;
    }
    page.done(last)
}

fn rows<'a>(desk: &Desk<'a>, planned: &Planned<'_>) -> &'a [ProgressRow] {
    let is_this = |sheet: &&&crate::model::pipeline::Sheet| matches!((&planned.part, &sheet.content), (super::Part::Content(one), other) if std::ptr::eq(*one, other));
    let id = desk.input.sheets.iter().find(is_this).map(|sheet| sheet.id.get_ref().as_str());
    id.and_then(|id| desk.input.release.shown().progress.get(id)).map(Vec::as_slice).unwrap_or_default()
}

/// A field of the table, or of the one whose fields are brought beside it.
fn field<'a>(desk: &Desk<'a>, table: &str, name: &str) -> Option<&'a Field> {
    let table = desk.input.form.tables.get(table)?;
    let looked_up = || desk.input.form.tables.get(table.lookup.as_ref()?.table.get_ref())?.field(name);
    table.field(name).or_else(looked_up)
}

/// The field whose codes are the states.
fn state_field<'a>(desk: &Desk<'a>, table: &str) -> Option<&'a Field> {
    let of_this_table = |sheet: &&'a crate::model::pipeline::Sheet| match &sheet.content {
        Content::Progress { table: other, state, .. } if other.get_ref() == table => Some(state.get_ref().clone()),
        _ => None,
    };
    let name = desk.input.sheets.iter().find_map(of_this_table)?;
    field(desk, table, &name)
}

fn state_title(desk: &Desk<'_>, table: &str, code: &str) -> String {
    let codes = state_field(desk, table).map(|field| desk.input.form.codes_of(field)).unwrap_or_default();
    let label = codes.iter().find(|one| one.id == code).map(|one| one.label(desk.input.language).to_owned());
    label.unwrap_or_else(|| code.to_owned())
}

fn draft(
    desk: &Desk<'_>,
    planned: &Planned<'_>,
    (table, fields, shown): (&str, &[Option<&Field>], &[usize]),
    states: &[&str],
    done: &[Spanned<String>],
    rows: &[ProgressRow],
) -> Draft {
    let language = desk.input.language;
    let key = desk.input.form.tables.get(table).and_then(|table| table.key());
    let mut columns = vec![Column::text(key.map_or("", |key| super::plain_heading(language, key)))];
    columns.extend(shown.iter().map(|index| match fields[*index] {
        Some(field) if field.kind.is_number() => Column::number(super::plain_heading(language, field)),
        Some(field) => Column::text(super::plain_heading(language, field)),
        None => Column::text(desk.say("topic-part")),
    }));
    columns.extend(states.iter().map(|state| Column::number(state_title(desk, table, state))));
    let finished: Vec<String> = done.iter().map(|code| state_title(desk, table, code.get_ref())).collect();
    columns.push(Column::number(format!("{} ({})", desk.say("progress-done"), finished.join(", "))));
    columns.push(Column::number(desk.say("progress-of")));
    columns.push(Column::number(desk.say("progress-share")));
    let mut draft = Draft::new(&planned.title, columns);
    for row in rows {
        let mut cells = vec![Cell::Text(row.key.clone())];
        let nothing = crate::model::figure::Item::Nothing;
        cells.extend(
            shown.iter().map(|index| potentials::said(desk, fields[*index], row.show.get(*index).unwrap_or(&nothing))),
        );
        cells.extend(states.iter().map(|state| {
            let count = row.states.iter().find(|(code, _)| code == state).map_or(0, |(_, count)| *count);
            Cell::whole(count)
        }));
        cells.push(Cell::whole(row.done));
        cells.push(Cell::whole(row.of));
        cells.push(match row.of {
            0 => Cell::Word(desk.say("mark-none")),
            of => Cell::Number(show::round(100.0 * f64::from(row.done) / f64::from(of), 0), 0),
        });
        draft.row(cells);
    }
    draft
}

/// The chart below the table; the last row that it covers.
#[expect(clippy::too_many_arguments, reason = "what a chart needs to know of its sheet")]
fn draw(
    desk: &Desk<'_>,
    page: &mut Page<'_>,
    sheet: &str,
    area: Area,
    first: u32,
    states: &[&str],
    table: &str,
    widths: &[f64],
) -> Result<u32, XlsxError> {
    let range = |column: u32| {
        let letters = column_letters(column);
        format!("'{}'!${letters}${}:${letters}${}", sheet.replace('\'', "''"), area.first + 1, area.last + 1)
    };
    let series: Vec<(String, String)> =
        (first..).zip(states).map(|(column, state)| (state_title(desk, table, state), range(column))).collect();
    let mut drawn = chart::stacked(&desk.say("progress-chart"), &range(0), &series);
    let rows = (area.last - area.first + 1).clamp(6, 30) * 2 + 8;
    let width = (widths.iter().sum::<f64>() * 7.0).clamp(600.0, 1000.0);
    drawn
        .set_width(width as u32)
        .set_height(17 * (rows - 1))
        .set_alt_text(chart::alt_text(&desk.say("progress-chart-alt")));
    page.sheet.insert_chart_with_offset(page.row, 0, &drawn, 2, 6)?;
    let last = page.row + rows;
    page.row = last + 1;
    Ok(last)
}

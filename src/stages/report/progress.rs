//! Rows of a table (such as decisions) with how many bodies stand where.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::chart::{self, Part, Shade};
use super::plan::Planned;
use super::table::{self, Area, Cell, Column, Draft, Page};
use super::{Desk, contents, potentials, show};
use crate::base::settings::Spanned;
use crate::model::figure::{Item, ProgressRow};
use crate::model::form::{Code, Field};
use crate::model::pipeline::{Content, Sheet};
use crate::model::value::column_letters;

/// No column is wider, however long its texts.
const WIDEST: f64 = 52.0;
/// With more rows, table and chart stand on pages of their own.
const ONE_PAGE: usize = 9;

pub(super) fn write(
    desk: &Desk<'_>,
    planned: &Planned<'_>,
    table: &str,
    show: &[Spanned<String>],
    done: &[Spanned<String>],
    sheet: &mut Worksheet,
) -> Result<(), XlsxError> {
    let rows = rows(desk, planned);
    let progress = Progress::of(desk, table, show, done, rows);
    let draft = draft(desk, planned, &progress, rows);
    let mut page = Page::new(sheet, &table::fit([&draft].into_iter(), WIDEST))?;
    contents::head(desk, planned, &mut page)?;
    if rows.is_empty() {
        page.prose(&desk.say("progress-none"))?;
        return page.done(0);
    }
    let everywhere = rows.iter().filter(|row| row.of > 0 && row.done == row.of).count();
    let arguments = [("of", rows.len().into()), ("done", everywhere.into())];
    page.prose(&desk.words.say_with("progress-head", &arguments))?;
    if let Some(area) = page.table(&draft)? {
        page.sheet.set_freeze_panes(area.first, 1)?;
        page.sheet.set_repeat_rows(area.header, area.header)?;
        if rows.len() > ONE_PAGE {
            page.sheet.set_page_breaks(&[page.row])?;
        }
        draw(desk, &mut page, &planned.name, area, &progress)?;
    }
    page.done(0)
}

/// What is shown of each row: fields, states, and which states count as done.
struct Progress<'a> {
    key: Option<&'a Field>,
    /// With their place among the items of a row.
    fields: Vec<(usize, Option<&'a Field>)>,
    states: Vec<String>,
    labels: Vec<&'a Code>,
    done: Vec<String>,
}

impl<'a> Progress<'a> {
    fn of(
        desk: &Desk<'a>,
        table: &str,
        show: &[Spanned<String>],
        done: &[Spanned<String>],
        rows: &[ProgressRow],
    ) -> Progress<'a> {
        let form = desk.input.form;
        let asked = form.tables.get(table);
        let fields = show.iter().map(|name| field(desk, table, name.get_ref())).enumerate();
        let states = rows.first().map(|row| row.states.iter().map(|(code, _)| code.clone()).collect());
        Progress {
            key: asked.and_then(|table| table.key()),
            fields: fields.filter(|(_, field)| field.is_none_or(|field| !field.private)).collect(),
            states: states.unwrap_or_default(),
            labels: state_field(desk, table).map(|field| form.codes_of(field)).unwrap_or_default(),
            done: done.iter().map(|code| code.get_ref().clone()).collect(),
        }
    }

    fn title(&self, desk: &Desk<'_>, state: &str) -> String {
        let label = self.labels.iter().find(|code| code.id == state);
        label.map_or(state, |code| code.label(desk.input.language)).to_owned()
    }

    /// One state alone that counts as done has its column already.
    fn sums_up(&self) -> bool {
        self.done.len() != 1 || !self.states.contains(&self.done[0])
    }
}

fn rows<'a>(desk: &Desk<'a>, planned: &Planned<'_>) -> &'a [ProgressRow] {
    let super::Part::Content(content) = &planned.part else { return &[] };
    let is_this = |sheet: &&&Sheet| std::ptr::eq(*content, &sheet.content);
    let id = desk.input.sheets.iter().find(is_this).map(|sheet| sheet.id.get_ref().as_str());
    id.and_then(|id| desk.input.release.shown().progress.get(id)).map(Vec::as_slice).unwrap_or_default()
}

/// A field of the table, or of the one whose fields are brought beside it.
fn field<'a>(desk: &Desk<'a>, table: &str, name: &str) -> Option<&'a Field> {
    desk.input.form.field_of(table, name)
}

/// The field whose codes are the states.
fn state_field<'a>(desk: &Desk<'a>, table: &str) -> Option<&'a Field> {
    let of_this_table = |sheet: &&'a Sheet| match &sheet.content {
        Content::Progress { table: other, state, .. } if other.get_ref() == table => Some(state.get_ref().as_str()),
        _ => None,
    };
    field(desk, table, desk.input.sheets.iter().find_map(of_this_table)?)
}

fn draft(desk: &Desk<'_>, planned: &Planned<'_>, progress: &Progress<'_>, rows: &[ProgressRow]) -> Draft {
    let language = desk.input.language;
    let named = |field: &Field| match field.kind.is_number() {
        true => Column::number(super::plain_heading(language, field)),
        false => Column::text(super::plain_heading(language, field)),
    };
    let mut columns = vec![progress.key.map_or_else(|| Column::text(desk.say("potentials-number")), named)];
    columns.extend(
        progress.fields.iter().map(|(_, field)| field.map_or_else(|| Column::text(desk.say("topic-part")), named)),
    );
    columns.extend(progress.states.iter().map(|state| Column::number(progress.title(desk, state))));
    if progress.sums_up() {
        let finished: Vec<String> = progress.done.iter().map(|code| progress.title(desk, code)).collect();
        columns.push(Column::number(format!("{} ({})", desk.say("progress-done"), finished.join(", "))));
    }
    columns.push(Column::number(desk.say("progress-of")));
    columns.push(Column::number(desk.say("progress-share")));
    let mut draft = Draft::new(&planned.title, columns);
    for row in rows {
        let mut cells = vec![Cell::Text(row.key.clone())];
        let item = |index: &usize| row.show.get(*index).unwrap_or(&Item::Nothing);
        cells.extend(progress.fields.iter().map(|(index, field)| potentials::said(desk, *field, item(index))));
        cells.extend(progress.states.iter().map(|state| {
            let found = row.states.iter().find(|(code, _)| code == state);
            Cell::whole(found.map_or(0, |(_, count)| *count))
        }));
        cells.extend(progress.sums_up().then(|| Cell::whole(row.done)));
        cells.push(Cell::whole(row.of));
        cells.push(match row.of {
            0 => Cell::Word(desk.say("mark-none")),
            of => Cell::Number(show::round(100.0 * f64::from(row.done) / f64::from(of), 0), 0),
        });
        draft.row(cells);
    }
    draft
}

/// The chart below the table.
fn draw(
    desk: &Desk<'_>,
    page: &mut Page<'_>,
    sheet: &str,
    area: Area,
    progress: &Progress<'_>,
) -> Result<(), XlsxError> {
    let range = |column: u32| {
        let letters = column_letters(column);
        format!("'{}'!${letters}${}:${letters}${}", sheet.replace('\'', "''"), area.first + 1, area.last + 1)
    };
    let first_done = progress.states.iter().position(|state| progress.done.contains(state));
    let color = |index: usize, state: &String| match first_done {
        _ if progress.done.contains(state) => Shade::Done,
        Some(done) if index > done => Shade::After,
        _ => Shade::Before,
    };
    let first = progress.fields.len() as u32 + 1;
    let part = |(index, state): (usize, &String)| Part {
        name: progress.title(desk, state),
        values: range(first + index as u32),
        color: color(index, state),
    };
    let parts: Vec<Part> = progress.states.iter().enumerate().map(part).collect();
    let mut drawn = chart::stacked(&desk.say("progress-chart"), &range(0), &parts);
    let rows = (area.last - area.first + 1).clamp(6, 30) * 3 / 2 + 8;
    drawn.set_width(1000).set_height(17 * (rows - 1)).set_alt_text(chart::alt_text(&desk.say("progress-chart-alt")));
    page.sheet.insert_chart_with_offset(page.row, 0, &drawn, 2, 2)?;
    page.row += rows;
    Ok(())
}

//! Who returned what and when.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::plan::Planned;
use super::table::{Cell, Column, Draft, Page};
use super::{Desk, contents, points, show};
use crate::model::figure::{Response, ReturnState};

const WIDTHS: [f64; 11] = [25.0, 16.0, 17.0, 11.0, 17.0, 17.0, 22.0, 24.0, 17.0, 17.0, 17.0];

pub(super) fn write(desk: &Desk<'_>, planned: &Planned<'_>, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    let mut page = Page::new(sheet, &WIDTHS)?;
    contents::head(desk, planned, &mut page)?;
    let (received, expected) = points::returned(desk);
    let due = desk.words.date(desk.input.due);
    let head = [("received", received.into()), ("expected", expected.into()), ("due", due.into())];
    page.prose(&desk.words.say_with("response-head", &head))?;
    let columns = vec![
        Column::text(desk.say("body")),
        Column::text(desk.say("response-state")),
        Column::text(desk.say("response-arrived")),
        Column::number(desk.say("response-files")),
        Column::text(desk.say("response-corrected")),
        Column::text(desk.say("response-late-part")),
        Column::text(desk.say("response-nil")),
        Column::text(desk.say("response-missing")),
        Column::number(desk.say("response-completeness")),
        Column::number(desk.say("response-errors")),
        Column::number(desk.say("response-warnings")),
    ];
    let mut draft = Draft::new(&planned.title, columns);
    for response in &desk.input.release.shown().responses {
        draft.row(row(desk, response));
    }
    if let Some(area) = page.table(&draft)? {
        page.sheet.set_freeze_panes(area.first, 1)?;
        page.sheet.set_repeat_rows(area.header, area.header)?;
    }
    page.done(0)
}

fn row(desk: &Desk<'_>, response: &Response) -> Vec<Cell> {
    let yes_no = |yes: bool| Cell::Text(desk.say(if yes { "yes" } else { "no" }));
    let state = desk.say(state_id(response.state));
    let arrived = response.arrived.map(|instant| instant.with_timezone(&desk.input.clock.now().timezone()));
    let here = arrived.is_some();
    let counted = |count: u32| if here { Cell::whole(count) } else { Cell::Word(desk.say("mark-no-return")) };
    let said = |text: Cell| if here { text } else { Cell::Text(desk.say("mark-no-return")) };
    let completeness = match response.asked_cells {
        0 => Cell::Word(desk.say("mark-none")),
        asked => Cell::Number(show::round(100.0 * f64::from(response.answered_cells) / f64::from(asked), 1), 1),
    };
    vec![
        Cell::text(desk.input.register.name(&response.body)),
        match response.state {
            ReturnState::Overdue => Cell::Strong(state),
            _ => Cell::Text(state),
        },
        arrived.map_or_else(|| Cell::Text(desk.say("mark-no-return")), |arrived| Cell::Date(arrived.date_naive())),
        Cell::whole(response.files),
        said(yes_no(response.corrected)),
        said(yes_no(response.late_part)),
        said(sheets(desk, &response.nil)),
        said(sheets(desk, &response.missing_tables)),
        if here { completeness } else { Cell::Word(desk.say("mark-no-return")) },
        counted(response.errors),
        counted(response.warnings),
    ]
}

/// The titles of tables, or that there are none.
pub(super) fn sheet_titles(desk: &Desk<'_>, tables: &[String]) -> String {
    let title = |name: &String| {
        let table = desk.input.form.tables.get(name);
        table.map_or_else(|| name.clone(), |table| table.sheet.clone())
    };
    let titles: Vec<String> = tables.iter().map(title).collect();
    titles.join(", ")
}

fn sheets(desk: &Desk<'_>, tables: &[String]) -> Cell {
    Cell::Text(if tables.is_empty() { desk.say("none") } else { sheet_titles(desk, tables) })
}

pub(super) fn state_id(state: ReturnState) -> &'static str {
    match state {
        ReturnState::OnTime => "return-on-time",
        ReturnState::Late => "return-late",
        ReturnState::NotDue => "return-not-due",
        ReturnState::Overdue => "return-overdue",
    }
}

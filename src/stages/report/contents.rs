//! The contents: every sheet with a link and what it answers.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::Desk;
use super::plan::{Part, Planned};
use super::table::{Cell, Column, Draft, Page};

pub(super) fn write(desk: &Desk<'_>, planned: &Planned<'_>, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    let mut page = Page::new(sheet, &[34.0, 104.0])?;
    page.title(&planned.title)?;
    page.prose(&planned.lead)?;
    page.air()?;
    let columns = vec![Column::text(desk.say("contents-sheet")), Column::text(desk.say("contents-answers"))];
    let mut draft = Draft::new(&planned.title, columns);
    for other in desk.plan.iter().filter(|other| !matches!(other.part, Part::Contents)) {
        let answers = match &other.part {
            Part::Profile(..) => desk.say("contents-profile"),
            _ if other.lead.is_empty() => other.title.clone(),
            Part::Series => other.title.clone(),
            _ => format!("{}: {}", other.title, other.lead),
        };
        draft.row(vec![Cell::Link(other.name.clone(), other.name.clone()), Cell::Text(answers)]);
    }
    page.table(&draft)?;
    page.sheet.set_print_fit_to_pages(1, 1);
    page.done(0)
}

/// Below the title of every other sheet: the way back.
pub(super) fn back(desk: &Desk<'_>, page: &mut Page<'_>) -> Result<(), XlsxError> {
    match desk.plan.iter().find(|planned| matches!(planned.part, Part::Contents)) {
        Some(contents) => page.link(&desk.say("contents-back"), &contents.name)?,
        None => page.gap(),
    }
    page.air()
}

/// Title, lead and the way back: how every sheet begins.
pub(super) fn head(desk: &Desk<'_>, planned: &Planned<'_>, page: &mut Page<'_>) -> Result<(), XlsxError> {
    page.title(&planned.title)?;
    if !planned.lead.is_empty() {
        page.prose(&planned.lead)?;
    }
    back(desk, page)
}

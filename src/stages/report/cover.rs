//! The cover: what this is, who reported, what to read first, and what the signs mean.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::plan::{Part, Planned};
use super::table::{Column, Draft, Page, lines, write_link};
use super::{Desk, points, show, style, table};
use crate::model::figure::ReturnState;

const WIDTHS: [f64; 2] = [26.0, 112.0];

pub(super) fn write(desk: &Desk<'_>, planned: &Planned<'_>, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    let mut page = Page::new(sheet, &WIDTHS)?;
    page.title(&planned.title)?;
    page.air()?;
    for (label, text) in facts(desk) {
        pair(&mut page, &label, &text)?;
    }
    if let Some(note) = &desk.input.report.note {
        pair(&mut page, &desk.say("cover-note"), desk.text(note))?;
    }
    page.gap();
    page.heading(&desk.say("cover-read-first"))?;
    for point in points::first_read(desk) {
        if let Some(sheet) = &point.sheet {
            write_link(page.sheet, page.row, 0, sheet, sheet, &style::link())?;
        }
        text(&mut page, &point.text)?;
    }
    if let Some(contents) = desk.plan.iter().find(|planned| matches!(planned.part, Part::Contents)) {
        page.gap();
        page.link(&desk.say("cover-contents"), &contents.name)?;
    }
    page.gap();
    page.heading(&desk.say("cover-legend"))?;
    page.table(&legend(desk))?;
    page.sheet.set_print_fit_to_pages(1, 1);
    page.done(0)
}

fn facts(desk: &Desk<'_>) -> Vec<(String, String)> {
    let input = desk.input;
    let words = &desk.words;
    let now = input.clock.now();
    let as_of = [("date", words.date(now.date_naive()).into()), ("time", words.time(now.time()).into())];
    let (received, expected) = points::returned(desk);
    let missing = points::missing(desk);
    let missing = if missing.is_empty() { desk.say("cover-missing-none") } else { words.list(&missing) };
    let responses = &input.release.shown().responses;
    let late: Vec<&str> = responses
        .iter()
        .filter(|one| one.state == ReturnState::Late)
        .map(|one| input.register.name(&one.body))
        .collect();
    let mut facts = vec![
        (desk.say("cover-period"), input.release.shown().period.label(input.language)),
        (desk.say("cover-audience"), desk.text(input.audience_title).to_owned()),
        (desk.say("cover-as-of"), words.say_with("cover-as-of-time", &as_of)),
        (
            desk.say("cover-returns"),
            words.say_with("cover-returned", &[("received", received.into()), ("expected", expected.into())]),
        ),
        (desk.say("cover-missing"), missing),
    ];
    if !late.is_empty() {
        facts.push((desk.say("cover-late"), words.list(&late)));
    }
    facts
}

fn pair(page: &mut Page<'_>, label: &str, said: &str) -> Result<(), XlsxError> {
    page.sheet.write_string_with_format(page.row, 0, label, &style::label())?;
    text(page, said)
}

/// Text beside what stands in the first column.
fn text(page: &mut Page<'_>, said: &str) -> Result<(), XlsxError> {
    page.sheet.set_row_height(page.row, 13.5 * lines(said, WIDTHS[1]) + 3.0)?;
    page.sheet.write_string_with_format(page.row, 1, said, &style::prose())?;
    page.row += 1;
    Ok(())
}

fn legend(desk: &Desk<'_>) -> Draft {
    let columns = vec![Column::text(desk.say("cover-sign")), Column::text(desk.say("cover-meaning"))];
    let mut draft = Draft::new(desk.say("cover-legend"), columns);
    let mut row = |id: &str, meaning: &str| {
        draft.row(vec![table::Cell::Text(desk.say(id)), table::Cell::Text(desk.say(meaning))]);
    };
    for mark in show::MARKS {
        row(show::mark_id(mark), &format!("{}-meaning", show::mark_id(mark)));
    }
    row("mark-none", "mark-none-meaning");
    draft
}

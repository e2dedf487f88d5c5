//! What was counted while the returns were checked: tables that are not complete, and how each rule fared.

use rust_xlsxwriter::XlsxError;

use super::table::{Cell, Column, Draft, Page};
use super::{Desk, show};

/// Below the findings of the same sheet.
pub(super) fn write(desk: &Desk<'_>, mut page: Page<'_>) -> Result<(), XlsxError> {
    incomplete(desk, &mut page)?;
    rules(desk, &mut page)?;
    page.done(0)
}

fn incomplete(desk: &Desk<'_>, page: &mut Page<'_>) -> Result<(), XlsxError> {
    let all = &desk.input.release.shown().completeness;
    if all.is_empty() {
        return Ok(());
    }
    page.heading(&desk.say("quality-completeness"))?;
    // Who has sent nothing stands on the sheet of responses.
    let sent = |body: &str| {
        let responses = &desk.input.release.shown().responses;
        responses.iter().any(|response| response.body == body && response.arrived.is_some())
    };
    let all: Vec<_> = all.iter().filter(|table| sent(&table.body)).collect();
    let mut gaps: Vec<_> = all.iter().filter(|table| table.answered < table.asked).collect();
    gaps.sort_by_key(|table| (u64::from(table.answered) * 1000 / u64::from(table.asked), &table.body, &table.table));
    let counts = [("complete", (all.len() - gaps.len()).into()), ("all", all.len().into())];
    page.prose(&desk.words.say_with("quality-complete", &counts))?;
    if gaps.is_empty() {
        return Ok(());
    }
    let columns = vec![
        Column::number(desk.say("quality-share")),
        Column::text(desk.say("body")),
        Column::text(desk.say("quality-sheet")),
        Column::text(desk.say("quality-answered")),
    ];
    let mut draft = Draft::new(desk.say("quality-completeness"), columns);
    for table in gaps {
        let counts = [("used", table.answered.into()), ("expected", table.asked.into())];
        draft.row(vec![
            Cell::Number(show::round(100.0 * f64::from(table.answered) / f64::from(table.asked), 0), 0),
            Cell::text(desk.input.register.name(&table.body)),
            Cell::text(sheet(desk, &table.table)),
            Cell::text(desk.words.say_with("of", &counts)),
        ]);
    }
    page.table(&draft).map(drop)
}

fn rules(desk: &Desk<'_>, page: &mut Page<'_>) -> Result<(), XlsxError> {
    let tallies = &desk.input.release.shown().tallies;
    if tallies.is_empty() {
        return Ok(());
    }
    page.heading(&desk.say("quality-rules"))?;
    page.prose(&desk.say("quality-rules-meaning"))?;
    let number = |id: &str| Column::number(desk.say(id));
    let columns = vec![
        number("quality-violated"),
        number("quality-held"),
        number("quality-undecided"),
        Column::text(desk.say("quality-rule")),
        Column::text(desk.say("quality-sheet")),
    ];
    let mut draft = Draft::new(desk.say("quality-rules"), columns);
    let mut tallies: Vec<_> = tallies.iter().collect();
    tallies.sort_by_key(|tally| std::cmp::Reverse(tally.violated));
    for tally in tallies {
        let check = desk.input.form.check(tally.table.as_deref(), &tally.rule);
        let sheets = match (&tally.table, check) {
            (Some(table), _) => sheet(desk, table).to_owned(),
            (None, Some(check)) => {
                check.tables.iter().map(|table| sheet(desk, table.get_ref())).collect::<Vec<_>>().join(", ")
            }
            (None, None) => String::new(),
        };
        draft.row(vec![
            Cell::whole(tally.violated as u32),
            Cell::whole(tally.held as u32),
            Cell::whole(tally.undecided as u32),
            Cell::text(check.map_or(tally.rule.as_str(), |check| check.message.get(desk.input.language))),
            Cell::text(sheets),
        ]);
    }
    page.table(&draft).map(drop)
}

fn sheet<'a>(desk: &'a Desk<'_>, table: &'a str) -> &'a str {
    desk.input.form.tables.get(table).map_or(table, |table| table.sheet.as_str())
}

//! `Release` + findings → the workbook of one edition, the mail text, and the blank form.
//!
//! In: figures that may be shown, and the words of the configuration. Out: bytes and text, the same for the same
//! input. Never: a figure that is not in the release, a formula or hidden sheet in an edition, a private field, the
//! time of day but from the clock.

mod blank;
mod chart;
mod contents;
mod counted;
mod cover;
mod letter;
mod methods;
mod plan;
mod points;
mod potentials;
mod profile;
mod progress;
mod quality;
mod response;
mod series;
mod show;
mod style;
mod summary;
mod table;
mod topic;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

use chrono::{Datelike, Timelike};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Worksheet, XlsxError};

use crate::base::words::Words;
use crate::model::edition::{EditionInput, Workbook};
use crate::model::pipeline::Content;
pub(crate) use blank::blank;
pub(crate) use letter::letter;
use plan::{Part, Planned};

/// What one edition is written from: the input, its words, and what stands on which sheet.
struct Desk<'a> {
    input: &'a EditionInput<'a>,
    words: Words,
    plan: Vec<Planned<'a>>,
}

impl<'a> Desk<'a> {
    fn new(input: &'a EditionInput<'a>) -> Desk<'a> {
        let words = Words::new(input.language.tag());
        let plan = plan::plan(input, &words);
        Desk { input, words, plan }
    }

    fn say(&self, id: &str) -> String {
        self.words.say(id)
    }

    fn text(&self, text: &'a crate::model::language::Text) -> &'a str {
        text.get(self.input.language)
    }
}

/// A workbook could not be written; the cause follows in the chain.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the sheet `{sheet}`")]
pub(crate) struct ReportError {
    pub(crate) sheet: String,
    #[source]
    source: XlsxError,
}

fn failed(sheet: &str) -> impl FnOnce(XlsxError) -> ReportError {
    let sheet = sheet.to_owned();
    move |source| ReportError { sheet, source }
}

/// The workbook of one edition: the same bytes for the same input.
///
/// # Errors
/// A sheet that Excel would not accept.
pub(crate) fn workbook(input: &EditionInput<'_>) -> Result<Workbook, ReportError> {
    let desk = Desk::new(input);
    let title = desk.text(&input.report.title);
    let mut book = new_book(title, input).map_err(failed(title))?;
    for planned in &desk.plan {
        let sheet = book.add_worksheet();
        write_sheet(&desk, planned, sheet).map_err(failed(&planned.name))?;
    }
    let bytes = book.save_to_buffer().map_err(failed(title))?;
    let period = input.release.shown().period;
    Ok(Workbook { name: ascii(&format!("{}_{period}_{}.xlsx", input.report.file, input.audience)), bytes })
}

fn new_book(title: &str, input: &EditionInput<'_>) -> Result<rust_xlsxwriter::Workbook, XlsxError> {
    let mut book = rust_xlsxwriter::Workbook::new();
    book.set_default_format(&style::base(), 17, 64)?;
    let period = input.release.shown().period.label(input.language);
    book.set_properties(
        &properties(input.language, &input.clock)?
            .set_title(format!("{title}, {period}"))
            .set_subject(&period)
            .set_author(title)
            .set_category(input.audience_title.get(input.language)),
    );
    Ok(book)
}

/// The time of making is the clock's, so that the bytes depend on nothing else.
fn properties(
    language: crate::model::language::Language,
    clock: &crate::base::clock::Clock,
) -> Result<DocProperties, XlsxError> {
    let now = clock.utc();
    let made = ExcelDateTime::from_ymd(now.year().clamp(1900, 9999) as u16, now.month() as u8, now.day() as u8)?
        .and_hms(now.hour() as u16, now.minute() as u8, now.second() as u8)?;
    let tag = match language {
        crate::model::language::Language::De => "de-DE",
        crate::model::language::Language::En => "en-GB",
    };
    Ok(DocProperties::new().set_creation_datetime(&made).set_custom_property("Language", tag))
}

fn write_sheet(desk: &Desk<'_>, planned: &Planned<'_>, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    let input = desk.input;
    sheet.set_name(&planned.name)?;
    let report = desk.text(&input.report.title);
    let head = format!("{report} | {}", input.release.shown().period.label(input.language));
    let foot = format!(
        "{} | {} {}",
        input.audience_title.get(input.language),
        desk.say("cover-as-of"),
        desk.words.date(input.clock.today())
    );
    let title = if planned.title == report { "" } else { planned.title.as_str() };
    style::print(sheet, &head, title, &foot, &desk.say("page"));
    match &planned.part {
        Part::Cover => cover::write(desk, planned, sheet),
        Part::Contents => contents::write(desk, planned, sheet),
        Part::Profile(ags, indicators) => profile::write(desk, planned, ags, indicators, sheet),
        Part::Series => series::write(desk, planned, sheet),
        Part::Content(content) => match content {
            Content::Summary { indicators } => summary::write(desk, planned, indicators, sheet),
            Content::Response {} => response::write(desk, planned, sheet),
            Content::Topic { indicators, chart, breakdowns } => {
                topic::write(desk, planned, indicators, chart, breakdowns, sheet)
            }
            Content::Progress { table, show, done, .. } => {
                progress::write(desk, planned, table.get_ref(), show, done, sheet)
            }
            Content::Potentials { rules } => potentials::write(desk, planned, rules, sheet),
            Content::Quality {} => quality::write(desk, planned, sheet),
            Content::Methods {} => methods::write(desk, planned, sheet),
            // Its sheets are planned one by one.
            Content::Profiles { .. } => Ok(()),
        },
    }
}

/// Names of attachments stay ASCII, because mail programs disagree on everything else.
fn ascii(name: &str) -> String {
    let spell = |letter: char| match letter {
        'ä' => "ae".to_owned(),
        'ö' => "oe".to_owned(),
        'ü' => "ue".to_owned(),
        'Ä' => "Ae".to_owned(),
        'Ö' => "Oe".to_owned(),
        'Ü' => "Ue".to_owned(),
        'ß' => "ss".to_owned(),
        letter if letter.is_ascii_alphanumeric() || "-_.".contains(letter) => letter.to_string(),
        _ => "-".to_owned(),
    };
    let spelled: String = name.chars().map(spell).collect();
    // One stroke where several letters had no spelling, none at the end of a part.
    let words = |part: &str| part.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-");
    spelled.split('.').map(words).collect::<Vec<_>>().join(".")
}

/// What a field is called for a reader.
fn plain_heading(language: crate::model::language::Language, field: &crate::model::form::Field) -> &str {
    match (language, &field.en) {
        (crate::model::language::Language::En, Some(english)) => english,
        _ => &field.heading,
    }
}

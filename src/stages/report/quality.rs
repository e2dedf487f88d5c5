//! What was found about the returns, in the words of the catalogue; equal findings of one sheet in one row.
//!
//! What a sender wrote may be personal, or a small count of people: it is shown only where it can be neither.

use std::collections::BTreeMap;

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::plan::Planned;
use super::table::{Cell, Column, Draft, Page};
use super::{Desk, contents, counted};
use crate::model::finding::{Code, Finding, Severity};
use crate::model::form::Form;
use crate::model::phrase;

const WIDTHS: [f64; 11] = [11.0, 20.0, 21.0, 34.0, 17.0, 17.0, 10.0, 16.0, 39.0, 39.0, 15.0];
/// How many cells are named before "and n more".
const CELLS: usize = 6;

pub(super) fn write(desk: &Desk<'_>, planned: &Planned<'_>, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    let mut page = Page::new(sheet, &WIDTHS)?;
    contents::head(desk, planned, &mut page)?;
    let findings = &desk.input.release.shown().findings;
    if findings.is_empty() {
        page.prose(&desk.say("quality-none"))?;
        return counted::write(desk, page);
    }
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let counts = [
        ("errors", count(Severity::Error).into()),
        ("warnings", count(Severity::Warning).into()),
        ("infos", count(Severity::Info).into()),
    ];
    page.prose(&desk.words.say_with("quality-head", &counts))?;
    let headings =
        ["severity", "body", "finding", "file", "sheet", "cells", "count", "found", "text", "remedy", "side"];
    let column = |name: &&str| {
        let id = if *name == "body" { "body".to_owned() } else { format!("quality-{name}") };
        let heading = desk.say(&id);
        if *name == "count" { Column::number(heading) } else { Column::text(heading) }
    };
    let mut draft = Draft::new(&planned.title, headings.iter().map(column).collect());
    draft.filter = true;
    for group in groups(findings).values() {
        draft.row(row(desk, group));
    }
    // No row is frozen or repeated: other tables follow, and it would be taken for their heading.
    if page.table(&draft)?.is_some() {
        page.sheet.set_freeze_panes(0, 2)?;
    }
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let id = severity_id(severity);
        page.prose(&format!("{}: {}", desk.say(id), desk.say(&format!("{id}-meaning"))))?;
    }
    counted::write(desk, page)
}

type Group<'a> = (Severity, Option<&'a str>, Code, &'a str, Option<&'a str>, &'a str, Option<&'a str>, String);

/// The same finding (code, file, sheet, rule, and what was shown of it) once, errors first.
fn groups(findings: &[Finding]) -> BTreeMap<Group<'_>, Vec<&Finding>> {
    let mut groups: BTreeMap<Group<'_>, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        let sheet = finding.places.first().map_or("", |place| place.sheet.as_str());
        let differs = matches!(
            finding.code,
            Code::CodeUnknown
                | Code::CodeGuessed
                | Code::ColumnMissing
                | Code::ColumnGuessed
                | Code::TableGuessed
                | Code::TableMissing
                | Code::RowMissing
                | Code::ErrorCell
        );
        let waived = finding.waived.as_ref().map(|waived| waived.reason.as_str()).unwrap_or_default();
        let said = if differs { format!("{}\n{}", finding.found, finding.expected) } else { waived.to_owned() };
        let key = (
            finding.severity,
            finding.body.as_deref(),
            finding.code,
            finding.file.as_str(),
            finding.table.as_deref(),
            sheet,
            finding.rule.as_deref(),
            said,
        );
        groups.entry(key).or_default().push(finding);
    }
    groups
}

fn row(desk: &Desk<'_>, group: &[&Finding]) -> Vec<Cell> {
    let input = desk.input;
    let first = group[0];
    let severity = desk.say(severity_id(first.severity));
    // As the sender sees it; a sheet that is not there has the form's name.
    let asked = || Some(input.form.tables.get(first.table.as_ref()?)?.sheet.as_str());
    let sheet = first.places.first().map(|place| place.sheet.as_str()).or_else(asked);
    let (text, remedy) = sentences(desk, first);
    vec![
        if first.severity == Severity::Error { Cell::Strong(severity) } else { Cell::Text(severity) },
        Cell::Text(
            first.body.as_ref().map_or_else(|| desk.say("quality-no-body"), |ags| input.register.name(ags).to_owned()),
        ),
        Cell::Text(desk.say(&id(first.code))),
        Cell::Text(first.file.rsplit('/').next().unwrap_or(&first.file).to_owned()),
        Cell::Text(sheet.map_or_else(|| desk.say("quality-whole"), str::to_owned)),
        Cell::Text(cells(desk, group)),
        Cell::whole(group.iter().map(|finding| count(finding)).sum::<u32>()),
        Cell::Text(match tellable(first, input.form) {
            true if !first.found.is_empty() => phrase::found(&desk.words, first.code, &first.found),
            _ => desk.say("quality-not-shown"),
        }),
        Cell::Text(text),
        Cell::Text(remedy),
        Cell::Text(desk.say(&format!("side-{}", first.side.name()))),
    ]
}

/// How often it stands there.
fn count(finding: &Finding) -> u32 {
    let places = finding.code.repeats() && finding.code != Code::PartExceedsWhole;
    if places { u32::try_from(finding.places.len()).unwrap_or(u32::MAX).max(1) } else { 1 }
}

fn cells(desk: &Desk<'_>, group: &[&Finding]) -> String {
    // Of others, further places only explain the first.
    let telling = |finding: &&&Finding| if finding.code.repeats() { usize::MAX } else { 1 };
    let mut all: Vec<(u32, u32)> = group
        .iter()
        .flat_map(|finding| finding.places.iter().take(telling(&finding)))
        .map(|place| (place.row, place.column))
        .collect();
    all.sort_unstable();
    all.dedup();
    let names: Vec<String> =
        all.iter().take(CELLS).map(|(row, column)| crate::model::value::address(*row, *column)).collect();
    match (names.is_empty(), all.len().saturating_sub(CELLS)) {
        (true, _) if group.iter().any(|finding| finding.table.is_some()) => desk.say("quality-whole-sheet"),
        (true, _) => desk.say("quality-whole"),
        (false, 0) => names.join(", "),
        (false, more) => {
            format!("{} {}", names.join(", "), desk.words.say_with("quality-more", &[("count", more.into())]))
        }
    }
}

/// What is wrong, and what to do.
fn sentences(desk: &Desk<'_>, finding: &Finding) -> (String, String) {
    let language = desk.input.language;
    let check = finding.rule.as_deref().and_then(|rule| desk.input.form.check(finding.table.as_deref(), rule));
    if let Some(check) = check {
        return (lenient(desk, finding, check.message.get(language)), check.hint.get(language).to_owned());
    }
    let shown = tellable(finding, desk.input.form);
    let quoted = |text: &str| if shown && !text.is_empty() { text.to_owned() } else { "…".to_owned() };
    // What we expect comes from the form, unless it was reckoned from the sender's numbers.
    let expected = match finding.code.expects_a_number() {
        true => quoted(&finding.expected),
        false if finding.expected.is_empty() => "…".to_owned(),
        false => phrase::expected(&desk.words, finding.code, &finding.expected),
    };
    let found = quoted(&phrase::found(&desk.words, finding.code, &finding.found));
    let say = |part: &str| phrase::said(&desk.words, finding, part, (&found, &expected));
    (lenient(desk, finding, &say("text")), say("remedy"))
}

/// The sentence, whether it was so before, and why the finding is not held against its body for now.
fn lenient(desk: &Desk<'_>, finding: &Finding, sentence: &str) -> String {
    let mut text = sentence.to_owned();
    if let Some(recurring) = phrase::recurring(&desk.words, finding) {
        text += " ";
        text += &recurring;
    }
    if let Some(until) = finding.new_until {
        text += " ";
        text += &desk.words.say_with("quality-new-rule", &[("until", desk.words.date(until).into())]);
    }
    if let Some(waived) = &finding.waived {
        let arguments = [
            ("reason", waived.reason.trim_end_matches('.').into()),
            ("by", waived.by.as_str().into()),
            ("until", desk.words.date(waived.until).into()),
        ];
        text += " ";
        text += &desk.words.say_with("quality-waived", &arguments);
    }
    text
}

fn id(code: Code) -> String {
    format!("finding-{}", code.name().replace('_', "-"))
}

fn severity_id(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "severity-error",
        Severity::Warning => "severity-warning",
        Severity::Info => "severity-info",
    }
}

/// May what the sender wrote be shown? Only codes, dates and numbers, none from a table that counts people, and
/// nothing that reads like a remark.
fn tellable(finding: &Finding, form: &Form) -> bool {
    let counts_people = finding
        .table
        .as_ref()
        .and_then(|name| form.tables.get(name))
        .is_none_or(|table| table.fields.iter().any(|field| field.people));
    let short = finding.found.chars().count() <= 40;
    let letters = finding.found.chars().filter(|letter| letter.is_alphabetic()).count();
    match finding.code {
        Code::ErrorCell => finding.found.starts_with('#'),
        // Of the file, not of its figures.
        Code::LessTrusted | Code::LineTooLong => true,
        Code::CodeGuessed
        | Code::ColumnGuessed
        | Code::TableGuessed
        | Code::ScaleDiffers
        | Code::TickAmbiguous
        | Code::TableNotAsked => short,
        Code::CodeUnknown => short && finding.found.split_whitespace().count() <= 4,
        Code::NotADate | Code::DateInFuture => letters <= 10 && short,
        Code::NotANumber
        | Code::NegativeCount
        | Code::FractionInCount
        | Code::NumberAmbiguous
        | Code::NumberInexact
        | Code::NumberWithheld
        | Code::NumberUncertain
        | Code::NumberMadeDate => !counts_people && short && letters <= 4,
        // Its own numbers; those of others are never in it.
        Code::OutlierOwnPast | Code::OutlierAmongPeers => !counts_people && short,
        Code::PeriodUnknown | Code::PeriodNotAsked => short && letters <= 12,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::words::Words;
    use crate::model::code::VOCABULARY;

    #[test]
    fn every_code_has_a_title_a_sentence_and_a_remedy_in_both_languages() {
        for tag in ["de", "en"] {
            let words = Words::new(tag);
            for (code, _, _) in VOCABULARY {
                for part in ["", "-text", "-remedy"] {
                    assert!(words.has(&format!("{}{part}", id(*code))), "{tag}: {}{part}", id(*code));
                }
                let finding = super::super::fixture::finding(*code, "05958004", "bedarf", "A1").found("gefunden");
                let bare = Finding { found: String::new(), ..finding.clone() };
                for finding in [finding, bare] {
                    assert!(phrase::said(&words, &finding, "text", ("gefunden", "erwartet")).ends_with('.'));
                }
            }
        }
    }

    /// What the reader says of a file that it refuses is for whoever maintains it, and English.
    #[test]
    fn no_sentence_quotes_the_reader() {
        for (tag, code) in [Code::EmptyFile, Code::PasswordProtected, Code::DamagedFile, Code::TooLarge]
            .into_iter()
            .chain([Code::ContradictoryFile, Code::ReaderGaveUp])
            .flat_map(|code| [("de", code), ("en", code)])
        {
            let words = Words::new(tag);
            let finding = super::super::fixture::finding(code, "05958004", "raeume", "A1").found("a chain of sectors");
            for part in ["text", "remedy"] {
                let said = phrase::said(&words, &finding, part, (&finding.found, "…"));
                assert!(!said.contains("sectors"), "{said}");
            }
            assert!(!tellable(&finding, &super::super::fixture::form()), "{}", code.name());
        }
    }

    #[test]
    fn remarks_and_small_counts_are_never_repeated() {
        let form = super::super::fixture::form();
        let finding = |code: Code, table: &str, found: &str| {
            super::super::fixture::finding(code, "05958004", table, "B12").found(found)
        };
        assert!(!tellable(&finding(Code::FractionInCount, "bedarf", "2,5"), &form));
        assert!(!tellable(&finding(Code::NotANumber, "stellen", "siehe Frau Beispiel"), &form));
        assert!(!tellable(&finding(Code::PartExceedsWhole, "bedarf", "4"), &form));
        assert!(tellable(&finding(Code::NotANumber, "stellen", "1,5?"), &form));
        assert!(tellable(&finding(Code::CodeUnknown, "angebote", "Lotsinnen"), &form));
    }
}

//! A finding with its sentence and remedy, as `inspect` and `status` tell it.

use serde::Serialize;

use crate::base::words::Words;
use crate::model::finding::{Finding, Severity};
use crate::model::form::Form;
use crate::model::language::Language;
use crate::model::phrase;
use crate::model::value::ranges;

/// So many cells, or ranges of cells, are named in one finding.
const MOST_PLACES: usize = 4;

/// For whoever works on with it: the same words that its sender reads, and the first cell as the sender sees it.
#[derive(Serialize)]
pub(in crate::cli) struct FindingTold<'a> {
    #[serde(flatten)]
    pub(super) finding: &'a Finding,
    /// `Räume!D3`, the cell to look at first; none if it is about the file.
    cell: Option<String>,
    sentence: String,
    remedy: String,
}

impl<'a> FindingTold<'a> {
    pub(in crate::cli) fn of(finding: &'a Finding, form: &Form, (words, language): (&Words, Language)) -> Self {
        let (text, remedy) = sentences(finding, form, (words, language));
        let recurring = phrase::recurring(words, finding).map_or_else(String::new, |recurring| format!(" {recurring}"));
        let cell = finding.places.first().map(ToString::to_string);
        FindingTold { finding, cell, sentence: format!("{text}{recurring}"), remedy }
    }
}

/// The finding with its places and remedy, in lines.
pub(in crate::cli) fn line(told: &FindingTold<'_>, words: &Words) -> String {
    let FindingTold { finding, sentence, remedy, .. } = told;
    let severity = words.say(match finding.severity {
        Severity::Error => "page-error",
        Severity::Warning => "page-warning",
        Severity::Info => "page-note",
    });
    let places = ranges(&finding.places);
    let shown = places.iter().take(MOST_PLACES).map(String::as_str).collect::<Vec<_>>().join(", ");
    let place = match (places.is_empty(), places.len().saturating_sub(MOST_PLACES)) {
        (true, _) => words.say("page-the-file"),
        (false, 0) => shown,
        (false, more) => words.say_with("page-more", &[("few", shown.into()), ("more", more.into())]),
    };
    let further = |text: String| format!("\n           {text}");
    let new = finding.new_until.map_or_else(String::new, |until| {
        further(words.say_with("page-new-rule", &[("until", until.to_string().into())]))
    });
    let waived = finding.waived.as_ref().map_or_else(String::new, |waived| {
        let arguments = [
            ("until", waived.until.to_string().into()),
            ("by", waived.by.as_str().into()),
            ("reason", waived.reason.as_str().into()),
        ];
        further(words.say_with("page-waived", &arguments))
    });
    format!("{severity:<7}  {place}: {sentence}\n           {remedy}{new}{waived}")
}

/// What is wrong, and what to do: the form's own words for its rules, else those of the catalogue.
fn sentences(finding: &Finding, form: &Form, (words, language): (&Words, Language)) -> (String, String) {
    let check = finding.rule.as_deref().and_then(|rule| form.check(finding.table.as_deref(), rule));
    if let Some(check) = check {
        // The numbers it is about stand in the file that whoever asks has before them.
        let found = if finding.found.is_empty() { String::new() } else { format!(" [{}]", finding.found) };
        return (format!("{}{found}", check.message.get(language)), check.hint.get(language).to_owned());
    }
    let quoted = |text: String| if text.is_empty() { "…".to_owned() } else { text };
    let found = quoted(phrase::found(words, finding.code, &finding.found));
    let expected = quoted(phrase::expected(words, finding.code, &finding.expected));
    let say = |part: &str| phrase::said(words, finding, part, (&found, &expected));
    (say("text"), say("remedy"))
}

//! What varies in the sentence of a finding, in its reader's language.
//!
//! In: what was found or expected, as findings keep it (names of files' kinds, marks of rows and columns, lists). Out: words.
//! Never: a whole sentence; those stand in the catalogues.

use super::finding::{Code, Finding};
use super::period::Kind;
use crate::base::words::Words;

/// So many entries of a list are named before "and n more".
const FEW: usize = 8;

/// One part of what is said of a finding, `text` or `remedy`. Where nothing was found there may be another sentence, which quotes
/// nothing.
pub(crate) fn said(words: &Words, finding: &Finding, part: &str, (found, expected): (&str, &str)) -> String {
    let id = format!("finding-{}-{part}", finding.code.name().replace('_', "-"));
    let bare = format!("{id}-bare");
    let id = if finding.found.is_empty() && words.has(&bare) { bare } else { id };
    words.say_with(&id, &[("found", found.into()), ("expected", expected.into())])
}

/// What was found, as a person reads it.
pub(crate) fn found(words: &Words, code: Code, found: &str) -> String {
    match code {
        Code::NotAWorkbook => {
            let id = format!("file-{found}");
            if words.has(&id) { words.say(&id) } else { found.to_owned() }
        }
        Code::HiddenContent => found.split("; ").map(|run| unseen(words, run)).collect::<Vec<_>>().join("; "),
        _ => found.to_owned(),
    }
}

/// What it was taken for, or what was expected.
pub(crate) fn expected(words: &Words, code: Code, expected: &str) -> String {
    match (code, expected.parse()) {
        (_, Ok(day)) => words.date(day),
        (Code::CodeUnknown | Code::RowMissing | Code::ColumnMissing | Code::ColumnEmpty, Err(_)) => {
            few(words, expected)
        }
        (_, Err(_)) => expected.to_owned(),
    }
}

/// Was the same found in the period before? A sentence that says so.
pub(crate) fn recurring(words: &Words, finding: &Finding) -> Option<String> {
    let period = finding.period.filter(|_| finding.recurs)?;
    Some(words.say_with("recurring", &[("before", words.say(before_id(period.kind)).into())]))
}

/// What the period before one of this kind is called.
pub(crate) fn before_id(kind: Kind) -> &'static str {
    match kind {
        Kind::Quarter => "before-quarter",
        Kind::Half => "before-half",
        Kind::Month => "before-month",
        Kind::Year => "before-year",
    }
}

/// `A; B; C` in words, the end of a long list counted only.
fn few(words: &Words, list: &str) -> String {
    let all: Vec<&str> = list.split("; ").collect();
    match all.len().checked_sub(FEW) {
        // One more takes as much room as to say so.
        None | Some(0 | 1) => all.join("; "),
        Some(more) => {
            let few = all[..FEW].join("; ");
            words.say_with("few-more", &[("few", few.into()), ("more", more.into())])
        }
    }
}

/// `7–9` are rows, `C` is a column, `*` all of it.
fn unseen(words: &Words, run: &str) -> String {
    let several = run.contains('–');
    let id = match run.chars().next() {
        Some('*') => return words.say("unseen-sheet"),
        Some(first) if first.is_ascii_digit() && several => "unseen-rows",
        Some(first) if first.is_ascii_digit() => "unseen-row",
        Some(first) if first.is_ascii_uppercase() && several => "unseen-columns",
        Some(first) if first.is_ascii_uppercase() => "unseen-column",
        _ => return run.to_owned(),
    };
    words.say_with(id, &[("name", run.into())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_words_of_either_language() {
        let (de, en) = (Words::new("de"), Words::new("en"));
        let runs = "*; 7; 7–9; C; C–E; …";
        let german = "das ganze Blatt; Zeile 7; Zeilen 7–9; Spalte C; Spalten C–E; …";
        assert_eq!(found(&de, Code::HiddenContent, runs), german);
        let english = "the whole sheet; row 7; rows 7–9; column C; columns C–E; …";
        assert_eq!(found(&en, Code::HiddenContent, runs), english);
        assert_eq!(found(&en, Code::NotAWorkbook, "image"), "picture");
        assert_eq!(found(&de, Code::NotANumber, "image"), "image", "what a sender wrote stays as written");
    }

    #[test]
    fn a_long_list_names_a_few_and_counts_the_rest() {
        let list = |count: usize| (1..=count).map(|index| format!("E{index}")).collect::<Vec<_>>().join("; ");
        let de = Words::new("de");
        assert_eq!(expected(&de, Code::CodeUnknown, &list(9)), list(9));
        assert_eq!(expected(&de, Code::CodeUnknown, &list(12)), format!("{} und 4 weitere", list(8)));
        assert_eq!(expected(&de, Code::RowTwice, &list(12)), list(12));
        assert_eq!(expected(&de, Code::ReceivedLate, "2026-10-15"), "15.10.2026");
    }
}

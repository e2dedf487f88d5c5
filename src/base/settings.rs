//! TOML in, checked structs out: every unknown key of a file at once, each with its place and a guess.

use std::ops::Range;

use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::DeserializeOwned;
pub(crate) use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{Problem, Source, did_you_mean};

/// Reads one file. Unknown keys are collected and taken out one after the other; a wrong type or broken
/// syntax ends the reading of this file (what follows from it would only mislead).
pub(crate) fn parse<T: DeserializeOwned>(source: &Source, problems: &mut Vec<Problem>) -> Option<T> {
    let mut table = match DeTable::parse(&source.text) {
        Ok(table) => table,
        Err(error) => {
            problems.push(problem(source, &error));
            return None;
        }
    };
    let before = problems.len();
    loop {
        let deserializer = toml::de::Deserializer::from(table.clone());
        match T::deserialize(deserializer) {
            Ok(_) if problems.len() > before => return None,
            Ok(value) => return Some(value),
            Err(error) => {
                let unknown = unknown_key(error.message()).is_some();
                let span = error.span();
                problems.push(problem(source, &error));
                let span = span.filter(|_| unknown)?;
                if !take_out(table.get_mut(), &span) {
                    return None;
                }
            }
        }
    }
}

/// What a file says, without its comments, the order of its keys, and the parts named in `without`. For a fingerprint.
pub(crate) fn meaning(text: &str, without: &[&str]) -> Option<String> {
    let mut table: toml::Table = text.parse().ok()?;
    table.retain(|key, _| !without.contains(&key));
    let sorted: std::collections::BTreeMap<String, toml::Value> = table.into_iter().collect();
    Some(format!("{sorted:?}"))
}

/// A day, with or without quotation marks: `2026-10-20` or `"2026-10-20"`. For `deserialize_with`.
pub(crate) fn day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Written {
        Plain(toml::value::Datetime),
        Quoted(String),
    }
    let text = match Written::deserialize(deserializer) {
        Ok(Written::Plain(day)) => day.to_string(),
        Ok(Written::Quoted(text)) => text,
        Err(_) => String::new(),
    };
    text.parse().map_err(|_| serde::de::Error::custom("this is no date; expected for example 2026-10-20"))
}

fn problem(source: &Source, error: &toml::de::Error) -> Problem {
    let mut problem =
        Problem { source: source.clone(), span: error.span(), message: error.message().to_owned(), hint: None };
    if let Some((name, known)) = unknown_key(error.message()) {
        problem.message = format!("unknown key `{name}`");
        problem.hint = Some(match did_you_mean(name, known.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("known here: {}", known.join(", ")),
        });
    } else if let Some(rest) = error.message().strip_prefix("unknown variant ") {
        let mut names = rest.split('`').skip(1).step_by(2);
        let meant = names.next().and_then(|variant| did_you_mean(variant, names));
        problem.hint = meant.map(|meant| format!("did you mean `{meant}`?"));
    } else if let Some(name) = error.message().strip_prefix("missing field ") {
        problem.message = format!("the key {name} is missing");
    }
    problem
}

/// The key at the place of the error and those that are known there, if that is what the error says: structs say it
/// one way, variants of enums another.
fn unknown_key(message: &str) -> Option<(&str, Vec<&str>)> {
    if message.starts_with("unknown field") {
        let mut names = message.split('`').skip(1).step_by(2);
        return Some((names.next()?, names.collect()));
    }
    let (unknown, known) = message.strip_prefix("unexpected keys in table: ")?.split_once(", available keys: ")?;
    Some((unknown.split(", ").next()?, known.split(", ").collect()))
}

/// Removes the key at `span`, wherever it stands; false if there is none.
fn take_out(table: &mut DeTable<'_>, span: &Range<usize>) -> bool {
    let here = table.keys().find(|key| key.span() == *span).map(|key| key.get_ref().to_string());
    if let Some(key) = here {
        return table.remove(key.as_str()).is_some();
    }
    table.iter_mut().any(|(_, value)| take_out_of(value.get_mut(), span))
}

fn take_out_of(value: &mut DeValue<'_>, span: &Range<usize>) -> bool {
    match value {
        DeValue::Table(table) => take_out(table, span),
        DeValue::Array(array) => array.iter_mut().any(|item| take_out_of(item.get_mut(), span)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Mail {
        #[allow(dead_code, reason = "only its name matters here")]
        sender: String,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Demo {
        #[allow(dead_code, reason = "only its name matters here")]
        mail: Vec<Mail>,
    }

    #[test]
    fn a_comment_and_a_schedule_mean_nothing_for_what_is_shown() {
        let said = |text: &str| meaning(text, &["schedule"]).unwrap();
        let text = "title = \"a\"\n[report]\nsheets = [1, 2]\n";
        assert_eq!(
            said(text),
            said("# a note\ntitle = 'a' # another\n[schedule]\ncron = \"x\"\n[report]\nsheets = [ 1, 2 ]\n")
        );
        assert_ne!(said(text), said(&text.replace("[1, 2]", "[2, 1]")));
        assert_eq!(meaning("no toml", &[]), None);
    }

    #[test]
    fn every_unknown_key_is_told_at_once_with_a_guess() {
        let source = Source::new(
            Path::new("kim.toml"),
            "[[mail]]\nsender = \"a\"\nsendr = 1\n[[mail]]\nsender=\"b\"\nxyz = 2\n",
        );
        let mut problems = Vec::new();
        assert!(parse::<Demo>(&source, &mut problems).is_none());
        let told: Vec<_> = problems.iter().map(|p| (p.line(), p.message.as_str(), p.hint.as_deref())).collect();
        assert_eq!(
            told,
            [
                (Some(3), "unknown key `sendr`", Some("did you mean `sender`?")),
                (Some(6), "unknown key `xyz`", Some("known here: sender")),
            ]
        );
    }
}

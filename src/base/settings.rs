//! TOML in, checked structs out: every unknown key of a file at once, each with its place and a guess.

use std::ops::Range;

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
                let unknown = error.message().starts_with("unknown field");
                let span = error.span();
                problems.push(problem(source, &error));
                let Some(span) = span.filter(|_| unknown) else { return None };
                if !take_out(table.get_mut(), &span) {
                    return None;
                }
            }
        }
    }
}

fn problem(source: &Source, error: &toml::de::Error) -> Problem {
    let message = error.message();
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let text = match names.split_first() {
        Some((name, _)) if message.starts_with("unknown field") => format!("unknown key `{name}`"),
        _ => message.to_owned(),
    };
    let mut problem = Problem { source: source.clone(), span: error.span(), message: text, hint: None };
    if let Some((name, known)) = names.split_first().filter(|_| message.starts_with("unknown field")) {
        problem.hint = Some(match did_you_mean(name, known.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("known here: {}", known.join(", ")),
        });
    }
    problem
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

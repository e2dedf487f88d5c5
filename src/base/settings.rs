//! TOML in, checked structs out: every unknown key of a file at once, each with its place and a guess.

use std::ops::Range;

use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::DeserializeOwned;
pub(crate) use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::problem::{Problem, Source, did_you_mean};

/// Reads one file. Every unknown key and every value of a wrong kind is told at once. Where there were unknown keys only,
/// the value is what the rest says, so that it can be checked further; where a value had to be left out, there is none
/// (what follows from it would only mislead).
pub(crate) fn parse<T: DeserializeOwned>(source: &Source, problems: &mut Vec<Problem>) -> Option<T> {
    let read = read::<T>(source);
    let sound = read.mistakes.iter().all(|mistake| mistake.only_a_key);
    problems.extend(read.mistakes.into_iter().map(|mistake| mistake.problem));
    read.value.filter(|_| sound)
}

/// Reads one file for somebody who needs only these of its keys: mistakes elsewhere are left to those who need the rest,
/// and what they stand for has its usual value.
pub(crate) fn parse_for<T: DeserializeOwned>(
    source: &Source,
    needed: &[&str],
    problems: &mut Vec<Problem>,
) -> Option<T> {
    let read = read::<T>(source);
    let before = problems.len();
    let lost = read.value.is_none();
    let concerns = |mistake: &Mistake| lost || mistake.below.as_deref().is_none_or(|key| needed.contains(&key));
    problems.extend(read.mistakes.into_iter().filter(concerns).map(|mistake| mistake.problem));
    read.value.filter(|_| problems.len() == before)
}

/// What a file says without its mistakes; none where nothing is left that can be understood.
struct Read<T> {
    value: Option<T>,
    mistakes: Vec<Mistake>,
}

struct Mistake {
    problem: Problem,
    /// The key of the file below which it lies; none: the file as a whole.
    below: Option<String>,
    /// A key that nobody knows: without it, everything else says what it says.
    only_a_key: bool,
}

/// serde stops at the first mistake: it is noted and taken out, and the rest is read again.
fn read<T: DeserializeOwned>(source: &Source) -> Read<T> {
    let mut mistakes = Vec::new();
    let whole = |problem| Mistake { problem, below: None, only_a_key: false };
    let mut table = match DeTable::parse(&source.text) {
        Ok(table) => table,
        Err(error) => return Read { value: None, mistakes: vec![whole(problem(source, &error))] },
    };
    let mut gone: Vec<Gone> = Vec::new();
    loop {
        let error = match T::deserialize(toml::de::Deserializer::from(table.clone())) {
            Ok(value) => return Read { value: Some(value), mistakes },
            Err(error) => error,
        };
        let told = problem(source, &error);
        let missing = missing_field(error.message());
        // What follows from something that was taken out is no news.
        let follows = gone.iter().any(|gone| match missing {
            Some(name) => gone.names.iter().any(|known| known == name) && error.span() == gone.from,
            None => gone.from.is_some() && error.span() == gone.from,
        });
        let only_a_key = unknown_key(error.message()).is_some();
        let root = table.span();
        let taken = error.span().and_then(|span| take_out(table.get_mut(), &span, only_a_key, &root));
        let below = taken.as_ref().map(|gone| gone.below.clone());
        if !follows {
            mistakes.push(Mistake { problem: told.clone(), below, only_a_key });
        }
        let Some(mut taken) = taken else { return Read { value: None, mistakes } };
        // A slip of the pen in a key that must be there: once is enough.
        taken.names.extend(told.hint.as_deref().and_then(|hint| hint.split('`').nth(1)).map(str::to_owned));
        gone.push(taken);
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

/// The key that is told to be missing.
fn missing_field(message: &str) -> Option<&str> {
    message.strip_prefix("missing field `")?.split('`').next()
}

/// What was taken out of a document.
struct Gone {
    /// The place of the table or list it stood in.
    from: Option<Range<usize>>,
    /// The key of the document below which it stood.
    below: String,
    /// Its name, and the one that was probably meant.
    names: Vec<String>,
}

/// Takes out the key, or else the innermost value, at `span`, wherever it stands; `here` is the place of the table.
fn take_out(table: &mut DeTable<'_>, span: &Range<usize>, key: bool, here: &Range<usize>) -> Option<Gone> {
    let names: Vec<String> = table.keys().map(|key| key.get_ref().to_string()).collect();
    for name in names {
        let value = table.get_mut(name.as_str())?;
        let place = value.span();
        if let Some(inner) = take_out_of(value.get_mut(), span, key, &place) {
            return Some(Gone { below: name, ..inner });
        }
        let is_key = |known: &Spanned<_>| known.span() == *span;
        if (key && table.keys().any(|known| *known.get_ref() == name && is_key(known)))
            || (!key && covers(&place, span))
        {
            table.remove(name.as_str());
            return Some(Gone { from: Some(here.clone()), below: name.clone(), names: vec![name] });
        }
    }
    None
}

fn take_out_of(value: &mut DeValue<'_>, span: &Range<usize>, key: bool, here: &Range<usize>) -> Option<Gone> {
    match value {
        DeValue::Table(table) => take_out(table, span, key, here),
        DeValue::Array(items) => {
            let inner = items.iter_mut().find_map(|item| {
                let place = item.span();
                take_out_of(item.get_mut(), span, key, &place)
            });
            if inner.is_some() || key {
                return inner;
            }
            let index = items.iter().position(|item| covers(&item.span(), span))?;
            let rest = items.iter().enumerate().filter(|(place, _)| *place != index);
            *items = rest.fold(DeArray::new(), |mut rest, (_, item)| {
                rest.push(item.clone());
                rest
            });
            Some(Gone { from: Some(here.clone()), below: String::new(), names: Vec::new() })
        }
        _ => None,
    }
}

fn covers(place: &Range<usize>, span: &Range<usize>) -> bool {
    place.start <= span.start && span.end <= place.end && !span.is_empty()
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

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only what is said of it matters here")]
    struct Whole {
        name: String,
        #[serde(default)]
        many: Vec<u32>,
        #[serde(default)]
        table: Option<Inner>,
        #[serde(default)]
        tables: Vec<Inner>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only what is said of it matters here")]
    struct Inner {
        count: Spanned<u32>,
        #[serde(default)]
        flag: bool,
    }

    fn told(text: &str, needed: Option<&[&str]>) -> (bool, Vec<(Option<usize>, String)>) {
        let source = Source::new(Path::new("a.toml"), text);
        let mut problems = Vec::new();
        let found = match needed {
            Some(needed) => parse_for::<Whole>(&source, needed, &mut problems).is_some(),
            None => parse::<Whole>(&source, &mut problems).is_some(),
        };
        (found, problems.iter().map(|problem| (problem.line(), problem.message.clone())).collect())
    }

    #[test]
    fn mistakes_of_every_kind_are_told_at_once_and_what_follows_from_them_is_not() {
        let text = "\
name = 7
many = [1, \"two\", 3, -4]
nme = 1
[table]
count = \"x\"
flag = \"yes\"
[[tables]]
flag = 1
count = 2
[[tables]]
flag = true
[[tables]]
cuont = 3
";
        let (found, problems) = told(text, None);
        let lines: Vec<Option<usize>> = problems.iter().map(|(line, _)| *line).collect();
        let expected = [3, 2, 2, 1, 6, 5, 13, 8, 10].map(Some);
        let mut sorted = (lines.clone(), expected.to_vec());
        sorted.0.sort_unstable();
        sorted.1.sort_unstable();
        assert_eq!(sorted.0, sorted.1, "{problems:#?}");
        assert!(!found);
        let missing = problems.iter().filter(|(_, message)| message.contains("is missing")).count();
        assert_eq!(missing, 1, "neither what was taken out nor what was misspelt is missing as well: {problems:#?}");
    }

    #[test]
    fn whoever_needs_a_part_hears_of_that_part_only() {
        let text = "name = \"a\"\nmany = [1, \"two\"]\n[table]\ncout = 1\n";
        assert_eq!(told(text, Some(&["name"])), (true, Vec::new()));
        let (found, problems) = told(text, Some(&["name", "many"]));
        assert!(!found && problems.len() == 1 && problems[0].0 == Some(2), "{problems:?}");
        // What cannot be read at all is for everybody.
        assert!(!told("name = [", Some(&[])).0);
        assert_eq!(told("many = [1]", Some(&["many"])).1, [(Some(1), "the key `name` is missing".to_owned())]);
    }

    #[test]
    fn every_unknown_key_is_told_at_once_with_a_guess() {
        let source = Source::new(
            Path::new("kim.toml"),
            "[[mail]]\nsender = \"a\"\nsendr = 1\n[[mail]]\nsender=\"b\"\nxyz = 2\n",
        );
        let mut problems = Vec::new();
        assert_eq!(
            parse::<Demo>(&source, &mut problems).map(|demo| demo.mail.len()),
            Some(2),
            "the rest can be checked"
        );
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

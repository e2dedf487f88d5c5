//! How mistakes are worded that many files share.

use std::ops::Range;
use std::path::Path;

use crate::base::problem::{Problem, Source, did_you_mean};
use crate::base::settings::Spanned;

/// `word` names nothing that is known; with a guess, or with all that is known where that is little.
pub(super) fn unknown<'a>(
    source: &Source,
    word: &Spanned<String>,
    what: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Problem {
    let known: Vec<&str> = known.into_iter().collect();
    let problem = Problem::at(source, word.span(), format!("unknown {what} `{}`", word.get_ref()));
    match did_you_mean(word.get_ref(), known.iter().copied()) {
        Some(meant) => problem.hint(format!("did you mean `{meant}`?")),
        None if known.is_empty() => problem.hint(format!("there is no {what} here")),
        None => problem.hint(format!("known here: {}", known.join(", "))),
    }
}

/// A mistake within a text at `span`: the caret stands under the first word in backticks, if the text has it.
pub(super) fn within(source: &Source, span: Range<usize>, message: &str) -> Problem {
    let word = message.split('`').nth(1).filter(|word| !word.is_empty());
    let text = source.text.get(span.clone()).unwrap_or_default();
    let at = word.and_then(|word| text.find(word).map(|start| (start, word.len())));
    let span = at.map_or(span.clone(), |(start, length)| span.start + start..span.start + start + length);
    let (message, hint) = match message.split_once("; ") {
        Some((message, hint)) => (message, Some(hint)),
        None => (message, None),
    };
    let problem = Problem::at(source, span, message);
    match hint {
        Some(hint) => problem.hint(hint),
        None => problem,
    }
}

/// Where `text` stands for the `nth` time (from 0) in the file, comments apart; for values whose place is not kept. A
/// line break in front says that a line begins there.
pub(super) fn place(source: &Source, text: &str, nth: usize) -> Option<Range<usize>> {
    let skipped = text.len() - text.trim_start_matches('\n').len();
    let all = source.text.match_indices(text).map(|(start, found)| start + skipped..start + found.len());
    all.filter(|span| !in_comment(&source.text, span.start)).nth(nth)
}

/// Does a `#` outside of quotation marks stand before it on its line?
fn in_comment(text: &str, at: usize) -> bool {
    let line = text[..at].rsplit('\n').next().unwrap_or_default();
    let mut quote = None;
    for letter in line.chars() {
        match quote {
            None if letter == '#' => return true,
            None if letter == '"' || letter == '\'' => quote = Some(letter),
            Some(open) if open == letter => quote = None,
            _ => {}
        }
    }
    false
}

/// A mistake about a value whose place is not kept: where `text` stands first, else the file as a whole.
pub(super) fn about(source: &Source, text: &str, message: impl Into<String>) -> Problem {
    match place(source, text, 0) {
        Some(span) => Problem::at(source, span, message),
        None => Problem::whole(source, message),
    }
}

/// Names are small letters, digits and `_`: they stand in conditions, and in what `kim explain` takes.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

pub(super) fn check_name(source: &Source, name: &Spanned<String>, problems: &mut Vec<Problem>) {
    if !is_name(name.get_ref()) {
        let message = format!("`{}` is no name", name.get_ref());
        let problem = Problem::at(source, name.span(), message);
        problems.push(problem.hint("names begin with a small letter and go on with small letters, digits and `_`"));
    }
}

/// The file or folder beside the missing one that was probably meant.
pub(super) fn look_alike(path: &Path) -> String {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(entries) = std::fs::read_dir(folder) else {
        return format!("there is no folder `{}`", folder.display());
    };
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    let wanted = path.file_name().unwrap_or_default().to_string_lossy();
    match did_you_mean(&wanted, names.iter().map(String::as_str)) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_never_a_commented_example() {
        let text =
            "# user = \"kim\"\nhost = \"a#b\" # user = \"kim\"\nnote = 'no # comment', user = \"kim\"\nx = \"kim\"\n";
        let source = Source::new(Path::new("a.toml"), text);
        let line = |nth| place(&source, "\"kim\"", nth).map(|span| text[..span.start].lines().count());
        assert_eq!((line(0), line(1), line(2)), (Some(3), Some(4), None));
        assert_eq!(about(&source, "user", "x").line(), Some(3));
        assert_eq!(about(&source, "nowhere", "x").line(), None);
        assert_eq!(place(&source, "\nnote", 0).map(|span| &text[span]), Some("note"));
    }
}

//! Rust source as text: without comments, strings or tests, and the paths it names. No parser: just enough to see who uses
//! whom.

/// One file, with its text three times: as it is, and of the same length without comments, and also without the
/// contents of strings.
pub struct Source {
    /// From the root of the repository, with `/`.
    pub path: String,
    pub text: String,
    /// Without comments and tests.
    pub spoken: String,
    /// Without comments, and strings empty.
    pub code: String,
    /// The same without tests.
    pub lean: String,
    /// The whole file is for tests.
    pub is_test: bool,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Source {
        let code = blanked(text, false);
        let tests = tests_in(&code);
        Source {
            path: path.to_owned(),
            text: text.to_owned(),
            spoken: without(&blanked(text, true), &tests),
            lean: without(&code, &tests),
            code,
            is_test: false,
        }
    }

    /// `["stages", "read", "cells"]` for `src/stages/read/cells.rs`.
    pub fn module(&self) -> Vec<&str> {
        let inner = self.path.strip_prefix("src/").and_then(|path| path.strip_suffix(".rs")).unwrap_or_default();
        inner.split('/').filter(|part| !matches!(*part, "mod" | "lib" | "main")).collect()
    }

    /// The beginnings of paths of modules that are declared here for tests only: `#[cfg(test)] mod tests;`.
    pub fn test_modules(&self) -> Vec<String> {
        let folder = self.path.trim_end_matches(".rs").trim_end_matches("/mod").trim_end_matches("/lib");
        let declared = tests_in(&self.code).into_iter().filter_map(|range| {
            let item = self.code[range].strip_suffix(';')?;
            item.split_whitespace().last().map(str::to_owned)
        });
        declared.flat_map(|name| [format!("{folder}/{name}.rs"), format!("{folder}/{name}/")]).collect()
    }
}

/// The first one or two names below the crate of every path that begins with `crate::`, or climbs there by `super::`.
pub fn used(source: &Source) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = Vec::new();
    for at in words(&source.code, "crate") {
        found.extend(heads(&source.code[at + "crate".len()..], 2));
    }
    // In tests `super` counts from one deeper, so only the rest is looked at.
    let module = source.module();
    for at in words(&source.lean, "super").filter(|at| !source.lean[..*at].ends_with("super::")) {
        let mut rest = &source.lean[at..];
        let mut depth = module.len();
        while let Some(shorter) = rest.strip_prefix("super") {
            depth = depth.saturating_sub(1);
            match shorter.strip_prefix("::").filter(|next| next.starts_with("super")) {
                Some(next) => rest = next,
                None => {
                    let above = module[..depth].iter().map(|name| (*name).to_owned());
                    let whole = |head: Vec<String>| above.clone().chain(head).collect::<Vec<_>>();
                    found.extend(heads(shorter, 2).into_iter().map(whole));
                    break;
                }
            }
        }
    }
    found.retain(|path| !path.is_empty());
    found
}

/// The first `depth` names of `::a::b`, `::{a::b, c}` and the like.
fn heads(text: &str, depth: usize) -> Vec<Vec<String>> {
    let Some(rest) = text.strip_prefix("::").filter(|_| depth > 0) else { return Vec::new() };
    if let Some(inside) = rest.strip_prefix('{') {
        let inside = &inside[..closing(inside, '{', '}')];
        return split(inside).into_iter().flat_map(|part| heads(&format!("::{}", part.trim()), depth)).collect();
    }
    let name: String = rest.chars().take_while(|c| is_word(*c)).collect();
    if name.is_empty() {
        return Vec::new();
    }
    let further = heads(&rest[name.len()..], depth - 1);
    let joined = |tail: Vec<String>| std::iter::once(name.clone()).chain(tail).collect();
    if further.is_empty() { vec![vec![name]] } else { further.into_iter().map(joined).collect() }
}

/// Where the bracket that is already open closes.
fn closing(text: &str, open: char, close: char) -> usize {
    let mut depth = 1;
    for (at, letter) in text.char_indices() {
        depth += i32::from(letter == open) - i32::from(letter == close);
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// At the commas that stand in no bracket.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0);
    for (at, letter) in text.char_indices() {
        depth += i32::from(letter == '{') - i32::from(letter == '}');
        if letter == ',' && depth == 0 {
            parts.push(&text[start..at]);
            start = at + 1;
        }
    }
    parts.push(&text[start..]);
    parts
}

pub fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Where `word` stands as a whole word.
pub fn words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    text.match_indices(word)
        .map(|(at, _)| at)
        .filter(move |at| !text[..*at].ends_with(is_word) && !text[*at + word.len()..].starts_with(is_word))
}

/// The same length, with comments as blanks, and the contents of strings too unless they are kept.
fn blanked(text: &str, keep_strings: bool) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text[at..];
        let (end, is_comment) = if rest.starts_with("//") {
            (at + rest.find('\n').unwrap_or(rest.len()), true)
        } else if rest.starts_with("/*") {
            (at + rest.find("*/").map_or(rest.len(), |end| end + 2), true)
        } else if let Some(end) = string_end(text, at) {
            (end, false)
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        if is_comment || !keep_strings {
            out[at..end].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
        }
        at = end;
    }
    String::from_utf8(out).expect("only whole letters were replaced")
}

/// The end of the string or character that begins at `at`, if one does.
fn string_end(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    if text[..at].ends_with(is_word) {
        return None;
    }
    let raw = rest.strip_prefix("br").or(rest.strip_prefix('r'));
    if let Some(hashed) = raw.map(|raw| (raw, raw.len() - raw.trim_start_matches('#').len())) {
        let (raw, hashes) = hashed;
        if raw[hashes..].starts_with('"') {
            let close = format!("\"{}", "#".repeat(hashes));
            let begin = at + (rest.len() - raw.len()) + hashes + 1;
            return Some(text[begin..].find(&close).map_or(text.len(), |end| begin + end + close.len()));
        }
    }
    let begin = at + usize::from(rest.starts_with("b\"") || rest.starts_with("b'"));
    match text.as_bytes()[begin] {
        b'"' => Some(quoted_end(text, begin, '"')),
        // A lifetime has no closing quote after its first letter.
        b'\'' => {
            let mut letters = text[begin + 1..].chars();
            let first = letters.next()?;
            (first == '\\' || letters.next() == Some('\'')).then(|| quoted_end(text, begin, '\''))
        }
        _ => None,
    }
}

fn quoted_end(text: &str, begin: usize, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in text[begin + 1..].char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            letter if letter == quote => return begin + 1 + at + 1,
            _ => {}
        }
    }
    text.len()
}

/// What `#[cfg(test)]` stands before, up to its semicolon or closing brace.
fn tests_in(code: &str) -> Vec<std::ops::Range<usize>> {
    let ranges = code.match_indices("#[cfg(test)]").map(|(at, _)| {
        let end = match code[at..].find([';', '{']).map(|end| at + end) {
            Some(brace) if code[brace..].starts_with('{') => brace + 1 + closing(&code[brace + 1..], '{', '}'),
            Some(semicolon) => semicolon + 1,
            None => code.len(),
        };
        at..end
    });
    ranges.collect()
}

fn without(text: &str, ranges: &[std::ops::Range<usize>]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for range in ranges {
        bytes[range.clone()].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
    }
    String::from_utf8(bytes).expect("only whole items were replaced")
}

#[test]
fn strings_and_comments_are_told_apart() {
    let text = "let a = 'x'; // b\nlet c: &'static str = \"// d\\\"\"; /* e */ let f = r#\"\"g\"\"#; let h = b'\\'';";
    let (code, spoken) = (blanked(text, false), blanked(text, true));
    assert_eq!((code.len(), spoken.len()), (text.len(), text.len()));
    let left: Vec<&str> = code.split_whitespace().collect();
    let expected = "let a = ; let c: &'static str = ; let f = ; let h = ;";
    assert_eq!(left.join(" "), expected);
    let left: Vec<&str> = spoken.split_whitespace().collect();
    assert_eq!(
        left.join(" "),
        "let a = 'x'; let c: &'static str = \"// d\\\"\"; let f = r#\"\"g\"\"#; let h = b'\\'';"
    );
}

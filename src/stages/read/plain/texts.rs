//! Texts, shared ones and those that stand in their cells.

use super::strict::{attributes, is_name, is_plain, marks, number, text};
use crate::stages::read::xml::{Mark, Marks, local};

/// The texts that cells share, in order.
pub(super) fn shared(part: &[u8]) -> Option<Vec<String>> {
    let mut marks = marks(part)?;
    let mut texts = Vec::new();
    let mut open = false;
    loop {
        match marks.next()? {
            Mark::Start(tag) if !open && tag.name == b"sst" && !tag.empty => {
                attributes(tag.rest, |name, value| match name {
                    // Room is made for so many: it has to be true enough.
                    b"uniqueCount" => (number(value)? as usize <= part.len()).then_some(()),
                    _ => Some(()),
                })?;
                open = true;
            }
            Mark::Start(tag) if open && tag.name == b"si" && tag.rest.is_empty() => {
                texts.push(if tag.empty { String::new() } else { one(&mut marks, b"si")? });
            }
            Mark::End(b"sst") if open => break,
            Mark::Text(text) if is_plain(text) => {}
            _ => return None,
        }
    }
    marks.rest().trim_ascii().is_empty().then_some(texts)
}

/// A text in one or several pieces, up to the end of the element that holds it.
pub(super) fn one(marks: &mut Marks<'_>, closing: &[u8]) -> Option<String> {
    let mut said: Option<String> = None;
    let mut depth = 0_usize;
    loop {
        match marks.next()? {
            Mark::Start(tag) if tag.name == b"t" => {
                let mut keep_blanks = false;
                attributes(tag.rest, |name, value| {
                    keep_blanks = value == b"preserve";
                    (name == b"xml:space").then_some(())
                })?;
                let piece = if tag.empty { String::new() } else { piece(marks, keep_blanks)? };
                match &mut said {
                    Some(said) => said.push_str(&piece),
                    None => said = Some(piece),
                }
            }
            // How a text is pronounced is no part of it.
            Mark::Start(tag) if local(tag.name) == b"rPh" || local(tag.name) == b"t" || tag.name == closing => {
                return None;
            }
            Mark::Start(tag) if is_name(tag.name) => depth += usize::from(!tag.empty),
            Mark::End(name) if name == closing => return (depth == 0).then(|| said.unwrap_or_default()),
            Mark::End(name) if is_name(name) => depth = depth.checked_sub(1)?,
            Mark::Text(text) if is_plain(text) => {}
            _ => return None,
        }
    }
}

fn piece(marks: &mut Marks<'_>, keep_blanks: bool) -> Option<String> {
    match marks.next()? {
        Mark::End(b"t") => Some(String::new()),
        Mark::Text(raw) => (marks.next()? == Mark::End(b"t")).then(|| text(raw, keep_blanks)).flatten(),
        _ => None,
    }
}

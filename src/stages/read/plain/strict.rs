//! XML that can be cut into pieces in one way only, whoever cuts: what programs write.
//!
//! In: a part, or a piece of one. Out: its tags, or none where anything in it is unusual. Never: an opinion about what is
//! unusual; that is for the long way.

use crate::stages::read::xml::{Mark, Marks, Tag};

/// Shows each start tag of a part with one root to `see`. Comments, CDATA, entities, stray ends and odd names are unusual.
pub(super) fn tags<'a>(part: &'a [u8], mut see: impl FnMut(Tag<'a>) -> Option<()>) -> Option<()> {
    let (mut open, mut roots): (Vec<&[u8]>, usize) = (Vec::new(), 0);
    for mark in marks(part)? {
        match mark {
            Mark::Start(tag) if is_name(tag.name) => {
                roots += usize::from(open.is_empty());
                if !tag.empty {
                    open.push(tag.name);
                }
                see(tag)?;
            }
            Mark::End(name) => (open.pop()? == name).then_some(())?,
            Mark::Text(text) if is_plain(text) && (!open.is_empty() || text.trim_ascii().is_empty()) => {}
            _ => return None,
        }
    }
    (open.is_empty() && roots == 1).then_some(())
}

/// The same for what stands before the cells of a sheet: one element is open at its end.
pub(super) fn head<'a>(part: &'a [u8], mut see: impl FnMut(Tag<'a>) -> Option<()>) -> Option<()> {
    let mut depth = 0_usize;
    for mark in marks(part)? {
        match mark {
            Mark::Start(tag) if is_name(tag.name) => {
                depth += usize::from(!tag.empty);
                see(tag)?;
            }
            Mark::End(name) if is_name(name) && depth > 1 => depth -= 1,
            Mark::Text(text) if is_plain(text) => {}
            _ => return None,
        }
    }
    (depth == 1).then_some(())
}

/// Behind the declaration, if there is one.
pub(super) fn marks(part: &[u8]) -> Option<Marks<'_>> {
    let mut marks = Marks::new(part);
    if part.starts_with(b"<?xml ") && marks.next() != Some(Mark::Aside) {
        return None;
    }
    Some(marks)
}

/// Each attribute written as ` name="value"`.
pub(super) fn attributes<'a>(mut rest: &'a [u8], mut see: impl FnMut(&'a [u8], &'a [u8]) -> Option<()>) -> Option<()> {
    loop {
        let text = rest.trim_ascii_start();
        if text.is_empty() {
            return Some(());
        }
        if text.len() == rest.len() {
            return None;
        }
        let equals = text.iter().position(|mark| *mark == b'=')?;
        let (name, value) = (&text[..equals], text[equals..].strip_prefix(b"=\"")?);
        let end = value.iter().position(|mark| *mark == b'"')?;
        if !is_name(name) || value[..end].contains(&b'<') {
            return None;
        }
        see(name, &value[..end])?;
        rest = &value[end + 1..];
    }
}

/// Keeps what is said once.
pub(super) fn once<'a>(place: &mut Option<&'a [u8]>, value: &'a [u8]) -> Option<()> {
    place.replace(value).is_none().then_some(())
}

pub(super) fn is_name(name: &[u8]) -> bool {
    let letter = |mark: &u8| mark.is_ascii_alphanumeric() || matches!(mark, b':' | b'_' | b'-' | b'.');
    name.first().is_some_and(u8::is_ascii_alphabetic) && name.iter().all(letter)
}

/// Nothing that stands for something else.
pub(super) fn is_plain(text: &[u8]) -> bool {
    memchr::memchr(b'&', text).is_none()
}

/// Few enough digits and nothing else.
pub(super) fn number(text: &[u8]) -> Option<u32> {
    if text.is_empty() || text.len() > 9 {
        return None;
    }
    text.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0')))
}

/// What a text says: the five entities of XML resolved, without the blanks around it unless they are to be kept.
/// None where line ends or escapes of Excel's own (`_x000D_`) need a closer look.
pub(super) fn text(raw: &[u8], keep_blanks: bool) -> Option<String> {
    let raw = std::str::from_utf8(raw).ok()?;
    if memchr::memchr2(b'\r', b'_', raw.as_bytes()).is_some() && (raw.contains('\r') || raw.contains("_x")) {
        return None;
    }
    let trimmed = |text: &str| match keep_blanks {
        true => text.to_owned(),
        false => text.trim_matches([' ', '\t', '\n']).to_owned(),
    };
    if is_plain(raw.as_bytes()) {
        return Some(trimmed(raw));
    }
    let mut resolved = String::with_capacity(raw.len());
    let mut pieces = raw.split('&');
    resolved.push_str(pieces.next()?);
    for piece in pieces {
        let (entity, rest) = piece.split_once(';')?;
        resolved.push(match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => return None,
        });
        resolved.push_str(rest);
    }
    Some(trimmed(&resolved))
}

//! XML as a stream of marks, for looking at every byte of a part once and quickly.
//!
//! Exact about where an element, a comment or a piece of text begins and ends, and about nothing else: names keep their
//! prefix until [`local`] takes it off, entities stay as they are, and whether ends fit their starts is for others to say.

use memchr::{memchr, memmem};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Mark<'a> {
    /// `<name …>` or, if empty, `<name …/>`.
    Start(Tag<'a>),
    /// `</name>`.
    End(&'a [u8]),
    /// Everything between two of the others; entities are not resolved.
    Text(&'a [u8]),
    /// `<![CDATA[…]]>`.
    Data,
    /// Comments and processing instructions.
    Aside,
    /// A `<!DOCTYPE`: it could redefine what entities mean, and no office file has one.
    Declaration,
    /// The part ends in the middle of something.
    Torn,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tag<'a> {
    pub(super) name: &'a [u8],
    pub(super) rest: &'a [u8],
    pub(super) empty: bool,
}

pub(super) struct Marks<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Marks<'a> {
    pub(super) fn new(text: &'a [u8]) -> Marks<'a> {
        Marks { text, at: 0 }
    }

    /// The rest that was not looked at yet.
    pub(super) fn rest(&self) -> &'a [u8] {
        &self.text[self.at..]
    }

    /// Goes on behind something that was recognised otherwise.
    pub(super) fn skip(&mut self, length: usize) {
        self.at = (self.at + length).min(self.text.len());
    }

    fn markup(&mut self, rest: &'a [u8]) -> Mark<'a> {
        let (mark, length) = match rest.get(1) {
            Some(b'/') => match memchr(b'>', rest) {
                Some(end) => (Mark::End(rest[2..end].trim_ascii_end()), end + 1),
                None => (Mark::Torn, rest.len()),
            },
            Some(b'?') => until(rest, b"?>", Mark::Aside),
            Some(b'!') if rest.starts_with(b"<!--") => match memmem::find(&rest[4..], b"-->") {
                Some(end) => (Mark::Aside, end + 7),
                None => (Mark::Torn, rest.len()),
            },
            Some(b'!') if rest.starts_with(b"<![CDATA[") => until(rest, b"]]>", Mark::Data),
            Some(b'!') => until(rest, b">", Mark::Declaration),
            _ => match end_of_tag(rest) {
                Some(end) => (Mark::Start(tag(&rest[1..end])), end + 1),
                None => (Mark::Torn, rest.len()),
            },
        };
        self.at += length;
        mark
    }
}

impl<'a> Iterator for Marks<'a> {
    type Item = Mark<'a>;

    fn next(&mut self) -> Option<Mark<'a>> {
        let rest = self.rest();
        match rest.first() {
            None => None,
            Some(b'<') => Some(self.markup(rest)),
            Some(_) => {
                let end = memchr(b'<', rest).unwrap_or(rest.len());
                self.at += end;
                Some(Mark::Text(&rest[..end]))
            }
        }
    }
}

fn until<'a>(rest: &'a [u8], end: &[u8], mark: Mark<'a>) -> (Mark<'a>, usize) {
    memmem::find(rest, end).map_or((Mark::Torn, rest.len()), |at| (mark, at + end.len()))
}

/// The `>` that is not inside of an attribute.
fn end_of_tag(rest: &[u8]) -> Option<usize> {
    let mut end = memchr(b'>', rest)?;
    // Nobody writes a bare `>` into an attribute, or single quotes, but both are allowed.
    loop {
        match open_quote(&rest[..end]) {
            None => return Some(end),
            Some(quote) => {
                let closed = end + memchr(quote, &rest[end..])?;
                end = closed + memchr(b'>', &rest[closed..])?;
            }
        }
    }
}

/// The quote that is open at the end of `text`.
fn open_quote(text: &[u8]) -> Option<u8> {
    let mut open = None;
    for &byte in text {
        match open {
            None if matches!(byte, b'"' | b'\'') => open = Some(byte),
            Some(quote) if byte == quote => open = None,
            _ => {}
        }
    }
    open
}

fn tag(inner: &[u8]) -> Tag<'_> {
    let (inner, empty) = match inner.split_last() {
        Some((b'/', inner)) => (inner, true),
        _ => (inner, false),
    };
    let end = inner.iter().position(u8::is_ascii_whitespace).unwrap_or(inner.len());
    Tag { name: &inner[..end], rest: &inner[end..], empty }
}

/// A name without its prefix.
pub(super) fn local(name: &[u8]) -> &[u8] {
    memchr(b':', name).map_or(name, |colon| &name[colon + 1..])
}

impl<'a> Tag<'a> {
    pub(super) fn is(&self, name: &[u8]) -> bool {
        self.name == name || local(self.name) == name
    }

    /// Names and values; a broken one ends the list.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        let mut rest = self.rest;
        std::iter::from_fn(move || {
            let text = rest.trim_ascii_start();
            let equals = memchr(b'=', text)?;
            let value = text[equals + 1..].trim_ascii_start();
            let (&quote, value) = value.split_first()?;
            let end = matches!(quote, b'"' | b'\'').then(|| memchr(quote, value))??;
            rest = &value[end + 1..];
            Some((text[..equals].trim_ascii_end(), &value[..end]))
        })
    }

    pub(super) fn attribute(&self, name: &[u8]) -> Option<&'a [u8]> {
        self.attributes().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// An attribute that a person may see, entities resolved.
    pub(super) fn text(&self, name: &[u8]) -> Option<String> {
        let raw = String::from_utf8_lossy(self.attribute(name)?).into_owned();
        Some(quick_xml::escape::unescape(&raw).map(|text| text.into_owned()).unwrap_or(raw))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_is_told_apart() {
        let text = b"<?xml?><!DOCTYPE a><a x='1>2' y=\"b\"><!-- <c> --><![CDATA[</a>]]>t&amp;<x:b /></a ><c";
        let mut marks = Marks::new(text);
        assert_eq!(marks.next(), Some(Mark::Aside));
        assert_eq!(marks.next(), Some(Mark::Declaration));
        let Some(Mark::Start(a)) = marks.next() else { panic!() };
        assert_eq!(
            (a.name, a.empty, a.attribute(b"x"), a.attribute(b"y")),
            (&b"a"[..], false, Some(&b"1>2"[..]), Some(&b"b"[..]))
        );
        assert_eq!([marks.next(), marks.next()], [Some(Mark::Aside), Some(Mark::Data)]);
        assert_eq!(marks.next(), Some(Mark::Text(b"t&amp;")));
        assert!(matches!(marks.next(), Some(Mark::Start(b)) if b.is(b"b") && b.empty));
        assert_eq!([marks.next(), marks.next(), marks.next()], [Some(Mark::End(b"a")), Some(Mark::Torn), None]);
    }

    #[test]
    fn broken_attributes_end_the_list() {
        let attributes = |rest| Tag { name: b"c", rest, empty: false }.attributes().count();
        assert_eq!([attributes(b""), attributes(b" r"), attributes(b" r=A1"), attributes(b" r=\"A1")], [0; 4]);
        assert_eq!(attributes(b" r = 'A1' s=\"\""), 2);
    }
}

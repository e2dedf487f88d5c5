//! Texts whose letters do not all look alike: raised ones and crossed out ones (ECMA-376 part 1, 18.4.4 `r`).
//!
//! In: the part with the shared texts, or one text that stands in its cell. Out: those that say something else than their
//! characters one behind the other: `18` with a raised `1` is `18¹`, not 181; `12 15` with the 12 crossed out is 15. Never: a
//! look at each text, unless such a mark stands in the part at all.

use std::collections::BTreeMap;

use memchr::memmem;

use super::shape::Rich;
use super::xml::{Mark, Marks, Tag, local};
use crate::model::raw::{self, Look};

/// Is there a raised or a crossed out letter at all?
pub(super) fn is_in(part: &[u8]) -> bool {
    memmem::find(part, b"vertAlign").is_some() || memmem::find(part, b"strike").is_some()
}

/// By the number of the text.
pub(super) fn shared(part: &[u8]) -> BTreeMap<usize, Rich> {
    let mut found = BTreeMap::new();
    if !is_in(part) {
        return found;
    }
    let (mut marks, mut index) = (Marks::new(part), 0);
    while let Some(mark) = marks.next() {
        let Mark::Start(tag) = mark else { continue };
        if tag.is(b"si") {
            if !tag.empty {
                found.extend(text(&mut marks, b"si").map(|rich| (index, rich)));
            }
            index += 1;
        }
    }
    found
}

/// One text, up to the end of the element of this name; none if it is what its characters say.
pub(super) fn text(marks: &mut Marks<'_>, end: &[u8]) -> Option<Rich> {
    let mut read = Read::default();
    for mark in marks.by_ref() {
        match mark {
            Mark::End(name) if local(name) == end => break,
            Mark::End(name) => match local(name) {
                b"t" => read.within = false,
                b"rPh" => read.aside = false,
                _ => {}
            },
            Mark::Start(tag) => read.start(&tag),
            Mark::Text(piece) if read.within && !read.aside => read.piece(piece),
            _ => {}
        }
    }
    read.rich()
}

#[derive(Default)]
struct Read {
    /// Inside of a text, and of how it is pronounced.
    within: bool,
    aside: bool,
    raised: bool,
    struck: bool,
    seen: String,
    crossed: String,
    is_rich: bool,
}

impl Read {
    fn start(&mut self, tag: &Tag<'_>) {
        match local(tag.name) {
            b"t" => self.within = !tag.empty,
            b"r" => (self.raised, self.struck) = (false, false),
            b"rPh" => self.aside = !tag.empty,
            b"vertAlign" => self.raised = tag.attribute(b"val") == Some(b"superscript"),
            b"strike" => self.struck = !matches!(tag.attribute(b"val"), Some(b"0" | b"false")),
            _ => {}
        }
    }

    fn piece(&mut self, piece: &[u8]) {
        let piece = String::from_utf8_lossy(piece);
        let piece = quick_xml::escape::unescape(&piece).map_or_else(|_| piece.to_string(), |text| text.into_owned());
        let blank = piece.trim().is_empty();
        if self.struck {
            self.is_rich |= !blank;
            self.crossed.push_str(&piece);
        } else if self.raised && !blank {
            self.is_rich |= !is_unit(&self.seen, &piece);
            self.seen.extend(piece.chars().filter_map(|mark| if mark == ' ' { Some(mark) } else { raw::raised(mark) }));
        } else {
            self.seen.push_str(&piece);
        }
    }

    fn rich(self) -> Option<Rich> {
        let crossed = self.crossed.trim();
        self.is_rich.then(|| match (crossed.is_empty(), self.seen.trim().is_empty()) {
            (true, _) => Rich { text: Some(self.seen), look: None },
            (false, true) => Rich { text: None, look: Some(Look::CrossedOut) },
            (false, false) => Rich { look: Some(Look::PartlyCrossedOut(crossed.to_owned())), text: Some(self.seen) },
        })
    }
}

/// `m²` needs no look: `m2` says the same, and headings are full of it.
fn is_unit(before: &str, raised: &str) -> bool {
    matches!(raised.trim(), "2" | "3") && before.ends_with('m')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(inner: &str) -> Option<Rich> {
        let all = shared(format!("<sst><si><t>a</t></si><si/><si>{inner}</si></sst>").as_bytes());
        assert!(all.keys().all(|index| *index == 2), "{all:?}");
        all.into_values().next()
    }

    #[test]
    fn raised_letters_stay_raised_and_crossed_out_ones_are_left_out() {
        let run = |marks: &str, text: &str| format!("<r><rPr>{marks}</rPr><t xml:space=\"preserve\">{text}</t></r>");
        let (raised, struck) = ("<vertAlign val=\"superscript\"/>", "<b/><strike/>");
        let text = |text: &str| Some(Rich { text: Some(text.into()), look: None });
        assert_eq!(one(&(run("", "18") + &run(raised, "1"))), text("18¹"));
        assert_eq!(one(&(run("", "18") + &run(raised, "a)") + &run("", " &amp; 2"))), text("18ᵃ⁾ & 2"));
        assert_eq!(one(&(run("", "Fläche m") + &run(raised, "2"))), None, "the same as m2");
        assert_eq!(one(&(run("", "CO") + &run("<vertAlign val=\"subscript\"/>", "2"))), None);
        assert_eq!(one(&(run("<strike val=\"0\"/>", "1") + &run("", "5"))), None);
        let partly = Rich { text: Some(" 15".into()), look: Some(Look::PartlyCrossedOut("12".into())) };
        assert_eq!(one(&(run(struck, "12") + &run("", " 15"))), Some(partly));
        assert_eq!(one(&run(struck, "12")), Some(Rich { text: None, look: Some(Look::CrossedOut) }));
        let read = format!("{}<rPh sb=\"0\" eb=\"1\"><t>x</t></rPh>", run("", "18") + &run(raised, "1"));
        assert_eq!(one(&read), text("18¹"), "how it is pronounced is no part of it");
    }
}

//! Texts whose letters do not all look alike: raised and lowered ones, crossed out ones, white and tiny ones (ECMA-376 part 1,
//! 18.4.4 `r`).
//!
//! In: the part with the shared texts, or one text that stands in its cell. Out: those that say something else than their
//! characters one behind the other: `18` with a raised `1` is `18¹`, not 181; `12 15` with the 12 crossed out is 15, and `15`
//! with a white 1 is seen as 5. Never: a look at each text, unless such a mark stands in the part at all.

use std::collections::BTreeMap;

use memchr::memmem;

use super::shape::Rich;
use super::xml::{Mark, Marks, Tag, local};
use crate::model::raw::{self, Look};

/// Letters of fewer points than this are dots.
pub(super) const LEAST_SIZE: f64 = 4.0;

/// How white letters may be written, in whatever way; and the digits with which a tiny size begins.
const WHITE: [&[u8]; 5] = [b"FFFFFF\"", b"ffffff\"", b"theme=\"0\"", b"indexed=\"1\"", b"indexed=\"9\""];
const TINY: [&[u8]; 7] = [b"\"0", b"\"1\"", b"\"1.", b"\"2\"", b"\"2.", b"\"3\"", b"\"3."];

/// Is there a letter that is raised, lowered, crossed out, white or tiny at all?
pub(super) fn is_in(part: &[u8]) -> bool {
    let Some(first) = memmem::find(part, b"rPr") else { return false };
    let part = &part[first..];
    let has = |word: &[u8]| memmem::find(part, word).is_some();
    let tiny =
        || memmem::find_iter(part, b"sz val=").any(|at| TINY.iter().any(|tiny| part[at + 7..].starts_with(tiny)));
    has(b"vertAlign") || has(b"strike") || WHITE.iter().any(|white| has(white)) || tiny()
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

/// How the letters of one part look.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Letters {
    pub(super) struck: bool,
    pub(super) raised: bool,
    pub(super) lowered: bool,
    /// In the colour of the paper, or hardly of any size.
    pub(super) unseen: bool,
}

/// A text given part by part; none if it is what its characters say.
pub(super) fn of_runs<'a>(runs: impl IntoIterator<Item = (Letters, &'a str)>) -> Option<Rich> {
    let mut read = Read::default();
    for (letters, text) in runs {
        read.letters = letters;
        read.add(text);
    }
    read.rich()
}

#[derive(Default)]
struct Read {
    /// Inside of a text, and of how it is pronounced.
    within: bool,
    aside: bool,
    letters: Letters,
    /// What is there but for what is crossed out, and what is seen of it.
    left: String,
    seen: String,
    crossed: String,
    is_rich: bool,
}

impl Read {
    fn start(&mut self, tag: &Tag<'_>) {
        match local(tag.name) {
            b"t" => self.within = !tag.empty,
            b"r" => self.letters = Letters::default(),
            b"rPh" => self.aside = !tag.empty,
            b"vertAlign" => {
                self.letters.raised = tag.attribute(b"val") == Some(b"superscript");
                self.letters.lowered = tag.attribute(b"val") == Some(b"subscript");
            }
            b"color" => self.letters.unseen |= is_white(tag),
            b"sz" => self.letters.unseen |= tag.text(b"val").and_then(|size| size.parse().ok()).is_some_and(is_tiny),
            b"strike" => self.letters.struck = !matches!(tag.attribute(b"val"), Some(b"0" | b"false")),
            _ => {}
        }
    }

    fn piece(&mut self, piece: &[u8]) {
        let piece = String::from_utf8_lossy(piece);
        let piece = quick_xml::escape::unescape(&piece).map_or_else(|_| piece.to_string(), |text| text.into_owned());
        self.add(&piece);
    }

    fn add(&mut self, piece: &str) {
        let Letters { struck, raised, lowered, unseen } = self.letters;
        let blank = piece.trim().is_empty();
        if struck {
            self.is_rich |= !blank;
            self.crossed.push_str(piece);
            return;
        }
        let apart = |of: fn(char) -> Option<char>| -> String {
            piece.chars().filter_map(|mark| if mark == ' ' { Some(mark) } else { of(mark) }).collect()
        };
        // Formulas of chemistry are read as they are; behind a figure, a lowered mark is that of a footnote.
        let lowered = lowered && self.left.ends_with(|mark: char| mark.is_ascii_digit());
        let piece = match () {
            () if raised && !blank => {
                self.is_rich |= !is_unit(&self.left, piece);
                apart(raw::raised)
            }
            () if lowered && !blank => {
                self.is_rich = true;
                apart(raw::lowered)
            }
            () => piece.to_owned(),
        };
        self.left.push_str(&piece);
        if unseen && !blank {
            self.is_rich = true;
        } else {
            self.seen.push_str(&piece);
        }
    }

    fn rich(self) -> Option<Rich> {
        let crossed = self.crossed.trim();
        let (all, seen) = (self.left == self.seen, self.seen.trim());
        self.is_rich.then(|| match (crossed.is_empty(), self.left.trim().is_empty()) {
            (true, _) if all => Rich { text: Some(self.left), look: None },
            (true, _) if seen.is_empty() => Rich { look: Some(Look::HardToSee), text: Some(self.left) },
            (true, _) => Rich { look: Some(Look::Shown(seen.to_owned())), text: Some(self.left) },
            (false, true) => Rich { text: None, look: Some(Look::CrossedOut) },
            (false, false) => Rich { look: Some(Look::PartlyCrossedOut(crossed.to_owned())), text: Some(self.left) },
        })
    }
}

fn is_tiny(size: f64) -> bool {
    size < LEAST_SIZE
}

/// White as programs write it; a tint makes another colour of it.
pub(super) fn is_white(color: &Tag<'_>) -> bool {
    let is = |name: &[u8], values: &[&[u8]]| color.attribute(name).is_some_and(|value| values.contains(&value));
    let rgb = color.attribute(b"rgb").and_then(|rgb| rgb.get(rgb.len().checked_sub(6)?..));
    color.attribute(b"tint").is_none()
        && (rgb.is_some_and(|rgb| rgb.eq_ignore_ascii_case(b"ffffff"))
            || is(b"theme", &[b"0"])
            || is(b"indexed", &[b"1", b"9"]))
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
        let lowered = "<vertAlign val=\"subscript\"/>";
        assert_eq!(one(&(run("", "CO") + &run(lowered, "2"))), None);
        assert_eq!(one(&(run("", "18") + &run(lowered, "1"))), text("18₁"));
        assert_eq!(one(&(run("<strike val=\"0\"/>", "1") + &run("", "5"))), None);
        let partly = Rich { text: Some(" 15".into()), look: Some(Look::PartlyCrossedOut("12".into())) };
        assert_eq!(one(&(run(struck, "12") + &run("", " 15"))), Some(partly));
        assert_eq!(one(&run(struck, "12")), Some(Rich { text: None, look: Some(Look::CrossedOut) }));
        let read = format!("{}<rPh sb=\"0\" eb=\"1\"><t>x</t></rPh>", run("", "18") + &run(raised, "1"));
        assert_eq!(one(&read), text("18¹"), "how it is pronounced is no part of it");
    }

    #[test]
    fn what_is_seen_of_white_and_tiny_letters_is_noted() {
        let run = |marks: &str, text: &str| format!("<r><rPr>{marks}</rPr><t xml:space=\"preserve\">{text}</t></r>");
        let plain = "<sz val=\"11\"/><color theme=\"1\"/>";
        let shown = |seen: &str, all: &str| Some(Rich { text: Some(all.into()), look: Some(Look::Shown(seen.into())) });
        for unseen in [
            "<sz val=\"11\"/><color rgb=\"FFFFFFFF\"/>",
            "<color theme=\"0\"/>",
            "<color indexed=\"9\"/>",
            "<sz val=\"1\"/><color theme=\"1\"/>",
            "<sz val=\"2.5\"/>",
        ] {
            assert_eq!(one(&(run(unseen, "1") + &run(plain, "5"))), shown("5", "15"), "{unseen}");
            let all = Rich { text: Some("15".into()), look: Some(Look::HardToSee) };
            assert_eq!(one(&run(unseen, "15")), Some(all), "{unseen}");
            assert_eq!(one(&(run(plain, "15") + &run(unseen, " "))), None, "a blank is never seen");
        }
        for seen in ["<color theme=\"0\" tint=\"-0.5\"/>", "<color rgb=\"FFFF0000\"/>", "<sz val=\"10\"/>"] {
            assert_eq!(one(&(run(seen, "1") + &run(plain, "5"))), None, "{seen}");
        }
    }
}

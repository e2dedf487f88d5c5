//! Who reports: the AGS in any shape, a name, an alias, and as a last resort the file's name.
//!
//! In: what stands on the cover. Out: the body, and what contradicts it.

use std::ops::Range;

use super::known::{Known, Match};
use super::text;
use crate::base::quick::QuickMap;
use crate::model::municipality::{Body, BodyKind, Register};

/// The body whose key stands in `written`: 8 digits, 7 (the zero in front is lost), 12 or 9 (the regional key,
/// ARS, with or without the municipality's own part), 6 or 3 (without Land, without district), 5 (the district).
pub(super) fn by_key<'a>(written: &str, register: &'a Register) -> Option<&'a Body> {
    let tame = |mark: char| mark.is_ascii_digit() || mark.is_whitespace() || matches!(mark, '.' | '-' | '/' | '\'');
    let words = text::words(written);
    let bare = words.iter().filter(|word| !word.bytes().all(|byte| byte.is_ascii_digit()));
    // `AGS 05958004` is fine, `ca. 5958004` is, too; a sentence with numbers is not.
    if bare.count() > 1 || written.chars().filter(|mark| !tame(*mark) && !mark.is_alphabetic()).count() > 1 {
        return None;
    }
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    shapes(&digits).iter().find_map(|shape| match shape.len() {
        8 => register.by_ags(shape),
        3 | 6 => only(register.bodies.iter().filter(|body| body.ags.ends_with(shape.as_str()))),
        _ => None,
    })
}

/// The body whose whole key (eight digits) stands in a file's name, if it is one.
pub(super) fn key_in_name<'a>(file: &str, register: &'a Register) -> Option<&'a Body> {
    let runs = file.split(|mark: char| !mark.is_ascii_digit());
    only(runs.filter(|run| run.len() == 8).filter_map(|run| register.by_ags(run)))
}

/// What the digits may stand for, the likeliest first.
fn shapes(digits: &str) -> Vec<String> {
    let mut shapes = Vec::new();
    // Excel takes a zero in front away.
    for digits in [digits.to_owned(), format!("0{digits}")] {
        match digits.len() {
            3 | 5 | 6 if digits.len() == 5 => shapes.push(format!("{digits}000")),
            3 | 6 | 8 => shapes.push(digits),
            // ARS: Land 2, Regierungsbezirk 1, Kreis 2, Verband 4, Gemeinde 3.
            // A Verband without a Gemeinde is no body of ours, and zeros behind an AGS are no key at all.
            12 if digits.ends_with("000") && &digits[5..9] != "0000" => {}
            9 | 12 => shapes.push(format!("{}{}", &digits[..5], &digits[digits.len() - 3..])),
            _ => {}
        }
    }
    shapes
}

/// Shorter names are too easily something else.
const SHORTEST: usize = 3;

/// All names and other names of a register's bodies, prepared.
pub(super) struct Names<'a> {
    register: &'a Register,
    known: Known<usize>,
    /// By their last word, which tells more of them apart than `Gemeinde` in front: all words, how many letters they have, and the
    /// body.
    by_word: QuickMap<String, Vec<(Vec<String>, usize, usize)>>,
}

impl<'a> Names<'a> {
    pub(super) fn of(register: &'a Register) -> Names<'a> {
        let mut by_word: QuickMap<String, Vec<_>> = QuickMap::default();
        for (body, spelling) in spellings(register) {
            let words = text::words(spelling);
            let Some(last) = words.last().cloned() else { continue };
            let length = words.iter().map(String::len).sum();
            by_word.entry(last).or_default().push((words.to_vec(), length, body));
        }
        Names { register, known: Known::of(spellings(register)), by_word }
    }

    /// The body of this very name.
    pub(super) fn exactly(&self, written: &str) -> Option<&'a Body> {
        self.known.exactly(written).map(|index| &self.register.bodies[index])
    }

    /// The body of this name, and whether it was guessed by closeness.
    pub(super) fn find(&self, written: &str) -> Option<(&'a Body, Match)> {
        let (index, found) = self.known.find(written)?;
        Some((&self.register.bodies[index], found))
    }

    /// The body that a file's name names.
    pub(super) fn in_file_name(&self, file: &str) -> Option<&'a Body> {
        self.within(file.rsplit_once('.').map_or(file, |(stem, _)| stem))
    }

    /// The one body whose name stands as words of its own in `text`; the district counts only where it stands alone,
    /// as it is named wherever it asks.
    pub(super) fn within(&self, text: &str) -> Option<&'a Body> {
        let words = text::words(text);
        // Where in the words, and whose name.
        let mut found: Vec<(Range<usize>, usize)> = Vec::new();
        for (at, word) in words.iter().enumerate() {
            let end = self.by_word.get(word).into_iter().flatten();
            let here = end.filter(|(name, length, _)| *length >= SHORTEST && words[..=at].ends_with(name));
            found.extend(here.map(|(name, _, body)| (at + 1 - name.len()..at + 1, *body)));
        }
        let inside = |(span, _): &(Range<usize>, usize)| {
            found
                .iter()
                .any(|(other, _)| other.len() > span.len() && other.start <= span.start && span.end <= other.end)
        };
        let bodies = || found.iter().filter(|span| !inside(span)).map(|(_, body)| &self.register.bodies[*body]);
        match bodies().any(|body| body.kind == BodyKind::Municipality) {
            true => only(bodies().filter(|body| body.kind == BodyKind::Municipality)),
            false => only(bodies()),
        }
    }
}

fn spellings(register: &Register) -> impl Iterator<Item = (usize, &str)> {
    register.bodies.iter().enumerate().flat_map(|(index, body)| {
        let names = std::iter::once(&body.name).chain(&body.aliases);
        names.map(move |name| (index, name.as_str()))
    })
}

fn only<'a>(mut bodies: impl Iterator<Item = &'a Body>) -> Option<&'a Body> {
    let first = bodies.next()?;
    bodies.all(|other| other.ags == first.ags).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::clean::samples::register;

    #[test]
    fn the_key_in_any_shape() {
        let register = register();
        let of = |text: &str| by_key(text, &register).map(|body| body.name.as_str());
        for written in [
            "05958004",
            "5958004",
            "05 958 004",
            "059580004004",
            "59580004004",
            "958004",
            "004",
            "AGS 05958004",
            "05.958.004",
        ] {
            assert_eq!(of(written), Some("Arnsberg"), "{written}");
        }
        assert_eq!(of("05958"), Some("Hochsauerlandkreis"));
        assert_eq!(of("059580008"), Some("Bestwig"));
        for written in ["", "05959004", "99999", "Tel. 02931 / 94 2004", "05958004 und 05958008"] {
            assert_eq!(of(written), None, "{written}");
        }
    }

    #[test]
    fn names_as_people_write_them() {
        let register = register();
        let names = Names::of(&register);
        let of = |text: &str| names.find(text).map(|(body, found)| (body.name.as_str(), found));
        assert_eq!(of("Stadt  Arnsberg "), Some(("Arnsberg", Match::Exact)));
        assert_eq!(of("Eslohe"), Some(("Eslohe (Sauerland)", Match::Exact)));
        assert_eq!(of("Arnsburg"), Some(("Arnsberg", Match::Guess)));
        assert_eq!(of("Musterstadt"), None);
    }

    #[test]
    fn a_file_name_is_a_last_resort() {
        let register = register();
        let names = Names::of(&register);
        let of = |text: &str| names.in_file_name(text).map(|body| body.name.as_str());
        assert_eq!(of("2026-Q3/KIM_Rueckmeldung_Arnsberg_2026-Q3.xlsx"), Some("Arnsberg"));
        assert_eq!(of("Gemeinde_Bestwig.xlsx"), Some("Bestwig"));
        assert_eq!(of("Bestwiger Bogen.xlsx"), None, "part of a word is no name");
        assert_eq!(of("Arnsberg Bestwig.xlsx"), None, "either");
        assert_eq!(of("HSK_KIM_Stadt Arnsberg.xlsx"), Some("Arnsberg"), "the district is who asks");
        assert_eq!(of("KIM Hochsauerlandkreis.xlsx"), Some("Hochsauerlandkreis"));
    }
}

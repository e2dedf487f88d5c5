//! The spellings that a form allows, prepared once, and which of them a text means.
//!
//! In: items with their spellings; a text. Out: the item, and whether that was a guess. Never: a guess between two
//! items that come equally into question, or over another number.

use std::borrow::Cow;

use super::memory::Memory;
use super::text::{normal, numerals, turns, without_parentheses, words};
use super::{german, glance, opposite};
use crate::base::quick::QuickMap;

/// How a spelling was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Match {
    Exact,
    /// By closeness: to be told to the sender.
    Guess,
}

/// A guess needs so much likeness (1 is the same), and so much more than the next best.
const LIKENESS: f64 = 0.8;
const LEAD: f64 = 0.06;
/// Shorter words are too easily another word.
const SHORTEST_GUESS: usize = 5;
const SHORTEST_ABBREVIATION: usize = 4;

/// A text as it is compared; folding is what comparing costs, so fold once and compare often.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Folded<'a> {
    text: Cow<'a, str>,
    whole: String,
    /// Without what stands in parentheses, where there are any.
    short: Option<String>,
}

impl<'a> Folded<'a> {
    pub(super) fn of(text: impl Into<Cow<'a, str>>) -> Folded<'a> {
        let text = text.into();
        let short = text.contains(['(', '[', ')', ']']).then(|| normal(&without_parentheses(&text)));
        Folded { whole: normal(&text), short, text }
    }

    pub(super) fn whole(&self) -> &str {
        &self.whole
    }

    pub(super) fn changes_scale(&self) -> bool {
        self.inside().iter().any(|word| german::is_scale(word))
    }

    /// The words in its parentheses.
    pub(super) fn inside(&self) -> Vec<String> {
        let parts = self.text.split(['(', '[']).skip(1).map(|part| part.split([')', ']']).next().unwrap_or(""));
        parts.flat_map(|part| words(part).to_vec()).collect()
    }

    /// Says what stands in its parentheses nothing that could make it something else? `(Personen)` does not, `(in Tsd. €)`
    /// and `(Vorquartal)` do.
    fn is_harmless(&self) -> bool {
        self.short.is_none() || german::only_explain_heading(&self.inside())
    }

    fn short(&self) -> &str {
        self.short.as_ref().unwrap_or(&self.whole)
    }
}

pub(super) struct Known<T> {
    /// As typed: most cells are, and need no folding.
    literal: QuickMap<String, T>,
    whole: QuickMap<String, T>,
    /// None where two items share the short spelling.
    short: QuickMap<String, Option<T>>,
    spellings: Vec<Spelling<T>>,
    /// Which first letters and lengths the spellings in `whole` and `short` have: most texts differ in these already.
    shapes: Vec<u64>,
    found: Memory<(T, Match)>,
    likely: Memory<T>,
    exact: Memory<T>,
}

struct Spelling<T> {
    item: T,
    whole: String,
    length: usize,
    words: Vec<String>,
    numbers: Vec<String>,
    turns: Vec<String>,
}

impl<T: Copy + PartialEq> Known<T> {
    pub(super) fn of<'a>(spellings: impl IntoIterator<Item = (T, &'a str)>) -> Known<T> {
        let mut known = Known {
            literal: QuickMap::default(),
            whole: QuickMap::default(),
            short: QuickMap::default(),
            spellings: Vec::new(),
            shapes: vec![0; 256],
            found: Memory::default(),
            likely: Memory::default(),
            exact: Memory::default(),
        };
        for (item, text) in spellings {
            let folded = Folded::of(text);
            if !folded.short().is_empty() {
                let short = known.short.entry(folded.short().to_owned()).or_insert(Some(item));
                *short = short.filter(|other| *other == item);
            }
            let whole = folded.whole;
            if !whole.is_empty() {
                let first = *known.whole.entry(whole.clone()).or_insert(item);
                known.literal.entry(text.to_owned()).or_insert(first);
            }
            known.spellings.push(Spelling {
                item,
                words: words(text).to_vec(),
                length: whole.chars().count(),
                whole,
                numbers: numerals(text),
                turns: turns(text),
            });
        }
        for text in known.whole.keys().chain(known.short.keys()) {
            if let Some(first) = text.bytes().next() {
                known.shapes[usize::from(first)] |= bit(text.len());
            }
        }
        known
    }

    /// Can it be told at a glance that no spelling is this one?
    fn is_foreign(&self, text: &str) -> bool {
        match glance::shape(text) {
            Some((Some(first), length)) => self.shapes[usize::from(first)] & bit(length) == 0,
            Some((None, _)) => true,
            None => false,
        }
    }

    /// The item with this spelling, letter by letter.
    pub(super) fn literally(&self, text: &str) -> Option<T> {
        self.literal.get(text).copied()
    }

    /// Exactly, else without what stands in parentheses, else by closeness or as an abbreviation.
    pub(super) fn find(&self, text: &str) -> Option<(T, Match)> {
        if let Some(item) = self.literal.get(text) {
            return Some((*item, Match::Exact));
        }
        self.found.recall(text, || self.find_folded(&Folded::of(text)))
    }

    pub(super) fn find_folded(&self, text: &Folded<'_>) -> Option<(T, Match)> {
        let exact = self.surely_folded(text).map(|item| (item, Match::Exact));
        exact.or_else(|| self.guess_folded(text).map(|item| (item, Match::Guess)))
    }

    /// The first item with this very spelling.
    pub(super) fn same_folded(&self, text: &Folded<'_>) -> Option<T> {
        self.whole.get(&text.whole).copied()
    }

    /// As [`Known::same_folded`], else the only one that is the same without what stands in parentheses.
    pub(super) fn exactly(&self, text: &str) -> Option<T> {
        self.exact.recall(text, || {
            let known = || self.literal.get(text).copied().or_else(|| self.exactly_folded(&Folded::of(text)));
            if self.is_foreign(text) { None } else { known() }
        })
    }

    /// As [`Known::exactly_folded`], but not if what stands in the parentheses may make it something else.
    pub(super) fn surely_folded(&self, text: &Folded<'_>) -> Option<T> {
        self.same_folded(text).or_else(|| self.exactly_folded(text).filter(|_| text.is_harmless()))
    }

    /// What it probably is: whatever its parentheses say, else by closeness.
    pub(super) fn guess_folded(&self, text: &Folded<'_>) -> Option<T> {
        // In thousands or per cent it is another number altogether.
        let same = || self.exactly_folded(text).filter(|_| !text.changes_scale());
        same().or_else(|| self.closely_folded(text))
    }

    pub(super) fn exactly_folded(&self, text: &Folded<'_>) -> Option<T> {
        self.same_folded(text).or_else(|| self.short.get(text.short()).copied().flatten())
    }

    /// The item whose spelling is most like `text`, if it is clearly so.
    pub(super) fn closely(&self, text: &str) -> Option<T> {
        self.likely.recall(text, || self.closely_folded(&Folded::of(text)))
    }

    pub(super) fn closely_folded(&self, text: &Folded<'_>) -> Option<T> {
        if let Some(start) = abbreviation(&text.text) {
            let begin = self.spellings.iter().filter(|known| known.whole.starts_with(&start));
            return only(begin.map(|known| known.item));
        }
        let whole = &text.whole;
        let length = whole.chars().count();
        if length < SHORTEST_GUESS || !self.spellings.iter().any(|known| could_be_like(length, known.length)) {
            return None;
        }
        let (numbers, turns, words) = (numerals(&text.text), turns(&text.text), words(&text.text));
        let likely = self.spellings.iter().filter(|known| {
            could_be_like(length, known.length)
                && known.numbers == numbers
                && known.turns == turns
                && !opposite::are(&words, &known.words)
        });
        let mut best: Vec<(T, f64)> =
            likely.map(|known| (known.item, strsim::normalized_damerau_levenshtein(whole, &known.whole))).collect();
        best.sort_by(|a, b| b.1.total_cmp(&a.1));
        let (item, top) = *best.first()?;
        let next = best.iter().find(|(other, _)| *other != item).map_or(0.0, |(_, likeness)| *likeness);
        (top >= LIKENESS && top - next >= LEAD).then_some(item)
    }
}

/// One for each length; all long ones share the last.
fn bit(length: usize) -> u64 {
    1 << length.min(63)
}

/// A difference in length alone is a distance; whatever cannot come near the best need not be measured.
fn could_be_like(one: usize, other: usize) -> bool {
    let most = one.max(other) as f64;
    other >= SHORTEST_GUESS && 1.0 - one.abs_diff(other) as f64 / most >= LIKENESS - LEAD
}

/// `teilw.` → `teilw`
fn abbreviation(text: &str) -> Option<String> {
    let start = normal(text.trim().strip_suffix('.')?);
    let long = start.chars().count() >= SHORTEST_ABBREVIATION;
    (long && !start.contains(|mark: char| mark.is_ascii_digit())).then_some(start)
}

fn only<T: PartialEq>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next()?;
    items.all(|other| other == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guess_is_clear_or_is_not_made() {
        let known = [
            (1, "Warteliste"),
            (2, "davon unter 18 Jahre"),
            (3, "teilweise"),
            (4, "nein"),
            (5, "SGB II"),
            (6, "SGB VIII"),
        ];
        let known = Known::of(known);
        assert_eq!(known.find("Wartelliste"), Some((1, Match::Guess)));
        assert_eq!(known.find("WARTELISTE (Personen)"), Some((1, Match::Exact)));
        assert_eq!(known.find("davon unter 16 Jahre"), None, "another number is another question");
        assert_eq!(known.find("teilw."), Some((3, Match::Guess)));
        assert_eq!(known.find("nien"), None, "too short to guess");
        assert_eq!(known.find("SGB VII"), None, "another number");
        assert_eq!(known.find("?"), None);
        assert_eq!(known.find("davon über 18 Jahre"), None, "the opposite");
        assert_eq!(Known::of([(1, "besetzt VZÄ")]).find("unbesetzt VZÄ"), None, "the opposite");
        assert_eq!(known.find("Warteliste (Vorquartal)"), Some((1, Match::Guess)), "another time");
        assert_eq!(known.find("Warteliste (in Tsd.)"), None, "another scale");
        assert_eq!(Known::of([(1, "Sonstiges"), (2, "Sonstige")]).find("Sonstigex"), None, "as close to both");
    }

    #[test]
    fn what_differs_only_in_parentheses_is_not_mixed_up() {
        let known = Known::of([(1, "Abschlüsse (Ziel erreicht)"), (2, "Abschlüsse (Ziel nicht erreicht)")]);
        assert_eq!(known.find("Abschlüsse (Ziel nicht erreicht)"), Some((2, Match::Exact)));
        assert_eq!(known.find("Abschlüsse"), None);
    }
}

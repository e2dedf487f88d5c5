//! The spellings that a form allows, prepared once, and which of them a text means.
//!
//! In: items with their spellings; a text. Out: the item, and whether that was a guess. Never: a guess between two
//! items that come equally into question, or over another number.

use super::text::{normal, numerals, without_parentheses};

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

pub(super) struct Known<T>(Vec<Spelling<T>>);

struct Spelling<T> {
    item: T,
    whole: String,
    /// Without what stands in parentheses.
    short: String,
    numbers: Vec<String>,
}

impl<T: Copy + PartialEq> Known<T> {
    pub(super) fn of<'a>(spellings: impl IntoIterator<Item = (T, &'a str)>) -> Known<T> {
        let prepared = |(item, text): (T, &str)| Spelling {
            item,
            whole: normal(text),
            short: normal(&without_parentheses(text)),
            numbers: numerals(text),
        };
        Known(spellings.into_iter().map(prepared).collect())
    }

    /// Exactly, else without what stands in parentheses, else by closeness or as an abbreviation.
    pub(super) fn find(&self, text: &str) -> Option<(T, Match)> {
        let exact = self.exactly(text).map(|item| (item, Match::Exact));
        exact.or_else(|| self.closely(text).map(|item| (item, Match::Guess)))
    }

    /// The first item with this very spelling.
    pub(super) fn same(&self, text: &str) -> Option<T> {
        let whole = normal(text);
        let same = |known: &&Spelling<T>| !whole.is_empty() && known.whole == whole;
        self.0.iter().find(same).map(|known| known.item)
    }

    /// As [`Known::same`], else the only one that is the same without what stands in parentheses.
    pub(super) fn exactly(&self, text: &str) -> Option<T> {
        self.same(text).or_else(|| {
            let short = normal(&without_parentheses(text));
            let same = self.0.iter().filter(|known| !short.is_empty() && known.short == short);
            only(same.map(|known| known.item))
        })
    }

    /// The item whose spelling is most like `text`, if it is clearly so.
    pub(super) fn closely(&self, text: &str) -> Option<T> {
        if let Some(start) = abbreviation(text) {
            return only(self.0.iter().filter(|known| known.whole.starts_with(&start)).map(|known| known.item));
        }
        let whole = normal(text);
        if whole.chars().count() < SHORTEST_GUESS {
            return None;
        }
        let numbers = numerals(text);
        let likely = self.0.iter().filter(|known| known.numbers == numbers && could_be_like(&whole, &known.whole));
        let mut best: Vec<(T, f64)> =
            likely.map(|known| (known.item, strsim::normalized_damerau_levenshtein(&whole, &known.whole))).collect();
        best.sort_by(|a, b| b.1.total_cmp(&a.1));
        let (item, top) = *best.first()?;
        let next = best.iter().find(|(other, _)| *other != item).map_or(0.0, |(_, likeness)| *likeness);
        (top >= LIKENESS && top - next >= LEAD).then_some(item)
    }
}

/// A difference in length alone is a distance; whatever cannot come near the best need not be measured.
fn could_be_like(one: &str, other: &str) -> bool {
    let (one, other) = (one.chars().count(), other.chars().count());
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
        assert_eq!(Known::of([(1, "Sonstiges"), (2, "Sonstige")]).find("Sonstigex"), None, "as close to both");
    }

    #[test]
    fn what_differs_only_in_parentheses_is_not_mixed_up() {
        let known = Known::of([(1, "Abschlüsse (Ziel erreicht)"), (2, "Abschlüsse (Ziel nicht erreicht)")]);
        assert_eq!(known.find("Abschlüsse (Ziel nicht erreicht)"), Some((2, Match::Exact)));
        assert_eq!(known.find("Abschlüsse"), None);
    }
}

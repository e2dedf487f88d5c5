//! The entries of a list, and which of them a cell means.
//!
//! In: the spellings that a form allows; what is written in a cell. Out: the entry, and whether that was a guess. Never: an entry
//! whose parentheses say that it is another one, or that it is not so.

use super::german;
use super::known::{Folded, Known, Match};

/// In longer parentheses nobody names an entry.
const MOST_WORDS: usize = 8;

pub(super) struct Listed(Known<usize>);

impl Listed {
    pub(super) fn of<'a>(spellings: impl IntoIterator<Item = (usize, &'a str)>) -> Listed {
        Listed(Known::of(spellings))
    }

    /// As [`Known::exactly`].
    pub(super) fn exactly(&self, written: &str) -> Option<usize> {
        self.0.exactly(written)
    }

    pub(super) fn find(&self, written: &str) -> Option<(usize, Match)> {
        let found = self.whole(written).filter(|(_, found)| *found == Match::Exact);
        found.or_else(|| self.counted(written)).or_else(|| self.whole(written))
    }

    /// What the text as a whole means.
    fn whole(&self, written: &str) -> Option<(usize, Match)> {
        // Most say nothing beside their name.
        if !written.contains(['(', '[', ')', '?']) {
            return self.0.find(written);
        }
        if let Some(item) = self.0.literally(written) {
            return Some((item, Match::Exact));
        }
        let (item, found) = self.in_parentheses(written)?;
        // Whoever asks is not sure.
        Some((item, if written.contains('?') { Match::Guess } else { found }))
    }

    fn in_parentheses(&self, written: &str) -> Option<(usize, Match)> {
        let folded = Folded::of(written);
        let short = self.0.exactly_folded(&folded);
        if let Some(item) = self.0.same_folded(&folded) {
            return Some((item, Match::Exact));
        }
        let Some(item) = short else {
            let bare = without_footnote(written).and_then(|bare| self.0.exactly(bare));
            return bare.map(|item| (item, Match::Exact)).or_else(|| self.0.find(written));
        };
        let inside = folded.inside();
        if german::denies(&inside) || folded.changes_scale() || self.names_another(&inside, item) {
            return None;
        }
        Some((item, if german::only_explain(&inside) { Match::Exact } else { Match::Guess }))
    }

    /// Do some of these words name another entry: `ja (teilweise)`? A number among others does not.
    fn names_another(&self, words: &[String], item: usize) -> bool {
        let words = &words[..words.len().min(MOST_WORDS)];
        let parts = (0..words.len()).flat_map(|from| (from + 1..=words.len()).map(move |to| &words[from..to]));
        let number = |part: &[String]| part.iter().all(|word| word.bytes().all(|mark| mark.is_ascii_digit()));
        let mut parts = parts.filter(|part| part.len() == words.len() || !number(part));
        parts.any(|part| self.0.exactly(&part.join(" ")).is_some_and(|other| other != item))
    }

    /// `1. Asylsuchende`, `a) Asylsuchende`, `1 Asylsuchende`: the entry behind its number, unless the number itself is another one.
    fn counted(&self, written: &str) -> Option<(usize, Match)> {
        let end = written.find(|mark: char| !mark.is_ascii_digit()).filter(|end| (1..=2).contains(end));
        let letter = || written.starts_with(|mark: char| mark.is_ascii_alphabetic()).then_some(1);
        let (number, rest) = written.split_at(end.or_else(letter)?);
        let bare = rest.trim_start_matches(['.', ')', ':']);
        let marked = bare.len() < rest.len() || end.is_some() && rest.starts_with(' ');
        let bare = bare.trim_start();
        let (index, found) = self.whole(bare).filter(|_| marked && !bare.is_empty())?;
        self.exactly(number).is_none_or(|other| other == index).then_some((index, found))
    }
}

/// `Schutzberechtigte 1)` without the mark of its footnote; none if there is none.
fn without_footnote(written: &str) -> Option<&str> {
    let (bare, mark) = written.trim_end().strip_suffix(')')?.rsplit_once(char::is_whitespace)?;
    let number = (1..=2).contains(&mark.len()) && mark.bytes().all(|mark| mark.is_ascii_digit());
    number.then_some(bare.trim_end()).filter(|bare| bare.ends_with(|mark: char| mark.is_alphanumeric() || mark == ')'))
}

//! Signs in place of a value: `-`, `k. A.`, `x`, `/`. What each means is the form's to say.

use crate::base::quick::QuickMap;
use crate::base::short::Short;
use crate::model::form::Symbols;
use crate::model::value::State;

/// The signs of a form, each with the state it stands for.
pub(super) struct Signs {
    signs: QuickMap<Short, State>,
    /// The marks with which they begin, and how many marks they have at most.
    starts: Vec<char>,
    longest: usize,
}

impl Signs {
    pub(super) fn of(symbols: &Symbols) -> Signs {
        let lists = symbols.lists().into_iter();
        let mut signs = QuickMap::default();
        for (sign, state) in lists.flat_map(|(_, list, state)| list.iter().map(move |sign| (sign, state))) {
            signs.entry(Symbols::bare(sign)).or_insert(state);
        }
        let mut starts: Vec<char> = signs.keys().filter_map(|sign| sign.chars().next()).collect();
        starts.sort_unstable();
        starts.dedup();
        let longest = signs.keys().map(|sign| sign.chars().count()).max().unwrap_or_default();
        Signs { signs, starts, longest }
    }

    /// Not every text is worth a closer look. A row of dashes of any length is a dash.
    fn may_be(&self, written: &str) -> bool {
        let mut marks = written.chars().filter(|mark| !mark.is_whitespace());
        let Some(first) = marks.next() else { return true };
        if !first.is_ascii() || first == '-' {
            return true;
        }
        self.starts.contains(&first.to_ascii_lowercase())
            && (!written.is_ascii() || marks.take(self.longest).count() < self.longest)
    }

    /// None if it is no symbol.
    pub(super) fn state(&self, written: &str) -> Option<State> {
        if !self.may_be(written) {
            return None;
        }
        self.signs.get(&Symbols::bare(written)).copied()
    }
}

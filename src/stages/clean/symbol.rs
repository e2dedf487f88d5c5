//! Signs in place of a value: `-`, `k. A.`, `x`, `/`. What each means is the form's to say.

use crate::base::quick::QuickMap;
use crate::base::short::Short;
use crate::model::form::Symbols;
use crate::model::value::State;

/// The signs of a form, each with the state it stands for.
pub(super) struct Signs {
    signs: QuickMap<Short, State>,
    /// For each ASCII mark, a bit for each number of marks that a sign beginning with it has: most texts differ in these already.
    lengths: [u64; 128],
}

impl Signs {
    pub(super) fn of(symbols: &Symbols) -> Signs {
        let lists = symbols.lists().into_iter();
        let mut signs = QuickMap::default();
        for (sign, state) in lists.flat_map(|(_, list, state)| list.iter().map(move |sign| (sign, state))) {
            signs.entry(Symbols::bare(sign)).or_insert(state);
        }
        let mut lengths = [0; 128];
        for sign in signs.keys() {
            if let Some(known) = sign.chars().next().and_then(|first| lengths.get_mut(first as usize)) {
                *known |= bit(sign.chars().count());
            }
        }
        Signs { signs, lengths }
    }

    /// Not every text is worth a closer look. A row of dashes of any length is a dash.
    fn may_be(&self, written: &str) -> bool {
        let mut first = None;
        let mut count = 0;
        for mark in written.bytes() {
            match mark {
                b' ' => {}
                b'!'..=b'~' => {
                    first = first.or(Some(mark.to_ascii_lowercase()));
                    count += 1;
                }
                _ => return true,
            }
        }
        match first {
            None | Some(b'-') => true,
            Some(first) => self.lengths[usize::from(first)] & bit(count) != 0,
        }
    }

    /// None if it is no symbol.
    pub(super) fn state(&self, written: &str) -> Option<State> {
        if !self.may_be(written) {
            return None;
        }
        self.signs.get(&Symbols::bare(written)).copied()
    }
}

fn bit(length: usize) -> u64 {
    1 << length.min(63)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::clean::samples::form;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_glance_misses_no_sign(text in "[-–/.xX*kKaAnNeEuU# ]{0,6}|\\PC{0,4}|k\\. ?A\\.|#N/[AV]") {
            let signs = Signs::of(&form().symbols);
            let found = signs.signs.get(&Symbols::bare(&text)).copied();
            prop_assert_eq!(signs.state(&text), found);
        }
    }
}

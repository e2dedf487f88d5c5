//! Signs in place of a value: `-`, `k. A.`, `x`, `/`. What each means is the form's to say.

use crate::model::form::Symbols;
use crate::model::value::State;

/// The signs of a form, each with the state it stands for.
pub(super) struct Signs(Vec<(String, State)>);

impl Signs {
    pub(super) fn of(symbols: &Symbols) -> Signs {
        let lists = symbols.lists().into_iter();
        Signs(lists.flat_map(|(_, list, state)| list.iter().map(move |sign| (Symbols::bare(sign), state))).collect())
    }

    /// None if it is no symbol.
    pub(super) fn state(&self, written: &str) -> Option<State> {
        let bare = Symbols::bare(written);
        self.0.iter().find(|(symbol, _)| *symbol == bare).map(|(_, state)| *state)
    }
}

//! Signs in place of a value: `-`, `k. A.`, `x`, `/`. What each means is the form's to say.

use crate::model::form::Symbols;
use crate::model::value::State;

/// The signs of a form, each with the state it stands for.
pub(super) struct Signs(Vec<(String, State)>);

impl Signs {
    pub(super) fn of(symbols: &Symbols) -> Signs {
        let lists = [
            (&symbols.missing, State::Missing),
            (&symbols.not_applicable, State::NotApplicable),
            (&symbols.withheld, State::Withheld),
        ];
        let with_state = |(list, state): (&Vec<String>, State)| -> Vec<(String, State)> {
            list.iter().map(|symbol| (bare(symbol), state)).collect()
        };
        Signs(lists.into_iter().flat_map(with_state).collect())
    }

    /// None if it is no symbol.
    pub(super) fn state(&self, written: &str) -> Option<State> {
        let bare = bare(written);
        self.0.iter().find(|(symbol, _)| *symbol == bare).map(|(_, state)| *state)
    }
}

/// Nothing but dashes.
pub(super) fn is_dash(written: &str) -> bool {
    !written.is_empty() && written.chars().all(|mark| matches!(mark, '-' | '–' | '—' | '−'))
}

/// Blanks and case do not matter, marks do; `---` is a long `-`.
fn bare(text: &str) -> String {
    let bare: String = text.chars().filter(|mark| !mark.is_whitespace()).flat_map(char::to_lowercase).collect();
    if is_dash(&bare) { "-".to_owned() } else { bare }
}

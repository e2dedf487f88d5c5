//! Signs in place of a value: `-`, `k. A.`, `x`, `/`. What each means is the form's to say.

use crate::model::form::Symbols;
use crate::model::value::State;

/// What the form says that `written` means; none if it is no symbol.
pub(super) fn state(written: &str, symbols: &Symbols) -> Option<State> {
    let bare = bare(written);
    let among = |list: &[String]| list.iter().any(|symbol| self::bare(symbol) == bare);
    let lists = [
        (&symbols.missing, State::Missing),
        (&symbols.not_applicable, State::NotApplicable),
        (&symbols.withheld, State::Withheld),
    ];
    lists.into_iter().find(|(list, _)| among(list)).map(|(_, state)| state)
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

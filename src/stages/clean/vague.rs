//! What is nearly a number: `ca. 20`, `20-25`, `> 100`, `<3`, `(18,2)`.
//!
//! In: the text of a cell that is no number. Out: why it is none, for the sentence that its sender reads, or none if
//! there is no number in it at all. Never: the number; which one was meant is not ours to say.

use super::text;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Vague {
    /// About so many, at least or at most so many, from so many to so many.
    Inexact,
    /// Fewer than a handful: the sender keeps a small number secret.
    Below,
}

/// `unter 5` is a secret; `unter 18` is only inexact.
const HANDFUL: f64 = 10.0;

const ABOUT: [&str; 26] = [
    "ca",
    "circa",
    "zirka",
    "etwa",
    "rund",
    "ungefaehr",
    "ungef",
    "schaetzungsweise",
    "geschaetzt",
    "gesch",
    "knapp",
    "gut",
    "fast",
    "mindestens",
    "mind",
    "min",
    "maximal",
    "max",
    "hoechstens",
    "bis",
    "ueber",
    "ue",
    "mehr",
    "minimal",
    "wohl",
    "oder",
];
const FEWER: [&str; 3] = ["unter", "weniger", "u"];

/// `is_number` says whether a text is a number of the kind that is asked.
pub(super) fn vague(text: &str, is_number: impl Fn(&str) -> bool) -> Option<Vague> {
    let text = text.trim();
    let below = |rest: &str| {
        let small = rest.trim().replace(',', ".").parse::<f64>().is_ok_and(|number| number <= HANDFUL);
        if small { Vague::Below } else { Vague::Inexact }
    };
    if let Some(rest) = text.strip_prefix('<').filter(|rest| !rest.starts_with('=')) {
        return is_number(rest).then(|| below(rest));
    }
    let bare = text.trim_start_matches(['~', '≈', '>', '<', '=', '≥', '≤', '±']);
    let open = bare.trim_end_matches(['+', '?', '~']);
    if open.len() < text.len() && is_number(open) {
        return Some(Vague::Inexact);
    }
    if let Some((from, to)) = range(text) {
        return (is_number(from) && is_number(to)).then_some(Vague::Inexact);
    }
    worded(text, &is_number, below)
}

/// Words around a number, all of which say that it is none: `ca. 20`, `mehr als 100`, `20 (geschätzt)`.
fn worded(text: &str, is_number: &impl Fn(&str) -> bool, below: impl Fn(&str) -> Vague) -> Option<Vague> {
    let first = text.find(|mark: char| mark.is_ascii_digit())?;
    let last = text.rfind(|mark: char| mark.is_ascii_digit())? + 1;
    let (front, number, behind) = (&text[..first], &text[first..last], &text[last..]);
    let (front, behind) = (text::words(front), text::words(behind));
    let all = |words: &[String], known: &[&str]| {
        words.iter().all(|word| matches!(word.as_str(), "als" | "zu") || known.contains(&word.as_str()))
    };
    let whole = is_number(number) || is_number(text[first..].trim());
    match () {
        () if !whole => None,
        () if !front.is_empty() && all(&front, &FEWER) => Some(below(number)),
        () if !front.is_empty() && all(&front, &ABOUT) => Some(Vague::Inexact),
        () if front.is_empty() && !behind.is_empty() && all(&behind, &ABOUT) => Some(Vague::Inexact),
        () => None,
    }
}

/// Both ends of `20-25`, `20 – 25`, `20 bis 25`, `20 oder 25`.
fn range(text: &str) -> Option<(&str, &str)> {
    let at = |mark: &str| text.split_once(mark).filter(|(from, _)| !from.trim().is_empty());
    ["-", "–", "—", " bis ", " oder ", "…", "..."].into_iter().find_map(at)
}

/// What stands in the parentheses of `(18,2)` or `(18,2) %`, with the rest; none if there is nothing of that kind.
pub(super) fn without_parentheses(text: &str) -> Option<String> {
    let (inside, behind) = text.trim().strip_prefix('(')?.split_once(')')?;
    Some(format!("{inside}{behind}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::form::FieldType;
    use crate::stages::clean::number;

    fn of(text: &str) -> Option<Vague> {
        vague(text, |text| number::parse(text, FieldType::Decimal, &["std".into()]).is_ok())
    }

    #[test]
    fn what_is_said_vaguely_is_told_from_what_is_kept_secret() {
        for text in [
            "ca. 20",
            "ca.20",
            "Ca 20",
            "etwa 20",
            "rund 1 200",
            "~20",
            "≈ 20",
            "> 100",
            ">=5",
            "≥ 5",
            "<=5",
            "20-25",
            "20 – 25",
            "20 bis 25",
            "ü. 50",
            "über 50",
            "mehr als 50",
            "20+",
            "20?",
            "20 (geschätzt)",
            "mind. 3",
            "bis zu 30",
            "< 1000",
            "unter 18",
            "20 oder 21",
            "ca. 12,5",
            "ca. 20 Std.",
        ] {
            assert_eq!(of(text), Some(Vague::Inexact), "{text}");
        }
        for text in ["<3", "< 5", "unter 5", "weniger als 3", "u. 5"] {
            assert_eq!(of(text), Some(Vague::Below), "{text}");
        }
        for text in ["zwanzig", "20 Kinder", "siehe Anlage 3", "-", "", "3. Quartal", "<", "ca.", "1-2-3"] {
            assert_eq!(of(text), None, "{text}");
        }
        assert_eq!(without_parentheses("(18,2) %").as_deref(), Some("18,2 %"));
        assert_eq!(without_parentheses("12 (ca.)"), None);
    }
}

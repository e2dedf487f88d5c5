//! Rows between headings and entries that are neither: units (`Anzahl`, `in 1.000`) and numbers of columns.
//!
//! In: the texts of a row. Out: whether it is such a row. Pure.

use super::text;
use crate::base::short::Short;

const UNITS: [&str; 44] = [
    "anzahl",
    "prozent",
    "%",
    "vh",
    "promille",
    "euro",
    "eur",
    "€",
    "teur",
    "t€",
    "tsd",
    "tausend",
    "mio",
    "mill",
    "millionen",
    "m2",
    "qm",
    "ha",
    "km",
    "km2",
    "qkm",
    "stunden",
    "std",
    "h",
    "tage",
    "wochen",
    "monate",
    "jahre",
    "stueck",
    "stk",
    "in",
    "je",
    "pro",
    "der",
    "einwohner",
    "ew",
    "einwohnerinnen",
    "und",
    "gerundet",
    "absolut",
    "punkte",
    "prozentpunkte",
    "proz",
    "v",
];

/// A text that says in what is counted, and nothing else. `own` are the units that the form itself uses.
pub(super) fn is_unit(text: &str, own: &[String]) -> bool {
    let words = text::words(text);
    let power = |word: &str| word.starts_with('1') && word[1..].bytes().all(|byte| byte == b'0') || word == "000";
    let known = |word: &String| UNITS.contains(&word.as_str()) || own.contains(word);
    words.iter().any(known) && words.iter().all(|word| known(word) || power(word))
}

/// Could numbers of columns begin with this?
pub(super) fn may_begin(text: &str) -> bool {
    matches!(bare(text), "1" | "a" | "A")
}

/// The numbers of columns (`1 2 3`, `(1) (2) (3)`, `a b c`), perhaps behind words in front: where they begin.
pub(super) fn numbering(texts: &[Short]) -> Option<usize> {
    let counts = |from: usize| {
        let bare = texts[from..].iter().map(|text| bare(text));
        let numbers = |(index, text): (usize, &str)| text.parse() == Ok(index + 1) && !text.starts_with(['0', '+']);
        let letters = |(index, text): (usize, &str)| {
            text.len() == 1 && text.as_bytes()[0].to_ascii_lowercase() as usize == b'a' as usize + index
        };
        texts.len() >= from + 3 && (bare.clone().enumerate().all(numbers) || bare.enumerate().all(letters))
    };
    (0..=2.min(texts.len())).find(|from| counts(*from))
}

fn bare(text: &str) -> &str {
    let named = text.strip_prefix("Spalte").or_else(|| text.strip_prefix("Sp."));
    named.unwrap_or(text).trim().trim_matches(['(', ')', '.'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(line: &str) -> Vec<Short> {
        line.split('|').map(Short::from).collect()
    }

    #[test]
    fn units_are_no_headings() {
        let own = ["plaetze".to_owned()];
        for unit in
            ["Anzahl", "Prozent", "%", "in %", "(in 1.000)", "je 1 000 Einwohner", "[m²]", "€", "Plätze", "v. H."]
        {
            assert!(is_unit(unit, &own), "{unit}");
        }
        for other in ["", "Anzahl Personen", "1.000", "Jahr 2019", "insgesamt", "in", "Tage der offenen Tür"] {
            assert_eq!(is_unit(other, &own), other == "in", "{other}");
        }
    }

    #[test]
    fn column_numbers_are_no_data() {
        for (line, from) in
            [("1|2|3", 0), ("(1)|(2)|(3)|(4)", 0), ("a|b|c", 0), ("AGS|1|2|3", 1), ("Sp. 1|Sp. 2|Sp. 3", 0)]
        {
            assert_eq!(numbering(&texts(line)), Some(from), "{line}");
        }
        for line in ["1|2|4", "1|2", "2|3|4", "a|b|d", "A|B", ""] {
            assert_eq!(numbering(&texts(line)), None, "{line}");
        }
    }
}

//! The German calendar and the few words that stand in every German table, as people write them.

use chrono::NaiveDate;

use super::text::{normal, words};

const MONTHS: [&[&str]; 12] = [
    &["januar", "jaenner", "jan", "january"],
    &["februar", "feb", "febr", "february"],
    &["maerz", "mrz", "maer", "mar", "march"],
    &["april", "apr"],
    &["mai", "may"],
    &["juni", "jun", "june"],
    &["juli", "jul", "july"],
    &["august", "aug"],
    &["september", "sep", "sept"],
    &["oktober", "okt", "oct", "october"],
    &["november", "nov"],
    &["dezember", "dez", "dec", "december"],
];

const TOTALS: [&str; 14] = [
    "insgesamt",
    "summe",
    "summen",
    "gesamt",
    "gesamtsumme",
    "zusammen",
    "total",
    "gesamtergebnis",
    "endsumme",
    "gesamtzahl",
    "zwischensumme",
    "sum",
    "summeinsgesamt",
    "kreisinsgesamt",
];

const REMARKS: [&str; 11] = [
    "anmerkung",
    "anmerkungen",
    "hinweis",
    "hinweise",
    "bemerkung",
    "bemerkungen",
    "quelle",
    "stand",
    "erlaeuterung",
    "fussnote",
    "note",
];

/// Words in parentheses that only explain what stands in front of them.
const EXPLAIN: [&str; 28] = [
    "anzahl",
    "zahl",
    "personen",
    "ja",
    "nein",
    "teilweise",
    "optional",
    "freiwillig",
    "m2",
    "qm",
    "€",
    "eur",
    "euro",
    "std",
    "stunden",
    "h",
    "woche",
    "je",
    "pro",
    "in",
    "vzae",
    "fte",
    "tt",
    "mm",
    "jjjj",
    "datum",
    "tage",
    "stk",
];

/// 1 to 12 for a name of a month, already in its normal spelling.
pub(super) fn month(word: &str) -> Option<u32> {
    MONTHS.iter().position(|names| names.contains(&word)).map(|index| index as u32 + 1)
}

/// I to XII.
pub(super) fn roman(word: &str) -> Option<u32> {
    let numbers = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];
    numbers.iter().position(|number| *number == word).map(|index| index as u32 + 1)
}

/// `first`, `second`, … as words.
pub(super) fn ordinal(word: &str) -> Option<u32> {
    let starts = ["erst", "zweit", "dritt", "viert"];
    starts
        .iter()
        .position(|start| word.strip_prefix(start).is_some_and(|end| matches!(end, "es" | "er" | "e" | "en" | "em")))
        .map(|index| index as u32 + 1)
}

/// Does a row that begins with this text hold totals?
pub(super) fn is_total(text: &str) -> bool {
    TOTALS.contains(&normal(text).as_str())
}

/// Does this word say that the numbers are larger or smaller than they look?
pub(super) fn is_scale(word: &str) -> bool {
    ["tsd", "tausend", "mio", "mill", "millionen", "mrd", "t€", "teur", "%", "prozent", "promille", "vh"]
        .contains(&word)
}

/// Is this a word in parentheses that makes nothing else of what stands in front of it, or a footnote's number?
pub(super) fn only_explains(word: &str) -> bool {
    EXPLAIN.contains(&word) || word.bytes().all(|mark| mark.is_ascii_digit())
}

/// Does any of its words, or a sign, say so?
pub(super) fn holds_total(text: &str) -> bool {
    text.trim_start().starts_with(['Σ', '∑']) || words(text).iter().any(|word| TOTALS.contains(&word.as_str()))
}

/// Does its first word say so?
pub(super) fn begins_as_total(text: &str) -> bool {
    words(text).first().is_some_and(|word| TOTALS.contains(&word.as_str()))
}

/// Is this a remark below a table rather than an entry of it?
pub(super) fn is_remark(text: &str) -> bool {
    let text = text.trim();
    let mark = text.starts_with(['*', '¹', '²', '³', '(', '†']);
    let numbered = text.split_once(')').is_some_and(|(number, _)| number.parse::<u8>().is_ok());
    let first = words(text).first().is_some_and(|word| REMARKS.contains(&word.as_str()));
    mark || numbered || first || text.chars().count() > 80
}

/// A day of a plausible century; two digits are a year only if they leave no doubt which.
pub(super) fn day(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    let year = match year {
        0..50 => 2000 + year,
        50..70 => return None,
        70..100 => 1900 + year,
        year => year,
    };
    NaiveDate::from_ymd_opt(year, month, day).filter(|_| (1900..=2100).contains(&year))
}

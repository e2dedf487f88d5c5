//! The German calendar and the few words that stand in every German table, as people write them.

use chrono::NaiveDate;

use super::glance::{self, Parts};
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

/// Each holds one of these.
static IN_TOTALS: Parts = Parts::of(&["sum", "gesamt", "zusammen", "total"]);

/// With these they begin.
const INITIALS: &[u8] = b"isgzetk";

const LONGEST_TOTAL: usize = {
    let (mut at, mut longest) = (0, 0);
    while at < TOTALS.len() {
        if TOTALS[at].len() > longest {
            longest = TOTALS[at].len();
        }
        at += 1;
    }
    longest
};

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

/// Sums that are called nothing else; `Zusammen` and `gesamt` may begin the name of an entry.
const PLAIN_TOTALS: [&str; 10] = [
    "insgesamt",
    "summe",
    "summen",
    "gesamtsumme",
    "gesamtergebnis",
    "endsumme",
    "gesamtzahl",
    "zwischensumme",
    "summeinsgesamt",
    "kreisinsgesamt",
];

/// What `s.` and `vgl.` are followed by where they send the reader elsewhere.
const ELSEWHERE: [&str; 17] = [
    "o",
    "oben",
    "u",
    "unten",
    "anlage",
    "anlagen",
    "anhang",
    "anl",
    "blatt",
    "beiblatt",
    "mail",
    "email",
    "tabelle",
    "liste",
    "vorquartal",
    "vorjahr",
    "vorherige",
];

/// Words in parentheses that only explain what stands in front of them.
const EXPLAIN: [&str; 25] = [
    "anzahl",
    "zahl",
    "personen",
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

/// Units of people.
pub(super) const PEOPLE: [&str; 3] = ["personen", "person", "pers"];

/// Words beside a day that say nothing else of it, the weekdays among them.
const WITH_DAY: [&str; 38] = [
    "am",
    "den",
    "dem",
    "der",
    "vom",
    "datum",
    "stand",
    "mo",
    "di",
    "mi",
    "do",
    "fr",
    "sa",
    "so",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonnabend",
    "sonntag",
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "date",
    "on",
];

/// May this word stand beside a day whatever is asked? In its normal spelling.
pub(super) fn goes_with_day(word: &str) -> bool {
    WITH_DAY.contains(&word)
}

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
    if !glance::may_begin(text, INITIALS) {
        return false;
    }
    let words = words(text);
    // Most are longer than all of them.
    words.iter().map(String::len).sum::<usize>() <= LONGEST_TOTAL && TOTALS.contains(&words.concat().as_str())
}

/// Does this word say that the numbers are larger or smaller than they look?
pub(super) fn is_scale(word: &str) -> bool {
    is_thousands(word) || ["%", "prozent", "promille", "vh"].contains(&word)
}

/// Does it say that they are larger?
pub(super) fn is_thousands(word: &str) -> bool {
    ["tsd", "tausend", "mio", "mill", "millionen", "mrd", "t€", "teur"].contains(&word)
}

/// Are these words in parentheses that make nothing else of what stands in front of them?
pub(super) fn only_explain(words: &[String]) -> bool {
    words.iter().all(|word| EXPLAIN.contains(&word.as_str()))
}

/// The same behind a heading: a footnote's number, and the answers to choose from, make nothing else of it, either.
pub(super) fn only_explain_heading(words: &[String]) -> bool {
    let answer = |word: &str| matches!(word, "ja" | "nein" | "teilweise" | "j" | "n");
    let choice = words.iter().filter(|word| answer(word)).count() > 1;
    let footnote = |word: &str| word.len() <= 2 && word.bytes().all(|mark| mark.is_ascii_digit());
    words.iter().all(|word| EXPLAIN.contains(&word.as_str()) || footnote(word) || choice && answer(word))
}

/// Do these words say nothing but that something is not so: `nein`, `noch nicht`?
pub(super) fn denies(words: &[String]) -> bool {
    const NOT: [&str; 7] = ["nein", "nicht", "kein", "keine", "keiner", "no", "not"];
    const FILL: [&str; 10] =
        ["noch", "ganz", "gar", "eher", "leider", "doch", "komplett", "vollstaendig", "yet", "bisher"];
    let says = |list: &[&str], word: &String| list.contains(&word.as_str());
    words.iter().any(|word| says(&NOT, word)) && words.iter().all(|word| says(&NOT, word) || says(&FILL, word))
}

/// Does any of its words, or a sign, say so, and could it be nothing else?
pub(super) fn is_plainly_total(text: &str) -> bool {
    text.trim_start().starts_with(['Σ', '∑']) || words(text).iter().any(|word| PLAIN_TOTALS.contains(&word.as_str()))
}

/// Is this an example of how to fill in: `Beispiel: …`, `z. B. …`, `Muster`, `Café (Beispiel)`?
pub(super) fn is_example(text: &str) -> bool {
    // Most texts are none, which their first or last letter tells.
    let first = text.bytes().find(|mark| *mark != b' ');
    if matches!(
        first,
        Some(b'0'..=b'9' | b'C'..=b'D' | b'F'..=b'L' | b'N'..=b'Y' | b'c'..=b'd' | b'f'..=b'l' | b'n'..=b'y')
    ) && matches!(text.as_bytes().last(), Some(b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z'))
    {
        return false;
    }
    let text = text.trim();
    let begins = |start: &str| {
        let bare = text.trim_start_matches(['(', '[', '"', '„']);
        bare.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start))
    };
    if !["bei", "bsp", "zb", "z.", "z ", "must", "ausf", "exam"].into_iter().any(begins) && !text.ends_with([')', ']'])
    {
        return false;
    }
    let (open, inside) = text.trim_start_matches(['(', '[', '"', '„']).split_once(['(', '[']).unwrap_or((text, ""));
    let is_word = |word: &str| {
        matches!(
            word,
            "beispiel" | "bsp" | "beispielzeile" | "beispieleintrag" | "ausfuellbeispiel" | "musterzeile" | "example"
        )
    };
    let first = words(open);
    let begins = first.first().is_some_and(|word| is_word(word) || word == "zb")
        || first.starts_with(&["z".to_owned(), "b".to_owned()])
        || first.first().is_some_and(|word| word == "muster") && (first.len() == 1 || text.contains(':'));
    begins || matches!(&*words(inside), [only] if is_word(only) || only == "muster")
}

/// Does this send the reader elsewhere instead of saying it: `siehe Anlage`, `s. o.`, `dto.`, `keine Änderung zum Vorquartal`?
pub(super) fn refers(text: &str) -> bool {
    if matches!(text.trim(), "\"" | "“" | "”" | "″" | "〃" | "''" | "-\"-" | "--\"--") {
        return true;
    }
    if !glance::may_begin(text, b"sduvkw") {
        return false;
    }
    let words = words(text);
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    match word(0) {
        "siehe" | "dto" | "dito" | "unveraendert" | "unveraenderte" => true,
        "s" | "vgl" | "vergleiche" => ELSEWHERE.contains(&word(1)),
        "keine" => matches!(word(1), "aenderung" | "aenderungen" | "veraenderung" | "veraenderungen"),
        "wie" => {
            matches!(word(1), "oben" | "vorquartal" | "vorjahr" | "bisher" | "gehabt" | "zuvor" | "vor")
                || matches!(word(1), "im" | "letztes" | "beim")
                    && matches!(word(2), "vorquartal" | "vorjahr" | "quartal" | "letzten" | "mal")
        }
        _ => false,
    }
}

/// Does it speak of more than one: `alle …`, `diverse …`?
pub(super) fn means_several(text: &str) -> bool {
    let first = text.split_whitespace().next().map(normal).unwrap_or_default();
    ["alle", "saemtliche", "diverse", "mehrere", "verschiedene", "div"].contains(&first.as_str())
}

/// Does any of its words, or a sign, say so?
pub(super) fn holds_total(text: &str) -> bool {
    if !IN_TOTALS.may_be_in(text) {
        return false;
    }
    text.trim_start().starts_with(['Σ', '∑']) || words(text).iter().any(|word| TOTALS.contains(&word.as_str()))
}

/// Does its first word say so?
pub(super) fn begins_as_total(text: &str) -> bool {
    glance::may_begin(text, INITIALS) && words(text).first().is_some_and(|word| TOTALS.contains(&word.as_str()))
}

/// Does its last word say so?
pub(super) fn ends_as_total(text: &str) -> bool {
    words(text).last().is_some_and(|word| TOTALS.contains(&word.as_str()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glance_misses_no_total() {
        for word in TOTALS.into_iter().chain(PLAIN_TOTALS) {
            assert!(IN_TOTALS.may_be_in(word), "{word}");
        }
    }
}

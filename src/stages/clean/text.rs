//! Words as people write them, brought into one spelling.
//!
//! In: the text of a cell. Out: what it has in common with other writings of the same.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use crate::base::quick::QuickMap;
use crate::base::short::Short;
use crate::model::raw;

/// Longer texts are no headings, labels or names.
const LONGEST_KEPT: usize = 200;
const MOST_KEPT: usize = 16_384;

thread_local! {
    /// The same few texts are asked for again and again: from row to row, and in every return of the same form.
    static KEPT: RefCell<QuickMap<String, Rc<[String]>>> = RefCell::default();
}

/// The words of `text`: lower case, ä as ae and ß as ss, without marks, footnotes and line-end hyphens.
pub(super) fn words(text: &str) -> Rc<[String]> {
    if text.len() > LONGEST_KEPT {
        return split(text).into();
    }
    KEPT.with_borrow_mut(|kept| {
        if let Some(words) = kept.get(text) {
            return Rc::clone(words);
        }
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        let words: Rc<[String]> = split(text).into();
        kept.insert(text.to_owned(), Rc::clone(&words));
        words
    })
}

fn split(text: &str) -> Vec<String> {
    plain_words(text).unwrap_or_else(|| thoroughly_split(text))
}

/// The words of a text without any mark that needs a second look, which are most texts.
fn plain_words(text: &str) -> Option<Vec<String>> {
    let mut words: Vec<String> = Vec::new();
    let mut within = false;
    let mut marks = text.chars().peekable();
    while let Some(mark) = marks.next() {
        let folded = match mark {
            'ä' | 'Ä' => "ae",
            'ö' | 'Ö' => "oe",
            'ü' | 'Ü' => "ue",
            'ß' => "ss",
            'a'..='z' | 'A'..='Z' | '0'..='9' | '§' | '€' | '%' => "",
            // Line ends may follow a hyphen, parentheses may hold a footnote, and so may stars.
            '\n' | '\r' | ')' | '*' => return None,
            '-' if marks.peek().is_some_and(|next| next.is_whitespace()) => return None,
            mark if mark.is_ascii() => {
                within = false;
                continue;
            }
            _ => return None,
        };
        if !within {
            words.push(String::with_capacity(12));
        }
        within = true;
        let word = words.last_mut()?;
        if folded.is_empty() { word.push(mark.to_ascii_lowercase()) } else { word.push_str(folded) }
    }
    Some(words)
}

fn thoroughly_split(text: &str) -> Vec<String> {
    let folded = fold(&without_hyphens(text));
    let words = folded.split(|mark: char| !is_letter(mark)).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// The words in one: what two spellings of the same have in common. Empty if there is no letter or digit.
pub(super) fn normal(text: &str) -> String {
    plain(text).unwrap_or_else(|| words(text).concat())
}

/// The same for texts without any of the marks that need a second look, which are most.
fn plain(text: &str) -> Option<String> {
    let mut folded = String::with_capacity(text.len() + 4);
    for mark in text.chars() {
        match mark {
            'a'..='z' | '0'..='9' | '§' | '€' | '%' => folded.push(mark),
            'A'..='Z' => folded.push(mark.to_ascii_lowercase()),
            'ä' | 'Ä' => folded.push_str("ae"),
            'ö' | 'Ö' => folded.push_str("oe"),
            'ü' | 'Ü' => folded.push_str("ue"),
            'ß' => folded.push_str("ss"),
            // Line ends may follow a hyphen, parentheses may hold a footnote, and so may stars.
            '\n' | '\r' | ')' | '*' => return None,
            mark if mark.is_ascii() => {}
            _ => return None,
        }
    }
    Some(folded)
}

/// Without what stands in parentheses: `Fläche (m²)` → `Fläche `.
pub(super) fn without_parentheses(text: &str) -> String {
    let mut depth = 0_u32;
    let keep = |mark: &char| match mark {
        '(' | '[' => {
            depth += 1;
            false
        }
        ')' | ']' => {
            let inside = depth > 0;
            depth = depth.saturating_sub(1);
            !inside
        }
        _ => depth == 0,
    };
    text.chars().filter(keep).collect()
}

/// One line, single spaces, no blanks at the ends; otherwise as written.
pub(super) fn tidy(text: &str) -> Short {
    if is_tidy(text) {
        return text.into();
    }
    // Mostly there is only a blank too many at its end.
    let trimmed = text.trim();
    if is_tidy(trimmed) {
        return trimmed.into();
    }
    let text: String = text.chars().filter(|mark| is_visible(*mark)).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ").into()
}

/// The same without writing it down anew where there is nothing to do.
pub(super) fn tidied(text: &str) -> Cow<'_, str> {
    if is_tidy(text) { text.into() } else { Cow::Owned(tidy(text).into()) }
}

/// Are they the same but for blanks and case?
pub(super) fn same(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    // A sigma is another one at the end of a word.
    let plain = |text: &str| is_tidy(text) && !text.contains('Σ');
    if plain(one) && plain(other) {
        let lower = |text| str::chars(text).flat_map(char::to_lowercase);
        return lower(one).eq(lower(other));
    }
    tidy(one).to_lowercase() == tidy(other).to_lowercase()
}

/// Is anything left of it once it is tidy?
pub(super) fn shows_something(text: &str) -> bool {
    text.chars().any(|mark| is_visible(mark) && !mark.is_whitespace())
}

pub(super) fn is_visible(mark: char) -> bool {
    !matches!(mark, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

fn is_tidy(text: &str) -> bool {
    let mut blank = true;
    for byte in text.bytes() {
        match byte {
            b'!'..=b'~' => blank = false,
            b' ' if !blank => blank = true,
            // The letters of Latin languages: such a byte begins them, or follows it.
            0xc3..=0xc5 | 0x80..=0xbf => blank = false,
            _ => return is_tidy_beyond(text),
        }
    }
    !blank || text.is_empty()
}

/// The same with marks that need a second look.
fn is_tidy_beyond(text: &str) -> bool {
    let mut blank = true;
    for mark in text.chars() {
        let known = matches!(mark, '!'..='~' | '¡'..='¬' | '®'..='ſ' | '–' | '—' | '€' | '„' | '“' | '”');
        if !known && (mark != ' ' || blank) {
            return false;
        }
        blank = mark == ' ';
    }
    !blank || text.is_empty()
}

fn is_letter(mark: char) -> bool {
    mark.is_alphanumeric() || matches!(mark, '§' | '€' | '%')
}

/// All numbers in it, Roman ones too: SGB VII is not SGB VIII with a slip.
pub(super) fn numerals(text: &str) -> Vec<String> {
    let roman = |word: &String| word.chars().all(|mark| matches!(mark, 'i' | 'v' | 'x'));
    let number = |word: String| if roman(&word) { word } else { word.chars().filter(char::is_ascii_digit).collect() };
    words(text).iter().cloned().map(number).filter(|number| !number.is_empty()).collect()
}

/// Words that may follow a hyphen that belongs where it is.
const JOINING: [&str; 8] = ["und", "oder", "bzw", "bis", "sowie", "u", "o", "als"];

/// Words that turn what is said into something else: `nicht abgerufen` is not `abgerufen` with a slip.
pub(super) fn turns(text: &str) -> Vec<String> {
    const TURNS: [&str; 14] = [
        "nicht", "kein", "keine", "keinen", "keiner", "ohne", "mit", "ueber", "unter", "ab", "bis", "vor", "nach",
        "max",
    ];
    let turn = |word: String| match word.strip_prefix("un") {
        // `unbesetzt`, but not `und` or `unter`.
        Some(rest) if rest.len() > 4 && !word.starts_with("unter") => Some("un".to_owned()),
        _ => TURNS.contains(&word.as_str()).then_some(word),
    };
    words(text).iter().cloned().filter_map(turn).collect()
}

/// `Nieder-⏎lassung` → `Niederlassung`; `Kita-⏎/Schulplatz` keeps its break.
fn without_hyphens(text: &str) -> String {
    let marks: Vec<char> = text.chars().filter(|mark| *mark != '\u{ad}').collect();
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    while at < marks.len() {
        let rest = &marks[at + 1..];
        let gap = rest.iter().take_while(|mark| mark.is_whitespace()).count();
        let word: String = rest[gap..].iter().take_while(|mark| mark.is_alphabetic()).collect();
        let over_lines = rest[..gap].iter().any(|mark| matches!(mark, '\n' | '\r'));
        // `Lebens- unterhalt` was broken once; `Kranken- und Pflegekassen` is as it should be.
        let once = at > 0 && marks[at - 1].is_alphabetic() && gap > 0 && !JOINING.contains(&word.as_str());
        let broken = matches!(marks[at], '-' | '‐')
            && (over_lines || once)
            && rest.get(gap).is_some_and(|mark| mark.is_lowercase());
        if broken {
            at += 1 + gap;
        } else {
            kept.push(marks[at]);
            at += 1;
        }
    }
    kept
}

fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let marks: Vec<char> = without_footnotes(text).chars().flat_map(char::to_lowercase).collect();
    for (at, mark) in marks.iter().enumerate() {
        // An accent may stand behind its letter, as a mark of its own.
        let next = marks.get(at + 1);
        match mark {
            'ä' | 'ö' | 'ü' | 'ß' => folded.push_str(match mark {
                'ä' => "ae",
                'ö' => "oe",
                'ü' => "ue",
                _ => "ss",
            }),
            'a' | 'o' | 'u' if next == Some(&'\u{308}') => folded.extend([*mark, 'e']),
            '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => {}
            mark => folded.push(*mark),
        }
    }
    folded
}

/// Footnote marks: raised digits (`Personen¹`, but `m²` is a unit), `insgesamt2)` and `Zensus 20112)`.
fn without_footnotes(text: &str) -> String {
    let text = text.trim_end().trim_end_matches('*');
    let bare = match text.strip_suffix(')') {
        // Its parenthesis was never opened.
        Some(rest)
            if rest.ends_with(|mark: char| mark.is_ascii_digit())
                && rest.matches('(').count() == rest.matches(')').count() =>
        {
            let word = &rest[..rest.len() - 1];
            let abbreviation = || word.strip_suffix('.').is_some_and(|word| word.ends_with(char::is_alphabetic));
            let ends = word.ends_with(|mark: char| mark.is_alphanumeric() || matches!(mark, '€' | '%' | ')' | '²'));
            if ends || abbreviation() { word } else { text }
        }
        // Behind a parenthesis: `Leistungen (SGB II)1)`.
        Some(rest) if rest.ends_with(|mark: char| mark.is_ascii_digit()) && rest[..rest.len() - 1].ends_with(')') => {
            &rest[..rest.len() - 1]
        }
        _ => text,
    };
    let mut kept = String::with_capacity(bare.len());
    let mut word = String::new();
    for mark in bare.chars() {
        let raised = !mark.is_ascii() && raw::is_raised(mark);
        match mark {
            '²' | '³' if matches!(word.to_lowercase().as_str(), "m" | "km" | "q") => {
                kept.push(if mark == '²' { '2' } else { '3' });
            }
            _ if raised => {}
            _ => kept.push(mark),
        }
        if mark.is_alphabetic() { word.push(mark) } else { word.clear() }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_the_same_word_are_the_same() {
        let same = [
            ("Räume", "RAEUME "),
            ("Ra\u{308}ume", "Räume"),
            ("Straße", "STRASSE"),
            ("Nieder-\nlassungserlaubnis", "Niederlassungserlaubnis"),
            ("Kita-/Schulplatz\ngesucht", "Kita/Schulplatz gesucht"),
            ("Personen\u{a0}insgesamt2)", "Personen insgesamt"),
            ("Zensus 20112)", "Zensus 2011"),
            ("Mittel €1)", "Mittel €"),
            ("Nr.1)", "Nr."),
            ("Fläche (m²)1)", "Fläche (m²)"),
            ("Personen¹", "personen"),
            ("Fläche m²", "Flaeche m2"),
            ("§\u{202f}24", "§24"),
            ("AGS:", "ags"),
            ("Warte\u{ad}liste*", "Warteliste"),
            ("lfd. Hilfe zum Lebens- unterhalt2)", "Lfd. Hilfe zum Lebensunterhalt"),
            ("Bevölkerung\nohne\nMigrations-\nhintergrund", "Bevölkerung ohne Migrationshintergrund"),
            ("Leistungen (SGB II + SGB XII)1)", "Leistungen (SGB II + SGB XII)"),
        ];
        for (one, other) in same {
            assert_eq!(normal(one), normal(other), "{one} / {other}");
        }
        for (one, other) in [
            ("SGB II", "SGB III"),
            ("§ 24", "24"),
            ("Plätze (frei)", "Plätze (belegt)"),
            ("m²", "m³"),
            ("HF (1)", "HF (2)"),
        ] {
            assert_ne!(normal(one), normal(other));
        }
    }

    #[test]
    fn a_broken_word_is_one_word() {
        assert_eq!(words("Hilfe zum Lebens- unterhalt").to_vec(), ["hilfe", "zum", "lebensunterhalt"]);
        assert_eq!(words("Nieder-\nlassungs-\r\n erlaubnis").to_vec(), ["niederlassungserlaubnis"]);
        assert_eq!(words("Kranken- und Pflegekassen").to_vec(), ["kranken", "und", "pflegekassen"]);
        assert_eq!(words("20 - davon").to_vec(), ["20", "davon"]);
    }

    proptest! {
        #[test]
        fn normal_is_normal(text in "\\PC{0,20}|[a-zäöüßA-ZÄÖÜ0-9 ()/.²¹\u{308}\u{a0}*-]{0,20}") {
            let once = normal(&text);
            prop_assert_eq!(normal(&once), once);
        }

        #[test]
        fn short_ways_lead_to_the_same(text in "\\PC{0,12}|[a-zäöüßA-ZÄÖÜ0-9 ()/.,§€%²\u{308}\u{a0}\u{ad}\n*–-]{0,20}") {
            prop_assert_eq!(normal(&text), thoroughly_split(&text).concat());
            prop_assert_eq!(split(&text), thoroughly_split(&text));
            prop_assert_eq!(shows_something(&text), !tidy(&text).is_empty());
            if is_tidy(&text) {
                prop_assert_eq!(text.split_whitespace().collect::<Vec<_>>().join(" "), text);
            }
        }

        #[test]
        fn blanks_and_case_make_no_other_text(one in "[aäAÄßsSΣσς \u{ad}]{0,4}|\\PC{0,4}", other in "[aäAÄßsSΣσς \u{ad}]{0,4}") {
            for (one, other) in [(&one, &other), (&one, &one.to_uppercase()), (&other, &format!(" {}", other.to_uppercase()))] {
                prop_assert_eq!(same(one, other), tidy(one).to_lowercase() == tidy(other).to_lowercase());
            }
        }

        #[test]
        fn words_are_split_once_and_stay_the_same(text in "\\PC{0,12}|[a-zäöüßA-Z ()*\n-]{0,20}") {
            for _ in 0..2 {
                prop_assert_eq!(words(&text).to_vec(), split(&text));
            }
        }

        #[test]
        fn case_and_blanks_do_not_matter(text in "[a-zäöüß]{1,9}( [a-zäöü]{1,9}){0,3}") {
            let spaced = text.replace(' ', "\u{a0}\n ");
            prop_assert_eq!(normal(&text.to_uppercase()), normal(&text));
            prop_assert_eq!(normal(&format!("  {spaced} ")), normal(&text));
        }
    }
}

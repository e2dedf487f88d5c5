//! Words as people write them, brought into one spelling, and found again among those that are known.
//!
//! In: a text of a cell and the spellings that a form allows. Out: which one is meant, and whether that was a guess.

/// How a spelling was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Match {
    Exact,
    /// By closeness: to be told to the sender.
    Guess,
}

/// A guess needs so much likeness, and so much more than the next best.
const LIKENESS: f64 = 0.8;
const LEAD: f64 = 0.06;
/// Shorter words are too easily another word.
const SHORTEST_GUESS: usize = 5;

/// The words of `text`: lower case, ä as ae and ß as ss, without marks, footnotes and line-end hyphens.
pub(super) fn words(text: &str) -> Vec<String> {
    let folded = fold(&without_hyphens(text));
    let words = folded.split(|mark: char| !is_letter(mark)).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// The words in one: what two spellings of the same have in common. Empty if there is no letter or digit.
pub(super) fn normal(text: &str) -> String {
    words(text).concat()
}

/// Items with their spellings, folded once for many questions.
#[derive(Clone, Debug)]
pub(super) struct Known<T> {
    spellings: Vec<Spelling<T>>,
}

#[derive(Clone, Debug)]
struct Spelling<T> {
    item: T,
    normal: String,
    /// Without what stands in parentheses.
    short: String,
    numerals: Vec<String>,
}

impl<T: Copy + PartialEq> Known<T> {
    pub(super) fn new<'a>(spellings: impl IntoIterator<Item = (T, &'a str)>) -> Known<T> {
        let fold = |(item, text): (T, &str)| Spelling {
            item,
            normal: normal(text),
            short: normal(&without_parentheses(text)),
            numerals: numerals(text),
        };
        Known { spellings: spellings.into_iter().map(fold).collect() }
    }

    /// Which item is `text`? Exactly, else without what stands in parentheses, else by closeness or as an
    /// abbreviation; never when two different items come into question.
    pub(super) fn find(&self, text: &str) -> Option<(T, Match)> {
        let exact = self.exactly(text).map(|item| (item, Match::Exact));
        exact.or_else(|| self.closely(text).map(|item| (item, Match::Guess)))
    }

    /// The first item that is spelt like `text` as a whole.
    pub(super) fn same(&self, text: &str) -> Option<T> {
        let whole = normal(text);
        self.spellings.iter().find(|known| !whole.is_empty() && known.normal == whole).map(|known| known.item)
    }

    /// As [`Known::find`], without guessing.
    pub(super) fn exactly(&self, text: &str) -> Option<T> {
        self.same(text).or_else(|| {
            let short = normal(&without_parentheses(text));
            let same = self.spellings.iter().filter(|known| known.short == short).map(|known| known.item);
            (!short.is_empty()).then(|| only(same)).flatten()
        })
    }

    /// The item whose spelling is most like `text`, if it is clearly so.
    pub(super) fn closely(&self, text: &str) -> Option<T> {
        let whole = normal(text);
        if let Some(start) = abbreviation(text) {
            let longer = self.spellings.iter().filter(|known| known.normal.starts_with(&start));
            return only(longer.map(|known| known.item));
        }
        if whole.chars().count() < SHORTEST_GUESS {
            return None;
        }
        let numbers = numerals(text);
        let comparable =
            |known: &&Spelling<T>| known.numerals == numbers && known.normal.chars().count() >= SHORTEST_GUESS;
        let likeness =
            |known: &Spelling<T>| (known.item, strsim::normalized_damerau_levenshtein(&whole, &known.normal));
        let mut best: Vec<(T, f64)> = self.spellings.iter().filter(comparable).map(likeness).collect();
        best.sort_by(|a, b| b.1.total_cmp(&a.1));
        let (item, top) = *best.first()?;
        let next = best.iter().find(|(other, _)| *other != item).map_or(0.0, |(_, likeness)| *likeness);
        (top >= LIKENESS && top - next >= LEAD).then_some(item)
    }
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
pub(super) fn tidy(text: &str) -> String {
    let visible = |mark: &char| !matches!(mark, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}');
    let text: String = text.chars().filter(visible).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_letter(mark: char) -> bool {
    mark.is_alphanumeric() || matches!(mark, '§' | '€' | '%')
}

/// All numbers in it, Roman ones too: SGB VII is not SGB VIII with a slip.
fn numerals(text: &str) -> Vec<String> {
    let roman = |word: &String| word.chars().all(|mark| matches!(mark, 'i' | 'v' | 'x'));
    let number = |word: String| if roman(&word) { word } else { word.chars().filter(char::is_ascii_digit).collect() };
    words(text).into_iter().map(number).filter(|number| !number.is_empty()).collect()
}

fn only<T: PartialEq>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next()?;
    items.all(|other| other == first).then_some(first)
}

/// `teilw.` → `teilw`
fn abbreviation(text: &str) -> Option<String> {
    let text = text.trim();
    let start = normal(text.strip_suffix('.')?);
    (start.chars().count() >= 4 && !start.contains(|mark: char| mark.is_ascii_digit())).then_some(start)
}

/// `Nieder-⏎lassung` → `Niederlassung`; `Kita-⏎/Schulplatz` keeps its break.
fn without_hyphens(text: &str) -> String {
    let marks: Vec<char> = text.chars().filter(|mark| *mark != '\u{ad}').collect();
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    while at < marks.len() {
        let rest = &marks[at + 1..];
        let gap = rest.iter().take_while(|mark| mark.is_whitespace()).count();
        let broken = matches!(marks[at], '-' | '‐')
            && rest[..gap].iter().any(|mark| matches!(mark, '\n' | '\r'))
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
        Some(rest) if rest.ends_with(|mark: char| mark.is_ascii_digit()) && !rest.contains('(') => {
            let word = &rest[..rest.len() - 1];
            word.ends_with(|mark: char| mark.is_alphanumeric()).then_some(word).unwrap_or(text)
        }
        _ => text,
    };
    let mut kept = String::with_capacity(bare.len());
    let mut word = String::new();
    for mark in bare.chars() {
        let raised = matches!(mark, '¹' | '²' | '³' | '⁰' | '⁴'..='⁹');
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
            ("Personen¹", "personen"),
            ("Fläche m²", "Flaeche m2"),
            ("§\u{202f}24", "§24"),
            ("AGS:", "ags"),
            ("Warte\u{ad}liste*", "Warteliste"),
        ];
        for (one, other) in same {
            assert_eq!(normal(one), normal(other), "{one} / {other}");
        }
        for (one, other) in [("SGB II", "SGB III"), ("§ 24", "24"), ("Plätze (frei)", "Plätze (belegt)"), ("m²", "m³")]
        {
            assert_ne!(normal(one), normal(other));
        }
    }

    #[test]
    fn a_guess_is_clear_or_is_not_made() {
        let known = [
            (1, "Warteliste"),
            (2, "davon unter 18 Jahre"),
            (3, "teilweise"),
            (4, "nein"),
            (5, "SGB II"),
            (6, "SGB III"),
        ];
        assert_eq!(Known::new(known).find("Wartelliste"), Some((1, Match::Guess)));
        assert_eq!(Known::new(known).find("WARTELISTE (Personen)"), Some((1, Match::Exact)));
        assert_eq!(Known::new(known).find("davon unter 16 Jahre"), None, "another number is another question");
        assert_eq!(Known::new(known).find("teilw."), Some((3, Match::Guess)));
        assert_eq!(Known::new(known).find("nien"), None, "too short to guess");
        assert_eq!(Known::new(known).find("SGB IIII"), None, "another number");
        assert_eq!(
            Known::new([(1, "Sonstiges"), (2, "Sonstige")]).find("Sonstigex"),
            None,
            "as close to one as to the other"
        );
        assert_eq!(Known::new(known).find("?"), None);
    }

    #[test]
    fn what_differs_only_in_parentheses_is_not_mixed_up() {
        let known = [(1, "Abschlüsse (Ziel erreicht)"), (2, "Abschlüsse (Ziel nicht erreicht)")];
        assert_eq!(Known::new(known).find("Abschlüsse (Ziel nicht erreicht)"), Some((2, Match::Exact)));
        assert_eq!(Known::new(known).find("Abschlüsse"), None);
    }

    proptest! {
        #[test]
        fn normal_is_normal(text in "\\PC{0,20}|[a-zäöüßA-ZÄÖÜ0-9 ()/.²¹\u{308}\u{a0}*-]{0,20}") {
            let once = normal(&text);
            prop_assert_eq!(normal(&once), once);
        }

        #[test]
        fn case_and_blanks_do_not_matter(text in "[a-zäöüß]{1,9}( [a-zäöü]{1,9}){0,3}") {
            let spaced = text.replace(' ', "\u{a0}\n ");
            prop_assert_eq!(normal(&text.to_uppercase()), normal(&text));
            prop_assert_eq!(normal(&format!("  {spaced} ")), normal(&text));
        }
    }
}

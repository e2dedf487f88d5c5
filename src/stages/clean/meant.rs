//! What a title or a note says of the time and the scope of the figures: `Stand: 30.06.2026`, `seit 01.01.2026`, `nur Kernstadt`.
//!
//! In: a text above or below a table, and the period of the return. Out: the words that say another time or another scope. Pure.
//! Never: a date of which nobody says what it is (a decision, the version of the form, the day of printing).

use chrono::{Days, NaiveDate};

use super::{date, german, period, text};
use crate::model::period::Period;

/// Longer texts explain; they are no titles.
const MOST_WORDS: usize = 14;
const LONGEST_QUOTE: usize = 40;

/// The time that a text names, if it is another than that of the return.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Time {
    /// Just another period.
    Other(String),
    /// Some other time: longer, shorter, in between.
    Else(String),
}

/// Words that say that a day is that of the figures.
const AS_OF: [&str; 8] = ["stand", "stichtag", "erhebungsstichtag", "datenstand", "zum", "per", "bis", "zeitraum"];

/// Words of days that are others than that of the figures; also as the end of a word.
const NO_DAY_OF_FIGURES: [&str; 21] = [
    "formular",
    "vordruck",
    "version",
    "fassung",
    "bogen",
    "muster",
    "beschluss",
    "gesetz",
    "verordnung",
    "erlass",
    "richtlinie",
    "rueckgabe",
    "abgabe",
    "frist",
    "einzureichen",
    "uebersenden",
    "erstellt",
    "ausgedruckt",
    "geaendert",
    "einwohner",
    "bevoelkerung",
];

/// Another time than `own` in a title or note.
pub(super) fn time(said: &str, own: Period) -> Option<Time> {
    let days = date::days_in(said);
    let first = *days.first()?;
    let words = text::words(said);
    let no_figures = |word: &String| NO_DAY_OF_FIGURES.iter().any(|other| word.contains(other));
    if words.len() > MOST_WORDS || words.iter().any(no_figures) {
        return None;
    }
    let quote = || quoted(said, first);
    let says = |known: &str| words.iter().any(|word| word == known);
    if says("seit") {
        return (days.iter().all(|day| *day < own.start())).then(|| Time::Else(format!("seit {}", quote())));
    }
    let bare = !said.chars().any(char::is_alphabetic);
    let months = period::months_of_days(said);
    let span = days.len().max(months.len()) > 1 && (says("bis") || said.contains(['-', '–', '—']));
    if span {
        let within = |day: &NaiveDate| Period::of(own.kind, *day) == own;
        let month = |month: &u32| period::of_month(*month, own.kind) == Some(own.number);
        if days.iter().all(within) && months.iter().all(month) || days.iter().all(|day| is_usual(*day, own)) {
            return None;
        }
        let other = period::of_days(said, own.kind).filter(|other| other != &own);
        return Some(if other.is_some() { Time::Other(quote()) } else { Time::Else(quote()) });
    }
    if !(bare || words.iter().any(|word| AS_OF.contains(&word.as_str()))) {
        return None;
    }
    let another = days.iter().find(|day| !(own.start() <= **day && (**day <= own.end() || is_usual(**day, own))))?;
    let is_end = Period::of(own.kind, *another).end() == *another;
    Some(if is_end { Time::Other(quote()) } else { Time::Else(quote()) })
}

/// A day on which the figures of a period are reported: soon after its end.
fn is_usual(day: NaiveDate, own: Period) -> bool {
    let half = (own.next().end() - own.end()).num_days().unsigned_abs() / 2;
    own.end() < day && own.end().checked_add_days(Days::new(half)).is_some_and(|last| day <= last)
}

/// Is this day of the cover one before the period, or the last one of a later one?
pub(super) fn is_as_of_another(day: NaiveDate, own: Period) -> bool {
    let other = Period::of(own.kind, day);
    day < own.start() || other > own && day == other.end() && !is_usual(day, own)
}

/// From the first figure to the last one, where that is short.
fn quoted(said: &str, day: NaiveDate) -> String {
    let bounds = said.find(|mark: char| mark.is_ascii_digit()).zip(said.rfind(|mark: char| mark.is_ascii_digit()));
    let quote = bounds.map(|(from, to)| &said[from..=to]).filter(|quote| quote.chars().count() <= LONGEST_QUOTE);
    quote.map_or_else(|| day.format("%d.%m.%Y").to_string(), str::to_owned)
}

/// Parts of a municipality: beginnings of words.
const PARTS: [&str; 11] = [
    "kernstadt",
    "ortsteil",
    "ortschaft",
    "stadtteil",
    "stadtgebiet",
    "stadtbezirk",
    "innenstadt",
    "hauptort",
    "gemeindeteil",
    "aussenstelle",
    "aussenbezirk",
];

/// What says that nobody counted: beginnings of words.
const NO_FIGURES: [&str; 5] = ["ausfuellbeispiel", "beispieldaten", "musterdaten", "testdaten", "uebungsdaten"];

/// What is counted instead of persons or places.
const INSTEAD: [&str; 6] =
    ["haushalte", "haushalten", "familien", "bedarfsgemeinschaft", "bedarfsgemeinschaften", "wohneinheiten"];

/// The words that say another scope than the whole body in its period: a part of it, a plan, a draft, another unit.
pub(super) fn scope(said: &str) -> Option<String> {
    let words = text::words(said);
    let written = |at: usize| as_written(said, &words[at]);
    let any = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    let begins = |stems: &[&str]| words.iter().position(|word| stems.iter().any(|stem| word.starts_with(stem)));
    if let Some(at) = begins(&NO_FIGURES) {
        return Some(written(at));
    }
    // A comparison with another time is none of its figures.
    let compared = any(&["zum", "gegenueber", "ggue", "vergleich", "veraenderung", "als", "seit"]);
    if let Some(at) = begins(&["vorquartal", "vorjahr", "vormonat"]).filter(|_| words.len() <= 8 && !compared) {
        return Some(written(at));
    }
    if words.len() <= 3
        && let Some(at) = words.iter().position(|word| {
            matches!(word.as_str(), "geplant" | "plan" | "soll" | "sollwerte" | "planwerte" | "plandaten" | "entwurf")
        })
    {
        return Some(written(at));
    }
    let pair = words.windows(2).position(|pair| {
        let part = || PARTS.iter().any(|part| pair[1].starts_with(part));
        match pair[0].as_str() {
            "nur" => part() || pair[1] == "monat" || german::month(&pair[1]).is_some(),
            "ohne" => part(),
            "in" => any(&["angaben", "angabe", "zahlen", "werte"]) && INSTEAD.contains(&pair[1].as_str()),
            _ => false,
        }
    })?;
    let third = (words[pair + 1] == "monat").then_some(pair + 2).filter(|at| *at < words.len());
    let quote: Vec<String> = [pair, pair + 1].into_iter().chain(third).map(written).collect();
    Some(quote.join(" "))
}

/// The word as it was written.
pub(super) fn as_written(said: &str, word: &str) -> String {
    let mut written = said.split(|mark: char| !mark.is_alphanumeric()).filter(|piece| !piece.is_empty());
    written.find(|piece| text::normal(piece) == word).unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_time_is_told_from_the_own_and_from_days_of_something_else() {
        let own: Period = "2026-Q3".parse().unwrap();
        let other = |quote: &str| Some(Time::Other(quote.into()));
        let differs = |quote: &str| Some(Time::Else(quote.into()));
        for (said, told) in [
            ("Stand: 30.06.2026", other("30.06.2026")),
            ("Stichtag 30. Juni 2026", other("30. Juni 2026")),
            ("01.04.2026 - 30.06.2026", other("01.04.2026 - 30.06.2026")),
            ("vom 01.04. bis 30.06.2026", other("01.04. bis 30.06.2026")),
            ("Bedarf zum 30.06.2026", other("30.06.2026")),
            ("Stand 31.12.2026", other("31.12.2026")),
            ("01.01.–30.09.2026", differs("01.01.–30.09.2026")),
            ("Stand 15.05.2026", differs("15.05.2026")),
            ("seit 01.01.2026", differs("seit 01.01.2026")),
            ("Stand: 30.09.2026", None),
            ("Stichtag 15.09.2026", None),
            ("Stand: 06.10.2026", None),
            ("Stand 31.10.2026", None),
            ("01.07.2026 – 30.09.2026", None),
            ("01.07.–30.09.2026", None),
            ("Rückfragen vom 01.10.2026 bis 15.10.2026", None),
            ("Formularstand: 01.01.2026", None),
            ("Erhebungsbogen, Stand 01.03.2025", None),
            ("Rückgabe bis 15.12.2026", None),
            ("Beschluss vom 12.03.2025", None),
            ("seit 01.08.2026", None),
            ("am 12.05.2026 eröffnet", None),
            ("Einwohner zum 31.12.2025", None),
            ("3. Quartal 2026", None),
        ] {
            assert_eq!(time(said, own), told, "{said}");
        }
    }

    #[test]
    fn another_scope_is_told() {
        for (said, word) in [
            ("nur Monat September", Some("nur Monat September")),
            ("nur September", Some("nur September")),
            ("ohne Ortsteil Freienohl", Some("ohne Ortsteil")),
            ("Nur Kernstadt", Some("Nur Kernstadt")),
            ("Angaben in Haushalten", Some("in Haushalten")),
            ("vom Vorquartal übernommen", Some("Vorquartal")),
            ("Vorjahr", Some("Vorjahr")),
            ("geplant 2027", Some("geplant")),
            ("Soll", Some("Soll")),
            ("ENTWURF", Some("ENTWURF")),
            ("Ausfüllbeispiel", Some("Ausfüllbeispiel")),
            ("Veränderung zum Vorquartal", None),
            ("Dies soll der Kreis entscheiden", None),
            ("Maßnahmenplan", None),
            ("nur ganze Zahlen", None),
            ("ohne Kommentar", None),
            ("Angaben der Fachstelle", None),
            ("Bitte in Haushalten nachfragen", None),
        ] {
            assert_eq!(scope(said).as_deref(), word, "{said}");
        }
    }

    #[test]
    fn the_day_of_a_cover_is_another_one_only_if_it_must_be() {
        let own: Period = "2026-Q3".parse().unwrap();
        let other = |day: &str| is_as_of_another(day.parse().unwrap(), own);
        assert!(["2026-06-30", "2025-10-01", "2026-12-31", "2027-03-31"].into_iter().all(other));
        // A correction may come late.
        assert!(!["2026-07-01", "2026-09-30", "2026-10-06", "2026-12-20", "2027-02-01"].into_iter().any(other));
    }
}

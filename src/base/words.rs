//! What the program says to people: message catalogues, plurals, numbers and dates as each language writes them.
//!
//! In: a language tag, the id of a message, its arguments. Out: plain text without invisible marks.
//! Never: anything that belongs to one programme (that comes from the configuration).

use chrono::{Datelike, NaiveDate, NaiveTime};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

/// An argument of a message: `3.into()`, `"Olsberg".into()`.
pub(crate) type Argument<'a> = FluentValue<'a>;

const GERMAN: &str = include_str!("words/de.ftl");
const ENGLISH: &str = include_str!("words/en.ftl");
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// One catalogue. Cheap enough to make one for each edition.
pub(crate) struct Words {
    english: bool,
    bundle: FluentBundle<FluentResource>,
}

impl Words {
    /// The catalogue for `de` or `en` (also `en-GB`); any other tag gives German.
    pub(crate) fn new(tag: &str) -> Words {
        let english = tag == "en" || tag.starts_with("en-");
        let (tag, text) = if english { ("en", ENGLISH) } else { ("de", GERMAN) };
        let language: LanguageIdentifier = tag.parse().expect("`de` and `en` are language tags");
        let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(sound, _)| sound);
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        bundle.set_use_isolating(false);
        if english {
            bundle.set_formatter(Some(|value, _| plain(value, true)));
        } else {
            bundle.set_formatter(Some(|value, _| plain(value, false)));
        }
        bundle.add_resource_overriding(resource);
        Words { english, bundle }
    }

    /// The message, or its id if there is none: a wrong word is better than no workbook.
    pub(crate) fn say(&self, id: &str) -> String {
        self.say_with(id, &[])
    }

    /// The message with its arguments; whole numbers choose the plural.
    pub(crate) fn say_with(&self, id: &str, arguments: &[(&str, Argument<'_>)]) -> String {
        let pattern = self.bundle.get_message(id).and_then(|message| message.value());
        debug_assert!(pattern.is_some(), "there is no message `{id}`");
        let Some(pattern) = pattern else { return id.to_owned() };
        let arguments: FluentArgs = arguments.iter().map(|(name, value)| (*name, value.clone())).collect();
        let mut mistakes = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&arguments), &mut mistakes).into_owned();
        debug_assert!(mistakes.is_empty(), "message `{id}`: {mistakes:?}");
        text
    }

    /// Is there such a message?
    pub(crate) fn has(&self, id: &str) -> bool {
        self.bundle.has_message(id)
    }

    /// `1.234,5` / `1,234.5`; the minus is a minus (U+2212), and nothing is ever `-0`.
    pub(crate) fn number(&self, value: f64, decimals: u8) -> String {
        number(value, decimals, self.english)
    }

    /// A value that counts per cent already: `12,3 %` / `12.3%`.
    pub(crate) fn percent(&self, value: f64, decimals: u8) -> String {
        let space = if self.english { "" } else { " " };
        format!("{}{space}%", self.number(value, decimals))
    }

    /// A change: always with its sign, `±0` for none.
    pub(crate) fn signed(&self, value: f64, decimals: u8) -> String {
        let text = self.number(value, decimals);
        let shows_something = text.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
        match value {
            _ if !shows_something => format!("±{text}"),
            value if value > 0.0 => format!("+{text}"),
            _ => text,
        }
    }

    /// `31.12.2023` / `31 December 2023`.
    pub(crate) fn date(&self, day: NaiveDate) -> String {
        if self.english {
            format!("{} {} {}", day.day(), MONTHS[day.month0() as usize], day.year())
        } else {
            day.format("%d.%m.%Y").to_string()
        }
    }

    /// `14:05`.
    pub(crate) fn time(&self, time: NaiveTime) -> String {
        time.format("%H:%M").to_string()
    }

    /// `A, B und C` / `A, B and C`.
    pub(crate) fn list(&self, names: &[&str]) -> String {
        let and = if self.english { " and " } else { " und " };
        match names {
            [] => String::new(),
            [one] => (*one).to_owned(),
            [front @ .., last] => format!("{}{and}{last}", front.join(", ")),
        }
    }
}

/// Numbers inside messages are written like all others.
fn plain(value: &FluentValue<'_>, english: bool) -> Option<String> {
    let FluentValue::Number(given) = value else { return None };
    let decimals = (0..=6_u8).find(|decimals| {
        let scaled = given.value * 10_f64.powi(i32::from(*decimals));
        (scaled - scaled.round()).abs() < 1e-9
    });
    Some(number(given.value, decimals.unwrap_or(6), english))
}

fn number(value: f64, decimals: u8, english: bool) -> String {
    let (thousands, mark) = if english { (',', '.') } else { ('.', ',') };
    let digits = format!("{:.*}", usize::from(decimals), value.abs());
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let mut text = String::new();
    if value < 0.0 && digits.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) {
        text.push('−');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            text.push(thousands);
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push(mark);
        text.push_str(fraction);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ids(text: &str) -> Vec<&str> {
        let starts = |line: &&str| line.starts_with(|first: char| first.is_ascii_lowercase());
        let mut ids: Vec<&str> =
            text.lines().filter(starts).map(|line| line.split_once(" =").expect("id = text").0).collect();
        ids.sort_unstable();
        ids
    }

    /// The names of the arguments that a message uses.
    fn arguments(text: &str, id: &str) -> Vec<String> {
        let start = text.find(&format!("\n{id} =")).expect("the id is there") + 1;
        let block: String = text[start..]
            .lines()
            .enumerate()
            .take_while(|(index, line)| *index == 0 || line.starts_with([' ', '}']))
            .map(|(_, line)| line)
            .collect();
        let name = |part: &str| part.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect::<String>();
        let mut names: Vec<String> = block.split("{ $").skip(1).map(name).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    #[test]
    fn both_languages_say_the_same_things_with_the_same_arguments() {
        assert_eq!(ids(GERMAN), ids(ENGLISH));
        for id in ids(GERMAN) {
            assert_eq!(arguments(GERMAN, id), arguments(ENGLISH, id), "{id}");
        }
        for window in ids(GERMAN).windows(2) {
            assert_ne!(window[0], window[1], "said twice");
        }
        for text in [GERMAN, ENGLISH] {
            assert!(FluentResource::try_new(text.to_owned()).is_ok());
        }
    }

    #[test]
    fn plurals_follow_the_number_and_nothing_invisible_is_added() {
        let words = Words::new("de");
        assert_eq!(words.say_with("total-of-returns", &[("count", 1.into())]), "1 Rückmeldung");
        assert_eq!(words.say_with("total-of-returns", &[("count", 1234.into())]), "1.234 Rückmeldungen");
        let text = words.say_with("of", &[("used", 11.into()), ("expected", 13.into())]);
        assert_eq!(text, "11 von 13");
        assert_eq!(Words::new("en-GB").say_with("of", &[("used", 11.into()), ("expected", 13.into())]), "11 of 13");
    }

    #[test]
    fn numbers_and_dates_are_written_as_their_readers_write_them() {
        let (de, en) = (Words::new("de"), Words::new("en"));
        assert_eq!((de.number(1234.5, 1), en.number(1234.5, 1)), ("1.234,5".into(), "1,234.5".into()));
        assert_eq!((de.percent(12.34, 1), en.percent(12.34, 1)), ("12,3 %".into(), "12.3%".into()));
        assert_eq!((de.number(-0.04, 1), de.number(-1e6, 0)), ("0,0".into(), "−1.000.000".into()));
        assert_eq!(
            (de.signed(2.0, 1), de.signed(-2.0, 1), de.signed(-0.01, 1)),
            ("+2,0".into(), "−2,0".into(), "±0,0".into())
        );
        let day = NaiveDate::from_ymd_opt(2023, 12, 31).unwrap();
        assert_eq!((de.date(day), en.date(day)), ("31.12.2023".into(), "31 December 2023".into()));
        assert_eq!(de.list(&["A", "B", "C"]), "A, B und C");
    }

    proptest! {
        #[test]
        fn a_written_number_can_be_read_back(value in -1e9..1e9_f64, decimals in 0..4_u8) {
            let written = Words::new("de").number(value, decimals);
            let read: f64 = written.replace('.', "").replace(',', ".").replace('−', "-").parse().unwrap();
            prop_assert!((read - value).abs() <= 0.5000001 * 10_f64.powi(-i32::from(decimals)));
        }
    }
}

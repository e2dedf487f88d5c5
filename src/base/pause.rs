//! A length of time as people write it in a configuration: `5 minutes`, `1 h`, `3 Tage`.

use chrono::TimeDelta;
use serde::Deserialize;

/// Longer than nothing, at most a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Pause(TimeDelta);

/// Each unit with its seconds; English and German, singular, plural and short.
const UNITS: [(&[&str], i64); 4] = [
    (&["s", "second", "seconds", "sekunde", "sekunden"], 1),
    (&["min", "minute", "minutes", "minuten"], 60),
    (&["h", "hour", "hours", "stunde", "stunden"], 3_600),
    (&["d", "day", "days", "tag", "tage"], 86_400),
];

const YEAR: i64 = 366 * 86_400;

impl Pause {
    pub(crate) const fn seconds(seconds: i64) -> Pause {
        Pause(TimeDelta::seconds(seconds))
    }

    pub(crate) fn length(self) -> TimeDelta {
        self.0
    }
}

impl TryFrom<String> for Pause {
    type Error = String;

    fn try_from(text: String) -> Result<Pause, String> {
        let wrong = || format!("`{text}` is no length of time; for example \"5 minutes\", \"1 hour\" or \"3 days\"");
        let trimmed = text.trim().to_lowercase();
        let end = trimmed.find(|letter: char| !letter.is_ascii_digit()).ok_or_else(wrong)?;
        let number: i64 = trimmed[..end].parse().map_err(|_| wrong())?;
        let unit = trimmed[end..].trim();
        let (_, seconds) = UNITS.iter().find(|(names, _)| names.contains(&unit)).ok_or_else(wrong)?;
        match number.checked_mul(*seconds) {
            Some(0) => Err(format!("`{text}` is no time at all; at least \"1 second\"")),
            Some(whole) if whole <= YEAR => Ok(Pause::seconds(whole)),
            _ => Err(format!("`{text}` is longer than a year")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_understood_and_what_they_mistype_is_told() {
        let read = |text: &str| Pause::try_from(text.to_owned()).map(|pause| pause.length().num_seconds());
        for (text, seconds) in [
            ("5 minutes", 300),
            ("5min", 300),
            (" 1 Stunde ", 3_600),
            ("3 Tage", 259_200),
            ("90 s", 90),
            ("1 d", 86_400),
        ] {
            assert_eq!(read(text), Ok(seconds), "{text}");
        }
        for text in
            ["", "5", "minutes", "five minutes", "1.5 h", "-1 h", "5 weeks", "1 h 30 min", "99999999999999999999 s"]
        {
            assert!(read(text).unwrap_err().contains("no length of time"), "{text}");
        }
        assert!(read("0 min").unwrap_err().contains("no time at all"));
        assert!(read("9223372036854775807 d").unwrap_err().contains("longer than a year"));
    }
}

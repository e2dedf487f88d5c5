//! Reporting periods: `2026`, `2026-H1`, `2026-Q3`, `2026-07`.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Year,
    Half,
    Quarter,
    Month,
}

impl Kind {
    fn months(self) -> u32 {
        match self {
            Kind::Year => 12,
            Kind::Half => 6,
            Kind::Quarter => 3,
            Kind::Month => 1,
        }
    }
}

/// A period of the calendar. Ordered by its end, then by its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Period {
    pub(crate) kind: Kind,
    pub(crate) year: i32,
    /// 1-based within the year.
    pub(crate) number: u32,
}

impl Period {
    pub(crate) fn new(kind: Kind, year: i32, number: u32) -> Option<Period> {
        ((1900..=2200).contains(&year) && (1..=12 / kind.months()).contains(&number)).then_some(Period {
            kind,
            year,
            number,
        })
    }

    /// The period of `kind` in which `day` lies.
    pub(crate) fn of(kind: Kind, day: NaiveDate) -> Period {
        Period { kind, year: day.year(), number: day.month0() / kind.months() + 1 }
    }

    /// The first day.
    pub(crate) fn start(&self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, (self.number - 1) * self.kind.months() + 1, 1)
            .expect("months are 1 to 12 by construction")
    }

    /// The last day.
    pub(crate) fn end(&self) -> NaiveDate {
        self.start() + Months::new(self.kind.months()) - Days::new(1)
    }

    pub(crate) fn previous(&self) -> Period {
        Period::of(self.kind, self.start() - Days::new(1))
    }

    pub(crate) fn next(&self) -> Period {
        Period::of(self.kind, self.end() + Days::new(1))
    }

    pub(crate) fn year_before(&self) -> Period {
        Period { year: self.year - 1, ..*self }
    }

    pub(crate) fn contains(&self, other: &Period) -> bool {
        self.start() <= other.start() && other.end() <= self.end()
    }

    /// As a reader sees it: `3. Quartal 2026`.
    pub(crate) fn label(&self, language: super::language::Language) -> String {
        use super::language::Language::{De, En};
        let Period { kind, year, number } = self;
        match (kind, language) {
            (Kind::Year, _) => format!("{year}"),
            (Kind::Half, De) => format!("{number}. Halbjahr {year}"),
            (Kind::Half, En) => format!("H{number} {year}"),
            (Kind::Quarter, De) => format!("{number}. Quartal {year}"),
            (Kind::Quarter, En) => format!("Q{number} {year}"),
            (Kind::Month, _) => format!("{number:02}/{year}"),
        }
    }

    /// Short, for the axis of a chart: `Q3 26`.
    pub(crate) fn short(&self) -> String {
        let year = self.year % 100;
        match self.kind {
            Kind::Year => format!("{}", self.year),
            Kind::Half => format!("H{} {year:02}", self.number),
            Kind::Quarter => format!("Q{} {year:02}", self.number),
            Kind::Month => format!("{:02}/{year:02}", self.number),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Period { kind, year, number } = self;
        match kind {
            Kind::Year => write!(f, "{year}"),
            Kind::Half => write!(f, "{year}-H{number}"),
            Kind::Quarter => write!(f, "{year}-Q{number}"),
            Kind::Month => write!(f, "{year}-{number:02}"),
        }
    }
}

impl FromStr for Period {
    type Err = String;

    fn from_str(text: &str) -> Result<Period, String> {
        let (year, part) = text.split_once('-').unwrap_or((text, ""));
        let parsed = year.parse().ok().filter(|_| year.len() == 4).and_then(|year: i32| match part.as_bytes() {
            [] if !text.contains('-') => Period::new(Kind::Year, year, 1),
            [b'Q', _] => Period::new(Kind::Quarter, year, part[1..].parse().ok()?),
            [b'H', _] => Period::new(Kind::Half, year, part[1..].parse().ok()?),
            [b'0'..=b'9', b'0'..=b'9'] => Period::new(Kind::Month, year, part.parse().ok()?),
            _ => None,
        });
        parsed.ok_or_else(|| format!("`{text}` is no period; expected 2026-Q3, 2026-H1, 2026-07 or 2026"))
    }
}

impl PartialOrd for Period {
    fn partial_cmp(&self, other: &Period) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Period {
    fn cmp(&self, other: &Period) -> std::cmp::Ordering {
        // By the last month, as by the last day; comparing is what sorting and looking up do most.
        let last = |period: &Period| period.year * 12 + (period.number * period.kind.months()) as i32;
        (last(self), self.kind).cmp(&(last(other), other.kind))
    }
}

impl Serialize for Period {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Period, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_period_survives_writing_and_reading(year in 1901..2199_i32, number in 1..=12_u32, kind in 0..4_usize) {
            let kind = [Kind::Year, Kind::Half, Kind::Quarter, Kind::Month][kind];
            let Some(period) = Period::new(kind, year, number) else { return Ok(()) };
            prop_assert_eq!(period.to_string().parse::<Period>(), Ok(period));
            prop_assert_eq!(period.next().previous(), period);
            prop_assert!(period.previous() < period);
            prop_assert_eq!(period.year_before().next().start().year() - period.next().start().year(), -1);
        }
    }

    #[test]
    fn what_is_no_period_is_refused() {
        for text in ["2026-Q5", "2026-Q0", "2026-13", "26-Q1", "2026-", "Q3 2026", "2026-ä"] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }
}

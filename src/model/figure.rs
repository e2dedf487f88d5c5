//! Figures: what `evaluate` computes and `protect` releases.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::finding::Finding;
use super::indicator::{Better, Indicator, Target};
use super::period::Period;
use super::rule::Tally;

/// One body, or all together.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Scope {
    /// First in order: the district's figure leads.
    Total,
    /// AGS.
    Body(String),
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scope::Total => f.write_str("total"),
            Scope::Body(ags) => f.write_str(ags),
        }
    }
}

/// Which figure: `id/scope/period` (`id/scope/period/part` for a breakdown); what `kim explain` takes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Key {
    /// A measure or an indicator.
    pub(crate) id: String,
    pub(crate) scope: Scope,
    pub(crate) period: Period,
    /// `field=code`, where the figure is one part of a whole.
    pub(crate) part: Option<String>,
}

impl Key {
    pub(crate) fn new(id: &str, scope: Scope, period: Period) -> Key {
        Key { id: id.to_owned(), scope, period, part: None }
    }

    pub(crate) fn total(id: &str, period: Period) -> Key {
        Key::new(id, Scope::Total, period)
    }

    pub(crate) fn body(id: &str, ags: &str, period: Period) -> Key {
        Key::new(id, Scope::Body(ags.to_owned()), period)
    }

    pub(crate) fn part(id: &str, period: Period, field: &str, code: &str) -> Key {
        Key { part: Some(format!("{field}={code}")), ..Key::total(id, period) }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.id, self.scope, self.period)?;
        self.part.iter().try_for_each(|part| write!(f, "/{part}"))
    }
}

impl std::str::FromStr for Key {
    type Err = String;

    fn from_str(text: &str) -> Result<Key, String> {
        let parts: Vec<&str> = text.split('/').collect();
        let (id, scope, period, part) = match parts[..] {
            [id, scope, period] => (id, scope, period, None),
            [id, scope, period, part] => (id, scope, period, Some(part.to_owned())),
            _ => return Err(format!("`{text}` is no figure; expected INDICATOR/AGS/PERIOD or INDICATOR/total/PERIOD")),
        };
        let scope = if scope == "total" { Scope::Total } else { Scope::Body(scope.to_owned()) };
        Ok(Key { id: id.to_owned(), scope, period: period.parse()?, part })
    }
}

/// Why a figure shows no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Mark {
    /// Kept secret, `[g]`: too few people, or the difference to others would show too few.
    Secret,
    /// Rests on too few people to say anything, `[u]`.
    Uncertain,
    /// Asked, not (wholly) answered.
    Missing,
    /// The sender hid it.
    Withheld,
    /// Not asked of this body.
    NotApplicable,
    /// No return (yet).
    NoReturn,
    /// The denominator is zero.
    NoBase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    Met,
    Near,
    Missed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Trend {
    Better,
    Worse,
    Same,
    /// Changed, and neither direction is better.
    Up,
    Down,
}

/// One figure. Exactly one of `value` and `mark` is some.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Figure {
    pub(crate) value: Option<f64>,
    pub(crate) mark: Option<Mark>,
    /// Values of the two measures, for an indicator.
    pub(crate) numerator: Option<f64>,
    pub(crate) denominator: Option<f64>,
    /// Bodies on which it rests, of those that were asked.
    pub(crate) used: u32,
    pub(crate) expected: u32,
}

impl Figure {
    pub(crate) fn value(value: f64) -> Figure {
        Figure { value: Some(value), mark: None, numerator: None, denominator: None, used: 1, expected: 1 }
    }

    pub(crate) fn marked(mark: Mark) -> Figure {
        Figure { value: None, mark: Some(mark), numerator: None, denominator: None, used: 0, expected: 1 }
    }
}

pub(crate) type Figures = BTreeMap<Key, Figure>;

/// All figures of one measure or indicator.
pub(crate) fn all_of<'a>(figures: &'a Figures, id: &'a str) -> impl Iterator<Item = (&'a Key, &'a Figure)> {
    let earliest = Period { kind: super::period::Kind::Month, year: 1, number: 1 };
    figures.range(Key::total(id, earliest)..).take_while(move |(key, _)| key.id == id)
}

/// What one row of evidence shows; a code is its id. `People` and `Figure` do not outlive `protect`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Item {
    Text(String),
    /// With the digits after the decimal mark.
    Number(f64, u8),
    Date(NaiveDate),
    People(f64),
    /// A figure by its key; `protect` puts the released value in its place.
    Figure(Key),
    Marked(Mark),
    Nothing,
}

/// One place where a rule found something.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Hit {
    pub(crate) rule: String,
    /// AGS of the body concerned, and of the other one for rules about two.
    pub(crate) body: String,
    pub(crate) other: Option<String>,
    /// The indicator, for rules about indicators.
    pub(crate) indicator: Option<String>,
    /// In the rule's unit.
    pub(crate) effect: Item,
    /// The median of comparable bodies, for rules about indicators.
    pub(crate) median: Option<f64>,
    /// Evidence: each row begins with the AGS of the body it belongs to; then one item for each of `labels`.
    pub(crate) labels: Vec<String>,
    pub(crate) rows: Vec<(String, Vec<Item>)>,
    /// Figures from which the hit was concluded: where one is kept secret, the hit would betray it.
    pub(crate) rests_on: Vec<Key>,
}

/// The state of one row of a progress sheet over all bodies.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ProgressRow {
    pub(crate) key: String,
    /// One for each field in `show`.
    pub(crate) show: Vec<Item>,
    /// Bodies in each code of the state field, in order of the code list.
    pub(crate) states: Vec<(String, u32)>,
    pub(crate) done: u32,
    pub(crate) of: u32,
}

/// Who returned what and when, for the reported period.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Response {
    pub(crate) body: String,
    pub(crate) state: ReturnState,
    /// First arrival.
    pub(crate) arrived: Option<DateTime<Utc>>,
    pub(crate) files: u32,
    pub(crate) corrected: bool,
    pub(crate) late_part: bool,
    /// Tables answered `Fehlanzeige`.
    pub(crate) nil: Vec<String>,
    /// Tables that were asked and are not there.
    pub(crate) missing_tables: Vec<String>,
    /// Cells that had to be answered, and that were.
    pub(crate) asked_cells: u32,
    pub(crate) answered_cells: u32,
    pub(crate) errors: u32,
    pub(crate) warnings: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReturnState {
    OnTime,
    Late,
    NotDue,
    Overdue,
}

/// Everything that one run knows about one reporting period, unprotected.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Results {
    pub(crate) period: Period,
    /// All periods for which there are figures, in order, the reported one last.
    pub(crate) periods: Vec<Period>,
    /// The bodies expected in the reported period, by AGS.
    pub(crate) bodies: Vec<String>,
    /// Measures and indicators, of bodies and of the district, with breakdowns.
    pub(crate) figures: Figures,
    pub(crate) hits: Vec<Hit>,
    /// By sheet id.
    pub(crate) progress: BTreeMap<String, Vec<ProgressRow>>,
    pub(crate) responses: Vec<Response>,
    /// Of the reported period, and of files that belong to none.
    pub(crate) findings: Vec<Finding>,
    /// How each rule fared in the reported period.
    pub(crate) tallies: Vec<Tally>,
    /// Of the tables asked, by body in order of AGS.
    pub(crate) completeness: Vec<Completeness>,
}

/// How many cells of one table had to be answered by one body, and how many were.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Completeness {
    pub(crate) body: String,
    pub(crate) table: String,
    pub(crate) asked: u32,
    pub(crate) answered: u32,
}

/// The one set of figures that may be shown: every edition is a part of it. Only `protect` makes one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Release(Results);

impl Release {
    pub(crate) fn sealed(results: Results) -> Release {
        Release(results)
    }

    pub(crate) fn shown(&self) -> &Results {
        &self.0
    }

    pub(crate) fn figure(&self, key: &Key) -> Option<&Figure> {
        self.0.figures.get(key)
    }
}

/// Is the target reached? `near` stretches each bound.
pub(crate) fn status(value: f64, target: &Target) -> Status {
    let misses = |slack: f64| {
        target.at_least.is_some_and(|least| value < least - slack)
            || target.at_most.is_some_and(|most| value > most + slack)
    };
    match (misses(0.0), misses(target.near)) {
        (false, _) => Status::Met,
        (true, false) => Status::Near,
        (true, true) => Status::Missed,
    }
}

/// What a change means for this indicator; a change that its decimals do not show is none.
pub(crate) fn trend(change: f64, indicator: &Indicator) -> Trend {
    if change.abs() < 0.5 * 10_f64.powi(-i32::from(indicator.decimals)) {
        return Trend::Same;
    }
    match (indicator.better, change > 0.0) {
        (Some(Better::Higher), true) | (Some(Better::Lower), false) => Trend::Better,
        (Some(_), _) => Trend::Worse,
        (None, true) => Trend::Up,
        (None, false) => Trend::Down,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_named_as_explain_takes_it() {
        for text in ["besetzung/total/2026-Q3", "besetzung/05958004/2026-Q3", "personen/total/2026-Q3/zielgruppe=eu"] {
            assert_eq!(text.parse::<Key>().unwrap().to_string(), text);
        }
        assert!("besetzung/2026-Q3".parse::<Key>().is_err());
    }

    #[test]
    fn near_stretches_the_target_on_its_own_side_only() {
        let target = Target { at_least: Some(80.0), at_most: None, near: 5.0 };
        assert_eq!(
            [80.0, 79.9, 75.0, 74.9].map(|value| status(value, &target)),
            [Status::Met, Status::Near, Status::Near, Status::Missed]
        );
        let corridor = Target { at_least: Some(20.0), at_most: Some(35.0), near: 0.0 };
        assert_eq!(
            [19.0, 20.0, 35.0, 36.0].map(|value| status(value, &corridor)),
            [Status::Missed, Status::Met, Status::Met, Status::Missed]
        );
    }
}

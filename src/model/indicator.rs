//! Measures and indicators, as `pipelines/indicators/*.toml` says them.
//!
//! A measure is one aggregation over one table, linear in the reported cells. An indicator is a measure, or the
//! quotient of two.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::language::Text;
use crate::base::settings::Spanned;

/// One file of `pipelines/indicators/`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IndicatorFile {
    #[serde(default, rename = "measure")]
    pub(crate) measures: BTreeMap<Spanned<String>, Measure>,
    #[serde(default, rename = "indicator")]
    pub(crate) indicators: BTreeMap<Spanned<String>, Indicator>,
}

/// Exactly one of `sum`, `count`, `weights` is given.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Measure {
    pub(crate) title: Option<Text>,
    pub(crate) table: Spanned<String>,
    /// A field, or fields joined by `+` and `-`; see [`Measure::terms`].
    pub(crate) sum: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) count: bool,
    pub(crate) weights: Option<Weights>,
    /// SQL over the fields of the table.
    #[serde(rename = "where")]
    pub(crate) condition: Option<Spanned<String>>,
    /// How a longer period is made of the form's.
    #[serde(default)]
    pub(crate) over_time: OverTime,
}

impl Measure {
    /// The fields that `sum` adds up, each with its sign (`1.0` or `-1.0`); empty without `sum`.
    /// `bestand_ende - bestand_beginn` gives `[(1.0, "bestand_ende"), (-1.0, "bestand_beginn")]`.
    pub(crate) fn terms(&self) -> Vec<(f64, &str)> {
        let Some(sum) = &self.sum else { return Vec::new() };
        let text = sum.get_ref().as_str();
        let ends = text.match_indices(['+', '-']).map(|(at, _)| at).chain([text.len()]);
        let mut start = 0;
        let mut sign = 1.0;
        let mut terms = Vec::new();
        for end in ends {
            let field = text[start..end].trim();
            // A leading sign has nothing before it.
            if !(field.is_empty() && start == 0 && end < text.len()) {
                terms.push((sign, field));
            }
            sign = if text[end..].starts_with('-') { -1.0 } else { 1.0 };
            start = (end + 1).min(text.len());
        }
        terms
    }
}

/// A number for each code of a field: `weights = { field = "abgestimmt", ja = 1, teilweise = 0.5, nein = 0 }`.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Weights {
    pub(crate) field: Spanned<String>,
    #[serde(flatten)]
    pub(crate) weight: BTreeMap<String, f64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OverTime {
    /// A stock: the year takes the last quarter.
    #[default]
    Last,
    /// A flow: the year is the sum.
    Sum,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Indicator {
    pub(crate) title: Text,
    /// What is counted over what, in words; for the methods sheet.
    pub(crate) definition: Text,
    pub(crate) kind: IndicatorKind,
    pub(crate) numerator: Spanned<String>,
    /// Every kind but `count` has one.
    pub(crate) denominator: Option<Spanned<String>>,
    /// What the quotient is multiplied with: 100 for a percentage, 10000 for a rate per 10,000.
    #[serde(default = "one")]
    pub(crate) factor: f64,
    #[serde(default)]
    pub(crate) unit: Text,
    #[serde(default)]
    pub(crate) decimals: u8,
    pub(crate) better: Option<Better>,
    pub(crate) target: Option<Spanned<Target>>,
    #[serde(default)]
    pub(crate) missing: MissingPolicy,
}

fn one() -> f64 {
    1.0
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum IndicatorKind {
    /// Part of a whole: 0 to 100 %, more is an error.
    Share,
    /// Per inhabitants.
    Rate,
    /// May exceed 100 %.
    Ratio,
    Mean,
    Count,
}

impl IndicatorKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            IndicatorKind::Share => "share",
            IndicatorKind::Rate => "rate",
            IndicatorKind::Ratio => "ratio",
            IndicatorKind::Mean => "mean",
            IndicatorKind::Count => "count",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Better {
    Higher,
    Lower,
}

/// At least one bound; both make a corridor. `near` (same unit) is how far off still counts as nearly reached.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Target {
    pub(crate) at_least: Option<f64>,
    pub(crate) at_most: Option<f64>,
    #[serde(default)]
    pub(crate) near: f64,
}

/// What a body without an answer does to its own figure and the district's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MissingPolicy {
    /// A body with any missing cell in numerator or denominator has no figure and is left out of the district's, on both sides.
    #[default]
    LeaveOut,
    /// Only the rows in which a cell is missing are left out, on both sides; both measures are of one table.
    LeaveOutRows,
}

/// All measures and indicators of a pipeline, by id.
#[derive(Clone, Debug, Default)]
pub(crate) struct Catalogue {
    pub(crate) measures: BTreeMap<String, Measure>,
    pub(crate) indicators: BTreeMap<String, Indicator>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms_of(sum: &str) -> Vec<(f64, String)> {
        let measure: Measure = Measure {
            title: None,
            table: Spanned::new(0..0, "t".to_owned()),
            sum: Some(Spanned::new(0..0, sum.to_owned())),
            count: false,
            weights: None,
            condition: None,
            over_time: OverTime::Last,
        };
        measure.terms().into_iter().map(|(sign, field)| (sign, field.to_owned())).collect()
    }

    #[test]
    fn a_sum_adds_and_takes_away_fields() {
        let told = |terms: &[(f64, &str)]| -> Vec<(f64, String)> {
            terms.iter().map(|(sign, field)| (*sign, (*field).to_owned())).collect()
        };
        assert_eq!(terms_of("a"), told(&[(1.0, "a")]));
        assert_eq!(terms_of("a + b-c"), told(&[(1.0, "a"), (1.0, "b"), (-1.0, "c")]));
        assert_eq!(terms_of("- a"), told(&[(-1.0, "a")]));
        // What is not there is a field without a name, which no table has.
        assert_eq!(terms_of("a +"), told(&[(1.0, "a"), (1.0, "")]));
        assert_eq!(terms_of(""), told(&[(1.0, "")]));
    }
}

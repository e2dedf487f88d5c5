//! Rules for parallel structures and room for improvement, as `pipelines/potentials/*.toml` says them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::language::Text;
use crate::base::settings::Spanned;

/// One file of `pipelines/potentials/`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PotentialFile {
    #[serde(rename = "rule")]
    pub(crate) rules: BTreeMap<Spanned<String>, Rule>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    pub(crate) title: Text,
    /// One sentence a hit. Placeholders: `{body}`, `{other}`, `{effect}` (the number without its unit), `{rows}`,
    /// `{value}`, `{median}`, `{indicator}`.
    pub(crate) sentence: Text,
    /// What to do about it.
    pub(crate) advice: Text,
    /// The unit of the effect.
    #[serde(default)]
    pub(crate) unit: Text,
    pub(crate) find: Search,
}

/// What is looked for. Conditions and quantities are SQL over the fields of the table.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Search {
    /// Rows of two bodies nearby that are the same in `same`, both meeting `where`; the effect is the smaller `free`.
    /// Rows found are marked `parallel = 'ja'` (all others `'nein'`) for measures to use.
    Parallel {
        table: Spanned<String>,
        same: Vec<Spanned<String>>,
        within_km: f64,
        #[serde(rename = "where")]
        condition: Spanned<String>,
        free: Spanned<String>,
        #[serde(default)]
        show: Vec<Spanned<String>>,
    },
    /// A row here that lacks (`need` > 0) and a row of the same kind in a body nearby that has (`have` > 0); the effect
    /// is the smaller of both.
    Bridge {
        table: Spanned<String>,
        same: Vec<Spanned<String>>,
        within_km: f64,
        need: Spanned<String>,
        have: Spanned<String>,
        #[serde(default)]
        show: Vec<Spanned<String>>,
    },
    /// Rows of a body that meet `where`; the effect is their number, or the sum of `effect`.
    Rows {
        table: Spanned<String>,
        #[serde(rename = "where")]
        condition: Spanned<String>,
        effect: Option<Spanned<String>>,
        #[serde(default)]
        show: Vec<Spanned<String>>,
    },
    /// A body whose measures and indicators (by id) meet `condition`; the effect is `effect`.
    Body {
        condition: Spanned<String>,
        effect: Spanned<String>,
        #[serde(default)]
        show: Vec<Spanned<String>>,
    },
    /// A body that is a whole spread (interquartile range) worse than the median of bodies of its size.
    Peers {
        indicators: Vec<Spanned<String>>,
        /// Inhabitants at which a new class begins.
        classes: Vec<f64>,
    },
}

impl Search {
    pub(crate) fn table(&self) -> Option<&Spanned<String>> {
        match self {
            Search::Parallel { table, .. } | Search::Bridge { table, .. } | Search::Rows { table, .. } => Some(table),
            Search::Body { .. } | Search::Peers { .. } => None,
        }
    }
}

//! A pipeline: what runs when, from which form, into which editions; as `pipelines/*.toml` says it.

use serde::Deserialize;

use super::language::Text;
use super::period::Period;
use super::schedule::Schedule;
use crate::base::settings::Spanned;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pipeline {
    pub(crate) title: Text,
    /// Paths relative to this file.
    pub(crate) form: Spanned<String>,
    #[serde(default)]
    pub(crate) indicators: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) potentials: Vec<Spanned<String>>,
    /// The first period that was asked for.
    pub(crate) first_period: Spanned<Period>,
    /// A return is on time until this many days after the period's end.
    pub(crate) due_days: u32,
    pub(crate) schedule: Option<Schedule>,
    pub(crate) report: Report,
    #[serde(rename = "edition")]
    pub(crate) editions: Vec<EditionSpec>,
    /// What is not held against a body.
    #[serde(default, rename = "waiver")]
    pub(crate) waivers: Vec<super::rule::Waiver>,
}

/// Who gets which sheets.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EditionSpec {
    /// An audience of `contacts.toml`.
    pub(crate) audience: Spanned<String>,
    /// Sheet ids that this audience does not get.
    #[serde(default)]
    pub(crate) without: Vec<Spanned<String>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Report {
    pub(crate) title: Text,
    /// What every cover says besides the title, e.g. that the figures are invented.
    pub(crate) note: Option<Text>,
    /// Start of the file's name: `{file}_{period}_{audience}.xlsx`; ASCII.
    pub(crate) file: String,
    /// The sheets after cover and contents, in order.
    #[serde(rename = "sheet")]
    pub(crate) sheets: Vec<Sheet>,
    /// Dated entries against which development is read.
    #[serde(default, rename = "milestone")]
    pub(crate) milestones: Vec<Milestone>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Milestone {
    #[serde(deserialize_with = "crate::base::settings::day")]
    pub(crate) date: chrono::NaiveDate,
    pub(crate) text: Text,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sheet {
    pub(crate) id: Spanned<String>,
    /// The tab's name, at most 31 characters.
    pub(crate) name: Text,
    pub(crate) title: Text,
    /// One sentence on what the sheet answers.
    pub(crate) lead: Option<Text>,
    pub(crate) content: Content,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Content {
    /// Key figures of the whole district with status, change and a sentence.
    Summary { indicators: Vec<Spanned<String>> },
    /// Who returned what and when.
    Response {},
    /// Indicators by body with a chart, and breakdowns of measures for the whole district.
    Topic {
        indicators: Vec<Spanned<String>>,
        chart: Chart,
        #[serde(default)]
        breakdowns: Vec<Breakdown>,
    },
    /// One sheet per municipality.
    Profiles { indicators: Vec<Spanned<String>> },
    /// Rows of a table by their key with how many bodies stand where.
    Progress {
        table: Spanned<String>,
        by: Spanned<String>,
        show: Vec<Spanned<String>>,
        state: Spanned<String>,
        done: Vec<Spanned<String>>,
    },
    /// What the rules found.
    Potentials { rules: Vec<Spanned<String>> },
    /// Findings about the returns.
    Quality {},
    /// Definitions and sources.
    Methods {},
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Chart {
    pub(crate) indicator: Spanned<String>,
    pub(crate) kind: ChartKind,
    pub(crate) title: Text,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChartKind {
    /// The bodies side by side, this period.
    Bodies,
    /// The district over all periods.
    Development,
}

/// Measures of one table by the codes of one of its fields, for the whole district.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Breakdown {
    pub(crate) title: Text,
    pub(crate) by: Spanned<String>,
    pub(crate) measures: Vec<Spanned<String>>,
}

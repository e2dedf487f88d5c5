//! What a form says of plausibility: rules, fields looked up beside a row, outliers; and who is excepted until when.

use chrono::NaiveDate;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize};

use super::finding::{Severity, Side};
use super::language::Text;
use super::municipality::Register;
use super::period::Period;
use crate::base::settings::{Spanned, day};

/// Fields of another table of the same period, brought beside each row by a common key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lookup {
    pub(crate) table: Spanned<String>,
    /// Fields of the same name in both tables; together they are the key.
    #[serde(deserialize_with = "names")]
    pub(crate) key: Vec<Spanned<String>>,
    pub(crate) bring: Vec<Spanned<String>>,
    /// Stands in front of the names of what is brought, where those are taken.
    #[serde(default, rename = "as")]
    pub(crate) prefix: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) scope: Scope,
}

impl Lookup {
    /// The name under which a field of the other table is known here.
    pub(crate) fn column(&self, field: &str) -> String {
        format!("{}{field}", self.prefix.as_ref().map_or("", |prefix| prefix.get_ref()))
    }
}

/// Whose rows are looked up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Scope {
    /// Those of all bodies: the first that has the key.
    #[default]
    AnyBody,
    SameBody,
}

/// A plausibility rule: the condition holds in every sound row, or return. Where a cell it needs is missing it is
/// undecided.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Check {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) over: Over,
    /// The tables whose fields a rule of the form names: `faelle.personen`. Empty for a rule of one table.
    #[serde(default)]
    pub(crate) tables: Vec<Spanned<String>>,
    pub(crate) condition: Spanned<String>,
    pub(crate) severity: Severity,
    /// Who can put it right.
    #[serde(default)]
    pub(crate) side: Side,
    /// Up to that day the rule is new: its errors count as warnings.
    #[serde(default, deserialize_with = "maybe_day")]
    pub(crate) new_until: Option<NaiveDate>,
    pub(crate) message: Text,
    pub(crate) hint: Text,
}

/// What a rule is asked of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Over {
    /// Each row by itself.
    #[default]
    Row,
    /// All rows of a return together: sums and counts.
    Table,
}

/// How a rule fared in one period: in so many rows (or returns) that count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Tally {
    pub(crate) rule: String,
    /// None for a rule over several tables.
    pub(crate) table: Option<String>,
    pub(crate) period: Period,
    pub(crate) held: usize,
    pub(crate) violated: usize,
    /// A cell that the rule needs has no value.
    pub(crate) undecided: usize,
}

/// A body that a rule (or any finding) is not held against, for a reason and until a day.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Waiver {
    /// A rule's id or a finding's code.
    pub(crate) rule: Spanned<String>,
    pub(crate) table: Option<Spanned<String>>,
    /// AGS or name.
    pub(crate) body: Spanned<String>,
    pub(crate) reason: Spanned<String>,
    pub(crate) by: Spanned<String>,
    #[serde(deserialize_with = "day")]
    pub(crate) until: NaiveDate,
}

impl Waiver {
    /// The AGS of the body it speaks of.
    pub(crate) fn ags<'a>(&self, register: &'a Register) -> Option<&'a str> {
        let said = self.body.get_ref().trim();
        let is_meant = |name: &str| name.to_lowercase() == said.to_lowercase();
        let found = register
            .bodies
            .iter()
            .find(|body| body.ags == said || is_meant(&body.name) || body.aliases.iter().any(|alias| is_meant(alias)));
        found.map(|body| body.ags.as_str())
    }
}

/// When a value of a field with `outlier = true` stands out.
///
/// The score is 0.6745 · (x − median) / MAD, and above 3.5 a value stands out (Iglewicz and Hoaglin, How to Detect and
/// Handle Outliers, 1993).
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Outliers {
    pub(crate) score: f64,
    /// So many earlier values of the same body are needed; of the latest ones, twice as many are looked at.
    pub(crate) periods: usize,
    /// So many other bodies are needed.
    pub(crate) bodies: usize,
}

impl Default for Outliers {
    fn default() -> Outliers {
        Outliers { score: 3.5, periods: 6, bodies: 8 }
    }
}

fn maybe_day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    day(deserializer).map(Some)
}

/// `"a"` or `["a", "b"]`.
pub(super) fn names<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Spanned<String>>, D::Error> {
    let written = Spanned::<OneOrMany<String, Spanned<String>>>::deserialize(deserializer)?;
    let span = written.span();
    Ok(match written.into_inner() {
        OneOrMany::One(name) => vec![Spanned::new(span, name)],
        OneOrMany::Many(names) => names,
    })
}

/// `{ … }` or `[{ … }, { … }]`.
pub(super) fn lookups<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Lookup>, D::Error> {
    Ok(match OneOrMany::<Lookup, Lookup>::deserialize(deserializer)? {
        OneOrMany::One(lookup) => vec![lookup],
        OneOrMany::Many(lookups) => lookups,
    })
}

/// One thing, or a list. (serde's own way, an untagged enum, would lose where each stands in the file.)
enum OneOrMany<One, Many> {
    One(One),
    Many(Vec<Many>),
}

impl<'de, One: Deserialize<'de>, Many: Deserialize<'de>> Deserialize<'de> for OneOrMany<One, Many> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor<One, Many>(std::marker::PhantomData<(One, Many)>);
        impl<'de, One: Deserialize<'de>, Many: Deserialize<'de>> serde::de::Visitor<'de> for Visitor<One, Many> {
            type Value = OneOrMany<One, Many>;

            fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str("one, or a list")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
                One::deserialize(serde::de::value::StrDeserializer::new(text)).map(OneOrMany::One)
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                One::deserialize(MapAccessDeserializer::new(map)).map(OneOrMany::One)
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(OneOrMany::Many)
            }
        }
        deserializer.deserialize_any(Visitor(std::marker::PhantomData))
    }
}

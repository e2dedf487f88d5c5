//! What is asked: a form with tables with fields, as `pipelines/forms/*.toml` says it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::language::Text;
use super::municipality::BodyKind;
use super::period::Kind;
use super::rule::{Check, Lookup, Outliers, lookups, names};
use super::value::State;
use crate::base::settings::Spanned;
use crate::base::short::Short;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Form {
    pub(crate) id: String,
    pub(crate) version: u32,
    pub(crate) title: Text,
    pub(crate) period: Kind,
    pub(crate) asked: BTreeMap<String, Vec<Spanned<String>>>,
    #[serde(default)]
    pub(crate) symbols: Symbols,
    #[serde(default)]
    pub(crate) numbers: Numbers,
    #[serde(default)]
    pub(crate) rows: RowWords,
    pub(crate) cover: Cover,
    #[serde(default)]
    pub(crate) codes: BTreeMap<String, CodeList>,
    #[serde(rename = "table")]
    pub(crate) tables: BTreeMap<String, Table>,
    /// Rules over several tables of a return.
    #[serde(default, rename = "check")]
    pub(crate) checks: Vec<Check>,
    #[serde(default)]
    pub(crate) outliers: Outliers,
}

/// What a sign in place of a value means.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Symbols {
    pub(crate) missing: Vec<String>,
    pub(crate) not_applicable: Vec<String>,
    pub(crate) withheld: Vec<String>,
    /// Nothing, said explicitly, as the dash of official statistics: a confirmed zero where a number is asked.
    pub(crate) zero: Vec<String>,
}

impl Symbols {
    /// Each list with its key in the form's file and the state it stands for.
    pub(crate) fn lists(&self) -> [(&'static str, &[String], State); 4] {
        [
            ("missing", &self.missing, State::Missing),
            ("not_applicable", &self.not_applicable, State::NotApplicable),
            ("withheld", &self.withheld, State::Withheld),
            ("zero", &self.zero, State::ConfirmedZero),
        ]
    }

    /// A symbol as it is compared: blanks and case do not matter, marks do; `---` is a long `-`.
    pub(crate) fn bare(text: &str) -> Short {
        let bare: Short = text.chars().filter(|mark| !mark.is_whitespace()).flat_map(char::to_lowercase).collect();
        if Symbols::is_dash(&bare) { "-".into() } else { bare }
    }

    /// Nothing but dashes.
    pub(crate) fn is_dash(written: &str) -> bool {
        !written.is_empty() && written.chars().all(|mark| matches!(mark, '-' | '–' | '—' | '−'))
    }
}

/// Words of rows that look like entries and are none.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RowWords {
    /// A row that is called so, with nothing but numbers beside it, counts something else.
    pub(crate) other: Vec<Spanned<String>>,
    /// Below a line that is nothing but such a word, or begins with one and names another time, stands what is not of this period.
    pub(crate) apart: Vec<Spanned<String>>,
    /// And below one with such a word, what is.
    pub(crate) current: Vec<Spanned<String>>,
}

/// How numbers are written in this form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Numbers {
    pub(crate) parentheses: Parentheses,
}

/// What `(18,2)` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Parentheses {
    /// Either: the sender is asked.
    #[default]
    Ask,
    /// As in official statistics: 18.2, but on few cases.
    Uncertain,
    /// As in bookkeeping: -18.2.
    Negative,
}

/// The sheet that says who reports for when; labels in one column, answers beside them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cover {
    pub(crate) sheet: String,
    #[serde(default)]
    pub(crate) also: Vec<String>,
    pub(crate) labels: CoverLabels,
    pub(crate) kinds: CoverKinds,
    pub(crate) answers: CoverAnswers,
}

/// Each label with its other spellings, the first being the one we print.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CoverLabels {
    pub(crate) reporter: Vec<String>,
    pub(crate) ags: Vec<String>,
    pub(crate) period: Vec<String>,
    pub(crate) as_of: Vec<String>,
    pub(crate) contact: Vec<String>,
    pub(crate) email: Vec<String>,
    pub(crate) phone: Vec<String>,
    pub(crate) kind: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CoverKinds {
    pub(crate) first: Vec<String>,
    pub(crate) late_part: Vec<String>,
    pub(crate) correction: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CoverAnswers {
    pub(crate) present: Vec<String>,
    pub(crate) nil: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeList {
    /// The values of this other list come first.
    pub(crate) extends: Option<Spanned<String>>,
    pub(crate) values: Vec<Code>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Code {
    pub(crate) id: String,
    pub(crate) de: String,
    pub(crate) en: Option<String>,
    #[serde(default)]
    pub(crate) also: Vec<String>,
}

impl Code {
    pub(crate) fn label(&self, language: super::language::Language) -> &str {
        match language {
            super::language::Language::De => &self.de,
            super::language::Language::En => self.en.as_deref().unwrap_or(&self.de),
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    pub(crate) sheet: String,
    #[serde(default)]
    pub(crate) also: Vec<String>,
    pub(crate) title: Text,
    /// The fields that say whose each row is, where one file holds many bodies: AGS, name, or a key over several columns.
    #[serde(default)]
    pub(crate) body: Vec<Spanned<String>>,
    /// The field that says of which period each row is, if the rows are of several.
    pub(crate) period: Option<Spanned<String>>,
    /// The field that is different in every row, or the fields that together are; a code field alone wants a row for
    /// each of its codes.
    #[serde(default, deserialize_with = "names")]
    pub(crate) one_row_per: Vec<Spanned<String>>,
    /// Our own blank form ends with a row of totals. (Everybody's may.)
    #[serde(default)]
    pub(crate) total_row: bool,
    #[serde(default)]
    pub(crate) sum_rows: SumRows,
    #[serde(default, rename = "lookup", deserialize_with = "lookups")]
    pub(crate) lookups: Vec<Lookup>,
    pub(crate) long: Option<Long>,
    #[serde(rename = "field")]
    pub(crate) fields: Vec<Field>,
    #[serde(default, rename = "check")]
    pub(crate) checks: Vec<Check>,
}

/// What becomes of rows that hold sums (`Insgesamt`) or parts of the row above (`davon …`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SumRows {
    /// They are compared with the rows they sum up and left out. A row whose key is a code of the form is no such row.
    #[default]
    Check,
    /// They are rows like all others, as tables of official statistics have them.
    Keep,
}

impl Long {
    /// Has this field no column of its own?
    pub(crate) fn takes(&self, field: &Field) -> bool {
        [&self.heading, &self.value].iter().any(|name| name.get_ref() == field.name.get_ref())
    }
}

/// A wide table read long: each of its value columns gives a row of its own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Long {
    /// The field that takes the column's heading; a code field takes only columns that name one of its codes.
    pub(crate) heading: Spanned<String>,
    /// The field that takes the cell.
    pub(crate) value: Spanned<String>,
    /// Only columns below this heading.
    pub(crate) under: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FieldType {
    /// Whole number ≥ 0.
    Count,
    Decimal,
    /// Euro.
    Money,
    Text,
    Code,
    YesNo,
    Date,
}

/// What stands before the decimals, where the writers of a form agree on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum DecimalMark {
    #[serde(rename = ",")]
    Comma,
    #[serde(rename = ".")]
    Point,
}

impl FieldType {
    pub(crate) fn is_number(self) -> bool {
        matches!(self, FieldType::Count | FieldType::Decimal | FieldType::Money)
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Field {
    pub(crate) name: Spanned<String>,
    #[serde(rename = "type")]
    pub(crate) kind: FieldType,
    pub(crate) codes: Option<Spanned<String>>,
    pub(crate) heading: String,
    pub(crate) en: Option<String>,
    #[serde(default)]
    pub(crate) also: Vec<String>,
    pub(crate) unit: Option<String>,
    /// Counts people: small values are kept secret.
    #[serde(default)]
    pub(crate) people: bool,
    /// May stay empty and does not count for completeness.
    #[serde(default)]
    pub(crate) optional: bool,
    /// Free text that may name a person: never reaches an edition.
    #[serde(default)]
    pub(crate) private: bool,
    /// A part of that field: never larger.
    pub(crate) part_of: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) not_in_future: bool,
    /// For a text: a dash says that there is none, which is an answer (an empty text), not a gap.
    #[serde(default)]
    pub(crate) none_is_answer: bool,
    /// For a number: may be below zero.
    #[serde(default)]
    pub(crate) signed: bool,
    /// Numbers typed as text can be read in two ways (`1.234`); without this they are asked back.
    pub(crate) decimal_mark: Option<DecimalMark>,
    /// For yes or no: a cross alone says yes (`true`), or what the form's signs say (`false`); without this it is asked back.
    pub(crate) tick: Option<bool>,
    /// For a number: told where it stands out against the body's own past or against the other bodies.
    #[serde(default)]
    pub(crate) outlier: bool,
}

impl Form {
    /// The tables that a body of this kind is asked for, in the order of the configuration.
    pub(crate) fn asked_of(&self, kind: BodyKind) -> impl Iterator<Item = (&str, &Table)> {
        let names = self.asked.get(kind.name()).map(Vec::as_slice).unwrap_or_default();
        names
            .iter()
            .filter_map(|name| self.tables.get_key_value(name.get_ref().as_str()))
            .map(|(name, table)| (name.as_str(), table))
    }

    pub(crate) fn is_asked(&self, kind: BodyKind, table: &str) -> bool {
        self.asked.get(kind.name()).is_some_and(|names| names.iter().any(|name| name.get_ref() == table))
    }

    /// What the lookups of a table bring: under which name which field, and through which of them (by its position).
    pub(crate) fn brought<'a>(&'a self, table: &'a Table) -> impl Iterator<Item = (String, &'a Field, usize)> {
        table.lookups.iter().enumerate().flat_map(move |(index, lookup)| {
            let there = self.tables.get(lookup.table.get_ref());
            let names = lookup.bring.iter().map(|name| name.get_ref().as_str());
            names.filter_map(move |name| Some((lookup.column(name), there?.field(name)?, index)))
        })
    }

    /// A field of the table, or one that is looked up, by the name it has there.
    pub(crate) fn field_of(&self, table: &str, column: &str) -> Option<&Field> {
        let table = self.tables.get(table)?;
        let brought = || self.brought(table).find(|(name, ..)| name == column).map(|(_, field, _)| field);
        table.field(column).or_else(brought)
    }

    /// The rule with this id: of the table, or of the form.
    pub(crate) fn check(&self, table: Option<&str>, id: &str) -> Option<&Check> {
        let of_table = table.and_then(|name| self.tables.get(name)).map(|table| table.checks.as_slice());
        of_table.unwrap_or_default().iter().chain(&self.checks).find(|check| check.id == id)
    }

    /// The codes of a list, those it extends first.
    pub(crate) fn code_list(&self, name: &str) -> Vec<&Code> {
        let Some(list) = self.codes.get(name) else { return Vec::new() };
        let base = list.extends.as_ref().and_then(|base| self.codes.get(base.get_ref()));
        base.into_iter().chain([list]).flat_map(|list| &list.values).collect()
    }

    /// The codes a field may hold; empty for other types.
    pub(crate) fn codes_of(&self, field: &Field) -> Vec<&Code> {
        field.codes.as_ref().map(|name| self.code_list(name.get_ref())).unwrap_or_default()
    }
}

impl Table {
    /// Where the field of this name stands among the fields.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name.get_ref() == name)
    }

    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name.get_ref() == name)
    }

    /// The key, if it is one field.
    pub(crate) fn key(&self) -> Option<&Field> {
        match self.one_row_per.as_slice() {
            [only] => self.field(only.get_ref()),
            _ => None,
        }
    }

    /// The fields of the key, by their position; empty for a table without one.
    pub(crate) fn key_positions(&self) -> Vec<usize> {
        self.one_row_per.iter().filter_map(|name| self.position(name.get_ref())).collect()
    }

    /// The fields of the key.
    pub(crate) fn keys(&self) -> Vec<&Field> {
        self.key_positions().into_iter().map(|position| &self.fields[position]).collect()
    }
}

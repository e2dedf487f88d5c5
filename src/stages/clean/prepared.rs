//! Everything that is asked and of whom, prepared once for all files: spellings folded, codes by their names.
//!
//! In: the form and the register. Out: what `clean` needs for each file; what it costs, it costs once.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use super::apart;
use super::cell::Asked;
use super::cover::Words;
use super::known::Known;
use super::reporter::Names;
use super::sheet::SheetNames;
use super::spelling::Spellings;
use super::symbol::Signs;
use crate::model::form::{Code, Form, Table};
use crate::model::municipality::{Body, BodyKind, Register};
use crate::model::period::Period;
use crate::model::relation::{self, Relation};

/// The questions of one form to the bodies of one register.
pub(crate) struct Prepared<'a> {
    pub(super) form: &'a Form,
    pub(super) first_period: Period,
    pub(super) cover: Words,
    pub(super) row_words: apart::Words,
    pub(super) bodies: Names<'a>,
    pub(super) register: &'a Register,
    tables: BTreeMap<&'a str, Asking<'a>>,
    /// For those of whom no kind is known, all tables are looked for.
    anybody: Questions<'a>,
    of_kind: Vec<(BodyKind, Questions<'a>)>,
}

/// One table with the spellings of its headings and codes.
pub(super) struct Asking<'a> {
    pub(super) name: &'a str,
    pub(super) table: &'a Table,
    /// The names of its sheet.
    pub(super) names: Known<()>,
    pub(super) spellings: Spellings,
    /// In the order of the fields.
    pub(super) asked: Vec<Asked<'a>>,
    /// The fields that tell its rows apart.
    pub(super) keys: Vec<usize>,
    /// What the form says of the numbers in one row.
    pub(super) relations: Vec<Relation>,
}

/// The tables that are asked of a body.
struct Questions<'a> {
    tables: Vec<&'a str>,
    sheets: SheetNames<'a>,
}

impl<'a> Prepared<'a> {
    /// `first_period` is the first that was ever asked for.
    pub(crate) fn new(form: &'a Form, register: &'a Register, first_period: Period) -> Prepared<'a> {
        let signs = Arc::new(Signs::of(&form.symbols));
        let all: Vec<(&str, &Table)> = form.tables.iter().map(|(name, table)| (name.as_str(), table)).collect();
        let kinds = [BodyKind::Municipality, BodyKind::District];
        Prepared {
            form,
            first_period,
            cover: Words::of(form),
            row_words: apart::Words::of(&form.rows, form.period),
            bodies: Names::of(register),
            register,
            tables: all.iter().map(|(name, table)| (*name, Asking::of(form, name, table, &signs))).collect(),
            anybody: Questions::of(&all),
            of_kind: kinds.map(|kind| (kind, Questions::of(&asked_of(form, kind)))).into(),
        }
    }

    /// The period that somebody who writes on this day probably means: the last one that ended, if it is asked for.
    pub(super) fn recent(&self, day: NaiveDate) -> Period {
        Period::of(self.form.period, day).previous().max(self.first_period)
    }

    /// Does every table of the form do this?
    pub(super) fn every_table(&self, does: impl Fn(&Table) -> bool) -> bool {
        self.tables.values().all(|asking| does(asking.table))
    }

    /// Is a sheet of this name one of the form, whoever is asked for it?
    pub(super) fn knows_sheet(&self, name: &str) -> bool {
        self.anybody.sheets.any(name).is_some()
    }

    /// The tables asked of `body`, in the order of the form, and the names of their sheets.
    pub(super) fn asked_of(&self, body: Option<&Body>) -> (Vec<&Asking<'a>>, &SheetNames<'a>) {
        let known = body.and_then(|body| self.of_kind.iter().find(|(kind, _)| *kind == body.kind));
        let questions = known.map_or(&self.anybody, |(_, questions)| questions);
        (questions.tables.iter().map(|name| &self.tables[name]).collect(), &questions.sheets)
    }
}

impl<'a> Asking<'a> {
    fn of(form: &'a Form, name: &'a str, table: &'a Table, signs: &Arc<Signs>) -> Asking<'a> {
        let names = std::iter::once(&table.sheet).chain(&table.also);
        let keys = keys(form, name, table);
        Asking {
            name,
            table,
            keys: table.key_positions(),
            names: Known::of(names.map(|name| ((), name.as_str()))),
            spellings: spellings(form, table),
            asked: (table.fields.iter())
                .map(|field| {
                    let is_key = keys.contains(&field.name.get_ref().as_str());
                    Asked::new(form, field, signs).keyed(is_key)
                })
                .collect(),
            relations: relation::of(table),
        }
    }
}

/// The tables of a kind of body, and those with a row for each body, which anybody may send.
fn asked_of(form: &Form, kind: BodyKind) -> Vec<(&str, &Table)> {
    let shared = form.tables.iter().filter(|(name, table)| !table.body.is_empty() && !form.is_asked(kind, name));
    form.asked_of(kind).chain(shared.map(|(name, table)| (name.as_str(), table))).collect()
}

/// The fields that tell its rows apart, or by which rows are looked up, here or there.
fn keys<'a>(form: &'a Form, name: &str, table: &'a Table) -> Vec<&'a str> {
    let there = form.tables.values().flat_map(|other| &other.lookups).filter(|lookup| lookup.table.get_ref() == name);
    let looked_up = table.lookups.iter().chain(there).flat_map(|lookup| &lookup.key);
    table.one_row_per.iter().chain(looked_up).map(|key| key.get_ref().as_str()).collect()
}

fn spellings(form: &Form, table: &Table) -> Spellings {
    let spellings = Spellings::of(table);
    let heading = table.long.as_ref().and_then(|long| table.field(long.heading.get_ref()));
    match heading.filter(|field| field.codes.is_some()) {
        Some(field) => {
            let names = |code: &'_ &Code| -> Vec<String> {
                [Some(&code.id), Some(&code.de), code.en.as_ref()]
                    .into_iter()
                    .flatten()
                    .chain(&code.also)
                    .cloned()
                    .collect()
            };
            let names: Vec<String> = form.codes_of(field).iter().flat_map(names).collect();
            spellings.with_codes(names.iter().map(String::as_str))
        }
        None => spellings,
    }
}

impl<'a> Questions<'a> {
    fn of(tables: &[(&'a str, &'a Table)]) -> Questions<'a> {
        Questions { tables: tables.iter().map(|(name, _)| *name).collect(), sheets: SheetNames::of(tables) }
    }
}

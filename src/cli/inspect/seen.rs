//! What `kim inspect --json` prints: everything that was understood, cell by cell.
//!
//! In: a clean return and the form. Out: a document. Never: an opinion; that is what the findings are for.

use std::collections::BTreeMap;

use serde::Serialize;

use super::told::FindingTold;
use crate::base::words::Words;
use crate::model::books::{Balance, SheetBalance};
use crate::model::form::Form;
use crate::model::language::Language;
use crate::model::municipality::Register;
use crate::model::rule::Tally;
use crate::model::submission::{Answer, Kind, Submission};
use crate::model::understood::{CleanReturn, CleanRow, CleanTable, ColumnMatch, Evidence, Owner};
use crate::model::value::{State, Value};
use crate::run::settings::{Config, LoadedPipeline};

#[derive(Serialize)]
pub(super) struct Seen<'a> {
    pub(super) file: &'a str,
    pub(super) sha256: &'a str,
    pub(super) body: Option<&'a str>,
    pub(super) name: Option<&'a str>,
    pub(super) period: Option<String>,
    /// By what body and period were known.
    pub(super) body_by: Option<&'a Evidence>,
    pub(super) period_by: Option<&'a Evidence>,
    pub(super) kind: Kind,
    /// What is asked.
    pub(super) form: String,
    /// Which form the file says it is; our own blank ones say it.
    pub(super) filled_in: Option<String>,
    /// Cells that were asked on the tables that are there, and how many of them hold an answer.
    pub(super) asked: usize,
    pub(super) answered: usize,
    pub(super) tables: Vec<TableSeen<'a>>,
    /// Tables that its body is asked for and that are not there; a late part and a correction bring only what they bring.
    pub(super) missing: Vec<MissingSeen<'a>>,
    /// What became of every cell, sheet by sheet, and of all together.
    pub(super) books: &'a [SheetBalance],
    pub(super) total: Balance,
    /// How each rule fared by this file alone.
    pub(super) rules: &'a [Tally],
    pub(super) findings: Vec<FindingTold<'a>>,
}

#[derive(Serialize)]
pub(super) struct MissingSeen<'a> {
    pub(super) table: &'a str,
    /// What the form calls it.
    pub(super) sheet: &'a str,
}

/// A body whose rows stand in a table with rows of several.
#[derive(Serialize)]
pub(super) struct OwnerSeen<'a> {
    pub(super) body: &'a str,
    pub(super) name: &'a str,
    pub(super) period: String,
    pub(super) rows: usize,
}

#[derive(Serialize)]
pub(super) struct TableSeen<'a> {
    pub(super) table: &'a str,
    pub(super) sheet: &'a str,
    pub(super) answer: Answer,
    /// How many cells are in each state; states that no cell is in are left out.
    pub(super) states: BTreeMap<&'static str, usize>,
    /// Cells that had to be answered (not the optional ones), and that were.
    pub(super) asked: usize,
    pub(super) answered: usize,
    /// First and last row with entries, as the sender counts them.
    pub(super) first_row: Option<u32>,
    pub(super) last_row: Option<u32>,
    pub(super) columns: Vec<ColumnSeen<'a>>,
    /// Whose rows they are, in a table with a row for each body, and the names of those that have none; else empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) owners: Vec<OwnerSeen<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) absent: Vec<&'a str>,
    /// Each row's cells by the name of their field.
    pub(super) rows: Vec<BTreeMap<&'a str, CellSeen<'a>>>,
}

#[derive(Serialize)]
pub(super) struct ColumnSeen<'a> {
    #[serde(flatten)]
    pub(super) column: &'a ColumnMatch,
    #[serde(rename = "match")]
    pub(super) how: How,
    /// What the form calls it.
    #[serde(skip)]
    pub(super) asked: &'a str,
}

/// How a heading was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum How {
    /// As in the form, but for case and blanks.
    Exact,
    /// By another of its names or spellings.
    Alias,
    /// By closeness; a finding says so.
    Guess,
}

#[derive(Serialize)]
pub(super) struct CellSeen<'a> {
    state: State,
    value: Option<Plain<'a>>,
    /// As the sender sees it; none for a row or column that was left out.
    cell: Option<String>,
    written: &'a str,
}

/// A value without the name of its type.
#[derive(Serialize)]
#[serde(untagged)]
enum Plain<'a> {
    Number(f64),
    Text(&'a str),
    Day(chrono::NaiveDate),
}

impl<'a> Seen<'a> {
    pub(super) fn of(
        config: &'a Config,
        pipeline: &'a LoadedPipeline,
        submission: &'a Submission,
        (clean, rules): (&'a CleanReturn, &'a [Tally]),
        (words, language): (&Words, Language),
    ) -> Seen<'a> {
        let form = &pipeline.form;
        let tables: Vec<TableSeen<'_>> =
            clean.tables.iter().map(|table| TableSeen::of(table, form, &config.register)).collect();
        let missing = missing(clean, form, &config.register);
        Seen {
            file: &submission.file,
            sha256: &submission.sha256,
            body: clean.body.as_deref(),
            name: clean.body.as_deref().map(|ags| config.register.name(ags)),
            period: clean.period.map(|period| period.to_string()),
            body_by: clean.body_by.as_ref(),
            period_by: clean.period_by.as_ref(),
            kind: clean.kind,
            filled_in: clean.form.as_ref().map(|(id, version)| format!("{id} version {version}")),
            asked: tables.iter().map(|table| table.asked).sum(),
            answered: tables.iter().map(|table| table.answered).sum(),
            form: format!("{} version {}", form.id, form.version),
            tables,
            missing,
            books: &clean.books,
            total: clean.books.iter().fold(Balance::default(), |mut sum, sheet| {
                sum.add(&sheet.balance);
                sum
            }),
            rules,
            findings: {
                clean.findings.iter().map(|finding| FindingTold::of(finding, form, (words, language))).collect()
            },
        }
    }
}

impl<'a> TableSeen<'a> {
    fn of(table: &'a CleanTable, form: &'a Form, register: &'a Register) -> TableSeen<'a> {
        let mut states = BTreeMap::new();
        for cell in table.rows.iter().flat_map(|row| &row.cells) {
            *states.entry(cell.state.name()).or_default() += 1;
        }
        let asked = form.tables.get(&table.table);
        let fields: Vec<&str> = asked
            .map(|asked| asked.fields.iter().map(|field| field.name.get_ref().as_str()).collect())
            .unwrap_or_default();
        let column = |column: &'a ColumnMatch| {
            let heading = asked.and_then(|asked| asked.field(&column.field)).map_or("", |field| field.heading.as_str());
            let plain = |text: &str| text.split_whitespace().collect::<String>().to_lowercase();
            let how = match () {
                () if column.guessed => How::Guess,
                () if plain(&column.heading) == plain(heading) => How::Exact,
                () => How::Alias,
            };
            ColumnSeen { column, how, asked: heading }
        };
        let optional: Vec<bool> =
            asked.map(|asked| asked.fields.iter().map(|field| field.optional).collect()).unwrap_or_default();
        let required = || {
            let cells = table.rows.iter().flat_map(|row| row.cells.iter().zip(&optional));
            cells.filter(|(_, optional)| !**optional).map(|(cell, _)| cell)
        };
        let places = || table.rows.iter().flat_map(|row| &row.cells).filter_map(|cell| cell.place.as_ref());
        TableSeen {
            table: &table.table,
            sheet: &table.sheet,
            answer: table.answer,
            asked: required().count(),
            answered: required().filter(|cell| cell.state != State::Missing).count(),
            states,
            first_row: places().map(|place| place.row + 1).min(),
            last_row: places().map(|place| place.row + 1).max(),
            columns: table.columns.iter().map(column).collect(),
            owners: owners(table, register),
            absent: absent(table, form, register),
            rows: table.rows.iter().map(|row| cells(row, &fields)).collect(),
        }
    }

    pub(super) fn count(&self, state: State) -> usize {
        self.states.get(state.name()).copied().unwrap_or_default()
    }
}

/// What is asked of the body, or of anybody where it is not known, and is not there.
fn missing<'a>(clean: &CleanReturn, form: &'a Form, register: &Register) -> Vec<MissingSeen<'a>> {
    let body = clean.body.as_deref().and_then(|ags| register.by_ags(ags));
    let (Kind::First, Some(body)) = (clean.kind, body) else { return Vec::new() };
    let there = |name: &str| clean.tables.iter().any(|table| table.table == name);
    // Whoever sends a file about itself need not send the one about all.
    let asked = form.asked_of(body.kind).filter(|(name, table)| table.body.is_empty() && !there(name));
    asked.map(|(table, asked)| MissingSeen { table, sheet: &asked.sheet }).collect()
}

fn owners<'a>(table: &'a CleanTable, register: &'a Register) -> Vec<OwnerSeen<'a>> {
    let mut count: BTreeMap<&Owner, usize> = BTreeMap::new();
    table.owners.iter().for_each(|owner| *count.entry(owner).or_default() += 1);
    let seen = |(owner, rows): (&'a Owner, usize)| OwnerSeen {
        body: &owner.body,
        name: register.name(&owner.body),
        period: owner.period.to_string(),
        rows,
    };
    count.into_iter().map(seen).collect()
}

/// Bodies that are asked for this table and have no row in it, though others have.
fn absent<'a>(table: &CleanTable, form: &Form, register: &'a Register) -> Vec<&'a str> {
    let bodies = register.bodies.iter().filter(|_| !table.owners.is_empty());
    let asked = bodies.filter(|body| form.is_asked(body.kind, &table.table));
    asked
        .filter(|body| table.owners.iter().all(|owner| owner.body != body.ags))
        .map(|body| body.name.as_str())
        .collect()
}

fn cells<'a>(row: &'a CleanRow, fields: &[&'a str]) -> BTreeMap<&'a str, CellSeen<'a>> {
    let seen = row.cells.iter().map(|cell| CellSeen {
        state: cell.state,
        value: cell.value.as_ref().map(|value| match value {
            Value::Number(number) => Plain::Number(*number),
            Value::Text(text) => Plain::Text(text),
            Value::Date(day) => Plain::Day(*day),
        }),
        cell: cell.place.as_ref().map(|place| place.address()),
        written: &cell.written,
    });
    fields.iter().copied().zip(seen).collect()
}

//! What `kim inspect --json` prints: everything that was understood, cell by cell.
//!
//! In: a clean return and the form. Out: a document. Never: an opinion; that is what the findings are for.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::finding::Finding;
use crate::model::form::Form;
use crate::model::submission::{Answer, Kind, Submission};
use crate::model::understood::{CleanReturn, CleanRow, CleanTable, ColumnMatch};
use crate::model::value::{State, Value};
use crate::run::settings::{Config, LoadedPipeline};

#[derive(Serialize)]
pub(super) struct Seen<'a> {
    pub(super) file: &'a str,
    pub(super) sha256: &'a str,
    pub(super) body: Option<&'a str>,
    pub(super) name: Option<&'a str>,
    pub(super) period: Option<String>,
    pub(super) kind: Kind,
    pub(super) form: String,
    pub(super) tables: Vec<TableSeen<'a>>,
    pub(super) findings: &'a [Finding],
}

#[derive(Serialize)]
pub(super) struct TableSeen<'a> {
    pub(super) table: &'a str,
    pub(super) sheet: &'a str,
    pub(super) answer: Answer,
    /// How many cells are in each state; states that no cell is in are left out.
    pub(super) states: BTreeMap<&'static str, usize>,
    pub(super) columns: &'a [ColumnMatch],
    /// Each row's cells by the name of their field.
    pub(super) rows: Vec<BTreeMap<&'a str, CellSeen<'a>>>,
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
        clean: &'a CleanReturn,
    ) -> Seen<'a> {
        let form = &pipeline.form;
        Seen {
            file: &submission.file,
            sha256: &submission.sha256,
            body: clean.body.as_deref(),
            name: clean.body.as_deref().map(|ags| config.register.name(ags)),
            period: clean.period.map(|period| period.to_string()),
            kind: clean.kind,
            form: format!("{} version {}", form.id, form.version),
            tables: clean.tables.iter().map(|table| TableSeen::of(table, form)).collect(),
            findings: &clean.findings,
        }
    }
}

impl<'a> TableSeen<'a> {
    fn of(table: &'a CleanTable, form: &'a Form) -> TableSeen<'a> {
        let mut states = BTreeMap::new();
        for cell in table.rows.iter().flat_map(|row| &row.cells) {
            *states.entry(cell.state.name()).or_default() += 1;
        }
        let asked = form.tables.get(&table.table);
        let fields: Vec<&str> = asked
            .map(|asked| asked.fields.iter().map(|field| field.name.get_ref().as_str()).collect())
            .unwrap_or_default();
        TableSeen {
            table: &table.table,
            sheet: &table.sheet,
            answer: table.answer,
            states,
            columns: &table.columns,
            rows: table.rows.iter().map(|row| cells(row, &fields)).collect(),
        }
    }

    pub(super) fn count(&self, state: State) -> usize {
        self.states.get(state.name()).copied().unwrap_or_default()
    }
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

//! Store: what was understood ⇄ facts as Parquet. The only writer of facts.
//!
//! Facts are a function of archive, form and program: they lie in a folder named by the fingerprint of all three, and
//! facts that are not there are made anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::base::files::{self, FileError};
use crate::base::frame::{Column, DataFrame, NamedFrom, PolarsError, Series, from_parquet, to_parquet};
use crate::model::books::FileBooks;
use crate::model::facts::{Facts, STATE};
use crate::model::form::{FieldType, Form, Table};
use crate::model::submission::{Answer, Kind, Submission};
use crate::model::understood::{CleanCell, CleanReturn, CleanTable};
use crate::model::value::Value;

#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("the facts cannot be written or read as Parquet")]
    Parquet(#[from] PolarsError),
    #[error("the stored findings cannot be read")]
    Findings(#[from] serde_json::Error),
}

/// The accepted returns as frames. Rejected ones (nobody known, no period, no table) leave only their findings.
pub(crate) fn facts(form: &Form, returns: &[(Submission, CleanReturn)]) -> Result<Facts, StoreError> {
    let tables = form
        .tables
        .iter()
        .map(|(name, table)| Ok((name.clone(), wide(name, table, returns)?)))
        .collect::<Result<_, PolarsError>>()?;
    let findings = told_once(returns).flat_map(|clean| clean.findings.iter().cloned()).collect();
    // One file may be the return of many bodies; its books are the file's.
    let books = returns.chunk_by(|one, next| one.0 == next.0).map(|of_file| {
        let taken = of_file.iter().filter(|(_, clean)| clean.body.is_some() && clean.period.is_some());
        FileBooks {
            submission: of_file[0].0.sha256.clone(),
            file: of_file[0].0.file.clone(),
            taken: taken.flat_map(|(_, clean)| clean.tables.iter().map(|table| table.table.clone())).collect(),
            sheets: of_file.iter().flat_map(|(_, clean)| clean.books.iter().cloned()).collect(),
        }
    });
    let (cells, answers, books) = (long(form, returns)?, answers(returns)?, books.collect());
    Ok(Facts { tables, cells, answers, findings, tallies: Vec::new(), books })
}

/// A return's tables with the words by which frames know it. The same bytes sent again add nothing: the first counts.
fn accepted(returns: &[(Submission, CleanReturn)]) -> impl Iterator<Item = (&Submission, &str, String, &CleanReturn)> {
    let mut seen = BTreeSet::new();
    returns.iter().filter_map(move |(submission, clean)| {
        let (body, period) = (clean.body.as_deref()?, clean.period?);
        seen.insert((submission.sha256.as_str(), body, period)).then(|| (submission, body, period.to_string(), clean))
    })
}

/// What is wrong with a return is told once, of the copy that counts. Where nobody knows whose it is, its names tell it.
fn told_once(returns: &[(Submission, CleanReturn)]) -> impl Iterator<Item = &CleanReturn> {
    let mut seen = BTreeSet::new();
    returns.iter().filter_map(move |(submission, clean)| {
        let known = clean.body.as_deref().zip(clean.period);
        known.is_none_or(|whose| seen.insert((submission.sha256.as_str(), whose))).then_some(clean)
    })
}

fn wide(name: &str, table: &Table, returns: &[(Submission, CleanReturn)]) -> Result<DataFrame, PolarsError> {
    let mut head = Head::default();
    let mut columns: Vec<Vec<&CleanCell>> = vec![Vec::new(); table.fields.len()];
    for (submission, body, period, clean) in accepted(returns) {
        for (row, cells) in rows_of(clean, name) {
            head.push(submission, body, &period, row);
            columns.iter_mut().zip(cells).for_each(|(column, cell)| column.push(cell));
        }
    }
    let mut frame = head.columns();
    for (field, cells) in table.fields.iter().zip(&columns) {
        let name = field.name.get_ref().as_str();
        frame.push(values(name, field.kind, cells)?.into());
        let states: Vec<&str> = cells.iter().map(|cell| cell.state.name()).collect();
        frame.push(Series::new(format!("{name}{STATE}").into(), states).into());
    }
    DataFrame::new_infer_height(frame)
}

fn rows_of<'a>(clean: &'a CleanReturn, table: &str) -> impl Iterator<Item = (u32, &'a Vec<CleanCell>)> {
    let found: Option<&CleanTable> = clean.tables.iter().find(|found| found.table == table);
    found.into_iter().flat_map(|found| (found.first_row..).zip(found.rows.iter().map(|row| &row.cells)))
}

fn values(name: &str, kind: FieldType, cells: &[&CleanCell]) -> Result<Series, PolarsError> {
    Ok(match kind {
        FieldType::Count | FieldType::Decimal | FieldType::Money => {
            let numbers: Vec<Option<f64>> = cells
                .iter()
                .map(|cell| match cell.value {
                    Some(Value::Number(number)) => Some(number),
                    _ => None,
                })
                .collect();
            Series::new(name.into(), numbers)
        }
        FieldType::Text | FieldType::Code | FieldType::YesNo => {
            let texts: Vec<Option<&str>> = cells
                .iter()
                .map(|cell| match &cell.value {
                    Some(Value::Text(text)) => Some(text.as_str()),
                    _ => None,
                })
                .collect();
            Series::new(name.into(), texts)
        }
        FieldType::Date => {
            let days: Vec<Option<chrono::NaiveDate>> = cells
                .iter()
                .map(|cell| match cell.value {
                    Some(Value::Date(day)) => Some(day),
                    _ => None,
                })
                .collect();
            Series::new(name.into(), days)
        }
    })
}

fn long(form: &Form, returns: &[(Submission, CleanReturn)]) -> Result<DataFrame, PolarsError> {
    let mut head = Head::default();
    let (mut tables, mut fields, mut states) = (Vec::new(), Vec::new(), Vec::new());
    let (mut sheets, mut cells, mut written) = (Vec::new(), Vec::new(), Vec::new());
    for (submission, body, period, clean) in accepted(returns) {
        for (name, table) in &form.tables {
            for (row, row_cells) in rows_of(clean, name) {
                for (field, cell) in table.fields.iter().zip(row_cells) {
                    head.push(submission, body, &period, row);
                    tables.push(name.as_str());
                    fields.push(field.name.get_ref().as_str());
                    states.push(cell.state.name());
                    sheets.push(cell.place.as_ref().map(|place| place.sheet.as_str()));
                    cells.push(cell.place.as_ref().map(|place| place.address()));
                    written.push(cell.written.as_str());
                }
            }
        }
    }
    let mut frame = head.columns();
    frame.push(Series::new("table".into(), tables).into());
    frame.push(Series::new("field".into(), fields).into());
    frame.push(Series::new("state".into(), states).into());
    frame.push(Series::new("sheet".into(), sheets).into());
    frame.push(Series::new("cell".into(), cells).into());
    frame.push(Series::new("written".into(), written).into());
    DataFrame::new_infer_height(frame)
}

fn answers(returns: &[(Submission, CleanReturn)]) -> Result<DataFrame, PolarsError> {
    let mut head = Head::default();
    let (mut tables, mut given, mut kinds, mut arrived) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (submission, body, period, clean) in accepted(returns) {
        for table in &clean.tables {
            head.push(submission, body, &period, 0);
            tables.push(table.table.as_str());
            given.push(match table.answer {
                Answer::Present => "present",
                Answer::Nil => "nil",
            });
            kinds.push(match clean.kind {
                Kind::First => "first",
                Kind::LatePart => "late_part",
                Kind::Correction => "correction",
            });
            arrived.push(submission.arrived.to_rfc3339());
        }
    }
    let mut frame = head.columns();
    frame.truncate(3);
    frame.push(Series::new("table".into(), tables).into());
    frame.push(Series::new("answer".into(), given).into());
    frame.push(Series::new("kind".into(), kinds).into());
    frame.push(Series::new("arrived".into(), arrived).into());
    DataFrame::new_infer_height(frame)
}

/// The columns with which every fact begins: submission, ags, period, row.
#[derive(Default)]
struct Head<'a> {
    submissions: Vec<&'a str>,
    bodies: Vec<&'a str>,
    periods: Vec<String>,
    rows: Vec<u32>,
}

impl<'a> Head<'a> {
    fn push(&mut self, submission: &'a Submission, body: &'a str, period: &str, row: u32) {
        self.submissions.push(&submission.sha256);
        self.bodies.push(body);
        self.periods.push(period.to_owned());
        self.rows.push(row);
    }

    fn columns(self) -> Vec<Column> {
        vec![
            Series::new("submission".into(), self.submissions).into(),
            Series::new("ags".into(), self.bodies).into(),
            Series::new("period".into(), self.periods).into(),
            Series::new("row".into(), self.rows).into(),
        ]
    }
}

/// How many sets of facts are kept of one form, for clocks and configurations that alternate.
const KEPT: usize = 3;

/// Writes the facts into a folder of their own below `folder`. Whoever reads sees all of them or none, also while
/// another process writes: they are written beside and renamed as a whole. Of older sets the newest few stay.
pub(crate) fn save(folder: &Path, fingerprint: &str, facts: &mut Facts) -> Result<(), StoreError> {
    let draft = folder.join(format!(".{}.{}.part", short(fingerprint), std::process::id()));
    let written = write_all(&draft, fingerprint, facts).and_then(|()| Ok(put(&draft, &place(folder, fingerprint))?));
    if written.is_err() {
        let _ = fs::remove_dir_all(&draft);
    }
    forget_old(folder, &place(folder, fingerprint));
    written
}

fn short(fingerprint: &str) -> &str {
    fingerprint.get(..16).unwrap_or(fingerprint)
}

fn place(folder: &Path, fingerprint: &str) -> PathBuf {
    folder.join(short(fingerprint))
}

fn write_all(folder: &Path, fingerprint: &str, facts: &mut Facts) -> Result<(), StoreError> {
    for (name, frame) in &mut facts.tables {
        files::write(&folder.join(format!("{name}.parquet")), &to_parquet(frame)?)?;
    }
    files::write(&folder.join("_cells.parquet"), &to_parquet(&mut facts.cells)?)?;
    files::write(&folder.join("_answers.parquet"), &to_parquet(&mut facts.answers)?)?;
    files::write(&folder.join("_findings.json"), &serde_json::to_vec(&facts.findings)?)?;
    files::write(&folder.join("_tallies.json"), &serde_json::to_vec(&facts.tallies)?)?;
    files::write(&folder.join("_books.json"), &serde_json::to_vec(&facts.books)?)?;
    files::write(&folder.join("fingerprint"), fingerprint.as_bytes())?;
    Ok(())
}

/// Renames the draft to its place. What lies there already is damaged, or was just made by another process.
fn put(draft: &Path, place: &Path) -> Result<(), FileError> {
    if place.exists() {
        let old = draft.with_extension("old");
        fs::rename(place, &old).map_err(files::failed("cannot put aside", place))?;
        let _ = fs::remove_dir_all(old);
    }
    fs::rename(draft, place).map_err(files::failed("cannot write", place))
}

/// Removes all but the newest sets, and what dead processes left. Facts can be made anew, so a failure is none.
fn forget_old(folder: &Path, newest: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut sets = Vec::new();
    for path in entries.flatten().map(|entry| entry.path()).filter(|path| path != newest) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if let Some(draft) = name.strip_prefix('.') {
            let writer = draft.split('.').nth(1).unwrap_or_default();
            if !Path::new("/proc").join(writer).exists() {
                let _ = fs::remove_dir_all(&path);
            }
        } else if let Ok(made) = fs::metadata(&path).and_then(|data| data.modified()) {
            sets.push((made, path));
        }
    }
    sets.sort();
    for (_, path) in sets.iter().rev().skip(KEPT - 1) {
        let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    }
}

/// The stored facts, if they are there and of this fingerprint; damaged ones are as good as none.
pub(crate) fn load(folder: &Path, fingerprint: &str, form: &Form) -> Option<Facts> {
    let folder = &place(folder, fingerprint);
    let stored = files::read(&folder.join("fingerprint")).ok()?;
    if stored != fingerprint.as_bytes() {
        return None;
    }
    let frame = |name: &str| from_parquet(files::read(&folder.join(format!("{name}.parquet"))).ok()?).ok();
    Some(Facts {
        tables: form.tables.keys().map(|name| Some((name.clone(), frame(name)?))).collect::<Option<_>>()?,
        cells: frame("_cells")?,
        answers: frame("_answers")?,
        findings: list(folder, "_findings.json")?,
        tallies: list(folder, "_tallies.json")?,
        books: list(folder, "_books.json")?,
    })
}

fn list<T: serde::de::DeserializeOwned>(folder: &Path, name: &str) -> Option<Vec<T>> {
    serde_json::from_slice(&files::read(&folder.join(name)).ok()?).ok()
}

//! One file for each finding: a return of Bestwig for the latest quarter, faultless but for the one sickness
//! its name says, and a table of what is sick and where.

use std::collections::BTreeMap;
use std::path::Path;

use crate::bodies::Body;
use crate::book::{Book, Style, address};
use crate::form::Form;
use crate::habits::TIDY;
use crate::layout::{CoverFacts, build};
use crate::period::{Quarter, day};
use crate::simulate::simulate;
use crate::value::Return;

mod cells;
mod files;
mod formats;
mod misread;
mod shape;
mod tables;
mod zip_part;

const BESTWIG: &str = "05958008";

/// The healthy return, from which each sick one is made.
pub struct Patient<'a> {
    form: &'a Form,
    body: &'a Body,
    facts: Return,
    kind: &'static str,
}

/// A file of the folder and its line in the table.
pub struct Case {
    code: &'static str,
    /// Of the file's name.
    ending: &'static str,
    what: String,
    place: String,
    bytes: Vec<u8>,
}

impl Patient<'_> {
    fn book(&self) -> Book {
        let cover = CoverFacts { kind: self.kind, as_of: day(2026, 10, 6), absent: BTreeMap::new() };
        build(self.form, self.body, &TIDY, &self.facts, &cover)
    }

    /// The same patient with other facts; sums follow.
    fn with(&self, change: impl FnOnce(&mut Return)) -> Patient<'_> {
        let mut facts = self.facts.clone();
        change(&mut facts);
        Patient { facts, ..*self }
    }
}

/// The tidy return in other programs' formats, made by LibreOffice on request.
const CONVERTED: [(&str, &str); 3] = [("less_trusted", "xls"), ("tidy", "ods"), ("tidy", "xlsm")];

pub fn write(form: &Form, bodies: &[Body], folder: &Path, convert: bool) -> Result<(), String> {
    let body = bodies.iter().find(|body| body.ags == BESTWIG).expect("Bestwig is one of the bodies");
    let mut facts = simulate(form, body, &Quarter::latest(12));
    let latest = facts.pop().expect("there are twelve quarters");
    let before = facts.pop().expect("there are twelve quarters");
    let patient = |facts| Patient { form, body, facts, kind: "Erstmeldung" };
    let healthy = patient(latest);
    let tidy = bytes(&healthy.book());
    let mut cases = vec![
        case("tidy", "nothing: the faultless return for 2026-Q3", "", tidy.clone()),
        case(
            "tidy_2026-Q2",
            "nothing: the faultless return for the quarter before",
            "",
            bytes(&patient(before).book()),
        ),
        case("identical_submission", "byte for byte the same as `tidy.xlsx`; send both", "", tidy.clone()),
    ];
    cases.extend(files::files(&healthy));
    cases.extend(files::submissions(&healthy));
    cases.extend(tables::tables(&healthy));
    cases.extend(shape::shape(&healthy));
    cases.extend(misread::misread(&healthy));
    cases.extend(cells::cells(&healthy));
    cases.extend(formats::formats(&healthy));
    for case in &cases {
        crate::save(&folder.join(format!("{}.{}", case.code, case.ending)), &case.bytes)?;
    }
    for (code, ending) in CONVERTED {
        let target = folder.join(format!("{code}.{ending}"));
        match convert {
            true => crate::convert::convert(&tidy, ending, &target)?,
            false if !target.exists() => eprintln!("{} is not there; --convert makes it.", target.display()),
            false => {}
        }
    }
    crate::save(&folder.join("README.md"), readme(&cases).as_bytes())
}

fn case(code: &'static str, what: &str, place: &str, bytes: Vec<u8>) -> Case {
    Case { code, ending: "xlsx", what: what.to_string(), place: place.to_string(), bytes }
}

fn bytes(book: &Book) -> Vec<u8> {
    crate::write::bytes(book).expect("sheet names and cells of the samples are sound")
}

fn readme(cases: &[Case]) -> String {
    let mut lines = vec![
        "# Broken returns".to_string(),
        String::new(),
        "Each file is named after the finding it must raise. All are returns of Bestwig (AGS 05958008) for 2026-Q3, equal".to_string(),
        "to `tidy.xlsx` but for one sickness. The figures are invented. The generator writes this table with the files;".to_string(),
        "`password_protected.xlsx` (an encrypted `tidy.xlsx`, password `kim-muster`) is left alone; `less_trusted.xls`, `tidy.ods`".to_string(),
        "and `tidy.xlsm` are what LibreOffice makes of `tidy.xlsx` (`-- --convert`).".to_string(),
        String::new(),
        "| file | what is sick | where it shows |".to_string(),
        "|---|---|---|".to_string(),
    ];
    let line = |code: &str, ending: &str, what: &str, place: &str| format!("| `{code}.{ending}` | {what} | {place} |");
    lines.extend(cases.iter().map(|case| line(case.code, case.ending, &case.what, &case.place)));
    lines.push(line("password_protected", "xlsx", "the whole file is encrypted", "the file"));
    lines.push(line("less_trusted", "xls", "the format of Excel 97 to 2003", "the file"));
    lines.join("\n") + "\n"
}

/// Writes an answer on the cover (empty: takes it away) and says where.
fn cover(book: &mut Book, line: &str, answer: &str) -> String {
    let row = book.cover_rows[line];
    let sheet = &mut book.sheets[0];
    sheet.cells.remove(&(row, 1));
    if !answer.is_empty() {
        sheet.text(row, 1, answer, Style::Plain);
    }
    at(&sheet.name, row, 1)
}

fn place(book: &Book, table: &str, row: usize, field: &str) -> String {
    let sheet = book.sheets.iter().find(|sheet| sheet.table.as_deref() == Some(table)).expect("the table has a sheet");
    at(&sheet.name, sheet.rows[row], sheet.columns[field])
}

fn at(sheet: &str, row: u32, column: u16) -> String {
    format!("{sheet}!{}", address(row, column))
}

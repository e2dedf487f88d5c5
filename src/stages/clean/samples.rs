//! What the tests of this room start from: the real form, three bodies, and sheets typed as rows of text.

use std::path::Path;

use chrono::DateTime;

use crate::base::problem::Source;
use crate::base::settings::parse;
use crate::model::form::Form;
use crate::model::municipality::{Body, BodyKind, Register};
use crate::model::raw::{RawCell, RawSheet, RawValue, RawWorkbook};
use crate::model::submission::Submission;

pub(crate) fn form() -> Form {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/forms/kim-rueckmeldung.toml");
    let source = Source::new(&path, &std::fs::read_to_string(&path).unwrap());
    let mut problems = Vec::new();
    parse(&source, &mut problems).unwrap_or_else(|| panic!("{problems:?}"))
}

pub(crate) fn register() -> Register {
    let body = |ags: &str, name: &str, kind, aliases: &[&str]| Body {
        ags: ags.into(),
        name: name.into(),
        kind,
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        inhabitants: None,
        inhabitants_date: None,
        inhabitants_basis: String::new(),
        area: None,
        coordinates: None,
        from: None,
        until: None,
    };
    use BodyKind::{District, Municipality};
    Register {
        bodies: vec![
            body("05958000", "Hochsauerlandkreis", District, &["HSK", "Kreis"]),
            body("05958004", "Arnsberg", Municipality, &["Stadt Arnsberg", "Arnsberg, Stadt"]),
            body("05958008", "Bestwig", Municipality, &["Gemeinde Bestwig"]),
            body("05958016", "Eslohe (Sauerland)", Municipality, &["Eslohe", "Gemeinde Eslohe"]),
        ],
    }
}

pub(crate) fn submission() -> Submission {
    Submission {
        sha256: "ab".repeat(32),
        file: "Bogen.xlsx".into(),
        from: None,
        arrived: DateTime::parse_from_rfc3339("2026-10-05T10:00:00+02:00").unwrap().to_utc(),
    }
}

/// Rows are lines, cells are separated by `|`; `=12` is a number, `?` in front of nothing is nothing.
pub(crate) fn sheet(name: &str, text: &str) -> RawSheet {
    let mut cells = Vec::new();
    for (row, line) in text.lines().enumerate() {
        for (column, cell) in line.split('|').map(str::trim).enumerate() {
            let value = match cell.strip_prefix('=') {
                _ if cell.is_empty() => continue,
                Some(number) => RawValue::Number(number.parse().unwrap()),
                None => RawValue::Text(cell.replace("\\n", "\n")),
            };
            cells.push(RawCell { row: row as u32, column: column as u32, value });
        }
    }
    RawSheet { name: name.into(), cells, ..RawSheet::default() }
}

pub(crate) fn cover(lines: &str) -> RawSheet {
    sheet("Deckblatt", &format!("Kommune|Arnsberg\nAGS|05958004\nBerichtszeitraum|2026-Q3\n{lines}"))
}

pub(crate) fn book(sheets: Vec<RawSheet>) -> RawWorkbook {
    RawWorkbook { sheets, remarks: Vec::new() }
}

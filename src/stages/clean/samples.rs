//! What the tests of this room start from: the real form, three bodies, and sheets typed as rows of text.

use std::path::{Path, PathBuf};

use chrono::DateTime;

use crate::base::problem::Source;
use crate::base::settings::parse;
use crate::model::form::Form;
use crate::model::municipality::{Body, BodyKind, Register};
use crate::model::raw::{Area, RawCell, RawSheet, RawValue, RawWorkbook};
use crate::model::submission::Submission;

pub(crate) fn form() -> Form {
    parsed(&Source::new(&path(), &std::fs::read_to_string(path()).unwrap()))
}

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/forms/kim-rueckmeldung.toml")
}

fn parsed(source: &Source) -> Form {
    let mut problems = Vec::new();
    parse(source, &mut problems).unwrap_or_else(|| panic!("{problems:?}"))
}

/// A form of these tables for everybody; a field is a line: its name, its type (`code` has the codes `a`, `b` and
/// `c`) and its heading. A field called `key` tells the rows apart.
pub(crate) fn form_of(tables: &[(&str, &str)]) -> Form {
    let list =
        |name: &dyn Fn(&str) -> String| tables.iter().map(|(table, _)| name(table)).collect::<Vec<_>>().join(", ");
    let asked = list(&|name| format!("{name:?}"));
    let mut text = format!(
        "id = 'x'\nversion = 1\ntitle = {{ de = 'X' }}\nperiod = 'quarter'\n[asked]\nmunicipality = [{asked}]\ndistrict = [{asked}]\n\
         [symbols]\nmissing = ['-']\n[codes.c]\nvalues = [{{ id = 'a', de = 'Anton' }}, {{ id = 'b', de = 'Berta' }}, {{ id = 'c', de = 'Cäsar' }}]\n"
    );
    let cover = std::fs::read_to_string(path()).unwrap();
    let (start, end) = (cover.find("[cover]").unwrap(), cover.find("[codes.").unwrap());
    text += &cover[start..end];
    for (name, fields) in tables {
        text += &format!("\n[table.{name}]\nsheet = '{name}'\ntitle = {{ de = '{name}' }}\n");
        if fields.contains("key ") {
            text += "one_row_per = 'key'\n";
        }
        text += "field = [\n";
        for field in fields.lines() {
            let mut words = field.splitn(3, ' ');
            let mut next = || words.next().unwrap();
            let (name, kind, heading) = (next(), next(), next());
            let codes = if kind == "code" { ", codes = 'c'" } else { "" };
            text += &format!("{{ name = '{name}', type = '{kind}', heading = {heading:?}{codes} }},\n");
        }
        text += "]\n";
    }
    parsed(&Source::new(&path(), &text))
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
                None => RawValue::Text(cell.replace("\\n", "\n").into()),
            };
            cells.push(RawCell { row: row as u32, column: column as u32, value });
        }
    }
    RawSheet { name: name.into(), cells, ..RawSheet::default() }
}

/// The same with cells merged, as a spreadsheet names them: `B5:B8 C5:H5`.
pub(crate) fn merged(sheet: RawSheet, areas: &str) -> RawSheet {
    let corner = |text: &str| {
        let (column, row) = text.split_at(1);
        (row.parse::<u32>().unwrap() - 1, u32::from(column.as_bytes()[0] - b'A'))
    };
    let area = |text: &str| {
        let (first, last) = text.split_once(':').unwrap();
        let ((top, left), (bottom, right)) = (corner(first), corner(last));
        Area { top, left, bottom, right }
    };
    let mut areas: Vec<Area> = areas.split_whitespace().map(area).collect();
    areas.sort_by_key(|area| (area.top, area.left));
    RawSheet { merged: areas, ..sheet }
}

pub(crate) fn cover(lines: &str) -> RawSheet {
    sheet("Deckblatt", &format!("Kommune|Arnsberg\nAGS|05958004\nBerichtszeitraum|2026-Q3\n{lines}"))
}

pub(crate) fn book(sheets: Vec<RawSheet>) -> RawWorkbook {
    RawWorkbook { sheets, remarks: Vec::new() }
}

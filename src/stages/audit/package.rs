//! The parts of a workbook (ECMA-376): which there are, its sheets with their cells, what its charts remember.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use super::xml::{self, Element};

#[derive(Debug, thiserror::Error)]
pub(crate) enum AuditError {
    #[error("the workbook cannot be unpacked")]
    Zip(#[from] zip::result::ZipError),
    #[error("cannot read {part} of the workbook")]
    Unreadable { part: String, source: std::io::Error },
    #[error("{part} of the workbook is no XML")]
    Xml { part: String, source: quick_xml::Error },
    #[error("the workbook has no {part}")]
    Missing { part: String },
    #[error("{part} holds `{written}` where a number belongs")]
    NoNumber { part: String, written: String },
}

/// Taken apart.
pub(super) struct Package {
    /// The names of all parts.
    pub(super) parts: BTreeSet<String>,
    pub(super) workbook: Element,
    pub(super) styles: Element,
    pub(super) sheets: Vec<Sheet>,
    /// Numbers that charts remember: the chart's part and the number.
    pub(super) cached: Vec<(String, f64)>,
    /// Targets outside of the file: where from, where to.
    pub(super) outside: Vec<(String, String)>,
}

pub(super) struct Sheet {
    pub(super) name: String,
    /// `visible`, `hidden`, `veryHidden`.
    pub(super) state: String,
    pub(super) root: Element,
    /// In order of rows and columns.
    pub(super) cells: Vec<Cell>,
}

pub(super) struct Cell {
    pub(super) address: String,
    pub(super) has_formula: bool,
    pub(super) content: Content,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Content {
    Nothing,
    Number(f64),
    Text(String),
    Truth,
    Error,
}

impl Package {
    pub(super) fn open(bytes: &[u8]) -> Result<Package, AuditError> {
        let files = unpack(bytes)?;
        let part = |name: &str| -> Result<Option<Element>, AuditError> {
            let Some(bytes) = files.get(name) else { return Ok(None) };
            let text = String::from_utf8_lossy(bytes);
            xml::parse(&text).map(Some).map_err(|source| AuditError::Xml { part: name.to_owned(), source })
        };
        let needed = |name: &str| part(name)?.ok_or_else(|| AuditError::Missing { part: name.to_owned() });
        let workbook = needed("xl/workbook.xml")?;
        let targets = relations(&needed("xl/_rels/workbook.xml.rels")?);
        let strings = shared_strings(part("xl/sharedStrings.xml")?);
        let mut sheets = Vec::new();
        for entry in workbook.child("sheets").into_iter().flat_map(|sheets| sheets.all("sheet")) {
            let id = entry.attributes.iter().rfind(|(key, _)| key == "id").map_or("", |(_, value)| value);
            let target = targets.get(id).ok_or_else(|| AuditError::Missing { part: format!("sheet {id}") })?;
            let path = match target.strip_prefix('/') {
                Some(absolute) => absolute.to_owned(),
                None => format!("xl/{target}"),
            };
            let root = needed(&path)?;
            let cells = cells(&root, &strings, &path)?;
            let text = |name| entry.attribute(name).unwrap_or("visible").to_owned();
            sheets.push(Sheet { name: text("name"), state: text("state"), root, cells });
        }
        let (mut cached, mut outside) = (Vec::new(), Vec::new());
        for name in files.keys() {
            if name.starts_with("xl/charts/") && name.ends_with(".xml") {
                cached.extend(remembered(&needed(name)?, name)?.into_iter().map(|number| (name.clone(), number)));
            }
            if name.ends_with(".rels") {
                let root = needed(name)?;
                let external = root.children.iter().filter(|entry| entry.attribute("TargetMode") == Some("External"));
                let to = external.map(|entry| entry.attribute("Target").unwrap_or("").to_owned());
                outside.extend(to.map(|to| (name.clone(), to)));
            }
        }
        let styles = part("xl/styles.xml")?.unwrap_or_default();
        Ok(Package { parts: files.into_keys().collect(), workbook, styles, sheets, cached, outside })
    }
}

/// The workbook is our own: its size needs no guard.
fn unpack(bytes: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, AuditError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes))?;
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index)?;
        let name = file.name()?.into_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(|source| AuditError::Unreadable { part: name.clone(), source })?;
        files.insert(name, bytes);
    }
    Ok(files)
}

fn relations(root: &Element) -> BTreeMap<String, String> {
    let pair = |entry: &Element| Some((entry.attribute("Id")?.to_owned(), entry.attribute("Target")?.to_owned()));
    root.children.iter().filter_map(pair).collect()
}

/// Each with its runs joined, without phonetic hints.
fn shared_strings(root: Option<Element>) -> Vec<String> {
    root.iter().flat_map(|root| root.all("si")).map(joined).collect()
}

fn joined(item: &Element) -> String {
    let own = item.all("t").map(|text| text.text.as_str());
    let runs = item.all("r").flat_map(|run| run.all("t")).map(|text| text.text.as_str());
    own.chain(runs).collect()
}

fn cells(root: &Element, strings: &[String], part: &str) -> Result<Vec<Cell>, AuditError> {
    let rows = root.child("sheetData").into_iter().flat_map(|data| data.all("row"));
    rows.flat_map(|row| row.all("c")).map(|cell| read_cell(cell, strings, part)).collect()
}

fn read_cell(cell: &Element, strings: &[String], part: &str) -> Result<Cell, AuditError> {
    let value = cell.child("v").map_or("", |value| value.text.as_str());
    let content = match cell.attribute("t").unwrap_or("n") {
        "s" => {
            let string = value.parse().ok().and_then(|index: usize| strings.get(index));
            Content::Text(string.ok_or_else(|| no_number(part, value))?.clone())
        }
        "inlineStr" => Content::Text(cell.child("is").map(joined).unwrap_or_default()),
        "str" => Content::Text(value.to_owned()),
        "b" => Content::Truth,
        "e" => Content::Error,
        _ if value.is_empty() => Content::Nothing,
        _ => Content::Number(value.parse().map_err(|_| no_number(part, value))?),
    };
    let address = cell.attribute("r").unwrap_or("").to_owned();
    Ok(Cell { address, has_formula: cell.child("f").is_some(), content })
}

/// All numbers in caches and literals of a chart.
fn remembered(root: &Element, part: &str) -> Result<Vec<f64>, AuditError> {
    let mut sources = Vec::new();
    root.descendants("numCache", &mut sources);
    root.descendants("numLit", &mut sources);
    let values = sources.iter().flat_map(|source| source.all("pt")).filter_map(|point| point.child("v"));
    values.map(|value| value.text.trim().parse().map_err(|_| no_number(part, &value.text))).collect()
}

fn no_number(part: &str, written: &str) -> AuditError {
    AuditError::NoNumber { part: part.to_owned(), written: written.to_owned() }
}

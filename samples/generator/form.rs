//! The form: sheets, headings, aliases and codes, from the very file the program reads.

use std::collections::BTreeMap;

use serde::Deserialize;

const TEXT: &str = include_str!("../../pipelines/forms/kim-rueckmeldung.toml");

#[derive(Deserialize)]
pub struct Form {
    pub asked: Asked,
    pub cover: Cover,
    codes: BTreeMap<String, CodeList>,
    table: BTreeMap<String, Table>,
}

#[derive(Deserialize)]
pub struct Asked {
    municipality: Vec<String>,
    district: Vec<String>,
}

#[derive(Deserialize)]
pub struct Cover {
    pub sheet: String,
}

#[derive(Deserialize)]
pub struct Table {
    pub sheet: String,
    pub also: Vec<String>,
    pub title: Title,
    #[serde(default)]
    pub total_row: bool,
    pub field: Vec<Field>,
}

#[derive(Deserialize)]
pub struct Title {
    pub de: String,
}

#[derive(Deserialize)]
pub struct Field {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub codes: Option<String>,
    #[serde(default)]
    pub private: bool,
    pub heading: String,
    #[serde(default)]
    pub also: Vec<String>,
}

#[derive(Deserialize)]
struct CodeList {
    extends: Option<String>,
    values: Vec<Code>,
}

#[derive(Deserialize)]
pub struct Code {
    id: String,
    pub de: String,
    #[serde(default)]
    pub also: Vec<String>,
}

impl Form {
    pub fn load() -> Form {
        toml::from_str(TEXT).expect("the form in pipelines/forms is sound; `kim check` says what is not")
    }

    pub fn table(&self, name: &str) -> &Table {
        self.table.get(name).unwrap_or_else(|| panic!("the form has no table {name}"))
    }

    pub fn tables(&self) -> impl Iterator<Item = (&String, &Table)> {
        self.table.iter()
    }

    /// The tables a body is asked for, in the order of the form.
    pub fn asked(&self, district: bool) -> &[String] {
        if district { &self.asked.district } else { &self.asked.municipality }
    }

    pub fn code(&self, list: &str, id: &str) -> &Code {
        let codes = &self.codes[list];
        match codes.values.iter().find(|code| code.id == id) {
            Some(code) => code,
            None => self.code(codes.extends.as_deref().unwrap_or_else(|| panic!("{list} has no code {id}")), id),
        }
    }
}

impl Field {
    /// Do numbers of this field add up to a total?
    pub fn adds_up(&self) -> bool {
        matches!(self.kind.as_str(), "count" | "decimal" | "money")
    }
}

//! A whole return as its clerk has it on the screen, with where each fact stands: what is untidied.

use chrono::{Days, NaiveDate};

use crate::model::form::{Field, FieldType, Form, Table};
use crate::model::raw::{Area, RawCell, RawSheet, RawValue, RawWorkbook};
use crate::model::value::Place;

/// The same numbers for the same seed (SplitMix64, Steele et al. 2014).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, sides: usize) -> usize {
        (self.roll() % sides.max(1) as u64) as usize
    }

    pub(super) fn one_in(&mut self, chance: usize) -> bool {
        self.below(chance) == 0
    }

    pub(super) fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    pub(super) fn shuffle<T>(&mut self, of: &mut [T]) {
        for at in (1..of.len()).rev() {
            of.swap(at, self.below(at + 1));
        }
    }
}

pub(super) type Content = Option<RawValue>;

pub(super) fn says(text: &str) -> Content {
    Some(RawValue::Text(text.into()))
}

#[derive(Clone)]
pub(super) struct Column {
    /// The field of the form; none for a column that is none of its.
    pub(super) field: Option<usize>,
    /// Stands above, in a merged cell over all neighbours of the same group.
    pub(super) group: Option<String>,
    pub(super) heading: String,
}

#[derive(Clone)]
pub(super) struct Line {
    /// The row of the clean return; none for one that is none of its.
    pub(super) row: Option<usize>,
    /// In the order of the columns.
    pub(super) cells: Vec<Content>,
}

#[derive(Clone)]
pub(super) struct Page {
    pub(super) name: String,
    pub(super) hidden: bool,
    /// None for a sheet that holds no table.
    pub(super) table: Option<String>,
    pub(super) above: Vec<Vec<Content>>,
    pub(super) left: u32,
    pub(super) columns: Vec<Column>,
    pub(super) lines: Vec<Line>,
}

#[derive(Clone)]
pub(super) struct Book {
    pub(super) file: String,
    pub(super) cover: Page,
    pub(super) pages: Vec<Page>,
}

/// Where a fact stands: sheet, cell of the heading, cell.
pub(super) struct Spot {
    pub(super) table: String,
    pub(super) row: usize,
    pub(super) field: usize,
    pub(super) heading: Place,
    pub(super) place: Place,
}

const WORDS: [&str; 8] = [
    "Rathaus",
    "Haus der Vielfalt",
    "Sozialamt",
    "Fachdienst Integration",
    "Caritas",
    "Jobcenter",
    "Alte Schule",
    "VHS",
];

impl Book {
    /// A faultless return of Arnsberg for the third quarter.
    pub(super) fn tidy(form: &Form, dice: &mut Dice) -> Book {
        let mut lines = vec![
            ("Kommune", "Arnsberg".to_owned()),
            ("AGS", "05958004".into()),
            ("Berichtszeitraum", "3. Quartal 2026".into()),
        ];
        lines.extend([
            ("Stand", "05.10.2026".to_owned()),
            ("Ansprechperson", "Fachstelle".into()),
            ("Art der Meldung", "Erstmeldung".into()),
        ]);
        let asked: Vec<(&str, &Table)> = form.asked_of(crate::model::municipality::BodyKind::Municipality).collect();
        lines.extend(asked.iter().map(|(_, table)| (table.sheet.as_str(), "liegt vor".to_owned())));
        let cover = Page {
            name: form.cover.sheet.clone(),
            lines: lines
                .iter()
                .map(|(label, answer)| Line { row: None, cells: vec![says(label), says(answer)] })
                .collect(),
            ..Page::blank()
        };
        let pages = asked.iter().map(|(name, table)| Page::tidy(form, name, table, dice)).collect();
        Book { file: "Bogen.xlsx".into(), cover, pages }
    }

    pub(super) fn workbook(&self) -> (RawWorkbook, Vec<Spot>) {
        let mut spots = Vec::new();
        let sheets = std::iter::once(&self.cover).chain(&self.pages).map(|page| page.sheet(&mut spots)).collect();
        (RawWorkbook { sheets, remarks: Vec::new() }, spots)
    }
}

impl Page {
    pub(super) fn blank() -> Page {
        let name = String::new();
        Page { name, hidden: false, table: None, above: Vec::new(), left: 0, columns: Vec::new(), lines: Vec::new() }
    }

    fn tidy(form: &Form, name: &str, table: &Table, dice: &mut Dice) -> Page {
        let key = table.key().and_then(|key| table.fields.iter().position(|field| field.name == key.name));
        let codes = key.map(|key| form.codes_of(&table.fields[key])).unwrap_or_default();
        let rows = if codes.is_empty() { 2 + dice.below(4) } else { codes.len() };
        let lines = (0..rows).map(|row| {
            let mut cells: Vec<Content> = Vec::new();
            for (index, field) in table.fields.iter().enumerate() {
                let kept = key == Some(index) || index < 2;
                let content = match () {
                    () if key == Some(index) && !codes.is_empty() => says(&codes[row].de),
                    () if key == Some(index) => says(&format!("{}/2026", row + 1)),
                    () if !kept && dice.one_in(12) => None,
                    () if !kept && dice.one_in(30) => says("/"),
                    () => content(form, field, dice),
                };
                let whole = field.part_of.as_ref().and_then(|whole| {
                    table.fields.iter().position(|other| other.name.get_ref() == whole.get_ref()).map(|at| &cells[at])
                });
                let part = match (&content, whole) {
                    (Some(RawValue::Number(part)), Some(Some(RawValue::Number(whole)))) => {
                        Some(RawValue::Number(part.min(*whole)))
                    }
                    _ => content.clone(),
                };
                cells.push(part);
            }
            Line { row: Some(row), cells }
        });
        let lines = lines.collect();
        let columns = table.fields.iter().enumerate().map(|(index, field)| Column {
            field: Some(index),
            group: None,
            heading: field.heading.clone(),
        });
        Page {
            name: table.sheet.clone(),
            table: Some(name.to_owned()),
            columns: columns.collect(),
            lines,
            ..Page::blank()
        }
    }

    fn sheet(&self, spots: &mut Vec<Spot>) -> RawSheet {
        let mut sheet = RawSheet { name: self.name.as_str().into(), hidden: self.hidden, ..RawSheet::default() };
        let mut row = 0;
        let mut put = |row: u32, at: usize, content: &Content| {
            if let Some(value) = content.clone() {
                sheet.cells.push(RawCell { row, column: self.left + at as u32, value });
            }
        };
        for line in &self.above {
            line.iter().enumerate().for_each(|(at, content)| put(row, at, content));
            row += 1;
        }
        let mut merged = Vec::new();
        if self.columns.iter().any(|column| column.group.is_some()) {
            let mut at = 0;
            while at < self.columns.len() {
                let group = &self.columns[at].group;
                let width = self.columns[at..].iter().take_while(|column| column.group == *group).count();
                if let Some(group) = group {
                    put(row, at, &says(group));
                    let (left, right) = (self.left + at as u32, self.left + (at + width - 1) as u32);
                    merged.extend((left < right).then_some(Area { top: row, left, bottom: row, right }));
                }
                at += width;
            }
            row += 1;
        }
        let heading = row;
        if !self.columns.is_empty() {
            for (at, column) in self.columns.iter().enumerate().filter(|(_, column)| !column.heading.is_empty()) {
                put(row, at, &says(&column.heading));
            }
            row += 1;
        }
        for line in &self.lines {
            line.cells.iter().enumerate().for_each(|(at, content)| put(row, at, content));
            for (at, column) in self.columns.iter().enumerate() {
                if let (Some(table), Some(origin), Some(field)) = (&self.table, line.row, column.field) {
                    let place = |row| Place { sheet: self.name.as_str().into(), row, column: self.left + at as u32 };
                    spots.push(Spot {
                        table: table.clone(),
                        row: origin,
                        field,
                        heading: place(heading),
                        place: place(row),
                    });
                }
            }
            row += 1;
        }
        sheet.merged = merged;
        sheet
    }
}

fn content(form: &Form, field: &Field, dice: &mut Dice) -> Content {
    let number = |number: f64| Some(RawValue::Number(number));
    match field.kind {
        FieldType::Count if dice.one_in(6) => number((1000 + dice.below(90_000)) as f64),
        FieldType::Count => number(dice.below(400) as f64),
        FieldType::Decimal if dice.one_in(4) => number(dice.below(1_000_000) as f64 / 100.0),
        FieldType::Decimal => number(dice.below(80) as f64 / 2.0),
        FieldType::Money => number(dice.below(20_000_000) as f64 / 100.0),
        FieldType::Text => says(dice.pick(&WORDS)),
        FieldType::Code => says(&dice.pick(&form.codes_of(field)).de),
        FieldType::YesNo => says(dice.pick(&["ja", "nein"])),
        FieldType::Date => {
            let first = NaiveDate::from_ymd_opt(2024, 1, 1)?;
            let day = first.checked_add_days(Days::new(dice.below(1000) as u64))?;
            Some(RawValue::Date(day.and_hms_opt(0, 0, 0)?))
        }
    }
}

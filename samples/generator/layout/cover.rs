//! The cover: who, for which quarter, when, and what each sheet holds.

use std::collections::BTreeMap;

use super::{CoverFacts, INVENTED, sheet_name};
use crate::bodies::Body;
use crate::book::{Sheet, Style};
use crate::form::Form;
use crate::habits::{Ags, Habit, PeriodStyle};
use crate::ink::{Ink, roman, written_date};
use crate::period::Quarter;
use crate::value::{Answer, Return};

pub fn build(
    form: &Form,
    body: &Body,
    habit: &Habit,
    facts: &Return,
    cover: &CoverFacts,
) -> (Sheet, BTreeMap<String, u32>) {
    let mut sheet = Sheet::new(&form.cover.sheet);
    sheet.text(0, 0, "Rückmeldung Kommunales Integrationsmanagement", Style::Title);
    sheet.text(1, 0, INVENTED, Style::Note);
    let name = if habit.name.is_empty() { &body.name } else { habit.name };
    let number = body.ags[5..].parse::<u32>().expect("an AGS is eight digits");
    let lines = [
        ("reporter", "Kommune", Ink::Text(name.to_string())),
        ("ags", "AGS", written_ags(&body.ags, habit.ags)),
        ("period", "Berichtszeitraum", Ink::Text(written_period(facts.quarter, habit.period))),
        ("as_of", "Stand", written_date(cover.as_of, habit.dates)),
        ("contact", "Ansprechperson", Ink::Text("Fachstelle Integration".to_string())),
        ("email", "E-Mail", Ink::Text(body.mail())),
        // Numbers kept free for fiction by the German network agency.
        ("phone", "Telefon", Ink::Text(format!("030 23125 {number:03}"))),
        ("kind", "Art der Meldung", Ink::Text(cover.kind.to_string())),
    ];
    let mut rows = BTreeMap::new();
    let mut row = 3;
    for (key, usual, answer) in lines {
        let label = habit.labels.iter().find(|label| label.0 == usual).map_or(usual, |label| label.1);
        sheet.text(row, 0, label, Style::Heading);
        sheet.put(row, 1, answer, Style::Plain);
        rows.insert(key.to_string(), row);
        row += 1;
    }
    row += 1;
    sheet.text(row, 0, "Angaben zu den Blättern", Style::Title);
    for table in form.asked(body.district) {
        row += 1;
        let says = match cover.absent.get(table) {
            Some(says) => says,
            None if facts.answers.get(table) == Some(&Answer::Nil) => "Fehlanzeige",
            None => "liegt vor",
        };
        sheet.text(row, 0, sheet_name(form, habit, table), Style::Plain);
        sheet.text(row, 1, says, Style::Plain);
        rows.insert(table.clone(), row);
    }
    (sheet, rows)
}

fn written_ags(ags: &str, style: Ags) -> Ink {
    match style {
        Ags::Text => Ink::Text(ags.to_string()),
        Ags::Number => Ink::Number(ags.parse().expect("an AGS is eight digits")),
        Ags::Spaced => Ink::Text(format!("{} {} {}", &ags[..2], &ags[2..5], &ags[5..])),
        Ags::Absent => Ink::Blank,
    }
}

pub fn written_period(quarter: Quarter, style: PeriodStyle) -> String {
    let Quarter { year, number } = quarter;
    match style {
        PeriodStyle::Code => quarter.code(),
        PeriodStyle::Slash => format!("Q{number}/{year}"),
        PeriodStyle::Long => format!("{number}. Quartal {year}"),
        PeriodStyle::Roman => format!("{}. Quartal {year}", roman(quarter)),
    }
}

//! Sick in a table: sheets, columns and rows that are missing, too many or misnamed.

use super::{Case, Patient, at, bytes, case, cover, place};
use crate::book::{Sheet, Style};
use crate::ink::Ink;
use crate::value::text;

pub fn tables(healthy: &Patient) -> Vec<Case> {
    vec![
        table_missing(healthy),
        sheet_unknown(healthy),
        column_missing(healthy),
        column_unknown(healthy),
        column_guessed(healthy),
        total_row_differs(healthy),
        row_twice(healthy),
        row_missing(healthy),
        nil_contradicted(healthy),
        table_guessed(healthy),
    ]
}

fn table_missing(healthy: &Patient) -> Case {
    let mut book = healthy.book().without("raeume");
    let spot = cover(&mut book, "raeume", "");
    let what = "the sheet Räume is not there, and nobody says Fehlanzeige";
    case("table_missing", what, &spot, bytes(&book))
}

fn sheet_unknown(healthy: &Patient) -> Case {
    let mut book = healthy.book();
    let mut notes = Sheet::new("Notizen");
    notes.text(0, 0, "Zahlen der Unterkunft noch einmal prüfen", Style::Plain);
    book.sheets.push(notes);
    case("sheet_unknown", "a sheet too many", "Notizen!A1", bytes(&book))
}

fn column_missing(healthy: &Patient) -> Case {
    let mut book = healthy.book();
    let sheet = book.sheet("angebote");
    let gone = sheet.columns["abgestimmt"];
    sheet.cells.retain(|spot, _| spot.1 != gone);
    let what = "the column abgestimmt is not there";
    case("column_missing", what, "Angebote!1:1", bytes(&book))
}

fn column_unknown(healthy: &Patient) -> Case {
    let mut book = healthy.book();
    let sheet = book.sheet("raeume");
    let free = sheet.columns.len() as u16;
    sheet.text(0, free, "Schlüsselnummer", Style::Heading);
    for row in sheet.rows.clone() {
        sheet.put(row, free, Ink::Number(f64::from(100 + row)), Style::Plain);
    }
    let what = "a column nobody asked for: Schlüsselnummer";
    case("column_unknown", what, &at("Räume", 0, free), bytes(&book))
}

fn column_guessed(healthy: &Patient) -> Case {
    let mut book = healthy.book();
    let sheet = book.sheet("angebote");
    let column = sheet.columns["warteliste"];
    sheet.text(0, column, "Wartelliste", Style::Heading);
    let spot = at("Angebote", 0, column);
    case("column_guessed", "`Wartelliste` instead of Warteliste", &spot, bytes(&book))
}

fn total_row_differs(healthy: &Patient) -> Case {
    let mut book = healthy.book();
    let sheet = book.sheet("bedarf");
    let row = sheet.total.expect("Bedarf ends in a total");
    let column = sheet.columns["personen"];
    let wrong = match sheet.cells[&(row, column)] {
        (Ink::Number(sum), style) => (Ink::Number(sum + 10.0), style),
        _ => panic!("tidy totals are numbers"),
    };
    sheet.cells.insert((row, column), wrong);
    let spot = at("Bedarf", row, column);
    case("total_row_differs", "Insgesamt is ten more than its rows", &spot, bytes(&book))
}

fn row_twice(healthy: &Patient) -> Case {
    let sick = healthy.with(|facts| {
        let rows = facts.rows_mut("zustaendigkeiten");
        let mut again = rows[8].clone();
        again.insert("stelle", text("Jobcenter"));
        rows.push(again);
    });
    let spot = place(&sick.book(), "zustaendigkeiten", 10, "prozess");
    let what = "Case Management answered twice, differently";
    case("row_twice", what, &spot, bytes(&sick.book()))
}

fn row_missing(healthy: &Patient) -> Case {
    let sick = healthy.with(|facts| {
        facts.rows_mut("zustaendigkeiten").remove(7);
    });
    let bytes = bytes(&sick.book());
    case("row_missing", "no row for Einbürgerung", "Zuständigkeiten!A:A", bytes)
}

fn nil_contradicted(healthy: &Patient) -> Case {
    let mut book = healthy.book();
    let spot = cover(&mut book, "teilhabe", "Fehlanzeige");
    let what = "the cover says Fehlanzeige, the sheet has figures";
    case("nil_contradicted", what, &spot, bytes(&book))
}

fn table_guessed(healthy: &Patient) -> Case {
    let mut book = healthy.book();
    book.sheet("angebote").name = "Tabelle3".to_string();
    let what = "Angebote is called Tabelle3 and known by its headings only";
    case("table_guessed", what, "Tabelle3!1:1", bytes(&book))
}

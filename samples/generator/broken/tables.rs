//! Sick in a table: sheets, columns and rows that are missing, too many or misnamed.

use super::{Case, Patient, at, bytes, case, cover, place};
use crate::book::{Sheet, Style};
use crate::ink::Ink;
use crate::value::text;

pub fn tables(healthy: &Patient) -> Vec<Case> {
    let mut missing = healthy.book().without("raeume");
    let raeume = cover(&mut missing, "raeume", "");

    let mut noted = healthy.book();
    let mut notes = Sheet::new("Notizen");
    notes.text(
        0,
        0,
        "Zahlen der Unterkunft noch einmal prüfen",
        Style::Plain,
    );
    noted.sheets.push(notes);

    let mut narrow = healthy.book();
    let gone = narrow.sheet("angebote").columns["abgestimmt"];
    narrow
        .sheet("angebote")
        .cells
        .retain(|place, _| place.1 != gone);

    let mut wide = healthy.book();
    let raum = wide.sheet("raeume");
    let free = raum.columns.len() as u16;
    raum.text(0, free, "Schlüsselnummer", Style::Heading);
    for row in raum.rows.clone() {
        raum.put(row, free, Ink::Number(f64::from(100 + row)), Style::Plain);
    }

    let mut typo = healthy.book();
    let column = typo.sheet("angebote").columns["warteliste"];
    typo.sheet("angebote")
        .text(0, column, "Wartelliste", Style::Heading);

    let mut sum = healthy.book();
    let bedarf = sum.sheet("bedarf");
    let total = (
        bedarf.total.expect("Bedarf ends in a total"),
        bedarf.columns["personen"],
    );
    let wrong = match bedarf.cells[&total] {
        (Ink::Number(sum), style) => (Ink::Number(sum + 10.0), style),
        _ => panic!("tidy totals are numbers"),
    };
    bedarf.cells.insert(total, wrong);

    let twice = healthy.with(|facts| {
        let rows = facts.rows_mut("zustaendigkeiten");
        let mut again = rows[8].clone();
        again.insert("stelle", text("Jobcenter"));
        rows.push(again);
    });
    let short = healthy.with(|facts| {
        facts.rows_mut("zustaendigkeiten").remove(7);
    });

    let mut denied = healthy.book();
    let teilhabe = cover(&mut denied, "teilhabe", "Fehlanzeige");

    let mut unnamed = healthy.book();
    unnamed.sheet("angebote").name = "Tabelle3".to_string();

    let last = place(&twice.book(), "zustaendigkeiten", 10, "prozess");
    vec![
        case(
            "table_missing",
            "the sheet Räume is not there, and nobody says Fehlanzeige",
            &raeume,
            bytes(&missing),
        ),
        case(
            "sheet_unknown",
            "a sheet too many",
            "Notizen!A1",
            bytes(&noted),
        ),
        case(
            "column_missing",
            "the column abgestimmt is not there",
            "Angebote!1:1",
            bytes(&narrow),
        ),
        case(
            "column_unknown",
            "a column nobody asked for: Schlüsselnummer",
            &at("Räume", 0, free),
            bytes(&wide),
        ),
        case(
            "column_guessed",
            "`Wartelliste` instead of Warteliste",
            &at("Angebote", 0, column),
            bytes(&typo),
        ),
        case(
            "total_row_differs",
            "Insgesamt is ten more than its rows",
            &at("Bedarf", total.0, total.1),
            bytes(&sum),
        ),
        case(
            "row_twice",
            "Case Management answered twice, differently",
            &last,
            bytes(&twice.book()),
        ),
        case(
            "row_missing",
            "no row for Einbürgerung",
            "Zuständigkeiten!A:A",
            bytes(&short.book()),
        ),
        case(
            "nil_contradicted",
            "the cover says Fehlanzeige, the sheet has figures",
            &teilhabe,
            bytes(&denied),
        ),
        case(
            "table_guessed",
            "Angebote is called Tabelle3 and known by its headings only",
            "Tabelle3!1:1",
            bytes(&unnamed),
        ),
    ]
}

//! Whole returns, typed as rows of text.

use std::collections::BTreeSet;

use proptest::prelude::*;

mod shape;

use super::samples::{book, cover, form, register, sheet, submission};
use super::*;
use crate::model::finding::Severity;
use crate::model::raw::RawSheet;
use crate::model::understood::CleanRow;
use crate::model::value::{State, Value};

mod attacked;
mod blocks;
mod books;
mod choice;
mod entries;
mod meaning;
mod scene;
mod silent;
mod slid;
mod whose;

fn cleaned(sheets: Vec<RawSheet>) -> CleanReturn {
    cleaned_as(&submission().file, sheets)
}

fn cleaned_as(file: &str, sheets: Vec<RawSheet>) -> CleanReturn {
    let submission = Submission { file: file.to_owned(), ..submission() };
    let (form, register) = (form(), register());
    clean(&submission, &book(sheets), &Prepared::new(&form, &register, "2026-Q1".parse().unwrap()))
}

fn found(clean: &CleanReturn, code: Code) -> Vec<(Vec<String>, String, String)> {
    let of = |finding: &Finding| {
        (finding.places.iter().map(Place::to_string).collect(), finding.found.clone(), finding.expected.clone())
    };
    clean.findings.iter().filter(|finding| finding.code == code).map(of).collect()
}

fn table<'a>(clean: &'a CleanReturn, name: &str) -> &'a CleanTable {
    clean.tables.iter().find(|table| table.table == name).unwrap_or_else(|| panic!("{name} in {:?}", clean.findings))
}

/// A row in short: values, or the state where there is none.
fn row(row: &CleanRow) -> Vec<String> {
    let cell = |cell: &crate::model::understood::CleanCell| match &cell.value {
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Text(text)) => text.to_string(),
        Some(Value::Date(day)) => day.to_string(),
        None => cell.state.name().to_owned(),
    };
    row.cells.iter().map(cell).collect()
}

const ROOMS: &str = "Standort|Raumart|Fläche m²|Plätze|barrierefrei|verfügbar|genutzt";

fn rooms(rows: &str) -> RawSheet {
    sheet("Räume", &format!("{ROOMS}\n{rows}"))
}

#[test]
fn a_return_is_understood_with_every_cell_at_its_place() {
    let clean = cleaned(vec![cover("Räume|liegt vor"), rooms("Rathaus|Büro|20,5 m²|=2|ja|=10|k. A.")]);
    assert_eq!(clean.body.as_deref(), Some("05958004"));
    assert_eq!(clean.period, Some("2026-Q3".parse().unwrap()));
    let table = table(&clean, "raeume");
    assert_eq!(row(&table.rows[0]), ["Rathaus", "buero", "20.5", "2", "ja", "10", "missing"]);
    let area = &table.rows[0].cells[2];
    assert_eq!((area.place.as_ref().unwrap().to_string().as_str(), area.written.as_str()), ("Räume!C2", "20,5 m²"));
    let finding = clean.findings.first().expect("other tables are missing");
    assert_eq!((finding.body.as_deref(), finding.period), (clean.body.as_deref(), clean.period));
}

#[test]
fn the_same_fault_in_one_table_is_one_finding() {
    let clean = cleaned(vec![
        cover(""),
        rooms("A|Büro|=1|fünf|ja|=1|=1\nB|Büro|=1|=4|ja|=1|=1\nC|Büro|viel|fünf|ja|=1|=1\nD|Büro|=1|sechs|ja|=1|=1"),
    ]);
    let places = |cells: &[&str]| cells.iter().map(|cell| format!("Räume!{cell}")).collect::<Vec<_>>();
    assert_eq!(
        found(&clean, Code::NotANumber),
        [(places(&["D2", "C4", "D4", "D5"]), "fünf; viel; sechs".into(), String::new())]
    );
}

#[test]
fn in_an_english_column_a_comma_may_mean_thousands() {
    let (mut form, register) = (form(), register());
    let fields = &mut form.tables.get_mut("raeume").unwrap().fields;
    let area = fields.iter_mut().find(|field| *field.name.get_ref() == "flaeche").unwrap();
    area.en = Some("Floor area".into());
    let prepared = Prepared::new(&form, &register, "2026-Q1".parse().unwrap());
    let told = |heading: &str, written: &str| {
        let rows = format!("Standort|Raumart|{heading}|Plätze\nA|Büro|{written}|=1");
        let clean = clean(&submission(), &book(vec![cover(""), sheet("Räume", &rows)]), &prepared);
        (row(&table(&clean, "raeume").rows[0])[2].clone(), found(&clean, Code::NumberAmbiguous).len())
    };
    assert_eq!(told("Floor area", "2,500"), ("missing".into(), 1));
    assert_eq!(told("Floor area", "2,50"), ("2.5".into(), 0));
    assert_eq!(told("Fläche m²", "2,500"), ("2.5".into(), 0), "Germans write decimals so");
}

#[test]
fn totals_are_checked_and_left_out_remarks_too() {
    let text = "Zielgruppe|Personen|davon weiblich\nAsylsuchende|=10|=4\nGeduldete|=5|k. A.\n\nInsgesamt|=16|=4\n\n* ohne Doppelzählungen\nStand: vorläufig";
    let clean = cleaned(vec![cover(""), sheet("Bedarf", text)]);
    let rows = &table(&clean, "bedarf").rows;
    assert_eq!(rows.iter().filter(|row| row.cells[0].place.is_some()).count(), 2);
    // Only the column in which every cell is reported can be compared.
    assert_eq!(found(&clean, Code::TotalRowDiffers), [(vec!["Bedarf!B5".into()], "16".into(), "15".into())]);
    let sound = cleaned(vec![cover(""), sheet("Bedarf", &text.replace("=16", "=15"))]);
    assert_eq!(found(&sound, Code::TotalRowDiffers), []);
}

#[test]
fn a_total_without_its_word_is_no_entry() {
    let rows = |text: &str| {
        let clean = cleaned(vec![cover(""), sheet("Bedarf", text)]);
        let unknown = found(&clean, Code::CodeUnknown);
        (table(&clean, "bedarf").rows.iter().filter(|row| row.cells[1].place.is_some()).count(), unknown)
    };
    let head = "Zielgruppe|Personen|davon weiblich\nAsylsuchende|=10|=4\nGeduldete|=5|=2";
    assert_eq!(rows(&format!("{head}\n|=15|=6")), (2, Vec::new()));
    assert_eq!(rows(&format!("{head}\nΣ|=15|=6")), (2, Vec::new()));
    let moved = "Personen|Zielgruppe|davon weiblich\n=10|Asylsuchende|=4\n=7|Insgesamt|=4";
    assert_eq!(rows(moved).0, 1, "its word stands where the key stands");
    // What does not add up is an entry, and one that belongs to no code is told.
    let (kept, unknown) = rows(&format!("{head}\n|=15|=7"));
    let [(places, found, allowed)] = unknown.try_into().unwrap();
    assert_eq!((kept, places, found.as_str()), (3, vec!["Bedarf!A4".to_owned()], ""));
    assert!(allowed.starts_with("Asylsuchende; "), "{allowed}");
}

#[test]
fn a_row_for_each_code_and_none_twice() {
    let text = "Zielgruppe|Personen\nAsylsuchende|=10\nDuldung|=5\nAsylbewerber|=9\nEU|=1\nUkraine|=2\nSonstige|=0";
    let clean = cleaned(vec![cover(""), sheet("Bedarf", text)]);
    let twice = (vec!["Bedarf!A4".into(), "Bedarf!A2".into()], "Asylbewerber".into(), "Bedarf!A2".into());
    assert_eq!(found(&clean, Code::RowTwice), [twice]);
    let missing = "Schutzberechtigte; Familiennachzug und Fachkräfte aus Drittstaaten";
    assert_eq!(found(&clean, Code::RowMissing), [(vec!["Bedarf!A1".into()], String::new(), missing.into())]);
    let rows = &table(&clean, "bedarf").rows;
    let left_out = &rows[5];
    assert_eq!(rows.len(), 7);
    assert_eq!(row(left_out)[..3], ["schutzberechtigte", "missing", "missing"]);
    assert!(left_out.cells.iter().all(|cell| cell.place.is_none()));
    assert_eq!(row(&rows[0])[1], "10", "the first of two counts");
}

#[test]
fn nothing_to_report_is_not_nothing_reported() {
    let empty = cleaned(vec![cover("Räume|liegt vor"), rooms("")]);
    assert!(empty.tables.is_empty(), "headings alone are no answer");
    assert!(found(&empty, Code::TableMissing).iter().any(|(_, _, expected)| expected == "Räume"));
    let on_cover = cleaned(vec![
        cover("Räume|Fehlanzeige\nBedarf|Fehlanzeige"),
        sheet("Bedarf", "Zielgruppe|Personen\nAsylsuchende|\nGeduldete|"),
    ]);
    for name in ["raeume", "bedarf"] {
        assert_eq!((table(&on_cover, name).answer, table(&on_cover, name).rows.len()), (Answer::Nil, 0));
    }
    assert_eq!(found(&on_cover, Code::RowMissing), []);
    let on_sheet = cleaned(vec![cover(""), rooms("Fehlanzeige")]);
    assert_eq!(table(&on_sheet, "raeume").answer, Answer::Nil);
    let both = cleaned(vec![cover("Räume|Fehlanzeige"), rooms("Rathaus|Büro|=20|=2|ja|=10|=5")]);
    assert_eq!(table(&both, "raeume").answer, Answer::Present);
    assert_eq!(found(&both, Code::NilContradicted)[0].0, ["Deckblatt!B4", "Räume!A2"]);
}

#[test]
fn a_part_larger_than_its_whole_names_both_cells() {
    let clean = cleaned(vec![cover(""), sheet("Bedarf", "Zielgruppe|Personen|davon weiblich\nAsylsuchende|=10|=12")]);
    let told = &found(&clean, Code::PartExceedsWhole)[0];
    assert_eq!(told.0, ["Bedarf!C2", "Bedarf!B2"]);
    assert_eq!((told.1.as_str(), told.2.as_str()), ("davon weiblich 12", "Personen 10"));
    assert_eq!(row(&table(&clean, "bedarf").rows[0])[1..3], ["10", "12"], "which is wrong is not ours to say");
}

#[test]
fn columns_left_out_are_missing_and_unknown_ones_are_named() {
    let clean =
        cleaned(vec![cover(""), sheet("Räume", "Standort|Raumart|Fläche|Sachgebiet|Plätze\nRathaus|Büro|=20|A 3|=2")]);
    let missing: Vec<_> = found(&clean, Code::ColumnMissing).into_iter().map(|(_, _, expected)| expected).collect();
    assert_eq!(missing, ["barrierefrei; verfügbar Std./Woche; genutzt Std./Woche"]);
    assert_eq!(found(&clean, Code::ColumnUnknown), [(vec!["Räume!D1".into()], "Sachgebiet".into(), String::new())]);
    let cell = &table(&clean, "raeume").rows[0].cells[4];
    assert_eq!((cell.state, &cell.place), (State::Missing, &None));
}

#[test]
fn periods_that_were_not_asked_end_the_matter() {
    for written in ["2025-Q4", "2027-Q1", "IV. Quartal 2031"] {
        let cover = sheet("Deckblatt", &format!("Kommune|Arnsberg\nZeitraum|{written}"));
        let clean = cleaned(vec![cover, rooms("Rathaus|Büro|=20|=2|ja|=10|=5")]);
        assert_eq!(
            clean.findings.iter().map(|finding| finding.code).collect::<Vec<_>>(),
            [Code::PeriodNotAsked],
            "{written}"
        );
        assert!(clean.tables.is_empty());
    }
    let none =
        cleaned(vec![sheet("Deckblatt", "Kommune|Arnsberg\nZeitraum|bald"), rooms("Rathaus|Büro|=20|=2|ja|=10|=5")]);
    assert_eq!(found(&none, Code::PeriodUnknown), [(vec!["Deckblatt!B2".into()], "bald".into(), "2026-Q3".into())]);
}

#[test]
fn a_correction_may_be_said_on_the_cover_or_in_the_name() {
    let kind = |file: &str, said: &str| {
        cleaned_as(file, vec![cover(&format!("Art der Meldung|{said}")), rooms("Fehlanzeige")])
    };
    assert_eq!(kind("Bogen.xlsx", "Erstmeldung").kind, Kind::First);
    assert_eq!(kind("Bogen.xlsx", "Korrektur vom 3.10.").kind, Kind::Correction);
    assert_eq!(kind("Bogen_Korrektur.xlsx", "Erstmeldung").kind, Kind::Correction);
    let late = kind("Bogen.xlsx", "Nachlieferung");
    assert_eq!((late.kind, found(&late, Code::TableMissing)), (Kind::LatePart, vec![]), "a part brings what it brings");
}

#[test]
fn a_foreign_workbook_is_one_finding_not_eight() {
    let clean = cleaned_as("x.xlsx", vec![sheet("Tabelle1", "Einkauf|Menge\nMilch|=2")]);
    let codes: Vec<_> = clean.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [Code::UnknownReporter, Code::PeriodUnknown, Code::NoKnownSheet]);
}

/// The facts of the rooms, whatever their order.
fn facts(clean: &CleanReturn) -> BTreeSet<Vec<String>> {
    table(clean, "raeume").rows.iter().map(row).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn order_and_blanks_do_not_change_the_facts(
        rows in Just(["Rathaus|Büro|20,5|=2|ja|=10|=5", "Schule|Gruppenraum|=60|=1|nein|=40|x", "Bad|Warteraum|/|=7|J|=9|=9"].to_vec()).prop_shuffle(),
        columns in Just((0..7_usize).collect::<Vec<_>>()).prop_shuffle(),
        blank in 0..4_usize, titles in 0..4_usize, left in 0..3_usize,
    ) {
        let expected = facts(&cleaned(vec![cover(""), rooms("Rathaus|Büro|20,5|=2|ja|=10|=5\nSchule|Gruppenraum|=60|=1|nein|=40|x\nBad|Warteraum|/|=7|J|=9|=9")]));
        let line = |text: &str| {
            let cells: Vec<&str> = text.split('|').collect();
            format!("{}{}", "|".repeat(left), columns.iter().map(|column| cells[*column]).collect::<Vec<_>>().join("|"))
        };
        let mut lines: Vec<String> = vec!["Räume im 3. Quartal".to_owned(), String::new(), "Angaben des Amtes".to_owned()];
        lines.truncate(titles);
        lines.push(line(ROOMS));
        lines.extend(rows.iter().map(|row| line(row)));
        if blank < 3 {
            let at = lines.len() - blank;
            lines.insert(at, String::new());
        }
        let clean = cleaned(vec![cover(""), sheet("Räume", &lines.join("\n"))]);
        prop_assert_eq!(facts(&clean), expected, "{:?}", lines);
    }

    #[test]
    fn nothing_on_a_sheet_makes_it_panic(text in "([A-Za-zäöüß0-9 .,;:|=()%/*-]{0,30}\n){0,8}") {
        let text = text.replace('=', "");
        let _ = cleaned(vec![sheet("Deckblatt", &text), sheet("Bedarf", &format!("Zielgruppe|Personen\n{text}")), sheet("x", &text)]);
    }
}

//! The finished files, taken apart and read back.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use super::fixture::{World, period, world};
use super::{blank, letter, workbook};
use crate::model::edition::Workbook;
use crate::model::language::Language;

/// The parts of the file by path.
fn parts(workbook: &Workbook) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(&workbook.bytes)).unwrap();
    let mut parts = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        parts.insert(file.name().unwrap().into_owned(), text);
    }
    parts
}

/// Everything of the parts below `folder`.
fn all(parts: &BTreeMap<String, String>, folder: &str) -> String {
    parts.iter().filter(|(path, _)| path.starts_with(folder)).map(|(_, text)| text.as_str()).collect()
}

fn look(workbook: &Workbook) {
    if let Some(folder) = std::env::var_os("KIM_LOOK_DIR") {
        std::fs::write(std::path::Path::new(&folder).join(&workbook.name), &workbook.bytes).unwrap();
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let world = world();
    let (first, second) = (workbook(&world.input()).unwrap(), workbook(&world.input()).unwrap());
    look(&first);
    assert_eq!(first.bytes, second.bytes);
    assert_eq!(first.name, "monitoring_2026-Q3_lenkungskreis.xlsx");
    assert_eq!(letter(&world.input(), &first), letter(&world.input(), &second));
}

#[test]
fn an_edition_holds_values_only_and_nothing_hidden() {
    let parts = parts(&workbook(&world().input()).unwrap());
    assert!(!all(&parts, "xl/worksheets").contains("<f>"), "a formula");
    assert!(!parts["xl/workbook.xml"].contains("state=\"hidden\""), "a hidden sheet");
    assert!(!all(&parts, "xl/worksheets").contains("hidden=\"1\""), "a hidden row or column");
    // Excel would repair (and complain about) values that are none.
    assert!(!all(&parts, "xl/worksheets").contains("NaN"));
}

#[test]
fn every_sheet_is_named_linked_and_printable() {
    let parts = parts(&workbook(&world().input()).unwrap());
    let names: Vec<&str> =
        parts["xl/workbook.xml"].split("<sheet name=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(&names[..4], ["Deckblatt", "Inhalt", "Zusammenfassung", "Rücklauf"]);
    assert!(names.contains(&"Eslau (Sauerland)") && !names.contains(&"Musterkreis"));
    let contents = &parts["xl/worksheets/sheet2.xml"];
    for name in names.iter().filter(|name| **name != "Inhalt") {
        assert!(contents.contains(&format!("location=\"'{name}'!A1\"")), "no link to {name}");
    }
    for index in 1..=names.len() {
        let sheet = &parts[&format!("xl/worksheets/sheet{index}.xml")];
        assert!(sheet.contains("paperSize=\"9\"") && sheet.contains("orientation=\"landscape\""));
        assert!(sheet.contains("fitToPage=\"1\"") && sheet.contains("Seite &amp;P von &amp;N"));
    }
    assert_eq!(parts["xl/workbook.xml"].matches("_xlnm.Print_Area").count(), names.len());
}

#[test]
fn every_chart_says_in_words_what_it_shows() {
    let parts = parts(&workbook(&world().input()).unwrap());
    let drawings = all(&parts, "xl/drawings/drawing");
    let charts = parts.keys().filter(|path| path.starts_with("xl/charts/chart")).count();
    assert_eq!(charts, 3);
    assert_eq!(drawings.matches("descr=\"").count(), charts);
    assert!(drawings.contains("Balkendiagramm: Anteil der Personen mit Bedarf an Sprachförderung"));
}

#[test]
fn marks_are_words_and_gaps_stay_gaps() {
    let world = world();
    let parts = parts(&workbook(&world.input()).unwrap());
    let words = &parts["xl/sharedStrings.xml"];
    for word in ["[g]", "[u]", "fehlt", "zurückgehalten", "nicht gefragt", "keine Rückmeldung", "nicht berechenbar"] {
        assert!(words.contains(&format!(">{word}</t>")), "{word}");
    }
    // A marked bar is labelled with its mark, a marked quarter leaves a gap in the line.
    let charts = all(&parts, "xl/charts/chart");
    assert!(charts.contains("dispBlanksAs val=\"gap\""));
    assert!(words.contains("Eslau (Sauerland): [g]"));
}

#[test]
fn tables_start_in_the_first_column_and_have_no_merged_cells_inside() {
    let parts = parts(&workbook(&world().input()).unwrap());
    for (path, table) in parts.iter().filter(|(path, _)| path.starts_with("xl/tables/")) {
        let area = table.split("ref=\"").nth(1).unwrap().split('"').next().unwrap();
        assert!(area.starts_with('A') && area[1..2].parse::<u8>().is_ok(), "{path}: {area}");
    }
    let places = |text: &str, before: &str| -> Vec<(u32, u32)> {
        let row = |cell: &str| cell.trim_start_matches(char::is_alphabetic).parse().unwrap();
        let areas = text.split(before).skip(1).filter_map(|rest| rest.split('"').next()?.split_once(':'));
        areas.map(|(from, to)| (row(from), row(to))).collect()
    };
    for (path, sheet) in parts.iter().filter(|(path, _)| path.starts_with("xl/worksheets/sheet")) {
        let links = parts.get(&path.replace("worksheets/", "worksheets/_rels/").replace(".xml", ".xml.rels"));
        let Some(links) = links else { continue };
        for table in links.split("../tables/").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            let (top, bottom) = places(&parts[&format!("xl/tables/{table}")], " ref=\"")[0];
            for (from, to) in places(sheet, "<mergeCell ref=\"") {
                assert!(to < top || from > bottom, "{path}: rows {from} to {to} are merged inside a table");
            }
        }
    }
}

#[test]
fn names_of_attachments_are_ascii_and_tidy() {
    assert_eq!(super::ascii("a_2026-Q3_Straße (Süd).xlsx"), "a_2026-Q3_Strasse-Sued.xlsx");
}

#[test]
fn nothing_private_is_repeated() {
    let parts = parts(&workbook(&world().input()).unwrap());
    let words = &parts["xl/sharedStrings.xml"];
    assert!(!words.contains("Verein Beispiel"));
    assert!(words.contains("1,5?"), "a number that counts no people may be quoted");
    assert!(words.contains("Der Bestand geht nicht auf"), "a rule speaks for itself");
}

#[test]
fn shown_values_are_rounded_to_what_is_printed() {
    let parts = parts(&workbook(&world().input()).unwrap());
    let sheets = all(&parts, "xl/worksheets/sheet");
    let values = sheets.split("<v>").skip(1).map(|rest| rest.split('<').next().unwrap());
    for value in values {
        let digits = value.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        assert!(digits <= 2, "{value} says more than its print");
    }
}

#[test]
fn the_mail_says_what_to_decide_and_who_is_missing() {
    let world = world();
    let book = workbook(&world.input()).unwrap();
    let letter = letter(&world.input(), &book);
    assert_eq!(letter.subject, "Quartalsmonitoring 3. Quartal 2026: 11 von 13 Rückmeldungen");
    for said in ["Hallau und Sundhausen", "monitoring_2026-Q3_lenkungskreis.xlsx", "Blatt „Potenziale“", "1. ", "3. "]
    {
        assert!(letter.text.contains(said), "{said}:\n{}", letter.text);
    }
    assert!(!letter.text.contains("4. ") && !letter.text.contains("{{"));
    for figure in ["Besetzungsquote der bewilligten Stellen", "Abstimmungsgrad der Prozesse"] {
        assert!(letter.text.contains(figure) && letter.html.contains(figure));
    }
    if let Some(folder) = std::env::var_os("KIM_LOOK_DIR") {
        let folder = std::path::Path::new(&folder);
        std::fs::write(folder.join("letter.txt"), &letter.text).unwrap();
        std::fs::write(folder.join("letter.html"), &letter.html).unwrap();
    }
}

#[test]
fn html_cannot_be_smuggled_into_the_mail() {
    let mut world = world();
    world.register.bodies[6].name = "<script>alert(1)</script>".into();
    let book = workbook(&world.input()).unwrap();
    assert!(!letter(&world.input(), &book).html.contains("<script>"));
}

#[test]
fn an_english_edition_speaks_english() {
    let english = World { language: Language::En, ..world() };
    let book = workbook(&english.input()).unwrap();
    let parts = parts(&book);
    assert!(parts["xl/workbook.xml"].contains("<sheet name=\"Cover\""));
    assert!(parts["xl/sharedStrings.xml"].contains(">not asked</t>"));
    assert!(letter(&english.input(), &book).subject.starts_with("Quarterly monitoring Q3 2026: 11 of 13"));
}

#[test]
fn a_blank_form_is_filled_in_as_far_as_we_know() {
    let world = world();
    let body = world.register.by_ags("05958004").unwrap();
    let book = blank(&world.form, body, period(), Language::De).unwrap();
    look(&book);
    assert_eq!(book.name, "kim-rueckmeldung_2026-Q3_05958004_Ahlen-am-Berg.xlsx");
    assert_eq!(book.bytes, blank(&world.form, body, period(), Language::De).unwrap().bytes);
    let parts = parts(&book);
    for word in ["05958004", "Ahlen am Berg", "3. Quartal 2026", "Erstmeldung", "Insgesamt", "davon weiblich"] {
        assert!(parts["xl/sharedStrings.xml"].contains(&format!(">{word}</t>")), "{word}");
    }
    let names = &parts["xl/workbook.xml"];
    assert!(names.contains("\"Teilhabe\"") && !names.contains("\"Steuerung\""), "only what is asked of it");
    assert!(names.contains("name=\"_form\"") && names.contains("state=\"hidden\""));
    let needs = &parts["xl/worksheets/sheet2.xml"];
    assert!(needs.contains("SUM(B4:B10)") && needs.contains("<dataValidation"));
    let posts = &parts["xl/worksheets/sheet5.xml"];
    assert!(posts.contains("_form") && posts.contains("type=\"list\""), "a list to choose from");
}

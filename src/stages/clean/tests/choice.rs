//! Which of several sheets and columns counts, and that the others are told.

use super::*;

const TWO: &str = "Rathaus|Büro|=20|=2|ja|=10|=5\nSchule|Gruppenraum|=60|=30|nein|=40|=20";

fn called(name: &str, places: u32) -> RawSheet {
    let text = TWO.replace("=30", &format!("={places}"));
    sheet(name, &format!("{ROOMS}\n{text}"))
}

fn hidden(sheet: RawSheet) -> RawSheet {
    RawSheet { hidden: true, ..sheet }
}

#[test]
fn of_two_sheets_the_one_that_is_meant_counts_and_the_other_is_told() {
    for (one, other) in [
        (called("Räume Q2 2026", 99), called("Räume Q3 2026", 30)),
        (called("Räume alt", 99), called("Räume neu", 30)),
        (called("Räume (2)", 99), called("Räume", 30)),
        (called("Kopie von Räume", 99), called("Raeume", 30)),
        (called("Räume Entwurf", 99), called("Räume Arnsberg", 30)),
        (called("Räume Bestwig", 99), called("Räume Arnsberg", 30)),
        (called("Räume alt", 99), called("Tabelle1", 30)),
        (hidden(called("Räume", 99)), called("Räume aktuell", 30)),
        (hidden(called("Räume", 99)), called("Tabelle1", 30)),
    ] {
        for sheets in [vec![one.clone(), other.clone()], vec![other.clone(), one.clone()]] {
            let clean = cleaned([vec![cover("")], sheets].concat());
            let seats = &table(&clean, "raeume").rows[1].cells[3];
            assert_eq!(seats.value, Some(Value::Number(30.0)), "{} and {}", one.name, other.name);
            let told = found(&clean, Code::TableTwice);
            assert_eq!(told.len(), 1, "{} and {}: {:?}", one.name, other.name, clean.findings);
            assert_eq!(told[0].0, [format!("{}!A1", one.name), format!("{}!A1", other.name)]);
        }
    }
    // Alone, what is called so is what there is.
    let alone = cleaned(vec![cover(""), called("Räume (2)", 30)]);
    assert_eq!(table(&alone, "raeume").rows.len(), 2);
    let alone = cleaned(vec![cover(""), hidden(called("Räume", 30))]);
    assert_eq!((table(&alone, "raeume").rows.len(), found(&alone, Code::HiddenContent).len()), (2, 1));
}

#[test]
fn a_table_of_others_is_told_as_such() {
    let decisions = sheet("Steuerung", "Sitzungen der Steuerungsgruppe\n=3");
    let clean = cleaned(vec![cover(""), called("Räume", 30), decisions, sheet("Notizen", "nachfragen")]);
    assert_eq!(found(&clean, Code::TableNotAsked)[0].0, ["Steuerung!A1"]);
    assert_eq!(found(&clean, Code::SheetUnknown).iter().map(|told| told.1.as_str()).collect::<Vec<_>>(), ["Notizen"]);
}

#[test]
fn a_hidden_column_never_wins() {
    let text = format!("{}|Plätze\n", ROOMS.replace("Plätze", "Anzahl Plätze"));
    let rows = "Rathaus|Büro|=20|=2|ja|=10|=5|=77\nSchule|Gruppenraum|=60|=30|nein|=40|=20|=88";
    for (text, seen) in [(text.clone(), 3), (text.replace("Anzahl Plätze", "Plätze"), 3)] {
        let mut sheet = sheet("Räume", &format!("{text}{rows}"));
        sheet.hidden_columns = vec![(7, 7)];
        let clean = cleaned(vec![cover(""), sheet.clone()]);
        let cell = &table(&clean, "raeume").rows[0].cells[3];
        assert_eq!((&cell.value, cell.place.as_ref().unwrap().column), (&Some(Value::Number(2.0)), seen), "{text}");
        let told = ("Räume!H1".to_owned(), "Räume!D1".to_owned());
        assert_eq!(found(&clean, Code::ColumnSetAside)[0].0, [told.0, told.1]);
        assert_eq!((found(&clean, Code::ColumnTwice), found(&clean, Code::ColumnUnknown)), (vec![], vec![]));
        assert!(clean.books.iter().all(|sheet| sheet.balance.balances()));
        // Where the visible one is something else, the hidden one is all there is, and that is told.
        sheet.cells.retain(|cell| cell.column != 3);
        let clean = cleaned(vec![cover(""), sheet]);
        assert_eq!(table(&clean, "raeume").rows[0].cells[3].value, Some(Value::Number(77.0)));
        assert_eq!(found(&clean, Code::HiddenContent).len(), 1);
    }
}

#[test]
fn a_heading_over_two_columns_is_a_heading_of_both() {
    let head = "Standort|Raumart|Fläche m²|Plätze||barrierefrei|verfügbar|genutzt";
    let of = |rows: &str| {
        let merged = samples::merged(sheet("Räume", &format!("{head}\n{rows}")), "D1:E1");
        let clean = cleaned(vec![cover(""), merged]);
        let cells: Vec<String> = table(&clean, "raeume").rows.iter().map(|cells| row(cells)[3].clone()).collect();
        (cells, found(&clean, Code::ColumnTwice).into_iter().map(|told| told.0).collect::<Vec<_>>())
    };
    let (cells, told) = of("Rathaus|Büro|=20|=2|=7|ja|=10|=5\nSchule|Büro|=60||=30|nein|=40|=20");
    assert_eq!(cells, ["missing", "30"], "which of two is not ours to say");
    assert_eq!(told, [["Räume!D1", "Räume!E1", "Räume!D2", "Räume!E2"].map(str::to_owned).to_vec()]);
    assert_eq!(
        of("Rathaus|Büro|=20|=2||ja|=10|=5\nSchule|Büro|=60|=30||nein|=40|=20"),
        (vec!["2".into(), "30".into()], vec![])
    );
}

#[test]
fn a_sheet_of_another_time_is_told() {
    let clean =
        cleaned(vec![cover(""), called("Räume Q2 2026", 30), sheet("Bedarf Q3 2026", "Zielgruppe|Personen\nEU|=3")]);
    assert!(
        found(&clean, Code::PeriodContradiction).iter().any(|told| told.0 == ["Räume Q2 2026!A1", "Deckblatt!B3"]),
        "{:?}",
        clean.findings
    );
}

#[test]
fn another_body_named_beside_the_figures_is_told_with_both_places() {
    let own = called("Räume", 30);
    let named = |name: &str, title: &str| {
        let text = format!("{title}\n\n{ROOMS}\n{TWO}");
        let clean = cleaned(vec![cover(""), sheet(name, &text)]);
        assert_eq!(table(&clean, "raeume").rows.len(), 2);
        found(&clean, Code::BodyDiffers)
    };
    for (name, title, place) in [
        ("Räume", "Angaben der Gemeinde Bestwig", "Räume!A1"),
        ("Räume", "AGS 05958008", "Räume!A1"),
        ("Räume Bestwig", "Räume im 3. Quartal 2026", "Räume Bestwig!A1"),
    ] {
        let told = named(name, title);
        assert_eq!(told.len(), 1, "{name} {title}");
        assert_eq!(
            (told[0].0.clone(), told[0].2.as_str()),
            (vec![place.to_owned(), "Deckblatt!B1".into()], "Arnsberg")
        );
    }
    for title in
        ["Angaben der Stadt Arnsberg", "Abfrage des Hochsauerlandkreises", "Arnsberg und Bestwig", "AGS 05958004"]
    {
        assert_eq!(named("Räume", title), [], "{title}");
    }
    assert_eq!(found(&cleaned(vec![cover(""), own]), Code::BodyDiffers), []);
    let old = cleaned(vec![cover(""), sheet("Räume", &format!("Räume im 2. Quartal 2026\n{ROOMS}\n{TWO}"))]);
    assert_eq!(found(&old, Code::PeriodContradiction)[0].0, ["Räume!A1", "Deckblatt!B3"]);
}

#[test]
fn rows_of_another_body_do_not_count() {
    let text = format!(
        "Kommune|{ROOMS}\nArnsberg|Rathaus|Büro|=20|=2|ja|=10|=5\nGemeinde Bestwig|Schule|Büro|=60|=30|nein|=40|=20"
    );
    let clean = cleaned(vec![cover(""), sheet("Räume", &text)]);
    assert_eq!(
        table(&clean, "raeume").rows.iter().map(|row| row.cells[0].written.as_str()).collect::<Vec<_>>(),
        ["Rathaus"]
    );
    assert_eq!(found(&clean, Code::BodyDiffers)[0].0, ["Räume!A3", "Deckblatt!B1"]);
    assert!(clean.books.iter().all(|sheet| sheet.balance.balances()));
    let text = "Zielgruppe|AGS|Personen\nAsylsuchende|05958008|=10\nGeduldete|05958004|=5";
    let clean = cleaned(vec![cover(""), sheet("Bedarf", text)]);
    let rows: Vec<String> = table(&clean, "bedarf").rows[..2].iter().map(|cells| row(cells)[..2].join(" ")).collect();
    assert_eq!(rows, ["asylsuchende missing", "geduldete 5"]);
}

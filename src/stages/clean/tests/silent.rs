//! What could be counted wrongly without anybody noticing.

use super::*;

/// Code, cells, what was found, what was expected.
type Told = (Code, Vec<String>, String, String);

/// The rows of the rooms that count, by their first cell, and what is told of the table.
fn of(rows: &str) -> (Vec<String>, Vec<Told>) {
    of_sheet(rooms(rows))
}

fn of_sheet(sheet: RawSheet) -> (Vec<String>, Vec<Told>) {
    let clean = cleaned(vec![cover(""), sheet]);
    let names = clean.tables.iter().filter(|table| table.table == "raeume").flat_map(|table| &table.rows);
    let names = names.map(|row| row.cells[0].written.to_string()).collect();
    assert!(clean.books.iter().all(|sheet| sheet.balance.balances()));
    let ours = clean.findings.into_iter().filter(|finding| finding.table.as_deref() == Some("raeume"));
    let cells = |finding: &Finding| finding.places.iter().map(Place::address).collect();
    (names, ours.map(|finding| (finding.code, cells(&finding), finding.found, finding.expected)).collect())
}

fn codes(told: &[Told]) -> Vec<Code> {
    told.iter().map(|told| told.0).collect()
}

const TWO: &str = "Rathaus|Büro|=20|=2|ja|=10|=5\nSchule|Gruppenraum|=60|=30|nein|=40|=20";

#[test]
fn a_column_without_any_value_is_told_and_a_single_gap_is_not() {
    let (_, told) = of("Rathaus|Büro|=20||ja|=10|=5\nSchule|Gruppenraum|=60||nein|=40|=20");
    assert_eq!(told, [(Code::ColumnEmpty, vec!["D1".into()], String::new(), "Plätze".into())]);
    assert_eq!(of("Rathaus|Büro|=20||ja|=10|=5\nSchule|Gruppenraum|=60|=30|nein|=40|=20").1, []);
    assert_eq!(of("Rathaus|Büro|=20|k. A.|ja|=10|=5\nSchule|Gruppenraum|=60|k. A.|nein|=40|=20").1, [], "said so");
    assert_eq!(of("Rathaus|Büro|=20||ja|=10|=5").1, [], "one row is no column");
}

#[test]
fn values_beside_their_headings_are_nobodys() {
    // From the third column on one to the right: the last one stands under no heading.
    let right = "Rathaus|Büro||=20|=2|ja|=10|=5\nSchule|Gruppenraum||=60|=30|nein|=40|=20\nBad|Büro||=9|=1|ja|=5|=5";
    let clean = cleaned(vec![cover(""), rooms(right)]);
    let rows: Vec<String> = table(&clean, "raeume").rows.iter().map(|cells| row(cells).join(" ")).collect();
    assert_eq!(rows[0], "Rathaus buero missing missing missing missing missing");
    assert_eq!(found(&clean, Code::TableShifted), [(vec!["Räume!D2".into()], "C2:G4".into(), "C1".into())]);
    assert_eq!(found(&clean, Code::CodeUnknown), [], "one word about all of them");
    // A cell was deleted, and the others moved to the left.
    let (names, told) = of("Rathaus|=20|=2|ja|=10|=5\nSchule|=60|=30|nein|=40|=20\nBad|=9|=1|ja|=5|=5");
    assert_eq!((names.len(), codes(&told)), (3, vec![Code::TableShifted]));
    // A word here and there is none.
    let (_, told) =
        of("Rathaus|Büro|viel|=2|ja|=10|=5\nSchule|Gruppenraum|=60|=30|nein|=40|=20\nBad|Büro|=9|=1|ja|=5|=5");
    assert_eq!(codes(&told), [Code::NotANumber]);
}

#[test]
fn values_below_their_names_are_nobodys() {
    let text = "Zielgruppe|Personen|davon weiblich\nAsylsuchende||\nGeduldete|=10|=4\nSchutzberechtigte|=7|=2\nUkraine|=3|=1\n|=5|=5";
    let clean = cleaned(vec![cover(""), sheet("Bedarf", text)]);
    assert_eq!(found(&clean, Code::TableShifted), [(vec!["Bedarf!A3".into()], "B2:C6".into(), "B2".into())]);
    assert!(table(&clean, "bedarf").rows.iter().all(|cells| row(cells)[1] == "missing"));
    let (_, told) = of(
        "Rathaus\nSchule|Büro|=20|=2|ja|=10|=5\nBad|Büro|=60|=30|nein|=40|=20\nVHS|Büro|=6|=3|nein|=4|=2\n|Büro|=8|=3|nein|=4|=2",
    );
    assert!(codes(&told).contains(&Code::TableShifted), "{told:?}");
    // A group without cases is no shift.
    let text =
        "Zielgruppe|Personen|davon weiblich\nAsylsuchende||\nGeduldete|=10|=4\nSchutzberechtigte|=7|=2\nUkraine|=3|=1";
    assert_eq!(found(&cleaned(vec![cover(""), sheet("Bedarf", text)]), Code::TableShifted), []);
}

#[test]
fn a_total_is_compared_as_far_as_it_can_be() {
    let told = |rows: &str| {
        let clean = cleaned(vec![cover(""), sheet("Bedarf", &format!("Zielgruppe|Personen|davon weiblich\n{rows}"))]);
        [Code::TotalRowDiffers, Code::TotalUndecided].map(|code| {
            found(&clean, code)
                .into_iter()
                .map(|(cells, found, expected)| format!("{} {found} {expected}", cells[0]))
                .collect::<Vec<_>>()
                .join(", ")
        })
    };
    let none = String::new;
    assert_eq!(told("Asylsuchende|=10|=4\nGeduldete|=5|\nInsgesamt|=15|=9"), [none(), "Bedarf!C4 9 4".into()]);
    assert_eq!(told("Asylsuchende|=10|=4\nGeduldete|=5|\nInsgesamt|=15|=3"), ["Bedarf!C4 3 4".into(), none()]);
    assert_eq!(told("Asylsuchende|=10|=4\nGeduldete|=5|\nInsgesamt|=15|=4"), [none(), none()]);
    assert_eq!(
        told("Asylsuchende|=10|=4\nGeduldete|=5|x\nInsgesamt|=15|=9"),
        ["Bedarf!C4 9 4".into(), none()],
        "nothing is missing"
    );
    let several = cleaned(vec![
        cover(""),
        sheet("Bedarf", "Zielgruppe|Personen|davon weiblich\nAsylsuchende|=10|=4\nGeduldete|=5|=2\nInsgesamt|=16|=9"),
    ]);
    let (cells, sums, rows) = &found(&several, Code::TotalRowDiffers)[0];
    assert_eq!(cells.join(" "), "Bedarf!B4 Bedarf!C4", "one row, one finding");
    assert_eq!((sums.as_str(), rows.as_str()), ("Personen 16; davon weiblich 9", "Personen 15; davon weiblich 6"));
    assert_eq!(found(&several, Code::TotalRowDiffers).len(), 1);
}

#[test]
fn what_is_no_entry_is_not_counted_and_is_told() {
    for (row, code) in [
        ("keine Änderung zum Vorquartal", Code::RowBare),
        ("siehe Anlage", Code::RowBare),
        ("s. o.", Code::RowBare),
        ("Außenstelle Nord:", Code::RowBare),
        ("|Erdgeschoss", Code::RowBare),
        ("Beispiel: Rathaus|Büro|=20|=2|ja|=10|=5", Code::RowExample),
        ("z. B. Rathaus|Büro|=20|=2|ja|=10|=5", Code::RowExample),
        ("Muster|Büro|=20|=2|ja|=10|=5", Code::RowExample),
        ("Rathaus (Beispiel)|Büro|=20|=2|ja|=10|=5", Code::RowExample),
    ] {
        for text in [format!("{row}\n{TWO}"), format!("{TWO}\n{row}\nBad|Büro|=9|=1|ja|=5|=5")] {
            let (names, told) = of(&text);
            assert!(
                names.iter().all(|name| ["Rathaus", "Schule", "Bad"].contains(&name.as_str())),
                "{text}: {names:?}"
            );
            assert_eq!(codes(&told), [code], "{text}: {told:?}");
        }
    }
    let moved = "Plätze|Raumart|Standort\n=2|Büro|Beispiel: Rathaus\n=3|Büro|Schule";
    let clean = cleaned(vec![cover(""), sheet("Räume", moved)]);
    assert_eq!((table(&clean, "raeume").rows.len(), found(&clean, Code::RowExample).len()), (1, 1), "in any column");
    let (names, told) = of("siehe Anlage");
    assert_eq!((names.len(), codes(&told)), (0, vec![Code::RowBare, Code::TableMissing]), "{told:?}");
    for name in ["Muster GmbH", "Wie wohnen?", "S. Oliver Haus", "Keine Angst e. V.", "Beispielhaft e. V."] {
        let (names, told) = of(&format!("{name}|Büro|=9|=1|ja|=5|=5\n{TWO}"));
        assert_eq!((names.len(), codes(&told)), (3, vec![]), "{name}");
    }
}

#[test]
fn what_is_more_or_less_than_one_entry_is_told() {
    let (names, told) = of(&format!("{TWO}\nRathaus|Büro|=20|=2|ja|=10|=5"));
    assert_eq!(
        (names.len(), told),
        (3, vec![(Code::RowRepeated, vec!["A4".into(), "A2".into()], "Rathaus".into(), String::new())])
    );
    let (_, told) = of_sheet(sheet(
        "Räume",
        &format!("{ROOMS}|Nr.\nRathaus|Büro|=20|=2|ja|=10|=5|=101\nRathaus|Büro|=20|=2|ja|=10|=5|=102"),
    ));
    assert_eq!(codes(&told), [Code::ColumnUnknown], "they are two rooms");
    for (name, collective) in [
        ("4 Räume", true),
        ("alle Räume", true),
        ("diverse", true),
        ("3 Büros im Keller", true),
        ("Alle Neune Kegelbahn", false),
        ("12 Apostel Kirche", false),
        ("1. Etage", false),
    ] {
        let (names, told) = of(&format!("{name}|Büro|=9|=1|ja|=5|=5\n{TWO}"));
        assert_eq!(
            (names.len(), codes(&told)),
            (3, if collective { vec![Code::RowCollective] } else { vec![] }),
            "{name}"
        );
    }
    assert_eq!(codes(&of(&format!("{TWO}\n||=7|=9||=5|=5")).1), [Code::RowNameless]);
    let (names, told) = of(&format!("{TWO}\n||=80|=30||=50|=25"));
    assert_eq!((names.len(), codes(&told)), (2, vec![Code::TotalRowDiffers]), "30 for 32 is rounded: {told:?}");
}

#[test]
fn an_entry_called_like_a_total_counts() {
    for (row, kept, code) in [
        ("Zusammen leben|Büro|=9|=1|ja|=5|=5", true, None),
        ("Zusammen|Büro|=9|=1|ja|=5|=5", true, Some(Code::RowLikeTotal)),
        ("Zusammen leben||=9|=1||=5|=5", true, Some(Code::RowLikeTotal)),
        ("Treffpunkt Zusammen||=9|=1||=5|=5", true, Some(Code::RowLikeTotal)),
        ("Zusammen||=80|=32||=50|=25", false, None),
        ("Zusammen 2026|-|=80|=32||=50|=25", false, None),
        ("Insgesamt Stadt||=80|=32||=50|=26", false, Some(Code::TotalRowDiffers)),
        ("Summe|Büro|=80|=32||=50|=26", false, Some(Code::TotalRowDiffers)),
        ("Zusammen", false, Some(Code::RowBare)),
    ] {
        let (names, told) = of(&format!("{TWO}\n{row}"));
        assert_eq!((names.len() == 3, codes(&told)), (kept, Vec::from_iter(code)), "{row}: {told:?}");
    }
}

#[test]
fn figures_in_another_scale_are_told_and_not_used() {
    let head = "Baustein|Funktion|Standort|geplant VZÄ|bewilligt VZÄ|besetzt VZÄ|Anstellungsträger|Fördermittel bewilligt €|Fördermittel abgerufen €";
    let row_of = "Case Management|Koordination|Arnsberg|=2|=2|=1.5|Stadt|=120|=60\nCase Management|Koordination|Arnsberg|=1|=1|=1|Stadt|=80|=40";
    let of = |above: &str, units: &str, head: &str| {
        let text = format!("{above}{head}\n{units}{row_of}");
        let clean = cleaned(vec![cover(""), sheet("Stellen", &text)]);
        assert!(clean.books.iter().all(|sheet| sheet.balance.balances()));
        let cells = row(&table(&clean, "stellen").rows[0]);
        let told = found(&clean, Code::ScaleDiffers).into_iter().map(|(cells, found, _)| (cells[0].clone(), found));
        (cells[6].clone(), cells[10].clone(), cells[11].clone(), told.collect::<Vec<_>>())
    };
    let fine = |cells: [&str; 3]| (cells[0].to_owned(), cells[1].to_owned(), cells[2].to_owned(), vec![]);
    let wrong = |cells: [&str; 3], place: &str, found: &str| {
        (cells[0].to_owned(), cells[1].to_owned(), cells[2].to_owned(), vec![(place.to_owned(), found.to_owned())])
    };
    let gone = ["1.5", "missing", "missing"];
    assert_eq!(of("", "", head), fine(["1.5", "120", "60"]));
    assert_eq!(of("", "|||VZÄ|VZÄ|VZÄ||€|€\n", head), fine(["1.5", "120", "60"]));
    for line in ["Alle Beträge in Tsd. €", "Stellen (Angaben in T€)", "Beträge in 1.000 Euro", "|||||||in Tsd. €"]
    {
        let column = if line.starts_with('|') { "H1" } else { "A1" };
        let said = line.trim_start_matches('|');
        assert_eq!(
            of(&format!("{line}\n"), "", head),
            wrong(if column == "A1" { gone } else { ["1.5", "missing", "60"] }, &format!("Stellen!{column}"), said),
            "{line}"
        );
    }
    assert_eq!(of("", "|||VZÄ|VZÄ|VZÄ||Tsd. €|€\n", head), wrong(["1.5", "missing", "60"], "Stellen!H2", "Tsd. €"));
    assert_eq!(of("", "|||%|%|%||€|€\n", head).0, "missing");
    for line in ["Förderung von 500 Tsd. € bewilligt", "Stellen 2026", "je 1.000 Einwohner", "Anteil 50 % gefördert"]
    {
        assert_eq!(of(&format!("{line}\n"), "", head), fine(["1.5", "120", "60"]), "{line}");
    }
}

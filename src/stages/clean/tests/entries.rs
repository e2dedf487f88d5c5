//! Rows that nobody meant as entries: sums without a word, other times and quantities, blocks that are set apart.

use super::*;

/// The rows that count, by their first cell, and what is told of the table: code, cells, what was found.
fn of(table: &str, text: &str) -> (Vec<String>, Vec<(Code, String, String)>) {
    let form = form();
    let asked = &form.tables[table];
    let headings: Vec<&str> = asked.fields.iter().map(|field| field.heading.as_str()).collect();
    let clean = cleaned(vec![cover(""), sheet(&asked.sheet, &format!("{}\n{text}", headings.join("|")))]);
    assert!(clean.books.iter().all(|sheet| sheet.balance.balances()));
    let rows = clean.tables.iter().filter(|clean| clean.table == table).flat_map(|clean| &clean.rows);
    let names = rows.filter(|row| row.cells.iter().any(|cell| cell.place.is_some())).map(|row| &row.cells[0].written);
    let names = names.map(ToString::to_string).collect();
    let ours = clean.findings.iter().filter(|finding| finding.table.as_deref() == Some(table));
    let ours = ours.filter(|finding| !matches!(finding.code, Code::RowMissing | Code::ColumnEmpty));
    let cells = |finding: &Finding| finding.places.iter().map(Place::address).collect::<Vec<_>>().join(" ");
    (names, ours.map(|finding| (finding.code, cells(finding), finding.found.clone())).collect())
}

const OFFERS: &str = "Sprachcafé|Treffpunkt|alle Zielgruppen|keiner|Caritas|Meschede|=20|=15|=3|ja|teilweise\nDeutsch A1|Sprachkurs|Asylsuchende|AsylbLG|VHS|Arnsberg|=18|=18|=7|nein|ja\nLotsen|Begleitung/Lotsen|Ukraine|SGB II|Diakonie|Meschede|=12|=9|=2|ja|nein";
const NAMES: [&str; 3] = ["Sprachcafé", "Deutsch A1", "Lotsen"];

fn one(code: Code, cells: &str, found: &str) -> Vec<(Code, String, String)> {
    vec![(code, cells.into(), found.into())]
}

#[test]
fn a_sum_by_any_name_is_none_of_the_rows() {
    for name in ["Bestwig", "Sprachangebote", "Übertrag", "Arnsberg, Stadt", "alle zusammengenommen"] {
        let (names, told) = of("angebote", &format!("{OFFERS}\n{name}||||||=50|=42|=12"));
        assert_eq!((names.as_slice(), told), (NAMES.map(String::from).as_slice(), one(Code::RowIsSum, "A5", name)));
        // In another column, in front of the rows, and of two of three columns.
        let (names, told) = of("angebote", &format!("||||{name}||=50|=42|=12\n{OFFERS}"));
        assert_eq!((names.len(), told), (3, one(Code::RowIsSum, "E2", name)));
        assert_eq!(of("angebote", &format!("{OFFERS}\n{name}||||||=50||=12")).1, one(Code::RowIsSum, "A5", name));
        // A single column that adds up.
        assert_eq!(of("angebote", &format!("{OFFERS}\n{name}||||||=50")).1, one(Code::RowIsSum, "A5", name));
    }
    // Sums of parts, one below the other, and of all.
    let parts = format!("{OFFERS}\nMitte||||||=50|=42|=12\n{OFFERS}\nNord||||||=50|=42|=12\nBeide||||||=100|=84|=24");
    let (names, told) = of("angebote", &parts);
    let sums: Vec<&str> = told.iter().filter(|told| told.0 == Code::RowIsSum).map(|told| told.2.as_str()).collect();
    assert_eq!((names.len(), sums), (6, vec!["Mitte; Nord; Beide"]), "{told:?}");
    let posts = "2|Case Management|CM 1|Rathaus|=1|=1|=0.5|||Stadt|=60000|=30000\n2|Case Management|CM 2|Rathaus|=0.5|=0.5|=0.5|||Stadt|=30000|=15000\n|||Bestwig|=1.5|=1.5|=1|||||";
    assert_eq!(of("stellen", posts).1, one(Code::RowIsSum, "D4", "Bestwig"));
    let few = OFFERS.replace("=7|nein", "=0|nein").replace("=2|ja|nein", "=0|ja|nein");
    assert_eq!(of("angebote", &format!("{few}\nBestwig||||||=50|=42|=3")).1, one(Code::RowIsSum, "A5", "Bestwig"));
    let needs = "Asylsuchende|=10|=4\nGeduldete|=5|=2\nBestwig|=15|=6";
    let (names, told) = of("bedarf", needs);
    assert_eq!((names.len(), told[0].0), (2, Code::CodeUnknown), "the list of groups has no such name: {told:?}");
}

#[test]
fn what_adds_up_and_is_an_entry_counts() {
    for (row, why) in [
        ("Doppelt|Treffpunkt|alle Zielgruppen|keiner|Caritas|Meschede|=50|=42|=12|ja|ja", "it describes itself"),
        ("Kurz|Treffpunkt|||||=50|=42|=12", "in two columns"),
        ("Neu||||||=50|=41|=12", "it does not add up"),
        ("Neu||||||=50|viele|=12", "nor is that a number"),
    ] {
        let (names, told) = of("angebote", &format!("{OFFERS}\n{row}"));
        assert_eq!((names.len(), told.iter().any(|told| told.0 == Code::RowIsSum)), (4, false), "{why}: {told:?}");
    }
    // The sum of one row is no sum, whether it stands above it or below.
    let two = "Café|Treffpunkt|alle Zielgruppen|keiner|Caritas|Meschede|=20|=15|=3|ja|ja\nCafé 2||||||=20|=15|=3";
    assert_eq!(of("angebote", two), (vec!["Café".into(), "Café 2".into()], vec![]));
    // Nor are numbers that add up by chance in one column: two rows, or small ones.
    let two = "Café|Treffpunkt|alle Zielgruppen|keiner|Caritas|Meschede|=20|=15|=3|ja|ja\nLotsen|Treffpunkt|alle Zielgruppen|keiner|Caritas|Meschede|=10|=5|=2|ja|ja\nNeu||||||=30";
    assert_eq!(of("angebote", two).0.len(), 3);
    // Three posts, the last as large as the others together.
    let posts = "2|Case Management|CM 1|Rathaus|=0.5|=0.5|=0.5|||Stadt|=30000|=15000\n2|Case Management|CM 2|Rathaus|=0.5|=0.5|=0.5|||Stadt|=30000|=15000\n1|Koordination|KIM|Rathaus|=1|=1|=1|||Stadt|=60000|=30000";
    assert_eq!(of("stellen", posts), (vec!["2".into(), "2".into(), "1".into()], vec![]));
    // Where only one column says what a row is, it says nothing that the others are empty.
    let form = samples::form_of(&[("t", "name text Name\na count A\nb count B")]);
    let register = register();
    let prepared = Prepared::new(&form, &register, "2026-Q1".parse().unwrap());
    let rows = sheet("t", "Name|A|B\nX|=1|=2\nY|=3|=4\nZ|=4|=6");
    let clean = clean(&submission(), &book(vec![cover(""), rows]), &prepared);
    assert_eq!(table(&clean, "t").rows.len(), 3);
}

#[test]
fn another_time_or_quantity_is_no_entry() {
    for name in [
        "Vorquartal",
        "Vorjahr",
        "Ziel 2027",
        "Ziel",
        "Auslastung",
        "Auslastung in %",
        "freie Plätze",
        "Plan",
        "Soll",
        "Plan 2027",
        "2. Quartal 2026",
        "Q2",
        "Stand 30.06.2026",
        "Jahr 2025",
        "geplant ab 2027",
        "ab 2027",
    ] {
        let row = one(Code::RowApart, "A5", name);
        let (names, told) = of("angebote", &format!("{OFFERS}\n{name}||||||=44|=31|=9"));
        assert_eq!((names.as_slice(), told), (NAMES.map(String::from).as_slice(), row), "{name}");
        let (names, told) = of("bedarf", &format!("Asylsuchende|=10|=4\nGeduldete|=5|=2\n{name}|=14|=5"));
        assert_eq!((names.len(), told), (2, one(Code::RowApart, "A4", name)), "{name}");
    }
    for name in ["Plan B", "Ziel Arbeit", "Soll und Haben", "Auslastung", "Zukunftswerkstatt", "3. Quartal 2026"] {
        let entry = format!("{OFFERS}\n{name}|Bildung|alle Zielgruppen|keiner|Caritas|Meschede|=44|=31|=9|ja|ja");
        assert_eq!(of("angebote", &entry).0.len(), 4, "{name}");
    }
    for name in ["Haus der Zukunft", "3. Quartal 2026", "Beratung", "Q3", "Jahr 2026"] {
        assert_eq!(of("angebote", &format!("{OFFERS}\n{name}||||||=44|=31|=9")).0.len(), 4, "{name}");
    }
}

const MORE: &str = "Nähstube|Treffpunkt|alle Zielgruppen|keiner|AWO|Sundern|=10|=0|=0|ja|nein\nChor|Treffpunkt|alle Zielgruppen|keiner|AWO|Sundern|=30|=0|=0|ja|nein";

#[test]
fn what_stands_below_a_line_of_another_time_or_state_does_not_count() {
    for line in [
        "Geplante Angebote ab 2027",
        "Geschlossen zum 30.06.2026",
        "noch nicht begonnen",
        "Noch nicht begonnen:",
        "Vorquartal",
        "geplant",
        "Geplantes:",
        "Planung",
        "In Planung",
        "geschlossen",
        "Künftig ab 2027",
        "Nachrichtlich:",
    ] {
        for gap in ["", "\n"] {
            let (names, told) = of("angebote", &format!("{OFFERS}\n{gap}{line}\n{MORE}"));
            let at = if gap.is_empty() { "A5 A6 A7" } else { "A6 A7 A8" };
            let expected = (NAMES.map(String::from).to_vec(), one(Code::RowApart, at, line));
            assert_eq!((names, told), expected, "{line}");
        }
        let back = format!("{OFFERS}\n{line}\n{MORE}\nLaufende Angebote\n{MORE}");
        let (names, told) = of("angebote", &back);
        assert_eq!((names.len(), told.len()), (5, 1), "{line}: {told:?}");
    }
    for line in
        ["Sprachangebote", "3. Quartal 2026", "Laufende Angebote", "nur Kernstadt", "Planung der Stadt Arnsberg"]
    {
        let (names, told) = of("angebote", &format!("{OFFERS}\n{line}\n{MORE}"));
        assert_eq!((names.len(), told), (5, one(Code::RowBare, "A5", line)), "{line}");
    }
    // Below such a line nothing stands that could count.
    assert_eq!(of("angebote", &format!("{OFFERS}\n\nGeplante Angebote siehe Anlage")).0.len(), 3);
    // The form itself orders posts by what is planned, and decisions by how far they are.
    let posts = "2|Case Management|CM 1|Rathaus|=1|=1|=0.5|||Stadt|=60000|=30000";
    assert_eq!(of("stellen", &format!("{posts}\nGeplante Stellen\n{posts}")).0.len(), 2);
    let decisions = "1/2026|umgesetzt|01.02.2026|";
    let (names, _) = of("umsetzung", &format!("{decisions}\nnoch nicht begonnen\n2/2026|offen||\n3/2026|offen||"));
    assert!(["1/2026", "2/2026", "3/2026"].iter().all(|name| names.iter().any(|known| known == name)), "{names:?}");
}

#[test]
fn a_line_that_may_just_order_its_rows_costs_none_of_them() {
    let lines = "Geschlossene Gruppen|Künftige Fachkräfte|Ehemalige Asylsuchende|Für Eingestellte in der Pflege|vorgesehen für Frauen\
        |Angebote für noch nicht alphabetisierte Personen|Noch nicht ausgebucht|Nicht mehr als 10 Plätze|nachrichtlich: Träger VHS\
        |Förderung ausgelaufen, jetzt aus Eigenmitteln|Eingestellt über das Jobcenter|Angebote nach Plan";
    for line in lines.split('|') {
        let (names, told) = of("angebote", &format!("{OFFERS}\n{line}\n{MORE}"));
        assert_eq!((names.len(), told), (5, one(Code::RowBare, "A5", line)), "{line}");
        assert_eq!(of("angebote", &format!("{OFFERS}\n\n{line}\n{MORE}")).0.len(), 5, "{line}");
    }
    // Another time may be that of the rows below: they count, and somebody looks at them.
    for line in
        ["Ab 2027 kostenpflichtig", "Gegenüber Q2 unverändert:", "Kurse aus dem 2. Quartal laufen weiter", "Kurse Q2"]
    {
        let (names, told) = of("angebote", &format!("{OFFERS}\n{line}\n{MORE}"));
        assert_eq!((names.len(), told), (5, one(Code::NoteOnFigures, "A5", line)), "{line}");
    }
    // Nothing but another time: what stands below it is of that time.
    for line in ["2. Quartal 2026", "ab 2027"] {
        let (names, told) = of("angebote", &format!("{OFFERS}\n{line}\n{MORE}"));
        assert_eq!((names.len(), told[0].0), (3, Code::RowApart), "{line}: {told:?}");
    }
    let rooms = "Rathaus|Büro|=20.5|=2|ja|=38|=30\nSchule|Gruppenraum|=62|=28|nein|=20|=12.5";
    for line in [
        "Ehemalige Grundschule Velmede",
        "Noch nicht barrierefreie Räume",
        "Gebäude (Baujahr bis 2025)",
        "Künftiges Bürgerhaus",
    ] {
        let (names, told) = of("raeume", &format!("{rooms}\n{line}\nVHS|Beratungsraum|=17|=4|ja|=25|=18"));
        assert_eq!((names.len(), told.len()), (3, 1), "{line}: {told:?}");
    }
    let posts = "2|Case Management|CM 1|Rathaus|=1|=1|=0.5|||Stadt|=60000|=30000";
    let other = "3|Sachbearbeitung|Einbürgerung|Rathaus|=2|=1.5|=1.5|||Stadt|=88000|=51000";
    for line in
        ["Noch nicht besetzte Stellen", "Nicht mehr befristet", "Über Soll", "Befristung ausgelaufen, entfristet"]
    {
        assert_eq!(of("stellen", &format!("{posts}\n{line}\n{other}")).0, ["2", "3"], "{line}");
    }
}

#[test]
fn a_row_with_a_name_and_numbers_only_is_told_where_the_others_are_described() {
    for name in ["Velmede", "Kreis HSK", "Stand 30.06.", "Vergleich", "1"] {
        let (names, told) = of("angebote", &format!("{OFFERS}\n{name}||||||=70|=51|=1"));
        assert_eq!((names.len(), told), (4, one(Code::RowUndescribed, "A5", name)), "{name}");
        let (_, told) = of("angebote", &format!("{OFFERS}\n{name}|-|–||-||=70|=51|=1"));
        assert!(told.contains(&one(Code::RowUndescribed, "A5", name)[0]), "a dash describes nothing: {told:?}");
    }
    // The subtotal of a group of one row, which carries the group's code, and two of them.
    let post = "1|Koordination|KIM|Rathaus|=1|=1|=1|||Stadt|=80000|=60000";
    let posts = "2|Case Management|CM 1|Rathaus|=1|=1|=1|||Stadt|=73000|=53000\n2|Case Management|CM 2|Rathaus|=0.5|=0.5|=0.5|||Stadt|=36000|=26000";
    let (names, told) = of("stellen", &format!("{post}\n1||||=1|=1|=1||||=80000|=60000\n{posts}"));
    assert_eq!((names.len(), told), (4, one(Code::RowUndescribed, "A3", "1")));
    let two = format!("{OFFERS}\nNord||||||=20|=15|=3\nSüd||||||=18|=18|=7");
    assert_eq!(of("angebote", &two).1, one(Code::RowUndescribed, "A5 A6", "Nord; Süd"));
    let rooms = "Rathaus|Büro|=20|=2|ja|=10|=5\nSchule|Gruppenraum|=60|=30|nein|=40|=20\nVelmede||=20|=2||=10|=5";
    assert_eq!(of("raeume", rooms).1, one(Code::RowUndescribed, "A4", "Velmede"));
}

#[test]
fn a_row_that_is_described_or_told_of_or_like_the_others_is_not_undescribed() {
    let undescribed = |table: &str, text: &str| {
        let (_, told) = of(table, text);
        told.into_iter().filter(|told| told.0 == Code::RowUndescribed).count()
    };
    for (row, why) in [
        ("Neu|Treffpunkt|||||=70|=51|=1", "two columns say what it is"),
        ("Neu||||||=0|=0|=0", "nothing counts"),
        ("Bestwig||||||=50|=42|=12", "it is a sum"),
        ("Vorquartal||||||=70|=51|=1", "it is of another time"),
        ("Zusammen leben||||||=70|=51|=1", "it sounds like a total"),
        ("4 Angebote||||||=70|=51|=1", "it is a collective entry"),
    ] {
        assert_eq!(undescribed("angebote", &format!("{OFFERS}\n{row}")), 0, "{why}");
    }
    let bare = "Café||||||=20|=15|=3\nLotsen||||||=18|=18|=7\nChor||||||=12|=9|=2";
    assert_eq!(undescribed("angebote", bare), 0, "nobody describes anything");
    assert_eq!(undescribed("angebote", &format!("{bare}\nNähstube||||||=5|=5|=0\n{OFFERS}")), 0, "most do not");
    let one = "Café|Treffpunkt|alle Zielgruppen|keiner|Caritas|Meschede|=20|=15|=3|ja|ja\nChor||||||=7|=5|=1";
    assert_eq!(undescribed("angebote", one), 0, "one row is no rule");
    assert_eq!(undescribed("bedarf", "Asylsuchende|=10|=4\nGeduldete|=5|=2\nEU-Bürger|=7|=3"), 0);
}

#[test]
fn an_entry_that_describes_itself_counts_whatever_it_is_called() {
    let beside = "Sprachkurs|Asylsuchende|AsylbLG|AWO|Sundern|=14|=11|=1|ja|ja";
    for (name, told) in [
        ("Summe der Teile – Theaterprojekt", one(Code::RowLikeTotal, "A5", "Summe der Teile – Theaterprojekt")),
        ("Insgesamt gut – Elterntreff", one(Code::RowLikeTotal, "A5", "Insgesamt gut – Elterntreff")),
        ("Davon haben wir geträumt", vec![]),
        ("Darunter und darüber", vec![]),
    ] {
        let (names, found) = of("angebote", &format!("{OFFERS}\n{name}|{beside}"));
        assert_eq!((names.len(), found), (4, told), "{name}");
    }
    // Described as the row above, or hardly: a part of it. And what nearly adds up is a sum.
    for (row, code) in [
        ("davon Frauen|Begleitung/Lotsen|Ukraine|SGB II|Diakonie|Meschede|=5|=4|=1|ja|nein", Code::RowIsPart),
        ("davon Frauen|Begleitung/Lotsen|||||=5|=4|=1", Code::RowIsPart),
        ("Summe|Sprachkurs|alle Zielgruppen|keiner|VHS|Meschede|=50|=42|=11|ja|ja", Code::TotalRowDiffers),
        ("Summe|Sprachkurs|||||=44|=40|=11", Code::TotalRowDiffers),
    ] {
        let (names, told) = of("angebote", &format!("{OFFERS}\n{row}"));
        assert_eq!((names.len(), told.iter().map(|told| told.0).collect::<Vec<_>>()), (3, vec![code]), "{row}");
    }
}

#[test]
fn the_last_word_on_a_row_is_the_only_one() {
    // Its name sounds like a total; that it is one shows only where gaps are left aside.
    let gaps = OFFERS.replace("=20|=15", "=20|").replace("=7|nein", "|nein").replace("=12|=9", "|=9");
    let row = "Zusammen leben||||||=38|=27|=5";
    let below = of("angebote", &format!("{gaps}\n{row}"));
    assert_eq!((below.0.len(), below.1), (3, one(Code::RowIsSum, "A5", "Zusammen leben")));
    let above = of("angebote", &format!("{row}\n{gaps}"));
    assert_eq!((above.0.len(), above.1), (3, one(Code::RowIsSum, "A2", "Zusammen leben")));
}

//! The sicknesses themselves, in the order of what they touch: file, submission, table, cell.

use super::*;

/// What a Word page saved under the wrong name looks like from inside.
const PAGE: &str = "<html><head><title>Rückmeldung</title></head><body><p>Alle Zahlen in dieser Datei sind erfunden.</p>\
<p>Rückmeldung KIM Bestwig, 3. Quartal 2026: siehe Anlage.</p></body></html>\n";

pub fn files(healthy: &Patient) -> Vec<Case> {
    let mut nameless = healthy.book();
    let reporter = cover(&mut nameless, "reporter", "Musterstadt");
    cover(&mut nameless, "ags", "05999999");

    let mut timeless = healthy.book();
    let period = cover(&mut timeless, "period", "");

    let mut past = healthy.book();
    cover(&mut past, "period", "1. Quartal 2019");

    let mut torn = healthy.book();
    cover(&mut torn, "reporter", "Stadt Olsberg");

    let mut formless = healthy.book();
    formless.sheets.truncate(1);
    formless.sheets[0] = crate::book::Sheet::new("Tabelle1");
    formless.sheets[0].text(0, 0, "Einkaufsliste Sommerfest (alle Zahlen erfunden)", Style::Plain);
    formless.sheets[0].text(1, 0, "Würstchen", Style::Plain);
    formless.sheets[0].put(1, 1, Ink::Number(120.0), Style::Plain);

    vec![
        case("not_a_workbook", "a web page saved as .xlsx", "the file", PAGE.as_bytes().to_vec()),
        case("empty_file", "zero bytes", "the file", Vec::new()),
        case("unknown_reporter", "a name and an AGS nobody knows", &reporter, bytes(&nameless)),
        case("period_unknown", "no period on the cover, and none in the file name", &period, bytes(&timeless)),
        case("period_not_asked", "a quarter that was never asked for (2019-Q1)", &period, bytes(&past)),
        case("no_known_sheet", "none of the form's sheets, no cover", "the file", bytes(&formless)),
        case("reporter_contradiction", "AGS of Bestwig, name of Olsberg", &reporter, bytes(&torn)),
    ]
}

pub fn submissions(healthy: &Patient) -> Vec<Case> {
    let more_persons = |facts: &mut Return| {
        let row = facts.row_mut("bedarf", "zielgruppe", "eu");
        row.insert("personen", Value::Count(count_of(row, "personen") + 4));
    };
    let changed = healthy.with(more_persons);
    let corrected = Patient { kind: "Korrektur", facts: changed.facts.clone(), ..*healthy };
    let place = place(&changed.book(), "bedarf", 4, "personen");
    let mut late = healthy.book();
    cover(&mut late, "as_of", "09.11.2026");
    vec![
        case(
            "correction_received",
            "declared `Korrektur`, four more EU citizens; send after `tidy.xlsx`",
            &place,
            bytes(&corrected.book()),
        ),
        case(
            "undeclared_correction",
            "the same change, but declared `Erstmeldung`; send after `tidy.xlsx`",
            &place,
            bytes(&changed.book()),
        ),
        case("received_late", "a tidy return, to be sent after 15 October 2026", "its arrival", bytes(&late)),
    ]
}

pub fn tables(healthy: &Patient) -> Vec<Case> {
    let mut missing = healthy.book().without("raeume");
    let raeume = cover(&mut missing, "raeume", "");

    let mut noted = healthy.book();
    let mut notes = crate::book::Sheet::new("Notizen");
    notes.text(0, 0, "Zahlen der Unterkunft noch einmal prüfen", Style::Plain);
    noted.sheets.push(notes);

    let mut narrow = healthy.book();
    let gone = narrow.sheet("angebote").columns["abgestimmt"];
    narrow.sheet("angebote").cells.retain(|place, _| place.1 != gone);

    let mut wide = healthy.book();
    let raum = wide.sheet("raeume");
    let free = raum.columns.len() as u16;
    raum.text(0, free, "Schlüsselnummer", Style::Heading);
    for row in raum.rows.clone() {
        raum.put(row, free, Ink::Number(f64::from(100 + row)), Style::Plain);
    }

    let mut typo = healthy.book();
    let column = typo.sheet("angebote").columns["warteliste"];
    typo.sheet("angebote").text(0, column, "Wartelliste", Style::Heading);

    let mut sum = healthy.book();
    let bedarf = sum.sheet("bedarf");
    let total = (bedarf.total.expect("Bedarf ends in a total"), bedarf.columns["personen"]);
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
        case("table_missing", "the sheet Räume is not there, and nobody says Fehlanzeige", &raeume, bytes(&missing)),
        case("sheet_unknown", "a sheet too many", "Notizen!A1", bytes(&noted)),
        case("column_missing", "the column abgestimmt is not there", "Angebote!1:1", bytes(&narrow)),
        case("column_unknown", "a column nobody asked for: Schlüsselnummer", &at("Räume", 0, free), bytes(&wide)),
        case("column_guessed", "`Wartelliste` instead of Warteliste", &at("Angebote", 0, column), bytes(&typo)),
        case("total_row_differs", "Insgesamt is ten more than its rows", &at("Bedarf", total.0, total.1), bytes(&sum)),
        case("row_twice", "Case Management answered twice, differently", &last, bytes(&twice.book())),
        case("row_missing", "no row for Einbürgerung", "Zuständigkeiten!A:A", bytes(&short.book())),
        case("nil_contradicted", "the cover says Fehlanzeige, the sheet has figures", &teilhabe, bytes(&denied)),
        case(
            "table_guessed",
            "Angebote is called Tabelle3 and known by its headings only",
            "Tabelle3!1:1",
            bytes(&unnamed),
        ),
    ]
}

/// code, what, table, row, field, what stands there.
type Spot = (&'static str, &'static str, &'static str, usize, &'static str, Ink);

pub fn cells(healthy: &Patient) -> Vec<Case> {
    let says = |text: &str| Ink::Text(text.to_string());
    let formula = |formula: &str, result: &str| Ink::Formula(formula.to_string(), result.to_string());
    let spots: [Spot; 9] = [
        ("not_a_number", "`ca. 12` in a count", "raeume", 1, "plaetze", says("ca. 12")),
        ("negative_count", "-3 persons waiting", "angebote", 1, "warteliste", Ink::Number(-3.0)),
        ("fraction_in_count", "12.5 places", "raeume", 2, "plaetze", Ink::Number(12.5)),
        ("not_a_date", "`Frühjahr` as a date", "zustaendigkeiten", 4, "letzte_ueberpruefung", says("Frühjahr")),
        (
            "date_in_future",
            "reviewed on 1 March 2031",
            "zustaendigkeiten",
            5,
            "letzte_ueberpruefung",
            Ink::Date(day(2031, 3, 1)),
        ),
        ("code_unknown", "a kind of room the form does not know", "raeume", 0, "raumart", says("Turnhalle")),
        ("code_guessed", "a kind of room with a typing error", "raeume", 2, "raumart", says("Gruppenraumm")),
        (
            "number_ambiguous",
            "`1.234` as text in a decimal column: 1,234 or 1234?",
            "raeume",
            2,
            "flaeche",
            says("1.234"),
        ),
        (
            "error_cell",
            "a formula whose reference is gone",
            "raeume",
            1,
            "stunden_genutzt",
            formula("=#REF!*2", "#REF!"),
        ),
    ];
    let mut cases: Vec<Case> = spots.into_iter().map(|spot| sick_cell(healthy, spot)).collect();

    let unsaved =
        ("formula_without_value", "a formula without a stored value", "raeume", 0, "flaeche", formula("=4*5.5", "22"));
    let mut unsaved = sick_cell(healthy, unsaved);
    unsaved.bytes = zip_part::replace(&unsaved.bytes, "<f>4*5.5</f><v>22</v>", "<f>4*5.5</f>");
    cases.push(unsaved);

    let part = healthy.with(|facts| {
        let row = facts.row_mut("bedarf", "zielgruppe", "ukraine");
        row.insert("personen_weiblich", Value::Count(count_of(row, "personen") + 5));
    });
    let spot = place(&part.book(), "bedarf", 3, "personen_weiblich");
    cases.push(case("part_exceeds_whole", "more women than persons", &spot, bytes(&part.book())));

    let unbalanced = healthy.with(|facts| {
        let row = facts.row_mut("faelle", "zielgruppe", "ukraine");
        row.insert("bestand_ende", Value::Count(count_of(row, "bestand_ende") + 2));
        row.insert("personen", Value::Count(count_of(row, "personen") + 2));
    });
    let spot = place(&unbalanced.book(), "faelle", 3, "bestand_ende");
    cases.push(case(
        "rule_violated",
        "the stock does not balance (rule `bestandsgleichung`)",
        &spot,
        bytes(&unbalanced.book()),
    ));
    cases
}

fn sick_cell(healthy: &Patient, (code, what, table, row, field, ink): Spot) -> Case {
    let mut book = healthy.book();
    let place = place(&book, table, row, field);
    let sheet = book.sheet(table);
    let spot = (sheet.rows[row], sheet.columns[field]);
    let style = sheet.cells.get(&spot).map_or(Style::Plain, |cell| cell.1);
    sheet.cells.insert(spot, (ink, style));
    case(code, what, &place, bytes(&book))
}

/// Writes an answer on the cover (empty: takes it away) and says where.
fn cover(book: &mut Book, line: &str, answer: &str) -> String {
    let row = book.cover_rows[line];
    let sheet = &mut book.sheets[0];
    sheet.cells.remove(&(row, 1));
    if !answer.is_empty() {
        sheet.text(row, 1, answer, Style::Plain);
    }
    at(&sheet.name, row, 1)
}

fn place(book: &Book, table: &str, row: usize, field: &str) -> String {
    let sheet = book.sheets.iter().find(|sheet| sheet.table.as_deref() == Some(table)).expect("the table has a sheet");
    at(&sheet.name, sheet.rows[row], sheet.columns[field])
}

fn at(sheet: &str, row: u32, column: u16) -> String {
    format!("{sheet}!{}", address(row, column))
}

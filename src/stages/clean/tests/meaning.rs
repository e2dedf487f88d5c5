//! What the figures mean, though they can be read: slid by one column, pasted twice, summed up, in another scale, crossed out.

use super::shape::cleaned_by;
use super::*;
use crate::model::raw::{Comment, Look, Note};

/// Codes with cells, what was found and expected, of one table.
fn told(clean: &CleanReturn, table: &str) -> Vec<(Code, Vec<String>, String, String)> {
    let ours = clean.findings.iter().filter(|finding| finding.table.as_deref() == Some(table));
    let cells = |finding: &Finding| finding.places.iter().map(Place::address).collect();
    ours.map(|finding| (finding.code, cells(finding), finding.found.clone(), finding.expected.clone())).collect()
}

fn codes(clean: &CleanReturn, table: &str) -> Vec<Code> {
    told(clean, table).into_iter().map(|told| told.0).collect()
}

pub(super) const CASES: &str = "Zielgruppe|Bestand Beginn|Zugänge|Abschlüsse mit Zielerreichung|Abschlüsse ohne Zielerreichung|sonstige Abgänge|Bestand Ende|Personen in den Fällen|Falltage der Abgänge";
pub(super) const GROUPS: [&str; 7] = [
    "Asylsuchende",
    "Geduldete",
    "Schutzberechtigte",
    "Geflüchtete aus der Ukraine",
    "EU-Zugewanderte",
    "Familiennachzug",
    "Sonstige",
];

fn cases(of: impl Fn(usize) -> String) -> CleanReturn {
    let rows: Vec<String> = GROUPS.iter().enumerate().map(|(at, group)| format!("{group}|{}", of(at))).collect();
    let clean = cleaned(vec![cover(""), sheet("Fälle", &format!("{CASES}\n{}", rows.join("\n")))]);
    assert!(clean.books.iter().all(|sheet| sheet.balance.balances()));
    clean
}

#[test]
fn figures_that_slid_until_an_optional_column_took_the_last_are_nobodys() {
    let slid = cases(|at| format!("|={}|=2|=1|=1|=0|={}|={}", 10 + at, 10 + at, 20 + at));
    let missing = told(&slid, "faelle");
    let shifted: Vec<_> = missing.iter().filter(|told| told.0 == Code::TableShifted).collect();
    assert_eq!(shifted, [&(Code::TableShifted, vec!["C2".into()], "C2:I8".into(), "B2".into())]);
    assert!(!codes(&slid, "faelle").contains(&Code::ColumnEmpty), "one word about all of them");
    assert!(row(&table(&slid, "faelle").rows[0])[1..].iter().all(|cell| cell == "missing"));
    // Nothing in the optional column: one column is empty, and that is all.
    let empty = cases(|at| format!("|=2|=1|=1|=0|={}|={}", 10 + at, 20 + at));
    assert!(codes(&empty, "faelle").contains(&Code::ColumnEmpty));
    assert!(!codes(&empty, "faelle").contains(&Code::TableShifted));
    // Whoever says so has no values there.
    let said = cases(|at| format!("k. A.|={}|=2|=1|=1|=0|={}|={}", 10 + at, 10 + at, 20 + at));
    assert!(!codes(&said, "faelle").contains(&Code::TableShifted));
    assert_eq!(row(&table(&said, "faelle").rows[0])[8], "20");
    // One gap further right does not slide what stands before it.
    let right = cases(|at| format!("={}|=2|=1|=1||=0|={}|={}", 10 + at, 10 + at, 20 + at));
    assert_eq!(row(&table(&right, "faelle").rows[0])[1..5], ["10", "2", "1", "1"]);
    assert!(codes(&right, "faelle").contains(&Code::TableShifted));
}

#[test]
fn figures_that_slid_out_of_the_table_are_nobodys_though_much_else_is_wrong() {
    let of = |gap: &str, beside: &str| {
        let row = |name: &str, first: &str| format!("{name}|Büro|{gap}|{first}|#WERT!|siehe unten|kaputt|{beside}");
        cleaned(vec![cover(""), rooms(&[row("Bad", "=20"), row("Hof", "viel"), row("Dom", "=9")].join("\n"))])
    };
    for gap in ["", "k. A."] {
        let clean = of(gap, "=5");
        assert_eq!(found(&clean, Code::TableShifted).len(), 1, "{gap}: {:?}", clean.findings);
        assert_eq!(row(&table(&clean, "raeume").rows[0])[6], "missing", "{gap}");
    }
    // A remark beside the table is none of its figures.
    assert_eq!(found(&of("", "prüft Frau Muster"), Code::TableShifted), []);
}

#[test]
fn where_all_columns_are_optional_parts_prove_that_figures_slid() {
    let head = "Zielgruppe|Integrationskurs begonnen|Integrationskurs beendet|davon B1 erreicht|in Arbeit/Ausbildung vermittelt";
    let of = |cells: &str| {
        let rows: Vec<String> = GROUPS.iter().map(|group| format!("{group}|{cells}")).collect();
        cleaned(vec![cover(""), sheet("Teilhabe", &format!("{head}\n{}", rows.join("\n")))])
    };
    // 9 began, 8 finished, 5 reached B1: below the next heading, more reached it than finished.
    assert_eq!(codes(&of("|=7|=8|=5"), "teilhabe"), [Code::TableShifted]);
    assert_eq!(codes(&of("|=8|=5|=3"), "teilhabe"), [], "a column may be left empty");
}

const OFFERS: &str =
    "Angebot|Typ|Zielgruppe|Rechtskreis|Träger|Ort|Plätze|belegt|Warteliste|offen für andere Kommunen|abgestimmt";

fn offers(rows: &str) -> CleanReturn {
    let clean = cleaned(vec![cover(""), sheet("Angebote", &format!("{OFFERS}\n{rows}"))]);
    assert!(clean.books.iter().all(|sheet| sheet.balance.balances()));
    clean
}

fn offer(name: &str, kind: &str, places: u32, taken: u32) -> String {
    format!("{name}|{kind}|alle|SGB II|Caritas|Arnsberg|={places}|={taken}|=0|ja|ja")
}

#[test]
fn offers_pasted_twice_with_one_number_changed_are_told() {
    let block =
        [offer("Café", "Treffpunkt", 20, 18), offer("Lotsen", "Begleitung", 9, 7), offer("Kurs", "Sprachkurs", 30, 25)];
    let once = block.join("\n");
    assert_eq!(codes(&offers(&once), "angebote"), []);
    let twice = format!("{once}\n{}\n{}\n{}", block[0], offer("Lotsen", "Begleitung", 9, 8), block[2]);
    let expected = [Code::RowRepeated, Code::RowRepeated, Code::RowAlike];
    assert_eq!(codes(&offers(&twice), "angebote"), expected);
    let alike = told(&offers(&twice), "angebote").pop().unwrap();
    assert_eq!(alike, (Code::RowAlike, vec!["H6".into(), "H3".into()], "Lotsen".into(), "belegt".into()));
    assert_eq!(table(&offers(&twice), "angebote").rows.len(), 6, "each counts");
    let single = format!("{once}\n{}", offer("Kurs", "Sprachkurs", 30, 26));
    assert_eq!(codes(&offers(&single), "angebote"), [Code::RowAlike], "one name twice among others");
    // Two numbers, or another word, are another offer; and where names stand twice anyhow, they say nothing.
    for other in [offer("Kurs", "Sprachkurs", 31, 26), offer("Kurs", "Bildung", 30, 26)] {
        assert_eq!(codes(&offers(&format!("{once}\n{other}")), "angebote"), [], "{other}");
    }
    let rooms = rooms(
        "Rathaus|Büro|=12|=1|ja|=40|=30\nRathaus|Büro|=14|=1|ja|=40|=30\nSchule|Büro|=9|=1|ja|=5|=5\nSchule|Büro|=8|=1|ja|=5|=5",
    );
    assert_eq!(codes(&cleaned(vec![cover(""), rooms]), "raeume"), [], "rooms of one house");
}

#[test]
fn a_subtotal_with_the_kind_of_its_entries_counts_for_nothing() {
    let rows = [offer("Café", "Treffpunkt", 20, 18), offer("Lotsen", "Treffpunkt", 9, 7)].join("\n");
    for (name, kept) in
        [("Summe Treffpunkt", 2), ("Zwischensumme", 2), ("Treffpunkte gesamt", 2), ("Treffpunkt insgesamt", 2)]
    {
        let clean = offers(&format!("{rows}\n{name}|Treffpunkt|||||=29|=25|=0"));
        assert_eq!((table(&clean, "angebote").rows.len(), codes(&clean, "angebote")), (kept, vec![]), "{name}");
    }
    let wrong = offers(&format!("{rows}\nSumme Treffpunkt|Treffpunkt|||||=30|=25|=0"));
    assert_eq!((table(&wrong, "angebote").rows.len(), codes(&wrong, "angebote")), (2, vec![Code::TotalRowDiffers]));
    let entry = offers(&format!("{rows}\n{}", offer("Treffpunkt gesamt", "Treffpunkt", 31, 26)));
    assert_eq!(table(&entry, "angebote").rows.len(), 3, "it does not add up");
}

const POSTS: &str = "Baustein|Funktion|Standort|geplant VZÄ|bewilligt VZÄ|besetzt VZÄ|Anstellungsträger|Fördermittel bewilligt €|Fördermittel abgerufen €";
const TWO_POSTS: &str = "Case Management|Koordination|Arnsberg|=2|=2|=1.5|Stadt|=120|=60\nCase Management|Assistenz|Arnsberg|=1|=1|=1|Stadt|=80|=40";

fn posts(behind: &str, notes: &[(u32, u32, &str)]) -> CleanReturn {
    let mut posts = sheet("Stellen", &format!("{POSTS}\n{TWO_POSTS}{behind}"));
    let comment =
        |(row, column, text): &(u32, u32, &str)| Comment { row: *row, column: *column, text: (*text).to_owned() };
    posts.comments = notes.iter().map(comment).collect();
    let clean = cleaned(vec![cover(""), posts]);
    assert!(clean.books.iter().all(|sheet| sheet.balance.balances()));
    clean
}

fn figures(clean: &CleanReturn) -> [String; 3] {
    let cells = row(&table(clean, "stellen").rows[0]);
    [cells[6].clone(), cells[10].clone(), cells[11].clone()]
}

#[test]
fn a_scale_below_or_beside_the_table_or_in_a_comment_is_another_scale() {
    assert_eq!(figures(&posts("", &[])), ["1.5", "120", "60"]);
    for behind in
        ["\n\nBeträge in TEUR", "\n\nAngaben in Tsd. €", "\n\n|||||||in T€", "|||(in Tsd. Euro)", "\nin 1.000 €"]
    {
        let clean = posts(behind, &[]);
        assert_eq!(figures(&clean), ["1.5", "missing", "missing"], "{behind}: {:?}", told(&clean, "stellen"));
        assert!(codes(&clean, "stellen").contains(&Code::ScaleDiffers), "{behind}");
    }
    assert_eq!(figures(&posts("\n\nAlle Angaben in Prozent", &[])), ["missing"; 3]);
    for behind in [
        "\n\nDer Kreis trägt 20 % der Kosten",
        "\n\nQuelle: Haushalt in Mio. gerechnet von der Kämmerei",
        "\n\nje 1.000 Einwohner",
    ] {
        assert_eq!(figures(&posts(behind, &[])), ["1.5", "120", "60"], "{behind}");
    }
    // At a heading it speaks of the column, at a cell of the cell.
    let column = posts("", &[(0, 7, "Muster:\nBeträge in TEUR")]);
    assert_eq!(figures(&column), ["1.5", "missing", "60"]);
    assert_eq!(told(&column, "stellen")[0].2, "Tausend", "whoever wrote it is not quoted");
    let cell = posts("", &[(2, 7, "Muster:\nTsd. €")]);
    assert_eq!(
        (figures(&cell), row(&table(&cell, "stellen").rows[1])[10].as_str()),
        (["1.5".into(), "120".into(), "60".into()], "missing")
    );
}

#[test]
fn a_note_that_changes_what_figures_mean_is_told_and_they_count() {
    for (behind, word, at) in [
        ("\n\nZahlen kumuliert seit Januar", "kumuliert", "A5"),
        ("\n\nStichtag abweichend: 15.09.", "abweichend … Stichtag", "A5"),
        ("|||hochgerechnet", "hochgerechnet", "L3"),
    ] {
        let clean = posts(behind, &[]);
        assert_eq!(figures(&clean), ["1.5", "120", "60"]);
        let notes: Vec<_> = told(&clean, "stellen").into_iter().filter(|told| told.0 == Code::NoteOnFigures).collect();
        assert_eq!(notes, [(Code::NoteOnFigures, vec![at.to_owned()], word.to_owned(), String::new())], "{behind}");
    }
    let commented = posts("", &[(1, 5, "Erika Muster:\nkumuliert, bitte nicht weitersagen")]);
    assert_eq!(
        told(&commented, "stellen"),
        [(Code::NoteOnFigures, vec!["F2".into()], "kumuliert".into(), String::new())]
    );
    assert_eq!(told(&posts("", &[(1, 5, "Erika fragen")]), "stellen"), []);
    // Remarks are answers, but they may say so, too.
    let needs = "Zielgruppe|Personen|Bemerkung\nAsylsuchende|=10|aufgelaufene Zahl\nGeduldete|=5|";
    let clean = cleaned(vec![cover(""), sheet("Bedarf", needs)]);
    assert_eq!(found(&clean, Code::NoteOnFigures), [(vec!["Bedarf!C2".into()], "aufgelaufene".into(), String::new())]);
}

#[test]
fn below_a_heading_that_is_crossed_out_nothing_counts() {
    let mut sheet = rooms("Rathaus|Büro|=12|=1|ja|=40|=30\nSchule|Büro|=9|=1|ja|=5|=5");
    let note = |row, column, look| Note { row, column, look };
    sheet.notes = vec![note(0, 0, Look::CrossedOut), note(0, 2, Look::Slashed), note(0, 3, Look::CrossedOut)];
    let clean = cleaned(vec![cover(""), sheet]);
    assert_eq!(row(&table(&clean, "raeume").rows[0])[2..5], ["12", "missing", "ja"]);
    assert_eq!(found(&clean, Code::CrossedOut), [(vec!["Räume!D1".into()], "Plätze".into(), String::new())]);
    assert!(clean.books.iter().all(|sheet| sheet.balance.balances()));
}

#[test]
fn a_number_of_a_row_that_excel_made_a_date_is_no_number_of_a_row() {
    let mut sheet = sheet("Umsetzung", "Nr.|Stand|umgesetzt am|Bemerkung\n2026-01|offen\n?|offen");
    let day = "2026-02-01".parse::<NaiveDate>().unwrap().and_hms_opt(0, 0, 0).unwrap();
    let cell = sheet.cells.iter_mut().find(|cell| (cell.row, cell.column) == (2, 0)).unwrap();
    cell.value = crate::model::raw::RawValue::Date(day);
    let clean = cleaned(vec![cover(""), sheet]);
    let table = table(&clean, "umsetzung");
    assert_eq!(row(&table.rows[1])[0], "missing");
    assert_eq!(found(&clean, Code::KeyMadeDate), [(vec!["Umsetzung!A3".into()], "01.02.2026".into(), String::new())]);
    assert!(clean.books.iter().all(|sheet| sheet.balance.balances()));
}

#[test]
fn a_key_under_a_strange_heading_is_known_by_its_entries_and_told() {
    let rows: Vec<String> = GROUPS.iter().map(|group| format!("{group}|=10|=2|=1|=1|=0|=10|=10|=20")).collect();
    let of = |headings: &str, rows: &[String]| {
        cleaned(vec![cover(""), sheet("Fälle", &format!("{headings}\n{}", rows.join("\n")))])
    };
    let renamed = of(&CASES.replace("Zielgruppe", "Wer"), &rows);
    let guess = (Code::ColumnGuessed, vec!["A1".to_owned()], "Wer".to_owned(), "Zielgruppe".to_owned());
    assert_eq!(told(&renamed, "faelle")[0], guess);
    let misses_the_key = |clean: &CleanReturn| found(clean, Code::ColumnMissing)[0].2.contains("Zielgruppe");
    assert!(!misses_the_key(&renamed));
    let keys: Vec<String> = table(&renamed, "faelle").rows.iter().map(|cells| row(cells)[0].clone()).collect();
    assert_eq!(keys[..2], ["asylsuchende", "geduldete"]);
    assert_eq!(keys.len(), GROUPS.len());
    // Two columns that may both be it, and one whose entries are others.
    let twice: Vec<String> = rows.iter().zip(GROUPS).map(|(row, group)| format!("{row}|{group}")).collect();
    let two = of(&(CASES.replace("Zielgruppe", "Wer") + "|Wen"), &twice);
    assert!(misses_the_key(&two), "which of the two it does not say");
    let foreign: Vec<String> = (1..6).map(|at| format!("Gruppe {at}|=10|=2|=1|=1|=0|=10|=10|=20")).collect();
    assert!(misses_the_key(&of(&CASES.replace("Zielgruppe", "Wer"), &foreign)));
}

#[test]
fn a_key_without_a_list_is_known_by_its_place() {
    let form = samples::form_of(&[("a", "key text Nummer\neins count Zahl\nzwei decimal Menge")]);
    let of = |text: &str| cleaned_by(&form, vec![cover(""), sheet("a", text)]);
    let renamed = of("Kennung|Zahl|Menge\n2026/01|=1|=2\n2026/02|=3|=4\n2026/03|=5|=6");
    let guess = (Code::ColumnGuessed, vec!["A1".to_owned()], "Kennung".to_owned(), "Nummer".to_owned());
    assert_eq!(told(&renamed, "a"), [guess]);
    assert_eq!(row(&table(&renamed, "a").rows[1]), ["2026/02", "3", "4"]);
    for elsewhere in ["Zahl|Menge|Kennung\n=1|=2|2026/01\n=3|=4|2026/02", "lfd.|Zahl|Menge\n=1|=1|=2\n=2|=3|=4"] {
        assert!(codes(&of(elsewhere), "a").contains(&Code::ColumnMissing), "{elsewhere}");
    }
}

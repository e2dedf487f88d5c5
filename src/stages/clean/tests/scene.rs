//! What stands around the figures and says another time, another body or another scope: never taken, always told.

use super::*;
use crate::model::raw::RawValue;
use crate::stages::clean::samples::merged;

/// Code, cells and quote of everything told about other times and bodies.
fn told(sheets: Vec<RawSheet>) -> Vec<(Code, String, String)> {
    told_as(&submission().file, sheets)
}

fn told_as(file: &str, sheets: Vec<RawSheet>) -> Vec<(Code, String, String)> {
    let clean = cleaned_as(file, sheets);
    assert!(clean.books.iter().all(|sheet| sheet.balance.balances()));
    use Code::{BodyDiffers, NilContradicted, NoteOnFigures, PeriodContradiction, PeriodGuessed};
    let ours = [BodyDiffers, NilContradicted, NoteOnFigures, PeriodContradiction, PeriodGuessed];
    let findings = clean.findings.into_iter().filter(|finding| ours.contains(&finding.code));
    findings
        .map(|finding| {
            let places: Vec<String> = finding.places.iter().map(Place::to_string).collect();
            (finding.code, places.join(" "), finding.found)
        })
        .collect()
}

const NEEDS: &str = "Zielgruppe|Personen|davon weiblich\nAsylsuchende|=10|=4\nGeduldete|=7|=2";

fn needs(above: &str, below: &str) -> RawSheet {
    sheet("Bedarf", &format!("{above}{NEEDS}{below}"))
}

#[test]
fn what_stands_right_above_the_headings_is_no_heading() {
    let one = |code: Code, place: &str, found: &str| vec![(code, place.to_owned(), found.to_owned())];
    let of = |above: &str| told(vec![cover(""), needs(&format!("{above}\n"), "")]);
    assert_eq!(of("Kommune|Bestwig"), one(Code::BodyDiffers, "Bedarf!B1 Deckblatt!B1", "Bestwig"));
    assert_eq!(of("Kommune|Arnsberg"), []);
    assert_eq!(of("Berichtszeitraum|2026-Q2"), one(Code::PeriodContradiction, "Bedarf!B1 Deckblatt!B3", "2026-Q2"));
    assert_eq!(of("Berichtszeitraum|2026-Q3"), []);
    for (band, code) in [
        ("2. Quartal 2026", Code::PeriodContradiction),
        ("2. Quartal", Code::PeriodContradiction),
        ("Vorquartal", Code::NoteOnFigures),
        ("Vorjahr", Code::NoteOnFigures),
        ("geplant 2027", Code::NoteOnFigures),
        ("Soll", Code::NoteOnFigures),
        ("Bestwig", Code::BodyDiffers),
    ] {
        let sheet = merged(needs(&format!("|{band}\n"), ""), "B1:C1");
        let told = told(vec![cover(""), sheet]);
        assert_eq!(told.iter().map(|told| told.0).collect::<Vec<_>>(), [code], "{band}: {told:?}");
        assert!(told[0].1.starts_with("Bedarf!B1"), "{told:?}");
    }
    for band in ["3. Quartal 2026", "Personen", "Veränderung zum Vorquartal", "Angaben der Fachstelle"] {
        assert_eq!(told(vec![cover(""), merged(needs(&format!("|{band}\n"), ""), "B1:C1")]), [], "{band}");
    }
    // A heading of the form is one.
    let posts = "Baustein|Funktion|Standort|Soll VZÄ|bewilligt VZÄ|besetzt VZÄ\nCase Management|Koordination|Arnsberg|=2|=2|=1.5";
    assert_eq!(told(vec![cover(""), sheet("Stellen", posts)]), []);
}

#[test]
fn titles_and_notes_that_say_another_time_or_scope_are_told() {
    for (said, code, found) in [
        ("Stand: 30.06.2026", Code::PeriodContradiction, "30.06.2026"),
        ("01.04.2026 - 30.06.2026", Code::PeriodContradiction, "01.04.2026 - 30.06.2026"),
        ("Bedarf zum 30.06.2026", Code::PeriodContradiction, "30.06.2026"),
        ("01.01.–30.09.2026", Code::NoteOnFigures, "01.01.–30.09.2026"),
        ("seit 01.01.2026", Code::NoteOnFigures, "seit 01.01.2026"),
        ("nur Monat September", Code::NoteOnFigures, "nur Monat September"),
        ("ohne Ortsteil Müschede", Code::NoteOnFigures, "ohne Ortsteil"),
        ("nur Kernstadt", Code::NoteOnFigures, "nur Kernstadt"),
        ("Angaben in Haushalten", Code::NoteOnFigures, "in Haushalten"),
        ("vom Vorquartal übernommen", Code::NoteOnFigures, "Vorquartal"),
        ("ENTWURF", Code::NoteOnFigures, "ENTWURF"),
        ("Ausfüllbeispiel", Code::NoteOnFigures, "Ausfüllbeispiel"),
    ] {
        for (sheet, place) in
            [(needs(&format!("{said}\n\n"), ""), "Bedarf!A1"), (needs("", &format!("\n\n{said}")), "Bedarf!A5")]
        {
            let expected = vec![(code, place.to_owned(), found.to_owned())];
            assert_eq!(told(vec![cover(""), sheet]), expected, "{said}");
        }
    }
    for said in [
        "Stand: 30.09.2026",
        "Stand: 06.10.2026",
        "Formular Stand 01.01.2026",
        "Rückgabe bis 15.10.2026",
        "3. Quartal 2026",
    ] {
        assert_eq!(told(vec![cover(""), needs(&format!("{said}\n\n"), &format!("\n\n{said}"))]), [], "{said}");
    }
    // A date in the cell beside it.
    let mut dated = needs("Stand:|?\n\n", "");
    let day = "2026-06-30".parse::<NaiveDate>().unwrap().and_hms_opt(0, 0, 0).unwrap();
    dated.cells[1].value = RawValue::Date(day);
    assert_eq!(told(vec![cover(""), dated])[0].0, Code::PeriodContradiction);
    // In a remark it is said of that row.
    let remark =
        sheet("Bedarf", "Zielgruppe|Personen|Bemerkung\nAsylsuchende|=10|Beratung nur Kernstadt\nGeduldete|=5|");
    assert_eq!(told(vec![cover(""), remark]), []);
}

#[test]
fn the_cover_says_its_own_day_and_title() {
    let of = |cover: &str| told(vec![sheet("Deckblatt", cover), needs("", "")]);
    let body = "Kommune|Arnsberg\nAGS|05958004\nBerichtszeitraum|2026-Q3";
    let one = |places: &str, found: &str| vec![(Code::PeriodContradiction, places.to_owned(), found.to_owned())];
    assert_eq!(of(&format!("{body}\nStand|30.06.2026")), one("Deckblatt!B4 Deckblatt!B3", "30.06.2026"));
    assert_eq!(of(&format!("{body}\nStand|06.10.2026")), []);
    assert_eq!(
        of(&format!("Rückmeldung 2. Quartal 2026\n{body}")),
        one("Deckblatt!A1 Deckblatt!B4", "Rückmeldung 2. Quartal 2026")
    );
    assert_eq!(of(&format!("Rückmeldung\n3. Quartal 2026\n{body}")), []);
    assert_eq!(of(&format!("{body}\nBemerkung|Korrektur zum 2. Quartal 2026 folgt")), []);
}

#[test]
fn a_quarter_without_a_year_is_one_of_the_same_year() {
    let called = |name: &str, persons: u32| RawSheet {
        name: name.into(),
        ..sheet("", &NEEDS.replace("=10", &format!("={persons}")))
    };
    for sheets in
        [vec![called("Bedarf Q2", 99), called("Bedarf Q3", 10)], vec![called("Bedarf Q3", 10), called("Bedarf Q2", 99)]]
    {
        let clean = cleaned([vec![cover("")], sheets].concat());
        assert_eq!(table(&clean, "bedarf").rows[0].cells[1].value, Some(Value::Number(10.0)));
        assert_eq!(found(&clean, Code::TableTwice).len(), 1);
    }
    assert_eq!(told(vec![cover(""), called("Bedarf Q2", 99)])[0].0, Code::PeriodContradiction);
    assert_eq!(told(vec![cover(""), called("Bedarf Q3", 99)]), []);
    let of = |file: &str, label: &str, period: &str| {
        let cover = sheet("Deckblatt", &format!("Kommune|Arnsberg\nAGS|05958004\n{label}|{period}"));
        let clean = cleaned_as(file, vec![cover.clone(), needs("", "")]);
        let codes = told_as(file, vec![cover, needs("", "")]);
        (clean.period.map(|period| period.to_string()).unwrap_or_default(), codes)
    };
    let file = "KIM 2. Quartal 2026 Arnsberg.xlsx";
    for (label, written, shown) in
        [("Berichtszeitraum", "3. Quartal", "3. Quartal"), ("Quartal", "=3", "3"), ("Quartal", "III", "III")]
    {
        let torn = vec![(Code::PeriodContradiction, "Deckblatt!B3".to_owned(), format!("{shown} · {file}"))];
        assert_eq!(of(file, label, written), ("2026-Q3".to_owned(), torn), "{written}");
    }
    assert_eq!(of(file, "Berichtszeitraum", "2. Quartal"), ("2026-Q2".to_owned(), vec![]), "both say so");
    assert_eq!(of(file, "Berichtszeitraum", "bald").1[0].0, Code::PeriodGuessed);
}

#[test]
fn nothing_to_report_on_a_sheet_that_the_cover_promises_is_told() {
    let of = |said: &str, text: &str| told(vec![cover(&format!("Bedarf|{said}")), sheet("Bedarf", text)]);
    let both = |cell: &str| vec![(Code::NilContradicted, format!("Deckblatt!B4 Bedarf!{cell}"), String::new())];
    assert_eq!(of("liegt vor", "Fehlanzeige"), both("A1"));
    assert_eq!(of("liegt vor", "Zielgruppe|Personen|davon weiblich\nFehlanzeige"), both("A2"));
    assert_eq!(of("Fehlanzeige", "Zielgruppe|Personen|davon weiblich\nFehlanzeige"), []);
    assert_eq!(of("", "Fehlanzeige"), []);
}

//! Sick as a whole: files that are no return, and returns that arrive in a way that needs a word.

use super::{Case, Patient, bytes, case, cover, place};
use crate::book::{Sheet, Style};
use crate::ink::Ink;
use crate::period::day;
use crate::value::{Return, Value, count_of};

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

    let mut alike = healthy.book();
    let like = cover(&mut alike, "reporter", "Bestwik");
    cover(&mut alike, "ags", "");

    let mut dated = healthy.book();
    let (row, end) = (dated.cover_rows["period"], Ink::Date(day(2026, 9, 30)));
    dated.sheets[0].cells.insert((row, 1), (end, Style::Plain));

    let mut copied = healthy.book();
    copied.sheets[0].name = "Deckblatt Q2 2026".to_string();

    let mut older = healthy.book();
    let mut about = Sheet { hidden: true, ..Sheet::new("_kim") };
    for (row, (name, says)) in (0..).zip([("form", "kim-rueckmeldung"), ("version", "0")]) {
        about.text(row, 0, name, Style::Plain);
        about.text(row, 1, says, Style::Plain);
    }
    older.sheets.push(about);

    let mut formless = healthy.book();
    formless.sheets.truncate(1);
    formless.sheets[0] = Sheet::new("Tabelle1");
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
        case("reporter_guessed", "`Bestwik`, and no AGS", &like, bytes(&alike)),
        case("period_guessed", "a date instead of the period", &period, bytes(&dated)),
        case("period_contradiction", "the cover's sheet is called `Deckblatt Q2 2026`", &period, bytes(&copied)),
        case("form_differs", "made from a form of another version", "the hidden sheet _kim", bytes(&older)),
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

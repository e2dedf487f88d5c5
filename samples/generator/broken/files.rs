//! Sick as a whole: files that are no return, and returns that arrive in a way that needs a word.

use super::{Case, Patient, bytes, case, cover, place};
use crate::book::{Sheet, Style};
use crate::ink::Ink;
use crate::value::{Return, Value, count_of};

/// The smallest thing that calls itself a PDF.
const PDF: &str = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n\
trailer<</Root 1 0 R>>\n%%EOF\n";

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
    formless.sheets[0] = Sheet::new("Tabelle1");
    formless.sheets[0].text(0, 0, "Einkaufsliste Sommerfest (alle Zahlen erfunden)", Style::Plain);
    formless.sheets[0].text(1, 0, "Würstchen", Style::Plain);
    formless.sheets[0].put(1, 1, Ink::Number(120.0), Style::Plain);

    vec![
        case("not_a_workbook", "a PDF document named .xlsx", "the file", PDF.as_bytes().to_vec()),
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

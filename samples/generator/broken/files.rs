//! Sick as a whole: files that are no return, and returns that arrive in a way that needs a word.

use super::{Case, Patient, bytes, case, cover, place, zip_part};
use crate::book::{Sheet, Style};
use crate::ink::Ink;
use crate::period::day;
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
        case("not_a_workbook", "a PDF document named .xlsx", "the file", PDF.as_bytes().to_vec()),
        damaged(healthy),
        too_large(healthy),
        exhausting(healthy),
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

fn damaged(healthy: &Patient) -> Case {
    let mut torn = bytes(&healthy.book());
    torn.truncate(torn.len() / 2);
    case("damaged_file", "only the first half of the file arrived", "the file", torn)
}

/// Nothing but zeros packs so well.
fn too_large(healthy: &Patient) -> Case {
    let picture = vec![0; 70 << 20];
    let swollen = zip_part::with(&bytes(&healthy.book()), "xl/media/image1.bmp", &picture);
    case("too_large", "a picture of one colour, 70 MiB unpacked, 70 KiB packed", "the file", swollen)
}

/// Small on the disk, because the text is stored once; 640 MB in memory.
fn exhausting(healthy: &Patient) -> Case {
    let mut book = healthy.book();
    let mut sheet = Sheet::new("Anlage");
    let text = "Alle Zahlen sind erfunden. ".repeat(1200);
    (0..20_000).for_each(|row| sheet.text(row, 0, &text, Style::Plain));
    book.sheets.push(sheet);
    case("reader_gave_up", "a sheet with the same 32,400 characters in 20,000 cells", "the file", bytes(&book))
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

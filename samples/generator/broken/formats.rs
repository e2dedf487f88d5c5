//! Sick in what kind of file it is, or in what it does not show.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::{Case, Patient, at, bytes, case, cover, place, zip_part};
use crate::book::{Sheet, Style};
use crate::ink::Ink;

/// What a Word page saved under the wrong name looks like from inside.
const PAGE: &str = "<html><head><title>Rückmeldung</title></head><body><p>Alle Zahlen in dieser Datei sind erfunden.</p>\
<p>Rückmeldung KIM Bestwig, 3. Quartal 2026: siehe Anlage.</p></body></html>\n";

const LETTER: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body><w:p><w:r>\
<w:t>Rückmeldung KIM Bestwig, 3. Quartal 2026 (alle Zahlen erfunden)</w:t></w:r></w:p></w:body></w:document>";

pub fn formats(healthy: &Patient) -> Vec<Case> {
    vec![
        case("html_file", "a web page saved as .xlsx", "the file", PAGE.as_bytes().to_vec()),
        case("word_file", "a Word document named .xlsx", "the file", zip(&[("word/document.xml", LETTER)])),
        case("lock_file", "what Excel leaves beside an open workbook", "the file", lock()),
        macros(healthy),
        encoding(healthy),
        rooms_alone(healthy),
        torn_lines(healthy),
        hidden_row(healthy),
        hidden_number(healthy),
        styled(
            healthy,
            "number_shown_otherwise",
            "money in the format `#,##0,`, which shows thousands",
            MONEY,
            Style::Thousands,
        ),
        styled(healthy, "number_hard_to_see", "a number in white letters", PLACES, Style::White),
        styled(healthy, "crossed_out", "a number crossed out as a whole", PLACES, Style::Struck),
        rich(healthy, "partly_crossed_out", "`12 15`, with the 12 crossed out", [("<strike/>", "12"), ("", " 15")]),
        rich(
            healthy,
            "footnote_ignored",
            "`18` with a raised `1`, which a careless reader takes for 181",
            [("", "18"), ("<vertAlign val=\"superscript\"/>", "1")],
        ),
    ]
}

/// The owner of the lock is invented, too.
fn lock() -> Vec<u8> {
    let name = "Erika Muster";
    let mut lock = vec![name.len() as u8];
    lock.extend(name.bytes());
    lock.resize(54, b' ');
    lock.push(0);
    lock.extend((name.len() as u16).to_le_bytes());
    lock.extend(name.encode_utf16().flat_map(u16::to_le_bytes));
    while lock.len() + 2 <= 165 {
        lock.extend([b' ', 0]);
    }
    lock.resize(165, 0);
    lock
}

fn macros(healthy: &Patient) -> Case {
    let mut workbook = ZipWriter::new_append(Cursor::new(bytes(&healthy.book()))).expect("our own workbook is a zip");
    workbook.start_file("xl/vbaProject.bin", SimpleFileOptions::default()).expect("the name is new");
    workbook.write_all(b"no macro, only the place for one").expect("memory takes every byte");
    let bytes = workbook.finish().expect("memory takes every byte").into_inner();
    Case { ending: "xlsm", ..case("macros_ignored", "the workbook brings macros", "the file", bytes) }
}

/// A cover alone says everything if there is nothing to report.
fn encoding(healthy: &Patient) -> Case {
    let mut book = healthy.book();
    let tables: Vec<String> = book.sheets.iter().filter_map(|sheet| sheet.table.clone()).collect();
    for table in &tables {
        cover(&mut book, table, "Fehlanzeige");
    }
    let bytes = western(&lines(&book.sheets[0], 0, ';'));
    let what = "the cover as CSV from a German Excel: `;`, Windows-1252, Fehlanzeige for every table";
    Case { ending: "csv", ..case("encoding_guessed", what, "the file", bytes) }
}

/// Of a text file with a table only the name says who reports and for when.
const ARRIVES_AS: &str = "sent as `2026-Q3_Bestwig_Räume.csv`";

fn rooms_alone(healthy: &Patient) -> Case {
    let book = healthy.book();
    let rooms = book.sheets.iter().find(|sheet| sheet.table.as_deref() == Some("raeume")).expect("the sheet Räume");
    let bytes = lines(rooms, rooms.header, ';').into_bytes();
    let what = format!("the sheet Räume as CSV, which holds no other sheet; {ARRIVES_AS}");
    Case { ending: "csv", ..case("one_table_only", &what, "the file", bytes) }
}

/// Commas between the fields, and commas within the numbers.
fn torn_lines(healthy: &Patient) -> Case {
    let book = healthy.book();
    let rooms = book.sheets.iter().find(|sheet| sheet.table.as_deref() == Some("raeume")).expect("the sheet Räume");
    let bytes = lines(rooms, rooms.header, ',').into_bytes();
    let what = format!("`,` between the fields and, without quotes, within the numbers; {ARRIVES_AS}");
    Case { ending: "csv", ..case("line_too_long", &what, "line 2", bytes) }
}

/// A sheet from this row on, as Excel saves it: as many separators in each line, quotes where a text needs them.
fn lines(sheet: &Sheet, first: u32, separator: char) -> String {
    let cells = &sheet.cells;
    let rows = cells.keys().map(|spot| spot.0).max().unwrap_or(0);
    let columns = cells.keys().map(|spot| spot.1).max().unwrap_or(0);
    let cell = |row, column| match cells.get(&(row, column)) {
        Some((Ink::Text(text), _)) if text.contains(['"', separator, '\n']) => {
            format!("\"{}\"", text.replace('"', "\"\""))
        }
        Some((Ink::Text(text), _)) => text.clone(),
        Some((Ink::Number(number), _)) => number.to_string().replace('.', ","),
        Some((Ink::Date(date), _)) => date.format("%d.%m.%Y").to_string(),
        _ => String::new(),
    };
    let line =
        |row| (0..=columns).map(|column| cell(row, column)).collect::<Vec<_>>().join(&separator.to_string()) + "\r\n";
    (first..=rows).map(line).collect()
}

/// Windows-1252, as far as these texts need it.
fn western(text: &str) -> Vec<u8> {
    let byte = |mark: char| match mark {
        '–' => 0x96,
        '„' => 0x84,
        '“' => 0x93,
        '’' => 0x92,
        '…' => 0x85,
        '€' => 0x80,
        mark => u8::try_from(u32::from(mark)).expect("the samples use no other marks"),
    };
    text.chars().map(byte).collect()
}

fn hidden_row(healthy: &Patient) -> Case {
    let mut book = healthy.book();
    let row = book.sheet("raeume").rows[1];
    let index = book.sheets.iter().position(|sheet| sheet.table.as_deref() == Some("raeume")).expect("it has a sheet");
    let part = format!("xl/worksheets/sheet{}.xml", index + 1);
    let (old, new) = (format!("<row r=\"{}\"", row + 1), format!("<row r=\"{}\" hidden=\"1\"", row + 1));
    let bytes = replace_in(&bytes(&book), &part, &old, &new);
    case("hidden_content", "a room's row is hidden", &at("Räume", row, 0), bytes)
}

fn hidden_number(healthy: &Patient) -> Case {
    let mut book = healthy.book();
    let spot = place(&book, "raeume", 1, "plaetze");
    let sheet = book.sheet("raeume");
    let at = (sheet.rows[1], sheet.columns["plaetze"]);
    sheet.cells.insert(at, (Ink::Number(3.0), Style::Hiding));
    case("number_hidden_by_format", "3 places in the format `[<5]\"/\";0`, which shows `/`", &spot, bytes(&book))
}

const MONEY: (&str, usize, &str) = ("stellen", 0, "mittel_bewilligt");
const PLACES: (&str, usize, &str) = ("raeume", 1, "plaetze");

/// The same value, looking otherwise.
fn styled(
    healthy: &Patient,
    code: &'static str,
    what: &str,
    (table, row, field): (&str, usize, &str),
    style: Style,
) -> Case {
    let mut book = healthy.book();
    let spot = place(&book, table, row, field);
    let sheet = book.sheet(table);
    let at = (sheet.rows[row], sheet.columns[field]);
    sheet.cells.get_mut(&at).expect("a tidy return answers everything").1 = style;
    case(code, what, &spot, bytes(&book))
}

/// A text in two runs, each with its marks.
fn rich(healthy: &Patient, code: &'static str, what: &str, runs: [(&str, &str); 2]) -> Case {
    const HERE: &str = "in two runs";
    let mut book = healthy.book();
    let (table, row, field) = PLACES;
    let spot = place(&book, table, row, field);
    let sheet = book.sheet(table);
    let at = (sheet.rows[row], sheet.columns[field]);
    sheet.cells.insert(at, (Ink::Text(HERE.to_string()), Style::Plain));
    let run = |(marks, text): (&str, &str)| {
        format!("<r><rPr>{marks}<sz val=\"11\"/></rPr><t xml:space=\"preserve\">{text}</t></r>")
    };
    let text: String = runs.into_iter().map(run).collect();
    let bytes = zip_part::replace(&bytes(&book), &format!("<t>{HERE}</t>"), &text);
    case(code, what, &spot, bytes)
}

/// Replaces `old` by `new` in one part, where it must stand once.
fn replace_in(workbook: &[u8], part: &str, old: &str, new: &str) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(workbook)).expect("our own workbook is a zip archive");
    let mut changed = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).expect("every part can be opened");
        let name = entry.name().expect("the names of our parts are plain").into_owned();
        let mut text = String::new();
        entry.read_to_string(&mut text).expect("every part of a plain workbook is text");
        if name == part {
            assert_eq!(text.matches(old).count(), 1, "{old} stands once in {part}");
            text = text.replace(old, new);
        }
        changed.start_file(name, SimpleFileOptions::default()).expect("names stay different");
        changed.write_all(text.as_bytes()).expect("memory takes every byte");
    }
    changed.finish().expect("memory takes every byte").into_inner()
}

fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        writer.start_file(*name, SimpleFileOptions::default()).expect("names are different");
        writer.write_all(text.as_bytes()).expect("memory takes every byte");
    }
    writer.finish().expect("memory takes every byte").into_inner()
}

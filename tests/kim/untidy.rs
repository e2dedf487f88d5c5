//! The same return as other hands fill it in, as real files: numbers as texts and in formats, per cent, days in any writing,
//! titles merged above, rows hidden, columns in another order; as xlsx, and as what LibreOffice makes ods and xls of it.
//!
//! The law: every value is that of the tidy return, or its sender is told of that cell, its column or its table.

use std::path::{Path, PathBuf};
use std::process::Command;

use rust_xlsxwriter::{Format, FormatAlign, Workbook, Worksheet};
use serde_json::Value;

use crate::world::{World, root, sheet};

/// So many returns are written; each is read in three formats.
const RETURNS: u64 = 5;

/// Numbers that depend on nothing but the seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ mixed >> 31) % sides as u64) as usize
    }
}

fn inspected(file: &Path) -> Value {
    World::new().kim(&["inspect", &file.display().to_string(), "--json"]).json()
}

/// A number as a hand writes it, so that it still is that number.
fn number(page: &mut Worksheet, at: (u32, u16), number: f64, heading: &str, dice: &mut Dice) {
    let whole = number.fract() == 0.0;
    let german = number.to_string().replace('.', ",");
    let format = |code: &str| Format::new().set_num_format(code);
    let posts = heading.contains("VZÄ");
    match dice.roll(8) {
        0 => page.write_string(at.0, at.1, german),
        1 => page.write_string(at.0, at.1, format!(" {german}\u{a0}")),
        2 => page.write_string_with_format(at.0, at.1, german, &format("@")),
        3 if whole => page.write_number_with_format(at.0, at.1, number, &format("#,##0")),
        4 if whole => page.write_number_with_format(at.0, at.1, number, &format("0;-0;\"–\"")),
        5 => page.write_number_with_format(at.0, at.1, number, &format("#,##0.00")),
        6 if posts && number <= 1.0 => page.write_number_with_format(at.0, at.1, number, &format("0%")),
        7 if posts => page.write_string(at.0, at.1, format!("{german} VZÄ")),
        _ => page.write_number(at.0, at.1, number),
    }
    .expect("a number");
}

fn day(page: &mut Worksheet, at: (u32, u16), iso: &str, dice: &mut Dice) {
    let parts: Vec<&str> = iso.split('-').collect();
    let text = match dice.roll(4) {
        0 => format!("{}.{}.{}", parts[2], parts[1], parts[0]),
        1 => iso.to_owned(),
        2 => format!("{}.{}.{}", parts[2].trim_start_matches('0'), parts[1].trim_start_matches('0'), &parts[0][2..]),
        _ => {
            let day = rust_xlsxwriter::ExcelDateTime::parse_from_str(iso).expect("a day");
            let shown = Format::new().set_num_format(["dd.mm.yyyy", "yyyy-mm-dd", "d. mmm yy"][dice.roll(3)]);
            page.write_datetime_with_format(at.0, at.1, &day, &shown).expect("a day");
            return;
        }
    };
    page.write_string(at.0, at.1, text).expect("a text");
}

/// One table, somewhere on its sheet, its columns in some order.
fn write_table(page: &mut Worksheet, table: &Value, dice: &mut Dice) {
    let (mut row, left) = (dice.roll(4) as u32, dice.roll(3) as u16);
    let mut columns: Vec<&Value> = table["columns"].as_array().expect("columns").iter().collect();
    if dice.roll(2) == 0 {
        let at = dice.roll(columns.len());
        // Behind the first, which people leave in front.
        columns[1..].rotate_left(at % (table["columns"].as_array().expect("columns").len() - 1));
    }
    if row > 0 {
        let centre = Format::new().set_align(FormatAlign::Center);
        let last = left + columns.len() as u16 - 1;
        page.merge_range(0, left, 0, last, "Angaben der Gemeinde", &centre).expect("a title");
    }
    for (column, at) in columns.iter().zip(left..) {
        let heading = column["heading"].as_str().expect("a heading");
        let heading = match dice.roll(4) {
            0 => format!(" {heading} "),
            1 => heading.to_uppercase().replace("M²", "m²"),
            2 => heading.replacen(' ', "\n", 1),
            _ => heading.to_owned(),
        };
        page.write_string(row, at, heading).expect("a heading");
    }
    for values in table["rows"].as_array().expect("rows") {
        row += 1;
        if dice.roll(8) == 0 {
            page.set_row_hidden(row).expect("a row");
        }
        for (column, at) in columns.iter().zip(left..) {
            let cell = &values[column["field"].as_str().expect("a field")];
            let written = cell["written"].as_str().unwrap_or_default();
            let heading = column["heading"].as_str().unwrap_or_default();
            match &cell["value"] {
                Value::Number(value) => number(page, (row, at), value.as_f64().expect("a number"), heading, dice),
                Value::String(iso) if iso.len() == 10 && written.ends_with(&iso[..4]) && iso.as_bytes()[4] == b'-' => {
                    day(page, (row, at), iso, dice);
                }
                Value::String(_) if dice.roll(4) == 0 => {
                    page.write_string(row, at, format!("{written}  ")).expect("a text");
                }
                _ if written.is_empty() => {}
                _ => {
                    page.write_string(row, at, written).expect("a text");
                }
            }
        }
    }
    if dice.roll(3) == 0 {
        page.write_string(row + 2, left, "Anmerkung: Angaben der Fachstelle").expect("a remark");
    }
}

fn write(tidy: &Value, cover: &[Vec<String>], seed: u64, folder: &Path) -> PathBuf {
    let mut dice = Dice(seed);
    let mut book = Workbook::new();
    let page = book.add_worksheet().set_name("Deckblatt").expect("a name");
    for (row, cells) in (0..).zip(cover) {
        for (column, text) in (0..).zip(cells) {
            page.write_string(row, column, text).expect("a text");
        }
    }
    for table in tidy["tables"].as_array().expect("tables") {
        let page = book.add_worksheet().set_name(table["sheet"].as_str().expect("a sheet")).expect("a name");
        write_table(page, table, &mut dice);
    }
    let path = folder.join(format!("untidy-{seed}.xlsx"));
    book.save(&path).expect("a file");
    path
}

/// Values that are others than the tidy ones though nobody is told of the cell, its column, its row or its table.
fn unsaid(tidy: &Value, untidy: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    if (&tidy["body"], &tidy["period"]) != (&untidy["body"], &untidy["period"]) {
        wrong.push(format!("{} {}", untidy["body"], untidy["period"]));
    }
    let findings: Vec<&Value> = untidy["findings"].as_array().expect("findings").iter().collect();
    for table in tidy["tables"].as_array().expect("tables") {
        let name = &table["table"];
        let of_table = |code: &str| findings.iter().any(|told| told["table"] == *name && told["code"] == code);
        let Some(here) = untidy["tables"].as_array().expect("tables").iter().find(|here| here["table"] == *name) else {
            if !of_table("table_missing") {
                wrong.push(format!("{name} is not there, and nobody says so"));
            }
            continue;
        };
        let (before, after) = (table["rows"].as_array().expect("rows"), here["rows"].as_array().expect("rows"));
        if before.len() != after.len() {
            wrong.push(format!("{name}: {} rows became {}", before.len(), after.len()));
            continue;
        }
        for (was, is) in before.iter().zip(after) {
            for (field, cell) in was.as_object().expect("cells") {
                let now = &is[field];
                let same = (&cell["state"], &cell["value"]) == (&now["state"], &now["value"]);
                let sheet = here["sheet"].as_str().unwrap_or_default();
                let place = now["cell"].as_str().unwrap_or_default();
                let told = findings.iter().any(|told| {
                    let at = |at: &Value| {
                        let (row, column) = (at["row"].as_u64().unwrap_or(0), at["column"].as_u64().unwrap_or(0));
                        let letter = char::from(b'A' + u8::try_from(column).unwrap_or(25));
                        at["sheet"] == sheet && format!("{letter}{}", row + 1) == place
                    };
                    told["places"].as_array().is_some_and(|places| places.iter().any(at))
                        || told["table"] == *name && told["code"] == "column_missing"
                });
                if !same && !told {
                    wrong.push(format!("{name} {field} {place}: {} became {}", cell["value"], now["value"]));
                }
            }
        }
    }
    wrong
}

#[test]
fn what_other_hands_write_is_the_same_in_every_file_or_told() {
    let source = root().join("samples/broken/tidy.xlsx");
    let (tidy, cover) = (inspected(&source), sheet(&source, "Deckblatt"));
    assert!(tidy["tables"].as_array().is_some_and(|tables| tables.len() > 5), "{tidy}");
    let folder = tempfile::tempdir().expect("a folder");
    let files: Vec<PathBuf> = (1..=RETURNS).map(|seed| write(&tidy, &cover, seed, folder.path())).collect();
    let mut wrong = Vec::new();
    let mut judge = |file: &Path| {
        let untidy = inspected(file);
        assert!(untidy["answered"].as_u64() > Some(100), "{}: {}", file.display(), untidy["findings"]);
        let unsaid = unsaid(&tidy, &untidy).into_iter();
        wrong.extend(unsaid.map(|what| format!("{}: {what}", file.file_name().expect("a name").to_string_lossy())));
    };
    files.iter().for_each(|file| judge(file));
    if crate::tools::has("soffice", &["--version"]) {
        let home = format!("-env:UserInstallation=file://{}", folder.path().join("office").display());
        for (ending, filter) in [("ods", "ods:calc8"), ("xls", "xls:MS Excel 97")] {
            let done = Command::new("soffice")
                .args([&home, "--headless", "--convert-to", filter, "--outdir"])
                .arg(folder.path())
                .args(&files)
                .output()
                .expect("soffice starts");
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
            files.iter().for_each(|file| judge(&file.with_extension(ending)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

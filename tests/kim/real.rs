//! Workbooks as an authority made them, read with nothing but TOML (`tests/real/`). They lie beside the repository, not
//! in it: in `../shared/real`, or where `KIM_REAL` says. Without them there is nothing to try, unless
//! `KIM_REQUIRE_REAL` says that they are there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use calamine::{Data, Reader, Xlsx, open_workbook};
use serde_json::Value;

use crate::world::{Told, root};

/// None, with a word about it, where the files are not at hand.
fn file(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("KIM_REAL").map_or_else(|| root().join("../shared/real"), PathBuf::from);
    let path = folder.join(name);
    if path.is_file() {
        return Some(path);
    }
    assert!(std::env::var_os("KIM_REQUIRE_REAL").is_none(), "{} is missing", path.display());
    println!("not tried: {} is not here", path.display());
    None
}

fn inspected(pipeline: &str, file: &std::path::Path) -> Value {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_kim"));
    let pipeline = format!("pipelines/{pipeline}.toml");
    command.current_dir(root().join("tests/real")).env_remove("KIM_LOG");
    command.args(["inspect", "--json", "--config", "config", "--pipeline", &pipeline]).arg(file);
    Told::from(command.output().expect("the program starts")).json()
}

fn table<'a>(told: &'a Value, name: &str) -> &'a Value {
    let tables = told["tables"].as_array().expect("tables");
    tables.iter().find(|table| table["table"] == name).unwrap_or_else(|| panic!("{name} was not found: {told:#}"))
}

fn rows(table: &Value) -> &[Value] {
    table["rows"].as_array().expect("rows")
}

/// The cells of all findings of this code, as `sheet!cell`.
fn places(told: &Value, code: &str) -> BTreeSet<String> {
    let findings = told["findings"].as_array().expect("findings").iter().filter(|finding| finding["code"] == code);
    let places = findings.flat_map(|finding| finding["places"].as_array().expect("places"));
    let shown = |place: &Value| {
        let column = place["column"].as_u64().expect("a column");
        let letters = if column < 26 {
            char::from(b'A' + column as u8).to_string()
        } else {
            let (first, second) = (b'A' + (column / 26) as u8 - 1, b'A' + (column % 26) as u8);
            format!("{}{}", char::from(first), char::from(second))
        };
        format!("{}!{letters}{}", place["sheet"].as_str().expect("a sheet"), place["row"].as_u64().expect("a row") + 1)
    };
    places.map(shown).collect()
}

/// How many cells are withheld.
fn withheld(told: &Value) -> usize {
    let cells = told["tables"].as_array().expect("tables").iter().flat_map(rows).flat_map(|row| {
        row.as_object().expect("cells").values().filter(|cell| cell["state"] == "withheld").collect::<Vec<_>>()
    });
    cells.count()
}

#[test]
fn a_table_with_headings_over_five_rows_has_a_row_for_each_area() {
    let Some(path) = file("lsn_2019_D2_mindestsicherung.xlsx") else { return };
    let told = inspected("d2", &path);
    let found = rows(table(&told, "mindestsicherung"));
    let mut book: Xlsx<_> = open_workbook(&path).unwrap();
    let sheet = book.worksheet_range("2019_D2").unwrap();
    let fields = [
        "anzahl_insgesamt",
        "anzahl_deutsche",
        "anzahl_auslaendische",
        "quote_insgesamt",
        "quote_deutsche",
        "quote_auslaendische",
    ];
    assert_eq!(found.len(), 56);
    for (index, row) in found.iter().enumerate() {
        let at = |column: u32| sheet.get_value((9 + index as u32, column)).unwrap_or(&Data::Empty);
        assert_eq!(row["gebiet"]["value"], at(1).to_string().trim());
        for (column, field) in fields.iter().enumerate() {
            assert_eq!(row[*field]["value"].to_string(), format!("{:?}", number(at(2 + column as u32))), "row {index}");
        }
    }
    // Each of the six figures equals the raw data on two other sheets, in every area.
    let rules = told["rules"].as_array().unwrap();
    assert_eq!(rules.len(), 6);
    for rule in rules {
        assert_eq!((&rule["held"], &rule["violated"], &rule["undecided"]), (&56.into(), &0.into(), &0.into()));
    }
}

fn number(cell: &Data) -> f64 {
    match cell {
        Data::Float(number) => *number,
        Data::Int(number) => *number as f64,
        other => panic!("{other:?} is no number"),
    }
}

#[test]
fn a_wide_table_read_long_equals_its_twin_but_for_two_values_that_differ() {
    let Some(path) = file("lsn_2020_3-1-1_betreuungsquoten.xlsx") else { return };
    let told = inspected("betreuung", &path);
    let values = |name: &str| -> BTreeMap<(String, String, String), f64> {
        let key = |row: &Value| {
            let text = |field: &str| row[field]["value"].as_str().expect("a text").to_owned();
            (text("land"), text("jahr"), text("kategorie"))
        };
        let value = |row: &Value| row["wert"]["value"].as_f64().expect("a number");
        rows(table(&told, name)).iter().map(|row| (key(row), value(row))).collect()
    };
    let (wide, long) = (values("breit"), values("lang"));
    assert_eq!((wide.len(), long.len()), (144, 144));
    let differ: Vec<(&str, &str, f64, f64)> = wide
        .iter()
        .filter(|(key, value)| long[key] != **value)
        .map(|(key, value)| (key.0.as_str(), key.2.as_str(), *value, long[key]))
        .collect();
    let kinds = |age| format!("Kinder ohne Migrationshintergrund {age}");
    let (young, old) = (kinds("bis unter 3 Jahre"), kinds("3 bis unter 6 Jahre"));
    assert_eq!(differ, [("Niedersachsen", old.as_str(), 101.0, 104.0), ("Niedersachsen", young.as_str(), 42.0, 37.0)]);
    let expected = ["3.1.1_CSV!D120", "3.1.1_CSV!D144", "3.1.1_Download!H33", "3.1.1_Download!I33"];
    assert_eq!(places(&told, "rule_violated"), expected.map(str::to_owned).into());
    let rule = &told["rules"][0];
    assert_eq!((&rule["held"], &rule["violated"], &rule["undecided"]), (&142.into(), &2.into(), &0.into()));
}

#[test]
fn numbers_that_a_format_shows_as_a_sign_are_withheld() {
    let Some(path) = file("lsn_2019_D6_values_hidden_by_format.xlsx") else { return };
    let told = inspected("d6", &path);
    let hidden = ["P14", "L15", "P15", "P16", "I18", "L18", "P21", "L22", "P23", "L25"];
    let expected: BTreeSet<String> = hidden.iter().map(|cell| format!("_Berechnung!{cell}")).collect();
    assert_eq!(places(&told, "number_hidden_by_format"), expected);
    let found = rows(table(&told, "lebensunterhalt"));
    assert_eq!(found.len(), 63, "the first of the four tables on the sheet");
    // Ten by their format; the others say `/` themselves.
    let typed = found.iter().flat_map(|row| row.as_object().unwrap().values());
    let typed = typed.filter(|cell| cell["written"] == "/" && cell["state"] == "withheld").count();
    assert_eq!((withheld(&told), typed), (57, 57));
    let values = found.iter().flat_map(|row| row.as_object().unwrap().values());
    let small = values.filter_map(|cell| cell["value"].as_f64()).filter(|value| *value != 0.0 && *value < 5.0).count();
    assert_eq!(small, 0, "none of the hidden numbers is left");
}

#[test]
fn numbers_typed_as_text_are_numbers_and_a_far_cell_costs_nothing() {
    let Some(path) = file("lsn_2019_B13_numbers_as_text.xlsx") else { return };
    let told = inspected("b13", &path);
    let found = rows(table(&told, "quoten"));
    assert_eq!(found.len(), 30);
    let value = |row: usize, field: &str| found[row][field]["value"].as_f64();
    let first = ["insgesamt", "ohne_hintergrund", "mit_hintergrund", "mit_erfahrung", "ohne_erfahrung"];
    assert_eq!(first.map(|field| value(0, field)), [11.9, 8.5, 21.1, 30.0, 14.9].map(Some));
    assert_eq!(first.map(|field| value(1, field)), [13.1, 9.2, 22.9, 29.7, 18.2].map(Some), "(18,2) is 18.2");
    assert_eq!(found[2]["ohne_erfahrung"]["state"], "withheld");
    let sheets = ["2011!AP9", "2011!AP10", "2011!AQ10", "2012!AP10", "2013!AP9", "2013!AQ9", "2013!AP10", "2014!AP9"];
    let more = ["2014!AP10", "2015!AP9", "2015!AP10", "2016!AP10", "2016!AQ10", "2018!AP10", "2019!AP10"];
    let expected: BTreeSet<String> = sheets.iter().chain(&more).map(|cell| format!("SAS_Rohdaten_{cell}")).collect();
    assert_eq!(expected.len(), 15);
    assert_eq!(places(&told, "number_hidden_by_format"), expected);
}

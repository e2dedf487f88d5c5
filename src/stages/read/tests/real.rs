//! Real workbooks, which lie beside the repository where they may be used: `KIM_REAL` says where. Without them these
//! tests say so and pass, unless `KIM_REQUIRE_REAL` is set.

use std::io::Write as _;
use std::path::PathBuf;

use super::*;
use crate::model::value::address;

fn real(name: &str) -> Option<RawWorkbook> {
    let folder = std::env::var_os("KIM_REAL")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/real"), PathBuf::from);
    let path = folder.join(name);
    if !path.exists() {
        assert!(std::env::var_os("KIM_REQUIRE_REAL").is_none(), "{} is required and not there", path.display());
        let _ = writeln!(std::io::stderr(), "\nSKIPPED: {} is not there\n", path.display());
        return None;
    }
    Some(workbook(&std::fs::read(path).unwrap()).unwrap())
}

/// Sheet, address and what is shown, of each number that its format hides.
fn hidden(book: &RawWorkbook) -> Vec<(&str, String, &str)> {
    let cells = book.sheets.iter().flat_map(|sheet| sheet.cells.iter().map(move |cell| (sheet, cell)));
    let hidden = cells.filter_map(|(sheet, cell)| match &cell.value {
        RawValue::Hidden(shown) => Some((sheet.name.as_str(), address(cell.row, cell.column), shown.as_str())),
        _ => None,
    });
    hidden.collect()
}

#[test]
fn exactly_the_ten_numbers_that_excel_shows_as_a_slash_are_hidden() {
    let Some(book) = real("lsn_2019_D6_values_hidden_by_format.xlsx") else { return };
    let hidden = hidden(&book);
    assert_eq!(hidden.len(), 10, "{hidden:?}");
    assert!(hidden.iter().all(|(sheet, _, shown)| *sheet == "_Berechnung" && *shown == "/"), "{hidden:?}");
    let at: Vec<&str> = hidden.iter().map(|(_, at, _)| at.as_str()).collect();
    assert_eq!(at, ["P14", "L15", "P15", "P16", "I18", "L18", "P21", "L22", "P23", "L25"]);
    let sheet = book.sheets.iter().find(|sheet| sheet.name == "_Berechnung").unwrap();
    // 54.6 by the third section; 1.5 by the first.
    assert_eq!(sheet.cell(12, 8), Some(&RawValue::Number(54.6)));
    assert_eq!(sheet.cell(13, 15), Some(&RawValue::Hidden("/".into())));
}

#[test]
fn fifteen_numbers_are_hidden_beside_a_range_that_runs_to_the_end_of_the_sheet() {
    let begun = std::time::Instant::now();
    let Some(book) = real("lsn_2019_B13_numbers_as_text.xlsx") else { return };
    let took = begun.elapsed();
    let hidden = hidden(&book);
    assert_eq!(hidden.len(), 15, "{hidden:?}");
    assert!(hidden.iter().all(|(sheet, _, shown)| sheet.starts_with("SAS_Rohdaten_") && *shown == "/"), "{hidden:?}");
    assert!(took.as_secs() < 5, "{took:?}");
}

#[test]
fn merged_headers_of_a_real_table_are_known() {
    let Some(book) = real("lsn_2020_3-1-1_betreuungsquoten.xlsx") else { return };
    let sheet = book.sheets.iter().find(|sheet| sheet.name == "3.1.1_Download").unwrap();
    assert!(sheet.merged.len() > 3, "{:?}", sheet.merged);
    assert!(sheet.merged.iter().all(|area| area.top < area.bottom || area.left < area.right), "{:?}", sheet.merged);
}

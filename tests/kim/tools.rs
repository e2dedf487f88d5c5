//! What other programs make of our workbooks. Where Python or LibreOffice is missing these stories say so loudly and
//! pass; with `KIM_REQUIRE_TOOLS=1`, as the whole check sets it, they fail.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::world::World;

pub fn has(program: &str, arguments: &[&str]) -> bool {
    let there = Command::new(program).args(arguments).output().is_ok_and(|told| told.status.success());
    if !there {
        assert!(std::env::var_os("KIM_REQUIRE_TOOLS").is_none(), "{program} {arguments:?} is required and not there");
        eprintln!("\nSKIPPED: {program} {arguments:?} is not there, so nobody but us has read the workbook\n");
    }
    there
}

fn editions(world: &World) -> Vec<std::path::PathBuf> {
    let run = world.run();
    let editions = run["editions"].as_array().expect("editions");
    editions.iter().map(|edition| world.path(edition["path"].as_str().expect("a path"))).collect()
}

#[test]
fn openpyxl_reads_every_sheet() {
    if !has("python3", &["-c", "import openpyxl"]) {
        return;
    }
    let world = World::settled("2026-11-20");
    for path in editions(&world) {
        let told = python(&path);
        assert!(told.contains("sheets "), "{told}");
        assert!(!told.contains("formula"), "values only: {told}");
        assert!(!told.contains("hidden"), "nothing hidden: {told}");
        assert!(!told.contains("error"), "no error value: {told}");
    }
}

fn python(path: &Path) -> String {
    let script = r##"
import sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1])
print("sheets", len(book.sheetnames))
assert book.properties.title and book.properties.creator, "no document properties"
for sheet in book:
    if sheet.sheet_state != "visible": print("hidden", sheet.title)
    assert sheet.page_setup.orientation == "landscape" and str(sheet.page_setup.paperSize) == "9", sheet.title
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type == "f": print("formula", sheet.title, cell.coordinate)
            if cell.data_type == "e": print("error", sheet.title, cell.coordinate, cell.value)
"##;
    let told = Command::new("python3").args(["-c", script]).arg(path).output().expect("python3 starts");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    String::from_utf8_lossy(&told.stdout).into_owned()
}

#[test]
fn libreoffice_prints_it_without_an_error() {
    if !has("soffice", &["--version"]) || !has("pdftotext", &["-v"]) {
        return;
    }
    let world = World::settled("2026-11-20");
    for path in editions(&world) {
        let out = world.path("pdf");
        let home = format!("-env:UserInstallation=file://{}", world.path("office").display());
        let done = Command::new("soffice")
            .args([&home, "--headless", "--convert-to", "pdf", "--outdir"])
            .arg(&out)
            .arg(&path)
            .output()
            .expect("soffice starts");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let pdf = out.join(path.file_stem().expect("a name")).with_extension("pdf");
        let text = Command::new("pdftotext").arg(&pdf).arg("-").output().expect("pdftotext starts");
        let text = String::from_utf8_lossy(&text.stdout).into_owned();
        assert!(text.len() > 1000, "{} prints nothing", path.display());
        for sign in ["#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "Err:5", "###"] {
            assert!(!text.contains(sign), "{} prints {sign}", path.display());
        }
    }
}

/// The sick returns as other programs save them: the same is understood, and the same found at the same cells.
#[test]
fn in_another_format_the_same_is_found() {
    if !has("soffice", &["--version"]) {
        return;
    }
    let world = World::new();
    let sick = [
        "tidy",
        "code_guessed",
        "column_unknown",
        "crossed_out",
        "date_in_future",
        "error_cell",
        "footnote_ignored",
        "fraction_in_count",
        "hidden_content",
        "negative_count",
        "not_a_date",
        "not_a_number",
        "number_ambiguous",
        "number_hard_to_see",
        "number_hidden_by_format",
        "number_shown_otherwise",
        "partly_crossed_out",
        "total_row_differs",
    ];
    let told = |file: &Path| {
        let told = world.kim(&["inspect", &file.display().to_string(), "--json"]).json();
        let findings = told["findings"].as_array().expect("findings").iter();
        let findings: Vec<Value> = findings
            .filter(|finding| finding["code"] != "less_trusted")
            .map(|finding| json!([finding["code"], finding["places"], finding["found"], finding["expected"]]))
            .collect();
        json!([told["body"], told["period"], told["kind"], told["tables"], findings])
    };
    let sources = sick.map(|name| crate::world::root().join(format!("samples/broken/{name}.xlsx")));
    let expected: Vec<Value> = sources.iter().map(|source| told(source)).collect();
    for (ending, filter) in
        [("xls", "xls:MS Excel 97"), ("ods", "ods:calc8"), ("xlsm", "xlsm:Calc MS Excel 2007 VBA XML")]
    {
        let out = world.path(ending);
        let home = format!("-env:UserInstallation=file://{}", world.path("office").display());
        let done = Command::new("soffice")
            .args([&home, "--headless", "--convert-to", filter, "--outdir"])
            .arg(&out)
            .args(&sources)
            .output()
            .expect("soffice starts");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        for (name, expected) in sick.iter().zip(&expected) {
            assert_eq!(told(&out.join(format!("{name}.{ending}"))), *expected, "{name}.{ending}");
        }
    }
}

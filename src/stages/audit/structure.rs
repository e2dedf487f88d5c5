//! What a workbook may be made of.

use super::Complaint;
use super::package::{Package, Sheet};
use super::xml::Element;

/// Beginnings of parts that carry something nobody sees at first sight.
const FOREIGN: [(&str, &str); 11] = [
    ("xl/externalLinks/", "a link to another workbook"),
    ("xl/comments", "comments"),
    ("xl/threadedComments/", "comments"),
    ("xl/persons/", "names of commenting people"),
    ("xl/pivotCache/", "the data of a pivot table"),
    ("xl/pivotTables/", "a pivot table"),
    ("xl/connections", "a connection to a data source"),
    ("xl/queryTables/", "a query"),
    ("xl/embeddings/", "an embedded file"),
    ("xl/vbaProject", "macros"),
    ("customXml/", "custom data"),
];

/// Names that spreadsheets make for themselves.
const BUILT_IN: [&str; 3] = ["_xlnm.Print_Area", "_xlnm.Print_Titles", "_xlnm._FilterDatabase"];

pub(super) fn complaints(package: &Package) -> Vec<Complaint> {
    let mut found = Vec::new();
    for (start, what) in FOREIGN {
        if package.parts.iter().any(|part| part.starts_with(start)) {
            found.push(of_file(format!("the workbook holds {what}")));
        }
    }
    for (from, to) in &package.outside {
        let is_link = to.starts_with("mailto:") || to.starts_with("https://");
        if !is_link {
            found.push(of_file(format!("{from} points outside of the workbook")));
        }
    }
    for name in package.workbook.child("definedNames").into_iter().flat_map(|names| names.all("definedName")) {
        let name = name.attribute("name").unwrap_or("");
        if !BUILT_IN.contains(&name) {
            found.push(of_file(format!("the workbook defines the name {name}")));
        }
    }
    let formats = package.styles.child("numFmts").into_iter().flat_map(|formats| formats.all("numFmt"));
    for format in formats.filter_map(|format| format.attribute("formatCode")).filter(|code| hides(code)) {
        found.push(of_file(format!("the number format `{format}` hides what it formats")));
    }
    found.extend(package.sheets.iter().flat_map(of_sheet));
    found
}

fn of_sheet(sheet: &Sheet) -> Vec<Complaint> {
    let complain = |cell: &str, sentence: &str| Complaint {
        sheet: sheet.name.clone(),
        cell: cell.to_owned(),
        sentence: sentence.to_owned(),
    };
    let mut found = Vec::new();
    if sheet.state != "visible" {
        found.push(complain("", "the sheet is hidden"));
    }
    let within = |element: &'static str, entry: &'static str| {
        sheet.root.child(element).into_iter().flat_map(move |parent| parent.all(entry))
    };
    let unseen = |entry: &Element, size: &str| {
        entry.is_true("hidden") || entry.attribute(size).is_some_and(|size| size.parse() == Ok(0.0_f64))
    };
    for column in within("cols", "col").filter(|column| unseen(column, "width")) {
        let number = column.attribute("min").and_then(|number| number.parse::<u32>().ok()).unwrap_or(1);
        let letters = crate::model::value::column_letters(number.saturating_sub(1));
        found.push(complain(&letters, "the column is hidden"));
    }
    for row in within("sheetData", "row").filter(|row| unseen(row, "ht")) {
        found.push(complain(row.attribute("r").unwrap_or(""), "the row is hidden"));
    }
    for cell in sheet.cells.iter().filter(|cell| cell.has_formula) {
        found.push(complain(&cell.address, "a formula"));
    }
    found
}

/// Does a section of the format show nothing of the number? The first three sections are for positive, negative and
/// zero; a section shows the number if it has a place for digits, for a date or for all of it.
fn hides(code: &str) -> bool {
    let mut bare = String::new();
    let (mut quoted, mut letters) = (false, code.chars());
    while let Some(letter) = letters.next() {
        match letter {
            '"' => quoted = !quoted,
            // What follows is shown as it is, or is a width.
            '\\' | '_' | '*' if !quoted => drop(letters.next()),
            _ if !quoted => bare.push(letter),
            _ => {}
        }
    }
    let shows = |section: &str| {
        let named = section.contains("General") || section.contains('@');
        named || section.contains(['0', '#', '?', 'd', 'm', 'y', 'h', 's', 'D', 'M', 'Y', 'H', 'S'])
    };
    // Colours and conditions in brackets are no places.
    let sections = bare.split(';').take(3).map(|section| section.split(']').next_back().unwrap_or(""));
    sections.into_iter().any(|section| !shows(section))
}

fn of_file(sentence: String) -> Complaint {
    Complaint { sheet: String::new(), cell: String::new(), sentence }
}

mod ods;
mod real;
mod xls;
mod xlsb;

use std::collections::BTreeMap;

use super::*;
use crate::base::zipped::zip_of;
use crate::model::raw::{Comment, Look, RawValue};

/// The smallest legal xlsx with this inside of `sheetData`.
pub(super) fn bare(rows: &str) -> Vec<u8> {
    zipped(&parts(rows))
}

/// Also with something before and behind.
fn sheet(before: &str, rows: &str, behind: &str) -> Vec<u8> {
    zipped(&parts_around(before, rows, behind))
}

fn zipped(parts: &[(&str, String)]) -> Vec<u8> {
    let parts: Vec<(&str, &str)> = parts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    zip_of(&parts)
}

pub(super) fn parts(rows: &str) -> Vec<(&'static str, String)> {
    parts_around("", rows, "")
}

pub(super) fn parts_around(before: &str, rows: &str, behind: &str) -> Vec<(&'static str, String)> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    vec![
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>".to_owned(),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
                 <Relationship Id=\"rId1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><workbookPr date1904=\"1\"/>\
                 <sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"rId1\"/>\
                 <sheet name=\"B\" sheetId=\"2\" state=\"hidden\" r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
                 <Relationship Id=\"rId1\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{main}\"><numFmts count=\"2\"><numFmt numFmtId=\"165\" formatCode=\"[&lt;5]&quot;/&quot;;0\"/>\
                 <numFmt numFmtId=\"166\" formatCode=\"[White]0\"/></numFmts>\
                 <fonts><font/><font><color rgb=\"FFFFFFFF\"/></font><font><strike/></font><font><sz val=\"1\"/></font></fonts>\
                 <fills><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill>\
                 <fill><patternFill patternType=\"solid\"><fgColor rgb=\"FF000080\"/></patternFill></fill>\
                 <fill><patternFill patternType=\"solid\"><fgColor rgb=\"FF000000\"/></patternFill></fill></fills>\
                 <borders><border/><border diagonalUp=\"1\"><diagonal style=\"thin\"/></border></borders>\
                 <cellXfs count=\"12\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"165\" applyNumberFormat=\"1\"/>\
                 <xf numFmtId=\"9\" applyNumberFormat=\"1\"/><xf fontId=\"1\" applyFont=\"1\"/><xf fontId=\"1\" fillId=\"2\" applyFont=\"1\" applyFill=\"1\"/>\
                 <xf fontId=\"2\" applyFont=\"1\"/><xf fontId=\"3\" applyFont=\"1\"/><xf borderId=\"1\" applyBorder=\"1\"/>\
                 <xf numFmtId=\"166\" applyNumberFormat=\"1\"/><xf numFmtId=\"166\" fillId=\"2\" applyNumberFormat=\"1\" applyFill=\"1\"/>\
                 <xf fillId=\"3\" applyFill=\"1\"/></cellXfs>\
                 <dxfs count=\"1\"><dxf><numFmt numFmtId=\"170\" formatCode=\";;;\"/></dxf></dxfs></styleSheet>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{main}\">{before}<sheetData>{rows}</sheetData>{behind}</worksheet>"),
        ),
    ]
}

fn value(book: &RawWorkbook, row: u32, column: u32) -> Option<&RawValue> {
    book.sheets[0].cell(row, column)
}

#[test]
fn every_kind_of_cell_keeps_its_address_and_its_kind() {
    let rows = "<row r=\"3\"><c r=\"B3\" t=\"inlineStr\"><is><t>Räume</t></is></c><c r=\"C3\"><v>1.5</v></c></row>\
                <row r=\"4\"><c r=\"B4\" t=\"b\"><v>1</v></c><c r=\"C4\" s=\"1\"><v>0.5</v></c></row>\
                <row r=\"5\"><c r=\"B5\"><f>1+1</f><v>2</v></c><c r=\"C5\" t=\"e\"><f>A1</f><v>#REF!</v></c></row>\
                <row r=\"6\"><c r=\"B6\" s=\"2\"><v>3</v></c><c r=\"C6\" s=\"2\"><v>7</v></c></row>";
    let book = workbook(&bare(rows)).unwrap();
    assert_eq!(value(&book, 2, 1), Some(&RawValue::Text("Räume".into())));
    assert_eq!(value(&book, 2, 2), Some(&RawValue::Number(1.5)));
    assert_eq!(value(&book, 3, 1), Some(&RawValue::Bool(true)));
    assert_eq!(value(&book, 3, 2), Some(&RawValue::Text("12:00".into())), "a time of day is no number of days");
    assert_eq!(value(&book, 4, 1), Some(&RawValue::Number(2.0)));
    assert_eq!(value(&book, 4, 2), Some(&RawValue::Error("#REF!".into())));
    assert_eq!(value(&book, 5, 1), Some(&RawValue::Hidden("/".into())), "hidden by its format");
    assert_eq!(value(&book, 5, 2), Some(&RawValue::Number(7.0)));
    assert_eq!(value(&book, 0, 0), None);
    assert_eq!(book.sheets.iter().map(|sheet| sheet.hidden).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn a_formula_without_a_stored_value_is_not_an_empty_cell() {
    let book =
        workbook(&bare("<row r=\"1\"><c r=\"A1\"><f>1+1</f></c><c r=\"B1\"><v>1</v></c><c r=\"C1\"/></row>")).unwrap();
    assert_eq!(value(&book, 0, 0), Some(&RawValue::NoResult));
    assert_eq!(value(&book, 0, 1), Some(&RawValue::Number(1.0)));
    assert_eq!(value(&book, 0, 2), None);
}

#[test]
fn the_epoch_of_1904_is_minded() {
    let book = workbook(&bare("<row r=\"1\"><c r=\"A1\" s=\"1\"><v>44620</v></c></row>")).unwrap();
    let Some(RawValue::Date(day)) = value(&book, 0, 0) else { panic!("{book:?}") };
    assert_eq!(day.date().to_string(), "2026-03-01");
}

#[test]
fn far_and_impossible_cells_cost_nothing() {
    let far = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>2</v></c></row>";
    assert_eq!(value(&workbook(&bare(far)).unwrap(), 1_048_575, 16_383), Some(&RawValue::Number(2.0)));
    let beyond = workbook(&bare("<row r=\"1\"><c r=\"ZZZZ9999999\"><v>1</v></c></row>")).unwrap_err();
    assert!(beyond.code == Code::ContradictoryFile && beyond.reason.contains("beyond the grid"), "{beyond:?}");
}

#[test]
fn what_is_no_workbook_says_what_it_is() {
    let told = |bytes: &[u8]| workbook(bytes).unwrap_err().code;
    assert_eq!(told(b""), Code::EmptyFile);
    assert_eq!(told(b"<html>"), Code::HtmlFile);
    assert_eq!(told(b"PK\x03\x04 torn"), Code::DamagedFile);
    assert_eq!(told(&zip_of(&[("word/document.xml", "")])), Code::WordFile);
    assert_eq!(told(&zip_of(&[("xl/workbook.xml", "<workbook")])), Code::DamagedFile);
    assert_eq!(told(&bare("")), Code::EmptyFile);
    let whole = bare("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>");
    assert_eq!(told(&whole[..whole.len() / 2]), Code::DamagedFile);
    assert_eq!(told(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]), Code::DamagedFile);
}

#[test]
fn a_hostile_file_never_gets_a_panic_out() {
    let whole = bare("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>");
    // Each byte broken in turn: whatever comes back, it comes back.
    for at in (0..whole.len()).step_by(7) {
        let mut broken = whole.clone();
        broken[at] ^= 0xFF;
        let _ = workbook(&broken);
    }
}

#[test]
fn what_is_hidden_and_merged_is_known() {
    let before = "<cols><col min=\"2\" max=\"3\" hidden=\"1\" width=\"0\"/><col min=\"5\" max=\"5\" width=\"0\"/><col min=\"7\" max=\"9\" width=\"11\"/></cols>";
    let rows = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"4\" hidden=\"1\"><c r=\"A4\"><v>2</v></c></row>\
                <row r=\"5\" hidden=\"true\"/><row r=\"9\" ht=\"0\" customHeight=\"1\"><c r=\"A9\"><v>3</v></c></row>\
                <row r=\"10\" hidden=\"0\"><c r=\"A10\" s=\"2\"><v>3</v></c></row>";
    let behind = "<autoFilter ref=\"A1:B9\"/><mergeCells count=\"2\"><mergeCell ref=\"C3:D3\"/><mergeCell ref=\"A1:A2\"/></mergeCells>";
    let whole = sheet(before, rows, behind);
    let prefixed = {
        let part = |name: &str| format!("<x:{name}");
        let text =
            ["worksheet", "sheetData", "cols", "col ", "row", "mergeCells", "mergeCell ", "c ", "v>", "autoFilter"];
        let mut xml = format!("<worksheet xmlns:x=\"urn:x\">{before}<sheetData>{rows}</sheetData>{behind}</worksheet>");
        for name in text {
            xml = xml.replace(&format!("<{name}"), &part(name)).replace(&format!("</{name}"), &format!("</x:{name}"));
        }
        xml.replace("</c>", "</x:c>")
    };
    let book = workbook(&whole).unwrap();
    let seen = &book.sheets[0];
    assert_eq!(seen.hidden_rows, [(3, 4), (8, 8)]);
    assert_eq!(seen.hidden_columns, [(1, 2), (4, 4)]);
    let merged: Vec<_> = seen.merged.iter().map(|area| (area.top, area.left, area.bottom, area.right)).collect();
    assert_eq!(merged, [(0, 0, 1, 0), (2, 2, 2, 3)]);
    // The same whether or not the cells have to be looked at, and with a prefix.
    for hiding in [vec![], vec![false, false, true]] {
        let shape = xlsx::look(prefixed.as_bytes(), &hiding, &BTreeMap::new());
        assert_eq!((shape.hidden_rows, shape.hidden_columns.len(), shape.merged.len()), (vec![(3, 4), (8, 8)], 2, 2));
        assert_eq!(shape.styled.len(), usize::from(!hiding.is_empty()));
    }
}

#[test]
fn what_looks_otherwise_than_it_is_stored_is_noted() {
    let inline = "<is><r><t>18</t></r><r><rPr><vertAlign val=\"superscript\"/></rPr><t>1</t></r></is>";
    let rows = format!(
        "<row r=\"1\"><c r=\"A1\" s=\"3\"><v>0.5</v></c><c r=\"B1\" s=\"4\"><v>7</v></c><c r=\"C1\" s=\"5\"><v>7</v></c>\
         <c r=\"D1\" s=\"6\"><v>7</v></c><c r=\"E1\" s=\"6\"/><c r=\"F1\" t=\"inlineStr\">{inline}</c><c r=\"G1\"><v>3</v></c><c r=\"H1\"><v>7</v></c></row>"
    );
    let behind = "<conditionalFormatting sqref=\"G1:H1\"><cfRule type=\"cellIs\" dxfId=\"0\" priority=\"1\" operator=\"lessThan\">\
                  <formula>5</formula></cfRule></conditionalFormatting>";
    let book = workbook(&sheet("", &rows, behind)).unwrap();
    let looks: Vec<_> = book.sheets[0].notes.iter().map(|note| (note.column, note.look.clone())).collect();
    assert_eq!(looks, [(0, Look::Shown("50%".into())), (1, Look::HardToSee), (3, Look::CrossedOut)]);
    assert_eq!(value(&book, 0, 5), Some(&RawValue::Text("18¹".into())));
    assert_eq!(
        [value(&book, 0, 6), value(&book, 0, 7)],
        [Some(&RawValue::Hidden(String::new())), Some(&RawValue::Number(7.0))]
    );
    let styled: String = ["A", "B", "C", "D", "E"]
        .iter()
        .zip(7..)
        .map(|(at, style)| format!("<c r=\"{at}1\" s=\"{style}\"><v>7</v></c>"))
        .collect();
    let narrow = "<cols><col min=\"1\" max=\"1\" width=\"8.7\"/><col min=\"2\" max=\"2\" width=\"0.14\" customWidth=\"1\"/></cols>";
    let book =
        workbook(&sheet(narrow, &format!("<row r=\"1\" ht=\"0.75\" customHeight=\"1\">{styled}</row>"), "")).unwrap();
    let looks: Vec<_> = book.sheets[0].notes.iter().map(|note| (note.column, note.look.clone())).collect();
    let unseen = |column| (column, Look::HardToSee);
    assert_eq!(looks, [unseen(0), (1, Look::Slashed), unseen(2), unseen(4)], "tiny, slashed, white, black on black");
    assert_eq!((&book.sheets[0].hidden_rows, &book.sheets[0].hidden_columns), (&vec![(0, 0)], &vec![(1, 1)]));
    let plain = workbook(&bare("<row r=\"1\"><c r=\"A1\"><v>7</v></c></row>")).unwrap();
    assert_eq!(plain.sheets[0].notes, []);
}

#[test]
fn a_comment_is_no_content_and_stands_with_its_cell() {
    let mut parts = parts("<row r=\"1\"><c r=\"A1\"><v>7</v></c></row>");
    let comments = "<comments><commentList><comment ref=\"B3\" authorId=\"0\"><text><t>kumuliert</t></text></comment></commentList></comments>";
    parts.push((
        "xl/worksheets/_rels/sheet1.xml.rels",
        "<Relationships><Relationship Id=\"a\" Type=\"x/relationships/comments\" Target=\"../comments1.xml\"/></Relationships>".to_owned(),
    ));
    parts.push(("xl/comments1.xml", comments.to_owned()));
    let book = workbook(&zipped(&parts)).unwrap();
    assert_eq!(book.sheets[0].cells.len(), 1);
    assert_eq!(book.sheets[0].comments, [Comment { row: 2, column: 1, text: "kumuliert".to_owned() }]);
}

#[test]
fn a_files_name_adds_only_what_its_content_leaves_open() {
    let sheet = |bytes: &[u8], file| named(workbook(bytes), file).map(|book| book.sheets[0].name.clone());
    assert_eq!(sheet(b"a;b\n1;2\n", "2026/R\u{e4}ume.csv").unwrap(), "Räume");
    let whole = bare("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>");
    assert_eq!(sheet(&whole, "~$Bogen.xlsx").unwrap(), "A");
    assert_eq!(sheet(b"", "2026/~$Bogen.xlsx").unwrap_err().code, Code::LockFile);
    assert_eq!(sheet(b"", "Bogen.xlsx").unwrap_err().code, Code::EmptyFile);
}

//! What ods files of LibreOffice, Excel and others hold, in the fewest words.

use super::*;
use crate::model::raw::{self, Area, Look};

const STYLES: &str = "<office:automatic-styles>\
    <number:number-style style:name=\"N1P0\" style:volatile=\"true\"><number:text>/</number:text></number:number-style>\
    <number:number-style style:name=\"N1\"><number:number number:decimal-places=\"0\" number:min-integer-digits=\"1\"/>\
    <style:map style:condition=\"value()&lt;5\" style:apply-style-name=\"N1P0\"/></number:number-style>\
    <number:number-style style:name=\"N2\"><number:number number:decimal-places=\"0\" number:min-integer-digits=\"0\"/></number:number-style>\
    <style:style style:name=\"ce1\" style:family=\"table-cell\" style:data-style-name=\"N1\"/>\
    <style:style style:name=\"ce2\" style:family=\"table-cell\" style:parent-style-name=\"ce1\"/>\
    <style:style style:name=\"ce3\" style:family=\"table-cell\" style:data-style-name=\"N2\"/>\
    <style:style style:name=\"ta1\" style:family=\"table\"><style:table-properties table:display=\"false\"/></style:style>\
    <style:style style:name=\"ro1\" style:family=\"table-row\"><style:table-row-properties style:row-height=\"0cm\"/></style:style>\
    <style:style style:name=\"ro2\" style:family=\"table-row\"><style:table-row-properties style:row-height=\"0.45cm\"/></style:style>\
    <number:number-style style:name=\"N3\"><number:number number:decimal-places=\"1\" number:min-integer-digits=\"1\"/><number:text> T€</number:text></number:number-style>\
    <number:number-style style:name=\"N4\"><number:number number:decimal-places=\"0\" number:min-integer-digits=\"1\" number:display-factor=\"1000\"/></number:number-style>\
    <number:currency-style style:name=\"N5\"><number:number number:decimal-places=\"2\" number:min-integer-digits=\"1\"/><number:text> </number:text><number:currency-symbol>€</number:currency-symbol></number:currency-style>\
    <style:style style:name=\"ce4\" style:family=\"table-cell\" style:data-style-name=\"N3\"/>\
    <style:style style:name=\"ce5\" style:family=\"table-cell\" style:data-style-name=\"N4\"/>\
    <style:style style:name=\"ce6\" style:family=\"table-cell\" style:data-style-name=\"N5\"/>\
    <style:style style:name=\"ce7\" style:family=\"table-cell\"><style:text-properties fo:color=\"#FFFFFF\"/></style:style>\
    <style:style style:name=\"ce8\" style:family=\"table-cell\" style:parent-style-name=\"ce7\"><style:table-cell-properties fo:background-color=\"#000080\"/></style:style>\
    <style:style style:name=\"ce9\" style:family=\"table-cell\"><style:text-properties style:text-line-through-style=\"solid\"/></style:style>\
    <style:style style:name=\"ce10\" style:family=\"table-cell\"><style:table-cell-properties style:diagonal-bl-tr=\"0.06pt solid #000000\"/></style:style>\
    <style:style style:name=\"ce11\" style:family=\"table-cell\"><style:text-properties fo:font-size=\"1pt\"/></style:style>\
    <number:number-style style:name=\"N6P0\" style:volatile=\"true\"><number:number number:decimal-places=\"0\" number:min-integer-digits=\"1\"/></number:number-style>\
    <number:number-style style:name=\"N6\"><number:text>–</number:text><style:map style:condition=\"value()&gt;0\" style:apply-style-name=\"N6P0\"/>\
    <style:map style:condition=\"value()&lt;0\" style:apply-style-name=\"N6P0\"/></number:number-style>\
    <style:style style:name=\"ce12\" style:family=\"table-cell\" style:data-style-name=\"N6\"/>\
    <style:style style:name=\"co1\" style:family=\"table-column\"><style:table-column-properties style:column-width=\"0.05cm\"/></style:style>\
    <style:style style:name=\"T1\" style:family=\"text\"><style:text-properties style:text-line-through-style=\"solid\"/></style:style>\
    <style:style style:name=\"T2\" style:family=\"text\"><style:text-properties style:text-position=\"super 58%\"/></style:style>\
    </office:automatic-styles>";

fn book(tables: &str) -> RawWorkbook {
    let content = format!(
        "<office:document-content>{STYLES}<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    );
    let bytes = zip_of(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest:manifest/>"),
        ("content.xml", &content),
    ]);
    workbook(&bytes).unwrap()
}

fn cells(rows: &str) -> Vec<(String, RawValue)> {
    let book = book(&format!("<table:table table:name=\"A\">{rows}</table:table>"));
    let named = |cell: &raw::RawCell| (crate::model::value::address(cell.row, cell.column), cell.value.clone());
    book.sheets[0].cells.iter().map(named).collect()
}

fn row(cells: &str) -> String {
    format!("<table:table-row>{cells}</table:table-row>")
}

fn only(cell: &str) -> RawValue {
    let mut all = cells(&row(cell));
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0).1
}

#[test]
fn every_kind_of_cell_is_read() {
    let text = |text: &str| RawValue::Text(text.into());
    let day = chrono::NaiveDate::from_ymd_opt(2026, 3, 1).unwrap().and_hms_opt(0, 0, 0).unwrap();
    for (cell, value) in [
        ("office:value-type=\"float\" office:value=\"1.5\"><text:p>1,5</text:p>", RawValue::Number(1.5)),
        ("office:value-type=\"percentage\" office:value=\"0.12\"><text:p>12 %</text:p>", RawValue::Number(0.12)),
        ("office:value-type=\"float\" office:value=\"3\"><text:p/>", RawValue::Hidden(String::new())),
        ("office:value-type=\"float\" office:value=\"3\"><text:p>/</text:p>", RawValue::Hidden("/".into())),
        ("office:value-type=\"float\" office:value=\"1\"><text:p>TRUE</text:p>", RawValue::Number(1.0)),
        ("office:value-type=\"boolean\" office:boolean-value=\"true\"><text:p>WAHR</text:p>", RawValue::Bool(true)),
        ("office:value-type=\"date\" office:date-value=\"2026-03-01\"><text:p>1.3.</text:p>", RawValue::Date(day)),
        (
            "office:value-type=\"time\" office:time-value=\"PT12H00M00S\"><text:p>12:00</text:p>",
            RawValue::Text("12:00".into()),
        ),
        (
            "office:value-type=\"time\" office:time-value=\"PT36H00M00S\"><text:p>36:00</text:p>",
            RawValue::Text("36:00".into()),
        ),
        (
            "office:value-type=\"string\"><text:p>a <text:span>b</text:span><text:s text:c=\"2\"/>c&amp;d</text:p><text:p>e</text:p>",
            text("a b  c&d\ne"),
        ),
        (
            "office:value-type=\"string\"><office:annotation><text:p>Notiz</text:p></office:annotation><text:p>Ort</text:p>",
            text("Ort"),
        ),
        (
            "office:value-type=\"string\"><text:p><text:ruby><text:ruby-base>Ort</text:ruby-base><text:ruby-text>ort</text:ruby-text></text:ruby></text:p>",
            text("Ort"),
        ),
        (
            "table:formula=\"of:=1+1\" office:value-type=\"float\" office:value=\"2\"><text:p>2</text:p>",
            RawValue::Number(2.0),
        ),
        ("table:formula=\"of:=1+1\">", RawValue::NoResult),
        (
            "table:formula=\"of:=1/0\" office:value-type=\"string\" office:string-value=\"\" calcext:value-type=\"error\"><text:p>#WERT!</text:p>",
            RawValue::Error("#VALUE!".into()),
        ),
    ] {
        assert_eq!(only(&format!("<table:table-cell {cell}</table:table-cell>")), value, "{cell}");
    }
}

#[test]
fn numbers_hidden_by_a_style_of_the_cell_the_row_or_the_column() {
    let number = |style: &str, number: &str| {
        format!("<table:table-cell {style} office:value-type=\"float\" office:value=\"{number}\"/>")
    };
    let hidden = |shown: &str| RawValue::Hidden(shown.to_owned());
    assert_eq!(only(&number("table:style-name=\"ce1\"", "3")), hidden("/"));
    assert_eq!(only(&number("table:style-name=\"ce2\"", "3")), hidden("/"), "from its parent");
    assert_eq!(only(&number("table:style-name=\"ce1\"", "5")), RawValue::Number(5.0));
    assert_eq!(only(&number("table:style-name=\"ce3\"", "0")), hidden(""));
    assert_eq!(only(&number("table:style-name=\"ce3\"", "2")), RawValue::Number(2.0));
    let of_row = "<table:table-row table:default-cell-style-name=\"ce1\">";
    assert_eq!(cells(&format!("{of_row}{}</table:table-row>", number("", "3")))[0].1, hidden("/"));
    let columns = "<table:table-column/><table:table-column table:default-cell-style-name=\"ce1\"/>";
    let both = cells(&format!("{columns}{}", row(&number("", "3").repeat(2))));
    assert_eq!(both, [("A1".to_owned(), RawValue::Number(3.0)), ("B1".to_owned(), hidden("/"))]);
}

#[test]
fn repeats_cost_what_they_hold_and_what_is_hidden_is_known() {
    let cell = "<table:table-cell office:value-type=\"float\" office:value=\"1\"/>";
    let blank = "<table:table-cell table:number-columns-repeated=\"16000\"/>";
    let rows = [
        "<table:table-column/><table:table-column table:number-columns-repeated=\"2\" table:visibility=\"collapse\"/>",
        &row(cell),
        &format!("<table:table-row table:number-rows-repeated=\"2\" table:visibility=\"filter\">{cell}</table:table-row>"),
        "<table:table-row table:number-rows-repeated=\"1000\"><table:table-cell/></table:table-row>",
        "<table:table-row table:style-name=\"ro1\"><table:table-cell/></table:table-row>",
        &format!("<table:table-row table:style-name=\"ro2\">{blank}</table:table-row>"),
        &row("<table:table-cell table:number-columns-spanned=\"2\" table:number-rows-spanned=\"3\" office:value-type=\"float\" office:value=\"4\"/><table:covered-table-cell/>"),
        "<table:table-row table:number-rows-repeated=\"1047571\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>",
    ]
    .concat();
    let book = book(&format!(
        "<table:table table:name=\"A\">{rows}</table:table><table:table table:name=\"B\" table:style-name=\"ta1\">{}</table:table>",
        row(cell)
    ));
    let sheet = &book.sheets[0];
    let at: Vec<_> = sheet.cells.iter().map(|cell| (cell.row, cell.column)).collect();
    assert_eq!(at, [(0, 0), (1, 0), (2, 0), (1005, 0)]);
    assert_eq!(sheet.hidden_rows, [(1, 2), (1003, 1003)]);
    assert_eq!(sheet.hidden_columns, [(1, 2)]);
    assert_eq!(sheet.merged, [Area { top: 1005, left: 0, bottom: 1007, right: 1 }]);
    assert_eq!(book.sheets.iter().map(|sheet| sheet.hidden).collect::<Vec<_>>(), [false, true]);
}

/// The only cell with what is known of its look.
fn looking(cell: &str) -> (RawValue, Vec<Look>) {
    let book = book(&format!("<table:table table:name=\"A\">{}</table:table>", row(cell)));
    let sheet = &book.sheets[0];
    let looks = raw::looks(&sheet.notes, 0, 0).cloned().collect();
    (sheet.cells[0].value.clone(), looks)
}

#[test]
fn what_looks_otherwise_than_it_is_stored_is_noted() {
    let number = |style: &str, shown: &str| {
        let cell = format!(
            "<table:table-cell table:style-name=\"{style}\" office:value-type=\"float\" office:value=\"12500\"><text:p>{shown}</text:p></table:table-cell>"
        );
        let (value, looks) = looking(&cell);
        assert_eq!(value, RawValue::Number(12_500.0));
        looks
    };
    assert_eq!(number("ce4", "12500,0 T€"), [Look::Shown("12500,0 T€".into())]);
    assert_eq!(number("ce5", "13"), [Look::Shown("13".into())]);
    assert_eq!(number("ce6", "12.500,00 €"), []);
    assert_eq!(number("ce7", "12500"), [Look::HardToSee], "white on white");
    assert_eq!(number("ce8", "12500"), [], "white on blue");
    assert_eq!(number("ce9", "12500"), [Look::CrossedOut]);
    assert_eq!(number("ce10", "12500"), [Look::Slashed]);
    assert_eq!(number("ce11", "12500"), [Look::HardToSee], "tiny");
    let zero = "<table:table-cell table:style-name=\"ce12\" office:value-type=\"float\" office:value=\"0\"><text:p>–</text:p></table:table-cell>";
    assert_eq!(looking(zero), (RawValue::Number(0.0), vec![]), "a dash for zero alone");
    let noted = "<table:table-column table:style-name=\"co1\"/><table:table-row><table:table-cell office:value-type=\"float\" office:value=\"3\">\
        <office:annotation><dc:creator>Muster</dc:creator><text:p>kumuliert</text:p></office:annotation><text:p>3</text:p></table:table-cell></table:table-row>";
    let book = book(&format!("<table:table table:name=\"A\">{noted}</table:table>"));
    assert_eq!(book.sheets[0].comments.len(), 1);
    assert!(book.sheets[0].comments[0].text.contains("kumuliert"));
    assert_eq!(book.sheets[0].hidden_columns, [(0, 0)], "hardly any width");
    let text = |inner: &str| {
        looking(&format!("<table:table-cell office:value-type=\"string\"><text:p>{inner}</text:p></table:table-cell>"))
    };
    let span = |style: &str, inner: &str| format!("<text:span text:style-name=\"{style}\">{inner}</text:span>");
    assert_eq!(text(&format!("18{}", span("T2", "1"))), (RawValue::Text("18¹".into()), vec![]));
    let partly = vec![Look::PartlyCrossedOut("12".into())];
    assert_eq!(text(&format!("{} 15", span("T1", "12"))), (RawValue::Text("15".into()), partly));
    assert_eq!(text(&span("T1", "12")), (RawValue::Text("12".into()), vec![Look::CrossedOut]));
}

#[test]
fn conditional_formats_are_told_as_not_seen() {
    let table = |more: &str| {
        let text = "<table:table-row><table:table-cell><text:p>a</text:p></table:table-cell></table:table-row>";
        book(&format!("<table:table table:name=\"A\">{text}{more}</table:table>")).remarks
    };
    let conditions = "<calcext:conditional-formats><calcext:conditional-format calcext:target-range-address=\"A.A1\"/></calcext:conditional-formats>";
    let told = table(conditions);
    assert_eq!((told.len(), told[0].code, told[0].found.as_str()), (1, Code::LessTrusted, "ods"));
    assert_eq!(table(""), []);
}

//! No free program writes xlsb, so these files are put together by hand (MS-XLSB 2.4).

use super::*;
use crate::model::raw::Area;

fn record(kind: u16, content: &[u8]) -> Vec<u8> {
    let mut bytes = match kind {
        0..0x80 => vec![kind as u8],
        kind => vec![kind as u8 & 0x7F | 0x80, (kind >> 7) as u8],
    };
    bytes.push(content.len() as u8);
    bytes.extend(content);
    bytes
}

fn longs(values: &[u32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    [longs(&[units.len() as u32]), units.iter().flat_map(|unit| unit.to_le_bytes()).collect()].concat()
}

fn row(index: u32, hidden: bool) -> Vec<u8> {
    record(0, &[longs(&[index, 0]), vec![44, 1, 0, if hidden { 0x10 } else { 0 }, 0, 0, 0, 0, 0]].concat())
}

/// A cell in this column, of this style.
fn cell(kind: u16, column: u32, style: u32, value: &[u8]) -> Vec<u8> {
    record(kind, &[longs(&[column, style]), value.to_vec()].concat())
}

fn whole(number: i32) -> [u8; 4] {
    (number << 2 | 2).to_le_bytes()
}

/// A workbook with the day count of 1904, one sheet with these rows, and the styles General, date, `[<5]"/";0`.
fn book(rows: &[Vec<u8>]) -> Vec<u8> {
    let workbook = [
        record(0x83, &[]),
        record(0x99, &longs(&[1, 0, 0])),
        record(0x9C, &[longs(&[0, 1]), wide("rId1"), wide("Räume")].concat()),
        record(0x90, &[]),
        record(0x9D, &[]),
    ];
    let style = |format: u16| record(0x2F, &[&[0, 0][..], &format.to_le_bytes(), &[0; 12]].concat());
    let styles = [
        record(0x267, &longs(&[1])),
        record(0x2C, &[vec![165, 0], wide("[<5]\"/\";0")].concat()),
        record(0x268, &[]),
        record(0x269, &longs(&[3])),
        style(0),
        style(14),
        style(165),
        record(0x26A, &[]),
    ];
    let sheet = [
        record(0x81, &[]),
        record(0x94, &longs(&[0, 9, 0, 9])),
        record(0x186, &[]),
        record(0x3C, &[longs(&[1, 2, 2560, 0]), vec![1, 0]].concat()),
        record(0x187, &[]),
        record(0x91, &[]),
        rows.concat(),
        record(0x92, &[]),
        record(0xB0, &longs(&[0, 1, 4, 5])),
        record(0x82, &[]),
    ];
    let relations = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
        <Relationship Id=\"rId1\" Type=\"worksheet\" Target=\"worksheets/sheet1.bin\"/></Relationships>";
    crate::base::zipped::zip_of_bytes(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/_rels/workbook.bin.rels", relations.as_bytes()),
        ("xl/workbook.bin", &workbook.concat()),
        ("xl/styles.bin", &styles.concat()),
        ("xl/worksheets/sheet1.bin", &sheet.concat()),
    ])
}

#[test]
fn every_kind_of_cell_is_read_with_its_surroundings() {
    let text = |text: &str| RawValue::Text(text.into());
    let bytes = book(&[
        row(0, false),
        cell(6, 0, 0, &wide("Standort")),
        // A text with formatted parts.
        cell(0x3E, 1, 0, &[vec![1], wide("Büro"), longs(&[0])].concat()),
        row(1, false),
        cell(2, 0, 0, &whole(12)),
        cell(5, 1, 0, &1.5_f64.to_le_bytes()),
        cell(4, 2, 0, &[1]),
        cell(3, 3, 0, &[0x2A]),
        cell(2, 4, 1, &whole(44_620)),
        row(2, true),
        // Formulas: a number, a text, an error.
        cell(9, 0, 2, &[&3_f64.to_le_bytes()[..], &[0; 10]].concat()),
        cell(8, 1, 0, &[wide("ja"), vec![0; 10]].concat()),
        cell(11, 2, 0, &[0x17, 0, 0, 0, 0, 0, 0]),
        cell(2, 3, 2, &whole(7)),
    ]);
    let book = workbook(&bytes).unwrap();
    let sheet = &book.sheets[0];
    let day = chrono::NaiveDate::from_ymd_opt(2026, 3, 1).unwrap().and_hms_opt(0, 0, 0).unwrap();
    for (row, column, value) in [
        (0, 0, text("Standort")),
        (0, 1, text("Büro")),
        (1, 0, RawValue::Number(12.0)),
        (1, 1, RawValue::Number(1.5)),
        (1, 2, RawValue::Bool(true)),
        (1, 3, RawValue::Error("#N/A".into())),
        (1, 4, RawValue::Date(day)),
        (2, 0, RawValue::Hidden("/".into())),
        (2, 1, text("ja")),
        (2, 2, RawValue::Error("#REF!".into())),
        (2, 3, RawValue::Number(7.0)),
    ] {
        assert_eq!(sheet.cell(row, column), Some(&value), "{row} {column}");
    }
    assert_eq!((sheet.name.as_str(), sheet.cells.len()), ("Räume", 11));
    assert_eq!((sheet.hidden_rows.as_slice(), sheet.hidden_columns.as_slice()), (&[(2, 2)][..], &[(1, 2)][..]));
    assert_eq!(sheet.merged, [Area { top: 0, left: 4, bottom: 1, right: 5 }]);
    assert_eq!(book.remarks.iter().map(|remark| remark.code).collect::<Vec<_>>(), [Code::LessTrusted]);
}

#[test]
fn a_broken_xlsb_never_gets_a_panic_out() {
    let whole = book(&[row(0, false), cell(6, 0, 0, &wide("a")), cell(2, 1, 2, &whole(3))]);
    for at in 0..whole.len() {
        let mut broken = whole.clone();
        broken[at] ^= 0xFF;
        let _ = workbook(&broken);
    }
}

use crate::base::zipped::zip_of;
use crate::model::finding::Code;
use crate::model::raw::RawValue;
use crate::stages::read::tests::bare;
use crate::stages::read::{Unreadable, workbook};

/// What docs/decisions/0018 says of calamine: the same cells, read by it without a guard.
fn unguarded(rows: &str) -> Vec<String> {
    let bytes = bare(rows);
    let mut book = calamine::Xlsx::new(std::io::Cursor::new(bytes.as_slice())).unwrap();
    let mut cells = book.worksheet_cells_reader("A").unwrap();
    let mut told = Vec::new();
    loop {
        match cells.next_cell() {
            Ok(Some(cell)) => told.push(format!("{:?} {:?}", cell.get_position(), cell.get_value())),
            Ok(None) => return told,
            Err(error) => return vec![format!("error: {error}")],
        }
    }
}

use calamine::Reader as _;

fn refused(rows: &str) -> Unreadable {
    workbook(&bare(rows)).unwrap_err()
}

fn cell(content: &str) -> String {
    format!("<row r=\"1\"><c r=\"A1\"{content}</c></row>")
}

/// Where one of these fails, calamine has changed: the guard may be told to let it pass, and the decision amended.
#[test]
fn calamine_reads_these_silently_wrong_and_the_guard_refuses_them() {
    let texts = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>x</v></c></row>";
    for (rows, reads) in [
        (cell("><v>4<!-- -->2</v>"), "(0, 0) Float(4.0)"),
        (cell("><v>4<![CDATA[2]]></v>"), "(0, 0) Float(4.0)"),
        (cell("><v>4&#50;</v>"), "(0, 0) Float(4.0)"),
        (cell("><v>4<?x?>2</v>"), "(0, 0) Float(4.0)"),
        (cell("><v><![CDATA[42]]></v>"), "(0, 0) Empty"),
        (cell(" t=\"str\"><v>4<![CDATA[2]]></v>"), "(0, 0) String(\"4\")"),
        (cell("><v>42</v><f>6*7</f>"), "(0, 0) Empty"),
        (cell("><v>42</v><v>7</v>"), "(0, 0) Float(7.0)"),
        (cell(" t=\"inlineStr\"><v>42</v>"), "(0, 0) Empty"),
        ("<row r=\"1\"><c r=\"A2\"><v>42</v></c></row>".to_owned(), "(1, 0) Float(42.0)"),
    ] {
        assert_eq!(unguarded(&rows), [reads], "{rows}");
        let told = refused(&rows);
        assert_eq!(told.code, Code::ContradictoryFile, "{rows}");
        assert_eq!(told.places.first().map(|place| place.address()).as_deref(), Some("A1"), "{rows}");
    }
    assert_eq!(refused(texts).code, Code::ContradictoryFile);
    let twice = "<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"B1\"/><c r=\"A1\"><v>2</v></c></row>";
    assert_eq!(unguarded(twice).len(), 3);
    assert_eq!(refused(twice).places.iter().map(|place| place.address()).collect::<Vec<_>>(), ["A1"]);
}

#[test]
fn an_index_that_is_no_number_is_the_first_text_for_calamine() {
    let with_texts = |index: &str, texts: &str| {
        let rows = format!("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>{index}</v></c></row>");
        let mut files = crate::stages::read::tests::parts(&rows);
        files.push(("xl/sharedStrings.xml", texts.to_owned()));
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        zip_of(&files)
    };
    let texts = "<sst uniqueCount=\"2\"><si><t>ja</t></si><si><t>nein</t></si></sst>";
    let read = |index: &str| {
        let bytes = with_texts(index, texts);
        let mut book = calamine::Xlsx::new(std::io::Cursor::new(bytes.as_slice())).unwrap();
        let told = book.worksheet_range("A").map(|range| range.get((0, 0)).map(ToString::to_string));
        told.map_err(|error| error.to_string())
    };
    for index in ["-1", "1 ", "0x1", "99999999999999999999"] {
        assert_eq!(read(index), Ok(Some("ja".to_owned())), "{index}");
        assert_eq!(workbook(&with_texts(index, texts)).unwrap_err().code, Code::ContradictoryFile, "{index}");
    }
    // Beyond the end it says so, and so do we.
    assert!(read("2").is_err() && workbook(&with_texts("2", texts)).is_err());
    assert!(workbook(&with_texts("1", texts)).is_ok());
    let boast = texts.replace("\"2\"", "\"4000000000\"");
    assert_eq!(workbook(&with_texts("1", &boast)).unwrap_err().code, Code::ContradictoryFile);
}

/// A1 of the first sheet, read without a guard.
fn first_cell(bytes: &[u8]) -> Result<String, String> {
    let read = || {
        let mut book =
            calamine::open_workbook_auto_from_rs(std::io::Cursor::new(bytes)).map_err(|error| error.to_string())?;
        let name = book.sheet_names()[0].clone();
        let range = book.worksheet_range(&name).map_err(|error| error.to_string())?;
        Ok(range.get_value((0, 0)).map(ToString::to_string).unwrap_or_default())
    };
    std::panic::catch_unwind(read).unwrap_or_else(|_| Err("panic".to_owned()))
}

fn replaced(mut bytes: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    for at in 0..bytes.len() - from.len() {
        if bytes[at..].starts_with(from.as_bytes()) {
            bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
        }
    }
    bytes
}

#[test]
fn calamine_does_not_ask_whether_a_part_is_whole_or_the_only_one() {
    let code = |bytes: &[u8]| workbook(bytes).unwrap_err().code;
    let whole = crate::base::zipped::open(&bare(&cell("><v>1250</v>")), super::LIMITS, |_| true).unwrap().bytes;
    assert_eq!(first_cell(&whole), Ok("1250".to_owned()));
    let flipped = replaced(whole, "1250", "7250");
    assert_eq!(first_cell(&flipped), Ok("7250".to_owned()));
    assert_eq!(code(&flipped), Code::DamagedFile);

    let with = |more: (&'static str, String)| {
        let mut files = crate::stages::read::tests::parts(&cell("><v>1</v>"));
        files.push(more);
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        zip_of(&files)
    };
    let other = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>2</v></c></row></sheetData></worksheet>";
    let twice = replaced(with(("xl/worksheets/sheet2.xml", other.to_owned())), "sheet2.xml", "sheet1.xml");
    assert_eq!(first_cell(&twice), Ok("2".to_owned()), "the last of two parts of one name");
    assert_eq!(code(&twice), Code::ContradictoryFile);
    assert_eq!(code(&with(("xl/worksheets/SHEET1.xml", other.to_owned()))), Code::ContradictoryFile);

    // Optimised without checks for overflow, the row is the first; with them, the library panics.
    let far = bare("<row r=\"4294967297\"><c r=\"A4294967297\"><v>1</v></c></row>");
    let read = first_cell(&far).unwrap_or_else(|error| error);
    assert!(read == "1" || read == "panic", "{read}");
    assert_eq!(code(&far), Code::ContradictoryFile);
}

#[test]
fn calamine_loses_texts_and_tables_of_an_ods() {
    let text = |inner: &str| {
        format!(
            "<table:table table:name=\"A\"><table:table-row><table:table-cell office:value-type=\"string\">\
                 <text:p>{inner}</text:p></table:table-cell></table:table-row></table:table>"
        )
    };
    assert_eq!(first_cell(&ods(&text("a<![CDATA[b]]>"))), Ok("a".to_owned()));
    assert_eq!(workbook(&ods(&text("a<![CDATA[b]]>"))).unwrap_err().code, Code::ContradictoryFile);
    assert_eq!(first_cell(&ods(&(text("first") + &text("last")))), Ok("last".to_owned()));
    let empty = "<table:table table:name=\"A\"><table:table-row><table:table-cell table:formula=\"of:=1\"/></table:table-row></table:table>";
    assert_eq!(first_cell(&ods(empty)), Ok(String::new()));
}

#[test]
fn numbers_that_are_none_stay_texts() {
    for text in ["NaN", "inf", "-infinity", "1e999"] {
        let book = workbook(&bare(&cell(&format!("><v>{text}</v>")))).unwrap();
        assert!(matches!(book.sheets[0].cells[0].value, RawValue::Text(_)), "{text}");
    }
}

#[test]
fn sheets_of_one_name_are_refused() {
    let mut files = crate::stages::read::tests::parts("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>");
    for (name, text) in &mut files {
        if *name == "xl/workbook.xml" {
            *text = text.replace("name=\"B\"", "name=\"a\"");
        }
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    assert_eq!(workbook(&zip_of(&files)).unwrap_err().code, Code::ContradictoryFile);
}

fn ods(table: &str) -> Vec<u8> {
    let space = "urn:oasis:names:tc:opendocument:xmlns";
    let content = format!(
        "<office:document-content xmlns:office=\"{space}:office:1.0\" xmlns:table=\"{space}:table:1.0\" \
         xmlns:text=\"{space}:text:1.0\"><office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>\
         </office:document-content>"
    );
    zip_of(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest:manifest/>"),
        ("content.xml", &content),
    ])
}

#[test]
fn repeated_cells_of_an_ods_are_bounded_where_they_hold_something() {
    let number = "<table:table-cell office:value-type=\"float\" office:value=\"1\"";
    let empty = "<table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>";
    let sheet = |rows: &str| ods(&format!("<table:table table:name=\"A\">{rows}</table:table>"));
    let ordinary =
        sheet(&format!("<table:table-row>{number} table:number-columns-repeated=\"3\"/></table:table-row>{empty}"));
    assert_eq!(workbook(&ordinary).unwrap().sheets[0].cells.len(), 3);
    for bomb in [
        format!(
            "<table:table-row table:number-rows-repeated=\"1048576\">{number} table:number-columns-repeated=\"16384\"/></table:table-row>"
        ),
        format!(
            "<table:table-row>{number}/></table:table-row>{empty}<table:table-row><table:table-cell table:number-columns-repeated=\"16000\"/>{number}/></table:table-row>"
        ),
    ] {
        let told = workbook(&sheet(&bomb)).unwrap_err();
        assert_eq!((told.code, told.places.len()), (Code::TooLarge, 1), "{bomb}");
    }
}

#[test]
fn a_formula_of_an_ods_without_a_result_is_no_empty_cell() {
    let sheet = "<table:table table:name=\"A\"><table:table-row><table:table-cell/>\
                 <table:table-cell table:formula=\"of:=1+1\" table:number-columns-repeated=\"2\"/>\
                 <table:table-cell table:formula=\"of:=1+1\" office:value-type=\"float\" office:value=\"2\"/>\
                 </table:table-row></table:table>";
    let book = workbook(&ods(sheet)).unwrap();
    let cells: Vec<_> = book.sheets[0].cells.iter().map(|cell| (cell.column, cell.value.clone())).collect();
    assert_eq!(cells, [(1, RawValue::NoResult), (2, RawValue::NoResult), (3, RawValue::Number(2.0))]);
    assert_eq!(workbook(&ods(&sheet.repeat(2))).unwrap_err().code, Code::ContradictoryFile, "two sheets of one name");
}

#[test]
fn an_endless_chain_of_sectors_is_refused() {
    let endless = super::compound::tests::with_chain(&[0xFFFF_FFFD, 1]);
    assert_eq!(workbook(&endless).unwrap_err().code, Code::ContradictoryFile);
}

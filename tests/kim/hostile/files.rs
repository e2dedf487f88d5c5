//! Hostile files, as small as they come. Each is made here, so that what is hostile about it can be read.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

pub fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    // The fastest way to pack, and one that leaves small parts as they are.
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        let method = if content.len() > 10_000 { CompressionMethod::Deflated } else { CompressionMethod::Stored };
        let options = SimpleFileOptions::default().compression_method(method);
        let options = if content.len() > 10_000 { options.compression_level(Some(1)) } else { options };
        writer.start_file(*name, options).expect("a new name");
        writer.write_all(content).expect("memory takes every byte");
    }
    writer.finish().expect("memory takes every byte").into_inner()
}

/// The smallest xlsx with these rows, and other parts beside.
pub fn xlsx(rows: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let types = format!("<Types xmlns=\"{PACKAGE}/content-types\"/>");
    let relation = |kind: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" Type=\"{OFFICE}/{kind}\" \
             Target=\"{target}\"/></Relationships>"
        )
    };
    let root = relation("officeDocument", "xl/workbook.xml");
    let book = format!(
        "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let sheets = relation("worksheet", "worksheets/sheet1.xml");
    let sheet = format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>");
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", sheets.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    parts.extend(more);
    zip(&parts)
}

pub fn one_cell(content: &str) -> Vec<u8> {
    xlsx(&format!("<row r=\"1\"><c r=\"A1\"{content}</c></row>"), &[])
}

/// One cell that says it stands there seventeen thousand million times.
pub fn repeating_ods() -> Vec<u8> {
    let space = "urn:oasis:names:tc:opendocument:xmlns";
    let content = format!(
        "<office:document-content xmlns:office=\"{space}:office:1.0\" xmlns:table=\"{space}:table:1.0\"><office:body>\
         <office:spreadsheet><table:table table:name=\"A\"><table:table-row table:number-rows-repeated=\"1048576\">\
         <table:table-cell office:value-type=\"float\" office:value=\"1\" table:number-columns-repeated=\"16384\"/>\
         </table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    );
    zip(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", content.as_bytes())])
}

/// A zip in which `from` was renamed to `to` after it was made, so that the names need not differ.
pub fn renamed(mut bytes: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    for at in 0..bytes.len() - from.len() {
        if bytes[at..].starts_with(from.as_bytes()) {
            bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
        }
    }
    bytes
}

/// A 1.5 kB xls whose first chain of sectors leads back to itself.
pub fn endless_xls() -> Vec<u8> {
    compound(&[0xFFFF_FFFD, 1], &[0; 512])
}

/// An xls with a number in the first and in the very last cell: the rectangle between them has four thousand million.
pub fn far_xls() -> Vec<u8> {
    let record =
        |kind: u16, content: &[u8]| [&kind.to_le_bytes()[..], &(content.len() as u16).to_le_bytes(), content].concat();
    let begin = |kind: u8| record(0x0809, &[0, 6, kind, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let number = |row: u16, column: u16| {
        let place = [row.to_le_bytes(), column.to_le_bytes(), [0, 0]].concat();
        record(0x0203, &[&place[..], &1.5_f64.to_le_bytes()].concat())
    };
    let end = record(0x000A, &[]);
    let start = (begin(5).len() + 13 + end.len()) as u32;
    let sheet = record(0x0085, &[&start.to_le_bytes()[..], &[0, 0, 1, 0, b'A']].concat());
    let mut book = [begin(5), sheet, end.clone(), begin(0x10), number(0, 0), number(65_535, 65_535), end].concat();
    book.resize(4096, 0);

    let mut folder = entry("Root Entry", 5, 0xFFFF_FFFE, 0);
    folder.extend(entry("Workbook", 2, 2, 4096));
    folder.resize(512, 0);
    folder.extend(book);
    let chain: Vec<u32> = (3..10).chain([0xFFFF_FFFE]).collect();
    compound(&[&[0xFFFF_FFFD, 0xFFFF_FFFE], &chain[..]].concat(), &folder)
}

fn entry(name: &str, kind: u8, start: u32, size: u32) -> Vec<u8> {
    let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    entry.resize(128, 0);
    entry[64] = (name.len() as u8 + 1) * 2;
    entry[66] = kind;
    entry[68..80].fill(0xFF);
    entry[116..120].copy_from_slice(&start.to_le_bytes());
    entry[120..124].copy_from_slice(&size.to_le_bytes());
    entry
}

/// MS-CFB: a head, a table of sectors (sector 0) that says for each the next one, and what follows from sector 1 on.
fn compound(next: &[u32], sectors: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    bytes.resize(512, 0xFF);
    bytes[24..34].copy_from_slice(&[0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0]);
    for (at, word) in [(44, 1), (48, 1), (60, 0xFFFF_FFFE), (64, 0), (68, 0xFFFF_FFFE), (72, 0), (76, 0)] {
        bytes[at..at + 4].copy_from_slice(&u32::to_le_bytes(word));
    }
    bytes.extend(next.iter().flat_map(|word| word.to_le_bytes()));
    bytes.resize(1024, 0xFF);
    bytes.extend(sectors);
    let name: Vec<u8> = "Workbook".encode_utf16().flat_map(u16::to_le_bytes).collect();
    // Where there is no directory, its name still makes it an xls.
    if !bytes.windows(name.len()).any(|window| window == name) {
        bytes[1024..1024 + name.len()].copy_from_slice(&name);
    }
    bytes
}

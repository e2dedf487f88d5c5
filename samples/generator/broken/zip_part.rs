//! Changes the text of one part inside a finished workbook, for what no writer would write.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// Replaces `old` by `new` wherever it stands in any part; it must stand exactly once.
pub fn replace(workbook: &[u8], old: &str, new: &str) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(workbook)).expect("our own workbook is a zip archive");
    let mut changed = ZipWriter::new(Cursor::new(Vec::new()));
    let mut found = 0;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).expect("every part can be opened");
        let mut text = String::new();
        part.read_to_string(&mut text).expect("every part of a plain workbook is text");
        found += text.matches(old).count();
        let name = part.name().expect("the names of our parts are plain").into_owned();
        changed.start_file(name, SimpleFileOptions::default()).expect("names stay different");
        changed.write_all(text.replace(old, new).as_bytes()).expect("memory takes every byte");
    }
    assert_eq!(found, 1, "{old} stands once in the workbook");
    changed.finish().expect("memory takes every byte").into_inner()
}

/// Adds a part that nothing in the workbook mentions.
pub fn with(workbook: &[u8], name: &str, content: &[u8]) -> Vec<u8> {
    let mut more = ZipWriter::new_append(Cursor::new(workbook.to_vec())).expect("our own workbook can be added to");
    more.start_file(name, SimpleFileOptions::default()).expect("the name is new");
    more.write_all(content).expect("memory takes every byte");
    more.finish().expect("memory takes every byte").into_inner()
}

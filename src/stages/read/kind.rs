//! What a file is, told by its content: a workbook of which kind, a table as text, or something else and what.
//!
//! In: bytes. Out: a [`Kind`], or why there is nothing to read. Never: takes
//! an ending's word for it, or repeats what a lock file says about a person.

use super::Unreadable;
use super::compound::Compound;
use crate::model::finding::Code;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Also xlsm.
    Xlsx,
    Xlsb,
    Ods,
    Xls,
}

/// The outermost layer of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shell {
    Zip,
    Compound,
    /// Perhaps a table, one record a line.
    Text,
}

const COMPOUND: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// How the files begin that clerks attach by mistake, and what the catalogues call them (`file-…`).
const OTHERS: [(&[u8], &str); 16] = [
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xFF\xD8\xFF", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"7z\xBC\xAF", "archive-7z"),
    (b"Rar!", "archive-rar"),
    (b"\x1F\x8B", "archive-gz"),
    // BIFF 2 to 5 without a compound file around it, up to Excel 5.
    (b"\x09\x00\x04\x00", "old-excel"),
    (b"\x09\x02\x06\x00", "old-excel"),
    (b"\x09\x04\x06\x00", "old-excel"),
    (b"\x09\x08\x08\x00", "old-excel"),
    (b"\x09\x08\x10\x00", "bare-excel"),
    (b"SQLite format 3", "database"),
];

/// The beginnings of an e-mail saved as a file.
const MAIL: [&str; 5] = ["received:", "return-path:", "from:", "delivered-to:", "x-mozilla-status:"];

/// The outermost layer.
///
/// # Errors
/// The file is empty, a lock file, or known as something else than a workbook.
pub(super) fn shell(bytes: &[u8]) -> Result<Shell, Unreadable> {
    if is_lock(bytes) {
        return Err(Unreadable::new(Code::LockFile, ""));
    }
    if bytes.starts_with(b"PK") {
        return Ok(Shell::Zip);
    }
    if bytes.starts_with(&COMPOUND) {
        return Ok(Shell::Compound);
    }
    if bytes.is_empty() {
        return Err(Unreadable::new(Code::EmptyFile, "0 bytes"));
    }
    if let Some((_, what)) = OTHERS.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(Unreadable::not_a_workbook(what));
    }
    if bytes.starts_with(b"{\\rtf") {
        return Err(Unreadable::new(Code::WordFile, "RTF"));
    }
    let start = head(bytes);
    if is_page(&start) {
        return Err(Unreadable::new(Code::HtmlFile, "HTML"));
    }
    if start.starts_with("<?xml") || start.starts_with('<') {
        let old = start.contains("urn:schemas-microsoft-com:office:spreadsheet");
        return Err(Unreadable::not_a_workbook(if old { "xml-2003" } else { "xml" }));
    }
    if MAIL.iter().any(|head| start.starts_with(head)) {
        return Err(Unreadable::not_a_workbook("mail"));
    }
    Ok(Shell::Text)
}

/// The workbook inside of a zip with these entries; `mimetype` is the content of the entry so named.
///
/// # Errors
/// There is none, or it is encrypted.
pub(super) fn in_zip(names: &[String], mimetype: Option<&str>) -> Result<Kind, Unreadable> {
    let has = |wanted: &str| names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
    let below = |folder: &str| names.iter().any(|name| name.to_ascii_lowercase().starts_with(folder));
    match mimetype.map(str::trim).and_then(|kind| kind.strip_prefix("application/vnd.oasis.opendocument.")) {
        // ODF 1.3 part 2, 3.4: a package as a whole inside of a package.
        Some(_) if has("encrypted-package") => return Err(Unreadable::protected()),
        Some(kind) if kind.starts_with("spreadsheet") => return Ok(Kind::Ods),
        Some(kind) if kind.starts_with("text") => return Err(Unreadable::new(Code::WordFile, "OpenDocument")),
        Some(_) => return Err(Unreadable::not_a_workbook("office")),
        None => {}
    }
    if has("xl/workbook.bin") {
        return Ok(Kind::Xlsb);
    }
    if has("xl/workbook.xml") {
        return Ok(Kind::Xlsx);
    }
    Err(match () {
        () if below("word/") => Unreadable::new(Code::WordFile, "Word"),
        () if below("ppt/") => Unreadable::not_a_workbook("slides"),
        () if below("index/") && names.iter().any(|name| name.ends_with(".iwa")) => Unreadable::not_a_workbook("apple"),
        () if below("xl/") => Unreadable::damaged("the workbook part is missing"),
        () => Unreadable::not_a_workbook("archive-zip"),
    })
}

/// The workbook inside of a compound file (MS-CFB). An encrypted xlsx is such a file (MS-OFFCRYPTO 2.3).
///
/// # Errors
/// There is none, or it is encrypted.
pub(super) fn in_compound(file: &Compound<'_>) -> Result<(), Unreadable> {
    match () {
        () if file.has("EncryptedPackage") => Err(Unreadable::protected()),
        () if file.has("Workbook") || file.has("Book") => Ok(()),
        () if file.has("WordDocument") => Err(Unreadable::new(Code::WordFile, "Word 97–2003")),
        () if file.has("PowerPoint Document") => Err(Unreadable::not_a_workbook("slides")),
        () if file.has("__properties_version1.0") => Err(Unreadable::not_a_workbook("mail-outlook")),
        () => Err(Unreadable::not_a_workbook("office")),
    }
}

/// Excel's owner file: the length of a name, the name, blanks up to byte 54; then the same in UTF-16. Word's is alike.
fn is_lock(bytes: &[u8]) -> bool {
    let [length, rest @ ..] = bytes else { return false };
    let length = usize::from(*length);
    let padding = rest.get(length..53);
    (150..=200).contains(&bytes.len())
        && length > 0
        && padding.is_some_and(|padding| padding.iter().all(|byte| matches!(byte, b' ' | 0)))
}

/// The first characters in lower case, whatever their encoding, without a mark of order and leading blanks.
fn head(bytes: &[u8]) -> String {
    let plain: Vec<u8> =
        bytes.iter().take(4096).copied().filter(|byte| !matches!(byte, 0 | 0xFE | 0xFF | 0xEF | 0xBB | 0xBF)).collect();
    String::from_utf8_lossy(&plain).trim_start().to_lowercase()
}

/// HTML, also inside of the MIME wrapping that Excel gives it.
fn is_page(start: &str) -> bool {
    let tags = ["<!doctype html", "<html", "<head", "<body", "<table", "<meta", "<div", "<style"];
    let wrapped = start.starts_with("mime-version:") && start.contains("multipart/related");
    let declared = (start.starts_with("<?xml") || start.starts_with("<!--")) && start.contains("<html");
    wrapped || declared || tags.iter().any(|tag| start.starts_with(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(bytes: &[u8]) -> (Code, String) {
        let error = shell(bytes).unwrap_err();
        (error.code, error.reason)
    }

    #[test]
    fn what_is_no_workbook_is_named() {
        for (bytes, code, reason) in [
            (&b""[..], Code::EmptyFile, "0 bytes"),
            (b"<html>", Code::HtmlFile, "HTML"),
            (b"\xEF\xBB\xBF\r\n<!DOCTYPE HTML><body>", Code::HtmlFile, "HTML"),
            (b"MIME-Version: 1.0\r\nContent-Type: multipart/related;", Code::HtmlFile, "HTML"),
            (b"%PDF-1.7", Code::NotAWorkbook, "pdf"),
            (b"\x89PNG\r\n", Code::NotAWorkbook, "image"),
            (b"{\\rtf1 a}", Code::WordFile, "RTF"),
            (b"From: a@example.org\r\n", Code::NotAWorkbook, "mail"),
            (b"<?xml version=\"1.0\"?><a/>", Code::NotAWorkbook, "xml"),
        ] {
            assert_eq!(told(bytes), (code, reason.to_owned()));
        }
        let wide: Vec<u8> =
            [0xFF, 0xFE].into_iter().chain("<html>".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(told(&wide).0, Code::HtmlFile);
        let zip = |names: &[&str], mimetype| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            in_zip(&names, mimetype).map_err(|error| error.code)
        };
        assert_eq!(zip(&["word/document.xml"], None), Err(Code::WordFile));
        assert_eq!(zip(&["content.xml"], Some("application/vnd.oasis.opendocument.text")), Err(Code::WordFile));
        assert_eq!(zip(&["a.txt"], None), Err(Code::NotAWorkbook));
        assert_eq!(zip(&["XL/Workbook.xml"], None), Ok(Kind::Xlsx));
        assert_eq!(zip(&["content.xml"], Some("application/vnd.oasis.opendocument.spreadsheet\n")), Ok(Kind::Ods));
        assert_eq!(
            zip(&["encrypted-package"], Some("application/vnd.oasis.opendocument.spreadsheet")),
            Err(Code::PasswordProtected)
        );
    }

    #[test]
    fn a_lock_file_is_known_by_its_content_and_names_nobody() {
        let mut lock = vec![b' '; 165];
        lock[0] = 12;
        lock[1..13].copy_from_slice(b"Erika Muster");
        lock[54] = 0;
        assert_eq!(told(&lock), (Code::LockFile, String::new()));
        let line = "Standort;Raumart;Plätze\n".repeat(7);
        assert_eq!(shell(&line.as_bytes()[..165]), Ok(Shell::Text));
    }
}

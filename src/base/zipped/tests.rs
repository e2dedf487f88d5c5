use super::*;

const LIMITS: Limits = Limits { entries: 10, inflated: 100_010, kept: 100_000, ratio: 10_000 };

fn all(bytes: &[u8]) -> Result<Opened, ZipError> {
    open(bytes, LIMITS, |_| true)
}

#[test]
fn sizes_are_counted_and_the_limits_hold() {
    let bytes = zip_of(&[("mimetype", "aaaaaaaaaa"), ("b", &"a".repeat(100_000))]);
    let only_b = |limits| open(&bytes, limits, |name| name == "b");
    let opened = only_b(LIMITS).unwrap();
    assert_eq!(opened.names, ["mimetype", "b"]);
    assert_eq!((opened.part("B").map(<[u8]>::len), opened.part("mimetype")), (Some(100_000), None));
    assert!(matches!(only_b(Limits { inflated: 100_009, ..LIMITS }), Err(ZipError::TooLarge(_))));
    assert!(matches!(only_b(Limits { kept: 99_999, ..LIMITS }), Err(ZipError::TooLarge(_))));
    assert!(matches!(only_b(Limits { entries: 1, ..LIMITS }), Err(ZipError::TooLarge(_))));
    assert!(matches!(all(b"PK no zip"), Err(ZipError::Damaged(_))));
}

#[test]
fn what_is_kept_is_a_zip_with_the_same_parts() {
    let files = [("xl/workbook.xml", "<a/>"), ("xl/leer.xml", ""), ("Räume.xml", "x")];
    let opened = all(&zip_of(&files)).unwrap();
    let mut again = ZipArchive::new(Cursor::new(opened.bytes.as_slice())).unwrap();
    assert_eq!(again.len(), 3);
    for (name, text) in files {
        let mut found = String::new();
        again.by_name(name).unwrap().read_to_string(&mut found).unwrap();
        assert_eq!(found, text);
    }
    assert!(again.validate_header_consistency().is_ok());
}

#[test]
fn a_flipped_bit_is_seen() {
    let files = [("a", "one hundred and twenty-three"), ("b", "x")];
    let mut plain = Stored::with_room(0);
    for (name, text) in files {
        let checksum = zip_checksum(text);
        plain.add(name, checksum, text.as_bytes()).unwrap();
    }
    let (whole, parts) = plain.finish();
    assert!(all(&whole).is_ok());
    let mut flipped = whole.clone();
    flipped[parts["a"].start] ^= 1;
    assert!(matches!(all(&flipped), Err(ZipError::DamagedPart { part, .. }) if part == "a"));
}

fn zip_checksum(text: &str) -> u32 {
    let bytes = zip_of(&[("a", text)]);
    ZipArchive::new(Cursor::new(bytes)).unwrap().by_index(0).unwrap().crc32()
}

#[test]
fn names_that_contradict_one_another_are_refused() {
    let refused = |names: &[&str]| {
        let files: Vec<(&str, &str)> = names.iter().map(|name| (*name, "x")).collect();
        matches!(all(&zip_of(&files)), Err(ZipError::Contradictory(_)))
    };
    assert!(refused(&["xl/a.xml", "xl/A.xml"]));
    assert!(refused(&["xl\\a.xml", "xl/a.xml"]));
    assert!(refused(&["../a"]) && refused(&["xl/../../a"]) && refused(&["C:\\a"]));
    assert!(!refused(&["xl\\a.xml", "xl/b.xml", "..a"]));
    // The writer refuses to write a name twice, so it is renamed behind its back.
    let mut twice = zip_of(&[("aa.xml", "1"), ("ab.xml", "2")]);
    for at in 0..twice.len() - 6 {
        if twice[at..].starts_with(b"ab.xml") {
            twice[at + 1] = b'a';
        }
    }
    assert!(matches!(all(&twice), Err(ZipError::Contradictory(_))));
}

/// Sizes behind the content instead of in front, 64-bit sizes, folders, a remark at the end: all of that is in use.
#[test]
fn what_other_programs_write_passes() {
    use std::io::Write;
    use zip::write::SimpleFileOptions;
    let mut streamed = zip::ZipWriter::new_stream(Vec::new());
    streamed.set_comment("a remark").unwrap();
    streamed.add_directory("xl/", SimpleFileOptions::default()).unwrap();
    for (name, options) in
        [("xl/a.xml", SimpleFileOptions::default()), ("xl/b.xml", SimpleFileOptions::default().large_file(true))]
    {
        streamed.start_file(name, options).unwrap();
        streamed.write_all(b"<a/>").unwrap();
    }
    let bytes = streamed.finish().unwrap().into_inner();
    let opened = all(&bytes).unwrap();
    assert_eq!(opened.names, ["xl/a.xml", "xl/b.xml"]);
    assert_eq!(opened.parts().map(|(_, part)| part).collect::<Vec<_>>(), [b"<a/>", b"<a/>"]);
    assert!(all(&[&bytes[..], &[0; 20]].concat()).is_ok(), "something behind the end");
}

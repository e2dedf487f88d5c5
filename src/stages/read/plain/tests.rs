use proptest::prelude::*;

use crate::base::zipped::{Opened, zip_of_bytes};
use crate::model::raw::{RawSheet, RawValue};
use crate::stages::read::tests::{parts, parts_around};
use crate::stages::read::{MOST_CELLS, Unreadable, guard, workbook, xlsx};

type Part = (String, Vec<u8>);

fn opened(parts: &[Part]) -> Result<Opened, Unreadable> {
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, text)| (name.as_str(), text.as_slice())).collect();
    guard::opened(&zip_of_bytes(&parts))
}

fn short(opened: &Opened) -> Option<Vec<RawSheet>> {
    super::read(opened, &mut { MOST_CELLS })
}

fn long(opened: &Opened) -> Result<Vec<RawSheet>, Unreadable> {
    guard::xlsx(opened).and_then(|()| xlsx::read(opened, &mut { MOST_CELLS }))
}

/// Files as programs wrote them, each as its parts.
fn written() -> Vec<Vec<Part>> {
    let mut files = vec![parts_of(ALL_KINDS), parts_of("")];
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/eingang");
    for path in below(&root).iter().filter(|path| path.extension().is_some_and(|ending| ending == "xlsx")).take(3) {
        let opened = guard::opened(&std::fs::read(path).unwrap()).unwrap();
        let part = |name: &String| Some((name.clone(), opened.part(name)?.to_vec()));
        files.push(opened.names.iter().filter_map(part).collect());
    }
    files.push(looking());
    assert_eq!(files.len(), 6, "there are no samples");
    files
}

/// Cells that look otherwise than they are, in every way that is known, and a comment.
fn looking() -> Vec<Part> {
    let cell = |at: usize| format!("<c r=\"{}1\" s=\"{at}\"><v>7</v></c>", char::from(b'A' + at as u8));
    let cells: String = (0..12).map(cell).collect();
    let texts = (0..4).map(|text| format!("<c r=\"{}2\" t=\"s\"><v>{text}</v></c>", char::from(b'A' + text as u8)));
    let rows = format!("<row r=\"1\" ht=\"0.5\">{cells}</row><row r=\"2\">{}</row>", texts.collect::<String>());
    let rule = |format: usize| {
        format!(
            "<cfRule type=\"cellIs\" dxfId=\"{format}\" priority=\"1\" operator=\"lessThan\"><formula>9</formula></cfRule>"
        )
    };
    let areas =
        |of: &str, rules: String| format!("<conditionalFormatting sqref=\"{of}\">{rules}</conditionalFormatting>");
    let behind = areas("A1", rule(0)) + &areas("B1 D1", rule(1) + &rule(2));
    let narrow = "<cols><col min=\"2\" max=\"3\" width=\"0.1\"/><col min=\"4\" max=\"4\" width=\"9\"/></cols>";
    let mut parts: Vec<Part> = parts_around(narrow, &rows, &behind)
        .into_iter()
        .map(|(name, text)| (name.to_owned(), text.into_bytes()))
        .collect();
    let dxfs = "<dxf><font><strike/></font></dxf><dxf><fill><patternFill><bgColor rgb=\"FF000000\"/></patternFill></fill></dxf></dxfs>";
    for (_, text) in parts.iter_mut().filter(|(name, _)| name == "xl/styles.xml") {
        *text = String::from_utf8_lossy(text).replace("</dxfs>", dxfs).into_bytes();
    }
    let run = |marks: &str, text: &str| format!("<r><rPr>{marks}</rPr><t xml:space=\"preserve\">{text}</t></r>");
    let texts = [
        run("", "18") + &run("<vertAlign val=\"subscript\"/>", "1"),
        run("<color rgb=\"FFFFFFFF\"/>", "1") + &run("", "5"),
        run("<sz val=\"1\"/>", "15"),
        run("<strike/>", "12") + &run("<color theme=\"0\"/>", " 15"),
    ];
    let texts: String = texts.iter().map(|text| format!("<si>{text}</si>")).collect();
    let comments =
        "<comments><commentList><comment ref=\"B2\"><text><t>kumuliert</t></text></comment></commentList></comments>";
    let relation =
        "<Relationships><Relationship Id=\"a\" Type=\"x/comments\" Target=\"../comments1.xml\"/></Relationships>";
    for (name, text) in [
        ("xl/sharedStrings.xml", format!("<sst>{texts}</sst>")),
        ("xl/comments1.xml", comments.to_owned()),
        ("xl/worksheets/_rels/sheet1.xml.rels", relation.to_owned()),
    ] {
        parts.push((name.to_owned(), text.into_bytes()));
    }
    parts
}

fn below(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] }).collect()
}

fn parts_of(rows: &str) -> Vec<Part> {
    let mut parts: Vec<Part> =
        parts(rows).into_iter().map(|(name, text)| (name.to_owned(), text.into_bytes())).collect();
    for (_, text) in parts.iter_mut().filter(|(name, _)| name == "xl/styles.xml") {
        *text = STYLES.to_vec();
    }
    parts.push(("xl/sharedStrings.xml".to_owned(), TEXTS.to_vec()));
    parts
}

const STYLES: &[u8] = b"<styleSheet><numFmts count=\"2\"><numFmt numFmtId=\"164\" formatCode=\"[&lt;5]&quot;/&quot;;0\"/>\
    <numFmt numFmtId=\"165\" formatCode=\"[h]:mm\"/></numFmts><cellXfs count=\"4\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/>\
    <xf numFmtId=\"164\"/><xf numFmtId=\"165\"/></cellXfs></styleSheet>";
const TEXTS: &[u8] = b"<?xml version=\"1.0\"?>\n<sst uniqueCount=\"4\"><si><t> a &amp; b </t></si><si><t xml:space=\"preserve\"> c </t></si>\
    <si><r><rPr><b/></rPr><t>d</t></r><r><t xml:space=\"preserve\"> e</t></r></si><si/></sst>";
const ALL_KINDS: &str = "<row r=\"1\" spans=\"1:9\" ht=\"0\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" s=\"1\" t=\"s\"><v>1</v></c>\
    <c r=\"C1\" t=\"s\"><v>2</v></c><c r=\"D1\" t=\"s\"><v>3</v></c><c r=\"E1\" s=\"2\"/></row>\
    <row r=\"3\" hidden=\"1\"><c r=\"A3\"><v>12.5</v></c><c r=\"B3\" s=\"1\"><v>45000</v></c><c r=\"C3\" s=\"2\"><v>3</v></c>\
    <c r=\"D3\" s=\"2\"><v>7</v></c><c r=\"E3\" s=\"3\"><v>1.5</v></c><c r=\"F3\" s=\"9\"><v>-1E-3</v></c></row>\
    <row r=\"4\"><c r=\"A4\" t=\"b\"><v>1</v></c><c r=\"B4\" t=\"e\"><v>#REF!</v></c><c r=\"C4\"><f>1+1</f></c>\
    <c r=\"D4\" t=\"str\"><f t=\"shared\" ref=\"D4:D5\" si=\"0\">A4&amp;\"x\"</f><v>x &lt; y</v></c>\
    <c r=\"E4\" t=\"inlineStr\"><is><t>in</t></is></c><c r=\"F4\"><f t=\"shared\" si=\"0\"/><v>2</v></c><c r=\"G4\"><v/></c>\
    <c r=\"H4\" t=\"n\"><v></v></c><c r=\"I4\" t=\"str\"><v></v></c></row><row r=\"9\"/>";

#[test]
fn what_programs_write_goes_the_short_way() {
    for parts in written() {
        let opened = opened(&parts).unwrap();
        let sheets = short(&opened).expect("it is as usual");
        assert_eq!(long(&opened), Ok(sheets));
    }
    let seen = short(&opened(&looking()).unwrap()).unwrap().swap_remove(0);
    assert!(seen.notes.len() > 10 && seen.comments.len() == 1 && seen.hidden_columns == [(1, 2)], "{:?}", seen.notes);
    let sheets = short(&opened(&parts_of(ALL_KINDS)).unwrap()).unwrap();
    let text = |text: &str| Some(RawValue::Text(text.into()));
    for (at, expected) in [
        ((0, 0), text("a & b")),
        ((0, 1), text(" c ")),
        ((0, 2), text("d e")),
        ((0, 3), None),
        ((2, 0), Some(RawValue::Number(12.5))),
        ((2, 2), Some(RawValue::Hidden("/".to_owned()))),
        ((2, 3), Some(RawValue::Number(7.0))),
        ((2, 4), text("36:00")),
        ((3, 1), Some(RawValue::Error("#REF!".to_owned()))),
        ((3, 2), Some(RawValue::NoResult)),
        ((3, 3), text("x < y")),
        ((3, 4), text("in")),
        ((3, 6), None),
    ] {
        assert_eq!(sheets[0].cell(at.0, at.1), expected.as_ref(), "{at:?}");
    }
    assert!(matches!(sheets[0].cell(2, 1), Some(RawValue::Date(_))));
    assert_eq!(sheets[0].hidden_rows, [(0, 0), (2, 2)]);
}

#[test]
fn one_cell_too_many_goes_the_long_way_which_says_so() {
    let opened = opened(&parts_of(ALL_KINDS)).unwrap();
    let count: usize = short(&opened).unwrap().iter().map(|sheet| sheet.cells.len()).sum();
    let mut left = count - 1;
    assert_eq!(super::read(&opened, &mut left), None);
    assert_eq!(left, count - 1, "nothing was taken from the long way");
    left = count;
    assert!(super::read(&opened, &mut left).is_some());
    assert_eq!(left, 0);
}

/// What the guard refuses, and more that is merely unusual.
#[test]
fn whatever_is_unusual_goes_the_long_way() {
    for rows in [
        "<row r=\"1\"><c r=\"A1\"><v>4<!-- -->2</v></c></row>",
        "<row r=\"1\"><c r=\"A1\"><v>4&#50;</v></c></row>",
        "<row r=\"1\"><c r=\"A1\"><v>42</v><f>6*7</f></c></row>",
        "<row r=\"1\"><c r=\"A1\"><v>42</v><v>7</v></c></row>",
        "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><v>42</v></c></row>",
        "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>-1</v></c></row>",
        "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>4</v></c></row>",
        "<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"A1\"><v>2</v></c></row>",
        "<row r=\"1\"><c r=\"A2\"><v>1</v></c></row>",
        "<row r=\"2\"/><row r=\"1\"/>",
        "<row r=\"4294967297\"/>",
        "<row r=\"1\"><c r=\"A1\"><v>NaN</v></c></row>",
        "<row r=\"1\"><c r=\"A1\"><v>1e999</v></c></row>",
        "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>a_x000D_</v></c></row>",
        "<row r=\"1\"><c r=\"A1\" t=\"d\"><v>2026-01-01</v></c></row>",
        "<row r=\"1\"><c r=\"XFE1\"/></row>",
        "<x:row r=\"1\"/>",
        "</sheetData><sheetData>",
    ] {
        let opened = opened(&parts_of(rows)).unwrap();
        assert_eq!(short(&opened), None, "{rows}");
    }
}

/// Pieces of what parts are made of, so that changes hit what matters.
const PIECES: [&str; 52] = [
    "<c r=\"B2\">",
    "<c r=\"A1\" t=\"s\">",
    "</c>",
    "<v>",
    "</v>",
    "<v/>",
    "<f>",
    "</f>",
    "<f/>",
    "<is>",
    "</is>",
    "<t>",
    "</t>",
    "<t/>",
    "<si>",
    "</si>",
    "<r>",
    "</r>",
    "<rPh>",
    "</rPh>",
    "<row r=\"7\">",
    "<row>",
    "</row>",
    "<!-- -->",
    "<![CDATA[1]]>",
    "&#50;",
    "&amp;",
    "&",
    "_x000D_",
    "\r\n",
    " ",
    " t=\"str\"",
    " t=\"s\"",
    " s=\"1\"",
    " hidden=\"1\"",
    " ht=\"0\"",
    " xml:space=\"preserve\"",
    "\"",
    "<",
    ">",
    "/",
    "1",
    "-",
    "e",
    "\u{e9}",
    "<sheetData/>",
    "<strike/>",
    "<rPr>",
    "<color theme=\"0\"/>",
    "<sz val=\"1\"/>",
    " ht=\"0.4\"",
    "0.",
];

fn changed(mut part: Vec<u8>, changes: &[(usize, usize, usize)]) -> Vec<u8> {
    for (at, what, length) in changes {
        // Rather at the edges of marks than within texts.
        let edges: Vec<usize> =
            part.iter().enumerate().filter(|(_, mark)| b"<>\" =".contains(mark)).map(|(at, _)| at).collect();
        let at = match edges.is_empty() {
            true => 0,
            false => edges[at % edges.len()] + at % 2,
        };
        let end = (at + length).min(part.len());
        let piece: &[u8] = if *what == 0 { b"" } else { PIECES[what % PIECES.len()].as_bytes() };
        part.splice(at.min(end)..end, piece.iter().copied());
    }
    part
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_short_way_is_the_long_way(
        file in 0..6_usize,
        part in 0..64_usize,
        changes in prop::collection::vec((0..100_000_usize, 0..50_usize, 0..4_usize), 1..4),
    ) {
        thread_local! { static FILES: Vec<Vec<Part>> = written(); }
        let mut parts = FILES.with(|files| files[file].clone());
        // Theme and list of types are read by neither.
        let read: Vec<usize> = (0..parts.len()).filter(|at| parts[*at].0.starts_with("xl/") && !parts[*at].0.contains("theme")).collect();
        let at = read[part % read.len()];
        parts[at].1 = changed(std::mem::take(&mut parts[at].1), &changes);
        let opened = opened(&parts).unwrap();
        if let Some(sheets) = short(&opened) {
            let text = String::from_utf8_lossy(&parts[at].1).into_owned();
            prop_assert_eq!(Ok(sheets), long(&opened), "{}", text);
        }
    }
}

#[test]
fn the_styles_of_one_file_are_not_those_of_another() {
    let parts = |code: &str| {
        let mut parts = parts_of("<row r=\"1\"><c r=\"A1\" s=\"2\"><v>3</v></c></row>");
        for (_, text) in parts.iter_mut().filter(|(name, _)| name == "xl/styles.xml") {
            *text = String::from_utf8_lossy(STYLES).replace("[&lt;5]&quot;/&quot;;0", code).into_bytes();
        }
        parts
    };
    for _ in 0..2 {
        for (at, code) in ["0", "0.0", ";;;", "yyyy", "0.00", "#", "[h]", "\"x\"", "@", "00", "000"].iter().enumerate()
        {
            let opened = opened(&parts(code)).unwrap();
            let sheets = short(&opened).unwrap();
            assert_eq!(Ok(&sheets), long(&opened).as_ref(), "{at}: {code}");
        }
    }
}

#[test]
fn a_workbook_is_read_the_short_way() {
    let parts = parts_of(ALL_KINDS);
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, text)| (name.as_str(), text.as_slice())).collect();
    let book = workbook(&zip_of_bytes(&parts)).unwrap();
    assert_eq!(Ok(book.sheets), long(&guard::opened(&zip_of_bytes(&parts)).unwrap()));
}

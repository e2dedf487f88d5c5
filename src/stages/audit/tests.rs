//! A small workbook, written by hand, with something planted in it.

use std::io::Write;

use super::declared::Secret;
use super::*;

const SHEET: &str = r#"<worksheet><sheetData>
<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>
<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2"><v>62.5</v></c><c r="C2"/></row>
<row r="3"><c r="A3" t="s"><v>3</v></c><c r="B3" t="inlineStr"><is><t>[g]</t></is></c></row>
</sheetData></worksheet>"#;
const STRINGS: &str = "<sst><si><t>Kommune</t></si><si><r><t>Fälle &amp; </t></r><r><t>Personen</t></r></si>\
                       <si><t>Bergdorf</t></si><si><t>Talstadt</t></si></sst>";
const WORKBOOK: &str = r#"<workbook xmlns:r="r"><sheets><sheet name="A &amp; B" sheetId="1" r:id="rId1"/></sheets>
<definedNames><definedName name="_xlnm.Print_Titles" localSheetId="0">x</definedName></definedNames></workbook>"#;
const RELATIONS: &str = r#"<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>"#;
const CHART: &str = "<c:chartSpace xmlns:c='c'><c:chart><c:val><c:numRef><c:f>x</c:f><c:numCache><c:ptCount val='1'/>\
                     <c:pt idx='0'><c:v>62.5</c:v></c:pt></c:numCache></c:numRef></c:val></c:chart></c:chartSpace>";

/// The workbook with some parts in place of, or besides, the usual ones.
fn workbook(planted: &[(&str, &str)]) -> Vec<u8> {
    let usual = [
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
        ("xl/sharedStrings.xml", STRINGS),
        ("xl/worksheets/sheet1.xml", SHEET),
        ("xl/charts/chart1.xml", CHART),
    ];
    let kept = usual.iter().filter(|(name, _)| planted.iter().all(|(other, _)| other != name));
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in kept.chain(planted) {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn declared() -> Declared {
    let mut declared = Declared::default();
    declared.rounded(62.4999, 1);
    declared.number(4.0);
    declared.secrets = vec![Secret {
        name: "faelle/05958040/2026-Q3".to_owned(),
        value: 4.0,
        labels: ["Talstadt".to_owned(), "Fälle & Personen".to_owned()],
    }];
    declared
}

fn told(planted: &[(&str, &str)]) -> Vec<String> {
    audit(&workbook(planted), &declared()).unwrap().iter().map(ToString::to_string).collect()
}

#[test]
fn a_clean_workbook_passes() {
    assert_eq!(told(&[]), [""; 0]);
}

#[test]
fn a_number_that_was_not_released_is_found_with_its_cell_and_not_repeated() {
    for planted in [
        SHEET.replace("62.5", "62.4"),
        SHEET.replace("<v>62.5</v>", "<v>7</v>"),
        SHEET.replace("[g]", "7"),
        SHEET.replace("[g]", " 7,0 % "),
        SHEET.replace("<c r=\"C2\"/>", "<c r=\"C2\" t=\"e\"><v>#DIV/0!</v></c>"),
    ] {
        let told = told(&[("xl/worksheets/sheet1.xml", &planted)]);
        assert_eq!(told.len(), 1, "{planted}");
        assert!(
            told[0].starts_with("A & B!") && told[0].ends_with("2: a number that was not released")
                || told[0] == "A & B!B3: a number that was not released",
            "{told:?}"
        );
    }
    let strings = STRINGS.replace("Talstadt", "1.234");
    assert_eq!(told(&[("xl/sharedStrings.xml", &strings)]), ["A & B!A3: a number that was not released"]);
}

#[test]
fn a_hidden_figure_is_found_in_its_place_although_its_number_is_declared_elsewhere() {
    let planted = SHEET.replace("<c r=\"B3\" t=\"inlineStr\"><is><t>[g]</t></is></c>", "<c r=\"B3\"><v>4</v></c>");
    let expected = ["A & B!B3: the hidden figure faelle/05958040/2026-Q3 stands here"];
    assert_eq!(told(&[("xl/worksheets/sheet1.xml", &planted)]), expected);
    let elsewhere = SHEET.replace("<c r=\"C2\"/>", "<c r=\"C2\"><v>4</v></c>");
    assert_eq!(told(&[("xl/worksheets/sheet1.xml", &elsewhere)]), [""; 0]);
}

#[test]
fn a_chart_remembers_only_what_was_released() {
    let chart = CHART.replace("62.5", "3");
    let told = told(&[("xl/charts/chart1.xml", &chart)]);
    assert_eq!(told, ["the chart xl/charts/chart1.xml remembers a number that was not released"]);
}

#[test]
fn nothing_hides() {
    let sheet = |from: &str, to: &str| ("xl/worksheets/sheet1.xml", SHEET.replace(from, to));
    let book = |from: &str, to: &str| ("xl/workbook.xml", WORKBOOK.replace(from, to));
    let part = |name: &'static str| (name, "<x/>".to_owned());
    let styles = |code: &str| {
        let styles =
            format!("<styleSheet><numFmts><numFmt numFmtId='164' formatCode='{code}'/></numFmts></styleSheet>");
        ("xl/styles.xml", styles)
    };
    let link = "<Relationships><Relationship Id='r' Target='file:///x.xlsx' TargetMode='External'/></Relationships>";
    let cases = [
        (sheet("<v>62.5</v>", "<f>A1*2</f><v>62.5</v>"), "A & B!B2: a formula"),
        (sheet("<row r=\"3\">", "<row r=\"3\" hidden=\"1\">"), "A & B!3: the row is hidden"),
        (sheet("<row r=\"3\">", "<row r=\"3\" ht=\"0\" customHeight=\"1\">"), "A & B!3: the row is hidden"),
        (
            sheet("<sheetData>", "<cols><col min=\"28\" max=\"28\" hidden=\"1\"/></cols><sheetData>"),
            "A & B!AB: the column is hidden",
        ),
        (book("sheetId", "state=\"veryHidden\" sheetId"), "A & B: the sheet is hidden"),
        (book("_xlnm.Print_Titles", "Geheim"), "the workbook defines the name Geheim"),
        (part("xl/externalLinks/externalLink1.xml"), "the workbook holds a link to another workbook"),
        (part("xl/comments1.xml"), "the workbook holds comments"),
        (part("xl/pivotCache/pivotCacheDefinition1.xml"), "the workbook holds the data of a pivot table"),
        (styles(";;;"), "the number format `;;;` hides what it formats"),
        (styles("&quot;[g]&quot;"), "the number format `\"[g]\"` hides what it formats"),
        (styles("0;-0;;@"), "the number format `0;-0;;@` hides what it formats"),
        (
            ("xl/worksheets/_rels/sheet1.xml.rels", link.to_owned()),
            "xl/worksheets/_rels/sheet1.xml.rels points outside of the workbook",
        ),
    ];
    for ((name, text), expected) in &cases {
        assert_eq!(told(&[(name, text)]), [*expected], "{text}");
    }
    for harmless in
        ["#,##0.0;-#,##0.0;0.0", "0&quot; %&quot;", "[Red]+0.0;[Blue]\\-0.0;0", "dd.mm.yyyy", "General", "@"]
    {
        let (name, text) = styles(harmless);
        assert_eq!(told(&[(name, &text)]), [""; 0], "{harmless}");
    }
}

#[test]
fn what_is_no_workbook_is_an_error_and_never_passes() {
    assert!(matches!(audit(b"PK", &declared()), Err(AuditError::Zip(_))));
    let mut torn = workbook(&[]);
    torn.truncate(torn.len() / 2);
    assert!(audit(&torn, &declared()).is_err());
    let wrong = SHEET.replace("62.5", "sixty");
    assert!(audit(&workbook(&[("xl/worksheets/sheet1.xml", &wrong)]), &declared()).is_err());
}

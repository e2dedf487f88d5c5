//! Returns that somebody made to have them misread: each once was.

use super::meaning::{CASES, GROUPS};
use super::*;
use crate::model::raw::{RawCell, RawValue};

const NEEDS: &str = "Zielgruppe|Personen|davon weiblich";

fn needs(rows: &str) -> CleanReturn {
    cleaned(vec![cover(""), sheet("Bedarf", &format!("{NEEDS}\n{rows}"))])
}

fn told(clean: &CleanReturn, table: &str) -> Vec<(Code, String)> {
    let ours = clean.findings.iter().filter(|finding| finding.table.as_deref() == Some(table));
    let place = |finding: &Finding| finding.places.first().map(Place::address).unwrap_or_default();
    let missing = [Code::ColumnMissing, Code::RowMissing];
    ours.filter(|finding| !missing.contains(&finding.code)).map(|found| (found.code, place(found))).collect()
}

/// Cases with one column filled by `value`.
fn cases(column: u32, value: &RawValue) -> CleanReturn {
    let rows: Vec<String> =
        (10..).zip(GROUPS).map(|(n, group)| format!("{group}|={n}|=2|=1|=1|=0|={n}|={n}|=20")).collect();
    let mut page = sheet("Fälle", &format!("{CASES}\n{}", rows.join("\n")));
    for cell in page.cells.iter_mut().filter(|cell| cell.row > 0 && cell.column == column) {
        *cell = RawCell { value: value.clone(), ..*cell };
    }
    cleaned(vec![cover(""), page])
}

#[test]
fn a_column_of_formulas_or_of_hidden_numbers_is_not_empty() {
    let formulas = cases(6, &RawValue::NoResult);
    assert_eq!(
        told(&formulas, "faelle").into_iter().map(|told| told.0).collect::<BTreeSet<_>>(),
        [Code::FormulaWithoutValue].into()
    );
    assert_eq!(row(&table(&formulas, "faelle").rows[0])[1..9], ["10", "2", "1", "1", "0", "missing", "10", "20"]);
    let hidden = cases(1, &RawValue::Hidden("".into()));
    assert_eq!(
        told(&hidden, "faelle").into_iter().map(|told| told.0).collect::<BTreeSet<_>>(),
        [Code::NumberHiddenByFormat].into()
    );
    assert_eq!(row(&table(&hidden, "faelle").rows[0])[1..9], ["withheld", "2", "1", "1", "0", "10", "10", "20"]);
    let cells = cases(1, &RawValue::Text("".into()));
    assert!(told(&cells, "faelle").iter().any(|told| told.0 == Code::TableShifted), "an empty text is nothing");
}

#[test]
fn a_total_sums_up_what_stands_above_a_heading_that_is_repeated() {
    let two = "Asylsuchende|=200|=90\nGeduldete|=44|=20";
    let three = "Schutzberechtigte|=150|=70\nUkraine|=200|=110\nSonstige|=44|=5";
    let of = |first: &str, second: &str, last: &str| needs(&format!("{first}\n{NEEDS}\n{second}\n{last}"));
    let all = of(two, three, "Insgesamt|=638|=295");
    assert_eq!(told(&all, "bedarf"), []);
    assert_eq!(table(&all, "bedarf").rows.iter().filter(|row| row.cells[0].place.is_some()).count(), 5);
    assert_eq!(told(&of(two, three, "Summe Seite 2|=394|=185"), "bedarf"), [], "or those of its page");
    let unsaid = of(two, three, "|=638|=295");
    assert_eq!(told(&unsaid, "bedarf"), [], "without its word, too");
    let wrong = of(two, three, "Insgesamt|=640|=295");
    assert_eq!(found(&wrong, Code::TotalRowDiffers), [(vec!["Bedarf!B8".into()], "640".into(), "638".into())]);
    let both = of(&format!("{two}\nZwischensumme|=244|=110"), three, "Insgesamt|=638|=295");
    assert_eq!(told(&both, "bedarf"), []);
    assert_eq!(
        told(&of(two, three, "Insgesamt|=638|=295\ndavon weiblich|=295|"), "bedarf"),
        [(Code::RowIsPart, "A9".into())]
    );
}

#[test]
fn a_part_below_a_total_is_part_of_the_total() {
    let rows = "Asylsuchende|=500|=200\nGeduldete|=138|=95\nInsgesamt|=638|=295";
    let fine = needs(&format!("{rows}\ndavon weiblich|=295|"));
    assert_eq!(told(&fine, "bedarf"), [(Code::RowIsPart, "A5".into())]);
    let many = needs(&format!("{rows}\ndavon weiblich|=700|"));
    let expected = (vec!["Bedarf!B5".into(), "Bedarf!B4".into()], "700".into(), "638".into());
    assert_eq!(found(&many, Code::PartExceedsWhole), [expected]);
    let entry = needs("Asylsuchende|=500|=200\nInsgesamt|=500|=200\nGeduldete|=138|=95\ndavon weiblich|=295|");
    assert_eq!(found(&entry, Code::PartExceedsWhole).len(), 1, "the nearest row above is its whole");
}

#[test]
fn columns_in_doubt_are_told() {
    let of = |heading: &str| {
        let clean = cleaned(vec![
            cover(""),
            sheet("Bedarf", &format!("Zielgruppe|{heading}|Bedarf Wohnen\nAsylsuchende|=10|=4")),
        ]);
        let told: Vec<Code> = told(&clean, "bedarf").into_iter().map(|told| told.0).collect();
        (row(&table(&clean, "bedarf").rows[0])[1].clone(), told)
    };
    let ten = || "10".to_owned();
    for heading in ["Personen (2025)", "Personen (teilweise)", "Personen (nein)"] {
        assert_eq!(of(heading), (ten(), vec![Code::ColumnGuessed]), "{heading}");
    }
    for heading in ["Personen (Anzahl)", "Personen (1)", "Personen?"] {
        assert_eq!(of(heading), (ten(), vec![]), "{heading}");
    }
    let rooms = |heading: &str| {
        let text = format!("Standort|Raumart|Fläche m²|{heading}\nA|Büro|=10|ja");
        let clean = cleaned(vec![cover(""), sheet("Räume", &text)]);
        found(&clean, Code::ColumnGuessed).len()
    };
    assert_eq!((rooms("barrierefrei (ja/nein)"), rooms("barrierefrei (ja)")), (0, 1), "the answers to choose from");
}

#[test]
fn the_opposite_is_no_slip() {
    let of = |heading: &str| {
        let text = format!("Zielgruppe|Bestand Beginn|Zugänge|{heading}|Bestand Ende\nAsylsuchende|=9|=2|=1|=10");
        let clean = cleaned(vec![cover(""), sheet("Fälle", &text)]);
        let told: Vec<Code> = told(&clean, "faelle").into_iter().map(|told| told.0).collect();
        (row(&table(&clean, "faelle").rows[0])[5].clone(), told)
    };
    assert_eq!(of("sonstige Zugänge"), ("missing".into(), vec![Code::ColumnUnknown]));
    assert_eq!(of("sonstige Abgäng"), ("1".into(), vec![Code::ColumnGuessed]));
    assert_eq!(of("sonstige Agbänge"), ("1".into(), vec![Code::ColumnGuessed]));
}

//! Where tables stand and which rows are theirs.

use super::*;

pub(super) fn cleaned_by(form: &crate::model::form::Form, sheets: Vec<RawSheet>) -> CleanReturn {
    let register = register();
    clean(&submission(), &book(sheets), &Prepared::new(form, &register, "2026-Q1".parse().unwrap()))
}

/// The rows of a table in short.
fn rows_of(clean: &CleanReturn, name: &str) -> Vec<String> {
    table(clean, name).rows.iter().map(|cells| row(cells).join(" ")).collect()
}

fn codes(clean: &CleanReturn) -> Vec<Code> {
    clean.findings.iter().map(|finding| finding.code).collect()
}

const LIST: &str = "name text Name\nx count Zahl\ny count Menge";
const KEYED: &str = "key text Name\nx count Zahl\ny count Menge";

#[test]
fn a_table_may_go_on_below_its_headings_once_more() {
    let form = samples::form_of(&[("a", LIST)]);
    let read = |text: &str| cleaned_by(&form, vec![cover(""), sheet("a", text)]);
    let page = read("Liste\nName|Zahl|Menge\nu|=1|=2\nv|=3|=4\n\nListe\nName|Zahl|Menge\n=1|=2|=3\nw|=5|=6");
    assert_eq!((rows_of(&page, "a"), codes(&page)), (vec!["u 1 2".into(), "v 3 4".into(), "w 5 6".into()], vec![]));
    for (text, place) in [
        ("Name|Zahl|Menge\nu|=1|=2\nv|=3|=4\n\nVorquartal\nName|Zahl|Menge\nu|=7|=8", "a!A6"),
        ("Name|Zahl|Menge\nu|=1|=2\nv|=3|=4\nName|Zahl|Menge\nu|=1|=2\nv|=3|=4", "a!A4"),
        ("Name|Zahl|Menge\nu|=1|=2\nv|=3|=4\nSumme|=4|=6\nName|Zahl|Menge\nw|=1|=2", "a!A5"),
        ("Name|Zahl|Menge||Name|Zahl|Menge\nu|=1|=2||w|=7|=8\nv|=3|=4", "a!E1"),
        ("Q3||||Q2\nName|Zahl|Menge||Name|Zahl|Menge\nu|=1|=2||w|=7|=8\nv|=3|=4", "a!E2"),
    ] {
        let clean = read(text);
        assert_eq!(rows_of(&clean, "a"), ["u 1 2", "v 3 4"], "{text}");
        let told = found(&clean, Code::TableTwice);
        assert_eq!(told.iter().map(|(places, ..)| places[0].as_str()).collect::<Vec<_>>(), [place], "{text}");
        // The other quarter above the second one is that one's own.
        assert_eq!(codes(&clean), [Code::TableTwice]);
        assert!(clean.books.iter().all(|sheet| sheet.balance.balances()));
    }
    let form = samples::form_of(&[("a", KEYED)]);
    let halves = "Name|Zahl|Menge||Name|Zahl|Menge\nu|=1|=2||w|=7|=8\nv|=3|=4";
    let clean = cleaned_by(&form, vec![cover(""), sheet("a", halves)]);
    assert_eq!((rows_of(&clean, "a"), codes(&clean)), (vec!["u 1 2".into(), "v 3 4".into(), "w 7 8".into()], vec![]));
    let again = "Name|Zahl|Menge\nu|=1|=2\nv|=3|=4\n\nName|Menge|Zahl\nu|=9|=9\nv|=9|=9";
    let clean = cleaned_by(&form, vec![cover(""), sheet("a", again)]);
    assert_eq!((rows_of(&clean, "a").len(), codes(&clean)), (2, vec![Code::TableTwice]));
}

#[test]
fn tables_of_the_form_may_share_a_sheet() {
    let form = samples::form_of(&[("a", LIST), ("b", "ort text Ort\np count Plätze\nq count frei")]);
    let below = "Liste\nName|Zahl|Menge\nu|=1|=2\nv|=3|=4\nPlätze\nOrt|Plätze|frei|belegt\no|=5|=6|=7";
    let beside = "Name|Zahl|Menge||Ort|Plätze|frei|belegt\nu|=1|=2||o|=5|=6|=7\nv|=3|=4";
    for text in [below, beside] {
        let clean = cleaned_by(&form, vec![cover(""), sheet("a", text)]);
        assert_eq!(rows_of(&clean, "a"), ["u 1 2", "v 3 4"], "{text}");
        assert_eq!(rows_of(&clean, "b"), ["o 5 6"], "{text}");
        let mut told = codes(&clean);
        told.dedup();
        assert!(told.iter().all(|code| [Code::TableGuessed, Code::ColumnUnknown].contains(code)), "{told:?} {text}");
    }
}

#[test]
fn the_same_table_on_two_sheets_counts_once() {
    let form = samples::form_of(&[("a", LIST)]);
    let text = "Name|Zahl|Menge\nu|=1|=2";
    let clean = cleaned_by(&form, vec![cover(""), sheet("a (2)", &text.replace("=1", "=8")), sheet("a", text)]);
    assert_eq!((rows_of(&clean, "a"), codes(&clean)), (vec!["u 1 2".into()], vec![Code::TableTwice]));
    assert_eq!(found(&clean, Code::TableTwice)[0].0, ["a (2)!A1", "a!A1"]);
}

#[test]
fn a_column_twice_counts_where_both_agree() {
    let form = samples::form_of(&[("a", LIST)]);
    let text = "Name|Zahl|Menge|Zahl\nu|=1|=2|=1\nv||=4|=5\nw|=6|=7|";
    let clean = cleaned_by(&form, vec![cover(""), sheet("a", text)]);
    assert_eq!(
        (rows_of(&clean, "a"), codes(&clean)),
        (vec!["u 1 2".into(), "v 5 4".into(), "w 6 7".into()], vec![Code::ColumnTwice])
    );
    assert_eq!(clean.findings[0].severity, Severity::Warning);
    let clean = cleaned_by(&form, vec![cover(""), sheet("a", &text.replace("|=2|=1", "|=2|=9"))]);
    assert_eq!(rows_of(&clean, "a")[0], "u missing 2");
    let thrice = cleaned_by(&form, vec![cover(""), sheet("a", "Name|Zahl|Menge|Zahl|Zahl\nu|=1|=2|=9|=5\nv|-|=4||=3")]);
    assert_eq!(rows_of(&thrice, "a"), ["u missing 2", "v 3 4"]);
    assert_eq!(clean.findings[0].severity, Severity::Error);
    assert_eq!(found(&clean, Code::ColumnTwice)[0].0, ["a!B1", "a!D1", "a!B2", "a!D2"]);
    assert!(clean.books.iter().all(|sheet| sheet.balance.balances()));
}

#[test]
fn sums_are_compared_wherever_they_stand() {
    let form = samples::form_of(&[("a", LIST)]);
    let read = |rows: &str| cleaned_by(&form, vec![cover(""), sheet("a", &format!("Name|Zahl|Menge\n{rows}"))]);
    for rows in [
        "u|=1|=2\nv|=3|=4\nZusammen|=4|=6",
        "INSGESAMT|=4|=6\nu|=1|=2\nv|=3|=4",
        "u|=1|=2\nZwischensumme|=1|=2\nv|=3|=4\nSumme|=3|=4\ngesamt|=4|=6",
        "u|=1|=2\ndavon u1|=1|=1\ndar. u2|=0|=0\nv|=3|=4",
    ] {
        let clean = read(rows);
        assert_eq!(rows_of(&clean, "a"), ["u 1 2", "v 3 4"], "{rows}");
        assert!(codes(&clean).iter().all(|code| *code == Code::RowIsPart), "{rows}");
        let clean = read(&rows.replace("=6", "=7").replace("=0|=0", "=2|=0"));
        assert_eq!(codes(&clean).iter().filter(|code| **code != Code::RowIsPart).count(), 1, "{rows}");
    }
    let mut form = samples::form_of(&[("a", LIST)]);
    form.tables.get_mut("a").unwrap().sum_rows = crate::model::form::SumRows::Keep;
    let kept =
        cleaned_by(&form, vec![cover(""), sheet("a", "Name|Zahl|Menge\nu|=1|=2\n dav. v|=1|=1\nInsgesamt|=1|=2")]);
    assert_eq!(
        (rows_of(&kept, "a"), codes(&kept)),
        (vec!["u 1 2".into(), "dav. v 1 1".into(), "Insgesamt 1 2".into()], vec![])
    );
}

#[test]
fn what_is_merged_over_rows_holds_for_each_but_a_number_counts_once() {
    let form = samples::form_of(&[("a", LIST)]);
    let text = "Name|Zahl|Menge\nu|=1|=2\n|=1|\nv|=5|=6";
    let clean = cleaned_by(&form, vec![cover(""), samples::merged(sheet("a", text), "A2:A3 C2:C3")]);
    assert_eq!(rows_of(&clean, "a"), ["u 1 2", "u 1 missing", "v 5 6"]);
    assert_eq!(
        (codes(&clean), found(&clean, Code::ValueMerged)[0].0.clone()),
        (vec![Code::ValueMerged], vec!["a!C2".to_owned()])
    );
    let text = "Name|Zahl|Menge\nu|=1|\nv|=5|=6\nw|=7|";
    let across = cleaned_by(&form, vec![cover(""), samples::merged(sheet("a", text), "B2:C2 B4:C4")]);
    let told = found(&across, Code::ValueMerged);
    assert_eq!(told, [(vec!["a!B2".to_owned(), "a!B4".to_owned()], "1; 7".into(), "columns".into())]);
}

#[test]
fn a_single_question_may_be_answered_beside_it() {
    let form = samples::form_of(&[("a", "n count Sitzungen der Gruppe")]);
    for text in ["Sitzungen der Gruppe|=3", "Sitzungen der Gruppe\n=3", "Titel\n\nSitzungen der Gruppe||3"] {
        let clean = cleaned_by(&form, vec![cover(""), sheet("a", text)]);
        assert_eq!((rows_of(&clean, "a"), codes(&clean)), (vec!["3".to_owned()], vec![]), "{text}");
    }
}

/// A table over two rows of headings, as its parts; what surrounds it must not matter.
const HEAD: [&str; 3] = ["Name|Kinder||Alle", "|unter 3|ab 3|", "u|=4|=2|=9"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn what_surrounds_a_table_does_not_change_its_facts(
        titles in 0..3_usize, blank in 0..3_usize, units: bool, numbers: bool, left in 0..3_usize,
        page in 0..4_usize, note: bool, footnotes in 0..3_usize, total: bool, merged: bool,
    ) {
        let fields = "key text Name\na count Kinder / unter 3\nb count Kinder / ab 3\nc count Alle";
        let form = samples::form_of(&[("t", fields)]);
        let mut lines: Vec<String> = ["Kinder in Tagesbetreuung", "Stand: Ende des Quartals"][..titles.min(2)].iter().map(|line| (*line).to_owned()).collect();
        lines.extend(std::iter::repeat_n(String::new(), blank));
        let top = lines.len();
        let mut head: Vec<&str> = HEAD[..2].to_vec();
        head.extend(units.then_some("|Anzahl|Anzahl|Anzahl"));
        head.extend(numbers.then_some("=1|=2|=3|=4"));
        lines.extend(head.iter().map(|line| (*line).to_owned()));
        for (index, row) in [HEAD[2], "v|=5|=1|=8", "w|=2|/|=3"].iter().enumerate() {
            // A page ends here, and its headings come again.
            if page == index && index > 0 {
                lines.push(String::new());
                lines.extend(head.iter().map(|line| (*line).to_owned()));
            }
            lines.push(if note && index == 1 { format!("{row}|||bitte prüfen") } else { (*row).to_owned() });
        }
        if total && page != 1 && page != 2 {
            lines.push("Insgesamt|=11||=20".to_owned());
        }
        lines.push(String::new());
        lines.extend(["1) vorläufige Zahlen", "Quelle: eigene Erhebung"][..footnotes.min(2)].iter().map(|line| (*line).to_owned()));
        let shifted: Vec<String> = lines.iter().map(|line| format!("{}{line}", "|".repeat(left))).collect();
        let column = |index: usize| char::from(b'A' + (left + index) as u8);
        let areas = format!("{}{2}:{}{2}", column(1), column(2), top + 1);
        let found = sheet("t", &shifted.join("\n"));
        let found = if merged { samples::merged(found, &areas) } else { found };
        let clean = cleaned_by(&form, vec![cover(""), found]);
        let expected = ["u 4 2 9", "v 5 1 8", "w 2 missing 3"];
        prop_assert_eq!(rows_of(&clean, "t"), expected, "{:?}", shifted);
        let bad: Vec<Code> = codes(&clean).into_iter().filter(|code| ![Code::ColumnUnknown, Code::NotANumber].contains(code)).collect();
        prop_assert_eq!(bad, Vec::<Code>::new(), "{:?}", shifted);
    }
}

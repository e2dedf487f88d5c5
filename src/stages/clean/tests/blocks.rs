//! The same table more than once on one sheet, and two covers in one file: what is meant, and what contradicts it.

use super::*;

/// The values of the second column, and what is told of the table beside what is missing in it: code, cells, found, expected.
fn of(sheet: RawSheet, table: &str) -> (Vec<String>, Vec<(Code, String, String)>) {
    let clean = cleaned(vec![cover(""), sheet]);
    assert!(clean.books.iter().all(|sheet| sheet.balance.balances()));
    let rows = clean.tables.iter().filter(|clean| clean.table == table).flat_map(|clean| &clean.rows);
    let field = if table == "bedarf" { 1 } else { 6 };
    let values = rows.filter(|row| row.cells[0].place.is_some()).map(|cells| row(cells)[field].clone()).collect();
    let ours = clean.findings.iter().filter(|finding| finding.table.as_deref() == Some(table));
    let ours = ours.filter(|finding| !matches!(finding.code, Code::RowMissing | Code::ColumnMissing));
    let cells = |finding: &Finding| finding.places.iter().map(Place::address).collect::<Vec<_>>().join(" ");
    (values, ours.map(|finding| (finding.code, cells(finding), finding.expected.clone())).collect())
}

const HEAD: &str = "Zielgruppe|Davon weiblich|Personen";
const ONE: [&str; 3] = ["Asylsuchende|=3|=8", "Geduldete|=1|=4", "EU|=2|=3"];
const TWO: [&str; 3] = ["Asylsuchende|=4|=10", "Geduldete|=2|=5", "EU|=1|=6"];

fn beside(left: &str, right: &str, gap: &str) -> RawSheet {
    let rows: Vec<String> = ONE.iter().zip(TWO).map(|(one, two)| format!("{one}|{gap}{two}")).collect();
    sheet("Bedarf", &format!("{left}|||{gap}{right}\n{HEAD}|{gap}{HEAD}\n{}", rows.join("\n")))
}

fn below(upper: &str, lower: &str) -> RawSheet {
    sheet("Bedarf", &format!("{upper}\n{HEAD}\n{}\n\n{lower}\n{HEAD}\n{}", ONE.join("\n"), TWO.join("\n")))
}

fn twice(other: &str, meant: &str) -> Vec<(Code, String, String)> {
    let cell = |place: &str| place.split(' ').next().unwrap().to_owned();
    vec![(Code::TableTwice, format!("{other} {}", cell(meant)), format!("Bedarf!{meant}"))]
}

#[test]
fn of_two_tables_side_by_side_the_one_counts_whose_title_says_so() {
    for (gap, column) in [("", "D2"), ("|", "E2")] {
        for (left, right) in [("2. Quartal 2026", "3. Quartal 2026"), ("Q2", "Q3"), ("Bestwig", "Stadt Arnsberg")] {
            let (values, told) = of(beside(left, right, gap), "bedarf");
            assert_eq!(
                (values.join(" "), told),
                ("10 5 6".into(), twice("A2", &format!("{column} ({right})"))),
                "{right}"
            );
            let (values, told) = of(beside(right, left, gap), "bedarf");
            assert_eq!((values.join(" "), told), ("8 4 3".into(), twice(column, &format!("A2 ({right})"))), "{left}");
        }
        // Where no title says it, or both do, the left one counts, and both places are told.
        for title in ["", "Stand 30.09.2026", "3. Quartal 2026"] {
            let (values, told) = of(beside(title, title, gap), "bedarf");
            let of_title = told.iter().filter(|told| told.0 == Code::TableTwice).map(|told| told.1.as_str());
            assert_eq!(
                (values.join(" "), of_title.collect::<Vec<_>>()),
                ("8 4 3".into(), vec![&*format!("{column} A2")])
            );
        }
    }
    let rooms = format!(
        "Q2 2026|||||||Q3 2026\n{ROOMS}|{ROOMS}\nA|Büro|=20|=2|ja|=10|=5|A|Büro|=20|=2|ja|=10|=6\nB|Büro|=21|=3|ja|=10|=5|C|Büro|=25|=2|ja|=10|=7"
    );
    let (hours, told) = of(sheet("Räume", &rooms), "raeume");
    assert_eq!((hours.len(), told[0].2.as_str()), (2, "Räume!H2 (Q3 2026)"), "{told:?}");
}

#[test]
fn of_two_tables_one_below_the_other_the_one_counts_whose_title_says_so() {
    for (other, own) in [("2. Quartal 2026", "3. Quartal 2026"), ("Q2", "Q3"), ("Gemeinde Bestwig", "Arnsberg")] {
        let (values, told) = of(below(other, own), "bedarf");
        assert_eq!((values.join(" "), told), ("10 5 6".into(), twice("A2", &format!("A8 ({own})"))), "{own}");
        let (values, told) = of(below(own, other), "bedarf");
        assert_eq!((values.join(" "), told), ("8 4 3".into(), twice("A8", &format!("A2 ({own})"))), "{own}");
    }
    // Only the other one says for when it is.
    let (values, told) = of(below("2. Quartal 2026", "Bedarf"), "bedarf");
    assert_eq!((values.join(" "), told), ("10 5 6".into(), twice("A2", "A8")));
    let (values, told) = of(below("Vorquartal", ""), "bedarf");
    assert_eq!((values.join(" "), told), ("10 5 6".into(), twice("A2", "A8")));
    let (values, told) = of(below("Rathaus", "Schule"), "bedarf");
    assert_eq!((values.join(" "), told), ("8 4 3".into(), twice("A8", "A2")));
    // Headings that are repeated on the next page are one table.
    let pages = format!("3. Quartal 2026\n{HEAD}\n{}\n\n{HEAD}\nUkraine|=5|=9\nSonstige|=1|=2", ONE.join("\n"));
    let (values, told) = of(sheet("Bedarf", &pages), "bedarf");
    assert_eq!((values.join(" ").as_str(), told), ("8 4 3 9 2", vec![]));
}

#[test]
fn a_second_cover_that_says_otherwise_is_a_contradiction_with_both_places() {
    let told = |second: &str| {
        let clean =
            cleaned(vec![cover(""), sheet("Deckblatt (2)", second), sheet("Bedarf", &format!("{HEAD}\n{}", ONE[0]))]);
        assert_eq!(clean.body.as_deref(), Some("05958004"));
        assert!(clean.books.iter().all(|sheet| sheet.balance.balances()));
        use Code::{PeriodContradiction, ReporterContradiction, SheetUnknown};
        [ReporterContradiction, PeriodContradiction, SheetUnknown].map(|code| {
            let all = found(&clean, code);
            all.into_iter()
                .map(|(cells, found, expected)| format!("{} {found} {expected}", cells.join(" ")))
                .collect::<Vec<_>>()
                .join(", ")
        })
    };
    let body = "Deckblatt (2)!B1 Deckblatt!B1 Bestwig Arnsberg".to_owned();
    let period = "Deckblatt (2)!B3 Deckblatt!B3 2. Quartal 2026 2026-Q3".to_owned();
    let none = String::new;
    assert_eq!(
        told("Kommune|Bestwig\nAGS|05958008\nBerichtszeitraum|2. Quartal 2026"),
        [body.clone(), period.clone(), none()]
    );
    assert_eq!(told("Kommune|Bestwig\nAGS|05958008\nBerichtszeitraum|2026-Q3"), [body, none(), none()]);
    assert_eq!(told("Kommune|Arnsberg\nAGS|05958004\nBerichtszeitraum|2. Quartal 2026"), [none(), period, none()]);
    assert_eq!(
        told("AGS|05958008\nBerichtszeitraum|2026-Q3")[0],
        "Deckblatt (2)!B1 Deckblatt!B1 05958008 Arnsberg",
        "by its key alone"
    );
    // The same once more is only a sheet too many, and so is whatever is no cover.
    let unknown = "Deckblatt (2)!A1 Deckblatt (2) ".to_owned();
    assert_eq!(told("Kommune|Arnsberg\nAGS|05958004\nBerichtszeitraum|Q3 2026"), [none(), none(), unknown.clone()]);
    assert_eq!(told("Notizen|von gestern"), [none(), none(), unknown]);
}

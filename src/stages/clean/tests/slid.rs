//! Every way in which a part of one row may slide by one column, in tables as they really are.

use super::*;
use crate::model::raw::RawCell;

const NEEDS: &str = "Asylsuchende|=120|=48|=31|=88|=40|=52|=29|=17|=63|Sozialamt|\nGeduldete|=64|=25|=12|=41|=22|=30|=11|=9|=38|Ausländeramt|geschätzt\nSchutzberechtigte|=210|=96|=70|=150|=81|=99|=66|=35|=20|Sozialamt|\nUkraine|=305|=190|=101|=222|=77|=140|=93|=44|=12|Sozialamt|\nEU|=410|=180|=90|=130|=65|=120|=71|=28|=9|Bürgerbüro|\nDrittstaaten|=95|=51|=26|=60|=19|=44|=23|=8|=33|Ausländeramt|\nSonstige|=18|=7|=3|=9|=4|=5|=2|=1|=6|Sozialamt|";
const CASES: &str = "Asylsuchende|=14|=6|=2|=1|=1|=16|=21|=310|=9|=11|=12|=5|=4|=7|=3\nGeduldete|=9|=3|=1|=2|=0|=9|=13|=280|=6|=2|=7|=3|=5|=4|=2\nSchutzberechtigte|=22|=8|=5|=2|=2|=21|=40|=900|=5|=8|=15|=9|=12|=11|=6\nUkraine|=31|=12|=7|=4|=1|=31|=62|=1450|=4|=13|=25|=17|=19|=16|=8\nEU|=5|=4|=1|=1|=1|=6|=8|=200|=1|=3|=4|=2|=3|=2|=1\nDrittstaaten|=12|=5|=3|=1|=1|=12|=19|=420|=7|=4|=8|=6|=5|=3|=2\nSonstige|=3|=2|=1|=0|=0|=4|=5|=90|=1|=1|=2|=1|=1|=2|=1";
const ROOMS_OF: &str = "Rathaus|Büro|=20.5|=2|ja|=38|=30\nSchule|Gruppenraum|=62|=28|nein|=20|=12.5\nVHS|Beratungsraum|=17|=4|ja|=25|=18\nAlte Post|Warteraum|=31|=15|nein|=40|=40\nHaus der Vielfalt|Gruppenraum|=55|=24|ja|=30|=21";
const DUTIES: &str = "Erstaufnahme und Anmeldung|Bürgerbüro|ja|teilweise|01.03.2026\nAufenthaltsrecht|Ausländeramt|ja|ja|15.05.2026\nSprachförderung|VHS|nein|teilweise|20.01.2026\nWohnraumversorgung|Sozialamt|ja|nein|11.11.2025\nKita und Schule|Jugendamt|nein|ja|02.02.2026";
const POSTS: &str = "1 Strategische Koordinierung|Koordination|Leitung KIM|Rathaus|=1|=1|=1|01.02.2024|31.12.2026|Stadt|=62000|=31000\n2 Case Management|Case Management|CM 1|Sozialamt|=1.5|=1.5|=1|01.04.2024|31.12.2026|Caritas|=93000|=44000\n2 Case Management|Case Management|CM 2|Rathaus|=1|=1|=0.5|15.08.2024|31.12.2026|Stadt|=60000|=28500\n3 Ausländer- und Einbürgerungsbehörden|Sachbearbeitung|Einbürgerung|Rathaus|=2|=1.5|=1.5|01.01.2025|30.06.2027|Stadt|=88000|=51000";
const OFFERS: &str = "Sprachcafé|Treffpunkt|alle Zielgruppen|keiner|Caritas|Meschede|=20|=15|=3|ja|teilweise\nDeutsch A1|Sprachkurs|Asylsuchende|AsylbLG|VHS|Arnsberg|=18|=18|=7|nein|ja\nLotsen|Begleitung/Lotsen|Ukraine|SGB II|Diakonie|Meschede|=12|=9|=2|ja|nein\nBewerbung|Arbeit|Geduldete|SGB III|Jobcenter|Arnsberg|=15|=11|=4|nein|ja\nFrauentreff|Treffpunkt|alle Zielgruppen|keiner|Caritas|Sundern|=25|=20|=6|ja|ja";
const PARTAKING: &str = "Asylsuchende|=14|=9|=5|=3|=8|=6|=2|=1|=210\nGeduldete|=9|=7|=4|=2|=5|=3|=1|=1|=190\nSchutzberechtigte|=22|=17|=11|=6|=12|=9|=7|=4|=800\nUkraine|=31|=25|=16|=9|=21|=15|=3|=2|=410\nEU|=12|=8|=6|=5|=9|=7|=4|=3|=350\nDrittstaaten|=18|=13|=9|=7|=14|=11|=5|=2|=290\nSonstige|=4|=3|=2|=1|=2|=1|=1|=1|=160";

const ALL: [(&str, &str); 7] = [
    ("bedarf", NEEDS),
    ("faelle", CASES),
    ("raeume", ROOMS_OF),
    ("zustaendigkeiten", DUTIES),
    ("stellen", POSTS),
    ("angebote", OFFERS),
    ("teilhabe", PARTAKING),
];

fn tidy(table: &str, rows: &str) -> RawSheet {
    let form = form();
    let table = &form.tables[table];
    let headings: Vec<&str> = table.fields.iter().map(|field| field.heading.as_str()).collect();
    sheet(&table.sheet, &format!("{}\n{rows}", headings.join("|")))
}

/// Where a part of a row, from the one column to the other, stands now: dragged by one column over what stood there.
fn dragged(cells: &mut Vec<RawCell>, row: u32, (from, to): (u32, u32), step: i64) {
    let (part, mut rest): (Vec<RawCell>, Vec<RawCell>) =
        cells.drain(..).partition(|cell| cell.row == row && (from..=to).contains(&cell.column));
    for cell in part {
        let column = (i64::from(cell.column) + step) as u32;
        rest.retain(|other| (other.row, other.column) != (row, column));
        rest.push(RawCell { column, ..cell });
    }
    rest.sort_by_key(|cell| (cell.row, cell.column));
    *cells = rest;
}

/// Code, cells, what was found, what was expected.
type Told = (Code, String, String, String);

/// The findings about one table: code, cells, what was found, what was expected.
fn told(clean: &CleanReturn, name: &str) -> Vec<Told> {
    let ours = clean.findings.iter().filter(|finding| finding.table.as_deref() == Some(name));
    let cells = |finding: &Finding| finding.places.iter().map(Place::address).collect::<Vec<_>>().join(" ");
    ours.map(|finding| (finding.code, cells(finding), finding.found.clone(), finding.expected.clone())).collect()
}

/// What is told of one table whose third row was dragged, and that row.
fn after(name: &str, rows: &str, range: (u32, u32), step: i64) -> (Vec<Told>, Vec<String>) {
    let mut sheet = tidy(name, rows);
    dragged(&mut sheet.cells, 3, range, step);
    let clean = cleaned(vec![cover(""), sheet]);
    assert!(clean.books.iter().all(|sheet| sheet.balance.balances()));
    let values = table(&clean, name).rows[2].cells.clone();
    (told(&clean, name), row(&CleanRow { cells: values }))
}

fn shifted(first: &str, found: &str, expected: &str) -> Told {
    (Code::TableShifted, first.into(), found.into(), expected.into())
}

#[test]
fn the_tables_as_they_are_are_nothing_to_talk_of() {
    for (name, rows) in ALL {
        let of = told(&cleaned(vec![cover(""), tidy(name, rows)]), name);
        let missing = of.iter().filter(|told| told.0 != Code::RowMissing).count();
        assert_eq!(missing, 0, "{name}: {of:?}");
    }
}

#[test]
fn numbers_that_keep_the_equation_only_one_column_back_slid() {
    // C4:H4 of the cases by one to the right: no total, and not one value that could not be there.
    let (told, row) = after("faelle", CASES, (2, 7), 1);
    assert_eq!(told, [shifted("D4", "D4:P4", "C4")], "where it ends nobody knows");
    assert_eq!((row[1].as_str(), row[2].as_str(), row[6].as_str()), ("22", "missing", "missing"));
    // Its neighbours keep the equation as well: then that says nothing of the one row.
    let same = "Asylsuchende|=14||=6|=2|=1|=1|=18|=310\nGeduldete|=9|=3|=3|=1|=2|=0|=9|=280\nSchutzberechtigte|=22|=8|=8|=5|=2|=2|=21|=900";
    assert_eq!(after("faelle", same, (20, 20), 1).0.iter().filter(|told| told.0 == Code::TableShifted).count(), 0);
}

#[test]
fn words_and_numbers_one_column_beside_their_own_slid() {
    let to = |name: &str, rows: &str, range, step| after(name, rows, range, step).0;
    // A block of numbers dragged onto a word, and words dragged among numbers.
    assert_eq!(to("angebote", OFFERS, (6, 8), -1), [shifted("F4", "F4:H4", "G4")]);
    assert_eq!(to("angebote", OFFERS, (6, 8), 1), [shifted("H4", "H4:K4", "G4")], "`nein` may have come along");
    assert_eq!(to("stellen", POSTS, (4, 6), -1), [shifted("D4", "D4:F4", "E4")]);
    assert_eq!(to("raeume", ROOMS_OF, (2, 3), 1), [shifted("D4", "D4:E4", "C4")]);
    assert_eq!(to("zustaendigkeiten", DUTIES, (2, 3), 1)[0], shifted("D4", "D4:E4", "C4"));
    // The name of the row moved along, and the last value out of the table.
    let (all, row) = after("faelle", CASES, (0, 15), 1);
    assert_eq!(all[0], shifted("B4", "B4:Q4", "A4"));
    assert!(all[1..].iter().all(|told| told.0 == Code::RowMissing), "{all:?}");
    assert!(row.iter().all(|value| value == "missing"), "{row:?}");
    // Far too many for that column, and just as many as the next one has.
    assert_eq!(to("teilhabe", PARTAKING, (2, 9), -1), [shifted("B4", "B4:I4", "C4")]);
}

#[test]
fn several_rows_are_one_finding_that_quotes_each() {
    let mut sheet = tidy("angebote", OFFERS);
    dragged(&mut sheet.cells, 2, (6, 8), 1);
    dragged(&mut sheet.cells, 4, (6, 8), -1);
    let clean = cleaned(vec![cover(""), sheet]);
    assert_eq!(told(&clean, "angebote"), [shifted("H3 F5", "H3:K3; F5:H5", "G3; G5")]);
}

/// A cell that was inserted moves all behind it to the right, one that was deleted to the left. Of numbers of one size nobody can
/// tell; those of the cases are in an equation, which no longer holds, and behind it are told by nothing.
#[test]
fn a_cell_that_was_inserted_or_deleted_is_told_wherever_it_was() {
    let form = form();
    for (name, rows) in ALL {
        let last = form.tables[name].fields.len() as u32 - 1;
        let plain = tidy(name, rows);
        for (from, step) in (1..last).flat_map(|from| [(from, 1), (from + 1, -1)]) {
            // A single word or number has nothing beside it that would say so.
            let single = from == last || name == "bedarf" && from >= 10;
            let mut sheet = plain.clone();
            dragged(&mut sheet.cells, 2, (from, last), step);
            if single || name == "faelle" && step < 0 && from > 7 {
                continue;
            }
            let clean = cleaned(vec![cover(""), sheet]);
            if name == "faelle" && step < 0 {
                let stock = &crate::model::relation::of(&form.tables[name])[0];
                let value = |field: usize| match table(&clean, name).rows[1].cells[field].value {
                    Some(Value::Number(number)) => Some(number),
                    _ => None,
                };
                assert_eq!(stock.holds(value), Some(false), "from {from}");
                continue;
            }
            let told = told(&clean, name);
            let ours = told.iter().filter(|told| told.0 == Code::TableShifted && told.1.ends_with('3'));
            assert_eq!(ours.count(), 1, "{name} from {from} by {step}: {told:?}");
        }
    }
}

#[test]
fn a_cell_that_nobody_filled_is_only_that() {
    let sheets: Vec<(&str, RawSheet)> = ALL.iter().map(|(name, rows)| (*name, tidy(name, rows))).collect();
    for (row, column) in (1..5_u32).flat_map(|row| (0..16).map(move |column| (row, column))) {
        for width in [1, 2] {
            let gap = |cell: &RawCell| cell.row == row && (column..column + width).contains(&cell.column);
            let without = |sheet: &RawSheet| {
                let cells = sheet.cells.iter().filter(|cell| !gap(cell)).cloned().collect();
                RawSheet { cells, ..sheet.clone() }
            };
            let gaps = sheets.iter().map(|(_, sheet)| without(sheet));
            let clean = cleaned(std::iter::once(cover("")).chain(gaps).collect());
            assert_eq!(found(&clean, Code::TableShifted), [], "{row} {column} {width}");
        }
    }
    // A word that is a code elsewhere, beside a code that was left out.
    let named = POSTS.replace("|Case Management|CM 1|", "||Case Management|");
    assert_eq!(told(&cleaned(vec![cover(""), tidy("stellen", &named)]), "stellen"), []);
    let none = OFFERS.replace("|keiner|Caritas|Meschede|", "||ohne|Meschede|");
    assert_eq!(told(&cleaned(vec![cover(""), tidy("angebote", &none)]), "angebote"), []);
}

/// The places, what was found and what was expected of rows that slid.
fn slides(name: &str, rows: &str) -> Vec<Told> {
    let told = told(&cleaned(vec![cover(""), tidy(name, rows)]), name);
    told.into_iter().filter(|told| told.0 == Code::TableShifted).collect()
}

#[test]
fn a_row_that_keeps_the_equation_where_it_stands_did_not_slide_whatever_its_size() {
    let cases = "Asylsuchende|=30|=3|=1|=1|=1|=30|=45|=220\nGeduldete|=25|=3|=1|=1|=1|=25|=40|=250\nSchutzberechtigte|=40|=3|=1|=1|=1|=40|=60|=300\nUkraine|=370|=10|=0|=0|=0|=380|=400\nEU|=20|=3|=1|=1|=1|=20|=30|=200\nDrittstaaten|=25|=3|=1|=1|=1|=25|=50|=240\nSonstige|=10|=3|=1|=1|=1|=10|=30|=210";
    assert_eq!(slides("faelle", cases), []);
    // Without the equation, it is as if the day count had come along.
    assert_eq!(slides("faelle", &cases.replace("=380|=400", "=381|=400")).len(), 1);
}

#[test]
fn two_numbers_behind_a_forgotten_one_did_not_slide() {
    let offers = |numbers: &str| {
        let offer = |(at, numbers): (usize, &str)| {
            format!("Kurs {at}|Sprachkurs|alle Zielgruppen|keiner|VHS|Bestwig|{numbers}|ja|ja")
        };
        numbers.split(' ').enumerate().map(offer).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(slides("angebote", &offers("=15|=14|=0 |=40|=6 =31|=28|=0 =18|=15|=2 =20|=18|=0 =12|=12|=1")), []);
}

#[test]
fn an_equation_that_two_numbers_keep_by_chance_is_no_proof() {
    let chance = CASES.replace("Sonstige|=3|=2|=1|=0|=0|=4|", "Sonstige|=2|=0||=0|=0|=1|");
    assert_eq!(slides("faelle", &chance), []);
    let chance = CASES.replace("Sonstige|=3|=2|=1|=0|=0|=4|=5|", "Sonstige|=2||=0|=0|=0|=1|=1|");
    assert_eq!(slides("faelle", &chance), []);
    let chance = CASES.replace("Sonstige|=3|=2|=1|=0|=0|=4|=5|", "Sonstige|=2|=0|=0||=0|=1|=1|");
    assert_eq!(slides("faelle", &chance), []);
}

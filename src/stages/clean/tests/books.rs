//! What became of each cell.

use super::*;
use crate::model::books::Reason;

type Counted = (usize, Vec<(String, usize)>, Vec<(Reason, usize)>);

/// In, out by table, left out by reason: cells of the sheet with this name.
fn books(clean: &CleanReturn, sheet: &str) -> Counted {
    let found = clean.books.iter().find(|found| found.sheet == sheet).unwrap();
    let out = found.balance.out.iter().map(|(table, count)| (table.clone(), count.cells));
    let left_out = found.balance.left_out.iter().map(|(reason, count)| (*reason, count.cells));
    (found.balance.came.cells, out.collect(), left_out.collect())
}

#[test]
fn every_cell_is_in_a_table_or_left_out_for_a_reason() {
    let text = "Bedarf im Quartal\nZielgruppe|Personen|Farbe\n|Anzahl\n=1|=2|=3\nAsylsuchende|=10|rot\nGeduldete|viele\n\
                Asylbewerber|=3\nInsgesamt|=10||wirklich\n\n* vorläufig";
    let notes = sheet("Notizen", "etwas|anderes");
    let strange = sheet("Stellen", "=1|=2");
    let clean = cleaned(vec![cover(""), sheet("Bedarf", text), notes, strange, sheet("Räume", "Fehlanzeige")]);
    let (came, out, left_out) = books(&clean, "Bedarf");
    use Reason::{ColumnUnknown, Header, NotUnderstood, Numbering, Remark, RowTwice, Title, TotalRow, UnitRow};
    assert_eq!((came, out), (19, vec![("bedarf".to_owned(), 3)]));
    assert_eq!(
        left_out,
        [
            (TotalRow, 3),
            (RowTwice, 2),
            (Header, 2),
            (UnitRow, 1),
            (Numbering, 3),
            (ColumnUnknown, 2),
            (NotUnderstood, 1),
            (Title, 1),
            (Remark, 1),
        ]
    );
    assert_eq!(books(&clean, "Deckblatt").2, [(Reason::Cover, 6)]);
    assert_eq!(books(&clean, "Notizen").2, [(Reason::SheetUnknown, 2)]);
    assert_eq!(books(&clean, "Stellen").2, [(Reason::NoHeadings, 2)]);
    assert_eq!(books(&clean, "Räume").2, [(Reason::NoHeadings, 1)]);
}

#[test]
fn a_file_of_another_time_is_in_the_books() {
    let cover = sheet("Deckblatt", "Kommune|Arnsberg\nAGS|05958004\nBerichtszeitraum|2019-Q3");
    let clean = cleaned(vec![cover, rooms("Rathaus|Büro|=20|=2|ja|=10|=1")]);
    assert_eq!(books(&clean, "Räume").2, [(Reason::PeriodNotAsked, 14)]);
}

proptest! {
    #[test]
    fn the_books_balance_whatever_stands_on_a_sheet(
        lines in prop::collection::vec(
            prop::collection::vec(
                prop::sample::select(vec![
                    "", "", "Zielgruppe", "Personen", "davon weiblich", "Asylsuchende", "Geduldete", "=3", "=7", "-4",
                    "Insgesamt", "Fehlanzeige", "Stand", "x", "/", "#N/A", "1", "2", "  ",
                ]),
                0..6,
            ),
            0..14,
        )
    ) {
        let text: Vec<String> = lines.iter().map(|line| line.join("|")).collect();
        let clean = cleaned(vec![cover(""), sheet("Bedarf", &text.join("\n"))]);
        for sheet in &clean.books {
            prop_assert!(sheet.balance.balances(), "{sheet:?}");
        }
        // What the tables hold at a place with something in it is what went out or was not understood.
        let (_, out, left_out) = books(&clean, "Bedarf");
        let of = |wanted: Reason| left_out.iter().filter(|(reason, _)| *reason == wanted).map(|(_, count)| count).sum::<usize>();
        let held = clean.tables.iter().flat_map(|table| table.rows.iter().flat_map(|row| &row.cells));
        let held = held.filter(|cell| cell.place.is_some() && !cell.written.is_empty()).count();
        let lost: usize = clean.tables.iter().map(lost).sum();
        prop_assert_eq!(out.iter().map(|(_, count)| count).sum::<usize>() + lost, held);
        prop_assert!(lost <= of(Reason::NotUnderstood));
    }
}

/// Cells without a value where something stands that is no sign for it.
fn lost(table: &CleanTable) -> usize {
    let cells = table.rows.iter().flat_map(|row| &row.cells);
    let lost = |cell: &&crate::model::understood::CleanCell| {
        cell.state == State::Missing && !["", "#N/A"].contains(&cell.written.as_str())
    };
    cells.filter(lost).count()
}

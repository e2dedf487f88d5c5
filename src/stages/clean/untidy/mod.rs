//! The same return, untidied: it gives the same facts, or a finding; never other facts without a finding.

mod page;
mod ways;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use proptest::prelude::*;

use self::page::{Book, Dice, Spot};
use self::ways::{Harm, WAYS};
use super::samples::{form, register, submission};
use super::*;
use crate::model::form::Form;
use crate::model::municipality::Register;
use crate::model::understood::CleanCell;
use crate::model::value::{State, Value};

/// What is asked, prepared once for all cases.
fn asking() -> (&'static Form, &'static Prepared<'static>) {
    static ASKING: OnceLock<(&Form, Prepared<'_>)> = OnceLock::new();
    let (form, prepared) = ASKING.get_or_init(|| {
        let (form, register): (&Form, &Register) = (Box::leak(Box::new(form())), Box::leak(Box::new(register())));
        (form, Prepared::new(form, register, "2026-Q1".parse().unwrap()))
    });
    (form, prepared)
}

struct Understood {
    clean: CleanReturn,
    spots: Vec<Spot>,
}

fn understood(book: &Book) -> Understood {
    let (workbook, spots) = book.workbook();
    let submission = Submission { file: book.file.clone(), ..submission() };
    Understood { clean: clean(&submission, &workbook, asking().1), spots }
}

type Fact<'a> = (State, Option<&'a Value>);

impl Understood {
    fn at(&self, spot: &Spot) -> Option<&CleanCell> {
        let table = self.clean.tables.iter().find(|table| table.table == spot.table)?;
        let cells = table.rows.iter().filter_map(|row| row.cells.get(spot.field));
        cells.into_iter().find(|cell| cell.place.as_ref() == Some(&spot.place))
    }

    /// Is the sender told of this cell: of itself, its column, its row, its sheet, or that its column is missing?
    fn tells(&self, spot: &Spot) -> bool {
        let field = &asking().0.tables[&spot.table].fields[spot.field];
        self.clean.findings.iter().any(|finding| {
            let column = finding.table.as_deref() == Some(&spot.table) && finding.expected == field.heading;
            let at = |place: &Place| {
                let whole = [Code::SheetUnknown, Code::TableMissing].contains(&finding.code) && place.row == 0;
                let row = finding.code == Code::RowTwice && place.row == spot.place.row;
                place.sheet == spot.place.sheet && (whole || row || *place == spot.place || *place == spot.heading)
            };
            column || finding.places.iter().any(at) || finding.code == Code::NoKnownSheet
        })
    }
}

fn fact(cell: Option<&CleanCell>) -> Fact<'_> {
    // What is not there is missing.
    cell.map_or((State::Missing, None), |cell| (cell.state, cell.value.as_ref()))
}

/// Facts that are others than those of the tidy return, without a word about it.
fn unsaid(tidy: &Understood, untidy: &Understood) -> Vec<String> {
    let mut wrong = Vec::new();
    if (&untidy.clean.body, untidy.clean.period) != (&tidy.clean.body, tidy.clean.period) {
        wrong.push(format!("{:?} {:?}", untidy.clean.body, untidy.clean.period));
    }
    let mut known: BTreeSet<(&str, &Place)> = BTreeSet::new();
    for was in &tidy.spots {
        let here = untidy.spots.iter().find(|spot| (&spot.table, spot.row, spot.field) == (&was.table, was.row, was.field));
        let before = fact(tidy.at(was));
        let Some(here) = here else {
            let heading = &asking().0.tables[&was.table].fields[was.field].heading;
            let column = |finding: &Finding| finding.table.as_deref() == Some(&was.table) && finding.expected == *heading;
            let optional = asking().0.tables[&was.table].fields[was.field].optional;
            if before.0 != State::Missing && !optional && !untidy.clean.findings.iter().any(column) {
                wrong.push(format!("{} {heading}: left out, and nobody says so", was.table));
            }
            continue;
        };
        known.insert((&here.table, &here.place));
        let after = fact(untidy.at(here));
        if before != after && !untidy.tells(here) {
            wrong.push(format!("{} {}: {before:?} became {after:?}", here.table, here.place));
        }
    }
    for table in &untidy.clean.tables {
        for cell in table.rows.iter().flat_map(|row| &row.cells) {
            let Some(place) = cell.place.as_ref().filter(|place| !known.contains(&(&table.table, place))) else { continue };
            let told = untidy.clean.findings.iter().any(|finding| finding.places.iter().any(|told| told.sheet == place.sheet && told.row == place.row));
            if cell.state != State::Missing && !told {
                wrong.push(format!("{} {place}: {:?} from nowhere", table.table, fact(Some(cell))));
            }
        }
    }
    wrong
}

/// The facts that differ, told or not.
fn changed(tidy: &Understood, untidy: &Understood) -> Vec<String> {
    let differs = |was: &&Spot| {
        let here = untidy.spots.iter().find(|spot| (&spot.table, spot.row, spot.field) == (&was.table, was.row, was.field));
        fact(tidy.at(was)) != fact(here.and_then(|here| untidy.at(here)))
    };
    tidy.spots.iter().filter(differs).map(|spot| format!("{} {} of row {}", spot.table, spot.field, spot.row)).collect()
}

fn untidied(book: &Book, ways: &[usize], dice: &mut Dice) -> Understood {
    let mut book = book.clone();
    ways.iter().for_each(|way| WAYS[*way].2(&mut book, asking().0, dice));
    understood(&book)
}

fn told(untidy: &Understood) -> Vec<String> {
    let line = |finding: &Finding| format!("{:?} {:?} {:?} {}", finding.code, finding.places.iter().map(Place::to_string).collect::<Vec<_>>(), finding.found, finding.expected);
    untidy.clean.findings.iter().map(line).collect()
}

#[test]
fn the_tidy_return_is_understood_without_a_word() {
    for seed in 0..20 {
        let tidy = understood(&Book::tidy(asking().0, &mut Dice(seed)));
        assert_eq!(told(&tidy), Vec::<String>::new());
        assert!(tidy.spots.len() > 300 && tidy.spots.iter().all(|spot| tidy.at(spot).is_some()));
    }
}

#[test]
fn each_way_alone_changes_nothing_or_is_told() {
    let mut wrong = Vec::new();
    for (way, (name, harm, _)) in WAYS.iter().enumerate() {
        let mut harmed = false;
        for seed in 0..12 {
            let book = Book::tidy(asking().0, &mut Dice(seed));
            let (tidy, untidy) = (understood(&book), untidied(&book, &[way], &mut Dice(seed + 100)));
            wrong.extend(unsaid(&tidy, &untidy).iter().take(2).map(|what| format!("{name} ({seed}): {what}")));
            let changed = changed(&tidy, &untidy);
            harmed |= !changed.is_empty();
            if *harm == Harm::None && !changed.is_empty() {
                wrong.push(format!("{name} ({seed}): changes {}: {:?}", changed[0], told(&untidy)));
            }
        }
        if (*harm == Harm::Told) != harmed && !name.contains("slip") && !name.contains("Tabelle") {
            wrong.push(format!("{name}: {harm:?} is not what it does"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn no_untidiness_changes_facts_without_a_word(
        ways in prop::sample::subsequence((0..WAYS.len()).collect::<Vec<_>>(), 0..8).prop_shuffle(),
        facts in 0..10_000_u64,
        hand in 0..10_000_u64,
    ) {
        let book = Book::tidy(asking().0, &mut Dice(facts));
        let (tidy, untidy) = (understood(&book), untidied(&book, &ways, &mut Dice(hand)));
        let names: Vec<&str> = ways.iter().map(|way| WAYS[*way].0).collect();
        prop_assert_eq!(unsaid(&tidy, &untidy), Vec::<String>::new(), "{:?}\n{:#?}", names, told(&untidy));
    }
}

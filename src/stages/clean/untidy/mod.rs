//! The same return, untidied: it gives the same facts, or a finding; never other facts without a finding.

mod hands;
mod page;
mod ways;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use proptest::prelude::*;

use self::page::{Book, Dice, Spot};
use self::ways::{ALONE, Harm, WAYS};
use super::samples::{form, register, submission};
use super::*;
use crate::model::form::Form;
use crate::model::municipality::Register;
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
    /// Where in `spots` each fact of the tidy return stands.
    known: BTreeMap<(String, usize, usize), usize>,
    /// By table and place: table, row and cell in what was understood.
    cells: BTreeMap<(String, Place), (usize, usize, usize)>,
}

type Fact<'a> = (State, Option<&'a Value>);

fn understood(book: &Book) -> Understood {
    let (workbook, spots) = book.workbook();
    let submission = Submission { file: book.file.clone(), ..submission() };
    let clean = clean(&submission, &workbook, asking().1);
    let key = |spot: &Spot| (spot.table.clone(), spot.row, spot.field);
    let known = spots.iter().enumerate().map(|(at, spot)| (key(spot), at)).collect();
    let mut cells = BTreeMap::new();
    for (at, table) in clean.tables.iter().enumerate() {
        for (line, row) in table.rows.iter().enumerate() {
            for (column, cell) in row.cells.iter().enumerate() {
                let place = cell.place.clone().map(|place| ((table.table.clone(), place), (at, line, column)));
                cells.extend(place);
            }
        }
    }
    Understood { clean, spots, known, cells }
}

impl Understood {
    /// The state and value at a place; what is not there is missing.
    fn fact(&self, spot: &Spot) -> Fact<'_> {
        let found = self.cells.get(&(spot.table.clone(), spot.place.clone())).filter(|found| found.2 == spot.field);
        found.map_or((State::Missing, None), |(table, row, column)| {
            let cell = &self.clean.tables[*table].rows[*row].cells[*column];
            (cell.state, cell.value.as_ref())
        })
    }

    /// Where a fact of the tidy return stands here; none if its column was left out.
    fn spot(&self, was: &Spot) -> Option<&Spot> {
        self.known.get(&(was.table.clone(), was.row, was.field)).map(|at| &self.spots[*at])
    }

    /// Is the sender told of this cell: of itself, its column, its row, its sheet, or that its column is missing?
    fn tells(&self, spot: &Spot) -> bool {
        let at = |finding: &Finding, place: &Place| {
            let whole = finding.code == Code::SheetUnknown && place.row == 0
                || matches!(finding.code, Code::TableShifted | Code::TableTwice);
            let row = finding.code == Code::RowTwice && place.row == spot.place.row;
            place.sheet == spot.place.sheet && (whole || row || *place == spot.place || *place == spot.heading)
        };
        let cell = |finding: &Finding| finding.places.iter().any(|place| at(finding, place));
        self.clean.findings.iter().any(cell) || self.tells_column(&spot.table, spot.field)
    }

    /// Is the sender told that this column is missing, or its whole table?
    fn tells_column(&self, table: &str, field: usize) -> bool {
        let heading = &asking().0.tables[table].fields[field].heading;
        self.clean.findings.iter().any(|finding| match finding.code {
            Code::ColumnMissing => {
                finding.table.as_deref() == Some(table)
                    && finding.expected.split("; ").any(|missing| missing == heading)
            }
            Code::TableMissing => finding.table.as_deref() == Some(table),
            code => code == Code::NoKnownSheet,
        })
    }
}

/// Facts that are others than those of the tidy return, without a word about it.
fn unsaid(tidy: &Understood, untidy: &Understood) -> Vec<String> {
    let mut wrong = Vec::new();
    if (&untidy.clean.body, untidy.clean.period) != (&tidy.clean.body, tidy.clean.period) {
        wrong.push(format!("{:?} {:?}", untidy.clean.body, untidy.clean.period));
    }
    // Without its key, nobody knows which row stands there twice.
    let keyless = |name: &str| {
        let asked = &asking().0.tables[name];
        let key = asked.key().and_then(|key| asked.fields.iter().position(|field| field.name == key.name));
        key.is_some_and(|key| untidy.tells_column(name, key))
    };
    for was in &tidy.spots {
        let before = tidy.fact(was);
        let field = &asking().0.tables[&was.table].fields[was.field];
        match untidy.spot(was) {
            Some(here) if before != untidy.fact(here) && !untidy.tells(here) && !keyless(&was.table) => {
                wrong.push(format!("{} {}: {before:?} became {:?}", here.table, here.place, untidy.fact(here)));
            }
            None if before.0 != State::Missing && !field.optional && !untidy.tells_column(&was.table, was.field) => {
                wrong.push(format!("{} {}: left out, and nobody says so", was.table, field.heading));
            }
            _ => {}
        }
    }
    let ours: BTreeSet<(&str, &Place)> = untidy.spots.iter().map(|spot| (spot.table.as_str(), &spot.place)).collect();
    let alien = untidy.cells.iter().filter(|((table, place), _)| !ours.contains(&(table.as_str(), place)));
    for ((name, place), (table, row, column)) in alien {
        let cell = &untidy.clean.tables[*table].rows[*row].cells[*column];
        let near = |told: &Place| told.sheet == place.sheet && told.row == place.row;
        let told = keyless(name) || untidy.clean.findings.iter().any(|finding| finding.places.iter().any(near));
        if cell.state != State::Missing && !told {
            wrong.push(format!("{name} {place}: {:?} from nowhere", cell.value));
        }
    }
    wrong
}

/// The facts that differ, told or not.
fn changed(tidy: &Understood, untidy: &Understood) -> Vec<String> {
    let differs =
        |was: &&Spot| tidy.fact(was) != untidy.spot(was).map_or((State::Missing, None), |here| untidy.fact(here));
    tidy.spots.iter().filter(differs).map(|spot| format!("{} {} of row {}", spot.table, spot.field, spot.row)).collect()
}

fn untidied(book: &Book, ways: &[usize], dice: &mut Dice) -> Understood {
    let mut book = book.clone();
    ways.iter().for_each(|way| WAYS[*way].2(&mut book, asking().0, dice));
    understood(&book)
}

/// The findings in short; those of one table, if one is named.
fn told(untidy: &Understood, table: Option<&str>) -> Vec<String> {
    let of = |finding: &&Finding| table.is_none() || finding.table.is_none() || finding.table.as_deref() == table;
    let line = |finding: &Finding| {
        let places: Vec<String> = finding.places.iter().map(Place::to_string).collect();
        format!("{:?} {places:?} {:?} {}", finding.code, finding.found, finding.expected)
    };
    untidy.clean.findings.iter().filter(of).map(line).collect()
}

#[test]
fn the_tidy_return_is_understood_without_a_word() {
    for seed in 0..10 {
        let tidy = understood(&Book::tidy(asking().0, &mut Dice(seed)));
        assert_eq!(told(&tidy, None), Vec::<String>::new());
        assert!(tidy.spots.len() > 300 && tidy.cells.len() == tidy.spots.len());
    }
}

#[test]
fn each_way_alone_changes_nothing_or_is_told() {
    let mut wrong = Vec::new();
    for (way, (name, harm, _)) in WAYS.iter().enumerate() {
        let mut harmed = false;
        for seed in 0..8 {
            let book = Book::tidy(asking().0, &mut Dice(seed));
            let (tidy, untidy) = (understood(&book), untidied(&book, &[way], &mut Dice(seed + 100)));
            wrong.extend(unsaid(&tidy, &untidy).iter().take(2).map(|what| format!("{name} ({seed}): {what}")));
            let changed = changed(&tidy, &untidy);
            harmed |= !changed.is_empty();
            if *harm == Harm::None && !changed.is_empty() {
                wrong.push(format!(
                    "{name} ({seed}): changes {}: {:?}",
                    changed[0],
                    told(&untidy, changed[0].split(' ').next())
                ));
            }
        }
        if (*harm == Harm::Told) != harmed && !name.contains("slip") && !name.contains("Tabelle") {
            wrong.push(format!("{name}: {harm:?} is not what it does"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn together() -> Vec<usize> {
    (0..WAYS.len()).filter(|way| !ALONE.contains(&WAYS[*way].0)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_untidiness_changes_facts_without_a_word(
        ways in prop::sample::subsequence(together(), 0..8).prop_shuffle(),
        facts in 0..10_000_u64,
        hand in 0..10_000_u64,
    ) {
        let book = Book::tidy(asking().0, &mut Dice(facts));
        let (tidy, untidy) = (understood(&book), untidied(&book, &ways, &mut Dice(hand)));
        let names: Vec<&str> = ways.iter().map(|way| WAYS[*way].0).collect();
        let unsaid = unsaid(&tidy, &untidy);
        let table = unsaid.first().and_then(|what| what.split(' ').next());
        prop_assert!(unsaid.is_empty(), "{names:?}\n{unsaid:#?}\n{:#?}", told(&untidy, table));
    }
}

//! Which sheet holds which table: by name, by another name, by closeness, or by its headings.
//!
//! In: the workbook and the tables asked for. Out: each table's sheet, whether it was guessed, and sheets left over.

use std::collections::BTreeMap;

use super::known::{Folded, Known};
use super::memory::Memory;
use super::places::is_most;
use super::prepared::Asking;
use super::{heading, text};
use crate::model::form::Table;
use crate::model::raw::{RawSheet, RawWorkbook};

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Assigned<'a> {
    /// By the table's name in the form: position of the sheet, and whether it was guessed.
    pub(super) sheets: BTreeMap<&'a str, (usize, bool)>,
    /// Visible sheets with content that hold none of the tables.
    pub(super) unknown: Vec<usize>,
    /// Hidden ones that are surely called after a table that was found elsewhere.
    pub(super) hidden: Vec<usize>,
}

/// A table's name, and whether it is a guess.
type Way<'a, 'b> = dyn Fn(&RawSheet) -> Option<(&'a str, bool)> + 'b;

/// The names of the sheets of some tables, prepared.
pub(super) struct SheetNames<'a> {
    main: Known<&'a str>,
    all: Known<&'a str>,
    /// With the words of each name.
    words: Vec<(&'a str, Vec<String>)>,
    found: Memory<&'a str>,
}

impl<'a> SheetNames<'a> {
    pub(super) fn of(tables: &[(&'a str, &'a Table)]) -> SheetNames<'a> {
        let main = || tables.iter().map(|(name, table)| (*name, table.sheet.as_str()));
        let also = tables.iter().flat_map(|(name, table)| table.also.iter().map(|also| (*name, also.as_str())));
        let all: Vec<(&str, &str)> = main().chain(also).collect();
        SheetNames {
            main: Known::of(main()),
            all: Known::of(all.iter().copied()),
            words: all.iter().map(|(name, spelling)| (*name, text::words(spelling).to_vec())).collect(),
            found: Memory::default(),
        }
    }

    /// The table that such a sheet is called after, surely or not.
    pub(super) fn any(&self, name: &str) -> Option<&'a str> {
        self.found.recall(name, || {
            let bare = unnumbered(name);
            let sure = self.all.exactly(name).or_else(|| self.all.exactly(bare)).or_else(|| self.all.closely(name));
            sure.or_else(|| self.within(name))
        })
    }

    /// The only table whose name stands as words of its own in the sheet's name: `Bedarf Q3 Arnsberg`.
    fn within(&self, name: &str) -> Option<&'a str> {
        let words = text::words(name);
        let holds = |wanted: &Vec<String>| {
            !wanted.is_empty() && words.windows(wanted.len()).any(|window| window == wanted.as_slice())
        };
        let mut found = self.words.iter().filter(|(_, wanted)| holds(wanted)).map(|(table, _)| *table);
        let first = found.next()?;
        found.all(|other| other == first).then_some(first)
    }
}

/// Gives each of `tables` its sheet; `cover` is no candidate, unless it is called like a table.
pub(super) fn assign<'a>(
    workbook: &RawWorkbook,
    tables: &[&Asking<'a>],
    names: &SheetNames<'a>,
    cover: Option<usize>,
    (stem, aside): (&str, impl Fn(&RawSheet) -> bool),
) -> Assigned<'a> {
    let ways: [&Way<'a, '_>; 8] = [
        &|sheet| names.any(stem).filter(|_| sheet.name.is_empty()).map(|table| (table, false)),
        &|sheet| names.all.same_folded(&Folded::of(sheet.name.as_str())).map(|table| (table, false)),
        &|sheet| named(&sheet.name, &names.main),
        &|sheet| named(&sheet.name, &names.all),
        &|sheet| named(unnumbered(&sheet.name), &names.all),
        &|sheet| guess(sheet, names.all.closely(&sheet.name)),
        &|sheet| guess(sheet, names.within(&sheet.name)),
        &|sheet| guess(sheet, by_headings(sheet, tables)),
    ];
    let mut assigned = Assigned::default();
    // Who sends one table writes above it whose it is: then the cover is a sheet with a table on it.
    let holds_table = |sheet: &RawSheet| sheet.name.is_empty() || names.any(&sheet.name).is_some();
    let is_cover = |index: usize, sheet: &RawSheet| Some(index) == cover && !holds_table(sheet);
    let candidates: Vec<(usize, &RawSheet)> = (workbook.sheets.iter().enumerate())
        .filter(|(at, sheet)| !is_cover(*at, sheet) && !sheet.cells.is_empty())
        .collect();
    let candidates = || candidates.iter().copied();
    // Of two that may be the table, the one that the sender sees, and of those the one that nothing sets apart. A hidden one is
    // taken only if its name leaves no doubt.
    let apart: Vec<bool> = workbook.sheets.iter().map(aside).collect();
    let (sure, guesses) = ways.split_at(5);
    let seen = |hidden: bool, set_apart: bool, ways: &'_ [&'_ Way<'a, '_>], assigned: &mut Assigned<'a>| {
        for find in ways {
            for (index, sheet) in
                candidates().filter(|(index, sheet)| sheet.hidden == hidden && apart[*index] == set_apart)
            {
                if assigned.sheets.values().any(|(taken, _)| *taken == index) {
                    continue;
                }
                if let Some((table, guessed)) = find(sheet) {
                    assigned.sheets.entry(table).or_insert((index, guessed));
                }
            }
        }
    };
    for hidden in [false, true] {
        for set_apart in [false, true] {
            seen(hidden, set_apart, sure, &mut assigned);
            if !hidden {
                seen(hidden, set_apart, guesses, &mut assigned);
            }
        }
    }
    let taken: Vec<usize> = assigned.sheets.values().map(|(index, _)| *index).collect();
    assigned.unknown =
        candidates().filter(|(index, sheet)| !sheet.hidden && !taken.contains(index)).map(|(index, _)| index).collect();
    let called = |sheet: &RawSheet| names.all.exactly(&sheet.name).is_some();
    let hidden = candidates().filter(|(index, sheet)| sheet.hidden && !taken.contains(index) && called(sheet));
    assigned.hidden = hidden.map(|(index, _)| index).collect();
    assigned
}

fn named<'a>(name: &str, known: &Known<&'a str>) -> Option<(&'a str, bool)> {
    known.exactly(name).map(|table| (table, false))
}

/// What lies in a hidden sheet is taken only if its name leaves no doubt: often it is last quarter's.
fn guess<'a>(sheet: &RawSheet, table: Option<&'a str>) -> Option<(&'a str, bool)> {
    table.filter(|_| !sheet.hidden).map(|table| (table, true))
}

/// `01_Bedarf` and `2. Räume` without their numbers.
fn unnumbered(name: &str) -> &str {
    name.trim_start_matches(|mark: char| mark.is_ascii_digit() || matches!(mark, ' ' | '.' | '_' | '-' | ')'))
}

/// The table most of whose headings stand there, if it is clearly that one.
fn by_headings<'a>(sheet: &RawSheet, tables: &[&Asking<'a>]) -> Option<&'a str> {
    let share = |what: &&Asking<'a>| {
        let header = heading::find(sheet, what.table, &what.spellings)?;
        is_most(&header, what).then(|| (header.sure() as f64 / what.table.fields.len() as f64, what.name))
    };
    let mut best: Vec<(f64, &str)> = tables.iter().filter_map(share).collect();
    best.sort_by(|a, b| b.0.total_cmp(&a.0));
    match best.as_slice() {
        [(_, only)] => Some(only),
        [(first, name), (second, _), ..] if first - second >= 0.2 => Some(name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::municipality::BodyKind;
    use crate::stages::clean::prepared::Prepared;
    use crate::stages::clean::samples::{book, form, register, sheet};

    fn of(names: &[&str], kind: BodyKind) -> Vec<(String, usize, bool)> {
        let form = form();
        let register = register();
        let prepared = Prepared::new(&form, &register, "2026-Q1".parse().unwrap());
        let (tables, known) = prepared.asked_of(register.bodies.iter().find(|body| body.kind == kind));
        let workbook = book(names.iter().map(|name| sheet(name, "etwas")).collect());
        let assigned = assign(&workbook, &tables, known, None, ("", |_: &RawSheet| false));
        let mut found: Vec<_> =
            assigned.sheets.iter().map(|(table, (index, guessed))| ((*table).to_owned(), *index, *guessed)).collect();
        found.sort_by_key(|(_, index, _)| *index);
        found
    }

    #[test]
    fn names_aliases_numbers_and_slips() {
        let names = ["BEDARF", "Raeume", "Fallzahlen", "03_Stellen", "Angebotte", "Teilhabe Q3 Arnsberg", "Notizen"];
        let expected = [
            ("bedarf", false),
            ("raeume", false),
            ("faelle", false),
            ("stellen", false),
            ("angebote", true),
            ("teilhabe", true),
        ];
        let expected: Vec<_> = expected
            .iter()
            .enumerate()
            .map(|(index, (table, guessed))| ((*table).to_owned(), index, *guessed))
            .collect();
        assert_eq!(of(&names, BodyKind::Municipality), expected);
    }

    #[test]
    fn the_same_name_means_what_the_body_is_asked_for() {
        assert_eq!(of(&["Beschlüsse"], BodyKind::Municipality), [("umsetzung".to_owned(), 0, false)]);
        assert_eq!(of(&["Beschlüsse"], BodyKind::District), [("beschluesse".to_owned(), 0, false)]);
    }

    #[test]
    fn a_nameless_sheet_is_known_by_its_headings() {
        let form = form();
        let register = register();
        let prepared = Prepared::new(&form, &register, "2026-Q1".parse().unwrap());
        let (tables, known) = prepared.asked_of(None);
        let headings = "Standort|Raumart|Fläche m²|Plätze|barrierefrei|verfügbar|genutzt";
        let assigned =
            assign(&book(vec![sheet("Tabelle3", headings)]), &tables, known, None, ("", |_: &RawSheet| false));
        assert_eq!(assigned.sheets.get("raeume"), Some(&(0, true)));
    }
}

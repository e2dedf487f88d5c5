//! The row of headings, wherever it stands, and which column is which field.
//!
//! In: a sheet and the table it should hold. Out: the header, or none. Titles above, blank rows and columns, columns
//! in another order and headings over two rows are all fine.

use std::rc::Rc;

use super::known::{Folded, Known, Match};
use super::{cell, text};
use crate::model::form::Table;
use crate::model::raw::{RawCell, RawSheet, RawValue};

/// Nobody has more titles than that above a table.
const DEEPEST: usize = 30;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Column {
    pub(super) row: u32,
    pub(super) column: u32,
    pub(super) heading: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Header {
    /// The last row of headings.
    pub(super) last: u32,
    /// In the order of the form's fields: the column, and whether it was guessed.
    pub(super) fields: Vec<Option<(Column, bool)>>,
    /// Headings that the form does not know.
    pub(super) unknown: Vec<Column>,
}

impl Header {
    pub(super) fn matched(&self) -> impl Iterator<Item = &Column> {
        self.fields.iter().flatten().map(|(column, _)| column)
    }

    /// How much of the table was recognised; a guess counts half.
    fn score(&self) -> usize {
        self.fields.iter().flatten().map(|(_, guessed)| if *guessed { 1 } else { 2 }).sum()
    }

    /// Fields whose heading was not guessed.
    pub(super) fn sure(&self) -> usize {
        self.fields.iter().flatten().filter(|(_, guessed)| !guessed).count()
    }
}

/// The best header within the first rows; the upper one and the simpler one of equals.
pub(super) fn find(sheet: &RawSheet, table: &Table, spellings: &Spellings) -> Option<Header> {
    let rows: Vec<Vec<Title<'_>>> = sheet.rows().take(DEEPEST).map(texts).collect();
    let double = rows.windows(2).filter(|pair| follow(&pair[0], &pair[1])).map(|pair| stacked(&pair[0], &pair[1]));
    let candidates: Vec<Candidate<'_>> = rows.iter().map(|row| alone(row)).chain(double).collect();
    let enough = 2.min(table.fields.len());
    let sure = best(&candidates, |candidate| assign(candidate, table, &spellings.surely()));
    let (index, _) = match sure.filter(|(_, header)| header.matched().count() >= enough) {
        Some(found) => found,
        // Rows of entries are like headings now and then: guesses count only where nothing is sure.
        None => best(&candidates, |candidate| assign(candidate, table, &spellings.all_ways()))?,
    };
    let header = assign(&candidates[index], table, &spellings.all_ways());
    (header.matched().count() >= enough).then_some(header)
}

/// A text that may be a heading.
struct Title<'a> {
    row: u32,
    column: u32,
    text: &'a str,
    folded: Rc<Folded<'a>>,
}

impl Title<'_> {
    fn column(&self) -> Column {
        Column { row: self.row, column: self.column, heading: self.text.to_owned() }
    }
}

/// Columns with what may be their heading, the likeliest first.
type Candidate<'a> = Vec<(Column, Readings<'a>)>;
type Readings<'a> = Vec<Rc<Folded<'a>>>;

fn best<'a>(candidates: &[Candidate<'a>], read: impl Fn(&Candidate<'a>) -> Header) -> Option<(usize, Header)> {
    let mut best: Option<(usize, Header)> = None;
    for (index, candidate) in candidates.iter().enumerate() {
        let header = read(candidate);
        if header.score() > best.as_ref().map_or(0, |(_, best)| best.score()) {
            best = Some((index, header));
        }
    }
    best
}

/// The headings of a table's fields, by their position.
pub(super) struct Spellings {
    main: Known<usize>,
    all: Known<usize>,
}

type Way<'a> = Box<dyn Fn(&Folded<'_>) -> Option<(usize, Match)> + 'a>;

impl Spellings {
    pub(super) fn of(table: &Table) -> Spellings {
        let fields = || table.fields.iter().enumerate();
        let main = || fields().map(|(index, field)| (index, field.heading.as_str()));
        let others = fields()
            .flat_map(|(index, field)| field.also.iter().chain(&field.en).map(move |also| (index, also.as_str())));
        Spellings { main: Known::of(main()), all: Known::of(main().chain(others)) }
    }

    /// By heading, by another spelling, without parentheses.
    fn surely(&self) -> Vec<Way<'_>> {
        let sure = |index| (index, Match::Exact);
        vec![
            Box::new(move |text| self.main.same_folded(text).map(sure)),
            Box::new(move |text| self.all.same_folded(text).map(sure)),
            Box::new(move |text| self.all.exactly_folded(text).map(sure)),
        ]
    }

    /// The same, and by closeness.
    fn all_ways(&self) -> Vec<Way<'_>> {
        let mut ways = self.surely();
        ways.push(Box::new(|text| self.all.closely_folded(text).map(|index| (index, Match::Guess))));
        ways
    }
}

fn texts(row: &[RawCell]) -> Vec<Title<'_>> {
    row.iter()
        .filter_map(|cell| match &cell.value {
            RawValue::Text(text) if !text.trim().is_empty() => {
                Some(Title { row: cell.row, column: cell.column, text, folded: Rc::new(Folded::of(text.as_str())) })
            }
            _ => None,
        })
        .collect()
}

fn follow(upper: &[Title<'_>], lower: &[Title<'_>]) -> bool {
    matches!((upper.first(), lower.first()), (Some(upper), Some(lower)) if lower.row == upper.row + 1)
}

fn alone<'a>(row: &[Title<'a>]) -> Candidate<'a> {
    row.iter().map(|title| (title.column(), vec![Rc::clone(&title.folded)])).collect()
}

/// Two rows as one: an upper heading reaches to the right over lower ones, as merged cells do.
fn stacked<'a>(upper: &[Title<'a>], lower: &[Title<'a>]) -> Candidate<'a> {
    let below = |column: u32| lower.iter().any(|title| title.column == column);
    let alone =
        upper.iter().filter(|title| !below(title.column)).map(|title| (title.column(), vec![Rc::clone(&title.folded)]));
    let both = lower.iter().map(|title| {
        let above = upper.iter().rev().find(|above| above.column <= title.column);
        let joined = above.map(|above| Rc::new(Folded::of(format!("{} {}", above.text, title.text))));
        (title.column(), joined.into_iter().chain([Rc::clone(&title.folded)]).collect())
    });
    let mut columns: Vec<_> = alone.chain(both).collect();
    columns.sort_by_key(|(cell, _): &(Column, _)| cell.column);
    columns
}

/// Gives each field the column that fits it, the surest way first.
fn assign(columns: &Candidate<'_>, table: &Table, ways: &[Way<'_>]) -> Header {
    let mut fields: Vec<Option<(Column, bool)>> = vec![None; table.fields.len()];
    let mut left: Vec<Option<&(Column, Readings<'_>)>> = columns.iter().map(Some).collect();
    let tidy = |column: &Column| Column { heading: text::tidy(&column.heading), ..column.clone() };
    for find in ways {
        for slot in &mut left {
            let Some((column, spellings)) = *slot else { continue };
            let free = |(index, _): &(usize, Match)| fields[*index].is_none();
            if let Some((index, found)) = spellings.iter().find_map(|spelling| find(spelling).filter(free)) {
                fields[index] = Some((tidy(column), found == Match::Guess));
                *slot = None;
            }
        }
    }
    Header {
        last: columns.iter().map(|(column, _)| column.row).max().unwrap_or_default(),
        fields,
        unknown: left.into_iter().flatten().map(|(column, _)| tidy(column)).collect(),
    }
}

/// Is this the row of column numbers (1, 2, 3, …) that some forms have below their headings?
pub(super) fn is_numbering(row: &[RawCell]) -> bool {
    let numbers = row.iter().map(|cell| cell::written(&cell.value));
    row.len() >= 3
        && numbers.enumerate().all(|(index, number)| number.trim_matches(['(', ')']) == (index + 1).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::clean::samples::{form, sheet};

    fn columns(table: &str, text: &str) -> Vec<(String, u32, bool)> {
        let form = form();
        let table = &form.tables[table];
        let header = find(&sheet("A", text), table, &Spellings::of(table)).unwrap();
        let named = table.fields.iter().zip(&header.fields);
        named
            .filter_map(|(field, found)| {
                found.as_ref().map(|(column, guessed)| (field.name.get_ref().clone(), column.column, *guessed))
            })
            .collect()
    }

    #[test]
    fn titles_above_and_another_order_are_fine() {
        let found = columns(
            "bedarf",
            "Bedarf – 3. Quartal 2026\n\n|davon\\nweiblich|Zielgruppe|Personen insgesamt2)\n|=1|EU|=2",
        );
        assert_eq!(
            found,
            [("zielgruppe".into(), 2, false), ("personen".into(), 3, false), ("personen_weiblich".into(), 1, false)]
        );
    }

    #[test]
    fn headings_over_two_rows() {
        let found =
            columns("bedarf", "Zielgruppe|Personen|Bedarf||\n|insgesamt|Sprache|Wohnen|Gesundheit\nEU|=3|=1|=1|=1");
        let names: Vec<_> = found.iter().map(|(name, column, _)| (name.as_str(), *column)).collect();
        assert_eq!(
            names,
            [("zielgruppe", 0), ("personen", 1), ("bedarf_sprache", 2), ("bedarf_wohnen", 3), ("bedarf_gesundheit", 4)]
        );
    }

    #[test]
    fn a_slip_in_a_heading_is_a_guess() {
        assert!(columns("angebote", "Angebot|Typ|Wartelliste").contains(&("warteliste".into(), 2, true)));
    }

    #[test]
    fn the_same_heading_twice_is_taken_once() {
        let form = form();
        let table = &form.tables["raeume"];
        let header = find(&sheet("A", "Standort|Raumart|Raumart"), table, &Spellings::of(table)).unwrap();
        assert_eq!(header.unknown.len(), 1);
        assert_eq!(header.unknown[0].column, 2);
    }

    #[test]
    fn column_numbers_are_no_data() {
        assert!(is_numbering(&sheet("A", "=1|2|=3").cells));
        assert!(!is_numbering(&sheet("A", "=1|2|=4").cells));
    }
}

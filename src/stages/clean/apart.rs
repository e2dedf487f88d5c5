//! Rows that are no entries of this period: `Vorquartal`, `Plan`, `Auslastung` with numbers beside them, and whole blocks below a
//! line like `Geplante Angebote ab 2027` or `geschlossen`.
//!
//! In: the rows of a sheet, from the top. Out: which of them are left out, and one finding for each row or block. The words stand in the
//! form (`[rows]`). Never: an entry that describes itself as its neighbours do, or rows below a line that may just order them
//! (`Geschlossene Gruppen`, `Ab 2027 kostenpflichtig`, or what the form itself says): these count (docs/decisions/0045).

use chrono::Datelike;

use super::heading::Header;
use super::prepared::Asking;
use super::told::Told;
use super::{cell, german, meant, period, text};
use crate::base::short::Short;
use crate::model::books::Reason;
use crate::model::finding::Code;
use crate::model::form::{FieldType, RowWords};
use crate::model::period::{Kind, Period};
use crate::model::raw::{RawCell, RawSheet, RawValue};
use crate::model::value::Place;

/// Longer lines explain.
const MOST_WORDS: usize = 8;
/// A name may have so many words more than the form's.
const MORE: usize = 2;
/// `geplant`, `Geplantes`: so many letters are an ending.
const ENDING: usize = 2;

/// Words around a time that add nothing to it.
const TIMES: [&str; 12] =
    ["quartal", "quartals", "halbjahr", "jahr", "stichtag", "vom", "zum", "am", "per", "ab", "bis", "seit"];

/// The words of a form, each as its words.
pub(super) struct Words {
    other: Vec<Vec<String>>,
    apart: Vec<Vec<String>>,
    current: Vec<Vec<String>>,
    kind: Kind,
}

impl Words {
    pub(super) fn of(words: &RowWords, kind: Kind) -> Words {
        let split = |words: &[crate::base::settings::Spanned<String>]| {
            words.iter().map(|word| text::words(word.get_ref()).to_vec()).collect()
        };
        Words { other: split(&words.other), apart: split(&words.apart), current: split(&words.current), kind }
    }

    /// Does the text speak of another time than `own`?
    fn is_other_time(&self, said: &str, own: Option<Period>) -> bool {
        let Some(own) = own else { return false };
        let named = period::of_text(said, self.kind).map(|other| other != own);
        let bare = || period::without_year(said, self.kind).map(|number| number != own.number);
        // `ab 2027`, `bis 2025`, `Jahr 2025`.
        let words = text::words(said);
        let year = |word: &String| word.parse::<i32>().ok().filter(|year| (1990..=2100).contains(year));
        let years = words.windows(2).any(|pair| match (pair[0].as_str(), year(&pair[1])) {
            ("ab" | "seit", Some(year)) => year > own.start().year(),
            ("bis", Some(year)) => year < own.start().year(),
            ("jahr" | "in", Some(year)) => year != own.start().year(),
            _ => false,
        });
        named.or_else(bare) == Some(true) || years || meant::time(said, own).is_some()
    }

    /// Does it say `Vorquartal`, `Plan` or another word of what was, or is to be?
    fn is_other_state(&self, said: &str) -> bool {
        // Two words say a part of the municipality, which is no other time.
        let scope = || meant::scope(said).is_some_and(|scope| !scope.contains(' '));
        holds(&text::words(said), &self.apart, true) || scope()
    }

    /// Can what stands below such a line be nothing of this period: has it nothing but a state, or first a state, and another time?
    fn sets_apart(&self, said: &str, own: Option<Period>) -> bool {
        let words = text::words(said);
        let ends = |(word, name): (&String, &String)| word.len() <= name.len() + ENDING;
        let is_it = |name: &[String]| {
            words.len() == name.len() && begins(&words, name, true) && words.iter().zip(name).all(ends)
        };
        // `in Planung` and `Planung`.
        let bare = |name: &[String]| name.first().is_some_and(|first| first == "in") && is_it(&name[1..]);
        let whole = self.apart.iter().any(|name| is_it(name) || bare(name));
        let state = || words.len() == 1 && meant::scope(said).is_some();
        let first = || self.apart.iter().any(|name| begins(&words, name, true));
        // `2. Quartal 2026`, `ab 2027`.
        let time = |word: &String| TIMES.contains(&word.as_str()) || word.bytes().any(|mark| mark.is_ascii_digit());
        whole || state() || (first() || words.iter().all(time)) && self.is_other_time(said, own)
    }

    fn is_other(&self, said: &str) -> bool {
        let words = text::words(said);
        self.other.iter().any(|name| words.len() <= name.len() + MORE && begins(&words, name, false))
    }
}

/// Do the words of one of the names stand there, each as a beginning if `stems`?
fn holds(words: &[String], names: &[Vec<String>], stems: bool) -> bool {
    names.iter().any(|name| (0..words.len()).any(|at| begins(&words[at..], name, stems)))
}

fn begins(words: &[String], name: &[String], stems: bool) -> bool {
    let same = |(word, name): (&String, &String)| word == name || stems && word.starts_with(name.as_str());
    !name.is_empty() && words.len() >= name.len() && words.iter().zip(name).all(same)
}

/// The row's name, where that is of something else and nothing but numbers stands beside it.
pub(super) fn row(
    filled: &[&RawCell],
    (what, header): (&Asking<'_>, &Header),
    words: &Words,
    own: Option<Period>,
) -> Option<Short> {
    let described = |(field, column): (usize, u32)| {
        let cell = filled.iter().find(|cell| cell.column == column)?;
        (!what.table.fields[field].kind.is_number()).then_some((field, *cell))
    };
    let columns = header.fields.iter().enumerate().filter_map(|(field, found)| Some((field, found.as_ref()?.0.column)));
    let mut described = columns.filter_map(described);
    let (Some((field, name)), None) = (described.next(), described.next()) else { return None };
    let RawValue::Text(written) = &name.value else { return None };
    let known = what.table.fields[field].kind == FieldType::Code && what.asked[field].knows(written);
    if known || filled.len() < 2 || text::words(written).len() > MOST_WORDS {
        return None;
    }
    let apart = words.is_other(written) || words.is_other_state(written) || words.is_other_time(written, own);
    apart.then(|| cell::written(&name.value))
}

/// The rows below a line that sets them apart.
#[derive(Default)]
pub(super) struct Block {
    line: Option<(Place, Short)>,
    rows: Vec<Place>,
}

impl Block {
    /// Is the row part of such a block, or the line above one? Then it is left out.
    pub(super) fn takes(
        &mut self,
        filled: &[&RawCell],
        (sheet, end): (&RawSheet, u32),
        (what, header): (&Asking<'_>, &Header),
        words: &Words,
        told: &mut Told<'_>,
    ) -> bool {
        let [only] = filled else {
            if self.line.is_some() {
                self.rows.push(told.place(filled[0].row, filled[0].column));
            }
            return self.line.is_some();
        };
        let RawValue::Text(said) = &only.value else { return self.line.is_some() };
        let short = text::words(said).len() <= MOST_WORDS && !german::is_remark(said);
        let own = || told.period.is_some_and(|own| period::of_text(said, words.kind) == Some(own));
        if self.line.is_some() && (holds(&text::words(said), &words.current, true) || own()) {
            self.tell(told);
            return true;
        }
        let apart = words.sets_apart(said, told.period);
        let speaks = short && !own() && (apart || words.is_other_time(said, told.period));
        if !speaks || is_of_form(said, words, what) || !rows_below(sheet, only.row, end, header) {
            return self.line.is_some();
        }
        let place = told.place(only.row, only.column);
        if apart {
            self.tell(told);
            self.line = Some((place, cell::written(&only.value)));
        } else if self.line.is_none() {
            // The rows below may well be of this period: they count, and somebody looks at them.
            told.tell(told.finding(Code::NoteOnFigures).at(place).found(cell::written(&only.value)));
        }
        true
    }

    /// Tells of the rows taken so far; those that follow are the table's again.
    pub(super) fn tell(&mut self, told: &mut Told<'_>) {
        let Some((line, said)) = self.line.take() else { return };
        let finding = told.finding(Code::RowApart).at(line).found(said);
        told.tell(self.rows.drain(..).fold(finding, |finding, row| finding.at(row)));
    }
}

/// Leaves the row out, and says so.
pub(super) fn leave_out<'c>(
    filled: &[&RawCell],
    (name, cells): (Short, impl IntoIterator<Item = &'c RawCell>),
    told: &mut Told<'_>,
) {
    told.leave_out(cells, Reason::Remark);
    told.tell(told.finding(Code::RowApart).at(told.place(filled[0].row, filled[0].column)).found(name));
}

/// Is this how the form itself orders its rows: by a code of theirs, or by a word of a heading?
fn is_of_form(said: &str, words: &Words, what: &Asking<'_>) -> bool {
    let bare = said.trim().trim_end_matches(':');
    let known = |said: &str| what.asked.iter().any(|asked| asked.field.kind == FieldType::Code && asked.knows(said));
    let later = bare.split_once(' ').is_some_and(|(first, rest)| text::normal(first) == "noch" && known(rest));
    let headings = || what.table.fields.iter().flat_map(|field| field.also.iter().chain([&field.heading]));
    let said = text::words(said);
    let used = words.apart.iter().filter(|name| (0..said.len()).any(|at| begins(&said[at..], name, true)));
    let headed = |name: &Vec<String>| {
        headings().any(|heading| {
            let heading = text::words(heading);
            (0..heading.len()).any(|at| begins(&heading[at..], name, true))
        })
    };
    known(bare) || later || used.into_iter().any(headed)
}

/// Does a row of more than one cell stand further down?
fn rows_below(sheet: &RawSheet, row: u32, end: u32, header: &Header) -> bool {
    let inside =
        |cell: &&RawCell| cell::is_filled(&cell.value) && header.matched().any(|column| column.column == cell.column);
    let mut below = sheet.rows().filter(|cells| (row + 1..end).contains(&cells[0].row));
    below.any(|cells| cells.iter().filter(inside).count() > 1)
}

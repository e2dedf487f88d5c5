//! The headings that a table's fields may have, prepared once, and which fields a column's heading may mean.
//!
//! In: the fields with their spellings, each a text or a path (`Kinder / unter 3 Jahre`); the levels above a column,
//! folded. Out: the fields that fit, and how surely. Which column gets which field is for `heading` to say.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use super::kept::Heads;
use super::known::{Folded, Known};
use super::{band, text};
use crate::model::form::Table;
use crate::model::raw::{RawCell, RawValue};

/// What stands between the levels of a heading over several rows.
pub(super) const LEVEL: &str = " / ";

/// How a heading was recognised, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// The form's own heading.
    Own,
    Also,
    /// Without what stands in parentheses.
    Short,
    /// By closeness: to be told to the sender.
    Guess,
}

/// A text that may be (one level of) a heading, and the level of the form that it is. Made once for each text.
pub(super) struct Reading<'a> {
    pub(super) folded: Folded<'a>,
    sure: Option<(usize, Rank)>,
    guess: OnceCell<Option<usize>>,
}

impl Reading<'_> {
    fn level(&self, spellings: &Spellings, guesses: bool) -> Option<(usize, Rank)> {
        let close = || *self.guess.get_or_init(|| spellings.levels.guess_folded(&self.folded));
        self.sure.or_else(|| guesses.then(close).flatten().map(|level| (level, Rank::Guess)))
    }
}

/// A field that a column may be, and how much of its heading says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fit {
    pub(super) field: usize,
    pub(super) rank: Rank,
    /// So many levels were needed: the more, the less it is chance.
    pub(super) levels: usize,
    /// Nothing of the heading was left over.
    pub(super) whole: bool,
}

pub(super) struct Spellings {
    /// So many fields there are.
    fields: usize,
    /// Words of the form's own units.
    units: Vec<String>,
    /// Texts by the level they are: a field's own spellings are one level (its position), others have their own.
    levels: Known<usize>,
    own: HashSet<String>,
    /// Spellings over several levels, by their last one.
    paths: HashMap<usize, Vec<Path>>,
    /// All spellings written in one: `Personen` over `insgesamt` is `Personen insgesamt`.
    joined: HashMap<String, (usize, Rank)>,
    long: Option<Long>,
    pub(super) heads: Heads,
}

/// The columns of a wide table that is read long.
struct Long {
    /// Positions of the fields that take the heading and the value.
    fields: [usize; 2],
    under: Option<String>,
    /// What the headings may say, if that is a list of codes.
    codes: Option<Known<()>>,
}

struct Path {
    field: usize,
    own: bool,
    upper: Vec<usize>,
}

impl Spellings {
    pub(super) fn of(table: &Table) -> Spellings {
        let fields = || table.fields.iter().enumerate();
        let own = fields().map(|(index, field)| (index, field.heading.as_str(), Rank::Own));
        let also = fields().flat_map(|(index, field)| {
            field.also.iter().chain(&field.en).map(move |also| (index, also.as_str(), Rank::Also))
        });
        let all: Vec<(usize, &str, Rank)> = own.chain(also).collect();
        let mut texts: Vec<(usize, &str)> = Vec::new();
        let mut numbers: HashMap<String, usize> = HashMap::new();
        let mut joined = HashMap::new();
        for (field, spelling, rank) in &all {
            let whole = whole(spelling);
            joined.entry(whole.clone()).or_insert((*field, *rank));
            if !spelling.contains(LEVEL) {
                numbers.entry(whole).or_insert(*field);
                texts.push((*field, spelling));
            }
        }
        let mut paths: HashMap<usize, Vec<Path>> = HashMap::new();
        for (field, spelling, rank) in all.iter().filter(|(_, spelling, _)| spelling.contains(LEVEL)) {
            let mut levels = Vec::new();
            for text in spelling.split(LEVEL) {
                let next = table.fields.len() + numbers.len();
                let level = *numbers.entry(whole(text)).or_insert(next);
                texts.push((level, text));
                levels.push(level);
            }
            let last = levels.pop().unwrap_or_default();
            paths.entry(last).or_default().push(Path { field: *field, own: *rank == Rank::Own, upper: levels });
        }
        let own = all.iter().filter(|(.., rank)| *rank == Rank::Own).map(|(_, spelling, _)| whole(spelling)).collect();
        let units = table
            .fields
            .iter()
            .filter_map(|field| field.unit.as_ref())
            .flat_map(|unit| text::words(unit).to_vec())
            .collect();
        let long = table.long.as_ref().and_then(|long| {
            let fields = [table.position(long.heading.get_ref())?, table.position(long.value.get_ref())?];
            Some(Long { fields, under: long.under.as_deref().map(whole), codes: None })
        });
        Spellings {
            fields: table.fields.len(),
            units,
            levels: Known::of(texts),
            own,
            paths,
            joined,
            long,
            heads: Heads::default(),
        }
    }

    /// `codes` are the spellings of the codes that headings of a table read long may be.
    pub(super) fn with_codes<'a>(mut self, codes: impl IntoIterator<Item = &'a str>) -> Spellings {
        if let Some(long) = &mut self.long {
            long.codes = Some(Known::of(codes.into_iter().map(|code| ((), code))));
        }
        self
    }

    /// Has the field at this position no column of its own?
    pub(super) fn is_long(&self, field: usize) -> bool {
        self.long.as_ref().is_some_and(|long| long.fields.contains(&field))
    }

    /// What the levels above a column (folded, and as written) say, if the column is one that rows are made of.
    pub(super) fn long_heading(&self, levels: &[(&str, &str)]) -> Option<String> {
        let long = self.long.as_ref()?;
        let from = match &long.under {
            Some(under) => levels.iter().position(|(folded, _)| folded == under)? + 1,
            None => 0,
        };
        let texts: Vec<String> = levels[from..].iter().map(|(_, text)| text::tidy(text).into()).collect();
        match &long.codes {
            Some(codes) => {
                let ends = (0..texts.len()).map(|from| texts[from..].join(" "));
                ends.into_iter().find(|end| codes.exactly(end).is_some())
            }
            None => Some(texts.join(" ")).filter(|text| !text.is_empty()),
        }
    }

    pub(super) fn is_unit(&self, text: &str) -> bool {
        band::is_unit(text, &self.units)
    }

    /// Is it worth a closer look whether these are headings? Rows of entries with numbers are not.
    pub(super) fn may_head(&self, row: &[RawCell], enough: usize) -> bool {
        let is_entry = |cell: &RawCell| match cell.value {
            RawValue::Number(number) => !(1900.0..=2100.0).contains(&number),
            _ => false,
        };
        if row.iter().any(is_entry) {
            return false;
        }
        let texts = row.iter().filter_map(|cell| match &cell.value {
            RawValue::Text(text) => Some(text),
            _ => None,
        });
        texts.filter(|text| self.levels.exactly(text).is_some()).take(enough).count() >= enough
    }

    /// Do the cells name every field, letter by letter as the form does? Then there is no better row of headings.
    pub(super) fn is_plain_head(&self, row: &[RawCell]) -> bool {
        if self.long.is_some() || row.len() < self.fields {
            return false;
        }
        let mut named = vec![false; self.fields];
        for cell in row {
            if let RawValue::Text(text) = &cell.value
                && let Some(field) = self.levels.literally(text).filter(|level| *level < self.fields)
            {
                named[field] = true;
            }
        }
        named.into_iter().all(|named| named)
    }

    pub(super) fn read<'a>(&self, folded: Folded<'a>) -> Reading<'a> {
        let same = |level| (level, if self.own.contains(folded.whole()) { Rank::Own } else { Rank::Also });
        let short = || self.levels.surely_folded(&folded).map(|level| (level, Rank::Short));
        let sure = self.levels.same_folded(&folded).map(same).or_else(short);
        Reading { folded, sure, guess: OnceCell::new() }
    }

    /// The fields that a column with these levels (the lowest last) may be.
    pub(super) fn fits(&self, levels: &[&Reading<'_>], guesses: bool) -> Vec<Fit> {
        let mut fits = Vec::new();
        let Some((leaf, upper)) = levels.split_last() else { return fits };
        if let Some((level, rank)) = leaf.level(self, guesses) {
            for path in self.paths.get(&level).into_iter().flatten() {
                let Some(above) = subsequence(&path.upper, upper, |reading| reading.level(self, guesses)) else {
                    continue;
                };
                let same = if path.own { Rank::Own } else { Rank::Also };
                let rank = if rank.max(above) <= Rank::Also { same } else { rank.max(above) };
                let levels = path.upper.len() + 1;
                fits.push(Fit { field: path.field, rank, levels, whole: path.upper.len() == upper.len() });
            }
            if level < self.fields {
                fits.push(Fit { field: level, rank, levels: 1, whole: upper.is_empty() });
            }
        }
        let mut one = leaf.folded.whole().to_owned();
        for (left, reading) in upper.iter().enumerate().rev() {
            one.insert_str(0, reading.folded.whole());
            if let Some((field, rank)) = self.joined.get(&one) {
                fits.push(Fit { field: *field, rank: *rank, levels: levels.len() - left, whole: left == 0 });
            }
        }
        // A path may stand in one cell, too.
        if let Some((field, rank)) = self.joined.get(leaf.folded.whole())
            && !fits.iter().any(|fit| fit.field == *field)
        {
            fits.push(Fit { field: *field, rank: *rank, levels: 1, whole: upper.is_empty() });
        }
        fits
    }
}

fn whole(text: &str) -> String {
    let levels: Vec<String> = text.split(LEVEL).map(|level| Folded::of(level).whole().to_owned()).collect();
    levels.concat()
}

/// The worst rank of `wanted` within `levels`, in this order, others between them; none if one is not there.
fn subsequence<'a>(
    wanted: &[usize],
    levels: &[&Reading<'a>],
    level: impl Fn(&Reading<'a>) -> Option<(usize, Rank)>,
) -> Option<Rank> {
    let mut worst = Rank::Own;
    let mut rest = levels.iter();
    for wanted in wanted {
        let (_, rank) = rest.find_map(|reading| level(reading).filter(|(level, _)| level == wanted))?;
        worst = worst.max(rank);
    }
    Some(worst)
}

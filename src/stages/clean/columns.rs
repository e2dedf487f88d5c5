//! Which column is which field, under the headings of one row.
//!
//! In: the columns with their paths. Out: a header for each table that they are, from the left. Never: a column that is
//! two fields, or one of two that say the same without saying so.

use std::cmp::Reverse;

use super::heading::{Column, Header};
use super::path::{Above, Path};
use super::spelling::{Fit, LEVEL, Rank, Reading, Spellings};
use super::{scale, text};
use crate::base::short::Short;
use crate::model::form::Table;

/// Tables side by side are told apart by a column without a heading, or by the headings that begin anew.
pub(super) fn blocks(columns: &[Candidate<'_>], table: &Table, spellings: &Spellings, guesses: bool) -> Vec<Header> {
    if columns.is_empty() {
        return Vec::new();
    }
    let assign = |columns: &[Candidate<'_>]| assign(columns, table, spellings, guesses);
    let all = assign(columns);
    let runs: Vec<&[Candidate<'_>]> =
        columns.chunk_by(|left, right| right.path.column <= left.path.column + 1).collect();
    let edge = |run: Option<&&[Candidate<'_>]>, last: bool| {
        let column = run.and_then(|run| if last { run.last() } else { run.first() });
        column.map(|column| column.path.column)
    };
    let reach = |first: usize, last: usize| {
        let left = first.checked_sub(1).and_then(|before| edge(runs.get(before), true)).map_or(0, |column| column + 1);
        (left, edge(runs.get(last + 1), false).map_or(u32::MAX, |column| column - 1))
    };
    if runs.len() > 1 {
        let parts: Vec<Header> = runs.iter().map(|run| assign(run)).collect();
        let best = parts.iter().map(Header::score).max().unwrap_or_default();
        if best >= all.score() && best > 0 {
            let (mut kept, mut unknown) = (Vec::new(), Vec::new());
            for (index, part) in parts.into_iter().enumerate() {
                if part.score() * 5 >= best * 3 {
                    kept.push(Header { columns: reach(index, index), ..part });
                } else {
                    unknown.extend(runs[index].iter().map(|column| column.named(columns)));
                }
            }
            kept[0].unknown.extend(unknown);
            return kept;
        }
    }
    if let Some(parts) = anew(columns, &assign).filter(|parts| parts[0].score() > all.score()) {
        return parts;
    }
    if all.twice.len() > 1 && all.twice.len() * 2 >= all.matched().count() {
        let begin = all.twice.iter().map(|(_, column)| column.column).min().unwrap_or_default();
        let (left, right) = columns.split_at(columns.partition_point(|column| column.path.column < begin));
        let (left, right) = (assign(left), assign(right));
        if left.score() >= right.score() && right.matched().count() > 1 {
            let left = Header { columns: (0, begin - 1), ..left };
            return vec![left, Header { columns: (begin, u32::MAX), ..right }];
        }
    }
    let held: Vec<usize> = (0..runs.len())
        .filter(|run| runs[*run].iter().any(|column| all.matched().any(|found| found.column == column.path.column)))
        .collect();
    let columns = reach(held.first().copied().unwrap_or(0), held.last().copied().unwrap_or(runs.len() - 1));
    vec![Header { columns, ..all }]
}

/// The same headings once more, and nothing else: below different titles they are nobody's, unless each part is a table of its own.
fn anew<'a>(columns: &[Candidate<'a>], assign: &impl Fn(&[Candidate<'a>]) -> Header) -> Option<Vec<Header>> {
    fn lowest<'c>(column: &'c Candidate<'_>) -> Option<&'c str> {
        column.levels.last().map(|reading| reading.folded.whole())
    }
    let first = lowest(&columns[0])?;
    let width = columns[1..].iter().position(|column| lowest(column) == Some(first))? + 1;
    let same = |part: &[Candidate<'_>]| {
        part.len() == width && part.iter().zip(columns).all(|(one, other)| lowest(one) == lowest(other))
    };
    if width < 2 || !columns.chunks(width).all(same) {
        return None;
    }
    let mut parts: Vec<Header> = columns
        .chunks(width)
        .map(|part| Header { columns: (part[0].path.column, part[width - 1].path.column), ..assign(part) })
        .collect();
    parts[0].columns.0 = 0;
    if let Some(last) = parts.last_mut() {
        last.columns.1 = u32::MAX;
    }
    parts.iter().all(|part| part.sure() > 1 && part.sure() * 2 > width).then_some(parts)
}

/// A column with the readings of what stands above it.
pub(super) struct Candidate<'a> {
    path: Path,
    texts: Vec<&'a str>,
    levels: Vec<&'a Reading<'a>>,
    /// The sender does not see it.
    hidden: bool,
}

pub(super) fn candidates<'a>(above: &'a Above<'a>, bottom: usize) -> Vec<Candidate<'a>> {
    let candidate = |path: Path| Candidate {
        levels: path.texts.iter().map(|text| above.reading(*text)).collect(),
        texts: path.texts.iter().map(|text| above.text(*text)).collect(),
        hidden: above.hides(path.column),
        path,
    };
    above.paths(bottom).into_iter().map(candidate).collect()
}

impl Candidate<'_> {
    fn fits(&self, spellings: &Spellings, guesses: bool) -> Vec<Fit> {
        let mut fits = Vec::new();
        for left_out in 0..=self.path.shared {
            let levels = &self.levels[..self.levels.len() - left_out];
            // What stands over several columns names none of them alone.
            let names = |fit: &Fit| fit.levels > 1 || left_out == self.path.shared;
            fits.extend(spellings.fits(levels, guesses).into_iter().filter(names));
        }
        fits
    }

    /// What the column is, if it is one of those that a table read long makes rows of.
    fn long(&self, spellings: &Spellings) -> Option<String> {
        let levels = self.levels.len() - usize::from(self.path.unit && self.levels.len() > 1);
        let level = |at: usize| (self.levels[at].folded.whole(), self.texts[at]);
        spellings.long_heading(&(0..levels).map(level).collect::<Vec<_>>())
    }

    /// As much of the path, from below, as no other column has.
    fn named(&self, columns: &[Candidate<'_>]) -> Column {
        let mut levels: Vec<Short> = self.texts.iter().map(|text| text::tidy(text)).collect();
        let least = (self.path.shared + 1).min(levels.len());
        let others = || columns.iter().filter(|other| other.path.column != self.path.column);
        let alone = |count: &usize| !others().any(|other| other.end(*count) == self.end(*count));
        let count = (least..=levels.len()).find(alone).unwrap_or(least);
        let mut named = levels[levels.len() - count..].to_vec();
        let unit = self.path.unit && levels.len() > 1;
        let bare = |other: &Candidate<'_>| {
            other.texts[..other.texts.len() - 1].ends_with(&self.texts[self.texts.len() - count..self.texts.len() - 1])
        };
        if unit && !others().any(|other| other.path.unit && bare(other)) {
            named.pop();
        }
        if unit {
            levels.pop();
        }
        Column {
            scaled: levels.iter().any(|level| scale::of(level).is_some()),
            row: self.path.row,
            column: self.path.column,
            heading: named.join(LEVEL).into(),
            levels: levels.into(),
        }
    }

    fn end(&self, count: usize) -> Vec<&str> {
        let from = self.levels.len().saturating_sub(count);
        self.levels[from..].iter().map(|reading| reading.folded.whole()).collect()
    }
}

/// Gives each field the column that fits it, the surest way first.
fn assign(columns: &[Candidate<'_>], table: &Table, spellings: &Spellings, guesses: bool) -> Header {
    let fits: Vec<Vec<Fit>> = columns.iter().map(|column| column.fits(spellings, guesses)).collect();
    // What the sender sees counts rather than what is hidden, unless it is only guessed.
    let way = |fit: &Fit, hidden: bool| (fit.rank == Rank::Guess, hidden, fit.rank, Reverse(fit.levels));
    let all = fits.iter().zip(columns).flat_map(|(fits, column)| fits.iter().map(|fit| way(fit, column.hidden)));
    let mut ways: Vec<_> = all.collect();
    ways.sort_unstable();
    ways.dedup();
    let mut header = Header { fields: vec![None; table.fields.len()], ..Header::default() };
    let mut taken = vec![false; columns.len()];
    let mut doubtful = vec![false; table.fields.len()];
    for wanted in ways {
        for (field, doubtful) in doubtful.iter_mut().enumerate() {
            if header.fields[field].is_some() || *doubtful || spellings.is_long(field) {
                continue;
            }
            let fit = |index: usize| {
                let hidden = columns[index].hidden;
                fits[index].iter().find(|fit| fit.field == field && way(fit, hidden) == wanted)
            };
            let mut fitting: Vec<(usize, bool)> = (0..columns.len())
                .filter(|index| !taken[*index])
                .filter_map(|index| Some((index, fit(index)?.whole)))
                .collect();
            if wanted.0 {
                fitting.truncate(1);
            }
            let whole: Vec<(usize, bool)> = fitting.iter().copied().filter(|(_, whole)| *whole).collect();
            if !whole.is_empty() {
                fitting = whole;
            }
            let [(first, whole), others @ ..] = fitting.as_slice() else { continue };
            let same = |other: &(usize, bool)| columns[other.0].end(usize::MAX) == columns[*first].end(usize::MAX);
            // The same words below different ones: whose they are is not ours to say.
            if !whole && !others.iter().all(same) {
                *doubtful = true;
                continue;
            }
            header.fields[field] = Some((columns[*first].named(columns), wanted.0));
            taken[*first] = true;
            for (other, _) in others {
                header.twice.push((field, columns[*other].named(columns)));
                taken[*other] = true;
            }
        }
    }
    for ((column, fits), _) in columns.iter().zip(&fits).zip(taken).filter(|(_, taken)| !taken) {
        let sure = fits.iter().find(|fit| fit.rank != Rank::Guess && header.fields[fit.field].is_some());
        if let Some(fit) = sure.filter(|_| column.hidden) {
            header.hidden.push((fit.field, column.named(columns)));
        }
        match column.long(spellings) {
            Some(heading) => header.long.push((column.named(columns), heading)),
            None => header.unknown.push(column.named(columns)),
        }
    }
    header
}

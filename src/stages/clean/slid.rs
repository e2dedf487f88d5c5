//! Single rows whose values slid by one column: a cell was deleted or inserted, and those beside it moved along.
//!
//! In: the rows of a table whose columns stand where they belong. Out: one finding for all such rows; their slid values count as
//! missing. What proves it is the row itself: an empty cell, and beside it values that are no answers where they stand and all are
//! where they would have stood; or numbers that keep the form's own equations only there. Never: a value that is moved, or a row
//! that is odd in a way that moving does not cure (docs/decisions/0044).

mod proof;
mod size;

use std::collections::BTreeSet;

use self::size::Size;
use super::cell;
use super::gap;
use super::heading::Header;
use super::prepared::Asking;
use super::shifted;
use super::text;
use super::told::Told;
use crate::base::short::Short;
use crate::model::finding::Code;
use crate::model::form::FieldType;
use crate::model::raw::{RawCell, RawSheet, RawValue};
use crate::model::understood::{CleanCell, CleanRow};
use crate::model::value::{Place, State, Value, address};

/// So many rows are quoted.
const MOST_QUOTES: usize = 5;

/// Tells of rows with slid values, which then count as missing.
pub(super) fn find(rows: &mut [CleanRow], sheet: &RawSheet, what: &Asking<'_>, header: &Header, told: &mut Told<'_>) {
    let mut columns: Vec<(usize, u32)> = shifted::fields(header).collect();
    columns.sort_by_key(|(_, column)| *column);
    // Moving leaves an empty cell.
    let has_gap = |row: &CleanRow| columns.iter().any(|(field, _)| row.cells[*field].written.is_empty());
    if !rows.iter().any(has_gap) {
        return;
    }
    let sizes = (0..what.table.fields.len()).map(|field| Size::of(rows, field)).collect();
    let mut lists = vec![Vec::new(); what.table.fields.len()];
    let listed = |field: usize| matches!(what.table.fields[field].kind, FieldType::Code | FieldType::YesNo);
    for ((left, _), (right, _)) in columns.iter().zip(&columns[1..]) {
        lists[*left].extend(listed(*right).then_some(*right));
        lists[*right].extend(listed(*left).then_some(*left));
    }
    let scene = Scene { rows, sheet, what, header, columns: &columns, sizes, lists, told };
    let slid: Vec<(usize, Slid)> = (0..rows.len()).filter_map(|at| Some((at, scene.slid(at)?))).collect();
    if slid.is_empty() {
        return;
    }
    let quoted = |text: &dyn Fn(&Slid) -> &String| {
        let mut quotes: Vec<&str> = slid.iter().take(MOST_QUOTES).map(|(_, slid)| text(slid).as_str()).collect();
        quotes.extend((slid.len() > MOST_QUOTES).then_some("…"));
        quotes.join("; ")
    };
    let finding = told.finding(Code::TableShifted);
    let finding = finding.found(quoted(&|slid| &slid.lies)).expected(quoted(&|slid| &slid.belong));
    let finding = slid.iter().fold(finding, |finding, (_, slid)| finding.at(slid.first.clone()));
    told.tell(finding);
    for (at, Slid { fields, beside, .. }) in &slid {
        shifted::drop_values(&mut rows[*at..=*at], fields, told);
        // What was said of a cell without a heading, or of a name that is not there, is said by now.
        let gone: Vec<Place> = fields.iter().filter_map(|field| rows[*at].cells[*field].place.clone()).collect();
        let is_said = |place: &Place| gone.contains(place) || beside.as_ref() == Some(place);
        told.findings.retain(|finding| {
            !matches!(finding.code, Code::ColumnUnknown | Code::CodeUnknown) || !finding.places.iter().all(is_said)
        });
    }
}

/// The slid values of one row.
struct Slid {
    first: Place,
    /// Where they stand, and where they seem to belong.
    lies: String,
    belong: String,
    fields: BTreeSet<usize>,
    /// What moved out of the table.
    beside: Option<Place>,
}

struct Scene<'a, 'c> {
    rows: &'a [CleanRow],
    sheet: &'a RawSheet,
    what: &'a Asking<'c>,
    header: &'a Header,
    /// Fields with their columns, from the left.
    columns: &'a [(usize, u32)],
    /// In the order of the fields.
    sizes: Vec<Size>,
    /// For each field, those beside it that have a list of words.
    lists: Vec<Vec<usize>>,
    told: &'a Told<'c>,
}

/// A value that may have moved by one column.
struct Moved<'a> {
    raw: &'a RawValue,
    column: u32,
    /// The field it stands below, if that is one.
    source: Option<usize>,
    target: usize,
    /// Is it an answer where it stands, and where it would have stood? None where it says nothing of that.
    now: Option<bool>,
    then: Option<bool>,
}

impl Scene<'_, '_> {
    fn slid(&self, at: usize) -> Option<Slid> {
        let row = &self.rows[at];
        let empty = |field: usize| row.cells[field].written.is_empty();
        if !self.columns.iter().any(|(field, _)| empty(*field)) {
            return None;
        }
        let place = row.cells.iter().filter_map(|cell| cell.place.as_ref()).max_by_key(|place| place.row)?;
        let line = self.sheet.row(place.row);
        let asked = |field: usize| {
            let field = &self.what.table.fields[field];
            field.kind.is_number() && !field.optional
        };
        let (first, last) = self.edges();
        let related = || self.columns.iter().any(|(field, _)| asked(*field) && empty(*field));
        let odd = || self.columns.iter().any(|(field, _)| self.may_be_odd(at, *field));
        let beside = || line.iter().any(|cell| cell.column == last + 1 || cell.column + 1 == first);
        if !(!self.what.relations.is_empty() && related() || odd() || beside()) {
            return None;
        }
        let gaps =
            self.columns.iter().filter(|(field, _)| empty(*field) && !gap::holds(&row.cells[*field], self.sheet));
        gaps.flat_map(|gap| [(1, *gap), (-1, *gap)]).find_map(|(step, (field, column))| {
            let run = self.run(at, line, (field, column), step);
            let end = self.by_kinds(at, &run).or_else(|| self.by_relations(at, &run).filter(|_| asked(field)))?;
            Some(self.told_of(&run[..self.whole(&run, end)], column, place))
        })
    }

    fn edges(&self) -> (u32, u32) {
        (self.columns[0].1, self.columns[self.columns.len() - 1].1)
    }

    fn kind(&self, field: usize) -> FieldType {
        self.what.table.fields[field].kind
    }

    /// Where it ends nobody knows; whatever number could have come along did.
    fn whole(&self, run: &[Moved<'_>], end: usize) -> usize {
        let came = |moved: &&Moved<'_>| moved.then != Some(false) && !self.is_any_word(moved);
        end + 1 + run[end + 1..].iter().take_while(came).count()
    }

    /// Words of people's own stand as well in the one column as in the other.
    fn is_any_word(&self, moved: &Moved<'_>) -> bool {
        self.kind(moved.target) == FieldType::Text
            && moved.source.is_some_and(|source| self.kind(source) == FieldType::Text)
    }

    fn told_of(&self, run: &[Moved<'_>], gap: u32, at: &Place) -> Slid {
        let columns = || run.iter().map(|moved| moved.column);
        let (left, right) = (columns().min().unwrap_or(gap), columns().max().unwrap_or(gap));
        let place = |column: u32| Place { row: at.row, column, ..at.clone() };
        let fields = run.iter().flat_map(|moved| [Some(moved.target), moved.source]).flatten().collect();
        let beside = run.iter().find(|moved| moved.source.is_none()).map(|moved| place(moved.column));
        let belong = if gap < left { gap } else { left + 1 };
        let lies = format!("{}:{}", address(at.row, left), address(at.row, right));
        Slid { first: place(left), lies, belong: address(at.row, belong), fields, beside }
    }

    /// What may be wrong below its heading, at a glance.
    fn may_be_odd(&self, at: usize, field: usize) -> bool {
        let cell = &self.rows[at].cells[field];
        match self.kind(field) {
            _ if cell.written.is_empty() => false,
            FieldType::Text => is_bare(&cell.written) || self.is_code_elsewhere(cell, field),
            _ => match cell.value {
                Some(Value::Number(number)) => self.sizes[field].is_large(at, number),
                Some(_) => false,
                None => cell.state == State::Missing && !self.what.asked[field].says_nothing(&cell.written),
            },
        }
    }

    /// Is it a word of the list of a neighbour?
    fn is_code_elsewhere(&self, cell: &CleanCell, field: usize) -> bool {
        self.lists[field].iter().any(|near| match self.kind(*near) {
            FieldType::Code => self.what.asked[*near].knows(&cell.written),
            _ => matches!(cell.written.as_str(), "ja" | "nein"),
        })
    }

    /// The values beside an empty cell, without a break: to its right, if they moved to the right, else to its left.
    fn run<'r>(&self, at: usize, line: &'r [RawCell], (field, gap): (usize, u32), step: i64) -> Vec<Moved<'r>> {
        let (first, last) = self.edges();
        let mut run: Vec<Moved<'_>> = Vec::new();
        let (mut target, mut column) = (field, gap);
        while let Ok(next) = u32::try_from(i64::from(column) + step) {
            column = next;
            let Ok(found) = line.binary_search_by_key(&column, |cell| cell.column) else { break };
            let raw = &line[found].value;
            let source = self.columns.iter().find(|(_, known)| *known == column).map(|(field, _)| *field);
            let outside = column == last + 1 || column + 1 == first;
            if !cell::is_filled(raw) || source.is_none() && !(outside && self.is_nobodys(at, column)) {
                break;
            }
            let now = source.map_or(Some(false), |source| self.fits(at, source, raw));
            let then = self.would_fit(at, (source, target), raw);
            run.push(Moved { raw, column, source, target, now, then });
            match source {
                Some(source) => target = source,
                None => break,
            }
        }
        run
    }

    /// A column without a heading, and without anything in most rows.
    fn is_nobodys(&self, at: usize, column: u32) -> bool {
        let filled = |row: &CleanRow| {
            let place = row.cells.iter().find_map(|cell| cell.place.as_ref());
            place.is_some_and(|place| self.sheet.cell(place.row, column).is_some_and(cell::is_filled))
        };
        let others = || self.rows.iter().enumerate().filter(|(other, _)| *other != at);
        self.header.unknown.iter().all(|known| known.column != column)
            && others().filter(|(_, row)| filled(row)).count() * 3 <= others().count()
    }

    fn fits(&self, at: usize, field: usize, raw: &RawValue) -> Option<bool> {
        match self.kind(field) {
            FieldType::Text if self.what.table.key_positions().contains(&field) => None,
            FieldType::Text if self.is_strange_number(at, field, raw) => Some(false),
            FieldType::Text => Some(true),
            _ => shifted::fits(field, raw, self.what, self.told),
        }
    }

    fn would_fit(&self, at: usize, (source, target): (Option<usize>, usize), raw: &RawValue) -> Option<bool> {
        let fits = self.fits(at, target, raw).filter(|_| !self.says_nothing(target, raw))?;
        let far = || self.number(target, raw).is_some_and(|number| self.sizes[target].is_far(at, number));
        // What stands in other rows below the same heading stands where it belongs.
        let home = |source: usize| match self.kind(source) {
            FieldType::Text => self.stands_elsewhere(at, source, raw) && !self.stands_elsewhere(at, target, raw),
            _ => self.fits(at, source, raw) == Some(true),
        };
        let text = self.kind(target) == FieldType::Text;
        Some(fits && !far() && !(text && source.is_some_and(home)))
    }

    fn says_nothing(&self, field: usize, raw: &RawValue) -> bool {
        self.what.asked[field].says_nothing(&cell::written(raw))
    }

    /// Has another row the same text in this column?
    fn stands_elsewhere(&self, at: usize, field: usize, raw: &RawValue) -> bool {
        let written = cell::written(raw);
        self.others(at, field).any(|cell| text::same(&cell.written, &written))
    }

    /// A number where words are asked, and the other rows have words.
    fn is_strange_number(&self, at: usize, field: usize, raw: &RawValue) -> bool {
        is_bare(&cell::written(raw)) && !self.others(at, field).any(|cell| is_bare(&cell.written))
    }

    fn others(&self, at: usize, field: usize) -> impl Iterator<Item = &CleanCell> {
        let others = self.rows.iter().enumerate().filter(move |(other, _)| *other != at);
        others.map(move |(_, row)| &row.cells[field])
    }

    fn number(&self, field: usize, raw: &RawValue) -> Option<f64> {
        self.kind(field).is_number().then_some(())?;
        let place = Place { sheet: Short::default(), row: 0, column: 0 };
        number(&cell::clean(Some(raw), place, &self.what.asked[field], self.told.latest).0)
    }
}

fn number(cell: &CleanCell) -> Option<f64> {
    match cell.value {
        Some(Value::Number(number)) => Some(number),
        _ => None,
    }
}

/// Nothing but a number, or a day.
fn is_bare(written: &str) -> bool {
    let digits = |mark: u8| mark.is_ascii_digit() || matches!(mark, b',' | b'.');
    written.bytes().next().is_some_and(|first| first.is_ascii_digit()) && written.bytes().all(digits)
}

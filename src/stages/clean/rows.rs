//! The rows of a table: which are data, which are totals, remarks or numbers of columns, and which are not there.
//!
//! In: a sheet with its header. Out: clean rows and what is wrong with them. Nothing is dropped silently.

use super::apart::{self, Block};
use super::cell::{self, Asked};
use super::heading::{Column, Header};
use super::long;
use super::merged::Merged;
use super::prepared::{Asking, Prepared};
use super::total::{self, Sort, Totals, Whole};
use super::twins::Twins;
use super::{Told, entries, german, number, once, text, unsaid};
use crate::model::books::Reason;
use crate::model::finding::Code;
use crate::model::form::{Field, FieldType, Form, Table};
use crate::model::raw::{RawCell, RawSheet, RawValue};
use crate::model::understood::{CleanCell, CleanRow};
use crate::model::value::{Place, State, Value};

pub(super) struct Rows {
    pub(super) rows: Vec<CleanRow>,
    /// The sheet itself says that there is nothing to report.
    pub(super) nil: bool,
}

impl Rows {
    /// Is something reported besides keys and zeros?
    pub(super) fn hold_something(&self, table: &Table) -> Option<&Place> {
        let keys = table.key_positions();
        let cells = self.rows.iter().flat_map(|row| row.cells.iter().enumerate());
        let told = |(index, cell): &(usize, &CleanCell)| {
            let zero = matches!(cell.value, Some(Value::Number(0.0)));
            cell.state == State::Reported && !keys.contains(index) && !zero
        };
        cells.filter(told).find_map(|(_, cell)| cell.place.as_ref())
    }
}

/// The rows of one place of a table: below one header, down to the next.
#[derive(Default)]
pub(super) struct Part {
    pub(super) rows: Vec<CleanRow>,
    pub(super) nil: bool,
    /// There is a sum below its rows.
    pub(super) summed: bool,
    /// So many rows stood above each of its sums: there others may begin.
    pub(super) sums: Vec<usize>,
}

/// The rows below `header` and above row `end`; what was `read` of the same table further up comes first among them.
pub(super) fn part(
    sheet: &RawSheet,
    what: &Asking<'_>,
    header: &Header,
    end: u32,
    (read, prepared): (Option<Part>, &Prepared<'_>),
    told: &mut Told<'_>,
) -> Part {
    let Asking { table, asked, .. } = what;
    let again = read.is_some();
    let mut read = read.unwrap_or_default();
    let above = read.rows.len();
    let mut unnamed: Vec<u32> = Vec::new();
    // Where headings are repeated, a sum may be that of the page.
    let starts = std::mem::take(&mut read.sums).into_iter().chain(again.then_some(above));
    let mut totals = Totals::after(starts.collect());
    let mut twins = Twins::of(header);
    let mut last = header.last;
    let mut ended = false;
    let merged = Merged::below(sheet, header);
    let lanes = Lanes::of(header);
    let inside = |cell: &RawCell| lanes.of_table(cell.column);
    let mut block = Block::default();
    let mut filled: Vec<&RawCell> = Vec::new();
    for row in sheet.rows().filter(|row| (header.last + 1..end).contains(&row[0].row)) {
        let within = |cell: &&RawCell| header.reaches(cell.column);
        filled.clear();
        filled.extend(row.iter().filter(within).filter(|cell| cell::is_filled(&cell.value)));
        let Some(first) = filled.iter().find(|cell| inside(cell)) else {
            told.leave_out(row.iter().filter(within), Reason::Remark);
            continue;
        };
        let gap = row[0].row > last + 1;
        last = row[0].row;
        let lead = cell::seen(&first.value);
        if filled.len() == 1 && prepared.cover.is_nil(&lead) {
            told.leave_out(row.iter().filter(within), Reason::Nil);
            read.nil = true;
            continue;
        }
        if block.takes(&filled, (sheet, end), (what, header), &prepared.row_words, told) {
            told.leave_out(row.iter().filter(within), Reason::Remark);
            continue;
        }
        let bound = merged.reach_into(row[0].row);
        let sort = total::sort(&filled, &lead, bound, (what, header), (&read.rows, totals.since()), told);
        match sort {
            Sort::Entry | Sort::LikeTotal => {}
            Sort::Total => {
                told.leave_out(row.iter().filter(within), Reason::TotalRow);
                tell_strange_total(&filled, what, told);
                totals.add(row, read.rows.len());
                ended = true;
                continue;
            }
            Sort::Part => {
                told.leave_out(row.iter().filter(within), Reason::PartRow);
                let finding = told.finding(Code::RowIsPart).at(told.place(first.row, first.column)).found(&*lead);
                told.tell(finding);
                let sum = totals.last().filter(|_| ended).map(Whole::Sum);
                if let Some(above) = sum.or(read.rows.last().map(Whole::Row)) {
                    total::check_part(row, &above, what, header, told);
                }
                continue;
            }
        }
        if let Some(code) = entries::no_entry(&filled, (sheet, header, what), (gap || ended) && read.rows.len() > above)
        {
            told.leave_out(row.iter().filter(within), Reason::Remark);
            told.tell(told.finding(code).at(told.place(first.row, first.column)).found(&*lead));
            continue;
        }
        if let Some(name) = apart::row(&filled, (what, header), &prepared.row_words, told.period) {
            apart::leave_out(&filled, (name, row.iter().filter(within)), told);
            continue;
        }
        if is_remark(&filled, &lead, header, table, asked, gap || ended) {
            told.leave_out(row.iter().filter(within), Reason::Remark);
            continue;
        }
        ended = false;
        told.leave_out(filled.iter().copied().filter(|cell| !inside(cell)), Reason::ColumnUnknown);
        unnamed.extend(filled.iter().map(|cell| cell.column).filter(|column| !lanes.is_known(*column)));
        let mut data = data_row(sheet, (row, row[0].row), header, asked, &merged, told);
        twins.settle(&mut data, sheet, row[0].row, what, told);
        if !bound && unsaid::is_sum(&data, &read.rows, &[totals.since()], (what, header)) {
            unsaid::leave_out(&data, told);
            totals.add(row, read.rows.len());
            ended = true;
            continue;
        }
        if sort == Sort::LikeTotal {
            told.tell(told.finding(Code::RowLikeTotal).at(told.place(first.row, first.column)).found(&*lead));
        }
        tell_keyless(&data, what, told);
        match &table.long {
            None => read.rows.push(data),
            Some(_) => read.rows.extend(long::rows(sheet, row[0].row, header, what, &data, told)),
        }
    }
    block.tell(told);
    if above == 0 && !totals.any() {
        unsaid::above(&mut read.rows, (what, header), told);
    }
    totals.check(&read.rows, what, header, told);
    twins.tell(header, told);
    read.summed = totals.any() && ended;
    read.sums = totals.starts();
    tell_unnamed(sheet, header, (unnamed, end), told);
    read
}

/// All rows of the table, those left out by the sender added where the form says which there must be.
pub(super) fn finish(
    rows: Vec<CleanRow>,
    nil: bool,
    what: &Asking<'_>,
    header: &Header,
    form: &Form,
    told: &mut Told<'_>,
) -> Rows {
    let rows = once::one_for_each_key(rows, what.table, told);
    for row in &rows {
        check_parts(row, what.table, told);
    }
    let mut read = Rows { rows, nil };
    if !nil {
        read.rows.extend(left_out(&read.rows, what.table, header, form, told));
    }
    read
}

/// What is known of each column.
struct Lanes(Vec<Lane>);

#[derive(Clone, Copy, PartialEq)]
enum Lane {
    Unknown,
    /// With a heading that is none of the table, or one more time.
    Beside,
    OfTable,
}

impl Lanes {
    fn of(header: &Header) -> Lanes {
        let mut lanes = Vec::new();
        let mut mark = |column: &Column, lane: Lane| {
            let at = column.column as usize;
            if lanes.len() <= at {
                lanes.resize(at + 1, Lane::Unknown);
            }
            lanes[at] = lane;
        };
        header.unknown.iter().chain(header.twice.iter().map(|(_, twin)| twin)).for_each(|own| mark(own, Lane::Beside));
        header.matched().for_each(|own| mark(own, Lane::OfTable));
        Lanes(lanes)
    }

    fn of_table(&self, column: u32) -> bool {
        self.0.get(column as usize) == Some(&Lane::OfTable)
    }

    fn is_known(&self, column: u32) -> bool {
        self.0.get(column as usize).is_some_and(|lane| *lane != Lane::Unknown)
    }
}

/// The cells of one row; `cells` are those of the sheet that stand in it.
pub(super) fn data_row(
    sheet: &RawSheet,
    (cells, row): (&[RawCell], u32),
    header: &Header,
    asked: &[Asked<'_>],
    merged: &Merged,
    told: &mut Told<'_>,
) -> CleanRow {
    let mut next = 0;
    let cells = asked.iter().zip(&header.fields).map(|(asked, found)| {
        let Some((Column { column, heading, .. }, _)) = found else { return cell::absent() };
        let mut place = Place { sheet: sheet.name.clone(), row, column: *column };
        // Mostly the columns stand in the order of the fields.
        let at = |index: usize| cells.get(index).is_some_and(|cell| cell.column == *column).then_some(index);
        let found = at(next).or_else(|| cells.binary_search_by_key(column, |cell| cell.column).ok());
        next = found.map_or(next, |index| index + 1);
        let mut raw = found.map(|index| &cells[index].value);
        if raw.is_none()
            && let Some(area) = merged.over(row, *column)
        {
            // What stands over several rows holds for each of them; a number would be counted for each of them.
            if asked.field.kind.is_number() && row > area.top + 1 {
                // It was said of the row above.
            } else if asked.field.kind.is_number() {
                let value = sheet.cell(area.top, area.left).map(cell::written).unwrap_or_default();
                told.tell(told.finding(Code::ValueMerged).at(told.place(area.top, area.left)).found(value));
            } else {
                place = Place { row: area.top, column: area.left, ..place };
                raw = sheet.cell(area.top, area.left);
            }
        }
        if let Some(area) = merged.across(row, *column).filter(|_| raw.is_none() && asked.field.kind.is_number()) {
            let value = sheet.cell(area.top, area.left).map(cell::written).unwrap_or_default();
            let finding = told.finding(Code::ValueMerged).at(told.place(area.top, area.left)).found(value);
            // The sentence is another one.
            told.tell(finding.expected("columns"));
        }
        match raw {
            Some(RawValue::Text(text))
                if number::is_english_thousands(text) && speaks_english(heading, asked.field) =>
            {
                told.ask_back(text, place)
            }
            raw => told.cell(raw, place, asked),
        }
    });
    CleanRow { cells: cells.collect() }
}

/// A column of decimals under the form's English heading: its commas may be English, too.
fn speaks_english(heading: &str, field: &Field) -> bool {
    let is = |name: &str| text::normal(name) == text::normal(heading);
    let decimal = matches!(field.kind, FieldType::Decimal) && field.decimal_mark.is_none();
    decimal && field.en.as_deref().is_some_and(is) && !is(&field.heading)
}

/// A row that is left out because it adds up, though it does not call itself a total.
fn tell_strange_total(filled: &[&RawCell], what: &Asking<'_>, told: &mut Told<'_>) {
    let name =
        filled.iter().find(|cell| matches!(&cell.value, RawValue::Text(text) if text.contains(char::is_alphabetic)));
    if let Some((cell, name)) =
        name.map(|cell| (cell, cell::written(&cell.value))).filter(|(_, name)| !german::holds_total(name))
    {
        let allowed = key_index(what.table).map(|key| what.asked[key].allowed()).unwrap_or_default();
        let finding = told.finding(Code::CodeUnknown).at(told.place(cell.row, cell.column));
        told.tell(finding.found(name).expected(allowed));
    }
}

/// Numbers without the code they belong to count for all together, and for none of the codes.
fn tell_keyless(row: &CleanRow, what: &Asking<'_>, told: &mut Told<'_>) {
    let table = what.table;
    let [key] = what.keys.as_slice() else { return };
    if table.fields[*key].kind != FieldType::Code {
        return;
    }
    let empty = row.cells[*key].written.is_empty();
    let counts = row.cells.iter().any(|cell| matches!(cell.value, Some(Value::Number(number)) if number != 0.0));
    if let (true, true, Some(place)) = (empty, counts, &row.cells[*key].place) {
        told.tell(told.finding(Code::CodeUnknown).at(place.clone()).expected(what.asked[*key].allowed()));
    }
}

/// A text alone in its row, below the table or plainly no entry.
fn is_remark(
    filled: &[&RawCell],
    lead: &str,
    header: &Header,
    table: &Table,
    asked: &[Asked<'_>],
    below: bool,
) -> bool {
    let [only] = filled else { return false };
    let first =
        header.fields.iter().position(|found| matches!(found, Some((column, _)) if column.column == only.column));
    let entry = first.is_some_and(|index| table.fields[index].kind == FieldType::Code && asked[index].knows(lead));
    matches!(only.value, RawValue::Text(_)) && !entry && (below || german::is_remark(lead))
}

fn check_parts(row: &CleanRow, table: &Table, told: &mut Told<'_>) {
    for (part, field) in row.cells.iter().zip(&table.fields) {
        let whole = field.part_of.as_ref().and_then(|whole| table.position(whole.get_ref()));
        let Some(whole) = whole else { continue };
        let (Some(Value::Number(small)), Some(Value::Number(large))) = (&part.value, &row.cells[whole].value) else {
            continue;
        };
        if small > large {
            let finding = told
                .finding(Code::PartExceedsWhole)
                .found(format!("{} {}", field.heading, cell::shown(*small)))
                .expected(format!("{} {}", table.fields[whole].heading, cell::shown(*large)));
            let places = [part, &row.cells[whole]].into_iter().filter_map(|cell| cell.place.clone());
            told.tell(places.fold(finding, |finding, place| finding.at(place)));
        }
    }
}

/// A row of missing cells for each code that has none.
fn left_out(rows: &[CleanRow], table: &Table, header: &Header, form: &Form, told: &mut Told<'_>) -> Vec<CleanRow> {
    let Some(key) = key_index(table) else { return Vec::new() };
    let has =
        |id: &str| rows.iter().any(|row| matches!(&row.cells[key].value, Some(Value::Text(value)) if value == id));
    let missing: Vec<_> = form.codes_of(&table.fields[key]).into_iter().filter(|code| !has(&code.id)).collect();
    let required = table.fields.iter().enumerate().any(|(index, field)| index != key && !field.optional);
    if !missing.is_empty() && required {
        let labels: Vec<&str> = missing.iter().map(|code| code.de.as_str()).collect();
        let finding = told.finding(Code::RowMissing).expected(labels.join("; "));
        let heading = header.fields[key].iter().map(|(column, _)| told.place(column.row, column.column));
        told.tell(heading.fold(finding, |finding, place| finding.at(place)));
    }
    let row = |code: &crate::model::form::Code| {
        let mut cells = vec![cell::absent(); table.fields.len()];
        cells[key] =
            CleanCell { state: State::Reported, value: Some(Value::Text(code.id.as_str().into())), ..cell::absent() };
        CleanRow { cells }
    };
    missing.into_iter().map(row).collect()
}

/// The position of the key, if it is one field.
fn key_index(table: &Table) -> Option<usize> {
    let positions = table.key_positions();
    if let [only] = positions.as_slice() { Some(*only) } else { None }
}

/// The fields that tell the rows apart.
pub(super) fn key_positions(table: &Table) -> Vec<usize> {
    table.key_positions()
}

/// Columns with entries but without a heading.
fn tell_unnamed(sheet: &RawSheet, header: &Header, (mut columns, end): (Vec<u32>, u32), told: &mut Told<'_>) {
    columns.sort_unstable();
    columns.dedup();
    for column in columns {
        let first = sheet.cells.iter().find(|cell| cell.column == column && (header.last + 1..end).contains(&cell.row));
        let Some(first) = first else { continue };
        told.tell(
            told.finding(Code::ColumnUnknown).at(told.place(first.row, column)).found(cell::written(&first.value)),
        );
    }
}

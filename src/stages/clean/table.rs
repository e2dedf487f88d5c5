//! One table of the form, from the sheet that holds it and from what the cover says of it.

use super::heading::{self, Header};
use super::merged::Merged;
use super::prepared::{Asking, Prepared};
use super::rows::Part;
use super::{Told, alike, aside, cell, entries, once, places, rows, scale, shifted, struck, text, undescribed};
use crate::model::books::Reason;
use crate::model::finding::Code;
use crate::model::form::Table;
use crate::model::raw::{RawCell, RawSheet};
use crate::model::submission::Answer;
use crate::model::understood::{CleanTable, ColumnMatch};
use crate::model::value::Place;

/// The table on `sheet`, where `headers` are its own headings and `others` those of other tables. None if the sheet
/// holds no answer: no headings, or no row and no word that there is nothing.
pub(super) fn read(
    what: &Asking<'_>,
    sheet: &RawSheet,
    (headers, others): (&[Header], &[&Header]),
    said: Option<&(Option<Answer>, Place)>,
    prepared: &Prepared<'_>,
    told: &mut Told<'_>,
) -> Option<CleanTable> {
    let Asking { name, table, .. } = what;
    let Some(first) = headers.first() else {
        told.leave_out(&sheet.cells, Reason::NoHeadings);
        let nil = sheet.cells.iter().any(|cell| prepared.cover.is_nil(&cell::written(&cell.value)));
        if nil {
            tell_present(sheet, said, prepared, told);
        }
        return (nil || says_nil(said)).then(|| nothing(name, &sheet.name));
    };
    let (mut alone, mut header, mut beside) = (Header::default(), first, None);
    if first.fields.len() == 1 {
        alone.clone_from(first);
        beside = self::beside(sheet, &mut alone);
        header = &alone;
    }
    tell_columns(table, header, told);
    keep_books(sheet, header, told);
    let all: Vec<&Header> = headers.iter().chain(others.iter().copied()).collect();
    let end = places::end(sheet, header, &all);
    let mut part = rows::part(sheet, what, header, end, (None, prepared), told);
    if let Some(cell) = beside.filter(|_| part.rows.is_empty() && !part.nil) {
        let mut here = header.clone();
        here.fields.iter_mut().flatten().for_each(|(column, _)| column.column = cell.column);
        part.rows.push(rows::data_row(
            sheet,
            (sheet.row(cell.row), cell.row),
            &here,
            &what.asked,
            &Merged::below(sheet, &here),
            told,
        ));
    }
    for again in &headers[1..] {
        go_on(what, sheet, (header, again), &all, &mut part, prepared, told);
    }
    scale::find(&mut part.rows, sheet, what, header, told);
    let from = match all.iter().any(|other| other.last < header.first) {
        true => places::titles(sheet, header, header.first).first().map_or(header.first, |(row, _)| *row),
        false => 0,
    };
    aside::find(&mut part.rows, sheet, what, (header, from, end), told);
    struck::find(&mut part.rows, what, header, told);
    shifted::find(&mut part.rows, sheet, what, header, told);
    entries::tell(&part.rows, (sheet, header, what), prepared.form, told);
    alike::tell(&part.rows, (sheet, header, what), told);
    undescribed::tell(&part.rows, (header, what), told);
    let found = rows::finish(part.rows, part.nil, what, header, prepared.form, told);
    let claim = found.nil || says_nil(said);
    let substance = found.hold_something(table).cloned();
    if claim && substance.is_none() {
        tell_present(sheet, said, prepared, told);
        // What was told about rows of a table that is answered with "nothing" would only mislead.
        told.findings.retain(|finding| finding.code != Code::RowMissing);
        told.leave_out_rows(&found.rows, Reason::Nil);
        return Some(CleanTable { columns: columns(table, header, &sheet.name), ..nothing(name, &sheet.name) });
    }
    if let Some(place) = substance.filter(|_| claim) {
        let finding = told.finding(Code::NilContradicted);
        let finding =
            said.filter(|_| says_nil(said)).into_iter().fold(finding, |finding, (_, place)| finding.at(place.clone()));
        told.tell(finding.at(place));
    }
    (!found.rows.is_empty()).then(|| CleanTable {
        table: (*name).to_owned(),
        answer: Answer::Present,
        sheet: sheet.name.clone(),
        columns: columns(table, header, &sheet.name),
        rows: found.rows,
        owners: Vec::new(),
        first_row: 0,
    })
}

/// Tells that the cover knows of something where the sheet says that there is nothing.
fn tell_present(
    sheet: &RawSheet,
    said: Option<&(Option<Answer>, Place)>,
    prepared: &Prepared<'_>,
    told: &mut Told<'_>,
) {
    let Some((_, place)) = said.filter(|(answer, _)| *answer == Some(Answer::Present)) else { return };
    let nil = sheet.cells.iter().find(|cell| prepared.cover.is_nil(&cell::written(&cell.value)));
    let finding = told.finding(Code::NilContradicted).at(place.clone());
    told.tell(nil.into_iter().fold(finding, |finding, cell| finding.at(told.place(cell.row, cell.column))));
}

/// The same headings once more: a page further, or the same table once more, which must not count again.
fn go_on(
    what: &Asking<'_>,
    sheet: &RawSheet,
    (first, again): (&Header, &Header),
    all: &[&Header],
    read: &mut Part,
    prepared: &Prepared<'_>,
    told: &mut Told<'_>,
) {
    let end = places::end(sheet, again, all);
    let mut own = Told { sheet: told.sheet, notes: told.notes, ..Told::new(told.submission, told.table, told.latest) };
    let (known, before) = (read.rows.len(), Part { rows: Vec::new(), sums: read.sums.clone(), ..*read });
    let mut part = rows::part(sheet, what, again, end, (Some(std::mem::take(read)), prepared), &mut own);
    let rows = part.rows.split_off(known);
    *read = Part { rows: part.rows, ..before };
    let titles = |header: &Header| {
        let titles = places::titles(sheet, header, header.first);
        titles.into_iter().map(|(_, text)| text::normal(&text)).collect::<Vec<_>>()
    };
    let apart = || {
        let other = titles(again);
        read.summed || again.columns != first.columns || !other.is_empty() && other != titles(first)
    };
    let band = sheet.cells.iter().filter(|cell| again.reaches(cell.column) && cell.row >= again.first);
    if rows.is_empty() {
        told.leave_out(band.take_while(|cell| cell.row <= again.last), Reason::Header);
        return;
    }
    // What has no key here but has one there is something else, whose rows would count once more.
    let keyless =
        rows::key_positions(what.table).iter().any(|key| again.fields[*key].is_none() && first.fields[*key].is_some());
    if keyless || once::is_again(&rows, &read.rows, what.table, apart) {
        told.leave_out(band.take_while(|cell| cell.row < end), Reason::TableTwice);
        tell_twice(told.place(again.corner().0, again.corner().1), first, told);
        return;
    }
    told.leave_out(band.take_while(|cell| cell.row <= again.last), Reason::Header);
    told.findings.append(&mut own.findings);
    told.books.add(own.books);
    read.rows.extend(rows);
    (read.summed, read.sums) = (part.summed, part.sums);
}

/// The table stands at `place`, too.
pub(super) fn tell_twice(place: Place, first: &Header, told: &mut Told<'_>) {
    let counts = told.place(first.corner().0, first.corner().1);
    let title = first.title.as_ref().map(|title| format!(" ({title})")).unwrap_or_default();
    let finding = told.finding(Code::TableTwice).found(place.to_string()).expected(format!("{counts}{title}"));
    told.tell(finding.at(place).at(counts));
}

/// The value of a single question beside its heading, if nothing stands below: then it is no heading itself.
fn beside<'a>(sheet: &'a RawSheet, header: &mut Header) -> Option<&'a RawCell> {
    let [Some((question, _))] = header.fields.as_slice() else { return None };
    let filled = || sheet.cells.iter().filter(|cell| cell::is_filled(&cell.value));
    if filled().any(|cell| cell.column == question.column && cell.row > header.last) {
        return None;
    }
    let value = filled().find(|cell| cell.row == question.row && cell.column > question.column)?;
    header.unknown.retain(|column| column.row != value.row);
    Some(value)
}

/// What the cells above the rows are.
fn keep_books(sheet: &RawSheet, header: &Header, told: &mut Told<'_>) {
    for cell in sheet.cells.iter().take_while(|cell| cell.row <= header.last) {
        let here = |column: &heading::Column| (column.row, column.column) == (cell.row, cell.column);
        let reason = match Some(cell.row) {
            _ if header.matched().any(here) => Reason::Header,
            _ if header.unknown.iter().any(here) => Reason::ColumnUnknown,
            row if row == header.units => Reason::UnitRow,
            row if row == header.numbering => Reason::Numbering,
            _ if cell.row >= header.first => Reason::Header,
            _ => Reason::Title,
        };
        told.leave_out([cell], reason);
    }
}

/// A table answered with "nothing to report".
pub(super) fn nothing(name: &str, sheet: &str) -> CleanTable {
    CleanTable {
        table: name.to_owned(),
        answer: Answer::Nil,
        sheet: sheet.into(),
        columns: Vec::new(),
        rows: Vec::new(),
        owners: Vec::new(),
        first_row: 0,
    }
}

fn says_nil(said: Option<&(Option<Answer>, Place)>) -> bool {
    matches!(said, Some((Some(Answer::Nil), _)))
}

fn columns(table: &Table, header: &Header, sheet: &str) -> Vec<ColumnMatch> {
    let matched = table.fields.iter().zip(&header.fields).filter_map(|(field, found)| Some((field, found.as_ref()?)));
    let column = |(field, (column, guessed)): (&crate::model::form::Field, &(heading::Column, bool))| ColumnMatch {
        field: field.name.get_ref().into(),
        heading: (*column.heading).into(),
        place: Place { sheet: sheet.into(), row: column.row, column: column.column },
        guessed: *guessed,
    };
    let long = table.long.iter().flat_map(|long| {
        header.long.iter().map(|(column, heading)| ColumnMatch {
            field: long.value.get_ref().into(),
            heading: heading.into(),
            place: Place { sheet: sheet.into(), row: column.row, column: column.column },
            guessed: false,
        })
    });
    matched.map(column).chain(long).collect()
}

fn tell_columns(table: &Table, header: &Header, told: &mut Told<'_>) {
    for (field, found) in table.fields.iter().zip(&header.fields) {
        match found {
            Some((column, true)) => {
                let finding = told.finding(Code::ColumnGuessed).at(told.place(column.row, column.column));
                told.tell(finding.found(&*column.heading).expected(&field.heading));
            }
            Some(_) => {}
            None if field.optional || table.long.as_ref().is_some_and(|long| long.takes(field)) => {}
            None => {
                let first = header.matched().map(|column| column.column).min().unwrap_or_default();
                let finding = told.finding(Code::ColumnMissing).at(told.place(header.last, first));
                told.tell(finding.expected(&field.heading));
            }
        }
    }
    for (field, hidden) in &header.hidden {
        let seen = header.fields[*field].iter().map(|(column, _)| told.place(column.row, column.column));
        let finding = told.finding(Code::ColumnSetAside).at(told.place(hidden.row, hidden.column));
        let finding = finding.found(&*hidden.heading).expected(&table.fields[*field].heading);
        told.tell(seen.fold(finding, |finding, place| finding.at(place)));
    }
    let hidden = |column: &heading::Column| header.hidden.iter().any(|(_, hidden)| hidden.column == column.column);
    for column in header.unknown.iter().filter(|column| !hidden(column)) {
        told.tell(told.finding(Code::ColumnUnknown).at(told.place(column.row, column.column)).found(&*column.heading));
    }
}

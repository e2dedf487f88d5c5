//! One table of the form, from the sheet that holds it and from what the cover says of it.

use super::heading::{self, Header};
use super::prepared::{Asking, Prepared};
use super::spelling::Spellings;
use super::{Told, band, cell, rows};
use crate::model::books::Reason;
use crate::model::finding::Code;
use crate::model::form::Table;
use crate::model::raw::{RawCell, RawSheet};
use crate::model::submission::Answer;
use crate::model::understood::{CleanTable, ColumnMatch};
use crate::model::value::Place;

/// The table on `sheet`. None if the sheet holds no answer: no headings, or no row and no word that there is nothing.
pub(super) fn read(
    what: &Asking<'_>,
    sheet: &RawSheet,
    said: Option<&(Option<Answer>, Place)>,
    prepared: &Prepared<'_>,
    told: &mut Told<'_>,
) -> Option<CleanTable> {
    let Asking { name, table, spellings, .. } = what;
    let Some(header) = heading::find(sheet, table, spellings) else {
        told.leave_out(&sheet.cells, Reason::NoHeadings);
        let nil = sheet.cells.iter().any(|cell| prepared.cover.is_nil(&cell::written(&cell.value)));
        return (nil || says_nil(said)).then(|| nothing(name, &sheet.name));
    };
    tell_columns(table, &header, told);
    leave_out_headings(sheet, &header, spellings, told);
    let found = rows::read(sheet, what, &header, prepared, told);
    let claim = found.nil || says_nil(said);
    let substance = found.hold_something(table).cloned();
    if claim && substance.is_none() {
        // What was told about rows of a table that is answered with "nothing" would only mislead.
        told.findings.retain(|finding| finding.code != Code::RowMissing);
        told.leave_out_rows(&found.rows, Reason::Nil);
        return Some(CleanTable { columns: columns(table, &header, &sheet.name), ..nothing(name, &sheet.name) });
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
        columns: columns(table, &header, &sheet.name),
        rows: found.rows,
        owners: Vec::new(),
        first_row: 0,
    })
}

/// Titles, headings, units and numbers of columns.
fn leave_out_headings(sheet: &RawSheet, header: &Header, spellings: &Spellings, told: &mut Told<'_>) {
    for row in sheet.rows().take_while(|row| row[0].row <= header.last) {
        let texts: Vec<String> = row.iter().map(|cell| cell::written(&cell.value)).collect();
        let reason = match row[0].row {
            above if above < header.first => Reason::Title,
            _ if band::numbering(&texts).is_some() => Reason::Numbering,
            _ if texts.iter().all(|text| spellings.is_unit(text)) => Reason::UnitRow,
            _ => Reason::Header,
        };
        let unknown =
            |cell: &RawCell| header.unknown.iter().any(|one| (one.row, one.column) == (cell.row, cell.column));
        told.leave_out(row.iter().filter(|cell| !unknown(cell)), reason);
        told.leave_out(row.iter().filter(|cell| unknown(cell)), Reason::ColumnUnknown);
    }
}

/// A table answered with "nothing to report".
pub(super) fn nothing(name: &str, sheet: &str) -> CleanTable {
    CleanTable {
        table: name.to_owned(),
        answer: Answer::Nil,
        sheet: sheet.to_owned(),
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
        field: field.name.get_ref().clone(),
        heading: column.heading.clone(),
        place: Place { sheet: sheet.to_owned(), row: column.row, column: column.column },
        guessed: *guessed,
    };
    matched.map(column).collect()
}

fn tell_columns(table: &Table, header: &Header, told: &mut Told<'_>) {
    for (field, found) in table.fields.iter().zip(&header.fields) {
        match found {
            Some((column, true)) => {
                let finding = told.finding(Code::ColumnGuessed).at(told.place(column.row, column.column));
                told.tell(finding.found(&column.heading).expected(&field.heading));
            }
            Some(_) => {}
            None if field.optional => {}
            None => {
                let first = header.matched().map(|column| column.column).min().unwrap_or_default();
                let finding = told.finding(Code::ColumnMissing).at(told.place(header.last, first));
                told.tell(finding.expected(&field.heading));
            }
        }
    }
    for column in header.unknown.iter().chain(header.twice.iter().map(|(_, column)| column)) {
        told.tell(told.finding(Code::ColumnUnknown).at(told.place(column.row, column.column)).found(&column.heading));
    }
}

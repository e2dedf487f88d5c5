//! Another body or another period named where the figures stand: in the name of a sheet, in a title, in a column beside the rows.
//!
//! In: a sheet with a table, whose return it is and for when. Out: findings with both places; rows that say themselves that they are
//! another municipality's do not count. Never: a body or period that is taken from there.

use super::cover::Cover;
use super::heading::Header;
use super::prepared::Asking;
use super::reporter;
use super::rival::Wanted;
use super::told::Told;
use super::{cell, places, text};
use crate::base::short::Short;
use crate::model::books::Reason;
use crate::model::finding::{Code, Finding, Severity};
use crate::model::municipality::{Body, BodyKind};
use crate::model::raw::{RawSheet, RawValue};
use crate::model::understood::CleanTable;
use crate::model::value::{Place, State};

/// Tells what the name of the sheet and the lines above its table say otherwise. `by_sheets` says that the names of the sheets were
/// asked for the period already.
pub(super) fn tell(
    sheet: &RawSheet,
    headers: &[Header],
    (wanted, cover): (&Wanted<'_, '_>, &Cover),
    by_sheets: bool,
    told: &mut Told<'_>,
) {
    let header = headers.first();
    // What stands right above the headings looks like one.
    let below = header.map_or(0, |header| header.last + 1);
    // The titles of a table that was not taken are its own.
    let ours = |row: u32, column: u32| {
        header.is_none_or(|header| {
            headers[1..].iter().all(|other| match other.last < header.first {
                true => row >= titles_of(sheet, header),
                false => other.first > header.last || !other.reaches(column) || header.reaches(column),
            })
        })
    };
    let titles = sheet.cells.iter().take_while(|cell| cell.row < below).filter(|cell| ours(cell.row, cell.column));
    let titles = titles.filter(|cell| header.is_none_or(|header| !header.is_leaf(cell.row, cell.column)));
    let titles = titles.filter_map(|cell| match &cell.value {
        RawValue::Text(text) => Some((text.as_str(), told.place(cell.row, cell.column))),
        _ => None,
    });
    let name = (sheet.name.as_str(), told.place(0, 0));
    let all: Vec<(&str, Place)> = std::iter::once(name).chain(titles).collect();
    for (at, (written, place)) in all.into_iter().enumerate() {
        let other = wanted.other_body(written).or_else(|| other_key(written, wanted));
        if let (Some(_), Some(own)) = (other, wanted.body) {
            let finding =
                told.finding(Code::BodyDiffers).at(place.clone()).found(text::tidy(written)).expected(&own.name);
            let finding = Finding { severity: Severity::Warning, ..finding };
            told.tell(said(&[&cover.reporter, &cover.ags], finding));
        }
        let period = wanted.period.filter(|_| at > 0 || !by_sheets);
        if let (Some(own), Some(_)) = (period, wanted.other_period(written)) {
            let finding = told.finding(Code::PeriodContradiction).at(place).found(text::tidy(written));
            told.tell(said(&[&cover.period], finding.expected(own.to_string())));
        }
    }
}

/// The first row of the titles right above a table.
fn titles_of(sheet: &RawSheet, header: &Header) -> u32 {
    places::titles(sheet, header, header.first).first().map_or(header.first, |(row, _)| *row)
}

/// The place on the cover that says otherwise.
fn said(answers: &[&Option<super::cover::Said>], finding: Finding) -> Finding {
    let places = answers.iter().filter_map(|said| said.as_ref()).take(1).map(|said| said.place.clone());
    places.fold(finding, Finding::at)
}

/// A whole key of another municipality.
fn other_key<'s>(written: &str, wanted: &Wanted<'s, '_>) -> Option<&'s Body> {
    let own = wanted.body?;
    let words = text::words(written);
    let keys = words.iter().filter(|word| word.len() == 8 && word.bytes().all(|mark| mark.is_ascii_digit()));
    let mut bodies = keys.filter_map(|key| wanted.prepared.register.by_ags(key));
    bodies.find(|body| body.kind == BodyKind::Municipality && body.ags != own.ags)
}

/// Takes rows away (or their values, where there is a row for each code) that a column of their own gives to another municipality.
pub(super) fn take_away(
    table: &mut CleanTable,
    (sheet, header, what): (&RawSheet, &Header, &Asking<'_>),
    (wanted, cover): (&Wanted<'_, '_>, &Cover),
    told: &mut Told<'_>,
) {
    let Some(own) = wanted.body else { return };
    let names = |heading: &str| wanted.prepared.cover.asks_for_body(heading);
    let columns: Vec<u32> =
        header.unknown.iter().filter(|column| names(&column.heading)).map(|column| column.column).collect();
    if columns.is_empty() {
        return;
    }
    let other = |row: u32| {
        columns.iter().find_map(|column| {
            let written = cell::written(sheet.cell(row, *column)?);
            let named = wanted.prepared.bodies.exactly(&written);
            let body = named.or_else(|| reporter::by_key(&written, wanted.prepared.register))?;
            (body.kind == BodyKind::Municipality && body.ags != own.ags).then(|| (told.place(row, *column), written))
        })
    };
    let mut others: Vec<(Place, Short)> = Vec::new();
    let keys = what.table.key_positions();
    // The district may say where its rooms are.
    let strict = own.kind == BodyKind::Municipality;
    let mut gone = Vec::new();
    table.rows.retain_mut(|row| {
        let at = row.cells.iter().find_map(|cell| cell.place.as_ref()).filter(|place| place.sheet == sheet.name);
        let Some(found) = at.and_then(|place| other(place.row)) else { return true };
        others.push(found);
        if !strict {
            return true;
        }
        gone.push(row.clone());
        for (_, cell) in row.cells.iter_mut().enumerate().filter(|(field, _)| !keys.contains(field)) {
            (cell.state, cell.value, cell.place) = (State::Missing, None, None);
            cell.written.clear();
        }
        !keys.is_empty()
    });
    told.leave_out_rows(&gone, Reason::OtherBody);
    if others.is_empty() {
        return;
    }
    let mut quotes: Vec<&str> = others.iter().map(|(_, written)| written.as_str()).collect();
    quotes.dedup();
    quotes.truncate(5);
    let finding = told.finding(Code::BodyDiffers).found(quotes.join("; ")).expected(&own.name);
    let severity = if strict { Severity::Error } else { Severity::Warning };
    let finding = others.iter().fold(Finding { severity, ..finding }, |finding, (place, _)| finding.at(place.clone()));
    told.tell(said(&[&cover.reporter, &cover.ags], finding));
}

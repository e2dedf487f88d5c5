//! `clean`: what people filled in → typed values with states, and everything wrong with it.
//!
//! In: a workbook as it was found, and what was asked of whom. Out: a [`CleanReturn`]. Pure. Never: a value that is
//! a guess without saying so, a zero that nobody wrote, or a finding without the place where the sender sees it.

mod alike;
mod apart;
mod aside;
mod band;
mod books;
mod cell;
mod columns;
mod cover;
mod date;
mod entitled;
mod entries;
mod footnote;
mod foreign;
mod gap;
mod german;
mod glance;
mod heading;
mod kept;
mod known;
mod listed;
mod long;
mod look;
mod meant;
mod memory;
mod merged;
mod number;
mod once;
mod opposite;
mod outdated;
mod owners;
mod path;
mod period;
mod places;
mod prepared;
mod reporter;
mod rival;
mod rows;
#[cfg(test)]
pub(crate) mod samples;
mod scale;
mod second;
mod sheet;
mod shifted;
mod shown;
mod slid;
mod spelling;
mod spread;
mod struck;
mod sumlike;
mod symbol;
mod table;
mod text;
mod told;
mod torn;
mod total;
mod twins;
mod undescribed;
mod unkeyed;
mod unsaid;
mod unseen;
#[cfg(test)]
mod untidy;
mod vague;
mod whose;

use chrono::{Duration, NaiveDate};

use self::books::Books;
use self::cover::Cover;
use self::prepared::Asking;
pub(crate) use self::prepared::Prepared;
use self::rival::Wanted;
use self::told::{Told, merged};
use self::whose::Scene;
use crate::model::books::Reason;
use crate::model::finding::{Code, Finding};
use crate::model::form::Table;
use crate::model::municipality::Body;
use crate::model::period::Period;
use crate::model::raw::{RawSheet, RawWorkbook};
use crate::model::submission::{Answer, Kind, Submission};
use crate::model::understood::{CleanReturn, CleanTable};
use crate::model::value::Place;

/// Understands one submission.
///
/// Without a known body all tables of the form are looked for, so that `kim inspect` has something to show; a
/// period that was not asked for ends the matter: no tables.
pub(crate) fn clean(submission: &Submission, workbook: &RawWorkbook, prepared: &Prepared<'_>) -> CleanReturn {
    let cover = cover::read(workbook, &prepared.cover);
    let mut told = Told::new(submission, None, latest(submission));
    let scene = Scene { cover: &cover, workbook, prepared };
    let (body, body_by) = whose::body(&scene, &mut told).map_or((None, None), |(body, by)| (Some(body), Some(by)));
    let (period, period_by) =
        whose::period(&scene, &mut told).map_or((None, None), |(period, by)| (Some(period), Some(by)));
    let asked = whose::is_asked(&scene, period, body, &mut told);
    let form = whose::form(&scene, &mut told);
    let kind = cover::kind(&cover, &submission.file, &prepared.cover);
    let mut findings = told.findings;
    let mut books = Books::default();
    let head = Head { cover: &cover, body, period, kind };
    let tables = match asked {
        true => tables(submission, workbook, prepared, &head, (&mut findings, &mut books)),
        false => Vec::new(),
    };
    let books = books.close(workbook, &tables, |sheet| match asked {
        _ if cover.sheet == Some(sheet) => Some(Reason::Cover),
        true => None,
        false => Some(Reason::PeriodNotAsked),
    });
    let remarks = workbook.remarks.iter().map(|remark| Finding {
        places: remark.places.clone(),
        ..Finding::new(remark.code, submission).found(&remark.found)
    });
    let mut findings = merged(remarks.chain(findings).collect());
    for finding in &mut findings {
        finding.body = body.map(|body| body.ags.clone());
        finding.period = period;
    }
    let body = body.map(|body| body.ags.clone());
    CleanReturn { body, period, body_by, period_by, form, kind, tables, findings, books }
}

/// The day of arrival in the most eastern zone: nobody is accused of writing from the future because of the clock.
fn latest(submission: &Submission) -> NaiveDate {
    (submission.arrived + Duration::hours(14)).date_naive()
}

/// What is known of the file as a whole.
struct Head<'a> {
    cover: &'a Cover,
    body: Option<&'a Body>,
    period: Option<Period>,
    kind: Kind,
}

fn tables(
    submission: &Submission,
    workbook: &RawWorkbook,
    prepared: &Prepared<'_>,
    head: &Head<'_>,
    (findings, books): (&mut Vec<Finding>, &mut Books),
) -> Vec<CleanTable> {
    let Head { cover, body, period, kind } = *head;
    let (asked, names) = prepared.asked_of(body);
    if let Some(sheet) = cover.sheet.map(|index| &workbook.sheets[index]) {
        let mut told = Told::new(submission, None, latest(submission)).on(sheet);
        unseen::tell(sheet, &mut told);
        findings.append(&mut told.findings);
    }
    let file = submission.file.rsplit('/').next().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let wanted = Wanted { body, period, prepared, stem };
    let by_rows = prepared.every_table(|table| table.period.is_some());
    if let (Some(sheet), Some(own), false) = (cover.sheet, period, by_rows) {
        let mut told = Told::new(submission, None, latest(submission));
        outdated::tell(&workbook.sheets[sheet], cover, own, &wanted, &mut told);
        findings.append(&mut told.findings);
    }
    let places = places::locate(workbook, &asked, names, cover.sheet, &wanted);
    let mut looked_at: Vec<usize> = cover.sheet.into_iter().collect();
    let by_sheets = whose::names_of_sheets_agree(workbook, prepared);
    let cover_sheet = cover.sheet.map_or("", |index| workbook.sheets[index].name.as_str());
    let mut tables = Vec::new();
    let mut missing = Vec::new();
    for what in asked {
        let Asking { name, table, names, .. } = what;
        let said = cover::answer(cover, names, &prepared.cover);
        let mut told = Told::new(submission, Some(name), latest(submission));
        let found = places.spots.get(name).map(|spot| (&workbook.sheets[spot.sheet], spot));
        let torn = found.and_then(|(sheet, spot)| torn::marked(sheet, spot.headers.first()?));
        let clean = match found {
            Some((sheet, spot)) => {
                let sheet = torn.as_ref().map_or(sheet, |torn| &torn.sheet);
                told = told.on(sheet);
                told.leave_out(torn.iter().flat_map(|torn| &torn.beyond), Reason::NotUnderstood);
                let own = table.body.is_empty() && table.period.is_none();
                told.period = period.filter(|_| own);
                if !looked_at.contains(&spot.sheet) {
                    unseen::tell(sheet, &mut told);
                    if own {
                        foreign::tell(sheet, &spot.headers, (&wanted, cover), by_sheets, &mut told);
                    }
                    looked_at.push(spot.sheet);
                }
                // A text has no sheets that could be called otherwise.
                if spot.guessed && !sheet.is_text() {
                    let finding = told.finding(Code::TableGuessed).at(told.place(0, 0));
                    told.tell(finding.found(sheet.name.as_str()).expected(&table.sheet));
                }
                let mended = unkeyed::mended(sheet, &spot.headers, what);
                let headers = (mended.as_deref().unwrap_or(&spot.headers), places.others(name, spot.sheet));
                let mut clean = table::read(what, sheet, (headers.0, &headers.1), said.as_ref(), prepared, &mut told);
                for (again, _, header) in places.twice.iter().filter(|(_, twice, _)| twice == name) {
                    let (row, column) = header.corner();
                    let place = Place { sheet: workbook.sheets[*again].name.clone(), row, column };
                    if let Some(first) = spot.headers.first() {
                        table::tell_twice(place, first, &mut told);
                    }
                    for cell in &workbook.sheets[*again].cells {
                        let sheet = &workbook.sheets[*again].name;
                        told.books.leave_out(sheet, (cell.row, cell.column), Reason::TableTwice);
                    }
                }
                if let (Some(clean), Some(header)) = (clean.as_mut().filter(|_| own), spot.headers.first()) {
                    foreign::take_away(clean, (sheet, header, what), (&wanted, cover), &mut told);
                }
                if let Some(clean) = clean.as_mut().filter(|_| !table.body.is_empty()) {
                    owners::find(clean, what, prepared, period, &mut told);
                }
                clean
            }
            None => matches!(said, Some((Some(Answer::Nil), _))).then(|| table::nothing(name, cover_sheet)),
        };
        findings.append(&mut told.findings);
        books.add(told.books);
        match clean {
            Some(clean) => tables.push(clean),
            None => missing.push((*name, *table, said, found.map(|(sheet, _)| sheet.name.as_str()))),
        }
    }
    let file = |code| Finding::new(code, submission);
    if tables.is_empty() && places.spots.is_empty() {
        let names = workbook.sheets.iter().filter(|sheet| !sheet.hidden).map(|sheet| sheet.name.as_str());
        findings.push(file(Code::NoKnownSheet).found(names.collect::<Vec<_>>().join("; ")));
        return tables;
    }
    // A late part and a correction bring only what they bring.
    let shared = prepared.every_table(|table| !table.body.is_empty());
    let complete = kind == Kind::First && (body.is_some() || shared);
    // Whoever sends a file about itself need not send the one about all.
    let due = |table: &Table| complete && (shared || table.body.is_empty());
    let mut missing: Vec<_> =
        missing.into_iter().filter(|(_, table, _, sheet)| due(table) || sheet.is_some()).collect();
    // Who sends a text file could not send more.
    if !tables.is_empty() && missing.len() > 1 && workbook.sheets.iter().all(RawSheet::is_text) {
        let names: Vec<&str> = missing.drain(..).map(|(_, table, ..)| table.sheet.as_str()).collect();
        findings.push(file(Code::OneTableOnly).expected(names.join("; ")));
    }
    for (name, table, said, sheet) in missing {
        let finding = file(Code::TableMissing).table(name).expected(&table.sheet);
        let finding = said.into_iter().fold(finding, |finding, (_, place)| finding.at(place));
        let sheet = sheet.map(|sheet| Place { sheet: sheet.into(), row: 0, column: 0 });
        findings.push(sheet.into_iter().fold(finding, Finding::at));
    }
    for index in places.unknown {
        let sheet = &workbook.sheets[index];
        let mut told = Told::new(submission, None, latest(submission));
        let first = cover.sheet.filter(|first| *first != index && !by_rows);
        if first.is_some() && second::tell(sheet, cover, (body, period), prepared, &mut told) {
            findings.append(&mut told.findings);
            continue;
        }
        let place = Place { sheet: sheet.name.clone(), row: 0, column: 0 };
        let known = names.any(&sheet.name).is_none() && prepared.knows_sheet(&sheet.name);
        let code = if known { Code::TableNotAsked } else { Code::SheetUnknown };
        findings.push(file(code).at(place).found(sheet.name.as_str()));
    }
    tables
}

#[cfg(test)]
mod tests;

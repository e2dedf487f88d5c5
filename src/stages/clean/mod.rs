//! `clean`: what people filled in → typed values with states, and everything wrong with it.
//!
//! In: a workbook as it was found, and what was asked of whom. Out: a [`CleanReturn`]. Pure. Never: a value that is
//! a guess without saying so, a zero that nobody wrote, or a finding without the place where the sender sees it.

mod band;
mod books;
mod cell;
mod cover;
mod date;
mod german;
mod heading;
mod known;
mod merged;
mod number;
mod owners;
mod path;
mod period;
mod places;
mod prepared;
mod reporter;
mod rows;
#[cfg(test)]
pub(crate) mod samples;
mod sheet;
mod spelling;
mod symbol;
mod table;
mod text;
mod told;
mod total;
mod twins;
mod unseen;

use chrono::{Duration, NaiveDate};

use self::books::Books;
use self::cover::Cover;
use self::prepared::Asking;
pub(crate) use self::prepared::Prepared;
use self::told::{Told, merged};
use crate::model::books::Reason;
use crate::model::finding::{Code, Finding, Severity};
use crate::model::municipality::Body;
use crate::model::period::Period;
use crate::model::raw::{RawValue, RawWorkbook};
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
    let body = who(&cover, workbook, prepared, &mut told);
    let (period, asked) = when(&cover, workbook, prepared, body, &mut told);
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
    CleanReturn { body: body.map(|body| body.ags.clone()), period, kind, tables, findings, books }
}

/// The day of arrival in the most eastern zone: nobody is accused of writing from the future because of the clock.
fn latest(submission: &Submission) -> NaiveDate {
    (submission.arrived + Duration::hours(14)).date_naive()
}

/// The reporting body: the key and the name on the cover, the file's name where they say nothing or disagree.
fn who<'a>(cover: &Cover, workbook: &RawWorkbook, prepared: &Prepared<'a>, told: &mut Told<'_>) -> Option<&'a Body> {
    let Prepared { register, bodies, .. } = prepared;
    let key = cover.ags.as_ref().and_then(|said| reporter::by_key(&said.written(), register));
    let name = cover.reporter.as_ref().and_then(|said| {
        let written = said.written();
        bodies.find(&written).map(|(body, _)| body).or_else(|| reporter::by_key(&written, register))
    });
    let file = bodies.in_file_name(&told.submission.file);
    let chosen = match (key, name) {
        // Two against one, if the file's name takes a side; else nobody: what is said of the one is not said of the other.
        (Some(key), Some(name)) if key != name => [key, name].into_iter().find(|body| file == Some(*body)),
        (key, name) => key.or(name).or(file),
    };
    let places = || [&cover.reporter, &cover.ags].into_iter().flatten();
    let said = places().map(cover::Said::written).collect::<Vec<_>>().join(" · ");
    let finding = match (key, name, chosen) {
        (Some(key), Some(name), Some(chosen)) if key != name => {
            Some(told.finding(Code::ReporterContradiction).expected(&chosen.name))
        }
        (Some(_), Some(_), None) => {
            Some(Finding { severity: Severity::Error, ..told.finding(Code::ReporterContradiction) })
        }
        // Each row says whose it is.
        (None, None, None) if prepared.every_table(|table| !table.body.is_empty()) => None,
        (_, _, None) => Some(told.finding(Code::UnknownReporter)),
        _ => None,
    };
    if let Some(finding) = finding {
        let finding = places().fold(finding.found(said), |finding, said| finding.at(said.place.clone()));
        let finding = if finding.places.is_empty() { at_cover(finding, cover, workbook) } else { finding };
        told.tell(finding);
    }
    chosen
}

/// The period, and whether it was asked for; an unknown one may have been.
fn when(
    cover: &Cover,
    workbook: &RawWorkbook,
    prepared: &Prepared<'_>,
    body: Option<&Body>,
    told: &mut Told<'_>,
) -> (Option<Period>, bool) {
    let Prepared { form, first_period, .. } = prepared;
    let said = cover.period.as_ref();
    let of_file = period::of_text(&told.submission.file, form.period);
    let of_cover = said.and_then(|said| period::of_cell(&said.value, form.period));
    // Excel makes 1 March out of `3/2026`: a date in the cell says less than a file's name.
    let doubtful = said.is_some_and(|said| matches!(said.value, RawValue::Date(_)));
    let period = if doubtful { of_file.or(of_cover) } else { of_cover.or(of_file) };
    let written = said.map(cover::Said::written).unwrap_or_default();
    let place = |finding: Finding| match said {
        Some(said) => finding.at(said.place.clone()),
        None => at_cover(finding, cover, workbook),
    };
    if period.is_none() && prepared.every_table(|table| table.period.is_some()) {
        return (None, true);
    }
    let Some(period) = period else {
        told.tell(place(told.finding(Code::PeriodUnknown).found(written)));
        return (None, true);
    };
    let early = period < *first_period || body.is_some_and(|body| !body.takes_part(&period));
    if early || period.start() > told.latest {
        told.tell(place(told.finding(Code::PeriodNotAsked).found(period.to_string())));
        return (Some(period), false);
    }
    (Some(period), true)
}

fn at_cover(finding: Finding, cover: &Cover, workbook: &RawWorkbook) -> Finding {
    match cover.sheet {
        Some(index) => finding.at(Place { sheet: workbook.sheets[index].name.clone(), row: 0, column: 0 }),
        None => finding,
    }
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
        let mut told = Told { sheet: &sheet.name, ..Told::new(submission, None, latest(submission)) };
        unseen::tell(sheet, &mut told);
        findings.append(&mut told.findings);
    }
    let places = places::locate(workbook, &asked, names, cover.sheet);
    let mut looked_at = Vec::new();
    let cover_sheet = cover.sheet.map_or("", |index| workbook.sheets[index].name.as_str());
    let mut tables = Vec::new();
    let mut missing = Vec::new();
    for what in asked {
        let Asking { name, table, names, .. } = what;
        let said = cover::answer(cover, names, &prepared.cover);
        let mut told = Told::new(submission, Some(name), latest(submission));
        let found = places.spots.get(name).map(|spot| (&workbook.sheets[spot.sheet], spot));
        let clean = match found {
            Some((sheet, spot)) => {
                told.sheet = &sheet.name;
                if !looked_at.contains(&spot.sheet) {
                    unseen::tell(sheet, &mut told);
                    looked_at.push(spot.sheet);
                }
                if spot.guessed {
                    let finding = told.finding(Code::TableGuessed).at(told.place(0, 0));
                    told.tell(finding.found(&sheet.name).expected(&table.sheet));
                }
                let headers = (spot.headers.as_slice(), places.others(name, spot.sheet));
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
    for (name, table, said, sheet) in missing.into_iter().filter(|(.., sheet)| complete || sheet.is_some()) {
        let finding = file(Code::TableMissing).table(name).expected(&table.sheet);
        let finding = said.into_iter().fold(finding, |finding, (_, place)| finding.at(place));
        let sheet = sheet.map(|sheet| Place { sheet: sheet.to_owned(), row: 0, column: 0 });
        findings.push(sheet.into_iter().fold(finding, Finding::at));
    }
    for index in places.unknown {
        let sheet = &workbook.sheets[index];
        let place = Place { sheet: sheet.name.clone(), row: 0, column: 0 };
        findings.push(file(Code::SheetUnknown).at(place).found(&sheet.name));
    }
    tables
}

#[cfg(test)]
mod tests;

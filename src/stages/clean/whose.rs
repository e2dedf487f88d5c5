//! Whose return it is, for which period, and on which form.
//!
//! In: the cover, the file's name and folder, the names of the sheets. Out: body and period, with what told them.
//! Never: an answer of which nobody is told that it was inferred, or that something else says otherwise.

use chrono::NaiveDate;

use super::cover::{Cover, Said};
use super::known::Match;
use super::prepared::Prepared;
use super::told::Told;
use super::{period, reporter, text};
use crate::base::short::Short;
use crate::model::finding::{Code, Finding, Severity};
use crate::model::municipality::Body;
use crate::model::period::Period;
use crate::model::raw::{RawSheet, RawValue, RawWorkbook};
use crate::model::submission::Submission;
use crate::model::understood::{Basis, Evidence};
use crate::model::value::Place;

pub(super) struct Scene<'s, 'a> {
    pub(super) cover: &'s Cover,
    pub(super) workbook: &'s RawWorkbook,
    pub(super) prepared: &'s Prepared<'a>,
}

/// What speaks for an answer.
struct Voice<T> {
    says: T,
    evidence: Evidence,
}

/// The reporting body: key and name on the cover, the file's name and folder. Where they disagree, two against one
/// decide; else it is nobody's: what is said of the one is not said of the other.
pub(super) fn body<'a>(scene: &Scene<'_, 'a>, told: &mut Told<'_>) -> Option<(&'a Body, Evidence)> {
    let Scene { cover, prepared, .. } = scene;
    let Prepared { register, bodies, .. } = *prepared;
    let key =
        cover.ags.as_ref().and_then(|said| Some(voice(reporter::by_key(&said.written(), register)?, Basis::Key, said)));
    let name = cover.reporter.as_ref().and_then(|said| {
        let written = said.written();
        let (body, basis) = match bodies.find(&written) {
            Some((body, Match::Exact)) => (body, Basis::Cover),
            close => {
                let key = reporter::by_key(&written, register).map(|body| (body, Basis::Key));
                let within = || bodies.within(&written).map(|body| (body, Basis::Closeness));
                key.or_else(within).or(close.map(|(body, _)| (body, Basis::Closeness)))?
            }
        };
        Some(voice(body, basis, said))
    });
    let (folder, file) = split(&told.submission.file);
    // A file's name speaks once, by name or by key; twice only where the two differ.
    let by_name = bodies.in_file_name(file);
    let file_says = by_name.map(|body| unplaced(body, Basis::FileName, file));
    let key_in_file =
        reporter::key_in_name(file, register).filter(|body| by_name.is_none_or(|name| name.ags != body.ags));
    let file_key = key_in_file.map(|body| unplaced(body, Basis::FileName, file));
    let folder_says = folder.and_then(|folder| Some(unplaced(bodies.within(folder)?, Basis::Folder, folder)));
    // The district may stand in any name, as the one who asks.
    let votes = |voice: &&Voice<&Body>| {
        voice.evidence.by < Basis::FileName || voice.says.kind != crate::model::municipality::BodyKind::District
    };
    let all: Vec<Voice<&Body>> = [key, name, file_says, file_key, folder_says].into_iter().flatten().collect();
    // Each row says whose it is.
    let by_rows = prepared.every_table(|table| !table.body.is_empty());
    let Some(first) = all.first() else {
        if by_rows {
            return None;
        }
        let finding = told.finding(Code::UnknownReporter).found(joined(places(cover).map(Said::written)));
        told.tell(at_cells(finding, scene));
        return None;
    };
    let agree = |body: &Body| all.iter().filter(votes).filter(|voice| voice.says.ags == body.ags).count();
    let torn = all.iter().filter(votes).any(|voice| voice.says.ags != first.says.ags);
    let most = all.iter().filter(votes).map(|voice| agree(voice.says)).max().unwrap_or(0);
    let mut winners = all.iter().filter(votes).filter(|voice| agree(voice.says) == most);
    let winner = if torn {
        winners.next().filter(|best| winners.all(|other| other.says.ags == best.says.ags))
    } else {
        Some(first)
    };
    if torn {
        let finding = told.finding(Code::ReporterContradiction).found(joined(written(&all, cover)));
        let finding = match winner {
            Some(winner) => finding.expected(&winner.says.name),
            None => Finding { severity: Severity::Error, ..finding },
        };
        told.tell(at_cells(finding, scene));
    }
    let winner = winner?;
    let heard = |said: &Option<Said>| said.as_ref().is_some_and(|said| !said.written().is_empty());
    let understood = |of: &Option<Said>| {
        of.as_ref().is_none_or(|said| all.iter().any(|voice| voice.evidence.place.as_ref() == Some(&said.place)))
    };
    let unclear =
        heard(&cover.ags) && !understood(&cover.ags) || heard(&cover.reporter) && !understood(&cover.reporter);
    let by_name = winner.evidence.by == Basis::FileName && coverless(scene, told.submission);
    let unsure =
        !by_name && winner.evidence.by >= Basis::FileName && (agree(winner.says) < 2 || places(cover).next().is_none());
    if !torn && !by_rows && (unclear || unsure) {
        let finding = told.finding(Code::ReporterGuessed).expected(&winner.says.name);
        told.tell(at_cells(finding.found(joined(written(&all, cover))), scene));
    }
    Some((winner.says, winner.evidence.clone()))
}

/// The period: a text on the cover, the file's name, its folder, a date on the cover, the names of the sheets.
pub(super) fn period(scene: &Scene<'_, '_>, told: &mut Told<'_>) -> Option<(Period, Evidence)> {
    let Scene { cover, workbook, prepared } = scene;
    let kind = prepared.form.period;
    let on_cover = cover.period.as_ref().and_then(|said| {
        // Excel makes 1 March out of `3/2026`: a date in the cell says less than a file's name.
        let basis = if matches!(said.value, RawValue::Date(_)) { Basis::Date } else { Basis::Cover };
        let of_parts = || period::of_parts(&said.written(), &cover.rest_of(&YEARS)?.written(), kind);
        Some(voice(period::of_cell(&said.value, kind).or_else(of_parts)?, basis, said))
    });
    let (folder, file) = split(&told.submission.file);
    let of_file = period::of_text(file, kind).map(|period| unplaced(period, Basis::FileName, file));
    let of_folder = folder.and_then(|folder| Some(unplaced(period::of_text(folder, kind)?, Basis::Folder, folder)));
    let of_sheets = of_sheets(workbook, kind);
    // A quarter without a year is one of the year that all the others say.
    let year = [&of_file, &of_folder, &of_sheets].into_iter().flatten().next().map(|voice| voice.says.year);
    let on_cover = on_cover.or_else(|| {
        let said = cover.period.as_ref()?;
        let written = said.written();
        let bare = || period::counted(&written).filter(|_| asks_by_name(said, scene));
        let number = period::without_year(&written, kind).or_else(bare)?;
        Some(voice(Period::new(kind, year?, number)?, Basis::Cover, said))
    });
    let mut all: Vec<Voice<Period>> = [on_cover, of_file, of_folder, of_sheets].into_iter().flatten().collect();
    all.sort_by_key(|voice| voice.evidence.by);
    let inferred = match settle(&mut all, scene, told.latest) {
        Ok(inferred) => inferred,
        Err(both) => {
            let finding = told.finding(Code::PeriodAmbiguous).found(all[0].evidence.written.as_str());
            told.tell(at_period(finding.expected(both), scene));
            return None;
        }
    };
    let said = cover.period.as_ref();
    let by_rows = prepared.every_table(|table| table.period.is_some());
    let Some(first) = all.first() else {
        if by_rows {
            return None;
        }
        let finding = told.finding(Code::PeriodUnknown).found(said.map(Said::written).unwrap_or_default());
        let finding = finding.expected(prepared.recent(told.submission.arrived.date_naive()).to_string());
        told.tell(at_period(finding, scene));
        return None;
    };
    let agree = all.iter().filter(|voice| voice.says == first.says).count();
    let torn = agree < all.len();
    let by_cover =
        all.iter().any(|voice| voice.says == first.says && matches!(voice.evidence.by, Basis::Cover | Basis::Date));
    let by_name = first.evidence.by == Basis::FileName && coverless(scene, told.submission);
    let sure = !inferred && (first.evidence.by == Basis::Cover || by_name) || by_cover && agree > 1;
    let code = match (torn, sure) {
        (true, _) => Some(Code::PeriodContradiction),
        (false, false) => Some(Code::PeriodGuessed),
        (false, true) => None,
    };
    if let Some(code) = code.filter(|_| !by_rows) {
        let unread = said.filter(|said| all.iter().all(|voice| voice.evidence.place.as_ref() != Some(&said.place)));
        let statements =
            unread.map(Said::written).into_iter().chain(all.iter().map(|voice| voice.evidence.written.clone()));
        let finding = told.finding(code).found(joined(statements)).expected(first.says.to_string());
        let sheet = all.iter().filter(|voice| voice.says != first.says && voice.evidence.by == Basis::Sheets);
        let places = sheet.filter_map(|voice| voice.evidence.place.clone());
        told.tell(places.fold(at_period(finding, scene), Finding::at));
    }
    Some((first.says, first.evidence.clone()))
}

/// What may be read in two ways says what the others say; alone, it says what may be at all, and then that was inferred. Both
/// readings, if the first voice stays in doubt.
fn settle(all: &mut [Voice<Period>], scene: &Scene<'_, '_>, latest: NaiveDate) -> Result<bool, String> {
    // Nobody reports for a period that is not over, and of two that are it may be either.
    let possible = |period: Period| period >= scene.prepared.first_period && period.end() <= latest;
    let others: Vec<Option<Period>> = all.iter().map(|voice| other_reading(voice, scene)).collect();
    for at in 0..all.len() {
        let (says, Some(other)) = (all[at].says, others[at]) else { continue };
        let heard = |wanted: Period| {
            (0..all.len()).any(|voice| voice != at && others[voice].is_none() && all[voice].says == wanted)
        };
        match (heard(says), heard(other)) {
            (true, false) => {}
            // A day may be just that.
            (false, true) if all[at].evidence.by != Basis::Date => all[at].says = other,
            _ if at > 0 => {}
            _ => match (possible(says), possible(other)) {
                (true, true) => return Err(format!("{says} / {other}")),
                (false, true) => {
                    all[at].says = other;
                    return Ok(true);
                }
                _ => return Ok(true),
            },
        }
    }
    Ok(false)
}

/// What the voice may say, too.
fn other_reading(voice: &Voice<Period>, scene: &Scene<'_, '_>) -> Option<Period> {
    let kind = scene.prepared.form.period;
    let evidence = &voice.evidence;
    let said = scene.cover.period.as_ref().filter(|said| evidence.place.as_ref() == Some(&said.place));
    let other_year = period::other_year(&evidence.written, kind).filter(|other| *other != voice.says);
    if other_year.is_some() {
        return other_year;
    }
    let Some(said) = said else {
        let bare = evidence.written.rsplit_once('.').map_or(evidence.written.as_str(), |(stem, _)| stem);
        return period::other_reading(&RawValue::Text(bare.into()), kind);
    };
    // Beside `Quartal`, 3 is no month.
    let named = asks_by_name(said, scene) && matches!(said.value, RawValue::Text(_));
    let other = period::other_reading(&said.value, kind).filter(|_| !named);
    other.filter(|other| *other != voice.says)
}

/// Does the label beside this answer ask for a quarter?
fn asks_by_name(said: &Said, scene: &Scene<'_, '_>) -> bool {
    let Some(sheet) = scene.cover.sheet.map(|index| &scene.workbook.sheets[index]) else { return false };
    let left = sheet.cells.iter().filter(|cell| cell.row == said.place.row && cell.column <= said.place.column);
    let mut labels = left.filter_map(|cell| match &cell.value {
        RawValue::Text(text) => Some(text),
        _ => None,
    });
    labels.any(|label| period::asks_by_name(label, scene.prepared.form.period))
}

/// Can this file have no cover, so that its name says what a cover would?
pub(super) fn coverless(scene: &Scene<'_, '_>, submission: &Submission) -> bool {
    let text = [".csv", ".txt", ".tsv"].iter().any(|ending| submission.file.to_lowercase().ends_with(ending));
    text && scene.cover.sheet.is_none()
}

/// Labels of a year that stands apart from its quarter.
const YEARS: [&str; 3] = ["jahr", "berichtsjahr", "year"];

/// Was it asked for? An unknown one may have been.
pub(super) fn is_asked(
    scene: &Scene<'_, '_>,
    period: Option<Period>,
    body: Option<&Body>,
    told: &mut Told<'_>,
) -> bool {
    let Some(period) = period else { return true };
    let early = period < scene.prepared.first_period || body.is_some_and(|body| !body.takes_part(&period));
    if early || period.start() > told.latest {
        told.tell(at_period(told.finding(Code::PeriodNotAsked).found(period.to_string()), scene));
        return false;
    }
    true
}

/// Id and version of the form, as the hidden sheet of our own blank forms says.
pub(super) fn form(scene: &Scene<'_, '_>, told: &mut Told<'_>) -> Option<(String, String)> {
    let form = scene.prepared.form;
    let sheets = scene.workbook.sheets.iter().filter(|sheet| sheet.hidden);
    let (sheet, id, version) = sheets.into_iter().find_map(|sheet| {
        let fact = |name: &str| {
            let label = sheet.cells.iter().find(|cell| cell.column == 0 && is(&cell.value, name))?;
            Some(super::cell::written(sheet.cell(label.row, 1)?))
        };
        Some((sheet, fact("form")?, fact("version")?))
    })?;
    if id != form.id || version != form.version.to_string() {
        let finding = told.finding(Code::FormDiffers).at(Place { sheet: sheet.name.clone(), row: 0, column: 1 });
        told.tell(finding.found(format!("{id} {version}")).expected(format!("{} {}", form.id, form.version)));
    }
    Some((id.into(), version.into()))
}

fn is(value: &RawValue, wanted: &str) -> bool {
    matches!(value, RawValue::Text(text) if text == wanted)
}

/// Did the names of the sheets speak for a period?
pub(super) fn names_of_sheets_agree(workbook: &RawWorkbook, prepared: &Prepared<'_>) -> bool {
    of_sheets(workbook, prepared.form.period).is_some()
}

/// The one period that the names of visible sheets name.
fn of_sheets(workbook: &RawWorkbook, kind: crate::model::period::Kind) -> Option<Voice<Period>> {
    let named = |sheet: &RawSheet| Some((period::of_text(&sheet.name, kind)?, sheet.name.clone()));
    let mut found = workbook.sheets.iter().filter(|sheet| !sheet.hidden).filter_map(named);
    let (first, name) = found.next()?;
    found.all(|(other, _)| other == first).then(|| {
        let place = Some(Place { sheet: name.clone(), row: 0, column: 0 });
        Voice { says: first, evidence: Evidence { by: Basis::Sheets, place, written: name } }
    })
}

fn voice<T>(says: T, by: Basis, said: &Said) -> Voice<T> {
    Voice { says, evidence: Evidence { by, place: Some(said.place.clone()), written: said.written() } }
}

fn unplaced<T>(says: T, by: Basis, written: &str) -> Voice<T> {
    Voice { says, evidence: Evidence { by, place: None, written: written.into() } }
}

/// The folder, if there is one, and the file's own name.
fn split(file: &str) -> (Option<&str>, &str) {
    file.rsplit_once('/').map_or((None, file), |(folder, name)| (Some(folder), name))
}

fn places(cover: &Cover) -> impl Iterator<Item = &Said> {
    [&cover.reporter, &cover.ags].into_iter().flatten()
}

/// What the cover says, and whatever else speaks.
fn written<T>(all: &[Voice<T>], cover: &Cover) -> Vec<Short> {
    let others = all.iter().filter(|voice| voice.evidence.place.is_none()).map(|voice| voice.evidence.written.clone());
    places(cover).map(Said::written).chain(others).collect()
}

fn joined(statements: impl IntoIterator<Item = Short>) -> String {
    let statements = statements.into_iter().map(|text| text::tidy(&text)).filter(|text| !text.is_empty());
    statements.collect::<Vec<_>>().join(" · ")
}

fn at_cells(finding: Finding, scene: &Scene<'_, '_>) -> Finding {
    let finding = places(scene.cover).fold(finding, |finding, said| finding.at(said.place.clone()));
    if finding.places.is_empty() { at_cover(finding, scene) } else { finding }
}

fn at_period(finding: Finding, scene: &Scene<'_, '_>) -> Finding {
    match &scene.cover.period {
        Some(said) => finding.at(said.place.clone()),
        None => at_cover(finding, scene),
    }
}

fn at_cover(finding: Finding, Scene { cover, workbook, .. }: &Scene<'_, '_>) -> Finding {
    match cover.sheet {
        Some(index) => finding.at(Place { sheet: workbook.sheets[index].name.clone(), row: 0, column: 0 }),
        None => finding,
    }
}

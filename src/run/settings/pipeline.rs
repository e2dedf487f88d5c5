//! One pipeline with everything it names: form, indicators, rules, report, editions.

use std::collections::BTreeSet;
use std::path::Path;

use chrono_tz::Tz;
use serde::de::DeserializeOwned;

use super::columns::Tables;
use super::told::{self, unknown};
use super::{Files, LoadedPipeline, beside, form, indicators, potentials, schedule, sheets, waivers};
use crate::base::problem::{Problem, Source};
use crate::base::settings::{Spanned, parse};
use crate::model::calendar::Calendar;
use crate::model::contacts::Contacts;
use crate::model::form::Form;
use crate::model::indicator::IndicatorFile;
use crate::model::municipality::Register;
use crate::model::pipeline::Pipeline;
use crate::model::potential::PotentialFile;
use crate::run::names;

/// What a pipeline leans on besides its own files; none where that is broken itself.
pub(super) struct Surroundings<'a> {
    /// Of the configuration.
    pub(super) folder: &'a Path,
    pub(super) contacts: Option<&'a Contacts>,
    pub(super) zone: Option<Tz>,
    pub(super) calendar: Option<&'a Calendar>,
    pub(super) register: Option<&'a Register>,
}

/// The pipeline of a file; none if any of its files cannot be understood. Mistakes are added to `problems`.
pub(super) fn load(
    path: &Path,
    surroundings: &Surroundings<'_>,
    files: &mut Files,
    problems: &mut Vec<Problem>,
) -> Option<LoadedPipeline> {
    let source = files.read(path, problems)?;
    let pipeline: Pipeline = parse(&source, problems)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let form = named::<Form>(&pipeline.form, &source, folder, files, problems);
    let catalogues = all::<IndicatorFile>(&pipeline.indicators, &source, folder, files, problems);
    let rule_files = all::<PotentialFile>(&pipeline.potentials, &source, folder, files, problems);

    check_editions(&pipeline, surroundings.contacts, &source, problems);
    let asked = form.as_ref().map(|(_, form)| form);
    let name = names::name(surroundings.folder, path);
    let timetable = schedule::timetable(&name, &pipeline, asked, surroundings, &source, problems);
    if let Some((source, form)) = &form {
        form::check(form, source, problems);
    }
    let catalogue = catalogues.as_ref().map(|files| indicators::catalogue(files, problems));
    let rules = rule_files.as_ref().map(|files| potentials::rules(files, problems));
    let ((form_source, form), catalogue, rules) = (form?, catalogue?, rules?);
    check_period(&pipeline, &form, &source, &form_source, problems);
    waivers::check(&pipeline.waivers, &form, surroundings.register, &source, problems);
    let tables = Tables { form: &form, marked: potentials::marked(&rules) };
    indicators::check(catalogues.as_deref()?, &catalogue, &tables, problems);
    potentials::check(rule_files.as_deref()?, &catalogue, &tables, problems);
    sheets::check(&pipeline.report, &catalogue, &rules, &tables, &source, problems);
    let meanings = meanings(path, &pipeline, files);
    Some(LoadedPipeline { path: path.to_path_buf(), name, pipeline, timetable, form, catalogue, rules, meanings })
}

/// What its own files say, wherever they lie.
fn meanings(path: &Path, pipeline: &Pipeline, files: &Files) -> Vec<String> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let named = [&pipeline.form].into_iter().chain(&pipeline.indicators).chain(&pipeline.potentials);
    let paths = named.map(|name| beside(folder, name.get_ref())).chain([path.to_path_buf()]);
    let said: BTreeSet<String> = paths.filter_map(|path| files.meant.get(&path).cloned()).collect();
    said.into_iter().collect()
}

/// The file that the pipeline names, read and understood.
fn named<T: DeserializeOwned>(
    name: &Spanned<String>,
    by: &Source,
    folder: &Path,
    files: &mut Files,
    problems: &mut Vec<Problem>,
) -> Option<(Source, T)> {
    match files.text(&beside(folder, name.get_ref())) {
        Ok(source) => parse(&source, problems).map(|parsed| (source, parsed)),
        Err((reason, hint)) => {
            let problem = Problem::at(by, name.span(), reason);
            problems.push(if hint.is_empty() { problem } else { problem.hint(hint) });
            None
        }
    }
}

/// All of them are read even if one is broken: every mistake at once.
fn all<T: DeserializeOwned>(
    names: &[Spanned<String>],
    by: &Source,
    folder: &Path,
    files: &mut Files,
    problems: &mut Vec<Problem>,
) -> Option<Vec<(Source, T)>> {
    let mut seen = BTreeSet::new();
    for name in names.iter().filter(|name| !seen.insert(beside(folder, name.get_ref()))) {
        problems.push(Problem::at(by, name.span(), format!("`{}` is named twice", name.get_ref())));
    }
    let read: Vec<Option<(Source, T)>> = names.iter().map(|name| named(name, by, folder, files, problems)).collect();
    read.into_iter().collect()
}

fn check_period(pipeline: &Pipeline, form: &Form, source: &Source, form_source: &Source, problems: &mut Vec<Problem>) {
    let first = &pipeline.first_period;
    if first.get_ref().kind != form.period {
        let (kind, asks) = (format!("{:?}", form.period).to_lowercase(), form_source.path.display());
        let message = format!("`{}` is no {kind}, but {asks} asks for each {kind}", first.get_ref());
        problems.push(Problem::at(source, first.span(), message));
    }
    if pipeline.due_days > 366 {
        problems.push(told::about(source, "due_days", "`due_days` is more than a year"));
    }
}

fn check_editions(pipeline: &Pipeline, contacts: Option<&Contacts>, source: &Source, problems: &mut Vec<Problem>) {
    if pipeline.editions.is_empty() {
        problems.push(Problem::whole(source, "there is no edition").hint("[[edition]] audience = \"…\""));
    }
    let sheets: Vec<&str> = pipeline.report.sheets.iter().map(|sheet| sheet.id.get_ref().as_str()).collect();
    let mut seen = BTreeSet::new();
    for edition in &pipeline.editions {
        let audience = edition.audience.get_ref().as_str();
        if !seen.insert(audience) {
            let message = format!("the audience `{audience}` gets two editions");
            problems.push(Problem::at(source, edition.audience.span(), message));
        }
        if let Some(contacts) = contacts {
            let known: Vec<&str> = contacts.audiences.keys().map(|name| name.get_ref().as_str()).collect();
            if !known.contains(&audience) {
                problems.push(unknown(source, &edition.audience, "audience", known));
            }
        }
        for id in edition.without.iter().filter(|id| !sheets.contains(&id.get_ref().as_str())) {
            problems.push(unknown(source, id, "sheet", sheets.iter().copied()));
        }
        if sheets.iter().all(|sheet| edition.without.iter().any(|id| id.get_ref() == sheet)) {
            let message = format!("no sheet is left for the audience `{audience}`");
            problems.push(Problem::at(source, edition.audience.span(), message));
        }
    }
}

//! The configuration: read whole, checked whole, before anything happens.
//!
//! In: the configuration folder and the pipelines. Out: a [`Config`] in which every name leads somewhere, or all
//! mistakes of all files at once. Relative paths are relative to the file that names them.
//! Never: guesses what was meant, or goes on with half a configuration.

mod columns;
mod contacts;
mod form;
mod ground;
mod indicators;
mod kim;
mod pipeline;
mod potentials;
mod register;
mod rows;
mod schedule;
mod sheets;
mod told;
mod waivers;
mod watch;

#[cfg(test)]
pub(in crate::run) mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::path::{Component, Path, PathBuf};

use crate::base::files::sha256;
use crate::base::problem::{Problem, Source};
use crate::base::settings::{meaning, parse};
use crate::model::calendar::HolidayFile;
use crate::model::contacts::{Audience, Contacts};
use crate::model::form::Form;
use crate::model::indicator::Catalogue;
use crate::model::municipality::Register;
use crate::model::pipeline::Pipeline;
use crate::model::potential::Rule;
use crate::run::schedule::Timetable;
pub(crate) use ground::{Ground, Part, alone, away, ground};

/// What runs when nobody names a pipeline, beside the configuration folder.
const DEFAULT_PIPELINE: &str = "pipelines/monitoring.toml";

/// A sound configuration, paths resolved: the ground it stands on, and everything else.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) ground: Ground,
    pub(crate) register: Register,
    pub(crate) contacts: Contacts,
    pub(crate) pipelines: Vec<LoadedPipeline>,
    /// Every file read, in order of path, with its SHA-256.
    pub(crate) files: Vec<(PathBuf, String)>,
}

/// Whoever works on the ground alone takes a whole configuration as well.
impl Deref for Config {
    type Target = Ground;

    fn deref(&self) -> &Ground {
        &self.ground
    }
}

/// A pipeline with everything it names.
#[derive(Clone, Debug)]
pub(crate) struct LoadedPipeline {
    pub(crate) path: PathBuf,
    /// As the ledger knows it, however the path was typed.
    pub(crate) name: String,
    pub(crate) pipeline: Pipeline,
    /// When it is due by itself.
    pub(crate) timetable: Option<Timetable>,
    pub(crate) form: Form,
    pub(crate) catalogue: Catalogue,
    pub(crate) rules: BTreeMap<String, Rule>,
    /// A fingerprint of what each of its files says, in order: comments, schedules and who gets what change nothing that is
    /// shown, nor do files of others.
    pub(crate) meanings: Vec<String>,
}

impl Config {
    pub(crate) fn audience(&self, id: &str) -> Option<&Audience> {
        self.contacts.audiences.iter().find(|(name, _)| name.get_ref() == id).map(|(_, audience)| audience)
    }
}

/// Reads and checks the configuration in `folder` with these pipelines (with none: the usual one).
///
/// # Errors
/// Every mistake of every file, in order of the files.
pub(crate) fn load(folder: &Path, pipelines: &[PathBuf]) -> Result<Config, Vec<Problem>> {
    let Survey { ground, register, contacts, pipelines, files, problems } = survey(folder, pipelines);
    let pipelines: Option<Vec<LoadedPipeline>> = pipelines.into_iter().collect();
    match (ground, register, contacts, pipelines) {
        (Some(ground), Some(register), Some(contacts), Some(pipelines)) if problems.is_empty() => {
            Ok(Config { ground, register, contacts, pipelines, files })
        }
        _ => Err(problems),
    }
}

/// What the bodies are called, as far as that can be read: for whoever only tells of them.
pub(crate) fn names(folder: &Path) -> Register {
    let mut unheard = Vec::new();
    let source = Files::default().read(&folder.join("municipalities.csv"), &mut unheard);
    source.and_then(|source| register::read(&source, &mut unheard)).unwrap_or_default()
}

/// All that can be understood of a configuration, and what cannot.
#[derive(Debug)]
pub(crate) struct Survey {
    pub(crate) ground: Option<Ground>,
    register: Option<Register>,
    contacts: Option<Contacts>,
    /// In the order in which they were named; none where a file of it cannot be understood.
    pub(crate) pipelines: Vec<Option<LoadedPipeline>>,
    pub(crate) files: Vec<(PathBuf, String)>,
    pub(crate) problems: Vec<Problem>,
}

/// Reads everything, also where something is wrong: for those who go on with what there is.
pub(crate) fn survey(folder: &Path, pipelines: &[PathBuf]) -> Survey {
    let mut files = Files::default();
    let mut problems = Vec::new();
    let ground = ground::whole(folder, &mut files, &mut problems);
    let zone = ground.as_ref().map(|ground| ground.zone);
    let towns = files.read(&folder.join("municipalities.csv"), &mut problems);
    let register = towns.and_then(|source| register::read(&source, &mut problems));
    let people = files.read(&folder.join("contacts.toml"), &mut problems);
    let contacts = people.as_ref().and_then(|source| parse::<Contacts>(source, &mut problems));
    if let (Some(contacts), Some(source)) = (&contacts, &people) {
        contacts::check(contacts, register.as_ref(), source, &mut problems);
    }

    // Only who counts working days needs them.
    let days = folder.join("holidays.toml");
    let days = if days.exists() { files.read(&days, &mut problems) } else { None };
    let holidays = days.as_ref().and_then(|source| {
        let file = parse::<HolidayFile>(source, &mut problems)?;
        Some(schedule::calendar(&file, source, &mut problems))
    });

    let usual = [beside(folder, &format!("../{DEFAULT_PIPELINE}"))];
    let paths = if pipelines.is_empty() { usual.as_slice() } else { pipelines };
    let surroundings = pipeline::Surroundings {
        folder,
        contacts: contacts.as_ref(),
        zone,
        calendar: holidays.as_ref(),
        register: register.as_ref(),
    };
    let pipelines = paths.iter().map(|path| pipeline::load(path, &surroundings, &mut files, &mut problems)).collect();
    once(&mut problems);
    if !folder.is_dir() {
        problems = vec![nowhere(folder)];
    }
    let files = files.seen.into_iter().collect();
    Survey { ground, register, contacts, pipelines, files, problems }
}

fn nowhere(folder: &Path) -> Problem {
    Problem::whole(&Source::new(folder, ""), "there is no such configuration folder")
        .hint("name it with --config, or make one with `kim init`")
}

/// Two pipelines may name the same file: its mistakes are told once.
fn once(problems: &mut Vec<Problem>) {
    let mut seen = BTreeSet::new();
    problems.retain(|problem| {
        let span = problem.span.as_ref().map(|span| (span.start, span.end));
        seen.insert((problem.source.path.clone(), span, problem.message.clone()))
    });
}

/// Parts of a pipeline that say when it runs, who gets which sheets (each edition knows its own) and what is not held against
/// whom (the findings know it): nothing else of what it shows.
const SILENT: [&str; 3] = ["schedule", "edition", "waiver"];

/// Files read so far, each with its SHA-256.
#[derive(Debug, Default)]
struct Files {
    seen: BTreeMap<PathBuf, String>,
    meant: BTreeMap<PathBuf, String>,
}

impl Files {
    /// The text of a file, or a problem about it.
    fn read(&mut self, path: &Path, problems: &mut Vec<Problem>) -> Option<Source> {
        match self.text(path) {
            Ok(source) => Some(source),
            Err((reason, hint)) => {
                let problem = Problem::whole(&Source::new(path, ""), reason);
                problems.push(if hint.is_empty() { problem } else { problem.hint(hint) });
                None
            }
        }
    }

    /// The text of a file; or what is wrong with it, and what may help.
    fn text(&mut self, path: &Path) -> Result<Source, (String, String)> {
        let bytes = std::fs::read(path)
            .map_err(|error| (format!("`{}` cannot be read: {error}", path.display()), told::look_alike(path)))?;
        self.seen.insert(path.to_path_buf(), sha256(&bytes));
        // Excel puts a mark of three bytes before UTF-8.
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
        let text = std::str::from_utf8(text).map_err(|_| {
            let hint = "save it as UTF-8 (in Excel: “CSV UTF-8”)".to_owned();
            (format!("`{}` is not written in UTF-8", path.display()), hint)
        })?;
        let meaning = meaning(text, &SILENT);
        self.meant.insert(path.to_path_buf(), sha256(meaning.as_deref().unwrap_or(text).as_bytes()));
        Ok(Source::new(path, text))
    }
}

/// A path that a file in `folder` names; `..` goes up by name, so that paths stay short to read.
pub(crate) fn beside(folder: &Path, named: &str) -> PathBuf {
    let mut path = PathBuf::new();
    for part in folder.join(named).components() {
        let inside = matches!(path.components().next_back(), Some(Component::Normal(_)));
        match part {
            Component::ParentDir if inside => drop(path.pop()),
            Component::CurDir => {}
            part => path.push(part),
        }
    }
    if path.as_os_str().is_empty() { PathBuf::from(".") } else { path }
}

//! The ground: `kim.toml`, and where things lie. Whoever only backs up, sends mail or deletes needs no more of the
//! configuration, and of it only some parts.
//!
//! In: the configuration folder. Out: settings with paths resolved, or the mistakes in the parts that are needed.
//! Never: looks whether a source is there. A share that is away is no mistake of a file: a run fails over it, and is tried
//! again; [`away`] tells it.

use std::path::{Path, PathBuf};

use chrono_tz::Tz;

use super::{Files, beside, kim, nowhere, told};
use crate::base::problem::{Problem, Source};
use crate::base::settings::{parse, parse_for};
use crate::model::settings::Settings;
use crate::stages::collect::Folder;

#[derive(Clone, Debug)]
pub(crate) struct Ground {
    pub(crate) settings: Settings,
    /// The data folder.
    pub(crate) data: PathBuf,
    pub(crate) sources: Vec<Folder>,
    pub(crate) zone: Tz,
    /// The configuration folder: paths in `kim.toml` start here.
    pub(crate) folder: PathBuf,
}

impl Ground {
    fn of(settings: Settings, zone: Tz, folder: &Path) -> Ground {
        let sources = settings.sources.iter().map(|source| Folder {
            path: beside(folder, source.folder.get_ref()),
            arrivals: source.arrivals.as_ref().map(|path| beside(folder, path.get_ref())),
        });
        let (sources, data) = (sources.collect(), beside(folder, &settings.data));
        Ground { data, sources, zone, folder: folder.to_path_buf(), settings }
    }
}

/// A part of `kim.toml` that somebody needs besides `data`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Mail,
    Retention,
}

/// `kim.toml` with everything in it checked.
pub(super) fn whole(folder: &Path, files: &mut Files, problems: &mut Vec<Problem>) -> Option<Ground> {
    let source = files.read(&folder.join("kim.toml"), problems)?;
    let settings = parse::<Settings>(&source, problems);
    kim::conceal(problems);
    let settings = settings?;
    let zone = kim::check(&settings, &source, folder, problems)?;
    Some(Ground::of(settings, zone, folder))
}

/// The ground for somebody who needs the data folder and these parts.
///
/// # Errors
/// The mistakes in them, and whatever keeps the file from being read.
pub(crate) fn ground(folder: &Path, parts: &[Part]) -> Result<Ground, Vec<Problem>> {
    if !folder.is_dir() {
        return Err(vec![nowhere(folder)]);
    }
    let mut problems = Vec::new();
    let found = needed(folder, parts, &mut problems);
    found.filter(|_| problems.is_empty()).ok_or(problems)
}

fn needed(folder: &Path, parts: &[Part], problems: &mut Vec<Problem>) -> Option<Ground> {
    let source = Files::default().read(&folder.join("kim.toml"), problems)?;
    let mut keys = vec!["data"];
    for part in parts {
        keys.extend(match part {
            Part::Mail => ["mail"].as_slice(),
            // Years end in a zone.
            Part::Retention => &["retention", "time_zone"],
        });
    }
    let settings = parse_for::<Settings>(&source, &keys, problems);
    kim::conceal(problems);
    let settings = settings?;
    kim::check_data(&settings, &source, folder, problems);
    let mut unheard = Vec::new();
    let zone = kim::zone(&settings.time_zone, &source, &mut unheard);
    for part in parts {
        match part {
            Part::Mail => kim::check_mail(&settings.mail, &source, folder, problems),
            Part::Retention => {
                kim::check_retention(&settings.retention, &source, problems);
                problems.append(&mut unheard);
            }
        }
    }
    Some(Ground::of(settings, zone.unwrap_or(Tz::UTC), folder))
}

/// `kim.toml` without its mistakes, if it can be read at all: for those who must begin before all is checked, or look
/// at what there is. Its paths are still as they were written.
pub(crate) fn alone(folder: &Path) -> Option<Settings> {
    let mut unheard = Vec::new();
    let source = Files::default().read(&folder.join("kim.toml"), &mut unheard)?;
    parse_for::<Settings>(&source, &[], &mut unheard)
}

/// Sources that are not there now, each at its line of `kim.toml`: a share that is away, or a slip of the pen.
pub(crate) fn away(ground: &Ground) -> Vec<Problem> {
    let mut problems = Vec::new();
    let Some(source) = Files::default().read(&ground.folder.join("kim.toml"), &mut problems) else { return problems };
    let or = |hint: String, usual: &str| if hint.is_empty() { usual.to_owned() } else { hint };
    for (written, found) in ground.settings.sources.iter().zip(&ground.sources) {
        let Some(path) = found.away() else { continue };
        let (span, what, usual) = match &written.arrivals {
            Some(list) if path != found.path => {
                (list.span(), "file", "leave `arrivals` out to go by the time of each file")
            }
            _ => (written.folder.span(), "folder", "mount the share, make the folder, or name the one that is meant"),
        };
        let message = format!("there is no {what} `{}`", path.display());
        problems.push(Problem::at(&source, within(&source, span), message).hint(or(told::look_alike(path), usual)));
    }
    problems
}

/// The file may have changed since it was read.
fn within(source: &Source, span: std::ops::Range<usize>) -> std::ops::Range<usize> {
    if source.text.is_char_boundary(span.start) && source.text.get(span.clone()).is_some() { span } else { 0..0 }
}

//! An old run, made again and compared: `kim run --again RUN`.
//!
//! In: the manifest of the run, the archive, today's configuration and program. Out: which editions have the same
//! bytes; and which of the five things that a manifest pins (archive, configuration, program, clock, what was published
//! before) is no longer what it was.
//! Never: writes to the ledger, replaces what was published, sends anything.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::RunError;
use super::facts::{Stage, gather};
use super::ledger::{Ledger, Published};
use super::make::make;
use super::manifest;
use super::order::{ByHand, Order, Places, Trial};
use super::settings::{Config, LoadedPipeline};
use crate::base::clock::Clock;
use crate::base::files::{self, sha256, sha256_of};
use crate::model::period::Period;
use crate::model::submission::Submission;
use crate::stages::collect;

/// What a manifest pins.
#[derive(Debug, Deserialize)]
pub(crate) struct Pinned {
    run: i64,
    program: String,
    period: Period,
    clock: String,
    trial: bool,
    pub(crate) pipeline: PathBuf,
    inputs: Vec<Submission>,
    configuration: Vec<File>,
    outputs: Vec<Output>,
    published_before: Option<Published>,
}

#[derive(Debug, Deserialize)]
struct File {
    path: PathBuf,
    sha256: String,
}

#[derive(Debug, Deserialize)]
struct Output {
    audience: String,
    sha256: String,
}

/// What came of it.
#[derive(Debug, Serialize)]
pub(crate) struct Compared {
    pub(crate) run: i64,
    pub(crate) trial: bool,
    pub(crate) pipeline: PathBuf,
    pub(crate) period: Period,
    pub(crate) clock: String,
    pub(crate) equal: bool,
    pub(crate) editions: Vec<Edition>,
    /// What is no longer as it was, a sentence each.
    pub(crate) differs: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Edition {
    pub(crate) audience: String,
    pub(crate) equal: bool,
    /// SHA-256 of then and of now.
    pub(crate) then: String,
    pub(crate) now: Option<String>,
    /// Where the new one lies, if it is another.
    pub(crate) path: Option<PathBuf>,
}

/// The manifest of a run.
///
/// # Errors
/// There is none, or it cannot be read.
pub(crate) fn pinned(config: &Config, run: i64) -> Result<Pinned, RunError> {
    let places = Places::of(config);
    let wanted = [None, Some(Trial::Dry)].map(|trial| manifest::place(&places.manifests(trial.as_ref()), run));
    let [real, _] = &wanted;
    let Some(path) = wanted.iter().find(|path| path.exists()) else {
        let ledger = Ledger::open(&places.ledger())?;
        let last = ledger.last_runs(1)?.first().map(|run| run.id);
        return Err(RunError::NoManifest { run, path: real.clone(), last });
    };
    serde_json::from_slice(&files::read(path)?).map_err(|source| RunError::Manifest { path: path.clone(), source })
}

/// Makes the run again, from what its manifest pins.
pub(crate) fn again(
    config: &Config,
    pipeline: &LoadedPipeline,
    pinned: &Pinned,
    stage: &mut Stage<'_>,
) -> Result<Compared, RunError> {
    let places = Places::of(config);
    let clock = chrono::DateTime::parse_from_rfc3339(&pinned.clock)
        .map(|at| Clock::at(at.with_timezone(&chrono::Utc), config.zone))
        .map_err(|_| RunError::OddClock { clock: pinned.clock.clone() })?;
    let order = Order {
        config,
        pipeline,
        period: Some(pinned.period),
        clock,
        trial: Some(Trial::Dry),
        by_hand: ByHand {
            only: pinned.outputs.iter().map(|output| output.audience.clone()).collect(),
            ..ByHand::default()
        },
        stop: None,
    };
    let ledger = Ledger::open_sound(&places.ledger())?;
    let forgotten = ledger.forgotten()?;
    let gone = |input: &&Submission| forgotten.iter().any(|one| one.sha256 == input.sha256);
    match pinned.inputs.iter().filter(gone).count() {
        0 => {}
        count => return Err(RunError::InputsForgotten { run: pinned.run, count, of: pinned.inputs.len() }),
    }
    let mut differs = archive(&places, pinned)?;
    differs.extend(configuration(config, pinned));
    let program = concat!("kim ", env!("CARGO_PKG_VERSION"));
    if pinned.program != program {
        differs.push(format!("the program: {} then, {program} now", pinned.program));
    }
    let now = clock.now().to_rfc3339();
    if pinned.clock != now {
        differs.push(format!("the clock: {} then, {now} in the time zone of today's configuration", pinned.clock));
    }
    let before = ledger.published_before(pinned.run, &pipeline.name)?;
    if before != pinned.published_before {
        let told = |published: &Option<Published>| {
            published.as_ref().map_or("nothing".to_owned(), |published| format!("run {}", published.run))
        };
        let (then, now) = (told(&pinned.published_before), told(&before));
        differs.push(format!("what was published before: {then} then, {now} as the ledger says now"));
    }

    let mut facts = gather(config, pipeline, &pinned.inputs, &places, clock, (None, stage))?.facts;
    let made = make(&order, &mut facts, &pinned.inputs, pinned.period, stage)?;
    let folder = places.data.join("trials").join("again").join(format!("run-{:06}", pinned.run));
    let mut editions = Vec::new();
    for output in &pinned.outputs {
        let new = made.editions.iter().find(|(spec, ..)| *spec.audience.get_ref() == output.audience);
        let now = new.map(|(_, workbook, _)| sha256(&workbook.bytes));
        let equal = now.as_ref() == Some(&output.sha256);
        let mut path = None;
        if let (false, Some((_, workbook, _))) = (equal, new) {
            let place = folder.join(&workbook.name);
            files::write(&place, &workbook.bytes)?;
            path = Some(place);
        }
        editions.push(Edition { audience: output.audience.clone(), equal, then: output.sha256.clone(), now, path });
    }
    Ok(Compared {
        run: pinned.run,
        trial: pinned.trial,
        pipeline: pinned.pipeline.clone(),
        period: pinned.period,
        clock: pinned.clock.clone(),
        equal: editions.iter().all(|edition| edition.equal),
        editions,
        differs,
    })
}

/// Originals that are gone stop it; what lies under a wrong fingerprint is told.
fn archive(places: &Places, pinned: &Pinned) -> Result<Vec<String>, RunError> {
    let mut differs = Vec::new();
    for Submission { sha256, file, .. } in &pinned.inputs {
        let path = collect::archived(&places.archive(), sha256);
        if !path.exists() {
            return Err(RunError::Lost { file: file.clone(), sha256: sha256.clone() });
        }
        if sha256_of(&path)? != *sha256 {
            differs.push(format!("the archive: {} is not what it was ({file})", path.display()));
        }
    }
    Ok(differs)
}

/// Files that have changed, are gone, or are new.
fn configuration(config: &Config, pinned: &Pinned) -> Vec<String> {
    let now = |path: &Path| files::read(path).ok().map(|bytes| sha256(&bytes));
    let mut differs = Vec::new();
    for File { path, sha256 } in &pinned.configuration {
        match now(path) {
            Some(digest) if digest == *sha256 => {}
            Some(_) => differs.push(format!("the configuration: {} has changed", path.display())),
            None => differs.push(format!("the configuration: {} is gone", path.display())),
        }
    }
    let known = |path: &Path| pinned.configuration.iter().any(|file| file.path == path);
    let new = config.files.iter().filter(|(path, _)| !known(path));
    differs.extend(new.map(|(path, _)| format!("the configuration: {} is new", path.display())));
    differs
}

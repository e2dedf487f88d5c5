//! Retention: what was received and what was published is deleted when its time is over.
//!
//! In: the settings, the ledger, the clock. Out: deleted files, and the ledger's memory of them: fingerprint, arrival, what
//! was understood, rule and day. Never: deletes anything without a rule in the settings, touches a source, or lets what is
//! gone look as if it had never been returned.
//!
//! Whole years go at once, counted from the end of the year that was reported on, so that no figure is ever made of the
//! rest of a year. The ledger is written first: whoever dies in between finds there what is still to be deleted, and
//! nothing that is gone is missed.

pub(crate) mod daily;
pub(crate) mod trust;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::Serialize;

use super::ledger::{Forgotten, Ledger, Original};
use super::lock::Lock;
use super::order::Places;
use super::settings::{Ground, LoadedPipeline};
use super::{RunError, arrivals};
use crate::base::clock::Clock;
use crate::base::files::{self, FileError, failed};
use crate::base::settings::Spanned;
use crate::model::period::Period;
use crate::stages::collect;

/// What is to be deleted, or was.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Due {
    pub(crate) originals: Vec<Forgotten>,
    /// Workbooks, manifests and mails as files.
    pub(crate) published: Vec<PathBuf>,
    /// Deleted from the archive, and still in a source: kim does not delete there.
    pub(crate) still_in_sources: Vec<String>,
    /// Sources that are not there, so that nobody looked.
    pub(crate) away: Vec<PathBuf>,
    #[serde(skip)]
    runs: BTreeSet<i64>,
}

/// What is to be deleted at `clock`. Deletes nothing.
pub(crate) fn due(ground: &Ground, clock: Clock) -> Result<Due, RunError> {
    let places = Places::of(ground);
    let ledger = Ledger::open(&places.ledger())?;
    let retention = &ground.settings.retention;
    let mut due = Due::default();
    if let Some(years) = retention.originals_years {
        let (known, gone) = (ledger.originals()?, ledger.forgotten()?);
        let told = known.iter().map(|one| one.sha256.as_str()).chain(gone.iter().map(|one| one.sha256.as_str()));
        let orphans = orphans(&places.archive(), &told.collect())?;
        let over = known.into_iter().chain(orphans).filter(|original| over(year_of(original, ground), years, clock));
        due.originals = over.map(|original| forgotten(original, years, clock.utc())).collect();
    }
    if let Some(years) = retention.editions_years {
        for run in ledger.published()?.iter().filter(|run| over(run.period.end().year(), years, clock)) {
            let of = |folder: PathBuf, name: &String| Some(folder.join(Path::new(name).file_name()?));
            let workbooks = run.workbooks.iter().filter_map(|name| of(places.editions(None, run.period), name));
            let mails = run.mails.iter().filter_map(|name| of(places.outbox(None), name));
            let manifest = super::manifest::place(&places.manifests(None), run.run);
            due.published.extend(workbooks.chain(mails).chain([manifest]).filter(|path| path.exists()));
            due.runs.insert(run.run);
        }
        due.published.sort();
        due.published.dedup();
    }
    let ending: BTreeSet<&str> = due.originals.iter().map(|original| original.sha256.as_str()).collect();
    if !ending.is_empty() || !ledger.forgotten()?.is_empty() {
        due.still_in_sources = arrivals::over(ground, &places, &ledger, &ending)?;
        due.away = ground.sources.iter().filter_map(|source| source.away().map(Path::to_path_buf)).collect();
    }
    Ok(due)
}

/// Deletes what is to be deleted at `clock`, and what an earlier try left. The data folder is locked by the caller.
pub(crate) fn forget(ground: &Ground, clock: Clock, _lock: &Lock) -> Result<Due, RunError> {
    let due = due(ground, clock)?;
    let places = Places::of(ground);
    let ledger = Ledger::open_sound(&places.ledger())?;
    if let Some(one) = due.originals.first() {
        let originals: Vec<Original> = due.originals.iter().map(Original::from).collect();
        ledger.forget(&originals, &one.rule, clock.utc())?;
    }
    sweep(&places, &ledger, clock.utc())?;
    if let Some(years) = ground.settings.retention.editions_years.filter(|_| !due.runs.is_empty()) {
        due.published.iter().try_for_each(|path| files::remove(path))?;
        // Only now: who dies before finds the rest again by the same rule.
        ledger.forget_published(&due.runs, &format!("editions_years = {years}"), clock.utc())?;
    }
    if !due.originals.is_empty() || !due.published.is_empty() {
        let (originals, published) = (due.originals.len(), due.published.len());
        tracing::info!(originals, published, "retention ended, deleted");
    }
    for original in &due.originals {
        let Forgotten { sha256, rule, .. } = original;
        tracing::info!(sha256, rule, "retention ended, deleted");
    }
    Ok(due)
}

/// Deletes the bytes of everything that the ledger has forgotten, and whatever was made from them and may repeat them.
fn sweep(places: &Places, ledger: &Ledger, now: DateTime<Utc>) -> Result<(), RunError> {
    let all = ledger.forgotten()?;
    for one in &all {
        files::remove(&collect::archived(&places.archive(), &one.sha256))?;
    }
    if all.iter().all(|one| one.removed.is_some()) {
        return Ok(());
    }
    // Cells, findings that quote them, trials that show them. Facts come back with the next run, from what is left.
    for folder in [places.data.join("facts"), places.data.join("trials")] {
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(failed("cannot delete", &folder)(error).into());
            }
            _ => {}
        }
    }
    let digests: BTreeSet<&str> = all.iter().map(|one| one.sha256.as_str()).collect();
    for entry in fs::read_dir(places.manifests(None)).into_iter().flatten().flatten() {
        redact(&entry.path(), &digests)?;
    }
    Ok(ledger.forgotten_is_removed(now)?)
}

/// A manifest goes on naming what it was made from by fingerprint, but neither by its file's name nor by its sender.
fn redact(manifest: &Path, forgotten: &BTreeSet<&str>) -> Result<(), FileError> {
    use serde_json::Value;
    let bytes = files::read(manifest)?;
    let Ok(mut document) = serde_json::from_slice::<Value>(&bytes) else {
        tracing::warn!(path = %manifest.display(), "is no manifest; left as it is");
        return Ok(());
    };
    let mut changed = false;
    for (list, key) in [("/inputs", "sha256"), ("/checked/files", "submission")] {
        let entries = document.pointer_mut(list).and_then(Value::as_array_mut).into_iter().flatten();
        for entry in entries.filter_map(Value::as_object_mut) {
            let Some(digest) = entry.get(key).and_then(Value::as_str).map(str::to_owned) else { continue };
            if !forgotten.contains(digest.as_str()) || entry.get("file").and_then(Value::as_str) == Some(&digest) {
                continue;
            }
            entry.insert("file".to_owned(), Value::String(digest));
            entry.entry("from").and_modify(|from| *from = Value::Null);
            changed = true;
        }
    }
    if changed {
        files::write(manifest, &super::manifest::text(&document))?;
    }
    Ok(())
}

/// Files in the archive that no run ever took: somebody looked at them with `kim status`, and took them out again.
fn orphans(archive: &Path, known: &BTreeSet<&str>) -> Result<Vec<Original>, FileError> {
    let mut orphans = Vec::new();
    for folder in fs::read_dir(archive).into_iter().flatten().flatten() {
        for entry in fs::read_dir(folder.path()).into_iter().flatten().flatten() {
            let sha256 = entry.file_name().to_string_lossy().into_owned();
            if known.contains(sha256.as_str()) || sha256.len() != 64 {
                continue;
            }
            let about = entry.metadata().map_err(failed("cannot look at", &entry.path()))?;
            let arrived = about.modified().map_err(failed("cannot look at", &entry.path()))?.into();
            orphans.push(Original { sha256, size: about.len(), arrived, body: None, period: None });
        }
    }
    orphans.sort_by(|a, b| a.sha256.cmp(&b.sha256));
    Ok(orphans)
}

/// The year from whose end the time counts: the one reported on, or that of the arrival where none was understood.
fn year_of(original: &Original, ground: &Ground) -> i32 {
    match &original.period {
        Some(period) => period.end().year(),
        None => original.arrived.with_timezone(&ground.zone).year(),
    }
}

/// Have `years` full years passed since the end of `year`?
fn over(year: i32, years: u32, clock: Clock) -> bool {
    i64::from(clock.today().year()) > i64::from(year) + i64::from(years)
}

fn forgotten(original: Original, years: u32, now: DateTime<Utc>) -> Forgotten {
    let Original { sha256, size, arrived, body, period } = original;
    let rule = format!("originals_years = {years}");
    Forgotten { sha256, size, arrived, body, period, rule, decided: now, removed: None }
}

impl From<&Forgotten> for Original {
    fn from(forgotten: &Forgotten) -> Original {
        let Forgotten { sha256, size, arrived, body, period, .. } = forgotten.clone();
        Original { sha256, size, arrived, body, period }
    }
}

/// Why a period cannot be made again.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Ended {
    /// Returns up to the end of this year were deleted.
    pub(crate) year: i32,
    pub(crate) rule: String,
    pub(crate) on: NaiveDate,
    /// Those of the period that was asked for.
    pub(crate) originals: Vec<Forgotten>,
}

/// The years whose originals are gone, if `period` reaches into them.
pub(crate) fn ended(ledger: &Ledger, period: Period, zone: chrono_tz::Tz) -> Result<Option<Ended>, RunError> {
    let all = ledger.forgotten()?;
    let Some(last) =
        last(&all).filter(|last| period.start().year() <= last.period.map_or(0, |period| period.end().year()))
    else {
        return Ok(None);
    };
    let (year, rule) = (last.period.map_or(0, |period| period.end().year()), last.rule.clone());
    let on = last.decided.with_timezone(&zone).date_naive();
    let of_it = |one: &&Forgotten| one.period.is_some_and(|of| period.contains(&of) || of.contains(&period));
    Ok(Some(Ended { year, rule, on, originals: all.iter().filter(of_it).cloned().collect() }))
}

/// The pipeline with the first period whose returns may all be there: earlier ones must not look as if nobody had
/// answered.
pub(crate) fn as_kept<'a>(pipeline: &'a LoadedPipeline, ledger: &Ledger) -> Result<Cow<'a, LoadedPipeline>, RunError> {
    let first = &pipeline.pipeline.first_period;
    let after = last(&ledger.forgotten()?)
        .and_then(|last| Period::new(first.get_ref().kind, last.period?.end().year() + 1, 1))
        .filter(|after| after > first.get_ref());
    let Some(after) = after else { return Ok(Cow::Borrowed(pipeline)) };
    let mut kept = pipeline.clone();
    kept.pipeline.first_period = Spanned::new(first.span(), after);
    Ok(Cow::Owned(kept))
}

fn last(all: &[Forgotten]) -> Option<&Forgotten> {
    all.iter().filter(|one| one.period.is_some()).max_by_key(|one| one.period)
}

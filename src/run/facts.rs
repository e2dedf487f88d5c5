//! From the archive to facts: read, clean, check, store; or the stored facts, where nothing has changed.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::order::{Places, is_stopping};
use super::reading::{self, Reader, ReadingError};
use super::settings::{Config, LoadedPipeline};
use crate::base::clock::Clock;
use crate::base::files::sha256;
use crate::model::facts::Facts;
use crate::model::finding::{Code, Finding};
use crate::model::period::Period;
use crate::model::raw::RawWorkbook;
use crate::model::rule::Tally;
use crate::model::submission::Submission;
use crate::model::understood::CleanReturn;
use crate::stages::{check, clean, collect, evaluate, protect, read, store};

/// Somebody wanted the run to end before this stage.
#[derive(Debug, thiserror::Error)]
#[error("stopped before the step `{before}`")]
pub(crate) struct Stopped {
    pub(crate) before: &'static str,
}

/// Hears the name of each stage before it begins, and may stop there.
pub(crate) type Stage<'a> = dyn FnMut(&'static str) -> Result<(), Stopped> + 'a;

#[derive(Debug, thiserror::Error)]
pub(crate) enum FactsError {
    #[error(transparent)]
    Stopped(#[from] Stopped),
    #[error(transparent)]
    Reading(#[from] ReadingError),
    #[error(transparent)]
    Store(#[from] store::StoreError),
    #[error("the returns cannot be checked")]
    Check(#[from] check::CheckError),
}

/// What the archive says, and whether workbooks had to be read for it.
pub(crate) struct Gathered {
    pub(crate) facts: Facts,
    pub(crate) read: usize,
    /// How much of the work of reading and cleaning was cleaning: both go on side by side.
    pub(crate) cleaning: f64,
}

/// Facts about every submission, with the findings as they count on the clock's day. Reading ends between two files when
/// `stop` is set.
pub(crate) fn gather(
    config: &Config,
    pipeline: &LoadedPipeline,
    submissions: &[Submission],
    places: &Places,
    clock: Clock,
    (stop, stage): (Option<&AtomicBool>, &mut Stage<'_>),
) -> Result<Gathered, FactsError> {
    let folder = &places.facts(&pipeline.form.id);
    let fingerprint = fingerprint(config, pipeline, submissions);
    let lenient = |facts: &mut Facts| {
        let waivers = &pipeline.pipeline.waivers;
        check::lenient(&mut facts.findings, &pipeline.form, waivers, &config.register, clock.today());
    };
    if let Some(mut facts) = store::load(folder, &fingerprint, &pipeline.form) {
        lenient(&mut facts);
        return Ok(Gathered { facts, read: 0, cleaning: 0.0 });
    }
    stage("read")?;
    let (returns, cleaning) = understand(config, pipeline, submissions, &places.archive(), stop)?;
    stage("check")?;
    let mut facts = store::facts(&pipeline.form, &returns)?;
    let by_digest: BTreeMap<String, Submission> =
        // Of copies the first counts, as in the facts.
        submissions.iter().rev().map(|submission| (submission.sha256.clone(), submission.clone())).collect();
    facts.findings.extend(check::among(&returns, pipeline.pipeline.due_days, config.zone));
    let input =
        check::Input { form: &pipeline.form, register: &config.register, facts: &facts, submissions: &by_digest };
    let (found, tallies) = check::plausible(&input)?;
    facts.findings.extend(found);
    facts.tallies = tallies;
    facts
        .findings
        .sort_by(|a, b| (&a.file, a.severity, a.code, &a.places).cmp(&(&b.file, b.severity, b.code, &b.places)));
    check::recurring(&mut facts.findings);
    stage("store")?;
    store::save(folder, &fingerprint, &mut facts)?;
    lenient(&mut facts);
    Ok(Gathered { facts, read: submissions.len(), cleaning })
}

/// The question that is put to the facts: everything on which the results depend.
pub(super) fn evaluation<'a>(
    config: &'a Config,
    pipeline: &'a LoadedPipeline,
    facts: &'a Facts,
    period: Period,
    clock: Clock,
) -> evaluate::Input<'a> {
    evaluate::Input {
        facts,
        form: &pipeline.form,
        register: &config.register,
        catalogue: &pipeline.catalogue,
        rules: &pipeline.rules,
        report: &pipeline.pipeline.report,
        period,
        first_period: *pipeline.pipeline.first_period.get_ref(),
        due_days: pipeline.pipeline.due_days,
        clock,
    }
}

pub(super) fn protection<'a>(config: &'a Config, pipeline: &'a LoadedPipeline) -> protect::Input<'a> {
    protect::Input {
        form: &pipeline.form,
        register: &config.register,
        catalogue: &pipeline.catalogue,
        disclosure: &config.settings.disclosure,
    }
}

/// Findings about files that belong to no period, or to one that was not asked, concern the period in whose window
/// they arrived: from its first day to the last of the next one.
pub(super) fn concerns(finding: &Finding, period: Period, submissions: &[Submission]) -> bool {
    let arrived = || {
        let found = submissions
            .iter()
            .find(|submission| submission.sha256 == finding.submission && submission.file == finding.file);
        found.map(|submission| submission.arrived.date_naive())
    };
    match finding.period {
        Some(_) if finding.code != Code::PeriodNotAsked => true,
        _ => arrived().is_some_and(|day| period.start() <= day && day <= period.next().end()),
    }
}

/// Reads and cleans every submission, on all cores; the order of the submissions stays. Also: the share of cleaning.
///
/// Each thread, this one among them, has a worker process, which reads the next file while the thread cleans the one before.
fn understand(
    config: &Config,
    pipeline: &LoadedPipeline,
    submissions: &[Submission],
    archive: &Path,
    stop: Option<&AtomicBool>,
) -> Result<(Vec<(Submission, CleanReturn)>, f64), FactsError> {
    let next = AtomicUsize::new(0);
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(submissions.len().max(1));
    let (reading, cleaning) = (AtomicU64::new(0), AtomicU64::new(0));
    let prepared = prepared(config, pipeline);
    let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    let span = tracing::Span::current();
    let work = || -> Result<Vec<(usize, CleanReturn)>, FactsError> {
        let _of_the_run = span.enter();
        let mut done = Vec::new();
        let mut reader = Reader::new(&config.settings.limits);
        let ask_next = |reader: &mut Reader<'_>| -> Result<Option<usize>, ReadingError> {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(submission) = submissions.get(index) else { return Ok(None) };
            reader.ask(&collect::archived(archive, &submission.sha256))?;
            Ok(Some(index))
        };
        let mut asked = ask_next(&mut reader)?;
        // Whoever is asked to stop leaves the rest; what is read is not kept, and is read again at the next start.
        while let Some(index) = asked.filter(|_| !is_stopping(stop)) {
            let answer = reader.answer()?;
            asked = ask_next(&mut reader)?;
            let begun = Instant::now();
            // The beginning of the fingerprint, never the name: people put names of people into it.
            let _one = tracing::debug_span!("submission", sha256 = super::short(&submissions[index].sha256)).entered();
            let clean = cleaned(&prepared, &submissions[index], answer.workbook);
            tracing::debug!(tables = clean.tables.len(), findings = clean.findings.len(), "read");
            reading.fetch_add(micros(answer.time), Ordering::Relaxed);
            cleaning.fetch_add(micros(begun.elapsed()), Ordering::Relaxed);
            done.push((index, clean));
        }
        Ok(done)
    };
    let mut all = std::thread::scope(|scope| -> Result<Vec<(usize, CleanReturn)>, FactsError> {
        // This thread works as well: on one core it is the only one, and the allocator gives the first thread of a program
        // its memory in larger pieces than any other.
        let threads: Vec<_> = (1..workers).map(|_| scope.spawn(work)).collect();
        let mut all = work()?;
        for thread in threads {
            all.extend(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(all)
    })?;
    if all.len() < submissions.len() {
        return Err(Stopped { before: "check" }.into());
    }
    all.sort_by_key(|(index, _)| *index);
    let of_bodies = |(index, clean): (usize, CleanReturn)| {
        clean.by_body().into_iter().map(move |clean| (submissions[index].clone(), clean))
    };
    let returns = all.into_iter().flat_map(of_bodies).collect();
    let (reading, cleaning) = (reading.into_inner() as f64, cleaning.into_inner() as f64);
    Ok((returns, cleaning / (reading + cleaning).max(1.0)))
}

/// What one file says, with what the rules say of it alone; how each rule fared. A file that cannot be read is a
/// return without tables and with a finding.
pub(crate) fn understand_one(
    config: &Config,
    pipeline: &LoadedPipeline,
    submission: &Submission,
    file: &Path,
) -> Result<(CleanReturn, Vec<Tally>), FactsError> {
    let answer = reading::read_one(file, &config.settings.limits)?;
    let mut clean = cleaned(&prepared(config, pipeline), submission, answer.workbook);
    let returns: Vec<_> = clean.clone().by_body().into_iter().map(|clean| (submission.clone(), clean)).collect();
    let facts = store::facts(&pipeline.form, &returns)?;
    let submissions = BTreeMap::from([(submission.sha256.clone(), submission.clone())]);
    let input =
        check::Input { form: &pipeline.form, register: &config.register, facts: &facts, submissions: &submissions };
    let (found, tallies) = check::plausible(&input)?;
    clean.findings.extend(found);
    let today = submission.arrived.with_timezone(&config.zone).date_naive();
    let waivers = &pipeline.pipeline.waivers;
    check::lenient(&mut clean.findings, &pipeline.form, waivers, &config.register, today);
    Ok((clean, tallies))
}

fn prepared<'a>(config: &'a Config, pipeline: &'a LoadedPipeline) -> clean::Prepared<'a> {
    clean::Prepared::new(&pipeline.form, &config.register, *pipeline.pipeline.first_period.get_ref())
}

fn cleaned(
    prepared: &clean::Prepared<'_>,
    submission: &Submission,
    workbook: Result<RawWorkbook, read::Unreadable>,
) -> CleanReturn {
    match read::named(workbook, &submission.file) {
        Ok(workbook) => clean::clean(submission, &workbook, prepared),
        Err(unreadable) => {
            let mut finding = Finding::new(unreadable.code, submission).found(unreadable.reason);
            finding.places = unreadable.places;
            CleanReturn { findings: vec![finding], ..CleanReturn::default() }
        }
    }
}

/// Of everything that facts depend on: the files that arrived, the configuration, from when on returns are kept, the
/// program.
fn fingerprint(config: &Config, pipeline: &LoadedPipeline, submissions: &[Submission]) -> String {
    let mut text = program();
    text += &format!("{}\n", pipeline.pipeline.first_period.get_ref());
    for (path, digest) in &config.files {
        text += &format!("{} {digest}\n", path.display());
    }
    for Submission { sha256, file, from, arrived } in submissions {
        text += &format!("{sha256} {file} {from:?} {arrived}\n");
    }
    sha256(text.as_bytes())
}

/// The version, and what tells two builds of one version apart.
fn program() -> String {
    let built = std::env::current_exe().and_then(std::fs::metadata).ok();
    let stamp = built.and_then(|data| Some((data.len(), data.modified().ok()?)));
    format!("kim {} {stamp:?}\n", env!("CARGO_PKG_VERSION"))
}

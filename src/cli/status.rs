//! `kim status`: who has returned what, the last and next runs, mail that waits.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::inspect::told::{FindingTold, line};
use super::{AsOf, Outcome, counted, ground, load, mails};
use crate::base::problem::Problem;
use crate::base::words::Words;
use crate::model::figure::ReturnState;
use crate::model::finding::Finding;
use crate::model::form::Form;
use crate::model::language::Language;
use crate::model::period::Period;
use crate::run::chain;
use crate::run::ledger::{Delivery, Ledger, NotRun, Outcome as RunOutcome};
use crate::run::order::Places;
use crate::run::settings::{Config, Ground, LoadedPipeline, Survey, survey};
use crate::run::status::{Status, status as look};
use crate::run::watch::health::{Health, State, health};
use crate::run::watch::heartbeat;
use crate::run::watch::sources::Lookout;
use crate::run::watch::vitals::vitals;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Pipelines to tell of [default: monitoring.toml in the folder pipelines beside the configuration]
    #[arg(value_name = "PIPELINE.toml")]
    pipelines: Vec<PathBuf>,
    /// The period whose returns are told [default: the latest that has ended]
    #[arg(long, value_name = "PERIOD")]
    period: Option<Period>,
    #[command(flatten)]
    as_of: AsOf,
    /// The language of the findings
    #[arg(long, value_name = "de|en", default_value = "en", value_parser = ["de", "en"])]
    lang: String,
    /// Print one JSON document for each pipeline
    #[arg(long)]
    json: bool,
    /// Only for monitoring: one line and an exit code as Nagios, Icinga and Checkmk plugins give them; reads no workbook
    #[arg(long, conflicts_with_all = ["json", "period", "as_of"])]
    check: bool,
}

#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    status: &'a Status,
    rejected: Vec<FindingTold<'a>>,
    findings: Vec<FindingTold<'a>>,
}

pub(super) fn status(config: &Path, options: &Options) -> Outcome {
    if options.check {
        return check(config, &options.pipelines);
    }
    let config = load(config, &options.pipelines)?;
    let clock = options.as_of.clock(&config)?;
    let language = if options.lang == "de" { Language::De } else { Language::En };
    let words = Words::new(language.tag());
    for pipeline in &config.pipelines {
        let status = look(&config, pipeline, clock, options.period).map_err(|error| error.about(&config.data))?;
        let form = &pipeline.form;
        let rejected = in_words(&status.rejected, form, (&words, language));
        if options.json {
            let document =
                Document { rejected, findings: in_words(&status.findings, form, (&words, language)), status: &status };
            super::say(&serde_json::to_string_pretty(&document)?)?;
        } else {
            super::say(&told(&status, &config, &rejected, &words))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn in_words<'a>(findings: &'a [Finding], form: &Form, words: (&Words, Language)) -> Vec<FindingTold<'a>> {
    findings.iter().map(|finding| FindingTold::of(finding, form, words)).collect()
}

/// 0 well, 1 warning, 2 critical, 3 unknown; always one line on stdout, whatever is wrong.
fn check(config: &Path, pipelines: &[PathBuf]) -> Outcome {
    let Survey { ground: whole, pipelines, problems, .. } = survey(config, pipelines);
    let ground = whole.map_or_else(|| ground(config, &[]), Ok);
    let told = mistakes_told(&problems);
    let health = match (ground, told) {
        (Ok(ground), told) => {
            let (mut health, alive) = look_after(&ground, pipelines.iter().flatten());
            if let Some(told) = told {
                health.mistaken(alive, told);
            }
            health
        }
        (Err(_), told) => Health::hopeless(State::Critical, &told.unwrap_or_default()),
    };
    super::say(&health.line())?;
    Ok(ExitCode::from(health.state.exit_code()))
}

/// How many mistakes, where the first stands, and what it is, unless that may name a person.
fn mistakes_told(problems: &[Problem]) -> Option<String> {
    let first = problems.first()?;
    let line = first.line().map(|line| format!(":{line}")).unwrap_or_default();
    let private = first.message.contains('@') || first.message.contains("mail address");
    let what = if private { String::new() } else { format!(": {}", first.message) };
    let (count, file) = (counted(problems.len(), "mistake"), first.source.path.display());
    Some(format!("the configuration has {count}, in {file}{line}{what} (kim check)"))
}

/// What there is to see, and whether a service is alive.
fn look_after<'a>(ground: &Ground, pipelines: impl Iterator<Item = &'a LoadedPipeline>) -> (Health, bool) {
    let (beat, now) = (heartbeat::read(&ground.data), chrono::Utc::now());
    let alive = beat.as_ref().is_ok_and(|beat| beat.as_ref().is_some_and(|beat| beat.lives(now)));
    let away = Lookout::default().look(&ground.sources, now);
    let path = Places::of(ground).ledger();
    let seen = Ledger::look(&path).and_then(|ledger| vitals(ground, pipelines, &ledger, (None, away), now));
    let health = match seen {
        Ok(vitals) => health(&beat, &vitals),
        Err(_) if !path.exists() && beat == Ok(None) => {
            Health::hopeless(State::Critical, "nothing has ever run on this data folder; start kim serve")
        }
        Err(error) => Health::hopeless(State::Critical, &chain(&crate::run::RunError::from(error).about(&ground.data))),
    };
    (health, alive)
}

fn told(status: &Status, config: &Config, rejected: &[FindingTold<'_>], words: &Words) -> String {
    let mut lines = vec![format!("{}: returns for {}, due {}", status.pipeline, status.period, status.due)];
    for body in &status.bodies {
        let state = match body.state {
            ReturnState::OnTime => "on time",
            ReturnState::Late => "late",
            ReturnState::NotDue => "not due yet",
            ReturnState::Overdue => "OVERDUE",
        };
        let arrived = body.arrived.map(|at| at.with_timezone(&config.zone).format("%Y-%m-%d %H:%M").to_string());
        let mut line = format!("  {} {:<22} {state:<12} {:<17}", body.ags, body.name, arrived.unwrap_or_default());
        if body.errors + body.warnings > 0 {
            line +=
                &format!(" {}, {}", counted(body.errors as usize, "error"), counted(body.warnings as usize, "warning"));
        }
        if !body.missing_tables.is_empty() {
            line += &format!("; missing: {}", body.missing_tables.join(", "));
        }
        lines.push(line.trim_end().to_owned());
    }
    if !status.left_out.is_empty() {
        lines.push("left out: a link, a pipe or a device is no return".to_owned());
        lines.extend(status.left_out.iter().map(|path| format!("  {}", path.display())));
    }
    for path in &status.away {
        lines.push(format!("the source {} is not there: what has come since is not told", path.display()));
    }
    if !status.rejected.is_empty() {
        lines.push("files that could not be taken".to_owned());
        for (finding, told) in status.rejected.iter().zip(rejected) {
            lines.push(format!("  {}\n    {}", finding.file, line(told, words)));
        }
    }
    lines.push("last runs".to_owned());
    if status.last_runs.is_empty() {
        lines.push("  none yet".to_owned());
    }
    for run in &status.last_runs {
        let period = run.period.map(|period| format!(" {period}")).unwrap_or_default();
        let outcome = match (&run.outcome, run.ended) {
            (Some(outcome), _) => format!("{outcome:?}").to_lowercase(),
            (None, _) => "not ended".to_owned(),
        };
        let trial = if run.trial { " (a trial)" } else { "" };
        let left = mails::left(run.id, &status.mail);
        let started = run.started.with_timezone(&config.zone).format("%Y-%m-%d %H:%M");
        lines.push(format!("  {started} run {} {}{period} {outcome}{trial}{left}", run.id, run.pipeline));
        if let (Some(RunOutcome::Failed), Some(reason)) = (run.outcome, &run.summary) {
            lines.push(format!("    {}", reason.lines().next().unwrap_or_default()));
        }
    }
    lines.push("next runs".to_owned());
    if status.next_runs.is_empty() {
        lines.push("  none: the pipeline has no schedule".to_owned());
    }
    lines.extend(status.next_runs.iter().map(|slot| format!("  {slot}")));
    lines.extend(not_as_usual(status, config));
    lines.push("mail left".to_owned());
    if status.mail.is_empty() {
        lines.push("  none".to_owned());
    }
    let standing = |mail: &Delivery| format!("  {} {}", mail.recipient, mails::standing(mail, config.zone));
    lines.extend(status.mail.iter().map(standing));
    lines.join("\n")
}

/// Clock changes, and due times that were not run.
fn not_as_usual(status: &Status, config: &Config) -> Vec<String> {
    let mut lines = Vec::new();
    if !status.clock_changes.is_empty() {
        lines.push("clock changes".to_owned());
        lines.extend(status.clock_changes.iter().map(|night| format!("  {night}")));
    }
    if !status.not_run.is_empty() {
        lines.push("due, but not run".to_owned());
    }
    let local =
        |at: &chrono::DateTime<chrono::Utc>| at.with_timezone(&config.zone).format("%Y-%m-%d %H:%M").to_string();
    for NotRun { first, last, slots, reason } in &status.not_run {
        let (first, last) = (local(first), local(last));
        let when = if *slots == 1 { first } else { format!("{slots} times from {first} to {last}") };
        lines.push(format!("  {when}: {reason}"));
    }
    lines
}

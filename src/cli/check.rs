//! `kim check`: is the configuration sound? All mistakes at once, each with its line and a hint.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::{Failure, Outcome};
use crate::base::problem::Problem;
use crate::model::municipality::BodyKind;
use crate::run::settings::{self, Config, LoadedPipeline};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Pipelines to check [default: monitoring.toml]
    #[arg(value_name = "PIPELINE.toml")]
    pipelines: Vec<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(super) fn check(config: &Path, options: &Options) -> Outcome {
    let loaded = settings::load(config, &options.pipelines);
    let away = loaded.as_ref().map(|config| settings::away(config)).unwrap_or_default();
    // A share that is away is no mistake of a file, but nothing can run.
    let code = if away.is_empty() { 0 } else { 1 };
    if options.json {
        let problems = loaded.as_ref().err().map(Vec::as_slice).unwrap_or_default();
        let hints = loaded.as_ref().map(hints).unwrap_or_default();
        let document = Document { hints, away: each(&away), ..Document::of(problems) };
        super::say(&serde_json::to_string_pretty(&document)?)?;
        return Ok(ExitCode::from(if loaded.is_ok() { code } else { 2 }));
    }
    super::say(&sound(&loaded.map_err(Failure::Config)?))?;
    if !away.is_empty() {
        let rendered: Vec<String> = away.iter().map(Problem::render).collect();
        eprintln!("{}\n\n{}", rendered.join("\n\n"), AWAY);
    }
    Ok(ExitCode::from(code))
}

const AWAY: &str = "the configuration is sound, but not all sources are there now; until they are, each run fails and is \
                    tried again";

/// All problems as text for a terminal, and how many they are.
pub(super) fn told(problems: &[Problem]) -> String {
    let files: BTreeSet<&Path> = problems.iter().map(|problem| problem.source.path.as_path()).collect();
    let rendered: Vec<String> = problems.iter().map(Problem::render).collect();
    let count = match problems.len() {
        1 => "1 mistake".to_owned(),
        many => format!("{many} mistakes"),
    };
    let place = match files.len() {
        1 => "1 file".to_owned(),
        many => format!("{many} files"),
    };
    format!("{}\n\nthe configuration has {count} in {place}; nothing was done", rendered.join("\n\n"))
}

/// What a sound configuration says, for a person to compare with what was meant.
fn sound(config: &Config) -> String {
    let of_kind = |kind: BodyKind| config.register.bodies.iter().filter(|body| body.kind == kind).count();
    let mut lines = vec![format!(
        "sound: {} files, {} municipalities, {} district{}",
        config.files.len(),
        of_kind(BodyKind::Municipality),
        of_kind(BodyKind::District),
        if of_kind(BodyKind::District) == 1 { "" } else { "s" },
    )];
    lines.extend(config.sources.iter().map(|source| format!("returns from {}", source.path.display())));
    lines.push(match &config.settings.mail.server {
        Some(server) => format!("mail through {}", server.host),
        None => format!("mail is not sent but written to {}", config.data.join("outbox").display()),
    });
    lines.extend(config.pipelines.iter().map(|pipeline| of_pipeline(pipeline, config)));
    lines.extend(hints(config).into_iter().map(|hint| format!("hint: {hint}")));
    lines.join("\n")
}

/// What is no mistake, but to be thought of: returns without an end of their time, waivers and new rules beyond theirs.
fn hints(config: &Config) -> Vec<String> {
    let today = crate::base::clock::Clock::system(config.zone).today();
    let mut hints = Vec::new();
    if config.settings.retention.originals_years.is_none() {
        hints.push("[retention] in kim.toml sets no originals_years: returns are kept for good".to_owned());
    }
    for LoadedPipeline { path, pipeline, form, timetable, .. } in &config.pipelines {
        if timetable.as_ref().is_some_and(|timetable| timetable.either_day()) {
            hints.push(format!(
                "{}: the cron line names a day of the month and a day of the week: it runs on either, not only where both \
                 fall together; the first Monday of a month is `0 6 * * MON#1`",
                path.display()
            ));
        }
        for waiver in pipeline.waivers.iter().filter(|waiver| waiver.until < today) {
            let (rule, body, until) = (waiver.rule.get_ref(), waiver.body.get_ref(), waiver.until);
            hints.push(format!("{}: the waiver of `{rule}` for {body} ended on {until}; take it out", path.display()));
        }
        let checks = form.tables.values().flat_map(|table| &table.checks).chain(&form.checks);
        for check in checks {
            if let Some(until) = check.new_until.filter(|until| *until < today) {
                hints.push(format!("form {}: the rule `{}` is no longer new since {until}", form.id, check.id));
            }
        }
    }
    hints
}

fn of_pipeline(pipeline: &LoadedPipeline, config: &Config) -> String {
    let LoadedPipeline { path, pipeline, form, catalogue, rules, .. } = pipeline;
    let mut text = format!(
        "{}: {}\n  form {} version {} with {} tables; {} measures, {} indicators, {} rules; {} sheets",
        path.display(),
        pipeline.title.de,
        form.id,
        form.version,
        form.tables.len(),
        catalogue.measures.len(),
        catalogue.indicators.len(),
        rules.len(),
        pipeline.report.sheets.len(),
    );
    for edition in &pipeline.editions {
        let recipients = config.audience(edition.audience.get_ref()).map_or(0, |audience| audience.recipients.len());
        text += &format!("\n  edition {} for {recipients} recipients", edition.audience.get_ref());
        if !edition.without.is_empty() {
            let without: Vec<&str> = edition.without.iter().map(|id| id.get_ref().as_str()).collect();
            text += &format!(", without {}", without.join(", "));
        }
    }
    text
}

#[derive(Serialize)]
struct Document<'a> {
    sound: bool,
    problems: Vec<Told<'a>>,
    /// Sources that are not there now.
    away: Vec<Told<'a>>,
    hints: Vec<String>,
}

#[derive(Serialize)]
struct Told<'a> {
    file: String,
    line: Option<usize>,
    message: &'a str,
    hint: Option<&'a str>,
}

impl Document<'_> {
    fn of(problems: &[Problem]) -> Document<'_> {
        Document { sound: problems.is_empty(), problems: each(problems), away: Vec::new(), hints: Vec::new() }
    }
}

fn each(problems: &[Problem]) -> Vec<Told<'_>> {
    let told = problems.iter().map(|problem| Told {
        file: problem.source.path.display().to_string(),
        line: problem.line(),
        message: &problem.message,
        hint: problem.hint.as_deref(),
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::problem::Source;

    #[test]
    fn a_mistake_is_shown_with_its_line_a_caret_and_a_hint() {
        let source = Source::new(Path::new("config/kim.toml"), "data = \"../data\"\ntimezone = \"Europe/Berlin\"\n");
        let problem = Problem::at(&source, 17..25, "unknown key `timezone`").hint("did you mean `time_zone`?");
        let expected = "\
error: unknown key `timezone`
 --> config/kim.toml:2:1
  |
2 | timezone = \"Europe/Berlin\"
  | ^^^^^^^^
  |
  = help: did you mean `time_zone`?

the configuration has 1 mistake in 1 file; nothing was done";
        assert_eq!(told(std::slice::from_ref(&problem)), expected);
        let document = serde_json::to_value(Document::of(&[problem])).unwrap();
        assert_eq!(document["sound"], false);
        assert_eq!(document["problems"][0]["line"], 2);
        assert_eq!(document["problems"][0]["hint"], "did you mean `time_zone`?");
        assert_eq!(serde_json::to_value(Document::of(&[])).unwrap()["sound"], true);
    }
}

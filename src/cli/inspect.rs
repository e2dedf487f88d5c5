//! `kim inspect FILE`: what one return says and what is wrong with it. Reads the file where it lies; keeps nothing.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::{Failure, Outcome, load};
use crate::base::files::{self, sha256};
use crate::base::words::Words;
use crate::model::finding::{Finding, Severity};
use crate::model::language::Language;
use crate::model::submission::{Answer, CleanReturn, ColumnMatch, Submission};
use crate::model::value::State;
use crate::run::facts::understand_one;
use crate::run::settings::{Config, LoadedPipeline};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The workbook
    file: PathBuf,
    /// The pipeline whose form it answers [default: monitoring.toml]
    #[arg(long, value_name = "PIPELINE.toml")]
    pipeline: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Inspected<'a> {
    file: String,
    sha256: &'a str,
    body: Option<&'a str>,
    name: Option<&'a str>,
    period: Option<String>,
    kind: crate::model::submission::Kind,
    form: String,
    tables: Vec<TableSeen<'a>>,
    findings: &'a [Finding],
}

#[derive(Serialize)]
struct TableSeen<'a> {
    table: &'a str,
    sheet: &'a str,
    answer: Answer,
    rows: usize,
    reported: usize,
    missing: usize,
    columns: &'a [ColumnMatch],
}

pub(super) fn inspect(config: &Path, options: &Options) -> Outcome {
    let config = load(config, options.pipeline.as_slice())?;
    let pipeline = config.pipelines.first().ok_or_else(|| Failure::Usage("there is no pipeline".to_owned()))?;
    let bytes = files::read(&options.file)?;
    let submission = Submission {
        sha256: sha256(&bytes),
        file: options.file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        from: None,
        arrived: crate::base::clock::Clock::system(config.zone).utc(),
    };
    let clean = understand_one(&config, pipeline, &submission, &bytes);
    let seen = inspected(&config, pipeline, &submission, &clean);
    if options.json {
        println!("{}", serde_json::to_string_pretty(&seen)?);
    } else {
        println!("{}", told(&seen));
    }
    Ok(ExitCode::SUCCESS)
}

fn inspected<'a>(
    config: &'a Config,
    pipeline: &LoadedPipeline,
    submission: &'a Submission,
    clean: &'a CleanReturn,
) -> Inspected<'a> {
    let tables = clean.tables.iter().map(|table| {
        let count =
            |wanted: State| table.rows.iter().flat_map(|row| &row.cells).filter(|cell| cell.state == wanted).count();
        TableSeen {
            table: &table.table,
            sheet: &table.sheet,
            answer: table.answer,
            rows: table.rows.len(),
            reported: count(State::Reported),
            missing: count(State::Missing),
            columns: &table.columns,
        }
    });
    Inspected {
        file: submission.file.clone(),
        sha256: &submission.sha256,
        body: clean.body.as_deref(),
        name: clean.body.as_deref().map(|ags| config.register.name(ags)),
        period: clean.period.map(|period| period.to_string()),
        kind: clean.kind,
        form: format!("{} version {}", pipeline.form.id, pipeline.form.version),
        tables: tables.collect(),
        findings: &clean.findings,
    }
}

fn told(seen: &Inspected<'_>) -> String {
    let unknown = "not understood";
    let mut lines = vec![
        format!("file     {}", seen.file),
        format!("body     {} {}", seen.body.unwrap_or(unknown), seen.name.unwrap_or_default()),
        format!("period   {}", seen.period.as_deref().unwrap_or(unknown)),
        format!("form     {}", seen.form),
        String::new(),
    ];
    for table in &seen.tables {
        let what = match table.answer {
            Answer::Nil => "Fehlanzeige (nothing to report)".to_owned(),
            Answer::Present => {
                format!("{} rows, {} cells reported, {} missing", table.rows, table.reported, table.missing)
            }
        };
        lines.push(format!("table    {:<18} sheet `{}`: {what}", table.table, table.sheet));
        for guess in table.columns.iter().filter(|column| column.guessed) {
            lines.push(format!(
                "           guessed: `{}` ({}) is taken for `{}`",
                guess.heading,
                guess.place.address(),
                guess.field
            ));
        }
    }
    lines.push(String::new());
    if seen.findings.is_empty() {
        lines.push("Nothing is wrong with it.".to_owned());
    }
    // Findings are read by the coordinator beside the sender's file: in English like the rest of the command line.
    let words = Words::new(Language::En.tag());
    for finding in seen.findings {
        lines.push(finding_told(finding, &words));
    }
    lines.join("\n")
}

/// One finding with its places and remedy, as both `inspect` and `status` print it.
pub(super) fn finding_told(finding: &Finding, words: &Words) -> String {
    let severity = match finding.severity {
        Severity::Error => "error  ",
        Severity::Warning => "warning",
        Severity::Info => "note   ",
    };
    let places: Vec<String> = finding.places.iter().take(4).map(ToString::to_string).collect();
    let more = finding.places.len().saturating_sub(4);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let id = finding.code.name().replace('_', "-");
    let rule = finding.rule.as_deref().map(|rule| format!(" ({rule})")).unwrap_or_default();
    let title = words.say(&format!("finding-{id}"));
    let remedy = words.say(&format!("finding-{id}-remedy"));
    let found = if finding.found.is_empty() { String::new() } else { format!(" found: {}", finding.found) };
    format!("{severity}  {title}{rule}: {}{more}{found}\n           {remedy}", places.join(", "))
}

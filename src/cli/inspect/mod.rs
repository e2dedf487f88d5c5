//! `kim inspect FILE`: what one return says and what is wrong with it. Reads the file where it lies; keeps nothing.

mod seen;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use self::seen::Seen;
use super::{Failure, Outcome, load};
use crate::base::files;
use crate::base::words::Words;
use crate::model::finding::{Finding, Severity};
use crate::model::form::Form;
use crate::model::language::Language;
use crate::model::submission::{Answer, Submission};
use crate::model::value::State;
use crate::run::facts::understand_one;

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

/// So many cells are named in one finding.
const MOST_PLACES: usize = 4;

pub(super) fn inspect(config: &Path, options: &Options) -> Outcome {
    let config = load(config, options.pipeline.as_slice())?;
    let pipeline = config.pipelines.first().ok_or_else(|| Failure::Usage("there is no pipeline".to_owned()))?;
    // A pipe or a device would keep us waiting for ever.
    if !options.file.is_file() {
        let what = if options.file.exists() { "is no regular file" } else { "does not exist" };
        return Err(Failure::Usage(format!("{} {what}", options.file.display())));
    }
    let submission = Submission {
        sha256: files::sha256_of(&options.file)?,
        file: options.file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        from: None,
        arrived: crate::base::clock::Clock::system(config.zone).utc(),
    };
    let clean = understand_one(&config, pipeline, &submission, &options.file)?;
    let seen = Seen::of(&config, pipeline, &submission, &clean);
    if options.json {
        super::say(&serde_json::to_string_pretty(&seen)?)?;
    } else {
        super::say(&told(&seen, &pipeline.form))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn told(seen: &Seen<'_>, form: &Form) -> String {
    let unknown = "not understood";
    let mut lines = vec![
        format!("file     {}", seen.file),
        format!("body     {} {}", seen.body.unwrap_or(unknown), seen.name.unwrap_or_default()).trim_end().to_owned(),
        format!("period   {}", seen.period.as_deref().unwrap_or(unknown)),
        format!("form     {}", seen.form),
        String::new(),
    ];
    for table in &seen.tables {
        let what = match table.answer {
            Answer::Nil => "Fehlanzeige (nothing to report)".to_owned(),
            Answer::Present => {
                let (reported, missing) = (table.count(State::Reported), table.count(State::Missing));
                format!("{} rows, {reported} cells reported, {missing} missing", table.rows.len())
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
        lines.push("Nothing is wrong with it by itself; `kim run` also compares it with other returns.".to_owned());
    }
    // Findings are read by the coordinator beside the sender's file: in English like the rest of the command line.
    let words = Words::new(Language::En.tag());
    for finding in seen.findings {
        lines.push(finding_told(finding, form, &words));
    }
    lines.join("\n")
}

/// One finding with its places and remedy, as both `inspect` and `status` print it.
pub(super) fn finding_told(finding: &Finding, form: &Form, words: &Words) -> String {
    let severity = match finding.severity {
        Severity::Error => "error  ",
        Severity::Warning => "warning",
        Severity::Info => "note   ",
    };
    let places: Vec<String> = finding.places.iter().take(MOST_PLACES).map(ToString::to_string).collect();
    let place = match (places.is_empty(), finding.places.len().saturating_sub(MOST_PLACES)) {
        (true, _) => "the file".to_owned(),
        (false, 0) => places.join(", "),
        (false, more) => format!("{} and {more} more", places.join(", ")),
    };
    let (text, remedy) = sentences(finding, form, words);
    format!("{severity}  {place}: {text}\n           {remedy}")
}

/// What is wrong, and what to do: the form's own words for its rules, else those of the catalogue.
fn sentences(finding: &Finding, form: &Form, words: &Words) -> (String, String) {
    let table = finding.table.as_ref().and_then(|name| form.tables.get(name));
    let check = finding.rule.as_ref().and_then(|rule| table?.checks.iter().find(|check| check.id == *rule));
    if let Some(check) = check {
        return (check.message.get(Language::En).to_owned(), check.hint.get(Language::En).to_owned());
    }
    let id = format!("finding-{}", finding.code.name().replace('_', "-"));
    let quoted = |text: &str| if text.is_empty() { "…".to_owned() } else { text.to_owned() };
    let arguments = [("found", quoted(&finding.found).into()), ("expected", quoted(&finding.expected).into())];
    (words.say_with(&format!("{id}-text"), &arguments), words.say(&format!("{id}-remedy")))
}

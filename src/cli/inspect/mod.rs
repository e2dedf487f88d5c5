//! `kim inspect FILE`: what one return says and what is wrong with it. Reads the file where it lies; keeps nothing.

mod page;
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
use crate::model::phrase;
use crate::model::submission::Submission;
use crate::model::value::ranges;
use crate::run::facts::understand_one;
use crate::stages::collect::Folder;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The workbook
    file: PathBuf,
    /// The pipeline whose form it answers [default: monitoring.toml in the folder pipelines beside the configuration]
    #[arg(long, value_name = "PIPELINE.toml")]
    pipeline: Option<PathBuf>,
    /// Its name below a source, with the folders that may say for when it is: 2026-Q3/Bogen.xlsx [default: where it
    /// lies below a source, else its own name]
    #[arg(long = "as", value_name = "PATH")]
    as_path: Option<String>,
    /// The language of what is wrong and what to do, as its sender would read it
    #[arg(long, value_name = "de|en", default_value = "en", value_parser = ["de", "en"])]
    lang: String,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// So many cells, or ranges of cells, are named in one finding.
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
        file: options.as_path.clone().unwrap_or_else(|| named(&options.file, &config.sources)),
        from: None,
        arrived: crate::base::clock::Clock::system(config.zone).utc(),
    };
    let (clean, tallies) = understand_one(&config, pipeline, &submission, &options.file)?;
    let seen = Seen::of(&config, pipeline, &submission, (&clean, &tallies));
    if options.json {
        super::say(&serde_json::to_string_pretty(&seen)?)?;
    } else {
        let language = if options.lang == "de" { Language::De } else { Language::En };
        super::say(&page::told(&seen, &pipeline.form, language))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The file as a run would call it: by its path below the source in which it lies, else by its own name.
fn named(file: &Path, sources: &[Folder]) -> String {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let path = real(file);
    let below = sources.iter().find_map(|source| path.strip_prefix(real(&source.path)).ok());
    let own = || file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    below.map_or_else(own, |below| below.to_string_lossy().into_owned())
}

/// One finding with its places and remedy, as both `inspect` and `status` print it.
pub(super) fn finding_told(finding: &Finding, form: &Form, language: Language) -> String {
    let words = &Words::new(language.tag());
    let severity = match finding.severity {
        Severity::Error => "error  ",
        Severity::Warning => "warning",
        Severity::Info => "note   ",
    };
    let places = ranges(&finding.places);
    let shown = places.iter().take(MOST_PLACES).map(String::as_str).collect::<Vec<_>>().join(", ");
    let place = match (places.is_empty(), places.len().saturating_sub(MOST_PLACES)) {
        (true, _) => "the file".to_owned(),
        (false, 0) => shown,
        (false, more) => format!("{shown} and {more} more"),
    };
    let (text, remedy) = sentences(finding, form, (words, language));
    let recurring = phrase::recurring(words, finding).map_or_else(String::new, |recurring| format!(" {recurring}"));
    let waived = finding.waived.as_ref().map_or_else(String::new, |waived| {
        format!("\n           waived until {} by {}: {}", waived.until, waived.by, waived.reason)
    });
    let new = finding
        .new_until
        .map_or_else(String::new, |until| format!("\n           a warning until {until}: the rule is new"));
    format!("{severity}  {place}: {text}{recurring}\n           {remedy}{new}{waived}")
}

/// What is wrong, and what to do: the form's own words for its rules, else those of the catalogue.
fn sentences(finding: &Finding, form: &Form, (words, language): (&Words, Language)) -> (String, String) {
    let check = finding.rule.as_deref().and_then(|rule| form.check(finding.table.as_deref(), rule));
    if let Some(check) = check {
        // The numbers it is about stand in the file that whoever asks has before them.
        let found = if finding.found.is_empty() { String::new() } else { format!(" [{}]", finding.found) };
        return (format!("{}{found}", check.message.get(language)), check.hint.get(language).to_owned());
    }
    let id = format!("finding-{}", finding.code.name().replace('_', "-"));
    let quoted = |text: String| if text.is_empty() { "…".to_owned() } else { text };
    let found = quoted(phrase::found(words, finding.code, &finding.found));
    let expected = quoted(phrase::expected(words, finding.code, &finding.expected));
    let say = |part: &str| {
        words.say_with(
            &format!("{id}-{part}"),
            &[("found", found.as_str().into()), ("expected", expected.as_str().into())],
        )
    };
    (say("text"), say("remedy"))
}

//! `kim inspect FILE`: what one return says and what is wrong with it. Reads the file where it lies; keeps nothing.

mod page;
mod seen;
pub(super) mod told;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use self::seen::Seen;
use super::{Failure, Outcome, load};
use crate::base::files;
use crate::base::words::Words;
use crate::model::language::Language;
use crate::model::submission::Submission;
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
    /// The language of the page, and of what is wrong and what to do, as its sender would read it
    #[arg(long, value_name = "de|en", default_value = "en", value_parser = ["de", "en"])]
    lang: String,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

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
    let language = if options.lang == "de" { Language::De } else { Language::En };
    let words = Words::new(language.tag());
    let seen = Seen::of(&config, pipeline, &submission, (&clean, &tallies), (&words, language));
    if options.json {
        super::say(&serde_json::to_string_pretty(&seen)?)?;
    } else {
        super::say(&page::told(&seen, &pipeline.form, &words))?;
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

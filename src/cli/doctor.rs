//! `kim doctor`: is everything around kim as it needs it?

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chrono::Utc;
use clap::Args;
use serde::Serialize;

use super::Outcome;
use crate::run::settings;
use crate::run::watch::doctor::{Found, Verdict, doctor as look};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Pipelines to look at [default: monitoring.toml]
    #[arg(value_name = "PIPELINE.toml")]
    pipelines: Vec<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Document<'a> {
    well: bool,
    checks: &'a [Found],
}

/// 0 if nothing fails; 1 otherwise.
pub(super) fn doctor(folder: &Path, options: &Options) -> Outcome {
    let config = settings::load(folder, &options.pipelines);
    let found = look(folder, &config, Utc::now());
    let well = found.iter().all(|one| one.verdict != Verdict::Fail);
    if options.json {
        super::say(&serde_json::to_string_pretty(&Document { well, checks: &found })?)?;
    } else {
        found.iter().try_for_each(|one| super::say(&line(one)))?;
    }
    Ok(ExitCode::from(u8::from(!well)))
}

fn line(found: &Found) -> String {
    let remedy = found.remedy.as_ref().map(|remedy| format!(" → {remedy}")).unwrap_or_default();
    format!("{:<5} {:<14} {}{remedy}", found.verdict.name(), found.check, found.told.replace('\n', " "))
}

//! `kim forget`: deletes what is older than the retention in kim.toml allows, or shows what that is.

use std::path::Path;
use std::process::ExitCode;

use clap::Args;

use super::{AsOf, Outcome, counted, load};
use crate::run::lock;
use crate::run::retention::{self, Due};
use crate::run::settings::Config;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Show what would be deleted, delete nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    as_of: AsOf,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(super) fn forget(config: &Path, options: &Options) -> Outcome {
    let config = load(config, &[])?;
    let clock = options.as_of.clock(&config)?;
    let due = if options.dry_run {
        retention::due(&config, clock)?
    } else {
        retention::forget(&config, clock, &lock::hold(&config.data)?)?
    };
    if options.json {
        super::say(&serde_json::to_string_pretty(&due)?)?;
    } else {
        super::say(&told(&due, &config, options.dry_run))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn told(due: &Due, config: &Config, dry: bool) -> String {
    let retention = &config.settings.retention;
    if retention.originals_years.is_none() && retention.editions_years.is_none() {
        return "no retention is set, so nothing is ever deleted; see [retention] in kim.toml".to_owned();
    }
    let did = if dry { "would be deleted" } else { "deleted" };
    let mut lines = vec![format!(
        "{did}: {}, {}",
        counted(due.originals.len(), "original"),
        counted(due.published.len(), "published file")
    )];
    for original in &due.originals {
        let what = match (&original.body, original.period) {
            (Some(body), Some(period)) => format!("{} {period}", config.register.name(body)),
            _ => "not understood".to_owned(),
        };
        let arrived = original.arrived.with_timezone(&config.zone).format("%Y-%m-%d");
        lines.push(format!("  {} {what}, arrived {arrived} ({})", original.sha256, original.rule));
    }
    lines.extend(due.published.iter().map(|path| format!("  {}", path.display())));
    if !due.still_in_sources.is_empty() {
        lines.push("still in a source, where kim deletes nothing; delete there yourself:".to_owned());
        lines.extend(due.still_in_sources.iter().map(|file| format!("  {file}")));
    }
    lines.join("\n")
}

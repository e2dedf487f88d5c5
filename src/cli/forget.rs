//! `kim forget`: deletes what is older than the retention in kim.toml allows, or shows what that is.

use std::path::Path;
use std::process::ExitCode;

use chrono::Utc;
use clap::Args;

use super::{AsOf, Outcome, counted, ground};
use crate::model::municipality::Register;
use crate::run::lock;
use crate::run::retention::{self, Due};
use crate::run::settings::{Ground, Part, names};

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
    let (folder, ground) = (config, ground(config, &[Part::Retention])?);
    let clock = options.as_of.clock(&ground)?;
    let due = if options.dry_run {
        retention::due(&ground, clock)?
    } else {
        let due = retention::forget(&ground, clock, &lock::hold(&ground.data)?)?;
        // Whoever deletes by hand has looked at the clock.
        retention::trust::believe(&ground.data, Utc::now())?;
        due
    };
    if options.json {
        super::say(&serde_json::to_string_pretty(&due)?)?;
    } else {
        super::say(&told(&due, &ground, &names(folder), options.dry_run))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn told(due: &Due, ground: &Ground, names: &Register, dry: bool) -> String {
    let retention = &ground.settings.retention;
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
            (Some(body), Some(period)) => format!("{} {period}", names.name(body)),
            _ => "not understood".to_owned(),
        };
        let arrived = original.arrived.with_timezone(&ground.zone).format("%Y-%m-%d");
        lines.push(format!("  {} {what}, arrived {arrived} ({})", original.sha256, original.rule));
    }
    lines.extend(due.published.iter().map(|path| format!("  {}", path.display())));
    if !due.still_in_sources.is_empty() {
        lines.push("still in a source, where kim deletes nothing; delete there yourself:".to_owned());
        lines.extend(due.still_in_sources.iter().map(|file| format!("  {file}")));
    }
    lines.extend(due.away.iter().map(|path| {
        format!("the source {} is not there, so nobody looked whether any of it still lies in it", path.display())
    }));
    lines.join("\n")
}

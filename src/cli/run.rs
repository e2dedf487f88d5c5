//! `kim run`: one run of each pipeline, now.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::{AsOf, Failure, Outcome, counted, load};
use crate::model::period::Period;
use crate::run::RunError;
use crate::run::lock;
use crate::run::order::{Order, Trial};
use crate::run::story;
use crate::run::summary::Summary;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Pipelines to run [default: monitoring.toml in the folder pipelines beside the configuration]
    #[arg(value_name = "PIPELINE.toml")]
    pipelines: Vec<PathBuf>,
    /// The period to report: 2026-Q3, 2026-H1, 2026 [default: the latest that has ended and for which anything arrived]
    #[arg(long, value_name = "PERIOD")]
    period: Option<Period>,
    #[command(flatten)]
    as_of: AsOf,
    /// A trial: send everything to this address only
    #[arg(long, value_name = "ADDRESS", conflicts_with = "dry_run")]
    to: Option<String>,
    /// A trial: write the workbooks, send nothing
    #[arg(long)]
    dry_run: bool,
    /// Print one JSON document for each pipeline
    #[arg(long)]
    json: bool,
}

pub(super) fn run(config: &Path, options: &Options) -> Outcome {
    let config = load(config, &options.pipelines)?;
    let clock = options.as_of.clock(&config)?;
    if let Some(address) = &options.to {
        crate::base::address::check(address).map_err(|reason| Failure::Usage(format!("--to {address}: {reason}")))?;
    }
    let trial = options.to.clone().map(Trial::To).or(options.dry_run.then_some(Trial::Dry));
    let lock = lock::hold(&config.data).map_err(|error| RunError::from(error).about(&config.data))?;
    let mut needs_a_person = false;
    for pipeline in &config.pipelines {
        let order = Order { config: &config, pipeline, period: options.period, clock, trial: trial.clone() };
        let summary = story::run(&order, &lock, &mut super::progress::progress())?;
        needs_a_person |= summary.needs_a_person();
        if options.json {
            super::say(&summary.json())?;
        } else {
            super::say(&told(&summary))?;
        }
    }
    Ok(ExitCode::from(u8::from(needs_a_person)))
}

fn told(summary: &Summary) -> String {
    let Summary { returns, findings, .. } = summary;
    let mut lines = vec![
        format!("{}: period {}{}", summary.pipeline, summary.period, if summary.trial { " (a trial)" } else { "" }),
        format!(
            "  returns    {} of {} bodies, {} missing; {} could not be taken",
            returns.accepted,
            returns.expected,
            returns.missing,
            counted(returns.rejected, "file")
        ),
        format!(
            "  findings   {}, {}, {}",
            counted(findings.error, "error"),
            counted(findings.warning, "warning"),
            counted(findings.info, "note")
        ),
    ];
    lines.extend(summary.editions.iter().map(|edition| format!("  workbook   {}", edition.path.display())));
    for delivery in &summary.deliveries {
        let answer = delivery.answer.as_deref().map(|answer| format!(": {answer}")).unwrap_or_default();
        lines.push(format!("  mail       {} {}{answer}", delivery.to, delivery.state));
    }
    lines.push(format!("  manifest   {}", summary.manifest.display()));
    lines.join("\n")
}

//! `kim read-worker`: not for people. A run starts it to read files in a process of its own.

use std::io;
use std::process::ExitCode;

use clap::Args;

use super::Outcome;
use crate::model::settings::Limits;
use crate::run::reading::worker;

#[derive(Debug, Args)]
pub(super) struct Options {
    #[arg(long)]
    memory_mib: u64,
    #[arg(long)]
    seconds_per_file: u64,
}

pub(super) fn work(options: &Options) -> Outcome {
    let limits = Limits { memory_mib: options.memory_mib, seconds_per_file: options.seconds_per_file };
    worker::work(&limits, io::stdin().lock(), io::stdout().lock())?;
    Ok(ExitCode::SUCCESS)
}

//! `kim read-worker`: not for people. A run starts it to read files in a process of its own.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
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
    // The pipe itself: standard output would look for the ends of lines in each answer, and cut it there.
    let output = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    worker::work(&limits, io::stdin().lock(), output)?;
    Ok(ExitCode::SUCCESS)
}

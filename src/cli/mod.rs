//! One file per verb; the only place that prints.
//!
//! Exit codes: 0 done (missing returns are told, not failures), 1 the run failed or a mail needs a person, 2 wrong usage
//! or configuration, 3 done, but mail waits to be tried again.

mod backup;
mod check;
mod doctor;
mod explain;
mod forget;
mod init;
mod inspect;
mod log;
mod mails;
mod pages;
mod progress;
mod read_worker;
mod retry;
mod run;
mod serve;
mod status;
mod template;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use crate::base::clock::Clock;
use crate::base::problem::Problem;
use crate::run::RunError;
use crate::run::lock::{self, Lock};
use crate::run::serve::asked;
use crate::run::settings::{Config, Ground, Part};

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  it failed or was stopped before its end, or a mail needs a person (refused, in doubt, or a trial that reached nobody)
  2  wrong usage, or a mistake in the configuration
  3  done, but mail waits: `kim serve` tries it again by itself; without it, `kim retry`";

/// Turns the Excel returns of municipalities into an evaluation workbook, and mails it.
#[derive(Debug, Parser)]
#[command(name = "kim", version, propagate_version = true, disable_help_subcommand = true, infer_long_args = false)]
struct Cli {
    /// The folder with kim.toml, municipalities.csv and contacts.toml
    #[arg(long, global = true, default_value = "config", value_name = "DIR")]
    config: PathBuf,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run pipelines once, now, and mail the editions to all their recipients
    ///
    /// Without options it mails everybody in contacts.toml who does not have this content yet. To try first:
    ///
    ///   kim run --dry-run             writes the workbooks, sends nothing
    ///   kim run --to you@example.org  sends everything to you, and to nobody else
    ///
    /// Neither counts as published, and neither disturbs a run that is under way.
    ///
    /// TERM and INT finish the file, the mail or the step that is under way, then end;
    /// `kim retry` goes on there, and nobody gets a mail twice.
    #[command(verbatim_doc_comment, after_help = EXIT_CODES)]
    Run(run::Options),
    /// Stay, and run pipelines when they are due
    ///
    /// A changed configuration counts by itself after a few seconds. One with mistakes is
    /// refused as a whole, and the one before stays in force.
    ///
    /// Signals:
    ///   HUP        read the configuration now, and open the log file anew
    ///   TERM, INT  finish the file, the mail or the step that is under way, then end; the
    ///              next start goes on there, and nobody gets a mail twice
    ///
    /// A run that fails is tried again with growing pauses (`retry_after` in [schedule]);
    /// the owner is told ([owner] in kim.toml).
    #[command(verbatim_doc_comment)]
    Serve(serve::Options),
    /// Write a folder with commented configuration, to begin with
    Init(init::Options),
    /// Is the configuration sound? Tells all mistakes at once
    Check(check::Options),
    /// Show what one return says, and what is wrong with it
    Inspect(inspect::Options),
    /// Write blank forms, one for each reporting body
    Template(template::Options),
    /// Show who has returned what, the last and next runs, and mail that waits
    Status(status::Options),
    /// Do now what is left: mail that waits, runs that failed; and what a person decided about refused mail
    #[command(after_help = EXIT_CODES)]
    Retry(retry::Options),
    /// Copy what cannot be made anew, also while `kim serve` runs
    Backup(backup::Options),
    /// Look at everything around: clock, disk, rights, mail server, ledger; one line and a remedy each
    Doctor(doctor::Options),
    /// Trace a published figure back to the cells it came from
    Explain(explain::Options),
    /// Delete what is older than the retention in kim.toml allows; `serve` does it every day
    Forget(forget::Options),
    #[command(name = crate::run::reading::VERB, hide = true)]
    ReadWorker(read_worker::Options),
    /// Write the completions of a shell to stdout
    #[command(hide = true)]
    Completions(pages::Completions),
    /// Write the manual pages
    #[command(hide = true)]
    Man(pages::Pages),
}

/// Options of every verb that looks at the data as of some moment.
#[derive(Debug, Args)]
struct AsOf {
    /// Set the clock: 2026-10-20, or 2026-10-20T06:00
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
}

impl AsOf {
    fn clock(&self, ground: &Ground) -> Result<Clock, Failure> {
        match &self.as_of {
            Some(text) => Clock::parse(text, ground.zone).map_err(Failure::Usage),
            None => Ok(Clock::system(ground.zone)),
        }
    }
}

/// Why a verb could not do its work.
#[derive(Debug)]
enum Failure {
    /// Told on one line; exit code 2.
    Usage(String),
    /// The configuration has mistakes; exit code 2.
    Config(Vec<Problem>),
    /// The world failed; exit code 1.
    World(Box<dyn std::error::Error + Send + Sync>),
}

impl<E: std::error::Error + Send + Sync + 'static> From<E> for Failure {
    fn from(error: E) -> Failure {
        Failure::World(Box::new(error))
    }
}

type Outcome = Result<ExitCode, Failure>;

pub(crate) fn main() -> ExitCode {
    let cli = Cli::parse();
    let config = cli.config.as_path();
    let outcome = match &cli.verb {
        // What a library says of a hostile file is for nobody, and a worker may not write it anywhere.
        Verb::ReadWorker(options) => read_worker::work(options),
        Verb::Serve(options) => serve::serve(config, options, &log::begin(config, "kim=info,warn")),
        verb => {
            log::begin(config, "warn");
            outcome(config, verb)
        }
    };
    outcome.unwrap_or_else(|failure| {
        let (error, code) = match failure {
            Failure::Usage(_) => ("error: ", 2),
            Failure::Config(_) => ("", 2),
            Failure::World(_) => ("error: ", 1),
        };
        eprintln!("{error}{}", failure_told(&failure));
        ExitCode::from(code)
    })
}

/// What each verb that ends by itself comes to.
fn outcome(config: &Path, verb: &Verb) -> Outcome {
    match verb {
        Verb::Run(options) => run::run(config, options),
        Verb::Init(options) => init::init(options),
        Verb::Check(options) => check::check(config, options),
        Verb::Inspect(options) => inspect::inspect(config, options),
        Verb::Template(options) => template::template(config, options),
        Verb::Status(options) => status::status(config, options),
        Verb::Retry(options) => retry::retry(config, options),
        Verb::Backup(options) => backup::backup(config, options),
        Verb::Explain(options) => explain::explain(config, options),
        Verb::Doctor(options) => doctor::doctor(config, options),
        Verb::Forget(options) => forget::forget(config, options),
        Verb::Completions(options) => pages::completions(options),
        Verb::Man(options) => pages::pages(options),
        Verb::Serve(_) | Verb::ReadWorker(_) => Ok(ExitCode::SUCCESS),
    }
}

/// A failure as text, for a person or for the log.
fn failure_told(failure: &Failure) -> String {
    match failure {
        Failure::Usage(text) => text.clone(),
        Failure::Config(problems) => check::told(problems),
        Failure::World(error) => crate::run::chain(&**error),
    }
}

/// How long a command waits for another that works on the same data.
const PATIENCE: Duration = Duration::from_secs(600);

/// Locks the data folder. Where a run is under way, waits for its end, and says so.
fn alone(ground: &Ground) -> Result<Lock, Failure> {
    let waiting = |held: &dyn std::fmt::Display| eprintln!("{held}; waiting for its end, 10 minutes at most");
    let lock = lock::wait(&ground.data, PATIENCE, |held| waiting(&held));
    Ok(lock.map_err(|error| RunError::from(error).about(&ground.data))?)
}

/// A flag that is set when somebody asks to stop; what is under way is finished first.
fn asked_to_stop() -> Result<Arc<AtomicBool>, Failure> {
    Ok(asked::flag(|| eprintln!("asked to stop; finishing what is under way"))?)
}

/// Prints a result on stdout. Whoever has read enough (`kim status | head`) may stop listening.
fn say(text: &dyn std::fmt::Display) -> std::io::Result<()> {
    use std::io::Write;
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        told => told,
    }
}

/// `1 error`, `2 errors`.
fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// The data folder and these parts of `kim.toml`: whoever needs no more works whatever else is wrong.
fn ground(folder: &Path, parts: &[Part]) -> Result<Ground, Failure> {
    crate::run::settings::ground(folder, parts).map_err(Failure::Config)
}

/// The configuration with these pipelines, or all mistakes in it.
fn load(config: &Path, pipelines: &[PathBuf]) -> Result<Config, Failure> {
    crate::run::settings::load(config, pipelines).map_err(Failure::Config)
}

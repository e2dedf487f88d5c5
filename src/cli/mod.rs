//! One file per verb; the only place that prints.
//!
//! Exit codes: 0 done (missing returns and waiting mail are told, not failures), 1 the run failed or a mail needs a
//! person, 2 wrong usage or configuration.

mod check;
mod explain;
mod forget;
mod init;
mod inspect;
mod pages;
mod progress;
mod read_worker;
mod run;
mod serve;
mod status;
mod template;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::base::clock::Clock;
use crate::base::problem::Problem;
use crate::run::settings::Config;

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
    /// Run pipelines once, now
    Run(run::Options),
    /// Stay, and run pipelines when they are due
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
    fn clock(&self, config: &Config) -> Result<Clock, Failure> {
        match &self.as_of {
            Some(text) => Clock::parse(text, config.zone).map_err(Failure::Usage),
            None => Ok(Clock::system(config.zone)),
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
    // What a library says of a hostile file is for nobody, and a worker may not write it anywhere.
    if !matches!(cli.verb, Verb::ReadWorker(_)) {
        log(&cli.verb);
    }
    let config = cli.config.as_path();
    let outcome = match &cli.verb {
        Verb::Run(options) => run::run(config, options),
        Verb::Serve(options) => serve::serve(config, options),
        Verb::Init(options) => init::init(options),
        Verb::Check(options) => check::check(config, options),
        Verb::Inspect(options) => inspect::inspect(config, options),
        Verb::Template(options) => template::template(config, options),
        Verb::Status(options) => status::status(config, options),
        Verb::Explain(options) => explain::explain(config, options),
        Verb::Forget(options) => forget::forget(config, options),
        Verb::ReadWorker(options) => read_worker::work(options),
        Verb::Completions(options) => pages::completions(options),
        Verb::Man(options) => pages::pages(options),
    };
    outcome.unwrap_or_else(|failure| {
        let (text, code) = match failure {
            Failure::Usage(text) => (format!("error: {text}"), 2),
            Failure::Config(problems) => (check::told(&problems), 2),
            Failure::World(error) => (format!("error: {}", crate::run::chain(&*error)), 1),
        };
        eprintln!("{text}");
        ExitCode::from(code)
    })
}

/// Prints a result on stdout. Whoever has read enough (`kim status | head`) may stop listening.
fn say(text: &dyn std::fmt::Display) -> std::io::Result<()> {
    use std::io::Write;
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        told => told,
    }
}

/// Human on a terminal, JSON otherwise; what is told is chosen by `KIM_LOG` (default: warnings; `serve` tells more).
fn log(verb: &Verb) {
    use std::io::IsTerminal;
    let default = if matches!(verb, Verb::Serve(_)) { "kim=info,warn" } else { "warn" };
    let filter = EnvFilter::try_from_env("KIM_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        builder.with_target(false).init();
    } else {
        builder.json().init();
    }
}

/// `1 error`, `2 errors`.
fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// The configuration with these pipelines, or all mistakes in it.
fn load(config: &Path, pipelines: &[PathBuf]) -> Result<Config, Failure> {
    crate::run::settings::load(config, pipelines).map_err(Failure::Config)
}

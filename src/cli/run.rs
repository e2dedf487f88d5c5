//! `kim run`: one run of each pipeline, now; or an old run once more, to compare.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::Ordering;

use chrono_tz::Tz;
use clap::Args;

use super::mails::{WAITS, delivered};
use super::{AsOf, Failure, Outcome, alone, asked_to_stop, counted, load};
use crate::base::problem::did_you_mean;
use crate::model::period::Period;
use crate::run::RunError;
use crate::run::again::{self, Compared};
use crate::run::facts::FactsError;
use crate::run::names;
use crate::run::order::{ByHand, Order, Resend, Trial};
use crate::run::posting::is_same;
use crate::run::settings::Config;
use crate::run::story;
use crate::run::summary::Summary;
use crate::run::watch::watchman;

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
    /// Make and send only the edition of this audience (its name in contacts.toml); may be repeated
    #[arg(long, value_name = "AUDIENCE", value_delimiter = ',')]
    only: Vec<String>,
    /// A trial: send everything to this address only
    #[arg(long, value_name = "ADDRESS", conflicts_with = "dry_run")]
    to: Option<String>,
    /// A trial: write the workbooks, send nothing
    #[arg(long)]
    dry_run: bool,
    /// Send once more, also to those who have it already, or newer figures; with an address, to nobody else
    #[arg(
        long, value_name = "ADDRESS", num_args = 0..=1, require_equals = true, default_missing_value = "",
        conflicts_with_all = ["to", "dry_run"]
    )]
    resend: Option<String>,
    /// Make the run with this number again from what its manifest names, and compare the workbooks byte for byte;
    /// nothing is sent
    #[arg(
        long, value_name = "RUN",
        conflicts_with_all = ["pipelines", "period", "as_of", "only", "to", "dry_run", "resend"]
    )]
    again: Option<i64>,
    /// For a timer (systemd, cron) instead of `kim serve`: tell the owner ([owner] in kim.toml) by mail what went wrong, as
    /// `kim serve` does
    #[arg(long, conflicts_with_all = ["to", "dry_run", "again"])]
    unattended: bool,
    /// Print one JSON document for each pipeline
    #[arg(long)]
    json: bool,
}

pub(super) fn run(folder: &Path, options: &Options) -> Outcome {
    let config = load(folder, &options.pipelines)?;
    if let Some(run) = options.again {
        return make_again(folder, &config, run, options.json);
    }
    let ended = run_all(&config, options);
    if options.unattended {
        watchman::once(&config);
    }
    ended
}

fn run_all(config: &Config, options: &Options) -> Outcome {
    let clock = options.as_of.clock(config)?;
    if let Some(address) = &options.to {
        check_address("--to", address)?;
    }
    check_audiences(config, &options.only)?;
    let trial = options.to.clone().map(Trial::To).or(options.dry_run.then_some(Trial::Dry));
    let by_hand = ByHand { waits: true, only: options.only.clone(), resend: resend(config, options)? };
    let lock = if trial.is_none() { Some(alone(config)?) } else { None };
    let stop = asked_to_stop()?;
    let orders: Vec<Order<'_>> = config
        .pipelines
        .iter()
        .map(|pipeline| {
            let (period, trial, by_hand) = (options.period, trial.clone(), by_hand.clone());
            Order { config, pipeline, period, clock, trial, by_hand, stop: Some(&stop) }
        })
        // Another of the pipelines has it.
        .filter(|order| options.only.is_empty() || order.editions().next().is_some())
        .collect();
    for order in &orders {
        if let Some(mistake) = story::mistaken_period(order)? {
            return Err(Failure::Usage(mistake));
        }
    }
    let (mut needs_a_person, mut mail_waits) = (false, false);
    for order in &orders {
        let summary = match story::run(order, lock.as_ref(), &mut super::progress::until(&stop)) {
            Ok(summary) => summary,
            Err(error) if orders.len() == 1 || stop.load(Ordering::Relaxed) => return Err(stopped(error, options)),
            // What is wrong with one must not keep the others from being run.
            Err(error) => {
                eprintln!("error: {}: {}", order.pipeline.name, crate::run::chain(&error));
                needs_a_person = true;
                continue;
            }
        };
        needs_a_person |= summary.needs_a_person();
        mail_waits |= summary.mail_waits();
        if options.json {
            super::say(&summary.json())?;
        } else {
            super::say(&told(&summary, config.zone))?;
        }
    }
    if mail_waits && stop.load(Ordering::Relaxed) {
        eprintln!("stopped as asked: the mail that is left goes out with `kim retry`, or by `kim serve`");
    }
    Ok(ExitCode::from(match (needs_a_person, mail_waits) {
        (true, _) => 1,
        (false, true) => WAITS,
        (false, false) => 0,
    }))
}

/// Whoever asked to stop is told how it goes on.
fn stopped(error: RunError, options: &Options) -> Failure {
    let goes_on = if options.dry_run || options.to.is_some() { "" } else { "; `kim retry` takes the run up again" };
    match error {
        RunError::Stopped(_) | RunError::Facts(FactsError::Stopped(_)) => {
            Failure::World(format!("{}, as asked{goes_on}", crate::run::chain(&error)).into())
        }
        other => other.into(),
    }
}

fn check_address(option: &str, address: &str) -> Result<(), Failure> {
    let wrong = |reason| Failure::Usage(format!("{option} {address}: {reason}"));
    crate::base::address::check(address).map(drop).map_err(wrong)
}

/// Each audience must have an edition in one of the pipelines.
fn check_audiences(config: &Config, only: &[String]) -> Result<(), Failure> {
    let editions = config.pipelines.iter().flat_map(|pipeline| &pipeline.pipeline.editions);
    let known: Vec<&str> = editions.map(|spec| spec.audience.get_ref().as_str()).collect();
    let Some(name) = only.iter().find(|name| !known.contains(&name.as_str())) else { return Ok(()) };
    let hint = match did_you_mean(name, known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("there are editions for {}", known.join(", ")),
    };
    Err(Failure::Usage(format!("--only {name}: there is no edition for `{name}`; {hint}")))
}

fn resend(config: &Config, options: &Options) -> Result<Option<Resend>, Failure> {
    let address = match options.resend.as_deref() {
        None => return Ok(None),
        Some("") => return Ok(Some(Resend::Everybody)),
        Some(address) => address,
    };
    check_address("--resend", address)?;
    let editions = config.pipelines.iter().flat_map(|pipeline| &pipeline.pipeline.editions);
    let wanted = editions.filter(|spec| options.only.is_empty() || options.only.contains(spec.audience.get_ref()));
    let audiences = wanted.filter_map(|spec| config.audience(spec.audience.get_ref()));
    let known: Vec<&str> =
        audiences.flat_map(|audience| &audience.recipients).map(|recipient| recipient.get_ref().as_str()).collect();
    if known.iter().any(|recipient| is_same(recipient, address)) {
        return Ok(Some(Resend::To(address.to_owned())));
    }
    let bare = known.iter().filter_map(|recipient| crate::base::address::check(recipient).ok());
    let hint = match did_you_mean(address, bare) {
        Some(meant) => format!("did you mean {meant}?"),
        None => "to show it to somebody else, use --to".to_owned(),
    };
    Err(Failure::Usage(format!("--resend {address}: receives none of these editions (contacts.toml); {hint}")))
}

fn make_again(folder: &Path, config: &Config, run: i64, json: bool) -> Outcome {
    let pinned = again::pinned(config, run)?;
    let config = load(folder, &[names::path(folder, &pinned.pipeline.display().to_string())])?;
    let pipeline = config.pipelines.first().ok_or_else(|| Failure::Usage("there is no pipeline".to_owned()))?;
    let mut progress = super::progress::progress();
    let compared = again::again(&config, pipeline, &pinned, &mut |step| {
        let _ = progress(step);
        Ok(())
    })?;
    if json {
        super::say(&serde_json::to_string_pretty(&compared)?)?;
    } else {
        super::say(&compared_told(&compared))?;
    }
    Ok(ExitCode::from(u8::from(!compared.equal)))
}

fn compared_told(compared: &Compared) -> String {
    let Compared { run, trial, pipeline, period, clock, equal, editions, differs } = compared;
    let trial = if *trial { " (a trial)" } else { "" };
    let mut lines = vec![format!("run {run}{trial} of {}, period {period}, as of {clock}", pipeline.display())];
    for edition in editions {
        lines.push(match (&edition.now, &edition.path) {
            (Some(_), None) => format!("  {:<14} equal     {}", edition.audience, edition.then),
            (Some(_), Some(path)) => format!("  {:<14} DIFFERENT the new one: {}", edition.audience, path.display()),
            (None, _) => format!("  {:<14} DIFFERENT the configuration has no such edition any more", edition.audience),
        });
    }
    lines.push(match (equal, differs.is_empty()) {
        (true, true) => "equal, byte for byte; nothing that the run rests on has changed".to_owned(),
        (true, false) => "equal, byte for byte, although this has changed:".to_owned(),
        (false, false) => "not equal; this has changed since:".to_owned(),
        (false, true) => {
            "not equal, although archive, configuration, clock, what was published before and the version of the \
             program are the same: was it another build of this version?"
                .to_owned()
        }
    });
    lines.extend(differs.iter().map(|what| format!("  {what}")));
    lines.join("\n")
}

fn told(summary: &Summary, zone: Tz) -> String {
    let Summary { returns, findings, .. } = summary;
    let mut lines = vec![
        format!("{}: period {}{}", summary.pipeline, summary.period, if summary.trial { " (a trial)" } else { "" }),
        format!(
            "  returns    {} of {} bodies, {} missing; {} could not be taken{}",
            returns.accepted,
            returns.expected,
            returns.missing,
            counted(returns.rejected, "file"),
            match returns.lock_files {
                0 => String::new(),
                // Excel leaves them beside an open workbook.
                count => format!(" ({} besides: no returns)", counted(count, "lock file")),
            }
        ),
        format!(
            "  findings   {}, {}, {}",
            counted(findings.error, "error"),
            counted(findings.warning, "warning"),
            counted(findings.info, "note")
        ),
    ];
    if let Some(missing) = summary.nothing_for {
        lines.push(format!(
            "  note       nothing has arrived for {missing}, which was due: is the share with the returns mounted?"
        ));
    }
    lines.extend(summary.editions.iter().map(|edition| format!("  workbook   {}", edition.path.display())));
    lines.extend(summary.deliveries.iter().map(|mail| format!("  mail       {}", delivered(mail, zone))));
    if summary.mail_waits() {
        lines.push("  note       mail waits: `kim serve` tries it again by itself; without it: `kim retry`".to_owned());
    }
    if summary.mail_overtaken() {
        let told =
            "  note       older figures are not sent after newer ones; `kim run … --resend` sends them all the same";
        lines.push(told.to_owned());
    }
    lines.push(format!("  manifest   {}", summary.manifest.display()));
    lines.join("\n")
}

//! `config/kim.toml`: where things lie, how mail goes out, which language is spoken.

use chrono::TimeDelta;
use serde::Deserialize;

use super::language::{Language, Text};
use super::schedule::pause;
use crate::base::pause::Pause;
use crate::base::settings::Spanned;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// Archive, facts, editions, outbox and ledger lie here.
    #[serde(default = "data")]
    pub(crate) data: String,
    #[serde(default)]
    pub(crate) language: Language,
    #[serde(default = "zone")]
    pub(crate) time_zone: Spanned<String>,
    /// What all bodies together are called.
    #[serde(default = "total")]
    pub(crate) total: Text,
    #[serde(rename = "source")]
    pub(crate) sources: Vec<Source>,
    #[serde(default)]
    pub(crate) mail: Mail,
    #[serde(default)]
    pub(crate) disclosure: Disclosure,
    #[serde(default)]
    pub(crate) limits: Limits,
    #[serde(default)]
    pub(crate) owner: Owner,
    #[serde(default)]
    pub(crate) monitoring: Monitoring,
    #[serde(default)]
    pub(crate) log: Log,
    #[serde(default)]
    pub(crate) retention: Retention,
}

fn data() -> String {
    "../data".to_owned()
}

fn zone() -> Spanned<String> {
    Spanned::new(0..0, "Europe/Berlin".to_owned())
}

fn total() -> Text {
    Text { de: "Kreis insgesamt".to_owned(), en: Some("Whole district".to_owned()) }
}

/// A folder with returns, subfolders included.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Source {
    pub(crate) folder: Spanned<String>,
    /// A CSV file `file,arrived,from` that says when each arrived; without a line there, the file's time counts.
    pub(crate) arrivals: Option<Spanned<String>>,
}

/// Without `server`, mail is written into `data/outbox` as `.eml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Mail {
    pub(crate) from: Spanned<String>,
    pub(crate) reply_to: Option<Spanned<String>>,
    /// The pauses after a try in vain, in order; the last one repeats.
    pub(crate) retry_after: Vec<Spanned<Pause>>,
    /// Counted from when the message was first to be sent.
    pub(crate) give_up_after: Spanned<Pause>,
    /// Send again, under the same Message-ID, what may have arrived.
    pub(crate) resend_unknown: bool,
    /// No more messages than so many in any minute; none: no limit.
    pub(crate) per_minute: Option<Spanned<u32>>,
    pub(crate) server: Option<Server>,
}

impl Default for Mail {
    fn default() -> Mail {
        Mail {
            from: Spanned::new(0..0, "kim <kim@example.org>".to_owned()),
            reply_to: None,
            retry_after: [300, 900, 3_600, 14_400].map(|pause| Spanned::new(0..0, Pause::seconds(pause))).to_vec(),
            give_up_after: Spanned::new(0..0, Pause::seconds(3 * 86_400)),
            resend_unknown: false,
            per_minute: None,
            server: None,
        }
    }
}

impl Mail {
    /// How long to wait after so many tries in vain.
    pub(crate) fn pause(&self, tries: u32) -> TimeDelta {
        pause(&self.retry_after, tries)
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Server {
    pub(crate) host: String,
    /// 587 for `starttls`, 465 for `tls` unless given.
    pub(crate) port: Option<u16>,
    pub(crate) security: Option<Spanned<Security>>,
    pub(crate) user: Option<String>,
    /// The name of an environment variable or the path of a file (`$CREDENTIALS_DIRECTORY/name` for one that systemd
    /// hands over); never the secret itself.
    pub(crate) password_env: Option<String>,
    pub(crate) password_file: Option<String>,
    /// A certificate authority (PEM) to trust besides the system's.
    pub(crate) ca_file: Option<String>,
    #[serde(default = "patience")]
    pub(crate) timeout_seconds: u64,
}

fn patience() -> u64 {
    60
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Security {
    #[default]
    Starttls,
    Tls,
    /// Only for a server on this very machine.
    None,
}

/// When a count of people is too small to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Disclosure {
    /// Counts above 0 and below this are secret.
    pub(crate) threshold: f64,
    /// The same in bodies with fewer inhabitants than `small_body`, and for breakdowns.
    pub(crate) threshold_small: f64,
    pub(crate) small_body: f64,
    /// A rate on fewer people than this is uncertain and not shown.
    pub(crate) smallest_base: f64,
}

impl Default for Disclosure {
    fn default() -> Disclosure {
        Disclosure { threshold: 3.0, threshold_small: 5.0, small_body: 10_000.0, smallest_base: 10.0 }
    }
}

/// What reading one file may take; a file that needs more is refused.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Limits {
    /// Memory of each process that reads.
    pub(crate) memory_mib: u64,
    pub(crate) seconds_per_file: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { memory_mib: 512, seconds_per_file: 60 }
    }
}

/// Who is told when kim cannot go on by itself. Without recipients nobody is; the monitoring still is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Owner {
    pub(crate) recipients: Vec<Spanned<String>>,
    /// Without it, the one of all mail.
    pub(crate) language: Option<Language>,
}

/// From when on something is a trouble, and who else is shown it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Monitoring {
    /// A run that has not ended so many minutes after it was due is late.
    pub(crate) late_minutes: u32,
    /// What may pass by itself (a run that failed and is tried again, a source that is away) is a trouble after so many
    /// minutes.
    pub(crate) patience_minutes: u32,
    /// Less free space than this below the data folder is a trouble, in MiB.
    pub(crate) free_mib: u64,
    /// A file for the textfile collector of the node exporter of Prometheus.
    pub(crate) textfile: Option<Spanned<String>>,
}

impl Default for Monitoring {
    fn default() -> Monitoring {
        Monitoring { late_minutes: 60, patience_minutes: 15, free_mib: 1024, textfile: None }
    }
}

/// What the log tells, how, and where. The environment (`KIM_LOG`, `KIM_LOG_FILE`) goes before it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Log {
    pub(crate) level: Option<Level>,
    pub(crate) format: LogFormat,
    /// Without it, the log goes to stderr.
    pub(crate) file: Option<Spanned<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    #[default]
    Auto,
    Text,
    Json,
}

/// How long what was received and what was published is kept; without a number, until somebody deletes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Retention {
    /// Full calendar years after the one that was reported on: 10 keeps the returns for 2024 until the end of 2034.
    pub(crate) originals_years: Option<u32>,
    /// The same for workbooks, manifests of runs and mails in the outbox.
    pub(crate) editions_years: Option<u32>,
}

//! `config/kim.toml`: where things lie, how mail goes out, which language is spoken.

use serde::Deserialize;

use super::language::{Language, Text};
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
    pub(crate) server: Option<Server>,
}

impl Default for Mail {
    fn default() -> Mail {
        Mail { from: Spanned::new(0..0, "kim <kim@example.org>".to_owned()), reply_to: None, server: None }
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
    /// The name of an environment variable or the path of a file; never the secret itself.
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

/// How long what was received and what was published is kept; without a number, until somebody deletes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Retention {
    /// Full calendar years after the one that was reported on: 10 keeps the returns for 2024 until the end of 2034.
    pub(crate) originals_years: Option<u32>,
    /// The same for workbooks, manifests of runs and mails in the outbox.
    pub(crate) editions_years: Option<u32>,
}

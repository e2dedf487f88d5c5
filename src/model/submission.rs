//! A file that arrived, and what its cover says it is.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One file that arrived. The bytes lie in the archive under `sha256`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Submission {
    pub(crate) sha256: String,
    /// The file's name as the sender chose it, with the folder in which it lay (relative to the source).
    pub(crate) file: String,
    /// Who sent it, where that is known.
    pub(crate) from: Option<String>,
    pub(crate) arrived: DateTime<Utc>,
}

/// What the cover says the file is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    #[default]
    First,
    /// Adds tables.
    LatePart,
    /// Replaces tables.
    Correction,
}

/// How one table was answered in one submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    Present,
    /// Fehlanzeige: nothing to report, said explicitly.
    Nil,
}

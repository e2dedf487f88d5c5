//! What a run was limited to by whoever began it, so that it is taken up again as it was, and settles no more than it did.

use chrono::{DateTime, Utc};
use rusqlite::params;
use serde::{Deserialize, Serialize};

use super::{Ledger, LedgerError, failed, written};
use crate::model::period::Period;
use crate::run::order::Resend;

/// As JSON in the ledger; `{}` is a run of everything for everybody.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Limits {
    /// Ordered by name; none: what the clock says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) period: Option<Period>,
    /// Audiences; empty: all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) only: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) resend: Option<Resend>,
}

/// The runs `later` that were for everybody. A run of an older version is taken for one.
pub(super) const FOR_EVERYBODY: &str = "later.limits ->> 'only' IS NULL AND later.limits ->> 'resend' IS NULL";

impl Limits {
    pub(super) fn json(&self) -> String {
        serde_json::to_string(self).expect("plain data")
    }
}

impl Ledger {
    /// Has a run of this pipeline that ended at `since` or later done all that a scheduled one does which reports `period`?
    pub(crate) fn is_settled(&self, pipeline: &str, since: DateTime<Utc>, period: Period) -> Result<bool, LedgerError> {
        let sql = format!(
            "SELECT EXISTS (SELECT 1 FROM runs AS later
             WHERE pipeline = ?1 AND trial = 0 AND outcome = 'done' AND ended >= ?2 AND {FOR_EVERYBODY}
                 AND COALESCE(limits ->> 'period', ?3) = ?3)"
        );
        let which = params![pipeline, written(since), period.to_string()];
        self.db.query_row(&sql, which, |row| row.get(0)).map_err(failed("read the runs"))
    }
}

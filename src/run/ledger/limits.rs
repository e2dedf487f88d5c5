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

/// Is run `{run}` whole: for everybody, in every edition? Besides, a whole run is about the period that was ordered, if one was;
/// else about the one that had ended last. Of a run of an older version nobody knows: it is not.
pub(super) fn is_whole(run: &str) -> String {
    format!(
        "({run}.trial = 0 AND {run}.limits IS NOT NULL AND {run}.limits ->> 'only' IS NULL
          AND COALESCE({run}.limits ->> 'resend', 'everybody') = 'everybody')"
    )
}

impl Limits {
    pub(super) fn json(&self) -> String {
        serde_json::to_string(self).expect("plain data")
    }
}

impl Ledger {
    /// Has a whole run of this pipeline been done that ended at `since` or later, or that began after run `after`, and is it about
    /// `period`, as a scheduled one is?
    pub(crate) fn is_settled(&self, pipeline: &str, since: Past, period: Period) -> Result<bool, LedgerError> {
        let (ended, after) = match since {
            Past::Ended(at) => (written(at), 0),
            Past::Run(run) => (String::new(), run),
        };
        let sql = format!(
            "SELECT EXISTS (SELECT 1 FROM runs WHERE pipeline = ?1 AND outcome = 'done' AND ended >= ?2 AND id > ?3
                 AND {} AND COALESCE(limits ->> 'period', ?4) = ?4)",
            is_whole("runs")
        );
        let which = params![pipeline, ended, after, period.to_string()];
        self.db.query_row(&sql, which, |row| row.get(0)).map_err(failed("read the runs"))
    }
}

/// From when on runs count.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Past {
    Ended(DateTime<Utc>),
    Run(i64),
}

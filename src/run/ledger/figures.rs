//! Whose figures are the newest: what a run can have seen, by its clock and by the machine's.
//!
//! A run under `--as-of` shows what was known then; one whose clock is ahead of the machine's can have seen no more than there
//! was. So its figures are as of the earlier of the two.
//! Never: believes a machine whose clock was ahead. A run counts whose beginning has come, and after which no other began by
//! an earlier clock: what a wrong clock did neither holds back mail nor makes up for a run.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, named_params, params};

use super::limits::is_whole;
use super::{Claim, Ledger, LedgerError, failed, instant, written};
use crate::model::period::Period;

/// What every reason begins with why a due time needs no run of its own: another has done what it asked for.
pub(crate) const MADE_UP: &str = "made up for:";

/// A run whose figures are newer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Newer {
    pub(crate) run: i64,
    /// As of when they are.
    pub(crate) figures: DateTime<Utc>,
    /// What it reports.
    pub(crate) period: Option<Period>,
    /// What it was told to report.
    ordered: Option<Period>,
}

impl Newer {
    /// Is it about the period that a scheduled run would report, of which `ended` ended last?
    pub(crate) fn is_about(&self, ended: Period) -> bool {
        self.ordered.is_none_or(|ordered| ordered == ended)
    }
}

/// As of when the figures of `theirs` are.
const FIGURES: &str = "MIN(theirs.as_of, theirs.started)";

/// `theirs` is no trial, and began by a clock that was right, as far as is known at `:now`.
const BELIEVED: &str = "theirs.trial = 0 AND theirs.started <= :now AND NOT EXISTS (
    SELECT 1 FROM runs AS later WHERE later.id > theirs.id AND later.trial = 0 AND later.started < theirs.started)";

/// Messages of the series of run `:run`, `:recipient` and `:audience` behind which a run with newer figures stands.
pub(super) fn newer_words() -> String {
    format!(
        "SELECT theirs.id AS run, {FIGURES} AS figures, theirs.period, theirs.limits ->> 'period', said.delivery
         FROM runs AS ours JOIN runs AS theirs ON theirs.pipeline = ours.pipeline AND theirs.period = ours.period
         JOIN said ON said.run = theirs.id JOIN deliveries AS words ON words.id = said.delivery
         WHERE ours.id = :run AND words.audience = :audience AND words.recipient = :recipient COLLATE NOCASE
             AND {FIGURES} > MIN(ours.as_of, ours.started) AND {BELIEVED}"
    )
}

impl Ledger {
    /// The run with the newest figures that has said anything in the series of run `run`, if they are newer than this run's;
    /// and the message by which it did.
    pub(crate) fn newer_word(
        &self,
        run: i64,
        (audience, recipient): (&str, &str),
        now: DateTime<Utc>,
    ) -> Result<Option<(Newer, i64)>, LedgerError> {
        let newest = format!("{} ORDER BY figures DESC, theirs.id DESC LIMIT 1", newer_words());
        let series = named_params! {
            ":run": run, ":audience": audience, ":recipient": recipient, ":now": written(now)
        };
        self.db
            .query_row(&newest, series, |row| Ok((newer(row)?, row.get(4)?)))
            .optional()
            .map_err(failed("read the messages"))
    }

    /// Whole runs of the pipeline that are done, with figures as of `since` or newer; oldest figures first.
    pub(crate) fn whole_runs(
        &self,
        pipeline: &str,
        since: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Newer>, LedgerError> {
        // The first condition again for the index.
        let sql = format!(
            "SELECT theirs.id, {FIGURES}, theirs.period, theirs.limits ->> 'period' FROM runs AS theirs
             WHERE theirs.outcome = 'done' AND theirs.pipeline = :pipeline AND theirs.as_of >= :since
                 AND {FIGURES} >= :since AND {} AND {BELIEVED} ORDER BY 2, 1",
            is_whole("theirs")
        );
        let read = || -> rusqlite::Result<_> {
            let which = named_params! { ":pipeline": pipeline, ":since": written(since), ":now": written(now) };
            self.db.prepare(&sql)?.query_map(which, newer)?.collect()
        };
        read().map_err(failed("read the runs"))
    }

    /// The slot is done by a run that was not begun for it; the reason is told with the due times that were not run.
    pub(crate) fn slot_made_up(
        &self,
        pipeline: &str,
        claim: &Claim,
        reason: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), LedgerError> {
        let work = self.db.unchecked_transaction().map_err(failed("finish a slot"))?;
        let write = || -> rusqlite::Result<()> {
            // Nobody worked on it since its last try.
            work.execute(
                "UPDATE due SET done = tried, error = NULL, given_up = NULL, given_up_at = NULL
                 WHERE pipeline = ?1 AND slot = ?2",
                params![pipeline, written(claim.slot)],
            )?;
            if let Some(reason) = reason {
                work.execute(
                    "INSERT OR IGNORE INTO not_run (pipeline, first, last, slots, reason, noted)
                     VALUES (?1, ?2, ?2, 1, ?3, ?4)",
                    params![pipeline, written(claim.slot), reason, written(now)],
                )?;
            }
            Ok(())
        };
        write().map_err(failed("finish a slot"))?;
        work.commit().map_err(failed("finish a slot"))
    }
}

fn newer(row: &Row<'_>) -> rusqlite::Result<Newer> {
    let period = |index| row.get::<_, Option<String>>(index).map(|text| text.and_then(|text| text.parse().ok()));
    Ok(Newer { run: row.get(0)?, figures: instant(row, 1)?, period: period(2)?, ordered: period(3)? })
}

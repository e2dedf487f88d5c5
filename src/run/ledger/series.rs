//! A series: what one recipient was sent of one audience, pipeline and period. Only its newest word counts: the one with the
//! newest figures (`figures`).
//!
//! Never: decides what is said. What was overtaken by a newer word before it arrived is closed, and says so.

use chrono::{DateTime, Utc};
use rusqlite::{named_params, params};

use super::figures::newer_words;
use super::{Delivery, DeliveryState, Ledger, LedgerError, NewDelivery, failed, written};

/// The messages of the series of run `:run`, `:recipient` and `:audience`, but for `:but`. Without a period there is no series.
const SERIES: &str = "run IN (
        SELECT theirs.id FROM runs AS ours JOIN runs AS theirs ON theirs.period = ours.period
            AND theirs.pipeline = ours.pipeline
        WHERE ours.id = :run)
    AND audience = :audience AND recipient = :recipient COLLATE NOCASE AND id <> :but";

/// It arrived, or may have: nobody answered when all of it was handed over, in whichever try; or the process died over it when
/// its first byte was about to go. One that was answered by a refusal, for good or for now, has not arrived.
const MAY_HAVE_ARRIVED: &str = "(state IN ('sent', 'written', 'unknown') OR in_doubt = 1
    OR state = 'sending' AND handed IS NOT NULL)";

/// What the answer of a message begins with that was closed because a newer word took its place.
const OVERTAKEN: &str = "overtaken:";

/// What the answer of a message says that was closed because the configuration names its recipient no more.
const DROPPED: &str = "no longer a recipient";

/// What came after a message in the same series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Since {
    Nothing,
    /// Newer words, and none of them can have arrived.
    InVain,
    /// A newer word arrived, or may have.
    Word,
}

impl Delivery {
    /// It was closed by nobody's decision about it: a newer word took its place, or its recipient was no longer one. Whoever
    /// is one again has not got it.
    pub(crate) fn was_overtaken(&self) -> bool {
        let answer = self.answer.as_deref().unwrap_or_default();
        self.state == DeliveryState::Closed && (answer.starts_with(OVERTAKEN) || answer == DROPPED)
    }
}

impl Ledger {
    /// What was written to the recipient of `known` after it, about the same as in run `run`.
    pub(crate) fn since(&self, run: i64, known: &Delivery) -> Result<Since, LedgerError> {
        let newer = self
            .db
            .query_row(
                &format!("SELECT MAX({MAY_HAVE_ARRIVED}) FROM deliveries WHERE id > :but AND {SERIES}"),
                named_params! {
                    ":run": run,
                    ":audience": known.audience,
                    ":recipient": known.recipient,
                    ":but": known.id,
                },
                |row| row.get::<_, Option<bool>>(0),
            )
            .map_err(failed("read the messages"))?;
        Ok(newer.map_or(Since::Nothing, |arrived| if arrived { Since::Word } else { Since::InVain }))
    }

    /// Was it said by a run that was not done, and that run `run` takes up: the same order, with the same clock?
    pub(crate) fn is_of_the_same_order(&self, run: i64, known: &Delivery) -> Result<bool, LedgerError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM said JOIN runs AS theirs ON theirs.id = said.run
                JOIN runs AS ours ON ours.pipeline = theirs.pipeline AND ours.as_of = theirs.as_of
                    AND ours.limits = theirs.limits
            WHERE said.delivery = ?1 AND ours.id = ?2 AND theirs.id < ours.id AND theirs.trial = ours.trial
                AND theirs.outcome IS NOT 'done')";
        self.db.query_row(sql, params![known.id, run], |row| row.get(0)).map_err(failed("read the messages"))
    }

    /// It waits or was refused, and nobody can have it: what a person closed is settled.
    pub(crate) fn has_not_arrived(&self, known: &Delivery) -> Result<bool, LedgerError> {
        let sql = format!("SELECT closed IS NULL AND NOT {MAY_HAVE_ARRIVED} FROM deliveries WHERE id = ?1");
        self.db.query_row(&sql, [known.id], |row| row.get(0)).map_err(failed("read the messages"))
    }

    /// Writes the newest word of its series down as waiting; what of the series has not arrived is overtaken by it, both or
    /// neither.
    pub(crate) fn queue_newest(
        &self,
        run: i64,
        delivery: &NewDelivery<'_>,
        now: DateTime<Utc>,
    ) -> Result<Delivery, LedgerError> {
        let work = self.db.unchecked_transaction().map_err(failed("write a message"))?;
        let queued = self.queue_delivery(delivery, now)?;
        self.overtake(run, &queued, now)?;
        work.commit().map_err(failed("write a message"))?;
        Ok(queued)
    }

    /// The pipelines of which something waits or was refused.
    pub(crate) fn pipelines_with_mail(&self) -> Result<Vec<String>, LedgerError> {
        let sql = "SELECT DISTINCT pipeline FROM deliveries JOIN runs ON runs.id = deliveries.run
            WHERE state IN ('waiting', 'sending', 'refused') AND closed IS NULL ORDER BY 1";
        let read = || -> rusqlite::Result<_> { self.db.prepare(sql)?.query_map([], |row| row.get(0))?.collect() };
        read().map_err(failed("read the messages"))
    }

    /// What of a pipeline waits or was refused is not sent any more where `gets` does not hold: gives it. What may have arrived
    /// is left to a person.
    pub(crate) fn drop_recipients(
        &self,
        pipeline: &str,
        gets: &dyn Fn(&Delivery) -> bool,
        now: DateTime<Utc>,
    ) -> Result<Vec<Delivery>, LedgerError> {
        let which = "state IN ('waiting', 'sending', 'refused') AND closed IS NULL
            AND run IN (SELECT id FROM runs WHERE pipeline = ?1)";
        let mut dropped = self.deliveries(which, [pipeline])?;
        dropped.retain(|mail| !gets(mail));
        for mail in &mut dropped {
            self.close_unsent(mail.id, DROPPED, now)?;
            (mail.state, mail.answer, mail.next_try) = (DeliveryState::Closed, Some(DROPPED.to_owned()), None);
        }
        Ok(dropped)
    }

    /// Nobody sends the message any more; its state tells whether it may have arrived.
    pub(crate) fn close_unsent(&self, id: i64, answer: &str, now: DateTime<Utc>) -> Result<(), LedgerError> {
        let sql = format!(
            "UPDATE deliveries SET state = CASE WHEN {MAY_HAVE_ARRIVED} THEN 'unknown' ELSE 'refused' END,
                 answer = ?2, closed = ?3, updated = ?3, next_try = NULL, message = NULL
             WHERE id = ?1 AND closed IS NULL AND state IN ('waiting', 'sending', 'refused')"
        );
        self.db.execute(&sql, params![id, answer, written(now)]).map(drop).map_err(failed("close a message"))
    }

    /// Run `run` says what is known already: it stands, and what else of the series has not arrived is overtaken.
    pub(crate) fn say_again(&self, run: i64, known: &Delivery, now: DateTime<Utc>) -> Result<(), LedgerError> {
        let work = self.db.unchecked_transaction().map_err(failed("write a message"))?;
        self.overtake(run, known, now)?;
        work.commit().map_err(failed("write a message"))
    }

    /// Run `run` says `word`, the newest of its series: what else of it waits, or a person would have to decide on, is not sent
    /// any more. What a run with newer figures says stays: older ones are said after it only if a person wants it.
    fn overtake(&self, run: i64, word: &Delivery, now: DateTime<Utc>) -> Result<(), LedgerError> {
        self.db
            .execute("INSERT OR IGNORE INTO said (delivery, run) VALUES (?1, ?2)", params![word.id, run])
            .map_err(failed("write who says a message"))?;
        // The state tells whether it may have arrived; that it is closed, that nobody sends it.
        let sql = format!(
            "UPDATE deliveries SET state = CASE WHEN {MAY_HAVE_ARRIVED} THEN 'unknown' ELSE 'refused' END,
                 answer = :answer, closed = :now, updated = :now, next_try = NULL, message = NULL
             WHERE closed IS NULL AND state IN ('waiting', 'sending', 'refused', 'unknown') AND {SERIES}
                 AND id NOT IN (SELECT delivery FROM ({}))",
            newer_words()
        );
        let overtaken = named_params! {
            ":answer": format!("{OVERTAKEN} what message {} says took its place", word.message_id),
            ":now": written(now),
            ":run": run,
            ":audience": word.audience,
            ":recipient": word.recipient,
            ":but": word.id,
        };
        self.db.execute(&sql, overtaken).map(drop).map_err(failed("overtake a message"))
    }
}

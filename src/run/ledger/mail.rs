//! Mail: each message to each recipient, from before it is sent until it is settled.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, named_params, params};
use serde::Serialize;

use super::{Ledger, LedgerError, failed, instant, instant_or_none, misread, written};
use crate::base::files::sha256;

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DeliveryState {
    /// Not handed over yet; the next run tries again.
    Waiting,
    /// Being handed over; found at the start of a run, the process died over it.
    Sending,
    /// The server took it.
    Sent,
    /// Written into the outbox folder.
    Written,
    /// The server will not have it; a person must look.
    Refused,
    /// Handed over, and no answer came: it may have arrived, so it is not sent again by itself.
    Unknown,
    /// It was refused or unknown, and a person decided that it need not be sent.
    Closed,
}

const STATES: [(DeliveryState, &str); 7] = [
    (DeliveryState::Waiting, "waiting"),
    (DeliveryState::Sending, "sending"),
    (DeliveryState::Sent, "sent"),
    (DeliveryState::Written, "written"),
    (DeliveryState::Refused, "refused"),
    (DeliveryState::Unknown, "unknown"),
    (DeliveryState::Closed, "closed"),
];

impl DeliveryState {
    pub(crate) fn name(self) -> &'static str {
        STATES.iter().find(|(state, _)| *state == self).map_or("", |(_, name)| name)
    }

    /// It is still to be handed over, without anybody's help.
    pub(crate) fn waits(self) -> bool {
        matches!(self, DeliveryState::Waiting | DeliveryState::Sending)
    }

    /// The recipient holds it, or may; or a person decided that it need not be sent: most often because it arrived.
    pub(crate) fn may_have_arrived(self) -> bool {
        use DeliveryState::{Closed, Sent, Unknown, Written};
        matches!(self, Sent | Written | Unknown | Closed)
    }

    fn from_name(text: &str) -> Option<DeliveryState> {
        STATES.iter().find(|(_, name)| *name == text).map(|(state, _)| *state)
    }
}

/// A message that is about to be sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewDelivery<'a> {
    /// None for a message to the owner.
    pub(crate) run: Option<i64>,
    /// SHA-256 of the attached workbook.
    pub(crate) edition: &'a str,
    pub(crate) audience: &'a str,
    /// Addresses of the envelope, without names.
    pub(crate) sender: &'a str,
    pub(crate) recipient: &'a str,
    pub(crate) message_id: &'a str,
    /// What it is about, by which it is known again; none for a message to the owner.
    pub(crate) content: Option<&'a str>,
    /// The whole message (RFC 5322).
    pub(crate) message: &'a [u8],
}

/// A message as the ledger remembers it, without its bytes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Delivery {
    pub(crate) id: i64,
    /// None for a message to the owner.
    pub(crate) run: Option<i64>,
    pub(crate) edition: String,
    pub(crate) audience: String,
    pub(crate) sender: String,
    pub(crate) recipient: String,
    pub(crate) message_id: String,
    pub(crate) state: DeliveryState,
    /// The server or folder it was last given to.
    pub(crate) via: Option<String>,
    /// What was answered: the server's words, the file, or what went wrong.
    pub(crate) answer: Option<String>,
    pub(crate) tries: u32,
    pub(crate) created: DateTime<Utc>,
    pub(crate) updated: DateTime<Utc>,
    /// Since when it is to be sent: written down, or put back by a person.
    pub(crate) waits_since: DateTime<Utc>,
    /// While it waits: not before this. None: at once.
    pub(crate) next_try: Option<DateTime<Utc>>,
    /// Fingerprint of the message, also when its bytes are forgotten. None: an older version wrote it down.
    pub(crate) sha256: Option<String>,
    /// Since when the other side may have it: its first byte was about to go. None in the last try: it has not.
    pub(crate) handed: Option<DateTime<Utc>>,
}

impl Delivery {
    /// Is it to be handed over at `now`? One that is `sending` outside of a run was left by a process that died.
    pub(crate) fn is_due(&self, now: DateTime<Utc>) -> bool {
        match self.state {
            // A clock that went back lets nobody wait for a time that was never true.
            DeliveryState::Waiting => self.next_try.is_none_or(|next| next <= now) || now < self.updated,
            DeliveryState::Sending => true,
            _ => false,
        }
    }
}

/// The state that is told: what a person closed is closed, whatever it was.
const DELIVERY: &str = "id, run, edition, audience, sender, recipient, message_id,
    CASE WHEN closed IS NULL THEN state ELSE 'closed' END, via, answer, tries, created, updated, waits_since, next_try, sha256,
    handed";

impl Ledger {
    /// Writes the message down as waiting, unless one with the same Message-ID is known. Gives what the ledger knows.
    pub(crate) fn queue_delivery(
        &self,
        delivery: &NewDelivery<'_>,
        now: DateTime<Utc>,
    ) -> Result<Delivery, LedgerError> {
        self.db
            .execute(
                "INSERT INTO deliveries
                     (run, edition, audience, sender, recipient, message_id, content, message, state, created, updated,
                      waits_since, sha256)
                 VALUES
                     (:run, :edition, :audience, :sender, :recipient, :message_id, :content, :message, 'waiting', :now, :now,
                      :now, :sha256)
                 ON CONFLICT (message_id) DO NOTHING",
                named_params! {
                    ":run": delivery.run,
                    ":edition": delivery.edition,
                    ":audience": delivery.audience,
                    ":sender": delivery.sender,
                    ":recipient": delivery.recipient,
                    ":message_id": delivery.message_id,
                    ":content": delivery.content,
                    ":message": delivery.message,
                    ":sha256": sha256(delivery.message),
                    ":now": written(now),
                },
            )
            .and_then(|_| {
                self.db.query_row(
                    &format!("SELECT {DELIVERY} FROM deliveries WHERE message_id = ?1"),
                    [delivery.message_id],
                    read_delivery,
                )
            })
            .map_err(failed("write a message"))
    }

    /// What is known of a Message-ID.
    pub(crate) fn delivery(&self, message_id: &str) -> Result<Option<Delivery>, LedgerError> {
        self.db
            .query_row(&format!("SELECT {DELIVERY} FROM deliveries WHERE message_id = ?1"), [message_id], read_delivery)
            .optional()
            .map_err(failed("read a message"))
    }

    /// What was written about this content to this address (however it is written), oldest first: known by what was written down
    /// then, whatever the configuration says by now. Of messages of older versions only the release is known: by its figures
    /// and findings, as run `run` of the same pipeline; its fingerprint is another whenever a program knows more.
    pub(crate) fn said(
        &self,
        run: i64,
        content: &str,
        (audience, release): (&str, &str),
        recipient: &str,
    ) -> Result<Vec<Delivery>, LedgerError> {
        let which = "content = ?1 OR content IS NULL AND audience = ?2
            AND (run IN (SELECT run FROM releases WHERE fingerprint = ?3)
                OR run IN (SELECT theirs.run FROM releases AS ours JOIN releases AS theirs
                        ON theirs.period = ours.period AND theirs.figures = ours.figures AND theirs.findings = ours.findings
                    JOIN runs AS our_run ON our_run.id = ours.run
                    JOIN runs AS their_run ON their_run.id = theirs.run AND their_run.pipeline = our_run.pipeline
                    WHERE ours.run = ?4))";
        let mut said = self.deliveries(which, params![content, audience, release, run])?;
        said.retain(|mail| mail.recipient.to_lowercase() == recipient.to_lowercase());
        Ok(said)
    }

    /// The bytes of a message; none once it was sent or written.
    pub(crate) fn message(&self, id: i64) -> Result<Option<Vec<u8>>, LedgerError> {
        self.db
            .query_row("SELECT message FROM deliveries WHERE id = ?1", [id], |row| row.get(0))
            .map_err(failed("read a message"))
    }

    /// Writes that the message is about to be handed over, and counts the try. False: it is no longer as `delivery`
    /// says, so somebody else has it.
    pub(crate) fn begin_delivery(
        &self,
        delivery: &Delivery,
        via: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, LedgerError> {
        self.db
            .execute(
                "UPDATE deliveries SET state = 'sending', via = ?2, tries = tries + 1, tried = ?3, updated = ?3, handed = NULL
                 WHERE id = ?1 AND state = ?4 AND tries = ?5 AND closed IS NULL",
                params![delivery.id, via, written(now), delivery.state.name(), delivery.tries],
            )
            .map(|rows| rows == 1)
            .map_err(failed("begin a delivery"))
    }

    /// Writes that from now on the other side may have the message.
    pub(crate) fn hand_over(&self, id: i64, now: DateTime<Utc>) -> Result<(), LedgerError> {
        self.db
            .execute("UPDATE deliveries SET handed = ?2 WHERE id = ?1", params![id, written(now)])
            .map(drop)
            .map_err(failed("hand a message over"))
    }

    /// The message may have arrived, and is tried again all the same.
    pub(crate) fn is_in_doubt(&self, id: i64) -> Result<(), LedgerError> {
        let sql = "UPDATE deliveries SET in_doubt = 1 WHERE id = ?1";
        self.db.execute(sql, [id]).map(drop).map_err(failed("write what became of a message"))
    }

    /// Writes what became of the message. The bytes of one that arrived are forgotten; the edition is kept.
    pub(crate) fn set_delivery_state(
        &self,
        id: i64,
        state: DeliveryState,
        answer: &str,
        next_try: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<(), LedgerError> {
        self.db
            .execute(
                "UPDATE deliveries SET state = ?2, answer = ?3, updated = ?4, next_try = ?5,
                     message = CASE WHEN ?2 IN ('sent', 'written') THEN NULL ELSE message END
                 WHERE id = ?1",
                params![id, state.name(), answer, written(now), next_try.map(written)],
            )
            .map(drop)
            .map_err(failed("write what became of a message"))
    }

    /// The message was not handed over, because no message could be: as if it had been tried.
    pub(crate) fn postpone_delivery(
        &self,
        id: i64,
        answer: &str,
        next_try: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), LedgerError> {
        self.db
            .execute(
                "UPDATE deliveries SET state = 'waiting', answer = ?2, next_try = ?3, updated = ?4, tries = tries + 1
                 WHERE id = ?1",
                params![id, answer, written(next_try), written(now)],
            )
            .map(drop)
            .map_err(failed("write what became of a message"))
    }

    /// A person decided: the message waits again, as if it were new. Its Message-ID stays. One that may have arrived has not.
    pub(crate) fn wait_again(&self, id: i64, now: DateTime<Utc>) -> Result<(), LedgerError> {
        self.db
            .execute(
                "UPDATE deliveries SET state = 'waiting', waits_since = ?2, updated = ?2, next_try = NULL, tries = 0,
                     in_doubt = CASE WHEN state = 'unknown' THEN 0 ELSE in_doubt END
                 WHERE id = ?1 AND state IN ('refused', 'unknown') AND message IS NOT NULL",
                params![id, written(now)],
            )
            .map(drop)
            .map_err(failed("put a message back"))
    }

    /// A person decided: the message is not sent, and nobody need look at it any more.
    pub(crate) fn close_delivery(&self, id: i64, now: DateTime<Utc>) -> Result<(), LedgerError> {
        self.db
            .execute(
                "UPDATE deliveries SET closed = ?2, updated = ?2, message = NULL
                 WHERE id = ?1 AND state IN ('refused', 'unknown') AND closed IS NULL",
                params![id, written(now)],
            )
            .map(drop)
            .map_err(failed("close a message"))
    }

    /// When messages were handed over after `since`, oldest first.
    pub(crate) fn tried_since(&self, since: DateTime<Utc>) -> Result<Vec<DateTime<Utc>>, LedgerError> {
        let read = || -> rusqlite::Result<_> {
            self.db
                .prepare("SELECT tried FROM deliveries WHERE tried > ?1 ORDER BY tried")?
                .query_map([written(since)], |row| instant(row, 0))?
                .collect()
        };
        read().map_err(failed("read the messages"))
    }

    /// All messages of runs that still wait, or that a dead process left in the middle, oldest first.
    pub(crate) fn deliveries_left(&self) -> Result<Vec<Delivery>, LedgerError> {
        self.deliveries("run IS NOT NULL AND state IN ('waiting', 'sending')", [])
    }

    /// All messages of runs at which a person must look, oldest first.
    pub(crate) fn deliveries_in_trouble(&self) -> Result<Vec<Delivery>, LedgerError> {
        self.deliveries("run IS NOT NULL AND state IN ('refused', 'unknown') AND closed IS NULL", [])
    }

    /// All messages to the owner that still wait, or that a dead process left in the middle, oldest first. They go
    /// their own way: a run that hangs with the data folder locked must not hold them up.
    pub(crate) fn alerts_left(&self) -> Result<Vec<Delivery>, LedgerError> {
        self.deliveries("run IS NULL AND state IN ('waiting', 'sending')", [])
    }

    /// All messages to the owner that did not arrive, or perhaps not.
    pub(crate) fn alerts_in_trouble(&self) -> Result<Vec<Delivery>, LedgerError> {
        self.deliveries("run IS NULL AND state IN ('refused', 'unknown') AND closed IS NULL", [])
    }

    #[cfg(test)]
    pub(crate) fn all_deliveries(&self) -> Result<Vec<Delivery>, LedgerError> {
        self.deliveries("TRUE", [])
    }

    pub(super) fn deliveries(&self, which: &str, values: impl rusqlite::Params) -> Result<Vec<Delivery>, LedgerError> {
        let read = || -> rusqlite::Result<_> {
            self.db
                .prepare(&format!("SELECT {DELIVERY} FROM deliveries WHERE {which} ORDER BY id"))?
                .query_map(values, read_delivery)?
                .collect()
        };
        read().map_err(failed("read the messages"))
    }
}

fn read_delivery(row: &Row<'_>) -> rusqlite::Result<Delivery> {
    let state: String = row.get(7)?;
    let state = DeliveryState::from_name(&state)
        .ok_or_else(|| misread(7, std::io::Error::other(format!("`{state}` is no state of a message"))))?;
    Ok(Delivery {
        id: row.get(0)?,
        run: row.get(1)?,
        edition: row.get(2)?,
        audience: row.get(3)?,
        sender: row.get(4)?,
        recipient: row.get(5)?,
        message_id: row.get(6)?,
        state,
        via: row.get(8)?,
        answer: row.get(9)?,
        tries: row.get(10)?,
        created: instant(row, 11)?,
        updated: instant(row, 12)?,
        waits_since: instant(row, 13)?,
        next_try: instant_or_none(row, 14)?,
        sha256: row.get(15)?,
        handed: instant_or_none(row, 16)?,
    })
}

//! The outbox: mail is in the ledger before it is sent, each recipient for itself.
//!
//! In: editions with their letters and recipients. Out: messages in the ledger and what became of them.
//! Never: sends the same content to the same recipient twice unless it is told to; lets one refusal stop the others.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::ledger::{Delivery, DeliveryState, Ledger, LedgerError, NewDelivery, Newer};
use super::order::is_stopping;
use crate::model::edition::{Letter, Workbook};
use crate::model::settings::Mail;
use crate::stages::deliver::{ComposeError, Envelope, Message, Receipt, Transport, bare_address, compose, send};
pub(crate) use word::{Word, word};

/// The window in which `per_minute` counts.
const MINUTE: TimeDelta = TimeDelta::minutes(1);

mod word;

#[derive(Debug, thiserror::Error)]
pub(crate) enum OutboxError {
    #[error("the ledger of mail fails")]
    Ledger(#[from] LedgerError),
    #[error("cannot compose the mail to {recipient}")]
    Compose { recipient: String, source: ComposeError },
}

/// Who writes; addresses as in `kim.toml`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sender<'a> {
    pub(crate) from: &'a str,
    pub(crate) reply_to: Option<&'a str>,
}

/// One edition for its recipients.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Post<'a> {
    pub(crate) audience: &'a str,
    pub(crate) recipients: &'a [&'a str],
    pub(crate) letter: &'a Letter,
    pub(crate) workbook: &'a Workbook,
    /// SHA-256 of the workbook.
    pub(crate) edition: &'a str,
    /// What the mail is about: nobody is sent the same content twice, however often it is written anew.
    pub(crate) content: &'a str,
    /// Fingerprint of the release of which it is a part.
    pub(crate) release: &'a str,
    /// Somebody asked for it: also to those who have it, as another message.
    pub(crate) once_more: bool,
}

/// What became of a message that was to be queued.
#[derive(Clone, Debug)]
pub(crate) enum Queued {
    /// The ledger knows it: a new one waits; one that was known stands where it stood.
    Known(Box<Delivery>),
    /// Nothing was written: the recipient has newer figures, or will.
    Overtaken(Newer),
}

/// Writes the messages into the ledger and gives what became of each, in order of the recipients. `date` is what the message bears; `now` is the machine's time.
pub(crate) fn queue(
    ledger: &Ledger,
    run: i64,
    sender: &Sender<'_>,
    post: &Post<'_>,
    date: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<Queued>, OutboxError> {
    post.recipients.iter().map(|to| queue_one(ledger, run, sender, post, to, (date, now))).collect()
}

fn queue_one(
    ledger: &Ledger,
    run: i64,
    sender: &Sender<'_>,
    post: &Post<'_>,
    to: &str,
    (date, now): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Queued, OutboxError> {
    let failed = |source| OutboxError::Compose { recipient: to.to_owned(), source };
    let bare = |text: &str| bare_address(text).map_err(|error| failed(ComposeError::Address(error)));
    let id = match word(ledger, run, sender, post, to, now)? {
        Word::Said(known) => {
            ledger.say_again(run, &known, now)?;
            return Ok(Queued::Known(known));
        }
        Word::Overtaken(newer) => return Ok(Queued::Overtaken(newer)),
        Word::New(id) => id,
    };
    let message = compose(&Message {
        from: sender.from,
        reply_to: sender.reply_to,
        to,
        letter: post.letter,
        workbook: Some(post.workbook),
        message_id: &id,
        date,
    })
    .map_err(failed)?;
    let delivery = NewDelivery {
        run: Some(run),
        edition: post.edition,
        audience: post.audience,
        sender: &bare(sender.from)?,
        recipient: &bare(to)?,
        message_id: &id,
        content: Some(post.content),
        message: &message,
    };
    Ok(Queued::Known(Box::new(ledger.queue_newest(run, &delivery, now)?)))
}

/// How the mail that waits is sent.
#[derive(Clone, Copy)]
pub(crate) struct Sending<'a> {
    pub(crate) ledger: &'a Ledger,
    pub(crate) transport: &'a Transport,
    pub(crate) rules: &'a Mail,
    /// The machine's time, asked before and after each message.
    pub(crate) now: &'a dyn Fn() -> DateTime<Utc>,
    /// How to sleep, where a person waits for the end: every message is tried, however long it should pause, and the
    /// rate is kept by sleeping. None: only what is due; what the rate leaves over keeps waiting for the next call.
    pub(crate) sleep: Option<&'a dyn Fn(Duration)>,
    /// When it is set, the message under way is finished, and the rest keeps waiting.
    pub(crate) stop: Option<&'a AtomicBool>,
}

/// Tries the messages that wait, of this run and of earlier ones. Gives all that waited, as they stand now. Where no
/// message at all can be handed over, one is tried for all.
pub(crate) fn deliver(sending: &Sending<'_>) -> Result<Vec<Delivery>, OutboxError> {
    hand_over(sending, &sending.ledger.deliveries_left()?)
}

/// Tries these messages; see [`deliver`].
pub(crate) fn hand_over(sending: &Sending<'_>, left: &[Delivery]) -> Result<Vec<Delivery>, OutboxError> {
    let Sending { ledger, transport, rules, now, sleep, stop } = *sending;
    let mut unreachable: Option<String> = None;
    for delivery in left.iter().filter(|delivery| sleep.is_some() || delivery.is_due(now())) {
        if is_stopping(stop) {
            tracing::info!("asked to stop; the mail that is left goes out at the next start");
            break;
        }
        if delivery.state == DeliveryState::Sending && !settle_interrupted(sending, delivery)? {
            continue;
        }
        if let Some(reason) = &unreachable {
            let told = in_vain(delivery, rules, reason, now());
            postpone(ledger, delivery, &told, now())?;
            continue;
        }
        let Some(bytes) = ledger.message(delivery.id)? else {
            let answer = "the ledger has lost the message";
            ledger.set_delivery_state(delivery.id, DeliveryState::Refused, answer, None, now())?;
            continue;
        };
        if !has_room(sending)? {
            break;
        }
        if !ledger.begin_delivery(delivery, &transport.name(), now())? {
            continue;
        }
        let envelope = Envelope { from: &delivery.sender, to: &delivery.recipient, message_id: &delivery.message_id };
        let mut hand_over = || ledger.hand_over(delivery.id, now()).map_err(|error| super::chain(&error));
        // At once, before the server is taken leave of: whoever dies over that knows what was answered.
        let mut written = Ok(());
        let mut answered = |receipt: &Receipt| written = settle(sending, delivery, receipt);
        let receipt = send(transport, &envelope, &bytes, &mut hand_over, &mut answered);
        written?;
        if let Receipt::Unreachable { reason } = receipt {
            unreachable = Some(reason);
        }
    }
    left.iter().filter_map(|delivery| ledger.delivery(&delivery.message_id).transpose()).map(|told| Ok(told?)).collect()
}

/// Writes what became of a message.
fn settle(sending: &Sending<'_>, delivery: &Delivery, receipt: &Receipt) -> Result<(), LedgerError> {
    let Sending { ledger, rules, now, .. } = *sending;
    let told = outcome(delivery, rules, receipt, now());
    if matches!(receipt, Receipt::Unknown { .. }) {
        ledger.is_in_doubt(delivery.id)?;
    }
    ledger.set_delivery_state(delivery.id, told.state, &told.answer, told.next_try, now())?;
    // Neither the address nor what the server says of it: a log is read by more people than a mail.
    tracing::info!(mail = delivery.id, audience = delivery.audience, state = told.state.name(), "handed over");
    Ok(())
}

fn postpone(ledger: &Ledger, delivery: &Delivery, told: &Told, now: DateTime<Utc>) -> Result<(), LedgerError> {
    match told.next_try {
        Some(next) => ledger.postpone_delivery(delivery.id, &told.answer, next, now),
        None => ledger.set_delivery_state(delivery.id, told.state, &told.answer, None, now),
    }
}

/// Does the rate allow one more message now? Sleeps until it does, where somebody said how.
fn has_room(sending: &Sending<'_>) -> Result<bool, LedgerError> {
    let Some(limit) = sending.rules.per_minute.as_ref().map(|limit| *limit.get_ref() as usize) else {
        return Ok(true);
    };
    loop {
        if is_stopping(sending.stop) {
            return Ok(false);
        }
        let now = (sending.now)();
        let tried = sending.ledger.tried_since(now - MINUTE)?;
        let Some(index) = tried.len().checked_sub(limit) else { return Ok(true) };
        let Some(sleep) = sending.sleep else { return Ok(false) };
        let room = tried.get(index).map_or(now, |first| *first + MINUTE);
        tracing::info!("waiting: no more than {limit} messages a minute");
        sleep((room - now).to_std().unwrap_or_default().max(Duration::from_millis(10)));
    }
}

/// A message in the middle of which a process died. In the folder it is written once more, to the same file; one of
/// which no byte was handed over goes again, too. Any other may have been taken over: unless the settings say otherwise,
/// a person decides, and it is not sent. True if it may be tried now.
fn settle_interrupted(sending: &Sending<'_>, delivery: &Delivery) -> Result<bool, LedgerError> {
    let Sending { ledger, transport, rules, now, .. } = *sending;
    if rules.resend_unknown
        || delivery.handed.is_none()
        || transport.is_repeatable() && delivery.via.as_deref() == Some(&transport.name())
    {
        if delivery.handed.is_some() && !transport.is_repeatable() {
            ledger.is_in_doubt(delivery.id)?;
        }
        return Ok(true);
    }
    let answer = "the program was stopped while the message was handed over";
    ledger.set_delivery_state(delivery.id, DeliveryState::Unknown, answer, None, now())?;
    Ok(false)
}

/// What the ledger writes of a try.
struct Told {
    state: DeliveryState,
    answer: String,
    next_try: Option<DateTime<Utc>>,
}

fn outcome(delivery: &Delivery, rules: &Mail, receipt: &Receipt, now: DateTime<Utc>) -> Told {
    let settled = |state, answer| Told { state, answer, next_try: None };
    match receipt {
        Receipt::Written { path } => settled(DeliveryState::Written, path.display().to_string()),
        Receipt::Sent { response } => settled(DeliveryState::Sent, response.clone()),
        Receipt::Refused { reason } => settled(DeliveryState::Refused, reason.clone()),
        Receipt::Waiting { reason } | Receipt::Unreachable { reason } => in_vain(delivery, rules, reason, now),
        Receipt::Unknown { reason } if rules.resend_unknown => {
            let reason = format!("it may have arrived, and is sent again under the same Message-ID: {reason}");
            in_vain(delivery, rules, &reason, now)
        }
        Receipt::Unknown { reason } => settled(DeliveryState::Unknown, reason.clone()),
    }
}

/// It waits for the next try, or has waited long enough: every pause was made, and the time is over.
fn in_vain(delivery: &Delivery, rules: &Mail, reason: &str, now: DateTime<Utc>) -> Told {
    let tries = delivery.tries + 1;
    let next = now + rules.pause(tries);
    let over = next > delivery.waits_since + rules.give_up_after.get_ref().length();
    if over && usize::try_from(tries).is_ok_and(|tries| tries > rules.retry_after.len()) {
        let since = delivery.waits_since.format("%Y-%m-%d %H:%M UTC");
        let answer = format!("given up after {tries} tries since {since}: {reason}");
        return Told { state: DeliveryState::Refused, answer, next_try: None };
    }
    Told { state: DeliveryState::Waiting, answer: reason.to_owned(), next_try: Some(next) }
}

#[cfg(test)]
mod tests;

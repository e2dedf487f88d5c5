//! Posting: who gets which edition of this run, and what became of each mail.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::RunError;
use super::ledger::{Delivery, Ledger};
use super::make::Made;
use super::order::{Order, Places, Resend, Trial};
use super::outbox::{self, Post, Sender, Sending};
use super::settings::Ground;
use super::summary::Delivered;
use crate::base::files::sha256;
use crate::model::pipeline::EditionSpec;
use crate::stages::deliver::{self, bare_address};

/// Where the mail of a run is written down.
pub(super) struct Mailbag<'a> {
    pub(super) ledger: &'a Ledger,
    pub(super) run: i64,
}

/// Queues every mail in the ledger, then tries all that wait. A dry run tells who would have been written to.
pub(super) fn post(
    order: &Order<'_>,
    places: &Places,
    bag: &Mailbag<'_>,
    made: &Made<'_>,
) -> Result<Vec<Delivered>, RunError> {
    let mail = &order.config.settings.mail;
    let sender = Sender {
        from: mail.from.get_ref(),
        reply_to: mail.reply_to.as_ref().map(|address| address.get_ref().as_str()),
    };
    let mut queued = Vec::new();
    for (spec, workbook, letter) in &made.editions {
        let audience = spec.audience.get_ref().as_str();
        let recipients = recipients(order, audience)?;
        if order.trial == Some(Trial::Dry) {
            queued.extend(recipients.iter().map(|to| would_get(audience, to)));
            continue;
        }
        let post = Post {
            audience,
            recipients: &recipients,
            letter,
            workbook,
            edition: &sha256(&workbook.bytes),
            content: &content(order, &made.fingerprint, spec),
            once_more: order.by_hand.resend.is_some(),
        };
        for delivery in outbox::queue(bag.ledger, bag.run, &sender, &post, order.clock.utc(), Utc::now())? {
            queued.push(Delivered {
                to: delivery.recipient,
                audience: delivery.audience,
                state: delivery.state.name().to_owned(),
                answer: delivery.answer,
                message_id: delivery.message_id,
                sha256: delivery.sha256,
            });
        }
    }
    if order.trial != Some(Trial::Dry) {
        let outbox = places.outbox(order.trial.as_ref());
        for told in send(order.config, &outbox, bag.ledger, order.by_hand.waits, order.stop)? {
            for delivery in queued.iter_mut().filter(|delivery| delivery.message_id == told.message_id) {
                delivery.state = told.state.name().to_owned();
                delivery.answer.clone_from(&told.answer);
            }
        }
    }
    Ok(queued)
}

/// A fingerprint of what an edition says, whatever day its cover bears: the release, what the pipeline's files say
/// (not their comments, nor when it runs), who reads it. So a run that is repeated on another day mails nobody again unless there is something new.
fn content(order: &Order<'_>, release: &str, spec: &EditionSpec) -> String {
    let audience = order.config.audience(spec.audience.get_ref());
    let language = audience.and_then(|audience| audience.language).unwrap_or(order.config.settings.language);
    let own = |path: &std::path::Path| path.starts_with(&order.config.folder);
    let files: Vec<&str> =
        order.config.meanings.iter().filter(|(path, _)| !own(path)).map(|(_, digest)| digest.as_str()).collect();
    sha256(format!("{:?} {language:?} {files:?} {release}", spec.audience.get_ref()).as_bytes())
}

fn recipients<'a>(order: &'a Order<'_>, audience: &str) -> Result<Vec<&'a str>, RunError> {
    if let Some(Trial::To(address)) = &order.trial {
        return Ok(vec![address.as_str()]);
    }
    let known = order.config.audience(audience).ok_or_else(|| RunError::NoAudience(audience.to_owned()))?;
    let wanted = |recipient: &&str| match &order.by_hand.resend {
        Some(Resend::To(address)) => is_same(recipient, address),
        _ => true,
    };
    Ok(known.recipients.iter().map(|recipient| recipient.get_ref().as_str()).filter(wanted).collect())
}

/// One address, however it is written.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    let plain = |text: &str| bare_address(text).map(|address| address.to_lowercase());
    plain(one).is_ok_and(|one| plain(other).is_ok_and(|other| one == other))
}

fn would_get(audience: &str, to: &str) -> Delivered {
    Delivered {
        to: to.to_owned(),
        audience: audience.to_owned(),
        state: "none".to_owned(),
        answer: None,
        message_id: String::new(),
        sha256: None,
    }
}

/// Tries the mail that waits, of this run and of earlier ones; gives all that waited. With `waits`, all of it now;
/// else what is due, and what the rate leaves over another time.
pub(super) fn send(
    ground: &Ground,
    outbox: &std::path::Path,
    ledger: &Ledger,
    waits: bool,
    stop: Option<&AtomicBool>,
) -> Result<Vec<Delivery>, RunError> {
    let mail = &ground.settings.mail;
    let transport = deliver::open(mail.server.as_ref(), outbox, &ground.folder)?;
    let sleep: &dyn Fn(Duration) = &std::thread::sleep;
    let sending =
        Sending { ledger, transport: &transport, rules: mail, now: &Utc::now, sleep: waits.then_some(sleep), stop };
    Ok(outbox::deliver(&sending)?)
}

/// Tries the mail from earlier runs that is due.
pub(crate) fn again(ground: &Ground, _now: DateTime<Utc>, stop: &AtomicBool) -> Result<(), RunError> {
    let places = Places::of(ground);
    let ledger = Ledger::open_sound(&places.ledger())?;
    send(ground, &places.outbox(None), &ledger, false, Some(stop)).map(drop)
}

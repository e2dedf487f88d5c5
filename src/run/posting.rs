//! Posting: who gets which edition of this run, and what became of each mail.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use chrono::Utc;

use super::ledger::{Delivery, DeliveryState, Ledger};
use super::make::Made;
use super::order::{Order, Places, Resend, Trial, is_stopping};
use super::outbox::{self, Post, Queued, Sender, Sending, Word};
use super::settings::{Config, Ground, LoadedPipeline};
use super::summary::{Delivered, NOT_SENT, WOULD_BE_SENT};
use super::{RunError, news};
use crate::base::files::sha256;
use crate::model::pipeline::{Content, EditionSpec};
use crate::stages::deliver::{self, bare_address};

/// Where the mail of a run is written down.
pub(super) struct Mailbag<'a> {
    pub(super) ledger: &'a Ledger,
    pub(super) run: i64,
}

/// Queues every mail in the ledger, then tries all that wait. A dry run tells what would be sent to whom, and changes
/// nothing.
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
        let post = Post {
            audience,
            recipients: &recipients(order, audience)?,
            letter,
            workbook,
            edition: &sha256(&workbook.bytes),
            content: &content(order, made, spec),
            release: &made.fingerprint,
            once_more: order.by_hand.resend.is_some(),
        };
        if order.trial == Some(Trial::Dry) {
            queued.extend(would_get(bag, &sender, &post)?);
            continue;
        }
        let known = outbox::queue(bag.ledger, bag.run, &sender, &post, order.clock.utc(), Utc::now())?;
        queued.extend(post.recipients.iter().zip(known).map(|(to, known)| match known {
            Queued::Known(delivery) => Delivered::of(*delivery, bag.run),
            Queued::Overtaken(newer) => Delivered::overtaken(bare(to), audience, newer),
        }));
    }
    if order.trial == Some(Trial::Dry) {
        return Ok(queued);
    }
    if order.trial.is_none() {
        let dropped = drop_recipients(order.config, order.pipeline, bag.ledger)?;
        queued.extend(dropped.into_iter().map(|delivery| Delivered::of(delivery, bag.run)));
    }
    let tried = send(order.config, &places.outbox(order.trial.as_ref()), bag.ledger, order.by_hand.waits, order.stop)?;
    for told in tried {
        for delivery in queued.iter_mut().filter(|delivery| delivery.message_id == told.message_id) {
            // What an earlier run wrote down, and this one handed over, is this one's.
            let waits = told.state.waits().then(|| delivery.earlier.clone()).flatten();
            *delivery = Delivered { earlier: waits, ..Delivered::of(told.clone(), bag.run) };
        }
    }
    if order.trial.is_some() {
        queued.iter_mut().filter(|mail| mail.state == DeliveryState::Waiting.name()).for_each(|mail| {
            mail.state = NOT_SENT.to_owned();
            mail.next_try = None;
        });
    }
    Ok(queued)
}

/// A fingerprint of what an edition says, whatever day its cover bears: what is new in the release, what the pipeline's own
/// files say (not their comments, nor when it runs, nor who else gets what), in which language and in which of its sheets. So a
/// run that is repeated on another day, or beside another pipeline, mails nobody again unless there is something new.
fn content(order: &Order<'_>, made: &Made<'_>, spec: &EditionSpec) -> String {
    let audience = order.config.audience(spec.audience.get_ref());
    let language = audience.and_then(|audience| audience.language).unwrap_or(order.config.settings.language);
    let without: BTreeSet<&str> = spec.without.iter().map(|id| id.get_ref().as_str()).collect();
    let sheets = order.pipeline.pipeline.report.sheets.iter();
    let mut seen = sheets.filter(|sheet| !without.contains(sheet.id.get_ref().as_str()));
    let sees_findings = seen.any(|sheet| matches!(sheet.content, Content::Quality {}));
    let news = news::of(made.release.shown(), sees_findings);
    let said = &order.pipeline.meanings;
    sha256(format!("{:?} {language:?} {without:?} {said:?} {news}", spec.audience.get_ref()).as_bytes())
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

/// What of a pipeline is still to be sent, or was refused, to somebody who gets none of its editions any more, is closed: gives
/// it. The configuration says who, whatever run it was, and of whichever edition.
pub(crate) fn drop_recipients(
    config: &Config,
    pipeline: &LoadedPipeline,
    ledger: &Ledger,
) -> Result<Vec<Delivery>, RunError> {
    let gets = |mail: &Delivery| {
        let edition = pipeline.pipeline.editions.iter().any(|spec| *spec.audience.get_ref() == mail.audience);
        let named = config.audience(&mail.audience).map_or(&[][..], |audience| &audience.recipients);
        edition && named.iter().any(|one| is_same(one.get_ref(), &mail.recipient))
    };
    Ok(ledger.drop_recipients(&pipeline.name, &gets, Utc::now())?)
}

/// One address, however it is written.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    let plain = |text: &str| bare_address(text).map(|address| address.to_lowercase());
    plain(one).is_ok_and(|one| plain(other).is_ok_and(|other| one == other))
}

/// The bare address that sends.
pub(crate) fn sender(ground: &Ground) -> String {
    bare(ground.settings.mail.from.get_ref())
}

fn bare(to: &str) -> String {
    bare_address(to).unwrap_or_else(|_| to.to_owned())
}

/// What would be done with each mail of an edition, as the ledger stands.
fn would_get(bag: &Mailbag<'_>, sender: &Sender<'_>, post: &Post<'_>) -> Result<Vec<Delivered>, RunError> {
    let one = |to: &&str| {
        let message_id = match outbox::word(bag.ledger, bag.run, sender, post, to, Utc::now())? {
            Word::Said(known) => return Ok(Delivered { sha256: None, ..Delivered::of(*known, bag.run) }),
            Word::Overtaken(newer) => return Ok(Delivered::overtaken(bare(to), post.audience, newer)),
            Word::New(id) => id,
        };
        Ok(Delivered {
            to: bare(to),
            audience: post.audience.to_owned(),
            state: WOULD_BE_SENT.to_owned(),
            answer: Some(format!("“{}” with {}", post.letter.subject, post.workbook.name)),
            message_id,
            sha256: None,
            tries: 0,
            next_try: None,
            earlier: None,
        })
    };
    post.recipients.iter().map(one).collect()
}

/// Tries the mail that waits, of this run and of earlier ones; gives all that waited. With `waits`, all of it now;
/// else what is due, and what the rate leaves over another time.
pub(super) fn send(
    ground: &Ground,
    outbox: &Path,
    ledger: &Ledger,
    waits: bool,
    stop: Option<&AtomicBool>,
) -> Result<Vec<Delivery>, RunError> {
    let mail = &ground.settings.mail;
    let transport = deliver::open(mail.server.as_ref(), outbox, &ground.folder)?;
    let sleep = |time| nap(time, stop);
    let sleep: &dyn Fn(Duration) = &sleep;
    let sending =
        Sending { ledger, transport: &transport, rules: mail, now: &Utc::now, sleep: waits.then_some(sleep), stop };
    Ok(outbox::deliver(&sending)?)
}

/// Sleeps so long, or until somebody asks to stop.
pub(super) fn nap(time: Duration, stop: Option<&AtomicBool>) {
    let until = Instant::now() + time;
    while !is_stopping(stop) && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(100).min(until.saturating_duration_since(Instant::now())));
    }
}

/// Tries the mail from earlier runs that is due.
pub(crate) fn again(config: &Config, stop: &AtomicBool) -> Result<(), RunError> {
    let places = Places::of(config);
    let ledger = Ledger::open_sound(&places.ledger())?;
    for pipeline in &config.pipelines {
        drop_recipients(config, pipeline, &ledger)?;
    }
    send(config, &places.outbox(None), &ledger, false, Some(stop)).map(drop)
}

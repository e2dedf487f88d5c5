//! Posting: who gets which edition of this run, and what became of each mail.

use super::RunError;
use super::ledger::Ledger;
use super::order::{Order, Places, Trial};
use super::outbox::{self, Post, Sender};
use super::summary::Delivered;
use crate::base::files::sha256;
use crate::model::edition::{Letter, Workbook};
use crate::model::figure::Release;
use crate::model::pipeline::EditionSpec;
use crate::stages::deliver;

/// Queues every mail in the ledger, then tries all that wait. A dry run tells who would have been written to.
pub(super) fn post(
    order: &Order<'_>,
    places: &Places,
    ledger: &Ledger,
    run: i64,
    release: &Release,
    editions: &[(&EditionSpec, Workbook, Letter)],
) -> Result<Vec<Delivered>, RunError> {
    let mail = &order.config.settings.mail;
    let sender = Sender {
        from: mail.from.get_ref(),
        reply_to: mail.reply_to.as_ref().map(|address| address.get_ref().as_str()),
    };
    let now = order.clock.utc();
    let mut queued = Vec::new();
    for (spec, workbook, letter) in editions {
        let audience = spec.audience.get_ref().as_str();
        let recipients = recipients(order, audience)?;
        if order.trial == Some(Trial::Dry) {
            queued.extend(recipients.iter().map(|to| would_get(audience, to)));
            continue;
        }
        let edition = sha256(&workbook.bytes);
        let content = content(order, release, spec);
        let post = Post {
            audience,
            recipients: &recipients,
            letter,
            workbook,
            edition: &edition,
            content: &content,
            revision: "",
        };
        for delivery in outbox::queue(ledger, run, &sender, &post, now)? {
            let message = ledger.message(delivery.id)?;
            queued.push(Delivered {
                to: delivery.recipient,
                audience: delivery.audience,
                state: delivery.state.name().to_owned(),
                answer: delivery.answer,
                message_id: delivery.message_id,
                sha256: message.as_deref().map(sha256),
            });
        }
    }
    if order.trial != Some(Trial::Dry) {
        let transport =
            deliver::open(mail.server.as_ref(), &places.outbox(order.trial.as_ref()), &order.config.folder)?;
        for told in outbox::deliver(ledger, &transport, now)? {
            for delivery in queued.iter_mut().filter(|delivery| delivery.message_id == told.message_id) {
                delivery.state = told.state.name().to_owned();
                delivery.answer.clone_from(&told.answer);
            }
        }
    }
    Ok(queued)
}

/// A fingerprint of what an edition says, whatever day its cover bears: the release, the pipeline's files, who reads
/// it. So a run that is repeated on another day mails nobody again unless there is something new.
fn content(order: &Order<'_>, release: &Release, spec: &EditionSpec) -> String {
    let audience = order.config.audience(spec.audience.get_ref());
    let language = audience.and_then(|audience| audience.language).unwrap_or(order.config.settings.language);
    let own = |path: &std::path::Path| path.starts_with(&order.config.folder);
    let files: Vec<&str> =
        order.config.files.iter().filter(|(path, _)| !own(path)).map(|(_, digest)| digest.as_str()).collect();
    sha256(format!("{:?} {language:?} {files:?} {:?}", spec.audience.get_ref(), release.shown()).as_bytes())
}

fn recipients<'a>(order: &'a Order<'_>, audience: &str) -> Result<Vec<&'a str>, RunError> {
    match &order.trial {
        Some(Trial::To(address)) => Ok(vec![address.as_str()]),
        _ => {
            let known = order.config.audience(audience).ok_or_else(|| RunError::NoAudience(audience.to_owned()))?;
            Ok(known.recipients.iter().map(|recipient| recipient.get_ref().as_str()).collect())
        }
    }
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

/// Tries the mail that waits from earlier runs.
pub(crate) fn again(config: &super::settings::Config, now: chrono::DateTime<chrono::Utc>) -> Result<(), RunError> {
    let places = Places::of(config);
    let ledger = Ledger::open_whole(&places.ledger())?;
    let transport = deliver::open(config.settings.mail.server.as_ref(), &places.outbox(None), &config.folder)?;
    outbox::deliver(&ledger, &transport, now)?;
    Ok(())
}

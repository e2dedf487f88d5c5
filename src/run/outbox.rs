//! The outbox: mail is in the ledger before it is sent, each recipient for itself.
//!
//! In: editions with their letters and recipients. Out: messages in the ledger and what became of them.
//! Never: sends the same content to the same recipient twice by itself; lets one refusal stop the others.

use chrono::{DateTime, Utc};

use super::ledger::{Delivery, DeliveryState, Ledger, LedgerError, NewDelivery};
use crate::model::edition::{Letter, Workbook};
use crate::stages::deliver::{
    ComposeError, Envelope, Message, Receipt, Transport, bare_address, compose, message_id, send,
};

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
    /// Another word here makes it another message, for whoever must send the same content once more.
    pub(crate) revision: &'a str,
}

/// Writes the messages into the ledger and gives what it knows of each, in order of the recipients: a new one waits;
/// one that is known stands where it stood.
pub(crate) fn queue(
    ledger: &Ledger,
    run: i64,
    sender: &Sender<'_>,
    post: &Post<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<Delivery>, OutboxError> {
    post.recipients.iter().map(|to| queue_one(ledger, run, sender, post, to, now)).collect()
}

fn queue_one(
    ledger: &Ledger,
    run: i64,
    sender: &Sender<'_>,
    post: &Post<'_>,
    to: &str,
    now: DateTime<Utc>,
) -> Result<Delivery, OutboxError> {
    let failed = |source| OutboxError::Compose { recipient: to.to_owned(), source };
    let bare = |text: &str| bare_address(text).map_err(|error| failed(ComposeError::Address(error)));
    let id = message_id(post.content, to, post.revision, sender.from).map_err(failed)?;
    if let Some(known) = ledger.delivery(&id)? {
        return Ok(known);
    }
    let message = compose(&Message {
        from: sender.from,
        reply_to: sender.reply_to,
        to,
        letter: post.letter,
        workbook: Some(post.workbook),
        message_id: &id,
        date: now,
    })
    .map_err(failed)?;
    let delivery = NewDelivery {
        run: Some(run),
        edition: post.edition,
        audience: post.audience,
        sender: &bare(sender.from)?,
        recipient: &bare(to)?,
        message_id: &id,
        message: &message,
    };
    Ok(ledger.queue_delivery(&delivery, now)?)
}

/// Tries every message that waits, of this run and of earlier ones. Gives those whose state was touched, as they stand
/// now. Where no message at all can be handed over, the rest keeps waiting without being tried.
pub(crate) fn deliver(
    ledger: &Ledger,
    transport: &Transport,
    now: DateTime<Utc>,
) -> Result<Vec<Delivery>, OutboxError> {
    hand_over(ledger, transport, &ledger.deliveries_left()?, now)
}

/// Tries these messages; see [`deliver`].
pub(crate) fn hand_over(
    ledger: &Ledger,
    transport: &Transport,
    left: &[Delivery],
    now: DateTime<Utc>,
) -> Result<Vec<Delivery>, OutboxError> {
    let mut unreachable: Option<String> = None;
    for delivery in left {
        if delivery.state == DeliveryState::Sending && !settle_interrupted(ledger, transport, delivery, now)? {
            continue;
        }
        if let Some(reason) = &unreachable {
            ledger.set_delivery_state(delivery.id, DeliveryState::Waiting, reason, now)?;
            continue;
        }
        let Some(bytes) = ledger.message(delivery.id)? else {
            let answer = "the ledger has lost the message";
            ledger.set_delivery_state(delivery.id, DeliveryState::Refused, answer, now)?;
            continue;
        };
        ledger.begin_delivery(delivery.id, &transport.name(), now)?;
        let envelope = Envelope { from: &delivery.sender, to: &delivery.recipient, message_id: &delivery.message_id };
        let receipt = send(transport, &envelope, &bytes);
        let (state, answer) = outcome(&receipt);
        ledger.set_delivery_state(delivery.id, state, &answer, now)?;
        // Neither the address nor what the server says of it: a log is read by more people than a mail.
        tracing::info!(mail = delivery.id, audience = delivery.audience, state = state.name(), "handed over");
        if let Receipt::Unreachable { reason } = receipt {
            unreachable = Some(reason);
        }
    }
    left.iter().filter_map(|delivery| ledger.delivery(&delivery.message_id).transpose()).map(|told| Ok(told?)).collect()
}

/// A message in the middle of which a process died. In the folder it is written once more, to the same file. A server
/// may have taken it over: a person decides, and it is not sent. True if it may be tried now.
fn settle_interrupted(
    ledger: &Ledger,
    transport: &Transport,
    delivery: &Delivery,
    now: DateTime<Utc>,
) -> Result<bool, LedgerError> {
    if transport.is_repeatable() && delivery.via.as_deref() == Some(&transport.name()) {
        return Ok(true);
    }
    let answer = "the program was stopped while the message was handed over";
    ledger.set_delivery_state(delivery.id, DeliveryState::Unknown, answer, now)?;
    Ok(false)
}

fn outcome(receipt: &Receipt) -> (DeliveryState, String) {
    match receipt {
        Receipt::Written { path } => (DeliveryState::Written, path.display().to_string()),
        Receipt::Sent { response } => (DeliveryState::Sent, response.clone()),
        Receipt::Refused { reason } => (DeliveryState::Refused, reason.clone()),
        Receipt::Waiting { reason } | Receipt::Unreachable { reason } => (DeliveryState::Waiting, reason.clone()),
        Receipt::Unknown { reason } => (DeliveryState::Unknown, reason.clone()),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::base::files::sha256;
    use crate::base::settings::Spanned;
    use crate::model::settings::{Security, Server as ServerSettings};
    use crate::run::ledger::NewRun;
    use crate::smtp_double::{Act, Protection, Rule, Server, Step, at};
    use crate::stages::deliver::open;

    const NOW: &str = "2026-10-20T04:00:00Z";
    const PEOPLE: [&str; 3] = ["Anna <anna@example.org>", "bert@example.org", "cora@example.org"];

    fn now() -> DateTime<Utc> {
        NOW.parse().unwrap()
    }

    fn ledger() -> (Ledger, i64) {
        let ledger = Ledger::in_memory().unwrap();
        let run = NewRun { pipeline: "a", period: None, as_of: now(), trial: false, version: "0" };
        let run = ledger.begin_run(&run, now()).unwrap();
        (ledger, run)
    }

    fn queue_for(ledger: &Ledger, run: i64, revision: &str) -> Vec<Delivery> {
        let letter = Letter { subject: "S".to_owned(), text: "T".to_owned(), html: "<p>T</p>".to_owned() };
        let workbook = Workbook { name: "a.xlsx".to_owned(), bytes: vec![7; 1000] };
        let edition = sha256(&workbook.bytes);
        let post = Post {
            audience: "politics",
            recipients: &PEOPLE,
            letter: &letter,
            workbook: &workbook,
            edition: &edition,
            content: &edition,
            revision,
        };
        let sender = Sender { from: "KIM <kim@example.org>", reply_to: None };
        queue(ledger, run, &sender, &post, now()).unwrap()
    }

    fn transport(server: &Server) -> Transport {
        let settings = ServerSettings {
            host: "127.0.0.1".to_owned(),
            port: Some(server.port),
            security: Some(Spanned::new(0..0, Security::None)),
            user: None,
            password_env: None,
            password_file: None,
            ca_file: None,
            timeout_seconds: 2,
        };
        open(Some(&settings), Path::new("unused"), Path::new("unused")).unwrap()
    }

    fn server(rules: &[Rule]) -> Server {
        Server::start(Protection::Open, None, rules)
    }

    fn states(deliveries: &[Delivery]) -> Vec<&'static str> {
        deliveries.iter().map(|delivery| delivery.state.name()).collect()
    }

    #[test]
    fn one_refusal_stops_nobody_and_who_waits_is_tried_again() {
        let (ledger, run) = ledger();
        let server = server(&[
            at(Step::Rcpt, Act::Say("550 5.1.1 no such user")).only_for("anna@example.org"),
            at(Step::Rcpt, Act::Say("450 4.2.1 busy")).only_for("bert@example.org").once(),
        ]);
        assert_eq!(states(&queue_for(&ledger, run, "1")), ["waiting"; 3]);
        let first = deliver(&ledger, &transport(&server), now()).unwrap();
        assert_eq!(states(&first), ["refused", "waiting", "sent"]);
        assert_eq!(first[0].answer.as_deref(), Some("permanent error (550): 5.1.1 no such user"));
        let second = deliver(&ledger, &transport(&server), now()).unwrap();
        assert_eq!((states(&second), second[0].tries), (vec!["sent"], 2), "only who waited");
        let got: Vec<_> = server.received().iter().flat_map(|received| received.to.clone()).collect();
        assert_eq!(got, ["cora@example.org", "bert@example.org"]);
    }

    #[test]
    fn the_same_edition_is_never_sent_twice_but_a_revision_is_another_message() {
        let (ledger, run) = ledger();
        let server = server(&[]);
        queue_for(&ledger, run, "1");
        deliver(&ledger, &transport(&server), now()).unwrap();
        assert_eq!(states(&queue_for(&ledger, run, "1")), ["sent"; 3], "known, and where it stands");
        assert!(deliver(&ledger, &transport(&server), now()).unwrap().is_empty());
        assert_eq!(server.received().len(), 3);
        queue_for(&ledger, run, "2");
        deliver(&ledger, &transport(&server), now()).unwrap();
        assert_eq!(server.received().len(), 6);
        assert_eq!(ledger.message(1).unwrap(), None, "what arrived need not be kept");
    }

    #[test]
    fn when_the_answer_is_lost_nothing_is_sent_again_by_itself() {
        let (ledger, run) = ledger();
        let server = server(&[at(Step::Dot, Act::HangUp).only_for("bert@example.org")]);
        queue_for(&ledger, run, "1");
        assert_eq!(states(&deliver(&ledger, &transport(&server), now()).unwrap()), ["sent", "unknown", "sent"]);
        assert!(deliver(&ledger, &transport(&server), now()).unwrap().is_empty());
        let trouble = ledger.deliveries_in_trouble().unwrap();
        assert_eq!(trouble.len(), 1);
        assert!(ledger.message(trouble[0].id).unwrap().is_some(), "kept for the person who must look");
    }

    #[test]
    fn a_dead_server_is_asked_once_not_for_each_recipient() {
        let (ledger, run) = ledger();
        let server = server(&[at(Step::Greeting, Act::HangUp)]);
        queue_for(&ledger, run, "1");
        let told = deliver(&ledger, &transport(&server), now()).unwrap();
        assert_eq!((states(&told), server.connections()), (vec!["waiting"; 3], 1));
        assert!(told.iter().all(|delivery| delivery.answer.is_some()), "each says why");
    }

    #[test]
    fn after_a_crash_in_the_middle_a_server_is_left_alone_and_the_folder_repeated() {
        let (ledger, run) = ledger();
        let server = server(&[]);
        let smtp = transport(&server);
        let folder = tempfile::tempdir().unwrap();
        let files = open(None, &folder.path().join("outbox"), folder.path()).unwrap();
        let queued = queue_for(&ledger, run, "1");
        ledger.begin_delivery(queued[0].id, &smtp.name(), now()).unwrap();
        ledger.begin_delivery(queued[1].id, &files.name(), now()).unwrap();
        assert_eq!(states(&deliver(&ledger, &files, now()).unwrap()), ["unknown", "written", "written"]);
        assert_eq!(std::fs::read_dir(folder.path().join("outbox")).unwrap().count(), 2);
        assert!(server.received().is_empty());
    }
}

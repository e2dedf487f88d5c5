//! Does a recipient have this word already, as the last of its series; or which message would say it?
//!
//! In: what is to be said, to whom, and the ledger. Out: the message that said it, or the id of a new one. The same question
//! has the same answer until something is written: a process that dies in between leaves nothing undecided.
//! Never: writes anything.

use super::{OutboxError, Post, Sender};
use crate::run::ledger::{Delivery, Ledger, Since};
use crate::stages::deliver::message_id;

pub(crate) enum Word {
    /// This message says it, and nothing newer that arrived says otherwise.
    Said(Box<Delivery>),
    /// It is to be said under this Message-ID.
    New(String),
}

/// What run `run` has to say to `to`. Content that was said, was then overtaken by other content, and counts again now (a
/// correction that is withdrawn) is said again, as another message: the last word that a recipient holds is the true one.
pub(crate) fn word(
    ledger: &Ledger,
    run: i64,
    sender: &Sender<'_>,
    post: &Post<'_>,
    to: &str,
) -> Result<Word, OutboxError> {
    let mut newest: Option<Delivery> = None;
    let mut revision = 1;
    let free = loop {
        let id = message_id(post.content, to, revision, sender.from)
            .map_err(|source| OutboxError::Compose { recipient: to.to_owned(), source })?;
        match ledger.delivery(&id)? {
            None => break id,
            known => newest = known,
        }
        revision += 1;
    };
    let Some(known) = newest else { return Ok(Word::New(free)) };
    let stands = match ledger.since(run, &known)? {
        _ if known.was_overtaken() => false,
        // What is still on its way need not be doubled.
        Since::Nothing => !post.once_more || known.state.waits(),
        Since::InVain => !post.once_more && known.state.may_have_arrived(),
        Since::Word => false,
    };
    Ok(if stands { Word::Said(Box::new(known)) } else { Word::New(free) })
}

//! Does a recipient have this word already, as the last of its series; or which message would say it?
//!
//! In: what is to be said, to whom, and the ledger. Out: the message that said it, or the id of a new one. The same question
//! has the same answer until something is written: a process that dies in between leaves nothing undecided. The last word is
//! the one with the newest figures, in whichever order runs end.
//! Never: writes anything.

use chrono::{DateTime, Utc};

use super::{OutboxError, Post, Sender};
use crate::run::ledger::{Delivery, Ledger, Newer, Since};
use crate::stages::deliver::{ComposeError, bare_address, message_id};

pub(crate) enum Word {
    /// This message says it, and nothing newer that arrived says otherwise.
    Said(Box<Delivery>),
    /// It is to be said under this Message-ID.
    New(String),
    /// Something else was said with newer figures; only a person may still want it said ([`Post::once_more`]).
    Overtaken(Newer),
}

/// What run `run` has to say to `to`. Content that was said, was then overtaken by other content, and counts again now (a
/// correction that is withdrawn) is said again, as another message: the last word that a recipient holds is the true one.
pub(crate) fn word(
    ledger: &Ledger,
    run: i64,
    sender: &Sender<'_>,
    post: &Post<'_>,
    to: &str,
    now: DateTime<Utc>,
) -> Result<Word, OutboxError> {
    let failed = |source| OutboxError::Compose { recipient: to.to_owned(), source };
    let bare = |text: &str| bare_address(text).map_err(|error| failed(ComposeError::Address(error)));
    let recipient = bare(to)?;
    let mut said = ledger.said(run, post.content, (post.audience, post.release), &recipient)?;
    let ids: Vec<i64> = said.iter().map(|known| known.id).collect();
    let mut revision = u32::try_from(said.len()).unwrap_or(u32::MAX);
    let free = loop {
        revision += 1;
        let id = message_id(post.content, to, revision, sender.from).map_err(failed)?;
        if ledger.delivery(&id)?.is_none() {
            break id;
        }
    };
    match ledger.newer_word(run, (post.audience, &recipient), now)? {
        Some((newer, said)) if !post.once_more && !ids.contains(&said) => return Ok(Word::Overtaken(newer)),
        _ => {}
    }
    let Some(known) = said.pop() else { return Ok(Word::New(free)) };
    // What a run of the same order wrote before it died or failed is what was asked for.
    let once_more = post.once_more && !ledger.is_of_the_same_order(run, &known)?;
    let from_another = known.sender != bare(sender.from)?;
    let stands = match ledger.since(run, &known)? {
        _ if known.was_overtaken() => false,
        // Nobody has it, and perhaps because of who sends it.
        _ if from_another && ledger.has_not_arrived(&known)? => false,
        // What is still on its way need not be doubled.
        Since::Nothing => !once_more || known.state.waits(),
        Since::InVain => !once_more && known.state.may_have_arrived(),
        Since::Word => false,
    };
    Ok(if stands { Word::Said(Box::new(known)) } else { Word::New(free) })
}

//! Telling the owner: what begins and ends between two looks goes into the ledger, and from there into the outbox.
//!
//! Messages to the owner go their own way out, under a lock of their own: a run that hangs, or holds the data folder,
//! must not hold up the message that says so.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tracing::{error, info};

use super::letter::{self, News, Place, letter};
use super::sources::Away;
use super::trouble::{Trouble, standing};
use super::vitals::{MISSING, Vitals, vitals};
use crate::model::edition::Letter;
use crate::run::RunError;
use crate::run::ledger::{Delivery, Known, Ledger, MADE_UP, NewDelivery, NotRun, RESTORED};
use crate::run::order::Places;
use crate::run::outbox::{self, OutboxError, Sending};
use crate::run::settings::{Config, Ground};
use crate::stages::deliver::{self, ComposeError, Message, bare_address, compose, message_id};

/// As whom the owner gets mail; no audience of `contacts.toml` can have this name.
const OWNER: &str = "[owner]";

/// Looks once (`told`: why a configuration was refused, and which sources are away), writes down what begins and ends, and tells the owner. The caller holds the lock of the alerts.
pub(super) fn look(
    config: &Config,
    ledger: &Ledger,
    told: (Option<String>, Vec<Away>),
    (unattended, glance, settled): (bool, bool, bool),
    host: &str,
    now: DateTime<Utc>,
) -> Result<Vitals, RunError> {
    let seen = Vitals { unattended, glance, settled, ..vitals(config, &config.pipelines, ledger, told, now)? };
    tell(config, ledger, &seen, host, now)?;
    Ok(seen)
}

fn tell(config: &Config, ledger: &Ledger, seen: &Vitals, host: &str, now: DateTime<Utc>) -> Result<(), RunError> {
    let keep = |known: &Known| seen.glance && !is_seen(known, seen);
    let stood =
        |trouble: &Trouble| seen.troubles.iter().any(|(kind, key)| *kind == trouble.kind() && key == trouble.key());
    let of_a_service = |trouble: &Trouble| matches!(trouble, Trouble::RunFailed { .. } | Trouble::RunLate { .. });
    let mut standing = standing(seen);
    standing.retain(|trouble| !seen.glance || seen.unattended || !of_a_service(trouble) || stood(trouble));
    note(ledger, &standing, keep, now)?;
    queue(config, ledger, seen, host, now)?;
    hand_over(config, ledger, &|| now, None, None)?;
    Ok(())
}

/// Does this picture show what the trouble is about? Who only glances knows some pipelines, and no service.
fn is_seen(known: &Known, seen: &Vitals) -> bool {
    match known.kind.as_str() {
        "config-refused" => false,
        "run-failed" | "timer-failed" | "run-late" | "restored" | MISSING => seen
            .pipelines
            .iter()
            .any(|watched| known.key == watched.name || known.key.starts_with(&(watched.name.clone() + " "))),
        _ => true,
    }
}

/// What begins and what ends, but for what shall be kept as it is.
fn note(
    ledger: &Ledger,
    standing: &[Trouble],
    keep: impl Fn(&Known) -> bool,
    now: DateTime<Utc>,
) -> Result<(), RunError> {
    let known = ledger.troubles()?;
    let same = |known: &Known, trouble: &Trouble| known.kind == trouble.kind() && known.key == trouble.key();
    let gone = |known: &&Known| !keep(known) && !standing.iter().any(|trouble| same(known, trouble));
    for gone in known.iter().filter(gone) {
        ledger.end_trouble(gone.id, now)?;
        info!(trouble = gone.kind, "over");
    }
    for new in standing.iter().filter(|trouble| !known.iter().any(|known| same(known, trouble))) {
        ledger.begin_trouble(&new.kind(), new.key(), &new.facts(), now)?;
        error!(trouble = new.kind(), "a person must look; `kim status --check` says more");
    }
    Ok(())
}

/// Writes the mails about what is new; all of a kind in one.
fn queue(config: &Config, ledger: &Ledger, seen: &Vitals, host: &str, now: DateTime<Utc>) -> Result<(), RunError> {
    let recipients = &config.settings.owner.recipients;
    let news = ledger.troubles_to_tell()?;
    // Nobody to tell: it stays untold, and is told if somebody is named while it stands.
    if recipients.is_empty() {
        return Ok(());
    }
    let news: Vec<(Known, Came)> = news
        .into_iter()
        .map(|known| came_of(&known, ledger, seen).map(|came| (known, came)))
        .collect::<Result<_, RunError>>()?;
    let mut kinds: Vec<(String, bool)> =
        news.iter().map(|(known, came)| (came.kind(known), known.ended.is_some())).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let place = Place { host, data: &config.data, zone: config.zone };
    for (kind, well) in kinds {
        let of_it = |(known, came): &&(Known, Came)| came.kind(known) == kind && known.ended.is_some() == well;
        let group: Vec<Known> = news.iter().filter(of_it).map(|(known, _)| known.clone()).collect();
        let troubles: Vec<(Trouble, DateTime<Utc>)> =
            news.iter().filter(of_it).filter_map(|(known, came)| Some((came.0.clone()?, known.since))).collect();
        let told: Vec<News<'_>> = troubles.iter().map(|(trouble, since)| News { trouble, since: *since }).collect();
        let written = letter(&told, well, letter::language(&config.settings), &place);
        let messages = match &written {
            Some(letter) => messages(config, letter, &content(&group), well, now)?,
            None => Vec::new(),
        };
        let new: Vec<NewDelivery<'_>> = messages.iter().map(Written::as_new).collect();
        ledger.tell(&group, &new, now)?;
    }
    Ok(())
}

/// What is to be told of a trouble: none is over without a word.
struct Came(Option<Trouble>);

impl Came {
    fn kind(&self, known: &Known) -> String {
        self.0.as_ref().map_or_else(|| format!("{} without a word", known.kind), Trouble::kind)
    }
}

/// A run that failed or was late, and is that no more, has succeeded; unless its time was passed over, or nobody knows
/// since a restore, which is a trouble of its own.
fn came_of(known: &Known, ledger: &Ledger, seen: &Vitals) -> Result<Came, RunError> {
    // What an older program wrote and this one cannot read is over with it.
    let Ok(trouble) = serde_json::from_str(&known.facts) else { return Ok(Came(None)) };
    let (Trouble::RunLate { pipeline, title, slot, .. } | Trouble::RunFailed { pipeline, title, slot, .. }) = &trouble
    else {
        return Ok(Came(Some(trouble)));
    };
    if known.ended.is_none() {
        return Ok(Came(Some(trouble)));
    }
    let within = |range: &NotRun| (range.first..=range.last).contains(slot);
    if seen.pipelines.iter().any(|one| one.name == *pipeline && one.doubtful.as_ref().is_some_and(within)) {
        return Ok(Came(None));
    }
    let passed = ledger.not_run(pipeline)?.into_iter().find(within);
    Ok(Came(match passed.filter(|range| !range.reason.starts_with(MADE_UP)) {
        Some(range) if range.reason.starts_with(RESTORED) => None,
        Some(range) => Some(Trouble::RunPassed { title: title.clone(), slot: *slot, reason: range.reason }),
        None => Some(trouble),
    }))
}

/// The same for the same troubles, whenever and however often it is asked.
fn content(group: &[Known]) -> String {
    let each: Vec<String> = group.iter().map(|known| format!("{} {} {}", known.kind, known.key, known.since)).collect();
    format!("troubles\n{}", each.join("\n"))
}

/// A message to one of the owners.
pub(super) struct Written {
    pub(super) sender: String,
    pub(super) recipient: String,
    pub(super) message_id: String,
    pub(super) bytes: Vec<u8>,
}

impl Written {
    fn as_new(&self) -> NewDelivery<'_> {
        NewDelivery {
            run: None,
            edition: "",
            audience: OWNER,
            sender: &self.sender,
            recipient: &self.recipient,
            message_id: &self.message_id,
            content: None,
            message: &self.bytes,
        }
    }
}

/// The letter for each of the owners.
pub(super) fn messages(
    config: &Config,
    letter: &Letter,
    content: &str,
    well: bool,
    now: DateTime<Utc>,
) -> Result<Vec<Written>, OutboxError> {
    let mail = &config.settings.mail;
    let from = mail.from.get_ref();
    let write = |to: &str| -> Result<Written, ComposeError> {
        let bare = |text: &str| bare_address(text).map_err(ComposeError::Address);
        let message_id = message_id(&format!("{content}\nwell: {well}"), to, 1, from)?;
        let message = Message {
            from,
            reply_to: mail.reply_to.as_ref().map(|address| address.get_ref().as_str()),
            to,
            letter,
            workbook: None,
            message_id: &message_id,
            date: now,
        };
        let bytes = compose(&message)?;
        Ok(Written { sender: bare(from)?, recipient: bare(to)?, message_id, bytes })
    };
    let recipients = config.settings.owner.recipients.iter().map(|address| address.get_ref().as_str());
    recipients.map(|to| write(to).map_err(|source| OutboxError::Compose { recipient: to.to_owned(), source })).collect()
}

/// Sends what waits for the owner: what is due, or with `sleep` all of it. The caller holds the lock of the alerts.
pub(super) fn hand_over(
    ground: &Ground,
    ledger: &Ledger,
    now: &dyn Fn() -> DateTime<Utc>,
    sleep: Option<&dyn Fn(Duration)>,
    stop: Option<&AtomicBool>,
) -> Result<Vec<Delivery>, RunError> {
    let mut left = ledger.alerts_left()?;
    left.retain(|mail| sleep.is_some() || mail.is_due(now()));
    if left.is_empty() {
        return Ok(left);
    }
    let rules = &ground.settings.mail;
    let transport = deliver::open(rules.server.as_ref(), &Places::of(ground).outbox(None), &ground.folder)?;
    let sending = Sending { ledger, transport: &transport, rules, now, sleep, stop };
    Ok(outbox::hand_over(&sending, &left)?)
}

#[cfg(test)]
mod tests;

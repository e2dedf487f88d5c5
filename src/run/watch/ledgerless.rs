//! When the ledger itself is the trouble: told by what still works, a mail without an outbox.
//!
//! That it was told stands in a file beside the ledger, and in memory: if neither the ledger nor a file can be written,
//! the owner is told once by each process.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use tracing::{error, info, warn};

use super::letter::{self, News, Place, letter};
use super::tell::messages;
use super::trouble::Trouble;
use crate::base::files;
use crate::run::RunError;
use crate::run::order::Places;
use crate::run::settings::Config;
use crate::stages::deliver::{self, Envelope, Receipt};

/// What is remembered without a ledger.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// Since when it is known to be unsound, and told.
    told: Option<DateTime<Utc>>,
}

fn note(data: &Path) -> PathBuf {
    data.join("ledger-trouble.txt")
}

impl Memory {
    /// What an earlier process left.
    pub(super) fn recall(data: &Path) -> Memory {
        let told = std::fs::read_to_string(note(data)).ok().and_then(|text| text.trim().parse().ok());
        Memory { told }
    }

    /// The ledger is not sound: tells the owner unless he was told.
    pub(super) fn unsound(&mut self, config: &Config, reason: &str, host: &str, now: DateTime<Utc>) {
        if self.told.is_some() {
            return;
        }
        error!(trouble = "ledger", "the ledger does not pass its check: {reason}");
        match send(config, reason, false, host, now, now) {
            Ok(true) => {
                self.told = Some(now);
                if let Err(error) = files::write(&note(&config.data), format!("{}\n", now.to_rfc3339()).as_bytes()) {
                    warn!("cannot write down that the owner was told: {}", crate::run::chain(&error));
                }
            }
            // Tried again at the next look.
            Ok(false) => warn!("the owner cannot be told of the ledger yet"),
            Err(error) => warn!("the owner cannot be told of the ledger: {}", crate::run::chain(&error)),
        }
    }

    /// The ledger is sound: if the owner was told otherwise, he is told so.
    pub(super) fn sound(&mut self, config: &Config, host: &str, now: DateTime<Utc>) {
        let Some(since) = self.told else { return };
        info!(trouble = "ledger", "over");
        match send(config, "", true, host, since, now) {
            Ok(true) => {
                self.told = None;
                let _ = std::fs::remove_file(note(&config.data));
            }
            Ok(false) => {}
            Err(error) => warn!("the owner cannot be told of the ledger: {}", crate::run::chain(&error)),
        }
    }
}

/// True if it need not be tried again: it arrived, may have arrived, never will, or there is nobody to tell.
fn send(
    config: &Config,
    reason: &str,
    well: bool,
    host: &str,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, RunError> {
    let trouble = Trouble::Ledger { reason: reason.to_owned() };
    let place = Place { host, data: &config.data, zone: config.zone };
    let news = [News { trouble: &trouble, since }];
    let Some(letter) = letter(&news, well, letter::language(&config.settings), &place) else { return Ok(true) };
    let transport =
        deliver::open(config.settings.mail.server.as_ref(), &Places::of(config).outbox(None), &config.folder)?;
    let mut settled = true;
    for message in messages(config, &letter, &format!("ledger {since}"), well, now)? {
        let envelope = Envelope { from: &message.sender, to: &message.recipient, message_id: &message.message_id };
        let receipt = deliver::send(&transport, &envelope, &message.bytes, &mut || Ok(()), &mut |_| ());
        settled &= !matches!(receipt, Receipt::Waiting { .. } | Receipt::Unreachable { .. });
    }
    Ok(settled)
}

//! When the ledger itself is the trouble, or nothing can be written where it lies: told by what still works, a mail without
//! an outbox.
//!
//! That it was told stands in a file beside the ledger, and in memory. Where neither can be written, only a process tells
//! that has seen it well: one that is started again and again must not write a mail each time.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use tracing::{error, info, warn};

use super::letter::{self, News, Place, letter};
use super::tell::messages;
use super::trouble::Trouble;
use crate::base::files;
use crate::run::RunError;
use crate::run::ledger::LedgerError;
use crate::run::order::Places;
use crate::run::settings::Config;
use crate::stages::deliver::{self, Envelope, Receipt};

/// What is remembered without a ledger.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// Since when something is wrong, and told.
    told: Option<(DateTime<Utc>, Cause)>,
    /// This process has seen that all was well, or nobody starts it again.
    pub(super) may_tell: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// The ledger does not pass its check.
    Ledger,
    /// A newer version of this program wrote it.
    Newer,
    /// The data folder takes nothing.
    Data,
}

impl Cause {
    pub(super) fn of(error: &RunError) -> Cause {
        match error {
            RunError::Ledger(LedgerError::Newer { .. }) => Cause::Newer,
            error if error.is_barred() => Cause::Data,
            _ => Cause::Ledger,
        }
    }

    const ALL: [Cause; 3] = [Cause::Ledger, Cause::Newer, Cause::Data];

    fn name(self) -> &'static str {
        match self {
            Cause::Ledger => "ledger",
            Cause::Newer => "newer",
            Cause::Data => "data",
        }
    }

    fn trouble(self, reason: &str) -> Trouble {
        let reason = reason.to_owned();
        match self {
            Cause::Ledger => Trouble::Ledger { reason },
            Cause::Newer => Trouble::LedgerNewer { reason },
            Cause::Data => Trouble::DataClosed { reason },
        }
    }
}

fn note(data: &Path) -> PathBuf {
    data.join("ledger-trouble.txt")
}

impl Memory {
    /// What an earlier process left.
    pub(super) fn recall(data: &Path) -> Memory {
        let text = std::fs::read_to_string(note(data)).unwrap_or_default();
        let mut words = text.split_whitespace();
        let since = words.next().and_then(|text| text.parse().ok());
        // An older version knew of one cause only.
        let cause = words.next().and_then(|name| Cause::ALL.into_iter().find(|cause| cause.name() == name));
        Memory { told: since.map(|since| (since, cause.unwrap_or(Cause::Ledger))), may_tell: false }
    }

    /// Something is wrong: tells the owner unless he was told.
    ///
    /// # Errors
    /// Why he is not told yet; it is tried again at the next look.
    pub(super) fn unsound(
        &mut self,
        config: &Config,
        (cause, reason): (Cause, &str),
        host: &str,
        now: DateTime<Utc>,
    ) -> Result<(), String> {
        if self.told.is_some_and(|(_, known)| known == cause) {
            return Ok(());
        }
        let unheard = |why: &str| Err(format!("{reason} (the owner cannot be told: {why})"));
        // First, whether it can be remembered; that it was told is written when it was.
        let kept = files::write(&note(&config.data), b"not told yet\n").is_ok();
        if !kept && !self.may_tell {
            return unheard("nothing could remember it, and each start would tell him once more");
        }
        match send(config, &cause.trouble(reason), false, host, (now, now)) {
            Ok(true) => {
                error!(trouble = cause.name(), "the owner is told, nothing runs until it is mended: {reason}");
                self.told = Some((now, cause));
                if kept {
                    let text = format!("{} {}\n", now.to_rfc3339(), cause.name());
                    if let Err(error) = files::write(&note(&config.data), text.as_bytes()) {
                        warn!("cannot write down that the owner was told: {}", crate::run::chain(&error));
                    }
                }
                Ok(())
            }
            Ok(false) => unheard("the mail server is not ready"),
            Err(error) => unheard(&crate::run::chain(&error)),
        }
    }

    /// All is well: if the owner was told otherwise, he is told so.
    pub(super) fn well(&mut self, config: &Config, host: &str, now: DateTime<Utc>) {
        self.may_tell = true;
        let Some((since, cause)) = self.told else { return };
        // Who reads only finds all well also where nothing can be written.
        if files::write(&note(&config.data), format!("{} {}\n", since.to_rfc3339(), cause.name()).as_bytes()).is_err() {
            return;
        }
        info!(trouble = cause.name(), "over");
        match send(config, &cause.trouble(""), true, host, (since, now)) {
            Ok(true) => {
                self.told = None;
                let _ = std::fs::remove_file(note(&config.data));
            }
            Ok(false) => {}
            Err(error) => warn!("the owner cannot be told that all is well: {}", crate::run::chain(&error)),
        }
    }
}

/// True if it need not be tried again: it arrived, may have arrived, never will, or there is nobody to tell.
fn send(
    config: &Config,
    trouble: &Trouble,
    well: bool,
    host: &str,
    (since, now): (DateTime<Utc>, DateTime<Utc>),
) -> Result<bool, RunError> {
    let place = Place { host, data: &config.data, zone: config.zone };
    let news = [News { trouble, since }];
    let Some(letter) = letter(&news, well, letter::language(&config.settings), &place) else { return Ok(true) };
    let transport =
        deliver::open(config.settings.mail.server.as_ref(), &Places::of(config).outbox(None), &config.folder)?;
    let mut settled = true;
    for message in messages(config, &letter, &format!("{} {since}", trouble.kind()), well, now)? {
        let envelope = Envelope { from: &message.sender, to: &message.recipient, message_id: &message.message_id };
        let receipt = deliver::send(&transport, &envelope, &message.bytes, &mut || Ok(()), &mut |_| ());
        settled &= !matches!(receipt, Receipt::Waiting { .. } | Receipt::Unreachable { .. });
    }
    Ok(settled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_of_a_newer_version_is_not_called_damaged() {
        let of = |error| Cause::of(&RunError::Ledger(error));
        assert_eq!(of(LedgerError::Newer { found: 2, known: 1 }), Cause::Newer);
        assert_eq!(of(LedgerError::Damaged { path: PathBuf::new(), what: String::new() }), Cause::Ledger);
        assert_eq!(Cause::Newer.trouble("").kind(), "ledger-newer");
        let names: Vec<&str> = Cause::ALL.iter().map(|cause| cause.name()).collect();
        assert_eq!(names, ["ledger", "newer", "data"], "each is recalled by its name");
    }
}

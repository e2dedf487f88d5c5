//! The log: where it goes, how it looks, how much it tells.
//!
//! Text on a terminal, JSON elsewhere; to stderr, or appended to a file that is opened anew when a service is told to
//! reload (so that others may rotate it). `KIM_LOG` and `KIM_LOG_FILE` go before `[log]` in `kim.toml`.
//! Never: a mail address. No event of ours holds one; whatever a library says, the line is looked through once more.

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tracing_subscriber::EnvFilter;

use crate::model::settings::{Level, Log as Wanted, LogFormat};
use crate::run::settings::{alone, beside};

/// Where lines go.
#[derive(Debug)]
pub(super) struct Log {
    file: Option<(PathBuf, Mutex<File>)>,
}

/// Begins to log. `default` is told unless the environment or the settings say otherwise. A file that cannot be opened
/// is told on stderr, where the log goes instead.
pub(super) fn begin(config: &Path, default: &str) -> Arc<Log> {
    // Mistakes in the file are told by whoever reads the whole configuration.
    let wanted = alone(config).map(|settings| settings.log).unwrap_or_default();
    let log = Arc::new(Log { file: file(config, &wanted) });
    let builder = tracing_subscriber::fmt().with_env_filter(filter(&wanted, default)).with_writer(log.clone());
    let text = match wanted.format {
        LogFormat::Text => true,
        LogFormat::Json => false,
        LogFormat::Auto => log.file.is_none() && io::stderr().is_terminal(),
    };
    if text {
        builder.with_target(false).with_ansi(log.file.is_none() && io::stderr().is_terminal()).init();
    } else {
        builder.json().init();
    }
    log
}

fn file(config: &Path, wanted: &Wanted) -> Option<(PathBuf, Mutex<File>)> {
    let named = std::env::var_os("KIM_LOG_FILE").filter(|path| !path.is_empty()).map(PathBuf::from);
    let path = named.or_else(|| wanted.file.as_ref().map(|file| beside(config, file.get_ref())))?;
    match append(&path) {
        Ok(file) => Some((path, Mutex::new(file))),
        Err(error) => {
            eprintln!("the log goes to stderr: {} cannot be opened: {error}", path.display());
            None
        }
    }
}

fn append(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).open(path)
}

fn filter(wanted: &Wanted, default: &str) -> EnvFilter {
    let configured = wanted.level.map(|level| match level {
        Level::Error => "error",
        Level::Warn => "warn",
        Level::Info => "kim=info,warn",
        Level::Debug => "kim=debug,info",
        Level::Trace => "trace",
    });
    let configured = EnvFilter::new(configured.unwrap_or(default));
    match std::env::var("KIM_LOG") {
        Ok(text) if !text.is_empty() => EnvFilter::try_new(&text).unwrap_or_else(|error| {
            eprintln!("KIM_LOG is not understood, and left aside: {error}");
            configured
        }),
        _ => configured,
    }
}

impl Log {
    /// Opens the file anew: whoever rotates the log has renamed it. If that fails, the old one goes on.
    pub(super) fn reopen(&self) {
        let Some((path, file)) = &self.file else { return };
        match append(path) {
            Ok(fresh) => *file.lock().unwrap_or_else(PoisonError::into_inner) = fresh,
            Err(error) => tracing::warn!(%error, "the log cannot be opened anew"),
        }
    }
}

/// One call for each event.
impl Write for &Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = masked(&String::from_utf8_lossy(line));
        let written = match &self.file {
            Some((_, file)) => file.lock().unwrap_or_else(PoisonError::into_inner).write_all(text.as_bytes()),
            None => io::stderr().write_all(text.as_bytes()),
        };
        // A full disk: better there than nowhere.
        if written.is_err() && self.file.is_some() {
            let _ = io::stderr().write_all(text.as_bytes());
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The text with every mail address replaced by `…@…`.
fn masked(text: &str) -> String {
    let part = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let mut pieces = text.split('@');
    let mut safe = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let name = safe.trim_end_matches(part).len();
        let domain = piece.len() - piece.trim_start_matches(part).len();
        if name < safe.len() && domain > 0 {
            safe.truncate(name);
            safe += "…@…";
            safe += &piece[domain..];
        } else {
            safe.push('@');
            safe += piece;
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_address_gets_into_a_line() {
        for (text, expected) in [
            ("to anna.meier@stadt-x.example.org: 550 no", "to …@…: 550 no"),
            ("<a@b.example> and \"c+d@e.example\"", "<…@…> and \"…@…\""),
            ("ünal@müller.example, x", "…@…, x"),
            ("nothing @ all, a@ and @b", "nothing @ all, a@ and @b"),
            ("a@b@c", "…@…@c"),
            ("a@b, c@d", "…@…, …@…"),
        ] {
            assert_eq!(masked(text), expected);
        }
    }

    #[test]
    fn a_rotated_file_is_followed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kim.log");
        let log = Log { file: Some((path.clone(), Mutex::new(append(&path).unwrap()))) };
        (&log).write_all(b"one\n").unwrap();
        std::fs::rename(&path, folder.path().join("kim.log.1")).unwrap();
        (&log).write_all(b"two\n").unwrap();
        log.reopen();
        (&log).write_all(b"three\n").unwrap();
        assert_eq!(std::fs::read_to_string(folder.path().join("kim.log.1")).unwrap(), "one\ntwo\n");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "three\n");
    }

    proptest! {
        #[test]
        fn what_is_no_address_stays_as_it_is(text in "[a-z ,:<>\"]{0,60}") {
            prop_assert_eq!(masked(&text), text);
        }

        #[test]
        fn an_address_between_anything_is_masked(before in "[ -?A-~]{0,20}", after in "[ -?A-~]{0,20}") {
            let text = format!("{before} anna.meier@example.org {after}");
            prop_assert!(!masked(&text).contains("anna.meier@example"));
        }
    }
}

//! What systemd hears (sd_notify(3)): nothing unless it asked, by `NOTIFY_SOCKET`.

use std::io::ErrorKind;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

use sd_notify::NotifyState;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Word<'a> {
    /// Everything is set up; also after a reload.
    Ready(&'a str),
    Reloading,
    Stopping,
    Status(&'a str),
    /// The service is alive and gets on.
    Watchdog,
}

/// A manager that does not listen is no reason to stop, nor one that has no room for another word: nobody waits for it.
/// False: it was not said, and may be said again.
pub(super) fn say(word: Word<'_>) -> bool {
    let Some(socket) = std::env::var_os("NOTIFY_SOCKET") else { return true };
    let states = match word {
        Word::Ready(status) => vec![NotifyState::Ready, NotifyState::Status(status)],
        // systemd wants the moment with it (Type=notify-reload).
        Word::Reloading => {
            let now = NotifyState::monotonic_usec_now().ok();
            [NotifyState::Reloading].into_iter().chain(now).chain([NotifyState::Status("reloading")]).collect()
        }
        Word::Stopping => vec![NotifyState::Stopping, NotifyState::Status("finishing")],
        Word::Status(status) => vec![NotifyState::Status(status)],
        Word::Watchdog => vec![NotifyState::Watchdog],
    };
    let text: String = states.iter().map(|state| format!("{state}\n")).collect();
    match send(socket.as_bytes(), text.as_bytes()) {
        Ok(()) => true,
        Err(error) => {
            tracing::debug!(%error, "systemd does not listen");
            error.kind() != ErrorKind::WouldBlock
        }
    }
}

/// One datagram, or an error at once. sd-notify would wait until there is room.
fn send(name: &[u8], text: &[u8]) -> std::io::Result<()> {
    let address = match name.strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name)?,
        None => SocketAddr::from_pathname(std::ffi::OsStr::from_bytes(name))?,
    };
    let socket = UnixDatagram::unbound()?;
    socket.set_nonblocking(true)?;
    socket.send_to_addr(text, &address).map(drop)
}

/// How often the watchdog wants to hear from us, halved, as sd_watchdog_enabled(3) advises; none without a watchdog.
pub(super) fn watchdog() -> Option<Duration> {
    sd_notify::watchdog_enabled().map(|whole| whole / 2)
}

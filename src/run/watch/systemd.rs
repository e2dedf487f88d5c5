//! What systemd hears (sd_notify(3)): nothing unless it asked, by `NOTIFY_SOCKET`.

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

/// A manager that does not listen is no reason to stop.
pub(super) fn say(word: Word<'_>) {
    let told = match word {
        Word::Ready(status) => sd_notify::notify(&[NotifyState::Ready, NotifyState::Status(status)]),
        // systemd wants the moment with it (Type=notify-reload).
        Word::Reloading => NotifyState::monotonic_usec_now()
            .and_then(|now| sd_notify::notify(&[NotifyState::Reloading, now, NotifyState::Status("reloading")])),
        Word::Stopping => sd_notify::notify(&[NotifyState::Stopping, NotifyState::Status("finishing")]),
        Word::Status(status) => sd_notify::notify(&[NotifyState::Status(status)]),
        Word::Watchdog => sd_notify::notify(&[NotifyState::Watchdog]),
    };
    if let Err(error) = told {
        tracing::debug!(%error, "systemd does not listen");
    }
}

/// How often the watchdog wants to hear from us, halved, as sd_watchdog_enabled(3) advises; none without a watchdog.
pub(super) fn watchdog() -> Option<Duration> {
    sd_notify::watchdog_enabled().map(|whole| whole / 2)
}

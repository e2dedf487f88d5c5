//! Somebody asks the program to stop: SIGTERM or SIGINT; a verb that ends by itself also by SIGHUP.
//!
//! Never: ends anything itself; whoever works looks at the flag between two files, two mails or two steps.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The two signals with which a program is stopped.
pub(super) struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    pub(super) fn listen() -> std::io::Result<Stop> {
        Ok(Stop { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    pub(super) async fn asked(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// A flag that is set when somebody asks, for a verb that ends by itself; `tell` is called once then. A terminal that is closed
/// asks as well: a mail that is being handed over would be in doubt. From here on the signals end nothing by themselves.
pub(crate) fn flag(tell: fn()) -> std::io::Result<Arc<AtomicBool>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut stop, mut closed) = {
        let _within = runtime.enter();
        (Stop::listen()?, signal(SignalKind::hangup())?)
    };
    let flag = Arc::new(AtomicBool::new(false));
    let asked = flag.clone();
    let listen = async move {
        loop {
            tokio::select! {
                () = stop.asked() => {}
                _ = closed.recv() => {}
            }
            if !asked.swap(true, Ordering::Relaxed) {
                tell();
            }
        }
    };
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || runtime.block_on(listen))?;
    Ok(flag)
}

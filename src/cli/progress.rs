//! Progress on a terminal: one line for each stage, on stderr. Elsewhere nothing; the log tells it there.

use std::io::{IsTerminal, Write};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

pub(super) fn progress() -> impl FnMut(&'static str) -> ControlFlow<()> {
    let shows = std::io::stderr().is_terminal();
    move |stage| {
        if shows {
            // Progress that cannot be shown is no reason to stop.
            let _ = writeln!(std::io::stderr(), "  {stage} …");
        }
        ControlFlow::Continue(())
    }
}

/// The same, until somebody asks to stop.
pub(super) fn until(stop: &AtomicBool) -> impl FnMut(&'static str) -> ControlFlow<()> {
    let mut tell = progress();
    move |stage| if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { tell(stage) }
}

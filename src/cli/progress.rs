//! Progress on a terminal: one line for each stage, on stderr. Elsewhere nothing; the log tells it there.

use std::io::{IsTerminal, Write};
use std::ops::ControlFlow;

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

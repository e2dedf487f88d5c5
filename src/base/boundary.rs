//! The moments at which a process may die and a test makes it die: before every durable effect, and at every step.
//!
//! Two variables of the environment, which only a build for development looks at (a release has empty calls):
//! `KIM_BOUNDARIES=FILE` appends the name of each boundary that is passed, so that a test need not keep a list of them.
//! `KIM_DIE_AT=N` ends the process at the N-th as SIGKILL ends it: nothing is flushed and nothing is dropped.

use std::fs::File;
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::process::{Signal, getpid, kill_process};

static PASSED: AtomicUsize = AtomicUsize::new(0);

/// What comes next is not there after a death here; what came before is.
pub(crate) fn boundary(name: &str) {
    if cfg!(debug_assertions) {
        pass(name);
    }
}

fn pass(name: &str) {
    let number = PASSED.fetch_add(1, Ordering::SeqCst) + 1;
    if let Some(list) = std::env::var_os("KIM_BOUNDARIES") {
        let written = File::options().create(true).append(true).open(list);
        written.and_then(|mut list| list.write_all(format!("{name}\n").as_bytes())).expect("a test's list is written");
    }
    let last = std::env::var("KIM_DIE_AT").ok().and_then(|number| number.parse().ok());
    if last == Some(number) {
        let _ = kill_process(getpid(), Signal::KILL);
        std::process::abort();
    }
}

//! The other side: a process that reads one file after the other until nobody asks any more.
//!
//! It gives itself limits that the kernel keeps, and nobody can lift again. It writes no file and starts no process.

use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Instant;

use rustix::process::{Resource, Rlimit, Signal, set_parent_process_death_signal, setrlimit};
use rustix::time::{ClockId, clock_gettime};

use super::message;
use crate::model::finding::Code;
use crate::model::raw::RawWorkbook;
use crate::model::settings::Limits;
use crate::stages::read::{self, Unreadable, guard};

/// Opening a pipe must not wait for somebody who writes into it (O_NONBLOCK of Linux).
const NONBLOCK: i32 = 0o4000;

/// Answers each request on `input` on `output`, until `input` ends.
pub(crate) fn work(limits: &Limits, mut input: impl Read, mut output: impl Write) -> io::Result<()> {
    confine(limits)?;
    // A panic of a library is an answer like others; nobody reads what it prints.
    std::panic::set_hook(Box::new(|_| {}));
    while let Some(path) = message::requested(&mut input)? {
        allow(limits.seconds_per_file)?;
        let begun = Instant::now();
        let said = look(&path);
        let micros = u32::try_from(begun.elapsed().as_micros()).unwrap_or(u32::MAX);
        let too_large = || Ok(Err(Unreadable::new(Code::TooLarge, "more cells and texts than a return can have")));
        let bytes = message::answer(&said, micros).or_else(|| message::answer(&too_large(), micros));
        drop(said);
        output.write_all(&bytes.unwrap_or_default())?;
        output.flush()?;
    }
    Ok(())
}

fn look(path: &Path) -> Result<Result<RawWorkbook, Unreadable>, String> {
    let file = OpenOptions::new().read(true).custom_flags(NONBLOCK).open(path).map_err(|error| error.to_string())?;
    let data = file.metadata().map_err(|error| error.to_string())?;
    if !data.is_file() {
        return Ok(Err(Unreadable::new(Code::NotAWorkbook, "no regular file")));
    }
    if let Err(too_large) = guard::size(data.len()) {
        return Ok(Err(too_large));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(data.len()).unwrap_or(0) + 1);
    file.take(guard::MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    Ok(read::workbook(&bytes))
}

fn confine(limits: &Limits) -> io::Result<()> {
    // Whoever asks may be killed; nobody should be left behind.
    set_parent_process_death_signal(Some(Signal::KILL))?;
    let memory = limits.memory_mib << 20;
    set(Resource::Data, memory)?;
    // Some kernels count only a part of the memory as data. The program itself is mapped already.
    if let Some(mapped) = mapped() {
        set(Resource::As, mapped + memory)?;
    }
    // A core would hold what a sender wrote.
    set(Resource::Core, 0)?;
    set(Resource::Fsize, 0)
}

fn set(resource: Resource, most: u64) -> io::Result<()> {
    Ok(setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?)
}

/// Bytes of address space that this process has.
fn mapped() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmSize:"))?;
    Some(line.trim().trim_end_matches("kB").trim_end().parse::<u64>().ok()? << 10)
}

/// A second belt, for when nobody is left to watch the clock: so much more time on the processor.
fn allow(seconds: u64) -> io::Result<()> {
    let used = u64::try_from(clock_gettime(ClockId::ProcessCPUTime).tv_sec).unwrap_or(0);
    Ok(setrlimit(Resource::Cpu, Rlimit { current: Some(used + seconds + 1), maximum: None })?)
}

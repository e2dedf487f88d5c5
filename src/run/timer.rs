//! Where a run's time goes. Told beside the results, never part of them.

use std::time::Instant;

use serde::Serialize;

/// Seconds of each stage in order, and the most memory the process ever held.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Timing {
    pub(crate) stages: Vec<(&'static str, f64)>,
    pub(crate) total: f64,
    /// How much of reading was cleaning: one goes on beside the other, on all cores.
    #[serde(skip)]
    pub(crate) cleaning: f64,
    /// MiB; none where the system does not tell.
    pub(crate) peak_memory: Option<f64>,
}

pub(crate) struct Timer {
    started: Instant,
    stages: Vec<(&'static str, Instant)>,
}

impl Timer {
    pub(crate) fn start() -> Timer {
        Timer { started: Instant::now(), stages: Vec::new() }
    }

    pub(crate) fn stage(&mut self, name: &'static str) {
        self.stages.push((name, Instant::now()));
    }

    /// What began as `read` is told as `read` and `clean`, in proportion to the work.
    pub(crate) fn finish(&self, cleaning: f64) -> Timing {
        let now = Instant::now();
        let ends = self.stages.iter().skip(1).map(|(_, begin)| *begin).chain([now]);
        let mut stages = Vec::new();
        for ((name, begin), end) in self.stages.iter().zip(ends) {
            let seconds = (end - *begin).as_secs_f64();
            match *name {
                "read" => stages.extend([("read", seconds * (1.0 - cleaning)), ("clean", seconds * cleaning)]),
                name => stages.push((name, seconds)),
            }
        }
        Timing { stages, total: (now - self.started).as_secs_f64(), cleaning, peak_memory: peak_memory() }
    }
}

/// `VmHWM` of proc(5), in MiB.
fn peak_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024.0)
}

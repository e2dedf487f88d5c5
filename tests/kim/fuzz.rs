//! Files that nobody has seen, read by the program's own worker process, each twice.
//!
//! ```text
//! cargo test --test kim fuzz::                                                        a quick look, as part of all tests
//! KIM_FUZZ_SECONDS=60 KIM_FUZZ_SEED=7 cargo test --test kim fuzz::                    a minute
//! KIM_FUZZ_SECONDS=3600 KIM_FUZZ_SEED=8 nice -n 19 cargo test --test kim fuzz::       an hour; one input at a time
//! ```
//!
//! A worker that dies or hangs, or gives another answer the second time, fails the test; its input is kept below the folder
//! that is named at the end. So does a death by the limit on memory, but for an xls: there the library makes room for the rectangle
//! around all cells (docs/decisions/0018), and the limit is what holds it. Those are counted and kept, and fail only with
//! `KIM_FUZZ_STRICT`. `KIM_FUZZ_FILE` names one kept input to be read again.

mod mutate;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use mutate::Rng;

/// A reader that works longer on so small a file hangs. Time on the processor: the machine may have other things to do.
const PATIENCE: Duration = Duration::from_secs(10);
/// And one that does nothing for so long as well.
const WAIT: Duration = Duration::from_secs(300);

/// With this an xls begins.
const COMPOUND: &[u8] = b"\xD0\xCF\x11\xE0";

struct Worker {
    child: Child,
    input: ChildStdin,
    answers: Receiver<Vec<u8>>,
}

/// Why there was no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    Crash,
    Hang,
    Memory,
    /// The second reading differed from the first.
    Differs,
}

impl Worker {
    fn start() -> Worker {
        let mut child = Command::new(env!("CARGO_BIN_EXE_kim"))
            .args(["read-worker", "--memory-mib", "512", "--seconds-per-file", "60"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let (input, mut output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (say, answers) = channel();
        std::thread::spawn(move || {
            let mut length = [0; 4];
            while output.read_exact(&mut length).is_ok() {
                let mut answer = vec![0; u32::from_le_bytes(length) as usize];
                if output.read_exact(&mut answer).is_err() || say.send(answer).is_err() {
                    break;
                }
            }
        });
        Worker { child, input, answers }
    }

    /// The answer without the time it took.
    fn read(&mut self, path: &Path) -> Result<Vec<u8>, Fault> {
        let path = path.to_str().unwrap();
        let request = [&(path.len() as u32).to_le_bytes(), path.as_bytes()].concat();
        let _ = self.input.write_all(&request);
        let (begun, worked) = (Instant::now(), self.worked());
        loop {
            match self.answers.recv_timeout(Duration::from_secs(1)) {
                Ok(answer) => return Ok(answer[4..].to_vec()),
                Err(RecvTimeoutError::Timeout) if self.worked() - worked > PATIENCE || begun.elapsed() > WAIT => {
                    return Err(Fault::Hang);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(self.death()),
            }
        }
    }

    /// Time on the processor, in hundredths of a second (proc_pid_stat(5), fields 14 and 15).
    fn worked(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields).split_whitespace();
        let ticks: u64 = fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
        Duration::from_millis(ticks * 10)
    }

    fn death(&mut self) -> Fault {
        let status = self.child.wait().unwrap();
        let mut said = String::new();
        let _ = self.child.stderr.take().unwrap().read_to_string(&mut said);
        let aborted = status.signal() == Some(6) && said.contains("memory allocation of");
        if aborted { Fault::Memory } else { Fault::Crash }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Options {
    seconds: Option<u64>,
    seed: u64,
    strict: bool,
    file: Option<PathBuf>,
}

fn options() -> Options {
    let number =
        |name| std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")));
    Options {
        seconds: number("KIM_FUZZ_SECONDS"),
        seed: number("KIM_FUZZ_SEED").unwrap_or(1),
        strict: std::env::var_os("KIM_FUZZ_STRICT").is_some(),
        file: std::env::var_os("KIM_FUZZ_FILE").map(PathBuf::from),
    }
}

fn corpus() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/corpus");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let named = |path: &PathBuf| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap());
    files.iter().map(named).collect()
}

#[test]
fn no_file_breaks_the_reader() {
    let options = options();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let place = folder.join("input");
    let mut worker = Worker::start();
    if let Some(file) = &options.file {
        println!("{:?}", worker.read(file).map(|answer| format!("{} bytes", answer.len())));
        return;
    }
    let corpus = corpus();
    let mut rng = Rng(options.seed);
    let begun = Instant::now();
    let (mut count, mut understood, mut slowest) = (0_u64, 0_u64, Duration::ZERO);
    // Whether it was an xls counts for those of memory.
    let mut faults: BTreeMap<(Fault, bool), u64> = BTreeMap::new();
    let enough = |count: u64| match options.seconds {
        Some(seconds) => begun.elapsed().as_secs() >= seconds,
        None => count >= 400,
    };
    while !enough(count) {
        let (name, bytes) = mutate::input(&mut rng, &corpus);
        fs::write(&place, &bytes).unwrap();
        let started = Instant::now();
        let first = worker.read(&place);
        slowest = slowest.max(started.elapsed());
        let both = first.and_then(|first| worker.read(&place).map(|second| (first, second)));
        let fault = match both {
            Ok((first, second)) if first != second => Some(Fault::Differs),
            Ok((first, _)) => {
                understood += u64::from(first.starts_with(&[0, 0]));
                None
            }
            Err(fault) => Some(fault),
        };
        if let Some(fault) = fault {
            *faults.entry((fault, bytes.starts_with(COMPOUND))).or_default() += 1;
            let kept = folder.join(format!("{fault:?}-{}-{count}-{name}", options.seed).to_lowercase());
            fs::write(&kept, &bytes).unwrap();
            println!("{fault:?}: {}", kept.display());
            worker = Worker::start();
        }
        count += 1;
    }
    println!(
        "fuzz: seed {}, {count} files, {understood} understood, slowest {} ms, faults {faults:?}",
        options.seed,
        slowest.as_millis()
    );
    drop(worker);
    if faults.is_empty() {
        fs::remove_dir_all(&folder).unwrap();
    }
    let tolerated = |(fault, is_xls): &(Fault, bool)| *fault == Fault::Memory && *is_xls && !options.strict;
    assert!(faults.keys().all(tolerated), "the inputs are kept in {}", folder.display());
    assert!(understood > count / 50, "hardly anything was read: a fuzzer that breaks everything finds nothing");
}

//! Reading in processes of their own, several files to each.
//!
//! In: paths of files. Out: what `read` says of each. Never: lets one file take this process down, its memory, or more than
//! its time. An abort for memory cannot be caught, a loop in a library cannot be left: only a process can be ended from
//! outside. A file that ends its worker is tried once more, alone in a fresh one; then its sender is told.

mod message;
pub(crate) mod worker;

use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::model::finding::Code;
use crate::model::raw::RawWorkbook;
use crate::model::settings::Limits;
use crate::stages::read::Unreadable;

/// The verb that makes a worker of this program.
pub(crate) const VERB: &str = "read-worker";

/// The world failed; what a file does is no error.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadingError {
    #[error("the worker process that reads workbooks cannot be started")]
    Start(#[source] io::Error),
    #[error("cannot read {}: {reason}", path.display())]
    File { path: PathBuf, reason: String },
}

/// What a worker says of one file.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) workbook: Result<RawWorkbook, Unreadable>,
    /// How long it took to read.
    pub(crate) time: Duration,
}

/// One worker at a time, and the file it was asked for.
pub(crate) struct Reader<'a> {
    limits: &'a Limits,
    worker: Option<Worker>,
    asked: PathBuf,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(limits: &'a Limits) -> Reader<'a> {
        Reader { limits, worker: None, asked: PathBuf::new() }
    }

    /// Lets the worker begin with this file; the caller goes on with other things and fetches the answer later.
    pub(crate) fn ask(&mut self, path: &Path) -> Result<(), ReadingError> {
        path.clone_into(&mut self.asked);
        // One that died while it was idle is replaced; one that dies of this file shows when it is to answer.
        if self.worker.as_mut().is_none_or(|worker| worker.ask(path).is_err()) {
            self.afresh()?;
        }
        Ok(())
    }

    /// What became of the file that was asked for.
    pub(crate) fn answer(&mut self) -> Result<Answer, ReadingError> {
        let patience = Duration::from_secs(self.limits.seconds_per_file);
        let first = self.worker.as_mut().map_or_else(|| Err("no worker".to_owned()), |worker| worker.answer(patience));
        let second = match first {
            Ok(told) => Ok(told),
            Err(_) => {
                self.afresh()?;
                self.worker.as_mut().map_or_else(|| Err("no worker".to_owned()), |worker| worker.answer(patience))
            }
        };
        match second {
            Ok(message::Told::Read { workbook, micros }) => {
                Ok(Answer { workbook, time: Duration::from_micros(micros.into()) })
            }
            Ok(message::Told::Missing(reason)) => Err(ReadingError::File { path: self.asked.clone(), reason }),
            Err(reason) => {
                self.worker = None;
                Ok(Answer { workbook: Err(Unreadable::new(Code::ReaderGaveUp, reason)), time: Duration::ZERO })
            }
        }
    }

    fn afresh(&mut self) -> Result<(), ReadingError> {
        self.worker = None;
        let mut worker = Worker::start(self.limits).map_err(ReadingError::Start)?;
        worker.ask(&self.asked).map_err(ReadingError::Start)?;
        self.worker = Some(worker);
        Ok(())
    }
}

/// What one file says, read in a worker of its own.
pub(crate) fn read_one(path: &Path, limits: &Limits) -> Result<Answer, ReadingError> {
    let mut reader = Reader::new(limits);
    reader.ask(path)?;
    reader.answer()
}

struct Worker {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
}

impl Worker {
    fn start(limits: &Limits) -> io::Result<Worker> {
        // The very file this process runs from, even if another version was put in its place meanwhile.
        let own = Path::new("/proc/self/exe");
        let program = if own.exists() { own.to_path_buf() } else { std::env::current_exe()? };
        let mut child = Command::new(program)
            .arg0("kim")
            .arg(VERB)
            .args(["--memory-mib", &limits.memory_mib.to_string()])
            .args(["--seconds-per-file", &limits.seconds_per_file.to_string()])
            // It needs none, and some hold secrets.
            .env_clear()
            // Ctrl-c in the terminal is for the run, which ends its workers itself.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(input), Some(output)) => Ok(Worker { child, input, output }),
            _ => Err(io::Error::other("it has no pipes")),
        }
    }

    fn ask(&mut self, path: &Path) -> io::Result<()> {
        self.input.write_all(&message::request(path)?)
    }

    /// The answer; else why there is none, in which case the worker is of no more use.
    fn answer(&mut self, patience: Duration) -> Result<message::Told, String> {
        let deadline = Instant::now() + patience;
        let mut length = [0; 4];
        self.fill(&mut length, deadline, patience)?;
        let length = u32::from_le_bytes(length) as usize;
        if length > message::MOST {
            return Err("the reader gave an answer that nobody could hold".to_owned());
        }
        let mut bytes = vec![0; length];
        self.fill(&mut bytes, deadline, patience)?;
        message::parse(&bytes).ok_or_else(|| "the reader gave an answer that nobody understands".to_owned())
    }

    fn fill(&mut self, mut wanted: &mut [u8], deadline: Instant, patience: Duration) -> Result<(), String> {
        while !wanted.is_empty() {
            let left = deadline.saturating_duration_since(Instant::now());
            let wait = Timespec::try_from(left).map_err(|_| "the time limit is too long".to_owned())?;
            match poll(&mut [PollFd::new(&self.output, PollFlags::IN)], Some(&wait)) {
                Ok(0) if left.is_zero() => return Err(format!("reading took longer than {} s", patience.as_secs())),
                Ok(0) | Err(rustix::io::Errno::INTR) => continue,
                Ok(_) => {}
                Err(error) => return Err(error.to_string()),
            }
            match self.output.read(wanted) {
                Ok(0) => return Err(self.cause_of_death()),
                Ok(count) => wanted = &mut wanted[count..],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.to_string()),
            }
        }
        Ok(())
    }

    fn cause_of_death(&mut self) -> String {
        let _ = self.child.kill();
        match self.child.wait() {
            Ok(status) => format!("the reader ended ({status}), mostly for want of memory"),
            Err(error) => error.to_string(),
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

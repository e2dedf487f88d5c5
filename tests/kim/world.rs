//! The one builder of all stories: a folder with configuration, an inbox, a calendar day, and the program itself.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, OnceLock, PoisonError};

use calamine::{Data, Reader, Xlsx, open_workbook};
use serde_json::Value;
use tempfile::TempDir;

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub struct World {
    folder: TempDir,
    day: Option<String>,
}

/// What the program said.
pub struct Told {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl World {
    /// The repository's configuration over an empty inbox.
    pub fn new() -> World {
        let world = World { folder: tempfile::tempdir().expect("a temporary folder"), day: None };
        copy(&root().join("config"), &world.path("config"));
        copy(&root().join("pipelines"), &world.path("pipelines"));
        fs::create_dir_all(world.path("samples/eingang")).expect("the inbox");
        fs::write(world.path("samples/eingang.csv"), "file,arrived,from\n").expect("the list of arrivals");
        world
    }

    /// All samples in the inbox.
    pub fn with_samples(self) -> World {
        copy(&root().join("samples/eingang"), &self.path("samples/eingang"));
        fs::copy(root().join("samples/eingang.csv"), self.path("samples/eingang.csv")).expect("the list of arrivals");
        self
    }

    /// All samples in the inbox on this day, their facts made already, as after a first run: for stories that begin later.
    pub fn settled(day: &str) -> World {
        static READY: OnceLock<Mutex<BTreeMap<String, World>>> = OnceLock::new();
        let mut ready = READY.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
        let first = ready.entry(day.to_owned()).or_insert_with(|| {
            let world = World::new().with_samples().on(day);
            world.kim(&["explain", "ruecklaufquote/total/2026-Q3", "--json"]).json();
            world
        });
        let world = World::new().with_samples().on(day);
        copy(&first.path("data/archive"), &world.path("data/archive"));
        copy(&first.path("data/facts"), &world.path("data/facts"));
        world
    }

    /// The clock of every run to come: `2026-10-20`.
    pub fn on(mut self, day: &str) -> World {
        self.day = Some(day.to_owned());
        self
    }

    /// `samples/broken/<name>` arrives under its own name.
    pub fn arrives(self, at: &str, name: &str) -> World {
        let bytes =
            fs::read(root().join("samples/broken").join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        self.arrives_as(at, name, &bytes)
    }

    pub fn arrives_as(self, at: &str, name: &str, bytes: &[u8]) -> World {
        let path = self.path("samples/eingang").join(name);
        fs::create_dir_all(path.parent().expect("it lies in the inbox")).expect("its folder");
        fs::write(path, bytes).expect("a file in the inbox");
        let list = self.path("samples/eingang.csv");
        let lines = fs::read_to_string(&list).expect("the list of arrivals");
        fs::write(list, format!("{lines}\"{name}\",{at},sender@example.org\n")).expect("the list of arrivals");
        self
    }

    /// Replaces text in a configuration file; the text must be there.
    pub fn edit(self, file: &str, from: &str, to: &str) -> World {
        let path = self.path(file);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(text.contains(from), "{file} does not say {from:?}");
        fs::write(path, text.replacen(from, to, 1)).expect("the edited file");
        self
    }

    pub fn path(&self, inside: &str) -> PathBuf {
        self.folder.path().join(inside)
    }

    /// Runs the program in this folder.
    pub fn kim(&self, arguments: &[&str]) -> Told {
        Told::from(self.command(arguments).output().expect("the program starts"))
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kim"));
        command.current_dir(self.folder.path()).env_remove("KIM_LOG").args(arguments);
        let knows_the_day = matches!(arguments.first(), Some(&("run" | "status" | "explain" | "forget")));
        if let (Some(day), true) = (
            &self.day,
            knows_the_day && !["--as-of", "--again", "--check"].iter().any(|other| arguments.contains(other)),
        ) {
            command.args(["--as-of", day]);
        }
        command
    }

    /// `kim run --json`, which must end well.
    pub fn run(&self) -> Value {
        self.kim(&["run", "--json"]).json()
    }

    /// The path of the workbook an audience got.
    pub fn edition(&self, run: &Value, audience: &str) -> PathBuf {
        let editions = run["editions"].as_array().expect("editions");
        let edition = editions.iter().find(|edition| edition["audience"] == audience).expect("this audience");
        self.path(edition["path"].as_str().expect("a path"))
    }

    /// A published figure, as `kim explain` traces it.
    pub fn figure(&self, figure: &str) -> Value {
        self.kim(&["explain", figure, "--json"]).json()
    }

    /// The mails in the outbox, as text, by name.
    pub fn outbox(&self) -> Vec<(String, String)> {
        let Ok(folder) = fs::read_dir(self.path("data/outbox")) else { return Vec::new() };
        let mut mails: Vec<(String, String)> = folder
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "eml"))
            .map(|path| {
                let text = String::from_utf8_lossy(&fs::read(&path).expect("a mail")).into_owned();
                (path.file_name().expect("its name").to_string_lossy().into_owned(), text)
            })
            .collect();
        mails.sort();
        mails
    }
}

impl Told {
    pub fn from(output: Output) -> Told {
        Told {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The one JSON document on stdout of a program that ended well.
    pub fn json(&self) -> Value {
        assert_eq!(self.code, 0, "{}\n{}", self.out, self.err);
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error} in {:?}", self.out))
    }
}

/// The codes of all findings that `kim status --json` or a run's file reveals for one return.
pub fn findings_of(world: &World, file: &Path) -> Vec<Value> {
    let told = world.kim(&["inspect", &file.display().to_string(), "--json"]).json();
    told["findings"].as_array().expect("findings").clone()
}

/// A sheet of a produced workbook, row by row, as text.
pub fn sheet(workbook: &Path, name: &str) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = open_workbook(workbook).unwrap_or_else(|error| panic!("{}: {error}", workbook.display()));
    let range = book.worksheet_range(name).unwrap_or_else(|error| panic!("sheet {name}: {error}"));
    let text = |cell: &Data| match cell {
        Data::Float(number) => format!("{number}"),
        other => other.to_string(),
    };
    range.rows().map(|row| row.iter().map(text).collect()).collect()
}

pub fn sheet_names(workbook: &Path) -> Vec<String> {
    let book: Xlsx<_> = open_workbook(workbook).unwrap_or_else(|error| panic!("{}: {error}", workbook.display()));
    book.sheet_names()
}

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display())) {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a copy");
        }
    }
}

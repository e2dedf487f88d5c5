//! Crash safety, shown by force: the process is killed, its disk filled, its ledger damaged, its mail server hostile; what
//! it leaves in the end is what it leaves undisturbed.

mod clock;
mod disk;
mod kills;
mod ledger;
mod owner;
mod serve;
mod server;
mod traces;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use serde_json::Value;

use crate::smtp::{Protection, Rule, Server};
use crate::world::{Told, World, root};
use traces::Traces;

/// The clock of every run; the returns came before.
const DAY: &str = "2024-01-20T08:00";

/// Three returns and a file that is none, three recipients, a mail server: everything there is, in a second.
struct Scene {
    world: World,
}

impl Scene {
    fn new(server: &Server) -> Scene {
        let mail = format!(
            "[mail]\nserver = {{ host = \"127.0.0.1\", port = {}, security = \"none\", timeout_seconds = 2 }}\n",
            server.port
        );
        let world = World::new()
            .on(DAY)
            .edit("config/contacts.toml", "  \"IT <it@hochsauerlandkreis.example.org>\",\n", "")
            .edit("config/kim.toml", "[mail]\n", &mail)
            // What the owner is told of depends on the hour; here only the reports count.
            .edit("config/kim.toml", "[owner]\nrecipients = [\"IT <it@hochsauerlandkreis.example.org>\"]\n", "");
        fs::write(world.path("pipelines/monitoring.toml"), include_str!("force/pipeline.toml")).expect("a pipeline");
        let names = ["marsberg_q4_2023.xlsx", "Sundern_KIM_4. Quartal 2023 neu.xlsx", "Eslohe KIM 4.Quartal 2023.xlsx"];
        let world = names.iter().fold(world, |world, name| {
            let bytes = fs::read(root().join("samples/eingang/2023-Q4").join(name)).expect("a sample");
            world.arrives_as("2024-01-05T09:00:00+01:00", name, &bytes)
        });
        Scene { world: world.arrives("2024-01-06T09:00:00+01:00", "not_a_workbook.xlsx") }
    }

    fn data(&self) -> std::path::PathBuf {
        self.world.path("data")
    }

    fn run(&self) -> Told {
        self.world.kim(&["run", "--json"])
    }

    /// A run that dies at this boundary, and at none if it has fewer.
    fn dies_at(&self, boundary: usize) -> ExitStatus {
        self.quiet(&["run"]).env("KIM_DIE_AT", boundary.to_string()).status().expect("it starts")
    }

    fn quiet(&self, arguments: &[&str]) -> Command {
        let mut command = self.world.command(arguments);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Runs until nothing is left to do, as a timer or a person would; gives the last word.
    fn run_to_the_end(&self) -> Told {
        for _ in 0..10 {
            let told = self.run();
            assert!([0, 1, 3].contains(&told.code), "{}\n{}", told.out, told.err);
            let run: Value = serde_json::from_str(&told.out).unwrap_or_else(|error| panic!("{error}: {}", told.err));
            if states(&run).values().all(|state| state != "waiting") {
                return told;
            }
        }
        panic!("mail still waits after ten runs");
    }
}

/// Recipients, and where their mail stands.
fn states(run: &Value) -> BTreeMap<String, String> {
    let deliveries = run["deliveries"].as_array().expect("deliveries");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    deliveries.iter().map(|delivery| (text(&delivery["to"]), text(&delivery["state"]))).collect()
}

fn open_server(rules: &[Rule]) -> Server {
    Server::start(Protection::Open, None, rules)
}

/// What a run leaves that nobody disturbs, and how many mails the server had before.
fn undisturbed(server: &Server) -> Traces {
    let scene = Scene::new(server);
    let before = server.received().len();
    let told = scene.run();
    assert_eq!(told.code, 0, "{}\n{}", told.out, told.err);
    let traces = Traces::of(&scene.data(), &server.received()[before..]);
    assert_eq!(traces.mails.len(), 3, "{:?}", traces.mails.keys());
    traces
}

/// Whether this is a machine on which the forces must all be tried.
fn required() -> bool {
    std::env::var_os("KIM_REQUIRE_FORCE").is_some()
}

fn number(variable: &str) -> Option<u64> {
    Some(std::env::var(variable).ok()?.parse().unwrap_or_else(|_| panic!("{variable} is no number")))
}

/// Everything below a folder, as paths from there.
fn files_below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(here) = open.pop() {
        for entry in fs::read_dir(&here).into_iter().flatten().flatten() {
            match entry.path() {
                path if path.is_dir() => open.push(path),
                path => found.push(path.strip_prefix(folder).expect("below it").to_string_lossy().into_owned()),
            }
        }
    }
    found.sort();
    found
}

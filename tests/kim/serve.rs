//! The program that stays: it claims, it takes up a changed configuration, it stops when asked, and a second one is told.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::world::World;

const CRON: &str = "cron = \"0 6 20 1,4,7,10 *\"";

/// A `kim serve` and everything it has said so far.
pub struct Serving {
    child: Child,
    said: Arc<Mutex<String>>,
}

impl Serving {
    pub fn start(world: &World) -> Serving {
        Serving::of(world.command(&["serve"]))
    }

    fn of(mut command: Command) -> Serving {
        let mut child = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().expect("it starts");
        let said = Arc::<Mutex<String>>::default();
        let (lines, kept) = (BufReader::new(child.stderr.take().expect("its stderr")).lines(), said.clone());
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                kept.lock().expect("no panic").push_str(&(line + "\n"));
            }
        });
        let serving = Serving { child, said };
        serving.wait_for("watching the clock");
        serving
    }

    pub fn said(&self) -> String {
        self.said.lock().expect("no panic").clone()
    }

    pub fn wait_for(&self, text: &str) {
        wait_until(text, || self.said().contains(text), || self.said());
    }

    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.child.id().to_string()]).status().expect("kill");
        assert!(sent.success());
    }

    pub fn end(mut self) -> ExitStatus {
        self.signal("-TERM");
        // Once more, as people do: it does not hurt.
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        self.child.wait().expect("it ends")
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn wait_until(what: &str, mut done: impl FnMut() -> bool, told: impl Fn() -> String) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < Duration::from_secs(200), "{what} did not happen:\n{}", told());
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Replaces text in a file of a program that runs.
fn change(world: &World, file: &str, from: &str, to: &str) {
    let text = fs::read_to_string(world.path(file)).expect(file);
    assert!(text.contains(from), "{file} does not say {from:?}");
    fs::write(world.path(file), text.replacen(from, to, 1)).expect(file);
}

#[test]
fn each_slot_runs_once_a_second_is_told_and_a_wrong_configuration_is_refused() {
    let world = World::new().arrives("2026-10-05T09:00:00+02:00", "tidy.xlsx").edit(
        "pipelines/monitoring.toml",
        CRON,
        "cron = \"* * * * *\"",
    );
    let serving = Serving::start(&world);
    let second = world.kim(&["serve"]);
    assert_eq!(second.code, 1, "{}", second.err);
    let told = format!("already (process {})", serving.child.id());
    assert!(second.err.contains(&told), "{}", second.err);

    // Two mistakes in two files: refused as a whole, all told at once, and what was sound before goes on.
    change(&world, "config/contacts.toml", "jobcenter@partner.example.org", "jobcenter");
    change(&world, "pipelines/monitoring.toml", "audience = \"partner\"", "audience = \"partners\"");
    serving.wait_for("is refused, the one before stays in force");
    let told = serving.said();
    assert!(told.contains("config/contacts.toml:") && told.contains("pipelines/monitoring.toml:"), "{told}");
    let heartbeat = || fs::read_to_string(world.path("data/heartbeat.json")).unwrap_or_default();
    wait_until("the word to the owner", || heartbeat().contains("did you mean `partner`?"), heartbeat);
    let ran = || serving.said().matches("\"message\":\"done\"").count();
    let before = ran();
    wait_until("a run", || ran() > before, || serving.said());
    assert_eq!(serving.said().matches("is refused").count(), 1, "told once");

    change(&world, "config/contacts.toml", "<jobcenter>", "<jobcenter@partner.example.org>");
    change(&world, "pipelines/monitoring.toml", "audience = \"partners\"", "audience = \"partner\"");
    serving.wait_for("the configuration is sound and the same as before");
    change(&world, "pipelines/monitoring.toml", "cron = \"* * * * *\"", "cron = \"0 6 1 * *\"");
    serving.wait_for("the configuration was changed and is in force: pipelines/monitoring.toml");
    serving.wait_for("the schedule has changed; it counts from now on");
    serving.signal("-HUP");
    wait_until(
        "an answer to SIGHUP",
        || serving.said().matches("sound and the same as before").count() == 2,
        || serving.said(),
    );
    assert!(serving.end().success(), "it ends in good order");

    let status = world.kim(&["status", "--json"]).json();
    let runs = status["last_runs"].as_array().expect("runs");
    assert!(!runs.is_empty() && runs.iter().all(|run| run["outcome"] == "done"), "{runs:#?}");
    let minutes: std::collections::BTreeSet<&str> =
        runs.iter().map(|run| &run["as_of"].as_str().expect("its clock")[..16]).collect();
    assert_eq!(minutes.len(), runs.len(), "two runs for one slot: {runs:#?}");
}

#[test]
fn asked_to_stop_it_finishes_the_step_and_goes_on_after_the_restart_with_the_same_clock() {
    let world =
        World::new().with_samples().edit("pipelines/monitoring.toml", CRON, "cron = \"* * * * *\"\nmissed = \"all\"");
    let serving = Serving::start(&world);
    serving.wait_for("\"stage\":\"read\"");
    let told = serving.said.clone();
    assert!(serving.end().success(), "it ends in good order");
    let told = told.lock().expect("no panic").clone();
    assert!(told.contains("finishing what is under way") && told.contains("taken up at the next start"), "{told}");
    assert!(world.outbox().is_empty());

    let serving = Serving::start(&world);
    wait_until("the run", || world.outbox().len() >= 3, || serving.said());
    assert!(serving.end().success());
    let status = world.kim(&["status", "--json"]).json();
    let mut runs = status["last_runs"].as_array().expect("runs").clone();
    runs.reverse();
    assert_eq!((&runs[0]["outcome"], &runs[1]["outcome"]), (&"interrupted".into(), &"done".into()), "{runs:#?}");
    assert_eq!(runs[0]["as_of"], runs[1]["as_of"], "{runs:#?}");
    assert_eq!(runs[0]["summary"], "stopped before the step `check`");
}

#[test]
fn asked_to_stop_while_it_reads_it_leaves_the_files_that_are_not_begun() {
    let world = World::new().with_samples().edit("pipelines/monitoring.toml", CRON, "cron = \"* * * * *\"");
    let mut command = world.command(&["serve"]);
    command.env("KIM_LOG", "kim=debug");
    let serving = Serving::of(command);
    let files = |said: &str| said.matches("\"message\":\"read\"").count();
    wait_until("the first file", || files(&serving.said()) > 0, || serving.said());
    let said = serving.said.clone();
    assert!(serving.end().success(), "it ends in good order");
    let said = said.lock().expect("no panic").clone();
    assert!(said.contains("taken up at the next start"), "{said:.3000}");
    let all = fs::read_to_string(world.path("samples/eingang.csv")).expect("the list").lines().count() - 1;
    assert!(all > 100 && files(&said) < all, "{} of {all} were read", files(&said));
    assert!(!said.contains("\"stage\":\"check\""));
}

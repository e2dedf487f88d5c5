//! The program that stays: it claims, it stops when asked, and two of it do nothing twice.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::world::World;

/// Every minute, so that a story need not wait for a quarter.
fn every_minute() -> World {
    World::new().arrives("2026-10-05T09:00:00+02:00", "tidy.xlsx").edit(
        "pipelines/monitoring.toml",
        "cron = \"0 6 20 1,4,7,10 *\"",
        "cron = \"* * * * *\"",
    )
}

pub fn serve(world: &World) -> Child {
    let mut child = world.command(&["serve"]).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().expect("it starts");
    let mut first = String::new();
    BufReader::new(child.stderr.as_mut().expect("its stderr")).read_line(&mut first).expect("its first line");
    assert!(first.contains("serving"), "{first}");
    child
}

pub fn terminate(child: &Child) {
    let ended = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("kill");
    assert!(ended.success());
}

pub fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < Duration::from_secs(100), "{what} did not happen");
        std::thread::sleep(Duration::from_millis(250));
    }
}

#[test]
fn two_of_it_run_each_slot_once_and_stop_when_asked() {
    let world = every_minute();
    let mut both = [serve(&world), serve(&world)];
    wait_until("a run", || !world.outbox().is_empty());
    both.iter().for_each(terminate);
    for child in &mut both {
        assert!(child.wait().expect("it ends").success(), "it ends in good order");
    }
    let status = world.kim(&["status", "--json"]).json();
    let runs = status["last_runs"].as_array().expect("runs");
    let ended = runs.iter().filter(|run| run["outcome"] == "done").count();
    // A slow machine may see a second minute begin; never two runs for one.
    assert!((1..=2).contains(&ended), "{runs:#?}");
    let minutes: std::collections::BTreeSet<&str> =
        runs.iter().map(|run| &run["as_of"].as_str().expect("its clock")[..16]).collect();
    assert_eq!(minutes.len(), runs.len(), "two runs for one slot: {runs:#?}");
}

//! What docs/betrieb.md says about backing up and restoring, done as it says: its own commands, on other folders.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::world::{World, root};

const DAY: &str = "2026-11-20";

/// The block of commands that begins with this comment.
fn documented(name: &str) -> String {
    let text = fs::read_to_string(root().join("docs/betrieb.md")).expect("the document");
    let (_, after) = text.split_once(&format!("```sh\n# {name}\n")).unwrap_or_else(|| panic!("no commands for {name}"));
    after.split_once("```").expect("the end of the block").0.to_owned()
}

/// Runs the commands of the document where this world lies, without the accounts of a server.
fn follow(world: &World, name: &str) {
    let here = world.path("");
    let here = here.to_str().expect("a path").trim_end_matches('/');
    let above = world.path("").parent().expect("a folder").display().to_string();
    let places = [
        ("configuration/etc/kim /etc/", format!("configuration{here} {above}/")),
        ("/var/lib/kim/data", format!("{here}/data")),
        ("/var/backups/kim", format!("{here}/backup")),
        ("/etc/kim/config", format!("{here}/config")),
        ("runuser -u kim -- ", String::new()),
        ("-o kim -g kim ", String::new()),
        ("chown -R kim:kim", "test -d".to_owned()),
        ("chown -R root:kim /etc/kim", format!("test -d {here}")),
        ("chmod 0750 /etc/kim", format!("test -d {here}")),
        ("systemctl", ":".to_owned()),
        ("kim --config", format!("'{}' --config", env!("CARGO_BIN_EXE_kim"))),
    ];
    let commands = places.iter().fold(documented(name), |text, (from, to)| text.replace(from, to));
    assert!(!commands.contains("/etc/kim") && !commands.contains("/var/"), "{commands}");
    let told = Command::new("sh").args(["-eu", "-c", &commands]).output().expect("a shell");
    let said = String::from_utf8_lossy(&told.stdout).into_owned() + &String::from_utf8_lossy(&told.stderr);
    assert!(told.status.success(), "{commands}\n{said}");
}

/// As the service does: by the full path of its configuration.
fn run(world: &World) -> Value {
    let config = world.path("config").display().to_string();
    world.kim(&["run", "--json", "--config", &config]).json()
}

#[test]
fn whoever_restores_as_documented_gets_the_same_figures_and_mails_nobody_twice() {
    let world = World::settled(DAY);
    let before = run(&world);
    assert!(!world.outbox().is_empty());
    follow(&world, "sichern");

    // All is lost but the backup: the data, and an inbox that was emptied long ago.
    fs::remove_dir_all(world.path("data")).expect("the data");
    fs::remove_dir_all(world.path("samples/eingang")).expect("the inbox");
    fs::create_dir(world.path("samples/eingang")).expect("an empty inbox");
    fs::write(world.path("samples/eingang.csv"), "file,arrived,from\n").expect("the list of arrivals");
    fs::write(world.path("config/kim.toml"), "no configuration").expect("the damage");
    fs::remove_file(world.path("pipelines/forms/kim-rueckmeldung.toml")).expect("the form");

    follow(&world, "wiederherstellen");
    let after = run(&world);
    assert_eq!(after["editions"], before["editions"], "the same bytes");
    assert_eq!(after["returns"], before["returns"]);
    assert!(world.outbox().is_empty(), "somebody was written to again");
    let states: Vec<&Value> =
        after["deliveries"].as_array().expect("deliveries").iter().map(|delivery| &delivery["state"]).collect();
    assert!(!states.is_empty() && states.iter().all(|state| *state == "written"), "{states:?}");
    let status = world.kim(&["status", "--json"]).json();
    assert_eq!(status["last_runs"].as_array().map(Vec::len), Some(2), "the run before the loss is known");
}

//! What docs/betrieb.md says about backing up and restoring, done as it says: its own commands, on other folders.

use std::fs;
use std::process::Command;

use rusqlite::Connection;
use serde_json::Value;

use crate::serve::{Serving, wait_until};
use crate::smtp::{Act, Protection, Server, Step, at};
use crate::world::{Told, World, root};

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
        ("/var/lib/kim/zurueck.sqlite", format!("{here}/zurueck.sqlite")),
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

fn ledger(world: &World) -> Connection {
    Connection::open(world.path("data/ledger.sqlite")).expect("the ledger")
}

/// One return of one body, as the service has it that was watching for years.
fn watched() -> World {
    let world = World::new().arrives("2026-10-05T09:00:00+02:00", "tidy.xlsx").on(DAY);
    world.run();
    let since =
        "INSERT INTO schedules (pipeline, since) VALUES ('pipelines/monitoring.toml', '2024-01-01T00:00:00.000Z')";
    ledger(&world).execute(since, []).expect("watched");
    world
}

/// `kim status --check` looks at the clock on the wall.
fn check(world: &World) -> Told {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kim"));
    Told::from(command.current_dir(world.path("")).args(["status", "--check"]).output().expect("it starts"))
}

#[test]
fn what_was_due_since_the_backup_is_not_made_up_for_but_told_with_the_command() {
    let world = watched();
    follow(&world, "sichern");
    follow(&world, "wiederherstellen");
    let serving = Serving::start(&world);
    let mails = || world.outbox().into_iter().map(|(_, mail)| mail).collect::<Vec<_>>();
    let subject = "Subject: kim: Nach der Wiederherstellung ungewiss: KIM-Monitoring";
    wait_until("the word to the owner", || mails().iter().any(|mail| mail.contains(subject)), || serving.said());
    let status = world.kim(&["status"]).out;
    assert!(status.contains("due, but not run") && status.contains("restored from a backup of 20"), "{status}");
    let check = check(&world);
    assert!(check.code > 0 && check.out.contains("a backup was restored"), "{}", check.out);
    assert!(serving.end().success());
    let again = Serving::start(&world);
    assert!(again.end().success());
    assert_eq!(mails().len(), 1, "told once, and nobody got a workbook: {:?}", mails());

    // It did not arrive: deliberately, then.
    assert_eq!(world.kim(&["run", "pipelines/monitoring.toml"]).code, 0);
    let check = self::check(&world);
    assert!(!check.out.contains("a backup was restored"), "{}", check.out);
}

#[test]
fn mail_that_waited_when_the_backup_was_made_is_left_to_a_person() {
    let server = Server::start(Protection::Open, None, &[at(Step::Greeting, Act::Say("421 later")).once()]);
    let settings =
        format!("[mail]\nserver = {{ host = \"127.0.0.1\", port = {}, security = \"none\" }}\n", server.port);
    let world = World::new()
        .arrives("2026-10-05T09:00:00+02:00", "tidy.xlsx")
        .edit("config/kim.toml", "[mail]\n", &settings)
        .on(DAY);
    assert_eq!(world.kim(&["run"]).code, 3, "it waits");
    follow(&world, "sichern");
    // It goes out, and then all is lost.
    assert_eq!(world.kim(&["retry"]).code, 0);
    let sent = server.received().len();
    assert!(sent > 0);
    follow(&world, "wiederherstellen");
    let told = world.kim(&["retry"]);
    // Nobody but the owner gets anything: that a backup was restored, and what it cannot know.
    let letters: Vec<bool> =
        server.received()[sent..].iter().map(|mail| mail.to == ["it@hochsauerlandkreis.example.org"]).collect();
    assert_eq!((told.code, letters), (1, vec![true]), "{}", told.out);
    let sent = server.received().len();
    assert!(
        told.out.contains("unknown: restored from a backup of 20") && told.out.contains("--close=ADDRESS"),
        "{}",
        told.out
    );
    assert_eq!(world.kim(&["run"]).code, 1, "nor by a run");
    assert_eq!(server.received().len(), sent);
    assert_eq!(world.kim(&["retry", "--unknown"]).code, 0);
    assert_eq!(server.received().len(), 2 * sent, "unless somebody says so");
}

#[test]
fn a_machine_that_was_set_back_is_treated_like_a_restored_one_when_it_is_told() {
    let world = watched();
    follow(&world, "zurückgesetzt");
    let serving = Serving::start(&world);
    wait_until("the reason", || serving.said().contains("restored from a backup of 20"), || serving.said());
    assert!(serving.end().success());
    let done = "SELECT COUNT(*) FROM due";
    assert_eq!(ledger(&world).query_row(done, [], |row| row.get::<_, i64>(0)).expect("a number"), 0, "nothing was run");
}

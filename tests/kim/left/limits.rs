//! Stories of runs that were limited by whoever began them: they are taken up again as they were, and make up for no other.

use std::fs;

use rusqlite::Connection;

use super::{ALL, LANDRAT, small, to, with_server};
use crate::smtp::{Act, Step, at};
use crate::world::{Told, World};

const PIPELINE: &str = "pipelines/monitoring.toml";

/// No workbook can be written.
fn broken(world: &World) {
    let editions = world.path("data/editions");
    let _ = fs::remove_dir_all(&editions);
    fs::create_dir_all(world.path("data")).expect("the data folder");
    fs::write(editions, "in the way").expect("a file");
}

fn mended(world: &World) {
    fs::remove_file(world.path("data/editions")).expect("mended");
}

fn ledger(world: &World) -> Connection {
    Connection::open(world.path("data/ledger.sqlite")).expect("the ledger")
}

/// `kim status --check` looks at the clock on the wall.
fn check(world: &World) -> String {
    world.kim(&["status", "--check"]).out
}

fn subjects(world: &World) -> Vec<String> {
    let subject = |mail: &str| mail.lines().find_map(|line| line.strip_prefix("Subject: kim: ")).map(str::to_owned);
    world.outbox().iter().filter_map(|(_, mail)| subject(mail)).collect()
}

#[test]
fn a_limited_run_that_failed_is_taken_up_again_for_those_it_was_for() {
    let world = small();
    broken(&world);
    assert_eq!(world.kim(&["run", "--only", "entscheidung"]).code, 1);
    mended(&world);
    let told = world.kim(&["retry"]);
    assert_eq!((told.code, world.outbox().len()), (0, 2), "{}{}", told.out, told.err);
    assert!(told.out.contains("run 1 of pipelines/monitoring.toml (--only entscheidung) was taken up again as run 2"));
    assert!(told.out.contains(&format!("  mail       {LANDRAT} written")), "to whom: {}", told.out);
    assert_eq!(world.kim(&["retry"]).out, "nothing is left to do\n");

    world.run();
    assert_eq!(world.outbox().len(), ALL);
    broken(&world);
    assert_eq!(world.kim(&["run", &format!("--resend={LANDRAT}")]).code, 1);
    mended(&world);
    let told = world.kim(&["retry"]);
    assert_eq!((told.code, world.outbox().len()), (0, ALL + 1), "{}{}", told.out, told.err);
    assert!(told.out.contains(&format!("(--resend={LANDRAT})")), "{}", told.out);
    assert_eq!(world.kim(&["retry"]).out, "nothing is left to do\n");

    let world = world.arrives("2026-10-08T09:00:00+02:00", "tidy_2026-Q2.xlsx");
    broken(&world);
    assert_eq!(world.kim(&["run", "--period", "2026-Q2", "--only", "partner"]).code, 1);
    mended(&world);
    let told = world.kim(&["retry", "--json"]).json();
    assert_eq!(told["runs"][0]["limits"], serde_json::json!({ "period": "2026-Q2", "only": ["partner"] }));
    assert_eq!(world.outbox().len(), ALL + 3);
    let status = world.kim(&["status", "--json"]).json();
    assert_eq!(status["last_runs"][0]["period"], "2026-Q2");
}

#[test]
fn only_a_run_for_everybody_and_of_its_period_makes_up_for_one_that_failed() {
    let world = small().arrives("2026-10-08T09:00:00+02:00", "tidy_2026-Q2.xlsx");
    broken(&world);
    assert_eq!(world.kim(&["run"]).code, 1);
    mended(&world);
    // As the service leaves it that gave it up; the plan is accounted for until long after.
    ledger(&world)
        .execute_batch(&format!(
            "INSERT INTO schedules (pipeline, since, upto, plan)
             VALUES ('{PIPELINE}', '2024-01-01T00:00:00.000Z', '2190-01-01T00:00:00.000Z', '{{}}');
             INSERT INTO due (pipeline, slot, claimed, tried, holder, as_of, error, given_up, failures)
             SELECT '{PIPELINE}', '2024-10-20T04:00:00.000Z', started, started, '1', as_of, 'no', 'no', 1 FROM runs"
        ))
        .expect("a slot");
    let failed = "monitoring of 2024-10-20 06:00 failed (1 try; given up)";
    for limit in ["--only=koordination", "--period=2026-Q2", "--resend=it@hochsauerlandkreis.example.org"] {
        assert_eq!(world.kim(&["run", limit]).code, 0, "{limit}");
        assert!(check(&world).contains(failed), "{limit}: {}", check(&world));
    }
    let (before, told) = (world.outbox().len(), world.kim(&["retry"]));
    assert!(told.code == 0 && told.out.contains("run 1 of"), "{}{}", told.out, told.err);
    assert_eq!(world.outbox().len(), before + ALL - 2, "who was left out got theirs");
    assert!(check(&world).contains("done for 2024-10-20"), "{}", check(&world));
    assert_eq!(world.kim(&["retry"]).out, "nothing is left to do\n");
}

#[test]
fn the_owner_is_not_told_that_all_is_well_by_a_run_for_a_few() {
    let world = small();
    broken(&world);
    assert_eq!(world.kim(&["run", "--unattended"]).code, 1);
    mended(&world);
    assert_eq!(world.kim(&["run", "--unattended", "--only", "koordination"]).code, 0);
    assert_eq!(subjects(&world), ["Lauf fehlgeschlagen: KIM-Monitoring"]);
    assert_eq!(world.kim(&["run", "--unattended"]).code, 0);
    assert_eq!(subjects(&world).len(), 2, "{:?}", subjects(&world));
}

#[test]
fn a_mistaken_period_is_no_failed_run() {
    let world = small();
    for first in [true, false] {
        let told = world.kim(&["run", "--period", "2020-Q1"]);
        assert_eq!(told.code, 2, "{}{}", told.out, told.err);
        for part in ["2020-Q1", "the first period with returns is 2026-Q3", "the last finished one 2026-Q3"] {
            assert!(told.err.contains(part), "{part:?} is missing in {}", told.err);
        }
        assert_eq!(world.kim(&["retry"]).out, "nothing is left to do\n");
        let runs = world.kim(&["status", "--json"]).json()["last_runs"].as_array().expect("runs").len();
        assert_eq!(runs, usize::from(!first));
        world.run();
    }
    assert_eq!(world.kim(&["run", "--period", "2026-Q3"]).code, 0);
}

#[test]
fn a_backup_never_lands_on_what_it_is_a_copy_of() {
    let world = small();
    world.run();
    let before = fs::read(world.path("data/ledger.sqlite")).expect("the ledger");
    for inside in ["data/ledger.sqlite", "data/x.sqlite", "config/../data/y.sqlite", "config/x.sqlite", "config/copy"] {
        let told = world.kim(&["backup", inside]);
        assert!(told.code == 1 && told.err.contains("lost with it"), "{inside}: {}{}", told.out, told.err);
    }
    assert!(world.kim(&["backup", "config"]).err.contains("the configuration folder config"));
    assert_eq!(fs::read(world.path("data/ledger.sqlite")).expect("the ledger"), before);
    let made: i64 = ledger(&world).query_row("SELECT COUNT(*) FROM copies", [], |row| row.get(0)).expect("copies");
    assert_eq!((made, world.kim(&["backup", "beside.sqlite"]).code), (0, 0));
}

#[test]
fn what_a_person_says_has_arrived_is_not_sent_again_after_a_correction_that_did_not() {
    let (world, server) = with_server(&[at(Step::Dot, Act::HangUp).only_for(LANDRAT).once()]);
    assert_eq!(world.kim(&["run"]).code, 1);
    assert_eq!(world.kim(&["retry", &format!("--close={LANDRAT}")]).code, 0);
    // Another content, that reaches nobody; and the first again.
    let (port, nobody) = (format!("port = {}", server.port), "port = 1,");
    let world = world.edit(PIPELINE, "Das Wichtigste in zehn", "Die zehn").edit(
        "config/kim.toml",
        &(port.clone() + ","),
        nobody,
    );
    assert_eq!(world.kim(&["run"]).code, 3);
    let world =
        world.edit(PIPELINE, "Die zehn", "Das Wichtigste in zehn").edit("config/kim.toml", nobody, &(port + ","));
    let told = world.kim(&["run"]);
    assert_eq!((told.code, to(&server, LANDRAT), server.received().len()), (0, 0, ALL - 1), "{}{}", told.out, told.err);
}

#[test]
fn who_is_no_recipient_any_more_gets_no_mail_that_waits() {
    let later = [at(Step::Greeting, Act::Say("421 4.3.2 shutting down")).once()];
    let line = format!("  \"Landrat <{LANDRAT}>\",\n");
    let (world, server) = with_server(&later);
    assert_eq!(world.kim(&["run"]).code, 3);
    let world = world.edit("config/contacts.toml", &line, "");
    let told = world.kim(&["run"]);
    assert_eq!((told.code, server.received().len(), to(&server, LANDRAT)), (0, ALL - 1, 0), "{}{}", told.out, told.err);
    let closed = told.out.lines().find(|line| line.contains(LANDRAT)).expect("he is spoken of");
    assert!(closed.contains("closed, since run 1") && closed.ends_with(": no longer a recipient"), "{closed}");
    assert_eq!(world.kim(&["retry"]).out, "nothing is left to do\n");
    // Whoever is one again gets what the others have.
    let sozial = "  \"Sozialausschuss <";
    let world = world.edit("config/contacts.toml", sozial, &(line + sozial));
    world.run();
    assert_eq!((server.received().len(), to(&server, LANDRAT)), (ALL, 1));

    let (world, server) = with_server(&later);
    assert_eq!(world.kim(&["run"]).code, 3);
    let told = world.kim(&["retry", &format!("--close={LANDRAT}")]);
    assert!(
        told.code == 0 && told.out.contains(&format!("mail to {LANDRAT} (entscheidung) closed")),
        "{}{}",
        told.out,
        told.err
    );
    world.run();
    assert_eq!((server.received().len(), to(&server, LANDRAT)), (ALL - 1, 0));
}

#[test]
fn a_pipeline_that_fails_does_not_keep_the_next_from_being_run() {
    let world = small();
    let tried = world.kim(&["run", "--dry-run", "--json"]).json();
    let workbook = world.edition(&tried, "entscheidung");
    let name = workbook.file_name().expect("a name");
    fs::create_dir_all(world.path("data/editions/2026-Q3").join(name).join("x")).expect("in the way");
    let text = fs::read_to_string(world.path(PIPELINE)).expect("the pipeline");
    let block = "[[edition]]\naudience = \"entscheidung\"\nwithout = [\"profile\", \"datenqualitaet\"]\n";
    assert!(text.contains(block));
    fs::write(world.path("pipelines/b.toml"), text.replace(block, "")).expect("another one");
    let told: Told = world.kim(&["run", "--unattended", PIPELINE, "pipelines/b.toml"]);
    assert_eq!(told.code, 1, "{}{}", told.out, told.err);
    assert!(told.err.contains("error: pipelines/monitoring.toml: cannot"), "{}", told.err);
    let to_owner = subjects(&world).len();
    assert_eq!((world.outbox().len() - to_owner, to_owner), (4, 1), "b was run: {}", told.out);
    assert_eq!(world.kim(&["run", "pipelines/b.toml", PIPELINE]).code, 1, "in whatever order");
}

//! Stories of what is left to do, of doing a thing once more on purpose, and of doing it beside others.

use std::fs;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::smtp::{Act, Protection, Rule, Server, Step, at};
use crate::world::{Told, World, copy};

mod limits;
mod meant;
mod twice;

const DAY: &str = "2026-11-20";
pub const LANDRAT: &str = "landrat@hochsauerlandkreis.example.org";
pub const OWNER: &str = "it@hochsauerlandkreis.example.org";
const AUSSCHUSS: &str = "sozialausschuss@hochsauerlandkreis.example.org";
/// Recipients of all editions in contacts.toml.
pub const ALL: usize = 6;

/// One return of one body, which is enough for mail.
fn small() -> World {
    World::new().arrives("2026-10-05T09:00:00+02:00", "tidy.xlsx").on(DAY)
}

pub fn with_server(rules: &[Rule]) -> (World, Server) {
    let server = Server::start(Protection::Open, None, rules);
    let settings = format!(
        "[mail]\nserver = {{ host = \"127.0.0.1\", port = {}, security = \"none\", timeout_seconds = 5 }}\n",
        server.port
    );
    (small().edit("config/kim.toml", "[mail]\n", &settings), server)
}

fn to(server: &Server, recipient: &str) -> usize {
    server.received().iter().filter(|mail| mail.to == [recipient]).count()
}

/// Messages to the owner, who is a reader of an edition as well.
pub fn letters(server: &Server) -> usize {
    let told = |data: &[u8]| String::from_utf8_lossy(data).contains("Subject: kim: ");
    server.received().iter().filter(|mail| mail.to == [OWNER] && told(&mail.data)).count()
}

#[test]
fn what_waits_is_sent_without_another_run() {
    let (world, server) = with_server(&[at(Step::Greeting, Act::Say("421 4.3.2 shutting down")).once()]);
    let told = world.kim(&["run"]);
    assert_eq!(told.code, 3, "{}", told.out);
    assert!(told.out.contains("waiting, tried once, next on 20") && told.out.contains("`kim retry`"), "{}", told.out);
    let status = world.kim(&["status"]).out;
    assert!(status.contains(&format!("2026-Q3 done ({ALL} mails waiting)")), "{status}");
    assert!(status.contains(&format!("  {LANDRAT} waiting, tried once, next on 20")), "{status}");
    assert!(server.received().is_empty());
    let told = world.kim(&["retry"]);
    assert_eq!((told.code, server.received().len()), (0, ALL), "{}{}", told.out, told.err);
    assert!(told.out.contains(&format!("mail to {LANDRAT} (entscheidung) sent: 250 2.0.0 queued")), "{}", told.out);
    let told = world.kim(&["retry"]);
    assert_eq!((told.code, told.out.as_str()), (0, "nothing is left to do\n"));
    let runs = world.kim(&["status", "--json"]).json()["last_runs"].as_array().expect("runs").len();
    assert_eq!(runs, 1);
}

#[test]
fn a_person_decides_what_becomes_of_mail_in_trouble() {
    let (world, server) = with_server(&[
        at(Step::Rcpt, Act::Say("550 5.1.1 no such user")).only_for(LANDRAT).once(),
        at(Step::Dot, Act::HangUp).only_for(AUSSCHUSS).once(),
    ]);
    assert_eq!(world.kim(&["run"]).code, 1);
    let received = || server.received().len() - letters(&server);
    assert_eq!(received(), ALL - 2);

    let told = world.kim(&["retry"]);
    assert_eq!((told.code, received()), (1, ALL - 2), "by itself nothing is sent: {}", told.out);
    assert_eq!(letters(&server), 2, "but its owner is told");
    for part in ["no such user", "kim retry --refused", "ask whether it arrived", "--close=ADDRESS"] {
        assert!(told.out.contains(part), "{part:?} is missing in:\n{}", told.out);
    }
    let told = world.kim(&["retry", "--refused=landrt@hochsauerlandkreis.example.org"]);
    assert_eq!(told.code, 2);
    assert!(told.err.contains(&format!("did you mean {LANDRAT}?")), "{}", told.err);

    assert_eq!(world.kim(&["retry", "--refused"]).code, 1, "the other is still in trouble");
    assert_eq!((to(&server, LANDRAT), to(&server, AUSSCHUSS)), (1, 0));
    let told = world.kim(&["retry", &format!("--close=Ausschuss <{}>", AUSSCHUSS.to_uppercase()), "--json"]).json();
    assert_eq!(told["closed"][0]["recipient"], AUSSCHUSS);
    assert_eq!(world.kim(&["retry"]).out, "nothing is left to do\n");
    let run = world.run();
    let states: Vec<&str> =
        run["deliveries"].as_array().expect("mails").iter().filter_map(|mail| mail["state"].as_str()).collect();
    assert_eq!(states.iter().filter(|state| **state == "closed").count(), 1, "{states:?}");
    assert_eq!((to(&server, LANDRAT), to(&server, AUSSCHUSS)), (1, 0), "closed is closed");
}

#[test]
fn what_may_have_arrived_is_sent_again_when_a_person_says_so_under_the_same_message_id() {
    let (world, server) = with_server(&[at(Step::Dot, Act::HangUp).only_for(LANDRAT).once()]);
    let told = world.kim(&["run", "--json"]);
    let run: Value = serde_json::from_str(&told.out).expect("one document");
    let mails = run["deliveries"].as_array().expect("mails");
    let id = mails.iter().find(|mail| mail["to"] == LANDRAT).expect("his")["message_id"].as_str().expect("an id");
    let told = world.kim(&["retry", &format!("--unknown={LANDRAT}")]);
    assert_eq!((told.code, to(&server, LANDRAT)), (0, 1), "{}{}", told.out, told.err);
    let mail = server.received().into_iter().find(|mail| mail.to == [LANDRAT]).expect("it arrived");
    assert!(String::from_utf8_lossy(&mail.data).contains(&format!("Message-ID: {id}")));
}

#[test]
fn a_run_that_failed_is_taken_up_again_with_the_clock_it_had() {
    let world = small();
    fs::create_dir(world.path("data")).expect("the data folder");
    fs::write(world.path("data/editions"), "in the way").expect("a file");
    assert_eq!(world.kim(&["run"]).code, 1);
    let told = world.kim(&["retry"]);
    assert_eq!(told.code, 1, "the cause is not mended yet");
    assert!(told.out.contains("run 1 of pipelines/monitoring.toml failed again: cannot"), "{}", told.out);
    fs::remove_file(world.path("data/editions")).expect("mended");
    let told = world.kim(&["retry"]);
    assert_eq!((told.code, world.outbox().len()), (0, ALL), "{}{}", told.out, told.err);
    assert!(told.out.contains("was taken up again as run 3"), "{}", told.out);
    assert_eq!(world.kim(&["retry"]).out, "nothing is left to do\n");
    let status = world.kim(&["status", "--json"]).json();
    let clocks: Vec<&str> =
        status["last_runs"].as_array().expect("runs").iter().filter_map(|run| run["as_of"].as_str()).collect();
    assert_eq!(clocks, ["2026-11-20T22:59:59Z"; 3], "and not the clock of the retry");
}

#[test]
fn only_one_audience_gets_its_edition_and_the_others_theirs_later() {
    let world = small();
    let run = world.kim(&["run", "--only", "entscheidung", "--json"]).json();
    let editions = run["editions"].as_array().expect("editions");
    assert_eq!((editions.len(), world.outbox().len()), (1, 2), "{editions:#?}");
    assert_eq!(editions[0]["audience"], "entscheidung");
    let alone = editions[0]["sha256"].clone();
    let run = world.run();
    assert_eq!(world.outbox().len(), ALL, "nobody twice");
    assert!(run["editions"].as_array().expect("editions").iter().any(|edition| edition["sha256"] == alone));
    let both = world.kim(&["run", "--only=partner,koordination", "--dry-run", "--json"]).json();
    assert_eq!(both["editions"].as_array().expect("editions").len(), 2);
}

#[test]
fn once_more_on_purpose_reaches_whom_it_is_meant_for() {
    let world = small();
    world.run();
    world.run();
    assert_eq!(world.outbox().len(), ALL);
    let told = world.kim(&["run", &format!("--resend={LANDRAT}"), "--json"]).json();
    assert_eq!((told["deliveries"].as_array().expect("mails").len(), world.outbox().len()), (1, ALL + 1));
    world.kim(&["run", "--resend", "--only", "partner", "--json"]).json();
    assert_eq!(world.outbox().len(), ALL + 3);
    world.run();
    assert_eq!(world.outbox().len(), ALL + 3, "and an ordinary run sends nothing new");
}

#[test]
fn who_has_a_mail_already_is_told_so_with_the_run_that_sent_it() {
    let (world, server) = with_server(&[]);
    assert!(world.kim(&["run"]).out.contains(&format!("mail       {LANDRAT} sent: 250 2.0.0 queued")));
    let told = world.kim(&["run"]).out;
    assert!(
        told.contains(&format!("mail       {LANDRAT} has it already (run 1, 20")) && !told.contains("sent: 250"),
        "{told}"
    );
    let told = world.kim(&["run", "--dry-run"]);
    assert!(told.code == 0 && told.out.contains(&format!("{LANDRAT} has it already (run 1, 20")), "{}", told.out);
    let world = world.arrives("2026-10-08T09:00:00+02:00", "tidy_2026-Q2.xlsx");
    let told = world.kim(&["run", "--dry-run"]).out;
    assert!(told.contains(&format!("mail       would go to {LANDRAT}: “")) && told.contains(".xlsx"), "{told}");
    assert_eq!(server.received().len(), ALL);
}

#[test]
fn a_correction_that_is_withdrawn_is_followed_by_the_figures_that_count_again() {
    let world = small();
    let mails = |world: &World| world.kim(&["run", "--json"]).json();
    let first = mails(&world);
    let world = world.edit("pipelines/monitoring.toml", "Das Wichtigste in zehn", "Die zehn");
    mails(&world);
    assert_eq!(world.outbox().len(), 2 * ALL);
    let world = world.edit("pipelines/monitoring.toml", "Die zehn", "Das Wichtigste in zehn");
    let last = mails(&world);
    assert_eq!(last["editions"], first["editions"], "the same as at first");
    assert_eq!(world.outbox().len(), 3 * ALL, "and everybody holds it as the last");
    mails(&world);
    assert_eq!(world.outbox().len(), 3 * ALL, "once");
}

#[test]
fn a_trial_that_reaches_nobody_fails_and_says_so() {
    let (world, server) = with_server(&[at(Step::Greeting, Act::Say("421 4.3.2 shutting down"))]);
    let told = world.kim(&["run", "--to", "me@example.org"]);
    assert_eq!(told.code, 1, "{}", told.out);
    assert!(
        told.out.contains("me@example.org NOT sent, and not tried again") && !told.out.contains("waiting"),
        "{}",
        told.out
    );
    assert_eq!(world.kim(&["retry"]).out, "nothing is left to do\n");
    assert!(server.received().is_empty());
}

#[test]
fn a_run_by_a_timer_that_fails_is_told_to_the_owner_once_and_once_that_it_is_made_up_for() {
    let world = small();
    fs::create_dir(world.path("data")).expect("the data folder");
    fs::write(world.path("data/editions"), "in the way").expect("a file");
    let subjects = || -> Vec<String> {
        let subject = |mail: &str| mail.lines().find_map(|line| line.strip_prefix("Subject: kim: ")).map(str::to_owned);
        let mut told: Vec<String> = world.outbox().iter().filter_map(|(_, mail)| subject(mail)).collect();
        told.sort();
        told
    };
    assert_eq!((world.kim(&["run"]).code, subjects().len()), (1, 0), "whoever is there sees it");
    for _ in 0..2 {
        assert_eq!(world.kim(&["run", "--unattended"]).code, 1);
        assert_eq!(subjects(), ["Lauf fehlgeschlagen: KIM-Monitoring"]);
    }
    fs::remove_file(world.path("data/editions")).expect("mended");
    assert_eq!(world.kim(&["run", "--unattended"]).code, 0);
    assert_eq!(subjects().len(), 2, "{:?}", subjects());
    assert!(subjects()[1].starts_with("Lauf nachgeholt"), "{:?}", subjects());
    assert_eq!(world.kim(&["run", "--unattended", "--dry-run"]).code, 2, "a trial is somebody's");
}

#[test]
fn one_pipeline_has_one_name_however_its_path_is_typed() {
    let world = small();
    let whole = world.path("pipelines/monitoring.toml").display().to_string();
    for typed in ["./pipelines/monitoring.toml", "config/../pipelines/monitoring.toml", &whole] {
        assert_eq!(world.kim(&["run", typed, "--json"]).json()["pipeline"], "pipelines/monitoring.toml");
    }
    let ledger = rusqlite::Connection::open(world.path("data/ledger.sqlite")).expect("the ledger");
    let names = || -> Vec<String> {
        let mut rows = ledger.prepare("SELECT DISTINCT pipeline FROM runs").expect("runs");
        rows.query_map([], |row| row.get(0)).expect("names").map(|name| name.expect("a name")).collect()
    };
    assert_eq!(names(), ["pipelines/monitoring.toml"]);
    // As an older version wrote it.
    for (run, name) in [(1, "./pipelines/monitoring.toml"), (2, whole.as_str())] {
        ledger
            .execute("UPDATE runs SET pipeline = ?2 WHERE id = ?1", rusqlite::params![run, name])
            .expect("an old name");
    }
    assert_eq!(names().len(), 3);
    world.run();
    assert_eq!(names(), ["pipelines/monitoring.toml"]);
    assert_eq!(world.kim(&["run", "--again", "1"]).code, 0);
    assert_eq!(world.outbox().len(), ALL, "and nobody got anything twice");
}

#[test]
fn an_old_run_is_made_again_and_compared() {
    let world = small();
    world.run();
    // What comes later, changes nothing of what was: a newer run, and another file.
    let world = world.arrives("2026-10-08T09:00:00+02:00", "tidy_2026-Q2.xlsx");
    world.run();
    let again = world.kim(&["run", "--again", "1"]);
    assert_eq!(again.code, 0, "{}{}", again.out, again.err);
    assert!(again.out.contains("equal, byte for byte; nothing that the run rests on has changed"), "{}", again.out);
    let told = world.kim(&["run", "--again", "2", "--json"]).json();
    assert_eq!((&told["equal"], &told["differs"]), (&true.into(), &serde_json::json!([])), "{told:#}");
    assert_eq!(world.outbox().len(), 2 * ALL, "nothing is sent");

    let world = world.edit("config/kim.toml", "Hochsauerlandkreis insgesamt", "Alle zusammen");
    let again = world.kim(&["run", "--again", "1", "--json"]);
    let told: Value = serde_json::from_str(&again.out).expect("one document");
    assert_eq!((again.code, &told["equal"]), (1, &false.into()), "{told:#}");
    let differs = told["differs"].as_array().expect("what differs");
    assert_eq!(differs[..], ["the configuration: config/kim.toml has changed"]);
    let new = told["editions"][0]["path"].as_str().expect("where the new one lies");
    assert!(world.path(new).exists());

    let told = world.kim(&["run", "--again", "77"]);
    assert!(told.code == 1 && told.err.contains("no manifest of run 77") && told.err.contains("the last run was 2"));
    fs::remove_dir_all(world.path("data/archive")).expect("the archive");
    let told = world.kim(&["run", "--again", "1"]);
    assert!(told.code == 1 && told.err.contains("tidy.xlsx"), "{}", told.err);
}

#[test]
fn a_trial_goes_on_beside_a_run_and_leaves_a_manifest_of_its_own() {
    let world = small();
    fs::create_dir(world.path("data")).expect("the data folder");
    let lock = File::create(world.path("data/kim.lock")).expect("the lock");
    lock.try_lock().expect("nobody else");
    let trials = [&["run", "--dry-run", "--json"][..], &["run", "--to", "me@example.org", "--json"]];
    let manifests = trials.map(|arguments| world.kim(arguments).json()["manifest"].clone());
    assert_ne!(manifests[0], manifests[1]);
    for manifest in &manifests {
        let bytes = fs::read(world.path(manifest.as_str().expect("a path"))).expect("a manifest");
        assert_eq!(serde_json::from_slice::<Value>(&bytes).expect("JSON")["trial"], true);
    }
    // A run that counts waits, says so, and goes on as soon as it may.
    let mut child = world.command(&["run"]).stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut first = String::new();
    let mut lines = BufReader::new(child.stderr.take().expect("its stderr"));
    lines.read_line(&mut first).expect("its first line");
    assert!(first.contains("another kim works on this data folder") && first.contains("waiting"), "{first}");
    drop(lock);
    let told = Told::from(child.wait_with_output().expect("it ends"));
    assert_eq!((told.code, world.outbox().len()), (0, ALL), "{}", told.out);
}

#[test]
fn a_backup_holds_all_that_is_needed_to_go_on() {
    let world = small();
    assert!(world.kim(&["backup", "copy"]).err.contains("no ledger yet"));
    let first = world.run();
    let told = world.kim(&["backup", "copy"]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(told.out.contains("1 original, 1 of them new") && told.out.contains("to restore"), "{}", told.out);
    assert!(world.kim(&["backup", "copy"]).out.contains("1 original, 0 of them new"));
    assert!(world.path("copy/configuration/config/kim.toml").exists());

    fs::remove_dir_all(world.path("data")).expect("everything is lost");
    fs::remove_dir_all(world.path("samples/eingang")).expect("the inbox, too");
    fs::create_dir_all(world.path("samples/eingang")).expect("an empty inbox");
    for folder in ["archive", "runs"] {
        copy(&world.path("copy").join(folder), &world.path("data").join(folder));
    }
    assert!(world.kim(&["run"]).err.contains("the ledger data/ledger.sqlite is gone"), "it does not begin anew");
    fs::copy(world.path("copy/ledger.sqlite"), world.path("data/ledger.sqlite")).expect("restored");
    assert_eq!(world.run()["editions"], first["editions"]);
    assert!(world.outbox().is_empty(), "nobody gets anything twice");
    assert_eq!(world.kim(&["run", "--again", "1"]).code, 0);

    let alone = world.kim(&["backup", "only/ledger.sqlite", "--json"]).json();
    assert!(alone["ledger_bytes"].as_u64().is_some_and(|bytes| bytes > 1000));
    for inside in ["data", "data/copy", "copy/../data/x"] {
        let told = world.kim(&["backup", inside]);
        assert!(told.code == 1 && told.err.contains("lost with it"), "{inside}: {}{}", told.out, told.err);
    }
    let original = find(&world.path("data/archive"));
    fs::write(&original, "rotten").expect("the damage");
    let told = world.kim(&["backup", "fresh"]);
    assert!(told.code == 1 && told.err.contains("do not match its name"), "{}", told.err);
}

/// The one file below a folder of folders.
fn find(folder: &Path) -> std::path::PathBuf {
    let first = |folder: &Path| fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    first(&first(folder))
}

#[test]
fn a_damaged_ledger_is_told_with_the_remedy_and_nothing_is_done() {
    let world = small();
    world.run();
    let path = world.path("data/ledger.sqlite");
    let mut bytes = fs::read(&path).expect("the ledger");
    let half = bytes.len() / 2;
    bytes[half..].iter_mut().for_each(|byte| *byte = 0x5A);
    fs::write(&path, &bytes).expect("the damage");
    for arguments in [&["run"][..], &["run", "--dry-run"], &["status"], &["retry"], &["serve"], &["backup", "copy"]] {
        let told = world.kim(arguments);
        assert_eq!(told.code, 1, "{arguments:?}: {}", told.out);
        assert!(told.err.contains("is damaged") && told.err.contains("kim backup"), "{arguments:?}: {}", told.err);
        assert_eq!(fs::read(&path).expect("the ledger"), bytes, "{arguments:?} has touched it");
    }
    // The owner was told; nobody got a workbook.
    let workbooks = world.outbox().iter().filter(|(_, mail)| mail.contains("spreadsheetml")).count();
    assert_eq!((workbooks, world.outbox().len()), (ALL, ALL + 1));
}

#[test]
fn what_was_published_is_known_figure_by_figure() {
    // A correction comes between two runs.
    let world = World::new().with_samples();
    let figure = "faelle_bestand_ende/05958012/2026-Q3";
    for day in ["2026-10-12T00:00", "2026-10-12T01:00", DAY] {
        world.kim(&["run", "--json", "--as-of", day]).json();
        world.kim(&["run", "--dry-run", "--json", "--as-of", day]).json();
    }
    let told = world.kim(&["explain", figure, "--json", "--as-of", DAY]).json();
    let published = told["published"].as_array().expect("what was published");
    let runs: Vec<_> = published.iter().map(|one| one["run"].as_i64()).collect();
    assert_eq!(runs, [Some(5), Some(1)], "trials are none, and what is repeated is told once: {published:#?}");
    assert_eq!(published[0]["value"], told["value"]);
    assert!(published[1]["value"].as_f64() > published[0]["value"].as_f64(), "31 instead of 13");
    let text = world.kim(&["explain", figure, "--as-of", DAY]).out;
    assert!(text.contains("since run 5 of ") && text.contains("since run 1 of "), "{text}");

    let manifest: Value =
        serde_json::from_slice(&fs::read(world.path("data/runs/run-000005.json")).expect("it")).expect("JSON");
    assert_eq!(manifest["published_before"]["run"], 3);
    assert_ne!(manifest["published_before"]["fingerprint"], manifest["release"]);
    let ledger = rusqlite::Connection::open(world.path("data/ledger.sqlite")).expect("the ledger");
    let count = |sql: &str| ledger.query_row(sql, [], |row| row.get::<_, i64>(0)).expect(sql);
    assert!(count("SELECT COUNT(*) FROM findings") > 0);
    assert_eq!(count("SELECT COUNT(*) FROM findings WHERE said LIKE '%written%' OR said LIKE '%found\"%'"), 0);
    assert_eq!(count("SELECT COUNT(DISTINCT run) FROM published"), 3);
}

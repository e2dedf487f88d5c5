//! Stories of mail that goes to a real server: what the program says of each behaviour, and what arrives.

use std::fs;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::smtp::{Act, Protection, Rule, Server, Step, at};
use crate::world::World;

const DAY: &str = "2026-11-20";
const LOGIN: Option<(&str, &str)> = Some(("monitoring", "streng geheim"));

/// The samples, and a mail server that wants TLS and a login.
fn world(server: &Server) -> World {
    let settings = format!(
        "[mail]\nserver = {{ host = \"127.0.0.1\", port = {}, user = \"monitoring\", password_file = \"password\", \
         ca_file = \"ca.pem\", timeout_seconds = 5 }}\n",
        server.port
    );
    let world = World::settled(DAY).edit("config/kim.toml", "[mail]\n", &settings);
    fs::write(world.path("config/password"), "streng geheim\n").expect("the password");
    fs::write(world.path("config/ca.pem"), &server.ca).expect("the authority");
    world
}

fn server(rules: &[Rule]) -> Server {
    Server::start(Protection::Starttls, LOGIN, rules)
}

fn states(run: &Value) -> Vec<&str> {
    let deliveries = run["deliveries"].as_array().expect("deliveries");
    deliveries.iter().map(|delivery| delivery["state"].as_str().expect("a state")).collect()
}

#[test]
fn every_recipient_gets_the_workbook_that_was_kept() {
    let server = server(&[]);
    let world = world(&server);
    let run = world.run();
    assert!(states(&run).iter().all(|state| *state == "sent"), "{run:#}");
    let received = server.received();
    assert_eq!(received.len(), states(&run).len());
    let kept: Vec<&str> =
        run["editions"].as_array().expect("editions").iter().filter_map(|edition| edition["sha256"].as_str()).collect();
    for mail in &received {
        let digest: String = Sha256::digest(mail.attachment()).iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(kept.contains(&digest.as_str()), "{:?} got something else", mail.to);
        assert!(mail.encrypted && mail.to.len() == 1);
    }
    world.run();
    assert_eq!(server.received().len(), received.len(), "nobody gets it twice");
}

#[test]
fn a_refusal_is_told_with_exit_code_1_and_stops_nobody() {
    let to = "landrat@hochsauerlandkreis.example.org";
    let server = server(&[at(Step::Rcpt, Act::Say("550 5.1.1 no such user")).only_for(to)]);
    let world = world(&server);
    let told = world.kim(&["run", "--json"]);
    assert_eq!(told.code, 1, "{}", told.err);
    let run: Value = serde_json::from_str(&told.out).expect("one document");
    let (refused, sent): (Vec<_>, Vec<_>) = states(&run).into_iter().partition(|state| *state == "refused");
    assert_eq!((refused.len(), sent.len()), (1, server.received().len()));
    assert!(told.out.contains("no such user") && !(told.out + &told.err).contains("streng geheim"));
}

#[test]
fn while_the_server_is_away_mail_waits_and_the_next_run_sends_it() {
    let server = server(&[at(Step::Greeting, Act::Say("421 4.3.2 shutting down")).once()]);
    let world = world(&server);
    let first = world.kim(&["run", "--json"]);
    assert_eq!(first.code, 3, "nobody has it, and it is tried again: {}", first.err);
    let first: Value = serde_json::from_str(&first.out).expect("one document");
    assert!(states(&first).iter().all(|state| *state == "waiting"), "{first:#}");
    assert!(server.received().is_empty());
    let second = world.run();
    assert!(states(&second).iter().all(|state| *state == "sent"), "{second:#}");
}

#[test]
fn a_lost_answer_is_told_and_not_sent_again() {
    let to = "landrat@hochsauerlandkreis.example.org";
    let server = server(&[at(Step::Dot, Act::HangUp).only_for(to)]);
    let world = world(&server);
    for _ in 0..2 {
        let told = world.kim(&["run", "--json"]);
        assert_eq!(told.code, 1, "{}", told.err);
        let run: Value = serde_json::from_str(&told.out).expect("one document");
        assert_eq!(states(&run).iter().filter(|state| **state == "unknown").count(), 1, "{run:#}");
    }
    assert!(server.received().iter().all(|mail| mail.to != [to]));
}

#[test]
fn tls_from_the_first_byte_works_as_well() {
    let server = Server::start(Protection::Tls, LOGIN, &[]);
    let world = world(&server).edit("config/kim.toml", "user = ", "security = \"tls\", user = ");
    let run = world.run();
    assert!(states(&run).iter().all(|state| *state == "sent"), "{run:#}");
    assert!(server.received().iter().all(|mail| mail.encrypted));
}

#[test]
fn the_password_may_come_from_systemd() {
    let server = server(&[]);
    let world = world(&server).edit(
        "config/kim.toml",
        "password_file = \"password\"",
        "password_file = \"$CREDENTIALS_DIRECTORY/mail\"",
    );
    fs::rename(world.path("config/password"), world.path("mail")).expect("where systemd would put it");
    let told = world.kim(&["run"]);
    assert!(told.code == 1 && told.err.contains("LoadCredential=mail"), "{}", told.err);
    let told = world.command(&["retry"]).env("CREDENTIALS_DIRECTORY", world.path("")).output().expect("it starts");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    assert!(!server.received().is_empty() && server.received().iter().all(|mail| mail.login.is_some()));
}

#[test]
fn a_server_nobody_vouches_for_gets_nothing() {
    let server = server(&[]);
    let world = world(&server).edit("config/kim.toml", "ca_file = \"ca.pem\", ", "");
    let told = world.kim(&["run", "--json"]);
    let run: Value = serde_json::from_str(&told.out).expect("one document");
    assert!(told.code == 3 && states(&run).iter().all(|state| *state == "waiting"), "{run:#}");
    assert!(server.received().is_empty());
}

#[test]
fn no_secret_is_logged_however_much_is_logged() {
    let server = server(&[]);
    let world = world(&server);
    let told = world.command(&["run"]).env("KIM_LOG", "trace").output().expect("the program starts");
    let all = format!("{}{}", String::from_utf8_lossy(&told.stdout), String::from_utf8_lossy(&told.stderr));
    assert!(all.contains("stage"), "something is logged");
    assert!(!all.contains("streng geheim"), "the password is in the log");
}

#[test]
fn a_server_that_repeats_the_password_is_not_quoted() {
    let server = server(&[at(Step::Auth, Act::Repeat)]);
    let world = world(&server);
    let run = world.kim(&["run"]);
    let line = server.said("AUTH PLAIN").pop().expect("a login").split_off("AUTH PLAIN ".len());
    let ledger = fs::read(world.path("data/ledger.sqlite")).expect("the ledger");
    let log = fs::read(world.path("data/ledger.sqlite-wal")).unwrap_or_default();
    let doctor = world.kim(&["doctor"]);
    let status = world.kim(&["status", "--json"]);
    let all = [run.out, run.err, doctor.out, doctor.err, status.out, String::from_utf8_lossy(&ledger).into_owned()];
    let all = all.join("\n") + &String::from_utf8_lossy(&log);
    assert!(all.contains("535"), "the rest of the answer is told");
    for secret in ["streng geheim", line.as_str(), &line[..12], &line[line.len() - 12..]] {
        assert!(!all.contains(secret), "{secret} is told");
    }
}

//! The workbook travels over TLS to a real mail server, and arrives as it left.

use std::fs;

use sha2::{Digest, Sha256};

use crate::smtp::{Act, Protection, Server, Step, at};
use crate::world::World;

const DAY: &str = "2026-11-20";

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The samples, with this mail server in the configuration.
fn with_server(server: &Server, security: &str) -> World {
    let world = World::new().with_samples().on(DAY);
    fs::write(world.path("config/ca.pem"), &server.ca).expect("the authority");
    fs::write(world.path("config/password"), "geheim\n").expect("the password");
    let text = fs::read_to_string(world.path("config/kim.toml")).expect("kim.toml");
    let mail = format!(
        "\n[mail.server]\nhost = \"localhost\"\nport = {}\nsecurity = \"{security}\"\nuser = \"kim\"\npassword_file = \"password\"\nca_file = \"ca.pem\"\ntimeout_seconds = 5\n",
        server.port
    );
    fs::write(world.path("config/kim.toml"), text + &mail).expect("kim.toml");
    world
}

#[test]
fn the_attachment_arrives_as_the_edition_was_made() {
    for (protection, security) in [(Protection::Starttls, "starttls"), (Protection::Tls, "tls")] {
        let server = Server::start(protection, Some(("kim", "geheim")), &[]);
        let world = with_server(&server, security);
        let run = world.run();
        let deliveries = run["deliveries"].as_array().expect("deliveries");
        assert!(deliveries.iter().all(|delivery| delivery["state"] == "sent"), "{deliveries:#?}");
        let received = server.received();
        assert_eq!(received.len(), deliveries.len());
        let editions: Vec<&str> = run["editions"].as_array().expect("editions").iter().map(|edition| edition["sha256"].as_str().expect("a sha")).collect();
        for mail in &received {
            assert!(editions.contains(&digest(&mail.attachment()).as_str()), "the mail to {:?} carries another workbook", mail.to);
            assert_eq!(mail.to.len(), 1, "each recipient is written to alone");
        }
        assert!(world.outbox().is_empty(), "nothing goes into the folder besides");
        // Once is enough.
        world.run();
        assert_eq!(server.received().len(), received.len());
    }
}

#[test]
fn a_refused_recipient_stops_nobody_else_and_is_told() {
    let refuse = at(Step::Rcpt, Act::Say("550 5.1.1 no such mailbox")).only_for("landrat@example.org");
    let server = Server::start(Protection::Starttls, Some(("kim", "geheim")), &[refuse]);
    let world = with_server(&server, "starttls");
    let refused = first_recipient(&world);
    let world = world.edit("config/contacts.toml", &refused, "landrat@example.org");
    let told = world.kim(&["run", "--json"]);
    assert_eq!(told.code, 1, "a refused mail needs a person");
    let run: serde_json::Value = serde_json::from_str(&told.out).expect("one document");
    let states = |state: &str| run["deliveries"].as_array().expect("deliveries").iter().filter(|delivery| delivery["state"] == state).count();
    assert_eq!(states("refused"), 1, "{run:#}");
    assert_eq!(states("sent"), run["deliveries"].as_array().expect("deliveries").len() - 1);
    assert!(world.kim(&["status"]).out.contains("landrat@example.org refused"));
}

#[test]
fn a_server_that_is_busy_gets_the_mail_in_the_next_run() {
    let busy = at(Step::Mail, Act::Say("451 4.3.0 try again")).once();
    let server = Server::start(Protection::Starttls, Some(("kim", "geheim")), &[busy]);
    let world = with_server(&server, "starttls");
    let first = world.kim(&["run", "--json"]);
    assert_eq!(first.code, 0, "waiting mail is told, no failure");
    assert!(first.out.contains("\"waiting\""), "{}", first.out);
    let second = world.run();
    assert!(second["deliveries"].as_array().expect("deliveries").iter().all(|delivery| delivery["state"] == "sent"), "{second:#}");
}

#[test]
fn a_connection_lost_after_the_message_is_unknown_and_not_sent_again() {
    let lost = at(Step::Dot, Act::HangUp).once();
    let server = Server::start(Protection::Starttls, Some(("kim", "geheim")), &[lost]);
    let world = with_server(&server, "starttls");
    let told = world.kim(&["run", "--json"]);
    assert_eq!(told.code, 1);
    assert_eq!(told.out.matches("\"unknown\"").count(), 1, "{}", told.out);
    let sent = server.received().len();
    world.kim(&["run", "--json"]);
    assert_eq!(server.received().len(), sent);
}

#[test]
fn a_server_whose_certificate_nobody_vouches_for_gets_nothing() {
    let server = Server::start(Protection::Starttls, Some(("kim", "geheim")), &[]);
    let world = with_server(&server, "starttls").edit("config/kim.toml", "ca_file = \"ca.pem\"\n", "");
    let told = world.kim(&["run", "--json"]);
    assert!(told.out.contains("\"waiting\"") && !told.out.contains("\"sent\""), "{}", told.out);
    assert!(server.received().is_empty());
}

#[test]
fn no_secret_and_no_address_book_in_what_is_printed() {
    let server = Server::start(Protection::Starttls, Some(("kim", "geheim")), &[]);
    let world = with_server(&server, "starttls");
    let told = world.command(&["run", "--as-of", DAY]).env("KIM_LOG", "trace").output().expect("the program starts");
    let all = format!("{}{}", String::from_utf8_lossy(&told.stdout), String::from_utf8_lossy(&told.stderr));
    assert!(!all.contains("geheim"), "the password is in the log");
}

/// An address of the decision makers, as `contacts.toml` has it.
fn first_recipient(world: &World) -> String {
    let run = world.kim(&["run", "--dry-run", "--json"]).json();
    run["deliveries"][0]["to"].as_str().expect("a recipient").to_owned()
}

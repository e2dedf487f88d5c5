//! What everybody is mailed once more for, and what changes nothing that they read.

use std::fs;

use super::{ALL, DAY, LANDRAT, small};
use crate::smtp::{Protection, Server};
use crate::world::{World, root};

const PIPELINE: &str = "pipelines/monitoring.toml";
const CONTACTS: &str = "config/contacts.toml";
const KIM: &str = "config/kim.toml";

/// A run now, and how many mails went out by it.
fn new_mails(world: &World, arguments: &[&str]) -> usize {
    let before = world.outbox().len();
    let told = world.kim(&[&["run"], arguments].concat());
    assert_eq!(told.code, 0, "{}{}", told.out, told.err);
    world.outbox().len() - before
}

#[test]
fn what_changes_nothing_that_is_read_mails_nobody_again() {
    let mut world = small();
    assert_eq!(new_mails(&world, &[]), ALL);
    for (what, file, from, to) in [
        ("another address sends", KIM, "kim@hochsauerlandkreis.example.org", "monitoring@kreis.example.com"),
        ("another sender's name", KIM, "KIM-Monitoring <", "Der Kreis <"),
        ("another address for answers", KIM, "kim-koordination@", "amt-50@"),
        ("how long mail is tried", KIM, "# give_up_after = \"3 Tage\"", "give_up_after = \"1 Tag\""),
        ("what all bodies are called", KIM, "Hochsauerlandkreis insgesamt", "HSK gesamt"),
        ("another name of a recipient", CONTACTS, "\"Landrat <", "\"Der Landrat <"),
        ("an address in capitals", CONTACTS, LANDRAT, "Landrat@Hochsauerlandkreis.EXAMPLE.org"),
        (
            "no name at all",
            CONTACTS,
            "\"IT <it@hochsauerlandkreis.example.org>\"",
            "\"it@hochsauerlandkreis.example.org\"",
        ),
        ("the order of recipients", CONTACTS, "  \"Jobcenter <jobcenter@partner.example.org>\",\n", ""),
        ("when it runs", PIPELINE, "0 6 20 1,4,7,10 *", "0 7 21 1,4,7,10 *"),
        ("a comment", PIPELINE, "[schedule]", "# Wann?\n[schedule]"),
        (
            "what is not held against somebody",
            PIPELINE,
            "# [[waiver]]\n# rule = \"belegt_bis_plaetze\"\n# body = \"Brilon\"\n# reason = ",
            "[[waiver]]\nrule = \"belegt_bis_plaetze\"\nbody = \"Brilon\"\nby = \"M\"\nuntil = 2026-12-31\nreason = ",
        ),
    ] {
        world = world.edit(file, from, to);
        if what == "the order of recipients" {
            let last = "  \"Wohlfahrtsverbände <wohlfahrt@partner.example.org>\",\n";
            world = world.edit(file, last, &format!("{last}{from}"));
        }
    }
    assert_eq!(new_mails(&world, &["--as-of", "2026-12-20"]), 0, "all of it, on another day");
    // From a folder to a server: what was written is settled.
    let server = Server::start(Protection::Open, None, &[]);
    let settings =
        format!("[mail]\nserver = {{ host = \"127.0.0.1\", port = {}, security = \"none\" }}\n", server.port);
    let world = world.edit(KIM, "[mail]\n", &settings);
    assert_eq!(world.kim(&["run"]).code, 0);
    assert!(server.received().is_empty(), "another way out");
}

#[test]
fn what_is_read_otherwise_or_by_somebody_else_is_mailed_and_only_to_those_whom_it_concerns() {
    let mut world = small();
    assert_eq!(new_mails(&world, &[]), ALL);
    for (what, file, from, to, mails) in [
        (
            "another language of one audience",
            CONTACTS,
            "title = { de = \"Kooperationspartner\"",
            "language = \"en\"\ntitle = { de = \"Kooperationspartner\"",
            2,
        ),
        ("more sheets for one audience", PIPELINE, "without = [\"ruecklauf\", ", "without = [", 2),
        (
            "another title of the report",
            PIPELINE,
            "[report]\ntitle = { de = \"",
            "[report]\ntitle = { de = \"Das ",
            ALL,
        ),
        // Whose mailbox an address leads to, only a person knows.
        ("an alias", CONTACTS, "Landrat <landrat@", "Landrat <buero-landrat@", 1),
        ("one recipient more", CONTACTS, "  \"Sozialausschuss <", "  \"neu@example.org\",\n  \"Sozialausschuss <", 1),
        ("the language of all others", KIM, "language = \"de\"", "language = \"en\"", 5),
    ] {
        world = world.edit(file, from, to);
        assert_eq!(new_mails(&world, &[]), mails, "{what}");
    }
    assert_eq!(new_mails(&world, &[]), 0, "once");
}

#[test]
fn a_file_that_arrived_by_its_own_time_is_the_same_for_the_next_run_and_when_the_inbox_is_emptied() {
    // Its time has nanoseconds; the ledger keeps milliseconds.
    let world = small().edit(KIM, "arrivals = \"../samples/eingang.csv\"", "").on("2099-01-01");
    assert_eq!(new_mails(&world, &["--period", "2026-Q3"]), ALL);
    assert_eq!(new_mails(&world, &["--period", "2026-Q3"]), 0, "the next run");
    fs::remove_file(world.path("samples/eingang/tidy.xlsx")).expect("emptied");
    assert_eq!(new_mails(&world, &["--period", "2026-Q3"]), 0, "what was seen once");
}

#[test]
fn what_an_older_version_has_mailed_is_known_by_its_release() {
    let world = small();
    assert_eq!(new_mails(&world, &[]), ALL);
    let db = rusqlite::Connection::open(world.path("data/ledger.sqlite")).expect("the ledger");
    db.execute("UPDATE deliveries SET content = NULL", []).expect("as it was");
    assert_eq!(new_mails(&world, &[]), 0);
    let world = world.arrives("2026-10-08T09:00:00+02:00", "tidy_2026-Q2.xlsx");
    assert_eq!(new_mails(&world, &[]), ALL, "another release");
}

#[test]
fn a_pipeline_beside_it_is_no_news() {
    let world = small();
    assert_eq!(new_mails(&world, &[]), ALL);
    let text = fs::read_to_string(world.path(PIPELINE)).expect("the pipeline");
    let others = text.find("[[edition]]\naudience = \"entscheidung\"").expect("the first edition");
    let partner = text.find("[[edition]]\naudience = \"partner\"").expect("the last edition");
    let other = format!("{}{}", &text[..others], &text[partner..]).replacen(
        "[report]\ntitle = { de = \"",
        "[report]\ntitle = { de = \"B ",
        1,
    );
    fs::write(world.path("pipelines/b.toml"), other).expect("another pipeline");
    assert_eq!(new_mails(&world, &[PIPELINE, "pipelines/b.toml"]), 2, "what it says itself");
    assert_eq!(new_mails(&world, &[]), 0);
    let world = world.edit("pipelines/b.toml", "{ de = \"B ", "{ de = \"C ");
    assert_eq!(new_mails(&world, &["pipelines/b.toml", PIPELINE]), 2);
    assert_eq!(new_mails(&world, &[]), 0);
}

#[test]
fn time_that_goes_by_is_no_news_because_the_mail_has_said_until_when_returns_are_due() {
    let world = small();
    assert_eq!(new_mails(&world, &["--as-of", "2026-10-10"]), ALL);
    let letters = || -> Vec<String> { world.outbox().into_iter().map(|(_, mail)| mail.replace("=\r\n", "")).collect() };
    let says = |mail: &String, said: &str| mail.replace("=C3=A4", "ä").contains(said);
    assert!(letters().iter().all(|mail| says(mail, "Die Frist läuft bis zum 15.10.2026")), "{}", letters()[0]);
    // Everybody else is overdue now.
    let told = world.kim(&["status", "--as-of", "2026-10-20"]).out;
    assert!(told.contains("OVERDUE"), "{told}");
    assert_eq!(new_mails(&world, &["--as-of", "2026-10-20"]), 0);
    // Who asks for it reads it.
    assert_eq!(new_mails(&world, &["--as-of", "2026-10-20", "--resend"]), ALL);
    assert_eq!(letters().iter().filter(|mail| says(mail, "Die Frist endete am 15.10.2026")).count(), ALL);
    // A return that comes is news, however late.
    let world = world.arrives("2026-10-21T09:00:00+02:00", "tidy_2026-Q2.xlsx");
    assert_eq!(new_mails(&world, &["--as-of", "2026-10-22"]), ALL);
}

#[test]
fn a_waiver_that_ends_is_no_news_though_errors_count_again() {
    let world = World::settled(DAY);
    let findings = |day: &str| world.kim(&["run", "--dry-run", "--json", "--as-of", day]).json()["findings"].clone();
    let (plain, rule) = (findings(DAY), most_violated(&world));
    let text = fs::read_to_string(world.path(PIPELINE)).expect("the pipeline");
    let waiver = format!(
        "\n[[waiver]]\nrule = \"{}\"\nbody = \"{}\"\nreason = \"r\"\nby = \"b\"\nuntil = 2026-11-30\n",
        rule.0, rule.1
    );
    fs::write(world.path(PIPELINE), text + &waiver).expect("a waiver");
    assert!(new_mails(&world, &["--as-of", DAY]) > 0);
    assert_ne!(findings(DAY), plain, "it is held against nobody");
    assert_eq!(findings("2026-12-05"), plain, "until then");
    assert_eq!(new_mails(&world, &["--as-of", "2026-12-05"]), 0);
}

/// A finding that is an error or a warning: its name, and the body.
fn most_violated(world: &World) -> (String, String) {
    let db = rusqlite::Connection::open(world.path("data/ledger.sqlite")).expect("the ledger");
    world.kim(&["run", "--only", "koordination", "--json", "--as-of", DAY]).json();
    let sql = "SELECT said ->> 'code', said ->> 'body', said ->> 'rule' FROM findings
        WHERE said ->> 'severity' = 'error' AND said ->> 'body' IS NOT NULL AND said ->> 'rule' IS NOT NULL ORDER BY id LIMIT 1";
    db.query_row(sql, [], |row| {
        let (_, body, rule): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok((rule, body))
    })
    .expect("an error")
}

#[test]
fn a_copy_of_a_file_is_no_news_and_one_that_nobody_can_read_is_news_for_those_who_ask_after_it() {
    let world = small();
    assert_eq!(new_mails(&world, &[]), ALL);
    let tidy = fs::read(root().join("samples/broken/tidy.xlsx")).expect("the sample");
    let world = world.arrives_as("2026-10-06T09:00:00+02:00", "noch einmal/tidy (Kopie).xlsx", &tidy);
    assert_eq!(new_mails(&world, &[]), 0, "the same again");
    let world = world.arrives_as("2026-10-06T10:00:00+02:00", "~$tidy.xlsx", b"somebody has it open");
    assert_eq!(new_mails(&world, &[]), 0, "a lock of Excel");
    let world = world.arrives_as("2026-10-07T09:00:00+02:00", "kaputt.xlsx", b"no workbook");
    assert_eq!(new_mails(&world, &[]), 2, "the coordination sees what was found in returns");
}

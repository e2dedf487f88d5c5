//! Stories of runs that do not end in the order of their clocks: what everybody holds last are the newest figures.

use std::fs;

use rusqlite::{Connection, params};

use crate::serve::{Serving, wait_until};
use crate::world::{Told, World};

const LANDRAT: &str = "landrat@hochsauerlandkreis.example.org";
const PIPELINE: &str = "pipelines/monitoring.toml";
/// Recipients of all editions in contacts.toml.
const ALL: usize = 6;
/// Between these a second return comes.
const EARLY: &str = "2024-01-05T12:00";
const LATE: &str = "2024-01-20T08:00";

fn two_returns() -> World {
    let sample = |name: &str| {
        fs::read(crate::world::root().join("samples/eingang/2023-Q4").join(name)).expect("a sample of this name")
    };
    World::new().arrives_as("2024-01-05T09:00:00+01:00", "marsberg.xlsx", &sample("marsberg_q4_2023.xlsx")).arrives_as(
        "2024-01-10T09:00:00+01:00",
        "eslohe.xlsx",
        &sample("Eslohe KIM 4.Quartal 2023.xlsx"),
    )
}

fn run(world: &World, arguments: &[&str]) -> Told {
    let told = world.kim(&[&["run"], arguments].concat());
    assert_eq!(told.code, 0, "{}{}", told.out, told.err);
    told
}

fn db(world: &World) -> Connection {
    Connection::open(world.path("data/ledger.sqlite")).expect("the ledger")
}

#[test]
fn a_run_of_an_earlier_day_mails_nobody_older_figures_unless_a_person_says_so() {
    let world = two_returns();
    run(&world, &["--as-of", LATE]);
    assert_eq!(world.outbox().len(), ALL);
    for dry in [&["--as-of", EARLY, "--dry-run"][..], &["--as-of", EARLY]] {
        let told = run(&world, dry).out;
        let overtaken = format!(
            "mail       {LANDRAT} NOT sent: overtaken by run 1, whose figures are newer (as of 2024-01-20 08:00)"
        );
        assert!(told.contains(&overtaken) && told.contains("`kim run … --resend` sends them all the same"), "{told}");
        assert_eq!(world.outbox().len(), ALL);
    }
    let told = run(&world, &["--as-of", EARLY, "--json"]).json();
    assert_eq!(told["deliveries"][0]["state"], "overtaken", "{told:#}");
    assert_eq!(told["deliveries"][0]["earlier"]["run"], 1);

    run(&world, &["--as-of", EARLY, "--resend"]);
    assert_eq!(world.outbox().len(), 2 * ALL, "a person wants it");
    run(&world, &["--as-of", LATE]);
    assert_eq!(world.outbox().len(), 3 * ALL, "and the newest figures are the last again");
    run(&world, &["--as-of", LATE]);
    assert_eq!(world.outbox().len(), 3 * ALL, "once");
}

#[test]
fn newer_figures_for_one_audience_hold_back_only_its_older_ones() {
    let world = two_returns();
    run(&world, &["--as-of", LATE, "--only", "entscheidung"]);
    assert_eq!(world.outbox().len(), 2);
    let told = run(&world, &["--as-of", EARLY]).out;
    assert_eq!((told.matches("overtaken by run 1").count(), world.outbox().len()), (2, ALL), "{told}");
}

#[test]
fn a_run_that_failed_is_not_taken_up_again_after_newer_figures() {
    let world = two_returns();
    run(&world, &["--as-of", LATE]);
    let mails = world.outbox().len();
    fs::rename(world.path("data/editions"), world.path("data/aside")).expect("moved");
    fs::write(world.path("data/editions"), "in the way").expect("a file");
    assert_eq!(world.kim(&["run", "--as-of", EARLY]).code, 1);
    fs::remove_file(world.path("data/editions")).expect("mended");
    let told = world.kim(&["retry"]);
    assert_eq!(told.code, 0, "{}{}", told.out, told.err);
    assert!(
        told.out.contains("run 2 of pipelines/monitoring.toml is not taken up: run 1 has shown newer"),
        "{}",
        told.out
    );
    assert_eq!(world.outbox().len(), mails);
}

/// The slot of 20 January, which the service took on as of `as_of`, and at which it failed.
fn failed_slot(world: &World, as_of: &str) {
    let db = db(world);
    // What was due since is not what this is about.
    db.execute(
        "INSERT INTO schedules (pipeline, since, upto, plan) VALUES (?1, '2024-01-01T00:00:00.000Z', ?2, '')
         ON CONFLICT DO UPDATE SET upto = excluded.upto",
        params![PIPELINE, chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true)],
    )
    .expect("watched");
    db.execute(
        "INSERT INTO due (pipeline, slot, claimed, tried, holder, as_of, error, failures)
         VALUES (?1, '2024-01-20T05:00:00.000Z', ?2, ?2, 'somebody', ?2, 'the share is away', 1)",
        params![PIPELINE, as_of],
    )
    .expect("failed");
}

#[test]
fn what_the_service_owes_is_done_by_a_later_run_by_hand_and_told_with_its_reason() {
    for (by_hand, runs) in [(&["--as-of", LATE][..], 1), (&["--as-of", LATE, "--only", "entscheidung"], 2)] {
        let world = two_returns();
        run(&world, by_hand);
        let mails = world.outbox().len();
        failed_slot(&world, "2024-01-20T05:00:00.000Z");
        let serving = Serving::start(&world);
        let done = || {
            let sql = "SELECT COUNT(*) FROM due WHERE done IS NOT NULL";
            db(&world).query_row(sql, [], |row| row.get::<_, i64>(0)).expect("a number") == 1
        };
        wait_until("the slot", done, || serving.said());
        assert!(serving.end().success());
        let status = world.kim(&["status"]).out;
        let told = "2024-01-20 06:00: made up for: run 1 has shown the figures as of 2024-01-20T07:00:00Z; it had failed \
                    before: the share is away";
        assert_eq!(status.contains(told), runs == 1, "{status}");
        let begun = "SELECT COUNT(*) FROM runs";
        assert_eq!(db(&world).query_row(begun, [], |row| row.get::<_, i64>(0)).expect("a number"), runs);
        if runs == 1 {
            assert_eq!(world.outbox().len(), mails, "nobody gets older figures");
        } else {
            // One audience has newer figures; the others get theirs.
            let (letters, workbooks): (Vec<_>, Vec<_>) =
                world.outbox().into_iter().partition(|(_, text)| text.contains("\nSubject: kim: "));
            assert_eq!(workbooks.len(), ALL);
            // Besides, only the owner is written to, of the slot that had failed: what was run for one audience was not all of it.
            let of_the_slot = |text: &str| text.contains("\nTo: IT <it@") && text.contains("\nSubject: kim: Lauf ");
            assert!(!letters.is_empty() && letters.iter().all(|(_, text)| of_the_slot(text)), "{letters:?}");
        }
    }
}

#[test]
fn a_copy_or_another_name_of_a_return_is_no_news_and_its_findings_are_told_once() {
    const DAY: [&str; 3] = ["--as-of", "2026-11-20", "--json"];
    let first_day = "2026-10-05T09:00:00+02:00";
    let world = World::new().arrives(first_day, "not_a_number.xlsx");
    let first = run(&world, &DAY).json();
    assert_eq!(world.outbox().len(), ALL);
    let told = |summary: &serde_json::Value| {
        let count = |severity: &str| summary["findings"][severity].as_u64().expect("a number");
        count("error") + count("warning")
    };
    assert!(told(&first) > 0, "{first:#}");

    let bytes = fs::read(crate::world::root().join("samples/broken/not_a_number.xlsx")).expect("a sample");
    let world = world.arrives_as(first_day, "archived.xlsx", &bytes);
    let second = run(&world, &DAY).json();
    assert_eq!((world.outbox().len(), told(&second)), (ALL, told(&first)), "a copy");

    fs::remove_file(world.path("samples/eingang/not_a_number.xlsx")).expect("the name it had");
    let third = run(&world, &DAY).json();
    assert_eq!((world.outbox().len(), told(&third)), (ALL, told(&first)), "a rename");
}

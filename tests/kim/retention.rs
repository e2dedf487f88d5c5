//! When the retention is over: what is deleted, what stays, and what is said afterwards. The clock stands years later.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::serve::{Serving, wait_until};
use crate::world::{World, copy};

const DAY: &str = "2026-11-20";
/// The first day on which the returns for 2024 are ten full years old.
const TEN_YEARS_LATER: &str = "2035-01-01";

/// After one run: everything is in the ledger.
fn after_a_run() -> World {
    let world = World::settled(DAY);
    world.run();
    world
}

fn forget(world: &World, more: &[&str]) -> Value {
    world.kim(&[&["forget", "--json", "--as-of", TEN_YEARS_LATER], more].concat()).json()
}

fn digests(told: &Value) -> Vec<String> {
    let all = told["originals"].as_array().expect("originals");
    all.iter().map(|one| one["sha256"].as_str().expect("a digest").to_owned()).collect()
}

fn archived(world: &World, digest: &str) -> bool {
    world.path(&format!("data/archive/{}/{digest}", &digest[..2])).exists()
}

fn count(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { count(&entry.path()) } else { 1 }).sum()
}

fn ledger(world: &World) -> rusqlite::Connection {
    rusqlite::Connection::open(world.path("data/ledger.sqlite")).expect("the ledger")
}

#[test]
fn nothing_goes_a_day_too_early_and_nothing_on_a_dry_run() {
    let world = after_a_run();
    let before = count(&world.path("data"));
    let early = world.kim(&["forget", "--dry-run", "--json", "--as-of", "2034-12-31"]).json();
    let early = early["originals"].as_array().expect("originals");
    assert!(!early.is_empty() && early.iter().all(|one| one["period"] == "2023-Q4"), "{early:#?}");
    let due = forget(&world, &["--dry-run"]);
    assert!(digests(&due).len() > 50, "five quarters of thirteen bodies: {}", digests(&due).len());
    assert_eq!(count(&world.path("data")), before, "a dry run deletes nothing");
    assert_eq!(digests(&due), digests(&forget(&world, &[])), "and tells exactly what is deleted");
}

#[test]
fn originals_go_with_everything_that_repeats_them_and_their_fingerprints_stay() {
    let world = after_a_run();
    world.kim(&["run", "--dry-run", "--json"]).json();
    let originals = count(&world.path("data/archive"));
    let editions = count(&world.path("data/editions"));
    let rows: i64 =
        ledger(&world).query_row("SELECT COUNT(DISTINCT sha256) FROM submissions", [], |row| row.get(0)).unwrap();
    let (file, sender): (String, String) = ledger(&world)
        .query_row("SELECT file, origin FROM submissions WHERE period = '2024-Q1' ORDER BY file", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    let manifest = |world: &World| fs::read_to_string(world.path("data/runs/run-000001.json")).expect("the manifest");
    assert!(manifest(&world).contains(&file));

    let gone = digests(&forget(&world, &[]));
    assert_eq!(count(&world.path("data/archive")), originals - gone.len());
    assert!(!gone.iter().any(|digest| archived(&world, digest)));
    assert_eq!(
        count(&world.path("data/facts")) + count(&world.path("data/trials")),
        0,
        "no cell, no finding that quotes one"
    );
    assert_eq!(count(&world.path("data/editions")), editions, "what was published has a rule of its own");
    assert!(!manifest(&world).contains(&file) && gone.iter().all(|digest| manifest(&world).contains(digest)));

    let kept: i64 =
        ledger(&world).query_row("SELECT COUNT(DISTINCT sha256) FROM submissions", [], |row| row.get(0)).unwrap();
    assert_eq!(usize::try_from(rows - kept).unwrap(), gone.len());
    let (understood, rule, removed): (i64, String, i64) = ledger(&world)
        .query_row("SELECT COUNT(body), MIN(rule), COUNT(removed) FROM forgotten", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .unwrap();
    assert_eq!(rule, "originals_years = 10");
    assert!(understood > 50 && usize::try_from(removed).unwrap() == gone.len(), "{understood} {removed}");
    let mut bytes = fs::read(world.path("data/ledger.sqlite")).expect("the ledger");
    bytes.extend(fs::read(world.path("data/ledger.sqlite-wal")).unwrap_or_default());
    let text = String::from_utf8_lossy(&bytes);
    assert!(!text.contains(&file), "the ledger still names {file}");
    assert!(text.contains(&sender), "of later quarters the sender is known: the search above can find");

    assert!(digests(&forget(&world, &[])).is_empty(), "once is enough");
}

#[test]
fn afterwards_it_is_said_why_an_old_period_cannot_be_made_again() {
    let world = after_a_run();
    let before = world.figure("besetzungsquote/total/2026-Q3");
    forget(&world, &[]);
    for arguments in [
        ["run", "--period", "2024-Q1"],
        ["run", "--period", "2024"],
        ["run", "--as-of", "2024-05-02"],
        ["status", "--period", "2023-Q4"],
    ] {
        let told = world.kim(&arguments);
        // What was typed cannot be done; what came of a clock is a failed run.
        let code = if arguments[..2] == ["run", "--period"] { 2 } else { 1 };
        assert_eq!(told.code, code, "{arguments:?}: {}", told.out);
        assert!(told.err.contains("retention ended") && told.err.contains("originals_years = 10"), "{}", told.err);
    }
    let published = world.figure("besetzungsquote/total/2024-Q1");
    assert!(published["value"].is_null() && published["published"][0]["value"].is_number(), "{published:#}");
    let told = world.kim(&["explain", "besetzungsquote/05958012/2024-Q1"]);
    assert!(told.out.contains("since run 1 of"), "what was published stays known: {}", told.out);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(told.out.contains("retention of its originals ended") && told.out.contains("2035-01-01"), "{}", told.out);
    assert!(told.out.contains("Brilon") && !told.out.contains("Arnsberg"), "{}", told.out);

    let run = world.run();
    assert_eq!(run["period"], "2026-Q3");
    assert_eq!(run["returns"]["accepted"], 12);
    assert_eq!(world.figure("besetzungsquote/total/2026-Q3")["value"], before["value"]);
}

#[test]
fn what_still_lies_in_the_inbox_is_told_and_does_not_come_back() {
    let world = after_a_run();
    let backup = world.path("backup");
    let back_up = || world.kim(&["backup", &backup.display().to_string(), "--json"]).json();
    back_up();
    let told = forget(&world, &[]);
    let gone = digests(&told);
    let in_backup = |digest: &String| backup.join("archive").join(&digest[..2]).join(digest).exists();
    assert!(gone.iter().all(in_backup));
    back_up();
    assert!(gone.iter().all(in_backup), "perhaps it was the clock that was wrong");
    ledger(&world).execute("UPDATE forgotten SET decided = '2020-01-01T00:00:00.000Z'", []).unwrap();
    back_up();
    assert!(!gone.iter().any(in_backup), "a backup into the same folder follows after a month");
    assert!(told["still_in_sources"].as_array().is_some_and(|lying| lying.len() >= gone.len()), "{told:#}");
    world.run();
    assert!(!gone.iter().any(|digest| archived(&world, digest)), "the next run took it up again");
    let rows: i64 = ledger(&world)
        .query_row("SELECT COUNT(*) FROM submissions JOIN forgotten USING (sha256)", [], |row| row.get(0))
        .unwrap();
    assert_eq!(rows, 0);
}

#[test]
fn whoever_dies_between_the_ledger_and_the_disk_ends_it_the_next_time() {
    let world = after_a_run();
    copy(&world.path("data/archive"), &world.path("before/archive"));
    copy(&world.path("data/facts"), &world.path("before/facts"));
    copy(&world.path("data/runs"), &world.path("before/runs"));
    let gone = digests(&forget(&world, &[]));
    // As the disk is when the ledger has forgotten, and nothing is deleted yet.
    for folder in ["archive", "facts", "runs"] {
        copy(&world.path("before").join(folder), &world.path("data").join(folder));
    }
    ledger(&world).execute("UPDATE forgotten SET removed = NULL", []).unwrap();
    let run = world.run();
    assert_eq!(run["returns"]["accepted"], 12, "it neither misses them nor counts them");
    assert!(world.kim(&["run", "--period", "2024-Q1"]).err.contains("retention ended"));
    forget(&world, &[]);
    assert!(!gone.iter().any(|digest| archived(&world, digest)));
    let manifest = fs::read_to_string(world.path("data/runs/run-000001.json")).expect("the manifest");
    assert!(!manifest.contains("2024-Q1/"), "a file's name is back");
    assert_eq!(count(&world.path("data/facts")), 0);
}

#[test]
fn published_files_have_a_rule_of_their_own() {
    let world = World::settled(DAY).edit("config/kim.toml", "# editions_years = 10", "editions_years = 5");
    world.kim(&["run", "--json", "--period", "2025-Q1"]).json();
    world.run();
    let old = count(&world.path("data/editions/2025-Q1"));
    assert!(old > 0);
    let kept = count(&world.path("data/editions/2026-Q3"));
    let mails = world.outbox().len();
    let told = world.kim(&["forget", "--json", "--as-of", "2031-01-01"]).json();
    assert!(digests(&told).is_empty(), "the originals have five years more");
    assert_eq!(count(&world.path("data/editions/2025-Q1")), 0);
    assert_eq!(count(&world.path("data/editions/2026-Q3")), kept);
    assert!(!world.path("data/runs/run-000001.json").exists() && world.path("data/runs/run-000002.json").exists());
    assert_eq!(world.outbox().len(), mails / 2);
    let again = world.kim(&["forget", "--json", "--as-of", "2031-01-01"]).json();
    assert!(again["published"].as_array().is_some_and(Vec::is_empty), "{again:#}");
}

#[test]
fn without_a_rule_nothing_is_ever_deleted() {
    let world = World::settled(DAY).edit("config/kim.toml", "\noriginals_years = 10", "\n# originals_years = 10");
    world.run();
    let before = count(&world.path("data/archive"));
    let told = world.kim(&["forget", "--as-of", "2099-01-01"]);
    assert!(told.code == 0 && told.out.contains("no retention is set"), "{}{}", told.out, told.err);
    assert_eq!(count(&world.path("data/archive")), before);
    assert!(world.kim(&["check"]).out.contains("hint: [retention]"), "the check says so");
}

#[test]
fn whoever_serves_deletes_nothing_before_the_clock_was_seen_to_tick() {
    let world = after_a_run().edit("config/kim.toml", "\noriginals_years = 10", "\noriginals_years = 1");
    let before = count(&world.path("data/archive"));
    let serving = Serving::start(&world);
    let note = world.path("data/retention-clock.txt");
    wait_until("the first look", || note.exists(), || serving.said());
    assert!(serving.end().success());
    assert_eq!(count(&world.path("data/archive")), before);
    // Whatever year the machine writes, the first quarter of the samples is long past it; and a person may.
    assert!(!digests(&forget(&world, &[])).is_empty());
    assert!(count(&world.path("data/archive")) < before);
}

//! The program that stays, killed while a slot is due: the next start takes the slot up with the same clock, or takes it
//! for the first time, and it is done once.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};

use super::kills::{in_the_air, share};
use super::traces::{Traces, rows};
use super::{Scene, number, open_server};

const PIPELINE: &str = "pipelines/monitoring.toml";

fn db(scene: &Scene) -> Connection {
    let db = Connection::open(scene.data().join("ledger.sqlite")).expect("the ledger");
    db.busy_timeout(Duration::from_secs(10)).expect("patience");
    db
}

/// A scene that was watched for years: its newest slot is due at once.
fn watched(port_of: &crate::smtp::Server) -> Scene {
    let scene = Scene::new(port_of);
    assert!(scene.quiet(&["status"]).status().expect("it starts").success());
    for made in ["archive", "facts"] {
        fs::remove_dir_all(scene.data().join(made)).expect("made by the look");
    }
    db(&scene)
        .execute("INSERT INTO schedules (pipeline, since) VALUES (?1, '2024-01-01T00:00:00.000Z')", [PIPELINE])
        .expect("watched");
    scene
}

fn serve(scene: &Scene) -> Command {
    scene.quiet(&["serve"])
}

/// Waits for the slot to be done, then asks it to stop.
fn until_done(scene: &Scene, mut child: Child) {
    let begun = Instant::now();
    while rows(&db(scene), "SELECT slot FROM due WHERE done IS NOT NULL").is_empty() {
        assert!(
            begun.elapsed() < Duration::from_secs(300),
            "the slot is not done: {:?}",
            rows(&db(scene), "SELECT * FROM due")
        );
        std::thread::sleep(Duration::from_millis(200));
    }
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("kill").success());
    let ended = child.wait().expect("it ends");
    // Where the slot was done before it died, it may be asked to stop before it listens.
    assert!(ended.success() || ended.signal() == Some(15), "{ended}");
}

/// Lets `dies` happen, starts it again, and compares with one that takes up the same slot and is never disturbed.
fn after(what: &str, dies: impl Fn(&Scene)) -> Vec<String> {
    let server = open_server(&[]);
    let scene = watched(&server);
    dies(&scene);
    let in_the_air = in_the_air(&scene.data());
    until_done(&scene, serve(&scene).spawn().expect("it starts"));
    let traces = Traces::of(&scene.data(), &server.received());
    let slots = rows(&db(&scene), "SELECT slot, COALESCE(as_of, claimed) FROM due");
    let [slot] = &slots[..] else { return vec![format!("{what}: {slots:?}")] };
    let (slot, claimed) = slot.split_once(" | ").expect("two columns");

    let before = server.received().len();
    let calm = watched(&server);
    db(&calm)
        .execute(
            "INSERT INTO due (pipeline, slot, claimed, tried, holder) VALUES (?1, ?2, ?3, ?3, 'dead')",
            params![PIPELINE, slot, claimed],
        )
        .expect("claimed");
    until_done(&calm, serve(&calm).spawn().expect("it starts"));
    let mut calm = Traces::of(&calm.data(), &server.received()[before..]);
    // What was claimed by hand is accounted for otherwise: of that, one that was left alone says what is right.
    for (table, rows) in accounts() {
        calm.ledger.insert(table.clone(), rows.clone());
    }
    let mut traces = Traces { ledger: without_the_clock(traces.ledger), ..traces };
    // What the watchman sees depends on when he looks: the owner has a story of his own.
    traces.ledger.insert("troubles".to_owned(), calm.ledger["troubles"].clone());
    let mut wrong = traces.differences(&calm, &in_the_air);
    // One that was cut off, and one; or two, where the first ended before its slot could be marked as done.
    let runs = rows(&db(&scene), "SELECT outcome FROM runs");
    if runs.len() > 2 || runs.last().is_none_or(|outcome| outcome != "done") {
        wrong.push(format!("runs: {runs:?}"));
    }
    wrong.iter().map(|wrong| format!("{what}: {wrong}")).collect()
}

/// The accounts of a service that takes up the same slot and is left alone, by whatever clock it did.
fn accounts() -> &'static BTreeMap<String, Vec<String>> {
    static ACCOUNTS: OnceLock<BTreeMap<String, Vec<String>>> = OnceLock::new();
    ACCOUNTS.get_or_init(|| {
        let server = open_server(&[]);
        let alone = watched(&server);
        until_done(&alone, serve(&alone).spawn().expect("it starts"));
        let mut ledger = without_the_clock(Traces::of(&alone.data(), &server.received()).ledger);
        ledger.retain(|table, _| ["due", "not_run", "schedules"].contains(&table.as_str()));
        assert!(
            ledger.values().all(|rows| rows.len() == 1),
            "one slot is run, those before it are passed over: {ledger:?}"
        );
        ledger
    })
}

/// The clock of a run that is due is the machine's.
fn without_the_clock(mut ledger: BTreeMap<String, Vec<String>>) -> BTreeMap<String, Vec<String>> {
    let this_month = chrono::Utc::now().format("%Y-%m").to_string();
    let due = ledger.get_mut("due").expect("the table of due times");
    for row in due {
        *row = row
            .split(" | ")
            .map(|cell| if cell.starts_with(&this_month) { "now" } else { cell })
            .collect::<Vec<_>>()
            .join(" | ");
    }
    ledger
}

/// How a program in this scene comes to die.
type Death = Box<dyn Fn(&Scene) + Send + Sync>;

fn all(stories: Vec<(String, Death)>) {
    let next = Mutex::new(stories.iter());
    let wrong = Mutex::new(Vec::new());
    // Mostly they wait for the next beat of the heart.
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some((what, dies)) = { next.lock().expect("no panic").next() } {
                    let told = after(what, dies);
                    wrong.lock().expect("no panic").extend(told);
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("no panic");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
#[cfg(debug_assertions)]
fn killed_where_a_slot_is_claimed_and_done() {
    let server = open_server(&[]);
    let calm = watched(&server);
    let list = calm.world.path("boundaries");
    until_done(&calm, serve(&calm).env("KIM_BOUNDARIES", &list).spawn().expect("it starts"));
    let names: Vec<String> = fs::read_to_string(&list).expect("the list").lines().map(str::to_owned).collect();
    let collect = names.iter().position(|name| name == "collect").expect("a run");
    let talk = names.iter().position(|name| name == "mail: talk").expect("a mail");
    // What lies between is the run itself, which dies everywhere in the other stories.
    let numbers: BTreeSet<usize> = (0..=collect).chain([talk]).chain(names.len() - 3..names.len()).collect();
    let stories = numbers.into_iter().map(|index| {
        let dies = move |scene: &Scene| {
            let died = serve(scene).env("KIM_DIE_AT", (index + 1).to_string()).status().expect("it starts");
            assert_eq!(died.signal(), Some(9), "boundary {index}: {died}");
        };
        (format!("boundary {index}, {}", names[index]), Box::new(dies) as Death)
    });
    all(stories.collect());
}

#[test]
fn killed_at_random_moments() {
    let count = number("KIM_FORCE_RANDOM").map_or(3, |count| usize::try_from(count / 10).expect("a small number"));
    let seed = number("KIM_FORCE_SEED").unwrap_or(20_240_120);
    let stories = (0..count).map(|index| {
        // The heart beats every five seconds, then the run begins.
        let wait = Duration::from_secs_f64(7.0 * share(seed ^ 0x5E, index));
        let dies = move |scene: &Scene| {
            let mut child = serve(scene).spawn().expect("it starts");
            std::thread::sleep(wait);
            child.kill().expect("it can be killed");
            child.wait().expect("it ends");
        };
        (format!("killed after {wait:?}"), Box::new(dies) as Death)
    });
    all(stories.collect());
}

#[test]
fn after_a_clock_that_was_ten_years_ahead_what_it_wrote_off_is_run_once() {
    let server = open_server(&[]);
    let scene = watched(&server);
    // What the service left in the ledger while the clock of the machine showed 2036.
    let ahead = "2036-06-01T00:00:00.000Z";
    db(&scene).execute("UPDATE schedules SET upto = ?1", [ahead]).expect("settled");
    db(&scene)
        .execute(
            "INSERT INTO not_run (pipeline, first, last, slots, reason, noted)
             VALUES (?1, '2024-01-20T05:00:00.000Z', ?2, 50, 'missed', ?2)",
            params![PIPELINE, ahead],
        )
        .expect("passed over");
    until_done(&scene, serve(&scene).spawn().expect("it starts"));
    let slots = || rows(&db(&scene), "SELECT slot, done IS NOT NULL FROM due");
    let now = chrono::Utc::now().to_rfc3339();
    assert!(slots().len() == 1 && slots()[0] < now, "the newest that was due, and none of 2036: {:?}", slots());
    let wrong = rows(&db(&scene), "SELECT first, last FROM not_run WHERE last > datetime('now')");
    assert!(wrong.is_empty(), "nothing is written off in a time that has not come: {wrong:?}");
    let (before, mails) = (slots(), server.received().len());
    assert!(mails > 0);
    // Another start finds nothing to do.
    let mut child = serve(&scene).spawn().expect("it starts");
    std::thread::sleep(Duration::from_secs(12));
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("kill").success());
    assert!(child.wait().expect("it ends").success());
    assert_eq!((slots(), server.received().len()), (before, mails));
}

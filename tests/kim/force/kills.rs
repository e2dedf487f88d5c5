//! Killed at every boundary between two effects, and at random moments; started again with the same clock.
//!
//! `KIM_FORCE_RANDOM=500 KIM_FORCE_SEED=7 cargo test --test kim force::kills::at_random` tries more moments than a check has time for.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::{Scene, files_below, number, open_server, traces, undisturbed};
use crate::smtp::Server;
use traces::{Traces, rows};

const SIGKILL: i32 = 9;

/// The names of the boundaries that an undisturbed run passes, in order.
fn boundaries(scene: &Scene) -> Vec<String> {
    let list = scene.world.path("boundaries");
    assert!(scene.quiet(&["run"]).env("KIM_BOUNDARIES", &list).status().expect("it starts").success());
    fs::read_to_string(list).expect("a build for tests counts").lines().map(str::to_owned).collect()
}

/// The messages that were being handed over when the process died: read from a copy, for a look repairs the ledger.
pub fn in_the_air(data: &Path) -> BTreeSet<String> {
    let copy = tempfile::tempdir().expect("a folder");
    for name in files_below(data).iter().filter(|name| name.starts_with("ledger.sqlite")) {
        fs::copy(data.join(name), copy.path().join(name)).expect("a copy");
    }
    let db = Connection::open(copy.path().join("ledger.sqlite")).expect("a ledger");
    let known = rows(&db, "SELECT name FROM sqlite_schema WHERE name = 'deliveries'");
    if known.is_empty() {
        BTreeSet::new()
    } else {
        rows(&db, "SELECT message_id FROM deliveries WHERE state = 'sending' AND handed IS NOT NULL")
            .into_iter()
            .collect()
    }
}

/// Starts the run again after a death, and tells what is not as if it had never died; how many mails are unknown.
fn after_a_death(scene: &Scene, server: &Server, before: usize, calm: &Traces) -> (Vec<String>, usize) {
    let in_the_air = in_the_air(&scene.data());
    let told = scene.run();
    let traces = Traces::of(&scene.data(), &server.received()[before..]);
    let mut wrong = traces.differences(calm, &in_the_air);
    let unknown = traces.states.values().filter(|state| *state == "unknown").count();
    if told.code != i32::from(unknown > 0) {
        wrong.push(format!("exit code {} with {unknown} unknown: {}{}", told.code, told.out, told.err));
    }
    let db = Connection::open(scene.data().join("ledger.sqlite")).expect("the ledger");
    if rows(&db, "SELECT COUNT(*) FROM runs WHERE ended IS NULL") != ["0"] {
        wrong.push("a run seems to go on".to_owned());
    }
    (wrong, unknown)
}

/// Two at a time, each with a mail server of its own: does `story` for every number below `count`.
pub fn for_each(count: usize, story: impl Fn(usize, &Server, &Traces) -> Vec<String> + Sync) {
    let next = AtomicUsize::new(0);
    let wrong = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let server = open_server(&[]);
                let begun = Instant::now();
                let calm = undisturbed(&server);
                usual(Some(begun.elapsed().as_secs_f64()));
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        break;
                    }
                    let told = story(number, &server, &calm);
                    told.iter().for_each(|told| eprintln!("{told}"));
                    wrong.lock().expect("no panic").extend(told);
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("no panic");
    assert!(wrong.is_empty(), "{} things are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
#[cfg(debug_assertions)]
fn at_every_boundary() {
    let server = open_server(&[]);
    let names = boundaries(&Scene::new(&server));
    for kind in [
        "collect",
        "read",
        "store",
        "deliver",
        "file: draft",
        "file: in its place",
        "ledger: commit",
        "mail: end of message",
    ] {
        assert!(names.iter().any(|name| name == kind), "no boundary is called {kind}: {names:?}");
    }
    let unknown = AtomicUsize::new(0);
    for_each(names.len(), |index, server, calm| {
        let name = format!("{} of {}, {}", index + 1, names.len(), names[index]);
        let scene = Scene::new(server);
        let before = server.received().len();
        let died = scene.dies_at(index + 1);
        if died.signal() != Some(SIGKILL) {
            return vec![format!("boundary {name}: the process ended with {died}")];
        }
        let (wrong, in_doubt) = after_a_death(&scene, server, before, calm);
        unknown.fetch_add(in_doubt, Ordering::Relaxed);
        wrong.iter().map(|wrong| format!("killed at boundary {name}: {wrong}")).collect()
    });
    let unknown = unknown.into_inner();
    eprintln!("{} boundaries; after {unknown} of them a mail is unknown", names.len());
    // While a message is handed over nobody can know; at every other boundary each mail arrives.
    assert!(unknown > 0 && unknown * 3 < names.len(), "{unknown} of {}", names.len());
}

#[test]
fn at_random_moments() {
    let count = number("KIM_FORCE_RANDOM").map_or(20, |count| usize::try_from(count).expect("a small number"));
    let seed = number("KIM_FORCE_SEED").unwrap_or(20_240_120);
    let tally = [const { AtomicUsize::new(0) }; 3];
    let began = Instant::now();
    for_each(count, |index, server, calm| {
        let share = share(seed, index);
        let scene = Scene::new(server);
        let before = server.received().len();
        let run = Instant::now();
        let mut child = scene.quiet(&["run"]).spawn().expect("it starts");
        let wait = Duration::from_secs_f64(share * usual(None));
        let mut ended = None;
        while ended.is_none() && run.elapsed() < wait {
            ended = child.try_wait().expect("it can be waited for");
            std::thread::sleep(Duration::from_millis(1));
        }
        if ended.is_some() {
            usual(Some(run.elapsed().as_secs_f64()));
            tally[1].fetch_add(1, Ordering::Relaxed);
        } else {
            tally[0].fetch_add(1, Ordering::Relaxed);
        }
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        let (wrong, unknown) = after_a_death(&scene, server, before, calm);
        tally[2].fetch_add(unknown, Ordering::Relaxed);
        wrong.iter().map(|wrong| format!("killed after {wait:?} (seed {seed}, number {index}): {wrong}")).collect()
    });
    let [killed, ended, unknown] = tally.map(AtomicUsize::into_inner);
    eprintln!("{killed} killed, {ended} had ended before; {unknown} mails unknown; {:?}", began.elapsed());
    assert!(killed * 2 > count, "only {killed} of {count} were killed in time");
}

/// Seconds that a run takes on this machine: as the last one that came to its end.
fn usual(measured: Option<f64>) -> f64 {
    static USUAL: Mutex<f64> = Mutex::new(1.5);
    let mut usual = USUAL.lock().expect("no panic");
    if let Some(measured) = measured {
        *usual = measured;
    } else {
        // Where too few end by themselves, it creeps up until one does.
        *usual *= 1.01;
    }
    *usual
}

/// A number between 0 and 1 (SplitMix64), the same for the same seed.
pub fn share(seed: u64, index: usize) -> f64 {
    let mut mixed = seed.wrapping_add((index as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (mixed >> 11) as f64 / (1_u64 << 53) as f64
}

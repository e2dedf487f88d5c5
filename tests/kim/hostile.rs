//! Files that nobody would fill in: each leads to its finding, and none costs another file its place in the report.

mod files;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::world::{World, root};

const FIRST: &str = "2026-10-05T09:00:00+02:00";

/// A pipe into which nobody writes.
fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo starts").success());
}

/// What is said of a file, and of which cells.
fn told_of(status: &Value, file: &str) -> Vec<(String, Vec<String>)> {
    let findings = status["findings"].as_array().expect("findings").iter().filter(|finding| finding["file"] == file);
    let cells = |finding: &Value| {
        let places = finding["places"].as_array().expect("places").iter();
        places
            .map(|place| format!("{}!{},{}", place["sheet"].as_str().unwrap_or(""), place["row"], place["column"]))
            .collect()
    };
    findings.map(|finding| (finding["code"].as_str().unwrap_or("").to_owned(), cells(finding))).collect()
}

#[test]
fn every_hostile_file_has_its_finding_and_the_others_are_understood() {
    let flipped = {
        let whole = files::one_cell("><v>1250</v>");
        let at = whole.windows(4).position(|window| window == b"1250").expect("the number, as it is stored");
        let mut flipped = whole;
        flipped[at] = b'7';
        flipped
    };
    let lying = "<sst uniqueCount=\"9000000000\"><si><t>a</t></si></sst>";
    let sparse = vec![0; 51 << 20];
    let deep = "a/".repeat(5_000) + "b";
    let cases: Vec<(&str, Vec<u8>, &str, &[&str])> = vec![
        ("flipped.xlsx", flipped, "damaged_file", &[]),
        ("torn.xlsx", files::one_cell("><v>1</v>")[..400].to_vec(), "damaged_file", &[]),
        ("large.xlsx", sparse, "too_large", &[]),
        ("bomb.xlsx", files::xlsx("", &[("xl/media/a.png", &vec![0; 600 << 20])]), "too_large", &[]),
        ("repeats.ods", files::repeating_ods(), "too_large", &["A!0,0"]),
        ("lying.xlsx", files::xlsx("", &[("xl/sharedStrings.xml", lying.as_bytes())]), "contradictory_file", &[]),
        ("pieces.xlsx", files::one_cell("><v>1<!-- -->2</v>"), "contradictory_file", &["A!0,0"]),
        ("index.xlsx", files::one_cell(" t=\"s\"><v>-1</v>"), "contradictory_file", &["A!0,0"]),
        ("escapes.xlsx", files::xlsx("", &[("../../etc/cron.d/a", b"x")]), "contradictory_file", &[]),
        (
            "names.xlsx",
            files::renamed(files::xlsx("", &[("xl/worksheets/sheet2.xml", b"<a/>")]), "sheet2", "sheet1"),
            "contradictory_file",
            &[],
        ),
        ("endless.xls", files::endless_xls(), "contradictory_file", &[]),
        ("far.xls", files::far_xls(), "reader_gave_up", &[]),
        // These are only unusual: read, and then no return.
        (
            "far.xlsx",
            files::xlsx("<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>", &[]),
            "no_known_sheet",
            &[],
        ),
        ("deep.xlsx", files::xlsx("<row><c><v>1</v></c></row>", &[(deep.as_str(), b"x")]), "no_known_sheet", &[]),
    ];
    let world = World::new().arrives(FIRST, "tidy.xlsx").on("2026-11-20");
    let world = cases.iter().fold(world, |world, (name, bytes, ..)| world.arrives_as(FIRST, name, bytes));
    pipe(&world.path("samples/eingang/pipe.xlsx"));
    symlink("/dev/zero", world.path("samples/eingang/link.xlsx")).expect("a link");
    symlink(world.path("samples"), world.path("samples/eingang/loop")).expect("a link");

    let run = world.kim(&["run", "--json"]);
    let summary = run.json();
    assert_eq!(summary["returns"]["accepted"], 1, "{summary}");
    // A log names no files that people sent; whoever looks sees which.
    assert!(run.err.contains("left out: a link, a pipe or a device is no return"), "{}", run.err);
    let status = world.kim(&["status", "--json"]).json();
    let left_out = status["left_out"].to_string();
    for name in ["pipe.xlsx", "link.xlsx", "eingang/loop"] {
        assert!(left_out.contains(name), "{name} is not told of: {left_out}");
    }
    for (name, _, code, cells) in &cases {
        let told = told_of(&status, name);
        let found = told.iter().find(|(found, _)| found == code).unwrap_or_else(|| panic!("{name}: {told:?}"));
        if !cells.is_empty() {
            assert_eq!(found.1, *cells, "{name}");
        }
    }
    assert_eq!(told_of(&status, "tidy.xlsx"), []);
}

#[test]
fn what_is_no_file_is_not_waited_for() {
    let world = World::new();
    pipe(&world.path("pipe.xlsx"));
    let begun = Instant::now();
    for (path, says) in
        [("pipe.xlsx", "is no regular file"), ("/dev/zero", "is no regular file"), ("nowhere", "does not exist")]
    {
        let told = world.kim(&["inspect", path]);
        assert!(told.code == 2 && told.err.contains(says), "{path}: {}", told.err);
    }
    assert!(begun.elapsed() < Duration::from_secs(20));
}

/// Workers of this process.
fn workers(parent: u32) -> Vec<u32> {
    let Ok(processes) = fs::read_dir("/proc") else { return Vec::new() };
    let stat = |id: &u32| fs::read_to_string(format!("/proc/{id}/stat")).ok();
    let child = |id: &u32| {
        let stat = stat(id)?;
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
        Some(fields.next()? != "Z" && fields.next()?.parse() == Ok(parent))
    };
    let works = |id: &u32| {
        fs::read(format!("/proc/{id}/cmdline")).is_ok_and(|words| words.windows(11).any(|word| word == b"read-worker"))
    };
    processes
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|id| child(id) == Some(true) && works(id))
        .collect()
}

fn signal(name: &str, process: u32) {
    let _ = Command::new("kill").args([name, &process.to_string()]).stderr(Stdio::null()).status();
}

/// Runs over all samples, with a signal to some of its workers.
fn disturbed(world: &World, name: &str, times: usize) -> Value {
    let mut run = world.command(&["run", "--json"]);
    let run = run.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let mut hit = 0;
    let begun = Instant::now();
    while hit < times && begun.elapsed() < Duration::from_secs(60) {
        if let Some(worker) = workers(run.id()).first() {
            signal(name, *worker);
            hit += 1;
        }
        std::thread::sleep(Duration::from_millis(30));
    }
    assert_eq!(hit, times, "no worker was met");
    crate::world::Told::from(run.wait_with_output().expect("it ends")).json()
}

/// Two returns, and a file that takes a while.
fn with_a_slow_file() -> World {
    let slow = files::xlsx(&"<row><c><v>1</v></c></row>".repeat(100_000), &[]);
    let world = World::new().arrives(FIRST, "tidy.xlsx").arrives(FIRST, "tidy_2026-Q2.xlsx").on("2026-11-20");
    world.arrives_as(FIRST, "0.xlsx", &slow)
}

#[test]
fn a_worker_that_is_killed_costs_nothing() {
    let summary = disturbed(&with_a_slow_file(), "-KILL", 1);
    let calm = with_a_slow_file().run();
    assert_eq!(summary["returns"], calm["returns"]);
    assert_eq!(summary["findings"], calm["findings"]);
    assert_eq!(summary["editions"][0]["sha256"], calm["editions"][0]["sha256"]);
}

#[test]
fn a_worker_that_hangs_is_ended_and_its_file_read_again() {
    let world = with_a_slow_file().edit("config/kim.toml", "seconds_per_file = 60", "seconds_per_file = 2");
    let summary = disturbed(&world, "-STOP", 1);
    assert_eq!(summary["returns"], with_a_slow_file().run()["returns"]);
}

#[test]
fn no_worker_outlives_its_run() {
    let world = World::new().with_samples().on("2026-11-20");
    let mut run = world.command(&["run"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    let begun = Instant::now();
    let mut met = Vec::new();
    while met.is_empty() && begun.elapsed() < Duration::from_secs(60) {
        met = workers(run.id());
        std::thread::sleep(Duration::from_millis(5));
    }
    signal("-TERM", run.id());
    run.wait().expect("it ends");
    assert!(!met.is_empty(), "no worker was met");
    let gone = |id: &u32| fs::read_to_string(format!("/proc/{id}/stat")).map_or(true, |stat| stat.contains(") Z "));
    let begun = Instant::now();
    while !met.iter().all(gone) {
        assert!(begun.elapsed() < Duration::from_secs(10), "{met:?} still live");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn the_worker_is_not_shown_to_people() {
    let world = World::new();
    assert!(!world.kim(&["--help"]).out.contains("read-worker"));
    // And what it says to nobody is nothing.
    let told = world.kim(&["read-worker", "--memory-mib", "128", "--seconds-per-file", "1"]);
    assert_eq!((told.code, told.out.as_str()), (0, ""));
    assert!(root().join("src/run/reading").is_dir());
}

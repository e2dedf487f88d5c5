//! What is kept: the manifest with what a run was made from and what it made, and the archive.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::world::World;

const DAY: &str = "2026-11-20";

fn digest(path: &Path) -> String {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_manifest_names_everything_with_its_digest() {
    let world = World::settled(DAY);
    let run = world.run();
    let path = world.path(run["manifest"].as_str().expect("its path"));
    let manifest: Value = serde_json::from_slice(&fs::read(path).expect("the manifest")).expect("JSON");
    assert_eq!(manifest["program"], concat!("kim ", env!("CARGO_PKG_VERSION")));
    let all = |key: &str| manifest[key].as_array().unwrap_or_else(|| panic!("no {key}")).clone();
    for (key, place) in [("inputs", "samples/eingang"), ("configuration", ""), ("outputs", "")] {
        assert!(!all(key).is_empty());
        for one in all(key) {
            let name = one["file"].as_str().or(one["path"].as_str()).expect("a path");
            assert_eq!(one["sha256"], digest(&world.path(place).join(name)), "{name}");
        }
    }
    let told: BTreeSet<String> =
        all("mails").iter().map(|mail| mail["sha256"].as_str().expect("a digest").to_owned()).collect();
    let lying = fs::read_dir(world.path("data/outbox")).expect("the outbox");
    let lying: BTreeSet<String> = lying.map(|entry| digest(&entry.expect("an entry").path())).collect();
    assert_eq!(told, lying);
}

#[test]
fn an_original_that_is_gone_stops_the_run_until_the_ledger_forgets_it_too() {
    let world = World::new().arrives("2026-10-05T09:00:00+02:00", "tidy.xlsx").on(DAY);
    let run = world.run();
    assert_eq!(run["returns"]["accepted"], 1);
    let sha256 = digest(&world.path("samples/eingang/tidy.xlsx"));
    fs::remove_file(world.path("samples/eingang/tidy.xlsx")).expect("deleted");
    fs::remove_file(world.path(&format!("data/archive/{}/{sha256}", &sha256[..2]))).expect("deleted");
    let told = world.kim(&["run"]);
    assert_eq!(told.code, 1);
    assert!(told.err.contains("tidy.xlsx") && told.err.contains("neither in the archive"), "{}", told.err);

    let ledger = rusqlite::Connection::open(world.path("data/ledger.sqlite")).expect("the ledger");
    ledger.execute("DELETE FROM submissions WHERE sha256 = ?1", [&sha256]).expect("as datenschutz.md says");
    let told = world.kim(&["status", "--period", "2026-Q3", "--json"]).json();
    assert!(told["bodies"].as_array().expect("bodies").iter().all(|body| body["files"] == 0), "{told:#}");
}

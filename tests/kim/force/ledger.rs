//! A ledger that is damaged, emptied, torn, lost, or without its write-ahead log: told with the remedy, left as it is, and
//! nothing is sent.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::{Scene, files_below, open_server};

type Files = BTreeMap<String, Vec<u8>>;

fn ledger_files(data: &Path) -> Files {
    let of_ledger = files_below(data).into_iter().filter(|name| name.starts_with("ledger.sqlite"));
    of_ledger.map(|name| (name.clone(), fs::read(data.join(name)).expect("a file"))).collect()
}

fn put(data: &Path, files: &Files) {
    for name in ledger_files(data).keys() {
        fs::remove_file(data.join(name)).expect("removed");
    }
    for (name, bytes) in files {
        fs::write(data.join(name), bytes).expect("written");
    }
}

fn damaged(files: &Files, name: &str, damage: impl Fn(&mut Vec<u8>)) -> Files {
    let mut files = files.clone();
    damage(files.get_mut(name).unwrap_or_else(|| panic!("no {name}")));
    files
}

fn without(files: &Files, name: &str) -> Files {
    let mut files = files.clone();
    assert!(files.remove(name).is_some(), "no {name}");
    files
}

const LEDGER: &str = "ledger.sqlite";
const LOG: &str = "ledger.sqlite-wal";

/// Starts it over each damaged ledger.
fn nothing_is_done(scene: &Scene, received: impl Fn() -> usize, cases: &[(&str, Files)]) {
    let before = (received(), files_below(&scene.data()).len());
    for (damage, files) in cases {
        put(&scene.data(), files);
        let told = scene.run();
        assert_eq!(told.code, 1, "{damage}: {}{}", told.out, told.err);
        for part in ["ledger.sqlite", "estore the newest copy that `kim backup` made"] {
            assert!(told.err.contains(part), "{damage}: {part:?} is not told: {}", told.err);
        }
        let left = fs::read(scene.data().join(LEDGER)).ok();
        assert_eq!(left.as_ref(), files.get(LEDGER), "{damage}: the ledger was touched");
        assert_eq!(received(), before.0, "{damage}: something was sent");
        let status = scene.world.kim(&["status"]);
        assert!(status.code == 1 && status.err.contains("ledger.sqlite"), "{damage}: {}{}", status.out, status.err);
    }
}

#[test]
fn damaged_and_lost() {
    let server = open_server(&[]);
    let scene = Scene::new(&server);
    assert_eq!(scene.run().code, 0);
    let sound = ledger_files(&scene.data());
    let half = sound[LEDGER].len() / 2 / 4096 * 4096;
    let cases = [
        ("the magic is wrong", damaged(&sound, LEDGER, |bytes| bytes[0] ^= 1)),
        ("the header is overwritten", damaged(&sound, LEDGER, |bytes| bytes[..100].fill(0))),
        (
            "every page's head is wrong",
            damaged(&sound, LEDGER, |bytes| {
                bytes.iter_mut().skip(4096).step_by(4096).for_each(|byte| *byte ^= 0x55);
            }),
        ),
        ("the middle is garbage", damaged(&sound, LEDGER, |bytes| bytes[4096..half].fill(0xA5))),
        ("cut in the middle", damaged(&sound, LEDGER, |bytes| bytes.truncate(half + 100))),
        ("cut to its header", damaged(&sound, LEDGER, |bytes| bytes.truncate(100))),
        ("empty", damaged(&sound, LEDGER, Vec::clear)),
        ("lost", without(&sound, LEDGER)),
    ];
    nothing_is_done(&scene, || server.received().len(), &cases);
    // The remedy works.
    put(&scene.data(), &sound);
    assert_eq!(scene.run().code, 0);
    assert_eq!(server.received().len(), 3, "and nobody got a mail twice");
}

#[test]
fn without_its_log() {
    let server = open_server(&[]);
    let scene = Scene::new(&server);
    // Dies when everything was sent, so that only the log knows.
    let list = scene.world.path("boundaries");
    let twin = Scene::new(&open_server(&[]));
    assert!(twin.quiet(&["run"]).env("KIM_BOUNDARIES", &list).status().expect("it starts").success());
    let passed = fs::read_to_string(&list).expect("the list").lines().count();
    assert!(!scene.dies_at(passed).success());
    assert_eq!(server.received().len(), 3);
    let sound = ledger_files(&scene.data());
    let cases = [
        ("the log is lost", without(&sound, LOG)),
        ("the log is empty", damaged(&sound, LOG, Vec::clear)),
        ("the log is garbage", damaged(&sound, LOG, |bytes| bytes.fill(0x5A))),
        ("the log's head is wrong", damaged(&sound, LOG, |bytes| bytes[8] ^= 1)),
    ];
    nothing_is_done(&scene, || server.received().len(), &cases);
    put(&scene.data(), &sound);
    assert_eq!(scene.run().code, 0);
    assert_eq!(server.received().len(), 3);
}

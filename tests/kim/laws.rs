//! Laws that hold for any order in which returns come, and for any way of cutting the district into parts.

use std::fs;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

use crate::world::World;

const DAY: &str = "2026-11-20";

/// Names and places of the files are not the returns' content: whatever they are called, the figures stay.
#[test]
fn files_in_any_order_and_of_any_name_give_the_same_figures() {
    let world = World::settled(DAY);
    let expected = figures(&world);
    let list = fs::read_to_string(world.path("samples/eingang.csv")).expect("the list");
    let count = list.lines().count() - 1;
    let shuffle = Just((0..count).collect::<Vec<usize>>()).prop_shuffle();
    let mut runner =
        TestRunner::new_with_rng(Config { cases: 3, failure_persistence: None, ..Config::default() }, fixed());
    let checked = runner.run(&shuffle, |order| {
        let shuffled = World::new().on(DAY);
        let mut lines = vec!["file,arrived,from".to_owned()];
        for (place, index) in order.iter().enumerate() {
            let line = list.lines().nth(index + 1).expect("a line");
            let (name, rest) = split(line);
            // The name may say whose it is and for when; only its place in the order changes.
            let other = format!("{place:04} {}", name.rsplit('/').next().expect("a name"));
            let folder = name.split('/').next().expect("a quarter");
            fs::create_dir_all(shuffled.path("samples/eingang").join(folder)).expect("a folder");
            fs::copy(
                world.path("samples/eingang").join(&name),
                shuffled.path("samples/eingang").join(folder).join(&other),
            )
            .expect("a copy");
            lines.push(format!("\"{folder}/{other}\",{rest}"));
        }
        fs::write(shuffled.path("samples/eingang.csv"), lines.join("\n") + "\n").expect("the list");
        prop_assert_eq!(figures(&shuffled), expected.clone());
        Ok(())
    });
    checked.expect("the law holds");
}

fn fixed() -> proptest::test_runner::TestRng {
    proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha)
}

/// `"a, b",rest` or `a,rest`.
fn split(line: &str) -> (String, String) {
    match line.strip_prefix('"') {
        Some(quoted) => {
            let (name, rest) = quoted.split_once("\",").expect("a closing quote");
            (name.to_owned(), rest.to_owned())
        }
        None => {
            let (name, rest) = line.split_once(',').expect("three fields");
            (name.to_owned(), rest.to_owned())
        }
    }
}

/// Some figures of each kind, for the district and for bodies.
fn figures(world: &World) -> Vec<Value> {
    let ids = [
        "faelle_je_vzae/total",
        "parallelangebote/total",
        "umsetzungsquote/total",
        "besetzungsquote/05958004",
        "auslastung_angebote/05958048",
    ];
    let told = ids.map(|id| world.figure(&format!("{id}/2026-Q3")));
    told.into_iter().map(|told| serde_json::json!([told["value"], told["mark"], told["used"]])).collect()
}

/// The bodies of a measure add up to the district's.
#[test]
fn parts_add_up_to_the_district() {
    let world = World::settled(DAY);
    let register = fs::read_to_string(world.path("config/municipalities.csv")).expect("the register");
    for measure in ["vzae_besetzt", "angebote", "plaetze", "prozesse"] {
        let value = |scope: &str| world.figure(&format!("{measure}/{scope}/2026-Q3"))["value"].as_f64();
        let bodies: f64 = register.lines().skip(1).filter_map(|line| value(&line[..8])).sum();
        let total = value("total").expect("the district's");
        assert!((bodies - total).abs() < 1e-6, "{measure}: {bodies} in the bodies, {total} in the district");
    }
}

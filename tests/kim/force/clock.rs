//! A clock that jumps: runs as of a day before an earlier run, and far ahead.

use std::fs;

use super::traces::Traces;
use super::{DAY, Scene, files_below, open_server};
use crate::world::{Told, root};

fn at(scene: &Scene, day: &str) -> Told {
    let told = scene.quiet(&[]).args(["run", "--json", "--as-of", day]).stdout(std::process::Stdio::piped()).output();
    Told::from(told.expect("it starts"))
}

#[test]
fn the_time_of_a_file_is_the_same_from_the_source_and_from_the_ledger() {
    let server = open_server(&[]);
    let scene = Scene::new(&server);
    // Without a line in the list its own time counts, which file systems know to the nanosecond.
    fs::write(scene.world.path("samples/eingang.csv"), "file,arrived,from\n").expect("the list");
    let arrived = std::time::UNIX_EPOCH + std::time::Duration::new(1_704_700_000, 123_456_789);
    for name in files_below(&scene.world.path("samples/eingang")) {
        let file = fs::File::options().append(true).open(scene.world.path("samples/eingang").join(name));
        file.and_then(|file| file.set_modified(arrived)).expect("its time");
    }
    for day in [DAY, "2024-01-21T08:00", "2024-01-22T08:00"] {
        assert_eq!(at(&scene, day).code, 0);
        assert_eq!(server.received().len(), 3, "{day}: without news nobody is mailed again");
    }
}

#[test]
fn back_and_forth() {
    let server = open_server(&[]);
    // One return had not come on the first day.
    let fresh = || {
        let name = "Rückmeldung Q4 2023 Brilon.xlsx";
        let bytes = fs::read(root().join("samples/eingang/2023-Q4").join(name)).expect("a sample");
        Scene { world: Scene::new(&server).world.arrives_as("2024-01-06T10:00:00+01:00", name, &bytes) }
    };
    let (early, late) = ("2024-01-05T12:00", DAY);
    let alone = |day: &str| {
        let scene = fresh();
        let before = server.received().len();
        assert_eq!(at(&scene, day).code, 0);
        Traces::of(&scene.data(), &server.received()[before..])
    };
    let (calm_early, calm_late) = (alone(early), alone(late));
    assert_ne!(calm_early.files, calm_late.files, "it matters which day it is");

    let scene = fresh();
    let before = server.received().len();
    let editions = |traces: &Traces| {
        traces.files.clone().into_iter().filter(|(name, _)| name.starts_with("editions/")).collect::<Vec<_>>()
    };
    let now = || Traces::of(&scene.data(), &server.received()[before..]);
    for (day, calm) in [(late, &calm_late), (early, &calm_early), (late, &calm_late), ("2024-01-20T08:00", &calm_late)]
    {
        assert_eq!(at(&scene, day).code, 0, "{day}");
        assert_eq!(editions(&now()), editions(calm), "as of {day}, whatever ran before");
    }
    // Each content once, whichever way the clock went, and older figures never after newer ones.
    assert_eq!(now().mails, calm_late.mails);
    // The other way round, everybody gets what was known on each day.
    let scene = fresh();
    let before = server.received().len();
    for day in [early, late, early] {
        assert_eq!(at(&scene, day).code, 0, "{day}");
    }
    let mut both = calm_early.mails.clone();
    both.extend(calm_late.mails.clone());
    assert_eq!(Traces::of(&scene.data(), &server.received()[before..]).mails, both);
    let status = scene.world.kim(&["status"]);
    assert_eq!(status.code, 0, "{}", status.err);
    assert!(files_below(&scene.data()).iter().all(|name| !name.ends_with(".part")));
}

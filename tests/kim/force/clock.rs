//! A clock that jumps: runs as of a day before an earlier run, and far ahead.

use super::traces::Traces;
use super::{DAY, Scene, files_below, open_server};
use crate::world::Told;

fn at(scene: &Scene, day: &str) -> Told {
    let told = scene.quiet(&[]).args(["run", "--json", "--as-of", day]).stdout(std::process::Stdio::piped()).output();
    Told::from(told.expect("it starts"))
}

#[test]
fn back_and_forth() {
    let server = open_server(&[]);
    // One return had not come on the first day.
    let scene = || Scene::new(&server);
    let (early, late) = ("2024-01-05T12:00", DAY);
    let alone = |day: &str| {
        let scene = scene();
        let before = server.received().len();
        assert_eq!(at(&scene, day).code, 0);
        Traces::of(&scene.data(), &server.received()[before..])
    };
    let (calm_early, calm_late) = (alone(early), alone(late));
    assert_ne!(calm_early.files, calm_late.files, "it matters which day it is");

    let scene = scene();
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
    // Each content once, whichever way the clock went; and once more what counts again after it was overtaken.
    let end = now();
    let (known, again): (Vec<_>, Vec<_>) =
        end.mails.iter().partition(|(id, _)| calm_early.mails.contains_key(*id) || calm_late.mails.contains_key(*id));
    assert_eq!(known.len(), calm_early.mails.len() + calm_late.mails.len());
    assert_eq!(again.len(), calm_late.mails.len());
    for (id, mail) in known {
        let calm = calm_early.mails.get(id).or_else(|| calm_late.mails.get(id));
        assert_eq!(Some(mail), calm, "{id}");
    }
    let status = scene.world.kim(&["status"]);
    assert_eq!(status.code, 0, "{}", status.err);
    assert!(files_below(&scene.data()).iter().all(|name| !name.ends_with(".part")));
}

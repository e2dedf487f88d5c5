//! The owner is told once that a run failed, and once that all is well, wherever the process that tells him is killed.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt;

use rusqlite::Connection;

use super::kills::{for_each, in_the_air};
use super::traces::rows;
use super::{Scene, open_server};
use crate::smtp::Server;

const OWNER: &str = "it@hochsauerlandkreis.example.org";
const RUN: [&str; 2] = ["run", "--unattended"];

/// The scene of the others, with an owner, and something in the way of the workbooks.
fn failing(server: &Server) -> Scene {
    let Scene { world } = Scene::new(server);
    let world = world.edit(
        "config/kim.toml",
        "[monitoring]\n",
        &format!("[owner]\nrecipients = [\"{OWNER}\"]\n\n[monitoring]\n"),
    );
    let scene = Scene { world };
    fs::create_dir_all(scene.data()).expect("the data folder");
    fs::write(scene.data().join("editions"), "in the way").expect("a file");
    scene
}

fn mend(scene: &Scene) {
    fs::remove_file(scene.data().join("editions")).expect("mended");
}

fn code(scene: &Scene) -> Option<i32> {
    scene.quiet(&RUN).status().expect("it starts").code()
}

/// How often the server took which letter to the owner.
fn letters(server: &Server, before: usize) -> BTreeMap<String, usize> {
    let mut letters = BTreeMap::new();
    for mail in &server.received()[before..] {
        let text = String::from_utf8_lossy(&mail.data).into_owned();
        if let Some(subject) = text.lines().find_map(|line| line.strip_prefix("Subject: kim: ")) {
            assert_eq!(mail.to, [OWNER], "{subject}");
            *letters.entry(subject.split(':').next().expect("a beginning").to_owned()).or_default() += 1;
        }
    }
    letters
}

/// How many boundaries a run passes.
fn passed(scene: &Scene, arguments: &[&str]) -> usize {
    let list = scene.world.path("boundaries");
    let _ = fs::remove_file(&list);
    scene.quiet(arguments).env("KIM_BOUNDARIES", &list).status().expect("it starts");
    fs::read_to_string(list).expect("a build for tests counts").lines().count()
}

#[test]
#[cfg(debug_assertions)]
fn killed_while_he_is_told_that_a_run_failed_and_that_all_is_well() {
    let server = open_server(&[]);
    // What `--unattended` adds to a run are the boundaries at which he is told.
    let (plain, told) = (failing(&server), failing(&server));
    let failed = passed(&plain, &["run"])..passed(&told, &RUN);
    mend(&plain);
    mend(&told);
    let well = passed(&plain, &["run"])..passed(&told, &RUN);
    for range in [&failed, &well] {
        assert!(range.len() > 8, "too little happens when the owner is told: {failed:?}, {well:?}");
    }
    let stories: Vec<(bool, usize)> =
        failed.map(|number| (true, number + 1)).chain(well.map(|number| (false, number + 1))).collect();
    for_each(stories.len(), |index, server, _| {
        let (while_failing, number) = stories[index];
        let scene = failing(server);
        let before = server.received().len();
        let dies = || {
            let died = scene.quiet(&RUN).env("KIM_DIE_AT", number.to_string()).status().expect("it starts");
            (died.signal() != Some(9)).then(|| format!("boundary {number}: the process ended with {died}"))
        };
        let mut wrong = Vec::new();
        let mut doubt = 0;
        if while_failing {
            wrong.extend(dies());
            doubt = in_the_air(&scene.data()).len();
        }
        let codes = [code(&scene), {
            mend(&scene);
            if !while_failing {
                wrong.extend(dies());
                doubt = in_the_air(&scene.data()).len();
            }
            code(&scene)
        }];
        if codes != [Some(1), Some(0)] {
            wrong.push(format!("exit codes {codes:?}"));
        }
        let once = |of: &str, doubt: usize| {
            let count = letters(server, before).get(of).copied().unwrap_or(0);
            // One that was in the air may have arrived: it is unknown then, and never sent again by itself.
            let fine = count == 1 || (count == 0 && doubt == 1);
            (!fine).then(|| format!("`{of}` was sent {count} times, {doubt} in doubt"))
        };
        let (then, now) = if while_failing { (doubt, 0) } else { (0, doubt) };
        wrong.extend([once("Lauf fehlgeschlagen", then), once("Lauf nachgeholt", now)].into_iter().flatten());
        let kinds = letters(server, before).len();
        let db = Connection::open(scene.data().join("ledger.sqlite")).expect("the ledger");
        let troubles =
            rows(&db, "SELECT kind, ended IS NOT NULL, told IS NOT NULL, told_well IS NOT NULL FROM troubles");
        if kinds > 2 || troubles != ["timer-failed | 1 | 1 | 1"] {
            wrong.push(format!("{kinds} kinds of letters, troubles {troubles:?}"));
        }
        let reports = server.received()[before..].len() - letters(server, before).values().sum::<usize>();
        if reports != 3 {
            wrong.push(format!("{reports} reports were sent, not one to each"));
        }
        wrong.iter().map(|wrong| format!("killed at boundary {number} (failing: {while_failing}): {wrong}")).collect()
    });
}

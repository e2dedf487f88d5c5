//! A disk that is full, at every size at which it can be, and one that is read-only.
//!
//! Each story runs in a mount namespace of its own, where everybody may mount: nothing is left mounted, whatever happens.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::kills::in_the_air;
use super::traces::Traces;
use super::{Scene, files_below, open_server, required, undisturbed};
use crate::serve::wait_until;
use crate::world::Told;

/// Whether folders can be mounted here; a machine that must try everything must be able to.
fn can_mount() -> bool {
    let tried = Command::new("unshare").args(["-rm", "mount", "-t", "tmpfs", "none", "/mnt"]).output();
    let able = tried.as_ref().is_ok_and(|told| told.status.success());
    assert!(able || !required(), "KIM_REQUIRE_FORCE, but nothing can be mounted here: {tried:?}");
    if !able {
        eprintln!("skipped: no mount namespace here (unshare -rm), so no disk can be filled: {tried:?}");
    }
    able
}

/// Runs the script in the scene's folder; `kim` is the program, and `$KIM … ` its run with the day.
fn script(scene: &Scene, script: &str) {
    fs::create_dir_all(scene.data()).expect("the place to mount");
    let run = words(scene, &["run", "--json"]);
    let told = Command::new("unshare")
        .args(["-rm", "sh", "-euc", &script.replace("KIM_RUN", &run)])
        .current_dir(scene.world.path(""))
        .env_remove("KIM_LOG")
        .output()
        .expect("unshare starts");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
}

/// What a run in the script said: `out.N`, `err.N`, `code.N`.
fn said(scene: &Scene, number: usize) -> Told {
    let read = |what: &str| fs::read_to_string(scene.world.path(&format!("{what}.{number}"))).expect("what it said");
    Told { code: read("code").trim().parse().expect("a code"), out: read("out"), err: read("err") }
}

/// What lay in the data folder after the first run.
fn lay(scene: &Scene) -> PathBuf {
    scene.world.path("lay")
}

/// First on a disk of this size, then on one that is large enough; what lies there in the end lies in `data`.
fn fill(scene: &Scene, kib: u64) {
    script(
        scene,
        &format!(
            "mount -t tmpfs -o size={kib}k none data
             code=0; KIM_RUN >out.1 2>err.1 || code=$?; echo $code >code.1
             mkdir lay; cp -a data/. lay
             mount -o remount,size=64m data
             code=0; KIM_RUN >out.2 2>err.2 || code=$?; echo $code >code.2
             mkdir end; cp -a data/. end; umount data; cp -a end/. data"
        ),
    );
}

#[test]
fn full_at_whatever_moment() {
    if !can_mount() {
        return;
    }
    let server = open_server(&[]);
    let calm = undisturbed(&server);
    let mut failed = 0;
    // Pages of 4 KiB: from a disk on which not even the ledger has room to one that takes everything.
    for kib in (4..=4096).step_by(4).filter(|kib| [4, 8, 16, 32].contains(kib) || kib % 36 == 0) {
        let scene = Scene::new(&server);
        let before = server.received().len();
        fill(&scene, kib);
        let first = said(&scene, 1);
        // Only what is whole may be seen, also before there is space again.
        for name in files_below(&lay(&scene)) {
            let hidden = name.rsplit('/').next().is_some_and(|name| name.starts_with('.'));
            let own = name.starts_with("ledger.") || name.starts_with("runs/") || name == "kim.lock";
            let bytes = fs::read(lay(&scene).join(&name)).expect("what lay there");
            assert!(own || calm.files.get(&name) == Some(&bytes), "{kib} KiB: {name} was half written");
            assert!(!hidden || calm.files.contains_key(&name), "{kib} KiB: the draft {name} was left");
        }
        let in_the_air = in_the_air(&lay(&scene));
        let traces = Traces::of(&scene.data(), &server.received()[before..]);
        let wrong = traces.differences(&calm, &in_the_air);
        assert!(
            wrong.is_empty(),
            "{kib} KiB: {}\nfirst: {}\nthen: {}",
            wrong.join("\n"),
            first.err,
            said(&scene, 2).err
        );
        if first.code == 0 {
            break;
        }
        failed += 1;
        assert_eq!(first.code, 1, "{kib} KiB: {}", first.err);
        for part in ["the data folder ", "data", " is full", "make space there and run again"] {
            assert!(first.err.contains(part), "{kib} KiB: {part:?} is not told: {}", first.err);
        }
    }
    assert!(failed > 5, "only {failed} disks were too small");
}

/// A command of the program in a script, in the words of a shell.
fn words(scene: &Scene, arguments: &[&str]) -> String {
    let command = scene.world.command(arguments);
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| format!("'{}'", word.to_string_lossy())).collect::<Vec<_>>().join(" ")
}

#[test]
fn closed_under_a_service_it_is_told_once_and_once_that_it_is_well() {
    if !can_mount() {
        return;
    }
    let server = open_server(&[]);
    let owner = "[owner]\nrecipients = [\"it@hochsauerlandkreis.example.org\"]\n\n[monitoring]\n";
    let Scene { world } = Scene::new(&server);
    // A disk in memory is small: nobody shall be told that little is free.
    let world = world.edit("config/kim.toml", "[monitoring]\n", owner).edit(
        "config/kim.toml",
        "free_mib = 1024",
        "free_mib = 1",
    );
    let scene = Scene { world };
    let told = |how: &str| {
        let of = |text: &str| text.contains("Subject: kim: In den Datenordner ") && text.contains(how);
        server.received().iter().filter(|mail| of(&String::from_utf8_lossy(&mail.data))).count()
    };
    let (closed, open) = ("= sich nicht schreiben", "= sich wieder schreiben");
    let (serve, status, backup) =
        (words(&scene, &["serve"]), words(&scene, &["status", "--check"]), words(&scene, &["backup", "saved"]));
    // Whoever waits for a file `next` in between is led by the test.
    let wait = "touch here; until [ -e next ]; do sleep 0.2; done; rm -f next here\n";
    let steps = format!(
        "mount -t tmpfs -o size=8m none data
         {serve} 2>serve.err & kim=$!
         {wait}
         mount --bind data data; mount -o remount,ro,bind data
         {wait}
         {status} >status.1 || true
         mkdir saved; {backup} >backup.out 2>&1
         {serve} 2>second.err && exit 9 || true
         umount data
         {wait}
         cat /dev/zero >data/all 2>/dev/null || true
         {wait}
         rm data/all
         {wait}
         kill -TERM $kim; wait $kim"
    );
    std::thread::scope(|scope| {
        let ran = scope.spawn(|| script(&scene, &steps));
        let told_so = || fs::read_to_string(scene.world.path("serve.err")).unwrap_or_default();
        let go = || {
            wait_until("the next step", || scene.world.path("here").exists(), told_so);
            fs::write(scene.world.path("next"), "").expect("a sign");
            wait_until("the step", || !scene.world.path("next").exists(), told_so);
        };
        let until = |subject: &str, count: usize| wait_until(subject, || told(subject) == count, told_so);
        wait_until("the start", || told_so().contains("watching the clock"), told_so);
        // The first look, which finds all well.
        std::thread::sleep(std::time::Duration::from_secs(3));
        go();
        until(closed, 1);
        // Two more looks.
        std::thread::sleep(std::time::Duration::from_secs(21));
        assert_eq!((told(closed), told(open)), (1, 0));
        go();
        until(open, 1);
        go();
        until(closed, 2);
        go();
        until(open, 2);
        go();
        ran.join().expect("the script ends well");
    });
    let read = |name: &str| fs::read_to_string(scene.world.path(name)).expect(name);
    let log = read("serve.err");
    assert_eq!(log.matches("nothing runs until this is mended").count(), 2, "said once, not at each beat: {log}");
    assert!(read("status.1").contains("CRITICAL") && read("status.1").contains("read-only"), "{}", read("status.1"));
    assert!(read("backup.out").contains("checked after writing"), "{}", read("backup.out"));
    assert!(read("second.err").contains("cannot be written to; make it writable"), "{}", read("second.err"));
    assert!(scene.world.path("saved/ledger.sqlite").exists());
    assert_eq!((told(closed), told(open)), (2, 2), "a second process told nobody");
}

#[test]
fn read_only() {
    if !can_mount() {
        return;
    }
    let server = open_server(&[]);
    let calm = undisturbed(&server);
    let scene = Scene::new(&server);
    let before = server.received().len();
    let run = "code=0; KIM_RUN >out.# 2>err.# || code=$?; echo $code >code.#\n";
    let read_only = "mount --bind data data; mount -o remount,ro,bind data\n";
    script(&scene, &(read_only.to_owned() + &run.replace('#', "1")));
    assert_eq!(files_below(&scene.data()), [""; 0]);
    assert_eq!(server.received().len(), before, "nothing is sent that cannot be remembered");
    // And once there is something.
    assert_eq!(scene.run().code, 0);
    script(&scene, &(read_only.to_owned() + &run.replace('#', "2")));
    for number in [1, 2] {
        let told = said(&scene, number);
        assert_eq!(told.code, 1, "{}", told.out);
        for part in ["data", "cannot be written to", "make it writable"] {
            assert!(told.err.contains(part), "{part:?} is not told: {}", told.err);
        }
    }
    let wrong = Traces::of(&scene.data(), &server.received()[before..]).differences(&calm, &Default::default());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

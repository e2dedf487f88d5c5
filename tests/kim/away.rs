//! A share that is away and a slip of the pen: whoever does not need them goes on, monitoring gets its one line, and the
//! service waits, tells it, and takes up what was due.

use std::fs;
use std::path::PathBuf;

use crate::serve::{Serving, wait_until};
use crate::world::{Told, World};

/// The source, unmounted.
fn unmount(world: &World) -> PathBuf {
    let away = world.path("unmounted");
    fs::rename(world.path("samples"), &away).expect("unmounted");
    away
}

fn line(world: &World) -> (i32, String) {
    let Told { code, out, .. } = world.kim(&["status", "--check"]);
    assert_eq!(out.lines().count(), 1, "one line, whatever is wrong: {out}");
    (code, out)
}

/// Verbs that need the data folder, and some the mail server, but neither returns nor pipelines.
fn others_go_on(world: &World, round: &str) {
    let backup = world.path(&format!("backup-{round}"));
    let told = world.kim(&["backup", &backup.display().to_string()]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(backup.join("ledger.sqlite").exists());
    let told = world.kim(&["forget", "--as-of", "2030-01-01"]);
    assert_eq!(told.code, 0, "{}", told.err);
    let told = world.kim(&["retry"]);
    assert_eq!((told.code, told.out.trim()), (0, "nothing is left to do"), "{}", told.err);
}

#[test]
fn with_the_share_away_only_what_needs_it_waits_for_it() {
    let world = World::new().arrives("2026-10-05T09:00:00+02:00", "tidy.xlsx").on("2026-10-20");
    assert_eq!(world.kim(&["run"]).code, 0);
    let share = unmount(&world);
    others_go_on(&world, "away");
    let (_, told) = line(&world);
    assert!(told.contains("the source samples/eingang is not there") && !told.contains("mistake"), "{told}");

    // A slip of the pen looks the same, and is told with its line; but it is no mistake of the file.
    let told = world.kim(&["check"]);
    assert_eq!(told.code, 1, "{}", told.err);
    assert!(told.out.starts_with("sound: "), "{}", told.out);
    assert!(told.err.contains("config/kim.toml:") && told.err.contains("there is no folder"), "{}", told.err);
    let told = world.kim(&["check", "--json"]);
    let document: serde_json::Value = serde_json::from_str(&told.out).expect("one document");
    assert_eq!((told.code, &document["sound"]), (1, &true.into()), "{document:#}");
    assert_eq!(document["away"][0]["file"], "config/kim.toml");

    let told = world.kim(&["run"]);
    assert_eq!(told.code, 1);
    assert!(told.err.contains("samples/eingang is not there: is the share mounted?"), "{}", told.err);
    let told = world.kim(&["status"]);
    assert_eq!(told.code, 0, "what is in the archive is known: {}", told.err);
    assert!(told.out.contains("Arnsberg") && told.out.contains("what has come since is not told"), "{}", told.out);
    let doctor = world.kim(&["doctor"]);
    assert!(doctor.code == 1 && doctor.out.contains("fail  source"), "{}", doctor.out);
    assert!(doctor.out.contains("ok    configuration"), "{}", doctor.out);

    // What was due is taken up by hand as soon as it is back.
    let told = world.kim(&["retry"]);
    assert!(told.code == 1 && told.out.contains("failed again"), "{}{}", told.out, told.err);
    fs::rename(share, world.path("samples")).expect("mounted");
    let told = world.kim(&["retry"]);
    assert!(told.code == 0 && told.out.contains("was taken up again"), "{}{}", told.out, told.err);
    assert_eq!(world.kim(&["check"]).code, 0);
}

#[test]
fn a_slip_of_the_pen_stops_neither_the_backup_nor_the_monitoring() {
    let world = World::new().arrives("2026-10-05T09:00:00+02:00", "tidy.xlsx").on("2026-10-20");
    assert_eq!(world.kim(&["run"]).code, 0);
    // In a pipeline, in kim.toml, and a file that is gone.
    let world = world.edit("pipelines/monitoring.toml", "due_days = 15", "due_dyas = 15").edit(
        "config/kim.toml",
        "late_minutes = 60",
        "late_minutes = \"soon\"",
    );
    others_go_on(&world, "wrong");
    assert_eq!(world.kim(&["run"]).code, 2);
    let (code, told) = line(&world);
    assert_eq!(code, 2, "{told}");
    assert!(told.starts_with("kim CRITICAL - the configuration has 2 mistakes, in config/kim.toml:"), "{told}");
    assert!(told.contains("\"soon\"") && told.contains("(kim check)") && told.contains("no mail left"), "{told}");
    fs::remove_file(world.path("config/contacts.toml")).expect("gone");
    others_go_on(&world, "gone");
    assert_eq!(line(&world).0, 2);
    // What a verb needs must be sound.
    let world = world.edit("config/kim.toml", "from = \"KIM", "form = \"KIM");
    let told = world.kim(&["retry"]);
    assert!(told.code == 2 && told.err.contains("did you mean `from`?"), "{}", told.err);
    assert_eq!(world.kim(&["forget", "--dry-run"]).code, 0);
    fs::write(world.path("config/kim.toml"), "data = [").expect("nothing that can be read");
    let (code, told) = line(&world);
    assert!(code == 2 && told.contains("config/kim.toml:1"), "{told}");
    assert_eq!(world.kim(&["backup", "elsewhere"]).code, 2);
    // An address may be what is wrong: it does not go to the monitoring.
    let world = World::new().edit("config/kim.toml", "it@hochsauerlandkreis.example.org", "erika.mustermann");
    let (code, told) = line(&world);
    assert!(code == 2 && told.contains("has 1 mistake, in config/kim.toml:") && !told.contains("erika"), "{told}");
}

#[test]
fn the_service_starts_without_the_share_tells_it_and_runs_when_it_is_back() {
    let world = World::new()
        .arrives("2026-10-05T09:00:00+02:00", "tidy.xlsx")
        .edit("config/kim.toml", "patience_minutes = 15", "patience_minutes = 0")
        .edit(
            "pipelines/monitoring.toml",
            "cron = \"0 6 20 1,4,7,10 *\"",
            "cron = \"* * * * *\"\nretry_after = [\"1 second\"]",
        );
    let share = unmount(&world);
    let serving = Serving::start(&world);
    serving.wait_for("the source samples/eingang is not there");
    let subjects = || -> Vec<String> {
        let mails = world.outbox();
        let of = |mail: &str| mail.lines().find_map(|line| line.strip_prefix("Subject: kim: ")).map(str::to_owned);
        mails.iter().filter_map(|(_, mail)| of(mail)).collect()
    };
    wait_until("the word to the owner", || !subjects().is_empty(), || serving.said());
    assert!(subjects()[0].starts_with("Eingang nicht erreichbar"), "{:?}", subjects());
    // A reload has nothing to refuse.
    serving.signal("-HUP");
    serving.wait_for("the configuration is sound and the same as before");
    serving.wait_for("the run failed");
    let done = || serving.said().matches("\"message\":\"done\"").count();
    assert_eq!(done(), 0, "{}", serving.said());
    fs::rename(share, world.path("samples")).expect("mounted");
    wait_until("the run", || done() > 0, || serving.said());
    serving.wait_for("the source samples/eingang is there again");
    let good = || subjects().iter().any(|subject| subject.starts_with("Eingang wieder da"));
    wait_until("the good news", good, || format!("{:?}", subjects()));
    assert!(!serving.said().contains("is refused"), "{}", serving.said());
    let (_, told) = line(&world);
    assert!(!told.contains("is not there"), "{told}");
    assert!(serving.end().success());
}

/// Subjects of what the owner got, in no order.
fn owner(world: &World) -> Vec<String> {
    let of = |mail: &str| mail.lines().find_map(|line| line.strip_prefix("Subject: kim: ")).map(str::to_owned);
    world.outbox().iter().filter_map(|(_, mail)| of(mail)).collect()
}

#[test]
fn a_share_that_is_not_mounted_and_looks_empty_is_told_instead_of_the_report_that_nobody_gets() {
    let world = World::new().arrives("2026-10-05T09:00:00+02:00", "tidy.xlsx").edit(
        "config/kim.toml",
        "arrivals = \"../samples/eingang.csv\"",
        "",
    );
    let run = |day: &str| world.kim(&["run", "--unattended", "--as-of", day]);
    let told = run("2026-12-20");
    assert_eq!((told.code, owner(&world).len()), (0, 0), "{}{}", told.out, told.err);
    let doctor = || world.kim(&["doctor"]).out;
    assert!(doctor().contains("ok    source"), "{}", doctor());
    // What is left of the share is its mount point.
    fs::rename(world.path("samples/eingang"), world.path("share")).expect("unmounted");
    fs::create_dir(world.path("samples/eingang")).expect("the mount point");
    assert!(doctor().contains("warn  source"), "{}", doctor());
    // Nothing is due before the middle of January.
    assert_eq!((run("2027-01-10").code, owner(&world)), (0, vec!["Eingang leer".to_owned()]));
    let told = run("2027-01-20");
    assert!(told.out.contains("nothing has arrived for 2026-Q4"), "{}", told.out);
    let letters = || -> Vec<String> { world.outbox().into_iter().map(|(_, mail)| mail).collect() };
    let told = letters().into_iter().filter(|mail| mail.contains("Subject: kim: ") && mail.contains("4. Quartal 2026"));
    assert_eq!((told.count(), owner(&world).len()), (1, 2), "{:?}", owner(&world));
    let (code, told) = line(&world);
    assert!(told.contains("monitoring has no returns for 2026-Q4, which was due"), "{told}");
    assert!(code > 0 && told.contains("samples/eingang is empty, though returns came from it"), "{told}");
    run("2027-01-21");
    world.kim(&["run", "--period", "2026-Q3", "--as-of", "2027-01-21"]);
    run("2027-01-22");
    assert_eq!(owner(&world).len(), 2, "once, whatever somebody looks up meanwhile");
    assert_eq!(world.outbox().len() - 2, 6, "and nobody is sent the old figures once more, however much time goes by");
    // Mounted, and the returns are there.
    fs::remove_dir(world.path("samples/eingang")).expect("the mount point");
    fs::rename(world.path("share"), world.path("samples/eingang")).expect("mounted");
    run("2027-01-23");
    assert_eq!(owner(&world).len(), 3, "the source is there, the returns are not: {:?}", owner(&world));
    assert!(line(&world).1.contains("no returns for 2026-Q4") && !line(&world).1.contains("is empty"));
}

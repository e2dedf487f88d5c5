//! Stories of whole runs.

use std::fs;

use sha2::{Digest, Sha256};

use crate::world::{World, sheet, sheet_names};

const DAY: &str = "2026-11-20";

#[test]
fn the_samples_become_workbooks_and_mails() {
    let world = World::settled(DAY);
    let run = world.run();
    assert_eq!(run["period"], "2026-Q3");
    let returns = &run["returns"];
    assert_eq!(
        (&returns["expected"], &returns["received"], &returns["missing"]),
        (&13.into(), &12.into(), &1.into()),
        "Medebach is missing"
    );
    assert_eq!(returns["accepted"], 12);
    for edition in run["editions"].as_array().expect("editions") {
        let path = world.path(edition["path"].as_str().expect("a path"));
        let digest: String =
            Sha256::digest(fs::read(path).expect("the workbook")).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(edition["sha256"], digest.as_str());
    }
    let deliveries = run["deliveries"].as_array().expect("deliveries");
    assert!(!deliveries.is_empty());
    assert!(deliveries.iter().all(|delivery| delivery["state"] == "written"), "{deliveries:#?}");
    assert_eq!(world.outbox().len(), deliveries.len());
}

#[test]
fn the_same_clock_gives_the_same_bytes_and_no_second_mail() {
    let world = World::new().with_samples().on(DAY);
    let first = world.run();
    let mails = world.outbox();
    let second = world.run();
    assert_eq!(first["editions"], second["editions"]);
    assert_eq!(mails, world.outbox());
    assert_eq!(second["workbooks_read"], 0, "nothing has changed, so no workbook is read");
}

#[test]
fn facts_and_workbooks_can_be_deleted_and_come_back_the_same() {
    let world = World::new().with_samples().on(DAY);
    let first = world.run();
    fs::remove_dir_all(world.path("data/facts")).expect("the facts");
    fs::remove_dir_all(world.path("data/editions")).expect("the editions");
    let second = world.run();
    assert_eq!(first["editions"], second["editions"]);
    assert!(second["workbooks_read"].as_u64().is_some_and(|read| read > 100));
}

#[test]
fn a_damaged_fact_file_is_made_anew() {
    let world = World::new().with_samples().on(DAY);
    let first = world.run();
    let sets = || -> Vec<_> {
        let folder = fs::read_dir(world.path("data/facts/kim-rueckmeldung")).expect("the facts");
        folder.map(|set| set.expect("a set").path()).collect()
    };
    let [set] = &sets()[..] else { panic!("one set of facts: {:?}", sets()) };
    fs::write(set.join("faelle.parquet"), b"PAR1 torn").expect("the damage");
    assert_eq!(first["editions"], world.run()["editions"]);
    assert_eq!(sets(), std::slice::from_ref(set), "made anew in the same place, and nothing else left lying");
}

#[test]
fn clocks_that_alternate_share_the_facts_they_made() {
    let world = World::new()
        .arrives("2026-10-05T09:00:00+02:00", "tidy.xlsx")
        .arrives("2026-10-08T09:00:00+02:00", "tidy_2026-Q2.xlsx");
    let read = |day: &str| {
        let told = world.kim(&["run", "--dry-run", "--json", "--as-of", day]).json();
        told["workbooks_read"].as_u64().expect("a number")
    };
    assert_eq!([read("2026-10-06"), read("2026-10-20")], [1, 2]);
    assert_eq!([read("2026-10-06"), read("2026-10-20"), read("2026-10-06")], [0; 3]);
}

#[test]
fn a_correction_replaces_and_a_late_part_adds() {
    let world = World::new().with_samples();
    let brilon = "faelle_bestand_ende/05958012/2026-Q3";
    let before = world.kim(&["explain", brilon, "--json", "--as-of", "2026-10-12T00:00"]).json();
    let after = world.kim(&["explain", brilon, "--json", "--as-of", DAY]).json();
    assert!(
        before["value"].as_f64() > after["value"].as_f64(),
        "31 instead of 13: {} and {}",
        before["value"],
        after["value"]
    );

    let winterberg = "angebote/05958048/2026-Q3";
    let after = world.kim(&["explain", winterberg, "--json", "--as-of", DAY]).json();
    assert!(after["value"].as_f64().is_some_and(|offers| offers > 0.0), "{after}");
    let early = world.kim(&["explain", winterberg, "--json", "--as-of", "2026-10-16"]).json();
    assert_eq!(early["mark"], "missing", "the offers had not come yet: {early}");
}

#[test]
fn what_is_no_return_is_told_kept_and_does_not_stop_the_others() {
    let at = "2026-10-06T09:00:00+02:00";
    let world = [
        "not_a_workbook.xlsx",
        "empty_file.xlsx",
        "unknown_reporter.xlsx",
        "period_not_asked.xlsx",
        "no_known_sheet.xlsx",
        "password_protected.xlsx",
    ]
    .iter()
    .fold(World::new().with_samples(), |world, name| world.arrives(at, name))
    .on(DAY);
    let run = world.run();
    assert_eq!(run["returns"]["accepted"], 12, "the others are not touched");
    assert_eq!(run["returns"]["rejected"], 6);
    let quality = sheet(&world.edition(&run, "koordination"), "Datenqualität");
    let text: String = quality.iter().flatten().map(|cell| format!("{cell}\n")).collect();
    let status = world.kim(&["status"]);
    for name in [
        "not_a_workbook.xlsx",
        "empty_file.xlsx",
        "unknown_reporter.xlsx",
        "period_not_asked.xlsx",
        "no_known_sheet.xlsx",
        "password_protected.xlsx",
    ] {
        assert!(text.contains(name), "{name} is not on the quality sheet");
        assert!(status.out.contains(name), "{name} is not in the status:\n{}", status.out);
    }
    let lying = fs::read(world.path("samples/eingang/not_a_workbook.xlsx")).expect("the file");
    let digest: String = Sha256::digest(lying).iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(world.path(&format!("data/archive/{}/{digest}", &digest[..2])).exists(), "it is kept");
}

#[test]
fn the_clock_decides_what_has_arrived() {
    let world = World::new().with_samples().on("2026-10-04");
    let run = world.run();
    assert_eq!(run["period"], "2026-Q3");
    assert!(run["returns"]["received"].as_u64().is_some_and(|received| received < 12), "{}", run["returns"]);
    let earlier = World::new().with_samples().on("2025-03-01").run();
    assert_eq!(earlier["period"], "2024-Q4");
    assert_eq!(earlier["returns"]["received"], 12, "Olsberg is missing");
}

#[test]
fn a_trial_goes_to_one_address_and_never_counts() {
    let world = World::settled(DAY);
    let trial = world.kim(&["run", "--to", "me@example.org", "--json"]).json();
    assert_eq!(trial["trial"], true);
    assert!(
        trial["deliveries"].as_array().expect("deliveries").iter().all(|delivery| delivery["to"] == "me@example.org")
    );
    let dry = world.kim(&["run", "--dry-run", "--json"]).json();
    assert!(
        dry["deliveries"].as_array().expect("deliveries").iter().all(|delivery| delivery["state"] == "would_be_sent"),
        "{}",
        dry["deliveries"]
    );
    assert!(!world.path("data/editions").exists(), "no edition was published");
    let real = world.run();
    assert!(real["deliveries"].as_array().expect("deliveries").iter().all(|delivery| delivery["state"] == "written"));
}

#[test]
fn editions_differ_in_sheets_and_not_in_figures() {
    let world = World::settled(DAY);
    let run = world.run();
    let all = world.edition(&run, "koordination");
    let some = world.edition(&run, "entscheidung");
    assert!(sheet_names(&all).contains(&"Datenqualität".to_owned()));
    assert!(!sheet_names(&some).contains(&"Datenqualität".to_owned()));
    assert_eq!(sheet(&all, "Zusammenfassung"), sheet(&some, "Zusammenfassung"));
}

#[test]
fn nothing_private_reaches_an_edition_or_a_mail() {
    let world = World::settled(DAY);
    let run = world.run();
    for edition in run["editions"].as_array().expect("editions") {
        let path = world.path(edition["path"].as_str().expect("a path"));
        for name in sheet_names(&path) {
            let text = format!("{:?}", sheet(&path, &name));
            assert!(!text.contains("Mustermann"), "{name} of {} names a person", path.display());
        }
    }
    assert!(world.outbox().iter().all(|(_, mail)| !mail.contains("Mustermann")));
}

#[test]
fn nothing_arrived_is_told_with_the_remedy() {
    let told = World::new().on(DAY).kim(&["run"]);
    assert_eq!(told.code, 1);
    assert!(told.err.contains("no return has arrived") && told.err.contains("kim.toml"), "{}", told.err);
}

#[test]
fn the_same_bytes_twice_count_once() {
    let (first, later) = ("2026-10-05T09:00:00+02:00", "2026-10-08T09:00:00+02:00");
    let once = World::new().arrives(first, "tidy.xlsx").on(DAY);
    let twice = World::new().arrives(first, "tidy.xlsx").arrives(later, "identical_submission.xlsx").on(DAY);
    for figure in ["personen/05958008/2026-Q3", "plaetze/05958008/2026-Q3"] {
        let value = once.figure(figure)["value"].clone();
        assert!(value.as_f64().is_some_and(|value| value > 0.0));
        assert_eq!(twice.figure(figure)["value"], value, "{figure}");
    }
}

#[test]
fn another_day_without_news_mails_nobody_again_and_news_do() {
    let world = World::new().with_samples();
    let mails_after = |day: &str| {
        world.kim(&["run", "--json", "--as-of", day]).json();
        world.outbox().len()
    };
    let first = mails_after("2026-10-20T12:00");
    assert_eq!(mails_after("2026-10-20T18:00"), first, "the same on the same day");
    assert_eq!(mails_after("2026-10-21T08:00"), first, "nothing new on the next day");
    assert_eq!(mails_after("2026-10-22T08:00"), 2 * first, "a late part has come");
}

#[test]
fn what_was_taken_once_counts_when_the_inbox_is_emptied() {
    let world = World::new().with_samples().on(DAY);
    let first = world.run();
    fs::remove_dir_all(world.path("samples/eingang")).expect("the inbox");
    fs::create_dir_all(world.path("samples/eingang")).expect("an empty inbox");
    assert_eq!(first["editions"], world.run()["editions"]);
}

#[test]
fn a_year_so_far_takes_stocks_from_the_last_quarter_and_adds_flows() {
    let world = World::settled(DAY);
    let value = |figure: &str| world.figure(figure)["value"].as_f64().unwrap_or_else(|| panic!("{figure}"));
    assert_eq!(value("faelle_bestand_ende/total/2026"), value("faelle_bestand_ende/total/2026-Q3"));
    // The district itself reported every quarter.
    let entries: f64 = ["2026-Q1", "2026-Q2", "2026-Q3"]
        .iter()
        .map(|quarter| value(&format!("faelle_zugaenge/05958000/{quarter}")))
        .sum();
    assert_eq!(value("faelle_zugaenge/05958000/2026"), entries);
}

#[test]
fn a_period_without_returns_is_refused_with_those_that_have_some() {
    let world = World::settled(DAY);
    for period in ["2030-Q1", "2019-Q1", "2026-07"] {
        let told = world.kim(&["run", "--period", period]);
        assert_eq!(told.code, 2, "a slip of the pen is no failed run");
        assert!(
            told.err.contains(period) && told.err.contains("2023-Q4") && told.err.contains("2026-Q3"),
            "{}",
            told.err
        );
    }
}

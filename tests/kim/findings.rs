//! Every finding has a sample that shows it, and nothing else is wrong with that sample that would hide it.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;

use serde_json::Value;

use crate::world::{World, root};

const FIRST: &str = "2026-10-05T09:00:00+02:00";
const LATER: &str = "2026-10-08T09:00:00+02:00";
const TOO_LATE: &str = "2026-11-02T09:00:00+01:00";

const FORM: &str = "pipelines/forms/kim-rueckmeldung.toml";

/// Codes that only show beside another submission, or by the time of arrival.
const AMONG: [&str; 4] = ["identical_submission", "correction_received", "undeclared_correction", "received_late"];

/// The samples: code and file name.
fn samples() -> BTreeMap<String, String> {
    let folder = fs::read_dir(root().join("samples/broken")).expect("the broken samples");
    folder
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending != "md"))
        .map(|path| {
            let name = |part: Option<&OsStr>| part.expect("a name").to_string_lossy().into_owned();
            (name(path.file_stem()), name(path.file_name()))
        })
        .filter(|(code, _)| !code.starts_with("tidy"))
        .collect()
}

fn codes(findings: &[Value]) -> BTreeSet<String> {
    findings.iter().map(|finding| finding["code"].as_str().expect("a code").to_owned()).collect()
}

fn inspected(name: &str) -> Vec<Value> {
    let world = World::new();
    let file = root().join("samples/broken").join(name);
    crate::world::findings_of(&world, &file)
}

#[test]
fn the_tidy_return_has_no_finding() {
    assert_eq!(codes(&inspected("tidy.xlsx")), BTreeSet::new());
    assert_eq!(codes(&inspected("tidy_2026-Q2.xlsx")), BTreeSet::new());
}

/// What is understood of a file, without what belongs to the file alone.
fn understood(name: &str) -> Value {
    let world = World::new();
    let file = root().join("samples/broken").join(name);
    let told = world.kim(&["inspect", &file.display().to_string(), "--json"]).json();
    serde_json::json!([told["body"], told["period"], told["kind"], told["tables"]])
}

#[test]
fn the_same_return_says_the_same_in_every_format() {
    let expected = understood("tidy.xlsx");
    assert!(expected[3].as_array().is_some_and(|tables| tables.len() > 5), "{expected}");
    for (name, said) in [("less_trusted.xls", vec!["less_trusted"]), ("tidy.ods", vec![]), ("tidy.xlsm", vec![])] {
        assert_eq!(understood(name), expected, "{name}");
        assert_eq!(codes(&inspected(name)), said.into_iter().map(str::to_owned).collect(), "{name}");
    }
}

#[test]
fn a_lock_file_in_the_inbox_is_told_names_nobody_and_stops_nothing() {
    let lock = fs::read(root().join("samples/broken/lock_file.xlsx")).expect("the lock file");
    let world =
        World::new().arrives_as(FIRST, "2026-Q3/~$Bestwig.xlsx", &lock).arrives(LATER, "tidy.xlsx").on("2026-11-20");
    let status = world.kim(&["status", "--json"]);
    let findings = status.json()["findings"].as_array().expect("findings").clone();
    assert_eq!(codes(&findings), BTreeSet::from(["lock_file".to_owned()]));
    assert_eq!((&findings[0]["severity"], &findings[0]["file"]), (&"info".into(), &"2026-Q3/~$Bestwig.xlsx".into()));
    assert!(!status.out.contains("Erika"), "{}", status.out);
    let run = world.run();
    let returns = &run["returns"];
    assert_eq!((&returns["lock_files"], &returns["rejected"]), (&1.into(), &0.into()), "{returns}");
    // The name of whoever had the workbook open is kept nowhere; that there was such a file is.
    let kept = world.path("data/archive");
    let mut open = vec![kept];
    let mut originals = 0;
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("the archive").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() {
                open.push(entry);
                continue;
            }
            originals += 1;
            let bytes = fs::read(&entry).expect("an original");
            assert!(bytes != lock && !bytes.windows(5).any(|part| part == b"Erika"), "{}", entry.display());
        }
    }
    assert_eq!(originals, 2);
}

/// Samples of kinds of files show nothing but what they are there for.
#[test]
fn a_sample_of_a_file_format_shows_just_its_finding() {
    for name in [
        "html_file.xlsx",
        "word_file.xlsx",
        "lock_file.xlsx",
        "not_a_workbook.xlsx",
        "macros_ignored.xlsm",
        "encoding_guessed.csv",
        "hidden_content.xlsx",
        "number_hidden_by_format.xlsx",
        "number_shown_otherwise.xlsx",
        "number_hard_to_see.xlsx",
        "crossed_out.xlsx",
        "partly_crossed_out.xlsx",
        "footnote_ignored.xlsx",
        "number_from_error.xlsx",
        "linked_workbook.xlsx",
        "password_protected.xlsx",
    ] {
        let findings = inspected(name);
        let code = name.split('.').next().expect("a code").to_owned();
        assert_eq!(codes(&findings), BTreeSet::from([code]), "{name}");
        assert!(!format!("{findings:?}").contains("Erika"), "a lock file names nobody");
    }
}

#[test]
fn every_broken_sample_shows_its_finding() {
    let mut wrong = Vec::new();
    for (code, name) in samples().iter().filter(|(code, _)| !AMONG.contains(&code.as_str())) {
        // Rules are asked of all returns together, so they show in a run.
        let findings = match code.as_str() {
            "rule_violated" => in_a_run(&[(FIRST, "rule_violated.xlsx")]),
            // Our own form asks what parentheses mean; others say it.
            "number_uncertain" => {
                let world = World::new().edit(FORM, "parentheses = \"ask\"", "parentheses = \"uncertain\"");
                crate::world::findings_of(&world, &root().join("samples/broken/number_uncertain.xlsx"))
            }
            // The decisions are the district's. They stand out among all the others, and among those of the years before.
            "outlier_own_past" | "outlier_among_peers" | "key_unmatched" => among_the_samples(name),
            // A table alone does not say whose it is; the name of its file does.
            "one_table_only" | "line_too_long" => rooms_as_text(name),
            _ => inspected(name),
        };
        if !codes(&findings).contains(code) {
            wrong.push(format!("{name}: found {:?}", codes(&findings)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_finding_in_a_table_names_sheet_and_cell() {
    for name in ["not_a_number", "negative_count", "not_a_date", "code_unknown", "error_cell", "part_exceeds_whole"] {
        let findings = inspected(&format!("{name}.xlsx"));
        let finding = findings.iter().find(|finding| finding["code"] == *name).unwrap_or_else(|| panic!("{name}"));
        let place = &finding["places"][0];
        assert!(place["sheet"].as_str().is_some_and(|sheet| !sheet.is_empty()), "{name}: {finding}");
        assert!(place["row"].as_u64().is_some_and(|row| row > 0), "{name}: {finding}");
        assert_eq!(finding["file"], format!("{name}.xlsx"), "{name}");
    }
}

fn rooms_as_text(name: &str) -> Vec<Value> {
    let file = root().join("samples/broken").join(name).display().to_string();
    let told = World::new().kim(&["inspect", &file, "--as", "2026-Q3_Bestwig_Räume.csv", "--json"]).json();
    told["findings"].as_array().expect("findings").clone()
}

#[test]
fn a_text_file_is_told_once_what_it_cannot_hold() {
    let findings = rooms_as_text("one_table_only.csv");
    assert_eq!(codes(&findings), BTreeSet::from(["one_table_only".to_owned()]), "{findings:#?}");
    let sheets = "Bedarf; Zuständigkeiten; Stellen; Angebote; Fälle; Teilhabe; Umsetzung";
    assert_eq!(findings[0]["expected"].as_str().map(|said| said.split("; ").count()), Some(7));
    assert!(findings[0]["expected"].as_str().expect("sheets").split("; ").all(|sheet| sheets.contains(sheet)));
}

/// A comma within a number makes two fields of it: the values are told and not taken, and no sum over them is one.
#[test]
fn a_line_that_its_commas_tear_apart_has_no_values() {
    let bytes = fs::read(root().join("samples/broken/line_too_long.csv")).expect("the sample");
    let text = String::from_utf8(bytes).expect("the sample is UTF-8");
    let headings = text.lines().next().expect("headings").split(',').count();
    let long: Vec<String> = (1..)
        .zip(text.lines())
        .map(|(line, text)| (line, text.split(',').count()))
        .filter(|(_, fields)| *fields > headings)
        .map(|(line, fields)| format!("{line} ({fields})"))
        .collect();
    assert!(!long.is_empty(), "{text}");
    let world = World::new().arrives_as(FIRST, "2026-Q3_Bestwig_Räume.csv", text.as_bytes()).on("2026-11-20");
    let findings = world.kim(&["status", "--json"]).json()["findings"].as_array().expect("findings").clone();
    let torn: Vec<_> = findings.iter().filter(|finding| finding["code"] == "line_too_long").collect();
    assert_eq!(torn.len(), 1, "{findings:#?}");
    assert_eq!(torn[0]["found"], long.iter().take(5).cloned().collect::<Vec<_>>().join("; "));
    assert_eq!(torn[0]["expected"], headings.to_string());
    let file = root().join("samples/broken/line_too_long.csv").display().to_string();
    let told = world.kim(&["inspect", &file, "--as", "2026-Q3_Bestwig_Räume.csv", "--json"]).json();
    let rows = told["tables"][0]["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), text.lines().count() - 1, "every room stays one");
    for (row, line) in rows.iter().zip(text.lines().skip(1)) {
        let torn = line.split(',').count() > headings;
        assert_eq!(row["flaeche"]["value"].is_null(), torn, "{row}");
        assert_eq!(row["standort"]["state"], "reported", "{row}");
    }
}

/// The samples of all bodies and quarters, and then this one.
fn among_the_samples(name: &str) -> Vec<Value> {
    let world = World::new().with_samples().arrives(LATER, name).on("2026-11-20");
    let status = world.kim(&["status", "--period", "2026-Q3", "--json"]).json();
    status["findings"].as_array().expect("findings").clone()
}

fn in_a_run(arrivals: &[(&str, &str)]) -> Vec<Value> {
    let world = arrivals.iter().fold(World::new(), |world, (at, name)| world.arrives(at, name)).on("2026-11-20");
    let status = world.kim(&["status", "--json"]).json();
    status["findings"].as_array().expect("findings").clone()
}

#[test]
fn what_only_shows_among_submissions_is_found() {
    for (code, arrivals) in [
        ("identical_submission", vec![(FIRST, "tidy.xlsx"), (LATER, "identical_submission.xlsx")]),
        ("correction_received", vec![(FIRST, "tidy.xlsx"), (LATER, "correction_received.xlsx")]),
        ("undeclared_correction", vec![(FIRST, "tidy.xlsx"), (LATER, "undeclared_correction.xlsx")]),
        ("received_late", vec![(TOO_LATE, "received_late.xlsx")]),
    ] {
        let found = codes(&in_a_run(&arrivals));
        assert!(found.contains(code), "{code}: {found:?}");
    }
    // And none of them for a single return in time.
    assert_eq!(codes(&in_a_run(&[(FIRST, "tidy.xlsx")])), BTreeSet::new());
}

#[test]
fn the_stock_of_the_quarter_before_is_compared_with_both_cells_named() {
    let world = World::new().with_samples().on("2026-08-15");
    let status = world.kim(&["status", "--period", "2026-Q2", "--json"]).json();
    let findings = status["findings"].as_array().expect("findings");
    let broken: Vec<_> = findings.iter().filter(|finding| finding["rule"] == "bestand_schliesst_an").collect();
    assert_eq!(broken.len(), 1, "{broken:#?}");
    assert_eq!(broken[0]["body"], "05958040", "Schmallenberg starts with two cases more than it had ended with");
    assert!(broken[0]["places"].as_array().is_some_and(|places| places.len() >= 2), "{}", broken[0]);
}

#[test]
fn a_value_that_stands_out_says_what_was_usual_and_nothing_of_others() {
    let findings = among_the_samples("outlier_own_past.xlsx");
    let of = |code: &str| {
        let found: Vec<_> = findings.iter().filter(|finding| finding["code"] == code).collect();
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!(found[0]["body"], "05958008", "Bestwig");
        assert_eq!(found[0]["severity"], "warning");
        assert_eq!(found[0]["places"][0]["sheet"], "Bedarf");
        found[0].clone()
    };
    let usual = of("outlier_own_past");
    assert!(usual["expected"].as_str().is_some_and(|usual| usual.contains('–')), "{usual}");
    assert_eq!(of("outlier_among_peers")["expected"], "");
}

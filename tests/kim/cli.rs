//! The command line as a newcomer meets it.

use std::fs;
use std::process::Stdio;

use crate::world::{Told, World, root};

#[test]
fn a_folder_of_ones_own_is_sound_from_the_start() {
    let world = World::new();
    let told = world.kim(&["init", "mine"]);
    assert_eq!(told.code, 0, "{}", told.err);
    let check = world.kim(&["--config", "mine/config", "check"]);
    assert_eq!(check.code, 0, "{}", check.err);
    let again = world.kim(&["init", "mine"]);
    assert_eq!(again.code, 2, "a folder that is not empty is not written into");
    let run = world.kim(&["--config", "mine/config", "run"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("no return has arrived"), "{}", run.err);
    let status = world.kim(&["--config", "mine/config", "status"]);
    assert!(status.out.contains("failed\n    no return has arrived"), "why it failed is told: {}", status.out);
    // The first two returns of one body: most counts are zero, small, or one body's alone.
    for name in ["tidy.xlsx", "tidy_2026-Q2.xlsx"] {
        fs::copy(root().join("samples/broken").join(name), world.path("mine/eingang").join(name)).expect("a return");
    }
    let arrivals = "file,arrived,from\ntidy.xlsx,2026-10-02T09:00:00Z,\ntidy_2026-Q2.xlsx,2026-07-02T09:00:00Z,\n";
    fs::write(world.path("mine/eingang.csv"), arrivals).expect("when they came");
    let world = world.edit("mine/config/kim.toml", "# arrivals = ", "arrivals = ");
    let run = world.kim(&["--config", "mine/config", "run", "--as-of", "2026-11-20"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("1 of 13 bodies"), "{}", run.out);
}

#[test]
fn a_listener_that_stops_listening_is_no_failure() {
    let world = World::new();
    let mut child = world.command(&["check"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    drop(child.stdout.take());
    let told = Told::from(child.wait_with_output().expect("it ends"));
    assert_eq!((told.code, told.err.as_str()), (0, ""));
}

#[test]
fn inspect_says_what_where_and_what_to_do() {
    let world = World::new();
    for (sample, parts) in [
        ("column_missing.xlsx", &["Angebote!A1: Missing here: “abgestimmt”", "Please add what is missing"][..]),
        ("empty_file.xlsx", &["body     not understood\n", "the file: The file is empty;", "send it again"]),
        ("part_exceeds_whole.xlsx", &["Bedarf!C5, B5: The part (“davon weiblich 108”)", "(“Personen 103”)"]),
        (
            "tidy.xlsx",
            &["Nothing is wrong with it by itself", "as it says: Deckblatt!B6", "headings A1:L1: 12 as in the form"],
        ),
        ("column_guessed.xlsx", &["guessed: `Wartelliste` (I1) as Warteliste"]),
        ("reporter_guessed.xlsx", &["05958008 Bestwig  (guessed: Deckblatt!B4 “Bestwik”)"]),
        ("form_differs.xlsx", &["the file says it is kim-rueckmeldung version 0"]),
        ("column_unknown.xlsx", &["sheet `Räume`: 5 cells (column unknown)"]),
        ("table_missing.xlsx", &["answers  7 of 8 tables", "table    Räume: missing\n  warning  Deckblatt!B15"]),
        ("rule_violated.xlsx", &["is not the end. [", "1 times violated", "findings 1 error, 0 warnings, 0 notes"]),
        ("code_unknown.xlsx", &["Please choose one of the list: Beratungsraum; Gruppenraum"]),
    ] {
        let file = root().join("samples/broken").join(sample).display().to_string();
        let told = world.kim(&["inspect", &file]);
        assert_eq!(told.code, 0, "{sample}: {}", told.err);
        for part in parts {
            assert!(told.out.contains(part), "{sample} does not say {part:?}:\n{}", told.out);
        }
    }
}

#[test]
fn inspect_takes_the_name_that_the_file_has_in_a_source_and_words_findings_for_their_sender() {
    let world = World::new();
    let file = root().join("samples/broken/period_unknown.xlsx").display().to_string();
    let plain = world.kim(&["inspect", &file]);
    assert!(plain.out.contains("period   not understood") && plain.out.contains("--as FOLDER/FILE"), "{}", plain.out);
    let named = world.kim(&["inspect", &file, "--as", "2026-Q3/period_unknown.xlsx"]);
    assert!(named.out.contains("period   2026-Q3  (by the folder: “2026-Q3”)"), "{}", named.out);
    let german = world.kim(&["inspect", &file, "--lang", "de"]);
    assert!(german.out.contains("Der Berichtszeitraum ist nicht zu erkennen"), "{}", german.out);
    assert_eq!(world.kim(&["inspect", &file, "--lang", "fr"]).code, 2);
    assert!(german.out.contains("Es ist keiner angegeben") && !german.out.contains('…'), "{}", german.out);
}

/// Whoever asks for German reads nothing else: no word of the English page is left.
#[test]
fn the_page_is_in_the_language_asked() {
    let world = World::new();
    let samples =
        ["tidy.xlsx", "column_guessed.xlsx", "column_unknown.xlsx", "table_missing.xlsx", "form_differs.xlsx"];
    let samples =
        samples.into_iter().chain(["contradictory_file.xlsx", "hidden_content.xlsx", "number_made_date.xlsx"]);
    for sample in samples {
        let file = root().join("samples/broken").join(sample).display().to_string();
        let told = world.kim(&["inspect", &file, "--lang", "de"]).out;
        let of_file = |line: &&str| !line.starts_with("Datei ") && !line.starts_with("Bogen ");
        for line in told.lines().filter(of_file) {
            for word in line.split(|mark: char| !mark.is_alphabetic()) {
                let english = [
                    "the", "file", "body", "period", "form", "kind", "answers", "rules", "findings", "table", "cells",
                    "rows", "row", "sheet", "headings", "missing", "error", "warning", "note", "left", "out", "of",
                    "header", "cover", "title", "nothing", "is", "wrong", "and", "more",
                ];
                assert!(!english.contains(&word), "{sample}: {word:?} in {line:?}");
            }
        }
        assert!(told.contains("Zeitraum "), "{told}");
    }
    let csv = root().join("samples/broken/one_table_only.csv").display().to_string();
    assert!(world.kim(&["inspect", &csv, "--lang", "de"]).out.contains("Tipp     Eine csv hat ein Blatt"));
}

#[test]
fn json_has_for_each_finding_its_sentence_its_remedy_and_its_cell() {
    let file = root().join("samples/broken/not_a_number.xlsx").display().to_string();
    let world = World::new().arrives("2026-10-05T09:00:00+02:00", "not_a_number.xlsx").on("2026-11-20");
    for (language, begins) in [("de", "Hier wird eine Zahl erwartet, eingetragen ist „zwölf“"), ("en", "A number")]
    {
        for arguments in
            [&["inspect", file.as_str(), "--json", "--lang", language][..], &["status", "--json", "--lang", language]]
        {
            let told = world.kim(arguments).json();
            let findings = told["findings"].as_array().expect("findings");
            let finding = findings.iter().find(|finding| finding["code"] == "not_a_number").expect("the finding");
            assert_eq!(finding["cell"], "Räume!D3", "{finding}");
            assert!(finding["sentence"].as_str().is_some_and(|said| said.starts_with(begins)), "{finding}");
            assert!(finding["remedy"].as_str().is_some_and(|said| said.len() > 20), "{finding}");
        }
    }
    let empty = root().join("samples/broken/empty_file.xlsx").display().to_string();
    let told = world.kim(&["inspect", &empty, "--json"]).json();
    assert!(told["findings"][0]["cell"].is_null() && told["findings"][0]["sentence"].is_string());
}

#[test]
fn inspect_shows_each_cell_with_state_value_and_place() {
    let world = World::new();
    let file = root().join("samples/broken/not_a_number.xlsx").display().to_string();
    let seen = world.kim(&["inspect", &file, "--json"]).json();
    let rooms = seen["tables"].as_array().expect("tables").iter().find(|table| table["table"] == "raeume");
    let row = &rooms.expect("the rooms")["rows"][1];
    let places = serde_json::json!({ "state": "missing", "value": null, "cell": "D3", "written": "zwölf" });
    assert_eq!(row["plaetze"], places);
    assert_eq!(row["barrierefrei"]["state"], "reported");
    assert!(row["flaeche"]["value"].is_number() && row["standort"]["value"].is_string(), "{row:#}");
}

#[test]
fn every_mistake_is_told_at_once_with_line_and_hint() {
    let world = World::new()
        .edit("pipelines/monitoring.toml", "cron = \"0 6 20 1,4,7,10 *\"", "cron = \"0 6 30 2 *\"")
        .edit("pipelines/indicators/faelle.toml", "sum = \"zugaenge\"", "sum = \"zugaange\"")
        .edit("config/kim.toml", "[[source]]", "languge = \"de\"\n[[source]]");
    let told = world.kim(&["check"]);
    assert_eq!(told.code, 2);
    for part in ["monitoring.toml", "faelle.toml", "zugaange", "did you mean `zugaenge`", "did you mean `language`"] {
        assert!(told.err.contains(part), "{part:?} is missing in:\n{}", told.err);
    }
    let run = world.kim(&["run"]);
    assert_eq!(run.code, 2, "nothing runs on a mistaken configuration");
    assert!(!world.path("data").exists(), "and nothing is written");
}

#[test]
fn wrong_usage_ends_with_two_and_a_hint() {
    let world = World::new();
    for (arguments, part) in [
        (&["rum"][..], "run"),
        (&["run", "--period", "2026-Q5"], "2026-Q3"),
        (&["run", "--as-of", "20.10.2026"], "2026-10-20"),
        (&["run", "--to", "nobody"], "nobody"),
        (&["run", "--only", "entscheidng"], "did you mean `entscheidung`"),
        (&["run", "--only", "everybody"], "entscheidung, koordination, partner"),
        (&["run", "--resend=nobody"], "has no `@`"),
        (
            &["run", "--resend=landrt@hochsauerlandkreis.example.org"],
            "did you mean landrat@hochsauerlandkreis.example.org",
        ),
        (&["run", "--resend", "--dry-run"], "cannot be used with"),
        (&["run", "--again", "1", "--period", "2026-Q3"], "cannot be used with"),
        (&["retry", "--refused=nobody@example.org"], "no mail is refused"),
        (&["retry", "--close", "--unknown"], "cannot be used with"),
        (&["backup"], "FOLDER or FILE.sqlite"),
        (&["explain", "besetzungsqote/total/2026-Q3"], "besetzungsquote"),
        (&["explain", "besetzungsquote"], "INDICATOR/AGS/PERIOD"),
        (&["explain", "besetzungsquote/05999999/2026-Q3"], "05999999"),
        (&["explain", "besetzungsquote/total/2019-Q1"], "there is no figure"),
        (&["explain", "besetzungsquote/total/2026-Q3/a=b"], "there is no figure"),
        (&["inspect", "nowhere.xlsx"], "nowhere.xlsx"),
        (&["template", "--period", "2026-H1"], "another kind"),
        (&["template", "05999999"], "05999999"),
        (&["run", "pipelines/monitring.toml"], "monitring.toml"),
        (&["--config", "nowhere", "run"], "nowhere"),
    ] {
        let told = world.kim(arguments);
        assert_eq!(told.code, 2, "{arguments:?}: {}{}", told.out, told.err);
        assert!(told.err.contains(part), "{arguments:?} does not say {part:?}:\n{}", told.err);
    }
}

#[test]
fn json_prints_one_document_and_nothing_else() {
    let world = World::settled("2026-11-20");
    for arguments in [
        &["run", "--json"][..],
        &["status", "--json"],
        &["explain", "besetzungsquote/total/2026-Q3", "--json"],
        &["check", "--json"],
    ] {
        world.kim(arguments).json();
    }
    let run = world.run();
    for key in ["run", "pipeline", "period", "returns", "findings", "editions", "deliveries"] {
        assert!(!run[key].is_null(), "{key} is missing: {run:#}");
    }
    for key in ["error", "warning", "info"] {
        assert!(run["findings"][key].is_u64(), "{key}");
    }
}

#[test]
fn blank_forms_are_read_back_as_the_body_and_period_they_are_for() {
    let world = World::new();
    let told = world.kim(&["template", "--period", "2026-Q4", "--out", "forms"]);
    assert_eq!(told.code, 0, "{}", told.err);
    let forms: Vec<_> =
        fs::read_dir(world.path("forms")).expect("the forms").map(|entry| entry.expect("an entry").path()).collect();
    assert_eq!(forms.len(), 13, "twelve municipalities and the district");
    let mut bodies = std::collections::BTreeSet::new();
    for form in forms {
        let seen = world.kim(&["inspect", &form.display().to_string(), "--json"]).json();
        assert_eq!(seen["period"], "2026-Q4", "{}", form.display());
        bodies.insert(seen["body"].as_str().expect("its body").to_owned());
        let doubts: Vec<_> = seen["findings"]
            .as_array()
            .expect("findings")
            .iter()
            .filter(|finding| {
                ["column_missing", "column_unknown", "column_guessed", "table_guessed", "sheet_unknown", "code_unknown"]
                    .iter()
                    .any(|code| finding["code"] == *code)
            })
            .collect();
        assert!(doubts.is_empty(), "our own form is not understood: {doubts:#?}");
    }
    assert_eq!(bodies.len(), 13);
}

#[test]
fn a_figure_is_traced_to_file_sheet_and_cell() {
    let world = World::settled("2026-11-20");
    let told = world.figure("faelle_bestand_ende/05958024/2026-Q3");
    let cells = told["cells"].as_array().expect("cells");
    assert_eq!(cells.len(), 7, "one for each target group: {cells:#?}");
    let sum: f64 =
        cells.iter().map(|cell| cell["written"].as_str().expect("as written").parse::<f64>().expect("a number")).sum();
    assert_eq!(told["value"].as_f64(), Some(sum));
    assert!(cells.iter().all(|cell| cell["file"] == "2026-Q3/marsberg_q3_2026.xlsx" && cell["sheet"] == "Fälle"));
    assert!(cells.iter().all(|cell| {
        cell["cell"].as_str().is_some_and(|cell| cell.starts_with(|first: char| first.is_ascii_uppercase()))
    }));
}

#[test]
fn help_names_every_verb() {
    let help = World::new().kim(&["--help"]).out;
    for verb in ["run", "serve", "init", "check", "inspect", "template", "status", "explain", "retry", "backup"] {
        assert!(help.contains(verb), "{verb}:\n{help}");
    }
}

#[test]
fn help_says_what_goes_out_and_what_the_signals_do() {
    let world = World::new();
    let run = world.kim(&["run", "--help"]).out;
    assert!(run.contains("mail the editions to all their recipients") && run.contains("kim run --dry-run"), "{run}");
    let serve = world.kim(&["serve", "--help"]).out;
    assert!(
        serve.contains("  HUP        read the configuration now") && serve.contains("  TERM, INT  finish"),
        "{serve}"
    );
}

#[test]
fn inspect_fills_the_width_of_the_terminal() {
    let world = World::new();
    let file = root().join("samples/broken/column_missing.xlsx").display().to_string();
    let lines = |columns: usize| -> Vec<usize> {
        let inspect = format!("stty cols {columns}; {} inspect {file}", env!("CARGO_BIN_EXE_kim"));
        let mut command = std::process::Command::new("script");
        command.current_dir(world.path("")).env_remove("COLUMNS").args(["-qec", &inspect, "/dev/null"]);
        let told = command.stdin(Stdio::null()).output().expect("a terminal (script of util-linux)");
        let text = String::from_utf8_lossy(&told.stdout).into_owned();
        assert!(text.contains("error") || text.contains("warning"), "{text}");
        text.lines().map(|line| line.trim_end().chars().count()).collect()
    };
    let (wide, narrow) = (lines(150), lines(60));
    assert!(wide.iter().any(|length| *length > 80) && wide.iter().all(|length| *length <= 150), "{wide:?}");
    assert!(narrow.len() > wide.len() && narrow.iter().filter(|length| **length > 60).count() < 3, "{narrow:?}");
}

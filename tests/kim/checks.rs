//! Is it plausible: control totals, rules that are waived, and what is counted beside the findings.

use std::fs;

use serde_json::Value;

use crate::world::World;

const FIRST: &str = "2026-10-05T09:00:00+02:00";

fn sum(counts: &Value, what: &str) -> u64 {
    counts.as_object().expect("counts").values().map(|count| count[what].as_u64().expect("a count")).sum()
}

fn balanced(balance: &Value) {
    for what in ["rows", "cells"] {
        let (out, left_out) = (sum(&balance["out"], what), sum(&balance["left_out"], what));
        assert_eq!(balance["in"][what].as_u64(), Some(out + left_out), "{what} of {balance}");
    }
}

#[test]
fn every_cell_that_came_in_is_accounted_for() {
    let world = World::new().with_samples().on("2026-11-20");
    let run = world.run();
    let path = world.path(run["manifest"].as_str().expect("its path"));
    let manifest: Value = serde_json::from_slice(&fs::read(path).expect("the manifest")).expect("JSON");
    let checked = &manifest["checked"];
    balanced(&checked["total"]);
    let files = checked["files"].as_array().expect("files");
    assert_eq!(files.len(), manifest["inputs"].as_array().expect("inputs").len());
    for file in files {
        balanced(file);
    }
    assert!(checked["total"]["in"]["cells"].as_u64().is_some_and(|cells| cells > 10_000));
    // A correction came, totals were left out, covers are no data.
    for reason in ["superseded", "total_row", "cover", "header"] {
        assert!(checked["total"]["left_out"][reason]["cells"].as_u64() > Some(0), "{reason}");
    }
    let rules = checked["rules"].as_array().expect("rules");
    let stock = rules.iter().find(|rule| rule["rule"] == "bestandsgleichung").expect("the rule");
    assert!(stock["held"].as_u64() > Some(50) && stock["violated"].as_u64() > Some(0), "{stock}");
    let complete = checked["completeness"].as_array().expect("completeness");
    assert!(complete.iter().any(|table| table["answered"].as_u64() < table["asked"].as_u64()));
    assert!(complete.iter().all(|table| table["answered"].as_u64() <= table["asked"].as_u64()));
}

#[test]
fn one_file_says_where_its_cells_went() {
    let world = World::new();
    let file = crate::world::root().join("samples/broken/column_unknown.xlsx");
    let seen = world.kim(&["inspect", file.to_str().expect("a path"), "--json"]).json();
    balanced(&seen["total"]);
    assert!(seen["total"]["left_out"]["column_unknown"]["cells"].as_u64() > Some(1), "{}", seen["total"]);
    let table = &seen["tables"][0];
    assert_eq!((table["table"].as_str(), &table["asked"]), (Some("bedarf"), &table["answered"]));
}

const WAIVER: &str = "[[waiver]]
rule = \"bestandsgleichung\"
body = \"Bestwig\"
reason = \"Übernahme aus dem alten Verfahren\"
by = \"M. Muster\"
until = 2026-11-30
";

fn violated(day: &str) -> Value {
    let world = World::new()
        .edit("pipelines/monitoring.toml", "[[edition]]", &format!("{WAIVER}\n[[edition]]"))
        .arrives(FIRST, "rule_violated.xlsx")
        .on(day);
    let status = world.kim(&["status", "--period", "2026-Q3", "--json"]).json();
    let findings = status["findings"].as_array().expect("findings");
    findings.iter().find(|finding| finding["rule"] == "bestandsgleichung").expect("the finding stays").clone()
}

#[test]
fn a_waived_finding_stays_and_is_raised_again() {
    let waived = violated("2026-11-30");
    assert_eq!((&waived["severity"], &waived["waived"]["by"]), (&"info".into(), &"M. Muster".into()), "{waived}");
    let raised = violated("2026-12-01");
    assert_eq!((&raised["severity"], &raised["waived"]), (&"error".into(), &Value::Null), "{raised}");
}

#[test]
fn a_waiver_that_is_over_is_told_by_the_check() {
    let over = WAIVER.replace("2026-11-30", "2024-03-31");
    let world = World::new().edit("pipelines/monitoring.toml", "[[edition]]", &format!("{over}\n[[edition]]"));
    let told = world.kim(&["check"]);
    assert!(told.out.contains("hint: ") && told.out.contains("Bestwig ended on 2024-03-31"), "{}", told.out);
}

/// One post as a text file; whoever counts hours writes 39 for one post.
fn posts(planned: &str, filled: &str) -> Vec<Value> {
    let text = format!(
        "Baustein;Funktion;Standort;geplant VZÄ;bewilligt VZÄ;besetzt VZÄ;Anstellungsträger;Fördermittel bewilligt €;Fördermittel abgerufen €\n\
         Case Management;Case Management;Bestwig;{planned};{planned};{filled};Gemeinde Bestwig;60000;20000\n\
         Koordinierung;Koordination;Bestwig;1;1;1;Gemeinde Bestwig;60000;20000\n"
    );
    let world = World::new().arrives_as(FIRST, "2026-Q3_Bestwig_Stellen.csv", text.as_bytes()).on("2026-11-20");
    let status = world.kim(&["status", "--json"]).json();
    let findings = status["findings"].as_array().expect("findings").iter();
    findings.filter(|finding| finding["rule"] == "vzae_keine_stunden").cloned().collect()
}

#[test]
fn hours_for_posts_are_noticed() {
    let hours = posts("39", "19,5");
    assert_eq!(hours.len(), 1, "{hours:#?}");
    assert_eq!((&hours[0]["severity"], &hours[0]["body"]), (&"warning".into(), &"05958008".into()));
    assert!(hours[0]["places"].as_array().is_some_and(|places| places.iter().all(|place| place["row"] == 1)));
    assert_eq!(posts("9,99", "9,5").len(), 0);
    assert_eq!(posts("10", "1").len(), 1, "ten is the first that is noticed");
}

//! One file for many: a table with a row for each body (and period), as a district or an office sends it.

use serde_json::Value;

use crate::world::World;

const FORM: &str = r#"
id = "kennzahlen"
version = 1
title = { de = "Kennzahlen aller Kommunen" }
period = "quarter"
asked = { municipality = ["kennzahlen"] }
symbols = { missing = ["k. A."] }

[cover]
sheet = "Deckblatt"
labels = { reporter = [], ags = [], period = [], as_of = [], contact = [], email = [], phone = [], kind = [] }
kinds = { first = [], late_part = [], correction = ["Korrektur"] }
answers = { present = [], nil = [] }

[table.kennzahlen]
sheet = "Kennzahlen"
title = { de = "Kennzahlen" }
body = ["schluessel", "kommune"]
period = "quartal"
field = [
  { name = "schluessel", type = "text", heading = "AGS" },
  { name = "kommune", type = "text", heading = "Kommune" },
  { name = "quartal", type = "text", heading = "Quartal" },
  { name = "personen", type = "count", heading = "Personen" },
]
"#;

const PIPELINE: &str = r#"
title = { de = "Kennzahlen" }
form = "forms/kennzahlen.toml"
indicators = ["indicators/kennzahlen.toml"]
first_period = "2026-Q1"
due_days = 15

[report]
title = { de = "Kennzahlen" }
file = "kennzahlen"

[[report.sheet]]
id = "kennzahlen"
name = { de = "Kennzahlen" }
title = { de = "Kennzahlen" }
content = { topic = { indicators = ["personen"], chart = { indicator = "personen", kind = "bodies", title = { de = "Personen" } } } }

[[edition]]
audience = "koordination"
"#;

const INDICATORS: &str = r#"
[measure.gezaehlt]
table = "kennzahlen"
sum = "personen"
over_time = "last"

[indicator.personen]
title = { de = "Personen" }
kind = "count"
numerator = "gezaehlt"
unit = { de = "Personen" }
definition = { de = "Summe der Personen" }
missing = "leave_out"
"#;

fn world(csv: &str) -> World {
    let world = World::new().arrives_as("2026-10-05T09:00:00+02:00", "Kennzahlen HSK.csv", csv.as_bytes());
    std::fs::write(world.path("pipelines/kennzahlen.toml"), PIPELINE).unwrap();
    std::fs::write(world.path("pipelines/forms/kennzahlen.toml"), FORM).unwrap();
    std::fs::write(world.path("pipelines/indicators/kennzahlen.toml"), INDICATORS).unwrap();
    world.on("2026-11-20")
}

fn codes(told: &Value) -> Vec<&str> {
    told["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

#[test]
fn each_row_counts_for_the_body_and_the_period_it_names() {
    let world = world(
        "AGS;Kommune;Quartal;Personen\n5958004;Arnsberg, Stadt;Q3/2026;1.204\n05958008;;3. Quartal 2026;311\n;Brilon;2026-Q2;95\n;Brilon;2026-Q3;96\nInsgesamt;;;1.611\n",
    );
    let run = world.kim(&["run", "pipelines/kennzahlen.toml", "--json"]).json();
    assert_eq!((&run["period"], &run["returns"]["accepted"]), (&"2026-Q3".into(), &3.into()), "{run:#}");
    let figure = |body: &str, period: &str| {
        let figure = format!("personen/{body}/{period}");
        let told = world.kim(&["explain", &figure, "--pipeline", "pipelines/kennzahlen.toml", "--json"]).json();
        told["value"].as_f64()
    };
    assert_eq!(figure("05958004", "2026-Q3"), Some(1204.0));
    assert_eq!(figure("05958008", "2026-Q3"), Some(311.0));
    assert_eq!((figure("05958012", "2026-Q3"), figure("05958012", "2026-Q2")), (Some(96.0), Some(95.0)));
    assert_eq!(figure("total", "2026-Q3"), Some(1611.0));
}

#[test]
fn a_row_of_nobody_is_told_and_counts_for_nobody() {
    let world = world(
        "AGS;Kommune;Quartal;Personen\n05958004;Bestwig;Q3/2026;7\n;Entenhausen;Q3/2026;8\n05958012;Brilon;bald;9\n05958012;Brilon;Q3/2019;9\n05958008;Bestwig;Q3/2026;10\n",
    );
    let file = world.path("samples/eingang/Kennzahlen HSK.csv").display().to_string();
    let told = world.kim(&["inspect", &file, "--pipeline", "pipelines/kennzahlen.toml", "--json"]).json();
    let mut codes = codes(&told);
    codes.retain(|code| *code != "table_guessed");
    assert_eq!(codes, ["reporter_contradiction", "unknown_reporter", "period_unknown", "period_not_asked"]);
    assert_eq!(told["tables"][0]["rows"].as_array().unwrap().len(), 1, "only the last is somebody's: {told:#}");
}

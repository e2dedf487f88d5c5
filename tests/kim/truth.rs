//! Every key figure equals what a few lines of other code compute from the generator's own numbers.
//!
//! Nothing here is shared with the program: plain loops over `samples/truth/*.csv`.

use std::collections::BTreeMap;

use crate::world::{World, root, sheet};

const PERIOD: &str = "2026-Q3";

type Row = BTreeMap<String, String>;

fn table(name: &str) -> Vec<Row> {
    let path = root().join(format!("samples/truth/{name}.csv"));
    let mut reader = csv::Reader::from_path(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let rows = reader.deserialize::<Row>().map(|row| row.expect("a row of the truth"));
    rows.filter(|row| row["period"] == PERIOD).collect()
}

fn number(row: &Row, field: &str) -> Option<f64> {
    row[field].parse().ok()
}

/// Share of two sums over the rows in which both are known, in percent.
fn share(rows: &[Row], above: impl Fn(&Row) -> Option<f64>, below: impl Fn(&Row) -> Option<f64>) -> f64 {
    let (mut a, mut b) = (0.0, 0.0);
    for (x, y) in rows.iter().filter_map(|row| Some((above(row)?, below(row)?))) {
        a += x;
        b += y;
    }
    100.0 * a / b
}

fn is(yes: bool) -> Option<f64> {
    Some(f64::from(u8::from(yes)))
}

fn known(text: &str) -> Option<&str> {
    (!text.is_empty() && text != "NA").then_some(text)
}

/// Bodies of which every case row and every post row is known; the rest is left out on both sides.
fn cases_per_post() -> f64 {
    let mut bodies: BTreeMap<String, (Option<f64>, Option<f64>)> = BTreeMap::new();
    let add = |sum: Option<f64>, more: Option<f64>| Some(sum? + more?);
    for row in table("faelle") {
        let entry = bodies.entry(row["ags"].clone()).or_insert((Some(0.0), Some(0.0)));
        entry.0 = add(entry.0, number(&row, "bestand_ende"));
    }
    for row in table("stellen").iter().filter(|row| row["baustein"] == "case_management") {
        let entry = bodies.entry(row["ags"].clone()).or_insert((Some(0.0), Some(0.0)));
        entry.1 = add(entry.1, number(row, "besetzt_vzae"));
    }
    let complete = bodies.values().filter_map(|(cases, posts)| Some(((*cases)?, (*posts)?)));
    let (cases, posts) = complete.fold((0.0, 0.0), |sum, body| (sum.0 + body.0, sum.1 + body.1));
    cases / posts
}

/// Great-circle distance by the spherical law of cosines: another formula than the program's.
fn km(a: &Row, b: &Row) -> Option<f64> {
    let degrees = |row: &Row, field: &str| Some(row[field].parse::<f64>().ok()?.to_radians());
    let (lat_a, lat_b) = (degrees(a, "latitude")?, degrees(b, "latitude")?);
    let turn = degrees(b, "longitude")? - degrees(a, "longitude")?;
    Some(6371.0088 * (lat_a.sin() * lat_b.sin() + lat_a.cos() * lat_b.cos() * turn.cos()).acos())
}

fn parallel_offers() -> f64 {
    let mut reader = csv::Reader::from_path(root().join("config/municipalities.csv")).expect("the municipalities");
    let places: BTreeMap<String, Row> =
        reader.deserialize::<Row>().map(|row| row.expect("a body")).map(|row| (row["ags"].clone(), row)).collect();
    let offers = table("angebote");
    let closed_with_room = |row: &Row| row["offen"] == "nein" && number(row, "plaetze") > number(row, "belegt");
    let twin = |a: &Row, b: &Row| {
        a["ags"] != b["ags"]
            && a["typ"] == b["typ"]
            && a["zielgruppe"] == b["zielgruppe"]
            && closed_with_room(a)
            && closed_with_room(b)
            && km(&places[&a["ags"]], &places[&b["ags"]]).is_some_and(|km| km <= 20.0)
    };
    let parallel = offers.iter().filter(|offer| offers.iter().any(|other| twin(offer, other))).count();
    100.0 * parallel as f64 / offers.len() as f64
}

fn truth() -> BTreeMap<&'static str, f64> {
    let processes = table("zustaendigkeiten");
    let decisions = table("umsetzung");
    let offers = table("angebote");
    let weight = |row: &Row| match row["abgestimmt"].as_str() {
        "ja" => Some(1.0),
        "teilweise" => Some(0.5),
        "nein" => Some(0.0),
        _ => None,
    };
    let done = |row: &Row| Some(number(row, "abschluesse_ziel")? + number(row, "abschluesse_ohne")?);
    BTreeMap::from([
        (
            "zustaendigkeiten_geklaert",
            share(&processes, |row| is(known(&row["stelle"])? != "-"), |row| known(&row["stelle"]).and(Some(1.0))),
        ),
        (
            "besetzungsquote",
            share(&table("stellen"), |row| number(row, "besetzt_vzae"), |row| number(row, "bewilligt_vzae")),
        ),
        ("faelle_je_vzae", cases_per_post()),
        ("abstimmungsgrad", share(&processes, weight, |_| Some(1.0))),
        // ISO dates sort as they follow each other; twelve months before the end of September.
        (
            "ueberpruefungsquote",
            share(&processes, |row| is(known(&row["letzte_ueberpruefung"])? > "2025-09-30"), |_| Some(1.0)),
        ),
        ("auslastung_angebote", share(&offers, |row| number(row, "belegt"), |row| number(row, "plaetze"))),
        ("parallelangebote", parallel_offers()),
        ("umsetzungsquote", share(&decisions, |row| is(known(&row["stand"])? == "umgesetzt"), |_| Some(1.0))),
        ("ruecklaufquote", 100.0 * table("returns").len() as f64 / 13.0),
        ("zielerreichungsquote", share(&table("faelle"), |row| number(row, "abschluesse_ziel"), done)),
    ])
}

#[test]
fn every_key_figure_equals_the_truth() {
    let world = World::settled("2026-11-20");
    for (id, expected) in truth() {
        let told = world.figure(&format!("{id}/total/{PERIOD}"));
        let value = told["value"].as_f64().unwrap_or_else(|| panic!("{id} is not published: {told}"));
        assert!((value - expected).abs() < 1e-6, "{id}: kim says {value}, the truth is {expected}");
    }
}

#[test]
fn the_summary_shows_exactly_these_figures() {
    let world = World::settled("2026-11-20");
    let run = world.run();
    let shown = sheet(&world.edition(&run, "entscheidung"), "Zusammenfassung");
    let titles = titles();
    let truth = truth();
    for (id, expected) in &truth {
        let title = &titles[*id];
        let row = shown.iter().find(|row| row.iter().any(|cell| cell == title));
        let row = row.unwrap_or_else(|| panic!("{title} is not on the summary:\n{shown:#?}"));
        let value = row.iter().find_map(|cell| cell.parse::<f64>().ok());
        let value = value.unwrap_or_else(|| panic!("{title} shows no number: {row:?}"));
        // What is shown is rounded to one decimal; more would tell more than is shown.
        assert!((value - expected).abs() <= 0.05 + 1e-9, "{title}: the summary shows {value}, the truth is {expected}");
    }
    let figures = shown.iter().filter(|row| titles.values().any(|title| row.contains(title))).count();
    assert_eq!(figures, truth.len(), "ten key figures, no more");
}

/// The German titles of all indicators.
fn titles() -> BTreeMap<String, String> {
    let mut titles = BTreeMap::new();
    for entry in std::fs::read_dir(root().join("pipelines/indicators")).expect("the indicators") {
        let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("a file");
        let mut id = None;
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("[indicator.").and_then(|rest| rest.strip_suffix(']')) {
                id = Some(name.to_owned());
            } else if let (Some(name), Some(rest)) = (&id, line.strip_prefix("title = { de = \"")) {
                titles.insert(name.clone(), rest.split('"').next().unwrap_or_default().to_owned());
                id = None;
            }
        }
    }
    titles
}

/// Bodies with one file in the quarter: each of its tables holds just the rows that the generator meant, whatever the
/// file's format and however untidy.
#[test]
fn every_cell_of_a_return_is_what_was_meant() {
    let world = World::new();
    let mut files: BTreeMap<String, Vec<serde_json::Value>> = BTreeMap::new();
    let mut endings: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(root().join("samples/eingang").join(PERIOD)).unwrap() {
        let path = entry.unwrap().path();
        let told = world.kim(&["inspect", &path.display().to_string(), "--json"]).json();
        if let Some(body) = told["body"].as_str() {
            endings.push(path.extension().unwrap().to_string_lossy().into_owned());
            files.entry(body.to_owned()).or_default().push(told);
        }
    }
    for ending in ["xlsx", "xls", "ods"] {
        assert!(endings.iter().any(|known| known == ending), "no {ending} among {endings:?}");
    }
    let plain = |text: &str| match (text.parse::<f64>(), known(text)) {
        (Ok(number), _) => number.to_string(),
        // A dash says that there is none, which is an empty text.
        (_, Some(text)) if text != "-" => text.to_owned(),
        _ => String::new(),
    };
    let mut compared = 0;
    for (body, told) in files.iter().filter(|(_, told)| told.len() == 1) {
        let present = table("answers").into_iter().filter(|row| row["ags"] == *body && row["state"] == "present");
        for name in present.map(|row| row["table"].clone()) {
            let rows: Vec<Row> = table(&name).into_iter().filter(|row| row["ags"] == *body).collect();
            let Some(first) = rows.first() else { continue };
            let fields: Vec<&String> =
                first.keys().filter(|key| !["ags", "period", "row"].contains(&key.as_str())).collect();
            let mut meant: Vec<Vec<String>> =
                rows.iter().map(|row| fields.iter().map(|field| plain(&row[*field])).collect()).collect();
            let tables = told[0]["tables"].as_array().unwrap();
            let found = tables.iter().find(|table| table["table"] == name.as_str());
            let cell = |cell: &serde_json::Value| match &cell["value"] {
                serde_json::Value::String(text) => plain(text),
                serde_json::Value::Number(number) => plain(&number.to_string()),
                _ => String::new(),
            };
            let read = found.and_then(|table| table["rows"].as_array()).into_iter().flatten();
            let mut read: Vec<Vec<String>> =
                read.map(|row| fields.iter().map(|field| cell(&row[field.as_str()])).collect()).collect();
            meant.sort();
            read.sort();
            assert_eq!(read, meant, "{name} of {}", told[0]["file"]);
            compared += meant.len() * fields.len();
        }
    }
    assert!(compared > 2000, "{compared} cells were compared");
}

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

//! Bedarf and Teilhabe: people by target group, what they need, and what they reached.

use super::GROUPS;
use crate::bodies::Body;
use crate::period::Quarter;
use crate::rng::along;
use crate::value::{Row, Value, code, text};

/// A development in three dated points.
type Knots = [(i64, f64); 3];

/// field, share of the persons, development of that share.
const NEEDS: [(&str, f64, Knots); 6] = [
    ("bedarf_sprache", 0.46, [(0, 1.1), (6, 1.0), (11, 0.82)]),
    ("bedarf_wohnen", 0.24, [(0, 0.9), (7, 1.2), (11, 1.25)]),
    ("bedarf_arbeit", 0.33, [(0, 0.85), (5, 1.05), (11, 1.1)]),
    ("bedarf_kita_schule", 0.19, [(0, 1.1), (6, 1.05), (11, 0.9)]),
    ("bedarf_gesundheit", 0.14, [(0, 0.9), (6, 1.0), (11, 1.1)]),
    ("bedarf_aufenthalt", 0.27, [(0, 1.05), (6, 0.95), (11, 0.9)]),
];

/// How many persons of a group live here at the quarter's end.
fn persons(body: &Body, group: &str, share: f64, quarter: Quarter) -> i64 {
    let t = quarter.t();
    let trend = match group {
        "asylsuchende" => along(&[(0, 1.15), (1, 1.25), (5, 0.9), (11, 0.6)], t),
        "geduldete" => along(&[(0, 1.1), (4, 0.9), (11, 0.72)], t),
        "schutzberechtigte" => along(&[(0, 0.92), (6, 1.05), (11, 1.1)], t),
        "ukraine" => along(&[(0, 1.0), (3, 0.985), (6, 0.94), (8, 0.95), (11, 0.86)], t),
        "drittstaaten" => along(&[(0, 0.85), (11, 1.3)], t),
        _ => along(&[(0, 1.0), (11, 1.04)], t),
    };
    let winter = if group == "asylsuchende" && quarter.number == 4 { 1.06 } else { 1.0 };
    let lasting = body.rng(&[group, "share"]).between(0.75, 1.3);
    let noise = body.rng(&[group, "persons", &quarter.code()]).between(0.985, 1.015);
    (body.inhabitants * share * trend * winter * lasting * noise).round() as i64
}

fn part(persons: i64, share: f64) -> Value {
    Value::Count(((persons as f64 * share).round() as i64).clamp(0, persons))
}

pub fn needs(body: &Body, quarter: Quarter) -> Vec<Row> {
    GROUPS.iter().map(|group| needs_of_group(body, quarter, *group)).collect()
}

fn needs_of_group(body: &Body, quarter: Quarter, (group, share, female, young): (&str, f64, f64, f64)) -> Row {
    let persons = persons(body, group, share, quarter);
    let mut rng = body.rng(&[group, "needs", &quarter.code()]);
    let mut row = Row::from([
        ("zielgruppe", code(group)),
        ("personen", Value::Count(persons)),
        ("personen_weiblich", part(persons, female * rng.between(0.96, 1.04))),
        ("personen_u18", part(persons, young * rng.between(0.95, 1.05))),
        ("stelle", text(office(body, group))),
    ]);
    for (field, share, knots) in NEEDS {
        let lasting = body.rng(&[group, field]).between(0.75, 1.25);
        // The EU's citizens rarely ask about residence, asylum seekers nearly always.
        let special = match (group, field) {
            ("eu", "bedarf_aufenthalt") => 0.2,
            ("asylsuchende" | "geduldete", "bedarf_aufenthalt") => 2.2,
            _ => 1.0,
        };
        row.insert(
            field,
            part(persons, share * lasting * special * along(&knots, quarter.t()) * rng.between(0.95, 1.05)),
        );
    }
    if is_unknown(body, group) {
        row.insert("bedarf_gesundheit", Value::Missing);
    }
    if group == "ukraine" && rng.chance(0.15) {
        row.insert("bemerkung", text("Rückfragen bitte an Frau Mustermann, Zimmer 12"));
    } else if rng.chance(0.06) {
        row.insert("bemerkung", text("Angaben zum Teil geschätzt"));
    }
    row
}

/// Some places do not count the need for health care of every group.
fn is_unknown(body: &Body, group: &str) -> bool {
    body.leaves_gaps() && body.rng(&[group, "unknown health"]).chance(0.12)
}

fn office(body: &Body, group: &str) -> &'static str {
    match group {
        "asylsuchende" | "geduldete" if body.inhabitants > 20_000.0 => "Fachdienst Asyl und Unterbringung",
        "asylsuchende" | "geduldete" => "Sozialamt",
        "eu" | "drittstaaten" => "Bürgerbüro",
        _ if body.inhabitants > 20_000.0 => "Fachstelle Integration",
        _ => "Fachbereich Bürgerdienste und Soziales",
    }
}

pub fn participation(body: &Body, quarter: Quarter) -> Vec<Row> {
    GROUPS.iter().map(|group| participation_of_group(body, quarter, *group)).collect()
}

fn participation_of_group(body: &Body, quarter: Quarter, (group, share, _, young): (&str, f64, f64, f64)) -> Row {
    let t = quarter.t();
    let persons = persons(body, group, share, quarter) as f64;
    let mut rng = body.rng(&[group, "participation", &quarter.code()]);
    let summer = if quarter.number == 3 { 0.6 } else { 1.0 };
    let begun = rng.events(persons * 0.030 * summer * along(&[(0, 1.2), (11, 0.8)], t));
    let finished = rng.events(persons * 0.026 * along(&[(0, 1.0), (6, 1.2), (11, 0.9)], t));
    let reached = rng.of_many(finished, 0.46 + 0.14 * body.pace);
    let placed = rng.events(persons * 0.012 * along(&[(0, 0.8), (11, 1.3)], t) * (0.7 + 0.6 * body.pace));
    let school_start = if quarter.number == 3 { 1.8 } else { 0.8 };
    let sought = rng.events(persons * young * 0.06 * school_start);
    let received = rng.of_many(sought, 0.55 + 0.3 * body.pace);
    let mut row = Row::from([
        ("zielgruppe", code(group)),
        ("kurs_begonnen", Value::Count(begun)),
        ("kurs_beendet", Value::Count(finished)),
        ("kurs_b1", Value::Count(reached)),
        ("vermittelt", Value::Count(placed)),
        ("platz_gesucht", Value::Count(sought)),
        ("platz_erhalten", Value::Count(received)),
    ]);
    // In some places the course figures lie with the course providers.
    if body.rng(&["courses unknown"]).chance(0.3) && rng.chance(0.5) {
        for field in ["kurs_begonnen", "kurs_beendet", "kurs_b1"] {
            row.insert(field, Value::Missing);
        }
    }
    naturalisation(body, quarter, group, persons, &mut row);
    row
}

/// Applications rose with the reform of citizenship law in mid-2024, and the offices took a while to follow.
fn naturalisation(body: &Body, quarter: Quarter, group: &str, persons: f64, row: &mut Row) {
    if matches!(group, "asylsuchende" | "geduldete") && body.rng(&["writes x"]).chance(0.5) {
        for field in ["einb_antraege", "einbuergerungen", "einb_tage"] {
            row.insert(field, Value::NotApplicable);
        }
        return;
    }
    let t = quarter.t();
    let mut rng = body.rng(&[group, "naturalisation", &quarter.code()]);
    let usual = match group {
        "schutzberechtigte" => 0.016,
        "eu" | "drittstaaten" => 0.006,
        "ukraine" => 0.001,
        _ => 0.0,
    };
    let applied = rng.events(persons * usual * along(&[(0, 0.7), (2, 0.9), (3, 1.7), (6, 1.5), (11, 1.2)], t));
    let granted = rng.events(persons * usual * along(&[(0, 0.55), (4, 0.7), (8, 1.1), (11, 1.2)], t));
    let mean_days = along(&[(0, 330.0), (6, 410.0), (11, 300.0)], t) * rng.between(0.9, 1.1);
    row.insert("einb_antraege", Value::Count(applied));
    row.insert("einbuergerungen", Value::Count(granted));
    row.insert("einb_tage", Value::Count((granted as f64 * mean_days).round() as i64));
}

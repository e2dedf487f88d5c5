//! Fälle: a stock that follows from entries and exits, quarter after quarter.

use super::GROUPS;
use crate::bodies::Body;
use crate::period::Quarter;
use crate::rng::along;
use crate::value::{Row, Value, code, count_of};

/// Share of all cases that belong to each group, in the order of `GROUPS`.
const SHARES: [f64; 7] = [0.14, 0.13, 0.27, 0.24, 0.08, 0.11, 0.03];

const TOPICS: [(&str, f64); 7] = [
    ("thema_aufenthalt", 0.42),
    ("thema_erstorientierung", 0.30),
    ("thema_sprache", 0.48),
    ("thema_schule", 0.27),
    ("thema_arbeit", 0.36),
    ("thema_wohnen", 0.33),
    ("thema_gesundheit", 0.19),
];

/// The stock of each group at the end of the last quarter.
pub struct Cases {
    stock: [i64; 7],
}

impl Cases {
    pub fn start(body: &Body, first: Quarter) -> Cases {
        let mut rng = body.rng(&["cases", "start", &first.code()]);
        let stock = SHARES.map(|share| (usual_cases(body) * 0.8 * share * rng.between(0.8, 1.2)).round() as i64);
        Cases { stock }
    }

    pub fn next_quarter(&mut self, body: &Body, quarter: Quarter) -> Vec<Row> {
        (0..GROUPS.len()).map(|index| self.next_of_group(body, quarter, index)).collect()
    }

    fn next_of_group(&mut self, body: &Body, quarter: Quarter, index: usize) -> Row {
        let group = GROUPS[index].0;
        let t = quarter.t();
        let mut rng = body.rng(&[group, "cases", &quarter.code()]);
        let mut start = self.stock[index];
        if is_corrected_start(body, quarter, group) {
            start += 2;
        }
        let season = [1.15, 0.95, 0.85, 1.05][quarter.number as usize - 1];
        let demand = along(&[(0, 1.0), (4, 1.25), (8, 1.15), (11, 1.05)], t);
        let entries = rng.events(usual_cases(body) * SHARES[index] * 0.23 * season * demand);
        let reached_share = 0.09 + 0.06 * body.pace * along(&[(0, 0.6), (6, 1.0), (11, 1.3)], t);
        let reached = rng.of_many(start, reached_share);
        let not_reached = rng.of_many(start - reached, 0.05);
        let other = rng.of_many(start - reached - not_reached, 0.03);
        let end = start + entries - reached - not_reached - other;
        self.stock[index] = end;

        let exits = reached + not_reached + other;
        let mean_days = along(&[(0, 260.0), (11, 205.0)], t) * (1.25 - 0.4 * body.pace) * rng.between(0.85, 1.15);
        let mut row = Row::from([
            ("zielgruppe", code(group)),
            ("bestand_beginn", Value::Count(start)),
            ("zugaenge", Value::Count(entries)),
            ("abschluesse_ziel", Value::Count(reached)),
            ("abschluesse_ohne", Value::Count(not_reached)),
            ("abgaenge_sonstige", Value::Count(other)),
            ("bestand_ende", Value::Count(end)),
            ("personen", Value::Count(end + rng.events(end as f64 * family(group)))),
            ("falltage", Value::Count((exits as f64 * mean_days).round() as i64)),
        ]);
        for (field, share) in TOPICS {
            row.insert(field, Value::Count(rng.of_many(end, share)));
        }
        if body.rng(&["days unknown"]).chance(0.2) {
            row.insert("falltage", Value::Missing);
        }
        debug_assert!(count_of(&row, "personen") >= end);
        row
    }
}

/// Story: Schmallenberg counted anew before 2026-Q2 and starts with two cases more than it had ended with.
fn is_corrected_start(body: &Body, quarter: Quarter, group: &str) -> bool {
    body.ags == "05958040" && quarter == (Quarter { year: 2026, number: 2 }) && group == "schutzberechtigte"
}

/// Cases in an ordinary quarter.
fn usual_cases(body: &Body) -> f64 {
    if body.district { 125.0 } else { 4.0 + body.inhabitants * 0.0013 * body.load }
}

/// Further persons in a case, on average.
fn family(group: &str) -> f64 {
    match group {
        "ukraine" | "schutzberechtigte" => 1.1,
        "eu" | "drittstaaten" => 0.8,
        _ => 0.4,
    }
}

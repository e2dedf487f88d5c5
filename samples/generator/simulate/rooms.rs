//! Räume: few, lasting, slowly getting better.

use crate::bodies::Body;
use crate::period::Quarter;
use crate::rng::along;
use crate::value::{Row, Value, code, decimal, text};

/// Standort, Raumart, area from, area to, seats.
const ROOMS: [(&str, &str, f64, f64, i64); 10] = [
    ("Rathaus", "beratung", 14.0, 22.0, 4),
    ("Rathaus", "buero", 12.0, 20.0, 2),
    ("Bürgerzentrum", "gruppe", 36.0, 62.0, 18),
    ("Rathaus", "warten", 16.0, 32.0, 10),
    ("Familienzentrum", "beratung", 12.0, 18.0, 4),
    ("Volkshochschule", "gruppe", 40.0, 70.0, 20),
    ("Alte Schule", "gruppe", 45.0, 80.0, 24),
    ("Jugendzentrum", "beratung", 11.0, 18.0, 3),
    ("Gemeinschaftsunterkunft", "buero", 10.0, 16.0, 2),
    ("Stadtbücherei", "gruppe", 28.0, 44.0, 12),
];

pub fn rooms(body: &Body, quarter: Quarter) -> Vec<Row> {
    let number = if body.district { 6 } else { (3.0 + body.inhabitants / 9_500.0).min(10.0) as usize };
    (0..number).filter_map(|index| room(body, quarter, index)).collect()
}

fn room(body: &Body, quarter: Quarter, index: usize) -> Option<Row> {
    let (place, kind, area_from, area_to, seats) = ROOMS[index];
    let t = quarter.t();
    let mut lasting = body.rng(&["room", &index.to_string()]);
    // The last room of the list was found during the three years in some places.
    let since = if index >= 3 && lasting.chance(0.25) { lasting.whole(2, 8) } else { -1 };
    if t < since {
        return None;
    }
    let area = (lasting.between(area_from, area_to) * 2.0).round() / 2.0;
    let ready = lasting.chance(0.5);
    let becomes_ready = lasting.whole(5, 9 + (8.0 * (1.0 - body.pace)) as i64);
    let available = lasting.pick(&[12.0, 16.0, 20.0, 25.0, 30.0, 38.5, 39.0]);
    let use_share = lasting.between(0.35, 0.9) * along(&[(0, 0.8), (6, 1.05), (11, 1.1)], t);
    let noise = body.rng(&["room use", &index.to_string(), &quarter.code()]).between(0.93, 1.05);
    let used = ((available * use_share * noise * 2.0).round() / 2.0).min(available);
    let part = &body.places[index % body.places.len()];
    let mut row = Row::from([
        ("standort", text(format!("{place} {part}"))),
        ("raumart", code(kind)),
        ("flaeche", decimal(area)),
        ("plaetze", Value::Count(seats + lasting.whole(-1, 2))),
        ("barrierefrei", Value::YesNo(ready || t >= becomes_ready)),
        ("stunden_verfuegbar", decimal(available)),
        ("stunden_genutzt", decimal(used)),
    ]);
    if body.leaves_gaps() && lasting.chance(0.08) {
        row.insert("flaeche", Value::Missing);
    }
    Some(row)
}

//! Zuständigkeiten, Steuerung, Beschlüsse and Umsetzung: how the co-operation grows up.

use chrono::{Days, NaiveDate};

use super::catalogue::{DECISIONS, Decision};
use crate::bodies::Body;
use crate::period::{Quarter, day};
use crate::value::{Row, Value, code, text};

/// process, who does it in a larger place, who does it in a small one.
const PROCESSES: [(&str, &str, &str); 10] = [
    ("erstaufnahme", "Fachdienst Asyl und Unterbringung", "Bürgerbüro"),
    ("aufenthaltsrecht", "Ausländerbehörde", "Ausländerbehörde des Kreises"),
    ("sprachfoerderung", "Fachstelle Integration", "Fachbereich Bürgerdienste"),
    ("wohnraum", "Fachdienst Wohnen", "Sozialamt"),
    ("kita_schule", "Jugendamt", "Schulverwaltung"),
    ("ausbildung_arbeit", "Jobcenter", "Jobcenter"),
    ("gesundheit", "Fachdienst Soziales", "Sozialamt"),
    ("einbuergerung", "Einbürgerungsbehörde", "Einbürgerungsbehörde des Kreises"),
    ("case_management", "Fachstelle Integration", "Case Management des Kreises"),
    ("ehrenamt", "Ehrenamtskoordination", "Bürgermeisterbüro"),
];

pub fn processes(body: &Body, quarter: Quarter) -> Vec<Row> {
    PROCESSES.iter().map(|process| process_row(body, quarter, *process)).collect()
}

fn process_row(body: &Body, quarter: Quarter, (process, large, small): (&str, &str, &str)) -> Row {
    let t = quarter.t();
    let mut rng = body.rng(&["process", process]);
    let slow = 1.0 - body.pace;
    let has_office = rng.chance(0.75 + 0.25 * body.pace) || t >= rng.whole(3, 6 + (14.0 * slow) as i64);
    let office = if body.district || body.inhabitants > 20_000.0 { large } else { small };
    let deputy = rng.chance(0.2 + 0.3 * body.pace) || t >= rng.whole(2, 6 + (16.0 * slow) as i64);
    let partly = rng.whole(-1, 3 + (10.0 * slow) as i64);
    let fully = partly + rng.whole(2, 5 + (8.0 * slow) as i64);
    let aligned = if t >= fully {
        "ja"
    } else if t >= partly {
        "teilweise"
    } else {
        "nein"
    };
    Row::from([
        ("prozess", code(process)),
        // A dash says that nobody is responsible; a blank would say nothing.
        ("stelle", text(if has_office { office } else { "-" })),
        ("vertretung", Value::YesNo(deputy)),
        ("abgestimmt", code(aligned)),
        ("letzte_ueberpruefung", Value::Date(last_review(body, quarter, process))),
    ])
}

/// The quick look at every process about once a year; the slow let some of them lie.
fn last_review(body: &Body, quarter: Quarter, process: &str) -> NaiveDate {
    let mut rng = body.rng(&["review", process]);
    let first = day(2022, 10, 1) + Days::new(rng.whole(0, 330) as u64);
    let every = if rng.chance(0.25 + 0.6 * body.pace) { rng.whole(330, 390) } else { rng.whole(700, 1_300) };
    let elapsed = (quarter.last_day() - first).num_days().max(0);
    let last = first + Days::new((elapsed / every * every) as u64);
    working_day(last).min(quarter.last_day())
}

fn working_day(date: NaiveDate) -> NaiveDate {
    use chrono::{Datelike, Weekday};
    match date.weekday() {
        Weekday::Sat => date + Days::new(2),
        Weekday::Sun => date + Days::new(1),
        _ => date,
    }
}

pub fn meetings(body: &Body, quarter: Quarter) -> Vec<Row> {
    let number = body.rng(&["meetings", &quarter.code()]).whole(1, 2);
    vec![Row::from([("sitzungen", Value::Count(number))])]
}

/// All decisions taken so far.
fn taken(quarter: Quarter) -> impl Iterator<Item = &'static Decision> {
    DECISIONS.iter().filter(move |decision| date(decision.date) <= quarter.last_day())
}

pub fn decisions(body: &Body, quarter: Quarter) -> Vec<Row> {
    let row = |decision: &Decision| {
        Row::from([
            ("nr", text(decision.number)),
            ("datum", Value::Date(date(decision.date))),
            ("beschluss", text(decision.sentence)),
            ("handlungsfeld", code(decision.field)),
            // The invented bodies of a large trial have other names, there everything concerns everybody.
            ("betrifft", text(if body.invented { "alle" } else { decision.concerns })),
            ("frist", Value::Date(date(decision.due))),
        ])
    };
    taken(quarter).map(row).collect()
}

pub fn implementation(body: &Body, quarter: Quarter) -> Vec<Row> {
    let concerns = |decision: &&Decision| {
        body.invented || decision.concerns == "alle" || decision.concerns.split("; ").any(|name| name == body.name)
    };
    taken(quarter).filter(concerns).map(|decision| state_of(body, quarter, decision)).collect()
}

fn state_of(body: &Body, quarter: Quarter, decision: &Decision) -> Row {
    let mut rng = body.rng(&["decision", decision.number]);
    let (from, due) = (date(decision.date), date(decision.due));
    let time = (due - from).num_days() as f64;
    let begun = from + Days::new((time * rng.between(0.1, 0.5)) as u64);
    let needed = time * rng.between(0.35, 0.8) * (1.7 - 1.1 * body.pace);
    let done = working_day(begun + Days::new(needed as u64));
    // Hallenberg has no need of what the steering group asks for in this one.
    let rejected = decision.number == "2025-05" && body.ags == "05958020" && quarter.last_day() >= due;
    let state = match quarter.last_day() {
        _ if rejected => "abgelehnt",
        today if today >= done => "umgesetzt",
        today if today >= begun => "in_umsetzung",
        _ => "offen",
    };
    let mut row = Row::from([("nr", text(decision.number)), ("stand", code(state))]);
    if state == "umgesetzt" {
        row.insert("umgesetzt_am", Value::Date(done));
    } else if due < quarter.last_day() && rng.chance(0.4) {
        row.insert("bemerkung", text("verzögert, Personalwechsel in der Fachstelle"));
    }
    row
}

fn date(iso: &str) -> NaiveDate {
    iso.parse().expect("the catalogue writes dates as 2026-03-01")
}

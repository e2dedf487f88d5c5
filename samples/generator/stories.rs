//! What was sent, when and how: the ordinary returns, and the stories that `samples/README.md` tells.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeZone, Weekday};
use chrono_tz::{Europe::Berlin, Tz};

use crate::bodies::Body;
use crate::form::Form;
use crate::habits;
use crate::ink::roman;
use crate::layout::CoverFacts;
use crate::period::{LATEST, Quarter, day};
use crate::simulate::simulate;
use crate::truth::Truth;
use crate::value::{Answer, Return, Value, count_of};

pub const BRILON: &str = "05958012";
pub const ESLOHE: &str = "05958016";
pub const HALLENBERG: &str = "05958020";
pub const MARSBERG: &str = "05958024";
pub const MEDEBACH: &str = "05958028";
pub const OLSBERG: &str = "05958036";
pub const SCHMALLENBERG: &str = "05958040";
pub const WINTERBERG: &str = "05958048";

/// One file that arrived.
pub struct Delivery {
    pub ags: String,
    pub quarter: Quarter,
    /// Relative to `eingang/`, without the ending.
    pub file: String,
    pub ending: &'static str,
    pub arrived: DateTime<Tz>,
    pub from: String,
    /// What stands in it, which need not be what is true.
    pub facts: Return,
    pub cover: CoverFacts,
}

/// Returns that came in another file format.
const OTHER_FORMATS: [(&str, i32, u32, &str); 6] = [
    (ESLOHE, 2024, 2, "xls"),
    (ESLOHE, 2026, 3, "xls"),
    (OLSBERG, 2025, 3, "ods"),
    (OLSBERG, 2026, 3, "ods"),
    (SCHMALLENBERG, 2025, 4, "xlsm"),
    (SCHMALLENBERG, 2026, 3, "xlsm"),
];

/// Who returned nothing, and when.
const NO_RETURN: [(&str, Quarter); 2] = [(MEDEBACH, LATEST), (OLSBERG, Quarter { year: 2024, number: 4 })];

pub fn tell(form: &Form, bodies: &[Body], quarters: &[Quarter]) -> (Vec<Delivery>, Truth) {
    let mut deliveries = Vec::new();
    let mut truth = Truth::new();
    for body in bodies {
        for mut facts in simulate(form, body, quarters) {
            let quarter = facts.quarter;
            let returned = !NO_RETURN.contains(&(body.ags.as_str(), quarter));
            if returned {
                if quarter == LATEST {
                    change_truth(body, &mut facts);
                }
                deliveries.extend(deliver(form, body, &facts));
            }
            truth.insert((body.ags.clone(), quarter), returned.then_some(facts));
        }
    }
    deliveries.sort_by(|a, b| (a.quarter, a.arrived, &a.file).cmp(&(b.quarter, b.arrived, &b.file)));
    (deliveries, truth)
}

fn change_truth(body: &Body, facts: &mut Return) {
    match body.ags.as_str() {
        HALLENBERG => {
            facts.answers.insert("teilhabe".to_string(), Answer::Nil);
        }
        MARSBERG => {
            let row = facts.row_mut("faelle", "zielgruppe", "schutzberechtigte");
            let end = count_of(row, "bestand_ende");
            row.insert("bestand_ende", Value::Count(end + 3));
            row.insert("personen", Value::Count(count_of(row, "personen").max(end + 3)));
        }
        _ => {}
    }
}

fn deliver(form: &Form, body: &Body, facts: &Return) -> Vec<Delivery> {
    match body.ags.as_str() {
        BRILON if facts.quarter == LATEST => first_and_correction(body, facts),
        WINTERBERG if facts.quarter == LATEST => in_two_parts(form, body, facts),
        // Story: the largest backlog, and late once more.
        MARSBERG if facts.quarter == LATEST => vec![whole(body, facts, day(2026, 10, 19))],
        _ => vec![whole(body, facts, arrival_day(body, facts.quarter))],
    }
}

fn whole(body: &Body, facts: &Return, date: NaiveDate) -> Delivery {
    delivery(body, facts, "Erstmeldung", "", date)
}

/// Story: the stock of one group with its digits the wrong way round, put right some days later.
fn first_and_correction(body: &Body, facts: &Return) -> Vec<Delivery> {
    let mut mistyped = facts.clone();
    let row = mistyped.row_mut("faelle", "zielgruppe", "schutzberechtigte");
    let end = count_of(row, "bestand_ende");
    let swapped = end % 10 * 10 + end / 10;
    row.insert("bestand_ende", Value::Count(if swapped == end { end + 9 } else { swapped }));
    vec![
        delivery(body, &mistyped, "Erstmeldung", "", day(2026, 10, 8)),
        delivery(body, facts, "Korrektur", "_Korrektur", day(2026, 10, 13)),
    ]
}

/// Story: the offers come later, and late.
fn in_two_parts(form: &Form, body: &Body, facts: &Return) -> Vec<Delivery> {
    let mut first = delivery(body, facts, "Erstmeldung", "", day(2026, 10, 14));
    first.cover.absent.insert("angebote".to_string(), "folgt");
    let mut rest = delivery(body, facts, "Nachlieferung", " Nachlieferung", day(2026, 10, 21));
    let others = form.asked(false).iter().filter(|table| *table != "angebote");
    rest.cover.absent = others.map(|table| (table.clone(), "")).collect();
    vec![first, rest]
}

fn delivery(body: &Body, facts: &Return, kind: &'static str, mark: &str, date: NaiveDate) -> Delivery {
    let quarter = facts.quarter;
    let mut rng = body.rng(&["arrival", &quarter.code(), mark]);
    let (hour, minute, second) = (rng.whole(7, 17) as u32, rng.whole(0, 59) as u32, rng.whole(0, 59) as u32);
    let local = date.and_hms_opt(hour, minute, second).expect("an hour of the day");
    let format = OTHER_FORMATS
        .iter()
        .find(|(ags, year, number, _)| *ags == body.ags && quarter == Quarter { year: *year, number: *number });
    Delivery {
        ags: body.ags.clone(),
        quarter,
        file: format!("{}/{}{mark}", quarter.code(), file_name(body, quarter)),
        ending: format.map_or("xlsx", |format| format.3),
        arrived: Berlin.from_local_datetime(&local).single().expect("no clock changes in office hours"),
        from: body.mail(),
        facts: facts.clone(),
        cover: CoverFacts { kind, as_of: date, absent: BTreeMap::new() },
    }
}

fn file_name(body: &Body, quarter: Quarter) -> String {
    habits::of(body)
        .file
        .replace("{name}", body.short_name())
        .replace("{code}", &quarter.code())
        .replace("{year}", &quarter.year.to_string())
        .replace("{q}", &quarter.number.to_string())
        .replace("{roman}", roman(quarter))
}

fn arrival_day(body: &Body, quarter: Quarter) -> NaiveDate {
    let mut rng = body.rng(&["arrival day", &quarter.code()]);
    let late = rng.chance(body.lateness);
    let days = if late { rng.whole(18, 34) } else { rng.whole(4, 15) };
    let date = quarter.last_day() + Days::new(days as u64);
    match date.weekday() {
        Weekday::Sat => date - Days::new(1),
        Weekday::Sun => date - Days::new(2),
        _ => date,
    }
}

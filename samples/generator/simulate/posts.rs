//! Stellen: planned, approved, filled, left, filled again, and the money that goes with it.

use chrono::NaiveDate;

use crate::bodies::Body;
use crate::period::{Quarter, day};
use crate::value::{Row, Value, code, decimal, text};

/// From quarter `t` on: planned, approved and filled posts (VZÄ).
type Step = (i64, f64, f64, f64);

struct Post {
    ags: &'static str,
    component: &'static str,
    function: &'static str,
    label: &'static str,
    place: &'static str,
    steps: &'static [Step],
}

const fn cm(ags: &'static str, label: &'static str, place: &'static str, steps: &'static [Step]) -> Post {
    Post { ags, component: "case_management", function: "case_management", label, place, steps }
}

const fn lead(ags: &'static str, place: &'static str, steps: &'static [Step]) -> Post {
    Post { ags, component: "koordinierung", function: "koordination", label: "Koordination KIM", place, steps }
}

const fn help(ags: &'static str, place: &'static str, steps: &'static [Step]) -> Post {
    Post { ags, component: "koordinierung", function: "assistenz", label: "Assistenz KIM", place, steps }
}

const fn office(ags: &'static str, label: &'static str, place: &'static str, steps: &'static [Step]) -> Post {
    Post { ags, component: "auslaenderbehoerde", function: "sachbearbeitung", label, place, steps }
}

#[rustfmt::skip] // one line each reads best
const POSTS: [Post; 34] = [
    lead("05958000", "Meschede", &[(0, 3.0, 2.0, 1.0), (2, 3.0, 2.0, 2.0), (5, 3.5, 3.0, 2.0), (7, 3.5, 3.5, 3.0)]),
    help("05958000", "Meschede", &[(0, 1.0, 0.5, 0.5), (4, 1.0, 1.0, 0.5), (6, 1.0, 1.0, 1.0)]),
    cm("05958000", "Case Management West", "Arnsberg", &[(0, 2.0, 1.0, 1.0), (3, 2.0, 2.0, 1.0), (5, 2.0, 2.0, 2.0)]),
    cm("05958000", "Case Management Mitte", "Meschede", &[(0, 2.0, 2.0, 1.5), (6, 2.0, 2.0, 2.0), (10, 2.0, 2.0, 1.0)]),
    cm("05958000", "Case Management Ost", "Brilon", &[(0, 1.0, 0.0, 0.0), (2, 1.0, 1.0, 0.0), (4, 1.0, 1.0, 1.0)]),
    office("05958000", "Ausländerbehörde", "Meschede", &[(0, 3.0, 2.0, 1.5), (3, 3.0, 3.0, 2.0), (7, 3.0, 3.0, 2.5)]),
    office("05958000", "Einbürgerung", "Meschede", &[(0, 1.0, 1.0, 1.0), (4, 2.0, 1.5, 1.0), (8, 2.0, 2.0, 2.0)]),
    lead("05958004", "Alt-Arnsberg", &[(0, 1.0, 0.5, 0.5), (5, 1.0, 1.0, 0.5), (6, 1.0, 1.0, 1.0)]),
    cm("05958004", "Case Management Neheim-Hüsten", "Neheim", &[(0, 1.0, 1.0, 1.0)]),
    cm("05958004", "Case Management Alt-Arnsberg", "Alt-Arnsberg", &[(0, 1.0, 0.5, 0.5), (3, 1.0, 1.0, 1.0), (9, 1.0, 1.0, 0.5)]),
    cm("05958004", "Case Management Ankommen", "Hüsten", &[(0, 1.0, 0.0, 0.0), (4, 1.0, 1.0, 0.0), (6, 1.0, 1.0, 0.5), (10, 1.0, 1.0, 0.0)]),
    office("05958004", "Ausländerbehörde", "Alt-Arnsberg", &[(0, 2.0, 1.5, 1.0), (2, 2.0, 2.0, 1.5), (5, 2.5, 2.5, 2.5)]),
    office("05958004", "Einbürgerung", "Alt-Arnsberg", &[(0, 1.0, 0.5, 0.5), (5, 1.0, 1.0, 1.0)]),
    cm("05958008", "Case Management Bestwig", "Bestwig", &[(0, 0.5, 0.5, 0.0), (1, 0.5, 0.5, 0.5)]),
    lead("05958012", "Brilon", &[(0, 0.5, 0.0, 0.0), (4, 0.5, 0.5, 0.5)]),
    cm("05958012", "Case Management Brilon", "Brilon", &[(0, 1.5, 1.0, 0.5), (3, 1.5, 1.0, 1.0), (7, 1.5, 1.5, 1.0), (9, 1.5, 1.5, 1.5)]),
    cm("05958016", "Case Management Eslohe", "Eslohe", &[(0, 0.5, 0.5, 0.5)]),
    cm("05958020", "Case Management Hallenberg", "Hallenberg", &[(0, 0.5, 0.0, 0.0), (2, 0.5, 0.5, 0.0), (3, 0.5, 0.5, 0.5)]),
    cm("05958024", "Case Management Marsberg", "Marsberg", &[(0, 1.0, 0.5, 0.5), (5, 1.5, 1.5, 0.5)]),
    help("05958024", "Marsberg", &[(4, 0.5, 0.5, 0.0)]),
    cm("05958028", "Case Management Medebach", "Medebach", &[(0, 0.5, 0.5, 0.5)]),
    lead("05958032", "Meschede", &[(0, 0.5, 0.5, 0.5), (6, 1.0, 1.0, 1.0)]),
    cm("05958032", "Case Management Meschede I", "Meschede", &[(0, 1.0, 1.0, 1.0)]),
    cm("05958032", "Case Management Meschede II", "Freienohl", &[(0, 1.0, 0.5, 0.0), (2, 1.0, 0.5, 0.5), (7, 1.0, 1.0, 1.0)]),
    help("05958032", "Meschede", &[(3, 0.5, 0.5, 0.5)]),
    cm("05958036", "Case Management Olsberg", "Olsberg", &[(0, 1.0, 0.5, 0.5), (8, 1.0, 1.0, 0.5), (9, 1.0, 1.0, 1.0)]),
    lead("05958040", "Schmallenberg", &[(0, 0.5, 0.5, 0.5)]),
    cm("05958040", "Case Management Schmallenberg", "Schmallenberg", &[(0, 1.0, 1.0, 0.5), (2, 1.0, 1.0, 1.0)]),
    cm("05958040", "Case Management Bad Fredeburg", "Bad Fredeburg", &[(3, 0.5, 0.0, 0.0), (5, 0.5, 0.5, 0.5), (11, 0.5, 0.5, 0.0)]),
    lead("05958044", "Sundern", &[(1, 0.5, 0.5, 0.0), (2, 0.5, 0.5, 0.5)]),
    cm("05958044", "Case Management Sundern", "Sundern", &[(0, 1.0, 1.0, 0.5), (2, 1.0, 1.0, 1.0), (7, 1.5, 1.5, 1.0)]),
    help("05958044", "Sundern", &[(5, 0.5, 0.0, 0.0), (8, 0.5, 0.5, 0.5)]),
    cm("05958048", "Case Management Winterberg", "Winterberg", &[(0, 1.0, 0.5, 0.5), (6, 1.0, 1.0, 0.5)]),
    lead("05958048", "Winterberg", &[(4, 0.5, 0.0, 0.0), (9, 0.5, 0.5, 0.0)]),
];

const SMALL: [Post; 1] = [cm("", "Case Management", "Zentrum", &[(0, 0.5, 0.5, 0.5), (7, 1.0, 0.5, 0.5)])];
const LARGE: [Post; 3] = [
    lead("", "Zentrum", &[(0, 0.5, 0.5, 0.0), (3, 1.0, 1.0, 0.5)]),
    cm("", "Case Management", "Zentrum", &[(0, 1.5, 1.0, 0.5), (4, 2.0, 2.0, 1.5), (10, 2.0, 2.0, 1.0)]),
    office("", "Ausländerbehörde", "Zentrum", &[(0, 1.0, 1.0, 0.5), (5, 1.0, 1.0, 1.0)]),
];

pub fn posts(body: &Body, quarter: Quarter) -> Vec<Row> {
    let of_body: Vec<&Post> = match body.invented {
        false => POSTS.iter().filter(|post| post.ags == body.ags).collect(),
        true if body.district || body.inhabitants > 20_000.0 => LARGE.iter().collect(),
        true => SMALL.iter().collect(),
    };
    of_body.into_iter().filter_map(|post| post_row(body, quarter, post)).collect()
}

fn post_row(body: &Body, quarter: Quarter, post: &Post) -> Option<Row> {
    let (_, planned, approved, filled) = step_at(post, quarter.t())?;
    let carrier =
        if body.district { "Kreisverwaltung".to_string() } else { format!("Verwaltung {}", body.short_name()) };
    let mut row = Row::from([
        ("baustein", code(post.component)),
        ("funktion", code(post.function)),
        ("stellenbezeichnung", text(post.label)),
        ("standort", text(post.place)),
        ("geplant_vzae", decimal(planned)),
        ("bewilligt_vzae", decimal(approved)),
        ("besetzt_vzae", decimal(filled)),
        ("traeger", text(carrier)),
        ("mittel_bewilligt", Value::Hundredths(granted(post, quarter))),
        ("mittel_abgerufen", Value::Hundredths(drawn(body, post, quarter))),
    ]);
    if filled > 0.0 {
        row.insert("besetzt_seit", Value::Date(filled_since(body, post, quarter)));
        row.insert("befristet_bis", limited_until(body, post, quarter));
    }
    Some(row)
}

/// The step in force; before the first quarter of a long trial the first step holds.
fn step_at(post: &Post, t: i64) -> Option<Step> {
    post.steps.iter().rev().find(|step| step.0 <= t.max(0)).copied()
}

/// The month in which the present holders came.
fn filled_since(body: &Body, post: &Post, quarter: Quarter) -> NaiveDate {
    let mut since = 0;
    let mut before = 0.0;
    for &(t, _, _, filled) in post.steps.iter().filter(|step| step.0 <= quarter.t().max(0)) {
        if filled > before {
            since = t;
        }
        before = filled;
    }
    let mut rng = body.rng(&["post", post.label, &since.to_string()]);
    if since == 0 {
        // Filled before the samples begin, also when a long trial begins earlier.
        return day(rng.whole(2020, 2021) as i32, rng.whole(1, 12) as u32, 1);
    }
    let start = Quarter::at(since).first_day();
    day(
        start.format("%Y").to_string().parse().expect("a year"),
        Quarter::at(since).number * 3 - 2 + rng.whole(0, 2) as u32,
        1,
    )
}

fn limited_until(body: &Body, post: &Post, quarter: Quarter) -> Value {
    if body.rng(&["limited", post.label]).chance(0.3) {
        return Value::Missing;
    }
    let year = if quarter.t() < 4 {
        2024
    } else if quarter.t() < 10 {
        2026
    } else {
        2028
    };
    Value::Date(day(year, 12, 31))
}

/// Wages of a full post for a quarter, in cents.
fn wage(post: &Post, year: i32) -> f64 {
    let euro_a_year = match post.function {
        "koordination" => 74_500.0,
        "assistenz" => 59_800.0,
        "sachbearbeitung" => 64_200.0,
        _ => 67_900.0,
    };
    let raises = f64::from(year - 2023);
    euro_a_year * (1.0 + 0.028 * raises) * 100.0 / 4.0
}

/// The grant for the calendar year, as far as it is known in this quarter.
fn granted(post: &Post, quarter: Quarter) -> i64 {
    let vzae_of = |number: u32| {
        let t = Quarter { year: quarter.year, number }.t().min(quarter.t());
        step_at(post, t).map_or(0.0, |step| step.2)
    };
    let quarters: f64 = (1..=4).map(vzae_of).sum();
    // Notices of approval come in whole hundreds of euro.
    ((quarters * wage(post, quarter.year) / 10_000.0).ceil() * 10_000.0) as i64
}

/// What was drawn of it since January: wages of filled posts, for which some ask late.
fn drawn(body: &Body, post: &Post, quarter: Quarter) -> i64 {
    let diligence = 0.78 + 0.2 * body.pace;
    let paid: f64 = (1..=quarter.number)
        .map(|number| {
            let step = step_at(post, Quarter { year: quarter.year, number }.t());
            let share = if number == quarter.number { diligence } else { 0.985 };
            step.map_or(0.0, |step| step.3.min(step.2)) * share
        })
        .sum();
    ((paid * wage(post, quarter.year)).floor() as i64).min(granted(post, quarter))
}

//! Angebote: what there is for people to go to, how full it is, and who waits.

use super::catalogue::{OFFERS, Offer, STORY_OFFERS, StoryOffer};
use crate::bodies::Body;
use crate::period::Quarter;
use crate::rng::along;
use crate::value::{Row, Value, code, text};

pub fn offers(body: &Body, quarter: Quarter) -> Vec<Row> {
    let told = STORY_OFFERS.iter().filter(|offer| offer.ags == body.ags);
    let mut rows: Vec<Row> = told.map(|offer| told_offer(body, quarter, offer)).collect();
    for index in pick_offers(body, wanted(body).saturating_sub(rows.len())) {
        rows.extend(usual_offer(body, quarter, index));
    }
    rows
}

fn wanted(body: &Body) -> usize {
    if body.district { 6 } else { (2.5 + body.inhabitants / 5_200.0).min(15.0) as usize }
}

/// A few of the catalogue, in the catalogue's order of a shuffled deck.
fn pick_offers(body: &Body, number: usize) -> Vec<usize> {
    let mut rng = body.rng(&["offers"]);
    let mut deck: Vec<usize> = (0..OFFERS.len()).collect();
    for last in (1..deck.len()).rev() {
        deck.swap(last, rng.whole(0, last as i64) as usize);
    }
    deck.truncate(number);
    deck
}

fn usual_offer(body: &Body, quarter: Quarter, index: usize) -> Option<Row> {
    let offer = &OFFERS[index];
    let t = quarter.t();
    let mut rng = body.rng(&["offer", offer.name]);
    let since = if rng.chance(0.25) { rng.whole(1, 8) } else { -99 };
    let until = if rng.chance(0.1) { rng.whole(6, 11) } else { 99 };
    if t < since || t >= until {
        return None;
    }
    let scale = if body.inhabitants > 40_000.0 {
        1.5
    } else if body.inhabitants < 9_000.0 {
        0.7
    } else {
        1.0
    };
    let usual = (offer.places as f64 * scale).round();
    let relief = if rng.chance(0.6) { rng.whole(6, 9) } else { 99 };
    let places = if t >= relief { (usual * 1.25).round() } else { usual };
    let crowd = along(&[(0, 0.85), (4, 1.12), (7, 1.2), (11, 1.08)], t) * rng.between(0.65, 1.15);
    let summer = if quarter.number == 3 { 0.92 } else { 1.0 };
    let noise = body.rng(&["offer use", offer.name, &quarter.code()]).between(0.93, 1.07);
    let demand = (usual * crowd * summer * noise).round();
    let opens = rng.whole(-5, 13 + (14.0 * (1.0 - body.pace)) as i64);
    let aligned = rng.whole(-4, 8 + (12.0 * (1.0 - body.pace)) as i64);
    let mut row = row_of(offer, body);
    row.insert("ort", text(body.places[rng.whole(0, body.places.len() as i64 - 1) as usize].clone()));
    row.insert("plaetze", Value::Count(places as i64));
    row.insert("belegt", Value::Count(demand.min(places) as i64));
    // Nobody queues for a meeting place.
    let waiting = if offer.kind == "treffpunkt" { 0.0 } else { ((demand - places) * 0.8).max(0.0).round() };
    row.insert("warteliste", Value::Count(waiting as i64));
    row.insert("offen", Value::YesNo(body.district || t >= opens));
    row.insert(
        "abgestimmt",
        code(if t >= aligned + 3 {
            "ja"
        } else if t >= aligned {
            "teilweise"
        } else {
            "nein"
        }),
    );
    Some(row)
}

fn row_of(offer: &Offer, body: &Body) -> Row {
    let carrier = offer.carrier.replace("{ort}", body.short_name());
    Row::from([
        ("angebot", text(offer.name)),
        ("typ", code(offer.kind)),
        ("zielgruppe", code(offer.group)),
        ("rechtskreis", code(offer.law)),
        ("traeger", text(carrier)),
    ])
}

/// An offer with a story: its places are fixed, only its use moves a little.
fn told_offer(body: &Body, quarter: Quarter, story: &StoryOffer) -> Row {
    let noise = body.rng(&["told", story.offer.name, &quarter.code()]).whole(-1, 1);
    let mut row = row_of(&story.offer, body);
    let taken = along(&story.taken, quarter.t()).round() as i64 + noise;
    row.insert("ort", text(story.place));
    row.insert("plaetze", Value::Count(story.offer.places));
    row.insert("belegt", Value::Count(taken.clamp(0, story.offer.places)));
    row.insert("warteliste", Value::Count((taken - story.offer.places).max(0)));
    row.insert("offen", Value::YesNo(false));
    row.insert("abgestimmt", code("nein"));
    row
}

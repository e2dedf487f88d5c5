//! Values that stand out: against what the same body reported before, and against the other bodies.
//!
//! In: fields with `outlier = true`, the facts. Out: findings. The score is 0.6745 · (x − median) / MAD with 3.5 as its
//! limit (B. Iglewicz and D. C. Hoaglin, How to Detect and Handle Outliers, ASQC Quality Press 1993). Where half of the
//! values are the same the MAD is 0, and where they lie close together any step is far; so a value must also differ by
//! a quarter of the median, and a count by more than chance: 2·(√(x+⅜) − √(m+⅜)) has a standard deviation of 1 for counts
//! that vary by chance alone (F. J. Anscombe, Biometrika 35, 1948).
//! Never: a figure of another body in a finding.

use std::collections::BTreeMap;

use super::beside::{Origin, keys};
use super::{Input, Tables};
use crate::base::frame::{PolarsError, numbers, texts};
use crate::model::finding::{Code, Finding};
use crate::model::form::{Field, FieldType};
use crate::model::municipality::BodyKind;
use crate::model::period::Period;
use crate::model::rule::Outliers;
use crate::model::value::Place;

/// Makes the MAD comparable with a standard deviation.
const NORMAL: f64 = 0.6745;
/// A value must differ by so much of the median.
const NOTABLE: f64 = 0.25;

/// One value of one body: of a row with a key, or the sum of the rows of a table without.
struct Value<'a> {
    number: f64,
    submission: &'a str,
    rows: Vec<u32>,
}

/// Values by key, period and body.
type Values<'a> = BTreeMap<String, BTreeMap<Period, BTreeMap<&'a str, Value<'a>>>>;

pub(super) fn outliers(input: &Input<'_>, tables: &Tables<'_>) -> Result<Vec<Finding>, PolarsError> {
    let mut findings = Vec::new();
    for (name, table) in input.form.tables.iter().filter(|(name, _)| input.facts.tables.contains_key(*name)) {
        for field in table.fields.iter().filter(|field| field.outlier) {
            let values = values(name, field, input, tables)?;
            let told = |code, told: Vec<Told<'_>>| merged(code, name, field, told, input, tables);
            findings.extend(told(Code::OutlierOwnPast, own_past(&values, field, &input.form.outliers))?);
            findings.extend(told(Code::OutlierAmongPeers, among_peers(&values, field, input))?);
        }
    }
    Ok(findings)
}

fn values<'a>(name: &str, field: &Field, input: &Input<'a>, tables: &Tables<'_>) -> Result<Values<'a>, PolarsError> {
    let own = &input.facts.tables[name];
    let keyed = input.form.tables[name].keys();
    let keys = keys(own, &keyed)?;
    let (ids, bodies, periods) = (texts(own, "submission")?, texts(own, "ags")?, texts(own, "period")?);
    let numbers = numbers(own, field.name.get_ref())?;
    let mut values = Values::new();
    let mut gaps = Vec::new();
    for row in 0..own.height() {
        let (Some(id), Some(ags), Some(written)) = (ids[row], bodies[row], periods[row]) else { continue };
        let Some(period) = written.parse::<Period>().ok().filter(|_| tables.counting.counts(ags, written, name, id))
        else {
            continue;
        };
        let Some(key) = (if keyed.is_empty() { Some(String::new()) } else { keys[row].clone() }) else { continue };
        match numbers[row] {
            Some(number) => {
                let known = values.entry(key).or_default().entry(period).or_default();
                let value = known.entry(ags).or_insert(Value { number: 0.0, submission: id, rows: Vec::new() });
                value.number += number;
                value.rows.push(row as u32);
            }
            None => gaps.push((key, period, ags)),
        }
    }
    // A sum over a gap is no sum.
    for (key, period, ags) in gaps {
        if let Some(known) = values.get_mut(&key).and_then(|periods| periods.get_mut(&period)) {
            known.remove(ags);
        }
    }
    Ok(values)
}

/// What is told of one value.
struct Told<'v> {
    body: &'v str,
    period: Period,
    value: &'v Value<'v>,
    /// What was usual so far; empty where that would tell of others.
    usual: String,
}

fn own_past<'v>(values: &'v Values<'_>, field: &Field, limits: &Outliers) -> Vec<Told<'v>> {
    let mut told = Vec::new();
    for periods in values.values() {
        for (period, bodies) in periods {
            for (body, value) in bodies {
                let before = periods.range(..*period).rev().filter_map(|(_, bodies)| bodies.get(body));
                let mut before: Vec<f64> = before.take(2 * limits.periods).map(|value| value.number).collect();
                if before.len() >= limits.periods && stands_out(value.number, &mut before, field.kind, limits.score) {
                    told.push(Told { body, period: *period, value, usual: middle_half(&before) });
                }
            }
        }
    }
    told
}

/// By what is reported for each inhabitant; without their number a body is nobody's peer.
fn among_peers<'v>(values: &'v Values<'_>, field: &Field, input: &Input<'_>) -> Vec<Told<'v>> {
    let municipality = |ags: &str| {
        let body = input.register.bodies.iter().find(|body| body.ags == ags && body.kind == BodyKind::Municipality);
        body.and_then(|body| body.inhabitants).filter(|inhabitants| *inhabitants > 0.0)
    };
    let inhabitants: BTreeMap<&str, f64> =
        input.register.bodies.iter().filter_map(|body| Some((body.ags.as_str(), municipality(&body.ags)?))).collect();
    let limits = &input.form.outliers;
    let mut told = Vec::new();
    for (period, bodies) in values.values().flatten() {
        for (body, value) in bodies {
            let Some(own) = inhabitants.get(body) else { continue };
            // What each of the others would report if it were as large as this one.
            let others = bodies.iter().filter(|(other, _)| *other != body);
            let mut others: Vec<f64> =
                others.filter_map(|(other, value)| Some(value.number / inhabitants.get(other)? * own)).collect();
            if others.len() >= limits.bodies && stands_out(value.number, &mut others, field.kind, limits.score) {
                told.push(Told { body, period: *period, value, usual: String::new() });
            }
        }
    }
    told
}

/// Does `value` stand out from `usual`? Sorts them.
fn stands_out(value: f64, usual: &mut [f64], kind: FieldType, limit: f64) -> bool {
    usual.sort_by(f64::total_cmp);
    let median = median(usual);
    let mut distances: Vec<f64> = usual.iter().map(|other| (other - median).abs()).collect();
    distances.sort_by(f64::total_cmp);
    let mad = self::median(&distances);
    let distance = (value - median).abs();
    // Without a spread every difference is beyond it; what follows decides.
    let beyond = if mad > 0.0 { NORMAL * distance / mad > limit } else { distance > 0.0 };
    let root = |number: f64| (number.max(0.0) + 0.375).sqrt();
    let by_chance = kind == FieldType::Count && 2.0 * (root(value) - root(median)).abs() <= limit;
    beyond && distance > NOTABLE * median.abs() && !by_chance
}

/// Of sorted numbers.
fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => 0.0,
        even if even % 2 == 0 => f64::midpoint(sorted[middle - 1], sorted[middle]),
        _ => sorted[middle],
    }
}

/// `18–25`: where the middle half of the sorted numbers lies.
fn middle_half(sorted: &[f64]) -> String {
    let quarter = sorted.len() / 4;
    let (low, high) = (sorted[quarter], sorted[sorted.len() - 1 - quarter]);
    if low == high { super::shown(low) } else { format!("{}–{}", super::shown(low), super::shown(high)) }
}

/// One finding for each return: the same field stands out in several rows at once now and then.
fn merged(
    code: Code,
    name: &str,
    field: &Field,
    told: Vec<Told<'_>>,
    input: &Input<'_>,
    tables: &Tables<'_>,
) -> Result<Vec<Finding>, PolarsError> {
    type Found = (Finding, Vec<String>, Vec<String>);
    let mut findings: BTreeMap<(&str, &str, Period), Found> = BTreeMap::new();
    for Told { body, period, value, usual } in told {
        let Some(submission) = input.submissions.get(value.submission) else { continue };
        let (finding, found, expected) = findings.entry((value.submission, body, period)).or_insert_with(|| {
            let finding = Finding::new(code, submission).table(name);
            let finding = Finding { body: Some(body.to_owned()), period: Some(period), ..finding };
            (finding, Vec::new(), Vec::new())
        });
        let mut places: Vec<Place> = Vec::new();
        for row in &value.rows {
            let origin = Origin { table: name, row: *row, field: field.name.get_ref(), elsewhere: false };
            places.extend(tables.cells.at(input.facts, &origin)?.and_then(|cell| cell.place));
        }
        finding.places.extend(places);
        found.push(super::shown(value.number));
        expected.extend((!usual.is_empty()).then_some(usual));
    }
    let finish = |(finding, found, expected): (Finding, Vec<String>, Vec<String>)| {
        finding.found(found.join("; ")).expected(expected.join("; "))
    };
    Ok(findings.into_values().map(finish).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn out(value: f64, usual: &[f64], kind: FieldType) -> bool {
        stands_out(value, &mut usual.to_vec(), kind, 3.5)
    }

    #[test]
    fn a_value_stands_out_by_its_distance_and_not_by_chance() {
        use FieldType::{Count, Money};
        let usual = [18.0, 19.0, 21.0, 22.0, 24.0, 25.0];
        assert!(out(120.0, &usual, Count));
        assert!(!out(28.0, &usual, Count));
        assert!(out(0.0, &usual, Count), "a forgotten column of zeros");
        assert!(!out(865.0, &[949.0, 960.0, 970.0, 980.0, 990.0, 1004.0], Count), "a tenth less is no alarm");
        let small = [2.0, 2.0, 2.0, 2.0, 2.0, 2.0];
        assert!(!out(5.0, &small, Count), "no spread, but two and five are as good as the same");
        assert!(out(20.0, &small, Count));
        assert!(!out(2.0, &small, Count));
        assert!(!out(4.0, &[0.0; 8], Count));
        let money = [50_000.0; 6];
        assert!(!out(55_000.0, &money, Money));
        assert!(out(500_000.0, &money, Money), "a digit too many");
        let wide = [10.0, 40.0, 80.0, 120.0, 200.0, 260.0];
        assert!(!out(400.0, &wide, Count), "nothing is unusual where everything happens");
    }

    #[test]
    fn what_is_usual_is_where_the_middle_half_lies() {
        assert_eq!(middle_half(&[1.0, 18.0, 20.0, 22.0, 25.0, 90.0]), "18–25");
        assert_eq!(middle_half(&[7.0, 7.0, 7.0]), "7");
        assert_eq!(median(&[1.0, 2.0, 4.0, 8.0]), 3.0);
    }
}

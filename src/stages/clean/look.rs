//! A cell that its sender sees otherwise than it is stored: what is seen counts, and where the two differ, neither does.
//!
//! In: a raw cell with what is known of its look. Out: a [`CleanCell`] and what is wrong. A number whose format adds something
//! (`12,5 T€`, `<3`) is judged as though that had been typed: what belongs to the column (its unit, a currency) is no fault, what says
//! another number is asked back, what says that there is a secret is one. Never: a number that is 1000 times what is seen.

use chrono::NaiveDate;

use super::cell::{self, Asked, Wrong, wrong};
use crate::base::short::Short;
use crate::model::finding::Code as Fault;
use crate::model::form::FieldType;
use crate::model::raw::{Look, RawValue};
use crate::model::understood::CleanCell;
use crate::model::value::{Place, State, Value};

pub(super) fn clean<'a>(
    raw: &RawValue,
    looks: impl Iterator<Item = &'a Look>,
    place: Place,
    asked: &Asked<'_>,
    latest: NaiveDate,
) -> (CleanCell, Vec<Wrong>) {
    let (mut cell, told) = cell::clean(Some(raw), place, asked, latest);
    let mut told: Vec<Wrong> = told.into_iter().collect();
    for look in looks {
        match (look, raw) {
            (Look::Shown(shown), RawValue::Number(number)) => {
                (cell, told) = seen(cell, told, (*number, shown), asked, latest);
            }
            (Look::Shown(shown), RawValue::Text(_)) if asked.field.kind.is_number() => {
                (cell, told) = part_seen(cell, told, shown, asked, latest);
            }
            (Look::Shown(_), _) => {}
            (Look::Torn { text, fields, headings }, _) => {
                let found = place_of(&cell).map(|row| format!("{} ({fields})", row + 1));
                told = vec![Wrong { found, ..wrong(Fault::LineTooLong, headings.to_string()) }];
                (cell.state, cell.value, cell.written) = (State::Missing, None, text.clone());
            }
            // Of a cell that says nothing there is nothing to say.
            _ if cell.written.is_empty() => {}
            (Look::CrossedOut | Look::Slashed, _) => {
                let found = (!cell.written.is_empty()).then(|| cell.written.to_string());
                told = vec![Wrong { found, ..wrong(Fault::CrossedOut, "") }];
                (cell.state, cell.value) = (State::Missing, None);
            }
            (Look::PartlyCrossedOut(crossed), _) => {
                let left = cell.written.clone();
                told.push(Wrong { found: Some(crossed.clone()), ..wrong(Fault::PartlyCrossedOut, left) });
            }
            (Look::InsteadOfError | Look::Linked, _) => {
                if asked.field.kind.is_number() && cell.value.is_some() {
                    let linked = *look == Look::Linked;
                    told.push(wrong(if linked { Fault::LinkedWorkbook } else { Fault::NumberFromError }, ""));
                }
            }
            (Look::HardToSee, _) => {
                if asked.field.kind.is_number() && cell.value.is_some() {
                    told.push(wrong(Fault::NumberHardToSee, ""));
                }
            }
        }
    }
    (cell, told)
}

fn place_of(cell: &CleanCell) -> Option<u32> {
    cell.place.as_ref().map(|place| place.row)
}

/// The number as it is stored, next to what its format shows.
fn seen(
    cell: CleanCell,
    told: Vec<Wrong>,
    (number, shown): (f64, &str),
    asked: &Asked<'_>,
    latest: NaiveDate,
) -> (CleanCell, Vec<Wrong>) {
    let place = cell.place.clone().unwrap_or_else(|| Place { sheet: Short::default(), row: 0, column: 0 });
    let (typed, fault) = cell::clean(Some(&RawValue::Text(shown.into())), place, asked, latest);
    if !asked.field.kind.is_number() {
        return match asked.field.kind {
            FieldType::Text | FieldType::Code => (typed, fault.into_iter().collect()),
            _ => (cell, told),
        };
    }
    let written = typed.written.clone();
    let keep = |value: f64, told: Vec<Wrong>| {
        (
            CleanCell {
                state: State::Reported,
                value: Some(Value::Number(value)),
                written: written.clone(),
                ..cell.clone()
            },
            told,
        )
    };
    let percent = shown.ends_with('%');
    // A format rounds; what it does not show of the number is still there.
    let agrees = |seen: f64, stored: f64| (seen - stored).abs() <= 0.5 * 10_f64.powi(-decimals(shown)) * (1.0 + 1e-9);
    match (typed.state, &typed.value) {
        (State::Reported, Some(Value::Number(seen))) if agrees(*seen, number) => match cell.value {
            Some(Value::Number(value)) => keep(value, fault.into_iter().chain(told).take(1).collect()),
            _ => (cell, told),
        },
        // Per cent of one are stored as hundredths; where per cent are asked, it is they that count.
        (State::Reported, Some(Value::Number(seen))) if percent && agrees(*seen, number * 100.0) => {
            keep(number * 100.0, Vec::new())
        }
        (State::Withheld, _) => (typed, fault.into_iter().collect()),
        // A format of per cent shows hundredths as per cent; a mere sign behind the number makes it another.
        _ if percent && hundredths(shown, number) && asked.field.kind != FieldType::Count && !said_otherwise(&cell) => {
            (cell, told)
        }
        _ if is_reading(fault.as_ref(), number) => (cell, told),
        _ => {
            let fault =
                Wrong { found: Some(written.to_string()), ..wrong(Fault::NumberShownOtherwise, cell::shown(number)) };
            (CleanCell { state: State::Missing, value: None, written, ..cell }, vec![fault])
        }
    }
}

/// A text of which only a part is seen: it counts if that part says the same.
fn part_seen(
    cell: CleanCell,
    told: Vec<Wrong>,
    shown: &str,
    asked: &Asked<'_>,
    latest: NaiveDate,
) -> (CleanCell, Vec<Wrong>) {
    let place = cell.place.clone().unwrap_or_else(|| Place { sheet: Short::default(), row: 0, column: 0 });
    let (seen, _) = cell::clean(Some(&RawValue::Text(shown.into())), place, asked, latest);
    if (seen.state, &seen.value) == (cell.state, &cell.value) {
        return (cell, told);
    }
    let fault =
        Wrong { found: Some(seen.written.to_string()), ..wrong(Fault::NumberShownOtherwise, cell.written.as_str()) };
    (CleanCell { state: State::Missing, value: None, written: seen.written, ..cell }, vec![fault])
}

/// Are the per cent that are shown the number that is stored?
fn hundredths(shown: &str, number: f64) -> bool {
    let digits = shown.trim_end_matches('%').trim().replace('.', "").replace(',', ".").replace('−', "-");
    let half = 0.5 * 10_f64.powi(-decimals(shown));
    digits.parse::<f64>().is_ok_and(|seen| (seen - number * 100.0).abs() <= half * (1.0 + 1e-9))
}

fn said_otherwise(cell: &CleanCell) -> bool {
    cell.value.is_none()
}

/// `2.500` is 2500 or 2,5 to us, but the cell itself says which.
fn is_reading(fault: Option<&Wrong>, number: f64) -> bool {
    let is = |reading: &str| reading.replace(',', ".").parse() == Ok(number);
    fault.is_some_and(|wrong| wrong.fault == Fault::NumberAmbiguous && wrong.expected.split(" / ").any(is))
}

/// How many digits stand behind the comma.
fn decimals(shown: &str) -> i32 {
    let behind = shown.rsplit_once(',').map_or("", |(_, behind)| behind);
    let digits = behind.chars().take_while(char::is_ascii_digit).count();
    i32::try_from(digits).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::clean::{german, samples, symbol::Signs};
    use std::sync::Arc;

    fn of(table: &str, field: &str, raw: RawValue, looks: &[Look]) -> (State, Option<f64>, String, Vec<Wrong>) {
        let form = samples::form();
        let signs = Arc::new(Signs::of(&form.symbols));
        let asked = Asked::new(&form, form.tables[table].field(field).unwrap(), &signs);
        let place = Place { sheet: "A".into(), row: 0, column: 0 };
        let (cell, told) = clean(&raw, looks.iter(), place, &asked, german::day(2026, 10, 5).unwrap());
        let number = if let Some(Value::Number(number)) = cell.value { Some(number) } else { None };
        (cell.state, number, cell.written.into(), told)
    }

    fn shown(table: &str, field: &str, number: f64, shown: &str) -> (Option<f64>, Option<Fault>) {
        let (_, value, _, told) = of(table, field, RawValue::Number(number), &[Look::Shown(shown.into())]);
        (value, told.first().map(|wrong| wrong.fault))
    }

    #[test]
    fn what_the_format_adds_is_judged_as_though_it_had_been_typed() {
        let otherwise = (None, Some(Fault::NumberShownOtherwise));
        // Units and currencies of the column, grouping, rounding.
        assert_eq!(shown("stellen", "besetzt_vzae", 3.25, "3,3 VZÄ"), (Some(3.25), None));
        assert_eq!(shown("stellen", "mittel_bewilligt", 1200.0, "1.200 Euro"), (Some(1200.0), None));
        assert_eq!(shown("raeume", "plaetze", 2500.0, "2.500"), (Some(2500.0), None));
        assert_eq!(shown("raeume", "flaeche", 2500.0, "2.500"), (Some(2500.0), None), "the cell says which");
        // Scaled, prefixed, another unit.
        assert_eq!(shown("stellen", "mittel_bewilligt", 12_500.0, "13"), otherwise);
        assert_eq!(shown("stellen", "mittel_bewilligt", 12.5, "12,5 T€"), otherwise);
        assert_eq!(shown("raeume", "plaetze", 25.0, "2.5"), otherwise);
        assert_eq!(shown("raeume", "plaetze", 12.0, "ca. 12"), otherwise);
        assert_eq!(shown("raeume", "plaetze", 12.0, "1200%"), otherwise);
        assert_eq!(shown("stellen", "besetzt_vzae", 0.5, "50%"), (Some(0.5), None), "half a post");
        assert_eq!(shown("stellen", "besetzt_vzae", 50.0, "50%"), otherwise, "fifty posts, or half of one");
        assert_eq!(shown("stellen", "besetzt_vzae", 39.0, "39 h"), otherwise);
        assert_eq!(shown("raeume", "stunden_genutzt", 38.5, "38,5 h"), (Some(38.5), None));
        assert_eq!(shown("stellen", "mittel_bewilligt", 12.5, "12,5 Tsd. €"), otherwise);
        assert_eq!(shown("stellen", "mittel_bewilligt", 12.0, "12%"), otherwise);
        // A secret is one, also where only the format says so.
        let (state, value, written, told) =
            of("bedarf", "personen", RawValue::Number(5.0), &[Look::Shown("<5".into())]);
        assert_eq!((state, value, written.as_str()), (State::Withheld, None, "<5"));
        assert_eq!(told[0].fault, Fault::NumberWithheld);
    }

    #[test]
    fn both_numbers_are_told_where_they_differ() {
        let (state, _, written, told) =
            of("stellen", "mittel_bewilligt", RawValue::Number(12_500.0), &[Look::Shown("13".into())]);
        assert_eq!((state, written.as_str()), (State::Missing, "13"));
        assert_eq!((told[0].found.as_deref(), told[0].expected.as_str()), (Some("13"), "12500"));
    }

    #[test]
    fn what_is_crossed_out_does_not_count_and_what_is_hard_to_see_is_told() {
        let all = of("raeume", "plaetze", RawValue::Number(12.0), &[Look::CrossedOut]);
        assert_eq!((all.0, all.1, all.3[0].fault), (State::Missing, None, Fault::CrossedOut));
        let partly = [Look::PartlyCrossedOut("12".into())];
        let (_, value, _, told) = of("raeume", "plaetze", RawValue::Text(" 15".into()), &partly);
        assert_eq!((value, told[0].found.as_deref(), told[0].expected.as_str()), (Some(15.0), Some("12"), "15"));
        let instead = of("raeume", "plaetze", RawValue::Number(0.0), &[Look::InsteadOfError]);
        assert_eq!((instead.1, instead.3[0].fault), (Some(0.0), Fault::NumberFromError));
        let linked = of("raeume", "plaetze", RawValue::Number(12.0), &[Look::Linked]);
        assert_eq!((linked.1, linked.3[0].fault), (Some(12.0), Fault::LinkedWorkbook));
        assert_eq!(of("raeume", "raumart", RawValue::Text("Büro".into()), &[Look::Linked]).3, []);
        let seen = of("raeume", "plaetze", RawValue::Number(12.0), &[Look::HardToSee]);
        assert_eq!((seen.1, seen.3[0].fault), (Some(12.0), Fault::NumberHardToSee));
        let text = of("raeume", "raumart", RawValue::Text("Büro".into()), &[Look::HardToSee]);
        assert_eq!(text.3, []);
        let slashed = of("raeume", "plaetze", RawValue::Number(12.0), &[Look::Slashed]);
        assert_eq!((slashed.0, slashed.3[0].fault), (State::Missing, Fault::CrossedOut));
    }

    #[test]
    fn of_a_text_what_is_seen_has_to_say_the_same() {
        let seen =
            |all: &str, seen: &str| of("raeume", "plaetze", RawValue::Text(all.into()), &[Look::Shown(seen.into())]);
        let (state, value, written, told) = seen("15", "5");
        assert_eq!((state, value, written.as_str()), (State::Missing, None, "5"));
        assert_eq!((told[0].fault, told[0].expected.as_str()), (Fault::NumberShownOtherwise, "15"));
        assert_eq!(seen("15,0", "15").1, Some(15.0));
        assert_eq!(of("raeume", "standort", RawValue::Text("Bad a".into()), &[Look::Shown("Bad".into())]).3, []);
    }

    #[test]
    fn a_raised_mark_at_a_number_is_a_footnote() {
        let (_, value, written, told) = of("raeume", "plaetze", RawValue::Text("18¹".into()), &[]);
        assert_eq!((value, written.as_str(), told[0].expected.as_str()), (Some(18.0), "18¹", "18"));
        assert_eq!(told[0].fault, Fault::FootnoteIgnored);
        assert_eq!(of("raeume", "plaetze", RawValue::Text("1.250 ᵃ⁾".into()), &[]).1, Some(1250.0));
        let unit = of("raeume", "flaeche", RawValue::Text("25 m²".into()), &[]);
        assert_eq!((unit.1, unit.3), (Some(25.0), vec![]));
        assert_eq!(of("raeume", "plaetze", RawValue::Text("¹".into()), &[]).1, None);
    }
}

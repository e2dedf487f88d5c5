//! How one figure is shown: rounded to the indicator's decimals, or the word for why it is not.
//!
//! Changes, status and trends are derived from the shown, rounded values only: nobody learns more from the file than
//! from its print.

use super::Desk;
use super::table::Cell;
use crate::base::words::Words;
use crate::model::figure::{Item, Key, Mark, Scope, Status, Trend, status, trend};
use crate::model::form::{Field, FieldType};
use crate::model::indicator::{Indicator, Measure};
use crate::model::period::Period;
pub(super) use crate::model::phrase::before_id;

/// Every mark, in the order of the legend.
pub(super) const MARKS: [Mark; 7] =
    [Mark::Secret, Mark::Uncertain, Mark::Missing, Mark::Withheld, Mark::NotApplicable, Mark::NoReturn, Mark::NoBase];

pub(super) fn mark_id(mark: Mark) -> &'static str {
    match mark {
        Mark::Secret => "mark-secret",
        Mark::Uncertain => "mark-uncertain",
        Mark::Missing => "mark-missing",
        Mark::Withheld => "mark-withheld",
        Mark::NotApplicable => "mark-not-applicable",
        Mark::NoReturn => "mark-no-return",
        Mark::NoBase => "mark-no-base",
    }
}

pub(super) fn round(value: f64, decimals: u8) -> f64 {
    let scale = 10_f64.powi(i32::from(decimals));
    // Adding zero turns -0 into 0.
    (value * scale).round() / scale + 0.0
}

/// The value as the reader sees it; none if it is marked or there is none.
pub(super) fn value(desk: &Desk<'_>, key: &Key, decimals: u8) -> Option<f64> {
    let figure = desk.input.release.figure(key)?;
    figure.value.filter(|value| figure.mark.is_none() && value.is_finite()).map(|value| round(value, decimals))
}

/// The word for why there is no value.
pub(super) fn why(desk: &Desk<'_>, key: &Key) -> String {
    let mark = desk.input.release.figure(key).and_then(|figure| figure.mark);
    desk.say(mark.map_or("mark-none", mark_id))
}

pub(super) fn cell(desk: &Desk<'_>, key: &Key, decimals: u8) -> Cell {
    value(desk, key, decimals).map_or_else(|| Cell::Word(why(desk, key)), |value| Cell::Number(value, decimals))
}

/// The change against another period, of two shown values.
pub(super) fn change(desk: &Desk<'_>, key: &Key, decimals: u8, against: Period) -> Option<f64> {
    let now = value(desk, key, decimals)?;
    let then = value(desk, &Key { period: against, ..key.clone() }, decimals)?;
    Some(round(now - then, decimals))
}

/// The change as a number and as a word.
pub(super) fn change_cells(desk: &Desk<'_>, indicator: &Indicator, key: &Key, against: Period) -> [Cell; 2] {
    match change(desk, key, indicator.decimals, against) {
        Some(change) => {
            [Cell::Change(change, indicator.decimals), Cell::Text(desk.say(trend_id(trend(change, indicator))))]
        }
        None => [Cell::Word(desk.say("mark-none")), Cell::Text(desk.say("mark-none"))],
    }
}

pub(super) fn status_of(value: f64, indicator: &Indicator) -> Option<Status> {
    indicator.target.as_ref().map(|target| status(value, target.get_ref()))
}

pub(super) fn status_id(status: Option<Status>) -> &'static str {
    match status {
        Some(Status::Met) => "status-met",
        Some(Status::Near) => "status-near",
        Some(Status::Missed) => "status-missed",
        None => "status-none",
    }
}

/// The status as a word; bold where action is needed.
pub(super) fn status_cell(desk: &Desk<'_>, value: Option<f64>, indicator: &Indicator) -> Cell {
    let Some(value) = value else {
        let id = if indicator.target.is_some() { "mark-none" } else { "status-none" };
        return Cell::Text(desk.say(id));
    };
    let status = status_of(value, indicator);
    let word = desk.say(status_id(status));
    if status == Some(Status::Missed) { Cell::Strong(word) } else { Cell::Text(word) }
}

pub(super) fn trend_id(trend: Trend) -> &'static str {
    match trend {
        Trend::Better => "trend-better",
        Trend::Worse => "trend-worse",
        Trend::Same => "trend-same",
        Trend::Up => "trend-up",
        Trend::Down => "trend-down",
    }
}

pub(super) fn unit<'a>(desk: &Desk<'a>, indicator: &'a Indicator) -> &'a str {
    desk.text(&indicator.unit)
}

/// The indicator's title with its unit, for a heading.
pub(super) fn heading(desk: &Desk<'_>, indicator: &Indicator) -> String {
    titled(indicator.title.get(desk.input.language), indicator.unit.get(desk.input.language))
}

/// A title with the unit, unless it names it already.
pub(super) fn titled(title: &str, unit: &str) -> String {
    if unit.is_empty() || title.contains(unit) { title.to_owned() } else { format!("{title} ({unit})") }
}

/// `78,4 %`, `31,2 Fälle je VZÄ`.
pub(super) fn with_unit(desk: &Desk<'_>, indicator: &Indicator, value: f64) -> String {
    match indicator.unit.get(desk.input.language) {
        "" => desk.words.number(value, indicator.decimals),
        "%" => desk.words.percent(value, indicator.decimals),
        unit => format!("{} {unit}", desk.words.number(value, indicator.decimals)),
    }
}

/// A difference: per cent differ by percentage points.
pub(super) fn difference(desk: &Desk<'_>, indicator: &Indicator, number: String) -> String {
    match indicator.unit.get(desk.input.language) {
        "" => number,
        "%" => format!("{number} {}", desk.say("points")),
        unit => format!("{number} {unit}"),
    }
}

/// `mindestens 90 %`; the word for none.
pub(super) fn target(desk: &Desk<'_>, indicator: &Indicator) -> String {
    let Some(target) = indicator.target.as_ref().map(|target| target.get_ref()) else { return desk.say("target-none") };
    let bound = |bound: f64| {
        let decimals = (0..=3).find(|decimals| (round(bound, *decimals) - bound).abs() < 1e-9).unwrap_or(3);
        let number = desk.words.number(bound, decimals);
        match indicator.unit.get(desk.input.language) {
            "%" => desk.words.percent(bound, decimals),
            _ => number,
        }
    };
    match (target.at_least, target.at_most) {
        (Some(least), Some(most)) => {
            desk.words.say_with("target-between", &[("least", bound(least).into()), ("most", bound(most).into())])
        }
        (Some(least), None) => desk.words.say_with("target-at-least", &[("least", bound(least).into())]),
        (None, Some(most)) => desk.words.say_with("target-at-most", &[("most", bound(most).into())]),
        (None, None) => desk.say("target-none"),
    }
}

/// How far the value lies outside the target, and whether above it; zero inside.
pub(super) fn miss(value: f64, indicator: &Indicator) -> (f64, bool) {
    let Some(target) = indicator.target.as_ref().map(|target| target.get_ref()) else { return (0.0, false) };
    let below = target.at_least.map_or(0.0, |least| (least - value).max(0.0));
    let above = target.at_most.map_or(0.0, |most| (value - most).max(0.0));
    if above > below { (above, true) } else { (below, false) }
}

/// Digits after the decimal mark of a measure: full-time equivalents have one, euro and counts none.
pub(super) fn measure_decimals(desk: &Desk<'_>, measure: &Measure) -> u8 {
    let is_decimal = |field: &&Field| field.kind == FieldType::Decimal;
    u8::from(measure.weights.is_some() || summed(desk, measure).iter().any(is_decimal))
}

/// The measure's title, or what it sums.
pub(super) fn measure_title(desk: &Desk<'_>, id: &str, measure: &Measure) -> String {
    match (&measure.title, summed(desk, measure).as_slice()) {
        (Some(title), _) => title.get(desk.input.language).to_owned(),
        (None, [field]) => super::plain_heading(desk.input.language, field).to_owned(),
        (None, _) => id.to_owned(),
    }
}

/// The fields that a measure adds up or takes away.
fn summed<'a>(desk: &Desk<'a>, measure: &Measure) -> Vec<&'a Field> {
    let table = desk.input.form.tables.get(measure.table.get_ref());
    measure.terms().iter().filter_map(|(_, name)| table?.field(name)).collect()
}

/// One item of evidence. What `protect` should have replaced is not shown.
pub(super) fn item(desk: &Desk<'_>, item: &Item) -> Cell {
    match item {
        Item::Text(text) if text.is_empty() => Cell::Text(desk.say("nothing")),
        Item::Text(text) => Cell::Text(text.clone()),
        Item::Number(number, decimals) => Cell::Number(round(*number, *decimals), *decimals),
        Item::Date(day) => Cell::Date(*day),
        Item::People(_) | Item::Figure(_) => Cell::Word(desk.say("mark-secret")),
        Item::Marked(mark) => Cell::Word(desk.say(mark_id(*mark))),
        Item::Nothing => Cell::Text(desk.say("nothing")),
    }
}

/// The same as text, for a sentence.
pub(super) fn item_text(words: &Words, item: &Item) -> String {
    match item {
        Item::Text(text) => text.clone(),
        Item::Number(number, decimals) => words.number(*number, *decimals),
        Item::Date(day) => words.date(*day),
        Item::People(_) | Item::Figure(_) => words.say("mark-secret"),
        Item::Marked(mark) => words.say(mark_id(*mark)),
        Item::Nothing => words.say("nothing"),
    }
}

/// The name of a body, or of all together.
pub(super) fn scope<'a>(desk: &'a Desk<'_>, scope: &'a Scope) -> &'a str {
    match scope {
        Scope::Total => desk.input.total.get(desk.input.language),
        Scope::Body(ags) => desk.input.register.name(ags),
    }
}

/// One sentence on where the indicator stands and how it moved, for all bodies together.
pub(super) fn sentence(desk: &Desk<'_>, indicator: &Indicator, key: &Key) -> String {
    let Some(now) = value(desk, key, indicator.decimals) else {
        return format!("{}.", desk.words.say_with("sentence-no-value", &[("mark", why(desk, key).into())]));
    };
    let (gap, above) = miss(now, indicator);
    let gap = difference(desk, indicator, desk.words.number(gap, indicator.decimals));
    let standing = match (status_of(now, indicator), above) {
        (Some(Status::Met), _) => Some(desk.say("sentence-met")),
        (Some(Status::Near), false) => Some(desk.words.say_with("sentence-near", &[("gap", gap.into())])),
        (Some(Status::Near), true) => Some(desk.words.say_with("sentence-near-over", &[("gap", gap.into())])),
        (Some(Status::Missed), false) => Some(desk.words.say_with("sentence-missed", &[("gap", gap.into())])),
        (Some(Status::Missed), true) => Some(desk.words.say_with("sentence-missed-over", &[("gap", gap.into())])),
        (None, _) => None,
    };
    let moved = movement(desk, indicator, key, key.period.previous(), before_id(key.period.kind));
    let text = standing.into_iter().chain([moved]).collect::<Vec<_>>().join("; ");
    format!("{}.", capital(&text))
}

/// How it moved since another period, in words.
pub(super) fn movement(desk: &Desk<'_>, indicator: &Indicator, key: &Key, against: Period, before: &str) -> String {
    let before = desk.say(before);
    let Some(change) = change(desk, key, indicator.decimals, against) else {
        return desk.words.say_with("sentence-no-comparison", &[("before", before.into())]);
    };
    let text = difference(desk, indicator, desk.words.signed(change, indicator.decimals));
    let id = match trend(change, indicator) {
        Trend::Same => return desk.words.say_with("sentence-same", &[("before", before.into())]),
        Trend::Better => "sentence-better",
        Trend::Worse => "sentence-worse",
        Trend::Up => "sentence-up",
        Trend::Down => "sentence-down",
    };
    desk.words.say_with(id, &[("before", before.into()), ("change", text.into())])
}

pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

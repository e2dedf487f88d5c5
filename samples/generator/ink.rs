//! From a fact to what stands in the cell.

use chrono::{Datelike, NaiveDate};

use crate::form::{Field, Form};
use crate::habits::{Codes, Dates, Habit, Numbers, YesNo};
use crate::period::Quarter;
use crate::rng::Rng;
use crate::value::Value;

#[derive(Clone, PartialEq, Debug)]
pub enum Ink {
    Blank,
    Text(String),
    Number(f64),
    Truth(bool),
    Date(NaiveDate),
    /// A formula and the result stored with it.
    Formula(String, String),
}

const MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

pub fn ink(form: &Form, field: &Field, value: &Value, habit: &Habit, rng: &mut Rng) -> Ink {
    let slip = rng.chance(habit.slips);
    match value {
        Value::Missing => missing(field, habit),
        Value::NotApplicable => Ink::Text("x".to_string()),
        Value::Count(n) => match numbers(habit, slip) {
            Numbers::Real => Ink::Number(*n as f64),
            Numbers::German => Ink::Text(thousands(*n)),
        },
        Value::Hundredths(h) => match numbers(habit, slip) {
            Numbers::Real => Ink::Number(*h as f64 / 100.0),
            Numbers::German => Ink::Text(german(*h, field.kind == "money", slip)),
        },
        Value::Text(text) if slip => Ink::Text(format!("{text} ")),
        Value::Text(text) => Ink::Text(text.clone()),
        Value::Code(id) => Ink::Text(code(form, field, id, habit, slip)),
        Value::YesNo(yes) => match habit.yes_no {
            YesNo::Words(word, other) => Ink::Text(if *yes { word } else { other }.to_string()),
            YesNo::Truth => Ink::Truth(*yes),
        },
        Value::Date(date) => written_date(*date, habit.dates),
    }
}

/// Who writes numbers as text now and then types a real one; never the other way round, sums over them would be wrong.
fn numbers(habit: &Habit, slip: bool) -> Numbers {
    if slip { Numbers::Real } else { habit.numbers }
}

fn missing(field: &Field, habit: &Habit) -> Ink {
    // Nobody writes "k. A." where a remark, a date or a name may simply be left out.
    if habit.missing.is_empty() || matches!(field.kind.as_str(), "text" | "date") {
        Ink::Blank
    } else {
        Ink::Text(habit.missing.to_string())
    }
}

fn code(form: &Form, field: &Field, id: &str, habit: &Habit, slip: bool) -> String {
    let list = field.codes.as_deref().expect("a code field names its list");
    let code = form.code(list, id);
    match habit.codes {
        Codes::AsForm if slip => format!(" {}", code.de),
        Codes::AsForm => code.de.clone(),
        Codes::Spaces => format!("{}\u{a0} ", code.de),
        Codes::Synonyms if slip || code.also.is_empty() => code.de.clone(),
        // The same word for the same thing, every quarter.
        Codes::Synonyms => code.also[id.len() % code.also.len()].clone(),
    }
}

pub fn thousands(n: i64) -> String {
    if n < 1000 { n.to_string() } else { format!("{}.{:03}", thousands(n / 1000), n % 1000) }
}

/// `1,5`, `2,0`; money `12.345,67 €`. Never a dot without a comma.
fn german(hundredths: i64, money: bool, slip: bool) -> String {
    let cents = format!("{:02}", hundredths % 100);
    let whole = thousands(hundredths / 100);
    match (money, slip) {
        (true, false) => format!("{whole},{cents} €"),
        (true, true) => format!("{whole},{cents}"),
        (false, _) => format!("{whole},{}", cents.strip_suffix('0').unwrap_or(&cents)),
    }
}

pub fn written_date(date: NaiveDate, dates: Dates) -> Ink {
    match dates {
        Dates::Real => Ink::Date(date),
        Dates::Short => Ink::Text(format!("{}.{}.{:02}", date.day(), date.month(), date.year() % 100)),
        Dates::Dotted => Ink::Text(date.format("%d.%m.%Y").to_string()),
        Dates::Long => Ink::Text(format!("{:02}. {} {}", date.day(), MONTHS[date.month0() as usize], date.year())),
    }
}

pub fn roman(quarter: Quarter) -> &'static str {
    ["I", "II", "III", "IV"][quarter.number as usize - 1]
}

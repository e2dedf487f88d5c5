//! One cell: what was written, what was asked, and so its state and value.
//!
//! In: a raw cell, the field, the form. Out: a [`CleanCell`] and at most one fault. Never: a value that is a guess,
//! except for a code that is clearly one with a slip, and then it is told.

use std::sync::Arc;

use chrono::NaiveDate;

use super::known::Match;
use super::listed::Listed;
use super::memory::Memory;
use super::number::{self, NumberFault};
pub(super) use super::shown::{begins_as_number, is_filled, seen, shown, written};
use super::symbol::Signs;
use super::vague::{self, Vague};
use super::{date, footnote, german, text};
use crate::base::short::Short;
use crate::model::finding::Code as Fault;
use crate::model::form::{Field, FieldType, Form, Parentheses, Symbols};
use crate::model::raw::RawValue;
use crate::model::understood::CleanCell;
use crate::model::value::{Place, State, Value};

/// What is wrong with a cell, and what would have been right.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wrong {
    pub(super) fault: Fault,
    /// What was found, if not what is written in the cell.
    pub(super) found: Option<String>,
    pub(super) expected: String,
}

/// What is asked of a column: the field with everything needed to judge its cells.
pub(super) struct Asked<'a> {
    pub(super) field: &'a Field,
    /// It says which row this is, here or where another table refers to it.
    is_key: bool,
    symbols: Arc<Signs>,
    parentheses: Parentheses,
    codes: Listed,
    ids: Vec<&'a str>,
    labels: Vec<&'a str>,
    units: Vec<String>,
    /// What texts are that need no word: every return holds the same ones. Nothing here depends on the day.
    known: Memory<Judged>,
    days: Memory<NaiveDate>,
}

impl<'a> Asked<'a> {
    /// Is this nothing, or a sign for it?
    pub(super) fn says_nothing(&self, written: &str) -> bool {
        written.is_empty() || self.symbols.state(written) == Some(State::Missing)
    }

    pub(super) fn new(form: &'a Form, field: &'a Field, symbols: &Arc<Signs>) -> Asked<'a> {
        let codes = form.codes_of(field);
        let spellings = codes.iter().enumerate().flat_map(|(index, code)| {
            let names = [Some(&code.id), Some(&code.de), code.en.as_ref()].into_iter().flatten().chain(&code.also);
            names.map(move |name| (index, name.as_str()))
        });
        let headings = std::iter::once(&field.heading).chain(&field.also).chain(&field.unit);
        Asked {
            field,
            is_key: false,
            symbols: Arc::clone(symbols),
            parentheses: form.numbers.parentheses,
            codes: Listed::of(spellings),
            ids: codes.iter().map(|code| code.id.as_str()).collect(),
            labels: codes.iter().map(|code| code.de.as_str()).collect(),
            units: headings.flat_map(|heading| text::words(heading).to_vec()).chain(people(field)).collect(),
            known: Memory::default(),
            days: Memory::default(),
        }
    }

    pub(super) fn keyed(self, is_key: bool) -> Asked<'a> {
        Asked { is_key, ..self }
    }

    /// The entries of its list, as the form calls them.
    pub(super) fn allowed(&self) -> String {
        self.labels.join("; ")
    }

    /// Is this exactly one of the field's codes?
    pub(super) fn knows(&self, written: &str) -> bool {
        self.codes.exactly(written).is_some()
    }
}

/// Whoever counts people may say so, whatever the heading.
fn people(field: &Field) -> impl Iterator<Item = String> {
    let names = if field.people { &german::PEOPLE[..] } else { &[] };
    names.iter().map(|name| (*name).to_owned())
}

/// A cell of a column that was left out.
pub(super) fn absent() -> CleanCell {
    CleanCell { state: State::Missing, value: None, place: None, written: Short::default() }
}

/// The cell at `place`; `raw` is none where it is empty. `latest` is the last day that is not in the future.
pub(super) fn clean(
    raw: Option<&RawValue>,
    place: Place,
    asked: &Asked<'_>,
    latest: NaiveDate,
) -> (CleanCell, Option<Wrong>) {
    // Whether a day is in the future, tomorrow says otherwise.
    let lasting = !asked.field.not_in_future;
    let (said, wrong) = match raw {
        Some(RawValue::Text(text)) if lasting => {
            let mut fresh = None;
            let known = asked.known.recall(text, || {
                let (said, wrong) = judge(raw, asked, latest);
                let sound = wrong.is_none().then(|| said.clone());
                fresh = Some((said, wrong));
                sound
            });
            match (fresh, known) {
                (Some(judged), _) => judged,
                (None, Some(said)) => (said, None),
                (None, None) => judge(raw, asked, latest),
            }
        }
        _ => judge(raw, asked, latest),
    };
    let Judged { state, value, written } = said;
    (CleanCell { state, value, place: Some(place), written }, wrong)
}

/// A cell wherever it stands.
#[derive(Clone)]
struct Judged {
    state: State,
    value: Option<Value>,
    written: Short,
}

fn judge(raw: Option<&RawValue>, asked: &Asked<'_>, latest: NaiveDate) -> (Judged, Option<Wrong>) {
    let written = raw.map(written).unwrap_or_default();
    let (state, value, wrong) =
        match raw.map_or(Ok(Found::State(State::Missing)), |raw| understood(raw, &written, asked, latest)) {
            Ok(Found::State(state)) => (state, None, None),
            Ok(Found::Zero) => (State::ConfirmedZero, Some(Value::Number(0.0)), None),
            Ok(Found::Below) => (State::Withheld, None, Some(wrong(Fault::NumberWithheld, ""))),
            Ok(Found::Hidden) => (State::Withheld, None, Some(wrong(Fault::NumberHiddenByFormat, ""))),
            Ok(Found::Value(value)) => (State::Reported, Some(value), None),
            Ok(Found::Doubtful(value, wrong)) => (State::Reported, Some(value), Some(wrong)),
            Err(wrong) => (State::Missing, None, Some(wrong)),
        };
    (Judged { state, value, written }, wrong)
}

enum Found {
    State(State),
    /// A sign that says: nothing, and that is a number.
    Zero,
    /// `<5`: there is a number, and it is kept secret.
    Below,
    Value(Value),
    /// It counts, but something has to be said of it.
    Doubtful(Value, Wrong),
    /// A number that the sender does not see.
    Hidden,
}

pub(super) fn wrong(fault: Fault, expected: impl Into<String>) -> Wrong {
    Wrong { fault, found: None, expected: expected.into() }
}

fn understood(raw: &RawValue, written: &str, asked: &Asked<'_>, latest: NaiveDate) -> Result<Found, Wrong> {
    let field = asked.field;
    if *raw == RawValue::NoResult {
        return Err(wrong(Fault::FormulaWithoutValue, ""));
    }
    if matches!(raw, RawValue::Hidden(_)) {
        return Ok(Found::Hidden);
    }
    if written.is_empty() {
        return Ok(Found::State(State::Missing));
    }
    if field.none_is_answer && Symbols::is_dash(written) {
        return Ok(Found::Value(Value::Text(Short::default())));
    }
    if is_cross(written) && (field.kind == FieldType::YesNo || asked.codes.exactly("ja").is_some()) {
        match field.tick {
            Some(true) => return code_or_yes("ja", asked),
            // People cross out with it what does not apply, and tick with it what does.
            None => return Err(wrong(Fault::TickAmbiguous, "ja / nein")),
            Some(false) => {}
        }
    }
    let is_code = field.kind == FieldType::Code && asked.knows(written);
    match asked.symbols.state(written).filter(|_| !is_code) {
        Some(State::ConfirmedZero) if field.kind.is_number() => return Ok(Found::Zero),
        // No post, no day, no kind of room: there is nothing, so there is no answer to give.
        Some(State::ConfirmedZero) => return Ok(Found::State(State::Missing)),
        Some(state) => return Ok(Found::State(state)),
        None => {}
    }
    if let RawValue::Error(_) = raw {
        return Err(wrong(Fault::ErrorCell, ""));
    }
    match field.kind {
        FieldType::Count | FieldType::Decimal | FieldType::Money => number(raw, written, asked),
        FieldType::Date => day(raw, written, asked, latest),
        FieldType::YesNo => yes_no(raw, written),
        FieldType::Code => code(raw, written, asked),
        // Excel makes the first of February out of `2026-02`: no such row is known anywhere.
        FieldType::Text if asked.is_key && matches!(raw, RawValue::Date(_)) => Err(wrong(Fault::KeyMadeDate, "")),
        // Beside the questions there may be remarks that send the reader elsewhere.
        FieldType::Text if !field.optional && german::refers(written) => Err(wrong(Fault::TextRefers, "")),
        FieldType::Text => Ok(Found::Value(Value::Text(written.into()))),
    }
}

fn number(raw: &RawValue, written: &str, asked: &Asked<'_>) -> Result<Found, Wrong> {
    let kind = asked.field.kind;
    let parse = |text: &str| match number::parse(text, kind, &asked.units) {
        Err(NumberFault::Ambiguous(readings)) => {
            let agreed = asked.field.decimal_mark.and_then(|mark| number::as_agreed(text, mark, kind));
            agreed.unwrap_or(Err(NumberFault::Ambiguous(readings)))
        }
        parsed => parsed,
    };
    let parsed = match raw {
        RawValue::Number(number) => number::checked(*number, kind),
        RawValue::Text(text) => match number::two_numbers(text) {
            Some(readings) => Err(NumberFault::Ambiguous(readings)),
            None => parse(written),
        },
        // Excel makes the first of May out of `1.5`: whatever was meant, it is not here any more.
        RawValue::Date(_) => return Err(wrong(Fault::NumberMadeDate, "")),
        _ => Err(NumberFault::NotANumber),
    };
    let parsed = parsed.and_then(|number| refuse_negative(number, asked));
    if parsed == Err(NumberFault::NotANumber)
        && let Some(bare) = vague::without_parentheses(written)
        && let Ok(number) = parse(&bare)
    {
        return in_parentheses(number, asked);
    }
    if parsed == Err(NumberFault::NotANumber)
        && let Some((bare, mark)) = footnote::without(written)
        && let marked = parse(bare).and_then(|number| refuse_negative(number, asked))
        && marked != Err(NumberFault::NotANumber)
    {
        let number = marked.map_err(not_usable)?;
        // A sign that keeps numbers secret may do so beside one; of people it is believed.
        if asked.field.people && asked.symbols.state(mark) == Some(State::Withheld) {
            return Ok(Found::Below);
        }
        return Ok(Found::Doubtful(Value::Number(number), wrong(Fault::FootnoteIgnored, shown(number))));
    }
    match parsed {
        Ok(number) => Ok(Found::Value(Value::Number(number))),
        Err(NumberFault::NotANumber) => match vague::vague(written, |text| parse(text).is_ok()) {
            Some(Vague::Below) => Ok(Found::Below),
            Some(Vague::Inexact) => Err(wrong(Fault::NumberInexact, "")),
            None => Err(no_number(written, |text| parse(text).is_ok(), asked)),
        },
        Err(fault) => Err(not_usable(fault)),
    }
}

/// `26,5 TEUR` is a number, but of something else than is asked.
fn no_number(written: &str, is_number: impl Fn(&str) -> bool, asked: &Asked<'_>) -> Wrong {
    let unit = written.rfind(|mark: char| mark.is_ascii_digit()).map(|last| written.split_at(last + 1));
    match unit {
        Some((number, unit))
            if text::words(unit).iter().any(|word| german::is_thousands(word)) && is_number(number) =>
        {
            Wrong { found: Some(unit.trim().to_owned()), ..wrong(Fault::ScaleDiffers, asked.field.heading.as_str()) }
        }
        _ => wrong(Fault::NotANumber, ""),
    }
}

/// A number below zero only where the form expects one.
fn refuse_negative(number: f64, asked: &Asked<'_>) -> Result<f64, NumberFault> {
    if number < 0.0 && !asked.field.signed { Err(NumberFault::Negative) } else { Ok(number) }
}

fn not_usable(fault: NumberFault) -> Wrong {
    match fault {
        NumberFault::NotANumber => wrong(Fault::NotANumber, ""),
        NumberFault::Negative => wrong(Fault::NegativeCount, ""),
        NumberFault::Fraction => wrong(Fault::FractionInCount, ""),
        NumberFault::Ambiguous(readings) => wrong(Fault::NumberAmbiguous, readings),
    }
}

/// `(18,2)` says what the form says that it says.
fn in_parentheses(number: f64, asked: &Asked<'_>) -> Result<Found, Wrong> {
    match asked.parentheses {
        Parentheses::Uncertain => {
            let told = wrong(Fault::NumberUncertain, shown(number));
            Ok(Found::Doubtful(Value::Number(number), told))
        }
        Parentheses::Negative => {
            let checked = number::checked(-number, asked.field.kind).and_then(|number| refuse_negative(number, asked));
            let number = checked.map_err(not_usable)?;
            Ok(Found::Value(Value::Number(number)))
        }
        Parentheses::Ask => Err(wrong(Fault::NumberAmbiguous, format!("{} / {}", shown(number), shown(-number)))),
    }
}

fn day(raw: &RawValue, written: &str, asked: &Asked<'_>, latest: NaiveDate) -> Result<Found, Wrong> {
    let alone = |text: &str| date::alone(text, &asked.units);
    let day = match raw {
        RawValue::Date(moment) => date::plausible(moment.date()),
        RawValue::Number(number) => date::from_serial(*number),
        RawValue::Text(_) => asked.days.recall(written, || alone(written)),
        _ => None,
    };
    let marked = || footnote::without(written).and_then(|(bare, _)| alone(bare));
    let (day, is_marked) = match (day, raw) {
        (None, RawValue::Text(_)) => (marked(), true),
        (day, _) => (day, false),
    };
    let day = day.ok_or_else(|| wrong(Fault::NotADate, ""))?;
    if asked.field.not_in_future && day > latest {
        return Err(wrong(Fault::DateInFuture, ""));
    }
    if is_marked {
        return Ok(Found::Doubtful(Value::Date(day), wrong(Fault::FootnoteIgnored, day.to_string())));
    }
    Ok(Found::Value(Value::Date(day)))
}

fn code_or_yes(yes: &str, asked: &Asked<'_>) -> Result<Found, Wrong> {
    let id = asked.codes.exactly(yes).map_or(yes, |index| asked.ids[index]);
    Ok(Found::Value(Value::Text(id.into())))
}

/// A cross alone, in no box.
fn is_cross(written: &str) -> bool {
    matches!(written, "x" | "X" | "×" | "xx" | "XX")
}

fn yes_no(raw: &RawValue, written: &str) -> Result<Found, Wrong> {
    let yes = match raw {
        RawValue::Bool(truth) => Some(*truth),
        _ => match text::normal(written).as_str() {
            "ja" | "j" | "yes" | "y" | "wahr" | "true" | "1" => Some(true),
            "nein" | "n" | "no" | "falsch" | "false" | "0" => Some(false),
            // A cross is a tick only in its box; alone it crosses out.
            _ => matches!(written, "✓" | "✔" | "☑" | "☒" | "[x]" | "[X]").then_some(true),
        },
    };
    let yes = yes.ok_or_else(|| wrong(Fault::CodeUnknown, "ja / nein"))?;
    let yes = if yes { "ja" } else { "nein" };
    let value = Value::Text(yes.into());
    // Whoever asks is not sure.
    let asks = written.contains('?');
    Ok(if asks { Found::Doubtful(value, wrong(Fault::CodeGuessed, yes)) } else { Found::Value(value) })
}

fn code(raw: &RawValue, written: &str, asked: &Asked<'_>) -> Result<Found, Wrong> {
    // A list with yes and no in it is ticked with TRUE and FALSE, too.
    let written = match raw {
        RawValue::Bool(true) => "ja",
        RawValue::Bool(false) => "nein",
        _ => written,
    };
    let id = |index: usize| Value::Text(asked.ids[index].into());
    match asked.codes.find(written) {
        Some((index, Match::Exact)) => Ok(Found::Value(id(index))),
        Some((index, Match::Guess)) => Ok(Found::Doubtful(id(index), wrong(Fault::CodeGuessed, asked.labels[index]))),
        None => Err(wrong(Fault::CodeUnknown, asked.allowed())),
    }
}

#[cfg(test)]
mod tests;

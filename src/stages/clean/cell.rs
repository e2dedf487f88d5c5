//! One cell: what was written, what was asked, and so its state and value.
//!
//! In: a raw cell, the field, the form. Out: a [`CleanCell`] and at most one fault. Never: a value that is a guess,
//! except for a code that is clearly one with a slip, and then it is told.

use std::sync::Arc;

use chrono::NaiveDate;

use super::known::{Known, Match};
use super::number::{self, NumberFault};
use super::symbol::{self, Signs};
use super::{date, text};
use crate::model::finding::Code as Fault;
use crate::model::form::{Field, FieldType, Form};
use crate::model::raw::RawValue;
use crate::model::understood::CleanCell;
use crate::model::value::{Place, State, Value};

/// What is wrong with a cell, and what would have been right.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wrong {
    pub(super) fault: Fault,
    pub(super) expected: String,
}

/// What is asked of a column: the field with everything needed to judge its cells.
pub(super) struct Asked<'a> {
    pub(super) field: &'a Field,
    symbols: Arc<Signs>,
    codes: Known<usize>,
    ids: Vec<&'a str>,
    labels: Vec<&'a str>,
    units: Vec<String>,
}

impl<'a> Asked<'a> {
    pub(super) fn new(form: &'a Form, field: &'a Field, symbols: &Arc<Signs>) -> Asked<'a> {
        let codes = form.codes_of(field);
        let spellings = codes.iter().enumerate().flat_map(|(index, code)| {
            let names = [Some(&code.id), Some(&code.de), code.en.as_ref()].into_iter().flatten().chain(&code.also);
            names.map(move |name| (index, name.as_str()))
        });
        let headings = std::iter::once(&field.heading).chain(&field.also).chain(&field.unit);
        Asked {
            field,
            symbols: Arc::clone(symbols),
            codes: Known::of(spellings),
            ids: codes.iter().map(|code| code.id.as_str()).collect(),
            labels: codes.iter().map(|code| code.de.as_str()).collect(),
            units: headings.flat_map(|heading| text::words(heading)).collect(),
        }
    }

    /// Is this exactly one of the field's codes?
    pub(super) fn knows(&self, written: &str) -> bool {
        self.codes.exactly(written).is_some()
    }
}

/// A cell of a column that was left out.
pub(super) fn absent() -> CleanCell {
    CleanCell { state: State::Missing, value: None, place: None, written: String::new() }
}

/// The cell at `place`; `raw` is none where it is empty. `latest` is the last day that is not in the future.
pub(super) fn clean(
    raw: Option<&RawValue>,
    place: Place,
    asked: &Asked<'_>,
    latest: NaiveDate,
) -> (CleanCell, Option<Wrong>) {
    let written = raw.map(written).unwrap_or_default();
    let (state, value, wrong) = match raw
        .map_or(Ok(Found::State(State::Missing)), |raw| understood(raw, &written, asked, latest))
    {
        Ok(Found::State(state)) => (state, None, None),
        Ok(Found::Value(value)) => (State::Reported, Some(value), None),
        Ok(Found::Hidden) => (State::Withheld, None, Some(wrong(Fault::NumberHiddenByFormat, ""))),
        Ok(Found::Guess(value, expected)) => (State::Reported, Some(value), Some(wrong(Fault::CodeGuessed, expected))),
        Err(wrong) => (State::Missing, None, Some(wrong)),
    };
    (CleanCell { state, value, place: Some(place), written }, wrong)
}

/// The cell as its sender sees it in a German Excel, in one line.
pub(super) fn written(raw: &RawValue) -> String {
    match raw {
        RawValue::Text(text) => text::tidy(text),
        RawValue::Number(number) => shown(*number),
        RawValue::Bool(true) => "WAHR".to_owned(),
        RawValue::Bool(false) => "FALSCH".to_owned(),
        RawValue::Date(moment) => moment.format("%d.%m.%Y").to_string(),
        RawValue::Error(error) => error.clone(),
        RawValue::NoResult => String::new(),
        RawValue::Hidden(shown) => text::tidy(shown),
    }
}

/// Does something stand there, though it may show nothing?
pub(super) fn is_filled(raw: &RawValue) -> bool {
    matches!(raw, RawValue::NoResult | RawValue::Hidden(_)) || !written(raw).is_empty()
}

/// A number with the 15 digits that a cell can show.
pub(super) fn shown(number: f64) -> String {
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    rounded.to_string().replace('.', ",")
}

enum Found {
    State(State),
    Value(Value),
    /// A number that the sender does not see.
    Hidden,
    /// The code, and the label it was taken for.
    Guess(Value, String),
}

fn wrong(fault: Fault, expected: impl Into<String>) -> Wrong {
    Wrong { fault, expected: expected.into() }
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
    if field.none_is_answer && symbol::is_dash(written) {
        return Ok(Found::Value(Value::Text(String::new())));
    }
    let is_code = field.kind == FieldType::Code && asked.knows(written);
    if let Some(state) = asked.symbols.state(written).filter(|_| !is_code) {
        return Ok(Found::State(state));
    }
    if let RawValue::Error(_) = raw {
        return Err(wrong(Fault::ErrorCell, ""));
    }
    match field.kind {
        FieldType::Count | FieldType::Decimal | FieldType::Money => number(raw, written, asked).map(Found::Value),
        FieldType::Date => day(raw, written, asked, latest).map(Found::Value),
        FieldType::YesNo => yes_no(raw, written).map(Found::Value),
        FieldType::Code => code(raw, written, asked),
        FieldType::Text => Ok(Found::Value(Value::Text(written.to_owned()))),
    }
}

fn number(raw: &RawValue, written: &str, asked: &Asked<'_>) -> Result<Value, Wrong> {
    let kind = asked.field.kind;
    let parsed = match raw {
        RawValue::Number(number) => number::checked(*number, kind),
        RawValue::Text(_) => number::parse(written, kind, &asked.units),
        // Excel makes the first of May out of `1.5`: whatever was meant, it is not here any more.
        _ => Err(NumberFault::NotANumber),
    };
    let parsed = parsed.and_then(|number| match number {
        below if below < 0.0 && !asked.field.signed => Err(NumberFault::Negative),
        number => Ok(number),
    });
    parsed.map(Value::Number).map_err(|fault| match fault {
        NumberFault::NotANumber => wrong(Fault::NotANumber, ""),
        NumberFault::Negative => wrong(Fault::NegativeCount, ""),
        NumberFault::Fraction => wrong(Fault::FractionInCount, ""),
        NumberFault::Ambiguous(readings) => wrong(Fault::NumberAmbiguous, readings),
    })
}

fn day(raw: &RawValue, written: &str, asked: &Asked<'_>, latest: NaiveDate) -> Result<Value, Wrong> {
    let day = match raw {
        RawValue::Date(moment) => date::plausible(moment.date()),
        RawValue::Number(number) => date::from_serial(*number),
        RawValue::Text(_) => date::parse(written),
        _ => None,
    };
    let day = day.ok_or_else(|| wrong(Fault::NotADate, ""))?;
    if asked.field.not_in_future && day > latest {
        return Err(wrong(Fault::DateInFuture, ""));
    }
    Ok(Value::Date(day))
}

fn yes_no(raw: &RawValue, written: &str) -> Result<Value, Wrong> {
    let yes = match raw {
        RawValue::Bool(truth) => Some(*truth),
        _ => match text::normal(written).as_str() {
            "ja" | "j" | "yes" | "y" | "wahr" | "true" | "1" => Some(true),
            "nein" | "n" | "no" | "falsch" | "false" | "0" => Some(false),
            _ => matches!(written, "✓" | "✔" | "☑").then_some(true),
        },
    };
    let yes = yes.ok_or_else(|| wrong(Fault::CodeUnknown, "ja / nein"))?;
    Ok(Value::Text(if yes { "ja" } else { "nein" }.to_owned()))
}

fn code(raw: &RawValue, written: &str, asked: &Asked<'_>) -> Result<Found, Wrong> {
    // A list with yes and no in it is ticked with TRUE and FALSE, too.
    let written = match raw {
        RawValue::Bool(true) => "ja",
        RawValue::Bool(false) => "nein",
        _ => written,
    };
    let id = |index: usize| Value::Text(asked.ids[index].to_owned());
    match asked.codes.find(written) {
        Some((index, Match::Exact)) => Ok(Found::Value(id(index))),
        Some((index, Match::Guess)) => Ok(Found::Guess(id(index), asked.labels[index].to_owned())),
        None => Err(wrong(Fault::CodeUnknown, asked.labels.join("; "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::clean::{german, samples};

    fn of(table: &str, field: &str, raw: RawValue) -> (State, Option<Value>, Option<Fault>) {
        let form = samples::form();
        let signs = Arc::new(Signs::of(&form.symbols));
        let asked = Asked::new(&form, form.tables[table].field(field).unwrap(), &signs);
        let latest = german::day(2026, 10, 5).unwrap();
        let (cell, wrong) = clean(Some(&raw), Place { sheet: "A".into(), row: 0, column: 0 }, &asked, latest);
        (cell.state, cell.value, wrong.map(|wrong| wrong.fault))
    }

    fn text(table: &str, field: &str, written: &str) -> (State, Option<Value>, Option<Fault>) {
        of(table, field, RawValue::Text(written.into()))
    }

    fn reported(value: &str) -> (State, Option<Value>, Option<Fault>) {
        (State::Reported, Some(Value::Text(value.into())), None)
    }

    #[test]
    fn symbols_say_why_there_is_no_value() {
        for (written, state) in [
            ("k.A.", State::Missing),
            ("–", State::Missing),
            (" K. A. ", State::Missing),
            ("x", State::NotApplicable),
            ("X", State::NotApplicable),
            ("/", State::Withheld),
            (".", State::Withheld),
            ("*", State::Withheld),
        ] {
            for (table, field) in [
                ("bedarf", "personen"),
                ("raeume", "barrierefrei"),
                ("raeume", "raumart"),
                ("zustaendigkeiten", "letzte_ueberpruefung"),
            ] {
                assert_eq!(text(table, field, written), (state, None, None), "{written} in {field}");
            }
        }
        assert_eq!(of("bedarf", "personen", RawValue::Error("#N/A".into())), (State::Missing, None, None));
        assert_eq!(
            of("bedarf", "personen", RawValue::Error("#REF!".into())),
            (State::Missing, None, Some(Fault::ErrorCell))
        );
        assert_eq!(
            of("bedarf", "personen", RawValue::NoResult),
            (State::Missing, None, Some(Fault::FormulaWithoutValue))
        );
        assert_eq!(
            of("bedarf", "personen", RawValue::Hidden("/".into())),
            (State::Withheld, None, Some(Fault::NumberHiddenByFormat))
        );
        assert_eq!(text("zustaendigkeiten", "stelle", "-"), reported(""), "nobody is responsible: an answer");
    }

    #[test]
    fn yes_no_and_codes_in_their_spellings() {
        for written in ["ja", "J", "Yes", "wahr", "1", "Ja\u{a0}"] {
            assert_eq!(text("raeume", "barrierefrei", written), reported("ja"), "{written}");
        }
        assert_eq!(of("raeume", "barrierefrei", RawValue::Bool(false)), reported("nein"));
        assert_eq!(of("raeume", "barrierefrei", RawValue::Number(0.0)), reported("nein"));
        assert_eq!(text("raeume", "barrierefrei", "vielleicht").2, Some(Fault::CodeUnknown));
        assert_eq!(text("bedarf", "zielgruppe", "§ 24"), reported("ukraine"));
        assert_eq!(text("bedarf", "zielgruppe", "Geflüchtete aus der Ukraine"), reported("ukraine"));
        assert_eq!(of("stellen", "baustein", RawValue::Number(2.0)), reported("case_management"));
        assert_eq!(of("angebote", "abgestimmt", RawValue::Bool(true)), reported("ja"));
        let (state, value, fault) = text("raeume", "raumart", "Gruppenraun");
        assert_eq!(
            (state, value, fault),
            (State::Reported, Some(Value::Text("gruppe".into())), Some(Fault::CodeGuessed))
        );
        assert_eq!(text("raeume", "raumart", "Turnhalle"), (State::Missing, None, Some(Fault::CodeUnknown)));
    }

    #[test]
    fn a_number_that_excel_made_a_date_is_not_made_a_number_again() {
        let day = german::day(2026, 5, 1).unwrap().and_hms_opt(0, 0, 0).unwrap();
        assert_eq!(of("stellen", "besetzt_vzae", RawValue::Date(day)), (State::Missing, None, Some(Fault::NotANumber)));
    }

    #[test]
    fn a_day_to_come_is_refused_only_where_it_cannot_be() {
        assert_eq!(text("zustaendigkeiten", "letzte_ueberpruefung", "1.3.2031").2, Some(Fault::DateInFuture));
        assert_eq!(text("stellen", "befristet_bis", "1.3.2031").2, None);
        assert_eq!(text("zustaendigkeiten", "letzte_ueberpruefung", "Frühjahr").2, Some(Fault::NotADate));
    }

    #[test]
    fn numbers_are_shown_as_excel_shows_them() {
        assert_eq!((shown(0.1 + 0.2).as_str(), shown(1234.0).as_str(), shown(-1.5).as_str()), ("0,3", "1234", "-1,5"));
    }
}

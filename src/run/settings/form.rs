//! Checks of a form.

use std::collections::{BTreeMap, BTreeSet};

use super::columns::Tables;
use super::told::{self, about, unknown};
use crate::base::problem::{Problem, Source};
use crate::model::facts::{MOMENTS, OBSERVED, PARALLEL, STATE, data_type};
use crate::model::form::{Field, FieldType, Form, SumRows, Symbols, Table};
use crate::model::municipality::BodyKind;

/// Columns of every frame of facts.
const TAKEN: [&str; 4] = ["submission", "ags", "period", "row"];

pub(super) fn check(form: &Form, source: &Source, problems: &mut Vec<Problem>) {
    check_asked(form, source, problems);
    check_codes(form, source, problems);
    check_symbols(form, source, problems);
    super::rows::check_words(form, source, problems);
    for (name, table) in &form.tables {
        if !told::is_name(name) || OBSERVED.iter().any(|(taken, _)| taken == name) {
            let message = format!("`{name}` cannot be the name of a table");
            let hint = "small letters, digits and `_`; `returns` and `bodies` are tables that kim fills";
            problems.push(about(source, &format!("[table.{name}]"), message).hint(hint));
        }
        if table.total_row && table.sum_rows == SumRows::Keep {
            let message = format!("`{name}` ends in a row of totals and keeps sums as rows");
            let hint = "leave out total_row, or sum_rows";
            problems.push(about(source, &format!("[table.{name}]"), message).hint(hint));
        }
        check_fields(form, table, source, problems);
        check_lookup(form, table, source, problems);
        super::rows::check(table, source, problems);
        check_spellings(name, table, source, problems);
    }
    check_sheets(form, source, problems);
    let tables = Tables { form, marked: BTreeSet::new() };
    for (name, table) in &form.tables {
        let mut ids = BTreeSet::new();
        for check in &table.checks {
            if !ids.insert(&check.id) {
                let message = format!("two checks of `{name}` are called `{}`", check.id);
                problems.push(Problem::at(source, check.condition.span(), message));
            }
            if let Some(other) = check.tables.first() {
                let message = format!("a rule of one table (`{name}`) names no others");
                let hint = "a rule over several tables stands at the end of the form: [[check]] with tables = […]";
                problems.push(Problem::at(source, other.span(), message).hint(hint));
            }
            tables.check_check(source, name, check, problems);
        }
    }
    let mut ids: BTreeSet<&str> =
        form.tables.values().flat_map(|table| &table.checks).map(|check| check.id.as_str()).collect();
    for check in &form.checks {
        if !ids.insert(&check.id) {
            let message = format!("two checks are called `{}`", check.id);
            problems.push(Problem::at(source, check.condition.span(), message));
        }
        tables.check_across(source, check, problems);
    }
    check_outliers(form, source, problems);
}

fn check_asked(form: &Form, source: &Source, problems: &mut Vec<Problem>) {
    let kinds = [BodyKind::Municipality, BodyKind::District].map(BodyKind::name);
    for (kind, names) in &form.asked {
        if !kinds.contains(&kind.as_str()) {
            let message = format!("`{kind}` is no kind of body");
            problems.push(about(source, &format!("\n{kind}"), message).hint("municipality or district"));
        }
        let mut seen = BTreeSet::new();
        for name in names {
            if !form.tables.contains_key(name.get_ref()) {
                problems.push(unknown(source, name, "table", form.tables.keys().map(String::as_str)));
            } else if !seen.insert(name.get_ref()) {
                problems.push(Problem::at(source, name.span(), format!("`{}` is asked twice", name.get_ref())));
            }
        }
    }
}

/// A sign can stand for one thing only.
fn check_symbols(form: &Form, source: &Source, problems: &mut Vec<Problem>) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for (list, symbols, _) in form.symbols.lists() {
        for symbol in symbols {
            let bare = Symbols::bare(symbol);
            if bare.is_empty() {
                let message = format!("`{list}` holds an empty symbol");
                problems.push(about(source, "[symbols]", message).hint("an empty cell is always missing"));
                continue;
            }
            let other = *seen.entry(bare.to_string()).or_insert(list);
            if other != list {
                let message = format!("the symbol `{symbol}` means both `{other}` and `{list}`");
                problems.push(twice(source, &format!("\"{symbol}\""), message));
            }
        }
    }
}

fn check_codes(form: &Form, source: &Source, problems: &mut Vec<Problem>) {
    for (name, list) in &form.codes {
        if let Some(base) = &list.extends {
            match form.codes.get(base.get_ref()) {
                None => problems.push(unknown(source, base, "code list", form.codes.keys().map(String::as_str))),
                Some(other) if other.extends.is_some() => {
                    let message = format!("`{}` extends another list itself", base.get_ref());
                    problems.push(Problem::at(source, base.span(), message).hint("extend that one directly"));
                }
                Some(_) => {}
            }
        }
        let mut ids = BTreeSet::new();
        let mut spellings: BTreeMap<String, &str> = BTreeMap::new();
        for code in form.code_list(name) {
            if !ids.insert(&code.id) {
                problems.push(twice(
                    source,
                    &format!("id = \"{}\"", code.id),
                    format!("`{}` stands twice in the list `{name}`", code.id),
                ));
            }
            for spelling in code.also.iter().chain([&code.de, &code.id]) {
                let other = spellings.entry(spelling.to_lowercase()).or_insert(&code.id);
                if *other != code.id {
                    let message = format!("in the list `{name}`, `{spelling}` means both `{other}` and `{}`", code.id);
                    problems.push(twice(source, &format!("\"{spelling}\""), message));
                }
            }
        }
    }
}

fn check_fields(form: &Form, table: &Table, source: &Source, problems: &mut Vec<Problem>) {
    let names = || table.fields.iter().map(|field| field.name.get_ref().as_str());
    let mut seen = BTreeSet::new();
    for field in &table.fields {
        told::check_name(source, &field.name, problems);
        let name = field.name.get_ref().as_str();
        if !seen.insert(name) {
            problems.push(Problem::at(source, field.name.span(), format!("two fields are called `{name}`")));
        }
        if MOMENTS.contains(&name) || TAKEN.contains(&name) || name == PARALLEL || name.contains(STATE) {
            let message = format!("`{name}` is a name that kim uses itself");
            problems.push(Problem::at(source, field.name.span(), message).hint("choose another"));
        }
        match (&field.codes, field.kind) {
            (None, FieldType::Code) => {
                let message = format!("`{name}` is a code, but of which list?");
                problems.push(Problem::at(source, field.name.span(), message).hint("add codes = \"…\""));
            }
            (Some(list), FieldType::Code) if !form.codes.contains_key(list.get_ref()) => {
                problems.push(unknown(source, list, "code list", form.codes.keys().map(String::as_str)));
            }
            (Some(list), kind) if kind != FieldType::Code => {
                let message = format!("`{name}` has a code list, but is no code");
                problems.push(Problem::at(source, list.span(), message).hint("type = \"code\""));
            }
            _ => {}
        }
        if let Some(whole) = &field.part_of {
            match table.field(whole.get_ref()) {
                None => problems.push(unknown(source, whole, "field", names())),
                Some(other) if other.name == field.name || !other.kind.is_number() || !field.kind.is_number() => {
                    let message = format!("`{name}` cannot be a part of `{}`", whole.get_ref());
                    problems.push(
                        Problem::at(source, whole.span(), message).hint("both must be numbers, and different ones"),
                    );
                }
                Some(_) => {}
            }
        }
        check_flags(field, source, problems);
    }
    let mut seen = BTreeSet::new();
    for key in &table.one_row_per {
        if table.field(key.get_ref()).is_none() {
            problems.push(unknown(source, key, "field", names()));
        } else if !seen.insert(key.get_ref()) {
            problems.push(Problem::at(source, key.span(), format!("`{}` stands twice in the key", key.get_ref())));
        }
    }
}

fn check_flags(field: &Field, source: &Source, problems: &mut Vec<Problem>) {
    let mut refuse = |flag: &str, fits: &str| {
        let message = format!("`{flag}` is for {fits}, but `{}` is none", field.name.get_ref());
        problems.push(Problem::at(source, field.name.span(), message));
    };
    if field.people && !field.kind.is_number() {
        refuse("people", "numbers");
    }
    if field.decimal_mark.is_some() && !field.kind.is_number() {
        refuse("decimal_mark", "numbers");
    }
    if field.signed && !field.kind.is_number() {
        refuse("signed", "numbers");
    }
    if field.outlier && !field.kind.is_number() {
        refuse("outlier", "numbers");
    }
    if field.tick.is_some() && !matches!(field.kind, FieldType::YesNo | FieldType::Code) {
        refuse("tick", "yes or no");
    }
    if field.not_in_future && field.kind != FieldType::Date {
        refuse("not_in_future", "dates");
    }
    if field.none_is_answer && field.kind != FieldType::Text {
        refuse("none_is_answer", "texts");
    }
}

fn check_lookup(form: &Form, table: &Table, source: &Source, problems: &mut Vec<Problem>) {
    let mut columns: BTreeSet<String> = table.fields.iter().map(|field| field.name.get_ref().clone()).collect();
    for lookup in &table.lookups {
        if let Some(prefix) = lookup.prefix.as_ref().filter(|prefix| !told::is_name(prefix.get_ref())) {
            let message = format!("`{}` cannot go in front of a name", prefix.get_ref());
            let hint = "small letters, digits and `_`, for example as = \"bedarf_\"";
            problems.push(Problem::at(source, prefix.span(), message).hint(hint));
        }
        if lookup.key.is_empty() {
            let message = "this lookup has no key".to_owned();
            problems.push(Problem::at(source, lookup.table.span(), message).hint("key = \"…\""));
        }
        for key in lookup.key.iter().filter(|key| table.field(key.get_ref()).is_none()) {
            let names = table.fields.iter().map(|field| field.name.get_ref().as_str());
            problems.push(unknown(source, key, "field", names));
        }
        let Some(other) = form.tables.get(lookup.table.get_ref()) else {
            problems.push(unknown(source, &lookup.table, "table", form.tables.keys().map(String::as_str)));
            continue;
        };
        for name in lookup.bring.iter().chain(&lookup.key).filter(|name| other.field(name.get_ref()).is_none()) {
            let names = other.fields.iter().map(|field| field.name.get_ref().as_str());
            problems.push(unknown(source, name, &format!("field of `{}`", lookup.table.get_ref()), names));
        }
        for key in &lookup.key {
            let kinds = [table, other].map(|table| Some(data_type(table.field(key.get_ref())?.kind)));
            if let [Some(here), Some(there)] = kinds
                && here != there
            {
                let message = format!("`{}` is not of the same type in both tables", key.get_ref());
                problems.push(Problem::at(source, key.span(), message));
            }
        }
        for name in &lookup.bring {
            let column = lookup.column(name.get_ref());
            let message = match table.field(&column) {
                Some(_) => format!("the table has a field `{column}` of its own"),
                None if columns.contains(&column) => format!("`{column}` is brought twice"),
                None => {
                    columns.insert(column);
                    continue;
                }
            };
            let hint = "give what is brought a word in front: as = \"…_\"";
            problems.push(Problem::at(source, name.span(), message).hint(hint));
        }
    }
}

fn check_outliers(form: &Form, source: &Source, problems: &mut Vec<Problem>) {
    let outliers = &form.outliers;
    let wrong = [
        ("score", outliers.score.is_finite() && outliers.score >= 1.0, "a number from 1 on; usual is 3.5"),
        ("periods", (3..=40).contains(&outliers.periods), "from 3 to 40: fewer values have no usual range"),
        ("bodies", (3..=1000).contains(&outliers.bodies), "from 3 to 1000: fewer bodies have no usual range"),
    ];
    for (key, _, hint) in wrong.into_iter().filter(|(_, right, _)| !right) {
        problems.push(about(source, &format!("\n{key}"), format!("`{key}` of [outliers] makes no sense")).hint(hint));
    }
}

/// A heading must lead to one field only.
fn check_spellings(name: &str, table: &Table, source: &Source, problems: &mut Vec<Problem>) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for field in &table.fields {
        for heading in field.also.iter().chain([&field.heading]) {
            let other = seen.entry(heading.to_lowercase()).or_insert(field.name.get_ref());
            if other != field.name.get_ref() {
                let message =
                    format!("on `{name}`, the heading `{heading}` means both `{other}` and `{}`", field.name.get_ref());
                problems.push(Problem::at(source, field.name.span(), message));
            }
        }
    }
}

/// Among the tables that one body is asked for, a sheet's name must lead to one table only.
fn check_sheets(form: &Form, source: &Source, problems: &mut Vec<Problem>) {
    for kind in [BodyKind::Municipality, BodyKind::District] {
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for (name, table) in form.asked_of(kind) {
            for sheet in table.also.iter().chain([&table.sheet]) {
                let other = seen.entry(sheet.to_lowercase()).or_insert(name);
                if *other != name {
                    let message = format!("the sheet `{sheet}` means both `{other}` and `{name}`");
                    problems.push(twice(source, &format!("\"{sheet}\""), message));
                }
            }
        }
    }
}

/// A mistake about something that stands in two places: shown at the second.
fn twice(source: &Source, text: &str, message: String) -> Problem {
    match told::place(source, text, 1) {
        Some(span) => Problem::at(source, span, message),
        None => about(source, text, message),
    }
}

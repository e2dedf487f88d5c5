//! Checks of how a table's rows are read: whose they are, and a wide table read long.

use std::collections::BTreeMap;

use super::told::unknown;
use crate::base::problem::{Problem, Source};
use crate::base::settings::Spanned;
use crate::model::form::{Field, FieldType, Form, RowWords, Table};

pub(super) fn check(table: &Table, source: &Source, problems: &mut Vec<Problem>) {
    for name in table.body.iter().chain(&table.period) {
        if let Some(field) = field(table, name, source, problems).filter(|field| field.optional) {
            let message = format!("`{}` says whose a row is and cannot be optional", field.name.get_ref());
            problems.push(Problem::at(source, name.span(), message).hint("take `optional` away from the field"));
        }
    }
    if let Some(period) = table.period.as_ref().filter(|_| table.body.is_empty()) {
        let message = "`period` names a field, but the rows are of one body".to_owned();
        problems.push(Problem::at(source, period.span(), message).hint("say `body = [\"…\"]` too, or leave it out"));
    }
    let Some(long) = &table.long else { return };
    let heading = field(table, &long.heading, source, problems);
    if let Some(field) = heading.filter(|field| !matches!(field.kind, FieldType::Code | FieldType::Text)) {
        let message = format!("`{}` takes headings, so it is a code or a text", field.name.get_ref());
        problems.push(Problem::at(source, long.heading.span(), message));
    } else if let Some(field) = heading.filter(|field| field.kind == FieldType::Text && long.under.is_none()) {
        let message = format!("`{}` is a text: any column could be meant", field.name.get_ref());
        let problem = Problem::at(source, long.heading.span(), message);
        problems.push(problem.hint("say `under = \"…\"`, the heading over the columns, or make it a code"));
    }
    field(table, &long.value, source, problems);
    if long.heading.get_ref() == long.value.get_ref() {
        let message = "heading and value are the same field".to_owned();
        problems.push(Problem::at(source, long.value.span(), message));
    }
}

/// A word of `[rows]` says something, and in one list only.
pub(super) fn check_words(form: &Form, source: &Source, problems: &mut Vec<Problem>) {
    let RowWords { other, apart, current } = &form.rows;
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for (list, word) in [("other", other), ("apart", apart), ("current", current)]
        .iter()
        .flat_map(|(list, words)| words.iter().map(move |word| (*list, word)))
    {
        let folded = word.get_ref().trim().to_lowercase();
        if !folded.contains(char::is_alphanumeric) {
            let message = format!("`{list}` holds an empty word");
            problems.push(Problem::at(source, word.span(), message).hint("a word is made of letters"));
            continue;
        }
        let known = *seen.entry(folded).or_insert(list);
        if known != list {
            let message = format!("`{}` stands in `{known}` and in `{list}`", word.get_ref());
            problems.push(Problem::at(source, word.span(), message).hint("a word means one thing"));
        }
    }
}

fn field<'a>(
    table: &'a Table,
    name: &Spanned<String>,
    source: &Source,
    problems: &mut Vec<Problem>,
) -> Option<&'a Field> {
    let found = table.field(name.get_ref());
    if found.is_none() {
        let names = table.fields.iter().map(|field| field.name.get_ref().as_str());
        problems.push(unknown(source, name, "field", names));
    }
    found
}

//! Checks of the report: its sheets, their names, and everything they show.

use std::collections::{BTreeMap, BTreeSet};

use super::columns::{Tables, codes_of};
use super::told::{self, about, unknown};
use crate::base::problem::{Problem, Source};
use crate::base::settings::Spanned;
use crate::model::form::FieldType;
use crate::model::indicator::Catalogue;
use crate::model::language::Language;
use crate::model::pipeline::{Breakdown, Content, Report, Sheet};
use crate::model::potential::Rule;

/// Excel's limit for the name of a tab, in UTF-16 units.
const LONGEST: usize = 31;

pub(super) fn check(
    report: &Report,
    catalogue: &Catalogue,
    rules: &BTreeMap<String, Rule>,
    tables: &Tables<'_>,
    source: &Source,
    problems: &mut Vec<Problem>,
) {
    if report.file.is_empty() || !report.file.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)) {
        let message = format!("`{}` cannot begin a file's name", report.file);
        let problem = about(source, &format!("\"{}\"", report.file), message);
        problems.push(problem.hint("letters without umlauts, digits, `-` and `_`"));
    }
    if report.sheets.is_empty() {
        problems.push(Problem::whole(source, "the report has no sheet"));
    }
    check_names(&report.sheets, source, problems);
    for sheet in &report.sheets {
        check_content(sheet, catalogue, rules, tables, source, problems);
    }
}

fn check_names(sheets: &[Sheet], source: &Source, problems: &mut Vec<Problem>) {
    let mut ids = BTreeSet::new();
    let mut tabs: BTreeMap<(Language, String), &str> = BTreeMap::new();
    for sheet in sheets {
        let id = sheet.id.get_ref().as_str();
        told::check_name(source, &sheet.id, problems);
        if !ids.insert(id) {
            problems.push(Problem::at(source, sheet.id.span(), format!("two sheets have the id `{id}`")));
        }
        let written = [(Language::De, Some(&sheet.name.de)), (Language::En, sheet.name.en.as_ref())];
        for (language, name) in written.into_iter().filter_map(|(language, name)| Some((language, name?))) {
            let mut refuse = |message: String, hint: &str| {
                problems.push(about(source, &format!("\"{name}\""), message).hint(hint));
            };
            let length = name.encode_utf16().count();
            if length > LONGEST {
                refuse(format!("the tab `{name}` has {length} characters"), "Excel allows 31");
            }
            if name.is_empty()
                || name.contains(['[', ']', ':', '*', '?', '/', '\\'])
                || name.starts_with('\'')
                || name.ends_with('\'')
            {
                refuse(format!("Excel does not allow the tab `{name}`"), "not empty, and without [ ] : * ? / \\");
            }
            if let Some(other) = tabs.insert((language, name.to_lowercase()), id) {
                let message = format!("the tab `{name}` of `{id}` has the same name as that of `{other}`");
                problems.push(Problem::at(source, sheet.id.span(), message).hint("Excel allows each name once"));
            }
        }
    }
}

fn check_content(
    sheet: &Sheet,
    catalogue: &Catalogue,
    rules: &BTreeMap<String, Rule>,
    tables: &Tables<'_>,
    source: &Source,
    problems: &mut Vec<Problem>,
) {
    let check_indicators = |ids: &[Spanned<String>], problems: &mut Vec<Problem>| {
        for id in ids.iter().filter(|id| !catalogue.indicators.contains_key(id.get_ref())) {
            problems.push(unknown(source, id, "indicator", catalogue.indicators.keys().map(String::as_str)));
        }
        if ids.is_empty() {
            let message = format!("the sheet `{}` shows nothing", sheet.id.get_ref());
            problems.push(Problem::at(source, sheet.id.span(), message));
        }
    };
    match &sheet.content {
        Content::Summary { indicators } | Content::Profiles { indicators } => check_indicators(indicators, problems),
        Content::Topic { indicators, chart, breakdowns } => {
            check_indicators(indicators, problems);
            check_indicators(std::slice::from_ref(&chart.indicator), problems);
            for breakdown in breakdowns {
                check_breakdown(breakdown, catalogue, tables, source, problems);
            }
        }
        Content::Progress { table, by, show, state, done } => {
            let name = table.get_ref();
            if !tables.form.tables.contains_key(name) {
                return problems.push(unknown(source, table, "table", tables.form.tables.keys().map(String::as_str)));
            }
            super::potentials::check_shown(source, name, show, tables, problems);
            super::potentials::check_shown(source, name, std::slice::from_ref(by), tables, problems);
            check_state(source, name, state, done, tables, problems);
        }
        Content::Potentials { rules: ids } => {
            for id in ids.iter().filter(|id| !rules.contains_key(id.get_ref())) {
                problems.push(unknown(source, id, "rule", rules.keys().map(String::as_str)));
            }
        }
        Content::Response {} | Content::Quality {} | Content::Methods {} => {}
    }
}

fn check_state(
    source: &Source,
    table: &str,
    state: &Spanned<String>,
    done: &[Spanned<String>],
    tables: &Tables<'_>,
    problems: &mut Vec<Problem>,
) {
    let field = tables.field(table, state.get_ref());
    match field.and_then(|field| codes_of(tables.form, field)) {
        None => {
            let fields = tables.fields(table).filter(|field| field.kind == FieldType::Code);
            problems.push(unknown(
                source,
                state,
                "field with codes",
                fields.map(|field| field.name.get_ref().as_str()),
            ));
        }
        Some(codes) => {
            for code in done.iter().filter(|code| !codes.contains(&code.get_ref().as_str())) {
                problems.push(unknown(source, code, "code", codes.iter().copied()));
            }
        }
    }
}

/// Measures of one table, each with a title, by a field of that table that has codes.
fn check_breakdown(
    breakdown: &Breakdown,
    catalogue: &Catalogue,
    tables: &Tables<'_>,
    source: &Source,
    problems: &mut Vec<Problem>,
) {
    for id in &breakdown.measures {
        let Some(measure) = catalogue.measures.get(id.get_ref()) else {
            problems.push(unknown(source, id, "measure", catalogue.measures.keys().map(String::as_str)));
            continue;
        };
        if measure.title.is_none() {
            let message = format!("the measure `{}` is shown here, but has no title", id.get_ref());
            problems.push(Problem::at(source, id.span(), message).hint("give it title = { de = \"…\" }"));
        }
        let (table, by) = (measure.table.get_ref(), &breakdown.by);
        if !tables.field(table, by.get_ref()).is_some_and(|field| field.kind == FieldType::Code) {
            let codes = tables.fields(table).filter(|field| field.kind == FieldType::Code);
            let known = codes.map(|field| field.name.get_ref().as_str());
            let what = format!("field with codes of `{table}` (for `{}`)", id.get_ref());
            problems.push(unknown(source, by, &what, known));
        }
    }
}

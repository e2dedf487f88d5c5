//! Checks of the rules for parallel structures and room for improvement.

use std::collections::{BTreeMap, BTreeSet};

use super::columns::Tables;
use super::told::{self, unknown};
use crate::base::frame::DataType;
use crate::base::problem::{Problem, Source};
use crate::base::settings::Spanned;
use crate::model::condition::{self, Columns};
use crate::model::indicator::Catalogue;
use crate::model::potential::{PotentialFile, Rule, Search};

/// All rules by id.
pub(super) fn rules(files: &[(Source, PotentialFile)], problems: &mut Vec<Problem>) -> BTreeMap<String, Rule> {
    let mut rules = BTreeMap::new();
    for (source, file) in files {
        for (name, rule) in &file.rules {
            told::check_name(source, name, problems);
            if rules.insert(name.get_ref().clone(), rule.clone()).is_some() {
                let message = format!("there is already a rule `{}`", name.get_ref());
                problems.push(Problem::at(source, name.span(), message));
            }
        }
    }
    rules
}

/// The tables whose rows a rule marks as parallel.
pub(super) fn marked(rules: &BTreeMap<String, Rule>) -> BTreeSet<String> {
    let table = |rule: &Rule| match &rule.find {
        Search::Parallel { table, .. } => Some(table.get_ref().clone()),
        _ => None,
    };
    rules.values().filter_map(table).collect()
}

pub(super) fn check(
    files: &[(Source, PotentialFile)],
    catalogue: &Catalogue,
    tables: &Tables<'_>,
    problems: &mut Vec<Problem>,
) {
    for (source, file) in files {
        for (name, rule) in &file.rules {
            check_placeholders(source, name, rule, problems);
            check_search(source, name, &rule.find, catalogue, tables, problems);
        }
    }
}

fn check_search(
    source: &Source,
    name: &Spanned<String>,
    search: &Search,
    catalogue: &Catalogue,
    tables: &Tables<'_>,
    problems: &mut Vec<Problem>,
) {
    if let Some(table) = search.table()
        && !tables.form.tables.contains_key(table.get_ref())
    {
        return problems.push(unknown(source, table, "table", tables.form.tables.keys().map(String::as_str)));
    }
    match search {
        Search::Parallel { table, same, within_km, condition, free, show } => {
            check_pairs(source, name, table.get_ref(), same, *within_km, tables, problems);
            tables.check_condition(source, table.get_ref(), condition, problems);
            tables.check_quantity(source, table.get_ref(), free, problems);
            check_shown(source, table.get_ref(), show, tables, problems);
        }
        Search::Bridge { table, same, within_km, need, have, show } => {
            check_pairs(source, name, table.get_ref(), same, *within_km, tables, problems);
            tables.check_quantity(source, table.get_ref(), need, problems);
            tables.check_quantity(source, table.get_ref(), have, problems);
            check_shown(source, table.get_ref(), show, tables, problems);
        }
        Search::Rows { table, condition, effect, show } => {
            tables.check_condition(source, table.get_ref(), condition, problems);
            effect.iter().for_each(|effect| tables.check_quantity(source, table.get_ref(), effect, problems));
            check_shown(source, table.get_ref(), show, tables, problems);
        }
        Search::Body { condition, effect, show } => {
            let columns = figures(catalogue);
            let mut tell = |sql: &Spanned<String>, parsed: Result<_, String>| {
                if let Err(message) = parsed {
                    problems.push(told::within(source, sql.span(), &message));
                }
            };
            tell(condition, condition::parse(condition.get_ref(), &columns));
            tell(effect, condition::quantity(effect.get_ref(), &columns));
            for id in show.iter().filter(|id| !columns.iter().any(|(known, _)| known == id.get_ref())) {
                let known = columns.iter().map(|(name, _)| name.as_str());
                problems.push(unknown(source, id, "measure or indicator", known));
            }
        }
        Search::Peers { indicators, classes } => {
            check_peers(source, name, indicators, classes, catalogue, problems);
        }
    }
}

/// The figures of a body, as a condition sees them.
fn figures(catalogue: &Catalogue) -> Columns {
    let ids = catalogue.measures.keys().chain(catalogue.indicators.keys());
    ids.map(|id| (id.clone(), DataType::Float64)).collect()
}

fn check_pairs(
    source: &Source,
    name: &Spanned<String>,
    table: &str,
    same: &[Spanned<String>],
    within_km: f64,
    tables: &Tables<'_>,
    problems: &mut Vec<Problem>,
) {
    if !(within_km.is_finite() && within_km > 0.0) {
        let message = format!("`within_km` of `{}` must be greater than zero", name.get_ref());
        problems.push(Problem::at(source, name.span(), message));
    }
    if same.is_empty() {
        let message = format!("`{}` does not say in what two rows must be the same", name.get_ref());
        problems.push(Problem::at(source, name.span(), message).hint("same = [\"…\"]"));
    }
    for field in same.iter().filter(|field| tables.field(table, field.get_ref()).is_none()) {
        let names = tables.fields(table).map(|field| field.name.get_ref().as_str());
        problems.push(unknown(source, field, "field", names));
    }
}

/// What is shown exists and may be shown: free text that can name a person never is.
pub(super) fn check_shown(
    source: &Source,
    table: &str,
    show: &[Spanned<String>],
    tables: &Tables<'_>,
    problems: &mut Vec<Problem>,
) {
    for name in show {
        match tables.field(table, name.get_ref()) {
            None => {
                let names = tables.fields(table).filter(|field| !field.private);
                problems.push(unknown(source, name, "field", names.map(|field| field.name.get_ref().as_str())));
            }
            Some(field) if field.private => {
                let message = format!("`{}` may name people and is never shown", name.get_ref());
                problems.push(Problem::at(source, name.span(), message));
            }
            Some(_) => {}
        }
    }
}

fn check_peers(
    source: &Source,
    name: &Spanned<String>,
    indicators: &[Spanned<String>],
    classes: &[f64],
    catalogue: &Catalogue,
    problems: &mut Vec<Problem>,
) {
    for id in indicators {
        match catalogue.indicators.get(id.get_ref()) {
            None => problems.push(unknown(source, id, "indicator", catalogue.indicators.keys().map(String::as_str))),
            Some(indicator) if indicator.better.is_none() => {
                let message = format!("of `{}` it is not known what is better", id.get_ref());
                let problem = Problem::at(source, id.span(), message);
                problems
                    .push(problem.hint("give the indicator better = \"higher\" or \"lower\", or leave it out here"));
            }
            Some(_) => {}
        }
    }
    if !classes.is_sorted_by(|a, b| a < b) || classes.iter().any(|class| !class.is_finite() || *class <= 0.0) {
        let message = format!("the classes of `{}` must rise, each above zero", name.get_ref());
        problems.push(Problem::at(source, name.span(), message));
    }
}

fn check_placeholders(source: &Source, name: &Spanned<String>, rule: &Rule, problems: &mut Vec<Problem>) {
    let known: &[&str] = match rule.find {
        Search::Parallel { .. } | Search::Bridge { .. } => &["body", "other", "effect", "rows"],
        Search::Rows { .. } | Search::Body { .. } => &["body", "effect", "rows"],
        Search::Peers { .. } => &["body", "effect", "rows", "indicator", "value", "median"],
    };
    let texts = [Some(&rule.sentence.de), rule.sentence.en.as_ref()];
    for text in texts.into_iter().flatten() {
        for part in text.split('{').skip(1) {
            let word = part.split('}').next().unwrap_or_default();
            if part.contains('}') && known.contains(&word) {
                continue;
            }
            // The sentence itself has no place, so the rule's own text is searched from its name on.
            let start = name.span().start;
            let sought = format!("{{{word}");
            let found = source.text[start..].find(&sought).map(|at| start + at..start + at + sought.len());
            let span = found.unwrap_or_else(|| name.span());
            let list: Vec<String> = known.iter().map(|word| format!("{{{word}}}")).collect();
            let message = format!("the sentence of `{}` has an unknown placeholder `{{{word}}}`", name.get_ref());
            problems.push(Problem::at(source, span, message).hint(format!("known here: {}", list.join(", "))));
        }
    }
}

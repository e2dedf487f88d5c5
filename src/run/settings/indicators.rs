//! Checks of measures and indicators, and their catalogue over all files.

use std::collections::BTreeMap;

use super::columns::{Tables, codes_of};
use super::told::{self, unknown};
use crate::base::problem::{Problem, Source};
use crate::base::settings::Spanned;
use crate::model::facts::data_type;
use crate::model::indicator::{
    Better, Catalogue, Indicator, IndicatorFile, IndicatorKind, Measure, MissingPolicy, Target, Weights,
};

/// All measures and indicators by id; an id stands for one of them, over all files.
pub(super) fn catalogue(files: &[(Source, IndicatorFile)], problems: &mut Vec<Problem>) -> Catalogue {
    let mut catalogue = Catalogue::default();
    let mut seen: BTreeMap<&str, &Source> = BTreeMap::new();
    for (source, file) in files {
        for name in file.measures.keys().chain(file.indicators.keys()) {
            told::check_name(source, name, problems);
            if let Some(other) = seen.insert(name.get_ref(), source) {
                let message = format!("`{}` is already in {}", name.get_ref(), other.path.display());
                let problem = Problem::at(source, name.span(), message);
                problems.push(problem.hint("a measure or indicator needs a name of its own, in all files together"));
            }
        }
        let measures = file.measures.iter().map(|(name, measure)| (name.get_ref().clone(), measure.clone()));
        catalogue.measures.extend(measures);
        let indicators = file.indicators.iter().map(|(name, indicator)| (name.get_ref().clone(), indicator.clone()));
        catalogue.indicators.extend(indicators);
    }
    catalogue
}

pub(super) fn check(
    files: &[(Source, IndicatorFile)],
    catalogue: &Catalogue,
    tables: &Tables<'_>,
    problems: &mut Vec<Problem>,
) {
    for (source, file) in files {
        for (name, measure) in &file.measures {
            check_measure(source, name, measure, tables, problems);
        }
        for (name, indicator) in &file.indicators {
            check_indicator(source, name, indicator, catalogue, problems);
        }
    }
}

fn check_measure(
    source: &Source,
    name: &Spanned<String>,
    measure: &Measure,
    tables: &Tables<'_>,
    problems: &mut Vec<Problem>,
) {
    let ways = [measure.sum.is_some(), measure.count, measure.weights.is_some()];
    if ways.into_iter().filter(|given| *given).count() != 1 {
        let message = format!("the measure `{}` must say exactly one of `sum`, `count` and `weights`", name.get_ref());
        problems.push(Problem::at(source, name.span(), message));
    }
    let table = measure.table.get_ref();
    if tables.columns(table).is_none() {
        return problems.push(unknown(source, &measure.table, "table", tables.names()));
    }
    if let Some(sum) = &measure.sum {
        check_sum(source, table, measure, sum, tables, problems);
    }
    if let Some(weights) = &measure.weights {
        check_weights(source, table, weights, tables, problems);
    }
    if let Some(condition) = &measure.condition {
        tables.check_condition(source, table, condition, problems);
    }
}

/// Only fields, added up or taken away: anything else would not be linear in the reported cells.
fn check_sum(
    source: &Source,
    table: &str,
    measure: &Measure,
    sum: &Spanned<String>,
    tables: &Tables<'_>,
    problems: &mut Vec<Problem>,
) {
    let own = tables.columns(table).unwrap_or_default();
    let moments = crate::model::facts::MOMENTS;
    let is_number = |name: &str| match tables.field(table, name) {
        Some(field) => field.kind.is_number(),
        // The program's own tables hold numbers only.
        None => !tables.form.tables.contains_key(table) && !moments.contains(&name),
    };
    let numbers: Vec<&str> = own.iter().map(|(name, _)| name.as_str()).filter(|name| is_number(name)).collect();
    for (_, field) in measure.terms() {
        if numbers.contains(&field) {
            continue;
        }
        if let Some(known) = tables.field(table, field) {
            let kind = data_type(known.kind);
            let message = format!("`{field}` is no number ({kind}) and cannot be added up");
            let hint = format!("numbers here: {}", numbers.join(", "));
            problems.push(told::within(source, sum.span(), &message).hint(hint));
        } else if told::is_name(field) {
            let guess = crate::base::problem::did_you_mean(field, numbers.iter().copied());
            let hint = guess.map_or_else(
                || format!("numbers here: {}", numbers.join(", ")),
                |meant| format!("did you mean `{meant}`?"),
            );
            problems.push(told::within(source, sum.span(), &format!("unknown field `{field}`")).hint(hint));
        } else {
            let message = format!("`{}` is no sum of fields", sum.get_ref());
            let hint = "name a field, or fields joined by + and -: figures stay traceable to their cells that way";
            problems.push(Problem::at(source, sum.span(), message).hint(hint));
        }
    }
}

fn check_weights(source: &Source, table: &str, weights: &Weights, tables: &Tables<'_>, problems: &mut Vec<Problem>) {
    let name = weights.field.get_ref();
    let Some(field) = tables.field(table, name) else {
        let names = tables.fields(table).map(|field| field.name.get_ref().as_str());
        return problems.push(unknown(source, &weights.field, "field", names));
    };
    let Some(codes) = codes_of(tables.form, field) else {
        let message = format!("`{name}` has no codes to weigh");
        return problems.push(Problem::at(source, weights.field.span(), message));
    };
    for code in weights.weight.keys().filter(|code| !codes.contains(&code.as_str())) {
        let guess = crate::base::problem::did_you_mean(code, codes.iter().copied());
        let hint = guess
            .map_or_else(|| format!("known here: {}", codes.join(", ")), |meant| format!("did you mean `{meant}`?"));
        let message = format!("`{code}` is no code of `{name}`");
        problems.push(Problem::at(source, weights.field.span(), message).hint(hint));
    }
    for code in codes.iter().filter(|code| !weights.weight.contains_key(**code)) {
        let message = format!("`{name}` can also be `{code}`, which has no weight");
        let problem = Problem::at(source, weights.field.span(), message);
        problems.push(problem.hint(format!("if it does not count, say so: {code} = 0")));
    }
    if weights.weight.values().any(|weight| !weight.is_finite()) {
        problems.push(Problem::at(source, weights.field.span(), "a weight must be a number"));
    }
}

fn check_indicator(
    source: &Source,
    name: &Spanned<String>,
    indicator: &Indicator,
    catalogue: &Catalogue,
    problems: &mut Vec<Problem>,
) {
    let measures = || catalogue.measures.keys().map(String::as_str);
    for measure in [Some(&indicator.numerator), indicator.denominator.as_ref()].into_iter().flatten() {
        if !catalogue.measures.contains_key(measure.get_ref()) {
            problems.push(unknown(source, measure, "measure", measures()));
        }
    }
    match (&indicator.denominator, indicator.kind) {
        (Some(denominator), IndicatorKind::Count) => {
            let problem = Problem::at(source, denominator.span(), "a `count` has no denominator");
            problems.push(problem.hint("take it away, or choose another kind: share, rate, ratio, mean"));
        }
        (None, kind) if kind != IndicatorKind::Count => {
            let message = format!("the {} `{}` needs a denominator", kind.name(), name.get_ref());
            problems.push(Problem::at(source, name.span(), message).hint("add denominator = \"…\""));
        }
        _ => {}
    }
    if !(indicator.factor.is_finite() && indicator.factor > 0.0) {
        let message = format!("the factor of `{}` must be greater than zero", name.get_ref());
        problems.push(Problem::at(source, name.span(), message));
    }
    if let Some(target) = &indicator.target {
        check_target(source, indicator, target, problems);
    }
    let table = |id: &Spanned<String>| catalogue.measures.get(id.get_ref()).map(|measure| measure.table.get_ref());
    if indicator.missing == MissingPolicy::LeaveOutRows
        && let Some(denominator) = &indicator.denominator
        && let (Some(here), Some(there)) = (table(&indicator.numerator), table(denominator))
        && here != there
    {
        let message = format!(
            "`leave_out_rows` needs one table, but `{}` is of `{there}`, the numerator of `{here}`",
            denominator.get_ref()
        );
        problems.push(Problem::at(source, denominator.span(), message).hint("missing = \"leave_out\""));
    }
}

fn check_target(source: &Source, indicator: &Indicator, target: &Spanned<Target>, problems: &mut Vec<Problem>) {
    let Target { at_least, at_most, near } = target.get_ref();
    let mut refuse = |message: &str, hint: &str| {
        problems.push(Problem::at(source, target.span(), message).hint(hint));
    };
    match (at_least, at_most, indicator.better) {
        (None, None, _) => refuse("a target without a bound", "add at_least = … or at_most = …"),
        (Some(least), Some(most), _) if least > most => {
            refuse(&format!("nothing is at least {least} and at most {most}"), "is it the other way round?");
        }
        (Some(_), None, Some(Better::Lower)) => {
            refuse("lower is better here, but the target asks for at least", "use at_most, or better = \"higher\"");
        }
        (None, Some(_), Some(Better::Higher)) => {
            refuse("higher is better here, but the target asks for at most", "use at_least, or better = \"lower\"");
        }
        (Some(least), _, _) if indicator.kind == IndicatorKind::Share && *least > indicator.factor => {
            refuse(&format!("a share never reaches {least}"), &format!("its whole is {}", indicator.factor));
        }
        _ => {}
    }
    if !near.is_finite() || *near < 0.0 {
        refuse("`near` must be a number from 0 on", "it says how far off still counts as nearly reached");
    }
}

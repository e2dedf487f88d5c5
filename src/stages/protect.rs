//! Protect: results → the one release of figures that may be shown. Pure.
//!
//! A first form: counts of people below the threshold, small complements (whole − part), the numerators of rates, and
//! then enough other parts of each sum that no hidden one is found by subtraction. What it does **not** do yet: links
//! between tables and periods (stock identities, overlapping breakdowns) and the proof over everything ever
//! published. Until that step, real data should wait.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::figure::{Figure, Figures, Hit, Item, Key, Mark, Release, Results, Scope, all_of};
use crate::model::form::{Field, Form};
use crate::model::indicator::{Catalogue, IndicatorKind, Measure};
use crate::model::municipality::Register;
use crate::model::period::Period;
use crate::model::settings::Disclosure;

pub(crate) struct Input<'a> {
    pub(crate) form: &'a Form,
    pub(crate) register: &'a Register,
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) disclosure: &'a Disclosure,
}

/// How many values the hidden parts of a sum must leave open: with zeros printed, each hidden part is at least 1, so
/// parts that sum to their number plus less than this are as good as known.
const OPEN: f64 = 3.0;

pub(crate) fn protect(mut results: Results, input: &Input<'_>) -> Release {
    let mut hidden = BTreeSet::new();
    for id in input.catalogue.measures.keys().filter(|id| counts_people(input, id)) {
        hide_small(input, &results.figures, id, &mut hidden);
    }
    for id in input.catalogue.measures.keys().filter(|id| counts_people(input, id)) {
        hide_enough(&results.figures, id, |figure| figure.value, &mut hidden);
    }
    let mut uncertain = BTreeSet::new();
    for id in input.catalogue.indicators.keys() {
        hide_quotients(input, &results.figures, id, &mut hidden, &mut uncertain);
    }
    mark(&mut results.figures, &uncertain, Mark::Uncertain);
    mark(&mut results.figures, &hidden, Mark::Secret);
    results.hits =
        std::mem::take(&mut results.hits).into_iter().filter_map(|hit| shown(hit, input, &results.figures)).collect();
    Release::sealed(results)
}

fn mark(figures: &mut Figures, keys: &BTreeSet<Key>, mark: Mark) {
    for key in keys {
        if let Some(figure) = figures.get_mut(key) {
            *figure = Figure { used: figure.used, expected: figure.expected, ..Figure::marked(mark) };
        }
    }
}

/// The fields a measure sums: the words of its SQL that are fields of its table.
fn summed<'a>(input: &Input<'a>, measure: &Measure) -> Vec<&'a Field> {
    let (Some(table), Some(sql)) = (input.form.tables.get(measure.table.get_ref()), &measure.sum) else {
        return Vec::new();
    };
    let is_word = |name: &str| sql.get_ref().split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name);
    table.fields.iter().filter(|field| is_word(field.name.get_ref())).collect()
}

fn counts_people(input: &Input<'_>, id: &str) -> bool {
    let measure = input.catalogue.measures.get(id);
    measure.is_some_and(|measure| summed(input, measure).iter().any(|field| field.people))
}

/// The measure over the field of which this one's field is a part, on the same rows.
fn whole_of<'a>(input: &Input<'a>, id: &str) -> Option<&'a str> {
    let part = input.catalogue.measures.get(id)?;
    let [field] = summed(input, part)[..] else { return None };
    let whole = field.part_of.as_ref()?.get_ref();
    let text = |measure: &Measure| measure.condition.as_ref().map(|sql| sql.get_ref().clone());
    let same = |measure: &&Measure| {
        measure.table.get_ref() == part.table.get_ref()
            && text(measure) == text(part)
            && measure.sum.as_ref().is_some_and(|field| field.get_ref() == whole)
    };
    input.catalogue.measures.iter().find(|(_, measure)| same(measure)).map(|(id, _)| id.as_str())
}

/// Counts of people in this scope below this are secret.
fn threshold(input: &Input<'_>, key: &Key) -> f64 {
    match (&key.scope, &key.part) {
        (_, Some(_)) => input.disclosure.threshold_small,
        (Scope::Body(ags), None) => threshold_of_body(input, ags),
        (Scope::Total, None) => input.disclosure.threshold,
    }
}

/// A body whose inhabitants are not known counts as small.
fn threshold_of_body(input: &Input<'_>, ags: &str) -> f64 {
    match input.register.by_ags(ags).and_then(|body| body.inhabitants) {
        Some(inhabitants) if inhabitants >= input.disclosure.small_body => input.disclosure.threshold,
        _ => input.disclosure.threshold_small,
    }
}

/// A difference of counts is as telling as a count, whatever its sign.
fn is_small(value: f64, threshold: f64) -> bool {
    value != 0.0 && value.abs() < threshold
}

fn hide_small(input: &Input<'_>, figures: &Figures, id: &str, hidden: &mut BTreeSet<Key>) {
    let whole = whole_of(input, id);
    for (key, figure) in all_of(figures, id) {
        // A zero is always shown; what it leaves of a small whole is that whole, which is hidden itself.
        let Some(value) = figure.value.filter(|value| *value != 0.0) else { continue };
        let least = threshold(input, key);
        let rest = whole
            .and_then(|whole| figures.get(&Key { id: whole.to_owned(), ..key.clone() })?.value)
            .map(|whole| whole - value);
        if is_small(value, least) || rest.is_some_and(|rest| is_small(rest, least)) {
            hidden.insert(key.clone());
        }
    }
}

/// A sum that is shown: its period, and the field by which it is broken down (none: by body).
type Sum<'a> = (Period, Option<&'a str>);

/// For each sum that is shown (all bodies, or all parts of a breakdown): while its hidden parts could be found from
/// it, hide the smallest shown one as well.
fn hide_enough(figures: &Figures, id: &str, amount: impl Fn(&Figure) -> Option<f64>, hidden: &mut BTreeSet<Key>) {
    let mut groups: BTreeMap<Sum<'_>, Vec<(f64, &Key)>> = BTreeMap::new();
    for (key, figure) in all_of(figures, id) {
        let field = key.part.as_deref().and_then(|part| part.split('=').next());
        let is_part = key.part.is_some() || key.scope != Scope::Total;
        if let Some(value) = amount(figure).filter(|value| is_part && *value > 0.0) {
            groups.entry((key.period, field)).or_default().push((value, key));
        }
    }
    for ((period, _), mut parts) in groups {
        if hidden.contains(&Key::total(id, period)) {
            continue;
        }
        parts.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(b.1)));
        loop {
            let secret: Vec<f64> =
                parts.iter().filter(|(_, key)| hidden.contains(*key)).map(|(value, _)| *value).collect();
            let open = secret.iter().sum::<f64>() - secret.len() as f64;
            if secret.is_empty() || (secret.len() >= 2 && open >= OPEN) {
                break;
            }
            match parts.iter().find(|(_, key)| !hidden.contains(*key)) {
                Some((_, next)) => hidden.insert((*next).clone()),
                // Nothing left to hide behind: the sum itself must go.
                None => {
                    hidden.insert(Key::total(id, period));
                    break;
                }
            };
        }
    }
}

/// A quotient is hidden with either of its sides, with its own small numerator or complement, and is uncertain on a
/// small base.
fn hide_quotients(
    input: &Input<'_>,
    figures: &Figures,
    id: &str,
    hidden: &mut BTreeSet<Key>,
    uncertain: &mut BTreeSet<Key>,
) {
    let Some(indicator) = input.catalogue.indicators.get(id) else { return };
    let above = indicator.numerator.get_ref();
    let below = indicator.denominator.as_ref().map(|name| name.get_ref().as_str());
    let (above_people, below_people) =
        (counts_people(input, above), below.is_some_and(|below| counts_people(input, below)));
    if !above_people && !below_people {
        return;
    }
    for (key, figure) in all_of(figures, id).filter(|(_, figure)| figure.value.is_some()) {
        let side = |name: &str| hidden.contains(&Key { id: name.to_owned(), ..key.clone() });
        let least = threshold(input, key);
        let numerator = figure.numerator.filter(|_| above_people);
        let base = figure.denominator.filter(|_| below_people);
        let rest =
            numerator.zip(base).filter(|_| indicator.kind == IndicatorKind::Share).map(|(part, whole)| whole - part);
        let small = [numerator, rest].into_iter().flatten().any(|value| is_small(value, least));
        if side(above) || below.is_some_and(side) || small {
            hidden.insert(key.clone());
        } else if base.is_some_and(|base| base < input.disclosure.smallest_base) {
            uncertain.insert(key.clone());
        }
    }
    hide_enough(figures, id, |figure| figure.numerator.or(figure.denominator), hidden);
}

/// The hit as it may be shown; none if it would betray a figure that is not.
fn shown(mut hit: Hit, input: &Input<'_>, figures: &Figures) -> Option<Hit> {
    let betrays =
        |key: &Key| matches!(figures.get(key).and_then(|figure| figure.mark), Some(Mark::Secret | Mark::Uncertain));
    if hit.rests_on.iter().any(betrays) {
        return None;
    }
    let decimals = |key: &Key| input.catalogue.indicators.get(&key.id).map_or(2, |indicator| indicator.decimals);
    let safe = |item: Item, ags: &str| match item {
        Item::People(count) if is_small(count, threshold_of_body(input, ags)) => Item::Marked(Mark::Secret),
        Item::People(count) => Item::Number(count, 0),
        Item::Figure(key) => match figures.get(&key) {
            Some(Figure { value: Some(value), .. }) => Item::Number(*value, decimals(&key)),
            Some(Figure { mark: Some(mark), .. }) => Item::Marked(*mark),
            _ => Item::Nothing,
        },
        other => other,
    };
    hit.effect = safe(hit.effect, &hit.body);
    for (ags, items) in &mut hit.rows {
        *items = std::mem::take(items).into_iter().map(|item| safe(item, ags)).collect();
    }
    Some(hit)
}

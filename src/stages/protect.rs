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

/// The fields a measure sums.
fn summed<'a>(input: &Input<'a>, measure: &Measure) -> Vec<&'a Field> {
    let Some(table) = input.form.tables.get(measure.table.get_ref()) else { return Vec::new() };
    measure.terms().iter().filter_map(|(_, name)| table.field(name)).collect()
}

fn counts_people(input: &Input<'_>, id: &str) -> bool {
    let measure = input.catalogue.measures.get(id);
    measure.is_some_and(|measure| summed(input, measure).iter().any(|field| field.people))
}

/// The measures of which this one is a part, on the same rows: over the field of which its field is a part, or over
/// all its fields and more (completions with the goal reached are a part of all completions).
fn wholes_of<'a>(input: &Input<'a>, id: &str) -> Vec<Whole<'a>> {
    let Some(part) = input.catalogue.measures.get(id) else { return Vec::new() };
    let field = match summed(input, part)[..] {
        [field] => field.part_of.as_ref().map(|whole| whole.get_ref().as_str()),
        _ => None,
    };
    let text = |measure: &Measure| measure.condition.as_ref().map(|sql| sql.get_ref().clone());
    let same_rows = |measure: &Measure| measure.table.get_ref() == part.table.get_ref() && text(measure) == text(part);
    let terms = part.terms();
    let how = |measure: &Measure| {
        let of = measure.terms();
        if field.is_some_and(|field| of == [(1.0, field)]) {
            return Some(true);
        }
        let more = !terms.is_empty() && of.len() > terms.len() && terms.iter().all(|term| of.contains(term));
        more.then_some(false)
    };
    let measures = input.catalogue.measures.iter().filter(|(_, measure)| same_rows(measure));
    measures.filter_map(|(id, measure)| Some(Whole { id, everywhere: how(measure)? })).collect()
}

/// A measure of which another is a part.
struct Whole<'a> {
    id: &'a str,
    /// Also for single bodies, of which sums of several fields are not shown beside their parts.
    everywhere: bool,
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
    let wholes = wholes_of(input, id);
    for (key, figure) in all_of(figures, id) {
        // A zero is always shown; what it leaves of a small whole is that whole, which is hidden itself.
        let Some(value) = figure.value.filter(|value| *value != 0.0) else { continue };
        let least = threshold(input, key);
        let beside = wholes.iter().filter(|whole| whole.everywhere || key.scope == Scope::Total);
        let mut rests = beside
            .filter_map(|whole| figures.get(&Key { id: whole.id.to_owned(), ..key.clone() })?.value)
            .map(|whole| whole - value);
        if is_small(value, least) || rests.any(|rest| is_small(rest, least)) {
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
        // A hidden loss is found by subtraction like a hidden gain.
        if let Some(value) = amount(figure).map(f64::abs).filter(|value| is_part && *value > 0.0) {
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
    if above_people && below_people && indicator.kind == IndicatorKind::Share {
        // The rest of a share has a sum over all bodies too.
        hide_enough(figures, id, |figure| Some(figure.denominator? - figure.numerator?), hidden);
    }
}

/// The hit as it may be shown; none if it would betray a figure that is not.
fn shown(mut hit: Hit, input: &Input<'_>, figures: &Figures) -> Option<Hit> {
    let betrays =
        |key: &Key| matches!(figures.get(key).and_then(|figure| figure.mark), Some(Mark::Secret | Mark::Uncertain));
    if hit.rests_on.iter().any(betrays) {
        return None;
    }
    let decimals = |key: &Key| input.catalogue.indicators.get(&key.id).map_or(2, |indicator| indicator.decimals);
    // One row is a breakdown of its body, and a finer one than any that is shown as a table.
    let safe = |item: Item| match item {
        Item::People(count) if is_small(count, input.disclosure.threshold_small) => Item::Marked(Mark::Secret),
        Item::People(count) => Item::Number(count, 0),
        Item::Figure(key) => match figures.get(&key) {
            Some(Figure { value: Some(value), .. }) => Item::Number(*value, decimals(&key)),
            Some(Figure { mark: Some(mark), .. }) => Item::Marked(*mark),
            _ => Item::Nothing,
        },
        other => other,
    };
    let evidence = hit.rows.iter_mut().flat_map(|(_, items)| items);
    for item in std::iter::once(&mut hit.effect).chain(evidence) {
        *item = safe(std::mem::replace(item, Item::Nothing));
    }
    Some(hit)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::base::problem::Source;
    use crate::base::settings;
    use crate::model::indicator::IndicatorFile;

    const FORM: &str = r#"
        id = "f"
        version = 1
        title = { de = "F" }
        period = "quarter"
        [asked]
        municipality = ["faelle"]
        [cover]
        sheet = "Deckblatt"
        [cover.labels]
        reporter = ["Kommune"]
        ags = ["AGS"]
        period = ["Quartal"]
        as_of = ["Stand"]
        contact = ["Ansprechperson"]
        email = ["E-Mail"]
        phone = ["Telefon"]
        kind = ["Art"]
        [cover.kinds]
        first = ["Erstmeldung"]
        late_part = ["Nachlieferung"]
        correction = ["Korrektur"]
        [cover.answers]
        present = ["ja"]
        nil = ["Fehlanzeige"]
        [table.faelle]
        sheet = "Faelle"
        title = { de = "Faelle" }
        field = [
          { name = "mit", type = "count", people = true, heading = "mit" },
          { name = "ohne", type = "count", people = true, heading = "ohne" },
        ]
    "#;

    const CATALOGUE: &str = r#"
        [measure.alle]
        table = "faelle"
        sum = "mit + ohne"
        [measure.erreicht]
        table = "faelle"
        sum = "mit"
        [measure.saldo]
        table = "faelle"
        sum = "mit - ohne"
    "#;

    fn parse<T: serde::de::DeserializeOwned>(text: &str) -> T {
        settings::parse(&Source::new(Path::new("test.toml"), text), &mut Vec::new()).unwrap()
    }

    /// The release of these figures, and hits.
    fn released(figures: &[(&str, f64)], hits: Vec<Hit>) -> Release {
        let form: Form = parse(FORM);
        let file: IndicatorFile = parse(CATALOGUE);
        let catalogue = Catalogue {
            measures: file.measures.into_iter().map(|(id, one)| (id.into_inner(), one)).collect(),
            ..Catalogue::default()
        };
        let figures: Figures =
            figures.iter().map(|(key, value)| (key.parse().unwrap(), Figure::value(*value))).collect();
        let results = Results {
            period: "2026-Q3".parse().unwrap(),
            periods: vec!["2026-Q3".parse().unwrap()],
            bodies: Vec::new(),
            figures,
            hits,
            progress: BTreeMap::new(),
            responses: Vec::new(),
            findings: Vec::new(),
            tallies: Vec::new(),
            completeness: Vec::new(),
        };
        let register = Register::default();
        protect(
            results,
            &Input { form: &form, register: &register, catalogue: &catalogue, disclosure: &Disclosure::default() },
        )
    }

    fn is_hidden(release: &Release, key: &str) -> bool {
        release.figure(&key.parse().unwrap()).unwrap().mark == Some(Mark::Secret)
    }

    #[test]
    fn what_a_sum_of_fields_leaves_beside_its_part_is_no_small_count() {
        let release = released(
            &[
                ("alle/total/2026-Q3", 60.0),
                ("alle/total/2026-Q3/gruppe=a", 16.0),
                ("alle/total/2026-Q3/gruppe=b", 44.0),
                ("erreicht/total/2026-Q3", 46.0),
                ("erreicht/total/2026-Q3/gruppe=a", 12.0),
                ("erreicht/total/2026-Q3/gruppe=b", 34.0),
            ],
            Vec::new(),
        );
        // 16 − 12 would tell 4; behind the other part, 34, the 12 is not found by subtraction.
        assert!(is_hidden(&release, "erreicht/total/2026-Q3/gruppe=a"));
        assert!(is_hidden(&release, "erreicht/total/2026-Q3/gruppe=b"));
        assert!(!is_hidden(&release, "erreicht/total/2026-Q3"));
        assert!(!is_hidden(&release, "alle/total/2026-Q3/gruppe=a"));
    }

    #[test]
    fn a_hidden_loss_is_not_found_by_subtraction() {
        let release = released(
            &[
                ("saldo/total/2026-Q3", -13.0),
                ("saldo/05958004/2026-Q3", -2.0),
                ("saldo/05958008/2026-Q3", -6.0),
                ("saldo/05958012/2026-Q3", -5.0),
            ],
            Vec::new(),
        );
        assert!(is_hidden(&release, "saldo/05958004/2026-Q3"));
        assert!(is_hidden(&release, "saldo/05958012/2026-Q3"));
        assert!(!is_hidden(&release, "saldo/05958008/2026-Q3"));
    }

    #[test]
    fn evidence_is_a_breakdown() {
        let hit = |count: f64| Hit {
            rule: "r".to_owned(),
            body: "05958004".to_owned(),
            other: None,
            indicator: None,
            effect: Item::People(count),
            median: None,
            labels: vec!["warteliste".to_owned()],
            rows: vec![("05958004".to_owned(), vec![Item::People(count)])],
            rests_on: Vec::new(),
        };
        let release = released(&[], vec![hit(4.0), hit(5.0)]);
        let [small, large] = &release.shown().hits[..] else { panic!("both stay") };
        assert_eq!((&small.effect, &small.rows[0].1[0]), (&Item::Marked(Mark::Secret), &Item::Marked(Mark::Secret)));
        assert_eq!((&large.effect, &large.rows[0].1[0]), (&Item::Number(5.0, 0), &Item::Number(5.0, 0)));
    }
}

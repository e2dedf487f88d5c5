//! What a reader with four minutes should know first: computed from the release, each point with the sheet that proves it.

use super::Desk;
use super::plan::Part;
use super::show;
use crate::model::figure::{Hit, Item, Key, Status, Trend, trend};
use crate::model::finding::Severity;
use crate::model::indicator::Indicator;
use crate::model::pipeline::Content;
use crate::model::potential::Rule;

/// One sentence, and the tab that shows more.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Point {
    pub(super) text: String,
    pub(super) sheet: Option<String>,
}

/// The indicators of this edition in order of first appearance: those of summaries first.
pub(super) fn indicators<'a>(desk: &Desk<'a>) -> Vec<(&'a str, &'a Indicator)> {
    let of = |summary: bool| {
        desk.plan.iter().flat_map(move |planned| match &planned.part {
            Part::Content(Content::Summary { indicators }) if summary => indicators.as_slice(),
            Part::Content(Content::Topic { indicators, .. }) if !summary => indicators.as_slice(),
            _ => &[],
        })
    };
    let mut found: Vec<(&str, &Indicator)> = Vec::new();
    for id in of(true).chain(of(false)) {
        let known = desk.input.catalogue.indicators.get_key_value(id.get_ref());
        if let Some((id, indicator)) = known.filter(|(id, _)| !found.iter().any(|(other, _)| other == id)) {
            found.push((id, indicator));
        }
    }
    found
}

/// The ten (or how many there are) of the summary; without a summary, the first ten of the topics.
pub(super) fn key_figures<'a>(desk: &Desk<'a>) -> Vec<(&'a str, &'a Indicator)> {
    let all = indicators(desk);
    let of_summary = desk.plan.iter().find_map(|planned| match &planned.part {
        Part::Content(Content::Summary { indicators }) => Some(indicators.len()),
        _ => None,
    });
    all.into_iter().take(of_summary.unwrap_or(10)).collect()
}

/// Where an indicator is shown in most detail.
pub(super) fn sheet_of(desk: &Desk<'_>, id: &str) -> Option<String> {
    let shows = |planned: &&super::Planned<'_>, topic: bool| match &planned.part {
        Part::Content(Content::Topic { indicators, .. }) => topic && indicators.iter().any(|one| one.get_ref() == id),
        Part::Content(Content::Summary { indicators }) => !topic && indicators.iter().any(|one| one.get_ref() == id),
        _ => false,
    };
    let found = desk.plan.iter().find(|planned| shows(planned, true));
    found.or_else(|| desk.plan.iter().find(|planned| shows(planned, false))).map(|planned| planned.name.clone())
}

/// At most `most` points that want a decision: the clearest miss of a target, then what the rules found, then the
/// other misses.
pub(super) fn decisions(desk: &Desk<'_>, most: usize) -> Vec<Point> {
    let mut misses = misses(desk).into_iter();
    let mut rules = rules(desk).into_iter();
    let mut points: Vec<Point> = misses.next().into_iter().chain(rules.by_ref().take(2)).collect();
    points.extend(misses.chain(rules));
    points.truncate(most);
    points
}

/// For the cover: who reported, how the targets stand, the decisions, the worst change, the errors found.
pub(super) fn first_read(desk: &Desk<'_>) -> Vec<Point> {
    let mut points = vec![responses(desk)];
    points.extend(standing(desk));
    points.extend(decisions(desk, 2));
    points.extend(worsening(desk));
    points.truncate(5);
    if points.len() < 5 {
        points.extend(findings(desk));
    }
    points
}

/// Names of those whose return is not there.
pub(super) fn missing<'a>(desk: &Desk<'a>) -> Vec<&'a str> {
    let shown = desk.input.release.shown();
    shown.responses.iter().filter(|one| one.arrived.is_none()).map(|one| desk.input.register.name(&one.body)).collect()
}

/// How many returned, and how many were expected.
pub(super) fn returned(desk: &Desk<'_>) -> (usize, usize) {
    let responses = &desk.input.release.shown().responses;
    (responses.iter().filter(|one| one.arrived.is_some()).count(), responses.len())
}

fn responses(desk: &Desk<'_>) -> Point {
    let (received, expected) = returned(desk);
    let missing = missing(desk);
    let text = if missing.is_empty() {
        desk.words.say_with("point-response-all", &[("expected", expected.into())])
    } else {
        let names = desk.words.list(&missing);
        let arguments = [("received", received.into()), ("expected", expected.into()), ("names", names.into())];
        desk.words.say_with("point-response", &arguments)
    };
    let sheet = desk.plan.iter().find(|planned| matches!(planned.part, Part::Content(Content::Response {})));
    Point { text, sheet: sheet.map(|planned| planned.name.clone()) }
}

fn standing(desk: &Desk<'_>) -> Option<Point> {
    let period = desk.input.release.shown().period;
    let status = |(id, indicator): &(&str, &Indicator)| {
        show::status_of(show::value(desk, &Key::total(id, period), indicator.decimals)?, indicator)
    };
    let all: Vec<Status> = key_figures(desk).iter().filter_map(status).collect();
    let count = |wanted: Status| all.iter().filter(|status| **status == wanted).count();
    let arguments =
        [("of", all.len().into()), ("count", count(Status::Met).into()), ("missed", count(Status::Missed).into())];
    let sheet = desk.plan.iter().find(|planned| matches!(planned.part, Part::Content(Content::Summary { .. })));
    (!all.is_empty()).then(|| Point {
        text: desk.words.say_with("point-status", &arguments),
        sheet: sheet.map(|planned| planned.name.clone()),
    })
}

/// Missed targets, the one farthest off (in parts of the target) first.
fn misses(desk: &Desk<'_>) -> Vec<Point> {
    let period = desk.input.release.shown().period;
    let mut misses: Vec<(f64, Point)> = Vec::new();
    for (id, indicator) in indicators(desk) {
        let key = Key::total(id, period);
        let Some(value) = show::value(desk, &key, indicator.decimals) else { continue };
        if show::status_of(value, indicator) != Some(Status::Missed) {
            continue;
        }
        let (gap, above) = show::miss(value, indicator);
        let target = indicator.target.as_ref().map(|target| target.get_ref().clone()).unwrap_or_default();
        let bound = if above { target.at_most } else { target.at_least }.unwrap_or_default();
        let text = desk.words.say_with(
            "point-missed-change",
            &[
                ("title", indicator.title.get(desk.input.language).into()),
                ("value", show::with_unit(desk, indicator, value).into()),
                ("target", show::target(desk, indicator).into()),
                (
                    "change",
                    show::movement(desk, indicator, &key, period.previous(), show::before_id(period.kind)).into(),
                ),
            ],
        );
        misses.push((gap / bound.abs().max(1.0), Point { text, sheet: sheet_of(desk, id) }));
    }
    misses.sort_by(|a, b| b.0.total_cmp(&a.0));
    misses.into_iter().map(|(_, point)| point).collect()
}

/// What the rules found: of each sheet first the rule that concerns most bodies (ties in the order of the
/// configuration), so that no one kind of finding fills the list; then the others.
fn rules(desk: &Desk<'_>) -> Vec<Point> {
    let mut points: Vec<(bool, usize, Point)> = Vec::new();
    for planned in &desk.plan {
        let mut of_sheet: Vec<(usize, Point)> = Vec::new();
        let Part::Content(Content::Potentials { rules }) = &planned.part else { continue };
        for id in rules {
            let Some(rule) = desk.input.rules.get(id.get_ref()) else { continue };
            let hits = hits(desk, id.get_ref());
            let Some(first) = hits.first() else { continue };
            let mut bodies: Vec<&str> = hits.iter().map(|hit| hit.body.as_str()).collect();
            bodies.sort_unstable();
            bodies.dedup();
            let text = desk.words.say_with(
                "point-rule",
                &[
                    ("title", rule.title.get(desk.input.language).into()),
                    ("count", hits.len().into()),
                    ("bodies", bodies.len().into()),
                    ("of", desk.input.release.shown().bodies.len().into()),
                    ("example", sentence(desk, rule, first).into()),
                ],
            );
            of_sheet.push((bodies.len(), Point { text, sheet: Some(planned.name.clone()) }));
        }
        of_sheet.sort_by_key(|(bodies, _)| std::cmp::Reverse(*bodies));
        let ranked = of_sheet.into_iter().enumerate();
        points.extend(ranked.map(|(rank, (bodies, point))| (rank > 0, bodies, point)));
    }
    points.sort_by_key(|(later, bodies, _)| (*later, std::cmp::Reverse(*bodies)));
    points.into_iter().map(|(_, _, point)| point).collect()
}

/// What a rule found, the largest effect first.
pub(super) fn hits<'a>(desk: &Desk<'a>, rule: &str) -> Vec<&'a Hit> {
    let size = |hit: &Hit| match hit.effect {
        Item::Number(effect, _) => effect,
        _ => f64::NEG_INFINITY,
    };
    let mut hits: Vec<&Hit> = desk.input.release.shown().hits.iter().filter(|hit| hit.rule == rule).collect();
    hits.sort_by(|a, b| size(b).total_cmp(&size(a)).then_with(|| (&a.body, &a.other).cmp(&(&b.body, &b.other))));
    hits
}

/// The rule's sentence with its placeholders filled.
pub(super) fn sentence(desk: &Desk<'_>, rule: &Rule, hit: &Hit) -> String {
    let input = desk.input;
    let indicator = hit.indicator.as_ref().and_then(|id| input.catalogue.indicators.get(id));
    let number = |value: f64| match indicator {
        Some(indicator) => show::with_unit(desk, indicator, show::round(value, indicator.decimals)),
        None => desk.words.number(value, 1),
    };
    let key = hit.indicator.as_ref().map(|id| Key::body(id, &hit.body, input.release.shown().period));
    let value = key.map(|key| {
        let decimals = indicator.map_or(1, |indicator| indicator.decimals);
        show::value(desk, &key, decimals).map_or_else(|| show::why(desk, &key), number)
    });
    let fillings = [
        ("{body}", input.register.name(&hit.body).to_owned()),
        ("{other}", hit.other.as_ref().map_or_else(String::new, |other| input.register.name(other).to_owned())),
        ("{effect}", show::item_text(&desk.words, &effect(desk, rule, hit))),
        ("{rows}", desk.words.number(hit.rows.len() as f64, 0)),
        ("{value}", value.unwrap_or_default()),
        ("{median}", hit.median.map_or_else(String::new, number)),
        ("{indicator}", indicator.map_or_else(String::new, |one| one.title.get(input.language).to_owned())),
    ];
    fill(rule.sentence.get(input.language), &fillings)
}

/// The effect with as many digits as any of its rule's; cents in full.
pub(super) fn effect(desk: &Desk<'_>, rule: &Rule, hit: &Hit) -> Item {
    let Item::Number(number, _) = hit.effect else { return hit.effect.clone() };
    let decimals = |hit: &Hit| if let Item::Number(_, decimals) = hit.effect { decimals } else { 0 };
    let all = desk.input.release.shown().hits.iter().filter(|other| other.rule == hit.rule);
    let most = all.map(decimals).max().unwrap_or(0);
    Item::Number(number, if most > 0 && rule.unit.de == "€" { 2 } else { most })
}

/// Fills each placeholder once, so that a filling may itself contain braces.
fn fill(pattern: &str, fillings: &[(&str, String)]) -> String {
    let mut text = String::new();
    let mut rest = pattern;
    while let Some(start) = rest.find('{') {
        let (before, from) = rest.split_at(start);
        text.push_str(before);
        match fillings.iter().find(|(name, _)| from.starts_with(name)) {
            Some((name, filling)) => {
                text.push_str(filling);
                rest = &from[name.len()..];
            }
            None => {
                text.push('{');
                rest = &from[1..];
            }
        }
    }
    text.push_str(rest);
    text
}

/// The indicator that worsened most since the period before, in parts of its earlier value.
fn worsening(desk: &Desk<'_>) -> Option<Point> {
    let period = desk.input.release.shown().period;
    let mut worst: Option<(f64, Point)> = None;
    for (id, indicator) in key_figures(desk) {
        let key = Key::total(id, period);
        let Some(change) = show::change(desk, &key, indicator.decimals, period.previous()) else { continue };
        let Some(value) = show::value(desk, &key, indicator.decimals) else { continue };
        let size = change.abs() / (value - change).abs().max(1.0);
        if trend(change, indicator) != Trend::Worse || worst.as_ref().is_some_and(|(other, _)| *other >= size) {
            continue;
        }
        let text = desk.words.say_with(
            "point-worse",
            &[
                ("title", indicator.title.get(desk.input.language).into()),
                ("value", show::with_unit(desk, indicator, value).into()),
                ("change", show::difference(desk, indicator, desk.words.signed(change, indicator.decimals)).into()),
                ("before", desk.say(show::before_id(period.kind)).into()),
            ],
        );
        worst = Some((size, Point { text, sheet: sheet_of(desk, id) }));
    }
    worst.map(|(_, point)| point)
}

fn findings(desk: &Desk<'_>) -> Option<Point> {
    let sheet = desk.plan.iter().find(|planned| matches!(planned.part, Part::Content(Content::Quality {})))?;
    let findings = &desk.input.release.shown().findings;
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    (errors > 0).then(|| Point {
        text: desk.words.say_with("point-findings", &[("count", errors.into())]),
        sheet: Some(sheet.name.clone()),
    })
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn placeholders_are_filled_once_and_unknown_ones_stay() {
        let fillings = [("{body}", "{other}".to_owned()), ("{other}", "Brilon".to_owned())];
        assert_eq!(fill("{body} und {other}: {was}?", &fillings), "{other} und Brilon: {was}?");
    }
}

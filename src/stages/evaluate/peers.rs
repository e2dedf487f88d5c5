//! Bodies that lag a whole spread behind the median of bodies of their size.
//!
//! Spread: the interquartile range, quartiles by linear interpolation (Hyndman & Fan 1996, type 7). With fewer than
//! five bodies in a class there is nothing to compare.

use std::collections::BTreeMap;

use super::Input;
use super::hits::sort_by_effect;
use crate::model::figure::{Figures, Hit, Item, Key};
use crate::model::indicator::Better;
use crate::model::municipality::BodyKind;
use crate::model::potential::Search;

const FEWEST: usize = 5;

pub(super) fn behind(input: &Input<'_>, figures: &Figures) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (name, rule) in input.rules {
        let Search::Peers { indicators, classes } = &rule.find else { continue };
        let mut found = Vec::new();
        for id in indicators.iter().map(|id| id.get_ref().as_str()) {
            let Some((indicator, better)) =
                input.catalogue.indicators.get(id).and_then(|found| Some((found, found.better?)))
            else {
                continue;
            };
            for members in by_size(input, classes).values() {
                let keys: Vec<Key> = members.iter().map(|ags| Key::body(id, ags, input.period)).collect();
                let known: Vec<(&str, f64)> =
                    members.iter().zip(&keys).filter_map(|(ags, key)| Some((*ags, figures.get(key)?.value?))).collect();
                if known.len() < FEWEST {
                    continue;
                }
                let mut values: Vec<f64> = known.iter().map(|(_, value)| *value).collect();
                values.sort_by(f64::total_cmp);
                let [lower, median, upper] = [0.25, 0.5, 0.75].map(|share| quantile(&values, share));
                for (ags, value) in known {
                    let lag = match better {
                        Better::Higher => median - value,
                        Better::Lower => value - median,
                    };
                    if upper > lower && lag > upper - lower {
                        found.push(Hit {
                            rule: name.clone(),
                            body: ags.to_owned(),
                            other: None,
                            indicator: Some(id.to_owned()),
                            effect: Item::Number(lag, indicator.decimals),
                            median: Some(median),
                            labels: vec![id.to_owned()],
                            rows: vec![(ags.to_owned(), vec![Item::Figure(Key::body(id, ags, input.period))])],
                            rests_on: keys.clone(),
                        });
                    }
                }
            }
        }
        sort_by_effect(&mut found);
        hits.extend(found);
    }
    hits
}

/// Municipalities by the class of their inhabitants.
fn by_size<'a>(input: &'a Input<'_>, classes: &[f64]) -> BTreeMap<usize, Vec<&'a str>> {
    let mut members: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for body in input
        .register
        .bodies
        .iter()
        .filter(|body| body.kind == BodyKind::Municipality && body.takes_part(&input.period))
    {
        let Some(inhabitants) = body.inhabitants else { continue };
        let class = classes.iter().filter(|bound| **bound <= inhabitants).count();
        members.entry(class).or_default().push(body.ags.as_str());
    }
    members
}

/// Of sorted values, by linear interpolation between the two nearest.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let at = share * (sorted.len() - 1) as f64;
    let (below, above) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
    below + (above - below) * at.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_interpolate() {
        // The textbook case of type 7.
        let values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        assert_eq!([0.25, 0.5, 0.75].map(|share| quantile(&values, share)), [2.25, 3.5, 4.75]);
        assert_eq!(quantile(&[7.0], 0.25), 7.0);
    }
}

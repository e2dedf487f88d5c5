//! Indicators: a measure, or the quotient of two, times a factor.
//!
//! The district's is the quotient of sums over the bodies that have both sides. A side that is not asked of a body
//! adds nothing and leaves nobody out: a district office without inhabitants of its own still brings its posts.

use std::collections::BTreeMap;

use super::current::{Current, Slot};
use super::measures::{Terms, body_of, of_bodies, tidy};
use super::{EvaluateError, Input};
use crate::model::figure::{Figure, Figures, Key, Mark, all_of};
use crate::model::indicator::{Indicator, MissingPolicy};

pub(super) fn add_indicators(input: &Input<'_>, current: &Current, figures: &mut Figures) -> Result<(), EvaluateError> {
    for (id, indicator) in &input.catalogue.indicators {
        let sides = sides(input, current, id, indicator, figures)?;
        let mut totals: BTreeMap<_, Vec<&Side>> = BTreeMap::new();
        for ((ags, period), side) in &sides {
            figures.insert(Key::body(id, ags, *period), side.figure(indicator));
            totals.entry(*period).or_default().push(side);
        }
        for (period, sides) in totals {
            figures.insert(Key::total(id, period), total(&sides, indicator));
        }
    }
    Ok(())
}

/// Numerator and denominator of one body; a count has the denominator 1.
struct Side {
    numerator: Figure,
    denominator: Option<Figure>,
}

impl Side {
    fn marks(&self) -> impl Iterator<Item = Mark> {
        [self.numerator.mark, self.denominator.as_ref().and_then(|figure| figure.mark)].into_iter().flatten()
    }

    fn is_asked(&self) -> bool {
        self.numerator.mark != Some(Mark::NotApplicable)
            || self.denominator.as_ref().is_some_and(|figure| figure.mark != Some(Mark::NotApplicable))
    }

    /// Complete but for sides that were not asked.
    fn counts(&self) -> bool {
        self.is_asked() && self.marks().all(|mark| mark == Mark::NotApplicable)
    }

    fn figure(&self, indicator: &Indicator) -> Figure {
        let worst = self.marks().max_by_key(|mark| (*mark == Mark::NotApplicable, *mark == Mark::NoReturn));
        match worst {
            Some(mark) => Figure::marked(mark),
            None => quotient(self.numerator.value, self.denominator.as_ref().map(|figure| figure.value), indicator),
        }
    }
}

fn total(sides: &[&Side], indicator: &Indicator) -> Figure {
    let asked = sides.iter().filter(|side| side.is_asked()).count() as u32;
    let counted: Vec<_> = sides.iter().filter(|side| side.counts()).collect();
    let used = counted.len() as u32;
    if used == 0 {
        let mark = if asked == 0 { Mark::NotApplicable } else { Mark::Missing };
        return Figure { used, expected: asked, ..Figure::marked(mark) };
    }
    let sum = |values: &mut dyn Iterator<Item = f64>| tidy(values.sum());
    let numerator = sum(&mut counted.iter().filter_map(|side| side.numerator.value));
    let denominator = indicator.denominator.as_ref().map(|_| {
        Some(sum(&mut counted.iter().filter_map(|side| side.denominator.as_ref().and_then(|figure| figure.value))))
    });
    Figure { used, expected: asked, ..quotient(Some(numerator), denominator, indicator) }
}

fn quotient(numerator: Option<f64>, denominator: Option<Option<f64>>, indicator: &Indicator) -> Figure {
    let figure = match (numerator, denominator) {
        (Some(above), None) => Figure::value(tidy(above * indicator.factor)),
        (Some(_), Some(Some(0.0))) => Figure::marked(Mark::NoBase),
        (Some(above), Some(Some(below))) => Figure::value(above / below * indicator.factor),
        _ => Figure::marked(Mark::Missing),
    };
    Figure { numerator, denominator: denominator.flatten(), ..figure }
}

fn sides(
    input: &Input<'_>,
    current: &Current,
    id: &str,
    indicator: &Indicator,
    figures: &Figures,
) -> Result<BTreeMap<Slot, Side>, EvaluateError> {
    let measure = |name: &str| {
        let missing = || EvaluateError::Rule {
            place: format!("indicator.{id}"),
            reason: format!("there is no measure `{name}`"),
        };
        input.catalogue.measures.get(name).ok_or_else(missing)
    };
    let above = indicator.numerator.get_ref();
    let below = indicator.denominator.as_ref().map(|name| name.get_ref());
    if let (MissingPolicy::LeaveOutRows, Some(below)) = (indicator.missing, below) {
        let (upper, lower) = (measure(above)?, measure(below)?);
        let (upper_terms, lower_terms) = (Terms::of(current, above, upper)?, Terms::of(current, below, lower)?);
        let complete = upper_terms.complete().and(lower_terms.complete());
        let numerators = of_bodies(input, current, upper, &upper_terms, Some(complete.clone()))?;
        let mut denominators = of_bodies(input, current, lower, &lower_terms, Some(complete))?;
        let pair = |(slot, numerator): (Slot, Figure)| {
            let denominator = denominators.remove(&slot);
            (slot, Side { numerator, denominator })
        };
        return Ok(numerators.into_iter().map(pair).collect());
    }
    let of = |name: &str| -> BTreeMap<Slot, Figure> {
        let whole = all_of(figures, name).filter(|(key, _)| key.part.is_none());
        whole.filter_map(|(key, figure)| Some(((body_of(key)?.to_owned(), key.period), figure.clone()))).collect()
    };
    measure(above)?;
    let numerators = of(above);
    let mut denominators = match below {
        Some(name) => {
            measure(name)?;
            Some(of(name))
        }
        None => None,
    };
    let pair = |(slot, numerator): (Slot, Figure)| {
        let denominator =
            denominators.as_mut().map(|all| all.remove(&slot).unwrap_or_else(|| Figure::marked(Mark::Missing)));
        (slot, Side { numerator, denominator })
    };
    Ok(numerators.into_iter().map(pair).collect())
}

//! What the rules of a form say of the numbers in one row: sums that are equal, parts that are no more than their wholes.
//!
//! In: the fields and rules of a table. Out: those that add and compare fields and nothing else, so that somebody can ask of
//! any numbers whether they hold. Never: a rule over other rows, other tables or other times.

use crate::base::frame::{Expr, Operator, sql_expr};

use super::form::Table;
use super::rule::{Check, Over};

/// The sum of all terms is zero, or no more than that.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Relation {
    /// The field's position, and how often it counts; each field once.
    pub(crate) terms: Vec<(usize, f64)>,
    pub(crate) equal: bool,
}

/// Half a cent, and what adding floats may lose.
const TOLERANCE: f64 = 0.005_001;

impl Relation {
    /// Do these numbers keep it? None where one of them is missing.
    pub(crate) fn holds(&self, number: impl Fn(usize) -> Option<f64>) -> Option<bool> {
        let mut sum = 0.0;
        for (field, times) in &self.terms {
            sum += times * number(*field)?;
        }
        Some(if self.equal { sum.abs() <= TOLERANCE } else { sum <= TOLERANCE })
    }
}

/// All relations between fields of the table: its `part_of`s and the rules of its rows.
pub(crate) fn of(table: &Table) -> Vec<Relation> {
    let parts = table.fields.iter().enumerate().filter_map(|(part, field)| {
        let whole = table.position(field.part_of.as_ref()?.get_ref())?;
        Some(Relation { terms: vec![(part, 1.0), (whole, -1.0)], equal: false })
    });
    let rules = table.checks.iter().filter(|check| check.over == Over::Row);
    let mut all: Vec<Relation> = parts.collect();
    rules.for_each(|check| all.extend(of_rule(check, table)));
    all
}

fn of_rule(check: &Check, table: &Table) -> Vec<Relation> {
    let mut found = Vec::new();
    if let Ok(condition) = sql_expr(check.condition.get_ref()) {
        collect(&condition, table, &mut found);
    }
    found
}

/// The relations that all hold where `condition` does.
fn collect(condition: &Expr, table: &Table, found: &mut Vec<Relation>) {
    let Expr::BinaryExpr { left, op, right } = condition else { return };
    let (less, more, equal) = match op {
        Operator::And | Operator::LogicalAnd => {
            collect(left, table, found);
            collect(right, table, found);
            return;
        }
        Operator::Eq => (left, right, true),
        Operator::Lt | Operator::LtEq => (left, right, false),
        Operator::Gt | Operator::GtEq => (right, left, false),
        _ => return,
    };
    let mut terms = Vec::new();
    if add(less, 1.0, table, &mut terms).is_some() && add(more, -1.0, table, &mut terms).is_some() && terms.len() > 1 {
        found.push(Relation { terms, equal });
    }
}

/// Adds what the expression is, so many times; none if it is anything else than fields that are added and taken away.
fn add(of: &Expr, times: f64, table: &Table, terms: &mut Vec<(usize, f64)>) -> Option<()> {
    match of {
        Expr::Column(name) => {
            let field = table.position(name)?;
            table.fields[field].kind.is_number().then_some(())?;
            match terms.iter_mut().find(|(known, _)| *known == field) {
                Some((_, known)) => *known += times,
                None => terms.push((field, times)),
            }
            Some(())
        }
        Expr::BinaryExpr { left, op: Operator::Plus, right } => {
            add(left, times, table, terms)?;
            add(right, times, table, terms)
        }
        Expr::BinaryExpr { left, op: Operator::Minus, right } => {
            add(left, times, table, terms)?;
            add(right, -times, table, terms)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::problem::Source;
    use crate::base::settings::parse;
    use crate::model::form::Form;

    /// The real form, the rule for rooms being this one.
    fn form(condition: &str) -> Form {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/forms/kim-rueckmeldung.toml");
        let own = "condition = \"stunden_genutzt <= stunden_verfuegbar\"";
        let text = std::fs::read_to_string(&path).unwrap().replace(own, &format!("condition = {condition:?}"));
        parse(&Source::new(&path, &text), &mut Vec::new()).unwrap()
    }

    fn relations(condition: &str) -> Vec<(Vec<(usize, f64)>, bool)> {
        of(&form(condition).tables["raeume"]).into_iter().map(|relation| (relation.terms, relation.equal)).collect()
    }

    #[test]
    fn rules_that_add_and_compare_are_relations_and_others_are_none() {
        for (condition, expected) in [
            ("stunden_genutzt <= stunden_verfuegbar", vec![(vec![(6, 1.0), (5, -1.0)], false)]),
            ("stunden_verfuegbar >= stunden_genutzt", vec![(vec![(6, 1.0), (5, -1.0)], false)]),
            ("plaetze + flaeche - (stunden_genutzt - plaetze) = stunden_verfuegbar", {
                vec![(vec![(3, 2.0), (2, 1.0), (6, -1.0), (5, -1.0)], true)]
            }),
            ("plaetze <= flaeche AND stunden_genutzt = stunden_verfuegbar", {
                vec![(vec![(3, 1.0), (2, -1.0)], false), (vec![(6, 1.0), (5, -1.0)], true)]
            }),
            ("plaetze <= flaeche OR plaetze > stunden_genutzt", vec![]),
            ("plaetze < 10", vec![]),
            ("plaetze = previous_plaetze", vec![]),
            ("plaetze * flaeche = stunden_genutzt", vec![]),
            ("raumart = barrierefrei", vec![]),
        ] {
            assert_eq!(relations(condition), expected, "{condition}");
        }
    }

    #[test]
    fn parts_are_relations_and_what_is_missing_decides_nothing() {
        let form = form("plaetze = 1");
        let all = of(&form.tables["bedarf"]);
        assert_eq!((all.len(), all[0].terms.as_slice()), (8, [(2, 1.0), (1, -1.0)].as_slice()));
        let row = |numbers: [Option<f64>; 3]| all[0].holds(|field| numbers[field]);
        assert_eq!(row([None, Some(10.0), Some(4.0)]), Some(true));
        assert_eq!(row([None, Some(4.0), Some(10.0)]), Some(false));
        assert_eq!(row([None, None, Some(10.0)]), None);
        let stock = of(&form.tables["faelle"]);
        assert_eq!((stock.len(), stock[0].terms.len(), stock[0].equal), (1, 6, true));
    }
}

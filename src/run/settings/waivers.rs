//! Checks of what is not held against a body: every waiver names a rule, a body, a reason, a person and a day.

use std::collections::BTreeSet;

use super::told::unknown;
use crate::base::problem::{Problem, Source};
use crate::model::code::VOCABULARY;
use crate::model::form::Form;
use crate::model::municipality::Register;
use crate::model::rule::Waiver;

pub(super) fn check(
    waivers: &[Waiver],
    form: &Form,
    register: Option<&Register>,
    source: &Source,
    problems: &mut Vec<Problem>,
) {
    let of_tables = form.tables.values().flat_map(|table| &table.checks);
    let rules = of_tables.chain(&form.checks).map(|check| check.id.as_str());
    let known: BTreeSet<&str> = rules.chain(VOCABULARY.iter().map(|(_, name, _)| *name)).collect();
    for waiver in waivers {
        if !known.contains(waiver.rule.get_ref().as_str()) {
            problems.push(unknown(source, &waiver.rule, "rule or finding", known.iter().copied()));
        }
        if let Some(table) = waiver.table.as_ref().filter(|table| !form.tables.contains_key(table.get_ref())) {
            problems.push(unknown(source, table, "table", form.tables.keys().map(String::as_str)));
        }
        if let Some(register) = register.filter(|register| waiver.ags(register).is_none()) {
            problems.push(unknown(source, &waiver.body, "body", register.bodies.iter().map(|body| body.name.as_str())));
        }
        for (key, said) in [("reason", &waiver.reason), ("by", &waiver.by)] {
            if said.get_ref().trim().is_empty() {
                let message = format!("this waiver says no `{key}`");
                let hint = "whoever reads the report wants to know why, and who decided it";
                problems.push(Problem::at(source, said.span(), message).hint(hint));
            }
        }
    }
}

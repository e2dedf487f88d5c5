//! What is held against nobody yet, or not against this body: rules that are new, and waivers.
//!
//! In: findings, the day. Out: the same findings, none fewer, some milder, each saying why. After the day it is as if
//! nothing had been said.

use chrono::NaiveDate;

use crate::model::finding::{Finding, Severity, Waived};
use crate::model::form::Form;
use crate::model::municipality::Register;
use crate::model::rule::Waiver;

pub(crate) fn lenient(
    findings: &mut [Finding],
    form: &Form,
    waivers: &[Waiver],
    register: &Register,
    today: NaiveDate,
) {
    let valid: Vec<(Option<&str>, &Waiver)> =
        waivers.iter().filter(|waiver| today <= waiver.until).map(|waiver| (waiver.ags(register), waiver)).collect();
    for finding in findings {
        let check = finding.rule.as_deref().and_then(|rule| form.check(finding.table.as_deref(), rule));
        let new = check.and_then(|check| check.new_until).filter(|until| today <= *until);
        if let Some(until) = new.filter(|_| finding.severity == Severity::Error) {
            finding.severity = Severity::Warning;
            finding.new_until = Some(until);
        }
        let fits = |waiver: &Waiver| {
            let said = waiver.rule.get_ref().as_str();
            let table = waiver.table.as_ref().map(|table| table.get_ref());
            (finding.rule.as_deref() == Some(said) || finding.code.name() == said)
                && table.is_none_or(|table| finding.table.as_ref() == Some(table))
        };
        let waiver =
            valid.iter().find(|(ags, waiver)| ags.is_some() && finding.body.as_deref() == *ags && fits(waiver));
        if let Some((_, waiver)) = waiver {
            finding.severity = Severity::Info;
            finding.waived = Some(Waived {
                reason: waiver.reason.get_ref().clone(),
                by: waiver.by.get_ref().clone(),
                until: waiver.until,
            });
        }
    }
}

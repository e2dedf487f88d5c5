//! Response: who returned what and when, for the reported period; and the findings that concern it.

use std::collections::{BTreeMap, BTreeSet};

use super::current::{Current, Slot, Standing};
use super::{EvaluateError, Input, observed};
use crate::model::figure::{Response, ReturnState};
use crate::model::finding::{Code, Finding, Severity};
use crate::model::submission::Kind;

pub(super) fn all(input: &Input<'_>, current: &Current) -> Result<Vec<Response>, EvaluateError> {
    let completeness = observed::completeness(input, current)?;
    let findings = findings(input, current);
    let responses = input.register.bodies.iter().filter(|body| body.takes_part(&input.period)).map(|body| {
        let slots: Vec<Slot> = current
            .form_periods(input)
            .into_iter()
            .filter(|period| input.period.contains(period))
            .map(|period| (body.ags.clone(), period))
            .collect();
        let given: Vec<_> = slots.iter().filter_map(|slot| current.received.get(slot)).flatten().collect();
        let arrived = given.first().map(|given| given.arrived);
        let state = match arrived {
            Some(arrived) if input.on_time(input.period, arrived) => ReturnState::OnTime,
            Some(_) => ReturnState::Late,
            None if input.clock.today() <= input.due(input.period) => ReturnState::NotDue,
            None => ReturnState::Overdue,
        };
        let standing = |wanted: Standing| -> Vec<String> {
            let stands =
                |table: &str| slots.iter().any(|(_, period)| current.standing(input, table, body, *period) == wanted);
            input
                .form
                .asked_of(body.kind)
                .map(|(name, _)| name)
                .filter(|name| stands(name))
                .map(str::to_owned)
                .collect()
        };
        let cells = slots
            .iter()
            .filter_map(|slot| completeness.get(slot))
            .fold((0, 0), |sum, cells| (sum.0 + cells.asked, sum.1 + cells.answered));
        let of_severity = |severity: Severity| {
            findings
                .iter()
                .filter(|finding| finding.body.as_deref() == Some(&body.ags) && finding.severity == severity)
                .count() as u32
        };
        Response {
            body: body.ags.clone(),
            state,
            arrived,
            files: given.len() as u32,
            corrected: given.iter().any(|given| given.kind == Kind::Correction),
            late_part: given.iter().any(|given| given.kind == Kind::LatePart),
            nil: standing(Standing::Nil),
            missing_tables: if given.is_empty() { Vec::new() } else { standing(Standing::Missing) },
            asked_cells: cells.0,
            answered_cells: cells.1,
            errors: of_severity(Severity::Error),
            warnings: of_severity(Severity::Warning),
        }
    });
    Ok(responses.collect())
}

/// Findings of the reported period as it stands: of files that were replaced whole, only that they were; of files that
/// belong to no period, all.
pub(super) fn findings(input: &Input<'_>, current: &Current) -> Vec<Finding> {
    let counting: BTreeMap<&str, BTreeSet<&str>> =
        current.standing.iter().fold(BTreeMap::new(), |mut sum, ((table, _), given)| {
            sum.entry(given.submission.as_str()).or_default().insert(table);
            sum
        });
    let about_arrival = |code: Code| {
        matches!(
            code,
            Code::IdenticalSubmission | Code::CorrectionReceived | Code::UndeclaredCorrection | Code::ReceivedLate
        )
    };
    let counts = |finding: &&Finding| match (&finding.period, &finding.table) {
        _ if finding.code == Code::PeriodNotAsked => true,
        (Some(period), _) if !input.period.contains(period) => false,
        (None, _) => true,
        (Some(period), Some(table)) if finding.code == Code::TableMissing => {
            let slot = (finding.body.clone().unwrap_or_default(), *period);
            !current.standing.contains_key(&(table.clone(), slot))
        }
        (Some(_), _) if about_arrival(finding.code) => true,
        (Some(_), Some(table)) => {
            counting.get(finding.submission.as_str()).is_some_and(|tables| tables.contains(table.as_str()))
        }
        (Some(_), None) => counting.contains_key(finding.submission.as_str()) || finding.severity == Severity::Error,
    };
    let told = input.facts.findings.iter().filter(counts).cloned();
    told.filter_map(|finding| still_missing(finding, input, current)).collect()
}

/// Of the tables that a text file could not hold, those that did not come in another file, either; none if all came.
fn still_missing(finding: Finding, input: &Input<'_>, current: &Current) -> Option<Finding> {
    let (Code::OneTableOnly, Some(period)) = (finding.code, finding.period) else { return Some(finding) };
    let slot = (finding.body.clone().unwrap_or_default(), period);
    let came = |sheet: &str| {
        let mut tables = input.form.tables.iter().filter(|(_, table)| table.sheet == sheet);
        tables.any(|(name, _)| current.standing.contains_key(&(name.clone(), slot.clone())))
    };
    let missing: Vec<&str> = finding.expected.split("; ").filter(|sheet| !came(sheet)).collect();
    let expected = missing.join("; ");
    (!expected.is_empty()).then_some(Finding { expected, ..finding })
}

//! The same fault again: what a body was told of the period before and sends once more.
//!
//! In: all findings. Out: those that recur say so. A fault is the same if code, table and rule are. Never: a finding of
//! its own; what is only about one file beside another (a correction, a copy) does not recur.

use std::collections::HashSet;

use crate::model::finding::{Code, Finding};
use crate::model::period::Period;

type Fault = (String, Period, Code, Option<String>, Option<String>);

pub(crate) fn mark(findings: &mut [Finding]) {
    let known: HashSet<Fault> = findings.iter().filter_map(|finding| fault(finding, finding.period?)).collect();
    for finding in findings {
        let before = finding.period.and_then(|period| fault(finding, period.previous()));
        finding.recurs = before.is_some_and(|fault| known.contains(&fault));
    }
}

fn fault(finding: &Finding, period: Period) -> Option<Fault> {
    let once = matches!(
        finding.code,
        Code::IdenticalSubmission | Code::CorrectionReceived | Code::UndeclaredCorrection | Code::LockFile
    );
    let body = finding.body.clone().filter(|_| !once)?;
    Some((body, period, finding.code, finding.table.clone(), finding.rule.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::submission::Submission;

    fn finding(body: &str, period: &str, code: Code, table: &str) -> Finding {
        let submission = Submission {
            sha256: String::new(),
            file: "a.xlsx".into(),
            from: None,
            arrived: chrono::DateTime::UNIX_EPOCH,
        };
        let period = period.parse().ok();
        Finding { body: Some(body.into()), period, ..Finding::new(code, &submission).table(table) }
    }

    #[test]
    fn only_the_same_fault_of_the_same_body_in_the_period_before_recurs() {
        let mut findings = [
            finding("1", "2025-Q4", Code::RowMissing, "a"),
            finding("1", "2026-Q1", Code::RowMissing, "a"),
            finding("1", "2026-Q1", Code::RowMissing, "b"),
            finding("1", "2026-Q1", Code::RowTwice, "a"),
            finding("2", "2026-Q1", Code::RowMissing, "a"),
            finding("1", "2026-Q3", Code::RowMissing, "a"),
            finding("1", "2025-Q4", Code::CorrectionReceived, "a"),
            finding("1", "2026-Q1", Code::CorrectionReceived, "a"),
        ];
        mark(&mut findings);
        let recur: Vec<bool> = findings.iter().map(|finding| finding.recurs).collect();
        assert_eq!(recur, [false, true, false, false, false, false, false, false]);
        let words = crate::base::words::Words::new("de");
        let said = crate::model::phrase::recurring(&words, &findings[1]);
        assert_eq!(said.as_deref(), Some("Wie schon im Vorquartal."));
    }
}

//! What of a release is new to a reader: two releases that tell the same are not mailed twice.
//!
//! In: what a release shows. Out: a fingerprint. Written out field by field, so that a newer program which knows more of a
//! return tells nobody the same once more.
//! Never: what only the day has changed. A return that is missing is missing before its last day and after it, which the mail
//! has named; a rule that is no longer new, or a waiver that has ended, changes how a finding is called, not what was found.
//! Nor a second copy of a file, or what Excel leaves beside an open workbook.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::make::{SaidFigure, json};
use crate::base::files::sha256;
use crate::model::figure::{Completeness, Hit, ProgressRow, Response, Results, ReturnState};
use crate::model::finding::{Code, Finding};

/// A fingerprint of what is told; findings are told to those who see them.
pub(super) fn of(shown: &Results, sees_findings: bool) -> String {
    let Results { period, periods, bodies, figures, hits, progress, responses, findings, tallies, completeness } =
        shown;
    let mut told = format!("{period} {periods:?} {bodies:?}\n");
    let mut tell = |line: String| {
        // Writing into a text does not fail.
        let _ = writeln!(told, "{line}");
    };
    figures.iter().for_each(|(key, figure)| tell(format!("{key} {}", json(&SaidFigure::of(figure)))));
    for Hit { rule, body, other, indicator, effect, median, labels, rows, rests_on: _ } in hits {
        tell(format!("{rule} {body} {other:?} {indicator:?} {effect:?} {median:?} {labels:?} {rows:?}"));
    }
    for (sheet, rows) in progress {
        for ProgressRow { key, show, states, done, of } in rows {
            tell(format!("{sheet} {key:?} {show:?} {states:?} {done} {of}"));
        }
    }
    for one in responses {
        // Files may be copies; errors and warnings are counted findings.
        let Response { body, arrived, corrected, late_part, nil, missing_tables, .. } = one;
        let (late, asked, answered) = (one.state == ReturnState::Late, one.asked_cells, one.answered_cells);
        tell(format!(
            "{body} {late} {arrived:?} {corrected} {late_part} {nil:?} {missing_tables:?} {asked} {answered}"
        ));
    }
    let copied = |one: &&Finding| matches!(one.code, Code::IdenticalSubmission | Code::LockFile);
    // Of files without a body the copies are listed, but a second name of the same bytes is no news.
    let mut known = BTreeSet::new();
    for one in findings.iter().filter(|one| sees_findings && !copied(one)) {
        let Finding { code, recurs, submission, body, period, table, rule, places, found, expected, .. } = one;
        let (code, places) = (code.name(), json(places));
        let line = format!(
            "{code} {recurs} {submission} {body:?} {period:?} {table:?} {rule:?} {places} {found:?} {expected:?}"
        );
        if known.insert(line.clone()) {
            tell(line);
        }
    }
    tallies.iter().filter(|_| sees_findings).for_each(|tally| tell(json(tally)));
    for Completeness { body, table, asked, answered } in completeness {
        tell(format!("{body} {table} {asked} {answered}"));
    }
    sha256(told.as_bytes())
}

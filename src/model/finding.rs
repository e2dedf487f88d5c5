//! What was found in a return: one thing that is wrong with it, or worth saying of it.

use serde::{Deserialize, Serialize};

pub(crate) use super::code::{Code, Severity, Side};
use super::value::Place;

/// A finding that is not held against its body, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Waived {
    pub(crate) reason: String,
    pub(crate) by: String,
    pub(crate) until: chrono::NaiveDate,
}

/// One thing wrong with (or worth saying of) one submission.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Finding {
    pub(crate) code: Code,
    pub(crate) severity: Severity,
    pub(crate) side: Side,
    /// The rule is new up to that day: the severity is milder than the rule says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) new_until: Option<chrono::NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) waived: Option<Waived>,
    /// The same was found in what the body sent for the period before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) recurs: bool,
    /// The file as its sender named it.
    pub(crate) file: String,
    /// The submission's SHA-256.
    pub(crate) submission: String,
    /// AGS and period, where known.
    pub(crate) body: Option<String>,
    pub(crate) period: Option<super::period::Period>,
    /// The table's name in the form.
    pub(crate) table: Option<String>,
    /// The rule's id, for `rule_violated`.
    pub(crate) rule: Option<String>,
    /// The cells, the one to look at first in front.
    pub(crate) places: Vec<Place>,
    /// What was found there, as written.
    pub(crate) found: String,
    /// What it was taken for, or what was expected; empty if that says nothing.
    pub(crate) expected: String,
}

impl Finding {
    /// A finding of `code` about the file; the builders below add what is known.
    pub(crate) fn new(code: Code, submission: &super::submission::Submission) -> Finding {
        Finding {
            code,
            severity: code.severity(),
            side: code.side(),
            new_until: None,
            waived: None,
            recurs: false,
            file: submission.file.clone(),
            submission: submission.sha256.clone(),
            body: None,
            period: None,
            table: None,
            rule: None,
            places: Vec::new(),
            found: String::new(),
            expected: String::new(),
        }
    }

    pub(crate) fn table(mut self, table: &str) -> Finding {
        self.table = Some(table.to_owned());
        self
    }

    pub(crate) fn at(mut self, place: Place) -> Finding {
        self.places.push(place);
        self
    }

    pub(crate) fn found(mut self, found: impl Into<String>) -> Finding {
        self.found = found.into();
        self
    }

    pub(crate) fn expected(mut self, expected: impl Into<String>) -> Finding {
        self.expected = expected.into();
        self
    }
}

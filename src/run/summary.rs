//! What a run tells: `kim run --json`, and the ledger's note of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::ledger::{Delivery, Newer};
use super::timer::Timing;
use crate::base::frame::{DataFrame, PolarsError, texts};
use crate::model::figure::{Results, ReturnState};
use crate::model::finding::{Code, Finding, Severity};
use crate::model::period::Period;
use crate::model::submission::Submission;

#[derive(Debug, Serialize)]
pub(crate) struct Summary {
    pub(crate) run: i64,
    pub(crate) pipeline: String,
    pub(crate) period: Period,
    /// The last period for which returns are due, where none has come for it: `period` is an older one, and nobody had
    /// asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nothing_for: Option<Period>,
    pub(crate) as_of: DateTime<Utc>,
    pub(crate) trial: bool,
    pub(crate) returns: Returns,
    pub(crate) findings: FindingCounts,
    pub(crate) editions: Vec<Edition>,
    pub(crate) deliveries: Vec<Delivered>,
    pub(crate) manifest: PathBuf,
    /// Zero where the stored facts were still good.
    pub(crate) workbooks_read: usize,
    pub(crate) timing: Timing,
}

impl Summary {
    pub(crate) fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a summary is plain data")
    }

    /// Was a mail refused, is its outcome unknown, or did the mail of a trial not go out? A dry run does nothing, so nobody
    /// need look at it.
    pub(crate) fn needs_a_person(&self) -> bool {
        let troubled = |mail: &&Delivered| matches!(mail.state.as_str(), "refused" | "unknown" | NOT_SENT);
        self.deliveries.iter().filter(troubled).any(|mail| !self.trial || mail.earlier.is_none())
    }

    /// Was mail not sent because others have said something else with newer figures?
    pub(crate) fn mail_overtaken(&self) -> bool {
        self.deliveries.iter().any(|mail| mail.state == OVERTAKEN)
    }

    /// Is there mail that nobody has yet, and that is tried again?
    pub(crate) fn mail_waits(&self) -> bool {
        !self.trial && self.deliveries.iter().any(|mail| matches!(mail.state.as_str(), "waiting" | "sending"))
    }
}

/// Bodies, except for `rejected`, files of this period's window that could not be taken, and `lock_files`, what Excel left
/// beside an open workbook: no return, and nothing is lost with it.
#[derive(Debug, Serialize)]
pub(crate) struct Returns {
    pub(crate) expected: usize,
    pub(crate) received: usize,
    pub(crate) accepted: usize,
    pub(crate) rejected: usize,
    pub(crate) lock_files: usize,
    pub(crate) missing: usize,
}

#[derive(Debug, Default, Serialize)]
pub(crate) struct FindingCounts {
    pub(crate) error: usize,
    pub(crate) warning: usize,
    pub(crate) info: usize,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Edition {
    pub(crate) audience: String,
    pub(crate) path: PathBuf,
    pub(crate) sha256: String,
}

/// What would be done with a mail in a run that is not dry.
pub(crate) const WOULD_BE_SENT: &str = "would_be_sent";
/// What becomes of the mail of a trial that cannot be handed over: nobody tries it again.
pub(crate) const NOT_SENT: &str = "not_sent";
/// What becomes of a mail whose recipient has newer figures, or will: it is not written.
pub(crate) const OVERTAKEN: &str = "overtaken";

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Delivered {
    pub(crate) to: String,
    pub(crate) audience: String,
    /// `waiting`, `sent`, `written` (into the outbox folder), `refused`, `unknown`, `closed`; in a dry run `would_be_sent`,
    /// unless an earlier run has settled it; `not_sent` for the mail of a trial; `overtaken` where another run said something
    /// else with newer figures.
    pub(crate) state: String,
    /// The server's answer, or the file; in a dry run the subject and the workbook.
    pub(crate) answer: Option<String>,
    /// Empty where it is overtaken: none was made.
    pub(crate) message_id: String,
    /// Of the message as it is sent; none where an earlier run settled it, or nothing was written.
    pub(crate) sha256: Option<String>,
    pub(crate) tries: u32,
    /// While it waits: not before this.
    pub(crate) next_try: Option<DateTime<Utc>>,
    /// An earlier run said the same to the same recipient, and this run had nothing to do with it; or the run that overtook it,
    /// and as of when its figures are.
    pub(crate) earlier: Option<Earlier>,
}

/// The run that wrote a mail down, and since when it stands as it does.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Earlier {
    pub(crate) run: Option<i64>,
    pub(crate) at: DateTime<Utc>,
}

impl Delivered {
    /// A message as the ledger knows it after run `run` has written its mail down.
    pub(crate) fn of(mail: Delivery, run: i64) -> Delivered {
        let earlier = (mail.run != Some(run)).then_some(Earlier { run: mail.run, at: mail.updated });
        Delivered {
            to: mail.recipient,
            audience: mail.audience,
            state: mail.state.name().to_owned(),
            answer: mail.answer,
            message_id: mail.message_id,
            sha256: mail.sha256,
            tries: mail.tries,
            next_try: mail.next_try,
            earlier,
        }
    }
}

impl Delivered {
    /// A message that is not made, because of `newer`.
    pub(crate) fn overtaken(to: String, audience: &str, newer: Newer) -> Delivered {
        Delivered {
            to,
            audience: audience.to_owned(),
            state: OVERTAKEN.to_owned(),
            answer: None,
            message_id: String::new(),
            sha256: None,
            tries: 0,
            next_try: None,
            earlier: Some(Earlier { run: Some(newer.run), at: newer.figures }),
        }
    }
}

/// For each accepted file: whose it is, and for when.
pub(crate) type Understood = BTreeMap<String, Option<(String, Period)>>;

impl Returns {
    pub(crate) fn count(results: &Results, states: &Understood, submissions: &[Submission]) -> Returns {
        let expected = results.responses.len();
        let accepted = results
            .responses
            .iter()
            .filter(|response| matches!(response.state, ReturnState::OnTime | ReturnState::Late))
            .count();
        // A file that was understood but for its tables names its sender all the same.
        let named: BTreeSet<&str> = results.findings.iter().filter_map(|finding| finding.body.as_deref()).collect();
        let answered =
            |body: &str| results.responses.iter().any(|response| response.body == body && response.arrived.is_some());
        let only_rejected =
            results.bodies.iter().filter(|body| named.contains(body.as_str()) && !answered(body)).count();
        let window = results.period.start()..=results.period.next().end();
        let locks: BTreeSet<&str> = results
            .findings
            .iter()
            .filter(|finding| finding.code == Code::LockFile)
            .map(|finding| finding.submission.as_str())
            .collect();
        let (lock_files, rejected): (Vec<&Submission>, Vec<&Submission>) = submissions
            .iter()
            .filter(|submission| {
                states.get(&submission.sha256).is_some_and(Option::is_none)
                    && window.contains(&submission.arrived.date_naive())
            })
            .partition(|submission| locks.contains(submission.sha256.as_str()));
        let (lock_files, rejected) = (lock_files.len(), rejected.len());
        let received = accepted + only_rejected;
        Returns { expected, received, accepted, rejected, lock_files, missing: expected - received }
    }
}

impl FindingCounts {
    pub(crate) fn of(findings: &[Finding]) -> FindingCounts {
        let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
        FindingCounts { error: count(Severity::Error), warning: count(Severity::Warning), info: count(Severity::Info) }
    }
}

/// The accepted files, from the facts' answers.
pub(crate) fn accepted(answers: &DataFrame) -> Result<BTreeMap<String, (String, Period)>, PolarsError> {
    let (submissions, bodies, periods) =
        (texts(answers, "submission")?, texts(answers, "ags")?, texts(answers, "period")?);
    let read =
        |row: usize| Some((submissions[row]?.to_owned(), (bodies[row]?.to_owned(), periods[row]?.parse().ok()?)));
    Ok((0..answers.height()).filter_map(read).collect())
}

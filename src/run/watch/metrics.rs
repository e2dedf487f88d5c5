//! Figures for Prometheus, as the textfile collector of the node exporter reads them.
//!
//! Source: Prometheus “Exposition formats” (text) and “Metric and label naming”: base units, the unit in the name.

use std::fmt::Write;
use std::path::Path;

use chrono::{DateTime, Utc};

use super::health::short;
use super::vitals::Vitals;
use crate::base::files::{self, FileError};
use crate::run::ledger::{Outcome, Run};

/// Written by rename: the collector never reads half a file. Without `vitals` the ledger could not be read.
pub(super) fn write(path: &Path, vitals: Option<&Vitals>, now: DateTime<Utc>) -> Result<(), FileError> {
    files::put(path, text(vitals, now).as_bytes())
}

fn text(vitals: Option<&Vitals>, now: DateTime<Utc>) -> String {
    let mut page = Page::default();
    page.gauge("kim_info", "The version that is running.", &[(label("version", env!("CARGO_PKG_VERSION")), 1.0)]);
    page.gauge("kim_last_look_timestamp_seconds", "When these figures were made.", &[(String::new(), seconds(now))]);
    let sound = if vitals.is_some() { 1.0 } else { 0.0 };
    page.gauge("kim_ledger_readable", "1 if the ledger can be read and passes its check.", &[(String::new(), sound)]);
    if let Some(vitals) = vitals {
        of_pipelines(&mut page, vitals);
        of_mail(&mut page, vitals);
        if let Some(disk) = vitals.disk {
            page.gauge("kim_disk_free_bytes", "Free space for the data folder.", &[(String::new(), disk.free as f64)]);
        }
        let mut kinds: Vec<&str> = vitals.troubles.iter().map(|(kind, _)| kind.as_str()).collect();
        kinds.sort_unstable();
        let counted = kinds.chunk_by(|a, b| a == b).map(|same| (label("kind", same[0]), same.len() as f64));
        page.gauge("kim_troubles", "Troubles at present, by kind.", &counted.collect::<Vec<_>>());
    }
    page.0
}

fn of_pipelines(page: &mut Page, vitals: &Vitals) {
    let each = |value: &dyn Fn(&super::vitals::Watched) -> Option<f64>| -> Vec<(String, f64)> {
        let told = vitals
            .pipelines
            .iter()
            .filter_map(|watched| Some((label("pipeline", &short(&watched.name)), value(watched)?)));
        told.collect()
    };
    let truth = |is: bool| if is { 1.0 } else { 0.0 };
    page.gauge(
        "kim_run_last_success_timestamp_seconds",
        "When a run of the pipeline last ended well.",
        &each(&|watched| watched.last_done.as_ref()?.ended.map(seconds)),
    );
    page.gauge(
        "kim_run_last_duration_seconds",
        "How long the last run that ended well took.",
        &each(&|watched| watched.last_done.as_ref().and_then(duration)),
    );
    page.gauge(
        "kim_run_failed",
        "1 if the newest run of the pipeline failed.",
        &each(&|watched| watched.last.as_ref().map(|run| truth(run.outcome == Some(Outcome::Failed)))),
    );
    page.gauge(
        "kim_run_late",
        "1 if a run was due and has not ended in time.",
        &each(&|watched| watched.due.as_ref().map(|due| truth(due.late))),
    );
    page.gauge(
        "kim_run_next_timestamp_seconds",
        "When the pipeline runs next.",
        &each(&|watched| watched.next.map(seconds)),
    );
    let returns: Vec<(String, f64)> = vitals
        .pipelines
        .iter()
        .flat_map(|watched| {
            let summary = watched.last_done.as_ref().and_then(|run| run.summary.as_deref()).unwrap_or_default();
            let told: serde_json::Value = serde_json::from_str(summary).unwrap_or_default();
            let pipeline = label("pipeline", &short(&watched.name));
            ["expected", "accepted", "rejected", "missing"].into_iter().filter_map(move |state| {
                Some((format!("{pipeline},{}", label("state", state)), told["returns"][state].as_f64()?))
            })
        })
        .collect();
    page.gauge("kim_returns", "Returns of the last run that ended well, by state.", &returns);
}

fn of_mail(page: &mut Page, vitals: &Vitals) {
    let mut states: Vec<&str> = vitals.left.iter().chain(&vitals.in_trouble).map(|mail| mail.state.name()).collect();
    // Those that are alerted on are there even when there are none.
    let known = ["waiting", "refused", "unknown"];
    let mut told: Vec<(String, f64)> = Vec::new();
    for state in known {
        let count = states.iter().filter(|other| **other == state).count();
        told.push((label("state", state), count as f64));
    }
    states.retain(|state| !known.contains(state));
    states.sort_unstable();
    told.extend(states.chunk_by(|a, b| a == b).map(|same| (label("state", same[0]), same.len() as f64)));
    page.gauge("kim_mail_messages", "Mail of runs that has not arrived, by state.", &told);
    let oldest = vitals.left.iter().map(|mail| (vitals.now - mail.created).num_seconds().max(0)).max().unwrap_or(0);
    page.gauge("kim_mail_oldest_waiting_seconds", "How long the oldest mail waits.", &[(String::new(), oldest as f64)]);
    let alerts = [(String::new(), vitals.alerts.len() as f64)];
    page.gauge("kim_owner_messages_waiting", "Messages to the owner that have not arrived.", &alerts);
}

#[derive(Default)]
struct Page(String);

impl Page {
    /// A family of figures; nothing is written for one without figures.
    fn gauge(&mut self, name: &str, help: &str, samples: &[(String, f64)]) {
        if samples.is_empty() {
            return;
        }
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} gauge");
        for (labels, value) in samples {
            let labels = if labels.is_empty() { String::new() } else { format!("{{{labels}}}") };
            let _ = writeln!(self.0, "{name}{labels} {value}");
        }
    }
}

fn label(name: &str, value: &str) -> String {
    let escaped = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("{name}=\"{escaped}\"")
}

fn seconds(at: DateTime<Utc>) -> f64 {
    at.timestamp_millis() as f64 / 1000.0
}

fn duration(run: &Run) -> Option<f64> {
    Some((run.ended? - run.started).num_milliseconds() as f64 / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_cannot_break_out_and_every_family_says_what_it_is() {
        assert_eq!(label("pipeline", "a\"b\\c\nd"), r#"pipeline="a\"b\\c\nd""#);
        let page = text(None, "2026-10-20T04:00:00.5Z".parse().unwrap());
        assert!(page.contains("kim_ledger_readable 0\n") && page.ends_with('\n'), "{page}");
        assert!(page.contains("kim_last_look_timestamp_seconds 1792468800.5\n"), "{page}");
        for line in page.lines().filter(|line| !line.starts_with('#')) {
            let name = line.split(['{', ' ']).next().unwrap();
            assert!(page.contains(&format!("# HELP {name} ")) && page.contains(&format!("# TYPE {name} gauge\n")));
        }
    }
}

//! Rules over several rows and tables, what is new or waived, and what stands out.

use std::path::Path;

use super::*;
use crate::base::problem::Source;
use crate::model::rule::Waiver;

/// A rule at the end of the form.
fn rule(place: &str, id: &str, more: &str) -> String {
    format!(
        "[[{place}]]\nid = \"{id}\"\nseverity = \"error\"\nmessage = {{ de = \"m\" }}\nhint = {{ de = \"h\" }}\n{more}\n"
    )
}

fn counted(form: &Form, facts: &Facts, rule: &str) -> [usize; 3] {
    let (submissions, register) = (submissions(), register());
    let (_, tallies) = plausible(&Input { form, register: &register, facts, submissions: &submissions }).unwrap();
    let found = tallies.iter().filter(|tally| tally.rule == rule);
    found.fold([0; 3], |sum, tally| [sum[0] + tally.held, sum[1] + tally.violated, sum[2] + tally.undecided])
}

fn of_rule(findings: Vec<Finding>, rule: &str) -> Vec<Finding> {
    findings.into_iter().filter(|finding| finding.rule.as_deref() == Some(rule)).collect()
}

#[test]
fn a_rule_over_a_table_asks_all_rows_of_a_return_together() {
    let form =
        form_with(&rule("table.stock.check", "sums", "over = \"table\"\ncondition = \"SUM(begin) <= SUM(end)\""));
    let facts = facts(&[
        ("q3", "1", "2026-Q3", 0, "a", Some(5.0), Some(3.0)),
        ("q3", "1", "2026-Q3", 1, "b", Some(3.0), Some(4.0)),
        ("q2", "2", "2026-Q3", 0, "a", Some(5.0), Some(3.0)),
        ("q2", "2", "2026-Q3", 1, "b", Some(3.0), Some(9.0)),
        ("q2b", "3", "2026-Q3", 0, "a", Some(5.0), None),
    ]);
    let findings = of_rule(rules(&form, &facts, &submissions()).unwrap(), "sums");
    assert_eq!(findings.len(), 1);
    assert_eq!((findings[0].file.as_str(), findings[0].body.as_deref()), ("q3", Some("1")));
    assert_eq!(findings[0].found, "Stock, Begin: 8 (q3, Stock!B2); Stock, End: 7 (q3, Stock!C2)");
    assert_eq!(findings[0].places.len(), 4);
    assert_eq!(counted(&form, &facts, "sums"), [1, 1, 1], "held, violated, undecided");
    assert_eq!(counted(&form, &facts, "grows"), [2, 2, 1]);
}

#[test]
fn a_rule_over_two_tables_counts_only_what_stands() {
    let condition = "tables = [\"stock\", \"done\"]\ncondition = \"SUM(stock.end) >= COUNT(done.nr)\"";
    let form = form_with(&rule("check", "enough", condition));
    let with_done = |end: Option<f64>| {
        let mut facts = facts(&[("q3", "1", "2026-Q3", 0, "a", Some(0.0), end)]);
        let mut columns = heads((0..2).map(|row| ("q2", "1", "2026-Q3", row)));
        columns.push(Series::new("nr".into(), ["1", "2"]));
        columns.push(Series::new("on".into(), [None::<NaiveDate>; 2]));
        facts.tables.insert("done".into(), frame(columns));
        let mut answers = heads([("q3", "1", "2026-Q3", 0), ("q2", "1", "2026-Q3", 0)].into_iter());
        answers.push(Series::new("table".into(), ["stock", "done"]));
        facts.answers = frame(answers);
        facts
    };
    let told = |end| of_rule(rules(&form, &with_done(end), &submissions()).unwrap(), "enough");
    assert_eq!(told(Some(2.0)), []);
    let findings = told(Some(1.0));
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].table.as_deref(), Some("stock"));
    assert_eq!(findings[0].found, "Stock, End: 1 (q3, Stock!C2); Done, Nr: 2");
    assert_eq!(counted(&form, &with_done(None), "enough"), [0, 0, 1]);
    // Nothing to report is zero.
    let mut nil = with_done(Some(0.0));
    nil.tables.insert("done".into(), nil.tables["done"].head(Some(0)));
    assert_eq!(counted(&form, &nil, "enough"), [1, 0, 0]);
    // One of the tables is not there: nobody can say.
    nil.answers = nil.answers.head(Some(1));
    assert_eq!(counted(&form, &nil, "enough"), [0, 0, 1]);
}

#[test]
fn rows_are_looked_up_by_a_key_of_several_fields_in_the_own_return() {
    let more = "[table.copy]\nsheet = \"Copy\"\ntitle = { de = \"C\" }\none_row_per = [\"group\", \"begin\"]\n\
                lookup = [{ table = \"stock\", key = [\"group\", \"begin\"], bring = [\"end\"], as = \"stock_\", scope = \"same_body\" }]\n\
                field = [{ name = \"group\", type = \"text\", heading = \"G\" }, { name = \"begin\", type = \"count\", heading = \"B\" }, { name = \"end\", type = \"count\", heading = \"E\" }]\n";
    let form =
        form_with(&format!("{more}{}", rule("table.copy.check", "as_there", "condition = '\"end\" = stock_end'")));
    let mut facts = facts(&[
        ("q2", "2", "2026-Q3", 0, "a", Some(1.0), Some(70.0)),
        ("q3", "1", "2026-Q3", 0, "a", Some(1.0), Some(7.0)),
        ("q3", "1", "2026-Q3", 1, "a", Some(2.0), Some(8.0)),
    ]);
    let mut columns = heads((0..2).map(|row| ("q3", "1", "2026-Q3", row)));
    columns.push(Series::new("group".into(), ["a", "a"]));
    columns.push(Series::new("begin".into(), [1.0, 2.0]));
    columns.push(Series::new("end".into(), [7.0, 9.0]));
    facts.tables.insert("copy".into(), frame(columns));
    let findings = of_rule(rules(&form, &facts, &submissions()).unwrap(), "as_there");
    assert_eq!(findings.len(), 1);
    let place = |place: &Place| place.to_string();
    assert_eq!(findings[0].places.iter().map(place).collect::<Vec<_>>(), ["Stock!C3"], "the other cell, by both keys");
    assert_eq!(findings[0].found, "End 8 (q3, Stock!C3)");
}

#[test]
fn new_rules_warn_and_waivers_hold_until_their_day() {
    let mut form = form();
    form.tables.get_mut("stock").unwrap().checks[0].new_until = NaiveDate::from_ymd_opt(2026, 10, 31);
    let facts = facts(&[("q3", "1", "2026-Q3", 0, "a", Some(5.0), Some(3.0))]);
    let waiver = |rule: &str, body: &str| -> Waiver {
        let text = format!("rule = \"{rule}\"\nbody = \"{body}\"\nreason = \"r\"\nby = \"b\"\nuntil = 2026-12-31");
        let mut problems = Vec::new();
        let source = Source::new(Path::new("w.toml"), &text);
        crate::base::settings::parse(&source, &mut problems).unwrap_or_else(|| panic!("{problems:?}"))
    };
    let on = |day: &str, waivers: &[Waiver]| {
        let mut findings = of_rule(rules(&form, &facts, &submissions()).unwrap(), "grows");
        lenient(&mut findings, &form, waivers, &register(), day.parse().unwrap());
        (findings[0].severity, findings[0].new_until.is_some(), findings[0].waived.is_some())
    };
    assert_eq!(on("2026-10-31", &[]), (Severity::Warning, true, false));
    assert_eq!(on("2026-11-01", &[]), (Severity::Error, false, false));
    for (rule, body, waived) in
        [("grows", "b1", true), ("rule_violated", "1", true), ("follows", "1", false), ("grows", "B2", false)]
    {
        let severity = if waived { Severity::Info } else { Severity::Error };
        assert_eq!(on("2026-12-31", &[waiver(rule, body)]), (severity, false, waived), "{rule} {body}");
    }
    assert_eq!(on("2027-01-01", &[waiver("grows", "1")]), (Severity::Error, false, false), "raised again");
}

#[test]
fn what_stands_out_is_told_without_a_word_of_the_others() {
    let mut form = form();
    form.tables.get_mut("stock").unwrap().fields[2].outlier = true;
    let quarters = ["2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2"];
    let mut rows: Vec<StockRow> = Vec::new();
    for (quarter, end) in quarters.into_iter().zip([18.0, 25.0, 20.0, 22.0, 24.0, 19.0, 21.0]) {
        rows.push(("q2", "1", quarter, 0, "a", Some(0.0), Some(end)));
    }
    rows.push(("q3", "1", "2026-Q3", 0, "a", Some(0.0), Some(120.0)));
    for (ags, end) in (2..=12).zip([31.0, 33.0, 35.0, 29.0, 30.0, 34.0, 32.0, 33.0, 31.0, 36.0, 30.0]) {
        let ags: &'static str = Box::leak(format!("{ags}").into_boxed_str());
        rows.push(("q2b", ags, "2026-Q3", 0, "a", Some(0.0), Some(end)));
    }
    let findings = rules(&form, &facts(&rows), &submissions()).unwrap();
    let told = |code| {
        let found: Vec<_> = findings.iter().filter(|finding| finding.code == code).collect();
        assert_eq!(found.len(), 1, "{found:#?}");
        (found[0].body.clone().unwrap(), found[0].found.clone(), found[0].expected.clone(), found[0].places.len())
    };
    assert_eq!(told(Code::OutlierOwnPast), ("1".into(), "120".into(), "19–24".into(), 1));
    assert_eq!(told(Code::OutlierAmongPeers), ("1".into(), "120".into(), String::new(), 1));
    form.tables.get_mut("stock").unwrap().fields[2].outlier = false;
    let quiet = rules(&form, &facts(&rows), &submissions()).unwrap();
    assert!(quiet.iter().all(|finding| finding.code == Code::RuleViolated), "only where it is asked for");
}

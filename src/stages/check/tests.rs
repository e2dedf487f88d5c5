use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, NaiveDate};

use super::*;
use crate::base::frame::{Column, DataFrame, NamedFrom, Series};
use crate::base::problem::Source;
use crate::model::facts::Facts;
use crate::model::finding::{Code, Finding, Severity};
use crate::model::form::Form;
use crate::model::municipality::{Body, BodyKind, Register};
use crate::model::submission::{Answer, Kind, Submission};
use crate::model::understood::{CleanCell, CleanReturn, CleanRow, CleanTable};
use crate::model::value::{Place, State, Value};

mod together;

const FORM: &str = r#"
id = "f"
version = 1
title = { de = "F" }
period = "quarter"
asked.municipality = ["stock", "done"]
asked.district = ["plan"]
cover.sheet = "Cover"
cover.labels = { reporter = [], ags = [], period = [], as_of = [], contact = [], email = [], phone = [], kind = [] }
cover.kinds = { first = [], late_part = [], correction = [] }
cover.answers = { present = [], nil = [] }

[table.stock]
sheet = "Stock"
title = { de = "S" }
one_row_per = "group"
field = [
  { name = "group", type = "text", heading = "Group" },
  { name = "begin", type = "count", heading = "Begin" },
  { name = "end", type = "count", heading = "End" },
]
[[table.stock.check]]
id = "grows"
condition = "begin <= end"
severity = "error"
message = { de = "m" }
hint = { de = "h" }
[[table.stock.check]]
id = "follows"
condition = "begin = previous_end"
severity = "warning"
message = { de = "m" }
hint = { de = "h" }

[table.plan]
sheet = "Plan"
title = { de = "P" }
one_row_per = "nr"
field = [{ name = "nr", type = "text", heading = "Nr" }, { name = "due", type = "date", heading = "Due" }]

[table.done]
sheet = "Done"
title = { de = "D" }
one_row_per = "nr"
lookup = { table = "plan", key = "nr", bring = ["due"] }
field = [{ name = "nr", type = "text", heading = "Nr" }, { name = "on", type = "date", heading = "On" }]
[[table.done.check]]
id = "in_time"
condition = "on <= due AND on <= period_end"
severity = "info"
message = { de = "m" }
hint = { de = "h" }
"#;

fn form() -> Form {
    form_with("")
}

/// The form, with more at its end.
fn form_with(more: &str) -> Form {
    let mut problems = Vec::new();
    let source = Source::new(Path::new("f.toml"), &format!("{FORM}\n{more}"));
    crate::base::settings::parse(&source, &mut problems).unwrap_or_else(|| panic!("{problems:?}"))
}

fn submission(file: &str, arrived: &str) -> Submission {
    Submission {
        sha256: file.to_owned(),
        file: file.to_owned(),
        from: None,
        arrived: DateTime::parse_from_rfc3339(arrived).unwrap().to_utc(),
    }
}

/// submission, ags, period, row, key, two numbers
type StockRow = (&'static str, &'static str, &'static str, u32, &'static str, Option<f64>, Option<f64>);

fn frame(columns: Vec<Series>) -> DataFrame {
    DataFrame::new_infer_height(columns.into_iter().map(Column::from).collect()).unwrap()
}

fn heads<'a>(rows: impl Iterator<Item = (&'a str, &'a str, &'a str, u32)>) -> Vec<Series> {
    let rows: Vec<_> = rows.collect();
    vec![
        Series::new("submission".into(), rows.iter().map(|row| row.0).collect::<Vec<_>>()),
        Series::new("ags".into(), rows.iter().map(|row| row.1).collect::<Vec<_>>()),
        Series::new("period".into(), rows.iter().map(|row| row.2).collect::<Vec<_>>()),
        Series::new("row".into(), rows.iter().map(|row| row.3).collect::<Vec<_>>()),
    ]
}

/// Facts with this stock; each submission's cells stand in rows 2, 3, … of its sheet.
fn facts(stock: &[StockRow]) -> Facts {
    let head = || stock.iter().map(|row| (row.0, row.1, row.2, row.3));
    let mut columns = heads(head());
    columns.push(Series::new("group".into(), stock.iter().map(|row| row.4).collect::<Vec<_>>()));
    columns.push(Series::new("begin".into(), stock.iter().map(|row| row.5).collect::<Vec<_>>()));
    columns.push(Series::new("end".into(), stock.iter().map(|row| row.6).collect::<Vec<_>>()));
    let mut long = heads(head().flat_map(|row| [row, row, row]));
    let fields = stock.iter().flat_map(|row| {
        let number = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
        [("group", "A", row.4.to_owned()), ("begin", "B", number(row.5)), ("end", "C", number(row.6))]
            .map(|(field, column, written)| (field, format!("{column}{}", row.3 + 2), written))
    });
    let fields: Vec<_> = fields.collect();
    long.push(Series::new("table".into(), vec!["stock"; fields.len()]));
    long.push(Series::new("field".into(), fields.iter().map(|field| field.0).collect::<Vec<_>>()));
    long.push(Series::new("sheet".into(), vec!["Stock"; fields.len()]));
    long.push(Series::new("cell".into(), fields.iter().map(|field| field.1.as_str()).collect::<Vec<_>>()));
    long.push(Series::new("written".into(), fields.iter().map(|field| field.2.as_str()).collect::<Vec<_>>()));
    let mut answers = heads(head());
    answers.push(Series::new("table".into(), vec!["stock"; stock.len()]));
    let mut tables = BTreeMap::from([("stock".to_owned(), frame(columns))]);
    for (table, field) in [("plan", "due"), ("done", "on")] {
        let mut empty = heads(std::iter::empty());
        empty.push(Series::new("nr".into(), Vec::<String>::new()));
        empty.push(Series::new(field.into(), Vec::<Option<NaiveDate>>::new()));
        tables.insert(table.to_owned(), frame(empty));
    }
    Facts {
        tables,
        cells: frame(long),
        answers: frame(answers),
        findings: Vec::new(),
        tallies: Vec::new(),
        books: Vec::new(),
    }
}

fn submissions() -> BTreeMap<String, Submission> {
    let all = [
        submission("q2", "2026-07-05T10:00:00Z"),
        submission("q2b", "2026-07-09T10:00:00Z"),
        submission("q3", "2026-10-05T10:00:00Z"),
    ];
    all.into_iter().map(|submission| (submission.sha256.clone(), submission)).collect()
}

fn rules(form: &Form, facts: &Facts, submissions: &BTreeMap<String, Submission>) -> Result<Vec<Finding>, CheckError> {
    let register = register();
    plausible(&Input { form, register: &register, facts, submissions }).map(|(findings, _)| findings)
}

/// Bodies `1` to `12` with 1000 inhabitants each, and the district `0`.
fn register() -> Register {
    let body = |number: u32| Body {
        ags: number.to_string(),
        name: format!("B{number}"),
        kind: if number == 0 { BodyKind::District } else { BodyKind::Municipality },
        aliases: Vec::new(),
        inhabitants: Some(1000.0),
        inhabitants_date: None,
        inhabitants_basis: String::new(),
        area: None,
        coordinates: None,
        from: None,
        until: None,
    };
    Register { bodies: (0..=12).map(body).collect() }
}

fn told(findings: &[Finding]) -> Vec<(String, String, Vec<String>)> {
    let place = |place: &Place| place.address();
    findings
        .iter()
        .map(|found| (found.file.clone(), found.rule.clone().unwrap(), found.places.iter().map(place).collect()))
        .collect()
}

#[test]
fn a_rule_names_every_cell_it_uses_once_for_all_rows() {
    let facts = facts(&[
        ("q3", "1", "2026-Q3", 0, "a", Some(5.0), Some(3.0)),
        ("q3", "1", "2026-Q3", 1, "b", Some(3.0), Some(3.0)),
        ("q3", "1", "2026-Q3", 2, "c", Some(9.0), Some(1.0)),
    ]);
    let findings = rules(&form(), &facts, &submissions()).unwrap();
    let cells = ["B2", "C2", "B4", "C4"].map(str::to_owned).to_vec();
    assert_eq!(told(&findings), [("q3".to_owned(), "grows".to_owned(), cells)]);
    assert_eq!(findings[0].found, "a: Begin 5; End 3 · c: Begin 9; End 1");
    assert_eq!((findings[0].code, findings[0].severity), (Code::RuleViolated, Severity::Error));
    assert_eq!(findings[0].body.as_deref(), Some("1"));
}

#[test]
fn what_is_missing_is_undecided() {
    let facts =
        facts(&[("q3", "1", "2026-Q3", 0, "a", Some(5.0), None), ("q3", "1", "2026-Q3", 1, "b", None, Some(0.0))]);
    assert_eq!(rules(&form(), &facts, &submissions()).unwrap(), []);
}

#[test]
fn the_period_before_is_the_answer_that_arrived_last_there() {
    let row = |id, period, begin: f64, end: f64| (id, "1", period, 0, "a", Some(begin), Some(end));
    let other = ("q2", "2", "2026-Q2", 0, "a", Some(0.0), Some(7.0));
    let sound = facts(&[
        row("q2", "2026-Q2", 1.0, 8.0),
        row("q2b", "2026-Q2", 1.0, 4.0),
        row("q3", "2026-Q3", 4.0, 6.0),
        other,
    ]);
    assert_eq!(rules(&form(), &sound, &submissions()).unwrap(), []);
    let broken = facts(&[
        row("q2", "2026-Q2", 1.0, 4.0),
        row("q2b", "2026-Q2", 1.0, 8.0),
        row("q3", "2026-Q3", 4.0, 6.0),
        other,
    ]);
    let findings = rules(&form(), &broken, &submissions()).unwrap();
    let cells = ["B2", "C2"].map(str::to_owned).to_vec();
    assert_eq!(told(&findings), [("q3".to_owned(), "follows".to_owned(), cells)]);
    assert_eq!(findings[0].found, "a: Begin 4; End 8 (q2b, Stock!C2)");
}

#[test]
fn fields_of_another_table_and_moments_can_be_asked() {
    let day = |day| NaiveDate::from_ymd_opt(2026, 9, day);
    let mut facts = facts(&[]);
    let of = |id: &'static str, ags: &'static str, name: &str, days: [Option<NaiveDate>; 2]| {
        let mut columns = heads([(id, ags, "2026-Q3", 0), (id, ags, "2026-Q3", 1)].into_iter());
        columns.push(Series::new("nr".into(), ["1", "2"]));
        columns.push(Series::new(name.into(), days.to_vec()));
        frame(columns)
    };
    facts.tables.insert("plan".into(), of("q2", "0", "due", [day(10), day(10)]));
    facts.tables.insert("done".into(), of("q3", "1", "on", [day(9), day(11)]));
    let mut answers = heads([("q2", "0", "2026-Q3", 0), ("q3", "1", "2026-Q3", 0)].into_iter());
    answers.push(Series::new("table".into(), ["plan", "done"]));
    facts.answers = frame(answers);
    let findings = rules(&form(), &facts, &submissions()).unwrap();
    assert_eq!(findings.len(), 1);
    assert_eq!((findings[0].rule.as_deref(), findings[0].severity), (Some("in_time"), Severity::Info));
}

#[test]
fn a_key_that_finds_nothing_where_it_refers_to_is_told() {
    let of = |id: &'static str, ags: &'static str, name: &str, keys: [Option<&str>; 2]| {
        let mut columns = heads([(id, ags, "2026-Q3", 0), (id, ags, "2026-Q3", 1)].into_iter());
        columns.push(Series::new("nr".into(), keys.to_vec()));
        columns.push(Series::new(name.into(), [None::<NaiveDate>; 2]));
        frame(columns)
    };
    let told = |plan: &[&str], keys: [Option<&str>; 2]| {
        let mut facts = facts(&[]);
        let mut answers = heads([("q3", "1", "2026-Q3", 0), ("q2", "0", "2026-Q3", 0)].into_iter());
        answers.push(Series::new("table".into(), ["done", "plan"]));
        facts.answers = frame(answers);
        if let [first, second] = plan {
            facts.tables.insert("plan".into(), of("q2", "0", "due", [Some(first), Some(second)]));
        }
        facts.tables.insert("done".into(), of("q3", "1", "on", keys));
        let mut cells = heads([("q3", "1", "2026-Q3", 0), ("q3", "1", "2026-Q3", 1)].into_iter());
        for (name, values) in
            [("table", ["done"; 2]), ("field", ["nr"; 2]), ("sheet", ["Done"; 2]), ("cell", ["A2", "A3"])]
        {
            cells.push(Series::new(name.into(), values));
        }
        cells.push(Series::new("written".into(), keys.map(Option::unwrap_or_default)));
        facts.cells = frame(cells);
        let findings = rules(&form(), &facts, &submissions()).unwrap();
        let unmatched = findings.into_iter().filter(|finding| finding.code == Code::KeyUnmatched);
        unmatched
            .map(|finding| {
                assert_eq!((finding.severity, finding.body.as_deref()), (Severity::Warning, Some("1")));
                (
                    finding.places.iter().map(Place::to_string).collect::<Vec<_>>().join(" "),
                    finding.found,
                    finding.expected,
                )
            })
            .collect::<Vec<_>>()
    };
    let plan = ["2026-01", "2026-02"];
    assert_eq!(told(&plan, [Some("2026-01"), Some("2026-02")]), []);
    for other in ["2026/02", "2/2026", "2026-2", "01.02.2026"] {
        let expected = ("Done!A3".to_owned(), other.to_owned(), "Plan".to_owned());
        assert_eq!(told(&plan, [Some("2026-01"), Some(other)]), [expected]);
    }
    assert_eq!(told(&plan, [Some("2026-01"), None]), [], "what has no key was told already");
    assert_eq!(told(&[], [Some("2026-01"), Some("2026/02")]), [], "nobody told what there is");
}

#[test]
fn a_rule_that_is_none_is_the_worlds_fault() {
    let mut form = form();
    let mut check = form.tables["stock"].checks[0].clone();
    check.condition = crate::base::settings::Spanned::new(0..0, "begni > 1".to_owned());
    form.tables.get_mut("stock").unwrap().checks = vec![check];
    let error = rules(&form, &facts(&[]), &submissions()).unwrap_err().to_string();
    assert!(error.contains("begni"), "{error}");
}

fn returned(file: &str, arrived: &str, kind: Kind, tables: &[(&str, f64)]) -> (Submission, CleanReturn) {
    let cell = |number: f64| CleanCell {
        state: State::Reported,
        value: Some(Value::Number(number)),
        place: Some(Place { sheet: "S".into(), row: 0, column: 0 }),
        written: "".into(),
    };
    let table = |(name, number): &(&str, f64)| CleanTable {
        owners: Vec::new(),
        first_row: 0,
        table: (*name).to_owned(),
        answer: Answer::Present,
        sheet: "S".into(),
        columns: Vec::new(),
        rows: vec![CleanRow { cells: vec![cell(*number)] }],
    };
    let clean = CleanReturn {
        body: Some("1".into()),
        period: Some("2026-Q3".parse().unwrap()),
        kind,
        tables: tables.iter().map(table).collect(),
        findings: Vec::new(),
        ..CleanReturn::default()
    };
    (submission(file, arrived), clean)
}

fn codes(returns: &[(Submission, CleanReturn)]) -> Vec<(String, Code)> {
    let findings = among(returns, 15, chrono_tz::Europe::Berlin);
    findings.into_iter().map(|finding| (finding.file, finding.code)).collect()
}

#[test]
fn later_submissions_are_told_apart() {
    let first = returned("a", "2026-10-05T10:00:00Z", Kind::First, &[("x", 1.0), ("y", 2.0)]);
    let later = |kind, tables: &[(&str, f64)]| vec![returned("b", "2026-10-06T10:00:00Z", kind, tables), first.clone()];
    let one = |code| vec![("b".to_owned(), code)];
    assert_eq!(codes(&later(Kind::First, &[("x", 1.0), ("y", 2.0)])), one(Code::IdenticalSubmission));
    assert_eq!(codes(&later(Kind::Correction, &[("x", 1.0)])), one(Code::IdenticalSubmission));
    assert_eq!(codes(&later(Kind::Correction, &[("x", 3.0)])), one(Code::CorrectionReceived));
    assert_eq!(codes(&later(Kind::First, &[("x", 3.0), ("y", 2.0)])), one(Code::UndeclaredCorrection));
    assert_eq!(codes(&later(Kind::LatePart, &[("y", 3.0)])), one(Code::UndeclaredCorrection));
    assert_eq!(codes(&later(Kind::LatePart, &[("z", 3.0)])), []);
    let changed = among(&later(Kind::First, &[("x", 3.0)]), 15, chrono_tz::Europe::Berlin);
    assert_eq!((changed[0].places.len(), changed[0].expected.as_str()), (1, "a"));
}

#[test]
fn the_last_day_ends_at_midnight_where_the_readers_live() {
    let at = |arrived| codes(&[returned("a", arrived, Kind::First, &[("x", 1.0)])]);
    assert_eq!(at("2026-10-15T21:59:59Z"), []);
    assert_eq!(at("2026-10-15T22:00:00Z"), [("a".to_owned(), Code::ReceivedLate)]);
    let late_correction = [
        returned("a", "2026-10-05T10:00:00Z", Kind::First, &[("x", 1.0)]),
        returned("b", "2026-11-05T10:00:00Z", Kind::Correction, &[("x", 2.0)]),
    ];
    assert_eq!(codes(&late_correction), [("b".to_owned(), Code::CorrectionReceived)]);
}

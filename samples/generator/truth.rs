//! The truth beside the workbooks, as CSV: what a reader should have understood in the end.

use std::collections::BTreeMap;
use std::path::Path;

use crate::bodies::Body;
use crate::form::Form;
use crate::period::Quarter;
use crate::stories::Delivery;
use crate::value::{Answer, Return, Row, Value, plain};

/// Per body and quarter: what is true, and nothing if the body returned nothing.
pub type Truth = BTreeMap<(String, Quarter), Option<Return>>;

pub fn write(form: &Form, bodies: &[Body], truth: &Truth, deliveries: &[Delivery], out: &Path) -> Result<(), String> {
    for (name, _) in form.tables() {
        crate::save(&out.join("truth").join(format!("{name}.csv")), table_csv(form, name, truth).as_bytes())?;
    }
    crate::save(&out.join("truth/returns.csv"), returns_csv(deliveries).as_bytes())?;
    crate::save(&out.join("truth/answers.csv"), answers_csv(form, bodies, truth).as_bytes())
}

fn table_csv(form: &Form, name: &str, truth: &Truth) -> String {
    let fields: Vec<_> = form.table(name).field.iter().filter(|field| !field.private).collect();
    let mut lines = vec!["ags,period,row".to_string()];
    for field in &fields {
        lines[0] += &format!(",{}", field.name);
    }
    for ((ags, quarter), facts) in truth {
        let Some(Answer::Rows(rows)) = facts.as_ref().and_then(|facts| facts.answers.get(name)) else {
            continue;
        };
        for (index, row) in rows.iter().enumerate() {
            let cells = fields.iter().map(|field| cell(row, &field.name));
            let line = [ags.clone(), quarter.code(), (index + 1).to_string()].into_iter().chain(cells);
            lines.push(line.collect::<Vec<_>>().join(","));
        }
    }
    lines.join("\n") + "\n"
}

fn cell(row: &Row, field: &str) -> String {
    quoted(&plain(row.get(field).unwrap_or(&Value::Missing)))
}

pub fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_string() }
}

/// The first arrival of each body and quarter.
fn returns_csv(deliveries: &[Delivery]) -> String {
    let mut first: BTreeMap<(&str, Quarter), &Delivery> = BTreeMap::new();
    for delivery in deliveries {
        let known = first.entry((&delivery.ags, delivery.quarter)).or_insert(delivery);
        if delivery.arrived < known.arrived {
            *known = delivery;
        }
    }
    let mut csv = "ags,period,arrived,on_time\n".to_string();
    for ((ags, quarter), delivery) in first {
        let on_time = if delivery.arrived.date_naive() <= quarter.due() { "yes" } else { "no" };
        csv += &format!("{ags},{},{},{on_time}\n", quarter.code(), delivery.arrived.to_rfc3339());
    }
    csv
}

fn answers_csv(form: &Form, bodies: &[Body], truth: &Truth) -> String {
    let mut csv = "ags,period,table,state\n".to_string();
    for ((ags, quarter), facts) in truth {
        let body = bodies.iter().find(|body| body.ags == *ags).expect("the truth is about these bodies");
        for (name, _) in form.tables() {
            let state = match facts {
                _ if !form.asked(body.district).contains(name) => "not_asked",
                None => "no_return",
                Some(facts) => match facts.answers[name] {
                    Answer::Rows(_) => "present",
                    Answer::Nil => "nil",
                },
            };
            csv += &format!("{ags},{},{name},{state}\n", quarter.code());
        }
    }
    csv
}

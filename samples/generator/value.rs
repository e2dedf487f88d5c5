//! The facts: what a body reports for a quarter, before anybody writes it down in their own way.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::period::Quarter;

#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    Missing,
    NotApplicable,
    Count(i64),
    /// Posts, areas, hours and euro, in hundredths, so that sums are exact.
    Hundredths(i64),
    Text(String),
    Code(String),
    YesNo(bool),
    Date(NaiveDate),
}

/// Field name to value; a field that is not there is missing.
pub type Row = BTreeMap<&'static str, Value>;

#[derive(Clone, PartialEq, Debug)]
pub enum Answer {
    Rows(Vec<Row>),
    /// `Fehlanzeige`: said to be nothing.
    Nil,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Return {
    pub quarter: Quarter,
    pub answers: BTreeMap<String, Answer>,
}

impl Return {
    pub fn rows_mut(&mut self, table: &str) -> &mut Vec<Row> {
        match self.answers.get_mut(table) {
            Some(Answer::Rows(rows)) => rows,
            _ => panic!("the samples' stories name tables that have rows, {table} has none"),
        }
    }

    /// The row with this code in its key field.
    pub fn row_mut(&mut self, table: &str, key: &'static str, code: &str) -> &mut Row {
        let wanted = Value::Code(code.to_string());
        let found = self.rows_mut(table).iter_mut().find(|row| row.get(key) == Some(&wanted));
        found.unwrap_or_else(|| panic!("{table} has no row {code}"))
    }
}

pub fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

pub fn code(id: &str) -> Value {
    Value::Code(id.to_string())
}

/// A decimal, kept to hundredths.
pub fn decimal(number: f64) -> Value {
    Value::Hundredths((number * 100.0).round() as i64)
}

pub fn count_of(row: &Row, field: &str) -> i64 {
    match row.get(field) {
        Some(Value::Count(n)) => *n,
        _ => 0,
    }
}

/// The value as the truth files carry it: plain numbers, ISO dates, ids of codes.
pub fn plain(value: &Value) -> String {
    match value {
        Value::Missing => String::new(),
        Value::NotApplicable => "NA".to_string(),
        Value::Count(n) => n.to_string(),
        Value::Hundredths(h) => plain_hundredths(*h),
        Value::Text(text) => text.clone(),
        Value::Code(id) => id.clone(),
        Value::YesNo(yes) => if *yes { "ja" } else { "nein" }.to_string(),
        Value::Date(date) => date.format("%Y-%m-%d").to_string(),
    }
}

/// `1234.5`, `2`, `0.25`.
fn plain_hundredths(h: i64) -> String {
    let all = format!("{}.{:02}", h / 100, h % 100);
    all.trim_end_matches('0').trim_end_matches('.').to_string()
}

//! A table's sheet: titles, headings, rows, total and remark, as the habit has it.

use super::cover::written_period;
use super::sheet_name;
use crate::bodies::Body;
use crate::book::{Sheet, Style, address};
use crate::form::{Field, Form, Table};
use crate::habits::{Habit, Total};
use crate::ink::{Ink, ink};
use crate::period::Quarter;
use crate::rng::Rng;
use crate::value::{Answer, Return, Row, Value, plain};

pub fn build(form: &Form, body: &Body, habit: &Habit, facts: &Return, name: &str) -> Sheet {
    let table = form.table(name);
    let mut sheet = Sheet::new(sheet_name(form, habit, name));
    sheet.table = Some(name.to_string());
    let left = u16::from(habit.column_a_blank);
    let fields = columns(table, habit);
    let extra = habit.extra_column.map(|_| 2);
    for (index, field) in fields.iter().enumerate() {
        let index = index as u16;
        let pushed = u16::from(extra.is_some_and(|extra| index >= extra));
        sheet.columns.insert(field.name.clone(), left + index + pushed);
    }
    titles(&mut sheet, table, habit, facts.quarter, left);
    let header = sheet.header;
    for field in &fields {
        let column = sheet.columns[&field.name];
        sheet.text(header, column, &heading(name, field, habit, body, facts.quarter), Style::Heading);
    }
    if let (Some(title), Some(column)) = (habit.extra_column, extra) {
        sheet.text(header, left + column, title, Style::Heading);
    }
    match &facts.answers[name] {
        Answer::Nil => sheet.text(header + 1, left, "Fehlanzeige", Style::Plain),
        Answer::Rows(rows) => {
            let mut rng = body.rng(&["ink", name, &facts.quarter.code()]);
            write_rows(&mut sheet, form, table, habit, rows, extra.map(|column| left + column), &mut rng);
        }
    }
    sheet
}

fn columns<'a>(table: &'a Table, habit: &Habit) -> Vec<&'a Field> {
    let mut fields: Vec<&Field> = table.field.iter().collect();
    if habit.columns_moved && fields.len() > 4 {
        fields[1..].rotate_right(2);
    }
    fields
}

fn titles(sheet: &mut Sheet, table: &Table, habit: &Habit, quarter: Quarter, left: u16) {
    let lines = [
        format!("{} – {}", table.title.de, written_period(quarter, habit.period)),
        "Angaben der Fachstelle Integration".to_string(),
        "(bitte nur weiße Felder ausfüllen)".to_string(),
    ];
    for (row, line) in lines.iter().take(habit.titles as usize).enumerate() {
        sheet.text(row as u32, left, line, if row == 0 { Style::Title } else { Style::Note });
        let last = left + table.field.len() as u16 - 1;
        if habit.merged && last > left {
            sheet.merges.push((row as u32, left, last));
        }
    }
    // A blank row between titles and table.
    sheet.header = if habit.titles == 0 { 0 } else { habit.titles + 1 };
}

fn heading(table: &str, field: &Field, habit: &Habit, body: &Body, quarter: Quarter) -> String {
    // Story: one heading with a typing error, in one file.
    if body.ags == "05958044" && quarter == (Quarter { year: 2026, number: 2 }) && field.name == "bestand_beginn" {
        return "Bestand Begin".to_string();
    }
    let alias = habit.headings.iter().find(|known| known.0 == table && known.1 == field.name);
    let known = |name: &str| field.also.iter().any(|also| also == name);
    assert!(alias.is_none_or(|alias| known(alias.2)), "headings get names the form knows");
    let heading = alias.map_or(field.heading.as_str(), |alias| alias.2);
    match heading.split_once(' ') {
        Some((first, rest)) if habit.wrapped_headings && rest.len() > 6 => {
            format!("{first}\n{rest}")
        }
        _ => heading.to_string(),
    }
}

fn write_rows(
    sheet: &mut Sheet,
    form: &Form,
    table: &Table,
    habit: &Habit,
    rows: &[Row],
    extra: Option<u16>,
    rng: &mut Rng,
) {
    let mut at = sheet.header + 1;
    for (index, row) in rows.iter().enumerate() {
        if habit.blank_row == Some(index) {
            at += 1;
        }
        for field in &table.field {
            let value = row.get(field.name.as_str()).unwrap_or(&Value::Missing);
            sheet.put(at, sheet.columns[&field.name], ink(form, field, value, habit, rng), style_of(field));
        }
        if let Some(column) = extra {
            sheet.text(at, column, &format!("FB {}.{}", rng.whole(3, 5), rng.whole(1, 4)), Style::Plain);
        }
        sheet.rows.push(at);
        at += 1;
    }
    if table.total_row && habit.total != Total::No {
        write_total(sheet, form, table, habit, rows, at);
        at += 1;
    }
    if let Some(remark) = habit.remark {
        let left = sheet.columns[&table.field[0].name];
        sheet.text(at + 1, left, remark, Style::Note);
    }
}

fn style_of(field: &Field) -> Style {
    match field.kind.as_str() {
        "decimal" => Style::Decimal,
        "money" => Style::Money,
        _ => Style::Plain,
    }
}

fn write_total(sheet: &mut Sheet, form: &Form, table: &Table, habit: &Habit, rows: &[Row], at: u32) {
    sheet.total = Some(at);
    sheet.text(at, sheet.columns[&table.field[0].name], "Insgesamt", Style::Sum);
    // Sums are written without slips.
    let careful = Habit { slips: 0.0, ..*habit };
    let mut rng = Rng::of(&["total"]);
    for field in table.field.iter().filter(|field| field.adds_up()) {
        let column = sheet.columns[&field.name];
        let sum = sum_of(rows, field);
        let style = if field.kind == "money" { Style::Money } else { Style::Sum };
        let cell = match habit.total {
            Total::Formula => {
                let range = format!("{}:{}", address(sheet.rows[0], column), address(at - 1, column));
                Ink::Formula(format!("=SUM({range})"), plain(&sum))
            }
            _ => ink(form, field, &sum, &careful, &mut rng),
        };
        sheet.put(at, column, cell, style);
    }
}

/// The sum of what is there; with no number at all it is 0, as Excel says.
fn sum_of(rows: &[Row], field: &Field) -> Value {
    let numbers = rows.iter().filter_map(|row| match row.get(field.name.as_str()) {
        Some(Value::Count(n) | Value::Hundredths(n)) => Some(*n),
        _ => None,
    });
    let sum = numbers.sum();
    if field.kind == "count" { Value::Count(sum) } else { Value::Hundredths(sum) }
}

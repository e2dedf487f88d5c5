//! Rows that stand there more than once: the same key again, the same table again.
//!
//! In: the rows of a table. Out: each key once, the others told and left out; whether rows are those that were read already.
//! Never: two rows that are told apart by nothing but blanks or case.

use super::rows::key_positions;
use super::text;
use super::told::Told;
use crate::base::quick::QuickMap;
use crate::base::short::Short;
use crate::model::books::Reason;
use crate::model::finding::Code;
use crate::model::form::{FieldType, Table};
use crate::model::understood::{CleanCell, CleanRow};
use crate::model::value::{Place, Value};

/// The first row for each key; the others are told and left out.
pub(super) fn one_for_each_key(rows: Vec<CleanRow>, table: &Table, told: &mut Told<'_>) -> Vec<CleanRow> {
    let keys = table.key_positions();
    let Some(key) = keys.first().copied() else { return rows };
    let mut kept: Vec<CleanRow> = Vec::with_capacity(rows.len());
    let mut known: QuickMap<Short, usize> = QuickMap::default();
    for row in rows {
        let cell = &row.cells[key];
        let spelling = spelled(&row.cells, &keys, table);
        let next = kept.len();
        let first = spelling.map_or(next, |spelling| *known.entry(spelling).or_insert(next));
        match kept.get(first).map(|first| &first.cells[key].place) {
            Some(first) => {
                let expected = first.as_ref().map(Place::to_string).unwrap_or_default();
                let written: Vec<&str> = keys.iter().map(|key| row.cells[*key].written.as_str()).collect();
                let finding = told.finding(Code::RowTwice).found(written.join(" / ")).expected(expected);
                told.tell(cell.place.iter().chain(first).cloned().fold(finding, |finding, place| finding.at(place)));
                told.leave_out_rows([&row], Reason::RowTwice);
            }
            None => kept.push(row),
        }
    }
    kept
}

/// A key so that two are the same exactly if [`same_key`] says so; none where there is no value. A code has one spelling only.
fn spelled(cells: &[CleanCell], keys: &[usize], table: &Table) -> Option<Short> {
    let mut spelling = Short::default();
    for key in keys {
        match cells[*key].value.as_ref()? {
            Value::Text(code) if table.fields[*key].kind == FieldType::Code => {
                spelling.push('c');
                spelling.push_str(code);
            }
            Value::Text(text) => {
                spelling.push('t');
                spelling.push_str(&text::tidy(text).to_lowercase());
            }
            // Zero below zero is zero.
            Value::Number(number) => spelling.push_str(&format!("n{}", number + 0.0)),
            Value::Date(day) => spelling.push_str(&format!("d{day}")),
        }
        spelling.push('\u{1f}');
    }
    Some(spelling)
}

/// Are these rows the ones read already, once more? `apart` says whether they stand like a table of their own.
pub(super) fn is_again(rows: &[CleanRow], read: &[CleanRow], table: &Table, apart: impl Fn() -> bool) -> bool {
    let keys = key_positions(table);
    let same = |one: &CleanRow, other: &CleanRow| match keys.as_slice() {
        [] => one.cells.iter().zip(&other.cells).all(|(one, other)| one.value == other.value),
        keys => {
            keys.iter().all(|key| one.cells[*key].value.is_some() && same_key(&one.cells[*key], &other.cells[*key]))
        }
    };
    let known = rows.iter().filter(|row| read.iter().any(|other| same(row, other))).count();
    !read.is_empty() && (known * 2 >= rows.len() || keys.is_empty() && apart())
}

fn same_key(one: &CleanCell, other: &CleanCell) -> bool {
    match (&one.value, &other.value) {
        (Some(Value::Text(one)), Some(Value::Text(other))) => text::same(one, other),
        (one, other) => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::value::State;
    use crate::stages::clean::samples::form;
    use proptest::prelude::*;

    fn cell(value: Value) -> CleanCell {
        CleanCell { state: State::Reported, value: Some(value), place: None, written: "".into() }
    }

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            "[aAäÄßs \u{ad}=5cnt]{0,3}".prop_map(|text| Value::Text(text.into())),
            prop_oneof![Just(0.0), Just(-0.0), Just(5.0), any::<f64>().prop_filter("a number", |it| it.is_finite())]
                .prop_map(Value::Number),
            (0..3_u64).prop_map(|days| {
                let first = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
                Value::Date(first + chrono::Days::new(days))
            }),
        ]
    }

    proptest! {
        #[test]
        fn keys_are_spelled_alike_when_they_are_the_same(one in value(), other in value()) {
            let form = form();
            let of_text = |table: &&Table| table.fields[0].kind == FieldType::Text;
            let table = form.tables.values().find(of_text).unwrap();
            let (one, other) = (cell(one), cell(other));
            let spelled = |cell: &CleanCell| spelled(std::slice::from_ref(cell), &[0], table);
            prop_assert_eq!(spelled(&one) == spelled(&other), same_key(&one, &other));
        }
    }
}

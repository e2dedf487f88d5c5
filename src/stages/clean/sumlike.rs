//! Rows that sound like totals and may be entries (`Zusammen leben`), and totals that nobody called so and somebody rounded.
//!
//! In: a row and the rows read so far. Out: what it is. Never: an entry that is dropped because of its name, or a sum that counts
//! because of its rounding, without a word.

use super::cell;
use super::german;
use super::heading::Header;
use super::prepared::Asking;
use super::told::Told;
use super::total::{Sort, number_of, sum, tolerance};
use crate::base::short::Short;
use crate::model::form::FieldType;
use crate::model::raw::RawCell;
use crate::model::understood::CleanRow;
use crate::model::value::{Place, Value};

/// So many words of its own make an entry of what is called a part.
const FULLY: usize = 3;

/// What a row with the word of a total is, whose name begins with `lead`.
///
/// Where the name is one of a list, nothing is called `Zusammen`. Where people name their entries, a total adds up, or has nothing
/// but numbers beside a word that is never a name.
pub(super) fn judge(
    row: &[&RawCell],
    lead: &str,
    (what, header): (&Asking<'_>, &Header),
    (rows, since): (&[CleanRow], usize),
    told: &Told<'_>,
) -> Sort {
    let keys = &what.keys;
    if keys.iter().any(|key| what.table.fields[*key].kind == FieldType::Code) {
        return Sort::Total;
    }
    let word = |cell: &&&RawCell| german::holds_total(&cell::written(&cell.value));
    let name = row.iter().find(word).or(row.first()).map(|cell| cell.column);
    let plain = row.iter().any(|cell| german::is_plainly_total(&cell::written(&cell.value)));
    let (mut compared, mut equal, mut numbers) = (0, 0, 0);
    let said = descriptions(row, name, (what, header), told);
    for (index, field) in what.table.fields.iter().enumerate() {
        let Some((column, _)) = &header.fields[index] else { continue };
        if !field.kind.is_number() || !row.iter().any(|cell| cell.column == column.column) {
            continue;
        }
        let Some((_, total)) = number_of(row, index, what, header, told) else { continue };
        numbers += 1;
        let sums = [sum(rows, index), sum(rows.get(since..).unwrap_or_default(), index)];
        // Nothing of nothing proves nothing, and contradicts nothing.
        if total == 0.0 && sums.iter().flatten().any(|sum| *sum == 0.0) {
            continue;
        }
        compared += usize::from(sums.iter().any(Option::is_some));
        equal += usize::from(total != 0.0 && sums.iter().flatten().any(|sum| (sum - total).abs() <= tolerance(field)));
    }
    let adds_up = equal > 0 && equal == compared;
    let bare = german::is_total(lead);
    // An entry is described as an entry, and hardly adds up.
    let is_entry = said.len() > 1 && said.len() * 2 > asked_beside(name, (what, header)) && equal * 2 <= compared;
    match !said.is_empty() {
        _ if adds_up => Sort::Total,
        // Whatever does not add up is told of a total; what cannot be compared would be dropped without a word.
        true if plain && compared > 0 && !is_entry => Sort::Total,
        true => Sort::LikeTotal,
        false if plain || bare && numbers > 0 => Sort::Total,
        // Nobody numbers an entry `Zusammen`.
        false
            if bare && keys.iter().any(|key| header.fields[*key].as_ref().map(|(column, _)| column.column) == name) =>
        {
            Sort::Total
        }
        // A word alone in its row is for others to judge.
        false if numbers == 0 => Sort::Entry,
        false => Sort::LikeTotal,
    }
}

/// The cells beside the name that say what the row is, each with its field.
fn descriptions<'c>(
    row: &[&'c RawCell],
    name: Option<u32>,
    (what, header): (&Asking<'_>, &Header),
    told: &Told<'_>,
) -> Vec<(usize, &'c RawCell)> {
    let described = |index: usize| {
        let (column, _) = header.fields[index].as_ref()?;
        let raw = row.iter().find(|cell| cell.column == column.column && Some(cell.column) != name)?;
        let place = Place { sheet: Short::default(), row: raw.row, column: raw.column };
        let value = cell::clean(Some(&raw.value), place, &what.asked[index], told.latest).0.value?;
        (value != Value::Text(Short::default())).then_some((index, *raw))
    };
    let describe = |index: &usize| !what.table.fields[*index].kind.is_number() && !what.keys.contains(index);
    (0..what.table.fields.len()).filter(describe).filter_map(described).collect()
}

/// So many columns beside the name are to say what a row is.
fn asked_beside(name: Option<u32>, (what, header): (&Asking<'_>, &Header)) -> usize {
    let describes = |index: &usize| {
        let field = &what.table.fields[*index];
        let column = header.fields[*index].as_ref().map(|(column, _)| column.column);
        !field.kind.is_number() && !field.optional && !what.keys.contains(index) && column.is_some() && column != name
    };
    (0..what.table.fields.len()).filter(describes).count()
}

/// `Davon haben wir geträumt`: is the row called like a part, and described as an entry, in other words than the row above?
pub(super) fn is_entry_called_part(
    row: &[&RawCell],
    above: Option<&CleanRow>,
    of: (&Asking<'_>, &Header),
    told: &Told<'_>,
) -> bool {
    if !of.0.keys.is_empty() {
        return false;
    }
    let name = row.first().map(|cell| cell.column);
    let said = descriptions(row, name, of, told);
    let own = |(index, cell): &(usize, &RawCell)| {
        above.is_none_or(|above| above.cells[*index].written.as_str() != cell::written(&cell.value).as_str())
    };
    said.len() >= FULLY && said.len() * 2 > asked_beside(name, of) && said.iter().any(own)
}

/// `Summe Arbeit` with the kind of its entries beside it, or `Arbeit gesamt` that adds up, in a table whose rows people name.
pub(super) fn is_named_sum(
    row: &[&RawCell],
    lead: &str,
    (what, header): (&Asking<'_>, &Header),
    (rows, since): (&[CleanRow], usize),
    told: &Told<'_>,
) -> bool {
    if rows.is_empty() || !what.keys.is_empty() || !german::holds_total(lead) {
        return false;
    }
    let plain = german::is_plainly_total(lead) && (german::begins_as_total(lead) || german::ends_as_total(lead));
    let adds_up = || judge(row, lead, (what, header), (rows, since), told) == Sort::Total;
    let numbers = (0..what.table.fields.len()).any(|field| number_of(row, field, what, header, told).is_some());
    numbers && (plain || adds_up())
}

/// Numbers without any word that are nearly the sums of the rows above, because somebody rounded them.
pub(super) fn is_rounded_sum(
    row: &[&RawCell],
    (what, header): (&Asking<'_>, &Header),
    (rows, since): (&[CleanRow], usize),
    told: &Told<'_>,
) -> bool {
    if rows.len() < 2 || !what.keys.is_empty() {
        return false;
    }
    let mut near = 0;
    for (index, field) in what.table.fields.iter().enumerate() {
        let Some((column, _)) = &header.fields[index] else { continue };
        if !row.iter().any(|cell| cell.column == column.column) {
            continue;
        }
        let number = field.kind.is_number().then(|| number_of(row, index, what, header, told)).flatten();
        let Some((_, total)) = number else { return false };
        let is_near = |rows: &[CleanRow]| {
            let most = rows.iter().filter_map(|row| match row.cells[index].value {
                Some(Value::Number(number)) => Some(number),
                _ => None,
            });
            let most = most.fold(0.0, f64::max);
            sum(rows, index).is_some_and(|sum| total >= most && (sum - total).abs() <= rounding(total))
        };
        if !is_near(rows) && !is_near(&rows[since..]) {
            return false;
        }
        near += 1;
    }
    near > 1
}

/// How far a number that ends like this may be from what was rounded.
fn rounding(number: f64) -> f64 {
    let steps = [1000.0, 100.0, 50.0, 10.0, 5.0, 1.0];
    let step = steps.into_iter().find(|step| number.abs() >= *step && (number / step).fract() == 0.0);
    step.map_or(0.05, |step| step / 2.0)
}

//! Which of several tables with the same headings is meant: the one whose title names the return's own period or municipality.
//!
//! In: the headings of one table on one sheet, beside or below each other. Out: the one that is meant in front, with its title. Never: a
//! choice where more than one is entitled to it, or none.

use super::heading::Header;
use super::rival::Wanted;
use super::{cell, meant, period, places};
use crate::base::short::Short;
use crate::model::raw::{RawSheet, RawValue};

/// What the titles of a table say of the period and the body.
#[derive(Default)]
struct Says {
    own: Option<Short>,
    other: bool,
}

/// Puts the one that is meant in front; where nothing tells, they stay as they stand.
pub(super) fn first(sheet: &RawSheet, headers: &mut [Header], wanted: &Wanted<'_, '_>) {
    if headers.len() < 2 {
        return;
    }
    let says: Vec<Says> = headers.iter().map(|header| says(sheet, header, wanted)).collect();
    let only = |meant: &dyn Fn(&Says) -> bool| {
        let mut found = (0..says.len()).filter(|at| meant(&says[*at]));
        found.next().filter(|_| found.next().is_none())
    };
    let any = says.iter().any(|says| says.own.is_some());
    let meant = if any { only(&|says| says.own.is_some() && !says.other) } else { only(&|says| !says.other) };
    let Some(at) = meant else { return };
    headers[at].title.clone_from(&says[at].own);
    headers[..=at].rotate_right(1);
}

fn says(sheet: &RawSheet, header: &Header, wanted: &Wanted<'_, '_>) -> Says {
    let leaf = header.matched().map(|column| column.row).min().unwrap_or(header.first);
    let above =
        sheet.cells.iter().filter(|cell| (header.first..leaf).contains(&cell.row) && header.reaches(cell.column));
    let above = above.filter(|cell| matches!(cell.value, RawValue::Text(_))).map(|cell| cell::written(&cell.value));
    let titles = places::titles(sheet, header, header.first).into_iter().map(|(_, title)| title);
    let kind = wanted.prepared.form.period;
    let mut says = Says::default();
    for title in titles.chain(above) {
        let number = || wanted.period.filter(|own| period::without_year(&title, kind) == Some(own.number));
        let named = period::of_text(&title, kind).or_else(number);
        let body = wanted.body.filter(|own| wanted.prepared.bodies.within(&title).is_some_and(|it| it.ags == own.ags));
        says.other |= wanted.other_period(&title).is_some()
            || wanted.other_body(&title).is_some()
            || meant::scope(&title).is_some();
        if named.is_some() && named == wanted.period || body.is_some() {
            says.own.get_or_insert(title);
        }
    }
    says
}

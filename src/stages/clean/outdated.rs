//! What the cover says of another time than the one reported: its own `Stand`, and a title that names another period.
//!
//! In: the cover, and the period of the return. Out: findings with both places. Never: a period that is taken from there.

use super::cover::{Cover, Said};
use super::rival::Wanted;
use super::told::Told;
use super::{date, meant, text};
use crate::model::finding::Code;
use crate::model::period::Period;
use crate::model::raw::{RawSheet, RawValue};
use crate::model::value::Place;

/// `sheet` is the cover's; no answer on it is judged but the day of the figures.
pub(super) fn tell(sheet: &RawSheet, cover: &Cover, own: Period, wanted: &Wanted<'_, '_>, told: &mut Told<'_>) {
    let mut tell = |written: &str, place: Place| {
        let finding = told.finding(Code::PeriodContradiction).at(place).found(text::tidy(written));
        let said = cover.period.iter().map(|said| said.place.clone());
        told.tell(said.fold(finding.expected(own.to_string()), |finding, place| finding.at(place)));
    };
    let day = |said: &Said| match &said.value {
        RawValue::Date(moment) => date::plausible(moment.date()),
        RawValue::Number(number) => date::from_serial(*number),
        other => date::parse(&super::cell::written(other)),
    };
    if let Some(said) =
        cover.as_of.as_ref().filter(|said| day(said).is_some_and(|day| meant::is_as_of_another(day, own)))
    {
        tell(&said.written(), said.place.clone());
    }
    // Below them, other periods are spoken of for many reasons.
    let answers = [&cover.reporter, &cover.ags, &cover.period, &cover.kind, &cover.as_of];
    let top = answers.into_iter().flatten().map(|said| said.place.row).min().unwrap_or(0);
    for cell in sheet.cells.iter().take_while(|cell| cell.row < top) {
        if let RawValue::Text(title) = &cell.value
            && wanted.other_period(title).is_some()
        {
            tell(title, Place { sheet: sheet.name.clone(), row: cell.row, column: cell.column });
        }
    }
}

//! A second cover that names another municipality or another period than the first: a return put together from two.
//!
//! In: a sheet that holds no table, the cover, whose return it is and for when. Out: findings with both places, or none. Never: an
//! answer that is taken from there.

use super::cover::{self, Cover, Said};
use super::period;
use super::prepared::Prepared;
use super::reporter;
use super::told::Told;
use crate::model::finding::{Code, Finding};
use crate::model::municipality::Body;
use crate::model::period::Period;
use crate::model::raw::RawSheet;

/// Tells what the second cover says otherwise; false if the sheet is none, or says nothing else.
pub(super) fn tell(
    sheet: &RawSheet,
    cover: &Cover,
    (body, period): (Option<&Body>, Option<Period>),
    prepared: &Prepared<'_>,
    told: &mut Told<'_>,
) -> bool {
    let Some(second) = cover::another(sheet, &prepared.cover) else { return false };
    let before = told.findings.len();
    let mut tell = |code: Code, said: &Said, first: &[&Option<Said>], own: String| {
        let finding = told.finding(code).at(said.place.clone()).found(said.written()).expected(own);
        let first = first.iter().filter_map(|said| said.as_ref()).take(1);
        told.tell(first.fold(finding, |finding: Finding, said| finding.at(said.place.clone())));
    };
    let by_name = |said: &Said| prepared.bodies.find(&said.written()).map(|(body, _)| body);
    let by_key = |said: &Said| reporter::by_key(&said.written(), prepared.register);
    let key = second.ags.as_ref().and_then(|said| Some((said, by_key(said)?)));
    let name = second.reporter.as_ref().and_then(|said| Some((said, by_name(said).or_else(|| by_key(said))?)));
    if let (Some((said, other)), Some(own)) = (name.or(key), body)
        && other.ags != own.ags
    {
        tell(Code::ReporterContradiction, said, &[&cover.reporter, &cover.ags], own.name.clone());
    }
    if let (Some(said), Some(own)) = (&second.period, period)
        && period::of_cell(&said.value, prepared.form.period).is_some_and(|other| other != own)
    {
        tell(Code::PeriodContradiction, said, &[&cover.period], own.to_string());
    }
    told.findings.len() > before
}

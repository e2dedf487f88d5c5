//! What proves that values slid: they are no answers where they stand and all are where they would have stood, or they keep the
//! form's equations only there.
//!
//! In: the values beside an empty cell. Out: how far they surely slid. Never: a proof from words that stand as well in either column.

use super::{Moved, Scene, number};
use crate::model::form::FieldType;
use crate::model::relation::Relation;
use crate::model::understood::CleanRow;
use crate::stages::clean::cell;

/// So many values have to be right where they would have stood.
const ENOUGH: usize = 2;
/// So many numbers have to have moved where nothing but their size, or an equation, tells of it: one that was forgotten leaves two
/// beside it that seem to have moved by chance.
const NUMBERS: usize = 3;
/// So many parts that exceed their wholes, and none once the values are moved back, prove it, too.
const PROOF: usize = 2;

impl Scene<'_, '_> {
    /// Up to which of the values they are wrong where they stand and right where they would have stood.
    pub(super) fn by_kinds(&self, at: usize, run: &[Moved<'_>]) -> Option<usize> {
        use FieldType::{Code, Date, YesNo};
        let listed = |moved: &Moved<'_>| {
            let word = cell::written(moved.raw);
            let denies = word.starts_with("kein") || word == "ohne";
            matches!(self.kind(moved.target), Code | YesNo | Date) && moved.then == Some(true) && !denies
        };
        let far = |moved: &Moved<'_>| {
            let size = |source: usize| (&self.sizes[source], &self.sizes[moved.target]);
            let number = self.number(moved.target, moved.raw);
            moved.source.map(size).zip(number).is_some_and(|((here, there), it)| there.is_rather_its(here, at, it))
        };
        let odd = |moved: &Moved<'_>| {
            let word = moved.source.is_some_and(|source| self.kind(source) == FieldType::Text);
            moved.now == Some(false) || word && listed(moved)
        };
        let sign = |moved: &Moved<'_>| odd(moved) || far(moved);
        // Any word may be a place, but hardly one that stands in the other rows.
        let sure = |moved: &Moved<'_>| match self.kind(moved.target) {
            FieldType::Text => self.stands_elsewhere(at, moved.target, moved.raw),
            kind if kind.is_number() => far(moved) || moved.source.is_none_or(|source| !self.kind(source).is_number()),
            _ => true,
        };
        (0..run.len()).rev().filter(|end| sign(&run[*end])).find(|end| {
            let signs: Vec<&Moved<'_>> = run[..=*end].iter().filter(|moved| sign(moved)).collect();
            let right = run[..self.whole(run, *end)].iter();
            let right = right.filter(|moved| moved.then == Some(true) && !self.is_any_word(moved));
            run[..=*end].iter().all(|moved| moved.then != Some(false))
                && right.count() >= ENOUGH
                && (signs.len() > 1 || sure(signs[0]))
                && (signs.iter().any(|sign| odd(sign)) || self.may_tell_by_size(at, run, *end))
        })
    }

    /// Are there enough numbers, none at home where it stands, and no equation of the form that they keep there?
    fn may_tell_by_size(&self, at: usize, run: &[Moved<'_>], end: usize) -> bool {
        let whole = &run[..self.whole(run, end)];
        let numbers = whole.iter().filter(|moved| self.number(moved.target, moved.raw).is_some()).count();
        let is_at_home = |moved: &Moved<'_>| {
            let fields = moved.source.zip(self.number(moved.target, moved.raw));
            fields.is_some_and(|(source, number)| {
                self.sizes[source].is_within(at, number) && !self.sizes[moved.target].is_within(at, number)
            })
        };
        let stands = |field: usize| number(&self.rows[at].cells[field]);
        let touches = |relation: &Relation| {
            relation.terms.iter().any(|(field, _)| whole.iter().any(|moved| moved.source == Some(*field)))
        };
        let is_kept = |relation: &Relation| {
            let says = relation.terms.iter().any(|(field, _)| stands(*field).is_some_and(|it| it != 0.0));
            relation.equal && says && touches(relation) && relation.holds(stands) == Some(true)
        };
        numbers >= NUMBERS && !run[..=end].iter().any(is_at_home) && !self.what.relations.iter().any(is_kept)
    }

    /// Up to which of the numbers an equation of the form holds where they would have stood, and not where they stand; or parts
    /// exceed their wholes only here.
    pub(super) fn by_relations(&self, at: usize, run: &[Moved<'_>]) -> Option<usize> {
        let stands = |row: &CleanRow, field: usize| number(&row.cells[field]);
        (1..run.len()).take_while(|end| run[..=*end].iter().all(|moved| moved.then == Some(true))).find(|end| {
            let run = &run[..=*end];
            let there = |field: usize| match run.iter().find(|moved| moved.target == field) {
                Some(moved) => self.number(field, moved.raw),
                None if run.iter().any(|moved| moved.source == Some(field)) => None,
                None => stands(&self.rows[at], field),
            };
            // In rows without a gap, a neighbour that keeps the equation as well proves nothing.
            let elsewhere = |other: &CleanRow, field: usize| match run.iter().find(|moved| moved.target == field) {
                Some(moved) => moved.source.and_then(|source| stands(other, source)),
                None => stands(other, field),
            };
            let whole = |row: &&CleanRow| run.iter().all(|moved| stands(row, moved.target).is_some());
            let moved = |field: usize| run.iter().any(|moved| moved.target == field);
            let counts = |relation: &&Relation| {
                let filled = || relation.terms.iter().filter(|(field, _)| there(*field).is_some_and(|it| it != 0.0));
                relation.equal
                    && filled().count() > ENOUGH
                    && filled().filter(|(field, _)| moved(*field)).count() >= NUMBERS
            };
            let relations = &self.what.relations;
            let broken = relations.iter().filter(|relation| relation.holds(there) == Some(false)).count();
            let here = |relation: &Relation| relation.holds(|field| stands(&self.rows[at], field));
            let proves = |relation: &&Relation| {
                let rows = || self.rows.iter().filter(whole);
                let also = rows().filter(|row| relation.holds(|field| elsewhere(row, field)) == Some(true)).count();
                relation.holds(there) == Some(true) && here(relation) != Some(true) && also * 4 <= rows().count()
            };
            let exceeds =
                || relations.iter().filter(|relation| !relation.equal && here(relation) == Some(false)).count();
            broken == 0 && (relations.iter().filter(counts).any(|relation| proves(&relation)) || exceeds() >= PROOF)
        })
    }
}

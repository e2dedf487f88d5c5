//! Keys that find no row in the table to which they refer: a number written otherwise, or of something unknown.
//!
//! In: the rows that count, and what each lookup found. Out: a finding for each return, table and lookup, with the cells. Where the
//! other table was not answered (or has no rows), nobody can say. Never: a key that is taken for another.

use std::collections::{BTreeMap, HashSet};

use super::beside::Origin;
use super::{Input, Tables};
use crate::base::frame::{PolarsError, texts};
use crate::model::finding::{Code, Finding};
use crate::model::rule::Scope;

/// Which lookup; submission, body and period.
type Group<'a> = (usize, [&'a str; 3]);

/// So many keys are quoted in one finding; all their cells are named.
const MOST_QUOTES: usize = 5;

/// The keys of `name` that the lookups of its table did not find.
pub(super) fn unmatched(name: &str, input: &Input<'_>, tables: &Tables<'_>) -> Result<Vec<Finding>, PolarsError> {
    let Input { form, facts, submissions, .. } = input;
    let (Some(beside), Some(table)) = (tables.beside.get(name), form.tables.get(name)) else { return Ok(Vec::new()) };
    let own = &facts.tables[name];
    let (ids, bodies, periods) = (texts(own, "submission")?, texts(own, "ags")?, texts(own, "period")?);
    let mut found: BTreeMap<Group<'_>, (Finding, Vec<String>)> = BTreeMap::new();
    for (index, lookup) in table.lookups.iter().enumerate() {
        let there = lookup.table.get_ref();
        let Some(other) = facts.tables.get(there) else { continue };
        let same_body = lookup.scope == Scope::SameBody;
        let whose = |ags| if same_body { ags } else { "" };
        let (others, of, when) = (texts(other, "submission")?, texts(other, "ags")?, texts(other, "period")?);
        let answered: HashSet<(&str, &str)> = (0..other.height())
            .filter_map(|row| Some((others[row]?, of[row]?, when[row]?)))
            .filter(|(id, ags, period)| tables.counting.counts(ags, period, there, id))
            .map(|(_, ags, period)| (whose(ags), period))
            .collect();
        let fields: Vec<_> = lookup.key.iter().filter_map(|key| table.field(key.get_ref())).collect();
        let keys = super::beside::keys(own, &fields)?;
        for row in (0..own.height()).filter(|row| beside.counts[*row] && !beside.finds(index, *row)) {
            let (Some(id), Some(ags), Some(period), Some(_)) = (ids[row], bodies[row], periods[row], &keys[row]) else {
                continue;
            };
            let Some(submission) = submissions.get(id).filter(|_| answered.contains(&(whose(ags), period))) else {
                continue;
            };
            let (finding, quotes) = found.entry((index, [id, ags, period])).or_insert_with(|| {
                let sheet = form.tables.get(there).map_or(there.as_str(), |table| table.sheet.as_str());
                let finding = Finding::new(Code::KeyUnmatched, submission).table(name).expected(sheet);
                let finding = Finding { body: Some(ags.to_owned()), period: period.parse().ok(), ..finding };
                (finding, Vec::new())
            });
            let mut quote = Vec::new();
            for key in &lookup.key {
                let origin = Origin { table: name, row: row as u32, field: key.get_ref(), elsewhere: false };
                let Some(cell) = tables.cells.at(facts, &origin)? else { continue };
                finding.places.extend(cell.place.filter(|place| !finding.places.contains(place)));
                quote.push(cell.written);
            }
            quotes.push(quote.join(" / "));
        }
    }
    let finish = |(finding, quotes): (Finding, Vec<String>)| {
        let more = if quotes.len() > MOST_QUOTES { "; …" } else { "" };
        finding.found(quotes.iter().take(MOST_QUOTES).map(String::as_str).collect::<Vec<_>>().join("; ") + more)
    };
    Ok(found.into_values().map(finish).collect())
}

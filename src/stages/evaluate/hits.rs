//! Rules about rows of one body, and about the figures of one body.

use std::collections::BTreeMap;

use super::current::Current;
use super::{EvaluateError, Input};
use crate::base::frame::{DataFrame, IntoLazy, NamedFrom, Series, days, flags, lit, numbers, texts};
use crate::base::settings::Spanned;
use crate::model::condition;
use crate::model::figure::{Figures, Hit, Item, Key};
use crate::model::form::FieldType;
use crate::model::potential::Search;

/// Rows that meet a condition, gathered by body; the largest effect first.
pub(super) fn rows(input: &Input<'_>, current: &Current) -> Result<Vec<Hit>, EvaluateError> {
    let mut hits = Vec::new();
    for (name, rule) in input.rules {
        let Search::Rows { table, condition, effect, show } = &rule.find else { continue };
        let wrong = |reason: String| EvaluateError::Rule { place: format!("rule.{name}"), reason };
        let frame = current
            .tables
            .get(table.get_ref())
            .ok_or_else(|| wrong(format!("there is no table `{}`", table.get_ref())))?;
        let columns: Vec<_> = frame.schema().iter().map(|(name, kind)| (name.to_string(), kind.clone())).collect();
        let meets = condition::parse(condition.get_ref(), &columns).map_err(wrong)?;
        let size = match effect {
            Some(sql) => condition::quantity(sql.get_ref(), &columns).map_err(wrong)?,
            None => lit(1.0),
        };
        let tested = frame.clone().lazy().with_columns([meets.alias("__meets"), size.alias("__size")]).collect()?;
        let (meets, sizes) = (flags(&tested, "__meets")?, numbers(&tested, "__size")?);
        let (bodies, periods) = (texts(frame, "ags")?, texts(frame, "period")?);
        let shown = Shown::of(input, frame, table.get_ref(), show)?;
        let people = effect.as_ref().is_some_and(|sql| counts_people(input, table.get_ref(), sql.get_ref()));
        let shape = |size: f64| if people { Item::People(size) } else { item(size) };
        let period = input.period.to_string();
        let mut by_body: BTreeMap<&str, (f64, Vec<usize>)> = BTreeMap::new();
        for row in (0..frame.height()).filter(|row| meets[*row] == Some(true) && periods[*row] == Some(&period)) {
            let Some(body) = bodies[row] else { continue };
            let entry = by_body.entry(body).or_default();
            entry.0 += sizes[row].unwrap_or(0.0);
            entry.1.push(row);
        }
        let mut found: Vec<Hit> = by_body
            .into_iter()
            .map(|(body, (size, rows))| Hit {
                rule: name.clone(),
                body: body.to_owned(),
                other: None,
                indicator: None,
                effect: shape(super::measures::tidy(size)),
                median: None,
                labels: shown.labels.clone(),
                rows: rows.iter().map(|row| (body.to_owned(), shown.items(*row))).collect(),
                rests_on: Vec::new(),
            })
            .collect();
        sort_by_effect(&mut found);
        hits.extend(found);
    }
    Ok(hits)
}

/// Bodies whose figures meet a condition.
pub(super) fn bodies(input: &Input<'_>, figures: &Figures) -> Result<Vec<Hit>, EvaluateError> {
    let ids: Vec<&String> = input.catalogue.measures.keys().chain(input.catalogue.indicators.keys()).collect();
    let bodies: Vec<&str> = input.register.bodies.iter().map(|body| body.ags.as_str()).collect();
    let value = |id: &str, ags: &str| figures.get(&Key::body(id, ags, input.period)).and_then(|figure| figure.value);
    let mut hits = Vec::new();
    for (name, rule) in input.rules {
        let Search::Body { condition, effect, show } = &rule.find else { continue };
        let wrong = |reason: String| EvaluateError::Rule { place: format!("rule.{name}"), reason };
        let columns = ids
            .iter()
            .map(|id| {
                Series::new(id.as_str().into(), bodies.iter().map(|ags| value(id, ags)).collect::<Vec<_>>()).into()
            })
            .collect();
        let frame = DataFrame::new_infer_height(columns)?;
        let columns: Vec<_> = frame.schema().iter().map(|(name, kind)| (name.to_string(), kind.clone())).collect();
        let meets = condition::parse(condition.get_ref(), &columns).map_err(wrong)?;
        let size = condition::quantity(effect.get_ref(), &columns).map_err(wrong)?;
        let used: Vec<&str> = ids
            .iter()
            .map(|id| id.as_str())
            .filter(|id| {
                [condition, effect].iter().any(|sql| condition::reads_any(sql.get_ref(), &[id]))
                    || show.iter().any(|shown| shown.get_ref() == id)
            })
            .collect();
        let tested = frame.lazy().with_columns([meets.alias("__meets"), size.alias("__size")]).collect()?;
        let (meets, sizes) = (flags(&tested, "__meets")?, numbers(&tested, "__size")?);
        let mut found = Vec::new();
        for (row, ags) in bodies.iter().enumerate().filter(|(row, _)| meets[*row] == Some(true)) {
            let key = |id: &str| Key::body(id, ags, input.period);
            found.push(Hit {
                rule: name.clone(),
                body: (*ags).to_owned(),
                other: None,
                indicator: None,
                effect: sizes[row].map_or(Item::Nothing, |size| item(super::measures::tidy(size))),
                median: None,
                labels: show.iter().map(|id| id.get_ref().clone()).collect(),
                rows: vec![((*ags).to_owned(), show.iter().map(|id| Item::Figure(key(id.get_ref()))).collect())],
                rests_on: used.iter().map(|id| key(id)).collect(),
            });
        }
        sort_by_effect(&mut found);
        hits.extend(found);
    }
    Ok(hits)
}

/// Does this quantity over a table count people?
pub(super) fn counts_people(input: &Input<'_>, table: &str, sql: &str) -> bool {
    let Some(table) = input.form.tables.get(table) else { return false };
    let people: Vec<&str> =
        table.fields.iter().filter(|field| field.people).map(|field| field.name.get_ref().as_str()).collect();
    condition::reads_any(sql, &people)
}

pub(super) fn sort_by_effect(hits: &mut [Hit]) {
    let size = |hit: &Hit| match hit.effect {
        Item::Number(number, _) | Item::People(number) => number,
        _ => 0.0,
    };
    hits.sort_by(|a, b| size(b).total_cmp(&size(a)).then_with(|| a.body.cmp(&b.body)));
}

/// A number with as many digits as it needs, at most two.
pub(super) fn item(number: f64) -> Item {
    let decimals = (0..2).find(|digits| (number * 10_f64.powi(*digits)).fract().abs() < 1e-9).unwrap_or(2);
    Item::Number(number, decimals as u8)
}

/// Fields of a table as evidence shows them. Private fields are never shown, whatever a rule says.
pub(super) struct Shown {
    pub(super) labels: Vec<String>,
    columns: Vec<Vec<Item>>,
}

impl Shown {
    pub(super) fn of(
        input: &Input<'_>,
        frame: &DataFrame,
        table: &str,
        show: &[Spanned<String>],
    ) -> Result<Shown, EvaluateError> {
        let mut shown = Shown { labels: Vec::new(), columns: Vec::new() };
        for name in show.iter().map(|name| name.get_ref().as_str()) {
            let field = input.form.field_of(table, name);
            let Some(field) = field.filter(|field| !field.private) else { continue };
            let column = match field.kind {
                FieldType::Text | FieldType::Code | FieldType::YesNo => texts(frame, name)?
                    .into_iter()
                    .map(|text| text.map_or(Item::Nothing, |text| Item::Text(text.to_owned())))
                    .collect(),
                FieldType::Date => {
                    days(frame, name)?.into_iter().map(|day| day.map_or(Item::Nothing, Item::Date)).collect()
                }
                FieldType::Count | FieldType::Decimal | FieldType::Money => {
                    let shape = |number: f64| if field.people { Item::People(number) } else { item(number) };
                    numbers(frame, name)?.into_iter().map(|number| number.map_or(Item::Nothing, shape)).collect()
                }
            };
            shown.labels.push(name.to_owned());
            shown.columns.push(column);
        }
        Ok(shown)
    }

    pub(super) fn items(&self, row: usize) -> Vec<Item> {
        self.columns.iter().map(|column| column[row].clone()).collect()
    }
}

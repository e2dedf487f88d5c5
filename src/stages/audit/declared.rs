//! What a workbook may show: the released figures and everything that is no secret.
//!
//! Built from the release and the configuration, never from the workbook.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, NaiveDateTime};

use super::package::{Cell, Content, Sheet};
use crate::model::edition::EditionInput;
use crate::model::figure::{Figure, Item, Key, Mark, Results, Scope};
use crate::model::finding::Finding;

/// How close two numbers must be to be the same one, relative to their size: what writing and reading may change.
const CLOSE: f64 = 1e-9;

/// Digits after the decimal mark to which a number without decimals of its own may be rounded.
const DECIMALS: [u8; 3] = [0, 1, 2];

#[derive(Clone, Debug, Default)]
pub(crate) struct Declared {
    /// In an order that compares as numbers do.
    numbers: BTreeSet<u64>,
    pub(crate) secrets: Vec<Secret>,
    pub(crate) groups: Vec<Group>,
}

/// A figure that is hidden.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Secret {
    /// As `kim explain` takes it.
    pub(crate) name: String,
    /// What it is in truth.
    pub(crate) value: f64,
    /// What stands at the head of its row and of its column, or the other way round.
    pub(crate) labels: [String; 2],
}

/// A total and the parts that add up to it; none for what is hidden.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) total: Option<f64>,
    pub(crate) parts: Vec<(String, Option<f64>)>,
    /// The parts are in truth whole numbers from 0 up, and every reader knows it.
    pub(crate) counts: bool,
}

impl Declared {
    /// What the edition may show. `truth` is what `protect` was given.
    pub(crate) fn of(input: &EditionInput<'_>, truth: &Results) -> Declared {
        let mut declared = Declared::default();
        declared.figures(input);
        declared.surroundings(input);
        declared.observations(input);
        declared.secrets = secrets(input, truth);
        declared.groups = groups(input, truth);
        declared
    }

    pub(crate) fn number(&mut self, number: f64) {
        self.numbers.insert(ordered(number));
    }

    /// The number as it is and as it is shown.
    pub(crate) fn rounded(&mut self, number: f64, decimals: u8) {
        self.number(number);
        self.number(round(number, decimals));
    }

    pub(crate) fn date(&mut self, date: NaiveDate) {
        self.number(serial(date.into()));
        self.number(f64::from(date.year()));
    }

    pub(crate) fn knows(&self, number: f64) -> bool {
        let slack = CLOSE * number.abs().max(1.0);
        self.numbers.range(ordered(number - slack)..=ordered(number + slack)).next().is_some()
    }

    /// Cells that stand where a secret belongs, at the crossing of its two labels, and hold its true value.
    pub(super) fn misplaced<'a>(&'a self, sheet: &'a Sheet) -> Vec<(&'a Cell, &'a Secret)> {
        let mut texts: BTreeMap<&str, Vec<(&str, u32)>> = BTreeMap::new();
        let mut numbers = BTreeMap::new();
        for cell in &sheet.cells {
            let Some(place) = place(&cell.address) else { continue };
            match &cell.content {
                Content::Text(text) => {
                    // A heading may go on with its unit: `Titel (Einheit)`.
                    let text = text.trim();
                    let title = text.rsplit_once(" (").map(|(title, _)| title);
                    [Some(text), title]
                        .into_iter()
                        .flatten()
                        .for_each(|text| texts.entry(text).or_default().push(place));
                }
                Content::Number(number) => drop(numbers.insert(place, (*number, cell))),
                _ => {}
            }
        }
        let mut found = Vec::new();
        for secret in &self.secrets {
            let places = |label: &str| texts.get(label).map_or(&[][..], Vec::as_slice);
            let [one, two] = [places(&secret.labels[0]), places(&secret.labels[1])];
            let pairs = one.iter().flat_map(|a| two.iter().map(move |b| (a, b)));
            let crossings = pairs.flat_map(|(a, b)| [(a.0, b.1), (b.0, a.1)]);
            let told = crossings.filter_map(|place| numbers.get(&place));
            found.extend(
                told.filter(|(number, _)| (number - secret.value).abs() <= CLOSE).map(|(_, cell)| (*cell, secret)),
            );
        }
        found
    }

    fn figures(&mut self, input: &EditionInput<'_>) {
        let shown = input.release.shown();
        for (key, figure) in &shown.figures {
            let decimals = input.catalogue.indicators.get(&key.id).map(|indicator| indicator.decimals);
            for number in [figure.value, figure.numerator, figure.denominator].into_iter().flatten() {
                self.rounded_anyhow(number, decimals);
            }
            self.number(f64::from(figure.used));
            self.number(f64::from(figure.expected));
            if key.period != shown.period {
                continue;
            }
            let first = shown.periods.first().copied();
            for against in [Some(key.period.previous()), Some(key.period.year_before()), first].into_iter().flatten() {
                let then = input.release.figure(&Key { period: against, ..key.clone() });
                if let (Some(now), Some(then)) = (figure.value, then.and_then(|figure| figure.value)) {
                    self.rounded_anyhow(now - then, decimals);
                    // The difference of what is shown.
                    let decimals = decimals.unwrap_or(0);
                    self.number(round(round(now, decimals) - round(then, decimals), decimals));
                }
            }
        }
        for indicator in input.catalogue.indicators.values() {
            let target = indicator.target.as_ref().map(|target| target.get_ref());
            let bounds = target.map_or([None; 3], |target| [target.at_least, target.at_most, Some(target.near)]);
            bounds.into_iter().flatten().for_each(|bound| self.number(bound));
            self.number(indicator.factor);
        }
        for hit in &shown.hits {
            let decimals = hit.indicator.as_ref().and_then(|id| input.catalogue.indicators.get(id)).map(|i| i.decimals);
            hit.median.into_iter().for_each(|median| self.rounded_anyhow(median, decimals));
            self.number(hit.rows.len() as f64);
            self.item(&hit.effect);
            hit.rows.iter().flat_map(|(_, items)| items).for_each(|item| self.item(item));
        }
        for row in shown.progress.values().flatten() {
            row.show.iter().for_each(|item| self.item(item));
            row.states.iter().for_each(|(_, bodies)| self.number(f64::from(*bodies)));
            self.part_of_whole(row.done, row.of);
        }
    }

    /// Dates, bodies, thresholds: what anybody may know.
    fn surroundings(&mut self, input: &EditionInput<'_>) {
        let shown = input.release.shown();
        self.date(input.clock.today());
        self.number(serial(input.clock.now().naive_local()));
        self.date(input.due);
        input.report.milestones.iter().for_each(|milestone| self.date(milestone.date));
        for period in &shown.periods {
            self.date(period.start());
            self.date(period.end());
            self.number(f64::from(period.number));
        }
        let (mut inhabitants, mut area) = (0.0, 0.0);
        for body in &input.register.bodies {
            body.inhabitants.into_iter().for_each(|count| self.number(count));
            body.area.into_iter().for_each(|area| self.rounded_anyhow(area, None));
            body.inhabitants_date.into_iter().for_each(|date| self.date(date));
            body.ags.parse().into_iter().for_each(|ags: f64| self.number(ags));
            inhabitants += body.inhabitants.unwrap_or(0.0);
            area += body.area.unwrap_or(0.0);
        }
        self.number(inhabitants);
        self.rounded_anyhow(area, None);
        let disclosure = input.disclosure;
        for number in
            [disclosure.threshold, disclosure.threshold_small, disclosure.small_body, disclosure.smallest_base]
        {
            self.number(number);
        }
        // Ordinals: rows of the longest list that a sheet may number.
        let longest = shown.bodies.len().max(shown.hits.len()).max(shown.periods.len());
        (0..=longest).for_each(|ordinal| self.number(ordinal as f64));
    }

    /// What the program saw itself: who sent when, and what was wrong with it.
    fn observations(&mut self, input: &EditionInput<'_>) {
        let shown = input.release.shown();
        for response in &shown.responses {
            for count in [response.files, response.errors, response.warnings] {
                self.number(f64::from(count));
            }
            self.part_of_whole(response.answered_cells, response.asked_cells);
            if let Some(arrived) = response.arrived {
                let local = arrived.with_timezone(&input.clock.now().timezone()).naive_local();
                self.date(local.date());
                self.number(serial(local));
            }
        }
        let on = |field: fn(&crate::model::figure::Response) -> u32| shown.responses.iter().map(field).sum::<u32>();
        self.part_of_whole(on(|response| response.answered_cells), on(|response| response.asked_cells));
        [on(|response| response.files), on(|response| response.errors), on(|response| response.warnings)]
            .into_iter()
            .for_each(|sum| self.number(f64::from(sum)));
        // Findings, counted in any of the ways a sheet may group them.
        let ways: [fn(&Finding) -> String; 6] = [
            |_| String::new(),
            |finding| finding.code.name().to_owned(),
            |finding| format!("{:?}", finding.body),
            |finding| format!("{:?}", finding.severity),
            |finding| format!("{:?} {:?}", finding.body, finding.severity),
            |finding| format!("{:?} {:?} {:?} {:?}", finding.body, finding.code, finding.table, finding.rule),
        ];
        for way in ways {
            let mut counts: BTreeMap<String, u32> = BTreeMap::new();
            shown.findings.iter().for_each(|finding| *counts.entry(way(finding)).or_default() += 1);
            counts.values().for_each(|count| self.number(f64::from(*count)));
        }
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Number(number, decimals) => self.rounded(*number, *decimals),
            Item::People(number) => self.rounded(*number, 0),
            Item::Date(date) => self.date(*date),
            // A text holds no figure, and a mark shows none.
            _ => {}
        }
    }

    /// Both counts, and the quotient as a share and as a percentage.
    fn part_of_whole(&mut self, part: u32, whole: u32) {
        let (part, whole) = (f64::from(part), f64::from(whole));
        self.number(part);
        self.number(whole);
        self.number(whole - part);
        if whole > 0.0 {
            self.number(part / whole);
            self.rounded_anyhow(100.0 * part / whole, None);
        }
    }

    fn rounded_anyhow(&mut self, number: f64, decimals: Option<u8>) {
        match decimals {
            Some(decimals) => self.rounded(number, decimals),
            None => DECIMALS.into_iter().for_each(|decimals| self.rounded(number, decimals)),
        }
    }
}

/// What `protect` hid in the reported period: marked in the release, a number in truth.
fn secrets(input: &EditionInput<'_>, truth: &Results) -> Vec<Secret> {
    let shown = input.release.shown();
    let hidden = |figure: &Figure| matches!(figure.mark, Some(Mark::Secret | Mark::Uncertain));
    let of = |(key, figure): (&Key, &Figure)| {
        let value = truth.figures.get(key)?.value.filter(|_| hidden(figure))?;
        let title = match input.catalogue.indicators.get(&key.id) {
            Some(indicator) => Some(&indicator.title),
            None => input.catalogue.measures.get(&key.id)?.title.as_ref(),
        };
        let head = match &key.scope {
            Scope::Total => input.total.get(input.language),
            Scope::Body(ags) => input.register.name(ags),
        };
        let labels = [head.to_owned(), title?.get(input.language).to_owned()];
        Some(Secret { name: key.to_string(), value, labels })
    };
    let reported = shown.figures.iter().filter(|(key, _)| key.period == shown.period && key.part.is_none());
    reported.filter_map(of).collect()
}

/// Measures over all bodies, and over the codes of a field, wherever a secret is among the parts.
fn groups(input: &EditionInput<'_>, truth: &Results) -> Vec<Group> {
    let released = &input.release.shown().figures;
    let mut groups: BTreeMap<(Key, String), Group> = BTreeMap::new();
    for (key, figure) in released.iter().filter(|(key, _)| input.catalogue.measures.contains_key(&key.id)) {
        let by = match (&key.scope, &key.part) {
            (Scope::Body(_), None) => "by body".to_owned(),
            (Scope::Total, Some(part)) => part.split('=').next().unwrap_or("").to_owned(),
            _ => continue,
        };
        // A part without an answer counts nothing towards the total; only what was hidden does.
        let shown = match (figure.value, figure.mark) {
            (Some(value), _) => Some(value),
            (None, Some(Mark::Secret | Mark::Uncertain)) => None,
            _ => continue,
        };
        let total = Key::total(&key.id, key.period);
        let group = groups.entry((total.clone(), by.clone())).or_insert_with(|| Group {
            name: format!("{total} ({by})"),
            total: released.get(&total).and_then(|figure| figure.value),
            parts: Vec::new(),
            counts: true,
        });
        group.parts.push((key.to_string(), shown));
        let value = truth.figures.get(key).and_then(|figure| figure.value);
        group.counts &= value.is_none_or(|value| value >= 0.0 && value.fract() == 0.0);
    }
    groups.into_values().filter(|group| group.parts.iter().any(|(_, shown)| shown.is_none())).collect()
}

/// Bits in an order that compares as the numbers do; both zeros are one.
fn ordered(number: f64) -> u64 {
    let bits = (number + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

fn round(number: f64, decimals: u8) -> f64 {
    let factor = 10_f64.powi(i32::from(decimals));
    (number * factor).round() / factor
}

/// Days since 30 December 1899, as spreadsheets count (ECMA-376, 18.17.4.1).
fn serial(at: NaiveDateTime) -> f64 {
    let start = NaiveDate::from_ymd_opt(1899, 12, 30).unwrap_or_default().and_time(Default::default());
    (at - start).as_seconds_f64() / 86_400.0
}

/// Column letters and row of `B12`.
fn place(address: &str) -> Option<(&str, u32)> {
    let (letters, digits) = address.split_at(address.find(|letter: char| letter.is_ascii_digit())?);
    Some((letters, digits.parse().ok()?))
}

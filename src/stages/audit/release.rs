//! What an edition may show, told by the release and the configuration, never by the workbook.

use std::collections::BTreeMap;

use super::declared::{Declared, Group, Secret, round, serial};
use super::numbers::readings;
use crate::model::edition::EditionInput;
use crate::model::figure::{Figure, Item, Key, Mark, Response, Results, Scope};
use crate::model::finding::{Code, Finding};

/// Digits after the decimal mark to which a number without decimals of its own may be rounded.
const DECIMALS: [u8; 3] = [0, 1, 2];

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
        for code in input.form.codes.values().flat_map(|list| &list.values) {
            self.text(code.label(input.language));
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
        let on = |field: fn(&Response) -> u32| shown.responses.iter().map(field).sum::<u32>();
        self.part_of_whole(on(|response| response.answered_cells), on(|response| response.asked_cells));
        [on(|response| response.files), on(|response| response.errors), on(|response| response.warnings)]
            .into_iter()
            .for_each(|sum| self.number(f64::from(sum)));
        let tellable = |finding: &&Finding| {
            let is_number = finding.code.quotes_a_number();
            let table = finding.table.as_ref().and_then(|name| input.form.tables.get(name));
            !is_number || table.is_some_and(|table| table.fields.iter().all(|field| !field.people))
        };
        // As the sender wrote it; a number only where nobody is counted.
        shown.findings.iter().filter(tellable).for_each(|finding| self.text(&finding.found));
        let past = |finding: &&Finding| finding.code == Code::OutlierOwnPast && tellable(finding);
        shown.findings.iter().filter(past).for_each(|finding| self.text(&finding.expected));
        for finding in &shown.findings {
            finding.waived.iter().for_each(|waived| self.text(&format!("{} {}", waived.reason, waived.by)));
            let until = finding.waived.iter().map(|waived| waived.until).chain(finding.new_until);
            until.for_each(|until| self.date(until));
        }
        let sent = |body: &str| shown.responses.iter().any(|one| one.body == body && one.arrived.is_some());
        let sent: Vec<_> = shown.completeness.iter().filter(|table| sent(&table.body)).collect();
        sent.iter().for_each(|table| self.part_of_whole(table.answered, table.asked));
        let complete = sent.iter().filter(|table| table.answered == table.asked).count();
        self.part_of_whole(complete as u32, sent.len() as u32);
        for tally in &shown.tallies {
            [tally.held, tally.violated, tally.undecided].into_iter().for_each(|count| self.number(count as f64));
        }
        // Findings, counted in any of the ways a sheet may group them.
        let ways: [fn(&Finding) -> String; 7] = [
            |_| String::new(),
            |finding| finding.code.name().to_owned(),
            |finding| format!("{:?}", finding.body),
            |finding| format!("{:?}", finding.severity),
            |finding| format!("{:?} {:?}", finding.body, finding.severity),
            |finding| format!("{:?} {:?} {:?} {:?}", finding.body, finding.code, finding.table, finding.rule),
            |finding| {
                let sheet = finding.places.first().map(|place| &place.sheet);
                let told = (&finding.found, &finding.expected);
                format!("{:?} {:?} {:?} {sheet:?} {told:?}", finding.file, finding.code, finding.rule)
            },
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
            // A sender's or the form's word, like the number of a decision.
            Item::Text(text) => self.text(text),
            _ => {}
        }
    }

    /// A text that may be shown, and that may look like a number.
    fn text(&mut self, text: &str) {
        readings(text).into_iter().flatten().for_each(|number| self.number(number));
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::base::clock::Clock;
    use crate::base::problem::Source;
    use crate::base::settings;
    use crate::model::figure::Release;
    use crate::model::form::Form;
    use crate::model::indicator::{Catalogue, IndicatorFile};
    use crate::model::language::{Language, Text};
    use crate::model::municipality::{Body, BodyKind, Register};
    use crate::model::period::Period;
    use crate::model::pipeline::Report;
    use crate::model::settings::Disclosure;

    const INDICATORS: &str = r#"
        [measure.people]
        title = { de = "Personen" }
        table = "faelle"
        sum = "personen"
        [indicator.rate]
        title = { de = "Quote" }
        definition = { de = "." }
        kind = "share"
        numerator = "people"
        denominator = "people"
        decimals = 1
        target = { at_least = 80 }
    "#;

    fn parsed<T: serde::de::DeserializeOwned>(text: &str) -> T {
        let mut problems = Vec::new();
        let told = settings::parse(&Source::new(Path::new("test.toml"), text), &mut problems);
        assert!(problems.is_empty(), "{}", problems[0].render());
        told.unwrap()
    }

    fn body(ags: &str, name: &str) -> Body {
        Body {
            ags: ags.to_owned(),
            name: name.to_owned(),
            kind: BodyKind::Municipality,
            aliases: Vec::new(),
            inhabitants: Some(4488.0),
            inhabitants_date: None,
            inhabitants_basis: String::new(),
            area: None,
            coordinates: None,
            from: None,
            until: None,
        }
    }

    /// Two bodies and their total; the second body's people are 2 and hidden, and nothing else is.
    fn told(check: impl Fn(&Declared)) {
        let (now, then): (Period, Period) = ("2026-Q3".parse().unwrap(), "2026-Q2".parse().unwrap());
        let mut truth = Results {
            period: now,
            periods: vec![then, now],
            bodies: vec!["05958004".to_owned(), "05958016".to_owned()],
            figures: BTreeMap::new(),
            hits: Vec::new(),
            progress: BTreeMap::new(),
            responses: Vec::new(),
            findings: Vec::new(),
            tallies: Vec::new(),
            completeness: Vec::new(),
        };
        for (key, value) in [
            (Key::total("people", now), 139.0),
            (Key::body("people", "05958004", now), 137.0),
            (Key::body("people", "05958016", now), 2.0),
            (Key::total("rate", now), 61.26),
            (Key::total("rate", then), 50.04),
        ] {
            truth.figures.insert(key, Figure::value(value));
        }
        let mut released = truth.clone();
        released.figures.insert(Key::body("people", "05958016", now), Figure::marked(Mark::Secret));
        let file: IndicatorFile = parsed(INDICATORS);
        let catalogue = Catalogue {
            measures: file.measures.into_iter().map(|(id, measure)| (id.into_inner(), measure)).collect(),
            indicators: file.indicators.into_iter().map(|(id, indicator)| (id.into_inner(), indicator)).collect(),
        };
        let form: Form = parsed(include_str!("../../../pipelines/forms/kim-rueckmeldung.toml"));
        let report: Report = parsed("title = { de = \"A\" }\nfile = \"a\"\nsheet = []\n");
        let text = Text::german("Alle");
        let release = Release::sealed(released);
        let register = Register { bodies: vec![body("05958004", "Bergdorf"), body("05958016", "Talstadt")] };
        let input = EditionInput {
            language: Language::De,
            audience: "a",
            audience_title: &text,
            report: &report,
            sheets: Vec::new(),
            release: &release,
            catalogue: &catalogue,
            rules: &BTreeMap::new(),
            form: &form,
            register: &register,
            total: &text,
            due: "2026-10-15".parse().unwrap(),
            disclosure: &Disclosure::default(),
            clock: Clock::parse("2026-10-20T06:00", chrono_tz::Europe::Berlin).unwrap(),
        };
        check(&Declared::of(&input, &truth));
    }

    #[test]
    fn what_was_released_is_known_as_it_is_shown() {
        told(|declared| {
            for number in [139.0, 137.0, 61.26, 61.3, 50.0, 11.22, 11.2, 11.3, 80.0, 4488.0, 8976.0, 5958004.0, 2026.0]
            {
                assert!(declared.knows(number), "{number}");
            }
            // 20 October 2026, and 06:00 of it.
            assert!(declared.knows(46315.0) && declared.knows(46315.25));
            for number in [138.0, 61.2, 61.27, 46316.0, -11.2] {
                assert!(!declared.knows(number), "{number}");
            }
        });
    }

    #[test]
    fn what_is_hidden_is_told_with_its_place_and_its_sum() {
        told(|declared| {
            let [secret] = &declared.secrets[..] else { panic!("{:?}", declared.secrets) };
            assert_eq!((secret.name.as_str(), secret.value), ("people/05958016/2026-Q3", 2.0));
            assert_eq!(secret.labels, ["Talstadt".to_owned(), "Personen".to_owned()]);
            let [group] = &declared.groups[..] else { panic!("{:?}", declared.groups) };
            assert_eq!((group.total, group.parts.len(), group.counts), (Some(139.0), 2, true));
            // One hidden part beside a shown total: 139 − 137.
            assert_eq!(super::super::groups::complaints(&declared.groups).len(), 1);
        });
    }
}

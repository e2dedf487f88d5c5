//! A plausible release of invented figures for the tests: 13 bodies, twelve quarters, marks of every kind.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;

use crate::base::clock::Clock;
use crate::base::problem::Source;
use crate::base::settings;
use crate::model::edition::EditionInput;
use crate::model::figure::*;
use crate::model::finding::{Code, Finding};
use crate::model::form::Form;
use crate::model::indicator::{Catalogue, IndicatorFile};
use crate::model::language::{Language, Text};
use crate::model::municipality::{Body, BodyKind, Register};
use crate::model::period::{Kind, Period};
use crate::model::pipeline::{Pipeline, Report, Sheet};
use crate::model::potential::{PotentialFile, Rule};
use crate::model::rule::Tally;
use crate::model::settings::Disclosure;
use crate::model::submission::Submission;
use crate::model::value::Place;

pub(super) struct World {
    pub(super) pipeline: Pipeline,
    pub(super) catalogue: Catalogue,
    pub(super) rules: BTreeMap<String, Rule>,
    pub(super) form: Form,
    pub(super) register: Register,
    pub(super) release: Release,
    pub(super) audience_title: Text,
    pub(super) total: Text,
    pub(super) disclosure: Disclosure,
    pub(super) language: Language,
}

pub(super) fn period() -> Period {
    Period::new(Kind::Quarter, 2026, 3).unwrap()
}

pub(super) fn world() -> World {
    let indicators: IndicatorFile = parse("indicators.toml", INDICATORS);
    let rules: PotentialFile = parse("potentials.toml", POTENTIALS);
    let catalogue = Catalogue {
        measures: indicators.measures.into_iter().map(|(id, one)| (id.into_inner(), one)).collect(),
        indicators: indicators.indicators.into_iter().map(|(id, one)| (id.into_inner(), one)).collect(),
    };
    let register = register();
    let release = Release::sealed(results(&catalogue, &register));
    World {
        pipeline: parse("monitoring.toml", PIPELINE),
        catalogue,
        rules: rules.rules.into_iter().map(|(id, rule)| (id.into_inner(), rule)).collect(),
        form: form(),
        register,
        release,
        audience_title: Text { de: "Lenkungskreis".into(), en: Some("Steering committee".into()) },
        total: Text { de: "Kreis insgesamt".into(), en: Some("Whole district".into()) },
        disclosure: Disclosure::default(),
        language: Language::De,
    }
}

impl World {
    pub(super) fn report(&self) -> &Report {
        &self.pipeline.report
    }

    pub(super) fn input(&self) -> EditionInput<'_> {
        EditionInput {
            language: self.language,
            audience: "lenkungskreis",
            audience_title: &self.audience_title,
            report: self.report(),
            sheets: self.report().sheets.iter().collect::<Vec<&Sheet>>(),
            release: &self.release,
            catalogue: &self.catalogue,
            rules: &self.rules,
            form: &self.form,
            register: &self.register,
            total: &self.total,
            due: NaiveDate::from_ymd_opt(2026, 10, 15).unwrap(),
            disclosure: &self.disclosure,
            clock: Clock::parse("2026-10-20T06:00", chrono_tz::Europe::Berlin).unwrap(),
        }
    }
}

pub(super) fn parse<T: serde::de::DeserializeOwned>(name: &str, text: &str) -> T {
    let source = Source::new(Path::new(name), text);
    let mut problems = Vec::new();
    let parsed = settings::parse(&source, &mut problems);
    let told: Vec<String> = problems.iter().map(|problem| problem.render()).collect();
    parsed.unwrap_or_else(|| panic!("{}", told.join("\n")))
}

pub(super) fn form() -> Form {
    parse("form.toml", include_str!("../../../pipelines/forms/kim-rueckmeldung.toml"))
}

pub(super) fn register() -> Register {
    let names = [
        ("05958000", "Musterkreis", 261_774.0),
        ("05958004", "Ahlen am Berg", 74_206.0),
        ("05958008", "Bergheim", 10_677.0),
        ("05958012", "Carlsfeld", 25_624.0),
        ("05958016", "Dorfhausen", 12_480.0),
        ("05958020", "Eslau (Sauerland)", 8_930.0),
        ("05958024", "Hallau", 4_488.0),
        ("05958028", "Marsdorf", 19_560.0),
        ("05958032", "Medelon", 8_108.0),
        ("05958036", "Meschenich", 29_988.0),
        ("05958040", "Schmallau", 24_970.0),
        ("05958044", "Sundhausen", 27_783.0),
        ("05958048", "Winterau", 12_792.0),
    ];
    let body = |(ags, name, inhabitants): (&str, &str, f64)| Body {
        ags: ags.into(),
        name: name.into(),
        kind: if ags.ends_with("000") { BodyKind::District } else { BodyKind::Municipality },
        aliases: Vec::new(),
        inhabitants: Some(inhabitants),
        inhabitants_date: NaiveDate::from_ymd_opt(2023, 12, 31),
        inhabitants_basis: "Fortschreibung auf Basis des Zensus 2011".into(),
        area: Some(inhabitants / 134.0),
        coordinates: None,
        from: None,
        until: None,
    };
    Register { bodies: names.into_iter().map(body).collect() }
}

pub(super) fn finding(code: Code, ags: &str, table: &str, cell: &str) -> Finding {
    let submission = Submission {
        sha256: "0".repeat(64),
        file: format!("{ags}_rueckmeldung.xlsx"),
        from: None,
        arrived: Default::default(),
    };
    let column = u32::from(cell.as_bytes()[0] - b'A');
    let row = cell[1..].parse::<u32>().unwrap() - 1;
    let mut finding = Finding::new(code, &submission).table(table).at(Place { sheet: table.into(), row, column });
    finding.body = Some(ags.to_owned());
    finding.period = Some(period());
    finding
}

/// Twelve quarters up to the reported one.
fn periods() -> Vec<Period> {
    let mut periods: Vec<Period> =
        std::iter::successors(Some(period()), |period| Some(period.previous())).take(12).collect();
    periods.reverse();
    periods
}

/// Invented, smooth and repeatable: neither random nor all alike.
fn invented(id: &str, body: usize, quarter: usize, low: f64, high: f64) -> f64 {
    let seed: usize = id.bytes().map(usize::from).sum();
    let wave = ((seed * 7 + body * 31) as f64 * 0.61 + quarter as f64 * 0.27).sin() * 0.35;
    let slope = quarter as f64 / 11.0 * 0.3;
    low + (high - low) * (0.35 + wave + slope).clamp(0.02, 0.98)
}

fn results(catalogue: &Catalogue, register: &Register) -> Results {
    let bodies: Vec<String> = register.bodies.iter().map(|body| body.ags.clone()).collect();
    let mut figures = Figures::new();
    for (quarter, period) in periods().into_iter().enumerate() {
        for (id, indicator) in &catalogue.indicators {
            let (low, high) = match indicator.unit.de.as_str() {
                "%" => (35.0, 99.0),
                "Fälle je VZÄ" => (18.0, 55.0),
                "Personen" => (40.0, 900.0),
                _ => (0.5, 4.0),
            };
            for (index, ags) in bodies.iter().enumerate() {
                let value = invented(id, index, quarter, low, high);
                figures.insert(Key::body(id, ags, period), Figure::value(value));
            }
            let mut total = Figure::value(invented(id, 40, quarter, low, high));
            (total.used, total.expected) = (11, 13);
            figures.insert(Key::total(id, period), total);
        }
        for id in catalogue.measures.keys() {
            figures.insert(Key::total(id, period), Figure::value((invented(id, 1, quarter, 400.0, 2000.0)).round()));
            for (index, code) in
                ["asylsuchende", "geduldete", "schutzberechtigte", "ukraine", "eu", "drittstaaten", "sonstige"]
                    .iter()
                    .enumerate()
            {
                let value = invented(id, index, quarter, 20.0, 400.0).round();
                figures.insert(Key::part(id, period, "zielgruppe", code), Figure::value(value));
            }
        }
    }
    for id in catalogue.indicators.keys() {
        figures.insert(Key::body(id, "05958044", period()), Figure::marked(Mark::NoReturn));
        figures.insert(Key::body(id, "05958024", period()), Figure::marked(Mark::NoReturn));
    }
    for (id, ags, mark) in [
        ("sprachbedarf", "05958020", Mark::Secret),
        ("sprachbedarf", "05958032", Mark::Uncertain),
        ("besetzung", "05958048", Mark::Missing),
        ("fallbelastung", "05958008", Mark::Withheld),
        ("sprachbedarf", "05958000", Mark::NotApplicable),
        ("auslastung", "05958036", Mark::NoBase),
    ] {
        figures.insert(Key::body(id, ags, period()), Figure::marked(mark));
    }
    figures.insert(Key::total("fallbelastung", periods()[4]), Figure::marked(Mark::Secret));
    figures.insert(Key::part("personen", period(), "zielgruppe", "geduldete"), Figure::marked(Mark::Secret));
    figures.insert(Key::part("personen", period(), "zielgruppe", "sonstige"), Figure::marked(Mark::Secret));
    Results {
        period: period(),
        periods: periods(),
        bodies: bodies.clone(),
        figures,
        hits: hits(),
        progress: BTreeMap::from([("beschluesse".to_owned(), progress())]),
        responses: responses(&bodies),
        findings: findings(),
        tallies: vec![
            tally("bestandsgleichung", "faelle", [70, 1, 6]),
            tally("belegt_bis_plaetze", "angebote", [41, 0, 0]),
        ],
        completeness: vec![
            completeness("05958004", "bedarf", 63, 63),
            completeness("05958004", "angebote", 88, 80),
            completeness("05958008", "faelle", 98, 98),
        ],
    }
}

fn tally(rule: &str, table: &str, [held, violated, undecided]: [usize; 3]) -> Tally {
    Tally { rule: rule.into(), table: Some(table.into()), period: period(), held, violated, undecided }
}

fn completeness(body: &str, table: &str, asked: u32, answered: u32) -> Completeness {
    Completeness { body: body.into(), table: table.into(), asked, answered }
}

fn hits() -> Vec<Hit> {
    let hit = |rule: &str, body: &str, other: Option<&str>, effect: Item| Hit {
        rule: rule.into(),
        body: body.into(),
        other: other.map(str::to_owned),
        indicator: None,
        effect,
        median: None,
        labels: Vec::new(),
        rows: Vec::new(),
        rests_on: Vec::new(),
    };
    let offer = |ags: &str, name: &str, places: f64| {
        let row = vec![
            Item::Text(name.into()),
            Item::Text("sprachkurs".into()),
            Item::Number(places, 0),
            Item::Marked(Mark::Secret),
        ];
        (ags.to_owned(), row)
    };
    let labels = ["angebot", "typ", "plaetze", "warteliste"].map(str::to_owned).to_vec();
    let parallel = |body: &str, other: &str, effect: f64| Hit {
        labels: labels.clone(),
        rows: vec![offer(body, "Deutsch am Abend", 24.0), offer(other, "Sprachkurs Mitte", 18.0)],
        ..hit("parallel", body, Some(other), Item::Number(effect, 0))
    };
    let peer = |body: &str| Hit {
        indicator: Some("abstimmung".into()),
        median: Some(71.234),
        ..hit("vergleich", body, None, Item::Number(24.1, 1))
    };
    vec![
        parallel("05958004", "05958044", 9.0),
        parallel("05958012", "05958028", 12.0),
        parallel("05958036", "05958016", 4.0),
        hit("warteliste", "05958008", Some("05958032"), Item::Marked(Mark::Secret)),
        peer("05958020"),
        peer("05958048"),
    ]
}

fn progress() -> Vec<ProgressRow> {
    let texts = [
        "Gemeinsame Aufnahmegespräche in allen Kommunen nach einheitlichem Leitfaden",
        "Vertretungsregelung für das Case Management",
        "Öffnung der Sprachkurse für Nachbarkommunen",
        "Jährliche Überprüfung der Zuständigkeiten",
        "Einheitliche Software für die Fallakte",
    ];
    let row = |(index, text): (usize, &&str)| {
        let done = 12 - 2 * index as u32;
        let rest = 12 - done;
        let states = [("offen", rest / 2), ("in_umsetzung", rest - rest / 2), ("umgesetzt", done), ("abgelehnt", 0)];
        ProgressRow {
            key: format!("2025-{:02}", index + 1),
            show: vec![
                Item::Text((*text).into()),
                Item::Text((index % 4 + 1).to_string()),
                Item::Date(NaiveDate::from_ymd_opt(2026, 3 + index as u32, 30).unwrap()),
            ],
            states: states.map(|(code, count)| (code.to_owned(), count)).to_vec(),
            done,
            of: 12,
        }
    };
    texts.iter().enumerate().map(row).collect()
}

fn responses(bodies: &[String]) -> Vec<Response> {
    let response = |(index, ags): (usize, &String)| {
        let state = match ags.as_str() {
            "05958024" | "05958044" => ReturnState::Overdue,
            "05958012" => ReturnState::Late,
            _ => ReturnState::OnTime,
        };
        let here = state != ReturnState::Overdue;
        let arrived = format!("2026-10-{:02}T07:30:00Z", 3 + index);
        Response {
            body: ags.clone(),
            state,
            arrived: here.then(|| arrived.parse().unwrap()),
            files: u32::from(here) + u32::from(index == 3),
            corrected: index == 3,
            late_part: false,
            nil: if index == 5 { vec!["raeume".into()] } else { Vec::new() },
            missing_tables: if index == 7 { vec!["teilhabe".into(), "umsetzung".into()] } else { Vec::new() },
            asked_cells: 240,
            answered_cells: if here { 240 - 7 * index as u32 } else { 0 },
            errors: if here { index as u32 % 3 } else { 0 },
            warnings: if here { index as u32 % 4 } else { 0 },
        }
    };
    bodies.iter().enumerate().map(response).collect()
}

fn findings() -> Vec<Finding> {
    let mut findings = vec![
        finding(Code::NotANumber, "05958008", "stellen", "F7").found("1,5?"),
        finding(Code::CodeGuessed, "05958004", "angebote", "B9").found("Sprachkrs").expected("Sprachkurs"),
        finding(Code::CodeGuessed, "05958004", "angebote", "B14").found("Sprachkrs").expected("Sprachkurs"),
        finding(Code::PartExceedsWhole, "05958012", "bedarf", "C5").found("4").expected("3"),
        finding(Code::TableMissing, "05958028", "teilhabe", "A1").expected("Teilhabe"),
        finding(Code::ReceivedLate, "05958012", "bedarf", "A1").expected("2026-10-15"),
    ];
    findings.extend((0..9).map(|row| {
        let mut broken = finding(Code::RuleViolated, "05958036", "faelle", &format!("G{}", row + 4));
        broken.rule = Some("bestandsgleichung".into());
        broken.found("7")
    }));
    let mut unknown = finding(Code::UnknownReporter, "05958036", "bedarf", "A1").found("Verein Beispiel");
    (unknown.body, unknown.table) = (None, None);
    unknown.places.clear();
    findings.push(unknown);
    findings
}

const INDICATORS: &str = include_str!("fixture/indicators.toml");
const POTENTIALS: &str = include_str!("fixture/potentials.toml");
const PIPELINE: &str = include_str!("fixture/monitoring.toml");

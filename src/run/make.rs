//! From facts to finished workbooks: the part of a run that is a function of what goes in. It knows no ledger, sends
//! nothing and keeps nothing, so an old run can be made again.

use chrono::NaiveDate;

use super::audited;
use super::facts::{Stage, concerns, evaluation, protection};
use super::order::Order;
use super::{RunError, ledger::Statement};
use crate::base::clock::Clock;
use crate::base::files::sha256;
use crate::model::edition::{EditionInput, Letter, Workbook};
use crate::model::facts::Facts;
use crate::model::figure::{Figure, Mark, Release, Results};
use crate::model::finding::{Code, Finding, Severity};
use crate::model::period::Period;
use crate::model::pipeline::EditionSpec;
use crate::model::submission::Submission;
use crate::model::value::Place;
use crate::stages::{evaluate, protect, report};
use serde::Serialize;

/// What was made of the facts, audited and ready to be kept and sent.
pub(super) struct Made<'a> {
    pub(super) results: Results,
    pub(super) release: Release,
    /// SHA-256 of everything that the release shows.
    pub(super) fingerprint: String,
    pub(super) editions: Vec<(&'a EditionSpec, Workbook, Letter)>,
}

/// The editions of one period. Of the findings only those that concern it stay in `facts`.
pub(super) fn make<'a>(
    order: &'a Order<'_>,
    facts: &mut Facts,
    submissions: &[Submission],
    period: Period,
    stage: &mut Stage<'_>,
) -> Result<Made<'a>, RunError> {
    let Order { config, pipeline, clock, .. } = order;
    facts.findings.retain(|finding| concerns(finding, period, submissions));

    stage("evaluate")?;
    let input = evaluation(config, pipeline, facts, period, *clock);
    let due = input.due(period);
    let results = evaluate::evaluate(&input)?;

    stage("protect")?;
    let release = protect::protect(results.clone(), &protection(config, pipeline));

    stage("report")?;
    let inputs: Vec<(&EditionSpec, EditionInput<'_>)> = order
        .editions()
        .map(|spec| Ok((spec, edition_input(order, spec, &release, due)?)))
        .collect::<Result<_, RunError>>()?;
    let mut editions = Vec::new();
    for (spec, input) in &inputs {
        let workbook = report::workbook(input)?;
        let letter = report::letter(input, &workbook);
        editions.push((*spec, workbook, letter));
    }

    stage("audit")?;
    for ((spec, input), (_, workbook, _)) in inputs.iter().zip(&editions) {
        let refused = |complaints| RunError::Audit { audience: spec.audience.get_ref().clone(), complaints };
        audited::passes(input, &results, workbook).map_err(refused)?;
    }
    drop(inputs);
    let fingerprint = sha256(format!("{:?}", release.shown()).as_bytes());
    Ok(Made { results, release, fingerprint, editions })
}

/// The period that was ordered, if anything arrived for it; else the latest that has ended and for which anything did.
pub(super) fn period(at_hand: &[Period], ordered: Option<Period>, clock: Clock) -> Result<Period, RunError> {
    let (Some(first), Some(last)) = (at_hand.first().copied(), at_hand.last().copied()) else {
        return Err(RunError::NothingArrived);
    };
    match ordered {
        Some(period) if at_hand.iter().any(|known| period.contains(known)) => Ok(period),
        Some(period) => Err(RunError::NothingArrivedFor { period, first, last }),
        None => {
            at_hand.iter().rev().find(|period| period.end() < clock.today()).copied().ok_or(RunError::NothingArrived)
        }
    }
}

/// The last period whose returns are due, if the one that was found by itself is older: nothing has come for it.
pub(super) fn nothing_for(order: &Order<'_>, found: Period) -> Option<Period> {
    let today = order.clock.today();
    let due = |period: Period| period.end() + chrono::Days::new(u64::from(order.pipeline.pipeline.due_days));
    let mut last = Period::of(order.pipeline.form.period, today).previous();
    while due(last) >= today {
        last = last.previous();
    }
    (order.period.is_none() && last.start() > found.end()).then_some(last)
}

fn edition_input<'a>(
    order: &'a Order<'_>,
    spec: &'a EditionSpec,
    release: &'a Release,
    due: NaiveDate,
) -> Result<EditionInput<'a>, RunError> {
    let audience = order
        .config
        .audience(spec.audience.get_ref())
        .ok_or_else(|| RunError::NoAudience(spec.audience.get_ref().clone()))?;
    let left_out = |id: &str| spec.without.iter().any(|without| without.get_ref() == id);
    Ok(EditionInput {
        language: audience.language.unwrap_or(order.config.settings.language),
        audience: spec.audience.get_ref(),
        audience_title: &audience.title,
        report: &order.pipeline.pipeline.report,
        sheets: order.pipeline.pipeline.report.sheets.iter().filter(|sheet| !left_out(sheet.id.get_ref())).collect(),
        release,
        catalogue: &order.pipeline.catalogue,
        rules: &order.pipeline.rules,
        form: &order.pipeline.form,
        register: &order.config.register,
        total: &order.config.settings.total,
        due,
        disclosure: &order.config.settings.disclosure,
        clock: order.clock,
    })
}

impl Made<'_> {
    /// The released figures as the ledger keeps them.
    pub(super) fn figures(&self) -> Vec<Statement> {
        let figures = self.release.shown().figures.iter();
        figures.map(|(key, figure)| (key.to_string(), json(&SaidFigure::of(figure)))).collect()
    }

    /// The findings as the ledger keeps them: what is wrong where, without what stands there.
    pub(super) fn findings(&self) -> Vec<Statement> {
        let findings = self.release.shown().findings.iter();
        findings.map(|finding| (finding.submission.clone(), json(&SaidFinding::of(finding)))).collect()
    }
}

pub(super) fn json(said: &impl Serialize) -> String {
    serde_json::to_string(said).expect("plain data")
}

#[derive(Serialize)]
pub(super) struct SaidFigure {
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mark: Option<Mark>,
    #[serde(skip_serializing_if = "Option::is_none")]
    numerator: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    denominator: Option<f64>,
    used: u32,
    expected: u32,
}

impl SaidFigure {
    pub(super) fn of(figure: &Figure) -> SaidFigure {
        let Figure { value, mark, numerator, denominator, used, expected } = *figure;
        SaidFigure { value, mark, numerator, denominator, used, expected }
    }
}

#[derive(Serialize)]
struct SaidFinding<'a> {
    code: Code,
    severity: Severity,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<Period>,
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
    waived: bool,
    places: &'a [Place],
}

impl<'a> SaidFinding<'a> {
    fn of(finding: &'a Finding) -> SaidFinding<'a> {
        SaidFinding {
            code: finding.code,
            severity: finding.severity,
            body: finding.body.as_deref(),
            period: finding.period,
            table: finding.table.as_deref(),
            rule: finding.rule.as_deref(),
            waived: finding.waived.is_some(),
            places: &finding.places,
        }
    }
}

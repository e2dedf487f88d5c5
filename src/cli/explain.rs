//! `kim explain FIGURE`: from a published figure back to the cells it came from.
//!
//! For the coordinator beside the archive: it shows raw cells, also of figures that are kept secret.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::{AsOf, Failure, Outcome, load};
use crate::base::words::Words;
use crate::model::figure::{Key, Mark, Scope};
use crate::model::language::Language;
use crate::run::explain::{Explained, Published, explain as trace};
use crate::run::retention::Ended;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// INDICATOR/AGS/PERIOD, or INDICATOR/total/PERIOD for all together
    figure: String,
    /// The pipeline that publishes it [default: monitoring.toml]
    #[arg(long, value_name = "PIPELINE.toml")]
    pipeline: Option<PathBuf>,
    #[command(flatten)]
    as_of: AsOf,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(super) fn explain(config: &Path, options: &Options) -> Outcome {
    let key: Key = options.figure.parse().map_err(Failure::Usage)?;
    let config = load(config, options.pipeline.as_slice())?;
    let clock = options.as_of.clock(&config)?;
    let pipeline = config.pipelines.first().ok_or_else(|| Failure::Usage("there is no pipeline".to_owned()))?;
    let known = pipeline.catalogue.measures.keys().chain(pipeline.catalogue.indicators.keys());
    if !known.clone().any(|id| *id == key.id) {
        let guess = crate::base::problem::did_you_mean(&key.id, known.map(String::as_str));
        let hint = guess.map(|guess| format!("; did you mean `{guess}`?")).unwrap_or_default();
        return Err(Failure::Usage(format!("there is no figure `{}`{hint}", key.id)));
    }
    if let Scope::Body(ags) = &key.scope
        && config.register.by_ags(ags).is_none()
    {
        return Err(Failure::Usage(format!("there is no body with the AGS `{ags}` in municipalities.csv")));
    }
    let explained = trace(&config, pipeline, clock, &key).map_err(|error| error.about(&config.data))?;
    if explained.value.is_none() && explained.mark.is_none() && explained.retention.is_none() {
        return Err(Failure::Usage(format!(
            "there is no figure `{key}`: not of this body, in this period, for this part"
        )));
    }
    if options.json {
        super::say(&serde_json::to_string_pretty(&explained)?)?;
    } else {
        super::say(&told(&explained, &config))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn told(explained: &Explained, config: &crate::run::settings::Config) -> String {
    let mut lines = vec![explained.figure.clone()];
    if let Some(title) = &explained.title {
        lines.push(format!("  {}", title.get(Language::De)));
    }
    if let Some(definition) = &explained.definition {
        lines.push(format!("  {}", definition.get(Language::De)));
    }
    if let Some(ended) = &explained.retention {
        lines.extend(retention_told(ended, &explained.figure, config));
        lines.extend(published_told(&explained.published));
        return lines.join("\n");
    }
    let shown = match (explained.value, explained.mark) {
        (Some(value), _) => value.to_string(),
        (None, Some(mark)) => format!("not shown: {}", meaning(mark)),
        (None, None) => "no such figure in this period".to_owned(),
    };
    lines.push(format!("  published: {shown} (on {} of {} bodies)", explained.used, explained.expected));
    if let (Some(above), below) = (explained.numerator, explained.denominator) {
        let below = below.map(|below| format!(" / {below}")).unwrap_or_default();
        lines.push(format!("  made of:   {above}{below}"));
    }
    lines.extend(published_told(&explained.published));
    let mut measure = None;
    for cell in &explained.cells {
        if measure != Some(&cell.trace.measure) {
            lines.push(format!("\n  {} from", cell.trace.measure));
            measure = Some(&cell.trace.measure);
        }
        let place = match (&cell.trace.sheet, &cell.trace.cell) {
            (Some(sheet), Some(address)) => format!("{sheet}!{address}"),
            _ => "(not in the file)".to_owned(),
        };
        lines.push(format!(
            "    {:<22} {} {place} {}: `{}` {}",
            config.register.name(&cell.trace.body),
            cell.file,
            cell.trace.field,
            cell.trace.written,
            cell.trace.state
        ));
    }
    if explained.cells.is_empty() {
        lines.push(
            "  It rests on what the program observed itself (who returned what and when), or on no cell at all."
                .to_owned(),
        );
    }
    lines.join("\n")
}

fn published_told(published: &[Published]) -> impl Iterator<Item = String> {
    published.iter().map(|Published { run, released, value, mark }| {
        let said = value.map(|value| value.to_string()).or(mark.map(|mark| format!("not shown: {}", meaning(mark))));
        let day = released.get(..10).unwrap_or(released);
        format!("  since run {run} of {day} it says: {}", said.unwrap_or_default())
    })
}

fn retention_told(ended: &Ended, figure: &str, config: &crate::run::settings::Config) -> Vec<String> {
    let period = figure.rsplit('/').next().unwrap_or_default();
    let mut lines = vec![format!(
        "  The retention of its originals ended: those up to the end of {} were deleted on {} (`{}` in kim.toml).\n  \
         What was published then lies in {}; the cells behind it are gone.",
        ended.year,
        ended.on,
        ended.rule,
        config.data.join("editions").join(period).display()
    )];
    for original in &ended.originals {
        let body = original.body.as_deref().map_or("", |body| config.register.name(body));
        let arrived = original.arrived.with_timezone(&config.zone).format("%Y-%m-%d %H:%M");
        lines.push(format!("    {body:<22} arrived {arrived}, {} bytes, SHA-256 {}", original.size, original.sha256));
    }
    lines
}

/// What runs have said of it, where the ledger knows.
fn meaning(mark: Mark) -> String {
    let id = match mark {
        Mark::Secret => "mark-secret-meaning",
        Mark::Uncertain => "mark-uncertain-meaning",
        Mark::Missing => "mark-missing-meaning",
        Mark::Withheld => "mark-withheld-meaning",
        Mark::NotApplicable => "mark-not-applicable-meaning",
        Mark::NoReturn => "mark-no-return-meaning",
        Mark::NoBase => "mark-no-base-meaning",
    };
    Words::new(Language::En.tag()).say(id)
}

//! `kim template`: blank forms, one for each reporting body, with its name, AGS and period filled in.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::{AsOf, Failure, Outcome, load};
use crate::base::files;
use crate::model::municipality::Body;
use crate::model::period::Period;
use crate::stages::report;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Only these bodies, by AGS [default: all that take part]
    #[arg(value_name = "AGS")]
    bodies: Vec<String>,
    /// The period to ask for [default: the one that runs now]
    #[arg(long, value_name = "PERIOD")]
    period: Option<Period>,
    /// Where to write them
    #[arg(long, value_name = "DIR", default_value = "templates")]
    out: PathBuf,
    /// The pipeline whose form it is [default: monitoring.toml]
    #[arg(long, value_name = "PIPELINE.toml")]
    pipeline: Option<PathBuf>,
    #[command(flatten)]
    as_of: AsOf,
}

pub(super) fn template(config: &Path, options: &Options) -> Outcome {
    let config = load(config, options.pipeline.as_slice())?;
    let clock = options.as_of.clock(&config)?;
    let pipeline = config.pipelines.first().ok_or_else(|| Failure::Usage("there is no pipeline".to_owned()))?;
    let form = &pipeline.form;
    let period = options.period.unwrap_or_else(|| Period::of(form.period, clock.today()));
    if period.kind != form.period {
        return Err(Failure::Usage(format!("the form asks for another kind of period than {period}")));
    }
    if let Some(ags) = options.bodies.iter().find(|ags| config.register.by_ags(ags).is_none()) {
        return Err(Failure::Usage(format!("there is no body with the AGS `{ags}` in municipalities.csv")));
    }
    let wanted =
        |body: &&Body| body.takes_part(&period) && (options.bodies.is_empty() || options.bodies.contains(&body.ags));
    for body in config.register.bodies.iter().filter(wanted) {
        let workbook = report::blank(form, body, period, config.settings.language)?;
        let path = options.out.join(&workbook.name);
        files::write(&path, &workbook.bytes)?;
        super::say(&path.display())?;
    }
    Ok(ExitCode::SUCCESS)
}

//! `kim backup`: a checked copy of what cannot be made anew, also while `kim serve` runs.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::{Outcome, counted, ground};
use crate::run::backup::{Backup, Rest, backup as copy};
use crate::run::settings::survey;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// A folder for ledger, archive, manifests and configuration (a second backup into it adds what is new); or a file
    /// whose name ends in .sqlite, for the ledger alone
    #[arg(value_name = "FOLDER or FILE.sqlite")]
    to: PathBuf,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(super) fn backup(folder: &Path, options: &Options) -> Outcome {
    let ground = ground(folder, &[])?;
    let survey = survey(folder, &[]);
    let done =
        copy(&ground, &survey.files, &options.to, chrono::Utc::now()).map_err(|error| error.about(&ground.data))?;
    if !survey.problems.is_empty() {
        let mistakes = counted(survey.problems.len(), "mistake");
        eprintln!("the configuration has {mistakes} (kim check tells them); it is in the backup as it is");
    }
    if options.json {
        super::say(&serde_json::to_string_pretty(&done)?)?;
    } else {
        super::say(&told(&done))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn told(done: &Backup) -> String {
    let mut lines = vec![
        format!("backup in {}, checked after writing", done.to.display()),
        format!("  ledger         {} kB, as it stood at one moment", done.ledger_bytes.div_ceil(1000)),
    ];
    let besides = "passwords, the sources, the set-up of the service (unit, /etc/default/kim): save them yourself";
    let Some(Rest { originals, new, manifests, configuration }) = &done.rest else {
        lines
            .push("  not in it      configuration, archive, manifests: name a folder to have those as well".to_owned());
        lines.push(format!("                 {besides}"));
        return lines.join("\n");
    };
    lines.push(format!("  archive        {}, {new} of them new", counted(*originals, "original")));
    lines.push(format!("  manifests      {manifests}"));
    lines.push(format!("  configuration  {}", counted(*configuration, "file")));
    lines.push("  not in it      facts and editions: they are made anew".to_owned());
    lines.push(format!("                 {besides}"));
    lines.push(
        "to restore: ledger.sqlite, archive and runs into the data folder while no kim runs; then `kim status`"
            .to_owned(),
    );
    lines.join("\n")
}

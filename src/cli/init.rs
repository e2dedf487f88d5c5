//! `kim init`: a folder with commented configuration, for another district or for one's own data.
//!
//! It is this repository's own configuration, made ready for real returns: an empty inbox, no milestones, and no note
//! that the figures are invented.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::{Failure, Outcome};
use crate::base::files::{self, failed};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The folder to make; it must not exist, or be empty
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// What is written unchanged: path and text.
const FILES: [(&str, &str); 13] = [
    ("config/municipalities.csv", include_str!("../../config/municipalities.csv")),
    ("config/contacts.toml", include_str!("../../config/contacts.toml")),
    ("config/holidays.toml", include_str!("../../config/holidays.toml")),
    ("pipelines/forms/kim-rueckmeldung.toml", include_str!("../../pipelines/forms/kim-rueckmeldung.toml")),
    ("pipelines/indicators/hf1-bedarf.toml", include_str!("../../pipelines/indicators/hf1-bedarf.toml")),
    ("pipelines/indicators/hf2-stellen.toml", include_str!("../../pipelines/indicators/hf2-stellen.toml")),
    ("pipelines/indicators/hf3-steuerung.toml", include_str!("../../pipelines/indicators/hf3-steuerung.toml")),
    (
        "pipelines/indicators/hf4-steuerungsgruppe.toml",
        include_str!("../../pipelines/indicators/hf4-steuerungsgruppe.toml"),
    ),
    ("pipelines/indicators/rueckmeldungen.toml", include_str!("../../pipelines/indicators/rueckmeldungen.toml")),
    ("pipelines/indicators/faelle.toml", include_str!("../../pipelines/indicators/faelle.toml")),
    ("pipelines/indicators/teilhabe.toml", include_str!("../../pipelines/indicators/teilhabe.toml")),
    (
        "pipelines/potentials/parallelstrukturen.toml",
        include_str!("../../pipelines/potentials/parallelstrukturen.toml"),
    ),
    ("pipelines/potentials/verbesserung.toml", include_str!("../../pipelines/potentials/verbesserung.toml")),
];
const KIM: &str = include_str!("../../config/kim.toml");
const MONITORING: &str = include_str!("../../pipelines/monitoring.toml");

pub(super) fn init(options: &Options) -> Outcome {
    let folder = &options.folder;
    let taken = if folder.is_dir() {
        fs::read_dir(folder).map_err(failed("cannot look into", folder))?.next().is_some()
    } else {
        folder.exists()
    };
    if taken {
        return Err(Failure::Usage(format!("{} is not empty; nothing was written", folder.display())));
    }
    write(folder)?;
    super::say(&next_steps(folder))?;
    Ok(ExitCode::SUCCESS)
}

fn write(folder: &Path) -> Result<(), files::FileError> {
    for (path, text) in FILES {
        files::write(&folder.join(path), text.as_bytes())?;
    }
    files::write(&folder.join("config/kim.toml"), own_inbox(KIM).as_bytes())?;
    files::write(&folder.join("pipelines/monitoring.toml"), own_figures(MONITORING).as_bytes())?;
    let inbox = folder.join("eingang");
    fs::create_dir_all(&inbox).map_err(failed("cannot make the folder", &inbox))
}

/// Returns come from `eingang`, and arrive when their files say so.
fn own_inbox(kim: &str) -> String {
    let line = |line: &str| match line {
        _ if line.starts_with("folder = ") => "folder = \"../eingang\"".to_owned(),
        _ if line.starts_with("arrivals = ") => "# arrivals = \"../eingang.csv\"".to_owned(),
        line => line.to_owned(),
    };
    lines(kim, line)
}

/// Without the note that the figures are invented, and with the example's milestones switched off.
fn own_figures(monitoring: &str) -> String {
    let mut in_milestone = false;
    let line = |line: &str| {
        in_milestone = line == "[[report.milestone]]" || (in_milestone && !line.trim().is_empty());
        match line {
            _ if line.starts_with("note = ") => "# note = { de = \"Ein Hinweis für jedes Deckblatt.\" }".to_owned(),
            _ if in_milestone => format!("# {line}"),
            line => line.to_owned(),
        }
    };
    lines(monitoring, line)
}

fn lines(text: &str, change: impl FnMut(&str) -> String) -> String {
    let changed: Vec<String> = text.lines().map(change).collect();
    changed.join("\n") + "\n"
}

fn next_steps(folder: &Path) -> String {
    let show = |path: &str| folder.join(path).display().to_string();
    format!(
        "{folder} is ready. What to do next:\n\
         1. name the reporting bodies in {towns} and the people in {contacts}\n\
         2. look through {kim} and {pipeline} (first period, targets, schedule)\n\
         3. kim --config {config} check\n\
         4. kim --config {config} template      blank forms to send out\n\
         5. put the returns into {inbox}, then: kim --config {config} run --dry-run",
        folder = folder.display(),
        towns = show("config/municipalities.csv"),
        contacts = show("config/contacts.toml"),
        kim = show("config/kim.toml"),
        pipeline = show("pipelines/monitoring.toml"),
        config = show("config"),
        inbox = show("eingang"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::settings::load;

    fn options(folder: &Path) -> Options {
        Options { folder: folder.to_path_buf() }
    }

    #[test]
    fn what_is_written_passes_the_check_and_says_nothing_of_samples() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("neu");
        assert!(init(&options(&folder)).is_ok());
        let config = load(&folder.join("config"), &[])
            .unwrap_or_else(|problems| panic!("{}", super::super::check::told(&problems)));
        assert_eq!(config.sources[0].path, folder.join("eingang"));
        assert!(config.sources[0].arrivals.is_none());
        let report = &config.pipelines[0].pipeline.report;
        assert!(report.note.is_none() && report.milestones.is_empty());
        assert!(!own_inbox(KIM).contains("samples"));
    }

    #[test]
    fn every_file_of_the_configuration_is_written() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let parent = tempfile::tempdir().unwrap();
        write(parent.path()).unwrap();
        for folder in ["config", "pipelines", "pipelines/forms", "pipelines/indicators", "pipelines/potentials"] {
            for entry in fs::read_dir(root.join(folder)).unwrap().flatten() {
                let name = entry.file_name();
                assert!(parent.path().join(folder).join(&name).exists(), "{folder}/{name:?} is forgotten");
            }
        }
    }

    #[test]
    fn a_folder_with_anything_in_it_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("brief.txt"), "wichtig").unwrap();
        assert!(matches!(init(&options(folder.path())), Err(Failure::Usage(_))));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(matches!(init(&options(&folder.path().join("brief.txt"))), Err(Failure::Usage(_))));
    }
}

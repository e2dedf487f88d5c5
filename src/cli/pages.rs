//! `kim completions SHELL` and `kim man FOLDER`: what a package installs beside the program, made from its command line.
//!
//! Both are hidden, like the worker's verb: they are for whoever builds a package, and tell only what people may use.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Command, CommandFactory};
use clap_complete::Shell;

use super::{Cli, Outcome};
use crate::base::files::{self, failed};

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell that reads them, from stdout
    shell: Shell,
}

#[derive(Debug, Args)]
pub(super) struct Pages {
    /// Where to write kim.1 and one page for each command
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
}

pub(super) fn completions(options: &Completions) -> Outcome {
    let mut text = Vec::new();
    clap_complete::generate(options.shell, &mut shown(), "kim", &mut text);
    super::say(&String::from_utf8_lossy(&text).trim_end())?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn pages(options: &Pages) -> Outcome {
    let mut all = shown();
    all.build();
    std::fs::create_dir_all(&options.folder).map_err(failed("cannot make the folder", &options.folder))?;
    for command in std::iter::once(&all).chain(all.get_subcommands()) {
        let name = command.get_display_name().unwrap_or("kim").to_owned();
        let mut text = Vec::new();
        clap_mangen::Man::new(command.clone()).manual("kim").render(&mut text)?;
        files::write(&options.folder.join(format!("{name}.1")), &text)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The command line without what is hidden.
fn shown() -> Command {
    let all = Cli::command();
    let verbs: Vec<Command> = all.get_subcommands().filter(|verb| !verb.is_hide_set()).cloned().collect();
    let mut shown = Command::new("kim")
        .version(env!("CARGO_PKG_VERSION"))
        .propagate_version(true)
        .disable_help_subcommand(true)
        .args(all.get_arguments())
        .subcommands(verbs);
    if let Some(about) = all.get_about() {
        shown = shown.about(about.clone());
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verbs() -> Vec<String> {
        shown().get_subcommands().map(|verb| verb.get_name().to_owned()).collect()
    }

    #[test]
    fn every_verb_that_is_shown_has_a_page_and_no_other_has() {
        let folder = tempfile::tempdir().unwrap();
        assert!(pages(&Pages { folder: folder.path().join("man1") }).is_ok());
        let mut written: Vec<String> = std::fs::read_dir(folder.path().join("man1"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        let mut expected: Vec<String> = verbs().iter().map(|verb| format!("kim-{verb}.1")).collect();
        expected.push("kim.1".to_owned());
        written.sort();
        expected.sort();
        assert_eq!(written, expected);
        assert!(verbs().contains(&"serve".to_owned()) && !verbs().contains(&"read-worker".to_owned()), "{:?}", verbs());
        for (verb, named) in verbs().iter().zip(shown().get_subcommands()) {
            let page = std::fs::read_to_string(folder.path().join(format!("man1/kim-{verb}.1"))).unwrap();
            assert!(page.contains(".TH") && page.contains(".SH OPTIONS"), "{page}");
            for argument in named.get_arguments().filter_map(clap::Arg::get_long) {
                assert!(page.contains(&argument.replace('-', "\\-")), "kim-{verb}.1 lacks --{argument}");
            }
        }
    }

    #[test]
    fn every_shell_completes_every_verb_and_nothing_hidden() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut shown(), "kim", &mut text);
            let text = String::from_utf8(text).unwrap();
            for verb in verbs() {
                assert!(text.contains(&verb), "{shell} does not know {verb}");
            }
            assert!(!text.contains("read-worker") && !text.contains("completions"), "{shell} tells what is hidden");
        }
    }
}

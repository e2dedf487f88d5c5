//! Checks of `[owner]`, `[monitoring]` and `[log]` in `kim.toml`.

use std::collections::BTreeSet;
use std::path::Path;

use super::kim::check_address;
use super::{beside, told};
use crate::base::problem::{Problem, Source};
use crate::base::settings::Spanned;
use crate::model::settings::{Monitoring, Settings};

pub(super) fn check(settings: &Settings, source: &Source, folder: &Path, problems: &mut Vec<Problem>) {
    let mut seen = BTreeSet::new();
    for address in &settings.owner.recipients {
        check_address(address, source, problems);
        if !seen.insert(address.get_ref().trim().to_lowercase()) {
            let message = format!("`{}` stands twice in [owner]", address.get_ref());
            problems.push(Problem::at(source, address.span(), message));
        }
    }
    check_monitoring(&settings.monitoring, source, folder, problems);
    if let Some(file) = &settings.log.file {
        check_file(file, "log", source, folder, problems);
    }
}

fn check_monitoring(monitoring: &Monitoring, source: &Source, folder: &Path, problems: &mut Vec<Problem>) {
    let week = 7 * 24 * 60;
    if !(1..=week).contains(&monitoring.late_minutes) {
        let message = format!("`late_minutes` must be from 1 to {week} (a week), not {}", monitoring.late_minutes);
        problems.push(told::about(source, "\nlate_minutes", message));
    }
    if monitoring.patience_minutes > week {
        let message =
            format!("`patience_minutes` must be from 0 to {week} (a week), not {}", monitoring.patience_minutes);
        problems.push(told::about(source, "\npatience_minutes", message));
    }
    if monitoring.free_mib == 0 {
        let message = "`free_mib` must be greater than zero: a full disk would be noticed too late";
        problems.push(told::about(source, "\nfree_mib", message));
    }
    let Some(file) = &monitoring.textfile else { return };
    if !file.get_ref().ends_with(".prom") {
        let message = format!("the textfile collector reads files `*.prom` only, not `{}`", file.get_ref());
        problems.push(Problem::at(source, file.span(), message).hint("for example …/kim.prom"));
    }
    check_file(file, "file of figures", source, folder, problems);
}

/// The folder of a file that is to be written must be there: a path with a slip of the pen would be written to for
/// years, and nobody would look.
fn check_file(file: &Spanned<String>, what: &str, source: &Source, folder: &Path, problems: &mut Vec<Problem>) {
    let path = beside(folder, file.get_ref());
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if path.is_dir() {
        let message = format!("`{}` is a folder; the {what} is to be a file", path.display());
        problems.push(Problem::at(source, file.span(), message));
    } else if !parent.is_dir() {
        let message = format!("there is no folder `{}` for the {what}", parent.display());
        let hint = told::look_alike(parent);
        let hint = if hint.is_empty() { "make it, or name another".to_owned() } else { hint };
        problems.push(Problem::at(source, file.span(), message).hint(hint));
    }
}

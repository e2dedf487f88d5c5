//! Checks of `kim.toml`.

use std::path::Path;

use chrono_tz::Tz;

use super::{beside, told};
use crate::base::address;
use crate::base::pause::Pause;
use crate::base::problem::{Problem, Source, did_you_mean};
use crate::base::settings::Spanned;
use crate::model::settings::{Disclosure, Limits, Mail, Retention, Security, Server, Settings};

/// Keys under which people write secrets.
const SECRETS: [&str; 7] = ["password", "passwort", "kennwort", "passwd", "pass", "pwd", "secret"];

/// Everything beyond the shape; gives the time zone.
pub(super) fn check(settings: &Settings, source: &Source, folder: &Path, problems: &mut Vec<Problem>) -> Option<Tz> {
    if settings.sources.is_empty() {
        problems.push(Problem::whole(source, "there is no source").hint("name a folder: [[source]] folder = \"…\""));
    }
    check_data(settings, source, folder, problems);
    check_mail(&settings.mail, source, folder, problems);
    check_disclosure(&settings.disclosure, source, problems);
    check_limits(&settings.limits, source, problems);
    super::watch::check(settings, source, folder, problems);
    check_retention(&settings.retention, source, problems);
    zone(&settings.time_zone, source, problems)
}

/// The zone of an IANA name, or a problem.
pub(super) fn zone(name: &Spanned<String>, source: &Source, problems: &mut Vec<Problem>) -> Option<Tz> {
    let zone = name.get_ref().parse().ok();
    if zone.is_none() {
        let message = format!("unknown time zone `{}`", name.get_ref());
        let meant = did_you_mean(name.get_ref(), chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()));
        let hint =
            meant.map_or_else(|| "for example Europe/Berlin".to_owned(), |meant| format!("did you mean `{meant}`?"));
        problems.push(Problem::at(source, name.span(), message).hint(hint));
    }
    zone
}

/// No message may repeat a password: where a line looks as if it held one, the place is told by its number only.
pub(super) fn conceal(problems: &mut [Problem]) {
    for problem in problems {
        let (Some(number), Some(span)) = (problem.line(), problem.span.clone()) else { continue };
        let text = &problem.source.text;
        let start = text[..span.start.min(text.len())].rfind('\n').map_or(0, |end| end + 1);
        let end = span.end.min(text.len());
        let end = text[end..].find('\n').map_or(text.len(), |length| end + length);
        let Some(key) = text[start..end].lines().find_map(secret_key) else { continue };
        problem.span = None;
        let about_it = problem.message == format!("unknown key `{key}`");
        problem.message = format!("line {number}: {}", problem.message);
        if about_it {
            problem.hint = Some(
                "a password never stands in a file of the configuration; name an environment variable \
                 (password_env = \"KIM_MAIL_PASSWORD\") or a file that only kim may read (password_file = \"…\")"
                    .to_owned(),
            );
        }
    }
}

/// The key on this line under which a secret seems to stand.
fn secret_key(line: &str) -> Option<String> {
    // The last word before each `=`, or what it is made of: `mail.password`, `{ "password" = …`.
    let before_equals = line.split('=').map(|part| part.trim_end().trim_end_matches(['"', '\'']));
    before_equals
        .filter_map(|part| part.rsplit(['{', ',', ' ', '\t', '"', '\'']).next())
        .flat_map(|key| key.split('.'))
        .find(|word| SECRETS.contains(&word.to_lowercase().as_str()))
        .map(str::to_owned)
}

pub(super) fn check_data(settings: &Settings, source: &Source, folder: &Path, problems: &mut Vec<Problem>) {
    let data = beside(folder, &settings.data);
    let quoted = format!("\"{}\"", settings.data);
    let existing = data.ancestors().find(|path| path.exists()).unwrap_or(Path::new("."));
    if !existing.is_dir() && existing != Path::new("") {
        let message = format!("the data folder cannot be made: `{}` is no folder", existing.display());
        problems.push(told::about(source, &quoted, message));
    }
    for one in &settings.sources {
        if beside(folder, one.folder.get_ref()).starts_with(&data) {
            let message = format!("the source lies in the data folder `{}`", data.display());
            problems.push(
                Problem::at(source, one.folder.span(), message)
                    .hint("keep what arrives apart from what kim keeps and may rebuild"),
            );
        }
    }
}

pub(super) fn check_mail(mail: &Mail, source: &Source, folder: &Path, problems: &mut Vec<Problem>) {
    check_address(&mail.from, source, problems);
    mail.reply_to.iter().for_each(|address| check_address(address, source, problems));
    check_patience(&mail.retry_after, &mail.give_up_after, "mail", source, problems);
    if let Some(limit) = mail.per_minute.as_ref().filter(|limit| *limit.get_ref() == 0) {
        problems.push(
            Problem::at(source, limit.span(), "with 0 messages per minute nothing would ever be sent")
                .hint("leave `per_minute` out where there is no limit"),
        );
    }
    if let Some(server) = &mail.server {
        check_server(server, source, folder, problems);
    }
}

/// The pauses between tries of `what`, and when it is given up.
pub(super) fn check_patience(
    retry_after: &[Spanned<Pause>],
    give_up_after: &Spanned<Pause>,
    what: &str,
    source: &Source,
    problems: &mut Vec<Problem>,
) {
    if retry_after.is_empty() {
        let message = format!("`retry_after` is empty, so {what} that failed would never be tried again");
        problems.push(
            told::about(source, "\nretry_after", message)
                .hint("for example [\"5 minutes\", \"15 minutes\", \"1 hour\"]"),
        );
    }
    for pair in retry_after.windows(2).filter(|pair| pair[1].get_ref() < pair[0].get_ref()) {
        let message =
            "this pause is shorter than the one before; pauses grow, so that what is in trouble is left alone";
        problems.push(Problem::at(source, pair[1].span(), message).hint("begin with the shortest"));
    }
    if let Some(longest) = retry_after.last()
        && longest.get_ref() > give_up_after.get_ref()
    {
        let message = format!("{what} would be given up before the last pause of `retry_after` has passed");
        // Where the key is not written, its place is nowhere.
        let place = Some(give_up_after.span()).filter(|span| !span.is_empty()).unwrap_or(longest.span());
        problems.push(Problem::at(source, place, message).hint("give up later, or shorten the last pause"));
    }
}

pub(super) fn check_address(text: &Spanned<String>, source: &Source, problems: &mut Vec<Problem>) {
    if let Err(reason) = address::check(text.get_ref()) {
        let message = format!("`{}` is no mail address: it {reason}", text.get_ref());
        problems.push(Problem::at(source, text.span(), message));
    }
}

fn check_server(server: &Server, source: &Source, folder: &Path, problems: &mut Vec<Problem>) {
    let host = server.host.as_str();
    let quoted = format!("\"{host}\"");
    if host.is_empty() || host.contains(|c: char| c.is_whitespace() || "/@".contains(c)) {
        problems.push(
            told::about(source, &quoted, format!("`{host}` is no host name")).hint("for example mail.example.org"),
        );
    }
    let this_machine =
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    if let Some(security) = &server.security
        && *security.get_ref() == Security::None
        && !this_machine
    {
        let message = format!("without encryption, mail to `{host}` could be read by others on its way");
        problems.push(
            Problem::at(source, security.span(), message)
                .hint("use \"starttls\" or \"tls\"; \"none\" is for a server on this very machine"),
        );
    }
    match (&server.user, &server.password_env, &server.password_file) {
        (_, Some(name), Some(_)) => problems.push(
            told::about(source, &format!("\"{name}\""), "both `password_env` and `password_file` are given")
                .hint("one of them is enough"),
        ),
        (Some(user), None, None) => problems.push(
            told::about(source, &format!("\"{user}\""), format!("no password for the user `{user}`"))
                .hint("add password_env = \"KIM_MAIL_PASSWORD\" or password_file = \"…\""),
        ),
        (None, Some(name), None) | (None, None, Some(name)) => problems
            .push(told::about(source, &format!("\"{name}\""), "a password, but no user").hint("add user = \"…\"")),
        _ => {}
    }
    if let Some(file) = &server.ca_file {
        let path = beside(folder, file);
        if !path.is_file() {
            let message = format!("there is no file `{}`", path.display());
            problems.push(told::about(source, &format!("\"{file}\""), message));
        }
    }
    if server.port == Some(0) || server.timeout_seconds == 0 {
        problems.push(Problem::whole(source, "port and timeout of the mail server must be greater than zero"));
    }
}

fn check_disclosure(limits: &Disclosure, source: &Source, problems: &mut Vec<Problem>) {
    let all = [
        ("threshold", limits.threshold),
        ("threshold_small", limits.threshold_small),
        ("small_body", limits.small_body),
        ("smallest_base", limits.smallest_base),
    ];
    for (name, value) in all {
        if !value.is_finite() || value < 0.0 {
            problems.push(told::about(source, &format!("\n{name}"), format!("`{name}` must be a number from 0 on")));
        }
    }
    if limits.threshold_small < limits.threshold {
        let message = "`threshold_small` is below `threshold`: small bodies would be protected less than large ones";
        problems.push(told::about(source, "threshold_small", message));
    }
}

/// Less, and ordinary returns are refused; more, and the limit protects nobody.
fn check_limits(limits: &Limits, source: &Source, problems: &mut Vec<Problem>) {
    let all =
        [("memory_mib", limits.memory_mib, 128..=16_384), ("seconds_per_file", limits.seconds_per_file, 1..=3_600)];
    for (name, value, allowed) in all {
        if !allowed.contains(&value) {
            let message = format!("`{name}` must be from {} to {}, not {value}", allowed.start(), allowed.end());
            problems.push(told::about(source, &format!("\n{name}"), message));
        }
    }
}

/// No year at all would delete what has just arrived.
pub(super) fn check_retention(retention: &Retention, source: &Source, problems: &mut Vec<Problem>) {
    let all = [("originals_years", retention.originals_years), ("editions_years", retention.editions_years)];
    for (name, years) in all {
        if let Some(years) = years.filter(|years| !(1..=100).contains(years)) {
            let message = format!("`{name}` must be from 1 to 100, not {years}");
            problems.push(
                told::about(source, &format!("\n{name}"), message).hint("leave it out to keep everything for good"),
            );
        }
    }
}

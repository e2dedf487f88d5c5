//! Mail: to whom, with which password, through which server.

use std::os::unix::fs::PermissionsExt;

use super::{Found, Patient, fail, ok, warn};
use crate::base::address;
use crate::run::chain;
use crate::run::settings::beside;
use crate::run::watch::disk::size;
use crate::stages::deliver;

/// Domains that reach nobody (RFC 2606).
const EXAMPLES: [&str; 4] = ["example.org", "example.com", "example.net", "example"];

pub(super) fn recipients(patient: &Patient<'_>) -> Vec<Found> {
    let Some(settings) = &patient.settings else { return Vec::new() };
    let owners: Vec<&str> = settings.owner.recipients.iter().map(|address| address.get_ref().as_str()).collect();
    let mut found = vec![if owners.is_empty() {
        let remedy = "name somebody: [owner] recipients = [\"…\"] in kim.toml";
        warn("owner", "nobody is told when kim cannot go on by itself", remedy)
    } else {
        examples("owner", &owners, "kim.toml")
    }];
    let Some(config) = patient.config else { return found };
    let readers: Vec<&str> = config
        .contacts
        .audiences
        .values()
        .flat_map(|audience| audience.recipients.iter().map(|address| address.get_ref().as_str()))
        .collect();
    found.push(examples("recipients", &readers, "contacts.toml"));
    found.push(examples("sender", &[settings.mail.from.get_ref()], "kim.toml"));
    found
}

fn examples(check: &'static str, addresses: &[&str], file: &str) -> Found {
    if let Some(wrong) = addresses.iter().find(|text| address::check(text).is_err()) {
        return fail(check, format!("`{wrong}` is no mail address"), format!("mend it in {file}"));
    }
    let reaches_nobody = |text: &&&str| {
        let domain = address::check(text).unwrap_or_default().rsplit('@').next().unwrap_or_default().to_lowercase();
        EXAMPLES.iter().any(|example| domain == *example || domain.ends_with(&format!(".{example}")))
    };
    let nobody = addresses.iter().filter(reaches_nobody).count();
    let (all, s) = (addresses.len(), if addresses.len() == 1 { "" } else { "es" });
    match nobody {
        0 => ok(check, format!("{all} address{s}")),
        _ => warn(
            check,
            match all {
                1 => "the address is an example (example.org) and reaches nobody".to_owned(),
                _ => format!("{nobody} of {all} addresses are examples (example.org) and reach nobody"),
            },
            format!("put real ones into {file}"),
        ),
    }
}

pub(super) fn password(patient: &Patient<'_>) -> Option<Found> {
    let server = patient.settings.as_ref()?.mail.server.as_ref()?;
    if let Some(name) = &server.password_env {
        return Some(match std::env::var_os(name).is_some_and(|value| !value.is_empty()) {
            true => ok("password", format!("in the environment variable {name}")),
            false => fail(
                "password",
                format!("the environment variable {name} is not set here"),
                "set it, or ask again as the service does: with its EnvironmentFile",
            ),
        });
    }
    let path = beside(patient.folder, server.password_file.as_ref()?);
    Some(match std::fs::metadata(&path) {
        Err(error) => fail(
            "password",
            format!("{} cannot be read: {error}", path.display()),
            "make the file, and let only the user of kim read it",
        ),
        Ok(data) => {
            let mode = data.permissions().mode() & 0o777;
            let remedy = format!("chmod 600 {}", path.display());
            match mode {
                mode if mode & 0o007 != 0 => {
                    fail("password", format!("everybody may read {} (mode {mode:o})", path.display()), remedy)
                }
                mode if mode & 0o070 != 0 => {
                    warn("password", format!("a group may read {} (mode {mode:o})", path.display()), remedy)
                }
                _ => ok("password", format!("in {}", path.display())),
            }
        }
    })
}

pub(super) fn server(patient: &Patient<'_>) -> Option<Found> {
    let settings = patient.settings.as_ref()?;
    let Some(server) = &settings.mail.server else {
        let told = "there is none: every mail is written as a file into the folder outbox of the data folder";
        return Some(warn("mail server", told, "to send mail, add [mail.server] to kim.toml"));
    };
    let outbox = patient.data.as_ref()?.join("outbox");
    let transport = match deliver::open(Some(server), &outbox, patient.folder) {
        Ok(transport) => transport,
        Err(error) => return Some(fail("mail server", chain(&error), "mend [mail.server] in kim.toml")),
    };
    Some(match deliver::probe(&transport)? {
        Ok(deliver::Probe { encrypted, login, size: most }) => {
            let protected = if encrypted { "protected, " } else { "" };
            let login = if login { "logged in" } else { "without a login" };
            let most =
                most.map_or_else(|| "no limit told".to_owned(), |most| format!("mails up to {}", size(most as u64)));
            ok("mail server", format!("{} answers: {protected}{login}, {most}", transport.name()))
        }
        Err(reason) => fail("mail server", format!("{} cannot be used: {reason}", transport.name()), remedy(&reason)),
    })
}

/// What mostly helps; the words are the library's and the server's.
fn remedy(reason: &str) -> &'static str {
    let lower = reason.to_lowercase();
    match lower {
        text if text.contains("535") || text.contains("auth") => "check user and password of [mail.server]",
        text if text.contains("certificate") || text.contains("tls") || text.contains("issuer") => {
            "if its certificate is of your own authority, name that: ca_file = \"…\" in [mail.server]"
        }
        _ => "check host, port and security of [mail.server], and the firewall between",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::watch::doctor::Verdict;

    #[test]
    fn addresses_that_reach_nobody_are_counted() {
        let told = |addresses: &[&str]| examples("recipients", addresses, "contacts.toml");
        assert_eq!(told(&["A <a@stadt.de>"]).verdict, Verdict::Ok);
        let two = told(&["A <a@stadt.example.org>", "b@stadt.de", "c@example.com"]);
        assert_eq!((two.verdict, two.told.starts_with("2 of 3 addresses are examples")), (Verdict::Warn, true));
        assert_eq!(told(&["a@example.org"]).told, "the address is an example (example.org) and reaches nobody");
        assert_eq!(told(&["a@myexample.org"]).verdict, Verdict::Ok, "another domain that only ends alike");
        assert_eq!(told(&["nobody"]).verdict, Verdict::Fail);
    }
}

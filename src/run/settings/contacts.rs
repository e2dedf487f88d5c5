//! Checks of `contacts.toml`.

use super::{kim::check_address, told};
use crate::base::problem::{Problem, Source, did_you_mean};
use crate::model::contacts::Contacts;
use crate::model::municipality::Register;

pub(super) fn check(contacts: &Contacts, register: Option<&Register>, source: &Source, problems: &mut Vec<Problem>) {
    for (name, audience) in &contacts.audiences {
        told::check_name(source, name, problems);
        if audience.recipients.is_empty() {
            let message = format!("the audience `{}` has no recipients", name.get_ref());
            problems.push(Problem::at(source, name.span(), message).hint("recipients = [\"name@example.org\"]"));
        }
        audience.recipients.iter().for_each(|address| check_address(address, source, problems));
        let mut seen = std::collections::BTreeSet::new();
        for address in &audience.recipients {
            if !seen.insert(address.get_ref().trim().to_lowercase()) {
                let message = format!("`{}` stands twice in the audience `{}`", address.get_ref(), name.get_ref());
                problems.push(Problem::at(source, address.span(), message));
            }
        }
    }
    for (ags, body) in &contacts.bodies {
        body.sends.iter().chain(&body.reminded).for_each(|address| check_address(address, source, problems));
        let Some(register) = register else { continue };
        if register.by_ags(ags.get_ref()).is_some() {
            continue;
        }
        let message = format!("no reporting body has the AGS `{}`", ags.get_ref());
        let known = register.bodies.iter().map(|body| body.ags.as_str());
        let hint = match did_you_mean(ags.get_ref(), known) {
            Some(meant) => format!("did you mean `{meant}` ({})?", register.name(meant)),
            None => "each section is named by an AGS of municipalities.csv: [body.05958004]".to_owned(),
        };
        problems.push(Problem::at(source, ags.span(), message).hint(hint));
    }
}

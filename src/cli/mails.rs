//! How a mail is told: where it stands, how often it was tried, when it is tried next.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::counted;
use crate::run::ledger::Delivery;
use crate::run::summary::{Delivered, Earlier, NOT_SENT, WOULD_BE_SENT};

/// Exit code of a verb that has done its work, while mail waits that nobody has yet.
pub(super) const WAITS: u8 = 3;

/// `sent: 250 ok`, `waiting, tried 3 times, next on 2026-10-20 06:15: 421 later`.
pub(super) fn standing(mail: &Delivery, zone: Tz) -> String {
    stands(mail.state.name(), mail.tries, mail.next_try, zone) + &because(mail.answer.as_deref())
}

/// One mail of a run, from its point of view.
pub(super) fn delivered(mail: &Delivered, zone: Tz) -> String {
    let Delivered { to, state, answer, tries, next_try, earlier, .. } = mail;
    let answer = because(answer.as_deref());
    match (earlier, state.as_str()) {
        (_, WOULD_BE_SENT) => format!("would go to {to}{answer}"),
        (_, NOT_SENT) => format!("{to} NOT sent, and not tried again, because it is a trial{answer}"),
        (Some(earlier), "sent" | "written") => format!("{to} has it already ({})", of(earlier, zone)),
        (Some(earlier), state) => {
            format!("{to} {}, since {}{answer}", stands(state, *tries, *next_try, zone), of(earlier, zone))
        }
        (None, state) => format!("{to} {}{answer}", stands(state, *tries, *next_try, zone)),
    }
}

fn stands(state: &str, tries: u32, next_try: Option<DateTime<Utc>>, zone: Tz) -> String {
    if state != "waiting" {
        return state.to_owned();
    }
    let tried = match tries {
        0 => "not tried yet".to_owned(),
        1 => "tried once".to_owned(),
        many => format!("tried {many} times"),
    };
    let next = next_try.map(|at| format!(", next on {}", local(at, zone))).unwrap_or_default();
    format!("waiting, {tried}{next}")
}

fn of(earlier: &Earlier, zone: Tz) -> String {
    let run = earlier.run.map(|run| format!("run {run}, ")).unwrap_or_default();
    format!("{run}{}", local(earlier.at, zone))
}

fn because(answer: Option<&str>) -> String {
    answer.filter(|answer| !answer.is_empty()).map(|answer| format!(": {answer}")).unwrap_or_default()
}

fn local(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string()
}

/// What of the mail of a run is not settled: ` (2 mails waiting, 1 mail refused)`.
pub(super) fn left(run: i64, mails: &[Delivery]) -> String {
    let mut states: Vec<&str> =
        mails.iter().filter(|mail| mail.run == Some(run)).map(|mail| mail.state.name()).collect();
    states.sort_unstable();
    let each = states.chunk_by(|one, other| one == other);
    let told: Vec<String> = each.map(|same| format!("{} {}", counted(same.len(), "mail"), same[0])).collect();
    if told.is_empty() { String::new() } else { format!(" ({})", told.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_told_as_it_stands() {
        let zone = chrono_tz::Europe::Berlin;
        let at: DateTime<Utc> = "2026-10-20T04:15:00Z".parse().unwrap();
        let mail = Delivered {
            to: "a@example.org".to_owned(),
            audience: "partner".to_owned(),
            state: "waiting".to_owned(),
            answer: Some("421 later".to_owned()),
            message_id: String::new(),
            sha256: None,
            tries: 3,
            next_try: Some(at),
            earlier: None,
        };
        let told = |state: &str, earlier: Option<Earlier>| {
            delivered(&Delivered { state: state.to_owned(), earlier, ..mail.clone() }, zone)
        };
        assert_eq!(told("waiting", None), "a@example.org waiting, tried 3 times, next on 2026-10-20 06:15: 421 later");
        let earlier = || Some(Earlier { run: Some(7), at });
        assert_eq!(told("sent", earlier()), "a@example.org has it already (run 7, 2026-10-20 06:15)");
        assert_eq!(told("sent", None), "a@example.org sent: 421 later");
        assert_eq!(told("refused", earlier()), "a@example.org refused, since run 7, 2026-10-20 06:15: 421 later");
        assert_eq!(told(WOULD_BE_SENT, None), "would go to a@example.org: 421 later");
    }
}

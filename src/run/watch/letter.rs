//! What the owner reads: a plain, short mail about troubles of one kind, or that they are gone.
//!
//! In: troubles, the language, where kim runs. Out: a letter. Never: a word that is not in the catalogues.

use std::path::Path;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::disk::size;
use super::trouble::Trouble;
use crate::base::words::{Argument, Words};
use crate::model::edition::Letter;
use crate::model::language::Language;
use crate::model::settings::Settings;

/// More of what the program said would not be read.
const LINES: usize = 12;
const LETTERS: usize = 1200;

/// Which kim speaks.
pub(super) struct Place<'a> {
    pub(super) host: &'a str,
    pub(super) data: &'a Path,
    pub(super) zone: Tz,
}

/// One trouble, or its end, with the instant from which it stood.
pub(super) struct News<'a> {
    pub(super) trouble: &'a Trouble,
    pub(super) since: DateTime<Utc>,
}

/// The language in which the owner is told.
pub(super) fn language(settings: &Settings) -> Language {
    settings.owner.language.unwrap_or(settings.language)
}

/// All `news` are of one kind; `well`: they are over. Nothing without news.
pub(super) fn letter(news: &[News<'_>], well: bool, language: Language, place: &Place<'_>) -> Option<Letter> {
    let first = news.first()?;
    let words = Words::new(language.tag());
    let kind = first.trouble.kind();
    let id = |part: &str| format!("alert-{kind}{}{part}", if well { "-well" } else { "" });
    let said = |trouble| arguments(trouble, &words, language, place.zone);
    let mut subject = said(first.trouble);
    subject.push(("count", news.len().into()));
    let subject = words.say_with(&id("-subject"), &subject);
    let mut parts = vec![words.say("alert-hello")];
    for one in news {
        let arguments = said(one.trouble);
        parts.push(words.say_with(&id(if well { "" } else { "-text" }), &arguments));
        let passed = matches!(one.trouble, Trouble::RunPassed { .. });
        if (!well || passed)
            && let Some(reason) = reason(one.trouble)
        {
            parts.push(words.say_with("alert-reason", &[("reason", short(reason).into())]));
        }
    }
    if well {
        // What was passed over is not well: whoever wants it runs it.
        if !matches!(first.trouble, Trouble::RunPassed { .. }) {
            parts.push(words.say("alert-over"));
        }
    } else {
        parts.push(
            words.say_with("alert-remedy", &[("remedy", words.say_with(&id("-remedy"), &said(first.trouble)).into())]),
        );
        let since = moment(first.since, place.zone, &words);
        parts.push(words.say_with("alert-since", &[("since", since.into())]) + " " + &words.say("alert-once"));
    }
    let sign = [
        ("version", env!("CARGO_PKG_VERSION").into()),
        ("host", place.host.into()),
        ("data", place.data.display().to_string().into()),
    ];
    parts.push(format!("-- \n{}", words.say_with("alert-sign", &sign)));
    Some(Letter { subject, text: parts.join("\n\n") + "\n", html: String::new() })
}

fn arguments<'a>(
    trouble: &'a Trouble,
    words: &Words,
    language: Language,
    zone: Tz,
) -> Vec<(&'static str, Argument<'a>)> {
    match trouble {
        Trouble::RunFailed { title, slot, until, .. } => vec![
            ("about", title.as_str().into()),
            ("when", moment(*slot, zone, words).into()),
            ("again", if until.is_some() { "yes" } else { "no" }.into()),
            ("until", until.map(|until| moment(until, zone, words)).unwrap_or_default().into()),
        ],
        Trouble::TimerFailed { title, begun, .. } => {
            vec![("about", title.as_str().into()), ("when", moment(*begun, zone, words).into())]
        }
        Trouble::RunLate { title, slot, begun, .. } => vec![
            ("about", title.as_str().into()),
            ("when", moment(*slot, zone, words).into()),
            ("begun", if *begun { "yes" } else { "no" }.into()),
        ],
        Trouble::RunPassed { title, slot, .. } => {
            vec![("about", title.as_str().into()), ("when", moment(*slot, zone, words).into())]
        }
        Trouble::Restored { title, first, last, slots, pipeline, .. } => vec![
            ("about", title.as_str().into()),
            ("first", moment(*first, zone, words).into()),
            ("when", moment(*last, zone, words).into()),
            ("slots", (*slots as usize).into()),
            ("pipeline", pipeline.as_str().into()),
        ],
        Trouble::Mail { recipient, audience, .. } => {
            vec![("to", recipient.as_str().into()), ("audience", audience.as_str().into())]
        }
        Trouble::ReturnsMissing { title, missing, reported, .. } => {
            let reported = reported.map(|period| period.label(language)).unwrap_or_default();
            let missing = missing.label(language);
            vec![("about", title.as_str().into()), ("period", missing.into()), ("reported", reported.into())]
        }
        Trouble::SourceAway { path } | Trouble::SourceEmpty { path } => vec![("source", path.as_str().into())],
        Trouble::DiskLow { free, wanted } => vec![("free", size(*free).into()), ("wanted", size(*wanted).into())],
        Trouble::ConfigRefused { .. }
        | Trouble::ClockDoubted
        | Trouble::Ledger { .. }
        | Trouble::LedgerNewer { .. }
        | Trouble::DataClosed { .. } => Vec::new(),
    }
}

/// What the program said, in its own words.
fn reason(trouble: &Trouble) -> Option<&str> {
    let reason = match trouble {
        Trouble::RunFailed { reason, .. }
        | Trouble::TimerFailed { reason, .. }
        | Trouble::Restored { reason, .. }
        | Trouble::RunPassed { reason, .. }
        | Trouble::ConfigRefused { reason }
        | Trouble::Ledger { reason }
        | Trouble::LedgerNewer { reason }
        | Trouble::DataClosed { reason } => reason,
        Trouble::Mail { answer, .. } => answer,
        Trouble::RunLate { .. }
        | Trouble::DiskLow { .. }
        | Trouble::ClockDoubted
        | Trouble::ReturnsMissing { .. }
        | Trouble::SourceAway { .. }
        | Trouble::SourceEmpty { .. } => "",
    };
    Some(reason.trim()).filter(|reason| !reason.is_empty())
}

fn short(reason: &str) -> String {
    let lines: Vec<&str> = reason.lines().take(LINES).collect();
    let kept: String = lines.join("\n").chars().take(LETTERS).collect();
    if kept.len() < reason.len() { kept + " …" } else { kept }
}

/// `20.10.2026, 06:00`.
fn moment(at: DateTime<Utc>, zone: Tz, words: &Words) -> String {
    let local = at.with_timezone(&zone);
    format!("{}, {}", words.date(local.date_naive()), words.time(local.time()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn all() -> Vec<Trouble> {
        let slot = at("2026-10-20T04:00:00Z");
        let (pipeline, title) = ("p.toml".to_owned(), "Monitoring".to_owned());
        let mail = |state: &str| Trouble::Mail {
            state: state.to_owned(),
            message_id: "<1@x>".to_owned(),
            recipient: "a@example.org".to_owned(),
            audience: "partner".to_owned(),
            run: Some(1),
            answer: "550 no".to_owned(),
        };
        vec![
            Trouble::RunFailed {
                pipeline: pipeline.clone(),
                title: title.clone(),
                slot,
                tries: 1,
                reason: "the share is away".to_owned(),
                until: Some(slot + chrono::TimeDelta::days(3)),
            },
            Trouble::SourceAway { path: "/mnt/eingang".to_owned() },
            Trouble::SourceEmpty { path: "/mnt/eingang".to_owned() },
            Trouble::ReturnsMissing {
                key: "p.toml 2026-Q4".to_owned(),
                title: "Monitoring".to_owned(),
                missing: "2026-Q4".parse().unwrap(),
                reported: "2026-Q3".parse().ok(),
            },
            Trouble::RunLate { pipeline, title, slot, begun: true },
            Trouble::Restored {
                pipeline: "p.toml".to_owned(),
                title: "Monitoring".to_owned(),
                first: slot,
                last: slot,
                slots: 1,
                reason: "restored".to_owned(),
            },
            mail("refused"),
            mail("unknown"),
            mail("given_up"),
            mail("restored"),
            Trouble::TimerFailed {
                pipeline: "p.toml".to_owned(),
                title: "Monitoring".to_owned(),
                begun: slot,
                reason: "the share is away".to_owned(),
            },
            Trouble::ConfigRefused { reason: "x\n".repeat(99) },
            Trouble::DiskLow { free: 1 << 20, wanted: 1 << 30 },
            Trouble::ClockDoubted,
            Trouble::Ledger { reason: "row 7 missing".to_owned() },
            Trouble::LedgerNewer { reason: "schema 12".to_owned() },
            Trouble::DataClosed { reason: "read-only file system".to_owned() },
        ]
    }

    /// In debug builds a message that is missing, or an argument, panics.
    #[test]
    fn every_trouble_has_words_in_both_languages_and_ends_with_another_subject() {
        let place = Place { host: "h", data: Path::new("/d"), zone: chrono_tz::Europe::Berlin };
        for trouble in all() {
            let news = [News { trouble: &trouble, since: at("2026-10-20T04:01:00Z") }];
            for language in [Language::De, Language::En] {
                let said = |well| letter(&news, well, language, &place).unwrap();
                let (bad, good) = (said(false), said(true));
                assert_ne!(bad.subject, good.subject);
                assert!(bad.text.lines().count() < 40 && bad.html.is_empty(), "{}", bad.text);
                for letter in [bad, good] {
                    assert!(letter.subject.starts_with("kim: ") && !letter.subject.contains('\n'));
                    assert!(!(letter.subject + &letter.text).contains("alert-"));
                }
            }
        }
        assert!(letter(&[], false, Language::De, &place).is_none());
    }

    #[test]
    fn a_failed_run_is_told_with_its_time_on_the_wall_and_its_reason() {
        let place = Place { host: "srv7", data: Path::new("/var/lib/kim"), zone: chrono_tz::Europe::Berlin };
        let trouble = &all()[0];
        let told = letter(&[News { trouble, since: at("2026-10-20T04:01:00Z") }], false, Language::De, &place).unwrap();
        assert_eq!(told.subject, "kim: Lauf fehlgeschlagen: Monitoring");
        for part in [
            "fällig am 20.10.2026, 06:00",
            "längstens bis 23.10.2026, 06:00",
            "kim retry",
            "Das Programm meldet: the share is away",
            "auf srv7",
            "kommt einmal",
        ] {
            assert!(told.text.contains(part), "{part} is missing in\n{}", told.text);
        }
    }

    #[test]
    fn several_of_a_kind_are_one_mail() {
        let place = Place { host: "h", data: Path::new("/d"), zone: Tz::UTC };
        let all = all();
        let trouble = all.iter().find(|trouble| trouble.kind() == "mail-refused").unwrap();
        let news = [News { trouble, since: Utc::now() }, News { trouble, since: Utc::now() }];
        assert_eq!(letter(&news, false, Language::De, &place).unwrap().subject, "kim: 2 Mails wurden nicht angenommen");
        assert_eq!(letter(&news[..1], false, Language::En, &place).unwrap().subject, "kim: one mail was refused");
    }
}

//! What the owner gets, of pictures that follow one another.

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::run::ledger::DeliveryState;
use crate::run::settings::tests::real;
use crate::run::watch::sources::Lack;
use crate::run::watch::vitals::made::{mail, now, well};
use crate::smtp_double::{Act, Protection, Rule, Server, Step, at};

/// A real configuration with a mail server, a ledger on a disk, and a clock.
struct Story {
    _folder: tempfile::TempDir,
    config: Config,
    server: Server,
    now: DateTime<Utc>,
}

impl Story {
    fn begin(rules: &[Rule]) -> Story {
        let folder = real();
        let server = Server::start(Protection::Open, None, rules);
        let path = folder.path().join("config/kim.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        let section = format!(
            "[mail.server]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\ntimeout_seconds = 2\n\n[disclosure]",
            server.port
        );
        std::fs::write(&path, text.replacen("[disclosure]", &section, 1)).unwrap();
        let config = crate::run::settings::load(&folder.path().join("config"), &[]).unwrap();
        Story { _folder: folder, config, server, now: now() }
    }

    /// What the owner has got after this picture, seen by a process that has just started.
    fn after(&mut self, change: impl FnOnce(&mut Vitals)) -> Vec<String> {
        self.now += TimeDelta::minutes(6);
        let ledger = Ledger::open(&Places::of(&self.config).ledger()).unwrap();
        let mut seen = well();
        seen.troubles = ledger.troubles().unwrap().into_iter().map(|known| (known.kind, known.key)).collect();
        change(&mut seen);
        tell(&self.config, &ledger, &seen, "srv7", self.now).unwrap();
        let subject = |data: &[u8]| {
            let text = String::from_utf8_lossy(data).into_owned();
            text.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap_or_default().to_owned()
        };
        self.server.received().iter().map(|mail| subject(&mail.data)).collect()
    }
}

fn failing(seen: &mut Vitals, error: Option<&str>) {
    let due = seen.pipelines[0].due.as_mut().unwrap();
    due.done = false;
    due.failing = error.is_some();
    let taken = due.taken.as_mut().unwrap();
    taken.done = None;
    taken.error = error.map(str::to_owned);
}

#[test]
fn a_failed_run_is_told_once_and_once_that_it_is_well_whoever_restarts() {
    let mut story = Story::begin(&[]);
    assert!(story.after(|_| ()).is_empty());
    let once = |seen: &mut Vitals| {
        failing(seen, Some("the share is away"));
        let due = seen.pipelines[0].due.as_mut().unwrap();
        (due.failing, due.late) = (false, true);
    };
    assert!(story.after(once).is_empty(), "what is tried again within minutes is no news yet");
    let failed = |seen: &mut Vitals| failing(seen, Some("the share is away"));
    assert_eq!(story.after(failed), ["kim: Lauf fehlgeschlagen: M"]);
    assert_eq!(story.after(failed).len(), 1, "once");
    assert_eq!(story.after(|seen| failing(seen, None)).len(), 1, "it is being tried again, which is not well yet");
    assert_eq!(story.after(failed).len(), 1, "the same trouble");
    assert_eq!(story.after(|_| ()).last().unwrap(), "kim: Lauf doch gelungen: M");
    assert_eq!(story.after(|_| ()).len(), 2);
    let mails = story.server.received();
    assert!(mails.iter().all(|mail| mail.to == ["it@hochsauerlandkreis.example.org"]));
    let text = String::from_utf8_lossy(&mails[0].data).into_owned();
    assert!(text.contains("the share is away") && text.contains("Auto-Submitted: auto-generated"), "{text}");
    assert!(!text.contains("multipart"), "a plain mail");
    assert_eq!(story.after(failed).len(), 3, "another time is another trouble");
}

#[test]
fn a_late_run_is_told_until_it_has_succeeded_and_not_twice_if_it_fails() {
    let mut story = Story::begin(&[]);
    let late = |seen: &mut Vitals| {
        failing(seen, None);
        seen.pipelines[0].due.as_mut().unwrap().late = true;
    };
    assert_eq!(story.after(late), ["kim: Lauf =?utf-8?b?w7xiZXJmw6RsbGlnOg==?= M"]);
    assert_eq!(story.after(late).len(), 1);
    assert_eq!(story.after(|_| ()).len(), 2);
    let failed_and_late = |seen: &mut Vitals| {
        failing(seen, Some("x"));
        seen.pipelines[0].due.as_mut().unwrap().late = true;
    };
    assert_eq!(story.after(failed_and_late).len(), 3, "failed, and not late as well");
}

/// Due six hours ago, nobody took it on, and nobody runs it any more.
fn passed_over(story: &Story, reason: &str) {
    let ledger = Ledger::open(&Places::of(&story.config).ledger()).unwrap();
    let slot = now() - TimeDelta::hours(6);
    let range = NotRun { first: slot, last: slot, slots: 1, reason: reason.to_owned() };
    ledger.pass_over(&well().pipelines[0].name, &[range], now()).unwrap();
}

fn late(seen: &mut Vitals) {
    let due = seen.pipelines[0].due.as_mut().unwrap();
    (due.taken, due.done, due.late) = (None, false, true);
}

#[test]
fn a_late_run_that_was_passed_over_did_not_succeed() {
    let mut story = Story::begin(&[]);
    assert_eq!(story.after(late).len(), 1);
    passed_over(&story, "missed: it could not begin within an hour; policy missed = \"none\"");
    assert_eq!(story.after(|seen| seen.pipelines[0].due = None).last().unwrap(), "kim: Lauf ausgelassen: M");
    let mails = story.server.received();
    let text = String::from_utf8_lossy(&mails.last().unwrap().data).replace("=\r\n", "").replace("\r\n", " ");
    assert!(text.contains("nicht stattgefunden") && text.contains("policy missed"), "{text}");
    assert!(!text.contains("gelungen") && !text.contains("nichts mehr zu tun"), "{text}");
    assert_eq!(story.after(|seen| seen.pipelines[0].due = None).len(), 2, "once");
}

#[test]
fn a_late_run_that_another_has_made_up_for_succeeded() {
    let mut story = Story::begin(&[]);
    assert_eq!(story.after(late).len(), 1);
    passed_over(&story, "made up for: run 7 has shown the figures");
    assert_eq!(story.after(|seen| seen.pipelines[0].due = None).last().unwrap(), "kim: Lauf nachgeholt: M");
}

#[test]
fn a_run_in_doubt_since_a_restore_is_told_as_that_and_as_no_success() {
    for failed in [false, true] {
        let mut story = Story::begin(&[]);
        let before = if failed { |seen: &mut Vitals| failing(seen, Some("x")) } else { late };
        assert_eq!(story.after(before).len(), 1);
        let slot = now() - TimeDelta::hours(6);
        let reason = format!("{RESTORED} 2026-10-01T00:00:00Z");
        let doubtful = move |seen: &mut Vitals| {
            seen.pipelines[0].due.as_mut().unwrap().done = false;
            seen.pipelines[0].doubtful = Some(NotRun { first: slot, last: slot, slots: 1, reason: reason.clone() });
        };
        let told = story.after(doubtful.clone());
        assert_eq!((told.len(), told[1].as_str()), (2, "kim: Nach der Wiederherstellung ungewiss: M"), "{told:?}");
        assert_eq!(story.after(doubtful).len(), 2);
    }
}

#[test]
fn what_was_due_while_nobody_was_there_is_not_late_before_a_round_has_settled_it() {
    let mut story = Story::begin(&[]);
    let starting = |seen: &mut Vitals| {
        late(seen);
        seen.settled = false;
    };
    assert!(story.after(starting).is_empty());
    assert_eq!(story.after(late).len(), 1, "the round could not take it on");
}

#[test]
fn while_the_mail_server_is_away_it_waits_and_then_comes_once() {
    let mut story = Story::begin(&[at(Step::Greeting, Act::HangUp).once()]);
    let full = |seen: &mut Vitals| {
        seen.disk = Some(crate::run::watch::disk::Disk { free: 9 << 20, total: 1 << 40, read_only: false })
    };
    assert!(story.after(full).is_empty());
    assert_eq!(story.after(full), ["kim: Speicherplatz wird knapp (9 MiB)"]);
    assert_eq!(story.after(full).len(), 1);
    // Just above the limit is not well yet.
    let nearly = |seen: &mut Vitals| {
        seen.disk = Some(crate::run::watch::disk::Disk { free: 1100 << 20, total: 1 << 40, read_only: false })
    };
    assert_eq!(story.after(nearly).len(), 1);
    assert_eq!(story.after(|_| ()).len(), 2);
}

#[test]
fn refused_mails_are_one_message_and_a_message_to_the_owner_is_none_of_them() {
    let mut story = Story::begin(&[at(Step::Rcpt, Act::Say("550 no such user")).once()]);
    let two = |seen: &mut Vitals| {
        let other = "<2@example.org>".to_owned();
        let first = mail(DeliveryState::Refused, 1);
        seen.in_trouble = vec![first.clone(), Delivery { message_id: other, ..first }];
    };
    assert!(story.after(two).is_empty(), "the owner's own server refuses: nobody can be told");
    let ledger = Ledger::open(&Places::of(&story.config).ledger()).unwrap();
    assert_eq!(ledger.alerts_in_trouble().unwrap().len(), 1, "which the monitoring says");
    assert!(ledger.deliveries_in_trouble().unwrap().is_empty() && ledger.deliveries_left().unwrap().is_empty());
    assert!(story.after(two).is_empty(), "and no trouble about a message about a trouble");
    assert_eq!(story.after(|_| ()), ["kim: Abgelehnte Mail =?utf-8?b?Z2VrbMOkcnQ=?="]);
}

#[test]
fn a_source_that_is_away_for_long_is_told_once_and_not_beside_a_run_that_failed_over_it() {
    let mut story = Story::begin(&[]);
    let away = |minutes: i64| {
        move |seen: &mut Vitals| {
            let since = seen.now - TimeDelta::minutes(minutes);
            seen.away = vec![Away { path: "/mnt/eingang".into(), since, lack: Lack::Away }];
        }
    };
    assert!(story.after(away(14)).is_empty(), "shares come and go");
    let failed = |seen: &mut Vitals| {
        away(60)(seen);
        failing(seen, Some(&over_it()));
    };
    assert_eq!(story.after(failed), ["kim: Lauf fehlgeschlagen: M"], "one cause, one mail");
    assert_eq!(story.after(|_| ()).len(), 2);
    assert_eq!(story.after(away(15)).last().unwrap(), "kim: Eingang nicht erreichbar");
    assert_eq!(story.after(away(0)).len(), 3, "after a restart it seems to be new");
    assert_eq!(story.after(|_| ()).last().unwrap(), "kim: Eingang wieder da");
}

/// As the ledger keeps it.
fn over_it() -> String {
    let cause = crate::stages::collect::CollectError::Away { path: "/mnt/eingang".into() };
    crate::run::chain(&RunError::from(cause))
}

#[test]
fn a_run_that_fails_over_a_source_that_was_told_adds_no_mail_until_it_is_given_up() {
    let mut story = Story::begin(&[]);
    let since = now();
    let away = move |seen: &mut Vitals| {
        seen.now = now() + TimeDelta::minutes(60);
        seen.away = vec![Away { path: "/mnt/eingang".into(), since, lack: Lack::Away }];
    };
    let told = story.after(away);
    assert_eq!(told, ["kim: Eingang nicht erreichbar"]);
    let failed = move |seen: &mut Vitals| {
        away(seen);
        failing(seen, Some(&over_it()));
    };
    assert_eq!(story.after(failed).len(), 1, "one cause, one mail");
    let back = |seen: &mut Vitals| failing(seen, Some(&over_it()));
    assert_eq!(story.after(back).last().unwrap(), "kim: Eingang wieder da");
    assert_eq!(story.after(back).len(), 2, "its next try comes by itself");
    assert_eq!(story.after(away).len(), 3);
    let given_up = move |seen: &mut Vitals| {
        failed(seen);
        seen.pipelines[0].due.as_mut().unwrap().taken.as_mut().unwrap().given_up = true;
    };
    assert_eq!(story.after(given_up).last().unwrap(), "kim: Lauf fehlgeschlagen: M");
    assert_eq!(story.after(given_up).len(), 4);
}

#[test]
fn a_run_that_fails_of_something_else_does_not_hide_a_source_that_is_away() {
    let mut story = Story::begin(&[]);
    let both = |seen: &mut Vitals| {
        let since = seen.now - TimeDelta::minutes(60);
        seen.away = vec![Away { path: "/mnt/eingang".into(), since, lack: Lack::Away }];
        failing(seen, Some("the workbook cannot be written"));
    };
    let mut told = story.after(both);
    told.sort();
    assert_eq!(told, ["kim: Eingang nicht erreichbar", "kim: Lauf fehlgeschlagen: M"]);
}

#[test]
fn without_anybody_to_tell_it_stays_to_be_told() {
    let mut story = Story::begin(&[]);
    let owners = std::mem::take(&mut story.config.ground.settings.owner.recipients);
    let refused = |seen: &mut Vitals| seen.refused = Some("kim.toml: a mistake".to_owned());
    assert!(story.after(refused).is_empty());
    story.config.ground.settings.owner.recipients = owners;
    story.config.ground.settings.owner.language = Some(crate::model::language::Language::En);
    assert_eq!(story.after(refused), ["kim: changed configuration not taken"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Whatever comes and goes: what is told is always a trouble, then its end, and never the same twice in a row.
    #[test]
    fn troubles_and_their_ends_alternate(pictures in proptest::collection::vec(0..8_u8, 1..20)) {
        let ledger = Ledger::in_memory().unwrap();
        let all = [
            Trouble::DiskLow { free: 0, wanted: 1 },
            Trouble::ConfigRefused { reason: String::new() },
            Trouble::RunLate { pipeline: "p".to_owned(), title: String::new(), slot: now(), begun: false },
        ];
        let mut told: Vec<(String, bool)> = Vec::new();
        for picture in &pictures {
            let standing: Vec<Trouble> =
                all.iter().enumerate().filter(|(bit, _)| picture >> bit & 1 == 1).map(|(_, one)| one.clone()).collect();
            note(&ledger, &standing, |_| false, now()).unwrap();
            let news = ledger.troubles_to_tell().unwrap();
            told.extend(news.iter().map(|known| (known.kind.clone(), known.ended.is_some())));
            ledger.tell(&news, &[], now()).unwrap();
            for trouble in &all {
                let of_it: Vec<bool> = told.iter().filter(|(kind, _)| *kind == trouble.kind()).map(|(_, well)| *well).collect();
                prop_assert!(of_it.iter().enumerate().all(|(index, well)| *well == (index % 2 == 1)));
                prop_assert_eq!(of_it.last() == Some(&false), standing.contains(trouble), "what stands is told");
            }
        }
    }
}

//! Laws of the outbox, told to a real mail server (`tests/support/smtp.rs`) and to a folder.

mod orders;
mod replies;
mod series;

use std::cell::{Cell, RefCell};
use std::path::Path;

use super::*;
use crate::base::files::sha256;
use crate::base::pause::Pause;
use crate::base::settings::Spanned;
use crate::model::settings::{Security, Server as ServerSettings};
use crate::run::ledger::NewRun;
use crate::smtp_double::{Act, Protection, Rule, Server, Step, at};
use crate::stages::deliver::{message_id, open};

const PEOPLE: [&str; 3] = ["Anna <anna@example.org>", "bert@example.org", "cora@example.org"];

/// A ledger with a run, a clock that stands still until it is turned, and the settings of mail.
struct Story {
    ledger: Ledger,
    run: i64,
    now: Cell<DateTime<Utc>>,
    rules: Mail,
    /// Who sends.
    from: &'static str,
}

impl Story {
    fn begin() -> Story {
        let ledger = Ledger::in_memory().unwrap();
        let now = "2026-10-20T04:00:00Z".parse().unwrap();
        let run = NewRun { pipeline: "a", period: None, as_of: now, trial: false, version: "0", limits: None };
        let run = ledger.begin_run(&run, now).unwrap();
        Story { ledger, run, now: Cell::new(now), rules: Mail::default(), from: "KIM <kim@example.org>" }
    }

    /// Another run of the same.
    fn begin_another(&mut self) {
        let now = self.now.get();
        let run = NewRun {
            pipeline: "a",
            period: "2026-Q3".parse().ok(),
            as_of: now,
            trial: false,
            version: "0",
            limits: None,
        };
        self.run = self.ledger.begin_run(&run, now).unwrap();
    }

    fn queue(&self) -> Vec<Delivery> {
        self.queue_for(&PEOPLE, false)
    }

    fn queue_for(&self, recipients: &[&str], once_more: bool) -> Vec<Delivery> {
        self.say("the same", recipients, once_more)
    }

    fn say(&self, content: &str, recipients: &[&str], once_more: bool) -> Vec<Delivery> {
        let known = |queued| match queued {
            Queued::Known(delivery) => *delivery,
            Queued::Overtaken(newer) => panic!("overtaken by {newer:?}"),
        };
        self.queue_all(content, recipients, once_more).into_iter().map(known).collect()
    }

    fn queue_all(&self, content: &str, recipients: &[&str], once_more: bool) -> Vec<Queued> {
        let letter = Letter { subject: "S".to_owned(), text: "T".to_owned(), html: "<p>T</p>".to_owned() };
        let workbook = Workbook { name: "a.xlsx".to_owned(), bytes: vec![7; 1000] };
        let edition = sha256(&workbook.bytes);
        let post = Post {
            audience: "politics",
            recipients,
            letter: &letter,
            workbook: &workbook,
            edition: &edition,
            content,
            release: "",
            once_more,
        };
        let sender = Sender { from: self.from, reply_to: None };
        queue(&self.ledger, self.run, &sender, &post, self.now.get(), self.now.get()).unwrap()
    }

    /// What is due is tried.
    fn round(&self, transport: &Transport) -> Vec<Delivery> {
        let now = || self.now.get();
        let sending =
            Sending { ledger: &self.ledger, transport, rules: &self.rules, now: &now, sleep: None, stop: None };
        deliver(&sending).unwrap()
    }

    fn later(&self, pause: TimeDelta) {
        self.now.set(self.now.get() + pause);
    }

    fn trouble(&self) -> Vec<String> {
        let trouble = self.ledger.deliveries_in_trouble().unwrap();
        trouble.iter().map(|mail| format!("{} {}", mail.recipient, mail.answer.as_deref().unwrap_or(""))).collect()
    }
}

fn transport(server: &Server) -> Transport {
    let settings = ServerSettings {
        host: "127.0.0.1".to_owned(),
        port: Some(server.port),
        security: Some(Spanned::new(0..0, Security::None)),
        user: None,
        password_env: None,
        password_file: None,
        ca_file: None,
        timeout_seconds: 2,
    };
    open(Some(&settings), Path::new("unused"), Path::new("unused")).unwrap()
}

fn server(rules: &[Rule]) -> Server {
    Server::start(Protection::Open, None, rules)
}

fn states(deliveries: &[Delivery]) -> Vec<&'static str> {
    deliveries.iter().map(|delivery| delivery.state.name()).collect()
}

fn got(server: &Server) -> Vec<String> {
    server.received().iter().flat_map(|received| received.to.clone()).collect()
}

const DAY: TimeDelta = TimeDelta::days(1);

#[test]
fn one_refusal_stops_nobody_and_who_waits_is_tried_again() {
    let story = Story::begin();
    let server = server(&[
        at(Step::Rcpt, Act::Say("550 5.1.1 no such user")).only_for("anna@example.org"),
        at(Step::Rcpt, Act::Say("450 4.2.1 busy")).only_for("bert@example.org").once(),
    ]);
    assert_eq!(states(&story.queue()), ["waiting"; 3]);
    let first = story.round(&transport(&server));
    assert_eq!(states(&first), ["refused", "waiting", "sent"]);
    assert_eq!(first[0].answer.as_deref(), Some("permanent error (550): 5.1.1 no such user"));
    story.later(DAY);
    let second = story.round(&transport(&server));
    assert_eq!((states(&second), second[0].tries), (vec!["sent"], 2), "only who waited");
    assert_eq!(got(&server), ["cora@example.org", "bert@example.org"]);
}

#[test]
fn the_same_content_is_never_sent_twice_unless_somebody_asks_for_it() {
    let story = Story::begin();
    let server = server(&[]);
    let first = story.queue();
    assert_eq!(states(&story.queue_for(&PEOPLE, true)), ["waiting"; 3], "still on its way: nothing to double");
    story.round(&transport(&server));
    assert_eq!(states(&story.queue()), ["sent"; 3], "known, and where it stands");
    assert!(story.round(&transport(&server)).is_empty());
    assert_eq!(server.received().len(), 3);
    for times in 1..=2 {
        let again = story.queue_for(&["bert@example.org"], true);
        assert_ne!(again[0].message_id, first[1].message_id, "another message: a mail program shows it");
        story.round(&transport(&server));
        assert_eq!(server.received().len(), 3 + times);
    }
    assert_eq!(states(&story.queue()), ["sent"; 3]);
    assert_eq!(story.ledger.message(1).unwrap(), None, "what arrived need not be kept");
}

#[test]
fn when_the_answer_is_lost_nothing_is_sent_again_by_itself() {
    let story = Story::begin();
    let server = server(&[at(Step::Dot, Act::HangUp).only_for("bert@example.org")]);
    story.queue();
    assert_eq!(states(&story.round(&transport(&server))), ["sent", "unknown", "sent"]);
    story.later(DAY * 30);
    assert!(story.round(&transport(&server)).is_empty());
    let trouble = story.ledger.deliveries_in_trouble().unwrap();
    assert_eq!(trouble.len(), 1);
    assert!(story.ledger.message(trouble[0].id).unwrap().is_some(), "kept for the person who must look");
}

#[test]
fn where_the_settings_say_so_a_lost_answer_is_sent_again_under_the_same_message_id() {
    let mut story = Story::begin();
    story.rules.resend_unknown = true;
    let lost = at(Step::Dot, Act::HangUp).only_for("bert@example.org").once();
    let server = server(&[lost]);
    let queued = story.queue();
    let first = story.round(&transport(&server));
    assert_eq!(states(&first), ["sent", "waiting", "sent"]);
    assert!(first[1].answer.as_deref().unwrap().contains("may have arrived"), "{first:?}");
    story.later(DAY);
    assert_eq!(states(&story.round(&transport(&server))), ["sent"]);
    let last = server.received().pop().unwrap();
    let head = String::from_utf8_lossy(&last.data).into_owned();
    assert!(head.contains(&format!("Message-ID: {}", queued[1].message_id)), "{head:.400}");
    // One that a dead process left in the middle, too.
    let one = story.queue_for(&["dora@example.org"], false);
    story.ledger.begin_delivery(&one[0], "127.0.0.1", story.now.get()).unwrap();
    story.ledger.hand_over(one[0].id, story.now.get()).unwrap();
    assert_eq!(states(&story.round(&transport(&server))), ["sent"]);
}

#[test]
fn a_dead_server_is_asked_once_not_for_each_recipient() {
    let story = Story::begin();
    let server = server(&[at(Step::Greeting, Act::HangUp)]);
    story.queue();
    let told = story.round(&transport(&server));
    assert_eq!((states(&told), server.connections()), (vec!["waiting"; 3], 1));
    assert!(told.iter().all(|delivery| delivery.answer.is_some() && delivery.tries == 1), "each says why: {told:?}");
}

#[test]
fn pauses_grow_and_in_the_end_it_is_given_up_and_told() {
    for rule in [at(Step::Greeting, Act::HangUp), at(Step::Rcpt, Act::Say("451 4.7.1 greylisted"))] {
        let mut story = Story::begin();
        let minutes = |count: i64| Spanned::new(0..0, Pause::seconds(60 * count));
        story.rules.retry_after = [5, 15, 60].map(minutes).to_vec();
        story.rules.give_up_after = minutes(300);
        let server = server(&[rule]);
        story.queue();
        let begun = story.now.get();
        let mut tried = Vec::new();
        for _ in 0..400 {
            let connections = server.connections();
            story.round(&transport(&server));
            if server.connections() > connections {
                tried.push((story.now.get() - begun).num_minutes());
            }
            story.later(TimeDelta::minutes(1));
        }
        assert_eq!(tried, [0, 5, 20, 80, 140, 200, 260]);
        let trouble = story.trouble();
        assert_eq!(trouble.len(), 3, "{trouble:?}");
        assert!(
            trouble.iter().all(|told| told.contains("given up after 7 tries since 2026-10-20 04:00 UTC: ")),
            "{trouble:?}"
        );
    }
}

#[test]
fn after_a_long_downtime_mail_is_tried_as_often_as_ever() {
    let mut story = Story::begin();
    story.rules.retry_after.truncate(2);
    let server = server(&[at(Step::Mail, Act::Say("451 later")).once()]);
    story.queue_for(&["bert@example.org"], false);
    // The process was down for a month: the first failure after it is not the end.
    story.later(DAY * 30);
    assert_eq!(states(&story.round(&transport(&server))), ["waiting"]);
    story.later(TimeDelta::minutes(5));
    assert_eq!(states(&story.round(&transport(&server))), ["sent"]);
}

#[test]
fn asked_to_stop_the_mail_under_way_is_finished_and_the_rest_goes_out_after_the_restart() {
    let story = Story::begin();
    let server = server(&[]);
    story.queue();
    let (transport, stop) = (transport(&server), AtomicBool::new(false));
    // The clock is asked in the middle of the first message: there somebody asks to stop.
    let now = || {
        if !story.ledger.deliveries_left().unwrap().iter().all(|mail| mail.state == DeliveryState::Waiting) {
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
        }
        story.now.get()
    };
    let (ledger, rules) = (&story.ledger, &story.rules);
    let sending = Sending { ledger, transport: &transport, rules, now: &now, sleep: None, stop: Some(&stop) };
    assert_eq!(states(&deliver(&sending).unwrap()), ["sent", "waiting", "waiting"]);
    assert_eq!(states(&story.round(&transport)), ["sent", "sent"]);
    assert_eq!(got(&server).len(), 3, "each once");
}

#[test]
fn a_person_who_waits_need_not_wait_for_a_pause() {
    let story = Story::begin();
    let server = server(&[at(Step::Rcpt, Act::Say("450 4.2.1 busy")).once()]);
    story.queue_for(&["bert@example.org"], false);
    let transport = transport(&server);
    story.round(&transport);
    assert_eq!(states(&story.round(&transport)), ["waiting"], "not due yet, and not tried");
    assert_eq!(server.connections(), 1);
    let now = || story.now.get();
    let sleep = |_: Duration| panic!("no rate, no sleep");
    let by_hand = Sending {
        ledger: &story.ledger,
        transport: &transport,
        rules: &story.rules,
        now: &now,
        sleep: Some(&sleep),
        stop: None,
    };
    assert_eq!(states(&deliver(&by_hand).unwrap()), ["sent"]);
}

#[test]
fn no_more_leave_in_any_minute_than_the_rate_allows() {
    let mut story = Story::begin();
    story.rules.per_minute = Some(Spanned::new(0..0, 2));
    let server = server(&[]);
    let many: Vec<String> = (0..5).map(|number| format!("p{number}@example.org")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    story.queue_for(&many, false);
    let transport = transport(&server);
    // Unattended, nobody sleeps: what is left over waits for the next look.
    assert_eq!(states(&story.round(&transport)), ["sent", "sent", "waiting", "waiting", "waiting"]);
    story.later(TimeDelta::seconds(59));
    assert_eq!(states(&story.round(&transport)), ["waiting"; 3]);
    story.later(TimeDelta::seconds(1));
    assert_eq!(states(&story.round(&transport)), ["sent", "sent", "waiting"]);
    // By hand it sleeps until there is room, and no longer.
    let slept = RefCell::new(Vec::new());
    let sleep = |pause: Duration| {
        slept.borrow_mut().push(pause.as_secs());
        story.later(TimeDelta::from_std(pause).unwrap());
    };
    let now = || story.now.get();
    let by_hand = Sending {
        ledger: &story.ledger,
        transport: &transport,
        rules: &story.rules,
        now: &now,
        sleep: Some(&sleep),
        stop: None,
    };
    assert_eq!(states(&deliver(&by_hand).unwrap()), ["sent"]);
    assert_eq!((slept.take(), server.received().len()), (vec![60], 5));
}

#[test]
fn after_a_crash_in_the_middle_a_server_is_left_alone_and_the_folder_repeated() {
    let story = Story::begin();
    let server = server(&[]);
    let smtp = transport(&server);
    let folder = tempfile::tempdir().unwrap();
    let files = open(None, &folder.path().join("outbox"), folder.path()).unwrap();
    let queued = story.queue();
    assert!(story.ledger.begin_delivery(&queued[0], &smtp.name(), story.now.get()).unwrap());
    story.ledger.hand_over(queued[0].id, story.now.get()).unwrap();
    assert!(story.ledger.begin_delivery(&queued[1], &files.name(), story.now.get()).unwrap());
    assert_eq!(states(&story.round(&files)), ["unknown", "written", "written"]);
    assert_eq!(std::fs::read_dir(folder.path().join("outbox")).unwrap().count(), 2);
    assert!(server.received().is_empty());
}

#[test]
fn after_a_crash_before_the_first_byte_there_is_no_doubt() {
    let story = Story::begin();
    let server = server(&[]);
    let smtp = transport(&server);
    let queued = story.queue();
    assert!(story.ledger.begin_delivery(&queued[0], &smtp.name(), story.now.get()).unwrap());
    assert_eq!(states(&story.round(&smtp)), ["sent"; 3]);
    // What was handed over in an earlier try says nothing of this one.
    let one = &story.queue_for(&["dora@example.org"], false)[0];
    story.ledger.hand_over(one.id, story.now.get()).unwrap();
    assert!(story.ledger.begin_delivery(one, &smtp.name(), story.now.get()).unwrap());
    assert_eq!(states(&story.round(&smtp)), ["sent"]);
}

#[test]
fn of_two_who_saw_the_same_message_waiting_one_hands_it_over() {
    let story = Story::begin();
    let queued = story.queue();
    assert!(story.ledger.begin_delivery(&queued[0], "a", story.now.get()).unwrap());
    assert!(!story.ledger.begin_delivery(&queued[0], "b", story.now.get()).unwrap());
}

#[test]
fn a_person_may_put_back_or_close_what_is_in_trouble_and_nothing_else() {
    let story = Story::begin();
    let server = server(&[
        at(Step::Rcpt, Act::Say("550 5.1.1 no such user")).only_for("anna@example.org").once(),
        at(Step::Dot, Act::HangUp).only_for("bert@example.org").once(),
    ]);
    story.queue();
    let first = story.round(&transport(&server));
    assert_eq!(states(&first), ["refused", "unknown", "sent"]);
    for mail in &first {
        story.ledger.wait_again(mail.id, story.now.get()).unwrap();
    }
    assert_eq!(states(&story.round(&transport(&server))), ["sent", "sent"], "what was sent stays so");
    assert_eq!(server.received().len(), 3);

    let story = Story::begin();
    let server = self::server(&[at(Step::Rcpt, Act::Say("550 5.1.1 no such user"))]);
    story.queue();
    let refused = story.round(&transport(&server));
    story.ledger.close_delivery(refused[0].id, story.now.get()).unwrap();
    assert_eq!(story.trouble().len(), 2);
    assert_eq!(states(&story.queue()), ["closed", "refused", "refused"], "it is told as closed, and not sent again");
    story.ledger.wait_again(refused[0].id, story.now.get()).unwrap();
    assert!(story.round(&transport(&server)).is_empty(), "closed is closed");
}

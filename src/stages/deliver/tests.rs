//! Stories told to a real mail server (`tests/support/smtp.rs`) and to a folder.

use std::path::Path;
use std::time::{Duration, Instant};

use super::*;
use crate::base::files::sha256;
use crate::base::settings::Spanned;
use crate::model::edition::{Letter, Workbook};
use crate::model::settings::{Security, Server as ServerSettings};
use crate::smtp_double::{Act, Protection, Rule, Server, Step, at};

const TO: &str = "rat@example.org";

fn letter() -> Letter {
    Letter {
        subject: "KIM-Auswertung für das 3. Quartal\r\nBcc: alle@example.org".to_owned(),
        text: "Guten Tag,\n\n.ein Punkt am Zeilenanfang und Umlaute: äöüß.\n".to_owned(),
        html: "<p>Guten Tag</p>".to_owned(),
    }
}

fn workbook(size: usize) -> Workbook {
    let bytes = (0..size).map(|number| (number.wrapping_mul(2_654_435_761) >> 7) as u8).collect();
    Workbook { name: "KIM_2026-Q3_Bürger.xlsx".to_owned(), bytes }
}

fn message(size: usize) -> (String, Vec<u8>) {
    let from = "KIM-Monitoring <kim@example.org>";
    let id = message_id(&sha256(&workbook(size).bytes), TO, 1, from).unwrap();
    let bytes = compose(&Message {
        from,
        reply_to: Some("Amt für Integration <amt@example.org>"),
        to: "Rat der Stadt <rat@example.org>",
        letter: &letter(),
        workbook: Some(&workbook(size)),
        message_id: &id,
        date: "2026-10-20T04:00:00Z".parse().unwrap(),
    })
    .unwrap();
    (id, bytes)
}

fn settings(server: &Server, security: Security) -> ServerSettings {
    ServerSettings {
        host: "127.0.0.1".to_owned(),
        port: Some(server.port),
        security: Some(Spanned::new(0..0, security)),
        user: None,
        password_env: None,
        password_file: None,
        ca_file: None,
        timeout_seconds: 2,
    }
}

/// Sends to a server without TLS that does what `rules` say.
fn told(rules: &[Rule], size: usize) -> (Receipt, Server) {
    let server = Server::start(Protection::Open, None, rules);
    let transport = open(Some(&settings(&server, Security::None)), Path::new("unused"), Path::new("unused")).unwrap();
    let (id, bytes) = message(size);
    let receipt = send(
        &transport,
        &Envelope { from: "kim@example.org", to: TO, message_id: &id },
        &bytes,
        &mut || Ok(()),
        &mut |_| (),
    );
    (receipt, server)
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    assert_eq!(message(500), message(500));
    assert_ne!(message(500).0, message(501).0, "another edition is another message");
    let id = |to, revision| message_id("ab", to, revision, "kim@Example.org").unwrap();
    assert_eq!(id("Rat <RAT@example.org>", 1), id(TO, 1), "the address counts, not how it is written");
    assert_ne!(id(TO, 1), id(TO, 2));
    assert!(id(TO, 1).ends_with("@example.org>"));
}

#[test]
fn a_message_says_all_a_mail_program_needs_and_no_line_can_be_smuggled_in() {
    let (id, bytes) = message(500);
    let text = String::from_utf8(bytes).unwrap();
    let (head, _) = text.split_once("\r\n\r\n").unwrap();
    for line in [
        &format!("Message-ID: {id}"),
        "Date: Tue, 20 Oct 2026 04:00:00 +0000",
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
    ] {
        assert!(head.contains(line), "{line} is not in\n{head}");
    }
    assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
    assert!(text.contains("filename=\"KIM_2026-Q3_B_rger.xlsx\""));
    assert!(text.is_ascii() && text.lines().all(|line| line.len() <= 998), "what every server takes");
    let names = ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "spreadsheetml.sheet"];
    let places: Vec<_> = names.iter().map(|name| text.find(name).unwrap_or_else(|| panic!("{name}"))).collect();
    assert!(places.is_sorted());
}

#[test]
fn what_is_sent_arrives_byte_for_byte() {
    let (receipt, server) = told(&[], 300_000);
    assert_eq!(receipt, Receipt::Sent { response: "250 2.0.0 queued as 4711".to_owned() });
    let [received] = &server.received()[..] else { panic!("one message") };
    assert_eq!((received.from.as_str(), &received.to[..]), ("kim@example.org", &[TO.to_owned()][..]));
    assert_eq!(sha256(&received.attachment()), sha256(&workbook(300_000).bytes));
    let (_, bytes) = message(300_000);
    assert!(received.data.starts_with(&bytes), "dots at line starts included");
}

#[test]
fn each_behaviour_of_a_server_has_its_receipt() {
    let kind = |rule: Rule, size| match told(&[rule], size).0 {
        Receipt::Refused { reason } => format!("refused {reason}"),
        Receipt::Waiting { reason } => format!("waiting {reason}"),
        Receipt::Unreachable { reason } => format!("unreachable {reason}"),
        Receipt::Unknown { reason } => format!("unknown {reason}"),
        other => format!("{other:?}"),
    };
    let (large, small) = (20_000_000, 500);
    let cases = [
        (at(Step::Greeting, Act::Say("421 later")), small, "unreachable"),
        (at(Step::Greeting, Act::Say("554 not you")), small, "unreachable"),
        (at(Step::Greeting, Act::HangUp), small, "unreachable"),
        (at(Step::Mail, Act::Say("451 later")), small, "waiting"),
        (
            at(Step::Rcpt, Act::Say("450 4.2.1 mailbox busy")),
            small,
            "waiting transient error (450): 4.2.1 mailbox busy",
        ),
        (
            at(Step::Rcpt, Act::Say("550 5.1.1 no such user")),
            small,
            "refused permanent error (550): 5.1.1 no such user",
        ),
        (at(Step::Rcpt, Act::HangUp), small, "waiting"),
        (at(Step::Data, Act::Say("452 4.3.1 full")), small, "waiting"),
        (at(Step::Body(100_000), Act::HangUp), large, "waiting"),
        (at(Step::Dot, Act::Say("451 4.3.0 later")), small, "waiting"),
        (at(Step::Dot, Act::Say("554 5.6.0 no spreadsheets")), small, "refused"),
        (at(Step::Dot, Act::HangUp), small, "unknown"),
    ];
    for (rule, size, expected) in cases {
        let told = kind(rule.clone(), size);
        assert!(told.starts_with(expected), "{rule:?}: {told}");
    }
}

#[test]
fn a_server_that_will_not_be_greeted_twice_gets_its_mail() {
    let rules = [
        at(Step::Ehlo, Act::Say("250-test\r\n250 SIZE 50000000")).once(),
        at(Step::Ehlo, Act::Say("503 5.5.1 Invalid command: Already identified")),
    ];
    let (receipt, server) = told(&rules, 500);
    assert!(matches!(receipt, Receipt::Sent { .. }), "{receipt:?}");
    assert_eq!((server.received().len(), server.said("EHLO").len()), (1, 2));
}

#[test]
fn a_message_that_is_too_large_is_told_before_it_is_sent() {
    for (offer, taken) in [
        ("250-test\r\n250-SIZE 4000\r\n250 8BITMIME", false),
        ("250-test\r\n250 size 4000", false),
        ("250-test\r\n250 SIZE 400000", true),
        ("250-test\r\n250 SIZE 0", true),
        ("250-test\r\n250 SIZE", true),
        ("250-test\r\n250 SIZE plenty", true),
        ("250 test", true),
    ] {
        let (receipt, server) = told(&[at(Step::Ehlo, Act::Say(offer))], 5_000);
        assert_eq!(matches!(receipt, Receipt::Sent { .. }), taken, "{offer}: {receipt:?}");
        assert_eq!(server.received().len(), usize::from(taken));
        if let Receipt::Refused { reason } = receipt {
            assert!(reason.contains("takes 0.0 MB at most") && reason.contains("`without`"), "{reason}");
        }
    }
    // Where the server says it only when it hears the size.
    let rule = at(Step::Mail, Act::Say("552 5.3.4 message too big"));
    let (receipt, server) = told(&[rule], 5_000);
    assert_eq!(receipt, Receipt::Refused { reason: "permanent error (552): 5.3.4 message too big".to_owned() });
    assert!(server.said("MAIL").iter().all(|line| line.contains("SIZE=")), "{:?}", server.said("MAIL"));
}

#[test]
fn a_connection_that_breaks_at_whatever_step_before_the_end_leaves_the_mail_waiting() {
    // More than the buffers on the way hold: else the end may have left before the break is noticed.
    let (small, large) = (500, 20_000_000);
    let steps = [Step::Ehlo, Step::Mail, Step::Rcpt, Step::Data].map(|step| (step, small));
    for (step, size) in steps.into_iter().chain([(Step::Body(1), large), (Step::Body(1_000_000), large)]) {
        let (receipt, server) = told(&[at(step, Act::HangUp)], size);
        let waits = matches!(receipt, Receipt::Waiting { .. } | Receipt::Unreachable { .. });
        assert!(waits && server.received().is_empty(), "{step:?}: {receipt:?}");
    }
}

#[test]
fn a_silent_server_costs_the_timeout_and_no_more() {
    for (step, unknown) in [(Step::Greeting, false), (Step::Rcpt, false), (Step::Dot, true)] {
        let begun = Instant::now();
        let (receipt, _) = told(&[at(step, Act::Silence)], 500);
        assert!(begun.elapsed() < Duration::from_secs(8), "{step:?} took {:?}", begun.elapsed());
        assert_eq!(matches!(receipt, Receipt::Unknown { .. }), unknown, "{step:?}: {receipt:?}");
        assert!(!matches!(receipt, Receipt::Sent { .. }));
        let said = format!("{receipt:?}");
        assert!(said.contains("no answer within 2 s") && !said.contains("os error"), "{said}");
    }
}

#[test]
fn with_tls_and_a_login_both_ways_work() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("password"), "g€heim\n").unwrap();
    for (protection, security) in [(Protection::Starttls, Security::Starttls), (Protection::Tls, Security::Tls)] {
        let server = Server::start(protection, Some(("kim", "g€heim")), &[]);
        std::fs::write(folder.path().join("ca.pem"), &server.ca).unwrap();
        let mut settings = settings(&server, security);
        settings.ca_file = Some("ca.pem".to_owned());
        settings.user = Some("kim".to_owned());
        settings.password_file = Some("password".to_owned());
        let (id, bytes) = message(500);
        let envelope = Envelope { from: "kim@example.org", to: TO, message_id: &id };
        let transport = open(Some(&settings), Path::new("unused"), folder.path()).unwrap();
        let receipt = send(&transport, &envelope, &bytes, &mut || Ok(()), &mut |_| ());
        assert!(matches!(receipt, Receipt::Sent { .. }), "{security:?}: {receipt:?}");
        let received = &server.received()[0];
        assert!(received.encrypted);
        assert_eq!(received.login, Some(("kim".to_owned(), "g€heim".to_owned())));

        std::fs::write(folder.path().join("password"), "falsch").unwrap();
        let transport = open(Some(&settings), Path::new("unused"), folder.path()).unwrap();
        let Receipt::Unreachable { reason } = send(&transport, &envelope, &bytes, &mut || Ok(()), &mut |_| ()) else {
            panic!("no login")
        };
        assert!(reason.contains("535") && !reason.contains("falsch"), "{reason}");
        std::fs::write(folder.path().join("password"), "g€heim").unwrap();
    }
}

#[test]
fn a_server_that_cannot_be_trusted_gets_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (id, bytes) = message(500);
    let envelope = Envelope { from: "kim@example.org", to: TO, message_id: &id };
    let another = Server::start(Protection::Starttls, None, &[]);
    std::fs::write(folder.path().join("ca.pem"), &another.ca).unwrap();
    for (protection, security) in [(Protection::Starttls, Security::Starttls), (Protection::Tls, Security::Tls)] {
        let server = Server::start(protection, None, &[]);
        for ca in [None, Some("ca.pem".to_owned())] {
            let settings = ServerSettings { ca_file: ca, ..settings(&server, security) };
            let transport = open(Some(&settings), Path::new("unused"), folder.path()).unwrap();
            let receipt = send(&transport, &envelope, &bytes, &mut || Ok(()), &mut |_| ());
            assert!(matches!(receipt, Receipt::Unreachable { .. }), "{receipt:?}");
        }
        assert!(server.received().is_empty());
    }
    // One that does not offer STARTTLS is not spoken to in the open.
    let server = Server::start(Protection::Open, None, &[]);
    let transport = open(Some(&settings(&server, Security::Starttls)), Path::new("unused"), folder.path()).unwrap();
    assert!(matches!(send(&transport, &envelope, &bytes, &mut || Ok(()), &mut |_| ()), Receipt::Unreachable { .. }));
    assert!(server.received().is_empty());
}

#[test]
fn settings_that_would_be_unsafe_or_half_are_refused() {
    let server = Server::start(Protection::Open, None, &[]);
    let good = settings(&server, Security::None);
    let error = |settings: &ServerSettings| {
        open(Some(settings), Path::new("unused"), Path::new("unused")).err().map(|error| error.to_string())
    };
    assert_eq!(error(&good), None);
    let elsewhere = ServerSettings { host: "mail.example.org".to_owned(), ..good.clone() };
    assert!(error(&elsewhere).unwrap().contains("only for a mail server on this machine"));
    let half = ServerSettings { user: Some("kim".to_owned()), ..good.clone() };
    assert!(error(&half).unwrap().contains("belong together"));
    let no_secret = ServerSettings { password_env: Some("KIM_TEST_NOT_SET".to_owned()), ..half };
    assert!(error(&no_secret).unwrap().contains("password"));
}

#[test]
fn in_the_folder_a_message_is_one_file_however_often_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let outbox = folder.path().join("outbox");
    let transport = open(None, &outbox, folder.path()).unwrap();
    let (id, bytes) = message(500);
    let envelope = Envelope { from: "kim@example.org", to: TO, message_id: &id };
    let first = send(&transport, &envelope, &bytes, &mut || Ok(()), &mut |_| ());
    assert_eq!(send(&transport, &envelope, &bytes, &mut || Ok(()), &mut |_| ()), first);
    let Receipt::Written { path } = first else { panic!("{first:?}") };
    assert_eq!(std::fs::read(path).unwrap(), bytes);
    assert_eq!(std::fs::read_dir(&outbox).unwrap().count(), 1);
}

#[test]
fn what_cannot_be_written_down_is_not_handed_over() {
    let server = Server::start(Protection::Open, None, &[]);
    let transport = open(Some(&settings(&server, Security::None)), Path::new("unused"), Path::new("unused")).unwrap();
    let (id, bytes) = message(1000);
    let envelope = Envelope { from: "kim@example.org", to: TO, message_id: &id };
    let receipt = send(&transport, &envelope, &bytes, &mut || Err("the disk is full".to_owned()), &mut |_| ());
    assert_eq!(receipt, Receipt::Waiting { reason: "the disk is full".to_owned() });
    assert!(server.received().is_empty());
}

#[test]
fn the_answer_is_told_before_the_server_is_taken_leave_of_however_long_that_takes() {
    for act in [Act::Silence, Act::HangUp, Act::Say("554 never")] {
        let server = Server::start(Protection::Open, None, &[at(Step::Quit, act)]);
        let transport =
            open(Some(&settings(&server, Security::None)), Path::new("unused"), Path::new("unused")).unwrap();
        let (id, bytes) = message(500);
        let envelope = Envelope { from: "kim@example.org", to: TO, message_id: &id };
        let mut told = None;
        let mut answered = |receipt: &Receipt| told = Some((receipt.clone(), server.said("QUIT").len()));
        let receipt = send(&transport, &envelope, &bytes, &mut || Ok(()), &mut answered);
        assert!(matches!(receipt, Receipt::Sent { .. }), "{receipt:?}");
        assert_eq!((told, server.said("QUIT").len()), (Some((receipt, 0)), 1));
    }
}

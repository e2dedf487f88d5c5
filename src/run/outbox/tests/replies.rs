//! Every point at which a server answers, and every way in which it does or does not: what the ledger says of it, what the
//! server has, and what is sent afterwards.

use super::series::{BERT, read, runs};
use super::*;

/// A step, what is done there, what the ledger says, and whether the server has it without having said so.
type Row = (Step, Act, &'static str, bool);

const STALL: Act = Act::Silence;
const LATER: Act = Act::Say("451 4.3.0 later");
const NEVER: Act = Act::Say("554 5.7.1 never");
const GOODBYE: Act = Act::Say("421 4.3.2 shutting down");

const TABLE: [Row; 31] = [
    // What is said before a message is talked of is of us, or of the server.
    (Step::Greeting, LATER, "waiting", false),
    (Step::Greeting, NEVER, "waiting", false),
    (Step::Greeting, Act::HangUp, "waiting", false),
    (Step::Greeting, STALL, "waiting", false),
    (Step::Ehlo, NEVER, "waiting", false),
    (Step::Ehlo, Act::HangUp, "waiting", false),
    (Step::Mail, LATER, "waiting", false),
    (Step::Mail, GOODBYE, "waiting", false),
    (Step::Mail, NEVER, "refused", false),
    (Step::Mail, Act::HangUp, "waiting", false),
    (Step::Mail, STALL, "waiting", false),
    (Step::Rcpt, LATER, "waiting", false),
    (Step::Rcpt, GOODBYE, "waiting", false),
    (Step::Rcpt, NEVER, "refused", false),
    (Step::Rcpt, Act::HangUp, "waiting", false),
    (Step::Rcpt, STALL, "waiting", false),
    (Step::Data, LATER, "waiting", false),
    (Step::Data, GOODBYE, "waiting", false),
    (Step::Data, NEVER, "refused", false),
    (Step::Data, Act::HangUp, "waiting", false),
    (Step::Data, STALL, "waiting", false),
    // An answer to the whole message, for now or for good, is an answer: it was not taken.
    (Step::Dot, LATER, "waiting", false),
    (Step::Dot, GOODBYE, "waiting", false),
    (Step::Dot, NEVER, "refused", false),
    // No answer, or none that answers this.
    (Step::Dot, Act::HangUp, "unknown", false),
    (Step::Dot, Act::Swallow, "unknown", true),
    (Step::Dot, STALL, "unknown", false),
    (Step::Dot, Act::Say("354 go on"), "unknown", false),
    // Whatever is said after it changes nothing.
    (Step::Quit, NEVER, "sent", false),
    (Step::Quit, Act::HangUp, "sent", false),
    (Step::Quit, STALL, "sent", false),
];

/// A server that does so with the next message, and is well afterwards.
fn once(step: Step, act: Act) -> Server {
    server(&[at(step, act).once()])
}

/// Side by side, because a server that stalls costs its time.
fn each(rows: impl Iterator<Item = Row>, tell: impl Fn(Row) + Sync + Copy + Send) {
    std::thread::scope(|scope| rows.for_each(|row| drop(scope.spawn(move || tell(row)))));
}

#[test]
fn every_answer_has_its_state_and_only_doubt_is_doubt() {
    each(TABLE.into_iter(), |(step, act, state, has_it)| {
        let what = format!("{step:?} {act:?}");
        let mut story = Story::begin();
        let server = once(step, act);
        let transport = transport(&server);
        // A was sent long ago; then B meets the server on a bad day.
        runs(&mut story, "A", &super::transport(&self::server(&[])));
        story.begin_another();
        story.say("B", BERT, false);
        let [told] = &story.round(&transport)[..] else { panic!("{what}: one mail") };
        assert_eq!(told.state.name(), state, "{what}: {told:?}");
        assert_eq!(server.received().len(), usize::from(has_it || state == "sent"), "{what}");
        let doubt = told.id;
        let settled = story.ledger.has_not_arrived(told).unwrap();
        assert_eq!(settled, matches!(state, "waiting" | "refused"), "{what}: is it in doubt?");

        // A counts again. Where B has certainly not arrived, A is what he holds; else A is said again.
        let before = server.received().len();
        runs(&mut story, "A", &transport);
        story.later(DAY);
        story.round(&transport);
        let again = usize::from(matches!(state, "sent" | "unknown"));
        assert_eq!(server.received().len() - before, again, "{what}: A once more?");
        let all = story.ledger.all_deliveries().unwrap();
        let b = all.iter().find(|mail| mail.id == doubt).unwrap();
        assert_eq!(b.state.name(), if state == "sent" { "sent" } else { "closed" }, "{what}: it is not sent any more");
        assert!(story.trouble().is_empty() && story.ledger.deliveries_left().unwrap().is_empty(), "{what}");
    });
}

#[test]
fn what_waits_after_whatever_answer_arrives_once_when_the_server_is_well() {
    each(TABLE.into_iter().filter(|(_, _, state, _)| *state == "waiting"), |(step, act, state, _)| {
        let mut story = Story::begin();
        let server = once(step, act);
        let transport = transport(&server);
        runs(&mut story, "B", &transport);
        for _ in 0..3 {
            story.later(DAY);
            story.round(&transport);
        }
        assert_eq!(read(&story, &server), ["B1"], "{step:?} {act:?} {state}");
    });
}

#[test]
fn a_doubt_is_not_forgotten_by_a_later_refusal() {
    let mut story = Story::begin();
    story.rules.resend_unknown = true;
    let well = server(&[]);
    runs(&mut story, "A", &transport(&well));
    // It is taken over, and nobody is told; then the server has no time.
    let swallows = server(&[at(Step::Dot, Act::Swallow)]);
    runs(&mut story, "B", &transport(&swallows));
    story.later(DAY);
    assert_eq!(states(&story.round(&transport(&server(&[at(Step::Mail, LATER)])))), ["waiting"]);
    // B may be what he holds, so A must follow.
    runs(&mut story, "A", &transport(&well));
    assert_eq!(
        (read(&story, &swallows), read(&story, &well)),
        (vec!["B1".to_owned()], vec!["A1".to_owned(), "A2".to_owned()])
    );
}

//! A hostile mail server: it stalls, drops the line, refuses, asks for patience, takes a message and does not say so. After
//! as many runs as it takes each mail has exactly one outcome, and nobody gets it twice.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Scene, open_server, states};
use crate::smtp::{Act, Rule, Step, at};

const RECIPIENTS: [&str; 3] = [
    "landrat@hochsauerlandkreis.example.org",
    "sozialausschuss@hochsauerlandkreis.example.org",
    "kim-koordination@hochsauerlandkreis.example.org",
];

/// Runs until nothing waits; then compares the outcome of each recipient with what is expected, and with the server's.
fn ends_with(rules: &[Rule], expected: [&str; 3]) {
    let server = open_server(rules);
    let scene = Scene::new(&server);
    let told = scene.run_to_the_end();
    let run: Value = serde_json::from_str(&told.out).expect("one document");
    let outcome = states(&run);
    let expected: BTreeMap<String, String> =
        RECIPIENTS.iter().map(|to| (*to).to_owned()).zip(expected.map(str::to_owned)).collect();
    assert_eq!(outcome, expected, "{rules:?}");
    let needs_a_person = outcome.values().any(|state| state != "sent");
    assert_eq!(told.code, i32::from(needs_a_person), "{rules:?}: {}", told.out);
    let mut received: BTreeMap<String, usize> = BTreeMap::new();
    for mail in server.received() {
        assert_eq!(mail.to.len(), 1);
        *received.entry(mail.to[0].clone()).or_default() += 1;
    }
    for (to, state) in &outcome {
        let count = received.get(to).copied().unwrap_or(0);
        let right = match state.as_str() {
            "sent" => count == 1,
            "unknown" => count <= 1,
            _ => count == 0,
        };
        assert!(right, "{rules:?}: {to} is {state} and was received {count} times");
    }
    // And once more: what is settled stays settled.
    let again = scene.run();
    let run: Value = serde_json::from_str(&again.out).expect("one document");
    assert_eq!((states(&run), again.code), (outcome, told.code), "{rules:?}");
    assert_eq!(server.received().len(), received.values().sum::<usize>());
}

fn only(index: usize, step: Step, act: Act) -> Rule {
    at(step, act).only_for(RECIPIENTS[index])
}

#[test]
fn that_refuses_some() {
    let refused = |step| only(0, step, Act::Say("554 5.7.1 not from you"));
    ends_with(&[refused(Step::Rcpt)], ["refused", "sent", "sent"]);
    ends_with(
        &[refused(Step::Data), only(1, Step::Dot, Act::Say("552 5.3.4 too large"))],
        ["refused", "refused", "sent"],
    );
    // What is said to nobody in particular is said to who comes first.
    ends_with(&[at(Step::Mail, Act::Say("550 5.7.1 go away")).once()], ["refused", "sent", "sent"]);
}

#[test]
fn that_asks_for_patience() {
    let later = |step, index| only(index, step, Act::Say("451 4.7.1 greylisted, come back")).once();
    ends_with(&[later(Step::Rcpt, 0), later(Step::Rcpt, 1), later(Step::Rcpt, 2)], ["sent"; 3]);
    ends_with(&[later(Step::Data, 0), later(Step::Dot, 1), later(Step::Dot, 1)], ["sent"; 3]);
    ends_with(&[at(Step::Greeting, Act::Say("554 5.3.2 not today")).once()], ["sent"; 3]);
}

#[test]
fn that_drops_the_line() {
    let drops = |index, step| only(index, step, Act::HangUp).once();
    ends_with(&[at(Step::Greeting, Act::HangUp).once(), drops(0, Step::Rcpt), drops(1, Step::Data)], ["sent"; 3]);
    ends_with(&[at(Step::Mail, Act::HangUp).once()], ["sent"; 3]);
    ends_with(&[drops(0, Step::Dot), only(1, Step::Dot, Act::Swallow).once()], ["unknown", "unknown", "sent"]);
}

#[test]
fn that_says_nothing() {
    let silent = |index, step| only(index, step, Act::Silence).once();
    ends_with(&[at(Step::Greeting, Act::Silence).once(), silent(0, Step::Rcpt), silent(1, Step::Data)], ["sent"; 3]);
    ends_with(&[silent(2, Step::Dot)], ["sent", "sent", "unknown"]);
}

//! The last word that a recipient holds is the true one: content that comes back, content that is overtaken.

use proptest::prelude::*;

use super::*;

const BERT: &[&str] = &["bert@example.org"];
const NO: Act = Act::Say("550 5.1.1 no such user");
const LATER: Act = Act::Say("451 4.3.2 later");

/// What each mail that arrived says; the id tells it, and how often it was said before.
fn read(story: &Story, server: &Server) -> Vec<String> {
    let all = story.ledger.all_deliveries().unwrap();
    let said = |data: &[u8]| {
        let head = String::from_utf8_lossy(data).into_owned();
        let mail = all.iter().find(|mail| head.contains(&format!("Message-ID: {}", mail.message_id))).unwrap();
        let id = |content: &str, revision| message_id(content, BERT[0], revision, "kim@example.org").unwrap();
        let known = ["A", "B", "C"].into_iter().flat_map(|content| (1..9).map(move |revision| (content, revision)));
        let (content, revision) =
            known.into_iter().find(|(content, number)| id(content, *number) == mail.message_id).unwrap();
        format!("{content}{revision}")
    };
    server.received().iter().map(|mail| said(&mail.data)).collect()
}

fn runs(story: &mut Story, contents: &str, transport: &Transport) {
    for content in contents.chars() {
        story.begin_another();
        story.say(&content.to_string(), BERT, false);
        story.later(DAY);
        story.round(transport);
    }
}

#[test]
fn content_that_comes_back_after_a_correction_is_said_again_and_then_no_more() {
    let mut story = Story::begin();
    let server = server(&[]);
    runs(&mut story, "ABAABBACCA", &transport(&server));
    assert_eq!(read(&story, &server), ["A1", "B1", "A2", "B2", "A3", "C1", "A4"]);
    // A process that dies between writing it down and sending it, and the run after it.
    for _ in 0..3 {
        story.begin_another();
        story.say("B", BERT, false);
    }
    story.round(&transport(&server));
    assert_eq!(read(&story, &server).last().unwrap(), "B3");
    assert_eq!(server.received().len(), 8, "once");
}

#[test]
fn what_was_overtaken_before_it_left_is_not_sent_any_more() {
    let mut story = Story::begin();
    let away = server(&[at(Step::Mail, LATER)]);
    let back = server(&[]);
    runs(&mut story, "AB", &transport(&away));
    story.later(DAY);
    story.round(&transport(&back));
    assert_eq!(read(&story, &back), ["B1"], "the newest word, and no older one after it");
    // The correction never left, so what they hold is true.
    runs(&mut story, "C", &transport(&away));
    runs(&mut story, "B", &transport(&back));
    story.later(DAY);
    story.round(&transport(&back));
    assert_eq!(read(&story, &back), ["B1"]);
    assert!(story.ledger.deliveries_left().unwrap().is_empty() && story.trouble().is_empty());
    // What was overtaken before it left, and counts again, goes out.
    runs(&mut story, "A", &transport(&back));
    assert_eq!(read(&story, &back), ["B1", "A2"]);
}

#[test]
fn what_was_refused_or_is_in_doubt_is_nobodys_trouble_once_a_newer_word_takes_its_place() {
    for (rule, doubt) in [(at(Step::Rcpt, NO).once(), false), (at(Step::Dot, Act::HangUp).once(), true)] {
        let mut story = Story::begin();
        let server = server(&[rule]);
        runs(&mut story, "AA", &transport(&server));
        assert_eq!((story.trouble().len(), server.received().len()), (1, 0), "a person must look");
        runs(&mut story, "B", &transport(&server));
        assert!(story.trouble().is_empty());
        runs(&mut story, "A", &transport(&server));
        assert_eq!(read(&story, &server), ["B1", "A2"], "in doubt: {doubt}");
    }
    // What is in doubt may be what they hold.
    let mut story = Story::begin();
    let server = server(&[at(Step::Dot, Act::Swallow).once()]);
    runs(&mut story, "A", &transport(&self::server(&[])));
    runs(&mut story, "BA", &transport(&server));
    assert_eq!(read(&story, &server), ["B1", "A2"]);
}

#[test]
fn another_recipient_audience_pipeline_or_period_is_another_series() {
    let mut story = Story::begin();
    let server = server(&[]);
    let transport = transport(&server);
    runs(&mut story, "A", &transport);
    story.say("B", &["cora@example.org"], false);
    story.round(&transport);
    for (pipeline, period) in [("another", "2026-Q3"), ("a", "2026-Q4")] {
        let run = NewRun {
            pipeline,
            period: period.parse().ok(),
            as_of: story.now.get(),
            trial: false,
            version: "0",
            limits: None,
        };
        story.run = story.ledger.begin_run(&run, story.now.get()).unwrap();
        story.say(&format!("{pipeline} {period}"), BERT, false);
        story.round(&transport);
    }
    assert_eq!(server.received().len(), 4);
    runs(&mut story, "A", &transport);
    assert_eq!(server.received().len(), 4, "nothing of its own series came after it");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// Whatever is said in whatever order, while the server takes mail or does not: what he got last is what was said last,
    /// and never the same twice in a row.
    #[test]
    fn the_last_word_is_the_true_one(said in proptest::collection::vec((0..3_usize, any::<bool>()), 1..9)) {
        let mut story = Story::begin();
        let (open, away) = (server(&[]), server(&[at(Step::Mail, LATER)]));
        let (open_way, away_way) = (transport(&open), transport(&away));
        for (content, takes) in &said {
            runs(&mut story, ["A", "B", "C"][*content], if *takes { &open_way } else { &away_way });
        }
        story.later(DAY);
        story.round(&open_way);
        let read: Vec<char> = read(&story, &open).iter().filter_map(|said| said.chars().next()).collect();
        prop_assert_eq!(read.last().copied(), ["A", "B", "C"][said.last().unwrap().0].chars().next());
        prop_assert!(read.windows(2).all(|two| two[0] != two[1]), "{:?}", read);
    }
}

//! The last word that a recipient holds is the true one: content that comes back, content that is overtaken.

use proptest::prelude::*;

use super::*;

pub(super) const BERT: &[&str] = &["bert@example.org"];
const NO: Act = Act::Say("550 5.1.1 no such user");
const LATER: Act = Act::Say("451 4.3.2 later");

/// What each mail that arrived says; the id tells it, and how often it was said before.
pub(super) fn read(story: &Story, server: &Server) -> Vec<String> {
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

pub(super) fn runs(story: &mut Story, contents: &str, transport: &Transport) {
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
        // Nothing is given up meanwhile.
        story.rules.give_up_after = Spanned::new(0..0, Pause::seconds(60 * 86_400));
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

/// A run as of so many hours after the story's beginning, by a machine that shows `now`.
fn run_as_of(story: &mut Story, hours: i64, content: &str) -> Vec<Queued> {
    let now = story.now.get();
    let as_of = "2026-10-20T04:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::hours(hours);
    let run = NewRun { pipeline: "a", period: "2026-Q3".parse().ok(), as_of, trial: false, version: "0", limits: None };
    story.run = story.ledger.begin_run(&run, now).unwrap();
    story.queue_all(content, BERT, false)
}

fn overtaken_by(queued: &[Queued]) -> Option<i64> {
    match queued {
        [Queued::Overtaken(newer)] => Some(newer.run),
        _ => None,
    }
}

#[test]
fn older_figures_are_not_said_after_newer_ones_wherever_those_stand() {
    let refuses = [at(Step::Rcpt, NO)];
    let in_doubt = [at(Step::Dot, Act::HangUp)];
    for (rules, state) in
        [(&[][..], "sent"), (&[at(Step::Mail, LATER)], "waiting"), (&refuses, "refused"), (&in_doubt, "unknown")]
    {
        let mut story = Story::begin();
        story.later(DAY);
        let server = server(rules);
        run_as_of(&mut story, 9, "B");
        let newer = story.run;
        story.round(&transport(&server));
        assert_eq!(overtaken_by(&run_as_of(&mut story, 6, "A")), Some(newer), "{state}");
        let all = story.ledger.all_deliveries().unwrap();
        assert_eq!((all.len(), all[0].state.name()), (1, state), "and it takes the place of nothing");
        // The same figures, or newer ones, are said as ever.
        assert_eq!(overtaken_by(&run_as_of(&mut story, 9, "A")), None, "{state}");
        assert_eq!(overtaken_by(&run_as_of(&mut story, 6, "A")), None, "{state}: that is what the newest run says");
    }
}

#[test]
fn whoever_says_the_same_again_with_newer_figures_stands_behind_it() {
    let mut story = Story::begin();
    story.later(DAY);
    let server = server(&[]);
    run_as_of(&mut story, 1, "A");
    story.round(&transport(&server));
    run_as_of(&mut story, 9, "A");
    let newest = story.run;
    assert_eq!(overtaken_by(&run_as_of(&mut story, 6, "B")), Some(newest), "A is as of nine o'clock");
    story.round(&transport(&server));
    assert_eq!(read(&story, &server), ["A1"]);
}

#[test]
fn older_figures_that_a_person_wants_sent_are_sent_and_newer_ones_follow_with_the_next_run() {
    let mut story = Story::begin();
    story.later(DAY);
    let away = transport(&server(&[at(Step::Mail, LATER)]));
    let server = server(&[]);
    run_as_of(&mut story, 9, "B");
    story.round(&away);
    run_as_of(&mut story, 6, "A");
    story.say("A", BERT, true);
    story.later(DAY);
    story.round(&transport(&server));
    assert_eq!(read(&story, &server), ["B1", "A1"], "what is newer is not closed for it");
    run_as_of(&mut story, 12, "B");
    story.round(&transport(&server));
    assert_eq!(read(&story, &server), ["B1", "A1", "B2"]);
}

#[test]
fn a_clock_that_was_ahead_holds_back_no_mail() {
    let mut story = Story::begin();
    let server = server(&[]);
    let right = story.now.get();
    story.later(TimeDelta::days(3652));
    run_as_of(&mut story, 24 * 3652, "C");
    story.round(&transport(&server));
    story.now.set(right + DAY);
    assert_eq!(overtaken_by(&run_as_of(&mut story, 24, "A")), None);
    story.round(&transport(&server));
    // Nor when the day comes that it showed.
    story.now.set(right + TimeDelta::days(3700));
    assert_eq!(overtaken_by(&run_as_of(&mut story, 30, "B")), None);
    story.round(&transport(&server));
    assert_eq!(read(&story, &server), ["C1", "A1", "B1"]);
    // A run as of a day that has not come has seen no more than there was.
    let mut story = Story::begin();
    run_as_of(&mut story, 24 * 3652, "A");
    story.later(DAY);
    assert_eq!(overtaken_by(&run_as_of(&mut story, 24, "B")), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// In whatever order runs say what they know as of whatever hour, while the server takes mail or does not: what he got last
    /// has the newest figures (of runs with the same, the last), and he never got the same twice in a row.
    #[test]
    fn the_last_word_has_the_newest_figures(
        said in proptest::collection::vec((0..3_usize, 0..5_i64, any::<bool>()), 1..9)
    ) {
        let mut story = Story::begin();
        // Nothing is given up meanwhile.
        story.rules.give_up_after = Spanned::new(0..0, Pause::seconds(60 * 86_400));
        story.later(DAY);
        let (open, away) = (server(&[]), server(&[at(Step::Mail, LATER)]));
        let (open_way, away_way) = (transport(&open), transport(&away));
        for (content, hour, takes) in &said {
            run_as_of(&mut story, *hour, ["A", "B", "C"][*content]);
            story.later(DAY);
            story.round(if *takes { &open_way } else { &away_way });
        }
        story.later(DAY);
        story.round(&open_way);
        let newest = said.iter().max_by_key(|(_, hour, _)| hour).unwrap();
        let read: Vec<char> = read(&story, &open).iter().filter_map(|said| said.chars().next()).collect();
        prop_assert_eq!(read.last().copied(), ["A", "B", "C"][newest.0].chars().next());
        prop_assert!(read.windows(2).all(|two| two[0] != two[1]), "{:?}", read);
    }
}

#[test]
fn what_was_asked_for_once_more_is_not_sent_twice_when_its_run_is_taken_up() {
    use crate::run::ledger::{Limits, Outcome};
    use crate::run::order::Resend;

    let mut story = Story::begin();
    story.begin_another();
    let server = server(&[at(Step::Dot, Act::Swallow).only_for("cora@example.org")]);
    let transport = transport(&server);
    let (anna, bert, cora) = ("anna@example.org", "bert@example.org", "cora@example.org");
    story.say("A", &[anna], false);
    story.round(&transport);
    story.ledger.end_run(story.run, Outcome::Done, "{}", story.now.get()).unwrap();
    story.later(TimeDelta::hours(1));

    let limits = Limits { resend: Some(Resend::Everybody), ..Limits::default() };
    let as_of = story.now.get();
    let resend = |story: &mut Story| {
        let run = NewRun {
            pipeline: "a",
            period: "2026-Q3".parse().ok(),
            as_of,
            trial: false,
            version: "0",
            limits: Some(&limits),
        };
        story.run = story.ledger.begin_run(&run, story.now.get()).unwrap();
    };
    resend(&mut story);
    let asked = story.say("A", &[anna, cora], true);
    assert_eq!(states(&asked), ["waiting", "waiting"], "also to who has it");
    story.round(&transport);
    assert_eq!((got(&server), story.trouble().len()), (vec![anna.to_owned(), anna.to_owned(), cora.to_owned()], 1));
    story.ledger.end_run(story.run, Outcome::Failed, "it died", story.now.get()).unwrap();

    // Taken up: once by a run that dies as well.
    for outcome in [Outcome::Failed, Outcome::Done] {
        story.later(TimeDelta::hours(1));
        resend(&mut story);
        let told = story.say("A", &[anna, cora, bert], true);
        let ids = |mails: &[Delivery]| mails.iter().map(|mail| mail.message_id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&told[..2]), ids(&asked), "the same mail");
        story.round(&transport);
        assert_eq!(got(&server), [anna, anna, cora, bert]);
        assert_eq!(story.trouble().len(), 1, "what may have arrived is still a person's to ask for");
        story.ledger.end_run(story.run, outcome, "{}", story.now.get()).unwrap();
    }

    // Asked for anew, it is sent anew.
    story.begin_another();
    story.say("A", &[bert], true);
    story.round(&transport);
    assert_eq!(got(&server), [anna, anna, cora, bert, bert]);
}

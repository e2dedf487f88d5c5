//! Whatever happens in whatever order: who gets what, and how often.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use super::*;

/// Each person, as the configuration may write the address.
const WRITTEN: [[&str; 2]; 3] = [
    ["Anna <anna@example.org>", "ANNA@Example.org"],
    ["bert@example.org", "Bert B. <Bert@EXAMPLE.org>"],
    ["cora@example.org", " \"C, Cora\" <cora@example.org> "],
];
const SENDERS: [&str; 2] = ["KIM <kim@example.org>", "Neu <kim@kreis.example.com>"];
const CONTENTS: [&str; 3] = ["A", "B", "C"];

#[derive(Clone, Debug)]
enum Event {
    /// A run with these figures; with older ones, than were there so many hours ago.
    Run(usize),
    Older(usize, i64),
    /// Everybody once more, on purpose.
    Resend,
    /// The server's mood from now on.
    Server(usize),
    /// A person becomes a recipient, or is none any more; or is written otherwise.
    Recipient(usize),
    Written(usize),
    /// Another address sends from now on.
    Sender,
    /// The process dies over a mail: before its first byte, after it, or when the server has it.
    Dies(u8),
    /// Somebody asks what became of the mail in trouble, and says so.
    Asked,
    Later,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (0..3_usize).prop_map(Event::Run),
        2 => (0..3_usize, 1..200_i64).prop_map(|(content, hours)| Event::Older(content, hours)),
        1 => Just(Event::Resend),
        4 => (0..6_usize).prop_map(Event::Server),
        2 => (0..3_usize).prop_map(Event::Recipient),
        1 => (0..3_usize).prop_map(Event::Written),
        1 => Just(Event::Sender),
        2 => (0..3_u8).prop_map(Event::Dies),
        1 => Just(Event::Asked),
        3 => Just(Event::Later),
    ]
}

/// The moods of a server, the good one first.
fn moods() -> [Server; 6] {
    [
        vec![],
        vec![at(Step::Rcpt, Act::Say("550 5.1.1 no such user")).only_for("bert@example.org")],
        vec![at(Step::Dot, Act::Say("451 4.7.1 greylisted"))],
        vec![at(Step::Dot, Act::Swallow).only_for("cora@example.org")],
        vec![at(Step::Dot, Act::HangUp)],
        vec![at(Step::Greeting, Act::HangUp)],
    ]
    .map(|rules| server(&rules))
}

struct Office<'a> {
    story: Story,
    servers: &'a [Server; 6],
    /// How much each server had when the office was opened, and has since.
    known: [usize; 6],
    mood: usize,
    /// How each recipient is written; none is none.
    recipients: [Option<usize>; 3],
    /// What each message says, and to whom.
    says: BTreeMap<String, (usize, usize)>,
    /// To each: the newest figures that were said, and as of when.
    truth: [Option<(usize, DateTime<Utc>)>; 3],
    /// To each: what arrived, in order.
    got: [Vec<usize>; 3],
    /// How often each message arrived, and how often nobody was told.
    arrived: BTreeMap<String, usize>,
    untold: BTreeMap<String, usize>,
    /// Who may hold the same twice in a row: somebody wanted it, or nobody knew.
    excused: BTreeSet<usize>,
}

type Checked = Result<(), TestCaseError>;

impl Office<'_> {
    fn open(servers: &[Server; 6], resend_unknown: bool) -> Office<'_> {
        let mut story = Story::begin();
        story.rules.resend_unknown = resend_unknown;
        story.later(DAY * 30);
        Office {
            story,
            known: [0, 1, 2, 3, 4, 5].map(|mood| servers[mood].received().len()),
            servers,
            mood: 0,
            recipients: [Some(0); 3],
            says: BTreeMap::new(),
            truth: [None; 3],
            got: [const { Vec::new() }; 3],
            arrived: BTreeMap::new(),
            untold: BTreeMap::new(),
            excused: BTreeSet::new(),
        }
    }

    fn happens(&mut self, event: &Event) -> Checked {
        let now = self.story.now.get();
        match event {
            Event::Run(content) => self.run(*content, now, false)?,
            Event::Older(content, hours) => self.run(*content, now - TimeDelta::hours(*hours), false)?,
            Event::Resend => {
                let newest =
                    self.truth.iter().flatten().max_by_key(|(_, figures)| *figures).map(|(content, _)| *content);
                self.excused.extend(0..3);
                self.run(newest.unwrap_or(0), now, true)?;
            }
            Event::Server(mood) => self.mood = *mood,
            Event::Recipient(who) => {
                self.recipients[*who] = if self.recipients[*who].is_some() { None } else { Some(0) }
            }
            Event::Written(who) => self.recipients[*who] = self.recipients[*who].map(|way| 1 - way),
            Event::Sender => self.story.from = if self.story.from == SENDERS[0] { SENDERS[1] } else { SENDERS[0] },
            Event::Dies(when) => self.dies(*when)?,
            Event::Asked => self.asked()?,
            Event::Later => self.story.later(DAY),
        }
        self.story.later(TimeDelta::hours(1));
        self.round()
    }

    /// A run with these figures for everybody who is a recipient.
    fn run(&mut self, content: usize, figures: DateTime<Utc>, once_more: bool) -> Checked {
        let now = self.story.now.get();
        let run = NewRun {
            pipeline: "a",
            period: "2026-Q3".parse().ok(),
            as_of: figures,
            trial: false,
            version: "0",
            limits: None,
        };
        self.story.run = self.story.ledger.begin_run(&run, now).unwrap();
        let people: Vec<(usize, &str)> =
            self.recipients.iter().enumerate().filter_map(|(who, way)| Some((who, WRITTEN[who][(*way)?]))).collect();
        let written: Vec<&str> = people.iter().map(|(_, address)| *address).collect();
        let queued = self.story.queue_all(CONTENTS[content], &written, once_more);
        for ((who, _), queued) in people.into_iter().zip(queued) {
            let newer = self.truth[who].is_none_or(|(said, known)| known <= figures || once_more || said == content);
            match queued {
                Queued::Known(mail) => {
                    prop_assert!(newer, "{who} is told older figures");
                    self.says.insert(mail.message_id, (content, who));
                    let known = self.truth[who].map_or(figures, |(_, known)| known.max(figures));
                    self.truth[who] = Some((content, known));
                }
                Queued::Overtaken(_) => prop_assert!(!newer, "{who} is not told newer figures"),
            }
        }
        Ok(())
    }

    fn who(address: &str) -> usize {
        WRITTEN.iter().position(|ways| bare_address(ways[0]).unwrap() == address.to_lowercase()).unwrap()
    }

    fn drop_recipients(&self) {
        let gets = |mail: &Delivery| self.recipients[Office::who(&mail.recipient)].is_some();
        self.story.ledger.drop_recipients("a", &gets, self.story.now.get()).unwrap();
    }

    /// What is due is tried, as the service does it.
    fn round(&mut self) -> Checked {
        self.drop_recipients();
        for told in self.story.round(&transport(&self.servers[self.mood])) {
            let doubt = told.answer.as_ref().is_some_and(|answer| answer.contains("may have arrived"));
            if doubt || told.state == DeliveryState::Unknown {
                self.excused.insert(Office::who(&told.recipient));
            }
        }
        self.seen()
    }

    /// What the server has got since.
    fn seen(&mut self) -> Checked {
        for mail in &self.servers[self.mood].received_after(self.known[self.mood]) {
            self.known[self.mood] += 1;
            let text = String::from_utf8_lossy(&mail.data).into_owned();
            let id = text.lines().find_map(|line| line.strip_prefix("Message-ID: ")).unwrap().to_owned();
            let (content, who) = self.says[&id];
            prop_assert_eq!(&mail.to, &[bare_address(&mail.to[0]).unwrap()]);
            prop_assert_eq!(Office::who(&mail.to[0]), who);
            prop_assert!(self.recipients[who].is_some(), "{} is no recipient, and gets mail", who);
            prop_assert_eq!(self.truth[who].unwrap().0, content, "what {} gets is not the newest", who);
            let told = self.story.ledger.delivery(&id).unwrap().unwrap().state == DeliveryState::Sent;
            if !told {
                *self.untold.entry(id.clone()).or_default() += 1;
                self.excused.insert(who);
            }
            let same = self.got[who].last() == Some(&content);
            prop_assert!(!same || self.excused.contains(&who), "{} gets {} again", who, content);
            self.got[who].push(content);
            *self.arrived.entry(id).or_default() += 1;
        }
        Ok(())
    }

    fn dies(&mut self, when: u8) -> Checked {
        self.drop_recipients();
        let ledger = &self.story.ledger;
        let left = ledger.deliveries_left().unwrap();
        let Some(one) = left.iter().find(|mail| mail.state == DeliveryState::Waiting) else { return Ok(()) };
        let now = self.story.now.get();
        let transport = transport(&self.servers[self.mood]);
        prop_assert!(ledger.begin_delivery(one, &transport.name(), now).unwrap());
        match when {
            0 => {}
            1 => ledger.hand_over(one.id, now).unwrap(),
            _ => {
                let envelope = Envelope { from: &one.sender, to: &one.recipient, message_id: &one.message_id };
                let bytes = ledger.message(one.id).unwrap().unwrap();
                let mut hand_over = || ledger.hand_over(one.id, now).map_err(|error| error.to_string());
                // What was answered, nobody has written down.
                send(&transport, &envelope, &bytes, &mut hand_over, &mut |_| ());
            }
        }
        if when > 0 {
            self.excused.insert(Office::who(&one.recipient));
        }
        self.seen()
    }

    /// A person asks, hears the truth, and says it.
    fn asked(&mut self) -> Checked {
        let ledger = &self.story.ledger;
        for mail in ledger.deliveries_in_trouble().unwrap() {
            if self.arrived.contains_key(&mail.message_id) {
                ledger.close_delivery(mail.id, self.story.now.get()).unwrap();
            } else {
                ledger.wait_again(mail.id, self.story.now.get()).unwrap();
            }
        }
        Ok(())
    }

    /// The server is well, nobody is in doubt, and the newest figures are said once more.
    fn ends(&mut self, newest: usize) -> Checked {
        self.mood = 0;
        self.story.later(DAY);
        self.round()?;
        self.happens(&Event::Run(newest))?;
        for _ in 0..3 {
            self.happens(&Event::Asked)?;
            self.happens(&Event::Later)?;
        }
        for who in (0..3).filter(|who| self.recipients[*who].is_some()) {
            prop_assert_eq!(self.got[who].last(), Some(&newest), "{} does not hold the newest", who);
        }
        prop_assert!(self.story.ledger.deliveries_left().unwrap().is_empty());
        for (id, times) in &self.arrived {
            let untold = self.untold.get(id).copied().unwrap_or(0);
            let most = if self.story.rules.resend_unknown { 1 + untold } else { 1 };
            prop_assert!(*times <= most, "{} arrived {} times", id, times);
        }
        Ok(())
    }
}

#[test]
fn each_gets_the_newest_figures_once_and_nobody_older_ones_after_newer() {
    let events = (proptest::collection::vec(event(), 1..24), 0..3_usize, any::<bool>());
    let servers = moods();
    // Whoever has time tries more of them.
    let cases = std::env::var("KIM_ORDERS").ok().and_then(|cases| cases.parse().ok()).unwrap_or(16);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    runner
        .run(&events, |(events, newest, resend_unknown)| {
            let mut office = Office::open(&servers, resend_unknown);
            events.iter().try_for_each(|event| office.happens(event))?;
            office.ends(newest)
        })
        .unwrap_or_else(|broken| panic!("{broken}"));
}

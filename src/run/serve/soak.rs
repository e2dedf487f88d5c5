//! Five years in a few seconds: the real round, ledger and outbox under a clock that is told what time it is, a mail
//! server in all its moods, processes that die at any step, and a machine that is switched off, sleeps, and has its
//! clock set wrong; a share that is away for days; people who run things by hand, take up what is left, back up and restore. At
//! the end the books must balance: every due time has exactly one run or a reason, every mail one outcome, and nobody got
//! the same mail twice unless a person said so.
//!
//! `KIM_SOAK_YEARS` and `KIM_SOAK_SEED` make it longer, or another one. Only the run itself is a stand-in: it writes
//! down what it would report, which depends on the returns that had arrived by its clock.

mod balance;
mod hands;
mod life;
mod parts;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};

use self::hands::Begun;
use self::parts::{pipelines, servers, transport};
use super::tests::at;
use super::{Ended, Service, Watched};
use crate::base::clock::Clock;
use crate::base::files::sha256;
use crate::model::edition::{Letter, Workbook};
use crate::model::period::{Kind, Period};
use crate::model::settings::Mail;
use crate::run::ledger::{DeliveryState, Ledger, NewRun, Outcome};
use crate::run::lock::Lock;
use crate::run::outbox::{Post, Sender, Sending, deliver, queue};
use crate::run::watch::pulse::Pulse;
use crate::smtp_double::Server;
use crate::stages::deliver::{Envelope, Transport, send};

const PEOPLE: [&str; 3] = ["anna@example.org", "bert@example.org", "cora@example.org"];

/// SplitMix64 (Steele, Lea and Flood, 2014): the same seed, the same five years.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }
}

/// Where the clock of the machine stands, and what else happens outside of the program.
struct World {
    data: PathBuf,
    chance: Mutex<Chance>,
    /// What the machine believes.
    clock: Mutex<DateTime<Utc>>,
    /// What time it is, whatever the clock shows.
    truth: Mutex<DateTime<Utc>>,
    /// When returns arrived; late ones come after the reports that would have wanted them.
    returns: Mutex<Vec<DateTime<Utc>>>,
    weather: Mutex<usize>,
    transports: Vec<Transport>,
    servers: Vec<Server>,
    /// The process is dead; the ledger as it was then lies aside.
    dead: Mutex<bool>,
    /// What each run reported, by pipeline and clock: a new try says the same.
    reported: Mutex<BTreeMap<(String, DateTime<Utc>), String>>,
    happened: Mutex<BTreeMap<&'static str, usize>>,
    /// When the machine was switched off, by a clock that was right.
    off: Mutex<Vec<(DateTime<Utc>, DateTime<Utc>)>>,
    /// When the backup was made that lies aside, if one does.
    saved: Mutex<Option<DateTime<Utc>>>,
    /// What backups knew nothing of that were put in the place of the ledger: from when to when.
    forgot: Mutex<Vec<(DateTime<Utc>, DateTime<Utc>)>>,
    /// So long the share with the returns is away.
    away: Mutex<DateTime<Utc>>,
    /// Messages that a person let go out once more although they may have arrived.
    once_more: Mutex<BTreeSet<String>>,
    /// Messages that a ledger knew which was lost.
    lost: Mutex<BTreeSet<String>>,
    calm: AtomicBool,
    pipelines: Vec<Watched>,
}

impl World {
    fn chance(&self, times: u64) -> bool {
        !self.calm.load(std::sync::atomic::Ordering::Relaxed) && self.chance.lock().unwrap().one_in(times)
    }

    fn count(&self, what: &'static str) {
        *self.happened.lock().unwrap().entry(what).or_default() += 1;
    }

    fn ledger(&self) -> Ledger {
        Ledger::open(&self.data.join("ledger.sqlite")).unwrap()
    }

    /// The process dies here: what the ledger holds at this moment is all that is left.
    fn die(&self) -> String {
        self.count("death");
        *self.dead.lock().unwrap() = true;
        for ending in ["", "-wal"] {
            let (file, aside) = (self.file(ending), self.data.join(format!("aside{ending}")));
            let _ = std::fs::remove_file(&aside);
            if file.exists() {
                std::fs::copy(file, aside).unwrap();
            }
        }
        "dead".to_owned()
    }

    fn file(&self, ending: &str) -> PathBuf {
        self.data.join(format!("ledger.sqlite{ending}"))
    }

    /// After a death: nothing that happened since has happened.
    fn bury(&self) -> bool {
        if !std::mem::take(&mut *self.dead.lock().unwrap()) {
            return false;
        }
        for ending in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(self.file(ending));
        }
        for ending in ["", "-wal"] {
            let aside = self.data.join(format!("aside{ending}"));
            if aside.exists() {
                std::fs::rename(aside, self.file(ending)).unwrap();
            }
        }
        true
    }

    /// One run: what it reports depends on its clock and on what had arrived by then.
    fn run(&self, pipeline: &Path, clock: Clock) -> Result<Ended, String> {
        if *self.dead.lock().unwrap() {
            return Err("dead".to_owned());
        }
        *self.clock.lock().unwrap() += TimeDelta::seconds(40);
        if self.chance(60) {
            return Err(self.die());
        }
        if self.chance(40) {
            self.count("failure");
            return Err("the share is away".to_owned());
        }
        if self.chance(60) {
            self.count("stop");
            return Ok(Ended::Interrupted);
        }
        self.report(&pipeline.display().to_string(), clock, Begun::Whole)
    }

    /// The run as the program does it, by its schedule or by hand.
    fn report(&self, name: &str, clock: Clock, begun: Begun) -> Result<Ended, String> {
        if *self.clock.lock().unwrap() < *self.away.lock().unwrap() {
            self.count("away");
            return Err("the source /mnt/in is not there".to_owned());
        }
        let arrived = self.returns.lock().unwrap().iter().filter(|arrived| **arrived <= clock.utc()).count();
        let says = format!("{name} as of {}: {arrived} returns", clock.now());
        let before = self.reported.lock().unwrap().insert((name.to_owned(), clock.utc()), says.clone());
        // Of a time that has not come, which a clock ahead has shown, nobody knows yet what will have arrived.
        let open = clock.utc() > *self.truth.lock().unwrap();
        assert!(open || before.as_ref().is_none_or(|before| *before == says), "{before:?} became {says}");
        if self.chance(150) {
            self.count("long run");
            *self.clock.lock().unwrap() += TimeDelta::hours(13);
        }
        if MAILS.contains(&name) {
            self.mail(name, &says, clock, begun)?;
        }
        if self.chance(100) {
            return Err(self.die());
        }
        Ok(Ended::Done)
    }

    fn mail(&self, name: &str, says: &str, clock: Clock, begun: Begun) -> Result<(), String> {
        let trial = begun == Begun::Trial;
        // The mail of a trial is forgotten with it.
        let ledger = if trial { Ledger::in_memory().unwrap() } else { self.ledger() };
        // What is said of one quarter to one person is a series: only its newest word counts.
        let period = Some(Period::of(Kind::Quarter, clock.today()).previous());
        let limits = begun.limits();
        let new = NewRun { pipeline: name, period, as_of: clock.utc(), trial, version: "0", limits: Some(&limits) };
        let now = *self.clock.lock().unwrap();
        if trial {
            self.ledger().begin_run(&new, now).unwrap();
        } else {
            ledger.end_interrupted(now).unwrap();
        }
        let run = ledger.begin_run(&new, now).unwrap();
        let letter = Letter { subject: says.to_owned(), text: says.to_owned(), html: format!("<p>{says}</p>") };
        let workbook = Workbook { name: "a.xlsx".to_owned(), bytes: says.as_bytes().to_vec() };
        let edition = sha256(says.as_bytes());
        let post = Post {
            audience: "politics",
            recipients: begun.recipients(),
            letter: &letter,
            workbook: &workbook,
            edition: &edition,
            content: &edition,
            release: "",
            once_more: false,
        };
        let sender = Sender { from: "kim@example.org", reply_to: None };
        queue(&ledger, run, &sender, &post, clock.utc(), now).unwrap();
        if self.chance(30) {
            return Err(self.die());
        }
        self.deliver(&ledger)?;
        ledger.end_run(run, Outcome::Done, says, clock.utc()).unwrap();
        if self.chance(30) {
            self.count("failure");
            return Err("the disk is full".to_owned());
        }
        Ok(())
    }

    /// Hands over what waits; or dies while the first of it is handed over, before or after the server took it.
    fn deliver(&self, ledger: &Ledger) -> Result<(), String> {
        let transport = &self.transports[*self.weather.lock().unwrap()];
        if self.chance(25) {
            let left = ledger.deliveries_left().unwrap();
            if let Some(one) = left.iter().find(|mail| mail.state == DeliveryState::Waiting) {
                let now = *self.clock.lock().unwrap();
                ledger.begin_delivery(one, &transport.name(), now).unwrap();
                if self.chance(2) {
                    let envelope = Envelope { from: &one.sender, to: &one.recipient, message_id: &one.message_id };
                    let handed = || ledger.hand_over(one.id, now).map(|()| self.die()).map_err(|e| e.to_string());
                    send(
                        transport,
                        &envelope,
                        &ledger.message(one.id).unwrap().unwrap(),
                        &mut || handed().map(drop),
                        &mut |_| (),
                    );
                }
                let died = *self.dead.lock().unwrap();
                return Err(if died { "dead".to_owned() } else { self.die() });
            }
        }
        let (now, rules) = (|| *self.clock.lock().unwrap(), Mail::default());
        let sending = Sending { ledger, transport, rules: &rules, now: &now, sleep: None, stop: None };
        deliver(&sending).map(drop).map_err(|error| error.to_string())
    }
}

/// How often each mishap happens in five years at least: what is not tried shows nothing.
const HAPPENS: [(&str, u64); 20] = [
    ("death", 20),
    ("failure", 20),
    ("stop", 10),
    ("long run", 5),
    ("reboot", 5),
    ("reboot after days", 1),
    ("sleep", 5),
    ("back", 3),
    ("ahead", 1),
    ("away", 10),
    ("run", 5),
    ("only", 5),
    ("trial", 5),
    ("retry", 5),
    ("taken up", 3),
    ("refused", 3),
    ("unknown", 3),
    ("once more", 1),
    ("backup", 5),
    ("restore", 1),
];

const MAILS: [&str; 2] = ["quarter.toml", "weekly.toml"];

/// A process of the service in this world.
fn service(world: &Arc<World>, number: u64) -> Service {
    let (for_run, for_mail, for_clock) = (world.clone(), world.clone(), world.clone());
    let all = world.pipelines.clone();
    let mut service = Service::new(
        (&world.data, world.data.join("ledger.sqlite")),
        Arc::new(Pulse::silent()),
        Box::new(move |_, _| all.clone()),
        Box::new(move |pipeline: &Path, clock: Clock, _: &Lock, _: &AtomicBool| for_run.run(pipeline, clock)),
        Box::new(move |_: DateTime<Utc>, _: &Lock, _: &AtomicBool| {
            let dead = *for_mail.dead.lock().unwrap();
            if dead { Err("dead".to_owned()) } else { for_mail.deliver(&for_mail.ledger()) }
        }),
    );
    service.now = Box::new(move || *for_clock.clock.lock().unwrap());
    service.holder = format!("process {number}");
    service
}

/// A number from the environment, or the usual one.
fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[test]
fn after_five_years_of_mishaps_the_books_balance() {
    let (years, seed) = (setting("KIM_SOAK_YEARS", 5), setting("KIM_SOAK_SEED", 2026));
    // A disk in memory where there is one: the flushes are not what is tried here.
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let servers = servers();
    let begin = at("2026-01-01T00:00:00Z");
    // Nobody listens at the port of a service that is long forgotten (tcpmux).
    let transports = servers.iter().map(|server| server.port).chain([1]).map(transport).collect();
    let world = Arc::new(World {
        data: folder.path().to_path_buf(),
        chance: Mutex::new(Chance(seed)),
        clock: Mutex::new(begin),
        truth: Mutex::new(begin),
        returns: Mutex::default(),
        weather: Mutex::new(0),
        transports,
        servers,
        dead: Mutex::new(false),
        reported: Mutex::default(),
        happened: Mutex::default(),
        off: Mutex::default(),
        saved: Mutex::default(),
        forgot: Mutex::default(),
        away: Mutex::new(begin),
        once_more: Mutex::default(),
        lost: Mutex::default(),
        calm: AtomicBool::new(false),
        pipelines: pipelines(),
    });
    let end = life::live(&world, begin, begin + TimeDelta::days(i64::try_from(years).unwrap() * 365));
    let told = world.happened.lock().unwrap().clone();
    for (what, least) in HAPPENS {
        let often = told.get(what).copied().unwrap_or(0);
        assert!(often as u64 * 5 >= least * years, "{what} happened {often} times only, in {told:?} (seed {seed})");
    }
    balance::balance(&world, begin, end, seed);
}

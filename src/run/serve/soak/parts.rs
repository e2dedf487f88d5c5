//! What the world of the soak is made of: pipelines, and mail servers in all their moods.

use std::path::Path;

use chrono::TimeDelta;

use crate::base::settings::Spanned;
use crate::model::calendar::Calendar;
use crate::model::period::Kind;
use crate::model::schedule::{FreeDay, Missed, Overlap, retry_after};
use crate::model::settings::{Security, Server as ServerSettings};
use crate::run::schedule::{Plan, Times, Timetable};
use crate::run::serve::Watched;
use crate::smtp_double::{Act, Protection, Server, Step, at as when};
use crate::stages::deliver::{Transport, open};

pub(super) fn pipelines() -> Vec<Watched> {
    let holidays = {
        let text = include_str!("../../../../config/holidays.toml");
        let source = crate::base::problem::Source::new(Path::new("holidays.toml"), text);
        Calendar::of(crate::base::settings::parse(&source, &mut Vec::new()).as_ref())
    };
    let one = |name: &str, times, zone: &str, (free_day, jitter_minutes), missed, overlap| {
        let plan = Plan { times, zone: zone.to_owned(), free_day, jitter_minutes };
        let timetable = Timetable::new(plan, holidays.clone(), name).unwrap();
        Watched {
            pipeline: name.into(),
            timetable,
            missed,
            overlap,
            retry_after: retry_after(),
            give_up_after: TimeDelta::days(3),
        }
    };
    let cron = |text: &str| Times::Cron(text.to_owned());
    let quarter = Times::AfterPeriod { kind: Kind::Quarter, working_days: 10, at: "06:00".to_owned() };
    let weekly = (FreeDay::NextWorkingDay, 40);
    vec![
        one("quarter.toml", quarter, "Europe/Berlin", (FreeDay::Run, 0), Missed::Last, Overlap::Wait),
        one("weekly.toml", cron("0 7 * * MON"), "America/New_York", weekly, Missed::None, Overlap::Wait),
        one("daily.toml", cron("30 2 * * *"), "Europe/Berlin", (FreeDay::Run, 0), Missed::All, Overlap::Wait),
        one("often.toml", cron("15 */12 * * *"), "Australia/Lord_Howe", (FreeDay::Run, 5), Missed::Last, Overlap::Skip),
    ]
}

/// The moods of a mail server, the good one first and the dead one last.
pub(super) fn servers() -> Vec<Server> {
    let moods = [
        vec![],
        vec![when(Step::Rcpt, Act::Say("550 5.1.1 no such user")).only_for("bert@example.org")],
        vec![when(Step::Rcpt, Act::Say("450 4.7.1 greylisted, come back later"))],
        vec![when(Step::Dot, Act::HangUp).only_for("cora@example.org")],
        vec![when(Step::Greeting, Act::HangUp)],
        vec![when(Step::Body(200), Act::HangUp)],
    ];
    moods.iter().map(|rules| Server::start(Protection::Open, None, rules)).collect()
}

pub(super) fn transport(port: u16) -> Transport {
    let settings = ServerSettings {
        host: "127.0.0.1".to_owned(),
        port: Some(port),
        security: Some(Spanned::new(0..0, Security::None)),
        user: None,
        password_env: None,
        password_file: None,
        ca_file: None,
        timeout_seconds: 5,
    };
    open(Some(&settings), Path::new("unused"), Path::new("unused")).unwrap()
}

//! Without a service: timers run it and take up what is left, the owner hears the same, and whoever stops them loses nothing.

use std::process::{Command, Stdio};

use crate::left::{ALL, LANDRAT, OWNER, letters, with_server};
use crate::smtp::{Act, Rule, Step, at};
use crate::world::{Told, World};

#[test]
fn without_a_service_the_retries_tell_the_owner_what_he_would_hear_from_it() {
    let (world, server) = with_server(&[
        at(Step::Greeting, Act::Say("421 4.3.2 shutting down")).once(),
        at(Step::Rcpt, Act::Say("550 5.1.1 no such user")).only_for(LANDRAT).once(),
        // His edition, and the message.
        Rule { times: 2, ..at(Step::Rcpt, Act::Say("451 4.7.1 greylisted")).only_for(OWNER) },
    ]);
    assert_eq!(world.kim(&["run", "--unattended"]).code, 3);
    let told = world.kim(&["retry"]);
    assert!(told.code == 1 && told.out.contains(&format!("mail to {OWNER} ([owner]) waiting")), "{}", told.out);
    assert_eq!(letters(&server), 0);
    // The next hour.
    let told = world.kim(&["retry"]);
    assert!(told.out.contains(&format!("mail to {OWNER} ([owner]) sent")), "{}", told.out);
    assert_eq!(world.kim(&["retry"]).code, 1, "the refused one is left");
    assert_eq!(letters(&server), 1, "once");
    assert_eq!(world.kim(&["retry", "--refused"]).code, 0);
    assert_eq!(letters(&server), 2, "and once that it is well");
    assert_eq!(world.kim(&["retry"]).out, "nothing is left to do\n");
}

/// Asks the program to stop as soon as `when` holds, and gives how it ended.
fn stopped_when(world: &World, signal: &str, arguments: &[&str], when: impl Fn() -> bool) -> Told {
    let mut child = world.command(arguments).stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    crate::serve::wait_until("the moment to stop", when, String::new);
    let asked = Command::new("kill").args([signal, &child.id().to_string()]).status().expect("kill");
    assert!(asked.success() && child.try_wait().expect("it is known").is_none_or(|status| status.code().is_some()));
    Told::from(child.wait_with_output().expect("it ends"))
}

#[test]
fn asked_to_stop_a_run_and_a_retry_finish_the_mail_under_way_and_leave_the_rest_for_later() {
    // One who does not answer to DATA keeps the program waiting, in the middle of a mail.
    let (world, server) = with_server(&[Rule { times: 2, ..at(Step::Data, Act::Silence).only_for(LANDRAT) }]);
    let path = world.path("data/ledger.sqlite");
    let count = |what: &str| {
        let ledger = rusqlite::Connection::open(&path);
        let count = format!("SELECT count(*) FROM deliveries WHERE {what}");
        ledger.and_then(|ledger| ledger.query_row(&count, [], |row| row.get::<_, u32>(0))).unwrap_or(0)
    };
    let in_the_middle = || count(&format!("state = 'sending' AND recipient = '{LANDRAT}'")) == 1;
    // A terminal that is closed asks as well.
    for (signal, verb) in [("-TERM", &["run", "--unattended"][..]), ("-HUP", &["retry"])] {
        let told = stopped_when(&world, signal, verb, in_the_middle);
        assert_eq!(told.code, 3, "{verb:?} {}{}", told.out, told.err);
        assert!(told.err.contains("asked to stop; finishing what is under way"), "{}", told.err);
        assert!((told.out + &told.err).contains("stopped as asked"), "{}", told.err);
        assert_eq!((count("state IN ('sending', 'unknown', 'refused')"), count("state = 'waiting'") > 0), (0, true));
    }
    assert_eq!(world.kim(&["retry"]).code, 0);
    assert_eq!(server.received().len(), ALL, "everybody once");
}

#[test]
fn asked_to_stop_a_run_that_keeps_to_its_rate_does_not_sleep_on() {
    let (world, server) = with_server(&[]);
    let world = world.edit("config/kim.toml", "[mail]\n", "[mail]\nper_minute = 1\n");
    let told = stopped_when(&world, "-TERM", &["run"], || server.received().len() == 1);
    assert_eq!((told.code, server.received().len()), (3, 1), "{}{}", told.out, told.err);
    let world = world.edit("config/kim.toml", "[mail]\nper_minute = 1\n", "[mail]\n");
    assert_eq!((world.kim(&["retry"]).code, server.received().len()), (0, ALL));
}

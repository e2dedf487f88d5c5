//! For whom a mail is meant that has not gone out when the configuration changes; and what is to be done where it was refused.

use super::{ALL, LANDRAT, OWNER, letters, to, with_server};
use crate::smtp::{Act, Rule, Step, at};
use crate::world::{Told, World};

const CONTACTS: &str = "config/contacts.toml";
const PIPELINE: &str = "pipelines/monitoring.toml";
const LINE: &str = "  \"Landrat <landrat@hochsauerlandkreis.example.org>\",\n";
const AWAY: Act = Act::Say("421 4.3.2 shutting down");

fn done(told: &Told) {
    assert_eq!(told.code, 0, "{}{}", told.out, told.err);
}

#[test]
fn who_is_no_recipient_any_more_gets_nothing_by_a_retry_either() {
    let (world, server) = with_server(&[at(Step::Greeting, AWAY).once()]);
    assert_eq!(world.kim(&["run"]).code, 3);
    let world = world.edit(CONTACTS, LINE, "");
    let told = world.kim(&["retry"]);
    done(&told);
    assert!(
        told.out.contains(&format!("mail to {LANDRAT} (entscheidung) closed: no longer a recipient")),
        "{}",
        told.out
    );
    assert_eq!((to(&server, LANDRAT), server.received().len()), (0, ALL - 1));
    // With a slip of the pen nobody knows who is meant: what waits goes out as it was written.
    let (world, server) = with_server(&[at(Step::Greeting, AWAY).once()]);
    assert_eq!(world.kim(&["run"]).code, 3);
    let world = world.edit(CONTACTS, LINE, "").edit(CONTACTS, "recipients = [", "recipeints = [");
    done(&world.kim(&["retry"]));
    assert_eq!(server.received().len(), ALL);
}

#[test]
fn an_audience_without_an_edition_gets_none_that_waits_and_a_renamed_one_gets_it_once() {
    let (world, server) = with_server(&[at(Step::Greeting, AWAY).once()]);
    assert_eq!(world.kim(&["run"]).code, 3);
    let world = world.edit(PIPELINE, "[[edition]]\naudience = \"koordination\"\n", "");
    // Whatever the run is for.
    let told = world.kim(&["run", "--only", "entscheidung"]);
    assert_eq!(server.received().len(), ALL - 2, "{}{}", told.out, told.err);
    assert_eq!(told.out.matches(": no longer a recipient").count(), 2, "{}", told.out);
    done(&world.kim(&["retry"]));
    assert_eq!(to(&server, OWNER), 0);

    let (world, server) = with_server(&[at(Step::Greeting, AWAY).once()]);
    assert_eq!(world.kim(&["run"]).code, 3);
    let world = world.edit(CONTACTS, "[audience.partner]", "[audience.verbund]").edit(
        PIPELINE,
        "audience = \"partner\"",
        "audience = \"verbund\"",
    );
    done(&world.kim(&["run"]));
    assert_eq!((server.received().len(), to(&server, "jobcenter@partner.example.org")), (ALL, 1));
}

#[test]
fn a_wrong_address_that_is_mended_settles_itself() {
    let rule = at(Step::Rcpt, Act::Say("550 5.1.1 no such user")).only_for(LANDRAT);
    let (world, server) = with_server(&[rule]);
    assert_eq!(world.kim(&["run", "--unattended"]).code, 1);
    let remedy = |mail: &crate::smtp::Received| {
        let text = String::from_utf8_lossy(&mail.data).replace("=\r\n", "");
        text.contains("schickt danach") && text.contains("kim run")
    };
    assert!(server.received().iter().any(|mail| mail.to == [OWNER] && remedy(mail)), "the owner is told what to do");
    let world = world.edit(CONTACTS, "landrat@", "buero@");
    done(&world.kim(&["run", "--unattended"]));
    assert_eq!((to(&server, LANDRAT), to(&server, "buero@hochsauerlandkreis.example.org")), (0, 1));
    assert_eq!(
        (world.kim(&["retry"]).out.as_str(), letters(&server)),
        ("nothing is left to do\n", 2),
        "and is told that it is well"
    );
}

#[test]
fn what_was_refused_because_of_the_sender_is_written_anew_with_another() {
    let refuses = Rule { times: ALL, ..at(Step::Mail, Act::Say("550 5.7.1 not from you")) };
    let (world, server) = with_server(&[refuses]);
    assert_eq!(world.kim(&["run"]).code, 1);
    let world = world.edit("config/kim.toml", "<kim@hochsauerlandkreis.example.org>", "<kim@kreis.example.com>");
    let told = world.kim(&["retry"]);
    assert!(
        told.code == 1 && told.out.contains("another sender than kim@kreis.example.com: `kim run` writes it anew"),
        "{}",
        told.out
    );
    let before = server.received().len();
    done(&world.kim(&["run"]));
    let mails = server.received().split_off(before);
    assert!(mails.len() == ALL && mails.iter().all(|mail| mail.from == "kim@kreis.example.com"), "{}", mails.len());
    assert!(!world.kim(&["retry"]).out.contains("refused"));
    // What has arrived is not sent again for the next one.
    let world = world.edit("config/kim.toml", "<kim@kreis.example.com>", "<kim@example.net>");
    let before = server.received().len();
    done(&world.kim(&["run"]));
    assert_eq!(server.received().len(), before);
}

/// Between the largest edition and the others, in bytes.
fn between() -> usize {
    let world = super::small();
    world.run();
    let mut sizes: Vec<usize> = world.outbox().iter().map(|(_, mail)| mail.len()).collect();
    sizes.sort_unstable();
    let [.., smaller, _, largest] = sizes[..] else { panic!("six mails") };
    assert!(smaller + 2000 < largest, "two recipients get the largest: {sizes:?}");
    usize::midpoint(smaller, largest)
}

fn takes(bytes: usize) -> Act {
    Act::Say(Box::leak(format!("250-test\r\n250 SIZE {bytes}").into_boxed_str()))
}

/// What is told of a mail that is too large, and who has got one.
fn too_large(world: &World) -> String {
    let told = world.kim(&["run"]);
    assert_eq!(told.code, 1, "{}{}", told.out, told.err);
    let refused: Vec<&str> = told.out.lines().filter(|line| line.contains("refused: the message has")).collect();
    assert_eq!(refused.len(), 2, "{}", told.out);
    refused[0].to_owned()
}

#[test]
fn whoever_follows_what_is_said_of_a_mail_that_is_too_large_gets_it_sent() {
    let limit = between();
    let (world, server) = with_server(&[at(Step::Ehlo, takes(limit))]);
    let told = too_large(&world);
    assert!(
        told.contains(
            "leave sheets out of this edition (`without` of its [[edition]]) and make it anew with `kim run`"
        ),
        "{told}"
    );
    let whole = "audience = \"koordination\"\n";
    let world = world.edit(PIPELINE, whole, &format!("{whole}without = [\"profile\", \"datenqualitaet\"]\n"));
    done(&world.kim(&["run"]));
    assert_eq!((server.received().len(), world.kim(&["retry"]).out.as_str()), (ALL, "nothing is left to do\n"));

    // Each connection is greeted twice.
    let limited = Rule { times: 2 * ALL, ..at(Step::Ehlo, takes(limit)) };
    let (world, server) = with_server(&[limited]);
    let told = too_large(&world);
    assert!(told.ends_with("or have the limit of the server raised, then `kim retry --refused`"), "{told}");
    done(&world.kim(&["retry", "--refused"]));
    assert_eq!(server.received().len(), ALL);
}

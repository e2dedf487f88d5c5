//! The program that watches itself: it tells its owner once, monitoring at any time, systemd as it likes it, and nobody
//! anything about a person.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use calamine::{Data, Reader, open_workbook_auto};

use crate::smtp::{Act, Protection, Rule, Server, Step, at};
use crate::world::{World, root};

const OWNER: &str = "it@hochsauerlandkreis.example.org";

/// The service, stopped when it is dropped.
struct Service(Child);

impl Service {
    fn start(world: &World) -> Service {
        Service::of(world.command(&["serve"]))
    }

    fn of(mut command: Command) -> Service {
        Service(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts"))
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.0.id().to_string()]).status().expect("kill");
        assert!(sent.success());
    }

    fn stop(mut self) {
        self.signal("TERM");
        assert!(self.0.wait().expect("it ends").success(), "it ends in good order");
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < Duration::from_secs(100), "{what} did not happen");
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Every hour; the last one is due as soon as a service starts, as if one had run before.
fn due(world: World) -> World {
    let world = world.edit("pipelines/monitoring.toml", "cron = \"0 6 20 1,4,7,10 *\"", "cron = \"0 * * * *\"").edit(
        "config/kim.toml",
        "patience_minutes = 15",
        "patience_minutes = 0",
    );
    Service::start(&world).stop_after_first_look(&world);
    let ledger = rusqlite::Connection::open(world.path("data/ledger.sqlite")).expect("the ledger");
    let back = (chrono::Utc::now() - chrono::TimeDelta::hours(2)).to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    let columns: Vec<String> = ledger
        .prepare("SELECT name FROM pragma_table_info('schedules') WHERE name IN ('since', 'upto')")
        .and_then(|mut told| told.query_map([], |row| row.get(0))?.collect())
        .expect("the columns");
    for column in columns {
        ledger.execute(&format!("UPDATE schedules SET {column} = ?1"), [&back]).expect("watched for two hours");
    }
    world
}

impl Service {
    fn stop_after_first_look(self, world: &World) {
        wait_until("the first look", || {
            let ledger = rusqlite::Connection::open(world.path("data/ledger.sqlite"));
            ledger.and_then(|ledger| ledger.query_row("SELECT 1 FROM schedules", [], |_| Ok(()))).is_ok()
        });
        self.stop();
    }
}

/// Subjects of what lies in the outbox folder, of messages to the owner only.
fn told(world: &World) -> Vec<String> {
    let to_owner = |mail: &str| mail.contains(&format!("To: IT <{OWNER}>")) && mail.contains("Subject: kim: ");
    let subject = |mail: &str| mail.lines().find_map(|line| line.strip_prefix("Subject: kim: ")).map(str::to_owned);
    world.outbox().iter().filter(|(_, mail)| to_owner(mail)).filter_map(|(_, mail)| subject(mail)).collect()
}

fn check(world: &World) -> (i32, String) {
    let told = world.kim(&["status", "--check"]);
    assert_eq!(told.out.lines().count(), 1, "one line, whatever is wrong: {}", told.out);
    (told.code, told.out)
}

#[test]
fn a_failed_run_is_told_once_over_restarts_and_once_that_it_is_well() {
    let world = due(World::new());
    let service = Service::start(&world);
    wait_until("the message", || !told(&world).is_empty());
    assert_eq!(told(&world), ["Lauf fehlgeschlagen: KIM-Monitoring"]);
    let (code, line) = check(&world);
    assert!(code == 2 && line.starts_with("kim CRITICAL - monitoring of ") && line.contains("failed"), "{line}");
    service.stop();
    // The clerk sends her return, and the coordinator runs it by hand.
    let world = world.arrives("2026-10-05T09:00:00+02:00", "tidy.xlsx");
    let service = Service::start(&world);
    wait_until("the service", || check(&world).1.contains("kim serve alive"));
    assert_eq!(told(&world).len(), 1, "not once more");
    assert_eq!(world.kim(&["run"]).code, 0);
    wait_until("the good news", || told(&world).len() == 2);
    assert!(told(&world).contains(&"Lauf doch gelungen: KIM-Monitoring".to_owned()), "{:?}", told(&world));
    service.stop();
}

#[test]
fn refused_mail_is_told_to_the_owner_through_the_same_server() {
    let to = "landrat@hochsauerlandkreis.example.org";
    let server =
        Server::start(Protection::Open, None, &[at(Step::Rcpt, Act::Say("550 5.1.1 no such user")).only_for(to)]);
    let world = with_server(World::new().arrives("2026-10-05T09:00:00+02:00", "tidy.xlsx"), &server, "");
    assert_eq!(world.kim(&["run"]).code, 1);
    let before = server.received().len();
    let service = Service::start(&world);
    wait_until("the message", || server.received().len() > before);
    service.stop();
    let mail = server.received().pop().expect("a mail");
    assert_eq!(mail.to, [OWNER]);
    let text = String::from_utf8_lossy(&mail.data).into_owned();
    assert!(text.contains("Subject: kim: Eine Mail wurde nicht angenommen"), "{text}");
    let (code, line) = check(&world);
    assert!(code == 2 && line.contains("1 mail refused"), "{line}");
}

#[test]
fn a_ledger_that_cannot_be_read_is_told_by_what_still_works() {
    let world = World::new();
    fs::create_dir_all(world.path("data")).expect("the data folder");
    fs::write(world.path("data/ledger.sqlite"), "not a ledger ".repeat(500)).expect("a damaged ledger");
    for _ in 0..2 {
        let mut service = Service::start(&world);
        wait_until("its end", || service.0.try_wait().expect("its state").is_some());
        assert_eq!(told(&world).len(), 1, "once, however often it is started");
    }
    let (code, line) = check(&world);
    assert!(code == 2 && line.contains("ledger"), "{line}");
    fs::remove_file(world.path("data/ledger.sqlite")).expect("the damaged ledger");
    let service = Service::start(&world);
    wait_until("the good news", || told(&world).len() == 2);
    service.stop();
}

#[test]
fn monitoring_learns_in_one_line_whether_the_service_lives() {
    let world = World::new();
    let (code, line) = check(&world);
    assert!(code == 2 && line.contains("nothing has ever run"), "{line}");
    let prom = world.path("kim.prom");
    let world = world.edit(
        "config/kim.toml",
        "# textfile = \"/var/lib/prometheus/node-exporter/kim.prom\"",
        &format!("textfile = \"{}\"", prom.display()),
    );
    let service = Service::start(&world);
    wait_until("a good line", || check(&world).0 == 0);
    let (_, line) = check(&world);
    assert!(line.starts_with("kim OK - ") && line.contains(" | heartbeat_age="), "{line}");
    wait_until("the figures", || fs::read_to_string(&prom).is_ok_and(|page| page.contains("kim_ledger_readable 1\n")));
    let page = fs::read_to_string(&prom).expect("the figures");
    for part in [
        "# TYPE kim_run_next_timestamp_seconds gauge\nkim_run_next_timestamp_seconds{pipeline=\"monitoring\"} ",
        "kim_mail_messages{state=\"refused\"} 0\n",
        "# HELP kim_disk_free_bytes ",
    ] {
        assert!(page.contains(part), "{part:?} is missing in\n{page}");
    }
    // Killed, not stopped: the heart is silent, and after a while that is noticed.
    drop(service);
    let beat = world.path("data/heartbeat.json");
    let text = fs::read_to_string(&beat).expect("the heartbeat");
    let when = serde_json::from_str::<serde_json::Value>(&text).expect("it is JSON")["when"].clone();
    fs::write(&beat, text.replace(when.as_str().expect("an instant"), "2026-11-01T00:00:00Z")).expect("an old one");
    let (code, line) = check(&world);
    assert!(code == 2 && line.contains("no heartbeat"), "{line}");
    let world = world.edit("config/kim.toml", "language = \"de\"", "language = \"xx\"");
    let (code, line) = check(&world);
    assert!(code == 2 && line.contains("the configuration has 1 mistake"), "{line}");
}

#[test]
fn systemd_hears_that_it_is_ready_alive_reloading_and_stopping() {
    let world = World::new();
    let path = world.path("notify");
    let manager = UnixDatagram::bind(&path).expect("a socket");
    manager.set_read_timeout(Some(Duration::from_secs(100))).expect("a limit");
    let mut heard: Vec<String> = Vec::new();
    let mut hear = |wanted: &str| loop {
        let mut bytes = [0; 4096];
        let length = manager.recv(&mut bytes).unwrap_or_else(|error| panic!("no {wanted}: {error}; {heard:?}"));
        let word = String::from_utf8_lossy(&bytes[..length]).into_owned();
        heard.push(word.clone());
        if word.lines().any(|line| line.starts_with(wanted)) {
            return word;
        }
    };
    let mut command = world.command(&["serve"]);
    command.env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", "1000000");
    let service = Service::of(command);
    let ready = hear("READY=1");
    assert!(ready.contains("STATUS=waiting, next run 20"), "{ready}");
    hear("WATCHDOG=1");
    hear("WATCHDOG=1");
    service.signal("HUP");
    assert!(hear("RELOADING=1").contains("MONOTONIC_USEC="), "as Type=notify-reload wants it");
    hear("READY=1");
    service.signal("TERM");
    hear("STOPPING=1");
    service.stop_quietly();
}

#[test]
fn a_manager_that_reads_nothing_stops_nobody_and_hears_what_matters_when_it_reads_again() {
    let world = World::new();
    let path = world.path("notify");
    let manager = UnixDatagram::bind(&path).expect("a socket");
    let mut command = world.command(&["serve"]);
    // Every ten milliseconds a word: the queue of the socket is full long before a second has passed.
    command.env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", "20000");
    let service = Service::of(command);
    wait_until("the service", || check(&world).0 == 0);
    std::thread::sleep(Duration::from_secs(2));
    service.signal("HUP");
    let beat = || fs::read_to_string(world.path("data/heartbeat.json")).unwrap_or_default();
    let before = beat();
    wait_until("another beat", || beat() != before);
    manager.set_read_timeout(Some(Duration::from_secs(100))).expect("a limit");
    let mut heard = String::new();
    // Once when it began, and once more after the reload, for which there was no room.
    while heard.matches("READY=1\nSTATUS=waiting, next run 20").count() < 2 {
        let mut bytes = [0; 4096];
        let length = manager.recv(&mut bytes).unwrap_or_else(|error| panic!("{error}: {heard}"));
        heard += &String::from_utf8_lossy(&bytes[..length]);
    }
    // Full once more, and asked to stop.
    std::thread::sleep(Duration::from_secs(2));
    service.stop();
}

impl Service {
    fn stop_quietly(mut self) {
        assert!(self.0.wait().expect("it ends").success());
    }
}

#[test]
fn a_refused_reload_is_told_and_its_mending_too() {
    let world = World::new();
    let service = Service::start(&world);
    wait_until("the service", || check(&world).0 == 0);
    let world = world.edit("config/kim.toml", "language = \"de\"", "language = \"xx\"");
    service.signal("HUP");
    wait_until("the message", || !told(&world).is_empty());
    let world = world.edit("config/kim.toml", "language = \"xx\"", "language = \"de\"");
    service.signal("HUP");
    wait_until("the good news", || told(&world).len() == 2);
    service.stop();
}

#[test]
fn the_doctor_looks_at_everything_even_where_nothing_is_well() {
    let world = World::new();
    let look = |world: &World| {
        let told = world.kim(&["doctor", "--json"]);
        let document: serde_json::Value =
            serde_json::from_str(&told.out).unwrap_or_else(|error| panic!("{error}: {}\n{}", told.out, told.err));
        (told.code, document)
    };
    let verdict = |document: &serde_json::Value, check: &str| {
        let checks = document["checks"].as_array().expect("checks");
        let one = checks.iter().find(|one| one["check"] == check).unwrap_or_else(|| panic!("no {check}: {checks:#?}"));
        let (verdict, remedy) = (one["verdict"].as_str().expect("a verdict"), &one["remedy"]);
        assert_eq!(verdict == "ok", remedy.is_null(), "a remedy exactly where it is needed: {one}");
        verdict.to_owned()
    };
    let (code, fresh) = look(&world);
    assert_eq!(code, 0, "{fresh:#}");
    for (check, expected) in [
        ("configuration", "ok"),
        ("zone", "ok"),
        ("clock", "ok"),
        ("data", "ok"),
        ("disk", "ok"),
        ("source", "ok"),
        ("ledger", "ok"),
        ("reader", "ok"),
        ("owner", "warn"),
        ("recipients", "warn"),
        ("mail server", "warn"),
        ("service", "warn"),
        ("next run", "ok"),
    ] {
        assert_eq!(verdict(&fresh, check), expected, "{check}");
    }
    assert!(!world.path("data").exists(), "looking leaves nothing");
    let text = world.kim(&["doctor"]).out;
    assert!(text.lines().all(|line| ["ok ", "warn ", "fail "].iter().any(|begin| line.starts_with(begin))), "{text}");

    // A server that answers, a password that everybody may read, a damaged ledger, a broken configuration.
    let server = Server::start(Protection::Starttls, Some(("monitoring", "streng geheim")), &[]);
    let login = ", user = \"monitoring\", password_file = \"password\", ca_file = \"ca.pem\"";
    let world = with_server(world, &server, login);
    fs::write(world.path("config/ca.pem"), &server.ca).expect("the authority");
    let password = world.path("config/password");
    fs::write(&password, "falsch\n").expect("the password");
    mode(&password, 0o600);
    let (code, document) = look(&world);
    assert_eq!((code, verdict(&document, "mail server").as_str()), (1, "fail"), "a wrong password");
    assert!(!document.to_string().contains("falsch"));
    fs::write(&password, "streng geheim\n").expect("the password");
    let (code, document) = look(&world);
    assert_eq!((code, verdict(&document, "mail server").as_str()), (0, "ok"), "{document:#}");
    assert_eq!(verdict(&document, "password"), "ok");
    assert!(server.received().is_empty(), "nothing was sent");
    mode(&password, 0o644);
    fs::create_dir_all(world.path("data")).expect("the data folder");
    fs::write(world.path("data/ledger.sqlite"), "not a ledger ".repeat(500)).expect("a damaged ledger");
    let world = world.edit("pipelines/monitoring.toml", "due_days = 15", "due_days = \"soon\"");
    let (code, document) = look(&world);
    assert_eq!(code, 1);
    for check in ["configuration", "password", "ledger"] {
        assert_eq!(verdict(&document, check), "fail", "{check}");
    }
    assert_eq!(verdict(&document, "mail server"), "ok", "what can be looked at is looked at");
    fs::write(world.path("config/kim.toml"), "data = [").expect("nothing that can be read");
    assert_eq!(look(&world).0, 1);
}

fn mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("its mode");
}

fn with_server(world: World, server: &Server, more: &str) -> World {
    let security = if more.is_empty() { ", security = \"none\"" } else { "" };
    let line = format!(
        "[mail]\nserver = {{ host = \"127.0.0.1\", port = {}{security}{more}, timeout_seconds = 5 }}\n",
        server.port
    );
    world.edit("config/kim.toml", "[mail]\n", &line)
}

/// What no log may hold: addresses, names of files that people sent, and what stands in their cells.
fn secrets(world: &World) -> BTreeSet<String> {
    let mut secrets: BTreeSet<String> = BTreeSet::from(["streng geheim".to_owned()]);
    let text = fs::read_to_string(world.path("config/contacts.toml")).expect("the contacts")
        + &fs::read_to_string(world.path("config/kim.toml")).expect("the settings");
    secrets.extend(text.split(['"', '<', '>']).filter(|part| part.contains('@')).map(str::to_owned));
    let list = fs::read_to_string(world.path("samples/eingang.csv")).expect("the list of arrivals");
    for line in list.lines().skip(1) {
        let mut cells = line.rsplit(',');
        secrets.extend(cells.next().filter(|from| from.contains('@')).map(str::to_owned));
        secrets.extend(cells.nth(1).map(|file| file.trim_matches('"').to_owned()));
    }
    // Long texts of cells: remarks, titles of posts, names of offers and streets.
    for file in fs::read_dir(world.path("samples/eingang/2026-Q3")).expect("the newest returns").flatten().take(4) {
        let Ok(mut book) = open_workbook_auto(file.path()) else { continue };
        for (_, range) in book.worksheets() {
            let texts = range.rows().skip(1).flatten().filter_map(|cell| match cell {
                Data::String(text) if text.chars().count() > 16 => Some(text.trim().to_owned()),
                _ => None,
            });
            secrets.extend(texts);
        }
    }
    assert!(secrets.len() > 100, "the samples are not where this story looks: {}", secrets.len());
    secrets
}

#[test]
fn no_log_of_any_level_tells_of_a_person_or_a_secret() {
    let rules: [Rule; 1] = [at(Step::Rcpt, Act::Say("550 <landrat@hochsauerlandkreis.example.org> unknown"))
        .only_for("landrat@hochsauerlandkreis.example.org")];
    let server = Server::start(Protection::Starttls, Some(("monitoring", "streng geheim")), &rules);
    let login = ", user = \"monitoring\", password_file = \"password\", ca_file = \"ca.pem\"";
    let world = with_server(World::new().with_samples().on("2026-11-20"), &server, login);
    fs::write(world.path("config/ca.pem"), &server.ca).expect("the authority");
    fs::write(world.path("config/password"), "streng geheim\n").expect("the password");
    std::os::unix::fs::symlink("/dev/null", world.path("samples/eingang/Frau Erika Mustermann.xlsx")).expect("a link");

    let log = world.path("kim.log");
    let mut run = world.command(&["run"]);
    assert_eq!(run.env("KIM_LOG", "trace").env("KIM_LOG_FILE", &log).output().expect("it runs").status.code(), Some(1));
    let mut serve = world.command(&["serve"]);
    serve.env("KIM_LOG", "trace").env("KIM_LOG_FILE", &log);
    let received = server.received().len();
    let service = Service::of(serve);
    wait_until("the message to the owner", || server.received().len() > received);
    service.stop();

    let text = fs::read_to_string(&log).expect("the log");
    // It tells enough: each line is JSON, a run and its stages are there, each mail with its outcome.
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect();
    let stages = lines.iter().filter(|line| line["fields"]["message"] == "stage begins");
    assert!(stages.clone().count() >= 8 && stages.clone().all(|line| line["span"]["run"] == 1), "{text:.2000}");
    let files = lines.iter().filter(|line| line["fields"]["message"] == "read").count();
    assert!(files > 100, "each file by the beginning of its fingerprint, {files}");
    assert!(lines.iter().any(|line| line["fields"]["state"] == "refused"));
    assert!(text.contains("a person must look"), "the trouble");
    for secret in secrets(&world).iter().map(String::as_str).chain(["Erika", "Mustermann"]) {
        let found = text.lines().find(|line| line.contains(secret));
        assert!(found.is_none(), "{secret:?} stands in the log: {found:?}");
    }
}

#[test]
fn the_settings_say_where_the_log_goes_and_a_reload_follows_a_rotation() {
    let world = World::new().edit(
        "config/kim.toml",
        "# [log]\n",
        "[log]\nlevel = \"debug\"\nformat = \"text\"\nfile = \"../kim.log\"\n",
    );
    let service = Service::start(&world);
    let log = world.path("kim.log");
    let has = |path: &Path, part: &str| fs::read_to_string(path).is_ok_and(|text| text.contains(part));
    wait_until("the log", || has(&log, " INFO "));
    assert!(!has(&log, "{\"timestamp\""), "text, as it is wanted");
    let rotated = world.path("kim.log.1");
    fs::rename(&log, &rotated).expect("rotated");
    service.signal("HUP");
    wait_until("the new file", || log.exists());
    service.stop();
    assert!(has(&log, "stopped") && !has(&rotated, "stopped"));
}

/// The samples that everybody has are read by this story too.
#[test]
fn the_owner_of_the_example_is_an_example() {
    let text = fs::read_to_string(root().join("config/kim.toml")).expect("the settings");
    assert!(text.contains(&format!("recipients = [\"IT <{OWNER}>\"]")));
}

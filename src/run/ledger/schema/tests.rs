//! A ledger of an earlier version is opened, and nothing in it is lost.

use rusqlite::Connection;

use super::MIGRATIONS;
use crate::run::ledger::{DeliveryState, Ledger, Outcome};

/// The first version as it was, with a row in each table. Never changed: such ledgers exist.
const FIRST: &str = "
CREATE TABLE runs (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    pipeline TEXT NOT NULL,
    period   TEXT,
    as_of    TEXT NOT NULL,
    trial    INTEGER NOT NULL CHECK (trial IN (0, 1)),
    version  TEXT NOT NULL,
    started  TEXT NOT NULL,
    ended    TEXT,
    outcome  TEXT CHECK (outcome IN ('done', 'failed')),
    summary  TEXT
) STRICT;

CREATE TABLE steps (
    run     INTEGER NOT NULL REFERENCES runs (id),
    number  INTEGER NOT NULL,
    name    TEXT NOT NULL,
    started TEXT NOT NULL,
    ended   TEXT,
    PRIMARY KEY (run, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE submissions (
    sha256  TEXT NOT NULL,
    file    TEXT NOT NULL,
    origin  TEXT,
    arrived TEXT NOT NULL,
    size    INTEGER NOT NULL,
    body    TEXT,
    period  TEXT,
    state   TEXT NOT NULL CHECK (state IN ('accepted', 'rejected')),
    PRIMARY KEY (sha256, file)
) STRICT, WITHOUT ROWID;

CREATE TABLE schedules (
    pipeline TEXT PRIMARY KEY,
    since    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE due (
    pipeline TEXT NOT NULL,
    slot     TEXT NOT NULL,
    claimed  TEXT NOT NULL,
    tried    TEXT NOT NULL,
    holder   TEXT NOT NULL,
    tries    INTEGER NOT NULL DEFAULT 1,
    done     TEXT,
    error    TEXT,
    PRIMARY KEY (pipeline, slot)
) STRICT, WITHOUT ROWID;

CREATE TABLE editions (
    run      INTEGER NOT NULL REFERENCES runs (id),
    audience TEXT NOT NULL,
    path     TEXT NOT NULL,
    sha256   TEXT NOT NULL,
    PRIMARY KEY (run, audience)
) STRICT, WITHOUT ROWID;

CREATE TABLE deliveries (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    run        INTEGER NOT NULL REFERENCES runs (id),
    edition    TEXT NOT NULL,
    audience   TEXT NOT NULL,
    sender     TEXT NOT NULL,
    recipient  TEXT NOT NULL,
    message_id TEXT NOT NULL UNIQUE,
    message    BLOB,
    state      TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'written', 'refused', 'unknown')),
    via        TEXT,
    answer     TEXT,
    tries      INTEGER NOT NULL DEFAULT 0,
    created    TEXT NOT NULL,
    updated    TEXT NOT NULL
) STRICT;
CREATE INDEX deliveries_state ON deliveries (state);

INSERT INTO runs VALUES (1, 'monitoring.toml', '2026-Q2', '2026-07-20T04:00:00.000Z', 0, '0.1.0',
    '2026-07-20T04:00:01.000Z', '2026-07-20T04:00:09.000Z', 'done', '{}');
INSERT INTO runs VALUES (2, 'monitoring.toml', NULL, '2026-10-20T04:00:00.000Z', 0, '0.1.0',
    '2026-10-20T04:00:01.000Z', NULL, NULL, NULL);
INSERT INTO steps VALUES (1, 1, 'collect', '2026-07-20T04:00:01.000Z', '2026-07-20T04:00:02.000Z');
INSERT INTO submissions VALUES
    ('ab', 'in/a.xlsx', 'a@example.org', '2026-07-02T08:00:00.000Z', 10, '05958004', '2026-Q2', 'accepted');
INSERT INTO schedules VALUES ('monitoring.toml', '2026-01-01T00:00:00.000Z');
INSERT INTO due VALUES ('monitoring.toml', '2026-10-20T04:00:00.000Z', '2026-10-20T04:00:00.000Z',
    '2026-10-20T04:00:00.000Z', '17', 1, NULL, NULL);
INSERT INTO editions VALUES (1, 'politik', 'data/editions/a.xlsx', 'cd');
INSERT INTO deliveries VALUES (1, 1, 'cd', 'politik', 'kim@example.org', 'a@example.org', '<1@example.org>', NULL,
    'sent', 'mail:587', '250 ok', 1, '2026-07-20T04:00:05.000Z', '2026-07-20T04:00:06.000Z');
INSERT INTO deliveries VALUES (2, 1, 'cd', 'politik', 'kim@example.org', 'b@example.org', '<2@example.org>', x'4142',
    'waiting', 'mail:587', '450 busy', 2, '2026-07-20T04:00:05.000Z', '2026-07-20T04:00:06.000Z');
INSERT INTO deliveries VALUES (3, 1, 'cd', 'politik', 'kim@example.org', 'c@example.org', '<3@example.org>', x'43',
    'refused', 'mail:587', '550 no', 1, '2026-07-20T04:00:05.000Z', '2026-07-20T04:00:06.000Z');
PRAGMA user_version = 1;
";

#[test]
fn a_ledger_of_the_first_version_is_found_again_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.sqlite");
    Connection::open(&path).unwrap().execute_batch(FIRST).unwrap();
    let at = |text: &str| text.parse().unwrap();
    // Twice: what is migrated is not migrated again.
    for _ in 0..2 {
        let ledger = Ledger::open_sound(&path).unwrap();
        let runs = ledger.last_runs(9).unwrap();
        assert_eq!(runs.iter().map(|run| run.id).collect::<Vec<_>>(), [2, 1]);
        assert_eq!((runs[1].outcome, runs[1].period), (Some(Outcome::Done), "2026-Q2".parse().ok()));
        assert_eq!(ledger.steps(1).unwrap().len(), 1);
        let [file] = &ledger.submissions().unwrap()[..] else { panic!("one submission") };
        assert_eq!((file.sha256.as_str(), file.arrived), ("ab", at("2026-07-02T08:00:00Z")));
        // The accounts go as far as the slot that was taken last.
        let watch = ledger.watch("monitoring.toml", "plan", at("2030-01-01T00:00:00Z")).unwrap();
        assert_eq!(watch.upto, ledger.unfinished("monitoring.toml").unwrap().unwrap().slot);
        assert_eq!(ledger.unfinished("monitoring.toml").unwrap().map(|claim| claim.tries), Some(1));
        let sent = ledger.delivery("<1@example.org>").unwrap().unwrap();
        assert_eq!((sent.state, sent.waits_since), (DeliveryState::Sent, at("2026-07-20T04:00:05Z")));
        let [waiting] = &ledger.deliveries_left().unwrap()[..] else { panic!("one waits") };
        assert!(waiting.is_due(at("2026-10-20T04:00:00Z")), "and is tried at once");
        assert_eq!(ledger.message(waiting.id).unwrap().as_deref(), Some(&b"AB"[..]));
        assert_eq!(ledger.deliveries_in_trouble().unwrap().len(), 1);
        assert_eq!(ledger.published_before(2, "monitoring.toml").unwrap(), None, "it was not kept then");
    }
}

#[test]
fn the_first_migration_is_still_the_first_version() {
    assert!(FIRST.starts_with(MIGRATIONS[0]), "a migration that was released is never changed");
}

#[test]
fn every_version_on_the_way_leads_to_the_same_tables() {
    let tables = |path: &std::path::Path| -> Vec<(String, Option<String>)> {
        let db = Connection::open(path).unwrap();
        let mut read = db.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").unwrap();
        read.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
    };
    let folder = tempfile::tempdir().unwrap();
    let newest = folder.path().join("newest.sqlite");
    drop(Ledger::open(&newest).unwrap());
    for version in 0..MIGRATIONS.len() {
        let path = folder.path().join(format!("{version}.sqlite"));
        let old = Connection::open(&path).unwrap();
        MIGRATIONS[..version].iter().for_each(|migration| old.execute_batch(migration).unwrap());
        old.pragma_update(None, "user_version", version as i64).unwrap();
        drop(old);
        drop(Ledger::open_sound(&path).unwrap());
        assert_eq!(tables(&path), tables(&newest), "from version {version}");
    }
}

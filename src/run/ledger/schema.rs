//! The tables of the ledger, as migrations: each runs once, in order, in one transaction with its number.
//! A migration that was released is never changed; a new wish is a new one at the end.

use rusqlite::{Connection, TransactionBehavior};

use super::{LedgerError, failed};

const MIGRATIONS: &[&str] = &[
    "
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
",
    "
CREATE TABLE forgotten (
    sha256  TEXT PRIMARY KEY,
    size    INTEGER NOT NULL,
    arrived TEXT NOT NULL,
    body    TEXT,
    period  TEXT,
    rule    TEXT NOT NULL,
    decided TEXT NOT NULL,
    removed TEXT
) STRICT, WITHOUT ROWID;
ALTER TABLE runs ADD COLUMN forgotten TEXT;
ALTER TABLE runs ADD COLUMN rule TEXT;
",
];

/// Brings the schema to the newest version.
pub(super) fn migrate(db: &mut Connection) -> Result<(), LedgerError> {
    let known = i64::try_from(MIGRATIONS.len()).expect("a handful of migrations");
    // Immediate: two processes that start together must not both see the old version.
    let work = db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed("begin"))?;
    let found: i64 =
        work.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed("read the schema's version"))?;
    if found > known {
        return Err(LedgerError::Newer { found, known });
    }
    if found == known {
        return Ok(());
    }
    for migration in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        work.execute_batch(migration).map_err(failed("make the tables"))?;
    }
    work.pragma_update(None, "user_version", known).map_err(failed("write the schema's version"))?;
    work.commit().map_err(failed("make the tables"))
}

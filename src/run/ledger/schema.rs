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
    "
-- Mail: since when it waits, when it was last tried, when it is tried next, and when a person closed it without sending.
ALTER TABLE deliveries ADD COLUMN waits_since TEXT;
ALTER TABLE deliveries ADD COLUMN tried TEXT;
ALTER TABLE deliveries ADD COLUMN next_try TEXT;
ALTER TABLE deliveries ADD COLUMN closed TEXT;
UPDATE deliveries SET waits_since = created, tried = CASE WHEN tries > 0 THEN updated END;
CREATE INDEX deliveries_tried ON deliveries (tried);
CREATE INDEX deliveries_run ON deliveries (run);

-- What was published: each statement once, each distinct content once as ranges of statements, each release once.
CREATE TABLE figures (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    figure TEXT NOT NULL,
    said   TEXT NOT NULL
) STRICT;
CREATE INDEX figures_figure ON figures (figure);

CREATE TABLE findings (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    submission TEXT NOT NULL,
    said       TEXT NOT NULL
) STRICT;
CREATE INDEX findings_submission ON findings (submission);

CREATE TABLE contents (
    id     INTEGER PRIMARY KEY,
    kind   TEXT NOT NULL CHECK (kind IN ('figures', 'findings')),
    sha256 TEXT NOT NULL,
    UNIQUE (kind, sha256)
) STRICT;

CREATE TABLE ranges (
    content INTEGER NOT NULL REFERENCES contents (id),
    first   INTEGER NOT NULL,
    last    INTEGER NOT NULL,
    PRIMARY KEY (content, first)
) STRICT, WITHOUT ROWID;

CREATE TABLE releases (
    run         INTEGER PRIMARY KEY REFERENCES runs (id),
    period      TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    figures     INTEGER NOT NULL REFERENCES contents (id),
    findings    INTEGER NOT NULL REFERENCES contents (id),
    released    TEXT NOT NULL
) STRICT;

-- For whoever asks the ledger by hand: SELECT * FROM published WHERE figure = '…'.
CREATE VIEW published AS
SELECT releases.run, runs.pipeline, releases.period, releases.released, figures.figure,
       figures.said ->> 'value' AS value, figures.said ->> 'mark' AS mark, figures.said
FROM releases
JOIN runs ON runs.id = releases.run
JOIN ranges ON ranges.content = releases.figures
JOIN figures ON figures.id BETWEEN ranges.first AND ranges.last;
",
    "
-- A message to the owner belongs to no run.
ALTER TABLE deliveries ALTER COLUMN run DROP NOT NULL;

CREATE TABLE troubles (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    kind      TEXT NOT NULL,
    key       TEXT NOT NULL,
    facts     TEXT NOT NULL,
    since     TEXT NOT NULL,
    told      TEXT,
    ended     TEXT,
    told_well TEXT
) STRICT;
CREATE UNIQUE INDEX troubles_open ON troubles (kind, key) WHERE ended IS NULL;
",
    "
-- The fingerprint of a message outlives its bytes.
ALTER TABLE deliveries ADD COLUMN sha256 TEXT;
-- When its first byte was about to go: a process that dies before it leaves no doubt.
ALTER TABLE deliveries ADD COLUMN handed TEXT;
UPDATE deliveries SET handed = updated WHERE state = 'sending';
",
    "
-- What is due: the run's clock, why a slot is given up, how far and by which plan the accounts go, what is not run.
ALTER TABLE due ADD COLUMN as_of TEXT;
ALTER TABLE due ADD COLUMN given_up TEXT;
CREATE INDEX due_open ON due (pipeline, slot) WHERE done IS NULL AND given_up IS NULL;
CREATE INDEX due_done ON due (pipeline, done) WHERE done IS NOT NULL;
ALTER TABLE schedules ADD COLUMN upto TEXT;
ALTER TABLE schedules ADD COLUMN plan TEXT;

CREATE TABLE not_run (
    pipeline TEXT NOT NULL,
    first    TEXT NOT NULL,
    last     TEXT NOT NULL,
    slots    INTEGER NOT NULL,
    reason   TEXT NOT NULL,
    noted    TEXT NOT NULL,
    PRIMARY KEY (pipeline, first)
) STRICT, WITHOUT ROWID;
",
    "
-- Tries that failed, apart from those over which the process died; and when a slot was given up, by the clock of that day.
ALTER TABLE due ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
UPDATE due SET failures = tries WHERE error IS NOT NULL;
ALTER TABLE due ADD COLUMN given_up_at TEXT;
UPDATE due SET given_up_at = tried WHERE given_up IS NOT NULL;
",
    "
-- Each copy that was made on the way from the first ledger to this one, and that was opened as the ledger in use.
CREATE TABLE copies (
    made    TEXT PRIMARY KEY,
    settled INTEGER NOT NULL CHECK (settled IN (0, 1)),
    opened  TEXT
) STRICT, WITHOUT ROWID;
",
    "
-- Every run that stands behind a message: the one that wrote it down, and those that would have said the same.
CREATE TABLE said (
    delivery INTEGER NOT NULL REFERENCES deliveries (id),
    run      INTEGER NOT NULL REFERENCES runs (id),
    PRIMARY KEY (delivery, run)
) STRICT, WITHOUT ROWID;
INSERT INTO said SELECT id, run FROM deliveries WHERE run IS NOT NULL;
-- Runs that do all a scheduled run does. Of older ones nobody knows.
ALTER TABLE runs ADD COLUMN whole INTEGER NOT NULL DEFAULT 0 CHECK (whole IN (0, 1));
CREATE INDEX runs_whole ON runs (pipeline, as_of) WHERE whole = 1;
",
    "
-- What a run was limited to: audiences, recipients, an ordered period. JSON; none: an older version began it.
ALTER TABLE runs ADD COLUMN limits TEXT;
",
    "
-- What a message is about: a fingerprint, by which it is known again whatever the configuration says later.
ALTER TABLE deliveries ADD COLUMN content TEXT;
CREATE INDEX deliveries_content ON deliveries (content);
-- A try in whose course nobody answered, and after which it was tried again all the same.
ALTER TABLE deliveries ADD COLUMN in_doubt INTEGER NOT NULL DEFAULT 0 CHECK (in_doubt IN (0, 1));
UPDATE deliveries SET in_doubt = 1 WHERE state = 'waiting' AND answer LIKE 'it may have arrived%';
-- What a run does is said by its limits.
DROP INDEX runs_whole;
ALTER TABLE runs DROP COLUMN whole;
CREATE INDEX runs_done ON runs (pipeline, as_of) WHERE trial = 0 AND outcome = 'done';
-- A slot that was run by a clock that was ahead of its day.
ALTER TABLE due ADD COLUMN early INTEGER NOT NULL DEFAULT 0 CHECK (early IN (0, 1));
-- A restored copy: the newest run that it knows of, when it was last looked at, and whether its clock has been seen to tick.
ALTER TABLE copies ADD COLUMN newest INTEGER;
ALTER TABLE copies ADD COLUMN seen TEXT;
ALTER TABLE copies ADD COLUMN ticks INTEGER NOT NULL DEFAULT 0 CHECK (ticks IN (0, 1));
UPDATE copies SET newest = (SELECT COALESCE(MAX(id), 0) FROM runs WHERE started <= made), seen = opened, ticks = opened IS NOT NULL
WHERE settled = 1;
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

/// May this program read a ledger that it must not change? Only one of its own time.
pub(super) fn known(db: &Connection) -> Result<(), LedgerError> {
    let known = i64::try_from(MIGRATIONS.len()).expect("a handful of migrations");
    let found: i64 =
        db.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed("read the schema's version"))?;
    match found {
        found if found > known => Err(LedgerError::Newer { found, known }),
        found if found < known => Err(LedgerError::Older { found, known }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;

//! What a run leaves in the world, in a form that can be compared: files byte by byte, every table of the ledger row by row,
//! mails.
//!
//! Compared is whatever is not named in [`APART`] or [`DIFFERS`]: a table or a column that is new is compared without a word.
//! The manifest differs in the number of its run, and in `published_before`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use rusqlite::{Connection, types::ValueRef};
use serde_json::Value;

use super::files_below;
use crate::smtp::Received;

#[derive(Debug, PartialEq)]
pub struct Traces {
    /// Archive, facts, editions, outbox, and drafts wherever they lie.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The newest one, without the number of its run.
    pub manifest: Value,
    /// Table → what is compared of its rows.
    pub ledger: BTreeMap<String, Vec<String>>,
    /// Message-ID → the state in the ledger.
    pub states: BTreeMap<String, String>,
    /// Message-ID → what the server took, as often as it did.
    pub mails: BTreeMap<String, Vec<Vec<u8>>>,
}

/// Why something of the ledger may differ between a run that was disturbed and one that was not.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Because {
    /// A time of the real clock: only whether there is one is compared.
    Clock,
    /// The number of a row, or of a run: one that was cut off has a number too. What it points to is compared in its own
    /// table; of steps, that each was taken by one of the runs (stored facts are not read a second time).
    Number,
    /// How often something was tried.
    Tries,
    /// Mail may be in doubt after a death: compared with what the server took, mail by mail.
    Mail,
    /// Which process it was.
    Process,
    /// What it tells is told by the manifest as well, without numbers of runs and times; a failed run may have failed otherwise.
    Manifest,
}

/// Tables of which not every row is compared: which of them are, and why not all.
const APART: [(&str, &str, &str); 2] = [
    ("runs", "outcome = 'done'", "a run that was cut off is one more"),
    ("sqlite_sequence", "FALSE", "the newest numbers of rows, of which a run that was cut off took some"),
];

/// Columns that may differ.
const DIFFERS: [(&str, &str, Because); 49] = [
    ("runs", "id", Because::Number),
    ("runs", "started", Because::Clock),
    ("runs", "ended", Because::Clock),
    ("runs", "summary", Because::Manifest),
    ("steps", "run", Because::Number),
    ("steps", "number", Because::Number),
    ("steps", "started", Because::Clock),
    ("steps", "ended", Because::Clock),
    ("schedules", "since", Because::Clock),
    ("schedules", "upto", Because::Clock),
    ("due", "claimed", Because::Clock),
    ("due", "tried", Because::Clock),
    ("due", "holder", Because::Process),
    ("due", "tries", Because::Tries),
    ("due", "failures", Because::Tries),
    ("due", "done", Because::Clock),
    ("due", "given_up_at", Because::Clock),
    ("editions", "run", Because::Number),
    ("deliveries", "id", Because::Number),
    ("deliveries", "run", Because::Number),
    ("deliveries", "message", Because::Mail),
    ("deliveries", "state", Because::Mail),
    ("deliveries", "via", Because::Mail),
    ("deliveries", "answer", Because::Mail),
    ("deliveries", "tries", Because::Tries),
    ("deliveries", "created", Because::Clock),
    ("deliveries", "updated", Because::Clock),
    ("deliveries", "waits_since", Because::Clock),
    ("deliveries", "tried", Because::Clock),
    ("deliveries", "next_try", Because::Mail),
    ("deliveries", "closed", Because::Clock),
    ("deliveries", "handed", Because::Mail),
    ("forgotten", "decided", Because::Clock),
    ("forgotten", "removed", Because::Clock),
    ("figures", "id", Because::Number),
    ("findings", "id", Because::Number),
    ("contents", "id", Because::Number),
    ("ranges", "content", Because::Number),
    ("said", "run", Because::Number),
    ("releases", "run", Because::Number),
    ("releases", "figures", Because::Number),
    ("releases", "findings", Because::Number),
    ("releases", "released", Because::Clock),
    ("troubles", "id", Because::Number),
    ("troubles", "since", Because::Clock),
    ("troubles", "told", Because::Clock),
    ("troubles", "ended", Because::Clock),
    ("troubles", "told_well", Because::Clock),
    ("not_run", "noted", Because::Clock),
];

/// The whole ledger: of each table each distinct row, in order, without what may differ.
fn ledger(db: &Connection) -> BTreeMap<String, Vec<String>> {
    let tables = rows(db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    let known = |table: &str| rows(db, &format!("SELECT name FROM pragma_table_info('{table}')"));
    for (table, column, _) in DIFFERS {
        assert!(known(table).iter().any(|known| known == column), "no {column} in {table} any more");
    }
    let of = |table: &String| {
        let column = |column: &String| {
            let differs = DIFFERS.iter().find(|(of, name, _)| of == table && name == column);
            match differs.map(|(.., because)| *because) {
                None => Some(column.clone()),
                Some(Because::Clock) => Some(format!("CASE WHEN {column} IS NOT NULL THEN '{column}' END")),
                Some(_) => None,
            }
        };
        let columns: Vec<String> = known(table).iter().filter_map(column).collect();
        let which = APART.iter().find(|(of, ..)| of == table).map_or("TRUE", |(_, which, _)| which);
        let sql = format!("SELECT DISTINCT {} FROM {table} WHERE {which}", columns.join(", "));
        let mut found = rows(db, &sql);
        found.sort();
        (table.clone(), found)
    };
    tables.iter().map(of).collect()
}

impl Traces {
    pub fn of(data: &Path, received: &[Received]) -> Traces {
        let mut files = BTreeMap::new();
        let mut manifests = BTreeMap::new();
        for name in files_below(data) {
            let bytes = fs::read(data.join(&name)).unwrap_or_else(|error| panic!("{name}: {error}"));
            if name.starts_with("runs/") {
                manifests.insert(name, bytes);
            } else if name.contains('/') || name.ends_with(".part") {
                files.insert(name, bytes);
            }
        }
        let mut manifest: Value = manifests
            .values()
            .next_back()
            .map_or(Value::Null, |bytes| serde_json::from_slice(bytes).expect("a manifest is whole"));
        if let Some(manifest) = manifest.as_object_mut() {
            manifest.remove("run");
            // The run that was cut off counts as published as soon as one mail of it is out.
            manifest.remove("published_before");
        }
        let db = Connection::open(data.join("ledger.sqlite")).expect("the ledger");
        let ledger = ledger(&db);
        let states = rows(&db, "SELECT message_id, state FROM deliveries");
        let states = states.iter().filter_map(|row| row.split_once(" | "));
        let mut mails: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
        for mail in received {
            mails.entry(message_id(&mail.data)).or_default().push(mail.data.clone());
        }
        let states = states.map(|(id, state)| (id.to_owned(), state.to_owned())).collect();
        Traces { files, manifest, ledger, states, mails }
    }

    /// Every way in which this differs from what an undisturbed run leaves. A mail that was `in_the_air` may be `unknown`
    /// instead of sent, and then the server may have it once or not at all.
    pub fn differences(&self, calm: &Traces, in_the_air: &BTreeSet<String>) -> Vec<String> {
        let mut told = Vec::new();
        let names: BTreeSet<&String> = self.files.keys().chain(calm.files.keys()).collect();
        for name in names {
            if self.files.get(name) != calm.files.get(name) {
                told.push(format!(
                    "{name} differs: {:?} bytes",
                    [self, calm].map(|of| of.files.get(name).map(Vec::len))
                ));
            }
        }
        if self.manifest != calm.manifest {
            let keys = calm.manifest.as_object().into_iter().flatten().map(|(key, _)| key);
            for key in keys.filter(|key| self.manifest.get(key) != calm.manifest.get(key)) {
                told.push(format!("the manifest's {key}: {}, not {}", self.manifest[key], calm.manifest[key]));
            }
        }
        let tables: BTreeSet<&String> = self.ledger.keys().chain(calm.ledger.keys()).collect();
        for table in tables {
            let [mine, theirs] = [self, calm].map(|of| of.ledger.get(table).cloned().unwrap_or_default());
            let more = |of: &[String], than: &[String]| of.iter().filter(|row| !than.contains(row)).cloned().collect();
            let (only, lacks): (Vec<String>, Vec<String>) = (more(&mine, &theirs), more(&theirs, &mine));
            if !only.is_empty() || !lacks.is_empty() {
                told.push(format!("the table {table} has {only:#?}\nand lacks {lacks:#?}"));
            }
        }
        for (id, mail) in &calm.mails {
            let none = Vec::new();
            let (state, got) =
                (self.states.get(id).map_or("none", String::as_str), self.mails.get(id).unwrap_or(&none));
            let fine = match state {
                "sent" => got == mail,
                "unknown" => in_the_air.contains(id) && (got.is_empty() || got == mail),
                _ => false,
            };
            if !fine {
                told.push(format!("the mail {id} is {state} and was received {} times", got.len()));
            }
        }
        let more = self.mails.keys().filter(|id| !calm.mails.contains_key(*id));
        told.extend(more.map(|id| format!("a mail that nobody wrote: {id}")));
        told
    }
}

fn message_id(mail: &[u8]) -> String {
    let text = String::from_utf8_lossy(mail);
    let line = text.lines().find_map(|line| line.strip_prefix("Message-ID: ")).expect("a Message-ID");
    line.trim().to_owned()
}

pub fn rows(db: &Connection, sql: &str) -> Vec<String> {
    let mut query = db.prepare(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let columns = query.column_count();
    let row = |row: &rusqlite::Row<'_>| {
        let cell = |index| match row.get_ref(index)? {
            ValueRef::Null => Ok("-".to_owned()),
            ValueRef::Integer(number) => Ok(number.to_string()),
            ValueRef::Real(number) => Ok(number.to_string()),
            ValueRef::Text(text) | ValueRef::Blob(text) => Ok(String::from_utf8_lossy(text).into_owned()),
        };
        Ok((0..columns).map(cell).collect::<rusqlite::Result<Vec<_>>>()?.join(" | "))
    };
    query.query_map([], row).expect("rows").collect::<rusqlite::Result<_>>().expect("rows")
}

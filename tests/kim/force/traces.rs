//! What a run leaves in the world, in a form that can be compared: files byte by byte, the ledger row by row, mails.
//!
//! Left out, because it may differ between a run that was disturbed and one that was not: numbers of runs, instants at
//! which something was tried and how often, the steps (stored facts need no second reading), the runs that were cut off.

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
    pub ledger: BTreeMap<&'static str, Vec<String>>,
    /// Message-ID → the state in the ledger.
    pub states: BTreeMap<String, String>,
    /// Message-ID → what the server took, as often as it did.
    pub mails: BTreeMap<String, Vec<Vec<u8>>>,
}

/// What must be equal of each table.
const TABLES: [(&str, &str); 4] = [
    ("runs", "SELECT pipeline, period, as_of, trial, version, outcome FROM runs ORDER BY id DESC LIMIT 1"),
    ("submissions", "SELECT * FROM submissions ORDER BY sha256, file"),
    (
        "editions",
        "SELECT audience, path, sha256 FROM editions WHERE run = (SELECT MAX(id) FROM runs) ORDER BY audience",
    ),
    (
        "deliveries",
        "SELECT edition, audience, sender, recipient, message_id FROM deliveries ORDER BY audience, recipient",
    ),
];

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
        let ledger = TABLES.iter().map(|(table, sql)| (*table, rows(&db, sql))).collect();
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
        if self.ledger != calm.ledger {
            told.push(format!("the ledger differs: {:#?}\nnot {:#?}", self.ledger, calm.ledger));
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

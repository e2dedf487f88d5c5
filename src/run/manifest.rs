//! The manifest pins what a run was made from and what it made, each with its SHA-256.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::checked::Checked;
use super::ledger::Published;
use super::order::Order;
use super::summary::{Delivered, Edition};
use crate::base::files::{self, FileError};
use crate::model::period::Period;
use crate::model::submission::Submission;

#[derive(Debug, Serialize)]
pub(crate) struct Manifest<'a> {
    run: i64,
    program: &'static str,
    period: Period,
    /// The clock, in the zone of the configuration.
    clock: String,
    trial: bool,
    pipeline: String,
    inputs: &'a [Submission],
    configuration: Vec<ConfigFile>,
    outputs: &'a [Edition],
    mails: Vec<Mail<'a>>,
    /// SHA-256 of everything that the editions may show.
    release: &'a str,
    /// The release of this pipeline that went out last before.
    published_before: Option<Published>,
    /// Control totals, rules, completeness.
    checked: Checked<'a>,
}

/// A message with what this run made: written by this run, or by an earlier one that made the same.
#[derive(Debug, Serialize)]
struct Mail<'a> {
    to: &'a str,
    audience: &'a str,
    message_id: &'a str,
    sha256: &'a str,
}

#[derive(Debug, Serialize)]
struct ConfigFile {
    path: String,
    sha256: String,
}

impl<'a> Manifest<'a> {
    pub(crate) fn of(
        order: &Order<'_>,
        run: i64,
        inputs: &'a [Submission],
        outputs: &'a [Edition],
        deliveries: &'a [Delivered],
        checked: Checked<'a>,
    ) -> Manifest<'a> {
        Manifest {
            run,
            program: concat!("kim ", env!("CARGO_PKG_VERSION")),
            period: checked.period(),
            clock: order.clock.now().to_rfc3339(),
            trial: order.trial.is_some(),
            pipeline: order.pipeline.name.clone(),
            inputs,
            configuration: order
                .config
                .files
                .iter()
                .map(|(path, sha256)| ConfigFile { path: path.display().to_string(), sha256: sha256.clone() })
                .collect(),
            outputs,
            mails: deliveries.iter().filter_map(Mail::of).collect(),
            release: "",
            published_before: None,
            checked,
        }
    }

    pub(crate) fn released(self, release: &'a str, published_before: Option<Published>) -> Manifest<'a> {
        Manifest { release, published_before, ..self }
    }
}

impl<'a> Mail<'a> {
    fn of(delivery: &'a Delivered) -> Option<Mail<'a>> {
        Some(Mail {
            to: &delivery.to,
            audience: &delivery.audience,
            message_id: &delivery.message_id,
            sha256: delivery.sha256.as_deref()?,
        })
    }
}

/// `run-000012.json` below `folder`.
pub(crate) fn place(folder: &Path, run: i64) -> PathBuf {
    folder.join(format!("run-{run:06}.json"))
}

/// Writes the manifest of a run below `folder`.
pub(crate) fn save(folder: &Path, run: i64, manifest: &Manifest<'_>) -> Result<PathBuf, FileError> {
    let path = place(folder, run);
    files::write(&path, &text(manifest))?;
    Ok(path)
}

/// A line for each entry of a list: fewer bytes than a line for each number, and as easy to search and to compare.
pub(super) fn text(manifest: &impl Serialize) -> Vec<u8> {
    let mut text = Vec::new();
    let mut writer = serde_json::Serializer::with_formatter(&mut text, Lines::default());
    manifest.serialize(&mut writer).expect("a manifest is plain data");
    text.push(b'\n');
    text
}

/// Lists down to the third level and objects down to the second are written in lines, whatever lies deeper in one.
#[derive(Default)]
struct Lines {
    depth: usize,
    /// Of the containers that are open: is each entry a line?
    open: Vec<bool>,
}

impl Lines {
    fn begin(&mut self, deepest: usize) {
        self.depth += 1;
        self.open.push(self.depth <= deepest);
    }

    fn end<W: ?Sized + Write>(&mut self, writer: &mut W, mark: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if self.open.pop() == Some(true) {
            self.line(writer)?;
        }
        writer.write_all(mark)
    }

    fn entry<W: ?Sized + Write>(&self, writer: &mut W, first: bool) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        if self.open.last() == Some(&true) { self.line(writer) } else { Ok(()) }
    }

    fn line<W: ?Sized + Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\n")?;
        writer.write_all(" ".repeat(self.depth).as_bytes())
    }
}

impl serde_json::ser::Formatter for Lines {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(3);
        writer.write_all(b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.entry(writer, first)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(2);
        writer.write_all(b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.entry(writer, first)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn each_entry_of_a_list_is_a_line_and_it_is_the_same_json() {
        let value = serde_json::json!({"a": 1, "list": [{"x": [1, 2]}, {"x": {}}], "in": {"files": [{"y": {"z": 1}}], "t": {"u": 1}}});
        let text = String::from_utf8(super::text(&value)).unwrap();
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
        assert!(text.lines().any(|line| line.trim() == "{\"y\":{\"z\":1}}"), "{text}");
        assert!(text.lines().any(|line| line.trim().starts_with("{\"x\":")), "{text}");
    }
}

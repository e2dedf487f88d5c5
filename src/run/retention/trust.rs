//! May a deletion believe the clock? What a wrong clock deletes does not come back.
//!
//! In: each look at the clock, and the latest instant that the ledger knows. Out: whether this clock may delete. It must have
//! ticked for an hour without a leap; one that is far ahead of all that is known, for a week, unless a person deletes by
//! hand. What was believed last stands in a file beside the ledger, where a run by a wrong clock cannot move it.
//! Never: deletes anything itself; runs of the service are not held up by it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};

use crate::base::files::{self, FileError, failed};
use crate::run::ledger::{Ledger, LedgerError};
use crate::run::{RunError, chain};

/// Looks come every minute. A clock that leaps farther was set, or its machine was off or asleep.
const LEAP: TimeDelta = TimeDelta::minutes(10);
/// No deletion before the clock has ticked for so long.
const TICKS: TimeDelta = TimeDelta::hours(1);
/// Returns come every quarter, so that no service knows nothing for so long.
const FAR: TimeDelta = TimeDelta::days(400);
/// A clock that is far ahead, and that nobody has set right for so long, is right.
const LONG: TimeDelta = TimeDelta::days(7);

/// What was seen of the clock since the start of this process.
#[derive(Debug, Default)]
pub(super) struct Trust {
    since: Option<DateTime<Utc>>,
    seen: Option<DateTime<Utc>>,
    warned: bool,
}

impl Trust {
    /// Looks at a clock that shows `now`: may it delete? Where nothing is to be deleted by a rule (`rule`), nobody is told
    /// that it is doubted.
    pub(super) fn look(
        &mut self,
        data: &Path,
        ledger: &Path,
        rule: bool,
        now: DateTime<Utc>,
    ) -> Result<bool, RunError> {
        let ticking = self.seen.replace(now).is_some_and(|seen| (now - seen).abs() <= LEAP);
        let since = *self.since.insert(self.since.filter(|_| ticking).unwrap_or(now));
        let ticked = now - since;
        let note = read(data)?;
        let known = match &note {
            Some(note) => Some(note.believed),
            None => latest(ledger)?,
        };
        let far = known.is_some_and(|known| now - known > FAR) && ticked < LONG;
        if far && rule && !self.warned {
            let known = known.map(|known| known.to_rfc3339()).unwrap_or_default();
            tracing::warn!(known, "the clock is far ahead of all that is known; nothing is deleted by it");
        }
        self.warned = far;
        let believed = if ticked >= TICKS && !far { Some(now) } else { known };
        // A machine that boots is not worth a mail.
        let doubted = far && rule && (ticked >= TICKS || note.as_ref().is_some_and(|note| note.doubted));
        if let Some(believed) = believed {
            let same = |note: &Note| note.doubted == doubted && (now - note.believed).abs() < TimeDelta::days(1);
            let kept = |note: &Note| note.doubted == doubted && believed == note.believed;
            if !note.is_some_and(|note| same(&note) || kept(&note)) {
                write(data, &Note { believed, doubted })?;
            }
        }
        Ok(ticked >= TICKS && !far)
    }
}

/// The latest instant in the ledger; none where there is none.
fn latest(ledger: &Path) -> Result<Option<DateTime<Utc>>, LedgerError> {
    if ledger.exists() { Ledger::open(ledger)?.latest() } else { Ok(None) }
}

/// A person has deleted by this clock: it is right.
pub(crate) fn believe(data: &Path, now: DateTime<Utc>) -> Result<(), FileError> {
    write(data, &Note { believed: now, doubted: false })
}

/// Is nothing deleted because nobody can believe the clock?
pub(crate) fn is_doubted(data: &Path) -> bool {
    match read(data) {
        Ok(note) => note.is_some_and(|note| note.doubted),
        Err(error) => {
            tracing::warn!("{}", chain(&error));
            false
        }
    }
}

struct Note {
    believed: DateTime<Utc>,
    doubted: bool,
}

fn place(data: &Path) -> PathBuf {
    data.join("retention-clock.txt")
}

fn read(data: &Path) -> Result<Option<Note>, FileError> {
    let path = place(data);
    let text = match fs::read_to_string(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        text => text.map_err(failed("cannot read", &path))?,
    };
    let mut words = text.split_whitespace();
    let believed = words.next().and_then(|word| word.parse().ok());
    // What cannot be read says nothing: the ledger is asked again.
    Ok(believed.map(|believed| Note { believed, doubted: words.next() == Some("doubted") }))
}

fn write(data: &Path, note: &Note) -> Result<(), FileError> {
    let word = if note.doubted { "doubted" } else { "believed" };
    files::write(&place(data), format!("{} {word}\n", note.believed.to_rfc3339()).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::ledger::NewRun;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// A ledger whose newest run began at `now`.
    fn ran(data: &Path, now: DateTime<Utc>) -> PathBuf {
        let path = data.join("ledger.sqlite");
        let run = NewRun { pipeline: "a", period: None, as_of: now, trial: false, version: "0", limits: None };
        Ledger::open(&path).unwrap().begin_run(&run, now).unwrap();
        path
    }

    /// After how many minutes of looks the clock may delete; none: not within `most`.
    fn waits(data: &Path, from: DateTime<Utc>, most: i64) -> Option<i64> {
        let mut trust = Trust::default();
        let ledger = data.join("ledger.sqlite");
        (0..=most).find(|minutes| trust.look(data, &ledger, true, from + TimeDelta::minutes(*minutes)).unwrap())
    }

    #[test]
    fn a_clock_ticks_for_an_hour_and_one_far_ahead_for_a_week_before_it_deletes() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        ran(data, at("2026-10-20T04:00:00Z"));
        let (right, wrong) = (at("2026-10-21T04:00:00Z"), at("2036-10-21T04:00:00Z"));
        // Five seconds after its start, or an hour of it.
        assert_eq!(waits(data, wrong, 59), None);
        assert!(!is_doubted(data), "a machine that boots is not told");
        // What the wrong clock wrote into the ledger makes it no better.
        ran(data, wrong);
        assert_eq!(waits(data, wrong, 600), None);
        assert!(is_doubted(data));
        assert_eq!(waits(data, right, 600), Some(60));
        assert!(!is_doubted(data), "it was set");
        assert_eq!(waits(data, right + TimeDelta::days(399), 600), Some(60));
        assert_eq!(waits(data, wrong, 8 * 24 * 60), Some(7 * 24 * 60), "nobody set it back");
        assert_eq!(waits(data, wrong + TimeDelta::days(1), 600), Some(60));
    }

    #[test]
    fn a_leap_begins_the_hour_anew_and_a_person_ends_the_doubt() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        let begun = at("2026-10-20T04:00:00Z");
        let ledger = ran(data, begun);
        let mut trust = Trust::default();
        let mut look = |minutes: i64| trust.look(data, &ledger, true, begun + TimeDelta::minutes(minutes)).unwrap();
        assert!((0..60).chain(100..160).chain(90..150).all(|minutes| !look(minutes)), "it leapt there and back");
        assert!(look(150));
        let years = begun + TimeDelta::days(3650);
        assert_eq!(waits(data, years, 120), None);
        assert!(is_doubted(data));
        believe(data, years).unwrap();
        assert!(!is_doubted(data));
        assert_eq!(waits(data, years, 120), Some(60));
    }

    #[test]
    fn where_nothing_is_known_or_no_rule_is_set_nobody_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        assert_eq!(waits(data, at("2036-10-20T04:00:00Z"), 120), Some(60));
        assert!(!data.join("ledger.sqlite").exists(), "none is made");
        let mut trust = Trust::default();
        let later = at("2046-10-20T04:00:00Z");
        for minutes in 0..=120 {
            let now = later + TimeDelta::minutes(minutes);
            assert!(!trust.look(data, &data.join("ledger.sqlite"), false, now).unwrap());
        }
        assert!(!is_doubted(data));
    }
}

//! Sheets that had better not be read: of another period, of another body, copies, drafts and what is old.
//!
//! In: the name of a sheet and what is looked for. Out: whether any other sheet is to be preferred. Whether there is one, and what is
//! said of it, is for others.

use super::prepared::Prepared;
use super::{period, text};
use crate::model::municipality::{Body, BodyKind};
use crate::model::period::{Kind, Period};
use crate::model::raw::RawSheet;

/// Words that set a sheet apart from the one that counts.
const ASIDE: [&str; 22] = [
    "alt",
    "alte",
    "alter",
    "altes",
    "veraltet",
    "old",
    "kopie",
    "copy",
    "entwurf",
    "draft",
    "backup",
    "sicherung",
    "vorlage",
    "muster",
    "beispiel",
    "test",
    "vorquartal",
    "vorjahr",
    "archiv",
    "ungueltig",
    "bak",
    "vorversion",
];

/// Longer texts name a quarter without a year for other reasons.
const SHORT: usize = 6;

/// Whose return it is, and for when, as far as that is known.
pub(super) struct Wanted<'s, 'a> {
    pub(super) body: Option<&'s Body>,
    pub(super) period: Option<Period>,
    pub(super) prepared: &'s Prepared<'a>,
    /// The file's name without its ending: it names the only sheet of a format whose sheets have no names.
    pub(super) stem: &'s str,
}

impl Wanted<'_, '_> {
    /// Is any other sheet to be preferred to this one?
    pub(super) fn is_aside(&self, sheet: &RawSheet) -> bool {
        let name = sheet.name.as_str();
        let words = text::words(name);
        let numbered = || {
            name.trim_end().strip_suffix(')').is_some_and(|rest| {
                let number = rest.trim_end_matches(|mark: char| mark.is_ascii_digit());
                number.len() < rest.len() && number.ends_with('(')
            })
        };
        words.iter().any(|word| ASIDE.contains(&word.as_str()))
            || numbered()
            || self.other_period(name).is_some()
            || self.other_body(name).is_some()
    }

    /// The period that a text names, if it is another.
    pub(super) fn other_period(&self, written: &str) -> Option<Period> {
        let kind = self.prepared.form.period;
        // Every second title names some year.
        let bare = || {
            // Without a year it is one of the same year.
            let number = period::without_year(written, kind).filter(|_| text::words(written).len() <= SHORT)?;
            Period::new(kind, self.period?.year, number)
        };
        let said = period::of_text(written, kind).or_else(bare).filter(|_| kind != Kind::Year)?;
        self.period.is_some_and(|wanted| wanted != said).then_some(said)
    }

    /// The municipality that a text names, if it is another; the district is named wherever it asks.
    pub(super) fn other_body(&self, written: &str) -> Option<&Body> {
        let wanted = self.body?;
        let said = self.prepared.bodies.within(written)?;
        (said.kind == BodyKind::Municipality && said.ags != wanted.ags).then_some(said)
    }
}

//! What `report` is given to write one edition, and what `deliver` is given to send it.

use super::figure::Release;
use super::form::Form;
use super::indicator::Catalogue;
use super::language::{Language, Text};
use super::municipality::Register;
use super::pipeline::{Report, Sheet};
use super::potential::Rule;
use crate::base::clock::Clock;
use std::collections::BTreeMap;

/// Everything on which the bytes of an edition depend.
pub(crate) struct EditionInput<'a> {
    pub(crate) language: Language,
    /// The audience's id and title.
    pub(crate) audience: &'a str,
    pub(crate) audience_title: &'a Text,
    pub(crate) report: &'a Report,
    /// The sheets this audience gets, in order.
    pub(crate) sheets: Vec<&'a Sheet>,
    pub(crate) release: &'a Release,
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) rules: &'a BTreeMap<String, Rule>,
    pub(crate) form: &'a Form,
    pub(crate) register: &'a Register,
    /// What all bodies together are called.
    pub(crate) total: &'a Text,
    /// The last day on which a return of the reported period is on time.
    pub(crate) due: chrono::NaiveDate,
    /// Counts of people below these are secret; printed on the methods sheet.
    pub(crate) disclosure: &'a super::settings::Disclosure,
    pub(crate) clock: Clock,
}

/// A finished workbook. `name` is ASCII.
#[derive(Clone, Debug)]
pub(crate) struct Workbook {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// What the mail says; text and HTML of the same content. Without HTML it is a plain mail.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Letter {
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

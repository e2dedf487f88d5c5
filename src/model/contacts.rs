//! `config/contacts.toml`: who sends, who is reminded, who receives.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::language::{Language, Text};
use crate::base::settings::Spanned;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Contacts {
    #[serde(rename = "audience")]
    pub(crate) audiences: BTreeMap<Spanned<String>, Audience>,
    /// By AGS.
    #[serde(default, rename = "body")]
    pub(crate) bodies: BTreeMap<Spanned<String>, BodyContacts>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Audience {
    pub(crate) title: Text,
    /// Without it, the one in `kim.toml`.
    pub(crate) language: Option<Language>,
    pub(crate) recipients: Vec<Spanned<String>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BodyContacts {
    /// Addresses from which this body's returns come.
    #[serde(default)]
    pub(crate) sends: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) reminded: Vec<Spanned<String>>,
}

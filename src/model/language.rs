//! The languages an edition can speak, and texts written in both.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Language {
    #[default]
    De,
    En,
}

impl Language {
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Language::De => "de",
            Language::En => "en",
        }
    }
}

/// A text of the configuration: `{ de = "…", en = "…" }`. Without English, German is shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Text {
    pub(crate) de: String,
    pub(crate) en: Option<String>,
}

impl Text {
    #[cfg(test)]
    pub(crate) fn german(text: impl Into<String>) -> Text {
        Text { de: text.into(), en: None }
    }

    pub(crate) fn get(&self, language: Language) -> &str {
        match language {
            Language::De => &self.de,
            Language::En => self.en.as_deref().unwrap_or(&self.de),
        }
    }
}

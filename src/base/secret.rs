//! Secrets: read from the environment or a file, never written anywhere.

use std::fmt;
use std::path::Path;

use super::files::{self, FileError};

/// A text that no log, error or debug output shows.
#[derive(Clone)]
pub(crate) struct Secret(String);

#[derive(Debug, thiserror::Error)]
pub(crate) enum SecretError {
    #[error("the environment variable {name} is not set")]
    NotSet { name: String },
    #[error(
        "there are no credentials of systemd: they are there in a service with `LoadCredential={name}:…`, not in a shell"
    )]
    NoCredentials { name: String },
    #[error("cannot read a secret")]
    File(#[from] FileError),
    #[error("the secret in {place} is empty")]
    Empty { place: String },
}

impl Secret {
    pub(crate) fn from_environment(name: &str) -> Result<Secret, SecretError> {
        let text = std::env::var(name).map_err(|_| SecretError::NotSet { name: name.to_owned() })?;
        Secret::filled(&text, name)
    }

    /// The file's text without the line end that editors add.
    pub(crate) fn from_file(path: &Path) -> Result<Secret, SecretError> {
        let bytes = files::read(path)?;
        Secret::filled(String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']), &path.display().to_string())
    }

    /// What systemd hands to a service under this name (`LoadCredential=`, systemd.exec(5)).
    pub(crate) fn from_credential(name: &str) -> Result<Secret, SecretError> {
        let folder = std::env::var_os("CREDENTIALS_DIRECTORY")
            .ok_or_else(|| SecretError::NoCredentials { name: name.to_owned() })?;
        Secret::from_file(&Path::new(&folder).join(name))
    }

    fn filled(text: &str, place: &str) -> Result<Secret, SecretError> {
        match text {
            "" => Err(SecretError::Empty { place: place.to_owned() }),
            _ => Ok(Secret(text.to_owned())),
        }
    }

    /// The secret itself, for the one who must hand it over.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_without_its_line_end_and_never_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        std::fs::write(&path, "gans geheim \n").unwrap();
        let secret = Secret::from_file(&path).unwrap();
        assert_eq!(secret.reveal(), "gans geheim ");
        assert!(!format!("{secret:?}").contains("geheim"));
        std::fs::write(&path, "\n").unwrap();
        assert!(matches!(Secret::from_file(&path), Err(SecretError::Empty { .. })));
    }
}

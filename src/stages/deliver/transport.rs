//! The two ways out: a mail server, or a folder of `.eml` files that any mail program opens.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, TlsParameters};

use super::confidence::Confidence;
use crate::base::files::{self, FileError};
use crate::base::secret::{Secret, SecretError};
use crate::model::settings::{Security, Server};

/// What a `password_file` begins with that systemd hands over.
const CREDENTIALS: &str = "$CREDENTIALS_DIRECTORY/";

#[derive(Debug, thiserror::Error)]
pub(crate) enum TransportError {
    #[error("`security = \"none\"` is only for a mail server on this machine, not for {host}")]
    Open { host: String },
    #[error("a user and a password belong together: give `user` and one of `password_env`, `password_file`")]
    HalfALogin,
    #[error("cannot get the password of the mail server")]
    Secret(#[from] SecretError),
    #[error("cannot read the certificate authority of the mail server")]
    File(#[from] FileError),
    #[error("{} holds no certificate (PEM)", path.display())]
    NoCertificate { path: PathBuf },
    #[error("cannot prepare TLS for {host}")]
    Tls { host: String, source: lettre::transport::smtp::Error },
}

/// A way out. Has no `Debug`: it holds the login.
pub(crate) enum Transport {
    Folder(PathBuf),
    Smtp(Smtp),
}

pub(crate) struct Smtp {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) security: Security,
    /// None exactly for `Security::None`.
    pub(super) tls: Option<TlsParameters>,
    pub(super) login: Option<Credentials>,
    /// What no answer of the server may tell.
    pub(super) confidence: Confidence,
    pub(super) timeout: Duration,
}

impl Transport {
    /// For logs and the ledger: the server with its port, or the folder.
    pub(crate) fn name(&self) -> String {
        match self {
            Transport::Folder(folder) => folder.display().to_string(),
            Transport::Smtp(smtp) => format!("{}:{}", smtp.host, smtp.port),
        }
    }

    /// Giving the same message twice leaves one: true for the folder.
    pub(crate) fn is_repeatable(&self) -> bool {
        matches!(self, Transport::Folder(_))
    }
}

/// What stands on the envelope: bare addresses, and the id that names the file in a folder.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Envelope<'a> {
    pub(crate) from: &'a str,
    pub(crate) to: &'a str,
    pub(crate) message_id: &'a str,
}

/// The transport of the settings; no connection is made yet. Paths in `server` are relative to `config`.
///
/// # Errors
/// The server would be spoken to without protection, or its password or certificate authority cannot be read.
pub(crate) fn open(server: Option<&Server>, outbox: &Path, config: &Path) -> Result<Transport, TransportError> {
    let Some(server) = server else { return Ok(Transport::Folder(outbox.to_path_buf())) };
    let security = server.security.as_ref().map(|security| *security.get_ref()).unwrap_or_default();
    let tls = match security {
        Security::None if !is_this_machine(&server.host) => {
            return Err(TransportError::Open { host: server.host.clone() });
        }
        Security::None => None,
        Security::Starttls | Security::Tls => Some(trust(server, config)?),
    };
    let (login, confidence) = login(server, config)?.unzip();
    Ok(Transport::Smtp(Smtp {
        host: server.host.clone(),
        port: server.port.unwrap_or(match security {
            Security::Starttls => 587,
            Security::Tls => 465,
            Security::None => 25,
        }),
        security,
        tls,
        login,
        confidence: confidence.unwrap_or_default(),
        timeout: Duration::from_secs(server.timeout_seconds.max(1)),
    }))
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.trim_matches(['[', ']']).parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

fn trust(server: &Server, config: &Path) -> Result<TlsParameters, TransportError> {
    let mut builder = TlsParameters::builder(server.host.clone());
    if let Some(file) = &server.ca_file {
        let path = config.join(file);
        let pem = files::read(&path)?;
        let certificate = Certificate::from_pem(&pem)
            .ok()
            .filter(|_| pem.windows(11).any(|window| window == b"-----BEGIN "))
            .ok_or(TransportError::NoCertificate { path })?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(|source| TransportError::Tls { host: server.host.clone(), source })
}

fn login(server: &Server, config: &Path) -> Result<Option<(Credentials, Confidence)>, TransportError> {
    let password = match (&server.password_env, &server.password_file) {
        (Some(name), None) => Some(Secret::from_environment(name)?),
        (None, Some(file)) => Some(match file.strip_prefix(CREDENTIALS) {
            Some(name) => Secret::from_credential(name)?,
            None => Secret::from_file(&config.join(file))?,
        }),
        (None, None) => None,
        (Some(_), Some(_)) => return Err(TransportError::HalfALogin),
    };
    match (&server.user, password) {
        (Some(user), Some(password)) => {
            let confidence = Confidence::of(user, password.reveal());
            Ok(Some((Credentials::new(user.clone(), password.reveal().to_owned()), confidence)))
        }
        (None, None) => Ok(None),
        _ => Err(TransportError::HalfALogin),
    }
}

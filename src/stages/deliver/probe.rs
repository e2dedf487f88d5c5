//! Would mail go out? Speaks with the server up to the login, and sends nothing.

use std::error::Error;

use super::smtp;
use super::transport::Transport;

/// What a server that can be used says of itself.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Probe {
    pub(crate) encrypted: bool,
    pub(crate) login: bool,
    /// The largest message it takes, in bytes (RFC 1870); none if it does not say.
    pub(crate) size: Option<usize>,
}

/// Asks the mail server; none for a folder.
///
/// # Errors
/// Why no mail could be handed over, in one line.
pub(crate) fn probe(transport: &Transport) -> Option<Result<Probe, String>> {
    let Transport::Smtp(server) = transport else { return None };
    let ask = || -> Result<Probe, lettre::transport::smtp::Error> {
        let (mut connection, size) = smtp::connect(server)?;
        // It has answered; whether it also says goodbye is its own affair.
        let _ = connection.quit();
        Ok(Probe { encrypted: server.tls.is_some(), login: server.login.is_some(), size })
    };
    Some(ask().map_err(|error| {
        let mut text = smtp::told(&error, server);
        let silent = text != error.to_string();
        let mut cause = error.source().filter(|_| !silent);
        while let Some(deeper) = cause {
            let said = deeper.to_string();
            if !text.contains(&said) {
                text += &format!(": {said}");
            }
            cause = deeper.source();
        }
        server.confidence.keep(&text)
    }))
}

//! The conversation with a mail server (RFC 5321), step by step, because what a failure means depends on the step:
//! before the end of the message nothing was taken over; after it, only an answer tells.
//!
//! lettre's own `SmtpTransport::send_raw` does not say at which step it failed.

use std::cell::Cell;

use lettre::Address;
use lettre::transport::smtp::authentication::DEFAULT_MECHANISMS;
use lettre::transport::smtp::client::SmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::transport::smtp::{Error, response::Response};

use super::receipt::Receipt;
use super::transport::{Envelope, Smtp};
use crate::base::boundary::boundary;
use crate::model::settings::Security;

/// How much of a message is written at a time.
const PIECE: usize = 64 * 1024;

pub(super) fn send(server: &Smtp, envelope: &Envelope<'_>, bytes: &[u8]) -> Receipt {
    let address = |text: &str| {
        text.parse::<Address>().map_err(|error| Receipt::Refused { reason: format!("`{text}` is no address: {error}") })
    };
    let (from, to) = match (address(envelope.from), address(envelope.to)) {
        (Ok(from), Ok(to)) => (from, to),
        (Err(refused), _) | (_, Err(refused)) => return refused,
    };
    boundary("mail: connect");
    let mut connection = match connect(server) {
        Ok(connection) => connection,
        // A 5xx here speaks of us or of the server, not of this message: it keeps waiting until somebody mends that.
        Err(error) => return Receipt::Unreachable { reason: error.to_string() },
    };
    boundary("mail: talk");
    let receipt = talk(&mut connection, from, to, bytes);
    boundary("mail: answered");
    connection.abort();
    receipt
}

fn connect(server: &Smtp) -> Result<SmtpConnection, Error> {
    let us = ClientId::default();
    let place = (server.host.trim_matches(['[', ']']), server.port);
    let from_start = server.tls.as_ref().filter(|_| server.security == Security::Tls);
    let mut connection = SmtpConnection::connect(place, Some(server.timeout), &us, from_start, None)?;
    if let (Security::Starttls, Some(tls)) = (server.security, &server.tls) {
        connection.starttls(tls, &us)?;
    }
    if let Some(login) = &server.login {
        connection.auth(DEFAULT_MECHANISMS, login)?;
    }
    Ok(connection)
}

fn talk(connection: &mut SmtpConnection, from: Address, to: Address, bytes: &[u8]) -> Receipt {
    let ascii = [&from, &to].iter().all(|address| address.to_string().is_ascii());
    let mut parameters = Vec::new();
    if !ascii {
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Receipt::Refused { reason: "the server takes no addresses with umlauts (SMTPUTF8)".to_owned() };
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    let begun = connection
        .command(Mail::new(Some(from), parameters))
        .and_then(|_| connection.command(Rcpt::new(to, vec![])))
        .and_then(|_| connection.command(Data));
    if let Err(error) = begun {
        return not_taken(&error);
    }
    boundary("mail: message");
    // The last, empty piece is asked for when all others are written: only then can the end have been sent.
    let ended = Cell::new(false);
    let end = std::iter::once_with(|| {
        boundary("mail: end of message");
        ended.set(true);
        &[][..]
    });
    match connection.message_iter(bytes.chunks(PIECE).chain(end)) {
        Ok(response) => Receipt::Sent { response: words(&response) },
        Err(error) if ended.get() && error.status().is_none() => Receipt::Unknown { reason: error.to_string() },
        Err(error) => not_taken(&error),
    }
}

fn not_taken(error: &Error) -> Receipt {
    let reason = error.to_string();
    if error.is_permanent() { Receipt::Refused { reason } } else { Receipt::Waiting { reason } }
}

fn words(response: &Response) -> String {
    let text: Vec<&str> = response.message().collect();
    format!("{} {}", response.code(), text.join(" ")).trim_end().to_owned()
}

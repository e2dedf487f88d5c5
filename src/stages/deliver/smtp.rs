//! The conversation with a mail server (RFC 5321), step by step, because what a failure means depends on the step:
//! before the end of the message nothing was taken over; after it, only an answer tells.
//!
//! lettre's own `SmtpTransport::send_raw` does not say at which step it failed.

use std::cell::Cell;
use std::error::Error as _;
use std::io::ErrorKind;
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::DEFAULT_MECHANISMS;
use lettre::transport::smtp::client::SmtpConnection;
use lettre::transport::smtp::commands::{Data, Ehlo, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::transport::smtp::response::{Response, Severity};

use super::receipt::Receipt;
use super::send::HandOver;
use super::transport::{Envelope, Smtp};
use crate::base::boundary::boundary;
use crate::model::settings::Security;

/// How much of a message is written at a time.
const PIECE: usize = 64 * 1024;
/// How long a server may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(5);

/// What became of the message, and the connection to take leave of: none where nobody answers any more.
pub(super) fn send(
    server: &Smtp,
    envelope: &Envelope<'_>,
    bytes: &[u8],
    hand_over: HandOver<'_>,
) -> (Receipt, Option<SmtpConnection>) {
    let address = |text: &str| {
        text.parse::<Address>().map_err(|error| Receipt::Refused { reason: format!("`{text}` is no address: {error}") })
    };
    let (from, to) = match (address(envelope.from), address(envelope.to)) {
        (Ok(from), Ok(to)) => (from, to),
        (Err(refused), _) | (_, Err(refused)) => return (refused, None),
    };
    boundary("mail: connect");
    let (mut connection, largest) = match connect(server) {
        Ok(connected) => connected,
        // A 5xx here speaks of us or of the server, not of this message: it keeps waiting until somebody mends that.
        Err(error) => return (Receipt::Unreachable { reason: told(&error, server) }, None),
    };
    boundary("mail: talk");
    let receipt = talk(&mut connection, (from, to), (bytes, largest), hand_over, server);
    boundary("mail: answered");
    match receipt {
        Ok(receipt) => (receipt, Some(connection)),
        Err(silent) => (silent, None),
    }
}

/// Says goodbye, and does not wait long for the answer: it changes nothing.
pub(super) fn leave(server: &Smtp, mut connection: SmtpConnection) {
    let _ = connection.set_timeout(Some(server.timeout.min(GOODBYE)));
    connection.abort();
}

/// Connected, with the protection and the login of the settings; and the largest message that is taken.
pub(super) fn connect(server: &Smtp) -> Result<(SmtpConnection, Option<usize>), Error> {
    let us = ClientId::default();
    let place = (server.host.trim_matches(['[', ']']), server.port);
    let from_start = server.tls.as_ref().filter(|_| server.security == Security::Tls);
    let mut connection = SmtpConnection::connect(place, Some(server.timeout), &us, from_start, None)?;
    if let (Security::Starttls, Some(tls)) = (server.security, &server.tls) {
        connection.starttls(tls, &us)?;
    }
    // lettre greets for itself, and does not keep this. A server that will not be greeted twice (OpenSMTPD: 503) keeps its
    // limit to itself, and takes mail all the same.
    let largest = match connection.command(Ehlo::new(us)) {
        Ok(offered) => offered.message().find_map(size_limit),
        Err(error) if error.status().is_some() => None,
        Err(error) => return Err(error),
    };
    if let Some(login) = &server.login {
        connection.auth(DEFAULT_MECHANISMS, login)?;
    }
    Ok((connection, largest))
}

/// How large a message may be: `SIZE 10485760` (RFC 1870). Without a number, or with 0, there is no fixed limit.
fn size_limit(line: &str) -> Option<usize> {
    let (keyword, number) = line.split_once(' ')?;
    if !keyword.eq_ignore_ascii_case("SIZE") {
        return None;
    }
    number.trim().parse().ok().filter(|limit| *limit > 0)
}

/// The inner `Err`: the server says nothing any more.
fn talk(
    connection: &mut SmtpConnection,
    (from, to): (Address, Address),
    (bytes, largest): (&[u8], Option<usize>),
    hand_over: HandOver<'_>,
    server: &Smtp,
) -> Result<Receipt, Receipt> {
    let mut parameters = Vec::new();
    if let Some(largest) = largest {
        if bytes.len() > largest {
            return Ok(Receipt::Refused { reason: too_large(bytes.len(), largest) });
        }
        parameters.push(MailParameter::Size(bytes.len()));
    }
    let ascii = [&from, &to].iter().all(|address| address.to_string().is_ascii());
    if !ascii {
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            let reason = "the server takes no addresses with umlauts (SMTPUTF8)".to_owned();
            return Ok(Receipt::Refused { reason });
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    let begun = connection
        .command(Mail::new(Some(from), parameters))
        .and_then(|_| connection.command(Rcpt::new(to, vec![])))
        .and_then(|_| connection.command(Data));
    if let Err(error) = begun {
        return not_taken(&error, server);
    }
    if let Err(reason) = hand_over() {
        // It waits for the message, and would take our goodbye for one.
        return Err(Receipt::Waiting { reason });
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
        Ok(response) if response.code().severity == Severity::PositiveCompletion => {
            Ok(Receipt::Sent { response: words(&response) })
        }
        // lettre takes 3xx for good: an answer that belongs to another command says nothing of this message.
        Ok(response) => Ok(Receipt::Unknown { reason: format!("an answer out of place: {}", words(&response)) }),
        Err(error) if ended.get() && error.status().is_none() => Err(Receipt::Unknown { reason: told(&error, server) }),
        Err(error) => not_taken(&error, server),
    }
}

/// The server said so; or the inner `Err`: it says nothing any more.
fn not_taken(error: &Error, server: &Smtp) -> Result<Receipt, Receipt> {
    let reason = told(error, server);
    match error.status() {
        Some(_) if error.is_permanent() => Ok(Receipt::Refused { reason }),
        Some(_) => Ok(Receipt::Waiting { reason }),
        None => Err(Receipt::Waiting { reason }),
    }
}

/// What went wrong. The system calls a server that says nothing a resource that is temporarily unavailable.
pub(super) fn told(error: &Error, server: &Smtp) -> String {
    let mut cause = error.source();
    while let Some(deeper) = cause {
        let kind = deeper.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        if matches!(kind, Some(ErrorKind::WouldBlock | ErrorKind::TimedOut)) {
            return format!("no answer within {} s", server.timeout.as_secs());
        }
        cause = deeper.source();
    }
    error.to_string()
}

fn too_large(size: usize, largest: usize) -> String {
    let mb = |bytes: usize| bytes as f64 / 1e6;
    format!(
        "the message has {:.1} MB, and the mail server takes {:.1} MB at most; leave sheets out of this edition \
         (`without` of its [[edition]]) and make it anew with `kim run`; or have the limit of the server raised, then \
         `kim retry --refused`",
        mb(size),
        mb(largest)
    )
}

fn words(response: &Response) -> String {
    let text: Vec<&str> = response.message().collect();
    format!("{} {}", response.code(), text.join(" ")).trim_end().to_owned()
}

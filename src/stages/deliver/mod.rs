//! Deliver: a letter and a workbook become a message (RFC 5322), and the message reaches a server or a folder.
//!
//! In: what to say, to whom, and the transport. Out: bytes, and a [`Receipt`] that says what became of them.
//! Never: decides whether something is sent (that is `run::outbox`), sends one message to several recipients (a server
//! that refuses one of them refuses all), sends without TLS to another machine, shows a secret.

mod address;
mod compose;
mod confidence;
mod probe;
mod receipt;
mod send;
mod smtp;
mod transport;

#[cfg(test)]
mod tests;

pub(crate) use address::bare_address;
pub(crate) use compose::{ComposeError, Message, compose, message_id};
pub(crate) use probe::{Probe, probe};
pub(crate) use receipt::Receipt;
pub(crate) use send::send;
pub(crate) use transport::{Envelope, Transport, TransportError, open};

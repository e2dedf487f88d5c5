//! What became of a message that was given to a transport.

use std::path::PathBuf;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Receipt {
    /// It lies in the outbox folder.
    Written { path: PathBuf },
    /// The server took it over, with these words.
    Sent { response: String },
    /// The server will never take it (5xx), or it could not be put to the server at all.
    Refused { reason: String },
    /// Not handed over: the server asks for patience (4xx) or the connection broke before the end of the message.
    Waiting { reason: String },
    /// Not handed over, and no other message would be: no connection, no trust, no login.
    Unreachable { reason: String },
    /// The whole message was handed over, and no answer came. It may have arrived; sending again may double it.
    Unknown { reason: String },
}

impl Receipt {
    /// The same with other words of the server.
    pub(super) fn said(self, words: impl Fn(&str) -> String) -> Receipt {
        match self {
            Receipt::Written { path } => Receipt::Written { path },
            Receipt::Sent { response } => Receipt::Sent { response: words(&response) },
            Receipt::Refused { reason } => Receipt::Refused { reason: words(&reason) },
            Receipt::Waiting { reason } => Receipt::Waiting { reason: words(&reason) },
            Receipt::Unreachable { reason } => Receipt::Unreachable { reason: words(&reason) },
            Receipt::Unknown { reason } => Receipt::Unknown { reason: words(&reason) },
        }
    }
}

//! One message, handed over to the transport of the settings.

use super::receipt::Receipt;
use super::smtp;
use super::transport::{Envelope, Transport};
use crate::base::files;

/// Called when the other side is ready and the first byte of the message is about to go; where it fails, none goes. Until
/// then a process may die, and the message can be sent again without a doubt.
pub(crate) type HandOver<'a> = &'a mut dyn FnMut() -> Result<(), String>;

/// Called with the answer as soon as it is known: before a server is taken leave of, which may not answer.
pub(crate) type Answered<'a> = &'a mut dyn FnMut(&Receipt);

/// Gives one message to the transport; the answer is always a receipt, because every answer is one the outbox keeps.
pub(crate) fn send(
    transport: &Transport,
    envelope: &Envelope<'_>,
    bytes: &[u8],
    hand_over: HandOver<'_>,
    answered: Answered<'_>,
) -> Receipt {
    match transport {
        Transport::Smtp(server) => {
            let (receipt, connection) = smtp::send(server, envelope, bytes, hand_over);
            // Whatever it says is stored, printed and mailed to the owner.
            let receipt = receipt.said(|words| server.confidence.keep(words));
            answered(&receipt);
            connection.into_iter().for_each(|connection| smtp::leave(server, connection));
            receipt
        }
        Transport::Folder(folder) => {
            let id = envelope.message_id.trim_matches(['<', '>']);
            let name: String = id.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '_' }).collect();
            let path = folder.join(format!("{name}.eml"));
            let receipt = match files::write(&path, bytes) {
                Ok(()) => Receipt::Written { path },
                Err(error) => Receipt::Unreachable { reason: format!("{error}: {}", error.source) },
            };
            answered(&receipt);
            receipt
        }
    }
}

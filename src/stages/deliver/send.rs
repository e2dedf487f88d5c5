//! One message, handed over to the transport of the settings.

use super::receipt::Receipt;
use super::smtp;
use super::transport::{Envelope, Transport};
use crate::base::files;

/// Called when the other side is ready and the first byte of the message is about to go; where it fails, none goes. Until
/// then a process may die, and the message can be sent again without a doubt.
pub(crate) type HandOver<'a> = &'a mut dyn FnMut() -> Result<(), String>;

/// Gives one message to the transport; the answer is always a receipt, because every answer is one the outbox keeps.
pub(crate) fn send(transport: &Transport, envelope: &Envelope<'_>, bytes: &[u8], hand_over: HandOver<'_>) -> Receipt {
    match transport {
        // Whatever it says is stored, printed and mailed to the owner.
        Transport::Smtp(server) => {
            smtp::send(server, envelope, bytes, hand_over).said(|words| server.confidence.keep(words))
        }
        Transport::Folder(folder) => {
            let id = envelope.message_id.trim_matches(['<', '>']);
            let name: String = id.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '_' }).collect();
            let path = folder.join(format!("{name}.eml"));
            match files::write(&path, bytes) {
                Ok(()) => Receipt::Written { path },
                Err(error) => Receipt::Unreachable { reason: format!("{error}: {}", error.source) },
            }
        }
    }
}

//! One message to one recipient, as the bytes that travel. The same input gives the same bytes: Message-ID, date and
//! boundaries are made of it, none of the clock or of chance.

use chrono::{DateTime, Utc};
use lettre::message::header::{ContentDisposition, ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};

use super::address::mailbox;
use crate::base::files::sha256;
use crate::model::edition::{Letter, Workbook};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

#[derive(Debug, thiserror::Error)]
pub(crate) enum ComposeError {
    #[error("{0}")]
    Address(String),
    #[error("cannot compose the message")]
    Build(#[from] lettre::error::Error),
}

/// Everything of which a message is made. Addresses as people write them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    pub(crate) from: &'a str,
    pub(crate) reply_to: Option<&'a str>,
    pub(crate) to: &'a str,
    pub(crate) letter: &'a Letter,
    pub(crate) workbook: Option<&'a Workbook>,
    /// As [`message_id`] gives it.
    pub(crate) message_id: &'a str,
    pub(crate) date: DateTime<Utc>,
}

/// The same for the same content (a fingerprint), recipient and revision (1, 2, …: how often it is sent on purpose):
/// `<…@domain of from>`.
///
/// # Errors
/// An address is none.
pub(crate) fn message_id(content: &str, recipient: &str, revision: u32, from: &str) -> Result<String, ComposeError> {
    let to = mailbox(recipient).map_err(ComposeError::Address)?.email;
    let sender = mailbox(from).map_err(ComposeError::Address)?.email;
    let whole = sha256(format!("{content}\n{to}\n{revision}").to_lowercase().as_bytes());
    Ok(format!("<{}@{}>", &whole[..40], sender.domain().to_lowercase()))
}

/// The message: text and HTML as alternatives, the workbook attached; without HTML the text alone.
///
/// # Errors
/// An address is none, or the library refuses the parts.
pub(crate) fn compose(message: &Message<'_>) -> Result<Vec<u8>, ComposeError> {
    let address = |text: &str| mailbox(text).map(printable).map_err(ComposeError::Address);
    let mut builder = lettre::Message::builder()
        .from(address(message.from)?)
        .to(address(message.to)?)
        .subject(one_line(&message.letter.subject))
        .date(message.date.into())
        .message_id(Some(message.message_id.to_owned()));
    if let Some(reply_to) = message.reply_to {
        builder = builder.reply_to(address(reply_to)?);
    }
    let seed = &sha256(message.message_id.as_bytes())[..24];
    if message.letter.html.is_empty() {
        return finished(builder.singlepart(SinglePart::plain(message.letter.text.clone()))?);
    }
    let letter = MultiPart::alternative()
        .boundary(format!("kim-letter-{seed}"))
        .singlepart(SinglePart::plain(message.letter.text.clone()))
        .singlepart(SinglePart::html(message.letter.html.clone()));
    let body = match message.workbook {
        Some(workbook) => {
            MultiPart::mixed().boundary(format!("kim-mixed-{seed}")).multipart(letter).singlepart(attachment(workbook))
        }
        None => letter,
    };
    finished(builder.multipart(body)?)
}

fn finished(mut composed: lettre::Message) -> Result<Vec<u8>, ComposeError> {
    let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
    composed.headers_mut().insert_raw(HeaderValue::new(automatic, "auto-generated".to_owned()));
    Ok(composed.formatted())
}

fn attachment(workbook: &Workbook) -> SinglePart {
    let kind = ContentType::parse(XLSX).expect("a media type written above");
    SinglePart::builder()
        .header(ContentDisposition::attachment(&plain_name(&workbook.name)))
        .header(kind)
        .header(ContentTransferEncoding::Base64)
        .body(workbook.bytes.clone())
}

/// ASCII, because anything else is sent in a form that some mail programs show as nonsense.
fn plain_name(name: &str) -> String {
    let plain = |letter: char| match letter {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' | '_' => letter,
        _ => '_',
    };
    name.chars().map(plain).collect()
}

fn one_line(text: &str) -> String {
    text.split(char::is_control).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// lettre panics on control characters in a name.
fn printable(mailbox: Mailbox) -> Mailbox {
    Mailbox { name: mailbox.name.map(|name| one_line(&name)).filter(|name| !name.is_empty()), ..mailbox }
}

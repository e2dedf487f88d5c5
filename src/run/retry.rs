//! What is left to do: mail that waits, mail a person decided on, and runs that failed or died.

use std::sync::atomic::AtomicBool;

use chrono::Utc;

use super::RunError;
use super::ledger::{Delivery, DeliveryState, Ledger};
use super::order::Places;
use super::posting::{self, is_same};
use super::settings::Ground;
use crate::base::problem::did_you_mean;

/// What a person decided about mail in trouble; an address narrows it to one recipient.
#[derive(Clone, Debug)]
pub(crate) enum Decision {
    /// Send again what was refused.
    Refused(Option<String>),
    /// Send again what may have arrived.
    Unknown(Option<String>),
    /// Do not send it, and speak of it no more.
    Close(Option<String>),
}

/// Puts messages back, or closes them. Gives those that were meant.
///
/// # Errors
/// The inner `Err` is a sentence: nothing fits, and what was probably meant.
pub(crate) fn decide(ledger: &Ledger, decision: &Decision) -> Result<Result<Vec<Delivery>, String>, RunError> {
    let trouble = [ledger.deliveries_in_trouble()?, ledger.alerts_in_trouble()?].concat();
    let (states, address): (&[DeliveryState], _) = match decision {
        Decision::Refused(address) => (&[DeliveryState::Refused], address),
        Decision::Unknown(address) => (&[DeliveryState::Unknown], address),
        Decision::Close(address) => (&[DeliveryState::Refused, DeliveryState::Unknown], address),
    };
    let in_state: Vec<&Delivery> = trouble.iter().filter(|mail| states.contains(&mail.state)).collect();
    let meant = |mail: &&&Delivery| address.as_ref().is_none_or(|address| is_same(&mail.recipient, address));
    let chosen: Vec<&Delivery> = in_state.iter().filter(meant).copied().collect();
    if let (true, Some(address)) = (chosen.is_empty(), address) {
        return Ok(Err(nobody(address, &in_state, states)));
    }
    for mail in &chosen {
        match decision {
            Decision::Close(_) => ledger.close_delivery(mail.id, Utc::now())?,
            _ => ledger.wait_again(mail.id, Utc::now())?,
        }
    }
    Ok(Ok(chosen.into_iter().cloned().collect()))
}

fn nobody(address: &str, in_state: &[&Delivery], states: &[DeliveryState]) -> String {
    let states: Vec<&str> = states.iter().map(|state| state.name()).collect();
    let what = states.join(" or ");
    let mut known: Vec<&str> = in_state.iter().map(|mail| mail.recipient.as_str()).collect();
    known.sort_unstable();
    known.dedup();
    let hint = match did_you_mean(address, known.iter().copied()) {
        Some(meant) => format!("did you mean {meant}?"),
        None if known.is_empty() => format!("no mail is {what}"),
        None => format!("mail is {what} for {}", known.join(", ")),
    };
    format!("no mail to {address} is {what}; {hint}")
}

/// Tries everything that waits, now. Gives each message as it stands afterwards.
pub(crate) fn send(ground: &Ground, ledger: &Ledger, stop: &AtomicBool) -> Result<Vec<Delivery>, RunError> {
    posting::send(ground, &Places::of(ground).outbox(None), ledger, true, Some(stop))
}

//! What is left to do: mail that waits, mail a person decided on, and runs that failed or died.

use std::sync::atomic::AtomicBool;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::RunError;
use super::ledger::{Delivery, DeliveryState, Ledger, Newer, Run};
use super::order::Places;
use super::posting::{self, is_same};
use super::settings::Ground;
use crate::base::problem::did_you_mean;
use crate::model::period::{Kind, Period};

/// What a person decided about mail in trouble; an address narrows it to one recipient.
#[derive(Clone, Debug)]
pub(crate) enum Decision {
    /// Send again what was refused.
    Refused(Option<String>),
    /// Send again what may have arrived.
    Unknown(Option<String>),
    /// Do not send it, and speak of it no more; with an address, also what waits for it.
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
    let waiting = match decision {
        Decision::Close(Some(_)) => [ledger.deliveries_left()?, ledger.alerts_left()?].concat(),
        _ => Vec::new(),
    };
    let in_state: Vec<&Delivery> = trouble.iter().filter(|mail| states.contains(&mail.state)).chain(&waiting).collect();
    let meant = |mail: &&&Delivery| address.as_ref().is_none_or(|address| is_same(&mail.recipient, address));
    let chosen: Vec<&Delivery> = in_state.iter().filter(meant).copied().collect();
    if let (true, Some(address)) = (chosen.is_empty(), address) {
        return Ok(Err(nobody(address, &in_state, states)));
    }
    for mail in &chosen {
        match decision {
            Decision::Close(_) if mail.state.waits() => {
                ledger.close_unsent(mail.id, "a person closed it while it waited", Utc::now())?;
            }
            Decision::Close(_) => ledger.close_delivery(mail.id, Utc::now())?,
            _ => ledger.wait_again(mail.id, Utc::now())?,
        }
    }
    Ok(Ok(chosen.into_iter().cloned().collect()))
}

fn nobody(address: &str, in_state: &[&Delivery], states: &[DeliveryState]) -> String {
    let states: Vec<&str> = states.iter().map(|state| state.name()).collect();
    let closes = if states.len() > 1 { ", and none waits" } else { "" };
    let what = states.join(" or ");
    let mut known: Vec<&str> = in_state.iter().map(|mail| mail.recipient.as_str()).collect();
    known.sort_unstable();
    known.dedup();
    let hint = match did_you_mean(address, known.iter().copied()) {
        Some(meant) => format!("did you mean {meant}?"),
        None if known.is_empty() => format!("no mail is {what}"),
        None => format!("mail is {what} for {}", known.join(", ")),
    };
    format!("no mail to {address} is {what}{closes}; {hint}")
}

/// The run that has shown newer figures than `run` would: of the same period, and whole. `kind` and `zone` are the
/// pipeline's.
pub(crate) fn overtaken(ledger: &Ledger, run: &Run, (kind, zone): (Kind, Tz)) -> Result<Option<i64>, RunError> {
    let figures = run.as_of.min(run.started);
    let quarter = |at: DateTime<Utc>| Period::of(kind, at.with_timezone(&zone).date_naive());
    let same = |newer: &Newer| match run.period {
        Some(period) => newer.period == Some(period),
        // It died before it knew; on days of one quarter the same period has ended last.
        None => quarter(newer.figures) == quarter(figures) && newer.is_about(quarter(figures).previous()),
    };
    let newer = ledger.whole_runs(&run.pipeline, figures, Utc::now())?;
    Ok(newer.into_iter().find(|newer| newer.figures > figures && same(newer)).map(|newer| newer.run))
}

/// Tries everything that waits, now. Gives each message as it stands afterwards.
pub(crate) fn send(ground: &Ground, ledger: &Ledger, stop: &AtomicBool) -> Result<Vec<Delivery>, RunError> {
    posting::send(ground, &Places::of(ground).outbox(None), ledger, true, Some(stop))
}

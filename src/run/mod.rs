//! One run from top to bottom, and what makes runs happen: the clock, the ledger, the lock, the post.
//! Uses `stages`, `model`, `base`; never prints.

pub(crate) mod audited;
pub(crate) mod ledger;
pub(crate) mod lock;
pub(crate) mod outbox;
pub(crate) mod schedule;
pub(crate) mod serve;

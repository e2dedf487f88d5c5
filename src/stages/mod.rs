//! The stages of a run, in the order of the data. No stage uses another; `run::story` hands from one to the next.

pub(crate) mod audit;
pub(crate) mod check;
pub(crate) mod clean;
pub(crate) mod collect;
pub(crate) mod deliver;
pub(crate) mod evaluate;
pub(crate) mod protect;
pub(crate) mod read;
pub(crate) mod report;
pub(crate) mod store;

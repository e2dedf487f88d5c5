//! The stages of a run, in the order of the data. No stage uses another; `run::story` hands from one to the next.

pub(crate) mod collect;
pub(crate) mod evaluate;
pub(crate) mod protect;
pub(crate) mod store;

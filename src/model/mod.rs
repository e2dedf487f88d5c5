//! The words all rooms share. No I/O; uses only `base`.

pub(crate) mod aggregate;
pub(crate) mod books;
pub(crate) mod calendar;
pub(crate) mod code;
pub(crate) mod condition;
pub(crate) mod contacts;
pub(crate) mod edition;
pub(crate) mod facts;
pub(crate) mod figure;
pub(crate) mod finding;
pub(crate) mod form;
pub(crate) mod indicator;
pub(crate) mod language;
pub(crate) mod municipality;
pub(crate) mod period;
pub(crate) mod phrase;
pub(crate) mod pipeline;
pub(crate) mod potential;
pub(crate) mod raw;
pub(crate) mod relation;
pub(crate) mod rule;
pub(crate) mod schedule;
pub(crate) mod settings;
pub(crate) mod submission;
pub(crate) mod understood;
pub(crate) mod value;

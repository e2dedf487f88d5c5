//! What could be in std: clock, files, settings, problems, the door to polars.
//! Uses no other room.

pub(crate) mod address;
pub(crate) mod boundary;
pub(crate) mod clock;
pub(crate) mod easter;
pub(crate) mod files;
pub(crate) mod frame;
pub(crate) mod pause;
pub(crate) mod problem;
pub(crate) mod quick;
pub(crate) mod secret;
pub(crate) mod settings;
pub(crate) mod short;
pub(crate) mod words;
pub(crate) mod zipped;

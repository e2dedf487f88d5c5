//! Texts that are mostly short: names of sheets, entries of cells, codes.
//!
//! A return is made of some hundreds of them, and most need no memory of their own: up to 24 bytes stand where the text itself
//! stands. Otherwise as a `String`.

pub(crate) use compact_str::{CompactString as Short, ToCompactString};

//! A map for texts that are looked up a million times and come from whoever fills in a form.
//!
//! The standard hash is made for servers that strangers flood with keys; it is slower than the rest of looking a word up. This one
//! is seeded at random, too, and what is kept in such a map here is bounded. Never: a result that depends on the order of its keys.

use std::collections::HashMap;

pub(crate) type QuickMap<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// What such a map finds its keys by, for whoever keeps a table of his own.
pub(crate) type QuickHash = foldhash::fast::RandomState;

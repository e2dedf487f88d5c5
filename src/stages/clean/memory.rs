//! What was found for a text, remembered for the next file: every return of a form holds the same texts.
//!
//! In: a text and how to find out. Out: what finding out gives. Never: waits for another thread, or grows without end.

use std::sync::Mutex;

use crate::base::quick::QuickMap;

/// So many different texts are remembered, and none that is longer.
const MOST: usize = 4096;
const LONGEST: usize = 200;

pub(super) struct Memory<T>(Mutex<QuickMap<String, Option<T>>>);

impl<T> Default for Memory<T> {
    fn default() -> Memory<T> {
        Memory(Mutex::default())
    }
}

impl<T: Clone> Memory<T> {
    /// What `find` gives for `text`, which must depend on nothing else.
    pub(super) fn recall(&self, text: &str, find: impl FnOnce() -> Option<T>) -> Option<T> {
        // Whoever would have to wait finds out for himself.
        let (Ok(mut found), true) = (self.0.try_lock(), text.len() <= LONGEST) else { return find() };
        if let Some(known) = found.get(text) {
            return known.clone();
        }
        if found.len() >= MOST {
            found.clear();
        }
        let item = find();
        found.insert(text.to_owned(), item.clone());
        item
    }
}

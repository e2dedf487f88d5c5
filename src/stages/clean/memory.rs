//! What was found for a text, remembered for the next file: every return of a form holds the same texts.
//!
//! In: a text and how to find out. Out: what finding out gives. Never: waits for another thread, or grows without end.
//!
//! Each text has one place, by its hash, and the last text that came there stays: what is asked often is mostly there, and the
//! whole is small enough to stay near the processor. A map of everything that ever came was slower (docs/decisions/0042).

use std::hash::BuildHasher;
use std::sync::Mutex;

use crate::base::quick::QuickHash;
use crate::base::short::Short;

/// A power of two.
const PLACES: usize = 256;
/// No text that is longer is remembered.
const LONGEST: usize = 100;

pub(super) struct Memory<T> {
    seed: QuickHash,
    places: Mutex<Vec<Option<Found<T>>>>,
}

struct Found<T> {
    text: Short,
    what: Option<T>,
}

impl<T> Default for Memory<T> {
    fn default() -> Memory<T> {
        Memory { seed: QuickHash::default(), places: Mutex::default() }
    }
}

impl<T: Clone> Memory<T> {
    /// What `find` gives for `text`, which must depend on nothing else.
    pub(super) fn recall(&self, text: &str, find: impl FnOnce() -> Option<T>) -> Option<T> {
        // Whoever would have to wait finds out for himself.
        let (Ok(mut places), true) = (self.places.try_lock(), text.len() <= LONGEST) else { return find() };
        if places.is_empty() {
            places.resize_with(PLACES, || None);
        }
        let place = self.seed.hash_one(text) as usize % PLACES;
        match &mut places[place] {
            Some(found) if found.text == text => found.what.clone(),
            other => {
                let what = find();
                *other = Some(Found { text: text.into(), what: what.clone() });
                what
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_remembered_is_what_would_be_found(texts in prop::collection::vec("[a-c]{0,5}|x{90,110}", 0..600)) {
            let memory: Memory<usize> = Memory::default();
            let find = |text: &str| (text.len() % 3 > 0).then_some(text.len());
            for text in &texts {
                prop_assert_eq!(memory.recall(text, || find(text)), find(text));
            }
        }
    }
}

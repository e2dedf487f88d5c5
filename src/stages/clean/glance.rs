//! What can be told of a text at a glance: with which letter it begins, how long it is once it is spelled plainly. Most texts
//! are told apart by that, and need no closer look.
//!
//! In: the text of a cell. Out: the answer, or that it needs a closer look. Never: an answer that the closer look would not give.

/// The first letter of the normal spelling and its length, without writing it down; none where that needs a closer look, and for
/// texts with parentheses.
pub(super) fn shape(text: &str) -> Option<(Option<u8>, usize)> {
    let (mut first, mut length) = (None, 0);
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let (begin, long) = match KINDS[usize::from(byte)] {
            Kind::Letter => (byte.to_ascii_lowercase(), 1),
            Kind::Blank => continue,
            Kind::Umlaut => match bytes.next() {
                Some(0xa4 | 0x84) => (b'a', 2),
                Some(0xb6 | 0x96) => (b'o', 2),
                Some(0xbc | 0x9c) => (b'u', 2),
                Some(0x9f) => (b's', 2),
                _ => return None,
            },
            Kind::Other => return None,
        };
        first = first.or(Some(begin));
        length += long;
    }
    Some((first, length))
}

#[derive(Clone, Copy)]
enum Kind {
    Letter,
    /// It is left out of the normal spelling.
    Blank,
    /// The first byte of an umlaut, or of something else.
    Umlaut,
    Other,
}

/// What each byte of a text is.
const KINDS: [Kind; 256] = {
    let mut kinds = [Kind::Other; 256];
    let mut byte = 0;
    while byte < 128 {
        kinds[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'%' => Kind::Letter,
            b'\n' | b'\r' | b'(' | b')' | b'[' | b']' | b'*' => Kind::Other,
            _ => Kind::Blank,
        };
        byte += 1;
    }
    kinds[0xc3] = Kind::Umlaut;
    kinds
};

/// Could its first word begin with one of these letters, as far as a glance tells?
pub(super) fn may_begin(text: &str, letters: &[u8]) -> bool {
    for mark in text.chars() {
        return match mark {
            'a'..='z' | 'A'..='Z' => letters.contains(&(mark as u8).to_ascii_lowercase()),
            '0'..='9' => false,
            ' ' | '.' | ',' | '-' | '/' => continue,
            _ => true,
        };
    }
    true
}

#[cfg(test)]
mod tests {
    use super::super::text::{normal, words};
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_glance_at_the_first_letter_never_misses_it(text in "\\PC{0,12}|[a-zäöüßA-ZÄÖÜ0-9 ()/.,§²\u{308}\u{a0}\n*–-]{0,20}") {
            if let Some(first) = words(&text).first().and_then(|word| word.bytes().next()).filter(u8::is_ascii_lowercase) {
                prop_assert!(may_begin(&text, &[first]));
            }
        }

        #[test]
        fn the_shape_is_that_of_the_normal_spelling(text in "\\PC{0,12}|[a-zäöüßA-ZÄÖÜ0-9 .,%\u{308}\u{a0}–-]{0,20}") {
            if let Some((first, length)) = shape(&text) {
                let normal = normal(&text);
                prop_assert_eq!(normal.len(), length);
                prop_assert_eq!(normal.bytes().next(), first);
            }
        }
    }
}

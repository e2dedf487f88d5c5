//! What can be told of a text at a glance: with which letter it begins, how long it is once it is spelled plainly. Most texts
//! are told apart by that, and need no closer look.
//!
//! In: the text of a cell. Out: the answer, or that it needs a closer look. Never: an answer that the closer look would not give.

/// The first letter of the normal spelling and its length, without writing it down; none where that needs a closer look, and for
/// texts with parentheses.
pub(super) fn shape(text: &str) -> Option<(Option<u8>, usize)> {
    let bytes = text.as_bytes();
    let (mut length, mut all) = (0, 0);
    for byte in bytes {
        let long = LENGTHS[usize::from(*byte)];
        length += usize::from(long);
        all |= long;
    }
    if all & OTHER != 0 {
        return None;
    }
    let first = bytes.iter().position(|byte| LENGTHS[usize::from(*byte)] > 0);
    let first = first.map(|at| match (bytes[at], bytes.get(at + 1)) {
        (UMLAUT, Some(0xa4 | 0x84)) => b'a',
        (UMLAUT, Some(0xb6 | 0x96)) => b'o',
        (UMLAUT, Some(0xbc | 0x9c)) => b'u',
        (UMLAUT, _) => b's',
        (letter, _) => letter.to_ascii_lowercase(),
    });
    Some((first, length))
}

/// With this byte begin the umlauts and ß, and other letters.
const UMLAUT: u8 = 0xc3;
const OTHER: u8 = 0x80;

/// How long what each byte stands for is in the normal spelling: nothing, one letter, or two for an umlaut, of which the second
/// byte adds nothing more; or that it needs a closer look.
const LENGTHS: [u8; 256] = {
    let mut lengths = [OTHER; 256];
    let mut byte = 0;
    while byte < 128 {
        lengths[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'%' => 1,
            b'\n' | b'\r' | b'(' | b')' | b'[' | b']' | b'*' => OTHER,
            _ => 0,
        };
        byte += 1;
    }
    lengths[UMLAUT as usize] = 2;
    let second = [0xa4, 0x84, 0xb6, 0x96, 0xbc, 0x9c, 0x9f];
    let mut at = 0;
    while at < second.len() {
        lengths[second[at]] = 0;
        at += 1;
    }
    lengths
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

/// Beginnings, endings or other parts of words, in their normal spelling and without umlauts; those with the same first letter
/// stand together.
pub(super) struct Parts {
    parts: &'static [&'static str],
    /// For each byte, where the parts begin that begin with it; behind the last one if none does.
    begins: [u8; 256],
}

impl Parts {
    pub(super) const fn of(parts: &'static [&'static str]) -> Parts {
        let mut begins = [parts.len() as u8; 256];
        let mut at = parts.len();
        while at > 0 {
            at -= 1;
            let first = parts[at].as_bytes()[0];
            begins[first.to_ascii_lowercase() as usize] = at as u8;
            begins[first.to_ascii_uppercase() as usize] = at as u8;
        }
        Parts { parts, begins }
    }

    /// Could one of the words of `text` hold one of these, as far as a glance tells? What is joined over hyphens, or has letters
    /// beyond umlauts, needs a closer look.
    pub(super) fn may_be_in(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        let (mut all, mut before) = (0, 0);
        for (at, byte) in bytes.iter().enumerate() {
            all |= LENGTHS[usize::from(*byte)];
            let known = usize::from(self.begins[usize::from(*byte)]);
            if known < self.parts.len() && self.at(&bytes[at..], known) || before == b'-' && *byte == b' ' {
                return true;
            }
            before = *byte;
        }
        all & OTHER != 0
    }

    fn at(&self, bytes: &[u8], first: usize) -> bool {
        let same = |part: &&&str| part.as_bytes()[0] == self.parts[first].as_bytes()[0];
        let begins = |part: &&str| bytes.get(..part.len()).is_some_and(|own| own.eq_ignore_ascii_case(part.as_bytes()));
        self.parts[first..].iter().take_while(same).any(begins)
    }
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
        fn a_glance_at_parts_never_misses_one(text in "\\PC{0,12}|[sumSUMvhVH ().,§²\u{308}\u{ad}\n*ä–-]{0,20}") {
            static PARTS: Parts = Parts::of(&["sum", "sv", "vh", "m"]);
            if words(&text).iter().any(|word| PARTS.parts.iter().any(|part| word.contains(part))) {
                prop_assert!(PARTS.may_be_in(&text));
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

//! The usual way to unpack a part: in one go, into memory that is there already.
//!
//! In: packed bytes, and what the directory says of them. Out: the content, exactly as long and with the checksum that the
//! directory says, and not a byte left over; else nothing, and whoever asked takes the long way, which tells what is wrong.
//! Never: an opinion about what is wrong.
//!
//! Workbooks made of one form share parts byte by byte: styles, theme, relations. What came twice is kept with its content:
//! the same packed bytes have the same content, in whichever file they stand.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crc32fast::hash as checksum;
use flate2::{Decompress, FlushDecompress, Status};

/// So many parts are kept, each no larger than this, packed and unpacked.
const MOST_KEPT: usize = 64;
const MOST_PACKED: usize = 16 << 10;
const MOST_CONTENT: usize = 64 << 10;

/// A part as the directory describes it, packed with deflate.
#[derive(Clone, Copy)]
pub(super) struct Packed<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) size: usize,
    pub(super) checksum: u32,
}

struct Unpacker {
    inflate: Decompress,
    /// By checksum: packed and unpacked.
    kept: BTreeMap<u32, (Vec<u8>, Vec<u8>)>,
    /// Checksums that came before, the latest at the place of each; what comes once only is not worth keeping.
    seen: [u32; 256],
    /// For what is verified and not wanted.
    aside: Vec<u8>,
}

thread_local! {
    static UNPACKER: RefCell<Unpacker> = RefCell::new(Unpacker::new());
}

/// Puts the content behind what stands in `to`; false, and nothing, where anything is unusual.
pub(super) fn append(part: Packed<'_>, to: &mut Vec<u8>) -> bool {
    UNPACKER.with_borrow_mut(|unpacker| unpacker.append(part, to))
}

/// Is the content of a small part what it should be?
pub(super) fn verified(part: Packed<'_>) -> bool {
    part.size <= MOST_CONTENT
        && UNPACKER.with_borrow_mut(|unpacker| {
            unpacker.known(part).is_some() || {
                let mut aside = std::mem::take(&mut unpacker.aside);
                aside.clear();
                let whole = unpacker.append(part, &mut aside);
                unpacker.aside = aside;
                whole
            }
        })
}

impl Unpacker {
    fn new() -> Unpacker {
        let (inflate, kept) = (Decompress::new(false), BTreeMap::new());
        Unpacker { inflate, kept, seen: [0; 256], aside: Vec::new() }
    }

    fn known(&self, part: Packed<'_>) -> Option<&[u8]> {
        let (packed, content) = self.kept.get(&part.checksum)?;
        (packed == part.bytes && content.len() == part.size).then_some(content)
    }

    fn append(&mut self, part: Packed<'_>, to: &mut Vec<u8>) -> bool {
        if let Some(content) = self.known(part) {
            to.extend_from_slice(content);
            return true;
        }
        let begun = to.len();
        // What is longer than it says shows, because there is room for it.
        to.reserve(part.size + 1);
        self.inflate.reset(false);
        let ended = self.inflate.decompress_vec(part.bytes, to, FlushDecompress::Finish);
        let whole = matches!(ended, Ok(Status::StreamEnd))
            && self.inflate.total_in() == part.bytes.len() as u64
            && to.len() - begun == part.size
            && checksum(&to[begun..]) == part.checksum;
        if whole {
            self.keep(part, &to[begun..]);
        } else {
            to.truncate(begun);
        }
        whole
    }

    fn keep(&mut self, part: Packed<'_>, content: &[u8]) {
        let seen = &mut self.seen[part.checksum as usize % 256];
        let again = std::mem::replace(seen, part.checksum) == part.checksum;
        if again && part.bytes.len() <= MOST_PACKED && part.size <= MOST_CONTENT {
            if self.kept.len() >= MOST_KEPT {
                self.kept.clear();
            }
            self.kept.insert(part.checksum, (part.bytes.to_vec(), content.to_vec()));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;

    fn packed(content: &[u8]) -> Vec<u8> {
        let mut deflate = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        deflate.write_all(content).unwrap();
        deflate.finish().unwrap()
    }

    #[test]
    fn what_came_twice_is_kept_and_only_the_same_bytes_are_the_same() {
        let mut unpacker = Unpacker::new();
        let content = b"<styleSheet/>".repeat(9);
        let bytes = packed(&content);
        let part = Packed { bytes: &bytes, size: content.len(), checksum: checksum(&content) };
        for kept in [false, true, true] {
            let mut to = b"before".to_vec();
            assert!(unpacker.append(part, &mut to));
            assert_eq!(to, [&b"before"[..], &content].concat());
            assert_eq!(unpacker.known(part).is_some(), kept);
        }
        // The same checksum and length over other bytes: they are looked at themselves.
        let mut other = bytes.clone();
        other[3] ^= 1;
        let mut to = Vec::new();
        assert!(!unpacker.append(Packed { bytes: &other, ..part }, &mut to) && to.is_empty());
        assert!(!unpacker.append(Packed { size: part.size - 1, ..part }, &mut to) && to.is_empty());
        assert!(verified(part) && verified(part) && verified(part));
        assert!(!verified(Packed { bytes: &other, ..part }));
    }

    #[test]
    fn memory_is_bounded() {
        let mut unpacker = Unpacker::new();
        for number in 0..1000_u32 {
            let content = number.to_string().into_bytes();
            let bytes = packed(&content);
            let part = Packed { bytes: &bytes, size: content.len(), checksum: checksum(&content) };
            for _ in 0..2 {
                assert!(unpacker.append(part, &mut Vec::new()));
            }
            assert!((1..=MOST_KEPT).contains(&unpacker.kept.len()));
        }
        let large = vec![7; MOST_CONTENT + 1];
        let bytes = packed(&large);
        let part = Packed { bytes: &bytes, size: large.len(), checksum: checksum(&large) };
        assert!(unpacker.append(part, &mut Vec::new()) && unpacker.append(part, &mut Vec::new()));
        assert!(unpacker.known(part).is_none() && !verified(part));
    }

    proptest! {
        #[test]
        fn all_or_nothing(
            content in prop::collection::vec(0_u8..4, 0..3000),
            (size, sum, cut) in (-2_isize..3, 0_u32..2, 0_usize..3),
            more in 0_usize..2,
        ) {
            let mut bytes = packed(&content);
            bytes.truncate(bytes.len() - cut);
            bytes.extend(vec![0; more]);
            let as_said = content.len().saturating_add_signed(size);
            let part = Packed { bytes: &bytes, size: as_said, checksum: checksum(&content) ^ sum };
            // A byte that was cut off may have come back.
            let honest = as_said == content.len() && sum == 0 && bytes == packed(&content);
            let mut to = vec![1, 2];
            prop_assert_eq!(append(part, &mut to), honest);
            let expected = if honest { content } else { Vec::new() };
            prop_assert_eq!(&to[2..], expected.as_slice());
        }
    }
}

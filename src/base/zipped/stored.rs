//! A zip of the kept parts, without compression.
//!
//! In: names, checksums and contents, one after the other. Out: one block of memory that every reader of zips takes, and where
//! in it each part lies.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::ops::Range;

/// A zip without compression, written at the end of one block of memory (APPNOTE.TXT 4.3.7, 4.3.12, 4.3.16).
pub(super) struct Stored {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    parts: BTreeMap<String, Range<usize>>,
    buffer: Vec<u8>,
}

/// Version needed, names in UTF-8, no compression, time, day (1 January 1980).
const HEAD: [u16; 5] = [20, 0x0800, 0, 0, 0x21];

/// Bytes of checksum and sizes.
const TOLD: usize = 12;

impl Stored {
    pub(super) fn with_room(claimed: u64) -> Stored {
        let room = usize::try_from(claimed).unwrap_or(0);
        Stored {
            bytes: Vec::with_capacity(room),
            directory: Vec::new(),
            parts: BTreeMap::new(),
            buffer: vec![0; 32 << 10],
        }
    }

    /// Gives the number of bytes added.
    pub(super) fn add(&mut self, name: &str, checksum: u32, mut content: impl Read) -> io::Result<u64> {
        let start = self.begin(name);
        let begun = self.bytes.len();
        // Through a buffer that is there already: room at the end of a vector would be made clean for each part.
        loop {
            match content.read(&mut self.buffer) {
                Ok(0) => break,
                Ok(count) => self.bytes.extend_from_slice(&self.buffer[..count]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(self.end(name, checksum, start, begun))
    }

    /// The same with a function that puts the whole content behind what is there, or nothing and gives false; then there is no
    /// such part.
    pub(super) fn add_whole(
        &mut self,
        name: &str,
        checksum: u32,
        put: impl FnOnce(&mut Vec<u8>) -> bool,
    ) -> Option<u64> {
        let start = self.begin(name);
        let begun = self.bytes.len();
        if !put(&mut self.bytes) {
            self.bytes.truncate(start);
            return None;
        }
        Some(self.end(name, checksum, start, begun))
    }

    /// The head of a part; gives where it starts.
    fn begin(&mut self, name: &str) -> usize {
        let start = self.bytes.len();
        self.bytes.extend(b"PK\x03\x04");
        self.bytes.extend(HEAD.iter().flat_map(|word| word.to_le_bytes()));
        self.bytes.extend([0; TOLD]);
        self.bytes.extend(short(name.len()).to_le_bytes());
        self.bytes.extend([0; 2]);
        self.bytes.extend(name.as_bytes());
        start
    }

    /// Says in the head that starts there, and in the directory, what stands behind it.
    fn end(&mut self, name: &str, checksum: u32, start: usize, begun: usize) -> u64 {
        let length = self.bytes.len() - begun;
        let mut told = [0; TOLD];
        told[..4].copy_from_slice(&checksum.to_le_bytes());
        told[4..8].copy_from_slice(&long(length).to_le_bytes());
        told[8..].copy_from_slice(&long(length).to_le_bytes());
        let sizes = start + 4 + 2 * HEAD.len();
        self.bytes[sizes..sizes + TOLD].copy_from_slice(&told);

        self.directory.extend(b"PK\x01\x02\x14\x00");
        self.directory.extend(HEAD.iter().flat_map(|word| word.to_le_bytes()));
        self.directory.extend(told);
        self.directory.extend(short(name.len()).to_le_bytes());
        self.directory.extend([0; 12]);
        self.directory.extend(long(start).to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.parts.insert(name.to_lowercase(), begun..begun + length);
        length as u64
    }

    pub(super) fn finish(mut self) -> (Vec<u8>, BTreeMap<String, Range<usize>>) {
        let (start, count) = (self.bytes.len(), short(self.parts.len()));
        self.bytes.append(&mut self.directory);
        let length = self.bytes.len() - start;
        self.bytes.extend(b"PK\x05\x06\x00\x00\x00\x00");
        self.bytes.extend([count, count].iter().flat_map(|count| count.to_le_bytes()));
        self.bytes.extend([long(length), long(start)].iter().flat_map(|word| word.to_le_bytes()));
        self.bytes.extend([0; 2]);
        (self.bytes, self.parts)
    }
}

/// The limits keep everything below what the format can say.
fn short(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

fn long(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

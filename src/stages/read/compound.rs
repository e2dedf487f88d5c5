//! A compound file (MS-CFB): the little file system around an xls. Only what its directory says and its streams hold.
//!
//! In: bytes. Out: streams by name. Never: follows a chain further than there are sectors.

const FREE: u32 = 0xFFFF_FFFA;
const ENTRY: usize = 128;
/// Shorter streams lie in the small sectors of the root entry's stream.
const SHORT: usize = 4096;
const SMALL: usize = 64;

pub(super) struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    table: Vec<u32>,
    entries: Vec<Entry>,
    small_table: Vec<u32>,
    small: Vec<u8>,
}

struct Entry {
    name: String,
    start: u32,
    size: usize,
}

impl<'a> Compound<'a> {
    /// None if the structure is damaged.
    pub(super) fn open(bytes: &'a [u8]) -> Option<Compound<'a>> {
        let sector = match short(bytes, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let mut file = Compound {
            bytes,
            sector,
            table: Vec::new(),
            entries: Vec::new(),
            small_table: Vec::new(),
            small: Vec::new(),
        };
        for id in file.table_sectors()? {
            let sector = file.sector(id)?;
            file.table.extend(longs(sector));
        }
        let directory = file.chain(long(bytes, 48)?, usize::MAX)?;
        file.entries = directory.chunks_exact(ENTRY).filter_map(entry).collect();
        let root = file.entries.first()?;
        let (start, size) = (root.start, root.size);
        if long(bytes, 64)? > 0 {
            file.small = file.chain(start, size)?;
            file.small_table = longs(&file.chain(long(bytes, 60)?, usize::MAX)?).collect();
        }
        Some(file)
    }

    /// Is there a stream or a storage of this name?
    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    pub(super) fn stream(&self, name: &str) -> Option<Vec<u8>> {
        let entry = self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))?;
        if entry.size >= SHORT {
            return self.chain(entry.start, entry.size);
        }
        let mut stream = Vec::new();
        let mut id = entry.start;
        while stream.len() < entry.size {
            let begin = (id as usize).checked_mul(SMALL)?;
            let sector = self.small.get(begin..self.small.len().min(begin + SMALL))?;
            if sector.is_empty() {
                return None;
            }
            stream.extend_from_slice(sector);
            id = *self.small_table.get(id as usize)?;
        }
        stream.truncate(entry.size);
        Some(stream)
    }

    /// The sectors of the allocation table: the first 109 stand in the header, the others in a chain of their own.
    fn table_sectors(&self) -> Option<Vec<u32>> {
        let mut ids: Vec<u32> = longs(self.bytes.get(76..512)?).collect();
        let mut next = long(self.bytes, 68)?;
        for _ in 0..self.bytes.len() / self.sector {
            if next >= FREE {
                break;
            }
            let more: Vec<u32> = longs(self.sector(next)?).collect();
            let (last, more) = more.split_last()?;
            ids.extend(more);
            next = *last;
        }
        ids.retain(|id| *id < FREE);
        Some(ids)
    }

    /// The last sector of a file may be cut short.
    fn sector(&self, id: u32) -> Option<&'a [u8]> {
        let begin = (id as usize).checked_add(1)?.checked_mul(self.sector)?;
        let end = begin.checked_add(self.sector)?.min(self.bytes.len());
        self.bytes.get(begin..end).filter(|sector| !sector.is_empty())
    }

    /// At most `size` bytes of the chain that begins at `id`.
    fn chain(&self, mut id: u32, size: usize) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        while id < FREE && bytes.len() < size {
            bytes.extend_from_slice(self.sector(id)?);
            if bytes.len() > self.bytes.len() {
                return None;
            }
            id = *self.table.get(id as usize)?;
        }
        if size != usize::MAX && bytes.len() < size {
            return None;
        }
        bytes.truncate(size);
        Some(bytes)
    }
}

fn entry(bytes: &[u8]) -> Option<Entry> {
    let length = usize::from(short(bytes, 64)?).min(64);
    // 0: nobody's.
    if bytes[66] == 0 || length < 2 {
        return None;
    }
    let units = bytes[..length - 2].chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
    let name = char::decode_utf16(units).map(|mark| mark.unwrap_or('\u{FFFD}')).collect();
    Some(Entry { name, start: long(bytes, 116)?, size: long(bytes, 120)? as usize })
}

pub(super) fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

pub(super) fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn longs(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).map(|long| u32::from_le_bytes([long[0], long[1], long[2], long[3]]))
}

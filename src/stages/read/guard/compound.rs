//! xls: the file system inside (MS-CFB) whose chains of sectors must end somewhere.

use super::contradictory;
use crate::model::finding::Code;
use crate::stages::read::Unreadable;

const END: u32 = 0xFFFF_FFFA;

/// # Errors
/// A chain of sectors leads back to itself: the library would follow it until all memory is gone.
pub(in crate::stages::read) fn compound(bytes: &[u8]) -> Result<(), Unreadable> {
    let torn = || Unreadable::new(Code::DamagedFile, "the file system inside the file is damaged");
    let next = table(bytes).ok_or_else(torn)?;
    // Of each sector: not seen, on the way that is just being followed (its number), or known to come to an end.
    let mut seen = vec![0_u32; next.len()];
    for start in 0..next.len() {
        let way = u32::try_from(start + 1).unwrap_or(u32::MAX);
        let mut at = start;
        while seen[at] == 0 {
            seen[at] = way;
            match usize::try_from(next[at]).ok().filter(|to| next[at] < END && *to < next.len()) {
                Some(to) => at = to,
                None => break,
            }
            if seen[at] == way {
                return Err(contradictory("a chain of sectors never ends", Vec::new()));
            }
        }
    }
    Ok(())
}

/// For each sector the one that follows it.
fn table(bytes: &[u8]) -> Option<Vec<u32>> {
    let size = match bytes.get(30..32)? {
        [9, 0] => 512,
        [12, 0] => 4096,
        _ => return None,
    };
    let sector = |id: u32| bytes.get(size * (id as usize + 1)..).map(|rest| &rest[..rest.len().min(size)]);
    let mut places: Vec<u32> = words(bytes.get(76..512)?).collect();
    let mut id = words(bytes.get(68..72)?).next()?;
    let mut steps = 0;
    while id < END {
        steps += 1;
        if steps > bytes.len() / size + 1 {
            return None;
        }
        places.extend(words(sector(id)?));
        id = places.pop()?;
    }
    let mut next = Vec::new();
    for id in places.into_iter().filter(|id| *id < END) {
        // A table longer than the file is none.
        if next.len() > bytes.len() {
            return None;
        }
        next.extend(words(sector(id)?));
    }
    Some(next)
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A file system of one table and one chain, which begins at sector 1.
    pub(crate) fn with_chain(next: &[u32]) -> Vec<u8> {
        let mut bytes = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
        bytes.resize(512, 0xFF);
        bytes[24..34].copy_from_slice(&[0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0]);
        let words = [(44, 1), (48, 1), (60, 0xFFFF_FFFE), (64, 0), (68, 0xFFFF_FFFE), (72, 0), (76, 0)];
        for (at, word) in words {
            bytes[at..at + 4].copy_from_slice(&u32::to_le_bytes(word));
        }
        let mut table: Vec<u8> = next.iter().flat_map(|word| word.to_le_bytes()).collect();
        table.resize(512, 0xFF);
        bytes.extend(table);
        bytes.extend([0; 512]);
        // The name of a stream, so that it is taken for an xls.
        let name: Vec<u8> = "Workbook".encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes[1024..1024 + name.len()].copy_from_slice(&name);
        bytes
    }

    #[test]
    fn a_chain_without_an_end_is_refused() {
        assert!(compound(&with_chain(&[0xFFFF_FFFD, 0xFFFF_FFFE])).is_ok());
        assert!(compound(&with_chain(&[0xFFFF_FFFD, 3, 0xFFFF_FFFE, 2])).is_ok());
        for endless in [&[0xFFFF_FFFD, 1][..], &[0xFFFF_FFFD, 2, 3, 1]] {
            assert_eq!(compound(&with_chain(endless)).unwrap_err().code, Code::ContradictoryFile);
        }
        assert_eq!(compound(b"\xD0\xCF\x11\xE0").unwrap_err().code, Code::DamagedFile);
    }
}

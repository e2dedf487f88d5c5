//! Files inside a zip: all of them checked, those that are needed inflated once.
//!
//! In: the bytes of a file. Out: names, and a zip of our own with the needed parts as they are, uncompressed: whoever reads
//! on reads the bytes that were checked, and no second reading of the same file can differ. Never: trusts what the file says
//! about itself, keeps more than it was allowed to.

mod stored;
mod unpack;

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read, Write};
use std::ops::Range;

use zip::{CompressionMethod, ZipArchive};

use self::stored::Stored;
use self::unpack::Packed;

/// How much a file may hold. Sizes are counted while inflating, because the sizes in the directory are only claims.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) entries: usize,
    /// Bytes of all entries together, inflated.
    pub(crate) inflated: u64,
    /// Bytes of the entries that are kept.
    pub(crate) kept: u64,
    /// Inflated bytes for each packed one, of the file as a whole; small files may exceed it.
    pub(crate) ratio: u64,
}

/// Below this, no ratio is suspicious.
const SMALL: u64 = 64 << 20;

/// Why the contents are not to be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ZipError {
    #[error("the zip structure is damaged")]
    Damaged(#[source] io::Error),
    #[error("`{part}` in the file is damaged")]
    DamagedPart { part: String, source: io::Error },
    #[error("{0}")]
    TooLarge(String),
    #[error("{0}")]
    Contradictory(String),
    #[error("the parts of the file are encrypted")]
    Encrypted,
    #[error("`{0}` is packed in a way that no spreadsheet program uses")]
    Unsupported(String),
}

/// A zip that holds what it says.
#[derive(Debug, Default)]
pub(crate) struct Opened {
    /// Of all entries that are files, with `/` between folders.
    pub(crate) names: Vec<String>,
    /// A zip of the kept entries.
    pub(crate) bytes: Vec<u8>,
    /// Where in `bytes` the kept entries lie, by their names in lower case.
    parts: BTreeMap<String, Range<usize>>,
}

impl Opened {
    /// A kept part, by its name in any case.
    pub(crate) fn part(&self, name: &str) -> Option<&[u8]> {
        self.parts.get(&name.to_lowercase()).map(|range| &self.bytes[range.clone()])
    }

    /// All kept parts with their names in lower case, in order of names.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.parts.iter().map(|(name, range)| (name.as_str(), &self.bytes[range.clone()]))
    }
}

/// Inflates every entry, compares each with its checksum, and keeps those whose name, in lower case, `keep` wants.
///
/// # Errors
/// The zip is damaged, encrypted, larger than `limits`, or says two things about one place.
pub(crate) fn open(bytes: &[u8], limits: Limits, keep: impl Fn(&str) -> bool) -> Result<Opened, ZipError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| ZipError::Damaged(error.into()))?;
    if archive.len() > limits.entries {
        return Err(ZipError::TooLarge(format!("{} files inside, more than {}", archive.len(), limits.entries)));
    }
    if archive.has_duplicate_names() {
        return Err(ZipError::Contradictory("two parts of the file have the same name".to_owned()));
    }
    let names = names(&archive)?;
    archive.validate_header_consistency().map_err(|error| ZipError::Contradictory(error.to_string()))?;
    let wanted: Vec<bool> = names.iter().map(|name| keep(&name.to_lowercase())).collect();
    let mut stored = Stored::with_room(claimed(&mut archive, &wanted)?.min(limits.kept));
    let (mut inflated, mut kept) = (0, 0);
    for (index, name) in names.iter().enumerate() {
        if name.ends_with('/') {
            continue;
        }
        let left = limits.inflated - inflated;
        let room = left.min(limits.kept - kept);
        let usual = usual(&mut archive, index, bytes).and_then(|part| match wanted[index] {
            true if part.size as u64 <= room => {
                stored.add_whole(name, part.checksum, |to| unpack::append(part, to)).inspect(|size| kept += size)
            }
            false if part.size as u64 <= left => unpack::verified(part).then_some(part.size as u64),
            _ => None,
        });
        if let Some(size) = usual {
            inflated += size;
            within(inflated, bytes, limits)?;
            continue;
        }
        let damaged = |source: io::Error| ZipError::DamagedPart { part: name.clone(), source };
        let entry = archive.by_index(index).map_err(|error| match error {
            zip::result::ZipError::UnsupportedArchive(_) => ZipError::Unsupported(name.clone()),
            error => damaged(error.into()),
        })?;
        let checksum = entry.crc32();
        // Read to one byte beyond, so that the reader comes to its end and compares the checksum.
        let size = if wanted[index] {
            let size = stored.add(name, checksum, entry.take(room + 1)).map_err(damaged)?;
            if size > limits.kept - kept && size <= left {
                return Err(ZipError::TooLarge(format!("more than {} MiB of cells and texts", limits.kept >> 20)));
            }
            kept += size;
            size
        } else {
            io::copy(&mut entry.take(left + 1), &mut io::sink()).map_err(damaged)?
        };
        if size > left {
            return Err(ZipError::TooLarge(format!("unpacked more than {} MiB", limits.inflated >> 20)));
        }
        inflated += size;
        within(inflated, bytes, limits)?;
    }
    let names = names.into_iter().filter(|name| !name.ends_with('/')).collect();
    let (bytes, parts) = stored.finish();
    Ok(Opened { names, bytes, parts })
}

/// Is so much bearable for a file of so many bytes?
fn within(inflated: u64, bytes: &[u8], limits: Limits) -> Result<(), ZipError> {
    if inflated > SMALL && inflated / limits.ratio > bytes.len() as u64 {
        return Err(ZipError::TooLarge(format!("unpacked more than {} times as large", limits.ratio)));
    }
    Ok(())
}

/// A part that is packed as programs pack them, with the bytes it is packed in.
fn usual<'a>(archive: &mut ZipArchive<Cursor<&[u8]>>, index: usize, bytes: &'a [u8]) -> Option<Packed<'a>> {
    let entry = archive.by_index_raw(index).ok()?;
    if entry.compression() != CompressionMethod::Deflated {
        return None;
    }
    let start = usize::try_from(entry.data_start()?).ok()?;
    let length = usize::try_from(entry.compressed_size()).ok()?;
    let bytes = bytes.get(start..start.checked_add(length)?)?;
    Some(Packed { bytes, size: usize::try_from(entry.size()).ok()?, checksum: entry.crc32() })
}

/// A zip of these parts, uncompressed.
///
/// # Errors
/// There are more or larger ones than a zip can hold.
pub(crate) fn stored(parts: &[(&str, &[u8])]) -> io::Result<Vec<u8>> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, content) in parts {
        writer.start_file(*name, options)?;
        writer.write_all(content)?;
    }
    Ok(writer.finish()?.into_inner())
}

/// The names with `/` between folders, each once, whatever its case; none leads out of the file.
fn names(archive: &ZipArchive<Cursor<&[u8]>>) -> Result<Vec<String>, ZipError> {
    let mut names = Vec::new();
    let mut seen = BTreeMap::new();
    for raw in archive.file_names_raw() {
        let name = String::from_utf8_lossy(raw).replace('\\', "/");
        let drive = name.as_bytes().get(1) == Some(&b':');
        if name.starts_with('/') || drive || name.split('/').any(|part| part == "..") || name.contains('\0') {
            return Err(ZipError::Contradictory(format!("the part `{name}` claims to lie outside of the file")));
        }
        if let Some(twin) = seen.insert(name.to_lowercase(), name.clone()) {
            return Err(ZipError::Contradictory(format!("the parts `{twin}` and `{name}` mean the same place")));
        }
        names.push(name);
    }
    Ok(names)
}

/// What the kept entries claim to need: a hint for memory, and no more. Tells encrypted ones on the way.
fn claimed(archive: &mut ZipArchive<Cursor<&[u8]>>, wanted: &[bool]) -> Result<u64, ZipError> {
    let mut sum = 0_u64;
    for (index, wanted) in wanted.iter().enumerate() {
        let entry = archive.by_index_data(index).map_err(|error| ZipError::Damaged(error.into()))?;
        if entry.encrypted() {
            return Err(ZipError::Encrypted);
        }
        if *wanted {
            sum = sum.saturating_add(entry.size()).saturating_add(256);
        }
    }
    Ok(sum)
}

/// A zip with these files, for tests of everybody who reads one.
#[cfg(test)]
pub(crate) fn zip_of(files: &[(&str, &str)]) -> Vec<u8> {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    zip_of_bytes(&files)
}

#[cfg(test)]
pub(crate) fn zip_of_bytes(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[cfg(test)]
mod tests;

//! From files of the corpus to files that nobody has seen: the same seed gives the same files.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// SplitMix64 (Steele, Lea, Flood 2014).
pub struct Rng(pub u64);

impl Rng {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to, not including, `end`; 0 if that is 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % (end.max(1) as u64)) as usize
    }

    fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }
}

/// What breaks readers when it stands where a number, a name or a text should.
const WORDS: [&str; 24] = [
    "-1",
    "0",
    "1",
    "4294967295",
    "4294967296",
    "4294967297",
    "18446744073709551616",
    "1048576",
    "1048577",
    "16384",
    "16385",
    "A0",
    "A1",
    "XFD1048576",
    "XFE1",
    "AAAAAAAAA1",
    "NaN",
    "inf",
    "1e999",
    "s",
    "inlineStr",
    "true",
    "",
    "&#x110000;",
];

const PIECES: [&str; 16] = [
    "<!-- -->",
    "<![CDATA[1]]>",
    "&#50;",
    "&amp;",
    "<?x?>",
    "<v>7</v>",
    "<c r=\"A1\"><v>7</v></c>",
    "<f>1+1</f>",
    "</v>",
    "</c>",
    "<row r=\"1\"/>",
    "<si/>",
    "<!DOCTYPE a [<!ENTITY b \"c\">]>",
    "<sheetData>",
    "<mergeCell ref=\"A1:XFD1048576\"/>",
    "<t/>",
];

/// A mutation of one of the files, and of which.
pub fn input(rng: &mut Rng, corpus: &[(String, Vec<u8>)]) -> (String, Vec<u8>) {
    let (name, bytes) = &corpus[rng.below(corpus.len())];
    let mut bytes = bytes.clone();
    let parts = parts(&bytes);
    let as_zip = !parts.is_empty() && rng.below(4) > 0;
    if as_zip {
        bytes = zipped(&changed_parts(rng, parts, corpus));
    }
    if !as_zip || rng.below(10) == 0 {
        for _ in 0..=rng.below(4) {
            raw(rng, &mut bytes, corpus);
        }
    }
    (name.clone(), bytes)
}

fn raw(rng: &mut Rng, bytes: &mut Vec<u8>, corpus: &[(String, Vec<u8>)]) {
    let at = rng.below(bytes.len());
    match rng.below(7) {
        0 => bytes.truncate(at),
        1 if !bytes.is_empty() => bytes[at] ^= 1 << rng.below(8),
        2 if !bytes.is_empty() => bytes[at] = rng.next() as u8,
        3 => {
            let end = (at + rng.below(600)).min(bytes.len());
            let copy = bytes[at..end].to_vec();
            let to = rng.below(bytes.len());
            bytes.splice(to..to, copy);
        }
        4 => {
            let (_, other) = &corpus[rng.below(corpus.len())];
            bytes.truncate(at);
            bytes.extend(&other[rng.below(other.len())..]);
        }
        // Lengths, counts and chains stand at even places.
        _ => {
            let word =
                *rng.pick(&[&0_u32, &1, &2, &0xFF, &0xFFFF, &0x7FFF_FFFF, &0x8000_0000, &0xFFFF_FFFE, &0xFFFF_FFFF]);
            let size = if rng.below(2) == 0 { 2 } else { 4 };
            let at = at & !1;
            if at + size <= bytes.len() {
                bytes[at..at + size].copy_from_slice(&word.to_le_bytes()[..size]);
            }
        }
    }
}

type Parts = Vec<(String, Vec<u8>)>;

fn parts(bytes: &[u8]) -> Parts {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return Vec::new() };
    let mut parts = Vec::new();
    for index in 0..archive.len() {
        let Ok(mut entry) = archive.by_index(index) else { continue };
        let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        let mut content = Vec::new();
        if entry.read_to_end(&mut content).is_ok() {
            parts.push((name, content));
        }
    }
    parts
}

/// Checksums are right again, so that what was changed is read.
fn zipped(parts: &Parts) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        let method = if content.len() > 4096 { CompressionMethod::Deflated } else { CompressionMethod::Stored };
        let options = SimpleFileOptions::default().compression_method(method);
        if writer.start_file(name.as_str(), options).is_ok() {
            writer.write_all(content).expect("memory takes every byte");
        }
    }
    writer.finish().expect("memory takes every byte").into_inner()
}

fn changed_parts(rng: &mut Rng, mut parts: Parts, corpus: &[(String, Vec<u8>)]) -> Parts {
    for _ in 0..=rng.below(5) {
        let (one, other) = (rng.below(parts.len()), rng.below(parts.len()));
        match rng.below(12) {
            0 => {
                let content = parts[one].1.clone();
                parts[other].1 = content;
            }
            1 if parts.len() > 3 => drop(parts.remove(one)),
            2 => {
                let name = parts[one].0.clone();
                parts[other].0 = if rng.below(2) == 0 { name.to_uppercase() } else { format!("../{name}") };
            }
            3 => raw(rng, &mut parts[one].1, corpus),
            // Sheets and texts are where the numbers are.
            _ => {
                let wanted = |(name, _): &&(String, Vec<u8>)| {
                    ["sheet", "content", "String", "styles"].iter().any(|word| name.contains(word))
                };
                let count = parts.iter().filter(wanted).count();
                let chosen = rng.below(count);
                let index = parts.iter().position(|part| Some(part) == parts.iter().filter(wanted).nth(chosen));
                let content = &mut parts[index.unwrap_or(one)].1;
                if content.contains(&b'<') { marks(rng, content) } else { raw(rng, content, corpus) }
            }
        }
    }
    parts
}

/// XML stays mostly XML: marks are moved, doubled and taken away, values exchanged.
fn marks(rng: &mut Rng, content: &mut Vec<u8>) {
    let text = String::from_utf8_lossy(content).into_owned();
    let starts: Vec<usize> = text.match_indices('<').map(|(at, _)| at).collect();
    if starts.is_empty() {
        return;
    }
    let mark = |at: usize| at..text[at..].find('>').map_or(text.len(), |end| at + end + 1);
    let (one, other) = (mark(starts[rng.below(starts.len())]), mark(starts[rng.below(starts.len())]));
    let mut changed = text.clone();
    match rng.below(6) {
        0 => changed.replace_range(one, ""),
        1 => changed.insert_str(one.end, &text[other]),
        2 => changed.replace_range(one, &text[other]),
        3 => changed.insert_str(one.end, rng.pick(&PIECES)),
        4 => {
            // What stands between two marks.
            let end = text[one.end..].find('<').map_or(text.len(), |end| one.end + end);
            changed.replace_range(one.end..end, rng.pick(&WORDS));
        }
        _ => {
            let quotes: Vec<usize> = text[one.clone()].match_indices('"').map(|(at, _)| one.start + at).collect();
            let pair = rng.below(quotes.len() / 2) * 2;
            if let (Some(begin), Some(end)) = (quotes.get(pair), quotes.get(pair + 1)) {
                changed.replace_range(begin + 1..*end, rng.pick(&WORDS));
            }
        }
    }
    *content = changed.into_bytes();
}

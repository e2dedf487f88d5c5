//! How cells of an xls look: letters, colours and lines of each style, and texts whose letters do not all look alike (MS-XLS
//! 2.4.122 Font, 2.4.353 XF, 2.4.188 Palette, 2.4.265 SST).
//!
//! In: the records before the first sheet. Out: a style for each number that a cell may name, and the texts that say something
//! else than their characters. Never: a look at a text, unless a font is raised, lowered, crossed out, white or tiny at all;
//! conditional formats.

use std::collections::BTreeMap;

use super::compound::{long, short};
use super::hidden::Format;
use super::rich::{self, Letters};
use super::shape::{Rich, Style};

/// How letters look.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Font {
    letters: Letters,
    /// Smaller than can be seen.
    tiny: bool,
    colour: u16,
}

/// A text with parts that look different: its characters, and from which of them on which font holds.
type Runs = (Vec<u16>, Vec<(u16, u16)>);

/// What the records before the first sheet say of looks.
#[derive(Default)]
pub(super) struct Looks {
    old: bool,
    fonts: Vec<Font>,
    /// Colours of the workbook's own, for the numbers from 8 on.
    palette: Vec<[u8; 3]>,
    /// Number format, font, colours and lines of each style, as its record says.
    styles: Vec<Vec<u8>>,
    texts: BTreeMap<usize, Runs>,
}

impl Looks {
    /// Of a workbook of Excel 5 or 95.
    pub(super) fn of_old(&mut self, old: bool) {
        self.old = old;
    }

    pub(super) fn font(&mut self, content: &[u8]) -> Option<()> {
        let (height, flags, colour, raised) =
            (short(content, 0)?, short(content, 2)?, short(content, 4)?, short(content, 8)?);
        let letters = Letters { struck: flags & 8 != 0, raised: raised == 1, lowered: raised == 2, unseen: false };
        let tiny = f64::from(height) / 20.0 < rich::LEAST_SIZE;
        self.fonts.push(Font { letters, tiny, colour });
        Some(())
    }

    pub(super) fn palette(&mut self, content: &[u8]) {
        let colours = content.get(2..).unwrap_or_default().chunks_exact(4);
        self.palette = colours.map(|colour| [colour[0], colour[1], colour[2]]).collect();
    }

    pub(super) fn style(&mut self, content: &[u8]) {
        self.styles.push(content.to_vec());
    }

    /// The shared texts, from their record and those that continue it.
    pub(super) fn texts(&mut self, parts: &[&[u8]]) {
        let tells = |font: &Font| font.letters != Letters::default() || font.tiny || self.is_white(font.colour);
        if self.fonts.iter().any(tells) {
            self.texts = Texts { parts, part: 0, at: 8 }.rich();
        }
    }

    /// One for each record; `format` knows the number formats.
    pub(super) fn styles(&self, format: impl Fn(u16) -> Format) -> Vec<Style> {
        let style = |content: &Vec<u8>| {
            let font = short(content, 0).and_then(|font| self.font_of(font)).unwrap_or_default();
            let paper = self.paper(content);
            let letters = self.rgb(font.colour).unwrap_or_default();
            Style {
                format: short(content, 2).map(&format).unwrap_or_default(),
                struck: font.letters.struck,
                // grbitDiag and dgDiag, which only newer ones have.
                slashed: !self.old
                    && long(content, 10).is_some_and(|bits| bits >> 30 != 0)
                    && long(content, 14).is_some_and(|bits| bits >> 21 & 0xF != 0),
                unseen: font.tiny || paper.is_some_and(|paper| is_near(letters, paper)),
                dark: paper.is_none_or(|paper| !is_near(paper, WHITE)),
            }
        };
        self.styles.iter().map(style).collect()
    }

    /// Of a text in a cell of this style, none if its letters all look alike; else what is to be read, if not its characters.
    pub(super) fn rich(&self, style: usize, text: usize, dark: bool) -> Option<Option<Rich>> {
        let (characters, runs) = self.texts.get(&text)?;
        let own = self.styles.get(style).and_then(|content| short(content, 0));
        let starts: Vec<(usize, Option<u16>)> =
            [(0, own)].into_iter().chain(runs.iter().map(|(at, font)| (usize::from(*at), Some(*font)))).collect();
        let ends = starts.iter().skip(1).map(|(at, _)| *at).chain([characters.len()]);
        let pieces: Vec<(Letters, String)> = starts
            .iter()
            .zip(ends)
            .filter_map(|((start, font), end)| {
                let piece = String::from_utf16_lossy(characters.get(*start..end.min(characters.len()))?);
                let font = font.and_then(|font| self.font_of(font)).unwrap_or_default();
                let unseen = font.tiny || !dark && self.is_white(font.colour);
                Some((Letters { unseen, ..font.letters }, piece))
            })
            .collect();
        Some(rich::of_runs(pieces.iter().map(|(letters, piece)| (*letters, piece.as_str()))))
    }

    /// There is no font with the number 4.
    fn font_of(&self, number: u16) -> Option<Font> {
        let index = usize::from(number);
        self.fonts.get(if index > 4 { index - 1 } else { index }).copied()
    }

    /// What a cell is filled with; none where that cannot be told.
    fn paper(&self, content: &[u8]) -> Option<[u8; 3]> {
        let (pattern, colour) = match self.old {
            true => (short(content, 10)? & 0x3F, short(content, 8)? & 0x7F),
            false => ((long(content, 14)? >> 26) as u16, short(content, 18)? & 0x7F),
        };
        if pattern == 0 { Some(WHITE) } else { self.rgb(colour) }
    }

    fn is_white(&self, colour: u16) -> bool {
        self.rgb(colour).is_some_and(|colour| is_near(colour, WHITE))
    }

    /// None for those that the machine chooses: its letters are black.
    fn rgb(&self, colour: u16) -> Option<[u8; 3]> {
        let index = match colour {
            0..=7 => usize::from(colour),
            8..=63 => {
                let index = usize::from(colour) - 8;
                return self.palette.get(index).copied().or_else(|| PALETTE.get(index).copied().map(parts));
            }
            65 => return Some(WHITE),
            _ => return None,
        };
        PALETTE.get(index).copied().map(parts)
    }
}

const WHITE: [u8; 3] = [255; 3];

/// What a workbook without colours of its own has (MS-XLS 2.5.161 Icv).
#[rustfmt::skip]
const PALETTE: [u32; 56] = [
    0x00_0000, 0xFF_FFFF, 0xFF_0000, 0x00_FF00, 0x00_00FF, 0xFF_FF00, 0xFF_00FF, 0x00_FFFF, 0x80_0000, 0x00_8000,
    0x00_0080, 0x80_8000, 0x80_0080, 0x00_8080, 0xC0_C0C0, 0x80_8080, 0x99_99FF, 0x99_3366, 0xFF_FFCC, 0xCC_FFFF,
    0x66_0066, 0xFF_8080, 0x00_66CC, 0xCC_CCFF, 0x00_0080, 0xFF_00FF, 0xFF_FF00, 0x00_FFFF, 0x80_0080, 0x80_0000,
    0x00_8080, 0x00_00FF, 0x00_CCFF, 0xCC_FFFF, 0xCC_FFCC, 0xFF_FF99, 0x99_CCFF, 0xFF_99CC, 0xCC_99FF, 0xFF_CC99,
    0x33_66FF, 0x33_CCCC, 0x99_CC00, 0xFF_CC00, 0xFF_9900, 0xFF_6600, 0x66_6699, 0x96_9696, 0x00_3366, 0x33_9966,
    0x00_3300, 0x33_3300, 0x99_3300, 0x99_3366, 0x33_3399, 0x33_3333,
];

fn parts(colour: u32) -> [u8; 3] {
    let [_, red, green, blue] = colour.to_be_bytes();
    [red, green, blue]
}

/// Nobody tells these two apart.
fn is_near(one: [u8; 3], other: [u8; 3]) -> bool {
    one.iter().zip(other).all(|(one, other)| one.abs_diff(other) <= 8)
}

/// The shared texts, which may be torn anywhere between two records: within characters, the next part says again how wide they are.
struct Texts<'a> {
    parts: &'a [&'a [u8]],
    part: usize,
    at: usize,
}

impl Texts<'_> {
    fn rich(mut self) -> BTreeMap<usize, Runs> {
        let mut found = BTreeMap::new();
        for index in 0.. {
            match self.text() {
                Some((_, runs)) if runs.is_empty() => {}
                Some(text) => drop(found.insert(index, text)),
                None => break,
            }
        }
        found
    }

    fn text(&mut self) -> Option<Runs> {
        let length = usize::from(self.short()?);
        let flags = self.byte()?;
        let runs = if flags & 8 != 0 { self.short()? } else { 0 };
        let more = if flags & 4 != 0 { u32::from(self.short()?) | u32::from(self.short()?) << 16 } else { 0 };
        let characters = self.characters(length, flags & 1 != 0)?;
        let runs = (0..runs).map(|_| Some((self.short()?, self.short()?))).collect::<Option<Vec<_>>>()?;
        self.skip(more as usize)?;
        Some((characters, runs))
    }

    fn characters(&mut self, length: usize, mut wide: bool) -> Option<Vec<u16>> {
        let mut characters = Vec::new();
        while characters.len() < length {
            if self.left().is_empty() {
                self.next_part()?;
                wide = self.byte()? & 1 != 0;
            }
            characters.push(if wide { self.short()? } else { u16::from(self.byte()?) });
        }
        Some(characters)
    }

    fn left(&self) -> &[u8] {
        self.parts.get(self.part).and_then(|part| part.get(self.at..)).unwrap_or_default()
    }

    fn next_part(&mut self) -> Option<()> {
        (self.part, self.at) = (self.part + 1, 0);
        (self.part < self.parts.len()).then_some(())
    }

    fn byte(&mut self) -> Option<u8> {
        while self.left().is_empty() {
            self.next_part()?;
        }
        let byte = self.left()[0];
        self.at += 1;
        Some(byte)
    }

    fn short(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn skip(&mut self, mut length: usize) -> Option<()> {
        while length > 0 {
            let step = self.left().len().min(length);
            self.at += step;
            length -= step;
            if length > 0 {
                self.next_part()?;
            }
        }
        Some(())
    }
}

//! Records as Excel writes them (MS-XLS 2.4); whole files are tested with what LibreOffice makes of the samples.

use super::super::hidden::Format;
use super::super::shape::Rich;
use super::super::xls::{Globals, globals, look};
use crate::model::raw::{Area, Look};

fn record(kind: u16, words: &[u16]) -> Vec<u8> {
    bytes(kind, &words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>())
}

fn bytes(kind: u16, content: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(content.len() as u16).to_le_bytes(), content].concat()
}

#[test]
fn formats_are_those_of_the_styles_in_both_versions() {
    let code = "[<5]\"/\";0";
    let new = [&[165, 0, code.len() as u8, 0, 0][..], code.as_bytes()].concat();
    let wide: Vec<u8> = code.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let wide = [&[165, 0, code.len() as u8, 0, 1][..], &wide].concat();
    let old = [&[165, 0, code.len() as u8][..], code.as_bytes()].concat();
    for (version, format) in [(0x0600, new), (0x0600, wide), (0x0500, old)] {
        let stream = [
            record(0x0809, &[version, 5]),
            bytes(0x041E, &format),
            record(0x00E0, &[0, 0]),
            record(0x00E0, &[0, 165]),
            bytes(0x0085, &[9, 1, 0, 0, 0, 0, 1, 65]),
            bytes(0x0085, &[9, 9, 0, 0, 0, 2, 1, 66]),
            record(0x000A, &[]),
        ];
        let Globals { places, formats, looks } = globals(&stream.concat());
        assert_eq!(places, [0x109], "a chart is no worksheet");
        let styles = looks.styles(|id| Format::of(formats.get(&id).map_or("", String::as_str)));
        assert_eq!(
            styles.into_iter().map(|style| style.format).collect::<Vec<_>>(),
            [Format::of(""), Format::of(code)]
        );
    }
}

#[test]
fn what_is_hidden_merged_formatted_or_never_calculated_is_known() {
    let zero = [0; 4];
    let formula = |row: u16, column: u16, value: [u16; 4], flags: u16| {
        record(6, &[&[row, column, 1], &value[..], &[flags, 0, 0, 0]].concat())
    };
    let stream = [
        record(0x0809, &[0x0600, 0x10]),
        record(0x007D, &[1, 2, 2560, 0, 1]),
        record(0x007D, &[4, 4, 0, 0, 0]),
        record(0x0208, &[0, 0, 9, 255, 0, 0, 0, 0]),
        record(0x0208, &[3, 0, 9, 255, 0, 0, 0x20, 0]),
        record(0x0208, &[4, 0, 9, 0, 0, 0, 0, 0]),
        record(0x0203, &[0, 0, 1, 0, 0, 0, 0]),
        record(0x027E, &[0, 1, 0, 0, 0]),
        // Three numbers in one record, the middle one with the other style.
        record(0x00BD, &[1, 5, 1, 0, 0, 0, 0, 0, 1, 0, 0, 7]),
        // Calculated; not calculated by xlwt or an old POI; a text.
        formula(5, 0, [0, 0, 0, 0x4000], 2),
        formula(5, 1, zero, 2),
        formula(5, 2, zero, 0),
        // A chart inside of the sheet.
        record(0x0809, &[0x0600, 0x20]),
        record(0x0203, &[7, 7, 1, 0, 0, 0, 0]),
        record(0x000A, &[]),
        record(0x00E5, &[1, 2, 3, 0, 1]),
        record(0x000A, &[]),
        record(0x0203, &[8, 8, 1, 0, 0, 0, 0]),
    ];
    let (shape, _) = look(&stream.concat(), &[false, true]);
    assert_eq!((shape.hidden_rows.as_slice(), shape.hidden_columns.as_slice()), (&[(3, 4)][..], &[(1, 2), (4, 4)][..]));
    assert_eq!(shape.styled, [(0, 0, 1), (1, 5, 1), (1, 7, 1), (5, 0, 1), (5, 1, 1), (5, 2, 1)]);
    assert_eq!(shape.unresolved, [(5, 1)]);
    assert_eq!(shape.merged, [Area { top: 2, left: 0, bottom: 3, right: 1 }]);
    // Torn anywhere, it is only less.
    let whole = stream.concat();
    (0..whole.len()).for_each(|end| drop(look(&whole[..end], &[false, true])));
}

/// Height, flags, colour, weight, raised or lowered.
fn font(height: u16, flags: u16, colour: u16, raised: u16) -> Vec<u8> {
    record(0x0031, &[height, flags, colour, 400, raised, 0, 0, 0x0101, u16::from(b'A')])
}

/// A style with this font, diagonal line (of 4), fill pattern and colour.
fn style(font: u16, diagonal: u32, pattern: u32, colour: u16) -> Vec<u8> {
    let words = |long: u32| [long as u16, (long >> 16) as u16];
    let lines = words(diagonal << 30);
    let fill = words(if diagonal > 0 { 1 << 21 } else { 0 } | pattern << 26);
    record(0x00E0, &[font, 0, 1, 0, 0, lines[0], lines[1], fill[0], fill[1], colour])
}

/// One shared text; each run is where it begins and its font.
fn text(characters: &str, runs: &[(u16, u16)]) -> Vec<u8> {
    let wide: Vec<u8> = characters.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let runs_in: Vec<u8> = runs.iter().flat_map(|(at, font)| [at.to_le_bytes(), font.to_le_bytes()].concat()).collect();
    let head = [(wide.len() / 2) as u16, 0].map(u16::to_le_bytes).concat();
    [&head[..2], &[1 | 8], &(runs.len() as u16).to_le_bytes(), &wide, &runs_in].concat()
}

const PLAIN: [(u16, u16, u16, u16); 6] = [
    (220, 0, 0x7FFF, 0),
    // Crossed out, raised, white; there is no font 4; tiny, lowered.
    (220, 8, 0x7FFF, 0),
    (220, 0, 0x7FFF, 1),
    (220, 0, 9, 0),
    (20, 0, 0x7FFF, 0),
    (220, 0, 0x7FFF, 2),
];

fn globals_of(rest: &[Vec<u8>]) -> Globals {
    let fonts = PLAIN.map(|(height, flags, colour, raised)| font(height, flags, colour, raised));
    globals(&[record(0x0809, &[0x0600, 5]), fonts.concat(), rest.concat(), record(0x000A, &[])].concat())
}

#[test]
fn letters_colours_and_lines_of_a_style_are_known() {
    let styles = [
        style(0, 0, 0, 0),
        style(1, 0, 0, 0),
        style(3, 0, 0, 0),
        style(5, 0, 0, 0),
        style(0, 3, 0, 0),
        // White on blue; black on black; white on what the palette makes white.
        style(3, 0, 1, 0x0C),
        style(0, 0, 1, 8),
        style(3, 0, 1, 8),
    ];
    let looks = |more: &[Vec<u8>]| {
        let all = globals_of(&[styles.concat(), more.concat()]).looks.styles(|_| Format::default());
        all.iter()
            .map(|style| {
                let marks = [(style.struck, 's'), (style.slashed, '/'), (style.unseen, 'u'), (style.dark, 'd')];
                marks.into_iter().filter(|(is, _)| *is).map(|(_, mark)| mark).collect::<String>()
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(looks(&[]), ["", "s", "u", "u", "/", "d", "ud", "d"]);
    let palette = record(0x0092, &[1, 0xFFFF, 0x00FE]);
    assert_eq!(looks(&[palette])[6..], ["", "u"], "its own colours");
}

#[test]
fn raised_crossed_out_and_white_parts_of_a_text_are_known_wherever_the_record_is_torn() {
    let rich = |text: &str| Some(Some(Rich { text: Some(text.into()), look: None }));
    let head = [3_u32, 3].map(u32::to_le_bytes).concat();
    let texts = [
        text("2021", &[(3, 2)]),
        text("12 15", &[(0, 1), (2, 0)]),
        text("plain", &[]),
        text("15", &[(0, 3), (1, 0)]),
        text("18", &[(1, 6)]),
    ];
    let whole = [head.as_slice(), &texts.concat()].concat();
    let told = |records: Vec<u8>| {
        let looks = globals_of(&[style(0, 0, 0, 0), records]).looks;
        (0..5).map(|index| looks.rich(0, index, false)).collect::<Vec<_>>()
    };
    let partly = Rich { text: Some(" 15".into()), look: Some(Look::PartlyCrossedOut("12".into())) };
    let white = Rich { text: Some("15".into()), look: Some(Look::Shown("5".into())) };
    let expected = vec![rich("202¹"), Some(Some(partly)), None, Some(Some(white)), rich("1₈")];
    assert_eq!(told(bytes(0x00FC, &whole)), expected);
    // Torn within the characters, where the next record says again how wide they are, and between two texts.
    let first = 8 + 5;
    for at in [first + 2, first + 4, 8 + texts[0].len()] {
        let inside = if at < first + 8 { &[1_u8][..] } else { &[] };
        let torn = [bytes(0x00FC, &whole[..at]), bytes(0x003C, &[inside, &whole[at..]].concat())].concat();
        assert_eq!(told(torn), expected, "{at}");
    }
    (0..whole.len()).for_each(|end| drop(told(bytes(0x00FC, &whole[..end]))));
}

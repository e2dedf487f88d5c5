//! Records as Excel writes them (MS-XLS 2.4); whole files are tested with what LibreOffice makes of the samples.

use super::super::hidden::Format;
use super::super::xls::{globals, look};
use crate::model::raw::Area;

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
        let (places, formats) = globals(&stream.concat());
        assert_eq!(places, [0x109], "a chart is no worksheet");
        assert_eq!(formats, [Format::of(""), Format::of(code)]);
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
    let shape = look(&stream.concat(), &[false, true]);
    assert_eq!((shape.hidden_rows.as_slice(), shape.hidden_columns.as_slice()), (&[(3, 4)][..], &[(1, 2), (4, 4)][..]));
    assert_eq!(shape.styled, [(0, 0, 1), (1, 5, 1), (1, 7, 1), (5, 0, 1), (5, 1, 1), (5, 2, 1)]);
    assert_eq!(shape.unresolved, [(5, 1)]);
    assert_eq!(shape.merged, [Area { top: 2, left: 0, bottom: 3, right: 1 }]);
    // Torn anywhere, it is only less.
    let whole = stream.concat();
    (0..whole.len()).for_each(|end| drop(look(&whole[..end], &[false, true])));
}

//! The one way in which all common programs write a cell, recognised without looking at anything twice.
//!
//! `<c r="B12" s="3" t="s"><v>7</v></c>`, with or without style, type and value. Whatever looks otherwise is not recognised
//! here, and nothing is lost by that but time.

use memchr::memchr;

use super::sheet::Kind;

pub(super) struct Fast {
    /// From 1.
    pub(super) row: u32,
    pub(super) column: u32,
    /// How much of the text the cell takes, to the end of `</c>`.
    pub(super) length: usize,
}

/// The cell with which `text` begins, if it is written like that and nothing about it is odd.
pub(super) fn cell(text: &[u8]) -> Option<Fast> {
    let mut rest = text.strip_prefix(b"<c r=\"")?;
    let (mut row, mut column) = (0_u32, 0_u32);
    let mut digits = 0;
    loop {
        let (&byte, after) = rest.split_first()?;
        rest = after;
        match byte {
            b'A'..=b'Z' if digits == 0 && column < 1_000 => column = column * 26 + u32::from(byte - b'A') + 1,
            b'0'..=b'9' if digits < 7 => {
                row = row * 10 + u32::from(byte - b'0');
                digits += 1;
            }
            b'"' => break,
            _ => return None,
        }
    }
    if let Some(style) = rest.strip_prefix(b" s=\"") {
        let end = style.iter().take(8).position(|byte| *byte == b'"')?;
        rest = &style[end + 1..];
    }
    let mut kind = Kind::Plain;
    if let Some(said) = rest.strip_prefix(b" t=\"") {
        (kind, rest) = match said {
            [b's', b'"', rest @ ..] => (Kind::Shared, rest),
            [b'n' | b'b' | b'e', b'"', rest @ ..] => (Kind::Plain, rest),
            _ => return None,
        };
    }
    if !(1..=super::sheet::ROWS).contains(&row) || !(1..=super::sheet::COLUMNS).contains(&column) {
        return None;
    }
    let rest = match rest {
        [b'/', b'>', rest @ ..] => rest,
        [b'>', rest @ ..] => value(rest, kind)?,
        _ => return None,
    };
    Some(Fast { row, column, length: text.len() - rest.len() })
}

/// What follows a value in one piece, and the end of its cell.
fn value(text: &[u8], kind: Kind) -> Option<&[u8]> {
    let text = text.strip_prefix(b"<v>")?;
    let end = memchr(b'<', text)?;
    let plain = match kind {
        Kind::Shared => (1..=9).contains(&end) && text[..end].iter().all(u8::is_ascii_digit),
        _ => !text[..end].contains(&b'&'),
    };
    if plain { text[end..].strip_prefix(b"</v></c>") } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_way_is_recognised_and_nothing_else() {
        let told = |text: &str| cell(text.as_bytes()).map(|fast| (fast.row, fast.column, fast.length));
        for (text, row, column) in [
            ("<c r=\"A1\"/>", 1, 1),
            ("<c r=\"XFD1048576\" s=\"12\"/>", 1_048_576, 16_384),
            ("<c r=\"AB12\" s=\"3\" t=\"s\"><v>7</v></c>", 12, 28),
            ("<c r=\"B2\" t=\"e\"><v>#N/A</v></c>", 2, 2),
            ("<c r=\"B2\"><v>-1.5E-3</v></c>", 2, 2),
        ] {
            assert_eq!(told(text), Some((row, column, text.len())), "{text}");
            assert_eq!(told(&format!("{text}<c")), Some((row, column, text.len())), "{text}");
            for cut in 0..text.len() {
                assert_eq!(told(&text[..cut]), None, "{text}");
            }
        }
        for text in [
            "<c r=\"A0\"/>",
            "<c r=\"A1048577\"/>",
            "<c r=\"XFE1\"/>",
            "<c r=\"A1B\"/>",
            "<c r=\"1\"/>",
            "<c r=\"A\"/>",
            "<c r=\"A1\" t=\"str\"><v>a</v></c>",
            "<c r=\"A1\" t=\"s\"><v>-1</v></c>",
            "<c r=\"A1\"><v>1<!-- --></v></c>",
            "<c r=\"A1\"><v>&#49;</v></c>",
            "<c r=\"A1\"><f>1</f><v>1</v></c>",
            "<c r=\"A1\" r=\"A2\"/>",
            "<c  r=\"A1\"/>",
        ] {
            assert_eq!(told(text), None, "{text}");
        }
    }
}

//! Numbers that a format shows as a symbol: `[<5]"/";0` shows 3 as `/`.
//!
//! The sender withheld them; the number is still in the cell, and to republish it would be a leak. So what the
//! sender sees replaces what is stored.

use std::io::{Read, Seek};

use calamine::{Xlsx, XlsxError};

use crate::model::raw::{RawSheet, RawValue};

/// Replaces each number of `sheet` that its format hides by the symbol the format shows.
pub(super) fn mask<R: Read + Seek>(book: &mut Xlsx<R>, sheet: &mut RawSheet) -> Result<(), XlsxError> {
    let mut reader = book.worksheet_cells_reader(&sheet.name)?;
    let format = |style: &calamine::Style| style.number_format.as_ref().map(|format| format.format_code.clone());
    let codes: Vec<String> = reader.styles().iter().map(|style| format(style).unwrap_or_default()).collect();
    // Most workbooks have none, and need no second reading.
    if !codes.iter().any(|code| may_hide(code)) {
        return Ok(());
    }
    let mut symbols = Vec::new();
    while let Some((row, column, style)) = reader.next_style_id()? {
        if codes.get(style).is_some_and(|code| may_hide(code)) {
            symbols.push(((row, column), style));
        }
    }
    symbols.sort_unstable();
    for cell in &mut sheet.cells {
        let RawValue::Number(number) = cell.value else { continue };
        let Ok(found) = symbols.binary_search_by_key(&(cell.row, cell.column), |(at, _)| *at) else { continue };
        if let Some(symbol) = shown(&codes[symbols[found].1], number) {
            cell.value = RawValue::Hidden(symbol);
        }
    }
    Ok(())
}

fn may_hide(code: &str) -> bool {
    sections(code).iter().any(|section| !has_digits(section) && !literal(section).is_empty())
}

/// What a cell with this format shows instead of `number`; none if it shows the number.
fn shown(code: &str, number: f64) -> Option<String> {
    let sections = sections(code);
    let section = section_for(&sections, number)?;
    let text = literal(section);
    // Zero drawn as a dash is a way to write zero, not a way to hide it.
    let zero = number == 0.0 && text.chars().all(|mark| matches!(mark, '-' | '–' | '—'));
    (!has_digits(section) && !text.is_empty() && !zero).then_some(text)
}

/// ECMA-376 part 1, 18.8.31: conditions first; without them positive; negative; zero.
fn section_for<'a>(sections: &[&'a str], number: f64) -> Option<&'a str> {
    if sections.iter().any(|section| condition(section).is_some()) {
        let holds = |section: &&&str| condition(section).is_none_or(|test| test(number));
        return sections.iter().take(3).find(holds).copied();
    }
    match sections {
        [_, negative, ..] if number < 0.0 => Some(negative),
        [_, _, zero, ..] if number == 0.0 => Some(zero),
        _ => sections.first().copied(),
    }
}

fn condition(section: &str) -> Option<impl Fn(f64) -> bool + use<>> {
    let inner = section.split('[').skip(1).filter_map(|part| part.split_once(']')).map(|(inner, _)| inner);
    let signs = ["<=", ">=", "<>", "<", ">", "="];
    inner.into_iter().find_map(|inner| {
        let sign = signs.into_iter().find(|sign| inner.starts_with(sign))?;
        let limit: f64 = inner[sign.len()..].trim().parse().ok()?;
        Some(move |number: f64| match sign {
            "<=" => number <= limit,
            ">=" => number >= limit,
            "<>" => number != limit,
            "<" => number < limit,
            ">" => number > limit,
            _ => number == limit,
        })
    })
}

fn has_digits(section: &str) -> bool {
    let bare = walk(section).filter_map(|(mark, quoted)| (!quoted).then_some(mark)).collect::<String>();
    let placeholders = ['0', '#', '?', 'd', 'm', 'y', 'h', 's', '@'];
    bare.to_lowercase().contains("general") || bare.to_lowercase().contains(placeholders)
}

fn literal(section: &str) -> String {
    let kept = walk(section).filter(|(mark, quoted)| *quoted || !matches!(mark, '_' | '*'));
    kept.map(|(mark, _)| mark).collect::<String>().trim().to_owned()
}

/// The characters outside of brackets, and whether each is literal (quoted or escaped). The character after
/// `_` (a gap of its width) or `*` (fill) is no text.
fn walk(section: &str) -> impl Iterator<Item = (char, bool)> {
    let mut marks = Vec::new();
    let mut rest = section.chars();
    while let Some(mark) = rest.next() {
        match mark {
            '"' => marks.extend(rest.by_ref().take_while(|mark| *mark != '"').map(|mark| (mark, true))),
            '\\' => marks.extend(rest.next().map(|mark| (mark, true))),
            '[' => rest.by_ref().take_while(|mark| *mark != ']').for_each(drop),
            '_' | '*' => drop(rest.next()),
            mark => marks.push((mark, false)),
        }
    }
    marks.into_iter()
}

/// Split at `;` outside of quotes.
fn sections(code: &str) -> Vec<&str> {
    let mut quoted = false;
    let mut escaped = false;
    code.split(move |mark| {
        let literal = escaped;
        escaped = mark == '\\' && !escaped && !quoted;
        quoted ^= mark == '"' && !literal;
        mark == ';' && !quoted && !literal
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_that_shows_a_symbol_hides_the_number() {
        let code = "[<5]\"/\";[<10]\\(0.0\\);#\\ ###";
        assert_eq!(shown(code, 3.0).as_deref(), Some("/"));
        assert_eq!(shown(code, 7.0), None);
        assert_eq!(shown(code, 1200.0), None);
        assert_eq!(shown("0;-0;\"-\"", 0.0), None);
        assert_eq!(shown("0;-0;\"*\"", 0.0).as_deref(), Some("*"));
        assert_eq!(shown("#,##0;[Red]-#,##0", -3.0), None);
        assert_eq!(shown("\"x\";\"y\"", 1.0).as_deref(), Some("x"));
        assert_eq!(shown("0\" VZÄ\"", 1.0), None);
        assert_eq!(shown("_-* #,##0_-;-* #,##0_-;_-* \"-\"??_-;_-@_-", 0.0), None);
    }

    #[test]
    fn ordinary_formats_need_no_second_reading() {
        for code in ["", "General", "0.00", "#,##0.00 \"€\"", "dd.mm.yyyy", "@", "00000", "#,##0.00_);[Red](#,##0.00)"]
        {
            assert!(!may_hide(code), "{code}");
        }
    }
}

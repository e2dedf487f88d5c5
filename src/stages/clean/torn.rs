//! Rows of a table as text with more fields than there are headings: a comma that belongs to a number or to a text parted it
//! (`Büro,26,5,8` below `Raum,Fläche,Plätze`).
//!
//! In: a sheet and the headings on it. Out: the sheet with all such rows marked but for their first cell, or none where there
//! are no such rows. Never: a guess which of the commas it was.

use super::heading::Header;
use crate::model::raw::{Look, Note, RawCell, RawSheet, RawValue};

pub(super) struct Torn {
    pub(super) sheet: RawSheet,
    /// Cells further right than any heading.
    pub(super) beyond: Vec<RawCell>,
}

pub(super) fn marked(sheet: &RawSheet, header: &Header) -> Option<Torn> {
    let lowest = header.matched().map(|column| column.row).max()?;
    let headings = *sheet.fields.get(lowest as usize)?;
    let fields = |row: u32| sheet.fields.get(row as usize).copied().unwrap_or_default();
    let long = |row: u32| row > lowest && fields(row) > headings;
    let is_torn = |cells: &[RawCell]| {
        cells.first().is_some_and(|cell| long(cell.row)) && (reaches_beyond(cells, headings) || has_parts(cells))
    };
    if !sheet.rows().any(is_torn) {
        return None;
    }
    let (mut kept, mut beyond) = (RawSheet { cells: Vec::new(), ..sheet.clone() }, Vec::new());
    for cells in sheet.rows() {
        let torn = is_torn(cells);
        for (index, cell) in cells.iter().enumerate() {
            let RawCell { row, column, .. } = *cell;
            match &cell.value {
                // What stands in front of every comma is where it belongs.
                RawValue::Text(text) if torn && index > 0 && column < headings => {
                    let look = Look::Torn { text: text.clone(), fields: fields(row), headings };
                    kept.notes.push(Note { row, column, look });
                    kept.cells.push(RawCell { row, column, value: RawValue::NoResult });
                }
                _ if torn && column >= headings => beyond.push(cell.clone()),
                _ => kept.cells.push(cell.clone()),
            }
        }
    }
    Some(Torn { sheet: kept, beyond })
}

fn reaches_beyond(cells: &[RawCell], headings: u32) -> bool {
    cells.last().is_some_and(|cell| cell.column >= headings)
}

/// Are there neighbours that may have been one: `26` and `5`, `Haus A` and ` Nebengebäude`? Without, fields too many that are all
/// empty are only separators at the end of a line.
fn has_parts(cells: &[RawCell]) -> bool {
    cells.windows(2).any(|pair| {
        let (RawValue::Text(left), RawValue::Text(right)) = (&pair[0].value, &pair[1].value) else { return false };
        let digits = |text: &str| text.bytes().all(|mark| mark.is_ascii_digit());
        let number = |text: &str| digits(text.trim_start_matches(['-', '+', ' ']).trim_start());
        pair[0].column + 1 == pair[1].column && (number(left) && digits(right) || right.starts_with(' '))
    })
}

#[cfg(test)]
mod tests {
    use super::super::spelling::Spellings;
    use super::super::{heading, samples};
    use super::*;

    /// The rows that are marked, with the text that stays of each.
    fn torn(rows: &[&str]) -> Vec<(u32, Vec<String>)> {
        let form = samples::form();
        let table = &form.tables["raeume"];
        let lines: Vec<&str> = ["Standort,Raumart,Fläche m²,Plätze,barrierefrei"].iter().chain(rows).copied().collect();
        let mut sheet = samples::sheet("A", "");
        for (row, line) in (0..).zip(&lines) {
            sheet.fields.push(line.split(',').count() as u32);
            let texts = (0..).zip(line.split(',')).filter(|(_, text)| !text.is_empty());
            sheet.cells.extend(texts.map(|(column, text)| RawCell { row, column, value: RawValue::Text(text.into()) }));
        }
        let header = heading::find(&sheet, table, &Spellings::of(table)).unwrap();
        let Some(torn) = marked(&sheet, &header) else { return Vec::new() };
        assert_eq!(torn.sheet.cells.len() + torn.beyond.len(), sheet.cells.len(), "each cell stays in the books");
        let mut rows: Vec<u32> = torn.sheet.notes.iter().map(|note| note.row).collect();
        rows.dedup();
        let text = |cell: &RawCell| matches!(&cell.value, RawValue::Text(_)).then(|| format!("{:?}", cell.value));
        rows.into_iter().map(|row| (row, torn.sheet.row(row).iter().filter_map(text).collect())).collect()
    }

    #[test]
    fn a_row_longer_than_its_headings_keeps_nothing_but_its_beginning() {
        let haus = vec![r#"Text("Haus")"#.to_owned()];
        assert_eq!(torn(&["Haus,Büro,26,5,8,ja"]), [(1, haus.clone())]);
        assert_eq!(torn(&["Haus,Büro,26,4,ja", "Haus,Büro,26,5,8,ja"]), [(2, haus.clone())]);
        assert_eq!(torn(&["Haus,Büro,26,5,8,"]), [(1, haus.clone())], "the last field is empty, and two may be one");
        assert_eq!(torn(&["Haus, Anbau,,4,,"]), [(1, haus)], "nobody begins a field with a blank");
        assert_eq!(torn(&["Haus,Büro,26,4,ja"]), []);
        assert_eq!(torn(&["Haus,Büro,,4,ja,", "Haus,Büro,26.5,,ja,,,"]), [], "separators at the end of a line");
    }
}

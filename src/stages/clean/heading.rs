//! The headings, wherever they stand, and which column is which field.
//!
//! In: a sheet and the table it should hold. Out: the header, or none. Titles above, blank rows and columns, columns
//! in another order, headings over up to four rows with merged cells, units and numbers of columns below are all fine.

use std::cmp::Reverse;
use std::sync::Arc;

use super::columns::{self, Candidate, blocks};
use super::kept;
use super::path::{Above, HIGHEST};
use super::spelling::Spellings;
use super::spread;
use crate::base::short::Short;
use crate::model::form::Table;
use crate::model::raw::{RawCell, RawSheet};

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Column {
    /// Where its lowest heading stands.
    pub(super) row: u32,
    pub(super) column: u32,
    /// As much of the path as tells it from the other columns.
    pub(super) heading: Arc<str>,
    /// All headings above the column, the lowest last.
    pub(super) levels: Arc<[Short]>,
    /// One of them speaks of a scale.
    pub(super) scaled: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Header {
    /// The first and the last row of headings, units and numbers of columns.
    pub(super) first: u32,
    pub(super) last: u32,
    pub(super) units: Option<u32>,
    pub(super) numbering: Option<u32>,
    /// The first and the last column that may belong to the table.
    pub(super) columns: (u32, u32),
    /// In the order of the form's fields: the column, and whether it was guessed.
    pub(super) fields: Vec<Option<(Column, bool)>>,
    /// Columns that say the same as one of `fields`, which they are.
    pub(super) twice: Vec<(usize, Column)>,
    /// Those of `unknown` that the sender does not see and that say the same as one of `fields`.
    pub(super) hidden: Vec<(usize, Column)>,
    /// Columns of a wide table that is read long, with what their headings say.
    pub(super) long: Vec<(Column, String)>,
    /// Headings that the form does not know.
    pub(super) unknown: Vec<Column>,
    /// The title for which this one was taken, where the table stands there more than once.
    pub(super) title: Option<Short>,
}

impl Header {
    pub(super) fn matched(&self) -> impl Iterator<Item = &Column> {
        let fields = self.fields.iter().flatten().map(|(column, _)| column);
        fields.chain(self.long.iter().map(|(column, _)| column))
    }

    /// Is this one of its cells?
    fn holds(&self, column: &Column) -> bool {
        (self.first..=self.last).contains(&column.row) && self.reaches(column.column)
    }

    pub(super) fn reaches(&self, column: u32) -> bool {
        (self.columns.0..=self.columns.1).contains(&column)
    }

    /// Is this the lowest heading of a column, rather than one above others?
    pub(super) fn is_leaf(&self, row: u32, column: u32) -> bool {
        let own = |own: &Column| (own.row, own.column) == (row, column);
        let again = self.twice.iter().chain(&self.hidden).map(|(_, column)| column);
        self.matched().chain(again).any(own) || row >= self.lowest() && self.unknown.iter().any(own)
    }

    /// The row of its lowest headings.
    fn lowest(&self) -> u32 {
        self.matched().map(|column| column.row).max().unwrap_or(self.first)
    }

    /// The same in other rows.
    pub(super) fn moved(mut self, to: impl Fn(u32) -> u32) -> Header {
        let fields = self.fields.iter_mut().flatten().map(|(column, _)| column);
        let again = self.twice.iter_mut().chain(&mut self.hidden).map(|(_, column)| column);
        let long = self.long.iter_mut().map(|(column, _)| column);
        for column in fields.chain(again).chain(long).chain(&mut self.unknown) {
            column.row = to(column.row);
        }
        Header {
            first: to(self.first),
            last: to(self.last),
            units: self.units.map(&to),
            numbering: self.numbering.map(&to),
            ..self
        }
    }

    /// Its first cell.
    pub(super) fn corner(&self) -> (u32, u32) {
        self.matched().map(|column| (column.row, column.column)).min_by_key(|(_, column)| *column).unwrap_or_default()
    }

    /// How much of the table was recognised; a guess counts half.
    pub(super) fn score(&self) -> usize {
        let fields: usize = self.fields.iter().flatten().map(|(_, guessed)| if *guessed { 1 } else { 2 }).sum();
        fields + self.long.len() * 2
    }

    /// Fields whose heading was not guessed.
    pub(super) fn sure(&self) -> usize {
        self.fields.iter().flatten().filter(|(_, guessed)| !guessed).count() + self.long.len()
    }
}

/// Nobody has more titles than that above a table.
const DEEPEST: usize = 30;

/// The best header within the first rows; the upper one of equals.
pub(super) fn find(sheet: &RawSheet, table: &Table, spellings: &Spellings) -> Option<Header> {
    all(sheet, table, spellings).into_iter().next()
}

/// All headers of the table on the sheet, the best one of the first rows in front.
pub(super) fn all(sheet: &RawSheet, table: &Table, spellings: &Spellings) -> Vec<Header> {
    let rows: Vec<&[RawCell]> = sheet.rows().collect();
    let enough = 2.min(table.fields.len());
    // Most tables are headed as the form heads them: then the other rows need no closer look.
    let plain = rows.iter().take(DEEPEST).position(|row| spellings.is_plain_head(row));
    let (found, sure) = match plain {
        Some(bottom) => (kept::plain(sheet, &rows, bottom, table, spellings), Vec::new()),
        None => best(sheet, &rows, enough, table, spellings),
    };
    let Some(first) = found.first().filter(|header| header.matched().count() >= enough) else { return Vec::new() };
    if table.fields.len() < 2 {
        return found;
    }
    let wanted = enough.max((first.sure() * 3).div_ceil(5));
    let height = first.lowest() - first.first;
    let mut others: Vec<Header> = sure;
    let unread = if plain.is_some() { 0 } else { DEEPEST };
    for at in (unread..rows.len()).filter(|at| plain != Some(*at) && spellings.may_head(rows[*at], enough)) {
        let from = (at + 1).saturating_sub(HIGHEST);
        let bottom = at - from;
        let above = Above::of(sheet, rows[from..].iter().copied(), bottom + 1, spellings);
        let columns = columns::candidates(&above, bottom);
        others.extend(measured(sheet, &above, bottom, blocks(&columns, table, spellings, false)));
    }
    others.retain(|header| header.sure() >= wanted);
    // Of rows that share headings, the one that knows most of them is the lowest.
    others.sort_by_key(|header| Reverse(header.score()));
    let mut found = found;
    for mut header in others {
        // Entries right above are not its headings: it is as high as the first.
        let lowest = header.lowest();
        let above = found.iter().map(|known| known.last + 1).filter(|next| *next <= lowest).max();
        header.first = header.first.max(lowest.saturating_sub(height)).max(above.unwrap_or_default());
        if found.iter().all(|known| header.matched().all(|column| !known.holds(column))) {
            found.push(header);
        }
    }
    found[1..].sort_by_key(|header| (header.first, header.columns.0));
    found
}

/// With what surrounds their headings, and only headings that are some.
fn measured(sheet: &RawSheet, above: &Above<'_>, bottom: usize, headers: Vec<Header>) -> Vec<Header> {
    let measured = |mut header: Header| {
        above.measure(bottom, &mut header);
        header.unknown.retain(|column| above.is_heading(bottom, column.row, column.column));
        spread::widen(sheet, &mut header);
        header
    };
    headers.into_iter().map(measured).collect()
}

/// The headers of the best of the upper rows, and all those of any of them that need no guess.
fn best(
    sheet: &RawSheet,
    rows: &[&[RawCell]],
    enough: usize,
    table: &Table,
    spellings: &Spellings,
) -> (Vec<Header>, Vec<Header>) {
    let above = Above::of(sheet, rows.iter().copied(), DEEPEST, spellings);
    let candidates: Vec<Vec<Candidate<'_>>> =
        (0..above.depth()).map(|bottom| columns::candidates(&above, bottom)).collect();
    let read = |guesses: bool| -> Vec<Vec<Header>> {
        candidates.iter().map(|columns| blocks(columns, table, spellings, guesses)).collect()
    };
    let score = |headers: &Vec<Header>| headers.first().map_or(0, Header::score);
    let best = |rows: &[Vec<Header>]| {
        let best = rows.iter().map(score).enumerate().rev().max_by_key(|(_, score)| *score);
        best.filter(|(_, score)| *score > 0).map(|(bottom, _)| bottom)
    };
    let sure = read(false);
    // Rows of entries are like headings now and then: guesses count only where nothing is sure.
    let of_sure = best(&sure).filter(|bottom| sure[*bottom][0].matched().count() >= enough);
    let Some(bottom) = of_sure.or_else(|| best(&read(true))) else { return (Vec::new(), Vec::new()) };
    let found = measured(sheet, &above, bottom, blocks(&candidates[bottom], table, spellings, true));
    let sure = sure.into_iter().enumerate().flat_map(|(bottom, headers)| measured(sheet, &above, bottom, headers));
    (found, sure.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::clean::samples::{form, form_of, merged, sheet};

    fn columns(table: &str, text: &str) -> Vec<(String, u32, bool)> {
        let form = form();
        let table = &form.tables[table];
        let header = find(&sheet("A", text), table, &Spellings::of(table)).unwrap();
        let named = table.fields.iter().zip(&header.fields);
        named
            .filter_map(|(field, found)| {
                found.as_ref().map(|(column, guessed)| (field.name.get_ref().clone(), column.column, *guessed))
            })
            .collect()
    }

    #[test]
    fn titles_above_and_another_order_are_fine() {
        let found = columns(
            "bedarf",
            "Bedarf – 3. Quartal 2026\n\n|davon\\nweiblich|Zielgruppe|Personen insgesamt2)\n|=1|EU|=2",
        );
        assert_eq!(
            found,
            [("zielgruppe".into(), 2, false), ("personen".into(), 3, false), ("personen_weiblich".into(), 1, false)]
        );
    }

    #[test]
    fn headings_over_two_rows() {
        let found =
            columns("bedarf", "Zielgruppe|Personen|Bedarf||\n|insgesamt|Sprache|Wohnen|Gesundheit\nEU|=3|=1|=1|=1");
        let names: Vec<_> = found.iter().map(|(name, column, _)| (name.as_str(), *column)).collect();
        assert_eq!(
            names,
            [("zielgruppe", 0), ("personen", 1), ("bedarf_sprache", 2), ("bedarf_wohnen", 3), ("bedarf_gesundheit", 4)]
        );
    }

    #[test]
    fn a_slip_in_a_heading_is_a_guess() {
        assert!(columns("angebote", "Angebot|Typ|Wartelliste").contains(&("warteliste".into(), 2, true)));
    }

    #[test]
    fn the_same_heading_twice_is_taken_once() {
        let form = form();
        let table = &form.tables["raeume"];
        let header = find(&sheet("A", "Standort|Raumart|Raumart"), table, &Spellings::of(table)).unwrap();
        assert_eq!(header.twice.len(), 1);
        assert_eq!((header.twice[0].1.column, header.unknown.len()), (2, 0));
    }

    /// Sheet, merged cells, and what each field of the form got.
    fn paths(fields: &[&str], text: &str, areas: &str) -> Vec<String> {
        let fields: Vec<String> =
            fields.iter().enumerate().map(|(index, heading)| format!("f{index} decimal {heading}")).collect();
        let form = form_of(&[("t", &fields.join("\n"))]);
        let table = &form.tables["t"];
        let header = find(&merged(sheet("A", text), areas), table, &Spellings::of(table)).unwrap();
        let found = header.fields.iter().map(|found| match found {
            Some((column, false)) => column.column.to_string(),
            Some((column, true)) => format!("{}?", column.column),
            None => "-".to_owned(),
        });
        found.chain([format!("{}-{}", header.first + 1, header.last + 1)]).collect()
    }

    const RECIPIENTS: &str = "\n|Tabelle D2-2: Empfänger am 31.12.\n\n\n\
        |Stadt\\nLandkreis|Empfänger von Leistungen1)\n\
        ||Empfänger/-innen|||je 1000 Einwohner\n\
        ||insgesamt2)|Deutsche|Auslän-\\nder3)|insgesamt2)|Deutsche|Ausländer3)\n\
        ||Anzahl|||Anzahl\n\
        AGS|1|2|3|4|5|6|7\n\
        =101|Braunschweig|=21264|=15270|=5994|=85|=69|=220";
    const MERGED: &str = "B2:K2 B5:B8 C5:H5 C6:E6 F6:H6 C8:E8 F8:H8";

    #[test]
    fn headings_over_four_rows_are_one_path() {
        let fields = [
            "AGS",
            "Stadt Landkreis",
            "Empfänger/-innen / insgesamt",
            "Empfänger von Leistungen / Empfänger/-innen / Deutsche",
            "Empfänger von Leistungen / Ausländer",
            "je 1000 Einwohner / insgesamt",
            "je 1.000 Einwohner / DEUTSCHE",
            "Empfänger von Leistungen / je 1000 Einwohner / Auslaender",
        ];
        let found = paths(&fields, RECIPIENTS, MERGED);
        assert_eq!(found, ["0", "1", "2", "3", "4", "5", "6", "7", "5-9"]);
        let alone = ["AGS", "Stadt Landkreis", "Empfänger von Leistungen / Ausländer", "Deutsche"];
        assert_eq!(paths(&alone, RECIPIENTS, MERGED), ["0", "1", "-", "-", "5-9"], "which of two it does not say");
        assert_eq!(paths(&["Stadt Landkreis", "insgesamt", "AGS"], RECIPIENTS, MERGED), ["1", "-", "0", "5-9"]);
        let slips = ["Stadt Landkreis", "je 1000 Einwohner / insgesammt", "Empfänger/-innnen / Ausländer"];
        assert_eq!(paths(&slips, RECIPIENTS, MERGED), ["1", "5?", "4?", "5-9"]);
    }

    #[test]
    fn a_heading_reaches_over_those_below_it_without_merged_cells() {
        let text = "Land|Jahr|Quote||||\n||Kinder mit||Kinder ohne|\n||unter 3|3 bis 6|unter 3|3 bis 6\n||Prozent\n=1|=2|=3|=4|=5|=6\nNiedersachsen|=2009|=1|=2|=3|=4";
        let fields =
            ["Land", "Jahr", "Quote / Kinder mit / unter 3", "Kinder mit / 3 bis 6", "Quote / Kinder ohne / 3 bis 6"];
        assert_eq!(paths(&fields, text, ""), ["0", "1", "2", "3", "5", "1-5"]);
    }

    #[test]
    fn what_stands_over_several_columns_may_be_left_out() {
        let text = "Geschlecht|Jahr|Insgesamt|Bevölkerung\\nohne\\nMigra-\\ntion|mit Migration\n||||Insgesamt|mit|ohne\n|||||eigene/r Erfahrung\n|Prozent\n=1|=2|=3|=4|=5|=6|=7\nMänner|=2019|=1|=2|=3|=4|=5";
        let areas = "E1:G1 E2:E3 F3:G3 A1:A4 B1:B3 C1:C3 D1:D3 B4:G4";
        let fields = [
            "Geschlecht",
            "Insgesamt",
            "mit Migration / Insgesamt",
            "mit Migration / mit",
            "ohne / eigene/r Erfahrung",
        ];
        assert_eq!(paths(&fields, text, areas), ["0", "2", "4", "5", "6", "1-5"]);
        let fewer = ["Geschlecht", "Jahr", "mit Migration / ohne"];
        assert_eq!(paths(&fewer, text, areas), ["0", "1", "6", "1-5"], "the rows below are headings all the same");
    }

    #[test]
    fn years_and_units_tell_columns_apart() {
        let text = "Kreis|Personen||Anteil\n|=2019|=2020|=2020\n|Anzahl|Anzahl|%\nA|=1|=2|=3";
        let fields = ["Kreis", "2019", "Personen / 2020", "2020 / %"];
        assert_eq!(paths(&fields, text, ""), ["0", "1", "2", "3", "1-3"]);
    }

    #[test]
    fn a_row_of_small_numbers_is_data_if_it_has_its_key() {
        assert_eq!(paths(&["Kreis", "A", "B"], "Kreis|A|B|C\nX|=1|=2|=3", "")[3], "1-1");
        assert_eq!(paths(&["Kreis", "A", "B"], "Kreis|A|B|C\n(1)|(2)|(3)|(4)\nX|=1|=2|=3", "")[3], "1-2");
    }
}

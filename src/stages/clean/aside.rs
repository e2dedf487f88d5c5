//! What is said of the figures elsewhere than above them: below the table, beside it, in a remark, in a comment on a cell.
//!
//! In: the rows of a table and everything around them. Out: `Beträge in TEUR` makes those values missing, as it does above the
//! table (`scale`); `kumuliert`, `Stichtag abweichend` and the like are told, and the values count. Of a comment, nothing but
//! such a word is quoted: comments name people. Never: a figure that is converted.

use super::heading::Header;
use super::prepared::Asking;
use super::scale::{self, Scale};
use super::text;
use super::told::Told;
use crate::model::finding::Code;
use crate::model::form::FieldType;
use crate::model::raw::{RawCell, RawSheet, RawValue};
use crate::model::understood::CleanRow;

/// Longer texts explain a method; they are no note on these figures.
const LONGEST: usize = 160;

/// How words begin that make something else of a figure than it is. An estimate is still one of what was asked, and we ask to
/// be told of it in the remark.
const STEMS: [&str; 11] = [
    "kumul",
    "aufgelaufen",
    "hochgerechnet",
    "hochrechn",
    "unvollstaendig",
    "jahreswert",
    "jahressumme",
    "jahreszahl",
    "planzahl",
    "halbjahreswert",
    "doppelzaehlung",
];

/// Of what a text speaks.
#[derive(Clone, Copy, PartialEq)]
enum Of {
    Table,
    Column(u32),
    Cell(u32, u32),
}

struct Said<'a> {
    at: (u32, u32),
    of: Of,
    text: &'a str,
    comment: bool,
}

/// `end` is the first row below the headings that is none of this table's.
pub(super) fn find(
    rows: &mut [CleanRow],
    sheet: &RawSheet,
    what: &Asking<'_>,
    (header, end): (&Header, u32),
    told: &mut Told<'_>,
) {
    for said in texts(rows, sheet, what, header, end) {
        // Most texts speak of no scale at all.
        let scaled = scale::of(said.text).is_some();
        let fields: Vec<usize> = what
            .table
            .fields
            .iter()
            .enumerate()
            .filter(|_| scaled)
            .filter(|(field, asked)| asked.kind.is_number() && is_about(said.of, header, *field))
            // Above the table, and above a column, it was judged already.
            .filter(|(_, asked)| (said.comment || said.at.0 > header.last) && scale::is_said_of(said.text, asked))
            .map(|(field, _)| field)
            .collect();
        let quoted = match (said.comment, scale::of(said.text)) {
            (false, _) => said.text.trim(),
            (true, Some(Scale::Percent)) => "Prozent",
            (true, _) => "Tausend",
        };
        let row = if let Of::Cell(row, _) = said.of { Some(row) } else { None };
        if !fields.is_empty() {
            scale::take_away(rows, row, &fields, (said.at, quoted), (what, header), told);
        } else if let Some(word) = meaning(said.text) {
            told.tell(told.finding(Code::NoteOnFigures).at(told.place(said.at.0, said.at.1)).found(word));
        }
    }
}

fn is_about(of: Of, header: &Header, field: usize) -> bool {
    let column = header.fields[field].as_ref().map(|(column, _)| column.column);
    match of {
        Of::Table => column.is_some(),
        Of::Column(about) | Of::Cell(_, about) => column == Some(about),
    }
}

/// The texts around the figures, and comments on them, each with what it speaks of.
fn texts<'a>(rows: &[CleanRow], sheet: &'a RawSheet, what: &Asking<'_>, header: &Header, end: u32) -> Vec<Said<'a>> {
    let places = rows.iter().filter_map(|row| row.cells.iter().find_map(|cell| cell.place.as_ref()));
    let last = places.map(|place| place.row).max().unwrap_or(header.last);
    let is_remark = |column: u32| {
        let fields = what.table.fields.iter().zip(&header.fields);
        let mut ours = fields.filter(|(_, found)| found.as_ref().is_some_and(|(known, _)| known.column == column));
        ours.all(|(field, _)| field.kind == FieldType::Text && field.optional)
    };
    let named = |column: u32| header.unknown.iter().any(|known| known.column == column);
    let word = |cell: &'a RawCell| match &cell.value {
        RawValue::Text(text) if (6..=LONGEST * 2).contains(&text.len()) => Some(text.as_str()),
        _ => None,
    };
    let texts = sheet.cells.iter().take_while(|cell| cell.row < end).filter(|cell| word(cell).is_some());
    let around = texts.filter(|cell| {
        let within = (header.first..=header.last).contains(&cell.row);
        // Between the rows, only remarks, and what stands beside the table under no heading.
        let row = cell.row > header.last && cell.row <= last;
        !within && (!row || header.reaches(cell.column) && !named(cell.column) && is_remark(cell.column))
    });
    let around = around.filter_map(|cell| {
        Some(Said { at: (cell.row, cell.column), of: Of::Table, text: word(cell)?, comment: false })
    });
    let ours = |row: u32, column: u32| header.reaches(column) && (header.first..=last).contains(&row);
    let noted = sheet.comments.iter().filter(|comment| ours(comment.row, comment.column)).map(|comment| Said {
        at: (comment.row, comment.column),
        of: match comment.row {
            row if row <= header.last => Of::Column(comment.column),
            row => Of::Cell(row, comment.column),
        },
        text: &comment.text,
        comment: true,
    });
    around.chain(noted).collect()
}

/// The word that makes something else of a figure: `kumuliert`, `abweichender Stichtag`, `seit Jahresbeginn`.
fn meaning(text: &str) -> Option<String> {
    if text.chars().count() > LONGEST {
        return None;
    }
    let words = text::words(text);
    let begins = |stem: &str| words.iter().find(|word| word.starts_with(stem));
    let as_written = |word: &String| {
        let mut written = text.split(|mark: char| !mark.is_alphanumeric()).filter(|piece| !piece.is_empty());
        written.find(|piece| text::normal(piece) == *word).unwrap_or(word).to_owned()
    };
    if let Some(word) = STEMS.iter().find_map(|stem| begins(stem)) {
        // `keine Doppelzählung` says that all is well.
        let at = words.iter().position(|known| known == word)?;
        let denied = at > 0 && matches!(words[at - 1].as_str(), "nicht" | "ohne" | "keine" | "kein" | "nichts");
        return (!denied).then(|| as_written(word));
    }
    let other = ["abweichend", "anderer", "anderem", "falscher"].iter().find_map(|stem| begins(stem));
    if let (Some(day), Some(other)) = (begins("stichtag").or(begins("zeitraum")).or(begins("berichtszeitraum")), other)
    {
        return Some(format!("{} … {}", as_written(other), as_written(day)));
    }
    let since =
        words.windows(2).find(|pair| pair[0] == "seit" && matches!(pair[1].as_str(), "jahresbeginn" | "januar"));
    since.map(|pair| format!("seit {}", as_written(&pair[1])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_change_what_a_figure_is() {
        for (text, word) in [
            ("Zahlen kumuliert", Some("kumuliert")),
            ("Kumulative Werte seit Januar", Some("Kumulative")),
            ("Stichtag abweichend (15.09.)", Some("abweichend … Stichtag")),
            ("abweichender Berichtszeitraum", Some("abweichender … Berichtszeitraum")),
            ("seit Jahresbeginn", Some("seit Jahresbeginn")),
            ("vorläufige Zahlen", None),
            ("geschätzt", None),
            ("Stichtag 30.09.2026", None),
            ("Zahlen nicht kumuliert", None),
            ("Ohne Doppelzählungen", None),
            ("Angaben der Fachstelle", None),
        ] {
            assert_eq!(meaning(text).as_deref(), word, "{text}");
        }
        assert_eq!(meaning(&format!("{} kumuliert", "Methode ".repeat(30))), None, "an explanation");
    }
}

//! What is said of the figures elsewhere than above them: below the table, beside it, in a remark, in a comment on a cell.
//!
//! In: the rows of a table and everything around them. Out: `Beträge in TEUR` makes those values missing, as it does above the
//! table (`scale`); `kumuliert`, `Stichtag abweichend` and the like are told, and the values count. Of a comment, nothing but
//! such a word is quoted: comments name people. Never: a figure that is converted.

use std::borrow::Cow;

use super::heading::Header;
use super::meant::{self, Time};
use super::prepared::Asking;
use super::scale::{self, Scale};
use super::text;
use super::told::Told;
use crate::model::finding::{Code, Finding};
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
    /// It stands above or below all figures, and not beside some.
    outside: bool,
}

/// `from` is the first row above the headings that is this table's, `end` the first below them that is not.
pub(super) fn find(
    rows: &mut [CleanRow],
    sheet: &RawSheet,
    what: &Asking<'_>,
    (header, from, end): (&Header, u32, u32),
    told: &mut Told<'_>,
) {
    for said in texts(rows, sheet, what, header, end) {
        // Most texts speak of no scale at all.
        let scale = scale::of(said.text);
        let scaled = scale.is_some();
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
        let quoted = match (said.comment, scale) {
            (false, _) => said.text.trim(),
            (true, Some(Scale::Percent)) => "Prozent",
            (true, _) => "Tausend",
        };
        let row = if let Of::Cell(row, _) = said.of { Some(row) } else { None };
        if !fields.is_empty() {
            scale::take_away(rows, row, &fields, (said.at, quoted), (what, header), told);
            continue;
        }
        let place = told.place(said.at.0, said.at.1);
        // A row that was left out for what it says has said it.
        let said_already = |finding: &Finding| finding.code == Code::RowApart && finding.places.contains(&place);
        if told.findings.iter().any(said_already) {
            continue;
        }
        let outside = said.outside && said.at.0 >= from;
        let time = || told.period.and_then(|own| Some((meant::time(&dated(sheet, &said), own)?, own)));
        let word = match meaning(said.text) {
            Some(word) => Some(word),
            None if !outside => None,
            None => match time() {
                Some((Time::Other(found), own)) => {
                    let finding = told.finding(Code::PeriodContradiction).at(place).found(found);
                    told.tell(finding.expected(own.to_string()));
                    continue;
                }
                Some((Time::Else(found), _)) => Some(found),
                None => meant::scope(said.text),
            },
        };
        if let Some(word) = word {
            told.tell(told.finding(Code::NoteOnFigures).at(place).found(word));
        }
    }
}

/// The text with the day in the cell beside it: `Stand:` and a date.
fn dated<'a>(sheet: &RawSheet, said: &Said<'a>) -> Cow<'a, str> {
    match sheet.cell(said.at.0, said.at.1 + 1) {
        Some(RawValue::Date(moment)) => format!("{} {}", said.text, moment.format("%d.%m.%Y")).into(),
        _ => said.text.into(),
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
    let fields = what.table.fields.iter().zip(&header.fields);
    let entries = fields.filter(|(field, _)| field.kind != FieldType::Text || !field.optional);
    let entries = entries.filter_map(|(_, found)| found.as_ref()).map(|(column, _)| column);
    let taken: Vec<u32> = entries.chain(&header.unknown).map(|column| column.column).collect();
    let word = |cell: &'a RawCell| match &cell.value {
        RawValue::Text(text) if (4..=LONGEST * 2).contains(&text.len()) => Some(text.as_str()),
        _ => None,
    };
    let is_word_of_form = |cell: &'a RawCell| {
        let words = word(cell).map(text::words).unwrap_or_default();
        let headings = what.table.fields.iter().flat_map(|field| field.also.iter().chain([&field.heading]));
        headings.map(|heading| text::words(heading)).any(|heading| words.iter().all(|word| heading.contains(word)))
    };
    let texts = sheet.cells.iter().take_while(|cell| cell.row < end).filter(|cell| word(cell).is_some());
    let around = texts.filter(|cell| {
        let within = (header.first..=header.last).contains(&cell.row)
            && (header.is_leaf(cell.row, cell.column) || is_word_of_form(cell));
        // Between the rows, only remarks, and what stands beside the table under no heading.
        let row = cell.row > header.last && cell.row <= last;
        !within && (!row || header.reaches(cell.column) && !taken.contains(&cell.column))
    });
    let around = around.filter_map(|cell| {
        let outside = cell.row <= header.last || cell.row > last;
        Some(Said { at: (cell.row, cell.column), of: Of::Table, text: word(cell)?, comment: false, outside })
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
        outside: false,
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
    let as_written = |word: &String| meant::as_written(text, word);
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

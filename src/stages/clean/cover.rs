//! The cover: labels with answers beside them.
//!
//! In: the workbook and the form. Out: what each label was answered with, and where.

use super::known::Known;
use super::{cell, german, text};
use crate::base::short::Short;
use crate::model::form::Form;
use crate::model::raw::{RawCell, RawSheet, RawValue, RawWorkbook};
use crate::model::submission::{Answer, Kind};
use crate::model::value::Place;

/// An answer with its place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Said {
    pub(super) value: RawValue,
    pub(super) place: Place,
}

impl Said {
    pub(super) fn written(&self) -> Short {
        cell::written(&self.value)
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Cover {
    /// Its sheet's position in the workbook.
    pub(super) sheet: Option<usize>,
    pub(super) reporter: Option<Said>,
    pub(super) ags: Option<Said>,
    pub(super) period: Option<Said>,
    pub(super) kind: Option<Said>,
    /// The day of the figures, or of filling in.
    pub(super) as_of: Option<Said>,
    /// Everything else with something beside it: text of the label, answer.
    pub(super) rest: Vec<(String, Said)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Label {
    Reporter,
    Ags,
    Period,
    Kind,
    AsOf,
    /// Known, but of no use here.
    Other,
}

/// The words of a form's cover, prepared.
pub(super) struct Words {
    sheet: Known<()>,
    labels: Known<Label>,
    present: Vec<Phrase>,
    nil: Vec<Phrase>,
    correction: Vec<Phrase>,
    late_part: Vec<Phrase>,
}

struct Phrase {
    words: Vec<String>,
    whole: String,
}

impl Words {
    pub(super) fn of(form: &Form) -> Words {
        let phrases = |texts: &[String]| texts.iter().map(|text| Phrase::of(text)).collect();
        let names = std::iter::once(&form.cover.sheet).chain(&form.cover.also);
        Words {
            sheet: Known::of(names.map(|name| ((), name.as_str()))),
            labels: labels(form),
            present: phrases(&form.cover.answers.present),
            nil: phrases(&form.cover.answers.nil),
            correction: phrases(&form.cover.kinds.correction),
            late_part: phrases(&form.cover.kinds.late_part),
        }
    }

    /// Is this a label of the name or the key of the reporting body?
    pub(super) fn asks_for_body(&self, label: &str) -> bool {
        matches!(self.labels.exactly(label), Some(Label::Reporter | Label::Ags))
    }

    /// Does this text say that there is nothing to report?
    pub(super) fn is_nil(&self, written: &str) -> bool {
        written.starts_with(char::is_alphabetic) && begins(written, &self.nil)
    }
}

impl Phrase {
    fn of(text: &str) -> Phrase {
        let words = text::words(text);
        Phrase { whole: words.concat(), words: words.to_vec() }
    }
}

/// The cover, by the name of its sheet or else by its labels; empty if there is none.
pub(super) fn read(workbook: &RawWorkbook, words: &Words) -> Cover {
    let Words { sheet: names, labels, .. } = words;
    let visible = || workbook.sheets.iter().enumerate().filter(|(_, sheet)| !sheet.hidden);
    let named = visible().find(|(_, sheet)| names.exactly(&sheet.name).is_some());
    let labelled = || {
        let count = |sheet: &RawSheet| {
            let cover = answers(sheet, labels);
            [&cover.reporter, &cover.ags, &cover.period].into_iter().flatten().count()
        };
        let best = visible().map(|(index, sheet)| (count(sheet), index)).filter(|(count, _)| *count >= 2);
        best.max_by_key(|(count, index)| (*count, std::cmp::Reverse(*index)))
            .map(|(_, index)| (index, &workbook.sheets[index]))
    };
    let guessed = || visible().find(|(_, sheet)| names.closely(&sheet.name).is_some());
    match named.or_else(labelled).or_else(guessed) {
        Some((index, sheet)) => Cover { sheet: Some(index), ..answers(sheet, labels) },
        None => Cover::default(),
    }
}

/// What a further sheet answers, if it is a cover, too.
pub(super) fn another(sheet: &RawSheet, words: &Words) -> Option<Cover> {
    let cover = answers(sheet, &words.labels);
    ([&cover.reporter, &cover.ags, &cover.period].into_iter().flatten().count() > 1).then_some(cover)
}

impl Cover {
    /// The answer to a label that the form does not know, by its normal spelling.
    pub(super) fn rest_of(&self, labels: &[&str]) -> Option<&Said> {
        self.rest.iter().find(|(label, _)| labels.contains(&text::normal(label).as_str())).map(|(_, said)| said)
    }
}

/// Which kind of submission the cover or the file's name declares; a correction said anywhere is one.
pub(super) fn kind(cover: &Cover, file: &str, words: &Words) -> Kind {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let name = text::words(stem.rsplit('/').next().unwrap_or(stem));
    let said = cover.kind.as_ref().map(|said| text::words(&said.written())).unwrap_or_default();
    let says = |phrases: &[Phrase]| holds(&said, phrases) || holds(&name, phrases);
    match () {
        () if says(&words.correction) => Kind::Correction,
        () if says(&words.late_part) => Kind::LatePart,
        () => Kind::First,
    }
}

/// What the cover says about a table with these names, and where; something else than an answer is none.
pub(super) fn answer(cover: &Cover, names: &Known<()>, words: &Words) -> Option<(Option<Answer>, Place)> {
    let mut known = cover.rest.iter().filter(|(label, _)| names.exactly(label).is_some()).map(|(_, said)| said);
    // The name may stand there once more, as a title without anything beside it.
    let said = known.clone().find(|said| !said.written().is_empty()).or_else(|| known.next())?;
    let written = said.written();
    let answer = match () {
        () if words.is_nil(&written) => Some(Answer::Nil),
        () if begins(&written, &words.present) => Some(Answer::Present),
        () => None,
    };
    Some((answer, said.place.clone()))
}

/// Is `text` one of the phrases, or does it begin with one (`Fehlanzeige, da …`)?
fn begins(text: &str, phrases: &[Phrase]) -> bool {
    let words = text::words(text);
    let whole = words.concat();
    phrases.iter().any(|phrase| {
        phrase.whole == whole
            || phrase.words.len() == 1 && phrase.whole.len() > 5 && words.first() == phrase.words.first()
    })
}

/// Does one of the phrases stand among the words?
fn holds(words: &[String], phrases: &[Phrase]) -> bool {
    phrases.iter().any(|phrase| {
        let wanted = &phrase.words;
        !wanted.is_empty() && words.windows(wanted.len()).any(|window| window == wanted)
    })
}

fn labels(form: &Form) -> Known<Label> {
    let labels = &form.cover.labels;
    let lists = [
        (Label::Reporter, &labels.reporter),
        (Label::Ags, &labels.ags),
        (Label::Period, &labels.period),
        (Label::Kind, &labels.kind),
        (Label::AsOf, &labels.as_of),
        (Label::Other, &labels.contact),
        (Label::Other, &labels.email),
        (Label::Other, &labels.phone),
    ];
    Known::of(lists.into_iter().flat_map(|(label, list)| list.iter().map(move |text| (label, text.as_str()))))
}

fn answers(sheet: &RawSheet, labels: &Known<Label>) -> Cover {
    let mut cover = Cover::default();
    for row in sheet.rows() {
        let cells: Vec<&RawCell> = row.iter().filter(|cell| !is_blank(&cell.value)).collect();
        // Where labels stand side by side, their answers stand below them.
        let across = cells.iter().filter(|cell| is_label(cell, labels)).count() > 1;
        for (at, cell) in cells.iter().enumerate() {
            let RawValue::Text(written) = &cell.value else { continue };
            let beside = cells
                .get(at + 1)
                .filter(|next| !is_label(next, labels))
                .map(|next| said(sheet, next, next.value.clone()))
                .or_else(|| below(sheet, cell, labels).filter(|_| across));
            let (label, answer) = match (beside, written.split_once(':')) {
                (Some(answer), _) => (written.as_str(), answer),
                (None, Some((label, inline))) if !inline.trim().is_empty() => {
                    (label, said(sheet, cell, RawValue::Text(inline.trim().into())))
                }
                // Nothing beside it: what was not answered has a place, too.
                (None, _) => {
                    let place = Place { sheet: sheet.name.clone(), row: cell.row, column: cell.column + 1 };
                    cover.rest.push((written.to_string(), Said { value: RawValue::Text(Short::default()), place }));
                    continue;
                }
            };
            let slot = match labels.find(label).map(|(label, _)| label) {
                Some(Label::Reporter) => &mut cover.reporter,
                Some(Label::Ags) => {
                    let parts = if answer.place.row == cell.row { &cells[at + 1..] } else { &[] };
                    cover.ags.get_or_insert(Said { value: key_of(parts).unwrap_or(answer.value), ..answer });
                    continue;
                }
                Some(Label::Period) => &mut cover.period,
                Some(Label::Kind) => &mut cover.kind,
                Some(Label::AsOf) => &mut cover.as_of,
                Some(Label::Other) => continue,
                None => {
                    cover.rest.push((label.to_owned(), answer));
                    continue;
                }
            };
            slot.get_or_insert(answer);
        }
    }
    cover
}

fn below(sheet: &RawSheet, label: &RawCell, labels: &Known<Label>) -> Option<Said> {
    let value = sheet.cell(label.row + 1, label.column)?.clone();
    let cell = RawCell { row: label.row + 1, column: label.column, value };
    (!is_blank(&cell.value) && !is_label(&cell, labels)).then(|| said(sheet, &cell, cell.value.clone()))
}

/// A key split over neighbouring cells (`05|958|004`), as one: a number among them has lost its zeros.
fn key_of(cells: &[&RawCell]) -> Option<RawValue> {
    let digits = |cell: &&RawCell| {
        let written = cell::written(&cell.value);
        (!written.is_empty() && written.len() <= 5 && written.bytes().all(|byte| byte.is_ascii_digit()))
            .then_some(written)
    };
    let near = cells.iter().enumerate().take_while(|(at, cell)| cell.column == cells[0].column + *at as u32);
    let parts: Vec<Short> = near.map_while(|(_, cell)| digits(cell)).collect();
    // Land, Regierungsbezirk, Kreis, Verband, Gemeinde have so many digits.
    let widths: &[usize] = match parts.len() {
        2 => &[5, 3],
        3 => &[2, 3, 3],
        4 => &[2, 1, 2, 3],
        5 => &[2, 1, 2, 4, 3],
        _ => return None,
    };
    let padded = parts.iter().zip(widths).map(|(part, width)| format!("{part:0>width$}"));
    Some(RawValue::Text(padded.collect()))
}

fn is_blank(value: &RawValue) -> bool {
    matches!(value, RawValue::Text(text) if !text::shows_something(text))
}

fn is_label(cell: &RawCell, labels: &Known<Label>) -> bool {
    matches!(&cell.value, RawValue::Text(text) if labels.exactly(text).is_some() && !german::is_total(text))
}

fn said(sheet: &RawSheet, cell: &RawCell, value: RawValue) -> Said {
    Said { value, place: Place { sheet: sheet.name.clone(), row: cell.row, column: cell.column } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::clean::samples::{book, form, sheet};

    fn of(text: &str) -> (Option<String>, Option<String>, Option<String>) {
        let cover = read(&book(vec![sheet("Deckblatt", text)]), &Words::of(&form()));
        let said = |said: &Option<Said>| said.as_ref().map(|said| said.written().into());
        (said(&cover.reporter), said(&cover.ags), said(&cover.period))
    }

    #[test]
    fn answers_stand_beside_their_labels_or_below_them() {
        let told = |period: &str| (Some("Arnsberg".to_owned()), Some("05958004".to_owned()), Some(period.to_owned()));
        for text in [
            "Kommune|Arnsberg\nAGS|05958004\nBerichtszeitraum|2026-Q3",
            "Kommune: Arnsberg\nAGS: 05958004\nBerichtszeitraum: 2026-Q3",
            "Kommune|Arnsberg|AGS|05958004\n||Zeitraum|2026-Q3",
            "Kommune|AGS|Zeitraum\nArnsberg|05958004|2026-Q3",
        ] {
            assert_eq!(of(text), told("2026-Q3"), "{text}");
        }
        assert_eq!(of("Kommune\nArnsberg").0, None, "below a label alone may stand anything");
    }

    #[test]
    fn a_key_may_be_split_over_cells() {
        for text in ["AGS|05|958|004", "AGS|=5|=958|=4", "AGS|05|9|58|004", "AGS|=5|=9|=58|=4", "AGS|05958|=4"] {
            assert_eq!(of(text).1.as_deref(), Some("05958004"), "{text}");
        }
        assert_eq!(of("AGS|05|9|58|0004|004").1.as_deref(), Some("059580004004"));
        assert_eq!(
            of("AGS|=5958004|=7").1.as_deref(),
            Some("5958004"),
            "what stands beside a whole key is no part of it"
        );
    }
}

//! The ways in which people untidy a return.

use super::hands::{blanks, code_slip, date_as_text, excel, no_answer, number_as_text, other_code, other_yes, vague};
use super::page::{Book, Column, Content, Dice, Line, Page, says};
use crate::model::form::{Field, Form};
use crate::model::raw::RawValue;
use crate::stages::clean::german;

/// What a way does to the facts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Harm {
    /// They stay; a guess has to be told.
    None,
    /// Some are lost, and the sender is told which.
    Told,
}

pub(super) type Way = fn(&mut Book, &Form, &mut Dice);

#[rustfmt::skip] // one line each reads best
pub(super) const WAYS: [(&str, Harm, Way); 37] = [
    ("columns in another order", Harm::None, |book, _, dice| tables(book, dice, |page, _, dice| reorder(page, dice))),
    ("rows in another order", Harm::None, |book, _, dice| tables(book, dice, |page, _, dice| dice.shuffle(&mut page.lines))),
    ("numbers as text", Harm::None, |book, form, dice| cells(book, form, dice, number_as_text)),
    ("dates as text", Harm::None, |book, form, dice| cells(book, form, dice, date_as_text)),
    ("yes and no in other words", Harm::None, |book, form, dice| cells(book, form, dice, other_yes)),
    ("codes by their other names", Harm::None, |book, form, dice| cells(book, form, dice, other_code)),
    ("blanks around and within texts", Harm::None, |book, form, dice| cells(book, form, dice, blanks)),
    ("nothing as `k. A.`", Harm::None, |book, form, dice| cells(book, form, dice, no_answer)),
    ("headings by their other names", Harm::None, other_headings),
    ("headings in another case and spelling", Harm::None, |book, _, dice| headings(book, dice, respelled)),
    ("headings broken, with footnotes", Harm::None, |book, _, dice| headings(book, dice, broken)),
    ("slips in headings", Harm::Told, |book, _, dice| headings(book, dice, |text, dice| if dice.one_in(4) { slip(text, dice) } else { text.to_owned() })),
    ("slips in codes", Harm::Told, |book, form, dice| cells(book, form, dice, code_slip)),
    ("sheets by their other names", Harm::None, other_sheets),
    ("sheets numbered and in another order", Harm::None, numbered_sheets),
    ("sheets called Tabelle1, Tabelle2", Harm::Told, |book, _, _| book.pages.iter_mut().enumerate().for_each(|(at, page)| page.name = format!("Tabelle{}", at + 1))),
    ("lines above the table", Harm::None, |book, _, dice| tables(book, dice, titles)),
    ("blank rows", Harm::None, |book, _, dice| tables(book, dice, blank_rows)),
    ("blank columns", Harm::None, |book, _, dice| tables(book, dice, blank_columns)),
    ("a row of totals", Harm::None, |book, form, dice| tables(book, dice, |page, name, dice| total(page, &form.tables[name].fields, dice))),
    ("remarks below the table", Harm::None, |book, _, dice| tables(book, dice, remarks)),
    ("a row of column numbers", Harm::None, |book, _, dice| tables(book, dice, |page, _, _| numbering(page))),
    ("columns of their own", Harm::None, |book, _, dice| tables(book, dice, own_columns)),
    ("a cover in another order", Harm::None, |book, _, dice| dice.shuffle(&mut book.cover.lines)),
    ("a cover with other words", Harm::None, |book, _, dice| other_cover(book, dice)),
    ("a cover in one column", Harm::None, |book, _, _| inline_cover(book)),
    ("headings under a merged one", Harm::None, |book, _, dice| tables(book, dice, grouped)),
    ("a hidden sheet of lists", Harm::None, |book, form, _| hidden_lists(book, form)),
    ("an example of how to fill in", Harm::None, |book, _, dice| tables(book, dice, |page, _, dice| example(page, dice))),
    ("words instead of an entry", Harm::None, |book, _, dice| tables(book, dice, |page, _, dice| words(page, dice))),
    ("a column emptied", Harm::Told, |book, form, dice| tables(book, dice, |page, name, dice| emptied(page, &form.tables[name].fields, dice))),
    ("values beside their headings", Harm::Told, |book, _, dice| tables(book, dice, |page, _, _| shifted(page))),
    ("last quarter's sheet as well", Harm::None, |book, _, dice| older(book, dice)),
    ("a column left out", Harm::Told, |book, _, dice| tables(book, dice, column_left_out)),
    ("a row twice", Harm::None, |book, form, dice| tables(book, dice, |page, name, dice| row_twice(page, !form.tables[name].one_row_per.is_empty(), dice))),
    ("numbers that are none", Harm::Told, |book, form, dice| cells(book, form, dice, vague)),
    ("excel's own mistakes", Harm::Told, |book, form, dice| cells(book, form, dice, excel)),
];

/// Whoever writes `k. A.` into all cells of an emptied column has answered.
pub(super) const ALONE: [&str; 1] = ["a column emptied"];

/// Every second table, so that tidy ones stand beside untidy ones; but once columns of values beside their headings are moved
/// about, nothing is left to go by.
fn tables(book: &mut Book, dice: &mut Dice, change: impl Fn(&mut Page, &str, &mut Dice)) {
    for page in &mut book.pages {
        let Some(table) = page.table.clone() else { continue };
        if dice.one_in(2) && !is_shifted(page) {
            change(page, &table, dice);
        }
    }
}

/// Every third cell of a row that is in the clean return. The key is a cell, too.
fn cells(
    book: &mut Book,
    form: &Form,
    dice: &mut Dice,
    change: fn(&Content, &Field, &Form, &mut Dice) -> Option<Content>,
) {
    for page in &mut book.pages {
        let Some(table) = page.table.as_ref().and_then(|name| form.tables.get(name)) else { continue };
        for line in page.lines.iter_mut().filter(|line| line.row.is_some()) {
            for (cell, column) in line.cells.iter_mut().zip(&page.columns) {
                let Some(field) = column.field.map(|field| &table.fields[field]) else { continue };
                if dice.one_in(3)
                    && let Some(changed) = change(cell, field, form, dice)
                {
                    *cell = changed;
                }
            }
        }
    }
}

fn headings(book: &mut Book, dice: &mut Dice, change: impl Fn(&str, &mut Dice) -> String) {
    for column in book.pages.iter_mut().flat_map(|page| &mut page.columns).filter(|column| column.field.is_some()) {
        column.heading = change(&column.heading, dice);
    }
}

fn reorder(page: &mut Page, dice: &mut Dice) {
    let mut order: Vec<usize> = (0..page.columns.len()).collect();
    dice.shuffle(&mut order);
    page.columns = order.iter().map(|at| page.columns[*at].clone()).collect();
    for line in &mut page.lines {
        line.cells.resize(order.len(), None);
        line.cells = order.iter().map(|at| line.cells[*at].clone()).collect();
    }
}

fn other_headings(book: &mut Book, form: &Form, dice: &mut Dice) {
    for page in &mut book.pages {
        let Some(table) = page.table.as_ref().and_then(|name| form.tables.get(name)) else { continue };
        for column in &mut page.columns {
            let Some(field) = column.field.map(|field| &table.fields[field]) else { continue };
            if !field.also.is_empty() && dice.one_in(2) {
                column.heading = dice.pick(&field.also);
            }
        }
    }
}

fn respelled(text: &str, dice: &mut Dice) -> String {
    let spelled = text.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue").replace('ß', "ss");
    match dice.below(5) {
        0 => text.to_uppercase(),
        1 => spelled,
        2 => format!("{text}:"),
        3 => text.replace('ä', "a\u{308}").replace('ü', "u\u{308}"),
        _ => text.to_owned(),
    }
}

fn broken(text: &str, dice: &mut Dice) -> String {
    match dice.below(5) {
        0 => text.replace(' ', "\n"),
        1 => text.replace(' ', "\u{a0}"),
        2 => format!("{text}¹"),
        3 => format!("{text}1)"),
        _ => text.to_owned(),
    }
}

/// A letter twice, or left out.
pub(super) fn slip(text: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let at = 1 + dice.below(letters.len().saturating_sub(1));
    match letters.get(at).copied() {
        Some(letter) if letter.is_alphabetic() && dice.one_in(2) => letters.insert(at, letter),
        Some(letter) if letter.is_alphabetic() => drop(letters.remove(at)),
        _ => {}
    }
    letters.into_iter().collect()
}

fn other_sheets(book: &mut Book, form: &Form, dice: &mut Dice) {
    for page in &mut book.pages {
        let Some(table) = page.table.as_ref().and_then(|name| form.tables.get(name)) else { continue };
        page.name = match dice.below(3) {
            0 => page.name.to_uppercase(),
            1 => page.name.replace('ä', "ae").replace('ü', "ue"),
            _ => dice.pick(&table.also),
        };
    }
}

fn numbered_sheets(book: &mut Book, _: &Form, dice: &mut Dice) {
    for (at, page) in book.pages.iter_mut().enumerate().filter(|(_, page)| page.table.is_some()) {
        page.name =
            format!("{}{}", dice.pick(&[format!("{:02}_", at + 1), format!("{}. ", at + 1), String::new()]), page.name);
    }
    dice.shuffle(&mut book.pages);
}

fn titles(page: &mut Page, _: &str, dice: &mut Dice) {
    let lines =
        ["Rückmeldung für das 3. Quartal 2026", "Angaben der Stadt Arnsberg", "", "bitte bis 15. Oktober zurücksenden"];
    for line in lines.iter().take(1 + dice.below(4)) {
        page.above.push(if line.is_empty() { Vec::new() } else { vec![says(line)] });
    }
}

fn blank_rows(page: &mut Page, _: &str, dice: &mut Dice) {
    for _ in 0..=dice.below(3) {
        let at = dice.below(page.lines.len() + 1);
        let cells = if dice.one_in(2) { Vec::new() } else { vec![says(" ")] };
        page.lines.insert(at, Line { row: None, cells });
    }
}

fn blank_columns(page: &mut Page, _: &str, dice: &mut Dice) {
    page.left += dice.below(3) as u32;
    let at = dice.below(page.columns.len() + 1);
    insert(page, at, "", |_| None);
}

fn insert(page: &mut Page, at: usize, heading: &str, content: impl Fn(usize) -> Content) {
    page.columns.insert(at, Column { field: None, group: None, heading: heading.to_owned() });
    let width = page.columns.len();
    for (index, line) in page.lines.iter_mut().enumerate() {
        line.cells.resize(width - 1, None);
        line.cells.insert(at, if line.row.is_some() { content(index) } else { None });
    }
}

fn total(page: &mut Page, fields: &[Field], dice: &mut Dice) {
    let sum = |at: usize| {
        let numbers = page.lines.iter().filter(|line| line.row.is_some()).map(|line| match line.cells.get(at) {
            Some(Some(RawValue::Number(number))) => Some(*number),
            _ => None,
        });
        numbers.sum::<Option<f64>>().map(RawValue::Number)
    };
    let is_number = |column: &Column| column.field.is_some_and(|field| fields[field].kind.is_number());
    let mut cells: Vec<Content> =
        page.columns.iter().enumerate().map(|(at, column)| sum(at).filter(|_| is_number(column))).collect();
    let Some(first) = page.columns.iter().position(|column| column.field == Some(0)) else { return };
    cells[first] = says(dice.pick(&["Insgesamt", "SUMME", "Summe:", "Zusammen", "insgesamt"]));
    page.lines.push(Line { row: None, cells });
}

fn remarks(page: &mut Page, _: &str, dice: &mut Dice) {
    page.lines.push(Line { row: None, cells: Vec::new() });
    let remark = dice.pick(&[
        "* vorläufige Angaben",
        "1) ohne Doppelzählungen",
        "Quelle: eigene Erhebung",
        "Anmerkung: teils geschätzt",
    ]);
    page.lines.push(Line { row: None, cells: vec![says(remark)] });
}

fn numbering(page: &mut Page) {
    let cells = (1..=page.columns.len()).map(|number| Some(RawValue::Number(number as f64))).collect();
    page.lines.insert(0, Line { row: None, cells });
}

fn own_columns(page: &mut Page, _: &str, dice: &mut Dice) {
    let at = dice.below(page.columns.len() + 1);
    let heading = dice.pick(&["Aktenzeichen", "Sachgebiet intern", "geprüft durch", "lfd. Zähler"]);
    insert(page, at, heading, |index| says(&format!("50.{index}")));
}

fn other_cover(book: &mut Book, dice: &mut Dice) {
    for line in &mut book.cover.lines {
        let Some(Some(RawValue::Text(label))) = line.cells.first().cloned() else { continue };
        let (label, answer) = match label.as_str() {
            "Kommune" => (
                dice.pick(&["Gemeinde", "Stadt", "KOMMUNE", "Kommune:"]),
                says(dice.pick(&["Stadt Arnsberg", "ARNSBERG", "Arnsberg, Stadt"])),
            ),
            "AGS" => (
                dice.pick(&["Gemeindeschlüssel", "AGS:"]),
                dice.pick(&[Some(RawValue::Number(5_958_004.0)), says("05 958 004"), says("059580004004")]),
            ),
            "Berichtszeitraum" => (
                dice.pick(&["Quartal", "Zeitraum"]),
                says(dice.pick(&["Q3/2026", "III/2026", "Juli bis September 2026", "01.07.2026 - 30.09.2026"])),
            ),
            "Stand" => ("Datum", says("5.10.26")),
            _ => continue,
        };
        line.cells = vec![says(label), answer];
    }
}

fn inline_cover(book: &mut Book) {
    for line in &mut book.cover.lines {
        if let [Some(RawValue::Text(label)), Some(RawValue::Text(answer))] = line.cells.as_slice() {
            line.cells = vec![says(&format!("{}: {answer}", label.trim_end_matches(':')))];
        }
    }
}

/// A common first word becomes a heading of its own, merged over all that it belongs to.
fn grouped(page: &mut Page, _: &str, _: &mut Dice) {
    let word =
        |column: &Column| column.heading.split_once(' ').map(|(first, rest)| (first.to_owned(), rest.to_owned()));
    for at in 1..page.columns.len() {
        let (before, here) = page.columns.split_at_mut(at);
        let (before, here) = (&mut before[at - 1], &mut here[0]);
        let first = before.group.clone().map(|group| (group, before.heading.clone())).or_else(|| word(before));
        if let (Some((group, rest)), Some((same, own))) = (first, word(here))
            && group == same
            && here.field.is_some()
            && before.field.is_some()
        {
            (before.group, before.heading) = (Some(group), rest);
            (here.group, here.heading) = (Some(same), own);
        }
    }
}

fn hidden_lists(book: &mut Book, form: &Form) {
    let codes = form.codes.values().next().into_iter().flat_map(|list| &list.values);
    let lines = codes.map(|code| Line { row: None, cells: vec![says(&code.de), says(&code.id)] }).collect();
    book.pages.insert(0, Page { name: "Listen".into(), hidden: true, lines, ..Page::blank() });
}

/// A row of its own that begins with a word, and is otherwise like the first.
fn example(page: &mut Page, dice: &mut Dice) {
    let Some(first) = page.lines.iter().find(|line| line.row.is_some()) else { return };
    let mut cells = first.cells.clone();
    let Some(at) = page.columns.iter().position(|column| column.field == Some(0)) else { return };
    // Whoever numbers the columns does so from the left; a number in front is no example's.
    if page.columns[..at].iter().any(|column| column.field.is_some()) {
        return;
    }
    if let Some(cell) = cells.get_mut(at) {
        *cell = says(dice.pick(&["Beispiel: Rathaus", "z. B. Rathaus", "Bsp.", "Muster", "Rathaus (Beispiel)"]));
        page.lines.insert(0, Line { row: None, cells });
    }
}

fn words(page: &mut Page, dice: &mut Dice) {
    let at = page.columns.iter().position(|column| column.field.is_some()).unwrap_or_default();
    let mut cells = vec![None; at];
    cells.push(says(dice.pick(&["siehe Anlage", "keine Änderung zum Vorquartal", "s. o.", "unverändert"])));
    let below = dice.below(page.lines.len() + 1);
    page.lines.insert(below, Line { row: None, cells });
}

fn emptied(page: &mut Page, fields: &[Field], dice: &mut Dice) {
    let at = dice.below(page.columns.len());
    // A table without any answer is one that was not answered.
    let others = page.columns.iter().filter_map(|column| column.field).filter(|field| *field > 0).count() > 1;
    if others && page.columns[at].field.is_some_and(|field| field > 1 && !fields[field].optional) {
        // With the copies of rows and the sums among them.
        let rows = page.lines.iter_mut().skip_while(|line| line.row.is_none());
        for line in rows.filter(|line| at < line.cells.len()) {
            line.cells[at] = None;
        }
    }
}

/// Somebody inserted a cell in every row, where the first field stands beside the second.
fn shifted(page: &mut Page) {
    let plain = page.columns.iter().enumerate().all(|(at, column)| column.field == Some(at));
    // Two rows are too few to tell, and of a few columns nothing may be left that does not fit.
    let enough = page.lines.len() > 2 && page.columns.len() > 4;
    if plain && enough && page.lines.iter().all(|line| line.row.is_some()) {
        page.lines.iter_mut().for_each(|line| line.cells.insert(2, None));
    }
}

fn is_shifted(page: &Page) -> bool {
    page.lines.iter().any(|line| line.cells.len() > page.columns.len())
}

/// A copy of a sheet with other figures, under a name that says which one counts.
fn older(book: &mut Book, dice: &mut Dice) {
    let at = dice.below(book.pages.len());
    let page = &book.pages[at];
    if page.table.is_none() || page.hidden {
        return;
    }
    let name = dice.pick(&["{} alt", "{} (2)", "{} Q2 2026", "Kopie von {}"]).replace("{}", &page.name);
    let lines = page.lines.iter().map(|line| Line { row: None, cells: line.cells.iter().rev().cloned().collect() });
    let copy = Page { name, table: None, lines: lines.collect(), ..page.clone() };
    book.pages.insert(if dice.one_in(2) { at } else { at + 1 }, copy);
}

fn column_left_out(page: &mut Page, _: &str, dice: &mut Dice) {
    // Numbers of columns with a gap are no numbers of columns.
    let numbered =
        |line: &Line| line.row.is_none() && line.cells.iter().flatten().any(|cell| *cell == RawValue::Number(1.0));
    if page.lines.iter().any(numbered) {
        return;
    }
    let at = dice.below(page.columns.len());
    // Without its word, an example is an entry like all others.
    let is_example = |cell: &Content| matches!(cell, Some(RawValue::Text(text)) if german::is_example(text));
    if page.lines.iter().any(|line| line.cells.get(at).is_some_and(is_example)) {
        return;
    }
    page.columns.remove(at);
    for line in page.lines.iter_mut().filter(|line| line.cells.len() > at) {
        line.cells.remove(at);
    }
}

/// Two equal rows may be two equal rooms; but a key stands for one row.
fn row_twice(page: &mut Page, keyed: bool, dice: &mut Dice) {
    let at = dice.below(page.lines.len());
    let again = page.lines[at].clone();
    page.lines.extend(keyed.then_some(Line { row: None, ..again }));
}

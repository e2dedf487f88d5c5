//! Sick so that a careless reader counts something else: shifted, hidden, repeated, in another scale, another body's.

use super::{Case, Patient, at, bytes, case, cover};
use crate::book::{Book, Sheet, Style};
use crate::ink::Ink;

pub fn misread(healthy: &Patient) -> Vec<Case> {
    vec![
        period_ambiguous(healthy),
        table_shifted(healthy),
        body_differs(healthy),
        table_not_asked(healthy),
        column_empty(healthy),
        column_set_aside(healthy),
        total_undecided(healthy),
        scale_differs(healthy),
        row_nameless(healthy),
        room(healthy, "row_repeated", "a room pasted twice", |_| {}),
        row_alike(healthy),
        row_is_sum(healthy),
        row_apart(healthy),
        note_on_figures(healthy),
        room(healthy, "row_example", "an example of how to fill in", |cells| {
            cells.insert("standort".to_string(), says("Beispiel: Rathaus"));
        }),
        room(healthy, "row_bare", "`siehe Anlage` where a room should be", |cells| {
            cells.retain(|name, _| name == "standort");
            cells.insert("standort".to_string(), says("siehe Anlage"));
        }),
        room(healthy, "row_collective", "`4 Räume` as one room", |cells| {
            cells.insert("standort".to_string(), says("4 Räume"));
        }),
        room(healthy, "row_like_total", "a room called `Zusammen leben`, with numbers only", |cells| {
            cells.retain(|name, _| name == "plaetze" || name == "flaeche");
            cells.insert("standort".to_string(), says("Zusammen leben"));
        }),
        room(healthy, "row_undescribed", "`Velmede` and numbers, where the other rooms are described", |cells| {
            cells.retain(|name, _| name == "plaetze" || name == "flaeche");
            cells.insert("standort".to_string(), says("Velmede"));
        }),
    ]
}

fn says(text: &str) -> Ink {
    Ink::Text(text.to_string())
}

fn period_ambiguous(healthy: &Patient) -> Case {
    let mut book = healthy.book();
    let spot = cover(&mut book, "period", "03/2026");
    case("period_ambiguous", "`03/2026`: March, or the third quarter?", &spot, bytes(&book))
}

/// Takes what stands in these columns of a sheet's rows and puts it so many columns further.
fn moved(sheet: &mut Sheet, from: u16, by: u16) {
    let rows = sheet.rows.clone();
    let cells: Vec<_> =
        sheet.cells.keys().copied().filter(|(row, column)| rows.contains(row) && *column >= from).collect();
    for spot in cells.into_iter().rev() {
        let (ink, style) = sheet.cells.remove(&spot).expect("it was just there");
        sheet.cells.insert((spot.0, spot.1 + by), (ink, style));
    }
}

fn table_shifted(healthy: &Patient) -> Case {
    let mut book = healthy.book();
    let sheet = book.sheet("raeume");
    let column = sheet.columns["flaeche"];
    moved(sheet, column, 1);
    let spot = at("Räume", sheet.rows[0], column + 1);
    case("table_shifted", "from Fläche on all values stand one column to the right", &spot, bytes(&book))
}

/// A further column of the rooms: what stands there, by the number of the room.
fn with_column(book: &mut Book, heading: &str, of: impl Fn(usize) -> Ink) -> u16 {
    let sheet = book.sheet("raeume");
    let free = sheet.columns.len() as u16;
    sheet.text(0, free, heading, Style::Heading);
    for (index, row) in sheet.rows.clone().into_iter().enumerate() {
        sheet.put(row, free, of(index), Style::Plain);
    }
    free
}

fn body_differs(healthy: &Patient) -> Case {
    let mut book = healthy.book();
    let column = with_column(&mut book, "Kommune", |index| says(if index == 1 { "Olsberg" } else { "Bestwig" }));
    let row = book.sheet("raeume").rows[1];
    case("body_differs", "a column says that one of the rooms is Olsberg's", &at("Räume", row, column), bytes(&book))
}

fn table_not_asked(healthy: &Patient) -> Case {
    let mut book = healthy.book();
    let mut sheet = Sheet::new("Steuerung");
    sheet.text(0, 0, "Sitzungen der Steuerungsgruppe", Style::Heading);
    sheet.put(1, 0, Ink::Number(2.0), Style::Plain);
    book.sheets.push(sheet);
    case("table_not_asked", "a sheet that only the district is asked for", "Steuerung!A1", bytes(&book))
}

fn column_empty(healthy: &Patient) -> Case {
    let mut book = healthy.book();
    let sheet = book.sheet("raeume");
    let column = sheet.columns["plaetze"];
    sheet.cells.retain(|spot, _| spot.1 != column || spot.0 == 0);
    case("column_empty", "the column Plätze is there, and nothing in it", &at("Räume", 0, column), bytes(&book))
}

fn column_set_aside(healthy: &Patient) -> Case {
    let mut book = healthy.book();
    let column = with_column(&mut book, "Plätze", |index| Ink::Number(90.0 + index as f64));
    let sheet = book.sheet("raeume");
    sheet.hidden_column = Some(column);
    sheet.text(0, sheet.columns["plaetze"], "Anzahl Plätze", Style::Heading);
    let what = "a hidden column Plätze beside the visible Anzahl Plätze";
    case("column_set_aside", what, &at("Räume", 0, column), bytes(&book))
}

fn total_undecided(healthy: &Patient) -> Case {
    let mut book = healthy.book();
    let sheet = book.sheet("bedarf");
    let (row, column) = (sheet.rows[0], sheet.columns["personen"]);
    sheet.cells.remove(&(row, column));
    let spot = at("Bedarf", sheet.total.expect("Bedarf ends in a total"), column);
    case("total_undecided", "one group has no number, and the total has", &spot, bytes(&book))
}

fn scale_differs(healthy: &Patient) -> Case {
    let mut book = healthy.book();
    let sheet = book.sheet("stellen");
    let column = sheet.columns["mittel_bewilligt"];
    sheet.text(0, column, "Fördermittel bewilligt T€", Style::Heading);
    case("scale_differs", "Fördermittel in thousands", &at("Stellen", 0, column), bytes(&book))
}

/// Offers have names of their own, so the same one twice is odd.
fn row_alike(healthy: &Patient) -> Case {
    let mut book = healthy.book();
    let sheet = book.sheet("angebote");
    let (first, row) = (sheet.rows[0], sheet.rows.last().expect("there are offers") + 1);
    let column = sheet.columns["belegt"];
    for at in sheet.columns.values().copied().collect::<Vec<_>>() {
        let (ink, style) = sheet.cells.get(&(first, at)).expect("a tidy return answers everything").clone();
        let ink = match ink {
            Ink::Number(number) if at == column => Ink::Number(number + 1.0),
            ink => ink,
        };
        sheet.put(row, at, ink, style);
    }
    let spot = at("Angebote", row, column);
    case("row_alike", "an offer pasted twice, and one number of the copy changed", &spot, bytes(&book))
}

/// The name of the municipality, and the sums of all offers beside it.
fn row_is_sum(healthy: &Patient) -> Case {
    let mut book = healthy.book();
    let sheet = book.sheet("angebote");
    let rows = sheet.rows.clone();
    let row = rows.last().expect("there are offers") + 1;
    for name in ["plaetze", "belegt", "warteliste"] {
        let column = sheet.columns[name];
        let number = |row: &u32| match sheet.cells.get(&(*row, column)) {
            Some((Ink::Number(number), _)) => *number,
            _ => 0.0,
        };
        let sum = rows.iter().map(number).sum();
        sheet.put(row, column, Ink::Number(sum), Style::Plain);
    }
    let column = sheet.columns["angebot"];
    sheet.put(row, column, says("Bestwig"), Style::Plain);
    case("row_is_sum", "sums of all offers beside `Bestwig`", &at("Angebote", row, column), bytes(&book))
}

fn row_apart(healthy: &Patient) -> Case {
    let mut book = healthy.book();
    let sheet = book.sheet("angebote");
    let (first, row) = (sheet.rows[0], sheet.rows.last().expect("there are offers") + 1);
    let column = sheet.columns["angebot"];
    sheet.put(row, column, says("Geplante Angebote ab 2027"), Style::Plain);
    for at in sheet.columns.values().copied().collect::<Vec<_>>() {
        let (ink, style) = sheet.cells.get(&(first, at)).expect("a tidy return answers everything").clone();
        sheet.put(row + 1, at, ink, style);
    }
    sheet.put(row + 1, column, says("Nähstube"), Style::Plain);
    let what = "an offer below a line `Geplante Angebote ab 2027`";
    case("row_apart", what, &at("Angebote", row, column), bytes(&book))
}

fn note_on_figures(healthy: &Patient) -> Case {
    let mut book = healthy.book();
    let sheet = book.sheet("faelle");
    let column = sheet.columns["zugaenge"];
    sheet.comments.insert((sheet.header, column), "seit Jahresbeginn kumuliert".to_string());
    let spot = at("Fälle", sheet.header, column);
    case("note_on_figures", "a comment on a heading: `seit Jahresbeginn kumuliert`", &spot, bytes(&book))
}

fn row_nameless(healthy: &Patient) -> Case {
    let mut book = healthy.book();
    let sheet = book.sheet("raeume");
    let row = *sheet.rows.last().expect("there are rooms");
    for name in ["standort", "raumart", "barrierefrei"] {
        let column = sheet.columns[name];
        sheet.cells.remove(&(row, column));
    }
    let spot = at("Räume", row, sheet.columns["standort"]);
    case("row_nameless", "numbers of a room that has no name", &spot, bytes(&book))
}

/// A copy of the first room below the last one, changed.
fn room(
    healthy: &Patient,
    code: &'static str,
    what: &str,
    change: impl Fn(&mut std::collections::BTreeMap<String, Ink>),
) -> Case {
    let mut book = healthy.book();
    let sheet = book.sheet("raeume");
    let (first, row) = (sheet.rows[0], sheet.rows.last().expect("there are rooms") + 1);
    let copy = |(name, column): (&String, &u16)| Some((name.clone(), sheet.cells.get(&(first, *column))?.0.clone()));
    let mut cells = sheet.columns.iter().filter_map(copy).collect();
    change(&mut cells);
    for (name, ink) in cells {
        sheet.put(row, sheet.columns[&name], ink, Style::Plain);
    }
    let spot = at("Räume", row, sheet.columns["standort"]);
    case(code, what, &spot, bytes(&book))
}

//! Sick in a single cell.

use super::{Case, Patient, bytes, case, place, zip_part};
use crate::book::Style;
use crate::ink::Ink;
use crate::period::day;
use crate::value::{Value, count_of};

/// code, what, table, row, field, what stands there.
type Spot = (&'static str, &'static str, &'static str, usize, &'static str, Ink);

pub fn cells(healthy: &Patient) -> Vec<Case> {
    let says = |text: &str| Ink::Text(text.to_string());
    let formula = |formula: &str, result: &str| Ink::Formula(formula.to_string(), result.to_string());
    #[rustfmt::skip] // one line each reads best
    let spots: [Spot; 18] = [
        ("not_a_number", "`zwölf` in a count", "raeume", 1, "plaetze", says("zwölf")),
        ("negative_count", "-3 persons waiting", "angebote", 1, "warteliste", Ink::Number(-3.0)),
        ("fraction_in_count", "12.5 places", "raeume", 2, "plaetze", Ink::Number(12.5)),
        ("tick_ambiguous", "`x` where yes or no is asked", "raeume", 1, "barrierefrei", says("x")),
        ("text_refers", "`s. o.` instead of a place", "raeume", 1, "standort", says("s. o.")),
        ("not_a_date", "`Frühjahr` as a date", "zustaendigkeiten", 4, "letzte_ueberpruefung", says("Frühjahr")),
        ("date_in_future", "reviewed on 1 March 2031", "zustaendigkeiten", 5, "letzte_ueberpruefung", Ink::Date(day(2031, 3, 1))),
        ("code_unknown", "a kind of room the form does not know", "raeume", 0, "raumart", says("Turnhalle")),
        ("code_guessed", "a kind of room with a typing error", "raeume", 2, "raumart", says("Gruppenraumm")),
        ("number_ambiguous", "`1.234` as text in a decimal column: 1,234 or 1234?", "raeume", 2, "flaeche", says("1.234")),
        ("number_inexact", "`ca. 12` in a count", "raeume", 1, "plaetze", says("ca. 12")),
        ("number_withheld", "`< 5` in a count", "raeume", 1, "plaetze", says("< 5")),
        ("number_uncertain", "`(24,5)`, for a form in which parentheses are `uncertain`", "raeume", 2, "flaeche", says("(24,5)")),
        ("number_made_date", "1 May, which Excel made of `1.5`", "raeume", 1, "stunden_genutzt", Ink::Date(day(2026, 5, 1))),
        ("key_made_date", "1 February, which Excel made of `2026-02`", "umsetzung", 1, "nr", Ink::Date(day(2026, 2, 1))),
        ("key_unmatched", "`2026/99`, a decision that the district does not name", "umsetzung", 1, "nr", says("2026/99")),
        ("error_cell", "a formula whose reference is gone", "raeume", 1, "stunden_genutzt", formula("=#REF!*2", "#REF!")),
        ("number_from_error", "a 0 that `IFERROR` made of an error", "raeume", 1, "plaetze", formula("=IFERROR(1/0,0)", "0")),
    ];
    let mut cases: Vec<Case> = spots.into_iter().map(|spot| sick_cell(healthy, spot)).collect();
    cases.extend([
        formula_without_value(healthy),
        linked_workbook(healthy),
        contradictory(healthy),
        part_exceeds_whole(healthy),
        rule_violated(healthy),
        outlier(healthy, "outlier_own_past"),
        outlier(healthy, "outlier_among_peers"),
    ]);
    cases
}

fn formula_without_value(healthy: &Patient) -> Case {
    let what = "a formula without a stored value";
    let formula = Ink::Formula("=4*5.5".to_string(), "22".to_string());
    let mut saved = sick_cell(healthy, ("formula_without_value", what, "raeume", 0, "flaeche", formula));
    saved.bytes = zip_part::replace(&saved.bytes, "<f>4*5.5</f><v>22</v>", "<f>4*5.5</f>");
    saved
}

fn linked_workbook(healthy: &Patient) -> Case {
    let formula = Ink::Formula("=[1]Plan!D3".to_string(), "3".to_string());
    let what = "a formula that fetches its number from another workbook";
    let mut linked = sick_cell(healthy, ("linked_workbook", what, "raeume", 1, "plaetze", formula));
    let link = "<externalLink xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"/>";
    linked.bytes = zip_part::with(&linked.bytes, "xl/externalLinks/externalLink1.xml", link.as_bytes());
    linked
}

/// As some editors of XML leave it: the reader would take 4 for 47.11.
fn contradictory(healthy: &Patient) -> Case {
    let number = Ink::Number(47.11);
    let mut sick =
        sick_cell(healthy, ("contradictory_file", "a remark inside of a number", "raeume", 0, "flaeche", number));
    sick.bytes = zip_part::replace(&sick.bytes, "<v>47.11</v>", "<v>4<!-- geprüft -->7.11</v>");
    sick
}

fn part_exceeds_whole(healthy: &Patient) -> Case {
    let sick = healthy.with(|facts| {
        let row = facts.row_mut("bedarf", "zielgruppe", "ukraine");
        row.insert("personen_weiblich", Value::Count(count_of(row, "personen") + 5));
    });
    let spot = place(&sick.book(), "bedarf", 3, "personen_weiblich");
    case("part_exceeds_whole", "more women than persons", &spot, bytes(&sick.book()))
}

fn rule_violated(healthy: &Patient) -> Case {
    let sick = healthy.with(|facts| {
        let row = facts.row_mut("faelle", "zielgruppe", "ukraine");
        for field in ["bestand_ende", "personen"] {
            row.insert(field, Value::Count(count_of(row, field) + 2));
        }
    });
    let spot = place(&sick.book(), "faelle", 3, "bestand_ende");
    let what = "the stock does not balance (rule `bestandsgleichung`)";
    case("rule_violated", what, &spot, bytes(&sick.book()))
}

/// A digit too many, in both ways of looking at it; shows beside the returns of the other bodies and quarters.
fn outlier(healthy: &Patient, code: &'static str) -> Case {
    let sick = healthy.with(|facts| {
        let row = facts.row_mut("bedarf", "zielgruppe", "ukraine");
        row.insert("personen", Value::Count(count_of(row, "personen") * 10));
    });
    let spot = place(&sick.book(), "bedarf", 3, "personen");
    case(code, "ten times as many persons as in the quarters before and elsewhere", &spot, bytes(&sick.book()))
}

fn sick_cell(healthy: &Patient, (code, what, table, row, field, ink): Spot) -> Case {
    let mut book = healthy.book();
    let place = place(&book, table, row, field);
    let sheet = book.sheet(table);
    let spot = (sheet.rows[row], sheet.columns[field]);
    let style = sheet.cells.get(&spot).map_or(Style::Plain, |cell| cell.1);
    sheet.cells.insert(spot, (ink, style));
    case(code, what, &place, bytes(&book))
}

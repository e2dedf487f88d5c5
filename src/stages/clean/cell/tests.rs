//! Cells one by one.

use super::*;
use crate::stages::clean::{german, samples};

fn of(table: &str, field: &str, raw: RawValue) -> (State, Option<Value>, Option<Fault>) {
    of_form(&samples::form(), table, field, raw)
}

fn of_form(form: &Form, table: &str, field: &str, raw: RawValue) -> (State, Option<Value>, Option<Fault>) {
    let signs = Arc::new(Signs::of(&form.symbols));
    let asked = Asked::new(form, form.tables[table].field(field).unwrap(), &signs);
    let latest = german::day(2026, 10, 5).unwrap();
    let (cell, wrong) = clean(Some(&raw), Place { sheet: "A".into(), row: 0, column: 0 }, &asked, latest);
    (cell.state, cell.value, wrong.map(|wrong| wrong.fault))
}

fn text(table: &str, field: &str, written: &str) -> (State, Option<Value>, Option<Fault>) {
    of(table, field, RawValue::Text(written.into()))
}

#[test]
fn numbers_below_zero_are_told_unless_the_field_allows_them() {
    let refused = (State::Missing, None, Some(Fault::NegativeCount));
    assert_eq!(of("raeume", "plaetze", RawValue::Number(-3.0)), refused);
    assert_eq!(of("raeume", "flaeche", RawValue::Number(-3.5)), refused);
    assert_eq!(text("stellen", "besetzt_vzae", "-0,5"), refused);
    assert_eq!(text("stellen", "mittel_bewilligt", "-1.200,00 €"), refused);
    let mut form = samples::form();
    form.tables.get_mut("raeume").unwrap().fields.iter_mut().for_each(|field| field.signed = true);
    let allowed = |field, number| of_form(&form, "raeume", field, RawValue::Number(number));
    assert_eq!(allowed("flaeche", -3.5), (State::Reported, Some(Value::Number(-3.5)), None));
    assert_eq!(allowed("plaetze", -3.0), (State::Reported, Some(Value::Number(-3.0)), None));
}

fn reported(value: &str) -> (State, Option<Value>, Option<Fault>) {
    (State::Reported, Some(Value::Text(value.into())), None)
}

#[test]
fn symbols_say_why_there_is_no_value() {
    for (written, state) in [
        ("k.A.", State::Missing),
        ("–", State::Missing),
        (" K. A. ", State::Missing),
        ("x", State::NotApplicable),
        ("X", State::NotApplicable),
        ("/", State::Withheld),
        (".", State::Withheld),
        ("*", State::Withheld),
    ] {
        for (table, field) in [
            ("bedarf", "personen"),
            ("raeume", "barrierefrei"),
            ("raeume", "raumart"),
            ("zustaendigkeiten", "letzte_ueberpruefung"),
        ] {
            let cross = field == "barrierefrei" && state == State::NotApplicable;
            let expected = if cross { (State::Missing, None, Some(Fault::TickAmbiguous)) } else { (state, None, None) };
            assert_eq!(text(table, field, written), expected, "{written} in {field}");
        }
    }
    assert_eq!(of("bedarf", "personen", RawValue::Error("#N/A".into())), (State::Missing, None, None));
    assert_eq!(
        of("bedarf", "personen", RawValue::Error("#REF!".into())),
        (State::Missing, None, Some(Fault::ErrorCell))
    );
    assert_eq!(of("bedarf", "personen", RawValue::NoResult), (State::Missing, None, Some(Fault::FormulaWithoutValue)));
    assert_eq!(
        of("bedarf", "personen", RawValue::Hidden("/".into())),
        (State::Withheld, None, Some(Fault::NumberHiddenByFormat))
    );
    assert_eq!(text("zustaendigkeiten", "stelle", "-"), reported(""), "nobody is responsible: an answer");
}

#[test]
fn yes_no_and_codes_in_their_spellings() {
    for written in ["ja", "J", "Yes", "wahr", "1", "Ja\u{a0}", "✓", "☒", "[x]"] {
        assert_eq!(text("raeume", "barrierefrei", written), reported("ja"), "{written}");
    }
    assert_eq!(of("raeume", "barrierefrei", RawValue::Bool(false)), reported("nein"));
    assert_eq!(of("raeume", "barrierefrei", RawValue::Number(0.0)), reported("nein"));
    // An empty box is not ticked: no, or not answered.
    for written in ["vielleicht", "ja/nein", "☐", "✗", "vorhanden", "ja, teilweise"] {
        assert_eq!(text("raeume", "barrierefrei", written).2, Some(Fault::CodeUnknown), "{written}");
    }
    assert_eq!(text("bedarf", "zielgruppe", "§ 24"), reported("ukraine"));
    assert_eq!(text("bedarf", "zielgruppe", "Geflüchtete aus der Ukraine"), reported("ukraine"));
    assert_eq!(of("stellen", "baustein", RawValue::Number(2.0)), reported("case_management"));
    assert_eq!(of("angebote", "abgestimmt", RawValue::Bool(true)), reported("ja"));
    let (state, value, fault) = text("raeume", "raumart", "Gruppenraun");
    assert_eq!((state, value, fault), (State::Reported, Some(Value::Text("gruppe".into())), Some(Fault::CodeGuessed)));
    assert_eq!(text("raeume", "raumart", "Turnhalle"), (State::Missing, None, Some(Fault::CodeUnknown)));
}

#[test]
fn what_parentheses_add_to_a_code_is_not_left_out_without_a_word() {
    for (table, field, written, id) in [
        ("bedarf", "zielgruppe", "Asylsuchende (Personen)", "asylsuchende"),
        ("bedarf", "zielgruppe", "Geflüchtete aus der Ukraine (§ 24 AufenthG)", "ukraine"),
        ("bedarf", "zielgruppe", "Schutzberechtigte 1)", "schutzberechtigte"),
        ("bedarf", "zielgruppe", "Schutzberechtigte1)", "schutzberechtigte"),
        ("bedarf", "zielgruppe", "Asylsuchende²", "asylsuchende"),
        ("bedarf", "zielgruppe", "Geduldete*", "geduldete"),
        ("bedarf", "zielgruppe", "Eu-Zuwanderer", "eu"),
        ("bedarf", "zielgruppe", "EU Zuwanderer", "eu"),
        ("stellen", "baustein", "Baustein 2)", "case_management"),
    ] {
        assert_eq!(text(table, field, written), reported(id), "{written}");
    }
    let guessed = |id: &str| (State::Reported, Some(Value::Text(id.into())), Some(Fault::CodeGuessed));
    for (table, field, written, id) in [
        ("umsetzung", "stand", "umgesetzt (teilweise)", "umgesetzt"),
        ("umsetzung", "stand", "umgesetzt (2027)", "umgesetzt"),
        ("umsetzung", "stand", "umgesetzt (in 2027)", "umgesetzt"),
        ("umsetzung", "stand", "umgesetzt?", "umgesetzt"),
        ("umsetzung", "stand", "Umgesetzt (?)", "umgesetzt"),
        ("bedarf", "zielgruppe", "Asylsuchende (12)", "asylsuchende"),
        ("bedarf", "zielgruppe", "Asylsuchende (ja)", "asylsuchende"),
        ("raeume", "raumart", "Büro (nicht barrierefrei)", "buero"),
        ("angebote", "abgestimmt", "ja?", "ja"),
        ("raeume", "barrierefrei", "ja?", "ja"),
        ("raeume", "barrierefrei", "Nein (?)", "nein"),
    ] {
        assert_eq!(text(table, field, written), guessed(id), "{written}");
    }
    for (table, field, written) in [
        ("angebote", "abgestimmt", "ja (teilweise)"),
        ("angebote", "abgestimmt", "ja (zum Teil)"),
        ("angebote", "abgestimmt", "nein (ja)"),
        ("angebote", "abgestimmt", "ja (noch nicht)"),
        ("umsetzung", "stand", "umgesetzt (noch nicht)"),
        ("umsetzung", "stand", "umgesetzt (nein)"),
        ("umsetzung", "stand", "umgesetzt [noch nicht ganz]"),
        ("umsetzung", "stand", "umgesetzt (läuft)"),
        ("bedarf", "zielgruppe", "Asylsuchende (Geduldete)"),
        ("raeume", "barrierefrei", "ja (teilweise)"),
    ] {
        assert_eq!(text(table, field, written), (State::Missing, None, Some(Fault::CodeUnknown)), "{written}");
    }
}

#[test]
fn one_plain_space_parts_thousands_and_wider_gaps_part_numbers() {
    for (written, number) in [("1 234", 1234.0), ("9 999", 9999.0), ("36 900", 36900.0), ("1 234 567", 1_234_567.0)] {
        assert_eq!(
            text("raeume", "plaetze", written),
            (State::Reported, Some(Value::Number(number)), None),
            "{written}"
        );
    }
    for written in ["15  150", "15\t150", "1 234  567", "15 \u{a0}150", "15  150,5", "15  15", "1\n234", "20\r\n200"] {
        assert_eq!(
            text("raeume", "plaetze", written),
            (State::Missing, None, Some(Fault::NumberAmbiguous)),
            "{written:?}"
        );
    }
    for written in ["0 150", "15 15", "1500 150", "1 2345"] {
        assert_eq!(text("raeume", "plaetze", written), (State::Missing, None, Some(Fault::NotANumber)), "{written:?}");
    }
}

#[test]
fn a_cross_is_a_tick_only_where_the_form_says_so() {
    let of = |tick, field: &str| {
        let mut form = samples::form();
        for table in form.tables.values_mut() {
            table.fields.iter_mut().for_each(|field| field.tick = tick);
        }
        let table = if field == "barrierefrei" { "raeume" } else { "zustaendigkeiten" };
        of_form(&form, table, field, RawValue::Text("X".into()))
    };
    for field in ["barrierefrei", "abgestimmt"] {
        assert_eq!(of(None, field), (State::Missing, None, Some(Fault::TickAmbiguous)), "{field}");
        assert_eq!(of(Some(true), field), reported("ja"), "{field}");
        assert_eq!(of(Some(false), field), (State::NotApplicable, None, None), "{field}");
    }
    assert_eq!(text("raeume", "raumart", "x"), (State::NotApplicable, None, None), "no question of yes or no");
}

#[test]
fn a_number_in_front_of_a_code_is_no_part_of_it() {
    for written in [
        "1. Asylsuchende",
        "a) Asylsuchende",
        "1 Asylsuchende",
        "01. Asylsuchende",
        "1) Asylbewerber",
        "a. Asylsuchende",
    ] {
        assert_eq!(text("bedarf", "zielgruppe", written), reported("asylsuchende"), "{written}");
    }
    assert_eq!(text("bedarf", "zielgruppe", "1. Asylsuchnde").2, Some(Fault::CodeGuessed));
    for written in ["24 Asylsuchende und andere", "1.", "123 Asylsuchende"] {
        assert_eq!(text("bedarf", "zielgruppe", written).1, None, "{written}");
    }
    // Its number says that it is another one.
    assert_eq!(text("stellen", "baustein", "1. Case Management").2, Some(Fault::CodeUnknown));
    assert_eq!(text("stellen", "baustein", "2. Case Management"), reported("case_management"));
}

#[test]
fn a_reference_is_no_answer() {
    for written in ["siehe Anlage", "s. o.", "dto.", "wie im Vorquartal", "keine Änderung", "\""] {
        assert_eq!(text("raeume", "standort", written), (State::Missing, None, Some(Fault::TextRefers)), "{written}");
        assert_eq!(text("zustaendigkeiten", "stelle", written).2, Some(Fault::TextRefers), "{written}");
        assert_eq!(text("bedarf", "bemerkung", written).2, None, "a remark may");
    }
}

#[test]
fn a_number_that_excel_made_a_date_is_not_made_a_number_again() {
    let day = german::day(2026, 5, 1).unwrap().and_hms_opt(0, 0, 0).unwrap();
    assert_eq!(of("stellen", "besetzt_vzae", RawValue::Date(day)), (State::Missing, None, Some(Fault::NumberMadeDate)));
}

#[test]
fn what_is_nearly_a_number_is_not_made_one() {
    let plaetze = |written: &str| text("raeume", "plaetze", written);
    let asked_back = |fault| (State::Missing, None, Some(fault));
    assert_eq!(plaetze("ca. 20"), asked_back(Fault::NumberInexact));
    assert_eq!(plaetze("20-25"), asked_back(Fault::NumberInexact));
    assert_eq!(plaetze("zwanzig"), asked_back(Fault::NotANumber));
    assert_eq!(plaetze("< 5"), (State::Withheld, None, Some(Fault::NumberWithheld)));
    assert_eq!(plaetze("1,234"), asked_back(Fault::NumberAmbiguous));
}

/// In the real form with another word on parentheses, and with the dash as zero.
fn elsewhere(parentheses: Parentheses, field: &str, written: &str) -> (State, Option<Value>, Option<Wrong>) {
    let mut form = samples::form();
    form.numbers.parentheses = parentheses;
    form.symbols.missing.retain(|symbol| !Symbols::is_dash(symbol));
    form.symbols.zero = vec!["-".into()];
    let signs = Arc::new(Signs::of(&form.symbols));
    let known = form.tables["raeume"].field(if field == "signed" { "flaeche" } else { field });
    let mut known = known.unwrap().clone();
    known.signed = field == "signed";
    let asked = Asked::new(&form, &known, &signs);
    let (place, raw) = (Place { sheet: "A".into(), row: 0, column: 0 }, RawValue::Text(written.into()));
    let (cell, wrong) = clean(Some(&raw), place, &asked, german::day(2026, 10, 5).unwrap());
    (cell.state, cell.value, wrong)
}

#[test]
fn parentheses_mean_what_the_form_says() {
    use Parentheses::{Ask, Negative, Uncertain};
    let number = |number| Some(Value::Number(number));
    let told = |fault, expected| Some(wrong(fault, expected));
    let ambiguous = told(Fault::NumberAmbiguous, "18,2 / -18,2");
    assert_eq!(elsewhere(Ask, "flaeche", "(18,2)"), (State::Missing, None, ambiguous));
    let uncertain = told(Fault::NumberUncertain, "18,2");
    assert_eq!(elsewhere(Uncertain, "flaeche", "(18,2) m²"), (State::Reported, number(18.2), uncertain));
    assert_eq!(elsewhere(Negative, "flaeche", "(18,2)").2, told(Fault::NegativeCount, ""));
    assert_eq!(elsewhere(Negative, "signed", "(18,2)"), (State::Reported, number(-18.2), None));
    assert_eq!(elsewhere(Negative, "plaetze", "(3)").2, told(Fault::NegativeCount, ""));
}

#[test]
fn a_sign_for_zero_is_a_zero_where_a_number_is_asked() {
    assert_eq!(elsewhere(Parentheses::Ask, "plaetze", "–"), (State::ConfirmedZero, Some(Value::Number(0.0)), None));
    assert_eq!(elsewhere(Parentheses::Ask, "raumart", "-"), (State::Missing, None, None));
    assert_eq!(elsewhere(Parentheses::Ask, "plaetze", "k. A.").0, State::Missing);
}

#[test]
fn a_day_to_come_is_refused_only_where_it_cannot_be() {
    assert_eq!(text("zustaendigkeiten", "letzte_ueberpruefung", "1.3.2031").2, Some(Fault::DateInFuture));
    assert_eq!(text("stellen", "befristet_bis", "1.3.2031").2, None);
    assert_eq!(text("zustaendigkeiten", "letzte_ueberpruefung", "Frühjahr").2, Some(Fault::NotADate));
}

#[test]
fn a_day_in_a_sentence_is_no_answer() {
    let day = |day: u32, month: u32, year: i32| {
        (State::Reported, Some(Value::Date(german::day(year, month, day).unwrap())), None::<Fault>)
    };
    for (table, field, written) in [
        ("umsetzung", "umgesetzt_am", "Frist 31.12.2023, umgesetzt Anfang 2024"),
        ("umsetzung", "umgesetzt_am", "nicht am 01.02.2024"),
        ("umsetzung", "umgesetzt_am", "soll am 01.02.2026 umgesetzt werden"),
        ("umsetzung", "umgesetzt_am", "geplant: 29.01.2024, tatsächlich erst 2025"),
        ("umsetzung", "umgesetzt_am", "bis 01.02.2024"),
        ("umsetzung", "umgesetzt_am", "Wiedervorlage 01.02.2024"),
        ("umsetzung", "umgesetzt_am", "01.02.2024 teilweise"),
        ("umsetzung", "umgesetzt_am", "ca. 01.02.2024"),
        ("umsetzung", "umgesetzt_am", "01.09.2026?"),
        ("stellen", "besetzt_seit", "vakant seit 01.03.2024"),
        ("stellen", "besetzt_seit", "frei ab 01.01.2027"),
        ("stellen", "befristet_bis", "unbefristet seit 01.03.2024"),
    ] {
        assert_eq!(text(table, field, written), (State::Missing, None, Some(Fault::NotADate)), "{written}");
    }
    assert_eq!(text("umsetzung", "umgesetzt_am", "umgesetzt am 01.02.2024"), day(1, 2, 2024));
    assert_eq!(text("stellen", "besetzt_seit", "seit 01.03.2024"), day(1, 3, 2024));
    assert_eq!(text("stellen", "befristet_bis", "befristet bis 31.12.2027"), day(31, 12, 2027));
    for marked in ["01.02.2024*", "01.02.2024¹", "am 01.02.2024 1)"] {
        let (state, value, fault) = text("umsetzung", "umgesetzt_am", marked);
        assert_eq!(((state, value, None), fault), (day(1, 2, 2024), Some(Fault::FootnoteIgnored)), "{marked}");
    }
    assert_eq!(text("umsetzung", "umgesetzt_am", "01.02.2031*").2, Some(Fault::DateInFuture));
}

#[test]
fn numbers_are_shown_as_excel_shows_them() {
    assert_eq!((shown(0.1 + 0.2).as_str(), shown(1234.0).as_str(), shown(-1.5).as_str()), ("0,3", "1234", "-1,5"));
}

#[test]
fn what_can_be_read_in_one_way_only_is_read() {
    let number = |number: f64| (State::Reported, Some(Value::Number(number)), None);
    assert_eq!(text("raeume", "plaetze", "'22"), number(22.0));
    assert_eq!(text("raeume", "plaetze", "15,-"), number(15.0));
    assert_eq!(text("raeume", "flaeche", "15,--"), number(15.0));
    assert_eq!(text("bedarf", "personen", "103 Pers."), number(103.0));
    assert_eq!(text("bedarf", "personen_weiblich", "40 Personen"), number(40.0), "whatever the heading says");
    for written in ["22 Pers.", "22 Personen", "22 Pl."] {
        assert_eq!(text("raeume", "plaetze", written).2, Some(Fault::NotANumber), "{written}: places are asked");
    }
}

#[test]
fn a_mark_behind_a_number_is_a_footnote_unless_the_form_says_what_it_keeps_secret() {
    let footnote = |number: f64| (State::Reported, Some(Value::Number(number)), Some(Fault::FootnoteIgnored));
    assert_eq!(text("raeume", "plaetze", "2*"), footnote(2.0));
    assert_eq!(text("raeume", "flaeche", "38,5 *"), footnote(38.5));
    assert_eq!(text("raeume", "plaetze", "2 1)"), footnote(2.0));
    assert_eq!(text("raeume", "plaetze", "38,5 *").2, Some(Fault::FractionInCount), "what is wrong is the number");
    assert_eq!(text("raeume", "plaetze", "siehe 3 *").2, Some(Fault::NotANumber));
    // `*` is a sign of this form for what is kept secret; beside a number of people, too.
    let secret = (State::Withheld, None, Some(Fault::NumberWithheld));
    assert_eq!(text("bedarf", "personen", "2*"), secret);
    assert_eq!(text("bedarf", "personen", "2 *)"), secret);
    assert_eq!(text("bedarf", "personen", "2 1)"), footnote(2.0));
    let mut form = samples::form();
    form.symbols.withheld.retain(|sign| sign != "*");
    assert_eq!(of_form(&form, "bedarf", "personen", RawValue::Text("2*".into())), footnote(2.0));
}

#[test]
fn a_number_in_another_scale_names_the_scale() {
    let form = samples::form();
    let signs = Arc::new(Signs::of(&form.symbols));
    let asked = Asked::new(&form, form.tables["stellen"].field("mittel_bewilligt").unwrap(), &signs);
    for (written, scale) in
        [("26,5 TEUR", "TEUR"), ("26,5 T€", "T€"), ("26 Tsd. Euro", "Tsd. Euro"), ("0,5 Mio.", "Mio.")]
    {
        let place = Place { sheet: "A".into(), row: 0, column: 0 };
        let raw = RawValue::Text(written.into());
        let (cell, wrong) = clean(Some(&raw), place, &asked, german::day(2026, 10, 5).unwrap());
        let wrong = wrong.unwrap();
        assert_eq!((cell.value, wrong.fault, wrong.found.as_deref()), (None, Fault::ScaleDiffers, Some(scale)));
        assert_eq!(wrong.expected, "Fördermittel bewilligt €");
    }
    for written in ["siehe 3 Tsd.", "drei Mio.", "26,5 Euro im Monat"] {
        assert_eq!(text("stellen", "mittel_bewilligt", written).2, Some(Fault::NotANumber), "{written}");
    }
}

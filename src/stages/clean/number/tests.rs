//! Numbers as people write them, and what is none.

use super::*;
use proptest::prelude::*;

fn read(text: &str, kind: FieldType) -> Result<f64, NumberFault> {
    parse(text, kind, &["vzae".into(), "std".into(), "m2".into(), "tage".into(), "%".into(), "arbeitstage".into()])
}

#[test]
fn a_new_line_begins_another_number() {
    for text in ["20\n200", "3\r\n150", "1\n234,5"] {
        assert_eq!(read(text, FieldType::Decimal), Err(NumberFault::NotANumber), "{text:?}");
    }
    assert_eq!(read("1,5\nVZÄ", FieldType::Decimal), Ok(1.5));
}

#[test]
fn german_writings() {
    use FieldType::{Count, Decimal, Money};
    for (text, kind, number) in [
        ("1.234,5", Decimal, 1234.5),
        ("1 234", Count, 1234.0),
        ("1\u{202f}234,5", Decimal, 1234.5),
        ("1\u{a0}234\u{a0}567", Count, 1_234_567.0),
        ("1'234", Count, 1234.0),
        ("12 %", Decimal, 12.0),
        ("1,5 VZÄ", Decimal, 1.5),
        ("45 m²", Decimal, 45.0),
        ("19,5 Std.", Decimal, 19.5),
        ("12.345,67 €", Money, 12345.67),
        ("€ 12.345,67", Money, 12345.67),
        ("12.345,- €", Money, 12345.0),
        ("12.345,00", Money, 12345.0),
        ("334.327,57", Money, 334_327.57),
        ("1,234.50", Money, 1234.5),
        ("1.234", Count, 1234.0),
        ("1.234.567", Money, 1_234_567.0),
        ("0.123", Decimal, 0.123),
        (",5", Decimal, 0.5),
        ("12.5", Decimal, 12.5),
        ("3,0", Count, 3.0),
        ("1,234", Decimal, 1.234),
        ("−3,5", Decimal, -3.5),
        ("007", Count, 7.0),
        ("'22", Count, 22.0),
        ("’-3,5", Decimal, -3.5),
        ("15,-", Count, 15.0),
        ("15,--", Decimal, 15.0),
        ("1.250,—", Count, 1250.0),
        ("15.-", Money, 15.0),
        ("5 Arbeitst.", Count, 5.0),
    ] {
        assert_eq!(read(text, kind), Ok(number), "{text:?} as {kind:?}");
    }
}

#[test]
fn what_is_no_number_is_not_guessed() {
    use FieldType::{Count, Decimal, Money};
    for (text, kind) in [
        ("ca. 20", Count),
        ("20-25", Count),
        ("<5", Count),
        ("(18,2)", Decimal),
        ("12 34", Count),
        ("1.23.456", Count),
        ("1.234,5.6", Decimal),
        ("12.34,5", Decimal),
        ("1e5", Decimal),
        ("20 Kinder", Count),
        ("12 %", Count),
        ("--3", Decimal),
        ("", Count),
        ("1 234'567", Count),
        ("5 + 3", Count),
        ("12 (ca.)", Count),
        ("'22'", Count),
        ("''22", Count),
        ("5 Arb.", Count),
        ("5 Arbeitst", Count),
        ("12 €,-", Count),
        ("99999999999999999", Count),
    ] {
        assert_eq!(read(text, kind), Err(NumberFault::NotANumber), "{text:?} as {kind:?}");
    }
    assert_eq!(read("-3", Count), Ok(-3.0), "whether that may be is the field's word");
    assert_eq!(read("12,5", Count), Err(NumberFault::Fraction));
    assert_eq!(read("1.234", Decimal), Err(NumberFault::Ambiguous("1234 / 1,234".into())));
    assert_eq!(read("1.234 €", Money), Err(NumberFault::Ambiguous("1234 / 1,234".into())));
    assert_eq!(read("1,234", Count), Err(NumberFault::Ambiguous("1234 / 1,234".into())));
}

#[test]
fn per_cent_are_a_number_only_where_they_are_asked() {
    assert_eq!(parse("50 %", FieldType::Decimal, &["vzae".into()]), Err(NumberFault::NotANumber));
    assert_eq!(parse("50 %", FieldType::Decimal, &["prozent".into()]), Ok(50.0));
}

#[test]
fn what_could_be_read_in_two_ways_is_read_as_agreed() {
    use DecimalMark::{Comma, Point};
    for (text, mark, number) in
        [("9.236", Point, 9.236), ("9.236", Comma, 9236.0), ("1,234", Comma, 1.234), ("-1.234 €", Comma, -1234.0)]
    {
        assert_eq!(as_agreed(text, mark, FieldType::Decimal), Some(Ok(number)), "{text} with {mark:?}");
    }
}

/// Any writing of the cents a German might choose.
fn german(cents: i64, mark: &str, places: usize) -> String {
    let digits = (cents / 100).to_string();
    let mut whole = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            whole.push_str(mark);
        }
        whole.push(digit);
    }
    match places {
        0 => whole,
        _ => format!("{whole},{:02}", cents % 100),
    }
}

proptest! {
    #[test]
    fn digits_need_no_understanding(digits in "[0-9]{1,10}|[0-9]{0,3}[.,][0-9]{1,3}") {
        for kind in [FieldType::Count, FieldType::Decimal, FieldType::Money] {
            prop_assert_eq!(parse(&digits, kind, &[]), understood(&digits, kind, &[]));
        }
    }

    #[test]
    fn money_survives_any_german_writing(cents in 0..1_000_000_000_000_i64, mark in 0..6_usize, unit in 0..4_usize, minus: bool) {
        let mark = ["", ".", " ", "\u{a0}", "\u{202f}", "'"][mark];
        let unit = ["", " €", "€", " EUR"][unit];
        let sign = if minus { "-" } else { "" };
        let text = format!("{sign}{}{unit}", german(cents, mark, 2));
        let expected = cents as f64 / 100.0 * if minus { -1.0 } else { 1.0 };
        prop_assert_eq!(read(&text, FieldType::Money), Ok(expected), "{}", text);
    }

    #[test]
    fn counts_survive_any_german_writing(count in 0..10_000_000_i64, mark in 0..5_usize) {
        let text = german(count * 100, ["", ".", " ", "\u{2009}", "’"][mark], 0);
        prop_assert_eq!(read(&text, FieldType::Count), Ok(count as f64), "{}", text);
    }

    #[test]
    fn nothing_makes_it_panic(text in "\\PC{0,12}|[0-9., '€%-]{0,12}") {
        for kind in [FieldType::Count, FieldType::Decimal, FieldType::Money] {
            let _ = read(&text, kind);
        }
    }
}

#[test]
fn a_wide_gap_may_part_two_numbers() {
    for (text, readings) in [
        ("15  150", "15150 / 15 + 150"),
        ("15\t150", "15150 / 15 + 150"),
        (" -15  150 ", "15150 / 15 + 150"),
        ("\u{feff}15  150\u{200b}", "15150 / 15 + 150"),
        ("\u{a0}15 \u{200b} 150", "15150 / 15 + 150"),
        ("15 \u{a0}150 €", "15150 / 15 + 150"),
        ("1 234  567,5", "1234567,5 / 1234 + 567,5"),
        ("15  15", "1515 / 15 + 15"),
        ("1\n234", "1234 / 1 + 234"),
        ("15\u{a0}\u{a0}150", "15150 / 15 + 150"),
    ] {
        assert_eq!(two_numbers(text).as_deref(), Some(readings), "{text:?}");
    }
    let one = ["1 234", "15 150", "-15 150", "15\u{a0}150", "15\u{202f}150", "1 234 567", "15 150,0"];
    for text in one.into_iter().chain(["15 150  €", " 15  ", "15  Räume  150", "15", ""]) {
        assert_eq!(two_numbers(text), None, "{text:?}");
    }
    for text in ["0 150", "15 15", "1500 150", "1 2345", "1 234 56", "012 345"] {
        assert_eq!(read(text, FieldType::Count), Err(NumberFault::NotANumber), "{text:?}");
    }
    assert_eq!(read("19,5 h", FieldType::Decimal), Ok(19.5), "hours are hours");
    assert_eq!(parse("19,5 h", FieldType::Decimal, &["vzae".into()]), Err(NumberFault::NotANumber));
}

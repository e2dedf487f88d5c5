use super::*;

fn quarter(text: &str) -> Option<String> {
    of_cell(&RawValue::Text(text.into()), Kind::Quarter).map(|period| period.to_string())
}

#[test]
fn a_quarter_in_any_spelling() {
    for text in [
        "2026-Q3",
        "Q3/2026",
        "Q3 2026",
        "2026/Q3",
        "3. Quartal 2026",
        "3.Quartal 2026",
        "III. Quartal 2026",
        "III/2026",
        "III-2026",
        "3/2026",
        "Quartal 3/2026",
        "Q 3 / 2026",
        "Q3/26",
        "3. Quartal 26",
        "drittes Quartal 2026",
        "3. Vierteljahr 2026",
        "2026, 3. Quartal",
        "2026 III. Quartal",
        "Juli bis September 2026",
        "Juli - September 2026",
        "Jul.–Sept. 2026",
        "September 2026",
        "07-09/2026",
        "07/2026",
        "01.07.2026 - 30.09.2026",
        "Berichtszeitraum vom 1.7. bis 30.09.2026",
        "30. September 2026",
        "3. QUARTAL\u{a0}2026",
    ] {
        assert_eq!(quarter(text).as_deref(), Some("2026-Q3"), "{text}");
    }
}

#[test]
fn what_names_no_quarter_is_none() {
    for text in ["2026", "5. Quartal 2026", "01.01.2026 - 31.12.2026", "Januar bis Dezember 2026", "", "Sommer", "Q3"] {
        assert_eq!(quarter(text), None, "{text}");
    }
}

#[test]
fn more_than_one_quarter_is_none() {
    for text in [
        "Q2 und Q3 2026",
        "Q2-Q3 2026",
        "Q2/Q3 2026",
        "2. und 3. Quartal 2026",
        "1.-3. Quartal 2026",
        "I - III Quartal 2026",
        "01.04.-30.09.2026",
    ] {
        assert_eq!(quarter(text), None, "{text}");
    }
}

#[test]
fn names_of_files_say_it_too() {
    let named = |text: &str| of_text(text, Kind::Quarter).map(|period| period.to_string());
    for name in [
        "2026-Q3_Meschede_KIM-Rückmeldung.xlsx",
        "Eslohe KIM 3.Quartal 2026.xlsx",
        "marsberg_q3_2026.xlsx",
        "Quartalsmeldung III-2026 Medebach.xlsx",
        "Olsberg Rückmeldung KIM Q3-2026.xlsx",
        "Rueckmeldung KIM Winterberg 2026-Q3 (1).xlsx",
        "Sundern_KIM_3. Quartal 2026 neu.xlsx",
        "2026-Q3/Bogen.xlsx",
    ] {
        assert_eq!(named(name).as_deref(), Some("2026-Q3"), "{name}");
    }
    assert_eq!(named("Bogen 20.10.2026.xlsx"), None, "a day in a file's name is when it was saved");
}

#[test]
fn a_small_number_may_be_a_month() {
    let other =
        |text: &str| other_reading(&RawValue::Text(text.into()), Kind::Quarter).map(|period| period.to_string());
    assert_eq!(other("03/2026").as_deref(), Some("2026-Q3"));
    assert_eq!(other("3/2026").as_deref(), Some("2026-Q1"));
    assert_eq!(other("02-2026").as_deref(), Some("2026-Q2"));
    for text in
        ["1/2026", "01/2026", "07/2026", "Q3/2026", "III/2026", "3. Quartal 2026", "07-09/2026", "2026", "März 2026"]
    {
        assert_eq!(other(text), None, "{text}");
    }
}

#[test]
fn two_years_beside_a_quarter_are_two_readings() {
    let other = |text: &str| other_year(text, Kind::Quarter).map(|period| period.to_string());
    for text in ["Q3 2025/2026", "3. Quartal 2025/26", "Q3 2025 oder 2026", "III. Quartal 2025 / 2026"] {
        assert_eq!(other(text).as_deref(), Some("2026-Q3"), "{text}");
    }
    assert_eq!(other("2025/2026 Q3").as_deref(), Some("2025-Q3"));
    assert_eq!(other("Dezember 2025 bis Februar 2026").as_deref(), Some("2026-Q1"));
    for text in [
        "Q3 2026",
        "Q3 2026 (Förderung 2024-2027)",
        "2026-Q3 2026",
        "Juli 2026 bis September 2026",
        "2026-Q3 27 Gemeinden 2027",
        "Q3 2025 26.10.",
        "2025/2026",
    ] {
        assert_eq!(other(text), None, "{text}");
    }
}

#[test]
fn other_kinds_of_period() {
    let of = |text: &str, kind| of_cell(&RawValue::Text(text.into()), kind).map(|period| period.to_string());
    assert_eq!(of("1. Halbjahr 2026", Kind::Half).as_deref(), Some("2026-H1"));
    assert_eq!(of("Januar bis Juni 2026", Kind::Half).as_deref(), Some("2026-H1"));
    assert_eq!(of("Jahr 2026", Kind::Year).as_deref(), Some("2026"));
    assert_eq!(of("Juli 2026", Kind::Month).as_deref(), Some("2026-07"));
    assert_eq!(of("7/2026", Kind::Month).as_deref(), Some("2026-07"));
}

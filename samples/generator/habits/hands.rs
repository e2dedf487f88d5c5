//! The thirteen hands: what each body does differently from the tidy form.

use super::{Ags, Codes, Dates, Habit, Numbers, PeriodStyle, TIDY, Total, YesNo};

pub const HABITS: [(&str, Habit); 13] = [
    (
        "05958000",
        Habit {
            name: "Hochsauerlandkreis, Kreisverwaltung",
            ags: Ags::Number,
            file: "Hochsauerlandkreis_KIM_{code}",
            labels: &[("Kommune", "meldende Stelle")],
            total: Total::Formula,
            titles: 1,
            merged: true,
            ..TIDY
        },
    ),
    (
        "05958004",
        Habit {
            name: "Stadt Arnsberg",
            period: PeriodStyle::Long,
            numbers: Numbers::German,
            missing: "k. A.",
            titles: 2,
            merged: true,
            extra_column: Some("Sachbearbeiter intern"),
            slips: 0.02,
            ..TIDY
        },
    ),
    ("05958008", Habit { name: "Gemeinde Bestwig", file: "Rückmeldung_{code}_{name}", ..TIDY }),
    (
        "05958012",
        Habit {
            name: "Stadt Brilon",
            file: "Rückmeldung Q{q} {year} {name}",
            period: PeriodStyle::Slash,
            labels: &[("Kommune", "Stadt"), ("Berichtszeitraum", "Quartal")],
            numbers: Numbers::German,
            missing: "k. A.",
            dates: Dates::Short,
            total: Total::No,
            slips: 0.02,
            ..TIDY
        },
    ),
    (
        "05958016",
        Habit {
            name: "Eslohe",
            ags: Ags::Absent,
            file: "{name} KIM {q}.Quartal {year}",
            labels: &[("Kommune", "Gemeinde")],
            blank_row: Some(4),
            total: Total::Formula,
            sheets: &[("faelle", "Fallzahlen")],
            missing: "-",
            ..TIDY
        },
    ),
    (
        "05958020",
        Habit {
            file: "KIM-Bogen {year}-Q{q} {name}",
            numbers: Numbers::German,
            missing: "-",
            yes_no: YesNo::Words("J", "N"),
            dates: Dates::Dotted,
            codes: Codes::Synonyms,
            total: Total::No,
            slips: 0.03,
            ..TIDY
        },
    ),
    (
        "05958024",
        Habit {
            name: "Marsberg, Stadt",
            ags: Ags::Number,
            period: PeriodStyle::Long,
            file: "marsberg_q{q}_{year}",
            column_a_blank: true,
            yes_no: YesNo::Words("Ja", "Nein"),
            remark: Some("Anmerkung: Werte zum Teil vorläufig, Stand letzter Werktag des Quartals."),
            ..TIDY
        },
    ),
    (
        "05958028",
        Habit {
            name: "Hansestadt Medebach",
            period: PeriodStyle::Roman,
            file: "Quartalsmeldung {roman}-{year} {name}",
            labels: &[("Art der Meldung", "Meldungsart"), ("Stand", "Stichtag")],
            numbers: Numbers::German,
            dates: Dates::Long,
            missing: "n. a.",
            titles: 1,
            total: Total::No,
            slips: 0.01,
            ..TIDY
        },
    ),
    (
        "05958032",
        Habit {
            name: "Meschede, Kreis- und  Hochschulstadt",
            file: "{code}_{name}_KIM-Rückmeldung",
            codes: Codes::Spaces,
            total: Total::Formula,
            columns_moved: true,
            titles: 2,
            ..TIDY
        },
    ),
    (
        "05958036",
        Habit {
            name: "Stadt Olsberg",
            ags: Ags::Spaced,
            file: "{name} Rückmeldung KIM Q{q}-{year}",
            yes_no: YesNo::Truth,
            headings: &[
                ("angebote", "warteliste", "Wartende"),
                ("faelle", "zugaenge", "Neuzugänge"),
                ("bedarf", "personen", "Personen insgesamt"),
                ("raeume", "flaeche", "Fläche in m²"),
            ],
            missing: "–",
            ..TIDY
        },
    ),
    (
        "05958040",
        Habit {
            name: "Stadt Schmallenberg",
            file: "KIM {name} {q}. Quartal {year} final",
            period: PeriodStyle::Slash,
            numbers: Numbers::German,
            codes: Codes::Synonyms,
            wrapped_headings: true,
            missing: "k.A.",
            dates: Dates::Dotted,
            slips: 0.02,
            ..TIDY
        },
    ),
    (
        "05958044",
        Habit {
            name: "Sundern (Sauerland), Stadt",
            ags: Ags::Spaced,
            period: PeriodStyle::Long,
            file: "{name}_KIM_{q}. Quartal {year} neu",
            titles: 3,
            merged: true,
            headings: &[("stellen", "geplant_vzae", "Soll VZÄ"), ("stellen", "besetzt_vzae", "Ist VZÄ")],
            missing: "keine Angabe",
            ..TIDY
        },
    ),
    (
        "05958048",
        Habit {
            name: "Stadt  Winterberg ",
            period: PeriodStyle::Roman,
            file: "Rueckmeldung KIM {name} {code} (1)",
            labels: &[("Kommune", "Kommune:"), ("AGS", "AGS:"), ("Berichtszeitraum", "Berichtszeitraum:")],
            numbers: Numbers::German,
            dates: Dates::Short,
            codes: Codes::Synonyms,
            blank_row: Some(3),
            missing: "?",
            total: Total::No,
            slips: 0.02,
            ..TIDY
        },
    ),
];

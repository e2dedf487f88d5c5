//! Whose a return is, for when, and on which form.

use super::*;
use crate::model::raw::RawValue;

type Whose = (Option<String>, Option<String>, Vec<(Code, String, String)>);

/// A return with nothing but this cover, under this name: whose it is, for when, and what is told about that.
fn whose(file: &str, cover: &str) -> Whose {
    let clean = cleaned_as(file, vec![sheet("Deckblatt", cover), rooms("Rathaus|Büro|=20|=2|ja|=10|=5")]);
    let of_file = |finding: &&Finding| finding.code < Code::IdenticalSubmission;
    let told = clean.findings.iter().filter(of_file);
    let told = told.map(|finding| (finding.code, finding.found.clone(), finding.expected.clone())).collect();
    (clean.body, clean.period.map(|period| period.to_string()), told)
}

#[test]
fn who_reports_is_never_guessed_without_a_word() {
    let of = |file: &str, cover: &str| {
        let (body, _, told) = whose(file, &format!("{cover}\nZeitraum|Q3/2026"));
        (body, told.into_iter().map(|(code, found, _)| (code, found)).collect::<Vec<_>>())
    };
    let (arnsberg, bestwig) = (Some("05958004".to_owned()), Some("05958008".to_owned()));
    let silent = Vec::new;
    for cover in ["Kommune|Arnsberg", "AGS|=5958004", "Kommune|Stadt Arnsberg\nAGS|05 958 004", "AGS|05|958|004"] {
        assert_eq!(of("Bogen.xlsx", cover), (arnsberg.clone(), silent()), "{cover}");
    }
    let guessed = |found: &str| vec![(Code::ReporterGuessed, found.to_owned())];
    assert_eq!(of("Bestwig Q3 2026.xlsx", "Stand|1.10.2026"), (bestwig.clone(), guessed("Bestwig Q3 2026.xlsx")));
    assert_eq!(of("Bestwig/Bogen.xlsx", ""), (bestwig.clone(), guessed("Bestwig")));
    assert_eq!(of("Bogen.xlsx", "Kommune|Arnsburg"), (arnsberg.clone(), guessed("Arnsburg")));
    assert_eq!(
        of("Bogen.xlsx", "Kommune|Sozialamt der Stadt Arnsberg"),
        (arnsberg.clone(), guessed("Sozialamt der Stadt Arnsberg"))
    );
    assert_eq!(
        of("Arnsberg.xlsx", "Kommune|Arnsburg"),
        (arnsberg.clone(), silent()),
        "the name of the file confirms it"
    );
    assert_eq!(of("Bogen.xlsx", "Kommune|Arnsberg\nAGS|05999999"), (arnsberg.clone(), guessed("Arnsberg · 05999999")));
    let torn = |found: &str| vec![(Code::ReporterContradiction, found.to_owned())];
    let contradiction = "Kommune|Bestwig\nAGS|05958004";
    assert_eq!(
        of("Bogen.xlsx", contradiction),
        (None, torn("Bestwig · 05958004")),
        "what Bestwig says is not said of Arnsberg"
    );
    assert_eq!(of("Bestwig.xlsx", contradiction), (bestwig.clone(), torn("Bestwig · 05958004 · Bestwig.xlsx")));
    assert_eq!(of("Arnsberg.xlsx", "Kommune|Bestwig"), (None, torn("Bestwig · Arnsberg.xlsx")));
    let two = "Kommune|Bestwig\nAGS|05958008";
    assert_eq!(of("Arnsberg.xlsx", two), (bestwig.clone(), torn("Bestwig · 05958008 · Arnsberg.xlsx")));
    assert_eq!(of("HSK Abfrage.xlsx", two), (bestwig, silent()), "the district is who asks");
    assert_eq!(of("Bogen.xlsx", "Kommune|Musterstadt"), (None, vec![(Code::UnknownReporter, "Musterstadt".into())]));
}

#[test]
fn a_contradiction_about_the_sender_names_both_cells() {
    let bare = |cover: &str| vec![sheet("Deckblatt", cover), rooms("Rathaus|Büro|=20|=2|ja|=10|=5")];
    let torn = cleaned(bare("Kommune|Bestwig\nAGS|05958004\nZeitraum|Q3/2026"));
    assert_eq!(found(&torn, Code::ReporterContradiction)[0].0, ["Deckblatt!B1", "Deckblatt!B2"]);
    assert_eq!(torn.findings[0].severity, Severity::Error);
    let nobody = cleaned(bare("Kommune|Musterstadt\nZeitraum|Q3/2026"));
    assert_eq!(nobody.tables.len(), 1, "for those who want to look at it");
}

#[test]
fn the_period_is_never_guessed_without_a_word() {
    let of = |file: &str, cover: &str| {
        let (_, period, told) = whose(file, &format!("Kommune|Arnsberg\n{cover}"));
        (period.unwrap_or_default(), told)
    };
    let q3 = |code: Option<Code>, found: &str| {
        ("2026-Q3".to_owned(), code.map(|code| (code, found.to_owned(), "2026-Q3".to_owned())).into_iter().collect())
    };
    let guessed = Some(Code::PeriodGuessed);
    assert_eq!(of("Bogen.xlsx", "Zeitraum|III/2026"), q3(None, ""));
    assert_eq!(of("Bogen.xlsx", "Quartal|=3\nJahr|=2026"), q3(None, ""));
    assert_eq!(of("Bogen.xlsx", "Quartal|III.\nBerichtsjahr|2026"), q3(None, ""));
    assert_eq!(of("Bogen Q3 2026.xlsx", "Stand|1.10.2026"), q3(guessed, "Bogen Q3 2026.xlsx"));
    assert_eq!(of("2026-Q3/Bogen.xlsx", "Zeitraum|bald"), q3(guessed, "bald · 2026-Q3"));
    assert_eq!(of("2026-Q3/Bogen Q3 2026.xlsx", "Zeitraum|2026-Q3"), q3(None, ""));
    let torn = Some(Code::PeriodContradiction);
    assert_eq!(of("Bogen Q2 2026.xlsx", "Zeitraum|Q3/2026"), q3(torn, "Q3/2026 · Bogen Q2 2026.xlsx"));
    assert_eq!(of("2026-Q2/Bogen Q3 2026.xlsx", ""), q3(torn, "Bogen Q3 2026.xlsx · 2026-Q2"));
}

#[test]
fn a_date_on_the_cover_is_a_doubtful_period() {
    let of = |file: &str, day: &str| {
        let moment = day.parse::<NaiveDate>().unwrap().and_hms_opt(0, 0, 0).unwrap();
        let mut cover = sheet("Deckblatt", "Kommune|Arnsberg\nZeitraum|?");
        cover.cells[3].value = RawValue::Date(moment);
        let clean = cleaned_as(file, vec![cover, rooms("Rathaus|Büro|=20|=2|ja|=10|=5")]);
        let codes = clean.findings.iter().filter(|finding| finding.code < Code::IdenticalSubmission);
        (clean.period.map(|period| period.to_string()), codes.map(|finding| finding.code).collect::<Vec<_>>())
    };
    let q3 = Some("2026-Q3".to_owned());
    assert_eq!(of("Bogen.xlsx", "2026-09-30"), (q3.clone(), vec![Code::PeriodGuessed]));
    assert_eq!(of("Bogen Q3 2026.xlsx", "2026-09-30"), (q3.clone(), vec![]));
    // Excel makes 1 March out of `3/2026`.
    assert_eq!(of("Bogen Q3 2026.xlsx", "2026-03-01"), (q3, vec![Code::PeriodContradiction]));
}

#[test]
fn the_names_of_the_sheets_are_asked_last() {
    let mut named = rooms("Rathaus|Büro|=20|=2|ja|=10|=5");
    named.name = "Räume Q3 2026".into();
    let clean = cleaned(vec![sheet("Deckblatt", "Kommune|Arnsberg\nAGS|05958004"), named]);
    assert_eq!(clean.period, Some("2026-Q3".parse().unwrap()));
    assert_eq!(found(&clean, Code::PeriodGuessed)[0].1, "Räume Q3 2026");
}

#[test]
fn our_own_form_says_which_it_is() {
    let hidden = |version: &str| RawSheet {
        hidden: true,
        ..sheet("_kim", &format!("form|kim-rueckmeldung\nversion|{version}"))
    };
    let of = |sheets: Vec<RawSheet>| {
        let clean = cleaned(sheets);
        let told = found(&clean, Code::FormDiffers)
            .into_iter()
            .map(|(_, found, expected)| (found, expected))
            .collect::<Vec<_>>();
        (clean.form.map(|(_, version)| version), told)
    };
    let (rows, version) = (rooms("Rathaus|Büro|=20|=2|ja|=10|=5"), form().version.to_string());
    assert_eq!(of(vec![cover(""), rows.clone()]), (None, vec![]));
    assert_eq!(of(vec![cover(""), rows.clone(), hidden(&version)]), (Some(version.clone()), vec![]));
    let told = ("kim-rueckmeldung 0".to_owned(), format!("kim-rueckmeldung {version}"));
    assert_eq!(of(vec![cover(""), rows, hidden("0")]), (Some("0".into()), vec![told]));
}

#[test]
fn a_month_or_a_quarter_is_asked_back_unless_something_else_says_which() {
    let of = |file: &str, cover: &str| {
        let (_, period, told) = whose(file, &format!("Kommune|Arnsberg\n{cover}"));
        (period, told.into_iter().map(|(code, _, expected)| (code, expected)).collect::<Vec<_>>())
    };
    let (q1, q3) = (Some("2026-Q1".to_owned()), Some("2026-Q3".to_owned()));
    for written in ["03/2026", "3/2026"] {
        let (period, told) = of("Bogen.xlsx", &format!("Zeitraum|{written}"));
        assert_eq!((period, told[0].0), (None, Code::PeriodAmbiguous), "{written}");
        let mut both: Vec<&str> = told[0].1.split(" / ").collect();
        both.sort_unstable();
        assert_eq!(both, ["2026-Q1", "2026-Q3"]);
        assert_eq!(of("Bogen Q3 2026.xlsx", &format!("Zeitraum|{written}")), (q3.clone(), vec![]), "{written}");
        assert_eq!(of("2026-Q1/Bogen.xlsx", &format!("Zeitraum|{written}")), (q1.clone(), vec![]), "{written}");
        assert_eq!(of(&format!("Bogen {}.xlsx", written.replace('/', "-")), "Zeitraum|III/2026"), (q3.clone(), vec![]));
    }
    assert_eq!(of("Bogen.xlsx", "Quartal|3/2026"), (q3.clone(), vec![]), "it asks for a quarter");
    assert_eq!(of("Bogen.xlsx", "Zeitraum|07/2026"), (q3, vec![]));
    // The fourth quarter has not begun when the file arrives.
    assert_eq!(
        of("Bogen.xlsx", "Zeitraum|04/2026"),
        (Some("2026-Q2".into()), vec![(Code::PeriodGuessed, "2026-Q2".into())])
    );
}

#[test]
fn a_quarter_of_two_years_is_asked_back_unless_something_else_says_which() {
    let of = |file: &str, cover: &str| {
        let (_, period, told) = whose(file, &format!("Kommune|Arnsberg\n{cover}"));
        (period, told.into_iter().map(|(code, _, expected)| (code, expected)).collect::<Vec<_>>())
    };
    let q1 = Some("2026-Q1".to_owned());
    for label in ["Zeitraum", "Quartal"] {
        // Nobody was asked for 2025 yet: it can only be the other one, and that is told.
        let guessed = vec![(Code::PeriodGuessed, "2026-Q1".to_owned())];
        assert_eq!(of("Bogen.xlsx", &format!("{label}|Q1 2026/2025")), (q1.clone(), guessed.clone()), "{label}");
        assert_eq!(of("Bogen.xlsx", &format!("{label}|Q1 2025/2026")), (q1.clone(), guessed), "{label}");
    }
    let both = (Code::PeriodAmbiguous, "2026-Q1 / 2026-Q2".to_owned());
    assert_eq!(of("Bogen.xlsx", "Zeitraum|März 2026 bis April 2026"), (None, vec![both]));
    assert_eq!(of("Bogen Q1 2026.xlsx", "Zeitraum|Q1 2025/2026"), (q1, vec![]));
}

#[test]
fn a_text_file_is_called_what_a_cover_would_say() {
    let of = |file: &str| {
        let mut rooms = rooms("Rathaus|Büro|=20|=2|ja|=10|=5");
        rooms.name = "".into();
        let clean = cleaned_as(file, vec![rooms]);
        let codes = clean.findings.iter().map(|finding| finding.code).filter(|code| *code != Code::TableMissing);
        (
            clean.body.clone(),
            clean.period.map(|period| period.to_string()),
            codes.collect::<Vec<_>>(),
            clean.tables.len(),
        )
    };
    let (arnsberg, q3) = (Some("05958004".to_owned()), Some("2026-Q3".to_owned()));
    for file in ["Arnsberg_2026-Q3_Räume.csv", "05958004_2026-Q3_Räume.csv", "2026-Q3 Räume 05958004 Arnsberg.csv"] {
        assert_eq!(of(file), (arnsberg.clone(), q3.clone(), vec![], 1), "{file}");
    }
    assert_eq!(of("Arnsberg_2026-Q3.csv").2, [Code::TableGuessed]);
    assert_eq!(of("05958008 Arnsberg 2026-Q3 Räume.csv"), (None, q3.clone(), vec![Code::ReporterContradiction], 1));
    assert_eq!(of("Arnsberg_2026-Q3_Räume.xlsx").2.len(), 2, "a workbook could have a cover");
}

#[test]
fn what_a_cover_says_may_stand_above_the_only_table() {
    let lines = "Kommune|Arnsberg\nAGS|05958004\nBerichtszeitraum|2026-Q3\n\n";
    let rows = "Rathaus|Büro|=20|=2|ja|=10|=5\nSchule|Büro|=30|=3|ja|=11|=6";
    let tables = |clean: &CleanReturn| clean.tables.iter().map(|table| table.rows.len()).collect::<Vec<_>>();
    for name in ["Räume", "03 Räume", ""] {
        let clean = cleaned_as("Räume.csv", vec![sheet(name, &format!("{lines}{ROOMS}\n{rows}"))]);
        assert_eq!(clean.body.as_deref(), Some("05958004"), "{name}");
        assert_eq!(clean.period, Some("2026-Q3".parse().unwrap()), "{name}");
        assert_eq!(tables(&clean), [2], "{name}: {:?}", clean.findings);
        let others = clean.findings.iter().filter(|finding| finding.code != Code::TableMissing);
        assert_eq!(others.count(), 0, "{name}: {:?}", clean.findings);
    }
    // Another table stands on a sheet of its own.
    let demand = sheet("Beschlüsse", &format!("{lines}etwas|anderes"));
    let clean = cleaned(vec![demand, sheet("Räume", &format!("{ROOMS}\n{rows}"))]);
    assert_eq!((clean.body.as_deref(), tables(&clean)), (Some("05958004"), vec![2]));
}

//! The one vocabulary of what can be wrong with a return.
//!
//! Each code has a sentence and a remedy in the message catalogues (`finding-<code>`, `finding-<code>-remedy`)
//! and a sample in `samples/broken/<code>.*`; tests hold them together.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Severity {
    Error,
    Warning,
    Info,
}

/// Who can put right what was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Side {
    #[default]
    Sender,
    Coordinator,
    /// The form, a rule, a list of codes or names.
    Configuration,
}

impl Side {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Side::Sender => "sender",
            Side::Coordinator => "coordinator",
            Side::Configuration => "configuration",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::enum_variant_names, reason = "the names are what the sender reads")]
pub(crate) enum Code {
    // the file
    NotAWorkbook,
    EmptyFile,
    PasswordProtected,
    DamagedFile,
    HtmlFile,
    WordFile,
    LockFile,
    LessTrusted,
    MacrosIgnored,
    EncodingGuessed,
    TooLarge,
    ContradictoryFile,
    ReaderGaveUp,
    UnknownReporter,
    PeriodUnknown,
    PeriodNotAsked,
    NoKnownSheet,
    ReporterContradiction,
    ReporterGuessed,
    PeriodContradiction,
    PeriodGuessed,
    PeriodAmbiguous,
    FormDiffers,
    // the submission among others
    IdenticalSubmission,
    CorrectionReceived,
    UndeclaredCorrection,
    ReceivedLate,
    // a table
    TableMissing,
    OneTableOnly,
    TableGuessed,
    TableTwice,
    TableShifted,
    BodyDiffers,
    SheetUnknown,
    TableNotAsked,
    HiddenContent,
    ColumnMissing,
    ColumnEmpty,
    ColumnUnknown,
    ColumnGuessed,
    ColumnTwice,
    ColumnSetAside,
    TotalRowDiffers,
    TotalUndecided,
    RowTwice,
    RowRepeated,
    RowAlike,
    RowMissing,
    RowIsPart,
    RowIsSum,
    RowApart,
    RowBare,
    RowExample,
    RowCollective,
    RowNameless,
    RowLikeTotal,
    RowUndescribed,
    NilContradicted,
    // a cell
    NotANumber,
    NegativeCount,
    FractionInCount,
    NumberAmbiguous,
    NumberInexact,
    NumberWithheld,
    NumberUncertain,
    NumberMadeDate,
    KeyMadeDate,
    ScaleDiffers,
    NotADate,
    DateInFuture,
    CodeUnknown,
    CodeGuessed,
    TickAmbiguous,
    TextRefers,
    ErrorCell,
    FormulaWithoutValue,
    NumberFromError,
    LinkedWorkbook,
    LineTooLong,
    ValueMerged,
    NumberHiddenByFormat,
    NumberShownOtherwise,
    NumberHardToSee,
    CrossedOut,
    PartlyCrossedOut,
    FootnoteIgnored,
    NoteOnFigures,
    PartExceedsWhole,
    KeyUnmatched,
    RuleViolated,
    // a value among others
    OutlierOwnPast,
    OutlierAmongPeers,
}

/// Every code with its name and how bad it is unless the rule that found it says otherwise, in order of the enum.
pub(crate) const VOCABULARY: &[(Code, &str, Severity)] = &[
    // the file
    (Code::NotAWorkbook, "not_a_workbook", Severity::Error),
    (Code::EmptyFile, "empty_file", Severity::Error),
    (Code::PasswordProtected, "password_protected", Severity::Error),
    (Code::DamagedFile, "damaged_file", Severity::Error),
    (Code::HtmlFile, "html_file", Severity::Error),
    (Code::WordFile, "word_file", Severity::Error),
    (Code::LockFile, "lock_file", Severity::Info),
    (Code::LessTrusted, "less_trusted", Severity::Info),
    (Code::MacrosIgnored, "macros_ignored", Severity::Info),
    (Code::EncodingGuessed, "encoding_guessed", Severity::Info),
    (Code::TooLarge, "too_large", Severity::Error),
    (Code::ContradictoryFile, "contradictory_file", Severity::Error),
    (Code::ReaderGaveUp, "reader_gave_up", Severity::Error),
    (Code::UnknownReporter, "unknown_reporter", Severity::Error),
    (Code::PeriodUnknown, "period_unknown", Severity::Error),
    (Code::PeriodNotAsked, "period_not_asked", Severity::Error),
    (Code::NoKnownSheet, "no_known_sheet", Severity::Error),
    (Code::ReporterContradiction, "reporter_contradiction", Severity::Warning),
    (Code::ReporterGuessed, "reporter_guessed", Severity::Warning),
    (Code::PeriodContradiction, "period_contradiction", Severity::Warning),
    (Code::PeriodGuessed, "period_guessed", Severity::Warning),
    (Code::PeriodAmbiguous, "period_ambiguous", Severity::Error),
    (Code::FormDiffers, "form_differs", Severity::Warning),
    // the submission among others
    (Code::IdenticalSubmission, "identical_submission", Severity::Info),
    (Code::CorrectionReceived, "correction_received", Severity::Info),
    (Code::UndeclaredCorrection, "undeclared_correction", Severity::Warning),
    (Code::ReceivedLate, "received_late", Severity::Info),
    // a table
    (Code::TableMissing, "table_missing", Severity::Warning),
    (Code::OneTableOnly, "one_table_only", Severity::Warning),
    (Code::TableGuessed, "table_guessed", Severity::Warning),
    (Code::TableTwice, "table_twice", Severity::Warning),
    (Code::TableShifted, "table_shifted", Severity::Error),
    (Code::BodyDiffers, "body_differs", Severity::Error),
    (Code::SheetUnknown, "sheet_unknown", Severity::Info),
    (Code::TableNotAsked, "table_not_asked", Severity::Info),
    (Code::HiddenContent, "hidden_content", Severity::Warning),
    (Code::ColumnMissing, "column_missing", Severity::Warning),
    (Code::ColumnEmpty, "column_empty", Severity::Warning),
    (Code::ColumnUnknown, "column_unknown", Severity::Info),
    (Code::ColumnGuessed, "column_guessed", Severity::Warning),
    (Code::ColumnTwice, "column_twice", Severity::Warning),
    (Code::ColumnSetAside, "column_set_aside", Severity::Warning),
    (Code::TotalRowDiffers, "total_row_differs", Severity::Warning),
    (Code::TotalUndecided, "total_undecided", Severity::Info),
    (Code::RowTwice, "row_twice", Severity::Error),
    (Code::RowRepeated, "row_repeated", Severity::Warning),
    (Code::RowAlike, "row_alike", Severity::Info),
    (Code::RowMissing, "row_missing", Severity::Warning),
    (Code::RowIsPart, "row_is_part", Severity::Info),
    (Code::RowIsSum, "row_is_sum", Severity::Warning),
    (Code::RowApart, "row_apart", Severity::Warning),
    (Code::RowBare, "row_bare", Severity::Warning),
    (Code::RowExample, "row_example", Severity::Warning),
    (Code::RowCollective, "row_collective", Severity::Warning),
    (Code::RowNameless, "row_nameless", Severity::Warning),
    (Code::RowLikeTotal, "row_like_total", Severity::Warning),
    (Code::RowUndescribed, "row_undescribed", Severity::Warning),
    (Code::NilContradicted, "nil_contradicted", Severity::Warning),
    // a cell
    (Code::NotANumber, "not_a_number", Severity::Error),
    (Code::NegativeCount, "negative_count", Severity::Error),
    (Code::FractionInCount, "fraction_in_count", Severity::Error),
    (Code::NumberAmbiguous, "number_ambiguous", Severity::Error),
    (Code::NumberInexact, "number_inexact", Severity::Error),
    (Code::NumberWithheld, "number_withheld", Severity::Warning),
    (Code::NumberUncertain, "number_uncertain", Severity::Info),
    (Code::NumberMadeDate, "number_made_date", Severity::Error),
    (Code::KeyMadeDate, "key_made_date", Severity::Error),
    (Code::ScaleDiffers, "scale_differs", Severity::Error),
    (Code::NotADate, "not_a_date", Severity::Error),
    (Code::DateInFuture, "date_in_future", Severity::Error),
    (Code::CodeUnknown, "code_unknown", Severity::Error),
    (Code::CodeGuessed, "code_guessed", Severity::Warning),
    (Code::TickAmbiguous, "tick_ambiguous", Severity::Error),
    (Code::TextRefers, "text_refers", Severity::Warning),
    (Code::ErrorCell, "error_cell", Severity::Error),
    (Code::FormulaWithoutValue, "formula_without_value", Severity::Error),
    (Code::NumberFromError, "number_from_error", Severity::Warning),
    (Code::LinkedWorkbook, "linked_workbook", Severity::Info),
    (Code::LineTooLong, "line_too_long", Severity::Error),
    (Code::ValueMerged, "value_merged", Severity::Warning),
    (Code::NumberHiddenByFormat, "number_hidden_by_format", Severity::Warning),
    (Code::NumberShownOtherwise, "number_shown_otherwise", Severity::Error),
    (Code::NumberHardToSee, "number_hard_to_see", Severity::Warning),
    (Code::CrossedOut, "crossed_out", Severity::Error),
    (Code::PartlyCrossedOut, "partly_crossed_out", Severity::Warning),
    (Code::FootnoteIgnored, "footnote_ignored", Severity::Info),
    (Code::NoteOnFigures, "note_on_figures", Severity::Info),
    (Code::PartExceedsWhole, "part_exceeds_whole", Severity::Error),
    (Code::KeyUnmatched, "key_unmatched", Severity::Warning),
    (Code::RuleViolated, "rule_violated", Severity::Error),
    // a value among others
    (Code::OutlierOwnPast, "outlier_own_past", Severity::Warning),
    (Code::OutlierAmongPeers, "outlier_among_peers", Severity::Warning),
];

impl Code {
    pub(crate) fn name(self) -> &'static str {
        VOCABULARY[self as usize].1
    }

    /// Is what was found the number of a cell, which may count people?
    pub(crate) fn quotes_a_number(self) -> bool {
        use Code::{
            CrossedOut, FootnoteIgnored, FractionInCount, LinkedWorkbook, NegativeCount, NotANumber, NumberAmbiguous,
            NumberFromError, NumberHardToSee, NumberInexact, NumberMadeDate, NumberShownOtherwise, NumberUncertain,
            NumberWithheld, OutlierAmongPeers, OutlierOwnPast, PartlyCrossedOut,
        };
        matches!(
            self,
            NotANumber
                | NegativeCount
                | FractionInCount
                | NumberAmbiguous
                | NumberInexact
                | NumberWithheld
                | NumberUncertain
                | NumberMadeDate
                | NumberShownOtherwise
                | NumberHardToSee
                | NumberFromError
                | LinkedWorkbook
                | CrossedOut
                | PartlyCrossedOut
                | FootnoteIgnored
                | OutlierOwnPast
                | OutlierAmongPeers
        )
    }

    /// Is it about cells or headings, so that the same may stand in many of them and is told once?
    pub(crate) fn repeats(self) -> bool {
        (Code::NotANumber..=Code::PartExceedsWhole).contains(&self)
            || matches!(
                self,
                Code::RowTwice
                    | Code::RowIsPart
                    | Code::RowIsSum
                    | Code::RowApart
                    | Code::RowBare
                    | Code::RowExample
                    | Code::RowCollective
                    | Code::RowNameless
                    | Code::RowUndescribed
                    | Code::ColumnMissing
                    | Code::ColumnEmpty
                    | Code::ColumnUnknown
                    | Code::ColumnGuessed
            )
    }

    /// Is what was expected reckoned or read from the sender's numbers, rather than a word of the form?
    pub(crate) fn expects_a_number(self) -> bool {
        use Code::{
            FootnoteIgnored, NumberAmbiguous, NumberShownOtherwise, NumberUncertain, OutlierAmongPeers, OutlierOwnPast,
            PartExceedsWhole, PartlyCrossedOut, RuleViolated, TotalRowDiffers, TotalUndecided,
        };
        matches!(
            self,
            TotalRowDiffers
                | TotalUndecided
                | PartExceedsWhole
                | RuleViolated
                | OutlierOwnPast
                | OutlierAmongPeers
                | NumberAmbiguous
                | NumberUncertain
                | NumberShownOtherwise
                | PartlyCrossedOut
                | FootnoteIgnored
        )
    }

    pub(crate) fn severity(self) -> Severity {
        VOCABULARY[self as usize].2
    }

    /// Who can put it right, unless the rule that found it says otherwise.
    pub(crate) fn side(self) -> Side {
        match self {
            // Whose it is, and for when, is settled by whoever knows both the sender and the dates.
            Code::UnknownReporter | Code::PeriodNotAsked => Side::Coordinator,
            _ => Side::Sender,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "\
# Befunde

Alles, was kim an einer Rückmeldung beanstanden oder anmerken kann, mit dem Satz, den die meldende Stelle liest, und dem, was zu
tun ist. Hinter jedem Befund steht eine Datei, die ihn zeigt (`kim inspect DATEI`). Die Regeln des Bogens (`rule_violated`) bringen eigene
Sätze mit; sie stehen in `pipelines/forms/kim-rueckmeldung.toml`. Was die drei Stufen der Schwere bedeuten, sagt das
[Handbuch](handbuch.md#befunde-lesen).

Diese Liste wird aus den Sätzen des Programms gemacht: `KIM_WRITE=1 cargo test the_list_of_findings`.

| Befund | Schwere | wer | Satz | was zu tun ist | Beispiel |
|---|---|---|---|---|---|
";

    /// `docs/findings.md`, and a sample for each code.
    #[test]
    fn the_list_of_findings_is_what_the_program_says() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let words = crate::base::words::Words::new("de");
        let mut list = HEAD.to_owned();
        for (code, name, severity) in VOCABULARY {
            let id = format!("finding-{}", name.replace('_', "-"));
            let text = words.say_with(&format!("{id}-text"), &[("found", "…".into()), ("expected", "…".into())]);
            let severity = words.say(match severity {
                Severity::Error => "severity-error",
                Severity::Warning => "severity-warning",
                Severity::Info => "severity-info",
            });
            let endings = ["xlsx", "xlsm", "xls", "ods", "csv"];
            let mut samples = endings.iter().map(|ending| format!("samples/broken/{name}.{ending}"));
            let sample = samples.find(|sample| root.join(sample).exists());
            let sample = sample.unwrap_or_else(|| panic!("there is no samples/broken/{name}.*"));
            let side = words.say(&format!("side-{}", code.side().name()));
            let remedy = words.say_with(&format!("{id}-remedy"), &[("found", "…".into()), ("expected", "…".into())]);
            let title = words.say(&id);
            list += &format!("| {title} | {severity} | {side} | {text} | {remedy} | [`{name}`](../{sample}) |\n");
        }
        let path = root.join("docs/findings.md");
        if std::env::var_os("KIM_WRITE").is_some() {
            std::fs::write(&path, &list).unwrap();
        }
        assert_eq!(
            std::fs::read_to_string(&path).unwrap_or_default(),
            list,
            "KIM_WRITE=1 cargo test the_list_of_findings"
        );
    }

    #[test]
    fn the_vocabulary_is_in_order_and_named_as_it_is_stored() {
        for (index, (code, name, _)) in VOCABULARY.iter().enumerate() {
            assert_eq!(*code as usize, index);
            assert_eq!(serde_json::to_string(code).unwrap(), format!("\"{name}\""));
        }
        assert_eq!(Code::OutlierAmongPeers as usize + 1, VOCABULARY.len());
    }
}

//! How each body fills in the form: the same facts, in thirteen hands.

mod hands;

use crate::bodies::Body;
use crate::rng::Rng;

#[derive(Clone, Copy, PartialEq)]
pub enum Numbers {
    Real,
    /// Text as Germans write numbers: `1.234` persons, `1,5` VZÄ, `12.345,67 €`.
    German,
}

#[derive(Clone, Copy)]
pub enum YesNo {
    Words(&'static str, &'static str),
    /// Excel's own WAHR and FALSCH.
    Truth,
}

#[derive(Clone, Copy)]
pub enum Dates {
    Real,
    /// `1.3.26`
    Short,
    /// `01.03.2026`, as text
    Dotted,
    /// `01. März 2026`
    Long,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Codes {
    AsForm,
    Synonyms,
    /// Trailing spaces and no-break spaces.
    Spaces,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Total {
    No,
    Value,
    Formula,
}

#[derive(Clone, Copy)]
pub enum Ags {
    Text,
    /// The leading zero is lost.
    Number,
    /// `05 958 004`
    Spaced,
    Absent,
}

#[derive(Clone, Copy)]
pub enum PeriodStyle {
    Code,
    Slash,
    Long,
    Roman,
}

#[derive(Clone, Copy)]
pub struct Habit {
    /// The name on the cover; empty: as in the configuration.
    pub name: &'static str,
    pub ags: Ags,
    pub period: PeriodStyle,
    /// The file's name without its ending, with {name}, {code}, {year}, {q}, {roman}.
    pub file: &'static str,
    /// Usual label on the cover, and what stands there instead.
    pub labels: &'static [(&'static str, &'static str)],
    pub numbers: Numbers,
    pub missing: &'static str,
    pub yes_no: YesNo,
    pub dates: Dates,
    pub codes: Codes,
    pub titles: u32,
    pub merged: bool,
    pub column_a_blank: bool,
    /// A blank row after this many rows.
    pub blank_row: Option<usize>,
    pub total: Total,
    pub extra_column: Option<&'static str>,
    /// The last columns come right after the first.
    pub columns_moved: bool,
    pub wrapped_headings: bool,
    /// table, field, heading
    pub headings: &'static [(&'static str, &'static str, &'static str)],
    /// table, sheet
    pub sheets: &'static [(&'static str, &'static str)],
    pub remark: Option<&'static str>,
    /// Share of cells in which the hand slips.
    pub slips: f64,
}

pub const TIDY: Habit = Habit {
    name: "",
    ags: Ags::Text,
    period: PeriodStyle::Code,
    file: "KIM_Rueckmeldung_{name}_{code}",
    labels: &[],
    numbers: Numbers::Real,
    missing: "",
    yes_no: YesNo::Words("ja", "nein"),
    dates: Dates::Real,
    codes: Codes::AsForm,
    titles: 0,
    merged: false,
    column_a_blank: false,
    blank_row: None,
    total: Total::Value,
    extra_column: None,
    columns_moved: false,
    wrapped_headings: false,
    headings: &[],
    sheets: &[],
    remark: None,
    slips: 0.0,
};

pub fn of(body: &Body) -> Habit {
    if body.invented {
        return ordinary(body);
    }
    let found = hands::HABITS.iter().find(|(ags, _)| *ags == body.ags);
    found.expect("every body in config has a habit here").1
}

/// Ordinary mess for the invented bodies of a large trial.
fn ordinary(body: &Body) -> Habit {
    let mut rng = Rng::of(&[&body.ags, "habit"]);
    Habit {
        ags: rng.pick(&[Ags::Text, Ags::Text, Ags::Number, Ags::Spaced]),
        period: rng.pick(&[PeriodStyle::Code, PeriodStyle::Slash, PeriodStyle::Long, PeriodStyle::Roman]),
        numbers: rng.pick(&[Numbers::Real, Numbers::Real, Numbers::German]),
        missing: rng.pick(&["", "", "k. A.", "-"]),
        yes_no: rng.pick(&[YesNo::Words("ja", "nein"), YesNo::Words("J", "N"), YesNo::Truth]),
        dates: rng.pick(&[Dates::Real, Dates::Real, Dates::Dotted, Dates::Short, Dates::Long]),
        codes: rng.pick(&[Codes::AsForm, Codes::AsForm, Codes::Synonyms, Codes::Spaces]),
        titles: rng.pick(&[0, 0, 1, 2]),
        merged: rng.chance(0.5),
        total: rng.pick(&[Total::No, Total::Value]),
        columns_moved: rng.chance(0.15),
        ..TIDY
    }
}

//! `[schedule]` of a pipeline: when it runs, and what happens where that cannot be.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::base::pause::Pause;
use crate::base::settings::Spanned;

/// Exactly one of `cron` and `after_period` says when.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Schedule {
    /// Minute, hour, day of month, month, day of week.
    pub(crate) cron: Option<Spanned<String>>,
    pub(crate) after_period: Option<Spanned<AfterPeriod>>,
    /// IANA name; without it, the one in `kim.toml`.
    pub(crate) zone: Option<Spanned<String>>,
    /// Slots that came while nobody could run them.
    #[serde(default)]
    pub(crate) missed: Missed,
    /// Slots that come while the one before is still running.
    #[serde(default)]
    pub(crate) overlap: Overlap,
    /// Slots on a day on which nobody works.
    pub(crate) free_day: Option<Spanned<FreeDay>>,
    /// Each slot begins up to so many minutes later, each time the same for the same slot.
    pub(crate) jitter_minutes: Option<Spanned<u32>>,
    /// The pauses after tries that failed, in order; the last one repeats.
    #[serde(default = "retry_after")]
    pub(crate) retry_after: Vec<Spanned<Pause>>,
    /// Counted from the first try.
    #[serde(default = "give_up_after")]
    pub(crate) give_up_after: Spanned<Pause>,
}

/// Minutes at first, for what passes by itself; then such that whoever mends the cause does not wait for long.
pub(crate) fn retry_after() -> Vec<Spanned<Pause>> {
    [300, 900, 1_800, 3_600, 7_200].map(|pause| Spanned::new(0..0, Pause::seconds(pause))).to_vec()
}

/// Over a weekend, and the day on which it is noticed.
pub(crate) fn give_up_after() -> Spanned<Pause> {
    Spanned::new(0..0, Pause::seconds(3 * 86_400))
}

/// The pause after so many tries in vain: the last one repeats.
pub(crate) fn pause(pauses: &[Spanned<Pause>], tries: u32) -> TimeDelta {
    let index = usize::try_from(tries.saturating_sub(1)).unwrap_or(usize::MAX);
    let pause = pauses.get(index).or(pauses.last());
    pause.map_or(TimeDelta::minutes(15), |pause| pause.get_ref().length())
}

/// So many working days after the form's period has ended.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AfterPeriod {
    pub(crate) working_days: Spanned<u32>,
    /// `06:00`.
    pub(crate) at: Spanned<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Missed {
    /// A slot that could not begin within the hour is given up.
    None,
    /// The newest is made up for; the older ones are not, because the newer report says the same and more.
    #[default]
    Last,
    /// All are made up for, oldest first, each as it would have been on its day.
    All,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Overlap {
    /// The slot begins when the run before it has ended.
    #[default]
    Wait,
    /// The slot is given up.
    Skip,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FreeDay {
    /// As on any other day.
    #[default]
    Run,
    /// At the same time of the next working day.
    NextWorkingDay,
    /// At the same time of the working day before.
    PreviousWorkingDay,
    /// Not at all.
    Skip,
}

//! Quarters: their order, their days, and the ways people write them.

use chrono::{Days, NaiveDate};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Quarter {
    pub year: i32,
    pub number: u32,
}

/// The last quarter of all samples.
pub const LATEST: Quarter = Quarter { year: 2026, number: 3 };
/// Where the developments of the simulation start (`t` = 0).
const START: Quarter = Quarter { year: 2023, number: 4 };
/// A return is due this many days after the quarter's end.
pub const DAYS_TO_RETURN: u64 = 15;

impl Quarter {
    /// Quarters since the start of the developments; negative before.
    pub fn t(self) -> i64 {
        let index = |q: Quarter| i64::from(q.year) * 4 + i64::from(q.number) - 1;
        index(self) - index(START)
    }

    pub fn at(t: i64) -> Quarter {
        let index = i64::from(START.year) * 4 + i64::from(START.number) - 1 + t;
        Quarter { year: index.div_euclid(4) as i32, number: index.rem_euclid(4) as u32 + 1 }
    }

    /// The latest `n` quarters, oldest first.
    pub fn latest(n: i64) -> Vec<Quarter> {
        (LATEST.t() - n + 1..=LATEST.t()).map(Quarter::at).collect()
    }

    pub fn first_day(self) -> NaiveDate {
        day(self.year, self.number * 3 - 2, 1)
    }

    pub fn last_day(self) -> NaiveDate {
        Quarter::at(self.t() + 1).first_day() - Days::new(1)
    }

    pub fn due(self) -> NaiveDate {
        self.last_day() + Days::new(DAYS_TO_RETURN)
    }

    pub fn code(self) -> String {
        format!("{}-Q{}", self.year, self.number)
    }
}

pub fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day of the calendar")
}

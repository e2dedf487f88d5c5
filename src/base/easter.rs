//! The Sunday of Easter, on which half of the holidays hang.

use chrono::NaiveDate;

/// Easter Sunday of a year in the Gregorian calendar; none outside of what a date can hold.
///
/// The algorithm without exceptions of an anonymous reader of Nature (1876), as printed by Jean Meeus, Astronomical
/// Algorithms, 2nd edition (1998), chapter 8. The names of the quantities are his.
pub(crate) fn easter(year: i32) -> Option<NaiveDate> {
    let a = year.rem_euclid(19);
    let (b, c) = (year.div_euclid(100), year.rem_euclid(100));
    let (d, e) = (b / 4, b % 4);
    let f = (b + 8) / 25;
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    NaiveDate::from_ymd_opt(year, u32::try_from(n / 31).ok()?, u32::try_from(n % 31 + 1).ok()?)
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, Weekday};

    use super::*;

    #[test]
    fn easter_falls_on_the_days_that_are_known() {
        // Meeus' own examples, the earliest and the latest possible day, and the years in which kim will run.
        for day in [
            "1818-03-22",
            "1886-04-25",
            "1943-04-25",
            "1954-04-18",
            "1961-04-02",
            "1991-03-31",
            "1992-04-19",
            "1993-04-11",
            "2000-04-23",
            "2019-04-21",
            "2024-03-31",
            "2025-04-20",
            "2026-04-05",
            "2027-03-28",
            "2028-04-16",
            "2029-04-01",
            "2030-04-21",
            "2038-04-25",
            "2285-03-22",
        ] {
            let day: NaiveDate = day.parse().unwrap();
            assert_eq!(easter(day.year()), Some(day));
        }
    }

    #[test]
    fn easter_is_a_sunday_from_22_march_to_25_april() {
        for year in 1583..4000 {
            let day = easter(year).unwrap();
            assert_eq!(day.weekday(), Weekday::Sun, "{day}");
            assert!((322..=425).contains(&(day.month() * 100 + day.day())), "{day}");
        }
    }
}

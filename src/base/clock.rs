//! The clock, handed in. Nothing in the core asks the machine what time it is.

use chrono::{DateTime, NaiveDate, NaiveDateTime, SubsecRound, TimeZone, Utc};
use chrono_tz::Tz;

/// One instant, with the zone in which its readers live. A run uses one clock from start to end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Clock {
    now: DateTime<Tz>,
}

impl Clock {
    /// The machine's time, read once.
    pub(crate) fn system(zone: Tz) -> Clock {
        Clock::at(Utc::now(), zone)
    }

    /// In whole milliseconds, as the ledger keeps it: a run that is made again has the very same clock.
    pub(crate) fn at(instant: DateTime<Utc>, zone: Tz) -> Clock {
        Clock { now: instant.trunc_subsecs(3).with_timezone(&zone) }
    }

    /// What `--as-of` says: a day (`2026-10-20`, its last second), or a day and a time (`2026-10-20T06:00`).
    ///
    /// # Errors
    /// A sentence that says what was expected.
    pub(crate) fn parse(text: &str, zone: Tz) -> Result<Clock, String> {
        let local = NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .ok()
            .and_then(|day| day.and_hms_opt(23, 59, 59))
            .or_else(|| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").ok())
            .or_else(|| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S").ok())
            .ok_or_else(|| format!("`{text}` is no date; expected 2026-10-20 or 2026-10-20T06:00"))?;
        zone.from_local_datetime(&local)
            .latest()
            .map(|now| Clock { now })
            .ok_or_else(|| format!("`{text}` does not exist in {zone}: the clocks are put forward"))
    }

    pub(crate) fn now(&self) -> DateTime<Tz> {
        self.now
    }

    pub(crate) fn today(&self) -> NaiveDate {
        self.now.date_naive()
    }

    pub(crate) fn utc(&self) -> DateTime<Utc> {
        self.now.with_timezone(&Utc)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_written_down_and_read_again_is_the_same() {
        let clock = Clock::system(chrono_tz::Europe::Berlin);
        let written = clock.utc().to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
        assert_eq!(Clock::at(written.parse().unwrap(), chrono_tz::Europe::Berlin), clock);
    }

    #[test]
    fn a_day_means_its_last_second_in_the_zone() {
        let clock = Clock::parse("2026-10-20", chrono_tz::Europe::Berlin).unwrap();
        assert_eq!(clock.now().to_rfc3339(), "2026-10-20T23:59:59+02:00");
        assert!(Clock::parse("20.10.2026", chrono_tz::Europe::Berlin).is_err());
        assert!(Clock::parse("2027-03-28T02:30", chrono_tz::Europe::Berlin).unwrap_err().contains("forward"));
    }
}

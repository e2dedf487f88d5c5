//! Between the clock on the wall and the instants behind it: the two nights on which clocks change.

use chrono::{DateTime, LocalResult, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// The one instant of a time on the wall: what comes twice counts at its first coming, what does not exist at the
/// first instant after the hole. Never decreases while the time on the wall grows.
pub(super) fn moment(zone: Tz, wall: NaiveDateTime) -> DateTime<Utc> {
    match zone.from_local_datetime(&wall) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.with_timezone(&Utc),
        LocalResult::None => {
            // The hole lies between two instants that are surely before and after it: zones are never further than
            // a day from UTC, and no hole is longer than a day.
            let near = wall.and_utc();
            let mut from = near - TimeDelta::days(2);
            while let Some(change) = next_change(zone, from, near + TimeDelta::days(2)) {
                if wall < change.at.with_timezone(&zone).naive_local() && change.before < change.after {
                    return change.at;
                }
                from = change.at;
            }
            near
        }
    }
}

/// A clock that is put forward or back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Change {
    /// The first instant of the new offset.
    pub(super) at: DateTime<Utc>,
    /// Offsets from UTC.
    pub(super) before: TimeDelta,
    pub(super) after: TimeDelta,
}

impl Change {
    /// What the clock on the wall would show at the change, had nobody touched it, and what it shows.
    pub(super) fn walls(&self) -> (NaiveDateTime, NaiveDateTime) {
        let utc = self.at.naive_utc();
        (utc + self.before, utc + self.after)
    }
}

/// The first change of the offset after `from`, up to and including `until`. Two changes within one day that undo each
/// other are not seen; no zone has ever done that.
pub(super) fn next_change(zone: Tz, from: DateTime<Utc>, until: DateTime<Utc>) -> Option<Change> {
    let before = offset(zone, from);
    let mut same = from;
    while same < until {
        let later = (same + TimeDelta::days(1)).min(until);
        if offset(zone, later) != before {
            return Some(found(zone, before, same, later));
        }
        same = later;
    }
    None
}

/// Halves the stretch at whose end the offset is another until the second is found.
fn found(zone: Tz, before: TimeDelta, mut same: DateTime<Utc>, mut other: DateTime<Utc>) -> Change {
    while (other - same).num_seconds() > 1 {
        let middle = same + TimeDelta::seconds((other - same).num_seconds() / 2);
        if offset(zone, middle) == before { same = middle } else { other = middle }
    }
    // Changes lie on whole seconds; what was asked need not.
    let at = DateTime::from_timestamp(other.timestamp(), 0).unwrap_or(other);
    let at = if at > same { at } else { other };
    Change { at, before, after: offset(zone, at) }
}

pub(super) fn offset(zone: Tz, at: DateTime<Utc>) -> TimeDelta {
    TimeDelta::seconds(zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc().into())
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;

    fn told(zone: Tz, wall: &str) -> String {
        moment(zone, wall.parse().unwrap()).with_timezone(&zone).format("%F %R%:z").to_string()
    }

    #[test]
    fn a_time_that_is_not_or_is_twice_has_one_instant() {
        use chrono_tz::{America, Asia, Australia, Europe, Pacific};
        assert_eq!(told(Europe::Berlin, "2027-03-28T02:30:00"), "2027-03-28 03:00+02:00");
        assert_eq!(told(Europe::Berlin, "2026-10-25T02:30:00"), "2026-10-25 02:30+02:00");
        // Half an hour only.
        assert_eq!(told(Australia::Lord_Howe, "2026-10-04T02:15:00"), "2026-10-04 02:30+11:00");
        assert_eq!(told(Australia::Lord_Howe, "2026-10-04T02:30:00"), "2026-10-04 02:30+11:00");
        // A whole day that never was.
        assert_eq!(told(Pacific::Apia, "2011-12-30T06:00:00"), "2011-12-31 00:00+14:00");
        // Midnight itself.
        assert_eq!(told(America::Havana, "2027-03-14T00:30:00"), "2027-03-14 01:00-04:00");
        assert_eq!(told(Asia::Beirut, "2026-03-29T00:00:00"), "2026-03-29 01:00+03:00");
    }
}

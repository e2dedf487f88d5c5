//! When a pipeline is due.
//!
//! In: a cron line of five fields (minute, hour, day of month, month, day of week), a time zone, instants. Out: slots.
//! Never: a clock, the ledger, a run.
//!
//! What a reader should know of the two nights on which clocks change: a time that does not exist in spring runs at the
//! first minute that does (02:30 → 03:00); a time that comes twice in autumn runs once, at its first coming. Lines with
//! a `*` or a step in minute or hour follow the elapsed time instead, through both hours. If day of month and day of
//! week are both given, either suffices, as cron has always done it.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use croner::Cron;
use croner::errors::CronError;
use croner::parser::{CronParser, Seconds, Year};

/// More missed slots than these are not listed one by one; only the newest counts anyway.
const MOST: usize = 10_000;

/// The slots after `after` up to and including `now`, oldest first, strictly increasing. After downtime there may be
/// several; the caller runs the last one only, because the newer report says what the older would have said.
/// A line that [`check_cron`] refuses is never due.
pub(crate) fn due(cron: &str, zone: Tz, after: DateTime<Utc>, now: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    let mut slots = std::collections::VecDeque::new();
    for slot in coming(cron, zone, after).take_while(|slot| *slot <= now) {
        if slots.len() == MOST {
            slots.pop_front();
        }
        slots.push_back(slot);
    }
    slots.into()
}

/// The next `count` slots after `now`.
pub(crate) fn next(cron: &str, zone: Tz, now: DateTime<Utc>, count: usize) -> Vec<DateTime<Utc>> {
    coming(cron, zone, now).take(count).collect()
}

/// Is this a line that means something and will come true?
///
/// # Errors
/// A sentence for the person who wrote the line.
pub(crate) fn check_cron(text: &str, zone: Tz) -> Result<(), String> {
    let fields = text.split_whitespace().count();
    if fields != 5 {
        return Err(format!(
            "`{text}` has {fields} fields; expected 5: minute, hour, day of month, month, day of week, \
             e.g. `0 6 20 1,4,7,10 *`"
        ));
    }
    let parsed = parse(text).map_err(|error| {
        let reason = error.to_string();
        format!("`{text}` is no schedule: {}", reason.trim_end_matches('.'))
    })?;
    // Any start will do; this one lies before a leap year, so that 29 February is found.
    let start = DateTime::from_timestamp(1_800_000_000, 0).unwrap_or_default().with_timezone(&zone);
    match parsed.find_next_occurrence(&start, false) {
        Ok(_) => Ok(()),
        Err(CronError::TimeSearchLimitExceeded) => Err(format!("`{text}` never comes: there is no such day")),
        Err(error) => Err(format!("`{text}` is no schedule: {error}")),
    }
}

fn parse(text: &str) -> Result<Cron, CronError> {
    CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build().parse(text)
}

/// All slots after `after`, without end unless the line has one.
fn coming(cron: &str, zone: Tz, after: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> {
    let parsed = parse(cron).ok();
    let mut last = after;
    std::iter::from_fn(move || {
        let found = parsed.as_ref()?.find_next_occurrence(&last.with_timezone(&zone), false).ok()?;
        let slot = found.with_timezone(&Utc);
        // Whatever the library answers, time does not run backwards here: a loop over slots always ends.
        (slot > last).then(|| {
            last = slot;
            slot
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Europe::Berlin;
    use proptest::prelude::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn local(slots: &[DateTime<Utc>]) -> Vec<String> {
        slots.iter().map(|slot| slot.with_timezone(&Berlin).format("%m-%d %H:%M%z").to_string()).collect()
    }

    #[test]
    fn the_hour_on_the_wall_stays_over_both_changes() {
        let autumn = next("0 10 * * *", Berlin, at("2026-10-24T12:00:00Z"), 2);
        assert_eq!(local(&autumn), ["10-25 10:00+0100", "10-26 10:00+0100"]);
        let spring = next("0 10 * * *", Berlin, at("2027-03-27T12:00:00Z"), 2);
        assert_eq!(local(&spring), ["03-28 10:00+0200", "03-29 10:00+0200"]);
    }

    #[test]
    fn a_time_that_does_not_exist_runs_at_the_first_minute_that_does() {
        let slots = next("30 2 * * *", Berlin, at("2027-03-27T12:00:00Z"), 2);
        assert_eq!(local(&slots), ["03-28 03:00+0200", "03-29 02:30+0200"]);
    }

    #[test]
    fn a_time_that_comes_twice_runs_once() {
        let slots = due("30 2 * * *", Berlin, at("2026-10-24T12:00:00Z"), at("2026-10-26T12:00:00Z"));
        assert_eq!(local(&slots), ["10-25 02:30+0200", "10-26 02:30+0100"]);
        // Asked again between the two comings, it is not due once more.
        assert!(due("30 2 * * *", Berlin, slots[0], at("2026-10-25T01:45:00Z")).is_empty());
    }

    #[test]
    fn after_downtime_the_last_is_the_newest_missed_one() {
        let slots = due("0 6 20 1,4,7,10 *", Berlin, at("2026-01-20T05:00:00Z"), at("2026-11-01T00:00:00Z"));
        assert_eq!(local(&slots), ["04-20 06:00+0200", "07-20 06:00+0200", "10-20 06:00+0200"]);
        assert!(due("0 6 20 1,4,7,10 *", Berlin, *slots.last().unwrap(), at("2026-11-01T00:00:00Z")).is_empty());
    }

    #[test]
    fn lines_that_are_wrong_or_never_come_are_told_in_a_sentence() {
        for good in ["0 6 20 1,4,7,10 *", "*/10 * * * *", "0 6 29 2 *", "0 7 * * MON", "0 6 LW * *"] {
            assert_eq!(check_cron(good, Berlin), Ok(()), "{good}");
        }
        let told = |text| check_cron(text, Berlin).unwrap_err();
        assert_eq!(told("0 6 30 2 *"), "`0 6 30 2 *` never comes: there is no such day");
        assert!(told("0 0 6 20 * *").contains("has 6 fields; expected 5"));
        assert!(told("").contains("has 0 fields"));
        assert!(told("@daily").contains("has 1 fields"));
        assert!(told("61 6 * * *").starts_with("`61 6 * * *` is no schedule: "));
    }

    proptest! {
        // Two years around four clock changes; the law that tokio-cron-scheduler and croner 3 break.
        #[test]
        fn slots_grow_and_asking_in_between_changes_nothing(
            start in 1_770_000_000_i64..1_830_000_000, pause in 0_i64..200_000, line in 0..5_usize,
        ) {
            let cron = ["*/10 * * * *", "30 2 * * *", "0 */3 * * *", "15 2,3 * * 0", "*/45 2 * * *"][line];
            let begin = DateTime::from_timestamp(start, 0).unwrap();
            let middle = DateTime::from_timestamp(start + pause, 0).unwrap();
            let end = DateTime::from_timestamp(start + 2 * pause, 0).unwrap();
            let whole = due(cron, Berlin, begin, end);
            prop_assert!(whole.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(whole.iter().all(|slot| begin < *slot && *slot <= end));
            let mut parts = due(cron, Berlin, begin, middle);
            let last = parts.last().copied().unwrap_or(begin);
            parts.extend(due(cron, Berlin, last, end));
            prop_assert_eq!(parts, whole);
        }
    }
}

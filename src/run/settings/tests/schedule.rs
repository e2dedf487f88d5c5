//! Mistakes of `[schedule]` and `holidays.toml`: where the caret stands and what is said.

use std::fs;

use super::broken::{PIPELINE, each};
use super::{load, real, said};

const HOLIDAYS: &str = "config/holidays.toml";
const CRON: &str = "cron = \"0 6 20 1,4,7,10 *\"";

#[test]
fn schedules() {
    each(
        PIPELINE,
        &[
            (CRON, "cron = \"0 6 30 2 *\"", "`0 6 30 2 *` never comes: there is no such day", "cron ="),
            (CRON, "cron = \"0 6 29 2 *\"", "comes too rarely: not between", "cron ="),
            (CRON, "cron = \"0 6 20\"", "`0 6 20` has 3 fields", "cron ="),
            (CRON, "", "the schedule does not say when", "[schedule]"),
            (
                CRON,
                "cron = \"0 6 20 * *\"\nafter_period = { working_days = 10, at = \"06:00\" }",
                "both `cron` and `after_period`",
                "cron =",
            ),
            (CRON, "after_period = { working_days = 0, at = \"06:00\" }", "from 1 to 60, not 0", "after_period"),
            (CRON, "after_period = { working_days = 10, at = \"6 Uhr\" }", "`6 Uhr` is no time", "after_period"),
            (CRON, "after_period = { working_days = 10 }", "the key `at` is missing", "after_period"),
            (
                CRON,
                "after_period = { working_days = 10, at = \"06:00\" }\nfree_day = \"skip\"",
                "with `after_period` no time lies on a free day",
                "free_day",
            ),
            (
                CRON,
                "cron = \"0 6 * * SUN\"\nfree_day = \"skip\"",
                "every time lies on a day on which nobody works",
                "free_day",
            ),
            (CRON, "cron = \"0 6 * * *\"\nfree_day = \"monday\"", "unknown variant `monday`", "free_day"),
            (
                CRON,
                "cron = \"*/20 * * * *\"\njitter_minutes = 20",
                "two times lie only 20 minutes apart",
                "jitter_minutes",
            ),
            (CRON, "cron = \"0 6 * * *\"\njitter_minutes = 800", "more than twelve hours", "jitter_minutes"),
            (CRON, "cron = \"0 6 * * *\"\nmissed = \"lats\"", "did you mean `last`?", "missed"),
            (CRON, "cron = \"0 6 * * *\"\noverlap = \"queue\"", "unknown variant `queue`", "overlap"),
            (CRON, "cron = \"0 6 * * *\"\njiter_minutes = 8", "did you mean `jitter_minutes`?", "jiter_minutes"),
            ("Europe/Berlin", "Europe/Berlni", "did you mean `Europe/Berlin`?", "zone ="),
            ("# retry_after = [\"5 Minuten\"", "retry_after = [\"5 Minutn\"", "no length of time", "retry_after ="),
            (CRON, "cron = \"0 6 * * *\"\nretry_after = []", "would never be tried again", "retry_after = []"),
            (CRON, "cron = \"0 6 * * *\"\nretry_after = [\"2 h\", \"1 h\"]", "shorter than the one", "retry_after ="),
            (CRON, "cron = \"0 6 * * *\"\ngive_up_after = \"1 h\"", "before the last pause", "give_up_after ="),
        ],
    );
}

#[test]
fn holidays() {
    each(
        HOLIDAYS,
        &[
            ("every = \"10-03\"", "every = \"3.10.\"", "`3.10.` is no day of a year", "every ="),
            ("every = \"12-26\"", "every = \"02-30\"", "`02-30` is no day of a year", "every ="),
            ("easter = 60", "easter = 600", "is in another year", "easter ="),
            ("easter = 60", "easter = 50", "`Fronleichnam` is the same day as one above", "Fronleichnam"),
            ("easter = 60", "", "`Fronleichnam` needs exactly one of", "Fronleichnam"),
            ("easter = 60", "easter = 60\ndate = 2027-05-27", "needs exactly one of", "Fronleichnam"),
            ("easter = 60", "date = \"27.5.2027\"", "this is no date", "date ="),
            ("easter = 60", "ostern = 60", "unknown key `ostern`", "ostern"),
            ("[\"saturday\", \"sunday\"]", "[\"samstag\"]", "unknown variant `samstag`", "weekend"),
            (
                "[\"saturday\", \"sunday\"]",
                "[\"monday\", \"tuesday\", \"wednesday\", \"thursday\", \"friday\", \"saturday\", \"sunday\"]",
                "nobody would ever work",
                "weekend",
            ),
        ],
    );
}

#[test]
fn who_counts_working_days_says_which_they_are() {
    for line in ["after_period = { working_days = 10, at = \"06:00\" }", "cron = \"0 6 * * *\"\nfree_day = \"skip\""] {
        let copy = real();
        fs::remove_file(copy.path().join(HOLIDAYS)).unwrap();
        let path = copy.path().join(PIPELINE);
        let text = fs::read_to_string(&path).unwrap();
        assert!(load(&copy.path().join("config"), &[]).is_ok(), "who counts none needs none");
        fs::write(&path, text.replacen(CRON, line, 1)).unwrap();
        let problems = load(&copy.path().join("config"), &[]).unwrap_err();
        assert!(
            problems[0].message.contains("there is no holidays.toml") && problems[0].line().is_some(),
            "{problems:?}"
        );
    }
}

#[test]
fn what_is_right_becomes_a_timetable() {
    let right = "after_period = { working_days = 10, at = \"06:00\" }\nmissed = \"all\"\noverlap = \"skip\"\njitter_minutes = 20";
    let copy = real();
    let path = copy.path().join(PIPELINE);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen(CRON, right, 1)).unwrap();
    let config = load(&copy.path().join("config"), &[]).unwrap_or_else(|problems| panic!("{problems:?}"));
    let timetable = config.pipelines[0].timetable.as_ref().unwrap();
    let next = timetable.next("2026-11-22T12:00:00Z".parse().unwrap(), 1)[0];
    assert_eq!(next.at, "2027-01-15T05:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap());
    // The example in the comments is no other thing than what it explains.
    let every = |text: &str| {
        let on = |line: &str| {
            line.strip_prefix("# ").filter(|rest| EXAMPLES.iter().any(|key| rest.starts_with(key))).map(str::to_owned)
        };
        text.lines().map(|line| on(line).unwrap_or_else(|| line.to_owned())).collect::<Vec<_>>().join("\n")
    };
    let problems = said(PIPELINE, every);
    assert!(problems.is_empty(), "the commented examples are wrong: {problems:?}");
}

/// Keys that stand in the pipeline as examples that are switched off, and can be switched on together.
const EXAMPLES: [&str; 4] = ["missed = ", "overlap = ", "free_day = ", "jitter_minutes = "];

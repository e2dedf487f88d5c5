use super::super::Take;
use super::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn new_run() -> NewRun<'static> {
    NewRun {
        pipeline: "pipelines/a.toml",
        period: None,
        as_of: at("2026-10-20T04:00:00Z"),
        trial: false,
        version: "0.1.0",
    }
}

#[test]
fn a_run_is_remembered_with_its_steps() {
    let ledger = Ledger::in_memory().unwrap();
    let run = ledger.begin_run(&new_run(), at("2026-10-20T04:00:01Z")).unwrap();
    ledger.set_period(run, "2026-Q3".parse().unwrap()).unwrap();
    ledger.step(run, "collect", at("2026-10-20T04:00:02Z")).unwrap();
    ledger.step(run, "read", at("2026-10-20T04:00:03Z")).unwrap();
    assert_eq!(ledger.run(run).unwrap().unwrap().ended, None, "still running");
    ledger.end_run(run, Outcome::Done, "{}", at("2026-10-20T04:00:09Z")).unwrap();
    let told = ledger.run(run).unwrap().unwrap();
    assert_eq!((told.outcome, told.period), (Some(Outcome::Done), "2026-Q3".parse().ok()));
    let step =
        |name: &str, started, ended| Step { name: name.to_owned(), started: at(started), ended: Some(at(ended)) };
    assert_eq!(
        ledger.steps(run).unwrap(),
        [
            step("collect", "2026-10-20T04:00:02Z", "2026-10-20T04:00:03Z"),
            step("read", "2026-10-20T04:00:03Z", "2026-10-20T04:00:09Z"),
        ]
    );
    let second = ledger.begin_run(&new_run(), at("2026-10-21T04:00:00Z")).unwrap();
    let newest: Vec<i64> = ledger.last_runs(1).unwrap().iter().map(|run| run.id).collect();
    assert_eq!(newest, [second]);
}

#[test]
fn what_is_unfinished_is_the_newest_of_each_pipeline_and_no_trial() {
    let ledger = Ledger::in_memory().unwrap();
    let now = at("2026-10-20T04:00:01Z");
    let begin = |pipeline, trial| ledger.begin_run(&NewRun { pipeline, trial, ..new_run() }, now).unwrap();
    let left = || -> Vec<i64> { ledger.unfinished_runs().unwrap().iter().map(|run| run.id).collect() };
    let [first, died] = [(); 2].map(|()| begin("a", false));
    ledger.end_run(first, Outcome::Failed, "the disk is full", now).unwrap();
    assert_eq!(left(), [died]);
    begin("a", true);
    assert_eq!(left(), [died], "a trial is nobody's business");
    let other = begin("b", false);
    ledger.end_run(other, Outcome::Failed, "no", now).unwrap();
    assert_eq!(left(), [died, other]);
    ledger.end_run(died, Outcome::Done, "{}", now).unwrap();
    assert_eq!(left(), [other]);
}

#[test]
fn a_scheduled_run_that_was_made_up_for_is_not_run_again() {
    let ledger = Ledger::in_memory().unwrap();
    let (slot, claimed) = (at("2026-10-20T04:00:00Z"), at("2026-10-20T04:00:03.5Z"));
    let take = Take { slot, as_of: claimed, passed: Vec::new(), gives_up: None };
    assert!(ledger.claim("a", &take, "1", claimed).unwrap());
    let id = ledger.begin_run(&NewRun { pipeline: "a", as_of: claimed, ..new_run() }, claimed).unwrap();
    let run = ledger.run(id).unwrap().unwrap();
    assert!(ledger.unfinished("a").unwrap().is_some());
    ledger.made_up_for(&Run { pipeline: "b".to_owned(), ..run.clone() }, claimed).unwrap();
    assert!(ledger.unfinished("a").unwrap().is_some(), "another pipeline's");
    ledger.made_up_for(&run, claimed).unwrap();
    assert_eq!(ledger.unfinished("a").unwrap(), None);
}

#[test]
fn an_edition_of_a_run_that_never_was_is_refused() {
    let ledger = Ledger::in_memory().unwrap();
    assert!(ledger.record_edition(7, "district", "a.xlsx", "00").is_err(), "foreign keys hold");
}

#[test]
fn a_file_is_new_once_and_its_understanding_may_change() {
    let ledger = Ledger::in_memory().unwrap();
    let file = Submission {
        sha256: "ab".to_owned(),
        file: "in/a.xlsx".to_owned(),
        from: None,
        arrived: at("2026-10-02T08:00:00Z"),
    };
    assert!(ledger.record_submission(&file, 10, None, None, SubmissionState::Rejected).unwrap());
    let later = Submission { arrived: at("2027-01-01T00:00:00Z"), ..file };
    let period = "2026-Q3".parse().ok();
    assert!(!ledger.record_submission(&later, 10, Some("05958004"), period, SubmissionState::Accepted).unwrap());
    let told: (String, String, String) = ledger
        .db
        .query_row("SELECT arrived, state, body FROM submissions", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .unwrap();
    assert_eq!(told, ("2026-10-02T08:00:00.000Z".to_owned(), "accepted".to_owned(), "05958004".to_owned()));
}

//! Mistakes about whom and what kim tells of itself.

use super::said;

const KIM: &str = "config/kim.toml";

/// What is said where `from` is replaced.
fn mistake(from: &str, to: &str) -> String {
    let problems = said(KIM, |text| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    });
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].line().is_some(), "{}", problems[0].render());
    problems[0].render()
}

#[test]
fn whoever_is_to_be_told_must_have_an_address_once() {
    let it = "recipients = [\"IT <it@hochsauerlandkreis.example.org>\"]";
    assert!(mistake(it, "recipients = [\"IT\"]").contains("`IT` is no mail address: it has no `@`"));
    assert!(mistake(it, "recipients = [\"a@b.example\", \"A@b.example\"]").contains("stands twice in [owner]"));
    assert!(mistake(it, "recipient = []").contains("did you mean `recipients`"));
}

#[test]
fn limits_of_monitoring() {
    assert!(mistake("late_minutes = 60", "late_minutes = 0").contains("from 1 to 10080 (a week), not 0"));
    assert!(mistake("patience_minutes = 15", "patience_minutes = 99999").contains("from 0 to 10080 (a week)"));
    assert!(mistake("free_mib = 1024", "free_mib = 0").contains("a full disk would be noticed too late"));
}

#[test]
fn files_that_kim_writes_need_a_folder() {
    let prom = "# textfile = \"/var/lib/prometheus/node-exporter/kim.prom\"";
    assert!(mistake(prom, "textfile = \"kim.txt\"").contains("reads files `*.prom` only"));
    assert!(mistake(prom, "textfile = \"/gibt/es/nicht/kim.prom\"").contains("there is no folder `/gibt/es/nicht`"));
    let log = "# [log]\n";
    assert!(mistake(log, "[log]\nfile = \"/gibt/es/nicht/kim.log\"\n").contains("there is no folder"));
    assert!(mistake(log, "[log]\nfile = \"..\"\n").contains("is a folder"));
    assert!(mistake(log, "[log]\nlevel = \"loud\"\n").contains("unknown variant `loud`"));
    assert!(said(KIM, |text| text.replacen(log, "[log]\nfile = \"kim.log\"\n", 1)).is_empty());
}

//! Each test breaks one thing in the real configuration and reads what is said about it, and at which line.

use std::fs;
use std::path::Path;

use super::{Part, away, ground, load};
use crate::base::problem::Problem;

mod broken;
mod checks;
mod mail;
mod schedule;
mod symbols;
mod watch;

/// A copy of the real configuration with an inbox.
pub(in crate::run) fn real() -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["config", "pipelines", "pipelines/forms", "pipelines/indicators", "pipelines/potentials"] {
        fs::create_dir_all(copy.path().join(folder)).unwrap();
        for entry in fs::read_dir(root.join(folder)).unwrap().flatten().filter(|entry| entry.path().is_file()) {
            fs::copy(entry.path(), copy.path().join(folder).join(entry.file_name())).unwrap();
        }
    }
    fs::create_dir_all(copy.path().join("samples/eingang")).unwrap();
    fs::write(copy.path().join("samples/eingang.csv"), "file,arrived,from\n").unwrap();
    copy
}

/// What is said after `change` has gone over one file.
pub(super) fn said(file: &str, change: impl Fn(&str) -> String) -> Vec<Problem> {
    let copy = real();
    let path = copy.path().join(file);
    let before = fs::read_to_string(&path).unwrap();
    let after = change(&before);
    assert_ne!(before, after, "nothing was broken in {file}");
    fs::write(&path, after).unwrap();
    load(&copy.path().join("config"), &[]).err().unwrap_or_default()
}

#[test]
fn the_real_configuration_is_sound() {
    let copy = real();
    let config = load(&copy.path().join("config"), &[]).unwrap_or_else(|problems| {
        panic!("{}", problems.iter().map(Problem::render).collect::<Vec<_>>().join("\n\n"));
    });
    assert_eq!(config.register.bodies.len(), 13);
    assert_eq!(config.zone, chrono_tz::Europe::Berlin);
    assert_eq!(config.data, copy.path().join("data"));
    assert_eq!(config.sources[0].path, copy.path().join("samples/eingang"));
    assert_eq!(config.audience("partner").unwrap().recipients.len(), 2);
    let pipeline = &config.pipelines[0];
    assert_eq!(pipeline.path, copy.path().join("pipelines/monitoring.toml"));
    assert_eq!((pipeline.catalogue.measures.len(), pipeline.catalogue.indicators.len()), (56, 37));
    assert_eq!(pipeline.rules.len(), 8);
    // kim.toml, municipalities.csv, contacts.toml, holidays.toml, the pipeline, the form, seven files of indicators, two of rules
    assert_eq!(config.files.len(), 15);
}

#[test]
fn a_source_that_is_away_is_no_mistake_and_is_told_at_its_line() {
    let copy = real();
    let folder = copy.path().join("config");
    let told = || {
        let config = load(&folder, &[]).unwrap_or_else(|problems| panic!("{problems:?}"));
        away(&config).iter().map(Problem::render).collect::<String>()
    };
    assert_eq!(told(), "");
    fs::remove_file(copy.path().join("samples/eingang.csv")).unwrap();
    assert!(told().contains("there is no file") && told().contains("arrivals = "), "{}", told());
    fs::rename(copy.path().join("samples/eingang"), copy.path().join("samples/eingnag")).unwrap();
    assert!(told().contains("did you mean `eingnag`?") && told().contains("folder = "), "{}", told());
}

#[test]
fn whoever_needs_a_part_of_the_settings_works_whatever_else_is_wrong() {
    let copy = real();
    let folder = copy.path().join("config");
    let path = folder.join("kim.toml");
    let sound = fs::read_to_string(&path).unwrap();
    fs::remove_dir_all(copy.path().join("pipelines")).unwrap();
    fs::remove_file(folder.join("contacts.toml")).unwrap();
    let with = |from: &str, to: &str| {
        assert!(sound.contains(from), "{from}");
        fs::write(&path, sound.replacen(from, to, 1)).unwrap();
    };
    let count = |parts: &[Part]| ground(&folder, parts).err().map_or(0, |problems| problems.len());
    let all: [&[Part]; 3] = [&[], &[Part::Mail], &[Part::Retention]];
    for (from, to, expected) in [
        ("total = {", "totl = {", [0, 0, 0]),
        ("late_minutes = 60", "late_minutes = \"soon\"", [0, 0, 0]),
        ("threshold = 3 ", "threshold = -3 ", [0, 0, 0]),
        ("reply_to = \"kim-k", "reply_to = \"kim k", [0, 1, 0]),
        ("from = ", "form = ", [0, 1, 0]),
        ("originals_years = 10 ", "originals_years = 0 ", [0, 0, 1]),
        ("Europe/Berlin", "Europe/Berlni", [0, 0, 1]),
        ("data = \"../data\"", "data = 7", [1, 1, 1]),
        ("[mail]", "[mail", [1, 1, 1]),
    ] {
        with(from, to);
        assert_eq!(all.map(count), expected, "{from} -> {to}");
    }
    fs::write(&path, &sound).unwrap();
    assert_eq!(ground(&folder, &[Part::Mail]).unwrap().data, copy.path().join("data"));
    assert!(count(&[]) == 0 && load(&folder, &[]).is_err());
}

#[test]
fn mistakes_of_all_files_are_told_at_once() {
    let copy = real();
    let change = |file: &str, from: &str, to: &str| {
        let path = copy.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from}");
        fs::write(path, text.replacen(from, to, 1)).unwrap();
    };
    change("config/kim.toml", "time_zone", "timezone");
    change("config/municipalities.csv", "05958004", "5958004");
    change("config/contacts.toml", "jobcenter@partner.example.org", "jobcenter");
    change("pipelines/monitoring.toml", "audience = \"partner\"", "audience = \"partners\"");
    change("pipelines/forms/kim-rueckmeldung.toml", "part_of = \"kurs_beendet\"", "part_of = \"kurs_ended\"");
    change("pipelines/indicators/faelle.toml", "sum = \"falltage\"", "sum = \"faltage\"");
    change("pipelines/potentials/verbesserung.toml", "vertretung = 'nein'", "vertretung = 'no'");
    let problems = load(&copy.path().join("config"), &[]).unwrap_err();
    let files: std::collections::BTreeSet<_> = problems.iter().map(|problem| problem.source.path.as_ref()).collect();
    let told = problems.iter().map(Problem::render).collect::<Vec<_>>().join("\n\n");
    // 05958004 of contacts.toml is unknown now, too.
    assert_eq!((problems.len(), files.len()), (8, 7), "{told}");
}

#[test]
fn a_mistake_of_a_shared_file_is_told_once() {
    let copy = real();
    let pipelines = copy.path().join("pipelines");
    fs::copy(pipelines.join("monitoring.toml"), pipelines.join("second.toml")).unwrap();
    let form = pipelines.join("forms/kim-rueckmeldung.toml");
    let text = fs::read_to_string(&form).unwrap();
    fs::write(&form, text.replacen("part_of = \"kurs_beendet\"", "part_of = \"kurs_ended\"", 1)).unwrap();
    let both = [pipelines.join("monitoring.toml"), pipelines.join("second.toml")];
    assert_eq!(load(&copy.path().join("config"), &both).unwrap_err().len(), 1);
}

#[test]
fn a_password_in_the_file_is_refused_and_never_repeated() {
    let server = |line: &str| format!("\n[mail.server]\nhost = \"mail.example.org\"\nuser = \"kim\"\n{line}\n");
    for line in ["password = \"hunter2\"", "\"Passwort\" = \"hunter2\"", "password = \"hunter2", "pwd.x = \"hunter2\""]
    {
        let problems = said("config/kim.toml", |text| text.to_owned() + &server(line));
        let told = problems.iter().map(Problem::render).collect::<Vec<_>>().join("\n\n");
        assert!(!problems.is_empty() && !told.contains("hunter2"), "{told}");
    }
    let inline = "[mail]\nserver = { hots = \"mail.example.org\", password = \"hunter2\" }";
    let problems = said("config/kim.toml", |text| text.replacen("[mail]", inline, 1));
    let told = problems.iter().map(Problem::render).collect::<Vec<_>>().join("\n\n");
    assert!(told.contains("unknown key `hots`") && !told.contains("hunter2"), "{told}");
    let plain = said("config/kim.toml", |text| text.to_owned() + &server("password = \"hunter2\""));
    assert!(plain[0].hint.as_deref().unwrap().contains("password_env"), "{plain:?}");
    // The table as a whole is wrong (no host): the mark must not run over the password.
    let whole = "\n[mail.server]\nuser = \"kim\"\npassword = \"hunter2\"\n";
    let problems = said("config/kim.toml", |text| text.to_owned() + whole);
    let told = problems.iter().map(Problem::render).collect::<Vec<_>>().join("\n\n");
    assert!(!told.contains("hunter2"), "{told}");
}

#[test]
fn what_excel_makes_of_the_municipalities_is_understood() {
    let copy = real();
    let path = copy.path().join("config/municipalities.csv");
    let text = fs::read_to_string(&path).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut excel = String::from("\u{feff}");
    let headings = reader.headers().unwrap().clone();
    for record in std::iter::once(headings).chain(reader.records().map(Result::unwrap)) {
        let cells: Vec<String> = record
            .iter()
            .map(|cell| match cell.parse::<f64>() {
                Ok(_) => cell.replace('.', ","),
                Err(_) if cell == "2023-12-31" => "31.12.2023".to_owned(),
                Err(_) => cell.to_owned(),
            })
            .collect();
        excel += &format!("{}\r\n", cells.join(";"));
    }
    fs::write(&path, &excel).unwrap();
    let config = load(&copy.path().join("config"), &[]).unwrap();
    let arnsberg = config.register.by_ags("05958004").unwrap();
    assert_eq!((arnsberg.area, arnsberg.coordinates), (Some(193.72), Some((8.064801, 51.395795))));
    assert_eq!(arnsberg.inhabitants_date, chrono::NaiveDate::from_ymd_opt(2023, 12, 31));
    // Windows line breaks do not shift the line.
    fs::write(&path, excel.replace("\r\n05958008", "\r\n5958008")).unwrap();
    assert_eq!(load(&copy.path().join("config"), &[]).unwrap_err()[0].line(), Some(4));
    fs::write(&path, b"ags,name\n05958004,S\xFCd\n").unwrap();
    let problems = load(&copy.path().join("config"), &[]).unwrap_err();
    assert!(problems.iter().any(|problem| problem.message.contains("not written in UTF-8")));
}

#[test]
fn a_missing_file_is_told_where_it_is_named() {
    let problems = said("pipelines/monitoring.toml", |text| text.replacen("faelle.toml", "fälle.toml", 1));
    assert_eq!(problems[0].hint.as_deref(), Some("did you mean `faelle.toml`?"));
    assert!(problems[0].line().is_some());
    let copy = real();
    fs::remove_file(copy.path().join("config/contacts.toml")).unwrap();
    assert!(load(&copy.path().join("config"), &[]).unwrap_err()[0].message.contains("cannot be read"));
    let nowhere = load(&copy.path().join("konfig"), &[]).unwrap_err();
    assert!(nowhere.len() == 1 && nowhere[0].hint.as_deref().unwrap().contains("kim init"), "{nowhere:?}");
}

#[test]
fn paths_go_up_by_name() {
    use super::beside;
    let told = |folder: &str, named: &str| beside(Path::new(folder), named).display().to_string();
    assert_eq!(told("config", "../data"), "data");
    assert_eq!(told("/srv/kim/config", "../data"), "/srv/kim/data");
    assert_eq!(told(".", "../data"), "../data");
    assert_eq!(told("config", ".."), ".");
    assert_eq!(told("a/b", "/data"), "/data");
}

//! The house rules, read from the source as text: which room may use which, where a foreign library may be named,
//! who may print, what must not stand in Rust at all.
//!
//! Each rule is a function over a source, so that the second half of this file can show that it is able to fail.

mod source;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use source::{Source, is_word, used, words};

/// A room uses itself and those after it.
const ROOMS: [&str; 5] = ["cli", "run", "stages", "model", "base"];

/// Where each library may be named, as beginnings of paths. Empty: a word of the language of the whole program.
/// Every dependency of `Cargo.toml` stands here.
const LIBRARIES: &[(&str, &[&str])] = &[
    ("annotate_snippets", &["src/base/problem.rs"]),
    ("calamine", &["src/stages/read"]),
    ("chrono", &[]),
    ("chrono_tz", &[]),
    ("clap", &["src/cli"]),
    ("clap_complete", &["src/cli"]),
    ("clap_mangen", &["src/cli"]),
    ("compact_str", &["src/base/short.rs"]),
    ("croner", &["src/run/schedule"]),
    ("crc32fast", &["src/base/zipped/unpack.rs"]),
    ("csv", &["src/stages/collect", "src/run/settings"]),
    ("encoding_rs", &["src/stages/read"]),
    ("flate2", &["src/base/zipped/unpack.rs"]),
    ("fluent_bundle", &["src/base/words"]),
    ("foldhash", &["src/base/quick.rs"]),
    ("lettre", &["src/stages/deliver"]),
    ("memchr", &["src/stages/read"]),
    ("minijinja", &["src/stages/report"]),
    ("polars", &["src/base/frame.rs"]),
    ("polars_io", &["src/base/frame.rs"]),
    ("postcard", &["src/run/reading"]),
    ("quick_xml", &["src/stages/audit", "src/stages/read"]),
    ("rusqlite", &["src/run/ledger"]),
    ("rust_xlsxwriter", &["src/stages/report"]),
    ("rustix", &["src/base/boundary.rs", "src/cli/inspect/page.rs", "src/run/reading", "src/run/watch"]),
    ("sd_notify", &["src/run/watch/systemd.rs"]),
    ("serde", &[]),
    ("serde_json", &[]),
    ("sha2", &["src/base/files.rs"]),
    ("strsim", &["src/base/problem.rs", "src/stages/clean"]),
    ("thiserror", &[]),
    ("tokio", &["src/run/serve"]),
    ("tokio_cron_scheduler", &["src/run/serve"]),
    ("toml", &["src/base/settings.rs"]),
    ("tracing", &["src/cli", "src/run"]),
    ("tracing_subscriber", &["src/cli"]),
    ("unic_langid", &["src/base/words"]),
    // The audit shares no code with what it audits.
    ("zip", &["src/base/zipped.rs", "src/stages/audit"]),
];

/// Words of the programme besides the names in the forms.
const PROGRAMME: [&str; 8] = [
    "KIM-Monitoring",
    "Hochsauerlandkreis",
    "Arnsberg",
    "Zielgruppe",
    "Integrationskurs",
    "Duldung",
    "VZÄ",
    "Baustein",
];

/// Names in the forms that are also words of every programme, and where they may stand.
const COMMON: [(&str, &str); 9] = [
    // A key of the configuration.
    ("handlungsfeld", "src/"),
    // In a comment of the configuration that it writes.
    ("deckblatt", "src/cli/init.rs"),
    // Words that stand in any German table.
    ("bemerkung", "src/stages/clean/german.rs"),
    ("stand", "src/stages/clean/german.rs"),
    ("personen", "src/stages/clean/german.rs"),
    ("datum", "src/stages/clean/german.rs"),
    // Words beside a date that say whether it speaks of the figures.
    ("stand", "src/stages/clean/meant.rs"),
    ("frist", "src/stages/clean/meant.rs"),
    ("beschluss", "src/stages/clean/meant.rs"),
];

const LONGEST: usize = 400;

#[test]
fn a_room_uses_only_rooms_below_it() {
    holds(upward);
}

#[test]
fn stages_do_not_know_each_other() {
    let stages = stages();
    assert!(stages.contains("collect"), "{stages:?}");
    holds(|source| sideways(source, &stages));
}

#[test]
fn each_library_is_named_in_its_room_only() {
    holds(misplaced);
}

#[test]
fn every_dependency_has_a_room() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let placed: BTreeSet<String> = LIBRARIES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(dependencies(&manifest), placed);
}

#[test]
fn only_the_command_line_prints() {
    holds(printing);
}

#[test]
fn nothing_of_the_programme_stands_in_rust() {
    let words = programme();
    for known in ["zielgruppe", "bestand_beginn", "zustaendigkeiten", "besetzt_vzae"] {
        assert!(words.contains(known), "the forms were not read: {words:?}");
    }
    holds(|source| of_the_programme(source, &words));
}

#[test]
fn no_file_is_long() {
    holds(|source| {
        let lines = source.text.lines().count();
        (lines > LONGEST).then(|| format!("{lines} lines, more than {LONGEST}")).into_iter().collect()
    });
}

#[test]
fn every_module_says_what_it_is_for() {
    holds(headless);
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<Source> {
    let mut paths = Vec::new();
    below(&root().join("src"), "rs", &mut paths);
    assert!(paths.len() > 30, "the sources are not where this test looks");
    let source = |path: &PathBuf| {
        let shown = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
        Source::new(&shown, &fs::read_to_string(path).unwrap())
    };
    let mut sources: Vec<Source> = paths.iter().map(source).collect();
    let tests: Vec<String> = sources.iter().flat_map(Source::test_modules).collect();
    for source in &mut sources {
        source.is_test = tests.iter().any(|start| source.path.starts_with(start.as_str()));
    }
    sources
}

fn below(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            below(&path, ending, found);
        } else if path.extension().is_some_and(|found| found == ending) {
            found.push(path);
        }
    }
}

/// The rule finds nothing in any source; else all that it found is told at once.
fn holds(rule: impl Fn(&Source) -> Vec<String>) {
    let told: Vec<String> = sources()
        .iter()
        .flat_map(|source| rule(source).into_iter().map(|what| format!("{}: {what}", source.path)).collect::<Vec<_>>())
        .collect();
    assert!(told.is_empty(), "\n{}", told.join("\n"));
}

fn stages() -> BTreeSet<String> {
    let name = |path: PathBuf| path.file_stem().unwrap().to_string_lossy().into_owned();
    let found = fs::read_dir(root().join("src/stages")).unwrap().map(|entry| name(entry.unwrap().path()));
    found.filter(|name| name != "mod").collect()
}

fn upward(source: &Source) -> Vec<String> {
    let rank = |room: &str| ROOMS.iter().position(|known| *known == room);
    let Some(own) = source.module().first().and_then(|room| rank(room)) else { return Vec::new() };
    let above = |path: &Vec<String>| rank(&path[0]).is_some_and(|room| room < own);
    used(source).into_iter().filter(above).map(|path| format!("uses crate::{}", path.join("::"))).collect()
}

fn sideways(source: &Source, stages: &BTreeSet<String>) -> Vec<String> {
    let ["stages", own, ..] = source.module()[..] else { return Vec::new() };
    let other =
        |path: &Vec<String>| path[0] == "stages" && path.len() > 1 && path[1] != own && stages.contains(&path[1]);
    used(source).into_iter().filter(other).map(|path| format!("uses the stage {}", path[1])).collect()
}

fn misplaced(source: &Source) -> Vec<String> {
    if source.is_test {
        return Vec::new();
    }
    let stranger =
        |(_, rooms): &&(&str, &[&str])| !rooms.is_empty() && !rooms.iter().any(|room| source.path.starts_with(room));
    let strangers = LIBRARIES.iter().filter(stranger);
    strangers.filter(|(name, _)| names(&source.lean, name)).map(|(name, _)| format!("names {name}")).collect()
}

/// Is the library named: `name::…`, or `use name`?
fn names(code: &str, library: &str) -> bool {
    words(code, library).any(|at| {
        let (before, after) = (code[..at].trim_end(), &code[at + library.len()..]);
        let own = before.ends_with("::") || before.ends_with('.');
        !own && (after.starts_with("::") || before.ends_with("use") || before.ends_with("extern crate"))
    })
}

/// Names in `[dependencies]`, as Rust says them.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let section = manifest.split("\n[").find_map(|section| section.strip_prefix("dependencies]\n"));
    let lines = section.unwrap_or_default().lines().filter_map(|line| line.split_once('='));
    lines.map(|(name, _)| name.trim().replace('-', "_")).filter(|name| !name.starts_with('#')).collect()
}

fn printing(source: &Source) -> Vec<String> {
    if source.path.starts_with("src/cli/") {
        return Vec::new();
    }
    let print = |name: &&str| words(&source.code, name).any(|at| source.code[at + name.len()..].starts_with('!'));
    ["print", "println", "eprint", "eprintln", "dbg"].into_iter().filter(print).map(|name| format!("{name}!")).collect()
}

/// Sheets, tables, fields and code lists of every form, in lower case.
fn programme() -> BTreeSet<String> {
    let mut forms = Vec::new();
    below(&root().join("pipelines/forms"), "toml", &mut forms);
    let mut words: BTreeSet<String> = PROGRAMME.iter().map(|word| word.to_lowercase()).collect();
    for form in forms {
        words.extend(names_in_form(&fs::read_to_string(form).unwrap()));
    }
    words
}

fn names_in_form(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in text.lines() {
        let table = line.strip_prefix("[table.").or(line.strip_prefix("[codes."));
        found.extend(table.and_then(|rest| rest.strip_suffix(']')).map(str::to_owned));
        for key in ["name = \"", "sheet = \""] {
            let said = line.split(key).skip(1).filter_map(|rest| rest.split('"').next());
            found.extend(said.map(str::to_lowercase));
        }
    }
    found
}

/// Comments may give an example, and tests need one; the program itself knows no word of it. What follows a dot is the
/// field of some library; a path is the name of a file.
fn of_the_programme(source: &Source, words: &BTreeSet<String>) -> Vec<String> {
    if source.is_test {
        return Vec::new();
    }
    let common = |word: &str| COMMON.iter().any(|(known, place)| *known == word && source.path.starts_with(place));
    let text = source.spoken.to_lowercase();
    let said =
        text.split(|c: char| !is_word(c) && !matches!(c, '-' | '.' | '/')).filter_map(|word| word.split('.').next());
    let found: BTreeSet<&str> = said.filter(|word| words.contains(*word) && !common(word)).collect();
    found.into_iter().map(|word| format!("says `{word}`, a word of the programme")).collect()
}

fn headless(source: &Source) -> Vec<String> {
    let headed = source.is_test || source.text.starts_with("//! ");
    if headed { Vec::new() } else { vec!["does not begin with `//!`".to_owned()] }
}

// ------------------------------------------------------------------------------------- each rule is able to fail

fn told<'a>(rule: impl Fn(&Source) -> Vec<String>, path: &str, texts: impl IntoIterator<Item = &'a str>) -> Vec<usize> {
    texts.into_iter().map(|text| rule(&Source::new(path, text)).len()).collect()
}

#[test]
fn rooms_that_are_used_upwards_are_seen() {
    let seen = |path, texts: &[&str]| told(upward, path, texts.iter().copied());
    let bad =
        ["use crate::run::story;", "use crate::{base::files, cli::run};", "fn f() { super::super::super::run::x() }"];
    assert_eq!(seen("src/stages/read/cells.rs", &bad), [1, 1, 1]);
    let good = ["use crate::model::form::Form;", "// use crate::run::story;", "let text = \"crate::run::story\";"];
    assert_eq!(seen("src/stages/read/cells.rs", &good), [0, 0, 0]);
    assert_eq!(
        seen("src/base/files.rs", &["use crate::model::form;", "#[cfg(test)] mod t { use crate::model::x; }"]),
        [1, 1]
    );
    assert_eq!(seen("src/cli/run.rs", &["use crate::run::story;"]), [0]);
}

#[test]
fn stages_that_know_another_are_seen() {
    let stages: BTreeSet<String> = ["read", "clean", "collect"].map(str::to_owned).into();
    let seen = |path, texts: &[&str]| told(|source| sideways(source, &stages), path, texts.iter().copied());
    let bad =
        ["use crate::stages::clean;", "use crate::stages::{collect::Folder, read};", "use super::super::clean::text;"];
    assert_eq!(seen("src/stages/read/cells.rs", &bad), [1, 1, 1]);
    assert_eq!(seen("src/stages/collect.rs", &["use super::read::workbook;", "use super::super::model::x;"]), [1, 0]);
    assert_eq!(seen("src/stages/read/cells.rs", &["use super::hidden;", "use crate::stages::read::hidden;"]), [0, 0]);
    assert_eq!(seen("src/run/story.rs", &["use crate::stages::{collect, read};"]), [0]);
}

#[test]
fn libraries_outside_of_their_room_are_seen() {
    let seen = |path, texts: &[&str]| told(misplaced, path, texts.iter().copied());
    let bad = ["use polars::prelude::*;", "fn f() -> calamine::Data {}", "use { zip::ZipArchive };", "use csv;"];
    assert_eq!(seen("src/stages/clean/mod.rs", &bad), [1, 1, 1, 1]);
    let good = [
        "use crate::base::frame::DataFrame;",
        "a.iter().zip(b)",
        "/// see [`polars::prelude`]",
        "#[cfg(test)]\nmod tests { use calamine::Data; }",
        "crate::base::toml::x()",
    ];
    assert_eq!(seen("src/stages/clean/mod.rs", &good), [0; 5]);
    assert_eq!(seen("src/stages/read/mod.rs", &["use calamine::Data;"]), [0]);
    assert_eq!(
        seen("src/stages/read/mod.rs", &["#[cfg(test)]\nmod tests;\nuse toml::Value;"]),
        [1],
        "the rest still counts"
    );
    assert_eq!(
        dependencies("[package]\nx = 1\n\n[dependencies]\na-b = \"1\"\n\n[dev-dependencies]\nc = 1\n"),
        ["a_b".to_owned()].into()
    );
}

#[test]
fn modules_for_tests_are_known_by_their_declaration() {
    let modules = |path, text| Source::new(path, text).test_modules();
    assert_eq!(modules("src/run/mod.rs", "mod a;\n#[cfg(test)]\nmod b;"), ["src/run/b.rs", "src/run/b/"]);
    assert_eq!(modules("src/run/a.rs", "#[cfg(test)]\nmod tests {}\nmod c;"), [""; 0]);
}

#[test]
fn printing_outside_of_the_command_line_is_seen() {
    let seen = |path, texts: &[&str]| told(printing, path, texts.iter().copied());
    let texts =
        ["println!(\"a\")", "eprintln!(\"a\")", "dbg!(a)", "writeln!(file)", "// println!", "\"println!\"", "print(a)"];
    assert_eq!(seen("src/run/story.rs", &texts), [1, 1, 1, 0, 0, 0, 0]);
    assert_eq!(seen("src/cli/run.rs", &["println!(\"a\")"]), [0]);
}

#[test]
fn words_of_the_programme_are_seen() {
    let words = names_in_form(
        "[table.bedarf]\nsheet = \"Bedarf\"\nfield = [\n  { name = \"personen_u18\", type = \"count\" },\n]\n[codes.prozess]\n",
    );
    assert_eq!(words, ["bedarf", "personen_u18", "prozess"].map(str::to_owned).into());
    let seen = |texts: &[&str]| {
        told(|source| of_the_programme(source, &words), "src/stages/check/mod.rs", texts.iter().copied())
    };
    assert_eq!(seen(&["col(\"personen_u18\")", "let bedarf = 1;", "if sheet == \"Bedarf\" {}"]), [1, 1, 1]);
    assert_eq!(
        seen(&[
            "// such as `bedarf`",
            "sheet.bedarf",
            "read(\"forms/bedarf.toml\")",
            "let bedarfe = 1;",
            "#[cfg(test)]\nmod tests { const A: &str = \"bedarf\"; }"
        ]),
        [0, 0, 0, 0, 0]
    );
}

#[test]
fn modules_without_a_head_are_seen() {
    let seen = |path, texts: &[&str]| told(headless, path, texts.iter().copied());
    assert_eq!(seen("src/run/lock.rs", &["use std::fs;", "// One lock.", "//! One lock."]), [1, 1, 0]);
}

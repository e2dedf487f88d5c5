//! An edition in English: nothing that the program itself says is left in German.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::world::{World, root, sheet, sheet_names};

/// Messages of one line without arguments, by id.
fn plain(language: &str) -> BTreeMap<String, String> {
    let text = fs::read_to_string(root().join(format!("src/base/words/{language}.ftl"))).expect("the catalogue");
    let line = |line: &str| line.split_once(" = ").map(|(id, said)| (id.to_owned(), said.to_owned()));
    text.lines().filter_map(line).filter(|(_, said)| !said.contains(['{', '&'])).collect()
}

#[test]
fn no_german_sentence_of_the_program_is_left() {
    let world = World::settled("2026-11-20");
    let world =
        world.edit("config/contacts.toml", "[audience.koordination]", "[audience.koordination]\nlanguage = \"en\"");
    let run = world.run();
    let book = world.edition(&run, "koordination");
    assert!(sheet_names(&book).contains(&"Data quality".to_owned()));
    let english = plain("en");
    let german: BTreeSet<String> =
        plain("de").into_iter().filter(|(id, said)| english.get(id) != Some(said)).map(|(_, said)| said).collect();
    assert!(german.contains("keine Rückmeldung"), "the catalogue was not read");
    // Fields of the form are shown under the heading that their sender sees.
    let form = fs::read_to_string(root().join("pipelines/forms/kim-rueckmeldung.toml")).expect("the form");
    let left: Vec<String> = sheet_names(&book)
        .into_iter()
        .flat_map(|name| sheet(&book, &name).into_iter().flatten().map(move |cell| format!("{name}: {cell}")))
        .filter(|told| {
            told.split_once(": ")
                .is_some_and(|(_, cell)| german.contains(cell) && !form.contains(&format!("heading = \"{cell}\"")))
        })
        .collect();
    assert!(left.is_empty(), "{left:#?}");

    let quality: Vec<String> = sheet(&book, "Data quality").into_iter().flatten().collect();
    let late = quality.iter().find(|cell| cell.starts_with("The return came after the due date"));
    let said = "The return came after the due date (15 October 2026); its figures are used. As already in the previous quarter.";
    assert_eq!(late.map(String::as_str), Some(said));
}

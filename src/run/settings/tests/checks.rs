//! Keys, lookups, rows of many bodies, rules, outliers and waivers that are none.

use super::broken::{FORM, PIPELINE, each};

#[test]
fn rows_and_rules_of_the_form() {
    each(
        FORM,
        &[
            (
                "lookup = { table = \"beschluesse\"",
                "lookup = { table = \"beschlusse\"",
                "did you mean `beschluesse`?",
                "lookup",
            ),
            ("bring = [\"beschluss\"", "bring = [\"beschlus\"", "did you mean `beschluss`?", "lookup"),
            ("bring = [\"beschluss\"", "bring = [\"nr\"", "of its own", "lookup"),
            ("one_row_per = \"prozess\"", "body = [\"kommune\"]", "unknown field `kommune`", "body ="),
            ("one_row_per = \"prozess\"", "period = \"prozess\"", "the rows are of one body", "period ="),
            (
                "total_row = true\nfield = [\n  { name = \"baustein\"",
                "body = [\"stellenbezeichnung\"]\nfield = [\n  { name = \"baustein\"",
                "cannot be optional",
                "body =",
            ),
            (
                "one_row_per = \"prozess\"",
                "long = { heading = \"stelle\", value = \"vertretung\" }",
                "any column could be meant",
                "long =",
            ),
            (
                "one_row_per = \"prozess\"",
                "long = { heading = \"prozess\", value = \"prozess\" }",
                "the same field",
                "long =",
            ),
            (
                "one_row_per = \"prozess\"",
                "long = { heading = \"letzte_ueberpruefung\", value = \"vertretung\" }",
                "a code or a text",
                "long =",
            ),
            ("key = \"nr\", bring", "key = [\"nr\", \"num\"], bring", "unknown field `num`", "lookup"),
            ("as = \"bedarf_\"", "as = \"Bedarf \"", "in front of a name", "lookup"),
            (", as = \"bedarf_\"", "", "a field `personen` of its own", "lookup"),
            (
                "one_row_per = \"prozess\"",
                "one_row_per = [\"prozess\", \"prozess\"]",
                "twice in the key",
                "one_row_per",
            ),
            (
                "one_row_per = \"prozess\"",
                "one_row_per = [\"prozess\", \"stele\"]",
                "did you mean `stelle`?",
                "one_row_per",
            ),
            (
                "tables = [\"faelle\", \"bedarf\"]",
                "tables = [\"faelle\", \"bedarfe\"]",
                "did you mean `bedarf`?",
                "tables",
            ),
            ("tables = [\"faelle\", \"bedarf\"]", "tables = []", "names no tables", "condition"),
            ("SUM(faelle.bestand_ende)", "faelle.bestand_ende", "different in every row", "condition"),
            ("SUM(bedarf.personen)", "SUM(bedarf.perso)", "unknown column `bedarf.perso`", "condition"),
            ("id = \"faelle_bis_bedarf\"", "id = \"bestandsgleichung\"", "two checks are called", "condition"),
            (
                "condition = \"belegt <= plaetze\"",
                "over = \"table\"\ncondition = \"belegt <= plaetze\"",
                "different in every row",
                "condition",
            ),
            (
                "condition = \"belegt <= plaetze\"",
                "tables = [\"faelle\"]\ncondition = \"belegt <= plaetze\"",
                "names no others",
                "tables",
            ),
            (
                "name = \"barrierefrei\"",
                "outlier = true, name = \"barrierefrei\"",
                "`outlier` is for numbers",
                "barrierefrei",
            ),
            (
                "name = \"barrierefrei\"",
                "signed = true, name = \"barrierefrei\"",
                "`signed` is for numbers",
                "barrierefrei",
            ),
            ("name = \"plaetze\"", "tick = true, name = \"plaetze\"", "`tick` is for yes or no", "plaetze"),
            ("score = 3.5", "score = 0.5", "makes no sense", "score = 0.5"),
            ("periods = 6", "periods = 1", "makes no sense", "periods"),
        ],
    );
}

#[test]
fn waivers() {
    let waiver = |changed: &str| -> &'static str {
        let text = "[[waiver]]\nrule = \"belegt_bis_plaetze\"\nbody = \"Brilon\"\nreason = \"r\"\nby = \"b\"\nuntil = 2026-12-31\n";
        let (from, to) = changed.split_once(" → ").unwrap();
        assert!(text.contains(from), "{from}");
        let text = format!("{}\n[[edition]]", text.replacen(from, to, 1));
        &*Box::leak(text.into_boxed_str())
    };
    let cases = [
        ("belegt_bis_plaetze → belegt_bis_platz", "did you mean `belegt_bis_plaetze`?", "rule ="),
        ("Brilon → Brillon", "did you mean `Brilon`?", "body ="),
        ("reason = \"r\" → reason = \" \"", "says no `reason`", "reason ="),
        ("by = \"b\"\n → ", "the key `by` is missing", ""),
        ("until = 2026-12-31 → until = \"bald\"", "this is no date", "until ="),
        ("by = → table = \"angebot\"\nby =", "did you mean `angebote`?", "table ="),
    ];
    for (change, said, at) in cases {
        each(PIPELINE, &[("[[edition]]", waiver(change), said, at)]);
    }
}

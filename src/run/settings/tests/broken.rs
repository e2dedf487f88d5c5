//! One mistake a line: the file, what is replaced by what (first place), what is said, and a text on the line where
//! the caret stands.

use super::said;

const KIM: &str = "config/kim.toml";
const CSV: &str = "config/municipalities.csv";
const CONTACTS: &str = "config/contacts.toml";
pub(super) const PIPELINE: &str = "pipelines/monitoring.toml";
pub(super) const FORM: &str = "pipelines/forms/kim-rueckmeldung.toml";
const NEEDS: &str = "pipelines/indicators/hf1-bedarf.toml";
const POSTS: &str = "pipelines/indicators/hf2-stellen.toml";
const STEERING: &str = "pipelines/indicators/hf3-steuerung.toml";
const GROUP: &str = "pipelines/indicators/hf4-steuerungsgruppe.toml";
const CASES: &str = "pipelines/indicators/faelle.toml";
const RETURNS: &str = "pipelines/indicators/rueckmeldungen.toml";
const PARALLEL: &str = "pipelines/potentials/parallelstrukturen.toml";
const BETTER: &str = "pipelines/potentials/verbesserung.toml";

/// Replaced; by what; what is said; a text on the line.
pub(super) type Case = (&'static str, &'static str, &'static str, &'static str);

pub(super) fn each(file: &str, cases: &[Case]) {
    for (from, to, message, marker) in cases {
        let broken = |text: &str| text.replacen(from, to, 1);
        let problems = said(file, broken);
        let told: Vec<String> = problems.iter().map(crate::base::problem::Problem::render).collect();
        let told = told.join("\n\n");
        let found = problems.iter().find(|problem| {
            format!("{} {}", problem.message, problem.hint.as_deref().unwrap_or_default()).contains(message)
        });
        let problem = found.unwrap_or_else(|| panic!("{from} -> {to}: `{message}` is not said, but:\n{told}"));
        assert!(problem.source.path.ends_with(file), "{from} -> {to}: in another file:\n{told}");
        let line = problem.line().and_then(|line| problem.source.text.lines().nth(line - 1)).unwrap_or_default();
        assert!(line.contains(marker), "{from} -> {to}: at another line:\n{told}");
    }
}

#[test]
fn settings() {
    each(
        KIM,
        &[
            ("language = \"de\"", "language = \"fr\"", "unknown variant `fr`", "language"),
            ("time_zone", "timezone", "did you mean `time_zone`?", "timezone"),
            ("Europe/Berlin", "Europe/Berlni", "did you mean `Europe/Berlin`?", "time_zone"),
            ("\"../data\"", "\"../samples/eingang.csv/data\"", "is no folder", "data ="),
            ("\"../data\"", "\"../samples\"", "lies in the data folder", "folder ="),
            ("kim@hochsauerlandkreis.example.org>", "kim.example.org>", "no mail address: it has no `@`", "from ="),
            ("kim-koordination@hochsauerlandkreis.example.org", "kim@x", "no valid domain", "reply_to ="),
            ("threshold = 3 ", "threshold = -3 ", "from 0 on", "threshold = -3"),
            ("threshold_small = 5", "threshold_small = 2", "protected less", "threshold_small"),
            ("memory_mib = 512", "memory_mib = 5", "from 128 to 16384, not 5", "memory_mib"),
            ("seconds_per_file = 60", "seconds_per_file = 0", "from 1 to 3600", "seconds_per_file"),
            ("memory_mib", "memory_mb", "did you mean `memory_mib`?", "memory_mb"),
            ("originals_years = 10 ", "originals_years = 0 ", "from 1 to 100, not 0", "originals_years = 0"),
            ("# editions_years = 10", "editions_years = 1000", "from 1 to 100, not 1000", "editions_years = 1000"),
            ("originals_years", "original_years", "did you mean `originals_years`?", "original_years"),
            ("[[source]]", "[[sources]]", "did you mean `source`?", "[[sources]]"),
        ],
    );
}

#[test]
fn municipalities() {
    each(
        CSV,
        &[
            ("05958004", "5958004", "Excel drops the zero in front; did you mean `05958004`?", "Arnsberg"),
            ("05958008", "05958004", "`05958004` also means Arnsberg", "Bestwig"),
            ("Gemeinde Bestwig", "stadt arnsberg", "also means Arnsberg (05958004)", "Bestwig"),
            ("Brilon,municipality", "Brilon,town", "`town` is no kind of body", "Brilon"),
            ("74206", "74.206 Ew.", "is no number", "Arnsberg"),
            ("8.064801,", ",", "coordinates", "Arnsberg"),
            ("8.064801", "806", "no number", "Arnsberg"),
            ("2023-12-31", "31/12/23", "is no date", "Hochsauerlandkreis"),
            ("longitude", "longitud", "did you mean `longitude`?", "ags,name"),
            ("Gemeinde Bestwig", "a,b", "13 columns, but 12 headings", "Bestwig"),
            (
                "147.95,8.533102,51.194349,,",
                "147.95,8.533102,51.194349,2026-01-01,2025-01-01",
                "before `from`",
                "Winterberg",
            ),
        ],
    );
}

#[test]
fn contacts() {
    each(
        CONTACTS,
        &[
            ("[body.05958004]", "[body.05958005]", "no reporting body has the AGS", "[body.05958005]"),
            ("landrat@hochsauerlandkreis.example.org", "landrat@", "no valid domain", "landrat"),
            ("integration.arnsberg@example.org\"", "integration.arnsberg@example,org\"", "no valid domain", "sends"),
            (
                "recipients = [\n  \"Jobcenter <jobcenter@partner.example.org>\",\n  \"Wohlfahrtsverbände <wohlfahrt@partner.example.org>\",\n]",
                "recipients = []",
                "has no recipients",
                "[audience.partner]",
            ),
            ("IT <it@", "KIM-Koordination <kim-koordination@", "stands twice", "KIM-Koordination <kim"),
            ("sends = [", "sendet = [", "unknown key `sendet`", "sendet"),
        ],
    );
}

#[test]
fn pipeline() {
    each(
        PIPELINE,
        &[
            ("first_period = \"2023-Q4\"", "first_period = \"2023-12\"", "asks for each quarter", "first_period"),
            ("first_period = \"2023-Q4\"", "first_period = \"2023-Q5\"", "is no period", "first_period"),
            ("zone = \"Europe/Berlin\"", "zone = \"Berlin\"", "unknown time zone", "zone ="),
            ("0 6 20 1,4,7,10 *", "0 6 30 2 *", "never comes", "cron"),
            ("0 6 20 1,4,7,10 *", "0 0 6 20 * *", "expected 5: minute, hour", "cron"),
            ("0 6 20 1,4,7,10 *", "61 6 * * *", "`61` is no minute", "cron"),
            ("due_days = 15", "due_days = 1500", "more than a year", "due_days"),
            ("file = \"kim-monitoring\"", "file = \"für alle\"", "cannot begin a file's name", "für alle"),
            ("audience = \"partner\"", "audience = \"partners\"", "did you mean `partner`?", "partners"),
            ("audience = \"partner\"", "audience = \"koordination\"", "two editions", "audience = \"koordination\""),
            ("\"profile\", \"datenqualitaet\"", "\"profil\", \"datenqualitaet\"", "did you mean `profile`?", "without"),
            ("\"faelle_je_vzae\",", "\"faelle_je_vzea\",", "did you mean `faelle_je_vzae`?", "faelle_je_vzea"),
            ("id = \"ruecklauf\"", "id = \"hf1\"", "two sheets have the id `hf1`", "id = \"hf1\""),
            ("de = \"HF1 Bedarf\"", "de = \"Handlungsfeld 1: Bedarf, Räume, Stellen\"", "Excel allows 31", "name ="),
            ("de = \"HF1 Bedarf\"", "de = \"HF1/Bedarf\"", "Excel does not allow", "HF1/Bedarf"),
            ("de = \"HF1 Bedarf\"", "de = \"rücklauf\"", "the same name as that of `ruecklauf`", "id = \"hf1\""),
            ("indicator = \"bedarfsquote_sprache\"", "indicator = \"sprache\"", "unknown indicator `sprache`", "chart"),
            ("kind = \"bodies\"", "kind = \"body\"", "unknown variant `body`", "chart"),
            ("by = \"zielgruppe\"", "by = \"personen\"", "unknown field with codes of `bedarf`", "by = \"personen\""),
            ("[\"raeume\", \"raeume_", "[\"raume\", \"raeume_", "did you mean `raeume`?", "measures = [\"raume\""),
            ("table = \"umsetzung\"", "table = \"umsetzungen\"", "did you mean `umsetzung`?", "umsetzungen"),
            ("by = \"nr\"", "by = \"nummer\"", "unknown field `nummer`", "by ="),
            ("\"handlungsfeld\", \"frist\"", "\"bemerkung\", \"frist\"", "may name people and is never shown", "show"),
            ("state = \"stand\"", "state = \"nr\"", "unknown field with codes `nr`", "state ="),
            ("done = [\"umgesetzt\"]", "done = [\"erledigt\"]", "unknown code `erledigt`", "done"),
            ("\"keine_vertretung\"", "\"keine_vertretungen\"", "did you mean `keine_vertretung`?", "vertretungen"),
            ("content = { quality = {} }", "content = { qualty = {} }", "unknown variant `qualty`", "content"),
            ("forms/kim-rueckmeldung", "forms/kim-rueckmeldun", "did you mean `kim-rueckmeldung.toml`?", "form ="),
            ("\"indicators/faelle.toml\"", "\"indicators/teilhabe.toml\"", "is named twice", "teilhabe.toml"),
        ],
    );
}

#[test]
fn form() {
    each(
        FORM,
        &[
            ("municipality = [\"bedarf\"", "municipality = [\"bedarfe\"", "did you mean `bedarf`?", "municipality"),
            ("district = [", "landkreis = [", "`landkreis` is no kind of body", ""),
            ("\"raeume\", \"zustaendigkeiten\"", "\"bedarf\", \"zustaendigkeiten\"", "asked twice", "municipality"),
            ("extends = \"zielgruppe\"", "extends = \"zielgruppen\"", "did you mean `zielgruppe`?", "extends"),
            ("id = \"alle\"", "id = \"eu\"", "`eu` stands twice", "id = \"eu\""),
            (
                "also = [\"Duldung\"",
                "also = [\"Anerkannte\"",
                "means both `geduldete` and `schutzberechtigte`",
                "Anerkannte",
            ),
            ("one_row_per = \"prozess\"", "one_row_per = \"prozes\"", "did you mean `prozess`?", "one_row_per"),
            ("part_of = \"kurs_beendet\"", "part_of = \"kurs_ended\"", "unknown field `kurs_ended`", "kurs_b1"),
            ("part_of = \"kurs_beendet\"", "part_of = \"zielgruppe\"", "cannot be a part of", "kurs_b1"),
            ("codes = \"raumart\"", "codes = \"raumarten\"", "did you mean `raumart`?", "raumarten"),
            ("type = \"code\", codes = \"raumart\"", "type = \"code\"", "of which list?", "raumart"),
            ("type = \"code\", codes = \"raumart\"", "type = \"text\", codes = \"raumart\"", "is no code", "raumart"),
            ("name = \"barrierefrei\"", "name = \"period_end\"", "kim uses itself", "period_end"),
            ("name = \"barrierefrei\"", "name = \"raumart\"", "two fields are called `raumart`", "barrierefrei"),
            ("name = \"barrierefrei\"", "name = \"Barriere-frei\"", "is no name", "Barriere-frei"),
            (
                "name = \"barrierefrei\", type = \"yes_no\"",
                "name = \"barrierefrei\", type = \"yes_no\", people = true",
                "is for numbers",
                "barrierefrei",
            ),
            ("[\"Platz gesucht\"", "[\"B1\"", "the heading `B1` means both", "platz_gesucht"),
            ("also = [\"Fallzahlen\"", "also = [\"Angebote\"", "the sheet `Angebote` means both", "Angebote"),
            (
                "stunden_genutzt <= stunden_verfuegbar",
                "stunden_genuzt <= stunden_verfuegbar",
                "did you mean `stunden_genutzt`?",
                "condition",
            ),
            (
                "stunden_genutzt <= stunden_verfuegbar",
                "stunden_genutzt - stunden_verfuegbar",
                "this is no condition",
                "condition",
            ),
            ("previous_bestand_ende", "previous_bestand", "unknown column `previous_bestand`", "condition"),
            ("stand <> 'umgesetzt'", "stand <> 'erledigt'", "`erledigt` is no code of `stand`", "condition"),
            ("severity = \"error\"", "severity = \"fatal\"", "unknown variant `fatal`", "severity"),
            ("type = \"decimal\"", "type = \"dezimal\"", "did you mean `decimal`?", "dezimal"),
        ],
    );
}

#[test]
fn measures() {
    each(
        NEEDS,
        &[
            ("table = \"bedarf\"", "table = \"bedarff\"", "did you mean `bedarf`?", "bedarff"),
            ("sum = \"personen\"", "sum = \"person\"", "did you mean `personen`?", "sum = \"person\""),
            ("sum = \"personen\"", "sum = \"zielgruppe\"", "is no number", "sum ="),
            ("sum = \"personen\"", "sum = \"personen * 2\"", "no sum of fields", "sum ="),
            ("sum = \"personen\"", "sum = \"personen +\"", "no sum of fields", "sum ="),
            ("sum = \"personen\"", "sum = \"period_end\"", "unknown field `period_end`", "sum ="),
            ("sum = \"personen\"", "sum = \"personen\"\ncount = true", "exactly one of", "[measure.personen]"),
            ("sum = \"personen\"\n", "", "exactly one of", "[measure.personen]"),
            ("over_time = \"last\"", "over_time = \"mean\"", "unknown variant `mean`", "over_time"),
            ("barrierefrei = 'ja'", "barrierefrei = 'yes'", "`yes` is no code of `barrierefrei`", "where"),
            ("barrierefrei = 'ja'", "barierefrei = 'ja'", "did you mean `barrierefrei`?", "where"),
            ("barrierefrei = 'ja'", "barrierefrei =", "cannot be understood", "where"),
            ("barrierefrei = 'ja'", "SUM(plaetze) > 3", "beyond its row", "where"),
            ("barrierefrei = 'ja'", "barrierefrei > 3", "does not fit together", "where"),
            ("[measure.raeume]", "[measure.Raeume]", "is no name", "[measure.Raeume]"),
        ],
    );
    each(POSTS, &[("baustein = 'case_management'", "baustein = 'Case Management'", "did you mean", "where")]);
    each(
        POSTS,
        &[(
            "baustein = 'case_management'",
            "baustein = '2 Case Management'",
            "did you mean 'case_management'?",
            "where",
        )],
    );
    each(POSTS, &[("sum = \"inhabitants\"", "sum = \"einwohner\"", "numbers here: inhabitants, area", "sum =")]);
    each(
        STEERING,
        &[
            ("teilweise = 0.5", "teilwise = 0.5", "did you mean `teilweise`?", "weights"),
            (", teilweise = 0.5", "", "can also be `teilweise`, which has no weight", "weights"),
            ("field = \"abgestimmt\"", "field = \"abgestimt\"", "did you mean `abgestimmt`?", "weights"),
            ("field = \"abgestimmt\"", "field = \"stelle\"", "has no codes to weigh", "weights"),
            ("> twelve_months_before", "> twelve_months_ago", "unknown column `twelve_months_ago`", "where"),
        ],
    );
    each(GROUP, &[("stand = 'umgesetzt'", "stand IN ('umgesetzt', 'umgestzt')", "did you mean 'umgesetzt'?", "where")]);
    each(RETURNS, &[("sum = \"on_time\"", "sum = \"ontime\"", "did you mean `on_time`?", "sum =")]);
}

#[test]
fn a_column_that_only_a_rule_fills_needs_the_rule() {
    each(
        PARALLEL,
        &[(
            "[rule.parallele_angebote.find.parallel]",
            "[rule.parallele_angebote.find.paralel]",
            "unknown variant `paralel`",
            "",
        )],
    );
    let without = |text: &str| text.replacen("  \"potentials/parallelstrukturen.toml\",\n", "", 1);
    let problems = said(PIPELINE, without);
    assert!(problems.iter().any(|problem| problem.message.contains("unknown column `parallel`")), "{problems:?}");
}

#[test]
fn indicators() {
    each(
        CASES,
        &[
            ("numerator = \"abschluesse\"", "numerator = \"abschlusse\"", "did you mean `abschluesse`?", "numerator"),
            (
                "definition = { de = \"laufende Fälle im Case Management am Ende des Zeitraums.\", en = \"Running cases in case management at the end of the period.\" }\n",
                "",
                "the key `definition` is missing",
                "[indicator.laufende_faelle]",
            ),
            ("denominator = \"faelle_bearbeitet\"\n", "", "needs a denominator", "[indicator.abschlussquote]"),
            ("kind = \"share\"", "kind = \"count\"", "a `count` has no denominator", "denominator"),
            ("kind = \"share\"", "kind = \"quote\"", "unknown variant `quote`", "kind"),
            ("factor = 100", "factor = 0", "greater than zero", "[indicator.abschlussquote]"),
            ("target = { at_least = 15, near = 3 }", "target = { at_most = 15 }", "higher is better here", "target"),
            (
                "target = { at_least = 15, near = 3 }",
                "target = { at_least = 15, at_most = 5 }",
                "nothing is at least",
                "target",
            ),
            ("target = { at_least = 15, near = 3 }", "target = { near = 3 }", "without a bound", "target"),
            ("target = { at_least = 15, near = 3 }", "target = { at_least = 115 }", "never reaches 115", "target"),
            ("target = { at_least = 15, near = 3 }", "target = { at_least = 15, near = -3 }", "from 0 on", "target"),
            ("at_most = 365", "at_least = 365", "lower is better here", "target"),
            (
                "denominator = \"abgaenge\"",
                "denominator = \"personen\"",
                "`leave_out_rows` needs one table",
                "denominator",
            ),
            ("[measure.abgaenge]", "[measure.personen]", "is already in", "[measure.personen]"),
            ("[indicator.laufende_faelle]", "[indicator.falltage]", "is already in", "[indicator.falltage]"),
            ("definition = { de = \"laufende", "def = { de = \"laufende", "unknown key `def`", "def ="),
            ("better = \"higher\"", "better = \"more\"", "unknown variant `more`", "better"),
        ],
    );
}

#[test]
fn rules() {
    each(
        PARALLEL,
        &[
            ("table = \"angebote\"", "table = \"angebot\"", "did you mean `angebote`?", "table ="),
            ("same = [\"typ\"", "same = [\"type\"", "did you mean `typ`?", "same"),
            (
                "same = [\"typ\", \"zielgruppe\"]",
                "same = []",
                "in what two rows must be the same",
                "[rule.parallele_angebote",
            ),
            ("within_km = 20", "within_km = 0", "greater than zero", "[rule.parallele_angebote"),
            ("offen = 'nein' AND", "offen = 'no' AND", "`no` is no code of `offen`", "where"),
            ("free = \"plaetze - belegt\"", "free = \"angebot\"", "this is no number", "free"),
            ("need = \"warteliste\"", "need = \"wartelist\"", "did you mean `warteliste`?", "need"),
            ("\"traeger\", \"plaetze\"", "\"träger\", \"plaetze\"", "did you mean `traeger`?", "show"),
            ("{other} haben", "{andere} haben", "unknown placeholder `{andere}`", "sentence"),
            ("find.parallel]", "find.parallel]\nfree_places = 1", "unknown key `free_places`", "free_places"),
        ],
    );
    each(
        BETTER,
        &[
            ("faelle_je_vzae > 35", "faelle_pro_vzae > 35", "did you mean `faelle_je_vzae`?", "condition"),
            ("effect = \"cm_vzae_bewilligt - cm", "effect = \"cm_vzae_bewilligt < cm", "this is no number", "effect"),
            ("show = [\"faelle_je_vzae\"", "show = [\"faelle\"", "unknown measure or indicator", "show"),
            ("\"barrierefreie_raeume\"", "\"barrierefrei_raeume\"", "did you mean `barrierefreie_raeume`?", "raeume"),
            ("\"barrierefreie_raeume\"", "\"personen_gesamt\"", "not known what is better", "personen_gesamt"),
            ("classes = [10000, 20000]", "classes = [20000, 10000]", "must rise", "[rule.weit_unter_vergleich"),
            ("{median}", "{mittel}", "unknown placeholder `{mittel}`", "sentence"),
            ("show = [\"prozess\", \"stelle\"]", "show = [\"prozess\", \"Stelle\"]", "unknown field `Stelle`", "show"),
            ("'in_umsetzung'", "'in Umsetzung'", "did you mean 'in_umsetzung'?", "where"),
        ],
    );
}

#[test]
fn a_measure_in_a_breakdown_has_a_title() {
    let title = "title = { de = \"barrierefreie Räume\", en = \"Accessible rooms\" }\ntable";
    let problems = said(NEEDS, |text| text.replacen(title, "table", 1));
    assert!(problems[0].message.contains("`raeume_barrierefrei` is shown here, but has no title"), "{problems:?}");
    assert!(problems[0].source.path.ends_with(PIPELINE));
}

#[test]
fn a_rule_has_a_name_of_its_own_over_all_files() {
    let problems = said(BETTER, |text| text.replace("[rule.keine_vertretung", "[rule.parallele_angebote"));
    assert!(problems[0].message.contains("there is already a rule `parallele_angebote`"), "{problems:?}");
    assert!(problems[0].source.path.ends_with(BETTER));
}

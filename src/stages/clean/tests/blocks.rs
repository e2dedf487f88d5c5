//! The same table more than once on one sheet, each with a title of its own.

use super::*;

#[test]
fn explore() {
    let head = "Zielgruppe|Personen|davon weiblich";
    let q2 = ["Asylsuchende|=8|=3", "Geduldete|=4|=1", "EU|=3|=2"];
    let q3 = ["Asylsuchende|=10|=4", "Geduldete|=5|=2", "EU|=6|=1"];
    let beside = |sep: &str, t: (&str, &str)| {
        let mut text = format!("{}||{sep}{}\n{head}{sep}{head}\n", t.0, t.1);
        if sep.is_empty() {
            text = format!("{}|||{}\n{head}|{head}\n", t.0, t.1);
        }
        let sep = if sep.is_empty() { "|" } else { sep };
        for (a, b) in q2.iter().zip(q3) {
            text += &format!("{a}{sep}{b}\n");
        }
        text
    };
    let rooms = |t: (&str, &str)| {
        let h = ROOMS;
        format!(
            "{}|||||||{}\n{h}|{h}\nA|Büro|=20|=2|ja|=10|=5|A|Büro|=20|=2|ja|=10|=6\nB|Büro|=21|=3|ja|=10|=5|C|Büro|=25|=2|ja|=10|=6\n",
            t.0, t.1
        )
    };
    let below = |t: (&str, &str)| format!("{}\n{head}\n{}\n\n{}\n{head}\n{}\n", t.0, q2.join("\n"), t.1, q3.join("\n"));
    let rbelow = |t: (&str, &str)| {
        format!(
            "{}\n{ROOMS}\nA|Büro|=20|=2|ja|=10|=5\nB|Büro|=21|=3|ja|=10|=5\n\n{}\n{ROOMS}\nA|Büro|=20|=2|ja|=10|=6\nC|Büro|=25|=2|ja|=10|=6\n",
            t.0, t.1
        )
    };
    for (what, name, text) in [
        ("side by side adjacent", "Bedarf", beside("", ("2. Quartal 2026", "3. Quartal 2026"))),
        ("side by side gap", "Bedarf", beside("||", ("2. Quartal 2026", "3. Quartal 2026"))),
        ("side by side gap no titles", "Bedarf", beside("||", ("", ""))),
        ("shared key", "Bedarf", "|2. Quartal 2026||3. Quartal 2026\nZielgruppe|Personen|davon weiblich|Personen|davon weiblich\nAsylsuchende|=8|=3|=10|=4\nGeduldete|=4|=1|=5|=2".into()),
        ("rooms side by side", "Räume", rooms(("Q2 2026", "Q3 2026"))),
        ("below", "Bedarf", below(("2. Quartal 2026", "3. Quartal 2026"))),
        ("below rev", "Bedarf", below(("3. Quartal 2026", "2. Quartal 2026"))),
        ("below q no year", "Bedarf", below(("Q2", "Q3"))),
        ("below no titles", "Bedarf", below(("", ""))),
        ("below other", "Bedarf", below(("Arnsberg", "Bestwig"))),
        ("rooms below", "Räume", rbelow(("Q2 2026", "Q3 2026"))),
        ("rooms below no titles", "Räume", rbelow(("", ""))),
        ("rooms below places", "Räume", rbelow(("Rathaus", "Schule"))),
    ] {
        let clean = cleaned(vec![cover(""), sheet(name, &text)]);
        let id = if name == "Räume" { "raeume" } else { "bedarf" };
        println!("== {what}");
        for t in clean.tables.iter().filter(|t| t.table == id) { for r in t.rows.iter().filter(|r| r.cells.iter().any(|c| c.place.is_some())) { println!("   {:?}", row(r)); } }
        for f in clean.findings.iter().filter(|f| f.table.as_deref() == Some(id)) {
            println!("   {:?} {:?} {} {}", f.code, f.places.iter().map(Place::address).collect::<Vec<_>>(), f.found, f.expected);
        }
    }
}

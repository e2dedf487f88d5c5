//! The invented offers and decisions, in words a reader would believe.

pub struct Offer {
    pub name: &'static str,
    pub kind: &'static str,
    pub group: &'static str,
    pub law: &'static str,
    pub carrier: &'static str,
    pub places: i64,
}

/// An offer of one body that a story needs: not open to others, with this many takers over time.
pub struct StoryOffer {
    pub ags: &'static str,
    pub offer: Offer,
    pub place: &'static str,
    pub taken: [(i64, f64); 3],
}

pub struct Decision {
    pub number: &'static str,
    pub date: &'static str,
    pub sentence: &'static str,
    pub field: &'static str,
    pub concerns: &'static str,
    pub due: &'static str,
}

const fn offer(
    name: &'static str,
    kind: &'static str,
    group: &'static str,
    law: &'static str,
    carrier: &'static str,
    places: i64,
) -> Offer {
    Offer { name, kind, group, law, carrier, places }
}

#[rustfmt::skip] // one line each reads best
pub const OFFERS: [Offer; 34] = [
    offer("Migrationsberatung für Erwachsene", "beratung", "alle", "aufenthg", "Caritasverband", 40),
    offer("Jugendmigrationsdienst", "beratung", "drittstaaten", "sgb8", "Diakonie", 30),
    offer("Asylverfahrensberatung", "beratung", "asylsuchende", "asylblg", "Caritasverband", 24),
    offer("Sozialberatung in der Unterkunft", "beratung", "geduldete", "asylblg", "DRK-Kreisverband", 30),
    offer("Beratung zur Anerkennung von Abschlüssen", "arbeit", "drittstaaten", "sgb3", "Agentur für Arbeit", 20),
    offer("Offene Sprechstunde Integration", "beratung", "alle", "keiner", "Stadtverwaltung {ort}", 25),
    offer("Sprechstunde für Zugewanderte aus der EU", "beratung", "eu", "keiner", "AWO", 18),
    offer("Integrationskurs mit Kinderbetreuung", "sprachkurs", "alle", "aufenthg", "VHS", 20),
    offer("Alphabetisierungskurs", "sprachkurs", "schutzberechtigte", "aufenthg", "VHS", 14),
    offer("Deutsch am Abend", "sprachkurs", "eu", "keiner", "VHS", 16),
    offer("Erstorientierungskurs", "sprachkurs", "asylsuchende", "asylblg", "Kolping-Bildungswerk", 18),
    offer("Deutsch für den Beruf B2", "sprachkurs", "drittstaaten", "sgb3", "Kolping-Bildungswerk", 15),
    offer("Sprachcafé für Frauen", "treffpunkt", "alle", "keiner", "Mehrgenerationenhaus", 20),
    offer("Integrationslotsen", "begleitung", "alle", "keiner", "Ehrenamtsbörse {ort}", 25),
    offer("Patenschaften Ankommen", "begleitung", "ukraine", "keiner", "Flüchtlingshilfe {ort}", 18),
    offer("Begleitung zu Ämtern und Ärzten", "begleitung", "schutzberechtigte", "keiner", "Diakonie", 15),
    offer("Sprachmittlung im Ehrenamt", "begleitung", "asylsuchende", "keiner", "Stadtverwaltung {ort}", 12),
    offer("Begegnungscafé", "treffpunkt", "alle", "keiner", "Kirchengemeinde {ort}", 30),
    offer("Interkultureller Garten", "treffpunkt", "alle", "keiner", "Bürgerverein {ort}", 16),
    offer("Mutter-Kind-Treff Ukraine", "treffpunkt", "ukraine", "keiner", "AWO", 14),
    offer("Offener Jugendtreff", "treffpunkt", "alle", "sgb8", "Jugendzentrum {ort}", 25),
    offer("Hausaufgabenhilfe", "bildung", "alle", "sgb8", "Kinderschutzbund", 20),
    offer("Brückenprojekt Kita", "bildung", "schutzberechtigte", "sgb8", "DRK-Kreisverband", 10),
    offer("Rucksack in der Grundschule", "bildung", "eu", "sgb8", "Stadtverwaltung {ort}", 12),
    offer("Ferienprogramm Deutsch", "bildung", "ukraine", "sgb8", "VHS", 16),
    offer("Digitale Grundlagen", "bildung", "alle", "keiner", "VHS", 12),
    offer("Bewerbungswerkstatt", "arbeit", "schutzberechtigte", "sgb2", "Jobcenter", 14),
    offer("Arbeitsgelegenheiten im Bauhof", "arbeit", "geduldete", "asylblg", "Stadtverwaltung {ort}", 8),
    offer("Praktikumsbörse Handwerk", "arbeit", "alle", "sgb3", "Kreishandwerkerschaft", 15),
    offer("Einstieg Pflege", "arbeit", "ukraine", "sgb2", "Jobcenter", 10),
    offer("Gesundheitslotsinnen", "gesundheit", "alle", "keiner", "Gesundheitsamt", 12),
    offer("Psychosoziale Erstberatung", "gesundheit", "schutzberechtigte", "asylblg", "Caritasverband", 12),
    offer("Schwangerenberatung mehrsprachig", "gesundheit", "alle", "keiner", "Diakonie", 15),
    offer("Fahrradwerkstatt und Verkehrsschule", "sonstiges", "asylsuchende", "keiner", "Flüchtlingshilfe {ort}", 12),
];

pub const STORY_OFFERS: [StoryOffer; 6] = [
    // Parallel, six kilometres apart, both half empty.
    StoryOffer {
        ags: "05958008",
        offer: offer("Deutschkurs für Ukrainerinnen", "sprachkurs", "ukraine", "aufenthg", "VHS", 18),
        place: "Velmede",
        taken: [(0, 15.0), (6, 12.0), (11, 9.0)],
    },
    StoryOffer {
        ags: "05958036",
        offer: offer(
            "Sprachkurs Ukraine am Vormittag",
            "sprachkurs",
            "ukraine",
            "aufenthg",
            "Kolping-Bildungswerk",
            16,
        ),
        place: "Bigge",
        taken: [(0, 14.0), (6, 11.0), (11, 8.0)],
    },
    // Parallel again, larger.
    StoryOffer {
        ags: "05958044",
        offer: offer("Arbeitsmarktlotsen Sundern", "arbeit", "schutzberechtigte", "sgb2", "Jobcenter", 20),
        place: "Sundern",
        taken: [(0, 12.0), (6, 14.0), (11, 13.0)],
    },
    StoryOffer {
        ags: "05958004",
        offer: offer("Perspektive Arbeit Hüsten", "arbeit", "schutzberechtigte", "sgb2", "AWO", 24),
        place: "Hüsten",
        taken: [(0, 15.0), (6, 18.0), (11, 16.0)],
    },
    // People wait here …
    StoryOffer {
        ags: "05958032",
        offer: offer("Intensivsprachkurs bis B1", "sprachkurs", "schutzberechtigte", "aufenthg", "VHS", 20),
        place: "Meschede",
        taken: [(0, 18.0), (5, 31.0), (11, 36.0)],
    },
    // … and there are free places next door.
    StoryOffer {
        ags: "05958016",
        offer: offer("Deutsch intensiv", "sprachkurs", "schutzberechtigte", "aufenthg", "VHS", 16),
        place: "Eslohe",
        taken: [(0, 13.0), (5, 10.0), (11, 7.0)],
    },
];

const fn decision(
    number: &'static str,
    date: &'static str,
    field: &'static str,
    due: &'static str,
    concerns: &'static str,
    sentence: &'static str,
) -> Decision {
    Decision { number, date, sentence, field, concerns, due }
}

const WEST: &str = "Arnsberg; Sundern (Sauerland); Meschede; Bestwig; Olsberg; Eslohe (Sauerland)";
const EAST: &str = "Brilon; Marsberg; Olsberg; Hallenberg; Medebach; Winterberg";
const LARGE: &str = "Arnsberg; Brilon; Meschede; Schmallenberg; Sundern (Sauerland)";

#[rustfmt::skip] // one line each reads best
pub const DECISIONS: [Decision; 14] = [
    decision("2023-01", "2023-11-29", "3", "2024-02-15", "alle",
        "Alle Kommunen benennen eine feste Ansprechstelle für das Kommunale Integrationsmanagement."),
    decision("2024-01", "2024-02-21", "1", "2024-06-30", "alle",
        "Der Bedarf wird in allen Kommunen vierteljährlich nach einem gemeinsamen Bogen erhoben."),
    decision("2024-02", "2024-05-15", "3", "2024-12-31", "alle",
        "Für jeden Prozess wird eine Vertretung schriftlich geregelt."),
    decision("2024-03", "2024-06-26", "3", "2024-10-31", WEST,
        "Wartelisten der Sprachkurse werden zwischen Nachbarkommunen monatlich ausgetauscht."),
    decision("2024-04", "2024-09-18", "3", "2024-12-15", "alle",
        "Freie Plätze in Sprachkursen werden dem Kommunalen Integrationszentrum gemeldet."),
    decision("2024-05", "2024-11-27", "2", "2025-03-31", LARGE,
        "Unbesetzte Stellen im Case Management werden gemeinsam ausgeschrieben."),
    decision("2025-01", "2025-02-19", "1", "2025-12-31", "alle",
        "Beratungsräume werden barrierefrei hergerichtet oder verlegt."),
    decision("2025-02", "2025-04-09", "3", "2025-07-31", "alle",
        "Beim Umzug innerhalb des Kreises werden Fälle mit einem einheitlichen Bogen übergeben."),
    decision("2025-03", "2025-06-25", "3", "2025-12-31", "Bestwig; Olsberg",
        "Bestwig und Olsberg stimmen ihre Sprachkurse aufeinander ab."),
    decision("2025-04", "2025-09-17", "3", "2026-03-31", "alle",
        "Jede Kommune überprüft ihre Prozesse mindestens einmal im Jahr."),
    decision("2025-05", "2025-12-03", "3", "2026-05-31", EAST,
        "Die Integrationslotsen im östlichen Kreisgebiet werden gemeinsam geschult."),
    decision("2026-01", "2026-02-25", "3", "2026-06-30", LARGE,
        "Beratung zur Einbürgerung wird an zwei Tagen im Monat vor Ort angeboten."),
    decision("2026-02", "2026-05-20", "2", "2026-08-31", "alle",
        "Nicht benötigte Fördermittel werden bis Ende August gemeldet und umgeschichtet."),
    decision("2026-03", "2026-09-09", "4", "2027-01-31", "alle",
        "Die Steuerungsgruppe berät vierteljährlich über den Auswertungsbericht."),
];

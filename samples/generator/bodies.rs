//! The reporting bodies: the real ones from `config/municipalities.csv`, or invented ones for a large trial.

use crate::rng::Rng;

const REAL: &str = include_str!("../../config/municipalities.csv");
const COLUMNS: &str =
    "ags,name,kind,aliases,inhabitants,inhabitants_date,inhabitants_basis,area_km2,longitude,latitude,from,until";

#[derive(Clone)]
pub struct Body {
    pub ags: String,
    pub name: String,
    pub district: bool,
    pub inhabitants: f64,
    /// How quickly things get done: 0 slow, 1 fast.
    pub pace: f64,
    /// Demand for case management, against a usual place of this size.
    pub load: f64,
    /// Share of quarters in which the return comes late.
    pub lateness: f64,
    /// Parts of the place where rooms and offers are; the first is the centre.
    pub places: Vec<String>,
    pub invented: bool,
}

impl Body {
    /// `Eslohe` for `Eslohe (Sauerland)`.
    pub fn short_name(&self) -> &str {
        self.name.split(" (").next().expect("split gives at least one part")
    }

    pub fn rng(&self, labels: &[&str]) -> Rng {
        Rng::of(&[&[self.ags.as_str()], labels].concat())
    }

    /// Who is always in time also fills in every cell.
    pub fn leaves_gaps(&self) -> bool {
        self.lateness > 0.0
    }

    /// The address the return comes from, and that stands on its cover.
    pub fn mail(&self) -> String {
        let name = self.short_name().to_lowercase().replace(' ', "-");
        format!("integration.{name}@example.org")
    }
}

/// ags, pace, load, lateness, places.
#[rustfmt::skip] // one line each reads best
const CHARACTERS: [(&str, f64, f64, f64, &[&str]); 13] = [
    ("05958000", 0.70, 1.00, 0.00, &["Meschede", "Arnsberg", "Brilon"]),
    ("05958004", 0.80, 1.25, 0.05, &["Alt-Arnsberg", "Neheim", "Hüsten", "Oeventrop"]),
    ("05958008", 0.65, 0.95, 0.00, &["Bestwig", "Velmede", "Ramsbeck"]),
    ("05958012", 0.55, 1.00, 0.10, &["Brilon", "Hoppecke", "Alme"]),
    ("05958016", 0.60, 0.80, 0.00, &["Eslohe", "Reiste", "Wenholthausen"]),
    ("05958020", 0.25, 0.90, 0.15, &["Hallenberg", "Liesen"]),
    ("05958024", 0.20, 1.20, 0.45, &["Marsberg", "Bredelar", "Westheim"]),
    ("05958028", 0.45, 0.85, 0.15, &["Medebach", "Oberschledorn"]),
    ("05958032", 0.85, 1.15, 0.00, &["Meschede", "Freienohl", "Eversberg"]),
    ("05958036", 0.60, 1.00, 0.05, &["Olsberg", "Bigge", "Assinghausen"]),
    ("05958040", 0.50, 0.75, 0.10, &["Schmallenberg", "Bad Fredeburg", "Dorlar"]),
    ("05958044", 0.70, 1.00, 0.05, &["Sundern", "Hachen", "Allendorf"]),
    ("05958048", 0.40, 1.10, 0.10, &["Winterberg", "Siedlinghausen", "Züschen"]),
];

pub fn real() -> Vec<Body> {
    rows_of(REAL).iter().map(|cells| real_body(cells)).collect()
}

fn real_body(cells: &[String]) -> Body {
    let ags = cells[0].clone();
    let character = CHARACTERS.iter().find(|character| character.0 == ags);
    let (_, pace, load, lateness, places) = character.expect("every body in config has a character here");
    Body {
        name: cells[1].clone(),
        district: cells[2] == "district",
        inhabitants: cells[4].parse().expect("inhabitants are a number"),
        pace: *pace,
        load: *load,
        lateness: *lateness,
        places: places.iter().map(|place| place.to_string()).collect(),
        invented: false,
        ags,
    }
}

/// `Musterkreis` and `n` municipalities of it.
pub fn invented(n: usize) -> Vec<Body> {
    let mut bodies = vec![invented_body("05999000".to_string(), "Musterkreis".to_string(), true, 0.0)];
    for number in 1..=n {
        let ags = format!("05999{number:03}");
        let size = Rng::of(&[&ags, "inhabitants"]).unit();
        let inhabitants = (4_000.0 + 90_000.0 * size * size * size).round();
        bodies.push(invented_body(ags, format!("Musterstadt {number:03}"), false, inhabitants));
    }
    bodies[0].inhabitants = bodies.iter().map(|body| body.inhabitants).sum();
    bodies
}

fn invented_body(ags: String, name: String, district: bool, inhabitants: f64) -> Body {
    let mut rng = Rng::of(&[&ags, "character"]);
    Body {
        pace: rng.between(0.2, 0.9),
        load: rng.between(0.75, 1.3),
        lateness: rng.between(0.0, 0.15),
        places: vec![format!("{name}, Zentrum"), format!("{name}, Nord")],
        invented: true,
        ags,
        name,
        district,
        inhabitants,
    }
}

/// A `municipalities.csv` of these invented bodies, on a grid of eight kilometres.
pub fn csv_of_invented(bodies: &[Body]) -> String {
    let mut csv = format!("{COLUMNS}\n");
    for (index, body) in bodies.iter().enumerate() {
        let kind = if body.district { "district" } else { "municipality" };
        let place = match body.district {
            true => ",".to_string(),
            false => format!("{:.6},{:.6}", 7.0 + 0.115 * (index % 20) as f64, 50.6 + 0.072 * (index / 20) as f64),
        };
        let (ags, name, inhabitants) = (&body.ags, &body.name, body.inhabitants);
        let area = 40.0 + (index * 37 % 200) as f64;
        csv += &format!("{ags},{name},{kind},Stadt {name},{inhabitants},2023-12-31,erfunden,{area:.2},{place},,\n");
    }
    csv
}

/// The rows of a small CSV below its header; quotes may hold commas.
fn rows_of(csv: &str) -> Vec<Vec<String>> {
    csv.lines().skip(1).map(cells_of).collect()
}

fn cells_of(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            _ => cells.last_mut().expect("there is always a last cell").push(letter),
        }
    }
    cells
}

//! `municipalities.csv` → the register of reporting bodies.
//!
//! Comma or semicolon, decimal point or comma, `2023-12-31` or `31.12.2023`: people edit this file in Excel.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::NaiveDate;

use crate::base::problem::{Problem, Source, did_you_mean};
use crate::model::municipality::{Body, BodyKind, Register};

const COLUMNS: [&str; 12] = [
    "ags",
    "name",
    "kind",
    "aliases",
    "inhabitants",
    "inhabitants_date",
    "inhabitants_basis",
    "area_km2",
    "longitude",
    "latitude",
    "from",
    "until",
];

/// The bodies in order of AGS; none if the file cannot be understood as a table.
pub(super) fn read(source: &Source, problems: &mut Vec<Problem>) -> Option<Register> {
    let head = source.text.lines().next().unwrap_or_default();
    let delimiter = if head.contains(';') && !head.contains(',') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(source.text.as_bytes());
    let headings: Vec<String> = reader.headers().ok()?.iter().map(str::to_owned).collect();
    if !check_headings(&headings, source, 0..head.len(), problems) {
        return None;
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                problems.push(Problem::whole(source, format!("this is no table: {error}")));
                return None;
            }
        };
        let start = record.position().map_or(0, |position| position.byte() as usize);
        // The second half of a Windows line break belongs to the line before.
        let start = start + source.text[start..].len() - source.text[start..].trim_start_matches(['\r', '\n']).len();
        let end = source.text[start..].find('\n').map_or(source.text.len(), |length| start + length);
        let row =
            Row { source, span: start..end, headings: &headings, record: &record, decimal_comma: delimiter == b';' };
        if record.len() > headings.len() {
            let message = format!("{} columns, but {} headings", record.len(), headings.len());
            problems.push(row.problem(message).hint("put a value that contains the separator into quotation marks"));
            continue;
        }
        let body = row.body(problems);
        rows.push((row.span.clone(), body));
    }
    check_names(&rows, source, problems);
    if rows.is_empty() {
        problems.push(Problem::whole(source, "there is no reporting body"));
    }
    let mut bodies: Vec<Body> = rows.into_iter().map(|(_, body)| body).collect();
    bodies.sort_by(|a, b| a.ags.cmp(&b.ags));
    Some(Register { bodies })
}

fn check_headings(headings: &[String], source: &Source, span: Range<usize>, problems: &mut Vec<Problem>) -> bool {
    let before = problems.len();
    for heading in headings.iter().filter(|heading| !COLUMNS.contains(&heading.as_str())) {
        let problem = Problem::at(source, span.clone(), format!("unknown column `{heading}`"));
        problems.push(match did_you_mean(heading, COLUMNS) {
            Some(meant) => problem.hint(format!("did you mean `{meant}`?")),
            None => problem.hint(format!("known here: {}", COLUMNS.join(", "))),
        });
    }
    for column in COLUMNS.iter().filter(|column| !headings.iter().any(|heading| heading == *column)) {
        problems.push(Problem::at(source, span.clone(), format!("the column `{column}` is missing")));
    }
    problems.len() == before
}

/// One line of the file.
struct Row<'a> {
    source: &'a Source,
    span: Range<usize>,
    headings: &'a [String],
    record: &'a csv::StringRecord,
    decimal_comma: bool,
}

impl Row<'_> {
    fn get(&self, column: &str) -> &str {
        let index = self.headings.iter().position(|heading| heading == column);
        index.and_then(|index| self.record.get(index)).unwrap_or_default()
    }

    fn problem(&self, message: impl Into<String>) -> Problem {
        Problem::at(self.source, self.span.clone(), message)
    }

    fn body(&self, problems: &mut Vec<Problem>) -> Body {
        let ags = self.get("ags").to_owned();
        if ags.len() != 8 || !ags.bytes().all(|byte| byte.is_ascii_digit()) {
            let problem = self.problem(format!("`{ags}` is no AGS: it has eight digits"));
            let shortened = ags.len() == 7 && ags.bytes().all(|byte| byte.is_ascii_digit());
            problems.push(if shortened {
                problem.hint(format!("Excel drops the zero in front; did you mean `0{ags}`?"))
            } else {
                problem.hint("for example 05958004")
            });
        }
        let name = self.get("name").to_owned();
        if name.is_empty() {
            problems.push(self.problem("the name is missing"));
        }
        let kind = match self.get("kind") {
            "municipality" => BodyKind::Municipality,
            "district" => BodyKind::District,
            other => {
                problems.push(self.problem(format!("`{other}` is no kind of body")).hint("municipality or district"));
                BodyKind::Municipality
            }
        };
        let aliases = self.get("aliases").split('|').map(str::trim).filter(|alias| !alias.is_empty());
        let inhabitants = self.number("inhabitants", 1.0..1e9, problems);
        let area = self.number("area_km2", 0.01..1e6, problems);
        let longitude = self.number("longitude", -180.0..180.0, problems);
        let latitude = self.number("latitude", -90.0..90.0, problems);
        if longitude.is_some() != latitude.is_some() {
            problems.push(self.problem("of the coordinates, one is missing"));
        }
        let (from, until) = (self.day("from", problems), self.day("until", problems));
        if from.zip(until).is_some_and(|(from, until)| until < from) {
            problems.push(self.problem("`until` is before `from`"));
        }
        Body {
            ags,
            name,
            kind,
            aliases: aliases.map(str::to_owned).collect(),
            inhabitants,
            inhabitants_date: self.day("inhabitants_date", problems),
            inhabitants_basis: self.get("inhabitants_basis").to_owned(),
            area,
            coordinates: longitude.zip(latitude),
            from,
            until,
        }
    }

    fn number(&self, column: &str, range: Range<f64>, problems: &mut Vec<Problem>) -> Option<f64> {
        let written = self.get(column);
        if written.is_empty() {
            return None;
        }
        let text = if self.decimal_comma { written.replace(',', ".") } else { written.to_owned() };
        let number = text.parse::<f64>().ok().filter(|number| range.contains(number));
        if number.is_none() {
            let problem =
                self.problem(format!("`{written}` in `{column}` is no number from {} to {}", range.start, range.end));
            problems.push(problem.hint("write numbers without spaces and thousands separators"));
        }
        number
    }

    fn day(&self, column: &str, problems: &mut Vec<Problem>) -> Option<NaiveDate> {
        let written = self.get(column);
        if written.is_empty() {
            return None;
        }
        let day = ["%Y-%m-%d", "%d.%m.%Y"].iter().find_map(|format| NaiveDate::parse_from_str(written, format).ok());
        if day.is_none() {
            problems.push(self.problem(format!("`{written}` in `{column}` is no date")).hint("for example 2023-12-31"));
        }
        day
    }
}

/// No two bodies share an AGS, a name or another spelling.
fn check_names(rows: &[(Range<usize>, Body)], source: &Source, problems: &mut Vec<Problem>) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (index, (span, body)) in rows.iter().enumerate() {
        for name in [&body.ags, &body.name].into_iter().chain(&body.aliases).filter(|name| !name.is_empty()) {
            let other = *seen.entry(name.to_lowercase()).or_insert(index);
            if other != index {
                let message = format!("`{name}` also means {} ({})", rows[other].1.name, rows[other].1.ags);
                let problem = Problem::at(source, span.clone(), message);
                problems.push(problem.hint("each body needs an AGS, a name and spellings of its own"));
            }
        }
    }
}

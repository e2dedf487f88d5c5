//! What `kim inspect` shows on a terminal: a page with the file on top, then table by table, findings where they belong.
//!
//! In: what was seen, and the form for its words. Out: lines in the language asked, wrapped where somebody looks at them.

use std::io::IsTerminal;

use super::seen::{How, Seen, TableSeen};
use super::told::{FindingTold, line};
use crate::base::words::{Argument, Words};
use crate::model::books::{Balance, Reason};
use crate::model::finding::Severity;
use crate::model::form::Form;
use crate::model::rule::Tally;
use crate::model::submission::{Answer, Kind};
use crate::model::understood::{Basis, Evidence};
use crate::model::value::State;

/// Columns of a terminal that does not tell how many it has: every terminal has so many, and on a wider one it reads as well.
const WIDTH: usize = 80;
/// So many bodies are named.
const BODIES: usize = 20;
const INDENT: &str = "  ";

/// The page in the language of `words`.
pub(super) fn told(seen: &Seen<'_>, form: &Form, words: &Words) -> String {
    let page = Page { seen, form, words };
    let mut lines = page.head();
    let (of_tables, of_file): (Vec<&FindingTold<'_>>, Vec<&FindingTold<'_>>) =
        seen.findings.iter().partition(|told| told.finding.table.as_ref().is_some_and(|name| seen.has(name)));
    let told = |told: &FindingTold<'_>| indented(&line(told, words));
    if !of_file.is_empty() {
        lines.extend([String::new(), words.say("page-the-file")]);
        lines.extend(of_file.iter().map(|finding| told(finding)));
    }
    lines.push(String::new());
    let of = |table: &str| -> Vec<String> {
        let own = of_tables.iter().filter(|told| told.finding.table.as_deref() == Some(table));
        own.map(|finding| told(finding)).collect()
    };
    for missing in &seen.missing {
        lines.push(page.labelled("page-table", words.say_with("page-missing", &[("sheet", missing.sheet.into())])));
        lines.extend(of(missing.table));
    }
    for table in &seen.tables {
        lines.extend(page.section(table));
        lines.extend(of(table.table));
    }
    lines.extend([String::new(), page.books(&seen.total)]);
    lines.extend(page.left_out());
    if seen.findings.is_empty() {
        lines.extend([String::new(), words.say("page-nothing-wrong")]);
    }
    let text = lines.join("\n");
    if !std::io::stdout().is_terminal() {
        return text;
    }
    let width = width();
    text.lines().map(|line| wrapped(line, width)).collect::<Vec<_>>().join("\n")
}

/// How wide the terminal is: as somebody says, else as it says itself.
fn width() -> usize {
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let shown = || Some(usize::from(rustix::termios::tcgetwinsize(std::io::stdout()).ok()?.ws_col));
    said.or_else(shown).filter(|width| *width > 0).unwrap_or(WIDTH)
}

impl Seen<'_> {
    fn has(&self, table: &str) -> bool {
        self.tables.iter().any(|seen| seen.table == table) || self.missing.iter().any(|seen| seen.table == table)
    }
}

struct Page<'a> {
    seen: &'a Seen<'a>,
    form: &'a Form,
    words: &'a Words,
}

impl Page<'_> {
    /// `body     05958004 Arnsberg`
    fn labelled(&self, label: &str, text: impl AsRef<str>) -> String {
        format!("{:<9}{}", self.words.say(label), text.as_ref())
    }

    fn say(&self, id: &str, arguments: &[(&str, Argument<'_>)]) -> String {
        self.words.say_with(id, arguments)
    }

    fn count(&self, id: &str, count: usize) -> String {
        self.say(id, &[("count", count.into())])
    }

    fn head(&self) -> Vec<String> {
        let seen = self.seen;
        let unknown = self.words.say("page-unknown");
        let body = format!("{} {}", seen.body.unwrap_or(&unknown), seen.name.unwrap_or_default());
        let by = |evidence: Option<&Evidence>| evidence.map(|evidence| self.known_by(evidence)).unwrap_or_default();
        let kind = match seen.kind {
            Kind::First => "page-kind-first",
            Kind::LatePart => "page-kind-late-part",
            Kind::Correction => "page-kind-correction",
        };
        let filled_in = match &seen.filled_in {
            Some(form) if *form == seen.form => self.words.say("page-form-same"),
            Some(form) => self.say("page-form-other", &[("form", form.as_str().into())]),
            None => String::new(),
        };
        let mut lines = vec![
            self.labelled("page-file", seen.file),
            self.labelled("page-body", format!("{}{}", body.trim_end(), by(seen.body_by))),
            self.labelled(
                "page-period",
                format!("{}{}", seen.period.as_deref().unwrap_or(&unknown), by(seen.period_by)),
            ),
            self.labelled("page-form", format!("{}{filled_in}", seen.form)),
            self.labelled("page-kind", self.words.say(kind)),
        ];
        let asked = seen.tables.len() + seen.missing.len();
        if asked > 0 {
            let tables =
                self.say("page-answers-tables", &[("count", seen.tables.len().into()), ("asked", asked.into())]);
            let cells = match seen.asked {
                0 => String::new(),
                asked => self.say("page-answers-cells", &[("count", seen.answered.into()), ("asked", asked.into())]),
            };
            lines.push(self.labelled("page-answers", format!("{tables}{cells}")));
        }
        let fared = |count: fn(&Tally) -> usize| seen.rules.iter().map(count).sum::<usize>();
        if !seen.rules.is_empty() {
            let (held, violated) = (fared(|tally| tally.held), fared(|tally| tally.violated));
            let fared = self.say("page-rules-fared", &[("held", held.into()), ("violated", violated.into())]);
            lines.push(self.labelled("page-rules", fared));
        }
        let severities =
            [(Severity::Error, "page-errors"), (Severity::Warning, "page-warnings"), (Severity::Info, "page-notes")];
        let count = |severity| seen.findings.iter().filter(|told| told.finding.severity == severity).count();
        let counts: Vec<String> = severities.iter().map(|(severity, id)| self.count(id, count(*severity))).collect();
        lines.push(self.labelled("page-findings", counts.join(", ")));
        let unclear = seen.body.is_none() || seen.period.is_none();
        if unclear && seen.file.to_lowercase().ends_with(".csv") {
            lines.push(self.labelled("page-hint", self.words.say("page-hint-csv")));
        } else if seen.period.is_none() && !seen.file.contains('/') {
            lines.push(self.labelled("page-hint", self.words.say("page-hint-folder")));
        }
        lines
    }

    fn known_by(&self, evidence: &Evidence) -> String {
        let by = match evidence.by {
            Basis::Key => "page-by-key",
            Basis::Cover => "page-by-cover",
            Basis::FileName => "page-by-file",
            Basis::Folder => "page-by-folder",
            Basis::Closeness => "page-by-closeness",
            Basis::Date => "page-by-date",
            Basis::Sheets => "page-by-sheets",
        };
        let place = evidence.place.as_ref().map_or_else(String::new, |place| format!("{place} "));
        let arguments =
            [("by", self.words.say(by).into()), ("place", place.into()), ("written", evidence.written.as_str().into())];
        // Two blanks, which no catalogue keeps in front of a text.
        format!("  {}", self.say("page-known", &arguments))
    }

    fn section(&self, table: &TableSeen<'_>) -> Vec<String> {
        let name = self.form.tables.get(table.table).map_or("", |table| table.sheet.as_str());
        let name = match name == table.sheet {
            true => name.to_owned(),
            false => self.say("page-on-sheet", &[("name", name.into()), ("sheet", table.sheet.into())]),
        };
        if table.answer == Answer::Nil {
            return vec![self.labelled("page-table", self.say("page-nil", &[("name", name.into())]))];
        }
        let states = [State::Reported, State::ConfirmedZero, State::Missing, State::Withheld, State::NotApplicable];
        let counts = states.into_iter().map(|state| (state, table.count(state))).filter(|(_, count)| *count > 0);
        let counts =
            counts.map(|(state, count)| self.count(&format!("page-state-{}", state.name().replace('_', "-")), count));
        let rows = match (table.first_row, table.last_row) {
            (Some(first), Some(last)) if first < last => {
                let (first, last) = (first.to_string(), last.to_string());
                self.say("page-rows-from-to", &[("first", first.into()), ("last", last.into())])
            }
            (Some(only), _) => self.say("page-rows-only", &[("row", only.to_string().into())]),
            _ => String::new(),
        };
        let counts = counts.collect::<Vec<_>>().join(", ");
        let arguments = [
            ("name", name.into()),
            ("rows", self.count("page-rows", table.rows.len()).into()),
            ("where", if rows.is_empty() { rows } else { format!(" {rows}") }.into()),
            ("counts", counts.into()),
        ];
        let mut lines = vec![self.labelled("page-table", self.say("page-cells-of", &arguments))];
        let of = |how: How| table.columns.iter().filter(move |seen| seen.how == how);
        let told = |how: How| {
            let each = of(how).map(|seen| {
                let arguments = [
                    ("heading", seen.column.heading.as_str().into()),
                    ("cell", seen.column.place.address().into()),
                    ("asked", seen.asked.into()),
                ];
                self.say("page-heading-as", &arguments)
            });
            each.collect::<Vec<_>>().join(", ")
        };
        let places: Vec<_> = table.columns.iter().map(|seen| &seen.column.place).collect();
        let ends = (places.iter().min_by_key(|place| place.column), places.iter().max_by_key(|place| place.column));
        if let (Some(first), Some(last)) = ends {
            let place = format!("{}:{}", first.address(), last.address());
            let exact = of(How::Exact).count();
            let headings = self.say("page-headings", &[("place", place.into()), ("count", exact.into())]);
            lines.push(format!("{INDENT}{headings}"));
        }
        lines.extend(self.whose(table));
        let others = [(How::Alias, "page-alias"), (How::Guess, "page-guessed")].map(|(how, id)| (told(how), id));
        let others = others.into_iter().filter(|(told, _)| !told.is_empty());
        lines.extend(others.map(|(told, id)| format!("{INDENT}{}", self.say(id, &[("headings", told.into())]))));
        lines
    }

    /// Whose rows stand in a table of several bodies, and who is not among them.
    fn whose(&self, table: &TableSeen<'_>) -> Vec<String> {
        if table.owners.is_empty() {
            return Vec::new();
        }
        let few = |names: &[&str]| match names.len().checked_sub(BODIES) {
            None | Some(0) => names.join(", "),
            Some(more) => self.say("page-more", &[("few", names[..BODIES].join(", ").into()), ("more", more.into())]),
        };
        let mut periods: Vec<&str> = table.owners.iter().map(|owner| owner.period.as_str()).collect();
        periods.sort_unstable();
        periods.dedup();
        let mut names: Vec<&str> = table.owners.iter().map(|owner| owner.name).collect();
        names.sort_unstable();
        names.dedup();
        let arguments =
            [("count", names.len().into()), ("periods", periods.join(", ").into()), ("names", few(&names).into())];
        let mut lines = vec![format!("{INDENT}{}", self.say("page-owners", &arguments))];
        if !table.absent.is_empty() {
            let names = few(&table.absent);
            lines.push(format!("{INDENT}{}", self.say("page-absent", &[("names", names.into())])));
        }
        lines
    }

    /// `cells    112 in the file: 90 in tables; left out: 12 cover, 10 header`
    fn books(&self, total: &Balance) -> String {
        let out: usize = total.out.values().map(|count| count.cells).sum();
        let left_out = total.left_out.iter().map(|(reason, count)| format!("{} {}", count.cells, self.why(*reason)));
        let left_out = left_out.collect::<Vec<_>>().join(", ");
        let left_out = if left_out.is_empty() { self.words.say("page-nothing") } else { left_out };
        let arguments = [("all", total.came.cells.into()), ("out", out.into()), ("left", left_out.into())];
        self.labelled("page-cells", self.say("page-balance", &arguments))
    }

    /// Cells that are in no table though they may hold something: what is left out of every return is not told.
    fn left_out(&self) -> Vec<String> {
        let usual = [
            Reason::Cover,
            Reason::Header,
            Reason::Title,
            Reason::Blank,
            Reason::TotalRow,
            Reason::Numbering,
            Reason::UnitRow,
        ];
        let sheets = self.seen.books.iter().filter_map(|sheet| {
            let reasons = sheet.balance.left_out.iter().filter(|(reason, _)| !usual.contains(reason));
            let told: Vec<String> = reasons
                .map(|(reason, count)| {
                    format!("{} ({})", self.count("page-some-cells", count.cells), self.why(*reason))
                })
                .collect();
            let arguments = [("sheet", sheet.sheet.as_str().into()), ("told", told.join(", ").into())];
            (!told.is_empty()).then(|| format!("{INDENT}{}", self.say("page-left-out", &arguments)))
        });
        sheets.collect()
    }

    fn why(&self, reason: Reason) -> String {
        self.words.say(&format!("page-why-{}", reason.name().replace('_', "-")))
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("{INDENT}{line}")).collect::<Vec<_>>().join("\n")
}

/// In lines of at most `width`, the further ones indented as the text of the first.
fn wrapped(line: &str, width: usize) -> String {
    let blank = line.len() - line.trim_start().len();
    // Below the text of a labelled line; what is indented further is a text itself.
    let further = if blank > 4 { blank } else { blank + 9 };
    let hanging = " ".repeat(further.min(width / 2));
    let mut lines = Vec::new();
    let mut current = " ".repeat(blank);
    for word in line.trim_start().split_inclusive(' ') {
        if current.chars().count() + word.trim_end().chars().count() > width && !current.trim().is_empty() {
            lines.push(std::mem::replace(&mut current, hanging.clone()).trim_end().to_owned());
        }
        current += word;
    }
    lines.push(current);
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_wrapped_and_short_ones_stay() {
        assert_eq!(wrapped("body     05958004  Arnsberg", 40), "body     05958004  Arnsberg");
        assert_eq!(
            wrapped("  error  eins zwei drei vier fünf", 20),
            "  error  eins zwei\n          drei vier\n          fünf"
        );
        assert_eq!(wrapped("", 20), "");
        let text = wrapped(&"wort ".repeat(60), 30);
        assert!(text.lines().all(|line| line.chars().count() <= 30), "{text}");
    }
}

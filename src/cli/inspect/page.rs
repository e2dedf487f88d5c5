//! What `kim inspect` shows on a terminal: a page with the file on top, then table by table, findings where they belong.
//!
//! In: what was seen, and the form for its words. Out: lines, wrapped where somebody looks at them.

use std::io::IsTerminal;

use super::finding_told;
use super::seen::{How, Seen, TableSeen};
use crate::cli::counted;
use crate::model::books::{Balance, Reason};
use crate::model::finding::{Finding, Severity};
use crate::model::form::Form;
use crate::model::language::Language;
use crate::model::rule::Tally;
use crate::model::submission::{Answer, Kind};
use crate::model::understood::{Basis, Evidence};
use crate::model::value::State;

/// Columns of a terminal that does not tell how many it has: every terminal has so many, and on a wider one it reads as well.
const WIDTH: usize = 80;
/// So many bodies are named.
const BODIES: usize = 20;
const INDENT: &str = "  ";

/// The page is in English like the rest of the command line; `language` is that of the findings, which may be passed on.
pub(super) fn told(seen: &Seen<'_>, form: &Form, language: Language) -> String {
    let mut lines = head(seen);
    let (of_tables, of_file): (Vec<&Finding>, Vec<&Finding>) =
        seen.findings.iter().partition(|finding| finding.table.as_ref().is_some_and(|name| seen.has(name)));
    if !of_file.is_empty() {
        lines.extend([String::new(), "the file".to_owned()]);
        lines.extend(of_file.iter().map(|finding| indented(&finding_told(finding, form, language))));
    }
    lines.push(String::new());
    for missing in &seen.missing {
        lines.push(format!("table    {}: missing", missing.sheet));
        let own = of_tables.iter().filter(|finding| finding.table.as_deref() == Some(missing.table));
        lines.extend(own.map(|finding| indented(&finding_told(finding, form, language))));
    }
    for table in &seen.tables {
        lines.extend(section(table, form));
        let own = of_tables.iter().filter(|finding| finding.table.as_deref() == Some(table.table));
        lines.extend(own.map(|finding| indented(&finding_told(finding, form, language))));
    }
    let left_out = left_out(seen);
    lines.extend([String::new(), books(&seen.total)]);
    if !left_out.is_empty() {
        lines.extend(left_out);
    }
    if seen.findings.is_empty() {
        lines.push(String::new());
        lines.push("Nothing is wrong with it by itself; `kim run` also compares it with other returns.".to_owned());
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

fn head(seen: &Seen<'_>) -> Vec<String> {
    let unknown = "not understood";
    let body = format!("{} {}", seen.body.unwrap_or(unknown), seen.name.unwrap_or_default());
    let by = |evidence: Option<&Evidence>| evidence.map(known_by).unwrap_or_default();
    let kind = match seen.kind {
        Kind::First => "first return",
        Kind::LatePart => "late part: adds tables",
        Kind::Correction => "correction: replaces tables",
    };
    let filled_in = match &seen.filled_in {
        Some(form) if *form == seen.form => "; the file says so".to_owned(),
        Some(form) => format!("; the file says it is {form}"),
        None => String::new(),
    };
    let mut lines = vec![
        format!("file     {}", seen.file),
        format!("body     {}{}", body.trim_end(), by(seen.body_by)),
        format!("period   {}{}", seen.period.as_deref().unwrap_or(unknown), by(seen.period_by)),
        format!("form     {}{filled_in}", seen.form),
        format!("kind     {kind}"),
    ];
    let asked = seen.tables.len() + seen.missing.len();
    if asked > 0 {
        let cells = match seen.asked {
            0 => String::new(),
            asked => format!("; {} of {asked} asked cells on them", seen.answered),
        };
        lines.push(format!("answers  {} of {}{cells}", seen.tables.len(), counted(asked, "table")));
    }
    let fared = |count: fn(&Tally) -> usize| seen.rules.iter().map(count).sum::<usize>();
    if !seen.rules.is_empty() {
        let (held, violated) = (fared(|tally| tally.held), fared(|tally| tally.violated));
        lines.push(format!("rules    {held} times held, {violated} times violated"));
    }
    let severities = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Info, "note")];
    let count = |severity| seen.findings.iter().filter(|finding| finding.severity == severity).count();
    let counts: Vec<String> = severities.iter().map(|(severity, word)| counted(count(*severity), word)).collect();
    lines.push(format!("findings {}", counts.join(", ")));
    let unclear = seen.body.is_none() || seen.period.is_none();
    if unclear && seen.file.to_lowercase().ends_with(".csv") {
        let hint = "a csv has one sheet, called like the file, and no cover beside it: who reports and for when must be in its name \
                    or in a column; try another name with --as";
        lines.push(format!("hint     {hint}"));
    } else if seen.period.is_none() && !seen.file.contains('/') {
        lines
            .push("hint     the folder in a source may say for when it is: name both with --as FOLDER/FILE".to_owned());
    }
    lines
}

fn known_by(evidence: &Evidence) -> String {
    let by = match evidence.by {
        Basis::Key => "by the key",
        Basis::Cover => "as it says",
        Basis::FileName => "by the name of the file",
        Basis::Folder => "by the folder",
        Basis::Closeness => "guessed",
        Basis::Date => "guessed by the date",
        Basis::Sheets => "by the name of a sheet",
    };
    match &evidence.place {
        Some(place) => format!("  ({by}: {place} “{}”)", evidence.written),
        None => format!("  ({by}: “{}”)", evidence.written),
    }
}

fn section(table: &TableSeen<'_>, form: &Form) -> Vec<String> {
    let name = form.tables.get(table.table).map_or("", |table| table.sheet.as_str());
    let named = if name == table.sheet { String::new() } else { format!(" on sheet `{}`", table.sheet) };
    if table.answer == Answer::Nil {
        return vec![format!("table    {name}{named}: Fehlanzeige (nothing to report)")];
    }
    let states = [State::Reported, State::ConfirmedZero, State::Missing, State::Withheld, State::NotApplicable];
    let counts = states.into_iter().map(|state| (state, table.count(state))).filter(|(_, count)| *count > 0);
    let counts = counts.map(|(state, count)| format!("{count} {}", state.name().replace('_', " ")));
    let rows = match (table.first_row, table.last_row) {
        (Some(first), Some(last)) if first < last => format!(" (rows {first} to {last} of the sheet)"),
        (Some(only), _) => format!(" (row {only} of the sheet)"),
        _ => String::new(),
    };
    let counts = counts.collect::<Vec<_>>().join(", ");
    let mut lines = vec![format!("table    {name}{named}: {}{rows}, cells {counts}", counted(table.rows.len(), "row"))];
    let of = |how: How| table.columns.iter().filter(move |seen| seen.how == how);
    let told = |how: How| {
        let each = of(how)
            .map(|seen| format!("`{}` ({}) as {}", seen.column.heading, seen.column.place.address(), seen.asked));
        each.collect::<Vec<_>>().join(", ")
    };
    let places: Vec<_> = table.columns.iter().map(|seen| &seen.column.place).collect();
    let ends = (places.iter().min_by_key(|place| place.column), places.iter().max_by_key(|place| place.column));
    if let (Some(first), Some(last)) = ends {
        let place = format!("{}:{}", first.address(), last.address());
        lines.push(format!("{INDENT}headings {place}: {} as in the form", of(How::Exact).count()));
    }
    lines.extend(whose(table));
    let others = [(How::Alias, "by another name"), (How::Guess, "guessed")].map(|(how, what)| (told(how), what));
    lines.extend(
        others.iter().filter(|(told, _)| !told.is_empty()).map(|(told, what)| format!("{INDENT}{what}: {told}")),
    );
    lines
}

/// Whose rows stand in a table of several bodies, and who is not among them.
fn whose(table: &TableSeen<'_>) -> Vec<String> {
    if table.owners.is_empty() {
        return Vec::new();
    }
    let few = |names: &[&str]| match names.len().checked_sub(BODIES) {
        None | Some(0) => names.join(", "),
        Some(more) => format!("{} and {more} more", names[..BODIES].join(", ")),
    };
    let mut periods: Vec<&str> = table.owners.iter().map(|owner| owner.period.as_str()).collect();
    periods.sort_unstable();
    periods.dedup();
    let mut names: Vec<&str> = table.owners.iter().map(|owner| owner.name).collect();
    names.sort_unstable();
    names.dedup();
    let bodies = if names.len() == 1 { "1 body".to_owned() } else { format!("{} bodies", names.len()) };
    let mut lines = vec![format!("{INDENT}rows of {bodies} for {}: {}", periods.join(", "), few(&names))];
    if !table.absent.is_empty() {
        lines.push(format!("{INDENT}no row of {}", few(&table.absent)));
    }
    lines
}

/// `cells    112 in the file: 90 in tables; left out: 12 cover, 10 header`
fn books(total: &Balance) -> String {
    let out: usize = total.out.values().map(|count| count.cells).sum();
    let left_out = total.left_out.iter().map(|(reason, count)| format!("{} {}", count.cells, why(*reason)));
    let left_out = left_out.collect::<Vec<_>>().join(", ");
    let left_out = if left_out.is_empty() { "nothing" } else { &left_out };
    format!("cells    {} in the file: {out} in tables; left out: {left_out}", total.came.cells)
}

/// Cells that are in no table though they may hold something: what is left out of every return is not told.
fn left_out(seen: &Seen<'_>) -> Vec<String> {
    let usual = [
        Reason::Cover,
        Reason::Header,
        Reason::Title,
        Reason::Blank,
        Reason::TotalRow,
        Reason::Numbering,
        Reason::UnitRow,
    ];
    let sheets = seen.books.iter().filter_map(|sheet| {
        let reasons = sheet.balance.left_out.iter().filter(|(reason, _)| !usual.contains(reason));
        let told: Vec<String> =
            reasons.map(|(reason, count)| format!("{} ({})", counted(count.cells, "cell"), why(*reason))).collect();
        (!told.is_empty()).then(|| format!("{INDENT}sheet `{}`: {}", sheet.sheet, told.join(", ")))
    });
    sheets.collect()
}

/// `column_unknown` → `column unknown`
fn why(reason: Reason) -> String {
    reason.name().replace('_', " ")
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

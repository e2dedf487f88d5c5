//! `kim inspect FILE`: what one return says and what is wrong with it. Reads the file where it lies; keeps nothing.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::{Failure, Outcome, load};
use crate::base::files;
use crate::base::words::Words;
use crate::model::books::{Balance, SheetBalance};
use crate::model::finding::{Finding, Severity};
use crate::model::form::Form;
use crate::model::language::Language;
use crate::model::submission::{Answer, Submission};
use crate::model::understood::{CleanReturn, ColumnMatch};
use crate::model::value::State;
use crate::run::facts::understand_one;
use crate::run::settings::{Config, LoadedPipeline};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The workbook
    file: PathBuf,
    /// The pipeline whose form it answers [default: monitoring.toml]
    #[arg(long, value_name = "PIPELINE.toml")]
    pipeline: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// So many cells are named in one finding.
const MOST_PLACES: usize = 4;

/// What `--json` prints.
#[derive(Serialize)]
struct Inspected<'a> {
    file: String,
    sha256: &'a str,
    body: Option<&'a str>,
    name: Option<&'a str>,
    period: Option<String>,
    kind: crate::model::submission::Kind,
    form: String,
    tables: Vec<TableSeen<'a>>,
    /// What became of every cell, sheet by sheet, and of all together.
    books: &'a [SheetBalance],
    total: Balance,
    findings: &'a [Finding],
}

#[derive(Serialize)]
struct TableSeen<'a> {
    table: &'a str,
    sheet: &'a str,
    answer: Answer,
    rows: usize,
    reported: usize,
    missing: usize,
    /// Cells that had to be answered (not the optional ones), and that were.
    asked: usize,
    answered: usize,
    columns: &'a [ColumnMatch],
}

pub(super) fn inspect(config: &Path, options: &Options) -> Outcome {
    let config = load(config, options.pipeline.as_slice())?;
    let pipeline = config.pipelines.first().ok_or_else(|| Failure::Usage("there is no pipeline".to_owned()))?;
    // A pipe or a device would keep us waiting for ever.
    if !options.file.is_file() {
        let what = if options.file.exists() { "is no regular file" } else { "does not exist" };
        return Err(Failure::Usage(format!("{} {what}", options.file.display())));
    }
    let submission = Submission {
        sha256: files::sha256_of(&options.file)?,
        file: options.file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        from: None,
        arrived: crate::base::clock::Clock::system(config.zone).utc(),
    };
    let clean = understand_one(&config, pipeline, &submission, &options.file)?;
    let seen = inspected(&config, pipeline, &submission, &clean);
    if options.json {
        super::say(&serde_json::to_string_pretty(&seen)?)?;
    } else {
        super::say(&told(&seen, &pipeline.form))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn inspected<'a>(
    config: &'a Config,
    pipeline: &LoadedPipeline,
    submission: &'a Submission,
    clean: &'a CleanReturn,
) -> Inspected<'a> {
    let tables = clean.tables.iter().map(|table| {
        let count =
            |wanted: State| table.rows.iter().flat_map(|row| &row.cells).filter(|cell| cell.state == wanted).count();
        let required = pipeline.form.tables.get(&table.table).map(|asked| asked.fields.as_slice()).unwrap_or_default();
        let required: Vec<bool> = required.iter().map(|field| !field.optional).collect();
        let cells = || table.rows.iter().flat_map(|row| row.cells.iter().zip(&required)).filter(|(_, asked)| **asked);
        TableSeen {
            asked: cells().count(),
            answered: cells().filter(|(cell, _)| cell.state != State::Missing).count(),
            table: &table.table,
            sheet: &table.sheet,
            answer: table.answer,
            rows: table.rows.len(),
            reported: count(State::Reported),
            missing: count(State::Missing),
            columns: &table.columns,
        }
    });
    Inspected {
        file: submission.file.clone(),
        sha256: &submission.sha256,
        body: clean.body.as_deref(),
        name: clean.body.as_deref().map(|ags| config.register.name(ags)),
        period: clean.period.map(|period| period.to_string()),
        kind: clean.kind,
        form: format!("{} version {}", pipeline.form.id, pipeline.form.version),
        tables: tables.collect(),
        books: &clean.books,
        total: clean.books.iter().fold(Balance::default(), |mut sum, sheet| {
            sum.add(&sheet.balance);
            sum
        }),
        findings: &clean.findings,
    }
}

fn told(seen: &Inspected<'_>, form: &Form) -> String {
    let unknown = "not understood";
    let mut lines = vec![
        format!("file     {}", seen.file),
        format!("body     {} {}", seen.body.unwrap_or(unknown), seen.name.unwrap_or_default()).trim_end().to_owned(),
        format!("period   {}", seen.period.as_deref().unwrap_or(unknown)),
        format!("form     {}", seen.form),
        String::new(),
    ];
    for table in &seen.tables {
        let what = match table.answer {
            Answer::Nil => "Fehlanzeige (nothing to report)".to_owned(),
            Answer::Present => {
                let counts =
                    format!("{} rows, {} cells reported, {} missing", table.rows, table.reported, table.missing);
                match (table.answered * 100).checked_div(table.asked) {
                    Some(share) => format!("{counts}, {share} % complete"),
                    None => counts,
                }
            }
        };
        lines.push(format!("table    {:<18} sheet `{}`: {what}", table.table, table.sheet));
        for guess in table.columns.iter().filter(|column| column.guessed) {
            lines.push(format!(
                "           guessed: `{}` ({}) is taken for `{}`",
                guess.heading,
                guess.place.address(),
                guess.field
            ));
        }
    }
    lines.push(books_told(&seen.total));
    lines.push(String::new());
    if seen.findings.is_empty() {
        lines.push("Nothing is wrong with it by itself; `kim run` also compares it with other returns.".to_owned());
    }
    // Findings are read by the coordinator beside the sender's file: in English like the rest of the command line.
    let words = Words::new(Language::En.tag());
    for finding in seen.findings {
        lines.push(finding_told(finding, form, &words));
    }
    lines.join("\n")
}

/// `cells    112 in the file: 90 in tables; left out: 12 cover, 10 header`
fn books_told(total: &Balance) -> String {
    let out: usize = total.out.values().map(|count| count.cells).sum();
    let left_out: Vec<String> = total
        .left_out
        .iter()
        .map(|(reason, count)| format!("{} {}", count.cells, reason.name().replace('_', " ")))
        .collect();
    let left_out = if left_out.is_empty() { "nothing".to_owned() } else { left_out.join(", ") };
    format!("cells    {} in the file: {out} in tables; left out: {left_out}", total.came.cells)
}

/// One finding with its places and remedy, as both `inspect` and `status` print it.
pub(super) fn finding_told(finding: &Finding, form: &Form, words: &Words) -> String {
    let severity = match finding.severity {
        Severity::Error => "error  ",
        Severity::Warning => "warning",
        Severity::Info => "note   ",
    };
    let places: Vec<String> = finding.places.iter().take(MOST_PLACES).map(ToString::to_string).collect();
    let place = match (places.is_empty(), finding.places.len().saturating_sub(MOST_PLACES)) {
        (true, _) => "the file".to_owned(),
        (false, 0) => places.join(", "),
        (false, more) => format!("{} and {more} more", places.join(", ")),
    };
    let (text, remedy) = sentences(finding, form, words);
    let waived = finding.waived.as_ref().map_or_else(String::new, |waived| {
        format!("\n           waived until {} by {}: {}", waived.until, waived.by, waived.reason)
    });
    let new = finding
        .new_until
        .map_or_else(String::new, |until| format!("\n           a warning until {until}: the rule is new"));
    format!("{severity}  {place}: {text}\n           {remedy}{new}{waived}")
}

/// What is wrong, and what to do: the form's own words for its rules, else those of the catalogue.
fn sentences(finding: &Finding, form: &Form, words: &Words) -> (String, String) {
    let check = finding.rule.as_deref().and_then(|rule| form.check(finding.table.as_deref(), rule));
    if let Some(check) = check {
        return (check.message.get(Language::En).to_owned(), check.hint.get(Language::En).to_owned());
    }
    let id = format!("finding-{}", finding.code.name().replace('_', "-"));
    let quoted = |text: &str| if text.is_empty() { "…".to_owned() } else { text.to_owned() };
    let arguments = [("found", quoted(&finding.found).into()), ("expected", quoted(&finding.expected).into())];
    (words.say_with(&format!("{id}-text"), &arguments), words.say(&format!("{id}-remedy")))
}

//! The mail that carries an edition: what to decide first, the key figures, who is missing; as text and as HTML.
//!
//! Both say the same. Never: a figure that is not in the workbook.

use std::collections::BTreeMap;

use minijinja::{Environment, UndefinedBehavior, Value};

use super::{Desk, points, show};
use crate::model::edition::{EditionInput, Letter, Workbook};
use crate::model::figure::Key;
use crate::model::indicator::Indicator;

const TEXT: &str = include_str!("letter.txt.j2");
const HTML: &str = include_str!("letter.html.j2");
/// More would not be read.
const POINTS: usize = 3;

/// Subject, text and HTML of the mail to which `workbook` is attached.
pub(crate) fn letter(input: &EditionInput<'_>, workbook: &Workbook) -> Letter {
    let desk = Desk::new(input);
    let context = context(&desk, workbook);
    let render = |name: &str, template: &str| {
        let mut templates = Environment::new();
        templates.set_undefined_behavior(UndefinedBehavior::Strict);
        let text = templates.render_named_str(name, template, Value::from(context.clone()));
        text.expect("the templates are part of the program, and tests render them")
    };
    Letter { subject: subject(&desk), text: squeeze(&render("letter.txt", TEXT)), html: render("letter.html", HTML) }
}

fn subject(desk: &Desk<'_>) -> String {
    let (received, expected) = points::returned(desk);
    desk.words.say_with(
        "subject",
        &[
            ("title", desk.input.report.title.get(desk.input.language).into()),
            ("period", desk.input.release.shown().period.label(desk.input.language).into()),
            ("received", received.into()),
            ("expected", expected.into()),
        ],
    )
}

fn context(desk: &Desk<'_>, workbook: &Workbook) -> BTreeMap<String, Value> {
    let input = desk.input;
    let language = input.language;
    let words = &desk.words;
    let period = input.release.shown().period;
    let points = points::decisions(desk, POINTS);
    let opening = [
        ("title", input.report.title.get(language).into()),
        ("period", period.label(language).into()),
        ("date", words.date(input.clock.today()).into()),
    ];
    let missing = points::missing(desk);
    let missing = if missing.is_empty() {
        words.say_with("letter-complete", &[("expected", points::returned(desk).1.into())])
    } else {
        // Who reads it knows from then on what the day alone changes, and is not written to when it has come.
        let open = if input.clock.today() <= input.due { "yes" } else { "no" };
        let arguments =
            [("names", words.list(&missing).into()), ("open", open.into()), ("due", words.date(input.due).into())];
        words.say_with("letter-missing", &arguments)
    };
    let note =
        input.report.note.as_ref().map(|note| words.say_with("letter-note", &[("note", note.get(language).into())]));
    let before = words.say(show::before_id(period.kind));
    let mut context = BTreeMap::new();
    let mut set = |name: &str, value: Value| context.insert(name.to_owned(), value);
    set("lang", language.tag().into());
    set("subject", subject(desk).into());
    set("greeting", words.say("letter-greeting").into());
    set("opening", words.say_with("letter-opening", &opening).into());
    set("note", note.unwrap_or_default().into());
    set("points_head", words.say_with("letter-points", &[("count", points.len().into())]).into());
    set("points", points.iter().map(|point| said(desk, point)).collect::<Vec<Value>>().into());
    set("figures_head", words.say("letter-figures").into());
    set("figures", points::key_figures(desk).into_iter().map(|one| figure(desk, one)).collect::<Vec<Value>>().into());
    set("title_head", words.say("indicator").into());
    set("value_head", words.say("value").into());
    set("status_head", words.say("status").into());
    set("change_head", words.say_with("letter-change", &[("before", before.into())]).into());
    set("missing", missing.into());
    set("closing", words.say_with("letter-closing", &[("file", workbook.name.as_str().into())]).into());
    set("automatic", words.say("letter-automatic").into());
    context
}

fn said(desk: &Desk<'_>, point: &points::Point) -> Value {
    let place =
        point.sheet.as_ref().map(|sheet| desk.words.say_with("point-where", &[("sheet", sheet.as_str().into())]));
    Value::from(BTreeMap::from([("text", point.text.clone()), ("where", place.unwrap_or_default())]))
}

fn figure(desk: &Desk<'_>, (id, indicator): (&str, &Indicator)) -> Value {
    let period = desk.input.release.shown().period;
    let key = Key::total(id, period);
    let value = show::value(desk, &key, indicator.decimals);
    let change = show::change(desk, &key, indicator.decimals, period.previous());
    let status = value.and_then(|value| show::status_of(value, indicator));
    Value::from(BTreeMap::from([
        ("title", indicator.title.get(desk.input.language).to_owned()),
        ("value", value.map_or_else(|| show::why(desk, &key), |value| show::with_unit(desk, indicator, value))),
        ("status", status.map_or_else(String::new, |status| desk.say(show::status_id(Some(status))))),
        (
            "change",
            change.map_or_else(|| desk.say("mark-none"), |change| desk.words.signed(change, indicator.decimals)),
        ),
    ]))
}

/// No more than one empty line in a row, whatever the template left out.
fn squeeze(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        if !(line.is_empty() && lines.last().is_none_or(|last| last.is_empty())) {
            lines.push(line);
        }
    }
    format!("{}\n", lines.join("\n").trim_end())
}

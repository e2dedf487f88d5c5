//! What people write into a cell.

use super::page::{Content, Dice, says};
use super::ways::slip;
use crate::model::form::{Field, FieldType, Form};
use crate::model::raw::RawValue;
use crate::stages::clean::text;

pub(super) fn number_as_text(cell: &Content, field: &Field, _: &Form, dice: &mut Dice) -> Option<Content> {
    let Some(RawValue::Number(number)) = cell else { return None };
    let places = match field.kind {
        FieldType::Count => 0,
        FieldType::Money => 2,
        _ => 2 - usize::from((number * 10.0).fract() == 0.0),
    };
    let text = format!("{number:.places$}");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let mark = dice.pick(&["", ".", " ", "\u{a0}", "\u{202f}", "'"]);
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            grouped.push_str(mark);
        }
        grouped.push(digit);
    }
    let part = if part.is_empty() { String::new() } else { format!(",{part}") };
    let unit = match field.kind {
        FieldType::Money => dice.pick(&["", " €", "\u{a0}EUR", " Euro"]).to_owned(),
        _ => field.unit.iter().filter(|_| dice.one_in(2)).map(|unit| format!(" {unit}")).collect(),
    };
    Some(says(&format!("{grouped}{part}{unit}")))
}

pub(super) fn date_as_text(cell: &Content, _: &Field, _: &Form, dice: &mut Dice) -> Option<Content> {
    let Some(RawValue::Date(moment)) = cell else { return None };
    let pattern = dice.pick(&["%d.%m.%Y", "%-d.%-m.%y", "%Y-%m-%d", "%d. %m. %Y", " %d.%m.%Y ", "%d.%m.%Y 00:00"]);
    Some(says(&moment.format(pattern).to_string()))
}

pub(super) fn other_yes(cell: &Content, field: &Field, _: &Form, dice: &mut Dice) -> Option<Content> {
    let Some(RawValue::Text(text)) = cell else { return None };
    let yes = match (field.kind, text.as_str()) {
        (FieldType::YesNo, "ja") => true,
        (FieldType::YesNo, "nein") => false,
        _ => return None,
    };
    Some(match dice.below(4) {
        0 => Some(RawValue::Bool(yes)),
        1 => Some(RawValue::Number(f64::from(u8::from(yes)))),
        _ => says(dice.pick(if yes {
            &["J", "Ja", "JA", "✓", "[x]", "wahr"]
        } else {
            &["N", "Nein", "nein ", "NEIN", "no", "falsch"]
        })),
    })
}

pub(super) fn other_code(cell: &Content, field: &Field, form: &Form, dice: &mut Dice) -> Option<Content> {
    let (Some(RawValue::Text(text)), FieldType::Code) = (cell, field.kind) else { return None };
    let code = form.codes_of(field).into_iter().find(|code| code.de == *text)?;
    let names: Vec<&String> = code.also.iter().chain([&code.de, &code.id]).collect();
    let name = dice.pick(&names);
    Some(says(&match dice.below(3) {
        0 => name.to_uppercase(),
        1 => name.to_lowercase(),
        _ => name.clone(),
    }))
}

pub(super) fn blanks(cell: &Content, field: &Field, _: &Form, dice: &mut Dice) -> Option<Content> {
    match cell {
        None => Some(says(dice.pick(&[" ", "\u{a0}", "\n", "\u{200b}"]))),
        // A text is kept as it is written, so that a blank within is another text.
        Some(RawValue::Text(text)) if field.kind == FieldType::Text => Some(says(&format!(" {text}\u{a0}"))),
        Some(RawValue::Text(text)) => {
            let text = text.replace(' ', dice.pick(&["\u{a0}", "  ", "\n", " "]));
            Some(says(&format!("{}{text}{}", dice.pick(&["", " ", "\u{feff}"]), dice.pick(&["", " ", "\u{a0}"]))))
        }
        _ => None,
    }
}

pub(super) fn no_answer(cell: &Content, field: &Field, _: &Form, dice: &mut Dice) -> Option<Content> {
    // Where nobody is an answer, a dash is one.
    let signs: &[&str] = if field.none_is_answer {
        &["k. A.", "n. a."]
    } else {
        &["k. A.", "k.A.", "-", "–", "--", "n. a.", "?", "K.A."]
    };
    match cell {
        None => Some(if dice.one_in(5) { Some(RawValue::Error("#N/A".into())) } else { says(dice.pick(signs)) }),
        _ => None,
    }
}

pub(super) fn code_slip(cell: &Content, field: &Field, form: &Form, dice: &mut Dice) -> Option<Content> {
    let (Some(RawValue::Text(written)), FieldType::Code) = (cell, field.kind) else { return None };
    let slip = slip(written, dice);
    // `SGB II` for `SGB III` is no slip that anybody could see, by whatever name.
    let codes = form.codes_of(field);
    let mut names = codes.iter().flat_map(|code| code.also.iter().chain([&code.de, &code.id]).chain(&code.en));
    names.all(|name| text::normal(name) != text::normal(&slip)).then(|| says(&slip))
}

pub(super) fn vague(cell: &Content, field: &Field, _: &Form, dice: &mut Dice) -> Option<Content> {
    let Some(RawValue::Number(number)) = cell.as_ref().filter(|_| field.kind.is_number()) else { return None };
    let (whole, next) = (number.trunc(), number.trunc() + 5.0);
    Some(says(&dice.pick(&[
        format!("ca. {whole}"),
        format!("{whole}-{next}"),
        format!("> {whole}"),
        "< 5".to_owned(),
        format!("({whole})"),
        format!("{whole}?"),
        format!("-{next}"),
        format!("{whole} Personen (geschätzt)"),
        "siehe Anlage".to_owned(),
        "zwölf".to_owned(),
        if field.kind == FieldType::Decimal { "1.234" } else { "1,234" }.to_owned(),
        format!("{whole},{next}.1,2"),
        "15\t150".to_owned(),
        "15\u{a0} 150".to_owned(),
        "0 150".to_owned(),
    ])))
}

pub(super) fn excel(cell: &Content, field: &Field, _: &Form, dice: &mut Dice) -> Option<Content> {
    let moment = chrono::NaiveDate::from_ymd_opt(2026, 5, 1)?.and_hms_opt(0, 0, 0)?;
    match cell {
        Some(RawValue::Number(_)) if field.kind.is_number() => Some(Some(dice.pick(&[
            RawValue::Date(moment),
            RawValue::Error("#REF!".into()),
            RawValue::Error("#DIV/0!".into()),
            RawValue::NoResult,
            RawValue::Bool(true),
            RawValue::Text("########".into()),
        ]))),
        _ => None,
    }
}

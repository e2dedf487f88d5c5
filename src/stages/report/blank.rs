//! The blank form for one body and period: what a clerk fills in, in Excel or LibreOffice.
//!
//! Headings, labels and choices are the form's own words, because they are read back by them; only the help is in the
//! reader's language. A hidden sheet says which form it is and holds the lists of choices.

use std::collections::BTreeMap;

use chrono::Datelike;
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, DocProperties, ExcelDateTime, Formula, Worksheet,
    XlsxError,
};

use super::table::{excel, lines};
use super::{ReportError, ascii, failed, style};
use crate::base::words::Words;
use crate::model::edition::Workbook;
use crate::model::form::{Cover, Field, FieldType, Form, Table};
use crate::model::language::Language;
use crate::model::municipality::Body;
use crate::model::period::Period;
use crate::model::value::column_letters;

/// The hidden sheet: `form` and `version`, `ags` and `period` in columns A and B, lists from column D.
const HIDDEN: &str = "_form";
const FIRST_LIST: u16 = 3;
/// Rows for a table whose rows are not known beforehand.
const FREE_ROWS: u32 = 40;
const YES_NO: [&str; 2] = ["ja", "nein"];

/// One workbook for one body: the same bytes for the same form, body and period.
///
/// # Errors
/// A sheet that Excel would not accept.
pub(crate) fn blank(form: &Form, body: &Body, period: Period, language: Language) -> Result<Workbook, ReportError> {
    let words = Words::new(language.tag());
    let title = form.title.get(language);
    let lists = Lists::of(form);
    let mut book = rust_xlsxwriter::Workbook::new();
    book.set_default_format(&style::base(), 17, 64).map_err(failed(title))?;
    book.set_properties(&properties(title, body, period, language).map_err(failed(title))?);

    let sheet = book.add_worksheet();
    print(sheet, form, body, period, language, &words, &form.cover.sheet);
    cover(sheet, form, body, period, language, &words).map_err(failed(&form.cover.sheet))?;
    for (_, table) in form.asked_of(body.kind) {
        let sheet = book.add_worksheet();
        print(sheet, form, body, period, language, &words, &table.sheet);
        write_table(sheet, form, table, language, &words, &lists).map_err(failed(&table.sheet))?;
    }
    hidden(book.add_worksheet(), form, body, period, &lists).map_err(failed(HIDDEN))?;
    let bytes = book.save_to_buffer().map_err(failed(title))?;
    Ok(Workbook { name: ascii(&format!("{}_{period}_{}_{}.xlsx", form.id, body.ags, body.name)), bytes })
}

/// Made, as far as the file says, on the period's first day: a blank form has no clock.
fn properties(title: &str, body: &Body, period: Period, language: Language) -> Result<DocProperties, XlsxError> {
    let day = period.start();
    let made = ExcelDateTime::from_ymd(day.year() as u16, day.month() as u8, day.day() as u8)?;
    Ok(DocProperties::new()
        .set_title(format!("{title}, {}, {}", body.name, period.label(language)))
        .set_creation_datetime(&made)
        .set_custom_property("Language", "de-DE"))
}

fn print(
    sheet: &mut Worksheet,
    form: &Form,
    body: &Body,
    period: Period,
    language: Language,
    words: &Words,
    name: &str,
) {
    let left = format!("{} | {}", form.title.get(language), period.label(language));
    style::print(sheet, &left, &body.name, name, &words.say("page"));
}

fn cover(
    sheet: &mut Worksheet,
    form: &Form,
    body: &Body,
    period: Period,
    language: Language,
    words: &Words,
) -> Result<(), XlsxError> {
    let Cover { sheet: name, labels, kinds, answers, .. } = &form.cover;
    sheet.set_name(name)?.set_column_width(0, 30)?.set_column_width(1, 46)?.set_column_width(2, 50)?;
    sheet.set_row_height(0, 27)?;
    sheet.write_string_with_format(0, 0, form.title.get(language), &style::title())?;
    let help = words.say("blank-fill");
    sheet.set_row_height(1, 13.5 * lines(&help, 124.0) + 6.0)?;
    sheet.merge_range(1, 0, 1, 2, &help, &style::prose())?;
    let field = style::fill_in();
    let first = |spellings: &[String]| spellings.first().cloned().unwrap_or_default();
    let rows = [
        (&labels.reporter, body.name.clone()),
        (&labels.ags, body.ags.clone()),
        (&labels.period, period.label(Language::De)),
        (&labels.as_of, String::new()),
        (&labels.contact, String::new()),
        (&labels.email, String::new()),
        (&labels.phone, String::new()),
        (&labels.kind, first(&kinds.first)),
    ];
    let mut row = 3;
    for (label, text) in rows {
        sheet.write_string_with_format(row, 0, first(label), &style::label())?;
        // Text, so that an AGS keeps its leading zero.
        let format = if std::ptr::eq(label, &labels.as_of) {
            field.clone().set_num_format("dd.mm.yyyy")
        } else {
            field.clone().set_num_format("@")
        };
        sheet.write_string_with_format(row, 1, text, &format)?;
        if std::ptr::eq(label, &labels.as_of) {
            sheet.add_data_validation(row, 1, row, 1, &date_rule(words)?)?;
            sheet.write_string_with_format(row, 2, words.say("blank-hint-date"), &style::hint())?;
        }
        if std::ptr::eq(label, &labels.kind) {
            let choices = [first(&kinds.first), first(&kinds.late_part), first(&kinds.correction)];
            sheet.add_data_validation(row, 1, row, 1, &list_rule(words).allow_list_strings(&choices)?)?;
            sheet.write_string_with_format(row, 2, words.say("blank-hint-code"), &style::hint())?;
        }
        row += 1;
    }
    row += 1;
    for (column, id) in [(0, "blank-sheets"), (1, "blank-answer")] {
        sheet.write_string_with_format(row, column, words.say(id), &style::header(false))?;
    }
    let nil = first(&answers.nil);
    let help = words.say_with("blank-nil", &[("nil", nil.as_str().into())]);
    sheet.write_string_with_format(row, 2, help, &style::hint())?;
    sheet.set_row_height(row, 27)?;
    let choices = [first(&answers.present), nil];
    for (_, table) in form.asked_of(body.kind) {
        row += 1;
        super::table::write_link(sheet, row, 0, &table.sheet, &table.sheet, &style::link())?;
        sheet.write_string_with_format(row, 1, &choices[0], &field)?;
        sheet.add_data_validation(row, 1, row, 1, &list_rule(words).allow_list_strings(&choices)?)?;
    }
    style::print_area(sheet, row, 2)
}

/// Title, help above each heading, headings, one row per code or free rows, the row of totals.
fn write_table(
    sheet: &mut Worksheet,
    form: &Form,
    table: &Table,
    language: Language,
    words: &Words,
    lists: &Lists,
) -> Result<(), XlsxError> {
    const HEADER: u32 = 2;
    sheet.set_name(&table.sheet)?;
    sheet.set_row_height(0, 27)?;
    sheet.write_string_with_format(0, 0, table.title.get(language), &style::title())?;
    let key = table.key().filter(|key| key.kind == FieldType::Code);
    let codes = key.map(|key| form.codes_of(key)).unwrap_or_default();
    let rows = if codes.is_empty() { FREE_ROWS } else { codes.len() as u32 };
    let (first, last) = (HEADER + 1, HEADER + rows);
    let mut tallest = [1.0_f64; 2];
    for (column, field) in (0_u16..).zip(&table.fields) {
        let is_key = key.is_some_and(|key| key.name == field.name);
        let width = if is_key { 44.0 } else { width(field) };
        let hint = if is_key { String::new() } else { hint(words, field) };
        tallest[0] = tallest[0].max(lines(&hint, width));
        tallest[1] = tallest[1].max(lines(&field.heading, width - 2.0));
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(HEADER - 1, column, hint, &style::hint())?;
        sheet.write_string_with_format(HEADER, column, &field.heading, &style::header(field.kind.is_number()))?;
        if is_key {
            for (row, code) in (first..).zip(&codes) {
                sheet.write_string_with_format(row, column, &code.de, &style::label())?;
                sheet.set_row_height(row, 13.5 * lines(&code.de, width * 0.93) + 3.0)?;
            }
            continue;
        }
        let format = format(field);
        for row in first..=last {
            sheet.write_blank(row, column, &format)?;
        }
        if let Some(rule) = rule(words, field, lists)? {
            sheet.add_data_validation(first, column, last, column, &rule)?;
        }
    }
    sheet.set_row_height(HEADER - 1, 13.0 * tallest[0] + 3.0)?;
    sheet.set_row_height(HEADER, 13.5 * tallest[1] + 4.0)?;
    let last = if table.total_row { totals(sheet, table, first, last)? } else { last };
    sheet.set_freeze_panes(HEADER + 1, u16::from(key.is_some()))?;
    sheet.set_repeat_rows(HEADER, HEADER)?;
    style::print_area(sheet, last, table.fields.len().max(1) as u16 - 1)
}

/// The word for the total is the form's language, for it is read back; the row in which it stands.
fn totals(sheet: &mut Worksheet, table: &Table, first: u32, last: u32) -> Result<u32, XlsxError> {
    let row = last + 1;
    let label = Words::new(Language::De.tag()).say("blank-total");
    for (column, field) in (0_u16..).zip(&table.fields) {
        if field.kind.is_number() {
            let letters = column_letters(column.into());
            let formula = format!("=SUM({letters}{}:{letters}{})", first + 1, last + 1);
            let format = style::number(style::Voice::Total, decimals(field));
            sheet.write_formula_with_format(row, column, Formula::new(formula).set_result("0"), &format)?;
        } else {
            let text = if column == 0 { label.as_str() } else { "" };
            sheet.write_string_with_format(row, column, text, &style::text(style::Voice::Total))?;
        }
    }
    Ok(row)
}

fn hidden(sheet: &mut Worksheet, form: &Form, body: &Body, period: Period, lists: &Lists) -> Result<(), XlsxError> {
    sheet.set_name(HIDDEN)?.set_hidden(true);
    let facts = [
        ("form", form.id.clone()),
        ("version", form.version.to_string()),
        ("ags", body.ags.clone()),
        ("period", period.to_string()),
    ];
    for (row, (name, value)) in (0..).zip(facts) {
        sheet.write_string(row, 0, name)?.write_string(row, 1, value)?;
    }
    for (column, (name, labels)) in (FIRST_LIST..).zip(&lists.0) {
        sheet.write_string(0, column, name)?;
        for (row, label) in (1..).zip(labels) {
            sheet.write_string(row, column, label)?;
        }
    }
    Ok(())
}

/// The code lists in use, by name, with their labels; `ja`/`nein` needs none.
struct Lists(BTreeMap<String, Vec<String>>);

impl Lists {
    fn of(form: &Form) -> Lists {
        let labels = |name: &String| form.code_list(name).iter().map(|code| code.de.clone()).collect();
        Lists(form.codes.keys().map(|name| (name.clone(), labels(name))).collect())
    }

    /// `='_form'!$D$2:$D$8`.
    fn range(&self, name: &str) -> Option<String> {
        let (column, (_, labels)) = (u32::from(FIRST_LIST)..).zip(&self.0).find(|(_, (other, _))| *other == name)?;
        let letters = column_letters(column);
        (!labels.is_empty()).then(|| format!("='{HIDDEN}'!${letters}$2:${letters}${}", labels.len() + 1))
    }
}

fn rule(words: &Words, field: &Field, lists: &Lists) -> Result<Option<DataValidation>, XlsxError> {
    // Signs such as "k. A." are answers too: numbers and dates are warned of, not forbidden.
    Ok(match field.kind {
        FieldType::Count => {
            Some(warned(words, "blank-error-count")?.allow_whole_number(DataValidationRule::GreaterThanOrEqualTo(0)))
        }
        FieldType::Decimal | FieldType::Money => Some(
            warned(words, "blank-error-number")?.allow_decimal_number(DataValidationRule::GreaterThanOrEqualTo(0.0)),
        ),
        FieldType::Date => Some(date_rule(words)?),
        FieldType::YesNo => Some(list_rule(words).allow_list_strings(&YES_NO)?),
        FieldType::Code => {
            let range = field.codes.as_ref().and_then(|name| lists.range(name.get_ref()));
            range.map(|range| list_rule(words).allow_list_formula(Formula::new(range)))
        }
        FieldType::Text => None,
    })
}

fn list_rule(words: &Words) -> DataValidation {
    let rule = DataValidation::new().ignore_blank(true).show_dropdown(true);
    let title = rule.set_error_title(words.say("blank-error-title"));
    title
        .and_then(|rule| rule.set_error_message(words.say("blank-error-list")))
        .expect("the catalogue's texts are shorter than Excel's limits")
}

fn date_rule(words: &Words) -> Result<DataValidation, XlsxError> {
    let earliest = excel(chrono::NaiveDate::from_ymd_opt(1990, 1, 1).expect("a day of the calendar"))?;
    Ok(warned(words, "blank-error-date")?.allow_date(DataValidationRule::GreaterThanOrEqualTo(earliest)))
}

fn warned(words: &Words, message: &str) -> Result<DataValidation, XlsxError> {
    DataValidation::new()
        .ignore_blank(true)
        .set_error_style(DataValidationErrorStyle::Warning)
        .set_error_title(words.say("blank-error-title"))?
        .set_error_message(words.say(message))
}

fn hint(words: &Words, field: &Field) -> String {
    let id = match field.kind {
        FieldType::Count => "blank-hint-count",
        FieldType::Decimal => "blank-hint-decimal",
        FieldType::Money => "blank-hint-money",
        FieldType::Text => "blank-hint-text",
        FieldType::Code => "blank-hint-code",
        FieldType::YesNo => "blank-hint-yes-no",
        FieldType::Date => "blank-hint-date",
    };
    let hint = words.say(id);
    if field.optional { words.say_with("blank-hint-optional", &[("hint", hint.into())]) } else { hint }
}

fn width(field: &Field) -> f64 {
    match field.kind {
        FieldType::Text => 28.0,
        FieldType::Code => 26.0,
        FieldType::Date => 14.0,
        FieldType::YesNo => 13.0,
        FieldType::Count | FieldType::Decimal | FieldType::Money => 14.0,
    }
}

fn decimals(field: &Field) -> u8 {
    match field.kind {
        FieldType::Decimal | FieldType::Money => 2,
        _ => 0,
    }
}

fn format(field: &Field) -> rust_xlsxwriter::Format {
    match field.kind {
        FieldType::Count | FieldType::Decimal | FieldType::Money => {
            style::fill_in().set_num_format(style::pattern(decimals(field)))
        }
        FieldType::Date => style::fill_in().set_num_format("dd.mm.yyyy"),
        FieldType::Text | FieldType::Code | FieldType::YesNo => style::fill_in(),
    }
}

//! What a condition on a table may name, and with which texts a column may be compared.

use std::collections::BTreeSet;

use super::told;
use crate::base::frame::{DataType, Expr};
use crate::base::problem::{Problem, Source, did_you_mean};
use crate::base::settings::Spanned;
use crate::model::aggregate;
use crate::model::condition::{self, Columns};
use crate::model::facts::{self, MOMENTS, OBSERVED, PARALLEL, STATE};
use crate::model::form::{Field, FieldType, Form};
use crate::model::rule::{Check, Over};
use crate::model::value::State;

/// What a field holds one row earlier, in the checks of a form: `previous_bestand_ende`.
const PREVIOUS: &str = "previous_";

/// The tables of a form and those the program fills, as conditions see them.
pub(super) struct Tables<'a> {
    pub(super) form: &'a Form,
    /// Tables that a rule about parallel rows marks.
    pub(super) marked: BTreeSet<String>,
}

impl Tables<'_> {
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.form.tables.keys().map(String::as_str).chain(OBSERVED.iter().map(|(name, _)| *name))
    }

    /// None for an unknown table.
    pub(super) fn columns(&self, table: &str) -> Option<Columns> {
        let moments = MOMENTS.map(|name| (name.to_owned(), DataType::Date));
        if let Some((_, fields)) = OBSERVED.iter().find(|(name, _)| *name == table) {
            let fields = fields.iter().map(|name| ((*name).to_owned(), DataType::Float64));
            return Some(fields.chain(moments).collect());
        }
        let own = facts::columns(self.form.tables.get(table)?);
        let brought = self.brought(table).map(|(name, field)| (name, facts::data_type(field.kind)));
        let mark = self.marked.contains(table).then(|| (PARALLEL.to_owned(), DataType::String));
        Some(own.into_iter().chain(brought).chain(mark).chain(moments).collect())
    }

    /// The columns of a form's check: also each field as it was in the period before.
    pub(super) fn columns_of_checks(&self, table: &str) -> Columns {
        let mut columns = self.columns(table).unwrap_or_default();
        let fields = self.form.tables.get(table).map(|table| table.fields.as_slice()).unwrap_or_default();
        columns.extend(
            fields.iter().map(|field| (format!("{PREVIOUS}{}", field.name.get_ref()), facts::data_type(field.kind))),
        );
        columns
    }

    /// A field of the table, or one that its lookup brings.
    pub(super) fn field(&self, table: &str, name: &str) -> Option<&Field> {
        self.form.field_of(table, name)
    }

    /// The fields of the table and those its lookup brings.
    pub(super) fn fields(&self, table: &str) -> impl Iterator<Item = &Field> {
        let own = self.form.tables.get(table).map(|table| table.fields.as_slice()).unwrap_or_default();
        own.iter().chain(self.brought(table).map(|(_, field)| field))
    }

    fn brought(&self, table: &str) -> impl Iterator<Item = (String, &Field)> {
        let table = self.form.tables.get(table);
        table.into_iter().flat_map(|table| self.form.brought(table)).map(|(name, field, _)| (name, field))
    }

    /// The texts a column may hold; none where it may hold any.
    fn codes(&self, table: &str, column: &str) -> Option<Vec<&str>> {
        if column == PARALLEL && self.marked.contains(table) {
            return Some(vec!["ja", "nein"]);
        }
        if column.ends_with(STATE) {
            use State::{ConfirmedZero, Missing, NotApplicable, Reported, Withheld};
            return Some([Reported, ConfirmedZero, Missing, Withheld, NotApplicable].map(State::name).into());
        }
        codes_of(self.form, self.field(table, column.strip_prefix(PREVIOUS).unwrap_or(column))?)
    }

    /// A condition over the rows of `table`.
    pub(super) fn check_condition(
        &self,
        source: &Source,
        table: &str,
        sql: &Spanned<String>,
        problems: &mut Vec<Problem>,
    ) {
        let Some(columns) = self.columns(table) else { return };
        self.check_texts(source, table, sql, condition::parse(sql.get_ref(), &columns), problems);
    }

    /// A rule of a table.
    pub(super) fn check_check(&self, source: &Source, table: &str, check: &Check, problems: &mut Vec<Problem>) {
        let columns = self.columns_of_checks(table);
        let sql = check.condition.get_ref();
        let parsed = match check.over {
            Over::Row => condition::parse(sql, &columns),
            Over::Table => aggregate::over_tables(sql, &[(table, columns)]).map(|(expr, _)| expr),
        };
        self.check_texts(source, table, &check.condition, parsed, problems);
    }

    /// A rule of the form, over the tables it names.
    pub(super) fn check_across(&self, source: &Source, check: &Check, problems: &mut Vec<Problem>) {
        let known = || self.form.tables.keys().map(String::as_str);
        let mut tables = Vec::new();
        for name in &check.tables {
            match self.form.tables.contains_key(name.get_ref()) {
                true => tables.push((name.get_ref().as_str(), self.columns_of_checks(name.get_ref()))),
                false => problems.push(told::unknown(source, name, "table", known())),
            }
        }
        if tables.len() < check.tables.len() {
            return;
        }
        if tables.is_empty() {
            let message = format!("the rule `{}` of the form names no tables", check.id);
            let hint = "add tables = [\"…\", \"…\"], or write [[table.….check]] for a rule of one table";
            problems.push(Problem::at(source, check.condition.span(), message).hint(hint));
            return;
        }
        let parsed = aggregate::over_tables(check.condition.get_ref(), &tables).map(|(expr, _)| expr);
        self.check_texts(source, "", &check.condition, parsed, problems);
    }

    /// A number for each row of `table`.
    pub(super) fn check_quantity(
        &self,
        source: &Source,
        table: &str,
        sql: &Spanned<String>,
        problems: &mut Vec<Problem>,
    ) {
        let Some(columns) = self.columns(table) else { return };
        self.check_texts(source, table, sql, condition::quantity(sql.get_ref(), &columns), problems);
    }

    /// A misspelt code would silently find nothing.
    fn check_texts(
        &self,
        source: &Source,
        table: &str,
        sql: &Spanned<String>,
        parsed: Result<Expr, String>,
        problems: &mut Vec<Problem>,
    ) {
        let expr = match parsed {
            Ok(expr) => expr,
            Err(message) => return problems.push(told::within(source, sql.span(), &message)),
        };
        for (column, text) in condition::comparisons(&expr) {
            // `faelle.zielgruppe` in a rule over several tables.
            let (table, column) = column.split_once('.').unwrap_or((table, &column));
            let Some(codes) = self.codes(table, column) else { continue };
            if codes.contains(&text.as_str()) {
                continue;
            }
            let message = format!("`{text}` is no code of `{column}`");
            let hint = match self.meant(table, column, &text, &codes) {
                Some(meant) => format!("did you mean '{meant}'?"),
                None => format!("known here: {}", codes.join(", ")),
            };
            problems.push(told::within(source, sql.span(), &message).hint(hint));
        }
    }

    /// The code that was probably meant: by its id, or by what people see.
    fn meant(&self, table: &str, column: &str, text: &str, codes: &[&str]) -> Option<String> {
        let field = self.field(table, column);
        let seen = field.and_then(|field| self.form.codes_of(field).into_iter().find(|code| code.de == text));
        seen.map(|code| code.id.clone()).or_else(|| did_you_mean(text, codes.iter().copied()).map(str::to_owned))
    }
}

/// The ids a field's cells may hold; none for types without codes.
pub(super) fn codes_of<'a>(form: &'a Form, field: &Field) -> Option<Vec<&'a str>> {
    match field.kind {
        FieldType::Code => Some(form.codes_of(field).into_iter().map(|code| code.id.as_str()).collect()),
        FieldType::YesNo => Some(vec!["ja", "nein"]),
        _ => None,
    }
}

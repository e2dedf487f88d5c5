//! Conditions and quantities: SQL over the fields of one row, parsed by polars and checked before any data is read.
//!
//! In: the text and the columns it may use. Out: a polars expression, known to give one truth value or one number
//! for each row (or, in [`super::aggregate`], for each return). Never: windows, subqueries, or an aggregate where a row is
//! asked.

use crate::base::frame::{BooleanFunction, DataFrame, DataType, Expr, FunctionExpr, IntoLazy, LiteralValue, Series};
use crate::base::frame::{Operator, sql_expr};
use crate::base::problem::did_you_mean;

pub(super) const NO_CONDITION: &str =
    "this is no condition: it is neither true nor false (compare something: `=`, `<>`, `<`, `>`)";

/// Columns by name and type.
pub(crate) type Columns = Vec<(String, DataType)>;

/// A condition that is true, false or undecided (null) for each row.
///
/// # Errors
/// A sentence for the person who wrote the condition; the word it is about stands in backticks.
pub(crate) fn parse(sql: &str, columns: &[(String, DataType)]) -> Result<Expr, String> {
    let (expr, kind) = checked(sql, columns)?;
    match kind {
        DataType::Boolean => Ok(expr),
        _ => Err(NO_CONDITION.into()),
    }
}

/// A number (or null) for each row.
///
/// # Errors
/// As for [`parse`].
pub(crate) fn quantity(sql: &str, columns: &[(String, DataType)]) -> Result<Expr, String> {
    let (expr, kind) = checked(sql, columns)?;
    if kind.is_numeric() { Ok(expr) } else { Err("this is no number: name a field that counts something".into()) }
}

/// The columns an expression reads, each once, in order of the alphabet.
pub(crate) fn reads(expr: &Expr) -> Vec<String> {
    let name = |node: &Expr| match node {
        Expr::Column(name) => Some(name.to_string()),
        _ => None,
    };
    let mut names: Vec<String> = expr.into_iter().filter_map(name).collect();
    names.sort();
    names.dedup();
    names
}

/// Does this SQL read one of these columns? What cannot be parsed is taken to read them all.
pub(crate) fn reads_any(sql: &str, names: &[&str]) -> bool {
    sql_expr(sql).map_or(true, |expr| reads(&expr).iter().any(|read| names.contains(&read.as_str())))
}

/// Every `column = 'text'` (`<>`, `IN (…)` and the rest of the family) in an expression.
pub(crate) fn comparisons(expr: &Expr) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for node in expr {
        match node {
            Expr::BinaryExpr { left, op, right } if is_equality(*op) => {
                found.extend(pairs(left, right).into_iter().chain(pairs(right, left)));
            }
            Expr::Function { input, function: FunctionExpr::Boolean(BooleanFunction::IsIn { .. }) } => {
                if let [left, right] = input.as_slice() {
                    found.extend(pairs(left, right));
                }
            }
            _ => {}
        }
    }
    found
}

fn is_equality(op: Operator) -> bool {
    matches!(op, Operator::Eq | Operator::NotEq | Operator::EqValidity | Operator::NotEqValidity)
}

fn pairs(column: &Expr, literal: &Expr) -> Vec<(String, String)> {
    let Expr::Column(name) = column else { return Vec::new() };
    texts(literal).into_iter().map(|text| (name.to_string(), text)).collect()
}

fn texts(literal: &Expr) -> Vec<String> {
    // A list is wrapped: the literal lies at the bottom.
    let Some(Expr::Literal(value)) = literal.into_iter().last() else { return Vec::new() };
    match value {
        LiteralValue::Series(series) => match series.str() {
            Ok(strings) => strings.iter().flatten().map(str::to_owned).collect(),
            Err(_) => Vec::new(),
        },
        value => value.extract_str().map(str::to_owned).into_iter().collect(),
    }
}

fn checked(sql: &str, columns: &[(String, DataType)]) -> Result<(Expr, DataType), String> {
    let expr = understood(sql, columns)?;
    for node in &expr {
        stays_in_its_row(node)?;
    }
    if reads(&expr).is_empty() {
        return Err("this names no column, so it is the same for every row".into());
    }
    let kind = kind(&expr, columns)?;
    Ok((expr, kind))
}

/// An expression over known columns.
pub(super) fn understood(sql: &str, columns: &[(String, DataType)]) -> Result<Expr, String> {
    let expr = sql_expr(sql).map_err(|error| format!("this cannot be understood: {}", plain(&error.to_string())))?;
    for node in &expr {
        if let Expr::Column(name) = node
            && !columns.iter().any(|(known, _)| known == name.as_str())
        {
            return Err(match did_you_mean(name, columns.iter().map(|(known, _)| known.as_str())) {
                Some(meant) => format!("unknown column `{name}`; did you mean `{meant}`?"),
                None => format!("unknown column `{name}`; known here: {}", names(columns)),
            });
        }
    }
    Ok(expr)
}

/// What an expression gives.
pub(super) fn kind(expr: &Expr, columns: &[(String, DataType)]) -> Result<DataType, String> {
    let empty = columns.iter().map(|(name, kind)| Series::new_empty(name.as_str().into(), kind).into());
    let frame = DataFrame::new(0, empty.collect()).map_err(|error| plain(&error.to_string()).to_owned())?;
    let result = frame.lazy().select([expr.clone().alias("result")]).collect();
    let result = result.map_err(|error| format!("this does not fit together: {}", plain(&error.to_string())))?;
    Ok(result.columns()[0].dtype().clone())
}

pub(super) fn stays_in_its_row(node: &Expr) -> Result<(), String> {
    let fits = match node {
        Expr::Column(_) | Expr::Literal(_) | Expr::BinaryExpr { .. } | Expr::Cast { .. } | Expr::Ternary { .. } => true,
        // The list of `IN ('a', 'b')` is an aggregate of its literals.
        Expr::Agg(_) => node.into_iter().all(|inner| matches!(inner, Expr::Agg(_) | Expr::Literal(_))),
        Expr::Function { function, .. } => is_rowwise(function),
        Expr::Alias(..) => return Err("`AS` has no place here: only the condition itself is wanted".into()),
        _ => false,
    };
    if fits {
        Ok(())
    } else {
        Err("this looks beyond its row (a sum, a window, a subquery); only the row's own fields count here".into())
    }
}

fn is_rowwise(function: &FunctionExpr) -> bool {
    use BooleanFunction::{AllHorizontal, AnyHorizontal, IsIn, IsNotNull, IsNull, Not};
    match function {
        FunctionExpr::Boolean(which) => {
            matches!(which, IsNull | IsNotNull | IsIn { .. } | Not | AllHorizontal | AnyHorizontal)
        }
        FunctionExpr::Abs
        | FunctionExpr::Negate
        | FunctionExpr::Coalesce
        | FunctionExpr::FillNull
        | FunctionExpr::MaxHorizontal
        | FunctionExpr::MinHorizontal
        | FunctionExpr::Round { .. }
        | FunctionExpr::Floor
        | FunctionExpr::Ceil
        | FunctionExpr::StringExpr(_)
        | FunctionExpr::TemporalExpr(_) => true,
        _ => false,
    }
}

/// The first line of what polars says: the rest is its plan.
fn plain(error: &str) -> &str {
    error.lines().next().unwrap_or_default()
}

fn names(columns: &[(String, DataType)]) -> String {
    let shown = columns.iter().map(|(name, _)| name.as_str()).filter(|name| !name.ends_with(super::facts::STATE));
    shown.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Columns {
        [
            ("belegt", DataType::Float64),
            ("plaetze", DataType::Float64),
            ("offen", DataType::String),
            ("frist", DataType::Date),
            ("period_end", DataType::Date),
        ]
        .map(|(name, kind)| (name.to_owned(), kind))
        .into()
    }

    #[test]
    fn conditions_over_one_row_are_understood() {
        for sql in [
            "offen = 'nein' AND belegt < plaetze",
            "frist IS NOT NULL AND frist <= period_end",
            "offen IN ('ja', 'nein')",
            "offen NOT IN ('ja') OR NOT (belegt = 0)",
            "CASE WHEN offen = 'ja' THEN belegt > 1 ELSE belegt > 2 END",
            "COALESCE(belegt, 0) BETWEEN 1 AND 5",
            "frist < DATE '2026-01-01'",
            "LOWER(offen) LIKE 'n%'",
        ] {
            assert!(parse(sql, &columns()).is_ok(), "{sql}: {:?}", parse(sql, &columns()));
        }
        for sql in ["plaetze - belegt", "GREATEST(plaetze - belegt, 0)", "0.8 * plaetze", "CAST(belegt AS DOUBLE) / 2"]
        {
            assert!(quantity(sql, &columns()).is_ok(), "{sql}: {:?}", quantity(sql, &columns()));
        }
    }

    #[test]
    fn what_is_no_condition_over_one_row_is_refused() {
        for (sql, why) in [
            ("belegt <", "cannot be understood"),
            ("belegt", "no condition"),
            ("belegtt > 1", "unknown column `belegtt`; did you mean `belegt`?"),
            ("belegt > 'ja'", "does not fit together"),
            ("frist > '2026-01-01'", "does not fit together"),
            ("SUM(belegt) > 1", "beyond its row"),
            ("COUNT(*) > 1", "beyond its row"),
            ("belegt > SUM(plaetze) OVER (PARTITION BY offen)", "beyond its row"),
            ("ROW_NUMBER() OVER (ORDER BY belegt) = 1", "beyond its row"),
            ("LAG(belegt) OVER (ORDER BY frist) > 1", "beyond its row"),
            ("1 = 1", "names no column"),
            ("belegt > 1 AS x", "`AS`"),
            ("belegt > 1; DROP TABLE x", "cannot be understood"),
        ] {
            let said = parse(sql, &columns()).map(|_| ()).unwrap_err();
            assert!(said.contains(why), "{sql}: {said}");
        }
        assert!(quantity("offen", &columns()).unwrap_err().contains("no number"));
        assert!(quantity("SUM(belegt)", &columns()).is_err());
    }

    #[test]
    fn texts_are_found_wherever_a_column_is_compared() {
        let found = |sql: &str| comparisons(&parse(sql, &columns()).unwrap());
        let pair = |text: &str| ("offen".to_owned(), text.to_owned());
        assert_eq!(found("belegt > 1 AND 'ja' = offen"), [pair("ja")]);
        assert_eq!(found("NOT (offen <> 'nein')"), [pair("nein")]);
        assert_eq!(found("offen NOT IN ('a', 'b')"), [pair("a"), pair("b")]);
        assert_eq!(found("CASE WHEN offen = 'x' THEN belegt > 1 ELSE false END"), [pair("x")]);
        assert_eq!(found("offen IN ('nur')"), [pair("nur")]);
    }

    #[test]
    fn an_expression_says_what_it_reads() {
        let expr = parse("plaetze > belegt OR belegt = 0", &columns()).unwrap();
        assert_eq!(reads(&expr), ["belegt", "plaetze"]);
    }

    #[test]
    fn a_quantity_is_asked_for_what_it_reads_and_not_for_its_letters() {
        assert!(reads_any("plaetze - belegt", &["belegt"]));
        assert!(reads_any("GREATEST(\"belegt\", 0)", &["belegt"]));
        assert!(!reads_any("plaetze_belegt", &["belegt"]), "another column");
        assert!(!reads_any("CASE WHEN offen = 'belegt' THEN 1 ELSE 0 END", &["belegt"]), "a text, no column");
        assert!(reads_any("belegt <", &["plaetze"]), "in doubt it reads it");
    }
}
